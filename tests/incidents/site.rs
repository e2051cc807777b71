//! A simulated site: calls over workers on one or two nodes, what goes wrong with them, and the files that are left.

use std::collections::BTreeMap;
use std::path::Path;

use super::dumps::DumpText;
use super::layout::{Head, LAYOUTS, Layout};
use super::rng::Rng;
use super::voice::{Spoken, Voice};
use super::wire::{self, Exchange, Sent};

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
    /// MWS can't reach what lies behind it.
    Runtime,
    /// The connection broke before any answer.
    NotReached,
    /// An API call through SOAP whose answer says NOK.
    ApiFault,
}

/// What is true of a failing call.
#[derive(Clone, Debug)]
pub(super) struct Truth {
    pub(super) fate: Fate,
    /// File and line of the record that broke it.
    pub(super) cause: Option<(usize, u64)>,
    pub(super) dump: Option<String>,
}

struct Line {
    at: i64,
    node: usize,
    text: String,
    mark: Option<Mark>,
}

/// Which call (by its number) or which crash a line is the cause of.
#[derive(Clone, Copy)]
enum Mark {
    Call(usize),
    Crash(usize),
}

/// A crash: the file name of its dump, where that is shipped, and where its record stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Crash {
    pub(super) dump: Option<String>,
    pub(super) record: Option<(usize, u64)>,
}

pub(super) struct Site {
    pub(super) seed: u64,
    layout_number: usize,
    pub(super) layout: Layout,
    voice: Voice,
    pub(super) zone_minutes: i64,
    /// How far each node's clock is ahead of the recording's, milliseconds, and how much more each hour.
    pub(super) ahead_ms: [i64; 2],
    pub(super) drift_ms_per_hour: i64,
    has_dates: bool,
    debug: bool,
    pub(super) with_http: bool,
    drops: f64,
    workers: usize,
    /// 1, 2 in one merged log, or 2 with a log each.
    pub(super) nodes: usize,
    merged: bool,
    domain: bool,
    bearer: bool,
    calls: usize,
    sent: Vec<(i64, usize, Exchange)>,
    lines: Vec<Line>,
    /// Truth by the number of the call.
    pub(super) truths: BTreeMap<usize, Truth>,
    pub(super) crashes: Vec<Crash>,
    dumps: Vec<(String, String)>,
}

pub(super) const START: i64 = 1_768_294_800_000;
const SERVICES: [(&str, &str, &str); 10] = [
    ("Facility", "Create", "CRS008"),
    ("Facility", "Change", "CRS008"),
    ("ItemBasics", "Update", "MMS001"),
    ("CustomerOrder", "AddHead", "OIS100"),
    ("Purchase", "Confirm", "PPS200"),
    ("Warehouse", "Create", "MMS005"),
    ("Supplier", "Change", "CRS620"),
    ("Batch", "Release", "PPS170"),
    ("MPD_MMS100", "AddLine", "MMS100"),
    ("Order", "Get", "OIS300"),
];
const USERS: [&str; 6] = ["MWSUSR", "EDIUSR", "JDOE", "PORTAL", "KLARSSON", "SVCB2B"];
const TERMINAL_USERS: [&str; 5] = ["ASMITH", "BKHAN", "CLARSEN", "DMEYER", "JDOE"];
const EXCEPTIONS: [&str; 3] = [
    "java.lang.NullPointerException",
    "java.lang.ArrayIndexOutOfBoundsException: 45",
    "java.lang.NumberFormatException: For input string: \"\"",
];

#[derive(Clone, Copy)]
struct Call {
    number: usize,
    at: i64,
    took: i64,
    lasted: i64,
    worker: usize,
    node: usize,
    user: &'static str,
    company: &'static str,
    service: (&'static str, &'static str, &'static str),
    fate: Fate,
}

impl Site {
    pub(super) fn new(seed: u64, held_out: bool) -> Self {
        let mut rng = Rng(seed.wrapping_mul(0x2545_f491_4f6c_dd1d));
        let rng = &mut rng;
        let numbers: Vec<usize> = (0..LAYOUTS.len()).filter(|n| Layout::is_held_out(*n) == held_out).collect();
        let layout_number = rng.pick(&numbers);
        let ahead = if rng.chance(0.15) {
            rng.between(-5, 5) * 3_600_000 + rng.between(-4_000, 4_000)
        } else {
            rng.between(-5_000, 5_000)
        };
        let nodes = if rng.chance(0.3) { 2 } else { 1 };
        let merged = nodes == 1 || rng.chance(0.5);
        let second = if merged { 0 } else { rng.between(-1_500, 1_500) };
        let mut site = Self {
            seed,
            layout_number,
            layout: LAYOUTS[layout_number],
            voice: Voice::new(rng, held_out),
            zone_minutes: rng.pick(&[60, 60, 120, 0, -300, -480, 330, 345, 600, -210]),
            ahead_ms: [ahead, ahead + second],
            drift_ms_per_hour: if rng.chance(0.2) { rng.between(-250, 250) } else { 0 },
            has_dates: rng.chance(0.9),
            debug: rng.chance(0.6),
            with_http: rng.chance(0.8),
            drops: if rng.chance(0.3) { 0.1 } else { 0.0 },
            workers: rng.pick(&[1, 4, 8, 16, 16]),
            nodes,
            merged,
            domain: rng.chance(0.2),
            bearer: rng.chance(0.1),
            calls: 0,
            sent: Vec::new(),
            lines: Vec::new(),
            truths: BTreeMap::new(),
            crashes: Vec::new(),
            dumps: Vec::new(),
        };
        site.run(rng);
        site
    }

