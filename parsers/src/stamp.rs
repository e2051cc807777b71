//! A point in time exactly as a source states it: civil date and time, and the zone only where it was written.

/// Civil (Gregorian) date and time to the nanosecond, without a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Civil {
    /// Nanoseconds since 1970-01-01T00:00:00 *as if the civil time were UTC*; reaches to the year 2262.
    pub ns: i64,
}

/// What a source says about when something happened.
///
/// Nothing is added: a stamp without a zone has no `offset_s`, and it is for the time line to place it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Date and time as written. Where the source writes no date, the date is 1970-01-01 and `has_date` false.
    pub civil: Civil,
    /// Seconds east of UTC, where the stamp says so (`Z` is 0).
    pub offset_s: Option<i32>,
    /// Digits of the fraction that were written, 0 to 9: the precision the source has.
    pub digits: u8,
    /// Whether the source wrote a date and not only a time of day.
    pub has_date: bool,
}

const NS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

impl Civil {
    /// Civil time from its parts; `None` where there is no such date or time (a leap second counts as `:59`).
    #[must_use]
    pub fn new(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32, ns: u32) -> Option<Self> {
        if !(1..=12).contains(&month) || hour > 23 || minute > 59 || second > 60 || ns > 999_999_999 {
            return None;
        }
        if day == 0 || day > days_in_month(year, month) {
            return None;
        }
        let seconds = days_from_civil(year, month, day) * DAY
            + i64::from(hour) * 3600
            + i64::from(minute) * 60
            + i64::from(second.min(59));
        let ns = seconds.checked_mul(NS)?.checked_add(i64::from(ns))?;
        Some(Self { ns })
    }

    /// Year, month, day, hour, minute, second and nanosecond.
    #[must_use]
    pub fn parts(self) -> (i32, u32, u32, u32, u32, u32, u32) {
        let seconds = self.ns.div_euclid(NS);
        let ns = self.ns.rem_euclid(NS) as u32;
        let (year, month, day) = civil_from_days(seconds.div_euclid(DAY));
        let rest = seconds.rem_euclid(DAY) as u32;
        (year, month, day, rest / 3600, rest / 60 % 60, rest % 60, ns)
    }
}

impl Stamp {
    /// The instant in nanoseconds since the Unix epoch, where the stamp itself fixes it.
    #[must_use]
    pub fn utc_ns(&self) -> Option<i64> {
        let offset = i64::from(self.offset_s?);
        if self.has_date { self.civil.ns.checked_sub(offset * NS) } else { None }
    }

    /// The stamp with a date, where it has none of its own: `days` (nanoseconds, whole days) are added to what it says.
    #[must_use]
    pub fn on_day(self, days: i64) -> Self {
        if self.has_date {
            return self;
        }
        Self { civil: Civil { ns: self.civil.ns.saturating_add(days) }, has_date: true, ..self }
    }

    /// RFC 3339 with the precision the source has; without an offset where it has no zone.
    #[must_use]
    pub fn to_rfc3339(&self) -> String {
        let (year, month, day, hour, minute, second, ns) = self.civil.parts();
        let mut text = String::with_capacity(36);
        match u32::try_from(year) {
            Ok(year) if year <= 9999 => digits(&mut text, year, 4),
            _ => text.push_str(&format!("{year:04}")),
        }
        for (before, number) in [('-', month), ('-', day), ('T', hour), (':', minute), (':', second)] {
            text.push(before);
            digits(&mut text, number, 2);
        }
        if self.digits > 0 {
            text.push('.');
            let first = usize::from(self.digits.min(9));
            digits(&mut text, ns / 10u32.pow(9 - u32::from(self.digits.min(9))), first);
        }
        match self.offset_s {
            None => {}
            Some(0) => text.push('Z'),
            Some(offset) => {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.abs() / 60;
                text.push_str(&format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60));
            }
        }
        text
    }
}

/// Appends so many decimal digits of a number, those in front of it being zeros; a listing has millions of times.
fn digits(to: &mut String, number: u32, count: usize) {
    for place in (0..count).rev() {
        let digit = number / 10u32.pow(u32::try_from(place).unwrap_or(0)) % 10;
        to.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// Days in a month of the Gregorian calendar; 0 for a month that doesn't exist.
fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 => 29,
        2 => 28,
        _ => 0,
    }
}

// Howard Hinnant's algorithms, https://howardhinnant.github.io/date_algorithms.html#days_from_civil
fn days_from_civil(year: i32, month: u32, day: u32) -> i64 {
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = i64::from((month + 9) % 12);
    let doy = (153 * mp + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
}

fn civil_from_days(days: i64) -> (i32, u32, u32) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    ((yoe + era * 400 + i64::from(month <= 2)) as i32, month as u32, (doy - (153 * mp + 2) / 5 + 1) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_time_goes_there_and_back() {
        for ns in [0, -1, 951_782_400 * NS, 4_107_542_399 * NS + 123_456_789, -2_208_988_800 * NS] {
            let (y, mo, d, h, mi, s, n) = Civil { ns }.parts();
            assert_eq!(Civil::new(y, mo, d, h, mi, s, n), Some(Civil { ns }));
        }
        assert_eq!(Civil::new(2000, 2, 29, 0, 0, 0, 0).map(|c| c.ns), Some(951_782_400 * NS));
        assert_eq!(Civil::new(2023, 2, 29, 0, 0, 0, 0), None);
        assert_eq!(Civil::new(2023, 13, 1, 0, 0, 0, 0), None);
    }

    #[test]
    fn a_stamp_shows_only_what_was_written() {
        let civil = Civil::new(2026, 1, 13, 10, 15, 2, 480_000_000).expect("a date");
        let stamp = Stamp { civil, offset_s: None, digits: 3, has_date: true };
        assert_eq!(stamp.to_rfc3339(), "2026-01-13T10:15:02.480");
        assert_eq!(stamp.utc_ns(), None);
        let stamp = Stamp { offset_s: Some(-5400), ..stamp };
        assert_eq!(stamp.to_rfc3339(), "2026-01-13T10:15:02.480-01:30");
        assert_eq!(stamp.utc_ns(), Some(civil.ns + 5400 * NS));
    }
}
