use leptos::prelude::*;

use crate::components::PostButton;

/// A row of a section: a setting, its value, and where to change it.
#[component]
pub fn Row(
    /// The setting's name.
    label: &'static str,
    /// Where to change it; empty if it can't be changed.
    #[prop(optional)]
    href: &'static str,
    /// What the link says.
    #[prop(default = "Change")]
    action: &'static str,
    /// Whether it's a button that acts at once, rather than a link to a page.
    #[prop(optional)]
    at_once: bool,
    /// Its value.
    children: Children,
) -> impl IntoView {
    let words = move || {
        view! {
            {action}
            <span class="hidden">" " {label.to_lowercase()}</span>
        }
    };
    let link = (!href.is_empty()).then(|| {
        if at_once {
            view! {
                <PostButton action=href class="link">
                    {words()}
                </PostButton>
            }
            .into_any()
        } else {
            view! { <a href=href>{words()}</a> }.into_any()
        }
    });
    view! {
        <div class="setting">
            <dt>{label}</dt>
            <dd>{children()}</dd>
            {link.map(|link| view! { <dd class="setting-action">{link}</dd> })}
        </div>
    }
}
