//! A log that is still being written: its new records as they come, across rotation.
//!
//! What is followed is spooled, so that a record can still be read after its file was rotated away or cut. Time is
//! a parameter; whoever polls says what time it is.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::log::{Day, HEADER, Head, Hints, Reader, Splitter};

use super::late::Late;
use super::log::Log;
use super::resumed::Resumed;
use super::spool::Spool;
use super::store::Store;
use super::tail::{Seen, Tail};
use crate::model::Records;

/// After so much silence the last record counts as closed; lines that come later reopen it.
pub const SILENCE_NS: i64 = 300_000_000;
/// So many bytes of an existing log before the start of following are read, to learn its layout from.
const CONTEXT: u64 = 1 << 20;
/// Bytes that tell one log from another by its beginning.
const IDENTITY: u64 = 4 << 10;
/// Until this many bytes have come, a layout is learned anew with each growth.
const LEARNING: u64 = 128 << 10;

/// Follows one log.
#[derive(Debug)]
pub struct Follow {
    path: PathBuf,
    tail: Tail,
    current: Current,
}

/// A log that was read to its end, to be gone on with when it grows.
pub struct Before {
    records: Arc<dyn Records>,
    reader: Arc<Reader>,
    last: Head,
    /// The first bytes, as they were then: the file itself may be another by now.
    beginning: Vec<u8>,
}

impl Before {
    /// The log at `path`, whose records these are. `None` where they don't stand in that file as they are, as those of
    /// a compressed one, or where there are none.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn of(path: &Path, records: Arc<dyn Records>) -> io::Result<Option<Self>> {
        let last = records.len().checked_sub(1).and_then(|n| records.head(n));
        let (Some(last), Some(reader)) = (last, records.reader()) else { return Ok(None) };
        let beginning = records.bytes(Span::new(0, last.span.end().min(IDENTITY)))?;
        let before = Self { records, reader, last, beginning };
        Ok(before.is_at(path)?.then_some(before))
    }

    /// How many bytes of the file were read.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.last.span.end()
    }

    /// Whether the file at `path` begins as it did, and has not become shorter.
    fn is_at(&self, path: &Path) -> io::Result<bool> {
        let file = File::open(path)?;
        if file.metadata()?.len() < self.bytes() {
            return Ok(false);
        }
        let mut now = Vec::new();
        file.take(self.beginning.len() as u64).read_to_end(&mut now)?;
        Ok(self.beginning == now)
    }
}

/// What a poll found.
#[derive(Debug)]
pub enum News {
    /// Records came, or the last one grew: those from this number on are to be looked at again.
    Records {
        /// The first record that is new or changed.
        from: usize,
    },
    /// The file was rotated or cut: the log that was followed is complete, and another begins.
    Rotated {
        /// The log that begins.
        begins: Arc<Log>,
        /// The file's own first line in it.
        line: u64,
        /// Whether bytes may have been lost when the old one was cut.
        lost: bool,
    },
}

/// What was told of how a log is to be read.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// A pattern, or a name of one.
    pub layout: Option<String>,
    /// The day of times that have none; else that which the file's name states.
    pub day: Option<(i32, u32, u32)>,
}

impl Told {
    /// What is known of the log at `path` from outside, by now.
    fn hints(&self, path: &Path) -> Hints {
        let day = Day::of(self.day, &path.to_string_lossy());
        Hints { written: super::written(path), day, ..Hints::default() }
    }
}

// The log that is being written now.
#[derive(Debug)]
struct Current {
    log: Arc<Log>,
    splitter: Splitter,
    told: Told,
    // The reader is that of the log before this one, and nothing has shown yet that it doesn't fit.
    inherited: bool,
    // Where the spool's first byte stands in the file: its offset and its line.
    base: (u64, u64),
    spooled: u64,
    grew_at: i64,
    open_shown: bool,
    late: Late,
    // What was read before, with the records of `log` behind it.
    resumed: Option<Arc<Resumed>>,
}

impl Follow {
    /// Follows `path` from its present end, with up to 1 MiB before it as context; a file that doesn't exist yet
    /// is followed from its start.
    ///
    /// # Errors
    /// When the file is there and can't be read, or no spool can be made.
    pub fn start(path: &Path, told: Told) -> io::Result<Self> {
        let (from, line) = context_start(path)?;
        let current = Current::new(told, (from, line))?;
        Ok(Self { path: path.to_owned(), tail: Tail::new(path, from), current })
    }

