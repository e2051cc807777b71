//! `Content-Type` and `Content-Encoding` values (RFC 9110, 8.3 and 8.4).

/// A media type with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaType {
    /// Type and subtype in lower case: `text/xml`.
    pub essence: String,
    /// Names in lower case, values as written without their quotes, in order.
    pub parameters: Vec<(String, String)>,
}

impl MediaType {
    /// Reads a `Content-Type` value. `None` where it names no type and subtype.
    #[must_use]
    pub fn parse(value: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(value);
        let (essence, mut rest) = text.split_once(';').unwrap_or((&text, ""));
        let essence = essence.trim().to_ascii_lowercase();
        if !essence.split_once('/').is_some_and(|(kind, sub)| !kind.is_empty() && !sub.is_empty()) {
            return None;
        }
        let mut parameters = Vec::new();
        while !rest.trim().is_empty() {
            let (parameter, behind) = parameter(rest);
            parameters.extend(parameter);
            rest = behind;
        }
        Some(Self { essence, parameters })
    }

    /// The charset that a `Content-Type` value names.
    #[must_use]
    pub fn charset_of(value: &str) -> Option<String> {
        Self::parse(value.as_bytes())?.parameter("charset").map(str::to_owned)
    }

    /// The first parameter called `name` (lower case).
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// Whether the body is XML by its type: `text/xml`, `application/xml`, `.../...+xml`.
    #[must_use]
    pub fn is_xml(&self) -> bool {
        matches!(self.essence.as_str(), "text/xml" | "application/xml") || self.essence.ends_with("+xml")
    }

    /// Whether the body is JSON by its type.
    #[must_use]
    pub fn is_json(&self) -> bool {
        matches!(self.essence.as_str(), "application/json" | "text/json") || self.essence.ends_with("+json")
    }
}

/// One `name=value` or `name="quoted \" value"` in front of `rest`, and what is behind its semicolon.
fn parameter(rest: &str) -> (Option<(String, String)>, &str) {
    let Some((name, value)) = rest.split_once('=').filter(|(name, _)| !name.contains(';')) else {
        return (None, rest.split_once(';').map_or("", |(_, behind)| behind));
    };
    let name = name.trim().to_ascii_lowercase();
    let Some(quoted) = value.trim_start().strip_prefix('"') else {
        let (value, behind) = value.split_once(';').unwrap_or((value, ""));
        return (Some((name, value.trim().to_owned())), behind);
    };
    let mut text = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => {
                let behind = quoted.get(at + 1..).unwrap_or("");
                return (Some((name, text)), behind.split_once(';').map_or("", |(_, behind)| behind));
            }
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            c => text.push(c),
        }
    }
    (Some((name, text)), "")
}

/// A content coding by name. Decoding is not done in this crate.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Coding {
    /// `gzip` or `x-gzip`
    Gzip,
    /// `deflate`: a zlib stream, or (by a common mistake) raw deflate
    Deflate,
    /// `br`
    Brotli,
    /// `zstd`
    Zstd,
    /// `compress` or `x-compress`
    Compress,
    /// Any other name, in lower case.
    Other(String),
}

/// The codings in a `Content-Encoding` value in the order in which they were applied, without `identity`.
#[must_use]
pub fn codings(value: &[u8]) -> Vec<Coding> {
    let text = String::from_utf8_lossy(value).to_ascii_lowercase();
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "identity");
    names
        .map(|name| match name {
            "gzip" | "x-gzip" => Coding::Gzip,
            "deflate" => Coding::Deflate,
            "br" => Coding::Brotli,
            "zstd" => Coding::Zstd,
            "compress" | "x-compress" => Coding::Compress,
            other => Coding::Other(other.to_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_multipart_type_keeps_its_quoted_parameters() {
        let value =
            br#"Multipart/Related; boundary="a;b\"c"; type="application/xop+xml"; start=<x@y> ;odd; charset=UTF-8"#;
        let media = MediaType::parse(value).expect("a media type");
        assert_eq!(media.essence, "multipart/related");
        assert_eq!(media.parameter("boundary"), Some("a;b\"c"));
        assert_eq!(media.parameter("type"), Some("application/xop+xml"));
        assert_eq!(media.parameter("start"), Some("<x@y>"));
        assert_eq!(media.parameter("charset"), Some("UTF-8"));
        assert_eq!(MediaType::parse(b"text"), None);
        assert_eq!(
            MediaType::parse(b"text/xml; charset=\"utf").and_then(|m| m.parameter("charset").map(str::to_owned)),
            Some("utf".into())
        );
        assert!(MediaType::parse(b"application/soap+xml").expect("a media type").is_xml());
    }

    #[test]
    fn codings_come_in_the_order_applied() {
        assert_eq!(codings(b"identity, X-Gzip,br, foo"), [Coding::Gzip, Coding::Brotli, Coding::Other("foo".into())]);
        assert_eq!(codings(b""), []);
    }
}
