//! A text of no kind that is known, in rows that can be searched and shown: the rows of a page's tables and its blocks,
//! the records of a table with separators, the elements of markup without line ends, else its lines.
//!
//! What a row says is nobody's to guess: its cells are named where the table names its columns, and it has a time where
//! exactly one stands in it, date and all. Together the rows cover the text.

mod page;
pub(crate) mod separated;

use std::borrow::Cow;
use std::ops::Range;

use crate::Stamp;
use crate::dump::when;

/// A line of markup or JSON is cut at its elements where it is longer than this.
const LONG: usize = 400;

/// A text in rows.
#[derive(Clone, Debug)]
pub struct Rows {
    form: Form,
    rows: Vec<Row>,
}

/// Where a row stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its bytes of the text, up to the next row.
    pub range: Range<usize>,
    /// The line where it begins, counted from 1.
    pub line: u64,
    /// How many lines it has.
    pub lines: u32,
    /// The only time that stands in it.
    pub at: Option<Stamp>,
    /// The row that names its columns.
    header: Option<usize>,
}

/// How a text is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// HTML.
    Page,
    /// A table with this sign between cells.
    Separated(char),
    /// XML or JSON, perhaps without line ends.
    Markup,
    /// Anything else.
    Lines,
}

/// A row as the forms find it: where it begins, and which row names its columns.
struct Found {
    start: usize,
    header: Option<usize>,
}

impl Rows {
    /// Cuts a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let (form, found) = if page::looks_like(text) {
            (Form::Page, page::rows(text))
        } else if let Some((separator, found)) = separated::rows(text) {
            (Form::Separated(separator), found)
        } else if text.trim_start_matches('\u{feff}').trim_start().starts_with(['<', '{', '[']) {
            (Form::Markup, lines(text, true))
        } else {
            (Form::Lines, lines(text, false))
        };
        let mut rows = Self { form, rows: Vec::with_capacity(found.len()) };
        let mut line = 1;
        for (n, Found { start, header }) in found.iter().enumerate() {
            // What stands before the first row belongs to it.
            let start = if n == 0 { 0 } else { *start };
            let range = start..found.get(n + 1).map_or(text.len(), |next| next.start);
            let breaks = breaks(&text[range.clone()]);
            let lines = u32::try_from(breaks).unwrap_or(u32::MAX).max(1);
            let mut row = Row { range, line, lines, at: None, header: *header };
            line += breaks;
            row.at = time_in(&rows.text_of(text, &row));
            rows.rows.push(row);
        }
        rows
    }

    /// The rows.
    #[must_use]
    pub fn all(&self) -> &[Row] {
        &self.rows
    }

    /// What a reader of row `n` sees of it: the text it was cut from is handed in again. Empty where there is no such row.
    #[must_use]
    pub fn text(&self, text: &str, n: usize) -> String {
        self.rows.get(n).map_or_else(String::new, |row| self.text_of(text, row))
    }

    /// The cells of row `n` with the names of their columns, where the table names them.
    #[must_use]
    pub fn columns(&self, text: &str, n: usize) -> Vec<(String, String)> {
        let named = self.rows.get(n).and_then(|row| Some((row, self.rows.get(row.header?)?)));
        let Some((row, header)) = named else { return Vec::new() };
        let (names, cells) = (self.cells(text, header), self.cells(text, row));
        if names.len() != cells.len() {
            return Vec::new();
        }
        names.into_iter().zip(cells).filter(|(name, cell)| !name.is_empty() && !cell.is_empty()).collect()
    }

    fn text_of(&self, text: &str, row: &Row) -> String {
        match self.form {
            Form::Page => self.cells(text, row).join(" | ").trim_end_matches([' ', '|']).to_owned(),
            Form::Separated(_) | Form::Markup | Form::Lines => {
                slice(text, row).trim_matches(['\u{feff}', '\r', '\n', '\u{c}']).trim_end().to_owned()
            }
        }
    }

    fn cells(&self, text: &str, row: &Row) -> Vec<String> {
        match self.form {
            Form::Page => page::cells(slice(text, row)),
            Form::Separated(separator) => {
                separated::cells(slice(text, row), separator).into_iter().map(Cow::into_owned).collect()
            }
            Form::Markup | Form::Lines => vec![slice(text, row).trim().to_owned()],
        }
    }
}

