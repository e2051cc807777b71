//! The case on disk, from outside: what is appended is read back, whatever the moment at which the writer ended.

#![allow(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod index;
mod killed;
pub(crate) mod secrets;

use std::path::{Path, PathBuf};

use bytes::Bytes;
use mwscope::case::{Case, CaseBodies, Contents, NewContent, NewSource, Options, StoredContent, Writer};
use mwscope::model::{
    Bodies, Body, Call, CallKind, Edit, Exchange, ExchangeId, Header, Headers, Kept, Nok, Outcome, Part, Request,
    Response, SourceId, SourceKind, SourceProblem, Stage, TlsFacts, moment::stamp_of_utc_ns,
};
use mwscope::redact::BodyFacts;

fn exchange(source: SourceId, index: u32, request: &[u8], response: &[u8]) -> Exchange {
    let request = Request {
        method: "POST".into(),
        target: format!("/mws-ws/services/Facility?n={index}"),
        version: "HTTP/1.1".into(),
        headers: Headers(vec![Header::new("Host", "m3.example"), Header::new("X-Odd", b"caf\xe9\x00\xff")]),
        head: Some(Bytes::from_static(b"POST /mws-ws/services/Facility HTTP/1.1\r\nX-Odd: caf\xe9\x00\xff\r\n\r\n")),
        body: Body::whole(Bytes::copy_from_slice(request)),
        trailers: Headers::default(),
    };
    let url = format!("http://m3.example/mws-ws/services/Facility?n={index}");
    let mut exchange = Exchange::new(ExchangeId(0), source, index, url, request);
    exchange.started = Some(stamp_of_utc_ns(1_768_299_302_480_000_000 + i64::from(index)));
    exchange.duration_ns = Some(1_234_567);
    exchange.response = Some(Response {
        status: 500,
        reason: "Internal Server Error".into(),
        version: "HTTP/1.1".into(),
        headers: Headers(vec![Header::new("Content-Type", "text/xml;charset=UTF-8")]),
        body: Body::whole(Bytes::copy_from_slice(response)),
        ..Response::default()
    });
    exchange.outcome = Outcome::Complete;
    exchange.call = Call {
        protocol: "MWS SOAP".into(),
        kind: CallKind::DisplayProgram,
        service: Some("Facility".into()),
        user: Some("CORP\\JDOE".into()),
        fields: vec![("Facility".into(), "A01".into())],
        nok: Some(Nok { code: Some("WFA0101".into()), ..Nok::default() }),
        ..Call::default()
    };
    exchange
}

fn options() -> Options {
    Options { key: Some(mwscope::redact::Key::of_this_run().unwrap()), ..Options::new(0) }
}

fn new_case(dir: &Path) -> (Case, Writer, SourceId) {
    let case = Case::open_or_create(&dir.join("a.mwscope")).unwrap();
    let mut writer = case.write(options()).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    (case, writer, source)
}

fn read(case: &Case) -> Contents {
    case.reader().read().unwrap()
}

/// Everything of an exchange as text, with the bodies themselves in the place of their places.
fn listing(case: &Case) -> Vec<String> {
    let bodies = CaseBodies::new([case]);
    let mut contents = read(case);
    for exchange in &mut contents.exchanges {
        for body in [&mut exchange.request.body, &mut exchange.response.as_mut().unwrap().body] {
            body.kept = Kept::Here(bodies.load(body).unwrap());
        }
    }
    contents.exchanges.iter().map(|x| format!("{x:?}")).collect()
}

/// A folder in memory where the system has one: it is written to a thousand times.
fn quick_dir() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn only_segment(case: &Case) -> PathBuf {
    case.dir().join("segments/000001.seg")
}

