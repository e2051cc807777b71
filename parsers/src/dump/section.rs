//! Headings and the rules around them, and what the part below a heading holds.
//!
//! It must not know what the lines of a section say.

mod words;

use std::borrow::Cow;

use super::stack;
use super::synonyms::{Fact, Synonyms, words};
use crate::blank;
use words::Said;

/// A part of a dump under one heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section<'a> {
    /// The heading without what it is decorated with; empty before the first one.
    pub(crate) title: Cow<'a, str>,
    pub(crate) kind: SectionKind,
}

/// What a section holds, as far as its heading says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SectionKind {
    /// Facts about the dump, the program, the job; also where nothing is known.
    Facts,
    /// The program stack.
    Stack,
    /// A Java exception or stack.
    Trace,
    /// Fields, variables, records: their names are the program's, not the dump's.
    Values,
    /// The virtual machine, the machine, other jobs, earlier times: nothing here is about the failure.
    Surroundings,
}

/// Endings of words for stacks.
const ENDINGS: [&str; 3] = ["stapel", "stak", "stakk"];

/// Whether a heading speaks of another time than that of the failure.
pub(crate) fn is_of_earlier(title: &str) -> bool {
    Said::by(&format!(" {} ", words(title))).of(Said::EARLIER)
}

/// Whether a heading names the local data area of a job, which the programs of a session share.
pub(crate) fn is_local_data(title: &str) -> bool {
    let has = |word: &str| title.as_bytes().windows(word.len()).any(|w| w.eq_ignore_ascii_case(word.as_bytes()));
    // Few titles are worth their words.
    if !has("local") && !has("lda") {
        return false;
    }
    let title = format!(" {} ", words(title));
    title.contains(" local data area ") || title.contains(" lda ")
}

/// Reads the kind from a heading's words.
pub(crate) fn kind(title: &str) -> SectionKind {
    // What stands behind a semicolon explains it: `M3 dump; stack.1 is the outermost program`.
    let title = title.split_once("; ").map_or(title, |(said, _)| said);
    // What stands behind a comma explains it: `Programs, from the menu to the one in error`.
    if title.split_once(", ").is_some_and(|(said, _)| said.trim().eq_ignore_ascii_case("programs")) {
        return SectionKind::Stack;
    }
    let words = words(title);
    let title = format!(" {words} ");
    let said = Said::by(&title);
    let ends =
        || words.split(' ').any(|word| word.ends_with(['l', 'k']) && ENDINGS.iter().any(|end| word.ends_with(end)));
    // What is latest there is one of the programs.
    if (words.contains("program") || said.of(Said::STACK) && !said.of(Said::TRACE)) && says_order(&words) {
        return SectionKind::Stack;
    }
    if said.of(Said::EARLIER) {
        return SectionKind::Surroundings;
    }
    // What WebSphere's incidents call the object that failed.
    // And `Failed jobs, 1 row` are those that the dump is of.
    if said.of(Said::SURROUNDINGS) && (title.contains(" caller this ") || title.contains(" failed job")) {
        return SectionKind::Facts;
    }
    if said.of(Said::TRACE) {
        return SectionKind::Trace;
    }
    // What names the stack where it is one value names it as a heading as well.
    let bare = words.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let names_stack = || {
        bare == "programs"
            || Synonyms::standard().meanings(None, bare).first().is_some_and(|(fact, _)| *fact == Fact::CallStack)
    };
    if said.of(Said::STACK) || ends() || names_stack() {
        SectionKind::Stack
    } else if said.of(Said::SURROUNDINGS) {
        SectionKind::Surroundings
    } else if said.of(Said::VALUES) {
        SectionKind::Values
    } else {
        SectionKind::Facts
    }
}

/// Whether a heading says in which order programs stand below it: `Programs, latest call on top`.
pub(crate) fn says_order(title: &str) -> bool {
    const OUTER: [&str; 12] = [
        "most recent call last",
        "most recent last",
        "latest last",
        "outermost first",
        "oldest first",
        "first to last",
        "call first",
        "called first",
        "caller first",
        "first called program first",
        "bottom = current",
        "last = current",
    ];
    let title = title.to_lowercase();
    stack::is_innermost_first(&title) || OUTER.iter().any(|order| title.contains(order))
}

