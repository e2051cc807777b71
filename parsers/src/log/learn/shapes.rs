//! What single words of a head look like: tags, names with lines, brackets that close, keys.

use super::super::level;
use super::classify::{is_dotted, is_identifier};
use super::rows::Row;

pub(super) struct Tag {
    pub(super) name: usize,
    pub(super) pid: Option<usize>,
    pub(super) extra: Option<usize>,
}

/// `name[pid] (extra): ` at the start of a message.
pub(super) fn tag_of(rest: &[u8]) -> Option<Tag> {
    let name = rest.iter().take(100).position(|b| matches!(b, b' ' | b'[' | b':'))?;
    if name == 0 {
        return None;
    }
    let mut at = name;
    let mut tag = Tag { name, pid: None, extra: None };
    if rest[at] == b'[' {
        let len = rest[at..].iter().take(24).position(|b| *b == b']')?;
        if !rest[at + 1..at + len].iter().all(u8::is_ascii_digit) {
            return None;
        }
        tag.pid = Some(at);
        at += len + 1;
    }
    if rest[at..].starts_with(b" (") {
        let len = rest[at..].iter().take(160).position(|b| *b == b')')?;
        tag.extra = Some(at);
        at += len + 1;
    }
    (rest.get(at) == Some(&b':') && matches!(rest.get(at + 1), None | Some(b' '))).then_some(tag)
}

pub(super) fn closing(open: u8) -> Option<u8> {
    match open {
        b'[' => Some(b']'),
        b'(' => Some(b')'),
        b'{' => Some(b'}'),
        b'<' => Some(b'>'),
        b'"' => Some(b'"'),
        _ => None,
    }
}

/// The length of what stands in the brackets at the start of `text`, brackets inside it kept together.
pub(super) fn inside(text: &[u8], open: u8, close: u8) -> Option<usize> {
    to_close(text.get(1..)?, open, close)
}

/// How far it is from inside of brackets to where they close.
pub(super) fn to_close(text: &[u8], open: u8, close: u8) -> Option<usize> {
    let mut depth = 1_usize;
    for (at, b) in text.iter().enumerate().take(300) {
        if *b == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        } else if *b == open {
            depth += 1;
        }
    }
    // Brackets that aren't balanced: the first that a blank follows.
    (0..text.len().min(300)).find(|at| text[*at] == close && matches!(text.get(at + 1), None | Some(b' ')))
}

/// The same for a row whose opening bracket has been passed.
pub(super) fn inside_len(row: &Row, open: u8, close: u8) -> usize {
    to_close(row.rest(), open, close).unwrap_or(0)
}

pub(super) fn level_at_end(row: &Row, open: u8, close: u8) -> bool {
    let Some(len) = inside(row.rest(), open, close) else { return false };
    row.level.is_some_and(|(at, level)| at > row.pos && at + level <= row.pos + 1 + len)
}

pub(super) fn first_word(text: &[u8]) -> &[u8] {
    &text[..text.iter().position(|b| *b == b' ').unwrap_or(text.len())]
}

/// A text without the number that it ends with, and how many digits that has.
pub(super) fn without_number(text: &[u8]) -> (&[u8], usize) {
    let digits = text.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    (&text[..text.len() - digits], digits)
}

/// What stands before the number that is the last word of `text`.
pub(super) fn before_number(text: &[u8]) -> Option<&[u8]> {
    let (before, digits) = without_number(text.trim_ascii_end());
    before.strip_suffix(b" ").filter(|before| digits > 0 && !before.is_empty())
}

/// What stands behind the first word.
pub(super) fn behind_word(text: &[u8]) -> &[u8] {
    &text[first_word(text).len()..]
}

/// Whether one of the next words is a class with its package, as loggers are named: `node1  [main]  com.foo.Bar: `.
pub(super) fn names_class(text: &[u8]) -> bool {
    /// Columns that may stand before it.
    const NEXT: usize = 5;
    let reach = &text[..text.len().min(200)];
    let words = reach.split(|b| *b == b' ').filter(|word| !word.is_empty()).take(NEXT);
    words.map(bare_of_signs).any(|word| {
        let dots = word.iter().filter(|b| **b == b'.').count();
        dots > 1 && is_dotted(word) && is_identifier(word)
    })
}

fn bare_of_signs(word: &[u8]) -> &[u8] {
    let sign = |b: &u8| b"[](){}<>:,;|".contains(b);
    let start = word.iter().take_while(|b| sign(b)).count();
    let end = word.len() - word[start..].iter().rev().take_while(|b| sign(b)).count();
    &word[start..end]
}

