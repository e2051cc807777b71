//! A text that no reader knows, kept whole: a page of the Grid, what a profiler wrote, somebody's notes. It is cut into
//! rows that can be searched, filtered and shown as records are. Nothing is concluded from them.

use std::io;
use std::sync::Arc;

use mwscope_parsers::Span;
use mwscope_parsers::event;
use mwscope_parsers::log::{Head, Record, Severity};
use mwscope_parsers::m3;
use mwscope_parsers::rows::Rows;

use super::Gatherer;
use super::content::Content;
use crate::model::{Records, SourceKind};

/// The largest text that is cut into rows, which needs it in memory; larger ones are logs that nobody could read.
const LARGEST: u64 = 256 << 20;

impl Gatherer<'_> {
    /// Keeps a text of no kind that is known, and says so.
    pub(super) fn keep_text(&mut self, shown: &str, content: &Content) {
        let mut what = "no log record with a time, no dump and no recording is recognised in it".to_owned();
        let mut remedy = "where it is a log, tell its layout: mwscope log --layout PATTERN";
        if content.len() > LARGEST {
            let what =
                format!("{what}, and it is larger than the {} MiB of a text that is only searched", LARGEST >> 20);
            return self.say(shown, 0, what, remedy);
        }
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "look at its permissions"),
        };
        if let Some(answer) = answer_of_mi(&bytes) {
            what = format!("it is what M3's API answered, without the call: {answer}");
            remedy = "ask for the recording of the call: mwscope record, a HAR or a capture";
        }
        let kept = Kept::read(&bytes);
        self.say(shown, 0, format!("{what}; it is kept as text, which is only searched"), remedy);
        if kept.len() > 0 {
            let source = self.add_source(shown, SourceKind::Other, kept.len() as u64, content.len());
            self.gathered.texts.push((source, Arc::new(kept)));
        }
    }
}

/// What a transaction of M3's API answered, in words, where a text is such an answer that somebody saved. The reply of
/// the socket protocol says too little without its call: nothing public tells the columns of a refusal.
fn answer_of_mi(bytes: &[u8]) -> Option<String> {
    const MARKS: [&[u8]; 4] =
        [b"ServerReturnedNOK", b"MIRecord", b"lawson.com/m3/miaccess", b"nrOfSuccessfullTransactions"];
    const LARGEST: usize = 8 << 20;
    if bytes.len() > LARGEST || !MARKS.iter().any(|mark| memchr::memmem::find(bytes, mark).is_some()) {
        return None;
    }
    let response = m3::Part { headers: Vec::new(), body: bytes };
    let call = m3::recognise(&m3::Seen { url: "/m3api-rest/execute", response, ..m3::Seen::default() });
    let rows = call.rows.map(|rows| if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") });
    let refused = call.nok.as_ref().filter(|nok| nok.message.is_some()).map(|nok| {
        let field = nok.field.as_ref().map(|field| format!(" for {field}")).unwrap_or_default();
        let words = [nok.code.as_deref(), nok.message.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(": ");
        format!("refused{field} with {words}")
    });
    let outcome: Vec<String> =
        rows.filter(|rows| rows != "0 rows" || refused.is_none()).into_iter().chain(refused).collect();
    let name: Vec<String> = [call.program, call.operation].into_iter().flatten().collect();
    let name = if name.is_empty() { String::new() } else { format!("{}, ", name.join(" ")) };
    (!outcome.is_empty()).then(|| format!("{name}{}", outcome.join(", then ")))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_of_m3s_api_that_somebody_saved() {
        for (text, expected) in [
            (
                r#"{"results":[{"transaction":"GetBasicData","errorMessage":"Customer number is invalid","errorType":"ServerReturnedNOK","errorCode":"XIM0002","errorField":"CUNO"}],"wasTerminated":false,"nrOfSuccessfullTransactions":0,"nrOfFailedTransactions":1}"#,
                "GetBasicData, refused for CUNO with XIM0002: Customer number is invalid",
            ),
            (
                r#"<miResult xmlns="http://lawson.com/m3/miaccess"><Program>CRS610MI</Program><Transaction>GetBasicData</Transaction><MIRecord><RowIndex>0</RowIndex></MIRecord></miResult>"#,
                "CRS610MI GetBasicData, 1 row",
            ),
            (
                r#"<ErrorMessage xmlns="http://lawson.com/m3/miaccess" code="XAU0008" field="CONO" type="ServerReturnedNOK"> <Message>Not authorized for company 0</Message></ErrorMessage>"#,
                "refused for CONO with XAU0008: Not authorized for company 0",
            ),
            (r#"{"@type":"Person","name":"MIRecord"}"#, ""),
            ("notes on MIRecord and ServerReturnedNOK", ""),
        ] {
            assert_eq!(answer_of_mi(text.as_bytes()).unwrap_or_default(), expected, "{text}");
        }
    }
}
