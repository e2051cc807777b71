//! The transfer encodings of the parts of a `multipart/*` body (RFC 2045, 6): what a part holds once they are off.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Base64 as producers write it: padding may be missing, and bits behind the last byte aren't looked at.
pub const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
/// The same in the alphabet of RFC 4648, 4.
pub const BASE64: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);

/// The bytes of a part without the encoding that its `Content-Transfer-Encoding` names; as they are where that is none
/// (`7bit`, `8bit`, `binary`, or one that nobody knows). `None` where they aren't written in it.
#[must_use]
pub fn decoded<'a>(bytes: &'a [u8], encoding: &str) -> Option<Cow<'a, [u8]>> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "base64" => {
            let letters: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
            BASE64.decode(letters).ok().map(Cow::Owned)
        }
        "quoted-printable" => quoted_printable(bytes).map(Cow::Owned),
        _ => Some(Cow::Borrowed(bytes)),
    }
}

/// `=3D` is a byte, and `=` at the end of a line joins it with the next one. `None` where a sign stands before
/// anything else.
pub(crate) fn quoted_printable(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'=' {
            out.push(*first);
            continue;
        }
        // White space behind the sign was added on the way.
        let line_end = behind.iter().position(|byte| !matches!(byte, b' ' | b'\t')).unwrap_or(behind.len());
        rest = match &behind[line_end..] {
            [] => &[],
            [b'\r', b'\n', next @ ..] | [b'\n', next @ ..] => next,
            _ => {
                let digits = behind.get(..2).and_then(|digits| std::str::from_utf8(digits).ok())?;
                out.push(u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'))?);
                &behind[2..]
            }
        };
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_decoded_or_left_as_they_are() {
        let text = |bytes: &[u8], encoding| decoded(bytes, encoding).map(|b| String::from_utf8_lossy(&b).into_owned());
        assert_eq!(text(b"PGEv\r\nPg==\r\n", "Base64").as_deref(), Some("<a/>"));
        assert_eq!(text(b"PGEvPg", "base64").as_deref(), Some("<a/>"));
        assert_eq!(text(b"<a=3D'=C3=A4'>=\r\n1= \n2</a>=", "quoted-printable").as_deref(), Some("<a='ä'>12</a>"));
        assert_eq!(text(b"as it is", "8bit").as_deref(), Some("as it is"));
        assert_eq!((text(b"****", "base64"), text(b"=+1", "quoted-printable")), (None, None));
        assert_eq!(text(b"=4", "quoted-printable"), None);
    }
}
