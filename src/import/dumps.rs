//! Dumplogs: each is read by itself, so many are read at once. Fields beyond a measure are not kept, but read again
//! when they are asked for.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::dump::{self, Dump, Synonyms};

use super::ahead::Ahead;
use super::content::Content;
use super::fields::{Elsewhere, Last, Place};
use super::{Gatherer, Options, Progress};
use crate::logs::Spool;
use crate::model::{DumpId, GatheredDump, SourceId, SourceKind};
use crate::workers;

/// Bytes of dumps that wait to be read, beyond which it is done.
const MOST_WAITING: usize = 16 << 20;

/// Bytes of fields that are kept in memory, of all dumps together.
const MOST_FIELDS: usize = 64 << 20;

/// The dumps that are read, and those that wait for it.
pub(super) struct Dumps {
    waiting: Vec<(SourceId, Bytes, Option<Place>)>,
    /// Bytes of those that wait.
    bytes: usize,
    /// Bytes of the fields that are kept, and how many may be.
    fields: usize,
    most_fields: usize,
    last: Last,
    names: Option<Arc<Synonyms>>,
    /// What dumps are read from again that come only once.
    spool: Option<Arc<Spool>>,
}

impl Dumps {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            waiting: Vec::new(),
            bytes: 0,
            fields: 0,
            most_fields: MOST_FIELDS,
            last: Last::default(),
            names: options.names.clone().map(Arc::new),
            spool: None,
        }
    }

    pub(super) fn names(&self) -> &Synonyms {
        self.names.as_deref().unwrap_or_else(|| Synonyms::standard())
    }

    /// Where bytes that come only once are read again; `None` where no disk takes them.
    fn spooled(&mut self, bytes: &[u8]) -> Option<Place> {
        if self.spool.is_none() {
            self.spool = Spool::new().ok().map(Arc::new);
        }
        let spool = self.spool.as_ref()?;
        let span = Span::new(spool.len(), bytes.len() as u64);
        spool.append(bytes).ok()?;
        Some(Place::Spool(Arc::clone(spool), span))
    }
}

