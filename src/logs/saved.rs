//! The index of a log on disk, so that a large log is read once: packed records, then the directory of their blocks,
//! then where that is. A file is never changed once it has its name; a longer log gets a new one in its place.
//!
//! An index holds for one file (path, size, time of change, hash of its beginning), one way of reading it, and one
//! build of the program. It is a cache: what is wrong with it only costs the time to make it again.

mod sections;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use mwscope_parsers::log::Reader;
use mwscope_parsers::{Civil, Span, hex};
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;

use super::aside::Aside;
use super::at::read_at;
use super::index::{BLOCK, Entry, Index, Packed};
use crate::model::packed::{put, take};

/// Logs of fewer bytes are indexed anew each time, which takes some milliseconds.
const WORTH_SAVING: u64 = 32 * BLOCK;
/// Fewer bytes that a log has gained are indexed anew each time, too.
const WORTH_SAVING_AGAIN: u64 = 256 * BLOCK;
/// Bytes at the beginning of a log by which it is known again.
const HEAD: u64 = 64 << 10;
/// More indexes aren't kept; the oldest go first.
const KEPT: usize = 500;

const START: &[u8; 8] = b"mwsindex";
const END: &[u8; 8] = b"mwsixend";
/// Where the directory is, how long, its hash, and the mark of the end.
const TRAILER: u64 = 8 + 8 + 4 + 8;

/// A folder with indexes of logs.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// What makes an index that of a file, read in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Key {
    path: String,
    /// The layout as it was told.
    told: Option<String>,
    size: u64,
    modified_ns: i64,
    head: (u64, u32),
}

/// An index that is being written.
#[derive(Debug)]
pub struct Saving {
    file: NamedTempFile,
    target: PathBuf,
    key: Key,
    /// Bytes of the file before the first packed record that comes new.
    start: u64,
}

/// A log whose index was found.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) file: File,
    pub(super) reader: Reader,
    pub(super) index: Index,
    /// The size of the log by now.
    pub(super) size: u64,
    /// Where the log has grown much.
    pub(super) saving: Option<Saving>,
    /// Where it hasn't grown.
    pub(super) aside: Option<Aside>,
}

impl Folder {
    /// The folder at this path, which need not exist yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Begins an index of the log at `path`; `None` where it isn't worth one, or the folder can't be written.
    #[must_use]
    pub fn begin(&self, path: &Path, told: Option<&str>) -> Option<Saving> {
        let key = Key::of(path, told).ok().filter(|key| key.size >= WORTH_SAVING)?;
        self.create(key).ok()
    }

    fn create(&self, key: Key) -> io::Result<Saving> {
        fs::create_dir_all(&self.0)?;
        self.make_room()?;
        let mut file = NamedTempFile::new_in(&self.0)?;
        file.write_all(START)?;
        Ok(Saving { file, target: self.target(&key.path, key.told.as_deref()), key, start: START.len() as u64 })
    }

