//! JSON that is too large to be held, made shorter byte by byte: beyond a measure, members are left out that hold one
//! value and whose names state no fact.

use super::super::section::{self, SectionKind};
use super::super::synonyms::Synonyms;
use super::Thinned;
use crate::Span;

/// An object or a list that is open.
#[derive(Clone, Copy, Debug)]
struct Container {
    object: bool,
    /// Whether nothing of it is kept yet.
    empty: bool,
    /// Whether its values are kept whatever they are called: those of a stack.
    stack: bool,
}

/// A text while it is made shorter.
pub(in super::super) struct Json<'s> {
    pub(in super::super) thinned: Thinned,
    synonyms: &'s Synonyms,
    open: Vec<Container>,
    /// What is read of the present member, and where it starts in the source.
    member: Vec<u8>,
    from: u64,
    in_text: bool,
    escaped: bool,
    /// Whether the text that is being read is too long to be kept.
    cut: bool,
    /// The byte that comes next.
    at: u64,
}

impl<'s> Json<'s> {
    pub(in super::super) fn new(measure: usize, at: u64, synonyms: &'s Synonyms) -> Self {
        let (thinned, member) = (Thinned::new(measure), Vec::new());
        Self { thinned, synonyms, open: Vec::new(), member, from: at, in_text: false, escaped: false, cut: false, at }
    }

    /// Takes the bytes that come next; false where they are no JSON.
    pub(in super::super) fn take(&mut self, bytes: &[u8]) -> bool {
        let mut rest = bytes;
        while let Some((byte, behind)) = rest.split_first() {
            let text = self.within_text(rest);
            if text > 0 {
                self.thinned.passes_bytes(&rest[..text]);
                self.member.extend_from_slice(&rest[..text]);
                self.at += text as u64;
                rest = &rest[text..];
                continue;
            }
            if !self.byte(*byte) {
                return false;
            }
            self.at += 1;
            self.thinned.line += u64::from(*byte == b'\n');
            rest = behind;
        }
        true
    }

    /// How many bytes come next that are within a text and end it nowhere, and that are few enough to be kept.
    fn within_text(&self, bytes: &[u8]) -> usize {
        if !self.in_text || self.escaped || self.cut {
            return 0;
        }
        let room = (self.thinned.measure / 3).saturating_sub(self.member.len());
        let bytes = &bytes[..bytes.len().min(room)];
        memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len())
    }

    fn byte(&mut self, byte: u8) -> bool {
        if self.in_text {
            self.in_text = self.escaped || byte != b'"';
            // A cut must not leave half a sign or half an escape.
            let whole = !self.escaped && matches!(byte, b' ' | b'\\');
            self.cut |= whole && self.member.len() > self.thinned.measure / 3;
            if !self.cut || !self.in_text {
                self.member.push(byte);
            }
            self.escaped = !self.escaped && byte == b'\\';
            self.cut &= self.in_text;
            return true;
        }
        match byte {
            b'{' | b'[' => self.opens(byte),
            b'}' | b']' => {
                self.ends_member();
                let closes = self.open.pop().is_some_and(|of| of.object == (byte == b'}'));
                self.thinned.text.push(char::from(byte));
                return closes;
            }
            b',' => {
                self.ends_member();
                return !self.open.is_empty();
            }
            _ if self.member.is_empty() && byte.is_ascii_whitespace() => {}
            _ => {
                if self.member.is_empty() {
                    self.from = self.at;
                }
                self.in_text = byte == b'"';
                self.member.push(byte);
                return !self.open.is_empty();
            }
        }
        true
    }

    fn opens(&mut self, bracket: u8) {
        let member = std::mem::take(&mut self.member);
        let stack = self.open.last().is_some_and(|outer| outer.stack) || is_stack(name(&member));
        if self.open.is_empty() {
            self.thinned.places.push((self.thinned.text.len(), self.at, self.thinned.line));
        }
        self.keeps(&member);
        self.thinned.text.push(char::from(bracket));
        self.open.push(Container { object: bracket == b'{', empty: true, stack });
    }

    /// The comma before a member, and the member.
    fn keeps(&mut self, member: &[u8]) {
        if self.open.last_mut().is_some_and(|of| !std::mem::replace(&mut of.empty, false)) {
            self.thinned.text.push(',');
        }
        self.thinned.text.push_str(&String::from_utf8_lossy(member));
    }

    fn ends_member(&mut self) {
        let member = std::mem::take(&mut self.member);
        if member.is_empty() {
            return;
        }
        let name = name(&member);
        let stack = self.open.last().is_some_and(|of| of.stack);
        let states = || stack || self.synonyms.knows(name) || is_stack(name);
        let kept = match self.thinned.text.len() {
            len if len < self.thinned.measure => true,
            len => len + member.len() < 2 * self.thinned.measure && states(),
        };
        if kept {
            return self.keeps(&member);
        }
        let span = Span::new(self.from, self.at.saturating_sub(self.from));
        self.thinned.left_out(span, 1);
    }
}

/// The name of a member; empty where it has none.
fn name(member: &[u8]) -> &str {
    let text = std::str::from_utf8(member.get(..member.len().min(200)).unwrap_or_default()).unwrap_or_default();
    let named = text.strip_prefix('"').and_then(|text| text.split_once('"'));
    named.filter(|(_, behind)| behind.trim_start().starts_with(':')).map_or("", |(name, _)| name)
}

fn is_stack(name: &str) -> bool {
    !name.is_empty() && matches!(section::kind(name), SectionKind::Stack | SectionKind::Trace)
}
