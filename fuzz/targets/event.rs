//! Program events of M3.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    for event in mwscope_parsers::event::all(text) {
        let _ = (event.program().len(), event.call_stack(), event.started(), event.stopped(), event.zone_s());
    }
});
