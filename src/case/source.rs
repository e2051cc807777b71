//! A source as a case keeps it: its facts, and where its own bytes are. It knows how they are written down and how a
//! file outside is recognised again; it writes nothing itself.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use mwscope_parsers::hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::extent::Extent;
pub use crate::model::REPLAY;
use crate::model::{Source, SourceId, SourceKind};

/// Files up to this size are copied into the case; larger ones stay where they are.
pub const COPY_LIMIT: u64 = 16 << 20;

/// The source name of a live recording.
pub const RECORDING: &str = "proxy";

/// Bytes at either end of a file that its fingerprint covers.
const SAMPLE: u64 = 64 << 10;

/// A source that is to be put into a case.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// The path as given; [`RECORDING`] for a live recording, [`REPLAY`] for what was sent again.
    pub path: String,
    /// What it holds.
    pub kind: SourceKind,
    /// Exchanges, records or dumps in it.
    pub items: u64,
    /// Its size in bytes, decompressed.
    pub bytes: u64,
    /// The log layout as a pattern, where it is a log.
    pub layout: Option<String>,
    /// Where its bytes are.
    pub content: NewContent,
}

impl NewSource {
    /// The live recording.
    #[must_use]
    pub fn recording() -> Self {
        Self::own(RECORDING)
    }

    /// What was sent again.
    #[must_use]
    pub fn replay() -> Self {
        Self::own(REPLAY)
    }

    /// One that grows exchange by exchange, as long as the case is written.
    fn own(name: &str) -> Self {
        Self {
            path: name.to_owned(),
            kind: SourceKind::Case,
            items: 0,
            bytes: 0,
            layout: None,
            content: NewContent::Exchanges,
        }
    }
}

/// What a case is to keep of a source.
#[derive(Clone, Debug)]
pub enum NewContent {
    /// Its exchanges, which are appended one by one; nothing else.
    Exchanges,
    /// The (decompressed) bytes themselves, with secrets masked.
    Copy(Bytes),
    /// Nothing but where it stands.
    Outside(Outside),
}

/// A source as a case holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSource {
    /// Its facts; the id counts within the case.
    pub source: Source,
    /// Where its bytes are.
    pub content: StoredContent,
}

/// Where a stored source's bytes are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredContent {
    /// Its exchanges are in the case.
    Exchanges,
    /// They are in the case: [`super::CaseBodies::copied`] reads them.
    Copied(Copied),
    /// They stand outside; [`Outside::check`] tells whether they still do.
    Outside(Outside),
}

/// The place of a copied file in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied(pub(crate) Extent);

/// A file that a case points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside {
    /// The absolute path of the file that is to be opened.
    pub path: PathBuf,
    /// Its size in bytes when it was added.
    pub len: u64,
    /// SHA-256 over its size, its first and its last 64 KiB, hex. A file that has only grown keeps the first.
    pub fingerprint: String,
    /// SHA-256 over the first 64 KiB alone, or all where there is less, hex.
    pub start: String,
}

/// What became of a file outside since it was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is as it was.
    Same,
    /// It has grown and begins as it did, as a log does.
    Grown,
    /// There is another file in its place.
    Changed,
    /// There is none.
    Gone,
}

impl Outside {
    /// Looks at the file at `path`.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let len = file.metadata()?.len();
        let start = sample(&mut file, 0)?;
        let end = sample(&mut file, len.saturating_sub(SAMPLE))?;
        let whole = Sha256::new().chain_update(len.to_le_bytes()).chain_update(&start).chain_update(&end);
        Ok(Self {
            path: std::path::absolute(path)?,
            len,
            fingerprint: hex::text(&whole.finalize()),
            start: hex::text(&Sha256::digest(&start)),
        })
    }

    /// Whether the file still is what it was.
    #[must_use]
    pub fn check(&self) -> Standing {
        match Self::of(&self.path) {
            Ok(now) if now.fingerprint == self.fingerprint => Standing::Same,
            Ok(now) if now.len > self.len && self.begins().is_ok_and(|as_before| as_before) => Standing::Grown,
            Ok(_) => Standing::Changed,
            Err(_) => Standing::Gone,
        }
    }

    /// Whether `now` is the file at the same place, as it was or grown.
    #[must_use]
    pub fn is_start_of(&self, now: &Self) -> bool {
        self.path == now.path
            && (self.fingerprint == now.fingerprint || (now.len > self.len && self.begins().is_ok_and(|same| same)))
    }

    /// Whether the file begins with what it began with, as far as it went then.
    fn begins(&self) -> io::Result<bool> {
        let mut start = Vec::new();
        File::open(&self.path)?.take(SAMPLE.min(self.len)).read_to_end(&mut start)?;
        Ok(hex::text(&Sha256::digest(&start)) == self.start)
    }
}

fn sample(file: &mut File, at: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    file.take(SAMPLE).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[derive(Serialize, Deserialize)]
struct Written {
    v: u32,
    id: u32,
    path: String,
    kind: String,
    #[serde(default)]
    items: u64,
    #[serde(default)]
    bytes: u64,
    #[serde(default)]
    layout: Option<String>,
    #[serde(default)]
    copied: Option<Extent>,
    #[serde(default)]
    outside: Option<Outside>,
}

/// The payload of a source's entry.
pub(crate) fn to_bytes(stored: &StoredSource) -> serde_json::Result<Vec<u8>> {
    let Source { id, path, kind, items, bytes, layout } = stored.source.clone();
    let (copied, outside) = match &stored.content {
        StoredContent::Exchanges => (None, None),
        StoredContent::Copied(copied) => (Some(copied.0), None),
        StoredContent::Outside(outside) => (None, Some(outside.clone())),
    };
    serde_json::to_vec(&Written {
        v: 1,
        id: id.0,
        path,
        kind: kind.word().into(),
        items,
        bytes,
        layout,
        copied,
        outside,
    })
}

/// The source of a payload.
pub(crate) fn of_bytes(payload: &[u8]) -> Result<StoredSource, String> {
    let w: Written = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
    let kind = SourceKind::of_word(&w.kind).unwrap_or(SourceKind::Other);
    let source = Source { id: SourceId(w.id), path: w.path, kind, items: w.items, bytes: w.bytes, layout: w.layout };
    let content = match (w.copied, w.outside) {
        (Some(extent), _) => StoredContent::Copied(Copied(extent)),
        (None, Some(outside)) => StoredContent::Outside(outside),
        (None, None) => StoredContent::Exchanges,
    };
    Ok(StoredSource { source, content })
}
