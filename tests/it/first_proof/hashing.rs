//! Passwords that Appwrite was still hashing when the account's owner came. It looks at who asks, hashes, and
//! only then begins a session or sets the password.

use std::time::{Duration, Instant};

use appwrite_local::Settings;
use leptos_appwrite::server::config::AnswerFloor;
use tokio::{task::JoinHandle, time::timeout};

use super::{
    CODE_WRONG, SCOPES, TOLD, ask_for_code, by_provider, enter_code,
    owed::{self, by_text, signed_up_long_ago, with_password},
    password_answers, set_new_password, start_behind_a_gate,
};
use crate::support::{
    ADA_AT_PROVIDER, Answer, Browser, Gate, TestApp,
    forms::{self, NEW_PASSWORD, PASSWORD},
};

const LATE_PASSWORD: &str = "asked for before";

const HALF_A_MINUTE: Duration = Duration::from_secs(30);

/// Sessions stay when a password changes, as they do if Appwrite was still hashing for them.
fn sessions_stay() -> Settings {
    Settings {
        auth_invalidate_sessions: false,
        ..Settings::default()
    }
}

/// Nothing is waited for, and everything is looked at once more after so many seconds.
fn looking_after(seconds: u64) -> AnswerFloor {
    AnswerFloor {
        at_first: Duration::ZERO,
        at_most: Duration::ZERO,
        done_after: Duration::from_secs(seconds),
    }
}

/// Waits until this browser's session has ended.
async fn ends(browser: &Browser) {
    timeout(HALF_A_MINUTE, async {
        while browser.is_signed_in().await {}
    })
    .await
    .unwrap();
}

/// Sets a new password with a link, up to where Appwrite has set it. The answer comes when the gate opens.
async fn begin_reset(app: &TestApp, gate: &Gate) -> JoinHandle<(Answer, Browser)> {
    let mut ada = app.browser();
    ada.post("/recover", &[("email", "ada@example.com")]).await;
    let link = app.newest_link("ada@example.com").await;
    gate.close_to("PUT /account/recovery");
    let form = forms::choose_password(NEW_PASSWORD);
    let set = tokio::spawn(async move { (ada.post(&link, &form).await, ada) });
    gate.holds_one().await;
    set
}

#[tokio::test]
async fn a_password_that_is_set_while_an_account_is_closed_opens_nothing() {
    // The second number is how often the app tries.
    for late in [1, 4] {
        let (app, gate) = start_behind_a_gate(sessions_stay()).await;
        let mallory = app.signed_up("ada@example.com").await;
        let id = mallory.account_id().await;
        let mut ada = app.browser();
        let (page, code) = ask_for_code(&app, &mut ada).await;
        gate.close_to("PATCH /users/");
        let signed_in =
            tokio::spawn(async move { (ada.post(&page, &[("code", &code)]).await, ada) });
        for number in 0..late {
            gate.holds_one().await;
            // Everything is closed by the time that the app looks.
            gate.close_to("POST /users/");
            gate.holds_one().await;
            app.set_password_of(&id, &format!("{LATE_PASSWORD} {number}"))
                .await;
            gate.close_to("PATCH /users/");
        }
        if late == 1 {
            gate.holds_one().await;
        }
        gate.open();
        let (answer, ada) = signed_in.await.unwrap();
        if late == 1 {
            answer.leads_to(TOLD);
            let last = format!("{LATE_PASSWORD} 0");
            assert_eq!(password_answers(&app, &last).await, 401);
            assert_eq!(app.number_of_sessions(&ada).await, 1);
        } else {
            answer.shows(503, &[]);
            let there = app
                .signed_in_past_with("ada@example.com", &format!("{LATE_PASSWORD} 3"))
                .await;
            assert_eq!(app.number_of_sessions(&there).await, 1);
        }
    }
}

