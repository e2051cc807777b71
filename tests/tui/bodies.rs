//! Bodies on a call's page: parts, forms, heads as on the wire, and a body that is too large to be read between two
//! pictures. All synthetic.

use std::sync::Arc;

use bytes::Bytes;
use mwscope::model::{
    Body, Exchange, ExchangeId, Gathered, Header, Headers, Investigation, Outcome, Request, Response, Source, SourceId,
    SourceKind,
};
use mwscope::tui::{Loaded, Script, Update};

const PACKAGE: &[u8] = b"--b\r\nContent-Type: application/xop+xml; charset=UTF-8\r\nContent-ID: <root>\r\n\r\n\
    <e:Envelope><e:Body><Put><name>scan</name></Put></e:Body></e:Envelope>\r\n--b\r\n\
    Content-Type: application/pdf\r\nContent-ID: <scan>\r\n\r\n%PDF\0\x01\x02\r\n--b--\r\n";

/// Larger than what is laid out between two pictures.
fn large() -> String {
    let rows: String = (0..40_000).map(|n| format!("<Row><ITNO>B-{n}</ITNO><WHLO>110</WHLO></Row>")).collect();
    format!("<Answer>{rows}<Last>here it ends</Last></Answer>")
}

fn opened() -> Script {
    let head = b"POST /mws/Files HTTP/1.1\r\nhost:  erp\r\nContent-Type: multipart/related; boundary=b\r\n\r\n";
    let request = Request {
        method: "POST".to_owned(),
        target: "/mws/Files".to_owned(),
        version: "HTTP/1.1".to_owned(),
        headers: Headers(vec![
            Header::new("host", "erp"),
            Header::new("Content-Type", "multipart/related; boundary=b"),
        ]),
        head: Some(Bytes::from_static(head)),
        body: Body::whole(Bytes::from_static(PACKAGE)),
        ..Request::default()
    };
    let mut x = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://erp/mws/Files".to_owned(), request);
    x.outcome = Outcome::Complete;
    let headers = Headers(vec![Header::new("Content-Type", "text/xml")]);
    let body = Body::whole(Bytes::from(large()));
    x.response = Some(Response { status: 200, headers, body, ..Response::default() });
    let mut gathered = Gathered::new();
    let path = "made.har".to_owned();
    gathered.sources = vec![Source { id: SourceId(0), path, kind: SourceKind::Har, items: 1, bytes: 0, layout: None }];
    gathered.exchanges = vec![x];
    let investigation = Arc::new(Investigation::default());
    let mut script = Script::new(120, 36);
    script.feed(Update::Loaded(Box::new(Loaded {
        title: "made".to_owned(),
        gathered: Arc::new(gathered),
        investigation,
    })));
    script.keys("Enter");
    script
}

#[test]
fn parts_are_parts_and_raw_is_as_on_the_wire() {
    let mut script = opened();
    insta::assert_snapshot!("parts", script.screen());
    script.keys("v");
    let screen = script.screen();
    assert!(screen.contains("[fields]") && screen.contains("Put/name  scan"), "{screen}");
    script.keys("v");
    let screen = script.screen();
    assert!(screen.contains("[raw]") && screen.contains("host:  erp") && screen.contains("--b--"), "{screen}");
    script.keys("v");
    assert!(script.screen().contains("2d 2d 62 0d 0a 43 6f 6e"), "{}", script.screen());
}

#[test]
fn a_large_body_is_whole_searched_and_copied() {
    let mut script = opened();
    script.keys("b G / \"<Last>here\" Enter");
    assert!(script.screen().contains("<Last>here it ends</Last>"), "{}", script.screen());
    script.keys("/ \"B-20000<\" Enter");
    assert!(script.screen().contains("<ITNO>B-20000</ITNO>"), "{}", script.screen());
    assert!(script.row(34).contains("hit 1 of 1"), "{}", script.screen());
    script.keys("/ \"<ITNO>B-2000\" Enter");
    assert!(script.row(34).contains("hit 3 of 11"), "{}", script.screen());
    script.keys("N N N");
    assert!(script.row(34).contains("hit 11 of 11"), "{}", script.screen());
    script.keys("/ \"B-20000<\" Enter / \"nowhere\" Enter");
    assert!(script.screen().contains("not found in this text"), "{}", script.screen());
    // Another width breaks its lines anew, and the place stays.
    script.resize(100, 30).resize(120, 36);
    assert!(script.screen().contains("<ITNO>B-20000</ITNO>"), "{}", script.screen());
    script.keys("yy");
    assert!(script.copied().is_some_and(|text| text.contains("B-39999") && text.contains("here it ends")));
    script.keys("v v G");
    assert!(script.screen().contains("<Last>here it"), "raw, one line broken at the width:\n{}", script.screen());
}
