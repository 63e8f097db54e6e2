//! Searching for words the way MariaDB does where Appwrite asks it to.

/// The words that MariaDB's index leaves out.
const STOPWORDS: &[&str] = &[
    "a", "about", "an", "are", "as", "at", "be", "by", "com", "de", "en", "for", "from", "how",
    "i", "in", "is", "it", "la", "of", "on", "or", "that", "the", "this", "to", "was", "what",
    "when", "where", "who", "will", "with", "und", "www",
];

/// The shortest word in the index.
const SHORTEST: usize = 3;

/// What to search for.
#[derive(Debug)]
pub enum Search {
    /// Any of these words, in any order, or a word that starts with the last text.
    Words(Vec<String>, String),
    /// All of these words, one after the other.
    Phrase(Vec<String>),
}

impl Search {
    /// Reads what somebody typed. In double quotes, it's a phrase.
    pub fn parse(text: &str) -> Self {
        let quoted = text.starts_with('"') && text.ends_with('"');
        let mut words: Vec<_> = words(text).collect();
        if quoted {
            Self::Phrase(words)
        } else {
            let start = words.pop().unwrap_or_default();
            Self::Words(words, start)
        }
    }

    /// Whether a text has what is searched for.
    pub fn matches(&self, text: &str) -> bool {
        match self {
            Self::Words(whole, start) => words(text).filter(|word| is_indexed(word)).any(|word| {
                whole.contains(&word) || (!start.is_empty() && word.starts_with(start.as_str()))
            }),
            Self::Phrase(phrase) => {
                let words: Vec<_> = words(text).collect();
                !phrase.is_empty() && words.windows(phrase.len()).any(|part| part == phrase)
            }
        }
    }
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
}

fn is_indexed(word: &str) -> bool {
    word.chars().count() >= SHORTEST && !STOPWORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_in_any_order() {
        let text = "u1 Ada Lovelace ada@example.com +15005550006 label:vip";
        for (search, found) in [
            ("Ada", true),
            ("lovelace ada", true),
            ("love", true),
            ("velace", false),
            ("love ada", true),
            ("love nobody", false),
            ("nobody love", true),
            ("ada@example.com", true),
            ("example", true),
            ("com", false),
            ("u1", false),
            ("+15005550006", true),
            ("vip", true),
            ("\"ada lovelace\"", true),
            ("\"example ada\"", false),
            ("\"ada love\"", false),
            ("", false),
            ("\"", false),
            ("%", false),
            ("a_a", false),
        ] {
            assert_eq!(Search::parse(search).matches(text), found, "{search}");
        }
    }
}
