//! The lines and binary packets of one direction, until it is encrypted (RFC 4253 sections 4.2 and 6).

use super::super::cursor::Cursor;
use super::super::flow::Side;
use super::Disconnect;
use super::banner::{LONGEST_LINE, MOST_LINES};

/// The largest packet that is believed; OpenSSH takes 256 KiB.
const LARGEST_PACKET: usize = 256 * 1024;

/// One thing of a direction.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Item {
    /// A line before the greeting.
    Text(String),
    /// The greeting.
    Greeting(String),
    /// A packet's payload: message number and fields.
    Payload(Vec<u8>),
    /// What follows can't be read, and why. Nothing comes behind it.
    Broken(String),
}

/// Splits one direction into items.
#[derive(Debug, Default)]
pub(super) struct Packets {
    buffer: Vec<u8>,
    state: State,
    lines: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Lines,
    Packets,
    Stopped,
}

impl Packets {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        if self.state != State::Stopped {
            self.buffer.extend_from_slice(bytes);
        }
    }

    /// Takes nothing any more; says how many bytes were waiting.
    pub(super) fn stop(&mut self) -> u64 {
        self.state = State::Stopped;
        let waiting = self.buffer.len() as u64;
        self.buffer = Vec::new();
        waiting
    }

    /// The next item, if it is there whole.
    pub(super) fn next(&mut self) -> Option<Item> {
        match self.state {
            State::Lines => self.line(),
            State::Packets => self.packet(),
            State::Stopped => None,
        }
    }

    fn line(&mut self) -> Option<Item> {
        let Some(end) = memchr::memchr(b'\n', &self.buffer) else {
            return (self.buffer.len() > LONGEST_LINE).then(|| self.broken("first line has no end"));
        };
        let line = self.buffer[..end].strip_suffix(b"\r").unwrap_or(&self.buffer[..end]);
        let text = String::from_utf8_lossy(line).into_owned();
        self.buffer.drain(..=end);
        if text.starts_with("SSH-") {
            self.state = State::Packets;
            return Some(Item::Greeting(text));
        }
        self.lines += 1;
        if self.lines > MOST_LINES {
            return Some(self.broken("greeting doesn't come"));
        }
        Some(Item::Text(text))
    }

    fn packet(&mut self) -> Option<Item> {
        let mut cursor = Cursor::new(&self.buffer);
        let length = cursor.u32()? as usize;
        if !(2..=LARGEST_PACKET).contains(&length) {
            return Some(self.broken(&format!("packet claims a length of {length} bytes")));
        }
        let body = cursor.take(length)?;
        let padding = usize::from(body[0]);
        let Some(payload) = body.len().checked_sub(padding).and_then(|end| body.get(1..end)) else {
            return Some(self.broken("packet has more padding than bytes"));
        };
        let payload = payload.to_vec();
        self.buffer.drain(..4 + length);
        Some(Item::Payload(payload))
    }

    fn broken(&mut self, what: &str) -> Item {
        self.stop();
        Item::Broken(what.to_owned())
    }
}

/// Reads the fields of SSH_MSG_DISCONNECT.
pub(super) fn disconnect(by: Side, fields: &[u8]) -> Option<Disconnect> {
    let mut cursor = Cursor::new(fields);
    let code = cursor.u32()?;
    let description = String::from_utf8_lossy(cursor.vec32().unwrap_or_default()).into_owned();
    Some(Disconnect { by, code, reason: reason(code), description })
}

/// The reasons of RFC 4253 section 11.1.
fn reason(code: u32) -> &'static str {
    match code {
        1 => "host not allowed to connect",
        2 => "protocol error",
        3 => "key exchange failed",
        5 => "MAC error",
        6 => "compression error",
        7 => "service not available",
        8 => "protocol version not supported",
        9 => "host key not verifiable",
        10 => "connection lost",
        11 => "by application",
        12 => "too many connections",
        13 => "authentication cancelled by user",
        14 => "no more authentication methods available",
        15 => "illegal user name",
        _ => "unknown reason",
    }
}
