//! Layouts that frameworks and servers write as they come, whatever is configured or not: where they fit all lines of a
//! group, a few records are enough to know their columns, which else show only by many.
//!
//! What stands here is the head around the time; the time itself is written as the lines write it.

use super::super::layout::{AnyLevel, Caught, Field, Layout, Part};
use super::super::level;
use super::super::pattern;
use super::classify::{is_dotted, is_identifier};
use super::group::{Group, may_not_start};
use super::kinds;
use std::sync::LazyLock;

/// Heads that are like no other, taken wherever they fit; some have a few ways to go on.
const UNMISTAKABLE: [&[&str]; 6] = [
    // Spring Boot 2 and 3, without and with the application's name.
    &["{time} %5p %pid --- [%15t] %-40c : %m%n"],
    &["{time} %5p %pid --- [%X{application}] [%15t] %-40c : %m%n"],
    // WebLogic's standard output, and its log of a server before and since 12.2.
    &["<{time}> <%p> <%c> <%X{code}> <%m> %n"],
    &["<{time}> <%p> <%c> <%X{code}> <%m>%n"],
    &[
        "####<{time}> <%p> <%c> <%X{machine}> <%X{server}> <%t> <%X{user}> <%X{transaction}> <%X{context}> <%X{millis}> <%X{code}> <%m> %n",
        "####<{time}> <%p> <%c> <%X{machine}> <%X{server}> <%t> <%X{user}> <%X{transaction}> <%X{context}> <%X{millis}> <[%X{data}] > <%X{code}> <%m> %n",
    ],
    // WebSphere; what a program prints follows its letter at once.
    &["[{time}] %t %-13c{1} %p   %m%n", "[{time}] %t %-13c{1} %p %m%n"],
];

/// Heads that others look like, too: taken of a few records, and where they say more than what was learned.
const USUAL: [&str; 5] = [
    // WildFly
    "{time} %-5p [%c] (%t) %m%n",
    // log4j's and logback's examples
    "{time} %-5p [%t] %c - %m%n",
    "{time} [%t] %-5p %c - %m%n",
    "{time} %-5p %c [%t] - %m%n",
    "{time} %-5p [%t] %c: %m%n",
];

/// Heads that no other program writes so, with their time.
const WHOLE: [&str; 3] = [
    // nginx: `2026/01/13 08:15:02 [error] 1234#1234: *17 `
    "%d{yyyy/MM/dd HH:mm:ss} [%p] %pid#%X{tid}: *%X{connection} %m%n",
    // Ruby: `E, [2026-01-13T08:15:02.118000 #812] ERROR -- app: `
    "%X{letter}, [%d{yyyy-MM-dd'T'HH:mm:ss.SSSSSS} #%pid] %5p -- %X{program}: %m%n",
    // klog, of Kubernetes and what is written in Go: `I0113 08:15:02.118000     812 node.go:112] `
    "%p%d{MMdd HH:mm:ss.SSSSSS} %7t %F:%L] %m%n",
];

/// So many records show their columns by themselves.
const FEW: usize = 10;
/// Of a hundred lines so many are read by a layout that is taken for all of them.
const NEARLY_ALL: usize = 97;
/// Of a hundred lines that may start a record so many do where no other program writes heads so: what messages say goes on
/// below.
const MOST: usize = 50;

/// A layout that reads most lines that may start a record, which no group of lines shows.
pub(super) fn of_all(lines: &[Vec<u8>], open: &[usize]) -> Option<Layout> {
    static LAYOUTS: LazyLock<Vec<Layout>> = LazyLock::new(|| WHOLE.into_iter().filter_map(parsed).collect());
    let first = open.iter().map(|at| &lines[*at]).find(|line| !may_not_start(line))?;
    LAYOUTS.iter().find(|layout| reads(layout, first) && of_most(layout, lines, open)).cloned()
}

