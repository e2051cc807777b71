//! Names and values in columns, two pairs or more on a line, with nothing but blanks between them: `PROGRAM  CRS008    PANEL
//! B1`. It must not know what the names mean, but which are known.

use std::ops::Range;

use super::super::synonyms::Synonyms;
use super::super::table;
use super::{lines_of, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Pairs on a line, at most.
const MOST: usize = 4;

/// Known names that such a block has at least.
const FEWEST: usize = 3;

/// The text with an equals sign before each value of such a block, byte for byte as long; `None` where it has none.
pub(crate) fn pairs(text: &str) -> Option<String> {
    if blocks(sample(text, SAMPLE)).is_empty() {
        return None;
    }
    let mut out = text.as_bytes().to_vec();
    for value in blocks(text) {
        out[value - 1] = b'=';
    }
    String::from_utf8(out).ok()
}

/// The lines of a block so far.
#[derive(Default)]
struct Block {
    /// Columns at which the cells of the widest line start.
    columns: Vec<usize>,
    names: usize,
    known: usize,
    /// Lines with more than one pair.
    abreast: usize,
    /// Where values start.
    values: Vec<usize>,
    /// Whether a value is a name: it is a table then.
    titled: bool,
}

impl Block {
    /// Takes the cells of the next line, unless they stand elsewhere.
    fn take(&mut self, line: &str, at: usize, cells: &[Range<usize>]) -> bool {
        let columns: Vec<usize> = cells.iter().map(|cell| line[..cell.start].chars().count()).collect();
        if !self.columns.iter().zip(&columns).all(|(one, other)| one == other) {
            return false;
        }
        if columns.len() > self.columns.len() {
            self.columns = columns;
        }
        self.abreast += usize::from(cells.len() > 2);
        for pair in cells.chunks_exact(2) {
            let knows = |cell: &Range<usize>| Synonyms::standard().knows(&line[cell.clone()]);
            self.names += 1;
            self.known += usize::from(knows(&pair[0]));
            self.titled |= knows(&pair[1]);
            self.values.push(at + pair[1].start);
        }
        true
    }

    /// Where its values start, if it is one.
    fn ended(self) -> Vec<usize> {
        let is = self.abreast > 1 && self.known >= FEWEST && self.known * 3 >= self.names * 2 && !self.titled;
        if is { self.values } else { Vec::new() }
    }
}

/// Where the values of all blocks of a text start.
fn blocks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let mut block = Block::default();
    let mut at = 0;
    for line in lines_of(text) {
        let cells = cells(line);
        if !cells.is_some_and(|cells| {
            block.take(line, at, &cells) || {
                found.extend(std::mem::take(&mut block).ended());
                block.take(line, at, &cells)
            }
        }) {
            found.extend(std::mem::take(&mut block).ended());
        }
        at += line.len();
    }
    found.extend(block.ended());
    found
}

/// The cells of a line of such a block: an even number of them, with two blanks before each value.
fn cells(line: &str) -> Option<Vec<Range<usize>>> {
    let first = line.bytes().find(|b| *b != b' ')?;
    if !first.is_ascii_alphabetic() && first.is_ascii() || line.contains(['|', '\t', '=', ';']) || line.contains(": ") {
        return None;
    }
    let cells = table::cells(line.trim_end());
    let of_pairs = cells.len().is_multiple_of(2) && (1..=MOST).contains(&(cells.len() / 2));
    let apart = || cells.chunks_exact(2).all(|pair| line[..pair[1].start].ends_with("  "));
    (of_pairs && apart()).then_some(cells)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_before_their_values() {
        let text = "PROGRAM DUMP\nPROGRAM    CRS008       PANEL        B1\nUSER       JDOE         JOB          47/J/Q\n\
                    VERSION    16.0.1\nCOLOUR     blue         DIVISION     AAA\n\nCALL STACK\nSYS\n";
        let plain = pairs(text).expect("a block");
        assert_eq!(plain.len(), text.len());
        for pair in
            ["PROGRAM   =CRS008", "PANEL       =B1", "JOB         =47/J/Q", "VERSION   =16.0.1", "COLOUR    =blue"]
        {
            assert!(plain.contains(pair), "{plain}");
        }
        let table = "PROGRAM   PANEL   USER   COMPANY\nCRS008    B1      JDOE   100\nMMS001    E       ANNA   200\n";
        for other in [table, "PROGRAM  CRS008  PANEL  B1\n", "a  b  c  d\ne  f  g  h\n", "", "é  é  é  é\né  é  é  é\n"]
        {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}
