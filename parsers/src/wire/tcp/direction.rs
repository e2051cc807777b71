//! One direction of a TCP conversation: segments in as they were captured, bytes out in order, each once. Where
//! segments overlap, what was captured first stays.

use std::collections::VecDeque;

use super::super::flow::Piece;
use super::{Again, Segment};

/// How many segments may wait for one that is missing.
const WAITING: usize = 8192;
/// How many bytes may wait that can't be read again from the file.
const OWNED: usize = 4 << 20;
/// How many of the last segments are remembered, to see whether one that is sent again says the same.
const REMEMBERED: usize = 16;

/// One direction. Positions count bytes from the one behind the SYN, or the first that was seen.
#[derive(Debug, Default)]
pub(super) struct Direction {
    /// The sequence number of position 0.
    base: Option<u32>,
    /// Whether `base` is sure, by a SYN.
    sure: bool,
    /// The first number that the other end acknowledged.
    first_ack: Option<u32>,
    /// Bytes before this were given out.
    next: i64,
    /// Bytes before this were acknowledged.
    acked: i64,
    /// Bytes before this were sent, as far as was seen.
    sent: i64,
    /// Where it ends in order.
    fin: Option<i64>,
    waiting: VecDeque<Held>,
    owned: usize,
    last: VecDeque<(i64, u64, u32)>,
    /// Since when bytes are missing that were acknowledged: time, and packets of the conversation by then.
    pub hole: Option<(i64, u64)>,
    pub started: bool,
}

/// Captured bytes that can't be given out yet.
#[derive(Debug)]
struct Held {
    start: i64,
    len: i64,
    at: i64,
    /// How much of the other direction its sender had received.
    ack: i64,
    bytes: Bytes,
}

#[derive(Debug)]
enum Bytes {
    /// At that place in the file.
    There(u64),
    Here(Box<[u8]>),
    /// Cut off by the capture.
    Nowhere,
}

/// What a segment was, beside new bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Taken {
    /// It had bytes that had been seen before.
    pub again: bool,
    /// It came behind later bytes.
    pub late: bool,
    /// It probed whether the other end is still there.
    pub probe: bool,
    /// Bytes that had been seen before were different then.
    pub conflict: bool,
}

/// No acknowledgement: nothing of the other direction need come before.
pub(super) const NOTHING: i64 = i64::MIN;

impl Direction {
    /// The position of a sequence number, near where the stream is.
    fn position(&self, base: u32, seq: u32) -> i64 {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sequence numbers wrap")]
        let here = base.wrapping_add(self.next as u32);
        #[allow(clippy::cast_possible_wrap, reason = "the distance may be backwards")]
        let distance = seq.wrapping_sub(here) as i32;
        self.next + i64::from(distance)
    }

    /// The SYN, whose number is one before the first byte's.
    pub(super) fn syn(&mut self, seq: u32) {
        let first = seq.wrapping_add(1);
        if self.sure && !self.started && self.waiting.is_empty() && self.sent == 0 {
            // Another SYN before anything was sent replaces the first.
            self.base = Some(first);
        }
        if !self.sure {
            match self.base {
                // Bytes were seen before the SYN that precedes them.
                Some(base) if !self.started => {
                    let at = self.position(base, first);
                    if (at..at + (1 << 20)).contains(&self.next) {
                        self.next = at;
                    }
                }
                Some(_) => {}
                None => self.base = Some(first),
            }
            self.sure = true;
        }
    }

    /// Whether a SYN with that number belongs to what was seen so far, in a conversation that goes on.
    pub(super) fn fits_syn(&self, seq: u32) -> bool {
        let Some(base) = self.first() else { return true };
        if base == seq.wrapping_add(1) {
            return true;
        }
        if self.sure {
            // Another attempt, before anything was said.
            return self.sent == 0 && self.acked == 0;
        }
        let at = self.position(base, seq.wrapping_add(1));
        !self.started && (self.next - (1 << 20)..=self.next).contains(&at)
    }

    /// The sequence number of the first byte, as far as it is known.
    pub(super) fn first(&self) -> Option<u32> {
        self.base.or(self.first_ack)
    }

    /// What the other end acknowledges; gives the position up to which it does.
    pub(super) fn ack(&mut self, ack: u32) -> i64 {
        let Some(base) = self.base else {
            // Nothing was seen of this direction. The first number says where it was when the capture began.
            let first = *self.first_ack.get_or_insert(ack);
            let at = self.position(first, ack);
            if (0..1 << 30).contains(&(at - self.acked)) {
                self.acked = at;
            }
            return NOTHING;
        };
        let at = self.position(base, ack);
        if at > self.acked && at - self.next < 1 << 30 {
            self.acked = at;
        }
        at
    }

