//! Where the addresses stand in a description of services, and whether a document is one, by its content.
//!
//! Known are WSDL 1.1 and 2.0, XML schemas, WS-Policy, WS-Addressing's references, WS-MetadataExchange (descriptions in an
//! envelope of SOAP), DISCO and WADL. Names go by their local part: what prefix a server gives them is its own affair. What
//! looks like a tag in a comment or in CDATA is text, and stays.

use std::borrow::Cow;
use std::ops::Range;

use memchr::memmem;

use super::utf16::Order;

/// What is looked at to tell what a document is.
const LOOK: usize = 64 * 1024;

/// The places of a description that matter.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Values that are called, by rising offset. An `xsi:schemaLocation` has pairs of namespace and location: each word of a
    /// value is one.
    pub(super) addresses: Vec<Range<usize>>,
    /// Values that only name something, as namespaces do, though they may look like addresses.
    pub(super) names: Vec<Range<usize>>,
}

/// What a document is, as far as its beginning tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::proxy) enum Kind {
    /// It takes more of it to tell.
    Unknown,
    /// A description of services, or a part of one.
    Description,
    /// Something else.
    Other,
}

/// What a document is that begins with these bytes, in UTF-8 or UTF-16.
pub(in crate::proxy::core) fn kind(bytes: &[u8]) -> Kind {
    let text = Order::of(bytes).and_then(|order| order.read(&bytes[..bytes.len().min(LOOK) & !1]));
    let bytes = text.as_ref().map_or(bytes, |text| text.as_bytes());
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if bytes.trim_ascii_start().first().is_some_and(|first| *first != b'<') {
        return Kind::Other;
    }
    let looked = &bytes[..bytes.len().min(LOOK)];
    let mut path: Vec<&[u8]> = Vec::new();
    let mut tags = Tags { body: looked, at: 0 };
    while let Some(tag) = tags.next() {
        let Tag::Open { name, attributes, empty } = tag else {
            path.pop();
            continue;
        };
        let has = |namespace: &str| {
            memmem::find(looked.get(attributes.clone()).unwrap_or_default(), namespace.as_bytes()).is_some()
        };
        match (path.as_slice(), name) {
            ([], b"definitions") => return described(has("schemas.xmlsoap.org/wsdl")),
            ([], b"description") => return described(has("www.w3.org/ns/wsdl")),
            ([], b"schema") => return described(has("www.w3.org/2001/XMLSchema")),
            ([], b"discovery") => return described(has("schemas.xmlsoap.org/disco")),
            ([], b"application") => return described(has("wadl")),
            ([], b"Metadata") => return described(has("/mex") || has("ws-mex")),
            ([], b"Envelope") | ([b"Envelope"], _) => {}
            ([b"Envelope", b"Body"], name) => return described(name == b"Metadata"),
            // A header of the envelope.
            ([b"Envelope", ..], _) => {}
            _ => return Kind::Other,
        }
        if !empty {
            path.push(name);
        }
    }
    if bytes.len() >= LOOK { Kind::Other } else { Kind::Unknown }
}

const fn described(is: bool) -> Kind {
    if is { Kind::Description } else { Kind::Other }
}

