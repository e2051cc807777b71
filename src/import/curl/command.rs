//! What a command of curl sends, by its options (<https://curl.se/docs/manpage.html>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use super::form;
use crate::model::{Body, BodyState, Exchange, ExchangeId, Header, Headers, Request, SourceId, coding};

/// A request as a command tells it.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    url: Option<String>,
    method: Option<String>,
    headers: Vec<(String, Vec<u8>)>,
    /// Headers that curl would send of itself and is told to leave out.
    without: Vec<String>,
    cookies: Vec<Vec<u8>>,
    data: Option<Vec<u8>>,
    is_json: bool,
    parts: Vec<Vec<u8>>,
    as_query: bool,
    head: bool,
    upload: bool,
    compressed: bool,
    user: Option<Vec<u8>>,
    target: Option<String>,
    /// What it says of the way, not of the request.
    notes: Vec<String>,
    /// Part of the body is in a file.
    partial: bool,
    pub(super) problems: Vec<(String, &'static str)>,
}

/// Why something isn't in the request.
pub(super) struct Trouble(String);

impl Trouble {
    /// It stands in a file, which isn't read: it may be another one here.
    pub(super) fn file(path: &[u8]) -> Self {
        Self(format!("the command takes @{} from a file, which isn't read", String::from_utf8_lossy(path)))
    }
}

/// The requests of a command: `--next` begins another one, and each URL is one.
pub(super) fn requests(words: &[Vec<u8>], input: Option<&[u8]>) -> Vec<Told> {
    let mut requests = Vec::new();
    for group in words.split(|word| word == b"--next" || word == b"-:") {
        let (told, urls) = read(group, input);
        match urls.split_first() {
            None => requests.push(told),
            Some(_) => requests.extend(urls.iter().map(|url| Told { url: Some(url.clone()), ..told.clone() })),
        }
    }
    requests
}

/// Short options with a value.
const SHORT_WITH_VALUE: &[u8] = b"AbcCdDeEFhHKmoPQrtTuUwxXyYzZ";

/// Long options with a value; all others have none.
const WITH_VALUE: [&str; 74] = [
    "abstract-unix-socket",
    "alt-svc",
    "aws-sigv4",
    "cacert",
    "capath",
    "cert",
    "cert-type",
    "ciphers",
    "config",
    "connect-timeout",
    "connect-to",
    "continue-at",
    "cookie",
    "cookie-jar",
    "create-file-mode",
    "crlfile",
    "curves",
    "data",
    "data-ascii",
    "data-binary",
    "data-raw",
    "data-urlencode",
    "delegation",
    "dns-interface",
    "dns-servers",
    "doh-url",
    "dump-header",
    "engine",
    "etag-compare",
    "etag-save",
    "expect100-timeout",
    "form",
    "form-string",
    "happy-eyeballs-timeout-ms",
    "header",
    "hostpubmd5",
    "interface",
    "json",
    "keepalive-time",
    "key",
    "key-type",
    "limit-rate",
    "local-port",
    "max-filesize",
    "max-redirs",
    "max-time",
    "netrc-file",
    "noproxy",
    "oauth2-bearer",
    "output",
    "output-dir",
    "pass",
    "pinnedpubkey",
    "preproxy",
    "proto",
    "proto-default",
    "proxy",
    "proxy-cacert",
    "proxy-header",
    "proxy-user",
    "range",
    "rate",
    "referer",
    "request",
    "request-target",
    "resolve",
    "retry",
    "retry-delay",
    "retry-max-time",
    "socks5",
    "socks5-hostname",
    "stderr",
    "time-cond",
    "tls-max",
];

const MORE_WITH_VALUE: [&str; 12] = [
    "socks4",
    "socks4a",
    "trace",
    "trace-ascii",
    "unix-socket",
    "upload-file",
    "url",
    "user",
    "user-agent",
    "variable",
    "write-out",
    "tls13-ciphers",
];

/// The long names of short options.
fn long(short: u8) -> &'static str {
    match short {
        b'A' => "user-agent",
        b'b' => "cookie",
        b'd' => "data",
        b'e' => "referer",
        b'F' => "form",
        b'G' => "get",
        b'H' => "header",
        b'I' => "head",
        b'k' => "insecure",
        b'K' => "config",
        b'r' => "range",
        b'T' => "upload-file",
        b'u' => "user",
        b'U' => "proxy-user",
        b'x' => "proxy",
        b'X' => "request",
        b'E' => "cert",
        b'0' => "http1.0",
        _ => "",
    }
}

