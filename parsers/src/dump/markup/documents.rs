//! The JSON documents that a text begins with, also where the last of them is cut off. It must not know what they say.

use std::ops::Range;

use serde_json::{Deserializer, Value};

/// The documents, each with its range; a document that ends in the middle gives what stands before the break.
pub(super) fn of(text: &str) -> Vec<(Range<usize>, Value)> {
    let mut found = Vec::new();
    let mut stream = Deserializer::from_str(text).into_iter::<Value>();
    let mut from = 0;
    loop {
        match stream.next() {
            Some(Ok(value)) => {
                let end = stream.byte_offset();
                found.push((from..end, value));
                from = end;
            }
            Some(Err(error)) if error.is_eof() => {
                let rest = &text[from..];
                found.extend(mended(rest).map(|(len, value)| (from..from + len, value)));
                return found;
            }
            Some(Err(_)) | None => return found,
        }
    }
}

/// The document that a text is as a whole, as programs put one into another.
pub(super) fn within(text: &str) -> Option<Value> {
    let text = text.trim();
    if !(text.starts_with("{\"") && text.ends_with('}')) {
        return None;
    }
    serde_json::from_str(text).ok().filter(Value::is_object)
}

/// A document without its end: everything up to its last whole member, and how many bytes that is.
fn mended(text: &str) -> Option<(usize, Value)> {
    let mut closing: Vec<u8> = Vec::new();
    // Behind the last whole member: where, and how deep.
    let mut whole = None;
    let mut in_text = false;
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        match byte {
            b'"' => in_text = true,
            b'{' => closing.push(b'}'),
            b'[' => closing.push(b']'),
            b'}' | b']' => {
                closing.pop()?;
                whole = Some((at + 1, closing.clone()));
            }
            b',' => whole = Some((at, closing.clone())),
            _ => {}
        }
    }
    let (end, closing) = whole?;
    let tail: String = closing.iter().rev().map(|b| char::from(*b)).collect();
    let value = serde_json::from_str(&format!("{}{tail}", &text[..end])).ok()?;
    Some((end, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        of(text).into_iter().map(|(range, value)| format!("{range:?} {value}")).collect()
    }

    #[test]
    fn one_several_and_half() {
        assert_eq!(shown("{\"a\":1}"), ["0..7 {\"a\":1}"]);
        assert_eq!(shown("{\"a\":1}\n{\"b\":2}\n"), ["0..7 {\"a\":1}", "7..15 {\"b\":2}"]);
        assert_eq!(shown("{\"a\":1}\nand words"), ["0..7 {\"a\":1}"]);
        assert_eq!(shown("{\"a\":\"x\\\"y,\",\"b\":{\"c\":[1,2"), ["0..24 {\"a\":\"x\\\"y,\",\"b\":{\"c\":[1]}}"]);
        assert_eq!(shown("{\"a\":1,\"b\":\"hal"), ["0..6 {\"a\":1}"]);
        assert!(shown("words").is_empty() && shown("{\"a").is_empty() && shown("").is_empty());
    }
}
