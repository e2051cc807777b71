//! Commands in the notations of three shells, and what becomes of their options.

use super::*;
use crate::model::{Body, BodyState, Exchange, Kept};

fn one(text: &str) -> Exchange {
    let recorded = read(text.as_bytes(), SourceId(0), ExchangeId(0));
    assert_eq!(recorded.exchanges.len(), 1, "{text}: {:?}", recorded.problems);
    recorded.exchanges.into_iter().next().expect("one")
}

fn body(body: &Body) -> String {
    match &body.kept {
        Kept::Here(bytes) => bytes.iter().map(|byte| char::from(*byte)).collect(),
        _ => String::new(),
    }
}

/// Method, URL, headers but Host and Content-Length, body.
fn told(text: &str) -> (String, String, Vec<String>, String) {
    let exchange = one(text);
    let request = &exchange.request;
    let headers = request.headers.0.iter().filter(|h| !matches!(h.name.as_str(), "Host" | "Content-Length"));
    let headers = headers.map(|header| format!("{}: {}", header.name, header.text()).trim_end().to_owned());
    (request.method.clone(), exchange.url.clone(), headers.collect(), body(&request.body))
}

#[test]
fn a_browsers_command_for_bash_is_read() {
    let text = "curl 'https://m3.example.com:21008/mws-ws/services/S?x=1' \\\n  -H 'accept: */*' \\\n  -H 'content-type: text/xml' \\\n  \
                -b 'JSESSIONID=abc; x=y' \\\n  --data-raw $'<a>it\\'s \\u00e9\\u0021\\n\\ud83d\\ude00</a>' \\\n  --compressed";
    let (method, url, headers, body) = told(text);
    assert_eq!((method.as_str(), url.as_str()), ("POST", "https://m3.example.com:21008/mws-ws/services/S?x=1"));
    let expected =
        ["Accept-Encoding: deflate, gzip", "Cookie: JSESSIONID=abc; x=y", "accept: */*", "content-type: text/xml"];
    assert_eq!(headers, expected);
    let expected: String = "<a>it's é!\n😀</a>".bytes().map(char::from).collect();
    assert_eq!(body, expected);
}

#[test]
fn a_browsers_command_for_cmd_is_read() {
    let text = "curl ^\"https://h/a?b=1^&c=^%20^\" ^\r\n  -H ^\"content-type: application/json^\" ^\r\n  --data-raw ^\"^{^\\^\"a^\\^\":^\\^\"100^%^\\^\"^}^\" &\r\ncurl \"http://h/2\" -X DELETE\r\n";
    let recorded = read(text.as_bytes(), SourceId(0), ExchangeId(5));
    let shown: Vec<_> = recorded
        .exchanges
        .iter()
        .map(|x| (x.id.0, x.request.method.as_str(), x.url.as_str(), body(&x.request.body)))
        .collect();
    let expected = [
        (5, "POST", "https://h/a?b=1&c=%20", "{\"a\":\"100%\"}".to_owned()),
        (6, "DELETE", "http://h/2", String::new()),
    ];
    assert_eq!(shown, expected);
    assert!(looks_like(text.as_bytes(), true));
}

#[test]
fn a_command_for_powershell_is_read() {
    let text = "curl.exe 'https://h/a' `\r\n  -H 'x: it''s' `\r\n  -d \"{`\"a`\":1}\"\r\n";
    let (method, url, headers, body) = told(text);
    assert_eq!((method.as_str(), url.as_str(), body.as_str()), ("POST", "https://h/a", "{\"a\":1}"));
    assert!(headers.contains(&"x: it's".to_owned()), "{headers:?}");
    assert_eq!(told("& curl.exe `\n  'http://h/b'").1, "http://h/b");
}

