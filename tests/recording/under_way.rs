//! Exchanges that take long: who looks into the case sees them before they end, and as cut off where nobody saw them end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use mwscope::case::Case;
use mwscope::engine::breaks::News;
use mwscope::engine::{Session, Update};
use mwscope::model::{Exchange, Outcome};
use mwscope::query::Filter;
use serde_json::Value;

use super::{config, options};
use crate::case::secrets::everything_in;

const BODY: &str = "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
     xmlns:mws=\"http://mws.intentia.net/mws2\"><soapenv:Header><mws:mws><mws:user>JDOE</mws:user>\
     <mws:password>hidden-9417</mws:password></mws:mws></soapenv:Header><soapenv:Body>\
     <fac:List xmlns:fac=\"http://your.company.net/Facility/List\"><fac:Facility>A01</fac:Facility></fac:List>\
     </soapenv:Body></soapenv:Envelope>";

fn post(server: SocketAddr) -> String {
    let len = BODY.len();
    format!(
        "POST http://{server}/mws-ws/services/Facility HTTP/1.1\r\nHost: {server}\r\nContent-Type: text/xml\r\n\
         Authorization: Basic SkRPRTpoaWRkZW4tOTQxNw==\r\nContent-Length: {len}\r\n\r\n{BODY}"
    )
}

/// A server that says `pieces`, each when it is told to; what it has read shows in that it accepted.
fn server(pieces: Vec<&'static str>) -> (SocketAddr, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (go, told) = mpsc::channel();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut request = vec![0; 64 << 10];
        let mut read = 0;
        while !request[..read].ends_with(b"Envelope>") {
            read += stream.read(&mut request[read..]).expect("a request");
        }
        for piece in pieces {
            if told.recv().is_err() {
                return;
            }
            stream.write_all(piece.as_bytes()).expect("written");
        }
        let _never = told.recv();
    });
    (address, go)
}

pub(super) fn listed(case: &Path) -> Vec<Exchange> {
    Case::open(case).and_then(|case| case.reader().read()).expect("the case").exchanges
}

/// Looks into the case until it says so.
fn seen(case: &Path, wanted: impl Fn(&[Exchange]) -> bool) -> Vec<Exchange> {
    let began = Instant::now();
    loop {
        let exchanges = listed(case);
        if wanted(&exchanges) {
            return exchanges;
        }
        assert!(began.elapsed() < Duration::from_secs(20), "{exchanges:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn what_takes_long_is_in_the_case_before_it_ends_and_counts_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("a.mwscope");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let options = options(&case, config(&folder.path().join("ca")));
    let session = runtime.block_on(Session::start(options)).expect("a session");
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 24\r\n\r\n";
    let (server, go) = server(vec![head, "data: one\n\n", "data: two\n\n\n\n"]);
    let mut client = TcpStream::connect(session.listening()[0].address).expect("connected");
    let began = Instant::now();
    client.write_all(post(server).as_bytes()).expect("sent");

    let waiting = seen(&case, |all| !all.is_empty());
    assert!(began.elapsed() >= Duration::from_secs(1), "it wasn't long yet");
    let [x] = &waiting[..] else { panic!("{waiting:?}") };
    assert_eq!((&x.outcome, x.incomplete, x.duration_ns), (&Outcome::Open, true, None));
    assert!(x.note(Exchange::UNDER_WAY).is_some() && x.response.is_none(), "{x:?}");
    assert_eq!((x.call.operation.as_deref(), x.call.user.as_deref()), (Some("List"), Some("JDOE")));
    assert_eq!(x.request.body.len, BODY.len() as u64);
    assert!(!x.masks.is_empty());

    go.send(()).expect("told");
    let answered = seen(&case, |all| all[0].response.is_some());
    assert_eq!((answered[0].status(), &answered[0].outcome, answered[0].id), (Some(200), &Outcome::Open, x.id));
    go.send(()).expect("told");
    let begun = seen(&case, |all| all[0].response.as_ref().is_some_and(|r| r.body.len > 0));
    assert_eq!((begun.len(), begun[0].response.as_ref().map(|r| r.body.len)), (1, Some(11)));
    go.send(()).expect("told");
    let ended = seen(&case, |all| all[0].outcome == Outcome::Complete);
    assert_eq!((ended.len(), ended[0].id, ended[0].incomplete), (1, x.id, false));
    assert!(ended[0].note(Exchange::UNDER_WAY).is_none() && ended[0].note(Exchange::CUT_OFF).is_none());
    drop(client);

    let (mut under_way, mut told) = (0, 0);
    let mut count = |update: Update| match update {
        Update::UnderWay(shown) => {
            assert_eq!((shown.id, told), (x.id, 0));
            under_way += 1;
        }
        Update::Exchange(_) => told += 1,
        _ => {}
    };
    while let Some(update) = session.next(Duration::from_millis(10)) {
        count(update);
    }
    let counts = runtime.block_on(session.stop(&mut count));
    assert!(under_way >= 3, "{under_way}");
    assert_eq!((told, counts.begun, counts.stored, counts.unstored), (1, 1, 1, 0));
    assert_eq!(listed(&case).len(), 1);
    let mut kept = Vec::new();
    everything_in(&case, &mut kept);
    for (path, bytes) in kept {
        for secret in ["hidden-9417", "SkRPRTpoaWRkZW4tOTQxNw"] {
            assert!(!String::from_utf8_lossy(&bytes).contains(secret), "{secret} is in {path}");
        }
    }
}

#[test]
fn a_held_call_is_in_the_case_at_once_and_as_held_no_longer_than_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("a.mwscope");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("threads");
    let mut options = options(&case, config(&folder.path().join("ca")));
    let all = || Filter::parse("path:/mws-ws").ok();
    (options.hold, options.tell_all) = ([all(), all()], true);
    let session = runtime.block_on(Session::start(options)).expect("a session");
    let (server, go) = server(vec!["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"]);
    let mut client = TcpStream::connect(session.listening()[0].address).expect("connected");
    client.write_all(post(server).as_bytes()).expect("sent");
    let is = |x: &Exchange, held: Option<&str>| x.note("held") == held && x.note(Exchange::UNDER_WAY).is_some();
    let let_go = || loop {
        let update = session.next(Duration::from_secs(10)).expect("it is told");
        if let Update::Breaks(News::Held(held)) = update {
            return session.breaks().let_go(held.id);
        }
    };

    let held = seen(&case, |all| !all.is_empty());
    assert!(is(&held[0], Some("the request is held at a breakpoint")), "{held:?}");
    assert_eq!((&held[0].outcome, held[0].call.user.as_deref()), (&Outcome::Open, Some("JDOE")));
    let_go();
    seen(&case, |all| all[0].note("held").is_some_and(|text| text.starts_with("the request was held")));
    go.send(()).expect("told");
    let held = seen(&case, |all| all[0].notes.iter().any(|(_, text)| text == "the answer is held at a breakpoint"));
    assert_eq!((held.len(), held[0].status(), &held[0].outcome), (1, Some(200), &Outcome::Open));
    let_go();
    let ended = seen(&case, |all| all[0].outcome == Outcome::Complete);
    assert!(ended[0].notes.iter().all(|(_, text)| !text.contains("is held")), "{:?}", ended[0].notes);
    let _counts = runtime.block_on(session.stop(&mut |_| {}));
    assert_eq!(listed(&case).len(), 1);
}

/// The built program recording into the case, and where it listens: anywhere, or as `args` say.
pub(super) fn record(folder: &Path, case: &Path, args: &[&str]) -> (Recorder, SocketAddr) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["record", "--headless"])
        .args(if args.is_empty() { &["--listen", "127.0.0.1:0"] } else { args })
        .arg(case)
        .env("MWSCOPE_CONFIG_DIR", folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("run");
    let mut said = BufReader::new(program.stdout.take().expect("output"));
    let mut line = String::new();
    said.read_line(&mut line).expect("a line");
    let address = line.trim().strip_prefix("listening on ").and_then(|text| text.parse().ok());
    (Recorder { program, _said: said }, address.unwrap_or_else(|| panic!("{line:?}")))
}

