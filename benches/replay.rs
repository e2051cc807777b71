//! How fast requests are sent again: `cargo bench --bench replay` prints what the engine adds to a call (one connection,
//! one request after the other, against a client that does nothing but write and read the same bytes), and rows a second
//! of a whole batch with its journal and results, at concurrency 16 against a server on this computer.
//! `--check` ends with status 1 where that is over 1 ms, or under 1,000 rows.

#![allow(clippy::print_stdout, reason = "what it prints is its answer")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use mwscope::model::{Header, Headers};
use mwscope::proxy::{Accepted, Client, Follow, Sender, Terms, Trust};
use mwscope::replay::Draft;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const ANSWER: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 25\r\n\r\n<r><Return>0</Return></r>";
/// Calls that are measured one after the other.
const CALLS: usize = 5_000;
/// Rows of the batch.
const ROWS: usize = 10_000;

fn main() -> Result<ExitCode, Failure> {
    let said: Vec<String> = std::env::args().skip(1).filter(|a| a != "--bench").collect();
    let server = serve()?;
    let body =
        format!("<Envelope><Body><Create><User>USER</User>{}</Create></Body></Envelope>", "<F>1</F>".repeat(200));
    let added = added(server, &body)?;
    println!("added to a call: {:.3} ms ({CALLS} calls, {} bytes each)", added.as_secs_f64() * 1000.0, body.len());
    let rows = batch(server, &body)?;
    println!("rows a second at concurrency 16: {rows:.0} ({ROWS} rows, journal and results written)");
    let well = added < Duration::from_millis(1) && rows >= 1000.0;
    Ok(if said.iter().any(|a| a == "--check") && !well { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A server that answers each request at once.
fn serve() -> Result<SocketAddr, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || answer(stream));
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let (mut got, mut buffer) = (Vec::new(), [0; 16384]);
    loop {
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        got.extend_from_slice(&buffer[..n]);
        while let Some(end) = got.windows(4).position(|w| w == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&got[..end]).to_ascii_lowercase();
            let len: usize =
                head.split("content-length:").nth(1).and_then(|rest| rest.lines().next()?.trim().parse().ok())?;
            if got.len() < end + 4 + len {
                break;
            }
            got.drain(..end + 4 + len);
            stream.write_all(ANSWER).ok()?;
        }
    }
}

/// What a call takes more than writing its bytes and reading those of the answer.
fn added(server: SocketAddr, body: &str) -> Result<Duration, Failure> {
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {server}\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let bytes = [head.as_bytes(), body.as_bytes()].concat();
    let mut stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    let mut buffer = [0; 16384];
    let began = Instant::now();
    for _ in 0..CALLS {
        stream.write_all(&bytes)?;
        if stream.read(&mut buffer)? == 0 {
            return Err("the server closed".into());
        }
    }
    let bare = began.elapsed();
    let sender = Arc::new(Sender::new(Terms::new(Trust::new(&[], Accepted::Hosts(Vec::new()))?)));
    let draft = Draft {
        method: "POST".to_owned(),
        url: format!("http://{server}/"),
        headers: Headers(vec![Header::new("Host", server.to_string()), Header::new("Content-Type", "text/xml")]),
        body: body.to_owned().into(),
        ..Draft::default()
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let ours = runtime.block_on(async {
        let mut client = Client::new(sender, Follow::AsClients);
        client.send_all(&draft).await;
        let began = Instant::now();
        for _ in 0..CALLS {
            client.send_all(&draft).await;
        }
        began.elapsed()
    });
    let calls = u32::try_from(CALLS)?;
    Ok(ours.saturating_sub(bare) / calls)
}

/// Rows a second of the program itself, from its start to its end.
fn batch(server: SocketAddr, body: &str) -> Result<f64, Failure> {
    let folder = tempfile::tempdir()?;
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "synthetic", "version": "1"}, "entries": [{
        "startedDateTime": "2026-01-13T10:00:00.000Z", "time": 1, "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0},
        "request": {"method": "POST", "url": format!("http://{server}/"), "httpVersion": "HTTP/1.1", "queryString": [], "cookies": [],
            "headers": [{"name": "Content-Type", "value": "text/xml"}], "headersSize": -1, "bodySize": body.len(),
            "postData": {"mimeType": "text/xml", "text": body}},
        "response": {"status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
            "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": -1}}]}});
    let path = folder.path().join("call.har");
    std::fs::write(&path, har.to_string())?;
    let rows: String = (0..ROWS).map(|n| format!("USER{n:05}\n")).collect();
    let data = folder.path().join("rows.csv");
    std::fs::write(&data, format!("user\n{rows}"))?;
    let began = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .arg("replay")
        .arg(&path)
        .args(["x0", "--set", "//User={{user}}", "--yes", "--concurrency", "16", "--check", "--data"])
        .arg(&data)
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("the batch ended with {status}").into());
    }
    Ok(ROWS as f64 / began.elapsed().as_secs_f64())
}
