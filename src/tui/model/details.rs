//! Records that were read because they are, or were just, in view. The rest stays in its file.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::model::{Record, SourceId};

/// Records kept at most; more than any screen shows, and a few megabytes.
const KEPT: usize = 4096;

/// A record's place: its log and its number there.
pub(in crate::tui) type RecordRef = (SourceId, usize);

/// Records that were read.
#[derive(Default)]
pub(in crate::tui) struct Details {
    read: HashMap<RecordRef, Result<Arc<Record>, String>>,
    asked: HashSet<RecordRef>,
}

impl Details {
    /// The record, or why it couldn't be read; `None` where it hasn't been yet.
    pub(in crate::tui) fn get(&self, at: RecordRef) -> Option<&Result<Arc<Record>, String>> {
        self.read.get(&at)
    }

    /// The record where it was read.
    pub(in crate::tui) fn record(&self, at: RecordRef) -> Option<&Arc<Record>> {
        self.read.get(&at)?.as_ref().ok()
    }

    /// All records that are at hand.
    pub(in crate::tui) fn all(&self) -> impl Iterator<Item = &Arc<Record>> {
        self.read.values().filter_map(|read| read.as_ref().ok())
    }

    /// Which of these still have to be asked for; they count as asked for from now on.
    pub(in crate::tui) fn ask(&mut self, wanted: impl IntoIterator<Item = RecordRef>) -> Vec<RecordRef> {
        wanted.into_iter().filter(|at| !self.read.contains_key(at) && self.asked.insert(*at)).collect()
    }

    /// Whether an answer is still to come.
    pub(in crate::tui) fn waiting(&self) -> bool {
        !self.asked.is_empty()
    }

    /// Takes an answer.
    pub(in crate::tui) fn put(&mut self, at: RecordRef, record: Result<Arc<Record>, String>) {
        self.asked.remove(&at);
        if self.read.len() >= KEPT {
            self.read.clear();
        }
        self.read.insert(at, record);
    }

    /// Forgets the last record of a log that grew: it may have gained lines.
    pub(in crate::tui) fn forget(&mut self, at: RecordRef) {
        self.read.remove(&at);
    }

    /// Forgets everything.
    pub(in crate::tui) fn clear(&mut self) {
        *self = Self::default();
    }
}
