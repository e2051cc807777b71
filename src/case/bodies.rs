//! Bodies of exchanges, and copied files, read from the cases of an investigation when they are asked for.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;

use super::Case;
use super::entry::{self, Kind};
use super::extent::{self, Extent};
use super::segment::Segment;
use super::source::Copied;
use crate::model::{Bodies, Body, Exchange, Kept};

/// Segments of one case have numbers below this; the bits above say which case of an investigation is meant.
const PLACE_SHIFT: u32 = 20;

/// Segment files held open at a time.
const OPEN_SEGMENTS: usize = 16;

/// The bodies of one or more cases.
///
/// A body knows its segment and offset but not its case. Where an investigation takes several cases, each reader is
/// told its place among them ([`Case::reader_at`]) and marks the segment numbers that it gives accordingly; `cases`
/// must stand here in the same order.
#[derive(Debug)]
pub struct CaseBodies {
    cases: Vec<PathBuf>,
    open: Mutex<VecDeque<(u32, Segment)>>,
}

impl CaseBodies {
    /// The bodies of `cases`, in the order of their places.
    #[must_use]
    pub fn new<'a>(cases: impl IntoIterator<Item = &'a Case>) -> Self {
        Self { cases: cases.into_iter().map(|c| c.dir().to_owned()).collect(), open: Mutex::default() }
    }

    /// A file that was copied into the case at `place` (0 for the only one).
    ///
    /// # Errors
    /// When the case can't be read any more, or is damaged there.
    pub fn copied(&self, place: u32, copied: Copied) -> io::Result<Bytes> {
        let Extent { segment, offset, len } = copied.0;
        self.read(Extent { segment: segment | place << PLACE_SHIFT, offset, len })
    }

    fn read(&self, at: Extent) -> io::Result<Bytes> {
        let (kind, payload) = self.entry(at.segment, at.offset)?;
        if kind == Kind::Body {
            return Ok(payload.into());
        }
        if kind != Kind::BodyList {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "there is no body at that place of the case"));
        }
        let place = at.segment >> PLACE_SHIFT << PLACE_SHIFT;
        let mut whole = Vec::with_capacity(usize::try_from(at.len).unwrap_or(0).min(entry::MAX_PAYLOAD));
        for piece in extent::list_of_bytes(&payload) {
            whole.extend_from_slice(&self.entry(piece.segment | place, piece.offset)?.1);
        }
        Ok(whole.into())
    }

    fn entry(&self, segment: u32, offset: u64) -> io::Result<(Kind, Vec<u8>)> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let mut held = match open.iter().position(|(number, _)| *number == segment).and_then(|at| open.remove(at)) {
            Some(held) => held,
            None => (segment, self.open_segment(segment)?),
        };
        let read = entry::read(&mut held.1, offset);
        open.push_front(held);
        open.truncate(OPEN_SEGMENTS);
        read
    }

    fn open_segment(&self, segment: u32) -> io::Result<Segment> {
        let dir = self.cases.get((segment >> PLACE_SHIFT) as usize);
        let dir =
            dir.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the body is in a case that isn't open"))?;
        Segment::open(dir, segment & ((1 << PLACE_SHIFT) - 1))
    }
}

impl Bodies for CaseBodies {
    fn load(&self, body: &Body) -> io::Result<Bytes> {
        match &body.kept {
            Kept::Nothing => Ok(Bytes::new()),
            Kept::Here(bytes) => Ok(bytes.clone()),
            Kept::InCase { segment, offset, len } => {
                self.read(Extent { segment: *segment, offset: *offset, len: *len })
            }
            Kept::InCapture { .. } => {
                Err(io::Error::new(io::ErrorKind::NotFound, "the body is in a capture that isn't open"))
            }
        }
    }
}

/// Marks the places of an exchange's bodies with the place of its case.
pub(crate) fn shift(exchange: &mut Exchange, place: u32) {
    let responses = exchange.interim.iter_mut().chain(exchange.response.as_mut());
    for body in responses.map(|r| &mut r.body).chain([&mut exchange.request.body]) {
        if let Kept::InCase { segment, .. } = &mut body.kept {
            *segment |= place << PLACE_SHIFT;
        }
    }
}
