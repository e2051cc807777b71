//! `--limit NAME=VALUE`: every size and time that the proxy holds to, by name.

use std::time::Duration;

use crate::proxy::Limits;

/// Reads the limits that were said over those that hold otherwise.
///
/// # Errors
/// With the part that can't be read, and what there is.
pub(in crate::cli) fn read(said: &[String]) -> Result<Limits, String> {
    let mut limits = Limits::default();
    for text in said {
        let (name, value) = text.split_once('=').ok_or_else(|| format!("{text:?} is no NAME=VALUE"))?;
        set(&mut limits, name.trim(), value.trim())?;
    }
    Ok(limits)
}

fn set(limits: &mut Limits, name: &str, value: &str) -> Result<(), String> {
    // Under a limit of nothing no call could go on, which nobody means by it.
    let nothing = || format!("{name}={value} would let nothing pass; leave it out for what holds otherwise");
    let time = || {
        let time = duration(value).ok_or_else(|| format!("{value:?} is no time such as 500ms, 30s, 5m or 2h"))?;
        if time.is_zero() { Err(nothing()) } else { Ok(time) }
    };
    let size = || {
        let size = bytes(value).ok_or_else(|| format!("{value:?} is no number such as 1000, 256k or 1m"))?;
        if size == 0 { Err(nothing()) } else { Ok(size) }
    };
    match name {
        "head" => limits.head = time()?,
        "idle" => limits.idle = time()?,
        "connect" => limits.connect = time()?,
        "handshake" => limits.handshake = time()?,
        "answer" => limits.answer = time()?,
        "stall" => limits.stall = time()?,
        "tunnel" => limits.tunnel = time()?,
        "half-open" => limits.half_open = time()?,
        "connections" => limits.connections = size()?,
        "fields" => limits.http.fields = size()?,
        "head-bytes" => limits.http.head_bytes = size()?,
        _ => {
            return Err(format!(
                "there is no limit {name:?}; there are head, idle, connect, handshake, answer, stall, tunnel, \
                 half-open, connections, fields and head-bytes"
            ));
        }
    }
    Ok(())
}

pub(super) fn duration(text: &str) -> Option<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let n: u64 = digits.parse().ok()?;
    let ms = match &text[digits.len()..] {
        "ms" => n,
        "" | "s" => n.checked_mul(1000)?,
        "m" | "min" => n.checked_mul(60_000)?,
        "h" => n.checked_mul(3_600_000)?,
        _ => return None,
    };
    Some(Duration::from_millis(ms))
}

fn bytes(text: &str) -> Option<usize> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let n: usize = digits.parse().ok()?;
    match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" => Some(n),
        "k" => n.checked_mul(1 << 10),
        "m" => n.checked_mul(1 << 20),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_read_by_name() {
        let said = ["head=500ms", "answer=2h", "connections=10", "head-bytes=64k"].map(str::to_owned);
        let limits = read(&said).expect("limits");
        assert_eq!((limits.head, limits.answer), (Duration::from_millis(500), Duration::from_secs(7200)));
        assert_eq!((limits.connections, limits.http.head_bytes), (10, 65_536));
        for bad in [
            "head",
            "head=soon",
            "head=-1s",
            "nothing=1",
            "fields=1x",
            "answer=99999999999999999h",
            "fields=0",
            "idle=0",
        ] {
            assert!(read(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
