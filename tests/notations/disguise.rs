//! What happens to a dump on its way: line ends, encodings, and the end that is missing.

use super::story::Told;
use crate::incidents::rng::Rng;

/// The bytes, what they still state, and what was done to them.
pub(super) fn disguise(told: Told, text: &str, rng: &mut Rng) -> (Told, Vec<u8>, &'static str) {
    let text = if rng.chance(0.3) { text.replace('\n', "\r\n") } else { text.to_owned() };
    match rng.below(12) {
        0 => (told, [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat(), "UTF-8 with a mark"),
        1 => (told, wide(&text, u16::to_le_bytes), "UTF-16LE"),
        2 => (told, wide(&text, u16::to_be_bytes), "UTF-16BE"),
        3 if text.is_ascii() => {
            let text = format!("{text}\nÖvrigt: åäö, naïve café\n");
            (told, text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(), "windows-1252")
        }
        _ => (told, text.into_bytes(), "UTF-8"),
    }
}

fn wide(text: &str, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    ['\u{feff}'].into_iter().chain(text.chars()).collect::<String>().encode_utf16().flat_map(bytes).collect()
}
