//! TCP conversations on the screens: a capture of the sample case's traffic, and conversations put together to show
//! what goes wrong in them. All synthetic.

use std::net::SocketAddr;
use std::process::Command;
use std::sync::Arc;

use mwscope::import;
use mwscope::model::{
    Exchange, ExchangeId, Gathered, Outcome, Request, Source, SourceId, SourceKind, Stream, StreamId,
};
use mwscope::tui::{Loaded, Script, Update};
use mwscope_parsers::wire::{Dissector, Ends, Facts, Piece, Protocol, Secrets, Side, TcpFacts, framed, mi, tls};

use super::CASE;

fn loaded(title: &str, gathered: Gathered) -> Update {
    let investigation = Arc::new(mwscope::rules::investigate(&gathered, &mwscope::timeline::Options::default()));
    Update::Loaded(Box::new(Loaded { title: title.to_owned(), gathered: Arc::new(gathered), investigation }))
}

/// The sample case's recording as a capture.
fn captured(width: u16, height: u16) -> Script {
    let folder = tempfile::tempdir().expect("a folder");
    let capture = folder.path().join("made.pcapng");
    let mut export = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    export.args(["export", "--to", "pcapng", "--output"]).arg(&capture).arg(format!("{CASE}/inputs/traffic.har"));
    assert!(export.output().expect("mwscope runs").status.success());
    let path = capture.display().to_string();
    let mut gathered = import::gather(&[path], &import::Options::default(), &mut |_| ()).expect("a capture");
    gathered.sources[0].path = "made.pcapng".to_owned();
    let mut script = Script::new(width, height);
    script.feed(loaded("made.pcapng", gathered));
    script
}

const SECOND: i64 = 1_000_000_000;
const BEGIN: i64 = 1_768_300_000 * SECOND;

