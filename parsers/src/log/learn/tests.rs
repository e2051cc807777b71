//! Logs of many worlds, learned from a few of their lines; third-party logs where they are at hand.

use super::super::{Reader, Record, Splitter, is_plainly, looks_like};
use std::sync::Arc;

/// The layouts learned from `text` and its records, a line each.
pub(super) fn shown(text: &str) -> (Vec<String>, Vec<String>) {
    let reader = Arc::new(Reader::learn(text.as_bytes()));
    let mut splitter = Splitter::new(Arc::clone(&reader));
    let mut heads = Vec::new();
    splitter.push(text.as_bytes(), &mut heads);
    splitter.finish(&mut heads);
    let records = heads
        .iter()
        .map(|head| {
            let record = reader.record(*head, head.span.of(text.as_bytes()));
            let or = |v: &Option<String>| v.clone().unwrap_or("-".into());
            let at = record.head.stamp.map_or("-".into(), |s| s.to_rfc3339());
            let columns: Vec<String> = record.columns.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let (level, thread, logger) = (or(&record.level), or(&record.thread), or(&record.logger));
            format!("{at}|{level}|{thread}|{logger}|{}|{}", columns.join(","), record.message)
        })
        .collect();
    (reader.layouts().iter().map(ToString::to_string).collect(), records)
}

#[test]
fn the_name_of_a_file_in_a_line_that_goes_on_is_no_time() {
    let mut text = String::new();
    for n in 0..8 {
        text.push_str(&format!(
            "BJ4985{n} 2026-01-13 19:44:1{n},374 ERROR mvx.runtime.Job Abnormal termination of x\n"
        ));
        text.push_str(&format!("Dump log created: D20260113.19441{n}.00{n}\n"));
        text.push_str(&format!("batch-7 2026-01-13 19:45:1{n},001 INFO mvx.runtime.Job started\n"));
    }
    let (_, records) = shown(&text);
    assert_eq!(records.len(), 16, "{records:?}");
    assert!(records[0].ends_with("\nDump log created: D20260113.194410.000"), "{records:?}");
}

#[test]
fn two_line_records_of_java_util_logging() {
    let text = "Jan 13, 2026 10:15:02 AM com.foo.Bar main\nINFO: started\nJan 13, 2026 10:15:03 PM com.foo.Bar$1 run\n\
        SEVERE: broken\njava.lang.IllegalStateException: x\n\tat com.foo.Bar.run(Bar.java:12)\n";
    let (layouts, records) = shown(text);
    assert_eq!(layouts, ["%d{MMM dd, yyyy hh:mm:ss a} %c %M%n%p: %m%n"]);
    assert_eq!(
        records,
        [
            "2026-01-13T10:15:02|INFO|-|com.foo.Bar|method=main|started",
            "2026-01-13T22:15:03|SEVERE|-|com.foo.Bar$1|method=run|broken"
        ]
    );
}

#[test]
fn several_layouts_a_header_and_dates_that_open_nothing() {
    let text = "Server log, opened 2026-01-13\n\n\
        2026-01-13 10:15:02,480 INFO  [main] com.foo.Bar - one\n\
        2026-01-13 in the message\n\
        2026-01-13 10:15:02,481 WARN  [main] com.foo.Bar - <MPD at=\"2026-01-13 10:15:02,480\">\n\
        <when>2026-01-13 10:15:02,480</when>\n\
        2026-01-13 10:15:02,482 INFO  [a] com.foo.Baz - two\n\
        13.01.2026 10:15:03 ERROR other layout: three\n\
        13.01.2026 10:15:04 INFO other layout: four\n\
        13.01.2026 10:15:05 INFO other layout: five\n\
        2026-01-13 10:15:02,489 INFO  [main] com.foo.Bar - six\n";
    let (layouts, records) = shown(text);
    assert_eq!(layouts.len(), 2, "{layouts:?}");
    let lines: Vec<&str> = records.iter().map(|r| r.split('|').next().unwrap_or_default()).collect();
    assert_eq!(
        lines,
        [
            "-",
            "2026-01-13T10:15:02.480",
            "2026-01-13T10:15:02.481",
            "2026-01-13T10:15:02.482",
            "2026-01-13T10:15:03",
            "2026-01-13T10:15:04",
            "2026-01-13T10:15:05",
            "2026-01-13T10:15:02.489"
        ]
    );
    assert!(records[1].ends_with("one\n2026-01-13 in the message"));
}

