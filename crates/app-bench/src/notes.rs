//! The notes of the people whom the stand-in for Appwrite knows.

use crate::person::Person;

/// How many each of them has. It's a full page, and the last one.
const NOTES: usize = 25;

/// A row as Appwrite sends it.
const ROW: &str = r#"{"title":"{title}","tag":"home","due":"2126-12-24T00:00:00.000+00:00","pinned":false,"done":false,"userId":"{id}","$id":"{row}","$sequence":"{number}","$createdAt":"2026-11-28T08:00:00.000+00:00","$updatedAt":"2026-11-28T08:00:00.000+00:00","$permissions":["read(\"user:{id}\")","update(\"user:{id}\")","delete(\"user:{id}\")"],"$databaseId":"app","$tableId":"notes"}"#;

/// Somebody's rows, as Appwrite lists them.
pub fn rows(person: Person) -> String {
    let rows: Vec<_> = (1..=NOTES)
        .map(|number| {
            ROW.replace("{title}", &title(person, number))
                .replace("{id}", &person.id())
                .replace("{row}", &format!("{}-note-{number}", person.word()))
                .replace("{number}", &number.to_string())
        })
        .collect();
    format!(r#"{{"total":{NOTES},"rows":[{}]}}"#, rows.join(","))
}

/// The page of somebody's notes, with `{title}` where the title of each goes.
pub fn page_without_titles(page: &str, person: Person) -> String {
    (1..=NOTES).fold(page.to_owned(), |page, number| {
        page.replace(&title(person, number), "{title}")
    })
}

fn title(person: Person, number: usize) -> String {
    format!("Water the plants of {} (no. {number})", person.word())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::person::named_in;

    #[test]
    fn rows_belong_to_one_person() {
        let person = Person::numbered(17);
        let rows = rows(person);
        assert!(named_in(rows.as_bytes()).all(|named| named == Some(person)));
        let rows: Value = serde_json::from_str(&rows).unwrap();
        assert_eq!(rows["rows"].as_array().unwrap().len(), NOTES);
        for row in rows["rows"].as_array().unwrap() {
            let may_read = format!("read(\"user:{}\")", row["userId"].as_str().unwrap());
            assert_eq!(row["userId"], person.id());
            assert_eq!(row["$permissions"][0], may_read);
        }
    }

    #[test]
    fn a_page_loses_each_title_once() {
        let person = Person::numbered(3);
        let titles: Vec<_> = (1..=NOTES).map(|number| title(person, number)).collect();
        let page = page_without_titles(&titles.join("\n"), person);
        assert_eq!(page, vec!["{title}"; NOTES].join("\n"));
    }
}
