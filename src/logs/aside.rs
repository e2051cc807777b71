//! What was worked out of a whole log, kept beside its index: where to look in it for trouble is the same the next time,
//! and to find it takes as long as reading the log does.
//!
//! It holds for the file that the index holds for, read in the same way by the same build of the program, and it is a
//! cache as that is: what is wrong with it only costs the time to work it out again.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use tempfile::NamedTempFile;

const START: &[u8; 8] = b"mwsaside";
/// The mark of the beginning, and a hash of all that follows.
const HEAD: usize = START.len() + 4;
/// Larger answers aren't worth a place on the disk.
const LARGEST: usize = 32 << 20;

/// Where answers about one log are kept.
#[derive(Debug)]
pub(super) struct Aside {
    /// The path of its index.
    pub(super) index: PathBuf,
    /// What it holds for.
    pub(super) key: Vec<u8>,
}

impl Aside {
    /// The answer that is kept to the question of that name; `None` where there is none of this log.
    pub(super) fn get(&self, question: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.path(question)).ok()?;
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        let sound = head.starts_with(START) && head[START.len()..] == crc32fast::hash(rest).to_le_bytes();
        if !sound || !rest.starts_with(&self.key) {
            return None;
        }
        bytes.drain(..HEAD + self.key.len());
        Some(bytes)
    }

    /// Keeps an answer in place of the one before; each question has one.
    pub(super) fn put(&self, question: &str, answer: &[u8]) {
        if answer.len() <= LARGEST {
            let _not_kept = self.write(question, answer);
        }
    }

    fn write(&self, question: &str, answer: &[u8]) -> io::Result<()> {
        let folder = self.index.parent().ok_or(io::ErrorKind::NotFound)?;
        let rest = [&self.key, answer].concat();
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(START)?;
        file.write_all(&crc32fast::hash(&rest).to_le_bytes())?;
        file.write_all(&rest)?;
        file.persist(self.path(question)).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, question: &str) -> PathBuf {
        self.index.with_extension(question)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_that_of_its_question_and_its_log() {
        let dir = tempfile::tempdir().expect("dir");
        let of = |key: &str| Aside { index: dir.path().join("a.index"), key: key.as_bytes().to_vec() };
        let aside = of("one");
        assert_eq!(aside.get("trouble"), None);
        aside.put("trouble", b"1 2 3");
        aside.put("words", b"");
        assert_eq!((aside.get("trouble"), aside.get("words")), (Some(b"1 2 3".to_vec()), Some(Vec::new())));
        assert_eq!(of("two").get("trouble"), None, "another log");
        let path = aside.path("trouble");
        let whole = fs::read(&path).expect("read");
        for (at, cut) in [(HEAD + 4, whole.len()), (0, whole.len()), (whole.len() - 1, whole.len() - 1), (0, 3)] {
            let mut damaged = whole.clone();
            damaged[at] ^= 1;
            fs::write(&path, &damaged[..cut]).expect("write");
            assert_eq!(aside.get("trouble"), None, "damaged at {at}, cut at {cut}");
        }
    }
}
