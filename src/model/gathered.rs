//! Everything that was read for one investigation, whatever it came from: what the time line, the rules and the
//! screens look at. It says nothing about where it is kept.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::threads::ThreadDump;

use super::dumps::GatheredDump;
use super::exchange::{Body, Exchange, ExchangeId, Kept};
use super::known::Known;
use super::source::{Bodies, DumpId, EventRef, Records, Source, SourceId, SourceProblem, ThreadsId};
use super::stream::{Stream, StreamId};

/// Everything that was read for one investigation.
#[derive(Clone)]
pub struct Gathered {
    /// The sources, in the order of loading; [`SourceId`] is an index into them.
    pub sources: Vec<Source>,
    /// The exchanges, by rising id.
    pub exchanges: Vec<Exchange>,
    /// The logs, by rising source.
    pub logs: Vec<(SourceId, Arc<dyn Records>)>,
    /// Texts of no kind that is known, in rows, by rising source: they are searched and shown, never concluded from.
    pub texts: Vec<(SourceId, Arc<dyn Records>)>,
    /// The dumps, by rising id.
    pub dumps: Vec<GatheredDump>,
    /// The thread dumps, in the order of loading.
    pub threads: Vec<(SourceId, Arc<ThreadDump>)>,
    /// The TCP conversations of captures, by rising id.
    pub streams: Vec<Stream>,
    /// Where bodies are read that aren't in memory.
    pub bodies: Arc<dyn Bodies>,
    /// What is known of the sources besides their bytes.
    pub known: Known,
    /// What could not be read.
    pub problems: Vec<SourceProblem>,
}

impl Gathered {
    /// Nothing yet; bodies are those in memory.
    #[must_use]
    pub fn new() -> Self {
        Self {
            sources: Vec::new(),
            exchanges: Vec::new(),
            logs: Vec::new(),
            texts: Vec::new(),
            dumps: Vec::new(),
            threads: Vec::new(),
            streams: Vec::new(),
            bodies: Arc::new(InMemory),
            known: Known::default(),
            problems: Vec::new(),
        }
    }

