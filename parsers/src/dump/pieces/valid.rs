//! Whether a source is UTF-8 as a whole, seen in parts that several hands take.

use super::super::hands::Hands;
use crate::Span;

/// Bytes of a part: few enough to stay near the processor.
const PART: u64 = 1 << 20;

/// Bytes of the longest character behind its first.
const BEHIND_FIRST: usize = 3;

/// Whether all of a source of `len` bytes is UTF-8; no more of it is asked for at once than a piece.
pub(super) fn is_utf8<B: AsRef<[u8]>, E: Send>(
    piece: u64,
    len: u64,
    bytes: &(impl Fn(Span) -> Result<B, E> + Sync),
    hands: &impl Hands,
) -> Result<bool, E> {
    let behind = BEHIND_FIRST as u64;
    let part = PART.min(piece.saturating_sub(behind)).max(1);
    let parts = usize::try_from(len.div_ceil(part)).unwrap_or(usize::MAX);
    let valid = hands.each(parts, |n| {
        let start = n as u64 * part;
        let own = part.min(len - start);
        let raw = bytes(Span::new(start, (own + behind).min(len - start)))?;
        Ok(is_part(raw.as_ref(), usize::try_from(own).unwrap_or(usize::MAX), n > 0))
    });
    valid.into_iter().try_fold(true, |all, part| Ok(part? && all))
}

/// Whether the characters that begin in the first `own` bytes are UTF-8. The first of them may be behind the rest of one
/// that begins in the part before.
fn is_part(raw: &[u8], own: usize, goes_on: bool) -> bool {
    let rest = |bytes: &[u8]| bytes.iter().take(BEHIND_FIRST).take_while(|byte| matches!(byte, 0x80..=0xbf)).count();
    let from = if goes_on { rest(raw) } else { 0 };
    let valid = match std::str::from_utf8(&raw[from..]) {
        Ok(_) => raw.len(),
        Err(error) => from + error.valid_up_to(),
    };
    valid >= raw.len().min(own + rest(raw.get(own..).unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::super::super::hands::OneHand;
    use super::*;

    fn seen_in_parts(bytes: &[u8], piece: u64) -> bool {
        let part = |span: Span| Ok::<_, Infallible>(span.of(bytes));
        let Ok(valid) = is_utf8(piece, bytes.len() as u64, &part, &OneHand);
        valid
    }

    proptest! {
        #[test]
        fn parts_show_what_the_whole_shows(
            text in "[a-zé€😀]{0,30}",
            stray in prop::option::of((0_usize..100, any::<u8>())),
            cut in 0_usize..4,
            piece in 1_u64..40,
        ) {
            let mut bytes = text.into_bytes();
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Some((at, byte)) = stray {
                bytes.insert(at.min(bytes.len()), byte);
            }
            prop_assert_eq!(seen_in_parts(&bytes, piece), std::str::from_utf8(&bytes).is_ok());
        }
    }
}
