//! Forty and more secrets of all kinds are planted in exchanges and files; none of them may be found in anything
//! that a case consists of, in whatever form.

use std::fmt::Write as _;
use std::io::{Read, Write as _};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use mwscope::case::{Case, CaseBodies, NewContent, NewSource, StoredContent};
use mwscope::model::{
    Bodies, Body, Edit, Exchange, ExchangeId, Header, Headers, Nok, Outcome, Request, Response, SourceId, SourceKind,
    Stage,
};

/// Makes secrets and remembers them.
#[derive(Default)]
pub(crate) struct Planter {
    pub(crate) secrets: Vec<String>,
}

impl Planter {
    /// A secret with characters that each syntax escapes in its own way.
    fn odd(&mut self) -> String {
        let secret = format!("Zq{:02}\"<&> +/=%ü'\\x;Wv", self.secrets.len());
        self.secrets.push(secret.clone());
        secret
    }

    /// A secret that needs no escaping.
    fn word(&mut self) -> String {
        let secret = format!("Zq{:02}xY7wVu3TsR9q", self.secrets.len());
        self.secrets.push(secret.clone());
        secret
    }
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

fn url(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, b| {
        match b {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(b)),
            b' ' => out.push('+'),
            _ => write!(out, "%{b:02X}").unwrap(),
        }
        out
    })
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap();
    quoted[1..quoted.len() - 1].to_owned()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn br(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 20).write_all(text).unwrap();
    out
}

/// A request and its answer with secrets in them.
pub(crate) struct Sent {
    pub(crate) target: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) answer_headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) answer: Vec<u8>,
}

impl Sent {
    fn to(target: impl Into<String>) -> Self {
        Self { target: target.into(), headers: vec![], answer_headers: vec![], body: vec![], answer: vec![] }
    }

    fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn answer_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.answer_headers.push((name, value.into()));
        self
    }

    fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("Content-Type", content_type)
    }

    fn answer(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.answer = body.into();
        self.answer_header("Content-Type", content_type)
    }

    /// As an exchange; every second one has its raw heads.
    fn exchange(self, index: u32, source: SourceId) -> Exchange {
        let raw = |first: String, headers: &[(&str, String)]| {
            let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
            index.is_multiple_of(2).then(|| Bytes::from(format!("{first}\r\n{lines}\r\n")))
        };
        let list =
            |headers: &[(&'static str, String)]| Headers(headers.iter().map(|(n, v)| Header::new(*n, v)).collect());
        let body = |bytes: Vec<u8>, headers: &Headers| Body {
            codings: mwscope::model::coding::codings(headers),
            ..Body::whole(bytes.into())
        };
        let (headers, answers) = (list(&self.headers), list(&self.answer_headers));
        let request = Request {
            method: "POST".into(),
            target: self.target.clone(),
            version: "HTTP/1.1".into(),
            head: raw(format!("POST {} HTTP/1.1", self.target), &self.headers),
            body: body(self.body, &headers),
            headers,
            trailers: Headers::default(),
        };
        let absolute =
            if self.target.contains("://") { self.target } else { format!("http://m3.example{}", self.target) };
        let mut exchange = Exchange::new(ExchangeId(0), source, index, absolute, request);
        exchange.outcome = Outcome::Complete;
        exchange.response = Some(Response {
            status: 200,
            version: "HTTP/1.1".into(),
            reason: "OK".into(),
            head: raw("HTTP/1.1 200 OK".into(), &self.answer_headers),
            body: body(self.answer, &answers),
            headers: answers,
            trailers: Headers::default(),
        });
        exchange.call = mwscope::model::facts::call_of(&exchange);
        exchange
    }
}

/// Requests and answers with a secret or more in each.
pub(crate) fn exchanges(p: &mut Planter) -> Vec<Sent> {
    let form = "application/x-www-form-urlencoded";
    let soap = "text/xml; charset=utf-8";
    let mut sent = vec![
        Sent::to("/a").header("Authorization", format!("Basic {}", STANDARD.encode(format!("jdoe:{}", p.odd())))),
        Sent::to("/b").header("Proxy-Authorization", format!("Basic {}", STANDARD.encode(format!("u:{}", p.odd())))),
        Sent::to("/c").header("Authorization", format!("Bearer {}", p.word())),
        Sent::to("/d").header("Authorization", format!("Negotiate {}", STANDARD.encode(p.word()))),
        Sent::to("/e").header("authorization", format!("NTLM {}", STANDARD.encode(p.odd()))),
        Sent::to("/f").header("Authorization", format!("Digest username=\"u\", response=\"{}\", uri=\"/\"", p.word())),
        Sent::to("/g").header("Authorization", format!("OAuth oauth_token=\"{}\"", p.word())),
        Sent::to("/h").header("Cookie", format!("JSESSIONID={}; a={}", p.word(), p.word())),
        Sent::to("/i").answer_header("Set-Cookie", format!("x={}; Path=/; HttpOnly", p.word())),
        Sent::to("/j").answer_header("WWW-Authenticate", format!("NTLM {}", STANDARD.encode(p.word()))),
        Sent::to("/k").header("X-Api-Key", p.word()).header("fnd-csrf-token", p.word()),
        Sent::to(format!("/l;jsessionid={}?x=y", p.word())),
        Sent::to(format!("/m?access_token={}&client_secret={}", p.word(), url(&p.odd()))),
        Sent::to(format!("http://jdoe:{}@m3.example/n", p.word())),
        Sent::to("/o").answer_header("Location", format!("https://h/cb?code={}&state=x#id_token={}", p.word(), p.word())),
        Sent::to("/p").header("Referer", format!("http://h/x?password={}", url(&p.odd()))),
        Sent::to("/q").body(form, format!("user=jdoe&password={}&x=1", url(&p.odd()))),
        Sent::to("/r").body(form, format!("grant_type=password&username=u&passwd={}&saak={}&sask={}&cs={}", p.word(), p.word(), p.word(), p.word())),
        Sent::to("/mne/servlet/MvxMCSvt").body(form, format!("CMDTP=RUN&CMDVAL=MMS001&SID={}&IID=1", p.word())),
        Sent::to("/s").body(soap, format!("<wsse:Security><wsse:UsernameToken><wsse:Username>jdoe</wsse:Username><wsse:Password Type=\"x#PasswordText\">{}</wsse:Password></wsse:UsernameToken></wsse:Security>", xml(&p.odd()))),
        Sent::to("/t").body(soap, format!("<lws:lws><user>jdoe</user><password>{}</password></lws:lws>", xml(&p.odd()))),
        Sent::to("/u").body(soap, format!("<mws xmlns='http://mws.intentia.net/mws2'><user>j</user><password><![CDATA[{}]]></password></mws>", p.odd())),
        Sent::to("/v").body(soap, format!("<x>&lt;password&gt;{}&lt;/password&gt;</x>", xml(&xml(&p.odd())))),
        Sent::to("/w").body(soap, format!("<p name=\"WS.Password\" value=\"{}\"/>", xml(&p.odd()))),
        Sent::to("/x").answer("application/json", format!("{{\"access_token\":\"{}\",\"refresh_token\":\"{}\",\"expires_in\":7}}", p.word(), json(&p.odd()))),
        Sent::to("/y").body("application/json", format!("{{\"inner\":\"{}\"}}", json(&format!("{{\"password\":\"{}\"}}", json(&p.odd()))))),
        Sent::to("/z").body("application/json", format!("{{\"secret\":[\"{}\",{{\"a\":\"{}\"}}]}}", p.word(), json(&p.odd()))),
        Sent::to("/grid/rest/security/sessions/oauth").answer("text/plain", p.word()),
        Sent::to("/aa").answer(soap, format!("<Root><SessionData><SID>{}</SID></SessionData></Root>", p.word())),
        Sent::to("/ab").body("multipart/form-data; boundary=xyz", format!("--xyz\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n{}\r\n--xyz--", p.odd())),
        Sent::to("/ac").body("text/plain", format!("password={} and X-Auth-Token: {}", p.word(), p.word())),
        Sent::to("/ad").body("text/plain", format!("jwt eyJhbGciOiJIUzI1NiJ9.eyJ{}.{}", URL_SAFE_NO_PAD.encode(p.word()), p.word())),
        Sent::to("/ae").body("application/octet-stream", format!("PWLOG{:32}{:16}{:16}CRS610MI", "100AAA", "MVXSECOFR", &p.word()[..16])),
    ];
    sent.extend(said_again(p));
    sent.extend(in_more_places(p));
    let wrapped = |secret: &str| format!("<a><password>{}</password></a>", xml(secret)).repeat(20).into_bytes();
    for (coding, coded) in [
        ("gzip", gzip(&wrapped(&p.odd()))),
        ("deflate", deflate(&wrapped(&p.odd()))),
        ("br", br(&wrapped(&p.odd()))),
        ("zstd", zstd::encode_all(&wrapped(&p.odd())[..], 1).unwrap()),
        ("deflate, gzip", gzip(&deflate(&wrapped(&p.odd())))),
        ("aes128gcm", wrapped(&p.odd())),
    ] {
        sent.push(Sent::to("/coded").body(soap, coded.clone()).header("Content-Encoding", coding));
        sent.push(Sent::to("/coded").answer(soap, coded).answer_header("Content-Encoding", coding));
    }
    let wide = utf16(&format!("\u{feff}<?xml version=\"1.0\"?><a><password>{}</password></a>", xml(&p.odd())));
    sent.push(Sent::to("/wide").body("text/xml; charset=utf-16", wide));
    sent
}

/// Answers, and second fields, that say a secret of the request again with nothing before it.
fn said_again(p: &mut Planter) -> Vec<Sent> {
    let form = "application/x-www-form-urlencoded";
    let (js, soap) = ("application/json", "text/xml; charset=utf-8");
    let fault =
        |text: String| format!("<s:Fault><faultcode>s:Client</faultcode><faultstring>{text}</faultstring></s:Fault>");
    let s = std::array::from_fn::<String, 10, _>(|n| if n % 2 == 0 { p.odd() } else { p.word() });
    vec![
        Sent::to("/sa")
            .body(soap, format!("<Username>U</Username><Password>{}</Password>", xml(&s[0])))
            .answer(soap, fault(format!("Authentication of U/{} failed", xml(&s[0])))),
        Sent::to("/sb")
            .header("Authorization", format!("Bearer {}", s[1]))
            .answer(js, format!("{{\"message\":\"token {} expired\"}}", s[1]))
            .answer_header("WWW-Authenticate", format!("Bearer error_description=\"token {} expired\"", s[1])),
        Sent::to("/sc")
            .body(js, format!("{{\"password\":\"{}\"}}", json(&s[2])))
            .answer(js, format!("{{\"rejectedValue\":\"{}\"}}", json(&s[2]))),
        Sent::to("/sd")
            .body(js, format!("{{\"password\":\"{}\"}}", s[3]))
            .answer(js, gzip(format!("{{\"rejectedValue\":\"{}\"}}", s[3]).as_bytes()))
            .answer_header("Content-Encoding", "gzip"),
        Sent::to("/se")
            .body(form, format!("user=u&password={}", url(&s[4])))
            .answer("text/html", format!("<p>Password &quot;{}&quot; is wrong</p>", xml(&s[4]))),
        Sent::to("/sf")
            .header("Cookie", format!("JSESSIONID={}", s[5]))
            .answer("text/plain", format!("session {} expired", s[5])),
        Sent::to("/sg")
            .header("Authorization", format!("Basic {}", STANDARD.encode(format!("u:{}", s[6]))))
            .answer("text/plain", format!("rejected {}", STANDARD.encode(format!("u:{}", s[6])))),
        Sent::to(format!("/sh?token={}", s[7])).answer("text/plain", utf16(&format!("\u{feff}no page for {}", s[7]))),
        Sent::to("/si").body(js, format!("{{\"password\":\"{0}\",\"confirm\":\"{0}\"}}", json(&s[8]))),
        // Longer than what is kept at hand until an exchange ends.
        Sent::to("/sj")
            .body(form, format!("user=u&password={}", s[9]))
            .answer("text/plain", format!("{}{} is wrong{}", "x".repeat(70_000), s[9], "y".repeat(70_000))),
    ]
}

/// Places that are written in more than one way.
fn in_more_places(p: &mut Planter) -> Vec<Sent> {
    let soap = "text/xml; charset=utf-8";
    let part = "multipart/related; boundary=xyz";
    let coded = gzip(format!("<password>{}</password>", p.word()).as_bytes());
    vec![
        Sent::to("/ma").body(
            part,
            [b"--xyz\r\nContent-Type: text/xml\r\nContent-Encoding: gzip\r\n\r\n", &coded[..], b"\r\n--xyz--\r\n"]
                .concat(),
        ),
        Sent::to("/mb").body(
            part,
            format!("--xyz\r\nContent-Disposition: form-data; name*=utf-8''password\r\n\r\n{}\r\n--xyz--", p.word()),
        ),
        Sent::to("/mc").body(soap, format!("<a><param name=\"pwd\">{}</param></a>", xml(&p.odd()))),
        Sent::to("/md").answer(
            "text/html",
            format!("<input value=\"{}\" type=\"password\"><input name=password value={}>", p.word(), p.word()),
        ),
        Sent::to("/me")
            .body(soap, format!("<!DOCTYPE a [<!ENTITY p \"{}\">]><a><password>&p;</password></a>", p.word())),
        Sent::to("/mf").body(
            soap,
            format!("<a><blob>{}</blob></a>", STANDARD.encode(format!("<c><password>{}</password></c>", p.word()))),
        ),
        Sent::to("/mg").body("text/plain", format!("PWLOG={} and PWLOG {} x", p.word(), p.word())),
        Sent::to(format!("/reset-password/{}?_csrf={}", p.word(), p.word()))
            .header("X-Forwarded-Authorization", format!("Bearer {}", p.word())),
    ]
}

/// An exchange whose texts, not bytes, give secrets away.
fn texts(p: &mut Planter, source: SourceId) -> Exchange {
    let mut x = Sent::to("/texts").header("Cookie", format!("s={}", p.word())).exchange(1000, source);
    let cookie = p.secrets.last().unwrap().clone();
    x.call.fields.push(("Header/password".into(), p.odd()));
    x.call.fault = Some(format!("no session {cookie}"));
    x.call.ids.push(cookie.clone());
    x.call.nok = Some(Nok { message: Some(format!("session {cookie}")), ..Nok::default() });
    x.notes.push(("_custom".into(), format!("Authorization: Bearer {}", p.word())));
    x.notes.push(("_token".into(), p.word()));
    let before = Some(format!("Proxy-Authorization: Basic {}", STANDARD.encode(format!("u:{}", p.word()))));
    x.edits.push(Edit { what: "header removed".into(), before, after: None });
    let cause = format!("407 from http://u:{}@proxy/; ask", p.word());
    x.outcome = Outcome::Failed { stage: Stage::UpstreamProxy, cause };
    x.interim.push(Response {
        status: 103,
        headers: Headers(vec![Header::new("Set-Cookie", format!("a={}", p.word()))]),
        ..Response::default()
    });
    x.request.trailers = Headers(vec![Header::new("X-Token", p.word())]);
    x
}

/// Every form in which a secret might be found.
fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms = vec![
        secret.as_bytes().to_vec(),
        xml(secret).into_bytes(),
        xml(&xml(secret)).into_bytes(),
        secret.replace('&', "&amp;").replace('<', "&lt;").into_bytes(),
        url(secret).into_bytes(),
        url(secret).to_lowercase().into_bytes(),
        url(secret).replace('+', "%20").into_bytes(),
        json(secret).into_bytes(),
        json(&json(secret)).into_bytes(),
        utf16(secret),
        utf16(&xml(secret)),
        secret.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        // The store writes bytes beyond ASCII as the character of that number.
        secret.bytes().map(char::from).collect::<String>().into_bytes(),
    ];
    // In base64 at each of the three places in a group; the characters at either end hang on what stands beside.
    for lead in 0..3 {
        let text = STANDARD.encode([&b"..."[..lead], secret.as_bytes()].concat());
        let middle = &text[if lead == 0 { 0 } else { 4 }..text.len() / 4 * 4 - 4];
        forms.push(middle.as_bytes().to_vec());
        forms.push(middle.replace('+', "-").replace('/', "_").into_bytes());
    }
    forms
}

