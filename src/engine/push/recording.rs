//! A recording handed on while it runs. What waits, waits in the case: each receiver has a place in it, kept beside the
//! segments, and a thread that goes on from there at the receiver's pace. The recording knows nothing of it.
//!
//! A call that succeeded is handed on when it has ended. One that failed is held back for [`SETTLE`], until its records
//! and its dump have come, and goes with its verdict; the records that the verdict rests on, or that its threads wrote,
//! go with it under its ids. What becomes known later follows: as items of their own with the ids of the call, and where
//! the receiver replaces items by id, the call goes again.

use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender as Tell;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use mwscope_parsers::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::receiver::{Heard, Manner, Receiver, slept};
use super::recorded::{Conclusion, Evidence, Followed, Of, dumps, fingerprint};
use super::told::Told;
use super::whole::{BYTES, ITEMS, replace};
use super::{Gone, Sent, Target};
use crate::case::{Came, Case, Masking, Onward, Place, StoredSource};
use crate::engine::now;
use crate::engine::recorder::Losses;
use crate::engine::replay;
use crate::engine::session::Update;
use crate::model::{DumpId, Exchange, ExchangeId, SourceId, SourceKind};
use crate::proxy::Trust;
use crate::query::Surroundings;
use crate::report::mask;
use crate::telemetry::{Item, Kind, Masking as Fit, Telemetry};
use crate::timeline;

/// How long a failed call is held back for what explains it: logs are written behind the answer, dumps behind the logs.
const SETTLE: Duration = Duration::from_secs(3);
/// A dump waits this long for the record that names it.
const SETTLE_DUMP: Duration = Duration::from_secs(1);
/// What comes later than this behind a call isn't looked for any more.
const LATE: Duration = Duration::from_secs(60);
/// As long as calls succeed, what else is worth knowing of them is looked for so rarely.
const LEISURE: Duration = Duration::from_secs(30);
/// Entries that are handed on together.
const ROUND: usize = 500;
/// Entries that are read ahead.
const AHEAD: usize = 1000;
/// Exchanges that were handed on and are still looked at, since others compete with them for a cause.
const BEHIND: usize = 500;
/// How often it is looked whether something has come.
const TICK: Duration = Duration::from_millis(200);
/// Concluding takes one part in so many of the time, so that traffic has the processor.
const SHARE: u32 = 5;
/// ... but it rests no longer than this.
const LONGEST_REST: Duration = Duration::from_secs(20);
/// How long the end of the recording waits for a receiver that takes what it is given.
const GRACE: Duration = Duration::from_secs(5);

/// What is handed on, and to whom.
pub(crate) struct Start {
    pub(crate) targets: Vec<Target>,
    /// What receivers' certificates are checked against.
    pub(crate) trust: Trust,
    pub(crate) case: Case,
    /// The source of the recording in it.
    pub(crate) recording: SourceId,
    /// Where this recording begins.
    pub(crate) begun: Place,
    /// What the case had before.
    pub(crate) sources: Vec<StoredSource>,
    pub(crate) followed: Followed,
    pub(crate) losses: Arc<Losses>,
    pub(crate) layout: Option<String>,
    pub(crate) timeline: timeline::Options,
    pub(crate) tell: Tell<Update>,
}

/// The threads that hand on.
pub(crate) struct Pushing {
    end: Arc<AtomicBool>,
    pub(crate) threads: Vec<JoinHandle<Gone>>,
}

impl Pushing {
    /// Begins to hand on.
    ///
    /// # Errors
    /// When the system gives no means to.
    pub(crate) fn start(start: &Start) -> io::Result<Self> {
        let end = Arc::new(AtomicBool::new(false));
        let mut threads = Vec::new();
        for target in start.targets.clone() {
            let push = Push::new(target, start, Arc::clone(&end))?;
            let name = format!("push-{}", push.receiver.target.wire.word());
            threads.push(std::thread::Builder::new().name(name).spawn(move || push.run())?);
        }
        Ok(Self { end, threads })
    }

