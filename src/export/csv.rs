//! CSV (RFC 4180) of what a listing says, for spreadsheets: what would be a formula there is written as text.

use std::borrow::Cow;
use std::io::{self, Write};

use serde_json::Value;

use super::field::{Field, Kept};
use super::{Format, Out, Sink, Told};
use crate::model::Exchange;
use crate::report::exchange::{self as report, Secrets};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "csv",
    about: "the columns of mwscope list, for spreadsheets",
    extension: "csv",
    binary: false,
    fields: FIELDS,
    begin: |out| {
        let mut out = io::BufWriter::new(out);
        row(&mut out, &COLUMNS.map(Cow::Borrowed))?;
        Ok(Box::new(Table(out)))
    },
};

const NO_HEADS: &str = "a table has no room for heads; --to ndjson has them";
const NO_BODIES: &str = "a table has no room for bodies; --to ndjson has them";
const NO_MORE: &str = "a table has one line for an exchange; --to ndjson has it";

const FIELDS: &[(Field, Kept)] = &[
    (Field::Started, Kept::Kept),
    (Field::Duration, Kept::Kept),
    (Field::Client, Kept::Kept),
    (Field::Server, Kept::Kept),
    (Field::Process, Kept::Kept),
    (Field::Method, Kept::Kept),
    (Field::Url, Kept::Kept),
    (Field::Target, Kept::Kept),
    (Field::Http, Kept::Kept),
    (Field::RequestHeaders, Kept::Dropped(NO_HEADS)),
    (Field::RequestBody, Kept::Dropped(NO_BODIES)),
    (Field::RequestTrailers, Kept::Dropped(NO_HEADS)),
    (Field::RequestHead, Kept::Dropped(NO_HEADS)),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Dropped(NO_HEADS)),
    (Field::ResponseHttp, Kept::Dropped(NO_HEADS)),
    (Field::ResponseHeaders, Kept::Dropped(NO_HEADS)),
    (Field::ResponseBody, Kept::Dropped(NO_BODIES)),
    (Field::ResponseTrailers, Kept::Dropped(NO_HEADS)),
    (Field::ResponseHead, Kept::Dropped(NO_HEADS)),
    (Field::Interim, Kept::Dropped(NO_MORE)),
    (Field::Outcome, Kept::Kept),
    (Field::Complete, Kept::Kept),
    (Field::Timings, Kept::Dropped(NO_MORE)),
    (Field::Tls, Kept::Dropped(NO_MORE)),
    (Field::Tunnel, Kept::Kept),
    (Field::Stream, Kept::Kept),
    (Field::Edits, Kept::Changed("what was changed, without before and after")),
    (Field::Masks, Kept::Dropped(NO_MORE)),
    (Field::Notes, Kept::Dropped(NO_MORE)),
    (Field::Origin, Kept::Dropped(NO_MORE)),
];

/// The members of a listing's object, in its order; those of the contract first.
const COLUMNS: [&str; 36] = [
    "source",
    "index",
    "id",
    "started",
    "duration_ms",
    "client",
    "server",
    "method",
    "url",
    "target",
    "http",
    "status",
    "service",
    "operation",
    "program",
    "user",
    "fault",
    "request_bytes",
    "response_bytes",
    "complete",
    "challenge",
    "outcome",
    "stage",
    "cause",
    "stream",
    "tunnel",
    "edits",
    "failed",
    "process",
    "protocol",
    "kind",
    "company",
    "division",
    "fault_code",
    "nok",
    "rows",
];

struct Table(io::BufWriter<Box<dyn Out>>);

impl Sink for Table {
    fn put(&mut self, exchange: &Exchange, source: &str, _: &mut Told) -> io::Result<()> {
        let value = report::json(exchange, source, Secrets::Shown);
        row(&mut self.0, &COLUMNS.map(|column| cell(column, &value[column])))
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.0.flush()
    }
}

fn cell<'a>(column: &str, value: &'a Value) -> Cow<'a, str> {
    match (column, value) {
        (_, Value::Null) => Cow::Borrowed(""),
        (_, Value::String(text)) => text_only(text),
        ("edits", Value::Array(edits)) => {
            let what: Vec<_> = edits.iter().filter_map(|edit| edit["what"].as_str()).collect();
            Cow::Owned(text_only(&what.join("; ")).into_owned())
        }
        (_, other) => Cow::Owned(other.to_string()),
    }
}

/// A text that a spreadsheet would take for a formula begins with an apostrophe, which it takes for "this is text"
/// (<https://owasp.org/www-community/attacks/CSV_Injection>).
fn text_only(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn row(out: &mut impl Write, cells: &[Cow<'_, str>]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if cell.contains(['"', ',', '\r', '\n']) || cell.starts_with(' ') || cell.ends_with(' ') {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut out = Vec::new();
        let cells = ["=1+1", "-1", "@x", "a,b", "say \"x\"", "two\nlines", "plain"].map(text_only);
        row(&mut out, &cells).expect("memory");
        let written = String::from_utf8(out).expect("text");
        assert_eq!(written, "'=1+1,'-1,'@x,\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",plain\r\n");
    }
}
