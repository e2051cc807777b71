//! One value changed, everything else as it was.

use std::io::Write;

use super::exact::har;
use super::lab::{Raw, json, mwscope, ok, said, text};

const SOAP: &str = "<?xml version='1.0'?>\r\n<s:Envelope xmlns:s=\"u\">\n <s:Body ><c:Create xmlns:c='v' version='1' v=\"2\">\
<c:Facility>A01</c:Facility><c:Facility/><Text><![CDATA[a<b]]></Text><Nil xsi:nil='true'/>\n</c:Create></s:Body></s:Envelope>";

/// The body that arrives when `args` are given.
fn sent(server: &Raw, har: &str, args: &[&str]) -> Result<String, String> {
    let mut all = vec!["replay", har, "--yes"];
    all.extend(args);
    let output = mwscope(&all);
    match output.status.code() {
        Some(0) => Ok(text(&server.take()[0])),
        Some(2) => Err(said(&output)),
        status => panic!("{status:?} {}", said(&output)),
    }
}

fn body(request: Result<String, String>) -> String {
    request.unwrap().split_once("\r\n\r\n").unwrap().1.to_owned()
}

#[test]
fn a_path_changes_the_bytes_of_its_value_alone() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let har = har(
        folder.path(),
        &[("POST", &server.url("/a;cono=100/b?x=1&y=a%20b"), &[("Content-Type", "text/xml")], SOAP)],
    );
    for (args, before, after) in [
        (&["--set", "/Envelope/Body/Create/Facility[1]=B & <2>"][..], ">A01<", ">B &amp; &lt;2&gt;<"),
        (&["--set", "//Facility[2]=x"], "<c:Facility/>", "<c:Facility>x</c:Facility>"),
        (&["--set", "//Text=]]>&"], "a<b]]>", "]]]]><![CDATA[>&]]>"),
        (&["--set", "//Create/@version='\""], "version='1'", "version='&apos;\"'"),
        (&["--set", "//Nil=x"], "<Nil xsi:nil='true'/>", "<Nil>x</Nil>"),
        (&["--remove", "//Facility[2]"], "<c:Facility/>", ""),
        (&["--remove", "//Create/@v"], " v=\"2\"", ""),
    ] {
        assert_eq!(body(sent(&server, &har, args)), SOAP.replace(before, after), "{args:?}");
    }
    for (args, line) in [
        (&["--set", "query:x=ü&"][..], "POST /a;cono=100/b?x=%C3%BC%26&y=a%20b HTTP/1.1"),
        (&["--set", "query:cono=200"], "POST /a;cono=200/b?x=1&y=a%20b HTTP/1.1"),
        (&["--set", "query:new=1"], "POST /a;cono=100/b?x=1&y=a%20b&new=1 HTTP/1.1"),
        (&["--remove", "query:x"], "POST /a;cono=100/b?y=a%20b HTTP/1.1"),
        (&["--set", "method=PUT", "--set", "header:X-New=1"], "PUT /a;cono=100/b?x=1&y=a%20b HTTP/1.1"),
    ] {
        let request = sent(&server, &har, args).unwrap();
        assert_eq!(request.lines().next(), Some(line));
        assert!(request.ends_with(SOAP));
        assert_eq!(request.contains("\r\nX-New: 1\r\n"), args.len() > 2, "{request}");
    }
    for (path, near) in [
        ("//Facilty=1", "near it: /Envelope/Body/Create/Facility[1]"),
        (
            "//Facility=1",
            "fits 2 values; name one: /Envelope/Body/Create/Facility[1], /Envelope/Body/Create/Facility[2]",
        ),
        ("//Create=1", "there are elements in it"),
        ("//Create/@versoin=1", "/Envelope/Body/Create/@version"),
        ("json:/a=1", "the body is no JSON"),
        ("Facility=1", "names no value of a request"),
        ("//Text=\u{1}", "no XML can hold"),
    ] {
        let why = sent(&server, &har, &["--set", path]).unwrap_err();
        assert!(why.contains(near), "{path}: {why}");
    }
    assert!(sent(&server, &har, &["--remove", "header:Contant-Type"]).unwrap_err().contains("header:Content-Type"));
    assert!(server.take().is_empty(), "nothing is sent where a path doesn't fit");
}

