//! Lines that write their time (or level) in the same way: the raw material of one layout.

use super::super::Hints;
use super::super::level;
use super::super::time::order::{self, Certainty};
use super::super::time::scan::{Found, Grade, scan};
use super::super::time::{Digits, Item, TimeFormat};
use super::classify::is_dotted;
use super::others;
use super::shapes::without_number;
use std::cmp::Reverse;
use std::collections::HashMap;

/// How far into a line a time or a level is looked for.
pub(super) const REACH: usize = 240;

/// What the lines of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    /// The time's items without what varies within one format; empty where the group goes by level.
    items: Vec<Item>,
    /// What stands before the time: brackets as they are, or the kind of the line's first byte.
    before: Vec<u8>,
}

/// A group of lines.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) key: Key,
    /// Index of the line and where its time stands; start and end are equal where there is none.
    pub(super) lines: Vec<(usize, usize, usize)>,
    pub(super) format: Option<TimeFormat>,
    /// The time stands at the start of the line, but for an opening bracket.
    pub(super) starts_line: bool,
    /// Most of the lines have a level somewhere near their start.
    pub(super) has_level: bool,
    pub(super) note: Option<String>,
    /// A time at the end of the lines, with the text around it; then there is none in the head.
    pub(super) tail: Option<(String, TimeFormat, String)>,
    /// Only some of the lines, of one kind, showed the layout and the format ([`super::kinds`]).
    pub(super) is_part: bool,
}

impl Group {
    pub(super) fn has_time(&self) -> bool {
        self.format.is_some()
    }

    /// The lines of one kind among those of the group, with the time as they write it.
    pub(super) fn part(&self, lines: &[Vec<u8>], members: &[(usize, usize, usize)]) -> Self {
        let found = |(at, start, _): &(usize, usize, usize)| Some((*at, *start, scan(&lines[*at][*start..])?));
        let scanned: Vec<_> = members.iter().filter_map(found).collect();
        let mut own = merged(&scanned);
        // Which number is the day was settled by all lines of the group.
        let settled = self.format.as_ref().filter(|_| scanned.iter().any(|(.., found)| found.order.is_some()));
        if let Some(settled) = settled.or(self.format.as_ref().filter(|_| own.items.is_empty())) {
            own = settled.clone();
        }
        without_column(&mut own, lines, &scanned);
        let read = |(at, start, _): &(usize, usize, usize)| {
            own.read(&lines[*at][*start..]).map(|(_, len)| (*at, *start, start + len))
        };
        Self { lines: members.iter().filter_map(read).collect(), format: Some(own.clone()), ..self.clone() }
    }