fn slice<'a>(text: &'a str, row: &Row) -> &'a str {
    text.get(row.range.clone()).unwrap_or_default()
}

/// Line ends of every kind: `\n`, `\r\n`, and a `\r` by itself.
fn breaks(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let lone = |at: &usize| bytes.get(at + 1) != Some(&b'\n');
    (memchr::memchr_iter(b'\n', bytes).count() + memchr::memchr_iter(b'\r', bytes).filter(lone).count()) as u64
}

fn time_in(text: &str) -> Option<Stamp> {
    // Nearly all rows have none, and most of these show it.
    let colon = memchr::memchr2_iter(b':', b'.', text.as_bytes());
    let near_digit = |at: usize| text.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit);
    if !colon.into_iter().any(near_digit) {
        return None;
    }
    when::only(text)
}

/// The lines of a text that aren't blank; `at_elements` cuts long ones as well.
fn lines(text: &str, at_elements: bool) -> Vec<Found> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut start = 0;
    while start < bytes.len() {
        let end = memchr::memchr2(b'\n', b'\r', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
        let line = &bytes[start..end];
        if !line.trim_ascii().is_empty() {
            found.push(Found { start, header: None });
            if at_elements && line.len() > LONG {
                let cuts =
                    (1..line.len()).filter(|at| opens_element(&line[*at..]) && !line[..*at].trim_ascii().is_empty());
                found.extend(cuts.map(|at| Found { start: start + at, header: None }));
            }
        }
        start = end;
    }
    found
}

/// The start tag of XML, or an object of JSON.
fn opens_element(rest: &[u8]) -> bool {
    match rest {
        [b'{', ..] => true,
        [b'<', name, ..] => name.is_ascii_alphabetic() || *name == b'_',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        let rows = Rows::of(text);
        let mut end = 0;
        for row in rows.all() {
            assert_eq!(row.range.start, end, "the rows cover the text");
            end = row.range.end;
        }
        assert!(rows.all().is_empty() || end == text.len());
        (0..rows.all().len()).map(|n| rows.text(text, n)).collect()
    }

    #[test]
    fn lines_are_rows_and_blank_ones_are_none() {
        assert_eq!(texts("\u{feff}one\r\n\r\n  two  \rthree"), ["one", "  two", "three"]);
        assert_eq!(texts(" \n\n"), Vec::<String>::new());
        let rows = Rows::of("one\n\ntwo\nthree\n");
        let places: Vec<_> = rows.all().iter().map(|row| (row.line, row.lines)).collect();
        assert_eq!(places, [(1, 2), (3, 1), (4, 1)]);
    }

    #[test]
    fn a_row_has_a_time_where_one_stands_in_it() {
        let text = "started 2026-01-13 09:15:02 by SYS\nfrom 2026-01-13 09:15 to 2026-01-13 09:16\n09:15:02 only\n2026-01-13 09:15:02\n";
        let rows = Rows::of(text);
        let times: Vec<_> = rows.all().iter().map(|row| row.at.map(|at| at.to_rfc3339())).collect();
        let at = Some("2026-01-13T09:15:02".to_owned());
        assert_eq!(times, [at.clone(), None, None, at]);
    }

    #[test]
    fn markup_without_line_ends_is_cut_at_its_elements() {
        let calls: String = (0..20).map(|n| format!("<call name=\"Facility.{n}\"><ms>{n}</ms></call>")).collect();
        let rows = texts(&format!("<profile>{calls}</profile>"));
        assert_eq!(rows.len(), 41);
        assert_eq!(&rows[..3], ["<profile>", "<call name=\"Facility.0\">", "<ms>0</ms></call>"]);
        let calls: Vec<String> = (0..20).map(|n| format!("{{\"name\":\"Facility.{n}\",\"ms\":{n}}}")).collect();
        assert_eq!(texts(&format!("[{}]", calls.join(","))).len(), 21);
        assert_eq!(texts("<a>\n  <b>x</b>\n</a>\n"), ["<a>", "  <b>x</b>", "</a>"]);
    }
}
