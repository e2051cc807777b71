//! The packets of chosen conversations, out of a capture as they stand in it: for handing a part of a capture on. What is
//! said in them it doesn't look at.

use std::collections::{BTreeMap, HashMap};

use super::file::{Frame, NO_TIME, Next, Reader};
use super::ip::{self, Packets};
use super::tcp::{self, Segment, TcpFacts};

/// How many fragments may wait for the rest of their packet.
const WAITING: usize = 8192;

/// Finds the packets of conversations in a capture that is shown to it piece by piece.
#[derive(Debug)]
pub struct Sieve {
    reader: Reader,
    wanted: Wanted,
    /// The newest time, for packets without one.
    now: i64,
}

/// The conversations that are looked for.
#[derive(Debug)]
struct Wanted {
    packets: Packets,
    /// By both ends: from when to when.
    times: HashMap<tcp::Key, Vec<(i64, i64)>>,
    waiting: Waiting,
}

/// Fragments of packets that aren't whole yet.
#[derive(Debug, Default)]
struct Waiting {
    parts: HashMap<ip::Key, Vec<Held>>,
    /// By where the first fragment that is held stands in the file.
    by_age: BTreeMap<u64, ip::Key>,
    held: usize,
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
        let mut times: HashMap<_, Vec<_>> = HashMap::new();
        for facts in conversations {
            let key = tcp::Key::of(facts.ends.client, facts.ends.server);
            times.entry(key).or_default().push((facts.first, facts.last));
        }
        let wanted = Wanted { packets: Packets::default(), times, waiting: Waiting::default() };
        Self { reader: Reader::new(), wanted, now: 0 }
    }

    /// Takes what it can from the front of `input`; how many bytes, and how many it wants to see at once the next time.
    pub fn push(&mut self, input: &[u8], found: &mut dyn FnMut(Sifted<'_>)) -> (usize, usize) {
        let Self { reader, wanted, now } = self;
        reader.each(input, &mut |next| match next {
            Next::Frame(mut frame) => {
                if frame.at == NO_TIME {
                    frame.at = *now;
                }
                *now = frame.at;
                wanted.frame(frame, found);
            }
            Next::KeyLog(text) => found(Sifted::KeyLog(text)),
            // Whoever read the capture before was told what is wrong with it.
            Next::Bad(_) | Next::Damage(_) | Next::More(_) | Next::Other => {}
        })
    }
}

impl Wanted {
    fn frame(&mut self, frame: Frame<'_>, found: &mut dyn FnMut(Sifted<'_>)) {
        let mut mine = false;
        let Self { packets, times, .. } = self;
        packets.frame(&frame, &mut |payload| {
            let Some(segment) = Segment::read(&payload) else { return };
            let times = times.get(&tcp::Key::of(segment.from, segment.to));
            mine |= times.is_some_and(|times| times.iter().any(|(first, last)| (*first..=*last).contains(&frame.at)));
        });
        let parts = match self.packets.fragment() {
            None => Vec::new(),
            Some((key, true)) => self.waiting.take(key),
            Some((key, false)) => return self.waiting.add(key, frame),
        };
        if mine {
            for Held { at, link, bytes, original, from } in &parts {
                let (at, link, original, from) = (*at, *link, *original, *from);
                found(Sifted::Frame(Frame { at, link, bytes, original, from }));
            }
            found(Sifted::Frame(frame));
        }
    }
}

impl Waiting {
    /// Holds a fragment; where there are too many, those of the packet go that has waited longest.
    fn add(&mut self, key: ip::Key, frame: Frame<'_>) {
        if self.held >= WAITING {
            let oldest = self.by_age.first_key_value().map(|(_, oldest)| *oldest);
            oldest.map(|oldest| self.take(oldest));
        }
        let Frame { at, link, bytes, original, from } = frame;
        let parts = self.parts.entry(key).or_default();
        if parts.is_empty() {
            self.by_age.insert(from, key);
        }
        parts.push(Held { at, link, bytes: bytes.to_vec(), original, from });
        self.held += 1;
    }

    /// The fragments of a packet, which wait no longer.
    fn take(&mut self, key: ip::Key) -> Vec<Held> {
        let parts = self.parts.remove(&key).unwrap_or_default();
        self.held -= parts.len();
        if let Some(first) = parts.first() {
            self.by_age.remove(&first.from);
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{Again, Capture, Secrets, Seen};

    struct Nowhere;

    impl Again for Nowhere {
        fn read(&mut self, _from: u64, _len: usize, _into: &mut Vec<u8>) -> bool {
            false
        }
    }

    /// A capture of raw IP packets, one each nanosecond from 0.
    fn capture(packets: &[Vec<u8>]) -> Vec<u8> {
        let mut file = Vec::new();
        for word in [0xa1b2_3c4d_u32, 0x0004_0002, 0, 0, 0xffff, 101] {
            file.extend(word.to_le_bytes());
        }
        for (at, packet) in (0_u32..).zip(packets) {
            let len = packet.len() as u32;
            for word in [0, at, len, len] {
                file.extend(word.to_le_bytes());
            }
            file.extend_from_slice(packet);
        }
        file
    }

    fn packet(protocol: u8, id: u16, fragment: u16, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0];
        packet.extend((20 + payload.len() as u16).to_be_bytes());
        packet.extend(id.to_be_bytes());
        packet.extend(fragment.to_be_bytes());
        packet.extend([64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2]);
        packet.extend_from_slice(payload);
        packet
    }

    /// The two halves of a segment from port 1000 to port 80.
    fn segment(id: u16) -> [Vec<u8>; 2] {
        let mut segment = vec![0x03, 0xe8, 0, 80, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x10, 0xff, 0xff, 0, 0, 0, 0];
        segment.extend(b"GET ");
        [packet(6, id, 0x2000, &segment[..16]), packet(6, id, 2, &segment[16..])]
    }

    fn found(packets: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let (file, mut conversations) = (capture(packets), Vec::new());
        let mut capture = Capture::new(Secrets::default());
        let mut seen = |seen: Seen<'_>| {
            if let Seen::Closed { tcp, .. } = seen {
                conversations.push(tcp.clone());
            }
        };
        capture.push(&file, &mut Nowhere, &mut seen);
        capture.finish(0, &mut Nowhere, &mut seen);
        let mut found = Vec::new();
        Sieve::new(&conversations).push(&file, &mut |sifted| {
            if let Sifted::Frame(frame) = sifted {
                found.push(frame.bytes.to_vec());
            }
        });
        found
    }

    #[test]
    fn fragments_of_what_is_not_tcp_take_no_room_once_it_is_whole() {
        let datagrams = (0..2 * WAITING).flat_map(|id| {
            let id = id as u16;
            [packet(17, id, 0x2000, b"01234567"), packet(17, id, 1, b"89")]
        });
        let packets: Vec<_> = datagrams.chain(segment(7)).collect();
        assert_eq!(found(&packets), segment(7));
    }

    #[test]
    fn fragments_that_nothing_follows_make_room_for_others() {
        let lone = (0..2 * WAITING).map(|id| packet(17, id as u16, 0x2000, b"01234567"));
        let packets: Vec<_> = lone.chain(segment(7)).collect();
        assert_eq!(found(&packets), segment(7));
    }
}
