//! Which of a dump's operations failed, and on which object: the one that is stated, else the only one that stands anywhere in
//! it, else the method in which the program was. It must not know how operations are written.

use super::super::layout::{Layout, Pair};
use super::super::operation;
use super::super::section::{self, SectionKind};
use super::super::synonyms::Fact;
use super::{Candidate, MOST_FACTS, Picker, Trace};
use crate::m3::names;

impl Picker<'_> {
    /// The operation with its object, else the method, `CRS008.PECHK`.
    pub(super) fn failed_at(&mut self, layout: &Layout<'_>) -> Option<String> {
        let found = self
            .stated
            .of(Fact::FailedAt)
            .find(|c| !operation::is_bare(&c.value))
            .or_else(|| self.stated.of(Fact::FailedAt).next());
        if let Some(found) = found.cloned() {
            self.used.insert(found.pair);
            if operation::is_bare(&found.value)
                && let Some((pair, object)) = self
                    .object_near(found.pair, layout)
                    .map(|object| (object.pair, object.value))
                    .or_else(|| self.unnamed_object(found.pair, layout))
            {
                self.used.insert(pair);
                return Some(format!("{} {object}", found.value));
            }
            return Some(found.value);
        }
        let message = self.trace.and_then(Trace::message).and_then(operation::in_text);
        let stated = || {
            self.stated
                .all
                .iter()
                .filter(|c| matches!(c.fact, Fact::Message | Fact::Exception))
                .find_map(|c| operation::in_text(&c.raw))
        };
        if let Some(found) = message.or_else(stated).or_else(|| self.said.operation.clone()) {
            return Some(found);
        }
        // Where an operation stands that nothing took, a method of the program would be another answer than the dump's.
        match self.unread_operations(layout).as_slice() {
            [] if self.says_nothing_of_it(layout) => return None,
            [] => {}
            [one] if !operation::is_bare(one) => return Some(one.clone()),
            _ => return None,
        }
        let frame = self.frame()?;
        let program = names::program_of(&frame.class)?;
        Some(format!("{}.{}", program.program, frame.method))
    }

    /// The operations in lines that nothing took and in pairs whose names say nothing, each once.
    fn unread_operations(&self, layout: &Layout<'_>) -> Vec<String> {
        let good = |name: &str| ["success", "good", "completed"].iter().any(|word| name.contains(word));
        let other = |name: &str| section::is_of_earlier(name) || good(&name.to_lowercase());
        // `RECORD LAST READ FROM CMNDIV` is the heading of a record.
        let titles = layout.titles.iter().filter(|(_, title)| section::kind(title) != SectionKind::Values);
        let lines = layout.words.iter().chain(titles).map(|(_, line)| line.as_ref()).filter(|line| !other(line));
        let in_line =
            |line: &str| operation::in_text(line).or_else(|| operation::is_alone(line).then(|| line.trim().to_owned()));
        let alone = |pair: &&Pair<'_>| !other(&pair.name) && operation::is_alone(&pair.value);
        let in_pairs = layout.facts().take(MOST_FACTS).filter(alone).filter_map(|pair| operation::stated(&pair.value));
        let mut found: Vec<String> = lines.filter_map(in_line).chain(in_pairs).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether there are pairs and none of them says for whom the program ran: they are in words that aren't known, and the
    /// operation may be among them.
    fn says_nothing_of_it(&self, layout: &Layout<'_>) -> bool {
        const MANY: usize = 8;
        let who = [Fact::User, Fact::Job, Fact::Company, Fact::Division, Fact::Environment, Fact::Version, Fact::Panel];
        !self.stated.all.iter().any(|c| who.contains(&c.fact)) && layout.facts().nth(MANY - 1).is_some()
    }

    /// What is called by a name that isn't known, right beside an operation, and is a file by its form.
    fn unnamed_object(&self, pair: usize, layout: &Layout<'_>) -> Option<(usize, String)> {
        let section = layout.pairs[pair].section;
        let may_be = |at: &usize| {
            let Some(other) = layout.pairs.get(*at).filter(|other| other.section == section) else { return false };
            let value = other.value.trim();
            operation::is_file(value) && !self.stated.all.iter().any(|c| c.pair == *at || c.value == value)
        };
        let beside = [Some(pair + 1), pair.checked_sub(1)];
        beside.into_iter().flatten().find(may_be).map(|at| (at, layout.pairs[at].value.trim().to_owned()))
    }

    /// The object that is stated next to an operation.
    fn object_near(&self, pair: usize, layout: &Layout<'_>) -> Option<Candidate> {
        let section = layout.pairs[pair].section;
        let near = |c: &&Candidate| match c.pair.abs_diff(pair) {
            1 => true,
            2 | 3 => layout.pairs[c.pair].section == section,
            _ => false,
        };
        let near = self.stated.of(Fact::Object).filter(near).min_by_key(|c| (c.pair.abs_diff(pair), c.rank));
        // What stands in one object of JSON has no order, and one section names one object where it names only one.
        let beside = |c: &&Candidate| {
            let (own, other) = (&layout.pairs[pair], &layout.pairs[c.pair]);
            own.range == other.range || own.section == other.section
        };
        let only = |all: &mut dyn Iterator<Item = &Candidate>| all.next().filter(|_| all.next().is_none()).cloned();
        near.cloned()
            .or_else(|| only(&mut self.stated.of(Fact::Object).filter(beside)))
            .or_else(|| only(&mut self.stated.of(Fact::Object)))
    }
}
