//! XML Schema: what elements and types there are. Read for writing requests and holding them against it; keys, assertions
//! and the finer points of derivation are passed over.

use std::collections::HashMap;

use super::{QName, XSD, qname};
use crate::xml::Document;

/// All that the schemas of a description declare.
#[derive(Clone, Debug, Default)]
pub struct Schemas {
    /// Elements at the top of a schema.
    pub elements: HashMap<QName, Declaration>,
    /// Types that have a name.
    pub types: HashMap<QName, Type>,
    /// Groups of elements.
    pub groups: HashMap<QName, Particle>,
    /// Attributes at the top of a schema, and groups of them.
    pub(super) attributes: HashMap<QName, Declaration>,
    pub(super) attribute_groups: HashMap<QName, Vec<Attribute>>,
    /// Who may stand in for an abstract or named head.
    pub(super) substitutes: HashMap<QName, Vec<QName>>,
}

/// How often something may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Occurs {
    /// At least.
    pub min: u32,
    /// At most; `None` without an end.
    pub max: Option<u32>,
}

impl Occurs {
    /// Once.
    pub const ONCE: Self = Self { min: 1, max: Some(1) };
}

/// An element or attribute as declared.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Its name; without namespace where it is unqualified.
    pub name: QName,
    /// What it holds.
    pub is: TypeRef,
    /// Whether it may be empty by saying `xsi:nil`.
    pub nillable: bool,
    /// The value it has where none is given, or that it must have.
    pub value: Option<String>,
    /// Whether only others may stand for it.
    pub is_abstract: bool,
    /// What its author says of it.
    pub documentation: Option<String>,
}

/// An attribute of a type.
#[derive(Clone, Debug)]
pub(super) enum Attribute {
    Own(Declaration, bool),
    Ref(QName, bool),
    Group(QName),
}

/// A type by name, or on the spot.
#[derive(Clone, Debug)]
pub enum TypeRef {
    /// By name; those of XML Schema itself among them.
    Named(QName),
    /// On the spot.
    Here(Box<Type>),
}

/// What an element or attribute may hold.
#[derive(Clone, Debug)]
pub enum Type {
    /// Text.
    Simple(Simple),
    /// Elements and attributes.
    Complex(Complex),
}

/// Text, and what it is bound to.
#[derive(Clone, Debug, Default)]
pub struct Simple {
    /// The type it narrows.
    pub base: Option<QName>,
    /// As `base`, on the spot.
    pub(super) inner: Option<Box<Type>>,
    /// The values it may have; any where there are none.
    pub values: Vec<String>,
    /// Limits, by the name of the facet (`maxLength`, `totalDigits`, `pattern`).
    pub facets: Vec<(String, String)>,
    /// Whether it is a list, or one of several types, which isn't held against anything.
    pub open: bool,
}

/// Elements and attributes.
#[derive(Clone, Debug, Default)]
pub struct Complex {
    /// The type that it extends, whose content comes first.
    pub extends: Option<QName>,
    /// The text it holds, where it holds text.
    pub text: Option<QName>,
    /// The elements it holds.
    pub content: Content,
    pub(super) attributes: Vec<Attribute>,
    /// Whether text may stand between the elements.
    pub mixed: bool,
    /// Whether only types derived from it may be used.
    pub is_abstract: bool,
}

/// The elements of a type.
pub type Content = Option<Particle>;

/// A part of a content model.
#[derive(Clone, Debug)]
pub enum Particle {
    /// An element.
    Element(Box<Declaration>, Occurs),
    /// An element declared at the top of a schema.
    Ref(QName, Occurs),
    /// Several, in some order.
    Group(Group, Vec<Particle>, Occurs),
    /// A group by name.
    GroupRef(QName, Occurs),
    /// Any element.
    Any(Occurs),
}

/// In which order the parts of a group come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// One after the other.
    Sequence,
    /// One of them.
    Choice,
    /// All, in any order.
    All,
}

/// Deeper than this no schema nests; what is deeper is passed over.
const DEEPEST: usize = 64;

/// Particles that a group may come to, with all groups that it contains.
const LARGEST: usize = 100_000;

