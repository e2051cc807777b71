//! Secrets in places that are written in more than one way, and what looks like them and is none.

use super::super::{header, mask_text, target};
use super::{FORM, JSON, PART, TEXT, XML, facts, masked, plan};

/// Content type, and a body in which `§...§` are the secrets.
const BODIES: &[(&str, &str)] = &[
    (XML, "<a><param name=\"pwd\">§Hunter2x§</param><param name='password'>§Hunter3x§</param><b>c</b></a>"),
    (XML, "<param name=\"password\" value=\"§Hunter2x§\"><p>a text</p>"),
    (XML, "<param value=\"§Hunter2x§\" name=\"password\"><p>a text</p>"),
    (XML, "<input value=\"§Hunter2x§\" type=\"password\"> and a text"),
    (XML, "<input value=\"§Hunter2x§\" id=\"x\" class=y type=password > and <b>a text</b>"),
    (XML, "<input type=\"password\" id=\"x\" value=\"§Hunter2x§\"/> and <b>a text</b>"),
    (XML, "<input name=password value=§Hunter2x§> and <b>a text</b>"),
    (XML, "<input value=§Hunter2x§ name=password> and <b>a text</b>"),
    (XML, "<input type=password value=§Hunt;er,2x§ size=3> and <b value=4>a text</b>"),
    (XML, "<credentials>§Hunter2x§</credentials><x>y</x>"),
    (XML, "<!DOCTYPE a [<!ENTITY p \"§Hunter2x§\">]><a><password>§&p;§</password></a>"),
    (PART, "--xyz\r\nContent-Disposition: form-data; name*=utf-8''password\r\n\r\n§Hunter2x§\r\n--xyz--"),
    (PART, "--xyz\r\nContent-Disposition: form-data; name*=UTF-8'en'p%61ssword\r\n\r\n§Hunter2x§\r\n--xyz--"),
    ("", "PWLOG=§Hunter2x§"),
    (FORM, "PWLOG=§Hunter2x§&a=b"),
    (JSON, "{\"PWLOG\":\"§Hunter2x§\",\"a\":\"b\"}"),
    (XML, "<PWLOG>§Hunter2x§</PWLOG><a>b</a>"),
    (TEXT, "x PWLOG §Hunter2x§ y"),
    (FORM, "_csrf=§Hunter2x§&USPW=§a§&xsrf=§b§"),
];

/// Nothing in these is a secret.
const INNOCENT: &[(&str, &str)] = &[
    (XML, "<PasswordExpires>2026-01-01</PasswordExpires><keyField>ITNO</keyField><tokenCount>7</tokenCount>"),
    (XML, "<input value=\"A1000012\" type=\"text\" name=\"ITNO\"><input name=ITNO value=A1000012> text"),
    (XML, "<param name=\"ITNO\">A1000012</param><xs:element name=\"x\" type=\"password\"><doc>text</doc></xs:element>"),
    (XML, "<credentials><user>jdoe</user>, and more</credentials>"),
    (XML, "<!DOCTYPE a [<!ENTITY nbsp \"&#160;\"><!ENTITY x SYSTEM \"file:///etc/passwd\"><!ENTITY % p 'xs:'>]><a/>"),
    (XML, "<name>PERSONNELADMINISTRATIONNORTH</name><d>PGludm9pY2U+PG5vPjEyMzwvbm8+PC9pbnZvaWNlPg==</d>"),
    (JSON, "{\"keyField\":\"ITNO\",\"tokenCount\":7,\"value\":\"A1\",\"name\":\"ITNO\",\"passwordMaxAge\":90}"),
    (TEXT, "PWLOG failed for MWSUSR\nPWLOG: refused by host01.example.com"),
    (PART, "--xyz\r\nContent-Disposition: form-data; name*=utf-8''ITNO\r\n\r\npassword\r\n--xyz--"),
];

#[test]
fn secrets_go_however_a_place_is_written() {
    for (content_type, marked) in BODIES {
        let (text, expected, count) = plan(marked);
        let facts = if content_type.is_empty() { super::BodyFacts::default() } else { facts(content_type) };
        for size in [text.len(), 1, 2, 5] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            let (out, report) = masked(&facts, &pieces);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{content_type} by {size}");
            assert_eq!(report.masks.len(), count, "{marked}: {:?}", report.masks);
        }
    }
    for (content_type, text) in INNOCENT {
        for size in [text.len(), 1] {
            let pieces: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
            assert_eq!(String::from_utf8_lossy(&masked(&facts(content_type), &pieces).0), *text);
        }
    }
}

#[test]
fn headers_and_targets_of_more_kinds() {
    for (name, value, expected) in [
        ("X-Forwarded-Authorization", "Bearer Hunter2x", "Bearer ********"),
        ("DPoP", "Hunter2x", "********"),
        ("X-JWT-Assertion", "Hunter2x", "********"),
        ("X-CSRF", "Hunter2x", "********"),
        ("Content-Security-Policy", "default-src 'self'", "default-src 'self'"),
    ] {
        let mut bytes = value.as_bytes().to_vec();
        super::super::change::apply(&mut bytes, &header::in_header(name.as_bytes(), value.as_bytes()));
        assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{name}");
    }
    for (given, expected) in [
        ("u:Hunter2x@h:1", "u:********@h:1"),
        ("/x?_csrf=Hunter2x&a=b", "/x?_csrf=********&a=b"),
        ("/a@b:c/d", "/a@b:c/d"),
        ("/users/password/Hunter2x", "/users/password/********"),
        ("/reset-password/3f2504e04f8911d3/x", "/reset-password/****************/x"),
        ("/users/password/reset", "/users/password/reset"),
        ("/MITMAS/token/ITEM", "/MITMAS/token/ITEM"),
    ] {
        let mut bytes = given.as_bytes().to_vec();
        super::super::change::apply(&mut bytes, &target::in_target(given.as_bytes()));
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
    assert_eq!(
        mask_text("java -Dpassword=Hunter2x -Ddb.password=a1 -jar x"),
        "java -Dpassword=******** -Ddb.password=** -jar x"
    );
}
