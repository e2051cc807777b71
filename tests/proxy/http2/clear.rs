//! HTTP/2 without TLS: by prior knowledge in every way that a client can come, and by an offer to go over to it.

use std::net::SocketAddr;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use http::{Request, Response, Version};
use mwscope::model::{Outcome, Stage};
use mwscope::proxy::core::Endpoint;
use mwscope::proxy::{Config, Reverse};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::peer::{Peer, all};
use super::{inner, notes};
use crate::proxy::lab::{Client, Lab, Server, body, failure};

/// A server that speaks HTTP/2 without TLS, and hands on what it was asked.
fn origin(lab: &Lab) -> (SocketAddr, Receiver<String>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let (tell, asked) = mpsc::channel();
    lab.runtime.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        while let Ok((stream, _)) = listener.accept().await {
            let tell = tell.clone();
            tokio::spawn(async move {
                let mut connection = h2::server::handshake(stream).await.unwrap();
                while let Some(Ok((request, mut respond))) = connection.accept().await {
                    let tell = tell.clone();
                    tokio::spawn(async move {
                        let (parts, upload) = request.into_parts();
                        let (got, _) = all(upload).await.unwrap();
                        let head = Response::builder().status(200).header("x-a", "1").body(()).unwrap();
                        let mut send = respond.send_response(head, false).unwrap();
                        send.send_data(Bytes::from_static(b"done"), true).unwrap();
                        let got = String::from_utf8_lossy(&got).into_owned();
                        let _test_over = tell.send(format!("{} {} {:?} {got}", parts.method, parts.uri, parts.headers));
                    });
                }
            });
        }
    });
    (address, asked)
}

