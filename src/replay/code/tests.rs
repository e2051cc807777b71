//! Programs as text: what stands in them, what never does. Those that can run are run by `tests/interop/code.py`.

use super::*;
use crate::model::{Header, Headers, Part};

fn draft(method: &str, url: &str, headers: &[(&str, &str)], body: &[u8]) -> Draft {
    let headers = Headers(headers.iter().map(|(name, value)| Header::new(*name, value.as_bytes())).collect());
    Draft {
        method: method.to_owned(),
        url: url.to_owned(),
        headers,
        body: bytes::Bytes::copy_from_slice(body),
        ..Draft::default()
    }
}

#[test]
fn a_command_is_what_one_would_type() {
    let headers = [("Host", "m3:21007"), ("Content-Type", "text/xml"), ("SOAPAction", "\"\""), ("Content-Length", "7")];
    let text = curl(&draft("POST", "http://m3:21007/mws-ws/services/S?a=1&b=%20", &headers, b"<a>'</a"));
    let expected = "curl --http1.1 --path-as-is --globoff --request POST \\\n  \
                    'http://m3:21007/mws-ws/services/S?a=1&b=%20' \\\n  \
                    --header 'Content-Type: text/xml' \\\n  \
                    --header 'SOAPAction: \"\"' \\\n  \
                    --header 'User-Agent:' \\\n  --header 'Accept:' \\\n  --header 'Expect:' \\\n  \
                    --data-raw '<a>'\\''</a'\n";
    assert_eq!(text, expected);
}

#[test]
fn masked_secrets_are_variables_in_every_language() {
    let headers = [("Authorization", "Basic ************"), ("Cookie", "JSESSIONID=********"), ("Accept", "*/*")];
    let mut draft =
        draft("POST", "http://m3/x?api_key=*****&q=1", &headers, b"<c:password>*******</c:password><a>*</a>");
    draft.masked = vec![Part::Target, Part::RequestHead, Part::RequestBody];
    for language in LANGUAGES {
        let text = language.program(&draft, "x1 POST");
        for name in ["MWS_BASIC", "MWS_JSESSIONID", "MWS_API_KEY", "MWS_PASSWORD"] {
            assert!(text.contains(name), "{}: {name} isn't in\n{text}", language.name);
        }
        assert!(!text.contains("***"), "{}:\n{text}", language.name);
    }
}

#[test]
fn programs_of_several_requests_have_one_head_and_one_end() {
    let one = draft("GET", "https://m3:8443/a", &[], b"");
    for language in LANGUAGES {
        let mut program = Program::begin(language);
        let head = program.head();
        let all = head.clone() + &program.request(&one, "first") + &program.request(&one, "second") + &program.end();
        assert!(all.contains("first") && all.contains("second"), "{}", language.name);
        assert!(head.is_empty() || all.matches(&head).count() == 1, "{}", language.name);
        assert!(Language::named(language.name).is_some());
    }
}

#[test]
fn what_is_in_a_title_stays_in_its_comment() {
    let one = draft("GET", "https://m3/a", &[], b"");
    for language in LANGUAGES {
        let text = language.program(&one, "a\nb\r\u{2028}c\u{85}d");
        let comments = ["#", "rem", "//", "<con:testStep"];
        let is_comment = |line: &&str| comments.iter().any(|start| line.trim_start().starts_with(start));
        let lines = text.lines().filter(is_comment);
        assert!(lines.clone().any(|line| line.contains("a b  c d")), "{}: {text}", language.name);
    }
}
