//! TLS as it is seen from outside, and from inside where the keys are at hand.
//!
//! What both hellos, the certificates and the alerts say is in [`Facts`]. With keys ([`Secrets`]) records are opened
//! and what they carry is given out as [`Found::Inner`]. Every record's MAC or tag is checked; nothing is given out
//! that wasn't. What can't be opened carries its reason.

mod alert;
mod certificate;
mod facts;
mod handshake;
mod hash;
mod hello;
mod names;
mod opener;
mod record;
mod session;
mod suite;
mod version;

pub use alert::Alert;
pub use certificate::Certificate;
pub use facts::{Facts, Sealed};
pub use hello::{ClientHello, ServerHello};
pub use suite::Suite;
pub use version::Version;

use super::flow::{self, Dissector, End, Found, Piece, Protocol, Recognised, Side};
use super::secrets::Secrets;
use handshake::Messages;
use opener::{Opener, Refused};
use record::{Header, Item, Records, kind};
use session::{Change, Session, Stage};
use std::collections::VecDeque;

/// Whether a conversation that begins with these bytes is TLS or SSL 3: a hello, or records from the middle.
#[must_use]
pub fn recognises(client: &[u8], server: &[u8]) -> Recognised {
    let hello = record::starts_like(client, handshake::CLIENT_HELLO);
    let answer = record::starts_like(server, handshake::SERVER_HELLO);
    match (client.is_empty(), hello, answer) {
        (_, Recognised::Yes, _) | (_, _, Recognised::Yes) => Recognised::Yes,
        (false, Recognised::No, _) => record::is_chain(client),
        (true, _, Recognised::No) => record::is_chain(server),
        _ => Recognised::More,
    }
}

/// How many bytes of records are kept that came before what is needed to open them.
const MOST_HELD: usize = 512 * 1024;

/// Reads one TLS connection.
#[derive(Debug)]
pub struct Tls {
    secrets: Secrets,
    facts: Facts,
    session: Session,
    client: Direction,
    server: Direction,
}

/// What is known of one direction.
#[derive(Debug, Default)]
struct Direction {
    records: Records,
    messages: Messages,
    /// The records are protected.
    protected: bool,
    /// Opens the records, where they are protected and the keys are known.
    opener: Option<Opener>,
    /// In TLS 1.3: how far the side's keys are, where no record has been opened with those of this stage yet.
    untried: Option<Stage>,
    /// Records that came before what is needed to open them.
    held: VecDeque<(i64, Header, Vec<u8>)>,
    held_bytes: usize,
    /// The side has said that it sends nothing more.
    closed: bool,
    /// Nothing more can be opened.
    given_up: bool,
}

impl Tls {
    /// A dissector for a connection that begins now. Keys that become known later count as well, if they do so
    /// before the records that need them.
    #[must_use]
    pub fn new(secrets: Secrets) -> Self {
        Self {
            secrets,
            facts: Facts::default(),
            session: Session::default(),
            client: Direction::default(),
            server: Direction::default(),
        }
    }
}

impl Dissector for Tls {
    fn piece(&mut self, side: Side, piece: Piece<'_>, found: &mut dyn FnMut(Found<'_>)) {
        match piece {
            Piece::Data { at, bytes, .. } => {
                self.direction(side).records.push(bytes);
                self.records(side, at, found);
            }
            Piece::Gap { length, .. } => self.direction(side).records.gap(length),
            Piece::End { at, how } => self.end(side, at, how, found),
        }
    }

    fn protocol(&self) -> Protocol {
        Protocol::Tls
    }

    fn facts(&self) -> flow::Facts {
        flow::Facts { tls: Some(Box::new(self.facts.clone())), ..flow::Facts::default() }
    }
}

