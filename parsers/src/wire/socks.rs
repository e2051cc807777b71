//! SOCKS 4, 4a (<https://www.openssh.com/txt/socks4a.protocol>) and 5 (RFC 1928, RFC 1929): who wants to get where,
//! and what is carried inside once the proxy agrees.

use super::cursor::Cursor;
use super::flow::{self, Dissector, Found, Piece, Protocol, Recognised, Side};
use std::net::{Ipv4Addr, Ipv6Addr};

/// The longest negotiation of a side: greeting, user name and password, request.
const LONGEST: usize = 2048;

/// Whether a conversation that begins with these bytes is SOCKS. Both sides are looked at, since the first bytes of
/// the client are few.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    match client.first() {
        None => Recognised::More,
        Some(5) => {
            let Some(&methods) = client.get(1) else { return Recognised::More };
            let end = 2 + usize::from(methods);
            let follows = client.get(end).is_none_or(|&next| next == 1 || next == 5);
            if methods == 0 || !follows {
                return Recognised::No;
            }
            if client.len() < end {
                return Recognised::More;
            }
            Recognised::prefix(server, &[5])
        }
        Some(4) => match request_4(client) {
            Parsed::Done(..) => match server {
                [] | [0] => Recognised::More,
                [0, 90..=93, ..] => Recognised::Yes,
                _ => Recognised::No,
            },
            Parsed::More if client.len() < 300 => Recognised::More,
            _ => Recognised::No,
        },
        Some(_) => Recognised::No,
    }
}

/// What was learnt of the negotiation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// 4 or 5.
    pub version: u8,
    /// CONNECT, BIND or UDP ASSOCIATE.
    pub command: Option<&'static str>,
    /// The host asked for: a name or an address.
    pub host: Option<String>,
    /// The port asked for.
    pub port: Option<u16>,
    /// The user's name. A password isn't kept.
    pub user: Option<String>,
    /// How the proxy wants the client to identify itself (SOCKS 5).
    pub method: Option<&'static str>,
    /// What the proxy answered.
    pub reply: Option<&'static str>,
    /// The proxy agreed, and bytes go through.
    pub granted: bool,
}

/// Reads one SOCKS conversation.
#[derive(Debug, Default)]
pub struct Socks {
    facts: Facts,
    client: Direction,
    server: Direction,
}

#[derive(Debug, Default)]
struct Direction {
    buffer: Vec<u8>,
    state: State,
    /// The greeting of SOCKS 5 is behind us.
    greeted: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Negotiating,
    Through,
    Broken,
}

/// What came of reading a step.
enum Parsed<T> {
    /// The step, and how many bytes it has.
    Done(T, usize),
    More,
    Wrong,
}

impl Socks {
    /// A dissector for a conversation that begins now.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Takes the steps that are there; how many bytes they had, once the side is through.
    fn negotiate(&mut self, side: Side) -> Option<usize> {
        let mut used = 0;
        loop {
            let bytes = std::mem::take(&mut self.direction(side).buffer);
            let step = match side {
                Side::Client => self.client_step(&bytes),
                Side::Server => self.server_step(&bytes),
            };
            let direction = self.direction(side);
            match step {
                Parsed::Done(through, n) => {
                    used += n;
                    direction.buffer = bytes[n..].to_vec();
                    if through {
                        direction.state = State::Through;
                        return Some(used);
                    }
                }
                Parsed::More if bytes.len() <= LONGEST => {
                    direction.buffer = bytes;
                    return None;
                }
                Parsed::More | Parsed::Wrong => {
                    direction.state = State::Broken;
                    return None;
                }
            }
        }
    }

    /// One step of the client: whether it was the last.
    fn client_step(&mut self, bytes: &[u8]) -> Parsed<bool> {
        match (bytes.first(), self.client.greeted) {
            (None, _) => Parsed::More,
            (Some(4), false) => match request_4(bytes) {
                Parsed::Done(request, n) => {
                    self.facts = Facts { version: 4, ..request };
                    Parsed::Done(true, n)
                }
                Parsed::More => Parsed::More,
                Parsed::Wrong => Parsed::Wrong,
            },
            (Some(5), false) => {
                self.facts.version = 5;
                let Some(n) = bytes.get(1).map(|&n| 2 + usize::from(n)).filter(|&n| n <= bytes.len()) else {
                    return Parsed::More;
                };
                self.client.greeted = true;
                Parsed::Done(false, n)
            }
            (Some(1), true) => {
                let mut cursor = Cursor::new(&bytes[1..]);
                let Some((user, password)) = cursor.vec8().and_then(|user| Some((user, cursor.vec8()?))) else {
                    return Parsed::More;
                };
                self.facts.user = Some(String::from_utf8_lossy(user).into_owned());
                Parsed::Done(false, 3 + user.len() + password.len())
            }
            (Some(5), true) => match address_5(bytes) {
                Some(Ok((command, host, port, n))) => {
                    self.facts.command = Some(command_word(command));
                    (self.facts.host, self.facts.port) = (Some(host), Some(port));
                    Parsed::Done(true, n)
                }
                Some(Err(())) => Parsed::Wrong,
                None => Parsed::More,
            },
            _ => Parsed::Wrong,
        }
    }