#[test]
fn json_and_forms_are_changed_in_their_own_way() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let text = "{\"a\" : [1, {\"b\":\"x\"}],\r\n \"n\":null , \"t\":true}";
    let path = har(folder.path(), &[("POST", &server.url("/"), &[("Content-Type", "application/json")], text)]);
    for (args, before, after) in [
        (&["--set", "json:/a/1/b=q\"\n€"][..], "\"x\"", "\"q\\\"\\n€\""),
        (&["--set", "json:/a/0=2.50"], "[1,", "[2.50,"),
        (&["--set", "json:/a/0=two"], "[1,", "[\"two\","),
        (&["--set", "json:/n=5"], "null", "5"),
        (&["--set", "json:/a=[]"], "[1, {\"b\":\"x\"}]", "[]"),
        (&["--remove", "json:/n"], ",\r\n \"n\":null", ""),
        (&["--remove", "json:/a"], "\"a\" : [1, {\"b\":\"x\"}],\r\n ", ""),
    ] {
        assert_eq!(body(sent(&server, &path, args)), text.replace(before, after), "{args:?}");
    }
    assert!(sent(&server, &path, &["--set", "json:/a/1/c=1"]).unwrap_err().contains("json:/a/1/b"));
    let form = "a=1&b=x+y&a=2&c";
    let path = har(
        folder.path(),
        &[("POST", &server.url("/"), &[("Content-Type", "application/x-www-form-urlencoded")], form)],
    );
    for (args, after) in [
        (&["--set", "form:b=ü &"][..], "a=1&b=%C3%BC+%26&a=2&c"),
        (&["--set", "form:a[2]=9"], "a=1&b=x+y&a=9&c"),
        (&["--set", "form:c=1"], "a=1&b=x+y&a=2&c=1"),
        (&["--remove", "form:a[1]"], "b=x+y&a=2&c"),
    ] {
        assert_eq!(body(sent(&server, &path, args)), after, "{args:?}");
    }
    assert!(sent(&server, &path, &["--set", "form:a=1"]).unwrap_err().contains("form:a[1], form:a[2]"));
}

#[test]
fn the_body_keeps_its_encoding_and_its_coding() {
    let server = Raw::always(&ok("<r/>"));
    let folder = tempfile::tempdir().unwrap();
    let latin = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>\xe9</b><c>x</c></a>";
    let head = |extra: &str, len: usize| {
        format!(
            "POST / HTTP/1.1\r\nHost: {}\r\nContent-Type: text/xml\r\n{extra}Content-Length: {len}\r\n\r\n",
            server.address
        )
    };
    let mut coded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    coded.write_all(latin).unwrap();
    let coded = coded.finish().unwrap();
    let requests = [
        [head("", latin.len()).as_bytes(), latin].concat(),
        [head("Content-Encoding: gzip\r\n", coded.len()).as_bytes(), &coded].concat(),
    ];
    let slices: Vec<&[u8]> = requests.iter().map(Vec::as_slice).collect();
    let case = super::lab::record(folder.path(), &server, &slices, false).display().to_string();
    server.take();
    let body = |request: &[u8]| {
        let at = request.windows(4).position(|w| w == b"\r\n\r\n").unwrap() + 4;
        request[at..].to_vec()
    };
    let output = mwscope(&["replay", &case, "x0", "x1", "--set", "//c=ü€", "--yes", "--format", "json"]);
    let said = json(&output);
    let arrived = server.take();
    let wanted = b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a><b>\xe9</b><c>\xfc&#8364;</c></a>";
    assert_eq!(body(&arrived[0]), wanted);
    let mut plain = Vec::new();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&body(&arrived[1])[..]), &mut plain).unwrap();
    assert_eq!(plain, wanted);
    assert!(said["runs"][1]["exchange"]["edits"].to_string().contains("coded again as gzip"), "{said}");
    // The editor gets the text, and gives it back.
    let script = folder.path().join("editor.sh");
    std::fs::write(
        &script,
        "#!/bin/sh\nsed -i 's|<c>x</c>|<c>edited</c>|; s|^Content-Type: .*|Content-Type: application/xml|' \"$1\"\n",
    )
    .unwrap();
    if cfg!(unix) {
        let editor = format!("sh '{}'", script.display());
        let output = super::lab::mwscope_with(&["replay", &case, "x1", "--edit", "--yes"], &[("VISUAL", &editor)]);
        assert_eq!(output.status.code(), Some(0), "{}", super::lab::said(&output));
        let arrived = server.take().remove(0);
        let mut plain = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&body(&arrived)[..]), &mut plain).unwrap();
        assert_eq!(plain, latin.to_vec().replace_once(b"<c>x</c>", b"<c>edited</c>"));
        assert!(text(&arrived).contains("\r\nContent-Type: application/xml\r\n"));
    }
}

trait ReplaceOnce {
    fn replace_once(self, before: &[u8], after: &[u8]) -> Vec<u8>;
}

impl ReplaceOnce for Vec<u8> {
    fn replace_once(mut self, before: &[u8], after: &[u8]) -> Vec<u8> {
        let at = self.windows(before.len()).position(|w| w == before).unwrap();
        self.splice(at..at + before.len(), after.iter().copied());
        self
    }
}
