//! Connections that break, and what is sent twice or not.

use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;
use crate::proxy::Accepted;

/// Answers `answers` over each connection before it closes it; counts the requests.
async fn server(answers: usize) -> (String, Arc<AtomicU32>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let seen = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&seen);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let count = Arc::clone(&count);
            tokio::spawn(async move {
                let mut buffer = [0; 4096];
                for n in 0.. {
                    if stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                        return;
                    }
                    count.fetch_add(1, Ordering::Relaxed);
                    if n == answers {
                        return;
                    }
                    let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
                }
            });
        }
    });
    (url, seen)
}

fn sender() -> Sender {
    Sender::new(Terms::new(Trust::new(&[], Accepted::All).expect("trust")))
}

fn draft(method: &str, url: &str) -> Draft {
    Draft { method: method.into(), url: url.into(), ..Draft::default() }
}

#[tokio::test]
async fn only_what_may_be_repeated_is_sent_again_when_a_kept_connection_breaks() {
    for (method, times, outcome) in [("GET", 3, "complete"), ("POST", 2, "failed")] {
        let (url, seen) = server(1).await;
        let sender = sender();
        assert_eq!(sender.send(&draft(method, &url)).await.outcome, Outcome::Complete);
        let second = sender.send(&draft(method, &url)).await;
        assert_eq!((second.outcome.word(), seen.load(Ordering::Relaxed)), (outcome, times), "{method}");
        assert_eq!(second.notes[0].0, "kept connection");
    }
}

#[tokio::test]
async fn failures_have_the_stage_and_words_of_recorded_ones() {
    let refused = sender().send(&draft("GET", "http://127.0.0.1:1/")).await;
    assert!(
        matches!(&refused.outcome, Outcome::Failed { stage: Stage::Dial, cause } if cause.contains("nothing listens")),
        "{:?}",
        refused.outcome
    );
    let wrong = sender().send(&draft("GET", "ftp://127.0.0.1/")).await;
    assert!(matches!(&wrong.outcome, Outcome::Failed { stage: Stage::RequestHead, .. }));
    let (url, _) = server(0).await;
    let silent = sender().send(&draft("GET", &url)).await;
    assert!(
        matches!(&silent.outcome, Outcome::Failed { stage: Stage::Wait, cause } if cause.contains("without an answer"))
    );
    assert!(silent.timings.send.is_some() && silent.timings.connect.is_some() && silent.started.is_some());
    let asked = sender().send_once(&draft("GET", &url), &|| Err(io::Error::other("no"))).await;
    assert!(matches!(&asked.outcome, Outcome::Failed { stage: Stage::RequestHead, cause } if cause == "not sent: no"));
}
