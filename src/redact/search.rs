//! The search for secrets in a text that comes piece by piece: bytes in, the same number of bytes out with each
//! secret overwritten. What comes out doesn't depend on how the text was cut. It takes time linear in the text and
//! holds back only the few bytes that a decision hangs on. It knows characters, not codings or charsets.

use super::ends::{self, Ends};
use super::forms::{self, Char, Look, MAX_FORM, Style};
use super::grammar::{self, Behind, Text};
use super::inside;
use super::nameless;
use super::names;
use super::spelled;
use super::state::{Element, Nested, State, Syntax, Tag, Until, Value, Within};
use super::stems;

/// What secrets are overwritten with.
pub(crate) const FILLER: u8 = b'*';

/// Bytes before the present place that a decision may look at.
const LOOK_BACK: usize = 512;

/// Bytes of a secret that its token is made of.
pub(crate) const TOKEN_BYTES: usize = 4096;

/// A tag or a part's head that doesn't end within so many bytes was none.
const GIVE_UP: u16 = 8192;

/// A secret that was overwritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Secret {
    pub(crate) offset: u64,
    pub(crate) len: u64,
    pub(crate) rule: &'static str,
    /// Its first bytes, as they were written.
    pub(crate) bytes: Vec<u8>,
}

/// A search under way.
#[derive(Debug)]
pub(crate) struct Search {
    syntax: Syntax,
    state: State,
    buf: Vec<u8>,
    /// Bytes of the text before `buf`.
    base: u64,
    /// Bytes of `buf` that were given out.
    given: usize,
    /// Where in `buf` the search stands.
    scan: usize,
    grants: bool,
    open: Option<Secret>,
    found: Vec<Secret>,
}

/// Whether a step got on.
enum Step {
    On,
    /// More bytes are needed; those from there on are held back.
    Wait(usize),
}

impl Search {
    /// A search in a text of that syntax.
    pub(crate) fn new(syntax: Syntax) -> Self {
        Self {
            syntax,
            state: State::Idle,
            buf: Vec::new(),
            base: 0,
            given: 0,
            scan: 0,
            grants: false,
            open: None,
            found: Vec::new(),
        }
    }

    /// A search that overwrites everything.
    pub(crate) fn everything(rule: &'static str) -> Self {
        let value = Value { rule, until: Until::Never, then: Box::new(State::Idle) };
        Self { state: State::Value(value), ..Self::new(Syntax::Text) }
    }

