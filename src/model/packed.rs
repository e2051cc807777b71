//! Numbers in as few bytes as they need: seven bits a byte, the lowest first
//! ([LEB128](https://dwarfstd.org/doc/DWARF5.pdf), 7.6).

/// Appends a number.
#[inline]
pub(crate) fn put(to: &mut Vec<u8>, number: u64) {
    // As in [`take`]: both bytes are written, and one is taken back where it isn't needed.
    if number < 1 << 14 {
        let more = u8::from(number >= 0x80);
        to.extend_from_slice(&[number as u8 & 0x7f | more << 7, (number >> 7) as u8]);
        to.truncate(to.len() - usize::from(1 - more));
        return;
    }
    put_long(to, number);
}

/// Appends numbers, four at most, one behind the other. Short ones, as nearly all are, are put together first.
#[inline]
pub(crate) fn put_all<const N: usize>(to: &mut Vec<u8>, numbers: [u64; N]) {
    const { assert!(N <= 4, "two bytes each") };
    if numbers.iter().fold(0, |all, number| all | number) >= 1 << 14 {
        numbers.into_iter().for_each(|number| put(to, number));
        return;
    }
    let (mut together, mut bits) = (0, 0);
    for number in numbers {
        let more = u64::from(number >= 0x80);
        together |= (number & 0x7f | more << 7 | number >> 7 << 8) << bits;
        bits += 8 << more;
    }
    to.extend_from_slice(&u64::to_le_bytes(together));
    to.truncate(to.len() - (8 - bits / 8));
}

fn put_long(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number as u8 | 0x80);
        number >>= 7;
    }
    to.push(number as u8);
}

/// Takes a number from the front of `from`; `None` where there is none.
#[inline(always)]
pub(crate) fn take(from: &mut &[u8]) -> Option<u64> {
    // Nearly all have one byte or two, and which can't be foretold: a processor that guesses loses more than it saves.
    if let [low, high, ..] = **from {
        let more = low >> 7;
        if more & (high >> 7) == 0 {
            *from = &from[1 + usize::from(more)..];
            return Some(u64::from(low & 0x7f) | u64::from(high & more.wrapping_neg()) << 7);
        }
    }
    take_long(from)
}

fn take_long(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

/// A number with a sign as one without, small where it is near zero.
pub(crate) fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

/// The number that `zigzag` made `number` of.
#[inline]
pub(crate) fn unzigzag(number: u64) -> i64 {
    (number >> 1) as i64 ^ -((number & 1) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_what_is_cut_off_is_none() {
        for number in [0, 1, 127, 128, 1 << 35, u64::MAX] {
            let mut packed = Vec::new();
            put(&mut packed, number);
            assert_eq!(take(&mut packed.as_slice()), Some(number));
            assert_eq!(take(&mut &packed[..packed.len() - 1]), None);
        }
        for numbers in [[0, 1, 127, 128], [1 << 14, 0, 5, u64::MAX], [(1 << 14) - 1; 4], [300, 2, 1 << 13, 0]] {
            let (mut together, mut apart) = (vec![7], vec![7]);
            put_all(&mut together, numbers);
            numbers.into_iter().for_each(|number| put(&mut apart, number));
            assert_eq!(together, apart);
        }
        for number in [0, -1, 1, i64::MIN, i64::MAX] {
            assert_eq!(unzigzag(zigzag(number)), number);
        }
        assert_eq!(take(&mut [0xff; 11].as_slice()), None, "more than 64 bits");
    }
}
