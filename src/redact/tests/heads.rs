//! Secrets in heads that are refused, or are none of HTTP.

use super::super::key::Key;
use super::super::planted::plan;
use super::super::{change, header, mask_request};
use crate::model::{Exchange, ExchangeId, Request, SourceId};

/// Heads in which `§...§` are the secrets.
const HEADS: &[&str] = &[
    "GET / HTTP/1.1\r\n Authorization: Bearer §Hunter2x§\r\nHost: h\r\n\r\n",
    "GET / HTTP/1.1\r\n\tX-Api-Key: §Hunter2x§\r\nCookie: a=§b§;\r\n c=§d§\r\nHost: h\r\n\r\n",
    "Authorization: Bearer §Hunter2x§\r\n\r\n",
    "Cookie: a=§Hunter2x§\r\nHost: h\r\n\r\n",
    "GET\t/?token=§Hunter2x§\tHTTP/1.1\r\n\r\n",
    "GET /?token=§Hunter2x§",
    "kie: a=§Hunter2x§\r\nX-Api-Key: §b§\r\n\r\n",
    "CONNECT u:§Hunter2x§@h:1 HTTP/1.1\r\nHost: h:1\r\n\r\n",
    "{\"access_token\":\"§Hunter2x§\"}\r\n\r\n",
    "password=§Hunter2x§\r\n",
    "<a><password>\r\n§Hunter2x§</password></a>",
    "LOGIN user §Hunter2x§\r\n",
    "STOMP\naccept-version:1.2\nlogin:u\npasscode:§Hunter2x§\n\n\0",
    "junk\r\nX-Auth-Token: §Hunter2x§\r\n\r\n",
    "GET /a@b/c:d HTTP/1.1\r\nHost: h\r\n\r\n",
    "SSH-2.0-OpenSSH_9.6\r\n",
    "ICY 200 OK\r\nicy-name: Radio\r\n\r\n",
];

#[test]
fn a_head_that_is_refused_keeps_no_secret() {
    for marked in HEADS {
        let (text, expected, _) = plan(marked);
        let mut head = text.into_bytes();
        let changes: Vec<_> = header::in_head(&head).iter().flat_map(header::Line::in_head).collect();
        change::apply(&mut head, &changes);
        assert_eq!(String::from_utf8_lossy(&head), expected);
    }
}

#[test]
fn what_was_read_of_no_request_keeps_no_secret_either() {
    let dir = tempfile::tempdir().unwrap();
    let key = Key::in_dir(dir.path()).unwrap();
    for text in [
        "LOGIN user Hunter2x\r\n\r\n",
        "Authorization: Bearer Hunter2x\r\n\r\n",
        "CONNECT u:Hunter2x@h:1 HTTP/1.1\r\n\r\n",
        "GET\t/?token=Hunter2x\tHTTP/1.1\r\n\r\n",
    ] {
        let words: Vec<&str> = text.trim_end().splitn(3, ' ').collect();
        let words = [words[0], words.get(1).unwrap_or(&""), words.get(2).unwrap_or(&"")];
        let request = Request {
            method: words[0].into(),
            target: words[1].into(),
            version: words[2].into(),
            head: Some(text.as_bytes().to_vec().into()),
            ..Request::default()
        };
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, words[1..].join(" "), request);
        assert_eq!(mask_request(&key, &mut exchange), ["Hunter2x"]);
        let kept = format!("{exchange:?}");
        assert!(!kept.contains("Hunter2x") && exchange.masks.len() == 1, "{kept}");
    }
}
