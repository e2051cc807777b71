//! What was recorded arrives as it was recorded.

use super::lab::{Answer, Raw, json, mwscope, ok, record, text};

const ODD: &[&[u8]] = &[
    b"POST /mws-ws/services/A?x=%20&x=1;y HTTP/1.1\r\nHOST: SERVER\r\nx-Dup: 1\r\nAccept:*/*\r\nX-dup:   2  \r\nx-Dup: 1\r\n\
      Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\nContent-Length: 14\r\n\r\n<a>\r\n \xc3\xa9 </a>\n",
    b"POST /chunked HTTP/1.1\r\nHost: SERVER\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nhello\r\n0\r\nX-T: 1\r\n\r\n",
    b"GET /get HTTP/1.1\r\nHost: SERVER\r\nCookie: a=b; c=d\r\nIf-None-Match: \"x\"\r\nEmpty:\r\n\r\n",
    b"DELETE /gone/../x//y HTTP/1.1\r\nHost: SERVER\r\n\r\n",
    b"POST /empty HTTP/1.1\r\nHost: SERVER\r\nContent-Length: 0\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: SERVER\r\n\r\n",
    b"POST /expect HTTP/1.1\r\nHost: SERVER\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc",
];

#[test]
fn what_arrives_is_what_was_recorded() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let host = server.address.to_string();
    let requests: Vec<Vec<u8>> = ODD.iter().map(|r| text(r).replace("SERVER", &host).into_bytes()).collect();
    let slices: Vec<&[u8]> = requests.iter().map(Vec::as_slice).collect();
    let case = record(folder.path(), &server, &slices, true).display().to_string();
    let recorded = server.take();
    assert_eq!(recorded, requests, "the proxy itself changes nothing");
    for (n, request) in recorded.iter().enumerate() {
        let id = format!("x{n}");
        let output = mwscope(&["replay", &case, &id, "--yes", "--format", "json"]);
        let said = json(&output);
        let arrived = server.take();
        assert_eq!(arrived.len(), 1);
        assert_eq!(text(&arrived[0]), text(request), "{id}");
        let run = &said["runs"][0];
        assert_eq!((&run["exchange"]["status"], &run["same"]), (&200.into(), &true.into()), "{id}: {run}");
        assert_eq!((&run["origin"]["source"], &run["origin"]["index"]), (&"proxy".into(), &n.into()));
        // How a body was divided isn't kept, so that it can't be said to be as it was.
        let edits: Vec<_> = run["exchange"]["edits"].as_array().unwrap().iter().map(|edit| &edit["what"]).collect();
        let divided = text(request).contains("chunked").then_some("request body divided anew");
        assert_eq!(edits, Vec::from_iter(divided), "{run}");
    }
    // All of them over one connection.
    let before = server.connections();
    let ids: Vec<String> = (0..recorded.len()).map(|n| format!("x{n}")).collect();
    let mut args = vec!["replay", case.as_str(), "--yes"];
    args.extend(ids.iter().map(String::as_str));
    assert_eq!(mwscope(&args).status.code(), Some(0));
    assert_eq!(server.take(), recorded);
    assert_eq!(server.connections(), before + 1);
}

#[test]
fn answers_are_read_as_a_client_reads_them() {
    let answers: [&[u8]; 6] = [
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\nup to the end",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    ];
    let server = Raw::start(move |n, _| Answer::Close(answers[n % answers.len()].to_vec()));
    let folder = tempfile::tempdir().unwrap();
    let har = har(folder.path(), &[("GET", &server.url("/"), &[], "")]);
    let output = mwscope(&["replay", &har, "--times", "6", "--format", "json"]);
    let said = json(&output);
    let told: Vec<_> = said["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| {
            let exchange = &run["exchange"];
            (
                exchange["status"].clone(),
                exchange["response"]["body"].clone(),
                exchange["outcome"].clone(),
                exchange["stage"].clone(),
            )
        })
        .collect();
    let one = |status: serde_json::Value, body: serde_json::Value, outcome: &str, stage: serde_json::Value| {
        (status, body, serde_json::Value::from(outcome), stage)
    };
    use serde_json::Value::Null;
    assert_eq!(
        told,
        [
            one(200.into(), "abc".into(), "complete", Null),
            one(204.into(), Null, "complete", Null),
            one(200.into(), "up to the end".into(), "complete", Null),
            one(200.into(), "short".into(), "failed", "response-body".into()),
            one(Null, Null, "failed", "wait".into()),
            one(200.into(), Null, "failed", "response-head".into()),
        ]
    );
    assert_eq!(mwscope(&["replay", &har, "--check"]).status.code(), Some(0));
}

