//! Values with their bytes below them, the upper half of each in one row and the lower in the next, as listings of large
//! systems show them. It must not know what the values are of.

use super::{lines_in_twos, lines_of, sample};
use crate::blank;
use crate::encoding::CodePage;

/// Bytes of a text that show whether it has such rows.
const SAMPLE: usize = 64 << 10;

/// The text without such rows, byte for byte as long; `None` where it has none that are those of the value above.
pub(crate) fn rows(text: &str) -> Option<String> {
    // Nearly all texts have no two rows of digits, one below the other.
    lines_in_twos(sample(text, SAMPLE)).find(|(upper, lower)| column(upper).is_some() && column(lower).is_some())?;
    let lines: Vec<&str> = lines_of(text).collect();
    let mut of_bytes = vec![false; lines.len()];
    for at in 2..lines.len() {
        if let [value, upper, lower] = lines[at - 2..=at]
            && are_halves(value, upper, lower)
        {
            of_bytes[at - 1..=at].fill(true);
        }
    }
    of_bytes.contains(&true).then(|| {
        let plain = |(line, bytes): (&&str, &bool)| if *bytes { super::blank(line) } else { (*line).to_owned() };
        lines.iter().zip(&of_bytes).map(plain).collect()
    })
}

/// Whether two rows are the halves of the bytes of what ends the line above them.
fn are_halves(value: &str, upper: &str, lower: &str) -> bool {
    let (inner, upper, lower) = (column(upper), column(lower), value.trim_end_matches(['\r', '\n']));
    let (Some((start, upper)), Some((other, lower)), value) = (inner, upper, lower) else { return false };
    if start != other || upper.len() != lower.len() {
        return false;
    }
    let said: Vec<char> = value.chars().collect();
    let Some(said) = said.get(start..).filter(|said| !said.is_empty() && said.len() <= upper.len()) else {
        return false;
    };
    let digit = |byte: u8| (byte as char).to_digit(16).unwrap_or(0) as u8;
    let bytes: Vec<u8> = upper.bytes().zip(lower.bytes()).map(|(high, low)| digit(high) << 4 | digit(low)).collect();
    let is = |decoded: &mut dyn Iterator<Item = char>| {
        let decoded: Vec<char> = decoded.collect();
        decoded[..said.len()] == *said && decoded[said.len()..].iter().all(|sign| matches!(sign, ' ' | '\0'))
    };
    let ebcdic = CodePage::Cp037.decode(&bytes);
    is(&mut bytes.iter().map(|byte| char::from(*byte))) || is(&mut ebcdic.chars())
}

/// Where the hex digits begin that are all of a line, and those, in signs.
fn column(line: &str) -> Option<(usize, &str)> {
    let digits = blank::trim(line);
    let hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| (line.chars().take_while(|c| c.is_whitespace()).count(), digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_halves_of_a_value_are_no_values() {
        let text = "  WECUNO   10é4\n           33E3\n           1094\n  WWSTAT   20\r\n           FF\r\n           20\r\n  A   1\n      2\n      3\nWWFACI\n  F02\n  433\n  602\n";
        let plain = rows(text).expect("rows");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["WECUNO   10é4", "", "", "WWSTAT   20", "", "", "A   1", "2", "3", "WWFACI", "F02", "", ""]);
        assert_eq!(rows("1\n2\n3\n"), None);
    }
}
