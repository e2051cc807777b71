//! What a writer must know of what was written before: which numbers are taken, and the sources.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use super::entry::Kind;
use super::index;
use super::source::{self, StoredSource};
use super::walk::{Piece, Position, Walk};
use crate::model::SourceProblem;

/// A source's number is small; a damaged one must not cost memory.
const MOST_SOURCES: u32 = 1 << 20;

/// What is taken.
#[derive(Debug, Default)]
pub(crate) struct Counted {
    /// The next id of an exchange.
    pub(crate) next: u32,
    /// The next index of each source.
    pub(crate) indexes: Vec<u32>,
    /// The sources, by rising id.
    pub(crate) sources: Vec<StoredSource>,
    /// Exchanges that stand there as under way, by id: as they are stored.
    pub(crate) under_way: BTreeMap<u32, Vec<u8>>,
}

impl Counted {
    /// Counts what the case in `dir` holds.
    pub(crate) fn of(dir: &Path) -> Result<Self, SourceProblem> {
        let mut counted = Self::default();
        let mut sources = BTreeMap::new();
        let known = index::count(dir, &mut counted, &mut sources);
        if known.is_none() {
            counted = Self::default();
            sources.clear();
        }
        let mut walk = Walk::new(dir, known.unwrap_or(Position::START));
        walk.go(&mut |_, piece| {
            match piece {
                Piece::Entry(Kind::Exchange, payload) => {
                    if let Some(id) = counted.exchange(payload) {
                        counted.under_way.remove(&id);
                    }
                }
                Piece::Entry(Kind::UnderWay, payload) => {
                    if let Some(id) = counted.exchange(payload) {
                        counted.under_way.insert(id, payload.to_vec());
                    }
                }
                Piece::Entry(Kind::Source, payload) => {
                    if let Ok(stored) = source::of_bytes(payload) {
                        sources.insert(stored.source.id.0, stored);
                    }
                }
                Piece::Entry(..) | Piece::Damage(_) | Piece::Unreadable(_) => {}
            }
            ControlFlow::Continue(())
        })?;
        counted.sources = sources.into_values().collect();
        Ok(counted)
    }

    /// An exchange of that id stands in that source at that index.
    pub(crate) fn taken(&mut self, id: u32, source: u32, index: u32) {
        self.next = self.next.max(id.saturating_add(1));
        if source < MOST_SOURCES {
            let place = source as usize;
            if self.indexes.len() <= place {
                self.indexes.resize(place + 1, 0);
            }
            self.indexes[place] = self.indexes[place].max(index.saturating_add(1));
        }
    }

    /// Counts an exchange; gives its id.
    fn exchange(&mut self, payload: &[u8]) -> Option<u32> {
        #[derive(serde::Deserialize)]
        struct Numbers {
            id: u32,
            source: u32,
            index: u32,
        }
        let Numbers { id, source, index } = serde_json::from_slice(payload).ok()?;
        self.taken(id, source, index);
        Some(id)
    }
}