/// The files below a folder by name, decompressed.
pub(crate) fn everything_in(dir: &Path, out: &mut Vec<(String, Vec<u8>)>) {
    for item in std::fs::read_dir(dir).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            everything_in(&path, out);
            continue;
        }
        let mut bytes = std::fs::read(&path).unwrap();
        if path.extension().is_some_and(|e| e == "zst") {
            let mut plain = Vec::new();
            zstd::stream::read::Decoder::new(&bytes[..]).unwrap().read_to_end(&mut plain).unwrap();
            bytes = plain;
        }
        out.push((path.display().to_string(), bytes));
    }
}

fn write(case: &Case, options: mwscope::case::Options) -> (Planter, usize) {
    let mut planter = Planter::default();
    let mut writer = case.write(options).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    let sent = exchanges(&mut planter);
    let count = sent.len() + 1;
    for (index, sent) in sent.into_iter().enumerate() {
        writer.append(sent.exchange(index as u32, source)).unwrap();
    }
    writer.append(texts(&mut planter, source)).unwrap();
    let log = format!(
        "10:00:00 INFO password={} ok\n10:00:01 DEBUG <password>{}</password>\n",
        planter.word(),
        planter.word()
    );
    let new = NewSource {
        path: "a.log".into(),
        kind: SourceKind::Log,
        items: 2,
        bytes: log.len() as u64,
        layout: None,
        content: NewContent::Copy(log.into()),
    };
    writer.add_source(new).unwrap();
    writer.finish().unwrap();
    (planter, count)
}

