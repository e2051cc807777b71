//! Patterns of every kind against lines that they stand for.

use super::super::layout::Caught;
use super::*;

/// The pattern as it prints itself, and what its layouts make of a line.
fn read(pattern: &str, line: &str) -> String {
    let layouts = parse(pattern).unwrap_or_else(|e| panic!("{pattern}: {e}"));
    let mut caught = Caught::new();
    for layout in layouts {
        if layout.matches(line.as_bytes(), &mut caught) {
            let printed = parse(&layout.to_string()).expect("prints a pattern").remove(0);
            assert_eq!(printed, layout, "{layout}");
            let fields: Vec<String> = layout
                .head
                .iter()
                .zip(caught.parts)
                .filter(|(part, _)| matches!(part, Part::Field(..)))
                .map(|(_, (start, end))| line[start as usize..end as usize].to_owned())
                .collect();
            let at = caught.stamp.map_or("-".into(), |s| s.to_rfc3339());
            return format!("{at}|{}|{}", fields.join("|"), &line[caught.end..]);
        }
    }
    "no record".into()
}

#[test]
fn log4j_and_logback() {
    for (pattern, line, expected) in [
        (
            "%d{yyyy-MM-dd HH:mm:ss,SSS}Z %-5p [%t] %c - %m%n",
            "2026-11-23 08:05:25,901Z INFO  [pool-1-thread-2] m3.program -   ok",
            "2026-11-23T08:05:25.901Z|INFO|pool-1-thread-2|m3.program|  ok",
        ),
        ("%r [%t] %p %c %x - %m%n", "467 [main] INFO org.Foo ctx - Hi", "-|467|main|INFO|org.Foo|ctx|Hi"),
        ("%-4r [%t] %-5p %c %x - %m%n", "0    [main] DEBUG org.Foo  - Hi", "-|0|main|DEBUG|org.Foo||Hi"),
        (
            "%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n",
            "10:15:02.480 [http-8080-[12]] WARN  c.e.Foo - a - b",
            "1970-01-01T10:15:02.480|http-8080-[12]|WARN|c.e.Foo|a - b",
        ),
        (
            "%d [%t] %p %c - %m%n",
            "2026-01-13 10:15:02,480 [Worker [3]: a] NOTE com.x.Y - m",
            "2026-01-13T10:15:02.480|Worker [3]: a|NOTE|com.x.Y|m",
        ),
        (
            "%d %t %c %p - %m%n",
            "2026-01-13 10:15:02,480 Worker 3 com.x.Y FINE - m",
            "2026-01-13T10:15:02.480|Worker 3|com.x.Y|FINE|m",
        ),
        (
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %5p ${PID:-} --- [%15.15t] %-40.40logger{39} : %m%n%wEx",
            "2026-01-13T10:15:02.480+01:00  INFO 4711 --- [           main] c.e.Application                          : Started",
            "2026-01-13T10:15:02.480+01:00|INFO|4711|main|c.e.Application|Started",
        ),
        (
            "%d{ABSOLUTE} %highlight{%-5level}{FATAL=red} [%style{%t}{cyan}] (%F:%L) %notEmpty{[%X{user}] }%m%n%ex",
            "10:15:02,480 INFO  [main] (A.java:12) [bob] hello",
            "1970-01-01T10:15:02.480|INFO|main|A.java|12|bob|hello",
        ),
        (
            "%d{ABSOLUTE} %-5level [%t] (%F:%L) %notEmpty{[%X{user}] }%m%n%ex",
            "10:15:02,480 INFO  [main] (A.java:12) hello",
            "1970-01-01T10:15:02.480|INFO|main|A.java|12|hello",
        ),
        (
            "%clr(%d{yyyy-MM-dd}){faint} %d{HH:mm:ss} %p|%X{a:-none}|%m%n",
            "2026-01-13 10:15:02 INFO|none|x",
            "2026-01-13T10:15:02|INFO|none|x",
        ),
        ("%p %d{UNIX_MILLIS} %m%n", "INFO 1768299302480 x", "2026-01-13T10:15:02.480Z|INFO|x"),
        ("%d{HH:mm:ss}{UTC} %m%n", "10:15:02 x", "1970-01-01T10:15:02Z||x"),
        ("%d{ISO8601,UTC} %p %m%n", "2026-01-13 10:15:02,480 INFO x", "2026-01-13T10:15:02.480Z|INFO|x"),
        (
            "%d{yyyy-MM-dd HH:mm:ss,SSS,UTC} %p %m%n",
            "2026-01-13 10:15:02,480 INFO x",
            "2026-01-13T10:15:02.480Z|INFO|x",
        ),
        ("%d{HH:mm:ss,SSS} %p %m%n", "10:15:02,480 INFO x", "1970-01-01T10:15:02.480|INFO|x"),
        ("%d{HH:mm:ss,SSS, UTC, en-US} %p %m%n", "10:15:02,480 INFO x", "1970-01-01T10:15:02.480Z|INFO|x"),
        ("%d{HH:mm:ss,Europe/Berlin} %p %m%n", "10:15:02 INFO x", "1970-01-01T10:15:02|INFO|x"),
        (
            "%d{HH:mm:ss} %boldWhite(%-5level) %white(%t) %boldCyan([%c]) - %m%n",
            "10:15:02 INFO  main [a.B] - x",
            "1970-01-01T10:15:02|INFO|main|a.B|x",
        ),
        ("%d %p %m%n", "2026-01-13 10:15:02,480 custom x", "2026-01-13T10:15:02.480|custom|x"),
        ("%d %-5p [%t] %c - %m%n", "  at 2026-01-13 10:15:02,480", "no record"),
    ] {
        assert_eq!(read(pattern, line), expected, "{pattern}");
    }
}

