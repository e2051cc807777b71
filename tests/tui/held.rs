//! Breakpoints on the screens: a proxy that holds, raw sockets on both sides, keys between.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use mwscope::engine;
use mwscope::engine::breaks::{Breaks, Half, News};
use mwscope::model::{Gathered, Investigation};
use mwscope::proxy::{self, Accepted, Authority, Config, Patience, Running, Trust, start, tap};
use mwscope::query::Filter;
use mwscope::tui::{Loaded, Recording, Script, Update};

/// Nothing on one machine takes longer; what does is a failure.
const PATIENCE: Duration = Duration::from_secs(10);

/// A recording on the screens whose proxy holds what matches.
struct Screens {
    script: Script,
    news: Receiver<News>,
    proxy: SocketAddr,
    server: SocketAddr,
    got: Receiver<String>,
    now_ns: i64,
    _running: (tokio::runtime::Runtime, Running, tempfile::TempDir),
}

fn screens(filter: &str) -> Screens {
    let of_proxy = Arc::new(proxy::Breaks::new(Duration::from_secs(60)));
    let breaks = Arc::new(Breaks::new(Arc::clone(&of_proxy), false).unwrap());
    let (tell, news) = channel();
    breaks.listen(move |happened| drop(tell.send(happened)));
    let folder = tempfile::tempdir().unwrap();
    let authority = Arc::new(Authority::open(folder.path()).unwrap());
    let mut config = Config::new(authority, Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap());
    config.listen = vec!["127.0.0.1:0".parse().unwrap()];
    config.breaks = of_proxy;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let (tap, mut taken) = tap(Patience::default());
    let running = runtime.block_on(start(config, tap)).unwrap();
    runtime.spawn(async move { while taken.recv().await.is_some() {} });
    let (server, got) = server();
    let mut script = Script::new(120, 30);
    let loaded = Loaded {
        title: "live".into(),
        gathered: Arc::new(Gathered::new()),
        investigation: Arc::new(Investigation::default()),
    };
    script.feed(Update::Loaded(Box::new(loaded)));
    let filter = (!filter.is_empty()).then(|| Arc::new(Filter::parse(filter).unwrap()));
    breaks.set(Half::Request, filter.as_deref());
    script.feed(Update::Breaks(breaks, [filter, None]));
    let proxy = running.listening[0].address;
    let mut screens = Screens { script, news, proxy, server, got, now_ns: 0, _running: (runtime, running, folder) };
    screens.at(0);
    screens
}

/// A server that hands on what it got, head and body, and answers.
fn server() -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, got) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, tell) = (stream.unwrap(), tell.clone());
            std::thread::spawn(move || {
                let read = message(&mut stream);
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi").unwrap();
                let _test_over = tell.send(read);
            });
        }
    });
    (address, got)
}

/// A head, and a body of the length that it tells.
fn message(stream: &mut TcpStream) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let mut got = Vec::new();
    let mut byte = [0];
    while !got.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|n| n == 1) {
        got.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&got).into_owned();
    let length = head.split("Content-Length: ").nth(1).and_then(|rest| rest.lines().next()?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    let _cut = stream.read_exact(&mut body);
    head + &String::from_utf8_lossy(&body)
}

impl Screens {
    /// The screens are told that it is so many seconds after the beginning.
    fn at(&mut self, seconds: i64) {
        let now_ns = self.now_ns + seconds * 1_000_000_000;
        let listening = vec!["127.0.0.1:8888".to_owned()];
        self.script.feed(Update::Recording(Recording { running: true, listening, now_ns, ..Recording::default() }));
    }