/// What a line announces as a section: `Section: Program stack`, `BEGIN Fields`, `SECTION 2 - FIELDS`.
pub(crate) fn announced(line: &str) -> Option<&str> {
    const WORDS: [&str; 8] =
        ["section:", "section -", "abschnitt:", "sektion:", "avsnitt:", "begin of ", "begin ", "start of "];
    let line = line.trim();
    let title = WORDS.iter().find_map(|word| {
        let own = line.get(..word.len()).filter(|own| own.eq_ignore_ascii_case(word))?;
        Some(line[own.len()..].trim())
    });
    title.or_else(|| counted(line)).filter(|title| is_title(title) && !title.contains(':'))
}

/// The title behind the number of a section: `SECTION 2 - FIELDS`, `Part 3: Program stack`.
fn counted(line: &str) -> Option<&str> {
    const WORDS: [&str; 10] =
        ["section", "part", "block", "abschnitt", "teil", "sektion", "avsnitt", "del", "sezione", "sección"];
    let (word, rest) = line.split_once(' ')?;
    let number = rest.trim_start();
    let digits = number.bytes().take_while(u8::is_ascii_digit).count();
    let behind = number[digits..].trim_start();
    let title = behind.strip_prefix(['-', ':', '.', ')', '–'])?.trim();
    let known = || WORDS.iter().any(|known| word.to_lowercase() == *known);
    ((1..=2).contains(&digits) && title.starts_with(char::is_alphabetic) && known()).then_some(title)
}

/// The name of a block that a line opens: `session {`.
pub(crate) fn braced(line: &str) -> Option<&str> {
    let name = line.strip_suffix('{')?.trim_end();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | ',');
    // `Program stack (outermost first) {`
    let said = name.split_once(" (").filter(|(_, explained)| explained.ends_with(')')).map(|(said, _)| said);
    let of_one = name.split_whitespace().count() <= 3 && name.chars().all(plain);
    let named = said.unwrap_or(name);
    let titled = kind(name) != SectionKind::Facts && named.split_whitespace().count() <= 6 && named.chars().all(plain);
    (name.starts_with(char::is_alphabetic) && (of_one || titled)).then_some(name)
}

/// A line of nothing but signs: `-----`, `=====`, `+----+----+`, `─────`, `- - - -`.
pub(crate) fn is_rule(line: &str) -> bool {
    let line = blank::trim(line);
    if line.as_bytes().first().is_none_or(u8::is_ascii_alphanumeric) {
        return false;
    }
    let mut signs = 0;
    let mut counted = |c: char| {
        signs += usize::from(is_sign(c));
        is_sign(c) || c.is_whitespace()
    };
    line.chars().all(&mut counted) && signs >= 3
}

