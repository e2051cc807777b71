//! Requests that the `h2` crate refuses by itself, before anybody is told of them: malformed heads, heads beyond the limit,
//! more streams than were agreed on. They show in what is written to the client, whose frames are looked at as they pass:
//! nothing but their heads, since what a frame holds is compressed against all that came before.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use h2::Reason;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

use super::STREAMS;
use crate::model::Stage;
use crate::proxy::core::Trouble;
use crate::proxy::stream::Stream;

/// Bytes of a frame's head (RFC 9113, 4.1), and of the reason in one that resets a stream.
const HEAD: usize = 9;
const REASON: usize = 4;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const END_STREAM: u8 = 1;
/// An answer that is nothing but a status has no longer head.
const BARE: usize = 8;

/// Streams that were taken are remembered, as many as may still be reset; several times what a client may have open.
const TAKEN: usize = 8 * STREAMS as usize;

/// How a stream was ended, as far as its frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Reset(u32),
    /// By a head without anything, as one is that says that the request's is too large.
    Answered,
}

/// What was written that ends a stream, until it is looked at.
#[derive(Debug, Default)]
pub(super) struct Ended {
    streams: Mutex<Vec<(u32, How)>>,
    some: Notify,
}

impl Ended {
    fn add(&self, stream: u32, how: How) {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner).push((stream, how));
        self.some.notify_one();
    }

    /// Becomes ready when there is something.
    pub(super) async fn some(&self) {
        self.some.notified().await;
    }

    /// What there is. It may be of any stream.
    pub(super) fn take(&self) -> Vec<(u32, How)> {
        std::mem::take(&mut *self.streams.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The streams that were taken last; what ends another one was refused.
#[derive(Debug, Default)]
pub(super) struct Taken(VecDeque<u32>);

impl Taken {
    pub(super) fn add(&mut self, stream: u32) {
        if self.0.len() == TAKEN {
            self.0.pop_front();
        }
        self.0.push_back(stream);
    }

    /// Those of `ended` that nobody was told of, once each; what is as old as what was forgotten is no news.
    pub(super) fn refused(&mut self, ended: Vec<(u32, How)>) -> Vec<(u32, How)> {
        let mut refused = Vec::new();
        let oldest = if self.0.len() == TAKEN { self.0.front().copied().unwrap_or(0) } else { 0 };
        for (stream, how) in ended {
            if stream > oldest && !self.0.contains(&stream) {
                self.add(stream);
                refused.push((stream, how));
            }
        }
        refused
    }
}

/// What is recorded of such a request.
pub(super) fn trouble(stream: u32, how: How, head_bytes: usize) -> Trouble {
    let why = match how {
        How::Answered => format!(
            "its head is larger than {head_bytes} bytes, and was answered with 431; raise the limit (--limit head-bytes=N), \
             or have the client send less"
        ),
        How::Reset(reason) => match Reason::from(reason) {
            Reason::REFUSED_STREAM => {
                format!("more than {STREAMS} requests at once on one connection; the client may send it again")
            }
            Reason::PROTOCOL_ERROR => {
                "it breaks the rules of HTTP/2 (RFC 9113, 8.2 and 8.3: a pseudo-header that is missing, comes twice or late, a \
                 field of HTTP/1, letters that none has, a length that is another); look into the client"
                    .to_owned()
            }
            reason => format!("{}, {}; look into the client", super::name(reason), reason.description()),
        },
    };
    let text = format!("a request of the client's (stream {stream}) was refused before it was read: {why}");
    Trouble::new(Stage::RequestHead, text)
}

/// A client's connection, of which it is seen what is written.
pub(super) struct Watched {
    inner: Stream,
    frames: Frames,
    ended: Arc<Ended>,
}

impl Watched {
    pub(super) fn new(inner: Stream, ended: Arc<Ended>) -> Self {
        Self { inner, frames: Frames::default(), ended }
    }
}

/// Where in a frame it is.
#[derive(Debug, Default)]
struct Frames {
    head: [u8; HEAD + REASON],
    have: usize,
    /// Bytes of the frame that are of no interest.
    left: usize,
}

impl Frames {
    /// Goes through what was written, in order.
    fn pass(&mut self, mut bytes: &[u8], ended: &Ended) {
        while !bytes.is_empty() {
            if self.left > 0 {
                let skip = self.left.min(bytes.len());
                (bytes, self.left) = (&bytes[skip..], self.left - skip);
                continue;
            }
            let wanted = if self.have >= HEAD && self.resets() { HEAD + REASON } else { HEAD };
            let some = (wanted - self.have).min(bytes.len());
            self.head[self.have..self.have + some].copy_from_slice(&bytes[..some]);
            (bytes, self.have) = (&bytes[some..], self.have + some);
            if self.have < wanted || (wanted == HEAD && self.resets()) {
                continue;
            }
            let number = |at: usize| u32::from_be_bytes([0, 1, 2, 3].map(|n| self.head[at + n]));
            let stream = number(5) & 0x7fff_ffff;
            if wanted > HEAD {
                ended.add(stream, How::Reset(number(HEAD)));
            } else {
                self.left = self.len();
                if self.head[3] == HEADERS && self.head[4] & END_STREAM != 0 && self.left <= BARE {
                    ended.add(stream, How::Answered);
                }
            }
            self.have = 0;
        }
    }

    fn len(&self) -> usize {
        usize::from(self.head[0]) << 16 | usize::from(self.head[1]) << 8 | usize::from(self.head[2])
    }

    fn resets(&self) -> bool {
        self.head[3] == RST_STREAM && self.len() == REASON
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(cx, buf)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(cx, buf);
        if let Poll::Ready(Ok(n)) = written {
            let Self { frames, ended, .. } = &mut *self;
            frames.pass(&buf[..n], ended);
        }
        written
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
        let written = Pin::new(&mut self.inner).poll_write_vectored(cx, bufs);
        if let Poll::Ready(Ok(mut left)) = written {
            let Self { frames, ended, .. } = &mut *self;
            for buf in bufs {
                let some = left.min(buf.len());
                frames.pass(&buf[..some], ended);
                left -= some;
            }
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
        [&[0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream], payload].concat()
    }

    #[test]
    fn what_ends_a_stream_is_seen_wherever_the_writes_are_cut() {
        let written = [
            frame(4, 0, 0, &[0; 36]),
            frame(HEADERS, 4, 1, &[0x88; 40]),
            frame(0, 0, 1, &[3; 200]),
            frame(RST_STREAM, 0, 3, &[0, 0, 0, 1]),
            frame(HEADERS, 5, 5, &[8, 3, b'4', b'3', b'1']),
            frame(HEADERS, 5, 7, &[0x88; 9]),
            frame(4, 1, 0, &[]),
            frame(RST_STREAM, 0, 9, &[0, 0, 0, 7]),
        ]
        .concat();
        for size in 1..written.len() {
            let (ended, mut frames) = (Ended::default(), Frames::default());
            written.chunks(size).for_each(|piece| frames.pass(piece, &ended));
            assert_eq!(ended.take(), [(3, How::Reset(1)), (5, How::Answered), (9, How::Reset(7))], "{size}");
        }
    }

    #[test]
    fn what_was_taken_is_not_refused_nor_is_anything_twice() {
        let mut taken = Taken::default();
        taken.add(1);
        let ended = vec![(1, How::Reset(8)), (3, How::Answered), (3, How::Reset(1))];
        assert_eq!(taken.refused(ended), [(3, How::Answered)]);
        (0..TAKEN as u32).for_each(|n| taken.add(5 + 2 * n));
        assert_eq!(taken.refused(vec![(1, How::Reset(5))]), [], "that was long ago");
        assert_eq!(taken.0.len(), TAKEN);
    }
}
