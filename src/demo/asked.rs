//! Reads what the simulated MWS was asked. It has a reader of its own, so that the demonstration doesn't rest on
//! the parsers that it is there to try.

use base64::Engine as _;
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;
use quick_xml::reader::Reader;

/// A SOAP call as the simulated server understands it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// The local name of the first element in the SOAP body.
    pub(super) operation: String,
    /// Leaf elements below it by local name, in document order.
    pub(super) fields: Vec<(String, String)>,
    /// Company of the `lws` header, where sent.
    pub(super) company: Option<String>,
    /// Division of the `lws` header, where sent.
    pub(super) division: Option<String>,
}

/// Reads a SOAP envelope; the error says in words why it is none.
pub(super) fn read(body: &[u8]) -> Result<Asked, String> {
    let text = std::str::from_utf8(body).map_err(|e| e.to_string())?;
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    let mut asked = Asked::default();
    let mut text = String::new();
    let mut leaf = false;
    loop {
        match reader.read_event().map_err(|e| e.to_string())? {
            Event::Start(tag) => {
                path.push(tag.local_name().as_ref().to_owned());
                if path.len() == 3 && path[1] == "Body" && asked.operation.is_empty() {
                    asked.operation.clone_from(&path[2]);
                }
                text.clear();
                leaf = true;
            }
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::CData(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(name) => text.push_str(&reference(&name)?),
            Event::End(_) => {
                if leaf {
                    asked.take(&path, text.trim());
                }
                leaf = false;
                path.pop();
            }
            Event::Eof if !path.is_empty() => return Err(format!("element {} isn't closed", path[path.len() - 1])),
            Event::Eof => break,
            _ => {}
        }
    }
    if asked.operation.is_empty() { Err("no element in a SOAP body".to_owned()) } else { Ok(asked) }
}

impl Asked {
    /// The value of that field, empty where it wasn't sent.
    pub(super) fn field(&self, name: &str) -> &str {
        self.fields.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    fn take(&mut self, path: &[String], text: &str) {
        let (Some(part), Some(name)) = (path.get(1), path.last()) else { return };
        match (part.as_str(), name.as_str()) {
            ("Header", "company") => self.company = Some(text.to_owned()),
            ("Header", "division") => self.division = Some(text.to_owned()),
            ("Body", _) if path.len() > 3 => self.fields.push((name.clone(), text.to_owned())),
            _ => {}
        }
    }
}

/// User and password of a Basic `Authorization` header.
pub(super) fn credentials(header: Option<&http::HeaderValue>) -> Option<(String, String)> {
    let encoded = header?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = base64::engine::general_purpose::STANDARD.decode(encoded.trim()).ok()?;
    let (user, password) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}

fn reference(name: &quick_xml::events::BytesRef<'_>) -> Result<String, String> {
    if let Some(char) = name.resolve_char_ref().map_err(|e| e.to_string())? {
        return Ok(char.to_string());
    }
    let entity: &str = name;
    resolve_xml_entity(entity).map(str::to_owned).ok_or_else(|| format!("entity &{entity}; isn't defined"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_operation_fields_and_header() {
        let envelope = r#"<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">
            <s:Header><c:lws xmlns:c="http://lawson.com/ws/credentials"><c:company>100</c:company></c:lws></s:Header>
            <s:Body><c:Create xmlns:c="u"><c:CRS008><c:Facility>A&amp;1</c:Facility><c:Name/><c:Name>x&#65;</c:Name>
            </c:CRS008></c:Create></s:Body></s:Envelope>"#;
        let asked = read(envelope.as_bytes()).expect("a call");
        assert_eq!(asked.operation, "Create");
        assert_eq!(asked.field("Facility"), "A&1");
        assert_eq!(asked.field("Name"), "xA");
        assert_eq!((asked.company.as_deref(), asked.division), (Some("100"), None));
    }

    #[test]
    fn says_why_something_is_no_call() {
        assert!(read(b"").is_err());
        assert_eq!(read(b"<a/>"), Err("no element in a SOAP body".to_owned()));
        assert_eq!(read(b"<Envelope><Body><Create>"), Err("element Create isn't closed".to_owned()));
    }

    #[test]
    fn reads_basic_credentials() {
        let header = http::HeaderValue::from_static("Basic TVdTVVNSOnNpbXVsYXRlZA==");
        assert_eq!(credentials(Some(&header)), Some(("MWSUSR".to_owned(), "simulated".to_owned())));
        assert_eq!(credentials(Some(&http::HeaderValue::from_static("Bearer x"))), None);
        assert_eq!(credentials(None), None);
    }
}