/// Fails where one of the secrets stands in a file in any form.
pub(crate) fn holds_none(files: &[(String, Vec<u8>)], secrets: &[String]) {
    for secret in secrets {
        for form in forms(secret) {
            for (name, bytes) in files {
                let found = memchr::memmem::find(bytes, &form);
                let around = found
                    .map(|at| String::from_utf8_lossy(&bytes[at.saturating_sub(200)..at + form.len()]).into_owned());
                assert_eq!(around, None, "{secret} in {name}");
            }
        }
    }
}

/// How many of the secrets stand in a file in any form.
pub(crate) fn held(files: &[(String, Vec<u8>)], secrets: &[String]) -> usize {
    let stands = |form: &Vec<u8>| files.iter().any(|(_, bytes)| memchr::memmem::find(bytes, form).is_some());
    secrets.iter().filter(|secret| forms(secret).iter().any(stands)).count()
}

#[test]
fn no_secret_reaches_the_disk() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let (planter, count) = write(&case, mwscope::case::Options { segment_limit: 20_000, ..super::options() });
    assert!(planter.secrets.len() >= 60, "{}", planter.secrets.len());
    let mut files = Vec::new();
    everything_in(case.dir(), &mut files);
    assert!(files.iter().any(|(name, _)| name.ends_with(".zst")), "some are sealed");
    holds_none(&files, &planter.secrets);
    let contents = super::read(&case);
    assert_eq!((contents.exchanges.len(), contents.problems), (count, vec![]));
    for exchange in &contents.exchanges {
        let withheld = matches!(exchange.request.body.state, mwscope::model::BodyState::Withheld(_))
            || matches!(exchange.response.as_ref().unwrap().body.state, mwscope::model::BodyState::Withheld(_));
        assert!(withheld || !exchange.masks.is_empty(), "{exchange:?}");
    }
}

