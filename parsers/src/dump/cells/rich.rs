//! The cells of rich text (RTF): what stands between its words of control.
//!
//! See *Rich Text Format (RTF) Specification 1.9.1*, "Conventions of an RTF reader".

use std::borrow::Cow;

use super::Cell;
use crate::encoding;

/// Groups whose text is none of the document's.
const ASIDE: [&str; 9] =
    ["fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer", "listtable", "generator"];

pub(super) fn cells(text: &str) -> Vec<Cell<'_>> {
    let mut reader = Reader::default();
    let mut at = 0;
    while at < text.len() {
        at += reader.step(&text[at..], at);
    }
    reader.end_cell();
    reader.cells
}

/// The text of a document without tables, a paragraph a line and byte for byte as long; `None` for any other text.
pub(in crate::dump) fn text(text: &str) -> Option<String> {
    let start = text.len() - text.trim_start_matches('\u{feff}').trim_start().len();
    if !text[start..].starts_with("{\\rtf") || text.contains("\\cell") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let cells = cells(text);
    let ends = cells.iter().skip(1).map(|next| next.at).chain([text.len()]);
    for (cell, end) in cells.iter().zip(ends) {
        // Lines begin where their paragraphs do, and aren't indented.
        if out.is_empty() && cell.at > 0 {
            out.push_str(&format!("{}\n", " ".repeat(cell.at - 1)));
        }
        // A sign that is told by its number takes more room than the sign.
        let room = end.checked_sub(out.len() + cell.text.len() + 1)?;
        out.push_str(&format!("{}{}\n", cell.text, " ".repeat(room)));
    }
    (out.len() == text.len()).then_some(out)
}

#[derive(Default)]
struct Reader<'t> {
    cells: Vec<Cell<'t>>,
    text: String,
    /// Where the text began.
    from: usize,
    /// How many groups are open, and in which of them nothing is said.
    depth: usize,
    aside: Option<usize>,
    /// Signs that stand for one which was told by its number, for readers that don't know it.
    substitutes: usize,
}

impl Reader<'_> {
    /// Takes one sign, escape or word of control, at a place; gives its bytes.
    fn step(&mut self, rest: &str, at: usize) -> usize {
        let Some(first) = rest.chars().next() else { return 0 };
        match first {
            '{' => self.depth += 1,
            '}' => {
                self.aside = self.aside.filter(|depth| *depth < self.depth);
                self.depth = self.depth.saturating_sub(1);
            }
            '\n' | '\r' => {}
            '\\' => return self.control(&rest[1..], at) + 1,
            sign => self.say(sign, at),
        }
        first.len_utf8()
    }

    fn say(&mut self, sign: char, at: usize) {
        if self.aside.is_some() {
            return;
        }
        if self.substitutes > 0 {
            self.substitutes -= 1;
            return;
        }
        if self.text.is_empty() {
            self.from = at;
        }
        self.text.push(sign);
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.text);
        if !text.trim().is_empty() {
            self.cells.push(Cell::said(Cow::Owned(text.trim_end().to_owned()), self.from));
        }
    }

    /// Takes what follows a backslash; gives its bytes.
    fn control(&mut self, behind: &str, at: usize) -> usize {
        let letters = behind.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters == 0 {
            return self.sign(behind, at);
        }
        let word = &behind[..letters];
        let number = &behind[letters..];
        let digits = usize::from(number.starts_with('-'));
        let digits = digits + number[digits..].bytes().take_while(u8::is_ascii_digit).count();
        match word {
            "par" | "cell" | "row" | "line" | "nestcell" | "nestrow" | "page" | "sect" => self.end_cell(),
            "tab" => self.say('\t', at),
            "u" => {
                let code: i32 = number[..digits].parse().unwrap_or(0);
                // Negative where it is more than sixteen bits with a sign hold.
                let code = u32::try_from(if code < 0 { code + 65_536 } else { code }).unwrap_or(0);
                self.say(char::from_u32(code).unwrap_or('\u{fffd}'), at);
                self.substitutes = 1;
            }
            _ if ASIDE.contains(&word) && self.aside.is_none() => self.aside = Some(self.depth),
            _ => {}
        }
        // One blank behind a word belongs to it.
        letters + digits + usize::from(number[digits..].starts_with(' '))
    }

    /// Takes an escape that is no word; gives its bytes.
    fn sign(&mut self, behind: &str, at: usize) -> usize {
        let Some(sign) = behind.chars().next() else { return 0 };
        match sign {
            '\'' => {
                let code = behind.get(1..3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
                let Some(code) = code else { return 1 };
                self.say(encoding::windows_1252(code), at);
                return 3;
            }
            '*' if self.aside.is_none() => self.aside = Some(self.depth),
            '~' => self.say(' ', at),
            '\\' | '{' | '}' => self.say(sign, at),
            '\n' | '\r' => self.end_cell(),
            _ => {}
        }
        sign.len_utf8()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_without_tables_is_lines() {
        let document = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\b Program:\b0  CRS008\par
{\f1 Jos\'e9\tab = \{x\}\par}}";
        let lines = text(document).expect("lines");
        assert_eq!(lines.len(), document.len());
        assert_eq!(lines.lines().map(str::trim).collect::<Vec<_>>(), ["", "Program: CRS008", "José\t= {x}"]);
        assert_eq!((text("Program: CRS008"), text(r"{\rtf1 a\cell\row}")), (None, None));
    }

    #[test]
    fn texts_between_words_of_control() {
        let text = r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}\pard\b Title\b0\par
\trowd Program\cell CORP\\j\'e9\cell\row{\*\x no}\tab at \u8364?x\par}";
        let shown: Vec<(usize, Cow<'_, str>)> = cells(text).into_iter().map(|cell| (cell.at, cell.text)).collect();
        let expected = [(41, "Title"), (61, "Program"), (74, "CORP\\jé"), (103, "\tat €x")];
        assert_eq!(shown, expected.map(|(at, text)| (at, Cow::Borrowed(text))));
        for broken in ["{\\rtf1\\", "{\\rtf1\\'e", "{\\rtf1\\u", "}}\\u-99999 é"] {
            cells(broken);
        }
    }
}
