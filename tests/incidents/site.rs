//! A simulated site: calls over workers, what goes wrong with them, and what is written down of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use bytes::Bytes;
use mwscope::logs::Log;
use mwscope::model::{
    Body, DumpId, Exchange, ExchangeId, Gathered, GatheredDump, Header, Outcome, Records, Request, Response, Source,
    SourceId, SourceKind, challenge, facts, moment,
};
use mwscope_parsers::dump::{self, Synonyms};

use super::rng::Rng;
use super::voice::{DumpText, Head, Voice};
use super::wire::{answer, business, http_date, request};

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Fine,
    Crash,
    Definition,
    Business,
    Nok,
    Unauthorised,
    GatewayTimeOut,
    Malformed,
}

/// What is true of a failing call.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) fate: Fate,
    pub(super) cause: Option<u64>,
    pub(super) dump: Option<String>,
}

struct Line {
    at: i64,
    text: String,
    mark: Option<Mark>,
}

/// Which call (by its number) or which crash a line is the cause of.
#[derive(Clone, Copy)]
enum Mark {
    Call(usize),
    Crash(usize),
}

pub(super) struct Site {
    pub(super) seed: u64,
    pub(super) voice: Voice,
    pub(super) zone_minutes: i64,
    pub(super) ahead_ms: i64,
    pub(super) has_dates: bool,
    pub(super) debug: bool,
    pub(super) with_http: bool,
    pub(super) drops: f64,
    workers: usize,
    lines: Vec<Line>,
    exchanges: Vec<(i64, Exchange)>,
    /// Truth by the number of the call.
    pub(super) truths: BTreeMap<usize, Truth>,
    /// Every crash: file name of its dump, where shipped, by number.
    pub(super) crashes: Vec<Option<String>>,
    crash_lines: BTreeMap<usize, u64>,
    dumps: Vec<(String, String)>,
    log: String,
}

const START: i64 = 1_768_294_800_000;
const SERVICES: [(&str, &str, &str); 8] = [
    ("Facility", "Create", "CRS008"),
    ("Facility", "Change", "CRS008"),
    ("ItemBasics", "Update", "MMS001"),
    ("CustomerOrder", "AddHead", "OIS100"),
    ("Purchase", "Confirm", "PPS200"),
    ("Warehouse", "Create", "MMS005"),
    ("Supplier", "Change", "CRS620"),
    ("Batch", "Release", "PPS170"),
];
const USERS: [&str; 6] = ["MWSUSR", "EDIUSR", "JDOE", "PORTAL", "KLARSSON", "SVCB2B"];
const TERMINAL_USERS: [&str; 5] = ["ASMITH", "BKHAN", "CLARSEN", "DMEYER", "JDOE"];
const EXCEPTIONS: [&str; 3] = [
    "java.lang.NullPointerException",
    "java.lang.ArrayIndexOutOfBoundsException: 45",
    "java.lang.NumberFormatException: For input string: \"\"",
];

