//! Logs of pairs in many spellings, and texts that look like them and are none.

use super::super::{HEADER, Reader, Splitter, is_plainly, looks_like};
use std::sync::Arc;

/// The layouts of a log, and its records as `at|level|thread|logger|columns|message|exception`.
fn records(text: &str) -> (String, Vec<String>) {
    let reader = Arc::new(Reader::learn(text.as_bytes()));
    let mut splitter = Splitter::new(Arc::clone(&reader));
    let mut heads = Vec::new();
    splitter.push(text.as_bytes(), &mut heads);
    splitter.finish(&mut heads);
    let layouts: Vec<String> = reader.layouts().iter().map(ToString::to_string).collect();
    let shown = heads.iter().map(|head| {
        let r = reader.record(*head, head.span.of(text.as_bytes()));
        let at = r.head.stamp.map_or("-".to_owned(), |s| s.to_rfc3339());
        let or = |v: &Option<String>| v.clone().unwrap_or("-".to_owned());
        let columns: Vec<String> = r.columns.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let (level, thread, logger) = (or(&r.level), or(&r.thread), or(&r.logger));
        let trace = r.trace.as_ref().and_then(|t| t.exception()).unwrap_or("-").to_owned();
        format!("{at}|{level}|{thread}|{logger}|{}|{}|{trace}", columns.join(" "), r.message)
    });
    (layouts.join(" "), shown.collect())
}

#[test]
fn pairs_in_any_order_quoted_or_not() {
    let (layout, read) = records(
        "ts=\"2026-11-26 02:06:02.101\" level=ERROR thread=\"http-1\" logger=com.x.Y msg=\"said \\\"no\\\" to A=1\"\n\
         level=INFO thread=\"a worker\" ts=\"2026-11-26 02:06:02.102\" node=n1 logger=com.x.Y msg=done\n\
         ts=\"2026-11-26 02:06:02.103\" level=WARN logger=com.x.Z msg=\"\" empty=\n",
    );
    assert_eq!(layout, "logfmt");
    assert_eq!(
        read,
        [
            "2026-11-26T02:06:02.101|ERROR|http-1|com.x.Y||said \"no\" to A=1|-",
            "2026-11-26T02:06:02.102|INFO|a worker|com.x.Y|node=n1|done|-",
            "2026-11-26T02:06:02.103|WARN|-|com.x.Z|||-",
        ]
    );
}

#[test]
fn other_names_signs_and_bare_values() {
    let (layout, read) = records(
        "time=2026-11-26T02:06:02.101Z, lvl=error, thread=http 1, message=no a=1, really\n\
         time=2026-11-26T02:06:03.101Z, lvl=info, thread=http 1, message=b, user=X\n",
    );
    assert_eq!(layout, "logfmt");
    assert_eq!(read[0], "2026-11-26T02:06:02.101Z|ERROR|http 1|-||no a=1, really|-");
    assert_eq!(read[1], "2026-11-26T02:06:03.101Z|INFO|http 1|-|user=X|b|-");
    let (layout, read) = records(
        "time=2026-11-26 02:06:02,101\tlevel=ERROR\turl=/x?a=1&b=2\tmsg=a b=c d\n\
         time=2026-11-26 02:06:03,101\tlevel=INFO\turl=/x\tmsg=next\n",
    );
    assert_eq!(layout, "logfmt");
    assert_eq!(read[0], "2026-11-26T02:06:02.101|ERROR|-|-|url=/x?a=1&b=2|a b=c d|-");
    let (_, read) = records(
        "time=2026-11-26T02:06:02Z level=info msg=call of A with user=X failed logger=a.B\n\
         date=2026-11-26 time=02:06:03 level=info msg=\"own keys\" logger=a.B\n",
    );
    assert_eq!(read[0], "2026-11-26T02:06:02Z|INFO|-|a.B||call of A with user=X failed|-");
    assert_eq!(read[1], "2026-11-26T02:06:03|INFO|-|a.B||own keys|-");
}

#[test]
fn messages_of_several_lines_escaped_or_not() {
    let (layout, read) = records(
        "ts=2026-11-26T02:06:02Z level=ERROR msg=\"failed\\njava.io.IOException: x\\n\\tat a.B.c(B.java:1)\\n\" node=n1\n\
         ts=2026-11-26T02:06:03Z level=ERROR msg=\"first\nsecond\" node=n2\n\
         ts=2026-11-26T02:06:04Z level=ERROR msg=failed\n\
         java.io.IOException: y\n\
         \tat a.B.c(B.java:1)\n\
         \tat a.B.d(B.java:2)\n\
         ts=2026-11-26T02:06:05Z level=INFO msg=\"statement\"\n\
         select 1\n\
         from dual\n",
    );
    assert_eq!(layout, "logfmt");
    assert_eq!(
        read,
        [
            "2026-11-26T02:06:02Z|ERROR|-|-|node=n1|failed|java.io.IOException",
            "2026-11-26T02:06:03Z|ERROR|-|-|node=n2|first\nsecond|-",
            "2026-11-26T02:06:04Z|ERROR|-|-||failed|java.io.IOException",
            "2026-11-26T02:06:05Z|INFO|-|-||statement\nselect 1\nfrom dual|-",
        ]
    );
}

