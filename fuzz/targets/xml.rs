//! XML as a tree and indented.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let _ = mwscope_parsers::xml::read(text);
    let _ = mwscope_parsers::xml::pretty(text);
});
