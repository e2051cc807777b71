//! Bodies in an archive: text that was decoded and turned to UTF-8, base64, a form's parameters, or nothing but
//! a size.

use base64::Engine;
use bytes::Bytes;
use mwscope_parsers::http::transfer::BASE64;
use serde_json::Value;

use super::entry::{number, text};
use crate::model::{Body, BodyState, Headers, Kept, coding};

/// The body of a request, and what is odd about it.
pub(super) fn of_request(request: &Value, headers: &Headers) -> (Body, Option<String>) {
    let Some(data) = request.get("postData").filter(|data| data.is_object()) else {
        return (absent(number(request, "bodySize")), None);
    };
    let (bytes, odd) = match data.get("text").and_then(Value::as_str).filter(|text| !text.is_empty()) {
        Some(text) => decoded(text, encoding(data)),
        None => match form(data) {
            Form::Empty => return (absent(number(request, "bodySize")), None),
            Form::Bytes(bytes) => (bytes, None),
            Form::Lost => {
                let odd = "the archive lists a form's parts but not the body; it can't be put together again";
                return (
                    Body { state: BodyState::Absent, ..absent(number(request, "bodySize")) },
                    Some(odd.to_owned()),
                );
            }
        },
    };
    (at_hand(bytes, number(request, "bodySize"), None, headers), odd)
}

/// The body of a response, and what is odd about it.
pub(super) fn of_response(response: &Value, headers: &Headers) -> (Body, Option<String>) {
    let content = response.get("content").unwrap_or(&Value::Null);
    let (on_wire, size) = (number(response, "bodySize"), number(content, "size"));
    let Some(text) = content.get("text").and_then(Value::as_str).filter(|text| !text.is_empty()) else {
        return (absent(size.filter(|size| *size > 0).or(on_wire)), None);
    };
    let (bytes, odd) = decoded(text, encoding(content));
    let saved = number(content, "compression").zip(size).and_then(|(saved, size)| size.checked_sub(saved));
    (at_hand(bytes, on_wire.filter(|size| *size > 0).or(saved), size, headers), odd)
}

/// `encoding` stands in `content` by the standard, in `postData` by custom only.
fn encoding(part: &Value) -> Option<&str> {
    text(part, "encoding").or_else(|| text(part, "_encoding"))
}

fn decoded(text: &str, encoding: Option<&str>) -> (Bytes, Option<String>) {
    let plain = || Bytes::copy_from_slice(text.as_bytes());
    match encoding {
        Some(name) if name.eq_ignore_ascii_case("base64") => {
            let clean: String = text.split_ascii_whitespace().collect();
            match BASE64.decode(&clean) {
                Ok(bytes) => (bytes.into(), None),
                Err(error) => (plain(), Some(format!("the body says it is base64 and is not: {error}; kept as it is"))),
            }
        }
        _ => (plain(), None),
    }
}

/// A body whose bytes are there. `on_wire` is its size before content decoding, `size` behind it, as far as known.
fn at_hand(bytes: Bytes, on_wire: Option<u64>, size: Option<u64>, headers: &Headers) -> Body {
    let coded = coding::codings(headers);
    let own = bytes.len() as u64;
    if coded.is_empty() {
        // Text in another charset was turned to UTF-8, so its own length can be off; the stated one isn't.
        let len = size.filter(|size| *size > 0).unwrap_or(own);
        return Body { len, ..Body::whole(bytes) };
    }
    let announced = || headers.text("content-length").and_then(|text| text.trim().parse().ok());
    let len = on_wire.or_else(announced).unwrap_or(own);
    // Some producers leave the coding on; then the bytes say so themselves.
    let still_on = is_coded(&bytes, &coded);
    Body { len, codings: if still_on { coded } else { Vec::new() }, ..Body::whole(bytes) }
}

fn is_coded(bytes: &[u8], codings: &[String]) -> bool {
    match codings.last().map(String::as_str) {
        Some("gzip" | "x-gzip") => bytes.starts_with(&[0x1f, 0x8b]),
        Some("zstd") => bytes.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]),
        _ => false,
    }
}