#[test]
fn syslog_with_and_without_process() {
    let text = "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: authentication failure; uid=0\n\
        Jun 14 15:16:02 combo kernel: klogd 1.4.1, log source\n\
        Jun  5 15:16:03 combo su(pam_unix)[21416]: session opened\n\
        Jun  5 15:16:04 combo syslogd 1.4.1: restart.\n";
    let (_, records) = shown(text);
    assert_eq!(
        records,
        [
            "1970-06-14T15:16:01|-|-|sshd(pam_unix)|host=combo,pid=19939|authentication failure; uid=0",
            "1970-06-14T15:16:02|-|-|kernel|host=combo|klogd 1.4.1, log source",
            "1970-06-05T15:16:03|-|-|su(pam_unix)|host=combo,pid=21416|session opened",
            "1970-06-05T15:16:04|-|-|syslogd 1.4.1|host=combo|restart."
        ]
    );
}

#[test]
fn a_quote_in_a_quoted_cell_is_written_twice() {
    let (_, records) = shown(
        "\"Time\",\"Level\",\"Node\",\"Message\"\n\"2026-01-13 08:15:02.118\",\"ERROR\",\"m3app01\",\"multi, \"\"quoted\"\"\n\
         second line\"\n\"2026-01-13 08:15:03.118\",\"INFO\",\"m3app01\",\"plain\"\n",
    );
    assert_eq!(records[1], "2026-01-13T08:15:02.118|ERROR|-|-|node=m3app01|multi, \"quoted\"\nsecond line");
}

#[test]
fn lines_may_end_in_returns_alone_or_doubled() {
    let text = "2026-01-13 08:15:02,118 INFO  [main] a.B - one\n2026-01-13 08:15:03,118 ERROR [main] a.B - two\n\
        java.lang.IllegalStateException: y\n\tat a.B.c(B.java:1)\n2026-01-13 08:15:04,118 WARN  [main] a.B - three\n";
    let wanted = ["one", "two", "three"];
    for ends in ["\r", "\r\n", "\r\r\n"] {
        let text = text.replace('\n', ends);
        let reader = Arc::new(Reader::learn(text.as_bytes()));
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        splitter.push(text.as_bytes(), &mut heads);
        splitter.finish(&mut heads);
        let records: Vec<Record> = heads.iter().map(|h| reader.record(*h, h.span.of(text.as_bytes()))).collect();
        let messages: Vec<&str> = records.iter().map(|record| record.message.as_str()).collect();
        assert_eq!(messages, wanted, "{ends:?}");
        let trace = records[1].trace.as_ref().expect("a trace");
        assert_eq!(trace.exception(), Some("java.lang.IllegalStateException"), "{ends:?}");
        assert_eq!(
            reader.traced(&heads[1], heads[1].span.of(text.as_bytes()), &mut reader.tracing()),
            Some(trace.fingerprint_bits())
        );
    }
}

#[test]
fn lines_that_begin_with_a_level_are_records_of_one_line_each() {
    let (layouts, records) = shown(
        "INFO:root:Started up\nWARNING:com.a.b:all ok now\nERROR:com.a:Failed to do\nINFO:root:well well\n\
         INFO:root:x\nINFO:root:Started\nINFO:com.a:y\n",
    );
    assert_eq!((layouts.as_slice(), records.len()), (&["%p:%c:%m%n".to_owned()][..], 7));
    assert_eq!(records[1], "-|WARNING|-|com.a.b||all ok now");
}

