//! A real archive (third-party, where `MWSCOPE_FIXTURES` names its folder) and the quirks of others (synthetic).

use std::io::Write;

use super::*;
use crate::import::archive::Zip;
use crate::import::content::Content;
use crate::model::coding;

fn sessions(members: &[(&str, &str)]) -> Recorded {
    let mut writer = ::zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        writer.start_file(*name, ::zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(text.as_bytes()).expect("memory");
    }
    open(writer.finish().expect("memory").into_inner())
}

fn open(bytes: Vec<u8>) -> Recorded {
    let content = Content::Memory(bytes.into());
    let mut zip = Zip::open(&content, &[]).expect("a zip archive");
    assert!(looks_like(&zip.members()));
    read(&mut zip, &Limits::default(), SourceId(0), ExchangeId(0))
}

#[test]
fn a_real_archive_is_read_with_every_body() {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else {
        eprintln!("skipped: MWSCOPE_FIXTURES is not set");
        return;
    };
    let path = std::path::PathBuf::from(folder).join("http/saz--httpbin-test.saz");
    let recorded = open(std::fs::read(path).expect("a fixture"));
    assert_eq!(recorded.problems, []);
    assert_eq!(recorded.exchanges.len(), 6);
    for exchange in &recorded.exchanges {
        assert_eq!((exchange.status(), exchange.outcome.word()), (Some(200), "complete"), "{}", exchange.url);
        let response = exchange.response.as_ref().expect("a response");
        let Kept::Here(kept) = &response.body.kept else { panic!("a body") };
        assert_eq!(coding::decode(&response.body, kept).trouble, None, "{}", exchange.url);
        assert!(exchange.url.starts_with("https://httpbin.org/") && exchange.duration_ns.is_some());
        assert_eq!(exchange.client.as_deref().map(|client| client.starts_with("127.0.0.1:")), Some(true));
    }
    let first = &recorded.exchanges[0];
    assert_eq!(first.started.map(|stamp| stamp.to_rfc3339()).as_deref(), Some("2025-08-30T11:33:40.0256586-07:00"));
    assert_eq!(first.server.as_deref(), Some("44.195.242.49:443"));
    assert_eq!(first.timings.dns, Some(0));
}

#[test]
fn sessions_of_other_writers_are_read() {
    let recorded = sessions(&[
        ("raw/010_c.txt", "POST /s HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab"),
        (
            "raw/010_s.txt",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n",
        ),
        (
            "raw/010_m.xml",
            "<Session BitFlags=\"2001\"><SessionTimers ClientBeginRequest=\"2026-01-13T10:00:00+01:00\" ClientDoneResponse=\"0001-01-01T00:00:00\"/></Session>",
        ),
        ("raw/002_c.txt", "GET http://h/a HTTP/1.1\r\n\r\n"),
        ("raw/002_s.txt", ""),
        (
            "raw/002_m.xml",
            "<Session><SessionFlags><SessionFlag N=\"X-ABORTED-When\" V=\"SendingResponse\"/></SessionFlags></Session>",
        ),
        ("raw/011_c.txt", "GET http://h/cut HTTP/1.1\r\n\r\n"),
        ("raw/011_s.txt", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nxy"),
        ("raw/012_c.txt", "GET http://h/f HTTP/1.1\r\n\r\n"),
        (
            "raw/012_s.txt",
            "HTTP/1.1 502 Fiddler - Connection Failed\r\n\r\n[Fiddler] The connection to 'h' failed. <br />Error: ConnectionRefused (0x274d)",
        ),
        ("raw/013_c.txt", ""),
    ]);
    let list: Vec<_> =
        recorded.exchanges.iter().map(|x| (x.index, x.url.as_str(), x.status(), x.outcome.word())).collect();
    assert_eq!(
        list,
        [
            (0, "http://h/a", None, "failed"),
            (1, "https://h/s", Some(200), "complete"),
            (2, "http://h/cut", Some(200), "failed"),
            (3, "http://h/f", Some(502), "failed"),
        ]
    );
    let posted = &recorded.exchanges[1];
    assert_eq!((posted.interim.len(), posted.response.as_ref().map(|r| r.body.len)), (1, Some(2)));
    assert_eq!(posted.duration_ns, None);
    assert!(recorded.exchanges[2].incomplete);
    assert!(recorded.problems[0].what.contains("session 13"));
}
