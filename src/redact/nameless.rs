//! Secrets that no name stands before: they are known by their own form, or by their place. It looks at the bytes at
//! hand and asks for more where they don't suffice.

use std::ops::Range;

use super::forms::{Look, Style};
use super::grammar::{Behind, Text, is_token, look};
use super::prefixed;
use super::reversed;
use super::state::{State, Syntax, Until, Value};
use super::target;

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
        b"PWLOG" if matches!(text.syntax, Syntax::Text | Syntax::File) => logon(text, to),
        [b' ' | b'\t', b'-', b'p' | b'P'] => prefixed::option(text, stem),
        [.., b'_' | b'-'] | b"AKIA" | b"AIza" => prefixed::token(text, stem),
        [b'j' | b'J', .., b':'] => prefixed::account(text, stem),
        _ if found.eq_ignore_ascii_case(b"sqlplus") => prefixed::account(text, stem),
        [b' ' | b'\t', b'-', _] | [b'-', b'-', ..] => Some(user_of_curl(text, stem)),
        _ if found.eq_ignore_ascii_case(b"code") && text.syntax != Syntax::Form => code_of_url(text, stem),
        _ if found.eq_ignore_ascii_case(b"value") => Some(reversed::pair(text.bytes, stem, text.last)),
        _ if found.eq_ignore_ascii_case(b"eyj") => Some(match encrypted_token(text, at) {
            Behind::Nothing if found == b"eyJ" => coded(text, at, to),
            found => found,
        }),
        [b'>' | b'=', ..] => Some(coded(text, at + 1, at + 1)),
        [b'<', b'!', ..] => Some(entity(text, to)),
        [b'p' | b'P', .., b'y' | b'Y'] => Some(pem(text, to)).filter(|found| !matches!(found, Behind::Nothing)),
        [b'e' | b'E', .., b'6', b'4'] => Some(coded_part(text, to)),
        _ => None,
    }
}

/// The log-on as it goes over the wire, or as a log tells it: `PWLOG host user password`, divided by single blanks.
/// `None` where it is the name of a value.
fn logon(text: &Text<'_>, from: usize) -> Option<Behind> {
    match text.bytes.get(from) {
        None if !text.last => Some(Behind::Short(from)),
        None | Some(b'=' | b':' | b'"' | b'\'' | b'<' | b'>' | b'\\') => None,
        Some(_) => Some(logon_in_line(text, from)),
    }
}

fn logon_in_line(text: &Text<'_>, from: usize) -> Behind {
    const LONGEST: usize = 256;
    const SHORTEST: usize = 6;
    let line = &text.bytes[from..text.bytes.len().min(from + LONGEST)];
    let ends = line.iter().position(|b| matches!(b, b'\r' | b'\n'));
    if ends.is_none() && line.len() < LONGEST && !text.last {
        return Behind::Short(from);
    }
    let line = &line[..ends.unwrap_or(line.len())];
    let words: Vec<&[u8]> = line.split(|b| *b == b' ').take(4).collect();
    let is_user = |word: &[u8]| word.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_');
    match words[..] {
        [[], host, user, password] if ![host, user, password].contains(&&b""[..]) && is_user(user) => {
            let until = Until::Count(password.len() as u16);
            let value = Value { rule: "pwlog-password", until, then: Box::new(State::Idle) };
            Behind::Begins(State::Value(value), from + host.len() + user.len() + 3)
        }
        // The password alone: what has letters and digits, and is no word.
        [[], password, ..]
            if password.len() >= SHORTEST
                && password.iter().any(u8::is_ascii_digit)
                && password.iter().any(u8::is_ascii_lowercase)
                && !password.contains(&b'.') =>
        {
            let until = Until::Count(password.len() as u16);
            let value = Value { rule: "pwlog-password", until, then: Box::new(State::Idle) };
            Behind::Begins(State::Value(value), from + 1)
        }
        // No field before the password has a line end in it.
        _ if ends.is_some_and(|at| at < 48) => Behind::Nothing,
        _ => Behind::Begins(PWLOG, from),
    }
}

