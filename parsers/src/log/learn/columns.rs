//! Heads of many kinds, learned: which columns are found in them, and which of them is what.

use super::tests::shown;

/// Records made by `line` from their number, learned: the first layout and the first record.
fn learned(line: impl Fn(usize) -> String) -> (String, String) {
    let text: String = (0..40).map(|n| line(n) + "\n").collect();
    let (layouts, records) = shown(&text);
    assert_eq!(records.len(), 40, "{layouts:?}");
    (layouts[0].clone(), records[0].clone())
}

const MESSAGES: [&str; 5] = ["Started", "[42] items", "Order 12 was saved", "a: b - c", "Größe 3 überschritten"];
const LEVELS: [&str; 3] = ["INFO", "WARN", "ERROR"];

#[test]
fn loggers_of_tomcat_hold_brackets() {
    let names = ["org.apache.catalina.core.ContainerBase.[Catalina].[localhost]", "com.foo.Bar", "root"];
    let (layout, record) =
        learned(|n| format!("2026-01-13 10:15:02,4{:02} {} {} {}", n, LEVELS[n % 3], names[n % 3], MESSAGES[n % 5]));
    assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss,SSS} %p %c %m%n");
    assert_eq!(
        record,
        "2026-01-13T10:15:02.400|INFO|-|org.apache.catalina.core.ContainerBase.[Catalina].[localhost]||Started"
    );
}

#[test]
fn simple_names_before_sentences_are_loggers() {
    let names = ["OrderService", "SQL", "Connector$1", "Server"];
    let (layout, _) = learned(|n| format!("10:15:{n:02} {} {} {}", LEVELS[n % 3], names[n % 4], MESSAGES[n % 5]));
    assert_eq!(layout, "%d{HH:mm:ss} %p %c{1} %m%n");
    // Words of sentences aren't.
    let (layout, _) = learned(|n| format!("10:15:{n:02} {} {} was saved", LEVELS[n % 3], names[n % 4]));
    assert_eq!(layout, "%d{HH:mm:ss} %p %m%n");
}

