//! Turns a request into a page, and a posted form into the answer of its server function.

use std::{borrow::Cow, collections::HashSet, pin::Pin, sync::Arc};

use axum::{
    extract::{self, FromRequest, Request, State},
    http::{
        Method, StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, RETRY_AFTER},
        request::Parts,
    },
    response::{Html, IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use leptos::{
    nonce::{Nonce, use_nonce},
    prelude::*,
};
use leptos_axum::ResponseOptions;
use serde::de::DeserializeOwned;
use server_fn::ServerFn;

use crate::{
    components::FormState,
    document::{SignInState, document},
    error::AppError,
    model::{Account, FormKey, Goto, ShownTo},
    pages::{self, Outcome, Page, PageResult},
    server::{
        auth::{oauth2, session, typed},
        http::{
            guard::{Access, come_back, drafts_of, see_other},
            headers,
            kept_pages::KeptPages,
            shown_to,
        },
        request,
        state::AppState,
        telemetry::RequestId,
    },
};

/// Answers `GET` with a page.
pub fn page<Load, Loading>(load: Load) -> MethodRouter<Arc<AppState>>
where
    Load: Fn() -> Loading + Clone + Send + Sync + 'static,
    Loading: Future<Output = PageResult> + Send + 'static,
{
    get(
        async move |State(app): State<Arc<AppState>>, request: Request| {
            let (parts, _) = request.into_parts();
            match kept(&app, &parts) {
                Some(page) => page,
                None => respond(app, parts, Box::pin(load())).await,
            }
        },
    )
}

/// Answers `GET` with a form's page. Browsers without JavaScript post the form to that page: then
/// this runs the form's server function, and redirects, or shows the page again with what was typed
/// (except secrets) and what was wrong.
pub fn form<Function>(form_page: impl Show<FormState>) -> MethodRouter<Arc<AppState>>
where
    Function: ServerFn<Output = Goto, Error = AppError> + DeserializeOwned + 'static,
{
    let page_again = form_page.clone();
    let submitted = post(
        async move |State(app): State<Arc<AppState>>, request: Request| {
            let posted = match Posted::read(request).await {
                Ok(posted) => posted,
                Err(error) => return error.into_response(),
            };
            let parts = posted.parts.clone();
            respond(
                app,
                parts,
                Box::pin(async move {
                    let function = posted.decode::<Function>()?;
                    match posted.run(function).await {
                        Ok(goto) => Ok(goto.into()),
                        // The form can't help with these, and its page can no longer be loaded.
                        Err(error @ (AppError::SignedOut | AppError::Blocked))
                            if Access::of(posted.parts.uri.path()) == Access::SignedIn =>
                        {
                            Err(error)
                        }
                        Err(error) => {
                            page_again
                                .show(FormState::refused(posted.fields, error.in_form()))
                                .await
                        }
                    }
                }),
            )
            .await
        },
    );
    get(
        async move |State(app): State<Arc<AppState>>, request: Request| {
            let (parts, _) = request.into_parts();
            if let Some(page) = kept(&app, &parts) {
                return page;
            }
            let path = parts.uri.path().to_owned();
            respond(
                app,
                parts,
                Box::pin(async move {
                    let typed = typed::take(&path).await?;
                    let state = typed.map_or_else(FormState::default, FormState::filled_in);
                    form_page.show(state).await
                }),
            )
            .await
        },
    )
    .merge(submitted)
}

/// Answers the `POST` of a form that's only a button: runs its server function.
pub fn button<Function>() -> MethodRouter<Arc<AppState>>
where
    Function: ServerFn<Output = Goto, Error = AppError> + DeserializeOwned + 'static,
{
    button_to::<Function>(async |result: Result<Goto, AppError>| Ok(result?.into()))
}

/// Like [`button`], for a server function whose result is shown on a page.
pub fn button_to<Function>(
    result_page: impl Show<Result<Function::Output, AppError>>,
) -> MethodRouter<Arc<AppState>>
where
    Function: ServerFn<Error = AppError> + DeserializeOwned + 'static,
{
    post(
        async move |State(app): State<Arc<AppState>>, request: Request| {
            let posted = match Posted::read(request).await {
                Ok(posted) => posted,
                Err(error) => return error.into_response(),
            };
            let parts = posted.parts.clone();
            respond(
                app,
                parts,
                Box::pin(async move {
                    let function = posted.decode::<Function>()?;
                    result_page.show(posted.run(function).await).await
                }),
            )
            .await
        },
    )
}

/// A page that shows something: an async function that takes it.
pub trait Show<What>: Clone + Send + Sync + 'static {
    /// Loads the page.
    fn show(&self, what: What) -> impl Future<Output = PageResult> + Send;
}

