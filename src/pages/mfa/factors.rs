use leptos::prelude::*;
use strum::VariantArray;

use crate::{
    components::{Drawing, Icon, PostButton},
    model::{Factor, Factors},
    server::http::links::with_next,
};

/// The account's factors, except the one that's already being asked for. If that one's code was
/// sent, it can be sent again.
#[component]
pub fn OtherFactors(
    /// What the account has.
    factors: Factors,
    /// The one that's already being asked for.
    #[prop(optional)]
    but: Option<Factor>,
    /// Where to go afterwards.
    next: String,
) -> impl IntoView {
    let sends = |factor| matches!(factor, Factor::Email | Factor::Phone);
    let others = Factor::VARIANTS
        .iter()
        .copied()
        .filter(|factor| factors.has(*factor) && (but != Some(*factor) || sends(*factor)))
        .map(|factor| {
            let send = |label: &'static str, icon: Icon| {
                let factor: &str = factor.into();
                let with = vec![("factor", factor.to_owned()), ("next", next.clone())];
                view! {
                    <PostButton action="/mfa/send" with=with>
                        <Drawing icon=icon />
                        {label}
                    </PostButton>
                }
                .into_any()
            };
            let link = |path: &str, label: &'static str, icon: Icon| {
                view! {
                    <a class="button" href=with_next(path, &next)>
                        <Drawing icon=icon />
                        {label}
                    </a>
                }
                .into_any()
            };
            let again = but == Some(factor);
            match factor {
                Factor::Totp => link("/mfa/totp", "Use my authenticator app", Icon::Shield),
                Factor::Email if again => send("Send another email", Icon::Mail),
                Factor::Email => send("Email me a code", Icon::Mail),
                Factor::Phone if again => send("Send another text", Icon::Phone),
                Factor::Phone => send("Text me a code", Icon::Phone),
                Factor::RecoveryCode => {
                    link("/mfa/recovery-code", "Use a recovery code", Icon::Key)
                }
            }
        })
        .collect_view();
    let or = but.is_some().then(|| view! { <p class="or">"or"</p> });
    view! {
        {or}
        <div class="button-stack">{others}</div>
    }
}
