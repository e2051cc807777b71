//! A message as a text that is edited: what it was, what was changed in it, and where the cursor is among rows that lines
//! are broken to. It knows neither what the text is for nor how it is sent.

use std::ops::Range;

use ratatui_textarea::{CursorMove, TextArea};

use crate::tui::widgets::{visible, width};

/// A text being edited.
#[derive(Default)]
pub(in crate::tui) struct Editor {
    /// The text and its cursor.
    pub(in crate::tui) area: TextArea<'static>,
    /// The text before anything was changed.
    pub(in crate::tui) before: Vec<String>,
    /// The first row in view.
    pub(in crate::tui) top: usize,
    /// Where the text isn't well-formed: the line, and why.
    pub(in crate::tui) trouble: Option<(usize, String)>,
}

impl Editor {
    /// With a message in it, the cursor at the value that is looked for, else at the first value.
    pub(in crate::tui) fn new(text: &str, look_for: Option<&str>) -> Self {
        let before: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let mut area = TextArea::new(before.clone());
        area.set_max_histories(1000);
        let mut editor = Self { area, before, top: 0, trouble: None };
        if let Some((row, value)) = editor.place(look_for) {
            jump(&mut editor.area, row, value.start);
            if !value.is_empty() {
                // Typing takes the place of the value.
                editor.area.start_selection();
                jump(&mut editor.area, row, value.end);
            }
        }
        editor
    }

    /// The text as it stands.
    pub(in crate::tui) fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Whether anything was changed.
    pub(in crate::tui) fn is_changed(&self) -> bool {
        self.area.lines() != self.before.as_slice()
    }

    /// The line and the columns (in characters) of the value where editing begins: the one that was looked for, else the
    /// first of what is called, else the first of the body.
    fn place(&self, look_for: Option<&str>) -> Option<(usize, Range<usize>)> {
        let body = self.before.iter().position(String::is_empty)? + 1;
        let all = || {
            let lines = self.before.iter().enumerate().skip(body);
            lines.flat_map(|(row, line)| values(line).into_iter().map(move |value| (row, value)))
        };
        let wanted = look_for.map(str::trim).filter(|wanted| !wanted.is_empty());
        let looked_for = wanted.and_then(|wanted| {
            all().find(|(row, value)| {
                let line: Vec<char> = self.before[*row].chars().collect();
                // The value with its tags, or the member with its name, as the page shows it in a line of its own.
                let start = line[..value.start].iter().rposition(|c| matches!(c, '<' | '&' | ',' | '{')).unwrap_or(0);
                let end = line[value.end..].iter().position(|c| matches!(c, '>' | '&' | ','));
                let end = end.map_or(line.len(), |at| value.end + at + 1);
                let around: String = line[start..end].iter().collect();
                around.trim() == wanted || around.trim().trim_end_matches(',') == wanted.trim_end_matches(',')
            })
        });
        let called = || {
            // The header of a SOAP message comes before what is called.
            let (row, column) = self.before.iter().enumerate().skip(body).find_map(|(row, line)| {
                let at = line.find(":Body").or_else(|| line.find("<Body"))?;
                Some((row, line[..at].chars().count()))
            })?;
            all().find(|(at, value)| *at > row || (*at == row && value.start > column))
        };
        looked_for
            .or_else(called)
            .or_else(|| all().next())
            .or_else(|| (body < self.before.len()).then_some((body, 0..0)))
    }

    /// The characters of a line that aren't as they were, held against the line at its place from the start or from the
    /// end; none where it is as it was.
    pub(in crate::tui) fn changed_in(&self, row: usize) -> Option<Range<usize>> {
        let lines = self.area.lines();
        let line = lines.get(row)?;
        let from_end = self.before.len().checked_sub(lines.len() - row).and_then(|at| self.before.get(at));
        let from_start = self.before.get(row);
        if from_start == Some(line) || from_end == Some(line) {
            return None;
        }
        let count = line.chars().count();
        let Some(before) = from_start.filter(|_| lines.len() == self.before.len()) else { return Some(0..count + 1) };
        let common = line.chars().zip(before.chars()).take_while(|(a, b)| a == b).count();
        let rest = count.min(before.chars().count()) - common;
        let behind = line.chars().rev().zip(before.chars().rev()).take(rest).take_while(|(a, b)| a == b).count();
        // Where something was only taken away, the place where it stood.
        Some(common..(count - behind).max(common + 1))
    }

