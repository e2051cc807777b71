//! Records that open as most of a log do and then go on otherwise: with a level that only this program has, or with none;
//! and those that open with blanks.
//!
//! What tells them from lines of a message that begin with a time is that theirs lies between those of the records around
//! them.

use super::super::layout::{AnyLevel, Caught, Field, Layout, Pad, Part};
use super::super::level::Level;
use super::group::Group;
use std::collections::HashSet;

/// Of a hundred times so many are in order.
const NEEDED: usize = 97;
/// Letters that a level has at least, and how many of a program's own it has at most.
const LETTERS: usize = 3;
const OWN_LEVELS: usize = 4;
/// Lines that may be the last ones of what a record says.
const MOST_AT_AN_END: usize = 3;
/// Lines that show a level of a program's own.
const FEWEST: usize = 2;

/// Whether the times of the lines `own` lie between those of the records around them. `main` are the lines that open as
/// most records do, of which those that aren't `open` any more were found to be records.
pub(super) fn in_order(lines: &[Vec<u8>], main: &Group, open: &[usize], own: &[usize]) -> bool {
    let Some(format) = &main.format else { return false };
    let (mut before, mut heads, mut backwards) = (i64::MIN, 0, 0);
    let (mut waiting, mut ordered): (Vec<i64>, usize) = (Vec::new(), 0);
    let (mut years, mut latest) = (0, i64::MIN);
    for (at, start, _) in &main.lines {
        let Some((stamp, _)) = format.read(&lines[*at][*start..]) else { continue };
        // Where no year is written, January is behind December.
        if !format.has_date() && format.has_month() && stamp.civil.ns.saturating_add(years + HALF_A_YEAR_NS) < latest {
            years += 2 * HALF_A_YEAR_NS;
        }
        let now = stamp.civil.ns.saturating_add(years);
        latest = latest.max(now);
        if own.binary_search(at).is_ok() {
            if now >= before {
                waiting.push(now);
            }
        } else if open.binary_search(at).is_err() {
            heads += 1;
            backwards += usize::from(now < before);
            before = now;
            ordered += waiting.drain(..).filter(|time| *time <= now).count();
        }
    }
    ordered += waiting.len();
    heads > 1 && backwards * 100 <= heads * (100 - NEEDED) && ordered * 100 >= own.len() * NEEDED
}

/// Whether the times of the lines `own`, which open with another notation of the time than `main`, are of other days than
/// those of the records around them: rows of a table that a record tells, and no records of another program. Clocks and
/// zones may differ by some hours.
pub(super) fn are_of_other_days(lines: &[Vec<u8>], main: &Group, open: &[usize], group: &Group, own: &[usize]) -> bool {
    let (Some(format), Some(of_own)) = (&main.format, &group.format) else { return false };
    if !format.has_date() || !of_own.has_date() {
        return false;
    }
    let heads = main.lines.iter().filter(|(at, ..)| open.binary_search(at).is_err());
    let heads: Vec<(usize, i64)> =
        heads.filter_map(|(at, start, _)| Some((*at, format.read(&lines[*at][*start..])?.0.civil.ns))).collect();
    let own = group.lines.iter().filter(|(at, ..)| own.binary_search(at).is_ok());
    let (mut far, mut all) = (0, 0);
    for (at, start, _) in own {
        let Some((stamp, _)) = of_own.read(&lines[*at][*start..]) else { continue };
        let behind = heads.partition_point(|(head, _)| head < at);
        let around = &heads[behind.saturating_sub(1)..heads.len().min(behind + 1)];
        all += 1;
        far += usize::from(around.iter().all(|(_, time)| time.abs_diff(stamp.civil.ns) > NEAR_NS));
    }
    all > 0 && !heads.is_empty() && far * 2 > all
}

