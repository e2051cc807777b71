//! A server's connection, ready for requests: reached directly or through another proxy, with TLS where it is spoken.

use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::BytesMut;
use mwscope_parsers::http::Framer;
use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::timeout;

use super::carry::Reads;
use super::chain::{Through, through};
use super::config::{Limits, UpstreamProxy};
use super::core::{Endpoint, Scheme, Trouble, cause};
use super::dial::{Dialled, dial};
use super::recording::Journey;
use super::rounds::Behalf;
use super::stream::Stream;
use super::tls::{Greeting, HTTP1, HTTP2, Trust};
use crate::model::{Stage, TlsFacts};

/// By what means servers are reached.
#[derive(Clone, Copy)]
pub(super) struct Means<'a> {
    /// The proxy through which they are reached.
    pub(super) upstream: Option<&'a UpstreamProxy>,
    /// What their certificates are checked against.
    pub(super) trust: &'a Trust,
    /// Times that nobody may exceed.
    pub(super) limits: &'a Limits,
    /// The addresses on which we listen ourselves, which are no servers.
    pub(super) ours: &'a [SocketAddr],
    /// On whose behalf, where it is a client's.
    pub(super) behalf: Option<Behalf<'a>>,
}

/// A connection to a server, with the framing of what it sends.
pub(super) struct Server {
    pub(super) to: Endpoint,
    pub(super) stream: Stream,
    pub(super) buffer: BytesMut,
    pub(super) reads: Reads,
    pub(super) framer: Framer,
    pub(super) address: String,
    pub(super) tls: Option<TlsFacts>,
    /// The upstream proxy at its other end, where plain requests are asked of that.
    pub(super) proxy: Option<String>,
    /// Whether no request was sent over it yet.
    pub(super) fresh: bool,
    /// Whether the client has signed on by this connection (NTLM, Negotiate), so that no other can stand for it.
    pub(super) signed_on: bool,
    /// Whether it was said what can't work of a sign-on through this proxy.
    pub(super) limits_said: bool,
}

impl Server {
    /// Whether nothing has come on a kept connection: neither its end nor bytes that nobody asked for.
    pub(super) async fn is_quiet(&mut self) -> bool {
        self.buffer.is_empty() && poll_fn(|cx| Poll::Ready(self.is_silent(cx))).await
    }

    /// Whether nothing has come by now; wakes when something does. Nothing is meant for anybody where no request was
    /// sent, so that what came is only good for ending the connection.
    pub(super) fn is_silent(&mut self, cx: &mut Context<'_>) -> bool {
        let mut unasked = [0; 1];
        Pin::new(&mut self.stream).poll_read(cx, &mut ReadBuf::new(&mut unasked)).is_pending()
    }
}

/// A connection that leads to a server, before any TLS.
pub(super) struct Wire {
    pub(super) stream: Stream,
    pub(super) address: String,
}

/// A connection that was made ahead of the first request, to see what the server speaks; or why it couldn't be.
pub(super) struct Ready {
    pub(super) server: Result<Server, Trouble>,
    pub(super) journey: Journey,
}

impl Ready {
    /// Reaches `to` ahead of the first request, over `wire` where that stands already.
    pub(super) async fn make(means: Means<'_>, to: &Endpoint, ask: Ask<'_>, wire: Option<Wire>) -> Self {
        let mut journey = Journey::default();
        let server = match wire {
            Some(wire) => secure(means, to, ask, wire, &mut journey).await,
            None => reach(means, to, ask, Plain::ToServer, &mut journey).await,
        };
        Self { server, journey }
    }

    /// The protocol to be spoken with a client that said `greeting`: that of the server, so that nothing has to be
    /// translated; where there is none, one in which the client can be told so.
    pub(super) fn protocol(&self, greeting: &Greeting) -> &'static str {
        let http2 = match &self.server {
            Ok(server) => server.tls.as_ref().is_some_and(|tls| tls.alpn.as_deref() == Some(HTTP2)),
            Err(_) => !greeting.offers(HTTP1),
        };
        if http2 { HTTP2 } else { HTTP1 }
    }
}

/// How plain requests travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// To the server, or through a tunnel to it.
    ToServer,
    /// To the upstream proxy, which sends them on.
    ToUpstreamProxy,
}

/// What TLS asks a server for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ask<'a> {
    /// The name of the server.
    pub(super) server_name: &'a str,
    /// The protocols that are offered, best first.
    pub(super) protocols: &'a [&'a str],
}

/// Reaches `to`; what it took is noted in the journey.
pub(super) async fn reach(
    means: Means<'_>,
    to: &Endpoint,
    ask: Ask<'_>,
    plain: Plain,
    journey: &mut Journey,
) -> Result<Server, Trouble> {
    let asked = means.upstream.filter(|_| plain == Plain::ToUpstreamProxy && to.scheme == Scheme::Http);
    let wire = match asked {
        Some(proxy) => {
            journey.notes.push(("upstream proxy", proxy.at.host_port()));
            dial_proxy(means, proxy, journey).await?
        }
        None => wire(means, to, journey).await?,
    };
    let server = secure(means, to, ask, wire, journey).await?;
    Ok(Server { proxy: asked.map(|proxy| proxy.at.host_port()), ..server })
}

