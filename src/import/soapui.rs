//! SoapUI and ReadyAPI projects, also composite ones (a folder with a file for each suite and case): every request in them
//! is an exchange that was never sent. Properties (`${#Project#x}`) stay as they stand.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use mwscope_parsers::Problem;
use mwscope_parsers::xml::{self, Document};

use super::recorded::Recorded;
use crate::model::{Body, Exchange, ExchangeId, Header, Headers, Request, SourceId};

/// What of a project becomes what of an exchange.
pub const READS: &[(&str, &str)] = &[
    ("endpoint, resource path, parameters", "kept, as the URL"),
    ("request", "kept, as the body"),
    ("request headers", "kept"),
    ("operation, its action, SOAP version", "kept, as method, SOAPAction and Content-Type"),
    ("user name and password", "kept, as Authorization: Basic; masked like every password"),
    ("name of suite, case, step, request", "kept, as a note"),
    ("properties (${#Project#x})", "kept as they stand; they aren't filled in"),
    (
        "attachments, WS-Security, WS-Addressing, assertions, scripts, mock services",
        "dropped; the first three are told as a note",
    ),
    ("answers", "dropped: those in a project are samples"),
];

/// The namespace of all of it.
const NAMESPACE: &str = "http://eviware.com/soapui/config";

/// Where the headers of a request stand.
const HEADERS: &str = "request-headers";

/// Whether a text is a project or a part of one.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let start = &head[..head.len().min(4096)];
    if !start.trim_ascii_start().starts_with(b"<")
        && !start.starts_with(b"\xef\xbb\xbf")
        && !start.starts_with(&[0xff, 0xfe])
    {
        return false;
    }
    let decoded = xml::decode(start, None);
    decoded.text.contains(NAMESPACE)
        && xml::read(&decoded.text).elements.first().is_some_and(|root| root.namespace.as_deref() == Some(NAMESPACE))
}

/// Reads the requests; their exchanges get ids from `first` on.
#[must_use]
pub fn read(bytes: &[u8], source: SourceId, first: ExchangeId) -> Recorded {
    let decoded = xml::decode(bytes, None);
    let document = xml::read(&decoded.text);
    let mut recorded = Recorded { problems: decoded.problems.clone(), ..Recorded::default() };
    let mut locator = decoded.locator();
    recorded.problems.extend(document.problems.iter().map(|problem| {
        let at = usize::try_from(problem.offset).unwrap_or(usize::MAX);
        Problem::new(locator.offset(at), problem.what.clone(), problem.remedy.clone())
    }));
    let project = Project { document: &document, operations: operations(&document) };
    for at in 0..document.elements.len() {
        let Some(told) = project.request(at) else { continue };
        let index = recorded.next_index();
        let id = ExchangeId(first.0.saturating_add(index));
        recorded.add(told.exchange(id, source, index));
    }
    if let Some(sealed) = document.find("encryptedContent").filter(|_| recorded.exchanges.is_empty()) {
        let at = document.elements[sealed].range.start as u64;
        recorded.problems.push(Problem::new(
            at,
            "the project is encrypted",
            "save it without a password, under Project Security",
        ));
    }
    recorded.finish()
}

/// Whether a part of a composite project may hold no request: settings, properties, mock services.
pub(super) fn may_be_empty(head: &[u8]) -> bool {
    let decoded = xml::decode(&head[..head.len().min(4096)], None);
    xml::read(&decoded.text).elements.first().is_some_and(|root| root.name != "soapui-project")
}

/// What the interfaces of a project say of their operations, by name.
fn operations(document: &Document<'_>) -> HashMap<String, Operation> {
    let mut operations = HashMap::new();
    for (at, element) in document.elements.iter().enumerate().filter(|(_, element)| element.name == "operation") {
        let Some(name) = element.attribute("name").or(element.attribute("bindingOperationName")) else { continue };
        let version = element.parent.and_then(|interface| document.elements[interface].attribute("soapVersion"));
        let operation = Operation {
            action: element.attribute("action").unwrap_or_default().to_owned(),
            is_soap12: version.is_some_and(|version| version.contains("1_2")),
        };
        if !document.is_leaf(at) || element.attribute("action").is_some() {
            operations.entry(name.to_owned()).or_insert(operation);
        }
    }
    operations
}

