//! The rows of a web page: those of its tables, its blocks, and the lines of what is laid out by itself.

use super::Found;
use crate::xml::unescape;

/// A start tag with all its attributes is no longer.
const LONGEST_TAG: usize = 16 << 10;

/// Whether a text is a page: it begins as one, or as one of its larger parts.
pub(super) fn looks_like(text: &str) -> bool {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let mut start = start.get(..4096).unwrap_or(start);
    // Comments and declarations may stand before.
    while let Some(rest) = start.strip_prefix("<!--").or_else(|| start.strip_prefix("<?")) {
        let Some(end) = rest.find('>') else { return false };
        start = rest[end + 1..].trim_start();
    }
    let Some(tag) = Tag::at(start, true) else { return false };
    matches!(tag.name.as_str(), "html" | "!doctype" | "head" | "body" | "table")
        && (tag.name != "!doctype" || start.get(..14).is_some_and(|t| t.eq_ignore_ascii_case("<!doctype html")))
}

/// A tag: its name in small letters, whether it closes an element, and how many bytes it takes.
struct Tag {
    name: String,
    closes: bool,
    len: usize,
}

impl Tag {
    /// The tag, comment or declaration at the start of `rest`; `None` where the `<` is a sign of the text, as
    /// it is where tags don't `end` any more.
    fn at(rest: &str, end: bool) -> Option<Self> {
        let inner = rest.strip_prefix('<')?;
        if inner.starts_with("!--") {
            let len = rest.find("-->").map_or(rest.len(), |at| at + 3);
            return Some(Self { name: "!--".to_owned(), closes: false, len });
        }
        let closes = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        if !end || !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
            return None;
        }
        let name: String =
            inner.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).take(16).collect();
        let mut quote = None;
        let end = rest.bytes().take(LONGEST_TAG).position(|b| {
            match (quote, b) {
                (Some(open), b) if open == b => quote = None,
                (None, b'"' | b'\'') => quote = Some(b),
                (None, b'>') => return true,
                _ => {}
            }
            false
        });
        // A quote that isn't closed hides the end of its tag.
        let end = end.or_else(|| rest.find('>'))?;
        Some(Self { name: name.to_ascii_lowercase(), closes, len: end + 1 })
    }

    fn starts_row(&self) -> bool {
        matches!(
            self.name.as_str(),
            "tr" | "p"
                | "div"
                | "br"
                | "hr"
                | "li"
                | "ul"
                | "ol"
                | "dl"
                | "dt"
                | "pre"
                | "table"
                | "caption"
                | "title"
                | "body"
                | "section"
                | "form"
                | "option"
                | "h1"
                | "h2"
                | "h3"
                | "h4"
                | "h5"
                | "h6"
        )
    }

    fn starts_cell(&self) -> bool {
        !self.closes && matches!(self.name.as_str(), "td" | "th" | "dd")
    }

    /// Bytes of an element that shows nothing, from its start tag on.
    fn hidden(&self, rest: &str) -> Option<usize> {
        if self.closes || !matches!(self.name.as_str(), "script" | "style") {
            return None;
        }
        let behind = &rest.as_bytes()[self.len..];
        let close = format!("</{}", self.name);
        let at = memchr::memchr_iter(b'<', behind)
            .find(|at| behind[*at..].get(..close.len()).is_some_and(|tag| tag.eq_ignore_ascii_case(close.as_bytes())));
        let end = at.and_then(|at| memchr::memchr(b'>', &behind[at..]).map(|n| at + n + 1));
        Some(self.len + end.unwrap_or(behind.len()))
    }
}

/// What a page consists of.
enum Piece<'a> {
    Tag(Tag),
    Text(&'a str),
}

/// The pieces of a page with their places; what is hidden is part of no piece.
fn pieces(text: &str) -> impl Iterator<Item = (usize, Piece<'_>)> {
    let mut at = 0;
    // Behind the last end of a tag none is looked for: each `<` there would be asked for its own to the end of the text.
    let last = memchr::memrchr(b'>', text.as_bytes()).unwrap_or(0);
    std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let start = at;
            if let Some(tag) = Tag::at(rest, at < last) {
                if let Some(len) = tag.hidden(rest) {
                    at += len;
                    continue;
                }
                at += tag.len;
                return Some((start, Piece::Tag(tag)));
            }
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let len = rest[first..].find('<').map_or(rest.len(), |at| first + at);
            at += len;
            return Some((start, Piece::Text(&rest[..len])));
        }
    })
}

/// The row that is being read.
#[derive(Default)]
struct Open {
    start: usize,
    shows: bool,
    heads: usize,
    cells: usize,
}

