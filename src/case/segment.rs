//! A segment file: raw while it is written to, zstd-compressed in blocks once it is sealed, read at any offset of
//! its uncompressed bytes either way. It knows nothing of what the entries mean.
//!
//! A sealed segment is in zstd's seekable format
//! (<https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md>), so
//! that `zstd -d` gives the raw segment back.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::private;

/// Bytes at the start of each segment, before its first entry.
pub(crate) const SEGMENT_HEADER: u64 = 32;

/// The version of the format that this program writes, and the newest that it reads.
pub(crate) const VERSION: u32 = 1;

const MAGIC: [u8; 8] = *b"mwscope\0";
const BLOCK: usize = 256 << 10;
const LEVEL: i32 = 1;
const SKIPPABLE: u32 = 0x184D_2A5E;
const SEEKABLE: u32 = 0x8F92_EAB1;
const FOOTER: u64 = 9;

/// A segment that is read.
#[derive(Debug)]
pub(crate) enum Segment {
    /// As it was written.
    Raw(File),
    /// Compressed.
    Sealed(Sealed),
}

impl Segment {
    /// A raw segment file.
    pub(crate) fn raw(file: File) -> Self {
        Self::Raw(file)
    }

    /// Segment `number` of the case in `dir`, raw or sealed.
    ///
    /// # Errors
    /// `NotFound` when there is no such segment; otherwise when it can't be opened.
    pub(crate) fn open(dir: &Path, number: u32) -> io::Result<Self> {
        // Sealing renames the compressed file into place before it deletes the raw one, so whoever finds the raw
        // one gone finds the compressed one. (Windows may say "access denied" of a file that is being deleted.)
        match File::open(raw_path(dir, number)) {
            Ok(file) => Ok(Self::Raw(file)),
            Err(error) => match File::open(sealed_path(dir, number)) {
                Ok(file) => Sealed::open(file).map(Self::Sealed),
                Err(_) => Err(error),
            },
        }
    }

    /// Uncompressed bytes in it by now.
    ///
    /// # Errors
    /// When the file can't be asked.
    pub(crate) fn len(&self) -> io::Result<u64> {
        match self {
            Self::Raw(file) => Ok(file.metadata()?.len()),
            Self::Sealed(sealed) => Ok(sealed.len),
        }
    }

    /// Fills `out` from `offset` on as far as the segment goes, and says how far that was.
    ///
    /// # Errors
    /// When the file can't be read, or a compressed block is damaged.
    pub(crate) fn read_at(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Raw(file) => {
                file.seek(SeekFrom::Start(offset))?;
                read_full(file, out)
            }
            Self::Sealed(sealed) => sealed.read_at(offset, out),
        }
    }
}

/// Fills `out` from where `from` stands; how many bytes there were, which are fewer only where it ends.
///
/// # Errors
/// When it can't be read.
pub(crate) fn read_full(from: &mut impl Read, out: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < out.len() {
        match from.read(&mut out[done..]) {
            Ok(0) => break,
            Ok(n) => done += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

/// Where segment `number` stands while it is raw.
pub(crate) fn raw_path(dir: &Path, number: u32) -> PathBuf {
    dir.join("segments").join(format!("{number:06}.seg"))
}

/// Where segment `number` stands once it is sealed.
pub(crate) fn sealed_path(dir: &Path, number: u32) -> PathBuf {
    dir.join("segments").join(format!("{number:06}.seg.zst"))
}

/// The numbers of the segments that there are, rising, each with whether it is still raw.
///
/// # Errors
/// When the folder can't be listed.
pub(crate) fn numbers(dir: &Path) -> io::Result<Vec<(u32, bool)>> {
    let mut found = Vec::new();
    for item in std::fs::read_dir(dir.join("segments"))? {
        let name = item?.file_name();
        let Some(name) = name.to_str() else { continue };
        let (number, raw) = match (name.strip_suffix(".seg"), name.strip_suffix(".seg.zst")) {
            (Some(number), _) => (number, true),
            (_, Some(number)) => (number, false),
            _ => continue,
        };
        if let Ok(number) = number.parse::<u32>() {
            found.push((number, raw));
        }
    }
    found.sort_unstable();
    // Both forms at once: sealing was interrupted before the raw file was deleted; the raw one is read.
    found.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        kept.1 |= same && next.1;
        same
    });
    Ok(found)
}

/// What the start of a segment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHead {
    pub(crate) version: u32,
    pub(crate) number: u32,
    pub(crate) case: u64,
}

