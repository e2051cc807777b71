//! Paths of every kind, good and bad. The archives are synthetic.

use std::io::Write;

use super::*;

const HAR: &str = r#"{"log":{"entries":[{"startedDateTime":"2026-01-13T09:15:02.418Z","time":1,"request":{"method":"GET","url":"http://h/1"},"response":{"status":200}}]}}"#;

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ::zip::ZipWriter::new(io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, ::zip::write::SimpleFileOptions::default()).expect("a member");
        writer.write_all(bytes).expect("memory");
    }
    writer.finish().expect("memory").into_inner()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

/// One file of a tar archive, as ustar has it.
fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = vec![0_u8; 512];
    header[..name.len()].copy_from_slice(name.as_bytes());
    header[124..135].copy_from_slice(format!("{:011o}", bytes.len()).as_bytes());
    header[156] = b'0';
    header[257..263].copy_from_slice(b"ustar\0");
    header.extend_from_slice(bytes);
    header.resize(header.len().div_ceil(512) * 512 + 1024, 0);
    header
}

/// A folder with these files in it.
fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let root = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        let path = root.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }
    root
}

fn gather_in(root: &tempfile::TempDir, names: &[&str]) -> Result<Gathered, SourceProblem> {
    let paths: Vec<_> = names.iter().map(|name| root.path().join(name).display().to_string()).collect();
    gather(&paths, &Options::default(), &mut |_| {})
}

/// The paths of sources and problems below the folder.
fn paths(root: &tempfile::TempDir, gathered: &Gathered) -> (Vec<String>, Vec<String>) {
    let base = format!("{}/", root.path().display());
    let below = |path: &str| path.strip_prefix(&base).unwrap_or(path).to_owned();
    let sources = gathered.sources.iter().map(|source| below(&source.path)).collect();
    (sources, gathered.problems.iter().map(|problem| below(&problem.path)).collect())
}

#[test]
fn packed_and_nested_files_are_read_under_their_path() {
    let nested =
        zip(&[("b/deep.har", HAR.as_bytes()), ("a.har.gz", &gzip(HAR.as_bytes())), ("../../README.md", b"no")]);
    let files = [
        ("1.har", HAR.as_bytes()),
        ("2.bin", &gzip(HAR.as_bytes())),
        ("3.zip", &zip(&[("in.zip", &nested)])),
        ("4.tgz", &gzip(&tar("x/t.har", HAR.as_bytes()))),
    ];
    let root = folder(&files);
    let gathered = gather_in(&root, &[""]).expect("evidence");
    let expected = ["1.har", "2.bin", "3.zip!/in.zip!/a.har.gz", "3.zip!/in.zip!/b/deep.har", "4.tgz!/x/t.har"];
    assert_eq!(paths(&root, &gathered), (expected.map(str::to_owned).to_vec(), vec![]));
    let ids: Vec<_> =
        gathered.exchanges.iter().map(|exchange| (exchange.id.0, exchange.source.0, exchange.index)).collect();
    assert_eq!(ids, [(0, 0, 0), (1, 1, 0), (2, 2, 0), (3, 3, 0), (4, 4, 0)]);
}

#[test]
fn a_member_is_named_behind_a_mark() {
    let inner = zip(&[("d/x.har", HAR.as_bytes()), ("d/y.har", HAR.as_bytes()), ("z.har", HAR.as_bytes())]);
    let root =
        folder(&[("a.zip", &zip(&[("in.zip", &inner), ("o.har", HAR.as_bytes())])), ("one.har", HAR.as_bytes())]);
    let named = |name: &str| gather_in(&root, &[name]).map(|gathered| paths(&root, &gathered).0);
    assert_eq!(named("a.zip!/o.har").expect("a member"), ["a.zip!/o.har"]);
    assert_eq!(named("a.zip!/in.zip!/d/x.har").expect("a member"), ["a.zip!/in.zip!/d/x.har"]);
    assert_eq!(named("a.zip!/in.zip!/d").expect("a folder").len(), 2);
    let missing = named("a.zip!/nothing.log").expect_err("no such member");
    assert!(missing.what.contains("no such member") && missing.path.ends_with("a.zip!/nothing.log"), "{missing}");
    assert!(named("one.har!/x").expect_err("no archive").what.contains("no archive"));
}