    fn run(&mut self, rng: &mut Rng) {
        let calls = 40 + rng.below(120);
        let one_user = rng.chance(0.3);
        let day = self.drift_ms_per_hour != 0;
        let span = if day { rng.between(4, 20) * 3_600_000 } else { rng.between(3, 20) * 60_000 };
        let mut free = vec![0_i64; self.workers];
        let mut at = START;
        for number in 0..calls {
            at += rng.between(1, (span / calls as i64 * 2).max(2));
            let burst = rng.chance(0.06);
            let fate = fate(rng);
            for n in 0..if burst && fate == Fate::Crash { 3 } else { 1 } {
                let user = if one_user { USERS[0] } else { rng.pick(&USERS) };
                let worker = (0..self.workers).min_by_key(|w| free[*w]).unwrap_or(0);
                let begin = at.max(free[worker]) + rng.between(1, 60) * i64::from(n > 0);
                let gave_up = fate == Fate::GatewayTimeOut;
                let took = if gave_up { 30_000 } else { rng.between(60, 900) };
                let lasted = if gave_up { rng.between(31_000, 50_000) } else { took };
                free[worker] = begin + lasted + 2;
                let service = if burst { SERVICES[number % 2] } else { rng.pick(&SERVICES) };
                let (node, company) = (rng.below(self.nodes), rng.pick(&["100", "200"]));
                let number = number * 4 + n;
                self.call(rng, Call { number, at: begin, took, lasted, worker, node, user, company, service, fate });
            }
        }
        self.calls = calls;
        self.noise(rng, at);
        self.cut(rng, at);
    }

    fn call(&mut self, rng: &mut Rng, call: Call) {
        let (service, operation, program) = call.service;
        let recorded = self.with_http && rng.chance(0.85);
        let value = format!("K{:04}", rng.below(9_000) + 1_000);
        let spoken = Spoken { service, operation, program, user: call.user, company: call.company, value: &value };
        let thread = self.voice.thread(call.worker);
        let begin = call.at + rng.between(1, 8);
        let end = call.at + call.lasted - rng.between(2, 7);
        let (of_service, of_program, _) = self.voice.loggers();
        let silent = matches!(call.fate, Fate::Unauthorised | Fate::Malformed | Fate::Nok | Fate::NotReached);
        if !silent {
            if self.debug {
                self.log(call.node, begin, "MWS", "DEBUG", &thread, of_service, &self.voice.start(&spoken), None);
                self.log(call.node, begin + 3, "MWS", "DEBUG", &thread, of_program, &self.voice.mpd(&spoken), None);
            }
            self.ending(rng, &call, &spoken, &thread, end, recorded);
        }
        if recorded {
            let sent = Sent { user: self.sent_user(call.user), bearer: self.bearer, fate: call.fate, took: call.took };
            self.sent.push((call.at, call.number, sent.with(&spoken)));
            if call.fate != Fate::Fine {
                self.truth(call.number, call.fate);
            }
        }
    }

    fn sent_user(&self, user: &str) -> String {
        if self.domain { format!("CORP\\{}", user.to_lowercase()) } else { user.to_owned() }
    }

    fn truth(&mut self, number: usize, fate: Fate) -> &mut Truth {
        self.truths.entry(number).or_insert(Truth { fate, cause: None, dump: None })
    }

