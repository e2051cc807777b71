//! Reading the same time format again and again: stamps that follow each other differ in their seconds alone, so what
//! stands around those is compared with the stamp before instead of being read anew.

use super::{Digits, Item, Parts, TimeFormat};
use crate::Stamp;
use crate::log::prefix::Prefix;

/// A time format whose stamps are read in a log's order.
#[derive(Clone, Debug)]
pub(crate) struct Clocked {
    format: TimeFormat,
    /// Index of the seconds among the items, where the format is one that can be read this way.
    seconds: Option<usize>,
    /// Bytes from the seconds to the end of the fraction.
    fine: usize,
    /// Digits of the fraction, and the byte before it.
    fraction: Option<(u8, u8)>,
    /// How both are read in one go.
    fast: Option<Fine>,
}

/// The last stamp that was read, and what stood around its seconds.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    before: Prefix,
    behind: Prefix,
    /// The byte that follows the stamp; it says where a zone's name ends.
    follows: Option<u8>,
    /// Nanoseconds of its second 0, where others can be read by what stands around the seconds.
    minute: Option<i64>,
    /// It itself.
    pub(crate) stamp: Option<Stamp>,
}

impl Clocked {
    /// A reader for stamps of `format`.
    pub(crate) fn of(format: &TimeFormat) -> Self {
        let mut clocked = Self { format: format.clone(), seconds: None, fine: 2, fraction: None, fast: None };
        let items = &format.items;
        let Some(at) = items.iter().position(|item| *item == Item::Second(Digits::Two)) else { return clocked };
        // Where nothing separates the seconds from what is before, that must be of a fixed width.
        let apart = at.checked_sub(1).and_then(|before| items.get(before)).is_some_and(|item| {
            matches!(item, Item::Lit(b) if !b.is_ascii_digit()) || matches!(item, Item::Minute(Digits::Two))
        });
        let told_again = items[at + 1..].iter().any(|item| matches!(item, Item::Second(_) | Item::Epoch(_)));
        if !apart || told_again {
            return clocked;
        }
        let behind = match items.get(at + 1..at + 3) {
            Some([Item::Lit(sep), Item::Fraction(digits)]) if *digits <= 9 => {
                clocked.fraction = Some((*digits, *sep));
                clocked.fine = 3 + usize::from(*digits);
                at + 3
            }
            _ => at + 1,
        };
        // Other fractions are of no fixed width.
        let other = |item: &Item| matches!(item, Item::Fraction(_) | Item::OptionalFraction(_) | Item::Millis);
        if !items[behind..].iter().any(other) {
            clocked.seconds = Some(at);
        }
        clocked.fast = Fine::of(clocked.fraction);
        clocked
    }

    /// Reads the stamp at the start of `bytes` into `clock`, as [`TimeFormat::read`] does, and gives its length.
    #[inline]
    pub(crate) fn read(&self, bytes: &[u8], clock: &mut Clock) -> Option<usize> {
        match self.quickly(bytes, clock) {
            Some(len) => Some(len),
            None => self.anew(bytes, clock),
        }
    }

    #[cold]
    fn anew(&self, bytes: &[u8], clock: &mut Clock) -> Option<usize> {
        let found = self.format.read(bytes)?;
        if let Some(seconds) = self.seconds {
            self.remember(bytes, seconds, found, clock);
        }
        clock.stamp = Some(found.0);
        Some(found.1)
    }

    #[inline]
    fn quickly(&self, bytes: &[u8], clock: &mut Clock) -> Option<usize> {
        let minute = clock.minute?;
        let at = clock.before.len();
        let (fine, behind) = (bytes.get(at..)?, at + self.fine);
        let rest = bytes.get(behind..)?;
        if !clock.before.starts(bytes)
            || clock.behind.len() > 0 && !clock.behind.starts(rest)
            || rest.get(clock.behind.len()).copied() != clock.follows
        {
            return None;
        }
        let (second, ns) = match self.fast.as_ref().zip(fine.first_chunk()) {
            Some((fast, eight)) => fast.read(*eight)?,
            None => self.digit_by_digit(fine)?,
        };
        // A leap second counts as the one before, as everywhere.
        let seconds = if second <= 60 { second.min(59) } else { return None };
        // Nothing else of it is another than before.
        clock.stamp.as_mut()?.civil.ns = minute.checked_add(seconds * 1_000_000_000 + ns)?;
        Some(behind + clock.behind.len())
    }

