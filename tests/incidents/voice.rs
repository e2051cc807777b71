//! How a site's software speaks: layouts of its log, words of its records, notations of its dumps. All made up.

use super::rng::Rng;
use mwscope_parsers::Civil;

/// A layout of log heads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Columns,
    Pipes,
    Iso,
    German,
    Offset,
    ThreadLast,
}

pub(super) const LAYOUTS: [Layout; 6] =
    [Layout::Columns, Layout::Pipes, Layout::Iso, Layout::German, Layout::Offset, Layout::ThreadLast];

/// What a record says besides its message.
pub(super) struct Head<'a> {
    pub(super) node: &'a str,
    pub(super) application: &'a str,
    pub(super) level: &'a str,
    pub(super) thread: &'a str,
    pub(super) logger: &'a str,
}

impl Layout {
    pub(super) fn has_zone(self) -> bool {
        self == Self::Offset
    }

    /// One record; `local_ms` is the server's local time.
    pub(super) fn line(self, local_ms: i64, zone_minutes: i64, head: &Head<'_>, message: &str) -> String {
        let Head { node, application, level, thread, logger } = head;
        let (y, mo, d, h, mi, s, ns) = Civil { ns: local_ms * 1_000_000 }.parts();
        let ms = ns / 1_000_000;
        match self {
            Self::Columns => format!(
                "{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02},{ms:03} {node} {application:<13} {level:<5} [{thread}] {logger} - {message}\n"
            ),
            Self::Pipes => format!(
                "{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}.{ms:03} | {node} | {application} | {level} | {thread} | {logger} | {message}\n"
            ),
            Self::Iso => {
                format!(
                    "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03} {level:<5} [{thread}] {logger}: {message}\n"
                )
            }
            Self::German => format!(
                "{d:02}.{mo:02}.{y:04} {h:02}:{mi:02}:{s:02}.{ms:03} [{thread}] {level:<5} {logger} - {message}\n"
            ),
            Self::Offset => {
                let sign = if zone_minutes < 0 { '-' } else { '+' };
                let (zh, zm) = (zone_minutes.abs() / 60, zone_minutes.abs() % 60);
                format!(
                    "{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}.{ms:03}{sign}{zh:02}:{zm:02} {level:<5} {node} [{thread}] {logger} - {message}\n"
                )
            }
            Self::ThreadLast => format!(
                "{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02},{ms:03} {level:<5} {application} {logger} ({thread}) {message}\n"
            ),
        }
    }
}

/// How a site words what matters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Voice {
    pub(super) layout: Layout,
    pub(super) abnormal: usize,
    pub(super) dump: usize,
    pub(super) folder: &'static str,
    /// Whether the program's own thread writes the abnormal end, and MWS's only the fault.
    pub(super) two_threads: bool,
}

impl Voice {
    pub(super) fn new(rng: &mut Rng) -> Self {
        Self {
            layout: LAYOUTS[rng.below(LAYOUTS.len())],
            abnormal: rng.below(4),
            dump: rng.below(4),
            folder: [
                "/M3BE1512/env/M3BE_15.1_PRD/dumplog/",
                "D:\\M3BE\\PRD\\dumps\\",
                "/opt/m3/dump/",
                "\\\\m3srv\\logs$\\dump\\",
            ][rng.below(4)],
            two_threads: rng.chance(0.35),
        }
    }

    pub(super) fn abnormal_text(&self, program: &str, customer: bool, file: &str) -> String {
        let class = if customer { format!("mvx.app.pgm.customer.{program}") } else { format!("mvx.app.pgm.{program}") };
        let path = format!("{}{file}", self.folder);
        match self.abnormal {
            0 => format!("Abnormal termination of {class}. Dump log created: {path}"),
            1 => format!("Abnormal termination of {class} [job 004711]. Dump log created: {path}."),
            2 => format!("Job ended. Abnormal termination of {class}\nDump log created: {path}"),
            _ => format!("Abnormal termination of {class} - Dump log created: '{path}'"),
        }
    }

    pub(super) fn dump_name(&self, program: &str, local_ms: i64, n: usize) -> String {
        let (y, mo, d, h, mi, s, _) = Civil { ns: local_ms * 1_000_000 }.parts();
        match self.dump {
            0 => format!("dump_{y:04}{mo:02}{d:02}_{h:02}{mi:02}{s:02}_{program}_{n:04}.log"),
            1 => format!("{program}-{n:06}.dmp"),
            2 => format!("DUMPLOG-{program}-{y:04}{mo:02}{d:02}{h:02}{mi:02}{s:02}-{n}.txt"),
            _ => format!("MVX{n:05}_{program}.log"),
        }
    }
}

/// What a dump tells.
#[derive(Clone, Debug)]
pub(super) struct DumpText {
    pub(super) local_ms: i64,
    pub(super) program: String,
    pub(super) user: Option<String>,
    pub(super) customer: bool,
    pub(super) exception: &'static str,
    pub(super) operation: String,
    pub(super) value: Option<String>,
    pub(super) company: String,
}

impl DumpText {
    pub(super) fn render(&self, notation: usize) -> String {
        let (y, mo, d, h, mi, s, _) = Civil { ns: self.local_ms * 1_000_000 }.parts();
        let created = format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}");
        let mut facts = vec![("Created", created), ("Program", self.program.clone()), ("Panel", "E".to_owned())];
        if let Some(user) = &self.user {
            facts.push(("User", user.clone()));
        }
        facts.push(("Company", self.company.clone()));
        facts.push(("Environment", "M3BE_15.1_PRD".to_owned()));
        facts.push(("Failing operation", self.operation.clone()));
        let mut text = String::from("M3 dump log (synthetic)\n=======================\n\n");
        for (name, value) in facts {
            text.push_str(&match notation {
                0 => format!("{name:.<24}: {value}\n"),
                1 => format!("{name}={value}\n"),
                2 => format!("{name}: {value}\n"),
                _ => format!(
                    "{}\n",
                    format!("{name} . . . . . . . . . . . ").chars().take(26).collect::<String>() + ": " + &value
                ),
            });
        }
        let package = if self.customer { "mvx.app.pgm.customer" } else { "mvx.app.pgm" };
        let program = &self.program;
        text.push_str(&format!(
            "\nException\n---------\n{}\n\tat {package}.{program}.PEDSP({program}.java:1412)\n\tat mvx.app.pgm.{program}.PE({program}.java:1380)\n\
             \tat mvx.app.common.Interactive.run(Interactive.java:77)\n\tat java.lang.Thread.run(Thread.java:748)\n",
            self.exception
        ));
        if let Some(value) = &self.value {
            text.push_str(&format!("\nFields\n------\nWWKEYV = \"{value}\"\nWWPSEQ = \"E\"\n"));
        }
        text
    }
}
