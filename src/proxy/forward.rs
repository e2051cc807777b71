//! A client's connection from its first request to its end: read a head, decide, reach the server, carry, and again.
//!
//! Servers' connections belong to one client's connection and are never shared, so that what a connection stands for
//! (NTLM, Negotiate, a server's affinity) stays true, and the server sees as many connections as without us.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::{Asked, End as MessageEnd, Event, Framer, Head, Target};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::carry::{Begin, Carrier, End, Reads, carry};
use super::clock::Clock;
use super::core::hold::Half;
use super::core::relay::Relay;
use super::core::route::{Forward, OWN_PATHS, Route, Way, decide};
use super::core::wsdl::Rewrite;
use super::core::{Endpoint, Trouble, answer, cause, policy, same_secret, signing};
use super::hold::{self, Catch};
use super::listen::Shared;
use super::reach::{Ask, Plain, Ready, Server, Wire, basic, reach, secure};
use super::recording::{Caller, Journey, Recording};
use super::stream::Stream;
use super::{tls, tunnel};
use crate::model::{Outcome, Stage};

/// A client's connection, with the framing of what it sends.
pub(super) struct Client {
    pub(super) stream: Stream,
    pub(super) buffer: BytesMut,
    pub(super) reads: Reads,
    pub(super) framer: Framer,
    pub(super) caller: Caller,
    pub(super) address: std::net::IpAddr,
}

/// What was made of a server's connection before the first request, and what TLS asks it for.
pub(super) struct Inside {
    /// A connection without TLS.
    pub(super) wire: Option<Wire>,
    /// A connection with TLS, where that was needed to know what the server speaks.
    pub(super) ready: Option<Ready>,
    /// The server that the client named.
    pub(super) server_name: String,
}

impl Inside {
    /// Nothing yet, for a server of that name.
    pub(super) fn to(to: &Endpoint) -> Self {
        Self { wire: None, ready: None, server_name: to.host.clone() }
    }
}

/// What the wait for a request gave.
enum Got {
    Head(Box<Head>, Instant),
    Closed,
    Broken(Outcome, Option<Trouble>, Instant),
}

/// What becomes of the client's connection behind an exchange.
enum After {
    Again,
    Close,
}

/// Serves a client until it or the server wants no more.
pub(super) async fn serve(shared: Arc<Shared>, mut client: Client, way: Way, mut inside: Option<Inside>) {
    let mut servers: Vec<Server> = Vec::new();
    let mut pinned = None;
    let mut carrier = Carrier::new(shared.config.limits.idle);
    let mut stopped = pin!(shared.stopped());
    loop {
        let waiting = Waiting { servers: &mut servers, clock: &mut carrier.clock, stopped: stopped.as_mut() };
        let (head, began) = match next_head(&shared, &mut client, waiting, &way).await {
            Got::Head(head, began) => (head, began),
            Got::Closed => return,
            Got::Broken(outcome, trouble, began) => {
                let bytes = std::mem::take(&mut client.buffer);
                let recording = Recording::begin_without_head(&shared.tap, &client.caller, began, &bytes);
                recording.finish(outcome);
                if let Some(trouble) = trouble {
                    say(&mut client, &answer::trouble(&trouble)).await;
                }
                return;
            }
        };
        // Behind a recorder that can't keep up, an exchange begins later; its facts are recorded in any case.
        let _waited = shared.tap.ready().await;
        let route = decide(&head, &way);
        if let Err(trouble) = allowed(&shared, &head, &way) {
            // By its address the client's next attempt is known as such.
            let url = route.map_or_else(|_| as_asked(&head), Route::url);
            return refuse(&shared, &mut client, &head, url, &trouble, began).await;
        }
        match route {
            Ok(Route::Forward(forward)) => {
                let after = exchange(
                    &shared,
                    &mut client,
                    &mut servers,
                    &mut carrier,
                    &way,
                    &mut inside,
                    &head,
                    *forward,
                    began,
                )
                .await;
                if matches!(after, After::Close) {
                    return;
                }
            }
            Ok(Route::Connect(to)) => {
                let asked = tunnel::Asked { to, head, began, pinned: pinned.take() };
                match Box::pin(tunnel::connect(Arc::clone(&shared), client, asked)).await {
                    Some((back, kept)) => (client, pinned) = (back, kept),
                    None => return,
                }
            }
            Ok(Route::Own(path)) => return own_page(&shared, &mut client, &head, &path, began).await,
            Err(trouble) => return refuse(&shared, &mut client, &head, as_asked(&head), &trouble, began).await,
        }
    }
}

