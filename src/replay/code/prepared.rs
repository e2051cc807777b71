//! A draft taken apart for writing it down: where it goes, its headers one by one, its body, and what is to be said.

use super::super::draft::Draft;
use super::piece::{self, Piece, Variable};
use crate::model::Part;

/// A draft taken apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Prepared {
    /// Which request it is, for people.
    pub(super) title: String,
    pub(super) method: String,
    /// `http` or `https`.
    pub(super) scheme: String,
    /// The host, without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    /// Host and port as they stand in the URL.
    pub(super) authority: String,
    /// Path and query.
    pub(super) target: Vec<Piece>,
    /// Headers in order. `Host` stands here where it says other than the URL, `Content-Length` never.
    pub(super) headers: Vec<Line>,
    pub(super) body: Vec<Piece>,
    /// Whether the server as a whole is meant (`OPTIONS *`), which no URL says.
    pub(super) of_server: bool,
    /// Whether a body is sent, be it empty.
    pub(super) has_body: bool,
    pub(super) variables: Vec<Variable>,
    /// What is different from the draft, in words.
    pub(super) notes: Vec<String>,
}

/// One header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) name: String,
    pub(super) value: Vec<Piece>,
}

impl Line {
    /// Name and value as curl takes them: a value that is empty is told by a semicolon.
    pub(super) fn for_curl(&self) -> Vec<Piece> {
        if self.value.is_empty() {
            return piece::whole(format!("{};", self.name).as_bytes());
        }
        piece::prefixed(&format!("{}: ", self.name), &self.value)
    }
}

impl Prepared {
    pub(super) fn of(draft: &Draft, title: &str) -> Self {
        let mut prepared = Self { title: one_line(title), method: draft.method.clone(), ..Self::default() };
        let holes = |part| draft.holes.iter().filter(move |hole| hole.part == part);
        let is_masked = |part| draft.masked.contains(&part) || holes(part).next().is_some();
        prepared.place(&draft.url, is_masked(Part::Target));
        for header in &draft.headers.0 {
            prepared.header(&header.name, &header.value, is_masked(Part::RequestHead));
        }
        prepared.has_body |= !draft.body.is_empty();
        prepared.body = if is_masked(Part::RequestBody) {
            let known: Vec<_> = holes(Part::RequestBody).map(|hole| hole.range.clone()).collect();
            piece::of_body(&draft.body, &known, &mut prepared.variables)
        } else {
            piece::whole(&draft.body)
        };
        prepared
    }

    fn place(&mut self, url: &str, masked: bool) {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        self.scheme = scheme.to_ascii_lowercase();
        let rest = rest.split('#').next().unwrap_or(rest);
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let authority = rest[..end].rsplit('@').next().unwrap_or_default();
        self.authority = authority.to_owned();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()),
            _ => (authority, None),
        };
        self.host = host.trim_matches(['[', ']']).to_owned();
        self.port = port.unwrap_or(if self.scheme == "https" { 443 } else { 80 });
        let target = &rest[end..];
        self.of_server = target.is_empty() && self.method == "OPTIONS";
        let target = if target.starts_with('/') { target.to_owned() } else { format!("/{target}") };
        self.target = if masked {
            piece::of_text(target.as_bytes(), &mut self.variables)
        } else {
            piece::whole(target.as_bytes())
        };
    }

    fn header(&mut self, name: &str, value: &[u8], masked: bool) {
        match name.to_ascii_lowercase().as_str() {
            "host" if value.eq_ignore_ascii_case(self.authority.as_bytes()) => return,
            // With an empty body this is what says that there is one.
            "content-length" => return self.has_body = true,
            "transfer-encoding" => {
                self.has_body = true;
                let value = String::from_utf8_lossy(value);
                self.notes.push(format!("Recorded with Transfer-Encoding: {}; sent with a length.", one_line(&value)));
                return;
            }
            _ => {}
        }
        let value = if masked { piece::of_header(name, value, &mut self.variables) } else { piece::whole(value) };
        self.headers.push(Line { name: name.to_owned(), value });
    }

    /// The value of a header, where it holds no variable.
    pub(super) fn plain_header(&self, name: &str) -> Option<Vec<u8>> {
        let line = self.headers.iter().find(|line| line.name.eq_ignore_ascii_case(name))?;
        piece::plain(&line.value)
    }

    pub(super) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|line| line.name.eq_ignore_ascii_case(name))
    }

    /// The absolute URL.
    pub(super) fn url(&self) -> Vec<Piece> {
        piece::prefixed(&format!("{}://{}", self.scheme, self.authority), &self.target)
    }

    /// What the recording said of the host, where it differs from the URL, else the URL's.
    pub(super) fn host_line(&self) -> Option<Line> {
        let host = Line { name: "Host".to_owned(), value: piece::whole(self.authority.as_bytes()) };
        (!self.has_header("host")).then_some(host)
    }
}

/// What may stand in a comment.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect()
}
