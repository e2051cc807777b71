//! Parts of an entry: headers, cookies, parameters, and the notes that were members of an archive.

use mwscope_parsers::http::form;
use serde_json::{Value, json};

use crate::model::Headers;

/// Names and values in order.
pub(super) fn headers(headers: &Headers) -> Value {
    headers.0.iter().map(|header| json!({"name": header.name.as_str(), "value": header.text()})).collect()
}

/// The cookies of a request.
pub(super) fn sent_cookies(headers: &Headers) -> Value {
    let texts: Vec<_> = headers.all("cookie").map(|header| header.text().into_owned()).collect();
    let pairs = texts.iter().flat_map(|text| text.split(';')).filter_map(|pair| {
        let (name, value) = pair.trim().split_once('=')?;
        Some(json!({"name": name.trim(), "value": value.trim()}))
    });
    pairs.collect()
}

/// The cookies that a response sets.
pub(super) fn set_cookies(headers: &Headers) -> Value {
    headers.all("set-cookie").filter_map(|header| set_cookie(&header.text())).collect()
}

fn set_cookie(text: &str) -> Option<Value> {
    let mut parts = text.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    let mut cookie = json!({"name": name.trim(), "value": value.trim(), "httpOnly": false, "secure": false});
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "path" => cookie["path"] = json!(value),
            "domain" => cookie["domain"] = json!(value),
            "expires" => cookie["expires"] = json!(iso(value)),
            "httponly" => cookie["httpOnly"] = json!(true),
            "secure" => cookie["secure"] = json!(true),
            "samesite" => cookie["_sameSite"] = json!(value),
            "max-age" => cookie["_maxAge"] = json!(value),
            _ => {}
        }
    }
    Some(cookie)
}

/// A date of a header as ISO 8601; as it is where it is none.
fn iso(date: &str) -> String {
    let zoned = jiff::fmt::rfc2822::parse(&date.replace('-', " "));
    zoned.map_or_else(|_| date.to_owned(), |zoned| zoned.timestamp().to_string())
}

/// The parameters in a URL.
pub(super) fn query(url: &str) -> Value {
    let query = url.split('#').next().and_then(|url| url.split_once('?')).map_or("", |(_, query)| query);
    pairs(query)
}

/// The parameters of a form or query, decoded.
pub(super) fn pairs(text: &str) -> Value {
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        json!({"name": unescaped(name), "value": unescaped(value)})
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// In another encoding than UTF-8 it stays as it is.
fn unescaped(text: &str) -> String {
    String::from_utf8(form::bytes(text)).unwrap_or_else(|_| text.to_owned())
}

/// Where notes with these beginnings stand in an entry.
const PLACES: [(&str, &str); 6] = [
    ("request.postData.", "/request/postData"),
    ("response.content.", "/response/content"),
    ("request.", "/request"),
    ("response.", "/response"),
    ("timings.", "/timings"),
    ("", ""),
];

/// Puts the notes back that were members of an archive; gives their names.
pub(super) fn put_notes<'a>(entry: &mut Value, notes: &'a [(String, String)]) -> Vec<&'a str> {
    let mut put = Vec::new();
    for (name, text) in notes {
        let Some((place, member)) = PLACES.iter().find_map(|(start, place)| Some((*place, name.strip_prefix(start)?)))
        else {
            continue;
        };
        let own = member.strip_prefix('_').is_some_and(|rest| !rest.is_empty() && rest != "mwscope")
            || member == "comment"
            || (place.is_empty() && matches!(member, "connection" | "pageref"));
        let Some(Value::Object(object)) = entry.pointer_mut(place).filter(|_| own) else { continue };
        if !object.contains_key(member) {
            object.insert(member.to_owned(), if member.starts_with('_') { value(text) } else { json!(text) });
            put.push(name.as_str());
        }
    }
    put
}

/// What the reader made a text of: a number, a list, an object; a text that looks like one of those kept its quotes.
fn value(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}

/// The port that a URL names or means.
pub(super) fn port(url: &str) -> Option<u16> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?;
    let stated = host.rsplit_once(':').filter(|(_, port)| !port.ends_with(']')).and_then(|(_, port)| port.parse().ok());
    stated.or(match scheme {
        "http" | "ws" => Some(80),
        "https" | "wss" => Some(443),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Header;

    #[test]
    fn cookies_are_taken_apart() {
        let set =
            "JSESSIONID=abc; Path=/mws; Domain=.example.com; Expires=Wed, 21-Oct-2026 07:28:00 GMT; Secure; HttpOnly";
        let headers = Headers(vec![Header::new("Set-Cookie", set), Header::new("Cookie", "a=b; c=d=e")]);
        let set = &set_cookies(&headers)[0];
        assert_eq!((&set["name"], &set["path"], &set["secure"]), (&json!("JSESSIONID"), &json!("/mws"), &json!(true)));
        assert_eq!(set["expires"], "2026-10-21T07:28:00Z");
        assert_eq!(sent_cookies(&headers), json!([{"name": "a", "value": "b"}, {"name": "c", "value": "d=e"}]));
    }

    #[test]
    fn parameters_are_decoded() {
        let pairs = query("http://a/b?x=1%202&y=a+b&z&bad=%zz#f");
        let values: Vec<_> =
            pairs.as_array().expect("a list").iter().map(|pair| pair["value"].as_str().expect("text")).collect();
        assert_eq!(values, ["1 2", "a b", "", "%zz"]);
    }
}