fn read(words: &[Vec<u8>], input: Option<&[u8]>) -> (Told, Vec<String>) {
    let mut told = Told::default();
    let mut urls = Vec::new();
    let mut words = words.iter();
    let mut only_urls = false;
    while let Some(word) = words.next() {
        let text = String::from_utf8_lossy(word).into_owned();
        if only_urls || !text.starts_with('-') || text == "-" {
            urls.push(text);
        } else if text == "--" {
            only_urls = true;
        } else if let Some(name) = text.strip_prefix("--") {
            let (name, own) = match name.split_once('=') {
                Some((name, own)) if WITH_VALUE.contains(&name) || MORE_WITH_VALUE.contains(&name) => {
                    (name.to_owned(), Some(own.as_bytes().to_vec()))
                }
                _ => (name.to_owned(), None),
            };
            let with_value = WITH_VALUE.contains(&name.as_str()) || MORE_WITH_VALUE.contains(&name.as_str());
            let value = if with_value { own.or_else(|| words.next().cloned()) } else { None };
            told.option(&name, value.as_deref(), input, &mut urls);
        } else {
            for (at, short) in word.iter().enumerate().skip(1) {
                if SHORT_WITH_VALUE.contains(short) {
                    let rest = &word[at + 1..];
                    let value = if rest.is_empty() { words.next().cloned() } else { Some(rest.to_vec()) };
                    told.option(long(*short), value.as_deref(), input, &mut urls);
                    break;
                }
                told.option(long(*short), None, input, &mut urls);
            }
        }
    }
    (told, urls)
}

impl Told {
    fn option(&mut self, name: &str, value: Option<&[u8]>, input: Option<&[u8]>, urls: &mut Vec<String>) {
        let value = value.unwrap_or_default();
        let text = || String::from_utf8_lossy(value).into_owned();
        match name {
            "url" => urls.push(text()),
            "request" => self.method = Some(text()),
            "head" => self.head = true,
            "get" => self.as_query = true,
            "compressed" => self.compressed = true,
            "header" if value.first() == Some(&b'@') => self.trouble(Trouble::file(&value[1..])),
            "header" => self.header(value),
            "user-agent" => self.headers.push(("User-Agent".to_owned(), value.to_vec())),
            "referer" => self.headers.push(("Referer".to_owned(), value.to_vec())),
            "range" => self.headers.push(("Range".to_owned(), [b"bytes=", value].concat())),
            "cookie" if value.contains(&b'=') => self.cookies.push(value.to_vec()),
            "cookie" => self.trouble(Trouble::file(value)),
            "user" => self.user = Some(value.to_vec()),
            "oauth2-bearer" => self.headers.push(("Authorization".to_owned(), [b"Bearer ", value].concat())),
            "request-target" => self.target = Some(text()),
            "data" | "data-ascii" | "data-binary" if value == b"@-" && input.is_some() => {
                self.add(Ok(input.unwrap_or_default().to_vec()));
            }
            "data" | "data-ascii" | "data-binary" | "json" if value.first() == Some(&b'@') => {
                self.is_json |= name == "json";
                self.add(Err(Trouble::file(&value[1..])));
            }
            "json" => {
                // Several of them follow each other without anything between.
                self.is_json = true;
                self.data.get_or_insert_default().extend_from_slice(value);
            }
            "data" | "data-ascii" | "data-binary" | "data-raw" => self.add(Ok(value.to_vec())),
            "data-urlencode" => self.add(form::urlencoded(value)),
            "form" | "form-string" => match form::part(value, name == "form-string") {
                Ok(part) => self.parts.push(part),
                Err(trouble) => {
                    self.partial = true;
                    self.parts.push(Vec::new());
                    self.trouble(trouble);
                }
            },
            "upload-file" => {
                self.upload = true;
                self.partial = true;
                self.trouble(Trouble::file(value));
            }
            "config" => self.trouble(Trouble::file(value)),
            "insecure" => self.notes.push("-k: the server's certificate isn't checked".to_owned()),
            "digest" | "ntlm" | "negotiate" | "anyauth" => {
                self.notes.push(format!("--{name}: signs on after a challenge"));
            }
            "proxy"
            | "resolve"
            | "connect-to"
            | "cert"
            | "key"
            | "cacert"
            | "http2"
            | "http2-prior-knowledge"
            | "http1.0"
            | "unix-socket"
            | "interface"
            | "location" => {
                let shown = text();
                self.notes.push(format!("--{name} {shown}").trim_end().to_owned());
            }
            _ => {}
        }
    }

    fn trouble(&mut self, Trouble(what): Trouble) {
        self.problems.push((what, "put what stands there into the command, or record the call"));
    }

    fn add(&mut self, data: Result<Vec<u8>, Trouble>) {
        let data = data.unwrap_or_else(|trouble| {
            self.partial = true;
            self.trouble(trouble);
            Vec::new()
        });
        match &mut self.data {
            Some(all) => {
                all.push(b'&');
                all.extend_from_slice(&data);
            }
            None => self.data = Some(data),
        }
    }

