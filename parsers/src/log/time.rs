//! Time stamps: a format that reads one and prints itself as a Java date pattern.
//!
//! Knows nothing of lines, levels or layouts. [`scan`] finds out which format stands at a place, [`pattern`] reads
//! formats that people write down.

pub(crate) mod clock;
pub(crate) mod names;
pub(crate) mod order;
pub(crate) mod pattern;
pub(crate) mod scan;
mod zones;

use crate::{Civil, Stamp};
use std::fmt;

/// The region that a time as it is written names as its zone (`Europe/Stockholm`), where no offset stands beside it.
#[must_use]
pub fn region(at_text: &str) -> Option<&str> {
    let written = at_text.strip_suffix(']').unwrap_or(at_text);
    let (before, name) = written.split_at(written.rfind([' ', '[']).map(|at| at + 1)?);
    // What stands in brackets right behind an offset only says it again.
    let alone = before.trim_end_matches('[').ends_with(' ');
    (alone && names::region_in(name.as_bytes()).is_some()).then_some(name)
}

/// One piece of a time format.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Item {
    /// This byte.
    Lit(u8),
    Year4,
    Year2,
    Month(Digits),
    MonthName,
    Day(Digits),
    /// The day of the year, at least so many digits.
    DayOfYear(u8),
    Weekday,
    /// `AD`, which says no more than the year.
    Era,
    Hour(Digits),
    Hour12(Digits),
    Minute(Digits),
    Second(Digits),
    /// Fraction of a second, exactly so many digits.
    Fraction(u8),
    /// A separator and one to nine digits, all of which may be missing.
    OptionalFraction(u8),
    /// Milliseconds as a plain number: `:90` is 90 ms.
    Millis,
    AmPm,
    /// `Z`, `+01`, `+0100`, `+01:00`, `GMT+01:00`.
    Offset,
    /// `CET`, `UTC`, `Europe/Berlin`, with or without brackets.
    ZoneName,
    Epoch(Unit),
    /// A blank or a `T` between date and time of day.
    BlankOrT,
    /// Takes no bytes: the layout was told with `{UTC}` behind its date pattern.
    ToldUtc,
}

/// How many digits a number has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Digits {
    /// Two, always.
    Two,
    /// One or two; a blank may stand for the first.
    OneOrTwo,
}

/// What an epoch number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

/// A time format: reads a [`Stamp`] from the start of some bytes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TimeFormat {
    pub(crate) items: Vec<Item>,
}

struct Parts {
    year: Option<i32>,
    month: u32,
    day: Option<u32>,
    day_of_year: Option<u32>,
    hour: u32,
    minute: u32,
    second: u32,
    ns: u32,
    digits: u8,
    pm: Option<bool>,
    offset_s: Option<i32>,
    epoch_ns: Option<i64>,
    /// Where the name of a region stands that is the stamp's zone.
    region: Option<(usize, usize)>,
}

impl TimeFormat {
    /// The stamp at the start of `bytes` and how many bytes it takes.
    pub(crate) fn read(&self, bytes: &[u8]) -> Option<(Stamp, usize)> {
        let mut parts = Parts::none();
        let mut at = 0;
        for item in &self.items {
            at = parts.read(item, bytes, at)?;
        }
        // A number that goes on is another number.
        let ends_in_digit = at > 0 && bytes[at - 1].is_ascii_digit();
        if ends_in_digit && bytes.get(at).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let region = parts.region.filter(|_| parts.offset_s.is_none());
        let mut stamp = parts.stamp()?;
        if let Some((from, to)) = region.filter(|_| stamp.has_date) {
            stamp.offset_s =
                std::str::from_utf8(bytes.get(from..to)?).ok().and_then(|region| zones::offset(region, stamp.civil));
        }
        Some((stamp, at))
    }

