//! Head bytes to a [`Head`]: httparse where it accepts them, our own line by line reading where it refuses, to say what is wrong where.
//!
//! Both readings give the same fields for every head that httparse accepts (a property test says so).

use super::{Field, Head, Limits, Start, Version};
use crate::Span;
use crate::http::doubt::{Ambiguity, Doubt};
use crate::http::target::{HostPort, Target};
use std::mem::MaybeUninit;
use std::ops::Range;

/// Most heads have fewer fields; the others go through the line by line reading, which has no such bound.
const FAST_FIELDS: usize = 96;

pub(super) fn request(bytes: Vec<u8>, at: u64, limits: &Limits) -> Head {
    let mut lines = strict_request(&bytes).unwrap_or_else(|| loose(&bytes, Kind::Request));
    note_line_ends(&bytes, &mut lines.doubts);
    let mut head = seal(bytes, at, lines, limits);
    note_host(&mut head);
    head
}

pub(super) fn response(bytes: Vec<u8>, at: u64, limits: &Limits) -> Head {
    let mut lines = strict_response(&bytes).unwrap_or_else(|| loose(&bytes, Kind::Response));
    note_line_ends(&bytes, &mut lines.doubts);
    seal(bytes, at, lines, limits)
}

pub(super) fn trailers(bytes: &[u8], at: u64, limits: &Limits) -> (Vec<Field>, Vec<Doubt>) {
    let mut lines = Lines { start: empty_start(Kind::Request), fields: Vec::new(), doubts: Vec::new() };
    let mut from = 0;
    while from < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[from..]).map_or(bytes.len(), |i| from + i + 1);
        let text = without_line_end(bytes, from..end);
        if !text.is_empty() {
            field_line(bytes, text, end, &mut lines);
        }
        from = end;
    }
    // The bytes in front are the last chunk's: an empty first line is the empty section, not an empty line before it.
    note_bare_line_ends(bytes, &mut lines.doubts);
    let sealed = seal(bytes.to_vec(), at, lines, limits);
    (sealed.fields, sealed.doubts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Request,
    Response,
}

/// What was read, before it is sealed to its bytes. Doubts are relative to the head here.
struct Lines {
    start: Start,
    fields: Vec<Field>,
    doubts: Vec<(Ambiguity, Range<usize>)>,
}

fn seal(bytes: Vec<u8>, at: u64, lines: Lines, limits: &Limits) -> Head {
    let Lines { start, fields, mut doubts } = lines;
    if bytes.len() > limits.head_bytes {
        doubts.push((Ambiguity::HeadTooLarge, 0..bytes.len()));
    }
    if let Some(field) = fields.get(limits.fields) {
        doubts.push((Ambiguity::TooManyFields, field.line.clone()));
    }
    doubts.sort_by_key(|(what, range)| (range.start, *what));
    doubts.dedup();
    let doubts = doubts.into_iter().map(|(what, range)| Doubt { what, span: Span::from(range).shifted(at) }).collect();
    Head { bytes, at, start, fields, doubts }
}

fn strict_request(bytes: &[u8]) -> Option<Lines> {
    let mut fields = [const { MaybeUninit::uninit() }; FAST_FIELDS];
    let mut read = httparse::Request::new(&mut []);
    if read.parse_with_uninit_headers(bytes, &mut fields) != Ok(httparse::Status::Complete(bytes.len())) {
        return None;
    }
    let method = range_of(bytes, read.method?.as_bytes())?;
    let target = range_of(bytes, read.path?.as_bytes())?;
    let start = Start::Request { method, target, version: version(read.version) };
    Some(Lines { start, fields: strict_fields(bytes, read.headers)?, doubts: Vec::new() })
}

fn strict_response(bytes: &[u8]) -> Option<Lines> {
    let mut fields = [httparse::EMPTY_HEADER; FAST_FIELDS];
    let mut read = httparse::Response::new(&mut fields);
    if read.parse(bytes) != Ok(httparse::Status::Complete(bytes.len())) {
        return None;
    }
    // httparse gives an empty phrase for one with bytes beyond ASCII (German servers send them): read it ourselves.
    let reason = read.reason.filter(|r| !r.is_empty())?;
    let reason = range_of(bytes, reason.as_bytes())?;
    let start = Start::Response { version: version(read.version), status: read.code?, reason };
    Some(Lines { start, fields: strict_fields(bytes, read.headers)?, doubts: Vec::new() })
}

fn version(minor: Option<u8>) -> Version {
    match minor {
        Some(0) => Version::Http10,
        Some(1) => Version::Http11,
        _ => Version::Other,
    }
}

