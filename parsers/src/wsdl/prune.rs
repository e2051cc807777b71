//! A skeleton that was filled in, without what was not: placeholders, elements that hold nothing else, and the comments.

use std::ops::Range;

use crate::xml::{self, Document};

/// Elements at this depth make the message and stay: envelope, header and body.
const FRAME: usize = 1;

/// The text without elements that still hold the placeholder `?`, without elements that held only such, and without
/// comments; and the paths of what was left out. The operation's own element stays.
#[must_use]
pub fn without_placeholders(text: &str) -> (String, Vec<String>) {
    let document = xml::read(text);
    let body = document.child(0, &["Body"]);
    let mut gone = vec![false; document.elements.len()];
    for at in (0..document.elements.len()).rev() {
        let element = &document.elements[at];
        let is_operation = element.parent == body && body.is_some();
        if element.depth <= FRAME || is_operation {
            continue;
        }
        let own = element.text.trim();
        gone[at] = if document.is_leaf(at) {
            own == "?"
        } else {
            own.is_empty() && document.children(at).all(|(child, _)| gone[child])
        };
    }
    let topmost = |at: &usize| gone[*at] && document.elements[*at].parent.is_none_or(|parent| !gone[parent]);
    let removed: Vec<usize> = (0..gone.len()).filter(topmost).collect();
    let mut cuts: Vec<Range<usize>> = removed.iter().map(|at| document.elements[*at].range.clone()).collect();
    cuts.extend(comments(text));
    cuts.extend(placeholder_attributes(text, &document));
    cuts.sort_by_key(|cut| cut.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for cut in cuts {
        if cut.start < at {
            at = at.max(cut.end);
            continue;
        }
        let kept = &text[at..cut.start];
        // The line that held nothing else goes as a whole.
        let alone = text[cut.end..].trim_start_matches([' ', '\t', '\r']).starts_with(['\n', '<']);
        out.push_str(if alone { kept.trim_end() } else { kept });
        at = cut.end;
    }
    out.push_str(&text[at..]);
    (out, removed.iter().map(|at| path(&document, *at)).collect())
}

/// Where comments stand, those in CDATA aside.
fn comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("<!").map(|offset| at + offset) {
        let rest = &text[start..];
        let (end, is_comment) = if rest.starts_with("<!--") {
            (rest.find("-->").map(|end| start + end + 3), true)
        } else if rest.starts_with("<![CDATA[") {
            (rest.find("]]>").map(|end| start + end + 3), false)
        } else {
            (Some(start + 2), false)
        };
        let end = end.unwrap_or(text.len());
        if is_comment {
            found.push(start..end);
        }
        at = end;
    }
    found
}

/// Attributes that still hold the placeholder, with the white space before them.
fn placeholder_attributes(text: &str, document: &Document<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for element in &document.elements {
        let tag = element.range.start..element.inner.start.max(element.range.start).min(text.len());
        let start = &text[tag.clone()];
        for quoted in ["=\"?\"", "='?'"] {
            for (at, _) in start.match_indices(quoted) {
                let name = start[..at].rfind(|c: char| c.is_whitespace()).map_or(at, |space| space);
                found.push(tag.start + name..tag.start + at + quoted.len());
            }
        }
    }
    found
}

fn path(document: &Document<'_>, at: usize) -> String {
    let steps: Vec<_> = document.lineage(at).map(|(_, element)| element.name).collect();
    steps.iter().rev().map(|step| format!("/{step}")).collect()
}