impl Schemas {
    /// Takes the schema at an element. `borrowed` is the namespace of the one that includes it, for schemas without one.
    pub(super) fn add(&mut self, document: &Document<'_>, schema: usize, borrowed: Option<&str>) {
        let element = &document.elements[schema];
        let own = element.attribute("targetNamespace");
        let reader = Reader {
            document,
            target: own.or(borrowed).unwrap_or_default().to_owned(),
            borrowed: own.is_none() && borrowed.is_some(),
            elements_qualified: element.attribute("elementFormDefault") == Some("qualified"),
            attributes_qualified: element.attribute("attributeFormDefault") == Some("qualified"),
        };
        reader.top(schema, self);
        let redefined = document.children(schema).filter(|(_, child)| matches!(child.name, "redefine" | "override"));
        for (at, _) in redefined {
            reader.top(at, self);
        }
    }

    /// Cuts groups that contain themselves, and those that would come to more than [`LARGEST`] particles; gives the names of the
    /// latter. Without it a short schema could keep a reader busy for ever.
    pub(super) fn bound(&mut self) -> Vec<QName> {
        let mut sizes: HashMap<QName, usize> = HashMap::new();
        let names: Vec<QName> = self.groups.keys().cloned().collect();
        for name in &names {
            self.measure(name, &mut sizes, &mut Vec::new());
        }
        let large: Vec<QName> =
            names.into_iter().filter(|name| sizes.get(name).is_some_and(|size| *size > LARGEST)).collect();
        for name in &large {
            self.groups.insert(name.clone(), Particle::Any(Occurs { min: 0, max: None }));
        }
        large
    }

    fn measure(&mut self, name: &QName, sizes: &mut HashMap<QName, usize>, open: &mut Vec<QName>) -> usize {
        if let Some(size) = sizes.get(name) {
            return *size;
        }
        let Some(mut group) = self.groups.remove(name) else { return 1 };
        open.push(name.clone());
        let size = self.measured(&mut group, sizes, open);
        open.pop();
        self.groups.insert(name.clone(), group);
        sizes.insert(name.clone(), size);
        size
    }

    fn measured(&mut self, particle: &mut Particle, sizes: &mut HashMap<QName, usize>, open: &mut Vec<QName>) -> usize {
        match particle {
            Particle::Element(..) | Particle::Ref(..) | Particle::Any(_) => 1,
            Particle::Group(_, parts, _) => {
                parts.iter_mut().fold(1, |size, part| self.measured(part, sizes, open).saturating_add(size))
            }
            // Deeper than this nobody nests groups, and the stack ends.
            Particle::GroupRef(name, _) if open.contains(name) || open.len() > DEEPEST => {
                *particle = Particle::Group(Group::Sequence, Vec::new(), Occurs::ONCE);
                1
            }
            Particle::GroupRef(name, _) => self.measure(&name.clone(), sizes, open).saturating_add(1),
        }
    }

    /// The type a reference leads to, if it isn't one of XML Schema itself.
    #[must_use]
    pub fn type_of<'a>(&'a self, reference: &'a TypeRef) -> Option<&'a Type> {
        match reference {
            TypeRef::Named(name) => self.types.get(name),
            TypeRef::Here(here) => Some(here),
        }
    }

    /// The attributes of a type with those it inherits: declaration, and whether it is required.
    pub(super) fn attributes_of<'a>(&'a self, complex: &'a Complex) -> Vec<(&'a Declaration, bool)> {
        let mut found = Vec::new();
        self.collect_attributes(complex, &mut found, 0);
        found
    }

    fn collect_attributes<'a>(&'a self, complex: &'a Complex, found: &mut Vec<(&'a Declaration, bool)>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        if let Some(Type::Complex(base)) = complex.extends.as_ref().and_then(|base| self.types.get(base)) {
            self.collect_attributes(base, found, depth + 1);
        }
        self.listed(&complex.attributes, found, depth);
    }

    fn listed<'a>(&'a self, attributes: &'a [Attribute], found: &mut Vec<(&'a Declaration, bool)>, depth: usize) {
        for attribute in attributes {
            match attribute {
                Attribute::Own(declaration, required) => found.push((declaration, *required)),
                Attribute::Ref(name, required) => {
                    found.extend(self.attributes.get(name).map(|declaration| (declaration, *required)));
                }
                Attribute::Group(name) if depth < DEEPEST => {
                    if let Some(group) = self.attribute_groups.get(name) {
                        self.listed(group, found, depth + 1);
                    }
                }
                Attribute::Group(_) => {}
            }
        }
    }

    /// The parts of a complex type, those of the types it extends first.
    pub(super) fn parts<'a>(&'a self, complex: &'a Complex) -> Vec<&'a Particle> {
        let mut chain = vec![complex];
        while let Some(Type::Complex(base)) = chain.last().and_then(|last| self.types.get(last.extends.as_ref()?)) {
            if chain.len() > DEEPEST || chain.iter().any(|known| std::ptr::eq(*known, base)) {
                break;
            }
            chain.push(base);
        }
        chain.iter().rev().filter_map(|complex| complex.content.as_ref()).collect()
    }
}

