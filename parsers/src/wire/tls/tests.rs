//! Connections, in clear and opened.

mod samples;

use super::*;
use crate::wire::secrets::Learnt;
use proptest::prelude::*;
use samples::{CBC_OF_TLS_1_0, CERTIFICATE, ENCRYPT_THEN_MAC, GCM, REFUSED, Sample, TLS_1_3};

const ALL: [(&str, Sample); 4] = [
    ("TLS_PSK_WITH_AES_128_CBC_SHA", CBC_OF_TLS_1_0),
    ("TLS_PSK_WITH_AES_256_CBC_SHA384", ENCRYPT_THEN_MAC),
    ("TLS_PSK_WITH_AES_128_GCM_SHA256", GCM),
    ("TLS_CHACHA20_POLY1305_SHA256", TLS_1_3),
];

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().map(|b| char::from(b).to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

/// What is fed in.
#[derive(Clone, Debug)]
enum Part {
    Data(Side, Vec<u8>),
    Gap(Side, u64),
}

fn parts(sample: &Sample) -> Vec<Part> {
    sample.packets.iter().map(|(side, bytes)| Part::Data(*side, hex(bytes))).collect()
}

/// What came out of both sides, with gaps as `[n]`, and the facts.
fn read(parts: &[Part], keys: &str) -> ([String; 2], Facts) {
    let secrets = Secrets::default();
    assert_eq!(secrets.add_key_log(keys.as_bytes()).problems, Learnt::default().problems);
    let (mut tls, mut inner) = (Tls::new(secrets), [String::new(), String::new()]);
    let mut take = |found: Found<'_>| match found {
        Found::Inner { side, piece: Piece::Data { bytes, .. } } => {
            inner[side as usize].push_str(&String::from_utf8_lossy(bytes));
        }
        Found::Inner { side, piece: Piece::Gap { length, .. } } => {
            inner[side as usize].push_str(&format!("[{length}]"));
        }
        Found::Inner { piece: Piece::End { .. }, .. } => {}
        other => panic!("{other:?}"),
    };
    for (at, part) in parts.iter().enumerate() {
        let at = i64::try_from(at).unwrap();
        match part {
            Part::Data(side, bytes) => tls.piece(*side, Piece::Data { at, bytes, from: None }, &mut take),
            Part::Gap(side, length) => tls.piece(*side, Piece::Gap { at, length: *length }, &mut take),
        }
    }
    for side in Side::BOTH {
        tls.piece(side, Piece::End { at: 99, how: End::Cut }, &mut take);
    }
    (inner, *Dissector::facts(&tls).tls.unwrap())
}

#[test]
fn connections_are_opened_with_their_key_log() {
    for (suite, sample) in ALL {
        let (inner, facts) = read(&parts(&sample), sample.keys);
        assert_eq!(inner, ["ping\n", "pong\n"], "{suite}");
        assert_eq!(facts.suite().map(|suite| suite.to_string()).as_deref(), Some(suite));
        assert_eq!((facts.opened, facts.sealed), (true, None), "{suite}");
        assert_eq!(facts.alerts.iter().map(Alert::name).collect::<Vec<_>>(), ["close_notify"; 2], "{suite}");
    }
}

#[test]
fn a_client_random_without_its_first_bytes_is_enough() {
    let (label, rest) = GCM.keys.split_once(' ').unwrap();
    let (inner, _) = read(&parts(&GCM), &format!("{label} {}", &rest[8..]));
    assert_eq!(inner, ["ping\n", "pong\n"]);
}

#[test]
fn without_a_key_the_reason_and_what_to_do_are_said() {
    let (inner, facts) = read(&parts(&TLS_1_3), "");
    assert_eq!((inner, facts.opened), ([String::new(), String::new()], false));
    let why = facts.sealed.unwrap();
    assert!(why.to_string().starts_with("no key for client random "), "{why}");
    assert!(why.remedy().contains("-javaagent:extract-tls-secrets.jar"));
}

