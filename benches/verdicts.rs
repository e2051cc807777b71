//! How fast verdicts come from a case of a busy day: a log, exchanges and dumps, made here and imported first. All of
//! it is synthetic. Run with `cargo bench --bench verdicts`; `VERDICTS_MIB=1024` is the size of its log, for each MiB of
//! which there are about a hundred calls and one dump.

#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a program that prints, and ends where it can't go on")]

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const SECONDS: usize = 8 * 3600;
const WORKERS: usize = 16;
const PROGRAMS: [(&str, &str, &str); 4] = [
    ("CRS008", "Facility", "Create"),
    ("MMS001", "Item", "Update"),
    ("OIS100", "Order", "NewHead"),
    ("CRS610", "Customer", "Change"),
];
const USERS: [&str; 3] = ["WSUSER", "IPAUSR", "MECUSR"];

fn main() {
    let mib: usize = std::env::var("VERDICTS_MIB").ok().and_then(|n| n.parse().ok()).unwrap_or(1024);
    let folder = tempfile::tempdir().unwrap();
    let evidence = folder.path().join("evidence");
    fs::create_dir_all(evidence.join("dumps")).unwrap();
    make(&evidence, mib).unwrap();
    let case = folder.path().join("day.mwscope");
    let run = |args: &[&str]| {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
            .args(args)
            .arg(&case)
            .env("MWSCOPE_CACHE", folder.path().join("cache"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut peak = 0;
        let status = loop {
            peak = peak.max(resident(child.id()).unwrap_or(0));
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        assert!(status.success(), "{args:?}: {status}");
        (began.elapsed().as_secs_f64(), peak)
    };
    let status = Command::new(env!("CARGO_BIN_EXE_mwscope")).arg("import").arg(&case).arg(&evidence).output().unwrap();
    assert!(status.status.success());
    let (first, _) = run(&["investigate"]);
    let (again, peak) = run(&["investigate"]);
    println!("| log | exchanges | dumps | first time, with the log's index | again | resident |");
    println!("|---|---|---|---|---|---|");
    println!("| {mib} MiB | {} | {mib} | {first:.2} s | {again:.2} s | {peak} MiB |", mib * 100);
}

/// Memory that a process has had at most, in MiB, where the system tells.
fn resident(pid: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? / 1024)
}

/// One call a hundredth MiB of log; of a hundred calls one fails with a dump, one is refused.
fn make(folder: &Path, mib: usize) -> io::Result<()> {
    let mut log = BufWriter::new(File::create(folder.join("merged.log"))?);
    let mut har = BufWriter::new(File::create(folder.join("traffic.har"))?);
    har.write_all(br#"{"log":{"version":"1.2","creator":{"name":"synthetic","version":"1"},"entries":["#)?;
    let calls = mib * 100;
    let mut written = 0;
    for n in 0..calls {
        let call = Call::new(n, calls);
        written += call.log(&mut log, (n + 1) * (mib << 20) / calls - written)?;
        if n > 0 {
            har.write_all(b",")?;
        }
        call.har(&mut har)?;
        if call.crashes() {
            fs::write(folder.join("dumps").join(call.dump()), call.dumplog())?;
        }
    }
    har.write_all(b"]}}")?;
    har.flush()?;
    log.flush()
}

struct Call {
    n: usize,
    /// Milliseconds since midnight UTC.
    at: usize,
    program: &'static str,
    service: &'static str,
    operation: &'static str,
    user: &'static str,
}

impl Call {
    fn new(n: usize, calls: usize) -> Self {
        let (program, service, operation) = PROGRAMS[n % PROGRAMS.len()];
        let user = USERS[n % USERS.len()];
        Self { n, at: 6 * 3_600_000 + n * SECONDS / calls * 1000 + n % 7 * 100, program, service, operation, user }
    }

    fn crashes(&self) -> bool {
        self.n % 100 == 37
    }

    fn refused(&self) -> bool {
        self.n % 100 == 71
    }

    fn value(&self) -> String {
        format!("{}{:02}", char::from(b'A' + (self.n % 7) as u8), self.n / 7 % 90 + 10)
    }

    fn dump(&self) -> String {
        format!("dump_{:07}_{}.log", self.n, self.program)
    }

    /// Writes the call's records and at least `bytes` with what other threads have to say; gives how many there were.
    fn log(&self, log: &mut impl Write, bytes: usize) -> io::Result<usize> {
        let mut written = 0;
        let mut record = |ms: usize, level: &str, worker: usize, text: &str| {
            let line = format!(
                "2026-01-13 {},{:03} m3app01 MWS {level:<5} [mws-worker-{worker}] {text}\n",
                clock(self.at + ms + 3_600_000),
                (self.at + ms) % 1000
            );
            written += line.len();
            log.write_all(line.as_bytes())
        };
        let Self { program, service, operation, user, .. } = self;
        let own = self.n % WORKERS;
        record(10, "INFO", own, &format!("mws.call - {service}.{operation} user={user}"))?;
        if self.crashes() {
            let path = self.dump();
            record(
                120,
                "ERROR",
                own,
                &format!(
                    "m3.program - Abnormal termination of mvx.app.pgm.{program} [user {user}] Dump log created: /m3/dumps/{path}"
                ),
            )?;
            record(125, "ERROR", own, &format!("mws.call - {service}.{operation} failed: Unable to execute MPD!"))?;
        } else if self.refused() {
            let value = self.value();
            record(120, "WARN", own, &format!("mws.call - {service}.{operation} NOK: Item {value} does not exist"))?;
        }
        let mut filler = 0;
        while written < bytes {
            let line = format!(
                "{:<5} [mws-worker-{}] lookup {} rows={}",
                "DEBUG",
                (self.n + filler) % WORKERS,
                self.n * 31 + filler * 7,
                filler * 13 % 997
            );
            let line = format!(
                "2026-01-13 {},{:03} m3app01 MWS {line} took {} us, from the cache of com.lawson.cache.Table\n",
                clock(self.at + 130 + 3_600_000),
                (self.at + 130) % 1000,
                filler * 17 % 4001
            );
            written += line.len();
            log.write_all(line.as_bytes())?;
            filler += 1;
        }
        Ok(written)
    }

    fn har(&self, har: &mut impl Write) -> io::Result<()> {
        let fault =
            |text: &str| format!("<e:Fault><faultcode>e:Server</faultcode><faultstring>{text}</faultstring></e:Fault>");
        let (status, answer) = if self.crashes() {
            (500, fault("Unable to execute MPD!"))
        } else if self.refused() {
            (500, fault(&format!("Item {} does not exist", self.value())))
        } else {
            (200, "<ok/>".to_owned())
        };
        let envelope = |inner: &str| {
            format!(
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body>{inner}</e:Body></e:Envelope>"
            )
        };
        let Self { service, operation, user, .. } = self;
        let request = envelope(&format!(
            "<c:{operation} xmlns:c=\"http://schemas.infor.com/{service}\"><c:User>{user}</c:User><c:Value>{}</c:Value></c:{operation}>",
            self.value()
        ));
        let answer = envelope(&answer);
        let header = |name: &str, value: &str| serde_json::json!({"name": name, "value": value});
        let entry = serde_json::json!({
            "startedDateTime": format!("2026-01-13T{}.{:03}Z", clock(self.at), self.at % 1000),
            "time": 150,
            "request": {
                "method": "POST", "url": format!("http://m3:16201/mws-ws/services/{service}"), "httpVersion": "HTTP/1.1",
                "headers": [header("Content-Type", "text/xml")],
                "postData": {"mimeType": "text/xml", "text": request},
            },
            "response": {
                "status": status, "statusText": "", "httpVersion": "HTTP/1.1",
                "headers": [header("Content-Type", "text/xml"), header("Date", &format!("Tue, 13 Jan 2026 {} GMT", clock(self.at + 150)))],
                "content": {"mimeType": "text/xml", "text": answer},
            },
        });
        serde_json::to_writer(har, &entry).map_err(io::Error::from)
    }

    fn dumplog(&self) -> String {
        let Self { program, user, .. } = self;
        let fields: String = (0..1500).map(|n| format!("WWF{n:04} = \"value {n}\"\n")).collect();
        format!(
            "Program: {program}\nUser: {user}\nCompany: 100\nDate/time: 2026-01-13 {}\nFailing operation: READ_DSP {}FCMD\n\n\
             Fields\n------\nWWVALU = \"{}\"\n{fields}\njava.lang.NullPointerException\n\tat mvx.app.pgm.{program}.PECHK({program}.java:{})\n",
            clock(self.at + 118 + 3_600_000),
            &program[..2],
            self.value(),
            100 + self.n / 100 % 20
        )
    }
}

fn clock(ms: usize) -> String {
    let seconds = ms / 1000;
    format!("{:02}:{:02}:{:02}", seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
}
