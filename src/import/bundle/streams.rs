//! The conversations of a capture as a bundle has them: one a line, as `packets --streams` writes them. The packets stayed
//! where they were captured, since nobody can mask them.

use std::net::SocketAddr;

use jiff::Timestamp;
use mwscope_parsers::wire::{Ends, Protocol, Side, TcpFacts};
use serde_json::{Map, Value};

use crate::import::Gatherer;
use crate::import::content::Content;
use crate::model::{SourceId, SourceKind, Stream, StreamId};

/// The members of a line that are protocols.
const FACTS: [&str; 6] = ["tls", "ssh", "mi", "socks", "websocket", "framed"];

impl Gatherer<'_> {
    /// Reads the conversations of the capture whose exchanges became the source at `of`, or that had none.
    pub(in crate::import) fn handed_streams(
        &mut self,
        shown: &str,
        content: &Content,
        (of, items): (Option<&str>, u64),
    ) {
        let bytes = match content.whole() {
            Ok(bytes) => bytes,
            Err(error) => return self.say(shown, 0, format!("it can't be read: {error}"), "ask for the bundle again"),
        };
        let with = of.and_then(|path| self.gathered.sources.iter().find(|source| source.path == path));
        let (source, known) = with.map_or_else(|| (self.next_source(), false), |source| (source.id, true));
        let mut streams = Vec::new();
        let mut at = 0;
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            let id = StreamId(u32::try_from(self.gathered.streams.len() + streams.len()).unwrap_or(u32::MAX));
            match serde_json::from_slice(line).ok().and_then(|value| stream(value, id, source)) {
                Some(stream) => streams.push(stream),
                None => self.say(shown, at, "the line is no conversation of a capture", "ask for the bundle again"),
            }
            at += line.len() as u64;
        }
        let found = streams.len() as u64;
        if !known {
            self.add_source(shown, SourceKind::Capture, if found == 0 { items } else { found }, content.len());
        } else if let Some(source) = self.gathered.sources.get_mut(source.0 as usize) {
            source.items = source.items.max(found);
        }
        self.gathered.streams.extend(streams);
    }
}

fn stream(value: Value, id: StreamId, source: SourceId) -> Option<Stream> {
    let Value::Object(mut line) = value else { return None };
    let mut written = Map::new();
    for name in FACTS {
        written.extend(line.remove_entry(name));
    }
    let value = Value::Object(line);
    let protocol = Protocol::of_word(value.get("protocol")?.as_str()?)?;
    let inner = value.get("inner")?.as_array()?.iter().filter_map(|word| Protocol::of_word(word.as_str()?));
    let troubles = value.get("troubles")?.as_array()?.iter().filter_map(|text| text.as_str().map(str::to_owned));
    Some(Stream {
        id,
        source,
        protocols: std::iter::once(protocol).chain(inner).collect(),
        facts: Vec::new(),
        troubles: troubles.collect(),
        tcp: tcp(&value)?,
        written,
    })
}

fn tcp(value: &Value) -> Option<TcpFacts> {
    let address = |name: &str| value.get(name)?.as_str()?.parse::<SocketAddr>().ok();
    let time = |name: &str| {
        let at: Timestamp = value.get(name)?.as_str()?.parse().ok()?;
        i64::try_from(at.as_nanosecond()).ok()
    };
    let number = |name: &str| value.get(name).and_then(Value::as_u64).unwrap_or_default();
    let both = |client: &str, server: &str| Ends { client: number(client), server: number(server) };
    let packets = value.get("tcp")?;
    let counted = |name: &str| {
        let of = |side: Side| {
            let count = packets.get(name).and_then(|ends| ends.get(side.word())?.as_u64());
            count.and_then(|count| u32::try_from(count).ok()).unwrap_or_default()
        };
        Ends { client: of(Side::Client), server: of(Side::Server) }
    };
    let first = time("started")?;
    #[allow(clippy::cast_possible_truncation, reason = "nanoseconds of a handshake")]
    let after = |name: &str| Some(first + (packets.get(name)?.as_f64()? * 1e6).round() as i64);
    let (established, syn_ack) = (after("handshake_ms"), after("round_trip_to_server_ms"));
    let reset = packets.get("reset_by").and_then(Value::as_str);
    Some(TcpFacts {
        number: number("stream").try_into().ok()?,
        ends: Ends { client: address("client")?, server: address("server")? },
        first,
        last: time("ended").unwrap_or(first),
        midstream: value.get("midstream").and_then(Value::as_bool).unwrap_or_default(),
        bytes: both("client_bytes", "server_bytes"),
        gaps: both("client_gaps", "server_gaps"),
        packets: counted("packets"),
        retransmissions: counted("retransmissions"),
        out_of_order: counted("out_of_order"),
        conflicts: counted("conflicts"),
        zero_windows: counted("zero_windows"),
        keep_alives: counted("keep_alives"),
        // What was told are the spans; where in the capture they lay is of no further use.
        syn: established.or(syn_ack).map(|_| first),
        syn_ack,
        established,
        reset: Side::BOTH.into_iter().find(|side| reset == Some(side.word())),
    })
}