#[test]
fn a_log_of_pairs_is_plainly_one_and_a_dump_in_that_notation_is_not() {
    let log =
        "ts=2026-11-26T02:06:02Z level=ERROR logger=a.B msg=\"Abnormal termination\" program=CRS008 user=X job=1\n";
    assert!(is_plainly(log.repeat(3).as_bytes()));
    let traced = format!("{log}java.lang.NullPointerException\n{}", "\tat a.B.c(B.java:1)\n".repeat(9)).repeat(5);
    assert!(is_plainly(traced.as_bytes()));
    let lines = "date=2026-11-26 02:06:02\nprogram=CRS008\nuser=X\njob=1\nlevel=ERROR\nmessage=failed\n";
    let line =
        "date=2026-11-26T02:06:02Z program=CRS008 user=X job=1 company=100 exception=java.lang.NullPointerException\n";
    for dump in [lines.to_owned(), line.to_owned(), line.repeat(5)] {
        assert!(!is_plainly(dump.as_bytes()), "{dump}");
        assert_eq!(Reader::learn(dump.as_bytes()).layouts().iter().filter(|l| l.to_string() == "logfmt").count(), 0);
    }
    assert!(!looks_like(b"a=1\nb=2\n"));
}

#[test]
fn the_layout_is_told_and_kept() {
    let reader = Reader::told("logfmt", b"").expect("a layout");
    let saved = reader.saved().expect("a text");
    assert_eq!(Reader::restored(&saved).expect("a reader").layouts(), reader.layouts());
    assert!(reader.layouts()[0].has_time());
}

#[test]
fn what_is_cut_or_odd_loses_no_byte() {
    let log = "ts=2026-11-26T02:06:02Z level=INFO msg=\"one\"\n";
    for odd in [
        "ts=2026-11-26T02:06:03Z level=INFO msg=\"never closed\n",
        "ts=\"2026-11-26T02:06:03Z\" level=INFO msg=\"a\\",
        "a==b\n",
        "=\n",
        "ts=\n",
    ] {
        let text = format!("{}{odd}", log.repeat(4));
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        for step in [1, 7, text.len()] {
            let mut splitter = Splitter::new(Arc::clone(&reader));
            let mut heads = Vec::new();
            text.as_bytes().chunks(step).for_each(|chunk| splitter.push(chunk, &mut heads));
            splitter.finish(&mut heads);
            assert_eq!(heads.iter().map(|head| head.span.len).sum::<u64>(), text.len() as u64, "{odd}");
            assert!(heads.iter().all(|head| head.layout != HEADER), "{odd}");
            let mut records = heads.iter().map(|head| reader.record(*head, head.span.of(text.as_bytes())));
            assert!(records.next_back().is_some_and(|record| !record.text.is_empty()));
        }
    }
}

#[test]
fn widths_are_no_part_of_a_value_and_a_message_may_begin_on_the_line_below() {
    let (layout, read) = records(
        "time=2026-01-13T10:15:02,101 level= WARN thread=  w-8 logger=m3.program msg=\n\tbelow\n\
         time=2026-01-13T10:15:02,102 level=ERROR thread= w-12 logger=m3.program msg=it broke\n",
    );
    assert_eq!(layout, "logfmt");
    assert_eq!(
        read,
        [
            "2026-01-13T10:15:02.101|WARN|w-8|m3.program||\n\tbelow|-",
            "2026-01-13T10:15:02.102|ERROR|w-12|m3.program||it broke|-",
        ]
    );
}

#[test]
fn where_a_pattern_has_all_keys_a_value_may_hold_signs_that_part_pairs() {
    let threads = ["main", "Timer 0, 2", "[ACTIVE] thread: 'x'", "http; nio|8", "pool 1"];
    let line = |n: usize| {
        let thread = threads[n % threads.len()];
        format!("thread={thread} logger=com.x.Y level=INFO time=13.1.26 10:15:{n:02} msg=done step={n}\n")
    };
    let (layout, read) = records(&(10..40).map(line).collect::<String>());
    assert!(layout.contains("thread=%t"), "{layout}");
    let wanted = (10..40).map(|n: usize| {
        let thread = threads[n % threads.len()];
        format!("2026-01-13T10:15:{n}|INFO|{thread}|com.x.Y||done step={n}|-")
    });
    assert_eq!(read, wanted.collect::<Vec<_>>());
}
