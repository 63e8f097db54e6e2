use leptos::prelude::*;

/// A round sign with the first letters of a name, beside the name itself.
#[component]
pub fn Initials(
    /// A name or an e-mail address.
    of: String,
) -> impl IntoView {
    let letters: String = of
        .split_whitespace()
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    view! {
        <span class="initials" aria-hidden="true">
            {letters}
        </span>
    }
}
