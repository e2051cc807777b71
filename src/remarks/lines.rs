//! A file of JSON lines that only grows: each line is written with one call behind the last, under a lock, so that
//! several processes may write and a kill costs no more than the line that it hits. What isn't a whole line is passed
//! over and counted.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::case::private;

/// The lines of a file, and the numbers of those that can't be read; none of either where there is no file.
///
/// # Errors
/// When the file is there and can't be read.
pub fn read<T: DeserializeOwned>(path: &Path) -> io::Result<(Vec<T>, Vec<usize>)> {
    match fs::read(path) {
        Ok(bytes) => Ok(parse(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok((Vec::new(), Vec::new())),
        Err(error) => Err(error),
    }
}

/// The lines of a text, and the numbers of those that can't be read.
pub(super) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> (Vec<T>, Vec<usize>) {
    let mut read = Vec::new();
    let mut bad = Vec::new();
    for (n, line) in bytes.split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty()) {
        match serde_json::from_slice(line) {
            Ok(value) => read.push(value),
            Err(_) => bad.push(n + 1),
        }
    }
    (read, bad)
}

/// Adds lines at the end; the folder is made where there is none.
///
/// # Errors
/// When they can't be written; the file is as it was then, or ends in a part that the next line is set off from.
pub fn append<T: Serialize>(path: &Path, values: &[T]) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    // Another file is locked, since on Windows a locked one can't be read by others. Where the file system knows no locks
    // a single write to the end is still kept apart from those of others.
    let lock = private::options().write(true).create(true).truncate(false).open(path.with_extension("lock"))?;
    let _unlocked_when_it_goes = lock.lock();
    let mut file = private::options().read(true).append(true).create(true).open(path)?;
    let mut text = Vec::new();
    if !ends_a_line(&mut file)? {
        text.push(b'\n');
    }
    for value in values {
        serde_json::to_writer(&mut text, value)?;
        text.push(b'\n');
    }
    file.write_all(&text)?;
    file.sync_data()
}

fn ends_a_line(file: &mut File) -> io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_was_cut_costs_itself_alone() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("deep/notes.jsonl");
        assert_eq!(read::<u32>(&path).expect("nothing yet"), (vec![], vec![]));
        append(&path, &["one", "two"]).expect("written");
        let whole = fs::read(&path).expect("read");
        for cut in 0..whole.len() {
            fs::write(&path, &whole[..cut]).expect("cut");
            append(&path, &["three"]).expect("written");
            let (lines, bad) = read::<String>(&path).expect("read");
            assert_eq!(lines.last().map(String::as_str), Some("three"), "cut at {cut}");
            assert!(bad.len() <= 1 && lines.len() + bad.len() <= 3, "cut at {cut}: {lines:?} {bad:?}");
        }
    }

    #[test]
    fn several_writers_lose_nothing() {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("notes.jsonl");
        std::thread::scope(|scope| {
            for writer in 0..4_u32 {
                let path = &path;
                scope.spawn(move || (0..50).for_each(|n| append(path, &[writer * 100 + n]).expect("written")));
            }
        });
        let (mut lines, bad) = read::<u32>(&path).expect("read");
        lines.sort_unstable();
        assert!(bad.is_empty() && lines.len() == 200 && lines.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
