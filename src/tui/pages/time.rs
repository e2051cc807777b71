//! Times and durations in words, always in the zone that the screen says.

use crate::report::times::Times;
pub(in crate::tui) use crate::report::times::of_day as as_written;
use mwscope_parsers::Civil;

/// A time of day to the millisecond.
pub(in crate::tui) fn clock(utc_ns: i64, zone_minutes: i32) -> String {
    let (_, _, _, hour, minute, second, ns) = local(utc_ns, zone_minutes).parts();
    format!("{hour:02}:{minute:02}:{second:02}.{:03}", ns / 1_000_000)
}

/// Date and time of day to the second.
pub(in crate::tui) fn date_clock(utc_ns: i64, zone_minutes: i32) -> String {
    let (year, month, day, hour, minute, second, _) = local(utc_ns, zone_minutes).parts();
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

/// Month and day, and the time of day to the millisecond.
pub(in crate::tui) fn day_clock(utc_ns: i64, zone_minutes: i32) -> String {
    let (_, month, day, ..) = local(utc_ns, zone_minutes).parts();
    format!("{month:02}-{day:02} {}", clock(utc_ns, zone_minutes))
}

/// Month and day, hour and minute.
pub(in crate::tui) fn day_minute(utc_ns: i64, zone_minutes: i32) -> String {
    let (_, month, day, hour, minute, ..) = local(utc_ns, zone_minutes).parts();
    format!("{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// Hour and minute.
pub(in crate::tui) fn minute(utc_ns: i64, zone_minutes: i32) -> String {
    let (_, _, _, hour, minute, ..) = local(utc_ns, zone_minutes).parts();
    format!("{hour:02}:{minute:02}")
}

/// A time among others, nearly all of which are near `among_ns`: what isn't of their day or year says so, in at most so
/// many cells, 12 or more.
pub(in crate::tui) fn among(utc_ns: i64, among_ns: i64, zone_minutes: i32, cells: u16) -> String {
    if years_differ(utc_ns, among_ns, zone_minutes) {
        let (year, month, day, hour, minute, ..) = local(utc_ns, zone_minutes).parts();
        let date = format!("{year:04}-{month:02}-{day:02}");
        return if cells < 16 { date } else { format!("{date} {hour:02}:{minute:02}") };
    }
    match days_differ(utc_ns, among_ns, zone_minutes) {
        _ if cells > 12 => day_clock(utc_ns, zone_minutes),
        true => day_minute(utc_ns, zone_minutes),
        false => clock(utc_ns, zone_minutes),
    }
}

/// Both ends of a range, and each of them in at most five cells.
pub(in crate::tui) fn range(from_ns: i64, to_ns: i64, zone_minutes: i32) -> [(String, String); 2] {
    [from_ns, to_ns].map(|ns| {
        let (year, month, day, ..) = local(ns, zone_minutes).parts();
        match (years_differ(from_ns, to_ns, zone_minutes), days_differ(from_ns, to_ns, zone_minutes)) {
            (true, _) => (format!("{year:04}-{month:02}-{day:02}"), format!("{year:04}")),
            (false, true) => (day_minute(ns, zone_minutes), format!("{month:02}-{day:02}")),
            (false, false) => (minute(ns, zone_minutes), minute(ns, zone_minutes)),
        }
    })
}

fn years_differ(a: i64, b: i64, zone_minutes: i32) -> bool {
    local(a, zone_minutes).parts().0 != local(b, zone_minutes).parts().0
}

/// Whether two instants fall on different days.
pub(in crate::tui) fn days_differ(a: i64, b: i64, zone_minutes: i32) -> bool {
    let day = |ns| local(ns, zone_minutes).ns.div_euclid(86_400_000_000_000);
    day(a) != day(b)
}

/// The zone that times are shown in.
pub(in crate::tui) fn zone(minutes: i32) -> String {
    Times::In(minutes).zone()
}

/// A duration in at most six signs: `88ms`, `2.1s`, `30.0s`, `12m`.
pub(in crate::tui) fn waited(ns: u64) -> String {
    let seconds = ns / 1_000_000_000;
    format!("{:02}:{:02}", seconds / 60, seconds % 60)
}

/// How long something took.
pub(in crate::tui) fn took(ns: u64) -> String {
    match ns {
        0..1_000_000 => format!("{}us", ns / 1_000),
        1_000_000..1_000_000_000 => format!("{}ms", ns / 1_000_000),
        1_000_000_000..100_000_000_000 => {
            let tenths = ns / 100_000_000;
            format!("{}.{}s", tenths / 10, tenths % 10)
        }
        100_000_000_000..6_000_000_000_000 => format!("{}s", ns / 1_000_000_000),
        _ => format!("{}m", ns / 60_000_000_000),
    }
}

/// The time since another, with a sign: `+0.123`, `+12.345`, `+1:02:03`.
pub(in crate::tui) fn since(ns: i64) -> String {
    let sign = if ns < 0 { '-' } else { '+' };
    let ms = ns.unsigned_abs() / 1_000_000;
    let (seconds, ms) = (ms / 1000, ms % 1000);
    match seconds {
        0..3600 => format!("{sign}{}:{:02}.{ms:03}", seconds / 60, seconds % 60),
        _ => format!("{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60),
    }
}

/// A size in bytes in a few signs.
pub(in crate::tui) fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{}.{} kB", bytes / 1024, bytes % 1024 * 10 / 1024),
        _ => format!("{}.{} MB", bytes / 1_048_576, bytes % 1_048_576 * 10 / 1_048_576),
    }
}

fn local(utc_ns: i64, zone_minutes: i32) -> Civil {
    Civil { ns: utc_ns.saturating_add(i64::from(zone_minutes).saturating_mul(60_000_000_000)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_and_say_their_zone() {
        assert_eq!(clock(37_318_402_000_000, 60), "11:21:58.402");
        assert_eq!(day_clock(-1, 0), "12-31 23:59:59.999");
        assert_eq!(zone(-90), "UTC-01:30");
        assert!(days_differ(0, -1, 0) && !days_differ(0, -1, 60));
        let day = 86_400_000_000_000;
        let near = [among(day, day + 5, 0, 12), among(day, 0, 0, 12), among(day, 0, 0, 18)];
        assert_eq!(near, ["00:00:00.000", "01-02 00:00", "01-02 00:00:00.000"]);
        assert_eq!([among(-1, 0, 0, 12), among(-1, 0, 0, 18)], ["1969-12-31", "1969-12-31 23:59"]);
        let ends = |from, to| range(from, to, 0).map(|(long, short)| format!("{long} {short}"));
        assert_eq!(ends(-1, day), ["1969-12-31 1969", "1970-01-02 1970"]);
        assert_eq!(ends(0, day), ["01-01 00:00 01-01", "01-02 00:00 01-02"]);
        assert_eq!(ends(0, 60_000_000_000), ["00:00 00:00", "00:01 00:01"]);
        assert_eq!([took(88_000_000), took(2_100_000_000), took(42)], ["88ms", "2.1s", "0us"]);
        assert_eq!([since(123_000_000), since(-3_723_000_000_000)], ["+0:00.123", "-1:02:03"]);
        assert_eq!([size(0), size(1536), size(3 << 20)], ["0 B", "1.5 kB", "3.0 MB"]);
        assert_eq!(clock(i64::MAX, i32::MAX).len(), 12);
    }
}
