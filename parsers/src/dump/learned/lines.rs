//! A pair a line: the same signs before the name, between it and its value, and behind, on all lines.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::pairs::{self, trim};
use super::super::synonyms::{Fact, Synonyms};
use super::names::Seen;
use super::signs::{self, Piece};
use super::{Found, Judged, is_of_trace, stating_most};

/// What stands around a name and its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    pub(super) before: Vec<Piece>,
    /// Between name and value, without blanks at its ends; and whether there are some before and behind it.
    pub(super) between: Vec<Piece>,
    pub(super) apart: (bool, bool),
    pub(super) behind: Vec<Piece>,
    /// Whether the value stands before its name.
    pub(super) turned: bool,
    /// Whether quotes are all that stands between name and value, and behind it, so that they are the value's as well.
    pub(super) quoted: bool,
}

/// A known name on a line.
type Member<'s> = (&'s Seen<'s>, &'s Range<usize>);

/// Facts that have to be stated so.
const LEAST: usize = 3;

/// Pieces of the longest beginning and end.
const LONGEST: usize = 10;

pub(super) fn learned(seen: &[Seen<'_>], synonyms: &Synonyms) -> Option<(Template, Judged)> {
    let mut groups: BTreeMap<(bool, Vec<Piece>), Vec<Member<'_>>> = BTreeMap::new();
    for line in seen {
        for name in &line.names {
            for (turned, around) in [(false, line.before(name)), (true, line.behind(name))] {
                if around.len() <= LONGEST {
                    groups.entry((turned, around)).or_default().push((line, name));
                }
            }
        }
    }
    groups.retain(|_, members| members.len() >= LEAST);
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by_key(|(_, members)| (std::cmp::Reverse(members.len()), members[0].1.start));
    let candidates = groups.into_iter().flat_map(|((turned, around), members)| of_group(turned, &around, &members));
    let judged = candidates.filter_map(|template| {
        let judged = template.judged(seen, synonyms);
        judged.holds(LEAST).then_some((template, judged))
    });
    // Of those that state as much the first, which most lines have.
    stating_most(judged)
}

/// The templates that lines with the same beginning, or the same end, may have: what stands between name and value on
/// most of them.
fn of_group(turned: bool, around: &[Piece], members: &[Member<'_>]) -> Vec<Template> {
    let inner = |(line, name): &Member<'_>| -> Vec<Piece> {
        if turned { line.before(name).into_iter().rev().collect() } else { line.behind(name) }
    };
    let outer = |(line, name): &Member<'_>| -> Vec<Piece> {
        if turned { line.before(name) } else { line.behind(name).into_iter().rev().collect() }
    };
    let inners: Vec<Vec<Piece>> = members.iter().map(inner).collect();
    let mut firsts: Vec<(&Piece, usize)> = Vec::new();
    for first in inners.iter().filter_map(|pieces| pieces.iter().find(|piece| **piece != Piece::Blank)) {
        match firsts.iter_mut().find(|(piece, _)| *piece == first) {
            Some((_, count)) => *count += 1,
            None => firsts.push((first, 1)),
        }
    }
    firsts.retain(|(_, count)| *count >= LEAST);
    let mut found = Vec::new();
    for (first, _) in firsts {
        let own = |pieces: &Vec<Piece>| pieces.iter().find(|piece| **piece != Piece::Blank) == Some(first);
        let chosen: Vec<usize> = (0..inners.len()).filter(|n| own(&inners[*n])).collect();
        let common = |all: &[&Vec<Piece>]| {
            signs::without_last_words(signs::common(all.iter().map(|pieces| pieces.iter()), LONGEST))
        };
        let mut between = common(&chosen.iter().map(|n| &inners[*n]).collect::<Vec<_>>());
        let outers: Vec<Vec<Piece>> = chosen.iter().map(|n| outer(&members[*n])).collect();
        let mut far = common(&outers.iter().collect::<Vec<_>>());
        if turned {
            between.reverse();
        } else {
            far.reverse();
        }
        let (left, core, right) = signs::core(&between);
        let far = signs::core(&far).1;
        if signs::is_of_table(&core)
            && [around, &far].into_iter().all(|pieces| signs::is_of_table(&signs::core(pieces).1))
        {
            continue;
        }
        let mut template = Template {
            before: if turned { far.clone() } else { around.to_vec() },
            between: core,
            apart: (left, right),
            behind: if turned { around.to_vec() } else { far },
            turned,
            quoted: false,
        };
        template.leave_quotes();
        if template.between.is_empty() {
            continue;
        }
        found.push(template);
    }
    found
}

