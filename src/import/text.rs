//! Text that is evidence: dumplogs and logs, told apart by the readers themselves.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::path::Path;
use std::sync::Arc;

use mwscope_parsers::{Civil, Span, dump, log, threads};

use super::bundle::Excerpt;
use super::content::Content;
use super::events::{self, Events};
use super::keep::Origin;
use super::{Gatherer, Options, Progress, Told};
use crate::logs::{self, Log, Store};
use crate::model::{Block, KnownOfLog, Records, SourceId, SourceKind};

/// Records of one thread are put together to a dump up to so many bytes.
const MOST_LINE_BY_LINE: usize = 4 << 20;

/// Bytes of the shortest head that tells lines apart: a time of day.
const SHORTEST_HEAD: usize = 8;

/// Lines that a record has at least where it holds a dump.
const FEWEST_LINES: u32 = 6;

/// Bytes of the shortest record that may hold a dump as a document on one line.
const SHORTEST_DOCUMENT: u64 = 400;

/// What stands in each frame of M3's own programs.
const FRAME: &[u8] = b"mvx.app.pgm.";

/// Whether bytes of records have markup in them with a frame of M3: next to none have, so that the others needn't be read.
fn may_hold_a_document(bytes: &[u8]) -> bool {
    let has = |what: &[u8]| memchr::memmem::find(bytes, what).is_some();
    has(FRAME) && (has(b"{\"") || has(b"{\\\"") || has(b"</"))
}

/// The records of a block that may hold a dump: those of several lines, and those with a document on one.
fn may_be_dumps(records: &dyn Records, block: &Block) -> Vec<(usize, log::Head)> {
    let several = block.lines_at_most() >= FEWEST_LINES.into();
    let holds = |span: Span| records.bytes(span).is_ok_and(|bytes| may_hold_a_document(&bytes));
    // One look at all bytes of the block spares one at those of each record.
    let documents = OnceCell::new();
    let any_document = || *documents.get_or_init(|| holds(block.span()));
    if !several && (block.len < SHORTEST_DOCUMENT || !any_document()) {
        return Vec::new();
    }
    let may_be = |head: &log::Head| {
        head.lines >= FEWEST_LINES || head.span.len >= SHORTEST_DOCUMENT && any_document() && holds(head.span)
    };
    let heads = records.heads(block).unwrap_or_default();
    (block.first..).zip(heads).filter(|(_, head)| may_be(head)).collect()
}

/// Whether a record has hardly a line but those of a stack trace, as most records of several lines: for whom a program ran
/// can't be among them, and they needn't be read as a dump.
fn is_trace_alone(text: &str) -> bool {
    let of_trace = |line: &&str| {
        let line = line.trim_start();
        ["at ", "Caused by:", "Suppressed:", "... "].iter().any(|begins| line.starts_with(begins))
    };
    text.lines().filter(|line| !of_trace(line)).take(3).count() < 3
}

/// The record of an abnormal termination has a trace as well; a dump also says for whom it ran, and where.
fn is_dump_in_a_record(found: &dump::Dump) -> bool {
    let who = [&found.user, &found.job, &found.company, &found.environment, &found.version, &found.panel];
    (found.program.is_some() || !found.call_stack.is_empty()) && who.iter().filter(|fact| fact.is_some()).count() >= 3
}

/// A record's text without its head, whose time and logger aren't the dump's, and without that of further lines that
/// have one of the same form.
fn behind_head(record: &log::Record) -> Cow<'_, str> {
    let first = record.message.lines().next().unwrap_or_default();
    if first.is_empty() && record.head.lines <= 1 && record.trace.is_none() {
        return Cow::Borrowed("");
    }
    let message = || record.text.find(first).filter(|_| !first.is_empty());
    // A frame by itself is all trace, with the blanks before it.
    let frame =
        || record.trace_range.as_ref().map(|range| record.text[..range.start].trim_end_matches(['\t', ' ']).len());
    let Some(at) = message().or_else(frame) else { return Cow::Borrowed(&record.text) };
    let (head, text) = record.text.split_at(at);
    let form = |byte: u8| if byte.is_ascii_digit() { b'0' } else { byte };
    let has_head = |line: &str| {
        line.len() >= head.len() && head.bytes().zip(line.bytes()).all(|(own, other)| form(own) == form(other))
    };
    if head.len() < SHORTEST_HEAD || !text.lines().skip(1).any(has_head) {
        return Cow::Borrowed(text);
    }
    let behind = |line: &'_ str| line.get(head.len()..).filter(|_| has_head(line)).unwrap_or(line).to_owned();
    Cow::Owned(text.split_inclusive('\n').map(behind).collect())
}