#[test]
fn a_bracket_that_only_some_records_have() {
    let (_, record) = learned(|n| {
        let marker = if n % 3 == 0 { "[SLOW] " } else { "" };
        format!("2026-01-13 10:15:{n:02} [main] INFO com.foo.Bar {marker}- {}", MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|main|com.foo.Bar|column3=SLOW|Started");
}

#[test]
fn ids_of_requests_are_no_threads_and_numbers_of_dotnet_are() {
    let (_, record) = learned(|n| {
        let id = 0x1f3a_0000_u32.wrapping_mul(2 * n as u32 + 3).wrapping_add(7 * n as u32 + 1);
        format!("2026-01-13 10:15:{n:02} [{id:08x}] [jdoe] INFO com.foo.Bar - {}", MESSAGES[n % 5])
    });
    assert!(record.contains("|INFO|jdoe|com.foo.Bar|") || record.contains("|INFO|-|com.foo.Bar|column1="), "{record}");
    let (_, record) =
        learned(|n| format!("2026-01-13 10:15:{n:02} [{}] INFO com.foo.Bar [(null)] - {}", 1 + n % 7, MESSAGES[n % 5]));
    assert_eq!(record, "2026-01-13T10:15:00|INFO|1|com.foo.Bar|column3=(null)|Started");
}

#[test]
fn columns_in_one_bracket() {
    let (_, record) = learned(|n| {
        format!("2026-01-13 10:15:{n:02} INFO [orders,{:08x},] --- [main] com.foo.Bar : {}", 77 + n, MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|main|com.foo.Bar|column1=orders,column2=0000004d|Started");
    let (_, record) =
        learned(|n| format!("[INFO] 2026/01/13 10:15:{n:02} (Bar.java:run:{}) {}", 12 + n, MESSAGES[n % 5]));
    assert_eq!(record, "2026-01-13T10:15:00|INFO|-|-|file=Bar.java,method=run,line=12|Started");
}

#[test]
fn a_message_in_the_last_brackets_of_weblogic() {
    let (_, record) = learned(|n| {
        format!(
            "####<Jan 13, 2026 10:15:{n:02} PM CET> <Warning> <Security> <srv01> <[ACTIVE] ExecuteThread: '2' for queue: \
             'weblogic.kernel.Default'> <<WLS Kernel>> <BEA-0{}> <{}> ",
            90_000 + n,
            MESSAGES[n % 5]
        )
    });
    assert!(record.starts_with("2026-01-13T22:15:00+01:00|WARNING|[ACTIVE] ExecuteThread: '2' for queue:"), "{record}");
    assert!(record.ends_with("|Started"), "{record}");
}

#[test]
fn syslog_of_rfc_5424_and_the_lines_of_container_runtimes() {
    let (_, record) =
        learned(|n| format!("<134>1 2026-01-13T10:15:{n:02}.5Z srv01 mws 4711 ID47 - {}", MESSAGES[n % 5]));
    assert!(record.ends_with("host=srv01,pid=4711,msgid=ID47,data=-|Started"), "{record}");
    let (_, record) = learned(|n| {
        let level = LEVELS[n % 3];
        format!(
            "2026-01-13T10:15:{n:02}.123456789Z stdout F 2026-01-13 10:15:{n:02},480 {level} [main] com.foo.Bar - hello"
        )
    });
    assert!(record.contains("|INFO|main|com.foo.Bar|") && record.ends_with("|hello"), "{record}");
}

#[test]
fn a_message_on_a_line_of_its_own_and_hours_with_minutes_alone() {
    let (layout, record) =
        learned(|n| format!("2026-01-13 10:15:{n:02} {} [main] com.foo.Bar\n{}", LEVELS[n % 3], MESSAGES[n % 5]));
    assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss} %p [%t] %c%n%m%n");
    assert_eq!(record, "2026-01-13T10:15:00|INFO|main|com.foo.Bar||Started");
    let (layout, _) = learned(|n| format!("10:{n:02} {} com.foo.Bar - {}", LEVELS[n % 3], MESSAGES[n % 5]));
    assert_eq!(layout, "%d{HH:mm} %p %c - %m%n");
}

#[test]
fn colours_are_no_part_of_the_text() {
    let (layout, record) = learned(|n| {
        format!(
            "\x1b[2m2026-01-13 10:15:{n:02}\x1b[0;39m \x1b[32m INFO\x1b[0;39m \x1b[2m--- [main]\x1b[0;39m com.foo.Bar : {}",
            MESSAGES[n % 5]
        )
    });
    assert!(layout.starts_with("%d{yyyy-MM-dd HH:mm:ss} "), "{layout}");
    assert_eq!(record, "2026-01-13T10:15:00|INFO|main|com.foo.Bar||Started");
}

#[test]
fn levels_in_the_languages_of_the_jdk() {
    let levels = ["ALLVARLIG", "VARNING", "AM FEINSTEN", "LE PLUS PRÉCIS", "INFORMACIÓN"];
    let (layout, record) = learned(|n| format!("2026-01-13 10:15:{n:02} {} com.foo.Bar Started", levels[n % 5]));
    assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss} %p %c %m%n");
    assert_eq!(record, "2026-01-13T10:15:00|ALLVARLIG|-|com.foo.Bar||Started");
}

#[test]
fn few_records_with_simple_names_and_a_trace_that_tells_a_time() {
    let names = ["Server", "SQL", "root", "$Proxy1", "Connector$1", "[localhost]"];
    let text: String =
        (0..6).map(|n| format!("10:15:{n:02},480 {} {} - {}\n", LEVELS[n % 3], names[n], MESSAGES[n % 5])).collect();
    let trace =
        "java.lang.IllegalStateException: closed at 2025-11-03 08:00:00,123\n\tat com.foo.Bar.run(Bar.java:12)\n";
    let (layouts, records) = shown(&(text + trace));
    assert_eq!(layouts, ["%d{HH:mm:ss,SSS} %p %c{1} - %m%n"]);
    assert_eq!(records.len(), 6, "{records:?}");
}

#[test]
fn an_application_before_the_class_is_no_logger() {
    let names = ["com.foo.Dispatcher", "com.foo.m3.Program", "com.foo.FaultHandler"];
    let (_, record) = learned(|n| {
        let level = LEVELS[n % 3];
        format!("2026-01-13T10:15:{n:02}Z  {level:<5}  MWS  node1  [pool-1-thread-{}]  {}: hello", n % 4, names[n % 3])
    });
    assert_eq!(record, "2026-01-13T10:15:00Z|INFO|pool-1-thread-0|com.foo.Dispatcher|column1=MWS,column2=node1|hello");
    // Nor one that is called like a class.
    let (_, record) = learned(|n| {
        let level = LEVELS[n % 3];
        format!("node1 WebServices 2026-01-13 10:15:{n:02} {level} qtp51-{} {} hello", n % 4, names[n % 3])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|qtp51-0|com.foo.Dispatcher|column1=node1,column2=WebServices|hello");
}

#[test]
fn thread_and_logger_in_one_bracket_behind_the_message() {
    let (_, record) = learned(|n| {
        let logger = ["com.foo.Dispatcher", "com.foo.m3.Program"][n % 2];
        format!("2026-01-13 10:15:{n:02} {:<5} {} [qtp51-{}, {logger}]", LEVELS[n % 3], MESSAGES[n % 5], n % 4)
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|qtp51-0|com.foo.Dispatcher||Started");
}

#[test]
fn numbers_that_stand_beside_several_loggers_are_threads_and_those_of_lines_are_not() {
    let loggers = ["com.foo.Dispatcher", "com.foo.m3.Program", "com.foo.FaultHandler"];
    let line = |n: usize, number: usize| {
        format!("2026-01-13;10:15:{n:02};node1;{};{number};{};hello", LEVELS[n % 3], loggers[n % 3])
    };
    let (_, record) = learned(|n| line(n, 4 + n % 4));
    assert_eq!(record, "2026-01-13T10:15:00|INFO|4|com.foo.Dispatcher|column1=node1|hello");
    let (_, record) = learned(|n| line(n, 40 + n % 6));
    assert_eq!(record, "2026-01-13T10:15:00|INFO|-|com.foo.Dispatcher|column1=node1,column2=40|hello");
    // Those of processes aren't threads either.
    let (_, record) = learned(|n| line(n, 25_740 + n % 4));
    assert_eq!(record, "2026-01-13T10:15:00|INFO|-|com.foo.Dispatcher|column1=node1,column2=25740|hello");
    // Threads of one program have numbers or names.
    let named = |n: usize| if n.is_multiple_of(5) { "Grid-1".to_owned() } else { (4 + n % 4).to_string() };
    let (_, record) = learned(|n| {
        format!("2026-01-13 10:15:{n:02} {} [node1] [{}] {} - hello", LEVELS[n % 3], named(n), loggers[n % 3])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|Grid-1|com.foo.Dispatcher|column1=node1|hello");
}

#[test]
fn nodes_are_no_threads_where_workers_stand_beside_them() {
    let logger = |n: usize| ["com.foo.Dispatcher", "com.foo.m3.Program"][n % 2];
    let (_, record) = learned(|n| {
        format!("2026-01-13 10:15:{n:02} {} [node{}] [qtp51-{}] {} - hello", LEVELS[n % 3], n % 2, n % 5, logger(n))
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|qtp51-0|com.foo.Dispatcher|column1=node0|hello");
    let (_, record) = learned(|n| {
        let (node, level) = (n % 2, LEVELS[n % 3]);
        format!("2026-01-13 10:15:{n:02} {level} [MWS,node{node}] [qtp51-{}] {} - hello", n % 23, logger(n))
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|qtp51-0|com.foo.Dispatcher|column1=MWS,node0|hello");
    let (_, record) = learned(|n| {
        format!("2026-01-13 10:15:{n:02}|{}|node{}|qtp51-{}|{}|hello", LEVELS[n % 3], n % 2, n % 5, logger(n))
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|qtp51-0|com.foo.Dispatcher|column1=node0|hello");
}

#[test]
fn a_zone_in_brackets_behind_the_time_belongs_to_it() {
    for zone in ["(UTC-07:00)", "(-07:00)"] {
        let (layout, record) =
            learned(|n| format!("2026-01-13 10:15:{n:02}.480 {zone} {} [main] com.foo.Bar - hello", LEVELS[n % 3]));
        assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss.SSS (XXX)} %p [%t] %c - %m%n");
        assert_eq!(record, "2026-01-13T10:15:00.480-07:00|INFO|main|com.foo.Bar||hello");
    }
}

#[test]
fn a_pools_name_and_the_number_behind_it_are_one_thread() {
    for sign in [" #", " "] {
        let (layout, record) = learned(|n| {
            let logger = ["com.foo.Bar", "org.acme.deep.Service"][n % 2];
            format!("10:15:{n:02} {logger} WorkerThread{sign}{} {}: {}", 1 + n % 7, LEVELS[n % 3], MESSAGES[n % 5])
        });
        assert_eq!(layout, "%d{HH:mm:ss} %c %t %p: %m%n");
        assert_eq!(record, format!("1970-01-01T10:15:00|INFO|WorkerThread{sign}1|com.foo.Bar||Started"));
    }
    // A name and a number that count different things stay two columns.
    let (layout, _) =
        learned(|n| format!("10:15:{n:02} com.foo.Bar worker-{} #{} INFO: {}", n % 7, 100 + n, MESSAGES[n % 5]));
    assert_eq!(layout, "%d{HH:mm:ss} %c %t #%X{column3} %p: %m%n");
}

#[test]
fn what_is_filled_up_in_front_is_one_column() {
    let threads = ["main", "pool-1-thread-3", "Timer-0"];
    // Behind a key, before a comma, and at the start of lines, which then begin with blanks.
    let (layout, record) = learned(|n| {
        let (level, thread) = (LEVELS[n % 3], threads[n % 3]);
        format!("thread={thread} level={level:>5} time=27.4.26 16:14:{n:02} msg={}", MESSAGES[n % 5])
    });
    assert_eq!(layout, "thread=%t level=%5p time=%d{dd.M.yy HH:mm:ss} msg=%m%n");
    assert_eq!(record, "2026-04-27T16:14:00|INFO|main|-||Started");
    let (_, record) = learned(|n| {
        format!("{},{:>15},2026-01-13 10:15:{n:02},{:>5},hello", 90 + n * 7, threads[n % 3], LEVELS[n % 3])
    });
    assert!(record.starts_with("2026-01-13T10:15:00|INFO|main|-|column1=90|"), "{record}");
    let (layout, record) =
        learned(|n| format!("{:>15} [{}] [2026-01-13 10:15:{n:02}] - hello", threads[n % 3], LEVELS[n % 3]));
    assert_eq!(layout, "%t [%p] [%d{yyyy-MM-dd HH:mm:ss}] - %m%n");
    assert!(record.starts_with("2026-01-13T10:15:00|INFO|main|"), "{record}");
}

#[test]
fn constructors_are_methods() {
    let methods = ["<init>", "doGet", "lambda$start$0", "run"];
    let (layout, record) =
        learned(|n| format!("10:15:{n:02} {} [main] {} Bar - {}", methods[n % 4], LEVELS[n % 3], MESSAGES[n % 5]));
    assert_eq!(layout, "%d{HH:mm:ss} %M [%t] %p %c{1} - %m%n");
    assert!(record.ends_with("|INFO|main|Bar|method=<init>|Started"), "{record}");
}

#[test]
fn columns_between_separators_end_in_no_logger_where_it_is_called_otherwise() {
    let (names, users) = (["Worker2", "OrderService", "Main"], ["DOMAIN\\admin", "jdoe", "MWSUSR"]);
    let (_, record) = learned(|n| {
        format!("2026-01-13 10:15:{n:02};{};{};{};{}", names[n % 3], LEVELS[n % 3], users[n / 3 % 3], MESSAGES[n % 5])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|-|Worker2|column2=DOMAIN\\admin|Started");
}

#[test]
fn seconds_since_1970_stand_before_a_colon_and_between_commas() {
    let (layout, _) = learned(|n| format!("[main] {} {}: {}", LEVELS[n % 3], 1_768_299_300 + n, MESSAGES[n % 5]));
    assert_eq!(layout, "[%t] %p %d{UNIX}: %m%n");
    let (layout, _) = learned(|n| {
        let message = if n % 2 == 0 { format!("Polling {n} opened") } else { "x".to_owned() };
        format!("\"com.foo.Bar\",\"{}\",\"4711\",\"{}\",\"{message}\"", LEVELS[n % 3], 1_768_299_300 + n)
    });
    assert!(layout.contains("%d{UNIX}"), "{layout}");
}

#[test]
fn names_of_threads_that_a_pool_counts_and_of_loggers_without_a_package() {
    let loggers = ["M3Router", "ECJob", "root"];
    for threads in [
        ["MNE#12", "MNE#7", "MNE#31"],
        ["grid.worker.3", "grid.worker.12", "grid.worker.7"],
        ["0x7f3a10", "0x7f3b20", "0x7f3c44"],
        ["Thread[ec-in-4,5,main]", "Thread[ec-in-2,5,main]", "Thread[ec-out-1,5,main]"],
    ] {
        let (_, record) = learned(|n| {
            format!("2026-01-13 10:15:{n:02};{};{};{};hello", threads[n % 3], LEVELS[n / 3 % 3], loggers[n / 2 % 3])
        });
        assert_eq!(record, format!("2026-01-13T10:15:00|INFO|{}|M3Router||hello", threads[0]));
    }
    let (_, record) = learned(|n| {
        let thread = ["Thread[ec-in-4,5,main]", "Thread[ec-in-2,5,main]"][n % 2];
        format!("[2026-01-13 10:15:{n:02}] [{}] [{thread}]: hello", LEVELS[n % 3])
    });
    assert_eq!(record, "2026-01-13T10:15:00|INFO|Thread[ec-in-4,5,main]|-||hello");
    // Machines are no loggers.
    let (_, record) = learned(|n| {
        let host = ["mvx01.example.com", "10.1.2.3"][n % 2];
        format!("2026-01-13 10:15:{n:02};MNE#{};{};{};{host};hello", n % 5, loggers[n / 2 % 3], LEVELS[n % 3])
    });
    assert!(record.contains("|MNE#0|M3Router|column"), "{record}");
}

#[test]
fn an_address_behind_a_time_and_a_comma_is_no_fraction_of_a_second() {
    let (layout, record) = learned(|n| {
        let host = ["10.1.2.3", "mvx01.example.com"][n % 2];
        format!("2026-01-13 10:15:{n:02},{host},{},com.foo.Bar,{}", LEVELS[n % 3], MESSAGES[n % 5])
    });
    assert!(layout.starts_with("%d{yyyy-MM-dd HH:mm:ss},%"), "{layout}");
    assert!(record.starts_with("2026-01-13T10:15:00|INFO|") && record.contains("=10.1.2.3|Started"), "{record}");
}

/// Rows of a table with bars between its cells, around them or not, filled up or not, below a heading or not.
fn table(around: bool, filled: bool, heading: bool, messages: &[&str], rows: usize) -> String {
    let threads = ["main", "http-nio-8080-exec-1", "mws-worker 3", "Timer-0"];
    let loggers = ["com.foo.Bar", "org.x.Y", "com.foo.Baz"];
    let cells = |n: usize| {
        let time = format!("2026-01-05 10:15:{:02},480", n % 60);
        [
            time,
            LEVELS[n % 3].into(),
            threads[n % 4].into(),
            loggers[n / 4 % 3].into(),
            messages[n % messages.len()].into(),
        ]
    };
    let widths = [23, 5, 20, 11, 30];
    let row = |cells: [String; 5]| {
        let pad = |(cell, width): (String, usize)| if filled { format!("{cell:width$}") } else { cell };
        let text = cells.into_iter().zip(widths).map(pad).collect::<Vec<_>>().join(" | ");
        if around { format!("| {text} |\n") } else { format!("{}\n", text.trim_end()) }
    };
    let names = ["Time", "Level", "Thread", "Logger", "Message"].map(str::to_owned);
    let rule = if around { "|---|---|---|---|---|\n" } else { "---|---|---|---|---\n" };
    let above = if heading { row(names) + rule } else { String::new() };
    above + &(0..rows).map(|n| row(cells(n))).collect::<String>()
}

#[test]
fn the_last_cell_of_a_row_is_the_message_with_whatever_bars_it_has_in_it() {
    let some = ["started | with | bars", "plain", "a|b", "x = y | z", "done"];
    let every = ["a | b", "c | d", "e | f"];
    for (around, filled, heading, rows) in
        [false, true].into_iter().flat_map(|around| [false, true].map(|filled| (around, filled))).flat_map(
            |(around, filled)| [(around, filled, false, 40), (around, filled, true, 40), (around, filled, true, 4)],
        )
    {
        // That each message has as many bars is seen by the heading alone.
        for messages in [&some[..], &every[..]].into_iter().take(if heading && rows > 4 { 2 } else { 1 }) {
            let (layouts, records) = shown(&table(around, filled, heading, messages, rows));
            let records = &records[usize::from(heading)..];
            assert_eq!((layouts.len(), records.len()), (1, rows), "{layouts:?}");
            for (n, record) in records.iter().enumerate() {
                let wanted = format!(
                    "2026-01-05T10:15:{:02}.480|{}|{}|{}||{}",
                    n % 60,
                    LEVELS[n % 3],
                    ["main", "http-nio-8080-exec-1", "mws-worker 3", "Timer-0"][n % 4],
                    ["com.foo.Bar", "org.x.Y", "com.foo.Baz"][n / 4 % 3],
                    messages[n % messages.len()]
                );
                assert_eq!(*record, wanted, "{layouts:?}");
            }
        }
    }
}

#[test]
fn the_word_with_which_every_message_begins_is_no_column() {
    let heads: [(&str, &str); 4] = [
        ("LEVEL ", "|-|-||"),
        ("LEVEL [w-N] ", "|w-N|-||"),
        ("LEVEL [w-N] com.foo.Bar ", "|w-N|com.foo.Bar||"),
        ("LEVEL [w-N] com.foo.Bar - ", "|w-N|com.foo.Bar||"),
    ];
    let messages: [fn(usize) -> String; 3] =
        [|n| format!("Query: {n} rows"), |n| format!("Executing CRS{n:03}"), |n| format!("Order {n}: saved")];
    let filled = |text: &str, n: usize| text.replace('N', &(n % 4).to_string()).replace("LEVEL", LEVELS[n % 3]);
    for ((head, read), message) in heads.into_iter().flat_map(|head| messages.map(|message| (head, message))) {
        for rows in [12, 40] {
            let line = |n: usize| format!("2026-01-13 10:15:{n:02},480 {}{}\n", filled(head, n), message(n));
            let (layouts, records) = shown(&(0..rows).map(line).collect::<String>());
            for (n, record) in records.iter().enumerate() {
                let wanted = format!("2026-01-13T10:15:{n:02}.480|{}{}{}", LEVELS[n % 3], filled(read, n), message(n));
                assert_eq!(*record, wanted, "{layouts:?}");
            }
        }
    }
    // What a complete head is followed by is the message, whatever it says.
    let (layout, _) = learned(|n| {
        format!("2026-01-13 10:15:{n:02},480 {} [w-{}] com.foo.Bar - user=jdoe{n} x", LEVELS[n % 3], n % 4)
    });
    assert_eq!(layout, "%d{yyyy-MM-dd HH:mm:ss,SSS} %p [%t] %c - %m%n");
}

#[test]
fn a_context_that_only_some_records_have() {
    let context = ["", "CRS008", "", ""];
    let line = |n: usize| {
        let (level, context) = (LEVELS[n % 3], context[n % 4]);
        format!("{} [main] {level} com.foo.Bar {context} - {}\n", 100 + n * 37, MESSAGES[n % 5])
    };
    let (layouts, records) = shown(&(0..40).map(line).collect::<String>());
    assert_eq!(records.len(), 40, "{layouts:?}");
    for (n, record) in records.iter().enumerate() {
        let ndc = if n % 4 == 1 { ",ndc=CRS008" } else { "" };
        let wanted = format!("|{}|main|com.foo.Bar|column1={}{ndc}|{}", LEVELS[n % 3], 100 + n * 37, MESSAGES[n % 5]);
        assert!(record.ends_with(&wanted), "{record} {layouts:?}");
    }
}