#[test]
fn a_table_copied_from_a_web_page() {
    let text = "Time\nLevel\nThread\nLogger\nMessage\n\
        2026-01-13 10:15:02\nINFO\nmain\ncom.foo.Bar\nstarted\nwell\n\
        2026-01-13 10:15:03\nERROR\npool-1-thread-2\ncom.foo.Baz\nUnable to execute MPD!\n\
        2026-01-13 10:15:04\nNOTE\nmain\ncom.foo.Bar\n10:15 was the time\n\
        2026-01-13 10:15:05\nINFO\nmain\ncom.foo.Bar\nstopped\n";
    let (layouts, records) = shown(text);
    assert_eq!(layouts, ["%d{yyyy-MM-dd HH:mm:ss}%n%p%n%t%n%c%n%m%n"]);
    assert_eq!(records.len(), 5);
    assert_eq!(records[1], "2026-01-13T10:15:02|INFO|main|com.foo.Bar||started\nwell");
    assert_eq!(records[3], "2026-01-13T10:15:04|NOTE|main|com.foo.Bar||10:15 was the time");
}

#[test]
fn logs_of_other_worlds() {
    for (text, expected) in [
        (
            "03-17 16:13:38.811  1702  2395 D WindowManager: printFreezing\n\
             03-17 16:13:38.819  1702  8671 I PowerManagerService: acquire\n\
             03-17 16:13:38.820 11702   671 V KeyguardViewMediator: x\n",
            "1970-03-17T16:13:38.811|D|2395|WindowManager|pid=1702|printFreezing",
        ),
        (
            "[Sun Dec 04 04:47:44 2005] [notice] workerEnv.init() ok\n[Sun Dec 04 04:47:45 2005] [error] mod_jk child\n",
            "2005-12-04T04:47:44|NOTICE|-|-||workerEnv.init() ok",
        ),
        (
            "20171223-22:15:29:606|Step_LSC|30002312|onStandStepChanged 3579\n\
             20171224-0:8:45:90|Step_SPUtils|30002312|getTodayTotalDetailSteps = 1514038440000##6993\n\
             20171224-0:8:45:9|Step_LSC|30002312|x\n",
            "2017-12-23T22:15:29.606|-|-|Step_LSC|column2=30002312|onStandStepChanged 3579",
        ),
        (
            "nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-1 a - - -] GET x\n\
             nova-api.log.1.2017-05-16_13:53:08 2017-05-16 00:00:00.272 25746 WARNING nova.compute.manager [req-2 - - -] y\n",
            "2017-05-16T00:00:00.008|INFO|-|nova.osapi_compute.wsgi.server|column1=nova-api.log.1.2017-05-16_13:53:08,column2=25746|[req-1 a - - -] GET x",
        ),
        (
            "- 1117838570 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.363779 R02-M1-N0-C:J12-U11 RAS KERNEL INFO instruction cache\n\
             - 1117838571 2005.06.03 R02-M1-N0-C:J12-U11 2005-06-03-15.42.50.527847 R02-M1-N0-C:J12-U11 RAS APP FATAL ciod: x\n\
             APPREAD 1117838571 2005.06.03 R02 2005-06-03-15.42.50.527847 R02 RAS APP FATAL y\n\
             - 1117838572 2005.06.03 R02-M1 2005-06-03-15.42.50.527847 R02-M1 RAS KERNEL INFO z\n",
            "2005-06-03T15:42:50.363779|INFO|-|KERNEL|column1=1117838570,",
        ),
        (
            "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack\n\
             2016-09-28 04:30:31, Info                  CSI    00000001@2016/9/27:20:30:31.455 WcpInitialize\n\
             2016-09-28 04:30:31, Warning               CBS    Failed\n",
            "2016-09-28T04:30:30|INFO|-|CBS||Loaded Servicing Stack",
        ),
        (
            "[10.30 16:49:06] chrome.exe - proxy.cse.cuhk.edu.hk:5070 open\n[10.30 16:49:07] chrome.exe *64 - proxy close\n",
            "1970-10-30T16:49:06|-|-|chrome.exe||proxy.cse.cuhk.edu.hk:5070 open",
        ),
        (
            "17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered\n17/06/09 20:10:41 WARN spark.Manager: Changing\n",
            "2017-06-09T20:10:40|INFO|-|executor.CoarseGrainedExecutorBackend||Registered",
        ),
        (
            "INFO: first [Tue Mar 22 13:11:31 PDT 2011]\nSEVERE: second\n  more [Tue Mar 22 13:11:32 PDT 2011]\nINFO: x [Tue Mar 22 13:11:33 PDT 2011]\n",
            "2011-03-22T13:11:31-07:00|INFO|-|-||first",
        ),
        (
            "26-01-13 Tue 15:04:12.570  INFO main com.foo.Bar: x\n26-01-13 Tue 15:04:12.571 ERROR main com.foo.Baz: y\n\
             26-01-13 Tue 15:04:12.572  INFO Worker 3 com.foo.Bar: x\n26-01-13 Tue 15:04:12.573 DEBUG main com.foo.Bar: x\n\
             26-01-13 Tue 15:04:12.574  INFO Worker 3 com.foo.Bar: x\n26-01-13 Tue 15:04:12.575 DEBUG main com.foo.Bar: x\n",
            "2026-01-13T15:04:12.570|INFO|main|com.foo.Bar||x",
        ),
        (
            "- 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed\n\
             - 1131566461 2005.11.09 dn228 Nov 9 12:01:01 dn228/dn228 crond(pam_unix)[2915]: session closed\n\
             - 1131566462 2005.11.09 tbird-admin1 Nov 9 12:01:02 local@tbird-admin1 postfix/postdrop[10896]: warning: x\n\
             - 1131566463 2005.11.09 dn3 Nov 9 12:01:03 dn3/dn3 ntpd[10917]: y\n\
             - 1131566464 2005.11.09 dn3 Nov 9 12:01:04 dn3/dn3 kernel: z\n\
             - 1131566465 2005.11.09 dn3 Nov 9 12:01:05 dn3/dn3 ntpd[10917]: y\n",
            "2005-11-09T20:01:01Z|-|-|crond(pam_unix)|column1=2005.11.09,column2=dn228,column3=Nov,column4=9,column5=12:01:01,column6=dn228/dn228,pid=2915|session closed",
        ),
        (
            "134681 node-246 unix.hw state_change.unavailable 1077804742 1 Component State Change: x\n\
             2568643 node-70 action start 1074119817 1 clusterAddMember  (command 1902)\n\
             2570772 node-124 action start 1074123150 1 clusterAddMember  (command 1900)\n\
             2566692 node-1 boot_cmd success 1073991950 1 Command has completed successfully\n\
             51338 node-3 action psu 1106496000 1 psu failure\\ ambient=28\n",
            "2004-02-26T14:12:22Z|-|-|unix.hw|column1=134681,column2=node-246,column4=state_change.unavailable,column5=1|Component",
        ),
        ("[INFO] Scanning\n[WARNING] deprecated\n  more\n[INFO] done\n", "-|INFO|-|-||Scanning"),
        (
            "0    [main] DEBUG org.Foo  - Hi\n12   [Thread-1] INFO  org.Bar  - Ho\n470  [main] WARN  org.Foo  - x\n",
            "-|DEBUG|main|org.Foo|",
        ),
        (
            "13-Jan-2026 10:15:02.480 INFO [main] org.apache.catalina.startup.Catalina.start Server startup\n13-Jan-2026 10:15:03.480 SEVERE [a-b-1] org.apache.catalina.core.X.y z\n",
            "2026-01-13T10:15:02.480|INFO|main|org.apache.catalina.startup.Catalina.start||Server startup",
        ),
    ] {
        let (layouts, records) = shown(text);
        assert!(records[0].starts_with(expected), "{}\n{expected}\n{layouts:?}", records[0]);
        assert_eq!(records.len(), text.lines().filter(|l| !l.starts_with(' ')).count(), "{layouts:?}");
    }
}

