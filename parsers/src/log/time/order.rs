//! Day first or month first: settled from all stamps of a file, not from one.

use super::scan::{Numbers, Open};
use super::{Digits, Item, TimeFormat};
use crate::Civil;
use crate::log::Hints;

/// What the stamps of a file say about the order of their numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// Only one order can be read in all stamps, or only one keeps them in sequence.
    Known,
    /// More than one order is possible; the usual one was taken.
    Assumed,
}

/// A last stamp so near the last write of the file, in nanoseconds, is that of its last record, in whatever zone.
const DAYS_APART: i64 = 36 * 3_600_000_000_000;

/// Logs that are looked at are hardly older.
const OLDEST_YEAR: i32 = 2008;

/// Two years, in nanoseconds: what a log is older by when a day is read as its year.
const YEARS: i64 = 2 * 365 * 86_400_000_000_000;

/// `format` with its date in the order that fits `stamps` best.
pub(crate) fn settle<'a>(
    format: &TimeFormat,
    open: Open,
    stamps: &(impl Iterator<Item = &'a [u8]> + Clone),
    hints: &Hints,
) -> (TimeFormat, Certainty) {
    let mut candidates: Vec<(TimeFormat, i128)> = orders(format, open)
        .into_iter()
        .filter_map(|candidate| spread(&candidate, stamps.clone()).map(|spread| (candidate, spread)))
        .collect();
    if candidates.is_empty() {
        return (format.clone(), Certainty::Assumed);
    }
    let last = |format: &TimeFormat| stamps.clone().filter_map(|s| Some(format.read(s)?.0.civil.ns)).last();
    let age = |format: &TimeFormat| {
        let written = hints.written?;
        Some(last(format).map_or(i64::MAX, |last| written.ns.saturating_sub(last)))
    };
    let first = |format: &TimeFormat| stamps.clone().find_map(|s| Some(format.read(s)?.0.civil.ns));
    let beside = |format: &TimeFormat| {
        let near = |ns: i64| hints.beside.is_some_and(|at| ns.saturating_sub(at.ns).abs() <= DAYS_APART);
        first(format).is_some_and(near) || last(format).is_some_and(near)
    };
    if candidates.iter().any(|(format, _)| beside(format)) {
        candidates.retain(|(format, _)| beside(format));
    }
    let fresh = |format: &TimeFormat| age(format).is_some_and(|age| (-DAYS_APART..=DAYS_APART).contains(&age));
    if candidates.iter().any(|(format, _)| fresh(format)) {
        candidates.retain(|(format, _)| fresh(format));
    }
    // The file's name states the day of its first record or, where it is rotated, of its last.
    let named = hints.day.and_then(|day| Civil::new(day.date.0, day.date.1, day.date.2, 12, 0, 0, 0));
    let on_the_day = |format: &TimeFormat| {
        let near = |ns: i64| named.is_some_and(|named| ns.saturating_sub(named.ns).abs() <= DAYS_APART);
        first(format).is_some_and(near) || last(format).is_some_and(near)
    };
    if candidates.iter().any(|(format, _)| on_the_day(format)) {
        candidates.retain(|(format, _)| on_the_day(format));
    }
    // Logs run forward and are dense: an order whose way through all stamps is much longer than another's isn't it.
    let best = candidates.iter().map(|(_, spread)| *spread).min().unwrap_or(0);
    candidates.retain(|(_, spread)| *spread / 4 <= best);
    // What would have been written after the last write isn't it either. This comes last: a file that was copied or
    // made up may carry any time of writing.
    if candidates.iter().any(|(format, _)| age(format).is_some_and(|age| age >= -DAYS_APART)) {
        candidates.retain(|(format, _)| age(format).is_some_and(|age| age >= -DAYS_APART));
    }
    // A log is looked at soon after it was written: a year in front that makes it years older than a year behind isn't
    // the usual one. The order stays assumed.
    let years_older = |a: &TimeFormat, b: &TimeFormat| {
        let (Some(a), Some(b)) = (age(a), age(b)) else {
            // Of what comes through a pipe nobody knows when it was written: only a year before any log of today is told.
            let year = |format: &TimeFormat| last(format).map_or(0, |ns| Civil { ns }.parts().0);
            return hints.written.is_none() && year(a) < OLDEST_YEAR && year(b) >= OLDEST_YEAR;
        };
        a.saturating_sub(b) > YEARS && b >= -DAYS_APART
    };
    if candidates.len() > 1
        && candidates[0].0.items.get(open.first) == Some(&Item::Year2)
        && years_older(&candidates[0].0, &candidates[1].0)
    {
        candidates.rotate_left(1);
    }
    let certainty = if candidates.len() == 1 { Certainty::Known } else { Certainty::Assumed };
    (candidates.remove(0).0, certainty)
}

