//! Thread dumps.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mwscope_parsers::threads::sniff(bytes);
    let _ = mwscope_parsers::threads::below(bytes);
    let _ = mwscope_parsers::threads::read(bytes);
});
