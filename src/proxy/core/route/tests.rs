//! Requests as bytes, and where they go with which changes.

use mwscope_parsers::http::Limits;

use super::*;

const PROXY: Way = Way::Proxy { chained: None, stands_for: None };

fn endpoint(scheme: Scheme, host: &str, port: u16) -> Endpoint {
    Endpoint { scheme, host: host.to_owned(), port }
}

fn head(bytes: &str) -> Head {
    Head::request(bytes.as_bytes().to_vec(), 0, &Limits::default())
}

fn forwarded(bytes: &str, way: &Way) -> Forward {
    match decide(&head(bytes), way) {
        Ok(Route::Forward(forward)) => *forward,
        other => panic!("{bytes:?} is not forwarded: {other:?}"),
    }
}

fn sent(bytes: &str, way: &Way) -> String {
    String::from_utf8(forwarded(bytes, way).head).expect("text")
}

#[test]
fn a_plain_request_changes_form_and_loses_what_was_said_to_the_proxy() {
    let before = "POST http://h:8080/a?b HTTP/1.1\r\nhost: h:8080\r\nProxy-Connection: keep-alive\r\n\
        Proxy-Authorization: Basic c2VjcmV0\r\nX-A:1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n";
    let forward = forwarded(before, &PROXY);
    assert_eq!(forward.to, endpoint(Scheme::Http, "h", 8080));
    assert_eq!(forward.url, "http://h:8080/a?b");
    let after = "POST /a?b HTTP/1.1\r\nhost: h:8080\r\nX-A:1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&forward.head), after);
    let edits: Vec<_> = forward.edits.iter().map(|e| e.what.as_str()).collect();
    assert_eq!(
        edits,
        ["request target: absolute to origin form", "Proxy-Connection removed", "Proxy-Authorization removed"]
    );
    let chained = forwarded(before, &Way::Proxy { chained: Some(Chained::default()), stands_for: None });
    assert_eq!(String::from_utf8_lossy(&chained.head), before);
    assert!(chained.edits.is_empty());
}

#[test]
fn targets_without_a_path_get_one() {
    assert!(sent("GET http://h HTTP/1.0\r\n\r\n", &PROXY).starts_with("GET / HTTP"));
    assert!(sent("GET http://h?q HTTP/1.0\r\n\r\n", &PROXY).starts_with("GET /?q HTTP"));
    assert!(sent("OPTIONS http://h HTTP/1.0\r\n\r\n", &PROXY).starts_with("OPTIONS * HTTP"));
    assert_eq!(forwarded("GET http://[::1]:81/ HTTP/1.0\r\n\r\n", &PROXY).url, "http://[::1]:81/");
}

#[test]
fn host_follows_the_target() {
    let other = sent("GET http://a/ HTTP/1.1\r\nHost: b\r\n\r\n", &PROXY);
    assert_eq!(other, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    let missing = sent("GET http://a:81/ HTTP/1.1\r\nX: y\r\n\r\n", &PROXY);
    assert_eq!(missing, "GET / HTTP/1.1\r\nHost: a:81\r\nX: y\r\n\r\n");
}

#[test]
fn reverse_mode_names_the_upstream_and_remembers_where_the_client_came() {
    let to = endpoint(Scheme::Https, "m3.example", 443);
    let way = Way::Reverse(Stand { to, here: endpoint(Scheme::Http, "127.0.0.1", 9001), guarded: false });
    let forward = forwarded("GET /mws/X?wsdl HTTP/1.1\r\nHost: localhost:9001\r\nProxy-X: stays\r\n\r\n", &way);
    let head = String::from_utf8_lossy(&forward.head);
    assert_eq!(head, "GET /mws/X?wsdl HTTP/1.1\r\nHost: m3.example\r\nProxy-X: stays\r\n\r\n");
    assert_eq!(forward.url, "https://m3.example/mws/X?wsdl");
    assert_eq!(forward.here, Some(endpoint(Scheme::Http, "localhost", 9001)));
    assert_eq!(forward.edits.len(), 1);
}

#[test]
fn one_address_may_serve_clients_with_and_without_a_proxy() {
    let stand = Stand {
        to: endpoint(Scheme::Http, "m3", 20107),
        here: endpoint(Scheme::Http, "127.0.0.1", 8888),
        guarded: false,
    };
    let way = Way::Proxy { chained: None, stands_for: Some(stand) };
    assert_eq!(
        sent("GET /mws HTTP/1.1\r\nHost: 127.0.0.1:8888\r\n\r\n", &way),
        "GET /mws HTTP/1.1\r\nHost: m3:20107\r\n\r\n"
    );
    assert_eq!(forwarded("GET http://other/ HTTP/1.1\r\nHost: other\r\n\r\n", &way).to.host, "other");
    let own = decide(&head("GET /mwscope-ca.pem HTTP/1.0\r\n\r\n"), &way);
    assert_eq!(own, Ok(Route::Own("/mwscope-ca.pem".into())));
}

#[test]
fn inside_a_tunnel_nothing_changes() {
    let way = Way::Inside { to: endpoint(Scheme::Https, "h", 8443) };
    let bytes = "GET /a HTTP/1.1\r\nHost: other\r\nProxy-Connection: x\r\n\r\n";
    let forward = forwarded(bytes, &way);
    assert_eq!(String::from_utf8_lossy(&forward.head), bytes);
    assert_eq!((forward.url.as_str(), forward.edits.len()), ("https://h:8443/a", 0));
}

#[test]
fn connect_needs_a_host_and_a_port() {
    let route = decide(&head("CONNECT h:20108 HTTP/1.1\r\nHost: h:20108\r\n\r\n"), &PROXY);
    assert_eq!(route, Ok(Route::Connect(endpoint(Scheme::Https, "h", 20108))));
    for bad in ["CONNECT h HTTP/1.0\r\n\r\n", "CONNECT h:0 HTTP/1.0\r\n\r\n", "CONNECT http://h/ HTTP/1.0\r\n\r\n"] {
        assert_eq!(
            decide(&head(bad), &PROXY).map_err(|t| (t.stage, t.status)),
            Err((Stage::RequestHead, 400)),
            "{bad}"
        );
    }
}

#[test]
fn what_could_smuggle_is_refused_and_lone_line_feeds_are_mended() {
    for field in ["Transfer-Encoding : x", "X: a\r\n b", "Host: h", "X: \0", "X: a\rb"] {
        let bytes = format!("GET http://h/ HTTP/1.1\r\nHost: h\r\n{field}\r\n\r\n");
        assert_eq!(decide(&head(&bytes), &PROXY).map_err(|t| t.status), Err(400), "{field:?}");
    }
    assert_eq!(sent("\r\nGET http://h/ HTTP/1.0\nX: y\n\n", &PROXY), "GET / HTTP/1.0\r\nX: y\r\n\r\n");
    assert_eq!(decide(&head("GET http://h/ HTTP/2.0\r\n\r\n"), &PROXY).map_err(|t| t.status), Err(505));
    assert_eq!(decide(&head("GET ftp://h/ HTTP/1.0\r\n\r\n"), &PROXY).map_err(|t| t.status), Err(400));
    assert_eq!(decide(&head("GET /me HTTP/1.0\r\n\r\n"), &PROXY), Ok(Route::Own("/me".into())));
}
