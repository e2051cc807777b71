//! A recording from start to end, against the simulated MWS: what is concluded while it runs, and that the case says
//! the same afterwards.

mod continued;
mod held;
mod push;
#[cfg(any(target_os = "linux", windows))]
mod rounds;
mod secrets;
mod under_way;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mwscope::demo::{Caller, Options as Demo, Server, plan};
use mwscope::engine::{Options, Session, Update, now};
use mwscope::import;
use mwscope::model::{EventRef, EvidenceRole, Finding, FindingKind, Layer};
use mwscope::proxy::{Accepted, Authority, Config, Trust};
use mwscope::{rules, timeline};

fn config(folder: &Path) -> Config {
    let trust = Trust::new(&[], Accepted::Hosts(Vec::new())).expect("trust");
    Config::new(Arc::new(Authority::open(folder).expect("an authority")), trust)
}

/// A recording into `case` that follows nothing and pushes nowhere.
fn options(case: &Path, proxy: Config) -> Options {
    Options {
        case: case.to_owned(),
        proxy,
        follow: Vec::new(),
        layout: None,
        keep_secrets: false,
        body_limit: 1 << 20,
        before: None,
        tell_all: true,
        timeline: timeline::Options::default(),
        push: Vec::new(),
        hold: [None, None],
    }
}

fn causes(finding: &Finding) -> (bool, bool) {
    let is = |wanted: fn(&EventRef) -> bool| {
        finding.evidence.iter().any(|e| e.role == EvidenceRole::Cause && wanted(&e.event))
    };
    (is(|e| matches!(e, EventRef::Record(..))), is(|e| matches!(e, EventRef::Dump(_))))
}

#[test]
fn a_verdict_with_record_and_dump_comes_while_recording_and_again_from_the_case() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = folder.path().join("live.mwscope");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let (live, waited, counts) = runtime.block_on(async {
        let site = folder.path().join("site");
        let slow = Duration::from_millis(50);
        let demo = Demo { folder: site, seed: 7, now: Arc::new(now::utc_ns), slow };
        let server = Server::start(demo).await.expect("a server");
        let session = Session::start(Options {
            follow: vec![server.log(), server.dumps()],
            ..options(&case, config(&folder.path().join("ca")))
        })
        .await
        .expect("a session");
        let proxy = session.listening()[0].address;
        let caller = Caller { server: server.address(), proxy: Some(proxy) };
        for planned in plan(7, 12) {
            caller.call(&planned).await.expect("an answer");
        }
        let answered = Instant::now();
        let mut live = None;
        while answered.elapsed() < Duration::from_secs(10) && live.is_none() {
            if let Some(Update::Finding(finding)) = session.next(Duration::from_millis(100)) {
                live = Some(*finding).filter(|f| f.layer == Layer::M3Program && causes(f) == (true, true));
            }
        }
        let waited = answered.elapsed();
        let counts = session.stop(&mut |_| {}).await;
        (live.expect("a verdict with record and dump"), waited, counts)
    });
    println!("the verdict came {waited:?} after the last answer");
    assert_eq!((counts.unstored, counts.bodies_dropped), (0, 0));

    let path = case.display().to_string();
    let gathered = import::gather(&[path], &import::Options::default(), &mut |_| {}).expect("the case");
    assert_eq!(gathered.exchanges.len() as u64, counts.stored);
    assert!(gathered.exchanges.iter().all(|x| gathered.path(x.source) == "proxy"));
    let loaded = rules::investigate(&gathered, &timeline::Options::default());
    let again = loaded
        .findings
        .iter()
        .find(|f| f.kind == FindingKind::Verdict && f.exchange == live.exchange)
        .expect("the same verdict from the case");
    assert_eq!((again.rule, again.layer, &again.program), (live.rule, live.layer, &live.program));
    assert_eq!(causes(again), (true, true));
}
