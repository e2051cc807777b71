//! One stream of a client and the one that is opened for it to the server.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use h2::client::ResponseFuture;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::header::{AUTHORIZATION, HeaderValue, PROXY_AUTHORIZATION};
use http::{Request, Response, request};
use mwscope_parsers::http::BodyLength;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::body::{self, Broke, Progress};
use super::{Site, head, hold, name, words};
use crate::model::{Edit, Outcome, Part, Stage};
use crate::proxy::core::hold::Half;
use crate::proxy::core::wsdl::{self, Kind, LARGEST, Rewrite, Rewritten};
use crate::proxy::core::{Endpoint, Scheme, Trouble, cause};
use crate::proxy::forward::given;
use crate::proxy::hold::Catch;
use crate::proxy::recording::Recording;

/// How an exchange ended before its end.
enum Ended {
    /// The client reset its stream or broke off its connection.
    Client(h2::Error),
    /// The server did.
    Server(h2::Error),
    /// Something else, which the client is told.
    Trouble(Trouble),
    /// It goes on to nobody, as it is recorded.
    Nowhere(Outcome),
}

impl From<hold::Over> for Ended {
    fn from(over: hold::Over) -> Self {
        match over {
            hold::Over::Ended(outcome) => Self::Nowhere(outcome),
            hold::Over::Client(error) => Self::Client(error),
            hold::Over::Server(error) => Self::Server(error),
            hold::Over::Trouble(trouble) => Self::Trouble(trouble),
        }
    }
}

impl Ended {
    /// For the body of an answer, which the server gives and the client takes.
    fn downloading(broke: Broke) -> Self {
        match broke {
            Broke::Giver(error) => Self::Server(error),
            Broke::Taker(error) => Self::Client(error),
        }
    }
}

/// Carries one stream of a client.
pub(super) async fn carry(
    site: Arc<Site>,
    request: Request<RecvStream>,
    mut respond: SendResponse<Bytes>,
    began: Instant,
) {
    let (parts, mut upload) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let to = site.to.clone().map_or_else(|| head::named(&parts), Ok);
    let plain = to.as_ref().is_ok_and(|to| to.scheme == Scheme::Http);
    let url = to.as_ref().map_or_else(|_| parts.uri.to_string(), |to| format!("{to}{path}"));
    let tap = &site.shared.tap;
    // Behind a recorder that can't keep up, an exchange begins later; its facts are recorded in any case.
    let _waited = tap.ready().await;
    let mut recording = Recording::begin_decoded(tap, &site.caller, began, head::request(&parts), url);
    recording.note("protocol", "HTTP/2, recorded decoded: its frames and header compression are not kept");
    let to = match to {
        Ok(to) => to,
        Err(trouble) => {
            let outcome = end(Ended::Trouble(trouble), Stage::RequestHead, &mut respond, None, (false, plain));
            return recording.finish(outcome);
        }
    };
    let mut rewrite = rewrite(&site, &to, &parts);
    let mut sent = upload.is_end_stream();
    let (mut request, mut first) = match decided(&site, &to, parts, rewrite.as_ref(), &mut recording) {
        Ok(request) => (request, None),
        Err(trouble) => {
            let outcome = end(Ended::Trouble(trouble), Stage::Dial, &mut respond, None, (false, plain));
            return recording.finish(outcome);
        }
    };
    let recording = Mutex::new(recording);
    let mut armed = site.shared.config.breaks.armed();
    if armed.has(Half::Request) {
        match Box::pin(hold::request(&site, &mut request, &mut upload, &mut respond, &recording)).await {
            Ok(taken) => first = taken,
            Err(over) => {
                let outcome = end(over.into(), Stage::Send, &mut respond, None, (false, plain));
                return recording.into_inner().finish(outcome);
            }
        }
        sent &= first.as_ref().is_none_or(Bytes::is_empty);
        // Meanwhile the user may have said that he wants to see the answer.
        armed = site.shared.config.breaks.armed();
    }
    let mut recording = recording.into_inner();
    let upstream = site.upstream(&to);
    let opened = tokio::select! {
        opened = upstream.requests(&site, &mut recording) => opened.map_err(Ended::Trouble),
        reset = poll_fn(|cx| respond.poll_reset(cx)) => Err(Ended::Client(reset.map_or_else(|error| error, Into::into))),
    };
    if let (Some(rewrite), Some(address)) = (&mut rewrite, recording.reached_at(&site.shared)) {
        rewrite.reached_at(address);
    }
    let method = request.method().as_str().as_bytes().to_vec();
    let progress = Progress::new();
    let started = opened.and_then(|mut requests| {
        recording.sending();
        requests.send_request(request, sent).map_err(Ended::Server)
    });
    let (response, mut to_server) = match started {
        Ok(started) => started,
        Err(ended) => {
            let outcome = end(ended, Stage::Dial, &mut respond, None, (false, plain));
            return recording.finish(outcome);
        }
    };
    let catches = armed.has(Half::Response);
    let catch = catches.then(|| Catch::of(&site.shared, &method, &recording)).flatten().map(Box::new);
    let recording = Mutex::new(recording);
    let uploading = async {
        if let Some(first) = first.filter(|first| !first.is_empty()) {
            body::send(&mut to_server, first, false).await?;
        }
        if !sent {
            let pumped = body::pump(&mut upload, &mut to_server, Part::RequestBody, &recording, &progress).await;
            if matches!(pumped, Err(Broke::Taker(_))) {
                // A client that is reset while it sends may lose the answer that it has (curl does), so the rest is read.
                let grace = site.shared.config.limits.grace;
                let _in_time = timeout(grace, body::drain(&mut upload, &recording)).await;
                recording.lock().await.note("request", "the server took only a part of it");
            }
            pumped?;
        }
        recording.lock().await.sent();
        progress.sent();
        Ok(())
    };
    let mut answered = false;
    let held = (&*site, catch.as_deref());
    let downloading = answer(&mut respond, response, rewrite.as_ref(), held, &recording, &progress, &mut answered);
    let result = both(uploading, downloading, &site, &recording, &progress).await;
    let stage = progress.stage();
    let outcome = match result {
        Ok(()) => Outcome::Complete,
        Err(ended) => end(ended, stage, &mut respond, Some(&mut to_server), (answered, plain)),
    };
    recording.into_inner().finish(outcome);
}