/// The places of a description. In an envelope those of its metadata alone: what else it carries is no description.
pub(super) fn places(body: &[u8]) -> Places {
    let mut found = Places::default();
    let mut path: Vec<&[u8]> = Vec::new();
    let mut tags = Tags { body, at: 0 };
    let (mut in_envelope, mut metadata) = (false, None);
    while let Some(tag) = tags.next() {
        let (name, attributes, empty) = match tag {
            Tag::Open { name, attributes, empty } => (name, attributes, empty),
            Tag::Close { name } => {
                // A document may be broken; what was opened last under that name is closed.
                if let Some(at) = path.iter().rposition(|open| *open == name) {
                    path.truncate(at);
                }
                if metadata.is_some_and(|depth| path.len() < depth) {
                    metadata = None;
                }
                continue;
            }
        };
        in_envelope |= path.is_empty() && name == b"Envelope";
        if name == b"Metadata" && metadata.is_none() {
            metadata = Some(path.len() + 1);
        }
        let counts = !in_envelope || metadata.is_some();
        let mut at = attributes.start;
        while let Some((attribute, value)) = attribute(body, &mut at, attributes.end) {
            let local = local(attribute);
            if attribute == b"xmlns" || attribute.starts_with(b"xmlns:") || is_name(local) {
                found.names.push(value);
            } else if counts && (is_address(name, local) || is_link(name, local, &body[value.clone()])) {
                words(body, value, &mut found.addresses);
            }
        }
        if empty {
            continue;
        }
        let parent = path.last().copied().unwrap_or_default();
        let holds = matches!((parent, name), (b"EndpointReference" | b"MetadataReference", b"Address"))
            || matches!((parent, name), (b"MetadataSection", b"Location"));
        if counts && holds {
            let end = memchr::memchr(b'<', body.get(tags.at..).unwrap_or_default());
            if let Some(end) = end.map(|end| tags.at + end).filter(|end| body[*end..].starts_with(b"</")) {
                words(body, tags.at..end, &mut found.addresses);
            }
        }
        path.push(name);
    }
    found
}

/// Attributes that name something.
fn is_name(attribute: &[u8]) -> bool {
    matches!(attribute, b"targetNamespace" | b"namespace" | b"soapAction" | b"Action" | b"Dialect" | b"Identifier")
}

/// Attributes whose value is called (WSDL 1.1, 2.1.1 and 3.8; WSDL 2.0, 2.15; XSD 1.0, 4.2; WS-PolicyAttachment, 3; WADL, 2.6).
fn is_address(element: &[u8], attribute: &[u8]) -> bool {
    matches!(
        (element, attribute),
        (_, b"location" | b"schemaLocation" | b"noNamespaceSchemaLocation")
            | (b"endpoint", b"address")
            | (b"PolicyReference", b"URI")
            | (b"contractRef" | b"discoveryRef" | b"schemaRef", b"ref" | b"docRef")
            | (b"soap", b"address")
            | (b"resources", b"base")
            | (b"include", b"href")
    )
}

/// A link to a description, as it stands in a list of services in HTML.
fn is_link(element: &[u8], attribute: &[u8], value: &[u8]) -> bool {
    const ENDS: &[u8] = b"?wsdl";
    let ends = value.len().checked_sub(ENDS.len()).is_some_and(|at| value[at..].eq_ignore_ascii_case(ENDS));
    ends && element.eq_ignore_ascii_case(b"a") && attribute.eq_ignore_ascii_case(b"href")
}

/// The words of a value.
fn words(body: &[u8], value: Range<usize>, found: &mut Vec<Range<usize>>) {
    let mut start = value.start;
    for word in body.get(value).unwrap_or_default().split(u8::is_ascii_whitespace) {
        if !word.is_empty() {
            found.push(start..start + word.len());
        }
        start += word.len() + 1;
    }
}

fn local(name: &[u8]) -> &[u8] {
    memchr::memchr(b':', name).map_or(name, |at| &name[at + 1..])
}

/// A tag, with the local part of its name.
enum Tag<'a> {
    Open { name: &'a [u8], attributes: Range<usize>, empty: bool },
    Close { name: &'a [u8] },
}

/// The tags of a document that need not be well-formed. What breaks off is no tag.
struct Tags<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Tags<'a> {
    fn next(&mut self) -> Option<Tag<'a>> {
        loop {
            let rest = self.body.get(self.at..)?;
            let open = self.at + memchr::memchr(b'<', rest)?;
            let rest = &self.body[open..];
            let behind = |end: &[u8]| memmem::find(rest, end).map(|at| open + at + end.len());
            self.at = match rest {
                _ if rest.starts_with(b"<!--") => behind(b"-->")?,
                _ if rest.starts_with(b"<![CDATA[") => behind(b"]]>")?,
                _ if rest.starts_with(b"<?") => behind(b"?>")?,
                _ if rest.starts_with(b"<!") => behind_declaration(self.body, open)?,
                _ => {
                    let closes = rest.starts_with(b"</");
                    let start = open + 1 + usize::from(closes);
                    let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'>' | b'<');
                    let len = self.body[start..].iter().position(is_end)?;
                    let name = local(&self.body[start..start + len]);
                    let end = behind_tag(self.body, start + len)?;
                    self.at = end;
                    let attributes = start + len..end - 1;
                    let empty = self.body[attributes.clone()].ends_with(b"/");
                    return Some(if closes { Tag::Close { name } } else { Tag::Open { name, attributes, empty } });
                }
            };
        }
    }
}

