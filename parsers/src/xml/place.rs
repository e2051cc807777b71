//! Where attributes stand, and where each character of an unescaped text stood: for whoever has to point at a value,
//! not only to know it.

use std::ops::Range;

use super::entity;
use super::tree::{Element, each_attribute};

/// Where an attribute stands. Ranges are bytes of the text that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributePlace<'a> {
    /// The name as written, prefix included.
    pub name: &'a str,
    /// The value as written, references not replaced.
    pub raw: &'a str,
    /// Where the name is.
    pub name_range: Range<usize>,
    /// Where the value is, between its quotes.
    pub value_range: Range<usize>,
}

/// The places of an element's attributes, in the order of [`Element::attributes`]; `text` is what was read.
#[must_use]
pub fn attribute_places<'a>(text: &'a str, element: &Element<'_>) -> Vec<AttributePlace<'a>> {
    let start = element.range.start;
    // An empty element has nothing between its tags; the tag ends where the element does.
    let tag = text.get(start..element.inner.start.max(start)).unwrap_or_default();
    let name = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len());
    let behind = tag[name..].strip_suffix('>').unwrap_or(&tag[name..]);
    let behind = behind.strip_suffix('/').unwrap_or(behind);
    let mut places = Vec::new();
    each_attribute(behind, |name, raw| {
        places.push(AttributePlace {
            name,
            raw,
            name_range: range_within(text, name),
            value_range: range_within(text, raw),
        });
    });
    places
}

/// A text with its references replaced, and for each byte of it the place in `text` of what it came from; one place
/// more for the end.
#[must_use]
pub fn unescape_with_places(text: &str) -> (String, Vec<usize>) {
    let mut out = String::with_capacity(text.len());
    let mut places = Vec::with_capacity(text.len() + 1);
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        let (char, len) = match char {
            '&' => entity::reference(&text[at..]).unwrap_or((char, 1)),
            _ => (char, char.len_utf8()),
        };
        out.push(char);
        places.resize(out.len(), at);
        at += len;
    }
    places.push(text.len());
    (out, places)
}

/// Where `part`, which is a slice of `whole`, stands in it.
fn range_within(whole: &str, part: &str) -> Range<usize> {
    let start = (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize);
    start..start + part.len()
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn attributes_are_found_where_they_stand() {
        let text = "<a>é<m:Parameter\n  Key='WS.User' Value = \"a &lt; b\" empty x=\"/\"/></a>";
        let document = read(text);
        let places = attribute_places(text, &document.elements[1]);
        let shown: Vec<_> =
            places.iter().map(|p| (&text[p.name_range.clone()], &text[p.value_range.clone()], p.raw)).collect();
        assert_eq!(
            shown,
            [("Key", "WS.User", "WS.User"), ("Value", "a &lt; b", "a &lt; b"), ("empty", "", ""), ("x", "/", "/")]
        );
        assert_eq!(places.len(), document.elements[1].attributes.len());
        assert!(attribute_places(text, &document.elements[0]).is_empty());
    }

    #[test]
    fn an_unescaped_text_knows_where_it_came_from() {
        let (text, places) = unescape_with_places("a&amp;é&#66;&x");
        assert_eq!(text, "a&éB&x");
        assert_eq!(places, [0, 1, 6, 6, 8, 13, 14, 15]);
    }
}
