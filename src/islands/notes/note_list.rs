use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlFormElement},
};

use crate::{
    actions::notes::{create_note, delete_note, set_done, set_pinned},
    error::AppError,
    islands::enhance::{BUSY, Fields, Sent, error_region, find, show_field_errors},
    model::note::NoteTitle,
};

/// The ID of the row without a note, from which the row of a new one is made.
pub const BLANK: &str = "blank";

/// The ID of the element that says how many notes there are.
pub const COUNT: &str = "count";

/// The list of notes, and the form above it that adds one.
///
/// What somebody does shows at once, and is taken back with a message if the server refuses it. The
/// rows are the page's own HTML: a button's `formaction` says what it does and to which value, for
/// browsers and for this code.
#[island]
pub fn NoteList(
    /// The form that adds a note, and the one around the rows.
    children: Children,
) -> impl IntoView {
    let error = RwSignal::new(None);
    view! {
        <div class="form" on:submit=move |event| submit(&event, error)>
            {error_region(error)}
            {children()}
        </div>
    }
}

fn submit(event: &SubmitEvent, error: RwSignal<Option<AppError>>) {
    let Some(button) = event.submitter() else {
        return;
    };
    if button.has_attribute(BUSY) {
        event.prevent_default();
        return;
    }
    let Some((change, sent)) = Change::begin(event, &button) else {
        return;
    };
    // Not before there's something to send: if that panics, the browser sends the form.
    event.prevent_default();
    error.set(None);
    let _ = button.set_attribute(BUSY, "true");
    spawn_local(async move {
        let answer = sent.await;
        let _ = button.remove_attribute(BUSY);
        match answer {
            Ok(goto) => change.keep(goto.path()),
            Err(refused) => {
                change.undo(&refused);
                error.set(Some(match refused {
                    // It was there when the page was loaded.
                    AppError::NotFound => AppError::Conflict,
                    other => other,
                }));
            }
        }
    });
}

/// What shows already, before the server has agreed.
enum Change {
    /// A button that was switched: the start of its `formaction`, and to what.
    Switched(HtmlElement, String, bool),
    /// A row that is hidden.
    Deleted(HtmlElement),
    /// A row that is there, and the form with the title that was typed, if there's one.
    Added(HtmlFormElement, Option<HtmlElement>, String),
}

impl Change {
    /// Shows what a button does, and has it done.
    fn begin(event: &SubmitEvent, button: &HtmlElement) -> Option<(Self, Sent)> {
        let Some(action) = button.get_attribute("formaction") else {
            return Self::add(event.target()?.dyn_into().ok()?);
        };
        let id = button.get_attribute("value")?;
        let Some((start, on)) = action.split_once('=') else {
            let row = button.closest("li").ok()??.dyn_into::<HtmlElement>().ok()?;
            show(&row, false);
            return Some((
                Self::Deleted(row),
                Box::pin(delete_note(id, "/notes".to_owned())),
            ));
        };
        let on = on == "true";
        switch(button, start, on);
        let sent: Sent = if start.ends_with("done") {
            Box::pin(set_done(id, on, String::new()))
        } else {
            Box::pin(set_pinned(id, on, String::new()))
        };
        Some((Self::Switched(button.clone(), start.to_owned(), on), sent))
    }

    fn add(form: HtmlFormElement) -> Option<(Self, Sent)> {
        let fields = Fields::of(&form)?;
        let title = fields.value::<NoteTitle>("title");
        let wrong = fields.wrong.take();
        if !wrong.is_empty() {
            let refused = async move { Err(AppError::Invalid(wrong)) };
            return Some((Self::Added(form, None, title), Box::pin(refused)));
        }
        let blank = document().get_element_by_id(BLANK)?;
        let row = blank.clone_node_with_deep(true).ok()?;
        let row = row.dyn_into::<HtmlElement>().ok()?;
        find(&row, "a")?.set_text_content(Some(&title));
        // Until it has an ID, its buttons have nothing to send.
        let _ = row.set_attribute("inert", "");
        let _ = blank.after_with_node_1(&row);
        show(&row, true);
        form.reset();
        show_field_errors(&form, &[]);
        let tag = fields.query("tag");
        let sent = create_note(title.clone(), String::new(), tag, String::new());
        Some((Self::Added(form, Some(row), title), Box::pin(sent)))
    }

    /// The server has done it.
    fn keep(self, path: &str) {
        match self {
            Self::Switched(..) => {}
            Self::Deleted(row) => row.remove(),
            Self::Added(_, row, _) => {
                if let (Some(row), Some((_, id))) = (row, path.split_once('#')) {
                    name(&row, id);
                }
            }
        }
    }

    /// The server has refused it.
    fn undo(self, refused: &AppError) {
        match self {
            Self::Switched(button, start, on) => switch(&button, &start, !on),
            Self::Deleted(row) => show(&row, true),
            Self::Added(form, row, title) => {
                if let Some(row) = row {
                    show(&row, false);
                    row.remove();
                    // As what the field starts with, so it's only seen if nothing else was typed.
                    if let Some(input) = find(&form, "#title") {
                        let _ = input.set_attribute("value", &title);
                    }
                }
                show_field_errors(&form, refused.fields());
            }
        }
    }
}

/// Switches a button on or off. Pressed again, it does the opposite.
fn switch(button: &Element, start: &str, on: bool) {
    let (now, next) = if on {
        ("true", "false")
    } else {
        ("false", "true")
    };
    let _ = button.set_attribute("aria-pressed", now);
    let _ = button.set_attribute("formaction", &[start, "=", next].concat());
}

/// Shows or hides a row, and counts it.
fn show(row: &HtmlElement, shown: bool) {
    row.set_hidden(!shown);
    if !shown && let Some(input) = document().get_element_by_id("title") {
        // Where the row was, there's nothing to have the focus.
        let _ = input.unchecked_into::<HtmlElement>().focus();
    }
    let Some(count) = document().get_element_by_id(COUNT) else {
        return;
    };
    // With a plus at its end, it isn't a number.
    if let Ok(number) = count.text_content().unwrap_or_default().parse::<i32>() {
        let number = if shown { number + 1 } else { number - 1 };
        count.set_text_content(Some(&number.to_string()));
    }
}

/// Gives a new row its note's ID.
fn name(row: &HtmlElement, id: &str) {
    row.set_id(id);
    let _ = row.remove_attribute("inert");
    if let Some(link) = find(row, "a") {
        let _ = link.set_attribute("href", &["/notes/", id].concat());
    }
    let Ok(buttons) = row.query_selector_all("[name=id]") else {
        return;
    };
    for index in 0..buttons.length() {
        if let Some(button) = buttons.item(index) {
            let _ = button
                .unchecked_into::<Element>()
                .set_attribute("value", id);
        }
    }
}
