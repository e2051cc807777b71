//! `case.db` may be missing, old, broken or another case's: the listing is the same, and it is made anew.

use std::path::PathBuf;

use mwscope::case::{Case, Contents, NewSource};
use mwscope::model::SourceProblem;

use super::{exchange, listing, only_segment, options, read};

fn filled(dir: &std::path::Path, count: u32) -> Case {
    let case = Case::open_or_create(&dir.join("a.mwscope")).unwrap();
    let mut writer = case.write(options()).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    for n in 0..count {
        writer.append(exchange(source, n, format!("<n>{n}</n>").as_bytes(), b"ok")).unwrap();
    }
    let problem = SourceProblem { path: "p".into(), offset: 1, what: "w".into(), remedy: "r".into() };
    writer.add_problem(&problem).unwrap();
    writer.finish().unwrap();
    case
}

fn db(case: &Case) -> PathBuf {
    case.dir().join("case.db")
}

fn rows(case: &Case) -> i64 {
    let db = rusqlite::Connection::open(db(case)).unwrap();
    db.query_row("SELECT count(*) FROM exchanges", [], |row| row.get(0)).unwrap()
}

fn everything(case: &Case) -> (Vec<String>, String) {
    let contents = read(case);
    let Contents { sources, problems, .. } = contents;
    (listing(case), format!("{sources:?} {problems:?}"))
}

#[test]
fn the_index_is_made_anew_whatever_became_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let case = filled(dir.path(), 50);
    assert_eq!(rows(&case), 50, "the writer leaves it complete");
    let expected = everything(&case);
    assert_eq!(expected.0.len(), 50);
    let whole = std::fs::read(db(&case)).unwrap();

    std::fs::remove_file(db(&case)).unwrap();
    assert_eq!(everything(&case), expected, "deleted");
    assert_eq!(rows(&case), 50);

    for (what, bytes) in [
        ("empty", Vec::new()),
        ("garbage", b"this is no database, and longer than a header of one would be ........................".to_vec()),
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("overwritten", [&whole[..4096], &vec![0x55; whole.len() - 4096]].concat()),
    ] {
        std::fs::write(db(&case), bytes).unwrap();
        assert_eq!(everything(&case), expected, "{what}");
        assert_eq!(rows(&case), 50, "{what}");
    }

    let other = rusqlite::Connection::open(db(&case)).unwrap();
    other.execute_batch("PRAGMA user_version = 99").unwrap();
    drop(other);
    assert_eq!(everything(&case), expected, "of another version");

    let stranger = tempfile::tempdir().unwrap();
    let stranger = filled(stranger.path(), 3);
    std::fs::copy(db(&stranger), db(&case)).unwrap();
    assert_eq!(everything(&case), expected, "of another case");
    assert_eq!(rows(&case), 50);
}

#[test]
fn an_index_that_is_behind_is_no_loss() {
    let dir = tempfile::tempdir().unwrap();
    let case = filled(dir.path(), 5);
    let behind = std::fs::read(db(&case)).unwrap();
    let mut writer = case.write(options()).unwrap();
    let source = writer.sources()[0].source.id;
    for n in 5..9 {
        writer.append(exchange(source, n, b"more", b"ok")).unwrap();
    }
    writer.finish().unwrap();
    let expected = everything(&case);
    std::fs::write(db(&case), behind).unwrap();
    assert_eq!(everything(&case), expected);
    let mut writer = case.write(options()).unwrap();
    assert_eq!(writer.reserve(source).0.0, 9, "a writer counts what the index doesn't know yet");
    drop(writer);
    assert_eq!(rows(&case), 9);
}

#[test]
fn a_crashed_case_is_put_in_order_by_whoever_reads_it_first() {
    let dir = tempfile::tempdir().unwrap();
    let case = filled(dir.path(), 5);
    let expected = listing(&case);
    let mut bytes = std::fs::read(only_segment(&case)).unwrap();
    let whole = bytes.len();
    bytes.extend_from_within(32..60);
    std::fs::write(only_segment(&case), bytes).unwrap();
    assert_eq!(read(&case).problems.len(), 1, "without a sign of a crash somebody may be writing");
    let who = r#"{"process":4711,"host":"SRV","since_utc_ns":1}"#;
    std::fs::write(case.dir().join("lock.json"), who).unwrap();
    let contents = read(&case);
    assert_eq!(contents.problems.len(), 2);
    assert!(contents.problems[1].what.contains("28 bytes") && contents.problems[1].what.contains("4711"));
    assert_eq!(listing(&case), expected);
    assert!(case.dir().join(format!("segments/000001.torn-{whole}")).exists());
    assert!(!case.dir().join("lock.json").exists());
}

#[test]
fn an_index_follows_while_the_case_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let mut writer = case.write(options()).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    writer.append(exchange(source, 0, b"a", b"b")).unwrap();
    let began = std::time::Instant::now();
    while rows_or_none(&case) != Some(1) {
        assert!(began.elapsed().as_secs() < 10, "the index doesn't follow");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert_eq!(listing(&case).len(), 1);
    drop(writer);
}

fn rows_or_none(case: &Case) -> Option<i64> {
    let db = rusqlite::Connection::open_with_flags(db(case), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    db.query_row("SELECT count(*) FROM exchanges", [], |row| row.get(0)).ok()
}
