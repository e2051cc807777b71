//! Time formats as people write them: Java date patterns and strftime.

use super::{Digits, Item, TimeFormat, Unit};

/// The formats that log4j 1, log4j 2 and logback know by name.
fn by_name(name: &str) -> Option<&'static str> {
    Some(match name {
        "" | "DEFAULT" => "yyyy-MM-dd HH:mm:ss,SSS",
        // A blank in log4j 1 and logback, a T in log4j 2.
        "ISO8601" => "yyyy-MM-dd[ ]['T']HH:mm:ss,SSS",
        "ISO8601_BASIC" => "yyyyMMdd'T'HHmmss,SSS",
        "ISO8601_PERIOD" => "yyyy-MM-dd'T'HH:mm:ss.SSS",
        "ISO8601_PERIOD_MICROS" => "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
        "ISO8601_OFFSET_DATE_TIME_HH" => "yyyy-MM-dd'T'HH:mm:ss,SSSX",
        "ISO8601_OFFSET_DATE_TIME_HHMM" => "yyyy-MM-dd'T'HH:mm:ss,SSSXX",
        "ISO8601_OFFSET_DATE_TIME_HHCMM" => "yyyy-MM-dd'T'HH:mm:ss,SSSXXX",
        "DEFAULT_MICROS" => "yyyy-MM-dd HH:mm:ss,SSSSSS",
        "DEFAULT_NANOS" => "yyyy-MM-dd HH:mm:ss,SSSSSSSSS",
        "DEFAULT_PERIOD" => "yyyy-MM-dd HH:mm:ss.SSS",
        "ABSOLUTE" => "HH:mm:ss,SSS",
        "ABSOLUTE_MICROS" => "HH:mm:ss,SSSSSS",
        "ABSOLUTE_NANOS" => "HH:mm:ss,SSSSSSSSS",
        "ABSOLUTE_PERIOD" => "HH:mm:ss.SSS",
        "DATE" => "dd MMM yyyy HH:mm:ss,SSS",
        "DATE_PERIOD" => "dd MMM yyyy HH:mm:ss.SSS",
        "COMPACT" => "yyyyMMddHHmmssSSS",
        "US_MONTH_DAY_YEAR2_TIME" => "dd/MM/yy HH:mm:ss.SSS",
        "US_MONTH_DAY_YEAR4_TIME" => "dd/MM/yyyy HH:mm:ss.SSS",
        "RFC3339" => "yyyy-MM-dd'T'HH:mm:ss[.S]XXX",
        _ => return None,
    })
}

/// The format of a Java date pattern (`SimpleDateFormat` or `DateTimeFormatter`) or of a log4j name for one.
///
/// # Errors
/// Says which letter has no meaning in a time stamp.
pub(crate) fn java(pattern: &str) -> Result<TimeFormat, String> {
    let pattern = by_name(pattern.trim()).unwrap_or(pattern);
    match pattern.trim() {
        "UNIX" => return Ok(TimeFormat { items: vec![Item::Epoch(Unit::Seconds)] }),
        "UNIX_MILLIS" => return Ok(TimeFormat { items: vec![Item::Epoch(Unit::Millis)] }),
        "UNIX_MICROS" => return Ok(TimeFormat { items: vec![Item::Epoch(Unit::Micros)] }),
        "UNIX_NANOS" => return Ok(TimeFormat { items: vec![Item::Epoch(Unit::Nanos)] }),
        _ => {}
    }
    if let Some(rest) = pattern.strip_prefix("UNIX.") {
        let digits = u8::try_from(rest.len()).unwrap_or(9).min(9);
        return Ok(TimeFormat { items: vec![Item::Epoch(Unit::Seconds), Item::Lit(b'.'), Item::Fraction(digits)] });
    }
    let b = pattern.as_bytes();
    let mut items = Vec::new();
    let mut at = 0;
    while at < b.len() {
        let c = b[at];
        let run = b[at..].iter().take_while(|x| **x == c).count();
        match c {
            b'\'' => at = quoted(b, at, &mut items),
            b'[' if b[at..].starts_with(b"[ ]['T']") => {
                items.push(Item::BlankOrT);
                at += 8;
            }
            b'[' => at = optional(b, at, &mut items)?,
            b']' => at += 1,
            _ if c.is_ascii_alphabetic() => {
                letter(c, run, &mut items)?;
                at += run;
            }
            _ => {
                items.push(Item::Lit(c));
                at += 1;
            }
        }
    }
    Ok(TimeFormat { items })
}

