//! Secrets of all kinds in all the places, cut at every byte; and texts in which there is none.

use proptest::prelude::*;

use super::key::Key;
use super::planted::plan;
use super::search::Search;
use super::state::Syntax;
use super::{BodyFacts, BodyMask, BodyReport, header, is_secret_name, mask_text, target};
use crate::model::{BodyState, Part};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
const PART: &str = "multipart/form-data; boundary=xyz";
const TEXT: &str = "text/plain";

/// Content type, and a body in which `§...§` are the secrets.
const BODIES: &[(&str, &str)] = &[
    (FORM, "user=jdoe&password=§hunter2!§&x=1"),
    (FORM, "password=§hunter+2%21§"),
    (FORM, "password=§a,b;c)d e§\r\n"),
    (FORM, "CMDTP=RUN&SID=§c6a412ae82a70a7a85ad951ac72da08b§&IID=e92d41ece1e59ba3a6adc6a87572441e"),
    (FORM, "grant_type=password&username=u&password=§p§&client_id=i&client_secret=§cs1§&saak=§k1§&sask=§k2§"),
    (FORM, "grant_type=authorization_code&code=§SplxlOBeZQQYbYS6WxSbIA§&redirect_uri=x"),
    (FORM, "grant_type=refresh_token&refresh_token=§tGzv3JOkF0XG5Qx2TlKWIA§"),
    (FORM, "xml=%3Cpassword%3E§hunter2§%3C%2Fpassword%3E&a=%22b%22"),
    (FORM, "xml=%3Cns%3APassword+Type%3D%22x%22%3E§hunter2§%3C/ns%3APassword%3E"),
    (FORM, "json=%7B%22user%22%3A%22jdoe%22%2C%22password%22%3A%22§hunter2§%22%7D"),
    (FORM, "inner=a%3D1%26password%3D§hunter2§%26b%3D2&password=§x2y§"),
    (FORM, "user[name]=a&user[password]=§hunter2§&user%5Bpwd%5D=§hunter3§"),
    (FORM, "SAMLResponse=§PHNhbWxwOlJlc3BvbnNl§&RelayState=x"),
    (XML, "<wsse:Username>jdoe</wsse:Username><wsse:Password Type=\"http://x#PasswordText\">§hunter2§</wsse:Password>"),
    (XML, "<lws:lws><user>A</user><password>§a&amp;b§</password><company>100</company></lws:lws>"),
    (XML, "<mws xmlns='http://mws.intentia.net/mws2'><user>A</user>\n<password>\n  §p w§</password></mws>"),
    (XML, "<Password><![CDATA[§a<b>]] c§]]></Password><b>x</b>"),
    (XML, "<Password><!-- why --><v>§one§</v> <v a='>'>§two§</v></Password><b>x</b>"),
    (XML, "<password/><a>open</a><Password></Password>"),
    (XML, "<PASSWORD\n  a = 'b'\n>§hunter2§</PASSWORD>"),
    (XML, "<a><![CDATA[<password>§hunter2§</password>]]></a>"),
    (XML, "<s>&lt;password&gt;§hunter2&amp;amp;x§&lt;/password&gt;</s>"),
    (XML, "<s>&amp;lt;ns:password a=&amp;quot;b&amp;quot;&amp;gt;§hunter2§&amp;lt;/ns:password&amp;gt;</s>"),
    (XML, "<login user=\"u\" password=\"§hunter2\\§\"/><x y=\"z\"/>"),
    (XML, "<login password = '§hun\"ter2§' user='u'/>"),
    (XML, "<property name=\"WS.Password\" value=\"§hunter2§\"/><x>y</x>"),
    (XML, "<add key='WS.Password' x='1' Value='§hunter2§'>\n</add><x>y</x>"),
    (XML, "<entry key=\"db.password\">§hunter2§</entry><x>y</x>"),
    (XML, "<p><Name>password</Name><Value>§hunter2§</Value></p><x>y</x>"),
    (XML, "<SessionData><IID>e92d41ece1e59ba3a6adc6a87572441e</IID><SID>§c6a412ae82§</SID></SessionData>"),
    (XML, "<x>{\"password\":\"§hunter2§\",&quot;token&quot;: &quot;§hunter3§&quot;}</x>"),
    (XML, "<input type=\"password\" name=\"j_password\" value=\"§hunter2§\"> text <b>x</b>"),
    (XML, "<a href=\"/x;jsessionid=§0A1B2C§?y=1\">z</a>"),
    (XML, "<jdbc>jdbc:sqlserver://h:1433;user=sa;password=§hunter2§;databaseName=x</jdbc>"),
    (XML, "<u>http://jdoe:§hunter2§@m3.example/x</u><v>http://a.example:80/b@c</v>"),
    (XML, "<Token>§abc§</Token><UsernameToken><Username>u</Username></UsernameToken>"),
    (JSON, "{\"user\":\"jdoe\",\"password\":\"§hun\\\"ter2\\\\§\",\"x\":1}"),
    (
        JSON,
        "{ \"access_token\" : \"§2YotnFZFEjr1zCsicMWpAA§\" ,\n \"token_type\":\"Bearer\", \"refresh_token\":\n\"§tGzv3§\"}",
    ),
    (JSON, "{'password':'§hunter2§', passwd: '§hunter3§'}"),
    (JSON, "{\"cs\":\"§one§\",\"saak\":\"§two§\",\"sask\":\"§three§\",\"ci\":\"x\",\"pu\":\"https://h/\"}"),
    (JSON, "{\"password\":[\"§a§\",\"§b]§\"],\"x\":\"y\"}"),
    (JSON, "{\"Password\":{\"@Type\":\"§t§\",\"#text\":\"§hunter2§\"},\"x\":\"y\"}"),
    (JSON, "{\"secret\":null,\"token\":true,\"x\":\"y\"}"),
    (JSON, "{\"body\":\"{\\\"password\\\":\\\"§hunter2§\\\",\\\"x\\\":\\\"y\\\"}\"}"),
    (JSON, "{\"body\":\"{\\\"password\\\":\\\"§a\\\\\\\"b§\\\"}\",\"x\":\"y\"}"),
    (JSON, "{\"b\":\"{\\\"b\\\":\\\"{\\\\\\\"password\\\\\\\":\\\\\\\"§hunter2§\\\\\\\"}\\\"}\"}"),
    (JSON, "{\"xml\":\"<password>§hunter2§<\\/password><x a=\\\"b\\\">y</x>\"}"),
    (JSON, "{\"xml\":\"\\u003cns:password a=\\\"b\\\"\\u003e§hunter2§\\u003c/ns:password\\u003e\"}"),
    (JSON, "{\"name\":\"password\",\"value\":\"§hunter2§\"},{\"name\": \"user\", \"value\": \"x\"}"),
    (JSON, "{\"headers\":{\"Authorization\":\"Bearer §abc.def-ghi§\",\"Cookie\":\"§a=b; c=d§\",\"X\":\"y\"}}"),
    (JSON, "{\"log\":\"line\\nAuthorization: Basic §amRvZTpodW50ZXIy§\\r\\nHost: x\\npassword = §hunter2§\\nuser=y\"}"),
    (JSON, "{\"url\":\"https://h/?access_token=§abc§&x=1\"}"),
    (
        PART,
        "--xyz\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\n§hun\r\nter2§\r\n--xyz\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\njdoe\r\n--xyz--",
    ),
    (
        PART,
        "--xyz\nContent-Disposition: form-data; name=\"secret\"; filename=\"a\"\nContent-Type: text/plain\n\n§hunter2§\n--xyz--",
    ),
    (PART, "--xyz\r\nContent-Type: application/xop+xml\r\n\r\n<password>§hunter2§</password>\r\n--xyz--"),
    (TEXT, "password=§hunter2§ user=jdoe\npwd: §hunter3§\r\nCredentials{user=a, passwd=§b,c§, x=1}"),
    (
        TEXT,
        "GET / HTTP/1.1\r\nAuthorization: NTLM §TlRMTVNTUAAD§\r\nCookie: §a=b; c=d§\r\nX-Api-Key: §k§\r\nHost: h\r\n",
    ),
    (TEXT, "token is eyJhbGciOiJIUzI1NiJ9.eyJ§zdWIiOiJqZG9lIn0.c2lnbmF0dXJl§ and more"),
    (TEXT, "calling with Basic §amRvZTpodW50ZXIy§ and Bearer §abcdefghijklmnopqrstuvwxyz§, Basic knowledge"),
    (TEXT, "GET /x?access_token=§abc§&y=z -- \"password\": \"§hunter2§\""),
    (TEXT, "jdbc:sqlserver://h;user=sa;password=§hunter2§;x=y and password => \"§hunter3§\", x"),
    (TEXT, "-----BEGIN EC PRIVATE KEY-----§\nMHcCAQEEI+/=\n§-----END EC PRIVATE KEY-----\nx: y"),
    (TEXT, "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0.§.c2FsdA.dGV4dA.dGFn§ end"),
    (FORM, "p%61ssword=§hunter2§&user=jdoe&pass%77ord=§hunter3§&%70wd=§x§&%66oo=bar"),
    (FORM, "code=§SplxlOBeZQQYbYS6WxSbIA§&grant_type=authorization_code&session=§abc§&pin=§1§"),
    (FORM, "url=http%3A%2F%2Fjdoe%3A§hunter2§%40h%2Fx%40y&a=http%3A%2F%2Fh%3A80%2F"),
    (JSON, "{\"pass\\u0077ord\":\"§hunter2§\",\"\\u0074oken\":\"§a§\",\"\\u0061bc\":\"d\"}"),
    (JSON, "{\"value\":\"§hun\\\"ter2§\",\"name\":\"password\"},{\"value\":\"x\",\"name\":\"user\"}"),
    (
        JSON,
        "{\"auth\":{\"user\":\"jdoe\",\"dbPass\":\"§hunter2§\"},\"bearer\":\"§abc§\",\"url\":\"http:\\/\\/u:§p§@h\\/x\"}",
    ),
    (XML, "<Item Value=\"§hunter2§\" Name='Password'/><Item Value=\"x\" Name=\"User\"/>"),
    (XML, "<pö:Password>§hunter2§</pö:Password><ö_Password>§hunter3§</ö_Password>"),
    (XML, "<login user=\"u\"\r\n  password\r\n=\r\n\"§hunter2§\"/><x y=\"z\"/>"),
    (
        XML,
        "<wsse:BinarySecurityToken Id=\"x\">§TUlJQw§</wsse:BinarySecurityToken><ds:SignatureValue>§ab§</ds:SignatureValue>",
    ),
    (PART, "--xyz\r\nContent-Disposition: form-data; name=password\r\n\r\n§hunter2§\r\n--xyz--"),
    (PART, "--xyz\r\nContent-Disposition: form-data; name=\"user[password]\"\r\n\r\n§hunter2§\r\n--xyz--"),
    (PART, "--xyz\r\nContent-Transfer-Encoding: base64\r\nX: y\r\n\r\n§PHBhc3N3b3JkPg==§\r\n--xyz--"),
];