    /// Follows the log at `path` that was read before up to its end as it was then; its records go on behind those that
    /// are known. `None` where `path` leads to another log by now.
    ///
    /// # Errors
    /// When the file or the index can't be read, or no spool can be made.
    pub fn beyond(path: &Path, before: &Before) -> io::Result<Option<Self>> {
        if !before.is_at(path)? {
            return Ok(None);
        }
        let current = Current::beyond(path, before)?;
        Ok(Some(Self { path: path.to_owned(), tail: Tail::new(path, before.bytes()), current }))
    }

    /// The path that is followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The log that is being written now. Places and lines in it are the file's.
    #[must_use]
    pub fn log(&self) -> &Arc<Log> {
        &self.current.log
    }

    /// As [`Tail::was_rotated_to`].
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn was_rotated_to(&self, other: &Path) -> io::Result<bool> {
        self.tail.was_rotated_to(other)
    }

    /// Its records, with those that were read before where it goes on from there.
    #[must_use]
    pub fn records(&self) -> Arc<dyn Records> {
        match &self.current.resumed {
            Some(resumed) => Arc::clone(resumed) as Arc<dyn Records>,
            None => Arc::clone(&self.current.log) as Arc<dyn Records>,
        }
    }

    /// The file's line at which the followed log starts.
    #[must_use]
    pub fn first_line(&self) -> u64 {
        self.current.base.1
    }

    /// Looks for new bytes; `now_ns` is any steady clock.
    ///
    /// # Errors
    /// When the file can't be read or the spool can't be written. Following goes on with the next poll.
    pub fn poll(&mut self, now_ns: i64) -> io::Result<Vec<News>> {
        let mut news = Vec::new();
        let mut bytes = Vec::new();
        for seen in self.tail.poll()? {
            match seen {
                Seen::Bytes(more) => bytes.extend_from_slice(&more),
                Seen::Replaced { unread } => {
                    news.extend(self.current.take(&self.path, &std::mem::take(&mut bytes), now_ns)?);
                    news.extend(self.current.finish()?);
                    self.current = Current::after(&mut self.current)?;
                    news.push(News::Rotated { begins: Arc::clone(&self.current.log), line: 1, lost: unread });
                }
            }
        }
        news.extend(self.current.take(&self.path, &bytes, now_ns)?);
        news.extend(self.current.close_after_silence(now_ns)?);
        Ok(news)
    }
}

impl Current {
    fn new(told: Told, base: (u64, u64)) -> io::Result<Self> {
        Self::reading_by(Arc::new(Reader::learn(&[])), told, base)
    }

    /// What follows `old` under the same path.
    fn after(old: &mut Self) -> io::Result<Self> {
        let reader = old.log.reader();
        let inherited = !reader.layouts().is_empty();
        let last = old.log.last_undated()?;
        let mut next = Self { inherited, ..Self::reading_by(reader, std::mem::take(&mut old.told), (0, 1))? };
        next.splitter = next.splitter.after(last);
        Ok(next)
    }

    fn reading_by(reader: Arc<Reader>, told: Told, base: (u64, u64)) -> io::Result<Self> {
        let log = Arc::new(Log::empty(Store::Spool(Spool::behind(base.0)?), reader));
        let splitter = Splitter::starting_at(log.reader(), base.0, base.1);
        let (spooled, grew_at) = (0, i64::MIN);
        let (inherited, open_shown, resumed) = (false, false, None);
        let late = Late::default();
        Ok(Self { log, splitter, told, inherited, base, spooled, grew_at, open_shown, late, resumed })
    }

    /// What comes behind the records that were read `before`: it begins with the last of them, which may have grown.
    fn beyond(path: &Path, before: &Before) -> io::Result<Self> {
        let (from, line) = (before.last.span.offset, before.last.line);
        let log = Arc::new(Log::empty(Store::Spool(Spool::behind(from)?), Arc::clone(&before.reader)));
        let resumed = Resumed::new(Arc::clone(&before.records), from, Arc::clone(&log))?;
        let above = before.records.len().checked_sub(2).and_then(|n| before.records.head(n));
        let above = above.filter(|head| before.reader.is_undated(head.layout)).and_then(|head| head.stamp);
        let splitter = Splitter::starting_at(Arc::clone(&before.reader), from, line).after(above);
        let (told, inherited, spooled, grew_at) = (Told::default(), false, 0, i64::MIN);
        let resumed = Some(Arc::new(resumed));
        let (base, open_shown, late) = ((from, line), true, Late::default());
        let mut current = Self { log, splitter, told, inherited, base, spooled, grew_at, open_shown, late, resumed };
        current.log.extend(&[], Some(before.last))?;
        current.take(path, &before.records.bytes(before.last.span)?, i64::MIN)?;
        Ok(current)
    }

