//! `/notes`

use leptos::prelude::*;
use time::{Duration, OffsetDateTime};

use super::{
    NotesStyle,
    row::{Drawings, NoteRow},
};
use crate::{
    actions::notes::{Filter, NotePage, Place, list_notes},
    components::{FormState, PageFields, StartField, SubmitButton, TextField},
    error::AppError,
    islands::notes::{BLANK, COUNT, NoteList},
    model::{
        Goto, Value,
        note::{Note, NoteTitle, Tag},
        visible,
    },
    pages::{Messages, Page, PageResult},
    server::{appwrite::Id, http::links::with_query, request},
};

/// More than anybody looks for.
const MAX_WORDS: usize = 200;

/// The visitor's notes, 25 a page, and a form that adds one.
pub async fn page(form: FormState) -> PageResult {
    let (filter, place) = (filter(), place());
    let notes = match form.error() {
        None => match list_notes(&filter, &place).await {
            // The note that the page began after is gone.
            Err(AppError::NotFound) if place != Place::Start => {
                return Ok(Goto::page(address(&filter, &Place::Start)).into());
            }
            // So are all notes of this page, which was the last one.
            Ok(notes) if notes.notes.is_empty() && place != Place::Start => {
                return Ok(Goto::page(address(&filter, &Place::Start)).into());
            }
            notes => Some(notes?),
        },
        // There's nobody to list notes for, or nobody to ask.
        Some(AppError::SignedOut | AppError::Unavailable) => None,
        // What was typed into the form matters more than the list.
        Some(_) => list_notes(&filter, &place).await.ok(),
    };
    let error = form.error().cloned();
    let messages = Messages::of(&form);
    let page = Page::new("Notes", move || {
        provide_context(form);
        let total = notes.as_ref().map(|notes| match notes.total {
            5000.. => "5000+".to_owned(),
            total => total.to_string(),
        });
        let pager = notes.as_ref().map(|notes| pager(&filter, notes));
        let next = address(&filter, &place);
        let rows = notes.map(|notes| rows(notes, &filter, next));
        view! {
            <NotesStyle />
            <Drawings />
            <div class="notes">
                <header class="row">
                    <h1>"Notes " {total.map(|total| view! { <span class="badge" id=COUNT>{total}</span> })}</h1>
                    <a class="button" href="/notes/new">
                        "New note"
                    </a>
                </header>
                {messages.show()}
                {search(&filter)}
                <NoteList>
                    <form class="card" method="post">
                        <StartField name="id" value=Id::unique().to_string() />
                        <TextField
                            name="title"
                            label="Add a note"
                            autocapitalize="sentences"
                            enterkeyhint="done"
                            maxlength=NoteTitle::MAX
                        />
                        <SubmitButton busy="Adding…">"Add"</SubmitButton>
                    </form>
                    {rows}
                </NoteList>
                {pager}
            </div>
        }
    });
    Ok(page.with_error(error).into())
}

/// What the address asks for. What it can't ask for doesn't count.
fn filter() -> Filter {
    let words = visible(&request::query("q"));
    Filter {
        words: words.chars().take(MAX_WORDS).collect(),
        tag: Tag::parse(&request::query("tag")).ok(),
        done: request::query("done").parse().ok(),
    }
}

fn place() -> Place {
    let id = |name| Id::parse(&request::query(name));
    match (id("after"), id("before")) {
        (Some(id), _) => Place::After(id),
        (None, Some(id)) => Place::Before(id),
        (None, None) => Place::Start,
    }
}

/// The address of a page of the list.
fn address(filter: &Filter, place: &Place) -> String {
    let done = filter.done.map(|done| done.to_string());
    let tag = filter.tag.as_deref();
    let words = Some(filter.words.as_str()).filter(|words| !words.is_empty());
    let place = match place {
        Place::Start => None,
        Place::After(id) => Some(("after", id.as_str())),
        Place::Before(id) => Some(("before", id.as_str())),
    };
    let parameters = [
        words.map(|words| ("q", words)),
        tag.map(|tag| ("tag", tag)),
        done.as_deref().map(|done| ("done", done)),
        place,
    ];
    with_query("/notes", parameters.into_iter().flatten())
}

/// The field to search with, and links for what else can be asked for.
fn search(filter: &Filter) -> impl IntoView + use<> {
    let link = |label: &'static str, done: Option<bool>| {
        let to = Filter {
            done,
            ..filter.clone()
        };
        let current = (done == filter.done).then_some("true");
        view! {
            <a href=address(&to, &Place::Start) aria-current=current>
                {label}
            </a>
        }
    };
    let tag = filter.tag.as_deref().map(|tag| {
        let without = Filter {
            tag: None,
            ..filter.clone()
        };
        view! {
            <a href=address(&without, &Place::Start) aria-current="true">
                <span class="hidden">"Tag "</span>
                <bdi>{tag.to_owned()}</bdi>
                <span class="hidden">", remove"</span>
                <span aria-hidden="true">" ×"</span>
            </a>
        }
    });
    let kept = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <input type="hidden" name=name value=value /> })
    };
    view! {
        <search class="row">
            <form class="row" action="/notes">
                <input
                    class="field-input"
                    type="search"
                    name="q"
                    value=filter.words.clone()
                    maxlength=MAX_WORDS.to_string()
                    aria-label="Search notes"
                    placeholder="Search"
                    enterkeyhint="search"
                />
                {kept("tag", filter.tag.as_deref().map(str::to_owned))}
                {kept("done", filter.done.map(|done| done.to_string()))}
                <button class="button">"Search"</button>
            </form>
            <nav class="row tabs" aria-label="Which notes">
                {link("All", None)} {link("To do", Some(false))} {link("Done", Some(true))} {tag}
            </nav>
        </search>
    }
}

/// The rows, in the form that their buttons send, which leads back to `next`.
fn rows(page: NotePage, filter: &Filter, next: String) -> impl IntoView + use<> {
    // Wherever somebody is, it's this day at the earliest.
    let today = (OffsetDateTime::now_utc() - Duration::hours(12))
        .date()
        .to_string();
    let rows = page
        .notes
        .into_iter()
        .map(|row| view! { <NoteRow id=row.id.to_string() note=row.data today=today.clone() /> })
        .collect_view();
    let nothing = if *filter == Filter::default() {
        view! { "No notes yet. Add your first one above." }.into_any()
    } else {
        view! {
            "No notes like that. "
            <a href="/notes">"Show all notes"</a>
        }
        .into_any()
    };
    view! {
        <form method="post">
            <PageFields />
            <input type="hidden" name="next" value=next />
            <ul class="card note-rows">
                <NoteRow id=BLANK.to_owned() note=Note::default() today=String::new() hidden=true />
                {rows}
            </ul>
            <p class="card muted">
                <span>{nothing}</span>
            </p>
        </form>
    }
}

/// Links to the pages before and after this one.
fn pager(filter: &Filter, page: &NotePage) -> impl IntoView + use<> {
    let link = |label: &'static str, place: Option<&Place>| {
        place.map(|place| {
            view! {
                <a class="button" href=address(filter, place)>
                    {label}
                </a>
            }
        })
    };
    let earlier = link("Newer notes", page.earlier.as_ref());
    let later = link("Older notes", page.later.as_ref());
    (earlier.is_some() || later.is_some()).then(|| {
        view! {
            <nav class="row" aria-label="Pages">
                {earlier} {later}
            </nav>
        }
    })
}
