//! Bodies of all kinds, each with what must count and what mustn't; and generated ones in which one change is planted.

use bytes::Bytes;
use proptest::prelude::*;

use super::*;
use crate::model::gathered::InMemory;
use crate::model::{ExchangeId, Header, Outcome, Request, Response, SourceId};

fn content(text: &str, content_type: &str) -> Content {
    Content { bytes: Bytes::copy_from_slice(text.as_bytes()), content_type: content_type.to_owned() }
}

fn found(left: &str, right: &str, content_type: &str) -> Vec<String> {
    let found = bodies(&content(left, content_type), &content(right, content_type), &Volatile::default());
    found.differences.iter().map(shown).collect()
}

fn shown(difference: &Difference) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    format!("{} {} {} {}", difference.kind.word(), difference.path, value(&difference.left), value(&difference.right))
}

fn xml(left: &str, right: &str) -> Vec<String> {
    found(left, right, "text/xml")
}

fn json(left: &str, right: &str) -> Vec<String> {
    found(left, right, "application/json")
}

#[test]
fn spellings_of_xml_make_no_difference() {
    let left = r#"<s:E xmlns:s="urn:s" xmlns:x="urn:x"><s:B a="1" x:b="2"><x:C>1 &lt; 2</x:C><D/></s:B></s:E>"#;
    let right = "<?xml version='1.0'?>\n<E xmlns='urn:s' xmlns:y='urn:x'>\n  <B y:b='2' a='&#49;'><!-- c -->\n    \
        <y:C><![CDATA[1 < 2]]></y:C>\n    <D xmlns=''></D>\n  </B>\n</E>\n";
    assert_eq!(xml(left, right), [""; 0]);
    let typed = |prefix: &str| {
        format!(
            "<a xmlns:{prefix}='urn:t' xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:type='{prefix}:T'><faultcode>{prefix}:Server</faultcode></a>"
        )
    };
    assert_eq!(xml(&typed("p"), &typed("q")), [""; 0]);
    assert_eq!(xml("<a>\n  long\n  text\n</a>", "<a>long\ntext</a>"), [""; 0]);
    assert_eq!(xml("<a xmlns='u'><b/><b/></a>", "<a xmlns='v'><b/><b/></a>"), ["changed /a/namespace-uri() u v"]);
}

#[test]
fn changes_of_xml_have_paths() {
    let left = "<E><B><Create k='1'><Facility>A01</Facility><Facility>A02</Facility><Gone/></Create></B></E>";
    let right = "<E><B><Create k='2'><Facility>A01</Facility><Facility>B02</Facility><New><x/></New></Create></B></E>";
    assert_eq!(
        xml(left, right),
        [
            "changed /E/B/Create/@k 1 2",
            "changed /E/B/Create/Facility[2] A02 B02",
            "removed /E/B/Create/Gone  -",
            "added /E/B/Create/New - <New><x/></New>",
        ]
    );
    assert_eq!(xml("<a><b>1</b><c>2</c><d>3</d></a>", "<a><d>3</d><b>1</b><c>2</c></a>"), ["moved /a/d /a/d /a/d"]);
    assert_eq!(xml("<a><b>1</b><c>2</c></a>", "<a><c>9</c><b>1</b></a>").len(), 2);
    assert_eq!(xml("<a>1 & 2</a>", "<a>1 &amp; 2</a>").len(), 1);
}

fn rows(count: usize, of: impl Fn(usize) -> String) -> String {
    let rows: String = (0..count).map(|n| format!("<Row><Id>{n}</Id><Name>{}</Name></Row>", of(n))).collect();
    format!("<List>{rows}</List>")
}

