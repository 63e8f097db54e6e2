//! What an examination comes to.

use std::fmt;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "lowercase")]
pub enum Verdict {
    /// It's as it should be.
    Ok,
    /// Something won't work.
    Problem,
    /// It can't be seen from outside.
    #[strum(to_string = "cannot tell")]
    CannotTell,
}

/// The outcome of one check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What was checked, in a word or two.
    pub check: String,
    /// What it came to.
    pub verdict: Verdict,
    /// What was seen.
    pub detail: String,
    /// What to do about it.
    pub fix: Option<String>,
}

impl Finding {
    pub(super) fn ok(check: &str, detail: impl Into<String>) -> Self {
        Self {
            check: check.to_owned(),
            verdict: Verdict::Ok,
            detail: detail.into(),
            fix: None,
        }
    }

    pub(super) fn problem(check: &str, detail: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::Problem,
            fix: Some(fix.into()),
            ..Self::ok(check, detail)
        }
    }

    pub(super) fn cannot_tell(check: &str, detail: impl Into<String>) -> Self {
        Self {
            verdict: Verdict::CannotTell,
            ..Self::ok(check, detail)
        }
    }

    pub(super) fn with_fix(self, fix: impl Into<String>) -> Self {
        Self {
            fix: Some(fix.into()),
            ..self
        }
    }

    /// One line for the log: check, detail, and what to do about it.
    pub(super) fn sentence(&self) -> String {
        let Self {
            check, detail, fix, ..
        } = self;
        format!("{check}: {detail}. {}", fix.as_deref().unwrap_or_default())
    }
}

/// Lines for people: verdict, check and detail, then what to do about it.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            check,
            verdict,
            detail,
            ..
        } = self;
        write!(f, "{verdict:<11}  {check:<13}  {detail}")?;
        match &self.fix {
            Some(fix) => write!(f, "\n{:28}→ {fix}", ""),
            None => Ok(()),
        }
    }
}

/// The last line of a report.
pub fn summary(findings: &[Finding]) -> String {
    let count = |verdict| {
        let with_verdict = |finding: &&Finding| finding.verdict == verdict;
        findings.iter().filter(with_verdict).count()
    };
    let (ok, problems, unclear) = (
        count(Verdict::Ok),
        count(Verdict::Problem),
        count(Verdict::CannotTell),
    );
    let s = if problems == 1 { "" } else { "s" };
    format!("{ok} ok, {problems} problem{s}, {unclear} unclear")
}

/// Whether anything won't work.
pub fn has_problem(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.verdict == Verdict::Problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_is_a_line_and_its_fix_another() {
        let ok = Finding::ok("endpoint", "https://example.com/v1 answers, Appwrite 1.9.6");
        assert_eq!(
            ok.to_string(),
            "ok           endpoint       https://example.com/v1 answers, Appwrite 1.9.6"
        );
        let problem = Finding::problem("key", "has expired", "Make another.");
        assert_eq!(
            problem.to_string(),
            "problem      key            has expired\n                            → Make another."
        );
        let unclear = Finding::cannot_tell("text messages", "try it");
        assert_eq!(unclear.to_string(), "cannot tell  text messages  try it");
    }

    #[test]
    fn the_last_line_counts() {
        let findings = [
            Finding::ok("a", ""),
            Finding::ok("b", ""),
            Finding::problem("c", "", ""),
            Finding::cannot_tell("d", ""),
        ];
        assert_eq!(summary(&findings), "2 ok, 1 problem, 1 unclear");
        assert_eq!(summary(&findings[..2]), "2 ok, 0 problems, 0 unclear");
        assert!(has_problem(&findings));
        assert!(!has_problem(&findings[..2]));
    }
}