    pub(super) fn same_time(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

/// What is known besides the lines.
pub(super) struct Known {
    /// Other groups were taken before.
    pub(super) later: bool,
    /// What is known of the log from outside.
    pub(super) hints: Hints,
}

/// The largest group among the lines in `open` that isn't refused.
pub(super) fn largest(
    lines: &[Vec<u8>],
    times: &[Option<(usize, Found)>],
    open: &[usize],
    refused: &[Key],
    known: &Known,
) -> Option<Group> {
    let mut groups: HashMap<Key, Vec<(usize, usize, Found)>> = HashMap::new();
    for at in open {
        if let Some(Some((start, found))) = times.get(*at) {
            let key = Key { items: normal(&found.format), before: before(&lines[*at], *start) };
            groups.entry(key).or_default().push((*at, *start, found.clone()));
        }
    }
    let weight = |members: &Vec<(usize, usize, Found)>| {
        // A time at the start of a line weighs more than one that may stand in a message.
        let starts = members.first().is_some_and(|(at, start, _)| is_opening(&lines[*at][..*start]));
        members.len() * if starts { 8 } else { 1 }
    };
    groups.retain(|key, _| !refused.contains(key));
    let heaviest = groups.iter().max_by_key(|(key, members)| (weight(members), Reverse(members[0].0), key.items.len()));
    // Unless its lines have no level and those of a group that is far larger have one.
    let share_of_levels = |members: &[(usize, usize, Found)]| {
        let levelled = |at: usize| {
            next_level(&lines[at], 0).is_some()
                || lines.get(at + 1).is_some_and(|below| opens_with_level_and_colon(below))
        };
        members.iter().filter(|(at, ..)| levelled(*at)).count() * 100 / members.len().max(1)
    };
    let larger = heaviest.filter(|(_, few)| !known.later && share_of_levels(few) < 20).and_then(|(_, few)| {
        let far_larger = groups.iter().filter(|(_, many)| many.len() > 2 * few.len() && share_of_levels(many) > 80);
        far_larger.max_by_key(|(_, many)| (many.len(), Reverse(many[0].0)))
    });
    // Or they are rows that records of a smaller group tell.
    let told = larger.or(heaviest).filter(|(_, rows)| !known.later && share_of_levels(rows) < 20);
    let telling = told.and_then(|(rows_key, rows)| {
        let levelled = groups.iter().filter(|(key, members)| {
            *key != rows_key && members.len() * 20 >= rows.len() && share_of_levels(members) > 80
        });
        let (key, members) = levelled.max_by_key(|(_, members)| (members.len(), Reverse(members[0].0)))?;
        let [rows, records] =
            [(rows_key, rows), (key, members)].map(|(key, members)| timed(lines, key.clone(), members, &known.hints));
        let at: Vec<usize> = rows.lines.iter().map(|(at, ..)| *at).collect();
        others::are_of_other_days(lines, &records, &at, &rows, &at).then_some((key, members))
    });
    let best = telling.or(larger).or(heaviest).map(|(key, _)| key.clone()).and_then(|key| groups.remove_entry(&key));
    // A time that opens its line and doesn't end it leaves nothing to ask.
    let bare = best.as_ref().is_some_and(|(_, members)| members.iter().all(|member| is_bare(lines, member)));
    let plain = best.as_ref().is_some_and(|(key, members)| is_opening(&key.before) && !mostly_end(lines, members));
    let plain = plain && !bare;
    let by_level = if known.later || plain { None } else { levelled(lines, open, refused) };
    match (best, by_level) {
        // A time behind the level may be the message's: it is the record's only if most records have it.
        (Some((_, members)), Some(mut by_level)) if stands_behind(lines, &members, &by_level) => {
            by_level.tail = Some(tail(lines, &members));
            Some(by_level)
        }
        (Some((key, members)), Some(by_level))
            // Lines of nothing but a time stand in what some records say.
            if (bare || !is_opening(&key.before)) && members.len() * 2 < by_level.lines.len() =>
        {
            Some(by_level)
        }
        (Some((key, mut members)), _) => {
            without_bare_times(lines, &mut members);
            Some(timed(lines, key, &members, &known.hints))
        }
        (None, by_level) => by_level,
    }
}

/// Whether a line is the second one of a head of `java.util.logging`: `WARNING: text`.
pub(super) fn opens_with_level_and_colon(line: &[u8]) -> bool {
    let len = level::at_start(line).map_or(0, |(_, len)| len);
    len > 1 && line[len..].starts_with(b":")
}

/// Whether the times stand behind the messages, at the ends of their lines. They aren't those of some messages if most
/// records have one, nor the end of a head whose message stands on the line below.
fn stands_behind(lines: &[Vec<u8>], members: &[(usize, usize, Found)], by_level: &Group) -> bool {
    let levelled = |(at, start, _): &(usize, usize, Found)| next_level(&lines[*at], 0).is_some_and(|(l, _)| l < *start);
    let message_below = |(at, ..): &(usize, usize, Found)| lines.get(at + 1).is_some_and(|l| l.starts_with(b"  "));
    let count = |test: &dyn Fn(&(usize, usize, Found)) -> bool| members.iter().filter(|member| test(member)).count();
    mostly_end(lines, members)
        && count(&|member| ends_line(lines, member) && levelled(member)) * 2 > members.len()
        && members.len() * 3 > by_level.lines.len()
        && count(&message_below) * 2 < members.len()
}

/// Leaves out the lines that are nothing but a time, as in a dump below a name, where most have more.
fn without_bare_times(lines: &[Vec<u8>], members: &mut Vec<(usize, usize, Found)>) {
    if members.iter().filter(|member| is_bare(lines, member)).count() * 2 < members.len() {
        members.retain(|member| !is_bare(lines, member));
    }
}

/// Whether a line is nothing but its time.
fn is_bare(lines: &[Vec<u8>], (at, start, found): &(usize, usize, Found)) -> bool {
    *start == 0 && found.len == lines[*at].trim_ascii_end().len()
}

fn mostly_end(lines: &[Vec<u8>], members: &[(usize, usize, Found)]) -> bool {
    members.iter().filter(|member| ends_line(lines, member)).count() * 10 >= members.len() * 9
}

fn ends_line(lines: &[Vec<u8>], (at, start, found): &(usize, usize, Found)) -> bool {
    *start > 0 && lines[*at].len() - start - found.len <= 1
}

fn tail(lines: &[Vec<u8>], members: &[(usize, usize, Found)]) -> (String, TimeFormat, String) {
    let (at, start, found) = &members[0];
    let line = &lines[*at];
    let opening = line[..*start].iter().rev().take_while(|b| b" [(<-|@".contains(b)).count();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&line[start - opening..*start]), merged(members), text(&line[start + found.len..]))
}

