//! The time that a dump states, in any notation that leaves no doubt.
//!
//! `03/04/2026` may be March or April: such a date is nobody's to guess, and gives nothing. It must not know under
//! which name a time was stated.

use crate::{Civil, Stamp};

/// The date and time in `text`, which may have words around it.
pub(crate) fn find(text: &str) -> Option<Stamp> {
    let words: Vec<&str> = tokens(text);
    let dated = || (0..words.len()).find_map(|at| stamp_at(&words[at..]));
    dated().or_else(|| (0..words.len()).find_map(|at| time_first(&words[at..])))
}

/// `22:38:07 on 5 February 2026`
fn time_first(words: &[&str]) -> Option<Stamp> {
    let clock = time(words).filter(|_| words[0].contains(':'))?;
    let (hour, minute, second, ns) = clock.clock;
    let mut rest = &words[clock.words..];
    let zone = clock.zone.or_else(|| rest.first().copied().and_then(zone));
    rest = if clock.zone.is_none() && zone.is_some() { &rest[1..] } else { rest };
    let joined =
        rest.iter().take_while(|word| matches!(**word, "on" | "am" | "den" | "le" | "el" | "il" | "-")).count();
    let Date::Whole(year, month, day) = date(&rest[joined.min(1)..])?.0 else { return None };
    let civil = Civil::new(year, month, day, hour, minute, second, ns)?;
    Some(Stamp { civil, offset_s: zone, digits: clock.digits, has_date: true })
}

/// The date and time that is stated as a value: also seconds or parts of them since 1970, from 2001 to 2100.
pub(crate) fn stated(value: &str) -> Option<Stamp> {
    find(value).or_else(|| {
        // `/Date(1768299302480)/`, as .NET writes it in JSON; what stands behind the digits is the zone of who wrote it.
        let bare = value.trim().trim_matches(['\\', '/']);
        let dated = bare.strip_prefix("Date(").and_then(|rest| rest.strip_suffix(')'));
        let digits = dated.map_or(value, |rest| rest.split(['+', '-']).next().unwrap_or_default());
        // `1731804212.456`
        let (digits, fraction) = digits.trim().split_once('.').unwrap_or((digits.trim(), ""));
        let all_digits = |value: &str| value.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(digits) || !all_digits(fraction) || !(fraction.is_empty() || digits.len() == 10) {
            return None;
        }
        let fraction = &fraction[..fraction.len().min(9)];
        let (unit, places): (i64, u8) = match digits.len() {
            10 => (1_000_000_000, fraction.len() as u8),
            13 => (1_000_000, 3),
            16 => (1_000, 6),
            19 => (1, 9),
            _ => return None,
        };
        let since = digits.parse::<i64>().ok().filter(|n| n / (1_000_000_000 / unit) < 4_102_444_800)?;
        let behind: i64 = format!("{fraction:0<9}").parse().ok()?;
        let civil = Civil { ns: since.checked_mul(unit)?.checked_add(behind)? };
        Some(Stamp { civil, offset_s: Some(0), digits: places, has_date: true })
    })
}

/// A time that is written as its name says, `(YYMMDD HHMMSS)`, as everybody writes it.
pub(crate) fn written_as(value: &str, pattern: &str) -> Option<String> {
    let (value, pattern) = (value.trim(), pattern.trim().to_ascii_uppercase());
    if value.len() != pattern.len() || !value.is_ascii() || !pattern.contains("YY") {
        return None;
    }
    // Year, month, day, hour, minute, second.
    let mut parts: [String; 6] = Default::default();
    for (letter, digit) in pattern.chars().zip(value.chars()) {
        let part = match letter {
            'Y' => 0,
            'M' if parts[3].is_empty() => 1,
            // Behind the hour it is the minute.
            'M' => 4,
            'D' => 2,
            'H' => 3,
            'S' => 5,
            _ if digit == letter => continue,
            _ => return None,
        };
        if !digit.is_ascii_digit() {
            return None;
        }
        parts[part].push(digit);
    }
    let [year, month, day, hour, minute, second] = &parts;
    let century = if year.len() == 2 { "20" } else { "" };
    let second = if second.is_empty() { "00" } else { second };
    let iso = format!("{century}{year}-{month}-{day} {hour}:{minute}:{second}");
    find(&iso).map(|_| iso)
}