    fn ending(&mut self, rng: &mut Rng, call: &Call, spoken: &Spoken<'_>, thread: &str, end: i64, recorded: bool) {
        let mark = recorded.then_some(Mark::Call(call.number));
        let (of_service, of_program, _) = self.voice.loggers();
        let node = call.node;
        match call.fate {
            Fate::Crash => {
                let job = self.voice.job(spoken, rng.below(90_000));
                let writer = if self.voice.two_threads { job } else { thread.to_owned() };
                let crash_at = end - rng.between(3, 25);
                let dump = self.crash(rng, node, crash_at, spoken, true, &writer, mark);
                if recorded {
                    self.truth(call.number, Fate::Crash).dump = dump;
                }
                self.log(node, end, "MWS", "ERROR", thread, of_service, &self.voice.fault(spoken), None);
                for _ in 0..rng.below(3) {
                    let other = rng.pick(&TERMINAL_USERS);
                    if other != call.user {
                        let at = crash_at + rng.between(-700, 700);
                        let beside = Spoken { user: other, ..*spoken };
                        let thread = format!("{}-{other}-{:04}", spoken.program, rng.below(9_999));
                        self.crash(rng, node, at, &beside, false, &thread, None);
                    }
                }
            }
            Fate::Definition => {
                let reason = rng.chance(0.7);
                if reason {
                    let text = self.voice.reason(spoken);
                    self.log(node, end - 2, "MWS", "ERROR", thread, of_program, &text, mark);
                }
                let text = self.voice.fault(spoken);
                self.log(node, end, "MWS", "ERROR", thread, of_service, &text, mark.filter(|_| !reason));
            }
            Fate::Business | Fate::ApiFault => {
                let (level, text) = (rng.pick(&["WARN", "ERROR", "INFO"]), wire::business(spoken.value));
                self.log(node, end, "MWS", level, thread, of_service, &text, None);
            }
            Fate::Runtime => {
                let text = format!("{}\n{}", wire::UNREACHABLE, wire::UNREACHABLE_TRACE);
                self.log(node, end, "MWS", "ERROR", thread, of_service, &text, mark);
            }
            _ => {
                let text = self.voice.end(spoken, call.lasted);
                self.log(node, end, "MWS", "INFO", thread, of_service, &text, None);
            }
        }
    }

    /// A program ends abnormally; gives the name of its dump where that is shipped.
    #[allow(clippy::too_many_arguments, reason = "the facts of one crash")]
    fn crash(
        &mut self,
        rng: &mut Rng,
        node: usize,
        at: i64,
        spoken: &Spoken<'_>,
        served: bool,
        thread: &str,
        mark: Option<Mark>,
    ) -> Option<String> {
        let n = self.crashes.len();
        let customer = rng.chance(0.3);
        let local = self.own(node, at) + self.zone_minutes * 60_000;
        let name = self.voice.dump_name(spoken.program, local, n);
        let application = if served && !self.voice.two_threads { "MWS" } else { "M3BE_15.1_PRD" };
        let mark = mark.or(Some(Mark::Crash(n)));
        for (k, text) in self.voice.abnormal(spoken, customer, &name).into_iter().enumerate() {
            let logger = self.voice.loggers().2;
            self.log(node, at + k as i64, application, "ERROR", thread, logger, &text, mark.filter(|_| k == 0));
        }
        let shipped = rng.chance(0.93).then(|| {
            let renamed = self.voice.names_dump && rng.chance(0.05);
            let name = if renamed { format!("attachment-{n}.txt") } else { name };
            let dump = DumpText {
                local_ms: local + rng.between(-40, 400),
                program: spoken.program.to_owned(),
                user: rng.chance(0.92).then(|| spoken.user.to_owned()),
                customer,
                exception: rng.pick(&EXCEPTIONS),
                operation: rng.pick(&["READ_DSP ICFCMD", "CHAIN MITMAS", "READ_DSP CRS008E"]).to_owned(),
                value: Some(spoken.value.to_owned()).filter(|_| served && rng.chance(0.6)),
                company: spoken.company.to_owned(),
                has_time: !self.voice.names_dump || rng.chance(0.9),
            };
            self.dumps.push((name.clone(), dump.render(self.voice.notation)));
            name
        });
        self.crashes.push(Crash { dump: shipped.clone(), record: None });
        shipped
    }

    fn noise(&mut self, rng: &mut Rng, until: i64) {
        let mut at = START - rng.between(5_000, 60_000);
        let step = ((until - START) / 400).max(5_000);
        while at < until + 60_000 {
            at += rng.between(200, step);
            let (user, program) = (rng.pick(&TERMINAL_USERS), rng.pick(&SERVICES).2);
            let thread = format!("{program}-{user}-0001");
            let (application, level, thread, logger, text) = match rng.below(6) {
                0 => ("Grid", "TRACE", "grid-timer-1", "com.lawson.grid.node.Node", "heartbeat".to_owned()),
                1 => {
                    let text = format!("Program {program} started for {user}");
                    ("M3BE_15.1_PRD", "INFO", thread.as_str(), "mvx.runtime.Job", text)
                }
                2 => ("Grid", "WARN", "grid-router-2", "com.lawson.grid.node.Router", "slow client".to_owned()),
                3 => ("M3BE_15.1_PRD", "ERROR", "batch-7", "mvx.runtime.Job", format!("{program}: printer not found")),
                4 => {
                    let text = "poll failed\njava.net.SocketException: reset\n\tat com.example.Poll.run(Poll.java:4)";
                    ("MEC", "ERROR", "mec-poll-3", "com.intentia.ec.Poll", text.to_owned())
                }
                _ => {
                    ("Grid", "NOTE", "grid-router-1", "com.lawson.grid.node.Router", "session cache trimmed".to_owned())
                }
            };
            self.log(rng.below(self.nodes), at, application, level, thread, logger, &text, None);
        }
    }

