//! Pages that are the same for everybody who comes without a cookie and without a query.
//!
//! They differ by the nonce of their scripts and by the key of their forms. So each is rendered once, and
//! kept without these.

use std::{fmt, sync::Arc};

use axum::http::{Method, header::COOKIE, request::Parts};
use moka::sync::Cache;

/// More than there are such pages.
const CAPACITY: u64 = 64;

/// The pages that have been rendered, by their paths.
pub struct KeptPages(Cache<String, Arc<KeptPage>>);

impl KeptPages {
    /// None yet.
    pub fn new() -> Self {
        Self(Cache::new(CAPACITY))
    }

    /// Whether this request's page would be the same for everybody.
    pub fn takes(request: &Parts) -> bool {
        request.method == Method::GET
            && request.uri.query().is_none()
            && !request.headers.contains_key(COOKIE)
    }

    /// The page at this path, if it's kept.
    pub fn get(&self, path: &str) -> Option<Arc<KeptPage>> {
        self.0.get(path)
    }

    /// Keeps a page that was rendered with this nonce and this form key.
    pub fn keep(&self, path: &str, html: &str, nonce: &str, form_key: &str) {
        let page = KeptPage::new(html, nonce, form_key);
        self.0.insert(path.to_owned(), Arc::new(page));
    }
}

impl Default for KeptPages {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for KeptPages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptPages").finish_non_exhaustive()
    }
}

/// A page without its nonce and its form key.
#[derive(Debug)]
pub struct KeptPage {
    /// What stands before each place where one of them goes.
    parts: Vec<(String, Slot)>,
    end: String,
    /// How long the page is with them, in bytes.
    length: usize,
}

#[derive(Clone, Copy, Debug)]
enum Slot {
    Nonce,
    FormKey,
}

impl KeptPage {
    fn new(html: &str, nonce: &str, form_key: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = html;
        let next = |rest: &str| {
            let slots = [(nonce, Slot::Nonce), (form_key, Slot::FormKey)];
            let found = slots.map(|(text, slot)| Some((rest.find(text)?, text.len(), slot)));
            found.into_iter().flatten().min_by_key(|(at, ..)| *at)
        };
        while let Some((at, length, slot)) = next(rest) {
            parts.push((rest[..at].to_owned(), slot));
            rest = &rest[at + length..];
        }
        Self {
            parts,
            end: rest.to_owned(),
            length: html.len(),
        }
    }

    /// The page with this nonce and this form key.
    pub fn with(&self, nonce: &str, form_key: &str) -> String {
        let mut html = String::with_capacity(self.length);
        for (text, slot) in &self.parts {
            html.push_str(text);
            html.push_str(match slot {
                Slot::Nonce => nonce,
                Slot::FormKey => form_key,
            });
        }
        html.push_str(&self.end);
        html
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_as_it_was_but_for_what_is_made_for_each_answer() {
        for html in [
            "",
            "no places",
            "NONCE",
            "aKEYbNONCEcKEYd",
            "KEYNONCENONCEKEY",
            "ein Schlüssel: KEY",
        ] {
            let page = KeptPage::new(html, "NONCE", "KEY");
            assert_eq!(page.with("NONCE", "KEY"), html);
            let other = html.replace("NONCE", "another").replace("KEY", "1");
            assert_eq!(page.with("another", "1"), other);
        }
    }
}
