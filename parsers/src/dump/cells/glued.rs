//! The cells of texts that have names and values in a row, with nothing but a sign between the two and a blank or another
//! sign before the next name: `{User:JDOE Company:100}`, `user=JDOE company=100`.

use std::borrow::Cow;

use super::Cell;
use crate::dump::unbox;

/// Bytes of the longest name.
const LONGEST: usize = 48;

/// The names and values of each line, or the whole line where it has none.
pub(super) fn cells(text: &str) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    let mut at = 0;
    for line in unbox::lines_of(text) {
        of_line(line.trim_end(), at, &mut cells);
        at += line.len();
    }
    cells
}

fn of_line<'t>(line: &'t str, from: usize, cells: &mut Vec<Cell<'t>>) {
    let names: Vec<(usize, usize)> = line.match_indices([':', '=']).filter_map(|(sign, _)| name(line, sign)).collect();
    let first = names.first().map_or(line.len(), |(start, _)| *start);
    let before = line[..first].trim_end_matches(['{', '(', '[', '&', '|']);
    if !before.trim().is_empty() {
        let start = from + (before.len() - before.trim_start().len());
        cells.push(Cell::said(Cow::Borrowed(before.trim()), start));
    }
    for (n, (start, sign)) in names.iter().enumerate() {
        let end = names.get(n + 1).map_or(line.len(), |(next, _)| *next);
        cells.push(Cell::said(Cow::Borrowed(&line[*start..*sign]), from + start));
        // A name without a value has an empty one.
        let value = value(&line[sign + 1..end]);
        cells.push(Cell::said(Cow::Borrowed(value), from + sign + 1));
    }
}

/// The name before a sign: where it starts, and the sign.
fn name(line: &str, sign: usize) -> Option<(usize, usize)> {
    let behind = line[sign + 1..].chars().next();
    if behind.is_some_and(|c| c.is_whitespace() || matches!(c, ':' | '=' | '/' | '\\')) {
        return None;
    }
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '-');
    let name = line[..sign].rsplit(|c| !part(c)).next()?;
    let start = sign - name.len();
    let before = line[..start].chars().next_back();
    // The place of a frame stands in brackets, too: `(C.java:17)`.
    let apart = match before {
        None => true,
        Some('(') => line[sign..].starts_with('='),
        Some(c) => c.is_whitespace() || matches!(c, ',' | ';' | '{' | '[' | '|' | '&'),
    };
    let named = name.starts_with(char::is_alphabetic) && name.len() <= LONGEST;
    (apart && named).then_some((start, sign))
}

/// A value without what stands between it and the next name, and without brackets that aren't its own.
fn value(text: &str) -> &str {
    let mut text = text.trim();
    loop {
        let shorter = text.trim_end_matches([',', ';', '|', '&', '{', '[', '(']).trim_end();
        let closed = [('}', '{'), (']', '['), (')', '(')];
        let own = |close: char, open: char| shorter.matches(close).count() <= shorter.matches(open).count();
        let closes = closed.into_iter().find(|(close, open)| shorter.ends_with(*close) && !own(*close, *open));
        let next = closes.map_or(shorter, |_| shorter[..shorter.len() - 1].trim_end());
        if next == text {
            return text;
        }
        text = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        super::super::shown(&cells(text))
    }

    #[test]
    fn names_and_values_in_a_row() {
        assert_eq!(shown("&{User:J DOE At:1:2 X:{a} }\n"), ["2 User", "7 J DOE", "13 At", "16 1:2", "20 X", "22 {a}"]);
        assert_eq!(
            shown("D(user=JDOE, msg=a(b), c=)"),
            ["0 D", "2 user", "7 JDOE", "13 msg", "17 a(b)", "23 c", "25 "]
        );
        assert_eq!(
            shown("at a.C.b(C.java:1)\nNo: such\nhttp://x"),
            ["0 at a.C.b(C.java:1)", "19 No: such", "28 http://x"]
        );
    }
}