#[test]
fn a_text_without_records_is_one_header() {
    for text in ["no time\nanywhere\n", "", "\n\n", "{}", "<a>2026-01-13 10:15:02</a>"] {
        let (layouts, records) = shown(text);
        assert!(layouts.is_empty(), "{text}: {layouts:?}");
        assert_eq!(records.len(), usize::from(!text.is_empty()), "{text}");
    }
}

#[test]
fn logs_are_told_from_other_texts() {
    assert!(looks_like(b"2026-01-13 10:15:02,480 INFO x\n"));
    assert!(looks_like(b"Opened\n10:15:02 a\nmore\n10:15:03 b\n"));
    assert!(!looks_like(b"DUMP\nDate: 2026-01-13 10:15:02\nProgram: CRS008\nUser: X\nJob: 1\n"));
    assert!(!looks_like(b"2026-01-13 10:15:02\nFull thread dump\n\"main\" #1\n   java.lang.Thread.State: RUNNABLE\n\tat a.b.C(D.java:1)\n"));
    assert!(!looks_like(b"<xml at=\"2026-01-13 10:15:02\"/>\n"));
    assert!(!looks_like(b""));
    assert!(!looks_like(b"A letter.\n\nDear all,\nINFO is good.\n"));
}

#[test]
fn a_log_that_names_what_dumps_name_is_plainly_a_log() {
    let log = "[NOTE] 260304 18:27:32.254 gc a.b.Monitor: Session pool 12/40\n\
               [ERROR] 260304 18:27:33.001 worker-1 m3.program: Abnormal termination of mvx.app.pgm.CRS008 [user X]\n\
               java.lang.NullPointerException\n\
               [NOTE] 260304 18:27:34.254 gc a.b.Monitor: Session pool 13/40\n";
    assert!(is_plainly(log.as_bytes()));
    assert!(!is_plainly(
        b"ERROR dump\nProgram: CRS008\nDate: 2026-01-13 10:15:02\nUser: X\njava.lang.NullPointerException\n"
    ));
    assert!(!is_plainly(b"10:15:02 INFO one\n10:15:03 INFO two\n"), "too few records to be sure");
}

