//! The fields of dumps that are not kept in memory: their source is read again when they are asked for.

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::dump::{self, Dump, Fields, Synonyms};

use crate::logs::Spool;
use crate::model::{FieldsElsewhere, SourceId};

/// Where the bytes of a source of dumps are.
#[derive(Clone, Debug)]
pub(super) enum Place {
    /// In a file of its own.
    File(PathBuf),
    /// In a spool: they came from an archive, a case, a log or standard input.
    Spool(Arc<Spool>, Span),
}

impl Place {
    fn bytes(&self) -> io::Result<Bytes> {
        match self {
            Self::File(path) => std::fs::read(path).map(Bytes::from),
            Self::Spool(spool, span) => spool.read(*span),
        }
    }
}

/// The dumps that were read last, and where they stand: who lists dumps asks for one behind the other.
pub(super) type Last = Arc<Mutex<Option<((SourceId, u64), Vec<Dump>)>>>;

/// The fields of one dump.
#[derive(Debug)]
pub(super) struct Elsewhere {
    pub(super) source: SourceId,
    pub(super) place: Place,
    /// Its number among the dumps of the place.
    pub(super) nth: usize,
    pub(super) names: Option<Arc<Synonyms>>,
    pub(super) last: Last,
}

impl FieldsElsewhere for Elsewhere {
    fn of(&self, dump: &Dump) -> io::Result<Fields> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.key();
        if last.as_ref().is_none_or(|(of, _)| *of != key) {
            let names = self.names.as_deref().unwrap_or_else(|| Synonyms::standard());
            *last = Some((key, dump::read(&self.place.bytes()?, names).dumps));
        }
        let read = last.as_ref().and_then(|(_, dumps)| dumps.get(self.nth));
        let same = |read: &&Dump| read.summary == dump.summary && read.further_fields == dump.further_fields;
        let changed = || io::Error::new(io::ErrorKind::InvalidData, "another dump stands in its place by now");
        Ok(read.filter(same).ok_or_else(changed)?.fields.clone())
    }
}

impl Elsewhere {
    /// What tells places apart: of a log, each dump has its own.
    const fn key(&self) -> (SourceId, u64) {
        match &self.place {
            Place::Spool(_, span) => (self.source, span.offset),
            Place::File(_) => (self.source, 0),
        }
    }
}
