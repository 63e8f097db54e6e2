//! An account that changes while somebody comes to it through a provider.
//!
//! Appwrite has let them in by then, and doesn't say by which of the linked accounts. Whoever else has a
//! session can move the account to another address in the meantime, and unlink what they came by. So what
//! counts is which one was used at that moment.

use serde_json::json;

use super::{TOLD, by_provider, password_answers, start};
use crate::support::{
    ADA_AT_PROVIDER, Browser, TestApp,
    forms::{self, PASSWORD},
};

/// Where somebody is led of whom nobody can say by which account they came.
const COME_AGAIN: &str = "/signin?next=/account&flash=oauth2-failed&provider=github";

/// What somebody reads who has come to an account that isn't theirs.
const NOT_YOURS: &[&str] = &["somebody else has used your address", "Sign in another way"];

/// The button at an account there that doesn't sign its owner in.
const USE: &str = "Use it to sign in";
const LINK: &str = "/account/identities/link";

/// Somebody whose address the provider hasn't verified.
const UNVERIFIED: &str = "&decision=allow&email=ada@example.com&name=Ada";

/// Comes back from the provider, but not to the app yet. Returns where that is.
async fn on_the_way(app: &TestApp, browser: &mut Browser, name: &str, action: &str) -> String {
    let leaving = browser.post(action, &[("provider", "github")]).await;
    let decision = ADA_AT_PROVIDER.replace("ada", name);
    app.through_provider(&leaving, &decision).await
}

async fn signs_in(app: &TestApp, browser: &mut Browser, name: &str) -> String {
    on_the_way(app, browser, name, "/signin/oauth2").await
}

/// Somebody who came through a provider, has set a password, and has taken another's address.
async fn came_by_provider(app: &TestApp) -> Browser {
    let mut mallory = app.browser();
    let back = signs_in(app, &mut mallory, "mallory").await;
    mallory.get(&back).await.leads_to("/account");
    app.an_hour_passes().await;
    app.set_password(&mallory).await;
    app.change_address(&mallory, "ada@example.com").await;
    app.signed_in_past("ada@example.com").await
}

/// Somebody who signed up, has verified their address, and has taken another's.
async fn verified(app: &TestApp) -> Browser {
    let mut mallory = app.signed_up("mallory@example.com").await;
    app.verify_email(&mut mallory, "mallory@example.com").await;
    app.change_address(&mallory, "ada@example.com").await;
    mallory
}

/// Ada comes once more, when nothing that was sent to another address is good anymore, and the account is
/// hers.
async fn is_taken_over(app: &TestApp, mallory: &Browser) {
    app.an_hour_passes().await;
    let mut ada = app.browser();
    by_provider(app, &mut ada, TOLD).await;
    ada.get("/account").await.shows(200, &["ada@example.com"]);
    assert!(!mallory.is_signed_in().await);
    assert_eq!(password_answers(app, PASSWORD).await, 401);
    let linked = app.identities(&ada).await;
    assert_eq!(linked.len(), 1);
    assert_eq!(linked[0].1, "ada@example.com");
}

/// Appwrite takes what was sent to another address, however somebody comes.
#[tokio::test]
async fn an_address_that_the_account_got_within_the_hour_is_waited_for() {
    let app = start().await;
    let mallory = verified(&app).await;
    app.an_hour_passes().await;
    app.change_address(&mallory, "mallory@example.com").await;
    app.change_address(&mallory, "ada@example.com").await;
    let mut ada = app.browser();
    let back = signs_in(&app, &mut ada, "ada").await;
    ada.get(&back)
        .await
        .shows(403, &["has just changed", "Sign in another way"]);
    assert!(!ada.has_session());
    assert!(mallory.is_signed_in().await);
    is_taken_over(&app, &mallory).await;
}

/// What the owner of an address would share with a stranger isn't theirs by a provider either.
#[tokio::test]
async fn an_account_with_more_than_a_password_is_not_opened_by_a_provider() {
    let app = start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let phone = [("phone", "+15550100199"), ("password", PASSWORD)];
    mallory.post("/account/phone", &phone).await;
    let mut ada = app.browser();
    let back = signs_in(&app, &mut ada, "ada").await;
    ada.get(&back).await.shows(403, NOT_YOURS);
    assert!(!ada.has_session());
    assert!(mallory.is_signed_in().await);
    assert_eq!(password_answers(&app, PASSWORD).await, 303);
}

/// An account by phone has no password, and gets its address from an account at a provider.
#[tokio::test]
async fn an_account_that_a_number_opens_is_not_opened_by_a_provider() {
    let app = start().await;
    let mut mallory = app.browser();
    let page = mallory
        .post("/signin/phone", &[("phone", "+15550100199")])
        .await
        .leads_to_flow("/signin/code");
    let code = app.newest_code("+15550100199").await;
    mallory.post(&page, &[("code", &code)]).await;
    let mallory = app.link_past(mallory, "google", UNVERIFIED).await;
    for (id, _) in app.identities(&mallory).await {
        app.unlink(&mallory, &id).await;
    }
    app.an_hour_passes().await;
    let mut ada = app.browser();
    let back = signs_in(&app, &mut ada, "ada").await;
    ada.get(&back).await.shows(403, NOT_YOURS);
    assert!(!ada.has_session());
    assert!(mallory.is_signed_in().await);
}

