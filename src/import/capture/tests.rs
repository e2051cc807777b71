//! A capture made by hand: what is in it comes out as any other recording's exchanges, with bodies in the file.

use std::io::Write;

use crate::import::{Options, gather};
use crate::model::{Outcome, SourceKind};

/// A pcap file of raw IPv4 packets between a client and a server.
struct Made {
    file: Vec<u8>,
    ms: u32,
    numbers: [u32; 2],
}

impl Made {
    fn new() -> Self {
        let header = [0xa1b2_c3d4, 0x0004_0002, 0, 0, 65_535, 101_u32];
        Self { file: header.iter().flat_map(|word| word.to_le_bytes()).collect(), ms: 0, numbers: [100, 500] }
    }

    /// One segment; flags as in the header.
    fn send(&mut self, from_client: bool, flags: u8, payload: &[u8]) -> &mut Self {
        self.ms += 1;
        let (own, other) = if from_client { (0, 1) } else { (1, 0) };
        let ports: [[u8; 2]; 2] = [4000_u16.to_be_bytes(), 80_u16.to_be_bytes()];
        let mut tcp = [ports[own], ports[other]].concat();
        tcp.extend(self.numbers[own].to_be_bytes());
        tcp.extend(self.numbers[other].to_be_bytes());
        tcp.extend([0x50, flags, 1, 0, 0, 0, 0, 0]);
        tcp.extend_from_slice(payload);
        self.numbers[own] += payload.len() as u32 + u32::from(flags & 3 != 0);
        let total = (20 + tcp.len()) as u16;
        let mut packet = vec![0x45, 0];
        packet.extend(total.to_be_bytes());
        packet.extend([0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1 + own as u8, 10, 0, 0, 1 + other as u8]);
        packet.extend(tcp);
        let words = [1_768_292_102, self.ms * 1000, packet.len() as u32, packet.len() as u32];
        self.file.extend(words.iter().flat_map(|word| word.to_le_bytes()));
        self.file.extend(packet);
        self
    }

    fn path(&self, folder: &tempfile::TempDir, name: &str) -> String {
        let path = folder.path().join(name);
        std::fs::File::create(&path).expect("a file").write_all(&self.file).expect("written");
        path.to_string_lossy().into_owned()
    }
}

const SYN: u8 = 2;
const ACK: u8 = 0x10;
const FIN: u8 = 0x11;
const RST: u8 = 0x14;

const ASK: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <cre:Create xmlns:cre=\"http://m3.example/Facility/Create\"><cre:Facility>C01</cre:Facility></cre:Create>\
    </soapenv:Body></soapenv:Envelope>";
const FAULT: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
    <soapenv:Fault><faultcode>soapenv:Server</faultcode><faultstring>Unable to execute MPD!</faultstring>\
    </soapenv:Fault></soapenv:Body></soapenv:Envelope>";

fn call() -> Made {
    let mut made = Made::new();
    let head = "POST /mws-ws/services/Facility HTTP/1.1\r\nHost: m3.example:21007\r\nContent-Type: text/xml\r\n\
        Authorization: Basic TVdTVVNSOnNlY3JldA==\r\nSOAPAction: \"\"\r\n";
    let request = format!("{head}Content-Length: {}\r\n\r\n{ASK}", ASK.len());
    let answer =
        format!("HTTP/1.1 500 Error\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{FAULT}", FAULT.len());
    made.send(true, SYN, b"").send(false, SYN | ACK, b"").send(true, ACK, b"");
    for part in request.as_bytes().chunks(100) {
        made.send(true, ACK, part);
    }
    made.ms += 500;
    for part in answer.as_bytes().chunks(100) {
        made.send(false, ACK, part);
    }
    made
}

#[test]
fn a_call_in_a_capture_is_an_exchange_like_any_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = call().send(true, FIN, b"").send(false, FIN, b"").path(&folder, "call.pcap");
    let gathered = gather(&[path], &Options::default(), &mut |_| {}).expect("a capture");
    assert_eq!(gathered.sources[0].kind, SourceKind::Capture);
    assert_eq!((gathered.exchanges.len(), gathered.streams.len(), gathered.problems.len()), (1, 1, 0));
    let exchange = &gathered.exchanges[0];
    assert_eq!(exchange.url, "http://m3.example:21007/mws-ws/services/Facility");
    assert_eq!((exchange.outcome.word(), exchange.incomplete, exchange.stream), ("complete", false, Some(0)));
    assert_eq!(exchange.call.operation.as_deref(), Some("Create"));
    assert_eq!(exchange.call.user.as_deref(), Some("MWSUSR"));
    assert!(exchange.failed() && exchange.call.fault.is_some());
    assert_eq!(exchange.started.map(|stamp| stamp.to_rfc3339()).as_deref(), Some("2026-01-13T08:15:02.004000Z"));
    assert_eq!(gathered.bodies.load(&exchange.request.body).expect("the body"), ASK);
    let response = exchange.response.as_ref().expect("a response");
    assert_eq!(gathered.bodies.load(&response.body).expect("the body"), FAULT);
    assert_eq!(exchange.timings.connect, Some(2_000_000));
    assert!(exchange.timings.wait.is_some_and(|wait| wait > 500_000_000));
    assert!(exchange.notes.iter().any(|(name, text)| name == "network" && text.contains("the server took 500")));
}

#[test]
fn what_breaks_off_says_who_broke_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let outcome = |made: &mut Made| {
        let path = made.path(&folder, "broken.pcap");
        let gathered = gather(&[path], &Options::default(), &mut |_| {}).expect("a capture");
        gathered.exchanges[0].outcome.clone()
    };
    let ask = b"GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    let begun = || {
        let mut made = Made::new();
        made.send(true, SYN, b"").send(false, SYN | ACK, b"").send(true, ACK, b"").send(true, ACK, ask);
        made
    };
    assert!(matches!(outcome(begun().send(false, RST, b"")), Outcome::Failed { cause, .. } if cause.contains("reset")));
    assert!(matches!(outcome(begun().send(true, FIN, b"").send(false, FIN, b"")), Outcome::Aborted { .. }));
    assert_eq!(outcome(&mut begun()), Outcome::Open);
    let part = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    let cut = outcome(begun().send(false, ACK, part).send(false, FIN, b""));
    assert!(matches!(cut, Outcome::Failed { cause, .. } if cause.contains("inside the response")));
}

#[test]
fn a_cut_capture_is_read_up_to_the_cut() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut made = call();
    made.file.truncate(made.file.len() - 5);
    let gathered = gather(&[made.path(&folder, "cut.pcap")], &Options::default(), &mut |_| {}).expect("a capture");
    assert_eq!(gathered.exchanges.len(), 1);
    assert!(gathered.problems.iter().any(|problem| problem.what.contains("ends inside a packet")));
}
