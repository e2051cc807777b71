//! Recorded text made fit for a terminal: control bytes, direction changes and marks without a letter become
//! visible escapes, and widths are those that ratatui itself will use. It knows nothing of colours.

use std::borrow::Cow;
use std::fmt::Write as _;

use ratatui::buffer::CellWidth;
use ratatui::style::Style;
use ratatui::text::Span;

/// So many marks may sit on one letter; what is stacked higher is shown as escapes.
const STACK: usize = 4;

/// The text with everything that a terminal would obey or hide written out (`\x1B`, `\u{202E}`).
pub(in crate::tui) fn visible(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut stack = STACK;
    for c in text.chars() {
        match c {
            ' '..='~' => {
                out.push(c);
                stack = if c == ' ' { STACK } else { 0 };
            }
            _ if harmful(c) => {
                escape(&mut out, c);
                stack = STACK;
            }
            _ if c.encode_utf8(&mut [0; 4]).cell_width() > 0 => {
                out.push(c);
                stack = 0;
            }
            _ if stack < STACK => {
                out.push(c);
                stack += 1;
            }
            _ => escape(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// Whether a terminal would act on it, or a reader could not see it.
fn harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}')
}

fn escape(out: &mut String, c: char) {
    let written = match c {
        '\n' => out.write_str("\\n"),
        '\r' => out.write_str("\\r"),
        '\t' => out.write_str("\\t"),
        '\0'..='\u{ff}' => write!(out, "\\x{:02X}", u32::from(c)),
        _ => write!(out, "\\u{{{:X}}}", u32::from(c)),
    };
    debug_assert!(written.is_ok(), "writing to a string can't fail");
}

/// The cells that a text takes, which must be [`visible`] already.
pub(in crate::tui) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    graphemes(text).map(|(_, w)| w).sum()
}

/// The text in at most `max` cells, with an ellipsis where it had to be cut; [`visible`] already.
pub(in crate::tui) fn cut(text: &str, max: usize) -> Cow<'_, str> {
    if text.len() <= max || width(text) <= max {
        return Cow::Borrowed(text);
    }
    if max == 0 {
        return Cow::Borrowed("");
    }
    let mut out = String::with_capacity(max + 3);
    let mut used = 0;
    for (symbol, w) in graphemes(text) {
        if used + w > max - 1 {
            break;
        }
        out.push_str(symbol);
        used += w;
    }
    out.push('…');
    Cow::Owned(out)
}

/// The text cut or filled up with spaces to exactly `cells`; a wide letter that is cut leaves a space.
pub(in crate::tui) fn pad(text: &str, cells: usize) -> String {
    let mut out = cut(text, cells).into_owned();
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', cells.saturating_sub(used)));
    out
}

/// The text in lines of at most `cells`, broken at spaces where there are any; line breaks of the text count.
pub(in crate::tui) fn wrap(text: &str, cells: usize) -> Vec<String> {
    let cells = cells.max(1);
    let mut lines = Vec::new();
    for physical in text.split('\n') {
        wrap_one(&visible(physical.strip_suffix('\r').unwrap_or(physical)), cells, &mut lines);
    }
    lines
}

fn wrap_one(text: &str, cells: usize, lines: &mut Vec<String>) {
    if text.len() <= cells {
        lines.push(text.to_owned());
    } else if text.is_ascii() {
        wrap_ascii(text, cells, lines);
    } else {
        wrap_graphemes(text, cells, lines);
    }
}

