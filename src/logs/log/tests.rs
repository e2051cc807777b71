//! A log that is read through blocks gives what it gives in one piece.

use super::*;
use mwscope_parsers::log::{Severity, Splitter};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// About 1.7 MB: several blocks, with traces and XML that reach over block ends.
fn generated() -> Vec<u8> {
    let mut text = String::from("a header line that is no record\n");
    for n in 0..18_000 {
        let (second, milli) = (n / 50 % 60, n % 50 * 20);
        let level = ["INFO ", "DEBUG", "WARN ", "ERROR"][n % 7 % 4];
        text.push_str(&format!(
            "2026-01-13 10:{:02}:{second:02},{milli:03} {level} [worker-{}] a.b.C - message {n}\n",
            n / 6000,
            n % 16
        ));
        if n % 5 == 0 {
            text.push_str("java.lang.IllegalStateException: broken\n\tat a.b.C.d(C.java:12)\n\tat a.b.E.f(E.java:9)\n");
        }
        if n % 7 == 0 {
            text.push_str("<MPD>\n  <At>2026-01-13 10:00:00,000 INFO [x] y - no record</At>\n</MPD>\n");
        }
    }
    text.into_bytes()
}

#[test]
fn blocks_give_the_same_records_as_the_whole() {
    let bytes = generated();
    let log = Log::in_memory(bytes.clone().into(), None).expect("memory");
    assert!(blocks(&log).len() > 4, "{} blocks", blocks(&log).len());
    let whole = serial(&log, &bytes);
    assert_eq!(log.len(), whole.len());
    assert_eq!(log.len(), 18_001);
    for (n, head) in whole.iter().enumerate() {
        assert_eq!(log.head(n), Some(*head), "record {n}");
    }
    assert_eq!(log.head(whole.len()), None);
    let counted: usize = blocks(&log).iter().map(|b| b.count).sum();
    assert_eq!(counted, whole.len());
}

/// Synthetic: 3 MB in one layout, with records of two others on the way, where no sample is taken of it: so many bytes
/// behind its beginning.
fn turning() -> (Vec<u8>, usize) {
    let line = |n: usize| {
        let (hour, minute) = (10 + n / 3600, n / 60 % 60);
        format!("2026-01-13 {hour}:{minute:02}:{:02},480 INFO  [main] a.b.C - message {n}\n", n % 60)
    };
    let mut text: String = (0..12_000).map(line).collect();
    let at = text.len();
    for n in 0..50 {
        text.push_str(&format!(
            "13-Jan-2026 13:30:{n:02}.480 WARN [main] org.apache.catalina.startup.Catalina.start up\n"
        ));
        text.push_str("java.lang.IllegalStateException: x\n\tat a.b.C.d(C.java:12)\n");
    }
    text.extend((12_000..20_000).map(line));
    for n in 0..20 {
        text.push_str(&format!("{{\"time\":\"2026-01-13T15:40:{n:02}Z\",\"level\":\"info\",\"msg\":\"json {n}\"}}\n"));
    }
    text.extend((20_000..40_000).map(line));
    (text.into_bytes(), at)
}

#[test]
fn layouts_are_found_wherever_a_log_turns_to_them() {
    let (bytes, at) = turning();
    let log = Log::in_memory(bytes.clone().into(), None).expect("memory");
    assert_eq!(log.layouts().len(), 3, "{:?}", log.layouts());
    assert_eq!(log.len(), 40_070);
    assert_eq!(log.read(12_000).expect("a record").level.as_deref(), Some("WARN"));
    assert_eq!(heads(&log), serial(&log, &bytes), "the same as with all layouts from the start");

    // The same where the index was kept before the log turned, and is gone on with.
    let dir = tempfile::tempdir().expect("dir");
    let path = dir.path().join("a.log");
    fs::write(&path, &bytes[..at]).expect("write");
    let folder = Folder::at(dir.path().join("indexes"));
    let saving = |path: &Path| folder.begin(path, None);
    let before = Log::begin(Store::file(&path).expect("file"), None, saving(&path)).expect("begin");
    before.wait(&mut |_| true).expect("indexed");
    assert_eq!(before.len(), 12_000);
    fs::write(&path, &bytes).expect("write");
    for _ in 0..2 {
        let again = Log::reopen(&path, None, &folder).expect("reopen").expect("the index holds");
        again.wait(&mut |_| true).expect("indexed");
        assert_eq!(heads(&again), heads(&log));
        assert_eq!(again.layouts(), log.layouts());
    }
}