/// Ends an exchange that can't go on before it began: recorded, and the client told.
async fn refuse(shared: &Shared, client: &mut Client, head: &Head, url: String, trouble: &Trouble, began: Instant) {
    Recording::begin(&shared.tap, &client.caller, began, head, url).failed(trouble);
    say(client, &answer::trouble(trouble)).await;
}

/// What a request asks for that goes nowhere.
fn as_asked(head: &Head) -> String {
    String::from_utf8_lossy(head.target()).into_owned()
}

/// Sends the client what we say ourselves, and closes in a way that lets it read that.
pub(super) async fn say(client: &mut Client, bytes: &[u8]) {
    let said = async {
        client.stream.write_all(bytes).await?;
        client.stream.shutdown().await
    };
    if !matches!(timeout(Duration::from_secs(5), said).await, Ok(Ok(()))) {
        return;
    }
    // Closing with unread bytes resets the connection, and the client may lose what it was told.
    let mut sink = vec![0; 16 * 1024];
    let drain = async { while matches!(client.stream.read(&mut sink).await, Ok(n) if n > 0) {} };
    let _best_effort = timeout(Duration::from_secs(1), drain).await;
}

#[allow(clippy::too_many_arguments)]
async fn exchange(
    shared: &Shared,
    client: &mut Client,
    servers: &mut Vec<Server>,
    carrier: &mut Carrier,
    way: &Way,
    inside: &mut Option<Inside>,
    head: &Head,
    forward: Forward,
    began: Instant,
) -> After {
    let Forward { to, url, head: bytes, edits, here } = forward;
    let mut recording = Recording::begin(&shared.tap, &client.caller, began, head, url);
    recording.edits(edits);
    let mut rewrite = here
        .filter(|_| shared.config.rewrite)
        .map(|here| Rewrite::new(to.clone(), here, head.target()).among(&shared.fronts, way.arrived_at()))
        .map(|rewrite| rewrite.for_client(head.get("User-Agent")));
    let bytes = plain_description(bytes, rewrite.as_ref(), &mut recording);
    let mut instead = None;
    let mut armed = shared.config.breaks.armed();
    if armed.has(Half::Request) {
        match Box::pin(hold::request(shared, client, &bytes, &mut recording)).await {
            Ok(ready) => instead = ready,
            Err(outcome) => {
                recording.finish(outcome);
                return After::Close;
            }
        }
        // Meanwhile the user may have said that he wants to see the answer.
        armed = shared.config.breaks.armed();
    }
    let asked = instead.as_ref().map_or(head, |ready| &ready.head);
    let server = match obtain(shared, &client.caller, servers, &to, way, inside, &mut recording).await {
        Ok(server) => server,
        Err(trouble) => {
            say(client, &answer::trouble(&trouble)).await;
            recording.failed(&trouble);
            return After::Close;
        }
    };
    server.framer.expect(Asked::by(asked.method()));
    server.signed_on |= signing::signs_on(asked);
    if let (Some(rewrite), Some(address)) = (&mut rewrite, recording.reached_at(shared)) {
        rewrite.reached_at(address);
    }
    recording.name_process().await;
    recording.sending();
    let catches = armed.has(Half::Response);
    let catch = catches.then(|| Catch::of(shared, asked.method(), &recording)).flatten().map(Box::new);
    let mut relay = Relay::new(&mut client.framer, &mut server.framer, asked, rewrite);
    let first = match &instead {
        Some(ready) => {
            relay.request_is_sent();
            recording.sent();
            ready.bytes.clone()
        }
        None => Bytes::from(bytes),
    };
    if let Some(catch) = &catch {
        relay = relay.holding(Box::new(|head| catch.look(head)));
    }
    let client_end = End { stream: &mut client.stream, buffer: &mut client.buffer, reads: &mut client.reads };
    let server_end = End { stream: &mut server.stream, buffer: &mut server.buffer, reads: &mut server.reads };
    let limits = &shared.config.limits;
    let begin = Begin { first, catch: catch.as_deref() };
    let mut finish = carry(carrier, client_end, server_end, relay, &mut recording, limits, begin).await;
    if let (Some(proxy), Outcome::Failed { stage: Stage::Send | Stage::Wait | Stage::ResponseHead, cause }) =
        (&server.proxy, &mut finish.outcome)
    {
        // Which of the two it was can't be seen from here; the connection is the proxy's.
        *cause = format!("asked of the upstream proxy {proxy}, or by it of the server: {cause}");
        if let Some(answer) = &mut finish.answer {
            answer.cause.clone_from(cause);
        }
    }
    if finish.carried.up + finish.carried.down > 0 {
        let text = format!("{} bytes from the client, {} from the server", finish.carried.up, finish.carried.down);
        recording.note("upgraded", text);
    }
    let (opened, reverse) = (server.tls.is_some(), matches!(way, Way::Reverse(_)));
    if let Some(text) =
        recording.response().filter(|_| !server.limits_said).and_then(|a| signing::limits(a, opened, reverse))
    {
        server.limits_said = true;
        recording.note("sign-on", text);
    }
    let kept_open = !server.fresh && !finish.heard;
    server.fresh = false;
    match (&finish.answer, kept_open) {
        // Without us the client would see its own kept connection closed, and try again where that is safe.
        (Some(_), true) => {
            recording
                .note("kept connection", "the server had closed it; the client's is closed, so that it can try again");
        }
        (Some(trouble), false) => say(client, &answer::trouble(trouble)).await,
        (None, _) if finish.looks_whole => client.stream.break_off(),
        (None, _) => {}
    }
    recording.finish(finish.outcome);
    if finish.looks_whole {
        return After::Close;
    }
    if !finish.keep_client || !server.buffer.is_empty() {
        servers.retain(|s| s.framer.between_messages() && s.buffer.is_empty() && finish.keep_server);
    } else if !finish.keep_server {
        servers.retain(|s| s.to != to);
    }
    if finish.keep_client {
        return After::Again;
    }
    let _closed = timeout(Duration::from_secs(1), client.stream.shutdown()).await;
    After::Close
}

