//! The shipped cases, end to end: their inputs are what the generators beside this file write, and what comes out of
//! them is what their `expected/` holds. `MWSCOPE_WRITE_CASES=1 cargo test --test all cases` writes inputs and reports
//! anew; `verdicts.tsv` is the truth and written by hand.

mod crs008;

use std::path::{Path, PathBuf};

use mwscope::import;
use mwscope::model::{EventRef, EvidenceRole, FindingKind, Gathered, Investigation};
use mwscope::report::{self, Style};
use mwscope::rules;
use mwscope::timeline::Options;

fn case(name: &str) -> PathBuf {
    Path::new("captures/cases").join(name)
}

/// Paths as they are named on the command line; tests run in the root of the project.
fn gather(paths: &[PathBuf]) -> Gathered {
    let paths: Vec<String> = paths.iter().map(|p| p.to_string_lossy().replace('\\', "/")).collect();
    let gathered = import::gather(&paths, &import::Options::default(), &mut |_| {}).expect("the case can be read");
    assert!(gathered.problems.is_empty(), "{:?}", gathered.problems);
    gathered
}

fn compare(path: &Path, found: &str) {
    if std::env::var_os("MWSCOPE_WRITE_CASES").is_some() {
        std::fs::write(path, found).expect("the expectation can be written");
    }
    let expected = std::fs::read_to_string(path).expect("the expectation is shipped").replace("\r\n", "\n");
    assert!(expected == found, "{} differs:\n{found}", path.display());
}

/// Index of the exchange, layer, rule, program, line of the cause, dump: a line for each verdict, in order of the index.
fn verdicts(gathered: &Gathered, investigation: &Investigation) -> Vec<String> {
    let mut rows: Vec<(u32, String)> = Vec::new();
    for finding in investigation.findings.iter().filter(|f| f.kind == FindingKind::Verdict) {
        let index = finding.exchange.and_then(|id| gathered.exchange(id)).expect("an exchange").index;
        let causes = || finding.evidence.iter().filter(|e| e.role == EvidenceRole::Cause);
        let line = causes().find(|e| matches!(e.event, EventRef::Record(..))).and_then(|e| e.place.line);
        let dump = causes().find(|e| matches!(e.event, EventRef::Dump(_))).map(|e| e.place.source.as_str());
        let dump = dump.map_or("-", |d| d.rsplit_once("inputs/").map_or(d, |(_, d)| d));
        let line = line.map_or_else(|| "-".to_owned(), |l| l.to_string());
        let program = finding.program.as_deref().unwrap_or("-");
        rows.push((index, format!("{index}\t{}\t{}\t{program}\t{line}\t{dump}", finding.layer.word(), finding.rule)));
    }
    rows.sort();
    rows.into_iter().map(|(_, row)| row).collect()
}

#[test]
fn the_facility_case_is_explained() {
    let folder = case("crs008-facility");
    let gathered = gather(std::slice::from_ref(&folder));
    let investigation = rules::investigate(&gathered, &Options::default());
    let expected = std::fs::read_to_string(folder.join("expected/verdicts.tsv")).expect("the truth is shipped");
    let expected: Vec<&str> = expected.lines().filter(|l| !l.starts_with('#')).collect();
    assert_eq!(verdicts(&gathered, &investigation), expected);
    assert!(investigation.unexplained.is_empty());
    let first = &investigation.findings[0];
    assert!(first.confidence > 0.9 && first.ambiguous_with.is_empty(), "{first:?}");
    compare(
        &folder.join("expected/report.txt"),
        &report::text(&investigation, &gathered, Style::Plain, report::Detail::First),
    );
}

#[test]
fn the_facility_case_has_its_clocks() {
    let gathered = gather(&[case("crs008-facility")]);
    let investigation = rules::investigate(&gathered, &Options::default());
    let of = |end: &str| investigation.sources.iter().find(|(s, ..)| s.path.ends_with(end)).expect("a source").1;
    for path in ["merged.log", "CRS008_0017.log", "CRS008_0016.log"] {
        let clock = of(path);
        assert_eq!(clock.zone_minutes, Some(60), "{path}");
        assert!((clock.offset_ms + 3_700).unsigned_abs() <= clock.uncertainty_ms, "{path} {clock:?}");
        assert!(clock.uncertainty_ms <= 250, "{path} {clock:?}");
    }
}

