//! Base64 as it stands in headers: padded or not, also the URL alphabet, and never an error.

use base64::Engine;
use base64::alphabet;
use base64::engine::GeneralPurpose;
use mwscope_parsers::http::transfer::{BASE64, LENIENT};

const URL: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// The bytes of `text`; `None` where it isn't base64.
pub(crate) fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(text).or_else(|_| URL.decode(text)).ok()
}

/// `bytes` as base64 with as much padding as makes it `len` long; `None` where it can't be that long.
pub(crate) fn encode_to(bytes: &[u8], len: usize) -> Option<Vec<u8>> {
    let mut text = BASE64.encode(bytes).into_bytes();
    while text.len() > len && text.last() == Some(&b'=') {
        text.pop();
    }
    (text.len() == len).then_some(text)
}
