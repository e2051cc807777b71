//! What a tunnel gives away although its bytes pass unread: of TLS the names, versions, suites and, before 1.3, the
//! certificates; of SSH the greetings, the algorithms and the host key. Bytes are looked at as they pass, by the same
//! readers as those of a capture, and no longer than both sides speak in clear.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use mwscope_parsers::wire::ssh::{self, Ssh};
use mwscope_parsers::wire::tls::{self, Tls};
use mwscope_parsers::wire::{Dissector, Facts, Piece, Recognised, Secrets, Side};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::recording::{Recording, utc_ns};
use super::stream::{Io, Stream};
use crate::model::TlsFacts;

/// Bytes that are looked at. Handshakes are shorter; chains of certificates are the largest part.
const MOST: usize = 256 * 1024;

/// Listens to both directions of a tunnel.
#[derive(Clone)]
pub(super) struct Overheard {
    state: Arc<Mutex<State>>,
    over: Arc<AtomicBool>,
}

#[derive(Default)]
struct State {
    /// Bytes of the client and of the server, until it is known what they are.
    first: [Vec<u8>; 2],
    reader: Option<Box<dyn Dissector>>,
    heard: usize,
}

impl Overheard {
    pub(super) fn new() -> Self {
        Self { state: Arc::default(), over: Arc::default() }
    }

    /// The same connection, listened to.
    pub(super) fn ear(&self, side: Side, inner: Stream) -> Stream {
        Box::new(Ear { inner, side, overheard: self.clone() })
    }

    /// Takes bytes of one side, in the order in which they came.
    pub(super) fn hear(&self, side: Side, bytes: &[u8]) {
        if bytes.is_empty() || self.over.load(Ordering::Relaxed) {
            return;
        }
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.hear(side, bytes) {
            self.over.store(true, Ordering::Relaxed);
        }
    }

    /// What was learnt, put down on the recording of the tunnel.
    pub(super) fn note(&self, recording: &mut Recording) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let facts = state.reader.as_ref().map(|reader| reader.facts()).unwrap_or_default();
        *state = State::default();
        self.over.store(true, Ordering::Relaxed);
        let Facts { ssh, tls, .. } = facts;
        if let Some(facts) = tls {
            note_tls(&facts, recording);
        }
        if let Some(facts) = ssh {
            note_ssh(&facts, recording);
        }
    }
}

impl State {
    /// False once there is nothing more to learn.
    fn hear(&mut self, side: Side, bytes: &[u8]) -> bool {
        self.heard += bytes.len();
        if let Some(reader) = &mut self.reader {
            tell(reader.as_mut(), side, bytes);
        } else {
            self.first[side as usize].extend_from_slice(bytes);
            let [client, server] = &self.first;
            self.reader = match (tls::recognises(client, server), ssh::recognises(client, server)) {
                (Recognised::Yes, _) => Some(Box::new(Tls::new(Secrets::default()))),
                (_, Recognised::Yes) => Some(Box::new(Ssh::new())),
                (Recognised::No, Recognised::No) => return false,
                _ => None,
            };
            if let Some(reader) = &mut self.reader {
                let first = std::mem::take(&mut self.first);
                // What the client said first is a hello; an SSH server greets before it has heard anything.
                for (side, bytes) in Side::BOTH.into_iter().zip(&first).filter(|(_, bytes)| !bytes.is_empty()) {
                    tell(reader.as_mut(), side, bytes);
                }
            }
        }
        self.heard < MOST && !self.reader.as_ref().is_some_and(|reader| is_sealed(&reader.facts()))
    }
}

fn tell(reader: &mut dyn Dissector, side: Side, bytes: &[u8]) {
    reader.piece(side, Piece::Data { at: utc_ns(), bytes, from: None }, &mut |_| {});
}

/// Whether both sides have begun to speak in secret.
fn is_sealed(facts: &Facts) -> bool {
    let tls = facts.tls.as_ref().is_some_and(|tls| tls.protected_records.iter().all(|n| *n > 0));
    let ssh = facts.ssh.as_ref().is_some_and(|ssh| Side::BOTH.iter().all(|s| ssh.party(*s).encrypted_at.is_some()));
    tls || ssh
}