/// Records that follow each other, of one thread and one logger.
#[derive(Default)]
struct Run {
    first: Option<log::Head>,
    /// Where the last of them ends.
    end: u64,
    writer: (Option<String>, Option<String>),
    records: u32,
    text: String,
}

impl Run {
    fn goes_on_with(&self, record: &log::Record) -> bool {
        self.writer.0 == record.thread && self.writer.1 == record.logger && self.text.len() < MOST_LINE_BY_LINE
    }

    fn add(&mut self, record: &log::Record) {
        if self.first.is_none() {
            self.first = Some(record.head);
            self.writer = (record.thread.clone(), record.logger.clone());
        }
        self.end = record.head.span.end();
        self.records += 1;
        self.text.push_str(&behind_head(record));
        self.text.push('\n');
    }
}

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Dump,
    Log,
    Threads,
    Events,
    Unknown,
}

impl Kind {
    fn of(head: &[u8], layout: Option<&str>, told: Told) -> Self {
        // A layout that reads the text leaves no doubt.
        if layout.is_some_and(|layout| log::fits(layout, head)) {
            return Self::Log;
        }
        if threads::sniff(head) {
            return Self::Threads;
        }
        if events::looks_like(head) {
            return Self::Events;
        }
        // A log names programs, users and exceptions as a dump does.
        let plainly_log = log::is_plainly(head);
        if !plainly_log && dump::sniff(head).is_dump() {
            return Self::Dump;
        }
        if plainly_log || layout.is_some() || log::looks_like(head) {
            return Self::Log;
        }
        let named = || dump::read(head, dump::Synonyms::standard()).dumps.first().is_some_and(|d| d.stated() >= 2);
        match told {
            Told::Dump if named() => Self::Dump,
            _ if !threads::read(head).is_empty() => Self::Threads,
            _ => Self::Unknown,
        }
    }
}

/// Whether a text is a dump, where no layout of logs was told.
pub(super) fn is_dump(head: &[u8], options: &Options) -> bool {
    Kind::of(head, None, options.told) == Kind::Dump
}

/// Logs that are read last, each with its path and where it came from.
#[derive(Default)]
pub(super) struct Unsettled {
    pub(super) logs: Vec<(String, Content, Origin)>,
    /// Whether everything else is read.
    pub(super) done: bool,
}