/// Both directions at once, until the answer is complete and the request has nowhere to go or is complete as well.
async fn both(
    uploading: impl Future<Output = Result<(), Broke>>,
    downloading: impl Future<Output = Result<(), Ended>>,
    site: &Site,
    recording: &Mutex<Recording>,
    progress: &Progress,
) -> Result<(), Ended> {
    let limits = &site.shared.config.limits;
    let (mut uploading, mut downloading) = (pin!(uploading), pin!(downloading));
    let mut overdue = pin!(progress.overdue(limits, recording));
    let (mut uploaded, mut downloaded) = (false, false);
    while !(uploaded && downloaded) {
        tokio::select! {
            biased;
            ended = &mut downloading, if !downloaded => {
                ended?;
                downloaded = true;
                if !uploaded {
                    let text = "the server answered before the request was complete";
                    recording.lock().await.note("early answer", text);
                }
            }
            ended = &mut uploading, if !uploaded => match ended {
                // A server that wants no more of the request may answer all the same.
                Ok(()) | Err(Broke::Taker(_)) => uploaded = true,
                Err(Broke::Giver(_)) if downloaded => uploaded = true,
                Err(Broke::Giver(error)) => return Err(Ended::Client(error)),
            },
            waited = &mut overdue => {
                let late = cause::late(progress.stage(), &cause::words(waited));
                return if downloaded { Ok(()) } else { Err(Ended::Trouble(late)) };
            }
        }
    }
    Ok(())
}

fn rewrite(site: &Site, to: &Endpoint, parts: &request::Parts) -> Option<Rewrite> {
    let here = site.here.as_ref().filter(|_| site.shared.config.rewrite)?;
    let target = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let arrived = here.host.parse().ok();
    let rewrite = Rewrite::new(to.clone(), head::seen_as(parts, here), target.as_bytes());
    let agent = parts.headers.get(http::header::USER_AGENT).map(http::HeaderValue::as_bytes);
    Some(rewrite.among(&site.shared.fronts, arrived).for_client(agent))
}

