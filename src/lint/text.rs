//! From places in a text to lines and columns, and how a found value may be shown.

use std::ops::Range;

use super::secret;
use crate::model::{ExchangeId, LintPlace, LintRule, Part};
use crate::redact;

/// The exchange, its index, and the part of it that a text is.
pub(super) type Within = (ExchangeId, u32, Part);

/// The most characters of a value that are shown.
const MOST_SHOWN: usize = 120;

/// What stands for a secret.
pub(super) const MASKED: &str = "********";

/// A fault before it is known in which file it stands.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) rule: &'static LintRule,
    /// Where in the text, in bytes.
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) name: String,
    pub(super) found: String,
}

impl Found {
    /// A fault of a value that has a name; the value is masked where the name or the value itself says that it is secret.
    pub(super) fn new(
        rule: &'static LintRule,
        range: Range<usize>,
        (name, value): (&str, &str),
        message: impl FnOnce(&str) -> String,
    ) -> Self {
        let found = shown(name, value);
        Self { rule, range, message: message(&found), name: name.to_owned(), found }
    }
}

/// A value as it may be shown: masked, on one line, not too long.
pub(super) fn shown(name: &str, value: &str) -> String {
    if redact::is_secret_name(name) && secret::is_clear(value) {
        return MASKED.to_owned();
    }
    let masked = redact::mask_text(value);
    let line: String = masked.trim().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match line.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

/// Where the lines of a text begin. A line ends with LF, CR LF or CR, as editors count them.
#[derive(Debug)]
pub(super) struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let ends = memchr::memchr2_iter(b'\n', b'\r', bytes);
        let ends = ends.filter(|at| bytes[*at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
        Self { starts: std::iter::once(0).chain(ends.map(|at| at + 1)).collect() }
    }

    /// The place of a range, whose ends stand between characters.
    pub(super) fn place(&self, text: &str, range: &Range<usize>) -> LintPlace {
        let (line, column) = self.at(text, range.start);
        let (end_line, end_column) = self.at(text, range.end.max(range.start));
        LintPlace { line, column, end_line, end_column }
    }

    fn at(&self, text: &str, place: usize) -> (usize, usize) {
        let place = place.min(text.len());
        let line = self.starts.partition_point(|start| *start <= place);
        let start = self.starts[line.saturating_sub(1)];
        let before = text.get(start..place).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
}

/// The charset of a content type.
pub(super) fn charset(content_type: &str) -> Option<&str> {
    let lower = content_type.to_ascii_lowercase();
    let at = lower.find("charset=")? + "charset=".len();
    let value = content_type.get(at..)?.split(';').next()?;
    Some(value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "ab\r\né😀x\rlast\n\nend";
        let lines = Lines::of(text);
        let at = |part: &str| {
            let start = text.find(part).unwrap_or_default();
            let place = lines.place(text, &(start..start + part.len()));
            (place.line, place.column, place.end_line, place.end_column)
        };
        assert_eq!(at("b"), (1, 2, 1, 3));
        assert_eq!(at("x"), (2, 3, 2, 4));
        assert_eq!(at("last"), (3, 1, 3, 5));
        assert_eq!(at("end"), (5, 1, 5, 4));
        assert_eq!(at("x\rlast"), (2, 3, 3, 5));
    }

    #[test]
    fn values_are_shown_masked_short_and_on_one_line() {
        assert_eq!(shown("WS.Password", "hunter2"), MASKED);
        assert_eq!(shown("WS.Password", ""), "");
        assert_eq!(shown("x", " a\nb "), "a b");
        let address = shown("url", "http://jdoe:hunter2@m3.example.com/x");
        assert!(address.contains("m3.example.com") && !address.contains("hunter2"), "{address}");
        assert_eq!(shown("x", &"é".repeat(200)).chars().count(), MOST_SHOWN + 1);
        assert_eq!(charset("text/xml; Charset=\"ISO-8859-1\"; x=y"), Some("ISO-8859-1"));
    }
}
