//! Secrets on their way through the proxy, in pieces of one byte: reads, chunks and DATA frames. What is forwarded is
//! what was sent, and nothing that was recorded holds a secret.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use h2::RecvStream;
use http::{HeaderName, HeaderValue, Request, Response, Version};
use mwscope::engine::{Options, Session};
use mwscope::proxy::core::{Endpoint, Scheme};
use mwscope::proxy::{Accepted, Authority, Config, Reverse, Trust};
use rustls::pki_types::CertificateDer;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::runtime::Runtime;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::options;
use crate::case::secrets::{Planter, Sent, everything_in, exchanges, held, holds_none};

/// How a body is framed.
#[derive(Clone, Copy, PartialEq)]
enum Framing {
    Counted,
    /// In chunks of one byte.
    Chunked,
}

/// The message's bytes.
fn wire(first: &str, headers: &[(&str, String)], body: &[u8], framing: Framing) -> Vec<u8> {
    let mut out = format!("{first}\r\nConnection: close\r\n").into_bytes();
    for (name, value) in headers {
        out.extend(format!("{name}: {value}\r\n").into_bytes());
    }
    match framing {
        Framing::Counted => {
            out.extend(format!("Content-Length: {}\r\n\r\n", body.len()).into_bytes());
            out.extend_from_slice(body);
        }
        Framing::Chunked => {
            out.extend(b"Transfer-Encoding: chunked\r\n\r\n");
            body.iter().for_each(|byte| out.extend([b"1\r\n", &[*byte][..], b"\r\n"].concat()));
            out.extend(b"0\r\n\r\n");
        }
    }
    out
}

fn one_by_one(stream: &mut TcpStream, bytes: &[u8]) {
    stream.set_nodelay(true).unwrap();
    bytes.iter().for_each(|byte| stream.write_all(&[*byte]).unwrap());
}

/// A server that answers the nth connection with the nth answer, and gives back what it read of `expected[n]`.
fn serve(listener: TcpListener, expected: Vec<usize>, answers: Vec<Vec<u8>>) -> std::thread::JoinHandle<Vec<Vec<u8>>> {
    std::thread::spawn(move || {
        let mut seen = Vec::new();
        for (len, answer) in expected.into_iter().zip(answers) {
            let (mut stream, _) = listener.accept().unwrap();
            let mut got = vec![0; len];
            stream.read_exact(&mut got).unwrap();
            one_by_one(&mut stream, &answer);
            seen.push(got);
        }
        seen
    })
}

/// A recording in reverse mode; gives its address and its authority.
fn record(
    runtime: &Runtime,
    folder: &Path,
    to: Endpoint,
    roots: &[PathBuf],
    keep: bool,
) -> (Session, SocketAddr, CertificateDer<'static>) {
    let authority = Arc::new(Authority::open(&folder.join("ca")).unwrap());
    let trust = Trust::new(roots, Accepted::Hosts(Vec::new())).unwrap();
    let proxy = Config {
        listen: Vec::new(),
        reverse: vec![Reverse { listen: ([127, 0, 0, 1], 0).into(), to }],
        rewrite: false,
        ..Config::new(Arc::clone(&authority), trust)
    };
    let options = Options { tell_all: false, keep_secrets: keep, ..options(&folder.join("a.mwscope"), proxy) };
    let session = runtime.block_on(Session::start(options)).unwrap();
    let address = session.listening()[0].address;
    (session, address, authority.certificate().clone())
}

/// Ends the recording; gives everything that stands in its case.
fn ended(runtime: &Runtime, session: Session, folder: &Path, calls: usize) -> Vec<(String, Vec<u8>)> {
    let counts = runtime.block_on(session.stop(&mut |_| {}));
    assert_eq!((counts.stored, counts.unstored), (calls as u64, 0));
    let mut files = Vec::new();
    everything_in(&folder.join("a.mwscope"), &mut files);
    files
}

fn planted() -> (Vec<Sent>, Vec<String>) {
    let mut planter = Planter::default();
    let mut sent = exchanges(&mut planter);
    // With its user in the URL it would go to another server; that is held against the case elsewhere.
    sent.retain(|sent| sent.target.starts_with('/'));
    (sent, planter.secrets)
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// All of it by HTTP/1; gives what stands in the case.
fn by_http1(framing: Framing, keep: bool) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let (sent, secrets) = planted();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap();
    let to = Endpoint { scheme: Scheme::Http, host: "127.0.0.1".into(), port: place.port() };
    let requests: Vec<_> = sent
        .iter()
        .map(|s| wire(&format!("POST {} HTTP/1.1\r\nHost: {place}", s.target), &s.headers, &s.body, framing))
        .collect();
    let answers: Vec<_> = sent.iter().map(|s| wire("HTTP/1.1 200 OK", &s.answer_headers, &s.answer, framing)).collect();
    let server = serve(listener, requests.iter().map(Vec::len).collect(), answers.clone());
    let (session, address, _) = record(&runtime, folder.path(), to, &[], keep);
    for (request, answer) in requests.iter().zip(&answers) {
        let mut client = TcpStream::connect(address).unwrap();
        client.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        one_by_one(&mut client, request);
        let mut got = Vec::new();
        client.read_to_end(&mut got).unwrap();
        assert!(got == *answer, "the client gets what the server sent: {}", String::from_utf8_lossy(&got));
    }
    let seen = server.join().unwrap();
    assert!(seen == requests, "the server gets what the client sent");
    (ended(&runtime, session, folder.path(), requests.len()), secrets)
}

