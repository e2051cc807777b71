//! HTTP/2 through the proxy: the client speaks what the server speaks, streams stay what they are, and all of it is
//! recorded decoded.

mod clear;
mod held;
mod peer;

use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use mwscope::model::{Exchange, Outcome, Stage};
use mwscope::proxy::{Limits, Reverse, core};

use crate::proxy::http2::peer::{Origin, Peer, all};
use crate::proxy::intercept::{Root, trusting};
use crate::proxy::lab::{Lab, body, failure};

const BOTH: &[&str] = &["h2", "http/1.1"];

/// A request for a path of `to`.
fn get(to: &str, path: &str) -> Request<()> {
    Request::get(format!("https://{to}{path}")).version(Version::HTTP_2).body(()).unwrap()
}

fn post(to: &str, path: &str) -> Request<()> {
    Request::post(format!("https://{to}{path}")).version(Version::HTTP_2).body(()).unwrap()
}

/// The next exchange that isn't a CONNECT.
fn inner(lab: &Lab) -> Exchange {
    loop {
        let x = lab.exchange();
        if x.request.method != "CONNECT" {
            return x;
        }
    }
}

fn notes<'x>(x: &'x Exchange, name: &str) -> Vec<&'x str> {
    x.notes.iter().filter(|(n, _)| n == name).map(|(_, text)| text.as_str()).collect()
}

#[test]
fn heads_bodies_and_trailers_pass_both_ways_and_are_recorded_decoded() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let (parts, upload) = request.into_parts();
        let seen = (parts.method.clone(), parts.uri.to_string(), parts.headers.clone());
        let (got, trailers) = all(upload).await.unwrap();
        assert_eq!(trailers.unwrap()["x-sum"], "1");
        let head = Response::builder().status(200).header("x-a", "1").header("x-a", "2").header("grpc", "y");
        let mut send = respond.send_response(head.body(()).unwrap(), false).unwrap();
        send.send_data(got, false).unwrap();
        send.send_trailers(HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from(0))])).unwrap();
        format!("{seen:?}")
    });
    let to = origin.place("localhost");
    let (status, headers, got, trailers) = lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        assert_eq!(peer.protocol.as_deref(), Some("h2"));
        let mut request = post(&to, "/a?b=%20");
        request.headers_mut().append("x-b", HeaderValue::from_static("1"));
        let (response, mut send) = peer.requests.send_request(request, false).unwrap();
        send.send_data(Bytes::from_static(b"hello "), false).unwrap();
        send.send_data(Bytes::from_static(b"there"), false).unwrap();
        send.send_trailers(HeaderMap::from_iter([("x-sum".parse().unwrap(), HeaderValue::from(1))])).unwrap();
        let (parts, download) = response.await.unwrap().into_parts();
        let (got, trailers) = all(download).await.unwrap();
        (parts.status, parts.headers, got, trailers.unwrap())
    });
    assert_eq!((status.as_u16(), &got[..]), (200, &b"hello there"[..]));
    assert_eq!(headers.get_all("x-a").iter().collect::<Vec<_>>(), ["1", "2"]);
    assert!(headers.get("date").is_none(), "nothing is added: {headers:?}");
    assert_eq!(trailers["grpc-status"], "0");
    let seen = origin.saw();
    assert!(seen.contains(&format!("https://{to}/a?b=%20")) && seen.contains("\"x-b\": \"1\""), "{seen}");
    let (connect, ..) = lab.finished();
    let (_, tunnel, x) = lab.finished();
    assert_eq!((tunnel, &x.outcome), (Some(connect), &Outcome::Complete));
    assert_eq!((x.url, x.request.version.as_str()), (format!("https://{to}/a?b=%20"), "HTTP/2"));
    assert_eq!(x.request.target, "/a?b=%20");
    assert_eq!((body(&x.request.body), x.request.trailers.text("x-sum")), ("hello there".into(), Some("1".into())));
    let answer = x.response.unwrap();
    assert_eq!((answer.version.as_str(), body(&answer.body)), ("HTTP/2", "hello there".to_owned()));
    assert_eq!(answer.trailers.text("grpc-status").as_deref(), Some("0"));
    assert_eq!(answer.headers.all("x-a").count(), 2);
    let tls = x.tls.unwrap();
    assert_eq!(tls.alpn.as_deref(), Some("h2"));
    assert!(x.timings.tls.is_some() && x.edits.is_empty(), "{:?}", x.edits);
    assert!(x.notes.iter().any(|(name, text)| name == "protocol" && text.contains("recorded decoded")));
}

