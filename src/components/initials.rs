use leptos::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

use crate::model::AvatarColor;

/// A circle with somebody's initials, to go next to their name.
///
/// The style sheet draws the letters. As text they'd be copied with the name beside them, and
/// somebody who speaks to their browser would look for them in the name of the button around them.
#[component]
pub fn Initials(
    /// A name or an email address.
    of: String,
    /// What it's filled with.
    color: AvatarColor,
) -> impl IntoView {
    let color: &str = color.into();
    view! { <span class="initials" data-letters=initials(&of) data-color=color aria-hidden="true" /> }
}

/// The first letters of the first two words, each with all its marks.
fn initials(name: &str) -> String {
    name.split_whitespace()
        .filter_map(|word| word.graphemes(true).next())
        .take(2)
        .map(str::to_uppercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn a_letter_keeps_its_marks() {
        for (name, letters) in [
            ("ada king lovelace", "AK"),
            ("e\u{301}mile", "E\u{301}"),
            (
                "\u{1f469}\u{200d}\u{1f680} team",
                "\u{1f469}\u{200d}\u{1f680}T",
            ),
            ("", ""),
        ] {
            assert_eq!(initials(name), letters);
        }
    }
}
