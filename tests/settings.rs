//! What each setting does, from outside: one set in the file, in a variable, on the command line. The table has all of them,
//! so that none is added whose effect nobody tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What shows that a setting does something.
type Effect = fn(&Habit);

const EFFECTS: [(&str, Effect); 17] = [
    ("colour", colour),
    ("cache", cache),
    ("environments", environments),
    ("theme", theme),
    ("record.listen", listen),
    ("record.body-limit", body_limit),
    ("record.upstream-proxy", upstream_proxy),
    ("record.push", push),
    ("record.push-header", push_header),
    ("record.push-service", push_service),
    ("record.push-index", push_index),
    ("record.push-table", push_table),
    ("log.zone", zone),
    ("log.layout", layout),
    ("lint.allow", lint_allow),
    ("lint.deny", lint_deny),
    ("lint.fail-on", lint_fail_on),
];

#[test]
fn every_setting_has_an_effect() {
    let habit = Habit::new();
    let listed = habit.json(&["config", "--format", "json"], &[]);
    let listed: Vec<_> =
        listed["settings"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(listed, EFFECTS.map(|(name, _)| name), "a setting whose effect isn't tested, or the other way round");
    std::thread::scope(|scope| {
        let tests = EFFECTS.map(|(name, effect)| (name, scope.spawn(move || effect(&Habit::new()))));
        for (name, test) in tests {
            assert!(test.join().is_ok(), "{name}");
        }
    });
}

/// A user with a folder of settings of their own.
struct Habit {
    folder: tempfile::TempDir,
}

impl Habit {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    /// Puts a file into the folder; gives its path.
    fn file(&self, name: &str, text: &str) -> String {
        std::fs::write(self.folder.path().join(name), text).unwrap();
        self.path(name)
    }

    fn settings(&self, text: &str) {
        self.file("config.toml", text);
    }

    fn command(&self, args: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("MWSCOPE_")) {
            command.env_remove(name);
        }
        command.args(args).env("MWSCOPE_CONFIG_DIR", self.folder.path()).env("NO_COLOR", "1");
        command.envs(variables.iter().copied()).current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
        command
    }

    fn run(&self, args: &[&str], variables: &[(&str, &str)]) -> Output {
        self.command(args, variables).output().unwrap()
    }

    fn json(&self, args: &[&str], variables: &[(&str, &str)]) -> Value {
        let output = self.run(args, variables);
        assert_eq!(output.status.code(), Some(0), "{args:?}: {}", err(&output));
        serde_json::from_str(out(&output).lines().collect::<String>().as_str()).unwrap()
    }
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const CASE: &str = "captures/cases/crs008-facility/inputs/traffic.har";

/// On screens, `tests/interop/screen.sh` and `tui::theme` test it.
fn colour(habit: &Habit) {
    let red = |args: &[&str], variables: &[(&str, &str)]| {
        out(&habit.run(&[&["list", CASE], args].concat(), variables)).contains("\u{1b}[31m")
    };
    assert!(!red(&[], &[]));
    habit.settings("colour = \"always\"\n");
    assert!(red(&[], &[]));
    assert!(!red(&[], &[("MWSCOPE_COLOUR", "never")]));
    assert!(!red(&["--colour", "never"], &[]));
    assert!(red(&["--color", "always"], &[("MWSCOPE_COLOUR", "never")]));
    let pink = [("MWSCOPE_COLOUR", "pink")];
    let refused = habit.run(&["list", CASE], &pink);
    assert_eq!(refused.status.code(), Some(2));
    assert!(err(&refused).contains("MWSCOPE_COLOUR can't be pink; it can be \"auto\", \"always\", \"never\""));
    assert!(!out(&habit.run(&["config"], &pink)).contains("pink"), "it isn't in force");
}

fn cache(habit: &Habit) {
    let line = "2026-01-13 10:15:02,480 INFO  [worker-1] com.example.Main - a line of a log\n";
    let log = habit.file("big.log", &line.repeat(130_000));
    habit.settings(&format!("cache = '{}'\n", habit.path("one")));
    assert_eq!(habit.run(&["log", &log, "--stats"], &[]).status.code(), Some(0));
    assert!(Path::new(&habit.path("one")).join("logs").is_dir());
    habit.run(&["log", &log, "--stats"], &[("MWSCOPE_CACHE", &habit.path("two"))]);
    assert!(Path::new(&habit.path("two")).join("logs").is_dir());
}

fn environments(habit: &Habit) {
    let file = |name: &str, host: &str| habit.file(name, &format!("[tst]\nurl = 'http://{host}:19007'\n"));
    let [one, two, three] = [("one", "one.example"), ("two", "two.example"), ("three", "three.example")]
        .map(|(name, host)| file(&format!("{name}.toml"), host));
    let sent_to = |host: &str, args: &[&str], variables: &[(&str, &str)]| {
        let output = habit.run(&[&["replay", CASE, "x28", "--env", "tst", "--dry-run"], args].concat(), variables);
        assert!(out(&output).contains(&format!("Host: {host}:19007")), "{host}: {}{}", out(&output), err(&output));
    };
    habit.settings(&format!("environments = '{one}'\n"));
    sent_to("one.example", &[], &[]);
    sent_to("two.example", &[], &[("MWSCOPE_ENVIRONMENTS", &two)]);
    sent_to("three.example", &["--environments", &three], &[("MWSCOPE_ENVIRONMENTS", &two)]);
}

/// On screens, `tests/interop/screen.sh` and `tui::theme` test it: here, that it is taken and that none is made up.
fn theme(habit: &Habit) {
    habit.settings("theme = \"dark\"\n");
    let in_force = |variables: &[(&str, &str)]| {
        let listed = habit.json(&["config", "--format", "json"], variables);
        let rows = listed["settings"].as_array().unwrap();
        rows.iter().find(|row| row["name"] == "theme").unwrap()["value"].clone()
    };
    assert_eq!((in_force(&[]), in_force(&[("MWSCOPE_THEME", "light")])), ("dark".into(), "light".into()));
    habit.settings("theme = \"purple\"\n");
    let refused = habit.run(&["config"], &[]);
    assert!(err(&refused).contains("\"contrast\""), "{}", err(&refused));
}

fn listen(habit: &Habit) {
    // An address that is taken, so that the program says which one it meant.
    let busy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = busy.local_addr().unwrap().to_string();
    let case = habit.path("a.mwscope");
    habit.settings(&format!("[record]\nlisten = \"{address}\"\n"));
    let refused = |variables: &[(&str, &str)]| {
        let refused = habit.run(&["record", "--headless", &case], variables);
        assert!(refused.status.code() == Some(2) && err(&refused).contains(&address), "{}", err(&refused));
    };
    refused(&[]);
    habit.settings("[record]\nlisten = \"127.0.0.1:0\"\n");
    refused(&[("MWSCOPE_LISTEN", &address)]);
    let mut recording = Recording::start(habit, &[], &[]);
    assert!(recording.address.port() != 8888 && recording.address.ip().is_loopback());
    recording.stop();
}

fn body_limit(habit: &Habit) {
    habit.settings("[record]\nbody-limit = 1\n");
    let kept = |args: &[&str], variables: &[(&str, &str)]| {
        let server = Server::start();
        let mut recording = Recording::start(habit, &[&["--listen", "127.0.0.1:0"], args].concat(), variables);
        let body = "x".repeat(3 << 20);
        let head =
            format!("POST http://{}/ HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n", server.address, body.len());
        recording.call(&format!("{head}{body}"));
        let exchange = recording.exchange(habit);
        assert_eq!(exchange["request_bytes"], body.len());
        recording.stop();
        exchange["request"]["body"].as_str().unwrap().len() >> 20
    };
    assert_eq!(kept(&[], &[]), 1);
    assert_eq!(kept(&[], &[("MWSCOPE_BODY_LIMIT", "2")]), 2);
    assert_eq!(kept(&["--body-limit", "64"], &[("MWSCOPE_BODY_LIMIT", "2")]), 3);
}

fn upstream_proxy(habit: &Habit) {
    let [one, two, three] = [(); 3].map(|()| Server::start());
    habit.settings(&format!("[record]\nupstream-proxy = \"{}\"\n", one.address));
    let through = |server: &Server, args: &[&str], variables: &[(&str, &str)]| {
        let mut recording = Recording::start(habit, &[&["--listen", "127.0.0.1:0"], args].concat(), variables);
        recording.call("GET http://m3.example/a HTTP/1.1\r\nHost: m3.example\r\n\r\n");
        recording.stop();
        let seen = server.seen.lock().unwrap().clone();
        assert!(seen.starts_with("GET http://m3.example/a HTTP/1.1\r\n"), "{seen}");
    };
    let (two_address, three_address) = (two.address.to_string(), three.address.to_string());
    through(&one, &[], &[]);
    through(&two, &[], &[("MWSCOPE_UPSTREAM_PROXY", &two_address)]);
    through(&three, &["--upstream-proxy", &three_address], &[("MWSCOPE_UPSTREAM_PROXY", &two_address)]);
}

const LINES: &str = "13.01.2026 10:15:02 ~ started\n13.01.2026 10:15:03 ~ went on\n";

fn first_record(habit: &Habit, args: &[&str], variables: &[(&str, &str)]) -> Value {
    let log = habit.file("a.log", &LINES.repeat(3));
    let output = habit.run(&[&["log", &log, "--format", "ndjson"], args].concat(), variables);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    serde_json::from_str(out(&output).lines().next().unwrap()).unwrap()
}

/// What `record` refuses before it listens.
fn refused(habit: &Habit, variables: &[(&str, &str)]) -> String {
    let case = habit.path("pushed.mwscope");
    let ended = habit.run(&["record", "--headless", "--listen", "127.0.0.1:0", &case], variables);
    assert_eq!(ended.status.code(), Some(2), "{}", out(&ended));
    err(&ended)
}

fn push(habit: &Habit) {
    assert!(refused(habit, &[("MWSCOPE_PUSH", "jaeger=http://c")]).contains("--push jaeger=http://c"));
    habit.settings("[record]\npush = [\"otlp=c:4318\"]\n");
    assert!(refused(habit, &[]).contains("--push c:4318: write"));
    let environment = [("MWSCOPE_PUSH", "otlp=env"), ("OTEL_EXPORTER_OTLP_ENDPOINT", "c:4317")];
    assert!(refused(habit, &environment).contains("OTEL_EXPORTER_OTLP_ENDPOINT c:4317: write"));
}

fn push_header(habit: &Habit) {
    let both = ("MWSCOPE_PUSH", "otlp=http://c:1,opensearch=http://s:1");
    assert!(
        refused(habit, &[both, ("MWSCOPE_PUSH_HEADER", "Authorization: Basic eA==")]).contains("several receivers")
    );
    // What it has may be a secret: neither config nor an error repeats it.
    let header = ("MWSCOPE_PUSH_HEADER", "X-Team: geheim");
    let shown = habit.run(&["config"], &[header]);
    assert!(out(&shown).contains("X-Team: ***") && !out(&shown).contains("geheim"), "{}", out(&shown));
    let push = ["export", CASE, "--to", "otlp", "--push", "http://127.0.0.1:1", "--patience", "0"];
    let wrong = habit.run(&push, &[("MWSCOPE_PUSH_HEADER", "geheim")]);
    assert!(err(&wrong).contains("--header: write NAME: VALUE") && !err(&wrong).contains("geheim"), "{}", err(&wrong));
    // Where nothing is pushed it doesn't matter.
    assert!(out(&habit.run(&["export", CASE, "--to", "curl"], &[header])).contains("curl"));
}

fn push_service(habit: &Habit) {
    let said = |to: &str| out(&habit.run(&["export", CASE, "--to", to], &[("MWSCOPE_PUSH_SERVICE", "mws-tst")]));
    assert!(said("otlp").contains("mws-tst") && said("clickhouse").contains("\"service\":\"mws-tst\""));
}

fn push_index(habit: &Habit) {
    let lines = out(&habit.run(&["export", CASE, "--to", "opensearch"], &[("MWSCOPE_PUSH_INDEX", "calls")]));
    assert!(lines.starts_with("{\"index\":{\"_index\":\"calls\""), "{lines:.200}");
}

fn push_table(habit: &Habit) {
    let table = habit.run(&["export", "--to", "clickhouse", "--create-table"], &[("MWSCOPE_PUSH_TABLE", "m3.calls")]);
    assert!(out(&table).starts_with("CREATE TABLE IF NOT EXISTS `m3`.`calls`"), "{}", err(&table));
}

fn zone(habit: &Habit) {
    habit.settings("[log]\nzone = \"+02:00\"\n");
    let ends = |zone: &str, args: &[&str], variables: &[(&str, &str)]| {
        let record = first_record(habit, args, variables);
        assert!(record["zone"] == "user" && record["at"].as_str().unwrap().ends_with(zone), "{record}");
    };
    ends("+02:00", &[], &[]);
    ends("+03:00", &[], &[("MWSCOPE_ZONE", "+03:00")]);
    ends("-04:00", &["--zone", "-04:00"], &[("MWSCOPE_ZONE", "+03:00")]);
}

fn layout(habit: &Habit) {
    assert_eq!(first_record(habit, &[], &[])["message"], "started");
    let layout = "%d{dd.MM.yyyy HH:mm:ss} %m%n";
    habit.settings(&format!("[log]\nlayout = \"{layout}\"\n"));
    assert_eq!(first_record(habit, &[], &[])["message"], "~ started");
    let other = "%d{dd.MM.yyyy HH:mm:ss} ~ s%m%n";
    assert_eq!(
        first_record(habit, &[], &[("MWSCOPE_LAYOUT", other)])["message"]
            .as_str()
            .map(|text| text.starts_with("tarted")),
        Some(true)
    );
    assert_eq!(
        first_record(habit, &["--layout", other], &[])["message"].as_str().map(|text| text.starts_with("tarted")),
        Some(true)
    );
    let imported = habit.json(&["import", &habit.path("a.mwscope"), &habit.path("a.log"), "--format", "json"], &[]);
    assert_eq!(imported["sources"][0]["layout"], layout);
}

fn lint(habit: &Habit, args: &[&str], variables: &[(&str, &str)]) -> Option<i32> {
    let xaml = habit.file("a.xaml", "<m:ListPanel xmlns:m='clr-namespace:MForms.Mashup;assembly=MForms'/>");
    habit.run(&[&["lint", &xaml], args].concat(), variables).status.code()
}

fn lint_allow(habit: &Habit) {
    assert_eq!(lint(habit, &[], &[]), Some(1));
    habit.settings("[lint]\nallow = [\"mashup-list-header\"]\n");
    assert_eq!(lint(habit, &[], &[]), Some(0));
    assert_eq!(lint(habit, &[], &[("MWSCOPE_LINT_ALLOW", "clear-password")]), Some(1));
}

fn lint_deny(habit: &Habit) {
    habit.settings("[lint]\nfail-on = \"error\"\n");
    assert_eq!(lint(habit, &[], &[]), Some(0));
    habit.settings("[lint]\ndeny = [\"mashup-list-header\"]\nfail-on = \"error\"\n");
    assert_eq!(lint(habit, &[], &[]), Some(1));
    assert_eq!(lint(habit, &[], &[("MWSCOPE_LINT_DENY", "clear-password")]), Some(0));
}

fn lint_fail_on(habit: &Habit) {
    habit.settings("[lint]\nfail-on = \"error\"\n");
    let variable = ("MWSCOPE_LINT_FAIL_ON", "warning");
    assert_eq!(lint(habit, &[], &[]), Some(0));
    assert_eq!(lint(habit, &[], &[variable]), Some(1));
    assert_eq!(lint(habit, &["--fail-on", "error"], &[variable]), Some(0));
}

/// A server that answers every connection once, and what arrived.
struct Server {
    address: SocketAddr,
    seen: std::sync::Arc<std::sync::Mutex<String>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), std::sync::Arc::default());
        let keep: std::sync::Arc<std::sync::Mutex<String>> = std::sync::Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let (mut request, mut buffer) = (Vec::new(), [0; 65536]);
                while !is_whole(&request) {
                    match stream.read(&mut buffer) {
                        Ok(n) if n > 0 => request.extend_from_slice(&buffer[..n]),
                        _ => break,
                    }
                }
                *keep.lock().unwrap() = String::from_utf8_lossy(&request).into_owned();
                let _gone = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi");
            }
        });
        Self { address, seen }
    }
}

