//! XML and JSON that is too large to be held, made shorter before it is read: beyond a measure, elements that hold one
//! value are left out whose names state no fact. It must not know what the values say.

mod json;

pub(super) use json::Json;

use std::ops::Range;

use super::synonyms::Synonyms;
use super::unbox;
use crate::Span;
use crate::trace;
use crate::xml::token::{Kind, Token, Tokens};

/// A shorter text, and what it is made of.
#[derive(Debug, Default)]
pub(super) struct Thinned {
    /// Bytes of text up to which nothing is left out. Beyond twice as many, what may state a fact is left out, too.
    measure: usize,
    pub(super) text: String,
    /// Where runs of it start: in the text, in the source, and on which line of that.
    places: Vec<(usize, u64, u64)>,
    /// What is left out, in the order of the source, and how many values that are.
    pub(super) left: Vec<(Span, u64)>,
    /// Tags that are open: where they start and end in the text.
    open: Vec<Range<usize>>,
    /// The end tag of the element that was cut, while it is looked for.
    rest_of: Option<String>,
    line: u64,
}

/// An element of which no more than its start and its text was seen.
struct Leaf<'a> {
    name: &'a str,
    attributes: &'a str,
    range: Range<usize>,
}

impl Thinned {
    pub(super) fn new(measure: usize) -> Self {
        Self { measure, line: 1, ..Self::default() }
    }

    /// Takes a piece of the source that starts at the byte `at`; gives how many bytes of it are done with. The rest has
    /// to come again, with what follows it.
    pub(super) fn take(&mut self, piece: &str, at: u64, last: bool, synonyms: &Synonyms) -> usize {
        if self.rest_of.is_some() {
            let behind = self.skip(piece, 0, at, last);
            if behind > 0 {
                return behind;
            }
        }
        let mut problems = Vec::new();
        let mut leaf: Option<Leaf<'_>> = None;
        let mut done = 0;
        for Token { kind, range } in Tokens::new(piece, &mut problems) {
            if range.end == piece.len() && !last {
                break;
            }
            match kind {
                Kind::Start { name, attributes, empty: false } => {
                    if let Some(outer) = leaf.replace(Leaf { name, attributes, range: range.clone() }) {
                        self.opens(piece, outer.range, at);
                    }
                }
                Kind::Start { name, attributes, empty: true } => {
                    if let Some(outer) = leaf.take() {
                        self.opens(piece, outer.range, at);
                    }
                    self.value(piece, &Leaf { name, attributes, range: range.clone() }, at, synonyms);
                }
                Kind::Text(_) | Kind::CData(_) if leaf.is_some() => {
                    leaf.iter_mut().for_each(|leaf| leaf.range.end = range.end);
                    continue;
                }
                Kind::End { .. } => match leaf.take() {
                    Some(mut own) => {
                        own.range.end = range.end;
                        self.value(piece, &own, at, synonyms);
                    }
                    None => self.closes(piece, range.clone(), at),
                },
                Kind::Text(text) if text.trim().is_empty() && self.text.len() >= self.measure => self.passes(text),
                Kind::Text(_) | Kind::CData(_) | Kind::Aside => self.keep(piece, range.clone(), at),
            }
            done = leaf.as_ref().map_or(range.end, |leaf| leaf.range.start);
        }
        if last {
            if let Some(own) = leaf {
                self.opens(piece, own.range, at);
            }
            return piece.len();
        }
        if done == 0 { self.cut(piece, at, leaf.map(|leaf| leaf.name), last) } else { done }
    }

    /// Keeps the beginning of an element that is longer than a piece.
    fn cut(&mut self, piece: &str, at: u64, name: Option<&str>, last: bool) -> usize {
        let most = (self.measure / 3).min((2 * self.measure).saturating_sub(self.text.len()));
        let kept = memchr::memrchr(b'\n', &piece.as_bytes()[..piece.len().min(most)]).unwrap_or(0);
        self.keep(piece, 0..kept, at);
        if piece[..kept].rfind("<![CDATA[").is_some_and(|open| !piece[open..kept].contains("]]>")) {
            self.text.push_str("]]>");
        }
        self.rest_of = Some(name.map_or_else(|| "<".to_owned(), |name| format!("</{name}")));
        self.skip(piece, kept, at, last)
    }

