//! 802.11 data frames (IEEE 802.11-2020, 9.2 and 9.3.2).

use super::two;

/// Where the payload of the data frame at `at` starts; `None` for other frames, empty and encrypted ones.
pub(super) fn payload(frame: &[u8], at: usize) -> Option<usize> {
    const FOUR_ADDRESSES: u8 = 0x03;
    const ENCRYPTED: u8 = 0x40;
    const ORDER: u8 = 0x80;
    let [kind, flags] = two(frame, at)?;
    let (is_data, is_qos, is_empty) = (kind & 0x0c == 0x08, kind & 0x80 != 0, kind & 0x40 != 0);
    if !is_data || is_empty || flags & ENCRYPTED != 0 {
        return None;
    }
    let mut len = if flags & FOUR_ADDRESSES == FOUR_ADDRESSES { 30 } else { 24 };
    if is_qos {
        let several = frame.get(at + len)? & 0x80 != 0;
        len += if flags & ORDER != 0 { 6 } else { 2 };
        // Several packets in one frame, each behind two addresses and its length: the first of them.
        len += if several { 14 } else { 0 };
    }
    Some(at + len)
}
