//! The fields of dumps that are not kept in memory: their source is read again when they are asked for.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use mwscope_parsers::Span;
use mwscope_parsers::dump::{self, Dump, Fields, Hands, Synonyms};

use crate::logs::{Spool, Store};
use crate::model::{FieldsElsewhere, SourceId};
use crate::workers;

/// All processors, for the reader of dumps, which knows of none.
struct Workers;

impl Hands for Workers {
    fn each<T: Send>(&self, pieces: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
        workers::in_order(pieces, work)
    }
}

/// Where the bytes of a source of dumps are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In a file of its own.
    File(PathBuf),
    /// In a spool: they came from an archive, a case, a log or standard input.
    Spool(Arc<Spool>, Span),
}

impl Place {
    /// Some of its bytes.
    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        match self {
            Self::File(path) => Ok(Store::file(path)?.read(span)?.to_vec()),
            Self::Spool(spool, whole) => {
                let len = span.len.min(whole.len.saturating_sub(span.offset));
                Ok(spool.read(Span::new(whole.offset + span.offset, len))?.to_vec())
            }
        }
    }

    /// Its dumps from a byte on at which one starts, one after the other, until `take` says `false`; no more of it is held than a piece.
    pub(super) fn dumps(&self, from: u64, names: &Synonyms, take: impl FnMut(Dump) -> bool) -> io::Result<()> {
        match self {
            Self::File(path) => {
                let len = path.metadata()?.len();
                let file = Store::file(path)?;
                dump::read_pieces(dump::PIECE, len, from, |span| file.read(span), (names, &Workers), take)
            }
            Self::Spool(spool, whole) => {
                let read = |span: Span| {
                    spool.read(Span::new(
                        whole.offset + span.offset,
                        span.len.min(whole.len.saturating_sub(span.offset)),
                    ))
                };
                dump::read_pieces(dump::PIECE, whole.len, from, read, (names, &Workers), take)
            }
        }
    }
}

/// Bytes of fields that are held of dumps that stand behind the one that was asked for.
const MOST_HELD: usize = 8 << 20;

/// The dumps that were read last, and where they stand: who lists dumps asks for one behind the other.
pub(super) type Last = Arc<Mutex<Option<Held>>>;

/// Dumps of one place that follow each other.
#[derive(Debug)]
pub(super) struct Held {
    of: (SourceId, u64),
    /// The number of the first of them in their place.
    first: usize,
    dumps: Vec<Dump>,
}

impl Held {
    fn nth(&self, of: (SourceId, u64), nth: usize) -> Option<&Dump> {
        self.dumps.get(nth.checked_sub(self.first)?).filter(|_| self.of == of)
    }
}

/// The fields of one dump.
#[derive(Debug)]
pub(super) struct Elsewhere {
    pub(super) source: SourceId,
    pub(super) place: Place,
    /// Its number among the dumps of the place.
    pub(super) nth: usize,
    /// Its first byte there.
    pub(super) from: u64,
    pub(super) names: Option<Arc<Synonyms>>,
    pub(super) last: Last,
}

impl FieldsElsewhere for Elsewhere {
    fn bytes(&self, dump: &Dump) -> io::Result<Vec<u8>> {
        self.place.bytes(dump.span)
    }

    fn of(&self, dump: &Dump) -> io::Result<Fields> {
        if let Some(held) = self.last().as_ref().filter(|held| held.nth(self.key(), self.nth).is_some()) {
            return self.in_held(held, dump);
        }
        // What was held makes room before more is; and others may ask for other dumps while this one is read.
        self.last().take();
        let held = self.read()?;
        let fields = self.in_held(&held, dump);
        *self.last() = Some(held);
        fields
    }
}

impl Elsewhere {
    /// Its dump and those behind it, as far as they are held.
    fn read(&self) -> io::Result<Held> {
        let names = self.names.as_deref().unwrap_or_else(|| Synonyms::standard());
        let (mut dumps, mut held) = (Vec::new(), 0);
        self.place.dumps(self.from, names, |dump| {
            held += dump.fields.bytes();
            dumps.push(dump);
            held < MOST_HELD
        })?;
        Ok(Held { of: self.key(), first: self.nth, dumps })
    }

    fn in_held(&self, held: &Held, dump: &Dump) -> io::Result<Fields> {
        let read = held.nth(self.key(), self.nth);
        let same = |read: &&Dump| read.summary == dump.summary && read.further_fields == dump.further_fields;
        let changed = || io::Error::new(io::ErrorKind::InvalidData, "another dump stands in its place by now");
        Ok(read.filter(same).ok_or_else(changed)?.fields.clone())
    }

    fn last(&self) -> MutexGuard<'_, Option<Held>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What tells places apart: of a log, each dump has its own.
    const fn key(&self) -> (SourceId, u64) {
        match &self.place {
            Place::Spool(_, span) => (self.source, span.offset),
            Place::File(_) => (self.source, 0),
        }
    }
}
