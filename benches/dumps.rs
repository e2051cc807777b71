//! How fast dumps are read: one of 200 MB with and without a heading over its fields, and 10,000 of 50 KB by crash. All
//! of them synthetic. Run with `cargo bench --bench dumps`; `DUMPS_SCALE=10` divides the sizes by ten.

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

fn measured(what: &str, limit: f64, work: impl FnOnce()) {
    let began = Instant::now();
    work();
    let seconds = began.elapsed().as_secs_f64();
    println!("{what:<44} {seconds:>7.3} s   target {limit} s");
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
