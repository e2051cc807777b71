//! A request made smaller as long as what comes of it stays the same: to the parts and values that the failure needs. It
//! sends through a [`Peer`] and knows no sockets, files or clocks.

mod journal;
mod search;
mod signature;

use std::collections::HashMap;

pub use journal::{Journal, Out, hash};
pub use signature::{Likeness, Seen, Signature};

use super::draft::{Draft, Unsendable};
use super::parts::{Choice, Parts};
use super::peer::Peer;
use crate::model::{Exchange, Kept, coding};
use search::Known;

/// How it is done.
pub struct Options<'a> {
    /// Most requests that are sent.
    pub max_sends: usize,
    /// Whether credentials are tried too.
    pub credentials: bool,
    /// What was sent before, and where it is noted what is sent now.
    pub journal: Journal,
    /// The fingerprint of the dump that came of a call, where a log is followed.
    pub dump: Dumps<'a>,
    /// Whether to end before the next request.
    pub ended: &'a (dyn Fn() -> bool + Send + Sync),
}

/// Finds the fingerprint of the dump that came of a call.
pub type Dumps<'a> = Option<&'a mut (dyn FnMut(&Exchange) -> Option<String> + Send)>;

/// One step, as it is shown while it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Requests sent so far, this one included.
    pub sends: usize,
    /// What was tried.
    pub tried: String,
    /// What came of it.
    pub verdict: Verdict,
    /// How many parts the request had.
    pub parts: usize,
    /// Bytes of its body.
    pub bytes: usize,
    /// Parts of the least request so far that gives the same outcome.
    pub best: usize,
}

/// What came of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The outcome that is looked for.
    Same,
    /// Another one.
    Different,
    /// No answer came, twice; it counts as another outcome.
    Unknown,
}

impl Verdict {
    /// The word used in machine-readable output.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Different => "different",
            Self::Unknown => "unknown",
        }
    }
}

/// What came of it all.
#[derive(Clone, Debug)]
pub struct Minimised {
    /// Whether the server gives the same outcome each time; if not nothing else was tried.
    pub steady: bool,
    /// What differed where it isn't steady.
    pub differed: Option<String>,
    /// Requests sent.
    pub sends: usize,
    /// Requests that needn't be sent, since the same one was before.
    pub cached: usize,
    /// The outcome that was looked for.
    pub signature: Signature,
    /// Paths of what is needed.
    pub needed: Vec<String>,
    /// Paths of values that are needed as they are.
    pub values: Vec<String>,
    /// Paths of what was never tried: credentials.
    pub untried: Vec<String>,
    /// The least request found that gives the outcome.
    pub draft: Draft,
    /// How many parts the request had, and has now.
    pub parts: (usize, usize),
    /// Whether the search came to its end, so that nothing more can be left out.
    pub complete: bool,
    /// Whether the least request, sent once more at the end, gave the outcome again.
    pub verified: bool,
}

/// How often a request is sent before anything is tried.
const BASELINE: usize = 3;

/// Makes a request as small as it can be with the same outcome; each step is told to `step`.
///
/// # Errors
/// When its body can't be decoded.
pub async fn minimise<P: Peer>(
    draft: &Draft,
    peer: &mut P,
    options: Options<'_>,
    step: &mut (dyn FnMut(&Step) + Send),
) -> Result<Minimised, Unsendable> {
    let parts = Parts::of(draft, options.credentials)?;
    let mut run = Run { parts, peer, options, step, sends: 0, cached: 0, outcomes: HashMap::new(), best: usize::MAX };
    let whole = Choice::default().settled(&run.parts);
    let (signature, differed) = run.baseline(&whole).await;
    let mut done = Minimised {
        steady: differed.is_none(),
        differed,
        sends: run.sends,
        cached: run.cached,
        signature,
        needed: Vec::new(),
        values: Vec::new(),
        untried: Vec::new(),
        draft: draft.clone(),
        parts: (run.parts.nodes().len(), run.parts.nodes().len()),
        complete: false,
        verified: false,
    };
    done.untried = run.parts.nodes().iter().filter(|node| node.credential).map(|node| node.path.clone()).collect();
    if !done.steady {
        return Ok(done);
    }
    let mut known = Known::from([(whole.clone(), true)]);
    let mut least = whole;
    while let Some(wanted) = match search::least(&run.parts, &known) {
        Ok(found) => {
            done.complete = true;
            least = found;
            None
        }
        Err(wanted) => Some(*wanted),
    } {
        let Some(same) = run.outcome(&wanted, &least, &mut done.signature).await? else { break };
        known.insert(wanted.clone(), same);
        if same && size(&wanted, &run.parts) < size(&least, &run.parts) {
            run.best = wanted.kept(&run.parts);
            least = wanted;
        }
    }
    done.draft = run.parts.without(&least)?;
    done.verified = run.verify(&done.draft, &done.signature, least.kept(&run.parts)).await;
    done.parts.1 = least.kept(&run.parts);
    let path = |at: usize| run.parts.nodes()[at].path.clone();
    let needed = search::needed(&run.parts, &least);
    done.needed = needed.iter().map(|at| path(*at)).collect();
    let all = (0..run.parts.nodes().len()).filter(|at| !least.is_gone(*at));
    let as_it_was =
        all.filter(|at| run.parts.emptied(*at).is_some_and(|nothing| run.parts.value(*at) != Some(nothing)));
    done.values = as_it_was.filter(|at| least.value(*at) != run.parts.emptied(*at)).map(path).collect();
    (done.sends, done.cached) = (run.sends, run.cached);
    Ok(done)
}