/// The columns of a rule that is broken by blanks or crossings (`------- ----`), as ranges; empty for a plain rule.
pub(crate) fn rule_columns(line: &str) -> Vec<std::ops::Range<usize>> {
    let mut columns = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        let inside = matches!(c, '-' | '=' | '─' | '═' | '_' | '~');
        match (inside, start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                columns.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    if columns.len() < 2 { Vec::new() } else { columns }
}

/// A line without the number of its page, which printed headings have at the right.
pub(crate) fn unpaged(line: &str) -> &str {
    let trimmed = line.trim_end();
    let digits = trimmed.len() - trimmed.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    if digits == 0 || digits > 5 {
        return trimmed;
    }
    let rest = trimmed[..trimmed.len() - digits].trim_end();
    let named = ["page", "seite", "sida", "pagina", "página", "side"].iter().find_map(|name| {
        let at = rest.len().checked_sub(name.len()).filter(|at| rest.is_char_boundary(*at))?;
        rest[at..].eq_ignore_ascii_case(name).then_some(at)
    });
    match named.map(|at| &rest[..at]).filter(|title| title.ends_with("  ") || title.ends_with('\t')) {
        Some(title) => title.trim_end(),
        None => trimmed,
    }
}

/// The title of a heading that shows by itself: `[Title]`, `*** Title ***`, `== Title`, `## Title`, `>>> Title`.
///
/// What these say of where the section begins is no part of it: `--- start of Fields ---`.
pub(crate) fn decorated(line: &str) -> Option<&str> {
    dressed(line).map(|title| announced(title).unwrap_or(title))
}

fn dressed(line: &str) -> Option<&str> {
    let line = line.trim();
    // No decoration begins so, and nearly all lines do.
    if line.as_bytes().first().is_some_and(|byte| byte.is_ascii_alphanumeric() && *byte != b'h') {
        return None;
    }
    if let Some(inner) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) {
        // `[Current thread is 17 (LWP 40211)]` says something.
        return (is_title(inner) && !inner.contains(" is ")).then(|| inner.trim());
    }
    if let Some(inner) = line.strip_prefix("<<").and_then(|l| l.strip_suffix(">>")) {
        let inner = inner.trim_matches(['<', '>', ' ']);
        return is_title(inner).then_some(inner);
    }
    if let Some(inner) = line.strip_prefix("/*").and_then(|l| l.strip_suffix("*/")) {
        let inner = inner.trim_matches(|c: char| is_sign(c) || c.is_whitespace());
        return is_title(inner).then_some(inner);
    }
    if let Some(inner) = line.strip_prefix("// ") {
        return (is_title(inner) && kind(inner) != SectionKind::Facts).then(|| inner.trim());
    }
    if let Some(inner) = line.strip_prefix("::").map(|l| l.trim_matches(':').trim()) {
        return (line[2..].starts_with([' ', ':']) && is_title(inner)).then_some(inner);
    }
    // Headings as Japanese and Chinese have them: `■呼び出し履歴`, `【変数】`.
    if let Some(inner) = line.strip_prefix(['■', '□', '◆', '◇', '▼', '【']) {
        let inner = inner.trim_end_matches('】').trim();
        return (is_title(inner) && (kind(inner) != SectionKind::Facts || !inner.is_ascii())).then_some(inner);
    }
    // Headings as wikis have them: `h3. Session`.
    if let [b'h', b'1'..=b'6', b'.', b' ', ..] = line.as_bytes() {
        return is_title(&line[4..]).then(|| line[4..].trim());
    }
    // Comments of one sign have pairs behind them.
    if let Some(inner) = line.strip_prefix(";; ") {
        return is_title(inner).then(|| inner.trim());
    }
    // Signs that others write for those above, where they close the title as well or it names a section.
    if let Some(sign) = line.chars().next().filter(|c| matches!(c, '%' | '@' | '!' | '^' | '&')) {
        let opened = line.trim_start_matches(sign);
        let inner = opened.trim_end_matches(sign).trim();
        let several = line.len() >= opened.len() + 2 && opened.starts_with(' ') && is_title(inner);
        return (several && (opened.ends_with(sign) || kind(inner) != SectionKind::Facts)).then_some(inner);
    }
    let rest = line.trim_start_matches(is_sign);
    let before = line.chars().take_while(|c| is_sign(*c)).count();
    let behind = line.chars().rev().take_while(|c| is_sign(*c)).count();
    let inner = rest.trim_end_matches(is_sign).trim();
    // A row of a table has bars between its cells.
    if inner.contains(['|', '│', '║']) {
        return None;
    }
    let marked = before >= 2 && rest.starts_with(' ')
        || before >= 3
        || before == 1 && line.starts_with('#') && (line[1..].starts_with(' ') || is_in_capitals(inner))
        || before >= 1 && behind >= 1 && line.starts_with(['*', '=', '+', '#']);
    (marked && is_title(inner) && !line.starts_with("...") && !line.starts_with("->")).then_some(inner)
}

/// Whether words are letters, all capitals: `#FIELDS`, but not `#0 CRS008`.
fn is_in_capitals(words: &str) -> bool {
    words.len() > 3
        && words.starts_with(|c: char| c.is_ascii_uppercase())
        && words.chars().all(|c| c.is_uppercase() || " ,_-/&".contains(c))
}

/// Whether words could be a heading: short, with letters, and no sentence.
pub(crate) fn is_title(words: &str) -> bool {
    let words = words.trim();
    if words.len() > 90 || words.contains('"') || words.ends_with(['.', ',', ';']) {
        return false;
    }
    let few = words.split_whitespace().take(11).count() <= 10;
    // `Program stack, 1 = called first`
    let assigns = || match words.split_once('=') {
        Some((name, _)) => !(name.ends_with([' ']) && name.trim_end().ends_with(|c: char| c.is_ascii_digit())),
        None => false,
    };
    few && words.chars().any(char::is_alphabetic) && (!assigns() || says_order(words))
}

