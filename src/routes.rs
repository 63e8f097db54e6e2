//! The table of routes: which path shows which page, and which server function its form calls.
//!
//! axum routes the pages, not Leptos: a page's status and redirects have to be settled before the
//! first byte goes out, and there's no router in the browser. `server::http::guard` decides by
//! prefix who may see a page.

use std::sync::Arc;

use axum::Router;

// The table uses almost everything in these modules, so globs keep a new page to one line.
use crate::{
    actions::{account::*, auth::*, mfa::*},
    pages::{account::*, auth::*, home, mfa},
    respond::{button, button_to, form, page},
    server::{auth::oauth2::CALLBACK, state::AppState},
};

use crate::{actions::notes::*, pages::notes};

/// Every page of the site.
pub fn routes() -> Router<Arc<AppState>> {
    Router::new()
        .route("/", page(home::page))
        .route("/signin", form::<SignIn>(sign_in::page))
        .route("/signin/magic-url", form::<SendMagicUrl>(magic_url::page))
        .route("/signin/sent", page(link_sent::page))
        .route("/signin/link", form::<SignInWithLink>(link::page))
        .route("/signin/email-otp", form::<SendEmailOtp>(email_otp::page))
        .route("/signin/phone", form::<SendPhoneOtp>(phone_otp::page))
        .route("/signin/code", form::<SignInWithCode>(code::page))
        .route("/signin/anonymous", button::<SignInAnonymously>())
        .route("/signin/oauth2", button_to::<BeginOauth2>(oauth2::leave))
        .route(CALLBACK, page(oauth2::callback))
        .route("/signup", form::<SignUp>(sign_up::page))
        .route("/recover", form::<SendRecovery>(recovery::page))
        .route("/recover/sent", page(recovery_sent::page))
        .route(
            "/recover/confirm",
            form::<ResetPassword>(reset_password::page),
        )
        .route("/verify", form::<VerifyEmail>(verify_email::page))
        .route("/signout", page(sign_out::page).merge(button::<SignOut>()))
        .route("/signout/everywhere", button::<SignOutEverywhere>())
        .route("/mfa", page(mfa::page))
        .route("/mfa/totp", form::<AnswerTotp>(mfa::totp::page))
        .route("/mfa/send", button::<SendMfaCode>())
        .route("/mfa/code", form::<AnswerSentCode>(mfa::code::page))
        .route(
            "/mfa/recovery-code",
            form::<AnswerRecoveryCode>(mfa::recovery_code::page),
        )
        .route("/account", page(profile::page))
        .route("/account/name", form::<UpdateName>(name::page))
        .route("/account/email", form::<UpdateEmail>(email::page))
        .route("/account/email/verify", button::<SendEmailVerification>())
        .route("/account/phone", form::<UpdatePhone>(phone::page))
        .route("/account/phone/send", button::<SendPhoneVerification>())
        .route(
            "/account/phone/verify",
            form::<VerifyPhone>(verify_phone::page),
        )
        .route(
            "/account/confirm",
            form::<ConfirmWithPassword>(confirm::page),
        )
        .route("/account/confirm/send", button::<SendConfirmationCode>())
        .route(
            "/account/confirm/code",
            form::<ConfirmWithCode>(confirm_code::page),
        )
        .route("/account/upgrade", form::<UpgradeGuest>(upgrade::page))
        .route("/account/security", page(security::overview::page))
        .route("/account/password", form::<UpdatePassword>(password::page))
        .route(
            "/account/password/new",
            form::<SetPassword>(set_password::page),
        )
        .route("/account/security/mfa", button::<UpdateMfa>())
        .route(
            "/account/security/totp",
            form::<AddTotp>(security::totp::page),
        )
        .route("/account/security/totp/begin", button::<BeginTotp>())
        .route("/account/security/totp/remove", button::<RemoveTotp>())
        .route(
            "/account/security/recovery-codes",
            page(security::recovery_codes::page).merge(button_to::<CreateRecoveryCodes>(
                security::recovery_codes::created,
            )),
        )
        .route("/account/deactivate", form::<Deactivate>(deactivate::page))
        .route("/account/sessions", page(sessions::page))
        .route("/account/sessions/end", button::<EndSession>())
        .route("/account/sessions/end-others", button::<EndOtherSessions>())
        .route("/account/identities", page(identities::page))
        .route(
            "/account/identities/link",
            button_to::<LinkIdentity>(oauth2::leave),
        )
        .route("/account/identities/unlink", button::<UnlinkIdentity>())
        .route(
            "/account/preferences",
            form::<UpdatePreferences>(preferences::page),
        )
        .route(
            "/account/preferences/color",
            form::<UpdateAvatarColor>(preferences::page),
        )
        .route("/account/activity", page(activity::page))
        .route("/notes", form::<CreateNote>(notes::list::page))
        .route("/notes/new", form::<CreateNote>(notes::new::page))
        .route("/notes/done", button_to::<SetDone>(notes::pressed))
        .route("/notes/pinned", button_to::<SetPinned>(notes::pressed))
        .route("/notes/delete", button_to::<DeleteNote>(notes::pressed))
        .route("/notes/{id}", page(notes::show::page))
        .route("/notes/{id}/edit", form::<UpdateNote>(notes::edit::page))
}