impl SegmentHead {
    pub(crate) fn bytes(&self) -> [u8; SEGMENT_HEADER as usize] {
        let mut out = [0; SEGMENT_HEADER as usize];
        out[..8].copy_from_slice(&MAGIC);
        out[8..12].copy_from_slice(&self.version.to_le_bytes());
        out[12..16].copy_from_slice(&self.number.to_le_bytes());
        out[16..24].copy_from_slice(&self.case.to_le_bytes());
        let crc = crc32fast::hash(&out[..28]);
        out[28..].copy_from_slice(&crc.to_le_bytes());
        out
    }

    /// Reads it; `None` where it isn't whole.
    pub(crate) fn read(segment: &mut Segment) -> io::Result<Option<Self>> {
        let mut bytes = [0; SEGMENT_HEADER as usize];
        let got = segment.read_at(0, &mut bytes)?;
        Ok(Self::parse(&bytes[..got]))
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let bytes: &[u8; SEGMENT_HEADER as usize] = bytes.try_into().ok()?;
        let word = |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        if bytes[..8] != MAGIC || word(28) != crc32fast::hash(&bytes[..28]) {
            return None;
        }
        let case = u64::from(word(16)) | u64::from(word(20)) << 32;
        Some(Self { version: word(8), number: word(12), case })
    }
}

/// A compressed segment: zstd frames and the table of where they stand.
#[derive(Debug)]
pub(crate) struct Sealed {
    file: File,
    /// Start of each frame: in the file, and in the uncompressed bytes; one more for the end.
    frames: Vec<(u64, u64)>,
    len: u64,
    block: Vec<u8>,
    block_at: Option<usize>,
}

impl Sealed {
    fn open(mut file: File) -> io::Result<Self> {
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "the sealed segment's seek table is damaged");
        let size = file.metadata()?.len();
        let at = size.checked_sub(FOOTER).ok_or_else(broken)?;
        let mut footer = [0; FOOTER as usize];
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(&mut footer)?;
        let count = u64::from(u32::from_le_bytes([footer[0], footer[1], footer[2], footer[3]]));
        if footer[5..] != SEEKABLE.to_le_bytes() || footer[4] != 0 {
            return Err(broken());
        }
        let start = at.checked_sub(count * 8).ok_or_else(broken)?;
        let mut table = vec![0; (count * 8) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut table)?;
        let (mut packed, mut plain) = (0_u64, 0_u64);
        let mut frames = vec![(0, 0)];
        for pair in table.chunks_exact(8) {
            packed += u64::from(u32::from_le_bytes([pair[0], pair[1], pair[2], pair[3]]));
            plain += u64::from(u32::from_le_bytes([pair[4], pair[5], pair[6], pair[7]]));
            frames.push((packed, plain));
        }
        let fits = frames
            .windows(2)
            .all(|pair| pair[1].1 - pair[0].1 <= BLOCK as u64 && pair[1].0 - pair[0].0 <= 2 * BLOCK as u64);
        if packed > start || !fits {
            return Err(broken());
        }
        Ok(Self { file, frames, len: plain, block: Vec::new(), block_at: None })
    }

    fn read_at(&mut self, offset: u64, out: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < out.len() {
            let at = offset + done as u64;
            if at >= self.len {
                break;
            }
            let frame = self.frames.partition_point(|(_, plain)| *plain <= at) - 1;
            self.load(frame)?;
            let start = (at - self.frames[frame].1) as usize;
            let n = self.block.len().saturating_sub(start).min(out.len() - done);
            out[done..done + n].copy_from_slice(&self.block[start..start + n]);
            done += n;
        }
        Ok(done)
    }

    fn load(&mut self, frame: usize) -> io::Result<()> {
        if self.block_at == Some(frame) {
            return Ok(());
        }
        self.block_at = None;
        let ((from, plain), (to, plain_to)) = (self.frames[frame], self.frames[frame + 1]);
        let mut packed = vec![0; (to - from) as usize];
        self.file.seek(SeekFrom::Start(from))?;
        self.file.read_exact(&mut packed)?;
        let plain_len = (plain_to - plain) as usize;
        self.block = zstd::bulk::decompress(&packed, plain_len).unwrap_or_default();
        // A damaged block reads as zeros, which no entry's checksum accepts: only what stood in it is lost.
        self.block.resize(plain_len, 0);
        self.block_at = Some(frame);
        Ok(())
    }
}

