use leptos::prelude::*;

/// Whose password a form sets, for password managers, which save the two together. Nobody sees it, and
/// it isn't sent.
#[component]
pub fn UsernameField(
    /// The account's email address; without one, there's no field.
    value: String,
) -> impl IntoView {
    (!value.is_empty()).then(|| {
        view! {
            <input
                class="hidden"
                type="email"
                value=value
                autocomplete="username"
                tabindex="-1"
                aria-hidden="true"
                readonly
            />
        }
    })
}
