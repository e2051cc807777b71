//! Reading an answer: interim ones, the head, the body up to what is kept of it, trailers; and what its end means.

use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use mwscope_parsers::http::{BodyLength, End, Event, Framer, Head};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

use super::{Go, Marks};
use crate::model::{BodyState, Edit, Exchange, Headers, Kept, Response, Stage};
use crate::proxy::config::Limits;
use crate::proxy::core::policy::{self, Verdict};
use crate::proxy::core::{Trouble, cause};

/// How often it is looked whether the request was sent, from when on the server's time counts.
const LOOK: Duration = Duration::from_millis(250);
/// Room for one read.
const READ: usize = 32 * 1024;

/// One answer being read.
pub(super) struct Reading<'a, R> {
    pub(super) from: R,
    pub(super) buffer: &'a mut BytesMut,
    pub(super) framer: &'a mut Framer,
    pub(super) limits: &'a Limits,
    pub(super) keep_body: u64,
    pub(super) exchange: &'a mut Exchange,
    pub(super) marks: &'a mut Marks,
    /// When the request was complete.
    pub(super) sent: &'a OnceLock<Instant>,
    pub(super) go: &'a Go,
}

impl<R: AsyncRead + Unpin> Reading<'_, R> {
    /// Reads to the end of the final answer; whether the server keeps the connection open behind it.
    pub(super) async fn answer(&mut self) -> Result<bool, Trouble> {
        let mut body = BytesMut::new();
        let ended = self.events(&mut body).await;
        self.marks.sent = self.sent.get().copied().or(self.marks.sent);
        if let Some(response) = &mut self.exchange.response {
            response.body.kept = Kept::of(body.freeze());
        }
        ended
    }

    async fn events(&mut self, body: &mut BytesMut) -> Result<bool, Trouble> {
        let mut keep = false;
        loop {
            let step = self.framer.step(self.buffer);
            let taken = self.buffer.split_to(step.used.min(self.buffer.len()));
            match step.event {
                Some(Event::Head(head, length)) => self.head(&head, length, &mut keep)?,
                Some(Event::Body(_)) => self.keep(body, &taken),
                Some(Event::Trailers(trailers)) => {
                    if let Some(response) = &mut self.exchange.response {
                        response.trailers = Headers::of(&trailers.bytes, &trailers.fields);
                    }
                }
                Some(Event::Doubt(doubt)) => {
                    if let Verdict::Refuse(status) = policy::on_response(doubt.what) {
                        return Err(policy::refusal(self.stage(), doubt.what, status));
                    }
                    self.note("doubt", format!("answer: {}", doubt.what));
                    keep = false;
                }
                Some(Event::End(end)) if self.exchange.response.is_some() => return self.end(end).map(|()| keep),
                Some(Event::End(End::Broken(what))) => return Err(policy::refusal(self.stage(), what, 502)),
                Some(_) => {}
                None => {
                    if self.read().await? == 0 {
                        return self.ended();
                    }
                }
            }
        }
    }

    fn head(&mut self, head: &Head, length: BodyLength, keep: &mut bool) -> Result<(), Trouble> {
        for doubt in head.doubts() {
            self.note("doubt", format!("answer: {}", doubt.what));
        }
        let refused = policy::check(head, Stage::ResponseHead, policy::on_response);
        let switched = length == BodyLength::Switched;
        if (100..200).contains(&head.status()) && !switched && refused.is_ok() {
            self.exchange.interim.push(Response::of(head));
            if head.status() == 100 {
                self.go.said.notify_one();
            }
            return Ok(());
        }
        self.marks.answered = Some(Instant::now());
        self.exchange.response = Some(Response::of(head));
        if self.sent.get().is_none() {
            self.go.answered.store(true, Ordering::Relaxed);
            self.go.said.notify_one();
        }
        if switched {
            self.note("upgraded", "the server switched to another protocol, which is not spoken here".to_owned());
        }
        *keep = head.persists() && !policy::is_last(head) && !switched && length != BodyLength::UntilClose;
        refused
    }

    fn keep(&mut self, body: &mut BytesMut, bytes: &[u8]) {
        let Some(response) = &mut self.exchange.response else { return };
        response.body.len += bytes.len() as u64;
        let room = usize::try_from(self.keep_body).unwrap_or(usize::MAX).saturating_sub(body.len());
        if bytes.len() > room && response.body.state != BodyState::Cut {
            response.body.state = BodyState::Cut;
            let what = "answer kept in part".to_owned();
            let after = Some(format!("the first {}", cause::bytes_in_words(self.keep_body)));
            self.exchange.edits.push(Edit { what, before: None, after });
        }
        body.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn end(&mut self, end: End) -> Result<(), Trouble> {
        match end {
            End::Cut { missing } => Err(cause::cut(missing)),
            End::Broken(what) => Err(policy::refusal(Stage::ResponseBody, what, 502)),
            End::Empty | End::Counted | End::Chunked | End::Closed | End::Switched => Ok(()),
        }
    }

    /// The server's connection ended.
    fn ended(&mut self) -> Result<bool, Trouble> {
        if self.exchange.response.is_none() {
            return Err(cause::ended_without_answer(self.buffer));
        }
        match self.framer.finish(self.buffer.len()) {
            Some(Event::End(end)) => self.end(end).map(|()| false),
            _ => Ok(false),
        }
    }

    async fn read(&mut self) -> Result<usize, Trouble> {
        self.buffer.reserve(READ);
        let began = Instant::now();
        loop {
            let waiting = self.exchange.response.is_none();
            let (since, patience) = match (waiting, self.sent.get()) {
                (false, _) => (began, self.limits.stall),
                (true, Some(sent)) => ((*sent).max(began), self.limits.answer),
                // The request is still on its way; who sends it keeps the time.
                (true, None) => (began, Duration::MAX),
            };
            let left = patience.saturating_sub(since.elapsed());
            let look = if waiting && self.sent.get().is_none() { left.min(LOOK) } else { left };
            match timeout(look, self.from.read_buf(self.buffer)).await {
                Ok(Ok(n)) => return Ok(n),
                Ok(Err(error)) => return Err(cause::broke(self.stage(), &cause::plain(&error))),
                Err(_) if since.elapsed() >= patience => {
                    return Err(cause::late(self.stage(), &cause::words(patience)));
                }
                Err(_) => {}
            }
        }
    }

    fn stage(&self) -> Stage {
        match (&self.exchange.response, self.buffer.is_empty()) {
            (Some(_), _) => Stage::ResponseBody,
            (None, false) => Stage::ResponseHead,
            (None, true) => Stage::Wait,
        }
    }

    fn note(&mut self, name: &str, text: String) {
        self.exchange.notes.push((name.to_owned(), text));
    }
}
