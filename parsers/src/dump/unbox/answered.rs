//! Facts as people write them to others: answers to questions (`Which program failed? CRS008`), what something is (`the
//! stack is SYS > CRS008`). It must not know what the names mean, but which are known.

use super::super::stack;
use super::super::synonyms::{Fact, Synonyms};
use super::{lines_of, rewritten, sample};

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

/// The text with each answer that stands on the line below its question (`Q1: Which program failed?`, `A1: CRS008`) behind
/// the name that the question has, byte for byte as long; `None` where it has too few.
pub(crate) fn interviews(text: &str) -> Option<String> {
    let asks = |line: &str| line.trim_end().ends_with('?');
    lines_of(sample(text, SAMPLE)).filter(|line| asks(line)).nth(FEWEST - 1)?;
    let (mut out, mut found) = (String::with_capacity(text.len()), 0);
    let mut lines = lines_of(text).peekable();
    while let Some(line) = lines.next() {
        let asked = Some(line.trim_end()).filter(|line| asks(line)).and_then(|line| asked(line, line.len() - 1));
        let answer = lines.peek().filter(|next| asked.is_some() && !asks(next)).and_then(|next| answer(next));
        let (Some((name, sign)), Some(at)) = (asked, answer) else {
            out.push_str(line);
            continue;
        };
        // Where all have the same words before them, those show what is what, also where a name isn't known.
        found += usize::from(line[..name].chars().filter(|c| c.is_alphanumeric()).count() > 1);
        let said = lines.next().unwrap_or_default();
        out.push_str(&super::blank(&line[..name]));
        out.push_str(&line[name..sign]);
        out.push(':');
        out.push_str(&" ".repeat(line.len() - sign - 1 + at));
        out.push_str(&said[at..]);
    }
    (found >= FEWEST).then_some(out)
}

/// Where an answer starts in its line, behind what says that it is one; `None` where it is empty.
fn answer(line: &str) -> Option<usize> {
    let at = line.len() - line.trim_start().len();
    let body = line[at..].trim_end();
    let word = body.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(body.len());
    let marked =
        ["a", "answer", "antwort", "svar", "r", "reply"].iter().any(|sign| body[..word].eq_ignore_ascii_case(sign));
    let digits = body[word..].bytes().take_while(u8::is_ascii_digit).count();
    let behind = &body[word + digits..];
    let said = behind.trim_start_matches([':', '.', ')']).trim_start();
    let at = if marked && said.len() < behind.len() { at + body.len() - said.len() } else { at };
    (!line[at..].trim().is_empty()).then_some(at)
}

/// Where the name of a question starts, and where its sign stands.
fn question(line: &str) -> Option<(usize, usize)> {
    asked(line, line.find("? ")?).filter(|(_, sign)| line[sign + 1..].contains(char::is_alphanumeric))
}

/// Where the name starts that is asked for before the sign, and where the sign stands.
fn asked(line: &str, sign: usize) -> Option<(usize, usize)> {
    let mut name = line.len() - line.trim_start_matches(|c: char| !c.is_alphabetic()).len();
    // `Q1: Which ...`
    if let Some((number, _)) = line.get(name..sign)?.split_once([':', '.', ')', ' '])
        && number.starts_with(['Q', 'F'])
        && (number.len() == 1 || number[1..].bytes().all(|b| b.is_ascii_digit()))
    {
        let behind = &line[name + number.len()..];
        name = line.len() - behind.trim_start_matches([':', '.', ')', ' ']).len();
    }
    while let Some((word, _)) = line.get(name..sign)?.split_once(' ')
        && ASKS.contains(&word.to_lowercase().as_str())
    {
        name += word.len() + 1;
    }
    let knows = |name: &str| Synonyms::standard().knows(name);
    let said = line.get(name..sign)?;
    let known = !said.is_empty() && (knows(said) || said.contains(" and ") && said.split(" and ").all(knows));
    known.then_some((name, sign))
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
    fn answers_stand_below_questions() {
        let text = "Q1: Which program failed?\nA1: CRS008\n\nQ2: Which company and division?\r\nA2: 100/AAA\r\nWho is the user?\n  JDOE\nWhy?\nAnd\n";
        let plain = interviews(text).expect("answers");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> =
            plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines, ["program failed: CRS008", "", "company and division: 100/AAA", "user: JDOE", "Why?", "And"]);
        for other in [
            "Which program?\nCRS008\n",
            "Q: PROGRAM?\nA: CRS008\nQ: USER?\nA: JDOE\n",
            "Which program?\n\nWhich user?\n\n",
            "a?\nb?\n",
            "",
            "Q?\nF1\n?\n:",
        ] {
            assert_eq!(interviews(other), None, "{other}");
        }
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