#[test]
fn one_row_among_many_is_one_difference() {
    let left = rows(1000, |n| format!("name {}", n % 7));
    let inserted = left.replacen("<Row><Id>500</Id>", "<Row><Id>x</Id><Name>new</Name></Row><Row><Id>500</Id>", 1);
    assert_eq!(xml(&left, &inserted), ["added /List/Row[501] - <Row><Id>x</Id><Name>new</Name></Row>"]);
    assert_eq!(xml(&inserted, &left), ["removed /List/Row[501] <Row><Id>x</Id><Name>new</Name></Row> -"]);
    // Every row has changed as well: they are known by their ids.
    let changed = rows(1000, |n| format!("other {}", n % 5));
    let changed = changed.replacen("<Row><Id>500</Id>", "<Row><Id>x</Id><Name>new</Name></Row><Row><Id>500</Id>", 1);
    let all = xml(&left, &changed);
    assert_eq!(all.len(), 1001);
    assert_eq!(all.iter().filter(|line| line.starts_with("added")).count(), 1);
    let last = left.replacen("<Row><Id>999</Id><Name>name 5</Name></Row>", "", 1);
    assert_eq!(xml(&left, &last), ["removed /List/Row[1000] <Row><Id>999</Id><Name>name 5</Name></Row> -"]);
}