    /// Leaves out the rest of an element that was cut, up to its end tag; gives where that starts, or a place before what
    /// may be its beginning.
    fn skip(&mut self, piece: &str, from: usize, at: u64, last: bool) -> usize {
        let Some(end) = self.rest_of.take() else { return from };
        let to = match memchr::memmem::find(&piece.as_bytes()[from..], end.as_bytes()) {
            Some(behind) => from + behind,
            None if last => piece.len(),
            None => {
                let to = unbox::sample(piece, piece.len().saturating_sub(end.len())).len().max(from);
                self.rest_of = Some(end);
                to
            }
        };
        self.leaves_out(piece, from..to, at, 0);
        to
    }

    fn opens(&mut self, piece: &str, range: Range<usize>, at: u64) {
        let start = self.text.len();
        self.keep(piece, range, at);
        self.open.push(start..self.text.len());
    }

    fn closes(&mut self, piece: &str, range: Range<usize>, at: u64) {
        // An element of which all was left out goes as well.
        match self.open.pop().filter(|open| open.end == self.text.len() && open.start >= self.measure) {
            Some(open) => {
                self.text.truncate(open.start);
                while self.places.pop_if(|(start, ..)| *start >= open.start).is_some() {}
                self.passes(&piece[range]);
            }
            None => self.keep(piece, range, at),
        }
    }

    fn value(&mut self, piece: &str, leaf: &Leaf<'_>, at: u64, synonyms: &Synonyms) {
        let text = &piece[leaf.range.clone()];
        let kept = match self.text.len() {
            len if len < self.measure => true,
            len if len + text.len() < 2 * self.measure => states(leaf, synonyms) || trace::find(text).is_some(),
            _ => false,
        };
        if kept {
            self.keep(piece, leaf.range.clone(), at);
        } else {
            self.leaves_out(piece, leaf.range.clone(), at, 1);
        }
    }

    fn keep(&mut self, piece: &str, range: Range<usize>, at: u64) {
        let byte = at + range.start as u64;
        let follows = self.places.last().is_some_and(|(start, of, _)| of + (self.text.len() - start) as u64 == byte);
        if !follows {
            self.places.push((self.text.len(), byte, self.line));
        }
        self.passes(&piece[range.clone()]);
        self.text.push_str(&piece[range]);
    }

    fn leaves_out(&mut self, piece: &str, range: Range<usize>, at: u64, values: u64) {
        let span = Span::new(at + range.start as u64, range.len() as u64);
        self.passes(&piece[range]);
        self.left_out(span, values);
    }

    /// Notes what isn't kept.
    fn left_out(&mut self, span: Span, values: u64) {
        match self.left.last_mut().filter(|(last, _)| span.offset <= last.end() + 64) {
            Some((last, count)) => {
                last.len = span.end() - last.offset;
                *count += values;
            }
            None => self.left.push((span, values)),
        }
    }

    fn passes(&mut self, text: &str) {
        self.passes_bytes(text.as_bytes());
    }

    fn passes_bytes(&mut self, bytes: &[u8]) {
        self.line += memchr::memchr_iter(b'\n', bytes).count() as u64;
    }

    /// The run that a place of the text is in.
    fn run(&self, at: usize) -> (usize, u64, u64) {
        let run = self.places.partition_point(|(start, ..)| *start <= at).saturating_sub(1);
        self.places.get(run).copied().unwrap_or((0, 0, 1))
    }

    /// The byte of the source that a place of the text is.
    fn byte(&self, at: usize) -> u64 {
        let (start, byte, _) = self.run(at);
        byte + at.saturating_sub(start) as u64
    }

    /// The line of the source that a place of the text is on.
    pub(super) fn line(&self, at: usize) -> u64 {
        let (start, _, line) = self.run(at);
        let within = self.text.get(start..at).unwrap_or_default();
        line + memchr::memchr_iter(b'\n', within.as_bytes()).count() as u64
    }

    pub(super) fn span(&self, range: &Range<usize>) -> Span {
        // What ends with a run ends there in the source, too, and not where the next one starts.
        let from = self.byte(range.start);
        let to = if range.is_empty() { from } else { self.byte(range.end - 1) + 1 };
        Span::new(from, to.saturating_sub(from))
    }
}

/// Whether an element may state a fact: by its own name, or by what it says that it is called.
fn states(leaf: &Leaf<'_>, synonyms: &Synonyms) -> bool {
    let named = leaf.attributes.split(['"', '\'']).skip(1).step_by(2).take(4);
    named.chain([leaf.name]).any(|name| synonyms.knows(name))
}
