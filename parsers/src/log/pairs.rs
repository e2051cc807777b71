//! Logs with pairs of key and value in each line, as logfmt writes them: `ts="..." level=ERROR msg="..."`.
//!
//! The keys may stand in any order; blanks, commas, semicolons, bars or tabs separate the pairs of a line. A value in
//! double quotes may hold escapes, doubled quotes and line ends; one without them reaches to the next pair. What the
//! keys mean stands in [`super::keys`].

use std::ops::Range;

use super::keys::{self, LEVEL, LOGGER, MESSAGE, Start, THREAD, TIME, is, stamp, unquoted};
use super::level;
use super::{Record, layout::line_end};
use crate::{Stamp, trace};

/// A key is no longer than this.
const KEY_MAX: usize = 64;
/// So many pairs of a line are told apart.
const PAIRS_MAX: usize = 200;

/// One pair of a line; ranges are those of the bytes that were read.
#[derive(Clone, Debug)]
struct Pair<'a> {
    key: &'a str,
    /// The quotes included.
    value: Range<usize>,
    /// A value that doesn't end where its quotes do is the message's text, blanks and all.
    quoted: bool,
}

/// What starts at `line`: `None` where it doesn't begin with a pair, or the pairs don't say when and what.
pub(super) fn start(line: &[u8]) -> Option<Start> {
    let mut start = Start::default();
    let (mut timed, mut named) = (false, false);
    let pairs = pairs_until(line, &mut |pair| {
        let value = || unquoted(&line[pair.value.clone()]);
        if is(pair.key, &TIME) {
            start.stamp = if timed { start.stamp } else { stamp(value()).filter(|stamp| stamp.has_date) };
            timed = true;
        } else if is(pair.key, &LEVEL) && start.level.is_none() {
            start.level = level::at_start(value()).map(|(level, _)| level);
        }
        named |= is(pair.key, &MESSAGE) || is(pair.key, &LOGGER) || is(pair.key, &THREAD);
        // What follows says nothing more of the start.
        start.stamp.is_some() && start.level.is_some()
    })?;
    start.stamp = start.stamp.or_else(|| when(&pairs, line));
    (start.stamp.is_some() && (start.level.is_some() || named)).then_some(start)
}

/// Whether a line is of such a log beyond doubt: pairs from its start to its end, that say when it was written and how
/// bad it is, and what or by whom. The lines of a dump in this notation say one thing each.
pub(super) fn is_log_line(line: &[u8]) -> bool {
    let Some(pairs) = pairs(line) else { return false };
    let has = |names: &[&str]| pairs.iter().any(|pair| is(pair.key, names));
    let level = pairs.iter().find(|pair| is(pair.key, &LEVEL));
    let levelled = level.is_some_and(|pair| {
        let word = unquoted(&line[pair.value.clone()]);
        level::at_start(word).is_some_and(|(_, len)| len == word.len())
    });
    let spoken = |pair: &Pair<'_>| !pair.quoted && line[pair.value.clone()].contains(&b' ') && !is(pair.key, &TIME);
    let said = has(&MESSAGE) || !pairs.iter().any(spoken);
    let who = has(&MESSAGE) || has(&LOGGER);
    when(&pairs, line).is_some() && said && pairs.len() > 2 && (levelled || (has(&LOGGER) && who && has(&MESSAGE)))
}

/// Whether the message of a line stands in quotes, so that it may hold anything, escaped.
pub(super) fn quotes_its_message(line: &[u8]) -> bool {
    pairs(line).is_some_and(|pairs| pairs.iter().any(|pair| pair.quoted && is(pair.key, &MESSAGE)))
}

/// The keys of a line that say when, how bad, what, where and by whom, up to its message.
pub(super) fn telling_keys(line: &[u8]) -> impl Iterator<Item = &str> {
    let telling = |key: &str| [&TIME[..], &LEVEL, &LOGGER, &THREAD, &MESSAGE].iter().any(|names| is(key, names));
    let keys = pairs(line).unwrap_or_default().into_iter().map(|pair| pair.key).filter(move |key| telling(key));
    let mut said = false;
    keys.take_while(move |key| !std::mem::replace(&mut said, is(key, &MESSAGE)))
}

