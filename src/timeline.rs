//! One time line over everything that was read: clocks that place each source, the merged order of events, and the
//! joins between failing exchanges, log records and dumps.
//!
//! It states what belongs together and how sure that is. What it means is the business of `rules`.

pub mod clocks;
pub mod order;

mod assign;
mod correlate;
mod episode;
mod journal;
mod overlap;
mod scan;
mod words;

use mwscope_parsers::Civil;

pub(crate) use correlate::sounds_broken;
pub use correlate::{Join, Joined, JoinedDump, join};
pub use episode::{Episode, EpisodeKind};
pub use journal::Entry;

/// What the user asks for beyond the evidence.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Told clocks: what is added to that source's stamps to reach the reference's clock, in milliseconds. A source
    /// is named by its path or the end of it.
    pub clocks: Vec<(String, i64)>,
    /// The zone of stamps that carry none, where the user knows it.
    pub zone: Option<Zone>,
    /// Which failures are asked for.
    pub only: Only,
}

/// The zone of stamps that carry none.
#[derive(Clone, Debug)]
pub enum Zone {
    /// Minutes east of UTC.
    Fixed(i32),
    /// A zone with its history (`Europe/Stockholm`).
    Named(jiff::tz::TimeZone),
}

impl Zone {
    /// A zone from `Z`, `+01:00`, `+1`, `-0530` or a name of the time zone database; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.eq_ignore_ascii_case("z") || text.eq_ignore_ascii_case("utc") {
            return Some(Self::Fixed(0));
        }
        let Some(rest) = text.strip_prefix(['+', '-']) else {
            return jiff::tz::TimeZone::get(text).ok().map(Self::Named);
        };
        let digits: String = rest.chars().filter(char::is_ascii_digit).collect();
        if digits.len() != rest.chars().filter(|c| *c != ':').count() {
            return None;
        }
        let (hours, minutes) = match digits.len() {
            1 | 2 => (digits.parse::<i32>().ok()?, 0),
            4 => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
            _ => return None,
        };
        let total = hours * 60 + minutes;
        (minutes < 60 && total <= 14 * 60).then_some(Self::Fixed(if text.starts_with('-') { -total } else { total }))
    }

    /// Minutes east of UTC at that civil time.
    #[must_use]
    pub fn minutes_at(&self, civil: Civil) -> i32 {
        match self {
            Self::Fixed(minutes) => *minutes,
            Self::Named(zone) => {
                let (year, month, day, hour, minute, second, _) = civil.parts();
                let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
                let time = (i8::try_from(hour), i8::try_from(minute), i8::try_from(second));
                let ((Ok(year), Ok(month), Ok(day)), (Ok(hour), Ok(minute), Ok(second))) = (parts, time) else {
                    return 0;
                };
                jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0)
                    .ok()
                    .and_then(|at| zone.to_ambiguous_zoned_datetime(at).compatible().ok())
                    .map_or(0, |zoned| zoned.offset().seconds() / 60)
            }
        }
    }
}

/// Which failures are asked for; empty asks for all.
#[derive(Clone, Debug, Default)]
pub struct Only {
    /// The time around which it happened, as the user remembers it: the server's local time unless it has a zone.
    pub at: Option<AskedTime>,
    /// How far from it, in nanoseconds.
    pub within_ns: i64,
    /// The user's name, in any case, with or without domain.
    pub user: Option<String>,
    /// The program.
    pub program: Option<String>,
}

/// A time as people write it into a ticket; what they leave out is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedTime {
    /// Year, where given.
    pub year: Option<i32>,
    /// Month and day, where given.
    pub day: Option<(u32, u32)>,
    /// Nanoseconds after midnight.
    pub time_ns: i64,
    /// Seconds east of UTC, where given.
    pub offset_s: Option<i32>,
}

