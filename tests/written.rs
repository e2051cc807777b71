//! Requests that were written down, from outside: curl command lines and SoapUI projects are listed, shown, linted, imported
//! and exported; what this program writes it reads back.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn sample() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("captures/cases/crs008-facility/inputs/traffic.har")
        .display()
        .to_string()
}

/// Method, URL, operation, company and size of every request, and the bodies.
fn told(path: &str) -> Vec<(Value, String)> {
    let listed = mwscope(&["list", path, "--format", "ndjson"]);
    assert_eq!(listed.status.code(), Some(0), "{path}: {}", err(&listed));
    let rows = out(&listed).lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    rows.iter()
        .map(|row| {
            let id = row["id"].as_str().unwrap();
            let fields = ["method", "url", "operation", "company", "request_bytes"].map(|name| row[name].clone());
            (Value::from(fields.to_vec()), out(&mwscope(&["show", path, id, "--body", "request"])))
        })
        .collect()
}

#[test]
fn what_is_exported_as_code_is_read_back() {
    let root = tempfile::tempdir().unwrap();
    let ids = ["x0", "x1", "x2", "x28", "x36", "x40", "x58"];
    let small = root.path().join("small.ndjson").display().to_string();
    let har = root.path().join("small.har").display().to_string();
    assert_eq!(mwscope(&[&["export", &sample(), "--to", "har", "-o", &har][..], &ids].concat()).status.code(), Some(0));
    let expected = told(&har);
    assert_eq!(expected.len(), ids.len());
    for (language, ending) in [("curl", "sh"), ("soapui", "xml")] {
        let path = format!("{small}.{ending}");
        let exported = mwscope(&["export", &har, "--to", language, "-o", &path]);
        assert_eq!(exported.status.code(), Some(0), "{language}: {}", err(&exported));
        assert_eq!(told(&path), expected, "{language}");
        let outcome = out(&mwscope(&["list", &path, "--format", "ndjson"]));
        assert!(outcome.lines().all(|line| line.contains("\"outcome\":\"open\"")), "{outcome}");
    }
}

#[test]
fn copied_commands_are_listed_shown_linted_and_imported() {
    let root = tempfile::tempdir().unwrap();
    let path = root.path().join("copied.txt");
    std::fs::write(
        &path,
        "curl 'http://m3.example.com:21007/mws-ws/services/Facility' \\\n  -H 'Content-Type: text/xml' \\\n  -u 'jdoe:S3cret' \\\n  \
         --data-raw $'<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:c=\"http://lawson.com/ws/credentials\">\\n<e:Header><c:lws><c:company>?</c:company></c:lws></e:Header><e:Body><o:Get xmlns:o=\"http://your.company.net/Facility/Get\"><o:GetItem/></o:Get></e:Body></e:Envelope>' ;\n\
         curl 'http://m3.example.com/upload' -d @/etc/hostname\n",
    )
    .unwrap();
    let path = path.display().to_string();
    let listed = mwscope(&["list", &path, "--format", "ndjson"]);
    let rows: Vec<Value> = out(&listed).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((rows.len(), &rows[0]["service"], &rows[0]["user"]), (2, &"Facility".into(), &"jdoe".into()));
    assert_eq!((&rows[0]["outcome"], &rows[1]["complete"]), (&"open".into(), &Value::from(true)));
    assert!(err(&listed).contains("@/etc/hostname from a file, which isn't read"), "{}", err(&listed));
    let shown = out(&mwscope(&["show", &path, "x0"]));
    assert!(shown.contains("Authorization: Basic") && !shown.contains("S3cret"), "{shown}");
    let linted = mwscope(&["lint", &path, "--format", "json"]);
    let answer: Value = serde_json::from_str(&out(&linted)).unwrap();
    let rules: Vec<_> =
        answer["findings"].as_array().unwrap().iter().map(|found| found["rule"].as_str().unwrap()).collect();
    assert!(
        ["clear-password", "hard-coded-address", "request-placeholder"].iter().all(|rule| rules.contains(rule)),
        "{rules:?}"
    );
    assert!(!out(&linted).contains("S3cret"));
    let case = root.path().join("a.mwscope").display().to_string();
    let imported = mwscope(&["import", &case, &path]);
    assert_eq!(imported.status.code(), Some(0), "{}", err(&imported));
    assert!(out(&imported).contains(": other, 2 items"), "{}", out(&imported));
    assert_eq!(out(&mwscope(&["list", &case])).lines().count(), 4);
    assert!(out(&mwscope(&["export", &case, "x0", "--to", "python", "-o", "-"])).contains("variable(\"MWS_BASIC\")"));
}

#[test]
fn composite_projects_are_folders() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("Project");
    let con = "xmlns:con='http://eviware.com/soapui/config'";
    let write = |name: &str, text: String| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let request = "<con:endpoint>https://h/x</con:endpoint><con:request>&lt;a/></con:request>";
    write("settings.xml", format!("<con:soapui-project {con} name='P'><con:settings/></con:soapui-project>"));
    write("Suite/settings.xml", format!("<con:testSuite {con} name='S'/>"));
    write(
        "Suite/Case.xml",
        format!(
            "<con:testCase {con} name='C'><con:testStep type='httprequest' name='A'><con:config method='POST'>{request}</con:config></con:testStep></con:testCase>"
        ),
    );
    let path = folder.display().to_string();
    let listed = mwscope(&["list", &path, "--format", "ndjson"]);
    assert!(out(&listed).contains("\"url\":\"https://h/x\""), "{} {}", out(&listed), err(&listed));
    assert!(Path::new(&path).is_dir());
    let fields = mwscope(&["import", "--fields", "soapui"]);
    assert!(out(&fields).contains("properties (${#Project#x})") && out(&fields).lines().count() > 5);
}