/// Indented lines, XML and lines of stack traces are never heads. A padded level before the time may be.
pub(super) fn may_not_start(line: &[u8]) -> bool {
    match line {
        [] | [b'\t', ..] => true,
        // A padded level, or a column in front of the time that is empty.
        [b' ', rest @ ..] => {
            level::at_start(line.trim_ascii_start()).is_none()
                && scan(rest).is_none_or(|found| found.grade != Grade::Full)
                && !level_is_column(line)
        }
        [b'<', second, ..] => {
            let columns = line.windows(3).take(REACH).any(|three| three == b"> <")
                || level::at_start(&line[1..]).is_some_and(|(_, len)| line.get(1 + len) == Some(&b'>'));
            b"/?!".contains(second) || (second.is_ascii_alphabetic() && !columns)
        }
        _ => line.starts_with(b"Caused by:") || line.starts_with(b"at ") || names_exception(line),
    }
}

/// `java.lang.IllegalStateException: closed at 10:15:02`, as a trace begins.
pub(super) fn names_exception(line: &[u8]) -> bool {
    let word = &line[..line.iter().position(|b| b" :".contains(b)).unwrap_or(line.len())];
    let ends = matches!(line.get(word.len()), None | Some(b':'));
    ends && is_dotted(word) && [b"Exception".as_slice(), b"Error", b"Throwable"].iter().any(|end| word.ends_with(end))
}

/// Whether a level stands between strong separators, blanks around it or not.
fn level_is_column(line: &[u8]) -> bool {
    let separator = |b: Option<&u8>| b.is_some_and(|b| b"\t|;".contains(b));
    next_level(line, 0).is_some_and(|(at, len)| {
        let before = line[..at].iter().rfind(|b| **b != b' ');
        let behind = line[at + len..].iter().find(|b| **b != b' ');
        separator(before) && separator(behind)
    })
}

/// Nothing but brackets and quotes.
pub(super) fn is_opening(prefix: &[u8]) -> bool {
    (prefix.len() <= 3 && prefix.iter().all(|b| b"[({<\"'#|*".contains(b))) || prefix == b" "
}

fn before(line: &[u8], start: usize) -> Vec<u8> {
    let prefix = &line[..start];
    if is_opening(prefix) {
        return prefix.to_vec();
    }
    let first = line[0];
    let kind = match first {
        b'0'..=b'9' => b'9',
        b' ' => b'a',
        c if c.is_ascii_alphabetic() => b'a',
        c => c,
    };
    vec![b'~', kind]
}

/// The items of a format without what varies from stamp to stamp: fraction, zone and padding.
pub(super) fn normal(format: &TimeFormat) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for item in &format.items {
        match item {
            Item::Fraction(_) | Item::Millis | Item::OptionalFraction(_) | Item::Offset | Item::ZoneName => {
                if let Some(Item::Lit(b'.' | b',' | b':' | b' ')) = out.last() {
                    out.pop();
                }
            }
            Item::Day(_) => out.push(Item::Day(Digits::Two)),
            Item::Month(_) => out.push(Item::Month(Digits::Two)),
            Item::Hour(_) => out.push(Item::Hour(Digits::Two)),
            Item::Hour12(_) => out.push(Item::Hour12(Digits::Two)),
            Item::Minute(_) => out.push(Item::Minute(Digits::Two)),
            Item::Second(_) => out.push(Item::Second(Digits::Two)),
            other => out.push(other.clone()),
        }
    }
    out
}

