//! What reverse mode writes back so that a client stays with us: `Location`, cookie domains, and the addresses inside
//! `?wsdl` answers and their schemas, since a client that reads a description goes where it points.

use std::ops::Range;

use bytes::Bytes;
use memchr::memmem;
use mwscope_parsers::http::{BodyLength, Coding, Field, Head, HostPort, MediaType, Target, codings};

use super::patch::Patch;
use super::{Endpoint, Scheme};
use crate::model::{Edit, coding};

/// Descriptions of services are smaller; anything larger passes as it comes.
pub const LARGEST: usize = 16 * 1024 * 1024;
/// What is said of one that is larger.
pub const TOO_LARGE: &str = "the description is too large to be rewritten; its addresses lead past this proxy";

/// The two names of one server: the one behind us, and the one under which the client knows us.
#[derive(Clone, Debug)]
pub struct Rewrite {
    theirs: Endpoint,
    here: Endpoint,
    path: Vec<u8>,
    description: bool,
}

impl Rewrite {
    /// For one request to `theirs` with `target`, which the client sent to `here`.
    #[must_use]
    pub fn new(theirs: Endpoint, here: Endpoint, target: &[u8]) -> Self {
        let target = match Target::of(b"GET", target) {
            Target::Absolute { path, .. } => path,
            _ => target,
        };
        let mut parts = target.splitn(2, |b| *b == b'?');
        let path = parts.next().unwrap_or_default().to_vec();
        let query = parts.next().unwrap_or_default().to_ascii_lowercase();
        let asked = |word: &[u8]| memmem::find(&query, word).is_some();
        let lower = path.to_ascii_lowercase();
        let description = asked(b"wsdl") || asked(b"xsd") || lower.ends_with(b".wsdl") || lower.ends_with(b".xsd");
        Self { theirs, here, path, description }
    }

    /// Whether the answer is a service description, which should come without content coding.
    #[must_use]
    pub fn is_description(&self) -> bool {
        self.description
    }

    /// Rewrites the fields that would lead the client past us.
    pub fn head(&self, patch: &mut Patch<'_>, head: &Head) {
        for field in head.fields() {
            let name = head.slice(&field.name);
            if name.eq_ignore_ascii_case(b"Location") || name.eq_ignore_ascii_case(b"Content-Location") {
                self.location(patch, head, field);
            } else if name.eq_ignore_ascii_case(b"Set-Cookie") {
                self.cookie(patch, head, field);
            }
        }
    }

    /// Whether the body of this answer must be at hand as a whole.
    #[must_use]
    pub fn wants_body(&self, head: &Head, body: BodyLength) -> bool {
        let unknown = |coding: &Coding| matches!(coding, Coding::Compress | Coding::Other(_));
        let readable = !head.all("Content-Encoding").flat_map(codings).any(|coding| unknown(&coding));
        let xml = head
            .get("Content-Type")
            .and_then(MediaType::parse)
            .is_none_or(|m| m.is_xml() || m.essence.starts_with("text/"));
        let has_body = !matches!(body, BodyLength::None | BodyLength::Counted(0) | BodyLength::Switched);
        self.description && head.status() == 200 && readable && xml && has_body
    }

    /// The body with its addresses rewritten, the changes, and the addresses of other servers, which stay.
    #[must_use]
    pub fn body(&self, body: &[u8]) -> (Vec<u8>, Vec<Edit>, Vec<String>) {
        let mut out = Vec::with_capacity(body.len() + 256);
        let (mut edits, mut elsewhere, mut at) = (Vec::new(), Vec::new(), 0);
        for value in addresses(body) {
            let before = body.get(value.clone()).unwrap_or_default();
            let Some((origin, rest)) = split_origin(before) else { continue };
            if !self.is_theirs(origin, rest) {
                let text = text(before);
                if !self.is_here(origin) && !elsewhere.contains(&text) && !is_well_known(before) {
                    elsewhere.push(text);
                }
                continue;
            }
            let after = [self.here.to_string().as_bytes(), rest].concat();
            out.extend_from_slice(body.get(at..value.start).unwrap_or_default());
            out.extend_from_slice(&after);
            at = value.end;
            edits.push(Edit {
                what: "address in the service description".to_owned(),
                before: Some(text(before)),
                after: Some(text(&after)),
            });
        }
        out.extend_from_slice(body.get(at..).unwrap_or_default());
        (out, edits, elsewhere)
    }