/// Nothing in these is a secret.
const INNOCENT: &[(&str, &str)] = &[
    (
        XML,
        "<ns:UsernameToken xmlns:ns='http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#x'><Username>token</Username></ns:UsernameToken>",
    ),
    (XML, "<xs:element name=\"Facility\" type=\"xs:string\"/><doc>pass by value, side by side; secretary</doc>"),
    (XML, "<fault>User is not authorized: password has expired</fault>"),
    (
        JSON,
        "{\"tokenType\":\"x\",\"passwordExpires\":\"2026-01-01\",\"code\":\"XIM0002\",\"nextToken\":\"abc\",\"basic\":\"x\"}",
    ),
    (FORM, "code=XIM0002&side=a&FACI=A01&compass=n&signed=y&%66oo=%62ar"),
    (XML, "<credentials><user>jdoe</user></credentials><ds:Signature><a/></ds:Signature><p value=\"1\" name=\"x\"/>"),
    (JSON, "{\"session\":{\"user\":\"jdoe\"},\"value\":\"password\",\"name\":\"label\",\"value\":1}"),
    (TEXT, "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----, and a PRIVATE KEY-- as well"),
    (TEXT, "Basic settings; Bearer of bad news; unexpected token: x; see http://example.com:80/a"),
    (TEXT, "at com.example.TokenReader.pass(TokenReader.java:12)\n\tat mvx.app.pgm.SECRETS.run(X.java:1)"),
    (PART, "--xyz\r\nContent-Disposition: form-data; name=\"user\"\r\n\r\npassword\r\n--xyz--"),
];

