//! Connections that stand and wait for the next request, by server.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::proxy::core::Endpoint;
use crate::proxy::reach::Server;

/// A connection that has been idle for longer is not used for what must not be sent twice: many servers close after
/// five seconds, and an end that is on its way can't be seen.
const TRUSTED: Duration = Duration::from_secs(3);
/// A connection that has been idle for longer is not used at all.
const KEPT: Duration = Duration::from_secs(60);

/// Idle connections.
#[derive(Default)]
pub(super) struct Pool(Mutex<HashMap<Endpoint, Vec<(Server, Instant)>>>);

impl Pool {
    /// A connection to `to` on which nothing has come since it was put back; the one used last, which lives longest.
    pub(super) async fn take(&self, to: &Endpoint, may_repeat: bool) -> Option<Server> {
        let longest = if may_repeat { KEPT } else { TRUSTED };
        loop {
            let (mut server, since) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get_mut(to)?.pop()?;
            if since.elapsed() <= longest && server.is_quiet().await {
                return Some(server);
            }
        }
    }

    /// Keeps a connection behind a whole exchange.
    pub(super) fn keep(&self, server: Server) {
        let mut idle = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        idle.entry(server.to.clone()).or_default().push((server, Instant::now()));
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Pool")
    }
}
