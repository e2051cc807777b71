//! A body that goes into a case as it comes, so that a long one needs no memory and is stored when it ends. It knows
//! one body, not the exchange that it belongs to.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use super::extent::Extent;
use super::masking::Masking;
use super::writer::Writer;
use crate::model::facts;
use crate::model::{Body, BodyState, Exchange, Kept, Part};
use crate::redact::{self, Again, BodyFacts, BodyMask, BodyReport};

/// Bytes that are gathered before they are written.
const PIECE: usize = 256 << 10;

/// Bytes at the start of a body that stay at hand until it ends, to see what it says.
const START: usize = 4 << 20;

/// A coded body in which nothing is masked is kept as it came, where it has no more bytes than this.
const AS_IT_CAME: usize = 256 << 10;

/// A body on its way into a case; made by [`Writer::begin_body`].
pub struct BodyStream {
    masking: Way,
    /// A coded body as it came, as long as it isn't long.
    came: Option<Came>,
    pending: Vec<u8>,
    pieces: Vec<Extent>,
    start: Vec<u8>,
    failed: Option<io::Error>,
}

enum Way {
    /// As it comes, up to so many bytes more.
    Open { room: u64, cut: bool },
    /// With its secrets overwritten.
    Masked(Box<BodyMask>),
}

struct Came {
    bytes: Vec<u8>,
    /// How many codings its head names.
    codings: usize,
}

/// A body all of which came, and whose last bytes aren't stored yet.
pub struct EndedBody {
    stream: BodyStream,
    report: Option<BodyReport>,
    state: BodyState,
}

impl EndedBody {
    /// The secrets that were found in it; they must not be kept.
    #[must_use]
    pub fn secrets(&self) -> &[String] {
        self.report.as_ref().map_or(&[], |report| &report.secrets)
    }

    /// Its first bytes as they are kept.
    #[must_use]
    pub fn start(&self) -> &[u8] {
        if self.stream.start.is_empty() { &self.stream.pending } else { &self.stream.start }
    }
}

/// What became of a body.
#[derive(Debug)]
pub struct Streamed {
    /// Its first bytes as they were kept, up to 4 MiB.
    pub start: Bytes,
    /// Where all of them are.
    kept: Kept,
    /// How much was kept, what was overwritten, and what is to be said; `None` where none was looked for.
    report: Option<BodyReport>,
    /// Whether the content codings are still on what is kept, but for `start`.
    coded: bool,
    state: BodyState,
}

impl Streamed {
    /// Puts the body's place into the exchange, with its masks and remarks, and gives the secrets that were found, for
    /// [`Writer::store_streamed`]. What the source says of how much there is stands, unless less was kept.
    pub fn settle(self, part: Part, exchange: &mut Exchange) -> Vec<String> {
        let body = match (part, &mut exchange.response) {
            (Part::RequestBody, _) => &mut exchange.request.body,
            (_, Some(response)) => &mut response.body,
            (_, None) => return Vec::new(),
        };
        self.fill(body);
        let Some(report) = self.report else { return Vec::new() };
        let mut notes = report.notes.clone();
        if !self.coded {
            body.codings.clear();
            notes = report.all_notes();
        }
        exchange.masks.extend(report.masks);
        exchange.notes.extend(notes.into_iter().map(|note| (part.word().to_owned(), note)));
        report.secrets
    }

    /// Its first bytes as they can be read; `codings` are those that its head names.
    #[must_use]
    pub fn readable_start(&self, codings: &[String]) -> Bytes {
        if self.report.is_some() { self.start.clone() } else { readable(&self.start, codings) }
    }

    fn fill(&self, body: &mut Body) {
        if matches!(body.state, BodyState::Dropped) {
            // A body of which the end is missing is of no use for comparing; the state says what happened.
            return;
        }
        let before = std::mem::take(&mut body.state);
        body.state = super::masking::worse(before, self.state.clone());
        if !matches!(body.state, BodyState::Dropped | BodyState::Withheld(_)) {
            body.kept = self.kept.clone();
        }
    }
}

