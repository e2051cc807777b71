//! The search for the least of a request that still gives the same outcome. It asks no server: it says which choice must
//! be tried next, and is started again from the beginning when the answer is known, which costs nothing beside a call.
//!
//! Level by level, from the whole to the details (Misherghi and Su, HDD, 2006); on each level by halves (Junker,
//! QuickXplain, 2004), which takes some 2·k·log2(n/k) questions where k of n parts are needed; where a part is needed
//! only while another is there, and halves lead nowhere, by delta debugging (Zeller, 2002). In the end every single part
//! that is left is tried once more, and pairs of them.

use std::collections::HashMap;

use crate::replay::parts::{Choice, Parts};

/// The answers that are known: whether a choice gives the same outcome.
pub(super) type Known = HashMap<Choice, bool>;

/// A choice that must be tried before the search can go on.
pub(super) type Ask = Box<Choice>;

/// Finds the least choice, or says what must be tried.
///
/// # Errors
/// With the choice whose outcome must be known first.
pub(super) fn least(parts: &Parts, known: &Known) -> Result<Choice, Ask> {
    let search = Search { parts, known };
    let mut now = Choice::default().settled(parts);
    let deepest = parts.nodes().iter().map(|node| node.depth).max().unwrap_or_default();
    for depth in 0..=deepest {
        let nodes = parts.nodes().iter().enumerate();
        let here = nodes.filter(|(at, node)| node.depth == depth && !node.fixed && !now.is_gone(*at));
        let here: Vec<usize> = here.map(|(at, _)| at).collect();
        now = search.level(now, &here)?;
    }
    loop {
        now = search.singles(now)?;
        let before = now.clone();
        now = search.pairs(now)?;
        if now == before {
            break;
        }
    }
    now = search.values(now)?;
    Ok(now)
}

/// The parts that are needed: those that stay, with nothing in them that stays and could go.
pub(super) fn needed(parts: &Parts, choice: &Choice) -> Vec<usize> {
    let mut has_inside = vec![false; parts.nodes().len()];
    let mut needed = Vec::new();
    for (at, node) in parts.nodes().iter().enumerate().rev() {
        if choice.is_gone(at) {
            continue;
        }
        if !node.fixed && !has_inside[at] {
            needed.push(at);
        }
        if let Some(parent) = node.parent {
            has_inside[parent] |= !node.fixed || has_inside[at];
        }
    }
    needed.reverse();
    needed
}

/// Beyond so many parts that are left, pairs of them aren't tried: their number grows with the square.
const FEW: usize = 8;

struct Search<'a> {
    parts: &'a Parts,
    known: &'a Known,
}

