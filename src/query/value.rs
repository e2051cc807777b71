//! The right side of a term: tests on text, numbers, times and levels, and how they are written.

use std::ops::Range;

use mwscope_parsers::Civil;
use mwscope_parsers::log::Severity;
use regex::{Regex, RegexBuilder};

use super::error::QueryError;

/// How a value stands to the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cmp {
    /// `:` alone: part of it, or all of it, as the field has it.
    Is,
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// A range of values, both ends included; `None` is open.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Between {
    pub(super) low: Option<f64>,
    pub(super) high: Option<f64>,
    /// Whether the ends themselves are out.
    pub(super) strict: bool,
}

impl Between {
    pub(super) fn has(&self, n: f64) -> bool {
        let above = self.low.is_none_or(|low| if self.strict { n > low } else { n >= low });
        let below = self.high.is_none_or(|high| if self.strict { n < high } else { n <= high });
        above && below
    }

    /// The values that stand in relation `cmp` to one that reaches from `low` to `high`.
    pub(super) fn of(cmp: Cmp, low: f64, high: f64) -> Self {
        let (low, high, strict) = match cmp {
            Cmp::Is | Cmp::Equal | Cmp::NotEqual => (Some(low), Some(high), false),
            Cmp::Less => (None, Some(low), true),
            Cmp::LessEqual => (None, Some(high), false),
            Cmp::Greater => (Some(high), None, true),
            Cmp::GreaterEqual => (Some(low), None, false),
        };
        Self { low, high, strict }
    }
}

/// How a plain value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    Part,
    Whole,
}

/// A test for text: case is ignored, `*` is any text.
pub(super) fn text_test(value: &str, reach: Reach) -> Result<Regex, String> {
    let parts: Vec<String> = value.split('*').map(regex::escape).collect();
    let pattern = parts.join(".*");
    let pattern = if reach == Reach::Whole { format!("^(?:{pattern})$") } else { pattern };
    build(&pattern)
}

/// A test by regular expression; case is ignored unless `(?-i)` brings it back.
pub(super) fn regex_test(pattern: &str, at: Range<usize>) -> Result<Regex, QueryError> {
    build(pattern).map_err(|why| {
        QueryError::new(
            at,
            format!("this is no regular expression: {why}"),
            "put \\ before signs that are meant as such",
        )
    })
}

fn build(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).case_insensitive(true).dot_matches_new_line(true).size_limit(1 << 20).build().map_err(
        |error| {
            // The library draws a picture over several lines; its last line is the reason.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or("not understood");
            last.trim().trim_start_matches("error: ").to_owned()
        },
    )
}

/// A number, or a range of hundred written `5xx`.
pub(super) fn number(text: &str) -> Option<(f64, f64)> {
    if let Some(digit) = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX")) {
        let base = digit.parse::<u8>().ok().filter(|d| *d < 10)?;
        return Some((f64::from(base) * 100.0, f64::from(base) * 100.0 + 99.0));
    }
    let n: f64 = text.parse().ok()?;
    n.is_finite().then_some((n, n))
}

/// A size in bytes: `300`, `5k`, `1.5M`.
pub(super) fn size(text: &str) -> Option<(f64, f64)> {
    let lower = text.to_ascii_lowercase();
    let lower = lower.strip_suffix('b').unwrap_or(&lower);
    let (digits, unit) = match lower.strip_suffix(['k', 'm', 'g']) {
        Some(digits) if lower.ends_with('k') => (digits, 1024.0),
        Some(digits) if lower.ends_with('m') => (digits, 1024.0 * 1024.0),
        Some(digits) => (digits, 1024.0 * 1024.0 * 1024.0),
        None => (lower, 1.0),
    };
    let (n, _) = number(digits)?;
    Some((n * unit, n * unit))
}

