//! Rows with a label before what they hold: `SESSION | USER: JDOE | CONO: 100`. It must not know what the labels mean.

use super::{lines_of, sample};

/// Bytes of a text that show whether it has such rows.
const SAMPLE: usize = 16 << 10;

/// Rows with several names that a text has at least.
const FEWEST: usize = 3;

/// The text with each label as a heading and each name below it on a line of its own, byte for byte as long; `None` where
/// it has no such rows.
pub(crate) fn rows(text: &str) -> Option<String> {
    memchr::memchr(b'|', sample(text, SAMPLE).as_bytes())?;
    let several = |line: &&str| row(line).is_some_and(|cells| cells.len() > 2);
    (lines_of(sample(text, SAMPLE)).filter(several).take(FEWEST).count() == FEWEST).then(|| {
        let apart = |line: &str| match row(line) {
            Some(_) => line.replace('|', "\n"),
            None => line.to_owned(),
        };
        lines_of(text).map(apart).collect()
    })
}

/// The cells of a row: a label in capitals or none, and names with their values behind it, or one value.
fn row(line: &str) -> Option<Vec<&str>> {
    let cells: Vec<&str> = line.trim_end().split('|').map(str::trim).collect();
    let [label, rest @ ..] = cells.as_slice() else { return None };
    let capital = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || " _-".contains(c);
    let pair = |cell: &&str| {
        let name = cell.split_once([':', '=']).map_or("", |(name, _)| name);
        name.starts_with(char::is_alphabetic) && name.len() <= 40
    };
    let labelled = label.len() > 2 && label.chars().all(capital) || label.is_empty() && line.starts_with(' ');
    (labelled && !rest.is_empty() && (rest.iter().all(pair) || rest.len() == 1 && !rest[0].is_empty())).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_become_headings() {
        let text = "SESSION | USER: JDOE | CONO: 100\nERROR   | AT: 10:15 | OP: READ\nFIELDS  | A: '1' | B: '2'\n        | C: '3'\n\nSTACK   | SYS > CRS008\na.b: x | y\n";
        let plain = rows(text).expect("rows");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected = "SESSION;USER: JDOE;CONO: 100;ERROR;AT: 10:15;OP: READ;FIELDS;A: '1';B: '2';C: '3';STACK;SYS > CRS008;a.b: x | y";
        assert_eq!(lines.join(";"), expected);
        for other in ["| Key | Value |\n| A | 1 |\n| B | 2 |\n| C | 3 |\n", "A | x: 1 | y: 2\n", ""] {
            assert_eq!(rows(other), None, "{other}");
        }
    }
}
