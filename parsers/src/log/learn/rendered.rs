//! Logs rendered from patterns, as log4j would: each must be learned, and give back what was put in.

use super::super::layout::{Field, Pad, Part};
use super::super::time::{Digits, Item, Unit};
use super::super::{Reader, Splitter, pattern};
use crate::Civil;
use std::sync::Arc;

struct Event {
    civil: Civil,
    level: &'static str,
    thread: &'static str,
    logger: &'static str,
    message: String,
}

const THREADS: [&str; 6] =
    ["main", "http-nio-8080-exec-12", "pool-1-thread-3", "Timer-0", "Worker [3]: a", "ActiveMQ Session Task-7"];
const LOGGERS: [&str; 6] = [
    "com.lawson.grid.node.Application",
    "org.apache.cxf.phase.PhaseInterceptorChain",
    "m3.program",
    "com.intentia.ec.server.Router$Inner",
    "com.infor.lws.Main",
    "org.springframework.web.servlet.DispatcherServlet",
];
const LEVELS: [&str; 7] = ["INFO", "DEBUG", "INFO", "WARN", "ERROR", "INFO", "NOTE"];
const MESSAGES: [&str; 12] = [
    "Started in 12.5 seconds",
    "Executing step 4 <MPD><PGM name=\"CRS008\">\n  <FLD n=\"WEFACI\">A4</FLD>\n<when>2026-01-13 10:15:02</when>\n</PGM></MPD>",
    "user=jdoe - logged on: ok",
    "Abnormal termination of mvx.app.pgm.CRS008 [10] Dump log created: D:\\M3\\dumps\\CRS008.10.log",
    "  indented text",
    "[bracketed] text (with) {signs}",
    "GET /m3api-rest/execute/CRS610MI/GetBasicData;CONO=100 took 15 ms | 200",
    "failed\njava.lang.IllegalStateException: closed\n\tat com.foo.Bar.run(Bar.java:12)\nCaused by: java.io.IOException: 2026-01-13 10:15:02\n\t... 3 more",
    "Ändring sparad åäö €",
    "SELECT a, b FROM t WHERE x = 'ERROR' -- comment",
    "Connection reset",
    "Loading properties: cache=true; size=10",
];

fn events(count: usize) -> Vec<Event> {
    let mut seed = 42_u64;
    let mut next = move |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let mut ns = Civil::new(2026, 1, 11, 22, 15, 2, 480_000_000).expect("a date").ns;
    (0..count)
        .map(|_| {
            ns += next(3_600_000) as i64 * 1_000_000;
            Event {
                civil: Civil { ns },
                level: LEVELS[next(LEVELS.len())],
                thread: THREADS[next(THREADS.len())],
                logger: LOGGERS[next(LOGGERS.len())],
                message: MESSAGES[next(MESSAGES.len())].to_owned(),
            }
        })
        .collect()
}

fn written(items: &[Item], civil: Civil) -> String {
    let (year, month, day, hour, minute, second, ns) = civil.parts();
    let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let number = |n: u32, digits: Digits| if digits == Digits::Two { format!("{n:02}") } else { n.to_string() };
    items
        .iter()
        .map(|item| match item {
            Item::Lit(b) => char::from(*b).to_string(),
            Item::Year4 => year.to_string(),
            Item::Year2 => format!("{:02}", year % 100),
            Item::Month(d) => number(month, *d),
            Item::MonthName => names[month as usize - 1].into(),
            Item::Day(d) => number(day, *d),
            Item::Weekday => days[(civil.ns / 86_400_000_000_000 % 7) as usize].into(),
            Item::Hour(d) => number(hour, *d),
            Item::Hour12(d) => number((hour + 11) % 12 + 1, *d),
            Item::Minute(d) => number(minute, *d),
            Item::Second(d) => number(second, *d),
            Item::Fraction(n) => format!("{ns:09}")[..usize::from(*n)].into(),
            Item::OptionalFraction(sep) => format!("{}{:03}", char::from(*sep), ns / 1_000_000),
            Item::Millis => (ns / 1_000_000).to_string(),
            Item::AmPm => if hour < 12 { " AM" } else { " PM" }.into(),
            Item::Offset => "+01:00".into(),
            Item::ZoneName => "CET".into(),
            Item::Epoch(Unit::Seconds) => (civil.ns / 1_000_000_000).to_string(),
            Item::Epoch(_) => (civil.ns / 1_000_000).to_string(),
            Item::BlankOrT => " ".into(),
            Item::ToldUtc | Item::DayOfYear(_) | Item::Era => String::new(),
        })
        .collect()
}

fn padded(text: &str, pad: Pad) -> String {
    match pad {
        Pad::None => text.into(),
        Pad::Left(width) => format!("{text:<0$}", usize::from(width)),
        Pad::Right(width) => format!("{text:>0$}", usize::from(width)),
    }
}