    /// Whether the bytes before `position` were given out, or can't be expected any more.
    pub(super) fn has_given(&self, position: i64) -> bool {
        // One byte more may be a FIN that wasn't captured.
        self.base.is_none() || position <= self.next + 1 || self.fin == Some(self.next)
    }

    /// Takes a segment whose bytes its sender sent when it had received the other direction up to `ack`.
    ///
    /// Bytes that are next in order come back to be given out at once, where that is allowed (`direct`); all others
    /// are held.
    pub(super) fn take<'a>(
        &mut self,
        segment: &Segment<'a>,
        ack: i64,
        direct: bool,
        again: &mut dyn Again,
    ) -> (Taken, Option<&'a [u8]>) {
        let seq = segment.seq.wrapping_add(u32::from(segment.syn));
        let base = self.base_for(seq, segment);
        let start = self.position(base, seq);
        let len = segment.len();
        let end = start + len;
        if segment.fin {
            self.fin.get_or_insert(end);
        }
        let mut taken = Taken::default();
        if len == 0 {
            taken.probe = start == self.next - 1 && self.sent > start && !segment.syn && !segment.fin && !segment.rst;
            return (taken, None);
        }
        if !self.started && !self.sure && start < self.next {
            self.next = start;
        }
        // Keep-alive probes repeat the last byte, often as something else.
        if len == 1 && start == self.next - 1 {
            taken.probe = true;
            return (taken, None);
        }
        taken.again = start < self.sent.min(end) && self.overlaps(start, end);
        taken.late = !taken.again && start < self.sent;
        self.sent = self.sent.max(end);
        let captured = start + segment.data.bytes.len() as i64;
        if direct && start == self.next && self.waiting.is_empty() && captured == end {
            return (taken, Some(segment.data.bytes));
        }
        taken.conflict = taken.again && self.conflicts(start, segment.data.bytes, again);
        self.hold(start, captured, segment, ack);
        if captured < end {
            self.hold_range(Held { start: captured, len: end - captured, at: segment.at, ack, bytes: Bytes::Nowhere });
        }
        (taken, None)
    }

    /// The sequence number of position 0, which the first segment settles where no SYN did.
    fn base_for(&mut self, seq: u32, segment: &Segment<'_>) -> u32 {
        if let Some(base) = self.base {
            return base;
        }
        let base = match self.first_ack {
            // What came between the acknowledged and this was sent and not captured, or comes late.
            Some(first) if (0..1 << 20).contains(&self.position(first, seq)) => first,
            _ => {
                self.acked = 0;
                seq
            }
        };
        if segment.len() > 0 || segment.fin {
            self.base = Some(base);
        }
        base
    }

    fn overlaps(&self, start: i64, end: i64) -> bool {
        start < self.next || self.waiting.iter().any(|held| held.start < end && start < held.start + held.len)
    }

    fn hold(&mut self, start: i64, end: i64, segment: &Segment<'_>, ack: i64) {
        let mut at = start.max(self.next);
        let mut parts = Vec::new();
        for held in &self.waiting {
            if held.start >= end {
                break;
            }
            if held.start > at {
                parts.push((at, held.start));
            }
            at = at.max(held.start + held.len);
        }
        if at < end {
            parts.push((at, end));
        }
        for (from, to) in parts {
            let skip = usize::try_from(from - start).unwrap_or(0);
            let part = &segment.data.bytes[skip..usize::try_from(to - start).unwrap_or(0)];
            let bytes = match segment.data.from {
                Some(from) => Bytes::There(from + skip as u64),
                None => {
                    self.owned += part.len();
                    Bytes::Here(part.into())
                }
            };
            self.hold_range(Held { start: from, len: to - from, at: segment.at, ack, bytes });
        }
    }

    /// Puts a range in its place, as far as nothing is there yet.
    fn hold_range(&mut self, mut held: Held) {
        let at = self.waiting.partition_point(|other| other.start < held.start);
        if let Some(before) = at.checked_sub(1).and_then(|before| self.waiting.get(before)) {
            let end = before.start + before.len;
            if end > held.start {
                held.len -= end - held.start;
                held.start = end;
            }
        }
        if let Some(behind) = self.waiting.get(at) {
            held.len = held.len.min(behind.start - held.start);
        }
        if held.len > 0 && held.start >= self.next {
            self.waiting.insert(at, held);
        }
    }

    /// Whether `bytes` differ from what was seen before in the same places, as far as that can be told.
    fn conflicts(&self, start: i64, bytes: &[u8], again: &mut dyn Again) -> bool {
        let end = start + bytes.len() as i64;
        let mut seen = Vec::new();
        let given = self.last.iter().map(|(at, from, len)| (*at, i64::from(*len), *from));
        let held = self.waiting.iter().filter_map(|held| match held.bytes {
            Bytes::There(from) => Some((held.start, held.len, from)),
            Bytes::Here(_) | Bytes::Nowhere => None,
        });
        for (at, len, from) in given.chain(held) {
            let (low, high) = (at.max(start), (at + len).min(end));
            if low >= high {
                continue;
            }
            let range = |from: i64| usize::try_from(low - from).unwrap_or(0)..usize::try_from(high - from).unwrap_or(0);
            let want = usize::try_from(high - low).unwrap_or(0);
            if again.read(from + (low - at).unsigned_abs(), want, &mut seen) && seen[..] != bytes[range(start)] {
                return true;
            }
        }
        false
    }

    /// Says that bytes were given out which came back from [`Direction::take`].
    pub(super) fn gave(&mut self, len: usize, from: Option<u64>) {
        self.started = true;
        if let Some(from) = from {
            self.remember(self.next, from, len as i64);
        }
        self.next += len as i64;
    }

    fn remember(&mut self, at: i64, from: u64, len: i64) {
        if self.last.len() == REMEMBERED {
            self.last.pop_front();
        } else if self.last.is_empty() {
            self.last.reserve_exact(REMEMBERED);
        }
        self.last.push_back((at, from, u32::try_from(len).unwrap_or(u32::MAX)));
    }

    /// What the next held bytes acknowledge, where they are next in order.
    pub(super) fn is_ready(&self) -> Option<i64> {
        self.waiting.front().filter(|held| held.start <= self.next).map(|held| held.ack)
    }

    /// When the first of the held bytes were captured.
    pub(super) fn first_held_at(&self) -> Option<i64> {
        self.waiting.front().map(|held| held.at)
    }

    /// Gives out the next held bytes. Only after [`Direction::is_ready`].
    pub(super) fn give(&mut self, again: &mut dyn Again, give: &mut dyn FnMut(Piece<'_>)) {
        let mut buffer = Vec::new();
        let Some(held) = self.waiting.pop_front() else { return };
        self.started = true;
        let at = held.at;
        let len = usize::try_from(held.len).unwrap_or(0);
        match held.bytes {
            Bytes::There(from) if again.read(from, len, &mut buffer) => {
                self.remember(held.start, from, held.len);
                give(Piece::Data { at, bytes: &buffer, from: Some(from) });
            }
            Bytes::Here(bytes) => {
                self.owned = self.owned.saturating_sub(bytes.len());
                give(Piece::Data { at, bytes: &bytes, from: None });
            }
            Bytes::There(_) | Bytes::Nowhere => give(Piece::Gap { at, length: held.len.unsigned_abs() }),
        }
        self.next = held.start + held.len;
        if self.waiting.is_empty() {
            // Most conversations lose nothing, and the many that did once need no room for it ever after.
            self.waiting = VecDeque::new();
        }
    }

    /// How many bytes are missing at the front: acknowledged, or (where `all`) followed by others.
    pub(super) fn missing(&self, all: bool) -> i64 {
        let front = self.waiting.front().map(|held| held.start);
        let known = match front {
            Some(front) if all => front,
            Some(front) => front.min(self.acked),
            None if self.acked > self.next + 1 => self.acked,
            None => return 0,
        };
        (known.min(self.fin.unwrap_or(i64::MAX)) - self.next).max(0)
    }

    /// Whether too much waits to wait any longer.
    pub(super) fn is_full(&self) -> bool {
        self.waiting.len() > WAITING || self.owned > OWNED
    }

    /// Gives up what is missing at the front; how many bytes.
    pub(super) fn give_up(&mut self, all: bool) -> u64 {
        let missing = self.missing(all);
        self.next += missing;
        self.started |= missing > 0;
        self.hole = None;
        missing.unsigned_abs()
    }

    /// Bytes that were acknowledged and not seen, at the end. A lone one is taken for the FIN.
    pub(super) fn missing_at_end(&mut self) -> u64 {
        if self.base.is_none() {
            self.base = self.first_ack;
        }
        let end = self.acked.min(self.fin.unwrap_or(i64::MAX));
        let missing = (end - self.next).max(0);
        let missing = if missing == 1 && self.fin.is_none() { 0 } else { missing };
        self.next += missing;
        missing.unsigned_abs()
    }

    /// Whether all bytes before its FIN were given out.
    pub(super) fn is_at_fin(&self) -> bool {
        self.fin.is_some_and(|fin| self.next >= fin)
    }
}
