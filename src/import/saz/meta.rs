//! `N_m.xml`: times, flags and bits of one session.

use mwscope_parsers::{Stamp, xml};

use crate::import::{extra, when};
use crate::model::{Exchange, Timings};

/// The flag in which this program keeps what Fiddler has no place for.
const OWN: &str = "x-mwscope";

/// What Fiddler knew of a session.
#[derive(Debug, Default)]
pub(super) struct Meta {
    /// Attributes of `SessionTimers`: times, and durations in milliseconds.
    timers: Vec<(String, String)>,
    /// `SessionFlag` elements, name and value.
    flags: Vec<(String, String)>,
    /// `BitFlags`, hexadecimal.
    bits: u64,
}

impl Meta {
    /// Reads what is there; nothing of it is needed.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let decoded = xml::decode(bytes, None);
        let document = xml::read(&decoded.text);
        let mut meta = Self::default();
        for element in &document.elements {
            match element.name {
                "Session" => {
                    let bits = element.attribute("BitFlags").unwrap_or_default();
                    meta.bits = u64::from_str_radix(bits, 16).unwrap_or_default();
                }
                "SessionTimers" => {
                    let timers = element.attributes.iter();
                    meta.timers = timers.map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
                }
                "SessionFlag" => {
                    let name = element.attribute("N").unwrap_or_default().to_owned();
                    meta.flags.push((name, element.attribute("V").unwrap_or_default().to_owned()));
                }
                _ => {}
            }
        }
        meta
    }

    /// Bit 0 stands for HTTPS.
    pub(super) fn is_https(&self) -> bool {
        self.bits & 1 == 1
    }

    /// Why the session broke, where a flag says so.
    pub(super) fn failure(&self) -> Option<&str> {
        ["x-aborted-when", "x-failsession-when"].iter().find_map(|name| self.flag(name))
    }

    /// Fills in times, ends and notes.
    pub(super) fn apply(&self, exchange: &mut Exchange) {
        let began = ["ClientBeginRequest", "FiddlerBeginRequest", "ClientConnected"];
        exchange.started = began.iter().find_map(|name| self.time(name));
        let ended = self.time("ClientDoneResponse").or_else(|| self.time("ServerDoneResponse"));
        exchange.duration_ns = exchange.started.zip(ended).and_then(|(from, to)| between(from, to));
        exchange.timings = self.timings();
        exchange.client = self.place("x-clientip", self.flag("x-clientport").and_then(|port| port.parse().ok()));
        exchange.server = self.place("x-hostip", port(&exchange.url));
        exchange.process = self.flag("x-processinfo").map(str::to_owned);
        let flags = self.flags.iter().filter(|(name, value)| name != OWN && !value.is_empty());
        exchange.notes.extend(flags.cloned());
        if self.bits & !0x1f != 0 {
            exchange.notes.push(("BitFlags".to_owned(), format!("{:x}", self.bits)));
        }
        if let Some(own) = self.flag(OWN).and_then(|text| serde_json::from_str(text).ok()) {
            extra::apply(exchange, &own);
        }
    }

    fn timings(&self) -> Timings {
        let span = |from: &str, to: &str| between(self.time(from)?, self.time(to)?);
        let duration = |name: &str| self.timer(name)?.parse::<u64>().ok()?.checked_mul(1_000_000);
        Timings {
            blocked: None,
            dns: duration("DNSTime"),
            connect: duration("TCPConnectTime"),
            tls: duration("HTTPSHandshakeTime"),
            send: span("FiddlerBeginRequest", "ServerGotRequest"),
            wait: span("ServerGotRequest", "ServerBeginResponse"),
            receive: span("ServerBeginResponse", "ServerDoneResponse"),
        }
    }

    fn flag(&self, name: &str) -> Option<&str> {
        let flag = self.flags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(flag.1.as_str()).filter(|value| !value.is_empty())
    }

    fn timer(&self, name: &str) -> Option<&str> {
        self.timers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A time; year 1 stands for none.
    fn time(&self, name: &str) -> Option<Stamp> {
        let text = self.timer(name)?;
        when::iso(text).filter(|_| !text.starts_with("0001-"))
    }

    /// An address of a flag, with its port.
    fn place(&self, flag: &str, port: Option<u16>) -> Option<String> {
        let ip = self.flag(flag)?.trim_start_matches("::ffff:");
        let host = if ip.contains(':') { format!("[{ip}]") } else { ip.to_owned() };
        Some(port.map_or(host.clone(), |port| format!("{host}:{port}")))
    }
}

fn between(from: Stamp, to: Stamp) -> Option<u64> {
    u64::try_from(to.utc_ns()?.checked_sub(from.utc_ns()?)?).ok()
}

fn port(url: &str) -> Option<u16> {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?']).next()?;
    let stated = host.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
    stated.or(match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    })
}
