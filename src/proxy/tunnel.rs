//! What happens behind CONNECT: TLS is opened up and its requests recorded, or bytes pass unread where the user listed
//! the host, where it is no TLS, or where the client has refused our certificate; and it is said which and why.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mwscope_parsers::http::{Framer, Head};
use mwscope_parsers::wire::Side;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{sleep, timeout};

use super::carry::{Begin, Carrier, End, Reads, carry};
use super::chain::{Challenge, Through};
use super::core::relay::Relay;
use super::core::route::Way;
use super::core::{Endpoint, Scheme, answer, cause};
use super::detect::{FirstLine, Spoken, first_line, may_be_settings, spoken};
use super::forward::{Client, Inside, say, serve};
use super::http2::{self, Site};
use super::listen::Shared;
use super::overheard::Overheard;
use super::reach::{self, Ask, Ready, Wire};
use super::recording::{Caller, Journey, Recording};
use super::refusals::Refusal;
use super::stream::Rewound;
use super::tls::{self, Refused};
use crate::model::{Outcome, Part, Response, Stage};

/// How long a client may be silent inside its first line before it is taken for none of HTTP, whose clients write their
/// heads in one go.
const LINE: Duration = Duration::from_secs(1);

/// Who spoke first in a tunnel, and what.
enum First {
    Client(Spoken),
    Server,
    Closed,
    Nobody,
    /// The client, a part of a line, and then nobody.
    Unsaid,
}

/// A CONNECT that a client sent.
pub(super) struct Asked {
    pub(super) to: Endpoint,
    pub(super) head: Box<Head>,
    pub(super) began: Instant,
    /// The connection to the upstream proxy on which the client has begun to sign on.
    pub(super) pinned: Option<Wire>,
}

/// Serves a CONNECT to its end, and everything inside it. Gives the client back where the upstream proxy wants it to
/// sign on first, with the connection that its answer must take.
pub(super) async fn connect(shared: Arc<Shared>, mut client: Client, asked: Asked) -> Option<(Client, Option<Wire>)> {
    let Asked { to, head, began, pinned } = asked;
    let mut recording = Recording::begin(&shared.tap, &client.caller, began, &head, to.host_port());
    // Where clients must give credentials to us, what they say is not for the upstream proxy.
    let said: Vec<Vec<u8>> = head.all("Proxy-Authorization").map(<[u8]>::to_vec).collect();
    let said = shared.config.credentials.is_none().then_some(said.as_slice());
    let mut journey = Journey::default();
    let reached =
        recording.shown_while(reach::tunnel(shared.means(&client.caller), &to, said, pinned, &mut journey)).await;
    recording.journey(journey);
    match reached {
        Ok(Through::Open(wire)) => {
            let stands = Stands { said: answer::CONNECTED.to_vec(), inside: "CONNECT" };
            open(shared, client, to, wire, recording, stands).await;
            None
        }
        Ok(Through::Challenged(challenge)) => hand_on(client, &head, challenge, recording).await,
        Err(trouble) => {
            say(&mut client, &answer::trouble(&trouble)).await;
            recording.failed(&trouble);
            None
        }
    }
}

/// Gives the client the upstream proxy's challenge as it came.
async fn hand_on(
    mut client: Client,
    asked: &Head,
    challenge: Challenge,
    mut recording: Recording,
) -> Option<(Client, Option<Wire>)> {
    let Challenge { head, rest, payload, pinned } = challenge;
    recording.sent();
    recording.answered(Response::of(&head));
    recording.body(Part::ResponseBody, payload).await;
    let bytes = [head.bytes(), &rest].concat();
    let goes_on = pinned.is_some() && asked.persists();
    if !goes_on {
        say(&mut client, &bytes).await;
        recording.finish(Outcome::Complete);
        return None;
    }
    recording.note("kept connection", "the client's answer goes to the upstream proxy on the connection of this one");
    if let Err(error) = client.stream.write_all(&bytes).await {
        let cause = format!("the client's connection broke: {}", cause::plain(&error));
        recording.finish(Outcome::Aborted { stage: Stage::ResponseBody, cause });
        return None;
    }
    recording.finish(Outcome::Complete);
    Some((client, pinned))
}

/// What a client is told when its tunnel stands, and what it was opened by.
pub(super) struct Stands {
    pub(super) said: Vec<u8>,
    /// `CONNECT` or `SOCKS`.
    pub(super) inside: &'static str,
}