#[test]
fn cookies_and_redirects_are_those_of_one_client() {
    let server = Raw::start(|_, request| {
        let path = text(request).split(' ').nth(1).unwrap().to_owned();
        let answer = match path.as_str() {
            "/login" => "HTTP/1.1 303 See Other\r\nSet-Cookie: JSESSIONID=fresh; Path=/\r\nLocation: home?x#y\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "/again" => "HTTP/1.1 307 Temporary Redirect\r\nLocation: /done\r\nContent-Length: 0\r\n\r\n".to_owned(),
            "/away" => "HTTP/1.1 307 Temporary Redirect\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n".to_owned(),
            _ => ok("<home/>"),
        };
        Answer::Keep(answer.into_bytes())
    });
    let folder = tempfile::tempdir().unwrap();
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", "JSESSIONID=old; lang=en")];
    let har = har(
        folder.path(),
        &[
            ("POST", &server.url("/login"), &form, "user=a"),
            ("POST", &server.url("/again"), &form, "user=a"),
            ("POST", &server.url("/away"), &form, "user=a"),
        ],
    );
    let said = json(&mwscope(&["replay", &har, "x0", "x1", "x2", "--yes", "--format", "json"]));
    let arrived: Vec<String> = server.take().iter().map(|r| text(r)).collect();
    let lines: Vec<&str> = arrived.iter().map(|r| r.lines().next().unwrap()).collect();
    assert_eq!(
        lines,
        [
            "POST /login HTTP/1.1",
            "GET /home?x HTTP/1.1",
            "POST /again HTTP/1.1",
            "POST /done HTTP/1.1",
            "POST /away HTTP/1.1"
        ]
    );
    assert!(arrived[0].contains("\r\nCookie: JSESSIONID=old; lang=en\r\n"), "{}", arrived[0]);
    assert!(arrived[1..].iter().all(|r| r.contains("\r\nCookie: JSESSIONID=fresh; lang=en\r\n")), "{arrived:?}");
    assert!(!arrived[1].contains("Content-") && arrived[3].ends_with("\r\n\r\nuser=a"));
    let status: Vec<_> = said["runs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| (run["redirects"].as_array().unwrap().len(), run["exchange"]["status"].as_u64()))
        .collect();
    assert_eq!(status, [(1, Some(200)), (1, Some(200)), (0, Some(307))]);
    let one = json(&mwscope(&["replay", &har, "x0", "--yes", "--no-redirects", "--format", "json"]));
    assert_eq!(one["runs"][0]["exchange"]["status"], 303);
}

/// Method, URL, headers and body.
type Request<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a str);

/// An HTTP archive of requests that were never answered.
pub(super) fn har(folder: &std::path::Path, requests: &[Request<'_>]) -> String {
    let entries: Vec<_> = requests
        .iter()
        .map(|(method, url, headers, body)| {
            let headers: Vec<_> = headers.iter().map(|(n, v)| serde_json::json!({"name": n, "value": v})).collect();
            let mut request = serde_json::json!({"method": method, "url": url, "httpVersion": "HTTP/1.1", "headers": headers,
                "queryString": [], "cookies": [], "headersSize": -1, "bodySize": body.len()});
            if !body.is_empty() {
                request["postData"] = serde_json::json!({"mimeType": "text/xml", "text": body});
            }
            serde_json::json!({"startedDateTime": "2026-01-13T10:00:00.000Z", "time": 1, "request": request,
                "response": {"status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
                    "content": {"size": 0, "mimeType": ""}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
                "cache": {}, "timings": {"send": 0, "wait": 0, "receive": 0}})
        })
        .collect();
    let har = serde_json::json!({"log": {"version": "1.2", "creator": {"name": "synthetic", "version": "1"}, "entries": entries}});
    let path = folder.join("traffic.har");
    std::fs::write(&path, har.to_string()).unwrap();
    path.display().to_string()
}
