use leptos::prelude::*;

use crate::{error::AppError, model::Goto};

/// Creates an account, signs in to it, and sets the session cookie. Leads to `next`, and says there
/// that a link to verify the address is on its way.
///
/// # Errors
///
/// [`AppError::Invalid`], [`AppError::EmailTaken`], [`AppError::RateLimited`],
/// [`AppError::SwitchedOff`], [`AppError::Unavailable`]; [`AppError::CreatedNotSignedIn`] if the
/// account was created but signing in afterwards failed.
#[server(prefix = "/api", endpoint = "auth/sign-up")]
pub async fn sign_up(
    #[server(default)] name: String,
    email: String,
    password: String,
    #[server(default)] next: String,
) -> Result<Goto, AppError> {
    use tracing::Level;

    use crate::{
        error::{AllValid, OnField},
        model::{DisplayName, Email, Flash, NewPassword, SignInMethod, Value},
        server::{
            appwrite::create_admin_client,
            auth::{
                limits::{self, Action, Subject},
                methods, password, session, verification,
            },
            telemetry,
        },
    };

    methods::require(SignInMethod::Password)?;
    let (name, email, password) = (
        Option::<DisplayName>::parse(&name).on_field("name"),
        Email::parse(&email).on_field("email"),
        NewPassword::parse(&password).on_field("password"),
    )
        .all_valid()?;
    password::is_not_personal(&password, &email).on_field("password")?;
    limits::attempt(Action::Create, None)?;
    // Finding out whether an address is taken counts as a guess, too.
    limits::attempt(Action::Guess, Some(Subject::Typed(&email)))?;
    let client = create_admin_client().await?;
    let account = client.account();
    account.create(&email, &password, name.as_deref()).await?;
    let session = account.create_email_password_session(&email, &password);
    let session = session
        .await
        .inspect_err(|error| telemetry::note_cause(Level::WARN, error))
        .map_err(|_| AppError::CreatedNotSignedIn)?;
    limits::succeeded(Action::Guess, Subject::Typed(&email));
    let is_sent = verification::welcome_to(&session).await;
    session::start(session).await?;
    let goto = Goto::back(&next);
    Ok(if is_sent {
        Goto::page_about(goto.path(), Flash::VerificationSent, &email)
    } else {
        goto
    })
}