    fn location(&self, patch: &mut Patch<'_>, head: &Head, field: &Field) {
        let value = head.slice(&field.value);
        let Some((origin, rest)) = split_origin(value) else { return };
        if self.same_server(origin) {
            let after = [self.here.to_string().as_bytes(), rest].concat();
            patch.replace(field.value.clone(), &after, format!("{} leads back to us", text(head.slice(&field.name))));
        }
    }

    /// A cookie for the upstream's domain would not come back to us: without the attribute it belongs to our host.
    fn cookie(&self, patch: &mut Patch<'_>, head: &Head, field: &Field) {
        let value = head.slice(&field.value);
        let mut at = 0;
        for part in value.split(|b| *b == b';') {
            let range = at..at + part.len();
            at = range.end + 1;
            let trimmed = part.trim_ascii();
            let is_domain = trimmed.len() >= 7 && trimmed[..7].eq_ignore_ascii_case(b"domain=");
            let is_secure = trimmed.eq_ignore_ascii_case(b"secure") && self.here.scheme == Scheme::Http;
            if range.start > 0 && (is_domain || is_secure) {
                let start = field.value.start + range.start - 1;
                let what = if is_domain { "cookie domain removed" } else { "cookie attribute Secure removed" };
                patch.mend(start..field.value.start + range.end, b"", what);
            }
        }
    }

    fn is_here(&self, origin: &[u8]) -> bool {
        origin == self.here.to_string().as_bytes()
    }

    /// The upstream itself, or the very service that was asked for under another name of its host.
    fn is_theirs(&self, origin: &[u8], rest: &[u8]) -> bool {
        let path = rest.split(|b| *b == b'?').next().unwrap_or_default();
        self.same_server(origin) || (!path.is_empty() && path != b"/" && path == self.path && !self.is_here(origin))
    }

    fn same_server(&self, origin: &[u8]) -> bool {
        let Target::Absolute { scheme, authority, .. } = Target::of(b"GET", origin) else { return false };
        let (Some(scheme), Some(parts)) = (Scheme::named(scheme), HostPort::of(authority)) else { return false };
        parts.host.eq_ignore_ascii_case(&self.theirs.host)
            && scheme == self.theirs.scheme
            && parts.port.unwrap_or(scheme.default_port()) == self.theirs.port
    }
}

/// A description without the content codings that its head names. Some servers put one on although none was asked for.
///
/// # Errors
/// With what is wrong with the coded bytes, or how large they get.
pub fn without_codings(head: &Head, body: Vec<u8>) -> Result<Bytes, String> {
    let names = head.all("Content-Encoding").flat_map(|value| value.split(|b| *b == b','));
    let names: Vec<String> =
        names.map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase()).collect();
    let codings: Vec<String> = names.into_iter().filter(|name| !name.is_empty() && name != "identity").collect();
    let decoded = coding::decode_as(&codings, &body.into(), LARGEST as u64);
    decoded.trouble.map_or(Ok(decoded.bytes), Err)
}

/// `http://host:port` and what follows it; `None` for anything that is no absolute HTTP URL.
fn split_origin(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let Target::Absolute { scheme, path, .. } = Target::of(b"GET", value) else { return None };
    Scheme::named(scheme)?;
    Some(value.split_at(value.len() - path.len()))
}

/// Namespaces and schemas of the standards bodies, which nobody calls.
fn is_well_known(value: &[u8]) -> bool {
    [b"schemas.xmlsoap.org".as_slice(), b"www.w3.org", b"docs.oasis-open.org"]
        .iter()
        .any(|h| memmem::find(value, h).is_some())
}

