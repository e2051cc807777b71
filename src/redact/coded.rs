//! Content codings taken off piece by piece, with an end to how much comes out. It knows nothing of what is in them.

use std::io::{self, Write};

use brotli::DecompressorWriter;
use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Coded bytes go in in pieces this small, so that a bomb between two codings can't fill the memory.
const STEP: usize = 4 << 10;

/// A chain of codings, the one put on last first.
pub(crate) struct Decoding {
    stages: Vec<Stage>,
    trouble: Option<String>,
}

enum Stage {
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    Zlib(Box<ZlibDecoder<Vec<u8>>>),
    Deflate(Box<DeflateDecoder<Vec<u8>>>),
    /// `deflate`, not known yet whether with zlib's two bytes in front.
    Either(Vec<u8>),
    Brotli(Box<DecompressorWriter<Vec<u8>>>),
    Zstd(Box<zstd::stream::write::Decoder<'static, Vec<u8>>>),
}

impl Decoding {
    /// The decoding of `codings`, in the order in which they were put on.
    ///
    /// # Errors
    /// The name of the coding that isn't known.
    pub(crate) fn new(codings: &[String]) -> Result<Self, String> {
        let stages = codings.iter().rev().map(|coding| Stage::new(coding)).collect::<Result<_, _>>()?;
        Ok(Self { stages, trouble: None })
    }

    /// What is wrong with the coded bytes; nothing behind that can be decoded.
    pub(crate) fn trouble(&self) -> Option<&str> {
        self.trouble.as_deref()
    }

    /// Takes coded bytes and hands decoded ones to `take`, which says whether it wants more.
    pub(crate) fn feed(&mut self, bytes: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        for step in bytes.chunks(STEP) {
            if !self.through(0, step, take) {
                return false;
            }
        }
        true
    }

    /// The coded bytes are at their end.
    pub(crate) fn finish(&mut self, take: &mut dyn FnMut(&[u8]) -> bool) {
        for at in 0..self.stages.len() {
            if self.trouble.is_some() {
                return;
            }
            let rest = match self.stages[at].finish() {
                Ok(rest) => rest,
                Err(error) => {
                    self.trouble = Some(describe(&self.stages[at], &error));
                    self.stages[at].take_out()
                }
            };
            if !self.through(at + 1, &rest, take) {
                return;
            }
        }
    }

    fn through(&mut self, from: usize, bytes: &[u8], take: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        let Some(stage) = self.stages.get_mut(from) else { return bytes.is_empty() || take(bytes) };
        if self.trouble.is_some() {
            return true;
        }
        let failed = stage.put(bytes).err();
        let decoded = stage.take_out();
        let trouble = failed.map(|error| describe(stage, &error));
        let on = self.through(from + 1, &decoded, take);
        self.trouble = self.trouble.take().or(trouble);
        on
    }
}

fn describe(stage: &Stage, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => format!("the {} body ends before its end", stage.name()),
        _ => format!("the body is not valid {}: {error}", stage.name()),
    }
}

