//! Remarks on a small log, kept in a case and beside it.

use std::sync::Arc;

use bytes::Bytes;

use super::*;
use crate::logs::Log;
use crate::model::{Exchange, ExchangeId, Request, Source, SourceId, SourceKind};

const LOG: &str = "2026-01-13 10:41:02,471 ERROR [t1] a.B - first\n2026-01-13 10:41:03,000 INFO  [t1] a.B - second\n";

/// A log and an exchange, as if they were read from there.
fn gathered(log: &str, at: &str) -> Gathered {
    let source = |id, path: &str, kind| Source {
        id: SourceId(id),
        path: path.to_owned(),
        kind,
        items: 1,
        bytes: 1,
        layout: None,
    };
    let mut gathered = Gathered::new();
    gathered.sources = vec![source(0, at, SourceKind::Log), source(1, "proxy", SourceKind::Case)];
    let records = Log::in_memory(Bytes::from(log.to_owned()), None).expect("in memory");
    gathered.logs = vec![(SourceId(0), Arc::new(records))];
    gathered.exchanges =
        vec![Exchange::new(ExchangeId(7), SourceId(1), 3, "http://h/a".to_owned(), Request::default())];
    gathered
}

fn in_case(dir: &Path) -> Remarks {
    let roots = Roots { loose: Vec::new(), case: true };
    let mut remarks = Remarks { file: Some(dir.join(FILE)), roots, ..Remarks::default() };
    let (read, bad) = lines::read::<Line>(&dir.join(FILE)).expect("read");
    assert!(bad.is_empty());
    read.into_iter().for_each(|line| remarks.take(line));
    remarks
}

fn said(about: EventRef, note: Option<&str>, mark: Option<bool>) -> Said {
    Said { about: About::Event(about), note: note.map(str::to_owned), mark, at_utc_ns: 5 }
}

#[test]
fn they_are_there_again_and_the_last_word_holds() {
    let dir = tempfile::tempdir().expect("a folder");
    let (gathered, found) = (gathered(LOG, "merged.log"), Investigation::default());
    let (record, call) = (EventRef::Record(SourceId(0), 1), EventRef::Exchange(ExchangeId(7)));
    let mut remarks = in_case(dir.path());
    remarks
        .keep((&gathered, &found), &[said(record, Some("look\nhere"), None), said(call, None, Some(true))])
        .expect("kept");
    remarks.keep((&gathered, &found), &[said(record, None, Some(true))]).expect("kept");
    let again = in_case(dir.path()).on(&gathered, &found);
    assert_eq!(again, remarks.on(&gathered, &found));
    let shown: Vec<_> = again.iter().map(|r| (r.place.as_str(), r.note.as_str(), r.marked)).collect();
    assert_eq!(shown, [("merged.log:2", "look\nhere", true), ("proxy#3", "", true)]);
    assert_eq!(again[0].what, "INFO second");
    remarks.keep((&gathered, &found), &[said(record, Some(""), Some(false))]).expect("kept");
    assert_eq!(in_case(dir.path()).on(&gathered, &found).len(), 1);
}

#[test]
fn a_secret_in_a_note_does_not_reach_the_disk() {
    let dir = tempfile::tempdir().expect("a folder");
    let (gathered, found) = (gathered(LOG, "merged.log"), Investigation::default());
    let note = Some("he used password=hunter2secret");
    in_case(dir.path()).keep((&gathered, &found), &[said(EventRef::Record(SourceId(0), 0), note, None)]).expect("kept");
    let written = std::fs::read_to_string(dir.path().join(FILE)).expect("read");
    assert!(written.contains("he used password=") && !written.contains("hunter2"), "{written}");
}

#[test]
fn of_a_log_that_was_turned_over_the_note_is_gone_and_not_on_another_record() {
    let dir = tempfile::tempdir().expect("a folder");
    let found = Investigation::default();
    let before = gathered(LOG, "merged.log");
    in_case(dir.path())
        .keep((&before, &found), &[said(EventRef::Record(SourceId(0), 0), Some("n"), None)])
        .expect("kept");
    let other = gathered(&LOG.replace("first", "another"), "merged.log");
    let remark = in_case(dir.path()).on(&other, &found).remove(0);
    assert_eq!((remark.about, remark.what.as_str()), (About::Gone, "ERROR first"));
}

#[test]
fn loose_files_go_by_their_whole_path() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a.log");
    std::fs::write(&path, LOG).expect("written");
    let found = Investigation::default();
    let loose = |roots| Remarks { file: Some(dir.path().join(FILE)), roots, ..Remarks::default() };
    let shown = path.display().to_string();
    let beside = gathered(LOG, &shown);
    let mut remarks = loose(Roots { loose: vec![shown.clone()], case: false });
    remarks.keep((&beside, &found), &[said(EventRef::Record(SourceId(0), 0), Some("n"), None)]).expect("kept");
    assert_eq!(remarks.on(&beside, &found).len(), 1);
    assert!(remarks.on(&gathered(LOG, "b.log"), &found).is_empty(), "those on other files are no business of this one");
    let dash = gathered(LOG, "-");
    let refused = remarks.keep((&dash, &found), &[said(EventRef::Record(SourceId(0), 0), Some("n"), None)]);
    assert!(refused.is_err_and(|why| why.contains("mwscope import")));
}

#[test]
fn a_bundle_says_what_of_its_notes_it_lost_and_finds_those_on_names_with_a_sign() {
    use std::io::Write as _;
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("t.zip");
    let on = |name: &str| format!("{{\"on\":\"{name}\",\"note\":\"n\"}}\n");
    let notes = [on("inputs/0000/a@b.log:2"), on("rule@inputs/0000/a@b.log:2"), "{\"on\":\"cut".to_owned()].concat();
    let mut zip = zip::ZipWriter::new(File::create(&path).expect("made"));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [("manifest.json", "{}"), (FILE, &notes)] {
        zip.start_file(name, stored).expect("begun");
        zip.write_all(text.as_bytes()).expect("written");
    }
    zip.finish().expect("closed");
    let shown = path.display().to_string();
    let taken = || {
        let mut remarks = Remarks::none();
        remarks.take_bundle(&shown);
        remarks
    };
    let remarks = taken();
    let whole = std::fs::canonicalize(&path).expect("there").display().to_string();
    let names: Vec<&String> = remarks.kept.keys().collect();
    assert_eq!(names, [&format!("{whole}!/inputs/0000/a@b.log:2"), &format!("rule@{whole}!/inputs/0000/a@b.log:2")]);
    let [problem] = remarks.problems() else { panic!("{:?}", remarks.problems()) };
    assert!(problem.path.ends_with("t.zip!/notes.jsonl:3") && problem.what.contains("not whole"), "{problem}");
    // The same with a byte of the member that isn't what its sum says.
    let bytes = std::fs::read(&path).expect("read");
    let at = bytes.windows(4).position(|four| four == b"a@b.").expect("it is stored as it is");
    let mut broken = bytes;
    broken[at] = b'x';
    std::fs::write(&path, broken).expect("written");
    let remarks = taken();
    let [problem] = remarks.problems() else { panic!("{:?}", remarks.problems()) };
    assert!(problem.path.ends_with("t.zip!/notes.jsonl") && problem.what.contains("can't be read"), "{problem}");
}
