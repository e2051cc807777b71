//! Text to a tree of terms. Whatever looks like a term is one or an error; it never falls back to plain text.

use std::ops::Range;

use regex::Regex;

use super::alias::{self, Alias};
use super::error::QueryError;
use super::field::{self, Field, Half, Type};
use super::saved::Saved;
use super::term::{Plain, example, near, resolve, test};
use super::tree::{Node, Term, Test};
use super::value::{self, Cmp, Reach};

/// Reads a filter; `None` where there is nothing in it. Where it asks for a saved one, that takes its place.
pub(super) fn parse(text: &str, saved: &mut Saved<'_>) -> Result<Option<Node>, QueryError> {
    within(text, 0, saved)
}

/// The same below so many brackets.
pub(super) fn within(text: &str, depth: u32, saved: &mut Saved<'_>) -> Result<Option<Node>, QueryError> {
    let mut parser = Parser { text, at: 0, depth, saved };
    parser.space();
    if parser.rest().is_empty() {
        return Ok(None);
    }
    let node = parser.either()?;
    if !parser.rest().is_empty() {
        return Err(closes_nothing(parser.at));
    }
    Ok(Some(node))
}

struct Parser<'a, 's, 'n> {
    text: &'a str,
    at: usize,
    depth: u32,
    saved: &'s mut Saved<'n>,
}

/// Where the first word of a text ends.
fn first_word(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || c == '(').unwrap_or(text.len())
}

/// Brackets may be nested this deep.
const DEPTH: u32 = 64;

