//! Dumps written as XML or JSON, brought into the same form as those written in lines.
//!
//! Element names, attributes and object keys are names of pairs; what encloses them is their section. It must not
//! decide which pair states which fact.

mod documents;
mod json;
mod pairs;

use std::borrow::Cow;
use std::ops::Range;

pub(crate) use json::json;

use super::layout::{Layout, Pair};
use super::section::{self, Section, SectionKind};
use super::stack;
use super::synonyms::{Synonyms, words};
use crate::trace::{self, Ending, Frame, Role, Throwable, Trace};
use crate::xml::{self, Document};

/// The dumps in a text that is XML as a whole, with their ranges; `None` for any other text.
pub(crate) fn xml(text: &str, synonyms: &Synonyms) -> Option<Vec<(Range<usize>, Layout<'static>)>> {
    let start = text.trim_start();
    if super::unbox::is_page(start)
        || !start.starts_with('<')
        || !start[1..].starts_with(|c: char| c.is_alphabetic() || matches!(c, '?' | '!' | '_'))
        // Names in angle brackets that nothing closes are no elements: `<User> JDOE`.
        || !(start.contains("</") || start.contains("/>") || start.starts_with("<?xml"))
    {
        return None;
    }
    let document = xml::read(text);
    let roots: Vec<usize> = (0..document.elements.len()).filter(|n| document.elements[*n].depth == 0).collect();
    let mut dumps = Vec::new();
    // Elements of unlike names behind each other are parts of one.
    let alike = roots.windows(2).all(|two| document.elements[two[0]].name == document.elements[two[1]].name);
    for root in roots {
        let inner: Vec<usize> =
            document.children(root).filter(|(n, e)| is_dump(e.name) && !document.is_leaf(*n)).map(|(n, _)| n).collect();
        let whole = alike || is_dump(document.elements[root].name);
        dumps.extend(if inner.is_empty() { vec![root; usize::from(whole)] } else { inner });
    }
    let read = |root: usize| (document.elements[root].range.clone(), of_element(&document, root, synonyms));
    (!dumps.is_empty()).then(|| dumps.into_iter().map(read).collect())
}

pub(super) fn is_dump(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("dump") && !name.contains("field") && !name.contains("record")
}

/// A layout while it is filled, section by section.
struct Tree<'s> {
    synonyms: &'s Synonyms,
    out: Layout<'static>,
    open: Vec<usize>,
    stack: Vec<String>,
    levels: stack::Levels,
    frames: Vec<Frame>,
}

impl<'s> Tree<'s> {
    fn new(synonyms: &'s Synonyms) -> Self {
        let first = Section { title: Cow::Borrowed(""), kind: SectionKind::Facts };
        let out = Layout { sections: vec![first], ..Layout::default() };
        Self { synonyms, out, open: vec![0], stack: Vec::new(), levels: stack::Levels::default(), frames: Vec::new() }
    }

