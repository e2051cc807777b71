//! The blocks of a pcapng file.

use pcap_parser::{Block, parse_block_be, parse_block_le};

use super::{Frame, LONGEST, NO_TIME, Next, too_long};
use crate::Problem;

const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];
/// The block for packets before there were enhanced ones, which the library doesn't know.
const OLD_PACKET: u32 = 2;

/// What must be known of the section to read its blocks.
#[derive(Debug, Default)]
pub(super) struct PcapNg {
    big_endian: bool,
    interfaces: Vec<Interface>,
}

#[derive(Clone, Copy, Debug)]
struct Interface {
    link: u16,
    snaplen: u32,
    /// As in `if_tsresol`: negative powers of ten, or of two where the highest bit is set.
    resolution: u8,
    /// Seconds to be added.
    offset: i64,
}

impl PcapNg {
    pub(super) fn reads(head: &[u8]) -> bool {
        head.starts_with(&SECTION)
            && matches!(head.get(8..12), Some([0x4d, 0x3c, 0x2b, 0x1a] | [0x1a, 0x2b, 0x3c, 0x4d]))
    }

    pub(super) fn next<'a>(&mut self, input: &'a [u8], at: u64) -> (usize, Next<'a>) {
        let Some((head, _)) = input.split_first_chunk::<12>() else { return (0, Next::More(12)) };
        if head.starts_with(&SECTION) {
            self.big_endian = match head[8..] {
                [0x1a, 0x2b, 0x3c, 0x4d] => true,
                [0x4d, 0x3c, 0x2b, 0x1a] => false,
                _ => return (0, damage(at, "a section begins here whose byte order can't be told")),
            };
        }
        let len = self.word(&head[4..8]);
        if u64::from(len) > LONGEST || len < 12 || !len.is_multiple_of(4) {
            return (0, too_long(at, u64::from(len)));
        }
        let len = len as usize;
        let Some(block) = input.get(..len) else { return (0, Next::More(len)) };
        if self.word(&block[len - 4..]) as usize != len {
            return (0, damage(at, "a block's two lengths differ"));
        }
        (len, self.block(block, at))
    }

    fn word(&self, bytes: &[u8]) -> u32 {
        let bytes = bytes.first_chunk().copied().unwrap_or_default();
        if self.big_endian { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) }
    }

    /// Reads a whole block; nothing that is wrong inside it is taken for a want of bytes.
    fn block<'a>(&mut self, block: &'a [u8], at: u64) -> Next<'a> {
        let parsed = if self.big_endian { parse_block_be(block) } else { parse_block_le(block) };
        match parsed {
            Ok((_, Block::SectionHeader(_))) => {
                self.interfaces.clear();
                Next::Other
            }
            Ok((_, Block::InterfaceDescription(found))) => {
                // The library takes it as little-endian in any section.
                let offset = if self.big_endian { found.if_tsoffset.swap_bytes() } else { found.if_tsoffset };
                self.interfaces.push(Interface {
                    link: u16::try_from(found.linktype.0 & 0xffff).unwrap_or(u16::MAX),
                    snaplen: found.snaplen,
                    resolution: found.if_tsresol,
                    offset,
                });
                Next::Other
            }
            Ok((_, Block::EnhancedPacket(found))) => {
                let time = (u64::from(found.ts_high) << 32) | u64::from(found.ts_low);
                let captured = found.data.get(..found.caplen as usize).unwrap_or(found.data);
                self.packet(found.if_id, Some(time), captured, found.origlen, at, 28)
            }
            Ok((_, Block::SimplePacket(found))) => {
                let snaplen = self.interfaces.first().map_or(0, |interface| interface.snaplen);
                let captured = if snaplen == 0 { found.origlen } else { found.origlen.min(snaplen) };
                let captured = found.data.get(..captured as usize).unwrap_or(found.data);
                self.packet(0, None, captured, found.origlen, at, 12)
            }
            Ok((_, Block::DecryptionSecrets(found))) => {
                let data = found.data.get(..found.secrets_len as usize).unwrap_or(found.data);
                const TLS_KEY_LOG: u32 = 0x544c_534b;
                if found.secrets_type.0 == TLS_KEY_LOG { Next::KeyLog(data) } else { Next::Other }
            }
            Ok((_, Block::Unknown(found))) if found.block_type == OLD_PACKET => self.old_packet(block, at),
            Ok(_) => Next::Other,
            Err(_) => {
                let what = format!("a block of type {} can't be read", self.word(block));
                Next::Bad(Problem::new(at, what, "it was passed by; look whether the file is damaged"))
            }
        }
    }

    /// <https://www.ietf.org/archive/id/draft-ietf-opsawg-pcapng-03.html#name-packet-block-obsolete>
    fn old_packet<'a>(&mut self, block: &'a [u8], at: u64) -> Next<'a> {
        let Some((head, rest)) = block.split_first_chunk::<28>() else { return Next::Other };
        let interface = [head[8], head[9]];
        let interface = if self.big_endian { u16::from_be_bytes(interface) } else { u16::from_le_bytes(interface) };
        let time = (u64::from(self.word(&head[12..])) << 32) | u64::from(self.word(&head[16..]));
        let (captured, original) = (self.word(&head[20..]), self.word(&head[24..]));
        let data = rest.get(..rest.len().saturating_sub(4)).unwrap_or_default();
        let captured = data.get(..captured as usize).unwrap_or(data);
        self.packet(u32::from(interface), Some(time), captured, original, at, 28)
    }

    fn packet<'a>(
        &self,
        interface: u32,
        time: Option<u64>,
        bytes: &'a [u8],
        original: u32,
        at: u64,
        header: u64,
    ) -> Next<'a> {
        let Some(interface) = self.interfaces.get(interface as usize) else {
            let what = format!("a packet names interface {interface}, which the file doesn't describe");
            return Next::Bad(Problem::new(at, what, "it was passed by; look whether the file is damaged"));
        };
        let at_ns = time.map_or(NO_TIME, |time| interface.nanoseconds(time));
        Next::Frame(Frame { at: at_ns, link: interface.link, bytes, original, from: at + header })
    }
}

impl Interface {
    /// Nanoseconds since 1970 of a packet's time; the ends of the range where they can't hold it.
    fn nanoseconds(&self, time: u64) -> i64 {
        let exponent = u32::from(self.resolution & 0x7f);
        let time = i128::from(time);
        let ns = if self.resolution & 0x80 != 0 {
            if exponent >= 64 { 0 } else { (time * 1_000_000_000) >> exponent }
        } else if exponent <= 9 {
            time * 10_i128.pow(9 - exponent)
        } else {
            time / 10_i128.pow((exponent - 9).min(38))
        };
        let ns = ns + i128::from(self.offset) * 1_000_000_000;
        i64::try_from(ns.clamp(i128::from(NO_TIME) + 1, i128::from(i64::MAX))).unwrap_or(i64::MAX)
    }
}

fn damage<'a>(at: u64, what: &str) -> Next<'a> {
    Next::Damage(Problem::new(at, what, "the file is damaged; what stands before was read; ask for it again"))
}
