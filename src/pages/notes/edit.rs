//! `/notes/{id}/edit`

use leptos::prelude::*;

use super::{fields::NoteFields, id_in_path, show::Content};
use crate::{
    actions::notes::get_note,
    components::{FormState, StartField, SubmitButton},
    error::AppError,
    islands::notes::{EditNoteForm, NewNoteForm},
    model::note::Note,
    pages::{Page, PageResult},
    server::appwrite::{Id, Row},
};

/// Changes a note. A form that was refused is shown with what was typed, whatever has become of the
/// note.
pub async fn page(form: FormState) -> PageResult {
    let id = id_in_path()?;
    let page = match form.error() {
        None => edit(form, &id, get_note(&id).await?),
        Some(AppError::Conflict) => match get_note(&id).await {
            Ok(saved) => compare(form, &id, saved),
            Err(_) => again(form, &id),
        },
        Some(AppError::NotFound) => as_new(
            form,
            "Note not found",
            "This note may have been deleted elsewhere. You can save what you typed as a new one.",
        ),
        Some(AppError::OtherAccount) => as_new(
            form,
            "Account switched",
            "This note is in the account that you were signed in to before. Sign in to that one to change it, or save what you typed as a new note in this one.",
        ),
        Some(_) => again(form, &id),
    };
    Ok(page.into())
}

fn edit(form: FormState, id: &Id, saved: Row<Note>) -> Page {
    let (id, note) = (id.to_string(), id.to_string());
    Page::form("Edit note", form, || {
        view! {
            <EditNoteForm>
                <Hidden name="id" value=id />
                <StartField name="updated_at" value=saved.updated_at />
                <NoteFields note=saved.data />
                <SubmitButton busy="Saving…">"Save note"</SubmitButton>
            </EditNoteForm>
            <BackToNote id=note />
        }
    })
}

/// What was typed, with the last change that its writer knew.
fn again(form: FormState, id: &Id) -> Page {
    let (id, note) = (id.to_string(), id.to_string());
    Page::form("Edit note", form, || {
        view! {
            <EditNoteForm>
                <Hidden name="id" value=id />
                <StartField name="updated_at" />
                <NoteFields />
                <SubmitButton busy="Saving…">"Save note"</SubmitButton>
            </EditNoteForm>
            <BackToNote id=note />
        }
    })
}

/// What was typed, and what was saved elsewhere since the form was opened. Whoever saves now has seen
/// both.
fn compare(form: FormState, id: &Id, saved: Row<Note>) -> Page {
    let id = id.to_string();
    Page::form("Edit note", form, || {
        let keep = ["/notes/", &id].concat();
        view! {
            <section class="phrase" aria-label="What was saved elsewhere">
                <p class="muted">"Saved elsewhere:"</p>
                <p class="session-title" dir="auto">
                    {saved.data.title.clone()}
                </p>
                <Content note=saved.data />
                <p>
                    <a href=keep>"Keep that one"</a>
                    ", or save yours below to replace it."
                </p>
            </section>
            <EditNoteForm>
                <Hidden name="id" value=id />
                <Hidden name="updated_at" value=saved.updated_at />
                <NoteFields />
                <SubmitButton busy="Saving…">"Replace it with mine"</SubmitButton>
            </EditNoteForm>
        }
    })
}

/// What was typed into a note that can't be changed, as a new one.
fn as_new(form: FormState, title: &'static str, why: &'static str) -> Page {
    let error = form.error().cloned();
    let page = Page::form(title, form.without_error(), move || {
        view! {
            <p class="note note-bad" role="alert" tabindex="-1" autofocus>
                {why}
            </p>
            <NewNoteForm>
                <StartField name="id" />
                <NoteFields />
                <SubmitButton busy="Saving…">"Save as a new note"</SubmitButton>
            </NewNoteForm>
            <p class="card-foot">
                <a href="/notes">"Back to notes"</a>
            </p>
        }
    });
    page.with_error(error)
}

#[component]
fn Hidden(name: &'static str, value: String) -> impl IntoView {
    // Without `autocomplete`, Firefox may fill in the value of an earlier visit.
    view! { <input type="hidden" name=name value=value autocomplete="off" /> }
}

#[component]
fn BackToNote(id: String) -> impl IntoView {
    view! {
        <p class="card-foot">
            <a href=["/notes/", &id].concat()>"Back to the note"</a>
        </p>
    }
}
