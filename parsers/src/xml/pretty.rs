//! XML laid out for reading: one element a line, indented. Only white space between tags changes.

use std::ops::Range;

use super::token::{Kind, Token, Tokens};
use crate::Problem;

/// How deep is indented at most; deeper elements keep this indent so that hostile depth stays readable.
const DEEPEST: usize = 40;

/// XML laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Laid {
    /// The text, a line for each tag and each element that has text of its own.
    pub text: String,
    /// Why it stands there as it was handed in.
    pub problem: Option<Problem>,
    /// The lines of each element that takes more than one, by their start tags.
    pub elements: Vec<Range<u32>>,
}

/// Lays XML out with two spaces a level.
///
/// Text is never changed: where an element has text of its own, its content stays in one line as it was. What is
/// not well-formed comes back exactly as it was handed in, with the first problem.
#[must_use]
pub fn pretty(text: &str) -> (String, Option<Problem>) {
    let Laid { text, problem, .. } = laid(text);
    (text, problem)
}

/// As [`pretty`], and which lines belong to which element.
#[must_use]
pub fn laid(text: &str) -> Laid {
    let problem = super::read(text).problems.into_iter().next();
    if problem.is_some() {
        return Laid { text: text.to_owned(), problem, elements: Vec::new() };
    }
    let tokens: Vec<_> = Tokens::new(text, &mut Vec::new()).collect();
    let out = String::with_capacity(text.len() * 5 / 4);
    let mut page = Page { out, depth: 0, lines: 0, elements: Vec::new(), open: Vec::new() };
    let mixed = mixed(&tokens);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Text(white) if white.trim().is_empty() => {}
            Kind::End { .. } => {
                page.depth = page.depth.saturating_sub(1);
                page.line(&text[token.range.clone()]);
                page.end();
            }
            Kind::Start { empty: false, .. } => match mixed[at] {
                Some(end) => {
                    page.line(&text[token.range.start..tokens[end].range.end]);
                    at = end;
                }
                None => {
                    page.begin();
                    page.line(&text[token.range.clone()]);
                    page.depth += 1;
                }
            },
            _ => page.line(&text[token.range.clone()]),
        }
        at += 1;
    }
    Laid { text: page.out, problem: None, elements: page.elements }
}

struct Page {
    out: String,
    depth: usize,
    /// Lines of `out`.
    lines: u32,
    elements: Vec<Range<u32>>,
    /// Which of `elements` aren't closed yet.
    open: Vec<usize>,
}

impl Page {
    fn line(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n("  ", self.depth.min(DEEPEST)));
        self.out.push_str(text);
        let breaks = text.bytes().filter(|byte| *byte == b'\n').count();
        self.lines = self.lines.saturating_add(u32::try_from(breaks).unwrap_or(u32::MAX)).saturating_add(1);
    }

    /// An element begins with the next line.
    fn begin(&mut self) {
        self.open.push(self.elements.len());
        self.elements.push(self.lines..self.lines);
    }

    /// The element that began last ends with the last line.
    fn end(&mut self) {
        if let Some(element) = self.open.pop().and_then(|n| self.elements.get_mut(n)) {
            element.end = self.lines;
        }
    }
}

/// For each start tag whose element has text of its own or nothing in it, the index of its end tag.
fn mixed(tokens: &[Token<'_>]) -> Vec<Option<usize>> {
    let mut ends = vec![None; tokens.len()];
    let mut open: Vec<(usize, bool, bool)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Start { empty: false, .. } => {
                if let Some(parent) = open.last_mut() {
                    parent.2 = true;
                }
                open.push((at, false, false));
            }
            Kind::End { .. } => {
                if let Some((start, has_text, has_children)) = open.pop()
                    && (has_text || !has_children)
                {
                    ends[start] = Some(at);
                }
            }
            Kind::Text(text) if text.trim().is_empty() => {}
            Kind::Text(_) | Kind::CData(_) => {
                if let Some(parent) = open.last_mut() {
                    parent.1 = true;
                }
            }
            Kind::Start { .. } | Kind::Aside => {
                if let Some(parent) = open.last_mut() {
                    parent.2 = true;
                }
            }
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_element() {
        let text = "<a x='1\n2'><b><c>1</c></b><![CDATA[\n]]><d>\n<e/>\n</d></a>";
        let text = text.replace("<![CDATA[\n]]>", "<!--\n-->");
        let page = laid(&text);
        let of = |lines: &Range<u32>| {
            let lines: Vec<&str> =
                page.text.split('\n').collect::<Vec<_>>()[lines.start as usize..lines.end as usize].to_vec();
            (lines.first().map(|line| line.trim().to_owned()), lines.last().map(|line| line.trim().to_owned()))
        };
        let told: Vec<_> = page.elements.iter().map(of).collect();
        let tags = |first: &str, last: &str| (Some(first.to_owned()), Some(last.to_owned()));
        assert_eq!(told, [tags("<a x='1", "</a>"), tags("<b>", "</b>"), tags("<d>", "</d>")]);
        assert!(laid("<a><b></a>").elements.is_empty(), "what isn't well-formed");
    }

    #[test]
    fn elements_are_indented_and_text_is_left_alone() {
        let text = "<?xml version=\"1.0\"?><a><b> x  y </b><c><d/></c>\n<e>t <i>u</i></e><f></f></a>";
        let (page, problem) = pretty(text);
        assert_eq!(problem, None);
        insta::assert_snapshot!(page, @r#"
        <?xml version="1.0"?>
        <a>
          <b> x  y </b>
          <c>
            <d/>
          </c>
          <e>t <i>u</i></e>
          <f></f>
        </a>
        "#);
        assert_eq!(pretty(&page).0, page);
    }

    #[test]
    fn what_is_broken_stays_as_it_is() {
        for text in ["<a><b></a>", "<a>1 & 2</a>", "no markup < at all", "<a><b>"] {
            let (page, problem) = pretty(text);
            assert_eq!(page, text);
            assert!(problem.is_some(), "{text}");
        }
    }
}
