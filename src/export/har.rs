//! HTTP archives (HAR 1.2, <http://www.softwareishard.com/blog/har-12-spec/>), entry by entry. Custom members that came
//! from an archive go back to where they stood; what HAR has no place for stands in `_mwscope` of each entry.

mod entry;
mod parts;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::json;

use super::field::{Field, Kept};
use super::{Format, Out, Sink, Told};
use crate::model::Exchange;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "har",
    about: "HTTP archive 1.2, for browsers, Fiddler and most other programs",
    extension: "har",
    binary: false,
    fields: FIELDS,
    begin: |out| {
        let mut out = io::BufWriter::new(out);
        let creator = json!({"name": "mwscope", "version": env!("CARGO_PKG_VERSION")});
        write!(out, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{creator},\"entries\":[")?;
        Ok(Box::new(Archive { out, first: true, pages: BTreeMap::new() }))
    },
};

const NO_HEAD: &str = "HAR has headers one by one, not the bytes of the head";

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
    (Field::RequestHeaders, Kept::Changed("a value that is no UTF-8 is written with U+FFFD")),
    (Field::RequestBody, Kept::Changed("content coding taken off, as HAR wants it")),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Dropped(NO_HEAD)),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Kept),
    (Field::ResponseHeaders, Kept::Changed("a value that is no UTF-8 is written with U+FFFD")),
    (Field::ResponseBody, Kept::Changed("content coding taken off, as HAR wants it")),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Dropped(NO_HEAD)),
    (Field::Interim, Kept::Kept),
    (Field::Outcome, Kept::Kept),
    (Field::Complete, Kept::Kept),
    (Field::Timings, Kept::Kept),
    (Field::Tls, Kept::Kept),
    (Field::Tunnel, Kept::Kept),
    (Field::Stream, Kept::Kept),
    (Field::Edits, Kept::Kept),
    (Field::Masks, Kept::Kept),
    (Field::Notes, Kept::Kept),
    (Field::Origin, Kept::Kept),
];

struct Archive {
    out: io::BufWriter<Box<dyn Out>>,
    first: bool,
    /// The pages that entries refer to, and when the first entry of each began.
    pages: BTreeMap<String, String>,
}

impl Sink for Archive {
    fn put(&mut self, exchange: &Exchange, _: &str, told: &mut Told) -> io::Result<()> {
        let entry = entry::of(exchange, told);
        if let Some(page) = entry["pageref"].as_str() {
            let began = entry["startedDateTime"].as_str().unwrap_or_default();
            self.pages.entry(page.to_owned()).or_insert_with(|| began.to_owned());
        }
        self.out.write_all(if std::mem::take(&mut self.first) { b"\n" } else { b",\n" })?;
        serde_json::to_writer(&mut self.out, &entry).map_err(io::Error::from)
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.out.write_all(b"\n]")?;
        if !self.pages.is_empty() {
            let page = |(id, began): (&String, &String)| json!({"startedDateTime": began, "id": id, "title": id, "pageTimings": {}});
            let pages: serde_json::Value = self.pages.iter().map(page).collect();
            write!(self.out, ",\"pages\":{pages}")?;
        }
        self.out.write_all(b"}}\n")?;
        self.out.flush()
    }
}
