//! A name on one line and its value on the next, with the same signs and words around them each time; or nothing
//! around either, line after line.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use super::super::pairs::{self, trim};
use super::super::synonyms::Synonyms;
use super::super::{section, unbox};
use super::names::Seen;
use super::signs::{self, Piece};
use super::{Found, Judged, is_of_trace, stating_most, written};

/// What stands around a name on its line, and around its value on the next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    name: [Vec<Piece>; 2],
    value: [Vec<Piece>; 2],
    /// Whether blank lines stand between names and values as well.
    sparse: bool,
}

/// Facts that have to be stated so.
const LEAST: usize = 4;

/// Pieces of the longest beginning and end.
const LONGEST: usize = 16;

pub(super) fn learned(lines: &[&str], seen: &[Seen<'_>], synonyms: &Synonyms) -> Option<(Template, Judged)> {
    let all: Vec<&Seen<'_>> = seen.iter().collect();
    of_lines(lines, &all, false, synonyms).or_else(|| {
        let filled = |at: &usize| !lines[*at].trim().is_empty();
        let at: Vec<usize> = (0..lines.len()).filter(filled).collect();
        let (lines, seen): (Vec<&str>, Vec<&Seen<'_>>) = at.iter().map(|at| (lines[*at], &seen[*at])).unzip();
        of_lines(&lines, &seen, true, synonyms)
    })
}

fn of_lines(lines: &[&str], seen: &[&Seen<'_>], sparse: bool, synonyms: &Synonyms) -> Option<(Template, Judged)> {
    let mut groups: BTreeMap<[Vec<Piece>; 2], Vec<usize>> = BTreeMap::new();
    for (at, line) in seen.iter().enumerate().take(seen.len().saturating_sub(1)) {
        let indent = |line: &str| line.len() - line.trim_start().len();
        let deeper = indent(lines[at + 1]) > indent(lines[at]);
        for name in &line.names {
            let around = [line.before(name), line.behind(name)];
            // Deeper values below bare names are read without being learned.
            let bare = around[0].is_empty() && around[1].len() <= 1;
            if around.iter().all(|pieces| pieces.len() <= LONGEST) && !(deeper && bare) {
                groups.entry(around).or_default().push(at);
            }
        }
    }
    groups.retain(|_, at| at.len() >= LEAST);
    let mut groups: Vec<_> = groups.into_iter().collect();
    // Of names that stand in each other the shortest, which leaves most around it.
    let around = |[before, behind]: &[Vec<Piece>; 2]| before.len() + behind.len();
    groups.sort_by_key(|(pieces, at)| (Reverse(at.len()), at[0], Reverse(around(pieces))));
    let judged = groups.into_iter().filter_map(|(name, at)| {
        let values: Vec<Vec<Piece>> = at.iter().map(|at| pieces(lines[at + 1])).collect();
        let before = signs::common(values.iter().map(|pieces| pieces.iter()), LONGEST);
        let rest = |pieces: &Vec<Piece>| pieces.len().saturating_sub(before.len());
        let mut behind = signs::common(values.iter().map(|pieces| pieces.iter().rev().take(rest(pieces))), LONGEST);
        behind.truncate(behind.iter().take_while(|piece| matches!(piece, Piece::Sign(..) | Piece::Blank)).count());
        behind.reverse();
        let mut template =
            Template { name, value: [signs::without_last_words(before), signs::core(&behind).1], sparse };
        template.leave_quotes();
        let judged = template.judged(lines, synonyms);
        judged.holds(LEAST).then_some((template, judged))
    });
    stating_most(judged)
}

/// A line's pieces without blanks at its ends.
fn pieces(line: &str) -> Vec<Piece> {
    signs::of(line.trim(), false).into_iter().map(|token| token.piece).collect()
}

impl Template {
    fn leave_quotes(&mut self) {
        let [before, behind] = &mut self.value;
        if signs::quote(before, behind) {
            before.pop();
            behind.remove(0);
        }
    }

    /// Whether nothing but their order shows which lines are names.
    fn is_bare(&self) -> bool {
        [&self.name, &self.value].into_iter().flatten().all(Vec::is_empty)
    }

    fn judged(&self, lines: &[&str], synonyms: &Synonyms) -> Judged {
        let mut judged = Judged::default();
        let read = |at: usize| {
            let first = pairs::on_line(lines[at], synonyms);
            first.iter().any(|pair| !pair.value.is_empty() && synonyms.knows(&lines[at][pair.key.clone()]))
        };
        for (at, name, value) in self.pairs(lines, synonyms) {
            judged.add(&lines[at][name], &lines[at + 1][value], read(at), synonyms);
        }
        judged
    }

    /// The pairs in some lines: the number of the first line of each, the name on it and the value on the next.
    fn pairs(&self, lines: &[&str], synonyms: &Synonyms) -> Vec<(usize, Range<usize>, Range<usize>)> {
        if self.is_bare() {
            return bare_pairs(lines, self.sparse, synonyms);
        }
        let mut found = Vec::new();
        let mut at = 0;
        while at + 1 < lines.len() {
            match self.pair(lines[at], lines[at + 1], synonyms) {
                Some((name, value)) => {
                    found.push((at, name, value));
                    at += 2;
                }
                None => at += 1,
            }
        }
        found
    }

    fn pair(&self, first: &str, second: &str, synonyms: &Synonyms) -> Option<Found> {
        let name = inner(&self.name, first)?;
        let words = &first[name.clone()];
        if !pairs::is_key(words) || is_of_trace(first, words, synonyms) {
            return None;
        }
        let value = inner(&self.value, second)?;
        (!is_list(words, &second[value.clone()], synonyms)).then_some((name, value))
    }
}

/// Whether a name is the heading of fields, of which the first stands below it, `Field values`, `WWFACI=A02`, or of a trace.
fn is_list(name: &str, below: &str, synonyms: &Synonyms) -> bool {
    let kind = section::kind(name);
    // `1. SYS`, below which others stand.
    let counted = below.trim_start_matches(|c: char| c.is_ascii_digit());
    if kind == section::SectionKind::Stack && counted.len() < below.len() && counted.starts_with(['.', ')']) {
        return true;
    }
    // An exception is a fact like others.
    let of_trace = kind == section::SectionKind::Trace && !synonyms.knows(name);
    if of_trace && crate::trace::named_in(below).is_some_and(|(class, _)| class.start == 0) {
        return true;
    }
    let code = below.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit())).filter(|len| *len >= 4);
    let signed = code.is_some_and(|len| below[len..].trim_start_matches(' ').starts_with(['=', ':', '\t']));
    signed && kind == section::SectionKind::Values
}

/// What stands on a line between the pieces that it has to begin and end with.
fn inner([before, behind]: &[Vec<Piece>; 2], line: &str) -> Option<Range<usize>> {
    let start = signs::eat(before, line, line.len() - line.trim_start().len())?;
    let end = signs::start_at_end(behind, line, line.trim_end().len())?;
    (start < end).then(|| trim(line, start..end))
}

/// Names and values in turn, in runs of lines in which enough names are known to show which ones they are.
fn bare_pairs(lines: &[&str], sparse: bool, synonyms: &Synonyms) -> Vec<(usize, Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let ends = |line: &&str| line.trim().is_empty() || section::is_rule(line);
        let end = at + lines[at..].iter().position(ends).unwrap_or(lines.len() - at);
        found.extend(run(at, &lines[at..end], sparse, synonyms));
        at = end + 1;
    }
    found
}