/// The way through all stamps in nanoseconds, forth and back; `None` where a stamp isn't a time in this order.
fn spread<'a>(format: &TimeFormat, stamps: impl Iterator<Item = &'a [u8]>) -> Option<i128> {
    let mut before = None;
    let mut way = 0;
    let (mut read, mut failed) = (0_usize, 0_usize);
    for stamp in stamps {
        let Some((stamp, _)) = format.read(stamp) else {
            failed += 1;
            continue;
        };
        read += 1;
        let ns = i128::from(stamp.civil.ns);
        way += before.map_or(0, |b: i128| (ns - b).abs());
        before = Some(ns);
    }
    (failed == 0 && read > 0).then_some(way)
}

/// The formats with every order that is in use, the most usual first.
fn orders(format: &TimeFormat, open: Open) -> Vec<TimeFormat> {
    let digits = |at: usize| match format.items.get(at) {
        Some(Item::Day(d) | Item::Month(d)) => *d,
        _ => Digits::Two,
    };
    let (a, b, c) = (open.first, open.first + 2, open.first + 4);
    let with = |first: Item, second: Item, third: Option<Item>| {
        let mut items = format.items.clone();
        items[a] = first;
        items[b] = second;
        if let Some(third) = third {
            items[c] = third;
        }
        TimeFormat { items }
    };
    let (d1, d2) = (digits(a), digits(b));
    let day_first = with(Item::Day(d1), Item::Month(d2), None);
    let month_first = with(Item::Month(d1), Item::Day(d2), None);
    let sep = format.items.get(a + 1);
    let half_days = format.items.iter().any(|i| matches!(i, Item::Hour12(_)));
    match open.kind {
        Numbers::DayMonth if sep == Some(&Item::Lit(b'-')) || sep == Some(&Item::Lit(b'.')) => {
            // Programs that leave the year out and use a hyphen or a dot write the month first.
            vec![month_first, day_first]
        }
        Numbers::DayMonth | Numbers::DayMonthYear4 if half_days => vec![month_first, day_first],
        Numbers::DayMonth | Numbers::DayMonthYear4 => vec![day_first, month_first],
        Numbers::Three => {
            let year_first = with(Item::Year2, Item::Month(d2), Some(Item::Day(Digits::Two)));
            let unpadded = [d1, d2].contains(&Digits::OneOrTwo) || half_days || short_style(format);
            if unpadded && sep != Some(&Item::Lit(b'.')) {
                // Who pads nothing writes the short style of Java, in which no place has the year in front.
                vec![month_first, day_first]
            } else if sep == Some(&Item::Lit(b'.')) {
                vec![day_first, month_first, year_first]
            } else {
                // `%d{yy/MM/dd HH:mm:ss}` is what Hadoop and Spark ship with.
                vec![year_first, day_first, month_first]
            }
        }
    }
}

/// Whether the time of day is that of Java's short style: WebSphere's `9:30:00:123 CET`.
fn short_style(format: &TimeFormat) -> bool {
    let colon = |pair: &[Item]| matches!(pair, [Item::Lit(b':'), Item::Fraction(_) | Item::Millis]);
    let unpadded = |item: &Item| matches!(item, Item::Hour(Digits::OneOrTwo));
    format.items.iter().any(unpadded)
        || format.items.windows(2).any(colon) && matches!(format.items.last(), Some(Item::ZoneName))
}

