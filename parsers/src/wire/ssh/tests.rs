//! Conversations as they were seen, and the fingerprints that other programs give for them.
//!
//! The bytes are of `ssh` and `sshd` of OpenSSH 9.2p1 with a host key made for this test, captured with tcpdump on the
//! loopback interface.

use super::*;
use crate::wire::flow::End;
use proptest::prelude::*;

/// KEXINIT of the client.
const CLIENT_OFFER: &str = "\
     000000ec0714524e9487a8e2f6b0cd931ec93e82657900000039637572766532353531392d7368613235362c6578742d696e\
     666f2d632c6b65782d7374726963742d632d763030406f70656e7373682e636f6d0000000b7373682d656432353531390000\
     000a6165733132382d6374720000000a6165733132382d6374720000000d686d61632d736861322d3235360000000d686d61\
     632d736861322d3235360000001a6e6f6e652c7a6c6962406f70656e7373682e636f6d2c7a6c69620000001a6e6f6e652c7a\
     6c6962406f70656e7373682e636f6d2c7a6c69620000000000000000000000000000000000000000";
/// KEXINIT of the server.
const SERVER_OFFER: &str = "\
     000000d40414ecf71db22b24037444ea89ece55c73050000002e637572766532353531392d7368613235362c6b65782d7374\
     726963742d732d763030406f70656e7373682e636f6d0000000b7373682d656432353531390000000a6165733132382d6374\
     720000000a6165733132382d6374720000000d686d61632d736861322d3235360000000d686d61632d736861322d32353600\
     0000156e6f6e652c7a6c6962406f70656e7373682e636f6d000000156e6f6e652c7a6c6962406f70656e7373682e636f6d00\
     00000000000000000000000000000000";
/// The reply of the key exchange, NEWKEYS, and 32 bytes that are encrypted.
const REPLY: &str = "\
     000000bc081f000000330000000b7373682d65643235353139000000205e11b7dd1528e0385829a2db214bc4d55f0d7e8a0b\
     8797e6d150280d1ffd7e8400000020b26dae87eccb3063c57c2ae356ca4e21ea84028e843b74a90a73cd1d2f46060a000000\
     530000000b7373682d6564323535313900000040acc6c523e2ae974d2c6357166ef27b13e2d48a027eb501fc3d4084a1f069\
     edacca76108b760b8e99de7d8795d2b5d3091a78198843aefc040ca8d870471a480400000000000000000000000c0a150000\
     00000000000000000ca8d870471a480400000000000000000000000c0a1500000000000000000000";
/// `ssh-keygen -s ca -h -I "test host" -n m3.example.com -V 20260101:20270101 -z 7` of the same key.
const CERTIFICATE: &str = "\
     000000207373682d656432353531392d636572742d763031406f70656e7373682e636f6d00000020163eecb882a101e1e4cb\
     678ab7c6abc58ab06cc4019ef843704f689c0862420b000000205e11b7dd1528e0385829a2db214bc4d55f0d7e8a0b8797e6\
     d150280d1ffd7e84000000000000000700000002000000097465737420686f7374000000120000000e6d332e6578616d706c\
     652e636f6d000000006955b900000000006b36ec80000000000000000000000000000000330000000b7373682d6564323535\
     313900000020e50216f72d45a0bcba13d8ff90c3145e8328fda3b69a936d63158f7c4b0bba4d000000530000000b7373682d\
     6564323535313900000040a3d4bceea2f9f594d65fe745ebc15f22ed3e181c7ab7b05a2a68262f872358309074f3027569d7\
     ce306e835ab54088513b0ee9720fce98c9e9c8aaedb35b7908";

