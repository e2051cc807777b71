//! The connection to a server that all streams of one client's connection share, as they would without us; made anew
//! when the server ends it.

use bytes::Bytes;
use h2::client::{self, SendRequest};
use tokio::sync::Mutex;
use tokio::task::AbortHandle;

use super::{CONNECTION_WINDOW, STREAM_WINDOW, Site, words};
use crate::model::{Stage, TlsFacts};
use crate::proxy::core::{Endpoint, Scheme, Trouble};
use crate::proxy::forward::Inside;
use crate::proxy::reach::{Ask, Ready, Server, Wire};
use crate::proxy::recording::Recording;
use crate::proxy::tls::{HTTP1, HTTP2};

/// The server's connection, while there is one.
pub(super) struct Upstream {
    pub(super) to: Endpoint,
    server_name: String,
    state: Mutex<State>,
}

struct State {
    ready: Option<Ready>,
    /// A connection that stands, without TLS.
    wire: Option<Wire>,
    open: Option<Open>,
}

struct Open {
    requests: SendRequest<Bytes>,
    address: String,
    tls: Option<TlsFacts>,
    driver: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Upstream {
    pub(super) fn new(to: Endpoint, inside: Inside) -> Self {
        let Inside { wire, ready, server_name } = inside;
        Self { to, server_name, state: Mutex::new(State { ready, wire, open: None }) }
    }

    /// A handle to send one request with, once the server takes one more stream. How the server was reached is
    /// recorded.
    ///
    /// # Errors
    /// When it can't be reached or no longer speaks HTTP/2.
    pub(super) async fn requests(&self, site: &Site, recording: &mut Recording) -> Result<SendRequest<Bytes>, Trouble> {
        // The lock is not held while the server makes streams wait.
        for made_anew in [false, true] {
            let requests = self.open(site, recording, made_anew).await?;
            if let Ok(requests) = recording.shown_while(requests.ready()).await {
                return Ok(requests);
            }
        }
        let text = "the server ends each HTTP/2 connection at once; its own log must say why";
        Err(Trouble::new(Stage::Send, text))
    }

    async fn open(&self, site: &Site, recording: &mut Recording, anew: bool) -> Result<SendRequest<Bytes>, Trouble> {
        let mut state = recording.shown_while(self.state.lock()).await;
        if anew && state.open.as_mut().is_some_and(|open| is_closed(&mut open.requests)) {
            state.open = None;
        }
        if let Some(open) = &state.open {
            recording.server(Some(open.address.clone()), open.tls.clone());
            return Ok(open.requests.clone());
        }
        let ready = match state.ready.take() {
            Some(ready) => ready,
            None => {
                let ask = Ask { server_name: &self.server_name, protocols: &[HTTP2, HTTP1] };
                let made = Ready::make(site.shared.means(&site.caller), &self.to, ask, state.wire.take());
                recording.shown_while(made).await
            }
        };
        recording.journey(ready.journey);
        let open = recording.shown_while(greet(site, &self.to, ready.server?)).await?;
        let requests = open.requests.clone();
        state.open = Some(open);
        Ok(requests)
    }
}

fn is_closed(requests: &mut SendRequest<Bytes>) -> bool {
    let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
    matches!(requests.poll_ready(&mut cx), std::task::Poll::Ready(Err(_)))
}

async fn greet(site: &Site, to: &Endpoint, server: Server) -> Result<Open, Trouble> {
    let Server { stream, address, tls, .. } = server;
    // Without TLS nothing is agreed on: whether it speaks HTTP/2 shows when it is spoken to.
    let agreed = to.scheme == Scheme::Http || tls.as_ref().is_some_and(|tls| tls.alpn.as_deref() == Some(HTTP2));
    if !agreed {
        let text = format!(
            "{} doesn't speak HTTP/2, or no longer does; the client must connect anew, by HTTP/1.1 where it began without TLS",
            to.host_port()
        );
        return Err(Trouble::new(Stage::TlsUpstream, text));
    }
    let limits = &site.shared.config.limits;
    let mut builder = client::Builder::new();
    builder
        // A pushed answer has no request of the client's, and browsers take none any more.
        .enable_push(false)
        .initial_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_header_list_size(u32::try_from(limits.http.head_bytes).unwrap_or(u32::MAX));
    let (requests, connection) = builder.handshake(stream).await.map_err(|e| {
        let text = format!("{} broke off the greeting of HTTP/2: {}", to.host_port(), words(&e));
        Trouble::new(Stage::Send, text)
    })?;
    // How it ends, each stream learns by itself.
    let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
    Ok(Open { requests, address, tls, driver })
}
