//! How a site's software words what matters. All made up; only the literals that are public are certain
//! (`Unable to execute MPD`, `Abnormal termination of mvx.app.pgm`, `Dump log created`, `<MPD>`).

use mwscope_parsers::Civil;

use super::rng::Rng;

/// A call as the log may speak of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spoken<'a> {
    pub(super) service: &'a str,
    pub(super) operation: &'a str,
    pub(super) program: &'a str,
    pub(super) user: &'a str,
    pub(super) company: &'a str,
    pub(super) value: &'a str,
}

const STARTS: [&str; 9] = [
    "POST /mws-ws/services/{s} user {u} company {c}",
    "service {s} operation {o} principal={u}",
    "Incoming call {s}/{o} ({u}@{c})",
    "--> {s}.{o} by {u}",
    "request received: path=/mws-ws/services/{s}, principal={u}",
    "[{u}] invoking {o} of {s}",
    "Dispatching {o}",
    "Session for {u} opened, target {s}",
    "begin {s} {o}",
];
const MPDS: [&str; 6] = [
    "Executing {p} for {u}\n<MPD>\n <PGM name=\"{p}\" cono=\"{c}\">\n  <FLD n=\"KEYV\">{v}</FLD>\n </PGM>\n</MPD>",
    "<MPD><{p}><KEYV>{v}</KEYV></{p}></MPD>",
    "MPD to execute:\n<MPD name=\"{s}_{o}\">\n\t<Program>{p}</Program>\n\t<Field name=\"WWKEYV\" value=\"{v}\"/>\n</MPD>",
    "sending <MPD user=\"{u}\"><Step pgm=\"{p}\" panel=\"E\"><F n=\"KEYV\" v=\"{v}\"/></Step></MPD>",
    "request document <?xml version=\"1.0\"?><MPD program=\"{p}\"><Input key=\"{v}\"/></MPD>",
    "{p} <MPD><cono>{c}</cono><key>{v}</key></MPD>",
];
const ENDS: [&str; 6] = [
    "{s}.{o} user {u} ended after {ms} ms",
    "<-- {s}.{o} OK ({ms} ms)",
    "call finished, {ms} ms",
    "response for {o} sent after {ms}ms",
    "{s} done",
    "200 {s}/{o} {ms}",
];
const FAULTS: [&str; 7] = [
    "{s}.{o} user {u}: Unable to execute MPD!",
    "Unable to execute MPD!",
    "fault to client: Unable to execute MPD",
    "SOAP fault returned, faultstring=Unable to execute MPD! ({s})",
    "Unable to execute MPD!\ncom.example.mws.ExecException: Unable to execute MPD!\n\tat com.example.mws.Executor.run(Executor.java:88)\n\tat java.lang.Thread.run(Thread.java:748)",
    "<-- {s}.{o} FAULT Unable to execute MPD!",
    "[{u}] {o} failed: Unable to execute MPD!",
];
const ABNORMAL: [&str; 7] = [
    "Abnormal termination of {class}. Dump log created: {path}",
    "Abnormal termination of {class} [job 004711] Dump log created: {path}.",
    "Job ended. Abnormal termination of {class}\nDump log created: {path}",
    "Abnormal termination of {class} - Dump log created: '{path}'",
    "Abnormal termination of {class} [{u}]. Dump log created:\n  {path}\njava.lang.NullPointerException\n\tat {class}.PEDSP({p}.java:1412)\n\tat mvx.app.common.Interactive.run(Interactive.java:77)",
    "{p} for {u}: Abnormal termination of {class}.PEUPD, Dump log created: \"{path}\"",
    "Abnormal termination of {class}\u{1}Dump log created: {path}",
];
const REASONS: [&str; 5] = [
    "{p}: expected panel E, got panel B",
    "Mandatory field WWPSEQ has no value",
    "panel sequence broken at {p}/B",
    "No output for panel {p}E",
    "java.lang.IllegalStateException: {p} shows panel F\n\tat com.example.mws.Flow.step(Flow.java:41)\n\tat com.example.mws.Executor.run(Executor.java:80)",
];
const THREADS: [&str; 6] =
    ["mws-worker-{n}", "http-nio-21007-exec-{n}", "qtp51-{n}", "WT_{n}", "pool-3-thread-{n}", "Default Executor:{n}"];
const JOBS: [&str; 4] = ["{p}-JOB-{n}", "M3-job-{n}", "BJ{n}", "{p}:{u}:{n}"];
const FOLDERS: [&str; 6] = [
    "/M3BE1512/env/M3BE_15.1_PRD/dumplog/",
    "D:\\M3BE\\PRD\\dumps\\",
    "/opt/m3/dump/",
    "\\\\m3srv\\logs$\\dump\\",
    "dumplog/",
    "",
];
const LOGGERS: [(&str, &str, &str); 3] = [
    ("mws.service", "m3.program", "mvx.runtime.Job"),
    ("com.example.mws.Service", "m3.program", "mvx.runtime.JobRunner"),
    ("MWS", "m3.program", "m3.program"),
];

