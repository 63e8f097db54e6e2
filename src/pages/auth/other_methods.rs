use leptos::prelude::*;

use crate::{
    components::{Drawing, Icon, PostButton, ProviderDrawing},
    model::{SignInMethod, SignInMethods, provider_name},
    server::http::links::with_next,
};

/// The ways to sign in other than with a password.
#[component]
pub fn OtherMethods(
    /// What the site offers.
    methods: SignInMethods,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let providers = methods
        .providers
        .iter()
        .cloned()
        .map(|provider| {
            let name = provider_name(&provider);
            let with = vec![("provider", provider.clone()), ("next", next.clone())];
            view! {
                <PostButton action="/signin/oauth2" with=with>
                    <ProviderDrawing provider=provider />
                    "Continue with "
                    {name}
                </PostButton>
            }
        })
        .collect_view();
    let links = [
        (
            SignInMethod::MagicUrl,
            "/signin/magic-url",
            "Email me a link",
            Icon::Mail,
        ),
        (
            SignInMethod::EmailOtp,
            "/signin/email-otp",
            "Email me a code",
            Icon::Code,
        ),
        (
            SignInMethod::Phone,
            "/signin/phone",
            "Text me a code",
            Icon::Phone,
        ),
    ]
    .into_iter()
    .filter(|(method, ..)| methods.has(*method))
    .map(|(_, path, label, icon)| {
        view! {
            <a class="button" href=with_next(path, &next)>
                <Drawing icon=icon />
                {label}
            </a>
        }
    })
    .collect_view();
    let guest = methods.has(SignInMethod::Anonymous).then(|| {
        view! {
            <PostButton action="/signin/anonymous" with=vec![("next", next.clone())]>
                <Drawing icon=Icon::Door />
                "Continue as a guest"
            </PostButton>
        }
    });
    let or = (methods.has(SignInMethod::Password) && methods.methods.len() > 1)
        .then(|| view! { <p class="or">"or"</p> });
    view! {
        {or}
        <div class="button-stack">{providers} {links} {guest}</div>
    }
}