    /// Nothing more comes into the case: what is there is handed on to receivers that take it, and that is the end.
    pub(crate) fn end(&self) {
        self.end.store(true, Ordering::Relaxed);
    }
}

/// How far a receiver has come, as it is kept in the case's folder.
#[derive(Serialize, Deserialize)]
struct Kept {
    push: serde_json::Value,
    place: Place,
    taken: u64,
    refused: u64,
}

/// Something that waits to be handed on.
struct Waiting {
    what: What,
    behind: Place,
    since: Instant,
}

impl Waiting {
    fn exchange(&self) -> Option<Exchange> {
        match &self.what {
            What::Exchange(exchange) => Some((**exchange).clone()),
            What::Dump(_) => None,
        }
    }
}

enum What {
    Exchange(Box<Exchange>),
    /// A dump, by its path.
    Dump(String),
}

/// One receiver's way through the case.
struct Push {
    receiver: Receiver,
    file: PathBuf,
    /// What the case is known by.
    id: String,
    masking: Masking,
    onward: Onward,
    recording: SourceId,
    begun: Place,
    evidence: Evidence,
    waiting: VecDeque<Waiting>,
    /// Handed on last, by rising id.
    recent: Vec<Exchange>,
    /// What was said of each finding, as a fingerprint of its evidence.
    said: HashMap<Conclusion, u64>,
    /// The evidence there was when it was last concluded.
    extent: (usize, usize),
    /// When that was, and whether something was handed on since of which nothing was concluded.
    concluded: Instant,
    owing: bool,
    place: Place,
    /// Exchanges that were left by earlier recordings, and those of this one that were handed on.
    left: u64,
    done: u64,
    losses: Arc<Losses>,
    sent: Sent,
    told: Told,
    tell: Tell<Update>,
    end: Arc<AtomicBool>,
    /// Since when the end is known here.
    ended: Option<Instant>,
}

/// Findings, and what they say.
type Said = Vec<(Conclusion, u64)>;

/// What came of a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Round {
    Nothing,
    Done,
    /// The receiver was left in the middle of it.
    Left,
}

