//! A text that no reader knows, kept whole: a page of the Grid, what a profiler wrote, somebody's notes. It is cut into
//! rows that can be searched, filtered and shown as records are. Nothing is concluded from them.

use std::io;
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::event;
use mwscope_parsers::log::{Head, Record, Severity};
use mwscope_parsers::rows::Rows;

use super::Gatherer;
use super::content::Content;
use crate::model::{Records, SourceKind};

/// The largest text that is cut into rows, which needs it in memory; larger ones are logs that nobody could read.
const LARGEST: u64 = 256 << 20;

impl Gatherer<'_> {
    /// Keeps a text of no kind that is known, and says so.
    pub(super) fn keep_text(&mut self, shown: &str, content: &Content) {
        let what = "no log record with a time, no dump and no recording is recognised in it";
        let remedy = "where it is a log, tell its layout: mwscope log --layout PATTERN";
        if content.len() > LARGEST {
            let what =
                format!("{what}, and it is larger than the {} MiB of a text that is only searched", LARGEST >> 20);
            return self.say(shown, 0, what, remedy);
        }
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        let kept = Kept::read(&bytes);
        self.say(shown, 0, format!("{what}; it is kept as text, which is only searched"), remedy);
        if kept.len() > 0 {
            let source = self.add_source(shown, SourceKind::Other, kept.len() as u64, content.len());
            self.gathered.texts.push((source, Arc::new(kept)));
        }
    }
}

/// The rows of a text. Spans are bytes of the file where that is UTF-8, else of its text as UTF-8.
struct Kept {
    text: String,
    rows: Rows,
}

impl Kept {
    fn read(bytes: &[u8]) -> Self {
        let text = event::text_of(bytes).into_owned();
        Self { rows: Rows::of(&text), text }
    }
}

impl Records for Kept {
    fn len(&self) -> usize {
        self.rows.all().len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        let row = self.rows.all().get(n)?;
        Some(Head {
            span: Span::new(row.range.start as u64, row.range.len() as u64),
            line: row.line,
            lines: row.lines,
            stamp: row.at,
            level: None,
            severity: Severity::Unknown,
            layout: 0,
        })
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        let head = self.head(n).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let text = self.rows.text(&self.text, n);
        Ok(Record { columns: self.rows.columns(&self.text, n), ..Record::plain(head, text) })
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        Ok(span.of(self.text.as_bytes()).to_vec())
    }
}
