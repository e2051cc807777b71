//! Whatever is left out: what was well-formed stays so, and every other byte stays as it was.

use proptest::prelude::*;

use super::*;
use crate::model::{Header, Headers};

fn draft(content_type: &str, body: &str) -> Draft {
    let headers = vec![
        Header::new("Host", "h"),
        Header::new("Content-Type", content_type),
        Header::new("Content-Length", body.len().to_string()),
        Header::new("Authorization", "Basic eDp5"),
        Header::new("X-A", "1"),
        Header::new("x-a", "2"),
    ];
    Draft {
        method: "POST".to_owned(),
        url: "http://h/p?a=1&b=2&a=3".to_owned(),
        headers: Headers(headers),
        body: Bytes::copy_from_slice(body.as_bytes()),
        ..Draft::default()
    }
}

fn parts(content_type: &str, body: &str) -> Parts {
    Parts::of(&draft(content_type, body), false).expect("a request")
}

/// The request without the parts of these paths, as URL and body.
fn without(parts: &Parts, paths: &[&str]) -> (String, String) {
    let mut choice = Choice::default();
    for path in paths {
        let at = parts.nodes().iter().position(|node| node.path == *path);
        choice.leave_out(at.unwrap_or_else(|| panic!("{path} is none of {:?}", all(parts))));
    }
    let draft = parts.without(&choice.settled(parts)).expect("a request");
    assert_eq!(draft.headers.text("content-length"), Some(draft.body.len().to_string()));
    (draft.url, String::from_utf8_lossy(&draft.body).into_owned())
}

fn all(parts: &Parts) -> Vec<&str> {
    parts.nodes().iter().map(|node| node.path.as_str()).collect()
}

fn body(parts: &Parts, paths: &[&str]) -> String {
    without(parts, paths).1
}

#[test]
fn elements_and_attributes_go_with_the_space_before_them() {
    let text = "<a x='1'  y=\"2\">\n  <b k='>'>1</b>\n  <b/>\n  <c>t <d/> u</c>\n</a>";
    let parts = parts("text/xml", text);
    assert_eq!(
        all(&parts)[9..],
        ["body", "/a", "/a/@x", "/a/@y", "/a/b[1]", "/a/b[1]/@k", "/a/b[2]", "/a/c", "/a/c/d"]
    );
    assert_eq!(body(&parts, &["/a/b[1]"]), "<a x='1'  y=\"2\">\n  <b/>\n  <c>t <d/> u</c>\n</a>");
    assert_eq!(body(&parts, &["/a/@x", "/a/b[2]", "/a/c/d"]), "<a  y=\"2\">\n  <b k='>'>1</b>\n  <c>t  u</c>\n</a>");
    assert_eq!(body(&parts, &["/a/b[1]", "/a/b[2]", "/a/c", "/a/@x", "/a/@y"]), "<a></a>");
    assert_eq!(body(&parts, &["body"]), "");
    let fixed: Vec<_> = parts.nodes().iter().filter(|node| node.fixed).map(|node| node.path.as_str()).collect();
    assert_eq!(fixed, ["header:Host", "header:Content-Length", "header:Authorization", "/a"]);
}

#[test]
fn commas_and_ampersands_go_with_what_they_divide() {
    let json = parts("application/json", "{ \"a\" : 1, \"b\": [1, 2 ,3],\n \"c\": {\"d\": \"x\"} }");
    assert_eq!(body(&json, &["json:/a"]), "{ \"b\": [1, 2 ,3],\n \"c\": {\"d\": \"x\"} }");
    assert_eq!(body(&json, &["json:/c"]), "{ \"a\" : 1, \"b\": [1, 2 ,3] }");
    assert_eq!(body(&json, &["json:/b/0", "json:/b/1", "json:/c/d"]), "{ \"a\" : 1, \"b\": [3],\n \"c\": {} }");
    assert_eq!(body(&json, &["json:/b/1", "json:/b/2"]), "{ \"a\" : 1, \"b\": [1],\n \"c\": {\"d\": \"x\"} }");
    assert_eq!(body(&json, &["json:/a", "json:/b", "json:/c"]), "{}");
    let form = parts("application/x-www-form-urlencoded", "a=1&b=2&c=3");
    assert_eq!(body(&form, &["form:a"]), "b=2&c=3");
    assert_eq!(body(&form, &["form:b", "form:c"]), "a=1");
    assert_eq!(body(&form, &["form:a", "form:b", "form:c"]), "");
    assert_eq!(without(&form, &["query:a[1]", "query:b"]).0, "http://h/p?a=3");
    assert_eq!(without(&form, &["query:a[1]", "query:b", "query:a[2]"]).0, "http://h/p");
    assert_eq!(without(&form, &["query:a[2]"]).0, "http://h/p?a=1&b=2");
}

