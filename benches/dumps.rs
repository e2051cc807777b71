//! How fast dumps are read: one of 200 MB in each of several notations, and 10,000 of 50 KB by crash. All of them
//! synthetic. Run with `cargo bench --bench dumps`; `DUMPS_SCALE=10` divides the sizes by ten.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::fmt::Write;
use std::time::Instant;

use mwscope::import::{self, Options, Told};
use mwscope::report::dump::{self as report, Telling};
use mwscope::report::exchange::Secrets;

const MB: usize = 1 << 20;

const HEADING: &str = "Fields\n------\n";

/// A dump of at least `size` bytes, nearly all of it fields, below this heading; `n` varies user and time.
fn dump(n: usize, size: usize, heading: &str) -> String {
    let mut text = format!(
        "M3 Business Engine dump log (synthetic)\n=======================================\n\nCreated . . . . : 2026-01-{:02} 10:{:02}:{:02}\n\
         Program . . . . : CRS{:03}\nUser  . . . . . : USER{:02}\nCompany . . . . : 100\nDivision  . . . : AAA\nVersion . . . . : 15.1.2:*NONE\n\
         Call stack  . . : SYS->CRS{:03}\n\nException\n---------\njava.lang.NullPointerException: READ_DSP ICFCMD\n",
        1 + n % 28,
        n / 60 % 60,
        n % 60,
        n % 40,
        n % 25,
        n % 40,
    );
    for frame in 0..20 {
        let _infallible =
            writeln!(text, "\tat mvx.app.pgm.CRS{:03}.P{frame}(CRS{:03}.java:{})", n % 40, n % 40, 100 + frame);
    }
    text.push('\n');
    text.push_str(heading);
    let mut field = 0;
    while text.len() < size {
        let _infallible = writeln!(text, "WW{field:06} = \"value {field} of {n}\"");
        field += 1;
    }
    text
}