#[test]
fn a_wrong_key_opens_nothing() {
    for (suite, sample) in ALL {
        let flipped = if sample.keys.ends_with('0') { '1' } else { '0' };
        let keys: Vec<String> =
            sample.keys.lines().map(|line| format!("{}{flipped}", &line[..line.len() - 1])).collect();
        let changed = keys.iter().zip(sample.keys.lines()).all(|(new, old)| new != old);
        let (inner, facts) = read(&parts(&sample), &keys.join("\n"));
        // A key whose last digit was that one by chance is the right one.
        if changed {
            assert_eq!((inner, facts.opened), ([String::new(), String::new()], false), "{suite}");
            assert_eq!(facts.sealed, Some(Sealed::WrongKey), "{suite}");
        }
    }
}

#[test]
fn nothing_is_given_out_of_a_record_that_was_altered() {
    for (suite, sample) in ALL {
        let mut parts = parts(&sample);
        let data = parts.iter_mut().rev().find_map(|part| match part {
            Part::Data(Side::Client, bytes) => {
                (bytes[0] == kind::APPLICATION_DATA && bytes.len() > 26).then_some(bytes)
            }
            _ => None,
        });
        *data.unwrap().last_mut().unwrap() ^= 1;
        let (inner, facts) = read(&parts, sample.keys);
        assert!(!inner[0].contains("ping"), "{suite}: {inner:?}");
        assert_eq!(facts.sealed, Some(Sealed::Damaged(Side::Client)), "{suite}");
        assert_eq!(inner[1], "pong\n", "the other side is as it was");
    }
}

#[test]
fn a_gap_inside_a_record_costs_that_record_alone() {
    let mut parts = parts(&GCM);
    let at = parts.iter().position(|part| matches!(part, Part::Data(Side::Client, bytes) if bytes[0] == 23)).unwrap();
    let Part::Data(_, bytes) = parts[at].clone() else { unreachable!() };
    parts.splice(
        at..=at,
        [
            Part::Data(Side::Client, bytes[..10].to_vec()),
            Part::Gap(Side::Client, 8),
            Part::Data(Side::Client, bytes[18..].to_vec()),
        ],
    );
    let (inner, facts) = read(&parts, GCM.keys);
    assert_eq!(inner, ["[5]", "pong\n"]);
    assert_eq!((facts.lost_records, facts.sealed), ([1, 0], None));
    assert_eq!(facts.alerts.len(), 2, "the record behind is opened");
}

#[test]
fn lost_records_are_passed_by_and_those_behind_found() {
    let mut parts = parts(&GCM);
    let at = parts.iter().position(|part| matches!(part, Part::Data(Side::Client, bytes) if bytes[0] == 23)).unwrap();
    let Part::Data(_, bytes) = parts[at].clone() else { unreachable!() };
    // The record and, so that there are two behind, the alert twice: the second can't be opened again.
    let alert = parts.iter().rev().find_map(|part| match part {
        Part::Data(Side::Client, bytes) => Some(bytes.clone()),
        _ => None,
    });
    parts[at] = Part::Gap(Side::Client, bytes.len() as u64);
    parts.push(Part::Data(Side::Client, alert.unwrap()));
    let (inner, facts) = read(&parts, GCM.keys);
    assert_eq!(inner, [format!("[{}]", bytes.len()), "pong\n".to_owned()]);
    assert_eq!(facts.alerts.len(), 2, "the alert behind the gap is opened: {facts:?}");
}

#[test]
fn a_missing_hello_is_named() {
    let without = |side: Side| {
        let mut parts = parts(&GCM);
        let first = parts.iter().position(|part| matches!(part, Part::Data(of, _) if *of == side)).unwrap();
        parts.remove(first);
        read(&parts, GCM.keys).1.sealed
    };
    assert_eq!(without(Side::Server), Some(Sealed::NoServerHello));
    assert_eq!(without(Side::Client), Some(Sealed::NoClientHello));
}

#[test]
fn records_that_came_before_the_servers_hello_wait_for_it() {
    let mut parts = parts(&GCM);
    // The client's second flight in front of the server's first.
    parts.swap(1, 2);
    assert_eq!(read(&parts, GCM.keys).0, ["ping\n", "pong\n"]);
}

