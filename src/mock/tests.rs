//! Which recorded answer a request gets, faults by their rate, and answers as they are written.

use bytes::Bytes;
use mwscope_parsers::http::Version;

use super::written::{Wanted, written};
use super::{Fault, Fit, Injection, Mock};
use crate::model::gathered::InMemory;
use crate::model::{Body, Exchange, ExchangeId, Header, Headers, Kept, Outcome, Request, Response, SourceId};
use crate::proxy::core::{Endpoint, Scheme};

fn asked(url: &str, body: &str) -> Exchange {
    let request = Request {
        method: "POST".to_owned(),
        target: "/mws".to_owned(),
        headers: Headers(vec![Header::new("Content-Type", "text/xml; charset=utf-8")]),
        body: Body::whole(Bytes::copy_from_slice(body.as_bytes())),
        ..Request::default()
    };
    Exchange::new(ExchangeId(0), SourceId(0), 0, url.to_owned(), request)
}

fn recorded(id: u32, url: &str, body: &str, status: u16) -> Exchange {
    let mut exchange = asked(url, body);
    exchange.id = ExchangeId(id);
    exchange.outcome = Outcome::Complete;
    exchange.response = Some(Response { status, ..Response::default() });
    exchange
}

fn create(prefix: &str, facility: &str, header: &str) -> String {
    format!(
        "<{prefix}:Envelope xmlns:{prefix}='http://schemas.xmlsoap.org/soap/envelope/'><{prefix}:Header>{header}</{prefix}:Header>\
         <{prefix}:Body><Create xmlns='urn:f'><Facility>{facility}</Facility><At>2026-01-13T10:00:00Z</At></Create>\
         </{prefix}:Body></{prefix}:Envelope>"
    )
}

#[test]
fn a_request_that_cannot_be_read_is_counted_and_answers_nothing() {
    let mut unreadable = recorded(0, URL, "", 200);
    unreadable.request.body.kept = Kept::InCase { segment: 1, offset: 0, len: 9 };
    let exchanges = [unreadable.clone(), recorded(1, URL, "<a/>", 200), unreadable];
    let (mock, left_out) = Mock::of(exchanges, &InMemory);
    let why = "its request can't be read: the body is in a case or capture that isn't open".to_owned();
    assert_eq!((mock.len(), left_out), (1, vec![(why, 2)]));
}

const URL: &str = "http://m3.example.com:19007/mws";

fn mock(exchanges: Vec<Exchange>) -> Mock {
    let (mock, left_out) = Mock::of(exchanges, &InMemory);
    assert_eq!(left_out, []);
    mock
}

fn answer(mock: &Mock, url: &str, body: &str, nearest: bool) -> Option<(u32, Fit)> {
    let found = mock.answer(&asked(url, body), body.as_bytes(), nearest).ok()?;
    Some((found.exchange.id.0, found.fit))
}

#[test]
fn host_prefixes_times_and_credentials_dont_count_but_values_do() {
    let mock = mock(vec![
        recorded(1, URL, &create("s", "A01", ""), 200),
        recorded(2, URL, &create("s", "C01", "<lws><password>one</password></lws>"), 500),
    ]);
    let other = create("soap", "C01", "<lws><password>two</password></lws>").replace("10:00:00Z", "11:30:01+01:00");
    assert_eq!(answer(&mock, "http://localhost:8080/mws", &other, false), Some((2, Fit::Equal)));
    assert_eq!(answer(&mock, URL, &create("s", "A01", ""), false), Some((1, Fit::Exact)));
    let company = create("s", "A01", "<lws><company>200</company></lws>");
    assert_eq!(answer(&mock, URL, &company, false), None, "the company is a value");
}

#[test]
fn a_miss_says_what_differs_and_the_nearest_answers_where_it_may() {
    let mock = mock(vec![recorded(1, URL, &create("s", "A01", ""), 200)]);
    let body = create("s", "B02", "");
    let Err(miss) = mock.answer(&asked(URL, &body), body.as_bytes(), false) else { panic!("B02 was not recorded") };
    assert_eq!(miss.nearest, Some(("x1".to_owned(), vec!["Facility is \"B02\", recorded is \"A01\"".to_owned()])));
    assert_eq!(answer(&mock, URL, &body, true), Some((1, Fit::Nearest)));
    let update = body.replace("Create", "Update");
    assert_eq!(answer(&mock, URL, &update, true), None, "another operation is not near");
}

#[test]
fn equal_requests_are_answered_in_the_order_of_the_recording_and_the_last_again() {
    let body = create("s", "A01", "");
    let mock = mock((1..4).map(|id| recorded(id, URL, &body, 200)).collect());
    let ids: Vec<_> = (0..5).filter_map(|_| answer(&mock, URL, &body, false)).map(|(id, _)| id).collect();
    assert_eq!(ids, [1, 2, 3, 3, 3]);
}

