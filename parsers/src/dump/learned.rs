//! The notation of a dump, learned from the names in it that are known.
//!
//! Whatever stands between a name and its value, it is the same for all pairs of a dump. So where several known names
//! have the same signs before and behind them, and values of the form that their facts have behind those, the signs are
//! the notation: `Program ~ CRS008`, `CRS008 <- Program`, `set program to "CRS008";`, or the name on one line and its
//! value on the next. What is learned so reads the unknown names as well.
//!
//! The text is written anew with the signs [`UNIT`] and [`RECORD`], byte for byte as long, so that every place in it
//! stays what it was. A notation that is read without being learned isn't touched.

pub(crate) mod edges;
mod lines;
mod names;
mod rows;
mod signs;
mod twos;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::synonyms::{Fact, Synonyms};
use super::{accept, pairs, unbox};
use names::Seen;

/// Stands between a name and its value, and nothing else on the line does. It has this meaning by itself.
pub(crate) const UNIT: char = '\u{1f}';

/// Stands between a pair and the next one.
pub(crate) const RECORD: char = '\u{1e}';

/// Bytes and lines of the beginning that the notation is learned from.
const SAMPLE: usize = 64 << 10;
const LINES: usize = 600;

/// Bytes of the longest line that is looked at.
const LONGEST_LINE: usize = 16 << 10;

/// A name and its value on a line, or on two.
type Found = (Range<usize>, Range<usize>);

/// The text with its pairs in the notation of [`UNIT`], where their own was learned; byte for byte as long.
pub(crate) fn plain<'t>(text: &'t str, synonyms: &Synonyms) -> Cow<'t, str> {
    let beginning = unbox::sample(text, SAMPLE);
    let lines: Vec<&str> = beginning.lines().take(LINES).filter(|line| line.len() <= LONGEST_LINE).collect();
    let Some(known) = known(&lines, synonyms) else { return Cow::Borrowed(text) };
    let seen: Vec<Seen<'_>> = lines.iter().map(|line| Seen::new(line, synonyms)).collect();
    if seen.iter().all(|seen| seen.names.is_empty()) {
        return Cow::Borrowed(text);
    }
    let line = lines::learned(&seen, synonyms).map(|(template, judged)| (Notation::Line(template), judged));
    let row = rows::learned(&seen, synonyms).map(|(template, judged)| (Notation::Row(template), judged));
    let two = twos::learned(&lines, &seen, synonyms).map(|(template, judged)| (Notation::Two(template), judged));
    // What is read without learning is left alone where nothing more comes of it.
    let more = [line, row, two].into_iter().flatten().filter(|(_, judged)| judged.facts.len() > known);
    match stating_most(more) {
        Some((Notation::Line(template), _)) => {
            by_lines(text, |line| template.pair(line, synonyms).into_iter().collect())
        }
        Some((Notation::Row(template), _)) => by_lines(text, |line| template.pairs(line, synonyms)),
        Some((Notation::Two(template), _)) => twos::rewritten(text, &template, synonyms),
        None => Cow::Borrowed(text),
    }
}

/// A notation that was learned.
enum Notation {
    /// A pair on each line.
    Line(lines::Template),
    /// Several side by side.
    Row(rows::Template),
    /// A name on one line and its value on the next.
    Two(twos::Template),
}

/// Of several notations the first that states most facts.
fn stating_most<N>(notations: impl Iterator<Item = (N, Judged)>) -> Option<(N, Judged)> {
    notations.reduce(|best, next| if next.1.facts.len() > best.1.facts.len() { next } else { best })
}

/// Facts that are read without any learning show that the notation is known.
const KNOWN: usize = 6;

/// The facts that are read without learning, none where their values share what they begin or end with; `None` where they
/// are enough to show that the notation is known.
fn known(lines: &[&str], synonyms: &Synonyms) -> Option<usize> {
    let mut judged = Judged::default();
    let mut values: Vec<&str> = Vec::new();
    for line in lines {
        for pair in pairs::on_line(line, synonyms) {
            let fit = judged.fit;
            judged.add(&line[pair.key.clone()], &line[pair.value.clone()], false, synonyms);
            if judged.fit > fit {
                values.push(&line[pair.value]);
            }
        }
        if judged.facts.len() > KNOWN * 2 {
            break;
        }
    }
    let shared = edges::shared(&values).into_iter().filter(|shares| *shares).count();
    let cut = shared >= 3 && shared * 2 >= values.len();
    match judged.facts.len() {
        facts if facts >= KNOWN && !cut && judged.misfit * 4 <= judged.fit => None,
        facts => Some(if cut { 0 } else { facts }),
    }
}

/// What a notation makes of the known names of a text.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    /// The facts whose values have their form.
    pub(crate) facts: HashSet<Fact>,
    fit: usize,
    misfit: usize,
    /// Those that are read without learning anything.
    read: usize,
    /// How many values are a letter or few with a number behind, by the letters: `A1`, `A3`.
    counted: HashMap<String, usize>,
}