/// A client's connection that begins with HTTP/2, its first bytes cut there.
async fn peer(mut stream: TcpStream, said: &[u8], reply: usize) -> SendRequest<Bytes> {
    if !said.is_empty() {
        stream.write_all(said).await.unwrap();
        let mut got = vec![0; reply];
        stream.read_exact(&mut got).await.unwrap();
    }
    let (requests, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    requests.ready().await.unwrap()
}

async fn call(requests: &mut SendRequest<Bytes>, request: Request<()>) -> (u16, String) {
    let (response, mut send) = requests.send_request(request, false).unwrap();
    send.send_data(Bytes::from_static(b"hello"), true).unwrap();
    let (parts, download) = response.await.unwrap().into_parts();
    let (got, _) = all(download).await.unwrap();
    (parts.status.as_u16(), String::from_utf8_lossy(&got).into_owned())
}

fn post(uri: String) -> http::request::Builder {
    Request::post(uri).version(Version::HTTP_2)
}

fn saw(asked: &Receiver<String>) -> String {
    asked.recv_timeout(Duration::from_secs(10)).expect("the server should have been asked")
}

#[test]
fn a_proxys_client_may_name_another_server_for_each_stream() {
    let lab = Lab::with(|c| c.credentials = Some("u:p".to_owned()));
    let ((one, of_one), (other, of_other)) = (origin(&lab), origin(&lab));
    lab.runtime.block_on(async {
        let mut requests = peer(TcpStream::connect(lab.address).await.unwrap(), b"", 0).await;
        for (to, path) in [(one, "/a?b"), (other, "/c"), (one, "/d")] {
            let request = post(format!("http://{to}{path}")).header("proxy-authorization", "Basic dTpw");
            assert_eq!(call(&mut requests, request.body(()).unwrap()).await, (200, "done".to_owned()));
        }
        let (status, told) = call(&mut requests, post(format!("http://{one}/")).body(()).unwrap()).await;
        assert!(status == 407 && told.contains("gave no credentials"), "{status} {told}");
    });
    assert_eq!(saw(&of_one), format!("POST http://{one}/a?b {{}} hello"));
    assert_eq!(saw(&of_other), format!("POST http://{other}/c {{}} hello"));
    let x = lab.exchange();
    assert_eq!(
        (x.url.clone(), x.request.version.as_str(), body(&x.request.body).as_str()),
        (format!("http://{one}/a?b"), "HTTP/2", "hello")
    );
    assert_eq!((&x.outcome, body(&x.response.as_ref().unwrap().body).as_str()), (&Outcome::Complete, "done"));
    assert!(notes(&x, "protocol")[0].contains("recorded decoded"));
    assert_eq!(x.edits.iter().map(|e| e.what.as_str()).collect::<Vec<_>>(), ["proxy-authorization removed"]);
    lab.exchange();
    lab.exchange();
    assert_eq!(failure(&lab.exchange()).0, Stage::ProxyAuth);
}

#[test]
fn a_server_is_stood_in_for_on_an_address_of_its_own_or_on_the_proxys() {
    for own in [true, false] {
        let away = Lab::new();
        let (address, asked) = origin(&away);
        let lab = Lab::with(|c: &mut Config| match own {
            true => {
                c.listen.clear();
                c.reverse = vec![Reverse::parse(&format!("127.0.0.1:0=http://{address}")).unwrap()];
            }
            false => c.stand_in = Some(Endpoint::of_url(&format!("http://{address}")).unwrap()),
        });
        let got = lab.runtime.block_on(async {
            let mut requests = peer(TcpStream::connect(lab.address).await.unwrap(), b"", 0).await;
            call(&mut requests, post("http://me.example/r".to_owned()).body(()).unwrap()).await
        });
        assert_eq!(got, (200, "done".to_owned()));
        assert_eq!(saw(&asked), format!("POST http://{address}/r {{}} hello"));
        let x = lab.exchange();
        assert_eq!(x.url, format!("http://{address}/r"));
        assert_eq!(x.edits[0].what, ":authority: the upstream's");
    }
}

#[test]
fn tls_is_taken_off_in_front_of_it_for_a_client_that_speaks_nothing_else() {
    let away = Lab::new();
    let (address, asked) = origin(&away);
    let lab = Lab::with(|c: &mut Config| {
        c.listen.clear();
        c.reverse = vec![Reverse::parse(&format!("127.0.0.1:0=http://{address}")).unwrap()];
    });
    let here = lab.address.to_string();
    let got = lab.runtime.block_on(async {
        let mut peer = Peer::direct(&lab, &here, "127.0.0.1", &["h2"]).await;
        assert_eq!(peer.protocol.as_deref(), Some("h2"));
        call(&mut peer.requests, post(format!("https://{here}/r")).body(()).unwrap()).await
    });
    assert_eq!(got, (200, "done".to_owned()));
    assert_eq!(saw(&asked), format!("POST http://{address}/r {{}} hello"));
    let x = lab.exchange();
    assert_eq!((x.request.version.as_str(), &x.outcome), ("HTTP/2", &Outcome::Complete));
}

#[test]
fn inside_connect_and_socks_it_is_recorded_too() {
    let lab = Lab::new();
    let (address, asked) = origin(&lab);
    let connect = format!("CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n").into_bytes();
    let socks = [&[4, 1][..], &address.port().to_be_bytes(), &[127, 0, 0, 1, 0]].concat();
    for (said, reply, by) in [(connect, 39, "CONNECT"), (socks, 8, "SOCKS")] {
        let got = lab.runtime.block_on(async {
            let stream = TcpStream::connect(lab.address).await.unwrap();
            let mut requests = peer(stream, &said, reply).await;
            call(&mut requests, post(format!("http://{address}/in")).body(()).unwrap()).await
        });
        assert_eq!(got, (200, "done".to_owned()));
        assert_eq!(saw(&asked), format!("POST http://{address}/in {{}} hello"));
        let opened = lab.exchange();
        assert_eq!(notes(&opened, "opened"), [format!("HTTP/2 without TLS inside {by}")]);
        assert_eq!(inner(&lab).url, format!("http://{address}/in"));
    }
}

#[test]
fn the_first_bytes_may_be_cut_anywhere() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    let away = Lab::new();
    let (address, _asked) = origin(&away);
    let lab = Lab::with(|c| c.stand_in = Some(Endpoint::of_url(&format!("http://{address}")).unwrap()));
    // The empty SETTINGS of both sides (RFC 9113, 6.5).
    const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";
    for at in 1..PREFACE.len() {
        let mut client = lab.client();
        client.send(&PREFACE[..at]);
        std::thread::sleep(Duration::from_millis(5));
        client.send([&PREFACE[at..], SETTINGS].concat());
        assert_eq!(client.exactly(4).as_bytes()[3], 4, "cut at {at}: it answers with SETTINGS");
    }
}