    /// Whether a stamp of this format can start with `byte`; true for some bytes that it can't.
    pub(crate) fn may_start_with(&self, byte: u8) -> bool {
        match self.items.first() {
            Some(Item::Lit(lit)) => *lit == byte,
            Some(Item::MonthName) => byte.is_ascii_alphanumeric() || byte >= 0x80,
            Some(Item::Weekday | Item::Era | Item::AmPm | Item::ZoneName) => byte.is_ascii_alphabetic() || byte >= 0x80,
            Some(Item::Offset | Item::OptionalFraction(_)) | None => true,
            Some(
                Item::Day(Digits::OneOrTwo)
                | Item::Month(Digits::OneOrTwo)
                | Item::Hour(Digits::OneOrTwo)
                | Item::Hour12(Digits::OneOrTwo),
            ) => byte.is_ascii_digit() || byte == b' ',
            Some(_) => byte.is_ascii_digit(),
        }
    }

    /// Whether a stamp of this format fixes the day.
    pub(crate) fn has_date(&self) -> bool {
        let has = |wanted: fn(&Item) -> bool| self.items.iter().any(wanted);
        has(|i| matches!(i, Item::Epoch(_)))
            || (has(|i| matches!(i, Item::Year4 | Item::Year2))
                && has(|i| matches!(i, Item::Day(_) | Item::DayOfYear(_))))
    }

    pub(crate) fn has_month(&self) -> bool {
        self.items.iter().any(|i| matches!(i, Item::Month(_) | Item::MonthName | Item::Epoch(_)))
    }

    pub(crate) fn is_epoch(&self) -> bool {
        self.items.iter().any(|i| matches!(i, Item::Epoch(_)))
    }
}

impl Parts {
    fn none() -> Self {
        Self {
            year: None,
            month: 1,
            day: None,
            day_of_year: None,
            hour: 0,
            minute: 0,
            second: 0,
            ns: 0,
            digits: 0,
            pm: None,
            offset_s: None,
            epoch_ns: None,
            region: None,
        }
    }

    fn read(&mut self, item: &Item, b: &[u8], at: usize) -> Option<usize> {
        match *item {
            Item::Lit(byte) => (b.get(at) == Some(&byte)).then_some(at + 1),
            Item::Year4 => {
                let (year, next) = number(b, at, 4, 4)?;
                self.year = Some(year as i32);
                Some(next)
            }
            Item::Year2 => {
                let (year, next) = number(b, at, 2, 2)?;
                self.year = Some(year as i32 + if year < 70 { 2000 } else { 1900 });
                Some(next)
            }
            Item::Month(digits) => short(b, at, digits, &mut self.month),
            Item::Day(digits) => {
                let mut day = 0;
                let next = short(b, at, digits, &mut day)?;
                self.day = Some(day);
                Some(next)
            }
            Item::Hour(digits) | Item::Hour12(digits) => short(b, at, digits, &mut self.hour),
            Item::Minute(digits) => short(b, at, digits, &mut self.minute),
            Item::Second(digits) => short(b, at, digits, &mut self.second),
            Item::MonthName => {
                let (month, len) = names::month(b.get(at..)?)?;
                self.month = month;
                Some(at + len)
            }
            Item::DayOfYear(least) => {
                let (day, next) = number(b, at, usize::from(least), 3)?;
                self.day_of_year = Some(day);
                Some(next)
            }
            Item::Weekday => names::weekday(b.get(at..)?).map(|len| at + len),
            Item::Era => names::era(b.get(at..)?).map(|len| at + len),
            Item::Fraction(n) => {
                let (value, next) = number(b, at, usize::from(n), usize::from(n))?;
                self.fraction(value, next - at);
                Some(next)
            }
            Item::OptionalFraction(sep) => {
                if b.get(at) != Some(&sep) {
                    return Some(at);
                }
                let Some((value, next)) = number(b, at + 1, 1, 9) else { return Some(at) };
                self.fraction(value, next - at - 1);
                Some(next)
            }
            Item::Millis => {
                let (value, next) = number(b, at, 1, 3)?;
                self.ns = value * 1_000_000;
                self.digits = 3;
                Some(next)
            }
            Item::AmPm => {
                let (pm, len) = names::am_pm(b.get(at..)?)?;
                self.pm = Some(pm);
                Some(at + len)
            }
            Item::Offset => {
                let (offset, len) = names::offset(b.get(at..)?)?;
                self.offset_s = Some(offset);
                Some(at + len)
            }
            Item::ZoneName => {
                let (offset, len) = names::zone(b.get(at..)?)?;
                self.offset_s = self.offset_s.or(offset);
                self.region = names::region_in(&b[at..at + len]).map(|(from, to)| (at + from, at + to));
                Some(at + len)
            }
            Item::Epoch(unit) => self.epoch(unit, b, at),
            Item::BlankOrT => matches!(b.get(at), Some(b' ' | b'T')).then_some(at + 1),
            Item::ToldUtc => {
                self.offset_s = Some(0);
                Some(at)
            }
        }
    }