impl Push {
    fn new(target: Target, start: &Start, end: Arc<AtomicBool>) -> io::Result<Self> {
        let name = target.name();
        let digest = Sha256::digest(name.to_string().as_bytes());
        let file = format!("push-{}-{}.json", target.wire.word(), hex::text(&digest[..4]));
        let file = start.case.dir().join(file);
        let url = name["url"].as_str().unwrap_or_default().to_owned();
        let state = Gone { url, wire: target.wire.word(), ..Gone::default() };
        let said = |text: String| drop(start.tell.send(Update::Note(text)));
        let (mut place, mut sent) = (start.begun, Sent::default());
        match std::fs::read(&file).map(|text| serde_json::from_slice::<Kept>(&text)) {
            // What the system lost behind a place (a power failure) is given out anew.
            Ok(Ok(kept)) => (place, sent.taken, sent.refused) = (kept.place.min(start.begun), kept.taken, kept.refused),
            Ok(Err(error)) => {
                said(format!("{}: {error}; all that the case has is pushed again", file.display()));
                place = Place::START;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let left =
            start.case.onward(place).count(start.begun).map_err(|problem| io::Error::other(problem.to_string()))?;
        if left > 0 {
            said(format!("push to {}: {left} exchanges were left by the recording before; they go first", state.url));
        }
        let (case, sources, followed) = (start.case.clone(), start.sources.clone(), Arc::clone(&start.followed));
        let push = Self {
            receiver: Receiver::new(target, replay::pushing(start.trust.clone()))?,
            file,
            id: start.case.id().unwrap_or_default(),
            masking: Masking::of_this_run()?,
            onward: start.case.onward(place),
            recording: start.recording,
            begun: start.begun,
            evidence: Evidence::new(case, sources, followed, start.layout.clone(), start.timeline.clone()),
            waiting: VecDeque::new(),
            recent: Vec::new(),
            said: HashMap::new(),
            extent: (0, 0),
            concluded: Instant::now(),
            owing: false,
            place,
            left,
            done: 0,
            losses: Arc::clone(&start.losses),
            sent,
            told: Told::new(state),
            tell: start.tell.clone(),
            end,
            ended: None,
        };
        // A recording whose receiver never came has begun as well.
        push.keep()?;
        Ok(push)
    }

    fn run(mut self) -> Gone {
        let mut unreadable = None;
        loop {
            // Asked before it is looked, so that nothing that came before the end is missed.
            let ending = self.end.load(Ordering::Relaxed);
            if ending && self.ended.get_or_insert_with(Instant::now).elapsed() > GRACE {
                break;
            }
            match self.round(ending) {
                Ok(Round::Nothing) if ending => break,
                Ok(Round::Left) => break,
                Ok(Round::Nothing) => std::thread::sleep(TICK),
                Ok(Round::Done) => {}
                Err(error) => {
                    let text = format!("push to {}: {error}", self.told.url());
                    if unreadable.as_ref() != Some(&text) {
                        self.say(text.clone());
                        unreadable = Some(text);
                    }
                    if ending {
                        break;
                    }
                    std::thread::sleep(TICK);
                }
            }
            self.told.beat(&self.sent, behind(self.left, &self.losses, self.done), &self.tell);
        }
        self.told.state(&self.sent, behind(self.left, &self.losses, self.done), &self.tell);
        self.told.gone()
    }

    /// Hands on what is due.
    fn round(&mut self, ending: bool) -> io::Result<Round> {
        self.read_on()?;
        let (of, due) = self.due(ending);
        if due == 0 && !self.has_news() {
            return Ok(Round::Nothing);
        }
        let began = Instant::now();
        let around = self.conclude(of, due, ending);
        let (items, said) = self.items(&around, of, due)?;
        let took = began.elapsed();
        if !self.hand(items)? {
            return Ok(Round::Left);
        }
        self.said.extend(said);
        self.settle(due)?;
        slept((took * SHARE).min(LONGEST_REST), &|| self.end.load(Ordering::Relaxed));
        Ok(if due == 0 { Round::Nothing } else { Round::Done })
    }

    /// Takes what has come into the case, as far as there is room for it.
    fn read_on(&mut self) -> io::Result<()> {
        let room = AHEAD.saturating_sub(self.waiting.len());
        for (came, behind) in self.onward.read(room).map_err(|problem| io::Error::other(problem.to_string()))? {
            let what = match came {
                Came::Exchange(exchange) if exchange.source == self.recording => What::Exchange(exchange),
                // What the case had before is read with the rest of it.
                Came::Source(stored) if behind > self.begun => match self.evidence.take(&stored) {
                    Some(path) => What::Dump(path),
                    None => continue,
                },
                Came::Source(stored) if stored.source.kind == SourceKind::Dump => What::Dump(stored.source.path),
                Came::Exchange(_) | Came::Source(_) => continue,
                Came::Damage(what) => {
                    self.say(format!("push to {}: in the case {what}; the rest goes on", self.told.url()));
                    continue;
                }
            };
            self.waiting.push_back(Waiting { what, behind, since: Instant::now() });
        }
        Ok(())
    }

    /// How many of those that wait can go: from the first on, as far as nothing has to be waited for.
    fn due(&self, ending: bool) -> (Of, usize) {
        let of = |waiting: &Waiting| if waiting.behind <= self.begun { Of::Before } else { Of::Now };
        let first = self.waiting.front().map_or(Of::Now, of);
        let now = now::utc_ns();
        let settled = |waiting: &&Waiting| {
            let (since, settle) = match &waiting.what {
                What::Dump(_) => (waiting.since.elapsed(), SETTLE_DUMP),
                What::Exchange(x) if !x.failed() => return true,
                // What its recording didn't see any more of its dumps is found when this one begins.
                What::Exchange(_) if of(waiting) == Of::Before => (waiting.since.elapsed(), SETTLE_DUMP),
                What::Exchange(x) => (since_its_end(x, now).unwrap_or(waiting.since.elapsed()), SETTLE),
            };
            ending || since >= settle
        };
        let due = self.waiting.iter().take(ROUND).take_while(|w| of(w) == first).take_while(settled).count();
        (first, due)
    }

    /// Whether there is evidence that may say more of what was handed on.
    fn has_news(&self) -> bool {
        if self.evidence.extent() == self.extent {
            return self.owing && self.concluded.elapsed() > LEISURE;
        }
        if self.concluded.elapsed() < SETTLE {
            return false;
        }
        let now = now::utc_ns();
        let fresh = |x: &Exchange| x.failed() && since_its_end(x, now).is_some_and(|since| since < LATE);
        self.recent.iter().any(fresh) || (self.recent.is_empty() && self.waiting.is_empty())
    }

    /// What is known of those that are due and those before. Where none of them failed and nothing else came, rules
    /// have time.
    fn conclude(&mut self, of: Of, due: usize, ending: bool) -> Surroundings {
        let calm = |waiting: &Waiting| matches!(&waiting.what, What::Exchange(exchange) if !exchange.failed());
        if due > 0 && !ending && self.concluded.elapsed() < LEISURE && self.waiting.iter().take(due).all(calm) {
            self.owing = true;
            return Evidence::alone(self.waiting.iter().take(due).filter_map(Waiting::exchange).collect());
        }
        (self.owing, self.concluded, self.extent) = (false, Instant::now(), self.evidence.extent());
        let waiting = self.waiting.iter().filter_map(Waiting::exchange);
        let mut exchanges: Vec<Exchange> = self.recent.iter().cloned().chain(waiting).collect();
        exchanges.sort_by_key(|exchange| exchange.id);
        exchanges.dedup_by_key(|exchange| exchange.id);
        self.evidence.around(of, exchanges)
    }

    /// The items of those that are due, and of what is new about those before; with what they say.
    fn items(&self, around: &Surroundings, of: Of, due: usize) -> io::Result<(Vec<Item>, Said)> {
        let exchange = |x: &Exchange| Ok(self.masking.facts(x));
        let text = |text: &str| mask::masked(text).into_owned();
        let fit = Fit { exchange: &exchange, text: &text };
        let telemetry = Telemetry::new(around, None).of_case(&self.id);
        let (mut items, mut said) = (Vec::new(), Said::new());
        let mut calls = Vec::new();
        for waiting in self.waiting.iter().take(due) {
            match &waiting.what {
                What::Exchange(exchange) => {
                    items.extend(telemetry.of_call(exchange.id, &fit)?);
                    calls.push(exchange.id);
                }
                What::Dump(path) => {
                    let dumps = around.gathered.dumps.iter().filter(|d| around.gathered.path(d.source) == path);
                    let ids: Vec<DumpId> = dumps.map(|dump| dump.id).collect();
                    let before = items.len();
                    items.extend(ids.iter().filter_map(|id| telemetry.of_dump(*id, &fit)));
                    if items.len() - before < ids.len() {
                        let url = self.told.url();
                        self.say(format!("push to {url}: {path}: left out, since it has no time; the case has it"));
                    }
                }
            }
        }
        calls.sort_unstable();
        let before = |id: ExchangeId| self.recent.binary_search_by_key(&id, |x| x.id).is_ok();
        for finding in &around.investigation.findings {
            let (key, says) = fingerprint(finding);
            let new = self.said.get(&key) != Some(&says);
            match finding.exchange {
                Some(id) if calls.binary_search(&id).is_ok() => {}
                Some(id) if new && before(id) => {
                    let again = self.receiver.target.wire.replaces();
                    let of_call = telemetry.of_call(id, &fit)?;
                    items.extend(of_call.into_iter().filter(|item| again || item.kind != Kind::Call));
                    for dump in dumps(finding) {
                        items.extend(telemetry.of_dump(dump, &fit));
                    }
                }
                // What an earlier recording heard besides it has handed on itself.
                None if new && of == Of::Now => items.extend(telemetry.of_finding(finding, &fit)),
                Some(_) | None => continue,
            }
            said.push((key, says));
        }
        Ok((items, said))
    }

    /// Hands items to the receiver, whenever it takes them; false where the recording ended before.
    fn hand(&mut self, items: Vec<Item>) -> io::Result<bool> {
        let (end, ended) = (Arc::clone(&self.end), Cell::new(self.ended));
        let waits = Cell::new(false);
        let (sent, tell) = (RefCell::new(&mut self.sent), &self.tell);
        let told = RefCell::new(&mut self.told);
        let behind = || behind(self.left, &self.losses, self.done);
        let leave = || {
            // Asked all the time while the receiver is waited for.
            told.borrow_mut().beat(&sent.borrow(), behind(), tell);
            if !end.load(Ordering::Relaxed) {
                return false;
            }
            let since = ended.get().unwrap_or_else(Instant::now);
            ended.set(Some(since));
            waits.get() || since.elapsed() > GRACE
        };
        let mut hear = |heard| {
            waits.set(matches!(heard, Heard::Waits(..)));
            told.borrow_mut().hear(heard, &mut sent.borrow_mut(), behind(), tell);
        };
        let mut manner = Manner { patience: None, strict: false, leave: &leave, hear: &mut hear };
        let mut items = items.into_iter().peekable();
        while items.peek().is_some() {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            while let Some(item) = items.next_if(|_| batch.len() < ITEMS && bytes < BYTES) {
                bytes += item.weight();
                batch.push(item);
            }
            if !self.receiver.hand(batch, &mut manner)? {
                return Ok(false);
            }
        }
        self.ended = ended.get();
        Ok(true)
    }

    /// What was handed on is behind us, for this recording and the next.
    fn settle(&mut self, due: usize) -> io::Result<()> {
        for waiting in self.waiting.drain(..due) {
            self.place = waiting.behind;
            if let What::Exchange(exchange) = waiting.what {
                self.done += 1;
                let at = self.recent.partition_point(|x| x.id < exchange.id);
                self.recent.insert(at, *exchange);
            }
        }
        let surplus = self.recent.len().saturating_sub(BEHIND);
        self.recent.drain(..surplus);
        if surplus > 0 {
            let recent = &self.recent;
            self.said.retain(|key, _| key.call.is_none_or(|id| recent.binary_search_by_key(&id, |x| x.id).is_ok()));
        }
        if self.waiting.front().is_none_or(|waiting| waiting.behind > self.begun) && self.place >= self.begun {
            self.evidence.forget_before();
        }
        self.keep()
    }

    /// Keeps how far it has come, for the next recording.
    fn keep(&self) -> io::Result<()> {
        let push = self.receiver.target.name();
        let kept = Kept { push, place: self.place, taken: self.sent.taken, refused: self.sent.refused };
        replace(&self.file, &serde_json::to_value(kept)?)
            .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", self.file.display())))
    }

    fn say(&self, text: String) {
        let _gone = self.tell.send(Update::Note(text));
    }
}

/// Exchanges that are in the case and not with the receiver.
fn behind(left: u64, losses: &Losses, done: u64) -> u64 {
    (left + losses.stored.load(Ordering::Relaxed)).saturating_sub(done)
}

fn since_its_end(exchange: &Exchange, now_utc_ns: i64) -> Option<Duration> {
    let began = exchange.started?.utc_ns()?;
    let ended = began.saturating_add(i64::try_from(exchange.duration_ns?).ok()?);
    Some(Duration::from_nanos(u64::try_from(now_utc_ns.saturating_sub(ended)).unwrap_or(0)))
}
