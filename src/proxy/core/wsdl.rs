//! What reverse mode writes back so that a client stays with us: `Location`, cookie domains, and the addresses inside
//! `?wsdl` answers and their schemas, since a client that reads a description goes where it points.
//!
//! Which addresses lead to us is for [`fronts`](super::fronts) to say. Each that is changed is an edit, each that leads
//! past us a remark.

mod addresses;
pub(in crate::proxy) mod utf16;

use std::net::{IpAddr, SocketAddr};
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use memchr::memmem;
use mwscope_parsers::http::{BodyLength, Coding, Field, Head, HostPort, MediaType, Target, codings};

use super::cookies::{self, Changed, Keeper};
use super::fronts::{Front, Leads, Seen};
use super::patch::Patch;
use super::{Endpoint, Scheme};
use crate::model::{Edit, coding};
pub(in crate::proxy) use addresses::Kind;
use addresses::{Places, Resolved, places};

/// Descriptions of services are smaller; anything larger passes as it comes.
pub const LARGEST: usize = 16 * 1024 * 1024;
/// What is said of one that is larger.
pub const TOO_LARGE: &str = "the description is too large to be rewritten; its addresses lead past this proxy";
/// Addresses of one description that are said to lead past us.
const SAID: usize = 20;

/// A remark, by name and text.
pub type Remark = (&'static str, String);

/// The two names of one server: the one behind us, and the one under which the client knows us.
#[derive(Clone, Debug)]
pub struct Rewrite {
    theirs: Endpoint,
    here: Endpoint,
    arrived: Option<IpAddr>,
    reached: Option<IpAddr>,
    fronts: Arc<[Front]>,
    same_path: Option<Vec<u8>>,
    description: bool,
    keeper: Keeper,
}

/// A description with its addresses rewritten.
#[derive(Debug, Default)]
pub struct Rewritten {
    /// The whole of it.
    pub body: Vec<u8>,
    /// What was changed.
    pub edits: Vec<Edit>,
    /// What was left, and why.
    pub remarks: Vec<Remark>,
}

impl Rewrite {
    /// For one request to `theirs` with `target`, which the client sent to `here`.
    #[must_use]
    pub fn new(theirs: Endpoint, here: Endpoint, target: &[u8]) -> Self {
        let description = asks_for_description(target) || lists_services(target);
        let (arrived, reached, same_path) = (None, None, None);
        Self {
            theirs,
            here,
            arrived,
            reached,
            fronts: Arc::default(),
            same_path,
            description,
            keeper: Keeper::default(),
        }
    }

    /// Among all that is stood in for; `arrived` is our address at which the client's connection did.
    #[must_use]
    pub fn among(mut self, fronts: &Arc<[Front]>, arrived: Option<IpAddr>) -> Self {
        (self.fronts, self.arrived) = (Arc::clone(fronts), arrived);
        self
    }

    /// For a client that names itself so.
    #[must_use]
    pub fn for_client(mut self, user_agent: Option<&[u8]>) -> Self {
        self.keeper = Keeper::of(user_agent);
        self
    }

    /// The server was reached at `address`, by `ip:port`.
    pub fn reached_at(&mut self, address: &str) {
        self.reached = address.parse().ok().map(|address: SocketAddr| address.ip());
    }

    /// The service that `target` asks for leads here whatever server its address names: behind a mock-up there is none,
    /// and a client under test must not reach a real one.
    #[must_use]
    pub fn whoever_serves(mut self, target: &[u8]) -> Self {
        self.same_path = Some(path_and_query(target).0.to_vec());
        self
    }

    /// Whether the answer is a service description, which should come without content coding.
    #[must_use]
    pub fn is_description(&self) -> bool {
        self.description
    }

    /// Rewrites the fields that would lead the client past us, and says what still does.
    #[must_use]
    pub fn head(&self, patch: &mut Patch<'_>, head: &Head) -> Vec<Remark> {
        let mut remarks = Vec::new();
        for field in head.fields() {
            let name = head.slice(&field.name);
            if name.eq_ignore_ascii_case(b"Location") || name.eq_ignore_ascii_case(b"Content-Location") {
                remarks.extend(self.location(patch, head, field));
            } else if name.eq_ignore_ascii_case(b"Set-Cookie") {
                remarks.extend(self.cookie(patch, head, field));
            }
        }
        remarks
    }

    /// Whether the body of this answer must be at hand as a whole.
    #[must_use]
    pub fn wants_body(&self, head: &Head, body: BodyLength) -> bool {
        let may_be = |kind: MediaType| {
            kind.is_xml() || kind.essence.starts_with("text/") || kind.essence == "application/octet-stream"
        };
        let kind = head.get("Content-Type").and_then(MediaType::parse);
        self.description && is_readable(head, body) && kind.is_none_or(may_be)
    }

    /// Whether the body may be a description although the request doesn't say so, which its beginning will tell.
    #[must_use]
    pub fn may_describe(&self, head: &Head, body: BodyLength) -> bool {
        let kind = head.get("Content-Type").and_then(MediaType::parse);
        let may_be = kind.is_none_or(|kind| kind.is_xml() || kind.essence == "application/octet-stream");
        !self.description && is_readable(head, body) && may_be
    }

    /// The body with its addresses rewritten.
    #[must_use]
    pub fn body(&self, body: &[u8]) -> Rewritten {
        let Some(order) = utf16::Order::of(body) else { return self.plain_body(body) };
        let Some(text) = order.read(body) else {
            let what = "the description is no clean UTF-16; the addresses in it are as they came".to_owned();
            return Rewritten { body: body.to_vec(), remarks: vec![("not rewritten", what)], edits: Vec::new() };
        };
        let mut rewritten = self.plain_body(text.as_bytes());
        // Addresses are ASCII, and stand between signs of a text.
        rewritten.body = match std::str::from_utf8(&rewritten.body) {
            Ok(text) if !rewritten.edits.is_empty() => order.write(text),
            _ => body.to_vec(),
        };
        rewritten
    }

    fn plain_body(&self, body: &[u8]) -> Rewritten {
        let (mut out, mut edits) = (Vec::with_capacity(body.len() + 256), Vec::new());
        let (mut past, mut at): (Vec<(String, String)>, _) = (Vec::new(), 0);
        let places = places(body);
        for value in &places.addresses {
            let resolved = Resolved::of(body.get(value.clone()).unwrap_or_default());
            let Some(before) = Address::of(&resolved.text) else { continue };
            let leads = self.leads(&before.server, before.rest());
            let (to, whose) = match &leads {
                Leads::Back => (&self.here, ""),
                Leads::Beside(to) => (to, ", of another --reverse"),
                why => {
                    let url = text(&resolved.text);
                    let new = past.iter().all(|(said, _)| *said != url);
                    if new && before.server != self.here && !is_well_known(&resolved.text) {
                        past.push((url, remedy(why, &before.server)));
                    }
                    continue;
                }
            };
            let rest = resolved.raw(before.rest..resolved.text.len());
            let after = before.moved(to, resolved.raw(before.user.clone()), rest);
            out.extend_from_slice(body.get(at..value.start).unwrap_or_default());
            out.extend_from_slice(&after);
            at = value.end;
            edits.push(Edit {
                what: format!("address in the service description{whose}"),
                before: Some(text(body.get(value.clone()).unwrap_or_default())),
                after: Some(text(&after)),
            });
        }
        out.extend_from_slice(body.get(at..).unwrap_or_default());
        let more = past.len().saturating_sub(SAID);
        let mut remarks: Vec<_> =
            past.into_iter().take(SAID).map(|(url, remedy)| (PAST, format!("{url}; {remedy}"))).collect();
        if more > 0 {
            remarks.push((PAST, format!("{more} more addresses of the description")));
        }
        remarks.extend(self.left(body, &places));
        Rewritten { body: out, edits, remarks }
    }

    /// What is said of addresses that stay because they stand where none is called as a rule.
    fn left(&self, body: &[u8], places: &Places) -> Option<Remark> {
        let (mut first, mut count) = (None, 0_usize);
        let is_in = |ranges: &[Range<usize>], at: usize| {
            let next = ranges.partition_point(|range| range.end <= at);
            ranges.get(next).is_some_and(|range| range.start <= at)
        };
        for at in memmem::find_iter(body, b"://") {
            if is_in(&places.addresses, at) || is_in(&places.names, at) {
                continue;
            }
            let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'>' | b')');
            let start = body[..at].iter().rposition(|b| !b.is_ascii_alphanumeric()).map_or(0, |before| before + 1);
            let end = body[at..].iter().position(ends).map_or(body.len(), |len| at + len);
            let word = &body[start..end];
            let Some(address) = Address::of(word) else { continue };
            if matches!(self.leads(&address.server, address.rest()), Leads::Back | Leads::Beside(_)) {
                count += 1;
                first.get_or_insert_with(|| text(word));
            }
        }
        let first = first?;
        let more = if count > 1 { format!(" and {} more", count - 1) } else { String::new() };
        let what = "left as it came, since it stands where no address is called as a rule (text, a comment, another \
                    attribute); a client that calls it goes past this proxy";
        Some((PAST, format!("{first}{more} of this server: {what}")))
    }

    fn location(&self, patch: &mut Patch<'_>, head: &Head, field: &Field) -> Option<Remark> {
        let value = head.slice(&field.value);
        let name = text(head.slice(&field.name));
        // RFC 3986, 4.2: without a scheme it is that of the request, which for the server is its own.
        let schemeless = value.starts_with(b"//");
        let whole = schemeless.then(|| [self.theirs.scheme.word().as_bytes(), b":", value].concat());
        let named = Address::of(whole.as_deref().unwrap_or(value))?;
        match self.leads(&named.server, b"") {
            Leads::Back => {
                let after = named.moved(&self.here, named.user(), named.rest());
                patch.replace(field.value.clone(), &after, format!("{name} leads back to us"));
                None
            }
            Leads::Beside(to) => {
                let after = named.moved(&to, named.user(), named.rest());
                patch.replace(field.value.clone(), &after, format!("{name} leads to the address of another --reverse"));
                None
            }
            _ if named.server == self.here => None,
            why => {
                if let (Some(whole), true) = (&whole, self.here.scheme != self.theirs.scheme) {
                    patch.replace(field.value.clone(), whole, format!("{name}: the scheme that the server means"));
                }
                Some((PAST, format!("{name}: {}; {}", text(value), remedy(&why, &named.server))))
            }
        }
    }

    fn cookie(&self, patch: &mut Patch<'_>, head: &Head, field: &Field) -> Option<Remark> {
        let Changed { cuts, edit, remark } = cookies::changed(head.slice(&field.value), &self.here, self.keeper)?;
        let from = field.value.start;
        patch.cut_all(cuts.into_iter().map(|cut| from + cut.start..from + cut.end), edit);
        remark.map(|text| ("cookie", text))
    }

    fn leads(&self, named: &Endpoint, rest: &[u8]) -> Leads {
        let Self { theirs, here, arrived, reached, fronts, .. } = self;
        let leads = Seen { theirs, here, arrived: *arrived, reached: *reached, fronts }.leads(named);
        let same = self.same_path.as_ref().is_some_and(|asked| {
            let path = path_and_query(rest).0;
            !path.is_empty() && path != b"/" && path == asked && named != here
        });
        if same { Leads::Back } else { leads }
    }
}

