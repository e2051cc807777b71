//! Protocols that aren't known, but put a length in front of each message: direction, times, sizes, what can be read.
//!
//! M3's BCI is one of them, as its wire format isn't public. A stream is called framed only where lengths and packets
//! fit each other; which protocol it is nobody can tell by content, and nothing here does.

use super::flow::{self, Dissector, Found, Piece, Protocol, Recognised, Side};
use super::prefixed::{self, Format, Messages};

/// After how many bytes it must be clear whether lengths and packets fit.
const MOST_LOOKED_AT: usize = 16 * 1024;

/// How many messages are kept with their details; those beyond are counted.
const MOST_MESSAGES: usize = 1000;

/// How much readable text of a message is kept, in characters, and how short a run of it may be.
const MOST_TEXT: usize = 200;
const SHORTEST_RUN: usize = 4;

/// The ways to write a length, the likelier first.
const FORMATS: [Format; 8] = {
    const fn of(bytes: usize, big_endian: bool, inclusive: bool) -> Format {
        Format { bytes, big_endian, inclusive }
    }
    [
        of(4, true, false),
        of(4, true, true),
        of(4, false, false),
        of(4, false, true),
        of(2, true, false),
        of(2, true, true),
        of(2, false, false),
        of(2, false, true),
    ]
};

/// Whether a conversation that begins with these bytes consists of messages behind their lengths.
///
/// `client` and `server` should end where packets end: that the messages do so as well is the sign.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    if client.is_empty() || server.is_empty() {
        return Recognised::More;
    }
    if format(client, server).is_some() {
        return Recognised::Yes;
    }
    let possible = |format: Format| [client, server].iter().all(|bytes| chain(format, bytes) != Chain::No);
    let some = client.len() + server.len() < MOST_LOOKED_AT && FORMATS.into_iter().any(possible);
    if some { Recognised::More } else { Recognised::No }
}

/// The format that fits both sides.
fn format(client: &[u8], server: &[u8]) -> Option<Format> {
    FORMATS.into_iter().find(|format| {
        // Two bytes fit by chance too easily for one message to be a sign.
        let needed = if format.bytes == 4 { 1 } else { 3 };
        let fits = |bytes: &[u8]| matches!(chain(*format, bytes), Chain::Whole(messages) if messages >= needed);
        fits(client) && fits(server)
    })
}

/// What bytes are as messages of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chain {
    /// So many messages, to the last byte.
    Whole(usize),
    /// Messages, the last of which isn't there whole.
    Part,
    /// A length that can't be.
    No,
}

fn chain(format: Format, mut bytes: &[u8]) -> Chain {
    let mut messages = 0;
    while !bytes.is_empty() {
        let length = match format.length(bytes) {
            None => return Chain::Part,
            Some(Err(())) => return Chain::No,
            Some(Ok(length)) => usize::try_from(length).unwrap_or(usize::MAX),
        };
        let Some(rest) = bytes.get(format.bytes.saturating_add(length)..) else { return Chain::Part };
        bytes = rest;
        messages += 1;
    }
    Chain::Whole(messages)
}

/// What went to and fro.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How lengths are written, in words.
    pub format: String,
    /// The messages in the order of time, at most the first 1000.
    pub messages: Vec<Message>,
    /// How many there were, of client and server.
    pub count: [u64; 2],
    /// Bytes of them, without lengths.
    pub bytes: [u64; 2],
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sent it.
    pub from: Side,
    /// When its first byte came, in nanoseconds since 1970.
    pub first: i64,
    /// When its last byte came.
    pub last: i64,
    /// Bytes behind the length.
    pub length: u64,
    /// What can be read of it: runs of four printable characters or more, of its first 16 KiB.
    pub text: Vec<String>,
    /// Bytes of it are missing.
    pub damaged: bool,
}

/// Reads one conversation.
#[derive(Debug)]
pub struct Framed {
    facts: Facts,
    client: Messages,
    server: Messages,
}

impl Framed {
    /// A dissector for a conversation that begins with these bytes, which aren't taken yet.
    #[must_use]
    pub fn new(client: &[u8], server: &[u8]) -> Self {
        let format = format(client, server).unwrap_or(FORMATS[0]);
        let order = if format.big_endian { "most" } else { "least" };
        let counts = if format.inclusive { "counting themselves" } else { "not counting themselves" };
        let words = format!("lengths of {} bytes, {order} significant first, {counts}", format.bytes);
        let facts = Facts { format: words, ..Facts::default() };
        Self { facts, client: Messages::new(format), server: Messages::new(format) }
    }
}