impl<'a> Parser<'a, '_, '_> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes a word that stands alone: `OR`, `|`, `&`.
    fn alone(&mut self, words: &[&str]) -> bool {
        let end = first_word(self.rest());
        let found = words.contains(&&self.rest()[..end]);
        if found {
            self.at += end;
            self.space();
        }
        found
    }

    fn either(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all()?];
        loop {
            let from = self.at;
            if !self.alone(&["OR", "|", "||"]) {
                break;
            }
            self.need_more(from)?;
            nodes.push(self.all()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Either(nodes) })
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut nodes = vec![self.not()?];
        loop {
            let from = self.at;
            if self.alone(&["AND", "&", "&&"]) {
                self.need_more(from)?;
            } else if self.rest().is_empty() || self.rest().starts_with(')') || self.at_or() {
                break;
            }
            nodes.push(self.not()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    fn at_or(&self) -> bool {
        ["OR", "|", "||"].contains(&&self.rest()[..first_word(self.rest())])
    }

    fn need_more(&self, from: usize) -> Result<(), QueryError> {
        if self.rest().is_empty() || self.rest().starts_with(')') || self.at_or() {
            let what = "something must follow here";
            return Err(QueryError::new(
                from..self.at.max(from + 1),
                what,
                "add a term, or put the word in quotes if it is text",
            ));
        }
        Ok(())
    }

    fn not(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        if self.alone(&["OR", "|", "||", "AND", "&", "&&"]) {
            return Err(QueryError::new(
                from..self.at,
                "nothing stands before this",
                "add a term before it, or put it in quotes if it is text",
            ));
        }
        let negated = if self.alone(&["NOT"]) {
            true
        } else if self.rest().starts_with(['-', '!']) {
            self.at += 1;
            self.space();
            true
        } else {
            false
        };
        if !negated {
            return self.primary();
        }
        self.need_more(from)?;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(too_deep(from));
        }
        let inner = self.not()?;
        self.depth -= 1;
        Ok(Node::Not(Box::new(inner)))
    }

    fn primary(&mut self) -> Result<Node, QueryError> {
        if self.peek() == Some('(') {
            return self.brackets();
        }
        let node = match self.peek() {
            Some(')') => return Err(closes_nothing(self.at)),
            Some('~') => self.alias()?,
            Some('"') => {
                let text = self.quoted()?;
                Node::Term(bare(&text, self.at..self.at)?)
            }
            _ => self.term()?,
        };
        self.space();
        Ok(node)
    }

    fn brackets(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(too_deep(from));
        }
        self.at += 1;
        self.space();
        if matches!(self.peek(), None | Some(')')) {
            return Err(QueryError::new(
                from..self.at,
                "nothing stands in these brackets",
                "put a term into them, or remove them",
            ));
        }
        let node = self.either()?;
        if self.peek() != Some(')') {
            return Err(QueryError::new(from..from + 1, "this bracket isn't closed", "add ) at the end of the group"));
        }
        self.at += 1;
        self.depth -= 1;
        self.space();
        Ok(node)
    }

    /// `FIELD:VALUE`, `FIELD>VALUE`, `FIELD~REGEX`, or a bare word.
    fn term(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        let rest = self.rest();
        let name_end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || "._-#{}".contains(c))).unwrap_or(rest.len());
        let name = &rest[..name_end];
        let behind = &rest[name_end..];
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && (behind.starts_with([':', '=', '<', '>', '~']) || behind.starts_with("!="))
            && !behind.starts_with("://");
        if !named {
            let word = self.word();
            return Ok(Node::Term(bare(&word, from..self.at)?));
        }
        let spot = from..from + name_end;
        self.at += name_end;
        let (field, kind, half, sub) = resolve(name, &spot)?;
        if field == Field::Saved {
            return self.saved(from);
        }
        let regex = self.rest().starts_with('~');
        let cmp = self.operator();
        if self.rest().is_empty() || self.rest().starts_with(|c: char| c.is_whitespace() || c == ')') {
            let remedy = format!("write what it should be, as in {name}:{}", example(kind));
            return Err(QueryError::new(from..self.at, format!("`{name}` has no value"), remedy));
        }
        let mut term =
            Term { field: Some(field), half, name: sub, tests: Vec::new(), negated: cmp == Cmp::NotEqual, plain: None };
        if regex {
            let at = self.at;
            let pattern = if in_slashes(self.rest()) { self.slashes()? } else { self.item()?.0 };
            term.tests.push(Test::Text(value::regex_test(&pattern, at..self.at)?));
            return Ok(Node::Term(term));
        }
        self.values(&mut term, kind, cmp)?;
        Ok(Node::Term(term))
    }

    /// The filters that stand behind `saved:`, any of which may match.
    fn saved(&mut self, from: usize) -> Result<Node, QueryError> {
        let sign = self.rest().chars().next().filter(|sign| [':', '='].contains(sign));
        self.at += usize::from(sign.is_some());
        let ends = |rest: &str| rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || c == ')');
        if sign.is_none() || ends(self.rest()) {
            let remedy = "write saved: and the name, in quotes where it has spaces";
            return Err(QueryError::new(from..self.at, "the name of a saved filter is missing", remedy));
        }
        let mut nodes = Vec::new();
        loop {
            let from = self.at;
            let name = self.item()?.0;
            // One that is empty lets everything through.
            nodes.push(self.saved.node(&name, &(from..self.at), self.depth)?.unwrap_or(Node::All(Vec::new())));
            if !self.rest().starts_with(',') {
                break;
            }
            self.at += 1;
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Either(nodes) })
    }

    fn operator(&mut self) -> Cmp {
        let rest = self.rest();
        let colon = usize::from(rest.starts_with([':', '~']));
        let (cmp, len) = match &rest[colon..] {
            r if r.starts_with("!=") => (Cmp::NotEqual, 2),
            r if r.starts_with("<=") => (Cmp::LessEqual, 2),
            r if r.starts_with(">=") => (Cmp::GreaterEqual, 2),
            r if r.starts_with("==") => (Cmp::Equal, 2),
            r if r.starts_with('=') => (Cmp::Equal, 1),
            r if r.starts_with('<') => (Cmp::Less, 1),
            r if r.starts_with('>') => (Cmp::Greater, 1),
            _ => (Cmp::Is, 0),
        };
        self.at += colon + len;
        cmp
    }

    /// The values of a term, between commas.
    fn values(&mut self, term: &mut Term, kind: Type, cmp: Cmp) -> Result<(), QueryError> {
        loop {
            let from = self.at;
            if in_slashes(self.rest()) && matches!(kind, Type::Text | Type::Code | Type::Value) {
                let pattern = self.slashes()?;
                term.tests.push(Test::Text(value::regex_test(&pattern, from..self.at)?));
            } else {
                let (text, plain) = self.item()?;
                let spot = from..self.at;
                if kind == Type::Near {
                    let far = if self.rest().starts_with(',') {
                        self.at += 1;
                        self.item()?.0
                    } else {
                        "5s".to_owned()
                    };
                    term.tests.push(near(&text, &far, from..self.at)?);
                    return Ok(());
                }
                term.tests.push(test(kind, cmp, &text, plain, &spot)?);
                if matches!(kind, Type::Text | Type::Code | Type::Value) && cmp != Cmp::NotEqual {
                    term.plain = Some(text);
                }
            }
            if !self.rest().starts_with(',') {
                return Ok(());
            }
            self.at += 1;
        }
    }

    /// A word up to white space, comma or bracket, or what stands in quotes; and whether it was plain.
    fn item(&mut self) -> Result<(String, Plain), QueryError> {
        if self.peek() == Some('"') {
            return Ok((self.quoted()?, Plain::Quoted));
        }
        let rest = self.rest();
        let end = end_of_word(rest, |c| c == ',');
        if end == 0 {
            let at = self.at..(self.at + 1).min(self.text.len().max(self.at));
            return Err(QueryError::new(
                at,
                "a value is missing here",
                "write it, or put the comma in quotes if it is text",
            ));
        }
        self.at += end;
        Ok((rest[..end].to_owned(), Plain::Word))
    }

    fn word(&mut self) -> String {
        let rest = self.rest();
        let end = end_of_word(rest, |_| false);
        self.at += end;
        rest[..end].to_owned()
    }

    fn quoted(&mut self) -> Result<String, QueryError> {
        self.delimited('"', "this quote isn't closed", "add \" at the end of the text")
    }

    fn slashes(&mut self) -> Result<String, QueryError> {
        self.delimited('/', "this regular expression isn't closed", "add / at its end, or put the text in quotes")
    }

    /// What stands between two `sign`s; a backslash before the sign, or before itself in quotes, is removed.
    fn delimited(&mut self, sign: char, what: &str, remedy: &str) -> Result<String, QueryError> {
        let from = self.at;
        let mut out = String::new();
        let mut signs = self.rest().char_indices().skip(1);
        while let Some((at, c)) = signs.next() {
            if c == sign {
                self.at = from + at + c.len_utf8();
                return Ok(out);
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            match signs.next() {
                Some((_, next)) if next == sign || (sign == '"' && next == '\\') => out.push(next),
                Some((_, next)) => out.extend(['\\', next]),
                None => out.push('\\'),
            }
        }
        Err(QueryError::new(from..self.text.len(), what, remedy))
    }

    fn alias(&mut self) -> Result<Node, QueryError> {
        let from = self.at;
        let rest = &self.rest()[1..];
        let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
        let name = &rest[..end];
        self.at += 1 + end;
        let spot = from..self.at;
        let Some(alias) = alias::find(name) else {
            let near = field::nearest(name, alias::names())
                .map_or_else(|| "~c, ~u, ~bq, ~bs, ~m or ~h".to_owned(), |n| format!("~{n}"));
            return Err(QueryError::new(
                spot,
                format!("there is no short form `~{name}`"),
                format!("did you mean {near}?"),
            ));
        };
        match alias {
            Alias::Whole("") => Ok(Node::All(Vec::new())),
            Alias::Whole(text) => Ok(parse(text, self.saved)?.unwrap_or(Node::All(Vec::new()))),
            Alias::Field(field) | Alias::Number(field) => {
                self.space();
                if self.rest().is_empty() || self.rest().starts_with(')') {
                    return Err(QueryError::new(
                        spot,
                        format!("`~{name}` has no value"),
                        format!("write what it should be, as in ~{name} text"),
                    ));
                }
                let at = self.at;
                let quoted = self.peek() == Some('"');
                let text = if quoted { self.quoted()? } else { self.word() };
                let (field, kind, half, sub) = resolve(field, &spot)?;
                let tests = if matches!(alias, Alias::Number(_)) {
                    vec![test(kind, Cmp::Is, &text, Plain::Word, &(at..self.at))?]
                } else {
                    vec![Test::Text(value::regex_test(&text, at..self.at)?)]
                };
                Ok(Node::Term(Term { field: Some(field), half, name: sub, tests, negated: false, plain: None }))
            }
        }
    }
}

