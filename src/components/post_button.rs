use leptos::prelude::*;

/// A form that is nothing but its button: what it does happens at a press.
#[component]
pub fn PostButton(
    /// Where it is posted.
    action: &'static str,
    /// What is posted: names and values, which are the arguments of the server function.
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
            {hidden}
            <button class=class type="submit">
                {children()}
            </button>
        </form>
    }
}
