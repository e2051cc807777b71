//! The last resort: a text whose notation isn't read, taken as a row of cells.
//!
//! Whatever a document is made of (tags, quotes, words of control), what it says stands in it in an order, and the value of
//! a name stands as many cells behind its name (or before it) as those of the other names do: one in a list of pairs,
//! three in a table with a type between them, a dozen where the names are one row and the values the next. So the signs are
//! taken off, and how far values are from their names is learned from the names that are known.
//!
//! It must not know which pair states which fact, and is asked only where nobody else reads much.

mod glued;
mod order;
mod quoted;
pub(super) mod rich;
mod tagged;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::learned::UNIT;
use super::pairs;
use super::synonyms::Synonyms;
use super::unbox;
use order::Order;

/// Bytes of the longest text that is taken so, and of the beginning that shows whether it may be.
const LONGEST: usize = 1 << 20;
const SAMPLE: usize = 64 << 10;

/// Tags that a text with markup in brackets closes at least.
const MARKED_UP: usize = 8;

/// Bytes of the longest name.
const LONGEST_NAME: usize = 60;

/// What stands between signs, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell<'t> {
    text: Cow<'t, str>,
    at: usize,
    /// Whether it is what the text says, and not something between: what is no part of a pair is left out then.
    said: bool,
}

impl<'t> Cell<'t> {
    const fn said(text: Cow<'t, str>, at: usize) -> Self {
        Self { text, at, said: true }
    }

    const fn between(text: &'t str, at: usize) -> Self {
        Self { text: Cow::Borrowed(text), at, said: false }
    }
}

/// A text written anew, with its pairs and what else it says on lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Rewritten {
    pub(super) text: String,
    /// Where its lines begin, in it and in the text that it was made of.
    places: Vec<(usize, usize)>,
    /// The length of that.
    len: usize,
}

impl Rewritten {
    fn add(&mut self, line: &str, at: usize) {
        self.places.push((self.text.len(), at));
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// Where what stands in a range was in the text that this was made of, as far as its lines tell.
    pub(super) fn source(&self, range: &Range<usize>) -> Range<usize> {
        let from = self.places.partition_point(|(own, _)| *own <= range.start).saturating_sub(1);
        let to = self.places.partition_point(|(own, _)| *own < range.end).max(from + 1);
        let place = |n: usize| self.places.get(n).map_or(self.len, |(_, place)| *place);
        place(from)..place(to)
    }
}

/// The text as it may be read: with a pair or a cell a line where names and values lie in one order, and of markup, which
/// hides what it says, as nothing but that.
pub(super) fn rewritten(text: &str, synonyms: &Synonyms) -> Vec<Rewritten> {
    let beginning = unbox::sample(text, SAMPLE);
    let shows = || ways(beginning).iter().any(|cells| Order::learned(cells, synonyms).is_some());
    if text.len() > LONGEST || beginning.len() < text.len() && !is_marked_up(text) && !shows() {
        return Vec::new();
    }
    let mut ways = ways(text);
    ways.iter_mut().for_each(|cells| without_marks(cells));
    let learned = ways.iter().filter_map(|cells| {
        let (order, weight) = Order::learned(cells, synonyms)?;
        Some((cells, order, weight))
    });
    // Of those that state as much the first, which has fewest signs for cells.
    let best = learned.reduce(|best, next| if next.2 > best.2 { next } else { best });
    let pairs = best.map(|(cells, order, _)| written(cells, Some(order), synonyms));
    let said = ways.first().filter(|_| is_marked_up(text)).map(|cells| written(cells, None, synonyms));
    pairs.into_iter().chain(said).map(|rewritten| Rewritten { len: text.len(), ..rewritten }).collect()
}

/// Whether a text is a document of markup or data, by what it begins with.
pub(super) fn is_marked_up(text: &str) -> bool {
    content(text).starts_with(['<', '{', '['])
}

/// A text without what stands before its first sign.
fn content(text: &str) -> &str {
    text.trim_start_matches('\u{feff}').trim_start()
}

/// The cells of a text, by each of the ways to see some in it.
fn ways(text: &str) -> Vec<Vec<Cell<'_>>> {
    let start = content(text);
    if start.starts_with("{\\rtf") {
        return vec![rich::cells(text)];
    }
    let mut ways = Vec::new();
    if start.starts_with('<') {
        ways.extend([tagged::Names::None, tagged::Names::Elements, tagged::Names::All].map(|n| tagged::cells(text, n)));
    }
    if text.matches("[/").count() >= MARKED_UP {
        ways.push(tagged::in_brackets(text));
    }
    ways.extend(['"', '\''].into_iter().filter(|quote| text.contains(*quote)).map(|quote| quoted::cells(text, quote)));
    // What a document says may go over lines that are names and values.
    ways.extend(ways.first().map(|cells| in_lines(cells)));
    ways.extend([lines(text), glued::cells(text)]);
    ways
}

