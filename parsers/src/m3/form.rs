//! The fields of a form or query as what M3's programs are called with.

use crate::http::form;

/// Names and values of a form or query, decoded; a name without `=` has an empty value.
#[must_use]
pub fn pairs(text: &str) -> Vec<(String, String)> {
    form::fields(text).into_iter().map(|field| (field.name, field.value)).collect()
}

/// The first value of a name, letter case aside; empty values are none.
pub(super) fn value(pairs: &[(String, String)], name: &str) -> Option<String> {
    let found = pairs.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    some(found.1.trim())
}

/// A text that isn't empty.
pub(super) fn some(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