    fn fraction(&mut self, value: u32, digits: usize) {
        self.ns = value * 10_u32.pow(9 - digits.min(9) as u32);
        self.digits = digits as u8;
    }

    fn epoch(&mut self, unit: Unit, b: &[u8], at: usize) -> Option<usize> {
        let (digits, scale, precision) = match unit {
            Unit::Seconds => (9..=10, 1_000_000_000, 0),
            Unit::Millis => (12..=13, 1_000_000, 3),
            Unit::Micros => (15..=16, 1000, 6),
            Unit::Nanos => (18..=19, 1, 9),
        };
        let len = b.get(at..)?.iter().take(20).take_while(|d| d.is_ascii_digit()).count();
        if !digits.contains(&len) {
            return None;
        }
        let value =
            b[at..at + len].iter().try_fold(0_i64, |n, d| n.checked_mul(10)?.checked_add(i64::from(d - b'0')))?;
        self.epoch_ns = Some(value.checked_mul(scale)?);
        self.digits = precision;
        self.offset_s = Some(0);
        Some(at + len)
    }

    fn stamp(mut self) -> Option<Stamp> {
        if let Some(ns) = self.epoch_ns {
            let civil = Civil { ns: ns.checked_add(i64::from(self.ns))? };
            return Some(Stamp { civil, offset_s: self.offset_s, digits: self.digits, has_date: true });
        }
        if let Some(pm) = self.pm {
            if self.hour > 12 {
                return None;
            }
            self.hour = self.hour % 12 + if pm { 12 } else { 0 };
        }
        if let Some((year, nth)) = self.year.zip(self.day_of_year).filter(|_| self.day.is_none()) {
            let (last, from) = (Civil::new(year, 12, 31, 0, 0, 0, 0)?, Civil::new(year, 1, 1, 0, 0, 0, 0)?);
            let civil = Civil { ns: from.ns.checked_add(i64::from(nth.checked_sub(1)?) * 86_400_000_000_000)? };
            (self.month, self.day) = {
                let (_, month, day, ..) = Some(civil).filter(|civil| civil.ns <= last.ns)?.parts();
                (month, Some(day))
            };
        }
        // Without a year, 29 February needs one that has it; what has no year isn't a date anyway.
        let assumed = if self.month == 2 && self.day == Some(29) { 1972 } else { 1970 };
        let has_date = self.year.is_some() && self.day.is_some();
        let civil = Civil::new(
            self.year.unwrap_or(assumed),
            self.month,
            self.day.unwrap_or(1),
            self.hour,
            self.minute,
            self.second,
            self.ns,
        )?;
        Some(Stamp { civil, offset_s: self.offset_s, digits: self.digits, has_date })
    }
}