/// The two readings of a date that may be day or month first (`03/04/2026 10:15:02`), the one by day first.
pub(crate) fn either(text: &str) -> Option<[Stamp; 2]> {
    let is_month = |n: u32| (1..=12).contains(&n);
    let doubtful = |word: &&str| slashed(word).is_some_and(|(a, b, _)| a != b && is_month(a) && is_month(b));
    let date = tokens(text).into_iter().find(doubtful)?;
    let (a, b, year) = slashed(date)?;
    let read = |month: u32, day: u32| find(&text.replacen(date, &format!("{year}-{month:02}-{day:02}"), 1));
    Some([read(b, a)?, read(a, b)?])
}

/// Whether dates are written day first, where `text` has one that leaves no doubt of it.
pub(crate) fn day_first(text: &str) -> Option<bool> {
    let mut sure = text.split(char::is_whitespace).filter_map(slashed);
    sure.find_map(|(a, b, _)| ((a > 12) != (b > 12)).then_some(a > 12))
}

/// The numbers of `13/01/2026` or `13-01-2026`.
fn slashed(word: &str) -> Option<(u32, u32, u32)> {
    let separator = if word.contains('/') { '/' } else { '-' };
    let mut parts = word.split(separator);
    let mut number = |len: std::ops::RangeInclusive<usize>| {
        let part = parts.next().filter(|part| len.contains(&part.len()))?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten()
    };
    let all = (number(1..=2)?, number(1..=2)?, number(4..=4)?);
    parts.next().is_none().then_some(all)
}

/// The date and time in `text`, where it has no other.
pub(crate) fn only(text: &str) -> Option<Stamp> {
    let words: Vec<&str> = tokens(text);
    let mut found = (0..words.len()).filter_map(|at| stamp_at(&words[at..]));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// Splits at blanks, at the `T` between date and time, and at the dash between them (`2026-01-13-10.15.02.123456`,
/// `20260113-101502`), or where nothing is between them.
fn tokens(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '"' | '\'')) {
        let word = word.trim_matches([',', ';']);
        // The sentence may end behind a time.
        let timed = word.contains(':') || matches!(word, "AM." | "PM." | "am." | "pm.");
        let word = if timed { word.trim_end_matches('.') } else { word };
        // `21 de noviembre de 2022`
        if matches!(word, "de" | "del" | "of") {
            continue;
        }
        let split = word.bytes().position(|b| b == b'T').filter(|at| {
            let digit = |n: usize| word.as_bytes().get(n).is_some_and(u8::is_ascii_digit);
            *at >= 6 && digit(at - 1) && digit(at + 1)
        });
        let split = split.or_else(|| {
            let form = |b: u8| if b.is_ascii_digit() { b'0' } else { b };
            let shape: Vec<u8> = word.bytes().take(16).map(form).collect();
            let starts = |with: &[u8]| shape.starts_with(with);
            if starts(b"0000-00-00-00.00") {
                Some(10)
            } else if starts(b"00000000-0000") || starts(b"00000000-00:00") || starts(b"00000000_0000") {
                Some(8)
            } else {
                None
            }
        });
        // `20260113101502`
        if word.len() == 14 && word.bytes().all(|b| b.is_ascii_digit()) && word.starts_with(['1', '2']) {
            words.extend([&word[..8], &word[8..]]);
            continue;
        }
        match split {
            Some(at) => words.extend([&word[..at], &word[at + 1..]]),
            None if word.is_empty() => {}
            None => words.push(word),
        }
    }
    words
}