#[test]
fn java_util_logging_and_others() {
    for (pattern, line, expected) in [
        (
            "%1$tb %1$td, %1$tY %1$tl:%1$tM:%1$tS %1$Tp %2$s%n%4$s: %5$s%6$s%n",
            "Jan 13, 2026 1:15:02 PM com.foo.Bar main\nSEVERE: broken",
            "2026-01-13T13:15:02|com.foo.Bar|main|SEVERE|broken",
        ),
        ("[%1$tF %1$tT] [%4$-7s] %5$s %n", "[2026-01-13 10:15:02] [INFO   ] hello", "2026-01-13T10:15:02|INFO|hello"),
        (
            "%1$tY-%1$tm-%1$td %1$tH:%1$tM:%1$tS.%1$tL %4$s %3$s %5$s%6$s%n",
            "2026-01-13 10:15:02.480 FINEST com.foo.Bar hello",
            "2026-01-13T10:15:02.480|FINEST|com.foo.Bar|hello",
        ),
        (
            "[%1$tF %1$tT] %3$-8s %2$-16s %4$7s %5$s%6$s%n",
            "[2026-01-13 10:15:02] a.log    a.Foo run        WARNING hi there",
            "2026-01-13T10:15:02|a.log|a.Foo|run|WARNING|hi there",
        ),
        (
            "[%1$tc] %4$s: %5$s - %2$s%n",
            "[Tue Mar 22 13:11:31 PDT 2011] INFO: hi - a b",
            "2011-03-22T13:11:31-07:00|INFO|hi - a b",
        ),
        (
            "%(asctime)s - %(name)s - %(levelname)-8s - %(message)s",
            "2026-01-13 10:15:02,480 - my.app - INFO     - hi",
            "2026-01-13T10:15:02.480|my.app|INFO|hi",
        ),
        (
            "%Y-%m-%d %H:%M:%S.%3N {level} [{thread}] {logger}: {message}",
            "2026-01-13 10:15:02.480 INFO [main] a.b: hi",
            "2026-01-13T10:15:02.480|INFO|main|a.b|hi",
        ),
    ] {
        assert_eq!(read(pattern, line), expected, "{pattern}");
    }
}

#[test]
fn what_means_nothing_is_said() {
    assert!(parse("%d %q %m%n").is_err_and(|e| e.to_string().contains("%q")));
    assert!(parse("%d{yyyy-QQ} %m%n").is_err());
    assert!(parse("hello %m%n").is_err());
    assert!(parse("%").is_err());
    assert!(parse("%1$").is_err());
}

#[test]
fn further_columns_have_names_and_what_stands_in_for_another_is_none() {
    let columns = |pattern: &str| parse(pattern).expect("a pattern")[0].columns().join(" ");
    assert_eq!(columns("%d %X{node} %-13X{application} %-5p [%t] %c - %m%n"), "node application");
    assert_eq!(columns("%d %p [%t] %C - %m%n"), "");
    assert_eq!(columns("%d %p [%t] %c %C - %m%n"), "class");
    assert_eq!(columns("%d{HH:mm:ss} [%t] %d{yyyy-MM-dd HH:mm:ss} %p - %m%n"), "time");
}

#[test]
fn optional_parts_within_optional_parts_are_few() {
    let nested = |depth: usize| format!("{}[%X{{a}}]{}", "%notEmpty{%notEmpty{.}".repeat(depth), "}".repeat(depth));
    for depth in [1, 2, 9, 30] {
        let layouts = parse(&format!("%d {} - %m%n", nested(depth))).expect("a pattern");
        assert!(!layouts.is_empty() && layouts.len() <= 8, "{depth}: {}", layouts.len());
        assert!(layouts[0].to_string().contains(".[%X{a}] - %m"), "{}", layouts[0]);
    }
}
