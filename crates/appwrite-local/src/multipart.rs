//! The fields of a `multipart/form-data` body.

/// The names and values of its fields, files left out. Nothing if the content type names no
/// boundary.
pub fn fields(content_type: &str, body: &[u8]) -> Vec<(String, String)> {
    let Some(boundary) = parameter(content_type, "boundary") else {
        return Vec::new();
    };
    let delimiter = format!("--{boundary}");
    let mut fields = Vec::new();
    let mut rest = after(body, delimiter.as_bytes());
    while let Some(part) = rest.and_then(|rest| rest.strip_prefix(b"\r\n")) {
        let end = format!("\r\n{delimiter}");
        let Some(at) = find(part, end.as_bytes()) else {
            break;
        };
        fields.extend(field(&part[..at]));
        rest = after(part, end.as_bytes());
    }
    fields
}

fn field(part: &[u8]) -> Option<(String, String)> {
    let head = &part[..find(part, b"\r\n\r\n")?];
    let value = after(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(head);
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    })?;
    if parameter(disposition, "filename").is_some() {
        return None;
    }
    let name = parameter(disposition, "name")?;
    Some((name, String::from_utf8_lossy(value).into_owned()))
}

/// A parameter of a header's value: `b` in `a; name="b"`.
fn parameter(header: &str, name: &str) -> Option<String> {
    header.split(';').skip(1).find_map(|parameter| {
        let (found, value) = parameter.split_once('=')?;
        found
            .trim()
            .eq_ignore_ascii_case(name)
            .then(|| value.trim().trim_matches('"').to_owned())
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn after<'a>(bytes: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    bytes.get(find(bytes, wanted)? + wanted.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_and_files_are_not() {
        let body = "preamble\r\n--x y\r\n\
            Content-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--x y\r\n\
            content-type: text/plain\r\ncontent-disposition: form-data; name=b[]\r\n\r\n\r\n--x y\r\n\
            Content-Disposition: form-data; name=\"c\"; filename=\"d\"\r\n\r\n3\r\n--x y--\r\n";
        let kind = "multipart/form-data; boundary=\"x y\"";
        let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let read = fields(kind, body.as_bytes());
        assert_eq!(read, [field("a", "1\r\n2"), field("b[]", "")]);
    }

    #[test]
    fn a_body_that_is_cut_off_or_nonsense_has_no_more_fields() {
        let kind = "multipart/form-data; boundary=x";
        let whole = "--x\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--x--";
        for end in 0..whole.len() {
            let read = fields(kind, &whole.as_bytes()[..end]);
            assert!(read.len() <= 1, "{end}");
        }
        assert!(fields("multipart/form-data", whole.as_bytes()).is_empty());
        assert!(fields("multipart/form-data; boundary=", b"----\r\n").is_empty());
        assert!(fields(kind, b"--x\r\n\r\n\r\n1\r\n--x--").is_empty());
    }
}