/// Whether nearly all of the lines `own` stand between records that are of one day: a table in what the first of them says.
/// The records of another program may be of other days, but then they stand before or behind those of this one.
pub(super) fn are_between_records(lines: &[Vec<u8>], main: &Group, open: &[usize], own: &[usize]) -> bool {
    let Some(format) = &main.format else { return false };
    let heads = main.lines.iter().filter(|(at, ..)| open.binary_search(at).is_err());
    let heads: Vec<(usize, i64)> =
        heads.filter_map(|(at, start, _)| Some((*at, format.read(&lines[*at][*start..])?.0.civil.ns))).collect();
    let between = |at: &&usize| {
        let behind = heads.partition_point(|(head, _)| head < *at);
        let around = (behind.checked_sub(1).and_then(|before| heads.get(before)), heads.get(behind));
        matches!(around, (Some((_, before)), Some((_, after))) if before.abs_diff(*after) < NEAR_NS)
    };
    own.iter().filter(between).count() * 100 >= own.len() * BETWEEN
}

/// Of a hundred rows so many stand between records; the last record of a log may have some, too.
const BETWEEN: usize = 80;

/// No log is silent for so long, or goes back so far.
const HALF_A_YEAR_NS: i64 = 365 * 12 * 3600 * 1_000_000_000;
/// Clocks of one log differ by their zones at most.
const NEAR_NS: u64 = 26 * 3600 * 1_000_000_000;

/// Whether the lines `own`, none of which opens with its time, stand in what records say: with lines of no record's head
/// before and behind them, as a date in a dump or a table does. Those that aren't `open` any more were found to be heads.
pub(super) fn stand_in_records(lines: &[Vec<u8>], open: &[usize], own: &[usize]) -> bool {
    let goes_on = |at: usize| lines.get(at).is_some_and(|line| line.is_empty() || open.binary_search(&at).is_ok());
    // A few may as well be the last lines of what a record says.
    let few = own.len() <= MOST_AT_AN_END;
    let inside = |run: &&[usize]| match **run {
        [first, ..] => first > 0 && goes_on(first - 1) && (few || goes_on(first + run.len())),
        [] => false,
    };
    let runs = own.chunk_by(|one, next| one + 1 == *next);
    runs.filter(inside).map(<[usize]>::len).sum::<usize>() * 100 >= own.len() * NEEDED
}

/// Whether some of the lines that are still `open` are written as `layout` says, but for words in capitals where it has
/// the level: a few different ones, of which some come back.
pub(super) fn have_own_levels(lines: &[Vec<u8>], open: &[usize], layout: &Layout) -> bool {
    let Some(place) = layout.head.iter().position(|part| matches!(part, Part::Field(Field::Level, _))) else {
        return false;
    };
    if layout.lines() > 1 || !matches!(layout.head.first(), Some(Part::Time(_) | Part::Text(_))) {
        return false;
    }
    let any = Layout { any_level: AnyLevel::Words, ..layout.clone() };
    let mut caught = Caught::new();
    let mut found: HashSet<&[u8]> = HashSet::new();
    let mut count = 0;
    for line in open.iter().map(|at| &lines[*at]) {
        if any.matches(line, &mut caught) && caught.level == Some(Level::OTHER) {
            let (start, end) = caught.parts[place];
            let word = &line[start as usize..end as usize];
            if word.len() < LETTERS || !word.iter().all(u8::is_ascii_uppercase) {
                return false;
            }
            count += 1;
            found.insert(word);
        }
    }
    count >= FEWEST && found.len() <= OWN_LEVELS && found.len() < count
}

