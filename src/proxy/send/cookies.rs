//! Cookies that servers set during one run, and which of them a request gets (RFC 6265, sections 5.1 to 5.4).

use std::time::{Duration, SystemTime};

use crate::model::{Exchange, Headers};
use crate::replay::Draft;

/// The cookies of one client.
#[derive(Clone, Debug, Default)]
pub(super) struct Jar(Vec<Cookie>);

#[derive(Clone, Debug)]
struct Cookie {
    name: String,
    /// Empty for one that the server took back.
    value: Option<String>,
    domain: String,
    /// Whether hosts below the domain get it, too.
    below: bool,
    path: String,
    secure: bool,
    until: Option<SystemTime>,
}

impl Jar {
    /// Takes what an answer sets.
    pub(super) fn take(&mut self, exchange: &Exchange, now: SystemTime) {
        let Some(response) = &exchange.response else { return };
        let (host, path) = place(&exchange.url);
        for line in response.headers.all("Set-Cookie") {
            if let Some(cookie) = read(&line.text(), &host, &path, now) {
                let same = |c: &Cookie| c.name == cookie.name && c.domain == cookie.domain && c.path == cookie.path;
                self.0.retain(|there| !same(there));
                self.0.push(cookie);
            }
        }
    }

    /// Puts the values that servers have set in the place of recorded ones, and adds those that are not there.
    pub(super) fn give(&self, draft: &mut Draft, now: SystemTime) {
        let (host, path) = place(&draft.url);
        let secure = draft.url.get(..6).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
        let mut fitting: Vec<&Cookie> = self.0.iter().filter(|c| c.fits(&host, &path, secure)).collect();
        // Longer paths first; of equal ones the older.
        fitting.sort_by_key(|cookie| std::cmp::Reverse(cookie.path.len()));
        if fitting.is_empty() {
            return;
        }
        let before = cookies(&draft.headers);
        let mut after: Vec<(String, String)> = Vec::new();
        let fresh = |name: &str| fitting.iter().find(|cookie| cookie.name == name);
        for (name, value) in &before {
            match fresh(name) {
                None => after.push((name.clone(), value.clone())),
                Some(cookie) => {
                    if let Some(value) = cookie.alive(now).filter(|_| !after.iter().any(|(there, _)| there == name)) {
                        after.push((name.clone(), value.to_owned()));
                    }
                }
            }
        }
        for cookie in fitting {
            let there = after.iter().chain(&before).any(|(name, _)| *name == cookie.name);
            if let Some(value) = cookie.alive(now).filter(|_| !there) {
                after.push((cookie.name.clone(), value.to_owned()));
            }
        }
        if after == before {
            return;
        }
        let line: Vec<_> = after.iter().map(|(name, value)| format!("{name}={value}")).collect();
        // Values of cookies are credentials, and don't stand in the list of changes.
        let edits = draft.edits.len();
        match line.is_empty() {
            true => drop(draft.remove_header("Cookie")),
            false => draft.set_header("Cookie", &line.join("; ")),
        }
        draft.edits.truncate(edits);
        let changed: Vec<_> =
            after.iter().filter(|pair| !before.contains(pair)).map(|(name, _)| name.as_str()).collect();
        let what = match changed.is_empty() {
            true => "Cookie: those that the server took back removed".to_owned(),
            false => format!("Cookie: {} as the server set it in this run", changed.join(", ")),
        };
        draft.edited(what, None, None);
    }

    /// Whether a server has set a cookie of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|cookie| cookie.name == name && cookie.value.is_some())
    }
}

impl Cookie {
    fn fits(&self, host: &str, path: &str, secure: bool) -> bool {
        let domain = *host == self.domain
            || (self.below && host.strip_suffix(&self.domain).is_some_and(|rest| rest.ends_with('.')));
        let below = path == self.path
            || path.strip_prefix(&self.path).is_some_and(|rest| self.path.ends_with('/') || rest.starts_with('/'));
        domain && below && (secure || !self.secure)
    }

    fn alive(&self, now: SystemTime) -> Option<&str> {
        self.value.as_deref().filter(|_| self.until.is_none_or(|until| until > now))
    }
}

/// Host and path of a URL, as cookies see them.
fn place(url: &str) -> (String, String) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    (host.to_ascii_lowercase(), if path.is_empty() { "/".to_owned() } else { path.to_owned() })
}

