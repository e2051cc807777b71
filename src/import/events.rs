//! A file of M3 program events as records of the time line: one event a record. What an event says is the reader's
//! business (`mwscope_parsers::event`).

use std::io;

use bytes::Bytes;
use mwscope_parsers::Span;
use mwscope_parsers::event::{self, Event, Operation};
use mwscope_parsers::log::{Head, Record, Severity};

use crate::model::Records;

/// Whether a text consists of events, as far as its beginning shows: the first says something, and what stands between
/// them is little.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let decoded = event::text_of(head);
    let text = decoded.as_ref();
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let events = event::all(text);
    let covered: usize = events.filter(|event| !event.pairs.is_empty()).map(|event| event.range.len()).sum();
    first.starts_with("M3:") && covered * 2 > text.trim().len()
}

/// The events of a file. Spans are bytes of the file where that is UTF-8, else of its text as UTF-8.
pub(super) struct Events {
    text: Bytes,
    records: Vec<(Head, Event)>,
}

impl Events {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let text = event::text_of(bytes).into_owned();
        let mut records = Vec::new();
        let found: Vec<Event> = event::all(&text).collect();
        let mut events = found.into_iter().peekable();
        let (mut from, mut line) = (0, 1);
        while let Some(event) = events.next() {
            // Each record goes up to the next one, so that together they cover the file.
            let to = events.peek().map_or(text.len(), |next| next.range.start);
            let breaks = text[from..to].matches('\n').count() as u64;
            let before = text[from..event.range.start].matches('\n').count() as u64;
            let lines = u32::try_from(breaks - before).unwrap_or(u32::MAX).max(1);
            let failed = event.operation == Operation::Fail;
            let head = Head {
                span: Span::new(from as u64, (to - from) as u64),
                line: line + before,
                lines,
                stamp: if event.operation == Operation::Start { event.began() } else { event.ended() },
                level: None,
                severity: if failed { Severity::Error } else { Severity::Info },
                layout: 0,
            };
            records.push((head, event));
            (from, line) = (to, line + breaks);
        }
        Self { text: text.into(), records }
    }
}

impl Records for Events {
    fn len(&self) -> usize {
        self.records.len()
    }

    fn head(&self, n: usize) -> Option<Head> {
        self.records.get(n).map(|(head, _)| *head)
    }

    fn read(&self, n: usize) -> io::Result<Record> {
        let (head, event) = self.records.get(n).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let text = String::from_utf8_lossy(head.span.of(&self.text)).trim_end().to_owned();
        let method = event.method.as_ref().map(|method| format!(".{method}")).unwrap_or_default();
        let columns = ["environment", "USID", "CONO", "DIVI"];
        Ok(Record {
            // A job does one thing at a time, as a thread does.
            thread: event.get("jobUUID").map(str::to_owned),
            logger: Some(format!("{}{method}", event.subject)),
            columns: columns.iter().filter_map(|c| Some(((*c).to_owned(), event.get(c)?.to_owned()))).collect(),
            ..Record::plain(*head, text)
        })
    }

    fn bytes(&self, span: Span) -> io::Result<Vec<u8>> {
        Ok(span.of(&self.text).to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "M3:MMS001:S\nPGMN=MMS001;\nstartTimeMillis=1327328450551;\nstartTime=2012-01-23 15:20:50;\njobUUID=05d9;\n\n\
M3:MMS001:F\nPGMN=MMS001;\nUSID=JDOE  ;\nstartTimeMillis=1327328450551;\nstartTime=2012-01-23 15:20:50;\nstopTime=2012-01-23 15:21:24;\njobUUID=05d9;\n";

    #[test]
    fn each_event_is_a_record_and_no_byte_is_lost() {
        assert!(looks_like(TWO.as_bytes()) && !looks_like(b"see M3:MMS001:F in the log\n") && !looks_like(b""));
        let events = Events::read(TWO.as_bytes());
        let heads: Vec<Head> = (0..events.len()).filter_map(|n| events.head(n)).collect();
        let at = |n: usize| heads[n].stamp.map(|s: mwscope_parsers::Stamp| s.to_rfc3339());
        assert_eq!((heads[0].line, heads[1].line, heads[1].span.end()), (1, 7, TWO.len() as u64));
        assert_eq!(heads[0].span.end(), heads[1].span.offset);
        assert_eq!(at(0).as_deref(), Some("2012-01-23T15:20:50.551+01:00"));
        assert_eq!(at(1).as_deref(), Some("2012-01-23T15:21:24+01:00"));
        let failed = events.read(1).expect("a record");
        assert_eq!((failed.thread.as_deref(), failed.logger.as_deref()), (Some("05d9"), Some("MMS001")));
        assert_eq!(failed.columns, [("USID".to_owned(), "JDOE".to_owned())]);
        assert!(events.read(2).is_err());
    }
}