/// The stamp that starts with the first of these words.
fn stamp_at(words: &[&str]) -> Option<Stamp> {
    let (date, used) = date(words)?;
    let rest = &words[used..];
    // `Tue Jan 13 10:15:02 CET 2026`: the year stands behind the time.
    let (date, rest, late_year) = match date {
        Date::Whole(y, m, d) => ((y, m, d), rest, None),
        Date::NoYear(m, d) => {
            let at = rest
                .iter()
                .position(|w| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit()))
                .filter(|at| *at <= 2)?;
            ((rest[at].parse().ok()?, m, d), rest, Some(at))
        }
    };
    const BETWEEN: [&str; 20] = [
        "at", "um", "kl", "kl.", "-", "/", "à", "@", "time", "TIME", "Time", "AT", "a", "las", "alle", "ore", "om",
        "às", "klokken", "klo",
    ];
    let joined = rest.iter().take(2).take_while(|word| BETWEEN.contains(word)).count();
    let rest = &rest[joined..];
    let time = time(rest)?;
    let zone_at = rest.get(time.words).copied().filter(|_| late_year.is_none_or(|at| time.words < at));
    let offset_s = time.zone.or_else(|| zone_at.and_then(zone));
    let (hour, minute, second, ns) = time.clock;
    let civil = Civil::new(date.0, date.1, date.2, hour, minute, second, ns)?;
    Some(Stamp { civil, offset_s, digits: time.digits, has_date: true })
}

enum Date {
    Whole(i32, u32, u32),
    NoYear(u32, u32),
}

/// The date at the start of `words`, and how many of them it takes.
fn date(words: &[&str]) -> Option<(Date, usize)> {
    let first = *words.first()?;
    if let Some((y, m, d)) = numeric_date(first) {
        return Some((Date::Whole(y, m, d), 1));
    }
    let second = words.get(1).copied().unwrap_or_default().trim_end_matches(['.', ',']);
    let third = words.get(2).copied().unwrap_or_default();
    if let Some(m) = month(first.trim_end_matches('.')) {
        let d = day(second)?;
        return match year(third) {
            Some(y) => Some((Date::Whole(y, m, d), 3)),
            None => Some((Date::NoYear(m, d), 2)),
        };
    }
    let m = month(second)?;
    Some((Date::Whole(year(third)?, m, day(first.trim_end_matches('.'))?), 3))
}

/// `2026-01-13`, `2026/01/13`, `13.01.2026`, `20260113`, `13-Jan-2026`; `13/01/2026` only where the day is above 12.
fn numeric_date(word: &str) -> Option<(i32, u32, u32)> {
    if !word.is_ascii() {
        return None;
    }
    let parts: Vec<&str> = word.split(['-', '/', '.']).collect();
    let number = |s: &str| s.bytes().all(|b| b.is_ascii_digit()).then(|| s.parse::<u32>().ok()).flatten();
    match parts.as_slice() {
        [one] if one.len() == 8 => {
            let (y, m, d) = (number(&one[..4])?, number(one.get(4..6)?)?, number(one.get(6..)?)?);
            ((1990..2100).contains(&y) && (1..=12).contains(&m) && (1..=31).contains(&d)).then_some((y as i32, m, d))
        }
        [y, m, d] if y.len() == 4 => Some((number(y)? as i32, number(m)?, number(d)?)),
        [d, m, y] if y.len() == 4 => {
            if let Some(m) = month(m) {
                return Some((number(y)? as i32, m, number(d)?));
            }
            let (a, b, y) = (number(d)?, number(m)?, number(y)? as i32);
            match (a > 12, b > 12) {
                (true, false) => Some((y, b, a)),
                (false, true) => Some((y, a, b)),
                // Dots are written where the day comes first; equal numbers leave no doubt either.
                (false, false) if word.contains('.') || a == b => Some((y, b, a)),
                _ => None,
            }
        }
        // `28.12.19`, with dots, which nobody writes who begins with the year or the month.
        [d, m, y] if word.contains('.') && parts.iter().all(|part| part.len() == 2) => {
            let (d, m, y) = (number(d)?, number(m)?, number(y)?);
            ((1..=31).contains(&d) && (1..=12).contains(&m)).then_some((2000 + y as i32, m, d))
        }
        _ => None,
    }
}

struct Clock {
    clock: (u32, u32, u32, u32),
    digits: u8,
    zone: Option<i32>,
    words: usize,
}