#[tokio::test]
async fn a_password_that_replaces_a_new_one_at_once_opens_nothing() {
    let (app, gate) = start_behind_a_gate(sessions_stay()).await;
    let mallory = app.signed_up("ada@example.com").await;
    let id = mallory.account_id().await;
    app.an_hour_passes().await;
    let set = begin_reset(&app, &gate).await;
    app.set_password_of(&id, LATE_PASSWORD).await;
    gate.open();
    let (answer, mut ada) = set.await.unwrap();
    answer.shows(403, &["needs a new password", "/recover"]);
    assert!(!mallory.is_signed_in().await);
    for password in [PASSWORD, LATE_PASSWORD, NEW_PASSWORD] {
        assert_eq!(password_answers(&app, password).await, 401, "{password}");
    }
    set_new_password(&app, &mut ada)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
}

/// The same where the API key may not have the password forgotten.
#[tokio::test]
async fn a_password_that_cannot_be_forgotten_is_replaced_with_another_link() {
    let (app, gate) = TestApp::start_behind_a_gate_with(sessions_stay()).await;
    let mallory = app.signed_up("ada@example.com").await;
    app.an_hour_passes().await;
    let set = begin_reset(&app, &gate).await;
    app.change_password(&mallory, NEW_PASSWORD, LATE_PASSWORD)
        .await;
    gate.open();
    let (answer, mut ada) = set.await.unwrap();
    answer.shows(403, &["needs a new password", "/recover"]);
    assert!(!mallory.is_signed_in().await);
    set_new_password(&app, &mut ada)
        .await
        .leads_to("/signin?flash=password-reset&provider=ada@example.com");
    assert_eq!(password_answers(&app, LATE_PASSWORD).await, 401);
    assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
}

/// Half a session that began with the password before, and whose second step is its owner's own.
#[tokio::test]
async fn an_earlier_password_does_not_make_a_new_one_known() {
    const HIS: &str = "+15550100133";
    let (app, _gate) = start_behind_a_gate(sessions_stay()).await;
    let mallory = signed_up_long_ago(&app).await;
    let id = mallory.account_id().await;
    app.hide_with_phone(&mallory, HIS).await;
    app.take_address(&mallory, "mallory@example.com", "ada@example.com")
        .await;
    app.set_mfa(&mallory, true).await;
    let mut also_mallory = app.browser();
    with_password(&mut also_mallory, PASSWORD).await;
    app.set_password_of(&id, NEW_PASSWORD).await;
    by_text(&app, &mut also_mallory, HIS).await;
    also_mallory.get("/account").await.leads_to(owed::SIGN_IN);
    assert!(!also_mallory.is_signed_in().await);
    app.set_mfa(&mallory, false).await;
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    let answer = app.browser().post("/signin", &form).await;
    answer.shows(403, &["hasn't been verified here"]);
}

#[tokio::test]
async fn a_password_that_changes_while_somebody_signs_in_with_it_lets_nobody_in() {
    let (app, gate) = start_behind_a_gate(sessions_stay()).await;
    let ada = app.signed_up("ada@example.com").await;
    let id = ada.account_id().await;
    app.an_hour_passes().await;
    gate.close_to("POST /account/sessions/email");
    let mut mallory = app.browser();
    let form = forms::sign_in("ada@example.com", PASSWORD);
    let signed_in = tokio::spawn(async move { (mallory.post("/signin", &form).await, mallory) });
    gate.holds_one().await;
    app.set_password_of(&id, NEW_PASSWORD).await;
    gate.open();
    let (answer, mallory) = signed_in.await.unwrap();
    // The app has tried it once more.
    answer.shows(401, &["Incorrect email or password."]);
    assert!(!mallory.is_signed_in().await);
    assert_eq!(app.number_of_sessions(&ada).await, 1);
}

