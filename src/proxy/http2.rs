//! HTTP/2 on both sides: a client's connection that agreed on it with us, because the server agreed on it with us too; or
//! that begins with it without TLS, and so must the server. So nothing is translated; streams become exchanges, and what ends one side's stream ends the other's in the same way.
//!
//! The `h2` crate, the protocol under hyper, is used by itself: hyper would take interim answers and the reasons of
//! resets away. It reads and writes frames, so what is recorded is decoded, and each exchange says so. Of a stream that it
//! refuses by itself nothing is known but that, and that is recorded.

mod body;
mod exchange;
mod head;
mod hold;
mod refused;
mod upstream;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use bytes::Bytes;
use h2::server;
use tokio::task::JoinSet;
use tokio::time::{sleep_until, timeout};

use super::config::Limits;
use super::core::{Endpoint, Trouble, cause};
use super::forward::Inside;
use super::listen::Shared;
use super::recording::{Caller, Recording};
use super::stream::Stream;
use crate::model::Stage;
use refused::{Taken, Watched};
use upstream::Upstream;

/// Streams that a client may have open at the same time; what browsers and servers agree on as a rule.
const STREAMS: u32 = 128;
/// Bytes of one body that a side may send ahead.
const STREAM_WINDOW: u32 = 1 << 20;
/// Bytes of all bodies of a connection that a side may send ahead.
const CONNECTION_WINDOW: u32 = 8 << 20;

/// Where the streams of a client's connection go to.
pub(super) struct Site {
    shared: Arc<Shared>,
    caller: Caller,
    /// The server of all of them; none where each names its own.
    to: Option<Endpoint>,
    /// Where the client reached us, in reverse mode.
    here: Option<Endpoint>,
    upstreams: Mutex<Vec<Arc<Upstream>>>,
}

/// Servers whose connections are kept for a client that names one for each stream.
const SERVERS: usize = 32;

impl Site {
    pub(super) fn new(
        shared: Arc<Shared>,
        caller: Caller,
        to: Endpoint,
        here: Option<Endpoint>,
        inside: Inside,
    ) -> Self {
        let upstreams = Mutex::new(vec![Arc::new(Upstream::new(to.clone(), inside))]);
        Self { shared, caller, to: Some(to), here, upstreams }
    }

    /// For a client that takes us for its proxy, without TLS.
    pub(super) fn anywhere(shared: Arc<Shared>, caller: Caller) -> Self {
        Self { shared, caller, to: None, here: None, upstreams: Mutex::default() }
    }

    /// The way to a server: the one that stands, else a new one.
    fn upstream(&self, to: &Endpoint) -> Arc<Upstream> {
        let mut upstreams = self.upstreams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = upstreams.iter().find(|upstream| upstream.to == *to) {
            return Arc::clone(found);
        }
        if upstreams.len() >= SERVERS {
            // Streams that are on their way have it themselves.
            upstreams.remove(0);
        }
        let upstream = Arc::new(Upstream::new(to.clone(), Inside::to(to)));
        upstreams.push(Arc::clone(&upstream));
        upstream
    }
}

/// Serves a client's connection to its end.
pub(super) async fn serve(site: Site, stream: Stream) {
    let site = Arc::new(site);
    let limits = &site.shared.config.limits;
    let began = Instant::now();
    let refused = Arc::new(refused::Ended::default());
    let stream = Watched::new(stream, Arc::clone(&refused));
    let mut connection = match timeout(limits.head, settings(limits).handshake::<_, Bytes>(stream)).await {
        Ok(Ok(connection)) => connection,
        Ok(Err(error)) => return broken(&site, began, &broke_off(&words(&error))),
        Err(_) => {
            return broken(&site, began, &broke_off(&format!("no greeting within {}", cause::words(limits.head))));
        }
    };
    let mut streams = JoinSet::new();
    let mut taken = Taken::default();
    let mut idle_since = Instant::now();
    let mut ending = None;
    loop {
        let until = ending.unwrap_or(idle_since + limits.idle);
        tokio::select! {
            // First what was accepted: what is refused is what isn't.
            biased;
            accepted = connection.accept() => match accepted {
                Some(Ok((request, respond))) => {
                    taken.add(respond.stream_id().as_u32());
                    streams.spawn(exchange::carry(Arc::clone(&site), request, respond, Instant::now()));
                }
                Some(Err(error)) => {
                    // What was under way is recorded as broken off by its own stream.
                    if streams.is_empty() && !error.is_io() && !(error.is_go_away() && error.is_remote()) {
                        let text = if error.is_go_away() { unreadable(&error) } else { broke_off(&words(&error)) };
                        broken(&site, Instant::now(), &text);
                    }
                    break;
                }
                None => break,
            },
            Some(ended) = streams.join_next() => {
                idle_since = Instant::now();
                site.shared.report_panic(ended);
            }
            () = refused.some() => not_taken(&site, &mut taken, &refused),
            () = sleep_until(until.into()), if streams.is_empty() || ending.is_some() => match ending {
                Some(_) => break,
                None => {
                    connection.graceful_shutdown();
                    ending = Some(Instant::now() + limits.grace);
                }
            },
            () = site.shared.stopped(), if ending.is_none() => {
                connection.graceful_shutdown();
                ending = Some(Instant::now() + limits.grace);
            }
        }
    }
    not_taken(&site, &mut taken, &refused);
    while let Ok(Some(ended)) = timeout(limits.grace, streams.join_next()).await {
        site.shared.report_panic(ended);
    }
}

/// Records the requests that were refused before anybody was told of them.
fn not_taken(site: &Site, taken: &mut Taken, ended: &refused::Ended) {
    for (stream, how) in taken.refused(ended.take()) {
        let mut recording = Recording::begin_without_head(&site.shared.tap, &site.caller, Instant::now(), &[]);
        recording.note("protocol", "HTTP/2; what the request said isn't known, since its head is compressed");
        recording.failed(&refused::trouble(stream, how, site.shared.config.limits.http.head_bytes));
    }
}

fn settings(limits: &Limits) -> server::Builder {
    let mut builder = server::Builder::new();
    builder
        .max_concurrent_streams(STREAMS)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(limits.http.head_bytes).unwrap_or(u32::MAX));
    builder
}

fn broke_off(what: &str) -> String {
    format!("the client broke off HTTP/2: {what}; have it speak HTTP/1.1, if it goes on")
}

fn unreadable(error: &h2::Error) -> String {
    format!(
        "what the client said can't be read as HTTP/2, so its connection was ended ({}); look into it",
        words(error)
    )
}

fn broken(site: &Site, began: Instant, text: &str) {
    let recording = Recording::begin_without_head(&site.shared.tap, &site.caller, began, &[]);
    recording.failed(&Trouble::new(Stage::RequestHead, text));
}

/// What an error of HTTP/2 says, with the name that RFC 9113, 7, gives it.
fn words(error: &h2::Error) -> String {
    match (error.get_io(), error.reason()) {
        (Some(error), _) => cause::plain(error),
        (None, Some(reason)) => format!("{}, {}", name(reason), reason.description()),
        (None, None) => error.to_string(),
    }
}

/// `CANCEL`, `REFUSED_STREAM` and so on.
fn name(reason: h2::Reason) -> String {
    format!("{reason:?}")
}