/// The password in `curl -u user:password`.
fn user_of_curl(text: &Text<'_>, option: Range<usize>) -> Behind {
    const LONGEST: usize = 256;
    let before = &text.bytes[option.start.saturating_sub(LONGEST)..option.start];
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or(before);
    if memchr::memmem::find(line, b"curl").is_none() {
        return Behind::Nothing;
    }
    let rest = &text.bytes[option.end..text.bytes.len().min(option.end + LONGEST)];
    let gap = rest.iter().take_while(|b| matches!(b, b' ' | b'=')).count();
    let quote = rest.get(gap).copied().filter(|b| matches!(b, b'"' | b'\''));
    let start = gap + usize::from(quote.is_some());
    let ends = |b: &u8| quote.map_or_else(|| b.is_ascii_whitespace(), |quote| *b == quote);
    let Some(len) = rest.get(start..).and_then(|rest| rest.iter().position(ends).or(text.last.then_some(rest.len())))
    else {
        return if rest.len() < LONGEST && !text.last { Behind::Short(option.end) } else { Behind::Nothing };
    };
    let Some(colon) = rest[start..start + len].iter().position(|b| *b == b':') else { return Behind::Nothing };
    if gap == 0 && text.bytes[option.start] == b'-' || colon + 1 == len {
        return Behind::Nothing;
    }
    let until = Until::Count((len - colon - 1) as u16);
    let value = Value { rule: "basic-password", until, then: Box::new(State::Idle) };
    Behind::Begins(State::Value(value), option.end + start + colon + 1)
}

/// The authorization code in a URL by which a browser comes back (RFC 6749, 4.1.2); `None` where it is none of a URL.
fn code_of_url(text: &Text<'_>, word: Range<usize>) -> Option<Behind> {
    const LONGEST: usize = 512;
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>');
    let before = word.start.checked_sub(1).map(|at| text.bytes[at]);
    if !matches!(before, Some(b'?' | b'&' | b';')) {
        return None;
    }
    match text.bytes.get(word.end) {
        None if !text.last => return Some(Behind::Short(word.end)),
        Some(b'=') => {}
        _ => return None,
    }
    let from = text.bytes[..word.start].iter().rev().take(LONGEST).take_while(|b| !ends(b)).count();
    let behind = text.bytes[word.end..].iter().take(LONGEST).take_while(|b| !ends(b)).count();
    if word.end + behind == text.bytes.len() && behind < LONGEST && !text.last {
        return Some(Behind::Short(word.end));
    }
    let url = &text.bytes[word.start - from..word.end + behind];
    if !target::brings_code(url) {
        return Some(Behind::Nothing);
    }
    let until = Until::Separator(Style::Raw);
    Some(Behind::Begins(State::Value(Value { rule: "oauth-code", until, then: Box::new(State::Idle) }), word.end + 1))
}

fn token(from: usize) -> Behind {
    let value = Value { rule: "json-web-token", until: Until::Token, then: Box::new(State::Idle) };
    Behind::Begins(State::Value(value), from)
}

/// Base64 of a text that may hold secrets, from `at` on; the search goes on at `on` where it is none. As long as nothing
/// but letters came, it may be a word.
fn coded(text: &Text<'_>, at: usize, on: usize) -> Behind {
    const SHORTEST: usize = 24;
    let run = text.bytes[at..].iter().take(SHORTEST).take_while(|b| is_base64(**b)).count();
    if at + run == text.bytes.len() && run < SHORTEST && !text.last {
        return Behind::Short(at - usize::from(at == on));
    }
    if run < SHORTEST {
        return Behind::Begins(State::Idle, on);
    }
    Behind::Begins(State::Coded(0), at)
}

/// Also as a form writes it, and in lines.
pub(crate) const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_' | b'=' | b'%' | b'\r' | b'\n')
}

/// The text that a DTD gives a name, by which it may stand in an element that holds a secret.
fn entity(text: &Text<'_>, from: usize) -> Behind {
    const LONGEST: usize = 128;
    const SHORTEST: usize = 4;
    let rest = &text.bytes[from..text.bytes.len().min(from + LONGEST)];
    let Some(at) = rest.iter().position(|b| matches!(b, b'"' | b'\'')) else {
        return if rest.len() < LONGEST && !rest.contains(&b'>') && !text.last {
            Behind::Short(from)
        } else {
            Behind::Nothing
        };
    };
    let words = rest[..at].split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).count();
    let value = &rest[at + 1..];
    if value.len() < SHORTEST && rest.len() < LONGEST && !text.last {
        return Behind::Short(from);
    }
    // With more words it stands elsewhere; what begins so is markup, or a character that has a name.
    let plain =
        value.len() >= SHORTEST && !matches!(value[0], b'&' | b'%' | b'<') && !value[..SHORTEST].contains(&rest[at]);
    if words != 1 || !plain {
        return Behind::Nothing;
    }
    let until = Until::Quote { ch: rest[at], style: Style::Raw, level: 0, escapes: false };
    Behind::Begins(State::Value(Value { rule: "entity", until, then: Box::new(State::Idle) }), from + at + 1)
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
