//! The last resort: a text whose notation isn't read, taken as a row of cells.
//!
//! Whatever a document is made of (tags, quotes, words of control), what it says stands in it in an order, and the value of
//! a name stands as many cells behind its name (or before it) as those of the other names do: one in a list of pairs,
//! three in a table with a type between them, a dozen where the names are one row and the values the next. So the signs are
//! taken off, and how far values are from their names is learned from the names that are known.
//!
//! It must not know which pair states which fact, and is asked only where nobody else reads much.

mod glued;
mod quoted;
mod rich;
mod tagged;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use super::learned::{Judged, UNIT};
use super::pairs;
use super::synonyms::Synonyms;
use super::unbox;

/// Bytes of the longest text that is taken so.
const LONGEST: usize = 4 << 20;

/// Cells of the beginning that the distance is learned from.
const SAMPLE: usize = 4_000;

/// Cells between a name and its value at most: as many as a row of a table has.
const FARTHEST: isize = 48;

/// Facts that have to be stated at one distance.
const LEAST: usize = 4;

/// Bytes of the longest name.
const LONGEST_NAME: usize = 60;

/// What stands between signs, and where in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Cell<'t> {
    text: Cow<'t, str>,
    at: usize,
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
        let from = place(from);
        // Where values stand before their names lines needn't rise.
        from..place(to).max(from)
    }
}

/// The text with a pair or a cell a line, where its names and values lie at one distance.
pub(super) fn rewritten(text: &str, synonyms: &Synonyms) -> Option<Rewritten> {
    if text.len() > LONGEST {
        return None;
    }
    let learned = ways(text).into_iter().filter_map(|cells| {
        let (distance, judged) = distance(&cells, synonyms)?;
        Some((cells, distance, judged.facts.len()))
    });
    // Of those that state as much the first, which has fewest signs for cells.
    let (cells, distance, _) = learned.reduce(|best, next| if next.2 > best.2 { next } else { best })?;
    Some(Rewritten { len: text.len(), ..written(&cells, distance, synonyms) })
}

/// The cells of a text, by each of the ways to see some in it.
fn ways(text: &str) -> Vec<Vec<Cell<'_>>> {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    if start.starts_with("{\\rtf") {
        return vec![rich::cells(text)];
    }
    let mut ways = Vec::new();
    if start.starts_with('<') {
        ways.extend([tagged::Names::None, tagged::Names::Elements, tagged::Names::All].map(|n| tagged::cells(text, n)));
    }
    ways.extend(['"', '\''].into_iter().filter(|quote| text.contains(*quote)).map(|quote| quoted::cells(text, quote)));
    ways.extend([lines(text), glued::cells(text)]);
    ways
}

/// A line is a cell.
fn lines(text: &str) -> Vec<Cell<'_>> {
    let mut at = 0;
    let placed = unbox::lines_of(text).map(|line| {
        let cell = Cell { text: Cow::Borrowed(line.trim_end()), at };
        at += line.len();
        cell
    });
    placed.filter(|cell| !cell.text.trim().is_empty()).collect()
}

/// A cell without the sign that names have behind them.
fn bare<'c>(cell: &'c Cell<'_>) -> &'c str {
    cell.text.trim().trim_end_matches([':', '=']).trim_end()
}

/// The name that a cell is, where it is known.
fn known<'c>(cell: &'c Cell<'_>, synonyms: &Synonyms) -> Option<&'c str> {
    let name = bare(cell);
    (name.len() <= LONGEST_NAME && synonyms.knows(name)).then_some(name)
}

