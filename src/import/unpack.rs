//! Packed streams: one file inside gzip, zlib, zstd, bzip2 or xz.

use std::io::{self, Read};

use super::content::Content;
use super::damaged::Damaged;
use super::limits::Limits;

/// A way of packing one stream of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zlib,
    Zstd,
    Bzip2,
    Xz,
}

/// Memory that an xz stream may ask for.
const XZ_MEMORY: u64 = 512 << 20;

impl Packing {
    /// The packing that a first few bytes state.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Self::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Zstd),
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..] => Some(Self::Bzip2),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Xz),
            _ if zlib_text(head) => Some(Self::Zlib),
            _ => None,
        }
    }

    fn decoder<'a>(self, from: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
        Ok(match self {
            Self::Gzip => Box::new(flate2::read::MultiGzDecoder::new(from)),
            Self::Zlib => Box::new(flate2::read::ZlibDecoder::new(from)),
            Self::Zstd => Box::new(zstd::stream::read::Decoder::new(from)?),
            Self::Bzip2 => Box::new(bzip2::read::MultiBzDecoder::new(from)),
            Self::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, liblzma::stream::CONCATENATED);
                Box::new(liblzma::read::XzDecoder::new_stream(from, stream.map_err(io::Error::other)?))
            }
        })
    }

    /// Unpacks `content`; words say why not all of it could be.
    pub(super) fn unpack(self, content: &Content, limits: &Limits) -> io::Result<(Content, Option<String>)> {
        let packed = content.len();
        let mut taken = 0;
        let mut take = |from: Box<dyn Read + '_>| {
            Content::once(from, |len| {
                limits.allow(packed, taken, len)?;
                taken = taken.max(len);
                Ok(())
            })
        };
        let (unpacked, trouble) = take(self.decoder(Box::new(content.reader()?))?)?;
        let gzip = self == Self::Gzip;
        if !(gzip || self == Self::Zlib) || !trouble.as_ref().is_some_and(|words| words.contains("deflate")) {
            return Ok((unpacked, trouble));
        }
        // The last step before the damage has more.
        take(Box::new(Damaged::new(content.reader()?, gzip)))
    }
}

/// Two bytes say too little for zlib (`.zhar`): it is one where JSON or XML comes out of it.
fn zlib_text(head: &[u8]) -> bool {
    let [first @ 0x78, second, ..] = head else { return false };
    if u16::from_be_bytes([*first, *second]) % 31 != 0 || second & 0x20 != 0 {
        return false;
    }
    let mut start = Vec::new();
    // The head may end before the stream does; what came out before counts.
    let _cut = flate2::read::ZlibDecoder::new(head).take(64).read_to_end(&mut start);
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&start);
    start.trim_ascii_start().first().is_some_and(|byte| matches!(byte, b'{' | b'[' | b'<'))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use bytes::Bytes;

    use super::*;

    fn packed(packing: Packing, bytes: &[u8]) -> Bytes {
        let level = flate2::Compression::default();
        let done = |packed: Result<Vec<u8>, io::Error>| packed.expect("memory").into();
        match packing {
            Packing::Gzip => {
                let mut to = flate2::write::GzEncoder::new(Vec::new(), level);
                to.write_all(bytes).expect("memory");
                done(to.finish())
            }
            Packing::Zlib => {
                let mut to = flate2::write::ZlibEncoder::new(Vec::new(), level);
                to.write_all(bytes).expect("memory");
                done(to.finish())
            }
            Packing::Zstd => done(zstd::encode_all(bytes, 3)),
            Packing::Bzip2 => {
                let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::default());
                to.write_all(bytes).expect("memory");
                done(to.finish())
            }
            Packing::Xz => done(liblzma::encode_all(bytes, 3)),
        }
    }

    const ALL: [Packing; 5] = [Packing::Gzip, Packing::Zlib, Packing::Zstd, Packing::Bzip2, Packing::Xz];

    #[test]
    fn each_packing_is_known_by_its_first_bytes_and_comes_off() {
        for packing in ALL {
            let bytes = packed(packing, b"{\"log\": 1}");
            assert_eq!(Packing::of(&bytes), Some(packing));
            let (content, trouble) = packing.unpack(&Content::Memory(bytes), &Limits::default()).expect("memory");
            assert_eq!(
                (content.whole().expect("memory"), trouble),
                (Bytes::from_static(b"{\"log\": 1}"), None),
                "{packing:?}"
            );
        }
        for other in [&b"x\x9c not zlib at all"[..], b"BZh is a word", b"", b"\x1f\x8b"] {
            assert_eq!(Packing::of(other), None);
        }
    }

    #[test]
    fn several_streams_behind_each_other_are_one() {
        for packing in [Packing::Gzip, Packing::Zstd, Packing::Bzip2, Packing::Xz] {
            let twice = [packed(packing, b"one "), packed(packing, b"two")].concat();
            let (content, _) = packing.unpack(&Content::Memory(twice.into()), &Limits::default()).expect("memory");
            assert_eq!(content.whole().expect("memory"), "one two", "{packing:?}");
        }
    }

    #[test]
    fn a_cut_stream_gives_what_it_has_and_a_bomb_ends() {
        let noise: Vec<u8> = (0..200_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for packing in [Packing::Gzip, Packing::Bzip2, Packing::Xz, Packing::Zstd] {
            let whole = packed(packing, &noise);
            let cut = Content::Memory(whole.slice(..whole.len() - 20));
            let (_, trouble) = packing.unpack(&cut, &Limits::default()).expect("memory");
            assert!(trouble.is_some(), "{packing:?}");
            let bomb = Content::Memory(packed(packing, &vec![0; 4 << 20]));
            let (content, trouble) = packing.unpack(&bomb, &Limits::small(1 << 30, 100)).expect("memory");
            assert!(trouble.is_some_and(|words| words.contains("bomb")) && content.len() <= 2 << 20, "{packing:?}");
            let (_, trouble) = packing.unpack(&bomb, &Limits::small(1 << 20, 1 << 30)).expect("memory");
            assert!(trouble.is_some_and(|words| words.contains("as much as it may")), "{packing:?}");
        }
    }
}