    /// `Name: value`, `Name:` for none, `Name;` for an empty one.
    fn header(&mut self, line: &[u8]) {
        let at = line.iter().position(|byte| *byte == b':');
        let name = |end: usize| String::from_utf8_lossy(&line[..end]).trim().to_owned();
        match at {
            Some(at) if line[at + 1..].trim_ascii().is_empty() => self.without.push(name(at)),
            Some(at) => self.headers.push((name(at), line[at + 1..].trim_ascii().to_vec())),
            None if line.ends_with(b";") => self.headers.push((name(line.len() - 1), Vec::new())),
            None => {}
        }
    }

    /// The exchange; `None` where there is no URL.
    pub(super) fn exchange(mut self, id: ExchangeId, source: SourceId, index: u32) -> Option<Exchange> {
        let mut url = self.url.take().filter(|url| !url.is_empty())?;
        if !url.contains("://") {
            url = format!("http://{url}");
        }
        let url = url.split('#').next().unwrap_or_default().to_owned();
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, mut target) = (&rest[..end], rest[end..].to_owned());
        // Credentials in a URL are sent as a header.
        let (user, authority) = authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
        if let (None, Some(user)) = (&self.user, user) {
            self.user = Some(user.as_bytes().to_vec());
        }
        if !target.starts_with('/') {
            target.insert(0, '/');
        }
        if self.as_query
            && let Some(data) = self.data.take()
        {
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&String::from_utf8_lossy(&data));
        }
        let method = self.method();
        let (body, own_type) = self.body();
        let headers = self.all_headers(authority, own_type, body.as_deref());
        let mut request = Request {
            method,
            target: self.target.clone().unwrap_or_else(|| target.clone()),
            version: "HTTP/1.1".to_owned(),
            headers,
            ..Request::default()
        };
        let whole = body.unwrap_or_default();
        request.body = Body { codings: coding::codings(&request.headers), ..Body::whole(Bytes::from(whole)) };
        if self.partial {
            request.body = Body { state: BodyState::Absent, ..Body::default() };
        }
        let url = format!("{}://{authority}{target}", scheme.to_ascii_lowercase());
        let mut exchange = Exchange::new(id, source, index, url, request);
        exchange.notes = self.notes.drain(..).map(|note| ("curl".to_owned(), note)).collect();
        Some(exchange)
    }

    fn body(&mut self) -> (Option<Vec<u8>>, Option<String>) {
        if !self.parts.is_empty() {
            let mut body = self.parts.concat();
            body.extend_from_slice(format!("--{}--\r\n", form::BOUNDARY).as_bytes());
            return (Some(body), Some(format!("multipart/form-data; boundary={}", form::BOUNDARY)));
        }
        let kind = if self.is_json { "application/json" } else { "application/x-www-form-urlencoded" };
        let kind = self.data.is_some().then(|| kind.to_owned());
        (self.data.take(), kind)
    }

    fn method(&self) -> String {
        let sends = self.is_json || !self.parts.is_empty() || (self.data.is_some() && !self.as_query);
        self.method.clone().unwrap_or_else(|| match () {
            () if self.head => "HEAD".to_owned(),
            () if self.upload => "PUT".to_owned(),
            () if sends => "POST".to_owned(),
            () => "GET".to_owned(),
        })
    }

    /// What is sent, in curl's order: its own headers, those that are given, and what belongs to the body.
    fn all_headers(&self, authority: &str, own_type: Option<String>, body: Option<&[u8]>) -> Headers {
        let given = |name: &str| self.headers.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
        let left_out = |name: &str| self.without.iter().any(|own| own.eq_ignore_ascii_case(name));
        let mut headers = Vec::new();
        let mut own = |name: &str, value: &[u8]| {
            if !given(name) && !left_out(name) {
                headers.push(Header::new(name, value));
            }
        };
        own("Host", authority.as_bytes());
        if let Some(user) = &self.user {
            own("Authorization", format!("Basic {}", STANDARD.encode(user)).as_bytes());
        }
        own("Accept", if self.is_json { b"application/json" } else { b"*/*" });
        if self.compressed {
            own("Accept-Encoding", b"deflate, gzip");
        }
        if !self.cookies.is_empty() {
            own("Cookie", &self.cookies.join(&b"; "[..]));
        }
        headers.extend(self.headers.iter().map(|(name, value)| Header::new(name.as_str(), value)));
        let mut own = |name: &str, value: &[u8]| {
            if !given(name) && !left_out(name) {
                headers.push(Header::new(name, value));
            }
        };
        if let Some(body) = body.filter(|_| !self.partial) {
            own("Content-Length", body.len().to_string().as_bytes());
        }
        if let Some(kind) = own_type {
            own("Content-Type", kind.as_bytes());
        }
        Headers(headers)
    }
}
