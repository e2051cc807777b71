//! A request with everything in it that an operation takes, to be filled in: a `?` where a value belongs, and before each
//! element a comment that says whether it may be left out, how often it may stand, and what it holds.

use std::fmt::Write;

use super::definitions::{Description, Operation, Payload, SoapVersion, Style, type_of};
use super::schema::{Complex, Declaration, Group, Occurs, Particle, Schemas, Type, TypeRef};
use super::value::Wanted;
use super::{QName, XSD};

const CREDENTIALS: &str = "http://lawson.com/ws/credentials";
/// Elements that a skeleton may have; a schema that nests without end would have more.
const LARGEST: usize = 20_000;

/// The request of an operation, indented with two spaces. Where the service is one of M3 Web Services and describes no
/// header, the one with company and division is there all the same, since it may be sent.
#[must_use]
pub fn skeleton(description: &Description, operation: &Operation) -> String {
    let mut writer = Writer {
        schemas: &description.schemas,
        out: String::new(),
        prefixes: Vec::new(),
        open: Vec::new(),
        written: 0,
    };
    let envelope = envelope(operation.version);
    writer.prefixes.push((envelope.to_owned(), "soapenv".to_owned()));
    if let Style::Rpc { encoded: true, .. } = operation.style {
        writer.prefixes.push((XSI.to_owned(), "xsi".to_owned()));
        writer.prefixes.push((XSD.to_owned(), "xsd".to_owned()));
    }
    writer.header(operation);
    writer.line(1, "<soapenv:Body>");
    match &operation.style {
        Style::Document => operation.body.iter().for_each(|payload| writer.payload(payload, 2, operation, false)),
        Style::Rpc { namespace, encoded } => {
            let name = writer.tag(&QName::new(namespace.clone(), operation.name.clone()), &operation.name);
            let encoding =
                if *encoded { " soapenv:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"" } else { "" };
            writer.line(2, &format!("<{name}{encoding}>"));
            operation.body.iter().for_each(|payload| writer.payload(payload, 3, operation, *encoded));
            writer.line(2, &format!("</{name}>"));
        }
    }
    writer.line(1, "</soapenv:Body>");
    let mut text = String::from("<soapenv:Envelope");
    for (namespace, prefix) in &writer.prefixes {
        let _infallible = write!(text, " xmlns:{prefix}=\"{}\"", escaped(namespace));
    }
    text.push_str(">\n");
    text.push_str(&writer.out);
    text.push_str("</soapenv:Envelope>\n");
    text
}

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The namespace of the envelope.
pub(super) fn envelope(version: SoapVersion) -> &'static str {
    match version {
        SoapVersion::Soap11 => "http://schemas.xmlsoap.org/soap/envelope/",
        SoapVersion::Soap12 => "http://www.w3.org/2003/05/soap-envelope",
    }
}

struct Writer<'a> {
    schemas: &'a Schemas,
    out: String,
    /// Namespace and prefix.
    prefixes: Vec<(String, String)>,
    /// Names of the types and elements that are being written, so that one within itself ends.
    open: Vec<QName>,
    written: usize,
}

