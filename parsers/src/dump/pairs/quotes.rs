//! Quotes around a value, and what stands for a quote within them. It must not know whose value it is.

use std::borrow::Cow;
use std::ops::Range;

use super::trim;

/// The range without blanks around it, without signs that close a list, and without quotes.
pub(crate) fn bare(line: &str, range: Range<usize>) -> Range<usize> {
    let trimmed = trim(line, range);
    let text = &line[trimmed.clone()];
    let listed = text.strip_suffix([',', ';']).unwrap_or(text).trim_end();
    // `X'04575D'  = -45.75`, of which the bytes are left out.
    if let Some(value) = listed.strip_prefix("= ") {
        return trim(line, trimmed.start + listed.len() - value.len()..trimmed.start + listed.len());
    }
    if let Some(inner) = apart(listed).or_else(|| before_another(listed)) {
        return trim(line, trimmed.start + 1..trimmed.start + 1 + inner);
    }
    if let Some(inner) = meant(listed) {
        return trim(line, trimmed.start + inner.start..trimmed.start + inner.end);
    }
    // Braces or brackets around all of a value are its quotes, unless they hold a list.
    let within = |open, close| listed.strip_prefix(open).and_then(|inner: &str| inner.strip_suffix(close));
    let bracketed = || within('[', ']').filter(|inner| !inner.contains(", "));
    // As they are set in print.
    for (open, close) in [('«', '»'), ('»', '«'), ('“', '”'), ('„', '“'), ('‘', '’')] {
        if let Some(inner) = within(open, close).filter(|inner| !inner.contains([open, close])) {
            let start = trimmed.start + open.len_utf8();
            return trim(line, start..start + inner.len());
        }
    }
    // `<Main factory>`
    if let Some(inner) = within('<', '>').filter(|inner| !inner.contains(['<', '>', '=']) && !inner.starts_with('/')) {
        let start = trimmed.start + 1;
        return trim(line, start..start + inner.len());
    }
    let braced = within('{', '}').or_else(bracketed);
    if braced.is_some_and(|inner| !inner.contains(['{', '}', '[', ']', '=', ':', '"', '|'])) {
        return trim(line, trimmed.start + 1..trimmed.start + listed.len() - 1);
    }
    let first = listed.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = first.filter(|q| listed.len() >= 2 && listed.ends_with(*q) && encloses(listed, *q)) else {
        // A comma that ends a value closes a list only where it was opened by quotes.
        return trimmed;
    };
    let inner = trimmed.start + quote.len_utf8()..trimmed.start + listed.len() - quote.len_utf8();
    trim(line, inner)
}

