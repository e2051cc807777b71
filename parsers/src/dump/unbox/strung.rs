//! Several names and values strung behind a label: `job: job=[4711] type=[I]`, `User: id JDOE; company 100`. It must not
//! know what the names mean, but which are known.

use super::super::synonyms::Synonyms;
use super::{blank, rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 16 << 10;

/// Such lines that a text has at least.
const FEWEST: usize = 3;

/// The text with each name and value apart, byte for byte as long; `None` where it has no such lines.
pub(crate) fn pairs(text: &str) -> Option<String> {
    let apart =
        |kind: fn(&str) -> Option<String>| rewritten(text, sample(text, SAMPLE), FEWEST, kind, |_, plain| plain);
    apart(bracketed).or_else(|| apart(parted))
}

/// The label of a line, and where what stands behind it begins.
fn label(line: &str) -> Option<(&str, usize)> {
    let (label, rest) = line.split_once(": ")?;
    let plain = label.chars().all(|c| c.is_alphanumeric() || c == ' ') && label.starts_with(char::is_alphabetic);
    (plain && label.len() <= 24).then(|| (label, line.len() - rest.trim_start().len()))
}

/// `ctx: program=[CRS008] panel=[E]` without its label.
fn bracketed(line: &str) -> Option<String> {
    let (_, start) = label(line)?;
    let mut rest = line[start..].trim_end();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let (name, value) = rest.split_once("=[")?;
        let named = name.starts_with(char::is_alphabetic) && name.chars().all(char::is_alphanumeric);
        rest = value.split_once(']').filter(|_| named)?.1.trim_start();
    }
    Some(format!("{}{}", blank(&line[..start]), &line[start..]))
}

/// `User: id JDOE; company 100` as `User:    JDOE` and `company=100`: the name that is only a kind of name is its label's.
fn parted(line: &str) -> Option<String> {
    let (_, start) = label(line)?;
    let rest = &line[start..];
    let end = start + rest.trim_end().len();
    let parts: Vec<&str> = line[start..end].split("; ").collect();
    let signed = |part: &str| part.contains('=') || part.contains(": ") || part.ends_with(':');
    let worded = |part: &&str| part.split(' ').count() > 1 && !signed(part);
    let alone = parts.len() == 1 && !is_kind(parts[0].split(' ').next().unwrap_or_default());
    if alone || !parts.iter().all(|part| worded(part) && part.starts_with(char::is_alphabetic)) {
        return None;
    }
    let mut out = String::with_capacity(line.len());
    for (n, part) in parts.iter().enumerate() {
        let name = name_len(part);
        match (n, is_kind(&part[..name])) {
            (0, true) => out.push_str(&format!("{}{}{}", &line[..start], blank(&part[..name]), &part[name..])),
            (0, false) => out.push_str(&format!("{}{}={}", blank(&line[..start]), &part[..name], &part[name + 1..])),
            _ => out.push_str(&format!(" \n{}={}", &part[..name], &part[name + 1..])),
        }
    }
    out.push_str(&line[end..]);
    Some(out)
}

/// Whether a word says only that what follows is a name.
fn is_kind(word: &str) -> bool {
    matches!(word, "id" | "name" | "number" | "no" | "code" | "nr")
}

/// How long the name is with which a part begins: the most words that are known, else one.
fn name_len(part: &str) -> usize {
    let ends: Vec<usize> = part.match_indices(' ').map(|(at, _)| at).take(4).collect();
    let known = ends.iter().rev().find(|end| Synonyms::standard().knows(&part[..**end]));
    known.or(ends.first()).copied().unwrap_or(part.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Option<String> {
        let plain = pairs(text)?;
        assert_eq!(plain.len(), text.len());
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(plain.lines().map(words).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn what_is_strung_behind_a_label_stands_apart() {
        let text = "ctx: program=[CRS008] panel=[E]\nusr: user=[J DOE]\njob: job=[47/1] type=[I]\r\nstk: 1=[A]\n";
        assert_eq!(
            lines(text).as_deref(),
            Some("program=[CRS008] panel=[E]|user=[J DOE]|job=[47/1] type=[I]|stk: 1=[A]")
        );
        let text = "User:  id JDOE; company 100\nJob: id 4711; kind batch\nFailure: time of failure 2026-01-13 10:15; operation READ X\n";
        let expected = "User: JDOE|company=100|Job: 4711|kind=batch|time of failure=2026-01-13 10:15|operation=READ X";
        assert_eq!(lines(text).as_deref(), Some(expected));
        for other in
            ["A1: \nB2: \nC3: \nD4: 1\n", "User: JDOE; X\nJob: a; b\nC: d; e\n", "a: b=[c\na: b=[c\na: b=[c\n", ""]
        {
            assert_eq!(lines(other), None, "{other}");
        }
    }
}