/// Compresses raw segment `number` and deletes the raw file; doing it again after an interruption is harmless.
///
/// # Errors
/// When reading or writing fails; the raw segment is then still there.
pub(crate) fn seal(dir: &Path, number: u32) -> io::Result<()> {
    let raw = raw_path(dir, number);
    let sealed = sealed_path(dir, number);
    let unfinished = sealed.with_extension("zst.unfinished");
    let mut from = File::open(&raw)?;
    let mut to = io::BufWriter::new(private::options().write(true).create(true).truncate(true).open(&unfinished)?);
    let mut table = Vec::new();
    let mut block = vec![0; BLOCK];
    let mut compressor = zstd::bulk::Compressor::new(LEVEL)?;
    loop {
        let got = read_full(&mut from, &mut block)?;
        if got == 0 {
            break;
        }
        let packed = compressor.compress(&block[..got])?;
        to.write_all(&packed)?;
        table.extend_from_slice(&(packed.len() as u32).to_le_bytes());
        table.extend_from_slice(&(got as u32).to_le_bytes());
    }
    to.write_all(&SKIPPABLE.to_le_bytes())?;
    to.write_all(&(table.len() as u32 + FOOTER as u32).to_le_bytes())?;
    to.write_all(&table)?;
    to.write_all(&((table.len() / 8) as u32).to_le_bytes())?;
    to.write_all(&[0])?;
    to.write_all(&SEEKABLE.to_le_bytes())?;
    let to = to.into_inner().map_err(io::IntoInnerError::into_error)?;
    to.sync_all()?;
    drop((to, from));
    std::fs::rename(&unfinished, &sealed)?;
    std::fs::remove_file(&raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_segment_reads_as_it_did_raw() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("segments")).unwrap();
        let bytes: Vec<u8> = (0..700_001_u32).map(|n| (n / 7 % 251) as u8).collect();
        std::fs::write(raw_path(dir.path(), 3), &bytes).unwrap();
        seal(dir.path(), 3).unwrap();
        assert!(!raw_path(dir.path(), 3).exists());
        assert_eq!(numbers(dir.path()).unwrap(), [(3, false)]);
        let packed = std::fs::read(sealed_path(dir.path(), 3)).unwrap();
        assert!(packed.len() < bytes.len() / 4);
        let mut plain = Vec::new();
        zstd::stream::read::Decoder::new(&packed[..]).unwrap().read_to_end(&mut plain).unwrap();
        assert!(plain == bytes, "a plain zstd decoder gives the raw segment");
        let mut segment = Segment::open(dir.path(), 3).unwrap();
        assert_eq!(segment.len().unwrap(), bytes.len() as u64);
        for (offset, len) in [(0, 10), (262_140, 10), (262_143, 262_146), (700_000, 5), (700_001, 5), (0, 700_001)] {
            let mut out = vec![0; len];
            let got = segment.read_at(offset as u64, &mut out).unwrap();
            assert_eq!(out[..got], bytes[offset..(offset + len).min(bytes.len())]);
        }
    }
}
