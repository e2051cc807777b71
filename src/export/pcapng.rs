//! Captures (pcapng, <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-02.html>) in which Wireshark finds what was
//! recorded. The packets are put together: each exchange is a TCP conversation of its own, and what went over TLS goes
//! over TLS again, under keys made for the file that stand in it. Comments say so; they are never called the original.
//! What came out of a capture and is handed on with its secrets is written as it was captured ([`originals`]).

mod blocks;
mod originals;
mod talk;
mod tls;

use std::collections::HashMap;
use std::io::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

pub use originals::Originals;

use super::field::{Field, Kept};
use super::wire::{self, Form};
use super::{Format, Out, Sink, Told};
use crate::model::{BodyState, Exchange};
use talk::{Side, Talk};

/// The format.
pub(super) const FORMAT: Format = Format {
    name: "pcapng",
    about: "packet capture for Wireshark, put together from what was recorded, with the keys that open its TLS; with \
            --show-secrets the packets themselves, where they were captured",
    extension: "pcapng",
    binary: true,
    fields: FIELDS,
    begin: |out| Ok(Box::new(Capture::begin(out)?)),
};

const NO_PLACE: &str = "packets have no place for it; --to ndjson or har has it";
const PUT_TOGETHER: &str = "put together: packets of the handshakes stand before it, where how long they took is known";

const FIELDS: &[(Field, Kept)] = &[
    (Field::Started, Kept::Changed("nanoseconds in UTC; a time without a zone is taken for UTC")),
    (Field::Duration, Kept::Changed("from the first packet of the request to the last one of the answer")),
    (Field::Client, Kept::Changed("192.0.2.1 (2001:db8::1) where it isn't known")),
    (Field::Server, Kept::Changed("an address of 198.51.100.0/24 with the host's name where it isn't known")),
    (Field::Process, Kept::Dropped(NO_PLACE)),
    (Field::Method, Kept::Kept),
    (Field::Url, Kept::Changed("it follows from the target, Host and TLS")),
    (Field::Target, Kept::Kept),
    (Field::Http, Kept::Changed("HTTP/2 is written as HTTP/1.1")),
    (
        Field::RequestHeaders,
        Kept::Changed("as recorded, but for a Content-Length that is another here and the pseudo headers of HTTP/2"),
    ),
    (Field::RequestBody, Kept::Changed("as recorded; content coding put on again")),
    (Field::RequestTrailers, Kept::Kept),
    (Field::RequestHead, Kept::Changed("put together where it wasn't recorded as bytes")),
    (Field::Status, Kept::Kept),
    (Field::Reason, Kept::Kept),
    (Field::ResponseHttp, Kept::Changed("HTTP/2 is written as HTTP/1.1")),
    (Field::ResponseHeaders, Kept::Changed("as recorded, but for a Content-Length that is another here")),
    (Field::ResponseBody, Kept::Changed("as recorded; content coding put on again")),
    (Field::ResponseTrailers, Kept::Kept),
    (Field::ResponseHead, Kept::Changed("put together where it wasn't recorded as bytes")),
    (Field::Interim, Kept::Changed("their heads")),
    (Field::Outcome, Kept::Changed("said in a comment")),
    (Field::Complete, Kept::Changed("bytes that weren't kept are missing, and Content-Length says what is there")),
    (Field::Timings, Kept::Changed(PUT_TOGETHER)),
    (Field::Tls, Kept::Changed("TLS 1.3 under keys of its own, with the server's name; the certificate is made up")),
    (Field::Tunnel, Kept::Dropped("each exchange is a conversation of its own")),
    (Field::Stream, Kept::Dropped("each exchange is a conversation of its own")),
    (Field::Edits, Kept::Dropped(NO_PLACE)),
    (Field::Masks, Kept::Dropped(NO_PLACE)),
    (Field::Notes, Kept::Dropped(NO_PLACE)),
    (Field::Origin, Kept::Dropped(NO_PLACE)),
];

