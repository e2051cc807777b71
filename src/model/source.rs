//! Where evidence comes from, and the narrow views through which it is read without knowing where it is kept.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::log::{Head, Reader, Record};

use super::block::{Block, Hit};
use super::exchange::{Body, ExchangeId};
use super::stream::StreamId;

/// A source within one investigation; numbers are given in the order of loading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A dump within one investigation; shown as `d3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DumpId(pub u32);

impl std::fmt::Display for DumpId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "d{}", self.0)
    }
}

/// A thread dump within one investigation, counted from 0; shown as `t3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadsId(pub usize);

impl std::fmt::Display for ThreadsId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "t{}", self.0)
    }
}

/// A file, capture or live recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its number.
    pub id: SourceId,
    /// The path as given, folder members with `/`, archive members as `x.zip!/a.log`, `proxy` for a recording.
    pub path: String,
    /// What it holds, found by content.
    pub kind: SourceKind,
    /// Exchanges, records or dumps in it.
    pub items: u64,
    /// Its size in bytes, decompressed.
    pub bytes: u64,
    /// The log layout as a pattern, where it is a log.
    pub layout: Option<String>,
}

/// The shortest end of a source's path, from behind a separator on, that no other one shares; the whole path where all
/// of its ends are shared.
pub fn shortest_end<'a, 'b>(path: &'a str, others: &(impl Iterator<Item = &'b str> + Clone)) -> &'a str {
    let alone = |end: &&str| !end.is_empty() && others.clone().all(|other| !other.ends_with(end));
    let mut ends = path.rmatch_indices(['/', '\\', '!']).map(|(at, _)| &path[at + 1..]);
    ends.find(alone).unwrap_or(path)
}

/// What a source holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// A case of ours.
    Case,
    /// Log records.
    Log,
    /// M3 dumplogs.
    Dump,
    /// Java thread dumps.
    Threads,
    /// A packet capture.
    Capture,
    /// An HTTP archive.
    Har,
    /// A Fiddler archive.
    Saz,
    /// A mitmproxy flow file.
    Flows,
    /// Command lines of curl.
    Curl,
    /// A SoapUI project.
    SoapUi,
    /// A request as it stands on the wire.
    Http,
    /// M3 program events.
    Events,
    /// Anything else that is kept.
    Other,
}

impl SourceKind {
    const ALL: [Self; 13] = [
        Self::Case,
        Self::Log,
        Self::Dump,
        Self::Threads,
        Self::Capture,
        Self::Har,
        Self::Saz,
        Self::Flows,
        Self::Curl,
        Self::SoapUi,
        Self::Http,
        Self::Events,
        Self::Other,
    ];

    /// The first kind of that word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Case => "case",
            Self::Log => "log",
            Self::Dump => "dump",
            Self::Threads => "threads",
            Self::Capture => "capture",
            Self::Har => "har",
            Self::Saz => "saz",
            Self::Flows => "flows",
            Self::Events => "events",
            // Programs that read this know no further kinds.
            Self::Curl | Self::SoapUi | Self::Http | Self::Other => "other",
        }
    }
}

/// The path of what was sent again by mwscope.
pub const REPLAY: &str = "replay";

impl Source {
    /// Whether it holds what was sent again: calls of another time than those that are looked into.
    #[must_use]
    pub fn is_replay(&self) -> bool {
        self.kind == SourceKind::Case && self.path == REPLAY
    }
}

/// Something in a source that could not be read; the rest was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProblem {
    /// The source's path as it would be shown.
    pub path: String,
    /// Where, in bytes of the (decompressed) source.
    pub offset: u64,
    /// What is wrong.
    pub what: String,
    /// What mends it.
    pub remedy: String,
}

impl std::fmt::Display for SourceProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.path, self.what, self.remedy)
    }
}

/// Points at one event of an investigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventRef {
    /// An exchange.
    Exchange(ExchangeId),
    /// The n-th record of a log, counted from 0.
    Record(SourceId, usize),
    /// A dump.
    Dump(DumpId),
    /// A thread dump.
    Threads(ThreadsId),
    /// A TCP conversation.
    Stream(StreamId),
}

impl EventRef {
    /// The id that it is shown by (`x12`, `d3`, `t1`, `s7`); records have none but their place.
    #[must_use]
    pub fn id(self) -> Option<String> {
        match self {
            Self::Exchange(id) => Some(id.to_string()),
            Self::Record(..) => None,
            Self::Dump(id) => Some(id.to_string()),
            Self::Threads(id) => Some(id.to_string()),
            Self::Stream(id) => Some(id.to_string()),
        }
    }
}