/// A kept connection to `to` that is still good, else a new one.
async fn obtain<'s>(
    shared: &Shared,
    caller: &Caller,
    servers: &'s mut Vec<Server>,
    to: &Endpoint,
    way: &Way,
    inside: &mut Option<Inside>,
    recording: &mut Recording,
) -> Result<&'s mut Server, Trouble> {
    let kept = servers.iter().position(|s| s.to == *to);
    if let Some(at) = kept {
        if servers[at].is_quiet().await {
            let server = &servers[at];
            recording.server(Some(server.address.clone()), server.tls.clone());
            return Ok(&mut servers[at]);
        }
        if servers.remove(at).signed_on {
            let text = "the server closed the connection by which the client had signed on; it must sign on again";
            return Err(Trouble::new(Stage::Send, text));
        }
    }
    let mut journey = Journey::default();
    let plain = if matches!(way, Way::Proxy { .. }) { Plain::ToUpstreamProxy } else { Plain::ToServer };
    let server_name = inside.as_ref().map_or(&to.host, |inside| &inside.server_name).clone();
    let ask = Ask { server_name: &server_name, protocols: &[tls::HTTP1] };
    let made = inside.as_mut().map(|inside| (inside.ready.take(), inside.wire.take()));
    let server = match made {
        Some((Some(ready), _)) => {
            journey = ready.journey;
            ready.server
        }
        Some((None, Some(wire))) => {
            recording.shown_while(secure(shared.means(caller), to, ask, wire, &mut journey)).await
        }
        _ => recording.shown_while(reach(shared.means(caller), to, ask, plain, &mut journey)).await,
    };
    recording.journey(journey);
    servers.push(server?);
    let last = servers.len() - 1;
    Ok(&mut servers[last])
}

