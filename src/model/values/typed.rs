//! What people type without seeing or meaning it: characters that nothing shows, and other scripts'
//! digits.
//!
//! The ranges are picked by hand, because Unicode's own tables would be too much for the bundle.

/// Leaves out what nothing shows and what turns the direction of the text around it. What's left is
/// empty if nobody could see it.
pub fn visible(text: &str) -> String {
    let text: String = text.chars().filter(|letter| !is_hidden(*letter)).collect();
    if text.chars().any(is_seen) {
        text.trim().to_owned()
    } else {
        String::new()
    }
}

/// A code or a number without what only groups it: spaces, hyphens and dashes. Its digits and Latin
/// letters are ASCII.
pub fn ungrouped(text: &str) -> String {
    let letters = text.chars().filter(|letter| !is_hidden(*letter)).map(ascii);
    letters
        .filter(|letter| !letter.is_whitespace() && !is_dash(*letter))
        .collect()
}

/// Control characters, marks for the direction of text, and spaces without a width. No name needs
/// them.
fn is_hidden(letter: char) -> bool {
    letter.is_control() && !letter.is_whitespace()
        || matches!(
            letter,
            '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'..='\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// Not blank by itself. Joiners, fillers, variation selectors and tags are, but names and emoji use
/// some of them between other characters.
fn is_seen(letter: char) -> bool {
    !letter.is_whitespace()
        && !matches!(
            letter,
            '\u{ad}'
                | '\u{34f}'
                | '\u{115f}'..='\u{1160}'
                | '\u{17b4}'..='\u{17b5}'
                | '\u{180b}'..='\u{180f}'
                | '\u{200c}'..='\u{200d}'
                | '\u{2800}'
                | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}'
                | '\u{ffa0}'
                | '\u{fff0}'..='\u{fffb}'
                | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Hyphens and dashes, and the long mark of Japanese keyboards. The common full-width ones are ASCII
/// by now.
fn is_dash(letter: char) -> bool {
    matches!(
        letter,
        '-' | '\u{2010}'
            ..='\u{2015}' | '\u{2212}' | '\u{30fc}' | '\u{fe58}' | '\u{fe63}' | '\u{ff70}'
    )
}

/// The zeros of scripts whose keyboards have digits of their own. Nine more digits follow each.
const ZEROS: [char; 12] = [
    '\u{660}',  // Arabic
    '\u{6f0}',  // Persian, Urdu
    '\u{7c0}',  // N'Ko
    '\u{966}',  // Devanagari
    '\u{9e6}',  // Bengali
    '\u{a66}',  // Gurmukhi
    '\u{ae6}',  // Gujarati
    '\u{be6}',  // Tamil
    '\u{e50}',  // Thai
    '\u{ed0}',  // Lao
    '\u{1040}', // Burmese
    '\u{17e0}', // Khmer
];

/// The ASCII character that a digit or a full-width character stands for; any other as it is.
fn ascii(letter: char) -> char {
    let number = u32::from(letter);
    let found = match letter {
        '\u{ff01}'..='\u{ff5e}' => Some(number - 0xfee0),
        _ => ZEROS.iter().find_map(|zero| {
            let digit = number.wrapping_sub(u32::from(*zero));
            (digit < 10).then_some(digit + u32::from(b'0'))
        }),
    };
    found.and_then(char::from_u32).unwrap_or(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_nothing() {
        for text in [
            "",
            " ",
            "\0",
            "\u{200b}",
            "\u{3164}",
            "\u{2800}\u{200d}\u{fe0f}",
            "\u{202e}\u{2066}",
            "\u{ffa0} \u{ad}",
            "\u{e0067}",
        ] {
            assert_eq!(visible(text), "", "{text:?}");
        }
    }

    #[test]
    fn what_people_see_stays_and_its_direction_is_its_own() {
        for (text, seen) in [
            (" Ada ", "Ada"),
            ("\u{200b}Ada\u{feff}", "Ada"),
            ("Ada\0 Lovelace", "Ada Lovelace"),
            ("\u{202e}adA\u{202c}", "adA"),
            // A family and a heart, which need their joiners and selectors.
            ("\u{1f469}\u{200d}\u{1f467}", "\u{1f469}\u{200d}\u{1f467}"),
            ("\u{2764}\u{fe0f}", "\u{2764}\u{fe0f}"),
            // A Persian word with a zero-width non-joiner.
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}",
                "\u{645}\u{6cc}\u{200c}\u{62e}",
            ),
            ("김", "김"),
        ] {
            assert_eq!(visible(text), seen, "{text:?}");
        }
    }

    #[test]
    fn digits_of_other_scripts_are_read() {
        for zero in ZEROS.into_iter().chain(['\u{ff10}']) {
            let digits = (0..10).filter_map(|digit| char::from_u32(u32::from(zero) + digit));
            assert_eq!(ungrouped(&digits.collect::<String>()), "0123456789");
        }
        assert_eq!(
            ungrouped("\u{660}\u{2013}1\u{3000}\u{ff41}\u{ff0d}é"),
            "01aé"
        );
    }
}
