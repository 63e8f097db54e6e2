//! The document around every page, and the table of routes.

use std::{collections::HashMap, sync::Arc};

use axum::{
    extract::{self, Request, State, rejection::FormRejection},
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, RETRY_AFTER},
        request::Parts,
    },
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use futures::{StreamExt, stream::once};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;

use crate::{
    actions,
    components::Press,
    error::AppError,
    model::{Account, Form, Method, Theme, Typed},
    pages::{self, Outcome, Page, PageResult, Shown},
    server::{
        assets::Assets,
        auth::{cookie, oauth2},
        http::{
            guard::{come_back, see_other},
            headers,
        },
        request,
        state::AppState,
        telemetry::RequestId,
    },
};

/// The site's name, in titles and in the header.
const SITE_NAME: &str = "Leptos + Appwrite";

/// Every page of the site. Who may see one is decided in `server::guard`, by prefix.
pub fn routes() -> axum::Router<Arc<AppState>> {
    use pages::account::{
        activity, identities, preferences, profile, security, sessions, settings,
    };

    let form_pages = [
        form(Form::SignIn, pages::sign_in::show),
        form(Form::SignUp, pages::sign_up::show),
        form(Form::MagicUrl, pages::sign_in::magic_url),
        form(Form::EmailOtp, pages::sign_in::email_otp),
        form(Form::Phone, pages::sign_in::phone),
        form(Form::Code, pages::sign_in::code),
        form(Form::Link, pages::links::sign_in),
        form(Form::Recover, pages::recover::show),
        form(Form::ResetPassword, pages::links::reset_password),
        form(Form::VerifyEmail, pages::links::verify_email),
        form(Form::MfaTotp, pages::mfa::totp),
        form(Form::MfaCode, pages::mfa::code),
        form(Form::MfaRecoveryCode, pages::mfa::recovery_code),
        form(Form::VerifyPhone, settings::verify_phone),
        form(Form::AddTotp, security::add_totp),
        form(Form::UpdateName, settings::name),
        form(Form::UpdateEmail, settings::email),
        form(Form::UpdatePhone, settings::phone),
        form(Form::UpdatePassword, settings::password),
        form(Form::SetPassword, settings::new_password),
        form(Form::Upgrade, settings::upgrade),
        form(Form::Deactivate, settings::deactivate),
    ];
    let router = axum::Router::new()
        .route("/", page(pages::home::show))
        .route("/signin/sent", page(pages::sign_in::sent))
        .route("/signin/anonymous", posted(pages::sign_in::anonymous))
        .route("/signin/oauth2", posted(pages::oauth2::begin))
        .route(oauth2::CALLBACK, page(pages::oauth2::finish))
        .route("/recover/sent", page(pages::recover::sent))
        .route("/mfa", page(pages::mfa::show))
        .route("/mfa/send", posted(pages::mfa::send))
        .route(
            "/signout",
            page(pages::sign_out::show).merge(button(pages::sign_out::submit)),
        )
        .route("/signout/everywhere", button(pages::sign_out::everywhere))
        .route("/account", page(profile::show))
        .route("/account/email/verify", button(profile::verify_email))
        .route("/account/phone/send", button(profile::verify_phone))
        .route("/account/security", page(security::show))
        .route("/account/security/mfa", posted(security::update_mfa))
        .route("/account/security/totp/begin", button(security::begin_totp))
        .route(
            "/account/security/totp/remove",
            button(security::remove_totp),
        )
        .route(
            "/account/security/recovery-codes",
            page(security::recovery_codes).merge(button(security::make_recovery_codes)),
        )
        .route("/account/activity", page(activity::show))
        .route("/account/sessions", page(sessions::show))
        .route("/account/sessions/end", posted(sessions::end))
        .route("/account/sessions/end-others", button(sessions::end_others))
        .route("/account/identities", page(identities::show))
        .route("/account/identities/link", posted(identities::link))
        .route("/account/identities/unlink", posted(identities::unlink))
        .route(
            "/account/preferences",
            page(preferences::show).merge(posted(preferences::submit)),
        );
    form_pages
        .into_iter()
        .fold(router, |router, (path, method)| router.route(path, method))
}

/// Answers `GET` with a page.
fn page<Load, Loading>(load: Load) -> MethodRouter<Arc<AppState>>
where
    Load: Fn() -> Loading + Clone + Send + Sync + 'static,
    Loading: Future<Output = PageResult> + Send + 'static,
{
    get(
        async move |State(app): State<Arc<AppState>>, request: Request| {
            let (parts, _) = request.into_parts();
            respond(app, parts, load()).await
        },
    )
}