#[test]
fn packages_and_codings_are_kept_in_order() {
    let text = "--x\r\nContent-Disposition: form-data; name=\"one\"\r\n\r\n1\r\n--x\r\nContent-Disposition: form-data; \
        name=\"two\"\r\nContent-Type: text/xml\r\n\r\n<a><b/></a>\r\n--x--\r\n";
    let parts = parts("multipart/form-data; boundary=x", text);
    assert!(
        body(&parts, &["form:one"]).trim_start().starts_with("--x\r\nContent-Disposition: form-data; name=\"two\"")
    );
    assert!(body(&parts, &["form:two/a/b"]).ends_with("\r\n\r\n<a></a>\r\n--x--\r\n"));
    let mut packed = draft("text/xml", "<a><b/><c/></a>");
    packed.headers.0.push(Header::new("Content-Encoding", "gzip"));
    packed.body = coded::coded(&packed, packed.body.clone()).expect("gzip");
    let parts = Parts::of(&packed, false).expect("a request");
    let mut choice = Choice::default();
    choice.leave_out(all(&parts).iter().position(|path| *path == "/a/b").expect("a part"));
    let left = parts.without(&choice).expect("a request");
    assert_eq!(coded::plain(&left).expect("gzip"), "<a><c/></a>");
    choice.leave_out(all(&parts).iter().position(|path| *path == "header:Content-Encoding").expect("a part"));
    assert_eq!(parts.without(&choice).expect("a request").body, "<a><c/></a>");
    assert_eq!(parts.without(&Choice::default()).expect("a request"), packed);
}

#[test]
fn credentials_stay() {
    let text = "<E><H><mws><user>u</user><password>p</password></mws><x/></H><B><C><F>1</F></C></B></E>";
    let of = |credentials| {
        let parts = Parts::of(&draft("text/xml", text), credentials).expect("a request");
        let free = parts.nodes().iter().filter(|node| !node.fixed && node.sort == Sort::Element);
        free.map(|node| node.path.clone()).collect::<Vec<_>>()
    };
    assert_eq!(of(false), ["/E/H/x", "/E/B", "/E/B/C", "/E/B/C/F"]);
    assert_eq!(of(true).len(), 8);
    let form = parts("application/x-www-form-urlencoded", "username=u&password=p&x=1");
    let free: Vec<_> = form.nodes().iter().filter(|node| !node.fixed && node.sort == Sort::Form).collect();
    assert_eq!(free.len(), 1);
}

#[test]
fn values_are_written_so_that_they_stand_for_themselves() {
    let set = |kind: &str, text: &str, path: &str, value: &str| {
        let parts = parts(kind, text);
        let mut choice = Choice::default();
        choice.set(all(&parts).iter().position(|other| *other == path).expect("a part"), value.to_owned());
        String::from_utf8_lossy(&parts.without(&choice).expect("a request").body).into_owned()
    };
    assert_eq!(set("text/xml", "<a><b>1</b></a>", "/a/b", "<&"), "<a><b>&lt;&amp;</b></a>");
    assert_eq!(set("text/xml", "<a b='1'/>", "/a/@b", "'"), "<a b='&apos;'/>");
    assert_eq!(set("application/json", "{\"a\":\"1\"}", "json:/a", "\""), "{\"a\":\"\\\"\"}");
    assert_eq!(set("application/json", "{\"a\":12}", "json:/a", "0"), "{\"a\":0}");
    assert_eq!(set("application/x-www-form-urlencoded", "a=1&b=2", "form:b", "&"), "a=1&b=%26");
}

