//! Two recorders, each of which sends on to the other.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use mwscope::model::Exchange;

use super::under_way::{listed, record};

/// An address that nobody listens on.
fn free() -> String {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").to_string()
}

#[test]
fn a_request_that_goes_round_between_two_recorders_ends_and_that_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases = ["a.mwscope", "b.mwscope"].map(|name| folder.path().join(name));
    let at = [free(), free()];
    let chained = |n: usize| {
        let args = ["--listen", &at[n], "--upstream-proxy", &at[1 - n]];
        record(folder.path(), &cases[n], &args)
    };
    let (recorders, began) = ([chained(0).0, chained(1).0], Instant::now());
    let mut client = TcpStream::connect(&at[0]).expect("connected");
    client.set_read_timeout(Some(Duration::from_secs(30))).expect("set");
    client.write_all(b"GET http://m3.example/x HTTP/1.1\r\nHost: m3.example\r\n\r\n").expect("sent");
    let mut answer = String::new();
    client.read_to_string(&mut answer).expect("an answer");
    println!("it ended after {:?}", began.elapsed());
    assert!(answer.starts_with("HTTP/1.1 508 ") && answer.contains("goes round between the two"), "{answer}");
    std::thread::sleep(Duration::from_millis(500));
    recorders.into_iter().for_each(super::under_way::Recorder::kill);
    let all: Vec<Exchange> = cases.iter().flat_map(|case| listed(case)).collect();
    assert!(all.len() > 32 && all.len() < 500, "{}", all.len());
    assert!(all.iter().any(Exchange::failed), "and recorded");
}
