//! Elements in document order, with their namespaces, attributes, text and places.

use std::borrow::Cow;
use std::ops::Range;

use super::inside::Inside;
use super::token::{Kind, Tokens};
use super::{note, unescape};
use crate::Problem;

/// How far up an end tag looks for its start tag.
const LOOK_UP: usize = 64;

/// The elements of a text, in document order, so that an element's descendants follow it at once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document<'a> {
    /// All elements.
    pub elements: Vec<Element<'a>>,
    /// Where the text is not well-formed; empty where it is.
    pub problems: Vec<Problem>,
}

/// One element. Ranges are bytes of the text that was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Element<'a> {
    /// The element it stands in, as an index into [`Document::elements`].
    pub parent: Option<usize>,
    /// 0 for the root.
    pub depth: usize,
    /// The name without its prefix.
    pub name: &'a str,
    /// The namespace's URI; `None` where there is none or the prefix isn't declared.
    pub namespace: Option<Cow<'a, str>>,
    /// Attributes as written, namespace declarations included, references replaced.
    pub attributes: Vec<(&'a str, Cow<'a, str>)>,
    /// Its own text and CDATA, references replaced, without the text of its children.
    pub text: Cow<'a, str>,
    /// From its start tag to the end of its end tag.
    pub range: Range<usize>,
    /// What stands between its tags.
    pub inner: Range<usize>,
}

impl<'a> Document<'a> {
    /// The direct children of an element.
    pub fn children(&self, of: usize) -> impl Iterator<Item = (usize, &Element<'a>)> {
        self.descendants(of).filter(move |(_, element)| element.parent == Some(of))
    }

    /// Everything below an element, in document order.
    pub fn descendants(&self, of: usize) -> impl Iterator<Item = (usize, &Element<'a>)> {
        let depth = self.elements.get(of).map_or(usize::MAX, |element| element.depth);
        let below = self.elements.iter().enumerate().skip(of.saturating_add(1));
        below.take_while(move |(_, element)| element.depth > depth)
    }

    /// An element and all that it stands in, the root last.
    pub fn lineage(&self, of: usize) -> impl Iterator<Item = (usize, &Element<'a>)> {
        let own = self.elements.get(of).map(|element| (of, element));
        std::iter::successors(own, |(_, element)| element.parent.map(|parent| (parent, &self.elements[parent])))
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

impl Element<'_> {
    /// The value of an attribute by its local name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let local =
            |key: &str| key.rsplit_once(':').map_or(key == name, |(prefix, key)| prefix != "xmlns" && key == name);
        self.attributes.iter().find(|(key, _)| local(key)).map(|(_, value)| value.as_ref())
    }
}

/// Reads a text that is XML or contains some.
#[must_use]
pub fn read(text: &str) -> Document<'_> {
    read_down_to(text, usize::MAX, &[])
}

/// Reads a text as [`read`] does, without the elements that are deeper than `deepest` (0 is the root alone), unless
/// they stand in one of a local name in `whole`, letter case aside. What stands in an element at `deepest` is passed by
/// where that can be done at once: neither its own text nor what is wrong in it is told then.
#[must_use]
pub fn read_down_to<'a>(text: &'a str, deepest: usize, whole: &'a [&'a str]) -> Document<'a> {
    let mut problems = Vec::new();
    // Growing costs most where there are few.
    let elements = Vec::with_capacity((text.len() / 256).clamp(4, 64));
    let mut builder = Builder { deepest, whole, elements, ..Builder::default() };
    let mut inside = Inside::new(text);
    let mut tokens = Tokens::new(text, &mut problems);
    while let Some(token) = tokens.next() {
        match token.kind {
            Kind::Text(text) if builder.takes_text() => builder.text(unescape(text)),
            Kind::CData(text) => builder.text(Cow::Borrowed(text)),
            // Its end tag needs no matching, since it comes at once.
            Kind::Start { name, empty: false, .. } if builder.is_too_deep() && tokens.skip_leaf(name) => {}
            Kind::Start { name, attributes, empty } => {
                let tag = token.range.clone();
                builder.start(name, attributes, empty, token.range);
                if !empty
                    && builder.is_at_deepest()
                    && let Some(end) = inside.end(name, tag.end, builder.around(1))
                {
                    // Its end tag is its name between brackets.
                    let mut behind = end + name.len() + "</>".len();
                    builder.close(end..behind);
                    if attributes.is_empty() {
                        behind = builder.rows(text, &text[tag], behind, &mut inside);
                    }
                    tokens.pass_to(behind);
                }
            }
            Kind::End { name } => builder.end(name, token.range, tokens.problems),
            Kind::Text(_) | Kind::Aside => {}
        }
    }
    builder.finish(text.len(), &mut problems);
    problems.sort_by_key(|problem| problem.offset);
    Document { elements: builder.elements, problems }
}

#[derive(Default)]
struct Builder<'a> {
    elements: Vec<Element<'a>>,
    /// How deep the elements are that are kept, and in which all are.
    deepest: usize,
    whole: &'a [&'a str],
    /// How many are open around the outermost of those that is open.
    whole_at: Option<usize>,
    open: Vec<Open<'a>>,
    namespaces: Vec<(usize, &'a str, Cow<'a, str>)>,
}

