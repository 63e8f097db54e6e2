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
    use crate::{
        error::OnField,
        model::{Code, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                first_proof,
                flow::{self, Channel, Flow},
                limits::{self, Action, Subject},
                session,
            },
        },
    };

    let (sent_by, user_id, next) = match flow::find(&flow)? {
        Some(Flow::Code {
            sent_by,
            user_id,
            next,
            ..
        }) => (sent_by, user_id, next),
        other => return session::lead_on(other).await,
    };
    let code = Code::parse(&code).on_field("code")?;
    limits::attempt(Action::Guess, Some(Subject::SentCode(&user_id)))?;
    let client = create_admin_client().await?;
    let is_first_proof = sent_by == Channel::Email && first_proof::is_due(&user_id).await;
    let session = client.account().create_session(&user_id, &code).await;
    let session = session.on_field("code")?;
    let mut goto = Goto::back(&next);
    if is_first_proof {
        goto = first_proof::complete(&session, goto).await?;
    }
    session::start(session).await?;
    limits::succeeded(Action::Guess, Subject::SentCode(&user_id));
    flow::finish(&flow, &goto)?;
    Ok(goto)
}
