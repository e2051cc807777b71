//! Dumplogs: each is read by itself, so many are read at once.

use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::dump;

use super::Gatherer;
use super::content::Content;
use crate::model::{DumpId, GatheredDump, SourceId, SourceKind};
use crate::workers;

/// Bytes of dumps that wait to be read, beyond which it is done.
const MOST_WAITING: usize = 16 << 20;

/// Dumps that wait to be read, each with its source.
#[derive(Default)]
pub(super) struct Waiting {
    dumps: Vec<(SourceId, Bytes)>,
    bytes: usize,
}

impl Gatherer<'_> {
    /// Takes a file of dumps, to be read with others.
    pub(super) fn dumps(&mut self, shown: &str, content: &Content) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        // There is at least one in it.
        let source = self.add_source(shown, SourceKind::Dump, 1, content.len());
        self.waiting.bytes += bytes.len();
        self.waiting.dumps.push((source, bytes));
        if self.waiting.bytes > MOST_WAITING {
            self.read_waiting();
        }
    }

    /// Reads the dumps that wait, on all processors.
    pub(super) fn read_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.waiting).dumps;
        let names = self.options.names.as_ref().unwrap_or_else(|| dump::Synonyms::standard());
        let read = workers::in_order(waiting.len(), |n| dump::read(&waiting[n].1, names).dumps);
        for ((source, _), dumps) in waiting.iter().zip(read) {
            if let Some(source) = self.gathered.sources.get_mut(source.0 as usize) {
                source.items = dumps.len() as u64;
            }
            dumps.into_iter().for_each(|dump| self.put_dump(*source, dump));
        }
    }

    /// Adds a dump that was found in something else, behind those of the files before.
    pub(super) fn add_dump(&mut self, source: SourceId, dump: dump::Dump) {
        self.read_waiting();
        self.put_dump(source, dump);
    }

    fn put_dump(&mut self, source: SourceId, dump: dump::Dump) {
        let id = self.gathered.dumps.last().map_or(DumpId(0), |last| DumpId(last.id.0.saturating_add(1)));
        self.gathered.dumps.push(GatheredDump { id, source, dump: Arc::new(dump) });
    }
}
