//! Java stack traces in a text: each is found once, in the order of the text, inside it.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut at = 0;
    for trace in mwscope_parsers::trace::all(text) {
        assert!(trace.range.start >= at && text.get(trace.range.clone()).is_some());
        at = trace.range.end;
        let _ = (trace.fingerprint(), trace.exception(), trace.root());
    }
});
