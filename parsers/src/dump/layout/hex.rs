//! Rows of a hex dump: an offset, bytes in hexadecimal digits, and often the same bytes as text. They are storage, not
//! fields: what stands in the text column states nothing, and they stay as they are.

use super::line::Line;
use super::{Above, Reader};

/// Bytes that a row shows at least: fewer may be a date or a handful of numbers.
const FEWEST_BYTES: usize = 8;

/// Digits of an offset.
const OFFSET: std::ops::RangeInclusive<usize> = 4..=16;

/// Digits that stand together: a byte, or up to eight of them.
const LONGEST_GROUP: usize = 16;

impl<'a> Reader<'a> {
    /// Passes a row of a hex dump by, where nothing above it makes it a part of something else.
    pub(super) fn passed_hex_row(&mut self, line: &Line<'a>) -> bool {
        let within = self.table.is_some() || self.frames.are_open() || !self.stack.is_empty();
        if within || self.value_below || self.behind().reaches(line.indent()) || !is_row(line.text) {
            return false;
        }
        self.close_by_indent(line);
        self.out.passed_by(line.start..line.end());
        (self.above, self.value_column) = (Above::Content, None);
        true
    }
}

/// Whether a line is a row of a hex dump: `00000010  39 47 2E 41 42 44 00 41 ...  |9G.ABD.A|`, `0010: c3d9e2f0 ...`.
pub(super) fn is_row(line: &str) -> bool {
    let line = line.trim_ascii_start().as_bytes();
    let line = line.strip_prefix(b"0x").or(line.strip_prefix(b"+")).unwrap_or(line);
    let offset = digits(line);
    if !OFFSET.contains(&offset) {
        return false;
    }
    let rest = &line[offset..];
    let mut rest = rest.strip_prefix(b":").unwrap_or(rest);
    let mut bytes = 0;
    loop {
        let gap = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let group = digits(&rest[gap..]);
        let ends = rest.get(gap + group).is_none_or(|b| matches!(b, b' ' | b'\t' | b'\r' | b'-'));
        if gap == 0 || group == 0 || group % 2 == 1 || group > LONGEST_GROUP || !ends {
            break;
        }
        bytes += group / 2;
        rest = &rest[gap + group..];
        // The two halves of a row.
        rest = rest.strip_prefix(b" -").or(rest.strip_prefix(b"-")).unwrap_or(rest);
    }
    let text = rest.trim_ascii();
    // What stands behind is the same bytes as text, a character each, between signs or by itself.
    bytes >= FEWEST_BYTES && (text.is_empty() || text.len() <= bytes + 4)
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_hexdigit()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_hex_are_known_by_their_form() {
        for row in [
            "00000000  39 47 2E 41 42 44 00 41 3E 32 20 43 3B 2C 42 34  |9G.ABD.A>2 C;,B4|",
            "  0010: c3d9 e2f0 f0f8 4040 4040 4040 4040 4040  CRS008..........",
            "0x0020  C3D9E2F0 F0F84040 40404040 40404040 *CRS008          *",
            "00000030  30 34 43 38 3C 20 3A 37 - 42 20 2E 30 47 3B 00 2E",
            "+0040\t00 00 00 00 00 00 00 00",
        ] {
            assert!(is_row(row), "{row}");
        }
        for other in [
            "",
            "2026 01 13 10 15 02",
            "FACE = 00 01 02 03 04 05 06 07",
            "00000010  39 47",
            "ABCD 12 34 56 78 90 12 34 56 and a long sentence behind them",
            "Company 100",
            "00000010  39 47 2E 41 42 44 00 4",
            "WWFACI  C1 C2 C3 C4 C5 C6 C7 C8",
        ] {
            assert!(!is_row(other), "{other}");
        }
    }
}
