//! The chunked coding (RFC 9112, 7.1): chunk-size lines, chunk data, the line ends behind them, and the trailers.

use super::doubt::Ambiguity;
use super::head::Limits;

/// Where a reader of chunks stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Size { scanned: usize },
    Data { left: u64 },
    DataEnd,
    Trailers,
}

/// What the next bytes of a chunked body are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// More bytes are needed.
    More(Stage),
    /// So many bytes of framing, with what is doubtful about them, and the stage behind.
    Framing(usize, Option<Ambiguity>, Stage),
    /// So many bytes of payload, and the stage behind.
    Payload(usize, Stage),
    /// What comes can't be read as chunks.
    Broken(Ambiguity),
}

/// Takes the next piece from `input`, which must begin where the last piece ended.
pub(super) fn next(stage: Stage, input: &[u8], limits: &Limits) -> Piece {
    match stage {
        Stage::Size { scanned } => size_line(scanned, input, limits),
        Stage::Data { left } => {
            let here = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
            match left - here as u64 {
                _ if here == 0 => Piece::More(stage),
                0 => Piece::Payload(here, Stage::DataEnd),
                left => Piece::Payload(here, Stage::Data { left }),
            }
        }
        Stage::DataEnd => match input {
            [] | [b'\r'] => Piece::More(stage),
            [b'\r', b'\n', ..] => Piece::Framing(2, None, Stage::Size { scanned: 0 }),
            [b'\n', ..] => Piece::Framing(1, Some(Ambiguity::BareLfInChunk), Stage::Size { scanned: 0 }),
            _ => Piece::Broken(Ambiguity::NoLineEndBehindChunk),
        },
        Stage::Trailers => Piece::More(stage),
    }
}

fn size_line(scanned: usize, input: &[u8], limits: &Limits) -> Piece {
    let rest = input.get(scanned..).unwrap_or_default();
    let Some(end) = memchr::memchr(b'\n', rest).map(|i| scanned + i) else {
        let long = input.len() > limits.chunk_line;
        return if long {
            Piece::Broken(Ambiguity::ChunkLineTooLong)
        } else {
            Piece::More(Stage::Size { scanned: input.len() })
        };
    };
    if end > limits.chunk_line {
        return Piece::Broken(Ambiguity::ChunkLineTooLong);
    }
    let line = &input[..end];
    let (line, bare_lf) = line.strip_suffix(b"\r").map_or((line, true), |line| (line, false));
    let digits = line.iter().take_while(|b| b.is_ascii_hexdigit()).count();
    let Ok(size) = hex(&line[..digits]) else { return Piece::Broken(Ambiguity::ChunkTooLarge) };
    let rest = line[digits..].trim_ascii_start();
    if digits == 0 || !(rest.is_empty() || rest.starts_with(b";")) {
        return Piece::Broken(Ambiguity::BadChunkSize);
    }
    let doubt = match () {
        () if bare_lf => Some(Ambiguity::BareLfInChunk),
        () if rest.contains(&b'\r') => Some(Ambiguity::BareCr),
        () if rest.iter().any(|b| (*b < b' ' && *b != b'\t') || *b == 0x7f) => Some(Ambiguity::ControlByte),
        () => None,
    };
    let stage = if size == 0 { Stage::Trailers } else { Stage::Data { left: size } };
    Piece::Framing(end + 1, doubt, stage)
}

/// The value of hexadecimal digits; an error where it needs more than 60 bits, however many zeros lead.
fn hex(digits: &[u8]) -> Result<u64, ()> {
    digits.iter().try_fold(0u64, |n, b| {
        let digit = (*b as char).to_digit(16).ok_or(())?;
        if n >> 56 == 0 { Ok(n << 4 | u64::from(digit)) } else { Err(()) }
    })
}
