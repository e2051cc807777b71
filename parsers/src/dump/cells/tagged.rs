//! The cells of markup: texts between tags, values of attributes and, where they are asked for, names.

use std::borrow::Cow;

use super::{Cell, quoted};
use crate::xml;

/// Which names are cells as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Names {
    None,
    Elements,
    All,
}

/// Bytes of a value of an attribute that says something by itself.
const SAYING: usize = 40;

/// Documents that stand escaped in the texts of others.
const DEEPEST: usize = 3;

/// The cells of XML and HTML.
pub(super) fn cells(text: &str, names: Names) -> Vec<Cell<'_>> {
    let mut cells = Vec::new();
    gather(text, names, DEEPEST, &mut cells);
    cells
}

/// The cells of what forums have for markup: `[td]CRS008[/td]`.
pub(super) fn in_brackets(text: &str) -> Vec<Cell<'_>> {
    let tag = |(at, _): (usize, &str)| {
        let end = text[at..].find(']').filter(|end| is_tag(&text[at + 1..at + end]))?;
        Some((at, at + end + 1))
    };
    let mut cells = Vec::new();
    let mut from = 0;
    for (open, behind) in text.match_indices('[').filter_map(tag).chain([(text.len(), text.len())]) {
        let said = &text[from..open];
        if !said.trim().is_empty() {
            cells.push(Cell::said(Cow::Borrowed(said.trim()), open - said.trim_start().len()));
        }
        from = behind;
    }
    cells
}

fn is_tag(inner: &str) -> bool {
    let name = inner.strip_prefix('/').unwrap_or(inner);
    (1..=24).contains(&name.len()) && name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains(' ')
}

fn gather<'t>(text: &'t str, names: Names, depth: usize, cells: &mut Vec<Cell<'t>>) {
    let mut at = 0;
    let mut said = Text::default();
    while let Some(open) = text[at..].find('<').map(|n| at + n) {
        said.add(&text[at..open], at);
        let rest = &text[open..];
        if let Some(raw) = rest.strip_prefix("<![CDATA[") {
            let end = raw.find("]]>").unwrap_or(raw.len());
            said.add_raw(&raw[..end], open + 9);
            at = text.len().min(open + 9 + end + 3);
            continue;
        }
        said.end(names, depth, cells);
        let (opens, closes) = match rest {
            _ if rest.starts_with("<!--") => ("<!--", "-->"),
            _ if rest.starts_with("<?") => ("<?", "?>"),
            _ => ("<", ">"),
        };
        let inner = open + opens.len();
        let Some(end) = tag_end(&text[inner..], closes).map(|n| inner + n) else {
            at = text.len();
            break;
        };
        if opens == "<" && text[inner..end].starts_with(|c: char| c.is_alphabetic() || c == '_') {
            tag(&text[inner..end], inner, names, cells);
        }
        at = end + closes.len();
    }
    said.add(&text[at..], at);
    said.end(names, depth, cells);
}

/// Where a tag ends, outside of quotes.
fn tag_end(rest: &str, closes: &str) -> Option<usize> {
    if closes != ">" {
        return rest.find(closes);
    }
    let mut quote = None;
    rest.bytes().position(|byte| match quote {
        Some(open) => {
            quote = quote.filter(|_| byte != open);
            false
        }
        None => {
            quote = Some(byte).filter(|byte| matches!(byte, b'"' | b'\''));
            byte == b'>'
        }
    })
}

/// The values of a tag's attributes.
fn tag<'t>(tag: &'t str, from: usize, names: Names, cells: &mut Vec<Cell<'t>>) {
    let name = tag.find(|c: char| c.is_whitespace() || c == '/').unwrap_or(tag.len());
    if names != Names::None {
        let local = tag[..name].rfind(':').map_or(0, |at| at + 1);
        cells.push(Cell::between(&tag[local..name], from + local));
    }
    let mut at = name;
    while let Some(open) = tag[at..].find(['"', '\'']).map(|n| at + n) {
        let quote = if tag[open..].starts_with('"') { '"' } else { '\'' };
        let Some(end) = tag[open + 1..].find(quote).map(|n| open + 1 + n) else { return };
        if names == Names::All {
            let attribute = tag[at..open].trim().trim_end_matches('=').trim_end();
            cells.push(Cell::between(attribute, from + at));
        }
        let value = xml::unescape(&tag[open + 1..end]);
        // Numbers and words say how something is shown, more than that says something.
        let said = value.len() >= SAYING;
        cells.push(Cell { text: value, at: from + open + 1, said });
        at = end + 1;
    }
}

/// What stands between two tags, and where it begins.
#[derive(Default)]
struct Text<'t> {
    text: Cow<'t, str>,
    at: usize,
}

impl<'t> Text<'t> {
    fn add(&mut self, text: &'t str, at: usize) {
        self.append(xml::unescape(text), at);
    }

    /// What has no references in it.
    fn add_raw(&mut self, text: &'t str, at: usize) {
        self.append(Cow::Borrowed(text), at);
    }

    fn append(&mut self, text: Cow<'t, str>, at: usize) {
        if self.text.trim().is_empty() {
            (self.text, self.at) = (text, at);
        } else {
            self.text.to_mut().push_str(&text);
        }
    }

    /// A cell of it, or those of the document that it is.
    fn end(&mut self, names: Names, depth: usize, cells: &mut Vec<Cell<'t>>) {
        let Self { text, at } = std::mem::take(self);
        let said = text.trim();
        let inner = match depth {
            0 => Vec::new(),
            _ if said.starts_with('<') && said.contains("</") => {
                let mut inner = Vec::new();
                gather(said, names, depth - 1, &mut inner);
                inner
            }
            _ if said.starts_with("{\"") => quoted::cells(said, '"'),
            _ => Vec::new(),
        };
        if !inner.is_empty() {
            // All that such a document says stands where it begins.
            cells.extend(inner.into_iter().map(|cell| Cell { text: Cow::Owned(cell.text.into_owned()), at, ..cell }));
        } else if !said.is_empty() {
            cells.push(Cell::said(trimmed(text), at));
        }
    }
}

/// Without blanks around it.
fn trimmed(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
        Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, names: Names) -> Vec<String> {
        super::super::shown(&cells(text, names))
    }

    #[test]
    fn markup_of_forums() {
        let text = "[tr][td][b]User[/b][/td][td]J [x y] D[/td][/tr]\n[code]\n\tat a.b";
        assert_eq!(super::super::shown(&in_brackets(text)), ["11 User", "28 J [x y] D", "56 at a.b"]);
    }

    #[test]
    fn texts_and_values_of_attributes() {
        let text = "<a b='1 > 0'>\n<c:d/>x &lt; <![CDATA[<y>]]><!-- no --></a> z";
        assert_eq!(shown(text, Names::None), ["6 1 > 0", "20 x < <y>", "57 z"]);
        assert_eq!(shown(text, Names::All), ["1 a", "2 b", "6 1 > 0", "17 d", "20 x < <y>", "57 z"]);
        let escaped = "<a>&lt;b&gt;1&lt;/b&gt;&lt;c&gt;2&lt;/c&gt;</a>";
        assert_eq!(shown(escaped, Names::Elements), ["1 a", "3 b", "3 1", "3 c", "3 2"]);
        assert_eq!(shown("<a>{\"b\":\"c\"}</a>", Names::None), ["3 b", "3 c"]);
        for broken in ["<", "<a", "<a b=\"", "<![CDATA[", "<!--", "a<b>\u{e9}<"] {
            cells(broken, Names::All);
        }
    }
}
