//! Dumps that were written into a log: each as one record, or line by line, a record each.

mod run;

use std::borrow::Cow;
use std::io;

use mwscope_parsers::{Span, Stamp, dump, log};
use run::Run;

use super::{Gatherer, Progress};
use crate::logs::Log;
use crate::model::{Block, Records, SourceId};
use crate::workers;

/// Bytes of the shortest head that tells lines apart: a time of day.
const SHORTEST_HEAD: usize = 8;

/// So many facts of whom a program ran for tell a dump from the record of a failure, and so many where no program is named.
const FEWEST_FACTS: usize = 3;
const ENOUGH_FACTS: usize = 5;

/// Lines at the start of a record that may say that it is a dump.
const TITLE_LINES: usize = 3;

/// Lines that a record has at least where it holds a dump.
const FEWEST_LINES: u32 = 6;

/// Bytes of the shortest record that may hold a dump as a document on one line.
const SHORTEST_DOCUMENT: u64 = 400;

/// Nanoseconds of a day.
const DAY_NS: u64 = 86_400_000_000_000;

/// What stands in each frame of M3's own programs.
const FRAME: &[u8] = b"mvx.app.pgm.";

/// Whether bytes of records have markup in them with a frame of M3: next to none have, so that the others needn't be read.
fn may_hold_a_document(bytes: &[u8]) -> bool {
    let has = |what: &[u8]| memchr::memmem::find(bytes, what).is_some();
    has(FRAME) && (has(b"{\"") || has(b"{\\\"") || has(b"</"))
}

/// Whether the bytes of a log's records are searched as they are. Other encodings are rare, and there all is read.
fn is_plain(log: &Log) -> bool {
    matches!(log.reader().encoding(), log::Encoding::Utf8 | log::Encoding::Coloured)
}

