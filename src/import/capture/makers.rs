//! Exchanges made of what was found in a capture, on all processors: to recognise the call in a body takes longer than
//! to find the body.

use std::borrow::Cow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use bytes::Bytes;
use mwscope_parsers::wire::{Pair, TcpFacts, Within};

use super::bodies::{BodyWriter, Decoded};
use super::exchange;
use super::lines::Packed;
use crate::import::Wanted;
use crate::logs::Store;
use crate::model::{Body, Exchange, SourceId, coding, facts};

/// What is recognised in a body is recognised in its first bytes, at most so many.
const LOOKED_INTO: u64 = 4 << 20;
/// And without its codings, which may hide a thousand times as much: each thread has one at a time.
const DECODED: u64 = 32 << 20;
/// How many exchanges are handed to a thread at once.
const BATCH: usize = 16;

/// An exchange that has ended, as the capture has it.
pub(super) struct Ended {
    /// When it began, and how many had begun before: its place among the others.
    pub place: (i64, u32),
    /// Its name in the capture: conversation, layer and number.
    pub within: (u32, Within),
    /// The exchange that it travelled in.
    pub tunnel: Option<Within>,
    pub pair: Box<Pair>,
    pub request: BodyWriter,
    pub response: BodyWriter,
    pub secure: bool,
    /// The conversation, as far as it had come.
    pub tcp: TcpFacts,
}

/// An exchange as any other recording gives it, but for its id.
pub(super) struct Done {
    pub place: (i64, u32),
    pub within: (u32, Within),
    pub tunnel: Option<Within>,
    pub exchange: Box<Exchange>,
}

/// Makes exchanges of one capture.
pub(super) struct Maker {
    pub source: SourceId,
    /// The number of the capture among those of the investigation.
    pub capture: u32,
    pub file: Arc<Store>,
    pub spool: Arc<Decoded>,
    pub wanted: Wanted,
    pub spare: Spare,
}

/// Memory of bodies that were looked into, for those that come: of requests, and of responses, which are longer. New memory
/// costs more than what is done in it.
#[derive(Default)]
pub(super) struct Spare(Mutex<[Vec<BodyWriter>; 2]>);

impl Spare {
    fn lock(&self) -> MutexGuard<'_, [Vec<BodyWriter>; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Maker {
    fn make(&self, ended: Ended) -> (Done, [BodyWriter; 2]) {
        let Ended { place, within, tunnel, mut pair, request, response, secure, tcp } = ended;
        let asked = request.looked_into(LOOKED_INTO, &self.file, &self.spool);
        let answered = response.looked_into(LOOKED_INTO, &self.file, &self.spool);
        let body = |body: &BodyWriter| match self.wanted {
            Wanted::Lines => body.length(),
            Wanted::All | Wanted::Streams => body.body(self.capture, &self.spool),
        };
        let bodies = [body(&request), body(&response)];
        let mut exchange = exchange::exchange(&mut pair, bodies, secure, within.1, &tcp, self.source);
        let asked = decoded(&exchange.request.body, asked);
        let answered = exchange.response.as_ref().map(|response| decoded(&response.body, answered)).unwrap_or_default();
        exchange.call = match self.wanted {
            Wanted::Lines => facts::call_for_a_line(&exchange, &asked, &answered),
            Wanted::All | Wanted::Streams => facts::call_with(&exchange, &asked, &answered),
        };
        drop((asked, answered));
        (Done { place, within, tunnel, exchange: Box::new(exchange) }, [request, response])
    }

    fn make_all(&self, batch: Vec<Ended>, made: &mut Made) {
        let mut emptied = <[Vec<BodyWriter>; 2]>::default();
        for ended in batch {
            let (done, bodies) = self.make(ended);
            made.take(done, self.wanted);
            for (emptied, body) in emptied.iter_mut().zip(bodies) {
                emptied.push(body.emptied());
            }
        }
        for (spare, mut emptied) in self.spare.lock().iter_mut().zip(emptied) {
            spare.append(&mut emptied);
        }
    }
}

/// What was made, in no particular order: whole exchanges, or those of a listing.
#[derive(Default)]
pub(super) struct Made {
    pub whole: Vec<Done>,
    pub lines: Packed,
}

impl Made {
    fn take(&mut self, done: Done, wanted: Wanted) {
        match wanted {
            Wanted::Lines => self.lines.add(&done),
            Wanted::All | Wanted::Streams => self.whole.push(done),
        }
    }

    fn append(&mut self, mut other: Self) {
        self.whole.append(&mut other.whole);
        self.lines.append(other.lines);
    }
}

/// The bytes of a body without its codings.
fn decoded<'a>(body: &Body, bytes: Cow<'a, [u8]>) -> Cow<'a, [u8]> {
    if body.codings.is_empty() {
        return bytes;
    }
    Cow::Owned(coding::decode_as(&body.codings, &Bytes::from(bytes.into_owned()), DECODED).bytes.into())
}

/// Takes what has ended and makes exchanges of it. Threads are started when there is enough for them to do.
pub(super) struct Makers {
    maker: Arc<Maker>,
    batch: Vec<Ended>,
    /// What was taken of the spare memory.
    spare: [Vec<BodyWriter>; 2],
    threads: Option<Threads>,
}

struct Threads {
    to: SyncSender<Vec<Ended>>,
    all: Vec<JoinHandle<Made>>,
}

impl Makers {
    pub(super) fn new(maker: Maker) -> Self {
        Self { maker: Arc::new(maker), batch: Vec::with_capacity(BATCH), spare: Default::default(), threads: None }
    }

    pub(super) fn maker(&self) -> &Maker {
        &self.maker
    }

    /// Where the bodies of a request and its response go.
    pub(super) fn bodies(&mut self) -> [BodyWriter; 2] {
        if self.spare.iter().any(Vec::is_empty) {
            for (own, spare) in self.spare.iter_mut().zip(self.maker.spare.lock().iter_mut()) {
                own.append(spare);
            }
        }
        self.spare.each_mut().map(|spare| spare.pop().unwrap_or_default())
    }

    pub(super) fn take(&mut self, ended: Ended) {
        self.batch.push(ended);
        if self.batch.len() == BATCH {
            let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
            let threads = self.threads.get_or_insert_with(|| Threads::start(&self.maker));
            // It fails where no thread is there any more; `finish` then hands on why.
            let _panicked = threads.to.send(batch);
        }
    }

    /// All exchanges.
    pub(super) fn finish(self) -> Made {
        let Self { maker, batch, threads, .. } = self;
        let mut made = Made::default();
        maker.make_all(batch, &mut made);
        let Some(Threads { to, all }) = threads else { return made };
        drop(to);
        for thread in all {
            match thread.join() {
                Ok(more) => made.append(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        made
    }
}

impl Threads {
    fn start(maker: &Arc<Maker>) -> Self {
        let count = thread::available_parallelism().map_or(1, usize::from);
        let (to, from) = sync_channel(2 * count);
        let from = Arc::new(Mutex::new(from));
        let all = (0..count).map(|_| {
            let (maker, from) = (Arc::clone(maker), Arc::clone(&from));
            thread::spawn(move || work(&maker, &from))
        });
        Self { to, all: all.collect() }
    }
}

fn work(maker: &Maker, from: &Mutex<Receiver<Vec<Ended>>>) -> Made {
    let mut made = Made::default();
    loop {
        let next = from.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(batch) = next else { return made };
        maker.make_all(batch, &mut made);
    }
}