/// The length of what quotes hold that are closed before a wide gap, where more stands about it: `'E'      hex C5`.
fn apart(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text[1..].find(quote)?;
    let behind = &text[inner + 2..];
    // `'MENU10    '    'D4C5D5E4F1F040404040'X`
    let hex = || {
        let bytes = behind.trim().strip_prefix('\'').and_then(|bytes| bytes.strip_suffix("'X"));
        bytes.is_some_and(|bytes| bytes.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    (behind.starts_with("  ") && (!behind.contains(quote) || hex())).then_some(inner)
}

/// The length of what quotes hold that have the value of before behind them: `"A02" (was "A01")`.
fn before_another(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = text[1..].find(quote)?;
    let behind = text[inner + 2..].trim_start().strip_prefix('(')?.strip_suffix(')')?;
    let word = behind.split(' ').next()?.trim_end_matches(':');
    matches!(word, "was" | "old" | "before" | "previously" | "war" | "vorher" | "var" | "förr" | "avant" | "antes")
        .then_some(inner)
}

/// What the bytes of a value mean, where that stands in brackets behind them: `X'C1F0F2' (A02)`.
fn meant(text: &str) -> Option<Range<usize>> {
    let bytes = text.strip_prefix("X'").or_else(|| text.strip_prefix("x'"))?;
    let close = bytes.find('\'')?;
    let hex = bytes[..close].bytes().all(|byte| byte.is_ascii_hexdigit());
    let inner = bytes[close + 1..].trim_start().strip_prefix('(')?.strip_suffix(')')?;
    (hex && close > 0).then(|| text.len() - 1 - inner.len()..text.len() - 1)
}

/// Whether the quotes at both ends belong together: those inside are apostrophes, or doubled.
fn encloses(text: &str, quote: char) -> bool {
    let inner = &text[1..text.len() - 1];
    if is_escaped(inner, quote) {
        return true;
    }
    // `"For input: "X""`: what opens inside is closed inside.
    if inner.matches(quote).count().is_multiple_of(2)
        && inner.find(quote).is_some_and(|at| {
            inner[..at].ends_with([' ', '(', '=', '[']) && inner[at + 1..].starts_with(char::is_alphanumeric)
        })
    {
        return true;
    }
    let plain = |at: usize| {
        let before = inner[..at].chars().next_back();
        let behind = inner[at + 1..].chars().next();
        let word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        word(before) && word(behind) || before == Some(quote) || behind == Some(quote)
    };
    inner.match_indices(quote).all(|(at, _)| plain(at))
}

/// Whether a quote stands in a text, and none without a backslash before it.
fn is_escaped(inner: &str, quote: char) -> bool {
    let mut quotes = inner.match_indices(quote).peekable();
    quotes.peek().is_some() && quotes.all(|(at, _)| inner[..at].ends_with('\\'))
}

/// A value on a line without the backslashes that its quotes had to have, where it stood in quotes.
pub(crate) fn unescaped<'a>(line: &'a str, value: &Range<usize>) -> Cow<'a, str> {
    let text = &line[value.clone()];
    let quote = line[..value.start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
    // Nearly all values have neither in them, and there may be a hundred thousand.
    if quote.is_some_and(|quote| memchr::memchr2(quote as u8, b'\\', text.as_bytes()).is_none()) {
        return Cow::Borrowed(text);
    }
    match quote {
        Some(quote) if is_escaped(text, quote) => Cow::Owned(text.replace(&format!("\\{quote}"), &quote.to_string())),
        Some('"') if is_quoted_twice(text) => Cow::Owned(text.replace("\"\"", "\"")),
        Some(_) if has_doubled(text) => Cow::Owned(text.replace("\\\\", "\\")),
        _ => Cow::Borrowed(text),
    }
}

/// Whether every quote in a text stands beside another, as separated values write them.
fn is_quoted_twice(text: &str) -> bool {
    text.contains("\"\"") && !text.replace("\"\"", "").contains('"')
}

/// Whether every backslash in a text stands beside another, and it is no share's name (`\\server`).
fn has_doubled(text: &str) -> bool {
    !text.starts_with('\\') && text.contains("\\\\") && !text.replace("\\\\", "").contains('\\')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_come_off_and_what_they_escape_is_itself() {
        for (line, expected) in [
            (r#"a: "x y" "#, "x y"),
            (r#"a: "say \"so\"""#, r#"say "so""#),
            (r#""a";"say ""so""""#, r#"say "so""#),
            (r#"a: "EXT\\jdoe""#, r"EXT\jdoe"),
            (r#"a: "\\server\share""#, r"\\server\share"),
            (r#"a: "EXT\jdoe""#, r"EXT\jdoe"),
            ("a: 'E'       hex C5", "E"),
            ("a: ''        hex", ""),
            ("a: X'C1F0F2' (A02)", "A02"),
            ("a: X'C1F0F2'", "X'C1F0F2'"),
        ] {
            let value = bare(line, 3..line.len());
            let value = if line.starts_with('"') { bare(line, 4..line.len()) } else { value };
            assert_eq!(unescaped(line, &value), expected, "{line}");
        }
    }
}
