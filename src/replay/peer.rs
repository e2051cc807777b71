//! The narrow view through which something is sent without knowing by what means.

use super::draft::Draft;
use crate::model::Exchange;

/// What answers a draft: a server, or its stand-in in a test.
pub trait Peer {
    /// Sends it and gives what became of it. A failure on the way is part of that, with stage and cause.
    fn send(&mut self, draft: &Draft) -> impl Future<Output = Exchange> + Send;
}