/// Whether an answer has a body that can be looked into.
fn is_readable(head: &Head, body: BodyLength) -> bool {
    let unknown = |coding: &Coding| matches!(coding, Coding::Compress | Coding::Other(_));
    let readable = !head.all("Content-Encoding").flat_map(codings).any(|coding| unknown(&coding));
    let has_body = !matches!(body, BodyLength::None | BodyLength::Counted(0) | BodyLength::Switched);
    head.status() == 200 && readable && has_body
}

/// Whether a request with that target asks for a description of a service, or for a part of one.
#[must_use]
pub fn asks_for_description(target: &[u8]) -> bool {
    let (path, query) = path_and_query(target);
    let asked = |word: &[u8]| query.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word));
    let named = |end: &[u8]| path.len().checked_sub(end.len()).is_some_and(|at| path[at..].eq_ignore_ascii_case(end));
    asked(b"wsdl") || asked(b"xsd") || named(b".wsdl") || named(b".xsd")
}

/// Whether that is where Axis and CXF list their services, with a link to the description of each, in HTML.
fn lists_services(target: &[u8]) -> bool {
    let (path, _) = path_and_query(target);
    let path = path.strip_suffix(b"/").unwrap_or(path);
    path.rsplit(|b| *b == b'/').next().is_some_and(|last| last.eq_ignore_ascii_case(b"services"))
}