/// When the pairs say that the line was written; a day and a time of day may have a key each.
fn when(pairs: &[Pair<'_>], line: &[u8]) -> Option<Stamp> {
    let times = || pairs.iter().filter(|pair| is(pair.key, &TIME)).map(|pair| unquoted(&line[pair.value.clone()]));
    let first = times().next()?;
    if let Some(stamp) = stamp(first).filter(|stamp| stamp.has_date) {
        return Some(stamp);
    }
    let (one, other) = (first, times().nth(1));
    let joined =
        other.and_then(|other| stamp(&[one, b" ", other].concat()).or_else(|| stamp(&[other, b" ", one].concat())));
    joined.filter(|stamp| stamp.has_date).or_else(|| times().find_map(stamp))
}

/// Fills in the fields of a record from its lines.
pub(super) fn fields(record: &mut Record) {
    let text = record.text.clone();
    let bytes = text.as_bytes();
    let Some(pairs) = pairs(bytes) else {
        record.message = text;
        return;
    };
    let (mut traced, mut said) = (None, None);
    for pair in &pairs {
        let value = decoded(&text[pair.value.clone()]);
        if is(pair.key, &MESSAGE) && said.is_none() {
            said = Some(value);
        } else if is(pair.key, &TIME) && !record.at_text.is_empty() && one_of_two(&record.at_text) {
            record.at_text = format!("{} {value}", record.at_text);
        } else {
            // What is padded to a width says no more than without; in quotes it stands as it was meant.
            let value = if pair.quoted { value } else { value.trim().to_owned() };
            keys::field(pair.key, value, record, &mut traced);
        }
    }
    let message = said.unwrap_or_default();
    // A message without quotes at the end goes on as it is written, one in quotes is followed by what stands below.
    let last = pairs.last().filter(|pair| is(pair.key, &MESSAGE) && !pair.quoted);
    let end = pairs.last().map_or(0, |pair| pair.value.end);
    let (message, from) = match last {
        Some(pair) if message == text[pair.value.clone()] => ("", pair.value.start),
        _ => (message.trim_end_matches(['\r', '\n']), line_end(bytes, end)),
    };
    let rest = &text[from..];
    let below = trace::find(rest).filter(|found| message.is_empty() || found.exception().is_some());
    if let Some(mut found) = below {
        record.message = joined(message, &around(rest, &found.range));
        found.range = from + found.range.start..from + found.range.end;
        record.trace_range = Some(found.range.clone());
        record.trace = Some(found);
        return;
    }
    record.message = match last {
        Some(_) if message.is_empty() => rest.to_owned(),
        _ => joined(message, rest.trim_start_matches(['\r', '\n'])),
    };
    record.trace = trace::find(&record.message);
    match &record.trace {
        Some(found) => record.message = around(&record.message, &found.range),
        None => record.trace = traced.as_deref().and_then(trace::find),
    }
}

/// Two texts, each from a line of its own.
fn joined(above: &str, below: &str) -> String {
    let gap = if above.is_empty() || below.is_empty() { "" } else { "\n" };
    format!("{above}{gap}{below}")
}

/// A message without the stack trace in it.
fn around(message: &str, trace: &Range<usize>) -> String {
    let before = message[..trace.start].trim_end_matches(['\r', '\n']);
    let behind = message[trace.end..].trim_matches(['\r', '\n']);
    joined(before, behind)
}

/// Whether a text is a day, or a time of day, by itself.
fn one_of_two(text: &str) -> bool {
    stamp(text.as_bytes()).is_none_or(|stamp| !stamp.has_date) && text.len() < 20
}

/// The text of a value, without quotes and escapes. What is no escape stays as it is.
fn decoded(value: &str) -> String {
    let Some(inner) = value.strip_prefix('"') else { return value.to_owned() };
    if let Ok(text) = serde_json::from_str(value) {
        return text;
    }
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', Some('"')) => {
                chars.next();
                out.push('"');
            }
            ('\\', Some(&escaped)) => {
                let meant = match escaped {
                    '"' | '\\' => escaped,
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    _ => {
                        out.push(c);
                        continue;
                    }
                };
                chars.next();
                out.push(meant);
            }
            _ => out.push(c),
        }
    }
    out
}

/// The pairs that `bytes` start with, up to the end of their line; a value in quotes may span several. `None` where no
/// pair stands at their start.
fn pairs(bytes: &[u8]) -> Option<Vec<Pair<'_>>> {
    pairs_until(bytes, &mut |_| false)
}

