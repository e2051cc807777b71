//! A log of any kind: learned, split whole and in two pieces, every record read. The heads cover the bytes.
#![no_main]
use mwscope_parsers::log::{Head, Reader, Splitter};
use std::sync::Arc;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let reader = Arc::new(Reader::learn(bytes));
    let whole = heads(&reader, &[bytes]);
    let (a, b) = bytes.split_at(bytes.len() / 3);
    assert_eq!(whole, heads(&reader, &[a, b]));
    let end = whole.iter().fold(0, |at, head| {
        assert_eq!(head.span.offset, at);
        let _ = reader.record(*head, head.span.of(bytes));
        head.span.end()
    });
    assert_eq!(end, bytes.len() as u64);
});

fn heads(reader: &Arc<Reader>, pieces: &[&[u8]]) -> Vec<Head> {
    let (mut splitter, mut out) = (Splitter::new(Arc::clone(reader)), Vec::new());
    pieces.iter().for_each(|piece| splitter.push(piece, &mut out));
    splitter.finish(&mut out);
    out
}