struct Open<'a> {
    /// `None` where it is too deep to be kept.
    element: Option<usize>,
    name: &'a str,
}

impl<'a> Builder<'a> {
    /// Whether an element that begins here isn't kept.
    fn is_too_deep(&self) -> bool {
        self.open.len() > self.deepest && self.whole_at.is_none()
    }

    /// Whether of what stands here no element is kept, but the one around it is.
    fn is_at_deepest(&self) -> bool {
        self.open.len().checked_sub(1) == Some(self.deepest) && self.whole_at.is_none()
    }

    /// The names of what is open, without so many of the innermost.
    fn around(&self, without: usize) -> impl Iterator<Item = &'a str> {
        self.open[..self.open.len().saturating_sub(without)].iter().map(|open| open.name)
    }

    /// Takes the elements that follow the one that was passed by last, whose start tag is `tag`, and are as it is: rows
    /// follow each other. Gives where they end.
    fn rows(&mut self, text: &'a str, tag: &'a str, from: usize, inside: &mut Inside<'a>) -> usize {
        let Some(name) = tag.get(1..tag.len() - 1) else { return from };
        let mut at = from;
        loop {
            let space = text.as_bytes()[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let start = at + space;
            if !text.as_bytes()[start..].starts_with(tag.as_bytes()) {
                return at;
            }
            let inner = start + tag.len();
            let Some(end) = inside.next_end(name, inner, self.around(0)) else { return at };
            let Some(element) = self.elements.last().cloned() else { return at };
            at = end + name.len() + "</>".len();
            self.elements.push(Element { inner: inner..end, range: start..at, ..element });
        }
    }

    fn takes_text(&self) -> bool {
        self.open.len() <= self.deepest.saturating_add(1) || self.whole_at.is_some()
    }

    fn text(&mut self, text: Cow<'a, str>) {
        let Some(element) = self.open.last().and_then(|open| self.elements.get_mut(open.element?)) else { return };
        if element.text.is_empty() {
            element.text = text;
        } else {
            element.text.to_mut().push_str(&text);
        }
    }

    fn start(&mut self, name: &'a str, attributes: &'a str, empty: bool, range: Range<usize>) {
        let depth = self.open.len();
        if self.is_too_deep() {
            if !empty {
                self.open.push(Open { element: None, name });
            }
            return;
        }
        let attributes = read_attributes(attributes);
        for (key, value) in &attributes {
            let prefix = if *key == "xmlns" { Some("") } else { key.strip_prefix("xmlns:") };
            if let Some(prefix) = prefix {
                self.namespaces.push((depth, prefix, value.clone()));
            }
        }
        let (prefix, local) =
            memchr::memchr(b':', name.as_bytes()).map_or(("", name), |at| (&name[..at], &name[at + 1..]));
        let declared = self.namespaces.iter().rev().find(|(_, declared, _)| *declared == prefix);
        let namespace = declared.map(|(_, _, uri)| uri.clone()).filter(|uri| !uri.is_empty());
        self.elements.push(Element {
            parent: self.open.last().and_then(|open| open.element),
            depth,
            name: local,
            namespace,
            attributes,
            text: Cow::Borrowed(""),
            inner: range.end..range.end,
            range,
        });
        if empty {
            self.forget_namespaces(depth);
        } else {
            self.open.push(Open { element: Some(self.elements.len() - 1), name });
            if self.whole_at.is_none() && self.whole.iter().any(|whole| whole.eq_ignore_ascii_case(local)) {
                self.whole_at = Some(depth);
            }
        }
    }

    fn end(&mut self, name: &str, range: Range<usize>, problems: &mut Vec<Problem>) {
        let Some(up) = self.open.iter().rev().take(LOOK_UP).position(|open| open.name == name) else {
            note(problems, range.start, format!("</{name}> closes nothing"), "look where the XML is built");
            return;
        };
        for missing in 0..=up {
            if missing < up {
                let open = self.open.last().map_or("", |open| open.name);
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
        if self.whole_at == Some(self.open.len()) {
            self.whole_at = None;
        }
        let Some(element) = open.element.and_then(|at| self.elements.get_mut(at)) else { return };
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
fn read_attributes(text: &str) -> Vec<(&str, Cow<'_, str>)> {
    let mut attributes = Vec::new();
    each_attribute(text, |name, value| attributes.push((name, unescape(value))));
    attributes
}

/// Gives the attributes behind the name in a start tag one by one, values as written.
pub(super) fn each_attribute<'a>(mut text: &'a str, mut take: impl FnMut(&'a str, &'a str)) {
    loop {
        text = text.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if text.is_empty() {
            return;
        }
        let end = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
        let name = &text[..end];
        text = text[end..].trim_start();
        // Where there is no value, its place is behind the name.
        let mut value = &text[..0];
        if let Some(rest) = text.strip_prefix('=') {
            (value, text) = attribute_value(rest.trim_start());
        }
        take(name, value);
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