    fn section(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    fn kind(&self) -> SectionKind {
        self.out.sections[self.section()].kind
    }

    /// Opens a section; what encloses it says what it holds where its own name doesn't.
    fn enter(&mut self, title: &str) {
        let outer = self.kind();
        let own = section::kind(title);
        let kind = if own == SectionKind::Facts && outer != SectionKind::Trace { outer } else { own };
        self.out.sections.push(Section { title: Cow::Owned(title.to_owned()), kind });
        self.open.push(self.out.sections.len() - 1);
    }

    fn leave(&mut self) {
        self.open.pop();
    }

    fn pair(&mut self, name: &str, value: &str, range: &Range<usize>) {
        let pair = Pair {
            section: self.section(),
            name: Cow::Owned(name.to_owned()),
            value: Cow::Owned(value.trim().to_owned()),
            range: range.clone(),
        };
        self.out.pairs.push(pair);
    }

    /// A named text: a trace, a stack, or a value.
    fn text(&mut self, name: &str, text: &str, range: &Range<usize>) {
        if let Some(mut found) = trace::find(text) {
            found.range = range.clone();
            self.out.trace(found);
            return;
        }
        let in_stack = self.kind() == SectionKind::Stack || section::kind(name) == SectionKind::Stack;
        if let Some(frame) = trace::call(text.trim()).filter(|frame| in_stack || frame.class.starts_with("mvx.")) {
            self.frames.push(frame);
            return;
        }
        if in_stack && self.stack_text(text) {
            return;
        }
        self.pair(name, text, range);
    }

    fn stack_text(&mut self, text: &str) -> bool {
        let inline = stack::inline(text);
        if inline.len() > 1 {
            self.stack.extend(inline);
            return true;
        }
        let lines: Vec<Option<String>> = text.lines().filter(|l| !l.trim().is_empty()).map(stack::entry).collect();
        if lines.is_empty() || lines.iter().any(Option::is_none) {
            return false;
        }
        self.stack.extend(lines.into_iter().flatten());
        true
    }

    /// A frame that is written as fields; whether it was one.
    fn frame(&mut self, get: impl Fn(&[&str]) -> Option<String>) -> bool {
        let Some(method) = get(&["method", "methodName", "function"]) else { return false };
        let file = get(&["file", "fileName", "source"]);
        let line = get(&["line", "lineNumber", "lineno"]).and_then(|l| l.parse().ok());
        // The class is a field of its own, or stands before the method; a method alone is no frame.
        let (class, method) =
            match (get(&["class", "className", "declaringClass", "type", "module"]), method.rsplit_once('.')) {
                (Some(class), _) => (class, method),
                (None, Some((class, method))) if class.contains('.') || line.is_some() => {
                    (class.to_owned(), method.to_owned())
                }
                _ => return false,
            };
        self.frames.push(Frame { class, method, file, line, ..Frame::default() });
        true
    }

    fn finish(mut self, range: &Range<usize>) -> Layout<'static> {
        if stack::has_m3(&self.stack) {
            if self.levels.fall_to_the_first(self.stack.len()) {
                self.stack.reverse();
            }
            self.out.stacks.push(stack::outermost_first("", self.stack));
        }
        if !self.frames.is_empty() {
            let outer = Throwable {
                role: Role::Outer,
                depth: 0,
                exception: String::new(),
                message: None,
                frames: self.frames,
                further: 0,
                more: 0,
            };
            self.out.trace(Trace { range: range.clone(), throwables: vec![outer], ending: Ending::Whole });
        }
        self.out
    }
}

fn of_element(document: &Document, root: usize, synonyms: &Synonyms) -> Layout<'static> {
    let mut tree = Tree::new(synonyms);
    let held = pairs::held(document, root, synonyms);
    let base = document.elements[root].depth;
    let mut depth = base;
    // Elements before this one were read with the one around them.
    let mut spoken_for = 0;
    for (at, element) in std::iter::once((root, &document.elements[root])).chain(document.descendants(root)) {
        while depth > element.depth {
            tree.leave();
            depth -= 1;
        }
        if spoken_for > at {
            continue;
        }
        if let Some(held) = held.get(&at) {
            tree.text(held.name, held.value, &element.range);
            spoken_for = held.last + 1;
            continue;
        }
        if document.is_leaf(at) {
            leaf(&mut tree, element);
            continue;
        }
        if let Some((name, value, last)) = name_and_value(document, at) {
            tree.text(name, value, &element.range);
            spoken_for = last + 1;
            continue;
        }
        let named = ["title", "name", "label"].iter().find_map(|a| element.attribute(a));
        let general = matches!(words(element.name).as_str(), "section" | "group" | "block" | "part");
        if at == root {
            tree.enter("");
        } else {
            tree.enter(named.filter(|_| general).unwrap_or(element.name));
        }
        depth = element.depth + 1;
        let form_alone = at == root && is_of_form(element, synonyms);
        attributes(&mut tree, element, general || form_alone);
        let own = element.text.trim();
        if !own.is_empty() && at != root {
            tree.text(element.name, own, &element.range);
        }
    }
    tree.finish(&document.elements[root].range)
}

/// Whether the attributes of a document's root say in which form it is written: a version, and nothing of a dump.
fn is_of_form(element: &xml::Element<'_>, synonyms: &Synonyms) -> bool {
    !element.attributes.iter().any(|(name, _)| !name.eq_ignore_ascii_case("version") && synonyms.knows(name))
}