#[test]
fn a_client_is_offered_what_the_server_speaks() {
    let (lab, root) = trusted();
    let old = Origin::new(&lab, root.leaf("localhost"), &["http/1.1"], |_, _| async { String::new() });
    let new = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, _| async { String::new() });
    let none = Origin::new(&lab, root.leaf("localhost"), &[], |_, _| async { String::new() });
    lab.runtime.block_on(async {
        let agreed = async |to: String, offers: &[&str]| Peer::agreed(&lab, &to, offers).await;
        assert_eq!(agreed(old.place("localhost"), BOTH).await.as_deref(), Some("http/1.1"));
        assert_eq!(agreed(new.place("localhost"), &["http/1.1"]).await.as_deref(), Some("http/1.1"));
        assert_eq!(agreed(new.place("localhost"), &["http/1.1", "h2"]).await.as_deref(), Some("h2"));
        assert_eq!(agreed(none.place("localhost"), &["h2"]).await, None, "as without us");
        let refused = agreed(old.place("localhost"), &["h2"]).await;
        assert_eq!(refused.as_deref(), Some("h2"), "so that the client can be told why the server refused");
        assert_eq!(agreed(new.place("localhost"), &[]).await, None);
    });
}

#[test]
fn both_sides_stream_at_the_same_time() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let mut upload = request.into_body();
        let mut send = respond.send_response(Response::new(()), false).unwrap();
        while let Some(Ok(piece)) = upload.data().await {
            upload.flow_control().release_capacity(piece.len()).unwrap();
            send.send_data(piece, false).unwrap();
        }
        send.send_data(Bytes::new(), true).unwrap();
        String::new()
    });
    let to = origin.place("localhost");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let (response, mut send) = peer.requests.send_request(post(&to, "/chat"), false).unwrap();
        let mut download = response.await.unwrap().into_body();
        for n in 0..20_u32 {
            send.send_data(Bytes::from(format!("message {n}")), false).unwrap();
            // Each comes back before the next is sent.
            let piece = download.data().await.unwrap().unwrap();
            assert_eq!(piece, format!("message {n}"));
            download.flow_control().release_capacity(piece.len()).unwrap();
        }
        send.send_data(Bytes::new(), true).unwrap();
        assert!(all(download).await.unwrap().0.is_empty());
    });
    let x = inner(&lab);
    assert_eq!(
        (x.outcome, x.request.body.len),
        (Outcome::Complete, (0..20).map(|n| format!("message {n}").len() as u64).sum())
    );
}

#[test]
fn large_bodies_wait_for_who_takes_them() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let (got, _) = all(request.into_body()).await.unwrap();
        let send = respond.send_response(Response::new(()), false).unwrap();
        peer::send_all(send, got).await;
        String::new()
    });
    let to = origin.place("localhost");
    let large: Bytes = (0..6_000_000_u32).map(|n| n.to_le_bytes()[(n % 3) as usize]).collect();
    let got = lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let (response, send) = peer.requests.send_request(post(&to, "/"), false).unwrap();
        peer::send_all(send, large.clone()).await;
        all(response.await.unwrap().into_body()).await.unwrap().0
    });
    assert!(got == large);
    let x = inner(&lab);
    assert_eq!((x.request.body.len, x.response.unwrap().body.len), (6_000_000, 6_000_000));
}

#[test]
fn interim_answers_pass() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, mut respond| async move {
        let hint = Response::builder().status(103).header("link", "</a.css>").body(()).unwrap();
        respond.send_informational(hint).unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        respond.send_response(Response::builder().status(204).body(()).unwrap(), true).unwrap();
        String::new()
    });
    let to = origin.place("localhost");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let (mut response, _) = peer.requests.send_request(get(&to, "/"), true).unwrap();
        let hint = std::future::poll_fn(|cx| response.poll_informational(cx)).await.unwrap().unwrap();
        assert_eq!((hint.status().as_u16(), &hint.headers()["link"]), (103, &HeaderValue::from_static("</a.css>")));
        assert_eq!(response.await.unwrap().status(), 204);
    });
    let x = inner(&lab);
    assert_eq!((x.interim[0].status, x.status()), (103, Some(204)));
}

