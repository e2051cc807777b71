//! Takes what the proxy tapped, has each call recognised and the exchange stored.
//!
//! A case that can't be written does not stop the traffic: the recording stops, says so once, and goes on when the
//! disk does.

use std::collections::HashMap;
use std::io;

use crate::case::{NewSource, Writer};
use crate::model::{Exchange, ExchangeId, SourceId, facts};
use crate::proxy::{Assembled, Assembler, Key, Tapped};

/// Stores exchanges as they end.
pub(super) struct Recorder {
    writer: Writer,
    source: SourceId,
    assembler: Assembler,
    // The id and index of exchanges on their way, set aside when they began.
    places: HashMap<Key, (ExchangeId, u32)>,
    // What stands for each CONNECT, which as a rule ends before what travels in it.
    tunnels: HashMap<Key, ExchangeId>,
    counts: Stored,
    failing: bool,
}

/// What became of the exchanges that ended.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stored {
    pub(super) stored: u64,
    pub(super) unstored: u64,
}

/// What a tapped piece led to.
pub(super) enum Recorded {
    /// An exchange ended; it is stored unless that was said to fail.
    Exchange(Box<Exchange>),
    /// Something to tell the user.
    Said(String),
}

impl Recorder {
    pub(super) fn new(writer: Writer, source: SourceId) -> Self {
        Self {
            writer,
            source,
            assembler: Assembler::default(),
            places: HashMap::new(),
            tunnels: HashMap::new(),
            counts: Stored::default(),
            failing: false,
        }
    }

    pub(super) fn counts(&self) -> Stored {
        self.counts
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, tapped: Tapped) -> Vec<Recorded> {
        match self.assembler.take(tapped) {
            None => Vec::new(),
            Some(Assembled::Said(text)) => vec![Recorded::Said(text)],
            Some(Assembled::Started { key, exchange, .. }) => {
                let place = self.writer.reserve(self.source);
                self.places.insert(key, place);
                if exchange.request.method == "CONNECT" {
                    self.tunnels.insert(key, place.0);
                }
                Vec::new()
            }
            Some(Assembled::Finished { key, tunnel, mut exchange }) => {
                let place = self.places.remove(&key).unwrap_or_else(|| self.writer.reserve(self.source));
                (exchange.id, exchange.index) = place;
                exchange.source = self.source;
                exchange.tunnel = tunnel.and_then(|key| self.tunnels.get(&key)).map(ToString::to_string);
                self.finish(exchange)
            }
        }
    }

    /// Puts a source beside the recording.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn add_source(&mut self, new: NewSource) -> io::Result<SourceId> {
        self.writer.add_source(new)
    }

    /// Everything written and the case closed.
    ///
    /// # Errors
    /// When the case can't be written.
    pub(super) fn close(self) -> io::Result<()> {
        self.writer.finish()
    }

    fn finish(&mut self, mut exchange: Box<Exchange>) -> Vec<Recorded> {
        exchange.call = facts::call_of(&exchange);
        let mut recorded = Vec::new();
        match self.writer.store(&mut exchange) {
            Ok(()) => {
                self.counts.stored += 1;
                if std::mem::take(&mut self.failing) {
                    let missed = self.counts.unstored;
                    recorded.push(Recorded::Said(format!("recording goes on; {missed} exchanges were not stored")));
                }
            }
            Err(error) => {
                self.counts.unstored += 1;
                if !std::mem::replace(&mut self.failing, true) {
                    recorded.push(Recorded::Said(format!(
                        "NOT RECORDING: the case can't be written ({error}); traffic goes on, make room on the disk"
                    )));
                }
            }
        }
        recorded.push(Recorded::Exchange(exchange));
        recorded
    }
}
