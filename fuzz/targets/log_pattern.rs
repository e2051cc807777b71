//! A layout that is told, and a log that may fit it: the bytes up to the first NUL are the pattern, the rest the log.
//! What is printed can be asked for again.
#![no_main]
use mwscope_parsers::log::Reader;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let at = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    let Ok(pattern) = std::str::from_utf8(&bytes[..at]) else { return };
    let log = &bytes[(at + 1).min(bytes.len())..];
    let Ok(reader) = Reader::told(pattern, log) else { return };
    let _ = reader.explain(log, false);
    for layout in reader.layouts() {
        let printed = layout.to_string();
        let _ = Reader::told(&printed, log);
    }
});
