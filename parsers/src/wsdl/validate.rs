//! Whether a request fits what an operation takes: names and namespaces, what is missing or too much, and values.

use std::ops::Range;

use super::definitions::{Description, Operation, Payload, Style, type_of};
use super::schema::{Complex, Declaration, Group, Occurs, Particle, Schemas, Type, TypeRef};
use super::skeleton::envelope;
use super::value::Wanted;
use super::{QName, namespace_of, qname};
use crate::xml::{self, Document};

/// Where a request doesn't fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The element, local names from the envelope down (`/Envelope/Body/Create/Facility`).
    pub path: String,
    /// Bytes of the text that was held against the description.
    pub range: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What mends it.
    pub remedy: String,
}

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Elements deeper than this are not looked at.
const DEEPEST: usize = 300;
/// Faults that are said; a request for another operation would have one for each element.
const MOST: usize = 100;

/// Holds the text of a request against an operation; nothing where it fits.
#[must_use]
pub fn validate(description: &Description, operation: &Operation, text: &str) -> Vec<Fault> {
    let document = xml::read(text);
    let mut checker = Checker { schemas: &description.schemas, document: &document, faults: Vec::new() };
    for problem in &document.problems {
        let at = usize::try_from(problem.offset).unwrap_or(usize::MAX).min(text.len());
        let (what, remedy) = (problem.what.clone(), problem.remedy.clone());
        checker.faults.push(Fault { path: String::new(), range: at..at, what, remedy });
    }
    if document.problems.is_empty() {
        checker.message(operation);
    }
    checker.faults.truncate(MOST);
    checker.faults
}

struct Checker<'a> {
    schemas: &'a Schemas,
    document: &'a Document<'a>,
    faults: Vec<Fault>,
}

impl<'a> Checker<'a> {
    fn fault(&mut self, at: usize, what: impl Into<String>, remedy: impl Into<String>) {
        let range = self.document.elements.get(at).map(|element| element.range.clone()).unwrap_or_default();
        self.faults.push(Fault { path: self.path(at), range, what: what.into(), remedy: remedy.into() });
    }

