//! Tables: a header line, perhaps a rule, and rows whose cells stand below the header's.
//!
//! It must not know what a cell says, only which column holds names, values or programs.

mod titles;

use std::ops::Range;

use super::synonyms::{Fact, Synonyms};
use super::{fields, section};
use crate::rows::separated;
use titles::{are_of_a_stack, column_title, kind};
pub(crate) use titles::{is_header_of_frames, may_be_titled, may_be_titles};

/// A table's header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Table {
    columns: Vec<Range<usize>>,
    separator: Separator,
    pub(crate) kind: TableKind,
}

/// What the rows of a table are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TableKind {
    /// A name and its value; both are column numbers.
    NameValue(usize, usize),
    /// Calls, with the program in this column.
    Stack(usize),
    /// Frames of Java: the columns of class, method, file and line.
    Frames([Option<usize>; 4]),
    /// The header's names are the keys, and one row holds the values: the names, by column.
    OneRow(Vec<Range<usize>>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Bar,
    Tab,
    /// A comma or semicolon between cells that may stand in quotes.
    Listed(char),
    /// Two blanks or more; cells are matched by position.
    Blanks,
}

/// The cells of a line that is split by bars, tabs or wide gaps, as ranges without blanks around them.
pub(crate) fn cells(line: &str) -> Vec<Range<usize>> {
    if is_one_cell(line) {
        let cell = trim(line, 0..line.len());
        return if cell.is_empty() { Vec::new() } else { vec![cell] };
    }
    split(line, separator(line))
}

/// Whether a line has nothing that could stand between cells; true for no line that has.
pub(crate) fn is_one_cell(line: &str) -> bool {
    let mut blank = false;
    line.bytes().all(|byte| {
        let gap = blank && byte == b' ';
        blank = byte == b' ';
        !gap && byte.is_ascii() && !matches!(byte, b'\t' | b'|' | b';' | b',')
    })
}

fn separator(line: &str) -> Separator {
    let bytes = line.as_bytes();
    // Most lines show by what they don't have.
    if memchr::memchr2(b'|', b'\t', bytes).is_none() && line.is_ascii() {
        return listed(line).map_or(Separator::Blanks, Separator::Listed);
    }
    let bars = ['|', '│', '║'];
    if line.trim().trim_matches(bars).contains(bars) || line.trim().starts_with(bars) || line.trim().ends_with(bars) {
        Separator::Bar
    } else if line.trim().contains('\t') {
        Separator::Tab
    } else if let Some(sign) = listed(line) {
        Separator::Listed(sign)
    } else {
        Separator::Blanks
    }
}

fn split(line: &str, separator: Separator) -> Vec<Range<usize>> {
    match separator {
        Separator::Bar => bars(line),
        Separator::Listed(sign) => separated::ranges(line, sign),
        Separator::Tab => ranges(line, b"\t", 1),
        Separator::Blanks => ranges(line, b" \t", 2),
    }
}

/// The sign between the cells of a line of separated values: at least three cells, all quoted or without blanks behind
/// the sign.
fn listed(line: &str) -> Option<char> {
    memchr::memchr2(b';', b',', line.as_bytes())?;
    let fits = |sign: char| {
        // Between commas stands text as well, so there have to be more of them.
        let tight = match sign {
            ';' => !line.contains("; "),
            _ => !line.contains(", ") && !line.contains('(') && line.matches(sign).count() >= 4,
        };
        // Nearly all lines are none, and need not be cut to see it.
        if line.matches(sign).count() < 2 || !tight && !line.contains('"') {
            return false;
        }
        let cells = separated::ranges(line, sign);
        let quoted = |cell: &Range<usize>| line[..cell.start].ends_with('"');
        cells.len() >= 3 && (tight || cells.iter().all(quoted))
    };
    if line.contains(": ") { None } else { [';', ','].into_iter().find(|sign| fits(*sign)) }
}

