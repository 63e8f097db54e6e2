use leptos::{
    ev::SubmitEvent,
    prelude::*,
    task::spawn_local,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlFormElement},
};

use crate::{
    actions::notes::{create_note, delete_note, set_done, set_pinned},
    error::AppError,
    islands::enhance::{Fields, Sent, error_region, find, show_field_errors},
};

/// The ID of the row without a note, from which the row of a new one is made.
pub const BLANK: &str = "blank";

/// The ID of the element that says how many notes there are.
pub const COUNT: &str = "count";

/// The list of notes, and the form above it that adds one.
///
/// What somebody does shows at once, and is taken back with a message if the server refuses it. The
/// rows are the page's own HTML, whose buttons say in `formaction` what they do. That and the cloned
/// rows take far less room in the bundle than a list that's rendered here.
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
    let Ok(Some(place)) = button.closest("li,form") else {
        return;
    };
    // One change of a row at a time, because each is taken back by how the row was.
    if place.has_attribute(BUSY) {
        event.prevent_default();
        return;
    }
    let Some((change, sent)) = Change::begin(&button, &place) else {
        return;
    };
    // Not before there's something to send: if that panics, the browser sends the form.
    event.prevent_default();
    let _ = place.set_attribute(BUSY, "true");
    error.set(None);
    show_field_errors(&place, &[]);
    spawn_local(async move {
        let answer = sent.await;
        let _ = place.remove_attribute(BUSY);
        match answer {
            Ok(goto) => {
                if let Some((_, id)) = goto.path().split_once('#') {
                    name(&change.row, id);
                    propose_after(id, &place);
                }
            }
            Err(AppError::NotFound) => {
                // It was there when the page was loaded. Who has deleted it has what they wanted.
                if change.more == 0 {
                    count(-1);
                    error.set(Some(AppError::Conflict));
                }
                change.row.remove();
            }
            Err(refused) => {
                change.undo(&place);
                if refused == AppError::OtherAccount
                    && let Some(form) = place.dyn_ref::<HtmlFormElement>()
                {
                    // The answer to its post has what was typed, in a form of that account.
                    let _ = form.submit();
                    return;
                }
                show_field_errors(&place, refused.fields());
                error.set(match refused {
                    // It's said next to the field.
                    AppError::Invalid(_) => None,
                    // The site was updated since, or somebody else has signed in.
                    AppError::BadRequest | AppError::OtherAccount => Some(AppError::Outdated),
                    other => Some(other),
                });
            }
        }
    });
}

/// What shows already, before the server has agreed.
struct Change {
    /// The row as it is now.
    row: Element,
    /// The row as it was, if there was one.
    before: Option<Element>,
    /// How many more notes there are now.
    more: i32,
}

impl Change {
    /// Shows what a button does to its row, or the one of the form that adds one, and has it done.
    fn begin(button: &Element, place: &Element) -> Option<(Self, Sent)> {
        let Some(action) = button.get_attribute("formaction") else {
            return Self::add(place.unchecked_ref());
        };
        let row = place.clone();
        let before = Some(copy(&row)?);
        let id = row.id();
        let mut more = 0;
        let sent: Sent = if action == "/notes/delete" {
            let _ = row.set_attribute("hidden", "");
            // The row had the focus, and can't keep it.
            if let Some(next) = row.next_element_sibling()
                && let Some(link) = find(&next, "a")
            {
                let _ = link.focus();
            }
            more = -1;
            Box::pin(delete_note(id, "/notes".to_owned()))
        } else {
            let on = button.get_attribute(PRESSED)? != "true";
            let _ = button.set_attribute(PRESSED, if on { "true" } else { "false" });
            if action.starts_with("/notes/done") {
                Box::pin(set_done(id, on, String::new()))
            } else {
                Box::pin(set_pinned(id, on, String::new()))
            }
        };
        count(more);
        Some((Self { row, before, more }, sent))
    }

    /// Shows the row of a new note, and has the note made.
    fn add(form: &HtmlFormElement) -> Option<(Self, Sent)> {
        let fields = Fields::of(form)?;
        let title = fields.text("title");
        let blank = by_id(BLANK)?;
        let row = copy(&blank)?;
        find(&row, "a")?.set_text_content(Some(&title));
        let _ = row.remove_attribute("hidden");
        // Until it has an ID, its buttons have nothing to send.
        let _ = row.set_attribute("inert", "");
        let _ = blank.insert_adjacent_element("afterend", &row);
        start_with(form, "");
        count(1);
        let tag = fields.query("tag");
        let id = fields.text("id");
        let sent = create_note(title, String::new(), tag, String::new(), id);
        let (before, more) = (None, 1);
        Some((Self { row, before, more }, Box::pin(sent)))
    }

    fn undo(self, place: &Element) {
        let Self { row, before, more } = self;
        if let Some(before) = before {
            let _ = row.replace_with_with_node_1(&before);
        } else if let Some(link) = find(&row, "a") {
            let refused = link.text_content().unwrap_or_default();
            give_back(place.unchecked_ref(), &refused);
            row.remove();
        }
        count(-more);
    }
}

/// On a row or a form of which a change is on its way.
const BUSY: &str = "aria-busy";

/// On a button that is switched on or off.
const PRESSED: &str = "aria-pressed";

/// Gives a new row its note's ID.
fn name(row: &Element, id: &str) {
    row.set_id(id);
    let _ = row.remove_attribute("inert");
    if let Some(link) = find(row, "a") {
        let _ = link.set_attribute("href", &["/notes/", id].concat());
    }
}

/// Has the next note that's added get another ID than this one, if it's a note that was added. Where that gets too
/// long, the server thinks of one.
fn propose_after(id: &str, form: &Element) {
    if let Some(proposed) = find(form, "[name=id]") {
        let _ = proposed.set_attribute("value", &[id, "a"].concat());
    }
}

/// Puts a title that was refused back into the field, before what was typed in the meantime.
fn give_back(form: &HtmlFormElement, refused: &str) {
    let Some(fields) = Fields::of(form) else {
        return;
    };
    let typed = fields.text("title");
    let between = if typed.is_empty() { "" } else { " " };
    start_with(form, &[refused, between, &typed].concat());
}

/// Sets the field for a new note, also as what its form resets it to: a title that was refused
/// before may stand there.
fn start_with(form: &HtmlFormElement, title: &str) {
    if let Some(input) = by_id("title") {
        let _ = input.set_attribute("value", title);
    }
    form.reset();
}

/// Counts so many notes more.
fn count(more: i32) {
    let Some(place) = by_id(COUNT) else { return };
    let text = place.text_content().unwrap_or_default();
    // With a plus at its end, it isn't a number.
    if !text.ends_with('+') {
        let digit = |number: u32, digit| number * 10 + u32::from(digit & 15);
        let number = text.bytes().fold(0, digit).wrapping_add_signed(more);
        place.set_text_content(Some(&number.to_string()));
    }
}

fn copy(row: &Element) -> Option<Element> {
    let copy = row.clone_node_with_deep(true).ok()?;
    Some(copy.unchecked_into())
}

fn by_id(id: &str) -> Option<Element> {
    document().get_element_by_id(id)
}
