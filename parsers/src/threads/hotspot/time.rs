//! When a dump was taken: the time above it, or that of the record that it is the message of. It must not know what a dump
//! says.

use super::OPENING;
use crate::dump::when;
use crate::{Civil, Stamp};

/// Whether a line holds a date and time and nothing else.
pub(in crate::threads) fn is_time(line: &str) -> bool {
    line.starts_with(|c: char| c.is_ascii_digit()) && time_alone(line).is_some()
}

/// The time of the line that says that a dump follows: what stands before `Full thread dump` on its line, or a record right
/// above the threads that speaks of them. Any other record is only known to be older.
pub(super) fn introduced(line: &str) -> Option<Stamp> {
    // A time stands in front of what is said, and nobody introduces a dump by more.
    const LONGEST: usize = 400;
    let end = (0..=line.len().min(LONGEST)).rev().find(|end| line.is_char_boundary(*end));
    let said = line.get(..end?)?;
    let before = match said.split_once(OPENING) {
        Some((before, _)) => before,
        None => {
            let words = said.to_ascii_lowercase();
            (words.contains("dump") || words.contains("threads")).then_some(said)?
        }
    };
    when::find(before)
}

/// A line that holds a date and time and nothing else: `2024-08-20 14:25:30`, `2024-01-01T10:10:10.123456Z`.
pub(super) fn time_alone(line: &str) -> Option<Stamp> {
    let text = line.trim();
    if !(19..=36).contains(&text.len()) || !text.is_ascii() {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let separators = [(4, "-"), (7, "-"), (13, ":"), (16, ":")];
    if separators.iter().any(|(at, sign)| text.get(*at..at + 1) != Some(sign))
        || !matches!(text.as_bytes()[10], b' ' | b'T')
    {
        return None;
    }
    let behind = &text[19..];
    let fraction: &str =
        behind.strip_prefix(['.', ',']).map_or("", |f| &f[..f.bytes().take_while(u8::is_ascii_digit).count()]);
    let zone = if fraction.is_empty() { behind } else { &behind[1 + fraction.len()..] };
    let offset_s = match zone {
        "" => None,
        "Z" => Some(0),
        _ => return None,
    };
    let digits = fraction.len().min(9);
    let ns = format!("{:0<9}", &fraction[..digits]).parse().ok()?;
    let civil = Civil::new(
        number(0..4)? as i32,
        number(5..7)?,
        number(8..10)?,
        number(11..13)?,
        number(14..16)?,
        number(17..19)?,
        ns,
    )?;
    Some(Stamp { civil, offset_s, digits: digits as u8, has_date: true })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_introduces_a_dump_tells_its_time() {
        for (line, expected) in [
            ("2026-01-13 10:02:30,250 WARN [watchdog] a.W - Thread dump:", "2026-01-13T10:02:30.250"),
            (
                "2026-01-13 10:02:30 WARN [w] a.W - Full thread dump OpenJDK 64-Bit Server VM (17):",
                "2026-01-13T10:02:30",
            ),
            ("2026-01-13T10:00:00.123456789Z stdout F Full thread dump X:", "2026-01-13T10:00:00.123456789Z"),
            ("Jan 13 10:00:00 h java[1]: Full thread dump X:", "-"),
            ("2026-01-13 10:02:30,250 INFO [exec-1] a.B - served", "-"),
            ("Full thread dump X (2026-01-13 10:02:30):", "-"),
        ] {
            assert_eq!(introduced(line).map_or_else(|| "-".to_owned(), |at| at.to_rfc3339()), expected, "{line}");
        }
    }
}
