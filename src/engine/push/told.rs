//! What is told of a receiver that gets a recording: how far it is behind, once a second while that changes, and in words
//! when it begins or ceases to take items.

use std::sync::mpsc::Sender as Tell;
use std::time::{Duration, Instant};

use super::receiver::Heard;
use super::{Gone, Sent};
use crate::engine::session::Update;

/// How often it is said that a receiver still takes nothing.
const REMIND: Duration = Duration::from_secs(60);
/// How often the state is told.
const BEAT: Duration = Duration::from_secs(1);

/// What was told of a receiver.
pub(super) struct Told {
    state: Gone,
    trouble: Option<String>,
    at: Option<Instant>,
    reminded: Option<Instant>,
}

impl Told {
    pub(super) fn new(state: Gone) -> Self {
        Self { state, trouble: None, at: None, reminded: None }
    }

    /// The receiver's address, without secrets.
    pub(super) fn url(&self) -> &str {
        &self.state.url
    }

    /// What was told last.
    pub(super) fn gone(self) -> Gone {
        self.state
    }

    /// Takes what happens into the counts, and tells of it.
    pub(super) fn hear(&mut self, heard: Heard, sent: &mut Sent, behind: u64, tell: &Tell<Update>) {
        let url = self.state.url.clone();
        let say = |text: String| drop(tell.send(Update::Note(text)));
        match heard {
            Heard::Took(items) => {
                sent.taken += items;
                if self.trouble.take().is_some() {
                    self.reminded = None;
                    say(format!("push to {url}: it takes items again; {behind} exchanges behind"));
                }
            }
            Heard::Refused(items, reasons) => {
                let reasons = sent.refuse(items, reasons);
                for reason in reasons {
                    say(format!("push to {url}: {items} items refused: {reason}"));
                }
            }
            Heard::Waits(why, _) => {
                let known = self.trouble.as_ref() == Some(&why);
                if !known || self.reminded.is_none_or(|at| at.elapsed() > REMIND) {
                    self.reminded = Some(Instant::now());
                    say(format!("push: {why}; {behind} exchanges wait in the case and go when it takes them"));
                }
                self.trouble = Some(why);
            }
        }
        self.state(sent, behind, tell);
    }

    /// Tells how it stands, where that has not just been told.
    pub(super) fn beat(&mut self, sent: &Sent, behind: u64, tell: &Tell<Update>) {
        if self.at.is_none_or(|at| at.elapsed() >= BEAT) {
            self.state(sent, behind, tell);
        }
    }

    /// Tells how it stands, where that is another than was told.
    pub(super) fn state(&mut self, sent: &Sent, behind: u64, tell: &Tell<Update>) {
        let trouble = self.trouble.clone();
        let state = Gone { taken: sent.taken, refused: sent.refused, behind, trouble, ..self.state.clone() };
        if self.at.is_none() || state != self.state {
            self.at = Some(Instant::now());
            self.state = state.clone();
            let _gone = tell.send(Update::Pushed(state));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    #[test]
    fn that_a_receiver_takes_nothing_is_told_at_once_and_that_it_does_again() {
        let (tell, updates) = mpsc::channel();
        let (mut told, mut sent) = (Told::new(Gone::default()), Sent::default());
        let states = || {
            let states = updates.try_iter().filter_map(|update| match update {
                Update::Pushed(gone) => Some((gone.taken, gone.behind, gone.trouble)),
                _ => None,
            });
            states.collect::<Vec<_>>()
        };
        told.state(&sent, 2, &tell);
        told.hear(Heard::Waits("dial".to_owned(), BEAT), &mut sent, 2, &tell);
        told.hear(Heard::Waits("dial".to_owned(), BEAT), &mut sent, 2, &tell);
        told.hear(Heard::Took(5), &mut sent, 2, &tell);
        assert_eq!(states(), [(0, 2, None), (0, 2, Some("dial".to_owned())), (5, 2, None)]);
    }
}
