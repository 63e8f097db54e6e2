//! A form that is sent twice runs once.
//!
//! Whoever presses a button twice makes the browser give up its first request and wait for the
//! second. The link in a mail is used up by then, and the new codes were shown to nobody. So a
//! form's work goes on without its request, and the same form again gets the same answer. So does
//! every other request's that changes something: half of it is worse than none.
//!
//! So is the way back from a provider: what Appwrite has sent along works once, and what it begins is to
//! be finished.
//!
//! The answers live in this process. With several copies of it, and for forms without a key, each
//! request does its own work.

use std::{
    hash::{BuildHasher, RandomState},
    sync::Arc,
    time::Duration,
};

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{
        HeaderMap, Method, StatusCode,
        header::{CONTENT_TYPE, HeaderValue},
        request,
        response::Parts,
    },
    response::{IntoResponse, Response},
};
use moka::{policy::EvictionPolicy, sync::Cache};
use tokio::{
    select,
    sync::{Semaphore, watch},
};

use super::{
    large_bodies::{self, LargeBodies},
    layers::{Answering, Next},
    works::Place,
};
use crate::{
    error::AppError,
    model::{FormKey, ShownTo},
    server::{
        auth::{cookie, oauth2},
        config::Site,
        request::{ClientAddr, query_of},
        telemetry::{self, Cause},
    },
};

/// How long an answer is repeated.
const KEPT_FOR: Duration = Duration::from_secs(60);

/// How much memory the answers take, in bytes. When there are more, the oldest go first.
const MEMORY: u64 = 16 * 1024 * 1024;

/// How many fields a form has at most. Each takes more memory than it has bytes, for as long as the form is worked
/// on.
const MOST_FIELDS: usize = 100;

/// How many wait for one answer that isn't there yet. Nobody presses a button more often, and each holds a
/// connection.
const WAITING: usize = 8;

/// Longer answers aren't repeated, in bytes: few of them would take all of the memory. Nothing that's used up by
/// its form has one.
const LONGEST: usize = 64 * 1024;

/// What an answer takes without its body, in bytes, roughly.
const WITHOUT_BODY: u32 = 1024;

/// The forms that were sent lately, and their answers.
pub struct Once {
    site: Site,
    hasher: RandomState,
    runs: Cache<Form, Run>,
    /// Which form has begun a session, by the hash of its secret.
    begun: Cache<u64, Form>,
    /// Sessions that have ended here, by the hash of their secrets. What forms answered that came with
    /// one isn't repeated.
    ended: Cache<u64, ()>,
    large_bodies: LargeBodies,
}

/// A form as it was sent: its key, and the hash of where it was sent and of what was in it. Who
/// goes back, corrects something and sends it again sends another form.
type Form = (FormKey, u64);

/// A form's work.
#[derive(Clone)]
struct Run {
    /// The hash of the session that it came with, if any.
    session: u64,
    /// Its answer, once there is one.
    answer: watch::Receiver<Option<Answer>>,
    /// Who may still wait for it.
    places: Arc<Semaphore>,
}

#[derive(Clone)]
struct Answer {
    head: Parts,
    body: Bytes,
    cause: Cause,
}

impl Once {
    /// No forms yet.
    pub fn new(site: Site) -> Self {
        Self {
            site,
            hasher: RandomState::new(),
            runs: Cache::builder()
                .max_capacity(MEMORY)
                .weigher(|_, run: &Run| {
                    let answer = run.answer.borrow();
                    answer.as_ref().map_or(WITHOUT_BODY, Answer::weight)
                })
                // The default policy refuses new keys while the old ones are busier.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(KEPT_FOR)
                .build(),
            begun: Cache::builder()
                .max_capacity(MEMORY / u64::from(WITHOUT_BODY))
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(KEPT_FOR)
                .build(),
            ended: Cache::builder()
                .max_capacity(MEMORY / u64::from(WITHOUT_BODY))
                .eviction_policy(EvictionPolicy::lru())
                .time_to_live(KEPT_FOR)
                .build(),
            large_bodies: LargeBodies::default(),
        }
    }