#[test]
fn an_exchange_comes_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, source) = new_case(dir.path());
    let mut whole = exchange(source, 0, b"<request/>", b"\x00\x01\xffresponse");
    whole.interim.push(Response {
        status: 103,
        headers: Headers(vec![Header::new("Link", "x")]),
        ..Response::default()
    });
    whole.outcome = Outcome::Aborted { stage: Stage::ResponseBody, cause: "the client closed; ask it".into() };
    whole.tls =
        Some(TlsFacts { version: Some("TLS 1.2".into()), certificates: vec!["ab".into()], ..TlsFacts::default() });
    whole.edits.push(Edit { what: "request target".into(), before: Some("http://a/".into()), after: None });
    whole.notes.push(("_custom".into(), "ä\u{1}".into()));
    whole.origin = Some(("a.har".into(), 7));
    whole.tunnel = Some("x3".into());
    whole.timings.wait = Some(u64::MAX);
    let mut plain = Exchange::new(ExchangeId(0), source, 1, "m3.example:443".into(), Request::default());
    plain.outcome = Outcome::Failed { stage: Stage::TlsUpstream, cause: "untrusted".into() };
    plain.response = Some(Response::default());
    assert_eq!(writer.append(whole.clone()).unwrap(), ExchangeId(0));
    assert_eq!(writer.append(plain.clone()).unwrap(), ExchangeId(1));
    writer.finish().unwrap();
    plain.id = ExchangeId(1);
    let at_hand = |x: &mut Exchange| {
        for body in [&mut x.request.body, &mut x.response.as_mut().unwrap().body] {
            if let Kept::Nothing = body.kept {
                body.kept = Kept::Here(Bytes::new());
            }
        }
        format!("{x:?}")
    };
    assert_eq!(listing(&case), [at_hand(&mut whole), at_hand(&mut plain)]);
}

#[test]
fn sources_and_problems_come_back_and_numbers_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, proxy) = new_case(dir.path());
    let log: Bytes = (0..3_000_000_u32).map(|n| b"0123456789 a log\n"[(n % 17) as usize]).collect::<Vec<_>>().into();
    let file = dir.path().join("big.log");
    std::fs::write(&file, &log).unwrap();
    let new = |path: &str, content| NewSource {
        path: path.into(),
        kind: SourceKind::Log,
        items: 3,
        bytes: 9,
        layout: Some("%m%n".into()),
        content,
    };
    writer.add_source(new("small.log", NewContent::Copy(log.clone()))).unwrap();
    let outside = mwscope::case::Outside::of(&file).unwrap();
    let third = writer.add_source(new("big.log", NewContent::Outside(outside.clone()))).unwrap();
    writer.append(exchange(proxy, 0, b"", b"")).unwrap();
    let problem = SourceProblem { path: "x".into(), offset: 3, what: "odd".into(), remedy: "none".into() };
    writer.add_problem(&problem).unwrap();
    writer.finish().unwrap();

    let contents = read(&case);
    assert_eq!(contents.problems, [problem]);
    let paths: Vec<_> = contents.sources.iter().map(|s| s.source.path.as_str()).collect();
    assert_eq!(paths, ["proxy", "small.log", "big.log"]);
    let StoredContent::Copied(copied) = contents.sources[1].content else { panic!("not copied") };
    assert!(CaseBodies::new([&case]).copied(0, copied).unwrap() == log);
    assert_eq!(contents.sources[2].content, StoredContent::Outside(outside.clone()));
    assert_eq!(outside.check(), mwscope::case::Standing::Same);
    std::fs::write(&file, b"other").unwrap();
    assert_eq!(outside.check(), mwscope::case::Standing::Changed);

    let mut writer = case.write(options()).unwrap();
    assert_eq!(writer.add_source(NewSource::recording()).unwrap(), proxy, "a recording is continued");
    assert_eq!(writer.reserve(proxy), (ExchangeId(1), 1));
    assert_eq!(writer.add_source(new("more.log", NewContent::Exchanges)).unwrap(), SourceId(third.0 + 1));
}

#[test]
fn a_writer_that_ended_at_any_byte_loses_nothing_before_the_last_exchange() {
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, source) = new_case(dir.path());
    writer.append(exchange(source, 0, b"one", b"eins")).unwrap();
    writer.append(exchange(source, 1, b"two", b"zwei")).unwrap();
    let before = std::fs::metadata(only_segment(&case)).unwrap().len();
    let expected = listing(&case);
    writer.append(exchange(source, 2, b"three", b"drei")).unwrap();
    drop(writer);
    let whole = std::fs::read(only_segment(&case)).unwrap();
    for cut in before as usize..whole.len() {
        let dir = quick_dir();
        let case = Case::open_or_create(&dir.path().join("b.mwscope")).unwrap();
        std::fs::write(only_segment(&case), &whole[..cut]).unwrap();
        assert_eq!(listing(&case), expected, "without repair, cut at {cut}");
        if !cut.is_multiple_of(5) {
            continue;
        }
        let mut writer = case.write(options()).unwrap();
        let id = writer.append(exchange(source, 2, b"again", b"noch einmal")).unwrap();
        writer.finish().unwrap();
        assert_eq!(id, ExchangeId(2));
        let after = listing(&case);
        assert_eq!((&after[..2], after.len()), (&expected[..], 3), "cut at {cut}");
        let torn = cut as u64 - before;
        let problems = read(&case).problems;
        // A cut between two entries leaves no torn one: a body that nothing refers to is no loss.
        let aside: u64 = std::fs::read_dir(case.dir().join("segments"))
            .unwrap()
            .map(Result::unwrap)
            .filter(|item| item.file_name().to_string_lossy().contains("torn"))
            .map(|item| item.metadata().unwrap().len())
            .sum();
        assert!(aside <= torn);
        assert_eq!(problems.len(), usize::from(aside > 0), "cut at {cut}: {problems:?}");
    }
}