/// A program that runs until it is killed; it would end where nobody heard what it says.
pub(super) struct Recorder {
    program: Child,
    _said: BufReader<ChildStdout>,
}

impl Recorder {
    pub(super) fn kill(mut self) {
        self.program.kill().expect("kill");
        self.program.wait().expect("end");
    }
}

fn ask(args: &[&str], case: &Path, more: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    let asked = command.args(args).arg(case).args(more).output().expect("run");
    assert!(asked.status.success(), "{asked:?}");
    String::from_utf8(asked.stdout).expect("text")
}

#[test]
fn what_nobody_saw_end_stays_as_cut_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("a.mwscope");
    let (program, proxy) = record(folder.path(), &case, &[]);
    let (server, _go) = server(Vec::new());
    let mut client = TcpStream::connect(proxy).expect("connected");
    client.write_all(post(server).as_bytes()).expect("sent");
    seen(&case, |all| !all.is_empty());
    assert!(ask(&["show"], &case, &["x0"]).contains("under way: it hasn't ended yet"));
    program.kill();

    let cut = || {
        let listed = ask(&["list", "--format", "ndjson"], &case, &[]);
        let all: Vec<Value> = listed.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!((all[0]["outcome"].as_str(), all[0]["complete"].as_bool()), (Some("open"), Some(false)), "{listed}");
        assert_eq!((all[0]["id"].as_str(), all[0]["operation"].as_str()), (Some("x0"), Some("List")));
        assert!(all[0]["duration_ms"].is_null());
        let shown = ask(&["show"], &case, &["x0"]);
        assert_eq!(shown.matches("cut off: the recording ended first").count(), 1, "{shown}");
        assert!(!shown.contains("under way"), "{shown}");
        all.len()
    };
    assert_eq!(cut(), 1);
    // Without the cache, and while and after another recording goes on with the case.
    std::fs::remove_file(case.join("case.db")).expect("there is one");
    assert_eq!(cut(), 1);
    let (program, proxy) = record(folder.path(), &case, &[]);
    assert_eq!(cut(), 1);
    let mut client = TcpStream::connect(proxy).expect("connected");
    client.write_all(b"GET http://127.0.0.1:1/ HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n").expect("sent");
    seen(&case, |all| all.len() == 2 && all[1].failed());
    assert_eq!(cut(), 2);
    program.kill();
    assert_eq!(cut(), 2);
}
