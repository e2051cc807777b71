//! Handing items to a receiver over HTTP: in batches, compressed, again where it has no room or isn't there, and on from
//! where it was broken off. It knows the wire formats of [`telemetry`](crate::telemetry) and no more of items.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tokio::runtime::Runtime;

use crate::model::{Exchange, Header, Headers, Kept, coding};
use crate::proxy::{Client, Follow, Sender};
use crate::replay::Draft;
use crate::telemetry::otlp::Signal;
use crate::telemetry::{Item, opensearch, otlp};

/// What a receiver speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wire {
    /// OTLP over HTTP; the name under which items are found.
    Otlp {
        /// `service.name`.
        service: String,
    },
    /// The bulk interface of OpenSearch and Elasticsearch.
    OpenSearch {
        /// The index.
        index: String,
    },
}

/// Where items go, and with what patience.
pub struct Target {
    /// The address of the receiver, without the path of the interface.
    pub url: String,
    /// What it speaks.
    pub wire: Wire,
    /// Headers that it wants (`Authorization`).
    pub headers: Vec<(String, String)>,
    /// How long a batch is sent again before it is given up.
    pub patience: Duration,
    /// Where it is kept how far it has come, so that it can go on there.
    pub resume: Option<PathBuf>,
}

/// Items in a request.
const ITEMS: usize = 500;
/// Bytes of a request before compression, after which it is sent with fewer.
const BYTES: usize = 2 << 20;
/// The first pause after a failure; each next one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that isn't asked for.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// Items that the receiver took.
    pub taken: u64,
    /// Items that it had from an earlier time.
    pub skipped: u64,
    /// Items that it refused.
    pub refused: u64,
    /// Why, each reason once.
    pub reasons: Vec<String>,
}

/// Hands items on, one batch after the other: while one is under way no other is made.
pub struct Pusher {
    target: Target,
    /// What the items are of.
    of: String,
    runtime: Runtime,
    client: Client,
    /// What waits, by signal; of OpenSearch all under the first.
    traces: Batch,
    logs: Batch,
    /// Items that were given to it.
    seen: u64,
    /// Items that were taken in an earlier time.
    before: u64,
    sent: Sent,
    /// Called with what happens while it waits.
    say: Box<dyn FnMut(&str)>,
}

#[derive(Default)]
struct Batch {
    items: Vec<Value>,
    lines: Vec<String>,
    bytes: usize,
}

impl Batch {
    fn len(&self) -> usize {
        self.items.len() + self.lines.len()
    }
}

