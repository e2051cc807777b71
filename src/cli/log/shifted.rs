//! Records whose time came twice or never in their zone, the clock having been put back or forward: which of the two times
//! they are of, as far as the log's order tells, and what the reader of a list must know of them.

use std::collections::HashMap;

use mwscope_parsers::log;

use super::output;
use crate::model::{Record, Records, Stamp};
use crate::timeline::{Pass, Passes, Shift, Zone};

/// What was found so far, of all logs of a list.
#[derive(Default)]
pub(super) struct Shifted {
    /// Records of the first time, of the second, and of one that can't be told.
    firsts: u64,
    seconds: u64,
    folds: u64,
    gaps: u64,
    /// What the order of each log tells, by its path.
    passes: HashMap<String, Passes>,
}

/// What became of the clock over a record's time.
#[derive(Clone, Copy)]
pub(super) struct Found {
    shift: Shift,
    pass: Option<Pass>,
    /// The minutes east of UTC that are meant.
    pub(super) minutes: i32,
}

impl Found {
    /// `gap`, `fold` where it isn't known which time is meant, `fold-first` and `fold-second` where it is.
    pub(super) const fn word(self) -> &'static str {
        match (self.shift, self.pass) {
            (Shift::Fold, Some(Pass::First)) => "fold-first",
            (Shift::Fold, Some(Pass::Second)) => "fold-second",
            (shift, _) => shift.word(),
        }
    }
}

impl Shifted {
    /// What became of the clock over the record's time, in the zone whose region it names or that was told. `place` is its
    /// log and its number there, where the log is at hand.
    pub(super) fn take(
        &mut self,
        zone: Option<&Zone>,
        path: &str,
        place: Option<(&dyn Records, usize)>,
        record: &Record,
    ) -> Option<Found> {
        let stamp = record.head.stamp.filter(|stamp| stamp.has_date)?;
        let own;
        let zone = match stamp.offset_s {
            Some(_) => {
                own = Zone::parse(log::region(&record.at_text)?)?;
                &own
            }
            None => zone?,
        };
        let shift = zone.shift_at(stamp.civil)?;
        let pass = place.filter(|_| shift == Shift::Fold).and_then(|(records, n)| {
            if !self.passes.contains_key(path) {
                self.passes.insert(path.to_owned(), Passes::of(records, zone));
            }
            self.passes.get(path)?.of_record(n, stamp.civil)
        });
        *match (shift, pass) {
            (Shift::Gap, _) => &mut self.gaps,
            (Shift::Fold, None) => &mut self.folds,
            (Shift::Fold, Some(Pass::First)) => &mut self.firsts,
            (Shift::Fold, Some(Pass::Second)) => &mut self.seconds,
        } += 1;
        Some(Found { shift, pass, minutes: zone.minutes_in(stamp.civil, pass.unwrap_or(Pass::First)) })
    }

    /// Says what the reader of the list must know of its times.
    pub(super) fn say(&self) {
        let Self { firsts, seconds, folds, gaps, .. } = self;
        if firsts + seconds > 0 {
            let both = firsts + seconds;
            output::say(&format!(
                "{both} records are of an hour that came twice in their zone: by the log's order {firsts} of the first time and {seconds} of the second"
            ));
        }
        if *folds > 0 {
            output::say(&format!("{folds} records are of an hour that came twice in their zone; the first is taken"));
        }
        if *gaps > 0 {
            output::say(&format!("{gaps} records are of an hour that never came in their zone; is it the right one?"));
        }
    }
}

/// A stamp at the offset that is meant, where its own is the first of two.
pub(super) fn meant(stamp: Stamp, found: Found) -> Stamp {
    Stamp { offset_s: stamp.offset_s.map(|_| found.minutes * 60), ..stamp }
}
