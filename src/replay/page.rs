//! A whole text made of rows: a command file, an XML document. What stands between `{{#rows}}` and `{{/rows}}` is
//! repeated for each row, what is around it stands once; without them all of it is repeated.

use std::borrow::Cow;

use mwscope_parsers::xml::{Encoding, decode};

use super::data::{Data, Row};
use super::escape;
use super::template::{Kind, Misfit, Text};

/// A template for a text.
#[derive(Clone, Debug)]
pub struct Page {
    before: String,
    row: Text,
    after: String,
    /// What stands between two rows.
    between: String,
    encoding: Encoding,
    /// Whether it begins with a byte order mark.
    mark: bool,
    /// What its values are written for.
    pub kind: Kind,
}

impl Page {
    /// Reads a template; `kind` is what was said that it is, `name` the name of its file.
    ///
    /// # Errors
    /// When `{{#rows}}` has no end, or there is a slot outside of it.
    pub fn read(bytes: &[u8], kind: Option<Kind>, name: &str) -> Result<Self, String> {
        let not_utf8 = std::str::from_utf8(bytes).is_err().then_some("windows-1252");
        let decoded = decode(bytes, not_utf8);
        let text: &str = &decoded.text;
        let kind = kind.unwrap_or_else(|| kind_of(text, name));
        let mark = matches!(bytes, [0xef, 0xbb, 0xbf, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
        let page = |before: &str, row: &str, after: &str, between: String| Self {
            before: before.to_owned(),
            row: Text::read(row, kind),
            after: after.to_owned(),
            between,
            encoding: decoded.encoding,
            mark,
            kind,
        };
        let Some(start) = text.find("{{#rows") else {
            if text.contains("{{/rows}}") {
                return Err("there is a {{/rows}} without a {{#rows}} before it".to_owned());
            }
            // A template of one line without its end makes a line of each row.
            let between = if text.ends_with('\n') { "" } else { line_end(text) };
            return Ok(page("", text, "", between.to_owned()));
        };
        let open = text[start..].find("}}").map(|at| start + at + 2);
        let close = text.find("{{/rows}}");
        let (Some(open), Some(close)) = (open, close.filter(|close| *close > start)) else {
            return Err("{{#rows}} has no {{/rows}} behind it".to_owned());
        };
        let said = text[start + 7..open - 2].trim();
        let between = said.trim_matches(['"', '\'']).replace("\\n", "\n");
        let (before, row) = alone(text, start, open);
        let (row_end, after) = alone(text, close, close + "{{/rows}}".len());
        let page = page(&text[..before], &text[row..row_end.max(row)], &text[after..], between);
        for outside in [&page.before, &page.after] {
            if outside.contains("{{#rows") || outside.contains("{{/rows}}") {
                return Err("{{#rows}} may stand in it once only".to_owned());
            }
            if let Some(name) = Text::read(outside, kind).names().next() {
                return Err(format!("{{{{{name}}}}} stands outside of {{{{#rows}}}}, where there is no row"));
            }
        }
        Ok(page)
    }

    /// The names of its slots.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.row.names()
    }

    /// Whether it is an XML document that would be repeated as a whole, which makes no document.
    #[must_use]
    pub fn repeats_a_document(&self) -> bool {
        self.before.is_empty() && self.after.is_empty() && self.kind == Kind::Xml
    }

    /// What stands before the first row, in the encoding of the template.
    #[must_use]
    pub fn before(&self) -> Vec<u8> {
        let mark = if self.mark { "\u{feff}" } else { "" };
        self.bytes(&format!("{mark}{}", self.before)).unwrap_or_default()
    }

    /// One row.
    ///
    /// # Errors
    /// When it has no value for a slot, or one that can't stand there.
    pub fn row(&self, data: &Data, row: &Row) -> Result<Vec<u8>, Misfit> {
        let text = self.row.fill(&|name| data.value(row, name).map(Cow::Borrowed))?;
        self.bytes(&text)
    }

    /// What stands between two rows.
    #[must_use]
    pub fn between(&self) -> Vec<u8> {
        self.bytes(&self.between).unwrap_or_default()
    }

    /// What stands behind the last row.
    #[must_use]
    pub fn after(&self) -> Vec<u8> {
        self.bytes(&self.after).unwrap_or_default()
    }

    fn bytes(&self, text: &str) -> Result<Vec<u8>, Misfit> {
        let reference = |c: char| (self.kind == Kind::Xml).then(|| format!("&#{};", u32::from(c)));
        escape::encoded(text, self.encoding, reference)
            .map_err(|c| format!("{c:?} can't be written in the encoding of the template"))
    }
}

/// What a text is: XML and JSON by how they begin, CSV by its name, since any text may have commas.
fn kind_of(text: &str, name: &str) -> Kind {
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let name = name.to_ascii_lowercase();
    if begins.starts_with('<') {
        Kind::Xml
    } else if (begins.starts_with('{') && !begins.starts_with("{{")) || begins.starts_with('[') {
        Kind::Json
    } else if name.ends_with(".csv") {
        Kind::Csv(if begins.lines().next().is_some_and(|line| line.contains(';')) { ';' } else { ',' })
    } else if name.ends_with(".tsv") {
        Kind::Csv('\t')
    } else {
        // A value must not begin another line of a command file.
        Kind::Header
    }
}

/// Where the text before a mark ends and that behind it begins: a mark that has a line for itself takes the line along.
fn alone(text: &str, start: usize, end: usize) -> (usize, usize) {
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
    let blank = text[line_start..start].trim().is_empty() && text[end..line_end].trim().is_empty();
    if blank { (line_start, line_end) } else { (start, end) }
}

fn line_end(text: &str) -> &'static str {
    if text.contains("\r\n") { "\r\n" } else { "\n" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(template: &[u8], name: &str, data: &str) -> Result<Vec<u8>, String> {
        let page = Page::read(template, None, name)?;
        let data = Data::read(data.as_bytes(), None)?;
        let mut out = page.before();
        for (n, row) in data.rows.iter().enumerate() {
            if n > 0 {
                out.extend(page.between());
            }
            out.extend(page.row(&data, row)?);
        }
        out.extend(page.after());
        Ok(out)
    }

    fn text(template: &str, data: &str) -> Result<String, String> {
        rendered(template.as_bytes(), "t", data).map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn what_stands_around_the_rows_stands_once() {
        let xml = "<users>\r\n {{#rows}}\r\n <user n=\"{{n}}\">{{n}}</user>\r\n {{/rows}}\r\n</users>\r\n";
        assert_eq!(
            text(xml, "n\n\"a\"\"&\"\nb").as_deref(),
            Ok("<users>\r\n <user n=\"a&quot;&amp;\">a\"&amp;</user>\r\n <user n=\"b\">b</user>\r\n</users>\r\n")
        );
        assert_eq!(
            text("[{{#rows \", \"}}{\"n\": {{n}}}{{/rows}}]", "n\n1\nx").as_deref(),
            Ok("[{\"n\": 1}, {\"n\": \"x\"}]")
        );
        assert_eq!(text("add {{n}};", "n\n1\n2").as_deref(), Ok("add 1;\nadd 2;"));
        assert_eq!(
            text("add {{n}}\r\nset {{n}}\r\n", "n\n1\n2").as_deref(),
            Ok("add 1\r\nset 1\r\nadd 2\r\nset 2\r\n")
        );
        assert!(text("add {{n}}", "n\n\"1\nrm -r\"").is_err());
        for bad in
            ["{{#rows}}{{n}}", "{{n}}{{/rows}}", "{{n}}{{#rows}}{{/rows}}", "{{#rows}}{{/rows}}{{#rows}}{{/rows}}"]
        {
            assert!(text(bad, "n\n1").is_err(), "{bad}");
        }
    }

    #[test]
    fn the_encoding_is_that_of_the_template() {
        assert_eq!(rendered(b"\xe9 {{n}}", "t", "n\n€"), Ok(b"\xe9 \x80".to_vec()));
        assert_eq!(rendered(b"<a>\xe9{{n}}</a>\n", "t", "n\nλ"), Ok(b"<a>\xe9&#955;</a>\n".to_vec()));
        assert!(rendered(b"\xe9 {{n}}", "t", "n\nλ").is_err());
        let utf16: Vec<u8> = "\u{feff}a{{n}}\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let wanted: Vec<u8> = "\u{feff}aé\nab\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(rendered(&utf16, "t", "n\né\nb"), Ok(wanted));
        assert_eq!(rendered("\u{feff}{{n}}\n".as_bytes(), "t.csv", "n\n\"a,b\""), Ok("\u{feff}\"a,b\"\n".into()));
    }
}