#[test]
fn a_case_that_was_only_just_begun_is_no_obstacle() {
    for len in 0..32 {
        let dir = tempfile::tempdir().unwrap();
        let case = Case::open_or_create(&dir.path().join("b.mwscope")).unwrap();
        std::fs::write(only_segment(&case), &b"mwscope\0\x01\0\0\0\x01\0\0\0................"[..len]).unwrap();
        assert!(read(&case).exchanges.is_empty());
        let mut writer = case.write(options()).unwrap();
        let source = writer.add_source(NewSource::recording()).unwrap();
        writer.append(exchange(source, 0, b"one", b"eins")).unwrap();
        writer.finish().unwrap();
        let contents = read(&case);
        assert_eq!((contents.exchanges.len(), contents.problems.len()), (1, usize::from(len > 0)));
    }
}

#[test]
fn damage_costs_what_it_hits_and_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, source) = new_case(dir.path());
    writer.append(exchange(source, 0, b"one", b"eins")).unwrap();
    let from = std::fs::metadata(only_segment(&case)).unwrap().len() as usize;
    writer.append(exchange(source, 1, b"two", b"zwei")).unwrap();
    let to = std::fs::metadata(only_segment(&case)).unwrap().len() as usize;
    writer.append(exchange(source, 2, b"three", b"drei")).unwrap();
    drop(writer);
    let mut bytes = std::fs::read(only_segment(&case)).unwrap();
    bytes[from..to].fill(b'?');
    std::fs::write(only_segment(&case), bytes).unwrap();
    std::fs::remove_file(case.dir().join("case.db")).unwrap();
    let contents = read(&case);
    assert_eq!(contents.exchanges.iter().map(|x| x.id.0).collect::<Vec<_>>(), [0, 2]);
    let [problem] = &contents.problems[..] else { panic!("{:?}", contents.problems) };
    assert_eq!(
        (problem.offset, problem.what.as_str()),
        (from as u64, &*format!("segment 1: {} bytes are damaged", to - from))
    );
    drop(case.write(options()).unwrap());
    assert_eq!(read(&case).exchanges.len(), 2, "damage with entries behind it is no torn end");
}

#[test]
fn segments_are_sealed_and_read_on() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let mut writer = case.write(Options { segment_limit: 100_000, ..options() }).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    let mut follower = case.reader();
    let mut followed = Vec::new();
    for n in 0..200 {
        let body = format!("<row>{n}</row>").repeat(300);
        writer.append(exchange(source, n, body.as_bytes(), b"")).unwrap();
        if n % 7 == 0 {
            followed.extend(follower.read().unwrap().exchanges);
        }
    }
    writer.finish().unwrap();
    followed.extend(follower.read().unwrap().exchanges);
    assert!(follower.read().unwrap().is_empty());
    let sealed = std::fs::read_dir(case.dir().join("segments"))
        .unwrap()
        .filter(|item| item.as_ref().unwrap().path().extension().is_some_and(|e| e == "zst"))
        .count();
    assert!(sealed >= 5, "{sealed} sealed");
    let listed = listing(&case);
    assert_eq!(listed.len(), 200);
    assert_eq!(followed.iter().map(|x| x.id.0).collect::<Vec<_>>(), (0..200).collect::<Vec<_>>());
    let bodies = CaseBodies::new([&case]);
    for (n, exchange) in followed.iter().enumerate() {
        let body = bodies.load(&exchange.request.body).unwrap();
        assert!(body == format!("<row>{n}</row>").repeat(300).as_bytes(), "places hold after sealing");
    }
}