fn rendered(parts: &[Part], event: &Event, number: usize) -> String {
    parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Time(format) => written(&format.items, event.civil),
            Part::LineBreak => "\n".into(),
            Part::Field(field, pad) => {
                let text = match field {
                    Field::Level => event.level.into(),
                    Field::Thread => event.thread.into(),
                    Field::Logger => event.logger.into(),
                    Field::Column(name) => match name.as_str() {
                        "line" => (number * 7 % 500).to_string(),
                        "method" => "doIt".into(),
                        "class" => event.logger.into(),
                        "file" => "Main.java".into(),
                        "location" => format!("{}.run(Main.java:{})", event.logger, number % 90),
                        "elapsed" => (number * 37).to_string(),
                        "pid" => "4711".into(),
                        "host" | "node" => ["node1", "node2.example.com"][number % 2].into(),
                        "user" => ["jdoe", "MWSUSR", "admin"][number % 3].into(),
                        "application" => ["MWS", "M3_Adapter", "MEC"][number % 3].into(),
                        _ => String::new(),
                    },
                };
                padded(&text, *pad)
            }
        })
        .collect()
}

/// What is wrong with the records that a reader gives for the rendered log; empty where nothing is.
fn faults(told: &str, reader: &Arc<Reader>, events: &[Event], text: &str) -> Vec<String> {
    let layout = pattern::parse(told).expect(told).remove(0);
    let has = |wanted: &Field| layout.head.iter().any(|p| matches!(p, Part::Field(f, _) if f == wanted));
    let mut heads = Vec::new();
    let mut splitter = Splitter::new(Arc::clone(reader));
    splitter.push(text.as_bytes(), &mut heads);
    splitter.finish(&mut heads);
    let mut out = Vec::new();
    if heads.len() != events.len() {
        out.push(format!("{} records of {}", heads.len(), events.len()));
    }
    let mut clock = Vec::new();
    for part in &layout.head {
        if let Part::Time(format) = part {
            clock.clone_from(&format.items);
        }
    }
    for (head, event) in heads.iter().zip(events) {
        let record = reader.record(*head, head.span.of(text.as_bytes()));
        let mut wrong = |what: &str, got: &str, wanted: &str| {
            if got != wanted {
                out.push(format!("{what} {got:?} for {wanted:?}"));
            }
        };
        wrong("at", &record.at_text, &written(&clock, event.civil));
        if has(&Field::Level) {
            wrong("level", record.level.as_deref().unwrap_or("-"), event.level);
        }
        if has(&Field::Thread) {
            wrong("thread", record.thread.as_deref().unwrap_or("-"), event.thread);
        }
        if has(&Field::Logger) {
            wrong("logger", record.logger.as_deref().unwrap_or("-"), event.logger);
        }
        let message = match &record.trace_range {
            Some(_) => event.message.split("\njava.").next().unwrap_or_default().to_owned(),
            None => event.message.clone(),
        };
        wrong("message", &record.message, &message);
    }
    out
}

fn log(told: &str, events: &[Event]) -> String {
    let layout = pattern::parse(told).expect(told).remove(0);
    let mut text = String::new();
    for (number, event) in events.iter().enumerate() {
        text.push_str(&rendered(&layout.head, event, number));
        text.push_str(&event.message);
        text.push_str(&rendered(&layout.tail, event, number));
        text.push('\n');
    }
    text
}