/// A body that the archive doesn't hold, of that size.
fn absent(size: Option<u64>) -> Body {
    let len = size.unwrap_or_default();
    let state = if len == 0 { BodyState::Whole } else { BodyState::Absent };
    Body { len, state, kept: Kept::Nothing, codings: Vec::new() }
}

enum Form {
    Empty,
    Bytes(Bytes),
    Lost,
}

/// The body of a form from its parameters, which producers give instead of the text.
fn form(data: &Value) -> Form {
    let Some(params) = data.get("params").and_then(Value::as_array).filter(|params| !params.is_empty()) else {
        return Form::Empty;
    };
    let mime = text(data, "mimeType").unwrap_or_default().to_ascii_lowercase();
    if !mime.contains("x-www-form-urlencoded") {
        return Form::Lost;
    }
    let pairs = params.iter().map(|param| {
        let part = |name| form_escaped(text(param, name).unwrap_or_default());
        format!("{}={}", part("name"), part("value"))
    });
    Form::Bytes(pairs.collect::<Vec<_>>().join("&").into())
}

/// Some producers list the parameters decoded, some as sent: what is escaped already stays.
fn form_escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'*' | b'-' | b'.' | b'_' | b'%' | b'+' => {
                out.push(char::from(byte));
            }
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Header;

    fn bytes(body: &Body) -> &[u8] {
        match &body.kept {
            Kept::Here(bytes) => bytes,
            _ => b"",
        }
    }

    #[test]
    fn a_request_body_is_text_base64_or_a_form() {
        let of = |data: Value| of_request(&json!({"bodySize": -1, "postData": data}), &Headers::default());
        assert_eq!(bytes(&of(json!({"text": "<a/>"})).0), b"<a/>");
        assert_eq!(bytes(&of(json!({"text": "AP8=", "_encoding": "base64"})).0), [0, 0xff]);
        let form = json!({"mimeType": "application/x-www-form-urlencoded", "text": "", "params": [{"name": "a b", "value": "é"}, {"name": "c"}]});
        assert_eq!(bytes(&of(form).0), b"a+b=%C3%A9&c=");
        let (lost, odd) = of(json!({"mimeType": "multipart/form-data", "params": [{"name": "f", "fileName": "x"}]}));
        assert!(lost.state == BodyState::Absent && odd.is_some());
        let (kept, odd) = of(json!({"text": "no*base64", "encoding": "base64"}));
        assert!(bytes(&kept) == b"no*base64" && odd.is_some());
    }

    #[test]
    fn a_response_body_knows_its_size_on_the_wire() {
        let gzip = Headers(vec![Header::new("Content-Encoding", "gzip"), Header::new("Content-Length", "40")]);
        let body = |content: Value, size: i64, headers: &Headers| {
            of_response(&json!({"bodySize": size, "content": content}), headers).0
        };
        let plain = Headers::default();
        assert_eq!(body(json!({"size": 4, "text": "abcd"}), -1, &plain).len, 4);
        assert_eq!(body(json!({"size": 1, "text": "é"}), 1, &plain).len, 1, "turned to UTF-8");
        assert_eq!(body(json!({"size": 100, "text": "x"}), 33, &gzip).len, 33);
        assert_eq!(body(json!({"size": 100, "compression": 70, "text": "x"}), -1, &gzip).len, 30);
        assert_eq!(body(json!({"size": 100, "text": "x"}), -1, &gzip).len, 40);
        let lost = body(json!({"size": 100}), -1, &plain);
        assert_eq!((lost.len, lost.state), (100, BodyState::Absent));
        assert_eq!(body(json!({"size": 0, "text": ""}), 0, &plain).state, BodyState::Whole);
        let raw = body(json!({"size": 4, "text": "H4sIAA==", "encoding": "base64"}), 4, &gzip);
        assert_eq!(raw.codings, ["gzip"]);
    }
}
