//! What a filter may ask about an event beyond the event itself: its source, its moment, what belongs together,
//! what was marked. A cheap clone of it goes to whoever searches.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::{Clock, EventRef, ExchangeId, Gathered, Investigation, Moment, SourceId, Stamp};

use super::joined::{self, Joined};

/// Everything that was gathered and concluded, as filters see it.
#[derive(Clone)]
pub struct Surroundings {
    /// What was read.
    pub gathered: Arc<Gathered>,
    /// What was concluded from it.
    pub investigation: Arc<Investigation>,
    /// What the user marked.
    pub marks: Arc<HashSet<EventRef>>,
    /// What the user has looked at.
    pub seen: Arc<HashSet<EventRef>>,
    /// The zone in which times are shown and asked for, minutes east of UTC.
    pub zone_minutes: i32,
    /// The newest event, nanoseconds since the epoch on the reference's clock.
    pub end_ns: Option<i64>,
    clocks: Arc<HashMap<SourceId, Clock>>,
    joined: Arc<Mutex<HashMap<ExchangeId, Arc<Joined>>>>,
}

impl Surroundings {
    /// What was gathered and concluded, without marks. Times are shown in the reference's zone.
    #[must_use]
    pub fn new(gathered: Arc<Gathered>, investigation: Arc<Investigation>) -> Self {
        let clocks: HashMap<SourceId, Clock> =
            investigation.sources.iter().map(|(source, clock, ..)| (source.id, *clock)).collect();
        let end_ns = investigation
            .sources
            .iter()
            .filter_map(|(_, clock, _, last)| last.as_ref().and_then(|stamp| clock.place(stamp)))
            .map(|moment| moment.utc_ns)
            .max();
        let zone_minutes = shown_zone(&investigation);
        let joined = Arc::default();
        Self {
            gathered,
            investigation,
            marks: Arc::default(),
            seen: Arc::default(),
            zone_minutes,
            end_ns,
            clocks: Arc::new(clocks),
            joined,
        }
    }

    /// The clock of a source; that of the reference where nothing is known.
    #[must_use]
    pub fn clock(&self, source: SourceId) -> Clock {
        self.clocks.get(&source).copied().unwrap_or(Clock::REFERENCE)
    }

    /// Where an event lies on the time line; `None` where it has no time that could be placed.
    #[must_use]
    pub fn moment(&self, event: EventRef) -> Option<Moment> {
        let (source, stamp) = self.stamp(event)?;
        self.clock(source).place(&stamp)
    }

    /// The source of an event and the stamp it has there.
    #[must_use]
    pub fn stamp(&self, event: EventRef) -> Option<(SourceId, Stamp)> {
        match event {
            EventRef::Exchange(id) => self.gathered.exchange(id).and_then(|x| Some((x.source, x.started?))),
            EventRef::Dump(id) => self.gathered.dump(id).and_then(|d| Some((d.source, d.dump.at?))),
            EventRef::Record(source, n) => Some((source, self.gathered.log(source)?.head(n)?.stamp?)),
        }
    }

    /// What belongs to a call. Reads the records around it the first time it is asked, so not on the way to a draw.
    #[must_use]
    pub fn joined(&self, id: ExchangeId) -> Option<Arc<Joined>> {
        let exchange = self.gathered.exchange(id)?;
        if let Some(known) = self.joined.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Some(Arc::clone(known));
        }
        let joined = Arc::new(joined::join(exchange, self));
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&joined));
        Some(joined)
    }

    /// What belongs to a call, where that has been found out already.
    #[must_use]
    pub fn joined_if_known(&self, id: ExchangeId) -> Option<Arc<Joined>> {
        self.joined.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

/// The zone of the reference's own stamps, else the one applied to them, else UTC.
fn shown_zone(investigation: &Investigation) -> i32 {
    let reference = investigation.reference;
    let found = investigation.sources.iter().find(|(source, ..)| Some(source.id) == reference);
    let Some((_, clock, first, _)) = found.or_else(|| investigation.sources.first()) else { return 0 };
    match first.and_then(|stamp| stamp.offset_s) {
        Some(seconds) => seconds / 60,
        None => clock.zone_minutes.unwrap_or(0),
    }
}
