//! Names that stand above their values, line for line, as a page is copied: `Environment`, below it `M3PRD`, below that
//! `Version`. It must not know what the names mean, but which are known.

use super::super::section;
use super::super::synonyms::Synonyms;
use super::{lines_of, sample};
use crate::blank;

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 64 << 10;

/// Bytes of the longest line of such a block.
const LONGEST: usize = 100;

/// The text with each value of such a block behind its name, byte for byte as long; `None` where it has none.
pub(crate) fn above_values(text: &str) -> Option<String> {
    if blocks(sample(text, SAMPLE)).is_empty() {
        return None;
    }
    let mut out = text.as_bytes().to_vec();
    for start in blocks(text) {
        let mut at = start;
        for (n, line) in lines_of(&text[start..]).take_while(|line| !line.trim().is_empty()).enumerate() {
            if n % 2 == 0 {
                let end = at + line.trim_end_matches(['\r', '\n']).len();
                out[end] = b'=';
                out[end + 1..at + line.len()].fill(b' ');
            }
            at += line.len();
        }
    }
    String::from_utf8(out).ok()
}

/// The text with each name before the value that stands above it, as cards have them: `M3PRD`, below it `Environment`, and a
/// blank line; byte for byte as long, `None` where it has no such cards.
pub(crate) fn below_values(text: &str) -> Option<String> {
    const FEWEST: usize = 4;
    let seen = sample(text, SAMPLE);
    let known = |line: &str| Synonyms::standard().knows(line.trim());
    let (mut below, mut above) = (0, 0);
    cards(seen, |_, value, name| {
        below += usize::from(known(name) && !known(value));
        above += usize::from(known(value) && !known(name));
    });
    if below < FEWEST || above * 8 > below {
        return None;
    }
    let mut out = text.as_bytes().to_vec();
    cards(text, |at, value, name| {
        let (said, called) = (value.trim_end(), name.trim_end());
        // A name of several words or a known one; anything else may be two lines of prose.
        if called.starts_with(char::is_alphabetic) && !called.contains([':', '=', '(']) && called.len() <= LONGEST {
            let bare = format!("{called}={said}");
            let room = value.len() + name.len();
            let ends = &name[called.len()..];
            let line = format!("{bare}{}{ends}", " ".repeat(room - bare.len() - ends.len()));
            out[at..at + room].copy_from_slice(line.as_bytes());
        }
    });
    String::from_utf8(out).ok()
}

/// Calls back with the place of each block of two lines, and those lines with their breaks.
fn cards<'t>(text: &'t str, mut each: impl FnMut(usize, &'t str, &'t str)) {
    let mut block: Vec<&str> = Vec::new();
    let (mut at, mut start) = (0, 0);
    for line in lines_of(text).chain([""]) {
        at += line.len();
        if !blank::trim(line).is_empty() {
            start = if block.is_empty() { at - line.len() } else { start };
            block.push(line);
            continue;
        }
        if let [value, name] = block[..]
            && !section::is_rule(value.trim_end())
            && !section::is_rule(name.trim_end())
        {
            each(start, value, name);
        }
        block.clear();
    }
}

/// Where the blocks of a text start.
fn blocks(text: &str) -> Vec<usize> {
    let mut found = Vec::new();
    let (mut at, mut start) = (0, 0);
    let mut block: Vec<&str> = Vec::new();
    for line in lines_of(text).chain([""]) {
        if line.trim().is_empty() {
            found.extend(is_paired(&block).then_some(start));
            block.clear();
            start = at + line.len();
        } else {
            block.push(line);
        }
        at += line.len();
    }
    found
}

/// Whether every other line of a block is a name, as far as the known ones show, and the lines between are none.
fn is_paired(block: &[&str]) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let level = block.first().map_or(0, |line| indent(line));
    // Values that stand further right are read where they stand.
    let of_pairs = |line: &&str| indent(line) == level && !section::is_rule(line.trim_end());
    if block.len() < 4 || !block.len().is_multiple_of(2) || !block.iter().all(of_pairs) {
        return false;
    }
    let known = |line: &&&str| Synonyms::standard().knows(line.trim());
    let names = || block.iter().step_by(2);
    let values = || block.iter().skip(1).step_by(2);
    let plain = |line: &&str| {
        let line = line.trim();
        line.len() <= LONGEST
            && line.starts_with(char::is_alphabetic)
            && line.chars().all(|c| c.is_alphanumeric() || " /-_.()#".contains(c))
    };
    let ended = block.iter().rev().skip(1).all(|line| line.ends_with('\n'));
    let count = names().filter(known).count();
    ended
        && names().all(plain)
        && count >= 2
        && count * 2 >= block.len() / 2
        && !values().any(|line| known(&line) || line.len() > LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_below_their_values_stand_before_them() {
        let text = "Dump\n====\n\n10.1\nM3 release\n\nMWSUSR\r\nLogged on user\r\n\nF\nActive panel\n\nAAA\nDivision\n\nGB\nTongue\n\nA\nB\nC\n";
        let plain = below_values(text).expect("cards");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
        let expected = [
            "Dump",
            "====",
            "M3 release=10.1",
            "Logged on user=MWSUSR",
            "Active panel=F",
            "Division=AAA",
            "Tongue=GB",
            "A",
            "B",
            "C",
        ];
        assert_eq!(lines, expected);
        assert_eq!(below_values("User\nJ\n\nPanel\nE\n\nCompany\n1\n\nDivision\nA\n"), None);
    }

    #[test]
    fn lines_in_twos_become_pairs() {
        let text =
            "Dump\n\nSYSTEM\n\nEnvironment\nM3PRD\r\nM3 version\n15.1.2\nHost\nsrv\n\nCRS008\nSYS\nOIS100\nSYS\n";
        let plain = above_values(text).expect("blocks");
        assert_eq!(
            plain,
            "Dump\n\nSYSTEM\n\nEnvironment=M3PRD\r\nM3 version=15.1.2\nHost=srv\n\nCRS008\nSYS\nOIS100\nSYS\n"
        );
        let below_a_rule = "Operating system\n----\nName\nLinux\nVersion\n4.18\nUser\nroot\n";
        for other in [below_a_rule, "Environment\nM3PRD\n", "User\nCompany\nDivision\nPanel\n", "a\nb\nc\nd\n", ""] {
            assert_eq!(above_values(other), None, "{other}");
        }
    }
}