impl Dissector for Framed {
    /// Finds nothing but facts.
    fn piece(&mut self, side: Side, piece: Piece<'_>, _found: &mut dyn FnMut(Found<'_>)) {
        let messages = match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        };
        let whole = match piece {
            Piece::Data { at, bytes, .. } => messages.push(at, bytes),
            Piece::Gap { at, length } => messages.gap(at, length).into_iter().collect(),
            Piece::End { .. } => Vec::new(),
        };
        for message in whole {
            let prefixed::Message { first, last, length, bytes, damaged } = message;
            self.facts.count[side as usize] += 1;
            self.facts.bytes[side as usize] += length;
            if self.facts.messages.len() < MOST_MESSAGES {
                self.facts.messages.push(Message { from: side, first, last, length, text: readable(&bytes), damaged });
            }
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Framed
    }

    fn facts(&self) -> flow::Facts {
        flow::Facts { framed: Some(Box::new(self.facts.clone())), ..flow::Facts::default() }
    }
}

/// Runs of printable characters, also where every other byte is zero (UTF-16).
fn readable(bytes: &[u8]) -> Vec<String> {
    let (mut runs, mut run, mut room) = (Vec::new(), String::new(), MOST_TEXT);
    let printable = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    for (n, &byte) in bytes.iter().enumerate() {
        // A zero between two characters is half of one.
        let between =
            byte == 0 && n > 0 && printable(bytes[n - 1]) && bytes.get(n + 1).is_some_and(|&next| printable(next));
        if printable(byte) {
            run.push(char::from(byte));
        } else if !between {
            keep(&mut runs, &mut run, &mut room);
        }
    }
    keep(&mut runs, &mut run, &mut room);
    runs
}

fn keep(runs: &mut Vec<String>, run: &mut String, room: &mut usize) {
    if run.trim().len() >= SHORTEST_RUN && *room > 0 {
        run.truncate(*room);
        *room -= run.len();
        runs.push(std::mem::take(run));
    }
    run.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_told_by_both_sides() {
        let write = |format: Format, text: &[u8]| {
            let length = text.len() + if format.inclusive { format.bytes } else { 0 };
            let mut digits = u32::try_from(length).unwrap().to_be_bytes()[4 - format.bytes..].to_vec();
            if !format.big_endian {
                digits.reverse();
            }
            [&digits[..], text].concat()
        };
        for expected in FORMATS {
            let client: Vec<u8> =
                [&b"hello world"[..], b"second", b"3"].iter().flat_map(|t| write(expected, t)).collect();
            let server: Vec<u8> = [&b"answer"[..], b"x", b"yy"].iter().flat_map(|t| write(expected, t)).collect();
            assert_eq!(recognises(&client, &server), Recognised::Yes, "{expected:?}");
            assert_eq!(format(&client, &server), Some(expected));
        }
        assert_ne!(recognises(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n"), Recognised::Yes);
        assert_eq!(recognises(&[0xff; 20_000], b"\xff\xff\xff\xff"), Recognised::No, "nothing fits for long");
        assert_eq!(recognises(b"\x00\x00\x00\x02ab", b"\x00\x00\x00\x05ab"), Recognised::More, "half an answer");
        assert_eq!(recognises(b"\0\0\0\x01a", b""), Recognised::More);
    }

    #[test]
    fn messages_are_listed_with_what_can_be_read() {
        let (client, server) = (b"\0\0\0\x0c\x01\x02CRS610MI\x00\x03", b"\x00\x00\x00\x0a\x00M\x003\x00 \x00O\x00K");
        let mut framed = Framed::new(client, server);
        for (side, bytes) in [(Side::Client, &client[..]), (Side::Server, &server[..])] {
            framed.piece(side, Piece::Data { at: 5, bytes, from: None }, &mut |found| panic!("{found:?}"));
        }
        let facts = Dissector::facts(&framed).framed.unwrap();
        assert_eq!(facts.format, "lengths of 4 bytes, most significant first, not counting themselves");
        let texts: Vec<&[String]> = facts.messages.iter().map(|message| &message.text[..]).collect();
        assert_eq!(texts, [["CRS610MI"], ["M3 OK"]]);
        assert_eq!((facts.messages[0].from, facts.messages[0].length, facts.bytes), (Side::Client, 12, [12, 10]));
    }
}