/// Appwrite lists 25 at a time.
#[tokio::test]
async fn any_number_of_linked_accounts_hides_none() {
    let app = start().await;
    let mut mallory = app.signed_up("ada@example.com").await;
    for number in 0..25 {
        let somebody = ADA_AT_PROVIDER.replace("ada", &format!("mallory-{number}"));
        mallory = app.link_past(mallory, "google", &somebody).await;
    }
    is_taken_over(&app, &mallory).await;
}

#[tokio::test]
async fn linking_another_account_there_does_not_prove_the_one_that_has_just_come() {
    for action in [LINK, "/signin/oauth2"] {
        let app = start().await;
        let mut mallory = came_by_provider(&app).await;
        let mallorys = on_the_way(&app, &mut mallory, "mallory", action).await;
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        // Hers is linked to his account by now.
        mallory.get(&mallorys).await;
        ada.get(&back).await.leads_to(COME_AGAIN);
        assert!(!ada.has_session());
        is_taken_over(&app, &mallory).await;
    }
}

#[tokio::test]
async fn an_account_there_that_somebody_else_links_later_is_not_proved() {
    for moves in [false, true] {
        let app = start().await;
        let mut mallory = if moves {
            verified(&app).await
        } else {
            came_by_provider(&app).await
        };
        // Ada means to link hers to her own account. Appwrite links it to his.
        let mut ada = app.signed_up("ada@home.example.com").await;
        let back = on_the_way(&app, &mut ada, "ada", LINK).await;
        ada.get(&back)
            .await
            .leads_to("/account/identities?flash=identity-of-another&provider=github");
        if moves {
            // Whose address is proved.
            app.change_address(&mallory, "mallory@example.com").await;
        }
        let back = on_the_way(&app, &mut mallory, "mallory", LINK).await;
        mallory.get(&back).await;
        if moves {
            app.change_address(&mallory, "ada@example.com").await;
        }
        is_taken_over(&app, &mallory).await;
    }
}

/// The one that's proved says nothing about whoever comes by another.
#[tokio::test]
async fn an_account_that_is_at_another_address_for_a_moment_is_not_known() {
    for came in [true, false] {
        let app = start().await;
        let mallory = if came {
            came_by_provider(&app).await
        } else {
            verified(&app).await
        };
        if came {
            // Nothing is noted, so nobody can say whose it is that's linked.
            app.replace_preferences(&mallory, &json!({ "theme": "dark" }))
                .await;
        }
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        app.change_address(&mallory, "mallory@example.com").await;
        ada.get(&back).await.shows(403, NOT_YOURS);
        assert!(!ada.has_session());
        assert_eq!(app.identities(&mallory).await.len(), usize::from(came));
        app.change_address(&mallory, "ada@example.com").await;
        is_taken_over(&app, &mallory).await;
    }
}

/// Somebody whose account has Ada's address, or is linked to one that has, and who isn't her.
async fn with_her_address(app: &TestApp, how: &str) -> Browser {
    let mallory = match how {
        "came by another" => came_by_provider(app).await,
        "linked a lookalike" => {
            let mallory = app.signed_up("ada@example.com").await;
            let lookalike = UNVERIFIED.replace(".com", ".com%E2%80%8B");
            app.link_past(mallory, "github", &lookalike).await
        }
        _ => {
            let mut mallory = app.browser();
            let back = signs_in(app, &mut mallory, "mallory").await;
            mallory.get(&back).await.leads_to("/account");
            app.confirm_by_email(&mut mallory, "mallory@example.com")
                .await;
            app.link_past(mallory, "google", UNVERIFIED).await
        }
    };
    app.an_hour_passes().await;
    mallory
}

#[tokio::test]
async fn nobody_is_let_in_by_an_account_that_they_did_not_come_by() {
    for how in [
        "linked it elsewhere",
        "linked a lookalike",
        "came by another",
    ] {
        let app = start().await;
        let mallory = with_her_address(&app, how).await;
        let linked = app.identities(&mallory).await;
        let mut ada = app.browser();
        let back = signs_in(&app, &mut ada, "ada").await;
        let with_hers = app.identities(&mallory).await;
        assert_eq!(with_hers.len(), linked.len() + 1, "{how}");
        for (id, _) in with_hers {
            if linked.iter().all(|(known, _)| *known != id) {
                app.unlink(&mallory, &id).await;
            }
        }
        ada.get(&back).await.leads_to(COME_AGAIN);
        assert!(!ada.has_session());
        assert_eq!(app.identities(&mallory).await, linked, "{how}");
    }
}