/// The records of one log, wherever it is kept: heads at hand, details read on demand.
///
/// A log that is followed grows: `len` only ever rises, and the last record may still gain lines.
#[allow(clippy::len_without_is_empty)]
pub trait Records: Send + Sync {
    /// How many records there are by now.
    fn len(&self) -> usize;
    /// The head of record `n`, counted from 0; `None` behind the end.
    fn head(&self, n: usize) -> Option<Head>;
    /// The n-th block of records that stand together, counted from 0; `None` behind the last one. The blocks hold every
    /// record once and in order. Where the log is still being indexed, it is waited for.
    fn block(&self, n: usize) -> Option<Block> {
        let heads: Vec<Head> = (0..self.len()).filter_map(|at| self.head(at)).collect();
        if n == 0 { Block::of(&heads, 0) } else { None }
    }
    /// The heads of a block's records.
    ///
    /// # Errors
    /// When the index can't be read any more.
    fn heads(&self, block: &Block) -> io::Result<Vec<Head>> {
        Ok((block.first..block.first + block.count).filter_map(|at| self.head(at)).collect())
    }
    /// For each record of a block the number of its stack trace in [`Block::traces`], where those were looked for.
    ///
    /// # Errors
    /// As [`Records::heads`].
    fn traces(&self, block: &Block) -> io::Result<Vec<Option<usize>>> {
        Ok(vec![None; block.count])
    }
    /// The records of a block that hold places, with as little unpacked as that takes. `next` gives the first place at or
    /// behind the one it is told: where the block starts, then where a record ends that holds a place.
    ///
    /// # Errors
    /// As [`Records::heads`].
    fn holding(&self, block: &Block, next: &mut dyn FnMut(u64) -> Option<u64>) -> io::Result<Vec<Hit>> {
        let Some(place) = next(block.offset) else { return Ok(Vec::new()) };
        let (heads, traces) = (self.heads(block)?, self.traces(block)?);
        Ok(Hit::among(&heads, &traces, place, next))
    }
    /// Why the records end before the log does, where it couldn't be read further in the background.
    fn trouble(&self) -> Option<String> {
        None
    }
    /// Record `n` in full.
    ///
    /// # Errors
    /// When the file can't be read any more, or there is no such record.
    fn read(&self, n: usize) -> io::Result<Record>;
    /// The raw bytes at `span` of the (decompressed) source.
    ///
    /// # Errors
    /// As [`Records::read`].
    fn bytes(&self, span: Span) -> io::Result<Vec<u8>>;
    /// Puts the raw bytes at `span` in place of what `into` holds, whose room is used again, behind others perhaps; gives
    /// where in it they start.
    ///
    /// # Errors
    /// As [`Records::read`].
    fn bytes_into(&self, span: Span, into: &mut Vec<u8>) -> io::Result<usize> {
        *into = self.bytes(span)?;
        Ok(0)
    }
    /// The layouts that were learned or told, as patterns; [`Head::layout`] is an index into them.
    fn layouts(&self) -> Vec<String> {
        Vec::new()
    }
    /// How the records are read, where bytes are; `None` for records that were never bytes.
    fn reader(&self) -> Option<Arc<Reader>> {
        None
    }
    /// What was kept of an earlier look through the whole log, in answer to the question of that name; `None` where it
    /// isn't known, or the log isn't the same any more.
    fn worked_out(&self, _question: &str) -> Option<Vec<u8>> {
        None
    }
    /// Keeps an answer that took a look through the whole log, in place of the one before, where there is room for it.
    fn keep(&self, _question: &str, _answer: &[u8]) {}
    /// What was assumed where the log left a choice, in words (the order of day and month).
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }
}

impl dyn Records + '_ {
    /// The blocks one by one, as [`Records::block`] gives them.
    pub fn blocks(&self) -> impl Iterator<Item = Block> {
        (0..).map_while(|n| self.block(n))
    }
}

/// Bodies of exchanges, wherever they are kept.
pub trait Bodies: Send + Sync {
    /// The kept bytes of `body`, content coding still on.
    ///
    /// # Errors
    /// When the case can't be read any more.
    fn load(&self, body: &Body) -> io::Result<Bytes>;

    /// Bytes of the capture that a source is, fewer where it ends.
    ///
    /// # Errors
    /// When the source is no capture that is at hand, or can't be read any more.
    fn captured(&self, _source: SourceId, _span: Span) -> io::Result<Bytes> {
        Err(io::Error::new(io::ErrorKind::NotFound, "the packets aren't at hand"))
    }
}