impl Judged {
    /// What these names and values state, none of them learned.
    pub(crate) fn of<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>, synonyms: &Synonyms) -> Self {
        let mut judged = Self::default();
        pairs.for_each(|(name, value)| judged.add(name, value, false, synonyms));
        judged
    }

    /// Whether a name and its value state a fact.
    pub(crate) fn is_stated(name: &str, value: &str, synonyms: &Synonyms) -> bool {
        Self::of(std::iter::once((name, value)), synonyms).fit > 0
    }

    /// Takes a pair that was found on a line.
    fn add_found(&mut self, line: &str, pair: Found, synonyms: &Synonyms) {
        let read = is_read(line, &pair, synonyms);
        let (name, value) = pair;
        self.add(&line[name], &line[pairs::bare(line, value)], read, synonyms);
    }

    /// Takes a name and its value; `read` says that they are a pair without any learning.
    pub(crate) fn add(&mut self, name: &str, value: &str, read: bool, synonyms: &Synonyms) {
        self.add_meant(&synonyms.meanings(None, name), value, read);
    }

    /// Takes what a name may mean, and its value.
    pub(crate) fn add_meant(&mut self, meanings: &[(Fact, u16)], value: &str, read: bool) {
        if meanings.is_empty() || value.trim().is_empty() {
            return;
        }
        let fits = |(fact, _): &&(Fact, u16)| accept::value(*fact, value).is_some_and(|(_, doubt)| doubt <= 50);
        match meanings.iter().find(fits) {
            Some((fact, _)) => {
                self.facts.insert(*fact);
                self.fit += 1;
                if let Some(letters) = counted(value.trim()) {
                    *self.counted.entry(letters.to_owned()).or_default() += 1;
                }
                self.read += usize::from(read);
            }
            None => self.misfit += 1,
        }
    }

    /// How much speaks for it: facts, those that hardly any other text has twice, less the names whose values are none.
    pub(crate) fn weight(&self) -> usize {
        let strict = self.facts.iter().filter(|fact| is_strict(**fact)).count();
        (2 * self.facts.len() + 2 * strict + self.fit).saturating_sub(self.misfit)
    }

    /// Whether it is a notation that has to be learned: `least` facts, most of them with values of their form, at least
    /// two of which hardly any other text has.
    pub(crate) fn holds(&self, least: usize) -> bool {
        // Values that only count are places in a table.
        if self.counted.values().any(|count| *count >= 3 && count * 2 >= self.fit) {
            return false;
        }
        let strict = self.facts.iter().filter(|fact| is_strict(**fact)).count();
        self.facts.len() >= least && strict >= 2 && self.misfit * 3 <= self.fit && self.read * 2 < self.fit
    }
}

/// The letters before the number of a value that only counts.
fn counted(value: &str) -> Option<&str> {
    let letters = value.trim_end_matches(|c: char| c.is_ascii_digit());
    (letters.len() < value.len() && (1..=2).contains(&letters.len())).then_some(letters)
}

/// Whether the values of a fact have a form of their own. Any word may be a user or a job.
const fn is_strict(fact: Fact) -> bool {
    matches!(
        fact,
        Fact::At
            | Fact::Program
            | Fact::Panel
            | Fact::Company
            | Fact::Version
            | Fact::Exception
            | Fact::FailedAt
            | Fact::CallStack
    )
}

/// Whether a line has this pair for those who know no more than the usual notations.
fn is_read(line: &str, (name, value): &Found, synonyms: &Synonyms) -> bool {
    let value = pairs::bare(line, value.clone());
    pairs::on_line(line, synonyms).iter().any(|pair| pair.key == *name && pair.value == value)
}

/// Whether a line is of a trace, which has its own notation: a frame, or an exception with no known name beside it.
fn is_of_trace(line: &str, name: &str, synonyms: &Synonyms) -> bool {
    let line = line.trim();
    // Neither a frame nor a class is without one.
    if memchr::memchr2(b'(', b'.', line.as_bytes()).is_none() {
        return false;
    }
    crate::trace::call(line).is_some()
        || line.starts_with("at ")
        || crate::trace::named_in(line).is_some_and(|(class, _)| class.start == 0) && !synonyms.knows(name)
}

/// The text with the pairs that are found on its lines in the notation of [`UNIT`].
fn by_lines<'t>(text: &str, found: impl Fn(&str) -> Vec<Found>) -> Cow<'t, str> {
    let mut out = String::with_capacity(text.len());
    for line in unbox::lines_of(text) {
        let bare = line.trim_end_matches(['\n', '\r']);
        let pairs = if bare.len() <= LONGEST_LINE { found(bare) } else { Vec::new() };
        if pairs.is_empty() {
            out.push_str(line);
            continue;
        }
        written(&mut out, bare, &pairs);
        out.push_str(&line[bare.len()..]);
    }
    Cow::Owned(out)
}

/// Adds a line with these pairs alone, as long as the line is. Where the value stands before its name they change places.
fn written(out: &mut String, line: &str, pairs: &[Found]) {
    let blanks = |out: &mut String, count: usize| out.extend(std::iter::repeat_n(' ', count));
    let mut at = 0;
    for (n, (name, value)) in pairs.iter().enumerate() {
        let (start, end) = (name.start.min(value.start), name.end.max(value.end));
        let own = name.len() + value.len();
        if n > 0 {
            out.push(RECORD);
            at += 1;
        }
        blanks(out, start - at);
        out.push_str(&line[name.clone()]);
        out.push(UNIT);
        blanks(out, end - start - own - 1);
        out.push_str(&line[value.clone()]);
        at = end;
    }
    blanks(out, line.len() - at);
}

#[cfg(test)]
mod tests;
