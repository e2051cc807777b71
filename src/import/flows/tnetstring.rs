//! Tagged netstrings as mitmproxy writes them: `LENGTH:DATA` and a byte for the type. Nothing is copied.

use std::str;

/// How deep values may stand in each other.
const DEEPEST: usize = 64;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Item<'a> {
    /// `,` and mitmproxy's own `;` for text.
    Bytes(&'a [u8]),
    /// `#`
    Int(i64),
    /// `^`
    Float(f64),
    /// `!`
    Bool(bool),
    /// `~`
    Null,
    /// `]`
    List(Vec<Item<'a>>),
    /// `}`
    Dict(Vec<(&'a [u8], Item<'a>)>),
}

impl<'a> Item<'a> {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Item<'a>> {
        let Self::Dict(pairs) = self else { return None };
        let found = pairs.iter().find(|(name, _)| *name == key.as_bytes());
        found.map(|(_, value)| value).filter(|value| **value != Self::Null)
    }

    /// The bytes of a key.
    pub(super) fn bytes(&self, key: &str) -> Option<&'a [u8]> {
        self.get(key)?.as_bytes()
    }

    /// The value of a key as text, where it is UTF-8.
    pub(super) fn text(&self, key: &str) -> Option<&'a str> {
        str::from_utf8(self.bytes(key)?).ok()
    }

    /// The number of a key.
    pub(super) fn number(&self, key: &str) -> Option<f64> {
        self.get(key)?.as_number()
    }

    /// The list of a key.
    pub(super) fn list(&self, key: &str) -> &[Item<'a>] {
        match self.get(key) {
            Some(Self::List(items)) => items,
            _ => &[],
        }
    }

    pub(super) fn as_bytes(&self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(super) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Int(number) => Some(*number as f64),
            Self::Float(number) => Some(*number),
            _ => None,
        }
    }
}

/// The value at the start of `bytes` and its length, or what is wrong in words.
pub(super) fn read(bytes: &[u8]) -> Result<(Item<'_>, usize), String> {
    read_at(bytes, 0)
}

fn read_at(bytes: &[u8], depth: usize) -> Result<(Item<'_>, usize), String> {
    let colon = bytes.iter().take(13).position(|byte| *byte == b':');
    let colon = colon.ok_or_else(|| cut_or(bytes.len() < 13, "there is no length"))?;
    let digits = str::from_utf8(&bytes[..colon]).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let len: usize = digits.and_then(|digits| digits.parse().ok()).ok_or("the length is no number")?;
    let start = colon + 1;
    let end = start.checked_add(len).ok_or("the length is no number")?;
    let (Some(data), Some(tag)) = (bytes.get(start..end), bytes.get(end)) else {
        return Err("the file ends in the middle of a flow".to_owned());
    };
    if depth > DEEPEST {
        return Err("values stand too deep inside each other".to_owned());
    }
    let word = || str::from_utf8(data).unwrap_or_default();
    let item = match tag {
        b',' | b';' => Item::Bytes(data),
        b'#' => Item::Int(word().parse().map_err(|_| "a number is none")?),
        b'^' => Item::Float(word().parse().map_err(|_| "a number is none")?),
        b'!' => Item::Bool(data == b"true"),
        b'~' => Item::Null,
        b']' => Item::List(items(data, depth)?),
        b'}' => Item::Dict(pairs(data, depth)?),
        other => return Err(format!("the type {:?} is not known", char::from(*other))),
    };
    Ok((item, end + 1))
}

fn cut_or(cut: bool, what: &str) -> String {
    if cut { "the file ends in the middle of a flow".to_owned() } else { format!("this is no flow: {what}") }
}

fn items(mut data: &[u8], depth: usize) -> Result<Vec<Item<'_>>, String> {
    let mut items = Vec::new();
    while !data.is_empty() {
        let (item, len) = read_at(data, depth + 1)?;
        items.push(item);
        data = &data[len..];
    }
    Ok(items)
}

fn pairs(mut data: &[u8], depth: usize) -> Result<Vec<(&[u8], Item<'_>)>, String> {
    let mut pairs = Vec::new();
    while !data.is_empty() {
        let (key, len) = read_at(data, depth + 1)?;
        data = &data[len..];
        let (value, len) = read_at(data, depth + 1)?;
        data = &data[len..];
        pairs.push((key.as_bytes().ok_or("a key is no text")?, value));
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_read() {
        let bytes = b"67:1:a;1:b,1:n;2:-7#1:f;3:1.5^1:t;4:true!1:z;0:~1:l;8:1:1#1:x,]1:d;0:}}rest";
        let (item, len) = read(bytes).expect("a dictionary");
        assert_eq!(&bytes[len..], b"rest");
        assert_eq!((item.text("a"), item.number("n"), item.number("f")), (Some("b"), Some(-7.0), Some(1.5)));
        assert_eq!((item.get("t"), item.get("z")), (Some(&Item::Bool(true)), None));
        assert_eq!(item.list("l"), [Item::Int(1), Item::Bytes(b"x")]);
        assert_eq!(item.get("d"), Some(&Item::Dict(vec![])));
    }

    #[test]
    fn broken_values_are_said_and_never_panic() {
        for bytes in [&b"5:abc,"[..], b"x", b"3:abc?", b"99999999999999999999:", b"1:x#", b"4:1:x,}", b"-1:x,"] {
            assert!(read(bytes).is_err(), "{bytes:?}");
        }
        let mut deep = b"0:]".to_vec();
        for _ in 0..200 {
            deep = [format!("{}:", deep.len()).as_bytes(), &deep, b"]"].concat();
        }
        assert!(read(&deep).is_err());
    }
}