    /// One step of the proxy: whether it was the last.
    fn server_step(&mut self, bytes: &[u8]) -> Parsed<bool> {
        match (bytes, self.server.greeted) {
            ([], _) | ([_], _) => Parsed::More,
            ([0, code, ..], false) => {
                if bytes.len() < 8 {
                    return Parsed::More;
                }
                self.facts.reply = Some(reply_4(*code));
                self.facts.granted = *code == 90;
                Parsed::Done(true, 8)
            }
            ([5, method, ..], false) => {
                self.server.greeted = true;
                self.facts.method = Some(method_word(*method));
                if *method == 0xff {
                    self.facts.reply = Some("no acceptable way to identify the client");
                }
                Parsed::Done(false, 2)
            }
            ([1, status, ..], true) => {
                if *status != 0 {
                    self.facts.reply = Some("user name or password refused");
                }
                Parsed::Done(false, 2)
            }
            ([5, code, ..], true) => match address_5(bytes) {
                Some(Ok((_, _, _, n))) => {
                    self.facts.reply = Some(reply_5(*code));
                    self.facts.granted = *code == 0;
                    Parsed::Done(true, n)
                }
                Some(Err(())) => Parsed::Wrong,
                None => Parsed::More,
            },
            _ => Parsed::Wrong,
        }
    }
}

impl Dissector for Socks {
    fn piece(&mut self, side: Side, piece: Piece<'_>, found: &mut dyn FnMut(Found<'_>)) {
        match (self.direction(side).state, piece) {
            (State::Through, piece) => found(Found::Inner { side, piece }),
            (State::Negotiating, Piece::Data { at, bytes, from }) => {
                let before = self.direction(side).buffer.len();
                self.direction(side).buffer.extend_from_slice(bytes);
                match self.negotiate(side) {
                    Some(used) => {
                        self.direction(side).buffer = Vec::new();
                        let skip = used.saturating_sub(before);
                        let rest = bytes.get(skip..).unwrap_or_default();
                        if !rest.is_empty() {
                            let from = from.map(|from| from + skip as u64);
                            found(Found::Inner { side, piece: Piece::Data { at, bytes: rest, from } });
                        }
                    }
                    None if self.direction(side).state == State::Broken => {
                        let what = format!("the {}'s part of the SOCKS negotiation can't be read", side.word());
                        found(Found::Trouble { at, what });
                    }
                    None => {}
                }
            }
            (State::Negotiating, Piece::Gap { at, length }) => {
                self.direction(side).state = State::Broken;
                let what = format!("{length} bytes of the {} are missing in the SOCKS negotiation", side.word());
                found(Found::Trouble { at, what });
            }
            (State::Negotiating, piece @ Piece::End { .. }) => found(Found::Inner { side, piece }),
            (State::Broken, _) => {}
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Socks
    }

    fn facts(&self) -> flow::Facts {
        flow::Facts { socks: Some(Box::new(self.facts.clone())), ..flow::Facts::default() }
    }
}

/// A request of SOCKS 4: command, port, address, user, and for 4a the host's name.
fn request_4(bytes: &[u8]) -> Parsed<Facts> {
    let mut cursor = Cursor::new(bytes);
    let Some((command, port, address)) =
        cursor.u16().and_then(|command| Some((command.to_be_bytes()[1], cursor.u16()?, cursor.array::<4>()?)))
    else {
        return Parsed::More;
    };
    if !(1..=2).contains(&command) {
        return Parsed::Wrong;
    }
    let word = |from: usize| {
        let rest = bytes.get(from..)?;
        let end = memchr::memchr(0, rest)?;
        Some((String::from_utf8_lossy(&rest[..end]).into_owned(), from + end + 1))
    };
    let Some((user, mut end)) = word(8) else { return Parsed::More };
    let mut host = Ipv4Addr::from(address).to_string();
    if address[..3] == [0; 3] && address[3] != 0 {
        let Some((name, behind)) = word(end) else { return Parsed::More };
        (host, end) = (name, behind);
    }
    let facts = Facts {
        version: 4,
        command: Some(command_word(command)),
        host: Some(host),
        port: Some(port),
        user: Some(user).filter(|user| !user.is_empty()),
        ..Facts::default()
    };
    Parsed::Done(facts, end)
}

/// A request or reply of SOCKS 5: its code, the address, and how many bytes it has.
fn address_5(bytes: &[u8]) -> Option<Result<(u8, String, u16, usize), ()>> {
    let mut cursor = Cursor::new(bytes);
    let [_, code, _, kind] = cursor.array()?;
    let (host, length) = match kind {
        1 => (Ipv4Addr::from(cursor.array::<4>()?).to_string(), 4),
        3 => {
            let name = cursor.vec8()?;
            (String::from_utf8_lossy(name).into_owned(), 1 + name.len())
        }
        4 => (Ipv6Addr::from(cursor.array::<16>()?).to_string(), 16),
        _ => return Some(Err(())),
    };
    Some(Ok((code, host, cursor.u16()?, 6 + length)))
}

