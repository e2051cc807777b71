//! Names that stand above their values, line for line, as a page is copied: `Environment`, below it `M3PRD`, below that
//! `Version`. It must not know what the names mean, but which are known.

use super::super::section;
use super::super::synonyms::Synonyms;
use super::{lines_of, sample};

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
