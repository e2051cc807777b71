//! Changes to a head's bytes, each one listed; bytes that aren't named by a change stay as they came.

use std::cmp::Reverse;
use std::ops::Range;

use bytes::Bytes;
use mwscope_parsers::http::{Field, Head, Start};

use crate::model::Edit;

/// A head and what is to be changed in it.
pub struct Patch<'a> {
    head: &'a Head,
    cuts: Vec<(Range<usize>, Vec<u8>)>,
    edits: Vec<Edit>,
}

impl<'a> Patch<'a> {
    /// No change yet.
    #[must_use]
    pub fn new(head: &'a Head) -> Self {
        Self { head, cuts: Vec::new(), edits: Vec::new() }
    }

    /// Puts `with` in the place of `range`, and lists it as `what` with the text before and after.
    pub fn replace(&mut self, range: Range<usize>, with: &[u8], what: impl Into<String>) {
        let before = Some(text(self.head.slice(&range)));
        self.edits.push(Edit { what: what.into(), before, after: Some(text(with)) });
        self.cuts.push((range, with.to_vec()));
    }

    /// Puts `with` in the place of `range`; listed without the texts, because the change is of white space alone.
    pub fn mend(&mut self, range: Range<usize>, with: &[u8], what: impl Into<String>) {
        let what = what.into();
        // One kind of mending often applies to many lines of one head.
        if !self.edits.iter().any(|e| e.what == what) {
            self.edits.push(Edit { what, before: None, after: None });
        }
        self.cuts.push((range, with.to_vec()));
    }

    /// Takes several ranges away, listed as one change.
    pub fn cut_all(&mut self, ranges: impl IntoIterator<Item = Range<usize>>, edit: Edit) {
        self.edits.push(edit);
        self.cuts.extend(ranges.into_iter().map(|range| (range, Vec::new())));
    }

    /// Takes a field line away. Its value is not listed: it may be a secret.
    pub fn remove(&mut self, field: &Field) {
        let what = format!("{} removed", text(self.head.slice(&field.name)));
        self.edits.push(Edit { what, before: None, after: None });
        self.cuts.push((field.line.clone(), Vec::new()));
    }

    /// Takes a field line away that holds no secret, and lists it as `what`.
    pub fn cut(&mut self, field: &Field, what: impl Into<String>) {
        let before = Some(text(self.head.slice(&field.value)));
        self.edits.push(Edit { what: what.into(), before, after: None });
        self.cuts.push((field.line.clone(), Vec::new()));
    }

    /// Puts a field line behind the start line.
    pub fn insert(&mut self, name: &str, value: &str) {
        self.insert_listed(name, value, Some(value.to_owned()));
    }

    /// Puts a field line behind the start line whose value is not listed.
    pub fn insert_secret(&mut self, name: &str, value: &str) {
        self.insert_listed(name, value, None);
    }

    fn insert_listed(&mut self, name: &str, value: &str, after: Option<String>) {
        let at = self.behind_start_line();
        self.edits.push(Edit { what: format!("{name} added"), before: None, after });
        self.cuts.push((at..at, format!("{name}: {value}\r\n").into_bytes()));
    }

    /// As [`Patch::finish`], with the bytes `came` themselves where nothing was changed.
    #[must_use]
    pub fn finish_of(self, came: Bytes) -> (Bytes, Vec<Edit>) {
        debug_assert_eq!(came, self.head.bytes());
        if self.cuts.is_empty() {
            return (came, self.edits);
        }
        let (bytes, edits) = self.finish();
        (bytes.into(), edits)
    }

    /// The changed bytes and the list of changes. Without a change the bytes are those that came.
    #[must_use]
    pub fn finish(mut self) -> (Vec<u8>, Vec<Edit>) {
        // Insertions first, then the change that takes more: what lies inside a removed line is gone with it.
        self.cuts.sort_by_key(|(range, with)| (range.start, !range.is_empty(), Reverse(range.end), with.len()));
        let bytes = self.head.bytes();
        let mut out = Vec::with_capacity(bytes.len() + 64);
        let mut at = 0;
        for (range, with) in &self.cuts {
            // A field that was both mended and removed is only removed.
            if range.start < at {
                continue;
            }
            out.extend_from_slice(bytes.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(with);
            at = range.end;
        }
        out.extend_from_slice(bytes.get(at..).unwrap_or_default());
        (out, self.edits)
    }

    fn behind_start_line(&self) -> usize {
        let start = match self.head.start() {
            Start::Request { target, .. } => target.end,
            Start::Response { reason, .. } => reason.end,
        };
        let bytes = self.head.bytes();
        bytes.iter().skip(start).position(|b| *b == b'\n').map_or(bytes.len(), |i| start + i + 1)
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::Limits;

    use super::*;

    #[test]
    fn only_the_named_bytes_change() {
        let bytes = b"GET http://h/a HTTP/1.1\r\nhOst:  h \r\nProxy-X: secret\r\nX:1\r\nx:2\r\n\r\n";
        let head = Head::request(bytes.to_vec(), 0, &Limits::default());
        let mut patch = Patch::new(&head);
        let Start::Request { target, .. } = head.start() else { panic!("a request") };
        patch.replace(target.clone(), b"/a", "request target: absolute to origin form");
        patch.remove(&head.fields()[1]);
        patch.insert("Via", "1.1 x");
        let (out, edits) = patch.finish();
        assert_eq!(out, b"GET /a HTTP/1.1\r\nVia: 1.1 x\r\nhOst:  h \r\nX:1\r\nx:2\r\n\r\n");
        assert_eq!(edits.len(), 3);
        assert!(!format!("{edits:?}").contains("secret"));
        assert_eq!(Patch::new(&head).finish(), (bytes.to_vec(), vec![]));
    }
}