#[test]
fn a_log_without_times_is_plainly_one_where_levels_and_writers_go_on() {
    let traced = |at: usize| {
        format!(
            "ERROR [worker-{at}] a.b.Store - Program CRS008 ended for user X\n\
             java.lang.IllegalStateException: closed\n\tat a.b.C.d(C.java:1)\n\tat a.b.C.e(C.java:2)\n"
        )
    };
    let log: String = (0..6).map(traced).collect();
    assert!(is_plainly(log.as_bytes()));
    let few: String = (0..4).map(traced).collect();
    assert!(!is_plainly(few.as_bytes()), "too few records to be sure");
    // A page of them below a title is a part of something else.
    let below = format!("ABNORMAL TERMINATION\nProgram: CRS008\nUser: X\nJob: 1\n{log}");
    assert!(!is_plainly(below.as_bytes()));
    // A level and neither who wrote nor when: what a dump lists of its messages.
    let listed =
        (0..6).map(|at| format!("ERROR message {at} of the job\n\tat a.b.C.d(C.java:1)\n\tat a.b.C.e(C.java:2)\n"));
    assert!(!is_plainly(listed.collect::<String>().as_bytes()));
}

#[test]
fn a_heading_names_the_columns() {
    let text = "Time;Node;Application;Level;Thread;Logger;Message\n\
        2026-01-13 10:15:02,480;node1;MWS;INFO;main;com.foo.Bar;started; all well\n\
        2026-01-13 10:15:02,481;node2;M3;ERROR;Worker 3;com.foo.Baz;failed\n\
        2026-01-13 10:15:02,482;node1;MWS;INFO;main;com.foo.Bar;x\n\
        2026-01-13 10:15:02,483;node1;MWS;INFO;main;com.foo.Bar;y\n";
    let (_, records) = shown(text);
    assert_eq!(
        records[1],
        "2026-01-13T10:15:02.480|INFO|main|com.foo.Bar|node=node1,application=MWS|started; all well"
    );
    assert_eq!(records[2], "2026-01-13T10:15:02.481|ERROR|Worker 3|com.foo.Baz|node=node2,application=M3|failed");
}

