//! One character of a text, in whatever way it was written: raw, as an XML entity, percent-encoded, or as a JSON
//! escape, also doubly. Only ASCII matters here; it knows nothing of names and secrets.

/// How a character is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// As itself.
    Raw,
    /// `&lt;`, `&#60;`, `&#x3c;`, `&amp;lt;`: so many `amp;` in front.
    Entity(u8),
    /// `%3C`, `%253C`: so many `25` in front.
    Percent(u8),
    /// `\u003c`, with backslashes in front of the `u`.
    Unicode(u8),
}

/// One character and the bytes that it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Char {
    pub(crate) ch: u8,
    pub(crate) len: usize,
    pub(crate) style: Style,
}

/// Whether the bytes at hand are enough to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look<T> {
    Is(T),
    /// There may be more to it behind the end of the bytes.
    Short,
}

/// The longest form of one character.
pub(crate) const MAX_FORM: usize = 24;

/// The character that begins at `at`; `Short` at the end, unless `last`.
pub(crate) fn at(bytes: &[u8], at: usize, last: bool) -> Look<Option<Char>> {
    let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) else {
        return if last { Look::Is(None) } else { Look::Short };
    };
    let escaped = match rest[0] {
        b'&' => entity(rest),
        b'%' => percent(rest),
        b'\\' => unicode(rest),
        _ => Look::Is(None),
    };
    match escaped {
        Look::Is(Some(found)) => Look::Is(Some(found)),
        Look::Short if !last => Look::Short,
        // Nothing comes that could belong to it.
        Look::Short if rest.starts_with(b"&amp;") => entity(&[&rest[..rest.len().min(MAX_FORM)], b" "].concat()),
        Look::Is(None) | Look::Short => Look::Is(Some(Char { ch: rest[0], len: 1, style: Style::Raw })),
    }
}

/// The character that ends just before `end`, and where it begins.
pub(crate) fn before(bytes: &[u8], end: usize) -> Option<(Char, usize)> {
    let last = *bytes.get(end.checked_sub(1)?)?;
    let from = end.saturating_sub(MAX_FORM);
    let ends_here = |start: &usize| match at(&bytes[..end], *start, true) {
        Look::Is(Some(c)) => c.style != Style::Raw && start + c.len == end,
        _ => false,
    };
    // The longest form wins, or `&amp;lt;` would be read as `&lt;` behind `&amp;`.
    let escaped = (from..end - 1).filter(|start| matches!(bytes[*start], b'&' | b'%' | b'\\')).find(ends_here);
    let start = escaped.unwrap_or(end - 1);
    match at(&bytes[..end], start, true) {
        Look::Is(Some(c)) => Some((c, start)),
        _ => Some((Char { ch: last, len: 1, style: Style::Raw }, end - 1)),
    }
}

fn entity(rest: &[u8]) -> Look<Option<Char>> {
    let mut amps = 0_u8;
    let mut i = 1;
    while rest[i..].starts_with(b"amp;") && amps < 3 {
        i += 4;
        amps += 1;
    }
    let Some(end) = rest[i..].iter().take(8).position(|b| *b == b';') else {
        let open = rest[i..].len() < 8 && rest[i..].iter().all(|b| b.is_ascii_alphanumeric() || *b == b'#');
        return match (open, amps) {
            (true, _) => Look::Short,
            (false, 0) => Look::Is(None),
            (false, _) => Look::Is(Some(made(b'&', i, amps - 1))),
        };
    };
    let ch = match &rest[i..i + end] {
        b"lt" => b'<',
        b"gt" => b'>',
        b"quot" => b'"',
        b"apos" => b'\'',
        [b'#', b'x' | b'X', hex @ ..] => return Look::Is(number(hex, 16).map(|ch| made(ch, i + end + 1, amps))),
        [b'#', digits @ ..] => return Look::Is(number(digits, 10).map(|ch| made(ch, i + end + 1, amps))),
        _ if amps > 0 => return Look::Is(Some(made(b'&', i, amps - 1))),
        _ => return Look::Is(None),
    };
    Look::Is(Some(made(ch, i + end + 1, amps)))
}

fn made(ch: u8, len: usize, amps: u8) -> Char {
    Char { ch, len, style: Style::Entity(amps) }
}

fn number(digits: &[u8], radix: u32) -> Option<u8> {
    let text = std::str::from_utf8(digits).ok()?;
    u8::from_str_radix(text, radix).ok().filter(u8::is_ascii)
}

fn percent(rest: &[u8]) -> Look<Option<Char>> {
    let mut i = 1;
    let mut depth = 0_u8;
    while rest[i..].starts_with(b"25") && depth < 3 {
        i += 2;
        depth += 1;
    }
    if let Some(ch) = rest.get(i..i + 2).and_then(|hex| number(hex, 16)) {
        return Look::Is(Some(Char { ch, len: i + 2, style: Style::Percent(depth) }));
    }
    if rest.len() < i + 2 && rest[i..].iter().all(u8::is_ascii_hexdigit) {
        return Look::Short;
    }
    let percent = Char { ch: b'%', len: i, style: Style::Percent(depth.saturating_sub(1)) };
    Look::Is((depth > 0).then_some(percent))
}

fn unicode(rest: &[u8]) -> Look<Option<Char>> {
    let run = rest.iter().take_while(|b| **b == b'\\').count();
    if run > 8 {
        return Look::Is(None);
    }
    match rest.get(run) {
        None => Look::Short,
        Some(b'u') => match rest.get(run + 1..run + 5) {
            None => Look::Short,
            Some(hex) => {
                Look::Is(number(hex, 16).map(|ch| Char { ch, len: run + 5, style: Style::Unicode(run as u8) }))
            }
        },
        Some(_) => Look::Is(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_known_in_each_of_its_forms() {
        for (text, ch) in [
            ("<", b'<'),
            ("&lt;", b'<'),
            ("&amp;lt;", b'<'),
            ("&#60;", b'<'),
            ("&#x3C;", b'<'),
            ("%3C", b'<'),
            ("%253c", b'<'),
            ("\\u003c", b'<'),
            ("\\\\u003C", b'<'),
            ("&quot;", b'"'),
            ("%22", b'"'),
            ("&", b'&'),
            ("%", b'%'),
            ("\\", b'\\'),
            ("&amp;", b'&'),
        ] {
            let bytes = format!("x{text}y ");
            let Look::Is(Some(found)) = at(bytes.as_bytes(), 1, true) else { panic!("{text}") };
            assert_eq!(found.ch, ch, "{text}");
            if text != "&amp;" {
                assert_eq!(found.len, text.len(), "{text}");
                assert_eq!(before(bytes.as_bytes(), 1 + text.len()), Some((found, 1)), "{text}");
            }
            for cut in 1..text.len() {
                let early = at(&text.as_bytes()[..cut], 0, false);
                assert!(early == Look::Short || text.starts_with("&amp;"), "{text} cut at {cut}: {early:?}");
            }
        }
    }
}
