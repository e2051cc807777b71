//! `probe`: the same stages and words as a recorded failure, one after the other.

use std::net::TcpListener;
use std::sync::Arc;

use mwscope::model::Stage;
use mwscope::proxy::{Accepted, Limits, Step, Subject, Trust, probe};

use rustls::ServerConfig;
use rustls::sign::SingleCertAndKey;

use crate::proxy::intercept::{Root, secure};
use crate::proxy::lab::{Server, provider};

fn probed(subject: &str) -> Vec<Step> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
    runtime.block_on(probe(&Subject::parse(subject).unwrap(), &trust, &Limits::default(), 0))
}

fn found(step: &Step) -> (Stage, bool, &str) {
    let (Ok(text) | Err(text)) = &step.found;
    (step.stage, step.found.is_ok(), text)
}

#[test]
fn each_step_is_told_until_one_fails() {
    let server =
        Server::answering("HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n");
    let steps = probed(&format!("http://localhost:{}/mws?wsdl", server.address.port()));
    let stages: Vec<_> = steps.iter().map(|s| (s.stage, s.found.is_ok())).collect();
    assert_eq!(stages, [(Stage::Resolve, true), (Stage::Dial, true), (Stage::Wait, true)]);
    let said = found(&steps[2]).2;
    assert!(said.starts_with("HTTP 401 No; authentication by Basic; no service description; ask"), "{said}");
    assert!(server.saw().starts_with("GET /mws?wsdl HTTP/1.1\r\n"));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let steps = probed(&format!("http://{nobody}"));
    let (stage, well, text) = found(steps.last().unwrap());
    assert!(stage == Stage::Dial && !well && text.contains("refused the connection"), "{text}");
    let silent = Server::new(|mut client| client.head());
    let steps = probed(&format!("http://{}", silent.address));
    let (stage, well, text) = found(steps.last().unwrap());
    assert!(stage == Stage::Wait && !well && text.contains("without an answer"), "{text}");
}

#[test]
fn a_port_alone_is_asked_what_it_speaks() {
    let ssh = Server::new(|mut client| {
        client.send("SSH-2.0-OpenSSH_9.2p1\r\n");
        client.until("\r\n")
    });
    let steps = probed(&ssh.address.to_string());
    assert_eq!(found(&steps[1]), (Stage::Tunnel, true, "SSH, SSH-2.0-OpenSSH_9.2p1"));
    let (stage, well, text) = found(steps.last().unwrap());
    assert!(stage == Stage::Tunnel && !well && text.contains("before the host key"), "{text}");
    let ftp = Server::new(|mut client| {
        client.send("220 ready\r\n");
        client.rest()
    });
    let steps = probed(&ftp.address.to_string());
    assert_eq!(found(steps.last().unwrap()).2, "the server speaks first: 220 ready");
    // The first connection is tried with TLS, which a plain server answers with an error and an end.
    let plain = Server::new(|mut client| {
        let first = client.exactly(3);
        if first == "GET" {
            client.head();
        }
        client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        first
    });
    let steps = probed(&plain.address.to_string());
    let texts: Vec<_> = steps.iter().map(|s| found(s).2).collect();
    assert_eq!(texts[1..], ["no TLS on this port", "HTTP 200 OK"]);
}

#[test]
fn what_a_server_offers_of_tls_is_told_even_where_it_fails() {
    let root = Root::new();
    for (version, taken, refused) in [
        (&rustls::version::TLS12, "takes TLS 1.2;", "refuses TLS 1.0, TLS 1.1, TLS 1.3"),
        (&rustls::version::TLS13, "takes TLS 1.3;", "refuses TLS 1.0, TLS 1.1, TLS 1.2"),
    ] {
        let leaf = root.leaf("localhost");
        let server = Server::new(move |client| {
            let config = ServerConfig::builder_with_provider(provider())
                .with_protocol_versions(&[version])
                .unwrap()
                .with_no_client_auth()
                .with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(&leaf))));
            let Ok(mut client) = client.serving_by(config) else { return String::new() };
            client.head();
            client.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            String::new()
        });
        let to = format!("https://localhost:{}/", server.address.port());
        let steps = probed(&to);
        let (stage, well, text) = found(&steps[2]);
        assert!(stage == Stage::TlsUpstream && well && text.contains(taken) && text.contains(refused), "{text}");
        let (stage, well, text) = found(&steps[3]);
        assert!(stage == Stage::TlsUpstream && !well && text.contains("keytool"), "{text}");
        let trust = Trust::new(&[root.pem()], Accepted::Hosts(Vec::new())).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let steps = runtime.block_on(probe(&Subject::parse(&to).unwrap(), &trust, &Limits::default(), 0));
        let (_, well, text) = found(&steps[2]);
        assert!(well && text.contains("; chain CN=localhost <- CN=mwscope recording CA"), "{text}");
        assert!(found(&steps[3]).2.contains(taken) && found(&steps[4]).2 == "HTTP 200 OK");
    }
}

