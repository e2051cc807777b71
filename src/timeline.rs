//! One time line over everything that was read: clocks that place each source, the merged order of events, and the
//! joins between failing exchanges, log records and dumps.
//!
//! It states what belongs together and how sure that is. What it means is the business of `rules`.

pub mod clocks;
pub mod order;

mod asked;
mod assign;
mod correlate;
mod echo;
mod entries;
mod episode;
mod homes;
mod journal;
mod overlap;
mod passes;
mod places;
mod scan;
mod spans;
mod views;
mod words;

use mwscope_parsers::{Civil, Stamp};

use crate::model::{Known, SourceId};

pub use asked::AskedTime;
pub use correlate::{Join, Joined, JoinedDump, join};
pub(crate) use correlate::{not_readable, not_serving, out_of_step, sounds_broken};
pub use episode::{Episode, EpisodeKind};
pub use journal::Entry;
pub use passes::{Pass, Passes};
pub use scan::Trouble;
pub use views::{Views, views};

/// What the user asks for beyond the evidence.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Told clocks: what is added to that source's stamps to reach the reference's clock, in milliseconds.
    pub clocks: Vec<(SourceId, i64)>,
    /// Entries known to be one instant.
    pub same: Vec<Same>,
    /// The zone of stamps that carry none, where the user knows it.
    pub zone: Option<Zone>,
    /// The same for single sources, where `zone` isn't told.
    pub zones: Vec<(SourceId, Zone)>,
    /// Which failures are asked for.
    pub only: Only,
}

impl Options {
    /// These, and before them what is known already of the sources: what the user says now wins.
    #[must_use]
    pub(crate) fn with(&self, known: &Known) -> Self {
        let zones = known.zones.iter().filter_map(|(source, zone)| Some((*source, Zone::parse(zone)?)));
        let same = known.same.iter().map(|[one, other]| Same { one: *one, other: *other });
        Self {
            clocks: known.offsets.iter().copied().chain(self.clocks.iter().copied()).collect(),
            same: same.chain(self.same.iter().copied()).collect(),
            zone: self.zone.clone(),
            zones: zones.chain(self.zones.iter().cloned()).collect(),
            only: self.only.clone(),
        }
    }

    /// What is known of clocks by these, of that many sources.
    pub fn make_known(&self, known: &mut Known, sources: u32) {
        if let Some(zone) = self.zone.as_ref().and_then(Zone::name) {
            known.zones = (0..sources).map(|source| (SourceId(source), zone.clone())).collect();
        }
        known.offsets.extend_from_slice(&self.clocks);
        known.same.extend(self.same.iter().map(|same| [same.one, same.other]));
    }

    /// The zone of that source's stamps that carry none, at that time: minutes east of UTC.
    fn zone_at(&self, source: SourceId, civil: Civil) -> Option<i32> {
        let own = || self.zones.iter().rev().find(|(of, _)| *of == source).map(|(_, zone)| zone);
        self.zone.as_ref().or_else(own).map(|zone| zone.minutes_at(civil))
    }
}

