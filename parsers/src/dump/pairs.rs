//! Keys and values on one line, in whatever notation: `Key: v`, `Key = v`, `Key . . . : v`, `Key ........ v`,
//! `"key": "v"`, `KEY(v)`, and several of them side by side.
//!
//! It must not know what a key means, with one exception: a name in the table of synonyms is believed where the
//! notation alone would leave doubt.

mod beside;
mod enclosed;
mod plain;
mod quotes;

use std::ops::Range;

pub(crate) use enclosed::{field, field_beside};
pub(crate) use plain::{plain, plain_row};
pub(crate) use quotes::{bare, unescaped};

use super::learned::{RECORD, UNIT};
use super::synonyms::{Fact, Synonyms};

/// A key and its value as ranges of the line they were found in; quotes around the value are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinePair {
    pub(crate) key: Range<usize>,
    pub(crate) value: Range<usize>,
}

/// What stands between key and value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    Colon,
    Equals,
    /// Dots or dashes, and nothing else.
    Leader,
    /// One dash between blanks.
    Dash,
}

/// Longest key, in bytes; what is longer is a sentence.
const LONGEST_KEY: usize = 60;

/// The pairs on a line; empty where it is something else.
pub(crate) fn on_line(line: &str, synonyms: &Synonyms) -> Vec<LinePair> {
    if memchr::memchr(UNIT as u8, line.as_bytes()).is_some() {
        return separated(line);
    }
    let start = enclosed::skip_type(line, skip_bullet(line, line.len() - line.trim_start().len()));
    let end = line.trim_end().len();
    if start >= end {
        return Vec::new();
    }
    let enclosed = enclosed::on_line(&line[..end], start, synonyms);
    if !enclosed.is_empty() {
        return enclosed;
    }
    let Some(first) = key_at(&line[..end], start, synonyms) else { return Vec::new() };
    let mut pairs = Vec::new();
    let mut now = first;
    let barred = std::cell::LazyCell::new(|| memchr::memchr(b'|', line.as_bytes()).is_some());
    loop {
        // What is assigned within a value is its own: `Message=timeout=30000; table=OOLINE; owner=JOB 4711`.
        let nested = now.sign == Sign::Equals && !*barred && is_nested(thrown(&line[now.behind..end]));
        let next = if nested { None } else { next_key(line, end, &now, synonyms) };
        let value_end = next.as_ref().map_or(end, |(gap, _)| *gap);
        // What ends each pair of a list ends the last one as well, and the only one of a line.
        let listed = next.is_none()
            && pairs.last().map_or_else(
                || ends_alone(&line[now.behind..value_end]),
                |before: &LinePair| line[before.value.end..].starts_with(';'),
            );
        let value_end = if listed { value_end - usize::from(line[..value_end].ends_with(';')) } else { value_end };
        let value = enclosed::without_type(line, now.behind..value_end);
        pairs.push(LinePair { key: now.key.clone(), value: bare(line, value) });
        match next {
            Some((_, key)) => now = key,
            None => return pairs,
        }
    }
}

/// The pairs on a line with the signs that stand between names, values and pairs, and nowhere else.
fn separated(line: &str) -> Vec<LinePair> {
    let mut from = 0;
    let pairs = line.split(RECORD).filter_map(|part| {
        let start = from;
        from += part.len() + RECORD.len_utf8();
        let (name, _) = part.split_once(UNIT)?;
        let key = trim(line, start..start + name.len());
        let value = bare(line, start + name.len() + UNIT.len_utf8()..start + part.len());
        is_key(&line[key.clone()]).then_some(LinePair { key, value })
    });
    pairs.collect()
}

/// The next key of a line with where the value before it ends. Within a message anything may look like one, `Unparseable
/// date: "2026"`, `String index out of range: -1`: there it has to stand apart.
fn next_key(line: &str, end: usize, now: &Key, synonyms: &Synonyms) -> Option<(usize, Key)> {
    let mut next = beside::next_key(line, end, now, synonyms)?;
    let value = &line[now.behind..end];
    let thrown = thrown(value).len() < value.len();
    if thrown || is_message(&line[now.key.clone()], synonyms) {
        let stands = |(gap, next): &(usize, Key)| {
            if now.sign == Sign::Equals && next.sign == Sign::Equals {
                // What databases throw says `SQLCODE=-911, SQLSTATE=40001`.
                return !thrown || synonyms.knows(&line[next.key.clone()]);
            }
            let between = &line[*gap..next.key.start];
            let begins = line[now.behind..next.key.start].trim().is_empty();
            let apart = between.contains(['\t', '|', ';']) || between.contains("  ");
            if begins { synonyms.knows(&line[next.key.clone()]) } else { apart }
        };
        while !stands(&next) {
            next = beside::next_key(line, end, &next.1, synonyms)?;
        }
    }
    Some(next)
}