#[test]
fn a_reader_follows_a_writer_on_another_thread() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let mut writer = case.write(Options { segment_limit: 1 << 20, ..options() }).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    assert!(case.write(options()).err().unwrap().what.starts_with("is being written by process"));
    let body = vec![b'x'; 10_000];
    let thread = std::thread::spawn(move || {
        for n in 0..1000 {
            writer.append(exchange(source, n, &body, b"answer")).unwrap();
        }
        writer.finish().unwrap();
    });
    let mut reader = case.reader();
    let bodies = CaseBodies::new([&case]);
    let mut seen = Vec::new();
    loop {
        let done = thread.is_finished();
        let contents = reader.read().unwrap();
        assert!(contents.problems.is_empty(), "{:?}", contents.problems);
        if let Some(last) = contents.exchanges.last() {
            assert_eq!(bodies.load(&last.request.body).unwrap().len(), 10_000);
        }
        seen.extend(contents.exchanges.iter().map(|x| x.id.0));
        if done {
            break;
        }
    }
    thread.join().unwrap();
    assert_eq!(seen, (0..1000).collect::<Vec<_>>());
}

#[test]
fn several_cases_lie_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let cases: Vec<Case> = ["one", "two"]
        .iter()
        .map(|name| {
            let case = Case::open_or_create(&dir.path().join(name).join("a.mwscope")).unwrap();
            let mut writer = case.write(options()).unwrap();
            let source = writer.add_source(NewSource::recording()).unwrap();
            writer.append(exchange(source, 0, name.as_bytes(), b"")).unwrap();
            case
        })
        .collect();
    let bodies = CaseBodies::new(&cases);
    for (place, name) in ["one", "two"].iter().enumerate() {
        let contents = cases[place].reader_at(place as u32).read().unwrap();
        assert_eq!(bodies.load(&contents.exchanges[0].request.body).unwrap(), name.as_bytes());
    }
}

#[test]
fn a_long_body_is_cut_where_told_and_its_true_size_stays() {
    let dir = tempfile::tempdir().unwrap();
    let case = Case::open_or_create(&dir.path().join("a.mwscope")).unwrap();
    let mut writer = case.write(Options { body_limit: 3_000_000, ..options() }).unwrap();
    let source = writer.add_source(NewSource::recording()).unwrap();
    writer.append(exchange(source, 0, &[7; 5_000_000], &[8; 3_000_000])).unwrap();
    writer.finish().unwrap();
    let read = read(&case).exchanges.remove(0);
    let bodies = CaseBodies::new([&case]);
    assert_eq!((read.request.body.len, &read.request.body.state), (5_000_000, &mwscope::model::BodyState::Cut));
    assert!(bodies.load(&read.request.body).unwrap() == [7; 3_000_000][..]);
    let body = &read.response.as_ref().unwrap().body;
    assert_eq!((body.len, &body.state), (3_000_000, &mwscope::model::BodyState::Whole));
    assert!(bodies.load(body).unwrap() == [8; 3_000_000][..]);
}

