//! Text that is evidence: dumplogs and logs, told apart by the readers themselves.

use std::path::Path;
use std::sync::Arc;

use mwscope_parsers::{Civil, Span, dump, log, threads};

use super::bundle::Excerpt;
use super::content::Content;
use super::events::{self, Events};
use super::keep::Origin;
use super::{Gatherer, Options, Progress, Told};
use crate::logs::{self, Log, Store};
use crate::model::{KnownOfLog, Records, SourceKind};

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
        if told == Told::Log && (log::looks_like(head) || log::is_throughout(head)) {
            return Self::Log;
        }
        // A log names programs, users and exceptions as a dump does, and so do threads.
        let plainly_log = log::is_plainly(head);
        if !plainly_log && is_of_threads(head) {
            return Self::Threads;
        }
        if !plainly_log && dump::sniff(head).is_dump() {
            return Self::Dump;
        }
        if plainly_log || layout.is_some() || log::looks_like(head) || log::is_throughout(head) {
            return Self::Log;
        }
        // What was handed over as a dump is one where it says so, or states what only a failure has: a request and a
        // mail name users and programs as well.
        let named = || {
            let titled = || {
                let text = String::from_utf8_lossy(&head[..head.len().min(4 << 10)]);
                dump::says_so(&text.to_lowercase()) || dump::opens_with_a_failure(&text)
            };
            let read = dump::read(head, dump::Synonyms::standard());
            read.dumps.first().is_some_and(|dump| dump.stated() >= 2 && (dump.shows_failure() || titled()))
        };
        match told {
            Told::Dump if named() => Self::Dump,
            _ if !threads::read(head).is_empty() => Self::Threads,
            _ => Self::Unknown,
        }
    }
}

/// Whether a text that begins otherwise is a thread dump: threads stand below a few words, or below more of them that are
/// no dumplog, which may show threads as well.
fn is_of_threads(head: &[u8]) -> bool {
    /// A command, a salutation, what somebody notes of the node; a dumplog has more above its threads.
    const FEW: usize = 12;
    threads::below(head).is_some_and(|found| {
        let above = Span::new(0, found.at).of(head);
        let (few, many) = (found.lines <= FEW, found.threads > 1);
        // A log may begin with few records before the first dump in it.
        (few && many || (few || many) && !dump::sniff(above).is_dump()) && !log::looks_like(above)
    })
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
        let told = match self.options.told {
            Told::Log if !self.by_name => Told::Nothing,
            told => told,
        };
        let kind = Kind::of(head, self.layout(shown), told);
        let searched = self.options.told == Told::Threads && matches!(kind, Kind::Dump | Kind::Log);
        // A log that holds thread dumps tells what their threads did before.
        if searched && self.has_threads(shown, &content) && kind == Kind::Dump {
            return;
        }
        match kind {
            Kind::Dump => self.dumps(shown, content),
            Kind::Log if self.leaves_its_dates_open(shown, head) => {
                self.unsettled.logs.push((shown.to_owned(), content, self.origin.clone()));
            }
            Kind::Log => self.log(shown, content),
            Kind::Threads => self.threads(shown, &content),
            Kind::Events => self.events(shown, &content),
            Kind::Unknown => self.keep_text(shown, &content),
        }
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

    /// The thread dumps in a log or dumplog that was given to be searched for them; whether there are any.
    fn has_threads(&mut self, shown: &str, content: &Content) -> bool {
        // What can't be read is told by who reads it next.
        let read = content.whole().map(|bytes| threads::read(&bytes)).unwrap_or_default();
        let found = !read.is_empty();
        if found {
            self.add_threads(shown, content.len(), read);
        }
        found
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
        let folder =
            self.options.indexes.as_ref().filter(|_| matches!(self.options.told, Told::Nothing | Told::Log))?;
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
        let timed = log.reader().has_times();
        // Who looks for thread dumps doesn't miss the time line.
        if !timed && self.options.told != Told::Threads {
            let what = "no record in it has a time, so it has no place on the time line";
            self.say(shown, 0, what, "ask for a log with times");
        }
        // Who doesn't wait isn't told how many there are.
        let items = if self.options.hasty { 1 } else { log.len() as u64 };
        let source = self.add_source(shown, SourceKind::Log, items, len);
        match self.options.told {
            Told::Dump => self.logged_dumps(shown, source, &log),
            Told::Nothing if !self.options.hasty => self.titled_dumps(shown, source, &log),
            _ => {}
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

#[cfg(test)]
mod tests {
    use super::*;

    const THREAD: &str = "\"exec-1\" #9 daemon prio=5 os_prio=0 tid=0x1 nid=0x1 runnable\n   java.lang.Thread.State: TIMED_WAITING (sleeping)\n\tat java.lang.Thread.sleep(Native Method)\n\tat mvx.app.pgm.CRS008.PECHK(CRS008.java:812)\n\n";
    const DUMP: &str = "M3 dump log\nProgram: CRS008\nUser: JDOE\nCompany: 100\nException: java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PECHK(CRS008.java:812)\n";

    fn kind(text: &str) -> Kind {
        Kind::of(text.as_bytes(), None, Told::Nothing)
    }

    #[test]
    fn threads_below_words_are_no_crash_of_the_program_in_them() {
        let two = [THREAD, &THREAD.replace("exec-1", "exec-2")].concat();
        for above in [
            "$ jstack -l 4711\n",
            "Hi,\nhere is the thread dump of the M3 node.\n\n",
            "\tat a.B.c(B.java:3)\n\n",
            "Program: CRS008\nUser: JDOE\n\n",
        ] {
            assert_eq!(kind(&format!("{above}{two}")), Kind::Threads, "{above}");
        }
        assert_eq!(kind(&format!("Hi,\nlook at this one.\n\n{THREAD}")), Kind::Threads);
    }

    #[test]
    fn a_log_with_a_dump_near_its_beginning_is_a_log() {
        let records = |from: u32| {
            (from..from + 3)
                .map(|n| format!("2026-01-13 10:15:0{n},451 INFO  [exec-{n}] m3.Call - served\n"))
                .collect::<String>()
        };
        let text = [records(0), THREAD.to_owned(), THREAD.to_owned(), records(4)].concat();
        assert_eq!(kind(&text), Kind::Log);
    }

    #[test]
    fn a_dumplog_that_shows_threads_stays_one() {
        let fields: String = (1..20).map(|n| format!("WWFL{n:02} = \"{n}\"\n")).collect();
        assert_eq!(kind(DUMP), Kind::Dump);
        assert_eq!(kind(&format!("{DUMP}\n{THREAD}{fields}")), Kind::Dump);
        assert_eq!(kind(&format!("{DUMP}{fields}\n{THREAD}{THREAD}")), Kind::Dump);
    }
}
