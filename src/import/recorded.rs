//! What the reader of a recording gives, whatever wrote it.

use mwscope_parsers::Problem;

use crate::model::{Exchange, challenge, facts};

/// Exchanges of one source, and what could not be read of it.
#[derive(Debug, Default)]
pub struct Recorded {
    /// The exchanges in the order in which they stand there.
    pub exchanges: Vec<Exchange>,
    /// What could not be read; offsets are bytes of the (decompressed) source.
    pub problems: Vec<Problem>,
}

impl Recorded {
    /// Takes an exchange and recognises its call.
    pub(super) fn add(&mut self, mut exchange: Exchange) {
        exchange.call = facts::call_of(&exchange);
        self.exchanges.push(exchange);
    }

    /// What can only be said when all exchanges are there.
    pub(super) fn finish(mut self) -> Self {
        challenge::mark(&mut self.exchanges);
        self
    }

    /// The index of the next exchange.
    pub(super) fn next_index(&self) -> u32 {
        u32::try_from(self.exchanges.len()).unwrap_or(u32::MAX)
    }
}
