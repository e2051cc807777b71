//! XML as a tree to compare: prefixes, the order of attributes, references, CDATA, comments and white space between
//! elements make no difference in it.

use std::borrow::Cow;
use std::collections::HashMap;

use mwscope_parsers::xml::{Document, Element};

use super::tree::{Node, Sort, Tree};

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";
const XML: &str = "http://www.w3.org/XML/1998/namespace";

/// The tree of a document that was read from `text`.
pub(super) fn tree<'a>(document: &Document<'a>, text: &'a str, prefix: String) -> Tree<'a> {
    let mut builder = Builder { nodes: Vec::new(), scope: Vec::new(), places: Vec::new(), seen: HashMap::new() };
    for at in 0..document.elements.len() {
        builder.element(document, at, text);
    }
    Tree::new(builder.nodes, text, prefix)
}

struct Builder<'a> {
    nodes: Vec<Node<'a>>,
    /// Which prefixes are declared, by elements of which depth.
    scope: Vec<(usize, &'a str, Cow<'a, str>)>,
    /// The node of each element.
    places: Vec<u32>,
    /// How many elements of a name were met in an element.
    seen: HashMap<(Option<u32>, &'a str), u32>,
}

impl<'a> Builder<'a> {
    fn element(&mut self, document: &Document<'a>, at: usize, text: &'a str) {
        let element = &document.elements[at];
        while self.scope.last().is_some_and(|(depth, ..)| *depth >= element.depth) {
            self.scope.pop();
        }
        for (name, value) in &element.attributes {
            if let Some(prefix) = declared(name) {
                self.scope.push((element.depth, prefix, value.clone()));
            }
        }
        let parent = element.parent.map(|parent| self.places[parent]);
        let mut node = Node::new(parent, Sort::Element, Cow::Borrowed(element.name), element.range.clone());
        node.space.clone_from(&element.namespace);
        node.value = self.text(document, at);
        let seen = self.seen.entry((parent, element.name)).or_default();
        *seen += 1;
        node.position = *seen;
        let place = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.places.push(place);
        self.nodes.push(node);
        self.attributes(element, place, text);
    }

    fn attributes(&mut self, element: &Element<'a>, place: u32, text: &'a str) {
        let tag = element.range.start..element.inner.start.clamp(element.range.start, text.len());
        for (name, value) in element.attributes.iter().filter(|(name, _)| declared(name).is_none()) {
            let (prefix, local) = name.split_once(':').map_or((None, *name), |(prefix, local)| (Some(prefix), local));
            let mut node = Node::new(Some(place), Sort::Attribute, Cow::Borrowed(local), tag.clone());
            node.space = prefix.map(|prefix| self.uri(prefix).unwrap_or(Cow::Borrowed(prefix)));
            let is_type = local == "type" && node.space.as_deref() == Some(SCHEMA_INSTANCE);
            node.value = if is_type { self.qualified(value.trim()) } else { None }.unwrap_or_else(|| value.clone());
            self.nodes.push(node);
        }
    }

    /// The text of an element, references replaced.
    fn text(&self, document: &Document<'a>, at: usize) -> Cow<'a, str> {
        let element = &document.elements[at];
        let text = match &element.text {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        };
        if text.is_empty() {
            return text;
        }
        if !document.is_leaf(at) {
            // How text and elements alternate isn't kept, so the white space where they meet can't be told from the
            // one that belongs to the text.
            return Cow::Owned(text.split_whitespace().collect());
        }
        if let Some(qualified) = self.qualified(&text) {
            return qualified;
        }
        if !text.contains('\n') {
            return text;
        }
        // A long text is broken into lines where it is laid out.
        Cow::Owned(text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"))
    }

    /// A `prefix:name` with the namespace in place of the prefix (`soap:Server`, `xsd:string`).
    fn qualified(&self, text: &str) -> Option<Cow<'a, str>> {
        let (prefix, local) = text.split_once(':')?;
        let is_name = |name: &str| {
            name.starts_with(|c: char| c.is_alphabetic() || c == '_')
                && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        };
        if !is_name(prefix) || !is_name(local) {
            return None;
        }
        let uri = self.uri(prefix)?;
        Some(Cow::Owned(format!("{{{uri}}}{local}")))
    }

    fn uri(&self, prefix: &str) -> Option<Cow<'a, str>> {
        if prefix == "xml" {
            return Some(Cow::Borrowed(XML));
        }
        self.scope.iter().rev().find(|(_, declared, _)| *declared == prefix).map(|(.., uri)| uri.clone())
    }
}

/// The prefix that an attribute declares.
fn declared(attribute: &str) -> Option<&str> {
    if attribute == "xmlns" { Some("") } else { attribute.strip_prefix("xmlns:") }
}
