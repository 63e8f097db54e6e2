use leptos::prelude::*;

use crate::{
    components::{Date, Icon},
    model::note::Note,
    server::http::links::with_query,
};

/// A row of the list, inside the form that its buttons send.
#[component]
pub fn NoteRow(
    /// The note's ID; empty for a row that new ones are made from.
    id: String,
    /// The note.
    note: Note,
    /// Today, as `2026-12-31`.
    today: String,
    /// Whether nobody sees it.
    #[prop(optional)]
    hidden: bool,
) -> impl IntoView {
    let Note {
        title,
        tag,
        due,
        pinned,
        done,
        ..
    } = note;
    let tag = tag.map(|tag| {
        let notes = with_query("/notes", [("tag", tag.as_str())]);
        view! {
            <a class="badge" dir="auto" href=notes>
                {tag}
            </a>
        }
    });
    let due = due.map(|due| {
        let is_late = !done && due.get(..10) < Some(&today);
        let (class, word) = if is_late {
            ("late", "Overdue: ")
        } else {
            ("", "Due ")
        };
        view! { <span class=class>{word} <Date at=due /></span> }
    });
    let marks = (tag.is_some() || due.is_some()).then(|| {
        view! {
            <p class="muted">
                {tag} " " {due}
            </p>
        }
    });
    let pressed = |on: bool| if on { "true" } else { "false" };
    let link = ["/notes/", &id].concat();
    view! {
        <li id=id.clone() hidden=hidden>
            <button
                class="mark tick"
                name="id"
                value=id.clone()
                formaction=["/notes/done?done=", pressed(!done)].concat()
                aria-pressed=pressed(done)
                title="Done"
            >
                {drawing("#tick")}
            </button>
            <div>
                <a href=link dir="auto">
                    {title}
                </a>
                {marks}
            </div>
            <button
                class="mark"
                name="id"
                value=id.clone()
                formaction=["/notes/pinned?pinned=", pressed(!pinned)].concat()
                aria-pressed=pressed(pinned)
                title="Pin"
            >
                {drawing("#pin")}
            </button>
            <details>
                <summary class="mark" title="Delete …">
                    {drawing("#bin")}
                </summary>
                <button
                    class="button button-small button-danger"
                    name="id"
                    value=id.clone()
                    formaction="/notes/delete"
                >
                    "Delete"
                </button>
            </details>
        </li>
    }
}

/// The drawings of all rows, by the IDs under which the rows show them: a row has three.
#[component]
pub fn Drawings() -> impl IntoView {
    let drawings = [("tick", Icon::Tick), ("pin", Icon::Pin), ("bin", Icon::Bin)];
    let symbols = drawings.map(|(id, icon)| {
        view! {
            <symbol id=id viewBox="0 0 20 20">
                <path d=icon.path() />
            </symbol>
        }
    });
    view! {
        <svg class="hidden" aria-hidden="true">
            {symbols.into_iter().collect_view()}
        </svg>
    }
}

fn drawing(reference: &'static str) -> impl IntoView {
    view! {
        <svg>
            <use_ href=reference />
        </svg>
    }
}
