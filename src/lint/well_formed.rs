//! XML that no parser will read.

use std::collections::HashSet;

use super::text::Found;
use super::xaml::Xaml;
use crate::model::{Artefact, LintRule, Weight};

pub(super) const RULE: LintRule = LintRule {
    name: "not-well-formed",
    artefacts: &[Artefact::Mashup, Artefact::Agreement, Artefact::Request],
    weight: Weight::Error,
    on: true,
    looks_for: "XML that isn't well-formed: a raw & or <, a tag that is missing, a prefix that isn't declared, an attribute twice",
    why: "A parser refuses it, so it can't be loaded; and what stands behind the fault may not have been looked at",
    remedy: "escape & as &amp; and < as &lt;, close what is open, declare the prefix",
    example: ("<a b=\"x & y\"/>", "<a b=\"x &amp; y\"/>"),
};

pub(super) fn check(xaml: &Xaml<'_>, found: &mut Vec<Found>) {
    let mut note = |at: usize, what: &str| {
        let end = xaml.text[at..].chars().next().map_or(at, |c| at + c.len_utf8());
        found.push(Found::new(&RULE, at..end, ("", ""), |_| what.to_owned()));
    };
    for problem in &xaml.document.problems {
        let at = usize::try_from(problem.offset).unwrap_or(usize::MAX).min(xaml.text.len());
        if xaml.text.is_char_boundary(at) {
            note(at, &problem.what);
        }
    }
    if xaml.document.elements.is_empty() {
        return note(0, "there is no element in it");
    }
    for at in 0..xaml.document.elements.len() {
        let mut seen = HashSet::new();
        for place in xaml.attributes(at) {
            if !seen.insert(place.name) {
                note(place.name_range.start, &format!("the attribute {} stands twice in one element", place.name));
            }
            let raw = place.raw.bytes().enumerate().filter(|(_, byte)| matches!(byte, b'&' | b'<'));
            for (offset, byte) in raw {
                let reference = mwscope_parsers::xml::is_reference(&place.raw[offset..]);
                if byte == b'<' || !reference {
                    let what = format!("a raw {} in the attribute {}", char::from(byte), place.name);
                    note(place.value_range.start + offset, &what);
                }
            }
        }
        let element = &xaml.document.elements[at];
        let name = xaml.written_name(at);
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        if let Some(prefix) = prefix.filter(|prefix| element.namespace.is_none() && *prefix != "xml") {
            note(element.range.start + 1, &format!("the prefix {prefix} isn't declared"));
        }
    }
    let mut roots = xaml.document.elements.iter().filter(|element| element.depth == 0).skip(1);
    if let Some(second) = roots.next() {
        note(second.range.start, "a second root element");
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{clean, hits_of};

    #[test]
    fn what_no_parser_reads_is_said() {
        let raw = |text: &str| hits_of(text).into_iter().map(|(rule, _)| rule).collect::<Vec<_>>();
        for text in
            ["<a><b></a>", "<a b='x & y'/>", "<a b='1' b='2'/>", "<p:a/>", "<a>x & y</a>", "</x><b>", "<a", "<a>"]
        {
            let text = format!("<x xmlns='clr-namespace:a'>{text}</x>");
            assert!(raw(&text).contains(&"not-well-formed"), "{text}");
        }
        clean("<p:a xmlns:p='u' b='x &amp; y &#233;' c='1' xml:lang='en'>a &lt; b <![CDATA[ & < ]]></p:a>");
    }
}