/// Asks for a service description without content coding, where its addresses will be rewritten.
fn plain_description(bytes: Vec<u8>, rewrite: Option<&Rewrite>, recording: &mut Recording) -> Vec<u8> {
    if !rewrite.is_some_and(Rewrite::is_description) {
        return bytes;
    }
    let head = Head::request(bytes, 0, &mwscope_parsers::http::Limits::default());
    let mut patch = super::core::patch::Patch::new(&head);
    let coded = |f: &&mwscope_parsers::http::Field| head.slice(&f.name).eq_ignore_ascii_case(b"Accept-Encoding");
    head.fields().iter().filter(coded).for_each(|field| patch.remove(field));
    let (bytes, edits) = patch.finish();
    recording.edits(edits);
    bytes
}

/// Whether the client has given the credentials that it must: to us as its proxy, or for a server that we guard.
fn allowed(shared: &Shared, head: &Head, way: &Way) -> Result<(), Trouble> {
    let config = &shared.config;
    let direct = !matches!(Target::of(head.method(), head.target()), Target::Absolute { .. } | Target::Authority(_));
    let guarded = match way {
        Way::Reverse(_) => true,
        Way::Proxy { stands_for, .. } => stands_for.is_some() && direct && !OWN_PATHS.contains(&head.target()),
        Way::Inside { .. } => return Ok(()),
    };
    if guarded && let Some(wanted) = &config.reverse_credentials {
        return given(head.get("Authorization"), wanted, "for this server", "--reverse-auth", 401);
    }
    match (&config.credentials, way) {
        (Some(wanted), Way::Proxy { .. }) => {
            given(head.get("Proxy-Authorization"), wanted, "for the proxy", "--proxy-auth", 407)
        }
        _ => Ok(()),
    }
}

/// Whether `said` are the credentials that are wanted.
pub(super) fn given(said: Option<&[u8]>, wanted: &str, what: &str, option: &str, status: u16) -> Result<(), Trouble> {
    // The scheme's name is compared as it is written by everyone.
    if said.is_some_and(|said| same_secret(said, basic(wanted).as_bytes())) {
        return Ok(());
    }
    let wrong = match said {
        Some(_) => format!("the client's credentials {what} are wrong"),
        None => format!("the client gave no credentials {what}"),
    };
    let text = format!("{wrong}; give it those that mwscope was started with ({option})");
    Err(Trouble::new(Stage::ProxyAuth, text).with_status(status))
}

async fn own_page(shared: &Shared, client: &mut Client, head: &Head, path: &str, began: Instant) {
    let authority = &shared.config.authority;
    let with_body = head.method() != b"HEAD";
    let page = match path {
        "/mwscope-ca.pem" => answer::page("application/x-pem-file", authority.pem().as_bytes(), with_body),
        "/mwscope-ca.crt" => answer::page("application/x-x509-ca-cert", authority.certificate(), with_body),
        "/" => answer::page("text/plain; charset=utf-8", OWN_PAGE.as_bytes(), with_body),
        _ => {
            let text = format!(
                "{path:?} was asked of the proxy as if it were the server; set this address as the client's proxy, or \
                 start mwscope with --reverse URL for a client that knows no proxy"
            );
            let trouble = Trouble::new(Stage::RequestHead, text).with_status(400);
            return refuse(shared, client, head, path.to_owned(), &trouble, began).await;
        }
    };
    say(client, &page).await;
}

const OWN_PAGE: &str = "This is mwscope, a recording proxy. Set this address as the HTTP and HTTPS proxy of the client.\r\n\
For HTTPS the client must trust the certificate at /mwscope-ca.pem (DER: /mwscope-ca.crt).\r\n";

