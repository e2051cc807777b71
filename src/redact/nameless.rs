//! Secrets that no name stands before: they are known by their own form, or by their place. It looks at the bytes at
//! hand and asks for more where they don't suffice.

use std::ops::Range;

use super::forms::{Look, Style};
use super::grammar::{Behind, Text, is_token, look};
use super::reversed;
use super::state::{State, Syntax, Until, Value};

/// The log-on of M3's API socket: host, or company and division (32), user (16), password (16). It is binary, and
/// isn't looked for in texts that say what they are.
const PWLOG: State = State::Skip { rule: "pwlog-password", left: 48, count: 16 };

/// What the stem at that place begins by itself; `None` where it is for a name to say.
pub(crate) fn begins(text: &Text<'_>, stem: Range<usize>) -> Option<Behind> {
    let (at, to) = (stem.start, stem.end);
    let found = &text.bytes[stem.clone()];
    match found {
        // The second part of a JSON web token.
        [b'.', ..] if at > 0 && is_token(text.bytes[at - 1]) => Some(token(to)),
        [b':', ..] => Some(user_info(text, to, Style::Raw)),
        [b'%', _, _, b'%', ..] => Some(user_info(text, to, Style::Percent(0))),
        b"PWLOG" if matches!(text.syntax, Syntax::Text | Syntax::File) => Some(Behind::Begins(PWLOG, to)),
        _ if found.eq_ignore_ascii_case(b"value") => Some(reversed::pair(text.bytes, stem, text.last)),
        _ if found.eq_ignore_ascii_case(b"eyj") => Some(encrypted_token(text, at)),
        [b'p' | b'P', .., b'y' | b'Y'] => Some(pem(text, to)).filter(|found| !matches!(found, Behind::Nothing)),
        [b'e' | b'E', .., b'6', b'4'] => Some(coded_part(text, to)),
        _ => None,
    }
}

fn token(from: usize) -> Behind {
    let value = Value { rule: "json-web-token", until: Until::Token, then: Box::new(State::Idle) };
    Behind::Begins(State::Value(value), from)
}

/// A part in base64 isn't looked into: whatever it is goes.
fn coded_part(text: &Text<'_>, from: usize) -> Behind {
    match text.syntax {
        Syntax::Multipart => Behind::Begins(State::PartHead { rule: "part-in-base64", ends: 0, seen: 0 }, from),
        _ => Behind::Nothing,
    }
}

/// The password in `scheme://user:password@host`, whose authority begins at `from`; what divides it is written in
/// `style`. Nothing of it is decided before it is there, since other secrets may stand in what is no authority.
fn user_info(text: &Text<'_>, from: usize, style: Style) -> Behind {
    const LONGEST: usize = 256;
    let (mut at, mut colon, mut sign) = (from, None, None);
    while at < from + LONGEST {
        let Some(c) = look!(text.at(at), from) else { break };
        let divides = c.style == style || c.style == Style::Raw;
        let ends = matches!(c.ch, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'&');
        if divides && (ends || c.ch.is_ascii_whitespace()) || text.bytes[at] == b'&' {
            break;
        }
        match c.ch {
            b':' if divides && colon.is_none() => colon = Some(at + c.len),
            b'@' if divides => sign = Some(at),
            _ => {}
        }
        at += c.len;
    }
    let (Some(colon), Some(sign)) = (colon, sign) else { return Behind::Nothing };
    let Some(len) = sign.checked_sub(colon) else { return Behind::Nothing };
    let value = Value { rule: "url-password", until: Until::Count(len as u16), then: Box::new(State::Idle) };
    Behind::Begins(State::Value(value), colon)
}

/// The authorization code of a form that says only later what it is (RFC 6749, 4.1.3). `code` may be anything; what
/// is long and without blanks is taken for a secret.
pub(crate) fn code(text: &Text<'_>, to: usize) -> Behind {
    const SHORTEST: usize = 16;
    let value = to + 1;
    let long = text.bytes[to..].iter().skip(1).take(SHORTEST).take_while(|b| is_token(**b) || **b == b'%').count();
    if text.bytes.get(to).is_some_and(|b| *b != b'=') {
        return Behind::Nothing;
    }
    if value + long >= text.bytes.len() && long < SHORTEST && !text.last {
        return Behind::Short(to);
    }
    if long < SHORTEST {
        return Behind::Nothing;
    }
    let until = Until::Separator(Style::Raw);
    Behind::Begins(State::Value(Value { rule: "oauth-code", until, then: Box::new(State::Idle) }), value)
}

/// An encrypted JSON web token (RFC 7516, 7.1) that begins at `at`: its head says how it is encrypted.
fn encrypted_token(text: &Text<'_>, at: usize) -> Behind {
    const LONGEST: usize = 1024;
    let head = text.bytes[at..]
        .iter()
        .take(LONGEST)
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_')
        .count();
    let Some(dot) = text.bytes.get(at + head) else {
        return if text.last { Behind::Nothing } else { Behind::Short(at) };
    };
    let plain = (*dot == b'.').then(|| super::base64::decode(&text.bytes[at..at + head])).flatten();
    let encrypted = plain.is_some_and(|plain| memchr::memmem::find(&plain, b"\"enc\"").is_some());
    if encrypted { token(at + head + 1) } else { Behind::Nothing }
}

/// The private key behind `PRIVATE KEY` in the first line of PEM (RFC 7468).
fn pem(text: &Text<'_>, to: usize) -> Behind {
    const DASHES: &[u8] = b"-----";
    let (before, rest) = text.bytes.split_at(to);
    let line = &before[before.len().saturating_sub(64)..];
    let begins = memchr::memmem::rfind(line, b"-----BEGIN")
        .filter(|at| memchr::memmem::find(&line[*at..], b"-----END").is_none());
    if begins.is_none() {
        return Behind::Nothing;
    }
    if rest.starts_with(DASHES) {
        let value = Value { rule: "private-key", until: Until::Pem, then: Box::new(State::Idle) };
        return Behind::Begins(State::Value(value), to + DASHES.len());
    }
    if DASHES.starts_with(rest) && !text.last { Behind::Short(to) } else { Behind::Nothing }
}