/// Says that the tunnel stands, and serves what comes through it.
pub(super) async fn open(
    shared: Arc<Shared>,
    mut client: Client,
    to: Endpoint,
    mut wire: Wire,
    mut recording: Recording,
    Stands { said, inside }: Stands,
) {
    recording.name_process().await;
    if let Err(error) = client.stream.write_all(&said).await {
        let cause = format!("the client went away before the tunnel stood: {}", cause::plain(&error));
        return recording.finish(Outcome::Aborted { stage: Stage::Tunnel, cause });
    }
    let mut server_buffer = BytesMut::new();
    let listed = shared.config.tunnels(&to.host);
    let refusal = Refusal::by(&client.caller, client.address, &to);
    let refused = shared.has_refused(&refusal);
    let limit = shared.config.limits.tunnel;
    let mut spoke = recording.shown_while(first(&mut client, &mut wire, &mut server_buffer, limit)).await;
    // What is listed passes whatever it is, and waits for nothing.
    if matches!(spoke, First::Client(Spoken::Http)) && !listed {
        spoke = first_request(&mut client, &mut wire, &mut server_buffer).await;
    }
    if !server_buffer.is_empty() && !matches!(spoke, First::Client(Spoken::Http2) | First::Closed) {
        spoke = First::Server;
    }
    let reason = match spoke {
        First::Closed => return recording.finish(Outcome::Complete),
        First::Nobody => {
            recording.note("tunnelled unread", "nobody spoke");
            return recording.failed(&cause::late(Stage::Tunnel, &cause::words(shared.config.limits.tunnel)));
        }
        First::Server => "the server spoke first, so it is no TLS or HTTP",
        First::Client(Spoken::Tls | Spoken::Http | Spoken::Http2) if listed => "the host is listed to be passed unread",
        First::Client(Spoken::Tls) if refused => {
            recording.note(
                "tunnelled unread",
                format!("{} refused our certificate for {} before", refusal.who, to.host_port()),
            );
            return pass(&shared, client, wire, server_buffer, recording).await;
        }
        First::Client(Spoken::Tls) if !shared.config.authority.covers(&to.host) => {
            "our authority isn't good for this host (mwscope ca renew --only-for)"
        }
        First::Client(Spoken::Tls) => return intercept(shared, client, to, wire, recording, inside).await,
        First::Client(Spoken::Http) => {
            recording.note("opened", format!("plain HTTP inside {inside}"));
            let way = Way::Inside { to: Endpoint { scheme: Scheme::Http, ..to.clone() } };
            client.caller = Caller { tunnel: Some(recording.key()), ..client.caller };
            recording.finish(Outcome::Complete);
            let inside = Inside { wire: Some(wire), ready: None, server_name: to.host };
            return serve(shared, client, way, Some(inside)).await;
        }
        First::Client(Spoken::Http2) => {
            recording.note("opened", format!("HTTP/2 without TLS inside {inside}"));
            let to = Endpoint { scheme: Scheme::Http, ..to };
            let caller = Caller { tunnel: Some(recording.key()), ..client.caller };
            recording.finish(Outcome::Complete);
            wire.stream = Box::new(Rewound::new(server_buffer.freeze(), wire.stream));
            let inside = Inside { wire: Some(wire), ..Inside::to(&to) };
            let stream = Box::new(Rewound::new(client.buffer.freeze(), client.stream));
            return http2::serve(Site::new(shared, caller, to, None, inside), stream).await;
        }
        First::Client(_) => "the client speaks neither TLS nor HTTP",
        First::Unsaid => "the client said no line of HTTP, and then nothing for a while",
    };
    recording.note("tunnelled unread", reason);
    pass(&shared, client, wire, server_buffer, recording).await;
}

/// Opens TLS towards the client; what comes inside is served, over the connection that stands already.
async fn intercept(
    shared: Arc<Shared>,
    client: Client,
    to: Endpoint,
    wire: Wire,
    mut recording: Recording,
    by: &'static str,
) {
    let Client { stream, buffer, caller, address, .. } = client;
    let limit = shared.config.limits.handshake;
    let io = Rewound::new(buffer.freeze(), stream);
    let opened = async {
        let greeted = tls::greeted(&to.host, limit, io).await?;
        note_greeting(&mut recording, &greeted.greeting);
        let server_name = greeted.greeting.server_name.clone().unwrap_or_else(|| to.host.clone());
        let mut inside = Inside { wire: Some(wire), ready: None, server_name };
        let mut protocol = tls::HTTP1;
        if greeted.greeting.offers(tls::HTTP2) {
            // Which of them is spoken is for the server to say.
            let ask = Ask { server_name: &inside.server_name, protocols: &greeted.greeting.recordable() };
            let ready = Ready::make(shared.means(&caller), &to, ask, inside.wire.take()).await;
            protocol = ready.protocol(&greeted.greeting);
            inside.ready = Some(ready);
        }
        let stream = greeted.accept(&shared.config.authority, &to.host, protocol, limit).await?;
        Ok((stream, inside, protocol))
    };
    let (stream, inside, protocol) = match opened.await {
        Ok(opened) => opened,
        Err(Refused { mut trouble, ours }) => {
            if ours {
                let refusal = Refusal::by(&caller, address, &to);
                trouble.cause = cause::tunnelled_from_now_on(&trouble.cause, &refusal.who, &to.host_port());
                shared.remember_refusal(refusal);
            }
            return recording.failed(&trouble);
        }
    };
    recording.note("opened", format!("TLS inside {by}"));
    let caller = Caller { tunnel: Some(recording.key()), ..caller };
    recording.finish(Outcome::Complete);
    if protocol == tls::HTTP2 {
        return http2::serve(Site::new(shared, caller, to, None, inside), stream).await;
    }
    let framer = Framer::requests(shared.config.limits.http);
    let client = Client { stream, buffer: BytesMut::new(), reads: Reads::default(), framer, caller, address };
    serve(shared, client, Way::Inside { to }, Some(inside)).await;
}

