//! Fiddler session archives: a zip archive with the bytes of each request and response, and what is known beside them as
//! session flags and timers. <https://docs.telerik.com/fiddler/knowledge-base/saz-format>

mod meta;

use std::fmt::Write as _;
use std::io::{self, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::field::{Field, Kept};
use super::wire::{self, Form};
use super::{Format, Out, Sink, Told};
use crate::model::Exchange;
use crate::replay::escape;
use crate::report::safe;

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "saz",
    about: "Fiddler session archive",
    extension: "saz",
    binary: true,
    fields: FIELDS,
    begin: |out| Ok(Box::new(Archive::begin(out)?)),
};

const ABSOLUTE: &str = "the request line has the absolute form, as Fiddler writes it";

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
    (Field::RequestHeaders, Kept::Kept),
    (Field::RequestBody, Kept::Kept),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Changed(ABSOLUTE)),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Kept),
    (Field::ResponseHeaders, Kept::Kept),
    (Field::ResponseBody, Kept::Kept),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Changed("put together where it wasn't recorded as bytes")),
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

const CONTENT_TYPES: &str = concat!(
    r#"<?xml version="1.0" encoding="utf-8" ?>"#,
    r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">"#,
    r#"<Default Extension="htm" ContentType="text/html" /><Default Extension="xml" ContentType="application/xml" />"#,
    r#"<Default Extension="txt" ContentType="text/plain" /></Types>"#
);

struct Archive {
    zip: ZipWriter<Box<dyn Out>>,
    sessions: u64,
    /// The rows of the index, which Fiddler writes for people and doesn't read.
    index: String,
}

impl Archive {
    fn begin(out: Box<dyn Out>) -> io::Result<Self> {
        let mut zip = ZipWriter::new(out);
        zip.add_directory("raw/", SimpleFileOptions::default())?;
        Ok(Self { zip, sessions: 0, index: String::new() })
    }

    fn member(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let options = SimpleFileOptions::default().large_file(bytes.len() > (3 << 30));
        self.zip.start_file(name, options)?;
        self.zip.write_all(bytes)
    }
}

impl Sink for Archive {
    fn put(&mut self, exchange: &Exchange, _: &str, told: &mut Told) -> io::Result<()> {
        self.sessions += 1;
        let n = format!("{:04}", self.sessions);
        let target = if exchange.request.method == "CONNECT" { &exchange.request.target } else { &exchange.url };
        let request = wire::request(exchange, Form { target: Some(target), http1: false, lengths: false }, told);
        self.member(&format!("raw/{n}_c.txt"), &request.bytes())?;
        let mut answer = Vec::new();
        let mut changed = false;
        for response in exchange.interim.iter().chain(exchange.response.as_ref()) {
            let message = wire::response(exchange, response, Form { target: None, http1: false, lengths: false }, told);
            changed |= message.changed;
            answer.extend(message.bytes());
        }
        self.member(&format!("raw/{n}_s.txt"), &answer)?;
        let meta = meta::of(exchange, self.sessions, (request.changed, changed));
        self.member(&format!("raw/{n}_m.xml"), meta.as_bytes())?;
        let files =
            format!("<a href='raw/{n}_c.txt'>C</a> <a href='raw/{n}_s.txt'>S</a> <a href='raw/{n}_m.xml'>M</a>");
        let status = exchange.status().map_or_else(|| "-".to_owned(), |status| status.to_string());
        let url = safe::line(&exchange.url);
        let url = escape::xml(&url);
        let _infallible = writeln!(
            self.index,
            "<tr><td>{files}</td><td>{}</td><td>{status}</td><td>{}</td><td>{url}</td></tr>",
            self.sessions,
            escape::xml(&exchange.request.method)
        );
        Ok(())
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        let rows = std::mem::take(&mut self.index);
        let page = format!(
            "<html><head><meta charset='utf-8'><title>mwscope</title></head><body><table border=1>\n\
             <tr><th></th><th>#</th><th>Result</th><th>Method</th><th>URL</th></tr>\n{rows}</table></body></html>\n"
        );
        self.member("_index.htm", page.as_bytes())?;
        self.member("[Content_Types].xml", CONTENT_TYPES.as_bytes())?;
        let version = env!("CARGO_PKG_VERSION");
        self.zip.set_comment(format!("mwscope ({version}) Session Archive, as Fiddler reads it."))?;
        self.zip.finish()?.flush()
    }
}