/// `10:15:02`, `10.15.02`, `10:15:02,480`, `101502`, `10:15:02.480+01:00`, `10:15:02Z`, `10:15:02 PM`.
fn time(words: &[&str]) -> Option<Clock> {
    let first = *words.first()?;
    let end = first.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | ','))).unwrap_or(first.len());
    let (clock, behind) = first.split_at(end);
    let (hms, fraction) = match clock.split_once(',') {
        Some(parts) => parts,
        // `10:15:02:480`, as WebSphere writes it.
        None if clock.matches(':').count() == 3 && !clock.contains('.') => {
            clock.rsplit_once(':').unwrap_or((clock, ""))
        }
        None if clock.contains(':') || clock.find('.') == Some(6) => clock.split_once('.').unwrap_or((clock, "")),
        None if clock.matches('.').count() == 3 => clock.rsplit_once('.').unwrap_or((clock, "")),
        None => (clock, ""),
    };
    let compact = hms.len() == 6 && hms.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<u32> = if compact {
        [0, 2, 4].iter().filter_map(|at| clock.get(*at..at + 2)?.parse().ok()).collect()
    } else {
        hms.split([':', '.']).map(|p| p.parse::<u32>().ok().filter(|_| p.len() <= 2)).collect::<Option<_>>()?
    };
    let (mut hour, minute, second) = match *parts.as_slice() {
        [h, m, s] => (h, m, s),
        [h, m] if hms.contains(':') => (h, m, 0),
        _ => return None,
    };
    let mut used = 1;
    let half = if behind.is_empty() { words.get(1).copied().unwrap_or_default() } else { behind };
    match half.to_ascii_lowercase().as_str() {
        "pm" if (1..=12).contains(&hour) => hour = hour % 12 + 12,
        "am" if (1..=12).contains(&hour) => hour %= 12,
        _ => {}
    }
    if behind.is_empty() && matches!(half.to_ascii_lowercase().as_str(), "am" | "pm") {
        used = 2;
    }
    let digits = fraction.len().min(9);
    let ns = if digits == 0 { 0 } else { format!("{:0<9}", &fraction[..digits]).parse().ok()? };
    Some(Clock { clock: (hour, minute, second, ns), digits: digits as u8, zone: zone(behind), words: used })
}

/// Seconds east of UTC. Abbreviations that stand for several zones give nothing.
fn zone(word: &str) -> Option<i32> {
    // The sentence may end behind it.
    let word = word.trim_end_matches('.');
    match word {
        "Z" | "UTC" | "GMT" | "WET" => return Some(0),
        "CET" | "MEZ" | "WEST" => return Some(3600),
        "CEST" | "MESZ" | "EET" => return Some(7200),
        "EEST" => return Some(10_800),
        _ => {}
    }
    let word = word.strip_prefix("GMT").or_else(|| word.strip_prefix("UTC")).unwrap_or(word);
    let sign = match word.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = word[1..].chars().filter(|c| *c != ':').collect();
    let all = digits.bytes().all(|b| b.is_ascii_digit());
    let (hours, minutes) = match digits.len() {
        4 if all => (digits[..2].parse::<i32>().ok()?, digits[2..].parse::<i32>().ok()?),
        1 | 2 if all => (digits.parse().ok()?, 0),
        _ => return None,
    };
    (hours <= 18 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

fn month(word: &str) -> Option<u32> {
    const STARTS: [(&str, u32); 40] = [
        ("jan", 1),
        ("feb", 2),
        ("fév", 2),
        ("mar", 3),
        ("mär", 3),
        ("mrz", 3),
        ("apr", 4),
        ("avr", 4),
        ("may", 5),
        ("mai", 5),
        ("maj", 5),
        ("jun", 6),
        ("juin", 6),
        ("jul", 7),
        ("aug", 8),
        ("sep", 9),
        ("oct", 10),
        ("okt", 10),
        ("nov", 11),
        ("dec", 12),
        ("dez", 12),
        ("déc", 12),
        ("juil", 7),
        ("aoû", 8),
        ("ene", 1),
        ("gen", 1),
        ("fev", 2),
        ("maa", 3),
        ("mrt", 3),
        ("abr", 4),
        ("mag", 5),
        ("mei", 5),
        ("giu", 6),
        ("lug", 7),
        ("ago", 8),
        ("set", 9),
        ("ott", 10),
        ("out", 10),
        ("dic", 12),
        ("des", 12),
    ];
    let word = word.to_lowercase();
    if !(3..=10).contains(&word.chars().count()) || !word.chars().all(char::is_alphabetic) {
        return None;
    }
    STARTS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, month)| *month)
}

