//! Times of recordings: ISO 8601 with any precision and offset, as producers write it, and numbers since the epoch.

use mwscope_parsers::{Civil, Stamp};
use serde_json::Value;

/// The stamp, exactly as precise as it was written; `None` where it is no time.
pub(super) fn of_json(value: &Value) -> Option<Stamp> {
    match value {
        Value::String(text) => iso(text.trim()),
        Value::Number(number) => epoch_ms(number.as_f64()?),
        _ => None,
    }
}

/// ISO 8601, the offset optional.
pub(super) fn iso(text: &str) -> Option<Stamp> {
    let (date, rest) = (text.get(..10)?, text.get(11..)?);
    if !matches!(text.as_bytes()[10], b'T' | b't' | b' ') {
        return None;
    }
    let mut date = date.split('-');
    let (year, month, day) = (number(date.next()?, 4)?, number(date.next()?, 2)?, number(date.next()?, 2)?);
    let end = rest.find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ',')).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(end);
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let mut time = time.split(':');
    let (hour, minute) = (number(time.next()?, 2)?, number(time.next()?, 2)?);
    let second = time.next().map_or(Some(0), |second| number(second, 2))?;
    if time.next().is_some() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let fraction = &fraction[..fraction.len().min(9)];
    let ns = format!("{fraction:0<9}").parse().ok()?;
    let civil = Civil::new(i32::try_from(year).ok()?, month, day, hour, minute, second, ns)?;
    let digits = u8::try_from(fraction.len()).ok()?;
    Some(Stamp { civil, offset_s: offset(zone.trim())?, digits, has_date: true })
}

/// `Z`, `+01:00`, `+0100`, `+01` or nothing.
#[allow(clippy::option_option, reason = "no zone and no readable zone are two things")]
fn offset(zone: &str) -> Option<Option<i32>> {
    if zone.is_empty() {
        return Some(None);
    }
    if zone.eq_ignore_ascii_case("z") {
        return Some(Some(0));
    }
    let sign = match zone.chars().next()? {
        '+' => 1,
        '-' | '\u{2212}' => -1,
        _ => return None,
    };
    let digits: String = zone.chars().skip(1).filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        2 => (number(&digits, 2)?, 0),
        4 => (number(&digits[..2], 2)?, number(&digits[2..], 2)?),
        _ => return None,
    };
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok().filter(|_| hours < 24 && minutes < 60)?;
    Some(Some(sign * seconds))
}

fn number(text: &str, len: usize) -> Option<u32> {
    let digits = text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn epoch_ms(ms: f64) -> Option<Stamp> {
    // Up to the year 2262; a float holds microseconds exactly enough there.
    if !(0.0..9.2e15 / 1000.0).contains(&ms) {
        return None;
    }
    let us = (ms * 1000.0).round() as i64;
    let digits = if us % 1000 == 0 { 3 } else { 6 };
    Some(Stamp { civil: Civil { ns: us.checked_mul(1000)? }, offset_s: Some(0), digits, has_date: true })
}

/// Seconds since the epoch, to the microsecond: a float holds no more.
pub(super) fn epoch_s(seconds: f64) -> Option<Stamp> {
    epoch_ms(seconds * 1000.0).map(|stamp| Stamp { digits: 6, ..stamp })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_precision_and_offset() {
        let text = |text: &str| iso(text).map(|stamp| stamp.to_rfc3339()).unwrap_or_default();
        assert_eq!(text("2023-03-29T17:37:42.482-07:00"), "2023-03-29T17:37:42.482-07:00");
        assert_eq!(text("2023-09-10T04:38:02.923315+00:00"), "2023-09-10T04:38:02.923315Z");
        assert_eq!(text("2025-01-02 03:04:05,1234567891+0530"), "2025-01-02T03:04:05.123456789+05:30");
        assert_eq!(text("2025-01-02T03:04Z"), "2025-01-02T03:04:00Z");
        assert_eq!(text("2025-01-02T03:04:05"), "2025-01-02T03:04:05");
        for bad in [
            "",
            "2025",
            "2025-13-02T03:04:05Z",
            "2025-01-02X03:04:05Z",
            "2025-01-02T03:04:05 CET",
            "2025-01-02T3:4:5Z",
            "é025-01-02T03:04:05Z",
        ] {
            assert_eq!(text(bad), "", "{bad}");
        }
        assert_eq!(
            epoch_ms(1_327_328_450_551.0).map(|stamp| stamp.to_rfc3339()).as_deref(),
            Some("2012-01-23T14:20:50.551Z")
        );
        assert_eq!(epoch_ms(f64::NAN), None);
    }
}
