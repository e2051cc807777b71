//! Heads and framing of HTTP/1: what is found is the same in whatever pieces the bytes come.
#![no_main]
use mwscope_parsers::http::{Feed, Framer, Limits};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (a, b) = bytes.split_at(bytes.len() / 2);
    for framer in [Framer::requests, Framer::responses] {
        assert_eq!(heads(framer(Limits::default()), &[bytes]), heads(framer(Limits::default()), &[a, b]));
    }
});

fn heads(framer: Framer, pieces: &[&[u8]]) -> Vec<String> {
    let (mut feed, mut found) = (Feed::new(framer), Vec::new());
    let mut note = |event: mwscope_parsers::http::Event, _: &[u8]| {
        if let mwscope_parsers::http::Event::Head(head, _) = event {
            found.push(format!("{:?} {:?}", head.span(), String::from_utf8_lossy(head.bytes())));
        }
    };
    pieces.iter().for_each(|piece| feed.push(piece, &mut note));
    feed.finish(&mut note);
    found
}