/// Where the values of `location` and `schemaLocation` attributes stand (WSDL 1.1, 2.1.1 and 3.8; XSD 1.0, 4.2), by
/// rising offset. An `xsi:schemaLocation` has pairs of namespace and location: each word of a value is one address.
fn addresses(body: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(i) = body.get(at..).and_then(|rest| memmem::find(rest, b"ocation")) {
        let name_end = at + i + b"ocation".len();
        at = name_end;
        let is_attribute = |name: &[u8]| {
            let start = name_end.checked_sub(name.len());
            start
                .and_then(|s| Some((body.get(s..name_end)?, body.get(s.checked_sub(1)?)?)))
                .is_some_and(|(found, before)| found == name && (before.is_ascii_whitespace() || *before == b':'))
        };
        if !(is_attribute(b"location") || is_attribute(b"schemaLocation")) {
            continue;
        }
        let Some(value) = attribute_value(body, name_end) else { continue };
        at = value.end;
        let mut start = value.start;
        for word in body.get(value).unwrap_or_default().split(u8::is_ascii_whitespace) {
            if !word.is_empty() {
                found.push(start..start + word.len());
            }
            start += word.len() + 1;
        }
    }
    found
}

/// The value behind `= "`, without its quotes.
fn attribute_value(body: &[u8], from: usize) -> Option<Range<usize>> {
    let skip =
        |at: usize| at + body.get(at..).unwrap_or_default().iter().take_while(|b| b.is_ascii_whitespace()).count();
    let equals = skip(from);
    (body.get(equals) == Some(&b'=')).then_some(())?;
    let quote_at = skip(equals + 1);
    let quote = *body.get(quote_at).filter(|b| matches!(b, b'"' | b'\''))?;
    let start = quote_at + 1;
    Some(start..start + memchr::memchr(quote, body.get(start..)?)?)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::Limits;

    use super::*;

    fn rewrite(target: &str) -> Rewrite {
        let theirs = Endpoint { scheme: Scheme::Http, host: "m3.example".into(), port: 20107 };
        let here = Endpoint { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 9001 };
        Rewrite::new(theirs, here, target.as_bytes())
    }

    #[test]
    fn addresses_of_a_description_lead_back_to_us() {
        let body = br#"<d xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
 xsi:schemaLocation="http://schemas.xmlsoap.org/wsdl/ http://M3.example:20107/x.xsd">
 <import schemaLocation = 'http://m3.example:20107/mws/F?xsd=1&amp;a=b'/><s:address location="http://alias:1/mws/F"/>
 <s:address location="https://other.example/z"/><a relocation="http://m3.example:20107/"/><i location="rel.xsd"/></d>"#;
        let (out, edits, elsewhere) = rewrite("/mws/F?wsdl").body(body);
        let out = String::from_utf8(out).expect("text");
        assert_eq!(edits.len(), 3);
        assert_eq!(elsewhere, ["https://other.example/z"]);
        assert!(out.contains("'http://127.0.0.1:9001/mws/F?xsd=1&amp;a=b'"), "{out}");
        assert!(out.contains("location=\"http://127.0.0.1:9001/mws/F\""), "{out}");
        assert!(out.contains("http://127.0.0.1:9001/x.xsd\""), "{out}");
        assert!(out.contains("relocation=\"http://m3.example:20107/\""), "{out}");
    }

    #[test]
    fn redirects_and_cookies_stay_with_us() {
        let bytes = b"HTTP/1.1 302 Found\r\nLocation: http://m3.example:20107/a?b\r\n\
            Set-Cookie: J=1; Path=/; Domain=.example; Secure; HttpOnly\r\nLocation: http://else/\r\n\r\n";
        let head = Head::response(bytes.to_vec(), 0, &Limits::default());
        let mut patch = Patch::new(&head);
        rewrite("/").head(&mut patch, &head);
        let expected = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9001/a?b\r\n\
            Set-Cookie: J=1; Path=/; HttpOnly\r\nLocation: http://else/\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&patch.finish().0), expected);
    }

    #[test]
    fn only_descriptions_are_held_back() {
        let head = |fields: &str| {
            Head::response(format!("HTTP/1.1 200 OK\r\n{fields}\r\n\r\n").into_bytes(), 0, &Limits::default())
        };
        let xml = head("Content-Type: text/xml");
        assert!(rewrite("/a?WSDL").wants_body(&xml, BodyLength::Chunked));
        assert!(!rewrite("/a").wants_body(&xml, BodyLength::Chunked));
        assert!(rewrite("/a?wsdl").wants_body(&head("Content-Encoding: gzip"), BodyLength::Chunked));
        assert!(!rewrite("/a?wsdl").wants_body(&head("Content-Encoding: secret"), BodyLength::Chunked));
        assert!(!rewrite("/a?wsdl").wants_body(&head("Content-Type: image/png"), BodyLength::Chunked));
    }
}
