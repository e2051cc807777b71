//! Capture files: bytes to frames with their times and link types. It knows nothing of what is in a frame.
//!
//! Formats: pcap in both byte orders, with microseconds or nanoseconds, and the "modified" kind with longer record
//! headers (<https://www.ietf.org/archive/id/draft-ietf-opsawg-pcap-05.html>); pcapng
//! (<https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html>).

mod pcap;
mod pcapng;

use crate::Problem;

/// How long one record or block may be; beyond it the file is taken for damaged.
const LONGEST: u64 = 64 << 20;

/// A frame's time where the file gives it none.
pub const NO_TIME: i64 = i64::MIN;

/// Reads a capture file that is shown to it piece by piece.
#[derive(Debug)]
pub struct Reader {
    format: Format,
    /// The offset of the next byte to be taken.
    at: u64,
}

#[derive(Debug)]
enum Format {
    Unknown,
    Pcap(pcap::Pcap),
    PcapNg(pcapng::PcapNg),
    /// Nothing more is read behind damage.
    Done,
}

/// One frame as it was captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// When, nanoseconds since 1970 UTC; [`NO_TIME`] where the file doesn't say.
    pub at: i64,
    /// The link type: <https://www.tcpdump.org/linktypes.html>.
    pub link: u16,
    /// The bytes that were captured.
    pub bytes: &'a [u8],
    /// How many there were on the wire.
    pub original: u32,
    /// Where `bytes` stand in the file.
    pub from: u64,
}

/// What the front of the input is.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// A frame.
    Frame(Frame<'a>),
    /// Secrets for decryption that the capture brings: the text of a key log.
    KeyLog(&'a [u8]),
    /// A header, or a block that says nothing about packets.
    Other,
    /// More bytes are needed, at least so many in all.
    More(usize),
    /// A block that can't be read; reading goes on behind it.
    Bad(Problem),
    /// The file can't be read any further.
    Damage(Problem),
}

impl Reader {
    /// A reader at the start of a file.
    #[must_use]
    pub fn new() -> Self {
        Self { format: Format::Unknown, at: 0 }
    }

    /// Whether a file that starts with `head` is a capture that is read here.
    #[must_use]
    pub fn reads(head: &[u8]) -> bool {
        pcap::Pcap::reads(head) || pcapng::PcapNg::reads(head)
    }

    /// The offset of the next byte to be taken.
    #[must_use]
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Takes the next item from the front of `input`; with it comes how many bytes it took.
    pub fn next<'a>(&mut self, input: &'a [u8]) -> (usize, Next<'a>) {
        let (used, next) = match &mut self.format {
            Format::Unknown => self.begin(input),
            Format::Pcap(pcap) => pcap.next(input, self.at),
            Format::PcapNg(pcapng) => pcapng.next(input, self.at),
            Format::Done => (input.len(), Next::Other),
        };
        if matches!(next, Next::Damage(_)) {
            self.format = Format::Done;
        }
        self.at += used as u64;
        (used, next)
    }

    /// Takes what it can from the front of `input`; how many bytes, and how many it wants to see at once the next time.
    pub(super) fn each(&mut self, input: &[u8], take: &mut dyn FnMut(Next<'_>)) -> (usize, usize) {
        let mut used = 0;
        loop {
            let (taken, next) = self.next(&input[used..]);
            used += taken;
            match next {
                Next::More(len) => return (used, len),
                Next::Other if taken == 0 && used == input.len() => return (used, 0),
                Next::Other => {}
                next => take(next),
            }
        }
    }

    /// What is wrong where the file ends with `pending` bytes that were shown and not taken.
    #[must_use]
    pub fn finish(&self, pending: usize) -> Option<Problem> {
        if matches!(self.format, Format::Done) || (pending == 0 && !matches!(self.format, Format::Unknown)) {
            return None;
        }
        let what = match self.format {
            Format::Unknown => "the capture ends inside its first header",
            Format::Pcap(_) => "the capture ends inside a packet",
            _ => "the capture ends inside a block",
        };
        Some(Problem::new(self.at, what, "what stands before it was read; ask for the whole file"))
    }

    fn begin<'a>(&mut self, input: &'a [u8]) -> (usize, Next<'a>) {
        if input.len() < pcap::HEADER {
            return (0, Next::More(pcap::HEADER));
        }
        if let Some(pcap) = pcap::Pcap::begin(input) {
            self.format = Format::Pcap(pcap);
            return (pcap::HEADER, Next::Other);
        }
        if pcapng::PcapNg::reads(input) {
            self.format = Format::PcapNg(pcapng::PcapNg::default());
            return (0, Next::Other);
        }
        let what = "the file is no capture that is known";
        (0, Next::Damage(Problem::new(0, what, "name a pcap or pcapng file")))
    }
}

impl Default for Reader {
    fn default() -> Self {
        Self::new()
    }
}

/// Damage that is found where a length should be.
fn too_long<'a>(at: u64, len: u64) -> Next<'a> {
    let what = format!("a length of {len} bytes stands here, which can't be");
    Next::Damage(Problem::new(at, what, "the file is damaged; what stands before was read; ask for it again"))
}

#[cfg(test)]
mod tests;
