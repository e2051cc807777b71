//! Messages behind their length, whatever they carry: MI sockets and protocols that aren't known.

/// The longest message that is believed.
pub(super) const LONGEST: u64 = 16 * 1024 * 1024;

/// How much of a message is kept to be read.
const KEPT: usize = 16 * 1024;

/// How lengths are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Format {
    /// Bytes of the length: 2 or 4.
    pub(super) bytes: usize,
    pub(super) big_endian: bool,
    /// The length counts itself.
    pub(super) inclusive: bool,
}

impl Format {
    /// The length of the message behind the length at the front; `Err` where it can't be one.
    pub(super) fn length(self, bytes: &[u8]) -> Option<Result<u64, ()>> {
        let digits = bytes.get(..self.bytes)?;
        let add = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        let number = if self.big_endian { digits.iter().fold(0, add) } else { digits.iter().rev().fold(0, add) };
        let length = if self.inclusive { number.checked_sub(self.bytes as u64) } else { Some(number) };
        Some(length.filter(|length| (1..=LONGEST).contains(length)).ok_or(()))
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    /// When its first byte came, and its last.
    pub(super) first: i64,
    pub(super) last: i64,
    /// Bytes behind the length.
    pub(super) length: u64,
    /// The first of them.
    pub(super) bytes: Vec<u8>,
    /// Bytes of it are missing.
    pub(super) damaged: bool,
}

/// Splits one direction into messages.
#[derive(Debug)]
pub(super) struct Messages {
    format: Format,
    /// The bytes of a length that isn't there whole.
    length: Vec<u8>,
    current: Option<Current>,
    /// When the first byte of what is waiting came.
    first: i64,
    /// What comes next is no length: bytes are missing. The next packet is taken to begin with one.
    lost: bool,
}

#[derive(Debug)]
struct Current {
    message: Message,
    left: u64,
}

impl Messages {
    pub(super) fn new(format: Format) -> Self {
        Self { format, length: Vec::new(), current: None, first: 0, lost: false }
    }

    /// Takes bytes; gives the messages that are whole with them.
    pub(super) fn push(&mut self, at: i64, mut bytes: &[u8]) -> Vec<Message> {
        let mut whole = Vec::new();
        if std::mem::take(&mut self.lost) {
            self.length.clear();
        }
        while !bytes.is_empty() {
            let Some(current) = &mut self.current else {
                if self.length.is_empty() {
                    self.first = at;
                }
                let (digits, rest) = bytes.split_at(bytes.len().min(self.format.bytes - self.length.len()));
                self.length.extend_from_slice(digits);
                bytes = rest;
                match self.format.length(&self.length) {
                    None => {}
                    Some(Ok(length)) => {
                        let (first, damaged) = (self.first, false);
                        let message = Message { first, last: at, length, bytes: Vec::new(), damaged };
                        self.current = Some(Current { message, left: length });
                        self.length.clear();
                    }
                    Some(Err(())) => {
                        self.lost = true;
                        break;
                    }
                }
                continue;
            };
            let here = bytes.len().min(usize::try_from(current.left).unwrap_or(usize::MAX));
            let (part, rest) = bytes.split_at(here);
            let kept = here.min(KEPT.saturating_sub(current.message.bytes.len()));
            current.message.bytes.extend_from_slice(&part[..kept]);
            current.message.last = at;
            current.left -= here as u64;
            bytes = rest;
            if current.left == 0 {
                whole.extend(self.current.take().map(|current| current.message));
            }
        }
        whole
    }

    /// Notes that so many bytes are missing.
    pub(super) fn gap(&mut self, at: i64, length: u64) -> Option<Message> {
        let mut current = self.current.take();
        match &mut current {
            Some(now) if length < now.left => {
                now.left -= length;
                now.message.damaged = true;
                self.current = current;
                None
            }
            Some(now) => {
                self.lost = length > now.left;
                now.message.damaged = true;
                now.message.last = at;
                current.map(|current| current.message)
            }
            None => {
                self.lost = true;
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BIG: Format = Format { bytes: 4, big_endian: true, inclusive: false };

    #[test]
    fn lengths_are_read_as_they_are_written() {
        let little = Format { bytes: 2, big_endian: false, inclusive: true };
        assert_eq!(little.length(&[6, 0, 9, 9]), Some(Ok(4)));
        assert_eq!((BIG.length(&[0, 0, 0]), BIG.length(&[0, 0, 0, 0])), (None, Some(Err(()))));
        assert_eq!(little.length(&[1, 0]), Some(Err(())), "shorter than itself");
    }

    #[test]
    fn any_split_gives_the_same_messages() {
        let bytes = b"\0\0\0\x03abc\0\0\0\x01d\0\0\0\x02ef";
        for cut in 0..=bytes.len() {
            let mut messages = Messages::new(BIG);
            let mut all = messages.push(1, &bytes[..cut]);
            all.extend(messages.push(1, &bytes[cut..]));
            let texts: Vec<&[u8]> = all.iter().map(|message| &message.bytes[..]).collect();
            assert_eq!(texts, [&b"abc"[..], b"d", b"ef"], "cut at {cut}");
        }
    }

    #[test]
    fn a_gap_costs_the_message_it_is_in() {
        let mut messages = Messages::new(BIG);
        assert_eq!(messages.push(1, b"\0\0\0\x05ab"), []);
        assert_eq!(messages.gap(2, 2), None);
        let damaged = &messages.push(3, b"e\0\0\0\x01x")[..];
        assert_eq!((damaged[0].bytes.as_slice(), damaged[0].damaged, damaged[1].damaged), (&b"abe"[..], true, false));
        messages.push(4, b"\0\0\0\x05ab");
        assert!(messages.gap(5, 100).is_some_and(|message| message.damaged));
        assert_eq!(messages.push(6, b"\0\0\0\x01y")[0].bytes, b"y", "the next packet begins with a length");
    }
}
