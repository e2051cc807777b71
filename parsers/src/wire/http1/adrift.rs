//! Pipelined requests behind which bytes of the server's are missing: how many responses stood in these isn't known.
//!
//! What the server says behind the gap is held until the client has shown that it has all its answers, by asking again
//! or by closing in order. Counted from the last request, the responses then tell which ones are missing. Where that
//! can't be told, none of them is paired, and that is said.

use super::side::find_start;
use super::{Asked, Event, Framer, Http1, Limits, MessageEnd, Side};
use crate::wire::flow::{End, Found};

/// How many bytes are held.
const HELD: usize = 1 << 20;
/// Among how many requests it is tried out how many of them were answered.
const TRIED: usize = 64;
/// What is said of exchanges that can't be told apart.
pub(super) const UNTOLD: &str = "bytes are missing in which several responses may have stood; which request which response \
                      answers can't be told";

/// What the server said behind the gap.
#[derive(Debug, Default)]
pub(super) struct Adrift {
    pieces: Vec<(i64, Vec<u8>, Option<u64>)>,
    bytes: usize,
    /// Whether the client asked on before it had all its answers: it may not be done then when it asks again.
    asked_on: bool,
}

impl Http1 {
    /// The framing of the server's side was lost: whether what comes is held is settled here.
    pub(super) fn come_adrift(&mut self) {
        // Where one response at most can be missing, and that of a known request, a request behind the gap settles it.
        let unsure = self.open.iter().any(|open| open.pair.response.is_none() && !open.may_be_lost);
        if unsure && self.server.lost && self.waiting().all(|asked| asked != Asked::Connect) {
            self.adrift = Some(Adrift::default());
        }
    }

    /// Requests that were asked and not answered, as far as was seen.
    fn waiting(&self) -> impl Iterator<Item = Asked> {
        self.open.iter().filter(|open| open.pair.response.is_none()).map(|open| open.asked)
    }

    /// Takes bytes of the server's, where they are held; says whether they are.
    pub(super) fn hold(&mut self, at: i64, bytes: &[u8], from: Option<u64>, found: &mut dyn FnMut(Found<'_>)) -> bool {
        let Some(adrift) = &mut self.adrift else { return false };
        adrift.pieces.push((at, bytes.to_vec(), from));
        adrift.bytes += bytes.len();
        if adrift.bytes > HELD {
            self.give_up_pairing(found);
        }
        true
    }

    /// The client asks again.
    pub(super) fn asks_again(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        let slides = self.slides;
        let Some(adrift) = &mut self.adrift else { return };
        if adrift.pieces.is_empty() {
            adrift.asked_on = true;
        } else if !adrift.asked_on
            && !slides
            && !self.settle(found)
            && let Some(adrift) = &mut self.adrift
        {
            adrift.asked_on = true;
        }
    }

    /// The server's side ends.
    pub(super) fn ends_adrift(&mut self, how: End, found: &mut dyn FnMut(Found<'_>)) {
        if self.adrift.is_none() {
            return;
        }
        // A client that closes first, and in order, has what it waited for.
        let in_order = how == End::Fin && self.first_end == Some((Side::Client, End::Fin));
        if !in_order || !self.settle(found) {
            self.give_up_pairing(found);
        }
    }

    /// Finds out which responses are missing, where only one number of them fits; whether there is one.
    fn settle(&mut self, found: &mut dyn FnMut(Found<'_>)) -> bool {
        let Some(adrift) = &self.adrift else { return false };
        let held: Vec<u8> = adrift.pieces.iter().flat_map(|(_, bytes, _)| bytes).copied().collect();
        let waiting: Vec<_> = self.waiting().collect();
        let lost = |open: &&super::Open| open.pair.response.is_none() && open.may_be_lost;
        let sure = self.open.iter().filter(lost).count();
        // Only responses to HEAD are framed by what was asked; all others can be counted once.
        let candidates = if !waiting.contains(&Asked::Head) {
            let Some(missing) = count(&held, &waiting).and_then(|count| waiting.len().checked_sub(count)) else {
                return false;
            };
            missing..=missing
        } else if waiting.len() <= TRIED {
            0..=waiting.len()
        } else {
            return false;
        };
        let fits = |missing: &usize| {
            let asked = &waiting[*missing..];
            *missing >= sure && count(&held, asked) == Some(asked.len())
        };
        let mut fitting = candidates.filter(fits);
        let (Some(missing), None) = (fitting.next(), fitting.next()) else { return false };
        for open in self.open.iter_mut().filter(|open| open.pair.response.is_none()).take(missing) {
            open.may_be_lost = true;
        }
        self.replay(found);
        true
    }

    /// More bytes of the server's are missing; says whether that changes nothing.
    pub(super) fn misses_more(&mut self, side: Side, found: &mut dyn FnMut(Found<'_>)) -> bool {
        match &self.adrift {
            Some(adrift) if side == Side::Server && adrift.pieces.is_empty() => true,
            Some(_) => {
                self.give_up_pairing(found);
                false
            }
            None => false,
        }
    }

    /// Pairs none of the requests that wait, and no response, until the client is seen to have all its answers.
    fn give_up_pairing(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        self.unpaired = true;
        self.replay(found);
    }

    /// The client asks: whether it has its answers by now to what it had asked before, none of which were paired.
    pub(super) fn pairs_again(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        if !self.unpaired {
            return;
        }
        // No response will be theirs.
        while self.open.front().is_some_and(|open| open.request_done && open.pair.response.is_none()) {
            self.close_front(None, found);
        }
        if self.responded && !self.slides && !self.server.lost && self.server.at_start() {
            self.unpaired = false;
            self.lost_answers = false;
        }
    }

    fn replay(&mut self, found: &mut dyn FnMut(Found<'_>)) {
        let Some(adrift) = self.adrift.take() else { return };
        for (at, bytes, from) in adrift.pieces {
            self.read(Side::Server, at, &bytes, from, found);
        }
    }
}

/// How many whole responses `bytes` are, behind the rest of another, to requests of these kinds; `None` where there is
/// something else in them, or more than to these.
fn count(bytes: &[u8], asked: &[Asked]) -> Option<usize> {
    let Some(start) = find_start(Side::Server, bytes) else { return Some(0) };
    let mut framer = Framer::responses(Limits::default());
    asked.iter().for_each(|asked| framer.expect(*asked));
    let (mut rest, mut responses) = (&bytes[start..], 0);
    loop {
        let step = framer.step(rest);
        rest = &rest[step.used..];
        match step.event {
            Some(Event::Head(head, _)) if head.status() == 101 => return None,
            Some(Event::Head(head, _)) => responses += usize::from(head.status() >= 200),
            Some(Event::End(MessageEnd::Closed | MessageEnd::Switched | MessageEnd::Broken(_))) => return None,
            Some(_) => {}
            None => break,
        }
        if responses > asked.len() {
            return None;
        }
    }
    (rest.is_empty() && framer.between_messages()).then_some(responses)
}
