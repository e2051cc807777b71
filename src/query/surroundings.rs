//! What a filter may ask about an event beyond the event itself: its source, its moment, what belongs together,
//! what was marked. A cheap clone of it goes to whoever searches.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::{
    About, Cause, Clock, EventRef, Exchange, ExchangeId, Finding, Gathered, Investigation, Moment, Remark, SourceId,
    Stamp, Stream,
};

use super::joined::{self, Joined, touches};

/// Everything that was gathered and concluded, as filters see it.
#[derive(Clone)]
pub struct Surroundings {
    /// What was read.
    pub gathered: Arc<Gathered>,
    /// What was concluded from it.
    pub investigation: Arc<Investigation>,
    /// What the user marked.
    pub marks: Arc<HashSet<EventRef>>,
    /// The notes that the user wrote.
    pub notes: Arc<HashMap<EventRef, String>>,
    /// What the user has looked at.
    pub seen: Arc<HashSet<EventRef>>,
    /// The zone in which times are shown and asked for, minutes east of UTC.
    pub zone_minutes: i32,
    /// Whether anything in the evidence says that this is their zone.
    pub zone_known: bool,
    /// The newest event, nanoseconds since the epoch on the reference's clock.
    pub end_ns: Option<i64>,
    clocks: Arc<HashMap<SourceId, Clock>>,
    // Findings, by their number, of each event that they speak of or rest on.
    resting: Arc<HashMap<EventRef, Vec<usize>>>,
    // The cause in the summary, by its number, of each finding and of calls that no finding explains.
    causes: Arc<(HashMap<String, usize>, HashMap<ExchangeId, usize>)>,
    joined: Arc<Mutex<HashMap<ExchangeId, Arc<Joined>>>>,
    inside: Arc<OnceLock<Inside>>,
}

/// The exchanges in each TCP conversation of a capture.
type Inside = HashMap<(SourceId, u32), Vec<ExchangeId>>;

