//! The dissectors of conversations: any pieces, from any side, with gaps, and in halves.
#![no_main]
use mwscope_parsers::wire::{Dissector, End, Found, Piece, Secrets, Side, framed, http2, mi, socks, ssh, tls, websocket};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (client, server) = bytes.split_at(bytes.len() / 2);
    let _ = (tls::recognises(client, server), ssh::recognises(client, server), http2::recognises(client, server));
    let _ = (mi::recognises(client, server), socks::recognises(client, server), framed::recognises(client, server));
    let _ = (websocket::recognises(client, server), Secrets::default().add_key_log(bytes));
    let dissectors: [Box<dyn Dissector>; 7] = [
        Box::new(tls::Tls::new(Secrets::default())),
        Box::new(ssh::Ssh::new()),
        Box::new(http2::Http2::new()),
        Box::new(mi::Mi::new()),
        Box::new(socks::Socks::new()),
        Box::new(framed::Framed::new(client, server)),
        Box::new(websocket::WebSocket::new()),
    ];
    for mut dissector in dissectors {
        feed(&mut *dissector, bytes);
        let _ = (dissector.protocol(), dissector.facts());
    }
});

/// The first byte of a piece says whose it is, whether it is lost, and how long.
fn feed(dissector: &mut dyn Dissector, mut bytes: &[u8]) {
    let mut nothing = |_: Found<'_>| {};
    let mut at = 0;
    while let Some((&control, rest)) = bytes.split_first() {
        at += 1;
        let side = if control & 1 == 0 { Side::Client } else { Side::Server };
        let (piece, behind) = rest.split_at(rest.len().min(1 + usize::from(control >> 2)));
        if control & 2 != 0 && control >= 0xf0 {
            dissector.piece(side, Piece::Gap { at, length: u64::from(control) }, &mut nothing);
        } else if !piece.is_empty() {
            dissector.piece(side, Piece::Data { at, bytes: piece, from: None }, &mut nothing);
        }
        bytes = behind;
    }
    for side in Side::BOTH {
        dissector.piece(side, Piece::End { at, how: End::Cut }, &mut nothing);
    }
}
