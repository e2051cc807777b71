//! Conversations built by the layouts of mvxlib (`MvxSck.cs`), PyMovex (`tests/item_price`) and the dissector of
//! m3ideas.org (2015-11-17); no capture of a real M3 is public.

use super::*;

fn framed(text: &str) -> Vec<u8> {
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes()[..], &bytes].concat()
}

fn logon() -> Vec<u8> {
    framed(&format!(
        "PWLOG{:<32}{:<16}{:<16}{:<32}{:<32}{:<16}",
        "100 ABC", "MWSUSR", "secret-hidden", "CRS610MI", "MI-TEST", "10.0.0.7"
    ))
}

fn read(parts: &[(Side, &[u8])]) -> Facts {
    let mut mi = Mi::new();
    for (at, (side, bytes)) in parts.iter().enumerate() {
        let piece = Piece::Data { at: i64::try_from(at).unwrap() * 10, bytes, from: None };
        mi.piece(*side, piece, &mut |found| panic!("{found:?}"));
    }
    *Dissector::facts(&mi).mi.unwrap()
}

#[test]
fn a_conversation_is_read_and_its_password_is_not() {
    let facts = read(&[
        (Side::Client, &logon()),
        (Side::Server, &framed("Connection accepted")),
        (Side::Client, &framed("SetLstMaxRec   0")),
        (Side::Server, &framed("OK")),
        (Side::Client, &framed("LstByNumber    100 10001")),
        (Side::Server, &[framed("REP  1 first"), framed("REP  2 second")].concat()),
        (Side::Server, &framed("OK")),
        (Side::Client, &framed("GetBasicData   100 99999")),
        (Side::Server, &framed("NOK  XCU0001 CUNO  Customer 99999 doesn't exist   ")),
        (Side::Client, &framed("CLOSE")),
    ]);
    let logon = facts.logon.unwrap();
    assert_eq!(logon.layout, Layout::M3);
    assert_eq!(
        (logon.user.as_str(), logon.program.as_str(), logon.company.as_str()),
        ("MWSUSR", "CRS610MI", "100 ABC")
    );
    assert_eq!((logon.application.as_deref(), logon.address.as_deref()), (Some("MI-TEST"), Some("10.0.0.7")));
    assert!(logon.password);
    assert_eq!((logon.at, logon.answered_at), (0, Some(10)));
    assert!(!format!("{logon:?}").contains("secret"));
    assert_eq!(facts.greeting.as_deref(), Some("Connection accepted"));
    let names: Vec<&str> = facts.calls.iter().map(|call| call.transaction.as_str()).collect();
    assert_eq!(names, ["SetLstMaxRec", "LstByNumber", "GetBasicData"]);
    let list = &facts.calls[1];
    assert_eq!((list.fields.as_str(), list.rows, &list.outcome), ("100 10001", 2, &Outcome::Ok));
    assert_eq!((list.at, list.answered_at, list.done_at), (40, Some(50), Some(60)));
    assert_eq!(facts.calls[2].outcome, Outcome::Nok("XCU0001 CUNO  Customer 99999 doesn't exist".to_owned()));
    assert_eq!((facts.call_count, facts.nok_count, facts.closed), (3, 1, true));
}

#[test]
fn all_layouts_of_the_logon_are_known() {
    let old = format!("LOGON{:<32}{:<16}{:<16}{:<32}{:<32}", "HOST", "USER", "CLEAR", "LIB/CRS610MI", "CRS610MI");
    assert_eq!(old.len(), 133);
    let middle = format!("PWLOG{:<32}{:<16}{:<13}{:<32}", "HOST", "USER", "HIDDEN", "MMS200MI");
    for (text, layout, program) in [(old, Layout::Movex10, "CRS610MI"), (middle, Layout::Movex12, "MMS200MI")] {
        let logon = Logon::read(text.as_bytes(), 0).unwrap();
        assert_eq!((logon.layout, logon.user.as_str(), logon.program.as_str()), (layout, "USER", program));
        assert!(logon.password && logon.application.is_none());
        let shown = format!("{logon:?}");
        assert!(!shown.contains("CLEAR") && !shown.contains("HIDDEN"), "{shown}");
    }
}

#[test]
fn ucs_2_is_read_as_well() {
    let wide: Vec<u8> = "OK   row".encode_utf16().flat_map(u16::to_be_bytes).collect();
    assert_eq!(text(&wide), "OK   row");
    let logon: Vec<u8> = format!("PWLOG{:<32}{:<16}{:<16}{:<32}{:<32}{:<16}", "1", "U", "p", "PGM", "A", "IP")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let framed = [&u32::try_from(logon.len()).unwrap().to_be_bytes()[..], &logon].concat();
    assert_eq!(recognises(&framed, b""), Recognised::Yes);
    assert_eq!(Logon::read(&logon, 0).map(|logon| logon.program), Some("PGM".to_owned()));
}

#[test]
fn it_is_recognised_by_content() {
    assert_eq!(recognises(&logon(), b""), Recognised::Yes);
    assert_eq!(recognises(&logon()[..6], b""), Recognised::More);
    assert_eq!(recognises(&framed("GetPriceLine   100A01"), b""), Recognised::More);
    assert_eq!(recognises(&framed("GetPriceLine   100A01"), &framed("OK   12.50")), Recognised::Yes);
    assert_eq!(recognises(&framed("GetPriceLine   100A01"), &framed("hello")), Recognised::No);
    assert_eq!(recognises(b"GET / HTTP/1.1\r\n\r\n", b""), Recognised::No);
    assert_eq!(recognises(b"\x16\x03\x01\x02\0\x01", b""), Recognised::No);
}

#[test]
fn any_split_gives_the_same() {
    let answer = [framed("REP  1"), framed("REP  2"), framed("OK   3")].concat();
    let (logon, call) = (logon(), framed("LstByNumber    100"));
    let timeless = |facts: Facts| (facts.calls.iter().map(|call| call.rows).collect::<Vec<_>>(), facts.call_count);
    for cut in 1..answer.len() {
        let facts = read(&[
            (Side::Client, &logon),
            (Side::Server, &framed("Connection accepted")),
            (Side::Client, &call),
            (Side::Server, &answer[..cut]),
            (Side::Server, &answer[cut..]),
        ]);
        assert_eq!(timeless(facts), (vec![3], 1), "cut at {cut}");
    }
}
