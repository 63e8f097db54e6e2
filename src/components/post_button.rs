use leptos::prelude::*;

use super::page_fields::PageFields;

/// A form that's only a button. It acts as soon as it's pressed.
#[component]
pub fn PostButton(
    /// Where it's posted.
    action: &'static str,
    /// What's posted: names and values, which are the server function's arguments.
    #[prop(optional)]
    with: Vec<(&'static str, String)>,
    /// The button's classes.
    #[prop(default = "button")]
    class: &'static str,
    /// What the button says.
    children: Children,
) -> impl IntoView {
    let hidden = with
        .into_iter()
        .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
        .collect_view();
    view! {
        <form method="post" action=action>
            <PageFields />
            {hidden}
            <button class=class type="submit">
                {children()}
            </button>
        </form>
    }
}