#[test]
fn bad_input_says_what_is_wrong_and_what_to_do() {
    let bytes: Vec<u8> = (0..=255).collect();
    let files: [(&str, &[u8], &str); 8] = [
        ("empty", b"", "empty"),
        ("garbage.bin", &bytes.repeat(64), "binary"),
        ("broken.har", b"{\"log\":{\"entries\":[", "ends in the middle"),
        ("none.har", b"{\"log\":{\"entries\":[]}}", "holds no exchanges"),
        ("c.pcap", b"\xd4\xc3\xb2\xa1\x02\0\x04\0", "capture ends inside"),
        ("f.mitm", b"1997:2:id;36:", "ends in the middle"),
        ("x.7z", b"7z\xbc\xaf\x27\x1c\0\x04", "7-Zip"),
        ("cut.zip", &zip(&[("a", HAR.as_bytes())])[..60], "zip archive"),
    ];
    for (name, bytes, word) in files {
        let root = folder(&[(name, bytes)]);
        let problem = gather_in(&root, &[name]).err().expect("nothing in it");
        assert!(problem.what.contains(word) && !problem.remedy.is_empty(), "{name}: {problem}");
        assert!(problem.path.ends_with(name));
        // Beside evidence it is a problem among others.
        let root = folder(&[(name, bytes), ("good.har", HAR.as_bytes())]);
        let gathered = gather_in(&root, &[""]).expect("evidence");
        assert_eq!(paths(&root, &gathered), (vec!["good.har".to_owned()], vec![name.to_owned()]));
    }
    let root = folder(&[("README.md", b"about"), ("expected/a.har", HAR.as_bytes())]);
    assert!(gather_in(&root, &[""]).err().expect("nothing").what.contains("no evidence"));
    assert!(gather_in(&root, &["nothing"]).err().expect("nothing").what.contains("no such file"));
}

#[test]
fn a_cut_recording_is_read_as_far_as_it_goes() {
    let two = HAR.replace("}}]", "}},{\"request\":{\"method\":\"GET\",");
    let cut = &two[..two.len() - 3];
    let packed = gzip(HAR.as_bytes());
    let root = folder(&[("cut.har", cut.as_bytes()), ("cut.gz", &packed[..packed.len() - 4])]);
    let gathered = gather_in(&root, &[""]).expect("evidence");
    assert_eq!(gathered.exchanges.len(), 2);
    let mut places = paths(&root, &gathered).1;
    places.dedup();
    assert_eq!(places, ["cut.gz", "cut.har"]);
}

#[test]
fn a_file_that_is_named_twice_is_read_once() {
    let root = folder(&[("1.har", HAR.as_bytes())]);
    let gathered = gather_in(&root, &["1.har", "", "1.har"]).expect("evidence");
    assert_eq!(gathered.sources.len(), 1);
}

#[test]
fn archives_inside_each_other_end_somewhere() {
    let mut bytes = HAR.as_bytes().to_vec();
    for _ in 0..20 {
        bytes = zip(&[("in.zip", &bytes)]);
    }
    let root = folder(&[("deep.zip", &bytes)]);
    assert!(gather_in(&root, &["deep.zip"]).err().expect("too deep").what.contains("too deep"));
}

