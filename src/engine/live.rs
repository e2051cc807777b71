//! What is known while recording goes on, and the verdicts it leads to: exchanges, records and dumps are added as
//! they come, and once nothing came for a moment the same time line and rules run over them as over a loaded case.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use mwscope_parsers::Span;
use mwscope_parsers::dump::Dump;
use mwscope_parsers::log::{Head, Reader, Record};

use super::session::{Before, Update};
use crate::logs::Log;
use crate::model::{
    Bodies, DumpId, EventRef, Evidence, EvidenceRole, Exchange, ExchangeId, Finding, FindingKind, Gathered,
    GatheredDump, Investigation, Records, Source, SourceId, SourceKind, SourceProblem, challenge,
};
use crate::redact;
use crate::timeline;

/// So many exchanges are kept in view for verdicts while recording; the case has them all.
const IN_VIEW: usize = 20_000;

/// The growing evidence of one recording.
pub(super) struct Live {
    gathered: Gathered,
    recording: SourceId,
    /// The first exchange that is this recording's, and none of one that it goes on with.
    first: ExchangeId,
    /// Those of it that haven't ended.
    under_way: HashSet<ExchangeId>,
    logs: HashMap<PathBuf, SourceId>,
    next_dump: u32,
    // What was said of each failure last, so that only news is said.
    said: HashMap<String, Vec<(EventRef, bool)>>,
    options: timeline::Options,
    trouble: timeline::Trouble,
}

/// The records of a log that begin at a place in its file or behind it; their lines and places are those of the log.
///
/// By place, since numbers change when more of a log shows another layout, and the record that is being written has none.
struct Since {
    all: Arc<Log>,
    offset: u64,
    /// The number of the first, as it was found the last time.
    found: AtomicUsize,
}

impl Since {
    fn new(all: Arc<Log>, offset: u64) -> Self {
        Self { all, offset, found: AtomicUsize::new(0) }
    }

    fn is_before(&self, n: usize) -> bool {
        self.all.head(n).is_some_and(|head| head.span.offset < self.offset)
    }

    /// How many records stand before.
    fn before(&self) -> usize {
        let found = self.found.load(Ordering::Relaxed);
        if !self.is_before(found) && (found == 0 || self.is_before(found - 1)) {
            return found;
        }
        let (mut least, mut most) = (0, self.all.len());
        while least < most {
            let middle = usize::midpoint(least, most);
            if self.is_before(middle) { least = middle + 1 } else { most = middle }
        }
        self.found.store(least, Ordering::Relaxed);
        least
    }
}

impl Records for Since {
    fn len(&self) -> usize {
        self.all.len().saturating_sub(self.before())
    }

    fn head(&self, n: usize) -> Option<Head> {
        self.all.head(n.saturating_add(self.before()))
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        self.all.read(n.saturating_add(self.before()))
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        self.all.bytes(span)
    }

    fn layouts(&self) -> Vec<String> {
        self.all.layouts()
    }

    fn trouble(&self) -> Option<String> {
        self.all.trouble()
    }

    fn reader(&self) -> Option<Arc<Reader>> {
        Records::reader(&*self.all)
    }

    fn notes(&self) -> Vec<String> {
        self.all.notes()
    }
}

/// The source of a recording under this name: the one that is there, as the case goes on with it too, else a new one behind
/// the others.
pub fn recording_in(gathered: &mut Gathered, name: &str) -> SourceId {
    if let Some(held) = gathered.sources.iter().find(|s| s.path == name && s.kind == SourceKind::Case) {
        return held.id;
    }
    let id = SourceId(u32::try_from(gathered.sources.len()).unwrap_or(u32::MAX));
    let path = name.to_owned();
    gathered.sources.push(Source { id, path, kind: SourceKind::Case, items: 0, bytes: 0, layout: None });
    id
}

impl Live {
    /// Nothing yet but the source of the exchanges, under this name.
    pub(super) fn new(name: &str, bodies: Arc<dyn Bodies>, options: timeline::Options) -> Self {
        let mut gathered = Gathered::new();
        gathered.bodies = bodies;
        let recording = recording_in(&mut gathered, name);
        Self {
            gathered,
            recording,
            first: ExchangeId(0),
            under_way: HashSet::new(),
            logs: HashMap::new(),
            next_dump: 0,
            said: HashMap::new(),
            options,
            trouble: timeline::Trouble::default(),
        }
    }

