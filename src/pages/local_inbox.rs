use leptos::prelude::*;

/// The page with the messages. The document provides it, if the app has started an Appwrite of its own.
#[derive(Clone)]
pub struct InboxUrl(pub String);

/// Where emails and text messages are, while the local Appwrite keeps them instead of sending them.
#[component]
pub fn LocalInbox() -> impl IntoView {
    use_context().map(|InboxUrl(url)| {
        view! {
            <p class="phrase">
                <a href=url>"Emails land in the local inbox →"</a>
            </p>
        }
    })
}
