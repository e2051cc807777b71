//! XML laid out for reading: one element a line, indented. Only white space between tags changes.

use super::token::{Kind, Token, Tokens};
use crate::Problem;

/// How deep is indented at most; deeper elements keep this indent so that hostile depth stays readable.
const DEEPEST: usize = 40;

/// Lays XML out with two spaces a level.
///
/// Text is never changed: where an element has text of its own, its content stays in one line as it was. What is
/// not well-formed comes back exactly as it was handed in, with the first problem.
#[must_use]
pub fn pretty(text: &str) -> (String, Option<Problem>) {
    let problem = super::read(text).problems.into_iter().next();
    if problem.is_some() {
        return (text.to_owned(), problem);
    }
    let tokens: Vec<_> = Tokens::new(text, &mut Vec::new()).collect();
    let mut page = Page { out: String::with_capacity(text.len() * 5 / 4), depth: 0 };
    let mixed = mixed(&tokens);
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Text(white) if white.trim().is_empty() => {}
            Kind::End { .. } => {
                page.depth = page.depth.saturating_sub(1);
                page.line(&text[token.range.clone()]);
            }
            Kind::Start { empty: false, .. } => match mixed[at] {
                Some(end) => {
                    page.line(&text[token.range.start..tokens[end].range.end]);
                    at = end;
                }
                None => {
                    page.line(&text[token.range.clone()]);
                    page.depth += 1;
                }
            },
            _ => page.line(&text[token.range.clone()]),
        }
        at += 1;
    }
    (page.out, None)
}

struct Page {
    out: String,
    depth: usize,
}

impl Page {
    fn line(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        self.out.extend(std::iter::repeat_n("  ", self.depth.min(DEEPEST)));
        self.out.push_str(text);
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
