//! Sheets of three columns, section, name and value, as spreadsheets and databases put them out:
//! `General;Program;CRS008`, with the section in each row or only in its first. It must not know what the sections and names
//! mean, but that a stack counts its entries.

use std::ops::Range;

use super::super::section::{self, SectionKind};
use super::{blank, lines_of, single};

/// The text with the section of each first row as a line of its own, byte for byte as long; `None` where it has no such
/// sheet, or all of it is one section.
pub(crate) fn sections(text: &str) -> Option<String> {
    let (rows, separator) =
        header(text).map(|(at, separator)| (at..text.len(), separator)).or_else(|| columns(text))?;
    let mut out = text[..rows.start].to_owned();
    let mut last: Option<&str> = None;
    let mut several = 0;
    for line in lines_of(&text[rows.clone()]) {
        let found = cells(line, separator)
            .filter(|[section, name, _]| !section.is_empty() || last.is_some() && !name.is_empty());
        let Some([section, name, value]) = found else {
            last = last.filter(|_| is_rule(line));
            out.push_str(line);
            continue;
        };
        // A section is named in its first row, and perhaps in the others.
        let title = Some(&line[section.clone()]).filter(|title| !title.is_empty()).or(last).unwrap_or_default();
        let (number, said) = (&line[name.clone()], &line[value.clone()]);
        let counted = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        // A frame or an exception has a place of its own, a program its number before it.
        let traced = counted && said.contains(['.', '(']) || crate::trace::call(said).is_some();
        let before = line[..name.start].char_indices().next_back().map_or(0, |(at, _)| at);
        if last == Some(title) {
            out.push_str(&blank(&line[..before]));
            out.push_str(&" ".repeat(name.start - before - 1));
            // A stack ends with a blank line.
            let on = traced || section::kind(title) == SectionKind::Stack;
            out.push(if on { ' ' } else { '\n' });
        } else {
            several += 1;
            let room = section.start + (name.start - section.end) - 1;
            // Where there is room it is shown to be a heading.
            let heading = if room >= 2 { format!("[{title}]") } else { title.to_owned() };
            out.push_str(&format!("{heading}{}\n", " ".repeat(title.len() + room - heading.len())));
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
        let quotes = " ".repeat(value.start - name.end - 1);
        out.push_str(&format!("{between}{quotes}{said}{}{}", blank(&behind[..end]), &behind[end..]));
    }
    out.push_str(&text[rows.end..]);
    (several > 1 && out.len() == text.len()).then_some(out)
}

/// The rows of a table without a header, and what separates their cells: three cells each, all as wide, the first of which
/// most rows leave empty, and no other.
fn columns(text: &str) -> Option<(Range<usize>, char)> {
    const FEWEST: usize = 4;
    const SEPARATORS: [char; 4] = ['|', '!', '│', '¦'];
    let mut rows = Rows::default();
    let mut at = 0;
    for line in lines_of(text) {
        let row = SEPARATORS.into_iter().find_map(|separator| Some((separator, row_of(line, separator)?)));
        if let Some((separator, (columns, titled))) = row {
            if rows.of != Some((separator, columns)) {
                rows = Rows { from: at, of: Some((separator, columns)), ..Rows::default() };
            }
            rows.to = at + line.len();
            *if titled { &mut rows.titled } else { &mut rows.blank } += 1;
        } else if !is_rule(line) {
            if rows.blank + rows.titled >= FEWEST && rows.titled > 1 && rows.blank >= rows.titled {
                break;
            }
            rows = Rows::default();
        }
        at += line.len();
    }
    let (separator, _) = rows.of.filter(|_| rows.titled > 1 && rows.blank >= rows.titled)?;
    (rows.blank + rows.titled >= FEWEST).then_some((rows.from..rows.to, separator))
}

/// Rows below each other.
#[derive(Default)]
struct Rows {
    from: usize,
    to: usize,
    /// What separates their cells, and at which columns.
    of: Option<(char, [usize; 2])>,
    titled: usize,
    blank: usize,
}

/// The columns in which the separators of a row of three cells stand, and whether its first cell isn't empty.
fn row_of(line: &str, separator: char) -> Option<([usize; 2], bool)> {
    let own = unboxed(line);
    if line[own.clone()].matches(separator).count() != 2 {
        return None;
    }
    let [section, name, value] = cells(line, separator)?;
    let mut columns = line[own.clone()].char_indices().filter(|(_, c)| *c == separator).map(|(at, _)| at);
    let columns = [columns.next()?, columns.next()?].map(|at| line[..own.start + at].chars().count());
    (!name.is_empty() && !value.is_empty()).then_some((columns, !section.is_empty()))
}

/// A line between rows: `+------+-----+`.
fn is_rule(line: &str) -> bool {
    line.trim().chars().all(|c| matches!(c, '-' | '+' | '=' | '|' | '!' | '_' | '¦' | '─'..='╿'))
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
    let bar =
        body.chars().next().filter(|c| matches!(c, '|' | '!' | '│' | '¦') && body.ends_with(*c)).map(char::len_utf8);
    match bar.filter(|bar| body.len() > *bar) {
        Some(bar) => start + bar..start + body.len() - bar,
        None => 0..line.trim_end().len(),
    }
}

/// The cells of a row without what is around them: section, name, and all that follows.
fn cells(line: &str, separator: char) -> Option<[Range<usize>; 3]> {
    let own = unboxed(line);
    let first = own.start + line[own.clone()].find(separator)?;
    let width = separator.len_utf8();
    let second = first + width + line[first + width..own.end].find(separator)?;
    let bare = |cell: Range<usize>| {
        let blanks = line[cell.clone()].len() - line[cell.clone()].trim_start().len();
        let cell = cell.start + blanks..cell.start + blanks + line[cell].trim().len();
        let text = &line[cell.clone()];
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        inner.map_or_else(|| cell.clone(), |inner| cell.start + 1..cell.start + 1 + inner.len())
    };
    Some([bare(own.start..first), bare(first + width..second), bare(second + width..own.end)])
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
        assert_eq!(lines[2..6], ["[Job]", "User=  JDOE", "Id=  4711", "[Stack]"]);
        let once = "Job   !User!JDOE\n      !Id  !4711\n------+----+--\nCode  !Name!CRS008\n      !Kind!A\n";
        for text in [once.to_owned(), once.replace('!', "│"), format!("words\n\n{once}\nSSN ! x ! y ! z\n")] {
            let plain = sections(&text).expect("a sheet");
            assert_eq!(plain.len(), text.len());
            let pairs = ["User=", "Id=", "Name=", "Kind="].iter().all(|name| plain.contains(name));
            assert!(pairs && plain.contains("[Job]") && plain.contains("[Code]"), "{plain}");
        }
        // Values that go on below, and sections in each row.
        let wrapped =
            "User  | JDOE | who\nError | it   | what\n      | was  | more\n      | so   |\nx     | y    | z\n";
        assert_eq!((sections(wrapped), sections("a | b | c\nd | e | f\ng | h | i\nj | k | l\n")), (None, None));
        for other in ["a;b;c\nx;y;z\n", "Section;Name;Value\nGeneral;Program;CRS008\n", "Section;Name\nx;y\n", ""] {
            assert_eq!(sections(other), None, "{other}");
        }
    }
}
