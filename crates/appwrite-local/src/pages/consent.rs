//! The page that stands in for an OAuth2 provider's consent page.

use maud::{Markup, html};

use super::layout::layout;

/// What the page shows.
pub struct Consent<'a> {
    /// The provider's name.
    pub provider: &'a str,
    /// The project's name.
    pub project: &'a str,
    /// The scopes the app requests.
    pub scopes: &'a [&'a str],
    /// Parameters that the form passes on.
    pub hidden: &'a [(&'a str, &'a str)],
    /// The people who have been here before.
    pub known: &'a [Known],
    /// What was wrong with the last attempt.
    pub problem: Option<&'a str>,
    /// The address that was typed.
    pub email: &'a str,
    /// The name that was typed.
    pub name: &'a str,
    /// Whether the address counts as verified.
    pub verified: bool,
}

/// Somebody who has been here before.
pub struct Known {
    /// Their address at the provider.
    pub email: String,
    /// Their name.
    pub name: String,
}

/// The page.
pub fn page(consent: &Consent<'_>) -> Markup {
    let hidden = html! {
        @for (name, value) in consent.hidden {
            input type="hidden" name=(name) value=(value);
        }
    };
    layout(
        consent.provider,
        html! {
            div.narrow {
                h1 { "Continue with " (consent.provider) }
                p.lead {
                    "“" (consent.project) "” asks who you are. This page stands in for "
                    (consent.provider) ": no password is needed, and nothing leaves this machine."
                }
                @if let Some(problem) = consent.problem {
                    p.problem role="alert" { (problem) }
                }
                @if !consent.known.is_empty() {
                    form.card method="get" action="/_local/oauth2" {
                        (hidden)
                        fieldset {
                            legend { "Continue as" }
                            div.people {
                                @for known in consent.known {
                                    button.quiet type="submit" name="as" value=(known.email) {
                                        @if known.name.is_empty() {
                                            (known.email)
                                        } @else {
                                            (known.name) small { (known.email) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
                form.card method="get" action="/_local/oauth2" {
                    (hidden)
                    @if !consent.known.is_empty() { h2 { "Or as somebody else" } }
                    div.field {
                        label for="email" { "Email" }
                        input #email type="email" name="email" value=(consent.email) required
                            autocomplete="off" aria-invalid=[consent.problem.map(|_| "true")];
                    }
                    div.field {
                        label for="name" { "Name" }
                        input #name type="text" name="name" value=(consent.name) autocomplete="off";
                    }
                    div.field.check {
                        input #verified type="checkbox" name="verified" value="1"
                            checked[consent.verified];
                        label for="verified" { "The provider has verified this email" }
                    }
                    @if !consent.scopes.is_empty() {
                        p.muted { "Requested scopes: " (consent.scopes.join(", ")) }
                    }
                    div.row {
                        button type="submit" name="decision" value="allow" { "Allow" }
                        button.quiet type="submit" name="decision" value="deny" formnovalidate {
                            "Deny"
                        }
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outside_input_is_escaped_and_passed_on() {
        let page = page(&Consent {
            provider: "GitHub",
            project: "<b>",
            scopes: &["<i>"],
            hidden: &[("state", "\"><script>")],
            known: &[Known {
                email: "<u>".into(),
                name: String::new(),
            }],
            problem: Some("<s>"),
            email: "\" autofocus",
            name: "",
            verified: false,
        })
        .into_string();
        for raw in ["<b>", "<i>", "<u>", "<s>", "\"><script>", "\" autofocus"] {
            assert!(!page.contains(raw), "{raw}: {page}");
        }
        assert!(
            page.contains("name=\"state\" value=\"&quot;&gt;&lt;script&gt;\""),
            "{page}"
        );
        assert!(!page.contains(" checked"), "{page}");
    }
}
