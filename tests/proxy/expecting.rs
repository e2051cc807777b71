//! `Expect: 100-continue` answered by a final status before the body: what the client sends next is its body, or its next
//! request without it.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::lab::{Client, Lab, Server, body};
use mwscope::model::{Outcome, Stage};

/// A server that refuses to be asked and takes everything else, on connections that it keeps; each gives the request
/// lines it saw.
fn refusing() -> Server {
    Server::new(|mut client| {
        let mut seen = Vec::new();
        loop {
            let head = match client.head_or_end() {
                head if head.is_empty() => return seen.join(","),
                head => head,
            };
            seen.push(head.lines().next().unwrap_or_default().to_owned());
            if head.contains("Expect:") {
                client.send("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
                continue;
            }
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            let got = client.exactly(length.map_or(0, |length| length.parse().unwrap()));
            client.send(format!("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{:>7}", got.len()));
        }
    })
}

fn asked(lab: &Lab, server: &Server, length: usize) -> Client {
    let host = server.address;
    let mut client = lab.client();
    client.send(format!(
        "POST http://{host}/0 HTTP/1.1\r\nHost: {host}\r\nExpect: 100-continue\r\nContent-Length: {length}\r\n\r\n"
    ));
    assert_eq!(client.head(), "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");
    client
}

/// The exchange whose body was left out.
fn left_out(lab: &Lab) {
    let x = lab.exchange();
    let outcome = (x.status(), x.request.body.len, x.incomplete, x.outcome.clone());
    assert_eq!(outcome, (Some(417), 0, false, Outcome::Complete));
    assert!(x.notes.iter().any(|(name, _)| name == "body not sent"), "{:?}", x.notes);
}

#[test]
fn the_next_request_goes_over_a_connection_of_its_own() {
    let (lab, server) = (Lab::new(), refusing());
    let host = server.address;
    // As curl does: the same without the question.
    let mut client = asked(&lab, &server, 5);
    client.send(format!("POST http://{host}/1 HTTP/1.1\r\nHost: {host}\r\nContent-Length: 5\r\n\r\nhello"));
    assert_eq!(client.until("      5"), "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n      5");
    left_out(&lab);
    assert_eq!(server.saw(), "POST /0 HTTP/1.1", "the server's connection was closed behind it");
    let x = lab.exchange();
    assert_eq!(
        (x.request.target.as_str(), body(&x.request.body)),
        (format!("http://{host}/1").as_str(), "hello".into())
    );
    // The connection goes on as any other.
    client.send(format!("GET http://{host}/2 HTTP/1.1\r\nHost: {host}\r\n\r\n"));
    client.until("      0");
    drop(client);
    assert_eq!(server.saw(), "POST /1 HTTP/1.1,GET /2 HTTP/1.1");
}

#[test]
fn a_request_that_is_shorter_than_the_body_drips_in_or_comes_with_others() {
    let (lab, server) = (Lab::new(), refusing());
    let host = server.address;
    let get = |at: u8| format!("GET http://{host}/{at} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let mut client = asked(&lab, &server, 100_000);
    for piece in get(1).as_bytes().chunks(7) {
        client.send(piece);
        sleep(Duration::from_millis(20));
    }
    client.until("      0");
    left_out(&lab);
    let mut client = asked(&lab, &server, 100_000);
    client.send(format!("{}{}", get(2), get(3)));
    client.until("      0");
    client.until("      0");
}

#[test]
fn the_body_is_the_body_whatever_was_answered() {
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
        let got = client.exactly(9);
        let next = client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        format!("{got}|{next}")
    });
    let (lab, to) = (Lab::new(), server.address);
    let mut client = lab.client();
    client
        .send(format!("PUT http://{to}/ HTTP/1.1\r\nHost: {to}\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"));
    client.head();
    // It might have become a request.
    client.send("GET /a");
    sleep(Duration::from_millis(50));
    client.send(" or");
    client.send(format!("GET http://{to}/n HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    client.head();
    assert_eq!(server.saw(), format!("GET /a or|GET /n HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    let x = lab.exchange();
    assert_eq!((x.status(), body(&x.request.body), x.incomplete), (Some(401), "GET /a or".to_owned(), false));
    assert_eq!(lab.exchange().status(), Some(200));
}

#[test]
fn a_body_that_is_a_request_is_sent_nowhere() {
    let (lab, server) = (Lab::new(), refusing());
    let host = server.address;
    let evil = format!("GET http://{host}/evil HTTP/1.1\r\nHost: {host}\r\n\r\n");
    let next = format!("GET http://{host}/next HTTP/1.1\r\nHost: {host}\r\n\r\n");
    for behind in ["", next.as_str()] {
        let mut client = asked(&lab, &server, evil.len());
        client.send(format!("{evil}{behind}"));
        assert_eq!(client.rest(), "");
        assert_eq!(server.saw(), "POST /0 HTTP/1.1");
        let x = lab.exchange();
        let Outcome::Failed { stage, cause } = &x.outcome else { panic!("{:?}", x.outcome) };
        assert_eq!((*stage, x.status()), (Stage::RequestBody, Some(417)));
        assert!(cause.contains("can be read as the body"), "{cause}");
    }
    lab.nothing_more();
}

#[test]
fn a_client_that_just_closes_was_free_to() {
    let (lab, server) = (Lab::new(), refusing());
    drop(asked(&lab, &server, 5));
    left_out(&lab);
}

#[test]
fn curl_repeats_its_request_on_the_same_connection() {
    if Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let (lab, server) = (Lab::new(), refusing());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("body");
    std::fs::write(&file, vec![b'B'; 1_200_000]).unwrap();
    // It asks before bodies of more than 1 MiB.
    let asked = Command::new("curl")
        .args(["-sS", "--max-time", "8", "--noproxy", "", "--proxy"])
        .arg(format!("http://{}", lab.address))
        .arg("--data-binary")
        .arg(format!("@{}", file.display()))
        .arg(format!("http://{}/", server.address))
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&asked.stdout), "1200000", "{asked:?}");
}
