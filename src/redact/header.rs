//! Secrets in a message's head: credentials, cookies, and whatever a header's name gives away.

use std::ops::Range;

use super::base64;
use super::change::{self, Change};
use super::clean;
use super::commands;
use super::names::{self, Kind};
use super::search::FILLER;
use super::state::Syntax;
use super::target;

/// A line of a raw head, or all of one that is no HTTP, and what was found in it.
pub(crate) struct Line {
    name: Range<usize>,
    value: Range<usize>,
    /// By their place in the value.
    pub(crate) changes: Vec<Change>,
}

impl Line {
    /// Whether it is where that header stands in `head`.
    pub(crate) fn is(&self, head: &[u8], name: &[u8], value: &[u8]) -> bool {
        head[self.name.clone()] == *name && head[self.value.clone()] == *value
    }

    /// What was found, by its place in the head.
    pub(crate) fn in_head(&self) -> impl Iterator<Item = Change> {
        self.changes.iter().map(|change| change.clone().moved(self.value.start))
    }
}

/// The secrets in the raw head of a request or a response, line by line; a request's first line holds its target. What
/// does not begin as HTTP does may be anything: it is searched as a text and as commands of other protocols as well.
pub(crate) fn in_head(head: &[u8]) -> Vec<Line> {
    let mut lines = unfolded(head).into_iter();
    let first = lines.next();
    let http = first.as_ref().is_none_or(|first| is_start(&head[first.clone()]));
    let first = first.map(|first| match head[first.clone()].iter().position(|b| *b == b':') {
        Some(colon) if !http && is_field_name(&head[first.start..first.start + colon]) => {
            match cut_off(&head[first.start..first.start + colon]) {
                Some(name) => {
                    let value = trimmed(head, first.start + colon + 1..first.end);
                    let changes = in_header(name, &head[value.clone()]);
                    Line { name: first.start..first.start + colon, value, changes }
                }
                None => in_line(head, first),
            }
        }
        _ => {
            let line = &head[first.clone()];
            let changes = clean::unless_known(clean::Kind::First, line, || in_first_line(line));
            Line { name: first.start..first.start, value: first, changes }
        }
    });
    let mut found: Vec<Line> = first.into_iter().chain(lines.map(|line| in_line(head, line))).collect();
    if !http {
        found.push(in_other(head, &found));
    }
    found
}

/// Where the first line of a head of HTTP ends; `None` where it is none of HTTP.
pub(crate) fn first_line(head: &[u8]) -> Option<usize> {
    let end = head.iter().position(|b| *b == b'\n').unwrap_or(head.len());
    is_start(head[..end].trim_ascii_end()).then_some(end)
}

/// Whether it is a request's line or that of an answer.
fn is_start(line: &[u8]) -> bool {
    let version = line.iter().rposition(|b| *b == b' ').map(|at| &line[at + 1..]);
    line.starts_with(b"HTTP/") || version.is_some_and(|version| version.starts_with(b"HTTP/"))
}

fn is_field_name(name: &[u8]) -> bool {
    let name = name.trim_ascii();
    !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b))
}

/// The header whose name's end that is: what is left of a head that was taken for the body before it.
fn cut_off(name: &[u8]) -> Option<&'static [u8]> {
    let name = name.trim_ascii().to_ascii_lowercase();
    [&b"authorization"[..], b"set-cookie", b"cookie"].into_iter().find(|whole| whole.ends_with(&name))
}

fn in_line(head: &[u8], line: Range<usize>) -> Line {
    let Some(colon) = memchr::memchr(b':', &head[line.clone()]) else {
        let changes = change::search(Syntax::Text, &head[line.clone()]);
        return Line { name: line.start..line.start, value: line, changes };
    };
    let (name, value) = (line.start..line.start + colon, trimmed(head, line.start + colon + 1..line.end));
    let search = || in_header(head[name.clone()].trim_ascii(), &head[value.clone()]);
    let changes = clean::unless_known(clean::Kind::Header, &head[line], search);
    Line { name, value, changes }
}

/// What stands in a head that is none of HTTP beside what was found in its lines.
fn in_other(head: &[u8], lines: &[Line]) -> Line {
    let mut masked = head.to_vec();
    lines.iter().flat_map(Line::in_head).for_each(|change| change::apply(&mut masked, &[change]));
    let known: Vec<Range<usize>> = lines.iter().flat_map(Line::in_head).map(|change| change.range).collect();
    let mut changes = commands::secrets(&masked);
    change::apply(&mut masked, &changes);
    let syntax = match masked.iter().find(|b| b.is_ascii_graphic()) {
        Some(b'<') => Syntax::Markup,
        Some(b'{' | b'[') => Syntax::Json,
        _ => Syntax::Text,
    };
    let new = |change: &Change| {
        let known = known.iter().any(|known| known.start < change.range.end && change.range.start < known.end);
        !known && !change.is_old()
    };
    changes.extend(change::search(syntax, &masked).into_iter().filter(new));
    Line { name: 0..0, value: 0..head.len(), changes }
}

