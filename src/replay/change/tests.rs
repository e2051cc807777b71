//! Changes of what outside tests don't reach: multipart bodies, UTF-16, cookies.

use crate::model::{Header, Headers};
use crate::replay::{Change, Draft, Place, assignment};

fn draft(content_type: &str, body: &[u8]) -> Draft {
    let headers = Headers(vec![Header::new("Content-Type", content_type), Header::new("Cookie", "a=1; b=2")]);
    Draft { method: "POST".into(), url: "http://h/".into(), headers, body: body.to_vec().into(), ..Draft::default() }
}

fn changed(draft: &Draft, path: &str) -> Draft {
    let (place, value) = assignment(path).expect(path);
    let mut draft = draft.clone();
    draft.change(&Change::Set(place, value)).expect(path);
    draft
}

#[test]
fn parts_of_a_multipart_body_are_fields_of_a_form() {
    let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; name=b\r\n\r\n2\r\n--x--\r\n";
    let draft = draft("multipart/form-data; boundary=x", body.as_bytes());
    assert_eq!(changed(&draft, "form:a=new&").body, body.replace("\r\n1\r\n", "\r\nnew&\r\n"));
    let (place, value) = assignment("form:c=1").expect("a path");
    let why = draft.clone().change(&Change::Set(place, value)).expect_err("no c").to_string();
    assert!(why.contains("form:a") && why.contains("form:b"), "{why}");
}

#[test]
fn utf16_stays_utf16() {
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let draft = draft("text/xml", &utf16("\u{feff}<a><b>é</b><c>x</c></a>"));
    assert_eq!(changed(&draft, "//c=€").body, utf16("\u{feff}<a><b>é</b><c>€</c></a>"));
}

#[test]
fn one_cookie_of_several_is_set_or_removed() {
    let draft = draft("text/plain", b"");
    assert_eq!(changed(&draft, "cookie:a=9").headers.text("cookie").as_deref(), Some("a=9; b=2"));
    assert_eq!(changed(&draft, "cookie:c=3").headers.text("cookie").as_deref(), Some("a=1; b=2; c=3"));
    let mut without = draft.clone();
    without.change(&Change::Remove(Place::Cookie("a".into()))).expect("a cookie");
    assert_eq!(without.headers.text("cookie").as_deref(), Some("b=2"));
    assert!(
        without.edits.iter().all(|edit| edit.before.is_none() && edit.after.is_none()),
        "values of cookies aren't listed"
    );
}
