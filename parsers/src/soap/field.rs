//! The values of a message as a flat list, each with a path that names it and only it.

use std::collections::HashMap;

use super::{Place, is_namespace};
use crate::Span;
use crate::xml::Document;

/// One value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// Local names from below the operation down, `/` between them; from the second of equal siblings on with
    /// its position (`CRS008/Line[2]/Item`), attributes as `CRS008/@type`.
    pub path: String,
    /// The last local name of the path, without `@`.
    pub name: String,
    /// The value with references replaced, white space kept.
    pub value: String,
    /// The value as it stands in the bytes that were read; empty ranges for empty elements.
    pub span: Span,
}

/// All values below the element `operation`, and the attributes of the elements there.
pub(super) fn read(document: &Document, operation: usize, place: &mut Place<'_>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    let mut seen: HashMap<(usize, &str), usize> = HashMap::new();
    let base = document.elements[operation].depth + 1;
    for (at, element) in document.descendants(operation) {
        let level = element.depth - base;
        paths.truncate(level);
        let count = seen.entry((element.parent.unwrap_or_default(), element.name)).or_default();
        *count += 1;
        let step = if *count > 1 { format!("{}[{count}]", element.name) } else { element.name.to_owned() };
        let path = paths.last().map_or(step.clone(), |above| format!("{above}/{step}"));
        for (name, value) in element.attributes.iter().filter(|(name, _)| !is_namespace(name)) {
            let span = place.span(element.range.start..element.inner.start);
            fields.push(Field {
                path: format!("{path}/@{name}"),
                name: (*name).to_owned(),
                value: value.clone().into_owned(),
                span,
            });
        }
        if document.is_leaf(at) {
            let span = place.span(element.inner.clone());
            let (name, value) = (element.name.to_owned(), element.text.clone().into_owned());
            fields.push(Field { path: path.clone(), name, value, span });
        }
        // Deeper than this nothing real goes, and paths of paths would grow with the square of the depth.
        paths.push(if level < 64 { path } else { "...".to_owned() });
    }
    fields
}