/// Cells between bars; empty ones stay, so that columns keep their numbers.
fn bars(line: &str) -> Vec<Range<usize>> {
    let bar = |c: char| matches!(c, '|' | '│' | '║');
    let trimmed = trim(line, 0..line.len());
    let start = trimmed.start + line[trimmed.clone()].chars().next().filter(|c| bar(*c)).map_or(0, char::len_utf8);
    let end = trimmed.end - line[trimmed.clone()].chars().next_back().filter(|c| bar(*c)).map_or(0, char::len_utf8);
    let Some(inner) = line.get(start..end.max(start)) else { return Vec::new() };
    // `|| Program || CRS008 ||`
    if inner.starts_with('|') && inner.ends_with('|') {
        let mut cells = Vec::new();
        let mut from = start + 1;
        for (at, bars) in inner.match_indices("||").chain([(inner.len() - 1, "|")]) {
            cells.push(trim(line, from..(start + at).max(from)));
            from = start + at + bars.len();
        }
        return cells;
    }
    let mut cells = Vec::new();
    let mut from = start;
    for (at, c) in inner.char_indices().filter(|(_, c)| bar(*c)) {
        // `| WWITNO | "ITEM|01" |`
        if is_quoted(&line[from..], start + at - from.min(start + at)) {
            continue;
        }
        cells.push(trim(line, from..start + at));
        from = start + at + c.len_utf8();
    }
    cells.push(trim(line, from..end.max(from)));
    // `Division |`: a name with nothing behind the bar.
    if cells.len() == 1 && start == trimmed.start && end < trimmed.end {
        cells.push(end..end);
    }
    cells
}

/// Whether a place in a cell and what follows it stands within the quotes that open the cell and end before a bar or the
/// line.
fn is_quoted(cell: &str, place: usize) -> bool {
    let own = cell.trim_start();
    let open = cell.len() - own.len();
    let Some(quote) = own.chars().next().filter(|c| matches!(c, '"' | '\'')) else { return false };
    let closes = own[1..].match_indices(quote).map(|(at, _)| at + 1).find(|at| {
        let behind = own[at + 1..].trim_start();
        behind.is_empty() || behind.starts_with(['|', '│', '║'])
    });
    closes.is_some_and(|close| place > open && place < open + close)
}

/// What stands between runs of at least `least` of the given signs, all of ASCII, without what is empty.
fn ranges(line: &str, signs: &[u8], least: usize) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut put = |range: Range<usize>| pieces.extend(Some(trim(line, range)).filter(|piece| !piece.is_empty()));
    let (mut from, mut gap) = (0, None);
    for (at, byte) in line.bytes().enumerate() {
        match (signs.contains(&byte), gap) {
            (true, None) => gap = Some(at),
            (false, Some(start)) => {
                if at - start >= least || line.as_bytes()[start..at].contains(&b'\t') {
                    put(from..start);
                    from = at;
                }
                gap = None;
            }
            _ => {}
        }
    }
    put(from..line.len());
    pieces
}

fn trim(line: &str, range: Range<usize>) -> Range<usize> {
    let text = &line[range.clone()];
    // Most cells have nothing around them.
    let bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    if bare(text.as_bytes().first()) && bare(text.as_bytes().last()) {
        return range;
    }
    let start = range.start + (text.len() - text.trim_start().len());
    start..start + text.trim().len()
}

