//! An answer that may be held at a breakpoint: gathered until it is whole, then kept back until it is let go.

use std::fmt;

use bytes::Bytes;
use mwscope_parsers::http::{BodyLength, Head};

use super::{Broken, Fact, Output, Relay};
use crate::model::Outcome;
use crate::proxy::core::hold::{LARGE, LARGEST, Message};
use crate::proxy::core::wsdl;

/// What is done with an answer of which the head is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// It is gathered: it may have to be held.
    Gather,
    /// It passes as it comes; where one like it would be held, with the reason.
    Pass(Option<&'static str>),
}

/// Looks at the head of the answer.
pub type Looks<'a> = Box<dyn Fn(&Head) -> Look + Send + Sync + 'a>;

/// How far the holding of an answer has come.
pub(super) struct Holding<'a> {
    looks: Looks<'a>,
    state: State,
}

#[derive(Debug)]
enum State {
    Before,
    Gathering,
    /// Whole, with the bytes that it is.
    Held(Bytes),
    Passed,
}

impl fmt::Debug for Holding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.state.fmt(f)
    }
}

impl<'a> Relay<'a> {
    /// Has the answer held where `looks` says so.
    #[must_use]
    pub fn holding(mut self, looks: Looks<'a>) -> Self {
        self.holding = Some(Holding { looks, state: State::Before });
        self
    }

    /// Whether an answer is being gathered, so that the client gets nothing of it yet.
    #[must_use]
    pub fn is_gathering(&self) -> bool {
        matches!(self.holding, Some(Holding { state: State::Gathering, .. }))
    }

    /// Whether a whole answer waits to be let go.
    #[must_use]
    pub fn is_held(&self) -> bool {
        matches!(self.holding, Some(Holding { state: State::Held(_), .. }))
    }

    /// Lets the answer go that was put out as whole: as it is, or `instead` of it.
    pub fn let_go(&mut self, instead: Option<Bytes>, out: &mut Vec<Output>) {
        let Some(holding) = &mut self.holding else { return };
        if let State::Held(bytes) = std::mem::replace(&mut holding.state, State::Passed) {
            self.sent_to_client = true;
            out.push(Output::ToClient(instead.unwrap_or(bytes)));
        }
    }

    /// Ends the exchange because its answer goes nowhere.
    pub fn drop_held(&mut self, outcome: Outcome) {
        if let Outcome::Aborted { stage, cause } | Outcome::Failed { stage, cause } = outcome {
            self.broken.get_or_insert(Broken::Left(stage, cause));
        }
    }

    /// An answer that is gathered doesn't come to its end: it passes as it came, and comes on as it comes.
    pub fn give_up_holding(&mut self, why: &str, out: &mut Vec<Output>) {
        self.pass(why, out);
        if self.held.as_ref().is_some_and(|held| !held.rewrites()) {
            self.release(out);
        }
    }

    /// Whether the answer may have to be held.
    pub(super) fn may_hold(&mut self, head: &Head, body: BodyLength, out: &mut Vec<Output>) -> bool {
        let Some(holding) = self.holding.as_mut().filter(|holding| matches!(holding.state, State::Before)) else {
            return false;
        };
        let look = if body == BodyLength::Switched { Look::Pass(None) } else { (holding.looks)(head) };
        holding.state = if look == Look::Gather { State::Gathering } else { State::Passed };
        if let Look::Pass(Some(why)) = look {
            out.push(Output::Fact(Fact::Note("not held", why.to_owned())));
        }
        look == Look::Gather
    }

    /// Holds nothing of this exchange any more.
    pub(super) fn pass(&mut self, why: &str, out: &mut Vec<Output>) {
        if let Some(holding) = self.holding.as_mut().filter(|holding| matches!(holding.state, State::Gathering)) {
            holding.state = State::Passed;
            out.push(Output::Fact(Fact::Note("not held", why.to_owned())));
        }
    }

    /// Gives up what is too large to be held.
    pub(super) fn pass_if_large(&mut self, out: &mut Vec<Output>) {
        if self.is_gathering() && self.held.as_ref().is_some_and(|held| held.len() > LARGEST) {
            self.give_up_holding(LARGE, out);
        }
    }

    /// Lets go of an answer that was held back to be rewritten, as it came.
    pub(super) fn release(&mut self, out: &mut Vec<Output>) {
        if let Some(held) = self.held.take() {
            self.pass("it didn't come to its end; it passed as it came", out);
            self.sent_to_client = true;
            out.push(Output::ToClient(held.untouched()));
        }
    }

    pub(super) fn release_if_large(&mut self, out: &mut Vec<Output>) {
        self.pass_if_large(out);
        if self.held.as_ref().is_some_and(|held| held.rewrites() && held.is_large()) {
            self.release(out);
            out.push(Output::Fact(Fact::Note("not rewritten", wsdl::TOO_LARGE.to_owned())));
        }
    }