#[test]
fn a_refused_hello_is_told_in_words() {
    let (_, facts) = read(&parts(&REFUSED), "");
    assert_eq!(facts.sni(), Some("m3.example.com"));
    let hello = facts.client_hello.clone().unwrap();
    assert_eq!(hello.alpn, ["h2", "http/1.1"]);
    assert_eq!(hello.versions, [Version::Tls12]);
    assert_eq!(
        facts.failure().unwrap(),
        "handshake_failure (fatal alert 40 of the server): no common cipher suite, group or signature, or a \
         certificate that was asked for is missing; the client offers TLS 1.2 with TLS_RSA_WITH_AES_128_CBC_SHA, \
         TLS_RSA_WITH_AES_256_GCM_SHA384, TLS_EMPTY_RENEGOTIATION_INFO_SCSV"
    );
}

#[test]
fn a_certificate_is_read() {
    let der = hex(CERTIFICATE);
    let length = u32::try_from(der.len()).unwrap();
    let framed = |n: u32| n.to_be_bytes()[1..].to_vec();
    let message = [framed(length + 3), framed(length), der].concat();
    let chain = certificate::chain(&message);
    let [read] = &chain[..] else { panic!("{chain:?}") };
    assert_eq!(read.subject, "CN=m3.example.com, O=Example");
    assert_eq!(read.issuer, read.subject);
    assert_eq!(read.names, ["m3.example.com", "10.0.0.7"]);
    assert_eq!((read.not_before, read.not_after), (1_795_579_291, 1_827_115_291));
    assert_eq!((read.key.as_str(), read.signature.as_str()), ("Ed25519", "Ed25519"));
    // openssl x509 -fingerprint -sha256
    assert_eq!(read.sha256, "2d8dc63d7aac9615c2f2c294853a32cdff2a60fd814a3e9ec2badbb9418b9480");
    let garbage = certificate::chain(&[0, 0, 5, 0, 0, 2, 1, 2]);
    assert!(!garbage[0].readable && garbage[0].sha256.len() == 64);
}

#[test]
fn hellos_and_records_from_the_middle_are_recognised() {
    let Part::Data(_, hello) = &parts(&GCM)[0] else { unreachable!() };
    assert_eq!(recognises(hello, b""), Recognised::Yes);
    assert_eq!(recognises(&hello[..5], b""), Recognised::More);
    assert_eq!(recognises(b"\x17\x03\x03\x00\x02ab", b""), Recognised::Yes);
    assert_eq!(recognises(b"\x17\x03\x03\x00\x02abc", b""), Recognised::No);
    assert_eq!(recognises(b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 OK\r\n"), Recognised::No);
}

proptest! {
    #[test]
    fn any_split_gives_the_same(sample in 0usize..4, size in 1usize..90) {
        let (_, sample) = &ALL[sample];
        let split: Vec<Part> = parts(sample)
            .into_iter()
            .flat_map(|part| match part {
                Part::Data(side, bytes) => {
                    bytes.chunks(size).map(|piece| Part::Data(side, piece.to_vec())).collect::<Vec<_>>()
                }
                gap @ Part::Gap(..) => vec![gap],
            })
            .collect();
        prop_assert_eq!(read(&split, sample.keys).0, read(&parts(sample), sample.keys).0);
    }

    #[test]
    fn nothing_makes_it_panic(
        sample in 0usize..4,
        at in 0usize..12,
        bytes in prop::collection::vec(any::<u8>(), 1..120),
        gap in prop::option::of(1u64..300),
    ) {
        let (_, sample) = &ALL[sample];
        let mut parts = parts(sample);
        let at = at.min(parts.len() - 1);
        if let Part::Data(_, whole) = &mut parts[at] {
            let n = bytes.len().min(whole.len());
            let from = whole.len() - n;
            whole[from..].copy_from_slice(&bytes[..n]);
        }
        if let Some(length) = gap {
            parts.insert(at, Part::Gap(Side::Server, length));
            parts.insert(at, Part::Gap(Side::Client, length));
        }
        read(&parts, sample.keys);
    }
}