/// The table that a line is the header of; `below` is the line behind it, which may be a rule with columns.
pub(crate) fn header(line: &str, below: Option<&str>, in_stack: bool, synonyms: &Synonyms) -> Option<Table> {
    // A leader stands before a value: `Message ID . . . :   M3E0099    Severity . . . :   50`.
    let led = line.contains(" . .") && line.contains(" :");
    if led || is_one_cell(line) && !below.is_some_and(section::is_rule) {
        return None;
    }
    let separator = separator(line);
    let ruled =
        below.filter(|b| section::is_rule(b)).map(|b| by_chars(b, &section::rule_columns(b))).unwrap_or_default();
    let cut = separator == Separator::Blanks && ruled.len() >= 2;
    let columns = if cut { by_rule(line, &ruled) } else { split(line, separator) };
    // `Level Program     Type`: titles as wide as their columns have one blank between them.
    let words = if in_stack && separator == Separator::Blanks { ranges(line, b" \t", 1) } else { Vec::new() };
    let columns = if words.len() > columns.len() && are_of_a_stack(line, &words) { words } else { columns };
    if columns.len() < 2 || columns.iter().any(|c| line[c.clone()].is_empty() && separator != Separator::Bar) {
        return None;
    }
    let titles: Vec<String> = columns.iter().map(|c| column_title(&line[c.clone()])).collect();
    let kind = kind(line, &columns, &titles, in_stack, synonyms).or_else(|| {
        // Under each title a rule of its own: the line below holds their values, known or not.
        let under_each = || {
            let cells = below.map(cells).unwrap_or_default();
            separator == Separator::Blanks
                && below.is_some_and(|below| {
                    let starts =
                        |line: &str, cells: &[Range<usize>]| by_chars(line, cells).into_iter().map(|c| c.start);
                    starts(below, &cells).eq(starts(line, &columns))
                })
                && columns.iter().filter(|c| synonyms.knows(&line[(*c).clone()])).count() * 2 >= columns.len()
                && !line.contains([':', '='])
        };
        let sure = columns.len() >= 3 && (cut && columns.len() == ruled.len() || under_each());
        // Fields in a row: `WWFACI  WWDIVI  WWORQT`.
        let known = columns.iter().any(|c| synonyms.knows(&line[c.clone()]));
        let known = known || cut && columns.iter().all(|c| fields::is_code(&line[c.clone()]));
        (sure && known).then(|| TableKind::OneRow(columns.clone()))
    })?;
    // Two names side by side may as well be a name and its value: only a rule below tells.
    if matches!(kind, TableKind::OneRow(_))
        && columns.len() == 2
        && !below.is_some_and(|below| section::is_rule(below) || holds_values(below, line, &columns, synonyms))
    {
        return None;
    }
    Some(Table { columns: if cut { ruled } else { by_chars(line, &columns) }, separator, kind })
}

/// Whether a line has a value below each of two names, one that each of these may have.
fn holds_values(below: &str, line: &str, names: &[Range<usize>], synonyms: &Synonyms) -> bool {
    let cells = cells(below);
    let fits = |(name, cell): (&Range<usize>, &Range<usize>)| {
        let meanings = synonyms.meanings(None, &line[name.clone()]);
        let starts =
            |line: &str, range: &Range<usize>| by_chars(line, std::slice::from_ref(range)).first().map(|r| r.start);
        starts(line, name) == starts(below, cell)
            && meanings.first().is_some_and(|(fact, _)| super::accept::value(*fact, &below[cell.clone()]).is_some())
    };
    cells.len() == names.len() && names.iter().zip(&cells).all(fits)
}

/// Ranges of a line by its characters: below an `É` stands one sign, though it has two bytes.
fn by_chars(line: &str, ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    if line.is_ascii() {
        return ranges.to_vec();
    }
    let chars = |end: usize| line.get(..end).map_or(end, |before| before.chars().count());
    ranges.iter().map(|range| chars(range.start)..chars(range.end)).collect()
}

/// Cells of a line below the columns of a rule; each goes on to where the next column starts.
fn by_rule(line: &str, ruled: &[Range<usize>]) -> Vec<Range<usize>> {
    let ends = ruled.iter().skip(1).map(|c| c.start).chain([usize::MAX]);
    let ascii = line.is_ascii();
    let boundary = |at: usize| match ascii {
        true => at.min(line.len()),
        false => line.char_indices().nth(at).map_or(line.len(), |(byte, _)| byte),
    };
    ruled.iter().zip(ends).map(|(column, end)| trim(line, boundary(column.start)..boundary(end))).collect()
}

impl Table {
    /// A number for which cells of a row are name and value, where signs stand between them: the same for tables whose rows
    /// hold the same.
    pub(crate) fn by_signs(&self) -> Option<u32> {
        let sign = match self.separator {
            Separator::Bar => 1,
            Separator::Tab => 2,
            Separator::Listed(sign) => 3 + u32::from(sign == ','),
            Separator::Blanks => return None,
        };
        let TableKind::NameValue(name, value) = self.kind else { return None };
        Some(u32::from(u8::try_from(name).ok()?) << 16 | u32::from(u8::try_from(value).ok()?) << 8 | sign)
    }