fn timed(lines: &[Vec<u8>], key: Key, members: &[(usize, usize, Found)], hints: &Hints) -> Group {
    let mut format = merged(members);
    without_column(&mut format, lines, members);
    let mut note = None;
    if let Some(open) = members[0].2.order {
        let stamps = members.iter().map(|(at, start, found)| &lines[*at][*start..*start + found.len]);
        let (settled, certainty) = order::settle(&format, open, &stamps, hints);
        format = settled;
        if certainty == Certainty::Assumed {
            let (at, start, found) = &members[0];
            let text = String::from_utf8_lossy(&lines[*at][*start..*start + found.len]).into_owned();
            note = Some(format!("the order of day and month in {text} is assumed to be {format}"));
        }
    }
    let mut rows: Vec<(usize, usize, usize)> = Vec::with_capacity(members.len());
    for (at, start, _) in members {
        if let Some((_, len)) = format.read(&lines[*at][*start..]) {
            rows.push((*at, *start, start + len));
        }
    }
    let starts_line = is_opening(&key.before);
    let with_level = rows.iter().filter(|(at, _, _)| next_level(&lines[*at], 0).is_some()).count();
    let has_level = with_level * 10 >= rows.len() * 8;
    Group { key, lines: rows, format: Some(format), starts_line, has_level, note, tail: None, is_part: false }
}

/// Takes from a stamp what is the next column of a log separated by commas, and no fraction: numbers of any length, or
/// ever the same few.
fn without_column(format: &mut TimeFormat, lines: &[Vec<u8>], members: &[(usize, usize, Found)]) {
    let fraction = |item: &Item| matches!(item, Item::Fraction(_) | Item::OptionalFraction(_) | Item::Millis);
    let Some(at) = format.items.iter().position(fraction) else { return };
    let separator = match (&format.items[at], at.checked_sub(1).map(|before| &format.items[before])) {
        (Item::OptionalFraction(separator), _) | (_, Some(Item::Lit(separator))) => *separator,
        _ => return,
    };
    if separator != b',' || at + 1 != format.items.len() || members.len() < 10 {
        return;
    }
    let without = if matches!(format.items[at], Item::OptionalFraction(_)) { at } else { at - 1 };
    let mut numbers: Vec<&[u8]> = Vec::with_capacity(members.len());
    for (line, start, found) in members {
        let (line, end) = (&lines[*line], start + found.len);
        match line.get(end..).unwrap_or_default() {
            [b',', ..] => {}
            // Two numbers of an address, or of a version.
            [b'.', next, ..] if next.is_ascii_digit() => {
                format.items.truncate(without);
                return;
            }
            _ => return,
        }
        let (before, _) = without_number(&line[..end]);
        numbers.push(&line[before.len()..end]);
    }
    let uneven = numbers.iter().any(|number| number.len() % 3 != 0);
    numbers.sort_unstable();
    numbers.dedup();
    if uneven && numbers.iter().any(|number| number.len() != numbers[0].len()) || numbers.len() * 5 <= members.len() {
        format.items.truncate(without);
    }
}

/// One format for stamps that differ in fraction, zone or padding only.
fn merged(members: &[(usize, usize, Found)]) -> TimeFormat {
    let mut counts: HashMap<&TimeFormat, (usize, usize)> = HashMap::new();
    for (at, (_, _, found)) in members.iter().enumerate() {
        counts.entry(&found.format).or_insert((0, at)).0 += 1;
    }
    let usual = counts.iter().max_by_key(|(format, (count, first))| (*count, format.items.len(), Reverse(*first)));
    let Some(most) = usual.map(|(format, _)| (*format).clone()) else {
        return TimeFormat { items: Vec::new() };
    };
    let mut format = most;
    let mut fractions: Vec<Option<u8>> = Vec::new();
    for other in counts.keys() {
        loosen(&mut format, other);
        fractions.push(other.items.iter().find_map(|i| match i {
            Item::Fraction(n) => Some(*n),
            Item::Millis => Some(0),
            _ => None,
        }));
    }
    fractions.dedup();
    // One digit is written as milliseconds are in a pattern; a fraction of any length reads it as what it is.
    let one_digit = fractions.first() == Some(&Some(1));
    if one_digit || fractions.iter().any(|f| *f != fractions[0]) {
        vary_fraction(&mut format, counts.keys().copied());
    }
    format
}

