//! Rows with a label before what they hold: `SESSION | USER: JDOE | CONO: 100`. It must not know what the labels mean.

use std::collections::HashSet;

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

/// The text without the tags that its lines begin with, `<USR> user = JDOE`, `PGM: panel = E`, byte for byte as long; `None`
/// where few do.
pub(crate) fn tagged(text: &str) -> Option<String> {
    let lines = || lines_of(sample(text, SAMPLE)).filter(|line| !line.trim().is_empty());
    let first = lines().nth(1).and_then(tag)?;
    let tags: Vec<&str> = lines().filter_map(|line| Some(&line[..tag(line)?])).collect();
    let different = tags.iter().collect::<HashSet<_>>().len();
    let assigned = lines().filter(|line| tag(line).is_some_and(|end| line[end..].contains('='))).count();
    let all = lines().count();
    // `PGM: CRS008` is a name with its value.
    if tags.len() < 2 * FEWEST
        || tags.len() * 10 < all * 7
        || different * 2 > tags.len()
        || assigned * 3 < all
        || first == 0
    {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut last = "";
    for line in lines_of(text) {
        match tag(line) {
            Some(end) => {
                let own = &line[..end];
                out.push(if own == last { ' ' } else { '\n' });
                out.push_str(&" ".repeat(end - 1));
                out.push_str(&line[end..]);
                last = own;
            }
            None => out.push_str(line),
        }
    }
    Some(out)
}

/// Where the tag ends with which a line begins: `<USR>`, `[USR]`, `USR:`, `USR |`.
fn tag(line: &str) -> Option<usize> {
    let open = usize::from(line.starts_with(['<', '[']));
    let name = line[open..].bytes().take_while(u8::is_ascii_uppercase).count();
    let signs = ["> ", "] ", ": ", " | "];
    let sign = signs.iter().find(|sign| (2..=8).contains(&name) && line[open + name..].starts_with(**sign))?;
    Some(open + name + sign.len() - 1)
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
    fn tags_before_lines_come_off() {
        let text = "<USR> user = JDOE\n<USR> company = 100\n<PGM> program = CRS008\n<PGM> panel = E\n<STK> 1 SYS\n<STK> 2 CRS008\n";
        let plain = tagged(text).expect("tags");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["user = JDOE", "company = 100", "program = CRS008", "panel = E", "1 SYS", "2 CRS008"]);
        assert_eq!(tagged(&text.replace('<', "").replace('>', ":")).map(|plain| plain.lines().count()), Some(9));
        for other in ["PGM: CRS008\nUSER: JDOE\nCONO: 100\nDIVI: AAA\nENV: PRD\nJOB: 1=2\n", "<a>\n<b>\n", ""] {
            assert_eq!(tagged(other), None, "{other}");
        }
    }

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
