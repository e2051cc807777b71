//! `--env`: addresses, credentials and company of an environment of the user's.

use super::exact::har;
use super::lab::{Raw, json, mwscope, mwscope_with, ok, record, said, text};

const SOAP: &str = "<s:Envelope xmlns:s='u'><s:Header><c:lws xmlns:c='http://lawson.com/ws/credentials'><c:company>100</c:company>\
<c:division/></c:lws></s:Header><s:Body><x/></s:Body></s:Envelope>";

#[test]
fn an_environment_moves_host_credentials_and_company() {
    let (old, new) = (Raw::always(&ok("<r/>")), Raw::always(&ok("<r/>")));
    let folder = tempfile::tempdir().unwrap();
    let request = format!(
        "POST /m3api-rest/execute/MMS001MI/Get;cono=100;divi=AAA?x=1 HTTP/1.1\r\nHost: {}\r\nAuthorization: Basic TUU6Z2VoZWltMQ==\r\n\
         Cookie: JSESSIONID=abcdef123456\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\r\n{SOAP}",
        old.address,
        SOAP.len()
    );
    let case = record(folder.path(), &old, &[request.as_bytes()], false).display().to_string();
    old.take();
    let file = folder.path().join("environments.toml");
    let toml = format!(
        "[dev.urls]\nmws = '{}'\n\n[tst]\nuser = 'TSTUSR'\npassword_command = 'echo p:w'\ncompany = 200\ndivision = 'B&B'\n\n[tst.urls]\nmws = '{}'\n\n\
         [prd]\nprotected = true\nuser = 'PRD'\npassword_env = 'MWSCOPE_TEST_PASSWORD'\n[prd.urls]\nmws = '{}'\n",
        old.url(""),
        new.url("/base"),
        new.url("")
    );
    std::fs::write(&file, toml).unwrap();
    let file = file.display().to_string();
    let run =
        json(&mwscope(&["replay", &case, "x0", "--env", "TST", "--environments", &file, "--yes", "--format", "json"]));
    let arrived = text(&new.take()[0]);
    assert!(
        arrived.starts_with("POST /base/m3api-rest/execute/MMS001MI/Get;cono=200;divi=B%26B?x=1 HTTP/1.1\r\n"),
        "{arrived}"
    );
    assert!(
        arrived.contains(&format!("Host: {}\r\n", new.address))
            && arrived.contains("Authorization: Basic VFNUVVNSOnA6dw==\r\n"),
        "{arrived}"
    );
    assert!(!arrived.contains("Cookie"), "{arrived}");
    assert!(
        arrived.ends_with(&SOAP.replace(">100<", ">200<").replace("<c:division/>", "<c:division>B&amp;B</c:division>")),
        "{arrived}"
    );
    assert!(!run.to_string().contains("p:w") && !run.to_string().contains("VFNUVVNSOnA6dw"), "{run}");
    // A protected one wants its name.
    let at = |extra: &[&str]| {
        let mut args = vec!["replay", case.as_str(), "x0", "--env", "prd"];
        args.extend(extra);
        mwscope_with(&args, &[("MWSCOPE_ENVIRONMENTS", &file), ("MWSCOPE_TEST_PASSWORD", "x")])
    };
    for extra in [&["--yes"][..], &["--yes=tst"], &[]] {
        let output = at(extra);
        assert_eq!((output.status.code(), new.take().len()), (Some(2), 0), "{}", said(&output));
        assert!(said(&output).contains("prd"), "{}", said(&output));
    }
    assert_eq!(at(&["--dry-run"]).status.code(), Some(0));
    assert!(new.take().is_empty());
    assert_eq!((at(&["--yes=PRD"]).status.code(), at(&["--confirm", "prd"]).status.code()), (Some(0), Some(0)));
    assert_eq!(new.take().len(), 2);
    let unknown = mwscope(&["replay", &case, "x0", "--env", "tts", "--environments", &file, "--yes"]);
    assert!(
        unknown.status.code() == Some(2) && said(&unknown).contains("there are dev, prd, tst; did you mean tst?"),
        "{}",
        said(&unknown)
    );
}

#[test]
fn a_missing_file_is_shown_how_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = har(folder.path(), &[("GET", "http://127.0.0.1:1/", &[], "")]);
    let nowhere = folder.path().join("none.toml").display().to_string();
    let output = mwscope(&["replay", &path, "--env", "dev", "--environments", &nowhere]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("password_command") && said(&output).contains("[prd.urls]"), "{}", said(&output));
    let wrong = folder.path().join("wrong.toml");
    std::fs::write(&wrong, "[dev]\nurl = 'http://127.0.0.1:2'\npassword = 'x'\npasword = 1\n").unwrap();
    let output = mwscope(&["replay", &path, "--env", "dev", "--environments", &wrong.display().to_string()]);
    assert!(output.status.code() == Some(2) && said(&output).contains("pasword"), "{}", said(&output));
}