#[test]
fn a_case_gives_what_was_put_into_it() {
    use crate::case::{NewContent, NewSource};
    let root = folder(&[("1.har", HAR.as_bytes())]);
    let gathered = gather_in(&root, &["1.har"]).expect("evidence");
    let case = Case::open_or_create(&root.path().join("c.mwscope")).expect("a case");
    let mut writer = case
        .write(crate::case::Options { key: crate::case::Key::of_this_run().ok(), ..crate::case::Options::new(0) })
        .expect("a writer");
    let new = NewSource {
        path: "1.har".into(),
        kind: SourceKind::Har,
        items: 1,
        bytes: 9,
        layout: None,
        content: NewContent::Exchanges,
    };
    let source = writer.add_source(new).expect("a source");
    let exchange = gathered.exchanges[0].clone();
    writer.append(crate::model::Exchange { source, ..exchange }).expect("an exchange");
    let copied = NewSource {
        path: "2.har".into(),
        kind: SourceKind::Har,
        items: 1,
        bytes: 9,
        layout: None,
        content: NewContent::Copy(HAR.into()),
    };
    writer.add_source(copied).expect("a source");
    writer.finish().expect("the disk");

    let gathered = gather_in(&root, &["c.mwscope", "1.har"]).expect("evidence");
    let list: Vec<_> = gathered
        .exchanges
        .iter()
        .map(|x| (x.id.0, gathered.path(x.source).rsplit('/').next(), x.url.as_str()))
        .collect();
    assert_eq!(
        list,
        [(0, Some("1.har"), "http://h/1"), (1, Some("2.har"), "http://h/1"), (2, Some("1.har"), "http://h/1")]
    );
    assert_eq!(gathered.problems, []);
}

#[test]
fn the_sample_case_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures/cases/crs008-facility");
    let gathered = gather(&[path.display().to_string()], &Options::default(), &mut |_| {}).expect("evidence");
    assert_eq!(gathered.problems, []);
    let list: Vec<_> = gathered.sources.iter().map(|s| (s.path.rsplit('/').next(), s.kind.word(), s.items)).collect();
    assert_eq!(list.len(), 5, "{list:?}");
    assert!(list.contains(&(Some("traffic.har"), "har", 59)));
    assert_eq!(list.iter().filter(|(_, kind, items)| *kind == "dump" && *items == 1).count(), 3);
    let log = gathered.logs[0].1.clone();
    assert!(log.len() > 500 && gathered.source(gathered.logs[0].0).is_some_and(|source| source.layout.is_some()));
    assert_eq!(gathered.dumps.iter().filter(|found| found.dump.program.as_deref() == Some("CRS008")).count(), 3);
}

#[test]
fn texts_of_no_known_kind_are_kept_and_answer_only_who_wants_them() {
    let status = "<html><body><table><tr><th>Node</th><th>Started</th></tr><tr><td>MWS-2</td><td>2026-01-13 09:15:00</td></tr></table></body></html>";
    let wide: Vec<u8> = "Dienst;Aufrufe\nFacility;12\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let root = folder(&[
        ("notes.txt", b"call Anna\nabout the facility\n"),
        ("more.zip", &zip(&[("status.html", status.as_bytes()), ("profile.csv", &wide), ("blank.txt", b" \n\n")])),
        ("a.log", b"2026-01-13 10:15:02,480 INFO [a] b - c\n2026-01-13 10:15:03,480 INFO [a] b - d\n"),
    ]);
    let alone = gather_in(&root, &["notes.txt"]).err().expect("nothing to investigate");
    assert!(alone.what.contains("with a time") && alone.remedy.contains("--layout"), "{alone}");
    let options = Options { texts: true, ..Options::default() };
    let path = root.path().join("notes.txt").display().to_string();
    assert_eq!(gather(&[path], &options, &mut |_| {}).expect("a text").texts.len(), 1);

    let gathered = gather_in(&root, &[""]).expect("evidence");
    let (sources, problems) = paths(&root, &gathered);
    assert_eq!(sources, ["a.log", "more.zip!/profile.csv", "more.zip!/status.html", "notes.txt"]);
    assert_eq!(problems, ["more.zip!/blank.txt", "more.zip!/profile.csv", "more.zip!/status.html", "notes.txt"]);
    let kinds: Vec<_> = gathered.sources.iter().map(|source| (source.kind.word(), source.items)).collect();
    assert_eq!(kinds, [("log", 2), ("other", 2), ("other", 2), ("other", 2)]);
    // Nothing is concluded from them: whoever looks at logs doesn't see them.
    assert_eq!(gathered.logs.len(), 1);
    let row = |source: usize, n: usize| {
        let (_, rows) = &gathered.texts[source];
        let row = rows.read(n).expect("a row");
        (row.text, row.columns, row.head.stamp.map(|stamp| stamp.to_rfc3339()))
    };
    let named = |pairs: [(&str, &str); 2]| pairs.map(|(name, cell)| (name.to_owned(), cell.to_owned())).to_vec();
    assert_eq!(row(0, 1), ("Facility;12".to_owned(), named([("Dienst", "Facility"), ("Aufrufe", "12")]), None));
    let started = "2026-01-13T09:15:00".to_owned();
    let columns = named([("Node", "MWS-2"), ("Started", "2026-01-13 09:15:00")]);
    assert_eq!(row(1, 1), ("MWS-2 | 2026-01-13 09:15:00".to_owned(), columns, Some(started)));
    for (source, rows) in &gathered.texts {
        let mut end = 0;
        for head in (0..rows.len()).filter_map(|n| rows.head(n)) {
            assert_eq!(head.span.offset, end, "{}", gathered.path(*source));
            end = head.span.end();
        }
    }
}

