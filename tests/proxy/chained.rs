//! Another proxy on the way, and sign-ons that hold for a connection.

use mwscope::model::{Exchange, Outcome};
use mwscope::proxy::{Config, UpstreamProxy};

use crate::proxy::intercept::{Root, trusting};
use crate::proxy::lab::{Lab, Server, body};

fn through(server: &Server, credentials: &str, change: impl FnOnce(&mut Config)) -> Lab {
    let upstream = UpstreamProxy::parse(&format!("{credentials}{}", server.address)).unwrap();
    Lab::with(|c| {
        c.upstream = Some(upstream);
        change(c);
    })
}

fn note<'x>(x: &'x Exchange, name: &str) -> Option<&'x str> {
    x.notes.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
}

#[test]
fn plain_requests_carry_our_credentials_to_the_upstream_proxy() {
    let proxy = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let lab = through(&proxy, "u:p@", |_| {});
    let got =
        lab.talk("GET http://m3.example/a HTTP/1.1\r\nHost: m3.example\r\nProxy-Authorization: Basic eHg=\r\n\r\n");
    assert!(got.ends_with("hi"));
    let expected = "GET http://m3.example/a HTTP/1.1\r\nProxy-Authorization: Basic dTpw\r\nHost: m3.example\r\n\r\n";
    assert_eq!(proxy.saw(), expected);
    let x = lab.exchange();
    let edits: Vec<_> = x.edits.iter().map(|e| (e.what.as_str(), e.after.as_deref())).collect();
    assert_eq!(edits, [("Proxy-Authorization removed", None), ("Proxy-Authorization added", None)]);
}

#[test]
fn what_a_client_says_to_the_upstream_proxy_reaches_it_unless_it_is_meant_for_us() {
    let proxy = Server::answering("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n");
    let request = "GET http://m3/ HTTP/1.1\r\nHost: m3\r\nConnection: close\r\nProxy-Authorization: Basic dTpw\r\n\r\n";
    let got = through(&proxy, "", |_| {}).talk(request);
    assert!(got.starts_with("HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n"), "{got}");
    assert_eq!(proxy.saw(), request);
    through(&proxy, "", |c| c.credentials = Some("u:p".to_owned())).talk(request);
    assert_eq!(proxy.saw(), request.replace("Proxy-Authorization: Basic dTpw\r\n", ""));
}

#[test]
fn a_client_signs_on_to_the_upstream_proxy_over_one_connection() {
    let proxy = Server::new(|mut client| {
        let mut seen = client.head();
        let challenge = "HTTP/1.1 407 Sign on\r\nProxy-Authenticate: NTLM\r\nContent-Length: 4\r\n\r\nwhat";
        client.send(challenge);
        seen += &client.head();
        client.send(challenge.replace("NTLM", "NTLM VFdP"));
        seen += &client.head();
        client.send("HTTP/1.1 200 Go on\r\n\r\n");
        seen += &client.until("ping");
        client.send("pong");
        seen
    });
    let lab = through(&proxy, "", |_| {});
    let mut client = lab.client();
    let connect = |said: &str| format!("CONNECT m3:22 HTTP/1.1\r\nHost: m3:22\r\n{said}\r\n");
    client.send(connect(""));
    assert!(client.head().starts_with("HTTP/1.1 407 Sign on\r\nProxy-Authenticate: NTLM\r\n"));
    assert_eq!(client.exactly(4), "what");
    client.send(connect("Proxy-Authorization: NTLM T05F\r\n"));
    assert!(client.head().contains("NTLM VFdP"));
    assert_eq!(client.exactly(4), "what");
    client.send(connect("Proxy-Authorization: NTLM VEhSRUU=\r\n"));
    assert_eq!(client.head(), "HTTP/1.1 200 Connection established\r\n\r\n");
    client.send("\0ping");
    assert_eq!(client.exactly(4), "pong");
    let line = |said: &str| format!("CONNECT m3:22 HTTP/1.1\r\nHost: m3:22\r\n{said}\r\n");
    let expected =
        line("") + &line("Proxy-Authorization: NTLM T05F\r\n") + &line("Proxy-Authorization: NTLM VEhSRUU=\r\n");
    assert_eq!(proxy.saw(), format!("{expected}\0ping"), "on one connection");
    for _ in 0..2 {
        let x = lab.exchange();
        assert_eq!((x.status(), &x.outcome), (Some(407), &Outcome::Complete));
        assert_eq!(body(&x.response.as_ref().unwrap().body), "what");
        assert!(note(&x, "kept connection").is_some());
    }
    drop(client);
    assert_eq!(lab.exchange().status(), None);
}

#[test]
fn a_sign_on_stays_on_its_connection_and_its_limits_are_said_once() {
    let root = Root::new();
    let leaf = root.leaf("localhost");
    let server = Server::new(move |client| {
        let mut client = client.serving(&leaf).unwrap();
        let mut seen = Vec::new();
        for answer in ["401 No\r\nWWW-Authenticate: NTLM", "401 No\r\nWWW-Authenticate: NTLM VFdP", "200 OK"] {
            let head = client.head();
            seen.push(head.lines().find(|l| l.starts_with("Authorization")).unwrap_or("none").to_owned());
            client.send(format!("HTTP/1.1 {answer}\r\nContent-Length: 0\r\n\r\n"));
        }
        seen.join("; ")
    });
    let lab = trusting(&root);
    let to = format!("localhost:{}", server.address.port());
    let mut client = lab.client();
    client.send(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n"));
    client.head();
    let mut client = client.secured("localhost", lab.authority.certificate()).unwrap();
    for said in ["", "Authorization: NTLM T05F\r\n", "Authorization: NTLM VEhSRUU=\r\n"] {
        client.send(format!("GET / HTTP/1.1\r\nHost: {to}\r\n{said}\r\n"));
        client.head();
    }
    assert_eq!(server.saw(), "none; Authorization: NTLM T05F; Authorization: NTLM VEhSRUU=", "on one connection");
    assert_eq!(client.rest(), "", "the sign-on is over when the server ends its connection");
    lab.exchange();
    let said: Vec<_> = (0..3).map(|_| note(&lab.exchange(), "sign-on").map(str::to_owned)).collect();
    assert!(
        said[0].as_ref().is_some_and(|text| text.contains("channel binding") && text.contains("--tunnel")),
        "{said:?}"
    );
    assert_eq!(said[1..], [None, None]);
}

#[test]
fn a_forward_client_whose_signed_on_connection_ends_is_not_given_another() {
    let server = Server::new(|mut client| {
        client.head();
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        String::new()
    });
    let lab = Lab::new();
    for (said, ends) in [("Authorization: Negotiate eHg=\r\n", true), ("", false)] {
        let mut client = lab.client();
        client.send(format!("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n{said}\r\n", server.address));
        client.head();
        server.saw();
        if ends {
            assert_eq!(client.rest(), "");
        } else {
            client.send(format!("GET http://{0}/ HTTP/1.1\r\nHost: {0}\r\n\r\n", server.address));
            assert!(client.head().starts_with("HTTP/1.1 200"));
        }
    }
}