    /// The source of that number.
    #[must_use]
    pub fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id.0 as usize)
    }

    /// The path of that source, empty where there is none.
    #[must_use]
    pub fn path(&self, id: SourceId) -> &str {
        self.source(id).map_or("", |s| s.path.as_str())
    }

    /// The exchange of that id.
    #[must_use]
    pub fn exchange(&self, id: ExchangeId) -> Option<&Exchange> {
        let at = self.exchanges.binary_search_by_key(&id, |x| x.id).ok()?;
        self.exchanges.get(at)
    }

    /// An exchange with the bodies in memory that a capture holds: nothing in them was masked when they were stored.
    ///
    /// # Errors
    /// When the capture can't be read any more.
    pub fn loaded(&self, exchange: &Exchange) -> io::Result<Exchange> {
        let mut exchange = exchange.clone();
        let responses = exchange.interim.iter_mut().chain(exchange.response.as_mut());
        for body in responses.map(|response| &mut response.body).chain([&mut exchange.request.body]) {
            if matches!(body.kept, Kept::InCapture { .. }) {
                body.kept = Kept::Here(self.bodies.load(body)?);
            }
        }
        Ok(exchange)
    }

    /// The record of a log that line `line` belongs to.
    #[must_use]
    pub fn record_at(&self, source: SourceId, line: u64) -> Option<usize> {
        let records = self.log(source)?;
        let (mut low, mut high) = (0, records.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if records.head(middle)?.line <= line { low = middle + 1 } else { high = middle }
        }
        let n = low.checked_sub(1)?;
        let head = records.head(n)?;
        (line < head.line + u64::from(head.lines)).then_some(n)
    }

    /// The record, dump or thread dump at that line of a source.
    #[must_use]
    pub fn event_at(&self, source: SourceId, line: u64) -> Option<EventRef> {
        let dump = self.dumps.iter().find(|d| d.source == source && d.dump.line == line);
        let threads = || self.threads.iter().position(|(of, dump)| *of == source && dump.line == line);
        dump.map(|d| EventRef::Dump(d.id))
            .or_else(|| threads().map(|n| EventRef::Threads(ThreadsId(n))))
            .or_else(|| self.record_at(source, line).map(|n| EventRef::Record(source, n)))
    }

    /// The source in which an event stands.
    #[must_use]
    pub fn source_of(&self, event: EventRef) -> Option<SourceId> {
        match event {
            EventRef::Exchange(id) => self.exchange(id).map(|x| x.source),
            EventRef::Record(source, _) => Some(source),
            EventRef::Threads(id) => self.thread_dump(id).map(|(source, _)| *source),
            EventRef::Stream(id) => self.stream(id).map(|stream| stream.source),
            EventRef::Dump(id) => self.dump(id).map(|found| found.source),
        }
    }

    /// Where an event stands: `SOURCE:LINE` for records and dumps, `SOURCE#INDEX` for exchanges.
    #[must_use]
    pub fn place(&self, event: EventRef) -> String {
        let at = |source: SourceId, line: u64| format!("{}:{line}", self.path(source));
        match event {
            EventRef::Exchange(id) => {
                self.exchange(id).map_or_else(|| id.to_string(), |x| format!("{}#{}", self.path(x.source), x.index))
            }
            EventRef::Record(source, n) => {
                at(source, self.log(source).and_then(|log| log.head(n)).map_or(0, |head| head.line))
            }
            EventRef::Threads(id) => {
                self.thread_dump(id).map_or_else(|| id.to_string(), |(source, dump)| at(*source, dump.line))
            }
            EventRef::Stream(id) => {
                self.stream(id).map_or_else(|| id.to_string(), |stream| format!("{} {id}", self.path(stream.source)))
            }
            EventRef::Dump(id) => self.dump(id).map_or_else(|| id.to_string(), |d| at(d.source, d.dump.line)),
        }
    }

    /// Everything that has records: logs, and behind them texts that were kept.
    pub fn recorded(&self) -> impl Iterator<Item = &(SourceId, Arc<dyn Records>)> {
        self.logs.iter().chain(&self.texts)
    }

    /// Whether that source is a text of no kind that is known.
    #[must_use]
    pub fn is_text(&self, id: SourceId) -> bool {
        records_of(&self.texts, id).is_some()
    }

    /// The dump of that id.
    #[must_use]
    pub fn dump(&self, id: DumpId) -> Option<&GatheredDump> {
        let at = self.dumps.binary_search_by_key(&id, |d| d.id).ok()?;
        self.dumps.get(at)
    }

    /// The thread dump of that id, and its source.
    #[must_use]
    pub fn thread_dump(&self, id: ThreadsId) -> Option<&(SourceId, Arc<ThreadDump>)> {
        self.threads.get(id.0)
    }

    /// The stream of that id.
    #[must_use]
    pub fn stream(&self, id: StreamId) -> Option<&Stream> {
        let at = self.streams.binary_search_by_key(&id, |s| s.id).ok()?;
        self.streams.get(at)
    }

    /// The TCP conversation of a capture that an exchange travelled in.
    #[must_use]
    pub fn stream_of(&self, exchange: &Exchange) -> Option<&Stream> {
        // Captures are read one after the other, and number their conversations from 0.
        let place = (exchange.source, exchange.stream?);
        let at = self.streams.binary_search_by_key(&place, |s| (s.source, s.tcp.number)).ok()?;
        self.streams.get(at)
    }

    /// The records of that source, where it is a log or a text that was kept.
    #[must_use]
    pub fn log(&self, id: SourceId) -> Option<&Arc<dyn Records>> {
        records_of(&self.logs, id).or_else(|| records_of(&self.texts, id))
    }
}

/// The records of a source among those of others, by rising source.
fn records_of(all: &[(SourceId, Arc<dyn Records>)], id: SourceId) -> Option<&Arc<dyn Records>> {
    let at = all.binary_search_by_key(&id, |(source, _)| *source).ok()?;
    all.get(at).map(|(_, records)| records)
}

impl Default for Gathered {
    fn default() -> Self {
        Self::new()
    }
}

/// Bodies that are in memory, and no others.
#[derive(Clone, Copy, Debug, Default)]
pub struct InMemory;

impl Bodies for InMemory {
    fn load(&self, body: &Body) -> io::Result<Bytes> {
        match &body.kept {
            Kept::Nothing => Ok(Bytes::new()),
            Kept::Here(bytes) => Ok(bytes.clone()),
            Kept::InCase { .. } | Kept::InCapture { .. } => {
                Err(io::Error::new(io::ErrorKind::NotFound, "the body is in a case or capture that isn't open"))
            }
        }
    }
}
