use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Signs in with the code that was sent to this visitor, in the flow with this ID.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::FlowExpired`], [`AppError::Blocked`],
/// [`AppError::RateLimited`], [`AppError::Unavailable`].
#[server(prefix = "/api", endpoint = "auth/code")]
pub async fn sign_in_with_code(
    code: String,
    #[server(default)] flow: String,
) -> Result<Goto, AppError> {
    use std::time::Instant;

    use crate::{
        error::OnField,
        model::{Code, Problem, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                first_proof::{self, FirstProof, SentTo},
                flow::{self, Channel, Flow},
                limits::{self, Action, Subject},
                session,
            },
            request,
        },
    };

    let (sent_by, user_id, to, next) = match flow::find(&flow)? {
        Some(Flow::Code {
            sent_by,
            user_id,
            to,
            next,
            ..
        }) => (sent_by, user_id, to, next),
        other => return session::lead_on(other).await,
    };
    let code = Code::parse(&code).on_field("code")?;
    let subject = Subject::SentCode {
        user_id: &user_id,
        to: &to,
    };
    limits::attempt(Action::Guess, Some(subject))?;
    let client = create_admin_client().await?;
    let asked = Instant::now();
    let proof = match sent_by {
        Channel::Email => match first_proof::begin(&user_id, SentTo::Email(&to)).await {
            // Whoever has no code doesn't learn from a wrong one that there's such an account. The page
            // says what else it may be.
            Err(AppError::AddressUnproven | AppError::LinkExpired) => {
                return Err(AppError::field("code", Problem::CodeWrong));
            }
            proof => proof?,
        },
        Channel::TextMessage => FirstProof::None,
    };
    let created = client.account().create_session(&user_id, &code).await;
    let created = match created.on_field("code") {
        Ok(created) => session::began_with(created, sent_by.provider()).await,
        Err(error) => Err(error),
    };
    let takes_longest = matches!(proof, FirstProof::OfAccount { .. });
    let signed_in = proof.signed_in(created, Goto::back(&next)).await;
    if takes_longest && signed_in == Err(AppError::field("code", Problem::CodeWrong)) {
        request::state()?.code_floor.learn(asked.elapsed());
    }
    let goto = signed_in?;
    limits::succeeded(Action::Guess, subject);
    flow::finish(&flow, &goto)?;
    Ok(goto)
}
