//! Conversations that came in a bundle are asked about like those of a capture, though their packets stayed elsewhere.
//! All synthetic.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use mwscope::import;
use mwscope::model::{Gathered, Investigation, Source, SourceId, SourceKind, Stream, StreamId};
use mwscope::query::{Filter, Subject, Surroundings};
use mwscope::report::exchange::Secrets;
use mwscope::report::stream;
use mwscope_parsers::wire::{Dissector, Ends, Facts, Protocol, Side, TcpFacts, mi, socks, ssh, tls};

const BEGIN: i64 = 1_768_300_000_000_000_000;

fn conversation(number: u32, protocol: Protocol, facts: Facts) -> Stream {
    let address = |text: &str| text.parse::<SocketAddr>().unwrap();
    let ends = Ends { client: address("10.1.4.22:51000"), server: address("10.1.4.20:443") };
    let first = BEGIN + i64::from(number) * 1_000_000_000;
    let tcp = TcpFacts {
        bytes: Ends { client: 500, server: 900 },
        packets: Ends { client: 7, server: 9 },
        ..TcpFacts::between(number, ends, (first, first + 5_000_000))
    };
    let (id, source) = (StreamId(number), SourceId(0));
    let (written, troubles) = (serde_json::Map::new(), Vec::new());
    Stream { id, source, tcp, protocols: vec![protocol], facts: vec![facts], written, troubles }
}

/// A TLS handshake, an SSH key exchange and a SOCKS request that failed, a refused MI call, and one of each that went
/// well.
fn captured() -> Gathered {
    let sealed = |fatal| {
        let mut facts = Facts::default();
        facts.tls = tls::Tls::new(mwscope_parsers::wire::Secrets::default()).facts().tls;
        let tls = facts.tls.get_or_insert_default();
        tls.alpn = Some("h2".to_owned());
        tls.alerts = vec![tls::Alert { from: Side::Server, at: BEGIN, fatal, number: 42 }];
        facts
    };
    let greeted = |mismatches: Vec<ssh::Mismatch>| {
        let mut facts = Facts::default();
        let server = ssh::Party { greeting: Some("SSH-2.0-mod_sftp".to_owned()), ..ssh::Party::default() };
        facts.ssh = Some(Box::new(ssh::Facts { server, mismatches, ..ssh::Facts::default() }));
        facts
    };
    let asked = |granted: bool| {
        let mut facts = Facts::default();
        let (host, user) = (Some("m3be.example".to_owned()), Some("sockuser".to_owned()));
        let reply = Some(if granted { "succeeded" } else { "connection refused" });
        facts.socks =
            Some(Box::new(socks::Facts { version: 5, host, user, reply, granted, ..socks::Facts::default() }));
        facts
    };
    let called = |outcome| {
        let mut facts = Facts::default();
        let call = mi::Call {
            transaction: "GetBasicData".to_owned(),
            fields: "100 CUNO 4711".to_owned(),
            at: BEGIN,
            sent_at: BEGIN,
            answered_at: None,
            done_at: None,
            rows: 1,
            outcome,
            request_bytes: 40,
            response_bytes: 200,
            damaged: false,
        };
        facts.mi = Some(Box::new(mi::Facts {
            logon: Some(mi::Logon {
                layout: mi::Layout::M3,
                at: BEGIN,
                answered_at: None,
                user: "MWSUSR".to_owned(),
                password: true,
                program: "CRS610MI".to_owned(),
                company: "100".to_owned(),
                application: None,
                address: None,
            }),
            calls: vec![call],
            call_count: 1,
            ..mi::Facts::default()
        }));
        facts
    };
    let mismatch =
        ssh::Mismatch { of: "host key", client: vec!["ssh-ed25519".to_owned()], server: vec!["ssh-dss".to_owned()] };
    let mut gathered = Gathered::new();
    let (path, kind) = ("made.pcapng".to_owned(), SourceKind::Capture);
    gathered.sources = vec![Source { id: SourceId(0), path, kind, items: 8, bytes: 0, layout: None }];
    gathered.streams = vec![
        conversation(0, Protocol::Tls, sealed(true)),
        conversation(1, Protocol::Tls, sealed(false)),
        conversation(2, Protocol::Ssh, greeted(vec![mismatch])),
        conversation(3, Protocol::Ssh, greeted(Vec::new())),
        conversation(4, Protocol::Socks, asked(false)),
        conversation(5, Protocol::Socks, asked(true)),
        conversation(6, Protocol::Mi, called(mi::Outcome::Nok("Customer does not exist".to_owned()))),
        conversation(7, Protocol::Mi, called(mi::Outcome::Ok)),
    ];
    gathered
}

/// The same handed on: a bundle of nothing but the conversations, read.
fn handed_on(captured: &Gathered) -> Gathered {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ticket.zip");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    let member = "inputs/0000/made.pcapng.streams.ndjson";
    zip.start_file(member, zip::write::SimpleFileOptions::default()).unwrap();
    for found in &captured.streams {
        writeln!(zip, "{}", stream::json(found, "", Secrets::Masked)).unwrap();
    }
    zip.start_file("manifest.json", zip::write::SimpleFileOptions::default()).unwrap();
    let members = serde_json::json!([{"path": member, "kind": "capture", "streams_of": ""}]);
    write!(zip, "{}", serde_json::json!({"schema": "mwscope.bundle/1", "members": members})).unwrap();
    zip.finish().unwrap();
    import::gather(&[path.display().to_string()], &import::Options::default(), &mut |_| ()).unwrap()
}

fn matching(gathered: Gathered, filter: &str) -> Vec<u32> {
    let filter = Filter::parse(filter).unwrap();
    let around = Surroundings::new(Arc::new(gathered), Arc::new(Investigation::default()));
    let streams = around.gathered.streams.iter();
    streams.filter(|s| filter.matches(&Subject::Stream(s), &around)).map(|s| s.tcp.number).collect()
}

#[test]
fn failures_and_names_in_conversations_of_a_bundle_are_found() {
    let captured = captured();
    let handed = handed_on(&captured);
    assert!(handed.streams.iter().all(|stream| stream.facts.is_empty()), "the packets stayed where they were");
    for (filter, numbers) in [
        ("is:failed", &[0, 2, 4][..]),
        ("fault:certificate", &[0]),
        ("fault:ssh-dss", &[2]),
        ("fault:refused", &[4]),
        ("fault:\"does not exist\"", &[6]),
        ("tls:h2", &[0, 1]),
        ("host:m3be", &[4, 5]),
        ("user:sockuser", &[4, 5]),
        ("user:MWSUSR", &[6, 7]),
        ("program=CRS610MI", &[6, 7]),
        ("op:GetBasicData", &[6, 7]),
        ("mod_sftp", &[2, 3]),
        ("any:4711", &[6, 7]),
        ("kind:stream -is:failed", &[1, 3, 5, 6, 7]),
    ] {
        assert_eq!(matching(captured.clone(), filter), numbers, "{filter} in the capture");
        assert_eq!(matching(handed.clone(), filter), numbers, "{filter} in the bundle");
    }
}