/// Makes numbers that are unpadded in `other` unpadded in `format`.
fn loosen(format: &mut TimeFormat, other: &TimeFormat) {
    let unpadded = |wanted: fn(&Item) -> bool| other.items.iter().any(wanted);
    for item in &mut format.items {
        let loose = match item {
            Item::Day(_) => unpadded(|i| matches!(i, Item::Day(Digits::OneOrTwo))),
            Item::Month(_) => unpadded(|i| matches!(i, Item::Month(Digits::OneOrTwo))),
            Item::Hour(_) => unpadded(|i| matches!(i, Item::Hour(Digits::OneOrTwo))),
            Item::Hour12(_) => unpadded(|i| matches!(i, Item::Hour12(Digits::OneOrTwo))),
            Item::Minute(_) => unpadded(|i| matches!(i, Item::Minute(Digits::OneOrTwo))),
            Item::Second(_) => unpadded(|i| matches!(i, Item::Second(Digits::OneOrTwo))),
            _ => false,
        };
        if loose {
            match item {
                Item::Day(d) | Item::Month(d) | Item::Hour(d) | Item::Hour12(d) | Item::Minute(d) | Item::Second(d) => {
                    *d = Digits::OneOrTwo;
                }
                _ => {}
            }
        }
    }
}

/// A fraction of varying length, or one that is left out when it is zero.
fn vary_fraction<'a>(format: &mut TimeFormat, mut others: impl Iterator<Item = &'a TimeFormat>) {
    let is_fraction = |i: &Item| matches!(i, Item::Fraction(_) | Item::Millis);
    let millis = others.any(|f| f.items.contains(&Item::Millis));
    if let Some(at) = format.items.iter().position(is_fraction) {
        if millis {
            format.items[at] = Item::Millis;
        } else if let Some(Item::Lit(sep)) = at.checked_sub(1).and_then(|i| format.items.get(i)).cloned() {
            format.items.splice(at - 1..=at, [Item::OptionalFraction(sep)]);
        }
        return;
    }
    if let Some(at) = format.items.iter().position(|i| matches!(i, Item::Second(_))) {
        format.items.insert(at + 1, Item::OptionalFraction(b'.'));
    }
}

/// Lines without any time, that have a level near their start.
fn levelled(lines: &[Vec<u8>], open: &[usize], refused: &[Key]) -> Option<Group> {
    let mut groups: HashMap<Key, Vec<usize>> = HashMap::new();
    let mut candidates = 0_usize;
    // A level that is filled up in front ends where the longest does that isn't.
    let opening = |at: &usize| next_level(&lines[*at], 0).filter(|(start, _)| *start == 0).map(|(_, len)| len);
    let widest = open.iter().filter_map(opening).max().unwrap_or(REACH);
    for at in open {
        let line = &lines[*at];
        if may_not_start(line) {
            continue;
        }
        candidates += 1;
        let Some((start, len)) = next_level(line, 0) else { continue };
        // Words further in are those of messages that stand below.
        if start + len > widest && start == line.iter().take_while(|b| **b == b' ').count() {
            continue;
        }
        let skipped = String::from_utf8_lossy(&line[..start]).split_whitespace().count().min(4) as u8;
        if start < 80 {
            groups
                .entry(Key { items: Vec::new(), before: vec![b'~', line_kind(line), skipped] })
                .or_default()
                .push(*at);
        }
    }
    let (key, members) = groups
        .into_iter()
        .filter(|(key, _)| !refused.contains(key))
        .max_by_key(|(_, members)| (members.len(), Reverse(members[0])))?;
    if members.len() < 2 || members.len() * 5 < candidates {
        return None;
    }
    let lines = members.into_iter().map(|at| (at, 0, 0)).collect();
    Some(Group {
        key,
        lines,
        format: None,
        starts_line: false,
        has_level: true,
        note: None,
        tail: None,
        is_part: false,
    })
}