/// The name of remarks about what leads past us.
const PAST: &str = "leads past the proxy";

/// What to do about an address that leads past us.
fn remedy(why: &Leads, named: &Endpoint) -> String {
    let add = format!("add --reverse PORT={named} for it");
    match why {
        Leads::OtherPort => format!("the same host, but another port or scheme than the one stood in for: {add}"),
        Leads::Unreachable(listen) => {
            format!(
                "{listen} stands for it, which only this computer reaches: give that --reverse an address for others"
            )
        }
        Leads::Back | Leads::Beside(_) | Leads::Past => add,
    }
}

/// Path and query of a request target.
fn path_and_query(target: &[u8]) -> (&[u8], &[u8]) {
    let target = match Target::of(b"GET", target) {
        Target::Absolute { path, .. } => path,
        _ => target,
    };
    match memchr::memchr(b'?', target) {
        Some(at) => (&target[..at], &target[at + 1..]),
        None => (target, b""),
    }
}

/// A description without the content codings that its head names. Some servers put one on although none was asked for.
///
/// # Errors
/// With what is wrong with the coded bytes, or how large they get.
pub fn without_codings(head: &Head, body: Vec<u8>) -> Result<Bytes, String> {
    let decoded = coding::decode_as(&named_codings(head), &body.into(), LARGEST as u64);
    decoded.trouble.map_or(Ok(decoded.bytes), Err)
}