/// Third-party logs, where they are at hand.
fn fixture(name: &str) -> Option<Vec<u8>> {
    let Ok(folder) = std::env::var("MWSCOPE_FIXTURES") else {
        eprintln!("skipped: MWSCOPE_FIXTURES is not set");
        return None;
    };
    Some(std::fs::read(std::path::Path::new(&folder).join("logs").join(name)).expect(name))
}

fn records(bytes: &[u8]) -> Vec<Record> {
    let reader = Arc::new(Reader::learn(bytes));
    let mut heads = Vec::new();
    let mut splitter = Splitter::new(Arc::clone(&reader));
    splitter.push(bytes, &mut heads);
    splitter.finish(&mut heads);
    assert_eq!(heads.last().map(|h| h.span.end()), Some(bytes.len() as u64));
    heads.iter().map(|head| reader.record(*head, head.span.of(bytes))).collect()
}

#[test]
fn a_real_log4j_1_log() {
    let Some(bytes) = fixture("log4j12-mec-real.log") else { return };
    let records = records(&bytes);
    assert_eq!(records.len(), 81);
    assert_eq!(records.iter().filter(|r| r.trace.is_some()).count(), 12);
    for record in &records {
        assert!(record.level.is_some() && record.logger.is_some(), "{record:?}");
        assert!(record.thread.as_ref().is_some_and(|t| t == "main" || t.starts_with("pool-1-thread-")), "{record:?}");
        assert!(record.head.stamp.is_some_and(|s| s.offset_s == Some(0) && s.digits == 3));
        assert!(!record.message.contains("\tat ") && !record.message.contains("Caused by"), "{}", record.message);
    }
    let crashed =
        records.iter().filter(|r| r.message.starts_with("Abnormal termination of mvx.app.pgm.CRS008 [")).count();
    assert_eq!(crashed, 11);
}

#[test]
fn the_logs_of_hadoop_zookeeper_and_hdfs() {
    for (name, stamp, thread) in [
        ("loghub--Hadoop--Hadoop_2k.log", "2015-10-1", true),
        ("loghub-2.0--Hadoop--Hadoop_2k.log", "2015-10-1", true),
        ("loghub--Zookeeper--Zookeeper_2k.log", "2015-0", true),
        ("loghub--HDFS--HDFS_2k.log", "2008-11-", false),
    ] {
        let Some(bytes) = fixture(name) else { return };
        let records = records(&bytes);
        assert_eq!(records.len(), 2000, "{name}");
        for (record, line) in records.iter().zip(String::from_utf8_lossy(&bytes).lines()) {
            assert!(record.head.stamp.is_some_and(|s| s.to_rfc3339().starts_with(stamp)), "{line}");
            assert!(matches!(record.level.as_deref(), Some("INFO" | "WARN" | "ERROR" | "FATAL")), "{line}");
            assert!(
                record.logger.as_ref().is_some_and(|l| !l.contains(' ') && l.contains(char::is_alphabetic)),
                "{line}"
            );
            assert_eq!(record.thread.is_some(), thread, "{line}");
            assert!(line.ends_with(&record.message), "{line}");
            let delimiter = if name.contains("Zoo") { "] - " } else { ": " };
            assert_eq!(line.split_once(delimiter).map(|(_, m)| m), Some(record.message.as_str()), "{line}");
        }
    }
}

