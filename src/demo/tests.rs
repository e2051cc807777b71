//! The simulated MWS over real sockets: what clients, log and dump folder get to see.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use http::StatusCode;

use super::*;

/// 2026-01-13T10:15:02.480Z, a millisecond later at every look.
fn ticking() -> Now {
    let now = AtomicI64::new(1_768_299_302_480_000_000);
    Arc::new(move || now.fetch_add(1_000_000, Ordering::SeqCst))
}

async fn start(folder: &std::path::Path) -> (Server, Caller) {
    let options = Options { folder: folder.to_owned(), seed: 7, now: ticking(), slow: Duration::from_millis(50) };
    let server = Server::start(options).await.expect("a loopback port");
    let caller = Caller { server: server.address(), proxy: None };
    (server, caller)
}

fn text(told: &Told) -> String {
    String::from_utf8_lossy(&told.body).into_owned()
}

fn planned(name: &str) -> Planned {
    plan(7, 7).into_iter().find(|p| p.name == name).expect("in the first seven")
}

/// Waits for the second dump: the interactive session crashes on its own, beside the call.
async fn dumps(server: &Server) -> Vec<String> {
    for _ in 0..200 {
        let mut names: Vec<_> = std::fs::read_dir(server.dumps()).unwrap().map(|e| e.unwrap().path()).collect();
        let log = std::fs::read_to_string(server.log()).unwrap();
        if names.len() == 2 && log.matches("Dump log created").count() == 2 {
            names.sort();
            return names.iter().map(|p| std::fs::read_to_string(p).unwrap()).collect();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no two dumps in {}", server.dumps().display());
}

#[tokio::test]
async fn a_facility_cannot_be_created() {
    let folder = tempfile::tempdir().unwrap();
    let (server, caller) = start(folder.path()).await;
    let told = caller.call(&planned("Facility.Create")).await.expect("an answer");
    assert_eq!(told.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(text(&told).contains("<faultstring>Unable to execute MPD!</faultstring>"), "{}", text(&told));

    let dumps = dumps(&server).await;
    let ours: Vec<_> = dumps.iter().filter(|d| d.contains("\nUser  . . . . . . . . : MWSUSR\n")).collect();
    assert_eq!(ours.len(), 1, "the other is an interactive user's");
    assert!(ours[0].contains("\nFailing operation . . : READ_DSP ICFCMD\n"), "{}", ours[0]);
    assert!(ours[0].contains("java.lang.NullPointerException\n\tat "));

    let log = std::fs::read_to_string(server.log()).unwrap();
    assert!(
        log.starts_with("2026-01-13 10:15:02,480Z m3demo01 Grid          NOTE  [main] mwscope.demo - Synthetic log"),
        "{log}"
    );
    assert!(log.contains("<MPD>\n  <PGM name=\"CRS008\" user=\"MWSUSR\" cono=\"100\" divi=\"AAA\">\n"), "{log}");
    for line in log.lines().filter(|l| l.contains("Abnormal termination of mvx.app.pgm.CRS008. ")) {
        let path = line.split("Dump log created: ").nth(1).expect("a path");
        assert!(std::path::Path::new(path).is_file(), "{line}");
    }
}

#[tokio::test]
async fn the_other_calls_succeed_or_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, caller) = start(folder.path()).await;
    let told = caller.call(&planned("Customer.GetBasicData")).await.expect("an answer");
    assert_eq!(told.status, StatusCode::OK, "after a challenge");
    assert!(text(&told).contains("<GetBasicDataResponseItem><Name>Example customer</Name>"), "{}", text(&told));
    let told = caller.call(&planned("CRS610MI.GetBasicData")).await.expect("an answer");
    assert_eq!(told.status, StatusCode::OK, "M3 refuses inside a status 200");
    assert!(text(&told).contains("\"@type\":\"ServerReturnedNOK\""), "{}", text(&told));
    let told = caller.call(&planned("Stock.PreAllocation")).await.expect("an answer");
    assert_eq!(text(&told).matches("<new1Item>").count(), 2, "{}", text(&told));
}

#[tokio::test]
async fn what_it_cannot_read_is_a_fault_of_the_client() {
    let folder = tempfile::tempdir().unwrap();
    let (server, caller) = start(folder.path()).await;
    let broken = Planned { body: "<a><b>".to_owned(), ..planned("Facility.Read") };
    let told = caller.call(&broken).await.expect("an answer");
    assert!(text(&told).contains("<faultcode>soap:Client</faultcode>"), "{}", text(&told));
    let unknown = Planned { body: planned("Facility.Read").body.replace("Read", "Melt"), ..planned("Facility.Read") };
    let told = caller.call(&unknown).await.expect("an answer");
    assert!(text(&told).contains("Message part Melt was not recognized"), "{}", text(&told));
    let told =
        caller.call(&Planned { path: "/elsewhere".to_owned(), ..planned("Facility.Read") }).await.expect("an answer");
    assert_eq!(told.status, StatusCode::NOT_FOUND);
    let log = std::fs::read_to_string(server.log()).unwrap();
    assert!(log.contains("WARN  [mws-worker-2] mws.request - request to Facility can't be read"), "{log}");
}

#[test]
fn the_same_seed_plans_the_same_calls() {
    assert_eq!(plan(3, 40), plan(3, 40));
    assert_ne!(plan(3, 40), plan(4, 40));
    let first: Vec<String> = plan(1, 7).into_iter().map(|p| p.name).collect();
    assert_eq!(
        first,
        [
            "Facility.Read",
            "Customer.GetBasicData",
            "Facility.Create",
            "Item.LstAlias",
            "CRS610MI.GetBasicData",
            "Stock.PreAllocation",
            "Customer.GetBasicData"
        ]
    );
    assert_eq!(plan(1, 500).len(), 500, "every service that the plan names is simulated");
}
