//! The cells of texts that have their values in quotes, as data is written in most languages: what the quotes hold, and the
//! words and numbers between.

use std::borrow::Cow;

use super::Cell;

/// The cells of a text by one sign of quoting.
pub(super) fn cells(text: &str, quote: char) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut at = 0;
    while let Some(open) = text[at..].find(quote).map(|n| at + n) {
        words(&text[at..open], at, &mut cells);
        let (held, end) = held(&text[open + 1..], quote);
        cells.push(Cell::said(held, open + 1));
        at = open + 1 + end;
    }
    words(&text[at..], at, &mut cells);
    cells
}

/// What stands in quotes, without escapes, and how many bytes it takes with the quote that ends it.
fn held(rest: &str, quote: char) -> (Cow<'_, str>, usize) {
    let mut out: Option<String> = None;
    let mut chars = rest.char_indices();
    // What of it has been taken over, where it has escapes.
    let mut from = 0;
    while let Some((at, c)) = chars.next() {
        if c == quote {
            // Twice it is one that is meant, but for a text with nothing in it.
            if at > 0 && rest[at + 1..].starts_with(quote) {
                let text = out.get_or_insert_with(String::new);
                text.push_str(&rest[from..=at]);
                from = at + 2;
                chars.next();
                continue;
            }
            let end = &rest[from..at];
            return match out {
                Some(text) => (Cow::Owned(text + end), at + 1),
                None => (Cow::Borrowed(end), at + 1),
            };
        }
        if c == '\\'
            && let Some((meant, len)) = escaped(&rest[at + 1..], quote)
        {
            let text = out.get_or_insert_with(String::new);
            text.push_str(&rest[from..at]);
            text.push(meant);
            from = at + 1 + len;
            while chars.offset() < from && chars.next().is_some() {}
        }
    }
    match out {
        Some(text) => (Cow::Owned(text + &rest[from..]), rest.len()),
        None => (Cow::Borrowed(rest), rest.len()),
    }
}

/// What an escape means, and its bytes behind the backslash; `None` where a backslash is one, as in `CORP\jdoe`.
fn escaped(behind: &str, quote: char) -> Option<(char, usize)> {
    let next = behind.chars().next()?;
    let meant = match next {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'u' => {
            let code = behind.get(1..5).and_then(|digits| u32::from_str_radix(digits, 16).ok())?;
            return char::from_u32(code).map(|meant| (meant, 5));
        }
        _ if next == quote || matches!(next, '\\' | '/' | '"') => next,
        _ => return None,
    };
    Some((meant, next.len_utf8()))
}

/// What stands between signs of a language.
fn words<'t>(text: &'t str, from: usize, cells: &mut Vec<Cell<'t>>) {
    let mut at = 0;
    for word in text.split([',', ':', ';', '=', '{', '}', '[', ']', '(', ')', '<', '>', '|', '\t', '\n', '\r']) {
        let own = word.trim();
        if own.contains(char::is_alphanumeric) {
            cells.push(Cell::between(own, from + at + (word.len() - word.trim_start().len())));
        }
        at += word.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, quote: char) -> Vec<String> {
        super::super::shown(&cells(text, quote))
    }

    #[test]
    fn what_quotes_hold_and_what_stands_between() {
        assert_eq!(
            shown(r#"{"a": "b \"c\"", "d": 12, "e": ""}"#, '"'),
            ["2 a", "7 b \"c\"", "18 d", "22 12", "27 e", "32 "]
        );
        assert_eq!(shown("('it''s', 'CORP\\jdoe', 'a\\tb')", '\''), ["2 it's", "11 CORP\\jdoe", "24 a\tb"]);
        assert_eq!(shown(r#""\u00e9\u12" open "rest \n"#, '"'), ["1 é\\u12", "13 open", "19 rest \n"]);
        assert_eq!(shown("é=\"ü", '"'), ["0 é", "4 ü"]);
    }
}