    /// An answer that was kept back is whole.
    pub(super) fn whole(&mut self, message: Message, out: &mut Vec<Output>) {
        let bytes = Bytes::from([&message.head[..], &message.wire[..]].concat());
        match self.holding.as_mut().filter(|holding| matches!(holding.state, State::Gathering)) {
            Some(holding) => {
                holding.state = State::Held(bytes);
                out.push(Output::Whole(Box::new(message)));
            }
            None => {
                self.sent_to_client = true;
                out.push(Output::ToClient(bytes));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::BytesMut;
    use mwscope_parsers::http::{Asked, Event, Framer, Limits};

    use super::*;
    use crate::model::Stage;

    /// What the client gets of an answer of these pieces, whether it was put out as whole, and what was noted; `then` says
    /// what becomes of it.
    fn played(
        look: Look,
        pieces: &[&[u8]],
        then: impl Fn(&mut Relay<'_>, &mut Vec<Output>),
    ) -> (String, bool, Vec<String>) {
        let mut client = Framer::requests(Limits::default());
        let Some(Event::Head(request, _)) = client.step(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").event else {
            panic!("a head")
        };
        let mut server = Framer::responses(Limits::default());
        server.expect(Asked::Other);
        let mut relay = Relay::new(&mut client, &mut server, &request, None).holding(Box::new(move |_| look));
        let (mut out, mut buffer, mut waiting) = (Vec::new(), BytesMut::new(), false);
        let (mut got, mut notes) = (Vec::new(), Vec::new());
        relay.client_bytes(&mut BytesMut::new(), &mut out);
        for piece in pieces {
            buffer.extend_from_slice(piece);
            relay.server_bytes(&mut buffer, &mut out);
            waiting |= out.iter().any(|output| matches!(output, Output::Whole(_)));
        }
        assert_eq!(waiting, relay.is_held());
        assert!(!waiting || !relay.is_over(), "what is held isn't over");
        then(&mut relay, &mut out);
        for output in out {
            match output {
                Output::ToClient(bytes) => got.extend_from_slice(&bytes),
                Output::Fact(Fact::Note(name, text)) => notes.push(format!("{name}: {text}")),
                _ => {}
            }
        }
        (String::from_utf8(got).unwrap(), waiting, notes)
    }

    const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;x\r\na\r\n0\r\nT: 1\r\n\r\n";

    #[test]
    fn a_held_answer_is_let_go_as_it_came_wherever_it_was_cut() {
        for at in 0..CHUNKED.len() {
            let pieces = [&CHUNKED[..at], &CHUNKED[at..]];
            let (got, waited, _) = played(Look::Gather, &pieces, |relay, out| relay.let_go(None, out));
            assert_eq!((got.as_bytes(), waited), (CHUNKED, true), "{at}");
        }
    }

    #[test]
    fn an_interim_answer_goes_on_before_the_one_that_is_held() {
        let pieces: [&[u8]; 2] = [b"HTTP/1.1 100 Continue\r\n\r\n", CHUNKED];
        let (got, waited, _) = played(Look::Gather, &pieces, |_, _| {});
        assert_eq!((got.as_str(), waited), ("HTTP/1.1 100 Continue\r\n\r\n", true));
        let instead = |relay: &mut Relay<'_>, out: &mut Vec<Output>| relay.let_go(Some(Bytes::from_static(b"x")), out);
        assert_eq!(played(Look::Gather, &[CHUNKED], instead).0, "x");
    }

    #[test]
    fn what_passes_comes_as_it_comes_and_says_why() {
        let half: [&[u8]; 1] = [&CHUNKED[..58]];
        let (got, waited, notes) = played(Look::Pass(Some("why")), &half, |_, _| {});
        assert_eq!((got.as_bytes(), waited, notes), (half[0], false, vec!["not held: why".to_owned()]));
        assert_eq!(played(Look::Gather, &half, |_, _| {}).0, "", "nothing of what is gathered goes on");
        let (got, _, notes) = played(Look::Gather, &half, |relay, out| relay.give_up_holding("slow", out));
        assert_eq!((got.as_bytes(), notes), (half[0], vec!["not held: slow".to_owned()]));
        let (got, _, notes) = played(Look::Gather, &half, |relay, out| relay.server_broke("reset", false, out));
        assert_eq!((got.as_bytes(), notes.len()), (half[0], 1), "a broken answer is passed on as far as it came");
        let large =
            [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n300000\r\n".to_vec(), vec![b'x'; LARGEST + 1]]
                .concat();
        let (got, waited, notes) = played(Look::Gather, &[&large], |_, _| {});
        assert_eq!((got.len(), waited, notes.len()), (large.len(), false, 1));
    }

    #[test]
    fn a_dropped_answer_ends_the_exchange_without_an_answer() {
        played(Look::Gather, &[CHUNKED], |relay, _| {
            relay.drop_held(Outcome::Aborted { stage: Stage::ResponseBody, cause: "dropped".to_owned() });
            assert!(relay.is_broken());
        });
    }
}
