//! Files that stand beside a followed one and were it before they were renamed: where a log is rotated faster than it
//! is looked at, what was written in between is found there.

use std::cmp::Reverse;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use super::read_identity;

/// Tries to see the folder while it stands still; a rotation renames several files one after the other.
const TRIES: usize = 20;
/// So many files are remembered.
const REMEMBERED: usize = 512;

/// The files beside a followed one that were read, or were there before.
#[derive(Debug, Default)]
pub(super) struct Known(Vec<Who>);

/// By what a file is known again under another name. Numbers are given again when a file is removed, so that its
/// beginning counts, too.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Who {
    id: (u64, u64),
    begins: Vec<u8>,
}

/// A file that was the followed one for a time.
#[derive(Debug)]
pub(super) struct Sibling {
    pub(super) file: File,
    who: Who,
    modified: Option<SystemTime>,
    /// The number at the end of its name, as in `a.log.3`.
    number: Option<u64>,
    name: String,
}

impl Known {
    /// What stands beside `path` now is known.
    pub(super) fn beside(path: &Path) -> Self {
        let found = siblings(path).unwrap_or_default();
        Self(found.into_iter().map(|sibling| sibling.who).collect())
    }

    /// Remembers a file that has been read.
    pub(super) fn add(&mut self, file: &mut File) -> io::Result<()> {
        let who = Who { id: id(&file.metadata()?), begins: read_identity(file)? };
        self.remember(who);
        Ok(())
    }

    /// The copy beside `path` of a file that was cut, by how it began and how far it was read.
    pub(super) fn copy_of(path: &Path, begins: &[u8], read: u64) -> io::Result<Option<File>> {
        let mut found = siblings(path)?;
        found.retain(|sibling| {
            let long = sibling.file.metadata().is_ok_and(|metadata| metadata.len() >= read);
            long && !begins.is_empty() && sibling.who.begins.starts_with(begins)
        });
        Ok(found.into_iter().max_by_key(|sibling| sibling.modified).map(|sibling| sibling.file))
    }

    /// Whether `other` is a file beside `path` that it was rotated to: one that is known, or one that begins as the one
    /// that is open does, of which it is a copy then.
    pub(super) fn has(&self, path: &Path, other: &Path, begins: &[u8]) -> io::Result<bool> {
        if path.parent() != other.parent() {
            return Ok(false);
        }
        let found =
            siblings(path)?.into_iter().find(|sibling| other.file_name().is_some_and(|name| name == &*sibling.name));
        Ok(found.is_some_and(|Sibling { who, .. }| {
            let len = begins.len().min(who.begins.len());
            self.0.iter().any(|known| known.is(&who)) || (len > 0 && begins[..len] == who.begins[..len])
        }))
    }

    fn remember(&mut self, who: Who) {
        // What has grown since takes the place of what it was.
        self.0.retain(|known| !known.is(&who));
        if self.0.len() >= REMEMBERED {
            self.0.remove(0);
        }
        self.0.push(who);
    }

    /// The files beside `path` that aren't known, oldest first, empty ones left out; from now on they are. `until` is
    /// the file that is read after them: it may have been renamed by now, and others after it.
    pub(super) fn unknown(&mut self, path: &Path, until: Option<&mut File>) -> io::Result<Vec<Sibling>> {
        let until = match until {
            Some(file) => Some(Who { id: id(&file.metadata()?), begins: read_identity(file)? }),
            None => None,
        };
        let mut found = self.look(path, until.as_ref())?;
        for _ in 0..TRIES {
            let again = self.look(path, until.as_ref())?;
            let still = again.len() == found.len() && again.iter().zip(&found).all(|(a, b)| a.who == b.who);
            found = again;
            if still {
                break;
            }
        }
        found.iter().for_each(|sibling| self.remember(sibling.who.clone()));
        Ok(found)
    }

    fn look(&self, path: &Path, until: Option<&Who>) -> io::Result<Vec<Sibling>> {
        let mut found = siblings(path)?;
        found.retain(|sibling| !sibling.who.begins.is_empty() && !self.0.iter().any(|known| known.is(&sibling.who)));
        found.sort_by(|a, b| {
            // Two of one tick of the clock: the higher number is the older.
            (a.modified, Reverse(a.number), &a.name).cmp(&(b.modified, Reverse(b.number), &b.name))
        });
        let end = until.and_then(|until| found.iter().position(|sibling| until.is(&sibling.who)));
        found.truncate(end.unwrap_or(found.len()));
        Ok(found)
    }
}

impl Who {
    /// Whether `now` is this file, perhaps grown.
    fn is(&self, now: &Self) -> bool {
        self.id == now.id && now.begins.starts_with(&self.begins)
    }
}

/// The files that have a name which `path` may have been given when it was rotated.
fn siblings(path: &Path) -> io::Result<Vec<Sibling>> {
    let (Some(folder), Some(own)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else {
        return Ok(Vec::new());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    // `a.log` becomes `a.log.1`, `a.log-20260113`, `a-20260113.log` or `a.1.log`; `ab.log` is another log.
    let stem = own.split_once('.').map_or(own, |(stem, _)| stem);
    let rotated = |name: &str| {
        let numbered = name.strip_prefix(stem).is_some_and(|rest| {
            let mut rest = rest.chars();
            matches!(rest.next(), Some('-' | '.' | '_')) && rest.next().is_some_and(|c| c.is_ascii_digit())
        });
        name != own && (name.starts_with(own) || numbered)
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !rotated(&name) || is_packed(&name) {
            continue;
        }
        // What is gone by now has been renamed on, or removed.
        let Ok(mut file) = File::open(folder.join(&name)) else { continue };
        let Ok(metadata) = file.metadata() else { continue };
        if !metadata.is_file() {
            continue;
        }
        let who = Who { id: id(&metadata), begins: read_identity(&mut file)? };
        let digits = name.len() - name.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let number = name[name.len() - digits..].parse().ok();
        found.push(Sibling { file, who, modified: metadata.modified().ok(), number, name });
    }
    Ok(found)
}

/// Files that rotation has packed hold what was read before.
fn is_packed(name: &str) -> bool {
    [".gz", ".zip", ".bz2", ".xz", ".zst"].iter().any(|end| name.ends_with(end))
}

#[cfg(unix)]
fn id(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

// The number of a file is not stable in std on Windows; the time of its creation stays when it is renamed.
#[cfg(not(unix))]
fn id(metadata: &Metadata) -> (u64, u64) {
    let created = metadata.created().ok().and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
    (created.map_or(0, |since| since.as_nanos() as u64), 0)
}
