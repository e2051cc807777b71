//! The packets of chosen conversations, out of a capture as they stand in it: for handing a part of a capture on. What is
//! said in them it doesn't look at.

use std::collections::HashMap;
use std::net::SocketAddr;

use super::file::{Frame, NO_TIME, Next, Reader};
use super::ip::{Key, Packets};
use super::tcp::{Segment, TcpFacts};

/// How many fragments may wait for the rest of their packet.
const WAITING: usize = 8192;

/// Finds the packets of conversations in a capture that is shown to it piece by piece.
#[derive(Debug)]
pub struct Sieve {
    reader: Reader,
    packets: Packets,
    /// By both ends, the lower first: from when to when.
    wanted: HashMap<[SocketAddr; 2], Vec<(i64, i64)>>,
    /// Fragments of packets that aren't whole yet.
    waiting: HashMap<Key, Vec<Held>>,
    held: usize,
    /// The newest time, for packets without one.
    now: i64,
}

#[derive(Debug)]
struct Held {
    at: i64,
    link: u16,
    bytes: Vec<u8>,
    original: u32,
    from: u64,
}

/// What is found.
#[derive(Debug, PartialEq, Eq)]
pub enum Sifted<'a> {
    /// A packet of one of the conversations.
    Frame(Frame<'a>),
    /// Secrets that the capture brings, of whatever conversation: the text of a key log.
    KeyLog(&'a [u8]),
}

impl Sieve {
    /// For these conversations of a capture.
    pub fn new<'a>(conversations: impl IntoIterator<Item = &'a TcpFacts>) -> Self {
        let mut wanted: HashMap<_, Vec<_>> = HashMap::new();
        for facts in conversations {
            wanted.entry(ends(facts.ends.client, facts.ends.server)).or_default().push((facts.first, facts.last));
        }
        let (reader, packets) = (Reader::new(), Packets::default());
        Self { reader, packets, wanted, waiting: HashMap::new(), held: 0, now: 0 }
    }

    /// Takes what it can from the front of `input`; how many bytes, and how many it wants to see at once the next time.
    pub fn push(&mut self, input: &[u8], found: &mut dyn FnMut(Sifted<'_>)) -> (usize, usize) {
        let mut used = 0;
        loop {
            let (taken, next) = self.reader.next(&input[used..]);
            used += taken;
            match next {
                Next::Frame(mut frame) => {
                    if frame.at == NO_TIME {
                        frame.at = self.now;
                    }
                    self.now = frame.at;
                    self.frame(frame, found);
                }
                Next::KeyLog(text) => found(Sifted::KeyLog(text)),
                // Whoever read the capture before was told what is wrong with it.
                Next::Bad(_) | Next::Damage(_) => {}
                Next::More(len) => return (used, len),
                Next::Other if taken == 0 && used == input.len() => return (used, 0),
                Next::Other => {}
            }
        }
    }

    fn frame(&mut self, frame: Frame<'_>, found: &mut dyn FnMut(Sifted<'_>)) {
        let (mut whole, mut mine) = (false, false);
        let Self { packets, wanted, .. } = self;
        packets.frame(&frame, &mut |payload| {
            whole = true;
            let Some(segment) = Segment::read(&payload) else { return };
            let times = wanted.get(&ends(segment.from, segment.to));
            mine |= times.is_some_and(|times| times.iter().any(|(first, last)| (*first..=*last).contains(&frame.at)));
        });
        let Some(key) = self.packets.fragment() else {
            if mine {
                found(Sifted::Frame(frame));
            }
            return;
        };
        if !whole && self.held < WAITING {
            let Frame { at, link, bytes, original, from } = frame;
            self.waiting.entry(key).or_default().push(Held { at, link, bytes: bytes.to_vec(), original, from });
            self.held += 1;
        }
        if whole {
            let parts = self.waiting.remove(&key).unwrap_or_default();
            self.held -= parts.len();
            for part in parts.iter().filter(|_| mine) {
                let Held { at, link, ref bytes, original, from } = *part;
                found(Sifted::Frame(Frame { at, link, bytes, original, from }));
            }
            if mine {
                found(Sifted::Frame(frame));
            }
        }
    }
}

fn ends(a: SocketAddr, b: SocketAddr) -> [SocketAddr; 2] {
    if b < a { [b, a] } else { [a, b] }
}