    /// The cells of a row by column number; `None` for a line that is no row.
    pub(crate) fn row(&self, line: &str) -> Option<Vec<Range<usize>>> {
        if line.trim().is_empty() || separator(line) == Separator::Bar && self.separator != Separator::Bar {
            return None;
        }
        match self.separator {
            Separator::Blanks => self.frame_by_words(line).or_else(|| self.row_by_position(line)),
            bar_or_tab => {
                let mut cells = split(line, bar_or_tab);
                // Each name of a header has a cell below it, an empty one as well; elsewhere several tabs are one gap.
                if let (Separator::Tab, TableKind::OneRow(names)) = (bar_or_tab, &self.kind)
                    && cells.len() < names.len()
                    && line.matches('\t').count() + 1 == names.len()
                {
                    let ends = line.match_indices('\t').map(|(at, _)| at).chain([line.len()]);
                    cells = ends.scan(0, |from, end| Some(trim(line, std::mem::replace(from, end + 1)..end))).collect();
                }
                (cells.len() >= 2).then_some(cells)
            }
        }
    }

    /// The columns of a frame, none of which has blanks in it, so that they are told apart where blanks stand for tabs.
    fn frame_by_words(&self, line: &str) -> Option<Vec<Range<usize>>> {
        if !matches!(self.kind, TableKind::Frames(_)) {
            return None;
        }
        let mut end = 0;
        let place = |word: &str| {
            let start = end + line[end..].find(word)?;
            end = start + word.len();
            Some(start..end)
        };
        line.split_whitespace().map(place).collect::<Option<Vec<_>>>().filter(|words| words.len() == self.columns.len())
    }

    /// Matches cells to columns by where they stand.
    fn row_by_position(&self, line: &str) -> Option<Vec<Range<usize>>> {
        let mut row = vec![0..0; self.columns.len()];
        let cells = split(line, Separator::Blanks);
        // Narrow columns leave single blanks between cells: cut where the columns start.
        if cells.len() < self.columns.len() {
            let cut = by_rule(line, &self.columns);
            let clean = |r: &Range<usize>| r.start == 0 || r.is_empty() || line[..r.start].ends_with(' ');
            if cut.iter().all(clean) && !cut[0].is_empty() {
                return Some(cut);
            }
        }
        let places = by_chars(line, &cells);
        for (cell, place) in cells.into_iter().zip(places) {
            let column = self.columns.iter().rposition(|c| c.start <= place.start).unwrap_or(0);
            // A number flush right may start before its column's title.
            let next = self.columns.get(column + 1).filter(|n| place.end > n.start && row[column].end > 0);
            let column = if next.is_some() { column + 1 } else { column };
            row[column] = if row[column].is_empty() { cell } else { row[column].start..cell.end };
        }
        Some(row)
    }
}

/// Whether a cell is the identifier of a message of IBM i: three letters and four hexadecimal digits.
pub(crate) fn is_message_id(cell: &str) -> bool {
    cell.len() == 7
        && cell.bytes().take(3).all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
        && cell.bytes().skip(3).all(|b| b.is_ascii_hexdigit())
        && cell.starts_with(|c: char| c.is_ascii_uppercase())
}

/// The value in a cell that goes on with the same in hexadecimal: `'C01'   VALUE IN HEX 'C3F0F1'X`, `100.   '100F'X`.
pub(crate) fn first_part(line: &str, cell: Range<usize>) -> Range<usize> {
    let parts = split(&line[cell.clone()], Separator::Blanks);
    let [first, second, ..] = parts.as_slice() else {
        // `X'C1F0F2'   *A02*`, as storage is dumped.
        let text = &line[cell.clone()];
        let beside_hex = text.len() > 2 && line[..cell.start].contains("X'");
        let starred = beside_hex && text.starts_with('*') && text.ends_with('*');
        return if starred { trim(line, cell.start + 1..cell.end - 1) } else { cell };
    };
    let text = |part: &Range<usize>| &line[cell.start + part.start..cell.start + part.end];
    let hex =
        text(second).starts_with("VALUE IN HEX") || text(second).starts_with("X'") || text(second).ends_with("'X");
    if hex { cell.start + first.start..cell.start + first.end } else { cell }
}

