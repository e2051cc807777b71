//! Lists that repeat their heading before each item, as TOML has them: `[[call-stack]]`, below it `program = "SYS"`, and so
//! on for each program. It must not know of other lists than stacks.

use super::super::section::{self, SectionKind};
use super::super::synonyms::{Fact, Synonyms};
use super::{lines_of, sample};

/// Bytes of a text that show whether it has such a list.
const SAMPLE: usize = 256 << 10;

/// The text with such a stack below its first heading, a program a line, byte for byte as long; `None` where it has none.
pub(crate) fn headings(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"[[")?;
    let mut out = String::with_capacity(text.len());
    let (mut title, mut several) = (None, false);
    // Blank lines behind an item, which end the stack unless another item follows.
    let mut held = "";
    let mut at = 0;
    for line in lines_of(text) {
        at += line.len();
        let own = heading(line);
        if title.is_some() && line.trim().is_empty() {
            held = &text[at - line.len() - held.len()..at];
            continue;
        }
        if own.is_some() && own == title {
            several = true;
            out.push_str(&" ".repeat(held.len() + line.len()));
        } else {
            out.push_str(held);
            if own.is_some() || line.trim_start().starts_with('[') {
                title = own;
            }
            out.push_str(&match (own, title) {
                (Some(_), _) => line.replacen("[[", " [", 1).replacen("]]", "] ", 1),
                // The number of a program says no more than its place.
                (None, Some(_)) if is_level(line) => " ".repeat(line.len()),
                (None, Some(_)) => program(line).unwrap_or_else(|| line.to_owned()),
                (None, None) => line.to_owned(),
            });
        }
        held = "";
    }
    out.push_str(held);
    several.then_some(out)
}

/// The title of a heading that may be repeated: `[[call-stack]]`.
fn heading(line: &str) -> Option<&str> {
    let title = line.trim().strip_prefix("[[")?.strip_suffix("]]")?.trim();
    (section::kind(title) == SectionKind::Stack).then_some(title)
}

/// Whether a line counts the programs: `level = 3`.
fn is_level(line: &str) -> bool {
    line.split_once('=').is_some_and(|(name, value)| {
        let value = value.trim();
        let counts = matches!(name.trim(), "level" | "depth" | "lvl" | "no" | "nr" | "seq" | "index" | "position");
        counts && !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit())
    })
}

/// The line of a pair that names a program with that alone.
fn program(line: &str) -> Option<String> {
    let (line, ends) = line.split_at(line.trim_end_matches(['\r', '\n']).len());
    let (name, value) = line.split_once('=')?;
    let meant =
        Synonyms::standard().meanings(None, name.trim()).first().is_some_and(|(fact, _)| *fact == Fact::Program);
    let bare = value.trim().trim_matches(['"', '\'']);
    let named = meant || matches!(name.trim(), "name" | "pgm" | "class");
    (named && !bare.is_empty() && !bare.contains(['"', '\''])).then(|| {
        let start = line.len() - value.len() + value.find(bare).unwrap_or(0);
        let end = start + bare.len();
        format!("{}{bare}{}{ends}", " ".repeat(start), " ".repeat(line.len() - end))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_below_repeated_headings_is_one() {
        let text = "[dump]\nuser = \"JDOE\"\n\n[[call-stack]]\nlevel = 1\nprogram = \"SYS\"\n\n[[call-stack]]\r\nprogram = 'CRS008'\r\n\n[session]\nprogram = \"X\"\n";
        let plain = headings(text).expect("a list");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(
            lines,
            ["[dump]", "user = \"JDOE\"", "[call-stack]", "SYS", "CRS008", "[session]", "program = \"X\""]
        );
        for other in ["[[call-stack]]\nprogram = \"SYS\"\n", "[[x]]\n[[x]]\n", "[[\n]]", "[[]]\n[[]]\n", ""] {
            assert_eq!(headings(other), None, "{other}");
        }
    }
}
