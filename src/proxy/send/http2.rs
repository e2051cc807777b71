//! Requests over HTTP/2 to one server that speaks nothing else (gRPC): plain where the address is `http`, which the
//! server must know in advance, else as agreed on in the TLS handshake. The connection is kept for the next request.

use std::future::poll_fn;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use h2::client::{self, SendRequest};
use http::{HeaderMap, Request, StatusCode};
use tokio::task::AbortHandle;
use tokio::time::timeout;

use super::{Sender, endpoint};
use crate::model::Stage;
use crate::proxy::core::{Scheme, Trouble, cause};
use crate::proxy::reach::{Ask, Means, Plain, reach};
use crate::proxy::recording::Journey;
use crate::proxy::tls::HTTP2;

/// Bytes of an answer that are kept.
const KEPT: usize = 1 << 20;

/// A server and the connection to it, while there is one.
#[derive(Debug)]
pub struct Http2 {
    sender: Arc<Sender>,
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    requests: SendRequest<Bytes>,
    driver: AbortHandle,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
    /// What came behind it.
    pub trailers: HeaderMap,
}

impl Http2 {
    /// By the means of `sender`; not connected yet.
    #[must_use]
    pub fn new(sender: Arc<Sender>) -> Self {
        Self { sender, open: None }
    }

    /// Posts a body and waits for the answer. A kept connection that the server has ended meanwhile is made anew.
    ///
    /// # Errors
    /// With the stage at which it broke, and why.
    pub async fn post(&mut self, url: &str, headers: &HeaderMap, body: &Bytes) -> Result<Answered, Trouble> {
        let kept = self.open.is_some();
        let first = self.once(url, headers, body).await;
        if first.is_err() {
            self.open = None;
            if kept {
                let again = self.once(url, headers, body).await;
                if again.is_err() {
                    self.open = None;
                }
                return again;
            }
        }
        first
    }

    async fn once(&mut self, url: &str, headers: &HeaderMap, body: &Bytes) -> Result<Answered, Trouble> {
        let limit = self.sender.terms.limits.answer;
        let requests = self.requests(url).await?;
        let mut requests = requests.ready().await.map_err(|e| broke(Stage::Send, &e))?;
        let mut request = Request::post(url)
            .body(())
            .map_err(|e| Trouble::new(Stage::RequestHead, format!("{url:?} can't be called: {e}")))?;
        headers.clone_into(request.headers_mut());
        let answered = async {
            let (response, mut stream) = requests.send_request(request, false).map_err(|e| broke(Stage::Send, &e))?;
            stream.send_data(body.clone(), true).map_err(|e| broke(Stage::Send, &e))?;
            let response = response.await.map_err(|e| broke(Stage::Wait, &e))?;
            let (parts, mut from) = response.into_parts();
            let mut body = BytesMut::new();
            while let Some(piece) = from.data().await {
                let piece = piece.map_err(|e| broke(Stage::ResponseBody, &e))?;
                let _closed = from.flow_control().release_capacity(piece.len());
                body.extend_from_slice(&piece[..piece.len().min(KEPT.saturating_sub(body.len()))]);
            }
            let trailers = from.trailers().await.map_err(|e| broke(Stage::ResponseBody, &e))?.unwrap_or_default();
            Ok(Answered { status: parts.status, headers: parts.headers, body: body.freeze(), trailers })
        };
        timeout(limit, answered).await.unwrap_or_else(|_| Err(cause::late(Stage::Wait, &cause::words(limit))))
    }

    async fn requests(&mut self, url: &str) -> Result<SendRequest<Bytes>, Trouble> {
        if let Some(open) = &mut self.open
            && !is_over(&mut open.requests).await
        {
            return Ok(open.requests.clone());
        }
        self.open = None;
        let to = endpoint(url)?;
        let super::Terms { trust, upstream, limits, .. } = &self.sender.terms;
        let means = Means { upstream: upstream.as_ref(), trust, limits, ours: &[], behalf: None };
        let ask = Ask { server_name: &to.host, protocols: &[HTTP2] };
        let server = reach(means, &to, ask, Plain::ToServer, &mut Journey::default()).await?;
        let agreed = server.tls.as_ref().is_some_and(|tls| tls.alpn.as_deref() == Some(HTTP2));
        if to.scheme == Scheme::Https && !agreed {
            let text = format!("{} speaks no HTTP/2, which gRPC needs", to.host_port());
            return Err(Trouble::new(Stage::TlsUpstream, text));
        }
        let (requests, connection) =
            timeout(limits.handshake, client::Builder::new().enable_push(false).handshake(server.stream))
                .await
                .unwrap_or_else(|_| Err(h2::Reason::SETTINGS_TIMEOUT.into()))
                .map_err(|e| broke(Stage::Send, &e))?;
        // How it ends, each request learns by itself.
        let driver = tokio::spawn(async move { drop(connection.await) }).abort_handle();
        self.open = Some(Open { requests: requests.clone(), driver });
        Ok(requests)
    }
}

/// Whether a connection takes no more requests.
async fn is_over(requests: &mut SendRequest<Bytes>) -> bool {
    poll_fn(|cx| std::task::Poll::Ready(matches!(requests.poll_ready(cx), std::task::Poll::Ready(Err(_))))).await
}

fn broke(stage: Stage, error: &h2::Error) -> Trouble {
    Trouble::new(stage, format!("the connection over HTTP/2 broke: {error}; is gRPC spoken there?"))
}
