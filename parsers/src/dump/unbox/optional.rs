//! Values within what says that they may be missing: `user=Optional[JDOE], panel=Optional.empty`, as Java prints them,
//! `Some(JDOE)` and `None` of other languages. It must not know what the values mean.

use super::{blank, sample};

/// Bytes of a text that show whether it has such values.
const SAMPLE: usize = 64 << 10;

/// Values of the kind that a text has at least.
const FEWEST: usize = 2;

/// How a value is opened and closed.
const AROUND: [(&str, char); 6] =
    [("Optional[", ']'), ("Optional.of(", ')'), ("Optional(", ')'), ("Some(", ')'), ("Just(", ')'), ("Present(", ')')];

/// What stands where there is none. `None` and `Nothing` are values of their own where nothing else is wrapped.
const MISSING: [&str; 5] = ["Optional.empty", "Optional.empty()", "None", "Nothing", "Absent"];

/// The text with such values as they are, and nothing for those that are missing, byte for byte as long; `None` where it
/// has too few.
pub(crate) fn values(text: &str) -> Option<String> {
    let seen = sample(text, SAMPLE);
    let has = |words: &str| memchr::memmem::find(seen.as_bytes(), words.as_bytes()).is_some();
    // Nearly all texts have none.
    let of_java = has("Optional");
    let kind = AROUND.into_iter().find(|(open, _)| (of_java || !open.starts_with("Opt")) && has(open));
    let (open, close) = kind.or_else(|| (of_java && has("Optional.empty")).then_some(AROUND[0]))?;
    let missing: Vec<&str> =
        MISSING.into_iter().filter(|word| word.starts_with("Opt") == open.starts_with("Opt")).collect();
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, 0);
    while let Some(sign) = rest.find(['=', ':']) {
        let behind = &rest[sign + 1..];
        let lead = behind.len() - behind.trim_start_matches(' ').len();
        let value = &behind[lead..];
        out.push_str(&rest[..sign + 1 + lead]);
        rest = value;
        let wrapped = value.strip_prefix(open).and_then(|inner| Some(&inner[..closed(inner, close)?]));
        if let Some(inner) = wrapped {
            out.push_str(&format!("{inner}{}", " ".repeat(open.len() + close.len_utf8())));
            rest = &value[open.len() + inner.len() + close.len_utf8()..];
            found += 1;
        } else if let Some(word) = missing.iter().filter(|word| ends(value, word)).max_by_key(|word| word.len()) {
            out.push_str(&blank(word));
            rest = &value[word.len()..];
            found += usize::from(open.starts_with("Opt"));
        }
    }
    out.push_str(rest);
    (found >= FEWEST).then_some(out)
}

/// Where a value on one line is closed that may have brackets of its own.
fn closed(inner: &str, close: char) -> Option<usize> {
    let open = if close == ']' { '[' } else { '(' };
    let mut depth = 0;
    for (at, c) in inner.char_indices() {
        match c {
            '\n' => return None,
            c if c == open => depth += 1,
            c if c == close && depth == 0 => return Some(at),
            c if c == close => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Whether a value is this word and nothing else.
fn ends(value: &str, word: &str) -> bool {
    let behind = value.strip_prefix(word).map(|behind| behind.chars().next());
    behind.is_some_and(|next| next.is_none_or(|c| matches!(c, ',' | ';' | ')' | ']' | '}' | ' ' | '\r' | '\n')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_missing_is_there_or_not() {
        for (text, expected) in [
            ("user=Optional[JDOE], panel=Optional.empty, x=1", Some("user=JDOE          , panel=              , x=1")),
            (
                "user: Some(J(1)), panel: None, pgm: Some(CRS008)\n",
                Some("user: J(1)      , panel:     , pgm: CRS008      \n"),
            ),
            ("a=Optional.empty()\nb=Optional[a=[1], c]\n", Some("a=                \nb=a=[1], c          \n")),
            ("user=Optional[JDOE], panel=E", None),
            ("user=None, panel=None", None),
            ("user=Optional[JDOE\n], panel=Optional[E", None),
            ("Optional[a] Optional[b]", None),
        ] {
            assert_eq!(values(text).as_deref(), expected, "{text}");
        }
    }
}