/// Appwrite leads whoever has an address to the account that's linked to another one with it.
#[tokio::test]
async fn an_address_that_somebody_has_linked_opens_no_account() {
    let app = start().await;
    let mallory = with_her_address(&app, "linked it elsewhere").await;
    let linked = app.identities(&mallory).await;
    let mut ada = app.browser();
    for _ in 0..2 {
        let back = signs_in(&app, &mut ada, "ada").await;
        ada.get(&back).await.shows(403, NOT_YOURS);
        assert!(!ada.has_session());
        // Otherwise hers would lead there for good.
        assert_eq!(app.identities(&mallory).await, linked);
    }
    app.unlink(&mallory, &linked[1].0).await;
    by_provider(&app, &mut ada, "/account").await;
    ada.get("/account").await.shows(200, &["ada@example.com"]);
}

/// Somebody who signs in by an account there that has another address than theirs here.
async fn by_another_address(app: &TestApp) -> Browser {
    let mut bea = app.signed_up("bea@example.com").await;
    app.verify_email(&mut bea, "bea@example.com").await;
    let mut bea = app.link_past(bea, "github", ADA_AT_PROVIDER).await;
    app.an_hour_passes().await;
    bea.get("/account/identities").await.shows(200, &[USE]);
    // Whoever has a session can link any account past the app.
    let back = on_the_way(app, &mut bea, "ada", LINK).await;
    bea.get(&back)
        .await
        .leads_to("/account/confirm?next=/account/identities");
    let mut there = app.browser();
    let back = signs_in(app, &mut there, "ada").await;
    there.get(&back).await.shows(403, NOT_YOURS);
    bea.confirm_password().await;
    uses(app, &mut bea).await;
    bea
}

/// Presses the button that has an account there sign its owner in.
async fn uses(app: &TestApp, bea: &mut Browser) {
    app.an_hour_passes().await;
    let back = on_the_way(app, bea, "ada", LINK).await;
    bea.get(&back)
        .await
        .leads_to("/account/identities?flash=identity-linked&provider=github");
    bea.get("/account/identities").await.hides(&[USE]);
    by_provider(app, &mut app.browser(), "/account").await;
    assert!(bea.is_signed_in().await);
}

/// After a new API key, nothing is noted anymore.
#[tokio::test]
async fn an_account_there_with_another_address_stays_linked_when_nothing_is_noted() {
    let app = start().await;
    let mut bea = by_another_address(&app).await;
    app.replace_preferences(&bea, &json!({ "theme": "dark" }))
        .await;
    let linked = app.identities(&bea).await;
    for _ in 0..2 {
        app.an_hour_passes().await;
        let mut there = app.browser();
        let back = signs_in(&app, &mut there, "ada").await;
        there
            .get(&back)
            .await
            .shows(403, &["verify it", "Sign in another way"]);
        assert!(!there.has_session());
        assert_eq!(app.identities(&bea).await, linked);
    }
    bea.get("/account/identities").await.hides(&[USE]);
    bea.post("/account/email/verify", &[])
        .await
        .leads_to("/account/confirm/code");
    let code = app.newest_code("bea@example.com").await;
    bea.post("/account/confirm/code", &[("code", &code)])
        .await
        .leads_to("/account?flash=proved");
    bea.get("/account/identities").await.shows(200, &[USE]);
    uses(&app, &mut bea).await;
}

#[tokio::test]
async fn a_session_that_began_at_a_provider_ends_with_the_address() {
    let app = start().await;
    let mut ada = app.signed_in_at_provider().await;
    app.set_password(&ada).await;
    app.change_address(&ada, "ada@home.example.com").await;
    ada.get("/account")
        .await
        .leads_to("/signin?next=/account&flash=address-moved");
    assert!(!ada.is_signed_in().await);
}

/// Somebody who changes their own address stays signed in.
#[tokio::test]
async fn an_address_that_its_owner_changes_ends_no_session_of_theirs() {
    let app = start().await;
    let mut ada = app.signed_in_at_provider().await;
    app.confirm_by_email(&mut ada, "ada@example.com").await;
    ada.post(
        "/account/password/new",
        &[("password", PASSWORD), ("next", "/account")],
    )
    .await
    .shows(303, &[]);
    let form = [("email", "ada@home.example.com"), ("password", PASSWORD)];
    ada.post("/account/email", &form)
        .await
        .leads_to("/account?flash=email-changed");
    ada.get("/account")
        .await
        .shows(200, &["ada@home.example.com"]);
    // Once it's verified, the other ones go on, too.
    app.browser()
        .post("/signin", &forms::sign_in("ada@home.example.com", PASSWORD))
        .await
        .leads_to("/account");
}

/// Who has signed up here with a password and links an account later is only asked as long as the address
/// isn't verified.
#[tokio::test]
async fn an_account_there_with_a_verified_address_is_only_another_way_to_sign_in() {
    for verifies in [true, false] {
        let app = start().await;
        let mut ada = app.signed_up("ada@example.com").await;
        if verifies {
            app.verify_email(&mut ada, "ada@example.com").await;
        }
        app.link(&mut ada, "github").await;
        let then = if verifies { "/account" } else { TOLD };
        by_provider(&app, &mut app.browser(), then).await;
        assert_eq!(ada.is_signed_in().await, verifies);
    }
}