#[cfg(test)]
mod tests {
    use super::super::scan::scan;
    use super::*;

    fn settled(stamps: &[&str]) -> (String, Certainty) {
        let found = scan(stamps[0].as_bytes()).expect("a stamp");
        let open = found.order.expect("open");
        let (format, certainty) = settle(&found.format, open, &stamps.iter().map(|s| s.as_bytes()), &Hints::default());
        (format.to_string(), certainty)
    }

    #[test]
    fn a_year_before_all_logs_is_a_day() {
        let order = |stamp| settled(&[stamp]).0;
        assert_eq!(order("01/02/26 10:15:07"), "dd/MM/yy HH:mm:ss");
        assert_eq!(order("17/06/09 10:15:07"), "yy/MM/dd HH:mm:ss");
        assert_eq!(order("26/01/12 10:15:07"), "yy/MM/dd HH:mm:ss");
    }

    #[test]
    fn what_lies_beside_the_log_is_better_evidence_than_the_last_write() {
        for (stamp, beside, order) in [
            ("03/04/26 10:00:00", (2026, 3, 4), "MM/dd/yy HH:mm:ss"),
            ("03/04/26 10:00:00", (2026, 4, 4), "dd/MM/yy HH:mm:ss"),
            ("12/05/2026 10:00:00", (2026, 12, 5), "MM/dd/yyyy HH:mm:ss"),
        ] {
            let found = scan(stamp.as_bytes()).expect("a stamp");
            let open = found.order.expect("open");
            let on = |(y, m, d)| Civil::new(y, m, d, 12, 0, 0, 0);
            let hints = Hints { written: on((2026, 5, 12)), beside: on(beside), day: None };
            let settled = settle(&found.format, open, &[stamp.as_bytes()].into_iter(), &hints);
            assert_eq!((settled.0.to_string().as_str(), settled.1), (order, Certainty::Known), "{stamp} {beside:?}");
        }
    }

    #[test]
    fn the_last_write_of_the_file_is_evidence() {
        let stamps = ["03/04/2026 10:00:00", "03/04/2026 10:00:05"];
        let found = scan(stamps[0].as_bytes()).expect("a stamp");
        let on = |month, day| {
            let written = Civil::new(2026, month, day, 9, 0, 0, 0);
            let stamps = stamps.iter().map(|s| s.as_bytes());
            let hints = Hints { written, ..Hints::default() };
            let (format, certainty) = settle(&found.format, found.order.expect("open"), &stamps, &hints);
            (format.to_string(), certainty)
        };
        assert_eq!(on(4, 3), ("dd/MM/yyyy HH:mm:ss".into(), Certainty::Known));
        assert_eq!(on(3, 4), ("MM/dd/yyyy HH:mm:ss".into(), Certainty::Known));
        assert_eq!(on(3, 20), ("MM/dd/yyyy HH:mm:ss".into(), Certainty::Known), "the other one is still to come");
        assert_eq!(on(12, 24), ("dd/MM/yyyy HH:mm:ss".into(), Certainty::Assumed));
    }

    #[test]
    fn a_time_of_writing_before_the_stamps_overrules_no_dense_order() {
        let stamps = ["14.09.30 23:36:36", "15.09.30 13:49:53", "16.09.30 14:57:37"];
        let found = scan(stamps[0].as_bytes()).expect("a stamp");
        let written = Civil::new(2026, 11, 25, 9, 0, 0, 0);
        let stamps = stamps.iter().map(|s| s.as_bytes());
        let hints = Hints { written, ..Hints::default() };
        let (format, certainty) = settle(&found.format, found.order.expect("open"), &stamps, &hints);
        assert_eq!((format.to_string().as_str(), certainty), ("dd.MM.yy HH:mm:ss", Certainty::Known));
    }

