//! What comes into a case, entry by entry from a place on, for who works it off at a pace of his own: the case itself is
//! what waits. A place can be kept and gone on from by another process.

use std::ops::ControlFlow;

use serde::{Deserialize, Serialize};

use super::entry::{HEADER_LEN, Kind};
use super::source::{self, StoredSource};
use super::walk::{Piece, Position, Walk};
use super::{Case, persist};
use crate::model::{Exchange, SourceProblem};

/// A place between two entries of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    segment: u32,
    offset: u64,
}

impl Place {
    /// Before everything.
    pub const START: Self = Self::at(Position::START);

    pub(super) const fn at(Position { segment, offset }: Position) -> Self {
        Self { segment, offset }
    }
}

/// An entry.
#[derive(Debug)]
pub enum Came {
    /// An exchange ended.
    Exchange(Box<Exchange>),
    /// A source was put in, or stands otherwise than before.
    Source(Box<StoredSource>),
    /// Something that can't be read.
    Damage(String),
}

/// A way through a case that may end anywhere.
#[derive(Debug)]
pub struct Onward {
    walk: Walk,
}

impl Onward {
    pub(super) fn new(case: &Case, from: Place) -> Self {
        let Place { segment, offset } = from;
        Self { walk: Walk::new(case.dir(), Position { segment, offset }) }
    }

    /// What stands behind the present place, `most` entries of it; each with the place behind it.
    ///
    /// # Errors
    /// When the folder can't be read, or a newer version of mwscope wrote it.
    pub fn read(&mut self, most: usize) -> Result<Vec<(Came, Place)>, SourceProblem> {
        let mut found = Vec::new();
        if most == 0 {
            return Ok(found);
        }
        self.walk.go(&mut |at, piece| {
            let (came, len) = match piece {
                Piece::Entry(kind, payload) => (of_entry(kind, payload), HEADER_LEN + payload.len()),
                Piece::Damage(what) | Piece::Unreadable(what) => (Some(Came::Damage(what)), 0),
            };
            let behind = Position { segment: at.segment, offset: at.offset + len as u64 };
            found.extend(came.map(|came| (came, Place::at(behind))));
            if found.len() >= most { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        Ok(found)
    }

    /// How many exchanges stand between the present place and `end`.
    ///
    /// # Errors
    /// As [`Onward::read`].
    pub fn count(mut self, end: Place) -> Result<u64, SourceProblem> {
        let mut count = 0;
        self.walk.go(&mut |at, piece| {
            if Place::at(at) >= end {
                return ControlFlow::Break(());
            }
            count += u64::from(matches!(piece, Piece::Entry(Kind::Exchange, _)));
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }
}

fn of_entry(kind: Kind, payload: &[u8]) -> Option<Came> {
    let came = match kind {
        Kind::Exchange => persist::exchange_of_bytes(payload).map(|exchange| Came::Exchange(Box::new(exchange))),
        Kind::Source => source::of_bytes(payload).map(|stored| Came::Source(Box::new(stored))),
        _ => return None,
    };
    Some(came.unwrap_or_else(|what| Came::Damage(format!("an entry can't be understood: {what}"))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{NewSource, Options};
    use crate::model::{ExchangeId, Request};

    #[test]
    fn a_place_is_gone_on_from_and_nothing_is_given_twice() {
        let folder = tempfile::tempdir().expect("a folder");
        let case = Case::open_or_create(&folder.path().join("a.mwscope")).expect("a case");
        // Small segments, so that places lie in several, raw and sealed.
        let options = Options { keep_secrets: true, segment_limit: 4000, ..Options::new(1) };
        let mut writer = case.write(options).expect("a writer");
        let source = writer.add_source(NewSource::recording()).expect("a source");
        let begin = writer.place();
        for n in 0..40 {
            let url = format!("http://h/{n}");
            writer.append(Exchange::new(ExchangeId(n), source, n, url, Request::default())).expect("stored");
        }
        let (mut place, mut seen) = (begin, Vec::new());
        assert_eq!(case.onward(begin).count(writer.place()).expect("a count"), 40);
        loop {
            // Each time by somebody who knows nothing but the place.
            let came = case.onward(place).read(7).expect("entries");
            let Some((_, behind)) = came.last() else { break };
            place = *behind;
            seen.extend(came.into_iter().filter_map(|(came, _)| match came {
                Came::Exchange(exchange) => Some(exchange.id.0),
                Came::Source(_) | Came::Damage(_) => None,
            }));
        }
        assert_eq!(seen, (0..40).collect::<Vec<_>>());
        assert_eq!(place, writer.place());
        assert_eq!(case.onward(Place::START).count(begin).expect("a count"), 0);
    }
}