fn wrap_graphemes(text: &str, cells: usize, lines: &mut Vec<String>) {
    let mut line = String::new();
    let mut used = 0;
    // Where the line could be broken, and how many cells stand before that.
    let mut space = None;
    for (symbol, w) in graphemes(text) {
        if used + w > cells && used > 0 && symbol == " " {
            // The line is full, and the break falls between two words.
            lines.push(std::mem::take(&mut line));
            (used, space) = (0, None);
            continue;
        }
        if used + w > cells && used > 0 {
            let rest = match space.take() {
                Some(at) => {
                    let rest = line.split_off(at);
                    rest.trim_start().to_owned()
                }
                None => String::new(),
            };
            let full = std::mem::replace(&mut line, rest);
            lines.push(full.trim_end().to_owned());
            used = width(&line);
        }
        line.push_str(symbol);
        used += w;
        if symbol == " " && !line.trim_end().is_empty() {
            space = Some(line.len());
        }
    }
    lines.push(line);
}

/// As [`wrap_graphemes`], where each byte is a cell.
fn wrap_ascii(mut rest: &str, cells: usize, lines: &mut Vec<String>) {
    while rest.len() > cells {
        let (line, behind) = rest.split_at(cells);
        if let Some(behind) = behind.strip_prefix(' ') {
            // The line is full, and the break falls between two words.
            lines.push(line.to_owned());
            rest = behind;
            continue;
        }
        let space = line.rfind(' ').filter(|at| !line[..*at].trim_end().is_empty());
        let (line, behind) = rest.split_at(space.map_or(cells, |at| at + 1));
        lines.push(line.trim_end().to_owned());
        rest = behind;
    }
    lines.push(rest.to_owned());
}

fn graphemes(text: &str) -> impl Iterator<Item = (&str, usize)> {
    // Going through ratatui's own splitting keeps our widths and its cells in step. Its iterator borrows from the
    // span, ours from the text, so symbols are found again by their length.
    let mut rest = text;
    let lengths: Vec<(usize, usize)> = Span::raw(text)
        .styled_graphemes(Style::default())
        .map(|g| (g.symbol.len(), usize::from(g.symbol.cell_width())))
        .collect();
    lengths.into_iter().filter_map(move |(len, w)| {
        let symbol = rest.get(..len)?;
        rest = rest.get(len..)?;
        Some((symbol, w))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_written_out() {
        assert_eq!(visible("plain"), "plain");
        assert_eq!(visible("a\x1b[2Jb\r\n\tc\u{9b}1m"), "a\\x1B[2Jb\\r\\n\\tc\\x9B1m");
        assert_eq!(visible("abc\u{202e}def\u{200b}\u{feff}"), "abc\\u{202E}def\\u{200B}\\u{FEFF}");
        assert_eq!(visible("\u{301}a\u{301}"), "\\u{301}a\u{301}");
        assert_eq!(visible("a\u{301}\u{301}\u{301}\u{301}\u{301}"), "a\u{301}\u{301}\u{301}\u{301}\\u{301}");
        assert_eq!(visible("漢字 ﾞ"), "漢字 ﾞ");
    }

    #[test]
    fn text_is_cut_by_cells_and_never_through_a_letter() {
        assert_eq!(cut("Lieferung", 9), "Lieferung");
        assert_eq!(cut("Lieferung", 5), "Lief…");
        assert_eq!(cut("漢字漢字", 4), "漢…");
        assert_eq!(pad("漢字漢字", 4), "漢… ");
        assert_eq!(pad("ab", 4), "ab  ");
        assert_eq!(cut("abc", 0), "");
        assert_eq!(width("e\u{301}漢"), 3);
    }

    #[test]
    fn lines_break_at_spaces_where_there_are_any() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("a\r\n\nb", 9), ["a", "", "b"]);
        assert_eq!(wrap("漢字漢字", 3), ["漢", "字", "漢", "字"]);
    }

    #[test]
    fn plain_letters_break_where_others_do() {
        for text in ["one two three", "  indented text", "a  b   c    d", "abcdefghij klm", "word ", " ", "trailing   "]
        {
            for cells in 1..text.len() + 2 {
                let (mut fast, mut slow) = (Vec::new(), Vec::new());
                wrap_ascii(text, cells, &mut fast);
                wrap_graphemes(text, cells, &mut slow);
                assert_eq!(fast, slow, "{text:?} at {cells}");
            }
        }
    }
}