/// Pairs in a row of a table that has no header: `| Key | v |`, `| Key | v | Key | v |`.
pub(crate) fn loose_pairs(line: &str, in_values: bool, synonyms: &Synonyms) -> Vec<(Range<usize>, Range<usize>)> {
    let mut cells = cells(line);
    // `User      - JDOE`
    if let [_, value] = cells.as_mut_slice()
        && !line.contains('|')
    {
        *value = behind_dash(line, value.clone());
    }
    let key = |c: &Range<usize>| {
        let cell = &line[c.clone()];
        // `WWRGDT        2     9  A    8  |20241130|`: where the field stands, its type and its length.
        let named = cell.split("  ").next().filter(|own| own.len() < cell.len() && is_code(own));
        let placed = named.filter(|own| {
            let of_a_field = |word: &str| word.len() == 1 || word.bytes().all(|b| b.is_ascii_digit());
            cell[own.len()..].split_whitespace().all(of_a_field)
        });
        let end = placed.map_or_else(|| cell.trim_end_matches([':', '.', ' ', '=']).len(), str::len);
        trim(line, c.start..c.start + end)
    };
    let known = |c: &Range<usize>| synonyms.knows(&line[key(c)]);
    let named = |c: &Range<usize>| {
        !c.is_empty() && line[c.clone()].len() <= 60 && line[c.clone()].chars().any(char::is_alphabetic)
    };
    // Some names beside each other are known, and nothing that would be a value is one.
    let beside = || {
        !in_values
            && line.contains(['|', '│', '║', '\t'])
            && cells.iter().step_by(2).all(|c| named(c) || c.is_empty())
            && cells.iter().step_by(2).any(known)
            && !cells.iter().skip(1).step_by(2).any(known)
    };
    match cells.len() {
        2 if named(&cells[0]) => vec![(key(&cells[0]), cells[1].clone())],
        n if n >= 4 && n % 2 == 0 && (cells.iter().step_by(2).filter(|c| !c.is_empty()).all(known) || beside()) => {
            cells.chunks(2).filter(|c| named(&c[0])).map(|c| (key(&c[0]), c[1].clone())).collect()
        }
        // `CONO   Company   100`: a code, what it means, and the value.
        3 if !in_values && is_code(&line[cells[0].clone()]) && known(&cells[1]) && !known(&cells[2]) => {
            vec![(key(&cells[1]), cells[2].clone())]
        }
        n if n >= 3 && in_values && named(&cells[0]) => {
            let text = |c: &Range<usize>| &line[c.clone()];
            let quoted = cells[1..].iter().find(|c| text(c).starts_with(['\'', '"']));
            // What is padded within its quotes has wide gaps, and its bytes stand behind it: `"A02     "  X'C1F0F2'`.
            let closed = |c: &Range<usize>| {
                let close = line[c.start + 1..].find(text(c).chars().next()?)?;
                Some(c.start..c.start + close + 2)
            };
            let in_hex = n > 3 && text(&cells[n - 1]).starts_with("X'");
            let value = match quoted {
                Some(quoted) => closed(quoted).unwrap_or_else(|| quoted.clone()),
                None => cells[n - 1 - usize::from(in_hex)].clone(),
            };
            vec![(key(&cells[0]), value)]
        }
        _ => Vec::new(),
    }
}