/// Whether a name is that of what an exception says.
fn is_message(name: &str, synonyms: &Synonyms) -> bool {
    synonyms.meanings(None, name).first().is_some_and(|(fact, _)| *fact == Fact::Message)
}

/// What an exception says in a value that begins with one; any other value itself.
fn thrown(value: &str) -> &str {
    let class = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '$');
    let bare = value.trim_start();
    let (name, behind) = bare.split_at(bare.find(|c| !class(c)).unwrap_or(bare.len()));
    behind.strip_prefix(": ").filter(|_| name.contains('.')).unwrap_or(value)
}

/// Whether a value begins with a name and an equals sign: `timeout=30000; ...`.
fn is_nested(value: &str) -> bool {
    let value = value.trim_start();
    let end = value.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(value.len());
    end > 0 && value[end..].starts_with('=') && value[end + 1..].starts_with(|c: char| c.is_alphanumeric())
}

/// Whether a value ends in a semicolon that isn't its own: `JDOE      ;`, and not `a; b;` or `Gr&uuml;`.
fn ends_alone(value: &str) -> bool {
    let Some(bare) = value.strip_suffix(';') else { return false };
    let is_entity = || {
        let name = bare.rsplit('&').next().unwrap_or_default();
        name.len() < bare.len() && !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'#')
    };
    !bare.contains(';') && !is_entity()
}

/// A key with its sign.
#[derive(Clone, Debug)]
struct Key {
    key: Range<usize>,
    sign: Sign,
    /// Where the value may start.
    behind: usize,
}

/// The key that starts at `start`, with what separates it from its value.
fn key_at(line: &str, start: usize, synonyms: &Synonyms) -> Option<Key> {
    let rest = line.get(start..)?;
    if let Some(quoted) = quoted_key(rest) {
        return Some(Key {
            key: start + quoted.key.start..start + quoted.key.end,
            behind: start + quoted.behind,
            ..quoted
        });
    }
    if !rest.starts_with(|c: char| c.is_alphabetic() || matches!(c, '*' | '@' | '#' | '$' | '&' | '_')) {
        return None;
    }
    let (end, sign_at) = key_end(rest, synonyms)?;
    let key = &rest[..end];
    if !is_key(key) {
        return None;
    }
    let leaders = leader(&rest[end..]);
    let after = &rest[sign_at..];
    // The colon of `15.1.2:*NONE` separates nothing.
    if rest[sign_at..].starts_with(':')
        && sign_at == end
        && key.ends_with(|c: char| c.is_ascii_digit())
        && !rest[sign_at + 1..].starts_with([' ', '\t'])
        && sign_at + 1 < rest.len()
        && !synonyms.knows(key)
    {
        return None;
    }
    let known = || synonyms.knows(key);
    let (sign, mut len) = sign(after, leaders, known)?;
    // `Program ......... 011 : CRS008`: what counts the line stands before the sign.
    if sign == Sign::Leader && len == 0 {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        len = if (1..=4).contains(&digits) && after[digits..].starts_with(" : ") { digits + 3 } else { 0 };
    }
    // The minus of `Quantity ......-3.00` is the value's.
    let minus = sign == Sign::Leader
        && len == 0
        && after.starts_with(|c: char| c.is_ascii_digit())
        && rest[..sign_at].strip_suffix('-').is_some_and(|leaders| leaders.ends_with(['.', ' ', '_', '·', '…']));
    let behind = sign_at + len - usize::from(minus);
    Some(Key { key: start..start + end, sign, behind: start + behind })
}

/// Where the key's words end, and where its sign starts behind blanks and leaders.
fn key_end(rest: &str, synonyms: &Synonyms) -> Option<(usize, usize)> {
    let mut end = 0;
    for (at, c) in rest.char_indices() {
        match c {
            ':' | '=' => return Some((end, at)),
            // `User – JDOE`; the name has to be known, else it is a sentence.
            _ if at == end + 1 && end > 0 && dash(&rest[at..]).is_some() => {
                return Some((end, at));
            }
            _ if at > LONGEST_KEY => return None,
            // `ENVIRONMENT..M3PRD`, the longest name of a column that is filled up with dots.
            '.' if at == end && is_shortest_leader(&rest[at..]) && synonyms.knows(&rest[..end]) => {
                return Some((end, at + 2));
            }
            ' ' | '\t' => {}
            '.' | '-' | '_' | '·' | '…' | '>' | '*' | '~' if is_leader(&rest[at..], c) => {
                let skip = leader(&rest[end..]);
                return Some((end, end + skip));
            }
            '<' | '>' | '"' | '{' | '}' | ';' | '|' | '\\' | '!' | '?' | '[' | ']' => return None,
            _ => {
                // A wide gap inside a key: columns, not a key.
                if end > 0 && (at > end + 1 || rest[end..at].contains('\t')) {
                    return behind_type(&rest[at..]).map(|sign| (end, at + sign));
                }
                end = at + c.len_utf8();
            }
        }
    }
    None
}

