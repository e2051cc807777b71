//! A table whose first line names its columns, with a sign between cells (CSV and its kin).

use std::borrow::Cow;
use std::ops::Range;

use super::Found;

/// Signs that stand between cells.
const SIGNS: [char; 4] = [';', '\t', ',', '|'];
/// Rows that are looked at to tell a table from sentences.
const SAMPLE: usize = 50;
/// Longer cells name no column.
const LONGEST_NAME: usize = 60;

/// The sign between cells, and the rows, where the text is a table.
pub(super) fn rows(text: &str) -> Option<(char, Vec<Found>)> {
    let head = text.trim_start_matches('\u{feff}');
    let first = head.lines().next()?;
    let sign =
        SIGNS.into_iter().filter(|sign| first.contains(*sign)).max_by_key(|sign| first.matches(*sign).count())?;
    let names = cells(first, sign);
    let name = |cell: &Cow<'_, str>| {
        !cell.is_empty()
            && cell.len() <= LONGEST_NAME
            && !cell.starts_with(|c: char| c.is_ascii_digit() || "<{[".contains(c))
    };
    if names.len() < 2 || !names.iter().all(name) {
        return None;
    }
    let starts = starts(text);
    let row = |n: usize| {
        let end = starts.get(n + 1).copied().unwrap_or(text.len());
        cells(&text[starts[n]..end], sign).len()
    };
    // The last row may be cut off.
    let looked_at = starts.len().min(SAMPLE);
    let whole = if looked_at > 2 && looked_at == starts.len() { looked_at - 1 } else { looked_at };
    if whole < 2 || (1..whole).any(|n| row(n) != names.len()) {
        return None;
    }
    let found = starts.iter().enumerate().map(|(n, start)| Found { start: *start, header: (n > 0).then_some(0) });
    Some((sign, found.collect()))
}

/// Where rows start that aren't blank: line ends within quotes are part of a cell.
fn starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut starts, mut quoted, mut fresh) = (Vec::new(), false, true);
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' | b'\r' if !quoted => fresh = true,
            _ if fresh && !byte.is_ascii_whitespace() => {
                starts.push(at);
                fresh = false;
                quoted = *byte == b'"';
            }
            b'"' => quoted = !quoted,
            _ => {}
        }
    }
    starts
}

/// The cells of a row, quotes taken off.
pub(super) fn cells(row: &str, sign: char) -> Vec<Cow<'_, str>> {
    let row = row.trim_matches(['\u{feff}', '\r', '\n']);
    let read = |cell: Range<usize>| match &row[cell.clone()] {
        text if row[..cell.start].ends_with('"') && text.contains("\"\"") => Cow::Owned(text.replace("\"\"", "\"")),
        text => Cow::Borrowed(text),
    };
    ranges(row, sign).into_iter().map(read).collect()
}

/// Where the cells are that stand between signs outside of quotes; quotes around a cell are left out.
pub(crate) fn ranges(row: &str, sign: char) -> Vec<Range<usize>> {
    let (mut cells, mut start, mut quoted) = (Vec::new(), 0, false);
    let mut add = |from: usize, to: usize| {
        let from = to - row[from..to].trim_start().len();
        let to = from + row[from..to].trim_end().len();
        let inner = row[from..to].strip_prefix('"').and_then(|text| text.strip_suffix('"')).is_some();
        cells.push(if inner { from + 1..to - 1 } else { from..to });
    };
    for (at, c) in row.char_indices() {
        if c == '"' {
            quoted = !quoted;
        } else if c == sign && !quoted {
            add(start, at);
            start = at + c.len_utf8();
        }
    }
    add(start, row.len());
    cells
}

#[cfg(test)]
mod tests {
    use super::super::Rows;

    #[test]
    fn cells_get_the_names_of_their_columns() {
        let text =
            "Service;Operation;\"Average, ms\"\r\nFacility;Create;34\r\n\"Cust\r\nomer\";\"say \"\"Get\"\"\";12\r\n";
        let rows = Rows::of(text);
        assert_eq!(rows.all().iter().map(|row| (row.line, row.lines)).collect::<Vec<_>>(), [(1, 1), (2, 1), (3, 2)]);
        let columns: Vec<_> = rows.columns(text, 2).into_iter().map(|(name, cell)| format!("{name}={cell}")).collect();
        assert_eq!(columns, ["Service=Cust\r\nomer", "Operation=say \"Get\"", "Average, ms=12"]);
        assert_eq!(rows.text(text, 1), "Facility;Create;34");
    }

    #[test]
    fn sentences_with_commas_are_no_table() {
        for text in ["Dear Anna, please look,\nit fails again\n", "a, b\n", "1;2\n3;4\n", "x;y\n1;2;3\n1;2\n4;5\n"] {
            let rows = Rows::of(text);
            assert!((0..rows.all().len()).all(|n| rows.columns(text, n).is_empty()), "{text}");
        }
    }
}
