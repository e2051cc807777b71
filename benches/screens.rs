//! How long the user of the screens waits, at 10,000 to 10,000,000 events: `cargo bench --bench screens`; other numbers
//! of events are named behind it (`cargo bench --bench screens -- 1000000`).
//!
//! Of each task it prints the time from the key to the picture after it, to the first picture with something that had
//! to be looked for, and until all of it was done; and the longest time for which no other key would have been taken,
//! which is to be less than 16 ms. What takes longer than that is done beside the screens, so only the first column and
//! the last are what a user feels. Searching here draws after each partial result, as the screens do.
//!
//! The events are synthetic: one in ten is a call, one of those in fifty fails, one in a thousand is a TCP conversation
//! of a capture, the rest are records of a log in a file.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use mwscope::import;
use mwscope::logs::{Log, Store};
use mwscope::model::{
    Body, Exchange, ExchangeId, Gathered, Outcome, Records, Request, Response, Source, SourceId, SourceKind, Stamp,
    Stream, StreamId,
};
use mwscope::tui::{Loaded, Script, Update, Waited};
use mwscope_parsers::Civil;
use mwscope_parsers::wire::{Ends, Protocol, TcpFacts};

/// What is typed, and what it is.
const TASKS: &[(&str, &str)] = &[
    ("one row down", "j"),
    ("a page down", "PgDn"),
    ("to the end", "G"),
    ("a page up", "PgUp"),
    ("to the top", "gg"),
    ("next failure", "e"),
    ("no further mark", "u"),
    ("compare it", "c"),
    ("back", "Esc"),
    ("open a call", "Enter"),
    ("next call from inside it", ";"),
    ("back", "Esc"),
    ("filter: failed calls", "f \"is:failed\" Enter"),
    ("filter taken off", "F"),
    ("filter: a word in records", "f Ctrl-U \"order 4711\" Enter"),
    ("filter taken off", "F"),
    ("find: the last record", "/ \"the last one\" Enter"),
    ("go to a time", "gt \"10:00\" Enter"),
    ("logs", "3"),
    ("logs, to the end", "G"),
    ("streams", "4"),
    ("streams by bytes", "s s"),
    ("back to the time line", "1"),
    ("waterfall", "gg e z"),
    ("waterfall, next call", "j"),
    ("waterfall, the last call", "G"),
    ("waterfall, a thousand times wider", "Z Z Z Z Z Z Z Z Z Z"),
    ("summary", "ga"),
];

fn main() -> io::Result<()> {
    let named: Vec<u32> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    let sizes = if named.is_empty() { vec![10_000, 100_000, 1_000_000, 10_000_000] } else { named };
    for events in sizes {
        measure(events)?;
    }
    large_body()
}

/// What is done with a call whose answer is 100 MB of XML.
fn large_body() -> io::Result<()> {
    const BYTES: usize = 100_000_000;
    const ROW: &str = "<Row><ITNO>B-220</ITNO><WHLO>110</WHLO><text>Lieferung ab Lager</text></Row>";
    let mut body = String::with_capacity(BYTES + 200);
    body.push_str("<e:Envelope><e:Body><Answer>");
    while body.len() < BYTES {
        body.push_str(ROW);
    }
    body.push_str("<Last>here it ends</Last></Answer></e:Body></e:Envelope>");
    let mut x = call(0, 1);
    x.response = Some(Response { status: 200, body: Body::whole(Bytes::from(body)), ..Response::default() });
    let mut gathered = Gathered::new();
    gathered.sources = vec![source(0, "made.har", SourceKind::Har)];
    gathered.exchanges = vec![x];
    let loaded = Loaded { title: "made".to_owned(), gathered: Arc::new(gathered), investigation: Arc::default() };
    let mut script = Script::new(200, 60);
    let mut out = io::stdout().lock();
    writeln!(out, "a body of {BYTES} bytes")?;
    heads(&mut out)?;
    row(&mut out, "loaded, to the first screen", script.feed_timed(Update::Loaded(Box::new(loaded))))?;
    for (what, keys) in [
        ("open, laid out", "Enter"),
        ("to the end", "b G"),
        ("a page up", "PgUp"),
        ("to the top", "gg"),
        ("find what stands at the end", "/ \"here it ends\" Enter"),
        ("raw", "v v"),
        ("to the end", "G"),
        ("hex", "v"),
        ("back", "Esc"),
    ] {
        row(&mut out, what, script.keys_timed(keys))?;
    }
    writeln!(out)
}

fn measure(events: u32) -> io::Result<()> {
    let folder = tempfile::tempdir()?;
    let gathered = Arc::new(made(events, &folder.path().join("made.log"))?);
    let investigation = Arc::new(mwscope::rules::investigate(&gathered, &mwscope::timeline::Options::default()));
    let mut out = io::stdout().lock();
    writeln!(out, "{events} events, 200 columns by 60 rows")?;
    heads(&mut out)?;
    first_rows(&mut out, &folder.path().join("made.log"))?;
    let mut script = Script::new(200, 60);
    let loaded = Loaded { title: "made".to_owned(), gathered, investigation };
    row(&mut out, "loaded, to the first screen", script.feed_timed(Update::Loaded(Box::new(loaded))))?;
    for (what, keys) in TASKS {
        row(&mut out, what, script.keys_timed(keys))?;
    }
    writeln!(out)
}