/// Where the sign stands behind the type of a field, between its name and it: `P15   : "99.9"`, `A(10) = "X"`.
fn behind_type(rest: &str) -> Option<usize> {
    let end = rest.find([' ', '\t'])?;
    let sign = end + blanks(&rest[end..]);
    (is_type(&rest[..end]) && rest[sign..].starts_with([':', '='])).then_some(sign)
}

/// Whether a word is the type of a field with its length: `P15`, `A(10)`, `P(15,6)`.
pub(super) fn is_type(word: &str) -> bool {
    let digits = word.strip_prefix(['A', 'P', 'S', 'Z', 'B', 'L', 'T', 'D', 'N', 'I', 'C']);
    let digits = digits.map_or("", |digits| digits.trim_matches(['(', ')']));
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b',' | b'.'))
}

/// Bytes of a sign that stands between blanks where others write a colon, and may be part of any sentence.
fn dash(rest: &str) -> Option<usize> {
    let sign = ["-", "–", "—", "--", "~", "»", "›", "→"]
        .into_iter()
        .find(|sign| rest.strip_prefix(sign).is_some_and(|behind| behind.starts_with([' ', '\t'])));
    sign.map(str::len)
}

/// Whether a run of dots, dashes or underscores starts here, with or without blanks between them, or an arrow.
fn is_leader(rest: &str, c: char) -> bool {
    if c == '…' || c == '·' {
        return true;
    }
    if c == '>' || c == '*' || c == '~' {
        return false;
    }
    if rest.starts_with("->") {
        return true;
    }
    let run: Vec<char> = rest.chars().take_while(|r| *r == c || *r == ' ').take(8).collect();
    let signs = run.iter().filter(|r| **r == c).count();
    let ends_key = rest.trim_start_matches([c, ' ']).starts_with([':', '=', '>']);
    signs >= 3 || (signs >= 1 && ends_key && (c == '.' || signs >= 2))
}

/// Whether two dots stand here, with a value right behind them or behind a blank.
fn is_shortest_leader(rest: &str) -> bool {
    let value = rest.strip_prefix("..").map(|behind| behind.strip_prefix(' ').unwrap_or(behind));
    value.is_some_and(|value| value.starts_with(|c: char| c.is_alphanumeric()))
}

/// Bytes of leaders and blanks at the start of `rest`.
fn leader(rest: &str) -> usize {
    rest.len() - rest.trim_start_matches([' ', '\t', '.', '-', '_', '·', '…', '~']).len()
}

/// The sign at the start of `after` and its length; `leaders` is how many bytes of leaders and blanks stand before it.
fn sign(after: &str, leaders: usize, known: impl Fn() -> bool) -> Option<(Sign, usize)> {
    let mut chars = after.chars();
    let (first, second) = (chars.next(), chars.next());
    match (first, second) {
        (None, _) => None,
        (Some(':'), Some(':')) if after.starts_with("::=") => Some((Sign::Equals, 3)),
        (Some(':'), Some('=')) => Some((Sign::Equals, 2)),
        (Some(':'), Some(':'))
            if (after.len() == 2 || after[2..].starts_with([' ', '\t'])) && (leaders > 0 || known()) =>
        {
            Some((Sign::Colon, 2))
        }
        (Some('='), Some('=')) if after.starts_with("==> ") => Some((Sign::Equals, 3)),
        (Some('='), Some('>')) => Some((Sign::Equals, 2)),
        (Some('='), Some('=')) => None,
        (Some('='), _) => Some((Sign::Equals, 1)),
        (Some('>'), _) if leaders > 0 => Some((Sign::Leader, 1)),
        (Some(':'), None) => Some((Sign::Colon, 1)),
        (Some(':'), Some(c)) if c.is_whitespace() || matches!(c, '"' | '\'' | '*') || leaders > 0 => {
            Some((Sign::Colon, 1))
        }
        (Some(':'), Some(c)) if c != ':' && c != '/' && c != '\\' && known() => Some((Sign::Colon, 1)),
        (Some(':'), _) => None,
        _ if leaders <= 4 && dash(after).is_some() && known() => Some((Sign::Dash, dash(after)?)),
        (Some(c), _) if leaders == 2 && c.is_alphanumeric() && known() => Some((Sign::Leader, 0)),
        (Some(_), _) if leaders >= 3 => Some((Sign::Leader, 0)),
        _ => None,
    }
}

