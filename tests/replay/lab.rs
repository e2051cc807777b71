//! A server that keeps what arrives as it arrives, and recordings made of raw bytes through the proxy.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mwscope::engine::{Options, Session};
use mwscope::proxy::{Accepted, Authority, Config, Trust, parse_reverse};
use mwscope::timeline;
use mwscope_parsers::http::{Event, Feed, Framer, Limits};

/// What a server does with a request.
pub(super) enum Answer {
    /// Answers and keeps the connection.
    Keep(Vec<u8>),
    /// Answers and closes.
    Close(Vec<u8>),
}

/// A server, and the requests that arrived, each with the bytes of head and body as they came.
pub(super) struct Raw {
    pub(super) address: SocketAddr,
    arrived: Arc<Mutex<Vec<Vec<u8>>>>,
    connections: Arc<Mutex<usize>>,
}

impl Raw {
    /// Answers by `answer`, which gets the number of the request and its bytes.
    pub(super) fn start(answer: impl Fn(usize, &[u8]) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (arrived, connections) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (answer, keep, count) = (Arc::new(answer), Arc::clone(&arrived), Arc::clone(&connections));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (answer, keep) = (Arc::clone(&answer), Arc::clone(&keep));
                *count.lock().unwrap() += 1;
                std::thread::spawn(move || serve(stream.unwrap(), &keep, answer.as_ref()));
            }
        });
        Self { address, arrived, connections }
    }

    /// As [`Raw::start`], with one answer to everything.
    pub(super) fn always(answer: &str) -> Self {
        let answer = answer.as_bytes().to_vec();
        Self::start(move |_, _| Answer::Keep(answer.clone()))
    }

    /// What has arrived since the last time this was asked.
    pub(super) fn take(&self) -> Vec<Vec<u8>> {
        std::mem::take(&mut *self.arrived.lock().unwrap())
    }

    /// How many requests have arrived since they were taken.
    pub(super) fn seen(&self) -> usize {
        self.arrived.lock().unwrap().len()
    }

    pub(super) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn serve(
    mut stream: TcpStream,
    arrived: &Mutex<Vec<Vec<u8>>>,
    answer: &(dyn Fn(usize, &[u8]) -> Answer + Send + Sync),
) {
    let mut feed = Feed::new(Framer::requests(Limits::default()));
    let (mut request, mut buffer) = (Vec::new(), [0; 65536]);
    loop {
        let Ok(n) = stream.read(&mut buffer) else { return };
        if n == 0 {
            return;
        }
        let mut whole = Vec::new();
        let mut expects = false;
        feed.push(&buffer[..n], |event, bytes| {
            request.extend_from_slice(bytes);
            match event {
                Event::Head(head, _) => expects = head.has_member("Expect", "100-continue"),
                Event::End(_) => whole.push(std::mem::take(&mut request)),
                _ => {}
            }
        });
        if expects && whole.is_empty() {
            stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").unwrap();
        }
        for request in whole {
            let number = {
                let mut arrived = arrived.lock().unwrap();
                arrived.push(request.clone());
                arrived.len() - 1
            };
            match answer(number, &request) {
                Answer::Keep(bytes) => stream.write_all(&bytes).unwrap(),
                Answer::Close(bytes) => {
                    let _gone = stream.write_all(&bytes);
                    return;
                }
            }
        }
    }
}

/// Records raw requests, one after the other over one connection, as a client of a reverse proxy before `server`.
pub(super) fn record(folder: &Path, server: &Raw, requests: &[&[u8]], keep_secrets: bool) -> PathBuf {
    let case = folder.join("recorded.mwscope");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
        let mut config = Config::new(Arc::new(Authority::open(&folder.join("ca")).unwrap()), trust);
        let (_, to) = parse_reverse(&server.url("")).unwrap();
        config.stand_in = Some(to);
        let options = Options {
            case: case.clone(),
            proxy: config,
            follow: Vec::new(),
            layout: None,
            keep_secrets,
            body_limit: 64 << 20,
            before: None,
            tell_all: false,
            timeline: timeline::Options::default(),
            push: Vec::new(),
            hold: [None, None],
        };
        let session = Session::start(options).await.unwrap();
        let proxy = session.listening()[0].address;
        let requests: Vec<Vec<u8>> = requests.iter().map(|r| r.to_vec()).collect();
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(proxy).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
            for request in requests {
                stream.write_all(&request).unwrap();
                // One answer comes before the next request is sent.
                let mut buffer = [0; 65536];
                assert!(stream.read(&mut buffer).unwrap() > 0);
                std::thread::sleep(Duration::from_millis(50));
            }
        })
        .await
        .unwrap();
        session.stop(&mut |_| {}).await;
    });
    case
}

/// Runs the program.
pub(super) fn mwscope(args: &[&str]) -> Output {
    mwscope_with(args, &[])
}

/// Runs the program with variables of its environment set.
pub(super) fn mwscope_with(args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.args(args).env("NO_COLOR", "1").env_remove("MWSCOPE_ENVIRONMENTS").stdin(std::process::Stdio::null());
    command.envs(variables.iter().copied()).output().unwrap()
}

pub(super) fn json(output: &Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(super) fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