fn day(word: &str) -> Option<u32> {
    let word = ["st", "nd", "rd", "th"].iter().find_map(|s| word.strip_suffix(s)).unwrap_or(word);
    (word.len() <= 2).then(|| word.parse().ok()).flatten().filter(|d| (1..=31).contains(d))
}

fn year(word: &str) -> Option<i32> {
    let word = word.trim_end_matches(',');
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|y| (1990..2100).contains(y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_every_notation() {
        for (text, expected) in [
            ("2026-01-13 10:15:07", "2026-01-13T10:15:07"),
            ("2026-01-13T10:15:07.480Z", "2026-01-13T10:15:07.480Z"),
            ("2026/01/13 at 10:15:07:480", "2026-01-13T10:15:07.480"),
            ("2026-01-13 10:15:07,480 +0100", "2026-01-13T10:15:07.480+01:00"),
            ("2026-01-13T10:15:07+01:00", "2026-01-13T10:15:07+01:00"),
            ("13.01.2026 10:15:07", "2026-01-13T10:15:07"),
            ("05.01.2026 um 10:15:07", "2026-01-05T10:15:07"),
            ("13/01/2026 10:15:07", "2026-01-13T10:15:07"),
            ("01/13/2026 10:15:07 PM", "2026-01-13T22:15:07"),
            ("20260113 101507", "2026-01-13T10:15:07"),
            ("2026-01-13-10.15.07", "2026-01-13T10:15:07"),
            ("2026-01-13-10.15.07.480000", "2026-01-13T10:15:07.480000"),
            ("20260113T101507", "2026-01-13T10:15:07"),
            ("Tue Jan 13 10:15:07 CET 2026", "2026-01-13T10:15:07+01:00"),
            ("Tue, 13 Jan 2026 10:15:07 GMT", "2026-01-13T10:15:07Z"),
            ("13 January 2026 10:15", "2026-01-13T10:15:00"),
            ("January 13, 2026 at 10:15:07", "2026-01-13T10:15:07"),
            ("13-Jan-2026 10:15:07", "2026-01-13T10:15:07"),
            ("2026/01/13 10.15.07", "2026-01-13T10:15:07"),
            ("Dump created 2026-01-13 10:15:07 by SYS", "2026-01-13T10:15:07"),
        ] {
            assert_eq!(find(text).map(|s| s.to_rfc3339()).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_doubtful_date_has_two_readings() {
        let read = |text: &str| either(text).map(|both| both.map(|stamp| stamp.to_rfc3339()));
        let both = ["2026-04-03T10:15:07", "2026-03-04T10:15:07"].map(str::to_owned);
        assert_eq!(read("03/04/2026 10:15:07"), Some(both.clone()));
        assert_eq!(read("written 3-4-2026 10:15:07"), Some(both));
        for sure in
            ["03/03/2026 10:15:07", "13/04/2026 10:15:07", "03/04/2026", "2026-04-03 10:15:07", "a/b/2026 10:15:07"]
        {
            assert_eq!(read(sure), None, "{sure}");
        }
        let order = [
            ("at 13/04/2026", Some(true)),
            ("04/13/2026 9:15", Some(false)),
            ("03/04/2026", None),
            ("13/14/2026", None),
        ];
        for (text, first) in order {
            assert_eq!(day_first(text), first, "{text}");
        }
    }

    #[test]
    fn doubtful_dates_give_nothing() {
        for text in [
            "03/04/2026 10:15:07",
            "2026-13-01 10:15:07",
            "10:15:07",
            "13 10:15:07",
            "CRS008",
            "2026-01-13",
            "mars",
            "",
        ] {
            assert_eq!(find(text), None, "{text}");
        }
    }
}
