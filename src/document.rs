//! The document around every page.

use std::sync::LazyLock;

use leptos::{
    either::Either,
    html,
    nonce::{Nonce, use_nonce},
    prelude::*,
};

use crate::{
    components::{Initials, ShownToField},
    error::AppError,
    model::{Account, FormKey, SignInMethod, Theme},
    pages::{InboxUrl, Page},
    server::{assets::Assets, state::AppState},
};

/// The site's name, in titles and in the header.
const SITE_NAME: &str = "Leptos + Appwrite";

/// The document: head, header, the page, footer, and the scripts that the page needs.
///
/// A personal page is never restored as it was: it has where to go instead, empty for its own
/// address.
pub fn document(
    app: &AppState,
    visitor: Option<Account>,
    state: SignInState,
    page: Page,
    never_restored: Option<&'static str>,
) -> impl IntoView + use<> {
    let nonce = use_nonce();
    // The other sign-in methods create an account on their own.
    let can_sign_up = app.sign_in_methods.has(SignInMethod::Password);
    let title = format!("{} · {SITE_NAME}", page.title);
    let theme = visitor
        .as_ref()
        .map_or(Theme::System, |visitor| visitor.preferences.theme);
    if let Some(visitor) = &visitor {
        provide_context(visitor.preferences.locale);
    }
    // On the document itself, so the first paint already has it.
    let theme: Option<&str> = (theme != Theme::System).then(|| theme.into());
    let wait = page.error.as_ref().and_then(AppError::wait).map(|seconds| {
        let from = format!(":root{{--wait:{seconds}}}");
        view! { <style nonce=nonce.clone() inner_html=from></style> }
    });
    provide_context(FormKey::new(rand::random()));
    if let Some(inbox) = &app.local_inbox {
        provide_context(InboxUrl(inbox.to_string()));
    }
    let main = (page.html)();
    let loader = main.contains("<leptos-island").then(|| loader(&app.assets));
    let passwords = main.contains("data-reveals").then(|| PASSWORDS.clone());
    let codes = main.contains("one-time-code").then(|| CODES.clone());
    let times = main.contains("data-local").then(|| TIMES.clone());
    let scripts: Vec<String> = [
        loader,
        passwords,
        codes,
        times,
        never_restored.map(ask_anew),
    ]
    .into_iter()
    .flatten()
    .collect();
    let script = (!scripts.is_empty()).then(|| {
        view! { <script type="module" nonce=nonce.clone() inner_html=scripts.join(";") /> }
    });
    let about = page.description.map(|description| {
        let image = format!("{}og.png", app.site.url);
        view! {
            <meta name="description" content=description />
            {open_graph("og:title", SITE_NAME.to_owned())}
            {open_graph("og:description", description.to_owned())}
            {open_graph("og:type", "website".to_owned())}
            {open_graph("og:url", app.site.url.to_string())}
            {open_graph("og:image", image)}
        }
    });
    let reload = app.assets.reload_port.map(|port| {
        let options = LeptosOptions::builder()
            .output_name("app")
            .reload_port(u32::from(port))
            .build();
        view! { <AutoReload options=options /> }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                // As inner HTML, because Leptos marks the end of a text with a comment, which would
                // show in a title.
                <title inner_html=title></title>
                {style_sheet(&app.assets, nonce.clone())}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                {about}
                {wait}
                {reload}
            </head>
            <body>
                <a class="skip" href="#main">"Skip to content"</a>
                <SiteHeader state=state visitor=visitor can_sign_up=can_sign_up />
                <main id="main" inner_html=main></main>
                <footer class="site-foot">
                    <p>"Rendered on the server with Leptos. Accounts by Appwrite."</p>
                </footer>
                {script}
            </body>
        </html>
    }
}

/// In the page itself, because a browser shows nothing before it has the style sheet, and would only ask
/// for a file once it has the page. It's empty here: `http::compress` fills it.
fn style_sheet(assets: &Assets, nonce: Option<Nonce>) -> impl IntoView + use<> {
    if assets.style_sheet.is_some() {
        Either::Left(view! { <style nonce=nonce></style> })
    } else {
        Either::Right(view! { <link rel="stylesheet" href=assets.css.clone() /> })
    }
}

/// What other sites show of a page that somebody links to.
fn open_graph(property: &'static str, content: String) -> impl IntoView {
    html::meta()
        .attr("property", property)
        .attr("content", content)
}

/// How far the visitor is signed in, which decides what the header offers.
#[derive(Clone, Copy)]
pub enum SignInState {
    /// Not at all.
    SignedOut,
    /// All but the second step. Until then, all they can do is sign out.
    SecondStepMissing,
    /// All the way.
    SignedIn,
}

#[component]
fn SiteHeader(
    state: SignInState,
    /// Whose menu it has. Of somebody who is signed in that isn't always known.
    visitor: Option<Account>,
    can_sign_up: bool,
) -> impl IntoView {
    let links = match (state, visitor) {
        (SignInState::SignedIn, Some(visitor)) => view! {
            <a href="/notes">"Notes"</a>
            <AccountMenu account=visitor />
        }
        .into_any(),
        (SignInState::SignedIn, None) => view! {
            <a href="/notes">"Notes"</a>
            <a href="/account">"Account"</a>
            // They may be a guest.
            <a href="/signout">"Sign out"</a>
        }
        .into_any(),
        (SignInState::SecondStepMissing, _) => view! { <SignOut /> }.into_any(),
        (SignInState::SignedOut, _) => view! {
            <a href="/signin">"Sign in"</a>
            {can_sign_up.then(|| view! { <a href="/signup">"Sign up"</a> })}
        }
        .into_any(),
    };
    view! {
        <header class="site-head">
            <a class="brand" href="/">
                {SITE_NAME}
            </a>
            <nav aria-label="Account">{links}</nav>
        </header>
    }
}

/// The avatar, and what it opens. That's a popover, which the browser opens, closes and leads the
/// keyboard through, so it takes no script.
#[component]
fn AccountMenu(account: Account) -> impl IntoView {
    let name = account.display_name().to_owned();
    // A guest who signs out loses the account, so there's a page that says so first.
    let sign_out = if account.is_guest() {
        view! { <a href="/signout">"Sign out"</a> }.into_any()
    } else {
        view! { <SignOut /> }.into_any()
    };
    view! {
        <button class="avatar" type="button" popovertarget="menu" aria-label="Your account">
            <Initials of=name.clone() color=account.preferences.color />
        </button>
        <div class="menu" id="menu" popover>
            <p class="muted" dir="auto">
                {name}
            </p>
            <a href="/account">"Account"</a>
            {sign_out}
        </div>
    }
}

/// Without a key: whoever is signed out already is signed out as well the second time. It says whom the page was
/// shown to, since a guest who has signed in afterwards would lose their account.
#[component]
fn SignOut() -> impl IntoView {
    view! {
        <form method="post" action="/signout">
            <ShownToField />
            <button class="link" type="submit">
                "Sign out"
            </button>
        </form>
    }
}

/// The script that goes to a page, or its own if that's empty, when the browser goes back to one that
/// it kept as it was. The person may have signed out since, here or in another tab.
///
/// It isn't a reload, because that would post a form again.
fn ask_anew(again: &str) -> String {
    format!("addEventListener('pageshow',e=>e.persisted&&location.replace({again:?}))")
}

/// The script that fetches the bundle when somebody first touches an island.
///
/// A form is the bundle's only once its island has hydrated, and no longer if the bundle breaks.
/// Otherwise the browser sends it, and the script drops a second press within five seconds. After
/// that the first may have been stopped, and if not, the server knows both by their key.
fn loader(assets: &Assets) -> String {
    let Assets { js, wasm, .. } = assets;
    format!("{};load({js:?},{wasm:?})", *LOADER)
}

static LOADER: LazyLock<String> = LazyLock::new(|| one_line(include_str!("loader.js")));
static PASSWORDS: LazyLock<String> = LazyLock::new(|| one_line(include_str!("passwords.js")));
static CODES: LazyLock<String> = LazyLock::new(|| one_line(include_str!("codes.js")));
static TIMES: LazyLock<String> = LazyLock::new(|| one_line(include_str!("times.js")));

/// A script whose every statement ends with a semicolon or a brace, on one line.
fn one_line(script: &str) -> String {
    script.replace('\n', "")
}