    /// A log of `stamp`s, last written to on a day, or named after one.
    fn known_from_outside(stamp: &str, written: Option<(i32, u32, u32)>, named: Option<(i32, u32, u32)>) -> String {
        let found = scan(stamp.as_bytes()).expect("a stamp");
        let hints = Hints {
            written: written.and_then(|(year, month, day)| Civil::new(year, month, day, 9, 0, 0, 0)),
            day: named.map(|date| crate::log::Day { date, told: false }),
            ..Hints::default()
        };
        let open = found.order.expect("open");
        settle(&found.format, open, &std::iter::once(stamp.as_bytes()), &hints).0.to_string()
    }

    #[test]
    fn a_websphere_log_has_no_year_in_front() {
        let year_later = Some((2026, 11, 28));
        for written in [None, year_later] {
            for (stamp, format) in [
                ("11/4/25 9:30:00:123 CET", "M/d/yy H:mm:ss:SSS z"),
                ("10/04/25 09:30:00:123 CET", "MM/dd/yy HH:mm:ss:SSS z"),
                ("12/4/25 10:30:00:123 CET", "MM/d/yy HH:mm:ss:SSS z"),
                ("25/11/25 10:30:00:123 CET", "dd/MM/yy HH:mm:ss:SSS z"),
            ] {
                let read = known_from_outside(stamp, written, None);
                assert_eq!(read.replace("MM/d/", "M/d/"), format.replace("MM/d/", "M/d/"), "{stamp}");
            }
        }
        assert_eq!(known_from_outside("11/4/25 9:30:00:123 CET", Some((2025, 4, 11)), None).get(..2), Some("dd"));
    }

    #[test]
    fn two_digits_each_are_what_the_outside_says() {
        let stamp = "11/04/25 09:30:00";
        assert_eq!(known_from_outside(stamp, None, None), "yy/MM/dd HH:mm:ss");
        assert_eq!(known_from_outside(stamp, None, Some((2025, 11, 4))), "MM/dd/yy HH:mm:ss");
        assert_eq!(known_from_outside(stamp, None, Some((2025, 4, 11))), "dd/MM/yy HH:mm:ss");
        assert_eq!(known_from_outside(stamp, None, Some((2011, 4, 25))), "yy/MM/dd HH:mm:ss");
        assert_eq!(known_from_outside(stamp, Some((2026, 11, 28)), None), "dd/MM/yy HH:mm:ss", "not of 2011");
        assert_eq!(known_from_outside("17/06/09 20:10:40", Some((2026, 11, 28)), None), "yy/MM/dd HH:mm:ss");
    }

    #[test]
    fn evidence_decides() {
        use Certainty::{Assumed, Known};
        assert_eq!(settled(&["13/04/2026 10:00:00"]), ("dd/MM/yyyy HH:mm:ss".into(), Known));
        assert_eq!(settled(&["04/13/2026 10:00:00"]), ("MM/dd/yyyy HH:mm:ss".into(), Known));
        assert_eq!(settled(&["03/04/2026 10:00:00"]), ("dd/MM/yyyy HH:mm:ss".into(), Assumed));
        assert_eq!(settled(&["3/4/2026 10:00:00 PM"]), ("M/d/yyyy hh:mm:ss a".into(), Assumed));
        // Midnight passed: the number that moved is the day.
        assert_eq!(
            settled(&["03/04/2026 23:59:59", "03/05/2026 00:00:01", "03/06/2026 00:00:01"]),
            ("MM/dd/yyyy HH:mm:ss".into(), Known)
        );
        assert_eq!(settled(&["7.9.26 20:10:40"]), ("d.M.yy HH:mm:ss".into(), Assumed));
        assert_eq!(settled(&["17/06/09 20:10:40", "17/06/09 20:10:41"]), ("yy/MM/dd HH:mm:ss".into(), Assumed));
        assert_eq!(settled(&["03-17 16:13:38.811"]), ("MM-dd HH:mm:ss.SSS".into(), Known));
        assert_eq!(settled(&["10.30 16:49:06"]), ("MM.dd HH:mm:ss".into(), Known));
    }
}