fn note_tls(facts: &tls::Facts, recording: &mut Recording) {
    if let Some(hello) = &facts.client_hello {
        let versions: Vec<String> = hello.versions.iter().map(ToString::to_string).collect();
        let mut offer = if versions.is_empty() { hello.legacy_version.to_string() } else { versions.join(", ") };
        if !hello.alpn.is_empty() {
            offer += &format!("; protocols {}", hello.alpn.join(", "));
        }
        if let Some(name) = &hello.sni {
            recording.note("server name", name.clone());
        }
        recording.note("TLS offered", offer);
    }
    let agreed = TlsFacts {
        version: facts.version().map(|v| v.to_string()),
        cipher: facts.suite().map(|s| s.to_string()),
        sni: facts.sni().map(str::to_owned),
        alpn: facts.alpn.clone(),
        certificates: facts.certificates.iter().map(|c| c.sha256.clone()).collect(),
        leaf: facts.certificates.first().map(describe),
    };
    let inside = match (&agreed.version, facts.failure()) {
        (_, Some(failure)) => format!("TLS that failed: {failure}"),
        (Some(version), None) => format!("{version} with {}", agreed.cipher.as_deref().unwrap_or("an unknown suite")),
        (None, None) => "TLS whose server didn't answer".to_owned(),
    };
    recording.note("inside", inside);
    if facts.client_certificate_requested {
        recording.note("client certificate", "the server asked for one");
    }
    recording.tls(agreed);
}

fn describe(certificate: &tls::Certificate) -> String {
    let day = |seconds| super::core::cause::day(seconds);
    format!(
        "{} issued by {}, valid {} to {}, for {}, {}",
        certificate.subject,
        certificate.issuer,
        day(certificate.not_before),
        day(certificate.not_after),
        if certificate.names.is_empty() { "no name at all".to_owned() } else { certificate.names.join(", ") },
        certificate.key
    )
}

fn note_ssh(facts: &ssh::Facts, recording: &mut Recording) {
    for side in Side::BOTH {
        if let Some(greeting) = &facts.party(side).greeting {
            recording.note(if side == Side::Client { "client banner" } else { "server banner" }, greeting.clone());
        }
    }
    recording.note("inside", ssh_in_words(facts));
    if let Some(agreed) = &facts.negotiated {
        recording.note("SSH algorithms", algorithms(agreed));
    }
    for mismatch in &facts.mismatches {
        recording.note("SSH mismatch", in_words(mismatch));
    }
    for (name, value) in [("HASSH", facts.hassh()), ("HASSH server", facts.hassh_server())] {
        if let Some(value) = value {
            recording.note(name, value);
        }
    }
}

/// What a server of SSH is, in a line: greeting, host key, why it ended.
pub(super) fn ssh_in_words(facts: &ssh::Facts) -> String {
    let mut text = format!("SSH, {}", facts.server.greeting.as_deref().unwrap_or("a server that didn't greet"));
    if let Some(key) = &facts.host_key {
        text += &format!(", host key {} {}", key.kind, key.sha256);
    }
    if let Some(bits) = facts.host_key.as_ref().and_then(|key| key.bits) {
        text += &format!(" ({bits} bits)");
    }
    if let Some(end) = &facts.disconnect {
        text += &format!("; the {} ended it: {} {}", end.by.word(), end.reason, end.description);
    }
    text.trim_end().to_owned()
}

/// What both sides agreed on.
pub(super) fn algorithms(agreed: &ssh::Negotiated) -> String {
    let known = |name: &Option<String>| name.clone().unwrap_or_else(|| "none in common".to_owned());
    let both = |up: &Option<String>, down: &Option<String>| {
        if up == down { known(up) } else { format!("{} up, {} down", known(up), known(down)) }
    };
    format!(
        "key exchange {}, host key {}, cipher {}, MAC {}, compression {}",
        known(&agreed.kex),
        known(&agreed.host_key),
        both(&agreed.cipher_client, &agreed.cipher_server),
        both(&agreed.mac_client, &agreed.mac_server),
        both(&agreed.compression_client, &agreed.compression_server)
    )
}

/// Why two sides can't agree.
pub(super) fn in_words(mismatch: &ssh::Mismatch) -> String {
    let list = |names: &[String]| names.join(", ");
    format!(
        "no {} in common: the client offers {}, the server {}",
        mismatch.of,
        list(&mismatch.client),
        list(&mismatch.server)
    )
}

/// A connection whose incoming bytes are listened to.
struct Ear {
    inner: Stream,
    side: Side,
    overheard: Overheard,
}

impl Io for Ear {
    fn break_off(&self) {
        self.inner.break_off();
    }

    fn take_error(&self) -> Option<io::Error> {
        self.inner.take_error()
    }

    fn ask_whether_it_stands(&self) {
        self.inner.ask_whether_it_stands();
    }
}

impl AsyncRead for Ear {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(cx, buf))?;
        self.overheard.hear(self.side, buf.filled().get(before..).unwrap_or_default());
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Ear {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