struct Capture {
    out: io::BufWriter<Box<dyn Out>>,
    /// Made-up addresses of hosts whose own isn't known.
    hosts: HashMap<String, IpAddr>,
    /// Names that were written.
    named: HashMap<IpAddr, String>,
    keys: tls::Identities,
    port: u16,
    conversations: u32,
}

impl Capture {
    fn begin(out: Box<dyn Out>) -> io::Result<Self> {
        Self::begin_with(out, blocks::Packets::PutTogether)
    }

    fn begin_with(out: Box<dyn Out>, packets: blocks::Packets) -> io::Result<Self> {
        let mut out = io::BufWriter::new(out);
        out.write_all(&blocks::section(packets))?;
        out.write_all(&blocks::interface())?;
        let (hosts, named) = (HashMap::new(), HashMap::new());
        Ok(Self { out, hosts, named, keys: tls::Identities::default(), port: 49_151, conversations: 0 })
    }

    /// Where client and server are; made up from the ranges for documentation where that isn't known.
    fn places(&mut self, exchange: &Exchange, host: &str, port: u16) -> (SocketAddr, SocketAddr) {
        let known = |place: &Option<String>| place.as_deref().and_then(|place| place.parse::<SocketAddr>().ok());
        let server = known(&exchange.server)
            .filter(|_| exchange.request.method != "CONNECT")
            .or_else(|| Some(SocketAddr::new(host.parse().ok()?, port)));
        let server = server.unwrap_or_else(|| {
            let next = u8::try_from(self.hosts.len() % 254 + 1).unwrap_or(1);
            let made_up = IpAddr::V4(Ipv4Addr::new(198, 51, 100, next));
            SocketAddr::new(*self.hosts.entry(host.to_owned()).or_insert(made_up), port)
        });
        let client = known(&exchange.client).filter(|client| client.is_ipv4() == server.is_ipv4());
        let client = client.unwrap_or_else(|| {
            self.port = self.port.checked_add(1).unwrap_or(49_152);
            let made_up: IpAddr = match server.ip() {
                IpAddr::V4(_) => Ipv4Addr::new(192, 0, 2, 1).into(),
                IpAddr::V6(_) => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
            };
            SocketAddr::new(made_up, self.port)
        });
        (client, server)
    }

    fn write(&mut self, block: &[u8]) -> io::Result<()> {
        self.out.write_all(block)
    }

    fn name(&mut self, address: IpAddr, host: &str) -> io::Result<()> {
        let known = host.is_empty() || host.parse::<IpAddr>().is_ok() || self.named.contains_key(&address);
        if known {
            return Ok(());
        }
        self.named.insert(address, host.to_owned());
        self.out.write_all(&blocks::name(address, host))
    }
}