/// What makes one request smaller than another: fewer parts, then shorter values.
fn size(choice: &Choice, parts: &Parts) -> (usize, usize) {
    let lengths = (0..parts.nodes().len()).filter(|at| !choice.is_gone(*at));
    let lengths = lengths.map(|at| choice.value(at).or_else(|| parts.value(at)).map_or(0, str::len));
    (choice.kept(parts), lengths.sum())
}

struct Run<'a, 'o, P> {
    parts: Parts,
    peer: &'a mut P,
    options: Options<'o>,
    step: &'a mut (dyn FnMut(&Step) + Send),
    sends: usize,
    cached: usize,
    /// What is known of requests by their bytes.
    outcomes: HashMap<String, Seen>,
    best: usize,
}

impl<P: Peer> Run<'_, '_, P> {
    /// Sends the request as it is until it is known what changes by itself.
    async fn baseline(&mut self, whole: &Choice) -> (Signature, Option<String>) {
        let draft = self.parts.draft().clone();
        let hash = journal::hash(&draft);
        self.best = whole.kept(&self.parts);
        let mut signature: Option<Signature> = None;
        let mut differed = None;
        for n in 0..BASELINE {
            let seen = self.seen(&draft, &hash, n).await;
            let learned = match &mut signature {
                None => {
                    signature = Some(Signature::of(&seen));
                    Ok(())
                }
                Some(signature) => signature.learn(&seen),
            };
            let verdict = if learned.is_ok() { Verdict::Same } else { Verdict::Different };
            self.tell(format!("the request as it is ({} of {BASELINE})", n + 1), verdict, whole, draft.body.len());
            self.outcomes.insert(hash.clone(), seen);
            if let Err(why) = learned {
                differed = Some(why);
                break;
            }
            // What was known from before is held against the server of today.
            if n + 1 == BASELINE && self.sends == 0 && !self.must_end() {
                let today = self.send(&draft).await;
                let learned = signature.as_mut().map_or(Ok(()), |signature| signature.learn(&today));
                let verdict = if learned.is_ok() { Verdict::Same } else { Verdict::Different };
                self.tell("the request as it is, once more".to_owned(), verdict, whole, draft.body.len());
                differed = learned.err().map(|why| format!("{why}, since the journal was begun"));
            }
            if (self.options.ended)() {
                differed = Some("ended before the baseline was known".to_owned());
                break;
            }
        }
        (signature.unwrap_or_else(|| Signature::of(&Seen::default())), differed)
    }

    /// Whether a choice gives the outcome; `None` where no more may be sent.
    async fn outcome(
        &mut self,
        choice: &Choice,
        least: &Choice,
        signature: &mut Signature,
    ) -> Result<Option<bool>, Unsendable> {
        let draft = self.parts.without(choice)?;
        let hash = journal::hash(&draft);
        let tried = self.words(choice, least);
        if let Some(seen) = self.outcomes.get(&hash) {
            self.cached += 1;
            return Ok(Some(signature.likeness(seen) == Likeness::Same));
        }
        if self.options.journal.seen(&hash, 0).is_none() && self.must_end() {
            return Ok(None);
        }
        let mut seen = self.seen(&draft, &hash, 0).await;
        let mut likeness = signature.likeness(&seen);
        let again = seen.is_unknown() && likeness != Likeness::Same;
        if (again || likeness == Likeness::Near) && (self.options.journal.seen(&hash, 1).is_some() || !self.must_end())
        {
            let second = self.seen(&draft, &hash, 1).await;
            if again {
                likeness = signature.likeness(&second);
                seen = second;
            } else if signature.learn_near(&seen, &second) {
                likeness = Likeness::Same;
            }
        }
        if (self.options.ended)() && likeness != Likeness::Same {
            return Ok(None);
        }
        let verdict = match likeness {
            Likeness::Same => Verdict::Same,
            _ if seen.is_unknown() => Verdict::Unknown,
            _ => Verdict::Different,
        };
        if verdict == Verdict::Same {
            self.best = self.best.min(choice.kept(&self.parts));
        }
        self.tell(tried, verdict, choice, draft.body.len());
        self.outcomes.insert(hash, seen);
        Ok(Some(verdict == Verdict::Same))
    }

