//! An answer that is kept back until it is complete, because addresses in its body must be rewritten or because it may have
//! to be held.

use bytes::Bytes;
use mwscope_parsers::http::{Head, Limits};

use super::Fact;
use crate::model::Edit;
use crate::proxy::core::hold::{Half, Message};
use crate::proxy::core::patch::Patch;
use crate::proxy::core::wsdl::{Kind, LARGEST, Rewrite, Rewritten, kind, of_the_bytes, without_codings};

/// The answer as it came: the head as it will be sent, the body with and without its framing.
#[derive(Debug)]
pub(super) struct Held {
    head: Vec<u8>,
    from: u64,
    wire: Vec<u8>,
    payload: Vec<u8>,
    trailers: Vec<u8>,
    rewrites: bool,
    /// Whether it is still to be seen that it is a description.
    looks: bool,
}

impl Held {
    pub(super) fn new(head: &Head, sent: Vec<u8>, rewrites: bool) -> Self {
        let (wire, payload, trailers) = Default::default();
        Self { head: sent, from: head.span().offset, wire, payload, trailers, rewrites, looks: false }
    }

    /// The same, rewritten only where it turns out to be a description.
    pub(super) fn looking(self) -> Self {
        Self { rewrites: true, looks: true, ..self }
    }

    /// Looks at what has come; true where that tells that there is nothing to rewrite.
    pub(super) fn is_no_description(&mut self) -> bool {
        if !self.looks {
            return false;
        }
        let head = Head::response(self.head.clone(), self.from, &Limits::default());
        let kind = kind(&head, &self.payload);
        self.looks = kind == Kind::Unknown;
        self.rewrites = kind != Kind::Other;
        kind == Kind::Other
    }

    pub(super) fn payload(&mut self, bytes: &[u8]) {
        self.wire.extend_from_slice(bytes);
        self.payload.extend_from_slice(bytes);
    }

    pub(super) fn framing(&mut self, bytes: &[u8]) {
        self.wire.extend_from_slice(bytes);
    }

    pub(super) fn trailers(&mut self, bytes: &[u8]) {
        self.framing(bytes);
        self.trailers.extend_from_slice(bytes);
    }

    /// Whether its addresses are to be rewritten.
    pub(super) fn rewrites(&self) -> bool {
        self.rewrites
    }

    pub(super) fn len(&self) -> usize {
        self.wire.len()
    }

    /// Whether it is too large to be rewritten.
    pub(super) fn is_large(&self) -> bool {
        self.wire.len() > LARGEST
    }

    pub(super) fn untouched(self) -> Bytes {
        Bytes::from([self.head, self.wire].concat())
    }

    /// The answer with its addresses rewritten and its length told anew; as it came, where there was nothing to rewrite.
    pub(super) fn rewritten(self, rewrite: Option<&Rewrite>) -> (Message, Vec<Fact>) {
        let Some(rewrite) = rewrite.filter(|_| self.rewrites && !self.looks) else {
            return (self.message(), Vec::new());
        };
        let head = Head::response(self.head.clone(), self.from, &Limits::default());
        let plain = match without_codings(&head, self.payload.clone()) {
            Ok(plain) => plain,
            Err(why) => return (self.message(), vec![Fact::Note("not rewritten", why)]),
        };
        let Rewritten { body, edits, remarks } = rewrite.body(&plain);
        let mut facts: Vec<Fact> = remarks.into_iter().map(|(name, text)| Fact::Note(name, text)).collect();
        if edits.is_empty() {
            return (self.message(), facts);
        }
        let (head, framing) = for_plain(&head, body.len());
        facts.extend(edits.into_iter().chain(framing).map(Fact::Edit));
        (Self { head, wire: body.clone(), payload: body, trailers: Vec::new(), ..self }.message(), facts)
    }

    fn message(self) -> Message {
        Message {
            half: Half::Response,
            head: self.head.into(),
            wire: self.wire.into(),
            payload: self.payload.into(),
            trailers: self.trailers.into(),
            to_head: false,
            http2: false,
        }
    }
}

/// The head with a `Content-Length` of `len`, no other framing and no coding.
fn for_plain(head: &Head, len: usize) -> (Vec<u8>, Vec<Edit>) {
    let mut patch = Patch::new(head);
    let mut told = false;
    for field in head.fields() {
        let name = head.slice(&field.name);
        if name.eq_ignore_ascii_case(b"Transfer-Encoding") || name.eq_ignore_ascii_case(b"Trailer") {
            patch.remove(field);
        } else if name.eq_ignore_ascii_case(b"Content-Length") && !told {
            told = true;
            let len = len.to_string();
            if head.slice(&field.value) != len.as_bytes() {
                patch.replace(field.value.clone(), len.as_bytes(), "Content-Length: that of the rewritten body");
            }
        } else if name.eq_ignore_ascii_case(b"Content-Length") || of_the_bytes(name) {
            patch.remove(field);
        }
    }
    if !told {
        patch.insert("Content-Length", &len.to_string());
    }
    patch.finish()
}
