//! A writer that is killed in the middle of its work: what it said to be stored is there.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use mwscope::case::{Case, NewSource, Options};

use super::{exchange, listing, options, read};

const CASE: &str = "MWSCOPE_TEST_KILLED_CASE";

/// What is killed; it does nothing when it is run as a test.
#[test]
fn child() {
    let Some(path) = std::env::var_os(CASE) else { return };
    let case = Case::open_or_create(path.as_ref()).unwrap();
    let mut writer = case.write(Options { segment_limit: 200_000, ..options() }).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    let mut out = std::io::stdout().lock();
    loop {
        let (_, index) = writer.reserve(source);
        let body = vec![b'x'; (index as usize * 131) % 9000];
        let mut next = exchange(source, index, &body, b"answer");
        next.id = mwscope::model::ExchangeId(index);
        writer.store(&mut next).unwrap();
        writeln!(out, "stored {index}").unwrap();
    }
}

#[test]
fn nothing_that_was_stored_is_lost() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.mwscope");
    let mut stored = 0;
    for round in 1..=4 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "case::killed::child", "--nocapture"])
            .env(CASE, &path)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let enough = stored + 150 * round;
        for line in lines.map_while(Result::ok) {
            // The first line shares its own with what the test runner says.
            let Some((_, index)) = line.rsplit_once("stored ") else { continue };
            stored = index.parse::<u32>().unwrap() + 1;
            if stored == enough {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        let case = Case::open(&path).unwrap();
        let listed = listing(&case);
        assert!(listed.len() >= stored as usize, "{} of {stored}", listed.len());
        let contents = read(&case);
        assert!(contents.problems.iter().all(|p| p.what.contains("ended without closing")), "{:?}", contents.problems);
        assert!(contents.exchanges.iter().enumerate().all(|(n, x)| x.id.0 == n as u32 && x.index == n as u32));
        stored = listed.len() as u32;
    }
}