/// `"key" : ` of JSON and its kin.
fn quoted_key(rest: &str) -> Option<Key> {
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = 1 + rest[1..].find(quote)?;
    let behind = &rest[end + 1..];
    let blanks = behind.len() - behind.trim_start().len();
    let (sign, len) = match behind.trim_start().as_bytes() {
        [b':', ..] => (Sign::Colon, 1),
        [b'=', b'>', ..] => (Sign::Equals, 2),
        [b'=', ..] => (Sign::Equals, 1),
        _ => return None,
    };
    is_key(&rest[1..end]).then_some(Key { key: 1..end, sign, behind: end + 1 + blanks + len })
}

/// Whether words could name something: few, and made of letters and digits.
pub(super) fn is_key(key: &str) -> bool {
    // What is too long isn't looked at: it may be asked about at every sign of a line.
    if key.len() > LONGEST_KEY {
        return false;
    }
    let words = key.split_whitespace().count();
    let letters = key.chars().any(char::is_alphabetic);
    let plain = |c: char| c.is_alphanumeric() || " _-./#@$&*()%'+,\t°".contains(c);
    (1..=7).contains(&words) && letters && key.chars().all(plain) && balanced(key)
}

fn balanced(key: &str) -> bool {
    key.matches('(').count() == key.matches(')').count()
}

/// A word as programs write names: no sentence has it before an equals sign.
fn is_code(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '#' | '@' | '$' | '-' | '*' | '&'))
}

pub(super) fn trim(line: &str, range: Range<usize>) -> Range<usize> {
    let range = range.start..range.end.max(range.start);
    let text = &line[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t']).len()
}

/// Behind a bullet (`- `, `* `, `# `, `> `) at `start`.
fn skip_bullet(line: &str, start: usize) -> usize {
    let rest = &line[start..];
    // Names are what most lines start with, and of few of them a bullet may be made.
    if rest.starts_with(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'o' | 'S' | 's' | 'l' | 'e')) {
        return start;
    }
    let bullets = [
        "- ",
        "* ",
        "# ",
        "> ",
        "• ",
        "// ",
        "; ",
        "+ ",
        "-- ",
        "** ",
        "-> ",
        "=> ",
        "~ ",
        "· ",
        "▪ ",
        "◦ ",
        "‣ ",
        "○ ",
        "● ",
        "■ ",
        "→ ",
        "» ",
        "– ",
        "— ",
        "o ",
        "SET ",
        "set ",
        "let ",
        "export ",
        "├── ",
        "└── ",
        "├─ ",
        "└─ ",
        "|-- ",
        "`-- ",
        "+-- ",
        "\\-- ",
        "+- ",
        "\\- ",
    ];
    let bullet = bullets.iter().find(|b| rest.starts_with(**b)).map_or_else(|| counted(rest), |b| b.len());
    let bullet = if bullet == 0 { field_list(rest).max(option(rest)) } else { bullet };
    start + bullet + if bullet > 0 { blanks(&rest[bullet..]) } else { 0 }
}

/// The colon before a name of a list of fields: `:Program: CRS008`.
fn field_list(rest: &str) -> usize {
    let named = rest.strip_prefix(':').filter(|name| name.starts_with(char::is_alphabetic));
    let closed = named.and_then(|name| name.split_once(": ")).is_some_and(|(name, _)| is_key(name));
    usize::from(closed)
}

/// The signs before a name of an option, as commands have them: `--user="JDOE"`, `/USER:JDOE`.
fn option(rest: &str) -> usize {
    let (sign, ends) = match rest.as_bytes() {
        [b'-', b'-', ..] => (2, '='),
        [b'/', ..] => (1, ':'),
        _ => return 0,
    };
    let name = rest[sign..].split_once(ends).map(|(name, _)| name);
    let named = name.is_some_and(|name| name.starts_with(char::is_alphabetic) && !name.contains([' ', '/', '\t']));
    if named { sign } else { 0 }
}

/// Bytes of `3) `, `12. ` and `2.13 `, where a name stands behind.
fn counted(rest: &str) -> usize {
    let number = rest.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    let closed = rest[number..].starts_with(')');
    let end = number + usize::from(closed);
    let digits = rest[..number].trim_end_matches('.');
    let signed = closed || rest[..number].contains('.');
    let sound = signed && digits.split('.').all(|digits| (1..=3).contains(&digits.len()));
    let behind = rest[end..].strip_prefix(' ').filter(|_| sound);
    let named = behind.is_some_and(|name| name.trim_start().starts_with(char::is_alphabetic));
    if named { end + 1 } else { 0 }
}

#[cfg(test)]
mod tests;
