//! Form fields, each with its label, hint and error. Labels, hints and limits are given where a
//! field is used.
//!
//! They're rendered on the server, as children of the form's island, so they add nothing to the
//! bundle. A field's `name` is the name of the server function's argument. It's also the `id` of
//! the input; with `-error` or `-hint` added, it's the `id` of the error or the hint. What was
//! typed and what was wrong with it come from the page's [`FormState`](super::FormState).

mod checkbox;
mod choices;
mod code;
mod file;
mod frame;
mod multiline;
mod password;
mod select;
mod start;
mod text;
mod username;

pub use checkbox::CheckboxField;
pub use choices::{Choice, ChoiceField};
pub use code::CodeField;
pub use file::FileField;
pub use multiline::MultilineField;
pub use password::PasswordField;
pub use select::SelectField;
pub use start::StartField;
pub use text::{EmailField, NameField, PhoneField, TextField};
pub use username::UsernameField;

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use leptos::prelude::*;

    use super::*;
    use crate::{components::FormState, error::AppError, model::Problem};

    /// The HTML of fields on the page of a form, which was refused or not.
    fn html<View: IntoView>(form: FormState, fields: impl FnOnce() -> View) -> String {
        Owner::new().with(|| {
            provide_context(form);
            fields().into_view().to_html()
        })
    }

    fn refused(field: &'static str, posted: &str) -> FormState {
        let posted = vec![(field.to_owned(), posted.to_owned())];
        FormState::refused(posted, AppError::field(field, Problem::Malformed))
    }

    #[test]
    fn a_refused_field_keeps_what_was_typed_and_says_what_is_wrong() {
        let fields = || {
            view! {
                <TextField name="a" label="A" hint="Short." value="start" />
                <MultilineField name="b" label="B" value="start" />
            }
        };
        let first = html(FormState::default(), fields);
        assert!(first.contains(r#"value="start""#), "{first}");
        assert!(
            first.contains(r#"aria-describedby="a-error a-hint""#),
            "{first}"
        );
        assert!(!first.contains("aria-invalid"), "{first}");

        let again = html(refused("a", "<typed>"), fields);
        assert!(again.contains(r#"value="&lt;typed&gt;""#), "{again}");
        assert!(again.contains(r#"id="a-error""#), "{again}");
        assert!(again.contains("This isn't valid."), "{again}");
        assert_eq!(again.matches("aria-invalid").count(), 1, "{again}");
        let again = html(refused("b", "1\n2"), fields);
        assert!(again.contains(">\n1\n2"), "{again}");
    }

    #[test]
    fn what_was_typed_stays_within_its_field() {
        let typed = r#"&lt;"></textarea></select><b>"#;
        let form = |field| refused(field, typed);
        for field in [
            html(form("a"), || view! { <TextField name="a" label="A" /> }),
            html(
                form("a"),
                || view! { <MultilineField name="a" label="A" /> },
            ),
            html(form("a"), || view! { <StartField name="a" /> }),
            html(form("name"), || view! { <NameField /> }),
            html(form("email"), || view! { <EmailField /> }),
            html(form("phone"), || view! { <PhoneField /> }),
            html(
                form("another"),
                || view! { <MultilineField name="b" label="B" value=typed /> },
            ),
            html(
                form("another"),
                || view! { <UsernameField value=typed.to_owned() /> },
            ),
        ] {
            assert!(!field.contains("<b>"), "{field}");
            assert!(field.contains("&amp;lt;"), "{field}");
        }
    }

    #[test]
    fn more_than_anybody_types_is_not_shown_again() {
        for (typed, shown) in [(800, 800), (9000, 800)] {
            let again = html(refused("a", &"é".repeat(typed)), || {
                view! { <TextField name="a" label="A" maxlength=200 /> }
            });
            assert_eq!(again.matches('é').count(), shown);
        }
    }

    #[test]
    fn a_secret_is_never_shown_again() {
        for field in ["password", "code"] {
            let again = html(refused(field, "s3cret"), || {
                view! {
                    <PasswordField autocomplete="current-password" />
                    <CodeField />
                }
            });
            assert!(!again.contains("s3cret"), "{again}");
            assert!(again.contains(r#"aria-invalid="true""#), "{again}");
        }
    }

    #[test]
    fn a_choice_stays_chosen() {
        let fields = || {
            let choice = |value| Choice {
                value,
                label: value,
                hint: "",
            };
            view! {
                <SelectField name="a" label="A" options=vec![("x", "X"), ("y", "Y")] value="x" />
                <ChoiceField name="b" label="B" choices=vec![choice("x"), choice("y")] value="x" />
                <CheckboxField name="c" label="C" checked=true />
            }
        };
        let first = html(FormState::default(), fields);
        assert!(first.contains(r#"<option value="x" selected"#), "{first}");
        assert_eq!(first.matches(" checked").count(), 2, "{first}");

        let again = html(refused("a", "y"), fields);
        assert!(again.contains(r#"<option value="y" selected"#), "{again}");
        // The choice belongs to another form, as far as this one knows. A tick was not posted.
        assert!(again.contains(r#"value="x" checked"#), "{again}");
        assert_eq!(again.matches(" checked").count(), 1, "{again}");
        let again = html(refused("b", "y"), fields);
        assert!(again.contains(r#"value="y" checked"#), "{again}");
    }

    #[test]
    fn what_a_field_started_with_stays_when_the_form_is_refused() {
        let field = || view! { <StartField name="a_was" value="x" /> };
        let first = html(FormState::default(), field);
        assert!(first.contains(r#"name="a_was" value="x""#), "{first}");
        // Meanwhile it has become x elsewhere, but this form still started with y.
        let again = html(refused("a_was", "y"), field);
        assert!(again.contains(r#"name="a_was" value="y""#), "{again}");
    }

    #[test]
    fn a_file_is_chosen_again() {
        let again = html(refused("file", "a.png"), || {
            view! { <FileField name="file" label="Picture" accept="image/*" /> }
        });
        assert!(again.contains(r#"accept="image/*""#), "{again}");
        assert!(!again.contains("a.png"), "{again}");
        assert!(again.contains("This isn't valid."), "{again}");
    }
}
