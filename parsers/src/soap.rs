//! SOAP 1.1 and 1.2 messages: version, credentials, operation, fields and fault, whatever the prefixes.
//!
//! Reads what is there: a message that is cut off or not well-formed gives its readable part and problems. Knows
//! the credential headers of M3 web services by name, because they are part of the message; what a service or an
//! operation means is the business of [`crate::m3`]. Passwords are never taken over.
//!
//! <https://www.w3.org/TR/2000/NOTE-SOAP-20000508/>, <https://www.w3.org/TR/soap12-part1/>

mod credentials;
mod fault;
mod field;
mod mtom;

use std::ops::Range;

pub use credentials::Credentials;
pub use fault::Fault;
pub use field::Field;

use crate::xml::{self, Document, Locator};
use crate::{Problem, Span};

/// One SOAP message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Envelope {
    /// The version its namespace states.
    pub version: Version,
    /// Who it says it comes from.
    pub credentials: Credentials,
    /// The first element of the body that is no fault: the call in a request, its result in a response.
    pub operation: Option<Operation>,
    /// The elements below the operation that have no element in them, and the attributes on any of them, in
    /// document order.
    pub fields: Vec<Field>,
    /// The names of the elements directly below the operation, repetitions included.
    pub parts: Vec<String>,
    /// The fault.
    pub fault: Option<Fault>,
    /// What is wrong with the text.
    pub problems: Vec<Problem>,
}

/// The version of SOAP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// The namespace of the envelope is `http://schemas.xmlsoap.org/soap/envelope/`.
    #[default]
    Soap11,
    /// The namespace of the envelope is `http://www.w3.org/2003/05/soap-envelope`.
    Soap12,
    /// Another namespace, or none.
    Unknown(Option<String>),
}

/// The element that names a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its local name.
    pub name: String,
    /// Its attributes without namespace declarations (`maxRecords`).
    pub attributes: Vec<(String, String)>,
    /// The whole element in the bytes that were read.
    pub span: Span,
}

/// Reads a message, the root part of an MTOM package included; `None` where the bytes hold no envelope.
///
/// `content_type` is the header's value; without it charset and package are recognised from the bytes.
#[must_use]
pub fn read(body: &[u8], content_type: Option<&str>) -> Option<Envelope> {
    let part = mtom::root(body, content_type);
    let decoded = xml::decode(&body[part.range.clone()], part.charset.as_deref());
    if !decoded.text.contains("Envelope") {
        return None;
    }
    let document = xml::read(&decoded.text);
    let envelope = document.elements.iter().position(|element| element.name == "Envelope")?;
    let version = Version::of(document.elements[envelope].namespace.as_deref());
    let body_at = document.child(envelope, &["Body"]);
    if matches!(version, Version::Unknown(_)) && body_at.is_none() {
        return None;
    }
    let mut message = Envelope { version, ..Envelope::default() };
    if let Some(header) = document.child(envelope, &["Header"]) {
        message.credentials = Credentials::read(&document, header);
    }
    let mut place = Place { locator: decoded.locator(), shift: part.range.start as u64 };
    if let Some(body_at) = body_at {
        message.read_body(&document, body_at, &mut place);
    }
    message.problems = part.problems;
    message.problems.extend(
        decoded
            .problems
            .iter()
            .map(|problem| Problem { offset: problem.offset.saturating_add(place.shift), ..problem.clone() }),
    );
    message.problems.extend(document.problems.into_iter().map(|problem| Problem {
        offset: place.offset(usize::try_from(problem.offset).unwrap_or(usize::MAX)),
        ..problem
    }));
    Some(message)
}

impl Version {
    fn of(namespace: Option<&str>) -> Self {
        match namespace {
            Some("http://schemas.xmlsoap.org/soap/envelope/") => Self::Soap11,
            Some("http://www.w3.org/2003/05/soap-envelope") => Self::Soap12,
            other => Self::Unknown(other.map(str::to_owned)),
        }
    }
}

impl Envelope {
    fn read_body(&mut self, document: &Document, body: usize, place: &mut Place<'_>) {
        for (at, element) in document.children(body) {
            if element.name == "Fault" {
                self.fault.get_or_insert_with(|| Fault::read(document, at, place));
            } else if self.operation.is_none() {
                let attributes = element.attributes.iter().filter(|(name, _)| !is_namespace(name)).cloned().collect();
                self.operation = Some(Operation {
                    namespace: element.namespace.clone(),
                    name: element.name.clone(),
                    attributes,
                    span: place.span(element.range.clone()),
                });
                self.parts = document.children(at).map(|(_, part)| part.name.clone()).collect();
                self.fields = field::read(document, at, place);
            }
        }
    }
}

/// Finds text ranges in the bytes of the whole body.
struct Place<'a> {
    locator: Locator<'a>,
    shift: u64,
}

impl Place<'_> {
    fn span(&mut self, range: Range<usize>) -> Span {
        self.locator.span(range).shifted(self.shift)
    }

    fn offset(&mut self, place: usize) -> u64 {
        self.locator.offset(place).saturating_add(self.shift)
    }
}

fn is_namespace(attribute: &str) -> bool {
    attribute == "xmlns" || attribute.starts_with("xmlns:")
}

#[cfg(test)]
mod tests;
