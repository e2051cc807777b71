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
use std::sync::LazyLock;

use memchr::memmem::Finder;

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
    /// document order. Empty where only an [`outline`] was read.
    pub fields: Vec<Field>,
    /// The elements directly below the operation.
    pub parts: Vec<Part>,
    /// The fault.
    pub fault: Option<Fault>,
    /// What is wrong with the text.
    pub problems: Vec<Problem>,
}

/// Elements of one name that follow each other directly below the operation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Their local name.
    pub name: String,
    /// How many they are.
    pub count: usize,
    /// Of a collection: how many elements the first of them has directly in it whose names contain `Item`, as rows are
    /// called; 0 for others.
    pub items: usize,
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
    read_as(body, content_type, Fields::All)
}

/// Reads all of a message as [`read`] does but the fields, which takes far less time where a message is long. What is
/// wrong in what was passed by isn't told.
#[must_use]
pub fn outline(body: &[u8], content_type: Option<&str>) -> Option<Envelope> {
    read_as(body, content_type, Fields::Among(&[]))
}

/// Reads an outline as [`outline`] does, but with all fields where there may be one of these names among them, letter case aside.
#[must_use]
pub fn outline_or(body: &[u8], content_type: Option<&str>, names: &[&str]) -> Option<Envelope> {
    read_as(body, content_type, Fields::Among(names))
}

/// Whether fields are read.
#[derive(Clone, Copy)]
enum Fields<'a> {
    All,
    /// Where an element of such a name is in the text.
    Among(&'a [&'a str]),
}

impl Fields<'_> {
    fn are_wanted(self, text: &str) -> bool {
        let Self::Among(names) = self else { return true };
        // Few names end as one of these do, and all others are passed by at that.
        let mut lasts = [false; 256];
        for last in names.iter().filter_map(|known| known.as_bytes().last()) {
            lasts[usize::from(last.to_ascii_lowercase())] = true;
            lasts[usize::from(last.to_ascii_uppercase())] = true;
        }
        let ends_as_one = |name: &[u8]| {
            name.last().is_some_and(|last| lasts[usize::from(*last)])
                && names.iter().any(|known| {
                    let end = name.len().checked_sub(known.len());
                    end.is_some_and(|at| name[at..].eq_ignore_ascii_case(known.as_bytes()))
                })
        };
        // Every element has a tag with its name at the end, or is written as one with something behind the name.
        let bytes = text.as_bytes();
        let is_one = |end: usize| match bytes[..end].last() {
            Some(b'/' | b'"' | b'\'' | b' ' | b'\t' | b'\r' | b'\n') => {
                let tag = memchr::memrchr(b'<', &bytes[..end]).map_or(&[][..], |at| &bytes[at + 1..end]);
                let is_part = |byte: &&u8| !matches!(byte, b'/' | b' ' | b'\t' | b'\r' | b'\n');
                ends_as_one(&tag[..tag.iter().take_while(is_part).count()])
            }
            _ => ends_as_one(&bytes[..end]),
        };
        !names.is_empty() && memchr::memchr_iter(b'>', bytes).any(is_one)
    }
}

/// How deep the elements are that tell all but fields, fault and credentials: envelope, body, operation, part.
const OUTLINED: usize = 3;

static ENVELOPE: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("Envelope"));

fn read_as(body: &[u8], content_type: Option<&str>, fields: Fields<'_>) -> Option<Envelope> {
    // Of the encodings that are read only UTF-16 writes the word otherwise than in ASCII, and then with zeros.
    if body.is_empty() || (ENVELOPE.find(body).is_none() && memchr::memchr(0, body).is_none()) {
        return None;
    }
    let part = mtom::root(body, content_type);
    let decoded = xml::decode(&body[part.range.clone()], part.charset.as_deref());
    let text = &decoded.text;
    ENVELOPE.find(text.as_bytes())?;
    let with_fields = fields.are_wanted(text);
    let mut document = if with_fields {
        xml::read(text)
    } else {
        let down_to = |deepest| xml::read_down_to(text, deepest, &["Header", "Fault"]);
        let document = down_to(OUTLINED);
        // The items of a collection are counted, which are one deeper.
        let is_collection = |element: &xml::Element<'_>| element.name.ends_with("Collection");
        if document.elements.iter().any(is_collection) { down_to(OUTLINED + 1) } else { document }
    };
    let mut envelope = document.elements.iter().position(|element| element.name == "Envelope");
    if !with_fields && envelope.is_none_or(|at| document.elements[at].depth > 0) {
        document = xml::read(text);
        envelope = document.elements.iter().position(|element| element.name == "Envelope");
    }
    let envelope = envelope?;
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
        message.read_body(&document, body_at, with_fields, &mut place);
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
    fn read_body(&mut self, document: &Document<'_>, body: usize, with_fields: bool, place: &mut Place<'_>) {
        for (at, element) in document.children(body) {
            if element.name == "Fault" {
                self.fault.get_or_insert_with(|| Fault::read(document, at, place));
            } else if self.operation.is_none() {
                let attributes = element.attributes.iter().filter(|(name, _)| !is_namespace(name));
                let attributes = attributes.map(|(name, value)| ((*name).to_owned(), value.clone().into_owned()));
                self.operation = Some(Operation {
                    namespace: element.namespace.clone().map(Into::into),
                    name: element.name.to_owned(),
                    attributes: attributes.collect(),
                    span: place.span(element.range.clone()),
                });
                self.parts = parts(document, at);
                if with_fields {
                    self.fields = field::read(document, at, place);
                }
            }
        }
    }
}

fn parts(document: &Document<'_>, operation: usize) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for (at, element) in document.children(operation) {
        match parts.last_mut() {
            Some(last) if last.name == element.name => last.count += 1,
            _ => {
                let is_row = |child: &xml::Element<'_>| child.name.contains("Item");
                let items = if element.name.ends_with("Collection") {
                    document.children(at).filter(|(_, child)| is_row(child)).count()
                } else {
                    0
                };
                parts.push(Part { name: element.name.to_owned(), count: 1, items });
            }
        }
    }
    parts
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