const GREETING: &[u8] = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n";

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().map(|b| char::from(b).to_digit(16).unwrap() as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn read(pieces: &[(Side, &[u8])]) -> Facts {
    let mut ssh = Ssh::new();
    for (at, (side, bytes)) in pieces.iter().enumerate() {
        let at = i64::try_from(at).unwrap();
        let piece = Piece::Data { at, bytes, from: None };
        ssh.piece(*side, piece, &mut |found| panic!("{found:?}"));
    }
    *Dissector::facts(&ssh).ssh.unwrap()
}

/// The conversation above, whole.
fn conversation() -> Vec<(Side, Vec<u8>)> {
    vec![
        (Side::Client, GREETING.to_vec()),
        (Side::Server, GREETING.to_vec()),
        (Side::Client, hex(CLIENT_OFFER)),
        (Side::Server, hex(SERVER_OFFER)),
        (Side::Server, hex(REPLY)),
    ]
}

#[test]
fn what_is_in_clear_is_read() {
    let pieces = conversation();
    let pieces: Vec<(Side, &[u8])> = pieces.iter().map(|(side, bytes)| (*side, &bytes[..])).collect();
    let facts = read(&pieces);
    assert_eq!(facts.server.greeting.as_deref(), Some("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10"));
    let negotiated = facts.negotiated.clone().unwrap();
    assert_eq!(negotiated.kex.as_deref(), Some("curve25519-sha256"));
    assert_eq!(negotiated.host_key.as_deref(), Some("ssh-ed25519"));
    assert_eq!(negotiated.cipher_server.as_deref(), Some("aes128-ctr"));
    assert_eq!(negotiated.mac_client.as_deref(), Some("hmac-sha2-256"));
    assert_eq!(negotiated.compression_client.as_deref(), Some("none"));
    assert!(negotiated.strict);
    assert_eq!((negotiated.client_guess, negotiated.server_guess), (Guess::None, Guess::None));
    assert_eq!(facts.mismatches, []);
    let key = facts.host_key.clone().unwrap();
    // ssh-keygen -l -f prints the same.
    assert_eq!(key.sha256, "SHA256:GU4NU1BQnMsRkqjHJaDCPZQ7/I+fM9Xv6JKmCcZqfM0");
    assert_eq!(key.kind, "ssh-ed25519");
    // As tshark gives them: ssh.kex.hassh, ssh.kex.hasshserver.
    assert_eq!(facts.hassh().as_deref(), Some("d6bd53d769cfde0c90a5e41cb9ff93df"));
    assert_eq!(facts.hassh_server().as_deref(), Some("62aa3bf7f016e3b715ea581e3eae02cf"));
    assert_eq!((facts.server.encrypted_at, facts.server.encrypted_bytes), (Some(4), 32));
    assert_eq!((facts.client.encrypted_at, facts.stopped), (None, None));
}

#[test]
fn a_certificate_is_read_and_hashed_whole() {
    let blob = hex(CERTIFICATE);
    let fields = [&u32::try_from(blob.len()).unwrap().to_be_bytes()[..], &blob].concat();
    let key = hostkey::in_reply("curve25519-sha256", 31, &fields).unwrap();
    assert_eq!(key.kind, "ssh-ed25519-cert-v01@openssh.com");
    // openssl dgst -sha256 of the blob.
    assert_eq!(key.sha256, "SHA256:rf+sH99ogddgGUoC8sIr/a6G5z25LjhAJ4vOD7kSzAo");
    let certificate = key.certificate.unwrap();
    assert_eq!(certificate.key_sha256, "SHA256:GU4NU1BQnMsRkqjHJaDCPZQ7/I+fM9Xv6JKmCcZqfM0");
    assert_eq!(certificate.ca_sha256, "SHA256:SKH3Iz/PJzIpDM22FDIKjS+cCkunbh9QMcGvj+CAfU4");
    assert_eq!((certificate.serial, certificate.id.as_str()), (7, "test host"));
    assert_eq!(certificate.principals, ["m3.example.com"]);
    assert_eq!((certificate.valid_after, certificate.valid_before), (1_767_225_600, 1_798_761_600));
}

#[test]
fn the_message_with_the_key_depends_on_the_exchange() {
    let blob = hex("0000000b7373682d65643235353139000000020102");
    let fields = [&u32::try_from(blob.len()).unwrap().to_be_bytes()[..], &blob].concat();
    let carried = |kex, number| hostkey::in_reply(kex, number, &fields).is_some();
    assert!(carried("ecdh-sha2-nistp256", 31));
    assert!(carried("diffie-hellman-group-exchange-sha256", 33));
    assert!(!carried("diffie-hellman-group-exchange-sha256", 31), "31 is the group there");
    assert!(carried("rsa2048-sha256", 30) && carried("gss-group14-sha256-toWM5Slw5Ew8Mqkay+al2g==", 33));
}

#[test]
fn text_before_the_greeting_is_kept() {
    let facts = read(&[(Side::Server, b"Authorised use only\nsecond\r\nSSH-1.99-Old\n")]);
    assert_eq!(facts.server.text, ["Authorised use only", "second"]);
    assert_eq!(facts.server.greeting.as_deref(), Some("SSH-1.99-Old"));
    assert_eq!(facts.stopped, None, "1.99 speaks SSH 2 as well");
}

#[test]
fn nothing_in_common_is_said_in_words() {
    let old = Offer { kex: vec!["diffie-hellman-group1-sha1".to_owned(), "ext-info-c".to_owned()], ..Offer::default() };
    let new = Offer { kex: vec!["curve25519-sha256".to_owned()], guessed: true, ..Offer::default() };
    let (negotiated, mismatches) = kex::negotiate(&old, &new);
    assert_eq!(negotiated.kex, None);
    assert_eq!(negotiated.server_guess, Guess::Wrong);
    assert_eq!(
        mismatches[0].to_string(),
        "no key exchange in common: the client offers diffie-hellman-group1-sha1; \
         the server offers curve25519-sha256"
    );
    assert_eq!(
        mismatches[1].to_string(),
        "no host key in common: the client offers nothing; the server offers nothing"
    );
}

#[test]
fn who_ended_it_and_why_is_kept() {
    // SSH_MSG_DISCONNECT, code 2, "bye", 8 bytes of padding.
    let facts = read(&[
        (Side::Server, GREETING),
        (Side::Server, &hex("00000018080100000002000000036279650000000000000000000000")),
    ]);
    let said = facts.disconnect.unwrap();
    assert_eq!((said.by, said.code, said.reason), (Side::Server, 2, "protocol error"));
    assert_eq!(said.description, "bye");
}

#[test]
fn lost_bytes_stop_the_reading_and_say_so() {
    let mut ssh = Ssh::new();
    let mut nothing = |found: Found<'_>| panic!("{found:?}");
    ssh.piece(Side::Server, Piece::Data { at: 0, bytes: GREETING, from: None }, &mut nothing);
    ssh.piece(Side::Server, Piece::Gap { at: 1, length: 1000 }, &mut nothing);
    ssh.piece(Side::Server, Piece::Data { at: 2, bytes: &hex(REPLY), from: None }, &mut nothing);
    ssh.piece(Side::Server, Piece::End { at: 3, how: End::Cut }, &mut nothing);
    let facts = Dissector::facts(&ssh).ssh.unwrap();
    assert_eq!(facts.stopped.as_deref(), Some("1000 bytes of the server are missing in the key exchange"));
    assert_eq!(facts.host_key, None);
}

#[test]
fn greetings_are_recognised_and_other_protocols_are_not() {
    assert_eq!(recognises(b"SSH-2.0-x\r\n", b""), Recognised::Yes);
    assert_eq!(recognises(b"", b"SS"), Recognised::More);
    assert_eq!(recognises(b"", b"welcome\r\nSSH-2.0-x\r\n"), Recognised::Yes);
    assert_eq!(recognises(b"GET / HTTP/1.1\r\n", b"HTTP/1.1 200 OK\r\n"), Recognised::No);
    assert_eq!(recognises(b"\x16\x03\x01", b"\x16\x03\x03"), Recognised::No);
}

proptest! {
    #[test]
    fn any_split_gives_the_same(cuts in prop::collection::vec(0usize..1000, 0..20)) {
        let whole = conversation();
        let mut split: Vec<(Side, &[u8])> = Vec::new();
        for (side, bytes) in &whole {
            let mut from = 0;
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % bytes.len()).collect();
            cuts.sort_unstable();
            for cut in cuts {
                split.push((*side, &bytes[from..cut]));
                from = cut;
            }
            split.push((*side, &bytes[from..]));
        }
        let whole: Vec<(Side, &[u8])> = whole.iter().map(|(side, bytes)| (*side, &bytes[..])).collect();
        let timeless = |mut facts: Facts| {
            for party in [&mut facts.client, &mut facts.server] {
                party.greeted_at = party.greeted_at.map(|_| 0);
                party.encrypted_at = party.encrypted_at.map(|_| 0);
            }
            facts
        };
        prop_assert_eq!(timeless(read(&split)), timeless(read(&whole)));
    }

    #[test]
    fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let greeted = [GREETING, &bytes[..]].concat();
        read(&[(Side::Client, &bytes), (Side::Server, &greeted), (Side::Client, &greeted)]);
    }
}
