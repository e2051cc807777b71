//! JSON, forms and queries as trees to compare: the order of members and fields and the spelling of strings and numbers
//! make no difference in them.

use std::borrow::Cow;
use std::collections::HashMap;

use mwscope_parsers::http::form;
use mwscope_parsers::json::{Document, Kind};

use super::tree::{Node, Sort, Tree};

/// The tree of JSON that was read from `text`.
pub(super) fn tree<'a>(document: &Document<'a>, text: &'a str, prefix: &str) -> Tree<'a> {
    let mut seen: HashMap<(usize, &str), u32> = HashMap::new();
    let nodes = document.values.iter().map(|value| {
        let (sort, canonical) = match &value.kind {
            Kind::Object => (Sort::Object, Cow::Borrowed("")),
            Kind::Array => (Sort::Array, Cow::Borrowed("")),
            Kind::String(text) => (Sort::String, text.clone()),
            Kind::Number(text) => (Sort::Number, number(text)),
            Kind::Bool(true) => (Sort::Word, Cow::Borrowed("true")),
            Kind::Bool(false) => (Sort::Word, Cow::Borrowed("false")),
            Kind::Null => (Sort::Word, Cow::Borrowed("null")),
        };
        let parent = value.parent.and_then(|parent| u32::try_from(parent).ok());
        let label = value.name.as_ref().map_or(Cow::Borrowed(""), |name| name.text.clone());
        let mut node = Node::new(parent, sort, label, value.range.clone());
        node.value = canonical;
        node.position = match (&value.name, value.parent) {
            (Some(name), Some(parent)) => {
                let seen = seen.entry((parent, &name.text)).or_default();
                *seen += 1;
                *seen
            }
            _ => u32::try_from(value.position + 1).unwrap_or(u32::MAX),
        };
        node
    });
    let nodes = nodes.collect();
    Tree::new(nodes, text, format!("{prefix}json:"))
}

/// The tree of the fields of a form or a query.
pub(super) fn fields<'a>(text: &'a str, prefix: String) -> Tree<'a> {
    let mut seen: HashMap<String, u32> = HashMap::new();
    let nodes = form::fields(text).into_iter().map(|field| {
        let seen = seen.entry(field.name.clone()).or_default();
        *seen += 1;
        let mut node = Node::new(None, Sort::Field, Cow::Owned(field.name), field.range);
        node.value = Cow::Owned(field.value);
        node.position = *seen;
        node
    });
    let nodes = nodes.collect();
    Tree::new(nodes, text, prefix)
}

/// A number without the liberties of its spelling: its digits without zeros at either end, and the power of ten behind
/// them. Nothing is lost, however long it is.
fn number(text: &str) -> Cow<'_, str> {
    let plain = |text: &str| text.len() < 16 && !text.starts_with('0') && !text.ends_with('0');
    if text.bytes().all(|byte| byte.is_ascii_digit()) && plain(text) {
        return Cow::Borrowed(text);
    }
    let (sign, rest) = text.strip_prefix('-').map_or(("", text), |rest| ("-", rest));
    let (mantissa, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, "0"));
    let Ok(exponent) = exponent.parse::<i64>() else { return Cow::Borrowed(text) };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let bare = digits.trim_end_matches('0');
    if bare.is_empty() {
        return Cow::Borrowed("0");
    }
    let zeros = i64::try_from(digits.len() - bare.len()).unwrap_or(i64::MAX);
    let power = exponent.saturating_sub(i64::try_from(fraction.len()).unwrap_or(i64::MAX)).saturating_add(zeros);
    if power == 0 { Cow::Owned(format!("{sign}{bare}")) } else { Cow::Owned(format!("{sign}{bare}e{power}")) }
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numbers_are_equal_however_they_are_written() {
        for (one, other) in [
            ("1", "1.0"),
            ("100", "1e2"),
            ("100", "1E+2"),
            ("-0", "0.00"),
            ("0.5", "5e-1"),
            ("12345678901234567890", "12345678901234567890.0"),
        ] {
            assert_eq!(number(one), number(other), "{one} {other}");
        }
        for (one, other) in [("1", "10"), ("1", "-1"), ("9007199254740993", "9007199254740992"), ("0.1", "0.01")] {
            assert_ne!(number(one), number(other), "{one} {other}");
        }
    }
}
