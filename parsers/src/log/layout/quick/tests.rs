//! The short way never says what the full matcher doesn't.

use super::super::{Caught, Layout};
use super::{Quick, Verdict};
use crate::Stamp;
use crate::log::{Level, pattern};
use proptest::prelude::*;

const PATTERNS: [&str; 14] = [
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p [%t] %c - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %5p %c{1}:%L - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %X{node} %X{app} %-5p [%t] %c - %m%n",
    "%X{node} %d{yyyy-MM-dd HH:mm:ss,SSS} %p %m%n",
    "%-5p %d{HH:mm:ss.SSS} %t %c %m%n",
    "[%p] %d{yyyy-MM-dd HH:mm:ss,SSS} (%t) %-20c{1} | %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS}|%p|%t|%c|%X{user}|%m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} [%-15.15t] %-5level %logger{36} - %msg%n",
    "%p: %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %20.20c %X{user} - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %C.%M(%L): %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %t %c %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} %c%n%p: %m%n",
    "%X{node} %m%n",
];

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "2026-01-13 10:15:02,480",
        "2026-01-13 10:15:03,1",
        "10:15:02.480",
        "INFO",
        "WARN ",
        "ERROR",
        "loud",
        "[main]",
        "[a [b] c]",
        "[",
        "]",
        "(",
        ")",
        "{a=b}",
        "worker 1",
        "com.foo.Bar",
        "com.foo.Bar.run(12)",
        "Bar:17",
        " - ",
        " ",
        "  ",
        "|",
        ":",
        ": ",
        "\n",
        "\r\n",
        "\r",
        "\t",
        "x",
        "node",
        "-",
        "é",
        "     ",
        ".",
        "12",
    ]);
    prop::collection::vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// Lines that nearly fit the patterns, and lines that don't.
fn lines() -> impl Strategy<Value = String> {
    let fitting = prop::sample::select(vec![
        "2026-01-13 10:15:02,480 INFO  [main] com.foo.Bar - ",
        "2026-01-13 10:15:02,480 n1 MWS INFO  [mws worker-1] com.foo.Bar - ",
        "2026-01-13 10:15:02,480  INFO Bar:17 - ",
        "n1 2026-01-13 10:15:02,480 INFO ",
        "INFO  10:15:02.480 main thread com.foo.Bar ",
        "[INFO] 2026-01-13 10:15:02,480 (a (b)) Bar                  | ",
        "2026-01-13 10:15:02,480|INFO|main|com.foo.Bar||",
        "2026-01-13 10:15:02,480 [exec-1         ] INFO  c.f.Bar - ",
        "2026-01-13 10:15:02,480          com.foo.Bar jdoe - ",
        "2026-01-13 10:15:02,480 com.foo.Bar.run(12): ",
        "2026-01-13 10:15:02,480 com.foo.Bar\nINFO: ",
    ]);
    let mixed = (fitting, pieces(), 0..60_usize).prop_map(|(line, piece, at)| {
        let at = (0..=at.min(line.len())).rev().find(|at| line.is_char_boundary(*at)).unwrap_or(0);
        format!("{}{piece}{}", &line[..at], &line[at..])
    });
    prop_oneof![3 => mixed, 1 => pieces()]
}

/// Time and level of the head that the full matcher finds.
fn full(layout: &Layout, line: &[u8]) -> Option<(Option<Stamp>, Option<Level>)> {
    let mut caught = Caught::new();
    layout.matches(line, &mut caught).then_some((caught.stamp, caught.level))
}

proptest! {
    #[test]
    fn both_ways_agree(lines in prop::collection::vec(lines(), 1..8)) {
        for pattern in PATTERNS {
            for layout in pattern::parse(pattern).expect("a pattern") {
                let Some(quick) = Quick::of(&layout) else { continue };
                let mut seen = quick.nothing_seen();
                for line in &lines {
                    let said = quick.look(&layout, line.as_bytes(), &mut seen);
                    if said != Verdict::Unsure {
                        let read = (said == Verdict::Head).then(|| (seen.stamp(), seen.level));
                        prop_assert_eq!(read, full(&layout, line.as_bytes()), "{} {:?}", pattern, line);
                    }
                }
            }
        }
    }

    #[test]
    fn what_stands_in_further_lines_says_nothing_of_the_first(lines in prop::collection::vec(lines(), 1..8)) {
        for pattern in PATTERNS {
            for layout in pattern::parse(pattern).expect("a pattern") {
                let Some(quick) = Quick::of(&layout) else { continue };
                for end in ["\n", "\r", "\r\n"] {
                    let (text, mut seen) = (lines.join(end), quick.nothing_seen());
                    let starts = text.match_indices(end).map(|(at, _)| at + end.len());
                    for rest in std::iter::once(0).chain(starts).filter_map(|at| text.get(at..)) {
                        let line = rest.split_inclusive(if end == "\r" { '\r' } else { '\n' }).next().unwrap_or_default();
                        if let Some((stamp, level, len)) = quick.ahead(&layout, rest.as_bytes(), &mut seen) {
                            prop_assert!(len <= line.len(), "{} {:?}", pattern, rest);
                            prop_assert_eq!(Some((stamp, level)), full(&layout, line.as_bytes()), "{} {:?}", pattern, rest);
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn usual_heads_and_lines_between_them_take_the_short_way() {
    for (pattern, head) in [
        (PATTERNS[0], "2026-01-13 10:15:02,480 INFO  [main] com.foo.Bar - x"),
        (PATTERNS[1], "2026-01-13 10:15:02,480  INFO Bar:17 - x"),
        (PATTERNS[2], "2026-01-13 10:15:02,480 n1 MWS INFO  [mws worker-1] com.foo.Bar - x"),
        (PATTERNS[3], "n1 2026-01-13 10:15:02,480 INFO x"),
        (PATTERNS[5], "[INFO] 2026-01-13 10:15:02,480 (main) Bar                  | x"),
        (PATTERNS[7], "2026-01-13 10:15:02,480 [exec-1         ] INFO  c.f.Bar - x"),
    ] {
        let layout = pattern::parse(pattern).expect("a pattern").remove(0);
        let quick = Quick::of(&layout).expect("a short way");
        let mut seen = quick.nothing_seen();
        let said = quick.look(&layout, head.as_bytes(), &mut seen);
        assert_eq!(said, Verdict::Head, "{pattern}");
        assert!(seen.stamp().is_some() && seen.level.is_some(), "{pattern}: {seen:?}");
        for line in ["\tat com.foo.Bar.run(Bar.java:12)", "Caused by: java.io.IOException: x", "<MPD>"] {
            assert_eq!(quick.look(&layout, line.as_bytes(), &mut seen), Verdict::No, "{pattern}: {line}");
        }
    }
}
