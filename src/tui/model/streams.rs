//! The TCP conversations as a list: which are shown, in which order, and where the cursor is. What stands in a row is
//! looked up when it comes into view.

use std::sync::Arc;

use crate::model::{EventRef, Exchange, StreamId};
use crate::query::Filter;

use super::hits::Hits;
use super::list::{CountedIn, FilterBox};
use super::text::Reading;

/// Conversations of captures, and tunnels of recordings.
#[derive(Default)]
pub(in crate::tui) struct Streams {
    /// Those shown, in the order chosen: streams, and the exchanges that opened tunnels.
    pub(in crate::tui) rows: Arc<Vec<EventRef>>,
    /// How many there are without the filter.
    pub(in crate::tui) total: usize,
    pub(in crate::tui) filter: FilterBox,
    pub(in crate::tui) find: Option<Arc<Filter>>,
    /// What the search has found.
    pub(in crate::tui) hits: Option<Hits<EventRef, CountedIn>>,
    pub(in crate::tui) order: Order,
    /// Whether the order is turned round.
    pub(in crate::tui) reverse: bool,
    pub(in crate::tui) cursor: Option<EventRef>,
    pub(in crate::tui) row: usize,
    pub(in crate::tui) top: usize,
    /// The question whose answer fills the rows.
    pub(in crate::tui) ticket: u64,
    /// Whether that answer is still to come.
    pub(in crate::tui) waiting: bool,
    /// Of how many streams and exchanges the rows were made.
    pub(in crate::tui) made_of: Option<(usize, usize)>,
}

/// By what conversations are put in order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum Order {
    /// The earliest first.
    #[default]
    Time,
    /// The longest first.
    Took,
    /// Those with most bytes first.
    Bytes,
    /// Those that broke first, then those that lost most.
    Trouble,
    /// By the server's address.
    Server,
    /// By what they speak.
    Speaks,
}

impl Order {
    const ALL: [Self; 6] = [Self::Time, Self::Took, Self::Bytes, Self::Trouble, Self::Server, Self::Speaks];

    pub(in crate::tui) const fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Took => "took",
            Self::Bytes => "bytes",
            Self::Trouble => "trouble",
            Self::Server => "server",
            Self::Speaks => "speaks",
        }
    }

    pub(in crate::tui) fn next(self) -> Self {
        let at = Self::ALL.iter().position(|order| *order == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
    }
}

impl Streams {
    /// Puts the cursor on a row, cut to those there are.
    pub(in crate::tui) fn go(&mut self, row: usize, height: usize) {
        self.row = row.min(self.rows.len().saturating_sub(1));
        self.cursor = self.rows.get(self.row).copied();
        let height = height.max(1);
        self.top = self.top.min(self.row).max((self.row + 1).saturating_sub(height));
        // No row is left out above while there is room below the last.
        self.top = self.top.min(self.rows.len().saturating_sub(height));
    }

    /// What is known of the hits of a search, where `counting` is the count that runs.
    pub(in crate::tui) fn hits_told(&self, counting: Option<u64>) -> Option<String> {
        let hits = self.hits.as_ref()?;
        Some(hits.words(self.cursor.and_then(|event| hits.rank(event)), counting == Some(hits.ticket)))
    }

    /// Other rows; the cursor stays on what it was on, where that is still there.
    pub(in crate::tui) fn put(&mut self, rows: Vec<EventRef>, height: usize) {
        let row = self.cursor.and_then(|event| rows.iter().position(|row| *row == event)).unwrap_or(self.row);
        let below = self.row.saturating_sub(self.top);
        self.rows = Arc::new(rows);
        self.top = row.saturating_sub(below);
        self.go(row, height);
    }
}

/// Whether an exchange opened a tunnel of which no capture tells: what went through it is no exchange of its own.
pub(in crate::tui) fn is_tunnel(x: &Exchange) -> bool {
    x.stream.is_none() && (x.request.method == "CONNECT" || x.status() == Some(101))
}

/// What of a conversation is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::tui) enum StreamView {
    /// What is known of it, and the calls in it.
    #[default]
    Facts,
    /// What happened when.
    Events,
    /// What was said, as far as it is held.
    Messages,
}

impl StreamView {
    pub(in crate::tui) const ALL: [Self; 3] = [Self::Facts, Self::Events, Self::Messages];

    pub(in crate::tui) const fn name(self) -> &'static str {
        match self {
            Self::Facts => "facts",
            Self::Events => "events",
            Self::Messages => "messages",
        }
    }

    pub(in crate::tui) fn next(self, back: bool) -> Self {
        let at = Self::ALL.iter().position(|v| *v == self).unwrap_or(0);
        Self::ALL[(at + if back { 2 } else { 1 }) % 3]
    }
}

/// A conversation in full.
#[derive(Clone)]
pub(in crate::tui) struct StreamPage {
    pub(in crate::tui) id: StreamId,
    pub(in crate::tui) view: StreamView,
    pub(in crate::tui) reading: Reading,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_stays_on_its_conversation() {
        let event = |n| EventRef::Stream(StreamId(n));
        let mut streams = Streams::default();
        streams.put((0..10).map(event).collect(), 4);
        streams.go(6, 4);
        assert_eq!((streams.top, streams.cursor), (3, Some(event(6))));
        streams.put((0..10).rev().map(event).collect(), 4);
        assert_eq!((streams.row, streams.cursor), (3, Some(event(6))));
        streams.put(vec![event(1)], 4);
        assert_eq!((streams.row, streams.top, streams.cursor), (0, 0, Some(event(1))));
        streams.put(Vec::new(), 4);
        assert_eq!(streams.cursor, None);
    }
}
