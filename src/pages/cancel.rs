use leptos::prelude::*;

/// A link for people who were asked to confirm that it's them, and who would rather not go on.
#[component]
pub fn Cancel(
    /// Where they would have gone afterwards.
    next: String,
) -> impl IntoView {
    view! {
        <p class="card-foot">
            <a href=section_of(&next)>"Cancel"</a>
        </p>
    }
}

/// The account's section that a page belongs to. Not the page itself: it may ask again at once.
fn section_of(next: &str) -> &'static str {
    match next.split('?').next().unwrap_or_default() {
        "/account/identities" => "/account/identities",
        "/account/email" | "/account/phone" => "/account",
        _ => "/account/security",
    }
}

#[cfg(test)]
mod tests {
    use super::section_of;

    #[test]
    fn cancelling_leads_to_where_the_change_is_offered() {
        for (next, section) in [
            ("/account/identities?x=1", "/account/identities"),
            ("/account/email", "/account"),
            ("/account/deactivate", "/account/security"),
            ("https://evil.example", "/account/security"),
        ] {
            assert_eq!(section_of(next), section);
        }
    }
}