    /// Which form this is as good as, if it's the way back from a provider in the browser that has gone
    /// there. Who has only the address doesn't get the answer.
    fn way_back(&self, head: &request::Parts) -> Option<Form> {
        if head.method != Method::GET || head.uri.path() != oauth2::CALLBACK {
            return None;
        }
        let state = query_of(head.uri.query(), "state");
        let flow = cookie::flow_value(&self.site, &head.headers, &state)?;
        let key = state.parse().ok()?;
        Some((key, self.hasher.hash_one((&head.uri, flow))))
    }

    /// Which form this is, if it's one with a key. The body is in the request as a whole then.
    async fn read(&self, request: Request) -> Result<(Option<Form>, Request), AppError> {
        let Some(places) = self.large_bodies.places_for(&request) else {
            return self.read_small(request).await;
        };
        let taken = large_bodies::take(places).await;
        select! {
            read = self.read_body(request) => read,
            () = large_bodies::are_up(&taken) => Err(AppError::Unavailable),
        }
    }

    /// As [`read`](Self::read), for a small body. It's read as a whole as well if the request changes something:
    /// its work goes on without it, and mustn't wait for whoever sends the rest late or never.
    async fn read_small(&self, request: Request) -> Result<(Option<Form>, Request), AppError> {
        if !request.method().is_safe() {
            return self.read_body(request).await;
        }
        let (head, body) = request.into_parts();
        let form = self.way_back(&head);
        Ok((form, Request::from_parts(head, body)))
    }

    async fn read_body(&self, request: Request) -> Result<(Option<Form>, Request), AppError> {
        let is_form = is_form(&request);
        let (mut head, body) = request.into_parts();
        let request = Request::from_parts(head.clone(), body);
        let body = match Bytes::from_request(request, &()).await {
            Ok(body) => body,
            Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                return Err(AppError::TooLarge);
            }
            Err(_) => return Err(AppError::BadRequest),
        };
        let form = if is_form {
            if body.iter().filter(|byte| **byte == b'&').count() >= MOST_FIELDS {
                return Err(AppError::BadRequest);
            }
            let field = |wanted: &str| {
                let mut fields = url::form_urlencoded::parse(&body);
                fields.find(|(name, _)| name == wanted)
            };
            if let Some((_, id)) = field(ShownTo::FIELD) {
                head.extensions.insert(ShownTo(id.into_owned()));
            }
            let key = field(FormKey::FIELD);
            let key = key.and_then(|(_, key)| key.parse::<FormKey>().ok());
            key.map(|key| (key, self.hasher.hash_one((&head.uri, &body))))
        } else {
            self.way_back(&head)
        };
        Ok((form, Request::from_parts(head, Body::from(body))))
    }

    /// Has a form's work done in a task of its own, or waits for the one that is doing it.
    ///
    /// An answer is for the session that the form came with, or that the answer itself began. A form
    /// that comes with another just has its own work done.
    async fn answer(
        self: &Arc<Self>,
        form: Form,
        secret: Option<&str>,
        request: Request,
        next: Next,
    ) -> Response {
        // Before anybody else may wait for this form: whoever waits here may go away.
        let place = place(&request, &next).await;
        let (sender, answer) = watch::channel(None);
        let session = self.hasher.hash_one(secret);
        let entry = self.runs.entry(form).or_insert(Run {
            session,
            answer,
            places: Arc::new(Semaphore::new(WAITING)),
        });
        let (is_fresh, mut run) = (entry.is_fresh(), entry.into_value());
        if is_fresh {
            let (once, run) = (Arc::clone(self), run.clone());
            let work = telemetry::apart(async move { next.run(request).await });
            tokio::spawn(async move {
                let _place = place;
                let (response, cause) = work.await;
                let answer = Answer::of(response, cause).await;
                let session = cookie::session_in_answer(&once.site, &answer.head.headers);
                if let Some(secret) = session.filter(|secret| !secret.is_empty()) {
                    once.begun.insert(once.hasher.hash_one(secret), form);
                }
                let stays = answer.stays();
                sender.send_replace(Some(answer));
                if stays {
                    // Now it has its weight, and its minute begins.
                    once.runs.insert(form, run);
                } else {
                    once.runs.invalidate(&form);
                }
            });
        } else {
            drop(place);
            if (run.session != session && !self.comes_of(&run, secret)) || self.has_ended(&run) {
                return next.run(request).await;
            }
        }
        let place = run.places.try_acquire();
        if place.is_err() && run.answer.borrow().is_none() {
            return AppError::Unavailable.into_response();
        }
        let answer = run.answer.wait_for(Option::is_some).await;
        let answer = answer.ok().and_then(|answer| answer.clone());
        answer.map_or_else(
            || {
                // It panicked.
                self.runs.invalidate(&form);
                AppError::Internal.into_response()
            },
            Answer::into_response,
        )
    }

    /// Whether this is the session that the answer has left its browser with, or none if it ended it.
    fn comes_of(&self, run: &Run, secret: Option<&str>) -> bool {
        let answer = run.answer.borrow();
        let set = answer
            .as_ref()
            .and_then(|answer| cookie::session_in_answer(&self.site, &answer.head.headers));
        set.is_some_and(|set| set == secret.unwrap_or_default())
    }

    /// Whether this is the answer to a form that came with a session which has ended since. The one that
    /// ended it is still repeated.
    fn has_ended(&self, run: &Run) -> bool {
        let ends_it = run
            .answer
            .borrow()
            .as_ref()
            .is_some_and(|answer| cookie::ends_session(&self.site, &answer.head.headers));
        !ends_it && self.ended.contains_key(&run.session)
    }

    /// Forgets the answer that began a session which now has ended: who signs out, goes back and
    /// signs in again is to get a new session.
    fn forget_ended(&self, secret: Option<String>, answer: &HeaderMap) {
        if let Some(secret) = secret
            && cookie::ends_session(&self.site, answer)
        {
            self.ended
                .insert(self.hasher.hash_one(Some(secret.as_str())), ());
            let begun_by = self.begun.remove(&self.hasher.hash_one(secret.as_str()));
            if let Some(form) = begun_by {
                self.runs.invalidate(&form);
            }
        }
    }
}