const PATTERNS: [&str; 69] = [
    "%d [%t] %-5p %c - %m%n",
    "%d{ISO8601} %-5p [%c] (%t) %m%n",
    "%d{HH:mm:ss.SSS} [%thread] %-5level %logger{36} - %msg%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS}Z %-5p [%t] %c - %m%n",
    "%d %-5p [%t] %c{2}: %m%n",
    "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %5p %pid --- [%15.15t] %-40.40c : %m%n",
    "%p %d %t %c - %m%n",
    "%-5p %d{yyyy-MM-dd HH:mm:ss} [%t] %c: %m%n",
    "[%p] %d [%t] %c - %m%n",
    "[%-5p] [%d] [%t] [%c] %m%n",
    "[%d][%p][%t][%c] - %m%n",
    "[%d{dd/MMM/yyyy:HH:mm:ss Z}] %p %c: %m%n",
    "%d|%p|%t|%c|%m%n",
    "%d|%-5p|%t|%c|%X{user}|%m%n",
    "%d;%p;%t;%c;%m%n",
    "%d\\t%p\\t%t\\t%c\\t%m%n",
    "%X{node}|%X{application}|%d|%p|%t|%c|%m%n",
    "%X{node} %X{application} %d %-5p [%t] %c - %m%n",
    "%d | %-5p | %t | %c | %m%n",
    "%d{dd MMM yyyy HH:mm:ss,SSS} %-5p %c [%t] - %m%n",
    "%d{MMM dd, yyyy hh:mm:ss a} %p %c: %m%n",
    "%d{yyMMdd HHmmss} %p [%t] %c: %m%n",
    "%d{yyyyMMdd-HHmmssSSS} %p [%t] %c - %m%n",
    "%d{yyyyMMddHHmmssSSS} %p [%t] %c - %m%n",
    "%d{dd.MM.yyyy HH:mm:ss} %p [%t] %c - %m%n",
    "%d{MM/dd/yyyy HH:mm:ss.SSS} %p [%t] %c - %m%n",
    "%d{dd/MM/yy HH:mm:ss} %p [%t] %c - %m%n",
    "%d{yy/MM/dd HH:mm:ss} %p %c: %m%n",
    "%d{UNIX_MILLIS} %p [%t] %c - %m%n",
    "%d{EEE MMM dd HH:mm:ss z yyyy} %p [%t] %c - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss z} %p [%t] %c - %m%n",
    "%d %p [%t] (%F:%L) - %m%n",
    "%d %-5p %c:%L - %m%n",
    "%d %-5p [%t] %C.%M(%L) - %m%n",
    "%d %-5p %l - %m%n",
    "%d [%t] %-5p %c %x - %m%n",
    "%d %c [%p] %m%n",
    "%d{yyyy-MM-dd HH:mm:ss} %p - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss.SSS} %p %m%n",
    "%d{HH:mm:ss,SSS} %-5p [%c] (%t) %m%n",
    "%d{HH:mm:ss} %c %p: %m%n",
    "%d [%-5p] %t %c - %m%n",
    "%d - %p - %t - %c - %m%n",
    "%d - %c - %p - %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} [%t:%c] %p %m%n",
    "%d %p %c %m%n",
    "%-5p: %d: [%t] %c: %m%n",
    "<%d> <%p> <%t> <%c> %m%n",
    "%d{yyyy-MM-dd HH:mm:ss,SSS} level=%p thread=%t logger=%c msg=%m%n",
    "%c [%t] %d %p - %m%n",
    "%t %d %p %c - %m%n",
    "[%t] %d %p %c - %m%n",
    "%d %p [%t] [%X{user}] %c - %m%n",
    "%d %p [%X{user}] [%t] %c{1} - %m%n",
    "%d{yyyy.MM.dd HH:mm:ss} [%p] (%c) %m%n",
    "(%d{HH:mm:ss}) %p %c - %m%n",
    "%d{yyyy-MM-dd} %d{HH:mm:ss} %-7p %-45c %m%n",
    "%d{yyyy-MM-dd HH:mm:ss.SSS}: %p: [%t]: %c: %m%n",
    "\"%d\",\"%p\",\"%t\",\"%c\",\"%m\"%n",
    "%d{MMM d, yyyy h:mm:ss a} %c doIt%n%p: %m%n",
    "%d{yyyy-MM-dd HH:mm:ss.SSS} [%t] %highlight{%-5level} %logger{36}.%M:%L - %msg%n",
    "*** %d{yyyy-MM-dd HH:mm:ss} %p %c *** %m%n",
    "### %d ### %p ### %c ### %m%n",
    "<%p> %d [%t] %c: %m%n",
    "%d - [%p] - [%t] - %c - [%X{user}] - %m%n",
    "%d %-5p [%t] %c{1}(%L) - %m%n",
    "%d{yyyyMMdd};%d{HHmmss};%p;%t;%c;%m%n",
    "%d{dd MMM yyyy; HH:mm:ss.SSS} %p [%t] %c - %m%n",
    "ts=%d lvl=%p thr=\"%t\" lg=%c msg=%m%n",
];

#[test]
fn told_layouts_give_back_what_was_written() {
    let events = events(200);
    for told in PATTERNS {
        let text = log(told, &events);
        let reader = Arc::new(Reader::told(told, text.as_bytes()).expect(told));
        let faults = faults(told, &reader, &events, &text);
        assert!(faults.is_empty(), "{told}: {} faults, {:#?}", faults.len(), &faults[..faults.len().min(3)]);
    }
}

#[test]
fn learned_layouts_give_back_what_was_written() {
    let events = events(200);
    let mut failed = Vec::new();
    for told in PATTERNS {
        let text = log(told, &events);
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let faults = faults(told, &reader, &events, &text);
        if !faults.is_empty() {
            let layouts: Vec<String> = reader.layouts().iter().map(ToString::to_string).collect();
            failed.push(format!("{told}\n   {layouts:?} {} faults {:?}", faults.len(), &faults[..faults.len().min(3)]));
        }
    }
    assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), PATTERNS.len(), failed.join("\n"));
}