/// The records of a block that may hold a dump: those of several lines, and those with a document on one.
fn may_be_dumps(log: &Log, block: &Block) -> io::Result<Vec<(usize, log::Head)>> {
    let records: &dyn Records = log;
    let several = block.lines_at_most() >= FEWEST_LINES.into();
    let plain = is_plain(log);
    let holds = |span: Span| -> io::Result<bool> { Ok(!plain || may_hold_a_document(&records.bytes(span)?)) };
    // One look at all bytes of the block spares one at those of each record.
    let documents = block.len >= SHORTEST_DOCUMENT && holds(block.span())?;
    let mut all = Vec::new();
    if !several && !documents {
        return Ok(all);
    }
    for (n, head) in (block.first..).zip(records.heads(block)?) {
        let may_be_one = documents && head.span.len >= SHORTEST_DOCUMENT;
        if head.lines >= FEWEST_LINES || may_be_one && holds(head.span)? {
            all.push((n, head));
        }
    }
    Ok(all)
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

/// Facts of whom a program ran for and where.
fn who(found: &dump::Dump) -> usize {
    let dump::Dump { user, job, company, environment, version, panel, .. } = found;
    [user, job, company, environment, version, panel].into_iter().flatten().count()
}

/// The record of an abnormal termination has a trace as well; a dump also says for whom it ran, and where.
fn is_dump_in_a_record(found: &dump::Dump, text: &str) -> bool {
    let (ran, who) = (found.program.is_some() || !found.call_stack.is_empty(), who(found));
    // Requests name programs, users and divisions, too, but no exception; where there is one, a division and a title count.
    let divided = usize::from(found.division.is_some());
    let titled = || text.lines().take(TITLE_LINES).any(|line| dump::says_so(&line.to_lowercase()));
    // What a record says of whom it was written for may stand in its head.
    let whole = || ran && !found.call_stack.is_empty() && found.failed_at.is_some() && titled();
    ran && who >= FEWEST_FACTS
        || found.exception.is_some() && whole()
        || found.exception.is_some()
            && (who + divided >= if ran { FEWEST_FACTS } else { ENOUGH_FACTS }
                || ran && who + 1 >= FEWEST_FACTS && titled())
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

/// A dump and the text that it was read from.
type Found = (dump::Dump, String);

/// Blocks that are looked through in one go.
const TOGETHER: usize = 64;

/// Records of a block that are dumps.
fn in_block(log: &Log, block: &Block, names: &dump::Synonyms) -> io::Result<Vec<Found>> {
    let mut all = Vec::new();
    for (n, head) in may_be_dumps(log, block)? {
        let record = log.read(n)?;
        all.extend(in_record(&record, head, names));
    }
    Ok(all)
}

fn in_record(record: &log::Record, head: log::Head, names: &dump::Synonyms) -> Option<Found> {
    let one_line = head.lines < FEWEST_LINES;
    let own = document(&record.message);
    if !one_line && own.is_none() && is_trace_alone(&record.text) {
        return None;
    }
    // A trace within a document is no part of the message.
    let whole = own.filter(|_| one_line && record.trace.is_none());
    let text = whole.map_or_else(|| behind_head(record), Cow::Borrowed);
    let read = |text: &str| {
        let first = dump::read(text.as_bytes(), names).dumps.into_iter().next();
        first.filter(|found| is_dump_in_a_record(found, text))
    };
    let failed = |found: &dump::Dump| found.exception.is_some();
    // An object that holds the dump as a text is read as one: there its escapes are known.
    if one_line && record.text.trim_start().starts_with('{') && !text.trim_start().starts_with('{') {
        let of_object = read(&record.text).filter(|found| found.trace.as_ref().is_some_and(|t| t.m3_frame().is_some()));
        if let Some(mut found) = of_object {
            date(&mut found, head.stamp);
            (found.span, found.line) = (head.span, head.line);
            return Some((found, record.text.clone()));
        }
    }
    let below_words = document(&text).filter(|own| own.len() < text.trim_start().len());
    let of_document = below_words.and_then(|own| Some((read(own).filter(failed)?, own)));
    let (mut found, text) = match of_document {
        Some((found, own)) => (found, own.to_owned()),
        None => (read(&text)?, text.into_owned()),
    };
    // What the record says of whom it was written for counts only where it is a dump without that: any record may say so.
    if let Some(context) = dump::context(&record.text)
        && let Some(more) = read(&format!("{context}\n{text}"))
    {
        found = more;
    }
    // Requests name programs and users, too, on one line.
    if one_line && found.trace.as_ref().is_none_or(|trace| trace.m3_frame().is_none()) {
        return None;
    }
    date(&mut found, head.stamp);
    (found.span, found.line) = (head.span, head.line);
    Some((found, text))
}

/// The document of markup or JSON with which a text goes on to its end, behind a line of words at most.
fn document(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let opens = |text: &str| ["{", "<", "[{"].iter().any(|sign| text.starts_with(sign));
    let below = text.split_once('\n').map(|(_, below)| below.trim_start());
    Some(text).filter(|text| opens(text)).or_else(|| below.filter(|below| opens(below)))
}

/// Gives a dump that doesn't say when it was written the time of its record, of a doubtful date the reading within a day
/// of that.
fn date(dump: &mut dump::Dump, of_record: Option<Stamp>) {
    // A record that says no year doesn't say when.
    let Some(record) = of_record.filter(|record| record.has_date) else { return };
    if dump.either_at.is_none() {
        dump.at = dump.at.or(of_record.filter(|record| record.has_date));
    }
    dump.settle_at(|reading| reading.civil.ns.abs_diff(record.civil.ns) < DAY_NS);
}

/// The runs of a block's records. Of those that neither the block before nor the one behind can go on with, and that are too
/// short for a dump, nothing is left but whose they were.
fn runs(log: &Log, block: &Block) -> io::Result<Vec<Run>> {
    let mut runs: Vec<Run> = Vec::new();
    for n in block.first..block.first + block.count {
        let record = log.read(n)?;
        let goes_on = |run: &&mut Run| run.goes_on_with((record.thread.as_deref(), record.logger.as_deref()));
        match runs.last_mut().filter(goes_on) {
            Some(run) => run.add(&record),
            None => {
                // The first may go on with another block's last.
                let is_first = runs.len() == 1;
                if let Some(run) = runs.last_mut().filter(|run| !is_first && run.lines() < FEWEST_LINES) {
                    run.forget();
                }
                let mut run = Run::default();
                run.add(&record);
                runs.push(run);
            }
        }
    }
    Ok(runs)
}

/// The records of a block that say in their first lines that they hold a dump; next to no block has such a word.
fn titled_in_block(log: &Log, block: &Block, names: &dump::Synonyms) -> io::Result<Vec<Found>> {
    let records: &dyn Records = log;
    if block.lines_at_most() < FEWEST_LINES.into() {
        return Ok(Vec::new());
    }
    let bytes = records.bytes(block.span())?;
    if is_plain(log) && !TITLES.iter().any(|title| memchr::memmem::find(&bytes, title).is_some()) {
        return Ok(Vec::new());
    }
    let mut all = Vec::new();
    for (n, head) in (block.first..).zip(records.heads(block)?) {
        if head.lines < FEWEST_LINES {
            continue;
        }
        let record = log.read(n)?;
        if record.text.lines().take(TITLE_LINES).any(|line| dump::says_so(&line.to_lowercase())) {
            all.extend(in_record(&record, head, names));
        }
    }
    Ok(all)
}

/// What words have in them that say that a dump stands with them.
const TITLES: [&[u8]; 6] = [b"dump", b"Dump", b"DUMP", b"bnormal", b"BNORMAL", b"bend"];

impl Gatherer<'_> {
    /// Adds the dumps that records of a log say they hold: one item each, as those in files of their own.
    pub(super) fn titled_dumps(&mut self, shown: &str, source: SourceId, log: &Log) {
        let names = self.options.names.clone().unwrap_or_default();
        let read = self.in_blocks(
            shown,
            log,
            |block| titled_in_block(log, block, &names),
            |own, found| own.add_found(source, found),
        );
        self.searched(shown, read);
    }

    fn add_found(&mut self, source: SourceId, found: Vec<Found>) {
        found.into_iter().for_each(|(dump, text)| self.add_dump(source, dump, text.as_bytes()));
    }

    /// Says where a log couldn't be searched to its end.
    fn searched(&mut self, shown: &str, read: io::Result<()>) {
        if let Err(error) = read {
            self.say(shown, 0, format!("it can't be searched for dumps to its end: {error}"), "look at the disk");
        }
    }

    /// Adds the dumps that were written into a log; those that are logged line by line where no record is one.
    pub(super) fn logged_dumps(&mut self, shown: &str, source: SourceId, log: &Log) {
        let names = self.options.names.clone().unwrap_or_default();
        let of_record = |block: &Block| in_block(log, block, &names);
        let read = self.in_blocks(shown, log, of_record, |own, found| own.add_found(source, found));
        let none = !self.gathered.dumps.iter().any(|dump| dump.source == source);
        let read = match read {
            Ok(()) if none => self.dumps_line_by_line(shown, source, log, &names),
            read => read,
        };
        self.searched(shown, read);
    }

    /// Runs of records that one thread wrote through one logger, with nothing in between.
    fn dumps_line_by_line(
        &mut self,
        shown: &str,
        source: SourceId,
        log: &Log,
        names: &dump::Synonyms,
    ) -> io::Result<()> {
        let mut open = Run::default();
        let add = |own: &mut Self, run: Run| {
            if let Some((dump, text)) = run.dump(names) {
                own.add_dump(source, dump, text.as_bytes());
            }
        };
        self.in_blocks(
            shown,
            log,
            |block| runs(log, block),
            |own, runs| {
                for run in runs {
                    if open.goes_on_with(run.writer()) {
                        open.join(&run);
                    } else {
                        add(own, std::mem::replace(&mut open, run));
                    }
                }
            },
        )?;
        add(self, open);
        Ok(())
    }

    /// Has all processors look at the blocks of a log, and gives what they found to `take`, block by block.
    fn in_blocks<T: Send>(
        &mut self,
        shown: &str,
        log: &Log,
        look: impl Fn(&Block) -> io::Result<T> + Sync,
        mut take: impl FnMut(&mut Self, T),
    ) -> io::Result<()> {
        let records: &dyn Records = log;
        let blocks: Vec<Block> = records.blocks().collect();
        let bytes = blocks.last().map_or(0, |block| block.span().end());
        for together in blocks.chunks(TOGETHER) {
            (self.progress)(Progress::Reading { path: shown, done: together[0].offset, bytes });
            for found in workers::in_order(together.len(), |n| look(&together[n])) {
                take(self, found?);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::log::Reader;

    use super::*;
    use crate::logs::Store;

    const LINES: [&str; 8] = [
        "M3 dump",
        "Program: CRS008",
        "User: JDOE",
        "Company: 100",
        "Panel: E",
        "Version: 15.1",
        "Exception: java.lang.NullPointerException",
        "Last operation: READ_DSP ICFCMD",
    ];

    /// A log of several blocks in which a dump is logged line by line, now and then between records of others.
    fn logged(between: usize, behind: usize) -> Log {
        let other = |n: usize| format!("2026-01-13 10:15:{:02},000 INFO [w-{n}] a.b.C - answered in {n} ms\n", n % 60);
        let own = LINES.iter().map(|line| format!("2026-01-13 10:16:00,000 ERROR [job-4] mvx.Job - {line}\n"));
        let text: String = (0..between).map(other).chain(own).chain((0..behind).map(other)).collect();
        let bytes = text.into_bytes();
        let reader = Reader::learn(&bytes);
        let log = Log::begin(Store::Memory(bytes.into()), Some(reader), None).expect("a log");
        log.wait(&mut |_| true).expect("it is read");
        log
    }

    #[test]
    fn a_dump_of_lines_is_found_wherever_blocks_end() {
        let names = dump::Synonyms::standard();
        // From the end of one block into the next, and in the middle of one.
        for between in [0, 100, 2_040, 2_044, 4_090, 9_000] {
            let log = logged(between, 40);
            let records: &dyn Records = &log;
            let all: Vec<Run> = records.blocks().flat_map(|block| runs(&log, &block).expect("it is read")).collect();
            let own = |run: &Run| run.writer().0 == Some("job-4");
            let lines: u32 = all.iter().filter(|run| own(run)).map(Run::lines).sum();
            assert_eq!(lines, LINES.len() as u32, "{between}");
            let mut own = all.into_iter().filter(own);
            let mut whole = own.next().expect("a run");
            own.for_each(|run| whole.join(&run));
            let (dump, _) = whole.dump(names).expect("a dump");
            assert_eq!((dump.program.as_deref(), dump.line), (Some("CRS008"), between as u64 + 1));
        }
    }

    #[test]
    fn a_dump_of_lines_begins_where_it_is_told_of() {
        let head = |second: usize, level: &str| format!("2026-01-13 10:16:0{second},000 {level} [job-4] mvx.Job - ");
        let before = ["Job 4711 started", "Order lines are picked"].map(|said| head(0, "INFO ") + said + "\n");
        let own = LINES.map(|line| format!("{}{line}\n", head(5, "ERROR")));
        // Frames with heads of their own are lines of one record.
        let trace = ["java.lang.NullPointerException: x", "\tat mvx.app.pgm.CRS008.PE(CRS008.java:12)"];
        let traced = trace.map(|line| format!("{}{line}\n", head(5, "ERROR")));
        let text: String = before.into_iter().chain(own).chain(traced).collect();
        let bytes = text.into_bytes();
        let log = Log::begin(Store::Memory(bytes.clone().into()), Some(Reader::learn(&bytes)), None).expect("a log");
        log.wait(&mut |_| true).expect("it is read");
        let records: &dyn Records = &log;
        let block = records.block(0).expect("a block");
        let all = runs(&log, &block).expect("it is read");
        let (dump, _) = all[0].dump(dump::Synonyms::standard()).expect("a dump");
        let at = dump.at.map(|at| at.to_rfc3339());
        assert_eq!((all.len(), dump.line, at.as_deref()), (1, 3, Some("2026-01-13T10:16:05.000")));
        assert_eq!(dump.trace.map(|trace| trace.frames()), Some(1));
    }

    fn found(record: &str) -> Vec<dump::Dump> {
        let other = |n: usize| format!("2026-02-03 04:05:0{n},000 INFO  [w-1] a.b.C - answered\n");
        let head = "2026-02-03 04:05:08,500 ERROR [job-4] mvx.Job - abnormal termination, dump follows\n";
        let text: String = (0..5).map(other).chain([head.to_owned(), record.to_owned(), other(9)]).collect();
        let bytes = text.into_bytes();
        let log = Log::begin(Store::Memory(bytes.clone().into()), Some(Reader::learn(&bytes)), None).expect("a log");
        log.wait(&mut |_| true).expect("it is read");
        let records: &dyn Records = &log;
        let blocks: Vec<Block> = records.blocks().collect();
        let all =
            blocks.iter().flat_map(|block| in_block(&log, block, dump::Synonyms::standard()).expect("it is read"));
        all.map(|(dump, _)| dump).collect()
    }

    #[test]
    fn a_doubtful_date_is_that_of_the_record() {
        let at = |stated: &str| {
            let lines = LINES.join("\n");
            let dumps = found(&format!("{lines}\nProgram compiled: 2019-04-11 18:38:11\nDump created: {stated}\n"));
            assert_eq!(dumps.len(), 1, "{stated}");
            dumps[0].at.map(|at| at.to_rfc3339())
        };
        assert_eq!(at("02/03/2026 04:05:07").as_deref(), Some("2026-02-03T04:05:07"));
        assert_eq!(at("03/02/2026 04:05:07").as_deref(), Some("2026-02-03T04:05:07"));
        assert_eq!(at("04/05/2025 04:05:07"), None, "the record's own would be another");
        assert_eq!(at("2025-05-04 04:05:07").as_deref(), Some("2025-05-04T04:05:07"));
    }

    #[test]
    fn a_document_below_words_is_found() {
        let trace = "java.lang.NullPointerException: x\n\tat mvx.app.pgm.CRS008.PE(CRS008.java:12)";
        let facts = "<program>CRS008</program><user>JDOE</user><company>100</company><panel>E</panel>";
        let note = "x".repeat(400);
        let xml = format!("<dump>{facts}<note>{note}</note><trace>{trace}\n\tat a.b.C.d(C.java:1)</trace></dump>\n");
        let escaped = trace.replace('\n', "\\n").replace('\t', "\\t");
        let members = [
            ("program", "CRS008"),
            ("user", "JDOE"),
            ("company", "100"),
            ("panel", "E"),
            ("note", &note),
            ("trace", &escaped),
        ];
        let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
        let json = format!("{{{}}}\n", members.join(","));
        for document in [xml, json] {
            let dumps = found(&document);
            let facts: Vec<_> = dumps.iter().map(|dump| (dump.program.as_deref(), dump.user.as_deref())).collect();
            assert_eq!(facts, [(Some("CRS008"), Some("JDOE"))], "{document}");
        }
        // A request is none.
        assert!(found(&format!("<request>{facts}</request>\n")).is_empty());
    }
}
