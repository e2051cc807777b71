//! A request taken apart: headers, fields of the query, elements, attributes, members, items, fields, parts of a package,
//! each with its place in the bytes, so that any of them can be left out while the rest stays byte for byte as it is.
//! It must not know why something is left out.

mod body;
mod credentials;
mod render;

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::form;
use mwscope_parsers::xml::Encoding;

use super::draft::{Draft, Unsendable, coded};

/// A request and what it consists of. What is in a part stands behind it in the list.
#[derive(Clone, Debug)]
pub struct Parts {
    draft: Draft,
    /// The body without content coding.
    plain: Bytes,
    nodes: Vec<Node>,
}

/// One part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// What names it: `/Envelope/Body/Create/Facility[2]`, `/…/@attr`, `json:/a/0`, `form:NAME`, `query:NAME`,
    /// `header:NAME`, `part:2`, `body`.
    pub path: String,
    /// The part that it is in.
    pub parent: Option<usize>,
    /// How many parts it is in.
    pub depth: usize,
    /// What it is.
    pub sort: Sort,
    /// Whether it stays whatever is left out: what a request can't be without, and credentials.
    pub fixed: bool,
    /// Whether it is fixed because it says who calls.
    pub credential: bool,
    /// Where it stands: bytes of the body or of the URL; of a header its place among them.
    at: Range<usize>,
    /// What may go where all in it goes: white space between tags, commas.
    inner: Option<Range<usize>>,
    /// Its value, where it has one and nothing else.
    value: Option<Value>,
}

/// What a part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sort {
    /// The whole body.
    Body,
    /// A header.
    Header,
    /// A field of the query.
    Query,
    /// A field of a form.
    Form,
    /// An element.
    Element,
    /// An attribute.
    Attribute,
    /// A member of a JSON object.
    Member,
    /// An item of a JSON array.
    Item,
    /// A part of a multipart body.
    Piece,
}

/// A value and how it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Value {
    at: Range<usize>,
    text: String,
    spelling: Spelling,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Spelling {
    /// Text of an element, in the encoding of the body.
    Text(Encoding),
    /// Between quotes of that kind.
    Attribute(char, Encoding),
    /// A JSON string, quotes included.
    String,
    /// A JSON number, `true`, `false` or `null`.
    Bare,
    /// A field of a form or query.
    Form,
    Header,
    /// The bytes of a part of a package.
    Raw,
}

/// What is left out of a request, and which values are others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Choice {
    /// For each part a bit that says whether it is left out; missing ones aren't.
    gone: Vec<u64>,
    /// Values that are put in the place of what was there.
    values: BTreeMap<usize, String>,
}

impl Parts {
    /// Takes a request apart. With `credentials` even what says who calls may be left out.
    ///
    /// # Errors
    /// When its content coding isn't known.
    pub fn of(draft: &Draft, credentials: bool) -> Result<Self, Unsendable> {
        let plain = coded::plain(draft)?;
        let mut parts = Self { draft: draft.clone(), plain, nodes: Vec::new() };
        parts.headers();
        parts.query();
        body::take_apart(&mut parts);
        credentials::mark(&mut parts, credentials);
        Ok(parts)
    }

    /// The request that was taken apart.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The parts, what is in one behind it.
    #[must_use]
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The value of a part, where it has one.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<&str> {
        self.nodes.get(at)?.value.as_ref().map(|value| value.text.as_str())
    }