    /// Removes the oldest indexes where there are too many, each with what is kept beside it.
    fn make_room(&self) -> io::Result<()> {
        let mut of_logs: BTreeMap<Option<OsString>, Vec<(SystemTime, PathBuf)>> = BTreeMap::new();
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let (modified, path) = (entry.metadata()?.modified()?, entry.path());
            of_logs.entry(path.file_stem().map(OsStr::to_owned)).or_default().push((modified, path));
        }
        let mut kept: Vec<_> = of_logs.into_values().collect();
        kept.iter_mut().for_each(|files| files.sort_by(|a, b| b.cmp(a)));
        kept.sort();
        for (_, path) in kept.iter().rev().skip(KEPT).flatten() {
            // Another run may have been faster.
            let _gone = fs::remove_file(path);
        }
        Ok(())
    }

    fn target(&self, path: &str, told: Option<&str>) -> PathBuf {
        let mut hash = Sha256::new();
        hash.update(path);
        hash.update([0]);
        hash.update(told.unwrap_or_default());
        self.0.join(hex::text(&hash.finalize()[..10]) + ".index")
    }

    /// The index of the log at `path`, cut to what still holds of it.
    pub(super) fn find(&self, path: &Path, told: Option<&str>) -> io::Result<Option<Found>> {
        let now = Key::of(path, told)?;
        let Ok(mut kept) = File::open(self.target(&now.path, told)) else { return Ok(None) };
        let Some((key, reader, blocks)) = directory(&mut kept) else { return Ok(None) };
        let file = File::open(path)?;
        let same = (&key.path, &key.told) == (&now.path, &now.told) && head(&file, key.head.0)? == key.head;
        if !same || now.size < key.size || (now.size == key.size && now.modified_ns != key.modified_ns) {
            return Ok(None);
        }
        let end = blocks.last().map_or(START.len() as u64, |last| last.place.end());
        let index = Index::of(blocks, Packed::kept(kept, end));
        let mut found = Found { file, reader, index, size: now.size, saving: None, aside: None };
        if now.size == key.size {
            found.aside = Some(key.aside(self.target(&key.path, told)));
        } else if !self.grown(&mut found, now, end)? {
            return Ok(None);
        }
        Ok(Some(found))
    }

    /// Makes an index ready for what its log has gained; false where the log isn't the same any more.
    fn grown(&self, found: &mut Found, now: Key, end: u64) -> io::Result<bool> {
        // The last record may have gained lines, so its block is read again; and it must be what it was.
        let Some(last) = found.index.blocks.pop() else { return Ok(false) };
        let known = last.block.len > 16 * BLOCK || last.is_of(&read_at(&found.file, last.block.span())?);
        if known && now.size - last.block.offset >= WORTH_SAVING_AGAIN {
            let copied = self.create(now).and_then(|mut saving| {
                io::copy(&mut found.index.packed.reader(START.len() as u64, end), saving.file.as_file_mut())?;
                saving.start = end;
                found.index.packed = saving.packed()?;
                Ok(saving)
            });
            found.saving = copied.ok();
        }
        Ok(known)
    }
}

impl Key {
    fn of(path: &Path, told: Option<&str>) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        let size = metadata.len();
        Ok(Self {
            path: fs::canonicalize(path)?.to_string_lossy().into_owned(),
            told: told.map(str::to_owned),
            size,
            modified_ns: modified_ns(&metadata),
            head: head(&file, size.min(HEAD))?,
        })
    }

    /// Where what is worked out of this log is kept, whose index is at that path.
    fn aside(&self, index: PathBuf) -> Aside {
        let mut key = Vec::new();
        self.put_reading(&mut key);
        self.put_state(&mut key, self.size);
        Aside { index, key }
    }

    /// Which file is read, how, and by which build.
    fn put_reading(&self, to: &mut Vec<u8>) {
        text(to, &build());
        text(to, &self.path);
        text(to, &self.told.as_ref().map_or(String::new(), |told| format!("={told}")));
    }

    /// The file's state, of which `size` bytes were read.
    fn put_state(&self, to: &mut Vec<u8>, size: u64) {
        for number in [size, self.modified_ns as u64, self.head.0, u64::from(self.head.1)] {
            put(to, number);
        }
    }
}

/// When a file was last written to, in UTC; `None` where the system doesn't tell.
#[must_use]
pub fn written(path: &Path) -> Option<Civil> {
    since_1970(&fs::metadata(path).ok()?).map(|ns| Civil { ns })
}

/// Nanoseconds since 1970, 0 where the file system doesn't say.
fn modified_ns(metadata: &Metadata) -> i64 {
    since_1970(metadata).unwrap_or(0)
}

fn since_1970(metadata: &Metadata) -> Option<i64> {
    let since = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_nanos()).ok()
}

fn head(file: &File, len: u64) -> io::Result<(u64, u32)> {
    Ok((len, crc32fast::hash(&read_at(file, Span::new(0, len))?)))
}

impl Saving {
    /// The same once more from the beginning: what was written was read in a way that the log doesn't keep to.
    pub(super) fn anew(self) -> io::Result<Self> {
        let folder = self.target.parent().map_or_else(PathBuf::new, Path::to_owned);
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(START)?;
        Ok(Self { file, start: START.len() as u64, ..self })
    }

    /// Where packed records are to be written.
    pub(super) fn packed(&self) -> io::Result<Packed> {
        Ok(Packed::writing(self.file.reopen()?, self.start))
    }