fn blocks(log: &Log) -> Vec<Block> {
    (0..).map_while(|n| log.block(n)).collect()
}

fn heads(log: &Log) -> Vec<Head> {
    blocks(log).iter().flat_map(|block| log.heads(block).expect("heads")).collect()
}

/// The records as they are split in one go.
fn serial(log: &Log, bytes: &[u8]) -> Vec<Head> {
    let mut whole = Vec::new();
    let mut splitter = Splitter::new(log.reader());
    splitter.push(bytes, &mut whole);
    splitter.finish(&mut whole);
    whole
}

/// Text that is hard to cut: long lines, NUL bytes, lone carriage returns, traces, records longer than a part.
fn hard() -> impl Strategy<Value = Vec<u8>> {
    let line = "2026-01-13 10:15:02,480 INFO  [main] a.b.C - x";
    let piece = (0..12_usize, 1..60_usize).prop_map(move |(kind, n)| match kind {
        0..=3 => format!("{line} {n}\n").repeat(n * 8),
        4 => format!("{line} long {}\n", "y".repeat(n * 900)),
        5 => format!("{line} many\n{}", "\tat a.b.C.d(C.java:12)\n".repeat(n * 40)),
        6 => "\0".repeat(n * 700),
        7 => format!("{line}\r\n").repeat(n),
        8 => "\r".repeat(n),
        9 => "\n".repeat(n),
        10 => format!("<a>{}\n", "z".repeat(n)),
        _ => format!("\u{feff}{line}"),
    });
    prop::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat().into_bytes())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn all_processors_give_what_one_does(text in hard(), wide in 0..4) {
        let text: Vec<u8> = match wide {
            0 => String::from_utf8_lossy(&text).encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text,
        };
        let log = Log::in_memory(text.clone().into(), None).expect("memory");
        let expected = serial(&log, &text);
        prop_assert_eq!(heads(&log), expected.clone());
        let covered: u64 = expected.iter().map(|head| head.span.len).sum();
        prop_assert_eq!(covered, text.len() as u64);
        for (n, head) in expected.iter().enumerate().step_by(7) {
            let record = log.read(n).expect("a record");
            prop_assert_eq!(&record, &log.reader().record(*head, head.span.of(&text)));
        }
    }
}

#[test]
fn an_index_on_disk_says_the_same_and_goes_on_with_the_tail() {
    let dir = tempfile::tempdir().expect("dir");
    let (path, folder) = (dir.path().join("a.log"), Folder::at(dir.path().join("indexes")));
    let bytes = generated();
    fs::write(&path, &bytes).expect("write");
    let open = || {
        let saving = folder.begin(&path, None);
        assert!(saving.is_some());
        let log = Log::begin(Store::file(&path).expect("open"), None, saving).expect("begin");
        log.wait(&mut |_| true).expect("indexed");
        log
    };
    assert!(Log::reopen(&path, None, &folder).expect("no error").is_none());
    let built = open();
    let again = Log::reopen(&path, None, &folder).expect("no error").expect("an index");
    assert_eq!((heads(&again), blocks(&again)), (heads(&built), blocks(&built)));
    assert_eq!(again.layouts(), built.layouts());
    assert!(again.block(0).and_then(|block| block.traces).is_some_and(|traces| traces.len() == 1));
    assert!(Log::reopen(&path, Some("%d %m%n"), &folder).expect("no error").is_none(), "told otherwise");

    // Grown in the middle of its last record.
    let more = b"\tat a.b.F.g(F.java:1)\n2026-01-13 11:00:00,000 INFO  [worker-1] a.b.C - new\n".repeat(3);
    fs::OpenOptions::new().append(true).open(&path).expect("open").write_all(&more).expect("write");
    let grown = Log::reopen(&path, None, &folder).expect("no error").expect("an index");
    let scratch = open();
    assert_eq!((heads(&grown), blocks(&grown)), (heads(&scratch), blocks(&scratch)));
    // Grown so much that the index is written again.
    fs::OpenOptions::new().append(true).open(&path).expect("open").write_all(&generated().repeat(2)).expect("write");
    let grown = Log::reopen(&path, None, &folder).expect("no error").expect("an index");
    grown.wait(&mut |_| true).expect("indexed");
    let again = Log::reopen(&path, None, &folder).expect("no error").expect("an index");
    assert_eq!((heads(&again), blocks(&again)), (heads(&grown), blocks(&grown)));
    let scratch = open();
    assert_eq!((heads(&grown), blocks(&grown)), (heads(&scratch), blocks(&scratch)));

    // Another content of the same size, then a shorter one.
    let mut other = fs::read(&path).expect("read");
    other[100] = b'#';
    fs::write(&path, &other).expect("write");
    assert!(Log::reopen(&path, None, &folder).expect("no error").is_none(), "changed");
    assert!(scratch.read(1).is_err(), "changed under the index");
    fs::write(&path, &other[..other.len() / 2]).expect("write");
    assert!(Log::reopen(&path, None, &folder).expect("no error").is_none(), "shorter");
}

