//! Thread dumps of one VM as a series: what changed from each to the next.

use mwscope_parsers::threads::{Change, State, Thread, ThreadDump, compare};
use serde_json::{Value, json};

use super::milliseconds;
use crate::model::Gathered;

/// What changed from one dump to the next; dumps are counted from 0.
pub(super) struct Step<'g> {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) change: Change,
    later: &'g ThreadDump,
}

/// The steps between dumps of one VM, in the order of their times where all have one.
pub(super) fn steps(gathered: &Gathered) -> Vec<Step<'_>> {
    let dumps = gathered.threads.iter().map(|(_, dump)| dump.as_ref());
    let mut order: Vec<(usize, &ThreadDump)> = dumps.enumerate().collect();
    if order.iter().all(|(_, dump)| dump.at.is_some()) {
        order.sort_by_key(|(_, dump)| dump.at.map(|at| at.civil));
    }
    let pairs = order.windows(2).filter(|pair| pair[0].1.jvm == pair[1].1.jvm);
    let step = |pair: &[(usize, &'_ ThreadDump)]| (pair[0].0, pair[1].0, compare(pair[0].1, pair[1].1));
    let read = pairs.map(|pair| (step(pair), pair[1].1));
    read.map(|((from, to, change), later)| Step { from, to, change, later }).collect()
}

impl Step<'_> {
    /// Threads that are at work and stand where they stood.
    pub(super) fn stuck(&self) -> impl Iterator<Item = &Thread> {
        self.change.stuck.iter().filter_map(|at| self.later.threads.get(*at))
    }

    pub(super) fn json(&self) -> Value {
        let states = self.change.states.iter();
        let states = states
            .map(|(name, from, to)| json!({"name": name, "from": from.map(State::word), "to": to.map(State::word)}));
        let stuck =
            self.stuck().map(|t| json!({"name": t.name, "top_frame": t.frames.first().map(ToString::to_string)}));
        let cpu = self.change.cpu.iter().map(|(name, us)| json!({"name": name, "ms": milliseconds(*us)}));
        json!({
            "from": format!("t{}", self.from),
            "to": format!("t{}", self.to),
            "appeared": self.change.appeared,
            "gone": self.change.gone,
            "states": states.collect::<Vec<_>>(),
            "moved": self.change.moved,
            "unmoved": stuck.collect::<Vec<_>>(),
            "cpu": cpu.collect::<Vec<_>>(),
        })
    }
}
