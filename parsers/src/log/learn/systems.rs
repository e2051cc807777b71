//! Logs as systems print them, of few records and of many: what is found in them, and what a first record says. Synthetic
//! throughout.

use super::tests::shown;

const MESSAGES: [&str; 5] =
    ["Started", "Order 12 was saved", "[42] done", "timeout: host=m3app01, port=80", "No WARN | was given"];
const LEVELS: [&str; 3] = ["INFO", "WARN", "ERROR"];
const LOGGERS: [&str; 3] = ["com.foo.Dispatcher", "com.foo.m3.Program", "org.acme.Bus"];
const THREADS: [&str; 3] = ["main", "http-nio-8080-exec-3", "RMI TCP Connection(3)-10.0.0.1"];

/// The first layout and the first record of logs of five and of sixty records, which say the same.
fn learned(line: impl Fn(usize) -> String) -> (String, String) {
    let read = |many: usize| {
        let text: String = (0..many).map(|n| line(n) + "\n").collect();
        let (layouts, records) = shown(&text);
        assert_eq!(records.len(), many, "{layouts:?} {records:?}");
        (layouts[0].clone(), records[0].clone())
    };
    let (few, many) = (read(5), read(60));
    assert_eq!(few.1, many.1, "{few:?}");
    many
}

fn time(n: usize) -> String {
    format!("2026-01-13 10:{:02}:{:02},480", n / 60, n % 60)
}

#[test]
fn columns_between_whatever_signs() {
    for sign in [" :: ", "::", " ¦ ", "¦", " ~ ", " » ", " · ", " -- "] {
        let (layout, record) = learned(|n| {
            let columns = [&time(n), LEVELS[n % 3], THREADS[n % 3], LOGGERS[n / 2 % 3], MESSAGES[n % 5]];
            columns.join(sign)
        });
        assert_eq!(record, "2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher||Started", "{layout}");
    }
}

#[test]
fn logger_and_thread_behind_the_message() {
    let of_activemq = |n: usize| {
        let (level, message) = (LEVELS[n % 3], MESSAGES[n % 5]);
        format!("{} | {level:<5} | {message} | {} | {}", time(n), LOGGERS[n % 3], THREADS[n / 2 % 3])
    };
    let (layout, record) = learned(of_activemq);
    assert!(layout.ends_with("p | %m | %c | %t%n"), "{layout}");
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher||Started");
    // What stands there says where a message of several lines ends, and a trace below is none of it.
    let several = |n: usize| {
        let below = if n == 0 { "\njava.io.IOException: x\n\tat a.B.c(B.java:1)" } else { "" };
        of_activemq(n).replace("Started", if n == 0 { "Started\n<MPD/>" } else { "Started" }) + below
    };
    assert_eq!(learned(several).1, "2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher||Started\n<MPD/>");
    let (layout, record) =
        learned(|n| format!("[{}] {} {} ({})", time(n), LEVELS[n % 3], MESSAGES[n % 5], LOGGERS[n % 3]));
    assert_eq!(layout, "[%d{yyyy-MM-dd HH:mm:ss,SSS}] %p %m (%c)%n");
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|-|com.foo.Dispatcher||Started");
}

#[test]
fn a_message_behind_the_logger_is_no_thread() {
    let threads = ["RMI TCP Connection(3)-10.0.0.1", "pool-2-thread-1", "RMI TCP Connection(7)-10.0.0.1"];
    let (_, record) = learned(|n| {
        let said = ["JDBC pool: 3 active, 4 idle", "Started the worker-3 of 4", "SVCMWS: login from 10.1.2.35"][n % 3];
        format!("{}\tm3be-1\t{}\t{}\t{}\t{said}", time(n), LEVELS[n % 3], threads[n % 3], LOGGERS[n % 3])
    });
    assert_eq!(
        record,
        "2026-01-13T10:00:00.480|INFO|RMI TCP Connection(3)-10.0.0.1|com.foo.Dispatcher|column1=m3be-1|JDBC pool: 3 active, 4 idle"
    );
}