    /// What a case holds that is continued. A recording in it goes on, as it does in the case; where there is none, the
    /// source of the exchanges stands behind the others, under this name.
    pub(super) fn on(before: Before, name: &str, options: timeline::Options) -> Self {
        let Before { gathered, investigation } = before;
        let mut live = Self::new(name, Arc::clone(&gathered.bodies), options);
        live.gathered = Arc::unwrap_or_clone(gathered);
        live.recording = recording_in(&mut live.gathered, name);
        live.first = ExchangeId(live.gathered.exchanges.last().map_or(0, |last| last.id.0 + 1));
        live.next_dump = live.gathered.dumps.iter().map(|dump| dump.id.0.saturating_add(1)).max().unwrap_or(0);
        live.news(&investigation);
        live
    }

    /// The source of the exchanges.
    pub(super) fn recording(&self) -> SourceId {
        self.recording
    }

    /// An exchange ended.
    pub(super) fn exchange(&mut self, exchange: Exchange) {
        let was_known = self.under_way.remove(&exchange.id);
        self.put(exchange, was_known);
    }

    /// An exchange takes long, and hasn't ended.
    pub(super) fn under_way(&mut self, exchange: Exchange) {
        let was_known = !self.under_way.insert(exchange.id);
        self.put(exchange, was_known);
    }

    fn put(&mut self, mut exchange: Exchange, was_known: bool) {
        exchange.source = self.recording;
        let known = &mut self.gathered.exchanges;
        // They end about in the order in which they began.
        let at = known.iter().rposition(|x| x.id < exchange.id).map_or(0, |before| before + 1);
        match known.get_mut(at).filter(|there| there.id == exchange.id) {
            Some(there) => *there = exchange,
            None => known.insert(at, exchange),
        }
        if known.len() > IN_VIEW + IN_VIEW / 2 {
            known.drain(..IN_VIEW / 2);
        }
        if was_known {
            return;
        }
        if let Some(source) = self.gathered.sources.get_mut(self.recording.0 as usize) {
            source.items += 1;
        }
    }

    /// A log is followed; a rotated one begins a source of its own under the same path.
    pub(super) fn log(&mut self, path: &Path, log: Arc<Log>) -> Update {
        self.log_since(path, log, 0)
    }

    /// As [`Live::log`], without the records that begin before `offset` in the file.
    pub(super) fn log_since(&mut self, path: &Path, log: Arc<Log>, offset: u64) -> Update {
        if let Some(source) = self.same_log(path).filter(|_| offset == 0) {
            return self.goes_on(source, path, log);
        }
        let source = self.add_source(path, SourceKind::Log, log.layouts().into_iter().next());
        self.logs.insert(path.to_owned(), source.id);
        let records: Arc<dyn Records> = match offset {
            0 => Arc::clone(&log) as _,
            _ => Arc::new(Since::new(Arc::clone(&log), offset)),
        };
        self.gathered.logs.push((source.id, records));
        Update::Source(source, Some(log))
    }

    /// The log of that path that the case held before, where the file still has what stands in it.
    fn same_log(&self, path: &Path) -> Option<SourceId> {
        let shown = path.display().to_string();
        let known = self.gathered.sources.iter().rfind(|s| {
            s.kind == SourceKind::Log && s.path == shown && !self.logs.values().any(|followed| *followed == s.id)
        })?;
        let before = self.gathered.log(known.id)?;
        let last = before.len().checked_sub(1)?;
        let mut file = File::open(path).ok()?;
        let mut same = |n: usize| -> Option<bool> {
            let span = before.head(n)?.span;
            let mut now = vec![0; usize::try_from(span.len).ok()?];
            file.seek(SeekFrom::Start(span.offset)).and_then(|_| file.read_exact(&mut now)).ok()?;
            Some(redact::is_masked_of(&before.bytes(span).ok()?, &now))
        };
        (same(0)? && same(last)?).then_some(known.id)
    }

    /// A log that the case held before is followed on.
    fn goes_on(&mut self, id: SourceId, path: &Path, log: Arc<Log>) -> Update {
        self.logs.insert(path.to_owned(), id);
        if let Some((_, records)) = self.gathered.logs.iter_mut().find(|(source, _)| *source == id) {
            *records = Arc::clone(&log) as Arc<dyn Records>;
        }
        Update::Source(self.gathered.sources[id.0 as usize].clone(), Some(log))
    }