/// How wide the first column is, where lines that are still `open` are written as `layout` says but for blanks with which
/// that column is filled up in front: no line that begins with blanks was taken for the start of a record before.
pub(super) fn filled_in_front(lines: &[Vec<u8>], open: &[usize], layout: &Layout) -> Option<u16> {
    if layout.lines() > 1 || !matches!(layout.head.first(), Some(Part::Field(_, Pad::None))) {
        return None;
    }
    let mut caught = Caught::new();
    let mut widths: Vec<usize> = Vec::new();
    for line in open.iter().map(|at| &lines[*at]).filter(|line| line.starts_with(b" ")) {
        let bare = line.trim_ascii_start();
        if layout.matches(bare, &mut caught) {
            widths.push(line.len() - bare.len() + caught.parts[0].1 as usize);
        }
    }
    let width = *widths.first()?;
    let same = widths.iter().filter(|other| **other == width).count();
    (widths.len() >= FEWEST && same * 100 >= widths.len() * NEEDED).then_some(u16::try_from(width).ok()?)
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    /// Synthetic: eighty records, each tenth of which is what `odd` says behind its time; every ninth goes on below.
    fn log(odd: &str, below: impl Fn(usize) -> String) -> String {
        let line = |n: usize| {
            let time = format!("2026-01-13 10:{:02}:{:02},480", 15 + n / 60, n % 60);
            let own =
                if n % 10 == 3 { odd.to_owned() } else { format!("{} [main] a.B - x{n}", ["INFO", "WARN"][n % 2]) };
            format!("{time} {own}\n") + &if n.is_multiple_of(9) { below(n) } else { String::new() }
        };
        (0..80).map(line).collect()
    }

    #[test]
    fn dates_within_what_a_record_says_open_none() {
        let record = |n: usize| format!("2026-01-13 10:15:{:02},480 INFO  [main] a.B - x{n}\n", n % 60);
        let dump = "Program: CRS008\nRecord changed: 2019-04-26 23:33:11\nCompiled: 2019-04-11 18:38:11\nUser: JDOE\n";
        let text: String = (0..8).map(|n| record(n) + if n == 3 { dump } else { "" }).collect();
        let (layouts, records) = shown(&text);
        assert_eq!((layouts.len(), records.len()), (1, 8), "{layouts:?}");
        // A date alone on its line, too, though records begin with such a one.
        let (layouts, records) = shown(&text.replace("Compiled: ", ""));
        assert_eq!((layouts.len(), records.len()), (1, 8), "{layouts:?}");
        // Or as the last lines.
        let (layouts, records) = shown(&text.replace("User: JDOE\n", ""));
        assert_eq!((layouts.len(), records.len()), (1, 8), "{layouts:?}");
        // Or alone, of days far from those of the records.
        let alone = text.replace("Program: CRS008\n", "").replace("User: JDOE\n", "");
        let (layouts, records) = shown(&alone);
        assert_eq!((layouts.len(), records.len()), (1, 8), "{layouts:?}");
        // Records of another kind stand among the others.
        let (layouts, records) = shown(&alone.replace("2019-04-11", "2026-01-13").replace("2019-04-26", "2026-01-13"));
        assert_eq!((layouts.len(), records.len()), (2, 10), "{layouts:?}");
    }

    #[test]
    fn a_level_that_only_this_program_has_opens_records() {
        let (layouts, records) = shown(&log("MOVEX [main] a.B - up", |_| String::new()));
        assert_eq!(
            (layouts.as_slice(), records.len()),
            (&["%d{yyyy-MM-dd HH:mm:ss,SSS} %p [%t] %c - %m%n".to_owned()][..], 80)
        );
        assert_eq!(records[3], "2026-01-13T10:15:03.480|MOVEX|main|a.B||up");
    }

    #[test]
    fn records_without_a_level_are_records_where_their_times_are_in_order() {
        for odd in ["Server started", "[main] a.B - up", "up"] {
            let (layouts, records) = shown(&log(odd, |_| String::new()));
            assert_eq!(records.len(), 80, "{layouts:?}");
            assert!(records[3].starts_with("2026-01-13T10:15:03.480|-|"), "{records:?}");
        }
    }

    #[test]
    fn lines_of_a_message_that_begin_with_earlier_times_open_none() {
        let (layouts, records) =
            shown(&log("ERROR [main] a.B - up", |n| format!("2026-01-13 09:10:{:02},111 child {n} said\n", n % 60)));
        assert_eq!(records.len(), 80, "{layouts:?}");
    }
}
