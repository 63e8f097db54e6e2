//! A page that says how something turned out.

use maud::{Markup, html};

use super::layout::layout;

/// The page. `detail` is for people looking for the cause.
pub fn page(title: &str, text: &str, detail: Option<&str>) -> Markup {
    layout(
        title,
        html! {
            div.card.narrow {
                h1 { (title) }
                p { (text) }
                @if let Some(detail) = detail {
                    p.muted { code { (detail) } }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::page;

    #[test]
    fn the_text_is_escaped() {
        let page = page("<a>", "<b>", Some("<c>")).into_string();
        for raw in ["<a>", "<b>", "<c>"] {
            assert!(!page.contains(raw), "{raw}: {page}");
        }
    }
}
