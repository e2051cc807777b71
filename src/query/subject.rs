//! What a filter is asked about: one event, its details read only where a term needs them.

use std::cell::OnceCell;

use mwscope_parsers::threads::ThreadDump;

use crate::model::{EventRef, Exchange, Gathered, GatheredDump, Head, Record, Records, SourceId, Stream, ThreadsId};

/// One event to be judged by a filter.
#[allow(clippy::large_enum_variant, reason = "one at a time, on the stack")]
pub enum Subject<'a> {
    /// An exchange.
    Exchange(&'a Exchange),
    /// A record.
    Record(RecordSubject<'a>),
    /// A dump.
    Dump(&'a GatheredDump),
    /// A thread dump: its id, its source, and itself.
    Threads(ThreadsId, SourceId, &'a ThreadDump),
    /// A TCP conversation.
    Stream(&'a Stream),
}

/// A record of which only the head is at hand; the rest is read when it is asked for, once.
pub struct RecordSubject<'a> {
    /// The log it stands in.
    pub source: SourceId,
    /// Its number there, from 0.
    pub n: usize,
    /// Its head.
    pub head: Head,
    from: From<'a>,
    read: OnceCell<Option<Record>>,
}

enum From<'a> {
    Log(&'a dyn Records),
    Hand(&'a Record),
}

impl RecordSubject<'_> {
    /// The record in full; `None` where it can't be read any more.
    #[must_use]
    pub fn record(&self) -> Option<&Record> {
        match self.from {
            From::Hand(record) => Some(record),
            From::Log(records) => self.read.get_or_init(|| records.read(self.n).ok()).as_ref(),
        }
    }
}

impl<'a> Subject<'a> {
    /// The event of `gathered` that `event` points at; `None` where there is none.
    #[must_use]
    pub fn of(event: EventRef, gathered: &'a Gathered) -> Option<Self> {
        match event {
            EventRef::Exchange(id) => gathered.exchange(id).map(Self::Exchange),
            EventRef::Dump(id) => gathered.dump(id).map(Self::Dump),
            EventRef::Threads(id) => gathered.thread_dump(id).map(|(source, dump)| Self::Threads(id, *source, dump)),
            EventRef::Stream(id) => gathered.stream(id).map(Self::Stream),
            EventRef::Record(source, n) => {
                let records = gathered.log(source)?.as_ref();
                let head = records.head(n)?;
                let from = From::Log(records);
                Some(Self::Record(RecordSubject { source, n, head, from, read: OnceCell::new() }))
            }
        }
    }

    /// A record that is at hand already.
    #[must_use]
    pub fn record(source: SourceId, n: usize, record: &'a Record) -> Self {
        let from = From::Hand(record);
        Self::Record(RecordSubject { source, n, head: record.head, from, read: OnceCell::new() })
    }

    /// What it points at.
    #[must_use]
    pub fn event(&self) -> EventRef {
        match self {
            Self::Exchange(x) => EventRef::Exchange(x.id),
            Self::Record(r) => EventRef::Record(r.source, r.n),
            Self::Dump(d) => EventRef::Dump(d.id),
            Self::Threads(id, ..) => EventRef::Threads(*id),
            Self::Stream(stream) => EventRef::Stream(stream.id),
        }
    }

    /// The source it stands in.
    #[must_use]
    pub fn source(&self) -> SourceId {
        match self {
            Self::Exchange(x) => x.source,
            Self::Record(r) => r.source,
            Self::Dump(d) => d.source,
            Self::Threads(_, source, _) => *source,
            Self::Stream(stream) => stream.source,
        }
    }
}