fn strict_fields(bytes: &[u8], headers: &[httparse::Header<'_>]) -> Option<Vec<Field>> {
    let mut fields = Vec::with_capacity(headers.len());
    for header in headers {
        let name = range_of(bytes, header.name.as_bytes())?;
        let colon = name.end + 1;
        let end = colon + memchr::memchr(b'\n', bytes.get(colon..)?)? + 1;
        let value = trimmed(bytes, colon..end);
        if bytes.get(value.clone())? != header.value {
            return None;
        }
        fields.push(Field { line: name.start..end, name, value });
    }
    Some(fields)
}

/// Where `part`, a slice of `whole`, stands in it.
fn range_of(whole: &[u8], part: &[u8]) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize)?;
    let end = start.checked_add(part.len())?;
    (end <= whole.len()).then_some(start..end)
}

/// Reads line by line, taking every line for what it most likely is and noting where that is a guess.
fn loose(bytes: &[u8], kind: Kind) -> Lines {
    let mut lines = Lines { start: empty_start(kind), fields: Vec::new(), doubts: Vec::new() };
    let mut at = 0;
    let mut started = false;
    while at < bytes.len() {
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |i| at + i + 1);
        let text = without_line_end(bytes, at..end);
        if !started {
            if text.is_empty() {
                lines.doubts.push((Ambiguity::EmptyLinesBefore, at..end));
            } else {
                started = true;
                lines.start = start_line(bytes, text, kind, &mut lines.doubts);
            }
        } else if !text.is_empty() {
            field_line(bytes, text, end, &mut lines);
        }
        at = end;
    }
    lines
}

fn empty_start(kind: Kind) -> Start {
    match kind {
        Kind::Request => Start::Request { method: 0..0, target: 0..0, version: Version::Other },
        Kind::Response => Start::Response { version: Version::Other, status: 0, reason: 0..0 },
    }
}

fn start_line(bytes: &[u8], text: Range<usize>, kind: Kind, doubts: &mut Vec<(Ambiguity, Range<usize>)>) -> Start {
    if bytes[text.clone()].iter().any(|b| is_control(*b)) {
        doubts.push((Ambiguity::ControlByte, text.clone()));
    }
    let (start, well_formed) = match kind {
        Kind::Request => request_line(bytes, text.clone()),
        Kind::Response => status_line(bytes, text.clone()),
    };
    if !well_formed {
        doubts.push((Ambiguity::BadStartLine, text));
        return start;
    }
    if matches!(start, Start::Request { version: Version::Other, .. } | Start::Response { version: Version::Other, .. })
    {
        doubts.push((Ambiguity::BadVersion, text));
    }
    start
}

fn request_line(bytes: &[u8], text: Range<usize>) -> (Start, bool) {
    let line = &bytes[text.clone()];
    let (Some(first), Some(last)) = (memchr::memchr(b' ', line), memchr::memrchr(b' ', line)) else {
        return (Start::Request { method: text, target: 0..0, version: Version::Other }, false);
    };
    let target = (text.start + first + 1).min(text.start + last)..text.start + last;
    let method = text.start..text.start + first;
    let version = read_version(&line[last + 1..]);
    let inner = &bytes[target.clone()];
    let good = first > 0
        && line[..first].iter().all(|b| is_token(*b))
        && !inner.is_empty()
        && inner.iter().all(|b| *b > b' ' && *b != 0x7f)
        && line[last + 1..].starts_with(b"HTTP/");
    (Start::Request { method, target, version }, good)
}

fn status_line(bytes: &[u8], text: Range<usize>) -> (Start, bool) {
    let line = &bytes[text.clone()];
    let first = memchr::memchr(b' ', line).unwrap_or(line.len());
    let rest = &line[(first + 1).min(line.len())..];
    let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
    let status = if digits == 3 { rest[..3].iter().fold(0, |n, b| n * 10 + u16::from(b - b'0')) } else { 0 };
    let after = (first + 1 + digits).min(line.len());
    let reason = (text.start + after + usize::from(line.get(after) == Some(&b' ')))..text.end;
    let good = line.starts_with(b"HTTP/") && status >= 100 && matches!(line.get(after), None | Some(b' '));
    (Start::Response { version: read_version(&line[..first]), status, reason }, good)
}

fn read_version(text: &[u8]) -> Version {
    match text {
        b"HTTP/1.0" => Version::Http10,
        b"HTTP/1.1" => Version::Http11,
        _ => Version::Other,
    }
}

fn field_line(bytes: &[u8], text: Range<usize>, end: usize, lines: &mut Lines) {
    let line = &bytes[text.clone()];
    if line.iter().any(|b| is_control(*b)) {
        lines.doubts.push((Ambiguity::ControlByte, text.clone()));
    }
    if matches!(line.first(), Some(b' ' | b'\t')) {
        let Some(before) = lines.fields.last_mut() else {
            lines.doubts.push((Ambiguity::SpaceBeforeFirstField, text));
            return;
        };
        before.line.end = end;
        before.value = trimmed(bytes, before.value.start.min(before.line.end)..end);
        lines.doubts.push((Ambiguity::Folded, text));
        return;
    }
    let Some(colon) = memchr::memchr(b':', line) else {
        lines.doubts.push((Ambiguity::NoColon, text.clone()));
        lines.fields.push(Field { line: text.start..end, name: text.clone(), value: text.end..text.end });
        return;
    };
    let name = trimmed(bytes, text.start..text.start + colon);
    if name.end != text.start + colon {
        lines.doubts.push((Ambiguity::SpaceBeforeColon, name.end..text.start + colon));
    }
    if name.is_empty() || !bytes[name.clone()].iter().all(|b| is_token(*b)) {
        lines.doubts.push((Ambiguity::BadFieldName, text.start..text.start + colon));
    }
    let value = trimmed(bytes, text.start + colon + 1..end);
    lines.fields.push(Field { line: text.start..end, name, value });
}

