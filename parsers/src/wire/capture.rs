//! A capture as a whole: the bytes of the file in, exchanges and conversations out.

use std::collections::BTreeSet;

use crate::Problem;

use super::file::{NO_TIME, Next, Reader};
use super::flow::{Facts, Found, Piece, Protocol, Side};
use super::ip::Packets;
use super::layers::{Around, Layer, Within};
use super::pair::Pair;
use super::tcp::{Again, Conversations, Handler, Segment, TcpFacts};
use super::{Secrets, link};

/// Reads a capture that is shown to it piece by piece.
pub struct Capture {
    reader: Reader,
    packets: Packets,
    conversations: Conversations<Layer>,
    secrets: Secrets,
    counts: Counts,
    /// The newest time, for packets without one.
    now: i64,
    unknown_links: BTreeSet<u16>,
}

/// How much there was in a capture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets.
    pub packets: u64,
    /// Of these, how many carried TCP.
    pub tcp: u64,
    /// When the first and the last were captured, nanoseconds since 1970 UTC; [`NO_TIME`] without any.
    pub first: i64,
    /// See `first`.
    pub last: i64,
}

/// What comes out of a capture.
#[derive(Debug)]
pub enum Seen<'a> {
    /// An exchange has begun.
    Begins {
        /// The exchange.
        within: Within,
        /// When.
        at: i64,
        /// The conversation.
        tcp: &'a TcpFacts,
    },
    /// Bytes of a body, in order; transfer coding removed, content coding still on.
    Body {
        /// The exchange.
        within: Within,
        /// Whose body.
        side: Side,
        /// The bytes.
        bytes: &'a [u8],
        /// Where they stand in the file; `None` where they don't.
        from: Option<u64>,
        /// The conversation.
        tcp: &'a TcpFacts,
    },
    /// Nothing more comes of an exchange.
    Ends {
        /// The exchange.
        within: Within,
        /// What was seen of it.
        pair: Box<Pair>,
        /// What it travelled in.
        around: Around,
        /// The conversation, as far as it has come.
        tcp: &'a TcpFacts,
    },
    /// A conversation is over, and all its exchanges have ended.
    Closed {
        /// What TCP knows about it.
        tcp: &'a TcpFacts,
        /// What it spoke, and what was inside that.
        protocols: Vec<Protocol>,
        /// What its dissectors know, outermost first.
        facts: Vec<Facts>,
    },
    /// Something in a conversation that could not be read as it should.
    Trouble {
        /// The conversation.
        tcp: &'a TcpFacts,
        /// What is wrong, without a full stop.
        what: String,
    },
    /// Something in the file that could not be read as it should.
    Problem(Problem),
}

impl Capture {
    /// A reader at the start of a capture; `secrets` open what was encrypted, and gain those that the capture brings.
    #[must_use]
    pub fn new(secrets: Secrets) -> Self {
        Self {
            reader: Reader::new(),
            packets: Packets::default(),
            conversations: Conversations::new(),
            secrets,
            counts: Counts { first: NO_TIME, last: NO_TIME, ..Counts::default() },
            now: 0,
            unknown_links: BTreeSet::new(),
        }
    }

    /// Takes what it can from the front of `input`; how many bytes, and how many it wants to see at once the next
    /// time. What it didn't take must be shown again with more behind it.
    pub fn push(&mut self, input: &[u8], again: &mut dyn Again, seen: &mut dyn FnMut(Seen<'_>)) -> (usize, usize) {
        let Self { reader, packets, conversations, secrets, counts, now, unknown_links } = self;
        reader.each(input, &mut |next| match next {
            Next::Frame(mut frame) => {
                counts.packets += 1;
                if frame.at == NO_TIME {
                    frame.at = *now;
                } else {
                    *now = frame.at;
                    let first = counts.first;
                    counts.first = if first == NO_TIME { frame.at } else { first.min(frame.at) };
                    counts.last = counts.last.max(frame.at);
                }
                packets.frame(&frame, &mut |payload| {
                    let Some(segment) = Segment::read(&payload) else { return };
                    counts.tcp += 1;
                    let mut layers = Layers { secrets, seen };
                    conversations.segment(&segment, again, &mut layers);
                });
                if !link::is_known(frame.link) && unknown_links.insert(frame.link) {
                    let what = format!("frames of link type {} can't be read", frame.link);
                    let remedy = "capture on another interface, or with another link type";
                    seen(Seen::Problem(Problem::new(frame.from, what, remedy)));
                }
            }
            Next::KeyLog(text) => {
                secrets.add_key_log(text);
            }
            Next::Bad(problem) | Next::Damage(problem) => seen(Seen::Problem(problem)),
            Next::More(_) | Next::Other => {}
        })
    }

    /// The file has ended with `pending` bytes that were shown and not taken.
    pub fn finish(&mut self, pending: usize, again: &mut dyn Again, seen: &mut dyn FnMut(Seen<'_>)) {
        if let Some(problem) = self.reader.finish(pending) {
            seen(Seen::Problem(problem));
        }
        let mut layers = Layers { secrets: &self.secrets, seen };
        self.conversations.finish(again, &mut layers);
    }

    /// How much there was so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How many TCP conversations there were so far.
    #[must_use]
    pub fn conversations(&self) -> u32 {
        self.conversations.count()
    }
}

/// Hands pieces of conversations to their layers.
struct Layers<'a, 'b> {
    secrets: &'a Secrets,
    seen: &'a mut (dyn FnMut(Seen<'_>) + 'b),
}

impl Handler<Layer> for Layers<'_, '_> {
    fn opened(&mut self, _tcp: &TcpFacts) -> Layer {
        Layer::new()
    }

    fn piece(&mut self, layer: &mut Layer, tcp: &TcpFacts, side: Side, piece: Piece<'_>) {
        let Self { secrets, seen } = self;
        layer.piece(side, piece, secrets, &mut |layer, around, found| match found {
            Found::Begins { number, at } => seen(Seen::Begins { within: Within { layer, number }, at, tcp }),
            Found::Body { number, side, bytes, from } => {
                seen(Seen::Body { within: Within { layer, number }, side, bytes, from, tcp });
            }
            Found::Ends { number, pair } => seen(Seen::Ends { within: Within { layer, number }, pair, around, tcp }),
            Found::Trouble { what, .. } => seen(Seen::Trouble { tcp, what }),
            Found::Inner { .. } => {}
        });
    }

    fn closed(&mut self, layer: Layer, tcp: &TcpFacts) {
        (self.seen)(Seen::Closed { tcp, protocols: layer.protocols(), facts: layer.facts() });
    }
}