/// Quoted text from the quote at `at`; `''` is a quote. Returns where the pattern goes on.
fn quoted(b: &[u8], at: usize, items: &mut Vec<Item>) -> usize {
    if b.get(at + 1) == Some(&b'\'') {
        items.push(Item::Lit(b'\''));
        return at + 2;
    }
    let mut i = at + 1;
    while i < b.len() {
        if b[i] == b'\'' {
            if b.get(i + 1) != Some(&b'\'') {
                return i + 1;
            }
            i += 1;
        }
        items.push(Item::Lit(b[i]));
        i += 1;
    }
    i
}

/// An optional section; only a fraction is understood as one, the rest is taken as always there.
fn optional(b: &[u8], at: usize, items: &mut Vec<Item>) -> Result<usize, String> {
    let len = b[at..].iter().position(|c| *c == b']').ok_or("`[` without `]` in the date pattern")?;
    let inside = &b[at + 1..at + len];
    match inside {
        [sep @ (b'.' | b',' | b':'), rest @ ..] if !rest.is_empty() && rest.iter().all(|c| b"Sn".contains(c)) => {
            items.push(Item::OptionalFraction(*sep));
            Ok(at + len + 1)
        }
        _ => Ok(at + 1),
    }
}

fn letter(c: u8, run: usize, items: &mut Vec<Item>) -> Result<(), String> {
    let digits = if run >= 2 { Digits::Two } else { Digits::OneOrTwo };
    if c == b'a' && items.last() == Some(&Item::Lit(b' ')) {
        // The blank before it may be one of several kinds, so it belongs to the item.
        items.pop();
    }
    items.push(match c {
        b'y' | b'u' | b'Y' if run == 2 => Item::Year2,
        b'y' | b'u' | b'Y' => Item::Year4,
        b'M' | b'L' if run >= 3 => Item::MonthName,
        b'M' | b'L' => Item::Month(digits),
        b'd' => Item::Day(digits),
        b'D' => Item::DayOfYear(run.min(3) as u8),
        b'G' => Item::Era,
        b'E' | b'e' | b'c' => Item::Weekday,
        b'H' | b'k' => Item::Hour(digits),
        b'h' | b'K' => Item::Hour12(digits),
        b'm' => Item::Minute(digits),
        b's' => Item::Second(digits),
        b'S' | b'n' | b'N' if run == 1 => Item::Millis,
        b'S' | b'n' | b'N' => Item::Fraction(run.min(9) as u8),
        b'a' => Item::AmPm,
        b'X' | b'x' | b'Z' | b'O' => Item::Offset,
        b'z' | b'V' | b'v' => Item::ZoneName,
        // Its quotes were lost on the way through a shell.
        b'T' if run == 1 => Item::Lit(b'T'),
        other => return Err(format!("`{}` means nothing in a date pattern", char::from(other))),
    });
    Ok(())
}

/// The format of a strftime pattern (`%Y-%m-%d %H:%M:%S.%f`).
///
/// # Errors
/// Says which conversion isn't known.
pub(crate) fn strftime(pattern: &str) -> Result<TimeFormat, String> {
    let b = pattern.as_bytes();
    let mut items = Vec::new();
    let mut at = 0;
    while at < b.len() {
        if b[at] != b'%' {
            items.push(Item::Lit(b[at]));
            at += 1;
            continue;
        }
        at += 1;
        // `%.3f`, `%.f`: the point belongs to the fraction.
        if b.get(at) == Some(&b'.') {
            items.push(Item::Lit(b'.'));
            at += 1;
        }
        let unpadded = matches!(b.get(at), Some(b'-' | b'_' | b'#'));
        at += usize::from(unpadded);
        let width = b.get(at).filter(|c| c.is_ascii_digit()).map(|c| c - b'0');
        at += usize::from(width.is_some());
        let Some(c) = b.get(at).copied() else { return Err("`%` at the end of the pattern".into()) };
        at += 1;
        conversion(c, if unpadded { Digits::OneOrTwo } else { Digits::Two }, width, &mut items)?;
    }
    Ok(TimeFormat { items })
}

