//! The dissectors of one conversation, one inside the other: chosen by the first bytes, each fed with what the one
//! around it found inside.

use super::flow::{Dissector, End, Facts, Found, Piece, Protocol, Recognised, Side};
use super::pair::Pair;
use super::{Secrets, framed, http1, http2, mi, socks, ssh, tls, websocket};

/// How many dissectors may stand inside each other.
const DEPTH: u16 = 8;
/// How many bytes of each side may be kept until they tell what they are.
const UNTOLD: usize = 64 << 10;

/// An exchange within a conversation: the layer that found it, and its number there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Within {
    /// The layer, 0 for the outermost.
    pub layer: u16,
    /// Its number.
    pub number: u32,
}

/// One layer: a stream of pieces and what is made of it.
pub(super) struct Layer {
    depth: u16,
    /// What the layers around it say about it.
    around: Around,
    state: State,
    inner: Option<Box<Layer>>,
    /// When and how each side ended, which whoever takes over has to be told.
    ended: [Option<(i64, End)>; 2],
}

/// What is around a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Around {
    /// Whether it was encrypted.
    pub secure: bool,
    /// The CONNECT or upgrade that it is inside of.
    pub tunnel: Option<Within>,
}

enum State {
    /// What it is can't be told yet.
    Untold(Untold),
    Told(Box<dyn Dissector>),
    /// Nothing that is known, so far.
    Unknown,
}

/// What was seen before it could be told what it is.
#[derive(Default)]
struct Untold {
    pieces: Vec<Kept>,
    first: [Vec<u8>; 2],
}

/// A piece of its own.
struct Kept {
    side: Side,
    at: i64,
    /// The bytes' place in the stream's first bytes, or what else the piece is.
    what: What,
}

enum What {
    Data(Vec<u8>, Option<u64>),
    Other(Piece<'static>),
}

/// Takes what layers find: which layer, what is around it, and what it found.
pub(super) type Taker<'a> = dyn FnMut(u16, Around, Found<'_>) + 'a;

impl Layer {
    /// The outermost layer of a conversation.
    pub(super) fn new() -> Self {
        Self::inside(0, Around::default())
    }

    fn inside(depth: u16, around: Around) -> Self {
        Self { depth, around, state: State::Untold(Untold::default()), inner: None, ended: [None; 2] }
    }

    /// Takes the next piece.
    pub(super) fn piece(&mut self, side: Side, piece: Piece<'_>, secrets: &Secrets, taker: &mut Taker<'_>) {
        if let Piece::End { at, how } = piece {
            self.ended[side as usize] = Some((at, how));
        }
        match &mut self.state {
            State::Told(_) => self.dissect(side, piece, secrets, taker),
            State::Untold(untold) => {
                // The usual case: the first bytes tell, and nothing was kept before them.
                if let Piece::Data { bytes, .. } = piece {
                    let nothing = untold.pieces.is_empty();
                    let first: [&[u8]; 2] = if side == Side::Client { [bytes, &[]] } else { [&[], bytes] };
                    if nothing && let Choice::Told(told) = choose(first, secrets) {
                        self.state = State::Told(told);
                        return self.dissect(side, piece, secrets, taker);
                    }
                }
                untold.keep(side, &piece);
                self.tell(secrets, taker);
            }
            State::Unknown => {
                // HTTP is known again at the start of any message.
                if let Piece::Data { bytes, .. } = piece
                    && http1::is_start_line(side, bytes)
                {
                    self.state = State::Told(Box::new(http1::Http1::new()));
                    for (side, (at, how)) in ends(self.ended) {
                        self.dissect(side, Piece::End { at, how }, secrets, taker);
                    }
                    self.dissect(side, piece, secrets, taker);
                }
            }
        }
    }

    /// Chooses a dissector, where what was kept tells by now, and feeds it with that.
    fn tell(&mut self, secrets: &Secrets, taker: &mut Taker<'_>) {
        let State::Untold(untold) = &mut self.state else { return };
        match choose([&untold.first[0], &untold.first[1]], secrets) {
            Choice::Told(told) => {
                let kept = std::mem::take(&mut untold.pieces);
                self.state = State::Told(told);
                for Kept { side, at, what } in kept {
                    let piece = match &what {
                        What::Data(bytes, from) => Piece::Data { at, bytes, from: *from },
                        What::Other(piece) => *piece,
                    };
                    self.dissect(side, piece, secrets, taker);
                }
            }
            Choice::Unknown => self.state = State::Unknown,
            Choice::Untold => {
                if untold.first.iter().any(|first| first.len() > UNTOLD) || untold.has_ended() {
                    self.state = State::Unknown;
                }
            }
        }
    }

    fn dissect(&mut self, side: Side, piece: Piece<'_>, secrets: &Secrets, taker: &mut Taker<'_>) {
        let Self { depth, around, state: State::Told(told), inner, .. } = self else { return };
        let (depth, around) = (*depth, *around);
        let is_tls = told.protocol() == Protocol::Tls;
        let mut switched = None;
        told.piece(side, piece, &mut |found| match found {
            Found::Inner { side, piece } => {
                if depth + 1 >= DEPTH {
                    return;
                }
                let inner = inner.get_or_insert_with(|| {
                    let tunnel = switched.or(around.tunnel);
                    Box::new(Self::inside(depth + 1, Around { secure: around.secure || is_tls, tunnel }))
                });
                inner.piece(side, piece, secrets, taker);
            }
            Found::Ends { number, pair } => {
                if pair.switched {
                    switched = Some(Within { layer: depth, number });
                    let around = Around { secure: around.secure, tunnel: switched };
                    let mut behind = Self::inside(depth + 1, around);
                    if let Some(told) = upgraded(&pair) {
                        behind.state = State::Told(told);
                    }
                    *inner = Some(Box::new(behind));
                }
                taker(depth, around, Found::Ends { number, pair });
            }
            found => taker(depth, around, found),
        });
        // Nothing goes on inside of what has ended, also where the inside was only found since.
        for (side, (at, how)) in ends(self.ended) {
            if let Some(inner) = self.inner.as_mut().filter(|inner| inner.ended[side as usize].is_none()) {
                inner.piece(side, Piece::End { at, how }, secrets, taker);
            }
        }
    }

