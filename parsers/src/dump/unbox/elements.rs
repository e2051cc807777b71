//! Fields as elements of markup on lines of a text that is no document: `<field name="WWDATE">20260113</field>`. It must
//! not know what the fields are.

use std::ops::Range;

use super::{blank, page, rewritten, sample};

/// Bytes of a text that show whether it has such lines, and how many it has at least.
const SAMPLE: usize = 256 << 10;
const FEWEST: usize = 2;

/// The text with such elements as names and values, byte for byte as long; `None` where it has none, or is a document.
pub(crate) fn fields(text: &str) -> Option<String> {
    let seen = sample(text, SAMPLE);
    if text.trim_start().starts_with('<') || !seen.contains("</") && !seen.contains("/>") {
        return None;
    }
    let plain = rewritten(text, seen, FEWEST, element, |line, Element { name, value }| {
        let mut out = blank(&line[..name.start]);
        out.push_str(&format!("{}={}", &line[name.clone()], blank(&line[name.end + 1..value.start])));
        page::words(&line[value.clone()], &mut out);
        out.push_str(&blank(&line[value.end..]));
        out
    })?;
    // What is around them says nothing more.
    let bare = |line: &str| if is_tag(line) { blank(line) } else { line.to_owned() };
    Some(super::lines_of(&plain).map(bare).collect())
}

/// Where name and value of an element stand that is all of a line.
struct Element {
    name: Range<usize>,
    value: Range<usize>,
}

fn element(line: &str) -> Option<Element> {
    let body = line.trim();
    let start = line.len() - line.trim_start().len();
    let tag = body.strip_prefix('<')?;
    let end = tag.find(|c: char| !is_of_name(c))?;
    let opened = 1 + end;
    // `<field name="WWDATE" value="20260113"/>`
    if let Some(inner) = body.strip_suffix("/>") {
        let name = attribute(inner, opened, &["name", "id", "key", "field"])?;
        let value = attribute(inner, opened, &["value", "content", "data"])?;
        let found =
            Element { name: start + name.start..start + name.end, value: start + value.start..start + value.end };
        return (found.name.end < found.value.start).then_some(found);
    }
    let close = body.rfind("</").filter(|at| body[at + 2..].strip_suffix('>') == Some(&tag[..end]))?;
    let behind = opened + body[opened..close].find('>')?;
    let name = match &body[opened..behind] {
        "" => 1..opened,
        _ => attribute(&body[..behind], opened, &["name", "id", "key", "field"])?,
    };
    let value = start + behind + 1..start + close;
    let coded = |name: &str| name.len() >= 3 && !name.contains(|c: char| c.is_lowercase());
    // A tag may be called anything; the name of a field is a code.
    let named = name.start > 1 || coded(&body[name.clone()]);
    (named && !line[value.clone()].contains('<')).then(|| Element { name: start + name.start..start + name.end, value })
}

/// The value of the first of these attributes in a tag.
fn attribute(tag: &str, from: usize, names: &[&str]) -> Option<Range<usize>> {
    let start = names.iter().find_map(|name| {
        let at = tag[from..].find(&format!(" {name}=\""))?;
        Some(from + at + name.len() + 3)
    })?;
    let len = tag[start..].find('"')?;
    Some(start..start + len)
}

/// Whether a line is nothing but a tag that says nothing by attributes.
fn is_tag(line: &str) -> bool {
    let body = line.trim();
    let name = body.strip_prefix('<').and_then(|tag| tag.strip_suffix('>'));
    let bare = name.map(|name| name.trim_start_matches('/').trim_end_matches('/'));
    bare.is_some_and(|name| !name.is_empty() && name.chars().all(is_of_name))
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_among_lines_become_fields() {
        let text = "M3 dump\n<fields>\n  <field name=\"WWDATE\">20260113</field>\n  <field name=\"IN60\"></field>\r\n\
                    <f type=\"A\" name=\"WXTX40\" value=\"Nuts &amp; bolts\"/>\n<WWFACI>A02</WWFACI>\n</fields>\nUser: JDOE\n";
        let plain = fields(text).expect("elements");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> =
            plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        let said: Vec<&str> = lines.iter().map(String::as_str).filter(|line| !line.is_empty()).collect();
        assert_eq!(said, ["M3 dump", "WWDATE= 20260113", "IN60=", "WXTX40= Nuts & bolts", "WWFACI=A02", "User: JDOE"]);
        for other in ["<a>\n<b name=\"c\">d</b>\n<b name=\"e\">f</b>\n</a>", "a\n<b>c</b>\n<d>e</d>\n", "<", ""] {
            assert_eq!(fields(other), None, "{other}");
        }
    }
}