#[test]
fn users_and_lengths_stay_and_masks_say_where() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    write(&case, super::options());
    let contents = super::read(&case);
    let bodies = CaseBodies::new([&case]);
    assert_eq!(contents.exchanges[0].call.user.as_deref(), Some("jdoe"));
    for exchange in &contents.exchanges {
        assert!(exchange.request.headers.all("authorization").all(|h| !h.value.is_empty()));
        for mask in exchange.masks.iter().filter(|m| m.part == mwscope::model::Part::RequestBody) {
            let body = bodies.load(&exchange.request.body).unwrap();
            let range = mask.offset as usize..(mask.offset + mask.len) as usize;
            // Within base64 it is the base64 of a filler, so that what is around it can be decoded.
            let coded = exchange.path() == "/mf";
            assert!(coded || body[range].iter().all(|b| matches!(b, b'*' | 0)), "{exchange:?}");
            assert_eq!(mask.token.len(), 10);
        }
        if let Some(head) = &exchange.request.head {
            for mask in exchange.masks.iter().filter(|m| m.part == mwscope::model::Part::RequestHead) {
                let place = &head[mask.offset as usize..(mask.offset + mask.len) as usize];
                assert!(place.iter().all(|b| *b == b'*') || mask.rule.starts_with("basic"), "{place:?}");
            }
        }
    }
}