    /// Has a client call; gives what it gets.
    fn call(&self, path: &str, body: &str) -> JoinHandle<String> {
        let (proxy, server) = (self.proxy, self.server);
        let request = format!(
            "POST http://{server}/{path} HTTP/1.1\r\nHost: erp.example\r\nContent-Type: text/xml\r\n\
             Authorization: Bearer abcdefghijklmnop\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        std::thread::spawn(move || {
            let mut stream = TcpStream::connect(proxy).unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut got = Vec::new();
            let _reset = stream.read_to_end(&mut got);
            String::from_utf8_lossy(&got).into_owned()
        })
    }

    /// Hands on what the breakpoints tell next.
    fn news(&mut self) {
        let news = self.news.recv_timeout(PATIENCE).expect("something should happen");
        if let News::Held(held) = &news {
            self.now_ns = held.since_ns;
        }
        self.script.feed(Update::Live(engine::Update::Breaks(news)));
    }

    fn got(&self) -> String {
        self.got.recv_timeout(PATIENCE).expect("the server should have been asked")
    }

    #[track_caller]
    fn shows(&self, parts: &[&str]) {
        let screen = self.script.screen();
        for part in parts {
            assert!(screen.contains(part), "{part:?} isn't on\n{screen}");
        }
    }

    /// The screen, with what changes from run to run taken out.
    fn picture(&self) -> String {
        let screen = self.script.screen();
        let lines = screen.lines().map(|line| match line.rsplit_once(" 127.0.0.1:") {
            Some((before, port)) if port.trim().parse::<u16>().is_ok() => format!("{before} CLIENT"),
            _ => line.replace(&self.server.to_string(), "SERVER"),
        });
        lines.collect::<Vec<_>>().join("\n")
    }
}

const BODY: &str = "<Create>\n <Facility>A01</Facility>\n <Password>hunter2secret</Password>\n</Create>";

#[test]
fn a_held_request_is_edited_and_sent_and_its_secrets_with_it() {
    let mut it = screens("path:/mws");
    assert!(it.script.row(0).contains("BREAK"), "{}", it.script.row(0));
    let client = it.call("mws/Facility", BODY);
    it.news();
    it.shows(&["HELD 1 (gh)", "HELD request /mws/Facility  (gh shows it)"]);
    it.script.keys("g h");
    it.at(75);
    it.shows(&["hold requests: path:/mws", "01:15", "REQUEST as it would be sent", "<Facility>A01</Facility>"]);
    assert!(
        !it.script.screen().contains("hunter2") && !it.script.screen().contains("abcdefgh"),
        "{}",
        it.script.screen()
    );
    insta::assert_snapshot!("held_request", it.picture());
    // The cursor stands on the first value, which typing takes the place of.
    it.script.keys("Enter \"B00002\"");
    it.shows(&["REQUEST edited", "<Facility>B00002</Facility>", "EDIT  typing goes into the text"]);
    it.script.keys("Ctrl-R");
    it.news();
    let got = it.got();
    let sent = BODY.replace("A01", "B00002");
    assert!(got.ends_with(&format!("Content-Length: {}\r\n\r\n{sent}", sent.len())), "{got}");
    assert!(got.contains("\r\nAuthorization: Bearer abcdefghijklmnop\r\n"), "{got}");
    assert!(client.join().unwrap().ends_with("\r\n\r\nhi"));
    it.shows(&["Nothing is held. The next message that matches waits here."]);
    assert!(it.script.row(0).contains("BREAK"), "{}", it.script.row(0));
}

#[test]
fn what_was_typed_can_be_left_and_all_let_go() {
    let mut it = screens("path:/mws");
    let clients = [it.call("mws/1", "a=1")];
    it.news();
    let more = [it.call("mws/2", "b=2"), it.call("mws/3", "c=3")];
    it.news();
    it.news();
    it.script.keys("g h Enter \"zzz\" Esc");
    it.shows(&["HELD 3 (gh)", "edited"]);
    it.script.keys("gu");
    it.news();
    assert!(it.got().ends_with("\r\n\r\na=1"), "as it came");
    it.shows(&["HELD 2 (gh)"]);
    it.script.keys("R");
    it.shows(&["2 let go as they came"]);
    it.news();
    it.news();
    for client in clients.into_iter().chain(more) {
        assert!(client.join().unwrap().ends_with("hi"));
    }
    it.script.keys("R");
    it.shows(&["nothing is held"]);
}

#[test]
fn dropping_asks_once_and_closes_the_clients_connection() {
    let mut it = screens("path:/mws");
    let client = it.call("mws/1", "a=1");
    it.news();
    it.script.keys("g h Del");
    it.shows(&["drop the request /mws/1? Its client's connection is closed. The same key again drops it"]);
    it.script.keys("Del");
    it.news();
    assert_eq!(client.join().unwrap(), "");
    assert!(it.got.recv_timeout(Duration::from_millis(100)).is_err(), "nothing was sent");
}

