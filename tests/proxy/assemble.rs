//! Puts together again what the tap took apart: body bytes are gathered until their exchange ends, then it leaves whole.

use std::collections::HashMap;

use bytes::{Bytes, BytesMut};

use mwscope::model::{BodyState, Exchange, Kept, Part};
use mwscope::proxy::{Key, Tapped};

/// Gathers the bodies of exchanges on their way.
#[derive(Debug, Default)]
pub(super) struct Assembler {
    open: HashMap<Key, Bodies>,
}

/// What leaves the assembler.
#[derive(Debug)]
pub(super) enum Assembled {
    /// An exchange ended; its kept bodies are in memory.
    Finished {
        /// Which.
        key: Key,
        /// The CONNECT in which it travelled.
        tunnel: Option<Key>,
        /// All that is known.
        exchange: Box<Exchange>,
    },
    /// Something that the user should know and that belongs to no exchange.
    Said(String),
}

#[derive(Debug, Default)]
struct Bodies {
    request: Gathering,
    response: Gathering,
}

/// The pieces of a body as they came. One piece is not copied.
#[derive(Debug, Default)]
struct Gathering(Vec<Bytes>);

impl Assembler {
    /// Takes what the tap told; gives what can be written down by now.
    pub(super) fn take(&mut self, tapped: Tapped) -> Option<Assembled> {
        match tapped {
            Tapped::Started { key, .. } => {
                self.open.insert(key, Bodies::default());
                None
            }
            Tapped::Body { key, part, bytes, room } => {
                let bodies = self.open.entry(key).or_default();
                match part {
                    Part::RequestBody => bodies.request.0.push(bytes),
                    _ => bodies.response.0.push(bytes),
                }
                drop(room);
                None
            }
            Tapped::Finished { key, tunnel, mut exchange, .. } => {
                let bodies = self.open.remove(&key).unwrap_or_default();
                settle(&mut exchange.request.body, bodies.request);
                if let Some(response) = &mut exchange.response {
                    settle(&mut response.body, bodies.response);
                }
                Some(Assembled::Finished { key, tunnel, exchange })
            }
            Tapped::Answered { .. } | Tapped::UnderWay { .. } => None,
            Tapped::Said(text) => Some(Assembled::Said(text)),
        }
    }
}

fn settle(body: &mut mwscope::model::Body, gathering: Gathering) {
    // A body of which the end is missing is of no use for masking and comparing; the state says what happened.
    if body.state == BodyState::Dropped {
        return;
    }
    let bytes = gathering.join();
    // A short one came with its exchange.
    if !bytes.is_empty() {
        body.kept = Kept::Here(bytes);
    }
}

impl Gathering {
    fn join(mut self) -> Bytes {
        if self.0.len() <= 1 {
            return self.0.pop().unwrap_or_default();
        }
        let mut all = BytesMut::with_capacity(self.0.iter().map(Bytes::len).sum());
        self.0.iter().for_each(|piece| all.extend_from_slice(piece));
        all.freeze()
    }
}
