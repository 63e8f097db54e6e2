//! The words of the phrases in emails.

use std::{collections::VecDeque, sync::Mutex};

/// Phrases that Appwrite has sent lately. A decoy is made of their words: one that Appwrite never
/// uses would tell.
#[derive(Debug, Default)]
pub struct SentPhrases(Mutex<VecDeque<(String, String)>>);

impl SentPhrases {
    /// How many are remembered.
    const CAPACITY: usize = 256;

    /// Remembers this one, if it's two words.
    pub(super) fn add(&self, phrase: &str) {
        let (Some((first, second)), Ok(mut phrases)) = (phrase.split_once(' '), self.0.lock())
        else {
            return;
        };
        if phrases.len() == Self::CAPACITY {
            phrases.pop_front();
        }
        phrases.push_back((first.to_owned(), second.to_owned()));
    }

    /// The first word of one and the second of another. `None` as long as Appwrite has sent none.
    pub(super) fn mixed(&self) -> Option<String> {
        let phrases = self.0.lock().ok().filter(|phrases| !phrases.is_empty())?;
        let any = || &phrases[rand::random_range(0..phrases.len())];
        Some(format!("{} {}", any().0, any().1))
    }
}
