//! Clients and servers that speak HTTP/2.

use std::future::{Future, poll_fn};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use h2::server::SendResponse;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::{TlsAcceptor, TlsConnector, client::TlsStream};

use crate::proxy::lab::{Lab, provider};

/// A server whose streams are served by a script.
pub(super) struct Origin {
    address: SocketAddr,
    results: Receiver<String>,
}

impl Origin {
    /// Each stream is given to `script`; what it returns is what [`Origin::saw`] gives.
    pub(super) fn new<F>(
        lab: &Lab,
        key: Arc<CertifiedKey>,
        protocols: &[&str],
        script: impl Fn(Request<RecvStream>, SendResponse<Bytes>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        Self::on(lab, TcpListener::bind("127.0.0.1:0").unwrap(), key, protocols, script)
    }

    /// As [`Origin::new`], on a port that was taken before.
    pub(super) fn on<F>(
        lab: &Lab,
        listener: TcpListener,
        key: Arc<CertifiedKey>,
        protocols: &[&str],
        script: impl Fn(Request<RecvStream>, SendResponse<Bytes>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        Self::serving(lab, listener, key, protocols, script, false)
    }

    /// A server that ends each connection behind its first answer.
    pub(super) fn once<F>(
        lab: &Lab,
        key: Arc<CertifiedKey>,
        protocols: &[&str],
        script: impl Fn(Request<RecvStream>, SendResponse<Bytes>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        Self::serving(lab, TcpListener::bind("127.0.0.1:0").unwrap(), key, protocols, script, true)
    }

    fn serving<F>(
        lab: &Lab,
        listener: TcpListener,
        key: Arc<CertifiedKey>,
        protocols: &[&str],
        script: impl Fn(Request<RecvStream>, SendResponse<Bytes>) -> F + Send + Sync + 'static,
        once: bool,
    ) -> Self
    where
        F: Future<Output = String> + Send + 'static,
    {
        let address = listener.local_addr().unwrap();
        listener.set_nonblocking(true).unwrap();
        let mut config = ServerConfig::builder_with_provider(provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(key)));
        config.alpn_protocols = named(protocols);
        let (acceptor, script) = (TlsAcceptor::from(Arc::new(config)), Arc::new(script));
        let (tell, results) = mpsc::channel();
        lab.runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, script, tell) = (acceptor.clone(), Arc::clone(&script), tell.clone());
                tokio::spawn(async move {
                    let Ok(tls) = acceptor.accept(stream).await else { return };
                    if tls.get_ref().1.alpn_protocol() != Some(b"h2") {
                        return;
                    }
                    let Ok(mut connection) = h2::server::handshake(tls).await else { return };
                    while let Some(Ok((request, respond))) = connection.accept().await {
                        let (script, tell) = (Arc::clone(&script), tell.clone());
                        tokio::spawn(async move { drop(tell.send(script(request, respond).await)) });
                        if once {
                            connection.graceful_shutdown();
                        }
                    }
                });
            }
        });
        Self { address, results }
    }

    pub(super) fn place(&self, host: &str) -> String {
        format!("{host}:{}", self.address.port())
    }

    pub(super) fn saw(&self) -> String {
        self.results.recv_timeout(Duration::from_secs(10)).expect("the server should have been asked")
    }

    pub(super) fn was_asked(&self) -> bool {
        self.results.recv_timeout(Duration::from_millis(50)).is_ok()
    }
}

/// A client that speaks HTTP/2.
pub(super) struct Peer {
    pub(super) requests: SendRequest<Bytes>,
    pub(super) protocol: Option<String>,
}

impl Peer {
    /// Through CONNECT.
    pub(super) async fn through(lab: &Lab, to: &str, protocols: &[&str]) -> Self {
        Self::over(connected(lab, to, protocols).await).await
    }

    /// To a server that we stand in for.
    pub(super) async fn direct(lab: &Lab, to: &str, name: &str, protocols: &[&str]) -> Self {
        let stream = TcpStream::connect(to).await.unwrap();
        Self::over(secured(lab, stream, name, protocols).await).await
    }

    /// What is agreed on with the proxy for `to`.
    pub(super) async fn agreed(lab: &Lab, to: &str, protocols: &[&str]) -> Option<String> {
        agreed(&connected(lab, to, protocols).await)
    }

    async fn over(tls: TlsStream<TcpStream>) -> Self {
        let protocol = agreed(&tls);
        let (requests, connection) = h2::client::handshake(tls).await.unwrap();
        tokio::spawn(async move { drop(connection.await) });
        Self { requests, protocol }
    }
}

async fn connected(lab: &Lab, to: &str, protocols: &[&str]) -> TlsStream<TcpStream> {
    let mut stream = TcpStream::connect(lab.address).await.unwrap();
    stream.write_all(format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = [0; 39];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200 Connection established\r\n\r\n");
    secured(lab, stream, to.split(':').next().unwrap(), protocols).await
}

async fn secured(lab: &Lab, stream: TcpStream, name: &str, protocols: &[&str]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(lab.authority.certificate().clone()).unwrap();
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = named(protocols);
    TlsConnector::from(Arc::new(config)).connect(name.to_owned().try_into().unwrap(), stream).await.unwrap()
}

fn agreed(tls: &TlsStream<TcpStream>) -> Option<String> {
    tls.get_ref().1.alpn_protocol().map(|p| String::from_utf8_lossy(p).into_owned())
}

fn named(protocols: &[&str]) -> Vec<Vec<u8>> {
    protocols.iter().map(|p| p.as_bytes().to_vec()).collect()
}

/// A whole body and its trailers.
pub(super) async fn all(mut body: RecvStream) -> Result<(Bytes, Option<HeaderMap>), h2::Error> {
    let mut whole = BytesMut::new();
    while let Some(piece) = body.data().await {
        let piece = piece?;
        body.flow_control().release_capacity(piece.len())?;
        whole.extend_from_slice(&piece);
    }
    Ok((whole.freeze(), body.trailers().await?))
}

/// Sends a whole body as room for it comes.
pub(super) async fn send_all(mut to: SendStream<Bytes>, mut bytes: Bytes) {
    while !bytes.is_empty() {
        to.reserve_capacity(bytes.len());
        let room = poll_fn(|cx| to.poll_capacity(cx)).await.unwrap().unwrap();
        let piece = bytes.split_to(room.min(bytes.len()));
        to.send_data(piece, bytes.is_empty()).unwrap();
    }
}
