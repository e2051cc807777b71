//! Flow files of many versions, and archives that mitmproxy wrote of the same traffic (third-party, where
//! `MWSCOPE_FIXTURES` names their folder).

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::import::har;
use crate::model::{Exchange, Kept, coding};

fn fixture(name: &str) -> Option<Vec<u8>> {
    let Some(folder) = std::env::var_os("MWSCOPE_FIXTURES") else {
        eprintln!("skipped: MWSCOPE_FIXTURES is not set");
        return None;
    };
    Some(fs::read(PathBuf::from(folder).join("http").join(name)).expect("a fixture"))
}

fn read_all(bytes: &[u8]) -> Recorded {
    read(bytes, SourceId(0), ExchangeId(0))
}

/// Decoded bytes of the response.
fn answer(exchange: &Exchange) -> Vec<u8> {
    let Some(response) = &exchange.response else { return Vec::new() };
    match &response.body.kept {
        Kept::Here(kept) => coding::decode(&response.body, kept).bytes.to_vec(),
        _ => Vec::new(),
    }
}

#[test]
fn flows_and_the_archive_of_the_same_traffic_agree() {
    for name in ["diff_data", "successful_log", "websocket"] {
        let Some(flows) = fixture(&format!("mitmproxy--{name}.mitm")) else { return };
        let archive = fixture(&format!("mitmproxy--{name}.har")).expect("an archive");
        let (flows, archive) = (read_all(&flows), har::read(&archive, SourceId(0), ExchangeId(0)));
        // Plain TCP in between is told of, not read.
        assert!(
            flows.problems.iter().all(|problem| problem.what.contains("are no HTTP")),
            "{name}: {:?}",
            flows.problems
        );
        assert_eq!(flows.exchanges.len(), archive.exchanges.len(), "{name}");
        for (flow, entry) in flows.exchanges.iter().zip(&archive.exchanges) {
            assert_eq!(
                (&flow.request.method, &flow.url, flow.status()),
                (&entry.request.method, &entry.url, entry.status())
            );
            assert_eq!((flow.started, &flow.request.version), (entry.started, &entry.request.version), "{name}");
            // The time in the archive counts the server's connection too, which was there before.
            assert!(flow.duration_ns <= entry.duration_ns.map(|ns| ns + 1_000_000), "{name}");
            assert_eq!(flow.request.headers, entry.request.headers, "{name}");
            // The archive holds text only, in UTF-8, and takes what isn't UTF-8 for ISO-8859-1.
            let (own, text) = (answer(flow), answer(entry));
            let latin: String = own.iter().map(|byte| char::from(*byte)).collect();
            assert!(own == text || latin.as_bytes() == text, "{name} {}", flow.url);
        }
    }
}

#[test]
fn every_version_is_read() {
    for (name, count) in [("dumpfile-010", 1), ("dumpfile-018", 1), ("dumpfile-7", 0), ("dumpfile-19", 0)] {
        let Some(bytes) = fixture(&format!("mitmproxy--{name}.mitm")) else { return };
        let recorded = read_all(&bytes);
        eprintln!("{name}: {} exchanges, {:?}", recorded.exchanges.len(), recorded.problems);
        assert!(recorded.exchanges.len() >= count, "{name}: {:?}", recorded.problems);
        for exchange in &recorded.exchanges {
            assert!(exchange.started.is_some() && exchange.url.contains("://"), "{name}: {exchange:?}");
            assert!(!exchange.request.version.is_empty() && !exchange.request.headers.0.is_empty(), "{name}");
        }
    }
}

#[test]
fn a_file_that_ends_in_the_middle_gives_the_flows_before() {
    let flow = |status: u16| {
        let response = format!("11:status_code;3:{status}#");
        let request = "6:method;3:GET,4:host;1:h;4:port;2:80#4:path;2:/a,15:timestamp_start;3:1.5^";
        let inner =
            format!("4:type;4:http;7:request;{}:{request}}}8:response;{}:{response}}}", request.len(), response.len());
        format!("{}:{inner}}}", inner.len())
    };
    let two = flow(200) + &flow(404);
    let whole = read_all(two.as_bytes());
    let list: Vec<_> = whole.exchanges.iter().map(|x| (x.index, x.url.as_str(), x.status())).collect();
    assert_eq!(list, [(0, "http://h/a", Some(200)), (1, "http://h/a", Some(404))]);
    assert_eq!(
        whole.exchanges[0].started.map(|stamp| stamp.to_rfc3339()).as_deref(),
        Some("1970-01-01T00:00:01.500000Z")
    );
    let one = flow(200).len();
    for cut in one + 1..two.len() {
        let recorded = read_all(&two.as_bytes()[..cut]);
        assert_eq!((recorded.exchanges.len(), recorded.problems.len()), (1, 1), "cut at {cut}");
    }
    let other = read_all(b"13:4:type;3:tcp;}");
    assert!(other.problems[0].what.contains("1 flows of type \"tcp\""), "{:?}", other.problems);
}