/// Two entries of different sources that the user knows to be one instant, each with its stamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Same {
    /// One.
    pub one: (SourceId, Stamp),
    /// The other.
    pub other: (SourceId, Stamp),
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

    /// Its name, which [`Zone::parse`] reads; `None` for rules of this computer that have no name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        match self {
            Self::Fixed(minutes) => {
                let sign = if *minutes < 0 { '-' } else { '+' };
                Some(format!("{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60))
            }
            Self::Named(zone) => zone.iana_name().map(str::to_owned),
        }
    }

    /// Minutes east of UTC at that civil time, the first where it came twice.
    #[must_use]
    pub fn minutes_at(&self, civil: Civil) -> i32 {
        self.minutes_in(civil, Pass::First)
    }

    /// Minutes east of UTC at that civil time, where it came twice at the one that is meant.
    #[must_use]
    pub fn minutes_in(&self, civil: Civil, pass: Pass) -> i32 {
        match self {
            Self::Fixed(minutes) => *minutes,
            Self::Named(zone) => date_time(civil).map_or(0, |at| {
                let offset = match zone.to_ambiguous_timestamp(at).offset() {
                    jiff::tz::AmbiguousOffset::Unambiguous { offset } => offset,
                    jiff::tz::AmbiguousOffset::Fold { after, .. } if pass == Pass::Second => after,
                    // A clock that shows an hour which never comes has not been put forward yet.
                    jiff::tz::AmbiguousOffset::Fold { before, .. } | jiff::tz::AmbiguousOffset::Gap { before, .. } => {
                        before
                    }
                };
                offset.seconds() / 60
            }),
        }
    }

    /// Whether a clock may have been put back between two civil times or within a day of them.
    #[must_use]
    pub fn is_put_back(&self, first: Civil, last: Civil) -> bool {
        /// So many changes of a clock are looked at; more may have been any.
        const LOOKED_AT: usize = 200;
        const DAY: i64 = 86_400_000_000_000;
        let Self::Named(zone) = self else { return false };
        let moment = |ns: i64| jiff::Timestamp::from_nanosecond(ns.into()).ok();
        let (begin, end) = (first.ns.saturating_sub(DAY), last.ns.saturating_add(DAY));
        let Some((begin, end)) = moment(begin).zip(moment(end)) else { return true };
        let mut offset = zone.to_offset(begin);
        let mut looked_at = 0;
        for change in zone.following(begin).take_while(|change| change.timestamp() <= end) {
            looked_at += 1;
            if change.offset() < offset || looked_at > LOOKED_AT {
                return true;
            }
            offset = change.offset();
        }
        false
    }

    /// Whether the clock was put back or forward over that civil time.
    #[must_use]
    pub fn shift_at(&self, civil: Civil) -> Option<Shift> {
        let Self::Named(zone) = self else { return None };
        match zone.to_ambiguous_timestamp(date_time(civil)?).offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { .. } => None,
            jiff::tz::AmbiguousOffset::Fold { .. } => Some(Shift::Fold),
            jiff::tz::AmbiguousOffset::Gap { .. } => Some(Shift::Gap),
        }
    }
}

fn date_time(civil: Civil) -> Option<jiff::civil::DateTime> {
    let (year, month, day, hour, minute, second, _) = civil.parts();
    let year = i16::try_from(year).ok()?;
    let [month, day, hour, minute, second] =
        [month, day, hour, minute, second].map(|part| i8::try_from(part).unwrap_or(-1));
    jiff::civil::DateTime::new(year, month, day, hour, minute, second, 0).ok()
}

/// Why a civil time in a zone is no single instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shift {
    /// The clock was put back: the time came twice, and the first is taken.
    Fold,
    /// The clock was put forward: the time never came, and is taken as if it had not been.
    Gap,
}

impl Shift {
    /// `fold` or `gap`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fold => "fold",
            Self::Gap => "gap",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_that_come_twice_or_never_are_known() {
        let zone = Zone::parse("Europe/Stockholm").expect("a zone");
        let at = |month, day, hour| Civil::new(2026, month, day, hour, 30, 0, 0).expect("a date");
        assert_eq!(zone.shift_at(at(10, 25, 2)), Some(Shift::Fold));
        assert_eq!(zone.shift_at(at(3, 29, 2)), Some(Shift::Gap));
        assert_eq!(zone.shift_at(at(3, 29, 4)), None);
        assert_eq!(Zone::Fixed(60).shift_at(at(10, 25, 2)), None);
    }

    #[test]
    fn zones_are_numbers_or_names() {
        let civil = Civil::new(2026, 7, 13, 10, 16, 0, 0).expect("a date");
        for (text, minutes) in [("+01:00", 60), ("-0530", -330), ("Z", 0), ("+2", 120)] {
            let zone = Zone::parse(text).expect("a zone");
            assert_eq!(zone.minutes_at(civil), minutes, "{text}");
            let again = Zone::parse(&zone.name().expect("a name")).expect("a zone");
            assert_eq!(again.minutes_at(civil), minutes, "{text}");
        }
        assert!(Zone::parse("+99").is_none());
        assert!(Zone::parse("nowhere").is_none());
    }
}
