//! Changing the text of one element, or one attribute.

use std::ops::Range;

use mwscope_parsers::xml::{self, Document, Element};

use super::{Cut, near};
use crate::replay::draft::Unsendable;
use crate::replay::escape;
use crate::replay::place::{Steps, paths};

const CDATA: &str = "<![CDATA[";

/// What must change in `text` so that what `steps` name becomes `value`, or goes.
pub(super) fn cuts(text: &str, steps: &Steps, value: Option<&str>) -> Result<Vec<Cut>, Unsendable> {
    let document = xml::read(text);
    let found = steps.find(&document);
    let one = match found.as_slice() {
        [] => return Err(nothing(&document, steps)),
        [one] => one,
        several => {
            let paths = paths(&document);
            let shown = several.iter().take(8).map(|found| match &found.attribute {
                None => paths[found.element].clone(),
                Some(name) => format!("{}/@{name}", paths[found.element]),
            });
            let shown: Vec<_> = shown.collect();
            let more = if several.len() > shown.len() { ", ..." } else { "" };
            return Err(Unsendable::new(
                format!("{steps} fits {} values", several.len()),
                format!("name one: {}{more}", shown.join(", ")),
            ));
        }
    };
    if let Some(c) = value.and_then(escape::not_in_xml) {
        return Err(Unsendable::new(format!("no XML can hold {c:?}"), "write the value without it"));
    }
    let element = &document.elements[one.element];
    match &one.attribute {
        Some(name) => attribute(text, element, name, value).map(|cut| vec![cut]),
        None => content(text, &document, one.element, steps, value),
    }
}

fn nothing(document: &Document<'_>, steps: &Steps) -> Unsendable {
    let place = steps.to_string();
    if document.elements.is_empty() {
        let what = format!("{place} fits nothing: the body is no XML");
        return Unsendable::new(what, "use json:/POINTER or form:NAME for what it is");
    }
    let paths = paths(document);
    let mut names = Vec::new();
    for (element, path) in document.elements.iter().zip(&paths) {
        if place.contains("/@") {
            let keys = element.attributes.iter().map(|(key, _)| *key).filter(|key| !key.starts_with("xmlns"));
            names.extend(keys.map(|key| (key.to_owned(), format!("{path}/@{key}"))));
        } else {
            names.push((element.name.to_owned(), path.clone()));
        }
    }
    near::nothing(&place, steps.last_name(), names)
}

/// The text of an element that has no elements in it, or the element itself where it goes.
fn content(
    text: &str,
    document: &Document<'_>,
    at: usize,
    steps: &Steps,
    value: Option<&str>,
) -> Result<Vec<Cut>, Unsendable> {
    let element = &document.elements[at];
    let before = element.text.to_string();
    let Some(value) = value else {
        return Ok(vec![Cut { range: element.range.clone(), with: String::new(), before }]);
    };
    if !document.is_leaf(at) {
        let paths = paths(document);
        let inside: Vec<_> = document.children(at).take(8).map(|(at, _)| paths[at].clone()).collect();
        return Err(Unsendable::new(
            format!("{steps} is no single value: there are elements in it"),
            format!("name one of them: {}", inside.join(", ")),
        ));
    }
    let mut cuts = Vec::new();
    // A value in an element that says that it has none would be refused.
    let nil = |name: &&str| name.rsplit_once(':').is_some_and(|(prefix, name)| name == "nil" && prefix != "xmlns");
    if !value.is_empty()
        && let Some(name) = element.attributes.iter().map(|(name, _)| *name).find(nil)
    {
        cuts.push(attribute(text, element, name, None)?);
    }
    let inner = &text[element.inner.clone()];
    let closed = text[element.range.clone()].ends_with("/>") && element.inner.is_empty();
    cuts.insert(
        0,
        if closed {
            let name = raw_name(text, element);
            let range = element.range.end - 2..element.range.end;
            let with =
                if value.is_empty() { "/>".to_owned() } else { format!(">{}</{name}>", escape::xml_text(value)) };
            Cut { range, with, before }
        } else if let Some(range) = only_cdata(inner) {
            let start = element.inner.start;
            Cut { range: start + range.start..start + range.end, with: escape::xml_cdata(value), before }
        } else {
            Cut { range: element.inner.clone(), with: escape::xml_text(value), before }
        },
    );
    Ok(cuts)
}

/// Where the text of the one CDATA section stands, where there is nothing else but white space.
fn only_cdata(inner: &str) -> Option<Range<usize>> {
    let start = inner.len() - inner.trim_start().len();
    let rest = inner[start..].strip_prefix(CDATA)?;
    let end = rest.find("]]>")?;
    rest[end + 3..].trim().is_empty().then(|| start + CDATA.len()..start + CDATA.len() + end)
}

/// The name of an element with its prefix.
fn raw_name<'a>(text: &'a str, element: &Element<'_>) -> &'a str {
    let rest = text.get(element.range.start + 1..).unwrap_or_default();
    rest.split(|c: char| c.is_whitespace() || matches!(c, '/' | '>')).next().unwrap_or_default()
}

fn attribute(text: &str, element: &Element<'_>, name: &str, value: Option<&str>) -> Result<Cut, Unsendable> {
    let place = attribute_place(text, element, name).ok_or_else(|| {
        Unsendable::new(format!("the attribute {name} can't be told from the text around it"), "change it with --edit")
    })?;
    let before = element.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string());
    let before = before.unwrap_or_default();
    Ok(match value {
        None => Cut { range: place.whole, with: String::new(), before },
        Some(value) => Cut { range: place.value, with: escape::xml_attribute(value, place.quote), before },
    })
}

/// Where an attribute stands.
pub(in crate::replay) struct AttributePlace {
    /// With the white space before it.
    pub(in crate::replay) whole: Range<usize>,
    /// Between the quotes.
    pub(in crate::replay) value: Range<usize>,
    pub(in crate::replay) quote: char,
}

pub(in crate::replay) fn attribute_place(text: &str, element: &Element<'_>, name: &str) -> Option<AttributePlace> {
    let mut at = element.range.start + 1 + raw_name(text, element).len();
    loop {
        let rest = text.get(at..)?;
        let space = rest.len() - rest.trim_start().len();
        let start = at + space;
        let rest = &text[start..];
        if rest.starts_with(['>', '/']) || rest.is_empty() {
            return None;
        }
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))?;
        let behind = rest[end..].trim_start();
        let key = &rest[..end];
        let Some(behind) = behind.strip_prefix('=') else {
            at = start + end.max(1);
            continue;
        };
        let behind = behind.trim_start();
        let quote = behind.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let from = text.len() - behind.len() + 1;
        let value = from..from + text[from..].find(quote)?;
        if key == name {
            return Some(AttributePlace { whole: at..value.end + 1, value, quote });
        }
        at = value.end + 1;
    }
}