#[derive(Clone, Debug, Default)]
struct Operation {
    action: String,
    is_soap12: bool,
}

struct Project<'a, 'd> {
    document: &'a Document<'d>,
    operations: HashMap<String, Operation>,
}

/// A request as the project tells it.
#[derive(Debug, Default)]
struct Told {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    notes: Vec<(String, String)>,
}

impl Project<'_, '_> {
    /// The request that an element is: it has an endpoint and a body in it.
    fn request(&self, at: usize) -> Option<Told> {
        let element = &self.document.elements[at];
        if element.namespace.as_deref() != Some(NAMESPACE)
            || !matches!(element.name, "call" | "request" | "restRequest" | "config")
        {
            return None;
        }
        let endpoint = self.document.child_text(at, &["endpoint"]);
        let body = self.document.child(at, &["request"])?;
        // A step that only wraps a request has no endpoint of its own; a part without any is no request.
        let endpoint = endpoint.or_else(|| self.document.child_text(at, &["originalUri"]))?;
        let mut told = Told { body: self.document.elements[body].text.to_string(), ..Told::default() };
        self.headers(at, &mut told);
        if self.is_rest(at) {
            self.rest(at, endpoint, &mut told);
        } else if element.attribute("method").is_some() && element.name == "config" {
            element.attribute("method").unwrap_or("GET").clone_into(&mut told.method);
            endpoint.clone_into(&mut told.url);
            self.query_of_parameters(at, &mut told);
            told.media_type(element.attribute("mediaType"));
        } else {
            self.soap(at, endpoint, &mut told);
        }
        self.credentials(at, &mut told);
        self.notes(at, &mut told);
        told.own_headers();
        Some(told)
    }

    fn parents(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(self.document.elements[at].parent, |at| self.document.elements[*at].parent)
    }

    fn is_rest(&self, at: usize) -> bool {
        let element = &self.document.elements[at];
        element.name == "restRequest"
            || self.parents(at).take(2).any(|parent| self.document.elements[parent].name == "method")
    }

    /// The settings keep headers as XML in a text.
    fn headers(&self, at: usize, told: &mut Told) {
        let Some(settings) = self.document.child(at, &["settings"]) else { return };
        for (_, setting) in self.document.children(settings) {
            if !setting.attribute("id").is_some_and(|id| id.ends_with(HEADERS)) {
                continue;
            }
            let fragment = xml::read(&setting.text);
            for entry in fragment.elements.iter().filter(|element| element.name == "entry") {
                let (name, value) = (entry.attribute("key"), entry.attribute("value").unwrap_or_default());
                told.headers.extend(name.map(|name| (name.to_owned(), value.to_owned())));
            }
        }
    }

    fn soap(&self, at: usize, endpoint: &str, told: &mut Told) {
        "POST".clone_into(&mut told.method);
        endpoint.clone_into(&mut told.url);
        let name = self.parents(at).find_map(|parent| {
            let element = &self.document.elements[parent];
            match element.name {
                "operation" => element.attribute("name").map(str::to_owned),
                "config" => self.document.child_text(parent, &["operation"]).map(str::to_owned),
                _ => None,
            }
        });
        let operation = name.as_ref().and_then(|name| self.operations.get(name)).cloned();
        if let Some(name) = name {
            told.notes.push(("soapui".to_owned(), format!("operation {name}")));
        }
        let operation = operation.unwrap_or_else(|| Operation {
            is_soap12: told.body.contains("http://www.w3.org/2003/05/soap-envelope"),
            ..Operation::default()
        });
        let charset = self.document.child_text(at, &["encoding"]).unwrap_or("UTF-8");
        if operation.is_soap12 {
            let action =
                if operation.action.is_empty() { String::new() } else { format!(";action=\"{}\"", operation.action) };
            told.unless_given("Content-Type", format!("application/soap+xml;charset={charset}{action}"));
        } else {
            told.unless_given("Content-Type", format!("text/xml;charset={charset}"));
            told.unless_given("SOAPAction", format!("\"{}\"", operation.action));
        }
    }

