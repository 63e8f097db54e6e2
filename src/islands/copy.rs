//! Copying to the clipboard, which HTML can't do.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// A button that copies a text, then says so. It's hidden where scripts are off.
///
/// A click does nothing before it's hydrated, so it makes the loader start right away.
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
            data-now
            on:click=move |_| {
                let clipboard = window().navigator().clipboard();
                // Browsers have no clipboard for a site on plain http.
                if clipboard.is_undefined() {
                    return;
                }
                let written = JsFuture::from(clipboard.write_text(&text));
                spawn_local(async move { copied.set(written.await.is_ok()) });
            }
        >
            {move || if copied.get() { "Copied" } else { "Copy" }}
        </button>
        <span class="hidden" role="status">
            {move || copied.get().then_some("Copied to the clipboard.")}
        </span>
    }
}
