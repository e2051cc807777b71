//! Markdown as it is read on a screen: headings and fences by their role, tables in columns, without the signs that
//! only say how it is meant. What goes into a ticket stays as it is written.

use crate::tui::model::text::Text;
use crate::tui::theme::Role;
use crate::tui::widgets::{pad, width};

/// Cells that a column before the last is padded to at most; what is wider pushes its row on.
const WIDEST: usize = 28;

/// A text of Markdown, to be read.
pub(super) fn read(markdown: &str) -> Text {
    let mut text = Text::default();
    let mut fence = None;
    let mut lines = markdown.trim_end().split('\n').peekable();
    while let Some(line) = lines.next() {
        let ticks = line.bytes().take_while(|byte| *byte == b'`').count();
        if ticks >= 3 && fence.is_none_or(|open| ticks >= open) {
            fence = if fence.is_some() { None } else { Some(ticks) };
        } else if fence.is_some() {
            text.add(line, Role::Plain);
        } else if is_row(line) {
            let mut rows = vec![cells(line)];
            while let Some(row) = lines.next_if(|line| is_row(line)) {
                rows.push(cells(row));
            }
            table(&mut text, &rows);
        } else {
            text.add(&plain(line), role(line));
        }
    }
    text
}

fn role(line: &str) -> Role {
    match line {
        l if l.starts_with('#') => Role::Title,
        l if l.starts_with("**") => Role::Fail,
        l if l.starts_with('>') => Role::Warn,
        _ => Role::Plain,
    }
}

fn is_row(line: &str) -> bool {
    line.starts_with('|') && line.ends_with('|') && line.len() > 1
}

/// The cells of a row of a table, as they are read.
fn cells(row: &str) -> Vec<String> {
    let mut cells = Vec::new();
    let mut from = 1;
    let mut escaped = false;
    for (at, sign) in row.char_indices().skip(1) {
        match sign {
            '|' if !escaped => {
                cells.push(plain(row.get(from..at).unwrap_or_default().trim()));
                from = at + 1;
            }
            _ => {}
        }
        escaped = sign == '\\' && !escaped;
    }
    cells
}

/// A table in columns. Its first row is the head and its second the rule below it; a head that says nothing is left
/// out.
fn table(text: &mut Text, rows: &[Vec<String>]) {
    let is_rule = |row: &[String]| row.iter().all(|cell| !cell.is_empty() && cell.chars().all(|c| "-:".contains(c)));
    let headed = rows.get(1).is_some_and(|row| is_rule(row));
    let shown = |n: usize, row: &[String]| !(headed && (n == 1 || n == 0 && row.iter().all(String::is_empty)));
    let shown = || rows.iter().enumerate().filter(|(n, row)| shown(*n, row));
    let mut widths: Vec<usize> = Vec::new();
    for (_, row) in shown() {
        widths.resize(widths.len().max(row.len()), 0);
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell).min(WIDEST));
        }
    }
    for (n, row) in shown() {
        let mut line = String::new();
        for (n, cell) in row.iter().enumerate() {
            match (n + 1 == row.len(), widths.get(n)) {
                (false, Some(0)) => {}
                (false, Some(cells)) if width(cell) <= *cells => line.push_str(&format!("{}  ", pad(cell, *cells))),
                (false, _) => line.push_str(&format!("{cell}  ")),
                (true, _) => line.push_str(cell),
            }
        }
        text.add(line.trim_end(), if headed && n == 0 { Role::Dim } else { Role::Plain });
    }
}

/// A line without the signs that only say that the next one is meant as it stands.
fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut signs = line.chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            '\\' => out.push(signs.next_if(char::is_ascii_punctuation).unwrap_or('\\')),
            sign => out.push(sign),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report;

    #[test]
    fn what_is_escaped_in_a_ticket_is_read_plainly() {
        let told = r"READ_DSP `x` a|b <c> C:\temp #1";
        assert_eq!(plain(&report::escaped(told)), told);
        assert_eq!(cells(&format!("| {} | b |", report::escaped(told))), [told, "b"]);
    }

    #[test]
    fn a_table_stands_in_columns_and_a_fence_as_it_is() {
        let facts = "| | |\n|---|---|\n| call | Facility |\n| record | a\\|b |";
        let steps = "| from | failures | calls |\n|---|---|---|\n| 10:15 | 1 | 2 |";
        let fenced = "```\n| as | it is |\n```";
        let text = read(&format!("# Told\n{facts}\n\n{steps}\n{fenced}"));
        let lines: Vec<&str> = (0..text.len()).map(|n| text.line(n).expect("a line").0).collect();
        let wanted = [
            "# Told",
            "call    Facility",
            "record  a|b",
            "",
            "from   failures  calls",
            "10:15  1         2",
            "| as | it is |",
        ];
        assert_eq!(lines, wanted);
    }
}