#[test]
fn what_can_not_be_sent_stays_held_and_says_why() {
    let mut it = screens("path:/mws");
    let client = it.call("mws/1", "a=1");
    it.news();
    it.script.keys("g h Enter Ctrl-Home");
    it.script.keys("PgUp PgUp Home \"x y z \" Ctrl-R");
    it.shows(&["still held: ", "HELD 1 (gh)"]);
    it.script.keys("Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-R");
    it.news();
    assert!(it.got().starts_with("POST /mws/1 HTTP/1.1\r\n"));
    assert!(client.join().unwrap().ends_with("hi"));
}

#[test]
fn breakpoints_are_set_turned_off_and_refused_on_the_screen() {
    let mut it = screens("");
    assert!(!it.script.row(0).contains("BREAK"));
    it.script.keys("g h");
    it.shows(&["no breakpoint is set: f sets one for requests"]);
    it.script.keys("f \"status:500\"");
    it.shows(&["hold requests: ", "status is not known before there is an answer"]);
    it.script.keys("Enter");
    it.shows(&["hold requests: "]);
    it.script.keys("Ctrl-U \"path:/mws\" Enter");
    assert!(it.script.row(0).contains("BREAK"), "{}", it.script.screen());
    it.script.keys("f Tab \"status:200\" Enter");
    it.shows(&["hold requests: path:/mws", "hold answers: status:200"]);
    let client = it.call("mws/1", "a=1");
    it.news();
    it.script.keys("Ctrl-R");
    it.news();
    it.news();
    it.shows(&["ANSWER as the client would get it", "HTTP/1.1 200 OK", "ans 200"]);
    it.script.keys("F");
    it.shows(&["nothing new is held; 1 still wait (R lets them go)", "(off: path:/mws)"]);
    it.script.keys("R");
    it.news();
    assert!(client.join().unwrap().ends_with("hi"));
    assert!(it.call("mws/2", "a=1").join().unwrap().ends_with("hi"), "turned off");
    it.script.keys("F");
    let client = it.call("mws/3", "a=1");
    it.news();
    it.shows(&["HELD 1 (gh)"]);
    drop(client);
}

#[test]
fn a_client_that_gives_up_while_its_request_is_edited_is_told() {
    let mut it = screens("path:/mws");
    let mut stream = TcpStream::connect(it.proxy).unwrap();
    write!(stream, "GET http://{}/mws HTTP/1.1\r\nHost: a\r\n\r\n", it.server).unwrap();
    it.news();
    it.script.keys("g h Enter \"x\"");
    drop(stream);
    it.news();
    it.shows(&["a held call is gone: its client gave up; what was edited was not sent", "Nothing is held."]);
}

#[test]
fn without_a_recording_nothing_can_be_held() {
    let mut script = Script::new(100, 30);
    let (gathered, investigation) = (Arc::new(Gathered::new()), Arc::new(Investigation::default()));
    script.feed(Update::Loaded(Box::new(Loaded { title: "a".into(), gathered, investigation })));
    script.keys("g h");
    assert!(script.screen().contains("nothing is recorded, so nothing can be held"), "{}", script.screen());
}

#[test]
fn what_is_held_is_drawn_at_every_size_whatever_stands_in_it() {
    let mut it = screens("path:/mws");
    let client = it.call("mws/1", "a=\u{1b}[31m\u{4f60}\u{597d}e\u{301}\t<F>x</F>\r\nlast\u{7}");
    it.news();
    it.script.keys("g h");
    for (width, height) in [(1, 1), (2, 40), (20, 5), (60, 15), (61, 16), (80, 24), (200, 60), (300, 100)] {
        it.script.resize(width, height);
        for keys in ["Enter", "\"y\"", "PgDn", "Esc"] {
            let screen = it.script.keys(keys).screen();
            assert_eq!(screen.lines().count(), usize::from(height), "{width}x{height} after {keys}");
            assert!(!screen.contains('\u{1b}'), "{screen}");
        }
    }
    it.script.resize(120, 30);
    it.shows(&["REQUEST edited", "HELD 1 (gh)"]);
    it.script.keys("q");
    it.shows(&["the call that is held goes on as it came."]);
    it.script.keys("R");
    it.news();
    assert!(client.join().unwrap().ends_with("hi"));
    assert!(it.got().ends_with("\r\nlast\u{7}"), "as it came");
}