    /// Records came. Gives the log that has them.
    pub(super) fn records(&mut self, path: &Path) -> Option<SourceId> {
        let id = *self.logs.get(path)?;
        let (items, layouts) = self.gathered.log(id).map(|log| (log.len() as u64, log.layouts()))?;
        let source = self.gathered.sources.get_mut(id.0 as usize)?;
        source.items = items;
        source.layout = layouts.into_iter().next();
        Some(id)
    }

    /// A dump file was read; one that was read before under that path is replaced.
    pub(super) fn dumps(&mut self, path: &Path, bytes: u64, dumps: Vec<Dump>) -> Vec<Update> {
        let shown = path.display().to_string();
        let known = self.gathered.sources.iter().find(|s| s.kind == SourceKind::Dump && s.path == shown).map(|s| s.id);
        let mut updates = Vec::new();
        let source = known.unwrap_or_else(|| {
            let source = self.add_source(path, SourceKind::Dump, None);
            let id = source.id;
            updates.push(Update::Source(source, None));
            id
        });
        let before = self.gathered.dumps.iter().filter(|d| d.source == source).map(|d| d.dump.as_ref());
        if before.eq(dumps.iter()) {
            // The case that is continued has it as it is.
            return updates;
        }
        self.gathered.dumps.retain(|d| d.source != source);
        if let Some(source) = self.gathered.sources.get_mut(source.0 as usize) {
            (source.items, source.bytes) = (dumps.len() as u64, bytes);
        }
        for dump in dumps {
            let dump = GatheredDump::new(DumpId(self.next_dump), source, Arc::new(dump));
            self.next_dump += 1;
            self.gathered.dumps.push(dump.clone());
            updates.push(Update::Dump(dump));
        }
        updates
    }

    /// Something can't be read.
    pub(super) fn problem(&mut self, problem: SourceProblem) {
        self.gathered.problems.push(problem);
    }

    /// Runs time line and rules over what is known; gives it all, and the verdicts that are new or say more than
    /// they did.
    pub(super) fn investigate(&mut self) -> (Investigation, Vec<Finding>) {
        // A challenge that was answered since is no failure any more; looked for once, not with each exchange.
        challenge::mark(&mut self.gathered.exchanges);
        let investigation = crate::rules::investigate_on(&self.gathered, &self.options, &self.trouble);
        let news = self.news(&investigation);
        (investigation, news)
    }

    /// The verdicts that are new or say more than they did.
    fn news(&mut self, investigation: &Investigation) -> Vec<Finding> {
        let mut news = Vec::new();
        for finding in investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict) {
            let says: Vec<_> = finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause).map(cause).collect();
            let key = key(finding);
            if self.said.get(&key).is_none_or(|before| *before != says) {
                self.said.insert(key, says);
                news.push(finding.clone());
            }
        }
        news
    }

    /// Everything that is known.
    pub(super) fn gathered(&self) -> &Gathered {
        &self.gathered
    }

    /// How many of the recording's exchanges failed, of those in view.
    pub(super) fn failed(&self) -> usize {
        self.gathered.exchanges.iter().filter(|x| x.id >= self.first && x.failed()).count()
    }

    fn add_source(&mut self, path: &Path, kind: SourceKind, layout: Option<String>) -> Source {
        let id = SourceId(u32::try_from(self.gathered.sources.len()).unwrap_or(u32::MAX));
        let path = path.display().to_string();
        let source = Source { id, path, kind, items: 0, bytes: 0, layout };
        self.gathered.sources.push(source.clone());
        source
    }
}

fn cause(evidence: &Evidence) -> (EventRef, bool) {
    (evidence.event, evidence.score >= 0.5)
}

// A failure is known by its exchange, else by the record or dump that shows it.
fn key(finding: &Finding) -> String {
    match finding.exchange {
        Some(ExchangeId(id)) => format!("x{id}"),
        None => finding
            .evidence
            .iter()
            .find(|e| e.role == EvidenceRole::Cause)
            .map_or_else(|| finding.title.clone(), |e| format!("{}:{:?}", e.place.source, e.place.line)),
    }
}
