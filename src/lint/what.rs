//! What a text is for the linter, by its content: a mashup, an agreement, a script, a message, or nothing to look at.

use mwscope_parsers::{dump, log, threads, xml};

/// What a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The XAML of a Smart Office mashup.
    Mashup,
    /// An agreement or configuration as XML.
    Agreement,
    /// XML that describes services and names their addresses on purpose: a WSDL, a schema, a SoapUI project.
    Definition,
    /// A SOAP message.
    Message,
    /// A script, a properties file, a command file.
    Script,
}

/// How much of a text is looked at.
const HEAD: usize = 64 << 10;

/// Says what a text is by its first bytes; `None` where the linter has nothing to say of it.
#[must_use]
pub fn recognise(head: &[u8]) -> Option<What> {
    let head = &head[..head.len().min(HEAD)];
    let decoded = xml::decode(head, None);
    let text = decoded.text.trim_start();
    if text.is_empty() {
        return None;
    }
    if text.starts_with('<') {
        return markup(text);
    }
    let evidence = log::is_plainly(head) || threads::sniff(head) || dump::sniff(head).is_dump();
    if evidence || log::looks_like(head) || is_capture_text(text) { None } else { Some(What::Script) }
}

fn markup(text: &str) -> Option<What> {
    let document = xml::read(text);
    let root = document.elements.first()?;
    let namespaces = document.elements.iter().take(50).flat_map(|element| &element.attributes);
    let mut namespaces = namespaces.filter(|(name, _)| *name == "xmlns" || name.starts_with("xmlns:"));
    let is_xaml = |(_, uri): &(&str, std::borrow::Cow<'_, str>)| {
        uri.starts_with("clr-namespace:") || uri.starts_with("http://schemas.microsoft.com/winfx/")
    };
    if namespaces.any(is_xaml) {
        return Some(What::Mashup);
    }
    let has_keys = |name: &str| document.elements.iter().any(|element| element.attribute(name).is_some());
    if has_keys("TargetKey") && has_keys("Value") {
        return Some(What::Mashup);
    }
    Some(match root.name {
        "html" | "HTML" | "svg" => return None,
        "Envelope" => What::Message,
        "definitions" | "description" | "schema" | "soapui-project" | "application" if root.namespace.is_some() => {
            What::Definition
        }
        _ if root.namespace.as_deref() == Some("http://eviware.com/soapui/config") => What::Definition,
        _ => What::Agreement,
    })
}

/// Requests and answers as text, and formats that other readers read.
fn is_capture_text(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    line.starts_with("HTTP/1.") || line.ends_with(" HTTP/1.1") || line.ends_with(" HTTP/1.0") || line.starts_with("M3:")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_known_by_their_content() {
        let mashup = "<Grid xmlns=\"http://schemas.microsoft.com/winfx/2006/xaml/presentation\"/>";
        assert_eq!(recognise(mashup.as_bytes()), Some(What::Mashup));
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(mashup.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(recognise(&wide), Some(What::Mashup));
        assert_eq!(recognise(b"<x><y TargetKey='WS.Wsdl' Value='http://h'/></x>"), Some(What::Mashup));
        assert_eq!(recognise(b"<?xml version='1.0'?><Agreement/>"), Some(What::Agreement));
        assert_eq!(recognise(b"<d:definitions xmlns:d='http://schemas.xmlsoap.org/wsdl/'/>"), Some(What::Definition));
        assert_eq!(recognise(b"<s:Envelope xmlns:s='u'/>"), Some(What::Message));
        assert_eq!(recognise(b"@echo off\r\nset HOST=m3\r\n"), Some(What::Script));
        assert_eq!(recognise(b"<!DOCTYPE html><html><body/></html>"), None);
        assert_eq!(recognise(b"  "), None);
        let log = "2026-01-13 10:15:02,480 INFO  [a] b - password=x\n".repeat(5);
        assert_eq!(recognise(log.as_bytes()), None);
    }
}
