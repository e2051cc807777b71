//! Faults of both versions, by local names only: senders qualify them as they please.

use super::Place;
use crate::Span;
use crate::xml::Document;

/// Why the service refused, in its own words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fault {
    /// `faultcode`, or the value of `Code` (`soap:Server`).
    pub code: Option<String>,
    /// The values of `Subcode`, outermost first (SOAP 1.2).
    pub subcodes: Vec<String>,
    /// `faultstring`, or the first text of `Reason`; trimmed.
    pub text: Option<String>,
    /// `faultactor`, or `Role`, or `Node`.
    pub actor: Option<String>,
    /// All text in `detail`, one line an element, so that a stack trace in it stays readable.
    pub detail: Option<String>,
    /// Names and texts of the elements in `detail` that have no element in them.
    pub detail_fields: Vec<(String, String)>,
    /// The whole fault in the bytes that were read.
    pub span: Span,
}

impl Fault {
    pub(super) fn read(document: &Document, fault: usize, place: &mut Place<'_>) -> Self {
        let text = |at, name: &str| document.child_text(at, &[name]).map(str::to_owned);
        let below = |name: &str, inner: &str| document.child(fault, &[name]).and_then(|at| text(at, inner));
        let detail_fields = document.child(fault, &["detail"]).map(|at| leaves(document, at)).unwrap_or_default();
        let lines: Vec<_> = detail_fields.iter().map(|(_, value)| value.as_str()).collect();
        Self {
            code: text(fault, "faultcode").or_else(|| below("Code", "Value")),
            subcodes: subcodes(document, fault),
            text: text(fault, "faultstring").or_else(|| below("Reason", "Text")),
            actor: text(fault, "faultactor").or_else(|| text(fault, "Role")).or_else(|| text(fault, "Node")),
            detail: (!lines.is_empty()).then(|| lines.join("\n")),
            detail_fields,
            span: place.span(document.elements[fault].range.clone()),
        }
    }
}

fn subcodes(document: &Document, fault: usize) -> Vec<String> {
    let mut at = document.child(fault, &["Code"]);
    let mut values = Vec::new();
    while let Some(subcode) = at.and_then(|at| document.child(at, &["Subcode"])) {
        values.extend(document.child_text(subcode, &["Value"]).map(str::to_owned));
        at = Some(subcode);
    }
    values
}

/// Elements with text of their own, the detail element itself included, since some put plain text into it.
fn leaves(document: &Document, detail: usize) -> Vec<(String, String)> {
    let own = std::iter::once((detail, &document.elements[detail]));
    own.chain(document.descendants(detail))
        .map(|(_, element)| (element.name.to_owned(), element.text.trim().to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect()
}