/// Carries bytes both ways unread, and notes what can be seen from outside.
async fn pass(shared: &Shared, client: Client, wire: Wire, mut from_server: BytesMut, mut recording: Recording) {
    let Client { stream, buffer: mut from_client, .. } = client;
    let overheard = Overheard::new();
    overheard.hear(Side::Client, &from_client);
    overheard.hear(Side::Server, &from_server);
    let (mut up, mut down) = (overheard.ear(Side::Client, stream), overheard.ear(Side::Server, wire.stream));
    let (mut requests, mut responses) = (Framer::requests(Default::default()), Framer::responses(Default::default()));
    let relay = Relay::tunnel(&mut requests, &mut responses);
    let limits = &shared.config.limits;
    let (mut sent, mut answered) = (Reads::default(), Reads::default());
    let client_end = End { stream: &mut up, buffer: &mut from_client, reads: &mut sent };
    let server_end = End { stream: &mut down, buffer: &mut from_server, reads: &mut answered };
    let mut carrier = Carrier::new(limits.tunnel);
    let begin = Begin::default();
    let finish = carry(&mut carrier, client_end, server_end, relay, &mut recording, limits, begin).await;
    overheard.note(&mut recording);
    let text = format!("{} bytes from the client, {} from the server", finish.carried.up, finish.carried.down);
    recording.note("carried", text);
    recording.finish(finish.outcome);
}

fn note_greeting(recording: &mut Recording, greeting: &tls::Greeting) {
    if let Some(name) = &greeting.server_name {
        recording.note("server name", name.clone());
    }
    if !greeting.protocols.is_empty() {
        recording.note("protocols offered", greeting.protocols.join(", "));
    }
}

/// Tells HTTP from other protocols of text in which the client speaks first (SMTP, STOMP, memcached): by the first line, or
/// by silence inside it, since a client of another protocol may have said all that it has to say.
async fn first_request(client: &mut Client, wire: &mut Wire, from_server: &mut BytesMut) -> First {
    loop {
        match first_line(&client.buffer) {
            FirstLine::Http => return First::Client(spoken(&client.buffer)),
            FirstLine::Other => return First::Client(Spoken::Other),
            FirstLine::Begun => {}
        }
        let read = poll_fn(|cx| {
            if let Poll::Ready(read) = pin!(client.stream.read_buf(&mut client.buffer)).poll(cx) {
                return Poll::Ready((Side::Client, read));
            }
            pin!(wire.stream.read_buf(from_server)).poll(cx).map(|read| (Side::Server, read))
        });
        match timeout(LINE, read).await {
            Ok((Side::Client, Ok(n))) if n > 0 => {}
            Ok((Side::Server, Ok(n))) if n > 0 && may_be_settings(from_server) => {}
            Ok((Side::Server, _)) => return First::Server,
            // What ended is found to have ended again, where the bytes are carried.
            Ok((Side::Client, _)) => return First::Client(Spoken::Other),
            Err(_) => return First::Unsaid,
        }
    }
}

/// Waits until somebody speaks: TLS and HTTP begin with the client, SSH and others with the server.
async fn first(client: &mut Client, wire: &mut Wire, from_server: &mut BytesMut, limit: Duration) -> First {
    if !client.buffer.is_empty() {
        return First::Client(spoken(&client.buffer));
    }
    let mut clock = pin!(sleep(limit));
    poll_fn(|cx| {
        if let Poll::Ready(read) = pin!(client.stream.read_buf(&mut client.buffer)).poll(cx) {
            let first =
                if matches!(read, Ok(n) if n > 0) { First::Client(spoken(&client.buffer)) } else { First::Closed };
            return Poll::Ready(first);
        }
        // The settings of HTTP/2 need not wait for the client, and say nothing before it has spoken.
        while let Poll::Ready(read) = pin!(wire.stream.read_buf(from_server)).poll(cx) {
            if !matches!(read, Ok(n) if n > 0) || !may_be_settings(from_server) {
                return Poll::Ready(First::Server);
            }
        }
        clock.as_mut().poll(cx).map(|()| First::Nobody)
    })
    .await
}