/// Answers a form that is nothing but its button.
fn button<Submit, Submitting>(submit: Submit) -> MethodRouter<Arc<AppState>>
where
    Submit: Fn() -> Submitting + Clone + Send + Sync + 'static,
    Submitting: Future<Output = PageResult> + Send + 'static,
{
    post(
        async move |State(app): State<Arc<AppState>>, parts: Parts| {
            respond(app, parts, submit()).await
        },
    )
}

/// A form's page: as it comes, and posted to by a browser without a script, which is answered with a
/// redirect or with the page again.
fn form<Show, Showing>(form: Form, show: Show) -> (&'static str, MethodRouter<Arc<AppState>>)
where
    Show: Fn(Shown) -> Showing + Clone + Send + Sync + 'static,
    Showing: Future<Output = PageResult> + Send + 'static,
{
    let again = show.clone();
    let first = page(move || {
        let show = show.clone();
        async move { show(Shown::first(form)).await }
    });
    let submit = posted(move |fields: HashMap<String, String>| {
        let show = again.clone();
        async move {
            let typed = form.fields().fold(Typed::default(), |typed, field| {
                let value = fields.get(field.name()).cloned();
                typed.with(field, value.unwrap_or_else(|| request::query(field.name())))
            });
            match actions::submit(form, typed.clone()).await {
                Ok(path) => Ok(Outcome::SeeOther(path)),
                // No form can help with these.
                Err(error @ (AppError::SignedOut | AppError::Blocked))
                    if form.is_for_signed_in() =>
                {
                    Err(error)
                }
                Err(error) => {
                    let typed = typed.without_secrets();
                    let error = Some(error);
                    show(Shown { typed, error }).await
                }
            }
        }
    });
    (form.path(), first.merge(submit))
}

/// Answers what a browser posts.
fn posted<Fields, Submit, Submitting>(submit: Submit) -> MethodRouter<Arc<AppState>>
where
    Fields: DeserializeOwned + Send + 'static,
    Submit: Fn(Fields) -> Submitting + Clone + Send + Sync + 'static,
    Submitting: Future<Output = PageResult> + Send + 'static,
{
    post(
        async move |State(app): State<Arc<AppState>>,
                    parts: Parts,
                    fields: Result<extract::Form<Fields>, FormRejection>| {
            match fields {
                Ok(extract::Form(fields)) => respond(app, parts, submit(fields)).await,
                Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    AppError::TooLarge.into_response()
                }
                Err(_) => AppError::BadRequest.into_response(),
            }
        },
    )
}

/// Loads a page, renders it, and adds what loading it asked for, such as cookies.
async fn respond(
    app: Arc<AppState>,
    parts: Parts,
    load: impl Future<Output = PageResult> + Send,
) -> Response {
    let (outcome, options) = request::scope(Arc::clone(&app), parts.clone(), load).await;
    let mut response = match outcome {
        Ok(Outcome::Page(page)) => render(app, parts, page).await,
        Ok(Outcome::SeeOther(path)) => see_other(&path),
        Err(AppError::MoreFactorsRequired | AppError::ChallengeRequired) => {
            see_other(&come_back("/mfa", &parts.method, &parts.uri))
        }
        Err(error) => error.into_response(),
    };
    request::add_to(&mut response, &options);
    response
}

/// The page that says what went wrong.
pub async fn error_page(app: Arc<AppState>, parts: Parts, error: AppError) -> Response {
    let id = parts.extensions.get().map(|RequestId(id)| id.clone());
    // Only a page can be asked for again, and not one that takes a provider's answer, which it has.
    let path = parts.uri.path();
    let again = match parts.method.as_str() {
        "GET" | "HEAD" if path != oauth2::CALLBACK => "",
        _ if path.starts_with("/account") => "/account",
        _ if path.starts_with("/mfa") => "/mfa",
        _ => "/signin",
    };
    let signed_in = cookie::is_present(&app.site, &parts.headers);
    render(app, parts, pages::error::page(error, id, again, signed_in)).await
}

