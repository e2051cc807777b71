//! The WSDL itself: services, ports, bindings, operations and their messages, put together from all its documents.

use std::collections::HashMap;

use super::schema::{Schemas, TypeRef};
use super::{QName, WSDL, WSDL2, XSD, qname};
use crate::Problem;
use crate::xml::{self, Document};

/// A document of a description.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// Where it was found; documents refer to each other by addresses that somebody else has resolved to these.
    pub address: String,
    /// What it says.
    pub text: String,
    /// The namespace of the schema that includes it, where one does.
    pub included_into: Option<String>,
}

/// What a description says.
#[derive(Clone, Debug, Default)]
pub struct Description {
    /// The operations of all ports that speak SOAP, in the order in which they stand there.
    pub operations: Vec<Operation>,
    /// The schemas.
    pub schemas: Schemas,
    /// What could not be understood, with the address of the document.
    pub problems: Vec<(String, Problem)>,
}

/// An operation of a port.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// The service's name.
    pub service: String,
    /// The port's name.
    pub port: String,
    /// The operation's name.
    pub name: String,
    /// Where requests are sent.
    pub address: Option<String>,
    /// The value of `SOAPAction`.
    pub action: String,
    /// The version of SOAP.
    pub version: SoapVersion,
    /// How the body is made.
    pub style: Style,
    /// What stands in the body.
    pub body: Vec<Payload>,
    /// What stands in the header.
    pub headers: Vec<Header>,
    /// What its author says of it.
    pub documentation: Option<String>,
}

/// The version of SOAP that a port speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoapVersion {
    /// 1.1: `text/xml`, `SOAPAction`.
    Soap11,
    /// 1.2: `application/soap+xml` with `action`.
    Soap12,
}

/// How the body of a message is made of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Style {
    /// The parts are the body.
    Document,
    /// The parts stand in an element with the operation's name, in this namespace.
    Rpc {
        /// The namespace of that element.
        namespace: String,
        /// Whether types are said on each value (SOAP encoding).
        encoded: bool,
    },
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// An element declared at the top of a schema.
    Element(QName),
    /// An element without namespace that has this name and type.
    Typed(String, QName),
}

/// A part of the header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The element.
    pub element: QName,
}

const SOAP11: &str = "http://schemas.xmlsoap.org/wsdl/soap/";
const SOAP12: &str = "http://schemas.xmlsoap.org/wsdl/soap12/";

/// Binding and what belongs to it, before it is known which port uses it.
struct Binding<'a> {
    document: &'a Document<'a>,
    at: usize,
}

impl Description {
    /// Puts the documents together; the first is the one that was asked for.
    #[must_use]
    pub fn read(texts: &[Text]) -> Self {
        let documents: Vec<Document<'_>> = texts.iter().map(|text| xml::read(&text.text)).collect();
        let mut description = Self::default();
        for (text, document) in texts.iter().zip(&documents) {
            description.take_schemas(text, document);
            description.say_problems(text, document);
        }
        let address = texts.first().map(|text| text.address.clone()).unwrap_or_default();
        for group in description.schemas.bound() {
            let what = format!("the group {group} contains others too often to be written out");
            description.problems.push((address.clone(), Problem::new(0, what, "anything is let through in its place")));
        }
        let parts = Parts::of(&documents);
        for (document, (service, _)) in each(&documents, "service") {
            description.service(&parts, document, service);
        }
        if description.operations.is_empty() {
            description.unbound(&parts);
        }
        if description.operations.is_empty() {
            let problem = match documents.first().and_then(|document| document.elements.first()) {
                Some(root) if root.namespace.as_deref() == Some(WSDL2) => {
                    Problem::new(0, "this is WSDL 2.0", "ask the service for WSDL 1.1 (?wsdl)")
                }
                Some(root) if root.name == "definitions" => Problem::new(
                    0,
                    "it describes no operation that is called by SOAP",
                    "look whether an imported document is missing",
                ),
                _ => {
                    Problem::new(0, "this is no WSDL", "name an address that ends in ?wsdl, or a file saved from there")
                }
            };
            description.problems.push((address, problem));
        }
        description
    }

