//! Breakpoints on streams of HTTP/2.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Response};
use mwscope::engine::breaks::{Breaks, Half, Held, News, Went};
use mwscope::model::Outcome;
use mwscope::query::Filter;

use super::peer::{Origin, Peer, all};
use super::{BOTH, inner, notes, post, trusted};
use crate::proxy::lab::{Lab, body};

fn breaks(lab: &Lab, half: Half, filter: &str) -> (Breaks, Receiver<News>) {
    let breaks = Breaks::new(Arc::clone(&lab.breaks), false).unwrap();
    let (tell, news) = channel();
    breaks.listen(move |happened| drop(tell.send(happened)));
    breaks.set(half, Some(&Filter::parse(filter).unwrap()));
    (breaks, news)
}

fn held(news: &Receiver<News>) -> Arc<Held> {
    match news.recv_timeout(Duration::from_secs(10)).expect("something should be held") {
        News::Held(held) => held,
        News::Gone(_, how) => panic!("{how:?}"),
    }
}

fn went(news: &Receiver<News>) -> Went {
    match news.recv_timeout(Duration::from_secs(10)).expect("something should have gone") {
        News::Gone(_, how) => how,
        News::Held(_) => panic!("held"),
    }
}

/// Sends a body in two pieces with a trailer; gives status, body and the trailer of the answer, or the reset.
async fn call(lab: &Lab, to: &str) -> Result<(u16, Bytes, Option<String>), h2::Error> {
    let mut peer = Peer::through(lab, to, BOTH).await;
    let mut request = post(to, "/held");
    request.headers_mut().insert("content-length", HeaderValue::from(5));
    let (response, mut send) = peer.requests.send_request(request, false).unwrap();
    send.send_data(Bytes::from_static(b"hel"), false).unwrap();
    send.send_data(Bytes::from_static(b"lo"), false).unwrap();
    send.send_trailers(HeaderMap::from_iter([("x-sum".parse().unwrap(), HeaderValue::from(1))])).unwrap();
    let (parts, download) = response.await?.into_parts();
    let (got, trailers) = all(download).await?;
    let trailer = trailers.and_then(|map| map.get("grpc-status").map(|v| v.to_str().unwrap().to_owned()));
    Ok((parts.status.as_u16(), got, trailer))
}

fn origin(lab: &Lab, root: &super::Root) -> Origin {
    Origin::new(lab, root.leaf("localhost"), BOTH, |request, mut respond| async move {
        let (parts, upload) = request.into_parts();
        let (got, trailers) = all(upload).await.unwrap();
        let head = Response::builder().status(200).header("content-length", "4").body(()).unwrap();
        let mut send = respond.send_response(head, false).unwrap();
        send.send_data(Bytes::from_static(b"done"), false).unwrap();
        send.send_trailers(HeaderMap::from_iter([("grpc-status".parse().unwrap(), HeaderValue::from(0))])).unwrap();
        format!("{} {} {:?} {}", parts.uri, String::from_utf8_lossy(&got), parts.headers, trailers.is_some())
    })
}

#[test]
fn a_request_is_held_and_goes_on_as_it_came_or_edited() {
    for edits in [false, true] {
        let (lab, root) = trusted();
        let origin = origin(&lab, &root);
        let to = origin.place("localhost");
        let (breaks, news) = breaks(&lab, Half::Request, "body:hello");
        let deciding = std::thread::spawn(move || {
            let held = held(&news);
            std::thread::sleep(Duration::from_millis(200));
            let text = held.text.clone().unwrap();
            assert!(text.starts_with("POST /held HTTP/1.1\nhost: ") && text.ends_with("\n\nhello"), "{text}");
            match edits {
                true => {
                    breaks.let_go_edited(&held, &text.replace("/held", "/else?a").replace("hello", "goodbye")).unwrap();
                }
                false => breaks.let_go(held.id),
            }
        });
        let got = lab.runtime.block_on(call(&lab, &to)).unwrap();
        deciding.join().unwrap();
        let sent = origin.saw();
        assert_eq!((got.0, &got.1[..], got.2.as_deref()), (200, &b"done"[..], Some("0")));
        let (path, body_sent, length) = if edits { ("/else?a", "goodbye", "7") } else { ("/held", "hello", "5") };
        assert!(sent.starts_with(&format!("https://{to}{path} {body_sent} ")) && sent.ends_with(" true"), "{sent}");
        assert!(sent.contains(&format!("\"content-length\": \"{length}\"")), "{sent}");
        let x = inner(&lab);
        assert_eq!((x.outcome.clone(), body(&x.request.body)), (Outcome::Complete, "hello".to_owned()));
        assert_eq!(notes(&x, "held").len(), 1);
        assert!(x.timings.blocked.unwrap() >= 200_000_000 && x.busy_ns().unwrap() < x.duration_ns.unwrap());
        assert_eq!(x.edits.iter().any(|edit| edit.what == "request line edited by the user"), edits, "{:?}", x.edits);
    }
}

#[test]
fn an_answer_is_held_edited_or_dropped() {
    for drops in [false, true] {
        let (lab, root) = trusted();
        let origin = origin(&lab, &root);
        let to = origin.place("localhost");
        let (breaks, news) = breaks(&lab, Half::Response, "status:200 body:done");
        let deciding = std::thread::spawn(move || {
            let held = held(&news);
            let text = held.text.clone().unwrap();
            match drops {
                true => breaks.drop(held.id),
                false => {
                    breaks.let_go_edited(&held, &text.replace("200", "503").replace("done", "not done")).unwrap();
                }
            }
            went(&news)
        });
        let got = lab.runtime.block_on(call(&lab, &to));
        assert_eq!(deciding.join().unwrap(), if drops { Went::Dropped } else { Went::Edited });
        let x = inner(&lab);
        assert_eq!(body(&x.response.as_ref().unwrap().body), "done", "what the server sent is recorded");
        if drops {
            assert_eq!(got.unwrap_err().reason(), Some(h2::Reason::CANCEL));
            assert!(x.outcome.broke_at().is_some_and(|(_, cause)| cause.starts_with("the user dropped the answer")));
        } else {
            let (status, got, trailer) = got.unwrap();
            assert_eq!((status, &got[..], trailer.as_deref()), (503, &b"not done"[..], Some("0")));
        }
    }
}

#[test]
fn a_stream_that_is_reset_while_it_is_held_is_told() {
    let (lab, root) = trusted();
    let origin = origin(&lab, &root);
    let to = origin.place("localhost");
    let (_breaks, news) = breaks(&lab, Half::Request, "path:/held");
    lab.runtime.block_on(async {
        let mut peer = Peer::through(&lab, &to, BOTH).await;
        let (response, mut send) = peer.requests.send_request(post(&to, "/held"), false).unwrap();
        send.send_data(Bytes::from_static(b"x"), true).unwrap();
        tokio::task::block_in_place(|| held(&news));
        send.send_reset(h2::Reason::CANCEL);
        assert!(response.await.is_err());
    });
    assert_eq!(went(&news), Went::ClientGone);
    let x = inner(&lab);
    assert!(
        matches!(&x.outcome, Outcome::Aborted { cause, .. } if cause.contains("while its request was held")),
        "{:?}",
        x.outcome
    );
    assert!(!origin.was_asked());
}
