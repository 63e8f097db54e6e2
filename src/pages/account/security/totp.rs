//! `/account/security/totp`

use leptos::prelude::*;

use super::qr_code::qr_code;
use crate::{
    components::{CodeField, FormState, SubmitButton},
    error::AppError,
    islands::mfa::AddTotpForm,
    model::{Flash, Goto},
    pages::{
        PageResult,
        account::{change, layout::Section},
    },
    server::{
        appwrite::create_session_client,
        auth::{
            flow::{self, Flow},
            proof::Brings,
        },
        request,
    },
};

/// Sets up an authenticator app.
pub async fn page(form: FormState) -> PageResult {
    const SECURITY: &str = "/account/security";
    let flow = flow::find(&request::query("flow"))?;
    let client = create_session_client().await?;
    if matches!(flow, Some(Flow::Done { .. })) || client.account().list_mfa_factors().await?.totp {
        // It was sent twice, or the page was open all the while.
        return Ok(Goto::page_with(SECURITY, Flash::TotpThere).into());
    }
    let Some(Flow::Totp { secret, uri }) = flow else {
        return match form.error() {
            None => Ok(Goto::page(SECURITY).into()),
            Some(AppError::Invalid(_)) => Ok(Goto::page_with(SECURITY, Flash::TotpExpired).into()),
            Some(error) => Err(error.clone()),
        };
    };
    if let Some(goto) = change::ask(&form, Brings::Nothing, SECURITY).await? {
        return Ok(goto.into());
    }
    let picture = qr_code(&uri)?;
    change::page(
        "Set up an authenticator app",
        form,
        Section::Security,
        move || {
            view! {
                <p>"Scan this code with your authenticator app, or tap it on this device."</p>
                <a class="qr" href=uri aria-label="Open in an authenticator app">
                    {picture}
                </a>
                <details>
                    <summary>"Enter the key by hand"</summary>
                    <p>
                        <code class="secret">{in_fours(&secret)}</code>
                    </p>
                </details>
                <p>"Then enter the code from the app."</p>
                <AddTotpForm>
                    <CodeField />
                    <SubmitButton busy="Checking…">"Verify and turn on"</SubmitButton>
                </AddTotpForm>
            }
        },
    )
}

/// Letters in groups of four, which are easier to copy.
fn in_fours(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    let groups = letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>());
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::in_fours;

    #[test]
    fn a_secret_is_shown_in_fours() {
        assert_eq!(in_fours("ABCDEFGHIJ"), "ABCD EFGH IJ");
    }
}
