//! Times and durations in words, always in the zone that the screen says.

use crate::model::Stamp;
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

/// Whether two instants fall on different days.
pub(in crate::tui) fn days_differ(a: i64, b: i64, zone_minutes: i32) -> bool {
    let day = |ns| local(ns, zone_minutes).ns.div_euclid(86_400_000_000_000);
    day(a) != day(b)
}

/// A stamp's time of day as its source wrote it.
pub(in crate::tui) fn as_written(stamp: &Stamp) -> String {
    let text = stamp.to_rfc3339();
    text.split_once('T').map_or(text.clone(), |(_, time)| time.to_owned())
}

/// The zone that times are shown in.
pub(in crate::tui) fn zone(minutes: i32) -> String {
    if minutes == 0 {
        return "UTC".to_owned();
    }
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("UTC{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

/// A duration in at most six signs: `88ms`, `2.1s`, `30.0s`, `12m`.
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
        assert_eq!([took(88_000_000), took(2_100_000_000), took(42)], ["88ms", "2.1s", "0us"]);
        assert_eq!([since(123_000_000), since(-3_723_000_000_000)], ["+0:00.123", "-1:02:03"]);
        assert_eq!([size(0), size(1536), size(3 << 20)], ["0 B", "1.5 kB", "3.0 MB"]);
        assert_eq!(clock(i64::MAX, i32::MAX).len(), 12);
    }
}