#[test]
fn what_a_recorded_call_made_known_is_masked_in_the_log_that_followed_it() {
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, proxy) = super::new_case(dir.path());
    let sent = |index, credentials: &str| {
        Sent::to("/ws")
            .header("Authorization", format!("Basic {}", STANDARD.encode(credentials)))
            .exchange(index, proxy)
    };
    for (index, credentials) in ["CORP\\jdoe:Hunter2secret", "portal:portal"].into_iter().enumerate() {
        let mut exchange = sent(index as u32, credentials);
        exchange.call.user = credentials.split(':').next().map(str::to_owned);
        writer.append(exchange).unwrap();
    }
    let log = "10:15:05 ERROR login of jdoe with Hunter2secret refused\n10:15:06 INFO the portal is up\n";
    let new = |content| NewSource {
        path: "mws.log".into(),
        kind: SourceKind::Log,
        items: 2,
        bytes: log.len() as u64,
        layout: None,
        content,
    };
    writer.add_source(new(NewContent::Copy(log.into()))).unwrap();
    writer.finish().unwrap();
    let contents = super::read(&case);
    let StoredContent::Copied(copied) = contents.sources[1].content else { panic!("not copied") };
    let kept = CaseBodies::new([&case]).copied(0, copied).unwrap();
    assert_eq!(kept, log.replace("Hunter2secret", "*************").as_bytes(), "a user's name is no secret");
}

#[test]
fn secrets_are_kept_for_whoever_asks() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let (planter, _) = write(&case, mwscope::case::Options { keep_secrets: true, ..super::options() });
    let mut files = Vec::new();
    everything_in(case.dir(), &mut files);
    let found = held(&files, &planter.secrets);
    // All but those in the five codings, at most; which shows that the search would find them.
    assert!(found >= planter.secrets.len() - 5, "{found} of {}", planter.secrets.len());
    assert!(super::read(&case).exchanges.iter().all(|x| x.masks.is_empty()));
}

#[test]
fn what_was_kept_with_its_coding_is_shown_without_secrets_unless_they_are_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let mut writer = case.write(mwscope::case::Options { keep_secrets: true, ..super::options() }).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    let text = b"<a><password>Hunter2secret</password></a>";
    for (index, (coding, coded)) in [("gzip", gzip(text)), ("aes128gcm", text.to_vec())].into_iter().enumerate() {
        let sent = Sent::to("/coded").body("text/xml", coded.clone()).answer("text/xml", coded);
        let sent = sent.header("Content-Encoding", coding).answer_header("Content-Encoding", coding);
        writer.append(sent.exchange(index as u32, source)).unwrap();
    }
    writer.finish().unwrap();
    let show = |args: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mwscope"));
        let command = command.arg("show").arg(case.dir()).args(args).env("MWSCOPE_CONFIG_DIR", dir.path());
        let output = command.output().unwrap();
        (output.stdout, String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let masked = b"<a><password>*************</password></a>";
    for which in ["request", "response"] {
        assert_eq!(show(&["x0", "--body", which, "--raw"]).0, masked);
        assert_eq!(show(&["x0", "--body", which]).0, masked);
        assert_eq!(show(&["x0", "--body", which, "--raw", "--show-secrets"]).0, gzip(text));
        let (out, said) = show(&["x1", "--body", which, "--raw"]);
        assert!(out.is_empty() && said.contains("aes128gcm"), "{said}");
    }
    let (raw, _) = show(&["x0", "--raw"]);
    assert_eq!(memchr::memmem::find_iter(&raw, masked).count(), 2, "{}", String::from_utf8_lossy(&raw));
}
