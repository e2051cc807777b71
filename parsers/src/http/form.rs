//! The fields of a form or a query (<https://url.spec.whatwg.org/#application/x-www-form-urlencoded>), each with its
//! place.

use std::ops::Range;

/// One field. Ranges are bytes of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The name, decoded.
    pub name: String,
    /// The value, decoded; empty where there is no `=`.
    pub value: String,
    /// The field as it stands.
    pub range: Range<usize>,
    /// The value as it stands; where there is no `=`, the place behind the name.
    pub at_value: Range<usize>,
}

/// The fields of a text, empty ones left out.
#[must_use]
pub fn fields(text: &str) -> Vec<Pair> {
    let mut start = 0;
    let mut found = Vec::new();
    for field in text.split('&') {
        let range = start..start + field.len();
        start = range.end + 1;
        if field.is_empty() {
            continue;
        }
        let (name, value) = field.split_once('=').unwrap_or((field, ""));
        let at_value = range.end - value.len()..range.end;
        found.push(Pair { name: decoded(name), value: decoded(value), range, at_value });
    }
    found
}

/// Percent coding and `+` for a space removed; what is no valid escape stays.
#[must_use]
pub fn decoded(text: &str) -> String {
    if !text.contains(['%', '+']) {
        return text.to_owned();
    }
    String::from_utf8_lossy(&bytes(text)).into_owned()
}

/// Percent coding removed, as in a path, where `+` is a plus; what is no valid escape stays.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    String::from_utf8_lossy(&unescaped(text, b'+')).into_owned()
}

/// Everything that isn't unreserved percent-coded (RFC 3986, 2.3), as in a URL's path or query.
#[must_use]
pub fn percent_encoded(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    let mut out = String::with_capacity(text.len());
    for &byte in text {
        match byte {
            b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            byte if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// The bytes of a field behind percent coding and `+`; they need be no UTF-8.
#[must_use]
pub fn bytes(text: &str) -> Vec<u8> {
    unescaped(text, b' ')
}

fn unescaped(text: &str, plus: u8) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let escape = (*byte == b'%').then(|| Some(digit(at + 1)? << 4 | digit(at + 2)?)).flatten();
        let escape = escape.and_then(|byte| u8::try_from(byte).ok());
        out.push(escape.unwrap_or(if *byte == b'+' { plus } else { *byte }));
        at += if escape.is_some() { 3 } else { 1 };
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_with_their_places() {
        let text = "a=1&&b%3d=x+y%C3%A9&c&d==%zz";
        let found = fields(text);
        let pairs: Vec<_> = found.iter().map(|field| (field.name.as_str(), field.value.as_str())).collect();
        assert_eq!(pairs, [("a", "1"), ("b=", "x yé"), ("c", ""), ("d", "=%zz")]);
        let at = |n: usize| (&text[found[n].range.clone()], &text[found[n].at_value.clone()]);
        assert_eq!((at(1), at(2)), (("b%3d=x+y%C3%A9", "x+y%C3%A9"), ("c", "")));
        assert_eq!(fields(""), []);
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(decoded("a+b%2b%+5%2"), "a b+% 5%2");
        assert_eq!(percent_decoded("a+b%2B%+5%2"), "a+b+%+5%2");
        assert_eq!(bytes("%e9%"), b"\xe9%");
    }
}