impl Writer {
    /// Begins to store a body of an exchange that is on its way; `facts` are what its head says.
    #[must_use]
    pub fn begin_body(&self, part: Part, facts: BodyFacts) -> BodyStream {
        let limit = self.body_limit();
        let named = facts.codings.iter().filter(|coding| !coding.trim().eq_ignore_ascii_case("identity")).count();
        let (masking, came) = match self.masking() {
            Masking::Off => (Way::Open { room: limit, cut: false }, None),
            Masking::On(key) => (
                Way::Masked(Box::new(BodyMask::new(key, part, facts, limit))),
                (named > 0).then_some(Came { bytes: Vec::new(), codings: named }),
            ),
        };
        BodyStream { masking, came, pending: Vec::new(), pieces: Vec::new(), start: Vec::new(), failed: None }
    }

    /// Stores the next bytes. Where the disk fails, the rest of the body is left out and that is said at its end.
    pub fn put_body(&mut self, stream: &mut BodyStream, bytes: &[u8]) {
        if stream.failed.is_some() {
            return;
        }
        stream.take(bytes);
        if stream.pending.len() >= PIECE {
            self.write_pending(stream);
            stream.remember();
            if let Err(error) = self.write_batch() {
                stream.failed.get_or_insert(error);
            }
        }
    }

    /// Ends a body. Its last bytes are stored with the exchange.
    pub fn end_body(&mut self, stream: BodyStream) -> Streamed {
        self.keep_body(stream.end())
    }

    /// Overwrites in a body that ended what it says again of the exchange's secrets, as far as it isn't stored yet.
    pub fn mask_again(&self, ended: &mut EndedBody, part: Part, again: &Again) {
        // Of a long body the first pieces are stored, and masks are listed by their place in all of it.
        let (Masking::On(key), true, Some(report)) =
            (self.masking(), ended.stream.pieces.is_empty(), &mut ended.report)
        else {
            return;
        };
        let mut masked = Cow::Borrowed(&ended.stream.pending[..]);
        report.masks.extend(redact::mask_again(key, part, again, &mut masked));
        if let Cow::Owned(masked) = masked {
            ended.stream.pending = masked;
        }
    }

    /// Masks the request of an exchange but its body, for [`Writer::prepare_answer`]; gives the secrets that were found,
    /// which must not be kept.
    pub fn mask_request(&self, exchange: &mut Exchange) -> Vec<String> {
        self.masking().request(exchange)
    }

    /// What finds the secrets of an exchange whose answer is about to come, in that answer: those of its heads, those
    /// found in its request's body, and those in `start`, the beginning of that body as it came.
    #[must_use]
    pub fn known_before_answer(
        &self,
        began: &Exchange,
        request: Option<&BodyStream>,
        start: &[u8],
    ) -> Option<Arc<Again>> {
        let Masking::On(key) = self.masking() else { return None };
        let mut heads = began.clone();
        let mut known = self.masking().request(&mut heads);
        known = self.masking().answer(&mut heads, &known);
        if let Some(BodyStream { masking: Way::Masked(mask), .. }) = request {
            known.extend_from_slice(mask.secrets());
            // Those that its end alone would have shown.
            let mut mask = BodyMask::new(key, Part::RequestBody, redact::facts_of_request(began), START as u64);
            mask.feed(start, &mut Vec::new());
            known.extend(mask.finish(&mut Vec::new()).secrets);
        }
        if known.is_empty() {
            return None;
        }
        let body = readable(&Bytes::copy_from_slice(start), &began.request.body.codings);
        Again::of(&known, facts::call_with(began, &body, &[]).user.as_deref())
    }

