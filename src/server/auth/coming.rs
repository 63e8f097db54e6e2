//! Which of the linked accounts it was that somebody came by.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

use crate::model::Identity;

/// How long Appwrite's answer to a provider's is good for a session.
const SECRET_LIVES: Duration = Duration::minutes(1);

/// How long it takes Appwrite at most from writing down who has come to signing the secret.
const SIGNED_WITHIN: Duration = Duration::seconds(5);

/// A secret's end has whole seconds.
const A_SECOND: Duration = Duration::SECOND;

/// How long before a session somebody may have come, if the secret doesn't say when that was.
const SESSION_WITHIN: Duration = Duration::seconds(90);

/// When somebody has come through a provider.
///
/// Appwrite doesn't say by which account. But it writes the tokens of that one down each time, so the
/// account was used at that moment. Others may be linked too, and whoever has a session can unlink the one
/// that it was before the app gets to see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    latest: OffsetDateTime,
    within: Duration,
}

impl Coming {
    /// The one that Appwrite has handed out this secret for, and then a session that began at this moment.
    /// `None` if nobody can say when it was.
    pub fn of(secret: &str, session_began: Option<OffsetDateTime>) -> Option<Self> {
        // If it lives longer than we know, it seems to come from the future.
        let signed =
            signed(secret).filter(|signed| session_began.is_none_or(|began| *signed <= began));
        if let Some(signed) = signed {
            return Some(Self {
                latest: signed + A_SECOND,
                within: SIGNED_WITHIN + A_SECOND,
            });
        }
        Some(Self {
            latest: session_began?,
            within: SESSION_WITHIN,
        })
    }

    /// Whether it may have been at this moment, in RFC 3339.
    pub fn was_at(&self, moment: &str) -> bool {
        let moment = OffsetDateTime::parse(moment, &Rfc3339);
        moment.is_ok_and(|at| (Duration::ZERO..=self.within).contains(&(self.latest - at)))
    }

    /// The one of these accounts that somebody came by at this provider. `None` if it's not there anymore,
    /// or it may have been several.
    pub fn by<'a>(&self, identities: &'a [Identity], provider: &str) -> Option<&'a Identity> {
        let mut used = identities
            .iter()
            .filter(|it| it.provider == provider && self.was_at(&it.used));
        let identity = used.next();
        identity.filter(|_| used.next().is_none())
    }
}

/// When Appwrite has signed this secret, a JSON web token that it has just taken. Older ones don't sign it.
fn signed(secret: &str) -> Option<OffsetDateTime> {
    #[derive(Deserialize)]
    struct Payload {
        exp: i64,
    }
    let payload = secret.split('.').nth(1)?;
    let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
    let payload: Payload = serde_json::from_slice(&payload).ok()?;
    let ends = OffsetDateTime::from_unix_timestamp(payload.exp).ok()?;
    ends.checked_sub(SECRET_LIVES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coming(secret: &str) -> Coming {
        let created = OffsetDateTime::parse("2026-08-21T12:01:00.000+00:00", &Rfc3339).unwrap();
        Coming::of(secret, Some(created)).unwrap()
    }

    /// Good until then.
    fn secret_until(ends: &str) -> String {
        let ends = OffsetDateTime::parse(&format!("2026-08-21T{ends}Z"), &Rfc3339).unwrap();
        let payload = format!(r#"{{"secret":"5ec2e7","exp":{}}}"#, ends.unix_timestamp());
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload))
    }

    fn used(id: &str, provider: &str, at: &str) -> Identity {
        Identity {
            id: id.to_owned(),
            provider: provider.to_owned(),
            email: String::new(),
            linked: String::new(),
            used: format!("2026-08-21T{at}+00:00"),
        }
    }

    #[test]
    fn somebody_came_by_the_only_account_that_was_used_then() {
        let signed = secret_until("12:01:10");
        let unsigned = "5ec2e7".repeat(8);
        let lasting = secret_until("12:05:10");
        for (secret, at, is_it) in [
            (&signed, "12:00:10.999", true),
            (&signed, "12:00:05.500", true),
            (&signed, "12:00:04.900", false),
            (&signed, "12:00:11.001", false),
            (&signed, "11:00:00.000", false),
            (&unsigned, "12:00:59.999", true),
            (&unsigned, "11:59:31.000", true),
            (&unsigned, "11:59:29.000", false),
            (&unsigned, "12:01:00.001", false),
            (&lasting, "12:00:10.000", true),
        ] {
            let identities = [
                used("i1", "github", at),
                used("i2", "github", "11:00:00.000"),
                used("i3", "google", at),
            ];
            let found = coming(secret).by(&identities, "github");
            assert_eq!(
                found.map(|it| it.id.as_str()),
                is_it.then_some("i1"),
                "{at}"
            );
        }
        assert!(!coming(&signed).was_at(""));
    }

    #[test]
    fn nobody_can_say_which_of_two_it_was() {
        let at = "12:00:10.000";
        let both = [used("i1", "github", at), used("i2", "github", at)];
        assert!(
            coming(&secret_until("12:01:10"))
                .by(&both, "github")
                .is_none()
        );
    }
}