/// As [`pairs`], up to the first that is `enough`.
fn pairs_until<'a>(bytes: &'a [u8], enough: &mut dyn FnMut(&Pair<'a>) -> bool) -> Option<Vec<Pair<'a>>> {
    let mut key = key_at(bytes, 0)?;
    let mut found: Vec<Pair<'_>> = Vec::new();
    let mut sign = None;
    loop {
        let name = std::str::from_utf8(&bytes[key.clone()]).ok()?;
        let from = key.end + 1;
        let quotes = (bytes.get(from) == Some(&b'"')).then(|| closed(bytes, from, sign)).flatten();
        let (end, quoted) = match quotes {
            Some(end) => (end, true),
            None if is(name, &MESSAGE) => (bare_end(bytes, from, sign, Some(&found)), false),
            None => (bare_end(bytes, from, sign, None), false),
        };
        found.push(Pair { key: name, value: from..end, quoted });
        if found.last().is_some_and(&mut *enough) {
            break;
        }
        let Some((next, own)) = next_key(bytes, end, sign).filter(|_| found.len() < PAIRS_MAX) else { break };
        // The sign between the first two stands between all of them.
        sign = sign.or(Some(own));
        key = next;
    }
    Some(found)
}

/// Where the quotes that open at `from` are closed: behind them a pair follows or the line ends.
fn closed(bytes: &[u8], from: usize, sign: Option<u8>) -> Option<usize> {
    let mut at = from + 1;
    loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match (bytes[at], bytes.get(at + 1)) {
            (b'\\', _) | (b'"', Some(b'"')) => at += 2,
            _ if ends_line(bytes, at + 1) || next_key(bytes, at + 1, sign).is_some() => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Where a value without quotes ends. A message, for which the pairs before it are given, reaches in several words to
/// the next part that all logs have and that the line hasn't said; other words with a `=` behind them are its own.
fn bare_end(bytes: &[u8], from: usize, sign: Option<u8>, message: Option<&[Pair<'_>]>) -> usize {
    let end = line_end(bytes, from);
    let mut words = false;
    let mut at = from;
    while at < end {
        if separates(bytes[at], sign) {
            if let Some((key, _)) = next_key(bytes, at, sign) {
                let name = std::str::from_utf8(&bytes[key]).unwrap_or_default();
                if message.is_none_or(|before| !words || is_missing_part(name, before)) {
                    break;
                }
            }
            words = true;
        }
        at += 1;
    }
    from + bytes[from..at.min(end)].trim_ascii_end().len()
}

/// Whether a key within the words of a message is the time, level, thread or logger that the line hasn't said yet.
fn is_missing_part(name: &str, before: &[Pair<'_>]) -> bool {
    // Words that a message has as well: `<PGM name="CRS008">`.
    let common = is(name, &["name", "category", "date", "time"]);
    let parts: [&[&str]; 4] = [&TIME, &LEVEL, &LOGGER, &THREAD];
    !common && parts.iter().any(|names| is(name, names) && !before.iter().any(|pair| is(pair.key, names)))
}

/// The key of the pair that follows at `at`, behind a sign and blanks or blanks alone, and that sign.
fn next_key(bytes: &[u8], at: usize, sign: Option<u8>) -> Option<(Range<usize>, u8)> {
    let mut own = None;
    let mut to = at;
    while let Some(byte) = bytes.get(to).copied().filter(|byte| separates(*byte, sign) || *byte == b' ') {
        if byte != b' ' && own.replace(byte).is_some_and(|other| other != byte) {
            return None;
        }
        to += 1;
    }
    let own = own.or_else(|| (to > at).then_some(b' '))?;
    // A log with signs has them between all pairs.
    let fits = sign.is_none_or(|sign| sign == own);
    let key = key_at(bytes, to).filter(|_| fits)?;
    Some((key, own))
}

fn separates(byte: u8, sign: Option<u8>) -> bool {
    sign.map_or_else(|| b" \t,;|".contains(&byte), |sign| byte == sign)
}

fn ends_line(bytes: &[u8], at: usize) -> bool {
    let blanks = bytes[at..].iter().take_while(|byte| b" \t,;|".contains(byte)).count();
    matches!(bytes.get(at + blanks), None | Some(b'\n' | b'\r'))
}

/// The key with a `=` behind it that stands at `at`.
fn key_at(bytes: &[u8], at: usize) -> Option<Range<usize>> {
    if !may_start_with(*bytes.get(at)?) {
        return None;
    }
    let len =
        bytes[at..].iter().take(KEY_MAX + 1).take_while(|b| b.is_ascii_alphanumeric() || b"@_.-".contains(b)).count();
    // `==` and `=>` say something else.
    let sets = bytes.get(at + len) == Some(&b'=') && !matches!(bytes.get(at + len + 1), Some(b'=' | b'>'));
    (len <= KEY_MAX && sets).then_some(at..at + len)
}

/// Whether a key can begin with `byte`.
pub(super) fn may_start_with(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || b"@_".contains(&byte)
}

#[cfg(test)]
mod tests;