    /// Stores a body that ended; its last bytes are stored with the exchange.
    pub fn keep_body(&mut self, ended: EndedBody) -> Streamed {
        let EndedBody { mut stream, report, mut state } = ended;
        let came = stream.came.take().filter(|came| report.as_ref().is_some_and(|report| came.may_stay(report)));
        let came = came.filter(|_| stream.pieces.is_empty() && stream.start.is_empty());
        let coded = came.is_some();
        if let Some(Came { bytes, .. }) = came {
            let plain = std::mem::replace(&mut stream.pending, bytes);
            self.write_pending(&mut stream);
            stream.pending = plain;
        } else {
            self.write_pending(&mut stream);
        }
        stream.remember();
        let mut kept = Kept::Nothing;
        if stream.failed.is_none() && !stream.pieces.is_empty() {
            match self.put_list(&stream.pieces) {
                Ok(Extent { segment, offset, len }) => kept = Kept::InCase { segment, offset, len },
                Err(error) => stream.failed = Some(error),
            }
        }
        if stream.failed.is_some() {
            state = BodyState::Dropped;
        }
        Streamed { start: stream.start.into(), kept, report, coded, state }
    }

    fn write_pending(&mut self, stream: &mut BodyStream) {
        for piece in stream.pending.chunks(PIECE) {
            match self.put_piece(piece) {
                Ok(extent) => stream.pieces.push(extent),
                Err(error) => {
                    stream.failed = Some(error);
                    break;
                }
            }
        }
    }
}

impl Came {
    /// Whether there is nothing in it that must not be kept, and nothing of which that isn't known.
    fn may_stay(&self, report: &BodyReport) -> bool {
        let BodyReport { state, masks, notes, decoded, secrets } = report;
        let seen = *state == BodyState::Whole && notes.is_empty() && decoded.len() == self.codings;
        seen && masks.is_empty() && secrets.is_empty()
    }
}

impl BodyStream {
    /// All of it came.
    #[must_use]
    pub fn end(mut self) -> EndedBody {
        let (report, state) = match std::mem::replace(&mut self.masking, Way::Open { room: 0, cut: false }) {
            Way::Open { cut, .. } => (None, if cut { BodyState::Cut } else { BodyState::Whole }),
            Way::Masked(mask) => {
                let report = mask.finish(&mut self.pending);
                let state = report.state.clone();
                (Some(report), state)
            }
        };
        EndedBody { stream: self, report, state }
    }

    fn take(&mut self, bytes: &[u8]) {
        match self.came.take() {
            Some(mut came) if came.bytes.len() + bytes.len() <= AS_IT_CAME => {
                came.bytes.extend_from_slice(bytes);
                self.came = Some(came);
            }
            _ => {}
        }
        match &mut self.masking {
            Way::Masked(mask) => mask.feed(bytes, &mut self.pending),
            Way::Open { room, cut } => {
                let fits = bytes.len().min(usize::try_from(*room).unwrap_or(usize::MAX));
                *cut |= fits < bytes.len();
                *room -= fits as u64;
                self.pending.extend_from_slice(&bytes[..fits]);
            }
        }
    }

    /// Takes out of `pending` what has been written, and keeps it at hand as long as it belongs to the start.
    fn remember(&mut self) {
        if self.start.is_empty() {
            // All of a short body, which needs no copy.
            self.start = std::mem::take(&mut self.pending);
            self.start.truncate(START);
            return;
        }
        let room = START.saturating_sub(self.start.len()).min(self.pending.len());
        self.start.extend_from_slice(&self.pending[..room]);
        self.pending.clear();
    }
}

/// The bytes of a body that begins with `start`, without the codings that are still on.
#[must_use]
pub fn readable(start: &Bytes, codings: &[String]) -> Bytes {
    crate::model::coding::decode_as(codings, start, START as u64).bytes
}

/// What is known of a response's body before it comes; where its head didn't come, nothing of it can be kept.
#[must_use]
pub fn facts_of_unknown() -> BodyFacts {
    BodyFacts { codings: vec!["unknown".to_owned()], ..redact::BodyFacts::default() }
}