/// The secrets in a header's value.
pub(crate) fn in_header(name: &[u8], value: &[u8]) -> Vec<Change> {
    let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
    if is("www-authenticate") || is("proxy-authenticate") {
        return challenge(value);
    }
    if is("authentication-info") || is("proxy-authentication-info") {
        return named(value, b"rspauth=").into_iter().collect();
    }
    if is("set-cookie") || is("set-cookie2") {
        return set_cookies(value);
    }
    if is("sec-websocket-protocol") {
        return subprotocols(value);
    }
    match names::kind_of_header(name) {
        Some(Kind::Credentials) => credentials(value),
        Some(Kind::Cookies) => cookies(value, 0..value.len()),
        Some(kind @ (Kind::Secret(_) | Kind::Common(_) | Kind::Parameter(_))) => {
            Change::whole(value, 0..value.len(), kind.rule()).into_iter().collect()
        }
        Some(Kind::Bearer | Kind::Basic | Kind::Drawn(_)) | None => {
            let url = value.starts_with(b"/") || target::behind_scheme(value).is_some();
            let spaced = value.iter().any(u8::is_ascii_whitespace);
            if url && !spaced { target::in_target(value) } else { change::search(Syntax::Text, value) }
        }
    }
}

/// Lines without their ends, those that continue a header joined to it.
fn unfolded(head: &[u8]) -> Vec<Range<usize>> {
    const USUALLY: usize = 16;
    let mut lines: Vec<Range<usize>> = Vec::with_capacity(USUALLY);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', head).chain([head.len()]) {
        let text = if end > start && head[end - 1] == b'\r' { start..end - 1 } else { start..end };
        // The first line has no continuation: what stands under it is a field of its own.
        let before = if lines.len() > 1 { lines.last_mut() } else { None };
        match before {
            Some(before) if matches!(head.get(start), Some(b' ' | b'\t')) => before.end = text.end,
            _ => lines.push(text),
        }
        start = (end + 1).min(head.len());
    }
    lines
}

/// The target between the method and the version; a status line has none.
fn in_first_line(line: &[u8]) -> Vec<Change> {
    if line.starts_with(b"HTTP/") {
        return change::search(Syntax::Text, line);
    }
    let blank = |b: &u8| matches!(b, b' ' | b'\t');
    let Some(space) = line.iter().position(blank) else { return Vec::new() };
    let end = line.iter().rposition(blank).filter(|end| *end > space).unwrap_or(line.len());
    target::in_target(&line[space + 1..end]).into_iter().map(|c| c.moved(space + 1)).collect()
}

fn trimmed(bytes: &[u8], range: Range<usize>) -> Range<usize> {
    let text = &bytes[range.clone()];
    let front = text.len() - text.trim_ascii_start().len();
    let len = text.trim_ascii().len();
    range.start + front..range.start + front + len
}

/// Scheme and what follows it.
fn scheme(value: &[u8]) -> (&[u8], Range<usize>) {
    let end = value.iter().position(u8::is_ascii_whitespace).unwrap_or(value.len());
    (&value[..end], trimmed(value, end..value.len()))
}

fn credentials(value: &[u8]) -> Vec<Change> {
    let (scheme, rest) = scheme(value);
    let is = |other: &str| scheme.eq_ignore_ascii_case(other.as_bytes());
    if rest.is_empty() {
        return Change::whole(value, 0..value.len(), "authorization").into_iter().collect();
    }
    let found = match &value[rest.clone()] {
        text if is("basic") => basic(text),
        text if is("ntlm") || is("negotiate") => ntlm(text),
        text if is("digest") => digest(text),
        text if is("bearer") => Change::whole(text, 0..text.len(), "bearer-token"),
        text => Change::whole(text, 0..text.len(), "authorization"),
    };
    found.into_iter().map(|c| c.moved(rest.start)).collect()
}