    /// Some logs begin late or end early.
    fn cut(&mut self, rng: &mut Rng, until: i64) {
        if !rng.chance(0.15) {
            return;
        }
        let part = (until - START) / 8;
        let (from, to) = if rng.chance(0.5) { (START + part, i64::MAX) } else { (0, until - part) };
        self.lines.retain(|l| l.at >= from && l.at <= to);
    }

    /// The node's own time at an instant of the recording's clock.
    pub(super) fn own(&self, node: usize, at: i64) -> i64 {
        at + self.ahead_ms[node] + (at - START) * self.drift_ms_per_hour / 3_600_000
    }

    #[allow(clippy::too_many_arguments, reason = "the columns of one record")]
    fn log(
        &mut self,
        node: usize,
        at: i64,
        application: &str,
        level: &str,
        thread: &str,
        logger: &str,
        message: &str,
        mark: Option<Mark>,
    ) {
        let name = ["m3app01", "m3app02"][node];
        let head = Head { node: name, application, level, thread, logger };
        let text = self.layout.render(self.own(node, at), self.zone_minutes, &head, message);
        self.lines.push(Line { at, node, text, mark });
    }

    /// The names of the logs, by their number.
    pub(super) fn logs(&self) -> &'static [&'static str] {
        if self.merged { &["merged.log"] } else { &["node1.log", "node2.log"] }
    }

    /// Writes everything into a folder, and learns where the causes stand.
    pub(super) fn write(&mut self, folder: &Path) {
        std::fs::create_dir_all(folder.join("dumps")).expect("a folder");
        for (name, text) in &self.dumps {
            std::fs::write(folder.join("dumps").join(name), text).expect("a file");
        }
        let mut rng = Rng(self.seed ^ 0x5eed);
        self.lines.sort_by_key(|l| l.at);
        let mut texts = vec![String::new(); self.logs().len()];
        let mut numbers = vec![1_u64; texts.len()];
        for line in std::mem::take(&mut self.lines) {
            if rng.chance(self.drops) {
                continue;
            }
            let file = if self.merged { 0 } else { line.node };
            let place = (file, numbers[file]);
            match line.mark {
                Some(Mark::Call(call)) => {
                    if let Some(truth) = self.truths.get_mut(&call) {
                        truth.cause = truth.cause.or(Some(place));
                    }
                }
                Some(Mark::Crash(n)) => self.crashes[n].record = self.crashes[n].record.or(Some(place)),
                None => {}
            }
            numbers[file] += line.text.matches('\n').count() as u64;
            texts[file].push_str(&line.text);
        }
        for (name, text) in self.logs().iter().zip(&texts) {
            std::fs::write(folder.join(name), text).expect("a file");
        }
        if self.with_http {
            self.sent.sort_by_key(|(at, number, _)| (*at, *number));
            let ahead = self.has_dates.then_some(());
            let dated =
                self.sent.iter().map(|(at, _, sent)| (*at, sent, ahead.map(|()| self.own(0, at + sent.took() - 1))));
            std::fs::write(folder.join("traffic.har"), wire::har(dated)).expect("a file");
        }
    }

    /// The number of the call at that index of the recording.
    pub(super) fn call_at(&self, index: u32) -> Option<usize> {
        self.sent.get(index as usize).map(|(_, number, _)| *number)
    }

    pub(super) fn describe(&self) -> String {
        format!(
            "seed {} layout {} {:?} zone {} ahead {:?} drift {} dates {} debug {} http {} drops {} workers {} nodes {} calls {}",
            self.seed,
            self.layout_number,
            self.voice,
            self.zone_minutes,
            self.ahead_ms,
            self.drift_ms_per_hour,
            self.has_dates,
            self.debug,
            self.with_http,
            self.drops,
            self.workers,
            self.nodes,
            self.calls,
        )
    }
}

fn fate(rng: &mut Rng) -> Fate {
    match rng.below(100) {
        0..5 => Fate::Crash,
        5..8 => Fate::Definition,
        8..10 => Fate::Business,
        10..12 => Fate::Nok,
        12..13 => Fate::Unauthorised,
        13..14 => Fate::GatewayTimeOut,
        14..15 => Fate::Malformed,
        15..16 => Fate::Runtime,
        16..17 => Fate::NotReached,
        17..18 => Fate::ApiFault,
        _ => Fate::Fine,
    }
}
