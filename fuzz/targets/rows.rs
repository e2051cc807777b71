//! A text of no known kind, in rows.
#![no_main]

use mwscope_parsers::rows::Rows;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let rows = Rows::of(text);
    let mut end = 0;
    for (n, row) in rows.all().iter().enumerate() {
        assert_eq!(row.range.start, end);
        assert!(row.range.end > end);
        end = row.range.end;
        let _ = (rows.text(text, n), rows.columns(text, n));
    }
    assert!(rows.all().is_empty() || end == text.len());
});