#[test]
fn what_a_client_breaks_off_is_broken_off_at_the_server() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let reason = if request.uri().path() == "/started" {
            let mut send = respond.send_response(Response::new(()), false).unwrap();
            send.send_data("some".into(), false).unwrap();
            std::future::poll_fn(|cx| send.poll_reset(cx)).await
        } else {
            std::future::poll_fn(|cx| respond.poll_reset(cx)).await
        };
        format!("{:?}", reason.unwrap())
    });
    let to = origin.place("localhost");
    for (path, stage) in [("/waiting", Stage::Wait), ("/started", Stage::ResponseBody)] {
        lab.runtime.block_on(async {
            let mut peer = Peer::through(&lab, &to, BOTH).await;
            let (response, mut send) = peer.requests.send_request(get(&to, path), true).unwrap();
            if path == "/started" {
                assert_eq!(response.await.unwrap().into_body().data().await.unwrap().unwrap(), "some");
            } else {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
            send.send_reset(Reason::CANCEL);
            tokio::time::sleep(Duration::from_millis(100)).await;
        });
        assert_eq!(origin.saw(), "CANCEL");
        let Outcome::Aborted { stage: seen, cause } = inner(&lab).outcome else { panic!("not aborted") };
        assert!(seen == stage && cause.contains("CANCEL"), "{seen:?} {cause}");
    }
}

#[test]
fn what_a_server_breaks_off_is_broken_off_at_the_client() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        match request.uri().path() {
            "/refused" => respond.send_reset(Reason::REFUSED_STREAM),
            "/http1" => respond.send_reset(Reason::HTTP_1_1_REQUIRED),
            _ => {
                let mut send = respond.send_response(Response::new(()), false).unwrap();
                send.send_data("half".into(), false).unwrap();
                tokio::time::sleep(Duration::from_millis(50)).await;
                send.send_reset(Reason::INTERNAL_ERROR);
            }
        }
        String::new()
    });
    let to = origin.place("localhost");
    let cases = [
        ("/refused", Reason::REFUSED_STREAM, Stage::Wait, "may send it again"),
        ("/http1", Reason::HTTP_1_1_REQUIRED, Stage::Wait, "wants HTTP/1.1"),
        ("/half", Reason::INTERNAL_ERROR, Stage::ResponseBody, "its own log"),
    ];
    for (path, reason, stage, words) in cases {
        let error = lab.runtime.block_on(async {
            let mut peer = Peer::through(&lab, &to, BOTH).await;
            let (response, _) = peer.requests.send_request(get(&to, path), true).unwrap();
            match response.await {
                Ok(response) => all(response.into_body()).await.unwrap_err(),
                Err(error) => error,
            }
        });
        assert_eq!(error.reason(), Some(reason), "{path}: {error}");
        let (seen, cause) = failure(&inner(&lab));
        assert!(seen == stage && cause.contains(&format!("{reason:?}")) && cause.contains(words), "{seen:?} {cause}");
    }
}

#[test]
fn an_answer_that_comes_early_is_not_taken_back() {
    let (lab, root) = trusted();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, mut respond| async move {
        // The request's body is dropped with the request, which resets the stream once it is answered.
        respond.send_response(Response::new(()), false).unwrap().send_data("no".into(), true).unwrap();
        String::new()
    });
    let to = origin.place("localhost");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let (response, mut send) = peer.requests.send_request(post(&to, "/"), false).unwrap();
        let (got, _) = all(response.await.unwrap().into_body()).await.unwrap();
        assert_eq!(got, "no");
        // What the client still sends is taken, and its stream ends in order.
        send.send_data("all of it".into(), true).unwrap();
        tokio::time::sleep(Duration::from_millis(100)).await;
    });
    let x = inner(&lab);
    assert_eq!((&x.outcome, body(&x.request.body)), (&Outcome::Complete, "all of it".to_owned()));
    assert!(!notes(&x, "early answer").is_empty() && !notes(&x, "request").is_empty(), "{:?}", x.notes);
}