/// Directly at Appwrite, nobody looks when a password was typed. And whoever has a session can end the one that
/// the password was changed with.
#[tokio::test]
async fn what_begins_past_the_app_with_the_password_before_a_change_ends() {
    for is_ended in [false, true] {
        let (app, gate) = start_behind_a_gate(sessions_stay()).await;
        let mut ada = app.signed_up("ada@example.com").await;
        app.verify_email(&mut ada, "ada@example.com").await;
        let mut there = app.browser();
        enter_code(&app, &mut there).await.leads_to("/account");
        gate.close_to("PATCH /account/password");
        let form = forms::change_password(PASSWORD, NEW_PASSWORD);
        let here = ada.clone();
        let changed = tokio::spawn(async move { ada.post("/account/password", &form).await });
        gate.holds_one().await;
        // As it is for one whose password Appwrite has compared before, and that it only begins now.
        let mallory = app
            .signed_in_past_with("ada@example.com", NEW_PASSWORD)
            .await;
        if is_ended {
            app.end_session(&here).await;
        }
        gate.open();
        let answer = changed.await.unwrap();
        answer.leads_to("/account/security?flash=password-changed");
        ends(&mallory).await;
        assert_eq!(here.is_signed_in().await, !is_ended);
        assert!(there.is_signed_in().await);
    }
}

/// As above, for an account whose address is verified.
#[tokio::test]
async fn a_new_password_by_link_ends_what_began_with_the_one_before() {
    for is_replaced in [false, true] {
        let (app, gate) = start_behind_a_gate(sessions_stay()).await;
        let mut ada = app.signed_up("ada@example.com").await;
        let id = ada.account_id().await;
        app.verify_email(&mut ada, "ada@example.com").await;
        let set = begin_reset(&app, &gate).await;
        let mallory = app
            .signed_in_past_with("ada@example.com", NEW_PASSWORD)
            .await;
        if is_replaced {
            app.set_password_of(&id, LATE_PASSWORD).await;
        }
        gate.open();
        let (answer, _) = set.await.unwrap();
        if is_replaced {
            answer.shows(403, &["needs a new password", "/recover"]);
            assert_eq!(password_answers(&app, LATE_PASSWORD).await, 401);
        } else {
            answer.leads_to("/signin?flash=password-reset&provider=ada@example.com");
            assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
        }
        assert!(!mallory.is_signed_in().await);
    }
}