impl Surroundings {
    /// What was gathered and concluded, with the remarks on it. Times are shown in the first log's zone, or
    /// the reference's.
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
        let (zone_minutes, zone_known) = investigation.shown_zone();
        let resting = resting(&investigation);
        let causes = causes(&investigation);
        let joined = Arc::default();
        let (marks, notes) = remarks(&investigation);
        Self {
            gathered,
            investigation,
            marks: Arc::new(marks),
            notes: Arc::new(notes),
            seen: Arc::default(),
            zone_minutes,
            zone_known,
            end_ns,
            clocks: Arc::new(clocks),
            resting: Arc::new(resting),
            causes: Arc::new(causes),
            joined,
            inside: Arc::default(),
        }
    }

    /// The exchanges that travelled in a TCP conversation of a capture, by rising id. Looks at all exchanges the first
    /// time it is asked.
    pub fn exchanges_in(&self, stream: &Stream) -> impl ExactSizeIterator<Item = &Exchange> {
        let inside = self.inside.get_or_init(|| {
            let mut inside = Inside::new();
            if !self.gathered.streams.is_empty() {
                for x in &self.gathered.exchanges {
                    if let Some(number) = x.stream {
                        inside.entry((x.source, number)).or_default().push(x.id);
                    }
                }
            }
            inside
        });
        let ids = inside.get(&(stream.source, stream.tcp.number)).map_or(&[][..], Vec::as_slice);
        let found: Vec<&Exchange> = ids.iter().filter_map(|id| self.gathered.exchange(*id)).collect();
        found.into_iter()
    }

    /// Takes the user's remarks anew.
    pub fn set_remarks(&mut self, remarks: Vec<Remark>) {
        Arc::make_mut(&mut self.investigation).remarks = remarks;
        let (marks, notes) = self::remarks(&self.investigation);
        (self.marks, self.notes) = (Arc::new(marks), Arc::new(notes));
    }

    /// The findings that speak of an event or rest on it, in their order.
    pub fn findings_of(&self, event: EventRef) -> impl Iterator<Item = &Finding> {
        let numbers = self.resting.get(&event).map_or(&[][..], Vec::as_slice);
        numbers.iter().filter_map(|n| self.investigation.findings.get(*n))
    }

    /// The causes in the summary of failures that an event stands for, or is evidence of.
    pub fn causes_of(&self, event: EventRef) -> impl Iterator<Item = &Cause> {
        let all = &self.investigation.summary.causes;
        let (of_findings, of_calls) = self.causes.as_ref();
        let open = match event {
            EventRef::Exchange(id) => of_calls.get(&id),
            _ => None,
        };
        self.findings_of(event).filter_map(|f| of_findings.get(&f.id)).chain(open).filter_map(|n| all.get(*n))
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
            EventRef::Threads(id) => self.gathered.thread_dump(id).and_then(|(source, dump)| Some((*source, dump.at?))),
            EventRef::Record(source, n) => Some((source, self.gathered.log(source)?.head(n)?.stamp?)),
            EventRef::Stream(id) => {
                self.gathered.stream(id).and_then(|stream| Some((stream.source, stream.started()?)))
            }
        }
    }

    /// The records of a source that may lie within a span of the reference's clock (both ends included), by what their
    /// doubt allows, each with its moment. Blocks that lie elsewhere aren't looked at, nor what can't be read any more.
    pub fn records_between(&self, source: SourceId, span: (i64, i64)) -> impl Iterator<Item = (usize, Moment)> {
        let clock = self.clock(source);
        self.gathered.log(source).into_iter().flat_map(move |records| {
            let near = records.blocks().filter(move |block| {
                let reach = block.reach(&clock);
                reach.is_some_and(|(a, b)| touches((a.utc_ns, b.utc_ns), a.uncertainty_ns, span))
            });
            near.flat_map(move |block| {
                let heads = records.heads(&block).unwrap_or_default();
                let placed =
                    (block.first..).zip(heads).filter_map(move |(n, head)| Some((n, clock.place(&head.stamp?)?)));
                placed.filter(move |(_, at)| touches((at.utc_ns, at.utc_ns), at.uncertainty_ns, span))
            })
        })
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

fn causes(investigation: &Investigation) -> (HashMap<String, usize>, HashMap<ExchangeId, usize>) {
    let (mut of_findings, mut of_calls) = (HashMap::new(), HashMap::new());
    for (n, cause) in investigation.summary.causes.iter().enumerate() {
        of_findings.extend(cause.findings.iter().map(|id| (id.clone(), n)));
        of_calls.extend(cause.unexplained.iter().map(|id| (*id, n)));
    }
    (of_findings, of_calls)
}

/// The marks and notes on events.
fn remarks(investigation: &Investigation) -> (HashSet<EventRef>, HashMap<EventRef, String>) {
    let on_events = || {
        investigation.remarks.iter().filter_map(|remark| match remark.about {
            About::Event(event) => Some((event, remark)),
            _ => None,
        })
    };
    let marks = on_events().filter(|(_, remark)| remark.marked).map(|(event, _)| event);
    let notes = on_events().filter(|(_, remark)| !remark.note.is_empty());
    (marks.collect(), notes.map(|(event, remark)| (event, remark.note.clone())).collect())
}

fn resting(investigation: &Investigation) -> HashMap<EventRef, Vec<usize>> {
    let mut resting: HashMap<EventRef, Vec<usize>> = HashMap::new();
    for (n, finding) in investigation.findings.iter().enumerate() {
        let about = finding.exchange.map(EventRef::Exchange);
        for event in about.into_iter().chain(finding.evidence.iter().map(|e| e.event)) {
            let numbers = resting.entry(event).or_default();
            if numbers.last() != Some(&n) {
                numbers.push(n);
            }
        }
    }
    resting
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use mwscope_parsers::Span;

    use super::*;
    use crate::logs::Log;
    use crate::model::{Block, Drift, Head, Record, Records};

    /// A log that counts the heads that were asked for.
    struct Counting(Log, Arc<AtomicUsize>);

    impl Records for Counting {
        fn len(&self) -> usize {
            self.0.len()
        }

        fn head(&self, n: usize) -> Option<Head> {
            self.1.fetch_add(1, Ordering::Relaxed);
            self.0.head(n)
        }

        fn block(&self, n: usize) -> Option<Block> {
            self.0.block(n)
        }

        fn heads(&self, block: &Block) -> io::Result<Vec<Head>> {
            self.1.fetch_add(block.count, Ordering::Relaxed);
            self.0.heads(block)
        }

        fn read(&self, n: usize) -> io::Result<Record> {
            self.0.read(n)
        }

        fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
            Records::bytes(&self.0, span)
        }

        fn layouts(&self) -> Vec<String> {
            Records::layouts(&self.0)
        }
    }

    #[test]
    fn records_of_a_span_are_those_that_a_walk_over_all_finds() {
        let mut text = String::new();
        for n in 0..60_000 {
            // Every hundredth comes late, as where threads write through a buffer.
            let at = if n % 100 == 0 { n - n.min(500) } else { n };
            let (hour, minute, second) = (at / 3600, at / 60 % 60, at % 60);
            let _infallible = writeln!(text, "2026-01-13 {hour:02}:{minute:02}:{second:02},000 INFO  [w-1] a.B - {n}");
        }
        let source = SourceId(0);
        let log = Log::in_memory(Bytes::from(text), None).expect("in memory");
        let read = Arc::new(AtomicUsize::new(0));
        let mut gathered = Gathered::new();
        gathered.logs = vec![(source, Arc::new(Counting(log, Arc::clone(&read))))];
        let mut around = Surroundings::new(Arc::new(gathered), Arc::default());
        let drift = Drift::new(&[(0, 0), (i64::MAX / 2, 40_000_000_000)]);
        let clock = Clock { zone_minutes: Some(60), offset_ms: -1_500, uncertainty_ms: 700, drift, ..Clock::REFERENCE };
        around.clocks = Arc::new(HashMap::from([(source, clock)]));
        let log = around.gathered.log(source).expect("a log");
        let placed: Vec<_> = (0..log.len()).filter_map(|n| Some((n, clock.place(&log.head(n)?.stamp?)?))).collect();
        assert_eq!(placed.len(), 60_000);
        let begin = placed.iter().map(|(_, at)| at.utc_ns).min().expect("a first one");
        let second = 1_000_000_000;
        for (from, to) in [(-10, -5), (-10, 0), (0, 0), (7, 9), (30_000, 30_002), (59_990, 70_000), (0, 60_000)] {
            let span = (begin + from * second, begin + to * second);
            let walked = placed.iter().filter(|(_, m)| touches((m.utc_ns, m.utc_ns), m.uncertainty_ns, span));
            read.store(0, Ordering::Relaxed);
            let found: Vec<_> = around.records_between(source, span).collect();
            assert_eq!(found, walked.copied().collect::<Vec<_>>(), "{from}..{to}");
            let all = (from, to) == (0, 60_000);
            assert!(all || read.load(Ordering::Relaxed) < 2_000, "{from}..{to} looked at {read:?}");
        }
    }
}