/// How far values stand behind their names, and what is stated so.
fn distance(cells: &[Cell<'_>], synonyms: &Synonyms) -> Option<(isize, Judged)> {
    let cells = &cells[..cells.len().min(SAMPLE)];
    let names: Vec<(usize, &str)> =
        cells.iter().enumerate().filter_map(|(n, cell)| Some((n, known(cell, synonyms)?))).collect();
    if names.len() < LEAST {
        return None;
    }
    // The nearest first, and behind before in front.
    let distances = (1..=FARTHEST).flat_map(|distance| [distance, -distance]);
    let judged = distances.filter_map(|distance| {
        let pairs = names.iter().filter_map(|(n, name)| {
            let value = n.checked_add_signed(distance).and_then(|n| cells.get(n))?;
            Some((*name, value.text.trim()))
        });
        let judged = Judged::of(pairs, synonyms);
        judged.holds(LEAST).then_some((distance, judged))
    });
    judged.reduce(|best, next| if next.1.facts.len() > best.1.facts.len() { next } else { best })
}

/// The pairs among cells, by where their names stand: those known with a value of their form, and what stands as they do
/// between the first and the last of them.
fn names(cells: &[Cell<'_>], distance: isize, synonyms: &Synonyms) -> BTreeMap<usize, usize> {
    let value_of = |n: usize| n.checked_add_signed(distance).filter(|value| *value < cells.len());
    let states = |n: usize, value: usize| {
        let pair = (bare(&cells[n]), cells[value].text.trim());
        !Judged::of(std::iter::once(pair), synonyms).facts.is_empty()
    };
    let mut pairs = BTreeMap::new();
    let pair = |n: usize| value_of(n).filter(|value| states(n, *value)).map(|value| (n, value));
    pairs.extend((0..cells.len()).filter(|n| known(&cells[*n], synonyms).is_some()).filter_map(pair));
    let places: Vec<usize> = pairs.keys().copied().collect();
    let (Some(first), Some(last), Some(stride)) = (places.first(), places.last(), stride(&places)) else {
        return pairs;
    };
    if stride < 2 && distance.unsigned_abs() < 2 {
        return pairs;
    }
    // Where all of them stand in the same steps, what doesn't is no name, and what does is one.
    let on_step = |n: &usize| n % stride == first % stride;
    pairs.retain(|n, _| on_step(n));
    let values: HashSet<usize> = pairs.values().copied().collect();
    let may_be = |n: &usize| on_step(n) && !values.contains(n) && pairs::is_key(bare(&cells[*n]));
    let more: Vec<(usize, usize)> = (*first..*last).filter(may_be).filter_map(|n| Some((n, value_of(n)?))).collect();
    for (name, value) in more {
        pairs.entry(name).or_insert(value);
    }
    pairs
}

/// How far names stand from each other at least, where nearly all of them lie in such steps from the first one.
fn stride(places: &[usize]) -> Option<usize> {
    let first = *places.first()?;
    let mut steps: Vec<usize> = places.windows(2).map(|two| two[1] - two[0]).collect();
    steps.sort_unstable();
    steps.dedup();
    steps
        .into_iter()
        .find(|step| places.iter().filter(|n| (*n - first).is_multiple_of(*step)).count() * 10 >= places.len() * 8)
}

fn written(cells: &[Cell<'_>], distance: isize, synonyms: &Synonyms) -> Rewritten {
    let pairs = names(cells, distance, synonyms);
    let values: HashSet<usize> = pairs.values().copied().collect();
    let mut out = Rewritten::default();
    let mut in_pairs = false;
    for (n, cell) in cells.iter().enumerate() {
        let is_pair = pairs.contains_key(&n) || values.contains(&n);
        // What stands behind pairs doesn't go on with the value of the last.
        let line = if in_pairs && !is_pair { format!("\n{}", cell.text) } else { cell.text.to_string() };
        in_pairs = is_pair;
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
            None if is_pair => {}
            None => out.add(&line, cell.at),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAIRS: [(&str, &str); 5] =
        [("Program", "CRS008"), ("Panel", "E"), ("Company", "100"), ("Weather", "fine"), ("Version", "15.1")];

    fn shown(text: &str) -> Vec<String> {
        let rewritten = rewritten(text, Synonyms::standard()).unwrap_or_default();
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
    }

    #[test]
    fn what_states_nothing_stays() {
        for text in
            ["", "<a><b>Program</b></a>", "Program\nUser\nCompany\nPanel\nVersion\n", "{\"Program\": \"x y z\"}"]
        {
            assert!(rewritten(text, Synonyms::standard()).is_none(), "{text}");
        }
    }

    #[test]
    fn lines_tell_where_they_were() {
        let text = "<d><dt>Program</dt><dd>CRS008</dd><dt>Panel</dt><dd>E</dd><dt>Company</dt><dd>100</dd><dt>Version</dt><dd>15.1</dd><p>end</p></d>";
        let rewritten = rewritten(text, Synonyms::standard()).expect("pairs");
        let source = |words: &str| {
            let at = rewritten.text.find(words).expect("a line");
            &text[rewritten.source(&(at..at + words.len()))]
        };
        assert_eq!(source("Panel\u{1f}E"), "Panel</dt><dd>E</dd><dt>");
        assert_eq!(source("end"), "end</p></d>");
    }
}
