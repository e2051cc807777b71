//! Whether a server that was called with TLS answers without it: most that speak plain HTTP say nothing to a greeting of
//! TLS, and wait for the rest of a line.

use std::time::Duration;

use bytes::BytesMut;
use mwscope_parsers::http::{Head, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::proxy::core::Endpoint;
use crate::proxy::dial::dial;

/// How long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes in which a status line has its place.
const LINE: usize = 1024;

/// The status with which it answers to HTTP without TLS. None of one that only says that it wants TLS, as many do, with 400.
pub(super) async fn answers(to: &Endpoint, limit: Duration) -> Option<u16> {
    timeout(PATIENCE, status(to, limit)).await.ok().flatten().filter(|status| *status != 400)
}

async fn status(to: &Endpoint, limit: Duration) -> Option<u16> {
    let mut stream = dial(to, limit, &[]).await.ok()?.stream;
    // The root, since the path may hold what must not be said in clear.
    let request = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nUser-Agent: mwscope-probe\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        to.authority()
    );
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut buffer = BytesMut::new();
    loop {
        if let Some(end) = memchr::memchr(b'\n', &buffer) {
            let line = [&buffer[..=end], b"\r\n"].concat();
            let begins = line.starts_with(b"HTTP/");
            return begins
                .then(|| Head::response(line, 0, &Limits::default()).status())
                .filter(|status| *status >= 100);
        }
        if buffer.len() > LINE || !matches!(stream.read_buf(&mut buffer).await, Ok(n) if n > 0) {
            return None;
        }
    }
}