    /// The rows of the text where lines are broken to so many columns: the line, and its characters in the row.
    pub(in crate::tui) fn rows(&self, columns: usize) -> Vec<(usize, Range<usize>)> {
        let mut rows = Vec::with_capacity(self.area.lines().len());
        for (line, text) in self.area.lines().iter().enumerate() {
            rows.extend(broken(text, columns.max(8)).into_iter().map(|range| (line, range)));
        }
        rows
    }

    /// The row in which the cursor is, and its column there.
    pub(in crate::tui) fn cursor_row(&self, rows: &[(usize, Range<usize>)]) -> (usize, usize) {
        let cursor = self.area.cursor();
        let (line, column) = (cursor.0, cursor.1);
        let of_line = |(_, (at, _)): &(usize, &(usize, Range<usize>))| *at == line;
        let mut own = rows.iter().enumerate().filter(of_line);
        let row = own.rfind(|(_, (_, range))| range.start <= column);
        row.map_or((0, 0), |(row, (_, range))| (row, column - range.start))
    }

    /// Moves the cursor by so many rows of that width, and says whether it got there.
    pub(in crate::tui) fn move_rows(&mut self, by: i64, columns: usize) -> bool {
        let rows = self.rows(columns);
        let (row, column) = self.cursor_row(&rows);
        let to = i64::try_from(row).unwrap_or(0).saturating_add(by).max(0);
        let to = usize::try_from(to).unwrap_or(0).min(rows.len().saturating_sub(1));
        let Some((line, range)) = rows.get(to) else { return true };
        let last = if rows.get(to + 1).is_some_and(|(next, _)| next == line) {
            range.len().saturating_sub(1)
        } else {
            range.len()
        };
        let (line, column) = (*line, range.start + column.min(last));
        jump(&mut self.area, line, column)
    }

    /// Puts the cursor on a row where lines are broken to so many columns, on the character in a cell of it, and says
    /// whether it got there. Behind the last row nothing moves.
    pub(in crate::tui) fn go(&mut self, row: usize, cell: usize, columns: usize) -> bool {
        let Some((line, range)) = self.rows(columns).get(row).cloned() else { return true };
        let text = self.area.lines().get(line).map_or("", String::as_str);
        let mut used = 0;
        let before = text.chars().skip(range.start).take(range.len()).take_while(|c| {
            used += width(&visible(c.encode_utf8(&mut [0; 4])));
            used <= cell
        });
        let column = range.start + before.count();
        jump(&mut self.area, line, column)
    }

    /// Keeps the cursor in a view of so many rows and columns.
    pub(in crate::tui) fn keep_in_view(&mut self, height: usize, columns: usize) {
        let (row, _) = self.cursor_row(&self.rows(columns));
        self.top = self.top.min(row).max((row + 1).saturating_sub(height.max(1)));
    }
}

/// Puts the cursor on a character, and says whether it got there. The editor's own jump reaches no further than 65,535
/// lines and characters: lines beyond are stepped to, characters beyond are searched for by the text that begins there.
fn jump(editor: &mut TextArea<'_>, line: usize, column: usize) -> bool {
    const REACH: usize = u16::MAX as usize;
    let near = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    editor.move_cursor(CursorMove::Jump(near(line), if line > REACH { 0 } else { near(column) }));
    for _ in REACH..line {
        editor.move_cursor(CursorMove::Down);
    }
    let text = editor.lines().get(line).cloned().unwrap_or_default();
    let count = text.chars().count();
    match column.min(count) {
        column if column == editor.cursor().1 => true,
        column if column == count => {
            editor.move_cursor(CursorMove::End);
            true
        }
        column if column <= REACH => {
            for _ in 0..column {
                editor.move_cursor(CursorMove::Forward);
            }
            true
        }
        column => searched(editor, line, &text, column),
    }
}