impl<What, Page, Loading> Show<What> for Page
where
    Page: Fn(What) -> Loading + Clone + Send + Sync + 'static,
    Loading: Future<Output = PageResult> + Send,
{
    fn show(&self, what: What) -> impl Future<Output = PageResult> + Send {
        self(what)
    }
}

/// A form that a browser has posted.
struct Posted {
    parts: Parts,
    fields: Vec<(String, String)>,
}

impl Posted {
    async fn read(request: Request) -> Result<Self, AppError> {
        let (parts, body) = request.into_parts();
        let mut fields = Vec::new();
        // A form without fields can come without a body.
        if parts.headers.contains_key(CONTENT_TYPE) {
            let request = Request::from_parts(parts.clone(), body);
            extract::Form(fields) = match extract::Form::from_request(request, &()).await {
                Ok(form) => form,
                Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                    return Err(AppError::TooLarge);
                }
                Err(_) => return Err(AppError::BadRequest),
            };
        }
        Ok(Self { parts, fields })
    }

    /// Runs the form's server function, unless its page was shown to another account.
    async fn run<Function>(&self, function: Function) -> Result<Function::Output, AppError>
    where
        Function: ServerFn<Error = AppError>,
    {
        let state = request::state()?;
        shown_to::check(&state, &self.parts.headers, &self.parts.extensions)?;
        function.run_body().await
    }

    /// A server function's arguments, by the names of the fields. What isn't a field can be in the
    /// page's query: where to go next, or what came with a link in an email.
    fn decode<Function: DeserializeOwned>(&self) -> Result<Function, AppError> {
        let query = self.parts.uri.query().unwrap_or_default();
        let query = url::form_urlencoded::parse(query.as_bytes());
        let mut known: HashSet<Cow<str>> = self
            .fields
            .iter()
            .map(|(name, _)| name.as_str().into())
            .collect();
        let mut arguments = url::form_urlencoded::Serializer::new(String::new());
        arguments.extend_pairs(&self.fields);
        for (name, value) in query {
            // Fields come first, and then the first of its name, as everywhere else.
            if known.insert(name.clone()) {
                arguments.append_pair(&name, &value);
            }
        }
        let arguments = arguments.finish();
        serde_html_form::from_str(&arguments).map_err(|_| AppError::BadRequest)
    }
}

/// Loads a page. In a box, because it's large, and would be copied on its way, and because what follows is compiled
/// only once then, and not for each page.
type PageLoading = Pin<Box<dyn Future<Output = PageResult> + Send>>;

/// Loads and renders a page.
async fn respond(app: Arc<AppState>, parts: Parts, load: PageLoading) -> Response {
    in_scope(Arc::clone(&app), parts, async move {
        match load.await {
            Ok(Outcome::Page(page)) => {
                request::await_visitor().await;
                render(&app, page, "")
            }
            Ok(Outcome::Goto(goto)) => Ok(see_other(goto.path())),
            Err(AppError::MoreFactorsRequired | AppError::ChallengeRequired) => {
                request::with_parts(|parts| see_other(&come_back("/mfa", &parts.uri)))
            }
            Err(error) => Err(error),
        }
    })
    .await
}

/// Answers with the request in Leptos' context, and adds the headers that were set on the way, such as
/// cookies.
async fn in_scope(
    app: Arc<AppState>,
    parts: Parts,
    answer: impl Future<Output = Result<Response, AppError>> + Send,
) -> Response {
    let (answer, options) = request::scope(app, parts, answer).await;
    let mut response = answer.unwrap_or_else(IntoResponse::into_response);
    request::add_to(&mut response, &options);
    response
}

/// The page that says what went wrong.
pub async fn error_page(app: Arc<AppState>, parts: Parts, error: AppError) -> Response {
    let id = parts.extensions.get().map(RequestId::to_string);
    // Only a page can be tried again. The OAuth2 callback can't: its answer has been used up.
    let path = parts.uri.path();
    let is_page = matches!(parts.method, Method::GET | Method::HEAD) && path != oauth2::CALLBACK;
    let again = match Access::of(path) {
        _ if is_page => "",
        // What was posted here came from a page at the same address.
        Access::Anyone | Access::Link => "",
        Access::Drafts => drafts_of(path).unwrap_or("/account"),
        Access::SignedIn => "/account",
        Access::SecondStep => "/mfa",
        Access::SignedOut | Access::Impersonal => "/signin",
    };
    let signed_in = session::secret(&app, &parts.headers).is_some();
    let page = pages::error::page(error, id, again, signed_in, app.site.origin());
    in_scope(
        Arc::clone(&app),
        parts,
        async move { render(&app, page, again) },
    )
    .await
}

