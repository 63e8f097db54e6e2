//! The setup doctor: does this server have what it needs, and can the configured Appwrite do what
//! this app asks?
//!
//! Nothing that it asks changes anything at Appwrite. Where only an act would tell, like whether
//! text messages arrive, it says that it can't tell.

mod checks;
mod finding;
mod server;

use futures::future::join_all;

pub use finding::{Finding, Verdict, has_problem, summary};

use super::{
    appwrite::Probe,
    config::{Appwrite, Config, Site},
};
use crate::model::SignInMethod;

/// Examines this server's own address and files. Nobody is asked.
pub fn examine_server(site: &Site) -> Vec<Finding> {
    let findings = [server::address(site), Some(server::files(site))];
    findings.into_iter().flatten().collect()
}

/// Examines everything about Appwrite.
pub async fn examine(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    let (probe, endpoint) = match reach(config, appwrite).await {
        Ok(reached) => reached,
        Err(finding) => {
            let rest = "skipped, because Appwrite doesn't answer";
            return vec![finding, Finding::cannot_tell("the rest", rest)];
        }
    };
    let (probe, site, offered) = (&probe, &config.site.url, &config.sign_in_methods);
    let methods = offered.methods.iter();
    let providers = offered.providers.iter();
    let (project, key, platform, methods, providers, mail) = tokio::join!(
        checks::project(probe, appwrite),
        checks::key(probe),
        checks::platform(probe, site),
        join_all(methods.map(|method| checks::method(probe, *method))),
        join_all(providers.map(|id| checks::provider(probe, id))),
        checks::mail(probe, site),
    );
    let mut findings = vec![endpoint, project, key, platform];
    findings.extend(methods.into_iter().flatten());
    findings.extend(providers);
    findings.push(mail);
    if offered.has(SignInMethod::Phone) {
        findings.push(Finding::cannot_tell(
            "text messages",
            "only a message that arrives can tell; sign in by phone once to see",
        ));
    }
    findings
}

/// Examines what the app can't do without, with at most three calls: endpoint, project and key.
pub async fn examine_quickly(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    match reach(config, appwrite).await {
        Ok((probe, endpoint)) => {
            let (project, key) = tokio::join!(
                checks::project(&probe, appwrite),
                checks::key_can_sign_in(&probe)
            );
            vec![endpoint, project, key]
        }
        Err(finding) => vec![finding],
    }
}

/// Examines a local Appwrite of another process. That one keeps its key to itself, so all there is
/// to see is whether it answers as Appwrite does.
pub async fn examine_running(config: &Config, appwrite: &Appwrite) -> Vec<Finding> {
    match reach(config, appwrite).await {
        Ok((_, endpoint)) => {
            let rest = "a local Appwrite that's already running keeps its key to itself";
            let fix = "Stop the server that started it, and run the doctor again.";
            vec![
                endpoint,
                Finding::cannot_tell("the rest", rest).with_fix(fix),
            ]
        }
        Err(finding) => vec![finding],
    }
}

/// Logs what this server lacks, one line for each.
pub fn warn_about_server(site: &Site) {
    for finding in examine_server(site) {
        if finding.verdict != Verdict::Ok {
            tracing::warn!("{}", finding.sentence());
        }
    }
}

/// Logs what won't work with Appwrite, one line for each. Runs beside the server when it starts.
pub async fn warn_about_appwrite(config: Config, appwrite: Appwrite) {
    for finding in examine_quickly(&config, &appwrite).await {
        if finding.verdict == Verdict::Problem {
            tracing::warn!("Appwrite, {}", finding.sentence());
        }
    }
}

/// Sets up a probe and checks the endpoint. If that fails, no other check makes sense.
async fn reach(config: &Config, appwrite: &Appwrite) -> Result<(Probe, Finding), Finding> {
    let probe = Probe::new(appwrite, config.timeouts).map_err(|error| {
        Finding::problem(
            "endpoint",
            error.to_string(),
            "See .env.example for what each value means.",
        )
    })?;
    let finding = checks::endpoint(&probe, &appwrite.endpoint).await?;
    Ok((probe, finding))
}