    fn path(&self, at: usize) -> String {
        let mut steps = Vec::new();
        for (at, element) in self.document.lineage(at) {
            let same = |(_, other): &(usize, &xml::Element<'_>)| other.name == element.name;
            let before = element.parent.map_or(0, |parent| {
                self.document.children(parent).filter(same).take_while(|(other, _)| *other < at).count()
            });
            steps.push(if before == 0 { element.name.to_owned() } else { format!("{}[{}]", element.name, before + 1) });
        }
        steps.iter().rev().map(|step| format!("/{step}")).collect()
    }

    fn name(&self, at: usize) -> QName {
        let element = &self.document.elements[at];
        QName::new(element.namespace.as_deref().unwrap_or_default(), element.name)
    }

    fn message(&mut self, operation: &Operation) {
        let Some(root) = self.document.elements.first() else {
            self.faults.push(Fault {
                path: String::new(),
                range: 0..0,
                what: "there is no element in it".to_owned(),
                remedy: "begin with the skeleton of the operation".to_owned(),
            });
            return;
        };
        let wanted = envelope(operation.version);
        if root.name != "Envelope" || root.namespace.as_deref() != Some(wanted) {
            let remedy = format!("the port {} wants an Envelope of the namespace {wanted}", operation.port);
            self.fault(0, format!("{} is not the envelope that is spoken here", self.name(0)), remedy);
        }
        let Some(body) = self.document.child(0, &["Body"]) else {
            self.fault(0, "there is no Body in it", "put the operation's element into a Body");
            return;
        };
        if let Some(header) = self.document.child(0, &["Header"]) {
            for (at, _) in self.document.children(header) {
                let declared = operation.headers.iter().any(|header| header.element == self.name(at));
                if let Some(declaration) = self.schemas.elements.get(&self.name(at)).filter(|_| declared) {
                    self.element(at, declaration);
                }
            }
        }
        let children: Vec<usize> = self.document.children(body).map(|(at, _)| at).collect();
        match &operation.style {
            Style::Document => self.payloads(&operation.body, &children, body),
            Style::Rpc { namespace, .. } => {
                let wanted = QName::new(namespace.clone(), operation.name.clone());
                match children.first() {
                    Some(first) if self.name(*first) == wanted => {
                        let parts: Vec<usize> = self.document.children(*first).map(|(at, _)| at).collect();
                        self.payloads(&operation.body, &parts, *first);
                    }
                    Some(first) => self.fault(
                        *first,
                        format!("{} is not the operation", self.name(*first)),
                        format!("name it {wanted}"),
                    ),
                    None => self.fault(body, "the Body is empty", format!("put {wanted} into it")),
                }
            }
        }
    }

    fn payloads(&mut self, payloads: &[Payload], children: &[usize], parent: usize) {
        let schemas = self.schemas;
        let mut rest = children.iter().copied();
        for payload in payloads {
            let wanted = match payload {
                Payload::Element(name) => name.clone(),
                Payload::Typed(name, _) => QName::new("", name.clone()),
            };
            let Some(at) = rest.next() else {
                self.fault(parent, format!("{wanted} is missing"), "put it in");
                return;
            };
            if self.name(at) != wanted {
                let found = self.name(at);
                let remedy = if found.local == wanted.local {
                    format!("its namespace must be {:?}", wanted.namespace)
                } else {
                    format!("{wanted} belongs here")
                };
                self.fault(at, format!("{found} is not expected here"), remedy);
                continue;
            }
            match payload {
                Payload::Element(name) => {
                    if let Some(declaration) = schemas.elements.get(name) {
                        self.element(at, declaration);
                    }
                }
                Payload::Typed(_, named) => self.typed(at, &type_of(named), schemas.types.get(named), false),
            }
        }
        for at in rest {
            self.fault(at, format!("{} is one too many", self.name(at)), "take it out");
        }
    }

    fn element(&mut self, at: usize, declaration: &'a Declaration) {
        let element = &self.document.elements[at];
        if element.depth > DEEPEST {
            self.fault(at, format!("it is more than {DEEPEST} elements deep"), "nothing below it is looked at");
            return;
        }
        let nil = element.attributes.iter().any(|(key, value)| {
            let (prefix, local) = key.split_once(':').unwrap_or(("", key));
            local == "nil"
                && matches!(value.as_ref(), "true" | "1")
                && namespace_of(self.document, at, prefix).as_deref() == Some(XSI)
        });
        if nil {
            if !declaration.nillable {
                self.fault(at, "it may not be nil", "give it a value, or leave it out");
            }
            return;
        }
        self.typed(at, &declaration.is, self.schemas.type_of(&declaration.is), declaration.value.is_some());
    }

    /// Holds an element against its type, or the one that `xsi:type` names.
    fn typed(&mut self, at: usize, reference: &TypeRef, declared: Option<&'a Type>, has_default: bool) {
        let (schemas, document) = (self.schemas, self.document);
        let element = &document.elements[at];
        let named = element.attributes.iter().find(|(key, _)| {
            key.split_once(':').is_some_and(|(prefix, local)| {
                local == "type" && namespace_of(document, at, prefix).as_deref() == Some(XSI)
            })
        });
        let named = named.map(|(_, value)| qname(document, at, value));
        let own = named.and_then(|name| Some((schemas.types.get(&name)?, TypeRef::Named(name))));
        let (holds, reference) = own.as_ref().map_or((declared, reference), |(found, name)| (Some(*found), name));
        if let Some(Type::Complex(complex)) = holds {
            self.attributes(at, complex);
            if complex.text.is_none() {
                self.content(at, complex);
                return;
            }
        }
        let Some(wanted) = Wanted::of(schemas, reference) else { return };
        if !document.is_leaf(at) && !wanted.base.is_empty() {
            self.fault(at, "there are elements where a value belongs", format!("it holds {}", wanted.words()));
        } else if !(has_default && element.text.is_empty()) {
            self.value(at, &wanted, element.text.as_ref());
        }
    }

    fn value(&mut self, at: usize, wanted: &Wanted, value: &str) {
        if value.trim() == "?" {
            self.fault(
                at,
                "the placeholder ? is still in it",
                format!("give it a value ({}), or leave it out", wanted.words()),
            );
        } else if let Some(why) = wanted.refuses(value) {
            self.fault(at, why, format!("it holds {}", wanted.words()));
        }
    }

    fn attributes(&mut self, at: usize, complex: &'a Complex) {
        let (schemas, document) = (self.schemas, self.document);
        let declared = schemas.attributes_of(complex);
        let mut present = Vec::new();
        for (key, value) in &document.elements[at].attributes {
            if *key == "xmlns" || key.starts_with("xmlns:") {
                continue;
            }
            let (namespace, local) = match key.split_once(':') {
                Some((prefix, local)) => (namespace_of(document, at, prefix).unwrap_or_default(), local),
                None => (String::new(), *key),
            };
            if namespace == XSI || namespace.contains("/soap") {
                continue;
            }
            let name = QName::new(namespace, local);
            let known = declared.iter().find(|(declaration, _)| declaration.name == name);
            if let Some(wanted) = known.and_then(|(declaration, _)| Wanted::of(schemas, &declaration.is)) {
                self.value(at, &wanted, value);
            }
            present.push(name);
        }
        for (declaration, required) in declared {
            if required && !present.contains(&declaration.name) {
                self.fault(at, format!("the attribute {} is missing", declaration.name), "put it in");
            }
        }
    }

    fn content(&mut self, at: usize, complex: &'a Complex) {
        let (schemas, document) = (self.schemas, self.document);
        let children: Vec<usize> = document.children(at).map(|(at, _)| at).collect();
        if !complex.mixed && !document.elements[at].text.trim().is_empty() {
            self.fault(at, "there is text where elements belong", "take it out");
        }
        let mut next = 0;
        for particle in schemas.parts(complex) {
            next = self.particle(particle, &children, next, at, 0);
        }
        if let Some(left) = children.get(next) {
            let expected = expected(schemas, &schemas.parts(complex));
            let found = self.name(*left);
            let remedy = match expected.iter().find(|name| name.local == found.local) {
                Some(same) if same.namespace != found.namespace => {
                    format!("its namespace must be {:?}", same.namespace)
                }
                Some(_) => "it stands in the wrong place, or too often".to_owned(),
                None if expected.is_empty() => "nothing may stand here".to_owned(),
                None => format!(
                    "there are: {}",
                    expected.iter().map(|name| name.local.as_str()).collect::<Vec<_>>().join(", ")
                ),
            };
            self.fault(*left, format!("{found} is not expected here"), remedy);
        }
    }

    /// Takes the children that a particle covers, from `next` on; gives the first one that it doesn't.
    fn particle(
        &mut self,
        particle: &'a Particle,
        children: &[usize],
        mut next: usize,
        parent: usize,
        depth: usize,
    ) -> usize {
        if depth > 64 {
            return next;
        }
        let schemas = self.schemas;
        match particle {
            Particle::Element(declaration, occurs) => self.repeated(declaration, *occurs, children, next, parent),
            Particle::Ref(name, occurs) => match schemas.elements.get(name) {
                Some(declaration) => self.repeated(declaration, *occurs, children, next, parent),
                None => next + usize::from(children.get(next).is_some_and(|at| self.name(*at) == *name)),
            },
            Particle::Any(occurs) => {
                let most = occurs.max.map_or(usize::MAX, |max| max as usize);
                next.saturating_add(most).min(children.len())
            }
            Particle::GroupRef(name, occurs) => match schemas.groups.get(name) {
                Some(group) => {
                    self.rounds(*occurs, std::slice::from_ref(group), Group::Sequence, children, next, parent, depth)
                }
                None => next,
            },
            Particle::Group(group, parts, occurs) => {
                next = self.rounds(*occurs, parts, *group, children, next, parent, depth);
                next
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "one step of a recursion over a content model")]
    fn rounds(
        &mut self,
        occurs: Occurs,
        parts: &'a [Particle],
        group: Group,
        children: &[usize],
        mut next: usize,
        parent: usize,
        depth: usize,
    ) -> usize {
        let mut round = 0;
        while occurs.max.is_none_or(|max| round < max) {
            let begins = children.get(next).is_some_and(|at| parts.iter().any(|part| self.may_begin(part, *at, depth)));
            if !begins && round >= occurs.min {
                break;
            }
            let before = next;
            next = match group {
                Group::Sequence => {
                    parts.iter().fold(next, |next, part| self.particle(part, children, next, parent, depth + 1))
                }
                Group::Choice => self.choice(parts, children, next, parent, depth),
                Group::All => self.all(parts, children, next, parent, depth),
            };
            round += 1;
            if next == before {
                break;
            }
        }
        next
    }

    fn choice(&mut self, parts: &'a [Particle], children: &[usize], next: usize, parent: usize, depth: usize) -> usize {
        let found = children.get(next).and_then(|at| parts.iter().find(|part| self.may_begin(part, *at, depth)));
        match found {
            Some(part) => self.particle(part, children, next, parent, depth + 1),
            None => {
                if !parts.iter().any(|part| self.may_be_absent(part, depth)) && !parts.is_empty() {
                    let names: Vec<_> = expected(self.schemas, &parts.iter().collect::<Vec<_>>())
                        .into_iter()
                        .map(|name| name.local)
                        .collect();
                    self.fault(parent, format!("one of {} is missing", names.join(", ")), "put one of them in");
                }
                next
            }
        }
    }

    fn all(
        &mut self,
        parts: &'a [Particle],
        children: &[usize],
        mut next: usize,
        parent: usize,
        depth: usize,
    ) -> usize {
        let mut left: Vec<&Particle> = parts.iter().collect();
        while let Some(at) = children.get(next) {
            let Some(found) = left.iter().position(|part| self.may_begin(part, *at, depth)) else { break };
            next = self.particle(left.remove(found), children, next, parent, depth + 1);
        }
        for part in left {
            // Says what is missing; takes nothing.
            self.particle(part, &[], 0, parent, depth + 1);
        }
        next
    }

    fn repeated(
        &mut self,
        declaration: &'a Declaration,
        occurs: Occurs,
        children: &[usize],
        mut next: usize,
        parent: usize,
    ) -> usize {
        let schemas = self.schemas;
        let mut count = 0;
        while occurs.max.is_none_or(|max| count < max) {
            let Some(at) = children.get(next) else { break };
            let Some(own) = stands_for(schemas, declaration, &self.name(*at)) else { break };
            self.element(*at, own);
            count += 1;
            next += 1;
        }
        if count < occurs.min {
            let remedy = match children.get(next) {
                Some(at) if self.name(*at).local == declaration.name.local => {
                    format!("the one there has another namespace than {:?}", declaration.name.namespace)
                }
                _ => "put it in, at its place".to_owned(),
            };
            self.fault(parent, format!("{} is missing", declaration.name.local), remedy);
        }
        next
    }

    fn may_begin(&self, particle: &Particle, at: usize, depth: usize) -> bool {
        if depth > 64 {
            return false;
        }
        let name = self.name(at);
        match particle {
            Particle::Element(declaration, _) => stands_for(self.schemas, declaration, &name).is_some(),
            Particle::Ref(wanted, _) => match self.schemas.elements.get(wanted) {
                Some(declaration) => stands_for(self.schemas, declaration, &name).is_some(),
                None => *wanted == name,
            },
            Particle::Any(_) => true,
            Particle::GroupRef(group, _) => {
                self.schemas.groups.get(group).is_some_and(|group| self.may_begin(group, at, depth + 1))
            }
            Particle::Group(Group::Sequence, parts, _) => {
                for part in parts {
                    if self.may_begin(part, at, depth + 1) {
                        return true;
                    }
                    if !self.may_be_absent(part, depth + 1) {
                        return false;
                    }
                }
                false
            }
            Particle::Group(_, parts, _) => parts.iter().any(|part| self.may_begin(part, at, depth + 1)),
        }
    }

    fn may_be_absent(&self, particle: &Particle, depth: usize) -> bool {
        if depth > 64 {
            return true;
        }
        match particle {
            Particle::Element(_, occurs) | Particle::Ref(_, occurs) | Particle::Any(occurs) => occurs.min == 0,
            Particle::GroupRef(name, occurs) => {
                let group = self.schemas.groups.get(name);
                occurs.min == 0 || group.is_none_or(|group| self.may_be_absent(group, depth + 1))
            }
            Particle::Group(group, parts, occurs) => {
                let empty = |part: &Particle| self.may_be_absent(part, depth + 1);
                let all = if *group == Group::Choice { parts.iter().any(empty) } else { parts.iter().all(empty) };
                occurs.min == 0 || all || parts.is_empty()
            }
        }
    }
}

/// The declaration that holds for an element of this name, where it may stand for `declaration`.
fn stands_for<'a>(schemas: &'a Schemas, declaration: &'a Declaration, name: &QName) -> Option<&'a Declaration> {
    if declaration.name == *name && !declaration.is_abstract {
        return Some(declaration);
    }
    let names = schemas.substitutes.get(&declaration.name)?;
    names.contains(name).then(|| schemas.elements.get(name)).flatten()
}

/// The names that may stand in these particles.
fn expected(schemas: &Schemas, particles: &[&Particle]) -> Vec<QName> {
    let mut names = Vec::new();
    let mut rest: Vec<&Particle> = particles.iter().rev().copied().collect();
    while let Some(particle) = rest.pop() {
        if names.len() > 200 {
            break;
        }
        match particle {
            Particle::Element(declaration, _) => names.push(declaration.name.clone()),
            Particle::Ref(name, _) => names.push(name.clone()),
            Particle::Group(_, parts, _) => rest.extend(parts.iter().rev()),
            Particle::GroupRef(name, _) => rest.extend(schemas.groups.get(name)),
            Particle::Any(_) => {}
        }
    }
    names.dedup();
    names
}