    /// Sends the least request once more.
    async fn verify(&mut self, draft: &Draft, signature: &Signature, kept: usize) -> bool {
        let hash = journal::hash(draft);
        let whole = journal::hash(self.parts.draft()) == hash;
        if whole || self.must_end() {
            return whole;
        }
        let seen = self.send(draft).await;
        self.options.journal.put(&hash, &seen);
        let same = signature.likeness(&seen) == Likeness::Same;
        let verdict = if same { Verdict::Same } else { Verdict::Different };
        let (sends, bytes, best) = (self.sends, draft.body.len(), self.best);
        let tried = "the least request once more".to_owned();
        (self.step)(&Step { sends, tried, verdict, parts: kept, bytes, best });
        same
    }

    fn must_end(&self) -> bool {
        self.sends >= self.options.max_sends || (self.options.ended)()
    }

    /// What comes of a request that is sent the n-th time, from the journal where it is there.
    async fn seen(&mut self, draft: &Draft, hash: &str, n: usize) -> Seen {
        if let Some(seen) = self.options.journal.seen(hash, n) {
            self.cached += 1;
            return seen.clone();
        }
        let seen = self.send(draft).await;
        // A request that was broken off by whoever waits says nothing.
        if !(self.options.ended)() {
            self.options.journal.put(hash, &seen);
        }
        seen
    }

    async fn send(&mut self, draft: &Draft) -> Seen {
        self.sends += 1;
        let exchange = self.peer.send(draft).await;
        let dump = self.options.dump.as_mut().and_then(|dump| dump(&exchange));
        Seen::of(&exchange, &answer(&exchange), dump)
    }

    fn tell(&mut self, tried: String, verdict: Verdict, choice: &Choice, bytes: usize) {
        let (sends, parts, best) = (self.sends, choice.kept(&self.parts), self.best);
        (self.step)(&Step { sends, tried, verdict, parts, bytes, best });
    }

    /// What is tried, against the least request so far.
    fn words(&self, choice: &Choice, least: &Choice) -> String {
        let nodes = self.parts.nodes();
        let goes = |at: &usize| choice.is_gone(*at) && !least.is_gone(*at);
        // What is in something that goes needn't be named.
        let outermost = |at: &usize| nodes[*at].parent.is_none_or(|parent| !goes(&parent));
        let gone: Vec<usize> = (0..nodes.len()).filter(goes).filter(outermost).collect();
        let changed: Vec<usize> = (0..nodes.len())
            .filter(|at| choice.value(*at).is_some() && choice.value(*at) != least.value(*at))
            .collect();
        let named = |what: &str, places: &[usize]| match places {
            [] => None,
            [one] => Some(format!("{what} {}", nodes[*one].path)),
            [first, .., last] => {
                Some(format!("{what} {} parts, {} to {}", places.len(), nodes[*first].path, nodes[*last].path))
            }
        };
        let value = match changed.as_slice() {
            [one] => {
                // The value itself may be a part of a secret.
                let path = &nodes[*one].path;
                Some(match choice.value(*one).map_or(0, |value| value.chars().count()) {
                    0 => format!("{path} emptied"),
                    1 => format!("{path} made plainer, 1 character"),
                    chars => format!("{path} made plainer, {chars} characters"),
                })
            }
            several => named("emptied", several),
        };
        let told: Vec<_> = [named("without", &gone), value].into_iter().flatten().collect();
        if told.is_empty() { "a part put back".to_owned() } else { told.join("; ") }
    }
}

/// The beginning of an answer's body as text.
fn answer(exchange: &Exchange) -> String {
    let Some(response) = &exchange.response else { return String::new() };
    let Kept::Here(kept) = &response.body.kept else { return String::new() };
    let decoded = coding::decode_as(&response.body.codings, kept, 1 << 16);
    String::from_utf8_lossy(&decoded.bytes).into_owned()
}

#[cfg(test)]
mod tests;