fn key() -> Key {
    let dir = tempfile::tempdir().unwrap();
    Key::in_dir(dir.path()).unwrap()
}

fn facts(content_type: &str) -> BodyFacts {
    BodyFacts { content_type: Some(content_type.into()), ..BodyFacts::default() }
}

fn masked(facts: &BodyFacts, pieces: &[&[u8]]) -> (Vec<u8>, BodyReport) {
    let mut mask = BodyMask::new(&key(), Part::RequestBody, facts.clone(), u64::MAX);
    let mut out = Vec::new();
    pieces.iter().for_each(|piece| mask.feed(piece, &mut out));
    let report = mask.finish(&mut out);
    (out, report)
}

#[test]
fn secrets_go_and_nothing_else_does() {
    for (content_type, marked) in BODIES {
        let (text, expected, count) = plan(marked);
        let (out, report) = masked(&facts(content_type), &[text.as_bytes()]);
        assert_eq!(String::from_utf8_lossy(&out), expected, "{content_type}");
        assert_eq!(report.masks.len(), count, "{marked}: {:?}", report.masks);
        for mask in &report.masks {
            let range = mask.offset as usize..(mask.offset + mask.len) as usize;
            assert!(out[range].iter().all(|b| *b == b'*'), "{marked}");
        }
    }
    for (content_type, text) in INNOCENT {
        let (out, report) = masked(&facts(content_type), &[text.as_bytes()]);
        assert_eq!(String::from_utf8_lossy(&out), *text);
        assert_eq!(report.masks, []);
    }
}

