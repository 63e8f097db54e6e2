//! The people whom the stand-in for Appwrite knows. Whatever is somebody's has `person-` and their
//! number in it, so that every answer shows whose data it has.

use base64::{Engine, engine::general_purpose::STANDARD};
use memchr::memmem;

/// How many they are.
pub const PEOPLE: usize = 500;

/// What stands before the number.
const WORD: &str = "person-";

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Person {
    number: usize,
}

impl Person {
    /// The one with this number. Numbers from [`PEOPLE`] on start over.
    pub fn numbered(number: usize) -> Self {
        Self {
            number: number % PEOPLE,
        }
    }

    /// All of them, by their numbers.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..PEOPLE).map(Self::numbered)
    }

    /// The one who signs in with these credentials, in JSON. Their email begins with `user-` and any
    /// number.
    pub fn signing_in(credentials: &[u8]) -> Option<Self> {
        let (_, email) = std::str::from_utf8(credentials)
            .ok()?
            .split_once(r#""email":"user-"#)?;
        let (number, _) = email.split_once('@')?;
        number.parse().ok().map(Self::numbered)
    }

    /// Their number, which is below [`PEOPLE`].
    pub fn number(self) -> usize {
        self.number
    }

    /// What shows that something is theirs.
    pub fn word(self) -> String {
        format!("{WORD}{}", self.number)
    }

    /// The ID of their account.
    pub fn id(self) -> String {
        self.word() + "-0012c4d5e6f7"
    }

    /// Their name.
    pub fn name(self) -> String {
        format!("Ada {}", self.word())
    }

    /// Their email address, once they're signed in.
    pub fn email(self) -> String {
        self.word() + "@example.com"
    }

    /// The secret of their session, as Appwrite makes them.
    pub fn secret(self) -> String {
        let (id, secret) = (self.id(), self.number);
        STANDARD.encode(format!(r#"{{"id":"{id}","secret":"{secret:064x}"}}"#))
    }
}

/// Everybody whose data are in this text, as often as they're named. `None` is nobody whom the stand-in
/// knows.
pub fn named_in(text: &[u8]) -> impl Iterator<Item = Option<Person>> {
    memmem::find_iter(text, WORD).map(|at| {
        let rest = &text[at + WORD.len()..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        (number < PEOPLE).then(|| Person::numbered(number))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn the_email_says_who_signs_in() {
        let who = |credentials: &str| Person::signing_in(credentials.as_bytes());
        for (email, number) in [("user-0", 0), ("user-499", 499), ("user-1234567", 67)] {
            let credentials = format!(r#"{{"email":"{email}@example.com","password":"x"}}"#);
            assert_eq!(who(&credentials), Some(Person { number }), "{email}");
        }
        for nobody in ["", r#"{"email":"ada@example.com"}"#, r#""email":"user-@"#] {
            assert_eq!(who(nobody), None, "{nobody}");
        }
    }

    #[test]
    fn everybody_is_told_apart_by_what_is_theirs() {
        for theirs in [Person::id, Person::name, Person::email] {
            for person in Person::all() {
                let named: Vec<_> = named_in(theirs(person).as_bytes()).collect();
                assert_eq!(named, [Some(person)]);
            }
        }
        let secrets: HashSet<_> = Person::all().map(Person::secret).collect();
        assert_eq!(secrets.len(), PEOPLE);
    }

    #[test]
    fn a_number_is_read_to_its_end() {
        let text = b"person-1 person-17, person-170@; person-1700 person- PERSON-3";
        let named: Vec<_> = named_in(text).collect();
        let person = |number| Some(Person { number });
        assert_eq!(named, [person(1), person(17), person(170), None, None]);
    }
}
