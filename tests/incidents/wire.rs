//! What goes over the wire of a simulated site, as an HTTP archive.

use base64::Engine as _;
use mwscope_parsers::Civil;
use serde_json::{Value, json};

use super::site::Fate;
use super::voice::Spoken;

/// What MWS says where it can't reach what lies behind it.
pub(super) const UNREACHABLE: &str = "java.net.ConnectException: Connection refused: m3be01/10.1.2.3:16305";
pub(super) const UNREACHABLE_TRACE: &str =
    "\tat java.net.PlainSocketImpl.socketConnect(Native Method)\n\tat com.example.mws.Pool.open(Pool.java:61)";

pub(super) fn business(value: &str) -> String {
    format!("Record {value} does not exist")
}

/// A call as it was sent, before its text is known.
pub(super) struct Sent {
    pub(super) user: String,
    pub(super) bearer: bool,
    pub(super) fate: Fate,
    pub(super) took: i64,
}

/// A call with its texts.
pub(super) struct Exchange {
    sent: Sent,
    url: String,
    method: &'static str,
    body: String,
    status: u16,
    answer: String,
}

impl Sent {
    pub(super) fn with(self, of: &Spoken<'_>) -> Exchange {
        let Spoken { service, operation, program, company, value, .. } = *of;
        let rest = self.fate == Fate::Nok;
        let url = if rest {
            format!("http://m3app01:19007/m3api-rest/execute/CRS610MI/GetBasicData;cono={company}?CUNO={value}")
        } else {
            format!("http://m3app01:19007/mws-ws/services/{service}")
        };
        let body = match self.fate {
            Fate::Nok => String::new(),
            Fate::ApiFault => envelope(
                service,
                operation,
                company,
                &format!("<o:{operation}Item><o:Key>{value}</o:Key></o:{operation}Item>"),
            ),
            Fate::Malformed => envelope(
                service,
                operation,
                company,
                &format!("<o:{program}><o:Key>A & B {value}</o:Key></o:{program}>"),
            ),
            _ => envelope(service, operation, company, &format!("<o:{program}><o:Key>{value}</o:Key></o:{program}>")),
        };
        let (status, answer) = answer(self.fate, service, operation, program, value);
        Exchange { sent: self, url, method: if rest { "GET" } else { "POST" }, body, status, answer }
    }
}

fn envelope(service: &str, operation: &str, company: &str, inside: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:cred=\"http://lawson.com/ws/credentials\" \
         xmlns:o=\"http://your.company.net/{service}/{operation}\"><soapenv:Header><cred:lws><cred:company>{company}</cred:company></cred:lws></soapenv:Header>\
         <soapenv:Body><o:{operation}>{inside}</o:{operation}></soapenv:Body></soapenv:Envelope>"
    )
}

fn answer(fate: Fate, service: &str, operation: &str, program: &str, value: &str) -> (u16, String) {
    let fault = |text: &str| {
        format!(
            "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><soap:Fault><faultcode>soap:Server</faultcode>\
             <faultstring>{text}</faultstring></soap:Fault></soap:Body></soap:Envelope>"
        )
    };
    match fate {
        Fate::Fine => (
            200,
            format!(
                "<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\"><soap:Body><{operation}Response xmlns=\"http://your.company.net/{service}/{operation}\">\
                 <{program}><Key>{value}</Key></{program}></{operation}Response></soap:Body></soap:Envelope>"
            ),
        ),
        Fate::Crash | Fate::Definition => (500, fault("Unable to execute MPD!")),
        Fate::Business | Fate::ApiFault => (500, fault(&business(value))),
        Fate::Nok => (200, "{\"Message\":\"Customer number is invalid   \",\"@type\":\"ServerReturnedNOK\",\"@code\":\"XIM0002\",\"@field\":\"CUNO\"}".to_owned()),
        Fate::Unauthorised => (401, String::new()),
        Fate::GatewayTimeOut => (504, String::new()),
        Fate::Malformed => (500, fault("Error reading XMLStreamReader: Unexpected character ' ' (code 32) (missing name?)")),
        Fate::Runtime => (500, fault(UNREACHABLE)),
        Fate::NotReached => (0, String::new()),
    }
}

impl Exchange {
    pub(super) fn took(&self) -> i64 {
        self.sent.took
    }

    fn entry(&self, at: i64, date: Option<i64>) -> Value {
        let sent = &self.sent;
        let credentials = if sent.bearer {
            "Bearer synthetic-token".to_owned()
        } else {
            let pair = format!("{}:******", sent.user);
            format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair))
        };
        let json_answer = sent.fate == Fate::Nok;
        let mime = if json_answer { "application/json" } else { "text/xml;charset=UTF-8" };
        let mut headers = vec![header("Content-Type", mime)];
        headers.extend(
            date.filter(|_| !matches!(sent.fate, Fate::GatewayTimeOut | Fate::NotReached))
                .map(|d| header("Date", &http_date(d))),
        );
        let mut content = json!({"size": self.answer.len(), "mimeType": mime, "text": self.answer});
        if at.rem_euclid(7) == 0 {
            content["text"] = json!(base64::engine::general_purpose::STANDARD.encode(&self.answer));
            content["encoding"] = json!("base64");
        }
        let mut entry = json!({
            "startedDateTime": utc(at),
            "time": sent.took,
            "request": {"method": self.method, "url": self.url, "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": [header("Authorization", &credentials), header("Content-Type", "text/xml;charset=UTF-8")],
                "queryString": [], "headersSize": -1, "bodySize": self.body.len(),
                "postData": {"mimeType": "text/xml;charset=UTF-8", "text": self.body}},
            "response": {"status": self.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": headers,
                "content": content, "redirectURL": "", "headersSize": -1, "bodySize": self.answer.len()},
            "cache": {}, "timings": {"send": 1, "wait": sent.took - 2, "receive": 1}
        });
        if sent.fate == Fate::NotReached {
            entry["response"]["_error"] = json!("net::ERR_CONNECTION_REFUSED");
        }
        entry
    }
}

fn header(name: &str, value: &str) -> Value {
    json!({"name": name, "value": value})
}

/// The archive of the calls: when each began, what was sent, and the server's time of the answer where it says it.
pub(super) fn har<'a>(calls: impl Iterator<Item = (i64, &'a Exchange, Option<i64>)>) -> String {
    let entries: Vec<Value> = calls.map(|(at, exchange, date)| exchange.entry(at, date)).collect();
    json!({"log": {"version": "1.2", "creator": {"name": "synthetic", "version": "1"}, "entries": entries}}).to_string()
}

fn utc(ms: i64) -> String {
    let (y, mo, d, h, mi, s, ns) = Civil { ns: ms * 1_000_000 }.parts();
    format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{:03}Z", ns / 1_000_000)
}

fn http_date(ms: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let (y, _, d, h, mi, s, _) = Civil { ns: ms * 1_000_000 }.parts();
    let day = DAYS[ms.div_euclid(86_400_000).rem_euclid(7) as usize];
    format!("{day}, {d:02} Jan {y} {h:02}:{mi:02}:{s:02} GMT")
}
