//! Text that is evidence: dumplogs and logs, told apart by the readers themselves.

use std::sync::Arc;

use mwscope_parsers::{dump, log};

use super::Gatherer;
use super::content::Content;
use crate::logs::{self, Log, Store};
use crate::model::{DumpId, GatheredDump, Records, SourceKind};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Dump,
    Log,
    Threads,
    Unknown,
}

impl Kind {
    fn of(head: &[u8], layout_is_told: bool) -> Self {
        if dump::sniff(head).is_dump() {
            return Self::Dump;
        }
        let threads = memchr::memmem::find(head, b"Full thread dump").is_some();
        if layout_is_told || log::looks_like(head) {
            return Self::Log;
        }
        if threads { Self::Threads } else { Self::Unknown }
    }
}

impl Gatherer<'_> {
    /// Reads a text by what it is.
    pub(super) fn text(&mut self, shown: &str, content: Content, head: &[u8]) {
        match Kind::of(head, self.options.layout.is_some()) {
            Kind::Dump => self.dumps(shown, &content),
            Kind::Log => self.log(shown, content),
            Kind::Threads => {
                self.say(shown, 0, "Java thread dumps are not read yet", "look at it with a thread dump analyser");
            }
            Kind::Unknown => {
                let what = "no log record with a time, no dump and no recording is recognised in it";
                self.say(shown, 0, what, "where it is a log, tell its layout: mwscope log --layout PATTERN");
            }
        }
    }

    fn dumps(&mut self, shown: &str, content: &Content) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let read = dump::read(&bytes, dump::Synonyms::standard());
        let source = self.add_source(shown, SourceKind::Dump, read.dumps.len() as u64, content.len());
        for dump in read.dumps {
            let id = self.gathered.dumps.last().map_or(DumpId(0), |last| DumpId(last.id.0.saturating_add(1)));
            self.gathered.dumps.push(GatheredDump { id, source, dump: Arc::new(dump) });
        }
    }

    fn log(&mut self, shown: &str, content: Content) {
        let len = content.len();
        match self.open_log(content) {
            Ok(Ok(log)) => self.add_log(shown, len, log),
            Ok(Err(what)) => self.say(shown, 0, what, "write the pattern as the logging configuration has it"),
            Err(error) => self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        }
    }

    /// Opens a log, or says in words what is wrong with the layout that was told.
    fn open_log(&self, content: Content) -> std::io::Result<Result<Log, String>> {
        let store = match content {
            Content::File(path, _) => Store::file(&path)?,
            Content::Memory(bytes) => Store::Memory(bytes),
            Content::Spool(spool, _) => Store::Spool(spool),
        };
        let reader = match &self.options.layout {
            None => None,
            Some(pattern) => match logs::told(pattern, &store)? {
                Ok(reader) => Some(reader),
                Err(error) => return Ok(Err(format!("the layout can't be understood: {error}"))),
            },
        };
        Log::index(store, reader, &mut |_| true).map(Ok)
    }

    fn add_log(&mut self, shown: &str, len: u64, log: Log) {
        let timed = log.reader().layouts().iter().any(log::Layout::has_time);
        if !timed {
            let what = "no record in it has a time, so it has no place on the time line";
            self.say(shown, 0, what, "ask for a log with times");
        }
        let items = log.len() as u64;
        let source = self.add_source(shown, SourceKind::Log, items, len);
        if let Some(added) = self.gathered.sources.last_mut() {
            added.layout = log.layouts().into_iter().next();
        }
        self.gathered.logs.push((source, Arc::new(log)));
    }
}