/// Waits for a request head. While none has begun, a server's end is watched for, too.
async fn next_head<S: Future<Output = ()>>(
    shared: &Shared,
    client: &mut Client,
    mut waiting: Waiting<'_, S>,
    way: &Way,
) -> Got {
    let limits = &shared.config.limits;
    let mut began = Instant::now();
    loop {
        let step = client.framer.step(&client.buffer);
        match step.event {
            Some(Event::Head(head, _)) => {
                let _head = client.buffer.split_to(step.used);
                return Got::Head(head, began);
            }
            Some(Event::Doubt(doubt)) => return refused(doubt.what, began),
            Some(Event::End(MessageEnd::Broken(what))) => return refused(what, began),
            Some(_) => {
                let _taken = client.buffer.split_to(step.used);
                continue;
            }
            None => {}
        }
        let blank = client.buffer.iter().all(|b| matches!(b, b'\r' | b'\n'));
        let read = if blank {
            let read = idle_read(shared, client, &mut waiting, way).await;
            began = Instant::now();
            read
        } else {
            let left = limits.head.saturating_sub(began.elapsed());
            let read = timeout(left, client.stream.read_buf(&mut client.buffer));
            tokio::select! {
                biased;
                read = read => read.map_or(Idle::Late, Idle::Read),
                () = waiting.stopped.as_mut() => Idle::Stopped,
            }
        };
        match read {
            Idle::Read(Ok(n)) if n > 0 => {}
            Idle::Late if !blank => return head_late(limits.head, began),
            // What has come of it is kept: the head that never ended may be what is looked for.
            Idle::Stopped => return Got::Broken(Outcome::Open, None, began),
            Idle::Read(Ok(_)) if !blank => {
                return left("the client closed its connection inside a request head", began);
            }
            Idle::Read(Err(error)) if !blank => {
                return left(
                    &format!("the client's connection broke inside a request head: {}", cause::plain(&error)),
                    began,
                );
            }
            Idle::Read(_) | Idle::Late | Idle::ServerGone => return Got::Closed,
        }
    }
}

/// What is watched while a client has nothing under way.
struct Waiting<'a, S> {
    servers: &'a mut Vec<Server>,
    clock: &'a mut Clock,
    /// Becomes ready when no more requests are to be taken.
    stopped: Pin<&'a mut S>,
}

enum Idle {
    Read(std::io::Result<usize>),
    ServerGone,
    Late,
    /// No more requests are to be taken, and a part of one is there.
    Stopped,
}

/// Reads from a client that has nothing under way. What a kept server says meanwhile ends that server's connection;
/// where it is the only one that the client speaks to, or has signed on by, the client's too, as it would without us.
async fn idle_read<S: Future<Output = ()>>(
    shared: &Shared,
    client: &mut Client,
    Waiting { servers, clock, stopped }: &mut Waiting<'_, S>,
    way: &Way,
) -> Idle {
    let mirror = !matches!(way, Way::Proxy { .. });
    clock.wind(shared.config.limits.idle);
    // Thousands of connections may wait here: they keep no more room than a small request needs.
    if client.buffer.is_empty() && client.buffer.capacity() > Reads::LEAST {
        client.buffer = BytesMut::new();
    }
    client.buffer.reserve(2048);
    servers.iter_mut().filter(|s| s.buffer.is_empty()).for_each(|s| s.buffer = BytesMut::new());
    poll_fn(|cx| {
        if let Poll::Ready(read) = pin!(client.stream.read_buf(&mut client.buffer)).poll(cx) {
            return Poll::Ready(Idle::Read(read));
        }
        let mut gone = false;
        servers.retain_mut(|s| {
            let open = s.is_silent(cx);
            gone |= !open && (mirror || s.signed_on);
            open
        });
        if gone {
            return Poll::Ready(Idle::ServerGone);
        }
        if stopped.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Idle::Late);
        }
        clock.poll(cx).map(|_late| Idle::Late)
    })
    .await
}

fn refused(what: mwscope_parsers::http::Ambiguity, began: Instant) -> Got {
    let status = match policy::on_request(what) {
        policy::Verdict::Refuse(status) => status,
        _ => 400,
    };
    let trouble = policy::refusal(Stage::RequestHead, what, status);
    let outcome = Outcome::Failed { stage: trouble.stage, cause: trouble.cause.clone() };
    Got::Broken(outcome, Some(trouble), began)
}

fn head_late(limit: Duration, began: Instant) -> Got {
    let text =
        format!("the client did not finish a request head within {}; it may not speak HTTP", cause::words(limit));
    let trouble = Trouble::new(Stage::RequestHead, text).with_status(408);
    Got::Broken(Outcome::Failed { stage: trouble.stage, cause: trouble.cause.clone() }, Some(trouble), began)
}

fn left(cause: &str, began: Instant) -> Got {
    Got::Broken(Outcome::Aborted { stage: Stage::RequestHead, cause: cause.to_owned() }, None, began)
}
