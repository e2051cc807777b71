//! Reaching a server: look its name up, connect, each with its own time limit and its own words when it fails.

use std::io;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

use super::core::{Endpoint, Trouble, cause};
use crate::model::Stage;

/// A connection that stands, and how long it took.
#[derive(Debug)]
pub(super) struct Dialled {
    /// The connection.
    pub stream: TcpStream,
    /// Where it leads.
    pub address: SocketAddr,
    /// Looking the name up, in nanoseconds; `None` for an address.
    pub dns: Option<u64>,
    /// Connecting, in nanoseconds, over all addresses that were tried.
    pub connect: u64,
}

/// Connects to the first address of `to` that answers. `ours` are the addresses on which this proxy listens itself.
///
/// # Errors
/// With stage `resolve` or `dial`.
pub(super) async fn dial(to: &Endpoint, limit: Duration, ours: &[SocketAddr]) -> Result<Dialled, Trouble> {
    let began = Instant::now();
    let addresses = resolve(to, limit).await?;
    let dns = to.host.parse::<std::net::IpAddr>().is_err().then(|| nanos(began));
    if let Some(own) = addresses.iter().find(|a| ours.contains(a)) {
        return Err(loops(*own));
    }
    let began = Instant::now();
    let mut failure = None;
    for address in addresses {
        match timeout(limit, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => {
                refuse_own(&stream, address, ours)?;
                // Without it the last part of a message waits for the acknowledgement of the one before.
                let _not_fatal = stream.set_nodelay(true);
                return Ok(Dialled { stream, address, dns, connect: nanos(began) });
            }
            Ok(Err(error)) => failure = Some((address, error)),
            Err(_) => failure = Some((address, io::ErrorKind::TimedOut.into())),
        }
    }
    let (address, error) = failure.unwrap_or_else(|| (SocketAddr::from(([0; 4], 0)), io::ErrorKind::NotFound.into()));
    let status = if error.kind() == io::ErrorKind::TimedOut { 504 } else { 502 };
    let text = cause::dial(&to.host_port(), &address.to_string(), &error, limit);
    Err(Trouble::new(Stage::Dial, text).with_status(status).with_kind(error.kind()))
}

async fn resolve(to: &Endpoint, limit: Duration) -> Result<Vec<SocketAddr>, Trouble> {
    if let Ok(address) = to.host.parse() {
        return Ok(vec![SocketAddr::new(address, to.port)]);
    }
    let failed = |error: &io::Error| Trouble::new(Stage::Resolve, cause::resolve(&to.host, error));
    match timeout(limit, lookup_host((to.host.as_str(), to.port))).await {
        Ok(Ok(found)) => {
            let found: Vec<SocketAddr> = found.collect();
            if found.is_empty() { Err(failed(&io::Error::other("no address"))) } else { Ok(found) }
        }
        Ok(Err(error)) => Err(failed(&error)),
        Err(_) => {
            let late = io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {}", cause::words(limit)));
            Err(failed(&late).with_status(504))
        }
    }
}

/// Finds out that we reached ourselves on an address that the listener doesn't name, because it listens on all.
fn refuse_own(stream: &TcpStream, address: SocketAddr, ours: &[SocketAddr]) -> Result<(), Trouble> {
    let this_machine = address.ip().is_loopback() || stream.local_addr().is_ok_and(|local| local.ip() == address.ip());
    let listening = ours.iter().any(|own| own.ip().is_unspecified() && own.port() == address.port());
    if this_machine && listening { Err(loops(address)) } else { Ok(()) }
}

fn loops(address: SocketAddr) -> Trouble {
    let text = format!(
        "{address} is this proxy itself, so the request would go round for ever; give the server's own address, in the \
         client or in --reverse"
    );
    Trouble::new(Stage::Dial, text).with_status(508)
}

fn nanos(began: Instant) -> u64 {
    u64::try_from(began.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