    fn rest(&self, at: usize, endpoint: &str, told: &mut Told) {
        let attribute = |names: &[&str], key: &str| {
            let mut parents = self.parents(at);
            parents.find_map(|parent| {
                let element = &self.document.elements[parent];
                names.contains(&element.name).then(|| element.attribute(key)).flatten()
            })
        };
        attribute(&["method"], "method").unwrap_or("GET").clone_into(&mut told.method);
        // The path of a resource stands below that of the one around it.
        let mut path = String::new();
        let resources: Vec<_> =
            self.parents(at).filter(|parent| self.document.elements[*parent].name == "resource").collect();
        for resource in resources.iter().rev() {
            let step = self.document.elements[*resource].attribute("path").unwrap_or_default();
            if !step.is_empty() {
                path = format!("{}/{}", path.trim_end_matches('/'), step.trim_start_matches('/'));
            }
        }
        if path.is_empty() {
            path = attribute(&["config"], "resourcePath").unwrap_or_default().to_owned();
        }
        told.url = format!("{}{path}", endpoint.trim_end_matches('/'));
        let styles = self.styles(at);
        let mut query = Vec::new();
        for (name, value) in self.parameters(at) {
            match styles.get(&name).map(String::as_str) {
                Some("TEMPLATE") => told.url = told.url.replace(&format!("{{{name}}}"), &coded(&value)),
                Some("HEADER") => told.headers.push((name, value)),
                _ => query.push(format!("{}={}", coded(&name), coded(&value))),
            }
        }
        told.add_query(&query);
        let media = self.document.elements[at].attribute("mediaType");
        told.media_type(media);
    }

    fn query_of_parameters(&self, at: usize, told: &mut Told) {
        let pairs: Vec<_> = self
            .parameters(at)
            .into_iter()
            .map(|(name, value)| format!("{}={}", coded(&name), coded(&value)))
            .collect();
        told.add_query(&pairs);
    }

    /// Values by name, of both notations.
    fn parameters(&self, at: usize) -> Vec<(String, String)> {
        let Some(parameters) = self.document.child(at, &["parameters"]) else { return Vec::new() };
        let pairs = self.document.children(parameters).filter_map(|(own, element)| {
            let name = element.attribute("key").or_else(|| self.document.child_text(own, &["name"]))?;
            let value =
                element.attribute("value").or_else(|| self.document.child_text(own, &["value"])).unwrap_or_default();
            Some((name.to_owned(), value.to_owned()))
        });
        pairs.filter(|(_, value)| !value.is_empty()).collect()
    }

    /// How parameters are sent, as methods and resources say.
    fn styles(&self, at: usize) -> HashMap<String, String> {
        let around =
            self.parents(at).filter(|parent| matches!(self.document.elements[*parent].name, "method" | "resource"));
        let lists = around.filter_map(|parent| self.document.child(parent, &["parameters"]));
        let all = lists.flat_map(|list| self.document.children(list).map(|(own, _)| own).collect::<Vec<_>>());
        all.filter_map(|own| {
            let name = self.document.child_text(own, &["name"])?;
            Some((name.to_owned(), self.document.child_text(own, &["style"]).unwrap_or("QUERY").to_owned()))
        })
        .collect()
    }