/// Goes to a character by the text that begins there; where the same text stands often before it, it may not get there.
fn searched(editor: &mut TextArea<'_>, line: usize, text: &str, column: usize) -> bool {
    const LOOKED_FOR: usize = 200;
    const STEPS: usize = 1000;
    let ahead: String = text.chars().skip(column).take(LOOKED_FOR).collect();
    if editor.set_search_pattern(regex::escape(&ahead)).is_err() {
        return false;
    }
    let at = |editor: &TextArea<'_>| (editor.cursor().0, editor.cursor().1);
    let mut found = editor.search_forward(true);
    for _ in 0..STEPS {
        if !found || at(editor) == (line, column) || at(editor).0 != line || at(editor).1 > column {
            break;
        }
        found = editor.search_forward(false);
    }
    // An empty pattern marks nothing.
    let _cleared = editor.set_search_pattern("");
    at(editor) == (line, column)
}

/// A line in rows of at most so many columns, between tags where that is near the end of the row.
fn broken(line: &str, columns: usize) -> Vec<Range<usize>> {
    let chars: Vec<char> = line.chars().collect();
    let cells = |c: &char| crate::tui::widgets::width(c.encode_utf8(&mut [0; 4])).max(1);
    let mut rows = Vec::new();
    let mut start = 0;
    while start < chars.len() || rows.is_empty() {
        let mut used = 0;
        let fits = chars[start..].iter().take_while(|c| {
            used += cells(c);
            used <= columns
        });
        let mut end = start + fits.count().max(1).min(chars.len() - start);
        if end < chars.len() {
            let tag = (start + columns / 2..=end)
                .rev()
                .find(|at| chars[*at] == '<' && at.checked_sub(1).is_some_and(|b| chars[b] == '>'));
            end = tag.unwrap_or(end);
        }
        rows.push(start..end);
        start = end;
        if chars.is_empty() {
            break;
        }
    }
    rows
}

