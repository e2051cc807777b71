//! Content codings: taking them off a body, and no more bytes than asked for; and whether what is under them is text. It
//! knows no headers but `Content-Encoding`, and no source.

use std::io::{self, Read};

use bytes::Bytes;

use super::exchange::Body;
use super::header::Headers;

/// How large a decoded body may get: 256 MiB, four times what is kept of a body, so that a bomb ends here.
pub const DECODED_LIMIT: u64 = 256 << 20;

/// What came of taking codings off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The bytes, as far as they could be decoded.
    pub bytes: Bytes,
    /// What went wrong, in words; the bytes before it are there.
    pub trouble: Option<String>,
}

/// The codings that a `Content-Encoding` names, in the order in which they were put on; `identity` is none.
#[must_use]
pub fn codings(headers: &Headers) -> Vec<String> {
    let values: Vec<_> = headers.all("content-encoding").map(|header| header.text().into_owned()).collect();
    let names = values.iter().flat_map(|value| value.split(',')).map(|name| name.trim().to_ascii_lowercase());
    names.filter(|name| !name.is_empty() && name != "identity").collect()
}

/// Takes the codings of `body` off its kept bytes; `kept` are those bytes.
#[must_use]
pub fn decode(body: &Body, kept: &Bytes) -> Decoded {
    decode_as(&body.codings, kept, DECODED_LIMIT)
}

/// Takes `codings` off, the one put on last first; gives at most `limit` bytes.
#[must_use]
pub fn decode_as(codings: &[String], bytes: &Bytes, limit: u64) -> Decoded {
    let mut decoded = Decoded { bytes: bytes.clone(), trouble: None };
    for coding in codings.iter().rev() {
        if decoded.bytes.is_empty() || decoded.trouble.is_some() {
            break;
        }
        decoded = take_off(coding, &decoded.bytes, limit);
    }
    decoded
}

/// Whether bytes without codings are no text in any encoding that bodies come in, going by how they begin.
#[must_use]
pub fn is_binary(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    if matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'<', 0, ..] | [0, b'<', ..]) {
        return false;
    }
    let control = head.iter().filter(|byte| matches!(byte, 0..=8 | 14..=26 | 28..=31)).count();
    control * 10 > head.len() || memchr::memchr(0, head).is_some()
}

fn take_off(coding: &str, bytes: &[u8], limit: u64) -> Decoded {
    match coding {
        "gzip" | "x-gzip" => read(flate2::read::MultiGzDecoder::new(bytes), limit, coding),
        // RFC 9110 means zlib by `deflate`; some servers send the bare stream.
        "deflate" if is_zlib(bytes) => read(flate2::read::ZlibDecoder::new(bytes), limit, coding),
        "deflate" => read(flate2::read::DeflateDecoder::new(bytes), limit, coding),
        "br" => read(brotli::Decompressor::new(bytes, 4096), limit, coding),
        "zstd" => match zstd::stream::read::Decoder::new(bytes) {
            Ok(decoder) => read(decoder, limit, coding),
            Err(error) => trouble(bytes, format!("zstd: {error}")),
        },
        _ => trouble(bytes, format!("the content coding {coding:?} is not known")),
    }
}

fn trouble(bytes: &[u8], trouble: String) -> Decoded {
    Decoded { bytes: Bytes::copy_from_slice(bytes), trouble: Some(trouble) }
}

/// <https://www.rfc-editor.org/rfc/rfc1950#section-2.2>
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first & 0x0f == 8 && u16::from_be_bytes([*first, *second]) % 31 == 0)
}

fn read(from: impl Read, limit: u64, coding: &str) -> Decoded {
    let mut out = Vec::new();
    let mut from = from.take(limit.saturating_add(1));
    let mut trouble = from.read_to_end(&mut out).err().map(|error| describe(coding, &error));
    if out.len() as u64 > limit {
        out.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        trouble = Some(format!("the {coding} body is larger than {limit} bytes when decoded; it was cut there"));
    }
    Decoded { bytes: out.into(), trouble }
}

fn describe(coding: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return format!("the {coding} body ends before its end");
    }
    format!("the body is not valid {coding}: {error}")
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const TEXT: &[u8] = b"<Envelope>a body that is long enough to be worth it, worth it, worth it</Envelope>";

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory").into()
    }

    fn off(coding: &str, bytes: &Bytes) -> Decoded {
        let codings: Vec<_> = coding.split(',').map(str::to_owned).collect();
        decode_as(&codings, bytes, 1000)
    }

    #[test]
    fn each_coding_comes_off() {
        let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        zlib.write_all(TEXT).expect("memory");
        let zlib: Bytes = zlib.finish().expect("memory").into();
        let bare = zlib.slice(2..zlib.len() - 4);
        let mut br = Vec::new();
        brotli::CompressorWriter::new(&mut br, 4096, 5, 20).write_all(TEXT).expect("memory");
        let zstd = Bytes::from(zstd::encode_all(TEXT, 1).expect("memory"));
        let twice = gzip(&zlib);
        for (coding, bytes) in [
            ("gzip", &gzip(TEXT)),
            ("deflate", &zlib),
            ("deflate", &bare),
            ("br", &br.into()),
            ("zstd", &zstd),
            ("deflate,gzip", &twice),
        ] {
            assert_eq!(off(coding, bytes), Decoded { bytes: TEXT.into(), trouble: None }, "{coding}");
        }
    }

    #[test]
    fn what_is_broken_gives_what_it_has_and_says_so() {
        let whole = gzip(TEXT);
        let cut = off("gzip", &whole.slice(..whole.len() - 10));
        assert!(cut.trouble.is_some_and(|trouble| trouble.contains("ends before its end")));
        assert!(off("gzip", &Bytes::from_static(b"plain")).trouble.is_some());
        let unknown = off("aes128gcm", &Bytes::from_static(b"x"));
        assert!(unknown.bytes == "x" && unknown.trouble.is_some());
        let bomb = off("gzip", &gzip(&[0; 100_000]));
        assert_eq!(bomb.bytes.len(), 1000);
        assert!(bomb.trouble.is_some_and(|trouble| trouble.contains("cut there")));
    }

    #[test]
    fn names_are_read_from_the_headers() {
        let headers = Headers(vec![
            super::super::Header::new("Content-Encoding", "deflate, GZIP"),
            super::super::Header::new("content-encoding", "identity"),
        ]);
        assert_eq!(codings(&headers), ["deflate", "gzip"]);
    }
}