    /// What a value is emptied to: nothing, of JSON numbers and words what says as little. `None` where the value may
    /// not be another one.
    #[must_use]
    pub fn emptied(&self, at: usize) -> Option<&'static str> {
        let node = self.nodes.get(at)?;
        let value = node.value.as_ref().filter(|_| !node.fixed)?;
        match value.spelling {
            Spelling::Bare => match value.text.as_str() {
                "true" | "false" => Some("false"),
                "null" => None,
                _ => Some("0"),
            },
            // Without them nobody could read the body.
            Spelling::Header if is_about_the_body(&node.path) => None,
            _ => Some(""),
        }
    }

    /// Whether a value may be any text.
    #[must_use]
    pub fn is_text(&self, at: usize) -> bool {
        let value = self.nodes.get(at).and_then(|node| node.value.as_ref());
        value.is_some_and(|value| !matches!(value.spelling, Spelling::Bare | Spelling::Raw))
    }

    fn add(&mut self, mut node: Node) -> usize {
        node.depth = node.parent.and_then(|parent| self.nodes.get(parent)).map_or(0, |parent| parent.depth + 1);
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn headers(&mut self) {
        let headers = self.draft.headers.clone();
        let names = headers.0.iter().map(|header| header.name.to_ascii_lowercase()).collect::<Vec<_>>();
        for (n, header) in headers.0.iter().enumerate() {
            let path = numbered(format!("header:{}", header.name), &names, n);
            let mut node = Node::new(path, None, Sort::Header, n..n + 1);
            node.fixed = ["host", "content-length", "transfer-encoding"].contains(&names[n].as_str());
            let text = header.text().into_owned();
            node.value = Some(Value { at: n..n + 1, text, spelling: Spelling::Header });
            self.add(node);
        }
    }

    fn query(&mut self) {
        let url = self.draft.url.clone();
        let end = url.find('#').unwrap_or(url.len());
        let Some(start) = url[..end].find('?').map(|at| at + 1) else { return };
        let fields = form::fields(&url[start..end]);
        let names: Vec<String> = fields.iter().map(|field| field.name.clone()).collect();
        for (n, field) in fields.iter().enumerate() {
            let path = numbered(format!("query:{}", field.name), &names, n);
            let mut node = Node::new(path, None, Sort::Query, shifted(&field.range, start));
            let at = shifted(&field.at_value, start);
            let has_value = url[node.at.clone()].contains('=');
            node.value = has_value.then(|| Value { at, text: field.value.clone(), spelling: Spelling::Form });
            self.add(node);
        }
    }
}

impl Node {
    fn new(path: String, parent: Option<usize>, sort: Sort, at: Range<usize>) -> Self {
        Self { path, parent, depth: 0, sort, fixed: false, credential: false, at, inner: None, value: None }
    }
}

impl Choice {
    /// Leaves a part out.
    pub fn leave_out(&mut self, at: usize) {
        if self.gone.len() <= at / 64 {
            self.gone.resize(at / 64 + 1, 0);
        }
        self.gone[at / 64] |= 1 << (at % 64);
    }

    /// Puts a value in the place of the one that is there.
    pub fn set(&mut self, at: usize, value: String) {
        self.values.insert(at, value);
    }

    /// The value that is put in the place of a part's own.
    #[must_use]
    pub fn value(&self, at: usize) -> Option<&str> {
        self.values.get(&at).map(String::as_str)
    }

    /// Whether a part is left out.
    #[must_use]
    pub fn is_gone(&self, at: usize) -> bool {
        self.gone.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    /// The same choice in the one form that all ways to say it have in common: what is in a part that goes, goes.
    #[must_use]
    pub fn settled(mut self, parts: &Parts) -> Self {
        self.gone.resize(parts.nodes.len().div_ceil(64), 0);
        for (at, node) in parts.nodes.iter().enumerate() {
            if node.parent.is_some_and(|parent| self.is_gone(parent)) {
                self.leave_out(at);
            }
        }
        let values = std::mem::take(&mut self.values);
        self.values = values.into_iter().filter(|(at, _)| !self.is_gone(*at)).collect();
        self
    }

    /// How many parts stay.
    #[must_use]
    pub fn kept(&self, parts: &Parts) -> usize {
        parts.nodes.len() - self.gone.iter().map(|bits| bits.count_ones() as usize).sum::<usize>()
    }
}

/// Headers that say how the body is to be read.
fn is_about_the_body(path: &str) -> bool {
    ["header:content-type", "header:content-encoding"].iter().any(|name| path.eq_ignore_ascii_case(name))
}

/// A path with the number of its name where there are several of that name.
fn numbered(path: String, names: &[String], n: usize) -> String {
    let same = |other: &&String| **other == names[n];
    if names.iter().filter(same).count() < 2 {
        return path;
    }
    format!("{path}[{}]", names[..=n].iter().filter(same).count())
}

fn shifted(range: &Range<usize>, by: usize) -> Range<usize> {
    range.start + by..range.end + by
}

#[cfg(test)]
mod tests;
