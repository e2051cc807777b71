//! A gzip or zlib stream that is damaged on the way: all that comes out of it before the damage, to the last byte, and
//! where that is.
//!
//! The decoders of the library give up what they unpacked in the same step in which they find the damage, which is some
//! hundred records of a log.

use std::io::{self, BufRead, BufReader, Read};

use flate2::{Decompress, FlushDecompress, Status};

/// Unpacks what is whole.
pub(super) struct Damaged<R> {
    from: BufReader<R>,
    inflate: Decompress,
    /// Members with heads of their own, one behind the other.
    gzip: bool,
    /// A head comes next.
    at_head: bool,
    /// Bytes of the stream that were used up before what is unpacked now, heads among them.
    before: u64,
    given: u64,
    over: Option<io::Error>,
}

impl<R: Read> Damaged<R> {
    pub(super) fn new(from: R, gzip: bool) -> Self {
        let (from, inflate) = (BufReader::new(from), Decompress::new(!gzip));
        Self { from, inflate, gzip, at_head: gzip, before: 0, given: 0, over: None }
    }

    fn byte(&mut self) -> io::Result<u8> {
        let mut one = [0];
        self.from.read_exact(&mut one)?;
        self.before += 1;
        Ok(one[0])
    }

    fn pass(&mut self, bytes: u64) -> io::Result<()> {
        (0..bytes).try_for_each(|_| self.byte().map(|_| ()))
    }

    /// Passes the head of a member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-2.3)); gives false where
    /// none follows.
    fn head(&mut self) -> io::Result<bool> {
        let [has_checksum, has_extra, has_name, has_comment] = [2, 4, 8, 16];
        if self.from.fill_buf()?.is_empty() {
            return Ok(false);
        }
        if [self.byte()?, self.byte()?, self.byte()?] != [0x1f, 0x8b, 8] {
            return Err(self.damage());
        }
        let flags = self.byte()?;
        self.pass(6)?;
        if flags & has_extra != 0 {
            let len = u16::from_le_bytes([self.byte()?, self.byte()?]);
            self.pass(len.into())?;
        }
        for text in [has_name, has_comment] {
            while flags & text != 0 && self.byte()? != 0 {}
        }
        self.pass(if flags & has_checksum != 0 { 2 } else { 0 })?;
        Ok(true)
    }

    fn damage(&self) -> io::Error {
        let (at, given) = (self.before + self.inflate.total_in(), self.given);
        let what = format!("it is damaged near byte {at} of the packed ones, behind {given} bytes that were read");
        io::Error::new(io::ErrorKind::InvalidData, what)
    }

    /// Ends a member, whose sums follow it.
    fn end_member(&mut self) -> io::Result<()> {
        self.before += self.inflate.total_in();
        self.inflate.reset(!self.gzip);
        self.at_head = true;
        self.pass(8)
    }
}

impl<R: Read> Read for Damaged<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(over) = self.over.take() {
                return Err(over);
            }
            if self.at_head {
                if !self.gzip || !self.head()? {
                    return Ok(0);
                }
                self.at_head = false;
            }
            let packed = self.from.fill_buf()?;
            let ended = packed.is_empty();
            let (taken, given) = (self.inflate.total_in(), self.inflate.total_out());
            let done = self.inflate.decompress(packed, into, FlushDecompress::None);
            let taken = usize::try_from(self.inflate.total_in() - taken).unwrap_or_default();
            let given = usize::try_from(self.inflate.total_out() - given).unwrap_or_default();
            self.from.consume(taken);
            self.given += given as u64;
            match done {
                Ok(Status::StreamEnd) if self.gzip => self.over = self.end_member().err(),
                Ok(Status::StreamEnd) => self.at_head = true,
                Ok(_) if ended && given == 0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(_) if taken == 0 && given == 0 => return Err(self.damage()),
                Ok(_) => {}
                Err(_) => self.over = Some(self.damage()),
            }
            if given > 0 {
                return Ok(given);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut to = flate2::GzBuilder::new().filename("a.log").write(Vec::new(), flate2::Compression::default());
        to.write_all(bytes).expect("memory");
        to.finish().expect("memory")
    }

    fn read(packed: &[u8]) -> (Vec<u8>, Option<String>) {
        let mut out = Vec::new();
        let trouble = Damaged::new(packed, true).read_to_end(&mut out).err();
        (out, trouble.map(|error| error.to_string()))
    }

    #[test]
    fn what_is_whole_is_read_as_it_is() {
        let text: Vec<u8> = (0..90_000_u32).flat_map(|n| format!("record {n}\n").into_bytes()).collect();
        let twice = [gzip(&text), gzip(b"more")].concat();
        let (out, trouble) = read(&twice);
        assert!(out == [text.as_slice(), b"more"].concat(), "{}", out.len());
        assert_eq!(trouble, None);
    }

    #[test]
    fn all_before_the_damage_is_read_and_its_place_said() {
        let text: Vec<u8> = (0..9000_u32).flat_map(|n| format!("record {}\n", n * n).into_bytes()).collect();
        let mut packed = gzip(&text);
        let at = packed.len() / 2;
        packed[at..at + 40].fill(0xff);
        let (out, trouble) = read(&packed);
        let same = out.iter().zip(&text).take_while(|(one, other)| one == other).count();
        // Damage shows where it can't be what it says, somewhat behind where it begins.
        assert!(same * 3 > text.len(), "{same} of {}", text.len());
        let said = trouble.expect("damage");
        assert!(said.contains("damaged near byte") && said.contains(&format!("behind {} bytes", out.len())), "{said}");
        for end in 0..packed.len().min(300) {
            let _read = read(&packed[..end]);
        }
    }
}