/// What an answer is whose body begins with these bytes.
pub(in crate::proxy) fn kind(head: &Head, begins: &[u8]) -> Kind {
    let named = named_codings(head);
    if named.is_empty() {
        return addresses::kind(begins);
    }
    // What can be decoded of a beginning is all that is wanted; the rest is missing, which isn't its trouble.
    let decoded = coding::decode_as(&named, &Bytes::copy_from_slice(begins), LARGEST as u64);
    addresses::kind(&decoded.bytes)
}

fn named_codings(head: &Head) -> Vec<String> {
    let names = head.all("Content-Encoding").flat_map(|value| value.split(|b| *b == b','));
    let names = names.map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name != "identity").collect()
}

/// Whether a field speaks of the very bytes of a body, so that it isn't true of a rewritten one: how it is coded, its
/// digests (RFC 1864, RFC 3230, RFC 9530), and the name by which a client would have it told that they are the same.
pub(in crate::proxy) fn of_the_bytes(field: &[u8]) -> bool {
    let names = ["Content-Encoding", "Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "ETag"];
    names.iter().any(|name| field.eq_ignore_ascii_case(name.as_bytes()))
}

/// An absolute HTTP URL.
struct Address<'a> {
    url: &'a [u8],
    server: Endpoint,
    /// User and password, with the `@`.
    user: Range<usize>,
    /// Where path, query and fragment begin.
    rest: usize,
}

impl<'a> Address<'a> {
    fn of(url: &'a [u8]) -> Option<Self> {
        let Target::Absolute { scheme, authority, path } = Target::of(b"GET", url) else { return None };
        let (named, parts) = (Scheme::named(scheme)?, HostPort::of(authority)?);
        let port = parts.port.unwrap_or(named.default_port());
        let rest = url.len() - path.len();
        let user = scheme.len() + 3..rest - authority.len();
        Some(Self { url, server: Endpoint { scheme: named, host: parts.host.to_owned(), port }, user, rest })
    }

    fn user(&self) -> &'a [u8] {
        self.url.get(self.user.clone()).unwrap_or_default()
    }

    fn rest(&self) -> &'a [u8] {
        self.url.get(self.rest..).unwrap_or_default()
    }

    /// The same on another server; `user` and `rest` as they are written.
    fn moved(&self, to: &Endpoint, user: &[u8], rest: &[u8]) -> Vec<u8> {
        [to.scheme.word().as_bytes(), b"://", user, to.authority().as_bytes(), rest].concat()
    }
}

