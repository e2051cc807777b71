//! The evidence around a few exchanges of a recording, so that they can be concluded on wherever handing on has come to:
//! the logs that are followed and the dumps that came, or, for what an earlier recording left behind, what the case has.

use std::sync::{Arc, Mutex, PoisonError};

use mwscope_parsers::dump::{self, Dump, Synonyms};

use crate::case::{Case, CaseBodies, RECORDING, StoredContent, StoredSource};
use crate::import;
use crate::logs::Log;
use crate::model::{
    DumpId, EventRef, Exchange, ExchangeId, Finding, Gathered, GatheredDump, Records as _, Source, SourceId,
    SourceKind, challenge,
};
use crate::query::Surroundings;
use crate::rules;
use crate::timeline;

/// The logs that a recording follows, by path, those that were rotated away included.
pub(crate) type Followed = Arc<Mutex<Vec<(String, Arc<Log>)>>>;

/// What is known beside the exchanges.
pub(super) struct Evidence {
    case: Case,
    /// What the case had when this recording began.
    sources: Vec<StoredSource>,
    /// The same, read; once it was needed.
    left: Option<Gathered>,
    followed: Followed,
    /// Dumps that came since, by path.
    dumps: Vec<(String, Vec<Arc<Dump>>)>,
    layout: Option<String>,
    timeline: timeline::Options,
}

/// Whose exchanges are concluded on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    /// This recording's.
    Now,
    /// Those of a recording before it.
    Before,
}

impl Evidence {
    pub(super) fn new(
        case: Case,
        sources: Vec<StoredSource>,
        followed: Followed,
        layout: Option<String>,
        timeline: timeline::Options,
    ) -> Self {
        Self { case, sources, left: None, followed, dumps: Vec::new(), layout, timeline }
    }

    /// A source was put into the case; gives its path where it is a dump that can be read.
    pub(super) fn take(&mut self, stored: &StoredSource) -> Option<String> {
        let StoredContent::Copied(copied) = &stored.content else { return None };
        if stored.source.kind != SourceKind::Dump {
            return None;
        }
        let bytes = CaseBodies::new([&self.case]).copied(0, *copied).ok()?;
        let dumps = dump::read(&bytes, Synonyms::standard()).dumps.into_iter().map(Arc::new).collect();
        let path = stored.source.path.clone();
        self.dumps.retain(|(other, _)| *other != path);
        self.dumps.push((path.clone(), dumps));
        Some(path)
    }

    /// A measure that is another one when there is more evidence.
    pub(super) fn extent(&self) -> (usize, usize) {
        let followed = self.followed.lock().unwrap_or_else(PoisonError::into_inner);
        (followed.iter().map(|(_, log)| log.len()).sum(), self.dumps.len())
    }

    /// What is concluded of the exchanges, which stand by rising id.
    pub(super) fn around(&mut self, of: Of, exchanges: Vec<Exchange>) -> Surroundings {
        let mut gathered = match of {
            Of::Now => self.now(),
            Of::Before => self.before(),
        };
        gathered.bodies = Arc::new(CaseBodies::new([&self.case]));
        let recording = add(&mut gathered, RECORDING, SourceKind::Case, exchanges.len() as u64);
        gathered.exchanges = exchanges;
        gathered.exchanges.iter_mut().for_each(|exchange| exchange.source = recording);
        challenge::mark(&mut gathered.exchanges);
        let investigation = rules::investigate(&gathered, &self.timeline);
        Surroundings::new(Arc::new(gathered), Arc::new(investigation))
    }

    /// The exchanges by themselves, with nothing concluded: of those that succeeded there is no more to say at first.
    pub(super) fn alone(exchanges: Vec<Exchange>) -> Surroundings {
        let mut gathered = Gathered::new();
        let recording = add(&mut gathered, RECORDING, SourceKind::Case, exchanges.len() as u64);
        gathered.exchanges = exchanges;
        gathered.exchanges.iter_mut().for_each(|exchange| exchange.source = recording);
        Surroundings::new(Arc::new(gathered), Arc::default())
    }

    fn now(&self) -> Gathered {
        let mut gathered = Gathered::new();
        self.add_followed(&mut gathered);
        self.add_dumps(&mut gathered);
        gathered
    }

    fn before(&mut self) -> Gathered {
        let (case, sources, layout) = (&self.case, &self.sources, &self.layout);
        let read = || {
            let options = import::Options { layout: layout.clone(), ..import::Options::default() };
            import::beside(case, sources, &options)
        };
        let mut gathered = self.left.get_or_insert_with(read).clone();
        // What that recording didn't come to read any more is read by this one.
        self.add_followed(&mut gathered);
        self.add_dumps(&mut gathered);
        gathered
    }

    fn add_followed(&self, gathered: &mut Gathered) {
        for (path, log) in self.followed.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let id = add(gathered, path, SourceKind::Log, log.len() as u64);
            gathered.logs.push((id, Arc::clone(log) as Arc<_>));
        }
    }

    /// Adds the dumps that came since, but for those that are there.
    fn add_dumps(&self, gathered: &mut Gathered) {
        let mut next = gathered.dumps.last().map_or(0, |dump| dump.id.0 + 1)..;
        for (path, dumps) in &self.dumps {
            if gathered.sources.iter().any(|source| source.path == *path) {
                continue;
            }
            let source = add(gathered, path, SourceKind::Dump, dumps.len() as u64);
            let dumps = dumps.iter().zip(&mut next);
            gathered.dumps.extend(dumps.map(|(dump, n)| GatheredDump::new(DumpId(n), source, Arc::clone(dump))));
        }
    }

    /// Nothing of an earlier recording is left to be handed on.
    pub(super) fn forget_before(&mut self) {
        (self.left, self.sources) = (None, Vec::new());
    }
}

fn add(gathered: &mut Gathered, path: &str, kind: SourceKind, items: u64) -> SourceId {
    let id = SourceId(u32::try_from(gathered.sources.len()).unwrap_or(u32::MAX));
    gathered.sources.push(Source { id, path: path.to_owned(), kind, items, bytes: 0, layout: None });
    id
}

/// The dumps that a finding rests on.
pub(super) fn dumps(finding: &Finding) -> impl Iterator<Item = DumpId> {
    finding.evidence.iter().filter_map(|evidence| match evidence.event {
        EventRef::Dump(id) => Some(id),
        EventRef::Exchange(_) | EventRef::Record(..) | EventRef::Threads(_) | EventRef::Stream(_) => None,
    })
}

/// What a finding concludes of what, whatever its id is this time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Conclusion {
    /// The call that it is about.
    pub(super) call: Option<ExchangeId>,
    /// Where there is none, the first place that it rests on.
    place: Option<(String, Option<u64>)>,
    rule: &'static str,
}

/// What a finding is about, and what it says, as a number.
pub(super) fn fingerprint(finding: &Finding) -> (Conclusion, u64) {
    use std::hash::{Hash, Hasher};
    let places = finding.evidence.iter().map(|e| (&e.place.source, e.place.line, e.role.word(), e.score >= 0.5));
    let mut hasher = std::hash::DefaultHasher::new();
    places.for_each(|place| place.hash(&mut hasher));
    finding.title.hash(&mut hasher);
    let (call, rule) = (finding.exchange, finding.rule);
    let first = finding.evidence.first().filter(|_| call.is_none());
    let place = first.map(|e| (e.place.source.clone(), e.place.line));
    (Conclusion { call, place, rule }, hasher.finish())
}
