//! What becomes of the pairing where bytes are missing, and which request a response answers.

use super::{Http1, Open};
use crate::http::{Asked, Event};
use crate::wire::flow::{Found, Side};
use crate::wire::pair::Broken;

impl Http1 {
    pub(super) fn gap(&mut self, side: Side, at: i64, length: u64, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        if direction.ended || direction.lost || direction.paused {
            if side == Side::Server && direction.lost {
                self.answer_missing();
            }
            return;
        }
        let was_at_start = direction.at_start();
        let (buffer, first) = direction.take_buffer();
        if was_at_start && !buffer.is_empty() {
            self.tell();
            let asked = self.answered(200).and_then(|at| self.open.get(at)).map_or(Asked::Other, |open| open.asked);
            if let Some(Event::Head(head, _)) = self.direction(side).partial_head(&buffer, asked) {
                self.head(side, first, at, *head, found);
                return self.lose(side, found);
            }
        }
        if was_at_start {
            match side {
                Side::Client => self.request_missing(),
                Side::Server => self.answer_missing(),
            }
            return self.lose(side, found);
        }
        if let Some((_, message)) = self.current(side) {
            message.missing += length;
            message.broken = Some(Broken::Missing);
        }
        if !buffer.is_empty() || !self.direction(side).framer.gap(length) {
            self.lose(side, found);
        }
    }

    /// Where the next request should stand bytes are missing; its response may be seen all the same.
    fn request_missing(&mut self) {
        let mut open = Open::new(self.count, Asked::Other);
        self.count += 1;
        open.request_done = true;
        self.open.push_back(open);
    }

    /// The response that should come next, or its start, is missing.
    fn answer_missing(&mut self) {
        self.lost_answers = true;
        if let Some(open) = self.open.iter_mut().find(|open| open.pair.response.is_none() && !open.may_be_lost) {
            open.may_be_lost = true;
        }
    }

    /// The framing of a side is lost: the message under way ends here, and the next is looked for.
    pub(super) fn lose(&mut self, side: Side, found: &mut dyn FnMut(Found<'_>)) {
        let direction = self.direction(side);
        direction.lost = true;
        direction.framer.restart();
        match side {
            Side::Client => {
                if let Some(open) = self.current_open(side) {
                    open.request_done = true;
                    if let Some(message) = &mut open.pair.request {
                        message.broken.get_or_insert(Broken::Missing);
                    }
                }
            }
            Side::Server => {
                if let Some(open) = self.current_open(side) {
                    open.response_done = true;
                    if let Some(message) = &mut open.pair.response {
                        message.broken.get_or_insert(Broken::Missing);
                    }
                }
                self.lost_answers = true;
                self.close_done(found);
            }
        }
    }

    /// Which of the open exchanges the next response answers.
    pub(super) fn answered(&self, status: u16) -> Option<usize> {
        if self.unpaired {
            return None;
        }
        let waiting = |open: &&Open| open.pair.response.is_none();
        let first = self.open.iter().position(|open| waiting(&open))?;
        if !self.lost_answers {
            return Some(first);
        }
        let lost = self.open.iter().rposition(|open| waiting(&open) && open.may_be_lost);
        let Some(lost) = lost else { return Some(first) };
        // A request that was sent behind the gap is answered behind it. Where there is none, the one before the gap is.
        let behind = (lost + 1..self.open.len()).find(|at| self.open[*at].pair.response.is_none());
        match behind {
            // After a CONNECT or an upgrade nothing else is asked.
            Some(_) if status == 101 => Some(lost),
            Some(behind) => Some(behind),
            None => Some(lost),
        }
    }

    /// Tells the response framer which request the next response answers.
    pub(super) fn tell(&mut self) {
        if self.server.told || !self.server.at_start() {
            return;
        }
        let asked = self.answered(200).and_then(|index| self.open.get(index)).map_or(Asked::Other, |open| open.asked);
        self.server.framer.expect(asked);
        self.server.told = true;
    }
}