/// The page that this request asks for, if it's the same for everybody and has been rendered before.
fn kept(app: &AppState, parts: &Parts) -> Option<Response> {
    let page = KeptPages::takes(parts).then(|| app.kept_pages.get(parts.uri.path()))??;
    let nonce = Nonce::new();
    let html = page.with(&nonce, &FormKey::new(rand::random()).to_string());
    Some(answer(app, StatusCode::OK, html, Some(nonce), false))
}

/// Keeps a page that has just been rendered, if it's the same for everybody.
fn keep(app: &AppState, html: &str, nonce: Option<&Nonce>) -> Result<(), AppError> {
    let sets_headers = use_context::<ResponseOptions>()
        .is_none_or(|options| options.0.read().is_ok_and(|it| !it.headers.is_empty()));
    let path = request::with_parts(|parts| {
        let is_kept = KeptPages::takes(parts) && !sets_headers;
        is_kept.then(|| parts.uri.path().to_owned())
    })?;
    if let Some(((path, nonce), key)) = path.zip(nonce).zip(use_context::<FormKey>()) {
        app.kept_pages.keep(&path, html, nonce, &key.to_string());
    }
    Ok(())
}

/// A page, with the headers that every page has.
fn answer(
    app: &AppState,
    status: StatusCode,
    html: String,
    nonce: Option<Nonce>,
    personal: bool,
) -> Response {
    let mut response = (status, Html(html)).into_response();
    let headers = response.headers_mut();
    if let Some(nonce) = nonce
        && let Some(policy) = headers::content_security_policy(&nonce, app.assets.reload_port)
    {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    headers::cache_page(headers, personal);
    response
}

/// Whom the page is shown to that answers this request: the visitor, or whoever its session says, or else whom its
/// form was shown to before.
///
/// Pages that links lead to are for whom the link is for, and pages for signing in for whoever signs in there, unless
/// that's a guest, whose account would be lost with it.
fn whom_shown_to(visitor: Option<&Account>) -> Result<Option<ShownTo>, AppError> {
    let shown_to = visitor.map(|visitor| ShownTo(visitor.id.clone()));
    Ok(
        match request::with_parts(|parts| Access::of(parts.uri.path()))? {
            Access::Link => None,
            Access::SignedOut => shown_to,
            _ => {
                let claimed = session::claimed_user_id()?.map(ShownTo);
                shown_to.or(claimed).or_else(request::extension)
            }
        },
    )
}

/// Whether this page can be one of somebody who is signed in without their being known: the guard didn't ask Appwrite,
/// or Appwrite couldn't say.
fn is_of_unknown(page: &Page, path: &str) -> bool {
    match page.error {
        None => path == "/signout",
        Some(AppError::SignedOut) => false,
        Some(_) => true,
    }
}

/// Renders a page into the document. `again` is where it can be had again; empty for the same address.
fn render(app: &AppState, page: Page, again: &'static str) -> Result<Response, AppError> {
    let visitor = request::visitor();
    if let Some(shown_to) = whom_shown_to(visitor.as_ref())? {
        provide_context(shown_to);
    }
    let (state, personal) = request::with_parts(|parts| {
        let has_session = || session::secret(app, &parts.headers).is_some();
        let state = if visitor.is_some() {
            SignInState::SignedIn
        } else if Access::of(parts.uri.path()) == Access::SecondStep {
            SignInState::SecondStepMissing
        } else if is_of_unknown(&page, parts.uri.path()) && has_session() {
            SignInState::SignedIn
        } else {
            SignInState::SignedOut
        };
        // A page that answers a form contains what was typed, and any cookie of ours is one person's.
        let personal = parts.headers.contains_key(COOKIE) || parts.method != "GET";
        (state, personal)
    })?;
    let error = page.error.clone();
    let status = error.as_ref().map_or(200, AppError::status);
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Everything is loaded by now, so the document is complete, and no data follows it.
    let html = document(app, visitor, state, page, personal.then_some(again)).to_html();
    let nonce = use_nonce();
    if error.is_none() {
        keep(app, &html, nonce.as_ref())?;
    }
    let mut response = answer(app, status, html, nonce, personal);
    if let Some(seconds) = error.as_ref().and_then(AppError::retry_after) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if let Some(error) = error {
        response.extensions_mut().insert(error);
    }
    Ok(response)
}