    /// What the layers speak, outermost first.
    pub(super) fn protocols(&self) -> Vec<Protocol> {
        let mut protocols = Vec::new();
        let mut layer = Some(self);
        while let Some(this) = layer {
            protocols.push(match &this.state {
                State::Told(told) => told.protocol(),
                State::Untold(_) | State::Unknown => Protocol::Unknown,
            });
            layer = this.inner.as_deref();
        }
        protocols
    }

    /// What the layers know about the conversation, outermost first.
    pub(super) fn facts(&self) -> Vec<Facts> {
        let mut facts = Vec::new();
        let mut layer = Some(self);
        while let Some(this) = layer {
            if let State::Told(told) = &this.state {
                facts.push(told.facts());
            }
            layer = this.inner.as_deref();
        }
        facts
    }
}

/// The sides that have ended, with when and how.
fn ends(ended: [Option<(i64, End)>; 2]) -> impl Iterator<Item = (Side, (i64, End))> {
    Side::BOTH.into_iter().zip(ended).filter_map(|(side, end)| Some((side, end?)))
}

impl Untold {
    fn keep(&mut self, side: Side, piece: &Piece<'_>) {
        let at = piece.at();
        let what = match *piece {
            Piece::Data { bytes, from, .. } => {
                self.first[side as usize].extend_from_slice(bytes);
                What::Data(bytes.to_vec(), from)
            }
            Piece::Gap { at, length } => What::Other(Piece::Gap { at, length }),
            Piece::End { at, how } => What::Other(Piece::End { at, how }),
        };
        self.pieces.push(Kept { side, at, what });
    }

    fn has_ended(&self) -> bool {
        let ends = |kept: &&Kept| matches!(kept.what, What::Other(Piece::End { .. }));
        self.pieces.iter().filter(ends).count() == 2
    }
}

enum Choice {
    Told(Box<dyn Dissector>),
    /// It is nothing that is known.
    Unknown,
    /// More bytes are needed.
    Untold,
}

/// The dissector of what a 101 says follows, where it says so and it is known.
fn upgraded(pair: &Pair) -> Option<Box<dyn Dissector>> {
    let response = pair.response.as_ref().filter(|response| response.status == 101)?;
    let field = response.fields.iter().find(|field| {
        let name = response.head.get(field.name.clone());
        name.is_some_and(|name| name.eq_ignore_ascii_case(b"upgrade"))
    })?;
    let protocol = response.head.get(field.value.clone())?.to_ascii_lowercase();
    match &protocol[..] {
        b"websocket" => Some(Box::new(websocket::WebSocket::new())),
        // The first stream answers the request that asked for the upgrade (RFC 7540 section 3.2).
        b"h2c" => Some(Box::new(http2::Http2::after_upgrade(pair.request.clone()?))),
        _ => None,
    }
}

/// The dissector of a conversation whose sides began with these bytes. The order is that of how sure the signs are.
fn choose(first: [&[u8]; 2], secrets: &Secrets) -> Choice {
    type New = fn(&Secrets, [&[u8]; 2]) -> Box<dyn Dissector>;
    type Recognises = fn(&[u8], &[u8]) -> Recognised;
    let known: [(Recognises, New); 7] = [
        (tls::recognises, |secrets, _| Box::new(tls::Tls::new(secrets.clone()))),
        (ssh::recognises, |_, _| Box::new(ssh::Ssh::new())),
        (http2::recognises, |_, _| Box::new(http2::Http2::new())),
        (http1::recognises, |_, _| Box::new(http1::Http1::new())),
        (mi::recognises, |_, _| Box::new(mi::Mi::new())),
        (socks::recognises, |_, _| Box::new(socks::Socks::new())),
        (framed::recognises, |_, [client, server]| Box::new(framed::Framed::new(client, server))),
    ];
    let [client, server] = first;
    let mut untold = false;
    for (recognises, new) in known {
        match recognises(client, server) {
            Recognised::Yes => return Choice::Told(new(secrets, first)),
            Recognised::More => untold = true,
            Recognised::No => {}
        }
    }
    if untold { Choice::Untold } else { Choice::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_late_is_told_that_a_side_has_ended() {
        let (mut layer, secrets) = (Layer::new(), Secrets::default());
        let mut seen = Vec::new();
        let mut taker = |_: u16, _: Around, found: Found<'_>| match found {
            Found::Begins { .. } => seen.push("begins"),
            Found::Ends { .. } => seen.push("ends"),
            _ => {}
        };
        fn data(bytes: &[u8]) -> Piece<'_> {
            Piece::Data { at: 1, bytes, from: None }
        }
        let unknown = vec![b'?'; UNTOLD + 1];
        let end = Piece::End { at: 2, how: End::Fin };
        let pieces = [
            (Side::Server, data(&unknown)),
            (Side::Client, data(&unknown)),
            (Side::Server, end),
            (Side::Client, data(b"GET /a HTTP/1.1\r\nHost: h\r\n\r\n")),
            (Side::Client, end),
        ];
        for (side, piece) in pieces {
            layer.piece(side, piece, &secrets, &mut taker);
        }
        assert_eq!(seen, ["begins", "ends"]);
    }
}