/// Decides on the request.
fn decided(
    site: &Site,
    to: &Endpoint,
    mut parts: request::Parts,
    rewrite: Option<&Rewrite>,
    recording: &mut Recording,
) -> Result<Request<()>, Trouble> {
    let config = &site.shared.config;
    head::check(&parts, &config.limits)?;
    let mut guarded = None;
    if let (Some(wanted), Some(_)) = (&config.reverse_credentials, &site.here) {
        let said = parts.headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        given(said, wanted, "for this server", "--reverse-auth", 401)?;
        parts.headers.remove(AUTHORIZATION);
        guarded = Some(Edit { what: "authorization removed".to_owned(), before: None, after: None });
    }
    if site.to.is_none() {
        if let Some(wanted) = &config.credentials {
            let said = parts.headers.get(PROXY_AUTHORIZATION).map(HeaderValue::as_bytes);
            given(said, wanted, "for the proxy", "--proxy-auth", 407)?;
        }
        recording.edits(head::without_proxy_fields(&mut parts));
    }
    let (request, mut edits) = head::sent_on(parts, to, rewrite, site.here.is_some())?;
    edits.extend(guarded);
    recording.edits(edits);
    Ok(request)
}

/// Carries the answer: interim ones, the final one, its body and its trailers.
async fn answer(
    respond: &mut SendResponse<Bytes>,
    mut response: ResponseFuture,
    rewrite: Option<&Rewrite>,
    (site, catch): (&Site, Option<&Catch<'_>>),
    recording: &Mutex<Recording>,
    progress: &Progress,
    answered: &mut bool,
) -> Result<(), Ended> {
    let came = loop {
        match next_head(respond, &mut response).await? {
            Came::Interim(interim) => {
                let (parts, ()) = interim.into_parts();
                recording.lock().await.interim(head::response(&parts));
                respond.send_informational(Response::from_parts(parts, ())).map_err(Ended::Client)?;
            }
            Came::Final(came) => break came,
        }
    };
    progress.answered();
    let (mut parts, mut download) = came.into_parts();
    recording.lock().await.answered(head::response(&parts));
    let (mut held, mut whole) = (None, download.is_end_stream());
    if let Some(rewrite) = rewrite {
        let (edits, remarks) = head::rewritten(&mut parts, rewrite);
        let mut recorded = recording.lock().await;
        recorded.edits(edits);
        remarks.into_iter().for_each(|(name, text)| recorded.note(name, text));
        drop(recorded);
        let length = if download.is_end_stream() { BodyLength::None } else { BodyLength::Chunked };
        let known = head::as_http1(&parts);
        let (asked, may_be) = (rewrite.wants_body(&known, length), rewrite.may_describe(&known, length));
        if asked || may_be {
            let mut bytes = BytesMut::new();
            let mut kind = if asked { Kind::Description } else { Kind::Unknown };
            while kind != Kind::Other && !whole && bytes.len() <= LARGEST {
                // What it is shows in its first frames.
                let most = if kind == Kind::Unknown { bytes.len() } else { LARGEST };
                let into = (&mut bytes, most);
                let gathered = body::gather(&mut download, Part::ResponseBody, into, recording, progress).await;
                whole = gathered.map_err(Ended::downloading)?;
                kind = if kind == Kind::Unknown { wsdl::kind(&known, &bytes) } else { kind };
            }
            held = Some(match (kind, whole) {
                (Kind::Description, true) => rewritten(&mut parts, &bytes, rewrite, recording).await,
                (Kind::Description, false) => {
                    recording.lock().await.note("not rewritten", wsdl::TOO_LARGE);
                    bytes.freeze()
                }
                _ => bytes.freeze(),
            });
        }
    }
    let no_body = download.is_end_stream() && held.is_none();
    if let Some(catch) = catch {
        let known = (recording, progress);
        let held_back =
            Box::pin(hold::answer(catch, site, &mut parts, (held, whole), &mut download, respond, known)).await;
        held = held_back.map_err(Ended::from)?;
    }
    let last = no_body && held.as_ref().is_none_or(Bytes::is_empty);
    let mut to_client = respond.send_response(Response::from_parts(parts, ()), last).map_err(Ended::Client)?;
    *answered = true;
    if let Some(bytes) = held {
        body::send(&mut to_client, bytes, false).await.map_err(Ended::downloading)?;
    }
    if last {
        return Ok(());
    }
    let pumped = body::pump(&mut download, &mut to_client, Part::ResponseBody, recording, progress).await;
    pumped.map_err(Ended::downloading)
}

/// The body with its addresses rewritten; changes and addresses that lead elsewhere are recorded.
async fn rewritten(
    parts: &mut http::response::Parts,
    body: &[u8],
    rewrite: &Rewrite,
    recording: &Mutex<Recording>,
) -> Bytes {
    let plain = match wsdl::without_codings(&head::as_http1(parts), body.to_vec()) {
        Ok(plain) => plain,
        Err(why) => {
            recording.lock().await.note("not rewritten", why);
            return Bytes::copy_from_slice(body);
        }
    };
    let Rewritten { body, mut edits, remarks } = rewrite.body(&plain);
    let mut recording = recording.lock().await;
    remarks.into_iter().for_each(|(name, text)| recording.note(name, text));
    if !edits.is_empty() {
        edits.extend(head::for_plain(parts, body.len()));
        recording.edits(edits);
    }
    body.into()
}

enum Came {
    Interim(Response<()>),
    Final(Response<RecvStream>),
}

/// The next head from the server, while the client still wants one.
async fn next_head(respond: &mut SendResponse<Bytes>, response: &mut ResponseFuture) -> Result<Came, Ended> {
    poll_fn(|cx| {
        if let Poll::Ready(interim) = response.poll_informational(cx)
            && let Some(interim) = interim
        {
            return Poll::Ready(interim.map(Came::Interim).map_err(Ended::Server));
        }
        if let Poll::Ready(response) = Pin::new(&mut *response).poll(cx) {
            return Poll::Ready(response.map(Came::Final).map_err(Ended::Server));
        }
        respond.poll_reset(cx).map(|reset| Err(Ended::Client(reset.map_or_else(|error| error, Into::into))))
    })
    .await
}

/// Ends both streams for the reason for which one of them ended, and gives what is recorded of that.
fn end(
    ended: Ended,
    stage: Stage,
    respond: &mut SendResponse<Bytes>,
    to_server: Option<&mut SendStream<Bytes>>,
    (answered, plain): (bool, bool),
) -> Outcome {
    match ended {
        Ended::Client(error) => {
            if let Some(to_server) = to_server {
                to_server.send_reset(error.reason().unwrap_or(Reason::CANCEL));
            }
            let text = format!("the client broke off ({}); it gave up, as by a time-out of its own", words(&error));
            Outcome::Aborted { stage, cause: text }
        }
        Ended::Server(error) => {
            let stage = if stage == Stage::RequestBody { Stage::Send } else { stage };
            let trouble = Trouble::new(stage, by_server(&error, plain));
            match error.reason() {
                // What the server said of the stream is for the client to hear, who may try again.
                Some(reason) if answered || error.is_remote() => respond.send_reset(reason),
                _ => tell(respond, &trouble, answered),
            }
            Outcome::Failed { stage, cause: trouble.cause }
        }
        Ended::Nowhere(outcome) => {
            respond.send_reset(Reason::CANCEL);
            if let Some(to_server) = to_server {
                to_server.send_reset(Reason::CANCEL);
            }
            outcome
        }
        Ended::Trouble(trouble) => {
            tell(respond, &trouble, answered);
            if let Some(to_server) = to_server {
                to_server.send_reset(Reason::CANCEL);
            }
            Outcome::Failed { stage: trouble.stage, cause: trouble.cause }
        }
    }
}

fn by_server(error: &h2::Error, plain: bool) -> String {
    let remedy = match error.reason() {
        _ if plain && !error.is_remote() => "it may not speak HTTP/2 without TLS; have the client speak HTTP/1.1 to it",
        Some(Reason::REFUSED_STREAM) => "it did nothing with the request, and the client may send it again",
        Some(Reason::HTTP_1_1_REQUIRED) => "it wants HTTP/1.1 for this, as for NTLM; the client must send it again so",
        _ => "its own log must say why",
    };
    let what = match error.reason().filter(|_| error.is_remote()) {
        Some(reason) if error.is_go_away() => format!("the server ended the connection ({})", name(reason)),
        Some(reason) => format!("the server reset the stream ({})", name(reason)),
        None => format!("the server's connection broke: {}", words(error)),
    };
    format!("{what}; {remedy}")
}

/// Tells the client what went wrong, where it has had nothing of an answer yet; else breaks the answer off.
fn tell(respond: &mut SendResponse<Bytes>, trouble: &Trouble, answered: bool) {
    let (head, body) = head::trouble(trouble);
    let told = (!answered).then(|| respond.send_response(head, false).and_then(|mut to| to.send_data(body, true)));
    if !matches!(told, Some(Ok(()))) {
        respond.send_reset(Reason::INTERNAL_ERROR);
    }
}
