//! `/account/security/recovery-codes`

use leptos::prelude::*;

use crate::{
    components::PostButton,
    error::AppError,
    islands::CopyIsland,
    model::{Factors, Goto},
    pages::{Page, PageResult, account::layout::Section},
    server::{
        appwrite::create_session_client,
        auth::{methods, proof, session},
        http::links::with_next,
    },
};

const PATH: &str = "/account/security/recovery-codes";

/// Offers to create recovery codes, or to replace the old ones.
pub async fn page() -> PageResult {
    let (factors, turns_on) = set_up().await?;
    let page = Page::card("Recovery codes", move || {
        let (text, label) = if factors.recovery_code {
            ("New codes replace your old ones.", "Replace recovery codes")
        } else if turns_on {
            (
                "One more step: with recovery codes, you can sign in when you've lost your phone. Each works once.",
                "Create recovery codes",
            )
        } else {
            (
                "Store them somewhere safe, separate from your phone. Each works once.",
                "Create recovery codes",
            )
        };
        view! {
            <p class="muted">{text}</p>
            <PostButton action=PATH class="button button-primary">
                {label}
            </PostButton>
            <p class="card-foot">
                <a href=Section::Security.path()>"Back to security"</a>
            </p>
        }
    });
    Ok(page.into())
}

/// Shows the new codes, this once. If a proof is missing, or Appwrite wants a recent second step,
/// leads there and back.
pub async fn created(codes: Result<Vec<String>, AppError>) -> PageResult {
    let codes = match codes {
        Ok(codes) => codes,
        Err(AppError::ProofRequired) => return Ok(proof::page(PATH).into()),
        Err(AppError::ChallengeRequired) => {
            return Ok(Goto::page(with_next("/mfa", PATH)).into());
        }
        Err(error) => return Err(error),
    };
    let (_, turns_on) = set_up().await?;
    let page = Page::card("Your recovery codes", move || {
        let text = codes.join("\n");
        let file = format!(
            "data:text/plain;charset=utf-8,{}",
            text.replace('\n', "%0A")
        );
        let saved = if turns_on {
            view! {
                <PostButton
                    action="/account/security/mfa"
                    with=vec![("on", "true".to_owned())]
                    class="button button-primary"
                >
                    "I've saved these codes, turn it on"
                </PostButton>
            }
            .into_any()
        } else {
            view! { <a href=Section::Security.path()>"I've saved these codes"</a> }.into_any()
        };
        let items = codes
            .into_iter()
            .map(|code| view! { <li><code>{code}</code></li> })
            .collect_view();
        view! {
            <p class="note" role="status">
                "You won't see these codes again. Store them somewhere safe, separate from your "
                "phone."
            </p>
            <ul class="codes" data-copy=text>
                {items}
            </ul>
            <div class="row">
                <a class="button" href=file download="recovery-codes.txt">
                    "Download"
                </a>
                <CopyIsland />
            </div>
            <div class="card-foot">{saved}</div>
        }
    });
    Ok(page.into())
}

/// What the account has, and whether saving the codes is the last step of turning two-step verification
/// on.
async fn set_up() -> Result<(Factors, bool), AppError> {
    let account = session::account().await?;
    let client = create_session_client().await?;
    let factors = client.account().list_mfa_factors().await?;
    let turns_on = !account.mfa && account.can_pass_second_step(factors, &methods::offered()?);
    Ok((factors, turns_on))
}
