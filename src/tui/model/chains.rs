//! Failing chains on the time line: the request, the records that belong to it and the dump, as the verdicts say. A
//! chain can be folded into its first row, and like failures into the first of them.

use std::collections::{HashMap, HashSet};

use crate::model::{EventRef, ExchangeId, FindingKind, Investigation};
use crate::query::Surroundings;

/// All failing chains, and which of them are folded.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Chains {
    all: Vec<Chain>,
    of: HashMap<EventRef, usize>,
    /// The first rows of chains that are folded.
    pub(in crate::tui) folded: HashSet<EventRef>,
    /// Whether like failures stand in one row.
    pub(in crate::tui) together: bool,
    /// For the first of like failures: the others.
    like: HashMap<EventRef, Vec<EventRef>>,
}

/// What belongs to one failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Chain {
    pub(in crate::tui) head: EventRef,
    /// The rest, by time.
    pub(in crate::tui) members: Vec<EventRef>,
    from_ns: i64,
    to_ns: i64,
}

/// What stands before a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Link {
    Head,
    Folded,
    Member,
    Last,
    /// A row of something else between two of the chain.
    Beside,
}

impl Link {
    pub(in crate::tui) const fn sign(self) -> &'static str {
        match self {
            Self::Head => "┌",
            Self::Folded => "+",
            Self::Member => "├",
            Self::Last => "└",
            Self::Beside => "│",
        }
    }
}

impl Chains {
    /// The chains of what was concluded; what was folded stays folded.
    pub(in crate::tui) fn of(around: &Surroundings, before: &Self) -> Self {
        let investigation = around.investigation.as_ref();
        let verdicts = investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict);
        let mut all = Vec::new();
        let mut taken = HashSet::new();
        let mut heads: HashMap<&str, EventRef> = HashMap::new();
        for finding in verdicts {
            let own =
                finding.exchange.map(EventRef::Exchange).into_iter().chain(finding.evidence.iter().map(|e| e.event));
            let mut placed: Vec<(i64, EventRef)> = Vec::new();
            for event in own {
                if let Some(moment) = around.moment(event)
                    && !placed.iter().any(|(_, other)| *other == event)
                {
                    placed.push((moment.utc_ns, event));
                }
            }
            let Some((_, head)) = placed.first().copied() else { continue };
            heads.insert(&finding.id, head);
            // The call stands first, since everything else is about it.
            placed[1..].sort_by_key(|(at, event)| (*at, *event));
            placed.retain(|(_, event)| *event == head || !taken.contains(event));
            if placed.len() < 2 || !taken.insert(head) {
                continue;
            }
            taken.extend(placed.iter().map(|(_, event)| *event));
            let times = || placed.iter().map(|(at, _)| *at);
            let (from_ns, to_ns) = (times().min().unwrap_or(0), times().max().unwrap_or(0));
            all.push(Chain { head, members: placed[1..].iter().map(|(_, event)| *event).collect(), from_ns, to_ns });
        }
        all.sort_by_key(|chain| (chain.from_ns, chain.head));
        let mut of = HashMap::new();
        for (n, chain) in all.iter().enumerate() {
            of.extend(chain.members.iter().chain([&chain.head]).map(|event| (*event, n)));
        }
        let like = like(investigation, &heads);
        Self { all, of, folded: before.folded.clone(), together: before.together, like }
    }

    /// The chain that an event is part of.
    pub(in crate::tui) fn chain(&self, event: EventRef) -> Option<&Chain> {
        self.of.get(&event).and_then(|n| self.all.get(*n))
    }

    /// All chains.
    pub(in crate::tui) fn all(&self) -> &[Chain] {
        &self.all
    }

    /// Whether there are like failures to stand together.
    pub(in crate::tui) fn has_like(&self) -> bool {
        !self.like.is_empty()
    }

    /// The events that don't stand in a row of their own.
    pub(in crate::tui) fn hidden(&self) -> HashSet<EventRef> {
        let mut hidden = HashSet::new();
        for chain in self.all.iter().filter(|chain| self.folded.contains(&chain.head)) {
            hidden.extend(chain.members.iter().copied());
        }
        if self.together {
            for event in self.like.values().flatten() {
                hidden.insert(*event);
                hidden.extend(self.chain(*event).into_iter().flat_map(|chain| chain.members.iter().copied()));
            }
        }
        hidden
    }

    /// What a row says of what stands in it besides itself.
    pub(in crate::tui) fn says(&self, event: EventRef) -> Option<String> {
        let mut parts = Vec::new();
        if self.folded.contains(&event)
            && let Some(chain) = self.chain(event)
        {
            let count = |what: fn(&EventRef) -> bool| chain.members.iter().filter(|event| what(event)).count();
            let kinds = [
                (count(|e| matches!(e, EventRef::Record(..))), "log"),
                (count(|e| matches!(e, EventRef::Dump(_))), "dump"),
                (count(|e| matches!(e, EventRef::Exchange(_))), "call"),
                (count(|e| matches!(e, EventRef::Threads(_))), "threads"),
            ];
            parts.extend(kinds.iter().filter(|(n, _)| *n > 0).map(|(n, kind)| format!("{n} {kind}")));
        }
        if self.together
            && let Some(others) = self.like.get(&event)
        {
            parts.push(format!("{} like it", others.len()));
        }
        (!parts.is_empty()).then(|| format!("[+ {}] ", parts.join(", ")))
    }

    /// What stands before the row of an event; `prefer` is the event under the cursor, whose chain goes before others.
    pub(in crate::tui) fn link(&self, event: EventRef, at_ns: i64, prefer: Option<EventRef>) -> Option<Link> {
        if let Some(chain) = self.chain(event) {
            let folded = self.folded.contains(&chain.head);
            return Some(match () {
                () if event == chain.head && folded => Link::Folded,
                () if event == chain.head => Link::Head,
                () if chain.members.last() == Some(&event) => Link::Last,
                () => Link::Member,
            });
        }
        let within =
            |chain: &Chain| !self.folded.contains(&chain.head) && chain.from_ns <= at_ns && at_ns < chain.to_ns;
        if prefer.and_then(|event| self.chain(event)).is_some_and(within) {
            return Some(Link::Beside);
        }
        let end = self.all.partition_point(|chain| chain.from_ns <= at_ns);
        // A chain is a matter of seconds; of those that began long ago none is looked for.
        self.all[end.saturating_sub(16)..end].iter().any(within).then_some(Link::Beside)
    }
}

/// The failures of each cause: the first, and the others in the order in which they were found.
fn like(investigation: &Investigation, heads: &HashMap<&str, EventRef>) -> HashMap<EventRef, Vec<EventRef>> {
    let mut like = HashMap::new();
    for cause in &investigation.summary.causes {
        let found = cause.findings.iter().filter_map(|id| heads.get(id.as_str()).copied());
        let open = cause.unexplained.iter().map(|id: &ExchangeId| EventRef::Exchange(*id));
        let mut seen = HashSet::new();
        let mut all: Vec<EventRef> = found.chain(open).filter(|event| seen.insert(*event)).collect();
        if all.len() > 1 {
            let first = all.remove(0);
            like.insert(first, all);
        }
    }
    like
}
