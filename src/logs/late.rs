//! A layout that a followed log turns to late: the record that took its lines is split anew, and nothing before it.
//!
//! Only records that have grown long are looked at, and each again when it has twice as many lines, so that a log of
//! which nothing is to be learned isn't read a second time.

use std::io;
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::log::{Head, Reader, Splitter};

use super::log::{LAYOUTS_FOUND_LATE, Log, STRAYS_ASKED};

/// A record of fewer lines shows no other layout.
const LINES: u32 = 9;
/// So many bytes of a record are looked at, as in a log that is indexed.
const FIRST: u64 = 64 << 10;

/// What was looked at so far.
#[derive(Debug, Default)]
pub(super) struct Late {
    found: usize,
    asked: usize,
    /// Where the last record that was looked at starts, and how many lines it had.
    looked_at: (u64, u32),
}

impl Late {
    /// Looks at those of `heads`, and at the record that is open, that are due. Where one shows another layout, `splitter`
    /// goes on with it and `heads` have its records; `log`, whose bytes reach up to `end`, reads by it.
    ///
    /// # Errors
    /// When the bytes can't be read.
    pub(super) fn look(
        &mut self,
        log: &Log,
        splitter: &mut Splitter,
        heads: &mut Vec<Head>,
        end: u64,
    ) -> io::Result<()> {
        let mut from = 0;
        while let Some((at, head)) = self.next_due(heads, splitter.pending(), from) {
            from = at + 1;
            self.looked_at = (head.span.offset, head.lines);
            let Some(reader) = self.asked(log, head)? else { continue };
            self.found += 1;
            let reader = Arc::new(reader);
            heads.truncate(at);
            let undated = heads.iter().rev().find(|head| reader.is_undated(head.layout)).and_then(|head| head.stamp);
            let after = match undated {
                Some(stamp) => Some(stamp),
                None => log.last_undated()?,
            };
            *splitter = Splitter::starting_at(Arc::clone(&reader), head.span.offset, head.line).after(after);
            splitter.push(&log.store().read(Span::new(head.span.offset, end - head.span.offset))?, heads);
            log.goes_on_with(reader);
            from = at;
        }
        Ok(())
    }

    /// The next record that is long and wasn't looked at since it had half as many lines; its place, that of the one which
    /// is open behind all others.
    fn next_due(&self, heads: &[Head], open: Option<Head>, from: usize) -> Option<(usize, Head)> {
        let (offset, lines) = self.looked_at;
        let due = |head: &Head| head.lines >= LINES && (head.span.offset != offset || head.lines / 2 >= lines);
        let more = self.found < LAYOUTS_FOUND_LATE && self.asked < STRAYS_ASKED;
        heads.iter().copied().chain(open).enumerate().skip(from).find(|(_, head)| more && due(head))
    }

    /// A reader that knows the layout of a record's lines as well.
    fn asked(&mut self, log: &Log, head: Head) -> io::Result<Option<Reader>> {
        let reader = log.reader();
        let bytes = log.store().read(Span::new(head.span.offset, head.span.len.min(FIRST)))?;
        if !reader.has_strays(&head, &bytes) {
            return Ok(None);
        }
        self.asked += 1;
        Ok(reader.knowing_strays(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;
    use std::path::Path;
    use std::sync::Arc;

    use crate::logs::follow::{Before, Follow, News, SILENCE_NS, Told};
    use crate::logs::log::Log;
    use crate::model::Records;

    fn append(path: &Path, text: &str) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("open");
        file.write_all(text.as_bytes()).expect("write");
    }

    fn grid(n: usize) -> String {
        format!("2026-01-13 10:{:02}:{:02},118 INFO  [worker-1] a.b.C - m{n}\n", n / 60 % 60, n % 60)
    }

    fn tomcat(n: usize) -> String {
        format!("13-Jan-2026 11:{:02}:{:02}.480 INFO [main] org.apache.Catalina.start t{n}\n", n / 60 % 60, n % 60)
    }

    fn all(records: &dyn Records) -> Vec<(u64, Option<String>, String)> {
        let read = |n: usize| {
            let record = records.read(n).expect("a record");
            (record.head.line, record.head.stamp.map(|stamp| stamp.to_rfc3339()), record.message)
        };
        (0..records.len()).map(read).collect()
    }

    fn indexed(path: &Path) -> Vec<(u64, Option<String>, String)> {
        all(&Log::open(path, None, &mut |_| true).expect("a log"))
    }

    #[test]
    fn a_layout_that_appears_late_is_found_while_the_log_is_followed() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..4000).map(grid).collect::<String>());
        let mut follow = Follow::start(&path, Told::default()).expect("start");
        follow.poll(1).expect("poll");
        follow.poll(1 + SILENCE_NS).expect("poll");
        let known = follow.log().len();
        let mut first = None;
        for n in 0..40 {
            append(&path, &tomcat(n));
            for news in follow.poll(2 + SILENCE_NS).expect("poll") {
                if let News::Records { from } = news {
                    first = Some(first.map_or(from, |first: usize| first.min(from)));
                }
            }
        }
        append(&path, &(4000..4100).map(grid).collect::<String>());
        follow.poll(3 + SILENCE_NS).expect("poll");
        follow.poll(3 + 2 * SILENCE_NS).expect("poll");
        assert_eq!((follow.log().len(), first), (4140, Some(known - 1)));
        assert_eq!(all(&*follow.records()), indexed(&path));
    }

    #[test]
    fn a_layout_that_a_log_turns_to_after_it_was_read_is_found() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..300).map(grid).collect::<String>());
        let read: Arc<dyn Records> = Arc::new(Log::open(&path, None, &mut |_| true).expect("a log"));
        let before = Before::of(&path, read).expect("read").expect("its records");
        let mut follow = Follow::beyond(&path, &before).expect("follow").expect("the same file");
        append(&path, &(0..40).map(tomcat).collect::<String>());
        follow.poll(2).expect("poll");
        follow.poll(2 + SILENCE_NS).expect("poll");
        assert_eq!(all(&*follow.records()), indexed(&path));
        assert_eq!(follow.records().len(), 340);
        assert_eq!(follow.records().layouts().len(), 2);
    }

    #[test]
    fn long_records_show_no_layout_and_are_looked_at_seldom() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, &(0..4000).map(grid).collect::<String>());
        let mut follow = Follow::start(&path, Told::default()).expect("start");
        for n in 0..60 {
            append(&path, &format!("2024-02-03 00:00:{n:02}  {n}  A\n"));
            follow.poll(2).expect("poll");
        }
        follow.poll(2 + SILENCE_NS).expect("poll");
        assert_eq!((follow.log().len(), follow.log().layouts().len()), (4000, 1));
        assert_eq!(follow.log().head(3999).map(|head| head.lines), Some(61));
    }
}
