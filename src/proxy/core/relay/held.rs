//! An answer that is held back until it is complete, because addresses in its body must be rewritten.

use bytes::Bytes;
use mwscope_parsers::http::{Head, Limits};

use super::Fact;
use crate::model::Edit;
use crate::proxy::core::patch::Patch;
use crate::proxy::core::wsdl::{LARGEST, Rewrite, without_codings};

/// The answer as it came: the head as it will be sent, the body with and without its framing.
#[derive(Debug)]
pub(super) struct Held {
    head: Vec<u8>,
    from: u64,
    wire: Vec<u8>,
    payload: Vec<u8>,
}

impl Held {
    pub(super) fn new(head: &Head, sent: Vec<u8>) -> Self {
        Self { head: sent, from: head.span().offset, wire: Vec::new(), payload: Vec::new() }
    }

    pub(super) fn payload(&mut self, bytes: &[u8]) {
        self.wire.extend_from_slice(bytes);
        self.payload.extend_from_slice(bytes);
    }

    pub(super) fn framing(&mut self, bytes: &[u8]) {
        self.wire.extend_from_slice(bytes);
    }

    pub(super) fn is_large(&self) -> bool {
        self.wire.len() > LARGEST
    }

    pub(super) fn untouched(self) -> Bytes {
        Bytes::from([self.head, self.wire].concat())
    }

    /// The answer with its addresses rewritten and its length told anew; as it came, where there was nothing to rewrite.
    pub(super) fn rewritten(mut self, rewrite: &Rewrite) -> (Bytes, Vec<Fact>) {
        let head = Head::response(self.head.clone(), self.from, &Limits::default());
        let plain = match without_codings(&head, std::mem::take(&mut self.payload)) {
            Ok(plain) => plain,
            Err(why) => return (self.untouched(), vec![Fact::Note("not rewritten", why)]),
        };
        let (body, edits, elsewhere) = rewrite.body(&plain);
        let mut facts: Vec<Fact> = elsewhere
            .into_iter()
            .map(|url| Fact::Note("leads past the proxy", format!("{url}; add --reverse for it")))
            .collect();
        if edits.is_empty() {
            return (self.untouched(), facts);
        }
        let (head, framing) = for_plain(&head, body.len());
        facts.extend(edits.into_iter().chain(framing).map(Fact::Edit));
        (Bytes::from([head, body].concat()), facts)
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
            patch.replace(
                field.value.clone(),
                len.to_string().as_bytes(),
                "Content-Length: that of the rewritten body",
            );
        } else if ["Content-Length", "Content-MD5", "Content-Encoding"]
            .iter()
            .any(|n| name.eq_ignore_ascii_case(n.as_bytes()))
        {
            patch.remove(field);
        }
    }
    if !told {
        patch.insert("Content-Length", &len.to_string());
    }
    patch.finish()
}
