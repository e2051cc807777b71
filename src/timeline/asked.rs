//! A time as people write it into a ticket: `around 10:15`, `13.01. 10:15`, `Jan 13 10:15 AM`, `2026-01-13T10:15Z`.
//! What they leave out stays unknown, and what can be read two ways (`3/4`) is read both ways.

use mwscope_parsers::Civil;

use super::Zone;

const MINUTE: i64 = 60_000_000_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A time as people write it into a ticket; what they leave out is unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AskedTime {
    /// Year, where given.
    pub year: Option<i32>,
    /// Month and day, where given; twice where the order of the two can't be told (`3/4`).
    pub days: [Option<(u32, u32)>; 2],
    /// Nanoseconds after midnight.
    pub time_ns: i64,
    /// Seconds east of UTC, where given.
    pub offset_s: Option<i32>,
}

impl AskedTime {
    /// Reads a time of day, with or without a date before or behind it, in the notations people use: `10:15`,
    /// `10.15 Uhr`, `10h15`, `10:15 pm`, `13.01. 10:15`, `13.1.26 10:15`, `01/13/2026 10:15`, `13 Jan 10:15`,
    /// `20260113 101502`, RFC 3339, with `Z`, `+01:00` or `UTC` behind it.
    ///
    /// # Errors
    /// What could not be understood, and what would be.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut reading = Reading::default();
        let spaced = spaced(text);
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut at = 0;
        while let Some(word) = words.get(at) {
            at += reading.word(word, words.get(at + 1).copied())?;
        }
        reading.finish(text)
    }

    /// How far `civil` lies from this time, in nanoseconds; parts that weren't given fit anything.
    #[must_use]
    pub fn distance_ns(&self, civil: Civil) -> i64 {
        let (year, ..) = civil.parts();
        let on = |(month, day): (u32, u32)| {
            let years = self.year.map_or([year, year - 1, year + 1].to_vec(), |y| vec![y]);
            let midnights = years.into_iter().filter_map(|y| Civil::new(y, month, day, 0, 0, 0, 0));
            midnights.map(|m| civil.ns.saturating_sub(m.ns).saturating_sub(self.time_ns).saturating_abs()).min()
        };
        if self.days[0].is_some() {
            return self.days.iter().flatten().filter_map(|day| on(*day)).min().unwrap_or(i64::MAX);
        }
        let within_day = (civil.ns - self.time_ns).rem_euclid(DAY);
        within_day.min(DAY - within_day)
    }
}

