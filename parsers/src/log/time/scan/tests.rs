//! Stamps as programs write them, and what is none.

use super::*;

fn shown(text: &str) -> String {
    match scan(text.as_bytes()) {
        Some(found) => match found.format.read(text.as_bytes()) {
            Some((stamp, len)) => format!("{} = {} +{}", found.format, stamp.to_rfc3339(), text.len() - len),
            None => format!("{} unread", found.format),
        },
        None => "none".into(),
    }
}

#[test]
fn shapes_that_programs_write() {
    for (text, expected) in [
        ("2026-01-13 10:15:02,480 x", "yyyy-MM-dd HH:mm:ss,SSS = 2026-01-13T10:15:02.480 +2"),
        ("2026-01-13T10:15:02.480123Z x", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX = 2026-01-13T10:15:02.480123Z +2"),
        ("2026-01-13 10:15:02+01:00", "yyyy-MM-dd HH:mm:ssXXX = 2026-01-13T10:15:02+01:00 +0"),
        ("2026-01-13 10:15:02 CET x", "yyyy-MM-dd HH:mm:ss z = 2026-01-13T10:15:02+01:00 +2"),
        ("2026-01-13 10:15:02 INFO x", "yyyy-MM-dd HH:mm:ss = 2026-01-13T10:15:02 +7"),
        ("2015-03-12T23:16:52.071:INFO:com", "yyyy-MM-dd'T'HH:mm:ss.SSS = 2015-03-12T23:16:52.071 +9"),
        ("081109 203615 148", "yyMMdd HHmmss = 2008-11-09T20:36:15 +4"),
        ("20260113-101502480 x", "yyyyMMdd-HHmmssSSS = 2026-01-13T10:15:02.480 +2"),
        ("20260113101502480 x", "yyyyMMddHHmmssSSS = 2026-01-13T10:15:02.480 +2"),
        ("20171224-0:8:45:90|x", "yyyyMMdd-H:m:ss:S = 2017-12-24T00:08:45.090 +2"),
        ("13-Jan-2026 10:15:02.480 x", "dd-MMM-yyyy HH:mm:ss.SSS = 2026-01-13T10:15:02.480 +2"),
        ("Jan 13, 2026 10:15:02 PM com", "MMM dd, yyyy hh:mm:ss a = 2026-01-13T22:15:02 +4"),
        ("Sun Dec 04 04:47:44 2005] x", "EEE MMM dd HH:mm:ss yyyy = 2005-12-04T04:47:44 +3"),
        ("Tue Mar 22 13:11:31 PDT 2011 x", "EEE MMM dd HH:mm:ss z yyyy = 2011-03-22T13:11:31-07:00 +2"),
        ("Jun 14 15:16:01 combo", "MMM dd HH:mm:ss = 1970-06-14T15:16:01 +6"),
        ("Jul  1 09:00:55 host", "MMM d HH:mm:ss = 1970-07-01T09:00:55 +5"),
        ("2005-06-03-15.42.50.363779 R02", "yyyy-MM-dd-HH.mm.ss.SSSSSS = 2005-06-03T15:42:50.363779 +4"),
        ("10/Oct/2000:13:55:36 -0700] x", "dd/MMM/yyyy:HH:mm:ss XXX = 2000-10-10T13:55:36-07:00 +3"),
        ("1077804742 1", "UNIX = 2004-02-26T14:12:22Z +2"),
        ("1768299302480 1", "UNIX_MILLIS = 2026-01-13T10:15:02.480Z +2"),
        ("10:15:02,480 x", "HH:mm:ss,SSS = 1970-01-01T10:15:02.480 +2"),
        ("2026-01-13_10-15-02 x", "yyyy-MM-dd_HH-mm-ss = 2026-01-13T10:15:02 +2"),
        ("101502,480 x", "HHmmss,SSS = 1970-01-01T10:15:02.480 +2"),
        ("13. Okt 2026 10:15:02 x", "dd. MMM yyyy HH:mm:ss = 2026-10-13T10:15:02 +2"),
        ("2026-01-13T10:15:02+01:00[Europe/Berlin] x", "yyyy-MM-dd'T'HH:mm:ssXXXz = 2026-01-13T10:15:02+01:00 +2"),
        ("2026-01-13 is a day", "none"),
        ("Mi. Okt. 07 13:05:00 MESZ 2026 x", "EEE MMM dd HH:mm:ss z yyyy = 2026-10-07T13:05:00+02:00 +2"),
        ("tis 22 jan. 2030 12:15:28 x", "EEE dd MMM yyyy HH:mm:ss = 2030-01-22T12:15:28 +2"),
        ("terça-feira 22 janeiro 2030 12:15:28 x", "EEE dd MMM yyyy HH:mm:ss = 2030-01-22T12:15:28 +2"),
        ("mar. 24, 2026 1:15:02 PM x", "MMM dd, yyyy h:mm:ss a = 2026-03-24T13:15:02 +2"),
        ("mar. 24 mars 2026 10:15:02 x", "EEE dd MMM yyyy HH:mm:ss = 2026-03-24T10:15:02 +2"),
        ("19 juni 2030 01:53:01 em x", "dd MMM yyyy hh:mm:ss a = 2030-06-19T13:53:01 +2"),
        ("17 feb 2030 02:47:03 p.\u{a0}m. x", "dd MMM yyyy hh:mm:ss a = 2030-02-17T14:47:03 +2"),
        ("20 Oct 2030; 15:19:43.425 x", "dd MMM yyyy; HH:mm:ss.SSS = 2030-10-20T15:19:43.425 +2"),
        ("20300909;134116;x", "yyyyMMdd;HHmmss = 2030-09-09T13:41:16 +2"),
        ("2030-09-09|13:41:16|x", "yyyy-MM-dd|HH:mm:ss = 2030-09-09T13:41:16 +2"),
        ("17 Jun 13:38:03 x", "dd MMM HH:mm:ss = 1970-06-17T13:38:03 +2"),
        ("12 monkeys", "none"),
        ("10.251.73.220:50010 is", "none"),
        ("May I come in", "none"),
    ] {
        assert!(shown(text).starts_with(expected), "{text}: {} is not {expected}", shown(text));
    }
    assert!(shown("Jan 13, 2026 1:15:02\u{202f}AM com").ends_with("2026-01-13T01:15:02 +4"));
}

#[test]
fn open_dates_say_so() {
    let kind = |text: &str| scan(text.as_bytes()).and_then(|f| f.order).map(|o| o.kind);
    assert_eq!(kind("03/04/2026 10:15:02"), Some(Numbers::DayMonthYear4));
    assert_eq!(kind("17/06/09 20:10:40 INFO"), Some(Numbers::Three));
    assert_eq!(kind("03-17 16:13:38.811  1702"), Some(Numbers::DayMonth));
    assert_eq!(kind("2026-01-13 10:15:02"), None);
}
