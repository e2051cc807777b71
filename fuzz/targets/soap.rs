//! A SOAP body.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = mwscope_parsers::soap::read(bytes, Some("text/xml"));
    let _ = mwscope_parsers::soap::read(bytes, None);
});
