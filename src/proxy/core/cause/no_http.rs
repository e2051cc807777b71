//! What came from a server where an HTTP answer was waited for and is none, in words: what it looks like, and what that
//! means for the address that was called.

use mwscope_parsers::hex;

use crate::model::Stage;
use crate::proxy::core::Trouble;

/// Bytes of it that are looked at and kept.
pub const LOOK: usize = 4096;

/// The trouble of an answer that is no HTTP.
#[must_use]
pub fn trouble(bytes: &[u8]) -> Trouble {
    Trouble::new(Stage::ResponseHead, words(bytes))
}

/// Whether an answer that begins so is no HTTP; as long as it may become such, or too little came to say what else it
/// is, it isn't decided.
#[must_use]
pub fn is_certain(bytes: &[u8]) -> bool {
    let blank = bytes.iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
    let begins = &bytes[blank..];
    begins.len() >= 5 && !begins.starts_with(b"HTTP/")
}

/// What the bytes look like, and what to do about it.
#[must_use]
pub fn words(bytes: &[u8]) -> String {
    let line = bytes.split(|b| matches!(b, b'\r' | b'\n')).find(|line| !line.is_empty()).unwrap_or_default();
    let shown: String =
        String::from_utf8_lossy(line).chars().take(80).map(|c| if c.is_control() { '.' } else { c }).collect();
    match bytes {
        [0x15, 3, _, _, _, _, alert, ..] => format!(
            "the server answers with an alert of TLS (number {alert}), so it speaks TLS on this port; call it by https://"
        ),
        [0x15 | 0x16, 3, 0..=4, ..] => {
            "the server answers with a record of TLS, so it speaks TLS on this port; call it by https://".to_owned()
        }
        [b'S', b'S', b'H', b'-', ..] => {
            format!("the server greets as SSH ({shown}) and speaks no HTTP on this port; check the port")
        }
        [0, 0, _, 4, 0 | 1, 0, 0, 0, 0, ..] => {
            "the server answers with frames of HTTP/2 without TLS, which the client didn't begin; have it do so, or check \
             the port"
                .to_owned()
        }
        _ if line.is_ascii() && line.iter().filter(|b| b.is_ascii_graphic()).count() * 2 > line.len() => {
            format!("the answer is no HTTP (no HTTP start line): it begins with {shown:?}; check the port")
        }
        _ => format!(
            "the answer is no HTTP (no HTTP start line): it begins with the bytes {}; check the port",
            hex::text(bytes.get(..16).unwrap_or(bytes))
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_http_is_called_by_its_name() {
        for (bytes, said) in [
            (b"\x15\x03\x01\x00\x02\x02\x46".as_slice(), "alert of TLS (number 70)"),
            (b"\x16\x03\x03\x00\x7a\x02", "record of TLS"),
            (b"SSH-2.0-OpenSSH_9.6\r\n", "greets as SSH (SSH-2.0-OpenSSH_9.6)"),
            (b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", "frames of HTTP/2"),
            (b"220 ready\r\n", "begins with \"220 ready\""),
            (b"\x04\x00\x00\xffabc", "begins with the bytes 040000ff616263"),
        ] {
            assert!(is_certain(bytes), "{said}");
            assert!(words(bytes).contains(said), "{}", words(bytes));
        }
        for open in [b"".as_slice(), b"\r\nHTTP", b"HTTP/1.1 200", b"HTT", b"\x15\x03"] {
            assert!(!is_certain(open));
        }
    }
}