#[test]
fn json_is_compared_as_values() {
    assert_eq!(json(r#"{"a":1,"b":[1,2,3],"c":"x"}"#, r#"{ "c":"\u0078", "b":[1.0,2e0,3], "a":1.00 }"#), [""; 0]);
    assert_eq!(
        json(
            r#"{"a/b":1,"r":[{"k":1,"v":"a"},{"k":2,"v":"b"}],"t":1}"#,
            r#"{"a/b":2,"r":[{"k":2,"v":"b"},{"k":1,"v":"a"},{"k":3}],"t":"1"}"#
        ),
        [
            "changed json:/a~1b 1 2",
            "moved json:/r/0 json:/r/0 json:/r/1",
            "added json:/r/2 - {\"k\":3}",
            "changed json:/t 1 \"1\"",
        ]
    );
    assert_eq!(json("[1,2,3]", "[1,5,3]"), ["changed json:/1 2 5"]);
    assert_eq!(json(r#"{"a":null}"#, "{}"), ["removed json:/a null -"]);
    assert_eq!(json("1", "2"), ["changed json: 1 2"]);
}

#[test]
fn other_kinds_of_bodies_are_compared() {
    let form = "application/x-www-form-urlencoded";
    assert_eq!(found("a=1&b=x+y&b=2", "b=x%20y&a=1&b=3", form), ["changed form:b[2] 2 3"]);
    assert_eq!(found("a\r\nb\nc", "a\nx\nc\nd", ""), ["changed text:2 b x", "added text:4 - d"]);
    assert_eq!(found("a\0b", "a\0c", ""), ["changed body 3 bytes, at 2: 62 3 bytes, at 2: 63"]);
    assert_eq!(found("<a/>", "gone", ""), ["changed body XML, 4 bytes: <a/> text, 4 bytes: gone"]);
    assert_eq!(found("", "<a/>", ""), ["added body - XML, 4 bytes: <a/>"]);
    let package = |boundary: &str, value: &str, file: &str| {
        let text = format!(
            "--{boundary}\r\nContent-Type: text/xml\r\nContent-ID: <{boundary}@x>\r\n\r\n<E><v>{value}</v><i href='cid:0b9f4a4e-1c55-4a3c-9d2f-6f6a0a5a7b1{value}'/></E>\r\n--{boundary}\r\nContent-Type: application/octet-stream\r\nContent-ID: <f{boundary}>\r\n\r\n{file}\0\r\n--{boundary}--"
        );
        content(&text, &format!("multipart/related; boundary={boundary}; start=\"<{boundary}@x>\""))
    };
    let all = bodies(&package("b1", "1", "x"), &package("b2", "2", "y"), &Volatile::default());
    let all: Vec<_> = all.differences.iter().map(shown).collect();
    assert_eq!(all, ["changed /E/v 1 2", "changed part:2/body 2 bytes, at 0: 78 00 2 bytes, at 0: 79 00"]);
}

#[test]
fn what_changes_by_itself_is_put_aside() {
    let at = |time: &str, id: &str, seq: &str| {
        content(
            &format!("<a><t>2026-01-13T10:15:{time}Z</t><requestId>{id}</requestId><seq>{seq}</seq></a>"),
            "text/xml",
        )
    };
    let all = bodies(&at("02", "7", "1"), &at("03", "8", "2"), &Volatile::default());
    assert_eq!(all.differences.iter().map(shown).collect::<Vec<_>>(), ["changed /a/seq 1 2"]);
    let reasons: Vec<_> = all.ignored.iter().map(|ignored| ignored.reason.clone()).collect();
    assert_eq!(reasons, [Reason::Form, Reason::Name]);
    assert_eq!(bodies(&at("02", "7", "1"), &at("03", "8", "2"), &Volatile::nothing()).differences.len(), 3);
    let mut volatile = Volatile::default();
    volatile.learn("/a/seq", false);
    assert!(bodies(&at("02", "7", "1"), &at("03", "8", "2"), &volatile).same());
}

fn exchange(status: u16, headers: &[(&str, &str)], body: &str) -> Exchange {
    let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, "http://h/p?a=1".to_owned(), Request::default());
    let headers = Headers(headers.iter().map(|(name, value)| Header::new(*name, value)).collect());
    let body = Body::whole(Bytes::copy_from_slice(body.as_bytes()));
    exchange.response = Some(Response { status, headers, body, ..Response::default() });
    exchange.outcome = Outcome::Complete;
    exchange
}

fn side(exchange: &Exchange) -> Side<'_> {
    Side { exchange, bodies: &InMemory }
}

#[test]
fn answers_are_compared_with_headers_apart() {
    let one = exchange(
        200,
        &[("Content-Type", "text/xml; charset=UTF-8"), ("Date", "a"), ("X-A", "1"), ("Set-Cookie", "s=1; Path=/")],
        "<a/>",
    );
    let other = exchange(
        500,
        &[("content-type", "text/xml;charset=utf-8"), ("date", "b"), ("x-a", "2"), ("set-cookie", "s=2; Path=/")],
        "<b/>",
    );
    let all = answers(side(&one), side(&other), &Volatile::default());
    assert_eq!(
        all.differences.iter().map(shown).collect::<Vec<_>>(),
        ["changed status 200 500", "removed /a  -", "added /b - "]
    );
    assert_eq!(all.headers.iter().map(shown).collect::<Vec<_>>(), ["changed header:x-a 1 2"]);
    assert_eq!(all.ignored.len(), 2);
    let mut volatile = Volatile::default();
    learn(&mut volatile, side(&exchange(200, &[], "<a><n>1</n></a>")), side(&exchange(200, &[], "<a><n>2</n></a>")));
    assert!(
        answers(side(&exchange(200, &[], "<a><n>7</n></a>")), side(&exchange(200, &[], "<a><n>9</n></a>")), &volatile)
            .same()
    );
    let mut gone = one.clone();
    if let Some(response) = &mut gone.response {
        response.body = Body { len: 9, state: BodyState::Dropped, ..Body::default() };
    }
    let all = answers(side(&one), side(&gone), &Volatile::default());
    assert_eq!((all.unknown.len(), all.differences.len()), (1, 1));
}

#[test]
fn sides_stand_beside_each_other() {
    let one = content("<a><b>1</b><c k='1'/><d>x</d><t>2026-01-13T10:15:02Z</t></a>", "text/xml");
    let other = content("<a><b>1</b><e><f>2</f></e><d>y</d><t>2026-01-13T10:15:03Z</t></a>", "text/xml");
    let rows = side_by_side(&one, &other, &Volatile::default());
    let rows: Vec<_> = rows.iter().map(|row| (row.path.as_str(), row.kind)).collect();
    assert_eq!(
        rows,
        [
            ("/a/b", None),
            ("/a/c/@k", Some(Kind::Removed)),
            ("/a/e/f", Some(Kind::Added)),
            ("/a/d", Some(Kind::Changed)),
            ("/a/t", None),
        ]
    );
    let same = side_by_side(&one, &one, &Volatile::default());
    assert!(same.len() == 4 && same.iter().all(|row| row.kind.is_none()));
}

#[test]
fn secrets_are_masked_where_differences_are_shown() {
    let secret = Difference {
        path: "/E/Password".to_owned(),
        kind: Kind::Changed,
        left: Some("abc".to_owned()),
        right: Some("password=abcd".to_owned()),
    };
    let masked = secret.masked();
    assert_eq!((masked.left.as_deref(), masked.right.as_deref()), (Some("***"), Some("*************")));
}

/// A document as data, so that it can be written in several ways.
#[derive(Clone, Debug)]
struct Made {
    name: String,
    attributes: Vec<(String, String)>,
    text: String,
    children: Vec<Made>,
}

fn made() -> impl Strategy<Value = Made> {
    let attributes = || prop::collection::btree_map("[a-c]", "[0-9]{1,3}", 0..3);
    let leaf = ("[A-C][a-z]?", attributes(), "[a-z<&é]{1,6}").prop_map(|(name, attributes, text)| Made {
        name,
        attributes: attributes.into_iter().collect(),
        text,
        children: Vec::new(),
    });
    leaf.prop_recursive(4, 40, 5, move |inner| {
        ("[A-C][a-z]?", attributes(), prop::collection::vec(inner, 1..5)).prop_map(|(name, attributes, children)| {
            Made { name, attributes: attributes.into_iter().collect(), text: String::new(), children }
        })
    })
}

impl Made {
    fn written(&self, prefix: &str, other_way: bool) -> String {
        let tag = if prefix.is_empty() { self.name.clone() } else { format!("{prefix}:{}", self.name) };
        let mut attributes: Vec<_> = self.attributes.iter().map(|(k, v)| format!(" {k}='{v}'")).collect();
        if other_way {
            attributes.reverse();
        }
        let text = if other_way && !self.text.is_empty() {
            format!("<![CDATA[{}]]>", self.text)
        } else {
            self.text.replace('&', "&amp;").replace('<', "&lt;")
        };
        let gap = if other_way && self.text.is_empty() { "\n  " } else { "" };
        let inner: String = self.children.iter().map(|child| child.written(prefix, other_way) + gap).collect();
        format!("<{tag}{}>{gap}{text}{inner}</{tag}>", attributes.concat())
    }

    fn document(&self, prefix: &str, other_way: bool) -> String {
        let declared = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
        let root = self.written(prefix, other_way);
        let at = root.find(['>', ' ']).unwrap_or(0);
        format!("{} {declared}='urn:x'{}", &root[..at], &root[at..])
    }

    fn leaves(&mut self) -> Vec<&mut Self> {
        if self.children.is_empty() { vec![self] } else { self.children.iter_mut().flat_map(Self::leaves).collect() }
    }
}

proptest! {
    #[test]
    fn the_same_document_is_the_same_however_it_is_written(document in made()) {
        prop_assert_eq!(xml(&document.document("", false), &document.document("p", true)), [""; 0]);
    }

    #[test]
    fn one_planted_change_is_one_difference(document in made(), which in 0_usize..100) {
        let mut other = document.clone();
        let mut leaves = other.leaves();
        let count = leaves.len();
        leaves[which % count].text = "UNIQUE".to_owned();
        let all = xml(&document.document("", false), &other.document("q", true));
        prop_assert_eq!(all.len(), 1, "{:?}", all);
        prop_assert!(all[0].starts_with("changed /") && all[0].ends_with(" UNIQUE"), "{}", all[0]);
    }

    #[test]
    fn anything_is_compared(left in "[<>/ab'\"{}:,1&= \n\\[\\]-]{0,60}", right in "[<>/ab'\"{}:,1&= \n\\[\\]-]{0,60}") {
        for kind in ["", "text/xml", "application/json", "application/x-www-form-urlencoded", "multipart/related; boundary=a"] {
            let (l, r) = (content(&left, kind), content(&right, kind));
            let found = bodies(&l, &r, &Volatile::default());
            let _back = bodies(&r, &l, &Volatile::nothing());
            if left == right { prop_assert!(found.same()); }
        }
    }
}