fn command_word(command: u8) -> &'static str {
    match command {
        1 => "CONNECT",
        2 => "BIND",
        3 => "UDP ASSOCIATE",
        _ => "unknown command",
    }
}

fn method_word(method: u8) -> &'static str {
    match method {
        0 => "none",
        1 => "GSSAPI",
        2 => "user name and password",
        0xff => "none acceptable",
        _ => "another method",
    }
}

fn reply_4(code: u8) -> &'static str {
    match code {
        90 => "granted",
        91 => "refused or failed",
        92 => "refused: no identd on the client",
        93 => "refused: identd names another user",
        _ => "unknown reply",
    }
}

fn reply_5(code: u8) -> &'static str {
    match code {
        0 => "granted",
        1 => "the proxy failed",
        2 => "not allowed by the proxy's rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "TTL expired",
        7 => "command not supported",
        8 => "kind of address not supported",
        _ => "unknown reply",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What went through of each side, and the facts.
    fn read(parts: &[(Side, &[u8])]) -> (Vec<u8>, Vec<u8>, Facts) {
        let (mut socks, mut inner) = (Socks::new(), [Vec::new(), Vec::new()]);
        for (side, bytes) in parts {
            socks.piece(*side, Piece::Data { at: 1, bytes, from: None }, &mut |found| match found {
                Found::Inner { side, piece: Piece::Data { bytes, .. } } => inner[side as usize].extend(bytes),
                other => panic!("{other:?}"),
            });
        }
        let [client, server] = inner;
        (client, server, *Dissector::facts(&socks).socks.unwrap())
    }

    /// RFC 1928 and RFC 1929: user name and password, a host by name.
    const CLIENT_5: &[u8] = b"\x05\x02\x00\x02\x01\x03bob\x06secret\x05\x01\x00\x03\x0eerp.exampl.com\x01\xbbhello";
    const SERVER_5: &[u8] = b"\x05\x02\x01\x00\x05\x00\x00\x01\x0a\0\0\x01\x01\xbbworld";

    #[test]
    fn any_split_of_socks_5_gives_what_is_inside() {
        for cut in 0..CLIENT_5.len() {
            let (client, server, facts) = read(&[
                (Side::Client, &CLIENT_5[..cut]),
                (Side::Server, &SERVER_5[..cut.min(SERVER_5.len())]),
                (Side::Client, &CLIENT_5[cut..]),
                (Side::Server, &SERVER_5[cut.min(SERVER_5.len())..]),
            ]);
            assert_eq!((&client[..], &server[..]), (&b"hello"[..], &b"world"[..]), "cut at {cut}");
            assert_eq!((facts.host.as_deref(), facts.port), (Some("erp.exampl.com"), Some(443)));
            assert_eq!((facts.user.as_deref(), facts.command, facts.granted), (Some("bob"), Some("CONNECT"), true));
            assert!(!format!("{facts:?}").contains("secret"));
        }
    }

    #[test]
    fn socks_4_and_4a_are_read() {
        let (client, server, facts) =
            read(&[(Side::Client, b"\x04\x01\x00\x50\x0a\0\0\x07me\0GET"), (Side::Server, b"\x00\x5a\0\0\0\0\0\0OK")]);
        assert_eq!((&client[..], &server[..]), (&b"GET"[..], &b"OK"[..]));
        assert_eq!((facts.host.as_deref(), facts.user.as_deref()), (Some("10.0.0.7"), Some("me")));
        let (_, _, named) = read(&[(Side::Client, b"\x04\x01\x00\x50\0\0\0\x01\0erp\0")]);
        assert_eq!(named.host.as_deref(), Some("erp"));
    }

    #[test]
    fn a_refusal_is_said_in_words() {
        let (_, _, facts) = read(&[
            (Side::Client, b"\x05\x01\x00\x05\x01\x00\x01\x0a\0\0\x01\x00\x50"),
            (Side::Server, b"\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0"),
        ]);
        assert_eq!((facts.reply, facts.granted), (Some("connection refused"), false));
    }

    #[test]
    fn it_is_recognised_by_both_sides() {
        assert_eq!(recognises(b"\x05\x01\x00", b"\x05\x00"), Recognised::Yes);
        assert_eq!(recognises(b"\x05\x01\x00", b""), Recognised::More);
        assert_eq!(recognises(b"\x05\x01\x00", b"HTTP"), Recognised::No);
        assert_eq!(recognises(b"\x05\x01\x00\x77", b""), Recognised::No);
        assert_eq!(recognises(b"\x04\x01\x00\x50\x0a\0\0\x07\0", b"\0\x5a"), Recognised::Yes);
        assert_eq!(recognises(b"GET / HTTP/1.1", b""), Recognised::No);
    }
}