#[test]
fn a_dump_is_found_in_a_log_that_has_one_line_of_it_in_each_record() {
    let lines = [
        "INFO  [w-1] a.b.C - one",
        "ERROR [w-2] mvx.dump - Program . . . : CRS008",
        "ERROR [w-2] mvx.dump - User  . . . . : MWSUSR",
        "ERROR [w-2] mvx.dump - Company . . . : 100",
        "ERROR [w-2] mvx.dump - Panel . . . . : E",
        "ERROR [w-2] mvx.dump - Job . . . . . : 004711",
        "ERROR [w-2] mvx.dump - java.lang.NullPointerException",
        "ERROR [w-2] mvx.dump - \tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)",
        "INFO  [w-1] a.b.C - two",
    ];
    let log: String = lines.iter().map(|line| format!("2026-01-13 10:15:01,000 {line}\n")).collect();
    let root = folder(&[("app.log", log.as_bytes())]);
    let path = root.path().join("app.log").display().to_string();
    let options = Options { told: Told::Dump, ..Options::default() };
    let gathered = gather(&[path], &options, &mut |_| {}).expect("a dump");
    let dumps: Vec<_> =
        gathered.dumps.iter().map(|d| (d.dump.line, d.dump.program.clone(), d.dump.user.clone())).collect();
    assert_eq!(dumps, [(2, Some("CRS008".to_owned()), Some("MWSUSR".to_owned()))]);
}

#[test]
fn requests_and_answers_in_files_are_exchanges() {
    let root = folder(&[
        ("m.http", b"POST /mws-ws/services/Facility HTTP/1.1\nHost: m3:19007\nContent-Type: text/xml\n\n<a/>"),
        ("raw/x0-request.http", b"GET /x HTTP/1.1\r\nHost: h\r\n\r\n"),
        ("raw/x0-response.http", b"HTTP/1.1 503 Busy\r\nContent-Length: 2\r\n\r\nno"),
    ]);
    let gathered = gather_in(&root, &["m.http", "raw"]).expect("two requests");
    assert_eq!(paths(&root, &gathered), (vec!["m.http".to_owned(), "raw/x0-request.http".to_owned()], Vec::new()));
    let told = |at: usize| (gathered.exchanges[at].url.as_str(), gathered.exchanges[at].status());
    assert_eq!((told(0), told(1)), (("http://m3:19007/mws-ws/services/Facility", None), ("http://h/x", Some(503))));
}
