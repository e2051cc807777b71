//! The end of the segment that is being written: whole entries or nothing, also when the disk is full.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

/// What bytes are appended to; a file, or in tests one that fails.
pub(crate) trait Medium: Send {
    /// Writes at the end.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Cuts everything behind `len`; the next write goes there.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    /// Waits until everything is on the disk.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)?;
        self.seek(SeekFrom::Start(len)).map(|_| ())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// A segment's end.
pub(crate) struct Tail {
    medium: Box<dyn Medium>,
    len: u64,
    state: State,
}

enum State {
    /// The medium ends at `len`.
    Clean,
    /// A write failed, and what it left behind could not be cut yet.
    Torn,
}

impl Tail {
    /// The end of a medium that holds `len` bytes and stands there.
    pub(crate) fn new(medium: Box<dyn Medium>, len: u64) -> Self {
        Self { medium, len, state: State::Clean }
    }

    /// Bytes in the segment.
    pub(crate) const fn len(&self) -> u64 {
        self.len
    }

    /// Appends all of `bytes`, or nothing: what a failed write leaves behind is cut, at the latest before the next.
    ///
    /// # Errors
    /// When the disk is full or fails. Calling it again is right; nothing before is lost.
    pub(crate) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let State::Torn = self.state {
            self.medium.cut(self.len)?;
            self.state = State::Clean;
        }
        if let Err(error) = self.medium.put(bytes) {
            self.state = if self.medium.cut(self.len).is_ok() { State::Clean } else { State::Torn };
            return Err(error);
        }
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// When the disk fails.
    pub(crate) fn sync(&mut self) -> io::Result<()> {
        self.medium.sync()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A disk with room for so many bytes, which writes as much as fits before it fails.
    struct Small {
        bytes: Arc<Mutex<Vec<u8>>>,
        room: Arc<Mutex<usize>>,
        cuts: bool,
    }

    impl Medium for Small {
        fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
            let mut held = self.bytes.lock().unwrap();
            let fits = (*self.room.lock().unwrap()).saturating_sub(held.len()).min(bytes.len());
            held.extend_from_slice(&bytes[..fits]);
            if fits == bytes.len() { Ok(()) } else { Err(io::Error::from(io::ErrorKind::StorageFull)) }
        }

        fn cut(&mut self, len: u64) -> io::Result<()> {
            if !self.cuts {
                self.cuts = true;
                return Err(io::Error::other("not now"));
            }
            self.bytes.lock().unwrap().truncate(len as usize);
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_full_disk_leaves_whole_appends_and_writing_goes_on_when_there_is_room() {
        for cuts in [true, false] {
            let (bytes, room) = (Arc::default(), Arc::new(Mutex::new(10)));
            let small = Small { bytes: Arc::clone(&bytes), room: Arc::clone(&room), cuts };
            let mut tail = Tail::new(Box::new(small), 0);
            tail.append(b"12345678").unwrap();
            assert_eq!(tail.append(b"abcd").unwrap_err().kind(), io::ErrorKind::StorageFull);
            assert_eq!(tail.len(), 8);
            *room.lock().unwrap() = 20;
            tail.append(b"efgh").unwrap();
            assert_eq!(*bytes.lock().unwrap(), b"12345678efgh");
        }
    }
}
