//! How fast logs are read: `cargo bench --bench logs` measures on a generated log; `cargo bench --bench logs --
//! generate BYTES FILE` only writes one, for comparing with other programs (`benches/peers/logs.sh`).
//!
//! The log is synthetic: records of one line by 64 threads at all levels, and about a tenth of the bytes in stack
//! traces and XML bodies that reach over many lines.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::time::Instant;

use mwscope::logs::{Folder, Log, Store};
use mwscope::model::Records;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.as_slice() {
        [word, bytes, file] if word == "generate" => {
            let bytes = bytes.parse().map_err(|_| io::Error::other("BYTES is no number"))?;
            generate(bytes, BufWriter::with_capacity(1 << 20, File::create(file)?))
        }
        _ => measure(),
    }
}

/// Times what a user waits for, on a log of 256 MiB in the system's folder for temporary files.
fn measure() -> io::Result<()> {
    let dir = tempfile::tempdir()?;
    let (path, folder) = (dir.path().join("made.log"), Folder::at(dir.path().join("indexes")));
    generate(256 << 20, BufWriter::with_capacity(1 << 20, File::create(&path)?))?;
    let size = path.metadata()?.len();
    let timed = |what: &str, bytes: u64, of: &mut dyn FnMut() -> io::Result<()>| -> io::Result<()> {
        let mut best = f64::INFINITY;
        for _ in 0..5 {
            let began = Instant::now();
            of()?;
            best = best.min(began.elapsed().as_secs_f64());
        }
        let rate = if bytes > 0 { format!("{:8.0} MiB/s", bytes as f64 / best / 1_048_576.0) } else { String::new() };
        writeln!(io::stdout(), "{what:<28} {:>9.2} ms {rate}", best * 1000.0)
    };
    timed("index", size, &mut || {
        Log::begin(Store::file(&path)?, None, folder.begin(&path, None))?.wait(&mut |_| true)
    })?;
    timed("reopen", 0, &mut || {
        let log = Log::reopen(&path, None, &folder)?.ok_or_else(|| io::Error::other("no index"))?;
        log.block(0).map(|_| ()).ok_or_else(|| io::Error::other("no records"))
    })?;
    timed("first 100 records", 0, &mut || {
        let log = Log::begin(Store::file(&path)?, None, None)?;
        (0..100).try_for_each(|n| log.read(n).map(|_| ()))
    })?;
    let log = Log::begin(Store::file(&path)?, None, None)?;
    timed("heads of all records", size, &mut || {
        let mut n = 0;
        while let Some(block) = log.block(n) {
            log.heads(&block)?;
            n += 1;
        }
        Ok(())
    })?;
    timed("10,000 records in full", 0, &mut || (0..10_000).try_for_each(|n| log.read(n * 37).map(|_| ())))
}

/// Writes about `bytes` bytes of log: whole records, ended at the first that reaches the size.
fn generate(bytes: u64, mut to: impl Write) -> io::Result<()> {
    let mut made = Made::new();
    let (mut written, mut record) = (0, String::new());
    while written < bytes {
        record.clear();
        made.next(&mut record);
        to.write_all(record.as_bytes())?;
        written += record.len() as u64;
    }
    to.flush()
}

/// Records, one after the other, the same in every run.
struct Made {
    state: u64,
    /// Milliseconds since the start of the log.
    now: u64,
    plain: u64,
    long: u64,
}

const CLASSES: [&str; 8] = [
    "com.example.mws.Dispatcher",
    "com.example.mws.soap.SoapHandler",
    "com.example.grid.proxy.ProxyServer",
    "com.example.grid.session.SessionStore",
    "com.example.m3.program.ProgramRunner",
    "com.example.mec.partner.PartnerMap",
    "com.example.jobs.JobQueue",
    "com.example.db.ConnectionPool",
];
const LEVELS: [&str; 16] = [
    "DEBUG", "DEBUG", "DEBUG", "DEBUG", "DEBUG", "DEBUG", "INFO", "INFO", "INFO", "INFO", "TRACE", "TRACE", "NOTE",
    "WARN", "WARN", "ERROR",
];
const EXCEPTIONS: [&str; 5] = [
    "java.lang.NullPointerException",
    "java.lang.IllegalStateException",
    "java.net.SocketTimeoutException",
    "java.sql.SQLException",
    "com.example.m3.program.ProgramEndedException",
];

impl Made {
    fn new() -> Self {
        Self { state: 0x9e37_79b9_7f4a_7c15, now: 0, plain: 0, long: 0 }
    }

    /// xorshift64*
    fn random(&mut self, below: u64) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        (self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % below
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.random(from.len() as u64) as usize]
    }

    fn next(&mut self, record: &mut String) {
        // A tenth of the bytes belongs to long records; a long one comes when they have fallen behind.
        let long = self.long * 9 < self.plain;
        self.now += self.random(9);
        let (day, of_day) = (self.now / 86_400_000, self.now % 86_400_000);
        let (h, m, s, ms) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60, of_day % 1000);
        let level = if long { "ERROR" } else { self.pick(&LEVELS) };
        let (class, thread) = (self.pick(&CLASSES), self.random(64));
        let (month, day) = (day / 28 % 12 + 1, day % 28 + 1);
        let _ = write!(
            record,
            "2026-{month:02}-{day:02} {h:02}:{m:02}:{s:02},{ms:03} m3app01 MWS {level:<5} [mws-worker-{thread}] {class} - "
        );
        match (long, self.random(2)) {
            (false, _) => self.message(record),
            (true, 0) => self.trace(record),
            (true, _) => self.body(record),
        }
        let len = record.len() as u64;
        if long { self.long += len } else { self.plain += len }
    }

    fn message(&mut self, record: &mut String) {
        let (id, took, rows) = (self.random(1_000_000_000), self.random(5000), self.random(100));
        let _ = match self.random(4) {
            0 => writeln!(record, "Request {id} of user MWSUSR answered in {took} ms"),
            1 => writeln!(record, "Executing CRS610MI/LstByNumber for company 100, {rows} rows, correlation {id}"),
            2 => writeln!(record, "Connection {rows} given back after {took} ms"),
            _ => writeln!(record, "Session {id:016x} touched; {rows} sessions are open, the oldest for {took} s"),
        };
    }

    fn trace(&mut self, record: &mut String) {
        let (exception, id) = (self.pick(&EXCEPTIONS), self.random(1_000_000));
        let shape = self.random(40);
        let _ = writeln!(record, "Call {id} failed\n{exception}: order {id} could not be read");
        for depth in 0..12 + shape % 20 {
            let class = CLASSES[((shape + depth * 7) % 8) as usize];
            let file = class.rsplit('.').next().unwrap_or_default();
            let _ = writeln!(record, "\tat {class}.step{}({file}.java:{})", (shape * 31 + depth) % 50, 40 + depth * 13);
        }
        let _ = writeln!(
            record,
            "Caused by: java.io.IOException: connection {id} reset\n\tat com.example.db.Wire.read(Wire.java:88)\n\t... 12 more"
        );
    }

    fn body(&mut self, record: &mut String) {
        let id = self.random(1_000_000);
        let _ = writeln!(
            record,
            "Unable to execute MPD!\n<MPD>\n  <Program>CRS610MI</Program>\n  <At>2026-01-13 10:15:02,451</At>"
        );
        for field in 0..20 {
            let value = self.random(100_000);
            let _ = writeln!(record, "  <Field name=\"F{field:03}\" type=\"A\">{value} of order {id}</Field>");
        }
        let _ = writeln!(record, "</MPD>");
    }
}