/// Reaches `to` without speaking TLS yet, by no other means than our own.
pub(super) async fn wire(means: Means<'_>, to: &Endpoint, journey: &mut Journey) -> Result<Wire, Trouble> {
    match tunnel(means, to, None, None, journey).await? {
        Through::Open(wire) => Ok(wire),
        // Only a client that is heard is challenged.
        Through::Challenged(_) => Err(Trouble::new(Stage::UpstreamProxy, "the upstream proxy wants credentials")),
    }
}

/// Reaches `to` without speaking TLS yet. A client that signs on to the upstream proxy itself says so in `said`, and
/// goes on over the connection of its last attempt, `pinned`.
pub(super) async fn tunnel(
    means: Means<'_>,
    to: &Endpoint,
    said: Option<&[Vec<u8>]>,
    pinned: Option<Wire>,
    journey: &mut Journey,
) -> Result<Through, Trouble> {
    let Some(proxy) = means.upstream else {
        let dialled = dial_noted(means, to, journey).await?;
        return Ok(Through::Open(Wire { address: dialled.address.to_string(), stream: Box::new(dialled.stream) }));
    };
    journey.notes.push(("upstream proxy", proxy.at.host_port()));
    let wire = match pinned {
        Some(wire) => {
            journey.address = Some(wire.address.clone());
            wire
        }
        None => dial_proxy(means, proxy, journey).await?,
    };
    let asked = through(proxy, to, said, wire, means.limits.http);
    timeout(means.limits.connect, asked).await.unwrap_or_else(|_| {
        let text = format!("the upstream proxy {} did not answer CONNECT; look into its log", proxy.at.host_port());
        Err(Trouble::new(Stage::UpstreamProxy, text).with_status(504))
    })
}

/// Speaks TLS over a wire, where the scheme wants it.
pub(super) async fn secure(
    means: Means<'_>,
    to: &Endpoint,
    ask: Ask<'_>,
    wire: Wire,
    journey: &mut Journey,
) -> Result<Server, Trouble> {
    let (stream, tls) = match to.scheme {
        Scheme::Http => (wire.stream, None),
        Scheme::Https => {
            let limit = means.limits.handshake;
            journey.address = Some(wire.address.clone());
            let connect = means.trust.connect(to, ask.server_name, ask.protocols, wire.stream);
            let secured = timeout(limit, connect).await;
            let secured = secured.unwrap_or_else(|_| {
                let text = format!(
                    "{} did not finish the TLS handshake within {}; it may speak no TLS on this port",
                    to.host_port(),
                    cause::words(limit)
                );
                Err(Trouble::new(Stage::TlsUpstream, text).with_status(504))
            })?;
            journey.handshake = Some(secured.took);
            if let Some(although) = secured.accepted_although {
                let print = secured.facts.certificates.first().cloned().unwrap_or_default();
                journey.notes.push(("certificate accepted", format!("SHA-256 {print}, although {although}")));
            }
            journey.notes.extend(secured.client_certificate.map(|text| ("client certificate", text)));
            (secured.stream, Some(secured.facts))
        }
    };
    (journey.address, journey.tls) = (Some(wire.address.clone()), tls.clone());
    let framer = Framer::responses(means.limits.http);
    Ok(Server {
        to: to.clone(),
        stream,
        buffer: BytesMut::new(),
        reads: Reads::default(),
        framer,
        address: wire.address,
        tls,
        proxy: None,
        fresh: true,
        signed_on: false,
        limits_said: false,
    })
}

/// A connection to the upstream proxy itself.
async fn dial_proxy(means: Means<'_>, proxy: &UpstreamProxy, journey: &mut Journey) -> Result<Wire, Trouble> {
    let dialled = dial_noted(means, &proxy.at, journey).await.map_err(|trouble| Trouble {
        stage: Stage::UpstreamProxy,
        cause: format!("the upstream proxy {}: {}", proxy.at.host_port(), trouble.cause),
        ..trouble
    })?;
    Ok(Wire { address: dialled.address.to_string(), stream: Box::new(dialled.stream) })
}

async fn dial_noted(means: Means<'_>, to: &Endpoint, journey: &mut Journey) -> Result<Dialled, Trouble> {
    let dialled = dial(to, means.limits.connect, means.ours).await?;
    (journey.dns, journey.connect) = (dialled.dns, Some(dialled.connect));
    journey.address = Some(dialled.address.to_string());
    if let Some(behalf) = means.behalf {
        behalf.look(dialled.stream.local_addr().ok(), dialled.address).await?;
    }
    Ok(dialled)
}

/// The value of an authorization field for `user:password` (RFC 7617).
pub(super) fn basic(credentials: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
}
