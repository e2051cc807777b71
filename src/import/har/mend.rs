//! JSON that is almost JSON: producers write bytes that are no UTF-8, halves of surrogate pairs and raw control
//! characters into strings. These are replaced by U+FFFD, and only where the text can't be read as it is.

use serde_json::Value;

/// The value, or what is wrong in words.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).or_else(|error| {
        let mended = mend(&String::from_utf8_lossy(bytes));
        serde_json::from_str(&mended).map_err(|_| format!("the entry is not valid JSON: {error}"))
    })
}

fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut in_string = false;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match c {
            '\\' if in_string => {
                len = escape_len(rest);
                out.push_str(if is_half(&rest[..len]) { "\\ufffd" } else { &rest[..len] });
            }
            c if in_string && c.is_control() => out.push(char::REPLACEMENT_CHARACTER),
            c => {
                in_string ^= c == '"';
                out.push(c);
            }
        }
        rest = &rest[len..];
    }
    out
}

/// The length of the escape at the start of `text`, both halves of a surrogate pair included.
fn escape_len(text: &str) -> usize {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(digits, 16).ok()
    };
    match (unit(0), unit(6)) {
        (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 12,
        (Some(_), _) => 6,
        (None, _) => 1 + text[1..].chars().next().map_or(0, char::len_utf8),
    }
}

/// Whether an escape is half of a surrogate pair.
fn is_half(escape: &str) -> bool {
    let digits = escape.strip_prefix("\\u").filter(|digits| digits.len() == 4);
    digits.and_then(|digits| u16::from_str_radix(digits, 16).ok()).is_some_and(|unit| (0xd800..=0xdfff).contains(&unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_almost_json_is_read() {
        let read = |bytes: &[u8]| parse(bytes).map(|value| value["a"].as_str().unwrap_or_default().to_owned());
        assert_eq!(read(b"{\"a\":\"\\u00e9 \\ud83d\\ude00 \\\\\"}").as_deref(), Ok("é 😀 \\"));
        assert_eq!(read(b"{\"a\":\"x\\ud83d \\\"y\\ude00\\n\"}").as_deref(), Ok("x\u{fffd} \"y\u{fffd}\n"));
        assert_eq!(read(b"{\"a\":\"x\xff\x01\ty\"}").as_deref(), Ok("x\u{fffd}\u{fffd}\u{fffd}y"));
        assert!(read(b"{\"a\":\"x\\").is_err() && read(b"{\"a\" 1}").is_err());
    }
}
