//! Logs of programs that aren't written in Java, learned: databases, scripts, systems.

use super::super::{Day, Hints, Reader, Splitter};
use super::tests::shown;
use std::sync::Arc;

/// Synthetic: what PostgreSQL writes with these prefixes, of a client's process and of one of its own.
fn postgres(client: &str, own: &str, records: usize) -> String {
    let line = |n: usize| {
        let time = format!("2026-01-05 10:{:02}:{:02}.{:03} CET", n / 60, n % 60, n * 37 % 1000);
        let filled = |prefix: &str| prefix.replace("%m", &time).replace("%p", &(4711 + n % 5).to_string());
        let (client, own) = (filled(client), filled(own));
        match n % 6 {
            0 | 1 => format!("{client}LOG:  statement: SELECT *\n\tFROM ocusma\n"),
            2 => format!("{own}LOG:  checkpoint starting: time\n"),
            3 => {
                format!("{client}ERROR:  duplicate key\n{client}DETAIL:  Key (id)=(1)\n{client}STATEMENT:  SELECT 2\n")
            }
            4 => format!("{client}FATAL:  password authentication failed\n"),
            _ => format!("{client}ERROR:  no such table\n{client}HINT:  see\n{client}CONTEXT:  SQL function\n"),
        }
    };
    (0..records).map(line).collect()
}

#[test]
fn what_postgresql_says_below_a_message_is_a_record_with_a_level() {
    for (client, own, records) in [
        ("%m [%p] jdoe@m3db ", "%m [%p] jdoe@m3db ", 60),
        ("%m [%p] jdoe@m3db ", "%m [%p] ", 60),
        ("%m [%p] jdoe@m3db ", "%m [%p] ", 6),
        ("%m [%p] ", "%m [%p] ", 6),
        ("%m:10.0.0.1(5432):jdoe@m3db:[%p]:", "%m:10.0.0.1(5432):jdoe@m3db:[%p]:", 60),
        ("< %m > ", "< %m > ", 60),
    ] {
        let (layouts, read) = shown(&postgres(client, own, records));
        assert_eq!(read.len(), records / 6 * 10, "{layouts:?}");
        for (record, level) in read.iter().zip("LOG LOG LOG ERROR DETAIL STATEMENT FATAL ERROR HINT CONTEXT".split(' '))
        {
            let columns: Vec<&str> = record.split('|').collect();
            assert_eq!((columns[1], columns[3]), (level, "-"), "{record} {layouts:?}");
        }
        assert!(read[0].ends_with("|statement: SELECT *\n\tFROM ocusma"), "{}", read[0]);
        assert!(read[5].ends_with("|SELECT 2"), "{}", read[5]);
    }
}

#[test]
fn a_level_behind_the_name_of_its_logger() {
    let levels = ["INFO", "ERROR", "WARNING", "CRITICAL"];
    for (time, names) in [
        ("[2026-01-05T10:15:MM.123456+00:00] ", ["app", "request", "doctrine", "php"]),
        ("[2026-01-05 10:15:MM] ", ["production"; 4]),
        ("2026-01-05 10:15:MM,480 ", ["com.foo.Bar", "com.foo.Baz", "org.hibernate.SQL", "root"]),
    ] {
        for many in [3, 40] {
            let line = |n: usize| {
                let time = time.replace("MM", &format!("{:02}", n % 60));
                format!("{time}{}.{}: Matched a.b: {n} {{\"route\":\"home\"}} []\n", names[n % 4], levels[n % 4])
            };
            let (layouts, records) = shown(&(0..many).map(line).collect::<String>());
            assert_eq!(records.len(), many, "{layouts:?}");
            for (n, record) in records.iter().enumerate() {
                let wanted =
                    format!("|{}|-|{}||Matched a.b: {n} {{\"route\":\"home\"}} []", levels[n % 4], names[n % 4]);
                assert!(record.ends_with(&wanted), "{record} {layouts:?}");
            }
        }
    }
}

