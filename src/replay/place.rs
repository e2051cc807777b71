//! Naming one value of a request: `header:NAME`, `query:NAME`, `form:NAME`, `cookie:NAME`, `json:/POINTER`, an element or
//! attribute by an XPath-like path, `method`, `url` and `body`.

mod steps;

use std::fmt;

pub use steps::{Found, Steps, paths};

/// One value of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The method.
    Method,
    /// The whole URL.
    Url,
    /// The whole body.
    Body,
    /// A header; of several of that name the n-th, from 1.
    Header(String, Option<usize>),
    /// A field of the query, or a parameter of the path (`;cono=100`).
    Query(String, Option<usize>),
    /// A field of a form.
    Form(String, Option<usize>),
    /// A cookie.
    Cookie(String),
    /// A JSON value by its pointer (RFC 6901).
    Json(String),
    /// An element or an attribute.
    Xml(Steps),
}

impl Place {
    /// Reads a path.
    ///
    /// # Errors
    /// With what is wrong and how paths are written.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (kind, name) = text.split_once(':').unwrap_or((text, ""));
        let named = |make: fn(String, Option<usize>) -> Self| {
            let (name, nth) = numbered(name);
            if name.is_empty() { Err(format!("{text:?} names nothing behind the colon")) } else { Ok(make(name, nth)) }
        };
        match kind {
            "method" if name.is_empty() => Ok(Self::Method),
            "url" if name.is_empty() => Ok(Self::Url),
            "body" if name.is_empty() => Ok(Self::Body),
            "header" => named(Self::Header),
            "query" => named(Self::Query),
            "form" => named(Self::Form),
            "cookie" => named(|name, _| Self::Cookie(name)),
            "json" if name.is_empty() || name.starts_with('/') => Ok(Self::Json(name.to_owned())),
            "json" => Err(format!("{text:?} is no JSON pointer; write json:/{name}")),
            _ if text.starts_with('/') => Steps::parse(text).map(Self::Xml),
            _ => Err(format!(
                "{text:?} names no value of a request; write /Envelope/Body/..., //ELEMENT, //ELEMENT/@ATTRIBUTE, \
                 header:NAME, query:NAME, form:NAME, cookie:NAME, json:/POINTER, method, url or body"
            )),
        }
    }
}

/// Reads `PATH=VALUE`. A `=` in brackets or quotes belongs to the path.
///
/// # Errors
/// With what is wrong and how it is written right.
pub fn assignment(text: &str) -> Result<(Place, String), String> {
    let (mut depth, mut quote) = (0_usize, None);
    for (at, c) in text.char_indices() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) if depth > 0 => quote = Some(c),
            ('[', None) => depth += 1,
            (']', None) => depth = depth.saturating_sub(1),
            ('=', None) if depth == 0 => return Ok((Place::parse(text[..at].trim())?, text[at + 1..].to_owned())),
            _ => {}
        }
    }
    Err(format!("{text:?} is no PATH=VALUE"))
}

/// `name[2]` is the second of that name.
fn numbered(text: &str) -> (String, Option<usize>) {
    let nth = text.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
    match nth.and_then(|(name, n)| Some((name, n.parse().ok().filter(|n| *n > 0)?))) {
        Some((name, n)) => (name.to_owned(), Some(n)),
        None => (text.to_owned(), None),
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbered = |f: &mut fmt::Formatter<'_>, kind: &str, name: &str, nth: Option<usize>| match nth {
            Some(n) => write!(f, "{kind}:{name}[{n}]"),
            None => write!(f, "{kind}:{name}"),
        };
        match self {
            Self::Method => f.write_str("method"),
            Self::Url => f.write_str("url"),
            Self::Body => f.write_str("body"),
            Self::Header(name, nth) => numbered(f, "header", name, *nth),
            Self::Query(name, nth) => numbered(f, "query", name, *nth),
            Self::Form(name, nth) => numbered(f, "form", name, *nth),
            Self::Cookie(name) => write!(f, "cookie:{name}"),
            Self::Json(pointer) => write!(f, "json:{pointer}"),
            Self::Xml(steps) => write!(f, "{steps}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_and_values_are_divided_at_the_right_place() {
        let read = |text: &str| assignment(text).map(|(place, value)| (place.to_string(), value));
        for (text, place, value) in [
            ("//Facility=A01", "//Facility", "A01"),
            ("//NameValue[Name='a=b']/Value=c=d", "//NameValue[Name='a=b']/Value", "c=d"),
            ("header:X-A[2]=", "header:X-A[2]", ""),
            ("url=http://h/?a=b", "url", "http://h/?a=b"),
            ("json:/a~1b/0=1", "json:/a~1b/0", "1"),
            ("/a/b/@c=1", "/a/b/@c", "1"),
        ] {
            assert_eq!(read(text), Ok((place.to_owned(), value.to_owned())), "{text}");
        }
        for bad in ["Facility=A01", "header:=x", "json:a=b", "//a[b=c", "/=x", "//Facility"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
