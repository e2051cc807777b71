//! Elements in document order, with their namespaces, attributes, text and places.

use std::ops::Range;

use super::token::{Kind, Tokens};
use super::{note, unescape};
use crate::Problem;

/// How far up an end tag looks for its start tag.
const LOOK_UP: usize = 64;

/// The elements of a text, in document order, so that an element's descendants follow it at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// All elements.
    pub elements: Vec<Element>,
    /// Where the text is not well-formed; empty where it is.
    pub problems: Vec<Problem>,
}

/// One element. Ranges are bytes of the text that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element {
    /// The element it stands in, as an index into [`Document::elements`].
    pub parent: Option<usize>,
    /// 0 for the root.
    pub depth: usize,
    /// The name without its prefix.
    pub name: String,
    /// The namespace's URI; `None` where there is none or the prefix isn't declared.
    pub namespace: Option<String>,
    /// Attributes as written, namespace declarations included, references replaced.
    pub attributes: Vec<(String, String)>,
    /// Its own text and CDATA, references replaced, without the text of its children.
    pub text: String,
    /// From its start tag to the end of its end tag.
    pub range: Range<usize>,
    /// What stands between its tags.
    pub inner: Range<usize>,
}

impl Document {
    /// The direct children of an element.
    pub fn children(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        self.descendants(of).filter(move |(_, element)| element.parent == Some(of))
    }

    /// Everything below an element, in document order.
    pub fn descendants(&self, of: usize) -> impl Iterator<Item = (usize, &Element)> {
        let depth = self.elements.get(of).map_or(usize::MAX, |element| element.depth);
        let below = self.elements.iter().enumerate().skip(of.saturating_add(1));
        below.take_while(move |(_, element)| element.depth > depth)
    }

    /// The first direct child with one of these local names, letter case aside.
    #[must_use]
    pub fn child(&self, of: usize, names: &[&str]) -> Option<usize> {
        let mut children = self.children(of);
        children.find(|(_, child)| names.iter().any(|name| child.name.eq_ignore_ascii_case(name))).map(|(at, _)| at)
    }

    /// The trimmed text of the first direct child with one of these names, where it has text.
    #[must_use]
    pub fn child_text(&self, of: usize, names: &[&str]) -> Option<&str> {
        let text = self.elements[self.child(of, names)?].text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// The first element of this local name, letter case aside, anywhere.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.elements.iter().position(|element| element.name.eq_ignore_ascii_case(name))
    }

    /// The trimmed text of the first element of this name, where it has text.
    #[must_use]
    pub fn find_text(&self, name: &str) -> Option<&str> {
        let text = self.elements[self.find(name)?].text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Whether an element has no element in it.
    #[must_use]
    pub fn is_leaf(&self, at: usize) -> bool {
        self.elements.get(at + 1).is_none_or(|next| next.parent != Some(at))
    }
}

impl Element {
    /// The value of an attribute by its local name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let local =
            |key: &str| key.rsplit_once(':').map_or(key == name, |(prefix, key)| prefix != "xmlns" && key == name);
        self.attributes.iter().find(|(key, _)| local(key)).map(|(_, value)| value.as_str())
    }
}

/// Reads a text that is XML or contains some.
#[must_use]
pub fn read(text: &str) -> Document {
    let mut problems = Vec::new();
    let mut builder = Builder::default();
    let tokens: Vec<_> = Tokens::new(text, &mut problems).collect();
    for token in tokens {
        match token.kind {
            Kind::Text(text) => builder.text(&unescape(text)),
            Kind::CData(text) => builder.text(text),
            Kind::Start { name, attributes, empty } => builder.start(name, attributes, empty, token.range),
            Kind::End { name } => builder.end(name, token.range, &mut problems),
            Kind::Aside => {}
        }
    }
    builder.finish(text.len(), &mut problems);
    problems.sort_by_key(|problem| problem.offset);
    Document { elements: builder.elements, problems }
}

#[derive(Default)]
struct Builder {
    elements: Vec<Element>,
    open: Vec<Open>,
    namespaces: Vec<(usize, String, String)>,
}

struct Open {
    element: usize,
    name: String,
}

impl Builder {
    fn text(&mut self, text: &str) {
        if let Some(open) = self.open.last() {
            self.elements[open.element].text.push_str(text);
        }
    }

    fn start(&mut self, name: &str, attributes: &str, empty: bool, range: Range<usize>) {
        let depth = self.open.len();
        let attributes = read_attributes(attributes);
        for (key, value) in &attributes {
            let prefix = if key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix {
                self.namespaces.push((depth, prefix.to_owned(), value.clone()));
            }
        }
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let declared = self.namespaces.iter().rev().find(|(_, declared, _)| declared == prefix);
        let namespace = declared.map(|(_, _, uri)| uri.clone()).filter(|uri| !uri.is_empty());
        self.elements.push(Element {
            parent: self.open.last().map(|open| open.element),
            depth,
            name: local.to_owned(),
            namespace,
            attributes,
            text: String::new(),
            inner: range.end..range.end,
            range,
        });
        if empty {
            self.forget_namespaces(depth);
        } else {
            self.open.push(Open { element: self.elements.len() - 1, name: name.to_owned() });
        }
    }

    fn end(&mut self, name: &str, range: Range<usize>, problems: &mut Vec<Problem>) {
        let Some(up) = self.open.iter().rev().take(LOOK_UP).position(|open| open.name == name) else {
            note(problems, range.start, format!("</{name}> closes nothing"), "look where the XML is built");
            return;
        };
        for missing in 0..=up {
            if missing < up {
                let open = self.open.last().map_or("", |open| open.name.as_str());
                note(
                    problems,
                    range.start,
                    format!("<{open}> is not closed before </{name}>"),
                    "look where the XML is built",
                );
                self.close(range.start..range.start);
            } else {
                self.close(range.clone());
            }
        }
    }

    fn close(&mut self, end: Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        let element = &mut self.elements[open.element];
        element.inner.end = end.start;
        element.range.end = end.end;
        self.forget_namespaces(self.open.len());
    }

    /// Drops what elements of this depth and below it have declared.
    fn forget_namespaces(&mut self, depth: usize) {
        while self.namespaces.last().is_some_and(|(declared, _, _)| *declared >= depth) {
            self.namespaces.pop();
        }
    }

    fn finish(&mut self, len: usize, problems: &mut Vec<Problem>) {
        if let Some(open) = self.open.last() {
            note(problems, len, format!("the text ends inside <{}>", open.name), "ask for the whole text");
        }
        while !self.open.is_empty() {
            self.close(len..len);
        }
    }
}

/// `name="value"` pairs; a name without a value has an empty one.
fn read_attributes(mut text: &str) -> Vec<(String, String)> {
    let mut attributes = Vec::new();
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let Some(end) = text.find(|c: char| c.is_whitespace() || c == '=').or((!text.is_empty()).then_some(text.len()))
        else {
            return attributes;
        };
        let name = &text[..end];
        text = text[end..].trim_start();
        let mut value = "";
        if let Some(rest) = text.strip_prefix('=') {
            (value, text) = attribute_value(rest.trim_start());
        }
        attributes.push((name.to_owned(), unescape(value).into_owned()));
    }
}

fn attribute_value(text: &str) -> (&str, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return text[1..].split_once(quote).unwrap_or((&text[1..], ""));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests;
