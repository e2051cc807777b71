//! Where a run of bytes stands in a case.

use serde::{Deserialize, Serialize};

/// A body or a copied file: the entry that holds it, or the list of the entries that hold its pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The segment's number.
    pub(crate) segment: u32,
    /// The entry's offset in the segment's uncompressed bytes.
    pub(crate) offset: u64,
    /// Bytes kept.
    pub(crate) len: u64,
}

// As an array of three, since there are one or two in each exchange.
impl Serialize for Extent {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        (self.segment, self.offset, self.len).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Extent {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let (segment, offset, len) = Deserialize::deserialize(from)?;
        Ok(Self { segment, offset, len })
    }
}

/// Bytes of one piece in a list.
const PIECE: usize = 16;

/// The payload of a list of pieces.
pub(crate) fn list_to_bytes(pieces: &[Extent]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pieces.len() * PIECE);
    for piece in pieces {
        out.extend_from_slice(&piece.segment.to_le_bytes());
        out.extend_from_slice(&piece.offset.to_le_bytes());
        out.extend_from_slice(&(piece.len as u32).to_le_bytes());
    }
    out
}

/// The pieces of a list's payload.
pub(crate) fn list_of_bytes(payload: &[u8]) -> Vec<Extent> {
    let word = |b: &[u8]| b.iter().rev().fold(0_u64, |n, b| n << 8 | u64::from(*b));
    payload
        .chunks_exact(PIECE)
        .map(|b| Extent { segment: word(&b[..4]) as u32, offset: word(&b[4..12]), len: word(&b[12..]) })
        .collect()
}