/// The standard layouts that the lines of a group are written in, where they say more than those that were learned from
/// them.
pub(super) fn of_group(lines: &[Vec<u8>], group: &Group, learned: &[Layout]) -> Option<Vec<Layout>> {
    let format = group.format.as_ref()?;
    let (at, start, _) = *group.lines.first()?;
    let before = &lines[at][..start];
    let fits = |heads: &[&str], needed: usize| {
        // Most heads fail by what stands before the time.
        if heads[0].split("{time}").next().map(str::as_bytes) != Some(before) {
            return None;
        }
        let told = |head: &&str| parsed(&head.replacen("{time}", &format!("%d{{{format}}}"), 1));
        let layouts: Vec<Layout> = heads.iter().filter_map(told).collect();
        let mut read = vec![0; layouts.len()];
        for (at, ..) in &group.lines {
            layouts.iter().position(|layout| reads(layout, &lines[*at])).into_iter().for_each(|way| read[way] += 1);
        }
        let enough = read.iter().sum::<usize>() * 100 >= group.lines.len() * needed;
        let read = layouts.into_iter().zip(read).filter(|(_, read)| *read > 0).map(|(layout, _)| layout);
        enough.then(|| read.collect::<Vec<Layout>>())
    };
    let worth = kinds::worth(learned);
    let usual = if group.lines.len() < FEW { &USUAL[..] } else { &[] };
    UNMISTAKABLE
        .into_iter()
        .find_map(|heads| fits(heads, NEARLY_ALL))
        .or_else(|| usual.iter().find_map(|head| fits(&[head], 100).filter(|found| kinds::worth(found) > worth)))
}

fn parsed(pattern: &str) -> Option<Layout> {
    let mut layouts = pattern::parse(pattern).ok()?.into_iter();
    // A word that is no level is none here, but for WebSphere's letters.
    layouts.next().map(|layout| Layout {
        any_level: if pattern.contains("%t %-13c{1}") { AnyLevel::Letters } else { AnyLevel::Known },
        ..layout
    })
}

fn of_most(layout: &Layout, lines: &[Vec<u8>], open: &[usize]) -> bool {
    let starting: Vec<&Vec<u8>> = open.iter().map(|at| &lines[*at]).filter(|line| !may_not_start(line)).collect();
    starting.iter().filter(|line| reads(layout, line)).count() * 100 >= starting.len() * MOST
}

