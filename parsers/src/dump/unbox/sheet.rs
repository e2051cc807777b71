//! Sheets of three columns, section, name and value, as spreadsheets and databases put them out:
//! `General;Program;CRS008`. It must not know what the sections and names mean, but that a stack counts its entries.

use std::ops::Range;

use super::super::section::{self, SectionKind};
use super::{blank, lines_of, single};

/// The text with the section of each first row as a line of its own, byte for byte as long; `None` where it has no such
/// sheet, or all of it is one section.
pub(crate) fn sections(text: &str) -> Option<String> {
    let (at, separator) = header(text)?;
    let mut out = text[..at].to_owned();
    let mut last: Option<&str> = None;
    let mut several = 0;
    for line in lines_of(&text[at..]) {
        let Some([section, name, value]) = cells(line, separator) else {
            last = None;
            out.push_str(line);
            continue;
        };
        let title = &line[section.clone()];
        let (number, said) = (&line[name.clone()], &line[value.clone()]);
        let counted = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        // A frame or an exception has a place of its own, a program its number before it.
        let traced = counted && said.contains(['.', '(']) || crate::trace::call(said).is_some();
        let before = name.start - 1;
        if last == Some(title) {
            out.push_str(&blank(&line[..before]));
            // A stack ends with a blank line.
            let on = traced || section::kind(title) == SectionKind::Stack;
            out.push(if on { ' ' } else { '\n' });
        } else {
            several += 1;
            let (left, right) = (&line[..section.start], &line[section.end..before]);
            // Where it stood in quotes there is room to show that it is a heading.
            let quoted = left.ends_with('"') && right.starts_with('"');
            let (left, right) = (blank(left), blank(right));
            out.push_str(&match quoted {
                true => format!("{}[{title}]{}\n", &left[1..], &right[1..]),
                false => format!("{left}{title}{right}\n"),
            });
        }
        last = Some(title);
        let between = match (traced, counted) {
            (true, _) => format!("{} ", blank(number)),
            (_, true) => format!("{number} "),
            _ => format!("{number}="),
        };
        // A quote within quotes is written twice.
        let said = if line[..value.start].ends_with('"') { single(said, '"') } else { said.to_owned() };
        let behind = &line[value.end..];
        let end = behind.trim_end_matches(['\r', '\n']).len();
        let quotes = blank(&line[name.end + 1..value.start]);
        out.push_str(&format!("{between}{quotes}{said}{}{}", blank(&behind[..end]), &behind[end..]));
    }
    (several > 1 && out.len() == text.len()).then_some(out)
}

/// Where the rows below a header of three columns begin that names sections first, and what separates the cells.
fn header(text: &str) -> Option<(usize, char)> {
    const SECTIONS: [&str; 12] = [
        "section",
        "group",
        "category",
        "part",
        "abschnitt",
        "gruppe",
        "kategorie",
        "sektion",
        "avsnitt",
        "grupp",
        "rubrique",
        "bereich",
    ];
    const LINES: usize = 12;
    let mut at = 0;
    for line in lines_of(text).take(LINES) {
        at += line.len();
        let bare = unboxed(line);
        let line = &line[bare];
        let separator = [';', ',', '\t', '|'].into_iter().find(|separator| line.matches(*separator).count() == 2);
        let names_sections = |separator: &char| {
            let first = line.split_once(*separator).map(|(first, _)| first.trim().trim_matches('"').to_lowercase());
            first.is_some_and(|first| SECTIONS.contains(&first.as_str()))
        };
        if let Some(separator) = separator.filter(names_sections) {
            return Some((at, separator));
        }
    }
    None
}

/// A row of a table in a box without the bars at its ends.
fn unboxed(line: &str) -> Range<usize> {
    let body = line.trim();
    let start = line.len() - line.trim_start().len();
    let boxed = body.len() > 1 && body.starts_with('|') && body.ends_with('|');
    if boxed { start + 1..start + body.len() - 1 } else { 0..line.trim_end().len() }
}

/// The cells of a row without what is around them: section, name, and all that follows.
fn cells(line: &str, separator: char) -> Option<[Range<usize>; 3]> {
    let own = unboxed(line);
    let first = own.start + line[own.clone()].find(separator)?;
    let second = first + 1 + line[first + 1..own.end].find(separator)?;
    let bare = |cell: Range<usize>| {
        let blanks = line[cell.clone()].len() - line[cell.clone()].trim_start().len();
        let cell = cell.start + blanks..cell.start + blanks + line[cell].trim().len();
        let text = &line[cell.clone()];
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        inner.map_or_else(|| cell.clone(), |inner| cell.start + 1..cell.start + 1 + inner.len())
    };
    let all = [bare(own.start..first), bare(first + 1..second), bare(second + 1..own.end)];
    (!all[0].is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_of_sections_becomes_headings() {
        let text =
            "Section;Name;Value\nGeneral;Program;CRS008\nGeneral;User;\"JDOE\"\nProgram stack;1;SYS\nTrace;0;a.B: x\n";
        let plain = sections(text).expect("a sheet");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(
            lines,
            [
                "Section;Name;Value",
                "General",
                "Program=CRS008",
                "User= JDOE",
                "Program stack",
                "1 SYS",
                "Trace",
                "a.B: x"
            ]
        );
        let boxed = "| Group | Key | Value |\n+---+---+---+\n| Job   | User | JDOE |\n| Job   | Id | 4711 |\n| Stack | 1 | SYS |\n+---+\n";
        let plain = sections(boxed).expect("a sheet");
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines[2..6], ["Job", "User=  JDOE", "Id=  4711", "Stack"]);
        for other in ["a;b;c\nx;y;z\n", "Section;Name;Value\nGeneral;Program;CRS008\n", "Section;Name\nx;y\n", ""] {
            assert_eq!(sections(other), None, "{other}");
        }
    }
}
