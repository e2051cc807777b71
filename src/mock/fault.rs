//! Faults that are put into answers on purpose: `FILTER => WHAT [@ RATE]`, such as `op:Create => status 503 @ 10%`.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::query::Filter;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The answer begins later.
    Delay(Duration),
    /// Another status, without a body.
    Status(u16),
    /// The connection is closed without an answer.
    Close,
    /// The connection is reset without an answer.
    Reset,
    /// The connection is closed behind so many bytes of the body.
    Cut(u64),
    /// Bytes that are no HTTP.
    Garbage,
    /// No answer, the connection stays open until the client gives up.
    Hang,
}

/// A fault, for which requests, and how many of them.
#[derive(Debug)]
pub struct Injection {
    /// Which requests.
    pub filter: Filter,
    /// What goes wrong.
    pub fault: Fault,
    /// One of how many thousand requests that match: 1000 is each.
    per_thousand: u64,
    matched: AtomicU64,
}

impl Injection {
    /// Reads `FILTER => WHAT [@ RATE]`; without a filter all requests are meant.
    ///
    /// # Errors
    /// With what is wrong and how it is written right.
    pub fn parse(text: &str) -> Result<Self, String> {
        Self::with_saved(text, &[])
    }

    /// The same with the names and texts of filters that were saved.
    ///
    /// # Errors
    /// As [`Injection::parse`].
    pub fn with_saved(text: &str, saved: &[(&str, &str)]) -> Result<Self, String> {
        let (filter, rest) = text.rsplit_once("=>").unwrap_or(("", text));
        let filter = Filter::with_saved(filter, saved).map_err(|error| error.to_string())?;
        let (what, rate) = rest.rsplit_once('@').map_or((rest, None), |(what, rate)| (what, Some(rate)));
        let fault = Fault::parse(what.trim())?;
        let per_thousand = rate.map_or(Some(1000), |rate| per_thousand(rate.trim()));
        let per_thousand = per_thousand
            .ok_or_else(|| format!("{:?} is no rate; write 10% or 1/3", rate.unwrap_or_default().trim()))?;
        Ok(Self { filter, fault, per_thousand, matched: AtomicU64::new(0) })
    }

    /// Whether it strikes this time, one that matches. The turns are spread evenly: the first of three at 1/3.
    pub fn strikes(&self) -> bool {
        let n = self.matched.fetch_add(1, Ordering::Relaxed);
        let struck = |n: u64| (n * self.per_thousand).div_ceil(1000);
        struck(n + 1) > struck(n)
    }
}

impl Fault {
    fn parse(text: &str) -> Result<Self, String> {
        let (word, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let value = value.trim();
        match (word, value) {
            ("close", "") => Ok(Self::Close),
            ("reset", "") => Ok(Self::Reset),
            ("garbage", "") => Ok(Self::Garbage),
            ("hang", "") => Ok(Self::Hang),
            ("status", value) => {
                let status = value.parse().ok().filter(|status| (200..=599).contains(status));
                status.map(Self::Status).ok_or_else(|| format!("{value:?} is no status; write status 503"))
            }
            ("cut", value) => {
                let bytes = value.parse().ok();
                bytes.map(Self::Cut).ok_or_else(|| format!("{value:?} is no number of bytes; write cut 100"))
            }
            ("delay", value) => {
                let delay = duration(value);
                delay.map(Self::Delay).ok_or_else(|| format!("{value:?} is no time; write delay 500ms or delay 30s"))
            }
            _ => Err(format!(
                "{text:?} is no fault; there are: delay TIME, status CODE, cut BYTES, close, reset, garbage, hang"
            )),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Delay(delay) => write!(f, "delay {} ms", delay.as_millis()),
            Self::Status(status) => write!(f, "status {status}"),
            Self::Close => f.write_str("close"),
            Self::Reset => f.write_str("reset"),
            Self::Cut(bytes) => write!(f, "cut {bytes}"),
            Self::Garbage => f.write_str("garbage"),
            Self::Hang => f.write_str("hang"),
        }
    }
}

/// `500ms`, `2s`, `1.5s`, `1m`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let at = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: f64 = text[..at].trim().parse().ok()?;
    let unit = match &text[at..] {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        _ => return None,
    };
    Duration::try_from_secs_f64(number * unit).ok()
}

fn per_thousand(text: &str) -> Option<u64> {
    let share = match (text.strip_suffix('%'), text.split_once('/')) {
        (Some(percent), _) => percent.trim().parse::<f64>().ok()? / 100.0,
        (None, Some((of, all))) => of.trim().parse::<f64>().ok()? / all.trim().parse::<f64>().ok()?,
        (None, None) => return None,
    };
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 1000")]
    (share > 0.0 && share <= 1.0).then(|| (share * 1000.0).round().max(1.0) as u64)
}