fn address(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

/// A conversation that began `second` seconds after the first.
fn stream(number: u32, second: i64, protocols: &[Protocol], facts: Facts) -> Stream {
    let at = BEGIN + second * SECOND;
    let ends = Ends { client: address(&format!("10.1.4.22:{}", 51_000 + number)), server: address("10.1.4.20:16105") };
    let tcp = TcpFacts {
        bytes: Ends { client: 500 + u64::from(number), server: 9_000 - 100 * u64::from(number) },
        packets: Ends { client: 7, server: 9 },
        syn: Some(at),
        syn_ack: Some(at + 2_000_000),
        established: Some(at + 2_500_000),
        ..TcpFacts::between(number, ends, (at, at + 4 * SECOND))
    };
    let id = StreamId(number);
    Stream {
        id,
        source: SourceId(0),
        tcp,
        protocols: protocols.to_vec(),
        facts: vec![facts],
        written: serde_json::Map::new(),
        troubles: Vec::new(),
    }
}

/// What MI, a protocol with lengths, and TLS without keys say.
fn told() -> Gathered {
    let mut gathered = Gathered::new();
    let source =
        |id, path: &str, kind| Source { id: SourceId(id), path: path.into(), kind, items: 4, bytes: 0, layout: None };
    gathered.sources = vec![source(0, "made.pcapng", SourceKind::Capture), source(1, "proxy", SourceKind::Case)];
    let call = |transaction: &str, second: i64, outcome| mi::Call {
        transaction: transaction.to_owned(),
        fields: "100 CUNO    ".to_owned(),
        at: BEGIN + second * SECOND,
        sent_at: BEGIN + second * SECOND,
        answered_at: Some(BEGIN + second * SECOND + 40_000_000),
        done_at: Some(BEGIN + second * SECOND + 90_000_000),
        rows: 3,
        outcome,
        request_bytes: 40,
        response_bytes: 200,
        damaged: false,
    };
    let mut facts = Facts::default();
    facts.mi = Some(Box::new(mi::Facts {
        logon: Some(mi::Logon {
            layout: mi::Layout::M3,
            at: BEGIN + 10_000_000,
            answered_at: Some(BEGIN + 20_000_000),
            user: "MWSUSR".to_owned(),
            password: true,
            program: "CRS610MI".to_owned(),
            company: "100".to_owned(),
            application: None,
            address: None,
        }),
        calls: vec![
            call("LstByNumber", 1, mi::Outcome::Ok),
            call("GetBasicData", 2, mi::Outcome::Nok("Customer 4711 does not exist".to_owned())),
        ],
        call_count: 2,
        nok_count: 1,
        ..mi::Facts::default()
    }));
    let mut broken = stream(0, 0, &[Protocol::Mi], facts);
    broken.tcp.reset = Some(Side::Server);
    broken.tcp.retransmissions.client = 2;
    broken.tcp.gaps.server = 1460;
    let mut facts = Facts::default();
    let (client, server) = (b"\0\0\0\x0c\x01\x02CRS610MI\x00\x03", b"\x00\x00\x00\x0a\x00M\x003\x00 \x00O\x00K");
    let mut reader = framed::Framed::new(client, server);
    for (side, bytes) in [(Side::Client, &client[..]), (Side::Server, &server[..])] {
        reader.piece(side, Piece::Data { at: BEGIN + 11 * SECOND, bytes, from: None }, &mut |_| {});
    }
    facts.framed = reader.facts().framed;
    let framed = stream(1, 10, &[Protocol::Framed], facts);
    let mut facts = Facts::default();
    facts.tls = tls::Tls::new(Secrets::default()).facts().tls;
    let sealed = facts.tls.get_or_insert_default();
    sealed.sealed = Some(tls::Sealed::NoKey { random: [7; 32], rsa: false, other_rsa: false });
    let tls = stream(2, 20, &[Protocol::Tls], facts);
    gathered.streams = vec![broken, framed, tls];
    gathered.exchanges = vec![tunnel()];
    gathered
}

/// A tunnel of a recording, of which no capture tells.
fn tunnel() -> Exchange {
    let request = Request { method: "CONNECT".to_owned(), target: "erp:22".to_owned(), ..Request::default() };
    let mut x = Exchange::new(ExchangeId(0), SourceId(1), 0, "erp:22".to_owned(), request);
    x.started = mwscope::model::moment::stamp_of_capture_ns(BEGIN + 30 * SECOND);
    x.client = Some("10.1.4.9:40000".to_owned());
    x.outcome = Outcome::Complete;
    x.duration_ns = Some(3_000_000_000);
    let note = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    x.notes = vec![
        note("tunnelled unread", "the server spoke first, so it is no TLS or HTTP"),
        note("inside", "SSH, SSH-2.0-OpenSSH_9.2p1"),
        note("carried", "2048 bytes from the client, 4096 from the server"),
    ];
    x
}

fn conversations() -> Script {
    let mut script = Script::new(120, 36);
    script.feed(loaded("made", told()));
    script
}

/// The row under the cursor.
fn cursor(script: &Script) -> String {
    script.screen().lines().find(|l| l.starts_with('>')).unwrap_or_default().to_owned()
}

fn ids(script: &Script) -> Vec<String> {
    let screen = script.screen();
    let rows = screen.lines().skip(4).take_while(|line| line.contains("10.1.4."));
    rows.filter_map(|line| line.get(16..21)).map(|id| id.trim().to_owned()).collect()
}

#[test]
fn a_capture_s_conversations_are_listed_and_lead_to_their_calls() {
    let mut script = captured(120, 36);
    script.keys("4");
    insta::assert_snapshot!("list_of_a_capture", script.screen());
    script.keys("f \"with:x28\" Enter Enter");
    insta::assert_snapshot!("conversation_of_the_failing_call", script.screen());
    script.keys("G Enter");
    assert!(script.screen().contains("[REQUEST]"), "{}", script.screen());
    script.keys("gn");
    assert!(script.screen().contains("[facts]"), "{}", script.screen());
    script.keys("ge");
    let screen = script.screen();
    assert!(screen.contains("filter: stream:s28") && screen.contains("2 shown"), "{screen}");
    script.keys("Esc gl");
    assert!(cursor(&script).contains(" tcp "), "{}", script.screen());
}

#[test]
fn conversations_stand_on_the_time_line_and_are_found_by_filters() {
    let mut script = captured(120, 36);
    script.keys("f \"kind:stream\" Enter");
    assert!(script.screen().contains("59 shown"), "{}", script.screen());
    script.keys("gg gn");
    assert!(script.screen().contains("[facts]"), "{}", script.screen());
    script.keys("1 f Ctrl-U \"stream:s3\" Enter");
    assert!(script.screen().contains("2 shown"), "{}", script.screen());
}

#[test]
fn what_broke_what_was_refused_and_what_is_sealed_is_said() {
    let mut script = conversations();
    script.keys("4");
    insta::assert_snapshot!("list_with_tunnel", script.screen());
    script.keys("Enter");
    insta::assert_snapshot!("mi_facts", script.screen());
    script.keys("v");
    insta::assert_snapshot!("mi_events", script.screen());
    script.keys("v");
    insta::assert_snapshot!("mi_messages", script.screen());
    script.keys("Esc j Enter v v");
    let screen = script.screen();
    assert!(screen.contains("CRS610MI") && screen.contains("M3 OK"), "{screen}");
    script.keys("Esc j Enter");
    let screen = script.screen();
    assert!(screen.contains("reason") && screen.contains("--keylog"), "{screen}");
}

#[test]
fn the_list_is_put_in_order_filtered_and_searched() {
    let mut script = conversations();
    script.keys("4");
    assert_eq!(ids(&script), ["s0", "s1", "s2", "x0"]);
    script.keys("s s");
    assert_eq!(ids(&script), ["s0", "s1", "s2", "x0"], "{}", script.screen());
    script.keys("S");
    assert_eq!(ids(&script), ["x0", "s2", "s1", "s0"]);
    assert!(cursor(&script).contains("s0"), "the cursor stays on its conversation");
    script.keys("s gg");
    assert_eq!(ids(&script).first().map(String::as_str), Some("s0"), "what broke first");
    script.keys("=k");
    assert_eq!(ids(&script), ["s0"]);
    assert!(script.screen().contains("filter: protocol:mi"), "{}", script.screen());
    script.keys("F");
    assert_eq!(ids(&script).len(), 4);
    script.keys("/ \"openssh\" Enter");
    assert!(
        script.screen().contains("nothing matches"),
        "what a tunnel's notes say is found with any:\n{}",
        script.screen()
    );
    script.keys("/ Ctrl-U \"any:openssh\" Enter");
    assert!(cursor(&script).contains("x0"), "{}", script.screen());
    assert!(script.screen().contains("hit 1 of 1"), "{}", script.screen());
    script.keys("/ Ctrl-U \"kind:stream\" Enter");
    assert!(script.screen().contains("hit 1 of 3, went on from the other end"), "{}", script.screen());
    script.keys("n n");
    assert!(script.screen().contains("hit 3 of 3") && cursor(&script).contains("s2"), "{}", script.screen());
    script.keys("/ Ctrl-U \"any:openssh\" Enter Enter");
    assert!(script.screen().contains("[REQUEST]"), "a tunnel opens as the call that it is\n{}", script.screen());
    script.keys("Esc E");
    assert!(cursor(&script).contains("s0"), "{}", script.screen());
    script.keys("m F f Ctrl-U \"is:marked\" Enter");
    assert_eq!(ids(&script), ["s0"]);
    script.keys("yy");
    assert!(script.copied().is_some_and(|text| text.contains("10.1.4.20:16105")), "{:?}", script.copied());
    script.keys("i x");
    assert!(matches!(script.written(), [(name, _)] if name == "mwscope-events.txt"));
    script.keys("f Ctrl-U \"protocol:mi\"");
    assert!(script.screen().contains("1 match"), "the conversations are counted:\n{}", script.screen());
    script.keys("Ctrl-U \"any:openssh\"");
    assert!(script.screen().contains("1 match"), "tunnels are counted with them:\n{}", script.screen());
    script.keys("Ctrl-U \"protocol:mi\"");
    script.keys("Enter gV \"mi sockets\" Enter gv");
    assert!(script.screen().contains("mi sockets"), "{}", script.screen());
}

#[test]
fn a_conversation_is_gone_on_with() {
    let mut script = conversations();
    script.keys("f \"kind:stream\" Enter G i Enter");
    assert!(script.screen().contains("[facts]"), "{}", script.screen());
    let mut again = Script::new(120, 36);
    again.resume(&script.session()).feed(loaded("made", told()));
    assert!(again.screen().contains("[facts]"), "{}", again.screen());
    assert_eq!(again.session(), script.session());
    assert_eq!(cursor(again.keys("Esc")), cursor(script.keys("Esc")));
}

#[test]
fn without_a_capture_the_screen_says_what_would_be_there() {
    let mut script = super::opened(&["/inputs/traffic.har"], 100, 30);
    script.keys("4");
    assert!(script.screen().contains("No packet capture is loaded"), "{}", script.screen());
    script.keys("e j Enter gn s");
    script.keys("1 gn");
    assert!(script.screen().contains("no capture tells"), "{}", script.screen());
}

#[test]
fn every_size_is_drawn() {
    for (width, height) in [(1, 1), (60, 15), (61, 16), (80, 24), (120, 36), (300, 80)] {
        let mut script = captured(width, height);
        for keys in ["4", "G", "gg", "s", "S", "Enter", "v", "v", "V", "G", "Esc", "p", "PgDn", "?", "Esc", "z"] {
            let screen = script.keys(keys).screen();
            assert_eq!(screen.lines().count(), usize::from(height), "{width}x{height} after {keys}");
        }
    }
}