#[test]
fn options_become_what_they_send() {
    let (method, url, headers, _) = told("curl -sSLk -u 'jdoe:pw' -A me -e http://r/ h:8080/x#frag");
    assert_eq!((method.as_str(), url.as_str()), ("GET", "http://h:8080/x"));
    assert_eq!(headers, ["Authorization: Basic amRvZTpwdw==", "Accept: */*", "User-Agent: me", "Referer: http://r/"]);
    assert_eq!(told("curl http://jdoe:pw@h/").2[0], "Authorization: Basic amRvZTpwdw==");
    assert_eq!(told("curl -d a=1 -d b=2 --data-urlencode 'c=x y&é' http://h/").3, "a=1&b=2&c=x%20y%26%C3%A9");
    assert_eq!(told("curl -G -d a=1 --data-urlencode 'b= ' 'http://h/?z=0'").1, "http://h/?z=0&a=1&b=%20");
    let (method, _, headers, body) = told("curl --json '{\"a\":1}' -XPUT http://h/");
    assert_eq!((method.as_str(), body.as_str()), ("PUT", "{\"a\":1}"));
    assert_eq!(headers, ["Accept: application/json", "Content-Type: application/json"]);
    assert_eq!(told("curl -I http://h/").0, "HEAD");
    assert_eq!(told("curl -H 'Accept:' -H 'X-Empty;' -H 'Host: other' http://h/").2, ["X-Empty:"]);
    let (_, _, headers, body) = told("curl -F 'a=1;type=text/plain' -F b=2 http://h/");
    assert!(headers.last().is_some_and(|kind| kind.starts_with("Content-Type: multipart/form-data; boundary=")));
    assert!(body.contains("name=\"a\"\r\nContent-Type: text/plain\r\n\r\n1\r\n") && body.ends_with("--\r\n"), "{body}");
    assert_eq!(one("curl -k -x http://p:1 http://h/").notes.len(), 2);
}

#[test]
fn files_are_a_problem_and_not_read() {
    for text in [
        "curl -d @/etc/passwd http://h/",
        "curl -F 'a=@x.txt' http://h/",
        "curl -T x http://h/",
        "curl --data-urlencode a@x http://h/",
    ] {
        let recorded = read(text.as_bytes(), SourceId(0), ExchangeId(0));
        assert_eq!(recorded.problems.len(), 1, "{text}");
        assert!(recorded.problems[0].what.contains("isn't read"));
        assert_eq!(recorded.exchanges[0].request.body.state, BodyState::Absent, "{text}");
    }
    let none = read(b"curl -H 'a: b'", SourceId(0), ExchangeId(0));
    assert!(none.exchanges.is_empty() && none.problems[0].what.contains("no URL"));
}

#[test]
fn several_commands_urls_and_groups_are_several_requests() {
    let urls = |text: &str| {
        read(text.as_bytes(), SourceId(0), ExchangeId(0)).exchanges.into_iter().map(|x| x.url).collect::<Vec<_>>()
    };
    assert_eq!(
        urls("# first\ncurl http://h/1 ;\ncurl http://h/2 && curl http://h/3"),
        ["http://h/1", "http://h/2", "http://h/3"]
    );
    assert_eq!(urls("curl http://h/1 http://h/2 --next http://h/3"), ["http://h/1", "http://h/2", "http://h/3"]);
    let here = "base64 --decode <<'BODY' | curl \\\n  http://h/ \\\n  --data-binary @-\nAP8=\nBODY\ncurl http://h/2\n";
    let recorded = read(here.as_bytes(), SourceId(0), ExchangeId(0));
    assert_eq!(body(&recorded.exchanges[0].request.body), "\u{0}\u{ff}");
    assert_eq!(recorded.exchanges.len(), 2);
}

#[test]
fn scripts_and_texts_about_curl_are_no_command_lines() {
    for text in [
        "curl http://h/ -o x\nmv x y\n",
        "I ran curl and it failed",
        "2026-01-13 10:00:00 INFO curl http://h/",
        "curl",
        "",
        "x=1\ncurl $x",
    ] {
        assert!(!looks_like(text.as_bytes(), true), "{text}");
    }
    for text in [
        "curl http://h/",
        "#!/bin/sh\nset -e\n\n# x\ncurl 'http://h/'",
        "@echo off\r\nrem x\r\ncurl.exe ^\"http://h/^\"\r\n",
    ] {
        assert!(looks_like(text.as_bytes(), true), "{text}");
    }
}

#[test]
fn nothing_that_is_cut_off_or_odd_panics() {
    let text = "curl 'https://h/' -H $'a: \\x41\\U0001f600' --data-raw \"b\\\"c\" <<'E' -d @- ^\"x^\" `\nE\n";
    for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
        for start in (0..end).filter(|start| text.is_char_boundary(*start)) {
            let _recorded = read(format!("curl {}", &text[start..end]).as_bytes(), SourceId(0), ExchangeId(0));
        }
    }
}
