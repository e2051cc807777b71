//! What is a secret is shown by no command and handed on by none, in whatever notation a log or a dump has it, and also
//! where the password of a call is said again with nothing before it. All synthetic.

use std::path::Path;
use std::process::Command;

/// `§` begins each secret; none has a blank in it.
const LOG: &str = r#"2026-01-13 10:15:01,100 ERROR [w-1] m3.x - user MWSUSR password §A01
2026-01-13 10:15:01,200 ERROR [w-1] m3.x - sftp://bob:§A02@host/dir
2026-01-13 10:15:01,300 ERROR [w-1] m3.x - ldap.bindPassword=§A03 keyStorePassword=§A04
2026-01-13 10:15:01,400 ERROR [w-1] m3.x - <FLD n="WWPWD">§A05</FLD>
2026-01-13 10:15:01,500 ERROR [w-1] m3.x - <property name="password" value="§A06"/>
2026-01-13 10:15:01,900 ERROR [w-1] m3.x - clientSecret: §A07 secretKey=§A08
2026-01-13 10:15:02,300 ERROR [w-1] m3.x - Password [§A09] Passwort: §A10
2026-01-13 10:15:02,600 ERROR [w-1] m3.x - &lt;password&gt;§A11&lt;/password&gt;
2026-01-13 10:15:02,900 ERROR [w-1] m3.x - Headers: {Authorization=[Bearer §A12], Cookie=[JSESSIONID=§A13], a=[b]}
2026-01-13 10:15:03,200 ERROR [w-1] m3.x - PWLOG host MWSUSR §A14
2026-01-13 10:15:03,300 ERROR [w-1] m3.x - curl -u MWSUSR:§A15 https://h/ and keytool -storepass §A16
2026-01-13 10:15:03,400 ERROR [w-1] m3.x - the password expired for MWSUSR
"#;

const DUMP: &str = r#"Program . . . . : CRS008
User  . . . . . : MWSUSR
Password  . . . : §B01
Pwd ........... : §B02
Created . . . . : 2026-01-13 10:15:07

java.lang.NullPointerException
	at mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)

Fields
WWPASS = "§B03"
PASSWORD | §B04
| Password | §B05 |
Password              §B06
<Password>§B07</Password>
<field name="PWD" value="§B08"/>
"#;

/// Another password, said again by the server and by the log. Basic credentials are `MWSUSR:HunterC01x`.
const SAID: &str = "2026-01-13 10:15:05,310 INFO  [w-5] mws.service - Facility.Create user MWSUSR started
2026-01-13 10:15:05,330 ERROR [w-5] m3.program - Login of MWSUSR with HunterC01x failed
2026-01-13 10:15:05,490 INFO  [w-5] mws.service - Facility.Create user MWSUSR ended
";

fn har() -> String {
    let envelope = |body: &str| {
        format!("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>{body}</s:Body></s:Envelope>")
    };
    let request = envelope(
        "<C:Create xmlns:C='http://your.company.net/Facility/Create'><C:CRS008><C:Facility>F0</C:Facility></C:CRS008></C:Create>",
    );
    let fault = envelope(
        "<s:Fault><faultcode>s:Server</faultcode><faultstring>no logon with HunterC01x</faultstring></s:Fault>",
    );
    let xml = serde_json::json!([{"name": "Content-Type", "value": "text/xml"},
        {"name": "Authorization", "value": "Basic TVdTVVNSOkh1bnRlckMwMXg="}]);
    serde_json::json!({"log": {"version": "1.2", "creator": {"name": "t", "version": "1"}, "entries": [{
        "startedDateTime": "2026-01-13T10:15:05.300Z", "time": 200, "cache": {},
        "timings": {"send": 1, "wait": 198, "receive": 1},
        "request": {"method": "POST", "url": "http://m3:19007/mws-ws/services/Facility", "httpVersion": "HTTP/1.1",
            "headers": xml, "queryString": [], "cookies": [], "headersSize": -1, "bodySize": -1,
            "postData": {"mimeType": "text/xml", "text": request}},
        "response": {"status": 500, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "redirectURL": "",
            "headers": [{"name": "Content-Type", "value": "text/xml"}], "headersSize": -1, "bodySize": -1,
            "content": {"size": fault.len(), "mimeType": "text/xml", "text": fault}},
    }]}})
    .to_string()
}

