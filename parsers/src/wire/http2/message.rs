//! From decoded header fields to the message that HTTP/1 would give: pseudo-headers in their places, the rest in order.

use super::super::flow::Side;
use super::super::pair::{Broken, Message, Pair};
use super::hpack;
use crate::http::Field;

/// What is said of the version.
pub(super) const VERSION: &str = "HTTP/2";

/// The fields of one block.
pub(super) struct Head {
    fields: Vec<hpack::Field>,
    /// How many can't be known.
    unknown: usize,
}

impl Head {
    pub(super) fn new(fields: Vec<hpack::Field>, missed: bool) -> Self {
        let unknown = |field: &hpack::Field| field.name.is_none() || field.value.is_none();
        let count = if missed { fields.iter().filter(|field| unknown(field)).count() } else { 0 };
        Self { fields, unknown: count }
    }

    fn pseudo(&self, name: &str) -> Option<Vec<u8>> {
        let named = |field: &&hpack::Field| field.name.as_deref() == Some(name.as_bytes());
        self.fields.iter().find(named)?.value.clone()
    }

    /// The fields as lines of text, and where they stand there. What isn't known is left out.
    fn lines(&self) -> (Vec<u8>, Vec<Field>) {
        let (mut text, mut fields) = (Vec::new(), Vec::new());
        for field in &self.fields {
            let hpack::Field { name: Some(name), value: Some(value) } = field else { continue };
            if name.starts_with(b":") {
                continue;
            }
            let start = text.len();
            text.extend_from_slice(name);
            let name_end = text.len();
            text.extend_from_slice(b": ");
            let value_start = text.len();
            text.extend_from_slice(value);
            let value_end = text.len();
            text.extend_from_slice(b"\r\n");
            fields.push(Field { line: start..text.len(), name: start..name_end, value: value_start..value_end });
        }
        (text, fields)
    }

    fn message(&self, first: i64, last: i64) -> Message {
        let (head, fields) = self.lines();
        let method = self.pseudo(":method").unwrap_or_default();
        let authority = self.pseudo(":authority");
        let target = match self.pseudo(":path") {
            Some(path) => path,
            None if method == b"CONNECT" => authority.clone().unwrap_or_default(),
            None => Vec::new(),
        };
        let status = self.pseudo(":status").and_then(|status| std::str::from_utf8(&status).ok()?.parse().ok());
        Message {
            method,
            target,
            scheme: self.pseudo(":scheme"),
            authority,
            status: status.unwrap_or_default(),
            version: VERSION.to_owned(),
            head,
            fields,
            first,
            last,
            broken: (self.unknown > 0).then_some(Broken::Missing),
            ..Message::default()
        }
    }
}

/// Puts a block of fields where it belongs: request, interim response, response, or trailers of either.
pub(super) fn take(pair: &mut Pair, side: Side, head: &Head, first: i64, last: i64) {
    if head.unknown > 0 {
        let fields = if head.unknown == 1 { "field refers" } else { "fields refer" };
        let of = if side == Side::Client { "request" } else { "response" };
        pair.notes.push(format!("{} header {fields} to what wasn't captured, in the {of}", head.unknown));
    }
    let existing = match side {
        Side::Client => &mut pair.request,
        Side::Server => &mut pair.response,
    };
    if let Some(message) = existing {
        (message.trailer, message.trailer_fields) = head.lines();
        message.last = last;
        if head.unknown > 0 {
            message.broken.get_or_insert(Broken::Missing);
        }
        return;
    }
    let message = head.message(first, last);
    if side == Side::Server && (100..200).contains(&message.status) && message.status != 101 {
        pair.interim.push(message);
    } else {
        *existing = Some(message);
    }
}
