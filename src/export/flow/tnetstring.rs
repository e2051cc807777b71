//! Tagged netstrings as mitmproxy writes them: `LENGTH:DATA` and a byte for the type.

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// Bytes.
    Bytes(Vec<u8>),
    /// Text, mitmproxy's own addition.
    Text(String),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Nothing.
    Null,
    /// A list.
    List(Vec<Item>),
    /// Names and values.
    Dict(Vec<(&'static str, Item)>),
    /// Names that aren't known before, and values.
    Named(Vec<(String, Item)>),
}

impl Item {
    /// Bytes of a text.
    pub(super) fn bytes_of(text: &str) -> Self {
        Self::Bytes(text.as_bytes().to_vec())
    }

    /// Text.
    pub(super) fn text(text: &str) -> Self {
        Self::Text(text.to_owned())
    }

    /// Text, or nothing.
    pub(super) fn text_or_null(text: Option<&str>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// The value as it is written.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let (data, tag) = match self {
            Self::Bytes(bytes) => return tagged(bytes, b','),
            Self::Text(text) => return tagged(text.as_bytes(), b';'),
            Self::Int(number) => (number.to_string().into_bytes(), b'#'),
            Self::Float(number) => (format!("{number:?}").into_bytes(), b'^'),
            Self::Bool(value) => (value.to_string().into_bytes(), b'!'),
            Self::Null => (Vec::new(), b'~'),
            Self::List(items) => (items.iter().flat_map(Self::bytes).collect(), b']'),
            Self::Dict(pairs) => (pairs.iter().flat_map(|(name, value)| pair(name, value)).collect(), b'}'),
            Self::Named(pairs) => (pairs.iter().flat_map(|(name, value)| pair(name, value)).collect(), b'}'),
        };
        tagged(&data, tag)
    }
}

fn pair(name: &str, value: &Item) -> Vec<u8> {
    let mut out = tagged(name.as_bytes(), b';');
    out.extend(value.bytes());
    out
}

fn tagged(data: &[u8], tag: u8) -> Vec<u8> {
    let mut out = format!("{}:", data.len()).into_bytes();
    out.reserve(data.len() + 1);
    out.extend_from_slice(data);
    out.push(tag);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_written() {
        let item = Item::Dict(vec![
            ("b", Item::bytes_of("x")),
            ("t", Item::text("é")),
            ("n", Item::Int(-7)),
            ("f", Item::Float(1.0)),
            ("y", Item::Bool(true)),
            ("z", Item::Null),
            ("l", Item::List(vec![Item::Int(1)])),
            ("d", Item::Named(vec![("k".to_owned(), Item::Null)])),
        ]);
        let written = String::from_utf8(item.bytes()).expect("text");
        assert_eq!(written, "79:1:b;1:x,1:t;2:é;1:n;2:-7#1:f;3:1.0^1:y;4:true!1:z;0:~1:l;4:1:1#]1:d;7:1:k;0:~}}");
    }
}
