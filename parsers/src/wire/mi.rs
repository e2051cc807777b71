//! M3's API sockets (MvxSock, port 16105 and others): logon, transactions and their answers.
//!
//! Frames are a length of four bytes, most significant first, and text behind it, in ISO 8859-1 or UCS-2. The layouts
//! are those of open clients (mvxlib, PyMovex) and of a published dissector; a refusal's columns aren't public, so its
//! text is kept as it is. A password is never kept, and neither is what hides it: it can be undone.

mod call;
mod logon;

pub use call::{Call, Outcome};
pub use logon::{Layout, Logon};

use super::flow::{self, Dissector, Found, Piece, Protocol, Recognised, Side};
use super::prefixed::{Format, Message, Messages};
use std::collections::VecDeque;

const FORMAT: Format = Format { bytes: 4, big_endian: true, inclusive: false };

/// How many calls are kept with their details; those beyond are counted.
const MOST_CALLS: usize = 10_000;

/// Whether a conversation that begins with these bytes is MI: a logon, or a transaction that is answered as MI does.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    let length = match FORMAT.length(client) {
        _ if client.is_empty() => {
            return if answers(server) == Recognised::No { Recognised::No } else { Recognised::More };
        }
        None => return if client.iter().all(|&byte| byte == 0) { Recognised::More } else { Recognised::No },
        Some(Err(())) | Some(Ok(64_001..)) => return Recognised::No,
        Some(Ok(length)) => usize::try_from(length).unwrap_or(usize::MAX),
    };
    let payload = &client[4..];
    match logon::begins(&payload[..payload.len().min(length)]) {
        Recognised::Yes => return Recognised::Yes,
        Recognised::More => return Recognised::More,
        Recognised::No => {}
    }
    // The middle of a conversation: a name of at most 15 letters and digits, and an answer to it.
    let text = text(&payload[..payload.len().min(length)]);
    if call::name(&text).is_none() { Recognised::No } else { answers(server) }
}

/// Whether a server's first bytes are those of an answer.
fn answers(server: &[u8]) -> Recognised {
    match FORMAT.length(server) {
        None => Recognised::More,
        Some(Err(())) => Recognised::No,
        Some(Ok(length)) if server.len() < 4 + usize::try_from(length.min(5)).unwrap_or(5) => Recognised::More,
        Some(Ok(_)) if call::Answer::read(&text(&server[4..])).is_some() => Recognised::Yes,
        Some(Ok(_)) => Recognised::No,
    }
}

/// What was learnt of a conversation so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Who signed on, to which program.
    pub logon: Option<Logon>,
    /// What the server said to it.
    pub greeting: Option<String>,
    /// The transactions, in order; at most the first 10,000.
    pub calls: Vec<Call>,
    /// How many transactions there were.
    pub call_count: u64,
    /// How many of them M3 refused.
    pub nok_count: u64,
    /// The client said goodbye.
    pub closed: bool,
    /// Bytes are missing; calls may be missing, too.
    pub gaps: bool,
}

/// Reads one MI conversation.
#[derive(Debug)]
pub struct Mi {
    facts: Facts,
    client: Messages,
    server: Messages,
    /// Calls that wait for their answer, the first that was made in front.
    waiting: VecDeque<Call>,
    /// The logon waits for its answer.
    signing_on: bool,
}

impl Default for Mi {
    fn default() -> Self {
        Self::new()
    }
}

impl Mi {
    /// A dissector for a conversation that begins now, or is met in the middle.
    #[must_use]
    pub fn new() -> Self {
        Self {
            facts: Facts::default(),
            client: Messages::new(FORMAT),
            server: Messages::new(FORMAT),
            waiting: VecDeque::new(),
            signing_on: false,
        }
    }

    fn message(&mut self, side: Side, message: &Message) {
        match side {
            Side::Client => self.request(message),
            Side::Server => self.answer(message),
        }
    }

    fn request(&mut self, message: &Message) {
        let text = text(&message.bytes);
        if let Some(logon) = Logon::read(&message.bytes, message.first) {
            self.facts.logon = Some(logon);
            self.signing_on = true;
        } else if text.trim_end() == "CLOSE" {
            self.facts.closed = true;
        } else {
            self.waiting.push_back(Call::new(&text, message));
            if self.waiting.len() > MOST_CALLS {
                self.finish();
            }
        }
    }

    fn answer(&mut self, message: &Message) {
        let text = text(&message.bytes);
        if std::mem::take(&mut self.signing_on) {
            if let Some(logon) = &mut self.facts.logon {
                logon.answered_at = Some(message.last);
            }
            self.facts.greeting = Some(text.trim_end().to_owned());
            return;
        }
        // An answer whose call wasn't seen belongs to nothing.
        let Some(call) = self.waiting.front_mut() else { return };
        if call.take(&text, message) {
            self.finish();
        }
    }

    /// The first call that waited is done.
    fn finish(&mut self) {
        let Some(call) = self.waiting.pop_front() else { return };
        self.facts.call_count += 1;
        self.facts.nok_count += u64::from(matches!(call.outcome, Outcome::Nok(_)));
        if self.facts.calls.len() < MOST_CALLS {
            self.facts.calls.push(call);
        }
    }
}

impl Dissector for Mi {
    /// Finds nothing but facts.
    fn piece(&mut self, side: Side, piece: Piece<'_>, _found: &mut dyn FnMut(Found<'_>)) {
        let messages = match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        };
        let whole = match piece {
            Piece::Data { at, bytes, .. } => messages.push(at, bytes),
            Piece::Gap { at, length } => {
                self.facts.gaps = true;
                messages.gap(at, length).into_iter().collect()
            }
            Piece::End { .. } => Vec::new(),
        };
        for message in &whole {
            self.message(side, message);
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Mi
    }

    fn facts(&self) -> flow::Facts {
        let mut facts = self.facts.clone();
        facts.call_count += self.waiting.len() as u64;
        let room = MOST_CALLS - facts.calls.len();
        facts.calls.extend(self.waiting.iter().take(room).cloned());
        flow::Facts { mi: Some(Box::new(facts)), ..flow::Facts::default() }
    }
}

/// Text in ISO 8859-1, or in UCS-2 where every other byte of its beginning is zero.
fn text(bytes: &[u8]) -> String {
    let zero = |odd: usize| bytes.len() >= 4 && bytes[..4].iter().skip(odd).step_by(2).all(|&byte| byte == 0);
    let wide = |read: fn([u8; 2]) -> u16| {
        char::decode_utf16(bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])))
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    if zero(0) {
        wide(u16::from_be_bytes)
    } else if zero(1) {
        wide(u16::from_le_bytes)
    } else {
        bytes.iter().copied().map(char::from).collect()
    }
}

#[cfg(test)]
mod tests;
