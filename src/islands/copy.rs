//! Copying to the clipboard, which HTML cannot do.

use leptos::prelude::*;

/// A button that copies a text, and says so. Where scripts are off it is not shown.
#[island]
pub fn CopyIsland(
    /// What to copy.
    text: String,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    view! {
        <button
            class="button needs-script"
            type="button"
            on:click=move |_| {
                // The promise is for who wants to know when; a refusal leaves the text to be marked.
                let _ = window().navigator().clipboard().write_text(&text);
                copied.set(true);
            }
        >
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
        <span class="hidden" role="status">
            {move || copied.get().then_some("Copied to the clipboard.")}
        </span>
    }
}