    /// Records from number `from` on of `log`, which may be the later part of one.
    fn news(&self, from: usize) -> News {
        News::Records { from: from + self.resumed.as_ref().map_or(0, |resumed| resumed.kept()) }
    }

    fn take(&mut self, path: &Path, bytes: &[u8], now_ns: i64) -> io::Result<Option<News>> {
        if bytes.is_empty() {
            return Ok(None);
        }
        if let Store::Spool(spool) = self.log.store() {
            spool.append(bytes)?;
        }
        let before = self.spooled;
        self.spooled += bytes.len() as u64;
        self.grew_at = now_ns;
        let known = self.log.len() - usize::from(self.open_shown);
        if before < LEARNING && self.resumed.is_none() && self.learn_again(path)? {
            return Ok(Some(self.news(0)));
        }
        let mut heads = Vec::new();
        self.splitter.push(bytes, &mut heads);
        // While layouts are learned anew with each growth, none is late.
        if before >= LEARNING || self.inherited || self.resumed.is_some() {
            self.late.look(&self.log, &mut self.splitter, &mut heads, self.base.0 + self.spooled)?;
        }
        // One that was shown before its end was known stays, whatever more is known of it by now.
        let open = self.splitter.pending().filter(|_| self.open_shown && heads.is_empty());
        self.open_shown = open.is_some();
        self.log.extend(&heads, open)?;
        Ok(Some(self.news(known)))
    }

    /// While little is known, a layout that reads more is looked for; true where everything was split again.
    fn learn_again(&mut self, path: &Path) -> io::Result<bool> {
        let sample = self.log.store().read(Span::new(self.base.0, self.spooled))?;
        if self.inherited && self.reads(&sample) {
            return Ok(false);
        }
        self.inherited = false;
        let hints = self.told.hints(path);
        let reader = match &self.told.layout {
            Some(pattern) => match Reader::told(pattern, &sample) {
                Ok(reader) => reader.on(hints.day),
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidInput, error.to_string())),
            },
            None => Reader::learn_with(&sample, &hints),
        };
        let same = reader.layouts().iter().map(ToString::to_string).eq(self.log.layouts())
            && reader.encoding() == self.log.reader().encoding();
        if same {
            return Ok(false);
        }
        let reader = Arc::new(reader);
        self.log.start_over(Arc::clone(&reader));
        self.splitter = Splitter::starting_at(reader, self.base.0, self.base.1);
        let mut heads = Vec::new();
        self.splitter.push(&sample, &mut heads);
        self.log.extend(&heads, None)?;
        self.open_shown = false;
        Ok(true)
    }

    /// Whether the log's first line starts a record for the present reader.
    fn reads(&self, sample: &[u8]) -> bool {
        let mut heads = Vec::new();
        let mut splitter = Splitter::new(self.log.reader());
        splitter.push(sample, &mut heads);
        splitter.finish(&mut heads);
        heads.first().is_some_and(|head| head.layout != HEADER)
    }

    fn close_after_silence(&mut self, now_ns: i64) -> io::Result<Option<News>> {
        if self.open_shown || now_ns.saturating_sub(self.grew_at) < SILENCE_NS {
            return Ok(None);
        }
        let Some(open) = self.splitter.pending() else { return Ok(None) };
        let from = self.log.len();
        self.log.extend(&[], Some(open))?;
        self.open_shown = true;
        Ok(Some(self.news(from)))
    }

    fn finish(&mut self) -> io::Result<Option<News>> {
        let from = self.log.len() - usize::from(self.open_shown);
        let mut heads = Vec::new();
        self.splitter.finish(&mut heads);
        self.log.extend(&heads, None)?;
        Ok((self.log.len() > from).then(|| self.news(from)))
    }
}