/// Whether a plain line looks like a heading: in capitals, or capitalised words without a sentence's signs.
pub(crate) fn is_plain_title(line: &str) -> bool {
    let words = line.trim();
    let number = words.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')')).trim_start();
    // `D. PROGRAM STACK`
    let number = match number.as_bytes() {
        [b'A'..=b'Z', b'.' | b')', b' ', ..] => number[3..].trim_start(),
        _ => number,
    };
    // What stands in brackets behind it explains it: `Call stack (last = current)`.
    let number = match number.split_once(" (") {
        Some((said, explained)) if explained.ends_with(')') && !said.is_empty() => said.trim_end(),
        _ => number,
    };
    // So does what stands behind a comma: `PROGRAM STACK, OLDEST FIRST`.
    let number = match number.split_once(", ") {
        Some((said, order)) if !order.contains(':') && kind(said) != SectionKind::Facts => said.trim_end(),
        _ => number,
    };
    let plain = |c: char| c.is_alphabetic() || " /&()-_'’".contains(c);
    // What stands in brackets explains the heading: `Call stack (most recent call first)`.
    let few = match number.split('(').next().unwrap_or(number).split_whitespace().count() {
        ..=6 => true,
        count => count <= 10 && kind(number) == SectionKind::Surroundings,
    };
    // Within a word it is one of its letters, beside it a quote.
    let quoted = number.split(['\'', '’']).skip(1).any(|behind| !behind.starts_with(char::is_alphabetic));
    let first = number.chars().next().is_some_and(char::is_uppercase);
    let named = number.strip_prefix("M3 ").unwrap_or(number);
    first && !quoted && is_title(number) && named.chars().all(plain) && few
}

/// A sign that rules and boxes are drawn with; those made for it are in one block of Unicode.
const fn is_sign(c: char) -> bool {
    matches!(c, '-' | '=' | '*' | '#' | '_' | '~' | '+' | '<' | '>' | '|' | '\u{2500}'..='\u{257f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_that_show_by_themselves() {
        for line in [
            "[Job]",
            "*** Job ***",
            "=== Job ===",
            "== Job",
            "--- Job ---",
            "## Job",
            "# Job",
            ">>> Job <<<",
            "* Job *",
            "/* Job */",
            "+--- Job ---+",
            ":: Job ::",
            "::: Job :::",
        ] {
            assert_eq!(decorated(line), Some("Job"), "{line}");
        }
        for line in [
            "Job",
            "-----",
            "- Job",
            "-> CRS008",
            "::1",
            "::ffff:10.0.0.1",
            "... 3 more",
            "#1 CRS008",
            "** A = \"b\"",
            "│ A │ B │",
            "|| A | B ||",
        ] {
            assert_eq!(decorated(line), None, "{line}");
        }
    }

    #[test]
    fn a_page_is_no_part_of_a_heading() {
        assert_eq!(unpaged("Call stack       Page 12"), "Call stack");
        assert_eq!(unpaged("See page 12"), "See page 12");
        assert_eq!(unpaged("Page 1"), "Page 1");
        assert_eq!(unpaged("IN60"), "IN60");
    }

    #[test]
    fn a_heading_says_what_follows() {
        for (title, expected) in [
            ("Call stack", SectionKind::Stack),
            ("PROGRAM STACK (outermost first)", SectionKind::Stack),
            ("Java stack trace", SectionKind::Trace),
            ("Exception", SectionKind::Trace),
            ("Display file fields", SectionKind::Values),
            ("Field dump", SectionKind::Values),
            ("JVM system properties", SectionKind::Surroundings),
            ("Environment variables", SectionKind::Surroundings),
            ("M3 Business Engine dump log", SectionKind::Facts),
            ("Environment", SectionKind::Facts),
            ("Job information", SectionKind::Facts),
            ("Programmstapel", SectionKind::Stack),
            ("callstack", SectionKind::Stack),
            ("Programmes appelés", SectionKind::Stack),
            ("Kaldestak", SectionKind::Stack),
            ("Valores de campos", SectionKind::Values),
            ("Uitzondering", SectionKind::Trace),
            ("Speicherabzug M3 Business Engine", SectionKind::Facts),
            ("Previous exception in this job", SectionKind::Surroundings),
            ("Programs called earlier", SectionKind::Surroundings),
        ] {
            assert_eq!(kind(title), expected, "{title}");
        }
    }

    #[test]
    fn rules_and_their_columns() {
        assert!(is_rule("----------") && is_rule("+---+----+") && is_rule("════") && is_rule("- - - -"));
        assert!(!is_rule("--") && !is_rule("-- x") && !is_rule(""));
        assert_eq!(rule_columns("---- --"), [0..4, 5..7]);
        assert!(rule_columns("-------").is_empty());
    }
}