/// The values in a line of a body, as ranges of characters: text between tags, strings and numbers behind a colon.
fn values(line: &str) -> Vec<Range<usize>> {
    let chars: Vec<char> = line.chars().collect();
    let mut found = Vec::new();
    if chars.contains(&'<') {
        let mut open: Option<usize> = None;
        for (at, c) in chars.iter().enumerate() {
            match c {
                '>' if at > 0 && chars[at - 1] != '/' => open = Some(at + 1),
                '<' => {
                    if let Some(start) = open.take().filter(|_| chars.get(at + 1) == Some(&'/')) {
                        found.push(start..at);
                    }
                }
                _ => {}
            }
        }
    } else if let Some(colon) = chars.windows(2).position(|pair| pair[0] == '"' && pair[1] == ':') {
        let rest = &chars[colon + 2..];
        let start = rest.iter().position(|c| !c.is_whitespace()).map_or(chars.len(), |at| colon + 2 + at);
        match chars.get(start) {
            Some('"') => {
                let end = chars[start + 1..].iter().position(|c| *c == '"').map_or(chars.len(), |at| start + 1 + at);
                found.push(start + 1..end);
            }
            Some(c) if c.is_ascii_digit() || *c == '-' => {
                let end = chars[start..].iter().position(|c| matches!(c, ',' | '}' | ']') || c.is_whitespace());
                found.push(start..end.map_or(chars.len(), |at| start + at));
            }
            _ => {}
        }
    } else if let Some(equals) = chars.iter().position(|c| *c == '=') {
        let end = chars[equals + 1..].iter().position(|c| *c == '&').map_or(chars.len(), |at| equals + 1 + at);
        found.push(equals + 1..end);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str, look_for: Option<&str>) -> Editor {
        Editor::new(text, look_for)
    }

    const SOAP: &str = "POST http://h/ HTTP/1.1\nHost: h\n\n<s:Envelope>\n <s:Header><c>100</c></s:Header>\n <s:Body>\n  <F>A01</F><G>B01</G>\n </s:Body>\n</s:Envelope>";

    #[test]
    fn typing_takes_the_place_of_the_first_value_of_the_call() {
        let mut editor = filled(SOAP, None);
        editor.area.insert_str("Q9");
        assert_eq!(editor.area.lines()[6], "  <F>Q9</F><G>B01</G>");
        assert!(editor.is_changed() && editor.changed_in(6) == Some(5..7) && editor.changed_in(5).is_none());
        // Once for what was typed, once for what it took the place of.
        assert!(editor.area.undo() && editor.area.undo() && editor.text() == SOAP);
    }

    #[test]
    fn or_of_the_value_under_the_cursor() {
        let mut editor = filled(SOAP, Some("   <G>B01</G>"));
        editor.area.insert_str("Q9");
        assert_eq!(editor.area.lines()[6], "  <F>A01</F><G>Q9</G>");
    }

    #[test]
    fn values_of_json_and_forms_are_found() {
        let value = |line: &str| {
            let found = values(line).into_iter().next().expect("a value");
            line.chars().skip(found.start).take(found.len()).collect::<String>()
        };
        assert_eq!(value(r#"  "company": 100,"#), "100");
        assert_eq!(value(r#"  "text": "a b","#), "a b");
        assert_eq!(value("user=JDOE&x=1"), "JDOE");
        assert_eq!(value("<a/><b></b>"), "");
    }

    #[test]
    fn long_lines_are_broken_between_tags_and_moved_in_by_rows() {
        let line = "<s:Envelope><s:Header><c>100</c></s:Header><s:Body><Create><F>A01</F><G>B01</G></Create></s:Body></s:Envelope>";
        let mut editor = filled(&format!("POST http://h/\nHost: h\n\n{line}"), None);
        let rows = editor.rows(30);
        let shown: Vec<String> =
            rows.iter().skip(3).map(|(_, range)| line.chars().skip(range.start).take(range.len()).collect()).collect();
        assert_eq!(shown.concat(), line);
        assert!(shown.iter().skip(1).all(|row| row.starts_with('<')), "{shown:?}");
        editor.area.insert_str("Q");
        assert!(editor.text().contains("<F>Q</F>"), "the call, not the header");
        let (row, _) = editor.cursor_row(&editor.rows(30));
        editor.move_rows(-1, 30);
        assert_eq!(editor.cursor_row(&editor.rows(30)).0, row - 1);
    }

    #[test]
    fn the_cursor_reaches_what_lies_beyond_the_editors_own_jump() {
        let long: String = (0..7_000).map(|n| format!("<a>{n:05}</a>")).collect();
        let body: String = "<a/>\n".repeat(66_000);
        let mut editor = filled(&format!("POST http://h/\nHost: h\n\n{long}\n{body}<F>A01</F>"), Some("<F>A01</F>"));
        editor.area.insert_str("Q9");
        assert!(editor.text().ends_with("\n<F>Q9</F>"));
        let at = |editor: &Editor| (editor.area.cursor().0, editor.area.cursor().1);
        assert!(jump(&mut editor.area, 3, 80_003));
        assert_eq!(at(&editor), (3, 80_003));
        assert!(jump(&mut editor.area, 3, 999_999), "no further than the line");
        assert_eq!(at(&editor), (3, 84_000));
    }

    #[test]
    fn rows_of_a_line_beyond_the_editors_own_jump_are_moved_in() {
        let long: String = (0..7_000).map(|n| format!("<a>{n:05}</a>")).collect();
        let mut editor = filled(&format!("POST http://h/\nHost: h\n\n{long}"), None);
        assert!(jump(&mut editor.area, 3, 80_000));
        let (row, _) = editor.cursor_row(&editor.rows(100));
        editor.area.cancel_selection();
        assert!(editor.move_rows(1, 100) && editor.move_rows(1, 100));
        assert_eq!(editor.cursor_row(&editor.rows(100)).0, row + 2);
        let mut same = filled(&format!("POST http://h/\nHost: h\n\n{}", "x".repeat(80_000)), None);
        assert!(!jump(&mut same.area, 3, 70_000), "it says so where it doesn't get there");
    }

    #[test]
    fn lines_below_an_inserted_one_are_not_changed() {
        let mut editor = filled("GET http://h/\nHost: h\n\nx=1\ny=2", None);
        editor.area.cancel_selection();
        editor.area.move_cursor(CursorMove::Jump(1, 0));
        editor.area.insert_str("A: b\n");
        let changed: Vec<usize> =
            (0..editor.area.lines().len()).filter(|row| editor.changed_in(*row).is_some()).collect();
        assert_eq!(changed, [1]);
    }
}
