//! `/signout`: a POST does it, because a link or a picture on another site can send a GET.

use leptos::prelude::*;

use super::{Outcome, Page, PageResult};
use crate::actions::auth::{sign_out, sign_out_everywhere};

/// Offers both.
pub async fn show() -> PageResult {
    let page = Page::new("Sign out", || {
        view! {
            <section class="card narrow">
                <h1>"Sign out"</h1>
                <p class="muted">"Everywhere means every browser and every device."</p>
                <div class="ways">
                    <form method="post" action="/signout">
                        <button class="button button-primary" type="submit">
                            "Sign out here"
                        </button>
                    </form>
                    <form method="post" action="/signout/everywhere">
                        <button class="button" type="submit">
                            "Sign out everywhere"
                        </button>
                    </form>
                </div>
            </section>
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