#[test]
fn what_is_no_description_and_no_http_fails_in_words() {
    for (answer, path, words) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "/a?wsdl", "an empty body instead of a service description"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n<html>Login</html>", "/a?wsdl", "HTML to sign on by"),
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n<definitions xmlns='http://schemas.xmlsoap.org/wsdl/'>",
            "/a?wsdl",
            "36 bytes of it are missing",
        ),
        ("\x15\x03\x01\0\x02\x02\x46", "/", "an alert of TLS (number 70)"),
        ("SSH-2.0-X\r\n", "/", "greets as SSH (SSH-2.0-X)"),
    ] {
        let server = Server::answering(answer);
        let steps = probed(&format!("http://{}{path}", server.address));
        let (_, well, text) = found(steps.last().unwrap());
        assert!(!well && text.contains(words), "{text}");
    }
}

#[test]
fn a_server_of_tls_that_is_called_without_is_called_so() {
    let root = Root::new();
    let server = secure(root.leaf("localhost"));
    let steps = probed(&format!("http://localhost:{}/a?wsdl", server.address.port()));
    let (_, well, text) = found(steps.last().unwrap());
    assert!(!well && text.contains("speaks TLS on this port; call it by https://"), "{text}");
}

#[test]
fn a_server_of_plain_http_that_is_called_with_tls_is_called_so_at_once() {
    for says_nothing in [true, false] {
        let server = Server::new(move |mut client| {
            // Most wait for the end of a line that a greeting of TLS doesn't have; others know at once that it is none.
            if !says_nothing && client.exactly(1) != "G" {
                client.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                return String::new();
            }
            client.head_or_end();
            client.send("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n");
            String::new()
        });
        let began = std::time::Instant::now();
        let steps = probed(&format!("https://{}/mws?wsdl", server.address));
        let (stage, well, text) = found(steps.last().unwrap());
        assert!(began.elapsed() < std::time::Duration::from_secs(3), "{:?}", began.elapsed());
        let call = format!("call it by http:// (mwscope probe http://{}/mws?wsdl)", server.address);
        assert!(stage == Stage::TlsUpstream && !well && text.contains(&call) && text.contains("status 401"), "{text}");
    }
}

#[test]
fn a_server_that_says_nothing_at_all_is_given_up_soon() {
    let server = Server::new(|mut client| client.rest());
    let limits = Limits { handshake: std::time::Duration::from_millis(1500), ..Limits::default() };
    let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let subject = Subject::parse(&format!("https://{}", server.address)).unwrap();
    let began = std::time::Instant::now();
    let steps = runtime.block_on(probe(&subject, &trust, &limits, 0));
    assert!(began.elapsed() < std::time::Duration::from_secs(6), "{:?}", began.elapsed());
    let (stage, well, text) = found(steps.last().unwrap());
    assert!(stage == Stage::TlsUpstream && !well && text.contains("without TLS either"), "{text}");
}

#[test]
fn lines_before_the_version_of_ssh_are_no_other_protocol() {
    let server = Server::new(|mut client| {
        client.send("Welcome\r\n");
        std::thread::sleep(std::time::Duration::from_millis(50));
        client.send("Unauthorised use\r\nSSH-2.0-X\r\n");
        client.until("\r\n")
    });
    let steps = probed(&server.address.to_string());
    let said: Vec<_> = steps.iter().map(|step| found(step).2).collect();
    assert!(said.iter().any(|text| text.contains("before its version: Welcome / Unauthorised use")), "{said:?}");
    assert!(said.iter().any(|text| text.contains("SSH-2.0-X")), "{said:?}");
}