/// What is seen of a log before all of it is read.
fn first_rows(out: &mut impl Write, log: &Path) -> io::Result<()> {
    let began = Instant::now();
    let Some(begun) = import::glimpse(&[log.display().to_string()], &import::Options::default()) else {
        return writeln!(out, "  (the log is read at once)");
    };
    let investigation = Arc::new(mwscope::rules::investigate(&begun, &mwscope::timeline::Options::default()));
    let loaded = Loaded { title: "made".to_owned(), gathered: Arc::new(begun), investigation };
    let read = began.elapsed();
    let mut waited = Script::new(200, 60).feed_timed(Update::Glimpse(Box::new(loaded)));
    for time in [&mut waited.answered, &mut waited.first, &mut waited.done] {
        *time += read;
    }
    row(out, "the log by itself: its first rows", waited)
}

fn heads(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {:<36} {:>10} {:>10} {:>10} {:>10}", "ms", "answered", "first", "done", "longest")
}

fn row(out: &mut impl Write, what: &str, waited: Waited) -> io::Result<()> {
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    let [answered, first, done, longest] = [waited.answered, waited.first, waited.done, waited.longest].map(ms);
    writeln!(out, "  {what:<36} {answered:>10.2} {first:>10.2} {done:>10.2} {longest:>10.2}")
}

/// So many events over one day.
fn made(events: u32, log: &Path) -> io::Result<Gathered> {
    let (calls, streams) = (events / 10, events / 1000);
    let records = events - calls - streams;
    write_log(records, log)?;
    let records = Log::begin(Store::file(log)?, None, None)?;
    records.wait(&mut |_| true)?;
    let mut gathered = Gathered::new();
    gathered.sources = vec![
        source(0, "made.har", SourceKind::Har),
        source(1, "made.log", SourceKind::Log),
        source(2, "made.pcapng", SourceKind::Capture),
    ];
    gathered.exchanges = (0..calls).map(|n| call(n, calls)).collect();
    gathered.logs = vec![(SourceId(1), Arc::new(records) as Arc<dyn Records>)];
    gathered.streams = (0..streams).map(|n| stream(n, streams)).collect();
    Ok(gathered)
}

fn source(id: u32, path: &str, kind: SourceKind) -> Source {
    Source { id: SourceId(id), path: path.to_owned(), kind, items: 0, bytes: 0, layout: None }
}

const DAY: i64 = 86_400_000_000_000;
const BEGIN: i64 = 20_466 * DAY;

/// The time of the n-th of so many.
fn at(n: u32, of: u32) -> i64 {
    BEGIN + DAY / i64::from(of.max(1)) * i64::from(n)
}

fn stamp(ns: i64) -> Stamp {
    Stamp { civil: Civil { ns }, offset_s: Some(0), digits: 3, has_date: true }
}

fn call(n: u32, of: u32) -> Exchange {
    let body =
        Body::whole(Bytes::from_static(b"<e:Envelope><e:Body><Create><FACI>A01</FACI></Create></e:Body></e:Envelope>"));
    let request = Request {
        method: "POST".to_owned(),
        target: "/mws/Facility".to_owned(),
        body: body.clone(),
        ..Request::default()
    };
    let mut x = Exchange::new(ExchangeId(n), SourceId(0), n, "http://erp.example/mws/Facility".to_owned(), request);
    x.started = Some(stamp(at(n, of)));
    x.duration_ns = Some(u64::from(n % 97) * 50_000_000 + 1_000_000);
    x.timings.wait = x.duration_ns.map(|ns| ns / 2);
    x.timings.receive = x.duration_ns.map(|ns| ns / 4);
    x.outcome = Outcome::Complete;
    let failed = n % 50 == 49;
    x.response = Some(Response { status: if failed { 500 } else { 200 }, body, ..Response::default() });
    x.call.service = Some("Facility".to_owned());
    x.call.operation = Some("Create".to_owned());
    x.call.program = Some("CRS008".to_owned());
    x.call.user = Some(format!("USER{}", n % 40));
    x
}

fn stream(n: u32, of: u32) -> Stream {
    let end = |host, port| SocketAddr::new(IpAddr::V4(Ipv4Addr::new(10, 0, 0, host)), port);
    let port = u16::try_from(1024 + n % 60_000).unwrap_or(1024);
    let ends = Ends { client: end(1, port), server: end(2, 443) };
    let tcp = TcpFacts {
        bytes: Ends { client: u64::from(n) * 7 % 10_000, server: u64::from(n) * 31 % 100_000 },
        packets: Ends { client: 9, server: 11 },
        ..TcpFacts::between(n, ends, (at(n, of), at(n, of) + 1_000_000))
    };
    let (protocols, facts) = (vec![Protocol::Tls], Vec::new());
    Stream {
        id: StreamId(n),
        source: SourceId(2),
        tcp,
        protocols,
        facts,
        written: serde_json::Map::new(),
        troubles: Vec::new(),
    }
}

fn write_log(records: u32, to: &Path) -> io::Result<()> {
    let mut to = BufWriter::with_capacity(1 << 20, File::create(to)?);
    let mut line = String::new();
    for n in 0..records {
        let time = stamp(at(n, records)).to_rfc3339();
        let level = match n % 200 {
            0 => "ERROR",
            1..5 => "WARN ",
            _ => "INFO ",
        };
        let what = if n + 1 == records { "the last one" } else { "taken" };
        line.clear();
        let _infallible = writeln!(
            line,
            "{time} {level} [mws-worker-{}] com.example.order.Service - order {} of USER{} {what}",
            n % 16,
            n % 10_000,
            n % 40
        );
        to.write_all(line.as_bytes())?;
    }
    to.flush()
}