/// Whether the layout reads a line, and what it finds in it is what it looks for.
fn reads(layout: &Layout, line: &[u8]) -> bool {
    let mut caught = Caught::new();
    layout.matches(line, &mut caught)
        && layout.head.iter().zip(caught.parts).all(|(part, (start, end))| {
            let value = line.get(start as usize..end as usize).unwrap_or_default().trim_ascii();
            match part {
                Part::Field(Field::Logger, _) => !value.contains(&b' ') && (is_identifier(value) || is_dotted(value)),
                Part::Field(Field::Column(name), _) if name == "code" => value.contains(&b'-'),
                Part::Field(Field::Column(name), _) if name == "letter" => value.len() == 1,
                Part::Field(Field::Column(name), _) if matches!(name.as_str(), "pid" | "connection") => {
                    value.iter().all(u8::is_ascii_digit)
                }
                Part::Field(Field::Thread, _) if layout.any_level == AnyLevel::Letters => {
                    value.len() == 8 && value.iter().all(u8::is_ascii_hexdigit)
                }
                Part::Field(Field::Thread, _) => !value.is_empty(),
                Part::Field(Field::Level, _) if layout.any_level == AnyLevel::Letters => level::alone(value).is_some(),
                _ => true,
            }
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::shown;

    /// Synthetic: one or two records of each, and the first one read.
    #[test]
    fn a_few_records_of_standard_layouts_show_their_columns() {
        for (text, wanted) in [
            (
                "2024-01-24T10:15:02.152+01:00  INFO 4711 --- [           main] com.example.demo.DemoApplication         : Starting\n\
                 2024-01-24T10:15:03.001+01:00  WARN 4711 --- [nio-8080-exec-1] o.s.w.s.m.m.a.ExceptionHandlerResolver   : Resolved [org.x.Foo: bar]\n\
                 2024-01-24T10:15:04.001+01:00 ERROR 4711 --- [nio-8080-exec-1] c.e.d.Controller                         : \n",
                "2024-01-24T10:15:02.152+01:00|INFO|main|com.example.demo.DemoApplication|pid=4711|Starting",
            ),
            (
                "2024-01-24 10:15:02.152  WARN 4711 --- [   mws-worker-8] com.lawson.grid.node.Node                : Executing: CRS008\n",
                "2024-01-24T10:15:02.152|WARN|mws-worker-8|com.lawson.grid.node.Node|pid=4711|Executing: CRS008",
            ),
            (
                "2024-01-24T10:15:02.152+01:00  INFO 4711 --- [demo] [           main] com.example.demo.DemoApplication         : Starting\n",
                "2024-01-24T10:15:02.152+01:00|INFO|main|com.example.demo.DemoApplication|pid=4711,application=demo|Starting",
            ),
            (
                "2026-01-13 08:15:02,118 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0025: started\n\
                 2026-01-13 08:15:03,118 ERROR [org.jboss.as.ejb3] (default task-1) WFLYEJB0034: failed\n",
                "2026-01-13T08:15:02.118|INFO|MSC service thread 1-2|org.jboss.as||WFLYSRV0025: started",
            ),
            (
                "2024-07-18 10:16:21.340 INFO com.a.B1 [w-1] - message number 1\n\
                 2024-07-18 10:16:22.340 WARN com.a.B2 [w-2] - message number 2\n",
                "2024-07-18T10:16:21.340|INFO|w-1|com.a.B1||message number 1",
            ),
            (
                "<Jan 13, 2026 8:15:02 AM CET> <Error> <HTTP> <BEA-101017> <Root cause> \n\
                 <Jan 13, 2026 8:15:03 AM CET> <Notice> <WebLogicServer> <BEA-000360> <Server started> \n",
                "2026-01-13T08:15:02+01:00|ERROR|-|HTTP|code=BEA-101017|Root cause",
            ),
            (
                "[1/13/26 8:15:02:118 CET] 00000001 ManagerAdmin  I   TRAS0017I: The startup trace state is *=info.\n\
                 [1/13/26 8:15:03:118 CET] 0000002a SystemErr     R java.lang.NullPointerException\n",
                "2026-01-13T08:15:02.118+01:00|I|00000001|ManagerAdmin||TRAS0017I: The startup trace state is *=info.",
            ),
            (
                "I0113 08:15:02.118000     812 node.go:112] Started\nE0113 08:15:03.118000     812 node.go:112] failed\n",
                "1970-01-13T08:15:02.118000|I|812|-|file=node.go,line=112|Started",
            ),
        ] {
            let (layouts, records) = shown(text);
            assert_eq!(records[0], wanted, "{layouts:?}");
            assert_eq!(records.len(), text.lines().count(), "{layouts:?}");
            // Some more are read alike.
            assert_eq!(shown(&text.repeat(3)).1[0], wanted);
        }
    }

    #[test]
    fn the_log_of_a_weblogic_server() {
        let text = "####<Jan 13, 2026 8:15:02 AM CET> <Error> <HTTP> <m3app01> <srv1> <[ACTIVE] ExecuteThread: '1' for queue: 'x'> <<WLS Kernel>> <> <> <1768288502118> <BEA-101017> <Root cause> \n\
                    ####<Jan 13, 2026 8:15:03 AM CET> <Notice> <Log> <m3app01> <srv1> <main> <> <> <> <1768288503118> <BEA-000360> <Server started> \n";
        let (layouts, records) = shown(text);
        assert_eq!(records.len(), 2, "{layouts:?}");
        assert!(
            records[0].starts_with("2026-01-13T08:15:02+01:00|ERROR|[ACTIVE] ExecuteThread: '1' for queue: 'x'|HTTP|machine=m3app01,server=srv1,"),
            "{records:?}"
        );
        assert!(records[0].ends_with("code=BEA-101017|Root cause"), "{records:?}");
    }
}