/// A word of capitals, as M3 calls its columns.
fn is_code(cell: &str) -> bool {
    (3..=12).contains(&cell.len()) && cell.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// A cell without the dash that stands between it and its name.
fn behind_dash(line: &str, cell: Range<usize>) -> Range<usize> {
    let text = &line[cell.clone()];
    let value = ["- ", "– ", "— "].iter().find_map(|dash| text.strip_prefix(dash)).map(str::trim_start);
    match value.filter(|value| !value.is_empty() && !value.starts_with('-')) {
        Some(value) => cell.end - value.len()..cell.end,
        None => cell,
    }
}

/// Name and value of a line with two cells that a semicolon or comma separates, quoted or not.
pub(crate) fn separated_pair(line: &str) -> Option<(Range<usize>, Range<usize>)> {
    let whole = trim(line, 0..line.len());
    let text = &line[whole.clone()];
    let at = if let Some(quoted) = text.strip_prefix('"') {
        let end = 1 + quoted.find('"')? + 1;
        text[end..].starts_with([';', ',']).then_some(end)?
    } else {
        let comma = text.find(',').filter(|at| !text[at + 1..].starts_with(' '));
        [text.find(';'), comma].into_iter().flatten().min()?
    };
    let name = super::pairs::bare(line, whole.start..whole.start + at);
    let value = super::pairs::bare(line, whole.start + at + 1..whole.end);
    let plain = line[name.clone()].chars().all(|c| c.is_alphanumeric() || " _-./#()".contains(c));
    (plain && !name.is_empty() && name.len() <= 60 && line[name.clone()].chars().any(char::is_alphabetic))
        .then_some((name, value))
}

/// Whether a column title of a one-row table stands for a fact.
pub(crate) fn states(synonyms: &Synonyms, title: &str, fact: Fact) -> bool {
    synonyms.meanings(None, title).iter().any(|(known, _)| *known == fact)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, in_stack: bool) -> Option<(TableKind, Vec<Vec<&str>>)> {
        let lines: Vec<&str> = text.lines().collect();
        let table = header(lines[0], lines.get(1).copied(), in_stack, Synonyms::standard())?;
        let rows = lines[1..].iter().filter(|l| !section::is_rule(l)).filter_map(|l| Some((l, table.row(l)?)));
        Some((table.kind.clone(), rows.map(|(l, row)| row.into_iter().map(|r| &l[r]).collect()).collect()))
    }

    #[test]
    fn names_and_values() {
        let (kind, rows) = rows("Name      Type     Value\n------    ----     -----\nWEFACI    A(3)     'C 01'  x\nWECONO    P(3,0)     100\nEMPTY     A(1)", false).expect("a table");
        assert_eq!(kind, TableKind::NameValue(0, 2));
        assert_eq!(rows[0], ["WEFACI", "A(3)", "'C 01'  x"]);
        assert_eq!(rows[1], ["WECONO", "P(3,0)", "100"]);
        assert_eq!(rows[2][0], "EMPTY");
        assert_eq!(rows[2][2], "");
    }

    #[test]
    fn letters_of_two_bytes_stand_in_one_column() {
        let (_, rows) =
            rows("ÉCRAN   N° SOCIÉTÉ   DIVISION   ENVIRONNEMENT\nE                    AAA        PRD", false)
                .expect("a table");
        assert_eq!(rows[0], ["E", "", "AAA", "PRD"]);
        let frames = header("Class\tMethod\tFile\tLine", None, false, Synonyms::standard()).map(|table| table.kind);
        assert_eq!(frames, Some(TableKind::Frames([Some(0), Some(1), Some(2), Some(3)])));
    }

    #[test]
    fn frames_are_told_apart_where_blanks_stand_for_tabs() {
        let text = "Class   Method  File    Line\nmvx.db.common.GenericDB read    GenericDB.java  5861\nmvx.app.pgm.CRS008 PE  CRS008.java 4380";
        let (_, rows) = rows(text, false).expect("a table");
        assert_eq!(rows[0], ["mvx.db.common.GenericDB", "read", "GenericDB.java", "5861"]);
        assert_eq!(rows[1], ["mvx.app.pgm.CRS008", "PE", "CRS008.java", "4380"]);
    }

    #[test]
    fn bars_keep_empty_cells() {
        let (kind, rows) =
            rows("| Field | Content |\n|-------|---------|\n| WEFACI | C01 |\n| WEWHLO |  |", false).expect("a table");
        assert_eq!(kind, TableKind::NameValue(0, 1));
        assert_eq!(rows, [["WEFACI", "C01"], ["WEWHLO", ""]]);
    }

    #[test]
    fn a_stack_as_a_table() {
        let (kind, rows) =
            rows("Lvl Program Method\n--- ------- ------\n  1 SYS\n  2 CRS008  PEDSP", false).expect("a table");
        assert_eq!(kind, TableKind::Stack(1));
        assert_eq!(rows[0][1], "SYS");
        assert_eq!(rows[1][1], "CRS008");
    }

    #[test]
    fn keys_over_values() {
        let (kind, rows) = rows(
            "Program  User     Company  Division\n-------- -------- -------- --------\nCRS008   MWSUSR   100      AAA",
            false,
        )
        .expect("a table");
        assert!(matches!(kind, TableKind::OneRow(_)));
        assert_eq!(rows[0], ["CRS008", "MWSUSR", "100", "AAA"]);
        assert!(header("Program  ended  in  panic", None, false, Synonyms::standard()).is_none());
    }
}