/// XML of a few levels, with white space and text here and there.
fn xml_text() -> impl Strategy<Value = String> {
    let leaf = "[a-z ]{0,4}|\n  |<!-- c -->|<!\\[CDATA\\[<&\\]\\]>|&amp;";
    leaf.prop_recursive(4, 40, 5, |inner| {
        ("[a-c]", prop::collection::btree_map("[p-r]", "[0-9>]{0,2}", 0..3), prop::collection::vec(inner, 0..5))
            .prop_map(|(name, attributes, inner)| {
                let attributes: String = attributes.iter().map(|(k, v)| format!(" {k}='{v}'")).collect();
                if inner.is_empty() {
                    format!("<{name}{attributes}/>")
                } else {
                    format!("<{name}{attributes}>{}</{name}>", inner.concat())
                }
            })
    })
    .prop_map(|inner| format!("<?xml version='1.0'?>\n<root xmlns:x='u'>{inner}</root>"))
}

fn json_text() -> impl Strategy<Value = String> {
    let leaf = "-?[1-9][0-9]?|\"[a-z,{}\\[\\]]{0,3}\"|true|null| 7 ";
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(|items| format!("[{}]", items.join(" ,"))),
            prop::collection::vec(("[a-d]", inner), 0..5).prop_map(|members| {
                let members: Vec<_> = members.iter().map(|(name, value)| format!("\"{name}\" : {value}")).collect();
                format!("{{ {} }}", members.join(",\n"))
            }),
        ]
    })
    .prop_map(|inner| format!("{{\"r\":{inner}}}"))
}

/// Whether `part` is `whole` with some of it left out.
fn is_left_of(part: &str, whole: &str) -> bool {
    let mut rest = whole.bytes();
    part.bytes().all(|byte| rest.any(|other| other == byte))
}

proptest! {
    #[test]
    fn xml_stays_well_formed(text in xml_text(), which in prop::collection::vec(any::<u8>(), 0..12)) {
        prop_assert_eq!(&mwscope_parsers::xml::read(&text).problems, &[]);
        let parts = parts("text/xml", &text);
        let free: Vec<usize> = (0..parts.nodes().len()).filter(|at| !parts.nodes()[*at].fixed).collect();
        let free: Vec<usize> = free.into_iter().filter(|at| parts.nodes()[*at].sort != Sort::Body).collect();
        let mut choice = Choice::default();
        which.iter().for_each(|n| choice.leave_out(free[usize::from(*n) % free.len()]));
        let choice = choice.settled(&parts);
        let left = parts.without(&choice).expect("a request");
        let left = String::from_utf8_lossy(&left.body).into_owned();
        let document = mwscope_parsers::xml::read(&left);
        prop_assert_eq!(&document.problems, &[], "{}", left);
        let kept = (0..parts.nodes().len()).filter(|at| parts.nodes()[*at].sort == Sort::Element && !choice.is_gone(*at));
        prop_assert_eq!(document.elements.len(), kept.count());
        prop_assert!(is_left_of(&left, &text));
        quick_xml::Reader::from_str(&left).read_event().expect("well-formed");
    }

    #[test]
    fn json_stays_json(text in json_text(), which in prop::collection::vec(any::<u8>(), 0..12)) {
        let parts = parts("application/json", &text);
        let free: Vec<usize> =
            (0..parts.nodes().len()).filter(|at| matches!(parts.nodes()[*at].sort, Sort::Member | Sort::Item)).collect();
        let mut choice = Choice::default();
        which.iter().for_each(|n| choice.leave_out(free[usize::from(*n) % free.len()]));
        let choice = choice.settled(&parts);
        let left = parts.without(&choice).expect("a request");
        let left = String::from_utf8_lossy(&left.body).into_owned();
        let document = mwscope_parsers::json::read(&left);
        prop_assert!(document.is_ok(), "{} of {}", left, text);
        let kept = free.iter().filter(|at| !choice.is_gone(**at)).count();
        prop_assert_eq!(document.map(|d| d.values.len() - 1), Ok(kept));
        prop_assert!(is_left_of(&left, &text));
    }
}
