//! A dumplog, in one and in pieces.
#![no_main]
use mwscope_parsers::Span;
use mwscope_parsers::dump::{self, Synonyms};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = dump::sniff(bytes);
    let _ = dump::read(bytes, Synonyms::standard());
    // So that small inputs have several.
    let piece = 64 + 16 * u64::from(bytes.first().copied().unwrap_or_default());
    let len = bytes.len() as u64;
    let mut end = 0;
    let take = |dump: dump::Dump| {
        assert!(dump.span.offset == end && dump.span.end() <= len, "{:?} behind {end}", dump.span);
        let places = dump.unparsed.iter().chain(&dump.further).copied().chain(dump.fields.iter().map(|field| field.span));
        places.for_each(|span| assert!(span.end() <= len, "{span:?} of {len}"));
        end = dump.span.end();
        true
    };
    let part = |span: Span| Ok::<_, std::convert::Infallible>(span.of(bytes));
    let Ok(()) = dump::read_pieces(piece, len, 0, part, (Synonyms::standard(), &dump::OneHand), take);
    assert_eq!(end, len);
});