/// Notes lines that end in LF alone and CRs inside lines, which httparse lets pass in places.
fn note_line_ends(bytes: &[u8], doubts: &mut Vec<(Ambiguity, Range<usize>)>) {
    note_bare_line_ends(bytes, doubts);
    let empty = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    if empty > 0 {
        doubts.retain(|(what, _)| *what != Ambiguity::EmptyLinesBefore);
        doubts.push((Ambiguity::EmptyLinesBefore, 0..empty));
    }
}

fn note_bare_line_ends(bytes: &[u8], doubts: &mut Vec<(Ambiguity, Range<usize>)>) {
    if line_ends_are_whole(bytes) {
        return;
    }
    for at in memchr::memchr_iter(b'\n', bytes) {
        if at == 0 || bytes[at - 1] != b'\r' {
            doubts.push((Ambiguity::BareLfInHead, at..at + 1));
        }
    }
    for at in memchr::memchr_iter(b'\r', bytes) {
        if bytes.get(at + 1) != Some(&b'\n') {
            doubts.push((Ambiguity::BareCr, at..at + 1));
        }
    }
}

/// Whether each CR has its LF and each LF its CR. Nearly every head is so; without a branch a place it takes little to say.
fn line_ends_are_whole(bytes: &[u8]) -> bool {
    let (Some(first), Some(last), Some(behind)) = (bytes.first(), bytes.last(), bytes.get(1..)) else { return true };
    let halves = bytes.iter().zip(behind).fold(false, |any, (one, next)| any | ((*one == b'\r') != (*next == b'\n')));
    !halves && *first != b'\n' && *last != b'\r'
}

fn note_host(head: &mut Head) {
    let hosts: Vec<Field> =
        head.fields.iter().filter(|f| head.slice(&f.name).eq_ignore_ascii_case(b"Host")).cloned().collect();
    let mut found = Vec::new();
    match hosts.as_slice() {
        [] if head.version() == Version::Http11 => found.push((Ambiguity::HostMissing, 0..0)),
        [] => {}
        [host] => {
            if target_contradicts(head, head.slice(&host.value)) {
                found.push((Ambiguity::HostDiffers, host.line.clone()));
            }
        }
        [_, more @ ..] => found.extend(more.iter().map(|h| (Ambiguity::HostRepeated, h.line.clone()))),
    }
    let at = head.at;
    head.doubts.extend(found.into_iter().map(|(what, range)| Doubt { what, span: Span::from(range).shifted(at) }));
}

fn target_contradicts(head: &Head, host: &[u8]) -> bool {
    let (authority, default_port) = match Target::of(head.method(), head.target()) {
        Target::Absolute { scheme, authority, .. } if scheme.eq_ignore_ascii_case(b"https") => (authority, 443),
        Target::Absolute { authority, .. } => (authority, 80),
        // CONNECT: many clients leave the port out of Host, or name the origin there; only the host part must agree.
        Target::Authority(authority) => (authority, 0),
        Target::Origin(_) | Target::Asterisk | Target::Other(_) => return false,
    };
    if authority == host {
        return HostPort::of(host).is_none();
    }
    match (HostPort::of(authority), HostPort::of(host)) {
        (Some(a), Some(b)) if default_port == 0 => !a.host.eq_ignore_ascii_case(b.host),
        (Some(a), Some(b)) => {
            !a.host.eq_ignore_ascii_case(b.host) || a.port.unwrap_or(default_port) != b.port.unwrap_or(default_port)
        }
        _ => true,
    }
}

fn without_line_end(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    if bytes[range.clone()].ends_with(b"\n") {
        range.end -= 1;
    }
    if bytes[range.clone()].ends_with(b"\r") {
        range.end -= 1;
    }
    range
}

/// `range` without white space and line ends at both sides.
fn trimmed(bytes: &[u8], mut range: Range<usize>) -> Range<usize> {
    let space = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    while range.start < range.end && space(bytes[range.end - 1]) {
        range.end -= 1;
    }
    while range.start < range.end && space(bytes[range.start]) {
        range.start += 1;
    }
    range
}

fn is_control(byte: u8) -> bool {
    (byte < b' ' && byte != b'\t' && byte != b'\r') || byte == 0x7f
}

/// `tchar` of RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests;
