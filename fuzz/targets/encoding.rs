//! Bytes of any encoding become text and lines.
#![no_main]
use mwscope_parsers::log::{Encoding, LineEnds};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let encoding = Encoding::detect(bytes);
    let _ = LineEnds::detect(bytes, encoding);
    let _ = encoding.decode(bytes);
    let _ = mwscope_parsers::xml::decode(bytes, None);
});
