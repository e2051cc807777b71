//! hudsucker PORT CA_KEY CA_CERT ROOT: the proxy as its documentation sets it up, trusting one root more.
use std::net::SocketAddr;
use std::sync::Arc;

use hudsucker::Proxy;
use hudsucker::certificate_authority::RcgenAuthority;
use hudsucker::rcgen::{Issuer, KeyPair};
use hudsucker::rustls::crypto::aws_lc_rs;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

#[tokio::main]
async fn main() {
    let said: Vec<String> = std::env::args().skip(1).collect();
    let text = |n: usize| std::fs::read_to_string(&said[n]).expect("a file");
    let key = KeyPair::from_pem(&text(1)).expect("a key");
    let issuer = Issuer::from_ca_cert_pem(&text(2), key).expect("a certificate");
    let mut roots = rustls::RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&said[3]).expect("a root") {
        roots.add(certificate.expect("a root")).expect("a root");
    }
    let tls = rustls::ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let connector = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
    let proxy = Proxy::builder()
        .with_addr(SocketAddr::from(([127, 0, 0, 1], said[0].parse().expect("a port"))))
        .with_ca(RcgenAuthority::new(issuer, 1_000, aws_lc_rs::default_provider()))
        .with_http_connector(connector)
        .build()
        .expect("a proxy");
    proxy.start().await.expect("it runs");
}