fn number(b: &[u8], at: usize, min: usize, max: usize) -> Option<(u32, usize)> {
    let mut value = 0_u32;
    let mut len = 0;
    while len < max {
        match b.get(at + len) {
            Some(d) if d.is_ascii_digit() => value = value.checked_mul(10)?.checked_add(u32::from(d - b'0'))?,
            _ => break,
        }
        len += 1;
    }
    (len >= min).then_some((value, at + len))
}

fn short(b: &[u8], at: usize, digits: Digits, value: &mut u32) -> Option<usize> {
    let (min, start) = match digits {
        Digits::Two => (2, at),
        Digits::OneOrTwo if b.get(at) == Some(&b' ') => (1, at + 1),
        Digits::OneOrTwo => (1, at),
    };
    let (number, next) = number(b, start, min, 2)?;
    *value = number;
    Some(next)
}

impl fmt::Display for TimeFormat {
    /// The format as a Java date pattern (`DateTimeFormatter` letters; `UNIX` and `UNIX_MILLIS` for epochs).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for item in &self.items {
            match item {
                Item::Lit(b'\'') => f.write_str("''")?,
                Item::Lit(b) if b.is_ascii_alphabetic() || b"[]{}#".contains(b) => write!(f, "'{}'", char::from(*b))?,
                Item::Lit(b) => write!(f, "{}", char::from(*b))?,
                Item::Year4 => f.write_str("yyyy")?,
                Item::Year2 => f.write_str("yy")?,
                Item::Month(digits) => letters(f, 'M', *digits)?,
                Item::MonthName => f.write_str("MMM")?,
                Item::Day(digits) => letters(f, 'd', *digits)?,
                Item::DayOfYear(least) => f.write_str(&"D".repeat(usize::from(*least)))?,
                Item::Weekday => f.write_str("EEE")?,
                Item::Era => f.write_str("G")?,
                Item::Hour(digits) => letters(f, 'H', *digits)?,
                Item::Hour12(digits) => letters(f, 'h', *digits)?,
                Item::Minute(digits) => letters(f, 'm', *digits)?,
                Item::Second(digits) => letters(f, 's', *digits)?,
                Item::Fraction(n) => f.write_str(&"S".repeat(usize::from(*n)))?,
                Item::OptionalFraction(sep) => write!(f, "[{}S]", char::from(*sep))?,
                Item::Millis => f.write_str("S")?,
                Item::AmPm => f.write_str(" a")?,
                Item::Offset => f.write_str("XXX")?,
                Item::ZoneName => f.write_str("z")?,
                Item::BlankOrT => f.write_str("[ ]['T']")?,
                // Closes the braces that stand around the pattern in a layout, and opens those of the zone.
                Item::ToldUtc => f.write_str("}{UTC")?,
                Item::Epoch(Unit::Seconds) => f.write_str("UNIX")?,
                Item::Epoch(Unit::Millis) => f.write_str("UNIX_MILLIS")?,
                Item::Epoch(Unit::Micros) => f.write_str("UNIX_MICROS")?,
                Item::Epoch(Unit::Nanos) => f.write_str("UNIX_NANOS")?,
            }
        }
        Ok(())
    }
}

fn letters(f: &mut fmt::Formatter<'_>, letter: char, digits: Digits) -> fmt::Result {
    match digits {
        Digits::Two => write!(f, "{letter}{letter}"),
        Digits::OneOrTwo => write!(f, "{letter}"),
    }
}

#[cfg(test)]
mod tests {
    use super::region;

    #[test]
    fn a_zone_that_is_a_region_is_found_in_a_time_as_written() {
        for (text, found) in [
            ("2026-01-05 10:00:00 Europe/Stockholm", Some("Europe/Stockholm")),
            ("2026-01-05T10:00:00,123 [America/Port-au-Prince]", Some("America/Port-au-Prince")),
            ("2026-01-05T10:00:00+01:00[Europe/Stockholm]", None),
            ("2026-01-05 10:00:00 CET", None),
            ("1/5/26", None),
            ("", None),
        ] {
            assert_eq!(region(text), found, "{text}");
        }
    }
}
