//! An HTTP archive.
#![no_main]
use mwscope::model::{ExchangeId, SourceId};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mwscope::import::har::read(bytes, SourceId(0), ExchangeId(0));
});
