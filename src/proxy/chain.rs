//! Getting through the upstream proxy by CONNECT: with the credentials that we were given for it, else with what the
//! client says to it itself, on one and the same connection, as NTLM and Negotiate want it.

use bytes::{Bytes, BytesMut};
use mwscope_parsers::http::{Asked, End, Event, Framer, Head};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::config::UpstreamProxy;
use super::core::{Endpoint, Trouble, cause, signing};
use super::reach::{Wire, basic};
use super::stream::Rewound;
use crate::model::Stage;

/// Bytes of a refusal that are passed on.
const MOST: usize = 1 << 20;

/// What became of a CONNECT.
pub(super) enum Through {
    /// The tunnel stands.
    Open(Wire),
    /// The upstream proxy wants the client to sign on.
    Challenged(Challenge),
}

/// A 407 of the upstream proxy, for the client to answer.
pub(super) struct Challenge {
    pub(super) head: Box<Head>,
    /// The bytes behind the head, as they came.
    pub(super) rest: Bytes,
    /// Of them, the payload.
    pub(super) payload: Bytes,
    /// The connection on which the client's answer must go, where it is kept.
    pub(super) pinned: Option<Wire>,
}

/// Asks the upstream proxy at the other end of `wire` for a tunnel to `to`. `said` are the values of the client's own
/// `Proxy-Authorization`, where they are meant for the upstream proxy.
///
/// # Errors
/// With stage `upstream-proxy`.
pub(super) async fn through(
    proxy: &UpstreamProxy,
    to: &Endpoint,
    said: Option<&[Vec<u8>]>,
    mut wire: Wire,
    limits: mwscope_parsers::http::Limits,
) -> Result<Through, Trouble> {
    let broke = |what: String| {
        let place = proxy.at.host_port();
        Trouble::new(Stage::UpstreamProxy, format!("the upstream proxy {place} {what}; look into its log"))
    };
    let authority = to.host_port();
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n").into_bytes();
    let own = proxy.credentials.as_deref().map(|c| basic(c).into_bytes());
    for value in own.iter().chain(said.filter(|_| own.is_none()).into_iter().flatten()) {
        request.extend([b"Proxy-Authorization: ", value.as_slice(), b"\r\n"].concat());
    }
    request.extend_from_slice(b"\r\n");
    wire.stream.write_all(&request).await.map_err(|e| broke(format!("broke off ({})", cause::plain(&e))))?;
    let mut framer = Framer::responses(limits);
    framer.expect(Asked::Connect);
    let mut buffer = BytesMut::new();
    let (mut head, mut rest, mut payload) = (None::<Box<Head>>, BytesMut::new(), BytesMut::new());
    loop {
        let step = framer.step(&buffer);
        let taken = buffer.split_to(step.used.min(buffer.len()));
        match step.event {
            Some(Event::Head(found, _)) if found.status() >= 200 => {
                if (200..300).contains(&found.status()) {
                    wire.stream = Box::new(Rewound::new(buffer.freeze(), wire.stream));
                    return Ok(Through::Open(wire));
                }
                if found.status() != 407 || own.is_some() || said.is_none() {
                    return Err(refused(proxy, to, &found));
                }
                head = Some(found);
            }
            Some(Event::Doubt(doubt)) if head.is_none() => {
                return Err(broke(format!("answered CONNECT with {}", doubt.what)));
            }
            Some(Event::Body(_)) => {
                rest.extend_from_slice(&taken);
                payload.extend_from_slice(&taken);
            }
            Some(Event::End(end)) => {
                let Some(head) = head else { continue };
                let kept = head.persists() && matches!(end, End::Empty | End::Counted | End::Chunked);
                let pinned = (kept && buffer.is_empty()).then_some(wire);
                let (rest, payload) = (rest.freeze(), payload.freeze());
                return Ok(Through::Challenged(Challenge { head, rest, payload, pinned }));
            }
            Some(_) => rest.extend_from_slice(&taken),
            None if rest.len() > MOST => return Err(broke("sent a refusal without end".to_owned())),
            None => match (wire.stream.read_buf(&mut buffer).await, head.take()) {
                (Ok(0), Some(found)) => {
                    let (rest, payload) = (rest.freeze(), payload.freeze());
                    return Ok(Through::Challenged(Challenge { head: found, rest, payload, pinned: None }));
                }
                (Ok(0), None) => {
                    return Err(broke("closed the connection instead of answering CONNECT".to_owned()));
                }
                (Ok(_), found) => head = found,
                (Err(error), _) => return Err(broke(format!("broke off ({})", cause::plain(&error)))),
            },
        }
    }
}

fn refused(proxy: &UpstreamProxy, to: &Endpoint, head: &Head) -> Trouble {
    let place = proxy.at.host_port();
    let schemes = signing::schemes(head.all("Proxy-Authenticate"));
    let basic = schemes.iter().any(|scheme| scheme.eq_ignore_ascii_case("Basic"));
    let remedy = match head.status() {
        407 if !basic && !schemes.is_empty() => format!(
            "it takes {} and no Basic, by which the credentials in --upstream-proxy go: start without them, and have the \
             client sign on to it itself",
            schemes.join(", ")
        ),
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
