//! Text that flows: `Identification: program: CRS008; panel: E; user: JDOE; job:` and on below, broken where the line is
//! full. It must not know what the names mean.

use super::{lines_of, sample};

/// Bytes of a text that show whether it has such paragraphs.
const SAMPLE: usize = 64 << 10;

/// Names and values that flow in a paragraph, at least.
const FEWEST: usize = 4;

/// Bytes of the longest paragraph that is looked at.
const LONGEST: usize = 16 << 10;

/// The text with each name and value of such a paragraph on a line of its own, byte for byte as long; `None` where none
/// flows.
pub(crate) fn pairs(text: &str) -> Option<String> {
    // Nearly all texts have nothing between semicolons that goes on below.
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"; ")?;
    let flows = paragraphs(sample(text, SAMPLE)).any(|own| apart(own, FEWEST, true).is_some());
    // Where one flows, the others are written likewise.
    let plain = |own: &str| apart(own, 2, false).unwrap_or_else(|| own.to_owned());
    flows.then(|| paragraphs(text).map(plain).collect())
}

/// The paragraphs of a text: a line each, with the lines below it that stand further right.
fn paragraphs(mut text: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let (own, rest) = text.split_at(paragraph(text));
        text = rest;
        Some(own).filter(|own| !own.is_empty())
    })
}

/// How long the first line is, with the lines below it that stand further right.
fn paragraph(text: &str) -> usize {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut lines = lines_of(text);
    let first = lines.next().unwrap_or_default();
    let more = lines.take_while(|line| !line.trim().is_empty() && indent(line) > indent(first));
    first.len() + more.map(str::len).sum::<usize>()
}

/// A paragraph that holds so many names and values between semicolons, with a line for each; `broken` where it has to go
/// over lines.
fn apart(own: &str, fewest: usize, broken: bool) -> Option<String> {
    let body = own.trim_end();
    let traced = body.lines().any(|line| line.trim_start().starts_with("at "));
    if traced || broken && !body.contains('\n') || body.len() > LONGEST || body.matches(';').count() + 1 < fewest {
        return None;
    }
    let mut out = own.replace(['\n', '\r'], " ");
    out.replace_range(body.len().., &own[body.len()..]);
    let named = |part: &str| part.find([':', '=']).is_some_and(|sign| is_name(part[..sign].trim()));
    let parts: Vec<&str> = out[..body.len()].split(';').collect();
    if !parts.iter().all(|part| part.trim().is_empty() || named(part)) {
        return None;
    }
    // `Identification: program: CRS008`, `Fields: A="1"`: the first is the name of them all.
    let first = parts[0].find(": ").filter(|at| named(&parts[0][at + 2..]));
    let mut plain = out.clone();
    for (at, _) in out[..body.len()].match_indices("; ") {
        plain.replace_range(at..at + 2, " \n");
    }
    if let Some(at) = first {
        plain.replace_range(at..at + 2, " \n");
    }
    Some(plain)
}

/// Whether words may name a value: few, of letters.
fn is_name(words: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '/' | '.' | '(' | ')');
    words.starts_with(char::is_alphabetic) && words.split_whitespace().count() <= 5 && words.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_flows_stands_on_lines() {
        let text = "Who: program: CRS008; user: JDOE;\n    job: 4711; time of\n    failure: 10:15\n\nFields: A=\"1\"; B=\"2\";\n   C=\"3\";  D=\"4\"\nx; y\n";
        let plain = pairs(text).expect("it flows");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> = plain
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|l| !l.is_empty())
            .collect();
        let expected = "Who|program: CRS008|user: JDOE|job: 4711|time of failure: 10:15|Fields|A=\"1\"|B=\"2\"|C=\"3\"|D=\"4\"|x; y";
        assert_eq!(lines.join("|"), expected);
        for other in ["a: 1; b: 2; c: 3; d: 4\n", "Note: a; b; c; d\n  and e\n", "a: 1;\n  b: 2\n", "; ", ""] {
            assert_eq!(pairs(other), None, "{other}");
        }
    }
}