impl Pusher {
    /// Begins to hand on the items of some evidence, `of`, or goes on where the file of `target` says.
    ///
    /// # Errors
    /// When that file can't be read, or is about another receiver or other items.
    pub fn new(target: Target, sender: Arc<Sender>, of: &str, say: Box<dyn FnMut(&str)>) -> io::Result<Self> {
        let before = match &target.resume {
            Some(path) => come_so_far(path, &target, of)?,
            None => 0,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = Client::without_cookies(sender, Follow::Never);
        let (traces, logs) = (Batch::default(), Batch::default());
        Ok(Self {
            target,
            of: of.to_owned(),
            runtime,
            client,
            traces,
            logs,
            seen: 0,
            before,
            sent: Sent::default(),
            say,
        })
    }

    /// Takes an item; sends a batch where one is full.
    ///
    /// # Errors
    /// When the receiver can't be reached within its patience, or doesn't understand what it is sent.
    pub fn put(&mut self, item: &Item) -> io::Result<()> {
        self.seen += 1;
        if self.seen <= self.before {
            self.sent.skipped += 1;
            return Ok(());
        }
        let full = match &self.target.wire {
            Wire::Otlp { .. } => {
                let (signal, value) = otlp::encoded(item);
                let batch = if signal == Signal::Traces { &mut self.traces } else { &mut self.logs };
                batch.bytes += value.to_string().len();
                batch.items.push(value);
                batch.len() >= ITEMS || batch.bytes >= BYTES
            }
            Wire::OpenSearch { index } => {
                let lines = opensearch::lines(item, index);
                self.traces.bytes += lines.len();
                self.traces.lines.push(lines);
                self.traces.len() >= ITEMS || self.traces.bytes >= BYTES
            }
        };
        if full { self.flush() } else { Ok(()) }
    }

    /// Sends what waits and gives the counts.
    ///
    /// # Errors
    /// As [`Pusher::put`].
    pub fn finish(mut self) -> io::Result<Sent> {
        self.flush()?;
        Ok(self.sent)
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.target.wire.clone() {
            Wire::Otlp { service } => {
                for signal in [Signal::Traces, Signal::Logs] {
                    let batch =
                        std::mem::take(if signal == Signal::Traces { &mut self.traces } else { &mut self.logs });
                    if batch.len() > 0 {
                        let count = batch.len() as u64;
                        let body = otlp::request(signal, &service, &batch.items).to_string();
                        let answer = self.deliver(signal.path(), "application/json", body.as_bytes())?;
                        let refused = otlp::refused(&answer);
                        self.count(count, refused.map(|(count, why)| (count, vec![why])));
                    }
                }
            }
            Wire::OpenSearch { .. } => {
                let mut batch = std::mem::take(&mut self.traces);
                let began = Instant::now();
                let mut pause = FIRST_PAUSE;
                while batch.len() > 0 {
                    let count = batch.len();
                    let answer = self.deliver("/_bulk", "application/x-ndjson", batch.lines.concat().as_bytes())?;
                    let Some((again, wrong)) = opensearch::refused(&answer) else {
                        let what =
                            "answers, but doesn't say what became of the items; is OpenSearch or Elasticsearch there?";
                        return Err(io::Error::other(format!(
                            "{}/_bulk {what}",
                            self.target.url.trim_end_matches('/')
                        )));
                    };
                    self.count((count - again.len()) as u64, Some((wrong.len() as u64, wrong)));
                    if !again.is_empty() && began.elapsed() > self.target.patience {
                        let what = format!("{} items were refused for want of room until patience ended", again.len());
                        return Err(io::Error::other(what));
                    }
                    if !again.is_empty() {
                        (self.say)(&format!("{} items are sent again, since the receiver has no room", again.len()));
                        std::thread::sleep(pause);
                        pause = (pause * 2).min(LONGEST_PAUSE);
                    }
                    batch.lines = again.into_iter().filter_map(|n| batch.lines.get(n).cloned()).collect();
                }
            }
        }
        if let Some(path) = &self.target.resume {
            keep(path, &self.target, &self.of, self.seen.max(self.before))?;
        }
        Ok(())
    }

    fn count(&mut self, items: u64, refused: Option<(u64, Vec<String>)>) {
        let (refused, reasons) = refused.unwrap_or_default();
        self.sent.refused += refused;
        self.sent.taken += items.saturating_sub(refused);
        for reason in reasons {
            if self.sent.reasons.len() < 10 && !self.sent.reasons.contains(&reason) {
                self.sent.reasons.push(reason);
            }
        }
    }

    /// Sends a request until it is taken; gives the answer.
    fn deliver(&mut self, path: &str, content_type: &str, body: &[u8]) -> io::Result<Value> {
        let url = format!("{}{path}", self.target.url.trim_end_matches('/'));
        let mut coded = GzEncoder::new(Vec::new(), Compression::fast());
        coded.write_all(body)?;
        let mut headers = vec![Header::new("Content-Type", content_type), Header::new("Content-Encoding", "gzip")];
        headers.extend(self.target.headers.iter().map(|(name, value)| Header::new(name.clone(), value)));
        let body = Bytes::from(coded.finish()?);
        let draft =
            Draft { method: "POST".to_owned(), url: url.clone(), headers: Headers(headers), body, ..Draft::default() };
        let began = Instant::now();
        let mut pause = FIRST_PAUSE;
        loop {
            let sent = self.runtime.block_on(self.client.send_all(&draft));
            let last = sent.last().ok_or_else(|| io::Error::other("nothing came of sending"))?;
            let (why, asked) = match last.status() {
                Some(200..=299) => return Ok(serde_json::from_slice(&text_of(last)).unwrap_or(Value::Null)),
                // <https://opentelemetry.io/docs/specs/otlp/#failures-1>: these may be sent again, others not.
                Some(status @ (429 | 502 | 503 | 504)) => (format!("answers {status}"), retry_after(last)),
                Some(status) => {
                    let said = String::from_utf8_lossy(&text_of(last)).chars().take(300).collect::<String>();
                    return Err(io::Error::other(format!("{url} answers {status} and takes nothing: {said}")));
                }
                None => {
                    let broke = last.outcome.broke_at().map(|(stage, cause)| format!("{}: {cause}", stage.word()));
                    (broke.unwrap_or_else(|| "gives no answer".to_owned()), None)
                }
            };
            let wait = asked.unwrap_or(pause);
            if began.elapsed() + wait > self.target.patience {
                return Err(io::Error::other(format!("{url} {why}; sent again until patience ended")));
            }
            (self.say)(&format!("{url} {why}; sent again in {:.1} s", wait.as_secs_f64()));
            std::thread::sleep(wait);
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }
}

fn text_of(exchange: &Exchange) -> Bytes {
    let Some(response) = &exchange.response else { return Bytes::new() };
    match &response.body.kept {
        Kept::Here(bytes) => coding::decode(&response.body, bytes).bytes,
        _ => Bytes::new(),
    }
}

/// Seconds that a receiver asks to wait.
fn retry_after(exchange: &Exchange) -> Option<Duration> {
    let value = exchange.response.as_ref()?.headers.text("retry-after")?;
    value.trim().parse().ok().map(Duration::from_secs)
}

fn name(target: &Target, of: &str) -> Value {
    let wire = match &target.wire {
        Wire::Otlp { service } => format!("otlp {service}"),
        Wire::OpenSearch { index } => format!("opensearch {index}"),
    };
    json!({"url": target.url, "wire": wire, "of": of})
}

fn come_so_far(path: &Path, target: &Target, of: &str) -> io::Result<u64> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let kept: Value = serde_json::from_slice(&text).map_err(io::Error::other)?;
    if kept.get("push") != Some(&name(target, of)) {
        return Err(io::Error::other("it is about another receiver or other evidence; name another file"));
    }
    Ok(kept.get("taken").and_then(Value::as_u64).unwrap_or(0))
}

/// Replaced as a whole, so that a kill leaves the one before.
fn keep(path: &Path, target: &Target, of: &str, taken: u64) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(file, "{}", json!({"push": name(target, of), "taken": taken}))?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