/// The text with the `T` between date and time, and what is glued to numbers, apart.
fn spaced(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |n: Option<usize>| n.and_then(|n| bytes.get(n)).is_some_and(u8::is_ascii_digit);
    let mut out = String::with_capacity(text.len() + 4);
    for (n, c) in text.char_indices() {
        let between = digit(n.checked_sub(1)) && digit(Some(n + 1));
        match c {
            'T' | 't' | '_' if between => out.push(' '),
            ',' if !between => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[derive(Default)]
struct Reading {
    year: Option<i32>,
    days: [Option<(u32, u32)>; 2],
    month: Option<u32>,
    day: Option<u32>,
    time_ns: Option<i64>,
    offset_s: Option<i32>,
}

impl Reading {
    /// Takes a word (and perhaps the next); gives how many were taken.
    fn word(&mut self, word: &str, next: Option<&str>) -> Result<usize, String> {
        let lower = word.to_ascii_lowercase();
        let lower = lower.trim_end_matches(',');
        const NOISE: [&str; 14] =
            ["at", "on", "um", "uhr", "kl", "kl.", "around", "about", "gegen", "the", "of", "ca.", "ca", "o'clock"];
        if NOISE.contains(&lower) || is_weekday(lower) {
            return Ok(1);
        }
        if let Some(month) = month(lower) {
            self.month = Some(month);
            return Ok(1);
        }
        if let (None, Some((time, offset))) = (self.time_ns, time(lower, next.is_some_and(is_oclock))?) {
            let (time, taken) = half_day(lower, time, next)?;
            self.time_ns = Some(time);
            self.offset_s = self.offset_s.or(offset);
            return Ok(taken);
        }
        if let (Some(_), Some(offset)) = (self.time_ns, zone(lower)) {
            self.offset_s = Some(offset);
            return Ok(1);
        }
        self.date(lower).then_some(1).ok_or_else(|| format!("{word:?} is neither a date nor a time; {WRITE}"))
    }

    fn date(&mut self, word: &str) -> bool {
        let parts: Vec<&str> = word.split(['.', '-', '/']).filter(|p| !p.is_empty()).collect();
        let numbers: Vec<u32> = parts.iter().filter_map(|p| p.trim_end_matches(ordinal).parse().ok()).collect();
        if numbers.len() != parts.len() {
            return self.named_date(&parts);
        }
        match (numbers.as_slice(), parts.first().map_or(0, |p| p.trim_end_matches(ordinal).len())) {
            ([y, m, d], 4) => self.set(Some(*y as i32), [Some((*m, *d)), None]),
            ([compact], 8) => {
                self.set(Some((compact / 10_000) as i32), [Some((compact / 100 % 100, compact % 100)), None])
            }
            ([a, b, y], _) => self.set(Some(full_year(*y)), order(word, *a, *b)),
            ([a, b], _) => self.set(None, order(word, *a, *b)),
            ([year], 4) => {
                self.year = Some(*year as i32);
                true
            }
            ([day], _) if (1..=31).contains(day) && self.day.is_none() => {
                self.day = Some(*day);
                true
            }
            _ => false,
        }
    }

    /// `13-Jan-2026`, `13/jan`.
    fn named_date(&mut self, parts: &[&str]) -> bool {
        let (Some(day), Some(month)) =
            (parts.first().and_then(|p| p.parse().ok()), parts.get(1).and_then(|p| month(p)))
        else {
            return false;
        };
        let year = parts.get(2).and_then(|p| p.parse().ok()).map(full_year);
        parts.len() <= 3 && self.set(year, [Some((month, day)), None])
    }

    fn set(&mut self, year: Option<i32>, days: [Option<(u32, u32)>; 2]) -> bool {
        // A leap year, so that the 29th of February is a day where no year is given.
        let is_day = |(m, d): &(u32, u32)| Civil::new(year.unwrap_or(2024), *m, *d, 0, 0, 0, 0).is_some();
        let mut fitting = days.into_iter().flatten().filter(is_day);
        let first = fitting.next();
        (self.year, self.days) = (year.or(self.year), [first, fitting.next().filter(|d| Some(*d) != first)]);
        first.is_some()
    }

    fn finish(mut self, text: &str) -> Result<AskedTime, String> {
        match (self.month, self.day) {
            (Some(month), Some(day)) if !self.set(self.year, [Some((month, day)), None]) => {
                return Err(format!("{text:?} names a day that no calendar has; {WRITE}"));
            }
            (Some(_), None) | (None, Some(_)) => return Err(format!("{text:?} names half a date; {WRITE}")),
            _ => {}
        }
        let time_ns = self.time_ns.ok_or_else(|| format!("{text:?} has no time of day; {WRITE}"))?;
        Ok(AskedTime { year: self.year, days: self.days, time_ns, offset_s: self.offset_s })
    }
}

const WRITE: &str = "write 10:15, \"13.01. 10:15\", \"13 Jan 2026 10:15\" or 2026-01-13T10:15:00Z";

/// `st`, `nd`, `rd`, `th` behind a day's number.
fn ordinal(c: char) -> bool {
    matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h')
}

fn is_oclock(word: &str) -> bool {
    word.eq_ignore_ascii_case("uhr") || half(word).is_some()
}

/// Both readings of two numbers, the likelier first: days come first where points separate them, months where slashes do
/// and the number allows it.
fn order(word: &str, a: u32, b: u32) -> [Option<(u32, u32)>; 2] {
    if word.contains('.') { [Some((b, a)), None] } else { [Some((a, b)), Some((b, a))] }
}

fn full_year(year: u32) -> i32 {
    (if year < 100 { year + 2000 } else { year }) as i32
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["january", "januar", "januari"],
        &["february", "februar", "februari"],
        &["march", "märz", "mars", "mrz"],
        &["april"],
        &["may", "mai", "maj"],
        &["june", "juni"],
        &["july", "juli"],
        &["august", "augusti"],
        &["september"],
        &["october", "oktober"],
        &["november"],
        &["december", "dezember"],
    ];
    let word = word.trim_end_matches('.').to_lowercase();
    let fits = |name: &&str| **name == *word || (word.chars().count() >= 3 && name.starts_with(word.as_str()));
    MONTHS.iter().position(|names| names.iter().any(fits)).map(|n| n as u32 + 1)
}

fn is_weekday(word: &str) -> bool {
    const DAYS: [&str; 14] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "montag",
        "dienstag",
        "mittwoch",
        "donnerstag",
        "freitag",
        "samstag",
        "sonntag",
    ];
    let word = word.trim_end_matches(['.', ',']);
    word.len() >= 2 && word.chars().all(char::is_alphabetic) && DAYS.iter().any(|d| d.starts_with(word))
}

/// Seconds east of UTC; only the zones whose names are the same the world over.
fn zone(word: &str) -> Option<i32> {
    match word {
        "utc" | "gmt" | "z" => return Some(0),
        _ => {}
    }
    let numeric = word.trim_start_matches("utc").trim_start_matches("gmt");
    match Zone::parse(numeric.starts_with(['+', '-']).then_some(numeric)?)? {
        Zone::Fixed(minutes) => Some(minutes * 60),
        Zone::Named(_) => None,
    }
}

/// Nanoseconds after midnight, and the offset written behind; `None` where the word isn't a time of day.
fn time(word: &str, oclock: bool) -> Result<Option<(i64, Option<i32>)>, String> {
    let (digits, offset) = match word.find(['+', '-', 'z']).filter(|_| word.contains(':')) {
        Some(at) => {
            (&word[..at], Some(zone(&word[at..]).ok_or_else(|| format!("{:?} is no zone; {WRITE}", &word[at..]))?))
        }
        None => (word, None),
    };
    let digits = digits.trim_end_matches(['a', 'p', 'm', '.']).trim_end_matches("uhr");
    let compact = digits.len() == 6 && digits.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = if compact {
        vec![&digits[..2], &digits[2..4], &digits[4..]]
    } else if digits.contains(':') {
        digits.split(':').collect()
    } else if let Some((hour, minute)) =
        digits.split_once('h').filter(|(h, m)| is_number(h) && (m.is_empty() || is_number(m)))
    {
        vec![hour, if minute.is_empty() { "0" } else { minute }]
    } else if oclock || half(word).is_some() {
        digits.split('.').collect()
    } else {
        return Ok(None);
    };
    let wrong = || format!("{word:?} is no time of day; {WRITE}");
    let number = |n: usize| parts.get(n).map_or(Ok(0), |p| p.parse::<u32>().map_err(|_not_a_number| wrong()));
    let second: f64 = parts.get(2).map_or(Ok(0.0), |s| s.replace(',', ".").parse().map_err(|_not_a_number| wrong()))?;
    let (hour, minute) = (number(0)?, number(1)?);
    if parts.len() > 3 || hour > 23 || minute > 59 || !(0.0..60.0).contains(&second) {
        return Err(wrong());
    }
    Ok(Some((i64::from(hour * 60 + minute) * MINUTE + (second * 1e9) as i64, offset)))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// 12 hours for `pm`, 0 for `am`.
fn half(word: &str) -> Option<u32> {
    let letters: String = word.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    match letters.as_str() {
        "am" => Some(0),
        "pm" => Some(12),
        _ => None,
    }
}

/// Applies `am` and `pm`, in the word itself or behind it; gives how many words were taken.
fn half_day(word: &str, time: i64, next: Option<&str>) -> Result<(i64, usize), String> {
    let (half, taken) = match (half(word), next.and_then(half)) {
        (Some(half), _) => (half, 1),
        (None, Some(half)) => (half, 2),
        (None, None) => return Ok((time, 1)),
    };
    let hour = time / (60 * MINUTE);
    if hour == 0 || hour > 12 {
        return Err(format!("{word:?} with am or pm is no time of day; {WRITE}"));
    }
    let of_noon = time - hour * 60 * MINUTE + (hour % 12) * 60 * MINUTE;
    Ok((of_noon + i64::from(half) * 60 * MINUTE, taken))
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUARTER_PAST: i64 = (10 * 60 + 15) * MINUTE;

    fn read(text: &str) -> AskedTime {
        AskedTime::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn asked(year: Option<i32>, day: Option<(u32, u32)>) -> AskedTime {
        AskedTime { year, days: [day, None], time_ns: QUARTER_PAST, offset_s: None }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for text in ["10:15", "10:15:00", "10.15 Uhr", "10h15", "10:15 am", "10:15AM", "um 10:15 Uhr", "at 10:15"] {
            assert_eq!(read(text), asked(None, None), "{text}");
        }
        for text in [
            "13.01. 10:15",
            "13.1. 10:15",
            "10:15 13.01.",
            "13 Jan 10:15",
            "Jan 13, 10:15",
            "01-13 10:15",
            "Tue 13 January 10:15",
            "13. Januar 10:15",
            "1/13 10:15",
            "January 13th 10:15",
        ] {
            assert_eq!(read(text), asked(None, Some((1, 13))), "{text}");
        }
        for text in [
            "13.01.2026 10:15",
            "13.1.26 10:15",
            "2026-01-13 10:15",
            "2026-01-13T10:15",
            "2026/01/13 10:15",
            "01/13/2026 10:15",
            "13/01/2026 10:15",
            "13-Jan-2026 10:15",
            "20260113 101500",
            "13 Jan 2026, 10:15",
        ] {
            assert_eq!(read(text), asked(Some(2026), Some((1, 13))), "{text}");
        }
        assert_eq!(read("2026-01-13T10:15:00Z").offset_s, Some(0));
        assert_eq!(read("2026-01-13 10:15 +01:00").offset_s, Some(3_600));
        assert_eq!(read("2026-01-13T10:15:00.000-05:30").offset_s, Some(-19_800));
        assert_eq!(read("10:15 pm").time_ns, (22 * 60 + 15) * MINUTE);
        assert_eq!(read("12:15 am").time_ns, 15 * MINUTE);
    }

    #[test]
    fn what_is_no_time_says_so() {
        for text in [
            "",
            "25:15",
            "yesterday",
            "13.01.",
            "10:15:61",
            "32.01. 10:15",
            "13.13. 10:15",
            "13:15 pm",
            "10:15 Mars/Phobos",
        ] {
            let error = AskedTime::parse(text).expect_err(text);
            assert!(error.contains("write 10:15"), "{text}: {error}");
        }
    }

    #[test]
    fn what_reads_two_ways_fits_both() {
        let asked = AskedTime::parse("3/4 10:15").expect("a time");
        assert_eq!(asked.days, [Some((3, 4)), Some((4, 3))]);
        for (month, day) in [(3, 4), (4, 3)] {
            let civil = Civil::new(2026, month, day, 10, 16, 0, 0).expect("a date");
            assert_eq!(asked.distance_ns(civil), MINUTE);
        }
        let civil = Civil::new(2026, 1, 13, 10, 16, 0, 0).expect("a date");
        assert_eq!(AskedTime::parse("10:15").map(|a| a.distance_ns(civil)), Ok(MINUTE));
        assert_eq!(AskedTime::parse("12.01. 10:16").map(|a| a.distance_ns(civil)), Ok(DAY));
        let new_year = Civil::new(2026, 1, 1, 0, 5, 0, 0).expect("a date");
        assert_eq!(AskedTime::parse("31.12. 23:55").map(|a| a.distance_ns(new_year)), Ok(10 * MINUTE));
    }
}