/// Namespaces and schemas of the standards bodies, which nobody calls.
fn is_well_known(value: &[u8]) -> bool {
    [b"schemas.xmlsoap.org".as_slice(), b"www.w3.org", b"docs.oasis-open.org"]
        .iter()
        .any(|h| memmem::find(value, h).is_some())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::Limits;

    use super::*;

    fn rewrite(target: &str) -> Rewrite {
        let other = Endpoint { scheme: Scheme::Https, host: "other.example".into(), port: 443 };
        let fronts = [Front { to: other, listen: "127.0.0.1:9002".parse().expect("an address") }];
        let theirs = Endpoint { scheme: Scheme::Http, host: "m3.example".into(), port: 20107 };
        let here = Endpoint { scheme: Scheme::Http, host: "127.0.0.1".into(), port: 9001 };
        Rewrite::new(theirs, here, target.as_bytes()).among(&fronts.into(), Some(IpAddr::from([127, 0, 0, 1])))
    }

    #[test]
    fn addresses_of_a_description_lead_back_to_us() {
        let body = br#"<d xmlns:s='http://schemas.xmlsoap.org/wsdl/soap/'
 xsi:schemaLocation="http://schemas.xmlsoap.org/wsdl/ http://M3.example:20107/x.xsd">
 <import schemaLocation = 'http://m3.example:20107/mws/F?xsd=1&amp;a=b'/><s:address location="http://alias:1/mws/F"/>
 <s:address location="https://other.example/z"/><s:address location="http://M3.example/mws/F"/><a relocation="http://m3.example:20107/"/><i location="rel.xsd"/></d>"#;
        let Rewritten { body: out, edits, remarks } = rewrite("/mws/F?wsdl").body(body);
        let out = String::from_utf8(out).expect("text");
        assert_eq!(edits.len(), 3);
        let said: Vec<_> = remarks.iter().map(|(_, text)| text.as_str()).collect();
        let expected = [
            "http://alias:1/mws/F; add --reverse PORT=http://alias:1 for it",
            "http://M3.example/mws/F; the same host, but another port or scheme than the one stood in for: add --reverse \
             PORT=http://M3.example for it",
        ];
        assert_eq!(said[..2], expected);
        // What only looks like an attribute that is called.
        assert!(said.len() == 3 && said[2].starts_with("http://m3.example:20107/ of this server: left"), "{said:?}");
        assert!(out.contains("'http://127.0.0.1:9001/mws/F?xsd=1&amp;a=b'"), "{out}");
        assert!(out.contains("location=\"http://127.0.0.1:9002/z\""), "{out}");
        assert!(out.contains("location=\"http://alias:1/mws/F\""), "the same path is no evidence: {out}");
        assert!(out.contains("http://127.0.0.1:9001/x.xsd\""), "{out}");
        assert!(out.contains("relocation=\"http://m3.example:20107/\""), "{out}");
    }

    #[test]
    fn redirects_and_cookies_stay_with_us() {
        let bytes = b"HTTP/1.1 302 Found\r\nLocation: http://m3.example:20107/a?b\r\n\
            Set-Cookie: J=1; Path=/; Domain=.example; Secure; HttpOnly\r\nLocation: http://else/\r\n\r\n";
        let head = Head::response(bytes.to_vec(), 0, &Limits::default());
        let mut patch = Patch::new(&head);
        let remarks = rewrite("/").head(&mut patch, &head);
        assert_eq!(remarks, [(PAST, "Location: http://else/; add --reverse PORT=http://else for it".to_owned())]);
        let expected = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9001/a?b\r\n\
            Set-Cookie: J=1; Path=/; HttpOnly\r\nLocation: http://else/\r\n\r\n";
        assert_eq!(String::from_utf8_lossy(&patch.finish().0), expected);
    }

    #[test]
    fn a_redirect_without_scheme_or_to_another_server_of_ours_stays_with_us() {
        let led = |rewrite: &Rewrite, location: &str| {
            let bytes = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n").into_bytes();
            let head = Head::response(bytes, 0, &Limits::default());
            let mut patch = Patch::new(&head);
            let remarks = rewrite.head(&mut patch, &head);
            let led = Head::response(patch.finish().0, 0, &Limits::default());
            (text(led.get("Location").expect("a field")), remarks.len())
        };
        let here = rewrite("/");
        assert_eq!(led(&here, "//m3.example:20107/a"), ("http://127.0.0.1:9001/a".to_owned(), 0));
        assert_eq!(led(&here, "https://other.example/a"), ("http://127.0.0.1:9002/a".to_owned(), 0));
        assert_eq!(led(&here, "//else/a"), ("//else/a".to_owned(), 1));
        // A client that speaks TLS to us would take its own scheme for one that the server means otherwise.
        let tls = Rewrite { here: Endpoint { scheme: Scheme::Https, ..here.here.clone() }, ..here };
        assert_eq!(led(&tls, "//else/a"), ("http://else/a".to_owned(), 1));
    }

    #[test]
    fn a_description_in_utf_16_is_rewritten_in_its_own_signs() {
        let write = |text: &str, high: bool| -> Vec<u8> {
            text.encode_utf16().flat_map(|u| if high { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let text = |at: &str| format!("\u{feff}<d n='\u{1F600}\u{e5}'><s:address location='{at}/mws/F'/></d>");
        for high in [true, false] {
            let rewritten = rewrite("/a?wsdl").body(&write(&text("http://m3.example:20107"), high));
            assert_eq!(rewritten.body, write(&text("http://127.0.0.1:9001"), high));
            assert_eq!(rewritten.edits.len(), 1);
        }
        let torn = [&write(&text("http://m3.example:20107"), false)[..], b"x"].concat();
        let left = rewrite("/a?wsdl").body(&torn);
        assert_eq!((left.body, left.remarks.len()), (torn, 1));
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