    /// Seconds and the nanoseconds of the fraction.
    fn digit_by_digit(&self, fine: &[u8]) -> Option<(i64, i64)> {
        let ns = match self.fraction {
            None => 0,
            Some((digits, sep)) if *fine.get(2)? == sep => fraction(fine.get(3..3 + usize::from(digits))?)?,
            Some(_) => return None,
        };
        Some((i64::from(two(fine)?), ns))
    }

    fn remember(&self, bytes: &[u8], seconds: usize, (stamp, len): (Stamp, usize), clock: &mut Clock) {
        clock.minute = None;
        let mut parts = Parts::none();
        let mut at = 0;
        for item in &self.format.items[..seconds] {
            let Some(next) = parts.read(item, bytes, at) else { return };
            at = next;
        }
        let follows = bytes.get(len).copied();
        let behind = at + self.fine;
        // What a digit, letter or sign follows might be read on.
        let ends = follows.is_none_or(|b| matches!(b, b' ' | b'\t' | b']' | b'|' | b';' | b'\r' | b'\n' | b')'));
        if behind > len || !ends {
            return;
        }
        let (Some(before), Some(after)) = (Prefix::of(&bytes[..at]), Prefix::of(&bytes[behind..len])) else { return };
        let fine = &bytes[at..behind];
        let Some(second) = two(fine) else { return };
        let ns = match self.fraction {
            None => Some(0),
            Some(_) => fraction(&fine[3..]),
        };
        let Some(ns) = ns else { return };
        let minute = Some(stamp.civil.ns - i64::from(second.min(59)) * 1_000_000_000 - ns);
        *clock = Clock { before, behind: after, follows, minute, stamp: Some(stamp) };
    }
}

/// Seconds and a fraction of few digits, as eight bytes that are read together.
#[derive(Clone, Copy, Debug)]
struct Fine {
    /// What stands in them where all digits are 0, and which bits of them count.
    zeros: u64,
    mask: u64,
    /// What takes a byte that isn't what it should be to its highest bit.
    limits: u64,
}

impl Fine {
    /// For a fraction of so many digits behind a byte; `None` where they are too many.
    fn of(fraction: Option<(u8, u8)>) -> Option<Self> {
        let (mut zeros, mut counts, mut limits) = ([0; 8], [0; 8], [0x7f; 8]);
        let (digits, sep) = fraction.map_or((0, None), |(digits, sep)| (usize::from(digits), Some(sep)));
        for digit in (0..2).chain(3..3 + digits) {
            *zeros.get_mut(digit)? = b'0';
            (counts[digit], limits[digit]) = (0xff, 0x7f - 9);
        }
        if let Some(sep) = sep {
            (zeros[2], counts[2]) = (sep, 0xff);
        }
        let [zeros, mask, limits] = [zeros, counts, limits].map(u64::from_le_bytes);
        Some(Self { zeros, mask, limits })
    }

    /// Seconds, and nanoseconds of the fraction.
    #[inline]
    fn read(&self, bytes: [u8; 8]) -> Option<(i64, i64)> {
        const HIGHEST: u64 = u64::from_ne_bytes([0x80; 8]);
        const FRACTION: u64 = u64::MAX << 24;
        // The first digit is the lowest byte.
        let values = (u64::from_le_bytes(bytes) ^ self.zeros) & self.mask;
        if (values.wrapping_add(self.limits) | values) & HIGHEST != 0 {
            return None;
        }
        let second = (values & 0xff) * 10 + (values >> 8 & 0xff);
        // Eight digits as one number, the first three of which are 0: <https://johnnylee-sde.github.io/Fast-numeric-string-to-int/>.
        let twos = (values & FRACTION) * 10 + ((values & FRACTION) >> 8);
        let (even, odd) = (twos & 0x0000_00ff_0000_00ff, twos >> 16 & 0x0000_00ff_0000_00ff);
        let number = even.wrapping_mul(0x000f_4240_0000_0064).wrapping_add(odd.wrapping_mul(0x2710_0000_0001)) >> 32;
        Some((second as i64, number as i64 * 10_000))
    }
}