#[test]
fn a_server_that_ended_the_connection_is_connected_with_anew() {
    let (lab, root) = trusted();
    let origin = Origin::once(&lab, root.leaf("localhost"), BOTH, |_, mut respond| async move {
        respond.send_response(Response::new(()), true).unwrap();
        String::new()
    });
    let to = origin.place("localhost");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        for n in 0..3 {
            let (response, _) = peer.requests.send_request(get(&to, "/"), true).unwrap();
            assert_eq!(response.await.unwrap().status(), 200, "{n}");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    for _ in 0..3 {
        let x = inner(&lab);
        assert!(x.timings.connect.is_some() || x.timings.tls.is_some(), "{:?}", x.timings);
    }
}

#[test]
fn requests_that_are_refused_are_recorded() {
    let root = Root::new();
    let lab = root.lab(|c| c.limits.http.fields = 20);
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, _| async { "reached".to_owned() });
    let to = origin.place("localhost");
    let connect = Request::builder().method("CONNECT").uri("other:443").version(Version::HTTP_2).body(()).unwrap();
    let mut many = get(&to, "/many");
    (0..21).for_each(|n| assert_eq!(many.headers_mut().append("x", HeaderValue::from(n)), n > 0));
    let mut host = get(&to, "/host");
    host.headers_mut().insert("host", HeaderValue::from_static("other"));
    for (request, status, words) in
        [(connect, 501, "CONNECT inside HTTP/2"), (many, 431, "more fields"), (host, 400, "different hosts")]
    {
        let response = lab.runtime.block_on(async {
            let mut peer = Peer::through(&lab, &to, BOTH).await;
            peer.requests.send_request(request, true).unwrap().0.await.unwrap()
        });
        assert_eq!(response.status().as_u16(), status);
        assert!(response.headers()["mwscope-error"].to_str().unwrap().starts_with("request-head; "));
        loop {
            let x = lab.exchange();
            // The tunnel is recorded, too, and may be a CONNECT as well.
            if let Outcome::Failed { stage, cause } = &x.outcome {
                assert!(*stage == Stage::RequestHead && cause.contains(words), "{cause}");
                break;
            }
        }
    }
    assert!(!origin.was_asked());
}

#[test]
fn heads_beyond_the_limit_are_not_read() {
    let root = Root::new();
    let lab = root.lab(|c| c.limits.http.head_bytes = 2000);
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, _| async { "reached".to_owned() });
    let to = origin.place("localhost");
    let outcome = lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let mut request = get(&to, "/");
        request.headers_mut().insert("x", HeaderValue::from_str(&"y".repeat(4000)).unwrap());
        peer.requests.send_request(request, true).unwrap().0.await.map(|r| r.status().as_u16())
    });
    assert!(outcome.as_ref().is_err() || outcome.as_ref().is_ok_and(|status| *status == 431), "{outcome:?}");
    assert!(!origin.was_asked());
    let refused = inner(&lab);
    let Outcome::Failed { stage, cause } = &refused.outcome else { panic!("{refused:?}") };
    assert!(*stage == Stage::RequestHead && cause.contains("larger than 2000 bytes"), "{cause}");
}

#[test]
fn a_server_that_can_not_be_reached_is_told_in_the_client_s_protocol() {
    let root = Root::new();
    let lab = Lab::new();
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |_, _| async { String::new() });
    let to = origin.place("localhost");
    let (status, said) = lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, &["h2"]).await;
        let response = peer.requests.send_request(get(&to, "/"), true).unwrap().0.await.unwrap();
        (response.status(), response.headers()["mwscope-error"].to_str().unwrap().to_owned())
    });
    assert_eq!(status, 502);
    assert!(said.starts_with("tls-upstream; ") && said.contains("--extra-root"), "{said}");
    let (stage, cause) = failure(&inner(&lab));
    assert!(stage == Stage::TlsUpstream && cause.contains("keytool"), "{cause}");
}