#[test]
fn a_challenge_answers_only_who_does_not_sign_on() {
    let mut challenge = recorded(1, URL, "", 401);
    challenge.challenge = true;
    let mut signed = recorded(2, URL, "", 200);
    signed.request.headers.0.push(Header::new("Authorization", "Basic AAAA"));
    let mock = mock(vec![challenge, signed]);
    assert_eq!(answer(&mock, URL, "", false).map(|(id, _)| id), Some(1));
    let mut with = asked(URL, "");
    with.request.headers.0.push(Header::new("Authorization", "Basic BBBB"));
    assert_eq!(mock.answer(&with, b"", false).map(|found| found.exchange.id.0), Ok(2));
}

#[test]
fn json_members_and_forms_are_compared_in_any_order() {
    let mut json = recorded(1, URL, r#"{"company":100,"items":["a","b"]}"#, 200);
    json.request.headers = Headers(vec![Header::new("Content-Type", "application/json")]);
    let mut form = recorded(2, URL, "a=1&b=2", 200);
    form.request.headers = Headers(vec![Header::new("Content-Type", "application/x-www-form-urlencoded")]);
    let mock = mock(vec![json, form]);
    let ask = |content_type: &str, body: &str| {
        let mut request = asked(URL, body);
        request.request.headers = Headers(vec![Header::new("Content-Type", content_type)]);
        mock.answer(&request, body.as_bytes(), false).map(|found| found.exchange.id.0).ok()
    };
    assert_eq!(ask("application/json", r#"{ "items": ["a", "b"], "company": 100 }"#), Some(1));
    assert_eq!(ask("application/json", r#"{"items":["b","a"],"company":100}"#), None);
    assert_eq!(ask("application/x-www-form-urlencoded", "b=2&a=1"), Some(2));
}

#[test]
fn faults_are_read_and_strike_by_their_rate() {
    let third = Injection::parse("status:200 => status 503 @ 1/3").expect("a fault");
    assert_eq!(third.fault, Fault::Status(503));
    let struck: Vec<bool> = (0..9).map(|_| third.strikes()).collect();
    assert_eq!(struck.iter().filter(|s| **s).count(), 3, "{struck:?}");
    assert!(Injection::parse("reset").is_ok_and(|each| (0..5).all(|_| each.strikes())));
    for wrong in ["status 42", "explode", "op:Create => delay soon", "close @ 200%", "nofield:x => close", "cut"] {
        assert!(Injection::parse(wrong).is_err(), "{wrong}");
    }
}

const PLAIN: Wanted = Wanted { version: Version::Http11, is_head: false, persists: true };

fn response(headers: &[(&str, &str)]) -> Response {
    let headers = headers.iter().map(|(name, value)| Header::new(*name, value)).collect();
    Response { status: 200, reason: "OK".to_owned(), headers: Headers(headers), ..Response::default() }
}

#[test]
fn an_answer_keeps_its_headers_and_gets_framing_that_fits_the_client() {
    let exchange = recorded(1, URL, "", 200);
    let told = [("X-b", "1"), ("Transfer-Encoding", "chunked"), ("x-A", "2"), ("X-b", "3"), ("Keep-Alive", "5")];
    let answer = response(&told);
    let body = Bytes::from_static(b"hello");
    let chunked = written(&exchange, &answer, &body, PLAIN, None);
    assert!(chunked.chunked && !chunked.last);
    let text = String::from_utf8_lossy(&chunked.head).into_owned();
    assert_eq!(text, "HTTP/1.1 200 OK\r\nX-b: 1\r\nx-A: 2\r\nX-b: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
    let old = written(&exchange, &answer, &body, Wanted { version: Version::Http10, persists: false, ..PLAIN }, None);
    assert!(!old.chunked && old.last);
    assert!(String::from_utf8_lossy(&old.head).contains("Content-Length: 5\r\nConnection: close\r\n"));
    let head =
        written(&exchange, &response(&[("Content-Length", "99")]), &body, Wanted { is_head: true, ..PLAIN }, None);
    assert_eq!(head.body.len(), 0);
    assert!(String::from_utf8_lossy(&head.head).contains("Content-Length: 99\r\n"));
}

#[test]
fn addresses_in_answers_lead_back_here() {
    let theirs = Endpoint { scheme: Scheme::Http, host: "m3.example.com".to_owned(), port: 19007 };
    let here = Endpoint { scheme: Scheme::Http, host: "127.0.0.1".to_owned(), port: 8080 };
    let mut exchange = recorded(1, "http://m3.example.com:19007/mws?wsdl", "", 200);
    exchange.request.target = "/mws?wsdl".to_owned();
    let body =
        Bytes::from_static(b"<definitions><soap:address location=\"http://m3.example.com:19007/mws\"/></definitions>");
    let mut answer = response(&[("Location", "http://m3.example.com:19007/next"), ("Content-Type", "text/xml")]);
    answer.body = Body::whole(body.clone());
    let answer = written(&exchange, &answer, &body, PLAIN, Some((theirs, here)));
    assert!(String::from_utf8_lossy(&answer.body).contains("location=\"http://127.0.0.1:8080/mws\""));
    assert!(String::from_utf8_lossy(&answer.head).contains("Location: http://127.0.0.1:8080/next\r\n"));
}