    /// Writes the directory behind the records, and gives the file its name. Says where further things are kept that are
    /// worked out of the log.
    pub(super) fn finish(mut self, index: &Index, reader: &Reader, size: u64) -> io::Result<Option<Aside>> {
        let Some(reads) = reader.saved() else { return Ok(None) };
        let mut bytes = Vec::with_capacity(index.blocks.len() * 256);
        let file = self.file.as_file_mut();
        let (end, last) = index.packed.unwritten();
        file.seek(SeekFrom::Start(end))?;
        file.write_all(last)?;
        let at = end + last.len() as u64;
        self.key.put_reading(&mut bytes);
        text(&mut bytes, &reads);
        self.key.put_state(&mut bytes, size);
        sections::write(&mut bytes, &index.blocks);
        file.write_all(&bytes)?;
        let mut trailer = Vec::with_capacity(TRAILER as usize);
        trailer.extend_from_slice(&at.to_le_bytes());
        trailer.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        trailer.extend_from_slice(&crc32fast::hash(&bytes).to_le_bytes());
        trailer.extend_from_slice(END);
        file.write_all(&trailer)?;
        self.file.persist(&self.target).map_err(|error| error.error)?;
        // What came while it was being indexed isn't in it.
        Ok((self.key.size == size).then(|| self.key.aside(self.target)))
    }
}

/// Which program wrote an index: another build may read logs in another way.
fn build() -> String {
    let metadata = std::env::current_exe().and_then(fs::metadata);
    let of_file = metadata.map_or((0, 0), |metadata| (metadata.len(), modified_ns(&metadata)));
    format!("{} {} {}", env!("CARGO_PKG_VERSION"), of_file.0, of_file.1)
}

/// Reads the directory of an index; `None` where it is none of this build, or damaged.
fn directory(file: &mut File) -> Option<(Key, Reader, Vec<Entry>)> {
    let len = file.metadata().ok()?.len();
    let mut start = [0; START.len()];
    file.read_exact(&mut start).ok()?;
    let trailer = read_at(file, Span::new(len.checked_sub(TRAILER)?, TRAILER)).ok()?;
    if start != *START || trailer.get(20..)? != END {
        return None;
    }
    let number = |at: usize| Some(u64::from_le_bytes(trailer.get(at..at + 8)?.try_into().ok()?));
    let place = Span::new(number(0)?, number(8)?);
    let hash = u32::from_le_bytes(trailer.get(16..20)?.try_into().ok()?);
    if place.end().checked_add(TRAILER)? != len {
        return None;
    }
    let bytes = read_at(file, place).ok()?;
    if crc32fast::hash(&bytes) != hash {
        return None;
    }
    let mut bytes = &bytes[..];
    let from = &mut bytes;
    if take_text(from)? != build() {
        return None;
    }
    let path = take_text(from)?;
    let told = take_text(from)?.strip_prefix('=').map(str::to_owned);
    let reader = Reader::restored(&take_text(from)?)?;
    let (size, modified) = (take(from)?, take(from)?);
    let head = (take(from)?, u32::try_from(take(from)?).ok()?);
    let key = Key { path, told, size, modified_ns: modified as i64, head };
    Some((key, reader, sections::read(from)?))
}

fn text(to: &mut Vec<u8>, text: &str) {
    put(to, text.len() as u64);
    to.extend_from_slice(text.as_bytes());
}

fn take_text(from: &mut &[u8]) -> Option<String> {
    let len = usize::try_from(take(from)?).ok()?;
    let (text, rest) = from.split_at_checked(len)?;
    *from = rest;
    String::from_utf8(text.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn the_oldest_indexes_go_with_what_is_kept_beside_them() {
        let dir = tempfile::tempdir().expect("dir");
        for n in 0..KEPT + 2 {
            for kind in ["index", "trouble", "words"] {
                let file = File::create(dir.path().join(format!("{n:04}.{kind}"))).expect("create");
                file.set_modified(UNIX_EPOCH + Duration::from_secs(n as u64)).expect("its time");
            }
        }
        Folder::at(dir.path()).make_room().expect("room");
        let left = |name: &str| dir.path().join(name).exists();
        assert!(!["0000.index", "0001.index", "0001.trouble", "0001.words"].iter().any(|name| left(name)));
        assert!(["0002.index", "0002.trouble", "0002.words"].iter().all(|name| left(name)));
        assert_eq!(fs::read_dir(dir.path()).expect("list").count(), 3 * KEPT);
    }
}
