//! The parts of a body, whatever it is written in.

use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::{MediaType, form, multipart};
use mwscope_parsers::json::{self, Kind};
use mwscope_parsers::xml::{self, Document};

use super::{Node, Parts, Sort, Spelling, Value, numbered, shifted};
use crate::replay::change::{BodyText, attribute_place};
use crate::replay::place::paths;

/// Adds the body and all that is in it.
pub(super) fn take_apart(parts: &mut Parts) {
    let plain = parts.plain.clone();
    if plain.is_empty() {
        return;
    }
    let content_type = parts.draft.headers.text("Content-Type").unwrap_or_default();
    let media = MediaType::parse(content_type.as_bytes());
    let body = parts.add(Node::new("body".to_owned(), None, Sort::Body, 0..plain.len()));
    if let Some(media) = media.as_ref().filter(|media| media.essence.starts_with("multipart/"))
        && let Some(boundary) = media.parameter("boundary")
    {
        return pieces(parts, body, &plain, boundary);
    }
    Content { parts, above: body, bytes: &plain, start: 0, prefix: "" }.take_apart(media.as_ref());
}

fn pieces(parts: &mut Parts, body: usize, plain: &Bytes, boundary: &str) {
    let pieces = multipart::pieces(plain, boundary);
    let names: Vec<String> = pieces
        .iter()
        .enumerate()
        .map(|(n, piece)| match piece.header("Content-Disposition").and_then(|_| piece.name()) {
            Some(name) => format!("form:{name}"),
            None => format!("part:{}", n + 1),
        })
        .collect();
    for (n, piece) in pieces.iter().enumerate() {
        let path = numbered(names[n].clone(), &names, n);
        let mut node = Node::new(path.clone(), Some(body), Sort::Piece, piece.range.clone());
        let inner = plain.slice(piece.body.clone());
        let media = piece.header("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
        let is_value = media.as_ref().is_none_or(|media| media.essence == "text/plain");
        if is_value && let Ok(text) = std::str::from_utf8(&inner) {
            node.value = Some(Value { at: piece.body.clone(), text: text.to_owned(), spelling: Spelling::Raw });
        }
        let above = parts.add(node);
        if !is_value {
            let root = n == 0 && !path.starts_with("form:");
            let prefix = if root { String::new() } else { path };
            let content = Content { parts, above, bytes: &inner, start: piece.body.start, prefix: &prefix };
            content.take_apart(media.as_ref());
        }
    }
}

/// Some of the body's bytes that are one text.
struct Content<'a> {
    parts: &'a mut Parts,
    above: usize,
    bytes: &'a Bytes,
    /// Where they begin in the body.
    start: usize,
    prefix: &'a str,
}

