//! A call that fails again is explained by the log and the dump that are written meanwhile.

use std::sync::Arc;
use std::time::Duration;

use mwscope::demo::{Caller, Options as Demo, Server, plan};
use mwscope::engine::{Options, Session, now};
use mwscope::proxy::{Accepted, Authority, Config, Trust};
use mwscope::timeline;

use super::lab::{mwscope, said};

#[test]
fn what_is_followed_explains_a_call_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("live.mwscope");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = runtime.block_on(async {
        let slow = Duration::from_millis(20);
        let demo = Demo { folder: folder.path().join("site"), seed: 7, now: Arc::new(now::utc_ns), slow };
        let server = Server::start(demo).await.unwrap();
        let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).unwrap();
        let session = Session::start(Options {
            case: case.clone(),
            proxy: Config::new(Arc::new(Authority::open(&folder.path().join("ca")).unwrap()), trust),
            follow: Vec::new(),
            layout: None,
            keep_secrets: true,
            body_limit: 1 << 20,
            before: None,
            tell_all: false,
            timeline: timeline::Options::default(),
            push: Vec::new(),
            hold: [None, None],
        })
        .await
        .unwrap();
        let caller = Caller { server: server.address(), proxy: Some(session.listening()[0].address) };
        for planned in plan(7, 12) {
            caller.call(&planned).await.unwrap();
        }
        session.stop(&mut |_| {}).await;
        server
    });
    let path = case.display().to_string();
    let listed = mwscope(&["list", &path, "--format", "ndjson"]);
    let rows = String::from_utf8_lossy(&listed.stdout).into_owned();
    let failed: Vec<String> = rows
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .filter(|row| row["fault"] == "Unable to execute MPD!")
        .map(|row| row["id"].as_str().unwrap().to_owned())
        .collect();
    let (log, dumps) = (server.log().display().to_string(), server.dumps().display().to_string());
    let id = failed.first().expect("a call that fails");
    // The same failure stands in the log already, each time once more: what is older than the call isn't its cause.
    for _ in 0..3 {
        let before = std::fs::read_to_string(&log).unwrap().lines().count() as u64;
        let output = mwscope(&["replay", &path, id, "--yes", "--follow", &log, "--follow", &dumps, "--format", "json"]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = &value["runs"][0]["finding"];
        let evidence = finding["evidence"].as_array().cloned().unwrap_or_default();
        let causes: Vec<_> = evidence.iter().filter(|evidence| evidence["role"] == "cause").collect();
        let kinds: Vec<_> = causes.iter().filter_map(|cause| cause["kind"].as_str()).collect();
        assert!(kinds.contains(&"log") && kinds.contains(&"dump"), "{finding:#}\n{}", said(&output));
        let record = causes.iter().find(|cause| cause["kind"] == "log").and_then(|cause| cause["line"].as_u64());
        assert!(record.is_some_and(|line| line > before), "{record:?} stood there before line {before}");
    }
    drop(runtime);
}