/// A log whose index is kept, and the folder in which it is.
fn indexed(dir: &Path) -> (PathBuf, Folder, Log) {
    let (path, folder) = (dir.join("a.log"), Folder::at(dir.join("indexes")));
    fs::write(&path, generated()).expect("write");
    let saving = folder.begin(&path, None);
    let log = Log::begin(Store::file(&path).expect("open"), None, saving).expect("begin");
    log.wait(&mut |_| true).expect("indexed");
    (path, folder, log)
}

#[test]
fn a_damaged_index_is_none() {
    let dir = tempfile::tempdir().expect("dir");
    let (path, folder, _) = indexed(dir.path());
    let index = fs::read_dir(dir.path().join("indexes")).expect("list").next().expect("one").expect("entry").path();
    let whole = fs::read(&index).expect("read");
    assert!(Log::reopen(&path, None, &folder).expect("no error").is_some());
    for cut in [0, 7, whole.len() / 2, whole.len() - 1] {
        fs::write(&index, &whole[..cut]).expect("write");
        assert!(Log::reopen(&path, None, &folder).expect("no error").is_none(), "cut at {cut}");
    }
    let mut wrong = whole.clone();
    let at = wrong.len() - 40;
    wrong[at] ^= 1;
    fs::write(&index, &wrong).expect("write");
    assert!(Log::reopen(&path, None, &folder).expect("no error").is_none());
    let records = heads(&Log::in_memory(generated().into(), None).expect("memory")).len();
    assert!(whole.len() < 12 * records, "{} bytes for {records} records", whole.len());
}

#[test]
fn what_was_worked_out_of_a_log_is_kept_until_it_changes() {
    let dir = tempfile::tempdir().expect("dir");
    let (path, folder, log) = indexed(dir.path());
    assert_eq!(log.worked_out("trouble"), None);
    log.keep("trouble", b"1 2 3");
    let again = || Log::reopen(&path, None, &folder).expect("no error").expect("an index");
    for log in [&log, &again()] {
        assert_eq!(log.worked_out("trouble"), Some(b"1 2 3".to_vec()));
    }
    fs::OpenOptions::new().append(true).open(&path).expect("open").write_all(b"more\n").expect("write");
    let grown = again();
    assert_eq!(grown.worked_out("trouble"), None);
    grown.keep("trouble", b"4");
    assert_eq!(again().worked_out("trouble"), None, "no index of its own");
    let unsaved = Log::in_memory(generated().into(), None).expect("memory");
    unsaved.keep("trouble", b"5");
    assert_eq!(unsaved.worked_out("trouble"), None);
}

#[test]
fn details_are_read_from_wherever_the_record_stands() {
    let log = Log::in_memory(generated().into(), None).expect("memory");
    for n in [1, 4321, 18_000] {
        let record = log.read(n).expect("a record");
        assert!(record.message.starts_with(&format!("message {}", n - 1)), "{}", record.message);
        assert_eq!(record.thread.as_deref(), Some(format!("worker-{}", (n - 1) % 16).as_str()));
    }
    assert_eq!(log.read(1).expect("a record").text.lines().count(), 7);
    assert!(log.read(18_001).is_err());
    assert_eq!(log.head(0).map(|h| h.severity), Some(Severity::Unknown));
}

#[test]
fn an_empty_log_has_no_records() {
    let log = Log::in_memory(Bytes::new(), None).expect("memory");
    assert_eq!((log.len(), log.head(0)), (0, None));
}
