//! Character and entity references, read as far as they can be: an unknown or unfinished one stays as written.

use std::borrow::Cow;

/// The longest reference that is looked for (`&#x10FFFF;`), so that a lone `&` costs nothing.
const LONGEST: usize = 12;

/// Replaces the five entities of XML and character references; everything else stays verbatim.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((char, len)) = reference(rest) {
            out.push(char);
            rest = &rest[len..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether the `&` at the start of `text` is a reference, of whatever name.
#[must_use]
pub fn is_reference(text: &str) -> bool {
    body(text).is_some_and(|(name, _)| {
        let name = name.strip_prefix('#').unwrap_or(name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':'))
    })
}

pub(super) fn reference(text: &str) -> Option<(char, usize)> {
    let (name, len) = body(text)?;
    let char = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => numeric(name)?,
    };
    Some((char, len))
}

fn numeric(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0')
}

fn body(text: &str) -> Option<(&str, usize)> {
    let bytes = text.as_bytes();
    let end = bytes.iter().take(LONGEST).position(|b| *b == b';')?;
    Some((text.get(1..end)?, end + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_references_are_replaced_and_others_stay() {
        assert_eq!(unescape("a &amp; b &lt;c&gt; &#65;&#x42; &quot;&apos;"), "a & b <c> AB \"'");
        assert_eq!(unescape("R&D &nbsp; &; &#xZZ; &#0; &#1114112; &"), "R&D &nbsp; &; &#xZZ; &#0; &#1114112; &");
        assert!(matches!(unescape("plain"), Cow::Borrowed("plain")));
    }

    #[test]
    fn a_raw_ampersand_is_no_reference() {
        assert!(is_reference("&amp;") && is_reference("&#xE9;") && is_reference("&nbsp;x"));
        assert!(!is_reference("& b;") && !is_reference("&D") && !is_reference("&;") && !is_reference("&é;"));
    }
}