impl AskedTime {
    /// Reads `10:15`, `10:15:02.4`, `13.01. 10:15`, `13.01.2026 10:15`, `2026-01-13 10:15` and RFC 3339.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace(['T', 't', ','], " ");
        let (date, time) = match text.rsplit_once(' ') {
            Some((date, time)) => (date.trim(), time),
            None => ("", text.as_str()),
        };
        let (time, offset_s) = split_offset(time)?;
        let (year, day) = parse_day(date)?;
        Some(Self { year, day, time_ns: parse_time(time)?, offset_s })
    }

    /// How far `civil` lies from this time, in nanoseconds; parts that weren't given fit anything.
    #[must_use]
    pub fn distance_ns(&self, civil: Civil) -> i64 {
        const DAY: i64 = 86_400_000_000_000;
        let (year, ..) = civil.parts();
        if let (Some((m, d)), year) = (self.day, self.year.unwrap_or(year)) {
            return Civil::new(year, m, d, 0, 0, 0, 0)
                .map_or(i64::MAX, |midnight| (civil.ns - midnight.ns - self.time_ns).saturating_abs());
        }
        let within_day = (civil.ns - self.time_ns).rem_euclid(DAY);
        within_day.min(DAY - within_day)
    }
}

fn split_offset(time: &str) -> Option<(&str, Option<i32>)> {
    if let Some(time) = time.strip_suffix(['Z', 'z']) {
        return Some((time, Some(0)));
    }
    let Some(at) = time.find(['+', '-']) else { return Some((time, None)) };
    match Zone::parse(&time[at..])? {
        Zone::Fixed(minutes) => Some((&time[..at], Some(minutes * 60))),
        Zone::Named(_) => None,
    }
}

/// Year, month and day, as far as they are given.
type Day = (Option<i32>, Option<(u32, u32)>);

fn parse_day(date: &str) -> Option<Day> {
    if date.is_empty() {
        return Some((None, None));
    }
    let parts: Vec<&str> = date.split(['.', '-', '/']).map(str::trim).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [y, m, d] if y.len() == 4 => Some((Some(y.parse().ok()?), Some((m.parse().ok()?, d.parse().ok()?)))),
        [d, m, y] if y.len() == 4 => Some((Some(y.parse().ok()?), Some((m.parse().ok()?, d.parse().ok()?)))),
        [d, m] if date.contains('.') => Some((None, Some((m.parse().ok()?, d.parse().ok()?)))),
        [m, d] => Some((None, Some((m.parse().ok()?, d.parse().ok()?)))),
        _ => None,
    }
}

fn parse_time(time: &str) -> Option<i64> {
    let mut parts = time.split(':');
    let hour: i64 = parts.next()?.parse().ok()?;
    let minute: i64 = parts.next()?.parse().ok()?;
    let second: f64 = parts.next().map_or(Some(0.0), |s| s.parse().ok())?;
    let fits = hour < 24 && minute < 60 && (0.0..60.0).contains(&second) && hour >= 0 && minute >= 0;
    (fits && parts.next().is_none()).then_some((hour * 60 + minute) * 60_000_000_000 + (second * 1e9) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = |text| AskedTime::parse(text);
        let quarter_past = (10 * 60 + 15) * 60_000_000_000;
        assert_eq!(at("10:15"), Some(AskedTime { year: None, day: None, time_ns: quarter_past, offset_s: None }));
        assert_eq!(at("13.01. 10:15").and_then(|a| a.day), Some((1, 13)));
        assert_eq!(at("2026-01-13T10:15:00Z").map(|a| (a.year, a.offset_s)), Some((Some(2026), Some(0))));
        assert_eq!(at("13.01.2026 10:15").map(|a| (a.year, a.day)), Some((Some(2026), Some((1, 13)))));
        assert_eq!(at("25:15"), None);
        assert_eq!(at("yesterday"), None);
    }

    #[test]
    fn a_time_without_a_day_fits_any_day() {
        let civil = Civil::new(2026, 1, 13, 10, 16, 0, 0).expect("a date");
        assert_eq!(AskedTime::parse("10:15").map(|a| a.distance_ns(civil)), Some(60_000_000_000));
        assert_eq!(AskedTime::parse("12.01. 10:16").map(|a| a.distance_ns(civil)), Some(86_400_000_000_000));
    }

    #[test]
    fn zones_are_numbers_or_names() {
        let civil = Civil::new(2026, 7, 13, 10, 16, 0, 0).expect("a date");
        for (text, minutes) in [("+01:00", 60), ("-0530", -330), ("Z", 0), ("+2", 120)] {
            assert_eq!(Zone::parse(text).map(|z| z.minutes_at(civil)), Some(minutes), "{text}");
        }
        assert!(Zone::parse("+99").is_none());
        assert!(Zone::parse("nowhere").is_none());
    }
}