impl Site {
    pub(super) fn new(seed: u64) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let rng = &mut rng;
        let ahead_ms = if rng.chance(0.1) {
            rng.between(-3, 3) * 3_600_000 + rng.between(-4_000, 4_000)
        } else {
            rng.between(-5_000, 5_000)
        };
        let mut site = Self {
            seed,
            voice: Voice::new(rng),
            zone_minutes: rng.pick(&[60, 60, 120, 0, -300, -480, 330, 345, 600, -210]),
            ahead_ms,
            has_dates: rng.chance(0.9),
            debug: rng.chance(0.65),
            with_http: rng.chance(0.85),
            drops: if rng.chance(0.3) { 0.1 } else { 0.0 },
            workers: rng.pick(&[1, 4, 8, 16, 16]),
            lines: Vec::new(),
            exchanges: Vec::new(),
            truths: BTreeMap::new(),
            crashes: Vec::new(),
            crash_lines: BTreeMap::new(),
            dumps: Vec::new(),
            log: String::new(),
        };
        site.run(rng);
        site.write_log(rng);
        site
    }

    fn run(&mut self, rng: &mut Rng) {
        let calls = 40 + rng.below(120);
        let one_user = rng.chance(0.3);
        let span = rng.between(3, 20) * 60_000;
        let mut free = vec![0_i64; self.workers];
        let mut at = START;
        for number in 0..calls {
            at += rng.between(1, (span / calls as i64 * 2).max(2));
            let burst = rng.chance(0.05);
            let fate = self.fate(rng);
            for n in 0..if burst && fate == Fate::Crash { 3 } else { 1 } {
                let user = if one_user { USERS[0] } else { rng.pick(&USERS) };
                let worker = (0..self.workers).min_by_key(|w| free[*w]).unwrap_or(0);
                let begin = at.max(free[worker]) + rng.between(1, 60) * i64::from(n > 0);
                let took = if fate == Fate::GatewayTimeOut { 30_000 } else { rng.between(60, 900) };
                let lasted = if fate == Fate::GatewayTimeOut { rng.between(31_000, 50_000) } else { took };
                free[worker] = begin + lasted + 2;
                let service = SERVICES[rng.below(SERVICES.len())];
                let service = if burst { SERVICES[number % 2] } else { service };
                self.call(rng, number * 4 + n, Call { at: begin, took, lasted, worker, user, service, fate });
            }
        }
        self.noise(rng, at);
    }

    fn fate(&self, rng: &mut Rng) -> Fate {
        match rng.below(100) {
            0..5 => Fate::Crash,
            5..8 => Fate::Definition,
            8..11 => Fate::Business,
            11..13 => Fate::Nok,
            13..14 => Fate::Unauthorised,
            14..15 => Fate::GatewayTimeOut,
            15..16 => Fate::Malformed,
            _ => Fate::Fine,
        }
    }

    fn call(&mut self, rng: &mut Rng, number: usize, call: Call) {
        let Call { at, took, lasted, worker, user, service: (service, operation, program), fate } = call;
        let recorded = self.with_http && rng.chance(0.85);
        let value = format!("K{:04}", rng.below(9_000) + 1_000);
        let thread = format!("mws-worker-{worker}");
        let company = rng.pick(&["100", "200"]);
        let begin = at + rng.between(1, 8);
        let end = at + lasted - rng.between(2, 7);
        if !matches!(fate, Fate::Unauthorised | Fate::Malformed | Fate::Nok) {
            if self.debug {
                self.log(
                    begin,
                    "MWS",
                    "DEBUG",
                    &thread,
                    "mws.request",
                    &format!("POST /mws-ws/services/{service} user {user} company {company}"),
                    None,
                );
                self.log(
                    begin + 1,
                    "MWS",
                    "DEBUG",
                    &thread,
                    "mws.service",
                    &format!("service {service} operation {operation}"),
                    None,
                );
                let mpd = format!(
                    "Executing {program} for {user}\n<MPD>\n <PGM name=\"{program}\" cono=\"{company}\">\n  <FLD n=\"KEYV\">{value}</FLD>\n </PGM>\n</MPD>"
                );
                self.log(begin + 3, "MWS", "DEBUG", &thread, "m3.program", &mpd, None);
            }
            self.ending(rng, number, &call, &thread, end, &value, recorded);
        }
        if recorded {
            let status_and_body = answer(fate, service, operation, program, &value);
            self.exchange(
                number,
                at,
                took,
                user,
                company,
                (service, operation, program),
                &value,
                fate,
                status_and_body,
            );
            if fate != Fate::Fine {
                self.truths.entry(number).or_insert(Truth { fate, cause: None, dump: None }).fate = fate;
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the facts of one call")]
    fn ending(
        &mut self,
        rng: &mut Rng,
        number: usize,
        call: &Call,
        thread: &str,
        end: i64,
        value: &str,
        recorded: bool,
    ) {
        let (service, operation, program) = call.service;
        let user = call.user;
        let mark = recorded.then_some(Mark::Call(number));
        match call.fate {
            Fate::Fine | Fate::GatewayTimeOut => {
                let ms = call.lasted;
                self.log(
                    end,
                    "MWS",
                    "INFO",
                    thread,
                    "mws.service",
                    &format!("{service}.{operation} user {user} ended after {ms} ms"),
                    None,
                );
            }
            Fate::Crash => {
                let job = format!("{program}-JOB-{:05}", rng.below(90_000));
                let writer = if self.voice.two_threads { job.as_str() } else { thread };
                let crash_at = end - rng.between(3, 25);
                let dump = self.crash(rng, crash_at, program, user, Some(value), writer, mark);
                if let Some(truth) = recorded
                    .then(|| self.truths.entry(number).or_insert(Truth { fate: Fate::Crash, cause: None, dump: None }))
                {
                    truth.dump = dump;
                }
                let says = if rng.chance(0.8) {
                    format!("{service}.{operation} user {user}: Unable to execute MPD!")
                } else {
                    "Unable to execute MPD!".to_owned()
                };
                self.log(end, "MWS", "ERROR", thread, "mws.service", &says, None);
                for _ in 0..rng.below(3) {
                    let other = rng.pick(&TERMINAL_USERS);
                    if other != user {
                        let at = crash_at + rng.between(-700, 700);
                        let thread = format!("{program}-{other}-{:04}", rng.below(9_999));
                        self.crash(rng, at, program, other, None, &thread, None);
                    }
                }
            }
            Fate::Definition => {
                let reason = rng.chance(0.7);
                if reason {
                    self.log(
                        end - 2,
                        "MWS",
                        "ERROR",
                        thread,
                        "m3.program",
                        &format!("{program}: expected panel E, got panel B"),
                        mark,
                    );
                }
                self.log(
                    end,
                    "MWS",
                    "ERROR",
                    thread,
                    "mws.service",
                    &format!("{service}.{operation} user {user}: Unable to execute MPD!"),
                    mark.filter(|_| !reason),
                );
            }
            Fate::Business => {
                let level = rng.pick(&["WARN", "ERROR", "INFO"]);
                self.log(
                    end,
                    "MWS",
                    level,
                    thread,
                    "mws.service",
                    &format!("{service}.{operation} user {user}: {}", business(value)),
                    None,
                );
            }
            _ => {}
        }
    }

    /// A program ends abnormally; gives the name of its dump where that is shipped.
    #[allow(clippy::too_many_arguments, reason = "the facts of one crash")]
    fn crash(
        &mut self,
        rng: &mut Rng,
        at: i64,
        program: &str,
        user: &str,
        value: Option<&str>,
        thread: &str,
        mark: Option<Mark>,
    ) -> Option<String> {
        let n = self.crashes.len();
        let customer = rng.chance(0.3);
        let local = self.local(at);
        let name = self.voice.dump_name(program, local, n);
        let text = self.voice.abnormal_text(program, customer, &name);
        let application = if thread.starts_with("mws") { "MWS" } else { "M3BE_15.1_PRD" };
        self.log(at, application, "ERROR", thread, "mvx.runtime.Job", &text, mark.or(Some(Mark::Crash(n))));
        let shipped = rng.chance(0.93).then(|| {
            let renamed = rng.chance(0.05);
            let name = if renamed { format!("attachment-{n}.txt") } else { name };
            let dump = DumpText {
                local_ms: local + rng.between(-40, 400),
                program: program.to_owned(),
                user: rng.chance(0.92).then(|| user.to_owned()),
                customer,
                exception: rng.pick(&EXCEPTIONS),
                operation: rng.pick(&["READ_DSP ICFCMD", "CHAIN MITMAS", "READ_DSP CRS008E"]).to_owned(),
                value: value.filter(|_| rng.chance(0.6)).map(str::to_owned),
                company: "100".to_owned(),
            };
            self.dumps.push((name.clone(), dump.render(self.voice.dump)));
            name
        });
        self.crashes.push(shipped.clone());
        shipped
    }

    fn noise(&mut self, rng: &mut Rng, until: i64) {
        let mut at = START - rng.between(5_000, 60_000);
        while at < until + 60_000 {
            at += rng.between(200, 5_000);
            let (user, program) = (rng.pick(&TERMINAL_USERS), rng.pick(&SERVICES).2);
            match rng.below(4) {
                0 => self.log(at, "Grid", "TRACE", "grid-timer-1", "com.lawson.grid.node.Node", "heartbeat", None),
                1 => self.log(
                    at,
                    "M3BE_15.1_PRD",
                    "INFO",
                    &format!("{program}-{user}-0001"),
                    "mvx.runtime.Job",
                    &format!("Program {program} started for {user}"),
                    None,
                ),
                2 => self.log(at, "Grid", "WARN", "grid-router-2", "com.lawson.grid.node.Router", "slow client", None),
                _ => self.log(
                    at,
                    "Grid",
                    "NOTE",
                    "grid-router-1",
                    "com.lawson.grid.node.Router",
                    "session cache trimmed",
                    None,
                ),
            }
        }
    }

    fn local(&self, at: i64) -> i64 {
        at + self.ahead_ms + self.zone_minutes * 60_000
    }

    #[allow(clippy::too_many_arguments, reason = "the columns of one record")]
    fn log(
        &mut self,
        at: i64,
        application: &str,
        level: &str,
        thread: &str,
        logger: &str,
        message: &str,
        mark: Option<Mark>,
    ) {
        let head = Head { node: "m3app01", application, level, thread, logger };
        let text = self.voice.layout.line(self.local(at), self.zone_minutes, &head, message);
        self.lines.push(Line { at, text, mark });
    }

    fn write_log(&mut self, rng: &mut Rng) {
        self.lines.sort_by_key(|l| l.at);
        let mut number = 1_u64;
        for line in std::mem::take(&mut self.lines) {
            let keep_chance = if line.mark.is_some() { self.drops / 3.0 } else { self.drops };
            if rng.chance(keep_chance) {
                continue;
            }
            match line.mark {
                Some(Mark::Call(call)) => {
                    if let Some(truth) = self.truths.get_mut(&call) {
                        truth.cause = Some(number);
                    }
                }
                Some(Mark::Crash(n)) => {
                    self.crash_lines.insert(n, number);
                }
                None => {}
            }
            number += line.text.matches('\n').count() as u64;
            self.log.push_str(&line.text);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the facts of one exchange")]
    fn exchange(
        &mut self,
        number: usize,
        at: i64,
        took: i64,
        user: &str,
        company: &str,
        (service, operation, program): (&str, &str, &str),
        value: &str,
        fate: Fate,
        (status, body): (u16, String),
    ) {
        let (url, method, sent) = if fate == Fate::Nok {
            (
                format!("http://m3app01:19007/m3api-rest/execute/CRS610MI/GetBasicData;cono={company}?CUNO={value}"),
                "GET",
                String::new(),
            )
        } else {
            (
                format!("http://m3app01:19007/mws-ws/services/{service}"),
                "POST",
                request(service, operation, program, company, value),
            )
        };
        let mut request = Request { method: method.to_owned(), version: "HTTP/1.1".to_owned(), ..Request::default() };
        request.headers.0.push(Header::new(
            "Authorization",
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:******"))),
        ));
        request.headers.0.push(Header::new("Content-Type", "text/xml;charset=UTF-8"));
        request.body = Body::whole(Bytes::from(sent.into_bytes()));
        let mut response = Response { status, version: "HTTP/1.1".to_owned(), ..Response::default() };
        if self.has_dates {
            let ahead = if status == 504 { 0 } else { self.ahead_ms };
            response.headers.0.push(Header::new("Date", http_date(at + took - 1 + ahead)));
        }
        response.headers.0.push(Header::new(
            "Content-Type",
            if fate == Fate::Nok { "application/json" } else { "text/xml;charset=UTF-8" },
        ));
        response.body = Body::whole(Bytes::from(body.into_bytes()));
        let mut exchange = Exchange::new(ExchangeId(number as u32), SourceId(0), 0, url, request);
        exchange.started = Some(moment::stamp_of_utc_ns(at * 1_000_000));
        exchange.duration_ns = Some(took as u64 * 1_000_000);
        exchange.response = Some(response);
        exchange.outcome = Outcome::Complete;
        exchange.call = facts::call_of(&exchange);
        self.exchanges.push((at, exchange));
    }

    /// What a program would have read.
    pub(super) fn gathered(&self) -> Gathered {
        let mut gathered = Gathered::new();
        if self.with_http {
            let mut exchanges: Vec<&(i64, Exchange)> = self.exchanges.iter().collect();
            exchanges.sort_by_key(|(at, _)| *at);
            gathered.exchanges = exchanges.iter().map(|(_, x)| x.clone()).collect();
            for (n, x) in gathered.exchanges.iter_mut().enumerate() {
                // The id stays the call's number, so that the judge knows it; ids must rise.
                x.index = n as u32;
            }
            challenge::mark(&mut gathered.exchanges);
            gathered.exchanges.sort_by_key(|x| x.id);
            push(&mut gathered, "traffic.har", SourceKind::Har, self.exchanges.len() as u64);
        }
        let log = Log::in_memory(Bytes::from(self.log.clone().into_bytes()), None).expect("a log in memory");
        let id = push(&mut gathered, "merged.log", SourceKind::Log, log.len() as u64);
        gathered.logs.push((id, Arc::new(log)));
        for (name, text) in &self.dumps {
            let id = push(&mut gathered, &format!("dumps/{name}"), SourceKind::Dump, 1);
            for dump in dump::read(text.as_bytes(), Synonyms::standard()).dumps {
                let number = DumpId(gathered.dumps.len() as u32);
                gathered.dumps.push(GatheredDump { id: number, source: id, dump: Arc::new(dump) });
            }
        }
        gathered
    }

    pub(super) fn crash_line(&self, n: usize) -> Option<u64> {
        self.crash_lines.get(&n).copied()
    }

    pub(super) fn describe(&self) {
        println!(
            "seed {} {:?} zone {} ahead {} dates {} debug {} http {} drops {} workers {}",
            self.seed,
            self.voice,
            self.zone_minutes,
            self.ahead_ms,
            self.has_dates,
            self.debug,
            self.with_http,
            self.drops,
            self.workers
        );
    }

    /// Leaves log and dumps where a person can look at them.
    pub(super) fn keep(&self) {
        let folder = std::env::temp_dir().join(format!("mwscope-incident-{}", self.seed));
        std::fs::create_dir_all(folder.join("dumps")).expect("a folder");
        std::fs::write(folder.join("merged.log"), &self.log).expect("a file");
        for (name, text) in &self.dumps {
            std::fs::write(folder.join("dumps").join(name), text).expect("a file");
        }
        println!("kept in {}", folder.display());
    }
}

#[derive(Clone, Copy)]
struct Call {
    at: i64,
    took: i64,
    lasted: i64,
    worker: usize,
    user: &'static str,
    service: (&'static str, &'static str, &'static str),
    fate: Fate,
}

fn push(gathered: &mut Gathered, path: &str, kind: SourceKind, items: u64) -> SourceId {
    let id = SourceId(gathered.sources.len() as u32);
    gathered.sources.push(Source { id, path: path.to_owned(), kind, items, bytes: 0, layout: None });
    id
}
