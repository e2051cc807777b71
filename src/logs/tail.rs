//! New bytes of a file that somebody else writes: growth, rotation by rename, truncation, a file that appears
//! later. It polls, because notifications come neither from network shares nor from every container; it never
//! locks and never maps the file. It knows nothing of records.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

mod siblings;

use siblings::Known;

/// Bytes that identify a file by its beginning: enough to tell two logs apart, few enough to read at each poll.
const IDENTITY: usize = 256;
/// Bytes read at once.
const CHUNK: usize = 1 << 20;

/// Follows one path.
#[derive(Debug)]
pub struct Tail {
    path: PathBuf,
    open: Option<Open>,
    /// The files it was rotated to, as far as they were read.
    rotated: Known,
}

/// What a poll saw, in order.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// More bytes of the file.
    Bytes(Vec<u8>),
    /// The file was replaced or cut; what follows are bytes of a new file, from its start. `unread` says that
    /// the old one had been cut before its end was read, so that bytes may be missing.
    Replaced {
        /// Whether bytes may have been lost between the last poll and the cut.
        unread: bool,
    },
}

#[derive(Debug)]
struct Open {
    file: File,
    offset: u64,
    // The first bytes as far as they were there when last looked at; they only ever grow while the file is the same.
    identity: Vec<u8>,
}

impl Tail {
    /// Follows `path` from byte `from`; the file need not exist yet, then it is followed from its start.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, from: u64) -> Self {
        let path = path.into();
        // What was rotated away before is known; what is from here on was the file that is followed.
        let rotated = Known::beside(&path);
        let open = Open::new(&path, from).ok();
        Self { path, open, rotated }
    }

    /// The path that is followed.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what is at `other` is read here already, or was: the file that is followed was renamed or copied there.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn was_rotated_to(&self, other: &Path) -> io::Result<bool> {
        let begins = self.open.as_ref().map_or(&[][..], |open| &open.identity);
        self.rotated.has(&self.path, other, begins)
    }

    /// What came since the last poll; empty where nothing did or the file isn't there.
    ///
    /// At most about 64 MiB are given at once, so that a poll ends; the next one goes on.
    ///
    /// # Errors
    /// When the file is there and can't be read.
    pub fn poll(&mut self) -> io::Result<Vec<Seen>> {
        let mut seen = Vec::new();
        let Some(open) = &mut self.open else {
            match Open::new(&self.path, 0) {
                Ok(open) => self.open = Some(open),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(seen),
                Err(error) => return Err(error),
            }
            return self.poll();
        };
        // The handle keeps a renamed file readable to its end, so the end comes before the question who it is.
        if open.was_cut()? {
            // Who copies and cuts leaves in the copy what wasn't read yet, but for what was written in between.
            if let Some(file) = Known::copy_of(&self.path, &open.identity, open.offset)? {
                let mut copy = Open { file, offset: open.offset, identity: Vec::new() };
                while !copy.read_on(&mut seen)? {}
            }
            self.rotated = Known::beside(&self.path);
            seen.push(Seen::Replaced { unread: true });
            open.restart()?;
        }
        let whole = open.read_on(&mut seen)?;
        if !whole || !self.is_replaced()? {
            return Ok(seen);
        }
        match Open::new(&self.path, 0) {
            Ok(mut fresh) => {
                self.read_between(Some(&mut fresh.file), &mut seen)?;
                seen.push(Seen::Replaced { unread: false });
                fresh.read_on(&mut seen)?;
                self.open = Some(fresh);
            }
            // Renamed away and not there again yet. What came and went meanwhile is read before it is removed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.read_between(None, &mut seen)?,
            Err(error) => return Err(error),
        }
        Ok(seen)
    }

    /// Reads what the path led to between the file that is open and `fresh`, to which it leads now, where it was rotated
    /// more than once since the last look. The last of them is then the file that is open: it may still gain bytes.
    fn read_between(&mut self, fresh: Option<&mut File>, seen: &mut Vec<Seen>) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            // What was written to it between the last look and its renaming.
            while !open.read_on(seen)? {}
            self.rotated.add(&mut open.file)?;
        }
        for sibling in self.rotated.unknown(&self.path, fresh)? {
            seen.push(Seen::Replaced { unread: false });
            let mut between = Open { file: sibling.file, offset: 0, identity: Vec::new() };
            while !between.read_on(seen)? {}
            self.open = Some(between);
        }
        Ok(())
    }

    /// Whether the path now leads to another file than the one that is open.
    fn is_replaced(&self) -> io::Result<bool> {
        let Some(open) = &self.open else { return Ok(false) };
        let mut now = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        if same_file(&open.file, &now)? {
            return Ok(false);
        }
        // No file numbers to compare by: the beginning decides, and a file that is shorter than what was read.
        if cfg!(unix) {
            return Ok(true);
        }
        let identity = read_identity(&mut now)?;
        let size = now.metadata()?.len();
        Ok(size < open.offset || !identity.starts_with(&open.identity[..open.identity.len().min(identity.len())]))
    }
}