impl Gatherer<'_> {
    /// Reads a text by what it is.
    pub(super) fn text(&mut self, shown: &str, content: Content, head: &[u8]) {
        match Kind::of(head, self.layout(shown), self.options.told) {
            Kind::Dump => self.dumps(shown, content),
            Kind::Log if self.options.told == Told::Threads => self.threads_or_log(shown, content),
            Kind::Log if self.leaves_its_dates_open(shown, head) => {
                self.unsettled.logs.push((shown.to_owned(), content, self.origin.clone()));
            }
            Kind::Log => self.log(shown, content),
            Kind::Threads => self.threads(shown, &content),
            Kind::Events => self.events(shown, &content),
            Kind::Unknown => self.keep_text(shown, &content),
        }
    }

    /// Dumps that were written into a log, each as one record.
    fn dumps_in(&mut self, source: SourceId, log: &Log) {
        let names = self.options.names.clone().unwrap_or_default();
        let records: &dyn Records = log;
        for (n, head) in records.blocks().flat_map(|block| may_be_dumps(records, &block)) {
            let Ok(record) = log.read(n) else { continue };
            let one_line = head.lines < FEWEST_LINES;
            if !one_line && is_trace_alone(&record.text) {
                continue;
            }
            let document = one_line && record.message.trim_start().starts_with(['{', '<']);
            let text = if document { Cow::Borrowed(record.message.as_str()) } else { behind_head(&record) };
            let read = dump::read(text.as_bytes(), &names);
            let Some(mut found) = read.dumps.into_iter().next().filter(is_dump_in_a_record) else { continue };
            // Requests name programs and users, too, on one line.
            if one_line && found.trace.as_ref().is_none_or(|trace| trace.m3_frame().is_none()) {
                continue;
            }
            found.at = found.at.or(head.stamp);
            (found.span, found.line) = (head.span, head.line);
            self.add_dump(source, found, text.as_bytes());
        }
    }

    /// Dumps of which every line was logged as a record of its own: runs of records that one thread wrote through one
    /// logger, with nothing in between.
    fn dumps_line_by_line(&mut self, source: SourceId, log: &Log) {
        let mut run = Run::default();
        for n in 0..log.len() {
            let Ok(record) = log.read(n) else { continue };
            if !run.goes_on_with(&record) {
                self.dump_in_run(source, &std::mem::take(&mut run));
            }
            run.add(&record);
        }
        self.dump_in_run(source, &run);
    }

    fn dump_in_run(&mut self, source: SourceId, run: &Run) {
        let Some(first) = run.first.filter(|_| run.records >= FEWEST_LINES) else { return };
        let names = self.options.names.clone().unwrap_or_default();
        let Some(mut found) = dump::read(run.text.as_bytes(), &names).dumps.into_iter().next() else { return };
        if !is_dump_in_a_record(&found)
            || (found.exception.is_none() && found.failed_at.is_none() && found.call_stack.is_empty())
        {
            return;
        }
        found.at = found.at.or(first.stamp);
        (found.span, found.line) = (Span::new(first.span.offset, run.end - first.span.offset), first.line);
        self.add_dump(source, found, run.text.as_bytes());
    }

    fn threads(&mut self, shown: &str, content: &Content) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let read = threads::read(&bytes);
        if read.is_empty() {
            let what = "it begins as a thread dump does, and holds none that can be read";
            return self.say(shown, 0, what, "where it was cut short, write it again");
        }
        self.add_threads(shown, content.len(), read);
    }

    /// A log that was given to be searched for the thread dumps in it.
    fn threads_or_log(&mut self, shown: &str, content: Content) {
        match content.whole() {
            Ok(bytes) => {
                let read = threads::read(&bytes);
                if !read.is_empty() {
                    return self.add_threads(shown, content.len(), read);
                }
                self.log(shown, content);
            }
            Err(error) => self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        }
    }

    /// Program events, which stand on the time line as records do.
    fn events(&mut self, shown: &str, content: &Content) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let events = Events::read(&bytes);
        let source = self.add_source(shown, SourceKind::Events, events.len() as u64, content.len());
        self.gathered.logs.push((source, Arc::new(events)));
    }

    fn add_threads(&mut self, shown: &str, len: u64, read: Vec<threads::ThreadDump>) {
        let source = self.add_source(shown, SourceKind::Threads, read.len() as u64, len);
        self.gathered.threads.extend(read.into_iter().map(|dump| (source, Arc::new(dump))));
    }

    fn log(&mut self, shown: &str, content: Content) {
        let len = content.len();
        let known = self.known(shown, &content);
        match self.open_log(&known, content) {
            Ok(Ok(log)) => {
                self.gathered.known.logs.push((self.next_source(), known));
                self.add_log(shown, len, log);
            }
            Ok(Err(what)) => self.say(shown, 0, what, "write the pattern as the logging configuration has it"),
            Err(error) => self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        }
    }

    /// A log that was read before, by its index; its kind needs no second look.
    pub(super) fn reopen(&self, path: &Path) -> Option<Log> {
        let told = self.told();
        let folder = self.options.indexes.as_ref().filter(|_| self.options.told == Told::Nothing)?;
        // What is wrong with an index only costs the time to make it again.
        Log::reopen(path, told.as_deref(), folder).ok().flatten()
    }

    /// What was told of how logs are to be read, in one text.
    fn told(&self) -> Option<String> {
        let day = self.options.day.map(|(year, month, day)| format!("{year}-{month}-{day}"));
        let layout = self.options.layout.clone();
        (day.is_some() || layout.is_some()).then(|| [day, layout].map(Option::unwrap_or_default).join(" "))
    }

    /// Opens a log, or says in words what is wrong with the layout that was told.
    fn open_log(&self, known: &KnownOfLog, content: Content) -> std::io::Result<Result<Log, String>> {
        let (store, saving) = match content {
            Content::File(path, _) => {
                let folder = self.options.indexes.as_ref();
                let saving = folder.and_then(|folder| folder.begin(&path, self.told().as_deref()));
                (Store::file(&path)?, saving)
            }
            Content::Memory(bytes) => (Store::Memory(bytes), None),
            Content::Spool(spool, _) => (Store::Spool(spool), None),
        };
        let reader = match &known.layout {
            None => Some(logs::learned(&store, &known.hints)?),
            Some(pattern) => match logs::told(pattern, &store)? {
                Ok(reader) => Some(reader.on(known.hints.day)),
                Err(error) => return Ok(Err(format!("the layout can't be understood: {error}"))),
            },
        };
        Log::begin(store, reader, saving).map(Ok)
    }

    /// The layout that was told, now or by whoever handed the log on.
    fn layout(&self, shown: &str) -> Option<&str> {
        let handed_on = || self.bundled.get(shown)?.log.as_ref()?.layout.as_deref();
        self.options.layout.as_deref().or_else(handed_on)
    }

    /// What is known of a log from outside: a layout that was told, the file's last write, and a day that was told or
    /// stands in its name; what a bundle says, where nothing else is told.
    fn known(&self, shown: &str, content: &Content) -> KnownOfLog {
        let layout = self.layout(shown).map(str::to_owned);
        let handed_on = self.bundled.get(shown).and_then(|member| member.log.as_ref()).map(|log| log.hints);
        let hints = self.hints(shown, content);
        let hints = match handed_on {
            Some(handed_on) => log::Hints { day: hints.day.filter(|day| day.told).or(handed_on.day), ..handed_on },
            None => hints,
        };
        KnownOfLog { layout, hints }
    }

    fn hints(&self, shown: &str, content: &Content) -> log::Hints {
        let written = match content {
            Content::File(path, _) => logs::written(path),
            _ => None,
        };
        let day = log::Day::of(self.options.day, shown);
        let beside = if self.unsettled.done { self.seen_at() } else { None };
        log::Hints { written, beside, day }
    }

    /// When something was recorded or written whose date leaves no doubt.
    fn seen_at(&self) -> Option<Civil> {
        let of_exchanges = self.gathered.exchanges.iter().find_map(|exchange| exchange.started);
        let of_dumps = || self.gathered.dumps.iter().find_map(|dump| dump.dump.at);
        of_exchanges.or_else(of_dumps).filter(|stamp| stamp.has_date).map(|stamp| stamp.civil)
    }

    /// Whether a log's own lines leave open which number of its dates is the day: what else is read may tell.
    fn leaves_its_dates_open(&self, shown: &str, head: &[u8]) -> bool {
        let told = || self.layout(shown).is_some() || self.bundled.contains_key(shown);
        !self.unsettled.done && !told() && !log::Reader::learn(head).notes().is_empty()
    }

    /// Reads the logs that were left for later, now that everything else is.
    pub(super) fn read_unsettled(&mut self) {
        self.unsettled.done = true;
        for (shown, content, origin) in std::mem::take(&mut self.unsettled.logs) {
            self.origin = origin;
            self.log(&shown, content);
        }
    }

    /// Adds a log, once it is indexed where that is to be waited for.
    pub(super) fn add_log(&mut self, shown: &str, len: u64, log: Log) {
        if !self.options.hasty {
            let progress = &mut self.progress;
            let waited = log.wait(&mut |done| {
                progress(Progress::Reading { path: shown, done, bytes: len });
                true
            });
            if let Err(error) = waited {
                self.say(shown, 0, format!("it can't be read to its end: {error}"), "look at the disk");
            }
        }
        let timed = log.reader().layouts().iter().any(log::Layout::has_time);
        if !timed {
            let what = "no record in it has a time, so it has no place on the time line";
            self.say(shown, 0, what, "ask for a log with times");
        }
        // Who doesn't wait isn't told how many there are.
        let items = if self.options.hasty { 1 } else { log.len() as u64 };
        let source = self.add_source(shown, SourceKind::Log, items, len);
        if self.options.told == Told::Dump {
            self.dumps_in(source, &log);
            if !self.gathered.dumps.iter().any(|dump| dump.source == source) {
                self.dumps_line_by_line(source, &log);
            }
        }
        if let Some(added) = self.gathered.sources.last_mut() {
            added.layout = log.layouts().into_iter().next();
        }
        let log: Arc<dyn Records> = Arc::new(log);
        let lines = self.bundled.get(shown).map_or_else(Vec::new, |member| member.lines.clone());
        self.gathered.logs.push(match lines.is_empty() {
            false => (source, Arc::new(Excerpt::new(log, lines))),
            true => (source, log),
        });
    }
}
