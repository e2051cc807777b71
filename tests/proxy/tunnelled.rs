//! What goes through CONNECT as it is: protocols of text in which the client speaks first, and clients that don't trust us,
//! each for itself.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::intercept::{Root, connected, secure, trusting};
use super::lab::{Lab, Server, failure};
use mwscope::model::Outcome;

#[test]
fn protocols_of_text_in_which_the_client_speaks_first_pass() {
    let server = Server::new(|mut client| {
        let got = client.until("\n");
        client.send("well\r\n");
        got + &client.rest()
    });
    let lab = Lab::new();
    for said in [
        "CONNECT\nlogin:u\n\n\0",
        "EHLO me\r\n",
        "QUIT\r\n\r\n",
        "GET\n",
        "STATS\r\n",
        "a001 LOGIN u p\r\n",
        "GET /old\r\n",
    ] {
        let mut client = connected(&lab, &server.address.to_string());
        client.send(said);
        assert_eq!(client.until("\n"), "well\r\n", "{said:?}");
        client.no_more();
        assert_eq!(server.saw(), said);
        let x = lab.exchange();
        let unread =
            |(name, text): &(String, String)| name == "tunnelled unread" && text.contains("neither TLS nor HTTP");
        assert!(x.notes.iter().any(unread), "{said:?}: {:?}", x.notes);
        assert_eq!(x.outcome, Outcome::Complete);
    }
    lab.nothing_more();
}

#[test]
fn half_a_line_passes_behind_silence_and_a_request_in_pieces_is_one() {
    let server = Server::new(|mut client| {
        let got = client.exactly(5);
        client.send("well\r\n");
        got + &client.rest()
    });
    let lab = Lab::new();
    let mut client = connected(&lab, &server.address.to_string());
    client.send("LOGIN");
    assert_eq!(client.until("\n"), "well\r\n");
    drop(client);
    assert_eq!(server.saw(), "LOGIN");
    let x = lab.exchange();
    assert!(x.notes.iter().any(|(_, text)| text.contains("said no line of HTTP")), "{:?}", x.notes);
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let to = server.address.to_string();
    let mut client = connected(&lab, &to);
    for piece in ["G", "ET /a", " HTT", &format!("P/1.1\r\nHost: {to}\r\n\r\n")] {
        client.send(piece);
        sleep(Duration::from_millis(30));
    }
    assert!(client.rest().ends_with("hi"));
    assert!(lab.exchange().notes.iter().any(|(name, _)| name == "opened"));
    assert_eq!(lab.exchange().url, format!("http://{to}/a"));
    // What wants to be HTTP and is none is refused as such.
    let mut client = connected(&lab, &to);
    client.send("GET /a b HTTP/1.1\r\nHost: h\r\n\r\n");
    assert!(client.rest().starts_with("HTTP/1.1 400 "));
}

#[test]
fn a_program_that_does_not_trust_us_decides_for_itself_alone() {
    if cfg!(not(any(target_os = "linux", windows))) || Command::new("curl").arg("--version").output().is_err() {
        return;
    }
    let root = Root::new();
    let (server, other) = (secure(root.leaf("localhost")), secure(root.leaf("localhost")));
    let lab = trusting(&root);
    let at = |server: &Server| format!("localhost:{}", server.address.port());
    assert!(connected(&lab, &at(&server)).secured("localhost", root.authority.certificate()).is_err());
    assert!(failure(&lab.exchange()).1.contains(&at(&server)));
    assert_eq!(server.saw(), "no handshake");
    // Another port is another server.
    assert!(connected(&lab, &at(&other)).secured("localhost", root.authority.certificate()).is_err());
    assert!(failure(&lab.exchange()).1.contains(&at(&other)));
    // Another program that trusts us is recorded.
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("ca.pem");
    std::fs::write(&ours, lab.authority.pem()).unwrap();
    let asked = Command::new("curl")
        .args(["-sS", "--max-time", "8", "--noproxy", "", "--proxy"])
        .arg(format!("http://{}", lab.address))
        .arg("--cacert")
        .arg(&ours)
        .arg(format!("https://{}/1", at(&server)))
        .output()
        .unwrap();
    assert!(asked.status.success(), "{asked:?}");
    assert!(lab.exchange().notes.iter().any(|(name, _)| name == "opened"));
    assert_eq!(lab.exchange().url, format!("https://{}/1", at(&server)));
}