#[test]
fn without_the_recording_the_facility_case_still_has_its_verdict() {
    let inputs = case("crs008-facility").join("inputs");
    let gathered = gather(&[inputs.join("merged.log"), inputs.join("dumps")]);
    let investigation = rules::investigate(&gathered, &Options::default());
    let first = &investigation.findings[0];
    assert_eq!((first.rule, first.exchange, first.user.as_deref()), ("abnormal-termination", None, Some("MWSUSR")));
    let causes: Vec<&str> =
        first.evidence.iter().filter(|e| e.role == EvidenceRole::Cause).map(|e| e.place.source.as_str()).collect();
    assert!(causes[0].ends_with("merged.log") && causes[1].ends_with("CRS008_0017.log"), "{causes:?}");
    assert!(
        investigation.missing.iter().any(|m| m.starts_with("recording of the call")),
        "{:?}",
        investigation.missing
    );
    let expected = case("crs008-facility").join("expected/report-without-recording.txt");
    compare(&expected, &report::text(&investigation, &gathered, Style::Plain, report::Detail::First));
}

#[test]
fn user_program_and_time_narrow_the_answer() {
    use mwscope::timeline::{AskedTime, Only};
    let gathered = gather(&[case("crs008-facility")]);
    let asked = |only: Only| {
        let investigation = rules::investigate(&gathered, &Options { only, ..Options::default() });
        let verdicts = investigation.findings.into_iter().filter(|f| f.kind == FindingKind::Verdict);
        verdicts.map(|f| f.rule).collect::<Vec<_>>()
    };
    let at = |text: &str, minutes: i64| Only {
        at: AskedTime::parse(text).ok(),
        within_ns: minutes * 60_000_000_000,
        ..Only::default()
    };
    assert_eq!(asked(at("13.01. 10:15:07", 0)), Vec::<&str>::new());
    // The server's local time, which is an hour and a little ahead of the recording's.
    assert_eq!(asked(at("13.01. 10:14:50", 1)), ["abnormal-termination", "mpd-without-dump"]);
    assert_eq!(asked(at("2026-01-13T09:15:02Z", 1)).len(), asked(at("2026-01-13T10:15:02+01:00", 1)).len());
    let only = |user: Option<&str>, program: Option<&str>| Only {
        user: user.map(str::to_owned),
        program: program.map(str::to_owned),
        ..Only::default()
    };
    assert_eq!(asked(only(Some("mwsusr"), None)), ["abnormal-termination", "mpd-without-dump"]);
    assert_eq!(asked(only(None, Some("CRS610MI"))), ["nok"]);
}

#[test]
fn pages_hold_text_and_nothing_else() {
    let gathered = gather(&[case("crs008-facility")]);
    let investigation = rules::investigate(&gathered, &Options::default());
    let page = report::html(&investigation, &gathered, report::Detail::First);
    let outside =
        regex::Regex::new(r#"(?i)<script|src\s*=|href\s*=\s*["']?[^"'#]|url\(|@import|https?://(?:[^<]*)["']"#)
            .expect("a pattern");
    assert!(!outside.is_match(&page), "{:?}", outside.find(&page));
    assert!(page.contains("&lt;MPD&gt;") && page.contains("<h1>") && page.contains("prefers-color-scheme"));
    assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
    let ticket = report::markdown(&investigation, &gathered, report::Detail::First);
    assert_eq!(ticket.matches("```").count() % 2, 0);
    assert!(ticket.contains("| where | READ\\_DSP ICFCMD in CRS008, panel E, standard code |"), "{ticket}");
}

#[test]
fn told_clocks_and_zones_win() {
    let gathered = gather(&[case("crs008-facility")]);
    let log = gathered.sources.iter().find(|s| s.path.ends_with("merged.log")).expect("the log").id;
    let told = Options { clocks: vec![(log, -3_500)], ..Options::default() };
    let clock = |options: &Options| {
        let investigation = rules::investigate(&gathered, options);
        investigation.sources.iter().find(|(s, ..)| s.path.ends_with("merged.log")).expect("the log").1
    };
    let found = clock(&told);
    assert_eq!((found.offset_ms, found.zone_minutes, found.basis.word()), (-3_500, Some(60), "user"));
    let zone = mwscope::timeline::Zone::parse("Europe/Stockholm").or_else(|| mwscope::timeline::Zone::parse("+01:00"));
    let found = clock(&Options { zone, ..Options::default() });
    assert_eq!(found.zone_minutes, Some(60));
}