    fn credentials(&self, at: usize, told: &mut Told) {
        let Some(credentials) = self.document.child(at, &["credentials"]) else { return };
        let Some(user) = self.document.child_text(credentials, &["username"]) else { return };
        let domain =
            self.document.child_text(credentials, &["domain"]).map_or_else(String::new, |domain| format!("{domain}\\"));
        let password = self.document.child_text(credentials, &["password"]).unwrap_or_default();
        let sent = format!("Basic {}", STANDARD.encode(format!("{domain}{user}:{password}")));
        told.unless_given("Authorization", sent);
        if let Some(kind) = self.document.child_text(credentials, &["authType"]).filter(|kind| *kind != "Preemptive") {
            told.notes.push(("soapui".to_owned(), format!("credentials of kind {kind}: sent after a challenge")));
        }
    }

    fn notes(&self, at: usize, told: &mut Told) {
        let named = |at: usize| self.document.elements[at].attribute("name").map(str::to_owned);
        let mut names: Vec<_> = self
            .parents(at)
            .filter(|parent| {
                matches!(
                    self.document.elements[*parent].name,
                    "soapui-project" | "testSuite" | "testCase" | "testStep" | "resource"
                )
            })
            .filter_map(named)
            .collect();
        names.reverse();
        names.extend(named(at));
        if !names.is_empty() {
            told.notes.push(("name".to_owned(), names.join(" / ")));
        }
        let dropped = ["attachment", "outgoingWss", "wsaConfig"].iter().filter(|name| {
            self.document.child(at, &[name]).is_some_and(|child| {
                let element = &self.document.elements[child];
                **name != "wsaConfig" || element.attribute("action").is_some()
            })
        });
        told.notes.extend(dropped.map(|name| ("soapui".to_owned(), format!("{name} isn't taken over"))));
    }
}

impl Told {
    fn unless_given(&mut self, name: &str, value: String) {
        if !self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)) {
            self.headers.push((name.to_owned(), value));
        }
    }

    fn media_type(&mut self, media: Option<&str>) {
        if let Some(media) = media.filter(|media| !media.is_empty() && !self.body.is_empty()) {
            self.unless_given("Content-Type", media.to_owned());
        }
    }

    fn add_query(&mut self, pairs: &[String]) {
        if !pairs.is_empty() {
            self.url.push(if self.url.contains('?') { '&' } else { '?' });
            self.url.push_str(&pairs.join("&"));
        }
    }

    /// What SoapUI sends of itself.
    fn own_headers(&mut self) {
        if !self.url.contains("://") && !self.url.starts_with("${") {
            self.url.insert_str(0, "http://");
        }
        // In a property that was meant as text the dollar sign is doubled.
        self.body = self.body.replace("$${", "${");
        for (_, value) in &mut self.headers {
            *value = value.replace("$${", "${");
        }
        self.url = self.url.replace("$${", "${");
        let authority =
            self.url.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?']).next().unwrap_or_default());
        if !authority.is_empty() && !self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            self.headers.insert(0, ("Host".to_owned(), authority.to_owned()));
        }
        let sends = !self.body.is_empty() || matches!(self.method.as_str(), "POST" | "PUT");
        if sends {
            self.unless_given("Content-Length", self.body.len().to_string());
        }
    }

    fn exchange(self, id: ExchangeId, source: SourceId, index: u32) -> Exchange {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        let target = rest.find(['/', '?']).map_or("/", |at| &rest[at..]);
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        let request = Request {
            method: self.method,
            target,
            version: "HTTP/1.1".to_owned(),
            headers: Headers(self.headers.iter().map(|(name, value)| Header::new(name.as_str(), value)).collect()),
            body: Body::whole(Bytes::from(self.body.into_bytes())),
            ..Request::default()
        };
        let mut exchange = Exchange::new(id, source, index, self.url, request);
        exchange.notes = self.notes;
        exchange
    }
}

/// Percent coding of what has a meaning in a URL; properties stay.
fn coded(text: &str) -> String {
    if text.contains("${") {
        return text.to_owned();
    }
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b',' | b':' | b'%' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests;