/// Reads one schema document.
struct Reader<'a> {
    document: &'a Document<'a>,
    target: String,
    /// Whether the namespace is that of an including schema, which holds for its references too.
    borrowed: bool,
    elements_qualified: bool,
    attributes_qualified: bool,
}

impl Reader<'_> {
    fn top(&self, schema: usize, into: &mut Schemas) {
        for (at, element) in self.document.children(schema) {
            let Some(name) = element.attribute("name") else { continue };
            let name = QName::new(self.target.clone(), name);
            match element.name {
                "element" => {
                    if let Some(head) = element.attribute("substitutionGroup") {
                        into.substitutes.entry(self.reference(at, head)).or_default().push(name.clone());
                    }
                    let declared = self.declaration(at, name.clone(), 0);
                    into.elements.insert(name, declared);
                }
                "attribute" => {
                    let declared = self.declaration(at, name.clone(), 0);
                    into.attributes.insert(name, declared);
                }
                "complexType" => {
                    into.types.insert(name, Type::Complex(self.complex(at, 0)));
                }
                "simpleType" => {
                    into.types.insert(name, Type::Simple(self.simple(at, 0)));
                }
                "group" => {
                    into.groups.extend(self.content(at, 0).map(|particle| (name, particle)));
                }
                "attributeGroup" => {
                    into.attribute_groups.insert(name, self.attributes(at, 0));
                }
                _ => {}
            }
        }
    }

    /// A name that refers to something declared elsewhere.
    fn reference(&self, at: usize, text: &str) -> QName {
        let name = qname(self.document, at, text);
        if self.borrowed && name.namespace.is_empty() { QName::new(self.target.clone(), name.local) } else { name }
    }

    fn declaration(&self, at: usize, name: QName, depth: usize) -> Declaration {
        let element = &self.document.elements[at];
        let is = match element.attribute("type") {
            Some(named) => TypeRef::Named(self.reference(at, named)),
            None => self.inline(at, depth).unwrap_or_else(|| TypeRef::Named(QName::new(XSD, "anyType"))),
        };
        let is_true = |name: &str| matches!(element.attribute(name), Some("true" | "1"));
        let said =
            self.document.child(at, &["annotation"]).and_then(|note| self.document.child(note, &["documentation"]));
        let documentation =
            said.map(|said| self.document.elements[said].text.split_whitespace().collect::<Vec<_>>().join(" "));
        Declaration {
            name,
            is,
            nillable: is_true("nillable"),
            value: element.attribute("fixed").or(element.attribute("default")).map(str::to_owned),
            is_abstract: is_true("abstract"),
            documentation: documentation.filter(|said| !said.is_empty()),
        }
    }

    /// The type that stands within a declaration.
    fn inline(&self, at: usize, depth: usize) -> Option<TypeRef> {
        if depth > DEEPEST {
            return None;
        }
        self.document.children(at).find_map(|(child, element)| match element.name {
            "complexType" => Some(TypeRef::Here(Box::new(Type::Complex(self.complex(child, depth + 1))))),
            "simpleType" => Some(TypeRef::Here(Box::new(Type::Simple(self.simple(child, depth + 1))))),
            _ => None,
        })
    }

    fn complex(&self, at: usize, depth: usize) -> Complex {
        let element = &self.document.elements[at];
        let is_true = |name: &str| matches!(element.attribute(name), Some("true" | "1"));
        let mut complex = Complex { mixed: is_true("mixed"), is_abstract: is_true("abstract"), ..Complex::default() };
        let derived =
            self.document.children(at).find(|(_, child)| matches!(child.name, "complexContent" | "simpleContent"));
        let Some((wrapper, child)) = derived else {
            complex.content = self.content(at, depth);
            complex.attributes = self.attributes(at, depth);
            return complex;
        };
        let simple = child.name == "simpleContent";
        let found =
            self.document.children(wrapper).find(|(_, child)| matches!(child.name, "extension" | "restriction"));
        let Some((derivation, child)) = found else { return complex };
        let base = child.attribute("base").map(|base| self.reference(derivation, base));
        match (simple, child.name) {
            (true, _) => complex.text = base,
            (false, "extension") => complex.extends = base,
            // A restriction says all elements again; that of an array of SOAP encoding says nothing.
            (false, _) => {}
        }
        complex.content = self.content(derivation, depth);
        complex.attributes = self.attributes(derivation, depth);
        complex
    }

    fn attributes(&self, at: usize, depth: usize) -> Vec<Attribute> {
        let mut found = Vec::new();
        for (child, element) in self.document.children(at) {
            let required = element.attribute("use") == Some("required");
            match (element.name, element.attribute("name"), element.attribute("ref")) {
                ("attribute", _, _) if element.attribute("use") == Some("prohibited") => {}
                ("attribute", Some(name), _) => {
                    let qualified =
                        element.attribute("form").map_or(self.attributes_qualified, |form| form == "qualified");
                    let namespace = if qualified { self.target.as_str() } else { "" };
                    found.push(Attribute::Own(self.declaration(child, QName::new(namespace, name), depth), required));
                }
                ("attribute", None, Some(name)) => found.push(Attribute::Ref(self.reference(child, name), required)),
                ("attributeGroup", _, Some(name)) => found.push(Attribute::Group(self.reference(child, name))),
                _ => {}
            }
        }
        found
    }

    /// The content model among the children of an element.
    fn content(&self, at: usize, depth: usize) -> Content {
        self.document.children(at).find_map(|(child, element)| match element.name {
            "sequence" | "choice" | "all" | "group" => self.particle(child, depth),
            _ => None,
        })
    }

    fn particle(&self, at: usize, depth: usize) -> Option<Particle> {
        if depth > DEEPEST {
            return None;
        }
        let element = &self.document.elements[at];
        let occurs = Occurs {
            min: element.attribute("minOccurs").and_then(|text| text.trim().parse().ok()).unwrap_or(1),
            max: match element.attribute("maxOccurs").map(str::trim) {
                Some("unbounded") => None,
                Some(text) => Some(text.parse().unwrap_or(1)),
                None => Some(1),
            },
        };
        let group = match element.name {
            "sequence" => Group::Sequence,
            "choice" => Group::Choice,
            "all" => Group::All,
            "any" => return Some(Particle::Any(occurs)),
            "group" => return Some(Particle::GroupRef(self.reference(at, element.attribute("ref")?), occurs)),
            "element" => {
                if let Some(name) = element.attribute("ref") {
                    return Some(Particle::Ref(self.reference(at, name), occurs));
                }
                let qualified = element.attribute("form").map_or(self.elements_qualified, |form| form == "qualified");
                let namespace = if qualified { self.target.as_str() } else { "" };
                let name = QName::new(namespace, element.attribute("name")?);
                return Some(Particle::Element(Box::new(self.declaration(at, name, depth + 1)), occurs));
            }
            _ => return None,
        };
        let parts = self.document.children(at).filter_map(|(child, _)| self.particle(child, depth + 1)).collect();
        Some(Particle::Group(group, parts, occurs))
    }

    fn simple(&self, at: usize, depth: usize) -> Simple {
        let mut simple = Simple::default();
        for (child, element) in self.document.children(at) {
            match element.name {
                "restriction" => {
                    simple.base = element.attribute("base").map(|base| self.reference(child, base));
                    simple.inner = match (&simple.base, self.inline(child, depth)) {
                        (None, Some(TypeRef::Here(here))) => Some(here),
                        _ => None,
                    };
                    for (_, facet) in self.document.children(child) {
                        let Some(value) = facet.attribute("value") else { continue };
                        match facet.name {
                            "enumeration" => simple.values.push(value.to_owned()),
                            name => simple.facets.push((name.to_owned(), value.to_owned())),
                        }
                    }
                }
                "list" | "union" => simple.open = true,
                _ => {}
            }
        }
        simple
    }
}