/// The position behind the `>` that ends a tag; those in quoted values don't.
fn behind_tag(body: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += memchr::memchr3(b'>', b'"', b'\'', body.get(at..)?)?;
        match body[at] {
            b'>' => return Some(at + 1),
            quote => at += 2 + memchr::memchr(quote, body.get(at + 1..)?)?,
        }
    }
}

/// The position behind a declaration, with its subset in brackets.
fn behind_declaration(body: &[u8], from: usize) -> Option<usize> {
    let (mut at, mut depth) = (from, 0_usize);
    loop {
        match *body.get(at)? {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') => at += 1 + memchr::memchr(quote, body.get(at + 1..)?)?,
            b'>' if depth == 0 => return Some(at + 1),
            _ => {}
        }
        at += 1;
    }
}

/// The next attribute from `at`: its name, and its value without quotes.
fn attribute<'a>(body: &'a [u8], at: &mut usize, end: usize) -> Option<(&'a [u8], Range<usize>)> {
    let rest = |at: usize| body.get(at..end).unwrap_or_default();
    let skip = |at: usize| at + rest(at).iter().take_while(|b| b.is_ascii_whitespace()).count();
    loop {
        let start = skip(*at);
        let is_end = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'=' | b'"' | b'\'');
        let name_end = start + rest(start).iter().position(is_end)?;
        let equals = skip(name_end);
        let quote_at = skip(equals + 1);
        let quote = *rest(quote_at).first()?;
        if name_end == start || rest(equals).first() != Some(&b'=') || !matches!(quote, b'"' | b'\'') {
            *at = name_end.max(start + 1);
            continue;
        }
        let value = quote_at + 1;
        let close = value + memchr::memchr(quote, rest(value))?;
        *at = close + 1;
        return Some((&body[start..name_end], value..close));
    }
}

/// A value with its character references resolved, and where each of its bytes stands.
pub(super) struct Resolved<'a> {
    pub(super) text: Cow<'a, [u8]>,
    raw: &'a [u8],
    /// Where each byte of the text begins in `raw`; empty where they are the same.
    from: Vec<usize>,
}

impl<'a> Resolved<'a> {
    pub(super) fn of(raw: &'a [u8]) -> Self {
        if memchr::memchr(b'&', raw).is_none() {
            return Self { text: Cow::Borrowed(raw), raw, from: Vec::new() };
        }
        let (mut text, mut from, mut at) = (Vec::with_capacity(raw.len()), Vec::with_capacity(raw.len()), 0);
        while let Some(&byte) = raw.get(at) {
            let (signs, len) = reference(&raw[at..]).unwrap_or(([byte, 0, 0, 0], 1));
            let used = if len == 1 { 1 } else { signs.iter().take_while(|b| **b != 0).count() };
            text.extend_from_slice(&signs[..used]);
            from.extend(std::iter::repeat_n(at, used));
            at += len;
        }
        Self { text: Cow::Owned(text), raw, from }
    }

    /// What a part of the text is written as.
    pub(super) fn raw(&self, part: Range<usize>) -> &'a [u8] {
        if self.from.is_empty() {
            return self.raw.get(part).unwrap_or_default();
        }
        let place = |at: usize| self.from.get(at).copied().unwrap_or(self.raw.len());
        self.raw.get(place(part.start)..place(part.end)).unwrap_or_default()
    }
}