/// `user:password` in base64 (RFC 7617): the user stays, since it joins the request to the log.
fn basic(text: &[u8]) -> Option<Change> {
    const RULE: &str = "basic-password";
    let keep_user = || {
        let plain = base64::decode(text)?;
        let colon = plain.iter().position(|b| *b == b':')?;
        let secret = plain[colon + 1..].to_vec();
        let mut masked = plain;
        masked[colon + 1..].fill(FILLER);
        let with = base64::encode_to(&masked, text.len())?;
        // From the group of four on in which the password begins.
        let from = (colon + 1) / 3 * 4;
        let with = with[from..].to_vec();
        Some(Change { range: from..text.len(), rule: RULE, secret, with: Some(with) })
    };
    match keep_user() {
        Some(change) if change.secret.is_empty() => None,
        Some(change) => Some(change),
        None => Change::whole(text, 0..text.len(), RULE),
    }
}

/// An NTLM message ([MS-NLMP], 2.2.1): of the third the answers and the session key, so that domain, user and
/// workstation stay; all of any other, and of Kerberos.
fn ntlm(text: &[u8]) -> Option<Change> {
    const RULE: &str = "ntlm-or-negotiate";
    let keep_user = || {
        let mut message = base64::decode(text)?;
        if !message.starts_with(b"NTLMSSP\0\x03\0\0\0") {
            return None;
        }
        let field = |at: usize| {
            let len = usize::from(u16::from_le_bytes([*message.get(at)?, *message.get(at + 1)?]));
            let at = message.get(at + 4..at + 8)?;
            let at = usize::try_from(u32::from_le_bytes([at[0], at[1], at[2], at[3]])).ok()?;
            let range = at..at.checked_add(len)?;
            message.get(range.clone()).map(|_| range)
        };
        let (lm, nt, user) = (field(12)?, field(20)?, field(36)?);
        if nt.len() < 24 || user.is_empty() || nt.start < 64 || lm.start < 64 && !lm.is_empty() {
            return None;
        }
        let key = field(52).filter(|key| key.start >= 64).unwrap_or(0..0);
        let secret = message[nt.clone()].to_vec();
        for range in [lm, nt, key] {
            message[range].fill(FILLER);
        }
        let with = base64::encode_to(&message, text.len())?;
        Some(Change { range: 0..text.len(), rule: RULE, secret, with: Some(with) })
    };
    keep_user().or_else(|| Change::whole(text, 0..text.len(), RULE))
}

/// The `response` of Digest (RFC 7616), from which a password can be guessed.
fn digest(text: &[u8]) -> Option<Change> {
    named(text, b"response=").or_else(|| Change::whole(text, 0..text.len(), "authorization"))
}

/// The value of the parameter that is called so, with its equals sign.
fn named(text: &[u8], name: &[u8]) -> Option<Change> {
    let before = |at: usize| at == 0 || matches!(text[at - 1], b' ' | b',' | b'\t');
    let at = memchr::memmem::find_iter(text, name).find(|at| before(*at))?;
    let start = at + name.len();
    let start = start + usize::from(text.get(start) == Some(&b'"'));
    let len = text[start..].iter().take_while(|b| !matches!(b, b'"' | b',' | b' ')).count();
    Change::whole(text, start..start + len, "digest-response")
}

/// A server's challenge holds a secret only where it is part of a sign-on of its own.
fn challenge(value: &[u8]) -> Vec<Change> {
    let (scheme, rest) = scheme(value);
    if scheme.eq_ignore_ascii_case(b"ntlm") || scheme.eq_ignore_ascii_case(b"negotiate") {
        let whole = Change::whole(&value[rest.clone()], 0..rest.len(), "ntlm-or-negotiate");
        return whole.into_iter().map(|c| c.moved(rest.start)).collect();
    }
    Vec::new()
}

/// Clients that can set no header of a WebSocket put their token among the protocols: behind the word for it, behind its
/// last dot (`base64url.bearer.authorization.k8s.io.TOKEN`), or alone. The names of protocols stay.
fn subprotocols(value: &[u8]) -> Vec<Change> {
    const WORDS: [&str; 6] = ["bearer", "authorization", "access_token", "token", "auth", "jwt"];
    const SHORTEST: usize = 24;
    let is_word = |text: &[u8]| WORDS.iter().any(|word| text.eq_ignore_ascii_case(word.as_bytes()));
    let (mut found, mut named) = (Vec::new(), false);
    for piece in pieces(value, 0..value.len(), b',') {
        let piece = trimmed(value, piece);
        let text = &value[piece.clone()];
        let dot = text.iter().rposition(|b| *b == b'.').map_or(0, |at| at + 1);
        let words = text.split(|b| matches!(b, b'.' | b'-')).any(is_word);
        let random = |part: &[u8]| {
            part.len() >= SHORTEST
                && part.iter().any(u8::is_ascii_digit)
                && part.iter().any(u8::is_ascii_uppercase)
                && part.iter().any(u8::is_ascii_lowercase)
        };
        let from = if text.starts_with(b"eyJ") {
            Some(0)
        } else if words && dot > 0 && text.len() - dot >= 6 && !is_word(&text[dot..]) {
            Some(dot)
        } else {
            (named || random(text)).then_some(0)
        };
        if let Some(from) = from {
            found.extend(Change::whole(value, piece.start + from..piece.end, "token"));
        }
        named = is_word(text);
    }
    found
}

