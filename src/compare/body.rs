//! Two bodies compared as what they are: XML, JSON, form, multipart, lines of text, bytes. Where they are of two kinds
//! that is the difference.

use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::multipart::{self, Piece};
use mwscope_parsers::http::{MediaType, form};
use mwscope_parsers::{json as json_parser, xml as xml_parser};

use super::align::{self, Item};
use super::difference::{Difference, Found, Kind};
use super::tree::{beginning, hash_of};
use super::volatile::{self, Reason};
use super::{json, text, walk, xml};
use crate::model::coding;

/// A body to compare: content coding removed, with what its `Content-Type` says.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// The bytes.
    pub bytes: Bytes,
    /// The `Content-Type`, empty where there is none.
    pub content_type: String,
}

/// What a body is.
enum Sort<'a> {
    Empty,
    Xml(xml_parser::Document<'a>),
    Json(json_parser::Document<'a>),
    Form,
    Parts(Vec<Piece>),
    Text,
    Binary,
}

impl Sort<'_> {
    const fn word(&self) -> &'static str {
        match self {
            Self::Empty => "nothing",
            Self::Xml(_) => "XML",
            Self::Json(_) => "JSON",
            Self::Form => "a form",
            Self::Parts(_) => "multipart",
            Self::Text => "text",
            Self::Binary => "binary data",
        }
    }
}

impl Content {
    fn media(&self) -> Option<MediaType> {
        MediaType::parse(self.content_type.as_bytes())
    }

    fn text(&self) -> String {
        let media = self.media();
        let charset = media.as_ref().and_then(|media| media.parameter("charset"));
        xml_parser::decode(&self.bytes, charset).text.into_owned()
    }

    fn sort<'a>(&self, text: &'a str) -> Sort<'a> {
        if self.bytes.is_empty() {
            return Sort::Empty;
        }
        let media = self.media();
        let essence = media.as_ref().map_or("", |media| media.essence.as_str());
        if essence.starts_with("multipart/")
            && let Some(boundary) = media.as_ref().and_then(|media| media.parameter("boundary"))
        {
            let pieces = multipart::pieces(&self.bytes, boundary);
            if !pieces.is_empty() {
                return Sort::Parts(pieces);
            }
        }
        if coding::is_binary(&self.bytes) {
            return Sort::Binary;
        }
        let start = text.trim_start();
        if start.starts_with('<') {
            let document = xml_parser::read(text);
            let is_page =
                essence.contains("html") || start.get(..9).is_some_and(|s| s.eq_ignore_ascii_case("<!doctype"));
            if !document.elements.is_empty() && (document.problems.is_empty() || !is_page) {
                return Sort::Xml(document);
            }
            return Sort::Text;
        }
        if let Ok(document) = json_parser::read(text)
            && (start.starts_with(['{', '[']) || media.as_ref().is_some_and(MediaType::is_json))
        {
            return Sort::Json(document);
        }
        let is_form = |text: &str| !text.contains(char::is_whitespace) && text.contains('=');
        if essence == "application/x-www-form-urlencoded" && is_form(text.trim_end()) {
            return Sort::Form;
        }
        Sort::Text
    }
}

/// Compares two bodies; `prefix` stands before all paths.
pub(super) fn compare(left: &Content, right: &Content, prefix: &str, found: &mut Found<'_>) {
    if left.bytes == right.bytes && left.content_type == right.content_type && found.rows.is_none() {
        return;
    }
    let (l_text, r_text) = (left.text(), right.text());
    let (l_sort, r_sort) = (left.sort(&l_text), right.sort(&r_text));
    match (&l_sort, &r_sort) {
        (Sort::Empty, Sort::Empty) => {}
        (Sort::Xml(l), Sort::Xml(r)) => {
            let trees = (xml::tree(l, &l_text, prefix.to_owned()), xml::tree(r, &r_text, prefix.to_owned()));
            walk::compare(&trees.0, &trees.1, found);
            let broken = |document: &xml_parser::Document<'_>| match document.problems.first() {
                None => "well-formed".to_owned(),
                Some(problem) => format!("not well-formed: {}", problem.what),
            };
            if broken(l) != broken(r) {
                found.add(named(prefix, "body"), Kind::Changed, Some(broken(l)), Some(broken(r)));
            }
        }
        (Sort::Json(l), Sort::Json(r)) => {
            let inner = if prefix.is_empty() { String::new() } else { format!("{prefix}/") };
            walk::compare(&json::tree(l, &l_text, &inner), &json::tree(r, &r_text, &inner), found);
        }
        (Sort::Form, Sort::Form) => {
            let prefix = named(prefix, "form:");
            let (l, r) = (l_text.trim_end(), r_text.trim_end());
            walk::compare(&json::fields(l, prefix.clone()), &json::fields(r, prefix), found);
        }
        (Sort::Parts(l), Sort::Parts(r)) => parts(left, l, right, r, prefix, found),
        (Sort::Text, Sort::Text) => text::compare(&l_text, &r_text, prefix, found),
        (Sort::Binary, Sort::Binary) => match first_difference(&left.bytes, &right.bytes) {
            Some((l, r)) => found.add(named(prefix, "body"), Kind::Changed, Some(l), Some(r)),
            None => found.equal(named(prefix, "body"), format!("{} bytes", left.bytes.len())),
        },
        _ => {
            let kind = match (&l_sort, &r_sort) {
                (Sort::Empty, _) => Kind::Added,
                (_, Sort::Empty) => Kind::Removed,
                _ => Kind::Changed,
            };
            let shown = |sort: &Sort<'_>, content: &Content, text: &str| match sort {
                Sort::Empty => None,
                Sort::Binary | Sort::Parts(_) => Some(format!("{}, {} bytes", sort.word(), content.bytes.len())),
                _ => Some(format!("{}, {} bytes: {}", sort.word(), content.bytes.len(), beginning(text.trim()))),
            };
            let (l, r) = (shown(&l_sort, left, &l_text), shown(&r_sort, right, &r_text));
            found.add(named(prefix, "body"), kind, l, r);
        }
    }
}