/// A duration in nanoseconds: `200ms`, `2s`, `5m`, `1h`; seconds without a unit.
pub(super) fn duration(text: &str) -> Option<(f64, f64)> {
    let lower = text.to_ascii_lowercase();
    let units = [("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9)];
    for (unit, ns) in units {
        let digits = lower.strip_suffix(unit).filter(|d| d.ends_with(|c: char| c.is_ascii_digit()));
        if let Some(digits) = digits {
            let (n, _) = number(digits)?;
            return Some((n * ns, n * ns));
        }
    }
    let (n, _) = number(&lower)?;
    Some((n * 1e9, n * 1e9))
}

/// A point in time as asked for: it reaches as far as its precision.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum When {
    /// Nanoseconds of the day, in the zone in which times are shown.
    OfDay(f64, f64),
    /// Nanoseconds since the epoch as if the zone in which times are shown were UTC.
    Civil(f64, f64),
    /// Nanoseconds since the epoch.
    Utc(f64, f64),
    /// Nanoseconds before the newest event.
    BeforeEnd(f64),
}

/// Between the end of one span of time and the start of the next; a date's nanoseconds have no finer steps here.
const TICK: f64 = 1000.0;

/// A time: `10:41`, `10:41:58.402`, `2026-01-13`, `2026-01-13T10:41`, with `Z` or `+01:00`, or `-5m`.
pub(super) fn when(text: &str) -> Option<When> {
    if let Some(ago) = text.strip_prefix('-') {
        return duration(ago).map(|(ns, _)| ns).filter(|ns| *ns >= 0.0).map(When::BeforeEnd);
    }
    if text.get(4..5) != Some("-") {
        return clock(text).map(|(low, width)| When::OfDay(low, low + width - 1.0));
    }
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let mut parts = day.splitn(3, '-');
    let (year, month, day) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let start = Civil::new(year, month, day, 0, 0, 0, 0)?.ns as f64;
    let Some(rest) = rest.strip_prefix(['T', 't', '_']) else {
        return rest.is_empty().then_some(When::Civil(start, start + 86_400e9 - TICK));
    };
    let (rest, offset) = zone(rest)?;
    let (low, width) = clock(rest)?;
    let low = start + low;
    Some(match offset {
        None => When::Civil(low, low + width - TICK),
        Some(seconds) => When::Utc(low - seconds * 1e9, low - seconds * 1e9 + width - TICK),
    })
}

/// Splits a zone off the end of a time; the offset is in seconds east of UTC.
fn zone(text: &str) -> Option<(&str, Option<f64>)> {
    if let Some(rest) = text.strip_suffix(['Z', 'z']) {
        return Some((rest, Some(0.0)));
    }
    let Some(at) = text.rfind(['+', '-']) else { return Some((text, None)) };
    let sign = if text.as_bytes().get(at) == Some(&b'-') { -1.0 } else { 1.0 };
    let (ns, _) = clock(text.get(at + 1..)?)?;
    Some((text.get(..at)?, Some(sign * ns / 1e9)))
}

/// A time of day in nanoseconds, and how far its last digit reaches.
fn clock(text: &str) -> Option<(f64, f64)> {
    let mut parts = text.split(':');
    let hour: u32 = parts.next()?.parse().ok().filter(|h| *h < 24)?;
    let minute: u32 = parts.next()?.parse().ok().filter(|m| *m < 60)?;
    let base = f64::from(hour * 3600 + minute * 60) * 1e9;
    let Some(second) = parts.next() else { return Some((base, 60e9)) };
    if parts.next().is_some() || second.starts_with(['+', '-']) {
        return None;
    }
    let second = second.replace(',', ".");
    let n: f64 = second.parse().ok().filter(|n| (0.0..61.0).contains(n))?;
    let digits = second.split_once('.').map_or(0, |(_, fraction)| fraction.len().min(9));
    Some((base + n * 1e9, 10_f64.powi(9 - i32::try_from(digits).unwrap_or(9))))
}

/// A level by any of its words.
pub(super) fn level(text: &str) -> Option<Severity> {
    Some(match text.to_ascii_lowercase().as_str() {
        "trace" | "finest" | "finer" | "all" => Severity::Trace,
        "debug" | "fine" => Severity::Debug,
        "info" | "config" => Severity::Info,
        "note" | "notice" => Severity::Note,
        "warn" | "warning" | "w" => Severity::Warn,
        "error" | "severe" | "err" | "e" => Severity::Error,
        "fatal" | "critical" | "crit" | "emerg" => Severity::Fatal,
        _ => return None,
    })
}

/// A stamp's instant as seen in the zone `zone_minutes`, for comparing with times of day.
pub(super) fn of_day(utc_ns: i64, zone_minutes: i32) -> f64 {
    let local = utc_ns.saturating_add(i64::from(zone_minutes).saturating_mul(60_000_000_000));
    local.rem_euclid(86_400_000_000_000) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_with_their_units() {
        assert_eq!(number("5xx"), Some((500.0, 599.0)));
        assert_eq!(number("x"), None);
        assert_eq!(size("1.5k"), Some((1536.0, 1536.0)));
        assert_eq!(size("2MB"), Some((2_097_152.0, 2_097_152.0)));
        assert_eq!(duration("200ms"), Some((2e8, 2e8)));
        assert_eq!(duration("5m"), Some((3e11, 3e11)));
        assert_eq!(duration("2"), Some((2e9, 2e9)));
        assert_eq!(duration("s"), None);
    }

    #[test]
    fn times_reach_as_far_as_their_precision() {
        assert_eq!(when("10:41"), Some(When::OfDay(38_460e9, 38_520e9 - 1.0)));
        assert_eq!(when("00:00:01.5"), Some(When::OfDay(1.5e9, 1.6e9 - 1.0)));
        assert_eq!(when("1970-01-02"), Some(When::Civil(86_400e9, 172_800e9 - TICK)));
        assert_eq!(when("1970-01-01T01:00+01:00"), Some(When::Utc(0.0, 60e9 - TICK)));
        assert_eq!(when("1970-01-01T00:00:00Z"), Some(When::Utc(0.0, 1e9 - TICK)));
        assert_eq!(when("-5m"), Some(When::BeforeEnd(3e11)));
        for wrong in ["25:00", "10", "10:41:99", "2026-13-01", "2026-01-01X", "--5m", "10:41:-1", "ä:ö"] {
            assert_eq!(when(wrong), None, "{wrong}");
        }
    }
}