/// The sign that a reference at the front stands for, in UTF-8, and how long the reference is.
fn reference(raw: &[u8]) -> Option<([u8; 4], usize)> {
    let body = raw.strip_prefix(b"&")?;
    let end = memchr::memchr(b';', body.get(..body.len().min(12))?)?;
    let name = std::str::from_utf8(&body[..end]).ok()?;
    let sign = match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|sign| *sign != '\0')?
        }
    };
    let mut bytes = [0; 4];
    sign.encode_utf8(&mut bytes);
    Some((bytes, end + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(body: &str) -> Vec<&str> {
        places(body.as_bytes()).addresses.into_iter().map(|range| &body[range]).collect()
    }

    #[test]
    fn each_notation_has_its_places() {
        for (body, expected) in [
            ("<a:address location = 'u'/>", vec!["u"]),
            ("<w:endpoint name='e' address=\"u\"/>", vec!["u"]),
            ("<EndpointReference><Address>\n u </Address></EndpointReference>", vec!["u"]),
            ("<x><Address>u</Address></x>", vec![]),
            ("<p:PolicyReference URI='u'/><r:resources base='v'>", vec!["u", "v"]),
            ("<contractRef ref='u' docRef='v'/><s:soap address='w'/>", vec!["u", "v", "w"]),
            ("<a xsi:schemaLocation='n u\nm v' relocation='w'/>", vec!["n", "u", "m", "v"]),
            (
                "<!-- <a location='u'/> --><![CDATA[<a location='u'/>]]><?a location='u'?><!DOCTYPE a [<!ENTITY e 'x>'>]>",
                vec![],
            ),
            ("<a title='>' location='u'><b location=broken location='v'/>", vec!["u", "v"]),
            ("<Envelope><Body><a location='u'/><Metadata><a location='v'/></Metadata><a location='w'/>", vec!["v"]),
            ("<a location='u", vec![]),
            ("<A HREF='u?WSDL'>x</A><a href=\"v?wsdl=1\"/><a href='/w'/><link href='u?wsdl'/>", vec!["u?WSDL"]),
        ] {
            assert_eq!(found(body), expected, "{body}");
        }
    }

    #[test]
    fn what_a_document_is_shows_as_soon_as_it_can() {
        let wsdl = "<?xml version='1.0'?><!-- x --><w:definitions xmlns:w='http://schemas.xmlsoap.org/wsdl/'>";
        let mex = "<s:Envelope><s:Header><a><b/></a></s:Header><s:Body><Metadata>";
        for (body, is) in [
            (wsdl, Kind::Description),
            ("<description xmlns=\"http://www.w3.org/ns/wsdl\">", Kind::Description),
            ("<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>", Kind::Other),
            (mex, Kind::Description),
            ("<s:Envelope><s:Body><ItemResponse>", Kind::Other),
            ("<html>", Kind::Other),
            ("{\"a\":1}", Kind::Other),
            ("", Kind::Unknown),
        ] {
            assert_eq!(kind(body.as_bytes()), is, "{body}");
        }
        for body in [wsdl, mex] {
            for at in 0..body.len() {
                assert_eq!(kind(&body.as_bytes()[..at]), Kind::Unknown, "{at}");
            }
        }
        let wide: Vec<u8> = wsdl.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(kind(&wide), Kind::Description);
        assert_eq!(kind(format!("<!--{}", " ".repeat(LOOK)).as_bytes()), Kind::Other);
    }

    #[test]
    fn references_are_resolved_and_known_by_their_places() {
        let resolved = Resolved::of(b"http&#58;//h&#x3a;1/a?b&amp;\xc3\xa5&#229;&no");
        assert_eq!(resolved.text, &b"http://h:1/a?b&\xc3\xa5\xc3\xa5&no"[..]);
        let at = resolved.text.iter().position(|b| *b == b'?').unwrap();
        assert_eq!(resolved.raw(at..resolved.text.len()), b"?b&amp;\xc3\xa5&#229;&no");
        assert_eq!(resolved.raw(0..5), b"http&#58;");
    }
}