#[test]
fn logs_with_xml_broken_text_and_wide_characters() {
    let Some(bytes) = fixture("lnav--test--logfile_xml_msg.0") else { return };
    let records_of = records(&bytes);
    assert_eq!(records_of.len(), 3);
    assert!(
        records_of[2].message.starts_with("Full reply text:\n<?xml") && records_of[2].message.ends_with("</a-reply>")
    );
    let Some(bytes) = fixture("lnav--test--logfile_invalid_utf8.0") else { return };
    let records_of = records(&bytes);
    assert_eq!((records_of.len(), records_of[0].logger.as_deref()), (1, Some("com.root")));
    let Some(bytes) = fixture("fluent-bit--log--unicode_c.log") else { return };
    assert!(records(&bytes)[0].message.starts_with('用'));
}

#[test]
fn a_trace_of_json_lines() {
    let Some(bytes) = fixture("fluent-bit--log--multiline_001.log") else { return };
    let records = records(&bytes);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0].columns, [("key1".to_owned(), "12345".to_owned()), ("key2".to_owned(), "abc".to_owned())]);
    assert_eq!(records[0].trace.as_ref().map(crate::trace::Trace::frames), Some(5));
}

#[test]
fn a_time_in_the_name_of_a_file_opens_no_record() {
    let mut text = String::new();
    for n in 0..12 {
        text.push_str(&format!(
            "2026-01-13 10:00:{n:02},331 m3app01 MWS ERROR [mws-worker-{n}] m3.program - Abnormal termination of mvx.app.pgm.CRS008\n\
             Dump log created: D:\\M3\\PRD\\dumps\\DUMPLOG-CRS008-202601131000{n:02}-0.txt\n\
             2026-01-13 10:00:{n:02},341 m3app01 MWS INFO  [mws-worker-{n}] m3.program - went on\n"
        ));
    }
    let (layouts, records) = shown(&text);
    assert_eq!((layouts.len(), records.len()), (1, 24), "{layouts:?}");
}

#[test]
fn a_line_that_ends_anywhere_breaks_nothing() {
    let lines = [
        "2026-01-13 10:00:00,123 [worker-1] INFO  (a.b.C) <x> - said something",
        "INFO [worker-1] [2026-01-13 10:00:00,123] {app} a.b.C: said something",
        "\"INFO\";\"2026-01-13 10:00:00\";\"worker-1\";\"said something\"",
        "[worker-1][INFO][2026-01-13T10:00:00.123Z] said something",
        "2026-01-13T10:00:00.123 WARN  [grid-router-2] a.b.Router: slow client",
    ];
    for line in lines {
        for end in 1..line.len() {
            let text = format!("{}{}\n{}", format!("{line}\n").repeat(40), &line[..end], format!("{line}\n").repeat(3));
            assert!(!shown(&text).0.is_empty(), "{text}");
        }
    }
}

#[test]
fn a_running_time_of_ten_digits_is_no_date() {
    let log = |start: u64, step: u64| -> String {
        (0..20).map(|n| format!("{} [main] INFO  com.foo.Bar - message {n}\n", start + n * step)).collect()
    };
    let (_, records) = shown(&log(990_000_000, 1_000_000));
    assert_eq!(records.len(), 20, "{records:?}");
    assert!(records.iter().all(|record| record.starts_with("-|INFO|main|com.foo.Bar|")), "{records:?}");
    let (_, records) = shown(&log(1_768_299_300, 1));
    assert!(records.iter().all(|record| record.starts_with("2026-01-13T10:15")), "{records:?}");
}

#[test]
fn a_column_behind_a_comma_is_no_fraction() {
    let log = |third: fn(u32) -> String| -> String {
        (0..40).map(|n| format!("2026-01-13 10:15:{n:02},{},INFO,main,com.foo.Bar,message {n}\n", third(n))).collect()
    };
    let first = |text: &str| shown(text).1[1].clone();
    assert!(first(&log(|n| format!("{}", 100 + n % 3 * 100))).starts_with("2026-01-13T10:15:01|INFO|main|"));
    assert!(first(&log(|n| format!("{}", 7 * n * n))).starts_with("2026-01-13T10:15:01|INFO|main|"));
    assert!(first(&log(|n| format!("{:03}", n * 377 % 1000))).starts_with("2026-01-13T10:15:01.377|INFO|main|"));
}

