//! Sending one request for somebody who waits: by the proxy's own means, or through a recording that runs, so that it
//! is recorded like any other.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::Exchange;
use crate::proxy::core::{Endpoint, Scheme};
use crate::proxy::{Accepted, Client, Follow, Terms, Trust, UpstreamProxy};
use crate::replay::Draft;

pub use crate::proxy::Sender;

/// A recording that runs, as a way to servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Through {
    /// Its forward proxy.
    pub proxy: SocketAddr,
    /// Its authority's certificate, which servers seem to have.
    pub certificate: Option<PathBuf>,
}

/// What sends directly, or through a recording, with what this computer trusts.
///
/// # Errors
/// When the trusted certificates can't be read.
pub fn sender(through: Option<&Through>) -> io::Result<Arc<Sender>> {
    let roots: Vec<PathBuf> = through.and_then(|through| through.certificate.clone()).into_iter().collect();
    let mut terms = Terms::new(Trust::new(&roots, Accepted::Hosts(Vec::new()))?);
    terms.upstream = through.map(|through| {
        let (host, port) = (through.proxy.ip().to_string(), through.proxy.port());
        UpstreamProxy { at: Endpoint { scheme: Scheme::Http, host, port }, credentials: None }
    });
    Ok(Arc::new(Sender::new(terms)))
}

/// How long a receiver may take over an answer.
const ANSWER: Duration = Duration::from_secs(60);

/// What hands on what is recorded: directly, with what the recording trusts. Its connections belong to the runtime that
/// made them, so each receiver has one of its own.
pub(super) fn pushing(trust: Trust) -> Arc<Sender> {
    let mut terms = Terms::new(trust);
    (terms.limits.answer, terms.limits.stall) = (ANSWER, ANSWER);
    Arc::new(Sender::new(terms))
}

/// Sends it and waits for what becomes of it: redirects first, the final answer last.
///
/// # Errors
/// When the system gives no means to send anything.
pub fn send(sender: &Arc<Sender>, draft: &Draft) -> io::Result<Vec<Exchange>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(Client::new(Arc::clone(sender), Follow::AsClients).send_all(draft)))
}