    /// The operation of that name, `SERVICE.OPERATION` or `OPERATION`, letter case aside where nothing else fits.
    #[must_use]
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        let (service, operation) = name.rsplit_once(['.', '/']).map_or((None, name), |(s, o)| (Some(s), o));
        let fits = |candidate: &&Operation, same: fn(&str, &str) -> bool| {
            same(&candidate.name, operation)
                && service.is_none_or(|service| same(&candidate.service, service) || same(&candidate.port, service))
        };
        let exactly = self.operations.iter().find(|candidate| fits(candidate, |a, b| a == b));
        exactly.or_else(|| self.operations.iter().find(|candidate| fits(candidate, str::eq_ignore_ascii_case)))
    }

    fn take_schemas(&mut self, text: &Text, document: &Document<'_>) {
        for (at, element) in document.elements.iter().enumerate() {
            if element.name == "schema" && element.namespace.as_deref() == Some(XSD) {
                self.schemas.add(document, at, text.included_into.as_deref());
            }
        }
    }

    fn say_problems(&mut self, text: &Text, document: &Document<'_>) {
        self.problems.extend(document.problems.iter().map(|problem| (text.address.clone(), problem.clone())));
    }

    fn service(&mut self, parts: &Parts<'_>, document: &Document<'_>, service: usize) {
        let name = document.elements[service].attribute("name").unwrap_or_default().to_owned();
        for (port, element) in document.children(service).filter(|(_, child)| child.name == "port") {
            let Some(binding) = element.attribute("binding") else { continue };
            let Some(binding) = parts.bindings.get(&qname(document, port, binding).local) else { continue };
            let address = document.children(port).find(|(_, child)| child.name == "address");
            let address = address.and_then(|(_, child)| child.attribute("location")).map(str::to_owned);
            let port = element.attribute("name").unwrap_or_default().to_owned();
            self.bound(parts, binding, &name, &port, address.as_deref());
        }
    }

    /// Bindings without a service, which stands in another document that isn't here.
    fn unbound(&mut self, parts: &Parts<'_>) {
        let mut names: Vec<_> = parts.bindings.iter().collect();
        names.sort_by_key(|(name, _)| (*name).clone());
        for (name, binding) in names {
            self.bound(parts, binding, name, name, None);
        }
    }

    fn bound(&mut self, parts: &Parts<'_>, binding: &Binding<'_>, service: &str, port: &str, address: Option<&str>) {
        let (document, at) = (binding.document, binding.at);
        let soap = |of: usize, name: &str| {
            document.children(of).find_map(|(child, element)| match element.namespace.as_deref() {
                Some(SOAP11) if element.name == name => Some((child, SoapVersion::Soap11)),
                Some(SOAP12) if element.name == name => Some((child, SoapVersion::Soap12)),
                _ => None,
            })
        };
        let Some((bound, version)) = soap(at, "binding") else { return };
        let style_of = |at: usize| document.elements[at].attribute("style").map(str::to_owned);
        let overall = style_of(bound).unwrap_or_else(|| "document".to_owned());
        let port_type = document.elements[at].attribute("type").map(|name| qname(document, at, name).local);
        for (here, element) in document.children(at).filter(|(_, child)| child.name == "operation") {
            let Some(name) = element.attribute("name") else { continue };
            let own = soap(here, "operation").map(|(at, _)| at);
            let action =
                own.and_then(|at| document.elements[at].attribute("soapAction")).unwrap_or_default().to_owned();
            let style = own.and_then(style_of).unwrap_or_else(|| overall.clone());
            let input = document.child(here, &["input"]);
            let body = input.and_then(|input| soap(input, "body")).map(|(at, _)| &document.elements[at]);
            let style = if style == "rpc" {
                let namespace = body.and_then(|body| body.attribute("namespace")).unwrap_or_default().to_owned();
                Style::Rpc { namespace, encoded: body.and_then(|body| body.attribute("use")) == Some("encoded") }
            } else {
                Style::Document
            };
            let abstract_operation =
                port_type.as_ref().and_then(|name| parts.operation(name, element.attribute("name")?));
            let (message, documentation) = abstract_operation.unwrap_or_default();
            let wanted =
                body.and_then(|body| body.attribute("parts")).map(|text| text.split_whitespace().collect::<Vec<_>>());
            let headers = input.map(|input| self.headers(parts, document, input)).unwrap_or_default();
            let in_header: Vec<&str> = headers.iter().map(|(_, part)| part.as_str()).collect();
            let body = parts.payload(&message, |part| match &wanted {
                Some(wanted) => wanted.contains(&part),
                None => !in_header.contains(&part) || parts.message_len(&message) == 1,
            });
            let headers = headers.iter().map(|(header, _)| header.clone()).collect();
            let (service, port, name) = (service.to_owned(), port.to_owned(), name.to_owned());
            let address = address.map(str::to_owned);
            self.operations.push(Operation {
                service,
                port,
                name,
                address,
                action,
                version,
                style,
                body,
                headers,
                documentation,
            });
        }
    }

    fn headers(&self, parts: &Parts<'_>, document: &Document<'_>, input: usize) -> Vec<(Header, String)> {
        let mut found = Vec::new();
        for (at, element) in document.children(input).filter(|(_, child)| child.name == "header") {
            let (Some(message), Some(part)) = (element.attribute("message"), element.attribute("part")) else {
                continue;
            };
            let message = qname(document, at, message).local;
            for payload in parts.payload(&message, |name| name == part) {
                if let Payload::Element(element) = payload {
                    found.push((Header { element }, part.to_owned()));
                }
            }
        }
        found
    }
}