impl Content<'_> {
    fn take_apart(self, media: Option<&MediaType>) {
        let bytes = self.bytes.clone();
        let text = BodyText::of(&bytes, media.and_then(|media| media.parameter("charset")));
        let start = text.text().trim_start();
        if start.starts_with('<') {
            let document = xml::read(text.text());
            if !document.elements.is_empty() {
                self.elements(&text, &document);
            }
        } else if let Ok(document) = json::read(text.text()) {
            self.values(&text, &document);
        } else if media.is_some_and(|media| media.essence == "application/x-www-form-urlencoded") {
            self.fields(&text);
        }
    }

    fn place(&self, text: &BodyText<'_>, range: &Range<usize>) -> Range<usize> {
        shifted(&text.bytes_of(range), self.start)
    }

    fn elements(self, body: &BodyText<'_>, document: &Document<'_>) {
        let text = body.text();
        let paths = paths(document);
        // Where the element before a new one ends, by element around it; and what was met in it.
        let mut ends: Vec<usize> = document.elements.iter().map(|element| element.inner.start).collect();
        let mut only_space = vec![true; document.elements.len()];
        let mut has_elements = vec![false; document.elements.len()];
        let blank = |range: Range<usize>| text.get(range).is_some_and(|gap| gap.trim().is_empty());
        let mut gaps = Vec::with_capacity(document.elements.len());
        for element in &document.elements {
            let Some(parent) = element.parent else {
                gaps.push(element.range.start);
                continue;
            };
            let gap = ends[parent]..element.range.start;
            let is_blank = blank(gap.clone());
            only_space[parent] &= is_blank;
            has_elements[parent] = true;
            gaps.push(if is_blank { gap.start } else { gap.end });
            ends[parent] = element.range.end;
        }
        for (at, element) in document.elements.iter().enumerate() {
            only_space[at] &= blank(ends[at]..element.inner.end);
        }
        let mut places: Vec<usize> = Vec::with_capacity(document.elements.len());
        for (at, element) in document.elements.iter().enumerate() {
            let parent = element.parent.map_or(self.above, |parent| places[parent]);
            let mixed = element.parent.is_some_and(|parent| !only_space[parent]);
            let from = if mixed { element.range.start } else { gaps[at] };
            let path = format!("{}{}", self.prefix, paths[at]);
            let range = self.place(body, &(from..element.range.end));
            let mut node = Node::new(path.clone(), Some(parent), Sort::Element, range);
            // A document has a root.
            node.fixed = element.parent.is_none();
            if has_elements[at] && only_space[at] {
                node.inner = Some(self.place(body, &element.inner));
            }
            if !has_elements[at] && !element.inner.is_empty() {
                let at = self.place(body, &element.inner);
                let text = element.text.trim().to_owned();
                node.value = Some(Value { at, text, spelling: Spelling::Text(body.encoding()) });
            }
            let place = self.parts.add(node);
            places.push(place);
            for (name, value) in &element.attributes {
                let declares = *name == "xmlns" || name.starts_with("xmlns:");
                let Some(there) = attribute_place(text, element, name).filter(|_| !declares) else { continue };
                let whole = self.place(body, &there.whole);
                let mut node = Node::new(format!("{path}/@{name}"), Some(place), Sort::Attribute, whole);
                node.value = Some(Value {
                    at: self.place(body, &there.value),
                    text: value.clone().into_owned(),
                    spelling: Spelling::Attribute(there.quote, body.encoding()),
                });
                self.parts.add(node);
            }
        }
    }

    fn values(self, body: &BodyText<'_>, document: &json::Document<'_>) {
        let mut places: Vec<usize> = Vec::with_capacity(document.values.len());
        let prefix = if self.prefix.is_empty() { String::new() } else { format!("{}/", self.prefix) };
        // Pointers are made on the way down: asking for each would go all the way up each time.
        let mut pointers: Vec<String> = Vec::with_capacity(document.values.len());
        for value in &document.values {
            let inside = matches!(value.kind, Kind::Object | Kind::Array)
                .then(|| self.place(body, &(value.range.start + 1..value.range.end - 1)));
            let Some(parent) = value.parent else {
                // The root is the body.
                self.parts.nodes[self.above].inner = inside;
                places.push(self.above);
                pointers.push(String::new());
                continue;
            };
            let step = value.name.as_ref().map_or_else(|| value.position.to_string(), |name| json::escaped(&name.text));
            let pointer = format!("{}/{step}", pointers[parent]);
            let start = value.name.as_ref().map_or(value.range.start, |name| name.range.start);
            let sort = if value.name.is_some() { Sort::Member } else { Sort::Item };
            let range = self.place(body, &(start..value.range.end));
            let mut node = Node::new(format!("{prefix}json:{pointer}"), Some(places[parent]), sort, range);
            node.inner = inside;
            let (value_text, spelling) = match &value.kind {
                Kind::String(text) => (Some(text.clone().into_owned()), Spelling::String),
                Kind::Object | Kind::Array => (None, Spelling::Bare),
                _ => (body.text().get(value.range.clone()).map(str::to_owned), Spelling::Bare),
            };
            let at = self.place(body, &value.range);
            node.value = value_text.map(|text| Value { at, text, spelling });
            places.push(self.parts.add(node));
            pointers.push(pointer);
        }
    }

    fn fields(self, body: &BodyText<'_>) {
        let fields = form::fields(body.text());
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        self.parts.nodes[self.above].inner = Some(self.start..self.start + self.bytes.len());
        for (n, field) in fields.iter().enumerate() {
            let path = numbered(format!("form:{}", field.name), &names, n);
            let range = self.place(body, &field.range);
            let mut node = Node::new(path, Some(self.above), Sort::Form, range);
            let has_value = body.text()[field.range.clone()].contains('=');
            let at = self.place(body, &field.at_value);
            node.value = has_value.then(|| Value { at, text: field.value.clone(), spelling: Spelling::Form });
            self.parts.add(node);
        }
    }
}
