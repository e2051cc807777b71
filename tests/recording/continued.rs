//! A recording that goes on with a case: verdicts are reached over what it holds and what comes, and only news is told.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use mwscope::demo::{Caller, Options as Demo, Server, plan};
use mwscope::engine::{Before, Counts, Options, Session, Update, now};
use mwscope::model::{ExchangeId, SourceId, SourceKind};
use mwscope::{import, rules, timeline};

use super::{config, options};

const CALLS: usize = 12;

/// Records calls into the case; gives what was told, and the counts.
async fn record(folder: &Path, server: &Server, seed: u64, before: Option<Before>) -> (Vec<Update>, Counts) {
    let session = Session::start(Options {
        follow: vec![server.log(), server.dumps()],
        before,
        ..options(&folder.join("a.mwscope"), config(&folder.join("ca")))
    });
    let session = session.await.expect("a session");
    let caller = Caller { server: server.address(), proxy: Some(session.listening()[0].address) };
    for planned in plan(seed, CALLS) {
        caller.call(&planned).await.expect("an answer");
    }
    // A dump is written behind the answer.
    tokio::time::sleep(Duration::from_millis(1500)).await;
    let mut told = Vec::new();
    let counts = session.stop(&mut |update| told.push(update)).await;
    (told, counts)
}

#[test]
fn what_the_case_holds_stays_and_what_is_new_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let case = folder.path().join("a.mwscope").display().to_string();
    runtime.block_on(async {
        let slow = Duration::from_millis(50);
        let demo = Demo { folder: folder.path().join("site"), seed: 7, now: Arc::new(now::utc_ns), slow };
        let server = Server::start(demo).await.expect("a server");
        let (_, first) = record(folder.path(), &server, 7, None).await;
        assert!(first.failed > 0);

        let held = import::gather(&[case], &import::Options::default(), &mut |_| {}).expect("the case");
        let exchanges = held.exchanges.len();
        let recording = held.sources.iter().find(|s| s.path == "proxy").expect("the recording").id;
        assert_eq!(exchanges as u64, first.stored);
        let investigation = Arc::new(rules::investigate(&held, &timeline::Options::default()));
        let known: Vec<ExchangeId> = investigation.findings.iter().filter_map(|finding| finding.exchange).collect();
        let logs: Vec<SourceId> = held.logs.iter().map(|(id, _)| *id).collect();
        let before = Before { gathered: Arc::new(held), investigation };
        let (told, second) = record(folder.path(), &server, 7, Some(before)).await;

        let mut concluded = None;
        let mut new = 0;
        for update in told {
            match update {
                Update::Exchange(x) => {
                    assert_eq!(x.source, recording, "the recording goes on");
                    assert!(x.id.0 as usize >= exchanges, "{} is another's", x.id);
                    new += 1;
                }
                Update::Finding(finding) => {
                    assert!(!finding.exchange.is_some_and(|id| known.contains(&id)), "{} was known", finding.title);
                }
                Update::Source(source, _) if source.kind == SourceKind::Log => {
                    assert!(logs.contains(&source.id), "the same log goes on");
                }
                Update::Concluded(investigation) => concluded = Some(investigation),
                _ => {}
            }
        }
        assert_eq!(new, second.stored);
        assert_eq!(second.failed, first.failed, "what failed before isn't counted again");
        let concluded = concluded.expect("conclusions");
        for id in known {
            assert!(concluded.findings.iter().any(|finding| finding.exchange == Some(id)), "{id} isn't concluded of");
        }
        let of_new = |id: Option<ExchangeId>| id.is_some_and(|id| id.0 as usize >= exchanges);
        assert!(
            concluded.findings.iter().any(|f| of_new(f.exchange)),
            "{:?}\n{:?}",
            concluded.findings.iter().map(|f| (f.rule, f.exchange)).collect::<Vec<_>>(),
            concluded.unexplained.iter().map(|u| (u.exchange, &u.reason)).collect::<Vec<_>>(),
        );
    });
}
