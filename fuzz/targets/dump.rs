//! A dumplog.
#![no_main]
use mwscope_parsers::dump::{self, Synonyms};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = dump::sniff(bytes);
    let _ = dump::read(bytes, Synonyms::standard());
});
