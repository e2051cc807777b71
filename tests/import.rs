//! `import` from outside: what goes into a case comes out of it the same.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output};

fn sample() -> String {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility").display().to_string()
}

fn mwscope(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mwscope")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn loaded_from_a_case_is_loaded_from_files() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("a.mwscope").display().to_string();
    let import = mwscope(&["import", &case, &sample(), "--format", "ndjson"]);
    assert_eq!((import.status.code(), out(&import).lines().count()), (Some(0), 5), "{}", err(&import));
    let listed = |path: &str| out(&mwscope(&["list", path, "--format", "ndjson"]));
    assert_eq!(listed(&case), listed(&sample()));
    let shown = |path: &str, id: &str| out(&mwscope(&["show", path, id]));
    for id in ["x28", "merged.log:399", "d2"] {
        assert_eq!(shown(&case, id), shown(&sample(), id), "{id}");
    }
    let again = mwscope(&["import", &case, &sample()]);
    assert!(
        out(&again).contains("0 sources added") && out(&again).matches("has it already").count() == 5,
        "{}",
        out(&again)
    );
    // A case is evidence for another one.
    let other = root.path().join("b.mwscope").display().to_string();
    mwscope(&["import", &other, &case]);
    assert_eq!(listed(&other), listed(&case));
}

#[test]
fn a_large_member_stays_in_its_archive() {
    let root = tempfile::tempdir().unwrap();
    let line = "2026-01-13 10:15:02,480 INFO  [worker-1] com.example.Main - a line of a log that is large, ".to_owned();
    let line = line + &"x".repeat(40_000) + "\n";
    let archive = root.path().join("logs.zip");
    let mut writer = zip::ZipWriter::new(std::fs::File::create(&archive).unwrap());
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    writer.start_file("big.log", stored).unwrap();
    for _ in 0..420 {
        writer.write_all(line.as_bytes()).unwrap();
    }
    writer.finish().unwrap();
    let case = root.path().join("a.mwscope").display().to_string();
    let path = archive.display().to_string();
    let import = mwscope(&["import", &case, &path]);
    assert!(out(&import).contains("logs.zip!/big.log: log, 420 items"), "{}{}", out(&import), err(&import));
    assert!(out(&mwscope(&["show", &case, "big.log:420"])).contains("com.example.Main"));
    std::fs::remove_file(&archive).unwrap();
    let gone = mwscope(&["show", &case, "big.log:1"]);
    assert!(gone.status.code() == Some(2) && err(&gone).contains("which is gone"), "{}", err(&gone));
}

#[test]
fn what_gives_nothing_begins_no_case() {
    let root = tempfile::tempdir().unwrap();
    let case = root.path().join("a.mwscope");
    let import = mwscope(&["import", &case.display().to_string(), &root.path().join("nothing").display().to_string()]);
    assert!(import.status.code() == Some(2) && !case.exists(), "{}", err(&import));
    std::fs::create_dir(root.path().join("other")).unwrap();
    std::fs::write(root.path().join("other/file"), "x").unwrap();
    let import = mwscope(&["import", &root.path().join("other").display().to_string(), &sample()]);
    assert!(
        import.status.code() == Some(2) && err(&import).contains("something else stands there"),
        "{}",
        err(&import)
    );
}
