//! What stands around a name that may come before a secret, and where the secret begins. It looks at the bytes at
//! hand and asks for more where they don't suffice; it changes nothing.

use super::forms::{self, Char, Look, Style};
use super::names::{self, Kind};
use super::prose;
use super::state::{Nested, State, Syntax, Tag, Until, Value};
use super::stems;

/// White space between a name and its value is no longer.
const MAX_GAP: usize = 64;

/// What comes behind a name.
#[derive(Debug)]
pub(crate) enum Behind {
    /// No secret.
    Nothing,
    /// The state to go on in, and where.
    Begins(State, usize),
    /// More bytes are needed to say; those from there on must be held back.
    Short(usize),
}

/// A text and what is known of it.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) syntax: Syntax,
    /// Whether nothing comes behind the bytes.
    pub(crate) last: bool,
}

/// Asks for more bytes where there are too few.
macro_rules! look {
    ($look:expr, $hold:expr) => {
        match $look {
            Look::Is(found) => found,
            Look::Short => return Behind::Short($hold),
        }
    };
}
pub(crate) use look;

pub(crate) const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'$' | b'#')
}

pub(crate) const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Where the name that ends at `end` begins; what belongs to an escaped character before it (`%22password`,
/// `\u003cpassword`, `\npassword`) is no part of it.
pub(crate) fn name_start(bytes: &[u8], end: usize) -> usize {
    let run = bytes[..end].iter().rev().take(2 * names::MAX_NAME).take_while(|b| is_name(**b)).count();
    let start = end - run;
    let slashes = bytes[..start].iter().rev().take(9).take_while(|b| **b == b'\\').count();
    let escape = start - slashes.max(usize::from(start > 0 && bytes[start - 1] == b'%'));
    if escape == start || run == 0 {
        return start;
    }
    match forms::at(&bytes[..end], escape, true) {
        Look::Is(Some(c)) if c.style != Style::Raw && escape + c.len <= end => escape + c.len,
        _ if slashes % 2 == 1 && matches!(bytes[start], b'n' | b'r' | b't' | b'b' | b'f') => start + 1,
        _ => start,
    }
}

/// What the name at `from..to` introduces.
pub(crate) fn behind(text: &Text<'_>, from: usize, to: usize, kind: Kind) -> Behind {
    match kind {
        Kind::Bearer => match text.bearer(from, to) {
            Behind::Nothing => return behind(text, from, to, Kind::Common("bearer-token")),
            found => return found,
        },
        Kind::Basic => return text.basic(from, to),
        Kind::Drawn(rule) => return text.drawn(from, to, rule),
        Kind::Secret(_) | Kind::Common(_) | Kind::Parameter(_) | Kind::Credentials | Kind::Cookies => {}
    }
    let before = forms::before(text.bytes, from);
    if let Some(style) = text.opens_tag(from) {
        return text.tag(to, kind, style);
    }
    if let Some((quote, start)) = before.filter(|(c, _)| matches!(c.ch, b'"' | b'\'')) {
        match text.quoted(start, quote, to, kind) {
            Behind::Nothing => {}
            found => return found,
        }
    }
    if before.is_some_and(|(c, _)| c.ch == b'=' && c.style == Style::Raw)
        && let Some(tag) = text.named_bare(from, to, kind)
    {
        return Behind::Begins(State::Tag(tag), to);
    }
    match text.plain(from, before.map(|(c, _)| c), to, kind) {
        Behind::Nothing => prose::behind(text, from, to, kind),
        found => found,
    }
}

impl Text<'_> {
    pub(crate) fn at(&self, at: usize) -> Look<Option<Char>> {
        forms::at(self.bytes, at, self.last)
    }

    /// Skips white space, raw or escaped as in JSON (`\n`), up to a limit.
    fn skip_gap(&self, mut at: usize) -> Look<usize> {
        let limit = at + MAX_GAP;
        while at < limit {
            match self.at(at) {
                Look::Short => return Look::Short,
                Look::Is(Some(c)) if c.ch.is_ascii_whitespace() => at += c.len,
                Look::Is(_) => break,
            }
        }
        Look::Is(at)
    }

    /// The style of the `<` in front of a name, past a prefix. Letters beyond ASCII are as good in a tag as others.
    fn opens_tag(&self, from: usize) -> Option<Style> {
        let beyond = |end: usize| {
            let beyond = self.bytes[..end].iter().rev().take(names::MAX_NAME).take_while(|b| !b.is_ascii()).count();
            if beyond == 0 { end } else { name_start(self.bytes, end - beyond) }
        };
        let (c, start) = forms::before(self.bytes, beyond(from))?;
        if c.ch == b'<' {
            return Some(c.style);
        }
        if c.ch != b':' {
            return None;
        }
        let (c, _) = forms::before(self.bytes, beyond(name_start(self.bytes, start)))?;
        (c.ch == b'<').then_some(c.style)
    }

    /// An element whose content is drawn by lot: long, without blanks, of letters and digits.
    fn drawn(&self, from: usize, to: usize, rule: &'static str) -> Behind {
        const SHORTEST: usize = 16;
        let Some(style) = self.opens_tag(from) else { return Behind::Nothing };
        let Some(c) = look!(self.at(to), to).filter(|c| c.ch == b'>') else { return Behind::Nothing };
        let content = &self.bytes[to + c.len..];
        let run = content.iter().take(SHORTEST).take_while(|b| is_token(**b)).count();
        if run == content.len() && run < SHORTEST && !self.last {
            return Behind::Short(to);
        }
        let drawn = content[..run].iter().any(u8::is_ascii_digit) && content[..run].iter().any(u8::is_ascii_alphabetic);
        if run < SHORTEST || !drawn {
            return Behind::Nothing;
        }
        Behind::Begins(State::Tag(Tag::new(rule, style, true)), to)
    }

    fn tag(&self, to: usize, kind: Kind, style: Style) -> Behind {
        let leaf = matches!(kind, Kind::Parameter(_));
        if leaf && kind.rule() != "credentials" {
            return Behind::Nothing;
        }
        match look!(self.at(to), to) {
            Some(c) if c.ch.is_ascii_whitespace() || matches!(c.ch, b'>' | b'/' | b'\\' | b'+') => {
                let tag = if leaf { Tag::leaf(kind.rule(), style) } else { Tag::new(kind.rule(), style, true) };
                Behind::Begins(State::Tag(tag), to)
            }
            _ => Behind::Nothing,
        }
    }

    /// A name in quotes: a JSON member, or a value that names what another value holds.
    fn quoted(&self, start: usize, quote: Char, to: usize, kind: Kind) -> Behind {
        let level = match quote.style {
            Style::Raw => self.bytes[..start].iter().rev().take(32).take_while(|b| **b == b'\\').count(),
            _ => 0,
        };
        let slashes = self.bytes[to..].iter().take_while(|b| **b == b'\\').count();
        let run_ends = to + slashes < self.bytes.len() || self.last;
        let close_at = if quote.style == Style::Raw { to + slashes } else { to };
        if quote.style == Style::Raw && !run_ends {
            return Behind::Short(to);
        }
        let Some(close) = look!(self.at(close_at), to) else { return Behind::Nothing };
        let closes =
            close.ch == quote.ch && close.style == quote.style && (quote.style != Style::Raw || slashes == level);
        if !closes {
            return Behind::Nothing;
        }
        let behind = close_at + close.len;
        let next_at = look!(self.skip_gap(behind), to);
        let Some(next) = look!(self.at(next_at), to) else { return Behind::Nothing };
        match next.ch {
            b':' => self.value(next_at + next.len, kind, Lead::Member, next.style),
            b'=' if self.bytes.get(next_at + 1) == Some(&b'>') => {
                self.value(next_at + 2, kind, Lead::Member, next.style)
            }
            b'=' => self.value(next_at + next.len, kind, Lead::Member, next.style),
            b',' => self.pair(next_at + next.len, kind, to),
            _ => self.named(start - level, behind, next, kind, to),
        }
    }

    /// A quoted name that is an attribute's value, or that of a parameter in a part's head.
    fn named(&self, start: usize, behind: usize, next: Char, kind: Kind, hold: usize) -> Behind {
        let Some((equals, at)) = forms::before(self.bytes, start).filter(|(c, _)| c.ch == b'=') else {
            return Behind::Nothing;
        };
        let attribute = self.bytes[..at].iter().rev().take(16).take_while(|b| is_name(**b)).count();
        let attribute = &self.bytes[at - attribute..at];
        // What a field of HTML holds is said by its type as well.
        let typed = attribute.eq_ignore_ascii_case(b"type") && kind.rule() == "password" && self.in_void_tag(at);
        if !names::is_name(attribute) && !typed {
            return Behind::Nothing;
        }
        if self.syntax == Syntax::Multipart
            && matches!(look!(self.at(behind), hold), Some(c) if matches!(c.ch, b'\r' | b'\n' | b';'))
        {
            return Behind::Begins(State::PartHead { rule: kind.rule(), ends: 0, seen: 0 }, behind);
        }
        let in_tag = next.ch == b'>' || next.ch == b'/' || next.ch.is_ascii_alphabetic() || next.ch == b'_';
        if !in_tag {
            return Behind::Nothing;
        }
        let style = if equals.style == Style::Raw { self.tag_style(at) } else { equals.style };
        Behind::Begins(State::Tag(self.named_tag(kind, style, at)), behind)
    }

    /// The tag in which an attribute before `at` names what another one, or the content, holds.
    fn named_tag(&self, kind: Kind, style: Style, at: usize) -> Tag {
        let (name, before) = self.open_tag(at).unwrap_or_default();
        let valued = memchr::memmem::find(&before.to_ascii_lowercase(), b"value").is_some();
        let either = name.eq_ignore_ascii_case(b"param") && !valued;
        Tag { either, ..Tag::new(kind.rule(), style, either || !self.in_void_tag(at)) }
    }

    /// `<input name=password value=...`: a name without quotes in a tag.
    fn named_bare(&self, from: usize, to: usize, kind: Kind) -> Option<Tag> {
        let at = from.checked_sub(1)?;
        let attribute = self.bytes[..at].iter().rev().take(16).take_while(|b| is_name(**b)).count();
        let attribute = &self.bytes[at - attribute..at];
        let (name, before) = self.open_tag(at).filter(|_| self.bytes[at] == b'=' && self.syntax != Syntax::Form)?;
        let is_tag = !name.is_empty() && !before.contains(&b'>');
        let typed = attribute.eq_ignore_ascii_case(b"type") && kind.rule() == "password" && self.in_void_tag(at);
        let named = names::is_name(attribute) || typed;
        let ends = self.bytes.get(to).is_some_and(|b| b.is_ascii_whitespace() || matches!(b, b'>' | b'/'));
        (is_tag && named && ends).then(|| self.named_tag(kind, Style::Raw, at))
    }

    /// The name of the tag that was opened last before `at`, and what stands between them.
    fn open_tag(&self, at: usize) -> Option<(&[u8], &[u8])> {
        let from = at.saturating_sub(256);
        let open = (from..at).rev().find_map(|i| match forms::at(&self.bytes[..at], i, true) {
            Look::Is(Some(c)) if c.ch == b'<' => Some(i + c.len),
            _ => None,
        })?;
        let len = self.bytes[open..at].iter().take_while(|b| is_name(**b)).count();
        Some((&self.bytes[open..open + len], &self.bytes[open + len..at]))
    }

    /// How the `<` of the tag is written in which `at` stands.
    fn tag_style(&self, at: usize) -> Style {
        let from = at.saturating_sub(256);
        let open = (from..at).rev().find_map(|i| match forms::at(&self.bytes[..at], i, true) {
            Look::Is(Some(c)) if c.ch == b'<' => Some(c.style),
            _ => None,
        });
        open.unwrap_or(Style::Raw)
    }

    /// Whether `at` stands in a tag of HTML that has no content, or in none that begins nearby.
    fn in_void_tag(&self, at: usize) -> bool {
        const VOID: [&[u8]; 6] = [b"input", b"meta", b"param", b"link", b"embed", b"source"];
        let Some((name, _)) = self.open_tag(at) else { return true };
        VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
    }

    /// `"name": "password", "value": "..."`: the second half, behind the comma.
    fn pair(&self, from: usize, kind: Kind, hold: usize) -> Behind {
        let mut at = from;
        let limit = from + MAX_GAP;
        loop {
            let Some(c) = look!(self.at(at), hold) else { return Behind::Nothing };
            if c.ch.is_ascii_alphabetic() && c.style == Style::Raw || matches!(c.ch, b'#' | b'$') {
                break;
            }
            if at > limit || !(c.ch.is_ascii_whitespace() || matches!(c.ch, b'"' | b'\'' | b'\\')) {
                return Behind::Nothing;
            }
            at += c.len;
        }
        let end = at + self.bytes[at..].iter().take(16).take_while(|b| is_name(**b)).count();
        if end == self.bytes.len() && !self.last {
            return Behind::Short(hold);
        }
        if !names::is_value(&self.bytes[at..end]) {
            return Behind::Nothing;
        }
        at = end;
        loop {
            let Some(c) = look!(self.at(at), hold) else { return Behind::Nothing };
            at += c.len;
            match c.ch {
                b':' | b'=' => return self.value(at, kind, Lead::Member, c.style),
                b'"' | b'\'' | b'\\' | b' ' if at < end + MAX_GAP => {}
                _ => return Behind::Nothing,
            }
        }
    }

    /// A name without quotes: `name=value`, `Name: value`, or an element's text that names what the next one holds.
    fn plain(&self, from: usize, before: Option<Char>, to: usize, kind: Kind) -> Behind {
        let Some(mut next) = look!(self.at(to), to) else { return Behind::Nothing };
        let mut at = to;
        if next.ch == b']' {
            at += next.len;
            next = match look!(self.at(at), to) {
                Some(next) => next,
                None => return Behind::Nothing,
            };
        }
        if self.syntax == Syntax::Multipart && self.names_part(from, before, at > to, next) {
            return Behind::Begins(State::PartHead { rule: kind.rule(), ends: 0, seen: 0 }, at);
        }
        if next.ch.is_ascii_whitespace() && next.style == Style::Raw {
            at = look!(self.skip_gap(at), to);
            next = match look!(self.at(at), to) {
                Some(next) if next.ch == b'=' => next,
                _ => return Behind::Nothing,
            };
        }
        let common = matches!(kind, Kind::Common(_) | Kind::Parameter(_));
        match next.ch {
            b'=' => {
                match look!(self.at(at + next.len), to) {
                    Some(c) if c.ch == b'=' => return Behind::Nothing,
                    Some(c) if c.ch == b'>' => {
                        return self.value(at + next.len + c.len, kind, Lead::Member, next.style);
                    }
                    _ => {}
                }
                // Such a parameter ends before the next segment of the path, and before the query.
                let in_path = kind.rule() == "session-id" && before.is_some_and(|c| c.ch == b';');
                let lead = if in_path { Lead::PathParameter } else { Lead::Equals };
                self.value(at + next.len, kind, lead, next.style)
            }
            b':' if !common => self.value(at + next.len, kind, Lead::Colon, next.style),
            b':' if kind == Kind::Common("token") => self.entry(from, at + next.len, kind, to),
            b'<' if before.is_some_and(|c| c.ch == b'>') => self.next_element(at, kind, to),
            _ => Behind::Nothing,
        }
    }

    /// `token: 1a2b3c...` as YAML writes it: nothing before it in the line, and behind it what is drawn by lot.
    fn entry(&self, from: usize, behind: usize, kind: Kind, hold: usize) -> Behind {
        const SHORTEST: usize = 12;
        let mut line = self.bytes[..from].iter().rev().take(MAX_GAP).take_while(|b| **b != b'\n');
        if !line.all(|b| matches!(b, b' ' | b'-' | b'\t')) {
            return Behind::Nothing;
        }
        let at = look!(self.skip_gap(behind), hold);
        let quote = usize::from(self.bytes.get(at).is_some_and(|b| matches!(b, b'"' | b'\'')));
        let word = &self.bytes[(at + quote).min(self.bytes.len())..];
        let run = word.iter().take_while(|b| is_token(**b)).count();
        if run == word.len() && !self.last && run < names::MAX_NAME {
            return Behind::Short(hold);
        }
        let ends =
            word.get(run).is_none_or(|b| matches!(b, b'\r' | b'\n' | b'"' | b'\'' | b' ')) || run >= names::MAX_NAME;
        let drawn = word[..run].iter().any(u8::is_ascii_digit) && word[..run].iter().any(u8::is_ascii_alphabetic);
        if at == behind || run < SHORTEST || !ends || !drawn {
            return Behind::Nothing;
        }
        self.value(at, kind, Lead::Colon, Style::Raw)
    }

    /// Whether a name is that of a form's part: `name=password`, or `name="user[password]"` where it was in brackets.
    /// Or `name*=utf-8''password` (RFC 5987), where it is not plain.
    fn names_part(&self, from: usize, before: Option<Char>, bracketed: bool, next: Char) -> bool {
        let extended = || {
            let line = &self.bytes[from.saturating_sub(64)..from];
            let line = line.rsplit(|b| matches!(b, b';' | b' ' | b'\n')).next().unwrap_or(line);
            line.len() > 5 && line[..5].eq_ignore_ascii_case(b"name*")
        };
        match before.map(|c| c.ch) {
            Some(b'\'') => matches!(next.ch, b'\r' | b'\n' | b';') && extended(),
            Some(b'=') => matches!(next.ch, b'\r' | b'\n' | b';'),
            Some(b'[') => bracketed && matches!(next.ch, b'"' | b'\r' | b'\n' | b';'),
            _ => false,
        }
    }

    /// `<key>password</key><value>...`: from the first closing tag on.
    fn next_element(&self, from: usize, kind: Kind, hold: usize) -> Behind {
        let mut name = Vec::new();
        let (mut at, mut tags, mut style) = (from, 0, Style::Raw);
        while at < from + 256 {
            let Some(c) = look!(self.at(at), hold) else { return Behind::Nothing };
            match c.ch {
                b'<' => {
                    tags += 1;
                    style = c.style;
                    name.clear();
                }
                b':' => name.clear(),
                b'>' | b' ' if tags == 2 => {
                    let mut tag = Tag::new(kind.rule(), style, true);
                    tag.ended = true;
                    let is_value = names::is_value(&name);
                    return if is_value { Behind::Begins(State::Tag(tag), at) } else { Behind::Nothing };
                }
                b'>' if tags == 1 => {}
                b'/' if tags == 1 => {}
                ch if tags == 1 || is_name(ch) => name.push(ch),
                ch if ch.is_ascii_whitespace() => {}
                _ => return Behind::Nothing,
            }
            at += c.len;
        }
        Behind::Nothing
    }

    /// The value behind a separator written in `style`.
    pub(crate) fn value(&self, from: usize, kind: Kind, lead: Lead, style: Style) -> Behind {
        let at = look!(self.skip_gap(from), from);
        let slashes = self.bytes[at.min(self.bytes.len())..].iter().take(32).take_while(|b| **b == b'\\').count();
        if at + slashes >= self.bytes.len() && !self.last {
            return Behind::Short(from);
        }
        let raw_quote = self.bytes.get(at + slashes).copied().filter(|b| matches!(b, b'"' | b'\''));
        if let Some(ch) = raw_quote {
            let escapes = matches!(lead, Lead::Member | Lead::Colon)
                || matches!(self.syntax, Syntax::Text | Syntax::File | Syntax::Json)
                || slashes > 0;
            let until = Until::Quote { ch, style: Style::Raw, level: slashes, escapes };
            return self.begin(at + slashes + 1, kind, until, from);
        }
        let Some(first) = look!(self.at(at), from) else { return Behind::Nothing };
        let rule = kind.rule();
        match first.ch {
            b'"' | b'\'' => {
                let until = Until::Quote { ch: first.ch, style: first.style, level: 0, escapes: false };
                self.begin(at + first.len, kind, until, from)
            }
            b'0'..=b'9' | b'-' if lead == Lead::Member => {
                let value = Value { rule, until: Until::Number, then: Box::new(State::Idle) };
                Behind::Begins(State::Value(value), at)
            }
            b'{' if matches!(kind, Kind::Parameter("session-id")) => self.id_of_object(at, kind, from),
            b'{' | b'[' if matches!(kind, Kind::Parameter(_)) => Behind::Nothing,
            b'{' | b'[' if lead == Lead::Member && first.style == Style::Raw => {
                let nested = Nested { rule, stack: Vec::new(), value: false, name: None, backslashes: 0 };
                Behind::Begins(State::Nested(nested), at)
            }
            b't' | b'f' | b'n' if lead == Lead::Member => self.unless_literal(at, kind, style, from),
            b'&' | b'\r' | b'\n' if first.style == Style::Raw => Behind::Nothing,
            b'<' | b'>' | b',' if first.style == Style::Raw && self.syntax != Syntax::Form => Behind::Nothing,
            // As Java writes the headers of a message: `{Authorization=[Basic ...], Cookie=[...]}`.
            b'[' if matches!(kind, Kind::Credentials | Kind::Cookies) && lead != Lead::Member => {
                self.begin(at + first.len, kind, Until::Bracket, from)
            }
            _ if matches!(kind, Kind::Credentials | Kind::Cookies) && lead != Lead::Member => {
                self.begin(at, kind, Until::Line, from)
            }
            _ if lead == Lead::PathParameter => self.begin(at, kind, Until::PathParameter(style), from),
            _ => self.begin(at, kind, Until::Separator(style), from),
        }
    }

    /// `{"id": "..."}`: the id among the members of what is called a session, where no other secret stands before it.
    fn id_of_object(&self, open: usize, kind: Kind, hold: usize) -> Behind {
        const REACH: usize = 512;
        let object = &self.bytes[open + 1..self.bytes.len().min(open + REACH)];
        let ends = object.iter().position(|b| matches!(b, b'{' | b'[' | b'}'));
        if ends.is_none() && object.len() + 1 < REACH && !self.last {
            return Behind::Short(hold);
        }
        let members = &object[..ends.unwrap_or(object.len())];
        let Some(name) = memchr::memmem::find(members, b"\"id\"").filter(|at| !stems::may_find(&members[..*at])) else {
            return Behind::Nothing;
        };
        let behind = open + 1 + name + b"\"id\"".len();
        let at = look!(self.skip_gap(behind), hold);
        match look!(self.at(at), hold) {
            Some(c) if c.ch == b':' => self.value(at + c.len, Kind::Secret(kind.rule()), Lead::Member, c.style),
            _ => Behind::Nothing,
        }
    }

    /// A bare word behind a member's colon, unless it is `true`, `false` or `null`.
    fn unless_literal(&self, at: usize, kind: Kind, style: Style, hold: usize) -> Behind {
        let word = self.bytes[at..].iter().take(8).take_while(|b| b.is_ascii_alphanumeric()).count();
        if at + word == self.bytes.len() && !self.last {
            return Behind::Short(hold);
        }
        match &self.bytes[at..at + word] {
            b"true" | b"false" | b"null" => Behind::Nothing,
            _ => self.begin(at, kind, Until::Separator(style), hold),
        }
    }

    /// A secret that begins at `at`; the scheme before credentials stays.
    fn begin(&self, at: usize, kind: Kind, until: Until, hold: usize) -> Behind {
        let mut start = at;
        if kind == Kind::Credentials {
            let scheme = self.bytes[at.min(self.bytes.len())..]
                .iter()
                .take(24)
                .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
                .count();
            if at + scheme >= self.bytes.len() && !self.last && scheme < 24 {
                return Behind::Short(hold);
            }
            match look!(self.at(at + scheme), hold) {
                Some(c) if scheme > 0 && matches!(c.ch, b' ' | b'+') => start = at + scheme + c.len,
                _ => {}
            }
        }
        let value = Value { rule: kind.rule(), until, then: Box::new(State::Idle) };
        Behind::Begins(State::Value(value), start)
    }

    /// `Bearer` and a token, at the start of a value, or a token long enough to be none of the language's words.
    fn bearer(&self, from: usize, to: usize) -> Behind {
        let Some(gap) = look!(self.at(to), to).filter(|c| matches!(c.ch, b' ' | b'+')) else {
            return Behind::Nothing;
        };
        let start = to + gap.len;
        let run = self.bytes[start..].iter().take(20).take_while(|b| is_token(**b)).count();
        if start + run == self.bytes.len() && run < 20 && !self.last {
            return Behind::Short(start);
        }
        // A short one in running text is told from a word by its digits.
        let word = &self.bytes[start..start + run];
        let odd = run >= 6 && word.iter().any(u8::is_ascii_digit) && word.iter().any(u8::is_ascii_alphabetic);
        if run == 0 || run < 20 && !odd && !self.begins_value(from) {
            return Behind::Nothing;
        }
        let value = Value { rule: "bearer-token", until: Until::Token, then: Box::new(State::Idle) };
        Behind::Begins(State::Value(value), start)
    }

    /// `Basic` and base64 with a colon in it.
    fn basic(&self, _from: usize, to: usize) -> Behind {
        const LONGEST: usize = 400;
        let Some(gap) = look!(self.at(to), to).filter(|c| matches!(c.ch, b' ' | b'+')) else {
            return Behind::Nothing;
        };
        let start = to + gap.len;
        let run = self.bytes[start..].iter().take(LONGEST).take_while(|b| is_token(**b)).count();
        if start + run == self.bytes.len() && run < LONGEST && !self.last {
            return Behind::Short(start);
        }
        let decoded = super::base64::decode(&self.bytes[start..start + run]);
        if !decoded.is_some_and(|plain| plain.contains(&b':') && !plain.iter().any(u8::is_ascii_control)) {
            return Behind::Nothing;
        }
        let value = Value { rule: "basic-password", until: Until::Token, then: Box::new(State::Idle) };
        Behind::Begins(State::Value(value), start)
    }

    /// Whether a value could begin at `from`.
    fn begins_value(&self, from: usize) -> bool {
        let mut end = from;
        while let Some((c, start)) = forms::before(self.bytes, end) {
            match c.ch {
                b' ' if from - start < 4 => end = start,
                ch => return matches!(ch, b':' | b'=' | b'"' | b'\'' | b'>' | b'[' | b'\n'),
            }
        }
        true
    }
}

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lead {
    /// The colon of a member whose name is in quotes, or what other languages write there.
    Member,
    /// An equals sign.
    Equals,
    /// That of a parameter in a path.
    PathParameter,
    /// The colon of a header or of running text.
    Colon,
}