/// Whether a value is written `/.../`. A path starts with a slash too, but doesn't end where the next one stands.
fn in_slashes(text: &str) -> bool {
    let Some(inner) = text.strip_prefix('/') else { return false };
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '/' => {
                let behind = inner[at + 1..].chars().next();
                return at > 0 && behind.is_none_or(|c| c.is_whitespace() || c == ',' || c == ')');
            }
            _ => {}
        }
    }
    false
}

/// Where a word ends: at white space, at what `stop` says, or at a bracket that was not opened in it.
fn end_of_word(text: &str, stop: fn(char) -> bool) -> usize {
    let mut open = 0_u32;
    for (at, c) in text.char_indices() {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return at,
            ')' => open -= 1,
            _ if c.is_whitespace() || stop(c) => return at,
            _ => {}
        }
    }
    text.len()
}

fn closes_nothing(at: usize) -> QueryError {
    QueryError::new(at..at + 1, "this bracket closes nothing", "remove it, or put it in quotes if it is text")
}

/// A plain text, `/regex/` or words in quotes, as what is looked for in the lines of a text.
pub(crate) fn text_regex(text: &str) -> Result<Regex, QueryError> {
    let text = text.trim();
    let inner = text.strip_prefix('/').and_then(|t| t.strip_suffix('/')).filter(|t| !t.is_empty());
    if let Some(pattern) = inner {
        return value::regex_test(pattern, 0..text.len());
    }
    let plain = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).unwrap_or(text);
    value::text_test(plain, Reach::Part).map_err(|why| QueryError::new(0..text.len(), why, "write a shorter text"))
}

fn too_deep(at: usize) -> QueryError {
    QueryError::new(at..at + 1, "brackets are nested too deep", "write it with fewer of them")
}

fn bare(text: &str, at: Range<usize>) -> Result<Term, QueryError> {
    let regex = value::text_test(text, Reach::Part).map_err(|why| QueryError::new(at, why, "write a shorter text"))?;
    let plain = Some(text.to_owned());
    Ok(Term { field: None, half: Half::Both, name: None, tests: vec![Test::Text(regex)], negated: false, plain })
}