    /// Takes the next piece, and gives out what is decided.
    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        // In pieces, so that a large one needs no second copy of itself.
        for piece in piece.chunks(64 << 10) {
            if self.buf.is_empty() && matches!(self.state, State::Idle) && !stems::may_find(piece) {
                self.pass(piece, out);
                continue;
            }
            self.buf.extend_from_slice(piece);
            let decided = self.run(false);
            self.give(decided, out);
        }
    }

    /// Gives out a first piece that has nothing in it, and keeps no more of it than what comes next may be decided by.
    fn pass(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(piece);
        let drop = piece.len().saturating_sub(2 * LOOK_BACK);
        self.buf.extend_from_slice(&piece[drop..]);
        self.base += drop as u64;
        self.given = self.buf.len();
        self.scan = self.buf.len().saturating_sub(stems::LONGEST);
    }

    /// Gives out the rest.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.run(true);
        self.close();
        self.give(self.buf.len(), out);
    }

    /// The secrets that have been overwritten since the last time.
    pub(crate) fn take_found(&mut self) -> Vec<Secret> {
        std::mem::take(&mut self.found)
    }

    fn give(&mut self, decided: usize, out: &mut Vec<u8>) {
        if decided > self.given {
            out.extend_from_slice(&self.buf[self.given..decided]);
            self.given = decided;
        }
        let keep = self.given.min(self.scan).saturating_sub(LOOK_BACK);
        if keep > LOOK_BACK {
            self.buf.drain(..keep);
            self.base += keep as u64;
            self.given -= keep;
            self.scan -= keep;
        }
    }

    /// Goes on as far as the bytes allow; says up to where they may be given out.
    fn run(&mut self, last: bool) -> usize {
        loop {
            let step = match std::mem::replace(&mut self.state, State::Idle) {
                State::Idle => self.idle(last),
                State::Value(value) => self.value(value, last),
                State::Tag(tag) => self.tag(tag, last),
                State::Element(element) => self.element(element, last),
                State::Nested(nested) => self.nested(nested, last),
                State::PartHead { rule, ends, seen } => self.part_head(rule, ends, seen),
                State::Skip { rule, left, count } => self.skip(rule, left, count),
                State::Coded(seen) => self.coded(seen, last),
            };
            if let Step::Wait(decided) = step {
                return decided;
            }
        }
    }

    fn at(&self, last: bool) -> Look<Option<Char>> {
        forms::at(&self.buf, self.scan, last)
    }

    /// Everything at hand has been gone through.
    fn wait(&mut self, state: State) -> Step {
        self.state = state;
        Step::Wait(self.scan.max(self.given))
    }

    fn idle(&mut self, last: bool) -> Step {
        let Some(stem) = stems::find(&self.buf, self.scan) else {
            self.scan = self.scan.max(self.buf.len().saturating_sub(stems::LONGEST));
            return Step::Wait(self.buf.len());
        };
        let (stem_at, stem_end) = (stem.start, stem.end);
        let text = Text { bytes: &self.buf, syntax: self.syntax, last };
        if let Some(found) = nameless::begins(&text, stem_at..stem_end) {
            return self.go_behind(found, stem_at, stem_end);
        }
        if matches!(self.buf[stem_at], b'%' | b'\\') {
            return self.spelled(stem_at, last);
        }
        if self.buf[stem_end - 1] == b'h' && self.buf[stem_at].eq_ignore_ascii_case(&b'g') {
            self.grants = true;
        }
        let behind =
            self.buf[stem_end..].iter().take(names::MAX_NAME + 1).take_while(|b| grammar::is_name(**b)).count();
        let to = stem_end + behind;
        if to == self.buf.len() && behind <= names::MAX_NAME && !last {
            self.scan = stem_at;
            return Step::Wait(self.buf.len());
        }
        let from = grammar::name_start(&self.buf, to);
        let text = Text { bytes: &self.buf, syntax: self.syntax, last };
        if self.syntax == Syntax::Form && !self.grants && &self.buf[from..to] == b"code" {
            return self.go_behind(nameless::code(&text, to), stem_at, to);
        }
        let found = match self.kind(&self.buf[from..to]) {
            Some(kind) if from < to => grammar::behind(&text, from, to, kind),
            _ => Behind::Nothing,
        };
        self.go_behind(found, stem_at, to.max(stem_end))
    }

    fn go_behind(&mut self, found: Behind, stem_at: usize, to: usize) -> Step {
        match found {
            Behind::Nothing => {
                self.scan = to;
                Step::On
            }
            Behind::Begins(state, at) => {
                self.state = state;
                self.scan = at;
                Step::On
            }
            Behind::Short(hold) => {
                self.scan = stem_at;
                Step::Wait(hold.min(self.buf.len()))
            }
        }
    }

    /// A name some of whose letters are escaped, around the one at `at`.
    fn spelled(&mut self, at: usize, last: bool) -> Step {
        let Look::Is(spelled) = spelled::name(&self.buf, at, last) else {
            self.scan = at;
            return Step::Wait(self.buf.len());
        };
        let text = Text { bytes: &self.buf, syntax: self.syntax, last };
        let found = match self.kind(&spelled.name) {
            Some(kind) => grammar::behind(&text, spelled.from, spelled.to, kind),
            None => Behind::Nothing,
        };
        self.go_behind(found, at, spelled.to)
    }

    fn kind(&self, name: &[u8]) -> Option<names::Kind> {
        if name == b"code" && self.grants && self.syntax == Syntax::Form {
            return Some(names::Kind::Secret("oauth-code"));
        }
        if self.syntax == Syntax::File && name.eq_ignore_ascii_case(b"sessionid") {
            return None;
        }
        match self.syntax {
            Syntax::Form | Syntax::Json => names::kind_of_field(name),
            _ => names::kind_of_element(name),
        }
    }

    /// Overwrites the next `n` bytes.
    fn mask(&mut self, n: usize, rule: &'static str, with: u8) {
        let end = (self.scan + n).min(self.buf.len());
        let offset = self.base + self.scan as u64;
        let open = self.open.get_or_insert_with(|| Secret { offset, len: 0, rule, bytes: Vec::new() });
        let room = TOKEN_BYTES.saturating_sub(open.bytes.len());
        let bytes = &mut self.buf[self.scan..end];
        open.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        open.len += bytes.len() as u64;
        bytes.fill(with);
        self.scan = end;
    }

    /// The present secret ends here.
    fn close(&mut self) {
        self.found.extend(self.open.take());
    }

    fn value(&mut self, value: Value, last: bool) -> Step {
        loop {
            if self.scan == self.buf.len() {
                return self.wait(State::Value(value));
            }
            let rule = value.rule;
            match ends::ends(&self.buf[self.scan..], self.syntax, value.until, last) {
                Ends::No(n) => self.mask(n, rule, FILLER),
                Ends::Digit => self.mask(1, rule, b'1'),
                Ends::Sign => self.scan += 1,
                Ends::Short => return self.wait(State::Value(value)),
                Ends::Yes(skip) => {
                    self.close();
                    self.scan += skip;
                    self.state = *value.then;
                    return Step::On;
                }
                Ends::Counted => {
                    self.mask(1, rule, FILLER);
                    if let Until::Count(left) = value.until {
                        return self.go(State::Value(Value { until: Until::Count(left - 1), ..value }));
                    }
                }
            }
        }
    }

    fn go(&mut self, state: State) -> Step {
        self.state = state;
        Step::On
    }

    /// A start tag: its secret attributes, and where it ends.
    fn tag(&mut self, mut tag: Tag, last: bool) -> Step {
        loop {
            let c = match self.at(last) {
                Look::Is(Some(c)) => c,
                Look::Is(None) | Look::Short => return self.wait(State::Tag(tag)),
            };
            tag.seen += 1;
            let style_ends = c.style == tag.style || c.style == Style::Raw;
            if tag.seen > GIVE_UP || c.ch == b'<' && style_ends && tag.quote.is_none() {
                return self.go(State::Idle);
            }
            self.scan += c.len;
            if let Some(quote) = tag.quote {
                tag.quote = (c.ch != quote).then_some(quote);
                continue;
            }
            let (slash, level) = (std::mem::take(&mut tag.slash), std::mem::take(&mut tag.backslashes));
            let equals = tag.equals && !c.ch.is_ascii_whitespace();
            tag.equals &= !equals;
            match c.ch {
                b'>' if style_ends && slash || b'>' == c.ch && !tag.element => return self.go(State::Idle),
                b'>' if style_ends => {
                    let (rule, style, leaf) = (tag.rule, tag.style, tag.leaf);
                    return self.go(State::Element(Element { rule, style, depth: 0, leaf, within: Within::Gap }));
                }
                // Without quotes, as HTML may write it.
                ch if equals && !matches!(ch, b'"' | b'\'' | b'\\') => {
                    let Some(rule) = tag.secret() else { continue };
                    self.scan -= c.len;
                    tag.element &= !tag.either;
                    tag.ended = true;
                    let value = Value { rule, until: Until::Attribute, then: Box::new(State::Tag(tag)) };
                    return self.go(State::Value(value));
                }
                b'"' | b'\'' => {
                    let Some(rule) = tag.secret() else {
                        tag.quote = Some(c.ch);
                        continue;
                    };
                    tag.element &= !tag.either;
                    tag.ended = true;
                    let until = Until::Quote { ch: c.ch, style: c.style, level, escapes: level > 0 };
                    // Behind the value stands the closing quote, which must not open another.
                    tag.quote = Some(c.ch);
                    return self.go(State::Value(Value { rule, until, then: Box::new(State::Tag(tag)) }));
                }
                b'/' => tag.slash = true,
                b'\\' => tag.backslashes = level + 1,
                ch if grammar::is_name(ch) || ch == b':' => {
                    if std::mem::take(&mut tag.ended) || ch == b':' {
                        tag.attribute.clear();
                    }
                    if ch != b':' && tag.attribute.len() <= names::MAX_NAME {
                        tag.attribute.push(ch);
                    }
                }
                b'=' => (tag.ended, tag.equals) = (true, true),
                _ => tag.ended = true,
            }
        }
    }

    /// The content of an element that is a secret.
    fn element(&mut self, mut element: Element, last: bool) -> Step {
        loop {
            let c = match self.at(last) {
                Look::Is(Some(c)) => c,
                Look::Is(None) | Look::Short => return self.wait(State::Element(element)),
            };
            let markup = c.style == element.style || c.style == Style::Raw;
            match element.within {
                Within::Gap | Within::Text if c.ch == b'<' && markup => match self.markup(&mut element, c, last) {
                    Markup::Short => return self.wait(State::Element(element)),
                    Markup::On => {}
                    Markup::Ends => return self.go(State::Idle),
                    Markup::Cdata => {
                        let value =
                            Value { rule: element.rule, until: Until::Cdata, then: Box::new(State::Element(element)) };
                        return self.go(State::Value(value));
                    }
                },
                Within::Gap if c.ch.is_ascii_whitespace() => self.scan += c.len,
                Within::Gap | Within::Text => {
                    element.within = Within::Text;
                    self.mask(c.len, element.rule, FILLER);
                }
                Within::Tag { opens, slash, quote } => {
                    self.scan += c.len;
                    element.within = match (quote, c.ch) {
                        (Some(open), ch) => Within::Tag { opens, slash, quote: (ch != open).then_some(open) },
                        (None, b'>') if markup => {
                            element.depth += u32::from(opens && !slash);
                            Within::Gap
                        }
                        (None, ch @ (b'"' | b'\'')) if opens => Within::Tag { opens, slash, quote: Some(ch) },
                        (None, ch) => Within::Tag { opens, slash: ch == b'/', quote },
                    };
                }
                Within::Comment(hyphens) => {
                    self.scan += c.len;
                    element.within = match c.ch {
                        b'-' => Within::Comment((hyphens + 1).min(2)),
                        b'>' if hyphens == 2 => Within::Gap,
                        _ => Within::Comment(0),
                    };
                }
            }
        }
    }

    /// What the `<` at the present place begins.
    fn markup(&mut self, element: &mut Element, open: Char, last: bool) -> Markup {
        let rest = &self.buf[self.scan + open.len..];
        if rest.len() < b"![CDATA[".len().max(MAX_FORM) && !last {
            // Enough to tell everything apart, also an escaped slash.
            let known = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'/');
            if !known {
                return Markup::Short;
            }
        }
        let (cdata, comment) = (rest.starts_with(b"![CDATA["), rest.starts_with(b"!--"));
        self.close();
        element.within = Within::Gap;
        if cdata {
            self.scan += open.len + b"![CDATA[".len();
            return Markup::Cdata;
        }
        if comment {
            self.scan += open.len + b"!--".len();
            element.within = Within::Comment(0);
            return Markup::On;
        }
        let next = match forms::at(&self.buf, self.scan + open.len, last) {
            Look::Short => return Markup::Short,
            // JSON may write `<\/password>`.
            Look::Is(Some(c)) if c.ch == b'\\' => self.buf.get(self.scan + open.len + 1).copied(),
            Look::Is(c) => c.map(|c| c.ch),
        };
        let closes = next == Some(b'/');
        if closes && element.depth == 0 {
            return Markup::Ends;
        }
        if element.leaf {
            return Markup::Ends;
        }
        element.depth -= u32::from(closes);
        self.scan += open.len;
        element.within = Within::Tag {
            opens: next.is_some_and(|b| b.is_ascii_alphabetic() || b == b'_'),
            slash: false,
            quote: None,
        };
        Markup::On
    }

    /// JSON all of whose values are secret.
    fn nested(&mut self, mut nested: Nested, last: bool) -> Step {
        loop {
            let Some(byte) = self.buf.get(self.scan).copied() else { return self.wait(State::Nested(nested)) };
            let level = std::mem::take(&mut nested.backslashes);
            if let Some(opened) = nested.name {
                match ends::quote_ends(&self.buf[self.scan..], b'"', opened, true, last) {
                    Ends::Short => return self.wait(State::Nested(nested)),
                    Ends::Yes(n) => {
                        self.scan += n + opened + 1;
                        nested.name = None;
                    }
                    Ends::No(n) => self.scan += n,
                    Ends::Digit | Ends::Sign | Ends::Counted => self.scan += 1,
                }
                continue;
            }
            if byte == b'-' || byte.is_ascii_digit() {
                let value = Value { rule: nested.rule, until: Until::Number, then: Box::new(State::Nested(nested)) };
                return self.go(State::Value(value));
            }
            self.scan += 1;
            match byte {
                b'{' | b'[' if nested.stack.len() >= 64 => {
                    let until = Until::Never;
                    return self.go(State::Value(Value { rule: nested.rule, until, then: Box::new(State::Idle) }));
                }
                b'{' | b'[' => {
                    nested.stack.push(byte == b'{');
                    nested.value = byte == b'[';
                }
                b'}' | b']' => {
                    nested.stack.pop();
                    if nested.stack.is_empty() {
                        return self.go(State::Idle);
                    }
                }
                b':' => nested.value = true,
                b',' => nested.value = nested.stack.last() == Some(&false),
                b'\\' => nested.backslashes = level + 1,
                b'"' if nested.value => {
                    let until = Until::Quote { ch: b'"', style: Style::Raw, level, escapes: true };
                    let rule = nested.rule;
                    nested.value = nested.stack.last() == Some(&false);
                    return self.go(State::Value(Value {
                        rule,
                        until,
                        then: Box::new(State::Nested(after_quote(nested, level))),
                    }));
                }
                b'"' => nested.name = Some(level),
                _ => {}
            }
        }
    }

    fn part_head(&mut self, rule: &'static str, mut ends: u8, mut seen: u16) -> Step {
        while let Some(byte) = self.buf.get(self.scan) {
            if seen > GIVE_UP {
                return self.go(State::Idle);
            }
            self.scan += 1;
            seen += 1;
            match byte {
                b'\n' => ends += 1,
                b'\r' => {}
                _ => ends = 0,
            }
            if ends == 2 {
                return self.go(State::Value(Value { rule, until: Until::Boundary, then: Box::new(State::Idle) }));
            }
        }
        self.wait(State::PartHead { rule, ends, seen })
    }

    /// Base64 of a text, which is searched as soon as all of it is there.
    fn coded(&mut self, seen: usize, last: bool) -> Step {
        let run = inside::run(&self.buf[self.scan..], seen);
        if self.scan + run == self.buf.len() && run < inside::LONGEST && !last {
            self.state = State::Coded(run);
            return Step::Wait(self.scan);
        }
        for found in inside::mask(&mut self.buf[self.scan..self.scan + run]) {
            self.found.push(Secret { offset: self.base + self.scan as u64 + found.offset, ..found });
        }
        self.scan += run;
        Step::On
    }

    fn skip(&mut self, rule: &'static str, left: u16, count: u16) -> Step {
        let n = usize::from(left).min(self.buf.len() - self.scan);
        self.scan += n;
        let left = left - n as u16;
        if left > 0 {
            return self.wait(State::Skip { rule, left, count });
        }
        self.go(State::Value(Value { rule, until: Until::Count(count), then: Box::new(State::Idle) }))
    }
}

enum Markup {
    Short,
    On,
    Ends,
    Cdata,
}

/// The state behind a value in quotes: its closing quote is skipped as if it were that of a name.
fn after_quote(mut nested: Nested, level: usize) -> Nested {
    nested.name = Some(level);
    nested
}