#[test]
fn bodies_that_come_in_pieces_are_stored_as_they_come() {
    use mwscope::model::{BodyState, Part};
    use mwscope::redact::{facts_of_request, facts_of_response};
    let dir = tempfile::tempdir().unwrap();
    let (case, mut writer, source) = new_case(dir.path());
    let row = "<row><a>1</a><password>geheim77</password></row>";
    let text = format!("<rows>{}</rows>", row.repeat(20_000));
    let mut one = exchange(source, 0, b"", b"");
    let mut two = exchange(source, 1, b"", b"");
    (one.id, one.index) = writer.reserve(source);
    (two.id, two.index) = writer.reserve(source);
    let response = one.response.clone().unwrap();
    let mut request_body = writer.begin_body(Part::RequestBody, facts_of_request(&one));
    let mut response_body = writer.begin_body(Part::ResponseBody, facts_of_response(&two, &response));
    for piece in text.as_bytes().chunks(777) {
        writer.put_body(&mut request_body, piece);
        writer.put_body(&mut response_body, piece);
    }
    two.call.fault = Some("wrong password geheim77".into());
    let streamed = writer.end_body(response_body);
    assert!(streamed.start.starts_with(b"<rows><row><a>1</a><password>********</password>"));
    let secrets = streamed.settle(Part::ResponseBody, &mut two);
    writer.store_streamed(&mut two, &secrets).unwrap();
    let secrets = writer.end_body(request_body).settle(Part::RequestBody, &mut one);
    writer.store_streamed(&mut one, &secrets).unwrap();
    let unannounced = writer.begin_body(Part::ResponseBody, mwscope::case::facts_of_unknown());
    let mut three = exchange(source, 2, b"", b"");
    (three.id, three.index) = writer.reserve(source);
    let mut unannounced = unannounced;
    writer.put_body(&mut unannounced, b"password=geheim77");
    writer.end_body(unannounced).settle(Part::ResponseBody, &mut three);
    writer.store_streamed(&mut three, &[]).unwrap();
    writer.finish().unwrap();

    let exchanges = read(&case).exchanges;
    let bodies = CaseBodies::new([&case]);
    let expected = text.replace("geheim77", "********");
    assert!(bodies.load(&exchanges[0].request.body).unwrap() == expected.as_bytes());
    assert!(bodies.load(&exchanges[1].response.as_ref().unwrap().body).unwrap() == expected.as_bytes());
    assert_eq!(exchanges[1].call.fault.as_deref(), Some("wrong password ********"));
    assert_eq!((exchanges[0].masks.len(), exchanges[0].masks[999].part), (1000, Part::RequestBody));
    let withheld = &exchanges[2].response.as_ref().unwrap().body;
    assert!(matches!(withheld.state, BodyState::Withheld(_)) && withheld.kept == Kept::Nothing);
}

#[test]
fn what_is_no_case_is_not_taken_for_one() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.log"), b"x").unwrap();
    assert!(!Case::is_case(dir.path()));
    assert_eq!(Case::open(dir.path()).unwrap_err().what, "is no case");
    assert_eq!(Case::open(&dir.path().join("no")).unwrap_err().what, "does not exist");
    let taken = Case::open_or_create(dir.path()).unwrap_err();
    assert_eq!(taken.what, "is no case, and something else stands there");
    assert!(Case::open_or_create(&dir.path().join("a.log")).is_err());
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut coded = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    coded.write_all(text).unwrap();
    coded.finish().unwrap()
}

#[test]
fn a_coded_body_stays_as_it_came_where_nothing_in_it_is_masked() {
    let mut state = 1_u32;
    let mut odd = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b"abcdefgh01234567"[(state >> 20) as usize % 16]
    };
    let long: Vec<u8> = (0..1_200_000).map(|_| odd()).collect();
    for (text, masked, stays) in [
        (&b"<a>what anybody may see</a>"[..], None, true),
        (b"<password>x9</password>", Some(&b"<password>**</password>"[..]), false),
        // Nobody holds so much of it twice until its end shows what is in it.
        (&long, None, false),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let (case, mut writer, source) = new_case(dir.path());
        let coded = gzip(text);
        let codings = vec!["gzip".to_owned()];
        let facts =
            BodyFacts { codings: codings.clone(), content_type: Some("text/xml".into()), ..BodyFacts::default() };
        let mut stream = writer.begin_body(Part::ResponseBody, facts);
        coded.chunks(50_000).for_each(|piece| writer.put_body(&mut stream, piece));
        let streamed = writer.end_body(stream);
        assert_eq!(streamed.readable_start(&codings), masked.unwrap_or(text));
        let mut whole = exchange(source, 0, b"", b"");
        whole.response.as_mut().unwrap().body =
            Body { len: coded.len() as u64, codings: codings.clone(), ..Body::default() };
        let secrets = streamed.settle(Part::ResponseBody, &mut whole);
        writer.store_streamed(&mut whole, &secrets).unwrap();
        writer.finish().unwrap();
        let read = read(&case).exchanges.remove(0);
        let body = &read.response.as_ref().unwrap().body;
        let kept = CaseBodies::new([&case]).load(body).unwrap();
        let said = read.notes.iter().any(|(_, text)| text.contains("was taken off so that secrets can be masked"));
        assert_eq!((said, body.codings.is_empty()), (!stays, !stays), "{:?}", read.notes);
        assert!(kept == if stays { &coded[..] } else { masked.unwrap_or(text) });
        assert_eq!(read.masks.len(), usize::from(masked.is_some()));
    }
}
