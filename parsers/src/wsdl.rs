//! WSDL 1.1 and the XML Schemas in and behind it: which operations a service has, what a request looks like, and whether
//! one fits. Texts come in, together with the addresses by which they refer to each other; fetching them is somebody
//! else's business.
//!
//! <https://www.w3.org/TR/2001/NOTE-wsdl-20010315>, <https://www.w3.org/TR/xmlschema11-1/>

mod definitions;
mod prune;
mod schema;
mod skeleton;
#[cfg(test)]
mod tests;
mod validate;
mod value;

pub use definitions::{Description, Header, Operation, Payload, SoapVersion, Style, Text};
pub use prune::without_placeholders;
pub use schema::{Complex, Content, Declaration, Group, Occurs, Particle, Schemas, Simple, Type, TypeRef};
pub use skeleton::skeleton;
pub use validate::{Fault, validate};

use crate::xml::Document;

/// A name and the namespace it belongs to; no namespace is the empty text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QName {
    /// The namespace's URI.
    pub namespace: String,
    /// The local name.
    pub local: String,
}

impl QName {
    /// A name in a namespace.
    #[must_use]
    pub fn new(namespace: impl Into<String>, local: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), local: local.into() }
    }
}

impl std::fmt::Display for QName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(&self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

/// The namespace of XML Schema.
pub(crate) const XSD: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of WSDL 1.1.
const WSDL: &str = "http://schemas.xmlsoap.org/wsdl/";
/// The namespace of WSDL 2.0, which is said to be another.
const WSDL2: &str = "http://www.w3.org/ns/wsdl";

/// What another document is to the one that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The address as written, relative to the document that names it.
    pub location: String,
    /// The namespace of the schema that includes it, where one does; a schema without a namespace takes that.
    pub into: Option<String>,
}

/// The documents that `text` refers to: WSDL imports, schema imports, includes and redefinitions.
#[must_use]
pub fn references(text: &str) -> Vec<Reference> {
    let document = crate::xml::read(text);
    let mut found: Vec<Reference> = Vec::new();
    for element in &document.elements {
        let location = match (element.namespace.as_deref(), element.name) {
            (Some(WSDL), "import") => element.attribute("location"),
            (Some(XSD), "import" | "include" | "redefine" | "override") => element.attribute("schemaLocation"),
            _ => None,
        };
        let schema = element.parent.and_then(|parent| document.elements.get(parent));
        let into = schema.filter(|_| element.name != "import").and_then(|schema| schema.attribute("targetNamespace"));
        if let Some(location) = location.filter(|location| !location.trim().is_empty()) {
            let reference = Reference { location: location.trim().to_owned(), into: into.map(str::to_owned) };
            if !found.contains(&reference) {
                found.push(reference);
            }
        }
    }
    found
}

/// The name that `text` stands for at an element: its prefix is looked up there and above, and without one the default
/// namespace holds.
fn qname(document: &Document<'_>, at: usize, text: &str) -> QName {
    let (prefix, local) = text.trim().split_once(':').unwrap_or(("", text.trim()));
    QName::new(namespace_of(document, at, prefix).unwrap_or_default(), local)
}

/// The namespace that a prefix stands for at an element.
fn namespace_of(document: &Document<'_>, at: usize, prefix: &str) -> Option<String> {
    for (_, element) in document.lineage(at) {
        let declares = |key: &str| match key.strip_prefix("xmlns") {
            Some("") => prefix.is_empty(),
            Some(rest) => rest.strip_prefix(':').is_some_and(|declared| declared == prefix && !prefix.is_empty()),
            None => false,
        };
        if let Some((_, namespace)) = element.attributes.iter().find(|(key, _)| declares(key)) {
            return Some(namespace.clone().into_owned());
        }
    }
    (prefix == "xml").then(|| "http://www.w3.org/XML/1998/namespace".to_owned())
}