/// Cells of which each is no more than a line, without what stands between them.
fn in_lines<'t>(cells: &[Cell<'t>]) -> Vec<Cell<'t>> {
    let said = cells.iter().filter(|cell| cell.said);
    let lines = said.flat_map(|cell| match &cell.text {
        Cow::Borrowed(text) => text.lines().map(|line| Cell::said(Cow::Borrowed(line), cell.at)).collect::<Vec<_>>(),
        Cow::Owned(text) => text.lines().map(|line| Cell::said(Cow::Owned(line.to_owned()), cell.at)).collect(),
    });
    lines.filter(|cell| !cell.text.trim().is_empty()).collect()
}

/// A line is a cell.
fn lines(text: &str) -> Vec<Cell<'_>> {
    let mut at = 0;
    let placed = unbox::lines_of(text).map(|line| {
        // Trees are drawn in front of what they hold.
        let bare = line.trim_end().trim_start_matches(['│', '├', '└', '─', '┬', '┌', ' ']);
        let cell = Cell::said(Cow::Borrowed(bare), at);
        at += line.len();
        cell
    });
    placed.filter(|cell| !cell.text.trim().is_empty()).collect()
}

/// A cell without the sign that names have behind them.
fn bare<'c>(cell: &'c Cell<'_>) -> &'c str {
    let name = cell.text.trim().trim_end_matches([':', '=']).trim_end();
    // Linked data has its names behind the address of who gave them.
    match name.starts_with("http") && name.contains("://") {
        true => name.rsplit(['#', '/']).next().unwrap_or(name),
        false => name,
    }
}

/// Whether a cell is short enough for a name.
fn may_be_named(cell: &Cell<'_>) -> bool {
    bare(cell).len() <= LONGEST_NAME
}

/// Takes off what many cells have before a name, as programs mark the names that are their user's: `u_program`.
fn without_marks(cells: &mut [Cell<'_>]) {
    const LEAST: usize = 5;
    let mark = |cell: &Cell<'_>| {
        let end = cell.text.find(['_', '.', ':']).filter(|end| *end <= 8 && pairs::is_key(&cell.text))?;
        let named = cell.text[end + 1..].starts_with(char::is_alphabetic);
        named.then(|| cell.text[..=end].to_owned())
    };
    let mut marked: HashMap<String, HashSet<&str>> = HashMap::new();
    for (mark, name) in cells.iter().filter_map(|cell| Some((mark(cell)?, cell.text.as_ref()))) {
        marked.entry(mark).or_default().insert(name);
    }
    let marked = marked.into_iter().filter(|(_, names)| names.len() >= LEAST);
    let Some((mark, _)) = marked.max_by(|(a, of_a), (b, of_b)| (of_a.len(), b).cmp(&(of_b.len(), a))) else { return };
    for cell in cells {
        if let Some(name) = cell.text.strip_prefix(&mark).filter(|_| pairs::is_key(&cell.text)).map(str::to_owned) {
            cell.text = Cow::Owned(name);
        }
    }
}