/// Fields as a notation writes them: its name, what stands before and behind them, and one of them.
type Notation = (&'static str, &'static str, &'static str, fn(&mut String, usize) -> std::fmt::Result);

/// A value as fields have it: numbers, codes and words, and sometimes none.
fn value(field: usize) -> String {
    match field * 2_654_435_761 % 97 {
        0..20 => (field * 7919 % 1_000_003).to_string(),
        20..40 => format!("{}{:02}", char::from(b'A' + (field % 26) as u8), field % 100),
        40..60 => format!("{}.{:02}", field % 10_007, field % 100),
        60..64 => String::new(),
        64..80 => "M8 x 40, galvanised".to_owned(),
        _ => format!("Pump housing {}", field % 1009),
    }
}

fn name(field: usize) -> String {
    const NAMES: [&str; 8] = ["FACI", "ITNO", "ORNO", "STQT", "WHLO", "ADR1", "TX40", "LMDT"];
    let prefix = ["WW", "OA", "MM", "D1"][field % 4];
    let number = if field.is_multiple_of(3) { (field % 1000).to_string() } else { String::new() };
    format!("{prefix}{}{number}", NAMES[field / 4 % 8])
}

const JSON: &str = "{\"program\": \"CRS000\", \"user\": \"USER00\", \"company\": 100, \"version\": \"15.1.2\",\n\
                    \"exception\": \"java.lang.NullPointerException: READ_DSP ICFCMD\", \"fields\": {\n";

const NOTATIONS: [Notation; 16] = [
    ("names and values of all kinds", "", "", |out, n| writeln!(out, "{} = \"{}\"", name(n), value(n))),
    ("several pairs a line", "", "", |out, n| {
        let end = if n % 5 == 4 { '\n' } else { ' ' };
        write!(out, "{}={}{end}", name(n), n * 7919 % 100_003)
    }),
    ("Key: value", "", "", |out, n| writeln!(out, "{}: {}", name(n), value(n))),
    ("Key . . : value", "", "", |out, n| writeln!(out, "{}({}) . . . : {}", name(n), n % 99, value(n))),
    ("names of several words", "", "", |out, n| {
        const WORDS: [&str; 7] = ["Order", "line", "delivery", "stock", "planned", "quantity", "supplier"];
        writeln!(out, "{} {} {}: {}", WORDS[n % 7], WORDS[n / 7 % 7], WORDS[n / 49 % 7], value(n))
    }),
    ("fixed columns", "", "", |out, n| writeln!(out, "{:<14}{}x", name(n), value(n))),
    ("fixed columns below a heading", HEADING, "", |out, n| writeln!(out, "{:<14}{}", name(n), value(n))),
    ("a table", "| Field | Value |\n|-------|-------|\n", "", |out, n| writeln!(out, "| {} | {} |", name(n), value(n))),
    ("separated values", "", "", |out, n| writeln!(out, "\"{}\";\"{}\"", name(n), value(n))),
    ("packed numbers", "", "", |out, n| writeln!(out, "{} = X'{:07}F'", name(n), n * 7919 % 10_000_000)),
    ("a hex dump", "Storage\n-------\n", "", |out, n| {
        writeln!(out, "{:08X}  {}  |{}|", n * 16, "C1 F2 40 0A ".repeat(4).trim_end(), "A2..".repeat(4))
    }),
    ("records below their headings", "", "", |out, n| {
        if n % 8 == 0 {
            writeln!(out, "Record MITMAS {}", n / 8)?;
        }
        writeln!(out, "    {} . . . : {}", name(n), n * 7919 % 1_000_003)
    }),
    ("lines of words", "", "", |out, n| {
        writeln!(
            out,
            "  {n}: call PXMNS{:03} rc=0 took {} us, key 100/AAA/{}",
            n % 900,
            n * 31 % 900,
            n * 7919 % 1_000_003
        )
    }),
    ("one Java trace", "\njava.lang.StackOverflowError\n", "", |out, n| {
        writeln!(out, "\tat mvx.app.pgm.CRS{:03}.P{n}(CRS{:03}.java:{})", n % 997, n % 997, n % 9999 + 1)
    }),
    ("XML", "<Dump>\n<Program>CRS000</Program>\n<Fields>\n", "</Fields>\n</Dump>\n", |out, n| {
        writeln!(out, "<{0}>{1}</{0}>", name(n), value(n))
    }),
    ("JSON", JSON, "\"Z\": 1}}\n", |out, n| writeln!(out, "\"{}\": \"{}\",", name(n), value(n))),
];

/// A dump of at least `size` bytes in a notation.
fn noted(size: usize, (_, before, behind, field): Notation) -> String {
    let marked_up = before.starts_with(['<', '{']);
    let mut text = if marked_up { before.to_owned() } else { dump(0, 0, before) };
    for n in 0.. {
        if text.len() >= size {
            break;
        }
        field(&mut text, n).unwrap();
    }
    text + behind
}

fn measured(what: &str, limit: f64, work: impl FnOnce()) {
    let began = Instant::now();
    work();
    let seconds = began.elapsed().as_secs_f64();
    println!("{what:<52} {seconds:>7.3} s   target {limit} s");
}

fn main() {
    let scale: usize = std::env::var("DUMPS_SCALE").ok().and_then(|s| s.parse().ok()).unwrap_or(1);
    let telling = Telling { secrets: Secrets::Masked, explain: mwscope::rules::explain };
    let options = Options { told: Told::Dump, ..Options::default() };
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("large.log");
    for (what, heading) in [("below a heading", HEADING), ("below none", "")] {
        std::fs::write(&large, dump(0, 200 * MB / scale, heading)).unwrap();
        let paths = [large.to_string_lossy().into_owned()];
        measured(&format!("one dump of 200 MB, fields {what}"), 1.0, || {
            let gathered = import::gather(&paths, &options, &mut |_| {}).unwrap();
            assert_eq!(gathered.dumps.len(), 1);
            assert!(report::people(&gathered, telling, &report::Calls::new()).starts_with("CRS000 ended with"));
        });
    }
    for notation in NOTATIONS {
        std::fs::write(&large, noted(200 * MB / scale, notation)).unwrap();
        let paths = [large.to_string_lossy().into_owned()];
        measured(&format!("one dump of 200 MB, {}", notation.0), 1.0, || {
            let gathered = import::gather(&paths, &options, &mut |_| {}).unwrap();
            assert_eq!(gathered.dumps.len(), 1, "{}", notation.0);
            assert!(report::people(&gathered, telling, &report::Calls::new()).contains("CRS000"), "{}", notation.0);
        });
    }
    std::fs::remove_file(&large).unwrap();
    let many = folder.path().join("dumps");
    std::fs::create_dir(&many).unwrap();
    let count = 10_000 / scale;
    for n in 0..count {
        std::fs::write(many.join(format!("dump_{n}.log")), dump(n, 50 << 10, HEADING)).unwrap();
    }
    let paths = [many.to_string_lossy().into_owned()];
    measured("10,000 dumps of 50 KB, grouped by crash", 5.0, || {
        let gathered = import::gather(&paths, &options, &mut |_| {}).unwrap();
        assert_eq!(gathered.dumps.len(), count);
        let text = report::people(&gathered, telling, &report::Calls::new());
        assert!(text.starts_with(&format!("{count} dumps, ")));
    });
}