#[test]
fn the_name_of_a_region_behind_the_time_is_its_zone() {
    let line = |zone: &str, time: &str| format!("{time} {zone} ERROR [main] com.foo.Bar - x\n");
    for zone in ["Europe/Stockholm", "[Europe/Stockholm]"] {
        let times = ["2026-01-05 10:15:02", "2026-07-05 10:15:02", "2026-10-25 02:15:02", "2026-03-29 02:15:02"];
        let text: String = times.iter().map(|time| line(zone, time)).collect();
        let (layouts, records) = shown(&text);
        let read: Vec<&str> = records.iter().filter_map(|record| record.split('|').next()).collect();
        let wanted = [
            "2026-01-05T10:15:02+01:00",
            "2026-07-05T10:15:02+02:00",
            "2026-10-25T02:15:02+02:00",
            "2026-03-29T02:15:02+01:00",
        ];
        assert_eq!(read, wanted, "{layouts:?}");
        assert!(records[0].ends_with("|ERROR|main|com.foo.Bar||x"), "{records:?}");
    }
    // No region is called so.
    let (_, records) = shown(&line("Dispatcher/Main", "2026-01-05 10:15:02").repeat(4));
    assert!(records[0].starts_with("2026-01-05T10:15:02|ERROR|"), "{records:?}");
}

#[test]
fn the_year_of_a_date_without_one_changes_at_new_year() {
    let line = |n: usize, date: &str| format!("{date} 10:15:{n:02} m3app01 sshd[{n}]: Accepted password\n");
    let text: String = (0..40).map(|n| line(n, ["Dec 30", "Dec 31", "Jan  1", "Jan  2"][n / 10])).collect();
    for date in [(2026, 1, 2), (2025, 12, 30)] {
        for told in [false, true] {
            let hints = Hints { day: Some(Day { date, told }), ..Hints::default() };
            let reader = Arc::new(Reader::learn_with(text.as_bytes(), &hints));
            assert_eq!(
                reader.saved().as_deref().and_then(Reader::restored).and_then(|again| again.saved()),
                reader.saved()
            );
            let mut splitter = Splitter::new(reader);
            let mut heads = Vec::new();
            splitter.push(text.as_bytes(), &mut heads);
            splitter.finish(&mut heads);
            let days: Vec<String> =
                heads.iter().filter_map(|head| Some(head.stamp?.to_rfc3339()[..10].to_owned())).step_by(10).collect();
            assert_eq!((heads.len(), days.join(" ").as_str()), (40, "2025-12-30 2025-12-31 2026-01-01 2026-01-02"));
        }
    }
}

#[test]
fn lines_may_end_in_two_returns() {
    for (line, wanted) in [
        (
            "Jan 05, 2026 10:15:02 AM com.foo.Bar run\nSEVERE: x",
            "2026-01-05T10:15:02|SEVERE|-|com.foo.Bar|method=run|x",
        ),
        ("2026-01-05 10:15:02,480 INFO com.foo.Bar\n    x", "2026-01-05T10:15:02.480|INFO|-|com.foo.Bar||x"),
        ("2026-01-05 10:15:02,480 INFO [main] com.foo.Bar - x", "2026-01-05T10:15:02.480|INFO|main|com.foo.Bar||x"),
        (
            "| 2026-01-05 10:15:02,480 | INFO | main | com.foo.Bar | x |",
            "2026-01-05T10:15:02.480|INFO|main|com.foo.Bar||x",
        ),
    ] {
        for end in ["\n", "\r\n", "\r\r\n"] {
            let text = (line.to_owned() + "\n").repeat(12).replace('\n', end);
            let (layouts, records) = shown(&text);
            assert_eq!((records.len(), records[0].as_str()), (12, wanted), "{layouts:?} {end:?}");
        }
    }
}
