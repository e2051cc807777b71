//! A connection of either side: plain, in TLS, or with bytes in front that were read to see what they are.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Buf, Bytes};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Anything that bytes can be read from and written to, and that can be broken off.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {
    /// Makes the end of the connection, when it is dropped, a reset: the peer must not take what it has for all there is.
    fn break_off(&self);

    /// What went wrong with the connection since it was last asked, as far as the system says so unasked.
    fn take_error(&self) -> Option<io::Error>;

    /// Has the system ask the peer, while nothing is sent, whether it still has the connection. One that doesn't shows by
    /// an error; one that has closed both ways may say so only after a minute.
    fn ask_whether_it_stands(&self);
}

impl Io for TcpStream {
    fn break_off(&self) {
        // Where it fails the connection is gone already.
        let _gone = self.set_zero_linger();
    }

    fn take_error(&self) -> Option<io::Error> {
        TcpStream::take_error(self).ok().flatten()
    }

    fn ask_whether_it_stands(&self) {
        const EVERY: Duration = Duration::from_secs(5);
        let asked = TcpKeepalive::new().with_time(EVERY).with_interval(EVERY);
        // A system that can't do that only tells later.
        let _told_later = SockRef::from(self).set_tcp_keepalive(&asked);
    }
}

impl<T: Io> Io for Rewound<T> {
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

impl<T: Io> Io for tokio_rustls::client::TlsStream<T> {
    fn break_off(&self) {
        self.get_ref().0.break_off();
    }

    fn take_error(&self) -> Option<io::Error> {
        self.get_ref().0.take_error()
    }

    fn ask_whether_it_stands(&self) {
        self.get_ref().0.ask_whether_it_stands();
    }
}

impl<T: Io> Io for tokio_rustls::server::TlsStream<T> {
    fn break_off(&self) {
        self.get_ref().0.break_off();
    }

    fn take_error(&self) -> Option<io::Error> {
        self.get_ref().0.take_error()
    }

    fn ask_whether_it_stands(&self) {
        self.get_ref().0.ask_whether_it_stands();
    }
}

impl Io for Stream {
    fn break_off(&self) {
        (**self).break_off();
    }

    fn take_error(&self) -> Option<io::Error> {
        (**self).take_error()
    }

    fn ask_whether_it_stands(&self) {
        (**self).ask_whether_it_stands();
    }
}

/// A connection. One virtual call a read or write is nothing beside the system call.
pub type Stream = Box<dyn Io>;

/// A connection some of whose first bytes were read already; they are read again, first.
pub(super) struct Rewound<T> {
    first: Bytes,
    inner: T,
}

impl<T> Rewound<T> {
    /// Puts `first` in front of `inner`.
    pub(super) fn new(first: Bytes, inner: T) -> Self {
        Self { first, inner }
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Rewound<T> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.first.is_empty() {
            return Pin::new(&mut self.inner).poll_read(cx, buf);
        }
        let n = self.first.len().min(buf.remaining());
        buf.put_slice(&self.first[..n]);
        self.first.advance(n);
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Rewound<T> {
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
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}
