//! Facts as people write them to others: answers to questions (`Which program failed? CRS008`), what something is (`the
//! stack is SYS > CRS008`). It must not know what the names mean, but which are known.

use super::super::stack;
use super::super::synonyms::{Fact, Synonyms};
use super::{rewritten, sample};

/// Bytes of a text that show whether it has such lines.
const SAMPLE: usize = 16 << 10;

/// Answers that a text has at least.
const FEWEST: usize = 2;

/// What asks, before the name.
const ASKS: [&str; 41] = [
    "which", "what", "who", "when", "where", "on", "in", "at", "is", "was", "the", "are", "of", "welches", "welcher",
    "welche", "welchem", "in", "auf", "ist", "der", "die", "das", "vilket", "vilken", "på", "i", "är", "quel",
    "quelle", "est", "le", "la", "qué", "cuál", "es", "el", "quale", "welk", "hvilket", "hvilken",
];

/// The text with each answer behind the name that its question has, byte for byte as long; `None` where it has too few.
pub(crate) fn questions(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b"? ")?;
    rewritten(text, sample(text, SAMPLE), FEWEST, question, |line, (name, sign)| {
        format!("{}{}:{}", super::blank(&line[..name]), &line[name..sign], &line[sign + 1..])
    })
}

/// Where the name of a question starts, and where its sign stands.
fn question(line: &str) -> Option<(usize, usize)> {
    let sign = line.find("? ")?;
    let mut name = line.len() - line.trim_start_matches(|c: char| !c.is_alphabetic()).len();
    while let Some((word, _)) = line.get(name..sign)?.split_once(' ')
        && ASKS.contains(&word.to_lowercase().as_str())
    {
        name += word.len() + 1;
    }
    let known = name < sign && Synonyms::standard().knows(&line[name..sign]);
    (known && !line[sign + 1..].trim().is_empty()).then_some((name, sign))
}

/// The text with an equals sign between a stack and its programs that are told in words, byte for byte as long; `None`
/// where none are.
pub(crate) fn stacks(text: &str) -> Option<String> {
    memchr::memmem::find(sample(text, SAMPLE).as_bytes(), b" is ")?;
    rewritten(text, sample(text, SAMPLE), 1, told, |line, at| format!("{}  = {}", &line[..at], &line[at + 4..]))
}

/// Where ` is ` stands between the name of a stack and its programs.
fn told(line: &str) -> Option<usize> {
    let (name, programs) = line.split_once(" is ")?;
    let bare = name.trim().trim_start_matches("the ").trim_start_matches("The ");
    let is_stack = Synonyms::standard().meanings(None, bare).first().is_some_and(|(fact, _)| *fact == Fact::CallStack);
    (is_stack && stack::inline(programs.trim()).len() > 1).then_some(name.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_stand_behind_names() {
        let text = "1. Which program failed? CRS008\n* On which panel? E\n- Who reports it? JDOE\nWhat is the job number? 47\r\nReally? Yes\nM3 version? \n";
        let plain = questions(text).expect("answers");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        let expected = [
            "program failed: CRS008",
            "panel: E",
            "- Who reports it? JDOE",
            "job number: 47",
            "Really? Yes",
            "M3 version?",
        ];
        assert_eq!(lines, expected);
        assert_eq!(questions("Which program? CRS008\n"), None);
    }

    #[test]
    fn a_stack_told_in_words_is_one() {
        let text = "the stack is SYS > OIS100 > CRS008\nthe user is JDOE\n";
        assert_eq!(stacks(text).as_deref(), Some("the stack  = SYS > OIS100 > CRS008\nthe user is JDOE\n"));
        for other in ["stack is deep\n", "stack is CRS008\n", "it is SYS > CRS008\n", ""] {
            assert_eq!(stacks(other), None, "{other}");
        }
    }
}