fn two(b: &[u8]) -> Option<u8> {
    match b {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some((tens - b'0') * 10 + (ones - b'0')),
        _ => None,
    }
}

/// Nanoseconds of a fraction of up to nine digits.
fn fraction(digits: &[u8]) -> Option<i64> {
    const SCALE: [i64; 10] = [1_000_000_000, 100_000_000, 10_000_000, 1_000_000, 100_000, 10_000, 1000, 100, 10, 1];
    let value = digits.iter().try_fold(0_i64, |n, d| d.is_ascii_digit().then(|| n * 10 + i64::from(d - b'0')))?;
    Some(value * SCALE.get(digits.len())?)
}

#[cfg(test)]
mod tests {
    use super::super::pattern::java;
    use super::*;
    use proptest::prelude::*;

    /// Stamps as text that follow each other in many ways, good and bad.
    fn stamps() -> impl Strategy<Value = Vec<String>> {
        let number = |most: u32| (0..=most).prop_map(|n| format!("{n:02}"));
        let one = (
            (prop::sample::select(vec!["2026-01-13", "2026-02-29", "2024-02-29", "9999-12-31", "13 Jan 2026"])),
            prop::sample::select(vec![" ", "T"]),
            (number(24), number(61), number(62)),
            prop::sample::select(vec!["", ",480", ".480", ",48", ",4801", ",x80", ".123456789"]),
            prop::sample::select(vec!["", " PM", " AM", "Z", "+01:00", "+0130", " CET", " CEST", " 2026"]),
            prop::sample::select(vec!["", " ", "]", "7", "x", ":", "\t"]),
        );
        let one = one
            .prop_map(|(date, t, (h, m, s), fraction, zone, end)| format!("{date}{t}{h}:{m}:{s}{fraction}{zone}{end}"));
        prop::collection::vec(one, 1..20)
    }

    proptest! {
        #[test]
        fn the_quick_way_reads_what_the_other_does(mut stamps in stamps(), again in 0..20_usize) {
            // The same minute twice, with other seconds.
            let same = stamps[again % stamps.len()].replace(":0", ":1");
            stamps.push(same);
            for pattern in [
                "yyyy-MM-dd HH:mm:ss,SSS", "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd'T'HH:mm:ss.SSSXXX",
                "yyyy-MM-dd hh:mm:ss a", "yyyy-MM-dd HH:mm:ss z", "dd MMM yyyy HH:mm:ss,SSS", "yyyy-MM-dd HH:mm:ss[,S]",
                "yyyy-M-d H:m:s", "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "yyyy-MM-dd HH:mm:ss yyyy",
            ] {
                let format = java(pattern).expect("a pattern");
                let clocked = Clocked::of(&format);
                let mut clock = Clock::default();
                for text in &stamps {
                    let read = clocked.read(text.as_bytes(), &mut clock).and_then(|len| Some((clock.stamp?, len)));
                    prop_assert_eq!(read, format.read(text.as_bytes()), "{} {}", pattern, text);
                }
            }
        }
    }

    #[test]
    fn seconds_of_one_minute_are_read_without_the_rest() {
        let clocked = Clocked::of(&java("yyyy-MM-dd HH:mm:ss,SSSXXX").expect("a pattern"));
        let mut clock = Clock::default();
        let first = b"2026-01-13 10:15:02,480+01:00 x";
        let said = |clock: &Clock| clock.stamp.map(|stamp| stamp.to_rfc3339()).unwrap_or_default();
        assert_eq!(clocked.read(first, &mut clock), Some(29));
        assert_eq!(said(&clock), "2026-01-13T10:15:02.480+01:00");
        assert_eq!(clocked.quickly(b"2026-01-13 10:15:59,001+01:00 y", &mut clock), Some(29));
        assert_eq!(said(&clock), "2026-01-13T10:15:59.001+01:00");
        assert_eq!(clocked.quickly(b"2026-01-13 10:16:00,001+01:00 y", &mut clock), None);
    }
}
