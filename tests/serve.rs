//! `mwscope serve` from outside: a client that is answered as the recorded server answered.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const CASE: &str = "captures/cases/crs008-facility";

/// A mock that runs until it is dropped.
struct Mock {
    child: Child,
    lines: BufReader<std::process::ChildStdout>,
    address: String,
}

impl Mock {
    fn of(path: &str, options: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_mwscope"))
            .args(["serve", path, "--listen", "127.0.0.1:0", "--delays", "none"])
            .args(options)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        let address = first.trim().strip_prefix("listening on ").expect(&first).to_owned();
        let mut mock = Self { child, lines, address };
        mock.line();
        mock
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    fn ask(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        // A connection that is reset on purpose ends with an error and what came before.
        let _reset = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _ended = self.child.wait();
    }
}

fn body_of(id: &str) -> String {
    let shown =
        Command::new(env!("CARGO_BIN_EXE_mwscope")).args(["show", CASE, id, "--body", "request"]).output().unwrap();
    String::from_utf8(shown.stdout).unwrap()
}

fn post(body: &str) -> String {
    let head = "POST /mws-ws/services/Facility HTTP/1.1\r\nHost: elsewhere.example.com\r\nContent-Type: text/xml\r\n";
    format!("{head}Authorization: Basic eDp5\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
}

#[test]
fn a_client_gets_what_was_recorded_and_a_miss_is_said() {
    let mut mock = Mock::of(CASE, &[]);
    let body = body_of("x28");
    let answer = mock.ask(&post(&body));
    assert!(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\nDate: "), "{answer}");
    assert!(
        answer.ends_with("<faultstring>Unable to execute MPD!</faultstring></soap:Fault></soap:Body></soap:Envelope>")
    );
    let line = mock.line();
    assert!(line.contains("Facility.Create  as x28 (exact)  500"), "{line}");
    let missed = mock.ask(&post(&body.replace("C01", "Q77")));
    assert!(missed.starts_with("HTTP/1.1 404 Not Recorded\r\n"), "{missed}");
    assert!(missed.contains("CRS008/Facility is \"Q77\""), "{missed}");
    assert!(mock.line().contains("NOT RECORDED"));
}

#[test]
fn faults_are_put_in_and_everything_can_be_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("asked.mwscope");
    let options =
        ["--fault", "op:Create => status 503", "--fault", "op:Get => reset", "--record", case.to_str().unwrap()];
    let mut mock = Mock::of(CASE, &options);
    let answer = mock.ask(&post(&body_of("x28")));
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"), "{answer}");
    assert!(mock.line().contains("fault put in: status 503"));
    let get = "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><Get/></s:Body></s:Envelope>";
    assert_eq!(mock.ask(&post(get)), "");
    assert!(mock.line().contains("no answer"));
    mock.ask("GET /nothing HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    mock.line();
    mock.ask("GET /nothing HTTP/1.0\r\n\r\n");
    mock.line();
    // Killed, not ended: what was asked is in the case all the same.
    drop(mock);
    let listed = Command::new(env!("CARGO_BIN_EXE_mwscope"))
        .args(["list", case.to_str().unwrap(), "--format", "ndjson"])
        .output()
        .unwrap();
    let listed: Vec<serde_json::Value> =
        String::from_utf8(listed.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let seen: Vec<_> = listed.iter().map(|x| (x["status"].as_u64(), x["outcome"].as_str().unwrap())).collect();
    assert_eq!(seen, [(Some(503), "complete"), (None, "failed"), (Some(404), "complete"), (Some(404), "complete")]);
    assert_eq!((&listed[2]["http"], &listed[3]["http"]), (&"HTTP/1.1".into(), &"HTTP/1.0".into()));
}

#[test]
fn what_was_marked_is_served_alone() {
    let own = tempfile::tempdir().unwrap();
    let command = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        command.args(args).env("MWSCOPE_CONFIG_DIR", own.path());
        command
    };
    assert!(command(&["note", CASE, "x28", "--mark"]).status().unwrap().success());
    let serve = ["serve", CASE, "--listen", "127.0.0.1:0", "--filter", "is:marked"];
    let mut child = command(&serve).stdout(Stdio::piped()).spawn().unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let _ended = child.kill();
    let _ended = child.wait();
    assert!(first.starts_with("listening on "), "{first}");
}

#[test]
fn wrong_usage_says_what_is_right() {
    for (options, said) in [
        (vec!["--fault", "explode"], "there are: delay TIME"),
        (vec!["--delays", "soon"], "write recorded, none"),
        (vec!["--listen", "nowhere"], "--listen"),
        (vec!["--filter", "op:Nothing"], "there is no recorded answer"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_mwscope")).args(["serve", CASE]).args(&options).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{options:?}: {error}");
        assert!(error.contains(said), "{options:?}: {error}");
    }
}