/// How a site words what matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Voice {
    start: usize,
    mpd: usize,
    end: usize,
    fault: usize,
    abnormal: usize,
    reason: usize,
    thread: usize,
    job: usize,
    folder: usize,
    logger: usize,
    name: usize,
    pub(super) notation: usize,
    /// Whether the log writes users with their domain.
    domain: bool,
    /// Whether the program's own thread writes the abnormal end, and MWS's only the fault.
    pub(super) two_threads: bool,
    /// Whether the record of the abnormal end names the dump.
    pub(super) names_dump: bool,
}

impl Voice {
    /// A voice; words that are held out only where asked for.
    pub(super) fn new(rng: &mut Rng, held_out: bool) -> Self {
        let mut pick = |of: usize| {
            let all: Vec<usize> = (0..of).filter(|n| held_out || n % 4 != 3).collect();
            all[rng.below(all.len())]
        };
        Self {
            start: pick(STARTS.len()),
            mpd: pick(MPDS.len()),
            end: pick(ENDS.len()),
            fault: pick(FAULTS.len()),
            abnormal: pick(ABNORMAL.len()),
            reason: pick(REASONS.len()),
            thread: pick(THREADS.len()),
            job: pick(JOBS.len()),
            folder: pick(FOLDERS.len()),
            logger: pick(LOGGERS.len()),
            name: pick(6),
            notation: pick(6),
            domain: rng.chance(0.15),
            two_threads: rng.chance(0.35),
            names_dump: rng.chance(0.9),
        }
    }

    fn fill(&self, text: &str, of: &Spoken<'_>) -> String {
        let user = if self.domain { format!("CORP\\{}", of.user.to_lowercase()) } else { of.user.to_owned() };
        text.replace("{s}", of.service)
            .replace("{o}", of.operation)
            .replace("{p}", of.program)
            .replace("{u}", &user)
            .replace("{c}", of.company)
            .replace("{v}", of.value)
    }

    pub(super) fn start(&self, of: &Spoken<'_>) -> String {
        self.fill(STARTS[self.start], of)
    }

    pub(super) fn mpd(&self, of: &Spoken<'_>) -> String {
        self.fill(MPDS[self.mpd], of)
    }

    pub(super) fn end(&self, of: &Spoken<'_>, ms: i64) -> String {
        self.fill(ENDS[self.end], of).replace("{ms}", &ms.to_string())
    }

    pub(super) fn fault(&self, of: &Spoken<'_>) -> String {
        self.fill(FAULTS[self.fault], of)
    }

    pub(super) fn reason(&self, of: &Spoken<'_>) -> String {
        self.fill(REASONS[self.reason], of)
    }

    /// The records that tell of an abnormal end: one, or two where the dump is named apart. Without a path, the record
    /// says only that the program ended.
    pub(super) fn abnormal(&self, of: &Spoken<'_>, customer: bool, file: &str) -> Vec<String> {
        let class = if customer { "mvx.app.pgm.customer." } else { "mvx.app.pgm." }.to_owned() + of.program;
        let path = format!("{}{file}", FOLDERS[self.folder]);
        if !self.names_dump {
            return vec![format!("Abnormal termination of {class}")];
        }
        let text = self.fill(&ABNORMAL[self.abnormal].replace("{class}", &class).replace("{path}", &path), of);
        text.split('\u{1}').map(str::to_owned).collect()
    }

    pub(super) fn thread(&self, n: usize) -> String {
        THREADS[self.thread].replace("{n}", &n.to_string())
    }

    pub(super) fn job(&self, of: &Spoken<'_>, n: usize) -> String {
        self.fill(JOBS[self.job], of).replace("{n}", &format!("{n:05}"))
    }

    /// Loggers of the service, the program and the job.
    pub(super) fn loggers(&self) -> (&'static str, &'static str, &'static str) {
        LOGGERS[self.logger]
    }

    pub(super) fn dump_name(&self, program: &str, local_ms: i64, n: usize) -> String {
        let (y, mo, d, h, mi, s, _) = Civil { ns: local_ms * 1_000_000 }.parts();
        match self.name {
            0 => format!("dump_{y:04}{mo:02}{d:02}_{h:02}{mi:02}{s:02}_{program}_{n:04}.log"),
            1 => format!("{program}-{n:06}.dmp"),
            2 => format!("DUMPLOG-{program}-{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}-{n}.txt"),
            3 => format!("MVX{n:05}_{program}.log"),
            4 => format!("{:08x}{:024x}.dump", n * 2_654_435 + 17, local_ms),
            _ => format!("D{y:04}{mo:02}{d:02}.{h:02}{mi:02}{s:02}.{n:03}"),
        }
    }
}