#[test]
fn brackets_of_a_few_records_that_hold_what_no_message_begins_with() {
    for (context, column) in [
        ("{cono=100, user=jdoe}", "cono=100, user=jdoe"),
        ("[tenant=ACME]", "tenant=ACME"),
        ("[(null)]", "(null)"),
        ("[node-1]", "node-1"),
    ] {
        let (layout, record) = learned(|n| {
            format!(
                "{} {} [{}] {} {context} - {}",
                time(n),
                LEVELS[n % 3],
                THREADS[n % 2],
                LOGGERS[n % 3],
                MESSAGES[n % 5]
            )
        });
        assert_eq!(
            record,
            format!("2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher|column3={column}|Started"),
            "{layout}"
        );
    }
    // And the thread behind the logger.
    let (_, record) = learned(|n| {
        format!("{} {} {} [{}] {}", time(n), LEVELS[n % 3], LOGGERS[n % 3], THREADS[n % 2], MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher||Started");
    // A message in brackets stays one.
    let text: String = (0..5).map(|n| format!("{} INFO com.foo.Bar [{n}] done\n", time(n))).collect();
    assert!(shown(&text).1[1].ends_with("|com.foo.Bar||[1] done"), "{:?}", shown(&text));
}

#[test]
fn threads_by_number_before_the_logger_and_behind_the_level() {
    let (_, record) = learned(|n| {
        format!("{} {:<5} {} {} {}", time(n), LEVELS[n % 3], [4, 17, 12][n / 2 % 3], LOGGERS[n % 3], MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|4|com.foo.Dispatcher||Started");
    let (_, record) = learned(|n| {
        let thread = ["MainThread", "Thread-1", "ThreadPoolExecutor-0_0"][n % 3];
        format!("[{}: {}/{thread}] {}", time(n), LEVELS[n % 3], MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|MainThread|-||Started");
}

#[test]
fn names_of_modules_and_words_that_are_filled_up() {
    let modules = ["tower::balance::p2c", "m3_bridge::http", "mio::net"];
    let (_, record) = learned(|n| format!("{} {:>5} {}: {}", time(n), LEVELS[n % 3], modules[n % 3], MESSAGES[n % 5]));
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|-|tower::balance::p2c||Started");
    let filled = |n: usize| {
        let who = if n.is_multiple_of(3) { "Server".to_owned() } else { format!("spid{}", 50 + n * 7) };
        format!("{} {who:<11} {}\n", time(n), MESSAGES[n % 5])
    };
    let (layouts, records) = shown(&(0..60).map(filled).collect::<String>());
    assert_eq!(records[1], "2026-01-13T10:00:01.480|-|-|-|column1=spid57|Order 12 was saved", "{layouts:?}");
}

#[test]
fn keys_with_capitals_before_a_message_of_words() {
    let (layout, record) = learned(|n| {
        let (level, thread, logger) = (LEVELS[n % 3], THREADS[n % 3], LOGGERS[n % 3]);
        format!("Time={} Level={level} Thread={thread} Logger={logger} Message={}", time(n), MESSAGES[n % 5])
    });
    assert_eq!(layout, "Time=%d{yyyy-MM-dd HH:mm:ss,SSS} Level=%p Thread=%t Logger=%c Message=%m%n");
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|main|com.foo.Dispatcher||Started");
}

#[test]
fn keys_behind_commas_before_a_message_that_has_some() {
    let (layout, record) = learned(|n| {
        let (level, thread, said) = (LEVELS[n % 3], THREADS[n % 3], MESSAGES[(n + 3) % 5]);
        format!("Level={level}, Date=2026-01-13 10:{:02}:{:02}, Thread={thread}, Message={said}", n / 60, n % 60)
    });
    assert_eq!(layout, "Level=%p, Date=%d{yyyy-MM-dd HH:mm:ss}, Thread=%t, Message=%m%n");
    assert_eq!(record, "2026-01-13T10:00:00|INFO|main|-||timeout: host=m3app01, port=80");
}

#[test]
fn simple_names_in_brackets_are_loggers_where_nothing_else_is() {
    let (_, record) = learned(|n| {
        let name = ["Session", "Router", "Pool", "FaultHandler"][n % 4];
        format!("[{}] [{name}] [{}] {}", time(n), ["info", "warning"][n % 2], MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:00:00.480|INFO|-|Session||Started");
}

#[test]
fn two_lines_of_java_util_logging_in_other_languages() {
    for (head, level, at) in [
        ("čvc 17, 2026 3:04:05 ODP.", "WARNING", "2026-07-17T15:04:05"),
        ("szept. 17, 2026 3:04:05 DE.", "SEVERE", "2026-09-17T03:04:05"),
        ("Şub 17, 2026 3:04:05 ÖS", "INFO", "2026-02-17T15:04:05"),
        ("янв. 17, 2026 3:04:05 PM", "INFO", "2026-01-17T15:04:05"),
        ("1月 17, 2026 3:04:05 下午", "严重", "2026-01-17T15:04:05"),
        ("十一月 17, 2026 3:04:05 上午", "警告", "2026-11-17T03:04:05"),
        ("12月 17, 2026 3:04:05 午後", "重大", "2026-12-17T15:04:05"),
        ("9 17, 2026 3:04:05 午前", "情報", "2026-09-17T03:04:05"),
        ("5월 17, 2026 3:04:05 오후", "보다 미세", "2026-05-17T15:04:05"),
    ] {
        let (layout, record) = learned(|n| format!("{head} com.foo.Bar run\n{level}: {}", MESSAGES[n % 5]));
        assert_eq!(record, format!("{at}|{level}|-|com.foo.Bar|method=run|Started"), "{layout}");
    }
}

#[test]
fn a_date_in_what_a_record_says_hides_neither_levels_below_nor_lines_without_a_time() {
    // Of java.util.logging, whose level stands on the second line.
    let (_, record) = learned(|n| {
        let said = if n == 1 { "Next run at 2026-03-01 12:00:00" } else { "Started" };
        format!("Jan 13, 2026 10:15:{:02} AM com.foo.Bar run\nINFO: {said}", n % 60)
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|-|com.foo.Bar|method=run|Started");
    // And of lines that have none, all of one level.
    let (_, record) = learned(|n| {
        let below = if n == 1 { "\n<Date>\n2025-11-30 10:00:00\n</Date>" } else { "" };
        format!("INFO:{}:Started{below}", ["worker", "app.db", "urllib3.pool"][n % 3])
    });
    assert_eq!(record, "-|INFO|-|worker||Started");
}

#[test]
fn messages_below_their_head_may_begin_with_a_level() {
    let (_, record) = learned(|n| {
        let said = if n == 3 { "ERROR in step 5" } else { "Started" };
        format!("{}: Infor.Ifs.Store[{}]\n      {said}", ["info", "warn", "fail"][n % 3], 12 + n)
    });
    assert_eq!(record, "-|INFO|-|Infor.Ifs.Store[12]||Started");
}

#[test]
fn one_line_with_a_level_in_its_message_is_no_layout_of_its_own() {
    let line = |n: usize| {
        let said = if n == 7 { "ERROR in step 1" } else { "Started" };
        format!("2026-01-13T10:{:02}:{:02}+0100 m3app01 grid[{}]: {said}\n", n / 60, n % 60, 800 + n % 2)
    };
    let (layouts, records) = shown(&(0..60).map(line).collect::<String>());
    assert_eq!((layouts.len(), records.len()), (1, 60), "{layouts:?}");
}

#[test]
fn letters_of_websphere_go_before_the_words_of_messages() {
    let (_, record) = learned(|n| {
        let said = ["User jdoe has logged off", "ERROR in step 5: see the log", "Started"][n % 3];
        format!("[1/13/26 10:15:{:02}:118 CET] 0000002a Pool          {}   {said}", n % 60, ["1", "O", "3"][n % 3])
    });
    assert_eq!(record, "2026-01-13T10:15:00.118+01:00|1|0000002a|Pool||User jdoe has logged off");
}

#[test]
fn a_sign_that_closes_a_record_closes_its_trace_too() {
    let line = |n: usize| {
        let trace =
            if n % 2 == 1 { "\njava.io.IOException: x\n\tat a.B.c(B.java:1)\n\tat a.B.d(B.java:2)" } else { "" };
        format!("<Jan 13, 2026 8:15:{n:02} AM CET> <Error> <HTTP> <BEA-101017> <Failed{trace}> \n")
    };
    let (layouts, records) = shown(&(0..6).map(line).collect::<String>());
    assert_eq!(records.len(), 6, "{layouts:?}");
    assert_eq!(records[1], "2026-01-13T08:15:01+01:00|ERROR|-|HTTP|code=BEA-101017|Failed");
}

#[test]
fn a_trace_whose_lines_a_separator_joins_is_none_of_the_message() {
    let text = "2026-01-13 08:15:02,118 ERROR [main] a.B - a | b failed java.io.IOException: closed | \tat a.B.c(B.java:1) | \t\
        at a.B.d(B.java:2) | Caused by: java.lang.IllegalStateException: x | \tat a.C.e(C.java:3) | \t... 2 more | \n\
        2026-01-13 08:15:03,118 INFO  [main] a.B - said \tat home\n";
    let reader = std::sync::Arc::new(super::super::Reader::learn(text.as_bytes()));
    let record = reader.record(
        super::super::Head {
            span: crate::Span::new(0, text.find('\n').unwrap_or(0) as u64 + 1),
            line: 1,
            lines: 1,
            stamp: None,
            level: None,
            severity: super::super::Severity::Unknown,
            layout: 0,
        },
        text.lines().next().unwrap_or_default().as_bytes(),
    );
    let trace = record.trace.expect("a trace");
    assert_eq!((trace.exception(), record.message.as_str()), (Some("java.io.IOException"), "a | b failed"));
    assert_eq!(trace.throwables.len(), 2);
    let (_, records) = shown(text);
    assert!(records[1].ends_with("|said \tat home"), "{records:?}");
}

#[test]
fn db2_writes_its_zone_in_minutes() {
    for (zone, offset) in [("+060", "+01:00"), ("-300", "-05:00"), ("+000", "Z")] {
        let line = |n: usize| format!("2026-01-13-10.15.{n:02}.480000{zone} I{n}E500 LEVEL: Error\nPID: 7\n");
        let (layouts, records) = shown(&(0..20).map(line).collect::<String>());
        let start = format!("2026-01-13T10:15:00.480000{offset}|ERROR|");
        assert!(records.len() == 20 && records[0].starts_with(&start), "{records:?} {layouts:?}");
    }
}

#[test]
fn what_programs_of_other_worlds_write() {
    let (_, record) = learned(|n| {
        let (level, said) = (["error", "warn", "notice"][n % 3], MESSAGES[n % 5]);
        format!("2026/01/13 10:15:{:02} [{level}] 812#812: *{n} {said}", n % 60)
    });
    assert_eq!(record, "2026-01-13T10:15:00|ERROR|-|-|pid=812,tid=812,connection=0|Started");
    let (_, record) = learned(|n| {
        let level = LEVELS[n % 3];
        format!("{}, [2026-01-13T10:15:{:02}.118000 #812] {level:>5} -- app: {}", &level[..1], n % 60, MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:15:00.118000|INFO|-|-|letter=I,pid=812,program=app|Started");
}