#[test]
fn it_makes_no_difference_where_a_body_is_cut() {
    for (content_type, marked) in BODIES {
        let (text, expected, count) = plan(marked);
        let facts = facts(content_type);
        let bytes = text.as_bytes();
        for cut in 0..bytes.len() {
            let (out, report) = masked(&facts, &[&bytes[..cut], &bytes[cut..]]);
            assert_eq!(String::from_utf8_lossy(&out), expected, "{content_type} cut at {cut}");
            assert_eq!(report.masks.len(), count, "{marked} cut at {cut}");
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(String::from_utf8_lossy(&masked(&facts, &single).0), expected, "{content_type} byte by byte");
        let far = format!("{}{text}", " ".repeat(70_000 - text.len() / 2));
        let (out, _) = masked(&facts, &[far.as_bytes()]);
        assert!(out.ends_with(expected.as_bytes()), "{marked} far in");
    }
}

#[test]
fn a_wrong_content_type_hides_nothing() {
    for (_, marked) in BODIES {
        let (text, _, _) = plan(marked);
        for content_type in [FORM, JSON, XML, TEXT, "application/octet-stream", ""] {
            let (out, _) = masked(&facts(content_type), &[text.as_bytes()]);
            let out = String::from_utf8_lossy(&out);
            for secret in marked.split('§').skip(1).step_by(2) {
                // A part of a form, an authorization code and a text between elements are known by their surroundings.
                let by_type = marked.starts_with("--xyz") || marked.contains("code=§") || marked.contains("a,b;c");
                assert!(secret.len() < 6 || by_type || !out.contains(secret), "{marked} as {content_type}: {out}");
            }
        }
    }
}

#[test]
fn utf_16_is_read_as_well() {
    for (content_type, marked) in BODIES.iter().filter(|(t, _)| [XML, JSON].contains(t)) {
        let (text, expected, count) = plan(marked);
        for big in [false, true] {
            let wide = |text: &str| -> Vec<u8> {
                let units = text.encode_utf16();
                units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
            };
            let bom = wide("\u{feff}");
            for bytes in [wide(&text), [bom.clone(), wide(&text)].concat()] {
                let pieces: Vec<&[u8]> = bytes.chunks(3).collect();
                let (out, report) = masked(&facts(content_type), &pieces);
                assert!(out.ends_with(&wide(&expected)), "{marked}");
                assert_eq!((out.len(), report.masks.len()), (bytes.len(), count));
            }
        }
    }
}

#[test]
fn coded_bodies_are_kept_decoded() {
    use std::io::Write;
    let text = "<a><password>hunter2</password></a>".repeat(50);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(text.as_bytes()).unwrap();
    let gzip = gzip.finish().unwrap();
    let expected = text.replace("hunter2", "*******");
    let coded = |codings: &[&str]| BodyFacts {
        content_type: Some(XML.into()),
        codings: codings.iter().map(|c| (*c).to_owned()).collect(),
        ..BodyFacts::default()
    };
    for facts in [coded(&["gzip"]), coded(&[])] {
        for cut in [1, 2, 3, 30] {
            let (out, report) = masked(&facts, &[&gzip[..cut], &gzip[cut..]]);
            assert_eq!((String::from_utf8(out).unwrap(), &report.state), (expected.clone(), &BodyState::Whole));
            assert_eq!(report.all_notes(), ["gzip was taken off so that secrets can be masked"]);
            assert_eq!(report.masks.len(), 50);
        }
    }
    let (out, report) = masked(&coded(&["gzip"]), &[text.as_bytes()]);
    assert_eq!(String::from_utf8(out).unwrap(), expected);
    assert_eq!(report.notes, ["it is called gzip and is none; it was kept as it came"]);
    let (out, report) = masked(&coded(&["aes128gcm"]), &[text.as_bytes()]);
    assert!(out.is_empty() && matches!(&report.state, BodyState::Withheld(why) if why.contains("aes128gcm")));
    let (out, report) = masked(&coded(&["br"]), &[text.as_bytes()]);
    assert!(out.is_empty() && matches!(report.state, BodyState::Withheld(_)), "{out:?} {report:?}");
    let (out, report) = masked(&coded(&["gzip"]), &[&gzip[..gzip.len() - 9]]);
    assert!(report.state == BodyState::Cut && expected.as_bytes().starts_with(&out), "{report:?}");
    assert_eq!(masked(&coded(&["gzip"]), &[]).1.state, BodyState::Whole);
}

#[test]
fn some_answers_are_nothing_but_a_token() {
    let facts = |path: &str| BodyFacts { answer_to: Some(path.into()), ..facts(TEXT) };
    assert_eq!(masked(&facts("/grid/rest/security/sessions/oauth"), &[b"abc", b"def"]).0, b"******");
    assert_eq!(masked(&facts("/grid/rest/other"), &[b"abc", b"def"]).0, b"abcdef");
}

#[test]
fn what_is_in_a_charset_that_is_not_read_goes_as_a_whole() {
    let wide: Vec<u8> = "<password>hunter2</password>".chars().flat_map(|c| (c as u32).to_le_bytes()).collect();
    let ebcdic = [0x4C, 0x6F, 0xA7, 0x94, 0x93, 0x6F, 0x6E];
    for (body, charset) in [(&wide[..], "UTF-32"), (&ebcdic, "EBCDIC")] {
        let (out, report) = masked(&facts(XML), &[body]);
        assert_eq!(out, vec![b'*'; body.len()]);
        assert!(report.notes.iter().any(|note| note.contains(charset)), "{:?}", report.notes);
    }
    let labelled = facts("text/plain; charset=IBM037");
    assert_eq!(masked(&labelled, &[&[0xC8, 0x85, 0x93, 0x93, 0x96]]).0, b"*****");
    assert_eq!(masked(&labelled, &[b"plain ASCII after all"]).0, b"plain ASCII after all");
}

#[test]
fn equal_secrets_have_equal_tokens_however_they_are_written() {
    let key = key();
    let token = |content_type: &str, text: &str| {
        let mut mask = BodyMask::new(&key, Part::RequestBody, facts(content_type), u64::MAX);
        mask.feed(text.as_bytes(), &mut Vec::new());
        mask.finish(&mut Vec::new()).masks[0].token.clone()
    };
    let plain = key.token(b"a&b c\"");
    assert_eq!(token(FORM, "password=a%26b+c%22&x=y"), plain);
    assert_eq!(token(XML, "<password>a&amp;b c\"</password>"), plain);
    assert_eq!(token(JSON, "{\"password\":\"a&b c\\\"\"}"), plain);
    assert_ne!(token(JSON, "{\"password\":\"a&b c\"}"), plain);
}

fn header_masked(name: &str, value: &str) -> String {
    let mut bytes = value.as_bytes().to_vec();
    super::change::apply(&mut bytes, &header::in_header(name.as_bytes(), value.as_bytes()));
    assert_eq!(bytes.len(), value.len());
    String::from_utf8(bytes).unwrap()
}

#[test]
fn heads_keep_users_and_lose_secrets() {
    // jdoe:hunter2, jdoe:*******
    assert_eq!(header_masked("Authorization", "Basic amRvZTpodW50ZXIy"), "Basic amRvZToqKioqKioq");
    assert_eq!(header_masked("authorization", "basic  amRvZTpodW50ZXIyIQ=="), "basic  amRvZToqKioqKioqKg==");
    assert_eq!(header_masked("Proxy-Authorization", "Basic amRvZTpodW50ZXIyIQ"), "Basic amRvZToqKioqKioqKg");
    assert_eq!(header_masked("Authorization", "Basic not/base64?"), "Basic ***********");
    assert_eq!(header_masked("Authorization", "Bearer abc.def"), "Bearer *******");
    assert_eq!(header_masked("Authorization", "Negotiate YII="), "Negotiate ****");
    assert_eq!(header_masked("Authorization", "AWS4-HMAC Credential=x"), "AWS4-HMAC ************");
    assert_eq!(header_masked("Authorization", "opaque"), "******");
    let digest = header_masked("Authorization", "Digest username=\"u\", response=\"abc\", uri=\"/\"");
    assert_eq!(digest, "Digest username=\"u\", response=\"***\", uri=\"/\"");
    assert_eq!(header_masked("WWW-Authenticate", "NTLM TlRM"), "NTLM ****");
    assert_eq!(header_masked("WWW-Authenticate", "Basic realm=\"M3\""), "Basic realm=\"M3\"");
    assert_eq!(header_masked("Cookie", "a=b; JSESSIONID=x=y;c"), "a=*; JSESSIONID=***;*");
    assert_eq!(header_masked("Set-Cookie", "a=b; Path=/; HttpOnly"), "a=*; Path=/; HttpOnly");
    assert_eq!(
        header_masked("Set-Cookie", "a=b; Expires=Wed, 21 Oct 2026 07:28:00 GMT; path=/, c=d\nd=e"),
        "a=*; Expires=Wed, 21 Oct 2026 07:28:00 GMT; path=/, c=*\nd=*"
    );
    assert_eq!(header_masked("X-Auth-Token", "abc"), "***");
    assert_eq!(header_masked("X-Infor-Session", "abc"), "***");
    assert_eq!(header_masked("Authentication-Info", "qop=auth, rspauth=\"abc\""), "qop=auth, rspauth=\"***\"");
    assert_eq!(header_masked("fnd-csrf-token", "abc"), "***");
    assert_eq!(
        header_masked("Location", "https://h/cb?code=abc&state=x#access_token=y"),
        "https://h/cb?code=***&state=x#access_token=*"
    );
    assert_eq!(header_masked("Content-Type", "text/xml; charset=utf-8"), "text/xml; charset=utf-8");
    assert_eq!(header_masked("SOAPAction", "\"\""), "\"\"");
    let head = b"GET /a;jsessionid=abc?token=x HTTP/1.1\r\nHost: h\r\nAuthorization:\r\n Basic amRvZTpodW50ZXIy\r\nbad line\r\n\r\n";
    let mut masked = head.to_vec();
    let changes: Vec<_> = header::in_head(head).iter().flat_map(header::Line::in_head).collect();
    super::change::apply(&mut masked, &changes);
    let expected = "GET /a;jsessionid=***?token=* HTTP/1.1\r\nHost: h\r\nAuthorization:\r\n Basic amRvZToqKioqKioq\r\nbad line\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&masked), expected);
}

#[test]
fn an_ntlm_message_keeps_its_user() {
    let mut message = b"NTLMSSP\0\x03\0\0\0".to_vec();
    let (domain, user): (Vec<u8>, Vec<u8>) = (utf16("CORP"), utf16("JDOE"));
    let secret = [0xAB; 24];
    let mut at = 64_u32;
    let mut payload = Vec::new();
    for part in [&secret[..], &secret, &domain, &user, &[], &[]] {
        message.extend_from_slice(&(part.len() as u16).to_le_bytes());
        message.extend_from_slice(&(part.len() as u16).to_le_bytes());
        message.extend_from_slice(&at.to_le_bytes());
        at += part.len() as u32;
        payload.extend_from_slice(part);
    }
    message.extend_from_slice(&[0; 4]);
    message.extend_from_slice(&payload);
    let text = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, &message);
    let masked = header_masked("Authorization", &format!("NTLM {text}"));
    let decoded = super::base64::decode(&masked.as_bytes()[5..]).unwrap();
    assert!(decoded.windows(8).any(|w| w == user) && decoded.windows(8).any(|w| w == domain));
    assert!(!decoded.contains(&0xAB));
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn targets_of_all_forms() {
    for (given, expected) in [
        ("/x?a=b", "/x?a=b"),
        ("/x;jsessionid=0A1B?a=b", "/x;jsessionid=****?a=b"),
        (
            "/m3api-rest/execute/CRS610MI/Get;metadata=true;cono=1;SID=ab/c;d=e?CUNO=Y",
            "/m3api-rest/execute/CRS610MI/Get;metadata=true;cono=1;SID=**/c;d=e?CUNO=Y",
        ),
        ("http://jdoe:p%40ss@h:80/x@y?password=p&b=c#token=t", "http://jdoe:******@h:80/x@y?password=*&b=c#token=*"),
        ("https://h?code=c1&state=s", "https://h?code=**&state=s"),
        ("https://h/?code=c1&lang=s", "https://h/?code=c1&lang=s"),
        ("/oauth2/back?code=c1&x=s", "/oauth2/back?code=**&x=s"),
        ("/x/callback?code=c1#a", "/x/callback?code=**#a"),
        ("/x/callbacks?code=c1", "/x/callbacks?code=c1"),
        ("/a/eyJhbGciOiJ9.eyJzdWIi.c2ln/b", "/a/eyJhbGciOiJ9.*************/b"),
        ("/a/(S(abc))/x.aspx?session=s&sig=t", "/a/(S(***))/x.aspx?session=*&sig=*"),
        ("m3.example:443", "m3.example:443"),
        ("*", "*"),
        ("", ""),
        (
            "/a?url=http%3A%2F%2Fh%2F%3Faccess_token%3Dabc%26x%3Dy",
            "/a?url=http%3A%2F%2Fh%2F%3Faccess_token%3D***%26x%3Dy",
        ),
    ] {
        let mut bytes = given.as_bytes().to_vec();
        super::change::apply(&mut bytes, &target::in_target(given.as_bytes()));
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }
}

#[test]
fn texts_and_names() {
    assert_eq!(mask_text("user=JDOE, password=geheim, x"), "user=JDOE, password=******, x");
    assert!(matches!(mask_text("nothing here"), std::borrow::Cow::Borrowed(_)));
    assert_eq!(mask_text("Passwort: größe!\nweiter"), "Passwort: ********\nweiter");
    let mut logon = b"....PWLOG".to_vec();
    logon.extend_from_slice(&[b' '; 32]);
    logon.extend_from_slice(b"MVXSECOFR       0123456789abcdefCRS610MI");
    let masked = super::mask_bytes(&logon).into_owned();
    assert!(masked.ends_with(b"MVXSECOFR       ****************CRS610MI"));
    assert!(is_secret_name("Header/lws/password") && is_secret_name("x-api-key") && !is_secret_name("a/Facility"));
}

#[test]
fn a_body_is_cut_at_its_limit() {
    let mut mask = BodyMask::new(&key(), Part::ResponseBody, facts(TEXT), 100);
    let mut out = Vec::new();
    for _ in 0..50 {
        mask.feed(&[b'x'; 30], &mut out);
    }
    assert_eq!((mask.finish(&mut out).state, out.len()), (BodyState::Cut, 100));
}

#[test]
fn the_time_taken_is_linear() {
    // Each would take minutes if it were quadratic.
    let large = 2 << 20;
    for unit in [
        "password",
        "\\",
        "<password>",
        "eyJ.",
        "&lt;",
        "Basic A",
        "{\"token\":[",
        "%25",
        "://a:",
        "name=\"password\" ",
    ] {
        let text = unit.repeat(large / unit.len());
        let mut search = Search::new(Syntax::Text);
        let mut out = Vec::new();
        for piece in text.as_bytes().chunks(100) {
            search.feed(piece, &mut out);
        }
        search.finish(&mut out);
        assert_eq!(out.len(), text.len(), "{unit}");
    }
}

mod heads;
mod places;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_text_cut_anyhow_comes_out_the_same(
        words in proptest::collection::vec(0_usize..40, 1..40),
        cuts in proptest::collection::vec(1_usize..9, 1..8),
        syntax in 0_usize..5,
    ) {
        const WORDS: [&str; 40] = [
            "password", "token", "<", ">", "</", "/>", "\"", "'", "=", ":", "&", ";", "\\", "\\\"", "&lt;", "&gt;", "&quot;",
            "&amp;lt;", "%3C", "%22", "%3D", "%26", "\\u003c", " ", "\r\n", "\n\n", "--", "{", "}", "[", "]", ",", "Bearer ",
            "Basic amRvZTp4", "eyJ.eyJ", "value", "name=", "x", "://u:", "]]>",
        ];
        let text: String = words.iter().map(|w| WORDS[*w]).collect();
        let syntax = [Syntax::Markup, Syntax::Json, Syntax::Form, Syntax::Multipart, Syntax::Text][syntax];
        let search = |pieces: &[&[u8]]| {
            let mut search = Search::new(syntax);
            let mut out = Vec::new();
            pieces.iter().for_each(|piece| search.feed(piece, &mut out));
            search.finish(&mut out);
            (String::from_utf8(out).unwrap(), search.take_found())
        };
        let whole = search(&[text.as_bytes()]);
        prop_assert_eq!(whole.0.len(), text.len());
        let mut pieces = Vec::new();
        let mut rest = text.as_bytes();
        for cut in cuts.iter().cycle() {
            if rest.is_empty() { break; }
            let (piece, behind) = rest.split_at((*cut).min(rest.len()));
            pieces.push(piece);
            rest = behind;
        }
        prop_assert_eq!(search(&pieces), whole);
    }
}