pub(crate) fn conversion(c: u8, digits: Digits, width: Option<u8>, items: &mut Vec<Item>) -> Result<(), String> {
    let one = Digits::OneOrTwo;
    let list: &[Item] = match c {
        b'Y' => &[Item::Year4],
        b'y' => &[Item::Year2],
        b'm' => &[Item::Month(digits)],
        b'd' => &[Item::Day(digits)],
        b'e' => &[Item::Day(one)],
        b'j' => &[Item::DayOfYear(3)],
        b'b' | b'B' | b'h' => &[Item::MonthName],
        b'a' | b'A' => &[Item::Weekday],
        b'H' => &[Item::Hour(digits)],
        b'k' => &[Item::Hour(one)],
        b'I' => &[Item::Hour12(digits)],
        b'l' => &[Item::Hour12(one)],
        b'M' => &[Item::Minute(digits)],
        b'S' => &[Item::Second(digits)],
        b'L' => &[Item::Fraction(3)],
        b'f' | b'N' => {
            match (width, items.last()) {
                // Six digits in Python, as many as there are elsewhere.
                (None, Some(Item::Lit(sign @ (b'.' | b',')))) if c == b'f' => {
                    let sign = *sign;
                    items.pop();
                    items.push(Item::OptionalFraction(sign));
                }
                _ => items.push(Item::Fraction(width.unwrap_or(if c == b'f' { 6 } else { 9 }))),
            }
            return Ok(());
        }
        b'p' | b'P' => {
            if items.last() == Some(&Item::Lit(b' ')) {
                items.pop();
            }
            &[Item::AmPm]
        }
        b'z' | b':' => &[Item::Offset],
        b'Z' => &[Item::ZoneName],
        b's' => &[Item::Epoch(Unit::Seconds)],
        b'Q' => &[Item::Epoch(Unit::Millis)],
        b'F' => {
            let dash = Item::Lit(b'-');
            items.extend([Item::Year4, dash.clone(), Item::Month(Digits::Two), dash, Item::Day(Digits::Two)]);
            return Ok(());
        }
        b'D' => {
            let slash = Item::Lit(b'/');
            items.extend([Item::Month(Digits::Two), slash.clone(), Item::Day(Digits::Two), slash, Item::Year2]);
            return Ok(());
        }
        b'T' | b'R' => {
            let colon = Item::Lit(b':');
            items.extend([Item::Hour(Digits::Two), colon.clone(), Item::Minute(Digits::Two)]);
            if c == b'T' {
                items.extend([colon, Item::Second(Digits::Two)]);
            }
            return Ok(());
        }
        b'%' => &[Item::Lit(b'%')],
        other => return Err(format!("`%{}` isn't a time conversion", char::from(other))),
    };
    items.extend_from_slice(list);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_print_themselves() {
        for pattern in [
            "yyyy-MM-dd HH:mm:ss,SSS",
            "yyyy-MM-dd'T'HH:mm:ss[.S]XXX",
            "yy/MM/dd HH:mm:ss",
            "EEE MMM dd HH:mm:ss z yyyy",
            "UNIX_MILLIS",
            "d. MMM yyyy",
            "yyyy-DDD HH:mm:ss",
            "yyyy D G",
        ] {
            assert_eq!(java(pattern).expect(pattern).to_string(), pattern);
        }
        assert_eq!(java("ABSOLUTE").expect("a name").to_string(), "HH:mm:ss,SSS");
        assert!(java("yyyy-QQ").is_err());
        let text = strftime("%Y-%m-%d %H:%M:%S.%3N %z").expect("strftime").to_string();
        assert_eq!(text, "yyyy-MM-dd HH:mm:ss.SSS XXX");
        let read = |format: TimeFormat, text: &str| Some(format.read(text.as_bytes())?.0.to_rfc3339());
        let fraction = |text: &str| read(strftime("%F %T.%f").expect("strftime"), text);
        assert_eq!(fraction("2026-01-13 10:15:02.480").as_deref(), Some("2026-01-13T10:15:02.480"));
        assert_eq!(fraction("2026-01-13 10:15:02.480123").as_deref(), Some("2026-01-13T10:15:02.480123"));
        assert_eq!(strftime("%T%.3f").expect("strftime").to_string(), "HH:mm:ss.SSS");
        let nth = |text: &str| read(java("yyyy DDD G").expect("a pattern"), text);
        assert_eq!(nth("2024 060 AD").as_deref(), Some("2024-02-29T00:00:00"));
        assert_eq!((nth("2026 366 AD"), nth("2026 000 AD"), nth("2026 060 x")), (None, None, None));
    }
}
