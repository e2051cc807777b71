//! The records of one log that are read in full, in the order of time and by their threads. It doesn't know what any of
//! them says.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;

use super::journal::Entry;

/// A log's records that were read in full, in the order of time. What shows one of them shares it: a record in a loop of
/// failures is shown with each of its neighbours.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    all: Vec<Arc<Entry>>,
    /// Where each thread's records stand, rising: between two of a thread's records lie those of all others.
    of_thread: HashMap<u32, Vec<usize>>,
}

impl Entries {
    /// These records, which are in the order of time.
    pub(super) fn of(all: Vec<Entry>) -> Self {
        let mut of_thread: HashMap<u32, Vec<usize>> = HashMap::new();
        for (place, entry) in all.iter().enumerate() {
            if let Some(thread) = entry.thread {
                of_thread.entry(thread).or_default().push(place);
            }
        }
        Self { all: all.into_iter().map(Arc::new).collect(), of_thread }
    }

    /// A thread's records before a place, latest first.
    pub(super) fn before(&self, place: usize, thread: u32) -> impl Iterator<Item = &Arc<Entry>> {
        let places = self.places(thread);
        places[..places.partition_point(|p| *p < place)].iter().rev().map(|p| &self.all[*p])
    }

    /// A thread's records from a place on, each with its place.
    pub(super) fn from(&self, place: usize, thread: u32) -> impl Iterator<Item = (usize, &Arc<Entry>)> {
        let places = self.places(thread);
        places[places.partition_point(|p| *p < place)..].iter().map(|p| (*p, &self.all[*p]))
    }

    fn places(&self, thread: u32) -> &[usize] {
        self.of_thread.get(&thread).map_or(&[], Vec::as_slice)
    }
}

impl Deref for Entries {
    type Target = [Arc<Entry>];

    fn deref(&self) -> &Self::Target {
        &self.all
    }
}