impl Open {
    fn new(path: &Path, from: u64) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let identity = read_identity(&mut file)?;
        let offset = from.min(file.metadata()?.len());
        Ok(Self { file, offset, identity })
    }

    /// Whether the open file is shorter than what was read of it, or begins otherwise.
    fn was_cut(&mut self) -> io::Result<bool> {
        if self.file.metadata()?.len() < self.offset {
            return Ok(true);
        }
        let identity = read_identity(&mut self.file)?;
        if !identity.starts_with(&self.identity) {
            return Ok(true);
        }
        self.identity = identity;
        Ok(false)
    }

    fn restart(&mut self) -> io::Result<()> {
        self.offset = 0;
        self.identity = read_identity(&mut self.file)?;
        Ok(())
    }

    /// Reads to the end; false where it stopped before, to end the poll.
    fn read_on(&mut self, seen: &mut Vec<Seen>) -> io::Result<bool> {
        self.file.seek(SeekFrom::Start(self.offset))?;
        for _ in 0..64 {
            let mut bytes = Vec::new();
            let n = (&mut self.file).take(CHUNK as u64).read_to_end(&mut bytes)?;
            if n == 0 {
                return Ok(true);
            }
            self.offset += n as u64;
            seen.push(Seen::Bytes(bytes));
        }
        Ok(false)
    }
}

fn read_identity(file: &mut File) -> io::Result<Vec<u8>> {
    file.seek(SeekFrom::Start(0))?;
    let mut identity = Vec::with_capacity(IDENTITY);
    file.take(IDENTITY as u64).read_to_end(&mut identity)?;
    Ok(identity)
}

#[cfg(unix)]
fn same_file(a: &File, b: &File) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let (a, b) = (a.metadata()?, b.metadata()?);
    Ok(a.dev() == b.dev() && a.ino() == b.ino())
}

// The file index is not stable in std on Windows; creation time tells a new file from a grown one, except where
// the file system tunnels it to a new file of the same name, and then the beginning decides.
#[cfg(not(unix))]
fn same_file(_a: &File, _b: &File) -> io::Result<bool> {
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Write;

    fn append(path: &Path, bytes: &[u8]) {
        let mut file = fs::OpenOptions::new().create(true).append(true).open(path).expect("open");
        file.write_all(bytes).expect("write");
    }

    #[test]
    fn grows_and_appears_later() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        let mut tail = Tail::new(&path, 0);
        assert_eq!(tail.poll().expect("poll"), []);
        append(&path, b"one\n");
        assert_eq!(tail.poll().expect("poll"), [Seen::Bytes(b"one\n".to_vec())]);
        append(&path, b"two\n");
        assert_eq!(tail.poll().expect("poll"), [Seen::Bytes(b"two\n".to_vec())]);
        assert_eq!(tail.poll().expect("poll"), []);
    }

    #[test]
    fn rotation_by_rename_loses_and_doubles_nothing() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, b"begin\n");
        let mut tail = Tail::new(&path, 0);
        let mut read = Vec::new();
        let mut wrote = b"begin\n".to_vec();
        for n in 0..1000 {
            let line = format!("line {n}\n");
            append(&path, line.as_bytes());
            wrote.extend_from_slice(line.as_bytes());
            if n % 3 == 0 {
                fs::rename(&path, dir.path().join("a.log.1")).expect("rename");
                let line = format!("first of file {n}\n");
                append(&path, line.as_bytes());
                wrote.extend_from_slice(line.as_bytes());
            }
            for seen in tail.poll().expect("poll") {
                if let Seen::Bytes(bytes) = seen {
                    read.extend_from_slice(&bytes);
                }
            }
        }
        assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(&wrote));
    }

    #[test]
    fn files_that_came_and_went_between_two_looks_are_read_in_order() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        let numbered = |n: usize| dir.path().join(format!("a.log.{n}"));
        append(&numbered(1), b"of yesterday\n");
        append(&path, b"begin\n");
        let mut tail = Tail::new(&path, 0);
        let (mut read, mut wrote) = (Vec::new(), b"begin\n".to_vec());
        for n in 0..200 {
            // As log4j and logrotate do: each file moves up by one, the last one is removed.
            for old in (1..9).rev().filter(|old| numbered(*old).exists()) {
                fs::rename(numbered(old), numbered(old + 1)).expect("rename");
            }
            fs::rename(&path, numbered(1)).expect("rename");
            let line = format!("file {n} begins\nand ends\n");
            append(&path, line.as_bytes());
            wrote.extend_from_slice(line.as_bytes());
            // Files of one tick of the clock are told apart by their numbers.
            if n % 5 == 4 {
                for seen in tail.poll().expect("poll") {
                    if let Seen::Bytes(bytes) = seen {
                        read.extend_from_slice(&bytes);
                    }
                }
            }
        }
        assert_eq!(String::from_utf8_lossy(&read), String::from_utf8_lossy(&wrote));
    }

    #[test]
    fn a_file_that_is_cut_starts_anew_and_says_so() {
        let dir = tempfile::tempdir().expect("dir");
        let path = dir.path().join("a.log");
        append(&path, b"one\ntwo\n");
        let mut tail = Tail::new(&path, 0);
        assert_eq!(tail.poll().expect("poll").len(), 1);
        fs::OpenOptions::new().write(true).open(&path).expect("open").set_len(0).expect("cut");
        append(&path, b"new\n");
        assert_eq!(tail.poll().expect("poll"), [Seen::Replaced { unread: true }, Seen::Bytes(b"new\n".to_vec())]);
    }
}
