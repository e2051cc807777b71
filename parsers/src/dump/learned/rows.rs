//! Pairs side by side: the same signs between all names and values, and the same between one pair and the next.

use std::ops::Range;

use super::super::pairs::{self, trim};
use super::super::synonyms::Synonyms;
use super::names::Seen;
use super::signs::{self, Piece};
use super::{Found, Judged, is_of_trace, stating_most};

/// What stands between the parts of a row of pairs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    /// Between a name and its value.
    within: Vec<Piece>,
    /// Between a value and the next name.
    between: Vec<Piece>,
}

/// Facts that have to be stated so.
const LEAST: usize = 4;

/// Pieces that are compared.
const LONGEST: usize = 6;

pub(super) fn learned(seen: &[Seen<'_>], synonyms: &Synonyms) -> Option<(Template, Judged)> {
    let mut candidates: Vec<Template> = Vec::new();
    for line in seen.iter().filter(|line| line.names.len() >= 2) {
        let line = if line.line.contains('\t') { &Seen::by_tabs(line.line, synonyms) } else { line };
        for template in of_line(line) {
            if !candidates.contains(&template) {
                candidates.push(template);
            }
        }
    }
    let judged = candidates.into_iter().filter_map(|template| {
        let judged = template.judged(seen, synonyms);
        judged.holds(LEAST).then_some((template, judged))
    });
    stating_most(judged)
}

/// What stands behind the names of a line, and before those that aren't its first.
fn of_line(line: &Seen<'_>) -> Vec<Template> {
    let pieces = |range: Range<usize>| line.tokens[range].iter().map(|token| token.piece.clone());
    let is_sign = |piece: &Piece| matches!(piece, Piece::Sign(..) | Piece::Blank);
    let mut found = Vec::new();
    for (n, name) in line.names.iter().enumerate() {
        let behind: Vec<Piece> = pieces(name.end + 1..line.tokens.len()).take_while(is_sign).take(LONGEST).collect();
        for next in line.names[n + 1..].iter().filter(|next| next.start > name.end + behind.len()).take(3) {
            let mut before: Vec<Piece> = pieces(0..next.start).rev().take_while(is_sign).take(LONGEST).collect();
            before.reverse();
            let mut within = behind.clone();
            // Quotes around values stay theirs.
            if signs::quote(&within, &before) && within.len() > 1 && before.len() > 1 {
                within.pop();
                before.remove(0);
            }
            let template = Template { within: signs::core(&within).1, between: signs::core(&before).1 };
            if !signs::is_of_table(&template.within) && !template.between.is_empty() && !found.contains(&template) {
                found.push(template);
            }
        }
    }
    found
}

impl Template {
    fn judged(&self, seen: &[Seen<'_>], synonyms: &Synonyms) -> Judged {
        let mut judged = Judged::default();
        for seen in seen.iter().filter(|seen| !seen.names.is_empty()) {
            for pair in self.pairs(seen.line, synonyms) {
                judged.add_found(seen.line, pair, synonyms);
            }
        }
        judged
    }

    /// The pairs on a line, none where it isn't such a row.
    pub(super) fn pairs(&self, line: &str, synonyms: &Synonyms) -> Vec<Found> {
        let (start, end) = (line.len() - line.trim_start().len(), line.trim_end().len());
        if start >= end || signs::find(&self.within, line, start, end).is_none() {
            return Vec::new();
        }
        let mut found: Vec<Found> = Vec::new();
        if self.within == self.between {
            let cells = split(&self.between, line, start..end);
            let known = cells.iter().position(|cell| synonyms.knows(line[cell.clone()].trim())).unwrap_or(0);
            let pairs = cells[known % 2..].chunks_exact(2);
            found.extend(pairs.map(|pair| (trim(line, pair[0].clone()), trim(line, pair[1].clone()))));
        } else {
            for part in split(&self.between, line, start..end) {
                let within = signs::find(&self.within, line, part.start, part.end);
                let name = within.as_ref().map(|within| trim(line, part.start..within.start));
                match (name, within, found.last_mut()) {
                    (Some(name), Some(within), Some(_)) if pairs::is_key(&line[name.clone()]) => {
                        found.push((name, trim(line, within.end..part.end)));
                    }
                    // What separates pairs may stand within a value.
                    (_, _, Some(last)) => last.1 = trim(line, last.1.start..part.end),
                    // What a row begins with.
                    (Some(name), Some(within), None) => {
                        let name = first_name(line, name, synonyms);
                        if pairs::is_key(&line[name.clone()]) {
                            found.push((name, trim(line, within.end..part.end)));
                        }
                    }
                    (_, _, None) => {}
                }
            }
        }
        if let Some(last) = found.last_mut() {
            last.1 = self.without_end(line, last.1.clone());
        }
        let known = found.iter().filter(|(name, _)| synonyms.knows(&line[name.clone()])).count();
        let apart = found.windows(2).all(|two| two[0].1.end < two[1].0.start);
        let keys = found.iter().all(|(name, value)| pairs::is_key(&line[name.clone()]) && name.end < value.start);
        let traced = found.first().is_some_and(|(name, _)| is_of_trace(line, &line[name.clone()], synonyms));
        if found.len() >= 2 && known >= 2 && known * 4 >= found.len() && apart && keys && !traced {
            found
        } else {
            Vec::new()
        }
    }

    /// The last value without what closes the row.
    fn without_end(&self, line: &str, value: Range<usize>) -> Range<usize> {
        let mut value = value;
        if let Some(at) = signs::start_at_end(&self.between, line, value.end).filter(|at| *at >= value.start) {
            value = trim(line, value.start..at);
        }
        for (open, close) in [('{', '}'), ('[', ']'), ('(', ')'), ('<', '>')] {
            let text = &line[value.clone()];
            if text.ends_with(close) && text.matches(open).count() < text.matches(close).count() {
                value = trim(line, value.start..value.end - 1);
            }
        }
        value
    }
}

/// The first name of a row, behind what the row begins with: the words that are known together, else what no sign stands in.
fn first_name(line: &str, before: Range<usize>, synonyms: &Synonyms) -> Range<usize> {
    let text = &line[before.clone()];
    let starts =
        || text.char_indices().filter(|(at, c)| c.is_alphanumeric() && !text[..*at].ends_with(char::is_alphanumeric));
    if let Some((at, _)) = starts().find(|(at, _)| synonyms.knows(&text[*at..])) {
        return before.start + at..before.end;
    }
    let behind = text.char_indices().rev().find(|(_, c)| !is_of_name(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    trim(line, before.start + behind..before.end)
}

/// A sign that a name may have within it.
fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '#' | '\'')
}

/// What stands between the places of some pieces.
fn split(pieces: &[Piece], line: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut from = range.start;
    while let Some(place) = signs::find(pieces, line, from, range.end) {
        parts.push(from..place.start);
        from = place.end;
    }
    parts.push(from..range.end);
    parts
}
