//! A recording that pushes while it records: to a receiver that isn't there, and by the next recording once it is.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use mwscope::demo::{Caller, Options as Demo, Server, plan};
use mwscope::engine::push::{Gone, Target, Wire, origin};
use mwscope::engine::{Counts, Options, Session, Update, now};
use mwscope::import;
use serde_json::Value;

/// Takes everything, and keeps the JSON of each request.
fn receiver(listener: TcpListener) -> Arc<Mutex<Vec<Value>>> {
    let requests: Arc<Mutex<Vec<Value>>> = Arc::default();
    let kept = Arc::clone(&requests);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let kept = Arc::clone(&kept);
            std::thread::spawn(move || while let Some(()) = one(&stream, &kept) {});
        }
    });
    requests
}

fn one(stream: &TcpStream, kept: &Mutex<Vec<Value>>) -> Option<()> {
    let mut from = BufReader::new(stream);
    let mut length = 0;
    for line in from.by_ref().lines() {
        let line = line.ok()?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        length = line.strip_prefix("content-length: ").map_or(Some(length), |text| text.parse().ok())?;
    }
    let mut body = vec![0; length];
    from.read_exact(&mut body).ok().filter(|()| length > 0)?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).ok()?;
    kept.lock().unwrap().push(serde_json::from_str(&text).unwrap());
    let mut to = stream;
    to.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}").ok()
}

fn all(requests: &Mutex<Vec<Value>>, kind: &str, scopes: &str, items: &str) -> Vec<Value> {
    let requests = requests.lock().unwrap();
    let of = requests.iter().filter_map(|request| request[kind][0][scopes][0][items].as_array());
    of.flatten().cloned().collect()
}

fn fact<'a>(item: &'a Value, name: &str) -> Option<&'a str> {
    let attributes = item["attributes"].as_array()?;
    attributes.iter().find(|a| a["key"] == name)?["value"]["stringValue"].as_str()
}

/// Records `calls` calls, and pushes until `enough` of how far it has come.
async fn record(folder: &Path, server: &Server, url: &str, calls: usize, enough: impl Fn(&Gone) -> bool) -> Counts {
    let case = folder.join("live.mwscope");
    let target = Target { url: url.to_owned(), wire: Wire::Otlp, origin: origin("mws", &case), headers: Vec::new() };
    let session = Session::start(Options {
        follow: vec![server.log(), server.dumps()],
        keep_secrets: true,
        tell_all: false,
        push: vec![target],
        ..super::options(&case, super::config(&folder.join("ca")))
    })
    .await
    .expect("a session");
    let caller = Caller { server: server.address(), proxy: Some(session.listening()[0].address) };
    for planned in plan(7, calls) {
        caller.call(&planned).await.expect("an answer");
    }
    let until = Instant::now() + Duration::from_secs(30);
    while Instant::now() < until {
        if let Some(Update::Pushed(gone)) = session.next(Duration::from_millis(100))
            && enough(&gone)
        {
            break;
        }
    }
    session.stop(&mut |_| {}).await
}

#[test]
fn what_is_recorded_is_pushed_once_whatever_becomes_of_receiver_and_recorder() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let at = listener.local_addr().expect("an address");
    let url = format!("http://{at}");
    drop(listener);
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let site = folder.join("site");
    let demo = Demo { folder: site, seed: 7, now: Arc::new(now::utc_ns), slow: Duration::from_millis(50) };
    let server = runtime.block_on(Server::start(demo)).expect("a server");

    // Nobody listens: everything waits in the case, and the end of the recording doesn't.
    let counts = runtime.block_on(record(folder, &server, &url, 4, |gone| gone.trouble.is_some() && gone.behind > 3));
    let left = counts.stored;
    assert!(left > 3 && counts.unstored == 0, "{counts:?}");
    assert_eq!((counts.pushed[0].behind, counts.pushed[0].taken), (left, 0));

    // The next recording takes it along, with what its dump and records tell of the call that failed.
    let requests = receiver(TcpListener::bind(at).expect("the same port"));
    let counts = runtime.block_on(record(folder, &server, &url, 3, |gone| gone.behind == 0 && gone.taken > 0));
    assert_eq!((counts.pushed[0].behind, counts.pushed[0].refused), (0, 0), "{counts:?}");
    let spans = all(&requests, "resourceSpans", "scopeSpans", "spans");
    let gathered =
        import::gather(&[folder.join("live.mwscope").display().to_string()], &import::Options::default(), &mut |_| {})
            .expect("the case");
    let stored: Vec<String> = gathered.exchanges.iter().map(|x| x.id.to_string()).collect();
    assert_eq!(stored.len() as u64, left + counts.stored);
    let mut pushed: Vec<&str> = spans.iter().filter_map(|span| fact(span, "mwscope.id")).collect();
    pushed.sort_unstable();
    assert_eq!(pushed, stored, "each call once");
    let crashed =
        |span: &&Value| span["events"].as_array().is_some_and(|all| all.iter().any(|e| e["name"] == "m3.dump"));
    let crashes: Vec<&Value> = spans.iter().filter(crashed).collect();
    assert_eq!(crashes.len(), 2, "one of each recording");
    let logs = all(&requests, "resourceLogs", "scopeLogs", "logRecords");
    for crash in crashes {
        assert_eq!(fact(crash, "mwscope.layer"), Some("m3-program"));
        let of_it = logs.iter().filter(|log| log["spanId"] == crash["spanId"]);
        let kinds: std::collections::BTreeSet<_> = of_it.filter_map(|log| fact(log, "mwscope.kind")).collect();
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["dump", "finding", "record"]);
    }
    // The case keeps secrets, as it was asked to; what is handed on doesn't have them.
    let text = format!("{:?}", requests.lock().unwrap());
    assert!(!text.contains("TVdTVVNSOnNpbXVsYXRlZA") && !text.contains("simulated\""), "a secret");

    // A third one has nothing of theirs to push.
    let before = spans.len();
    runtime.block_on(record(folder, &server, &url, 1, |gone| gone.behind == 0 && gone.taken > 0));
    assert_eq!(all(&requests, "resourceSpans", "scopeSpans", "spans").len(), before + 1);
}