/// Messages, port types and bindings by name. Descriptions hold one namespace each, so that names are enough.
struct Parts<'a> {
    messages: HashMap<String, Vec<(String, Payload)>>,
    port_types: HashMap<String, Vec<(&'a Document<'a>, usize)>>,
    bindings: HashMap<String, Binding<'a>>,
}

impl<'a> Parts<'a> {
    fn of(documents: &'a [Document<'a>]) -> Self {
        let mut parts = Self { messages: HashMap::new(), port_types: HashMap::new(), bindings: HashMap::new() };
        for (document, (at, name)) in each(documents, "message") {
            let payload = document.children(at).filter(|(_, child)| child.name == "part").filter_map(|(at, part)| {
                let name = part.attribute("name").unwrap_or_default().to_owned();
                let payload = match (part.attribute("element"), part.attribute("type")) {
                    (Some(element), _) => Payload::Element(qname(document, at, element)),
                    (None, Some(named)) => Payload::Typed(name.clone(), qname(document, at, named)),
                    (None, None) => return None,
                };
                Some((name, payload))
            });
            parts.messages.insert(name, payload.collect());
        }
        for (document, (at, name)) in each(documents, "portType") {
            let operations = document.children(at).filter(|(_, child)| child.name == "operation");
            parts.port_types.insert(name, operations.map(|(at, _)| (document, at)).collect());
        }
        for (document, (at, name)) in each(documents, "binding") {
            if document.elements[at].namespace.as_deref() == Some(WSDL) {
                parts.bindings.insert(name, Binding { document, at });
            }
        }
        parts
    }

    /// The message that an operation takes, and what is said of the operation.
    fn operation(&self, port_type: &str, name: &str) -> Option<(String, Option<String>)> {
        let operations = self.port_types.get(port_type)?;
        let (document, at) =
            operations.iter().find(|(document, at)| document.elements[*at].attribute("name") == Some(name))?;
        let said = document.child(*at, &["documentation"]);
        let said = said.map(|said| document.elements[said].text.split_whitespace().collect::<Vec<_>>().join(" "));
        let input = document.child(*at, &["input"])?;
        let message = document.elements[input].attribute("message")?;
        Some((qname(document, input, message).local, said.filter(|said| !said.is_empty())))
    }

    fn payload(&self, message: &str, wanted: impl Fn(&str) -> bool) -> Vec<Payload> {
        let parts = self.messages.get(message).map(Vec::as_slice).unwrap_or_default();
        parts.iter().filter(|(name, _)| wanted(name)).map(|(_, payload)| payload.clone()).collect()
    }

    fn message_len(&self, message: &str) -> usize {
        self.messages.get(message).map_or(0, Vec::len)
    }
}

/// The children of all definitions that have a name and are of one kind.
fn each<'a>(documents: &'a [Document<'a>], kind: &'a str) -> impl Iterator<Item = (&'a Document<'a>, (usize, String))> {
    documents.iter().flat_map(move |document| {
        let definitions = document.elements.iter().position(|element| element.name == "definitions");
        let children = definitions.into_iter().flat_map(move |at| document.children(at));
        children
            .filter(move |(_, child)| child.name == kind)
            .filter_map(move |(at, child)| Some((document, (at, child.attribute("name")?.to_owned()))))
    })
}

/// The type of a payload.
pub(super) fn type_of(payload: &QName) -> TypeRef {
    TypeRef::Named(payload.clone())
}
