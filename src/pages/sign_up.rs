//! `/signup`

use leptos::prelude::*;

use super::{Page, PageResult, Shown, TypedForm, sign_in::OtherWays};
use crate::{
    model::{Field, Form, Method},
    server::{auth::methods, http::links::with_next},
};

/// The form, the other ways in, each of which makes an account too, and the way to sign-in.
pub async fn show(Shown { typed, error }: Shown) -> PageResult {
    methods::require(Method::Password)?;
    let ways = methods::offered()?;
    let status = error.clone();
    let page = Page::card("Create an account", move || {
        let next = typed.get(Field::Next).to_owned();
        let sign_in = with_next("/signin", &next);
        view! {
                <TypedForm form=Form::SignUp typed=typed error=error />
                <OtherWays ways=ways next=next />
                <p class="card-foot">
                    "You have one already? " <a href=sign_in>"Sign in"</a>
                </p>
        }
    });
    Ok(page.because_of(status.as_ref()).into())
}
