//! Writing a value so that it stands for itself where it is put, and writing text in the encoding of what it is put into.

use mwscope_parsers::http::form::percent_encoded;
use mwscope_parsers::xml::{Encoding, decode};

/// A value as text of an XML element.
#[must_use]
pub fn xml_text(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A bare CR would become LF when it is read (XML 1.0, 2.11).
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
    out
}

/// A value as an attribute between quotes of that kind.
#[must_use]
pub fn xml_attribute(value: &str, quote: char) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '"' if quote == '"' => out.push_str("&quot;"),
            '\'' if quote == '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// A value inside a CDATA section.
#[must_use]
pub fn xml_cdata(value: &str) -> String {
    value.replace("]]>", "]]]]><![CDATA[>")
}

/// A text that XML takes as it is in elements and attributes of any quotes; what no document can hold is replaced.
#[must_use]
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // Bare they are read as spaces in attributes, and CR as LF everywhere.
            '\t' | '\n' | '\r' => out.push_str(&format!("&#{};", u32::from(c))),
            c if is_in_xml(c) => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

/// The first character that no XML 1.0 document can hold.
#[must_use]
pub fn not_in_xml(value: &str) -> Option<char> {
    value.chars().find(|c| !is_in_xml(*c))
}

/// <https://www.w3.org/TR/xml/#charsets>
fn is_in_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A value inside a JSON string, without its quotes.
#[must_use]
pub fn json_string(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// A value in a form: everything but letters, digits and `*-._` percent-coded, `+` for a space.
#[must_use]
pub fn form(value: &str) -> String {
    // The two differ in three signs.
    url(value).replace("%20", "+").replace("%2A", "*").replace('~', "%7E")
}

/// A value in a URL's path or query: everything that isn't unreserved percent-coded (RFC 3986, 2.3).
#[must_use]
pub fn url(value: &str) -> String {
    percent_encoded(value)
}

/// Text in an encoding; `or_else` gives what stands for a character that the encoding doesn't have.
///
/// # Errors
/// With the first character that can't be written.
pub fn encoded(text: &str, encoding: Encoding, or_else: impl Fn(char) -> Option<String>) -> Result<Vec<u8>, char> {
    let mut out = Vec::with_capacity(text.len());
    let one = |c: char| match encoding {
        Encoding::Latin1 => u8::try_from(u32::from(c)).ok(),
        Encoding::Windows1252 => windows_1252(c),
        Encoding::Utf8 | Encoding::Utf16Le | Encoding::Utf16Be => None,
    };
    match encoding {
        Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
        Encoding::Utf16Le => text.encode_utf16().for_each(|unit| out.extend_from_slice(&unit.to_le_bytes())),
        Encoding::Utf16Be => text.encode_utf16().for_each(|unit| out.extend_from_slice(&unit.to_be_bytes())),
        Encoding::Latin1 | Encoding::Windows1252 => {
            for c in text.chars() {
                match one(c) {
                    Some(byte) => out.push(byte),
                    None => out.extend_from_slice(or_else(c).ok_or(c)?.as_bytes()),
                }
            }
        }
    }
    Ok(out)
}

/// The byte of a character in windows-1252.
fn windows_1252(c: char) -> Option<u8> {
    if c.is_ascii() || matches!(c, '\u{a0}'..='\u{ff}') {
        return u8::try_from(u32::from(c)).ok();
    }
    (0x80..=0x9f).find(|byte| decode(&[*byte], Some("windows-1252")).text.starts_with(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stands_for_itself() {
        assert_eq!(xml_text("a<b>&\r"), "a&lt;b&gt;&amp;&#13;");
        assert_eq!(xml_attribute("a\"'\n", '"'), "a&quot;'&#10;");
        assert_eq!(xml_cdata("a]]>b"), "a]]]]><![CDATA[>b");
        assert_eq!(xml("<a&\"'\r\u{85}\u{1}"), "&lt;a&amp;&quot;&apos;&#13;\u{85}\u{fffd}");
        assert_eq!((not_in_xml("a\u{85}\t"), not_in_xml("a\u{ffff}")), (None, Some('\u{ffff}')));
        assert_eq!(json_string("a\"\\\n\u{1}é"), "a\\\"\\\\\\n\\u0001é");
        assert_eq!((form("a b+é~"), url("a b+é~")), ("a+b%2B%C3%A9%7E".into(), "a%20b%2B%C3%A9~".into()));
        let reference = |c: char| Some(format!("&#{};", u32::from(c)));
        assert_eq!(encoded("é€λ", Encoding::Windows1252, reference), Ok(b"\xe9\x80&#955;".to_vec()));
        assert_eq!(encoded("€", Encoding::Latin1, |_| None), Err('€'));
        assert_eq!(encoded("é", Encoding::Utf16Le, |_| None), Ok(vec![0xe9, 0]));
    }
}