/// `a=b; c=d` in `range`: the values.
fn cookies(value: &[u8], range: Range<usize>) -> Vec<Change> {
    pieces(value, range, b';').filter_map(|pair| cookie(value, pair)).collect()
}

fn cookie(value: &[u8], pair: Range<usize>) -> Option<Change> {
    let equals = value[pair.clone()].iter().position(|b| *b == b'=').map_or(pair.start, |at| pair.start + at + 1);
    Change::whole(value, trimmed(value, equals..pair.end), "cookie")
}

/// The value of the first pair of each cookie; several may stand in one value, where whoever wrote it joined them.
fn set_cookies(value: &[u8]) -> Vec<Change> {
    const ATTRIBUTES: [&str; 13] = [
        "expires",
        "max-age",
        "domain",
        "path",
        "secure",
        "httponly",
        "samesite",
        "partitioned",
        "priority",
        "version",
        "comment",
        "commenturl",
        "port",
    ];
    let mut found = Vec::new();
    for line in pieces(value, 0..value.len(), b'\n') {
        for (place, pair) in pieces(value, line, b';').enumerate() {
            let text = &value[pair.clone()];
            let name = text.split(|b| *b == b'=').next().unwrap_or(text).trim_ascii();
            let attribute = place > 0 && ATTRIBUTES.iter().any(|a| name.eq_ignore_ascii_case(a.as_bytes()));
            let joined = memchr::memchr_iter(b',', text).find(|at| text[*at..].contains(&b'='));
            match joined {
                _ if !attribute => found.extend(cookie(value, pair)),
                Some(comma) => found.extend(cookie(value, pair.start + comma + 1..pair.end)),
                None => {}
            }
        }
    }
    found
}

fn pieces(value: &[u8], range: Range<usize>, separator: u8) -> impl Iterator<Item = Range<usize>> {
    let mut start = range.start;
    let ends: Vec<usize> =
        memchr::memchr_iter(separator, &value[range.clone()]).map(|at| range.start + at).chain([range.end]).collect();
    ends.into_iter().map(move |end| {
        let piece = start..end;
        start = end + 1;
        piece
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_among_the_protocols_of_a_websocket_goes_and_protocols_stay() {
        let cases = [
            ("chat, superchat", "chat, superchat"),
            ("graphql-transport-ws, v12.stomp", "graphql-transport-ws, v12.stomp"),
            ("access_token, abc", "access_token, ***"),
            ("Authorization,Hunter2", "Authorization,*******"),
            (
                "base64url.bearer.authorization.k8s.io.aHVudGVyMg, x",
                "base64url.bearer.authorization.k8s.io.**********, x",
            ),
            ("v1.k8s.io, base64.binary.k8s.io", "v1.k8s.io, base64.binary.k8s.io"),
            ("wamp, eyJhbGciOiJIUzI1NiJ9.e30.x", "wamp, **************************"),
            ("a, 3Hx9QpLmZw7RtYvB2NcKd8Fg", "a, ************************"),
        ];
        for (value, expected) in cases {
            let mut masked = value.as_bytes().to_vec();
            change::apply(&mut masked, &in_header(b"Sec-WebSocket-Protocol", value.as_bytes()));
            assert_eq!(String::from_utf8_lossy(&masked), expected);
        }
    }

    #[test]
    fn a_head_s_lines_are_the_headers_that_were_read_from_it() {
        let head = b"GET / HTTP/1.1\r\nHost: h\r\nX-Auth-Token:  abc \r\n\r\n";
        let lines = in_head(head);
        assert!(lines[1].is(head, b"Host", b"h") && !lines[1].is(head, b"Host", b"i"));
        assert!(lines[2].is(head, b"X-Auth-Token", b"abc"));
        assert_eq!(lines[2].in_head().next().map(|c| c.range), Some(40..43));
    }
}