/// The length of the word before `delimiter`, with blanks that fill it up.
pub(super) fn word_before(rest: &[u8], delimiter: &[u8]) -> Option<usize> {
    let sign = delimiter.trim_ascii_start();
    let word = match delimiter {
        [b' ', ..] => first_word(rest).len(),
        // A colon inside the word, as in `Main.run(Main.java:12): `, isn't the one behind it.
        [b':', b' '] if first_word(rest).ends_with(b":") => first_word(rest).len() - 1,
        _ => rest.iter().take(200).position(|b| *b == b' ' || *b == delimiter[0])?,
    };
    if word == 0 || word > 160 {
        return None;
    }
    let blanks = rest[word..].iter().take_while(|b| **b == b' ').count();
    let behind = &rest[word + blanks..];
    if delimiter[0] == b' ' && blanks == 0 {
        // The last word of a line whose message stands below.
        return (delimiter == b" " && behind.is_empty()).then_some(word);
    }
    let trimmed = sign.trim_ascii_end();
    let fits = behind.starts_with(sign) || behind == trimmed;
    // A lone colon ends a word only where no number or slash follows it.
    let lone = delimiter == b":" && behind.get(1).is_none_or(|b| b.is_ascii_digit() || *b == b'/' || *b == b':');
    (fits && !lone).then_some(word)
}

pub(super) fn is_loggerlike(word: &[u8]) -> bool {
    !word.is_empty()
        && word.len() <= 160
        && word.iter().any(u8::is_ascii_alphabetic)
        && word.iter().all(|b| b.is_ascii_alphanumeric() || b"._$-/\\<>#()[]@:+*!,~".contains(b) || *b >= 0x80)
}

pub(super) fn is_file(name: &[u8]) -> bool {
    [b".java".as_slice(), b".kt", b".py", b".cpp", b".c", b".scala", b".groovy", b".cs", b".go", b".rs", b".js"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// The length of the name in `name:123`.
pub(super) fn name_and_line(word: &[u8]) -> Option<usize> {
    let colon = word.iter().rposition(|b| *b == b':')?;
    let digits = &word[colon + 1..];
    let line = !digits.is_empty() && digits.len() <= 6 && digits.iter().all(u8::is_ascii_digit);
    (line
        && colon > 0
        && is_identifier(&word[..colon])
        && level::at_start(&word[..colon]).is_none_or(|(_, len)| len < colon))
    .then_some(colon)
}

/// Where the next ` key=` stands, and the key.
pub(super) fn next_key(rest: &[u8]) -> Option<(usize, &[u8])> {
    let reach = &rest[..rest.len().min(120)];
    let equals = (0..reach.len()).filter(|at| reach[*at] == b'=');
    equals.into_iter().find_map(|at| {
        let blank = reach[..at].iter().rposition(|b| *b == b' ')?;
        let key = &reach[blank + 1..at];
        let named = !key.is_empty() && key.iter().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(b));
        named.then_some((blank, key))
    })
}

/// Where the method starts in `a.b.Class.method`, and whether the name before it looks like a class.
pub(super) fn method_start(name: &[u8]) -> Option<(usize, bool)> {
    let dot = name.iter().rposition(|b| *b == b'.')?;
    let method = name.get(dot + 1).is_some_and(|b| b.is_ascii_lowercase() || *b == b'<');
    let class = name[..dot].rsplit(|b| *b == b'.').next()?;
    method.then(|| (dot, class.first().is_some_and(u8::is_ascii_uppercase)))
}

/// The length of the name before the first dotted word that `delimiter` follows.
pub(super) fn name_before_logger(rest: &[u8], delimiter: &[u8]) -> Option<usize> {
    let reach = rest.len().min(120);
    for at in 1..reach {
        if rest[at - 1] != b' ' || rest[at] == b' ' {
            continue;
        }
        let Some(len) = word_before(&rest[at..], delimiter) else { continue };
        let word = &rest[at..at + len];
        if is_dotted(word) && is_identifier(word) {
            let name = &rest[..at];
            return name.iter().rposition(|b| !b" -:|".contains(b)).map(|last| last + 1);
        }
    }
    None
}

/// The length of the name in `name(123)`.
pub(super) fn called_at(word: &[u8]) -> Option<usize> {
    let open = word.iter().rposition(|b| *b == b'(')?;
    let digits = word.get(open + 1..)?.strip_suffix(b")")?;
    let line = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    (line && is_identifier(&word[..open])).then_some(open)
}

/// The lengths of thread and logger in `thread:logger@123`.
pub(super) fn thread_logger_line(content: &[u8]) -> Option<(usize, usize)> {
    let at = content.iter().rposition(|b| *b == b'@')?;
    let line = &content[at + 1..];
    if line.is_empty() || !line.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let colon = content[..at].iter().rposition(|b| *b == b':')?;
    is_identifier(&content[colon + 1..at]).then_some((colon, at - colon - 1))
}