/// The rows of a page that show something.
pub(super) fn rows(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let mut open = Open::default();
    // The rows that name the columns of the tables around here.
    let mut tables: Vec<Option<usize>> = Vec::new();
    let mut laid_out = 0_usize;
    let mut close = |open: &mut Open, at: usize, tables: &mut [Option<usize>]| {
        if open.shows {
            let names = open.heads > 1 && open.cells == 0;
            let header = tables.last().copied().flatten().filter(|_| open.cells > 1);
            if let Some(table) = tables.last_mut().filter(|_| names) {
                *table = Some(found.len());
            }
            found.push(Found { start: open.start, header });
        }
        *open = Open { start: if open.shows { at } else { open.start }, ..Open::default() };
    };
    for (at, piece) in pieces(text) {
        match piece {
            Piece::Text(shown) if laid_out > 0 => {
                let mut from = at;
                for line in shown.split_inclusive('\n') {
                    open.shows |= !line.trim().is_empty();
                    from += line.len();
                    if line.ends_with('\n') {
                        close(&mut open, from, &mut tables);
                    }
                }
            }
            Piece::Text(shown) => open.shows |= !shown.trim().is_empty(),
            Piece::Tag(tag) => {
                if tag.starts_row() {
                    close(&mut open, at, &mut tables);
                }
                match (tag.name.as_str(), tag.closes) {
                    ("th", false) => open.heads += 1,
                    ("td", false) => open.cells += 1,
                    ("table", false) => tables.push(None),
                    ("table", true) => drop(tables.pop()),
                    ("pre", closes) => laid_out = if closes { laid_out.saturating_sub(1) } else { laid_out + 1 },
                    _ => {}
                }
            }
        }
    }
    close(&mut open, text.len(), &mut tables);
    found
}

/// The cells of a row as they are read, without tags, blanks drawn together. A row without cells is one.
pub(super) fn cells(row: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut in_table = false;
    for (_, piece) in pieces(row) {
        match piece {
            Piece::Tag(tag) if tag.starts_cell() => {
                // What stands before the first cell is seldom more than blanks.
                if in_table || cells.last().is_some_and(|cell| !cell.trim().is_empty()) {
                    cells.push(String::new());
                }
                in_table = true;
            }
            Piece::Tag(_) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(' ');
                }
            }
            Piece::Text(text) => {
                if let Some(cell) = cells.last_mut() {
                    cell.push_str(&unescape(text).replace("&nbsp;", " "));
                }
            }
        }
    }
    let blank = |c: char| c.is_whitespace() || c == '\u{a0}';
    cells.iter().map(|cell| cell.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Rows;

    const STATUS: &str = "<!DOCTYPE html>\n<html><head><title>Grid M3TST</title><style>td > b{}</style></head>\n<body onload=\"x('>')\"><h1>Nodes &amp; applications</h1>\n<table>\n<tr><th>Application</th><th>Node</th>\n <th>Status</th></tr>\n<tr><td>M3BE_15.1_TST</td><td>Interactive&nbsp;1</td><td><b>OK</b></td></tr>\n<tr><td>MWS</td><td>2 < 3</td><td></td></tr></table>\n<script>if (a<b) {document.write('<tr>');}</script><pre>one\n  two  2\n</pre><p>saved</p></body></html>\n";

    #[test]
    fn a_page_is_read_by_the_rows_of_its_tables() {
        let rows = Rows::of(STATUS);
        let texts: Vec<_> = (0..rows.all().len()).map(|n| rows.text(STATUS, n)).collect();
        let expected = [
            "Grid M3TST",
            "Nodes & applications",
            "Application | Node | Status",
            "M3BE_15.1_TST | Interactive 1 | OK",
            "MWS | 2 < 3",
            "one",
            "two 2",
            "saved",
        ];
        assert_eq!(texts, expected);
        let columns = |n: usize| rows.columns(STATUS, n);
        let named =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect::<Vec<_>>();
        assert_eq!(columns(3), named(&[("Application", "M3BE_15.1_TST"), ("Node", "Interactive 1"), ("Status", "OK")]));
        assert_eq!(columns(4), named(&[("Application", "MWS"), ("Node", "2 < 3")]));
        assert!(columns(1).is_empty() && columns(2).is_empty());
        assert_eq!(rows.all().last().map(|row| row.range.end), Some(STATUS.len()));
    }

    #[test]
    fn pages_that_end_in_the_middle_are_read_as_far_as_they_go() {
        for cut in (0..STATUS.len()).filter(|at| STATUS.is_char_boundary(*at)) {
            let text = &STATUS[..cut];
            let rows = Rows::of(text);
            for n in 0..rows.all().len() {
                assert!(rows.columns(text, n).len() <= 3, "{}", rows.text(text, n));
            }
        }
    }

    #[test]
    fn tags_that_are_opened_by_the_hundred_thousand_and_never_closed_are_read_in_one_go() {
        for opened in ["<a", "<td class='", "<script", "</p"] {
            let text = format!("<html><p>word</p>{}", opened.repeat(300_000));
            let rows = Rows::of(&text);
            assert_eq!(rows.text(&text, 0), "word");
            assert_eq!(rows.text(&text, 1).len(), opened.len() * 300_000, "{opened}");
        }
    }
}