impl Template {
    /// Quotes around values stay theirs, so that what they escape is known.
    fn leave_quotes(&mut self) {
        if self.turned || !signs::quote(&self.between, &self.behind) {
            return;
        }
        if self.between.len() == 1 {
            self.quoted = true;
            return;
        }
        self.between.pop();
        self.behind.remove(0);
        let (_, core, right) = signs::core(&self.between);
        (self.between, self.apart.1) = (core, right);
    }

    fn judged(&self, seen: &[Seen<'_>], synonyms: &Synonyms) -> Judged {
        let mut judged = Judged::default();
        for seen in seen.iter().filter(|seen| !seen.names.is_empty()) {
            if let Some(pair) = self.pair(seen.line, synonyms) {
                judged.add_found(seen.line, pair, synonyms);
            }
        }
        judged
    }

    /// Whether nothing but words stands around name and value, as in a sentence.
    fn is_sentence(&self) -> bool {
        let mut pieces = [&self.before, &self.between, &self.behind].into_iter().flatten();
        !pieces.any(|piece| matches!(piece, Piece::Sign(sign, _) if !matches!(sign, '.' | '"' | '\'')))
    }

    /// The pair on a line.
    pub(super) fn pair(&self, line: &str, synonyms: &Synonyms) -> Option<Found> {
        let start = line.len() - line.trim_start().len();
        let end = line.trim_end().len();
        let start = signs::eat(&self.before, line, start)?;
        let end = match signs::start_at_end(&self.behind, line, end) {
            Some(end) => end,
            // What ends all others may be missing behind the last of a list.
            None if self.turned || self.behind.len() > 1 => return None,
            None => end,
        };
        if start >= end {
            return None;
        }
        let (name, value) = if self.turned {
            let place = self.place(line, start, end, signs::rfind)?;
            (place.end..end, start..place.start)
        } else {
            let place = self.place(line, start, end, signs::find)?;
            (start..place.start, place.end..end)
        };
        let (name, mut value) = (trim(line, name), trim(line, value));
        if self.quoted && value.start > name.end + 1 && line.len() > value.end {
            value = value.start - 1..value.end + 1;
        }
        let words = &line[name.clone()];
        if !pairs::is_key(words) || is_of_trace(line, words, synonyms) {
            return None;
        }
        // Sentences are no facts, and neither are words in brackets.
        let named = || {
            let meant = synonyms.meanings(None, words);
            !meant.is_empty()
                && (!self.turned
                    || meant
                        .iter()
                        .any(|(fact, _): &(Fact, u16)| super::accept::value(*fact, &line[value.clone()]).is_some()))
        };
        let titled = || words.split_whitespace().count() <= 3 && words.starts_with(char::is_uppercase) && !self.turned;
        let believed = !(self.is_sentence() || self.turned) || named() || self.is_sentence() && titled();
        let apart = value.is_empty() || value.start > name.end || name.start > value.end;
        (believed && apart).then_some((name, value))
    }

    fn place(
        &self,
        line: &str,
        start: usize,
        end: usize,
        find: impl Fn(&[Piece], &str, usize, usize) -> Option<Range<usize>>,
    ) -> Option<Range<usize>> {
        let blank = |c: Option<char>| c.is_none_or(char::is_whitespace);
        let stands = |place: &Range<usize>| {
            (!self.apart.0 || blank(line[..place.start].chars().next_back()))
                && (!self.apart.1 || blank(line[place.end..].chars().next()))
        };
        let mut from = start;
        let mut until = end;
        loop {
            let place = find(&self.between, line, from, until)?;
            if stands(&place) && place.start > start {
                return Some(place);
            }
            if self.turned {
                until = place.end - line[..place.end].chars().next_back().map_or(1, char::len_utf8);
            } else {
                from = place.start + line[place.start..].chars().next().map_or(1, char::len_utf8);
            }
            if from >= until {
                return None;
            }
        }
    }
}