impl Stage {
    fn new(coding: &str) -> Result<Self, String> {
        Ok(match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new()))),
            "deflate" => Self::Either(Vec::new()),
            "br" => Self::Brotli(Box::new(DecompressorWriter::new(Vec::new(), 4096))),
            "zstd" => match zstd::stream::write::Decoder::new(Vec::new()) {
                Ok(decoder) => Self::Zstd(Box::new(decoder)),
                Err(error) => return Err(format!("zstd: {error}")),
            },
            _ => return Err(format!("the content coding “{coding}” is not known")),
        })
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Gzip(_) => "gzip",
            Self::Zlib(_) | Self::Deflate(_) | Self::Either(_) => "deflate",
            Self::Brotli(_) => "br",
            Self::Zstd(_) => "zstd",
        }
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Gzip(to) => to.write_all(bytes),
            Self::Zlib(to) => to.write_all(bytes),
            Self::Deflate(to) => to.write_all(bytes),
            Self::Brotli(to) => to.write_all(bytes),
            Self::Zstd(to) => to.write_all(bytes),
            Self::Either(start) => {
                start.extend_from_slice(bytes);
                let start = match &start[..] {
                    [] | [_] => return Ok(()),
                    start => start.to_vec(),
                };
                // RFC 9110 means zlib by `deflate`; some servers send the bare stream.
                let zlib = start[0] & 0x0f == 8 && u16::from_be_bytes([start[0], start[1]]) % 31 == 0;
                *self = if zlib {
                    Self::Zlib(Box::new(ZlibDecoder::new(Vec::new())))
                } else {
                    Self::Deflate(Box::new(DeflateDecoder::new(Vec::new())))
                };
                self.put(&start)
            }
        }
    }

    fn take_out(&mut self) -> Vec<u8> {
        match self {
            Self::Gzip(to) => std::mem::take(to.get_mut()),
            Self::Zlib(to) => std::mem::take(to.get_mut()),
            Self::Deflate(to) => std::mem::take(to.get_mut()),
            Self::Brotli(to) => std::mem::take(to.get_mut()),
            Self::Zstd(to) => std::mem::take(to.get_mut()),
            Self::Either(_) => Vec::new(),
        }
    }

    fn finish(&mut self) -> io::Result<Vec<u8>> {
        match self {
            Self::Gzip(to) => to.try_finish()?,
            Self::Zlib(to) => to.try_finish()?,
            Self::Deflate(to) => to.try_finish()?,
            Self::Brotli(to) => to.close()?,
            Self::Zstd(to) => to.flush()?,
            Self::Either(_) => {}
        }
        Ok(self.take_out())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Vec<u8> {
        (0..30_000_u32).flat_map(|n| format!("<row>{n}</row>").into_bytes()).collect()
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn br(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(bytes).unwrap();
        out
    }

    fn off(codings: &[&str], bytes: &[u8], step: usize) -> (Vec<u8>, Option<String>) {
        let codings: Vec<String> = codings.iter().map(|c| (*c).to_owned()).collect();
        let mut decoding = Decoding::new(&codings).unwrap();
        let mut out = Vec::new();
        let mut take = |bytes: &[u8]| {
            out.extend_from_slice(bytes);
            true
        };
        for piece in bytes.chunks(step) {
            decoding.feed(piece, &mut take);
        }
        decoding.finish(&mut take);
        let trouble = decoding.trouble().map(str::to_owned);
        (out, trouble)
    }

    #[test]
    fn each_coding_comes_off_however_it_is_cut() {
        let text = text();
        let bare = zlib(&text)[2..].to_vec();
        for (codings, bytes) in [
            (&["gzip"][..], gzip(&text)),
            (&["deflate"], zlib(&text)),
            (&["deflate"], bare[..bare.len() - 4].to_vec()),
            (&["br"], br(&text)),
            (&["zstd"], zstd::encode_all(&text[..], 1).unwrap()),
            (&["br", "gzip"], gzip(&br(&text))),
        ] {
            for step in [1, 7, 1 << 20] {
                let (out, trouble) = off(codings, &bytes, step);
                assert!(out == text && trouble.is_none(), "{codings:?} by {step}: {} {trouble:?}", out.len());
            }
        }
    }

    #[test]
    fn what_is_broken_gives_what_it_has_and_says_so() {
        let text = text();
        let whole = gzip(&text);
        let (out, trouble) = off(&["gzip"], &whole[..whole.len() / 2], 1000);
        assert!(text.starts_with(&out) && !out.is_empty() && trouble.is_some());
        assert!(off(&["gzip"], b"plain text", 3).1.is_some());
        assert!(off(&["zstd"], b"plain text", 3).1.is_some());
        assert!(off(&["br"], &br(&text)[..50], 3).1.is_some());
        assert!(Decoding::new(&["aes128gcm".to_owned()]).is_err());
    }

    #[test]
    fn a_bomb_ends_where_nobody_wants_more() {
        let bomb = gzip(&vec![0; 100 << 20]);
        let mut decoding = Decoding::new(&["gzip".to_owned()]).unwrap();
        let mut taken = 0;
        decoding.feed(&bomb, &mut |bytes| {
            taken += bytes.len();
            taken < 1000
        });
        assert!(taken < 20 << 20, "{taken}");
    }
}