impl Sink for Capture {
    fn put(&mut self, exchange: &Exchange, _: &str, told: &mut Told) -> io::Result<()> {
        let (secure, host, port) = host(exchange);
        let (client, server) = self.places(exchange, &host, port);
        self.name(server.ip(), &host)?;
        let form = Form { target: None, http1: true, lengths: secure };
        let asked = wire::request(exchange, form, told);
        let mut answer = Vec::new();
        for response in exchange.interim.iter().chain(exchange.response.as_ref()) {
            answer.extend(wire::response(exchange, response, form, told).bytes());
        }
        self.conversations = self.conversations.wrapping_add(1);
        let times = Times::of(exchange);
        let mut talk = Talk::new(client, server, times.connecting, self.conversations);
        talk.comment(&comment(exchange));
        talk.open(times.connected);
        let asked = asked.bytes();
        if secure {
            self.secure(exchange, (&host, &asked, &answer), &times, &mut talk, told)?;
        } else {
            talk.send(Side::Client, &asked, (times.began, times.sent));
            talk.send(Side::Server, &answer, (times.answering, times.ended));
        }
        if exchange.outcome.broke_at().is_none() && exchange.response.is_some() {
            talk.close(times.ended);
        }
        for packet in talk.packets() {
            self.out.write_all(&blocks::packet(packet))?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>, _: &mut Told) -> io::Result<()> {
        self.out.flush()
    }
}

impl Capture {
    /// What was said over TLS, over TLS again; the keys are written before the packets that they open.
    fn secure(
        &mut self,
        exchange: &Exchange,
        (host, asked, answer): (&str, &[u8], &[u8]),
        times: &Times,
        talk: &mut Talk,
        told: &mut Told,
    ) -> io::Result<()> {
        match self.keys.converse(host, asked, answer) {
            Ok(said) => {
                self.out.write_all(&blocks::secrets(said.key_log.as_bytes()))?;
                for (at, (side, bytes)) in said.handshake.iter().enumerate() {
                    let at = times.connected
                        + (times.began - times.connected) * at as i64 / said.handshake.len().max(1) as i64;
                    talk.send(*side, bytes, (at, at));
                }
                talk.send(Side::Client, &said.asked, (times.began, times.sent));
                talk.send(Side::Server, &said.answered, (times.answering, times.ended));
            }
            Err(error) => {
                told.say(exchange, &format!("written without TLS, which couldn't be made for it: {error}"));
                talk.send(Side::Client, asked, (times.began, times.sent));
                talk.send(Side::Server, answer, (times.answering, times.ended));
            }
        }
        Ok(())
    }
}

/// Whether it went over TLS, and to which host and port.
fn host(exchange: &Exchange) -> (bool, String, u16) {
    // What is asked of a proxy goes to the proxy, which no recording names.
    if exchange.request.method == "CONNECT" {
        return (false, "proxy.invalid".to_owned(), 8080);
    }
    let (scheme, rest) = exchange.url.split_once("://").unwrap_or(("", &exchange.url));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    let secure = matches!(scheme, "https" | "wss");
    let default = if secure { 443 } else { 80 };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse().unwrap_or(default)),
        _ => (authority, default),
    };
    (secure, host.trim_matches(['[', ']']).to_owned(), port)
}

fn comment(exchange: &Exchange) -> String {
    let mut text = format!(
        "{}: put together by mwscope from a recorded exchange; these are not the packets that went over the wire.",
        exchange.id
    );
    if let Some((stage, cause)) = exchange.outcome.broke_at() {
        text.push_str(&format!(" It {} at {}: {cause}.", exchange.outcome.word(), stage.word()));
    }
    let response = exchange.response.as_ref().map(|response| ("answer", &response.body));
    for (which, body) in [("request", &exchange.request.body)].into_iter().chain(response) {
        if body.state != BodyState::Whole {
            text.push_str(&format!(" Not all {} bytes of the {which}'s body were kept.", body.len));
        }
    }
    text
}

/// The instants of an exchange in nanoseconds since 1970.
struct Times {
    connecting: i64,
    connected: i64,
    began: i64,
    sent: i64,
    answering: i64,
    ended: i64,
}

impl Times {
    fn of(exchange: &Exchange) -> Self {
        let t = exchange.timings;
        let ns = |ns: Option<u64>| i64::try_from(ns.unwrap_or(0)).unwrap_or(0);
        let began = exchange.started.map_or(0, |stamp| stamp.utc_ns().unwrap_or(stamp.civil.ns));
        let connected = began - ns(t.tls);
        let ended = began + ns(exchange.duration_ns).max(ns(t.send) + ns(t.wait) + ns(t.receive));
        let sent = began + ns(t.send);
        // Where it isn't known when the answer began, it came when it was there.
        let answering = if t.wait.is_some() { sent + ns(t.wait) } else { ended - ns(t.receive) };
        Self { connecting: connected - ns(t.connect), connected, began, sent, answering: answering.max(sent), ended }
    }
}