fn line_kind(line: &[u8]) -> u8 {
    match line[0] {
        b'0'..=b'9' => b'9',
        c if c.is_ascii_alphabetic() || c == b' ' => b'a',
        c => c,
    }
}

/// The next level word of `line` at or behind `from`, and its length. Single letters count only between blanks or
/// separators, words only if they stand alone.
pub(super) fn next_level(line: &[u8], from: usize) -> Option<(usize, usize)> {
    let mut at = from;
    let reach = line.len().min(from + REACH);
    while at < reach {
        // logback's own status lines write `|-INFO in`.
        let dashed = at > 1 && line[at - 1] == b'-' && !line[at - 2].is_ascii_alphanumeric();
        let fresh = at == 0 || dashed || !(line[at - 1].is_ascii_alphanumeric() || b"._$-/\\'".contains(&line[at - 1]));
        let dotted = at > 1 && line[at - 1] == b'.' && line[at - 2].is_ascii_alphanumeric();
        if (fresh || dotted)
            && let Some((_, len)) = level::at_start(&line[at..])
            && (fresh || ends_name(line, at, len))
            && alone(line, at, len)
        {
            return Some((at, len));
        }
        at += 1;
    }
    None
}

/// Whether a level behind a dot is the last part of a name that a colon follows: `app.INFO: `, as Monolog writes it.
fn ends_name(line: &[u8], at: usize, len: usize) -> bool {
    len > 2 && line[at..at + len].iter().all(u8::is_ascii_uppercase) && line[at + len..].starts_with(b": ")
}

/// Whether a text ends in a word of a sentence and a blank: a word that begins with a capital and has none behind, or one of
/// two letters.
fn goes_on_a_sentence(text: &[u8]) -> bool {
    let text = text.trim_ascii_end();
    let start = text.iter().rposition(|b| *b == b' ').map_or(0, |blank| blank + 1);
    let word = &text[start..];
    let small = |letters: &[u8]| letters.iter().all(u8::is_ascii_lowercase);
    match word {
        [first, rest @ ..] if first.is_ascii_uppercase() => rest.len() > 1 && small(rest),
        word => word.len() == 2 && small(word),
    }
}

fn alone(line: &[u8], at: usize, len: usize) -> bool {
    let behind = line.get(at + len).copied();
    let before = at.checked_sub(1).map(|i| line[i]);
    // How whole a line is, as the runtimes of containers write it: `stdout F `.
    if len == 1 && (line[..at].ends_with(b"stdout ") || line[..at].ends_with(b"stderr ")) {
        return false;
    }
    if len == 1 {
        let edge = |b: Option<u8>| b.is_none_or(|b| b" |;\t[](){}<>\"=/:,".contains(&b));
        return edge(before) && edge(behind) && (behind.is_some() || at > 0);
    }
    // A word of a sentence is no level: `Error` counts only where it is set off or in capitals.
    let capitals = line[at..at + len].iter().all(u8::is_ascii_uppercase);
    // `INFO/Dispatcher(main): `, as Android writes it.
    let tagged = capitals && behind == Some(b'/') && before == Some(b' ');
    // `Stack trace: `, `Time of failure: `
    let small = line[at..at + len].iter().all(u8::is_ascii_lowercase);
    if small && before == Some(b' ') && behind == Some(b':') && goes_on_a_sentence(&line[..at]) {
        return false;
    }
    let ends = tagged || !matches!(behind, Some(b'.' | b'_' | b'$' | b'-' | b'=' | b'/' | b'\''));
    let set_off = matches!(before, None | Some(b'[' | b'(' | b'|' | b';' | b'\t' | b'<' | b'"' | b',' | b'='))
        || matches!(behind, None | Some(b']' | b')' | b'|' | b';' | b'\t' | b'>' | b'"'))
        || before == Some(b' ') && matches!(behind, Some(b' ' | b':'));
    ends && (capitals || set_off)
}
