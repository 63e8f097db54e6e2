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
        <div class="form" on:submit=move |event| submit(event, error)>
            {error_region(error)}
            {children()}
        </div>
    }
}

fn submit(event: SubmitEvent, error: RwSignal<Option<AppError>>) {
    let Some(button) = event.submitter() else {
        return;
    };
    if button.has_attribute(BUSY) {
        event.prevent_default();
        return;
    }
    let Some((change, sent)) = begin(&button) else {
        return;
    };
    // Not before there's something to send: if that panics, the browser sends the form.
    event.prevent_default();
    let _ = button.set_attribute(BUSY, "true");
    spawn_local(async move {
        let answer = sent.await;
        let _ = button.remove_attribute(BUSY);
        error.set(match answer {
            Ok(goto) => {
                change.keep(goto.path());
                None
            }
            Err(refused) => {
                change.undo(&refused);
                Some(match refused {
                    // It was there when the page was loaded.
                    AppError::NotFound => AppError::Conflict,
                    other => other,
                })
            }
        });
    });
}

/// What shows already, before the server has agreed.
enum Change {
    /// A button that was switched: the start of its `formaction`, and to what.
    Switched(HtmlElement, String, bool),
    /// A row that is hidden.
    Deleted(HtmlElement),
    /// A row that is there, and the form with the title that was typed.
    Added(HtmlElement, HtmlFormElement, String),
}

/// Shows what a button does, and has it done.
fn begin(button: &HtmlElement) -> Option<(Change, Sent)> {
    let Some(action) = button.get_attribute("formaction") else {
        return add(button.closest("form").ok()??.unchecked_into());
    };
    let id = button.get_attribute("value")?;
    let Some((start, on)) = action.split_once('=') else {
        let row: HtmlElement = button.closest("li").ok()??.unchecked_into();
        show(&row, false);
        let sent = delete_note(id, "/notes".to_owned());
        return Some((Change::Deleted(row), Box::pin(sent)));
    };
    let on = on == "true";
    switch(button, start, on);
    let sent: Sent = if start.ends_with("done") {
        Box::pin(set_done(id, on, String::new()))
    } else {
        Box::pin(set_pinned(id, on, String::new()))
    };
    let change = Change::Switched(button.clone(), start.to_owned(), on);
    Some((change, sent))
}

/// Shows the row of a new note, and has the note made.
fn add(form: HtmlFormElement) -> Option<(Change, Sent)> {
    let fields = Fields::of(&form)?;
    let title = fields.text("title");
    let blank = by_id(BLANK)?;
    let row: HtmlElement = blank.clone_node_with_deep(true).ok()?.unchecked_into();
    find(&row, "a")?.set_text_content(Some(&title));
    // Until it has an ID, its buttons have nothing to send.
    let _ = row.set_attribute("inert", "");
    let _ = blank.insert_adjacent_element("afterend", &row);
    show(&row, true);
    form.reset();
    let tag = fields.query("tag");
    let sent = create_note(title.clone(), String::new(), tag, String::new());
    Some((Change::Added(row, form, title), Box::pin(sent)))
}

impl Change {
    /// The server has done it.
    fn keep(self, path: &str) {
        match self {
            Self::Switched(..) => {}
            Self::Deleted(row) => row.remove(),
            Self::Added(row, form, _) => {
                show_field_errors(&form, &[]);
                if let Some((_, id)) = path.split_once('#') {
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
            Self::Added(row, form, title) => {
                show(&row, false);
                row.remove();
                // As what the field starts with, so it's only seen if nothing else was typed.
                if let Some(input) = by_id("title") {
                    let _ = input.set_attribute("value", &title);
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
fn show(row: &Element, shown: bool) {
    let _ = row.toggle_attribute_with_force("hidden", !shown);
    let Some(count) = by_id(COUNT) else {
        return;
    };
    // With a plus at its end, it isn't a number.
    if let Ok(number) = count.text_content().unwrap_or_default().parse::<u32>() {
        let number = if shown { number + 1 } else { number - 1 };
        count.set_text_content(Some(&number.to_string()));
    }
}

/// Gives a new row its note's ID.
fn name(row: &Element, id: &str) {
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

fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