#[test]
fn a_server_that_speaks_no_http2_is_told_in_words() {
    let server = Server::new(|mut client| {
        let got = client.exactly(24);
        client.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        got
    });
    let lab = Lab::new();
    let (status, told) = lab.runtime.block_on(async {
        let mut requests = peer(TcpStream::connect(lab.address).await.unwrap(), b"", 0).await;
        call(&mut requests, post(format!("http://{}/", server.address)).body(()).unwrap()).await
    });
    assert!(status == 502 && told.contains("it may not speak HTTP/2 without TLS"), "{status} {told}");
    let (_, cause) = failure(&lab.exchange());
    assert!(cause.contains("have the client speak HTTP/1.1 to it"), "{cause}");
    // A proxy can't be asked for https so.
    let (status, told) = lab.runtime.block_on(async {
        let mut requests = peer(TcpStream::connect(lab.address).await.unwrap(), b"", 0).await;
        call(&mut requests, post("https://erp.example/".to_owned()).body(()).unwrap()).await
    });
    assert!(status == 400 && told.contains("must use CONNECT"), "{status} {told}");
}

#[test]
fn an_offer_to_go_over_to_it_is_not_passed_on_and_that_is_listed() {
    let server = Server::answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
    let lab = Lab::new();
    let got = lab.talk(format!(
        "GET http://{0}/a HTTP/1.1\r\nHost: {0}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\
         HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n",
        server.address
    ));
    assert!(got.ends_with("hi"), "{got}");
    assert_eq!(server.saw(), format!("GET /a HTTP/1.1\r\nHost: {}\r\n\r\n", server.address));
    let x = lab.exchange();
    let edits: Vec<_> = x.edits.iter().map(|edit| edit.what.as_str()).collect();
    assert!(edits.contains(&"Upgrade: h2c isn't passed on; the call stays HTTP/1.1"), "{edits:?}");
    assert_eq!(x.request.headers.text("Upgrade").as_deref(), Some("h2c"), "what the client sent is recorded");
}

#[test]
fn what_is_refused_before_it_is_read_is_recorded() {
    // Settings, and on the first stream a request with the status of an answer (`:method GET`, `:scheme http`, `:path /`,
    // `:status 200`).
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let malformed = [0, 0, 4, 1, 5, 0, 0, 0, 1, 0x82, 0x86, 0x84, 0x88];
    // Then one that compresses by a table that nobody has.
    let broken = [0, 0, 2, 1, 5, 0, 0, 0, 3, 0xff, 0x7f];
    let lab = Lab::with(|c: &mut Config| c.stand_in = Some(Endpoint::of_url("http://127.0.0.1:1").unwrap()));
    let mut client = Client::to(lab.address);
    client.send([b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &settings, &malformed].concat());
    let (stage, cause) = failure(&lab.exchange());
    assert!(stage == Stage::RequestHead && cause.contains("stream 1") && cause.contains("pseudo-header"), "{cause}");
    client.send(broken);
    let (stage, cause) = failure(&lab.exchange());
    assert!(stage == Stage::RequestHead && cause.contains("can't be read as HTTP/2"), "{cause}");
    client.rest();
    lab.nothing_more();
}
