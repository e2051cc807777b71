//! Bodies of exchanges in captures: places in the file, or in a spool where the bytes don't stand in the file as
//! they are (decrypted, decompressed, put together from fragments).

use std::borrow::Cow;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use mwscope_parsers::Span;

use crate::case::CaseBodies;
use crate::logs::{Spool, Store};
use crate::model::{Bodies, Body, CapturePart, Kept, SourceId};

/// Bytes that don't stand in the file are kept in memory up to so many of one body, and spooled in such pieces.
const PIECE: usize = 64 << 10;

/// The sizes in which memory for a body is got.
const STEPS: [usize; 3] = [4 << 10, 24 << 10, PIECE];

/// What was decrypted or put together: a private temporary file, made when something comes.
#[derive(Debug, Default)]
pub(super) struct Decoded(Mutex<Option<Arc<Spool>>>);

impl Decoded {
    /// Appends `bytes`; where they stand.
    fn append(&self, bytes: &[u8]) -> io::Result<Span> {
        let spool = self.spool(true)?.ok_or(io::ErrorKind::NotFound)?;
        let at = spool.len();
        spool.append(bytes)?;
        Ok(Span::new(at, bytes.len() as u64))
    }

    fn read(&self, span: Span) -> io::Result<Bytes> {
        self.spool(false)?.map_or(Ok(Bytes::new()), |spool| spool.read(span))
    }

    fn spool(&self, make: bool) -> io::Result<Option<Arc<Spool>>> {
        let mut spool = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if spool.is_none() && make {
            *spool = Some(Arc::new(Spool::new()?));
        }
        Ok(spool.clone())
    }
}

/// Where the bytes of one capture are.
#[derive(Debug)]
pub(in crate::import) struct CaptureBodies {
    pub(super) source: SourceId,
    pub(super) file: Arc<Store>,
    pub(super) decoded: Arc<Decoded>,
}

impl CaptureBodies {
    fn read(&self, parts: &[CapturePart]) -> io::Result<Bytes> {
        read(parts, u64::MAX, &self.file, &self.decoded)
    }
}

fn read(parts: &[CapturePart], limit: u64, file: &Store, decoded: &Decoded) -> io::Result<Bytes> {
    let part = |part: &CapturePart| if part.in_file { file.read(part.span) } else { decoded.read(part.span) };
    if let [only] = parts {
        return part(&CapturePart { span: Span::new(only.span.offset, only.span.len.min(limit)), ..*only });
    }
    let mut whole = Vec::new();
    for found in parts {
        if whole.len() as u64 >= limit {
            break;
        }
        whole.extend_from_slice(&part(found)?);
    }
    Ok(whole.into())
}

/// The bodies of an investigation: in cases, in captures, and in memory.
#[derive(Debug)]
pub(in crate::import) struct Everywhere {
    pub(in crate::import) cases: CaseBodies,
    pub(in crate::import) captures: Vec<CaptureBodies>,
}

impl Bodies for Everywhere {
    fn load(&self, body: &Body) -> io::Result<Bytes> {
        let Kept::InCapture { capture, parts } = &body.kept else { return self.cases.load(body) };
        match self.captures.get(*capture as usize) {
            Some(capture) => capture.read(parts),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "the capture isn't open")),
        }
    }

    fn captured(&self, source: SourceId, span: Span) -> io::Result<Bytes> {
        // One in which nothing was found is no source, and its number is the next one's.
        match self.captures.iter().rev().find(|capture| capture.source == source) {
            Some(capture) => capture.file.read(span),
            None => self.cases.captured(source, span),
        }
    }
}

/// A body while its bytes come.
#[derive(Debug, Default)]
pub(super) struct BodyWriter {
    parts: Vec<CapturePart>,
    /// Its bytes in memory: all of them while they are few, else those that aren't in the spool yet.
    recent: Vec<u8>,
    /// Whether `recent` is the whole body.
    is_long: bool,
    /// How many bytes of `recent` at its end have no place yet.
    placeless: usize,
    len: u64,
    /// Bytes could not be spooled; only the first were kept.
    cut: bool,
}

impl BodyWriter {
    /// Takes the next bytes.
    pub(super) fn take(&mut self, bytes: &[u8], from: Option<u64>, decoded: &Decoded) {
        self.len += bytes.len() as u64;
        let needed = self.recent.len() + bytes.len();
        // In few steps: what is left behind in growing is room of a size that nothing else wants.
        if needed > self.recent.capacity()
            && !(self.is_long && from.is_some())
            && let Some(room) = STEPS.into_iter().find(|step| *step >= needed)
        {
            self.recent.reserve_exact(room - self.recent.len());
        }
        match from {
            Some(from) => {
                self.place(decoded);
                self.add(CapturePart { in_file: true, span: Span::new(from, bytes.len() as u64) });
                if !self.is_long {
                    self.recent.extend_from_slice(bytes);
                }
            }
            None => {
                self.recent.extend_from_slice(bytes);
                self.placeless += bytes.len();
                if self.placeless >= PIECE {
                    self.place(decoded);
                }
            }
        }
        if self.recent.len() > PIECE && self.placeless == 0 {
            self.is_long = true;
            self.recent = Vec::new();
        }
    }

    /// Gives the bytes that have no place one in the spool.
    fn place(&mut self, decoded: &Decoded) {
        let placeless = std::mem::take(&mut self.placeless);
        if placeless == 0 {
            return;
        }
        let from = self.recent.len() - placeless;
        match decoded.append(&self.recent[from..]) {
            Ok(span) => self.add(CapturePart { in_file: false, span }),
            Err(_) => self.cut = true,
        }
        if self.is_long {
            self.recent.clear();
        }
    }

    fn add(&mut self, part: CapturePart) {
        if self.cut {
            return;
        }
        match self.parts.last_mut() {
            Some(last) if last.in_file == part.in_file && last.span.end() == part.span.offset => {
                last.span.len += part.span.len;
            }
            _ => self.parts.push(part),
        }
    }

    /// What it was, forgotten, and its memory kept for another one, unless that is much.
    pub(super) fn emptied(mut self) -> Self {
        self.parts.clear();
        self.recent.clear();
        if self.recent.capacity() > PIECE || self.parts.capacity() > PIECE / size_of::<CapturePart>() {
            return Self::default();
        }
        Self { parts: self.parts, recent: self.recent, ..Self::default() }
    }

    /// The first bytes, for a look into them; about `limit` of them.
    pub(super) fn looked_into(&self, limit: u64, file: &Store, decoded: &Decoded) -> Cow<'_, [u8]> {
        if !self.is_long {
            return Cow::Borrowed(&self.recent);
        }
        Cow::Owned(read(&self.parts, limit, file, decoded).unwrap_or_default().into())
    }

    /// The body as far as it came, where only its length is asked for.
    pub(super) fn length(&self) -> (u64, Kept, bool) {
        (self.len, Kept::Nothing, self.cut)
    }

    /// The body as far as it came.
    pub(super) fn body(&self, capture: u32, decoded: &Decoded) -> (u64, Kept, bool) {
        let kept = if self.len == 0 {
            Kept::Nothing
        } else if self.placeless > 0 && !self.is_long {
            Kept::Here(Bytes::copy_from_slice(&self.recent))
        } else {
            let mut parts = self.parts.clone();
            if self.placeless > 0
                && let Ok(span) = decoded.append(&self.recent[self.recent.len() - self.placeless..])
            {
                parts.push(CapturePart { in_file: false, span });
            }
            Kept::InCapture { capture, parts: parts.into() }
        };
        (self.len, kept, self.cut)
    }
}
