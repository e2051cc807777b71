//! A server's connection, ready for requests: reached directly or through another proxy, with TLS where it is spoken.

use bytes::BytesMut;
use mwscope_parsers::http::{Asked, Event, Framer, Head};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::config::UpstreamProxy;
use super::core::{Endpoint, Scheme, Trouble, cause};
use super::dial::{Dialled, dial};
use super::listen::Shared;
use super::recording::Journey;
use super::stream::{Rewound, Stream};
use super::tls::{Greeting, HTTP1, HTTP2};
use crate::model::{Stage, TlsFacts};

/// A connection to a server, with the framing of what it sends.
pub(super) struct Server {
    pub(super) to: Endpoint,
    pub(super) stream: Stream,
    pub(super) buffer: BytesMut,
    pub(super) framer: Framer,
    pub(super) address: String,
    pub(super) tls: Option<TlsFacts>,
    /// Whether no request was sent over it yet.
    pub(super) fresh: bool,
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
    pub(super) async fn make(shared: &Shared, to: &Endpoint, ask: Ask<'_>, wire: Option<Wire>) -> Self {
        let mut journey = Journey::default();
        let server = match wire {
            Some(wire) => secure(shared, to, ask, wire, &mut journey).await,
            None => reach(shared, to, ask, Plain::ToServer, &mut journey).await,
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
    shared: &Shared,
    to: &Endpoint,
    ask: Ask<'_>,
    plain: Plain,
    journey: &mut Journey,
) -> Result<Server, Trouble> {
    let wire = match (&shared.config.upstream, plain, to.scheme) {
        (Some(proxy), Plain::ToUpstreamProxy, Scheme::Http) => {
            let dialled = dial_noted(shared, &proxy.at, journey).await?;
            Wire { address: dialled.address.to_string(), stream: Box::new(dialled.stream) }
        }
        _ => wire(shared, to, journey).await?,
    };
    secure(shared, to, ask, wire, journey).await
}

/// Reaches `to` without speaking TLS yet.
pub(super) async fn wire(shared: &Shared, to: &Endpoint, journey: &mut Journey) -> Result<Wire, Trouble> {
    let Some(proxy) = &shared.config.upstream else {
        let dialled = dial_noted(shared, to, journey).await?;
        return Ok(Wire { address: dialled.address.to_string(), stream: Box::new(dialled.stream) });
    };
    let dialled = dial_noted(shared, &proxy.at, journey).await.map_err(|trouble| Trouble {
        stage: Stage::UpstreamProxy,
        cause: format!("the upstream proxy {}: {}", proxy.at.host_port(), trouble.cause),
        ..trouble
    })?;
    journey.notes.push(("upstream proxy", proxy.at.host_port()));
    let address = dialled.address.to_string();
    let stream =
        timeout(shared.config.limits.connect, through(proxy, to, dialled, shared)).await.unwrap_or_else(|_| {
            let text = format!("the upstream proxy {} did not answer CONNECT; look into its log", proxy.at.host_port());
            Err(Trouble::new(Stage::UpstreamProxy, text).with_status(504))
        })?;
    Ok(Wire { stream, address })
}

/// Speaks TLS over a wire, where the scheme wants it.
pub(super) async fn secure(
    shared: &Shared,
    to: &Endpoint,
    ask: Ask<'_>,
    wire: Wire,
    journey: &mut Journey,
) -> Result<Server, Trouble> {
    let (stream, tls) = match to.scheme {
        Scheme::Http => (wire.stream, None),
        Scheme::Https => {
            let limit = shared.config.limits.handshake;
            journey.address = Some(wire.address.clone());
            let connect = shared.config.trust.connect(to, ask.server_name, ask.protocols, wire.stream);
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
    let framer = Framer::responses(shared.config.limits.http);
    Ok(Server { to: to.clone(), stream, buffer: BytesMut::new(), framer, address: wire.address, tls, fresh: true })
}

async fn dial_noted(shared: &Shared, to: &Endpoint, journey: &mut Journey) -> Result<Dialled, Trouble> {
    let dialled = dial(to, shared.config.limits.connect, shared.listening()).await?;
    (journey.dns, journey.connect) = (dialled.dns, Some(dialled.connect));
    journey.address = Some(dialled.address.to_string());
    Ok(dialled)
}

/// Asks the upstream proxy for a tunnel.
async fn through(proxy: &UpstreamProxy, to: &Endpoint, dialled: Dialled, shared: &Shared) -> Result<Stream, Trouble> {
    let place = proxy.at.host_port();
    let broke = |what: String| {
        Trouble::new(Stage::UpstreamProxy, format!("the upstream proxy {place} {what}; look into its log"))
    };
    let mut stream = dialled.stream;
    let authority = to.host_port();
    let authorization = proxy.credentials.as_deref().map(|c| format!("Proxy-Authorization: {}\r\n", basic(c)));
    let request =
        format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n{}\r\n", authorization.unwrap_or_default());
    stream.write_all(request.as_bytes()).await.map_err(|e| broke(format!("broke off ({})", cause::plain(&e))))?;
    let mut framer = Framer::responses(shared.config.limits.http);
    framer.expect(Asked::Connect);
    let mut buffer = BytesMut::new();
    let head = loop {
        let step = framer.step(&buffer);
        let _taken = buffer.split_to(step.used);
        match step.event {
            Some(Event::Head(head, _)) if head.status() >= 200 => break head,
            Some(Event::Doubt(doubt)) => return Err(broke(format!("answered CONNECT with {}", doubt.what))),
            Some(_) => {}
            None => match stream.read_buf(&mut buffer).await {
                Ok(0) => return Err(broke("closed the connection instead of answering CONNECT".to_owned())),
                Ok(_) => {}
                Err(error) => return Err(broke(format!("broke off ({})", cause::plain(&error)))),
            },
        }
    };
    if !(200..300).contains(&head.status()) {
        return Err(refused(proxy, to, &head));
    }
    Ok(Box::new(Rewound::new(buffer.freeze(), stream)))
}

fn refused(proxy: &UpstreamProxy, to: &Endpoint, head: &Head) -> Trouble {
    let place = proxy.at.host_port();
    let schemes: Vec<String> = head
        .all("Proxy-Authenticate")
        .map(|v| String::from_utf8_lossy(v).split_whitespace().next().unwrap_or("").to_owned())
        .collect();
    let remedy = match head.status() {
        407 if proxy.credentials.is_some() => "the credentials in --upstream-proxy are wrong".to_owned(),
        407 => format!(
            "it wants credentials ({}): give them as --upstream-proxy USER:PASSWORD@{place}",
            schemes.join(", ")
        ),
        _ => "look into its rules and its log".to_owned(),
    };
    let reason = String::from_utf8_lossy(head.reason()).into_owned();
    let text = format!("the upstream proxy {place} refused {}: {} {reason}; {remedy}", to.host_port(), head.status());
    Trouble::new(Stage::UpstreamProxy, text)
}

/// The value of an authorization field for `user:password` (RFC 7617).
pub(super) fn basic(credentials: &str) -> String {
    use base64::Engine;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(credentials))
}
