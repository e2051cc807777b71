//! Whether what came for `?wsdl` is a service description, and what of: a whole one names its operations, and what is
//! none is named as what it is (a page to sign on by, nothing at all, half of one).

use mwscope_parsers::http::Head;
use mwscope_parsers::wsdl::{Description, Text, references};

use crate::proxy::core::wsdl::{self, utf16::Order};

/// Whether the target of a request asks for a description.
pub(super) fn is_asked_for(target: &str) -> bool {
    wsdl::asks_for_description(target.as_bytes())
}

/// Whether a part of a description is asked for, which a schema may be.
fn is_part_asked_for(target: &str) -> bool {
    let target = target.to_ascii_lowercase();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    query.contains("xsd") || path.ends_with(".xsd")
}

/// What an answer is that has another status than 200, where a description was asked for, and what to do.
pub(super) fn instead(head: &Head, body: &[u8]) -> String {
    let fault = fault(head, body).map_or_else(String::new, |fault| format!(" but a fault ({fault})"));
    let remedy = match head.status() {
        401 => "ask for it with the credentials that the client uses (its schemes stand before)",
        403 => "the account, or this computer, may not read it: have it allowed",
        404 | 410 => "nothing is served at this address: check path and context, and whether the service is deployed",
        407 => {
            "a proxy on the way wants credentials: record with --upstream-proxy USER:PASSWORD@HOST:PORT, or go past it"
        }
        301..=308 => "ask at the address that it leads to",
        500..=599 => "the server failed at it: its own log at that second must say why",
        204 => "an answer without a body: check the address",
        _ => "compare the address with one that works",
    };
    format!("no service description{fault}; {remedy}")
}

/// What a fault of SOAP says.
fn fault(head: &Head, body: &[u8]) -> Option<String> {
    let plain = wsdl::without_codings(head, body.to_vec()).ok()?;
    let text = String::from_utf8_lossy(&plain);
    let document = mwscope_parsers::xml::read(&text);
    document.elements.iter().find(|e| e.name == "Fault" && e.depth == 2)?;
    let said = document.elements.iter().find(|e| matches!(e.name, "faultstring" | "Text"));
    let said = said.map_or("without words", |e| e.text.trim());
    Some(said.chars().take(160).map(|c| if c.is_control() { ' ' } else { c }).collect())
}

/// What the body of an answer to a request for `target` describes; an error where it is no description or not all of it.
/// `cut` says why the body isn't whole.
pub(super) fn read(head: &Head, body: &[u8], cut: Option<&str>, target: &str) -> Result<String, String> {
    if body.is_empty() && cut.is_none() {
        return Err("an empty body instead of a service description; look whether the service is deployed".to_owned());
    }
    let plain = match (wsdl::without_codings(head, body.to_vec()), cut) {
        (Ok(plain), _) => plain,
        (Err(why), None) => return Err(format!("a body whose content coding can't be undone: {why}")),
        (Err(_), Some(cut)) => return Err(format!("what came of the service description can't be unpacked: {cut}")),
    };
    let (text, encoding) = match Order::of(&plain) {
        Some(order) => match order.read(&plain) {
            Some(text) => (text, " in UTF-16"),
            None if cut.is_some() => (order.read(&plain[..plain.len() & !1]).unwrap_or_default(), " in UTF-16"),
            None => return Err("no clean UTF-16, which clients refuse to read".to_owned()),
        },
        None => (String::from_utf8_lossy(&plain).into_owned(), ""),
    };
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let lower: String = start.chars().take(4096).collect::<String>().to_ascii_lowercase();
    if lower.starts_with("<!doctype html") || lower.contains("<html") {
        let form = lower.contains("password") || lower.contains("login") || lower.contains("sign in");
        let what = if form { "a page of HTML to sign on by" } else { "a page of HTML" };
        return Err(format!("{what} instead of a service description; ask with the credentials that the client uses"));
    }
    if let Some(fault) = fault(head, body) {
        return Err(format!("a fault ({fault}) instead of a service description; the server's own log must say why"));
    }
    let is = |name: &str| start.contains(name);
    if !(is("definitions") && is("schemas.xmlsoap.org/wsdl") || is("www.w3.org/ns/wsdl") || is("XMLSchema")) {
        let shown: String = start.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
        return Err(format!("no service description, but {shown:?}; check the address"));
    }
    if let Some(cut) = cut {
        return Err(format!("a service description of which only {} bytes came: {cut}", body.len()));
    }
    let document = mwscope_parsers::xml::read(start);
    let root = document.elements.first();
    if !start.trim_end().ends_with('>') || !(closes(start) || root.is_some_and(|root| root.inner.is_empty())) {
        return Err(
            "a service description that breaks off before its end; the server's own log must say why".to_owned()
        );
    }
    if let Some(problem) = document.problems.first() {
        return Err(format!(
            "a service description that is not well-formed, so that no client reads it ({} at byte {}); who writes it must \
             mend it",
            problem.what, problem.offset
        ));
    }
    match root.map(|root| root.name) {
        Some("definitions" | "description") => {}
        Some("schema") if is_part_asked_for(target) => return Ok(format!("a readable XML schema{encoding}")),
        Some("schema") => {
            return Err(
                "an XML schema instead of a service description, which names no operation; ask for ?wsdl of the \
                        service itself"
                    .to_owned(),
            );
        }
        other => {
            let root = other.unwrap_or("nothing");
            return Err(format!("no service description: its root is {root}; check the address"));
        }
    }
    drop(document);
    let others = references(&text).len();
    let abstracts = port_types(&text);
    let description = Description::read(&[Text { text, ..Text::default() }]);
    let bound = description.operations.iter().map(|operation| operation.name.clone());
    // Ports may stand in another document than what they offer.
    let mut names: Vec<String> = bound.chain(abstracts).collect();
    names.sort_unstable();
    names.dedup();
    let mut said = match names.len() {
        0 => format!("a readable service description{encoding} without an operation of its own"),
        1 => format!("a readable service description{encoding} with 1 operation"),
        n => format!("a readable service description{encoding} with {n} operations"),
    };
    if others > 0 {
        said.push_str(&format!(", and {others} more documents that it names"));
    }
    Ok(said)
}

