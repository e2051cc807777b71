//! Writes the inputs of the synthetic case `captures/cases/crs008-facility`, and holds the shipped files against
//! them. `MWSCOPE_WRITE_CASES=1 cargo test --test all cases::crs008` writes them anew.
//!
//! Nothing here is a published format: layout, `<MPD>` fields and dumplog are made up around the few literal
//! texts that are public (see the README of the case).

mod dumps;
mod scene;
mod soap;

use std::path::{Path, PathBuf};

use scene::{Ending, Mws, Scene, Sent};

/// 2026-01-13T09:00:00Z in milliseconds since the epoch; all times below are milliseconds after it.
const NINE: i64 = 1_768_294_800_000;

fn minute(minutes: i64, ms: i64) -> i64 {
    minutes * 60_000 + ms
}

/// The whole incident, in the order of the clock.
fn scene() -> Scene {
    let mut scene = Scene::new();
    definition_is_read(&mut scene);
    traffic_that_succeeds(&mut scene);
    the_failing_call(&mut scene);
    failures_of_other_kinds(&mut scene);
    scene.grid_noise(minute(10, 0), minute(19, 0));
    scene
}

fn definition_is_read(scene: &mut Scene) {
    scene.challenge(minute(12, 5_210), "MWSUSR", "/mws-ws/services/Facility?wsdl");
}

fn traffic_that_succeeds(scene: &mut Scene) {
    let facilities = ["A01", "A02", "B01", "B02", "B07"];
    for n in 0..64_i64 {
        let at = minute(12, 20_000) + n * 5_230 + (n * n * 37) % 2_900;
        let (user, client) = [("MWSUSR", true), ("EDIUSR", true), ("JDOE", true), ("POSUSR", false)][n as usize % 4];
        let sent = Sent { at, took: 90 + (n * 53) % 310, user, recorded: client };
        match n % 5 {
            0 | 3 => scene.mws(sent, &Mws::facility("Get", facilities[n as usize % 5]), Ending::Done { rows: 1 }),
            1 => scene.mws(sent, &Mws::customer(&format!("{}", 10_200 + n)), Ending::Done { rows: 1 }),
            2 => scene.mws(sent, &Mws::purchase("A01", &format!("{}", 4_500_100 + n)), Ending::Done { rows: 1 }),
            _ => scene.mws(sent, &Mws::stock("A01"), Ending::Done { rows: 12 }),
        }
    }
    // A template's question mark sent as data; M3 took the user's default, and the call went well.
    let sent = Sent { at: minute(13, 41_300), took: 144, user: "JDOE", recorded: true };
    scene.mws(sent, &Mws { division: "?", ..Mws::customer("10233") }, Ending::Done { rows: 1 });
}

fn the_failing_call(scene: &mut Scene) {
    // Three workers are busy in the same second, one of them with the same program and operation.
    let neighbour = Sent { at: minute(15, 2_103), took: 905, user: "EDIUSR", recorded: true };
    scene.mws(neighbour, &Mws::facility("Create", "B09"), Ending::Done { rows: 1 });
    let failing = Sent { at: minute(15, 2_418), took: 1_352, user: "MWSUSR", recorded: true };
    scene.mws(failing, &Mws::facility("Create", "C01"), Ending::Crash { dump: "dump_20260113_101507_CRS008_0017.log" });
    let reader = Sent { at: minute(15, 2_655), took: 212, user: "JDOE", recorded: true };
    scene.mws(reader, &Mws::facility("Get", "B02"), Ending::Done { rows: 1 });
    scene.interactive_crash(minute(15, 3_266), "ASMITH", "dump_20260113_101506_CRS008_0016.log");
    scene.old_dump("dump_20260112_164412_CRS008_0011.log");
}

fn failures_of_other_kinds(scene: &mut Scene) {
    let sent = Sent { at: minute(15, 40_090), took: 240, user: "MWSUSR", recorded: true };
    scene.mws(sent, &Mws::item("Update", "SKU-2201"), Ending::OutOfStep);
    let sent = Sent { at: minute(16, 1_760), took: 171, user: "EDIUSR", recorded: true };
    scene.mws(sent, &Mws::facility("Create", "B09"), Ending::Refused("Facility B09 already exists"));
    scene.rest_nok(Sent { at: minute(16, 20_330), took: 64, user: "EDIUSR", recorded: true });
    scene.unauthorised(minute(16, 31_005), "OLDSVC", &Mws::facility("Get", "A01"));
    let sent = Sent { at: minute(16, 45_500), took: 60_004, user: "JDOE", recorded: true };
    scene.mws(sent, &Mws::stock("*ALL"), Ending::GatewayGaveUp { server_took: 73_880 });
}

/// Every input of the case: path below `inputs/`, and bytes.
fn inputs() -> Vec<(String, Vec<u8>)> {
    let scene = scene();
    let mut files = vec![
        ("traffic.har".to_owned(), scene.har().into_bytes()),
        ("merged.log".to_owned(), scene.merged_log().into_bytes()),
    ];
    files.extend(scene.dumps.iter().map(|(name, text)| (format!("dumps/{name}"), text.clone().into_bytes())));
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility/inputs")
}

#[test]
fn the_shipped_inputs_are_the_generated_ones() {
    let write = std::env::var_os("MWSCOPE_WRITE_CASES").is_some();
    for (path, bytes) in inputs() {
        let path = folder().join(path);
        if write {
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("the folder can be made");
            std::fs::write(&path, &bytes).expect("the input can be written");
        }
        let shipped = std::fs::read(&path).expect("the input is shipped");
        assert!(shipped == bytes, "{} differs from what its generator writes", path.display());
    }
}