impl Tls {
    fn direction(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        }
    }

    /// Takes all records that are there whole.
    fn records(&mut self, side: Side, at: i64, found: &mut dyn FnMut(Found<'_>)) {
        while let Some(item) = self.direction(side).records.next() {
            match item {
                Item::Record { header, start } => {
                    // The buffer is lent for as long as the record is looked at, so that nothing is copied.
                    let mut buffer = std::mem::take(&mut self.direction(side).records.buffer);
                    self.record(side, at, header, &mut buffer[start..start + header.length], found);
                    self.direction(side).records.buffer = buffer;
                }
                Item::LostOne(header) => self.lost_one(side, at, header, found),
                Item::LostSome { at_most, bytes } => self.lost_some(side, at, at_most, bytes, found),
                Item::Broken => self.give_up(side, Sealed::NoRecords(side)),
            }
        }
    }

    fn record(&mut self, side: Side, at: i64, header: Header, fragment: &mut [u8], found: &mut dyn FnMut(Found<'_>)) {
        if self.must_wait(side, header) {
            self.hold(side, at, header, fragment);
            return;
        }
        if !self.is_protected(side, header) {
            self.content(side, at, header.kind, fragment, found);
            return;
        }
        self.facts.count_protected(side, fragment.len());
        let direction = self.direction(side);
        if direction.given_up {
            return;
        }
        if let Some(stage) = direction.untried {
            self.try_stages(side, at, stage, header, fragment, found);
            return;
        }
        let Some(opener) = &mut direction.opener else { return };
        match opener.open(header, fragment) {
            Ok(opened) => {
                self.facts.opened = true;
                self.content(side, at, opened.kind, opened.content, found);
            }
            Err(Refused::NoIv) => self.inner_gap(side, at, header, found),
            Err(Refused::Unauthentic) => {
                let why = if self.facts.opened { Sealed::Damaged(side) } else { Sealed::WrongKey };
                self.give_up(side, why);
                self.inner_gap(side, at, header, found);
            }
        }
    }

    /// The first record of a stage of TLS 1.3. The keys may be those of a later one: where the server refused early
    /// data, or the keys of a stage aren't known.
    fn try_stages(
        &mut self,
        side: Side,
        at: i64,
        from: Stage,
        header: Header,
        fragment: &mut [u8],
        found: &mut dyn FnMut(Found<'_>),
    ) {
        for stage in Stage::ALL.into_iter().filter(|stage| *stage >= from) {
            let Some((mut opener, secret)) = self.session.opener_13(side, stage, &self.secrets) else { continue };
            let mut copy = fragment.to_vec();
            let Ok(opened) = opener.open(header, &mut copy) else { continue };
            self.facts.opened = true;
            self.session.keep_traffic_secret(side, secret);
            let direction = self.direction(side);
            direction.opener = Some(opener);
            direction.untried = None;
            self.content(side, at, opened.kind, opened.content, found);
            return;
        }
        // Records of a stage whose keys aren't known are passed by, since those of the next may be.
        match self.session.why_not_13(side, from, &self.secrets) {
            Some(Sealed::WrongKey) if self.facts.opened => self.give_up(side, Sealed::Damaged(side)),
            Some(why) => self.give_up(side, why),
            None => self.inner_gap(side, at, header, found),
        }
    }

    /// Whether a record is protected. In TLS 1.3 only records that say they are application data are.
    fn is_protected(&self, side: Side, header: Header) -> bool {
        let direction = match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        };
        direction.protected && (!self.session.is_13() || header.kind == kind::APPLICATION_DATA)
    }

    /// Whether a client's record can't be placed yet, since the server's hello hasn't come: it is early data, or
    /// packets were captured in another order than they were sent.
    fn must_wait(&self, side: Side, header: Header) -> bool {
        let placed = matches!(header.kind, kind::HANDSHAKE | kind::ALERT) && self.client.held.is_empty();
        side == Side::Client
            && !placed
            && !self.client.protected
            && !self.client.given_up
            && self.session.waits_for_server()
    }

    fn hold(&mut self, side: Side, at: i64, header: Header, fragment: &[u8]) {
        let direction = self.direction(side);
        direction.held_bytes += fragment.len();
        direction.held.push_back((at, header, fragment.to_vec()));
        if direction.held_bytes > MOST_HELD {
            direction.held.clear();
            self.give_up(side, Sealed::NoServerHello);
        }
    }

    /// Takes the records that waited for the server's hello.
    fn release(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        self.client.held_bytes = 0;
        for (at, header, mut fragment) in std::mem::take(&mut self.client.held) {
            self.record(Side::Client, at, header, &mut fragment, found);
        }
    }

    fn content(&mut self, side: Side, at: i64, kind: u8, content: &[u8], found: &mut dyn FnMut(Found<'_>)) {
        match kind {
            kind::HANDSHAKE => self.handshake(side, at, content, found),
            kind::ALERT => self.alert(side, at, content),
            kind::CHANGE_CIPHER_SPEC if !self.session.is_13() => self.change_cipher(side),
            kind::APPLICATION_DATA if !content.is_empty() => {
                let piece = Piece::Data { at, bytes: content, from: None };
                found(Found::Inner { side, piece });
            }
            _ => {}
        }
    }

    fn alert(&mut self, side: Side, at: i64, content: &[u8]) {
        let &[level, number] = content else { return };
        // In TLS 1.3 the level means nothing any more: all but two end the connection.
        let fatal = if self.session.is_13() { !matches!(number, 0 | 90) } else { level == 2 };
        self.direction(side).closed |= number == 0;
        self.facts.alert(Alert { from: side, at, fatal, number });
    }

    fn handshake(&mut self, side: Side, at: i64, content: &[u8], found: &mut dyn FnMut(Found<'_>)) {
        self.direction(side).messages.push(content);
        while let Some(message) = self.direction(side).messages.next() {
            match self.session.message(side, at, &message, &mut self.facts, &self.secrets) {
                Change::None => {}
                Change::ServerKnown => self.server_known(found),
                Change::Stage(stage) => self.direction(side).untried = Some(stage),
                Change::NextKeys => {
                    self.direction(side).opener = self.session.next_opener(side);
                }
            }
        }
    }

    /// The server's hello has come: all that is needed to open records is known.
    fn server_known(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        if self.session.is_13() {
            if let Some(why) = self.session.unsupported() {
                self.give_up(Side::Client, why.clone());
                self.give_up(Side::Server, why);
            }
            let client = if self.session.has_early_data() { Stage::Early } else { Stage::Handshake };
            for (direction, stage) in [(&mut self.client, client), (&mut self.server, Stage::Handshake)] {
                direction.protected = true;
                direction.untried = Some(stage);
            }
        }
        self.release(found);
    }

    /// ChangeCipherSpec of TLS 1.2 and before: what follows is protected by the keys agreed on.
    fn change_cipher(&mut self, side: Side) {
        let opener = self.session.opener(side, &mut self.facts, &self.secrets);
        let direction = self.direction(side);
        direction.protected = true;
        direction.messages = Messages::default();
        match opener {
            Ok(opener) => direction.opener = Some(opener),
            Err(why) => self.give_up(side, why),
        }
    }

    fn lost_one(&mut self, side: Side, at: i64, header: Header, found: &mut dyn FnMut(Found<'_>)) {
        if !self.is_protected(side, header) {
            self.lost_handshake(side);
            return;
        }
        self.facts.count_lost(side, 1);
        if let Some(opener) = &mut self.direction(side).opener {
            opener.lost_one(header.length);
        }
        self.inner_gap(side, at, header, found);
    }

    fn lost_some(&mut self, side: Side, at: i64, at_most: u64, bytes: u64, found: &mut dyn FnMut(Found<'_>)) {
        if !self.direction(side).protected {
            self.lost_handshake(side);
            return;
        }
        self.facts.count_lost(side, at_most);
        let Some(opener) = &mut self.direction(side).opener else { return };
        if !opener.lost_some(at_most) {
            self.give_up(side, Sealed::Gap { side, bytes });
        }
        found(Found::Inner { side, piece: Piece::Gap { at, length: bytes.max(1) } });
    }

    fn lost_handshake(&mut self, side: Side) {
        self.direction(side).messages = Messages::default();
        self.facts.seal(Sealed::HandshakeGap(side));
    }

    /// What a record that can't be opened carried is missing inside.
    fn inner_gap(&mut self, side: Side, at: i64, header: Header, found: &mut dyn FnMut(Found<'_>)) {
        if header.kind == kind::APPLICATION_DATA && self.facts.opened {
            let overhead = self.direction(side).opener.as_ref().map_or(0, Opener::overhead);
            let length = header.length.saturating_sub(overhead).max(1) as u64;
            found(Found::Inner { side, piece: Piece::Gap { at, length } });
        }
    }

    fn give_up(&mut self, side: Side, why: Sealed) {
        let direction = self.direction(side);
        direction.given_up = true;
        direction.opener = None;
        self.facts.seal(why);
    }

    fn end(&mut self, side: Side, at: i64, how: End, found: &mut dyn FnMut(Found<'_>)) {
        if side == Side::Client && !self.client.held.is_empty() {
            self.client.held.clear();
            self.give_up(side, Sealed::NoServerHello);
        }
        if self.facts.client_hello.is_none() {
            self.facts.seal(Sealed::NoClientHello);
        }
        // Whoever said goodbye has sent all it had, however the connection below it went.
        let how = if self.direction(side).closed { End::Fin } else { how };
        found(Found::Inner { side, piece: Piece::End { at, how } });
    }
}

#[cfg(test)]
mod tests;
