//! `/notes/{id}`

use leptos::prelude::*;

use super::{NotesStyle, id_in_path};
use crate::{
    actions::notes::get_note,
    components::{Date, FormState, PostButton},
    model::note::Note,
    pages::{Messages, Page, PageResult},
    server::http::links::with_query,
};

/// A note, to read, edit and delete.
pub async fn page() -> PageResult {
    let id = id_in_path()?;
    let row = get_note(&id).await?;
    let id = id.to_string();
    let messages = Messages::of(&FormState::default());
    let page = Page::new("Note", move || {
        let here = ["/notes/", &id].concat();
        let edit = [&here, "/edit"].concat();
        let switch = |name, to: bool| {
            vec![
                ("id", id.clone()),
                (name, to.to_string()),
                ("next", here.clone()),
            ]
        };
        let Note { pinned, done, .. } = row.data;
        view! {
            <article class="card">
                <h1 dir="auto">{row.data.title.clone()}</h1>
                {messages.show()}
                <Content note=row.data />
                <div class="row">
                    <a class="button button-primary" href=edit>
                        "Edit"
                    </a>
                    <PostButton action="/notes/done" with=switch("done", !done)>
                        {if done { "Mark as not done" } else { "Mark as done" }}
                    </PostButton>
                    <PostButton action="/notes/pinned" with=switch("pinned", !pinned)>
                        {if pinned { "Unpin" } else { "Pin" }}
                    </PostButton>
                </div>
                <details class="confirm">
                    <summary class="button button-danger">"Delete"</summary>
                    <div>
                        <p>"The note will be gone for good."</p>
                        <PostButton
                            action="/notes/delete"
                            with=vec![("id", id.clone())]
                            class="button button-danger"
                        >
                            "Yes, delete it"
                        </PostButton>
                    </div>
                </details>
                <p class="card-foot muted">
                    "Created " <Date at=row.created_at with_time=true local=true /> " · changed "
                    <Date at=row.updated_at with_time=true local=true />
                </p>
            </article>
            <p>
                <a href="/notes">"Back to notes"</a>
            </p>
        }
    });
    Ok(page.into())
}

/// What a note says besides its title.
#[component]
pub fn Content(
    /// The note.
    note: Note,
) -> impl IntoView {
    let Note { text, tag, due, .. } = note;
    let tag = tag.map(|tag| {
        let notes = with_query("/notes", [("tag", tag.as_str())]);
        view! {
            <a class="badge" dir="auto" href=notes>
                {tag}
            </a>
        }
    });
    let due = due.map(|due| view! { <span class="muted">"Due " <Date at=due /></span> });
    let is_marked = tag.is_some() || due.is_some() || note.done || note.pinned;
    let marks = is_marked.then(|| {
        view! {
            <p class="row">
                {note.pinned.then(|| view! { <span class="badge">"pinned"</span> })}
                {note.done.then(|| view! { <span class="badge badge-good">"done"</span> })} {tag}
                {due}
            </p>
        }
    });
    let text = text.filter(|text| !text.is_empty()).map(|text| {
        view! {
            <p class="note-text" dir="auto">
                {text}
            </p>
        }
    });
    view! {
        <NotesStyle />
        {marks}
        {text}
    }
}