impl Search<'_> {
    fn same(&self, choice: &Choice) -> Result<bool, Ask> {
        let settled = choice.clone().settled(self.parts);
        match self.known.get(&settled) {
            Some(same) => Ok(*same),
            None => Err(Box::new(settled)),
        }
    }

    /// `now` without those of `all` that aren't in `kept`.
    fn keeping(&self, now: &Choice, all: &[usize], kept: &[usize]) -> Choice {
        let mut choice = now.clone();
        let mut stays = vec![false; self.parts.nodes().len()];
        kept.iter().for_each(|at| stays[*at] = true);
        all.iter().filter(|at| !stays[**at]).for_each(|at| choice.leave_out(*at));
        choice.settled(self.parts)
    }

    /// Leaves out of these parts all that aren't needed.
    fn level(&self, now: Choice, all: &[usize]) -> Result<Choice, Ask> {
        if all.is_empty() {
            return Ok(now);
        }
        let test = |kept: &[usize]| self.same(&self.keeping(&now, all, kept));
        let kept = by_halves(&test, &[], true, all)?;
        let least = self.keeping(&now, all, &kept);
        if self.same(&least)? {
            return Ok(least);
        }
        let kept = by_chunks(&test, all.to_vec())?;
        Ok(self.keeping(&now, all, &kept))
    }

    /// Tries every part that is left once more, the innermost first.
    fn singles(&self, mut now: Choice) -> Result<Choice, Ask> {
        loop {
            let mut shorter = None;
            for at in self.left(&now).into_iter().rev() {
                let mut without = now.clone();
                without.leave_out(at);
                let without = without.settled(self.parts);
                if self.same(&without)? {
                    shorter = Some(without);
                    break;
                }
            }
            match shorter {
                Some(shorter) => now = shorter,
                None => return Ok(now),
            }
        }
    }

    /// Tries pairs of needed parts that stand in the same one: some are needed only because of each other.
    fn pairs(&self, now: Choice) -> Result<Choice, Ask> {
        let needed = needed(self.parts, &now);
        if needed.len() > FEW {
            return Ok(now);
        }
        for (n, one) in needed.iter().enumerate() {
            for other in &needed[n + 1..] {
                if self.parts.nodes()[*one].parent != self.parts.nodes()[*other].parent {
                    continue;
                }
                let mut without = now.clone();
                without.leave_out(*one);
                without.leave_out(*other);
                let without = without.settled(self.parts);
                if self.same(&without)? {
                    return Ok(without);
                }
            }
        }
        Ok(now)
    }

    fn left(&self, now: &Choice) -> Vec<usize> {
        let nodes = self.parts.nodes().iter().enumerate();
        nodes.filter(|(at, node)| !node.fixed && !now.is_gone(*at)).map(|(at, _)| at).collect()
    }

    /// Empties the values that don't matter, and shortens those that do as far as they may be others.
    fn values(&self, now: Choice) -> Result<Choice, Ask> {
        let emptied = |at: usize| {
            let nothing = self.parts.emptied(at)?;
            (self.parts.value(at)? != nothing).then(|| nothing.to_owned())
        };
        let all: Vec<usize> = self.left(&now).into_iter().filter(|at| emptied(*at).is_some()).collect();
        if all.is_empty() {
            return Ok(now);
        }
        let keeping = |kept: &[usize]| {
            let mut choice = now.clone();
            for at in all.iter().filter(|at| !kept.contains(at)) {
                choice.set(*at, emptied(*at).unwrap_or_default());
            }
            choice
        };
        let test = |kept: &[usize]| self.same(&keeping(kept));
        let mut kept = by_halves(&test, &[], true, &all)?;
        if !test(&kept)? {
            kept = by_chunks(&test, all.clone())?;
        }
        let mut least = keeping(&kept);
        for at in kept.into_iter().filter(|at| self.parts.is_text(*at)).take(MOST_SHORTENED) {
            least = self.shorter(least, at)?;
        }
        Ok(least)
    }

    /// A shorter or plainer value in the place of one that can't be empty.
    fn shorter(&self, mut now: Choice, at: usize) -> Result<Choice, Ask> {
        let Some(text) = self.parts.value(at) else { return Ok(now) };
        let with = |now: &Choice, value: &str| {
            let mut choice = now.clone();
            choice.set(at, value.to_owned());
            choice
        };
        let plain: String = text.chars().map(plain).collect();
        let mut value = text.to_owned();
        if plain != value && self.same(&with(&now, &plain))? {
            value = plain;
            now = with(&now, &value);
        }
        for _ in 0..MOST_HALVES {
            let chars: Vec<char> = value.chars().collect();
            if chars.len() < 2 {
                break;
            }
            let (first, second) = chars.split_at(chars.len().div_ceil(2));
            let mut shorter = None;
            for half in [first, second] {
                let half: String = half.iter().collect();
                if self.same(&with(&now, &half))? {
                    shorter = Some(half);
                    break;
                }
            }
            match shorter {
                Some(half) => {
                    value = half;
                    now = with(&now, &value);
                }
                None => break,
            }
        }
        Ok(now)
    }
}

/// How many values are made shorter at most, and how often each.
const MOST_SHORTENED: usize = 20;
const MOST_HALVES: usize = 16;

/// A letter or digit that says as little as can be, so that what is checked by its form still passes.
fn plain(c: char) -> char {
    match c {
        '0'..='9' => '0',
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        c => c,
    }
}

type Test<'t> = dyn Fn(&[usize]) -> Result<bool, Ask> + 't;

/// QuickXplain: which of `all` are needed beside `kept`. `is_new` says whether something was added to `kept` since it
/// was last tried.
fn by_halves(test: &Test<'_>, kept: &[usize], is_new: bool, all: &[usize]) -> Result<Vec<usize>, Ask> {
    if is_new && test(kept)? {
        return Ok(Vec::new());
    }
    if all.len() == 1 {
        return Ok(all.to_vec());
    }
    let (first, second) = all.split_at(all.len() / 2);
    let with = |more: &[usize]| [kept, more].concat();
    let of_second = by_halves(test, &with(first), !first.is_empty(), second)?;
    let of_first = by_halves(test, &with(&of_second), !of_second.is_empty(), first)?;
    Ok([of_first, of_second].concat())
}

/// Delta debugging: leaves out ever smaller chunks, and goes on only with what gives the same outcome.
fn by_chunks(test: &Test<'_>, mut kept: Vec<usize>) -> Result<Vec<usize>, Ask> {
    let mut chunks = 2;
    while kept.len() >= 2 || (kept.len() == 1 && chunks == 2) {
        let size = kept.len().div_ceil(chunks).max(1);
        let mut shorter = None;
        for start in (0..kept.len()).step_by(size) {
            let end = (start + size).min(kept.len());
            let rest = [&kept[..start], &kept[end..]].concat();
            if test(&rest)? {
                shorter = Some(rest);
                break;
            }
        }
        match shorter {
            Some(rest) => {
                kept = rest;
                chunks = (chunks - 1).max(2);
            }
            None if size == 1 => break,
            None => chunks = (chunks * 2).min(kept.len()),
        }
    }
    Ok(kept)
}
