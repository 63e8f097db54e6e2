//! Copying to the clipboard, which HTML can't do.

use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen_futures::JsFuture;

/// A button that copies what an element before it has as its `data-copy`, then says so. It's hidden
/// where scripts are off.
///
/// The text isn't a property, because reading properties of islands would take a second JSON reader,
/// for strings, into the bundle.
///
/// A click does nothing before it's hydrated, so it makes the loader start right away.
#[island]
pub fn CopyIsland() -> impl IntoView {
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
                let source = document().query_selector("[data-copy]").ok().flatten();
                let text = source.and_then(|source| source.get_attribute("data-copy"));
                let written = JsFuture::from(clipboard.write_text(&text.unwrap_or_default()));
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
