//! XML of artefacts, with the places of everything in it: attributes, the text of elements, and what of it is a value and
//! what stands for one (a binding, a markup extension).

use std::ops::Range;

use mwscope_parsers::xml::{self, AttributePlace, Document};

/// A text that is XML.
pub(super) struct Xaml<'a> {
    pub(super) text: &'a str,
    pub(super) document: Document<'a>,
}

/// What a property is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A literal.
    Literal {
        /// It, references replaced.
        text: String,
        /// Where it stands, between its quotes or tags.
        range: Range<usize>,
    },
    /// What is found when the mashup runs: a binding, a markup extension, an element.
    Expression {
        /// As written.
        text: String,
        /// Where it stands.
        range: Range<usize>,
    },
}

impl Value {
    pub(super) fn range(&self) -> Range<usize> {
        match self {
            Self::Literal { range, .. } | Self::Expression { range, .. } => range.clone(),
        }
    }

    pub(super) fn text(&self) -> &str {
        match self {
            Self::Literal { text, .. } | Self::Expression { text, .. } => text,
        }
    }
}

impl<'a> Xaml<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        Self { text, document: xml::read(text) }
    }

    /// The attributes of an element with their places.
    pub(super) fn attributes(&self, at: usize) -> Vec<AttributePlace<'a>> {
        self.document.elements.get(at).map_or_else(Vec::new, |element| xml::attribute_places(self.text, element))
    }

    /// The attribute of exactly that name.
    pub(super) fn attribute(&self, at: usize, name: &str) -> Option<AttributePlace<'a>> {
        self.attributes(at).into_iter().find(|place| place.name == name)
    }

    /// The value of exactly that attribute.
    pub(super) fn plain(&self, at: usize, name: &str) -> Option<&str> {
        let element = self.document.elements.get(at)?;
        element.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.as_ref())
    }

    /// What a property is set to: by an attribute, or by an element of its own (`<x:Parameter.Value>`).
    pub(super) fn property(&self, at: usize, name: &str) -> Option<Value> {
        if let Some(place) = self.attribute(at, name) {
            let value = self.plain(at, name).unwrap_or_default();
            return Some(of_text(value, place.value_range));
        }
        let element = self.document.elements.get(at)?;
        let wanted = format!("{}.{name}", element.name);
        let child = self.document.children(at).find(|(_, child)| child.name == wanted).map(|(child, _)| child)?;
        self.content(child)
    }

    /// What stands in an element: its text, a string element's, or whatever another element gives.
    pub(super) fn content(&self, at: usize) -> Option<Value> {
        let element = self.document.elements.get(at)?;
        if let Some((inner, child)) = self.document.children(at).next() {
            if matches!(child.name, "String" | "Uri") && self.document.is_leaf(inner) && !child.text.trim().is_empty() {
                return self.content(inner);
            }
            return Some(Value::Expression {
                text: self.text.get(child.range.clone()).unwrap_or_default().to_owned(),
                range: child.range.clone(),
            });
        }
        let range = self.text_range(element.inner.clone());
        Some(of_text(element.text.trim(), range))
    }

    /// Where the text in `inner` begins and ends: white space and the brackets of a CDATA section aside.
    pub(super) fn text_range(&self, inner: Range<usize>) -> Range<usize> {
        let raw = self.text.get(inner.clone()).unwrap_or_default();
        let (mut start, mut end) =
            (inner.start + (raw.len() - raw.trim_start().len()), inner.start + raw.trim_end().len());
        end = end.max(start);
        let trimmed = &self.text[start..end];
        if let Some(cdata) = trimmed.strip_prefix("<![CDATA[").and_then(|rest| rest.strip_suffix("]]>")) {
            start += "<![CDATA[".len();
            start += cdata.len() - cdata.trim_start().len();
            end = start + cdata.trim().len();
        }
        start..end
    }

    /// The name of an element as written, prefix included.
    pub(super) fn written_name(&self, at: usize) -> &'a str {
        let Some(element) = self.document.elements.get(at) else { return "" };
        let tag = self.text.get(element.range.start + 1..).unwrap_or_default();
        let end = tag.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(tag.len());
        &tag[..end]
    }
}

/// `{}` in front takes the meaning from the brace that follows; any other brace in front begins a markup extension.
fn of_text(text: &str, range: Range<usize>) -> Value {
    let trimmed = text.trim_start();
    let is_expression = trimmed.starts_with('{') && !trimmed.starts_with("{}");
    let text = text.to_owned();
    if is_expression { Value::Expression { text, range } } else { Value::Literal { text, range } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_read_from_attributes_and_elements() {
        let text = "<a><p Value='x &amp; y'/><p Value='{Binding A}'/><p Value='{}{BaseUri}/b'/>\
                    <p><p.Value> lit </p.Value></p><p><p.Value><Binding/></p.Value></p>\
                    <p><p.Value><![CDATA[ <c/> ]]></p.Value></p><p><p.Value><sys:String>s</sys:String></p.Value></p><p/></a>";
        let xaml = Xaml::read(text);
        let values: Vec<_> = (0..xaml.document.elements.len())
            .filter(|at| xaml.document.elements[*at].name == "p")
            .map(|at| xaml.property(at, "Value"))
            .collect();
        let shown: Vec<_> = values
            .iter()
            .map(|value| match value {
                Some(Value::Literal { text: value, range }) => format!("{value}|{}", &text[range.clone()]),
                Some(Value::Expression { range, .. }) => format!("={}", &text[range.clone()]),
                None => "none".to_owned(),
            })
            .collect();
        let expected = [
            "x & y|x &amp; y",
            "={Binding A}",
            "{}{BaseUri}/b|{}{BaseUri}/b",
            "lit|lit",
            "=<Binding/>",
            "<c/>|<c/>",
            "s|s",
            "none",
        ];
        assert_eq!(shown, expected);
        assert_eq!(xaml.written_name(0), "a");
    }
}
