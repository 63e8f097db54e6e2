//! `/mfa` and the pages below it: the second step of signing in, and again before important
//! changes.

pub mod code;
mod factors;
pub mod recovery_code;
mod step;
pub mod totp;

use leptos::prelude::*;
use strum::VariantArray;

use self::{factors::OtherFactors, step::WayOut};
use super::{Page, PageResult};
use crate::{
    model::{Factor, Goto},
    server::{auth, http::links::with_next, request},
};

/// Leads to the authenticator app where there is one, else offers the other factors.
pub async fn page() -> PageResult {
    let factors = auth::mfa::factors().await?;
    let next = request::next();
    if factors.totp {
        return Ok(Goto::page(with_next("/mfa/totp", &next)).into());
    }
    if !Factor::VARIANTS.iter().any(|factor| factors.has(*factor)) {
        // There's nothing to ask for.
        return Ok(Goto::back(&next).into());
    }
    let signed_in = request::visitor().is_some();
    let page = Page::card("Confirm it's you", move || {
        view! {
            <p class="muted">"Choose how."</p>
            <OtherFactors factors=factors next=next.clone() />
            <WayOut signed_in=signed_in next=next />
        }
    });
    Ok(page.into())
}