/// The text of cells, those that are a pair in this order on one line.
fn written(cells: &[Cell<'_>], order: Option<Order>, synonyms: &Synonyms) -> Rewritten {
    let pairs = order.map(|order| order.pairs(cells, synonyms)).unwrap_or_default();
    let values: HashSet<usize> = pairs.values().copied().collect();
    let mut out = Rewritten::default();
    let mut in_pairs = false;
    for (n, cell) in cells.iter().enumerate() {
        let is_pair = pairs.contains_key(&n) || values.contains(&n);
        let behind_pairs = in_pairs && !is_pair;
        in_pairs = is_pair || in_pairs && !cell.said;
        match pairs.get(&n) {
            Some(value) => {
                let (name, value) = (bare(cell), cells[*value].text.trim());
                // A trace or a stack goes on over lines.
                let line = match value.contains('\n') {
                    true => format!("\n{name}:\n{value}"),
                    false => format!("{name}{UNIT}{value}"),
                };
                out.add(&line, cell.at);
            }
            None if is_pair || !cell.said => {}
            // It doesn't go on with the value of the last.
            None if behind_pairs => out.add(&format!("\n{}", cell.text), cell.at),
            None => out.add(&cell.text, cell.at),
        }
    }
    out
}

/// Cells with their places, as tests compare them.
#[cfg(test)]
fn shown(cells: &[Cell<'_>]) -> Vec<String> {
    cells.iter().map(|cell| format!("{} {}", cell.at, cell.text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(&str, &str); 5] =
        [("Program", "CRS008"), ("Panel", "E"), ("Company", "100"), ("Weather", "fine"), ("Version", "15.1")];

    fn shown(text: &str) -> Vec<String> {
        let rewritten = rewritten(text, Synonyms::standard()).into_iter().next().unwrap_or_default();
        let lines = rewritten.text.lines().filter(|line| line.contains(UNIT));
        lines.map(|line| line.replace(UNIT, "=")).collect()
    }

    #[test]
    fn pairs_in_whatever_signs() {
        let expected = PAIRS.map(|(name, value)| format!("{name}={value}"));
        for form in [
            |n: &str, v: &str| format!("<dt>{n}:</dt><dd>{v}</dd>"),
            |n: &str, v: &str| format!("<{n} value=\"{v}\"/>"),
            |n: &str, v: &str| format!("<text top=\"9\">{n}</text>\n<text top=\"9\">{v}</text>"),
            |n: &str, v: &str| format!("{{\"name\":\"{n}\",\"type\":\"char\",\"value\":\"{v}\"}}\n"),
            |n: &str, v: &str| format!("('{n}', '{v}'),\n"),
            |n: &str, v: &str| format!("1,0\n\"{n}\"\n1,0\n\"{v}\"\n-1,0\nBOT\n"),
            |n: &str, v: &str| format!("{v}\n{n}\n\n"),
            |n: &str, v: &str| format!("{n}:{v} "),
        ] {
            let text: String = PAIRS.iter().map(|(name, value)| form(name, value)).collect();
            let text = if text.starts_with('<') { format!("<d>{text}</d>") } else { text };
            assert_eq!(shown(&text), expected, "{text}");
        }
        let row = |at: fn(&(&str, &str)) -> String| PAIRS.iter().map(at).collect::<String>();
        let columns = format!(
            "<table><tr>{}</tr><tr>{}</tr></table>",
            row(|(name, _)| format!("<th>{name}</th>")),
            row(|(_, value)| format!("<td>{value}</td>"))
        );
        assert_eq!(shown(&columns), expected);
        let rows = format!(
            "{{\"fields\":[{}],\"values\":[{}]}}",
            row(|(name, _)| format!("{{\"name\":\"{name}\",\"type\":\"char\"}},")),
            row(|(_, value)| format!("[\"{value}\"],"))
        );
        assert_eq!(shown(&rows), expected);
        let marked: String =
            PAIRS.iter().map(|(n, v)| format!("\"u_{n}\": {{\"shown\": \"{v}\", \"v\": \"{v}\"}},\n")).collect();
        assert_eq!(shown(&marked), expected);
    }

    #[test]
    fn what_states_nothing_stays() {
        for text in
            ["", "<a><b>Program</b></a>", "Program\nUser\nCompany\nPanel\nVersion\n", "{\"Program\": \"x y z\"}"]
        {
            assert!(shown(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn lines_tell_where_they_were() {
        let text = "<d><dt>Program</dt><dd>CRS008</dd><dt>Panel</dt><dd>E</dd><dt>Company</dt><dd>100</dd><dt>Version</dt><dd>15.1</dd><p>end</p></d>";
        let rewritten = rewritten(text, Synonyms::standard()).remove(0);
        let source = |words: &str| {
            let at = rewritten.text.find(words).expect("a line");
            &text[rewritten.source(&(at..at + words.len()))]
        };
        assert_eq!(source("Panel\u{1f}E"), "Panel</dt><dd>E</dd><dt>");
        assert_eq!(source("end"), "end</p></d>");
    }
}