fn named(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}/{name}") }
}

/// Fields of a query, which is a form in the URL.
pub(super) fn queries(left: &str, right: &str, found: &mut Found<'_>) {
    if form::fields(left) != form::fields(right) {
        let prefix = "query:".to_owned();
        walk::compare(&json::fields(left, prefix.clone()), &json::fields(right, prefix), found);
    }
}

/// The parts of two packages, whatever their delimiters and ids.
fn parts(l_body: &Content, left: &[Piece], r_body: &Content, right: &[Piece], prefix: &str, found: &mut Found<'_>) {
    let content = |body: &Content, piece: &Piece| Content {
        bytes: body.bytes.slice(piece.body.clone()),
        content_type: piece.header("Content-Type").unwrap_or_default().to_owned(),
    };
    let (l_root, r_root) = (root(l_body, left), root(r_body, right));
    let item = |body: &Content, piece: &Piece, is_root: bool| {
        let content = content(body, piece);
        let kind = content.media().map(|media| media.essence).unwrap_or_default();
        let name = field_name(piece);
        let text = content.text();
        let hash = if is_root { 0 } else { hash_of(&(&name, &kind, volatile::plain(&text))) };
        Item { hash, identity: hash_of(&(is_root, name, kind)), marks: Vec::new() }
    };
    let items = |body: &Content, pieces: &[Piece], root: Option<usize>| {
        pieces.iter().enumerate().map(|(n, piece)| item(body, piece, root == Some(n))).collect::<Vec<_>>()
    };
    let called = |n: usize, piece: &Piece, root: Option<usize>| match field_name(piece) {
        _ if root == Some(n) => prefix.to_owned(),
        Some(name) => named(prefix, &format!("part:{name}")),
        None => named(prefix, &format!("part:{}", n + 1)),
    };
    let pairs = align::align(&items(l_body, left, l_root), &items(r_body, right, r_root));
    let mut taken = vec![false; right.len()];
    let mut paired = vec![false; left.len()];
    for pair in pairs {
        taken[pair.right] = true;
        paired[pair.left] = true;
        let (l, r) = (&left[pair.left], &right[pair.right]);
        let path = called(pair.left, l, l_root);
        if pair.moved && field_name(l).is_none() {
            let to = called(pair.right, r, r_root);
            found.add(path.clone(), Kind::Moved, Some(path.clone()), Some(to));
        }
        part_headers(l, r, &path, found);
        compare(&content(l_body, l), &content(r_body, r), &path, found);
    }
    let size = |range: &Range<usize>| format!("{} bytes", range.len());
    for (n, piece) in left.iter().enumerate().filter(|(n, _)| !paired[*n]) {
        found.add(called(n, piece, l_root), Kind::Removed, Some(size(&piece.body)), None);
    }
    for (n, piece) in right.iter().enumerate().filter(|(n, _)| !taken[*n]) {
        found.add(called(n, piece, r_root), Kind::Added, None, Some(size(&piece.body)));
    }
}

/// The name of a field; ids are made up for each message.
fn field_name(piece: &Piece) -> Option<String> {
    piece.header("Content-Disposition").and_then(|_| piece.name())
}

/// The part that the others belong to: that which `start` names, else the first; none in form data.
fn root(body: &Content, pieces: &[Piece]) -> Option<usize> {
    let media = body.media()?;
    if media.essence != "multipart/related" {
        return None;
    }
    let start = media.parameter("start").map(|id| id.trim_matches(['<', '>']));
    let is_start = |piece: &Piece| start.is_some() && piece.name().as_deref() == start;
    Some(pieces.iter().position(is_start).unwrap_or(0))
}

fn part_headers(left: &Piece, right: &Piece, path: &str, found: &mut Found<'_>) {
    let names = left.headers.iter().chain(&right.headers).map(|(name, _)| name.to_ascii_lowercase());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names.dedup();
    for name in names {
        let (l, r) = (left.header(&name), right.header(&name));
        if l == r {
            continue;
        }
        let shown = |value: Option<&str>| value.map(str::to_owned);
        let kind = match (l, r) {
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
            _ => Kind::Changed,
        };
        let path = named(path, &format!("header:{name}"));
        let difference = Difference { path, kind, left: shown(l), right: shown(r) };
        match name.as_str() {
            "content-id" | "content-length" => found.pass_over(difference, Reason::Name),
            _ => found.add(difference.path, kind, difference.left, difference.right),
        }
    }
}

/// Where two runs of bytes begin to differ, in words for each.
fn first_difference(left: &[u8], right: &[u8]) -> Option<(String, String)> {
    let at = left.iter().zip(right).position(|(l, r)| l != r).unwrap_or(left.len().min(right.len()));
    if at == left.len() && at == right.len() {
        return None;
    }
    let shown = |bytes: &[u8]| {
        let there = bytes.iter().skip(at).take(8).map(|byte| format!("{byte:02x}")).collect::<Vec<_>>();
        let there = if there.is_empty() { "its end".to_owned() } else { there.join(" ") };
        format!("{} bytes, at {at}: {there}", bytes.len())
    };
    Some((shown(left), shown(right)))
}