/// A place for a request's work, which goes on without it.
fn place(request: &Request, next: &Next) -> impl Future<Output = Place> + Send + use<> {
    let addr = ClientAddr::of(request.extensions());
    let state = Arc::clone(next.state());
    async move { state.works.place(addr).await }
}

/// Whether it's a form that a browser has posted.
fn is_form(request: &Request) -> bool {
    let is_form = |kind: &HeaderValue| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    };
    request.method() == Method::POST
        && !request.uri().path().starts_with("/api/")
        && request.headers().get(CONTENT_TYPE).is_some_and(is_form)
}

impl Answer {
    async fn of(response: Response, cause: Cause) -> Self {
        let (head, body) = response.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(body) => Self { head, body, cause },
            Err(_) => Self {
                head: AppError::Internal.into_response().into_parts().0,
                body: Bytes::new(),
                cause,
            },
        }
    }

    fn weight(&self) -> u32 {
        let body = u32::try_from(self.body.len()).unwrap_or(u32::MAX);
        body.saturating_add(WITHOUT_BODY)
    }

    /// Whether it's still true when the form comes again. What asks people to try again isn't.
    fn stays(&self) -> bool {
        !self.head.status.is_server_error()
            && self.head.status != StatusCode::TOO_MANY_REQUESTS
            && self.body.len() <= LONGEST
    }

    fn into_response(self) -> Response {
        telemetry::note(self.cause);
        Response::from_parts(self.head, Body::from(self.body))
    }
}

/// Runs a form that a browser has posted, or waits for and repeats the answer to the same one.
pub fn once(once: Once) -> impl Fn(Request, Next) -> Answering + Send + Sync {
    let once = Arc::new(once);
    move |request: Request, next: Next| Box::pin(run(Arc::clone(&once), request, next))
}

async fn run(once: Arc<Once>, request: Request, next: Next) -> Response {
    let secret = cookie::session_value(&once.site, request.headers());
    let (form, request) = match once.read(request).await {
        Ok(read) => read,
        Err(error) => return error.into_response(),
    };
    let response = match form {
        None if request.method().is_safe() => next.run(request).await,
        None => {
            let place = place(&request, &next).await;
            let work = telemetry::apart(async move { next.run(request).await });
            let work = async move {
                let _place = place;
                work.await
            };
            match tokio::spawn(work).await {
                Ok((response, cause)) => {
                    telemetry::note(cause);
                    response
                }
                // It panicked.
                Err(_) => AppError::Internal.into_response(),
            }
        }
        Some(form) => {
            let secret = secret.as_deref();
            once.answer(form, secret, request, next).await
        }
    };
    once.forget_ended(secret, response.headers());
    response
}
