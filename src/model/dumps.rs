//! A dump that was read, with its place among the evidence. It must not know where its fields are kept when they are
//! not in memory.

use std::borrow::Cow;
use std::fmt;
use std::io;
use std::sync::Arc;

use mwscope_parsers::dump::{Dump, Fields};

use super::source::{DumpId, SourceId};

/// A dump and where it stands.
#[derive(Clone, Debug)]
pub struct GatheredDump {
    /// Its id.
    pub id: DumpId,
    /// Its source.
    pub source: SourceId,
    /// What it says; without its fields where these are not kept, so that [`GatheredDump::fields`] is to be asked.
    pub dump: Arc<Dump>,
    elsewhere: Option<Arc<dyn FieldsElsewhere>>,
}

/// Where the fields of dumps are read that aren't in memory: of thousands of dumps they are nearly all of the bytes.
pub trait FieldsElsewhere: fmt::Debug + Send + Sync {
    /// The fields of `dump`.
    ///
    /// # Errors
    /// When its source can't be read any more, or is another by now.
    fn of(&self, dump: &Dump) -> io::Result<Fields>;

    /// The bytes that `dump` was read from.
    ///
    /// # Errors
    /// When its source can't be read any more.
    fn bytes(&self, dump: &Dump) -> io::Result<Vec<u8>>;
}

impl GatheredDump {
    /// A dump with its fields.
    #[must_use]
    pub const fn new(id: DumpId, source: SourceId, dump: Arc<Dump>) -> Self {
        Self { id, source, dump, elsewhere: None }
    }

    /// A dump whose fields are read when they are asked for.
    #[must_use]
    pub fn without_fields(id: DumpId, source: SourceId, dump: Arc<Dump>, elsewhere: Arc<dyn FieldsElsewhere>) -> Self {
        Self { id, source, dump, elsewhere: Some(elsewhere) }
    }

    /// Its keys and values.
    ///
    /// # Errors
    /// When they aren't in memory, and its source can't be read any more.
    pub fn fields(&self) -> io::Result<Cow<'_, Fields>> {
        match &self.elsewhere {
            None => Ok(Cow::Borrowed(&self.dump.fields)),
            Some(elsewhere) => elsewhere.of(&self.dump).map(Cow::Owned),
        }
    }

    /// The bytes it was read from, where they are kept apart from its source; a log has its own.
    ///
    /// # Errors
    /// When its source can't be read any more.
    pub fn bytes(&self) -> Option<io::Result<Vec<u8>>> {
        self.elsewhere.as_ref().map(|elsewhere| elsewhere.bytes(&self.dump))
    }
}