/// The pairs of a run of lines, the first of which may be titles.
fn run(from: usize, lines: &[&str], sparse: bool, synonyms: &Synonyms) -> Vec<(usize, Range<usize>, Range<usize>)> {
    let states =
        |at: usize| lines.get(at + 1).is_some_and(|value| Judged::is_stated(lines[at].trim(), value.trim(), synonyms));
    let whole = |line: &str| trim(line, 0..line.len());
    let stating: Vec<usize> = (0..lines.len()).filter(|at| states(*at)).collect();
    // Those at an even distance from each other, which most are.
    let parity = usize::from(stating.iter().filter(|at| **at % 2 == 1).count() * 2 > stating.len());
    let own: Vec<usize> = stating.into_iter().filter(|at| at % 2 == parity).collect();
    let (Some(first), Some(last)) = (own.first(), own.last()) else { return Vec::new() };
    if own.len() < LEAST {
        return Vec::new();
    }
    let is_name = |at: usize| {
        let line = lines[at].trim();
        pairs::is_key(line)
            && !is_of_trace(line, line, synonyms)
            && section::decorated(line).is_none_or(|title| title == line)
    };
    let mut start = *first;
    while !sparse && start >= 2 && is_name(start - 2) {
        start -= 2;
    }
    let mut end = *last;
    while !sparse && end + 3 < lines.len() && is_name(end + 2) && !is_of_trace(lines[end + 3], "", synonyms) {
        end += 2;
    }
    let pairs = (start..=end)
        .step_by(2)
        .filter(|at| is_name(*at) && !is_list(lines[*at].trim(), lines[at + 1].trim(), synonyms));
    pairs.map(|at| (from + at, whole(lines[at]), whole(lines[at + 1]))).collect()
}

/// The text with such pairs on one line each.
pub(super) fn rewritten<'t>(text: &str, template: &Template, synonyms: &Synonyms) -> Cow<'t, str> {
    let whole: Vec<&str> = unbox::lines_of(text).collect();
    let lines: Vec<&str> = whole.iter().map(|line| line.trim_end_matches(['\n', '\r'])).collect();
    let shown: Vec<usize> = (0..lines.len()).filter(|at| !template.sparse || !lines[*at].trim().is_empty()).collect();
    let looked_at: Vec<&str> = shown.iter().map(|at| lines[*at]).collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (first, name, value) in template.pairs(&looked_at, synonyms) {
        let (first, second) = (shown[first], shown[first + 1]);
        whole[at..first].iter().for_each(|line| out.push_str(line));
        let above = whole[first..second].concat();
        let both = format!("{above}{}", lines[second]);
        written(&mut out, &both, &[(name, above.len() + value.start..above.len() + value.end)]);
        out.push_str(&whole[second][lines[second].len()..]);
        at = second + 1;
    }
    whole[at..].iter().for_each(|line| out.push_str(line));
    Cow::Owned(out)
}