impl Gatherer<'_> {
    /// Takes a file of dumps, to be read with others; a large one is read at once, piece by piece.
    pub(super) fn dumps(&mut self, shown: &str, content: Content) {
        if content.len() > dump::PIECE {
            return self.large_dumps(shown, content);
        }
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        // There is at least one in it.
        let source = self.add_source(shown, SourceKind::Dump, 1, content.len());
        let place = match content {
            Content::File(path, _) => Some(Place::File(path)),
            Content::Memory(_) | Content::Spool(..) => None,
        };
        self.dumps.bytes += bytes.len();
        self.dumps.waiting.push((source, bytes, place));
        if self.dumps.bytes > MOST_WAITING {
            self.read_waiting();
        }
    }

    /// Reads a source of dumps that is too large to be held.
    fn large_dumps(&mut self, shown: &str, content: Content) {
        self.read_waiting();
        let len = content.len();
        let place = match content {
            Content::File(path, _) => Place::File(path),
            Content::Spool(spool, len) => Place::Spool(Arc::new(spool), Span::new(0, len)),
            Content::Memory(bytes) => match self.dumps.spooled(&bytes) {
                Some(place) => place,
                None => {
                    return self.say(shown, 0, "it can't be kept on disk while it is read", "make room on the disk");
                }
            },
        };
        let source = self.add_source(shown, SourceKind::Dump, 1, len);
        let names = self.dumps.names.clone();
        let mut nth = 0;
        let read = place.dumps(0, names.as_deref().unwrap_or_else(|| Synonyms::standard()), |dump| {
            self.put_dumps(source, vec![dump], nth, |_| Some(place.clone()));
            nth += 1;
            true
        });
        if let Some(source) = self.gathered.sources.get_mut(source.0 as usize) {
            source.items = nth as u64;
        }
        if let Err(error) = read {
            self.say(shown, 0, format!("it can't be read to its end: {error}"), "look at the disk");
        }
    }

    /// Adds the dumps of a file that was read before its turn.
    pub(super) fn dumps_ahead(&mut self, shown: &str, path: &Path, ahead: Ahead) {
        self.read_waiting();
        (self.progress)(Progress::Reading { path: shown, done: 0, bytes: ahead.len });
        (self.origin.file, self.origin.bytes) = (Some(path.to_owned()), None);
        let source = self.add_source(shown, SourceKind::Dump, ahead.dumps.len() as u64, ahead.len);
        self.put_dumps(source, ahead.dumps, 0, |_| Some(Place::File(path.to_owned())));
    }

    /// Adds the dumps of what was copied into a case and read before its turn.
    pub(super) fn dumps_of_copy(&mut self, shown: &str, bytes: &Bytes, dumps: Vec<Dump>) {
        self.read_waiting();
        (self.progress)(Progress::Reading { path: shown, done: 0, bytes: bytes.len() as u64 });
        (self.origin.file, self.origin.bytes) = (None, self.copies.then(|| bytes.clone()));
        let source = self.add_source(shown, SourceKind::Dump, dumps.len() as u64, bytes.len() as u64);
        self.put_dumps(source, dumps, 0, |own| own.spooled(bytes));
    }

    /// Reads the dumps that wait, on all processors.
    pub(super) fn read_waiting(&mut self) {
        let waiting = std::mem::take(&mut self.dumps.waiting);
        self.dumps.bytes = 0;
        let names = self.dumps.names();
        let read = workers::in_order(waiting.len(), |n| dump::read(&waiting[n].1, names).dumps);
        for ((source, bytes, place), dumps) in waiting.into_iter().zip(read) {
            if let Some(source) = self.gathered.sources.get_mut(source.0 as usize) {
                source.items = dumps.len() as u64;
            }
            self.put_dumps(source, dumps, 0, |own| place.clone().or_else(|| own.spooled(&bytes)));
        }
    }

    /// Adds a dump that was found in something else, behind those of the files before; `text` is what it was read from.
    pub(super) fn add_dump(&mut self, source: SourceId, dump: Dump, text: &[u8]) {
        self.read_waiting();
        self.put_dumps(source, vec![dump], 0, |own| own.spooled(text));
    }

    /// Whether further fields are kept in memory.
    pub(super) const fn keeps_fields(&self) -> bool {
        self.dumps.fields < self.dumps.most_fields
    }

    /// Adds dumps of one place, from its dump number `first` on; it is asked for where their fields are not kept.
    fn put_dumps(
        &mut self,
        source: SourceId,
        dumps: Vec<Dump>,
        first: usize,
        place: impl FnOnce(&mut Dumps) -> Option<Place>,
    ) {
        let keeps = self.keeps_fields() && !self.options.bytes;
        self.dumps.fields += dumps.iter().map(|dump| dump.fields.bytes()).sum::<usize>();
        let place = if keeps { None } else { place(&mut self.dumps) };
        for (nth, mut dump) in (first..).zip(dumps) {
            let id = self.gathered.dumps.last().map_or(DumpId(0), |last| DumpId(last.id.0.saturating_add(1)));
            self.gathered.dumps.push(match &place {
                None => GatheredDump::new(id, source, Arc::new(dump)),
                Some(place) => {
                    dump.fields = dump::Fields::default();
                    let (names, last) = (self.dumps.names.clone(), Arc::clone(&self.dumps.last));
                    // The place of one in a log is its own.
                    let from = if nth == 0 { 0 } else { dump.span.offset };
                    let elsewhere = Elsewhere { source, place: place.clone(), nth, from, names, last };
                    GatheredDump::without_fields(id, source, Arc::new(dump), Arc::new(elsewhere))
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::{Nest, finish};
    use super::*;
    use crate::model::Gathered;

    const DUMP: &str = "Dump (synthetic)\n================\nProgram . : CRS008\nUser  . . : MWSUSR\n\n\
java.lang.NullPointerException: READ_DSP ICFCMD\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n\n\
Fields\n------\nWWFACI = \"C01\"\nWWDIVI = \"AAA\"\n\n";

    /// What is gathered where so many bytes of fields are kept: from a folder, from what comes once, from a log.
    fn gathered(folder: &Path, most_fields: usize) -> Gathered {
        let options = Options { told: super::super::Told::Dump, ..Options::default() };
        let mut progress = |_: Progress<'_>| {};
        let mut gatherer = Gatherer::new(&options, &mut progress, None);
        gatherer.dumps.most_fields = most_fields;
        gatherer.named(&folder.to_string_lossy()).expect("dumps");
        let once = format!("{DUMP}{}", DUMP.replace("C01", "D02"));
        gatherer.content("once", Content::Memory(once.into()), Nest::TOP);
        gatherer.read_waiting();
        finish(gatherer)
    }

    fn told(gathered: &Gathered) -> Vec<(DumpId, SourceId, String, Vec<String>)> {
        let fields = |dump: &GatheredDump| {
            let fields = dump.fields().expect("fields");
            fields.iter().map(|f| format!("{:?} {} {} {:?}", f.section, f.name, f.value, f.span)).collect()
        };
        gathered.dumps.iter().map(|dump| (dump.id, dump.source, dump.dump.summary.clone(), fields(dump))).collect()
    }

    #[test]
    fn fields_that_are_not_kept_are_the_same_when_they_are_asked_for() {
        let folder = tempfile::tempdir().expect("a folder");
        for n in 0..5 {
            let text = DUMP.replace("C01", &format!("A0{n}"));
            fs::write(folder.path().join(format!("{n}.log")), text.repeat(1 + n % 2)).expect("a dump");
        }
        let head = "2026-01-13 10:15:07,480 ERROR [exec-1] mvx.runtime.Dump - ";
        let records = format!("{head}{}\n{head}end\n", DUMP.replace("User", "Company : 100\nJob . . : 1\nUser"));
        fs::write(folder.path().join("in.log"), records.repeat(3)).expect("a log");
        let (kept, read) = (gathered(folder.path(), usize::MAX), gathered(folder.path(), 0));
        assert_eq!(told(&kept), told(&read));
        assert_eq!(told(&kept).len(), 7 + 3 + 2);
        assert!(told(&kept).iter().all(|(.., fields)| !fields.is_empty()));
        assert!(read.dumps.iter().all(|dump| dump.dump.fields.is_empty()));
        assert!(kept.dumps.iter().all(|dump| !dump.dump.fields.is_empty()));
        // Nothing is made up where another dump stands there by now.
        fs::write(folder.path().join("0.log"), DUMP.replace("CRS008", "CRS009")).expect("a dump");
        assert!(read.dumps[0].fields().is_err() || read.dumps[1].fields().is_err());
    }
}