fn cookies(headers: &Headers) -> Vec<(String, String)> {
    let lines: Vec<String> = headers.all("Cookie").map(|header| header.text().into_owned()).collect();
    let pairs = lines.iter().flat_map(|line| line.split(';')).map(str::trim).filter(|pair| !pair.is_empty());
    let pair = |text: &str| {
        text.split_once('=').map_or((text.to_owned(), String::new()), |(n, v)| (n.to_owned(), v.to_owned()))
    };
    pairs.map(pair).collect()
}

fn read(line: &str, host: &str, path: &str, now: SystemTime) -> Option<Cookie> {
    let mut parts = line.split(';').map(str::trim);
    let (name, value) = parts.next()?.split_once('=')?;
    if name.is_empty() {
        return None;
    }
    let default = path.rfind('/').filter(|at| *at > 0).map_or("/", |at| &path[..at]);
    let mut cookie = Cookie {
        name: name.trim().to_owned(),
        value: Some(value.trim().to_owned()),
        domain: host.to_owned(),
        below: false,
        path: default.to_owned(),
        secure: false,
        until: None,
    };
    let mut max_age = None;
    for part in parts {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "domain" => {
                let domain = value.trim_start_matches('.').to_ascii_lowercase();
                if domain != host && !host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.')) {
                    return None;
                }
                (cookie.domain, cookie.below) = (domain, true);
            }
            "path" if value.starts_with('/') => value.clone_into(&mut cookie.path),
            "secure" => cookie.secure = true,
            "max-age" => max_age = value.parse::<i64>().ok(),
            "expires" => cookie.until = date(value),
            _ => {}
        }
    }
    match max_age {
        Some(seconds) if seconds <= 0 => cookie.value = None,
        Some(seconds) => {
            cookie.until = now.checked_add(Duration::from_secs(u64::try_from(seconds).unwrap_or(u64::MAX)));
        }
        None if cookie.until.is_some_and(|until| until <= now) => cookie.value = None,
        None => {}
    }
    Some(cookie)
}

/// The dates that servers write: RFC 1123, and with hyphens as Netscape wrote them.
fn date(text: &str) -> Option<SystemTime> {
    let plain = text.replace('-', " ");
    let time = jiff::fmt::rfc2822::parse(&plain).ok()?.timestamp();
    let seconds = time.as_second();
    let apart = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::UNIX_EPOCH.checked_sub(apart) } else { SystemTime::UNIX_EPOCH.checked_add(apart) }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::{ExchangeId, Header, Request, Response, SourceId};

    fn answered(url: &str, lines: &[&str]) -> Exchange {
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, url.to_owned(), Request::default());
        let headers = Headers(lines.iter().map(|line| Header::new("Set-Cookie", line)).collect());
        exchange.response = Some(Response { headers, ..Response::default() });
        exchange
    }

    fn sent(jar: &Jar, url: &str, cookie: Option<&str>) -> Option<String> {
        let headers = Headers(cookie.map(|value| Header::new("cookie", value)).into_iter().collect());
        let mut draft = Draft { url: url.to_owned(), headers, body: Bytes::new(), ..Draft::default() };
        jar.give(&mut draft, SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000));
        draft.headers.text("Cookie")
    }

    #[test]
    fn values_of_this_run_take_the_place_of_recorded_ones() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_900_000_000);
        let mut jar = Jar::default();
        let lines = [
            "JSESSIONID=new; Path=/mws; HttpOnly",
            "gone=x; Max-Age=0",
            "old=1; expires=Thu, 01-Jan-2032 00:00:00 GMT",
            "all=2; Domain=.example.com; Path=/",
            "safe=3; Secure; Path=/",
            "foreign=4; Domain=example.org",
        ];
        jar.take(&answered("http://m3.example.com:81/mws/x", &lines), now);
        let give = |url: &str, cookie| sent(&jar, url, cookie);
        assert_eq!(
            give("http://m3.example.com/mws/y", Some("a=b; JSESSIONID=recorded; gone=y")).as_deref(),
            Some("a=b; JSESSIONID=new; all=2")
        );
        assert_eq!(give("http://other.example.com/mws/y", None).as_deref(), Some("all=2"));
        assert_eq!(give("http://example.org/mws/y", Some("JSESSIONID=r")).as_deref(), Some("JSESSIONID=r"));
        assert_eq!(give("https://m3.example.com/else", None).as_deref(), Some("all=2; safe=3"));
    }
}