/// The operations that interfaces have, bound to a port or not.
fn port_types(text: &str) -> Vec<String> {
    let document = mwscope_parsers::xml::read(text);
    let is_interface =
        |at: usize| document.elements.get(at).is_some_and(|above| matches!(above.name, "portType" | "interface"));
    let operations = document.elements.iter().filter(|e| e.name == "operation" && e.parent.is_some_and(is_interface));
    operations.filter_map(|operation| operation.attribute("name").map(str::to_owned)).collect()
}

/// Whether the text ends with the end of its outermost element.
fn closes(text: &str) -> bool {
    let name =
        |rest: &str| -> String { rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect() };
    let outermost = text.match_indices('<').map(|(at, _)| &text[at + 1..]).find(|rest| !rest.starts_with(['?', '!']));
    let Some(outermost) = outermost.map(name) else { return false };
    text.rfind("</").is_some_and(|at| name(&text[at + 2..]) == outermost)
}

#[cfg(test)]
mod tests {
    use mwscope_parsers::http::Limits;

    use super::*;

    const WSDL: &str = r#"<?xml version="1.0"?><w:definitions xmlns:w="http://schemas.xmlsoap.org/wsdl/"
 xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" targetNamespace="urn:t"><w:portType name="P">
 <w:operation name="A"/><w:operation name="B"/></w:portType><w:binding name="B" type="t:P"><s:binding/>
 <w:operation name="A"><s:operation soapAction="a"/></w:operation><w:operation name="B"><s:operation soapAction="b"/>
 </w:operation></w:binding><w:service name="S"><w:port name="p" binding="t:B"><s:address location="http://h/"/>
 </w:port></w:service></w:definitions>"#;

    fn said(body: &[u8], cut: Option<&str>) -> Result<String, String> {
        let head = Head::response(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), 0, &Limits::default());
        read(&head, body, cut, "/a?wsdl")
    }

    #[test]
    fn a_description_names_its_operations_however_large_and_in_utf_16() {
        let two = "a readable service description with 2 operations";
        assert_eq!(said(WSDL.as_bytes(), None).as_deref(), Ok(two));
        let large = WSDL.replace("<w:portType", &format!("<!--{}--><w:portType", "x".repeat(1_300_000)));
        assert_eq!(said(large.as_bytes(), None).as_deref(), Ok(two));
        let wide: Vec<u8> = WSDL.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(said(&wide, None).is_ok_and(|text| text.contains("in UTF-16 with 2 operations")));
    }

    #[test]
    fn an_empty_description_is_one_and_a_schema_where_one_is_asked_for() {
        let empty = "<definitions xmlns=\"http://schemas.xmlsoap.org/wsdl/\"/>";
        assert!(said(empty.as_bytes(), None).is_ok_and(|text| text.contains("without an operation")));
        let head = Head::response(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), 0, &Limits::default());
        let schema = b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>";
        assert_eq!(read(&head, schema, None, "/a?xsd=1").as_deref(), Ok("a readable XML schema"));
    }

    #[test]
    fn another_status_is_no_description_and_has_a_remedy() {
        for (status, words) in [(401, "credentials"), (404, "deployed"), (407, "--upstream-proxy"), (503, "own log")] {
            let head = Head::response(format!("HTTP/1.1 {status} X\r\n\r\n").into_bytes(), 0, &Limits::default());
            let said = instead(&head, b"");
            assert!(said.starts_with("no service description") && said.contains(words), "{said}");
        }
    }

    #[test]
    fn what_is_no_description_is_named() {
        let part = &WSDL.as_bytes()[..WSDL.len() / 2];
        for (body, cut, words) in [
            (b"".as_slice(), None, "an empty body"),
            (b"<!DOCTYPE html><html><form>Login</form></html>", None, "a page of HTML to sign on by"),
            (b"<s:Fault/>", None, "no service description, but \"<s:Fault/>\""),
            (
                b"<E><B><Fault><faultstring>No such service</faultstring></Fault></B></E>",
                None,
                "a fault (No such service)",
            ),
            (b"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'><a></b></definitions>", None, "not well-formed"),
            (b"<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'><oops", None, "breaks off before its end"),
            (b"<s xmlns='http://www.w3.org/2001/XMLSchema'/>", None, "its root is s"),
            (b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'></xs:schema>", None, "an XML schema instead"),
            (part, None, "breaks off before its end"),
            (part, Some("40 bytes of it are missing"), "40 bytes of it are missing"),
        ] {
            let said = said(body, cut).expect_err(words);
            assert!(said.contains(words), "{said}");
        }
    }
}