/// Nobody can wait for as long as somebody can keep Appwrite busy.
#[tokio::test]
async fn what_comes_later_is_found_later() {
    for late in ["password", "phone", "identity", "second step"] {
        let waits = looking_after(2);
        let (app, gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
        let mallory = app.signed_up("ada@example.com").await;
        let id = mallory.account_id().await;
        let mut ada = app.browser();
        enter_code(&app, &mut ada).await.leads_to(TOLD);
        let end_all = format!("DELETE /users/{id}/sessions");
        let before = gate.calls(&end_all);
        match late {
            "password" => app.set_password_of(&id, LATE_PASSWORD).await,
            "phone" => app.set_phone_of(&id, "+15550100111").await,
            "identity" => {
                let there = ADA_AT_PROVIDER.replace("ada", "mallory");
                app.link_past(app.late_in(&id).await, "google", &there)
                    .await;
            }
            _ => app.set_mfa(&app.late_in(&id).await, true).await,
        }
        let looked = async {
            // They end twice: before what was noted goes, and after it.
            while gate.calls(&end_all) < before + 2 {
                ada.get("/healthz").await;
            }
        };
        timeout(HALF_A_MINUTE, looked).await.unwrap();
        assert!(!ada.is_signed_in().await, "{late}");
        assert_eq!(password_answers(&app, LATE_PASSWORD).await, 401);
        // Its owner comes once more, and is told once more, if it's theirs alone by then.
        match late {
            "password" => enter_code(&app, &mut ada).await.leads_to(TOLD),
            // It's unlinked, and not there to be told of.
            "identity" => enter_code(&app, &mut ada).await.leads_to(TOLD),
            "phone" => enter_code(&app, &mut ada).await.shows(422, CODE_WRONG),
            // It's off again, and so is the app.
            _ => enter_code(&app, &mut ada).await.leads_to(TOLD),
        }
    }
}

/// With one session, somebody can have another one begin later.
#[tokio::test]
async fn an_account_is_looked_at_until_nothing_has_begun() {
    let waits = looking_after(1);
    let (app, _gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    set_new_password(&app, &mut ada).await.shows(303, &[]);
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.leads_to("/account");
    for _ in 0..3 {
        let mallory = app
            .signed_in_past_with("ada@example.com", NEW_PASSWORD)
            .await;
        ends(&mallory).await;
    }
    assert!(ada.is_signed_in().await);
}

/// At a provider that claims her address, somebody can have come to it before its owner enters the code.
#[tokio::test]
async fn a_new_account_is_looked_at_once_more_too() {
    let waits = looking_after(2);
    let (app, _gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    let mut ada = app.browser();
    enter_code(&app, &mut ada).await.leads_to("/account");
    let id = ada.account_id().await;
    app.set_password_of(&id, LATE_PASSWORD).await;
    ends(&ada).await;
    assert_eq!(password_answers(&app, LATE_PASSWORD).await, 401);
}

/// Appwrite can be busy for longer than a new password waits.
#[tokio::test]
async fn what_begins_after_a_new_password_and_not_here_ends() {
    for by_link in [true, false] {
        let waits = looking_after(2);
        let (app, _gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
        let mut ada = app.signed_up("ada@example.com").await;
        app.verify_email(&mut ada, "ada@example.com").await;
        if by_link {
            set_new_password(&app, &mut ada).await.shows(303, &[]);
        } else {
            let form = forms::change_password(PASSWORD, NEW_PASSWORD);
            ada.post("/account/password", &form).await.shows(303, &[]);
        }
        let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
        let mut there = app.browser();
        there.post("/signin", &form).await.leads_to("/account");
        let mallory = app
            .signed_in_past_with("ada@example.com", NEW_PASSWORD)
            .await;
        ends(&mallory).await;
        assert!(there.is_signed_in().await);
        assert_eq!(ada.is_signed_in().await, !by_link);
    }
}

/// Whoever had the account before may have set an address here that they come back with.
#[tokio::test]
async fn what_somebody_has_set_here_before_is_not_its_owners() {
    let waits = looking_after(2);
    let (app, _gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    let mut mallory = app.signed_up("ada@example.com").await;
    let id = mallory.account_id().await;
    for email in ["mallory@example.com", "ada@example.com"] {
        let form = forms::change_email(email, PASSWORD);
        mallory.post("/account/email", &form).await.shows(303, &[]);
    }
    app.an_hour_passes().await;
    let mut ada = app.browser();
    enter_code(&app, &mut ada).await.leads_to(TOLD);
    app.set_address_of(&id, "mallory@example.com").await;
    ends(&ada).await;
}

/// She comes, and asks for a link to set a new password at once.
#[tokio::test]
async fn a_password_that_an_owner_sets_with_a_link_at_once_stays() {
    let waits = looking_after(3);
    let (app, gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    let mallory = app.signed_up("ada@example.com").await;
    let id = mallory.account_id().await;
    let mut ada = app.browser();
    enter_code(&app, &mut ada).await.leads_to(TOLD);
    set_new_password(&app, &mut ada).await.shows(303, &[]);
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.shows(303, &[]);
    let call = format!("POST /users/{id}/sessions");
    let before = gate.calls_like(&call);
    let looked = async {
        while gate.calls_like(&call) == before {
            ada.get("/healthz").await;
        }
        // It ends the session that it has looked with.
        while app.number_of_sessions(&ada).await > 1 {}
    };
    timeout(HALF_A_MINUTE, looked).await.unwrap();
    assert!(ada.is_signed_in().await);
    assert_eq!(password_answers(&app, NEW_PASSWORD).await, 303);
}

/// What its owner has done with the account since is no reason.
#[tokio::test]
async fn what_an_owner_sets_at_once_stays() {
    let waits = looking_after(3);
    let (app, gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    app.signed_up("ada@example.com").await;
    let mut ada = app.browser();
    set_new_password(&app, &mut ada).await;
    let form = forms::sign_in("ada@example.com", NEW_PASSWORD);
    ada.post("/signin", &form).await.leads_to("/account");
    let form = forms::change_phone("+15550100199", NEW_PASSWORD);
    ada.post("/account/phone", &form).await.shows(303, &[]);
    let form = forms::change_email("ada@example.org", NEW_PASSWORD);
    ada.post("/account/email", &form).await.shows(303, &[]);
    let id = ada.account_id().await;
    let call = format!("DELETE /users/{id}/sessions/");
    let before = gate.calls_like(&call);
    let looked = async {
        while gate.calls_like(&call) == before {
            ada.get("/healthz").await;
        }
    };
    // The session that the app looks with ends.
    timeout(HALF_A_MINUTE, looked).await.unwrap();
    assert!(ada.is_signed_in().await);
    let form = forms::sign_in("ada@example.org", NEW_PASSWORD);
    app.browser().post("/signin", &form).await.shows(303, &[]);
}

/// Whoever had a session may have asked for something with it, and have ended it.
#[tokio::test]
async fn an_account_that_was_there_is_waited_for_even_without_sessions() {
    let waits = AnswerFloor {
        at_first: Duration::from_millis(50),
        at_most: Duration::from_millis(50),
        ..AnswerFloor::default()
    };
    let (app, _gate) = TestApp::start_with_waits(sessions_stay(), SCOPES, waits).await;
    let mut mallory = app.browser();
    by_provider(&app, &mut mallory, "/account").await;
    for (identity, _) in app.identities(&mallory).await {
        app.unlink(&mallory, &identity).await;
    }
    mallory.post("/signout", &[]).await;
    let begun = Instant::now();
    enter_code(&app, &mut app.browser())
        .await
        .leads_to("/account");
    assert!(begun.elapsed() >= Duration::from_millis(8 * 50));
}

/// Whoever has a link for an account, good or not, has the app make a session to look at it.
#[tokio::test]
async fn sessions_that_the_app_looks_with_keep_nobody_out() {
    let (app, gate) = start_behind_a_gate(Settings::default()).await;
    let mallory = app.signed_up("ada@example.com").await;
    let id = mallory.account_id().await;
    let mut ada = app.browser();
    let (page, code) = ask_for_code(&app, &mut ada).await;
    gate.close_to("PATCH /users/");
    let signed_in = tokio::spawn(async move { ada.post(&page, &[("code", &code)]).await });
    gate.holds_one().await;
    gate.close_to("POST /users/");
    gate.holds_one().await;
    app.look_at(&id).await;
    gate.open();
    signed_in.await.unwrap().leads_to(TOLD);
    assert_eq!(gate.calls(&format!("PATCH /users/{id}/password")), 1);
}

/// Appwrite can be away just when the app is about to note who has come.
#[tokio::test]
async fn a_session_at_a_provider_that_cannot_be_noted_is_ended() {
    let (app, gate) = start_behind_a_gate(Settings::default()).await;
    let mut ada = app.signed_up("ada@example.com").await;
    app.verify_email(&mut ada, "ada@example.com").await;
    let mut there = app.browser();
    let leaving = there
        .post("/signin/oauth2", &[("provider", "github")])
        .await;
    let back = app.through_provider(&leaving, ADA_AT_PROVIDER).await;
    gate.refuse_calls("PATCH /account/prefs");
    there.get(&back).await.shows(503, &[]);
    assert_eq!(app.number_of_sessions(&ada).await, 1);
}