#[test]
fn names_filled_up_within_quotes() {
    let text: String = (0..40)
        .map(|n| {
            let logger = ["com.foo.Bar", "org.example.longer.Name"][n % 2];
            format!(
                "\"{logger:>23}\";\"2026-01-13 10:15:{n:02},480\";\"{:>5}\";\"main\";\"m {n}\"\n",
                ["INFO", "ERROR"][n % 2]
            )
        })
        .collect();
    let (layouts, records) = shown(&text);
    assert_eq!((layouts.len(), records.len()), (1, 40), "{layouts:?}");
    assert_eq!(records[0], "2026-01-13T10:15:00.480|INFO|main|com.foo.Bar||m 0");
}

#[test]
fn a_thread_behind_the_message_stands_on_its_last_line() {
    let text: String = (0..40)
        .map(|n| {
            let more = ["", "\njava.io.IOException: x\n\tat a.B.c(B.java:4)", "\n<MPD/>"][n % 10 % 3];
            format!("2026-01-13 10:15:{n:02},480 INFO  message {n}{more} [worker-{}]\n", n % 4)
        })
        .collect();
    let (layouts, records) = shown(&text);
    assert_eq!((layouts.len(), records.len()), (1, 40), "{layouts:?}");
    assert_eq!(records[0], "2026-01-13T10:15:00.480|INFO|worker-0|-||message 0");
    assert!(records.iter().enumerate().all(|(n, r)| r.contains(&format!("|worker-{}|", n % 4))), "{records:?}");
    // A message that ends in a bracket now and then has no thread.
    let text: String = (0..40)
        .map(|n| format!("2026-01-13 10:15:{n:02},480 INFO  took {}\n", ["[worker-1]", "long"][n % 2]))
        .collect();
    assert!(shown(&text).1[0].ends_with("|INFO|-|-||took [worker-1]"), "{:?}", shown(&text).1);
}

#[test]
fn a_time_within_the_name_of_a_file_opens_no_record() {
    let text: String = (0..30)
        .map(|n| {
            format!("Jan 13 10:15:{n:02}.480 ERROR [w-{n}] a.B: ended\nDump log created: D20260113.1015{n:02}.004\n")
        })
        .collect();
    let (layouts, records) = shown(&text);
    assert_eq!((layouts.len(), records.len()), (1, 30), "{layouts:?}");
}

#[test]
fn pairs_of_a_dump_side_by_side_are_no_records() {
    let text = "M3 Business Engine dump log\n\
        Program ID: MMS025MI; Job number: 298106; Error: java.lang.StringIndexOutOfBoundsException; Created: 14.03.2025 \
        06:17:24; DIVI: 001;\nDB operation: CHAIN ICFCMD; Env: M3BE_15.1_PRD; User ID: INTUSR; Company: 200;\n\n\
        java.lang.StringIndexOutOfBoundsException: String index out of range: 3\n\
        \tat mvx.db.common.GenericDB.read(GenericDB.java:207)\n\tat mvx.app.pgm.MMS025MI.PECHK(MMS025MI.java:4935)\n\
        \tat mvx.app.pgm.MMS025MI.PE(MMS025MI.java:457)\n\tat mvx.app.pgm.MMS025MI.mainLine(MMS025MI.java:107)\n\
        \tat mvx.app.common.MIBatch.run(MIBatch.java:266)\n\tat java.lang.Thread.run(Thread.java:745)\n";
    let (layouts, records) = shown(text);
    assert!(!is_plainly(text.as_bytes()), "{layouts:?} {records:#?}");
}
