use leptos::prelude::*;

/// The words that show that an email is from us.
#[component]
pub fn SecurityPhrase(
    /// Empty where none were sent.
    phrase: String,
) -> impl IntoView {
    (!phrase.is_empty()).then(|| {
        view! {
            <p class="phrase">
                <span class="muted">
                    "Check that the email shows these words. If it doesn't, don't trust it."
                </span>
                <strong>{phrase}</strong>
            </p>
        }
    })
}