/// `<property><name>User</name><value>JDOE</value></property>`, `<En><S N="Key">User</S><S N="Value">JDOE</S></En>`: the
/// name, the value, and the number of the last element.
fn name_and_value<'d>(document: &'d Document<'_>, at: usize) -> Option<(&'d str, &'d str, usize)> {
    let mut children = document.children(at);
    let (name, value) = (children.next()?, children.next()?);
    // What an element is called, or what its only attribute calls it.
    let called = |(n, element): &(usize, &xml::Element<'_>)| match element.attributes.as_slice() {
        _ if !document.is_leaf(*n) => None,
        [] => Some(words(element.name)),
        [(_, called)] => Some(words(called)),
        _ => None,
    };
    let (called_name, called_value) = (called(&name)?, called(&value)?);
    if children.next().is_some() {
        return None;
    }
    let fits = ["name", "key", "label", "id", "field", "n", "k"].contains(&called_name.as_str())
        && ["value", "val", "v", "content", "data", "text"].contains(&called_value.as_str());
    fits.then(|| (name.1.text.trim(), value.1.text.trim(), value.0))
}

fn attributes(tree: &mut Tree<'_>, element: &xml::Element, general: bool) {
    if tree.frame(|names| names.iter().find_map(|n| element.attribute(n)).map(str::to_owned)) {
        return;
    }
    for (name, value) in &element.attributes {
        let aside = name.starts_with("xmlns")
            || name.starts_with("xsi:")
            || general && ["title", "name", "label", "version"].iter().any(|aside| name.eq_ignore_ascii_case(aside));
        if !aside {
            tree.text(name, value, &element.range);
        }
    }
}

fn leaf(tree: &mut Tree<'_>, element: &xml::Element) {
    let text = element.text.trim();
    if tree.frame(|names| names.iter().find_map(|n| element.attribute(n)).map(str::to_owned)) {
        return;
    }
    if tree.kind() == SectionKind::Stack && trace::call(text).is_none() {
        let named = ["program", "pgm", "name", "value"].iter().find_map(|a| element.attribute(a));
        let level = ["level", "depth", "lvl", "no", "nr", "seq", "index"].iter().find_map(|a| element.attribute(a));
        tree.levels.see(level.and_then(stack::level), tree.stack.is_empty());
        if tree.stack_text(named.unwrap_or(text)) {
            return;
        }
    }
    let attribute = |called: &'static str| {
        let mut attributes = element.attributes.iter().filter(|(name, _)| name.eq_ignore_ascii_case(called));
        attributes.next().map(|(_, value)| (called, value.as_ref()))
    };
    let name = ["name", "key", "id", "field", "label", "n"].into_iter().find_map(attribute);
    let value = ["value", "val", "v"].iter().find_map(|name| element.attribute(name));
    let value = value.or_else(|| Some(text).filter(|t| !t.is_empty()));
    let listed = matches!(
        words(element.name).as_str(),
        "field"
            | "entry"
            | "property"
            | "item"
            | "param"
            | "parameter"
            | "value"
            | "var"
            | "variable"
            | "f"
            | "pair"
            | "data"
            | "attribute"
            | "fact"
            | "info"
            | "element"
            | "record"
    );
    match (name, value) {
        (Some((attribute, name)), Some(value)) if attribute != "id" || listed => {
            return tree.text(name, value, &element.range);
        }
        (Some((attribute, name)), None) if listed && attribute != "id" => return tree.text(name, "", &element.range),
        _ => {}
    }
    if element.attributes.is_empty() {
        return tree.text(element.name, text, &element.range);
    }
    tree.enter(element.name);
    attributes(tree, element, false);
    // Of an exception with a class, the text is what it says.
    let message = tree.kind() == SectionKind::Trace && !text.is_empty() && trace::find(text).is_none();
    if message {
        tree.pair("message", text, &element.range);
    }
    tree.leave();
    if !text.is_empty() && !message {
        tree.text(element.name, text, &element.range);
    }
}
