//! The document around every page, and the table of routes.

use std::sync::Arc;

use axum::{
    extract::{Form, Request, State, rejection::FormRejection},
    http::{StatusCode, header::CONTENT_SECURITY_POLICY, request::Parts},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use futures::{StreamExt, stream::once};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;

use crate::{
    error::AppError,
    model::Account,
    pages::{self, Outcome, Page, PageResult},
    server::{
        assets::Assets,
        context::{self, App},
        cookie,
        guard::see_other,
        headers,
        telemetry::RequestId,
    },
};

/// The site's name, in titles and in the header.
const SITE_NAME: &str = "Leptos + Appwrite";

/// Every page of the site. Who may see one is decided in `server::guard`, by prefix.
pub fn routes() -> axum::Router<Arc<App>> {
    axum::Router::new()
        .route("/", page(pages::home::show))
        .route(
            "/signin",
            page(pages::sign_in::show).merge(form(pages::sign_in::submit)),
        )
        .route(
            "/signup",
            page(pages::sign_up::show).merge(form(pages::sign_up::submit)),
        )
        .route("/signout", button(pages::sign_out::submit))
        .route("/account", page(pages::account::show))
}

/// Answers `GET` with a page.
fn page<Load, Loading>(load: Load) -> MethodRouter<Arc<App>>
where
    Load: Fn() -> Loading + Clone + Send + Sync + 'static,
    Loading: Future<Output = PageResult> + Send + 'static,
{
    get(async move |State(app): State<Arc<App>>, request: Request| {
        let (parts, _) = request.into_parts();
        respond(app, parts, load()).await
    })
}

/// Answers a form that is nothing but its button.
fn button<Submit, Submitting>(submit: Submit) -> MethodRouter<Arc<App>>
where
    Submit: Fn() -> Submitting + Clone + Send + Sync + 'static,
    Submitting: Future<Output = PageResult> + Send + 'static,
{
    post(async move |State(app): State<Arc<App>>, parts: Parts| respond(app, parts, submit()).await)
}

/// Answers a form that a browser posts by itself: with a redirect, or with the page again.
fn form<Fields, Submit, Submitting>(submit: Submit) -> MethodRouter<Arc<App>>
where
    Fields: DeserializeOwned + Send + 'static,
    Submit: Fn(Fields) -> Submitting + Clone + Send + Sync + 'static,
    Submitting: Future<Output = PageResult> + Send + 'static,
{
    post(
        async move |State(app): State<Arc<App>>,
                    parts: Parts,
                    fields: Result<Form<Fields>, FormRejection>| {
            match fields {
                Ok(Form(fields)) => respond(app, parts, submit(fields)).await,
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
    app: Arc<App>,
    parts: Parts,
    load: impl Future<Output = PageResult> + Send,
) -> Response {
    let (outcome, options) = context::scope(Arc::clone(&app), parts.clone(), load).await;
    let mut response = match outcome {
        Ok(Outcome::Page(page)) => render(app, parts, page).await,
        Ok(Outcome::SeeOther(path)) => see_other(&path),
        Err(error) => error.into_response(),
    };
    context::add_to(&mut response, &options);
    response
}

/// The page that says what went wrong.
pub async fn error_page(app: Arc<App>, parts: Parts, error: AppError) -> Response {
    let id = parts.extensions.get().map(|RequestId(id)| id.clone());
    render(app, parts, pages::error::page(error, id)).await
}

/// Renders a page into the document.
async fn render(app: Arc<App>, parts: Parts, page: Page) -> Response {
    let visitor = parts
        .extensions
        .get()
        .map(|context::Visitor(account)| account.clone());
    // A page that answers a form holds what was typed.
    let personal = cookie::is_present(&app.site, &parts.headers) || parts.method != "GET";
    let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = leptos_axum::handle_response_inner(
        || {},
        move || document(&app, visitor, page),
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
    headers::cache_page(response.headers_mut(), personal);
    response
}

/// The document: head, header, the page, footer, and the loader where the page has an island.
fn document(app: &App, visitor: Option<Account>, page: Page) -> impl IntoView + use<> {
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
    let title = format!("{} · {SITE_NAME}", page.title);
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
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // As inner HTML, because Leptos marks the end of a text with a comment, which a title would
                // show.
                <title inner_html=title></title>
                <link rel="stylesheet" href=app.assets.css.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {reload}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to the content"</a>
                <SiteHeader visitor=visitor />
                <main id="main" inner_html=main></main>
                <footer class="site-foot">
                    <p>"Rendered on the server with Leptos. Accounts by Appwrite."</p>
                </footer>
                {loader}
            </body>
        </html>
    }
}

#[component]
fn SiteHeader(visitor: Option<Account>) -> impl IntoView {
    let links = match visitor {
        Some(_) => view! {
            <a href="/account">"Account"</a>
            <form method="post" action="/signout">
                <button class="link" type="submit">"Sign out"</button>
            </form>
        }
        .into_any(),
        None => view! {
            <a href="/signin">"Sign in"</a>
            <a href="/signup">"Sign up"</a>
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
