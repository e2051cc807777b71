//! Requests and responses as files of their own, as they stood on the wire, with the bodies decoded beside them: for
//! looking at with any editor, and for sending with any tool.

use std::io::{self, Write};

use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::field::{Field, Kept};
use super::wire::{self, Form};
use super::{Format, Out, Sink, Told, ndjson};
use crate::model::{self, Body, Exchange, Headers, coding};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "raw",
    about: "a folder (a zip archive where the name ends in .zip) with a file per request, response and decoded body",
    extension: "zip",
    binary: true,
    fields: FIELDS,
    begin: |out| Ok(Box::new(Files { zip: ZipWriter::new(out), index: Vec::new() })),
};

const IN_INDEX: &str = "stands in index.ndjson, as --to ndjson has it without heads and bodies";

const FIELDS: &[(Field, Kept)] = &[
    (Field::Started, Kept::Changed(IN_INDEX)),
    (Field::Duration, Kept::Changed(IN_INDEX)),
    (Field::Client, Kept::Changed(IN_INDEX)),
    (Field::Server, Kept::Changed(IN_INDEX)),
    (Field::Process, Kept::Changed(IN_INDEX)),
    (Field::Method, Kept::Kept),
    (Field::Url, Kept::Changed(IN_INDEX)),
    (Field::Target, Kept::Kept),
    (Field::Http, Kept::Kept),
    (Field::RequestHeaders, Kept::Kept),
    (Field::RequestBody, Kept::Kept),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Kept),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Kept),
    (Field::ResponseHeaders, Kept::Kept),
    (Field::ResponseBody, Kept::Kept),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Kept),
    (Field::Interim, Kept::Kept),
    (Field::Outcome, Kept::Changed(IN_INDEX)),
    (Field::Complete, Kept::Changed(IN_INDEX)),
    (Field::Timings, Kept::Changed(IN_INDEX)),
    (Field::Tls, Kept::Changed(IN_INDEX)),
    (Field::Tunnel, Kept::Changed(IN_INDEX)),
    (Field::Stream, Kept::Changed(IN_INDEX)),
    (Field::Edits, Kept::Changed(IN_INDEX)),
    (Field::Masks, Kept::Changed(IN_INDEX)),
    (Field::Notes, Kept::Changed(IN_INDEX)),
    (Field::Origin, Kept::Changed(IN_INDEX)),
];

struct Files {
    zip: ZipWriter<Box<dyn Out>>,
    index: Vec<u8>,
}

impl Files {
    fn file(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.zip.start_file(name, SimpleFileOptions::default().large_file(bytes.len() > (3 << 30)))?;
        self.zip.write_all(bytes)
    }

    /// The body decoded, where that is another than what stands in the message.
    fn body(&mut self, name: &str, body: &Body, headers: &Headers) -> io::Result<()> {
        let model::Kept::Here(bytes) = &body.kept else { return Ok(()) };
        let decoded = coding::decode(body, bytes);
        let kind = headers.text("content-type").unwrap_or_default().to_ascii_lowercase();
        let ending = match kind.split(';').next().unwrap_or_default().trim() {
            kind if kind.ends_with("xml") => "xml",
            kind if kind.ends_with("json") => "json",
            "text/html" => "html",
            kind if kind.starts_with("text/") || kind.ends_with("urlencoded") => "txt",
            _ => "bin",
        };
        self.file(&format!("{name}-body.{ending}"), &decoded.bytes)
    }
}

impl Sink for Files {
    fn put(&mut self, exchange: &Exchange, source: &str, told: &mut Told) -> io::Result<()> {
        let id = exchange.id.to_string();
        let form = Form { target: None, http1: false, lengths: false };
        let request = wire::request(exchange, form, told);
        self.file(&format!("{id}-request.http"), &request.bytes())?;
        self.body(&format!("{id}-request"), &exchange.request.body, &exchange.request.headers)?;
        if let Some(response) = &exchange.response {
            let interim =
                exchange.interim.iter().flat_map(|interim| wire::response(exchange, interim, form, told).bytes());
            let mut bytes: Vec<u8> = interim.collect();
            bytes.extend(wire::response(exchange, response, form, told).bytes());
            self.file(&format!("{id}-response.http"), &bytes)?;
            self.body(&format!("{id}-response"), &response.body, &response.headers)?;
        }
        let mut object = ndjson::object(exchange, source);
        for part in ["request", "response"] {
            for member in ["body", "body_base64", "head_base64"] {
                if let Some(object) = object[part].as_object_mut() {
                    object.remove(member);
                }
            }
        }
        object["interim"] = json!(exchange.interim.len());
        self.index.extend(object.to_string().into_bytes());
        self.index.push(b'\n');
        Ok(())
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        let index = std::mem::take(&mut self.index);
        self.file("index.ndjson", &index)?;
        self.zip.finish()?.flush()
    }
}