#[test]
fn bytes_that_come_one_by_one_hide_no_secret() {
    for framing in [Framing::Counted, Framing::Chunked] {
        let (files, secrets) = by_http1(framing, false);
        assert!(secrets.len() >= 40, "{}", secrets.len());
        holds_none(&files, &secrets);
    }
}

#[test]
fn secrets_that_shall_be_kept_are_found() {
    let (files, secrets) = by_http1(Framing::Counted, true);
    // But for those in codings and the one that isn't sent; so that the search above is known to find what is there.
    let found = held(&files, &secrets);
    assert!(found + 20 >= secrets.len() && found >= 40, "{found} of {}", secrets.len());
}

/// Sends a body in DATA frames of one byte.
async fn frames(mut to: h2::SendStream<Bytes>, body: &[u8]) {
    for (at, byte) in body.iter().enumerate() {
        to.reserve_capacity(1);
        std::future::poll_fn(|cx| to.poll_capacity(cx)).await.unwrap().unwrap();
        to.send_data(Bytes::copy_from_slice(&[*byte]), at + 1 == body.len()).unwrap();
        // So that each goes out by itself.
        tokio::task::yield_now().await;
    }
}

async fn whole(mut body: RecvStream) -> Vec<u8> {
    let mut all = Vec::new();
    while let Some(piece) = body.data().await {
        let piece = piece.unwrap();
        body.flow_control().release_capacity(piece.len()).unwrap();
        all.extend_from_slice(&piece);
    }
    all
}

fn fields(map: &mut http::HeaderMap, headers: &[(&'static str, String)]) {
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        map.append(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
}

/// A server of HTTP/2 that answers a path's request with the answer of that number.
fn serve_http2(runtime: &Runtime, listener: TcpListener, key: Arc<CertifiedKey>, sent: &Arc<Vec<Sent>>) {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
    config.alpn_protocols = vec![b"h2".to_vec()];
    let (acceptor, sent) = (TlsAcceptor::from(Arc::new(config)), Arc::clone(sent));
    listener.set_nonblocking(true).unwrap();
    runtime.spawn(async move {
        let (stream, _) = tokio::net::TcpListener::from_std(listener).unwrap().accept().await.unwrap();
        // However many small frames wait to be taken.
        let mut builder = h2::server::Builder::new();
        builder.data_frame_budget(usize::MAX / 2);
        let mut connection = builder.handshake(acceptor.accept(stream).await.unwrap()).await.unwrap();
        while let Some(Ok((request, mut respond))) = connection.accept().await {
            let sent = Arc::clone(&sent);
            tokio::spawn(async move {
                let n: usize = request.headers()["x-n"].to_str().unwrap().parse().unwrap();
                let got = whole(request.into_body()).await;
                let mut head = Response::new(());
                fields(head.headers_mut(), &sent[n].answer_headers);
                *head.status_mut() =
                    if got == sent[n].body { http::StatusCode::OK } else { http::StatusCode::CONFLICT };
                let to = respond.send_response(head, sent[n].answer.is_empty()).unwrap();
                frames(to, &sent[n].answer).await;
            });
        }
    });
}

#[test]
fn data_frames_of_one_byte_hide_no_secret() {
    let (runtime, folder) = (runtime(), tempfile::tempdir().unwrap());
    let (sent, secrets) = planted();
    let sent = Arc::new(sent);
    let root = Authority::open(&folder.path().join("root")).unwrap();
    let leaf = runtime.block_on(root.leaf("localhost")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = Endpoint { scheme: Scheme::Https, host: "localhost".into(), port: listener.local_addr().unwrap().port() };
    serve_http2(&runtime, listener, leaf, &sent);
    let (session, address, authority) = record(&runtime, folder.path(), to, &[root.certificate_path()], false);
    runtime.block_on(async {
        let mut roots = RootCertStore::empty();
        roots.add(authority).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let tls = TlsConnector::from(Arc::new(config)).connect("127.0.0.1".try_into().unwrap(), stream).await.unwrap();
        let mut builder = h2::client::Builder::new();
        builder.data_frame_budget(usize::MAX / 2);
        let (mut requests, connection) = builder.handshake(tls).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        for (n, one) in sent.iter().enumerate() {
            let mut request =
                Request::post(format!("https://{address}{}", one.target)).version(Version::HTTP_2).body(()).unwrap();
            fields(request.headers_mut(), &one.headers);
            request.headers_mut().insert("x-n", HeaderValue::from(n));
            requests = requests.ready().await.unwrap();
            let (response, to) = requests.send_request(request, one.body.is_empty()).unwrap();
            frames(to, &one.body).await;
            let (parts, body) = response.await.unwrap().into_parts();
            assert_eq!(parts.status, 200, "{} is sent on as it came", one.target);
            let mut expected = http::HeaderMap::new();
            fields(&mut expected, &one.answer_headers);
            assert_eq!(parts.headers, expected);
            assert!(whole(body).await == one.answer, "{} is answered as it was", one.target);
        }
    });
    let files = ended(&runtime, session, folder.path(), sent.len());
    holds_none(&files, &secrets);
}