/// Renders a page into the document.
async fn render(app: Arc<AppState>, parts: Parts, page: Page) -> Response {
    let visitor = parts
        .extensions
        .get()
        .map(|request::Visitor(account)| account.clone());
    let has_cookie = cookie::is_present(&app.site, &parts.headers);
    let who = if visitor.is_some() {
        Who::SignedIn
    } else if parts.uri.path().starts_with("/mfa") {
        Who::Half
    } else if page.error.is_some() && has_cookie {
        // Nobody has asked, or Appwrite could not say.
        Who::SignedIn
    } else {
        Who::SignedOut
    };
    // A page that answers a form holds what was typed.
    let personal = has_cookie || parts.method != "GET";
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let retry_after = page.error.as_ref().and_then(AppError::retry_after);
    let mut response = leptos_axum::handle_response_inner(
        || {},
        move || document(&app, visitor, who, page),
        Request::from_parts(parts, axum::body::Body::empty()),
        // Everything is loaded by now, so the whole document is there at once, and there is no
        // data to send after it.
        |document, _, _| {
            Box::pin(async move {
                let html = document.to_html_stream_in_order().collect::<String>().await;
                Box::pin(once(async move { html })) as _
            })
        },
    )
    .await;
    *response.status_mut() = status;
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    headers::cache_page(response.headers_mut(), personal);
    response
}

/// The document: head, header, the page, footer, and the loader where the page has an island.
fn document(
    app: &AppState,
    visitor: Option<Account>,
    who: Who,
    page: Page,
) -> impl IntoView + use<> {
    if let Some(shared) = Owner::current_shared_context() {
        // Only islands hydrate; what is around them needs no marks for it.
        shared.set_is_hydrating(false);
    }
    let nonce = use_nonce();
    if let (Some(nonce), Some(options)) = (&nonce, use_context::<ResponseOptions>())
        && let Some(policy) = headers::content_security_policy(nonce, app.assets.reload_port)
    {
        options.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    // Other ways in make an account by themselves.
    let can_sign_up = app.sign_in_methods.has(Method::Password);
    let title = format!("{} · {SITE_NAME}", page.title);
    let theme = visitor
        .as_ref()
        .map_or(Theme::Device, |visitor| visitor.preferences.theme);
    if let Some(visitor) = &visitor {
        provide_context(visitor.preferences.locale);
    }
    // On the document itself, so that the first paint has it.
    let theme = (theme != Theme::Device).then(|| theme.name());
    let wait = page.error.as_ref().and_then(AppError::wait).map(|seconds| {
        let from = format!(":root{{--wait:{seconds}}}");
        view! { <style nonce=nonce.clone() inner_html=from></style> }
    });
    let main = (page.view)().to_html();
    let loader = main.contains("<leptos-island").then(
        || view! { <script type="module" nonce=nonce.clone() inner_html=loader(&app.assets) /> },
    );
    let reload = app.assets.reload_port.map(|port| {
        let options = LeptosOptions::builder()
            .output_name("app")
            .reload_port(u32::from(port))
            .build();
        view! { <AutoReload options=options /> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // As inner HTML, because Leptos marks the end of a text with a comment, which a title would
                // show.
                <title inner_html=title></title>
                <link rel="stylesheet" href=app.assets.css.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {wait}
                {reload}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to the content"</a>
                <SiteHeader who=who can_sign_up=can_sign_up />
                <main id="main" inner_html=main></main>
                <footer class="site-foot">
                    <p>"Rendered on the server with Leptos. Accounts by Appwrite."</p>
                </footer>
                {loader}
            </body>
        </html>
    }
}

/// Whom the header greets.
#[derive(Clone, Copy)]
enum Who {
    SignedOut,
    /// Owes the second step: nobody yet, but somebody who can leave.
    Half,
    SignedIn,
}

#[component]
fn SiteHeader(who: Who, can_sign_up: bool) -> impl IntoView {
    let sign_out = || {
        view! {
            <Press action="/signout" class="link">
                "Sign out"
            </Press>
        }
    };
    let links = match who {
        Who::SignedIn => view! {
            <a href="/account">"Account"</a>
            {sign_out()}
        }
        .into_any(),
        Who::Half => sign_out().into_any(),
        Who::SignedOut => view! {
            <a href="/signin">"Sign in"</a>
            {can_sign_up.then(|| view! { <a href="/signup">"Sign up"</a> })}
        }
        .into_any(),
    };
    view! {
        <header class="site-head">
            <a class="brand" href="/">
                {SITE_NAME}
            </a>
            <nav aria-label="Account">{links}</nav>
        </header>
    }
}

/// The script that fetches the bundle when somebody first touches an island.
fn loader(assets: &Assets) -> String {
    let Assets { js, wasm, .. } = assets;
    format!(
        "{};load({js:?},{wasm:?})",
        include_str!("app/loader.js").trim()
    )
}
