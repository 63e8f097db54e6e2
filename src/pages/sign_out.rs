//! `/signout`: a POST does it, because a link or a picture on another site can send a GET.

use leptos::prelude::*;

use super::{Outcome, Page, PageResult};
use crate::{
    actions::auth::{sign_out, sign_out_everywhere},
    components::Press,
};

/// Offers both.
pub async fn show() -> PageResult {
    let page = Page::card("Sign out", || {
        view! {
                <p class="muted">"Everywhere means every browser and every device."</p>
                <div class="ways">
                    <Press action="/signout" class="button button-primary">
                        "Sign out here"
                    </Press>
                    <Press action="/signout/everywhere">"Sign out everywhere"</Press>
                </div>
        }
    });
    Ok(page.into())
}

/// Signs out.
pub async fn submit() -> PageResult {
    Ok(Outcome::SeeOther(sign_out().await?))
}

/// Signs out on every device.
pub async fn everywhere() -> PageResult {
    Ok(Outcome::SeeOther(sign_out_everywhere().await?))
}