fn shown(config: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    let output =
        command.args(args).env("NO_COLOR", "1").env("MWSCOPE_CONFIG_DIR", config).current_dir(config).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!text.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn no_notation_of_a_secret_is_shown() {
    let dir = tempfile::tempdir().unwrap();
    let (log, dump) = (dir.path().join("a.log"), dir.path().join("dump.txt"));
    std::fs::write(&log, LOG.replace('§', "Hunter")).unwrap();
    std::fs::write(&dump, DUMP.replace('§', "Hunter")).unwrap();
    let (log, dump) = (log.display().to_string(), dump.display().to_string());
    for args in [
        &["log", &log][..],
        &["log", &log, "--format", "ndjson"],
        &["log", &log, "--top", "messages"],
        &["show", &log, "a.log:1"],
        &["export", &log, "--to", "otlp"],
        &["export", &log, "--to", "opensearch"],
        &["export", &log, "--to", "clickhouse"],
        &["dump", &dump],
        &["dump", &dump, "--format", "json"],
        &["dump", &dump, "--handoff"],
        &["show", &dump, "d0"],
        &["show", &dump, "d0", "--format", "json"],
    ] {
        let text = shown(dir.path(), args);
        assert!(!text.contains("Hunter"), "{args:?}: {text}");
        assert!(text.contains("MWSUSR"), "{args:?}: {text}");
    }
    let text = shown(dir.path(), &["log", &log]);
    assert!(text.contains("a=[b]") && text.contains("the password expired for MWSUSR"), "{text}");
    assert_eq!(shown(dir.path(), &["log", &log, "--show-secrets"]).matches("Hunter").count(), 16);
}

#[test]
fn no_notation_of_a_secret_gets_into_a_case() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.log"), LOG.replace('§', "Hunter")).unwrap();
    std::fs::write(dir.path().join("dump.txt"), DUMP.replace('§', "Hunter")).unwrap();
    shown(dir.path(), &["import", "a.mwscope", "a.log", "dump.txt"]);
    shown(dir.path(), &["log", "a.mwscope"]);
    let mut files = 0;
    for entry in walkdir(&dir.path().join("a.mwscope")) {
        let bytes = std::fs::read(&entry).unwrap();
        assert!(memchr::memmem::find(&bytes, b"Hunter").is_none(), "{}", entry.display());
        #[cfg(unix)]
        assert_eq!(mode(&entry), 0o600, "{}", entry.display());
        files += 1;
    }
    assert!(files > 1);
    #[cfg(unix)]
    assert_eq!(["a.mwscope", "a.mwscope/segments"].map(|name| mode(&dir.path().join(name))), [0o700; 2]);
}

/// Who may read it: what a case holds is a customer's.
#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

fn walkdir(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walkdir(&path) } else { vec![path] }).collect()
}

#[test]
fn the_password_of_a_call_is_shown_nowhere_it_is_said_again() {
    let dir = tempfile::tempdir().unwrap();
    let all = dir.path().join("all");
    std::fs::create_dir(&all).unwrap();
    std::fs::write(all.join("t.har"), har()).unwrap();
    std::fs::write(all.join("mws.log"), SAID).unwrap();
    for args in [
        &["investigate", "all", "--all"][..],
        &["investigate", "all", "--format", "md"],
        &["investigate", "all", "--format", "html"],
        &["investigate", "all", "--format", "json"],
        &["investigate", "all", "--format", "ndjson"],
        &["log", "all"],
        &["log", "all", "--format", "json"],
        &["log", "all", "--format", "ndjson"],
        &["log", "all", "--top", "messages"],
        &["show", "all", "x0"],
        &["show", "all", "x0", "--format", "json"],
        &["show", "all", "x0", "--raw"],
        &["show", "all", "x0", "--body", "response"],
        &["show", "all", "mws.log:2"],
        &["export", "all", "--to", "otlp"],
        &["export", "all", "--to", "opensearch"],
        &["export", "all", "--to", "clickhouse"],
    ] {
        let text = shown(dir.path(), args);
        assert!(!text.contains("HunterC01x"), "{args:?}: {text}");
        if args.contains(&"json") {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }
    }
    shown(dir.path(), &["import", "all.mwscope", "all/mws.log", "all/t.har"]);
    let text = shown(dir.path(), &["show", "all.mwscope", "x0", "--show-secrets"]);
    assert!(!text.contains("HunterC01x") && text.contains("no logon with **********"), "{text}");
    let text = shown(dir.path(), &["log", "all.mwscope", "--show-secrets"]);
    assert!(text.contains("Login of MWSUSR with ********** failed"), "{text}");
    let text = shown(dir.path(), &["log", "all"]);
    assert!(text.contains("Login of MWSUSR with ********** failed"), "{text}");
    assert!(shown(dir.path(), &["log", "all", "--show-secrets"]).contains("HunterC01x"));
    assert!(shown(dir.path(), &["show", "all", "x0", "--show-secrets"]).contains("HunterC01x"));
}