/// Where following starts (offset and line number): up to [`CONTEXT`] before the end, at the start of a line.
fn context_start(path: &Path) -> io::Result<(u64, u64)> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((0, 1)),
        Err(error) => return Err(error),
    };
    let size = file.metadata()?.len();
    if size <= CONTEXT {
        return Ok((0, 1));
    }
    let (mut offset, mut lines, mut wide) = (0_u64, 0_u64, false);
    let mut buffer = vec![0; 1 << 20];
    while offset < size {
        let n = file.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        wide |= offset == 0 && (buffer.starts_with(&[0xFF, 0xFE]) || buffer.starts_with(&[0xFE, 0xFF]));
        for at in memchr::memchr_iter(b'\n', &buffer[..n]) {
            lines += 1;
            let next = offset + at as u64 + 1;
            if next >= size - CONTEXT {
                // In UTF-16LE the line end has a second byte.
                return Ok((next + u64::from(wide && next % 2 == 1), lines + 1));
            }
        }
        offset += n as u64;
    }
    Ok((0, 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn append(path: &Path, text: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("open");
        file.write_all(text.as_bytes()).expect("write");
    }

    fn line(n: u32, text: &str) -> String {
        format!("2026-01-13 10:15:{:02},{:03} INFO  [worker-1] a.b.C - {text}\n", n / 10, n % 10 * 100)
    }

    fn messages(log: &Log) -> Vec<String> {
        (0..log.len()).map(|n| log.read(n).expect("a record").message).collect()
    }

    #[test]
    fn the_last_record_shows_after_silence_and_grows_again() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        let mut follow = Follow::start(&path, Told::default()).expect("start");
        assert!(follow.poll(0).expect("poll").is_empty());
        for n in 0..5 {
            append(&path, &line(n, &format!("m{n}")));
        }
        follow.poll(1).expect("poll");
        assert_eq!(messages(follow.log()), ["m0", "m1", "m2", "m3"]);
        follow.poll(1 + SILENCE_NS).expect("poll");
        assert_eq!(messages(follow.log()).last().map(String::as_str), Some("m4"));
        append(&path, "and its second line\n");
        follow.poll(2 + SILENCE_NS).expect("poll");
        follow.poll(3 + 2 * SILENCE_NS).expect("poll");
        assert_eq!(messages(follow.log()).last().map(String::as_str), Some("m4\nand its second line"));
        assert_eq!(follow.log().len(), 5);
    }

    #[test]
    fn rotation_begins_another_log_and_loses_nothing() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..20).map(|n| line(n, &format!("m{n}"))).collect::<String>());
        let mut follow = Follow::start(&path, Told::default()).expect("start");
        follow.poll(1).expect("poll");
        let first = Arc::clone(follow.log());
        append(&path, &line(20, "last of the old"));
        fs::rename(&path, dir.path().join("a.log.1")).expect("rename");
        append(&path, &(21..30).map(|n| line(n, &format!("m{n}"))).collect::<String>());
        let news = follow.poll(2).expect("poll");
        assert!(news.iter().any(|n| matches!(n, News::Rotated { lost: false, .. })), "{news:?}");
        follow.poll(2 + SILENCE_NS).expect("poll");
        assert_eq!(first.len(), 21);
        assert_eq!(messages(&first).last().map(String::as_str), Some("last of the old"));
        assert_eq!(messages(follow.log()).len(), 9);
        assert_eq!(follow.log().head(0).map(|h| h.line), Some(1));
    }

    #[test]
    fn a_long_log_is_followed_from_near_its_end_with_its_own_places_and_line_numbers() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..40_000).map(|n| line(n % 600, &format!("m{n}"))).collect::<String>());
        let mut follow = Follow::start(&path, Told::default()).expect("start");
        append(&path, &line(1, "new"));
        append(&path, &line(2, "newer"));
        while !follow.poll(1).expect("poll").is_empty() {}
        let log = follow.log();
        let last = log.len() - 1;
        assert_eq!(log.read(last).expect("a record").message, "new");
        let head = log.head(last).expect("a head");
        assert_eq!(head.line, 40_001);
        let file = fs::read(&path).expect("the log");
        assert_eq!(log.bytes(head.span).expect("its bytes"), head.span.of(&file));
        assert_eq!(log.bytes(log.spooled()).expect("all"), log.spooled().of(&file));
        assert!(log.spooled().len < 2 << 20);
    }

    #[test]
    fn times_without_a_date_are_of_the_day_that_was_told_or_that_the_name_states() {
        let dir = tempfile::tempdir().expect("dir");
        let dates = |name: &str, day| {
            let path = dir.path().join(name);
            let mut follow = Follow::start(&path, Told { layout: None, day }).expect("start");
            for time in ["23:59:58,100", "23:59:59,200", "00:00:01,300", "00:00:02,400"] {
                append(&path, &format!("{time} INFO  [worker-1] a.b.C - text\n"));
                follow.poll(1).expect("poll");
            }
            follow.poll(1 + SILENCE_NS).expect("poll");
            let stamps = (0..follow.log().len()).filter_map(|n| follow.log().head(n)?.stamp);
            stamps.map(|stamp| if stamp.has_date { stamp.to_rfc3339() } else { String::new() }).collect::<Vec<_>>()
        };
        let told = dates("a.log", Some((2026, 1, 13)));
        assert_eq!(
            told,
            [
                "2026-01-13T23:59:58.100",
                "2026-01-13T23:59:59.200",
                "2026-01-14T00:00:01.300",
                "2026-01-14T00:00:02.400"
            ]
        );
        assert_eq!(dates("b_20260113.log", None), told);
        assert_eq!(dates("c.log", None), [""; 4]);
    }

    fn open(path: &Path) -> Arc<dyn Records> {
        Arc::new(Log::open(path, None, &mut |_| true).expect("a log"))
    }

    fn before(path: &Path) -> Before {
        Before::of(path, open(path)).expect("read").expect("its records")
    }

    /// Number, line, message and raw bytes of each record; by blocks they must be the same.
    fn all(records: &dyn Records) -> Vec<(u64, String, Vec<u8>)> {
        let by_block: Vec<_> = records.blocks().flat_map(|block| records.heads(&block).expect("heads")).collect();
        let one_by_one: Vec<_> = (0..records.len()).filter_map(|n| records.head(n)).collect();
        assert_eq!(by_block, one_by_one);
        let counts = records.blocks().map(|block| block.count).sum::<usize>();
        assert_eq!(counts, records.len());
        let of = |(n, head): (usize, &mwscope_parsers::log::Head)| {
            let raw = records.bytes(head.span).expect("bytes");
            (head.line, records.read(n).expect("a record").message, raw)
        };
        one_by_one.iter().enumerate().map(of).collect()
    }

    #[test]
    fn a_log_that_was_read_goes_on_as_if_it_were_read_again() {
        // Less than a block, and several of them: the last record of what was read stands in one, or is one.
        for before in [1, 2, 5, 300, 1000] {
            let dir = tempfile::tempdir().expect("dir");
            let path = dir.path().join("a.log");
            append(&path, &(0..before).map(|n| line(n % 600, &format!("m{n}"))).collect::<String>());
            let mut follow = Follow::beyond(&path, &self::before(&path)).expect("follow").expect("the same file");
            let records = follow.records();
            assert_eq!(all(&*records), all(&*open(&path)));
            assert!(follow.poll(1).expect("poll").is_empty());
            append(&path, "a line more of the last one\n");
            let from = before as usize - 1;
            let News::Records { from: first } = follow.poll(2).expect("poll").remove(0) else { panic!("rotated") };
            assert_eq!(first, from);
            assert_eq!(all(&*records), all(&*open(&path)));
            for n in 0..400 {
                append(&path, &line(n, &format!("n{n}")));
                follow.poll(3).expect("poll");
            }
            follow.poll(3 + SILENCE_NS).expect("poll");
            assert_eq!(all(&*records), all(&*open(&path)));
            assert_eq!(records.len(), before as usize + 400);
        }
    }

    #[test]
    fn a_log_that_was_read_is_not_taken_for_another_under_its_path() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..20).map(|n| line(n, &format!("m{n}"))).collect::<String>());
        let read = before(&path);
        fs::write(&path, line(3, "short")).expect("write");
        assert!(Follow::beyond(&path, &read).expect("follow").is_none());
        fs::write(&path, (20..60).map(|n| line(n, "of another")).collect::<String>()).expect("write");
        assert!(Follow::beyond(&path, &read).expect("follow").is_none());
    }
}