impl Writer<'_> {
    fn line(&mut self, depth: usize, text: &str) {
        self.out.extend(std::iter::repeat_n("  ", depth));
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn header(&mut self, operation: &Operation) {
        let address = operation.address.as_deref().unwrap_or_default();
        let is_m3 = address.contains("/mws-ws/") || address.contains("/lws-ws/") || address.contains("/ips/service/");
        if operation.headers.is_empty() && !is_m3 {
            self.line(1, "<soapenv:Header/>");
            return;
        }
        self.line(1, "<soapenv:Header>");
        for header in &operation.headers {
            self.line(2, "<!--Optional:-->");
            self.payload(&Payload::Element(header.element.clone()), 2, operation, false);
        }
        if operation.headers.is_empty() {
            let tag = self.tag(&QName::new(CREDENTIALS, "lws"), "lws");
            let prefix = tag.split(':').next().unwrap_or_default().to_owned();
            self.line(2, "<!--Optional; the user's own company and division without it:-->");
            self.line(2, &format!("<{tag}>"));
            for name in ["company", "division"] {
                self.line(3, "<!--Optional:-->");
                self.line(3, &format!("<{prefix}:{name}>?</{prefix}:{name}>"));
            }
            self.line(2, &format!("</{tag}>"));
        }
        self.line(1, "</soapenv:Header>");
    }

    fn payload(&mut self, payload: &Payload, depth: usize, operation: &Operation, encoded: bool) {
        match payload {
            Payload::Element(name) => match self.schemas.elements.get(name) {
                Some(declaration) => self.element(declaration, depth, false, &operation.name),
                None => {
                    let tag = self.tag(name, &operation.name);
                    self.line(depth, "<!--Its schema is missing-->");
                    self.line(depth, &format!("<{tag}/>"));
                }
            },
            Payload::Typed(name, named) => {
                let declaration = Declaration {
                    name: QName::new("", name.clone()),
                    is: type_of(named),
                    nillable: false,
                    value: None,
                    is_abstract: false,
                    documentation: None,
                };
                self.element(&declaration, depth, encoded, &operation.name);
            }
        }
    }

    /// A name with its prefix; `hint` is what the prefix is made of where the namespace is new.
    fn tag(&mut self, name: &QName, hint: &str) -> String {
        if name.namespace.is_empty() {
            return name.local.clone();
        }
        if let Some((_, prefix)) = self.prefixes.iter().find(|(namespace, _)| *namespace == name.namespace) {
            return format!("{prefix}:{}", name.local);
        }
        let wish: String = match name.namespace.as_str() {
            CREDENTIALS => "cred".to_owned(),
            "http://mws.intentia.net/mws2" => "mwsh".to_owned(),
            "http://schemas.xmlsoap.org/soap/encoding/" => "soapenc".to_owned(),
            // As the designer of M3 Web Services names them.
            _ => hint.chars().filter(char::is_ascii_alphabetic).take(3).collect::<String>().to_ascii_lowercase(),
        };
        let wish = if wish.is_empty() || wish.starts_with("xml") { "ns".to_owned() } else { wish };
        let taken = |prefix: &str| self.prefixes.iter().any(|(_, known)| known == prefix);
        let prefix =
            std::iter::once(wish.clone()).chain((1..).map(|n| format!("{wish}{n}"))).find(|prefix| !taken(prefix));
        let prefix = prefix.unwrap_or(wish);
        self.prefixes.push((name.namespace.clone(), prefix.clone()));
        format!("{prefix}:{}", name.local)
    }

    fn element(&mut self, declaration: &Declaration, depth: usize, typed: bool, hint: &str) {
        self.written += 1;
        let tag = self.tag(&declaration.name, hint);
        let mut start = tag.clone();
        if typed && let TypeRef::Named(named) = &declaration.is {
            let named = self.tag(&named.clone(), "typ");
            let _infallible = write!(start, " xsi:type=\"{named}\"");
        }
        let name = match &declaration.is {
            TypeRef::Named(name) => Some(name.clone()),
            TypeRef::Here(_) => None,
        };
        let again = name.as_ref().is_some_and(|name| self.open.contains(name));
        match self.schemas.type_of(&declaration.is) {
            Some(Type::Complex(complex)) if complex.text.is_none() => {
                if again || self.written > LARGEST || depth > 200 {
                    self.line(depth, &format!("<!--{} as above, within itself-->", declaration.name.local));
                    return;
                }
                self.attributes(complex, &mut start);
                self.open.extend(name.clone());
                let at = self.out.len();
                self.parts(complex, depth + 1, typed, hint);
                if name.is_some() {
                    self.open.pop();
                }
                if self.out.len() == at {
                    self.line(depth, &format!("<{start}/>"));
                } else {
                    let inner = self.out.split_off(at);
                    self.line(depth, &format!("<{start}>"));
                    self.out.push_str(&inner);
                    self.line(depth, &format!("</{tag}>"));
                }
            }
            found => {
                if let Some(Type::Complex(complex)) = found {
                    self.attributes(complex, &mut start);
                }
                let value = declaration.value.as_deref().unwrap_or("?");
                self.line(depth, &format!("<{start}>{}</{tag}>", escaped(value)));
            }
        }
    }

    fn attributes(&mut self, complex: &Complex, start: &mut String) {
        let schemas = self.schemas;
        for (declaration, required) in schemas.attributes_of(complex) {
            // One that may be left out stands there only where it has a value.
            if let Some(value) = declaration.value.as_deref().or(required.then_some("?")) {
                let tag = self.tag(&declaration.name, "att");
                let _infallible = write!(start, " {tag}=\"{}\"", escaped(value));
            }
        }
    }

    fn parts(&mut self, complex: &Complex, depth: usize, typed: bool, hint: &str) {
        let schemas = self.schemas;
        for particle in schemas.parts(complex) {
            self.particle(particle, depth, typed, hint, 0);
        }
        let optional = schemas
            .attributes_of(complex)
            .into_iter()
            .filter(|(attribute, required)| !required && attribute.value.is_none());
        let names: Vec<_> = optional.map(|(attribute, _)| attribute.name.local.clone()).collect();
        if !names.is_empty() && self.written <= LARGEST {
            self.line(depth, &format!("<!--Optional attributes: {}-->", names.join(", ")));
        }
    }

    fn particle(&mut self, particle: &Particle, depth: usize, typed: bool, hint: &str, nested: usize) {
        if nested > 64 || self.written > LARGEST {
            return;
        }
        match particle {
            Particle::Element(declaration, occurs) => self.occurring(declaration, *occurs, depth, typed, hint),
            Particle::Ref(name, occurs) => {
                let schemas = self.schemas;
                match schemas.elements.get(name) {
                    Some(declaration) if declaration.is_abstract => self.substitutes(name, *occurs, depth, hint),
                    Some(_) if self.open.contains(name) => {
                        self.line(depth, &format!("<!--{} as above, within itself-->", name.local));
                    }
                    Some(declaration) => {
                        self.open.push(name.clone());
                        self.occurring(declaration, *occurs, depth, typed, hint);
                        self.open.pop();
                    }
                    None => self.line(depth, &format!("<!--{name}: its schema is missing-->")),
                }
            }
            Particle::Group(group, parts, occurs) => {
                if let Some(text) = often(*occurs) {
                    self.line(depth, &format!("<!--{text}, the next {}:-->", items(parts.len())));
                }
                if *group == Group::Choice && parts.len() > 1 {
                    self.line(depth, &format!("<!--Choose one of the next {}:-->", items(parts.len())));
                }
                parts.iter().for_each(|part| self.particle(part, depth, typed, hint, nested + 1));
            }
            Particle::GroupRef(name, occurs) => {
                let schemas = self.schemas;
                if let Some(text) = often(*occurs) {
                    self.line(depth, &format!("<!--{text}, the next group:-->"));
                }
                match schemas.groups.get(name) {
                    Some(particle) => self.particle(particle, depth, typed, hint, nested + 1),
                    None => self.line(depth, &format!("<!--{name}: its schema is missing-->")),
                }
            }
            Particle::Any(_) => self.line(depth, "<!--Any element may stand here-->"),
        }
    }

    /// Those that may stand for an abstract element.
    fn substitutes(&mut self, head: &QName, occurs: Occurs, depth: usize, hint: &str) {
        let schemas = self.schemas;
        let names = schemas.substitutes.get(head).map(Vec::as_slice).unwrap_or_default();
        self.line(depth, &format!("<!--Choose one of the next {} for {}:-->", items(names.len()), head.local));
        for declaration in names.iter().filter_map(|name| schemas.elements.get(name)) {
            self.occurring(declaration, occurs, depth, false, hint);
        }
    }

    fn occurring(&mut self, declaration: &Declaration, occurs: Occurs, depth: usize, typed: bool, hint: &str) {
        let holds = Wanted::of(self.schemas, &declaration.is).map(|wanted| wanted.words()).unwrap_or_default();
        let said = [often(occurs).unwrap_or_default(), holds, declaration.documentation.clone().unwrap_or_default()];
        let said: Vec<String> = said.into_iter().filter(|text| !text.is_empty()).collect();
        if !said.is_empty() {
            // Two hyphens would end the comment.
            self.line(depth, &format!("<!--{}-->", said.join("; ").replace("--", "- -")));
        }
        self.element(declaration, depth, typed, hint);
    }
}

fn often(occurs: Occurs) -> Option<String> {
    Some(match (occurs.min, occurs.max) {
        (1, Some(1)) => return None,
        (0, Some(1)) => "Optional".to_owned(),
        (0, None) => "Zero or more".to_owned(),
        (1, None) => "One or more".to_owned(),
        (min, None) => format!("{min} or more"),
        (min, Some(max)) => format!("{min} to {max} times"),
    })
}

fn items(count: usize) -> String {
    if count == 1 { "item".to_owned() } else { format!("{count} items") }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
