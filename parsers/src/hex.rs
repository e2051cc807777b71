//! Bytes as hexadecimal digits, as fingerprints, key logs and ids are written.

use std::fmt::Write;

/// Two small digits for each byte.
#[must_use]
pub fn text(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _never_fails = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of pairs of digits; `None` where there is anything else.
#[must_use]
pub fn bytes(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return None;
    }
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    Some(digits?.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_go_there_and_back() {
        assert_eq!(text(&[0, 0x0a, 0xff]), "000aff");
        assert_eq!(bytes("000Aff"), Some(vec![0, 0x0a, 0xff]));
        assert_eq!(bytes(""), Some(Vec::new()));
        assert_eq!((bytes("abc"), bytes("+5"), bytes("0\u{e9}0")), (None, None, None));
    }
}