fn is_whole(request: &[u8]) -> bool {
    let Some(head) = request.windows(4).position(|bytes| bytes == b"\r\n\r\n") else { return false };
    let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok()).unwrap_or(0);
    request.len() >= head + 4 + body
}

/// A recording without a screen, at the address that it says.
struct Recording {
    child: Child,
    address: SocketAddr,
    case: String,
}

impl Recording {
    fn start(habit: &Habit, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::Builder::new().suffix(".mwscope").tempdir_in(habit.folder.path()).unwrap().keep();
        std::fs::remove_dir(&folder).unwrap();
        let case = folder.display().to_string();
        let mut command = habit.command(&[&["record", "--headless", &case], args].concat(), variables);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listening = lines.find_map(|line| line.unwrap().strip_prefix("listening on ").map(str::to_owned));
        let address = listening.expect("it says where it listens").parse().unwrap();
        // What it says further is read, so that it never waits for that.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, case }
    }

    fn call(&self, request: &str) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        while !answer.ends_with(b"hi") {
            let mut buffer = [0; 4096];
            let n = stream.read(&mut buffer).unwrap();
            assert!(n > 0, "{}", String::from_utf8_lossy(&answer));
            answer.extend_from_slice(&buffer[..n]);
        }
    }

    /// The one that was recorded, once it is in the case.
    fn exchange(&self, habit: &Habit) -> Value {
        let patience = Instant::now() + Duration::from_secs(30);
        loop {
            let output = habit.run(&["export", &self.case, "--to", "ndjson"], &[]);
            if let Some(line) = out(&output).lines().next() {
                return serde_json::from_str(line).unwrap();
            }
            assert!(Instant::now() < patience, "{}", err(&output));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn stop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Recording {
    fn drop(&mut self) {
        let _ended_before = self.child.kill();
    }
}
