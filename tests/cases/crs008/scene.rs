//! The simulated site: who calls, which worker takes it, what the Grid's merged log and the HAR say of it.
//!
//! The recording's clock is exact. The M3 server runs 3.7 s ahead of it and logs in its local time (UTC+1),
//! without a zone; the gateway before it keeps the recording's time.

use std::fmt::Write;

use serde_json::{Value, json};

use super::dumps::Crash;
use super::{NINE, soap};

const SKEW: i64 = 3_700;
const ZONE: i64 = 3_600_000;
const NODE: &str = "m3app01";
const DUMP_FOLDER: &str = "/M3BE1512/env/M3BE_15.1_PRD/dumplog";
const BASE: &str = "http://m3app01.example.com:19007";

/// A call as its client sends it: when (milliseconds after nine), how long it takes, who, whether it is recorded.
#[derive(Clone, Copy)]
pub(super) struct Sent {
    pub(super) at: i64,
    pub(super) took: i64,
    pub(super) user: &'static str,
    pub(super) recorded: bool,
}

/// What a service is made of.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Display,
    Api,
    Sql,
}

/// A call in the words of MWS.
pub(super) struct Mws {
    pub(super) service: &'static str,
    pub(super) operation: &'static str,
    pub(super) program: &'static str,
    pub(super) company: &'static str,
    pub(super) division: &'static str,
    pub(super) kind: Kind,
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Mws {
    fn new(
        service: &'static str,
        operation: &'static str,
        program: &'static str,
        kind: Kind,
        fields: &[(&'static str, &str)],
    ) -> Self {
        let fields = fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { service, operation, program, company: "100", division: "AAA", kind, fields }
    }

    pub(super) fn facility(operation: &'static str, facility: &str) -> Self {
        let mut fields = vec![("Facility", facility)];
        if operation == "Create" {
            fields.extend([("FacilityName", "Central depot"), ("MainWarehouse", "100")]);
        }
        Self::new("Facility", operation, "CRS008", Kind::Display, &fields)
    }

    pub(super) fn customer(number: &str) -> Self {
        Self::new("CustomerService", "GetBasicData", "CRS610MI", Kind::Api, &[("CustomerNumber", number)])
    }

    pub(super) fn purchase(facility: &str, order: &str) -> Self {
        Self::new("Purchase", "Print", "PPS200", Kind::Display, &[("Facility", facility), ("OrderNumber", order)])
    }

    pub(super) fn item(operation: &'static str, item: &str) -> Self {
        Self::new("ItemBasics", operation, "MMS001", Kind::Display, &[("ItemNumber", item), ("Status", "20")])
    }

    pub(super) fn stock(facility: &str) -> Self {
        Self::new("StockQuery", "List", "", Kind::Sql, &[("Facility", facility)])
    }
}

/// How a call ends.
#[derive(Clone, Copy)]
pub(super) enum Ending {
    Done {
        rows: usize,
    },
    /// The program breaks; MWS says only that it couldn't execute the MPD.
    Crash {
        dump: &'static str,
    },
    /// The service's panel sequence doesn't fit the program.
    OutOfStep,
    /// The program refuses with a message of its own.
    Refused(&'static str),
    /// The gateway gives up, the server goes on.
    GatewayGaveUp {
        server_took: i64,
    },
}

/// Everything that was written down.
pub(super) struct Scene {
    records: Vec<(i64, String)>,
    entries: Vec<(i64, Value)>,
    busy: [Vec<(i64, i64)>; 16],
    pub(super) dumps: Vec<(String, String)>,
}

impl Scene {
    pub(super) fn new() -> Self {
        Self { records: Vec::new(), entries: Vec::new(), busy: Default::default(), dumps: Vec::new() }
    }

    /// One call of a web service, in the log and, where it went through the recording, in the HAR.
    pub(super) fn mws(&mut self, sent: Sent, call: &Mws, ending: Ending) {
        let worker = self.worker(&sent, &ending);
        self.log_request(&sent, call, worker);
        self.log_ending(&sent, call, worker, &ending);
        if !sent.recorded {
            return;
        }
        let (status, body) = match &ending {
            Ending::Done { rows } => (200, soap::answer(call, *rows)),
            Ending::Crash { .. } | Ending::OutOfStep => (500, soap::fault("Unable to execute MPD!")),
            Ending::Refused(text) => (500, soap::fault(text)),
            Ending::GatewayGaveUp { .. } => (
                504,
                "<html><head><title>504 Gateway Time-out</title></head><body>504 Gateway Time-out</body></html>"
                    .to_owned(),
            ),
        };
        self.soap_entry(&sent, call, status, &body, true);
    }

    /// A 401 and the attempt that answers it.
    pub(super) fn challenge(&mut self, at: i64, user: &str, path: &str) {
        let url = format!("{BASE}{path}");
        let first = json!({"method": "GET", "url": url, "headers": [["Accept", "text/xml"]], "body": ""});
        self.entry(at, 21, &first, unauthorised());
        let second = json!({"method": "GET", "url": url, "body": "",
            "headers": [["Accept", "text/xml"], ["Authorization", basic(user)]]});
        let wsdl = "<wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" name=\"Facility\" \
                    targetNamespace=\"http://your.company.net/Facility\"/>";
        self.entry(at + 48, 160, &second, answered(200, "text/xml;charset=UTF-8", wsdl));
    }

    /// A 401 that nobody answers.
    pub(super) fn unauthorised(&mut self, at: i64, user: &'static str, call: &Mws) {
        self.log(
            at + 9,
            "Grid",
            "WARN",
            "grid-router-2",
            "com.lawson.grid.security.SessionProvider",
            &format!("User {user} was not validated by the session provider"),
        );
        let sent = Sent { at, took: 23, user, recorded: true };
        self.soap_entry(&sent, call, 401, "", true);
    }

    /// A refusal inside a status 200.
    pub(super) fn rest_nok(&mut self, sent: Sent) {
        let path =
            "/m3api-rest/execute/CRS610MI/GetBasicData;metadata=true;maxrecs=100;excludempty=false;cono=100?CUNO=99999";
        let body = format!(
            "{{\"Message\":\"{:<256}\",\"@type\":\"ServerReturnedNOK\",\"@code\":\"XIM0002\",\"@cfg\":null,\"@field\":\"CUNO\"}}",
            "Customer number is invalid"
        );
        let request = json!({"method": "GET", "url": format!("{BASE}{path}"), "body": "",
            "headers": [["Accept", "application/json"], ["Authorization", basic(sent.user)]]});
        self.entry(sent.at, sent.took, &request, answered(200, "application/json;charset=UTF-8", &body));
    }

    /// Another user's program breaks at a terminal.
    pub(super) fn interactive_crash(&mut self, at: i64, user: &'static str, dump: &str) {
        let thread = format!("CRS008-{user}-000419");
        self.log(
            at - 41_000,
            "M3BE_15.1_PRD",
            "INFO",
            &thread,
            "mvx.runtime.Job",
            &format!("Program CRS008 started for {user}"),
        );
        self.log(at, "M3BE_15.1_PRD", "ERROR", &thread, "mvx.runtime.Job", &abnormal(dump));
        self.dumps.push((dump.to_owned(), Crash::at_a_terminal(&self.civil(at, ' ', false), user).text()));
    }

    /// A dump of the day before that lies in the same folder.
    pub(super) fn old_dump(&mut self, dump: &str) {
        self.dumps.push((dump.to_owned(), Crash::of_the_call("2026-01-12 16:44:12").text()));
    }

    /// What a Grid writes whether or not anybody calls.
    pub(super) fn grid_noise(&mut self, from: i64, to: i64) {
        let users = ["ASMITH", "BKHAN", "CLARSEN"];
        let programs = ["OIS300", "MMS001", "PPS200", "CRS610"];
        for (n, at) in (from..to).step_by(4_310).enumerate() {
            let at = at + (n as i64 * 911) % 3_700;
            self.log(
                at,
                "Grid",
                "TRACE",
                "grid-timer-1",
                "com.lawson.grid.node.Node",
                &format!("heartbeat {n} of node {NODE}"),
            );
            if n % 3 == 0 {
                let (user, program) = (users[n % users.len()], programs[n % programs.len()]);
                let thread = format!("{program}-{user}-{:06}", 300 + n);
                self.log(
                    at + 700,
                    "M3BE_15.1_PRD",
                    "INFO",
                    &thread,
                    "mvx.runtime.Job",
                    &format!("Program {program} started for {user}"),
                );
            }
            if n % 17 == 5 {
                self.log(
                    at + 1_310,
                    "Grid",
                    "NOTE",
                    "grid-router-1",
                    "com.lawson.grid.node.Router",
                    "session cache trimmed to 200 entries",
                );
            }
        }
    }

    fn worker(&mut self, sent: &Sent, ending: &Ending) -> usize {
        let took = if let Ending::GatewayGaveUp { server_took } = ending { *server_took } else { sent.took };
        let (from, to) = (sent.at, sent.at + took);
        let first = usize::try_from(sent.at / 1_000).expect("a time after nine") % self.busy.len();
        let worker = (0..self.busy.len())
            .map(|n| (first + n) % self.busy.len())
            .find(|w| self.busy[*w].iter().all(|(start, end)| *end < from || to < *start))
            .expect("a worker is free");
        self.busy[worker].push((from, to));
        worker
    }

    fn log_request(&mut self, sent: &Sent, call: &Mws, worker: usize) {
        let Mws { service, operation, program, company, division, kind, .. } = call;
        let thread = format!("mws-worker-{worker}");
        let (user, at) = (sent.user, sent.at + 11);
        self.log(
            at,
            "MWS",
            "DEBUG",
            &thread,
            "mws.request",
            &format!("POST /mws-ws/services/{service} user {user} company {company} division {division}"),
        );
        self.log(at + 3, "MWS", "DEBUG", &thread, "mws.service", &format!("service {service} operation {operation}"));
        match kind {
            Kind::Display => {
                self.log(
                    at + 9,
                    "MWS",
                    "DEBUG",
                    &thread,
                    "m3.program",
                    &format!("Executing {program} for {user}\n{}", mpd(sent, call)),
                );
            }
            Kind::Api => {
                self.log(at + 8, "MWS", "DEBUG", &thread, "m3.api", &format!("{program}.{operation} for {user}"));
            }
            Kind::Sql => self.log(
                at + 8,
                "MWS",
                "DEBUG",
                &thread,
                "m3.sql",
                "SELECT MLITNO FROM MITLOC WHERE MLCONO=100 AND MLFACI=?",
            ),
        }
    }

    fn log_ending(&mut self, sent: &Sent, call: &Mws, worker: usize, ending: &Ending) {
        let Mws { service, operation, program, .. } = call;
        let thread = format!("mws-worker-{worker}");
        let end = sent.at + sent.took - 7;
        let fault = |text: &str| format!("{service}.{operation} user {} ended with fault: {text}", sent.user);
        match ending {
            Ending::Done { rows } => {
                if call.kind == Kind::Display {
                    self.log(
                        end - 4,
                        "MWS",
                        "TRACE",
                        &thread,
                        "m3.program",
                        &format!("{program} left panel E by ENTER"),
                    );
                }
                self.log(
                    end,
                    "MWS",
                    "INFO",
                    &thread,
                    "mws.service",
                    &format!("{service}.{operation} user {} ended, {rows} rows, {} ms", sent.user, sent.took - 18),
                );
            }
            Ending::Crash { dump } => {
                self.log(end - 64, "MWS", "TRACE", &thread, "m3.program", &format!("{program} left panel A by ENTER"));
                self.log(end - 12, "MWS", "ERROR", &thread, "m3.program", &abnormal(dump));
                self.log(
                    end,
                    "MWS",
                    "ERROR",
                    &thread,
                    "mws.service",
                    &format!("{}\n{CXF_FAULT}", fault("Unable to execute MPD!")),
                );
                self.dumps.push(((*dump).to_owned(), Crash::of_the_call(&self.civil(end - 12, ' ', false)).text()));
            }
            Ending::OutOfStep => {
                self.log(
                    end - 5,
                    "MWS",
                    "ERROR",
                    &thread,
                    "m3.program",
                    &format!("{program}: expected panel E, got panel B; mandatory input WWPSEQ is not set"),
                );
                self.log(end, "MWS", "ERROR", &thread, "mws.service", &fault("Unable to execute MPD!"));
            }
            Ending::Refused(text) => self.log(end, "MWS", "WARN", &thread, "mws.service", &fault(text)),
            Ending::GatewayGaveUp { server_took } => {
                let end = sent.at + server_took;
                self.log(
                    end,
                    "MWS",
                    "INFO",
                    &thread,
                    "mws.service",
                    &format!("{service}.{operation} user {} ended, 48211 rows, {server_took} ms", sent.user),
                );
            }
        }
    }

    fn soap_entry(&mut self, sent: &Sent, call: &Mws, status: u16, body: &str, authorised: bool) {
        let mut headers = vec![
            json!(["Content-Type", "text/xml;charset=UTF-8"]),
            json!(["SOAPAction", "\"\""]),
            json!(["User-Agent", "Apache-HttpClient/4.5.5 (Java/1.8.0_202)"]),
        ];
        if authorised {
            headers.push(json!(["Authorization", basic(sent.user)]));
        }
        let url = format!("{BASE}/mws-ws/services/{}", call.service);
        let request = json!({"method": "POST", "url": url, "headers": headers, "body": soap::request(call)});
        let answer = match status {
            401 => unauthorised(),
            504 => {
                json!({"status": 504, "headers": [["Server", "gateway"], ["Content-Type", "text/html"]], "body": body})
            }
            _ => answered(status, "text/xml;charset=UTF-8", body),
        };
        self.entry(sent.at, sent.took, &request, answer);
    }

    fn entry(&mut self, at: i64, took: i64, request: &Value, mut answer: Value) {
        // A server sets Date as it sends the head; the gateway's clock is right, the M3 server's is not.
        let skew = if answer["status"] == 504 { 0 } else { SKEW };
        let date = http_date(NINE + at + took - 3 + skew);
        if let Some(headers) = answer["headers"].as_array_mut() {
            headers.insert(0, json!(["Date", date]));
        }
        self.entries.push((at, json!({"took": took, "request": request, "answer": answer})));
    }

    fn log(&mut self, at: i64, application: &str, level: &str, thread: &str, logger: &str, message: &str) {
        let stamp = self.civil(at, ' ', true);
        self.records
            .push((at, format!("{stamp} {NODE} {application:<13} {level:<5} [{thread}] {logger} - {message}\n")));
    }

    /// The server's local time, as its log writes it.
    fn civil(&self, at: i64, between: char, fraction: bool) -> String {
        let ms = NINE + at + SKEW + ZONE;
        let text = civil(ms, between);
        if fraction { format!("{text},{:03}", ms.rem_euclid(1000)) } else { text }
    }

    /// The Grid's merged log.
    pub(super) fn merged_log(&self) -> String {
        let mut records: Vec<&(i64, String)> = self.records.iter().collect();
        records.sort_by_key(|(at, _)| *at);
        records.iter().map(|(_, text)| text.as_str()).collect()
    }

    /// The recording.
    pub(super) fn har(&self) -> String {
        let mut entries: Vec<&(i64, Value)> = self.entries.iter().collect();
        entries.sort_by_key(|(at, _)| *at);
        let entries: Vec<Value> = entries.iter().map(|(at, e)| har_entry(*at, e)).collect();
        let har = json!({"log": {"version": "1.2",
            "creator": {"name": "mwscope synthetic case", "version": "1"},
            "comment": "synthetic: nothing in this file was recorded at a real site", "entries": entries}});
        let mut text = serde_json::to_string_pretty(&har).expect("JSON can be written");
        text.push('\n');
        text
    }
}

const CXF_FAULT: &str = "\
org.apache.cxf.interceptor.Fault: Unable to execute MPD!
\tat org.apache.cxf.service.invoker.AbstractInvoker.createFault(AbstractInvoker.java:162)
\tat org.apache.cxf.service.invoker.AbstractInvoker.invoke(AbstractInvoker.java:128)
\tat org.apache.cxf.interceptor.ServiceInvokerInterceptor$1.run(ServiceInvokerInterceptor.java:59)
\tat org.apache.cxf.phase.PhaseInterceptorChain.doIntercept(PhaseInterceptorChain.java:308)
\tat java.lang.Thread.run(Thread.java:748)";

fn abnormal(dump: &str) -> String {
    format!("Abnormal termination of mvx.app.pgm.CRS008. Dump log created: {DUMP_FOLDER}/{dump}")
}

fn mpd(sent: &Sent, call: &Mws) -> String {
    let Mws { program, company, division, operation, fields, .. } = call;
    let mut text =
        format!("<MPD>\n  <PGM name=\"{program}\" user=\"{}\" cono=\"{company}\" divi=\"{division}\">\n", sent.user);
    let option = if *operation == "Create" { "1" } else { "5" };
    let (key, rest) = fields.split_first().expect("a key field");
    let _infallible = writeln!(
        text,
        "    <PANEL id=\"A\"><FLD n=\"WWOPT2\">{option}</FLD><FLD n=\"{}\">{}</FLD><KEY>ENTER</KEY></PANEL>",
        key.0, key.1
    );
    let rest: String = rest.iter().map(|(name, value)| format!("<FLD n=\"{name}\">{value}</FLD>")).collect();
    let _infallible = writeln!(text, "    <PANEL id=\"E\">{rest}<KEY>ENTER</KEY></PANEL>");
    text.push_str("  </PGM>\n</MPD>");
    text
}

fn basic(user: &str) -> String {
    use base64::Engine as _;
    format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{user}:********")))
}

fn unauthorised() -> Value {
    json!({"status": 401, "body": "", "headers": [["WWW-Authenticate", "Basic realm=\"Infor ION Grid\""], ["Content-Length", "0"]]})
}

fn answered(status: u16, content_type: &str, body: &str) -> Value {
    json!({"status": status, "headers": [["Content-Type", content_type]], "body": body})
}

fn har_entry(at: i64, entry: &Value) -> Value {
    let (request, answer) = (&entry["request"], &entry["answer"]);
    let took = entry["took"].as_i64().expect("a duration");
    let sent = request["body"].as_str().expect("a body");
    let got = answer["body"].as_str().expect("a body");
    let reason = match answer["status"].as_u64() {
        Some(200) => "OK",
        Some(401) => "Unauthorized",
        Some(504) => "Gateway Time-out",
        _ => "Internal Server Error",
    };
    let ms = NINE + at;
    let mut written = json!({"method": request["method"], "url": request["url"], "httpVersion": "HTTP/1.1", "cookies": [],
        "headers": pairs(&request["headers"]), "queryString": [], "headersSize": -1, "bodySize": sent.len()});
    if !sent.is_empty() {
        written["postData"] = json!({"mimeType": "text/xml;charset=UTF-8", "text": sent});
    }
    let mime = answer["headers"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|h| h[0] == "Content-Type")
        .map_or("", |h| h[1].as_str().unwrap_or(""));
    json!({"startedDateTime": format!("{}.{:03}Z", civil(ms, 'T'), ms.rem_euclid(1000)), "time": took, "request": written,
        "response": {"status": answer["status"], "statusText": reason, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": pairs(&answer["headers"]), "content": {"size": got.len(), "mimeType": mime, "text": got},
            "redirectURL": "", "headersSize": -1, "bodySize": got.len()},
        "cache": {}, "timings": {"send": 1, "wait": took - 3, "receive": 2}, "serverIPAddress": "10.1.4.20"})
}

fn pairs(headers: &Value) -> Vec<Value> {
    headers.as_array().into_iter().flatten().map(|h| json!({"name": h[0], "value": h[1]})).collect()
}

fn parts(ms: i64) -> (i32, u32, u32, u32, u32, u32, u32) {
    mwscope_parsers::Civil { ns: ms * 1_000_000 }.parts()
}

fn civil(ms: i64, between: char) -> String {
    let (year, month, day, hour, minute, second, _) = parts(ms);
    format!("{year:04}-{month:02}-{day:02}{between}{hour:02}:{minute:02}:{second:02}")
}

/// RFC 9110, 5.6.7; 1970-01-01 was a Thursday.
fn http_date(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day, hour, minute, second, _) = parts(ms);
    let weekday = DAYS[ms.div_euclid(86_400_000).rem_euclid(7) as usize];
    let month = MONTHS[month as usize - 1];
    format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
}