#[test]
fn times_without_an_answer_have_a_limit() {
    let root = Root::new();
    let lab = root.lab(|c| {
        c.limits = Limits { answer: Duration::from_millis(200), stall: Duration::from_millis(300), ..c.limits.clone() };
    });
    let origin = Origin::new(&lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let send = (request.uri().path() == "/half").then(|| respond.send_response(Response::new(()), false).unwrap());
        tokio::time::sleep(Duration::from_secs(5)).await;
        drop(send);
        String::new()
    });
    let to = origin.place("localhost");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let silent = peer.requests.send_request(get(&to, "/silent"), true).unwrap().0.await.unwrap();
        assert_eq!(silent.status(), 504);
        let half = peer.requests.send_request(get(&to, "/half"), true).unwrap().0.await.unwrap();
        assert_eq!(all(half.into_body()).await.unwrap_err().reason(), Some(Reason::INTERNAL_ERROR));
    });
    assert_eq!(failure(&inner(&lab)).0, Stage::Wait);
    assert_eq!(failure(&inner(&lab)).0, Stage::ResponseBody);
}

#[test]
fn in_reverse_mode_a_client_stays_with_us() {
    stays("/mws/F?wsdl", "d", true);
    // What is none by its address is known by its content.
    stays("/services/1", "definitions", false);
}

fn stays(target: &str, root_element: &str, asked: bool) {
    let root = Root::new();
    let there = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = there.local_addr().unwrap().port();
    let to = core::Endpoint { scheme: core::Scheme::Https, host: "localhost".into(), port };
    let own = format!("https://localhost:{port}");
    let lab = root.lab(|c| c.reverse = vec![Reverse { listen: ([127, 0, 0, 1], 0).into(), to }]);
    let wsdl_at = |at: &str| {
        format!("<{root_element} xmlns='http://schemas.xmlsoap.org/wsdl/'><a location='{at}/mws/F'/></{root_element}>")
    };
    let wsdl = wsdl_at(&own);
    let origin = Origin::on(&lab, there, root.leaf("localhost"), BOTH, move |request, mut respond| {
        let (own, wsdl) = (own.clone(), wsdl.clone());
        async move {
            let head = Response::builder()
                .header("location", format!("{own}/next"))
                .header("set-cookie", "J=1; Domain=localhost; Path=/")
                .header("content-type", "text/xml")
                .header("content-length", wsdl.len());
            let mut send = respond.send_response(head.body(()).unwrap(), false).unwrap();
            send.send_data(wsdl.into(), true).unwrap();
            format!("{} {:?}", request.uri(), request.headers())
        }
    });
    let here = lab.running.as_ref().unwrap().listening[1].address.to_string();
    let (headers, got) = lab.runtime.block_on(async {
        let mut peer = Peer::direct(&lab, &here, "127.0.0.1", BOTH).await;
        let mut request = get(&here, target);
        request.headers_mut().insert("accept-encoding", HeaderValue::from_static("gzip"));
        let (parts, download) = peer.requests.send_request(request, true).unwrap().0.await.unwrap().into_parts();
        (parts.headers, all(download).await.unwrap().0)
    });
    assert_eq!(headers["location"], format!("https://{here}/next"));
    assert_eq!(headers["set-cookie"], "J=1; Path=/");
    let expected = wsdl_at(&format!("https://{here}"));
    assert_eq!(String::from_utf8_lossy(&got), expected);
    assert_eq!(headers["content-length"], expected.len().to_string());
    let seen = origin.saw();
    assert!(
        seen.starts_with(&format!("https://localhost:{port}{target} ")) && seen.contains("gzip") != asked,
        "{seen}"
    );
    let x = inner(&lab);
    let edits: Vec<_> = x.edits.iter().map(|edit| edit.what.as_str()).collect();
    let mut expected = vec![
        ":authority: the upstream's",
        "accept-encoding removed",
        "location leads back to us",
        "cookie: Domain removed",
        // Both names are equally long, so the length stays.
        "address in the service description",
    ];
    expected.retain(|what| asked || *what != "accept-encoding removed");
    assert_eq!(edits, expected);
    assert!(notes(&x, "leads past the proxy").is_empty());
}

fn trusted() -> (Lab, Root) {
    let root = Root::new();
    (trusting(&root), root)
}
