//! What a made-up dump looks like, in several notations.

use mwscope_parsers::Civil;

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
    pub(super) has_time: bool,
}

impl DumpText {
    pub(super) fn render(&self, notation: usize) -> String {
        let (y, mo, d, h, mi, s, _) = Civil { ns: self.local_ms * 1_000_000 }.parts();
        let created = format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}");
        let (when, who) = if notation.is_multiple_of(2) { ("Created", "User") } else { ("Date/time", "USID") };
        let program = &self.program;
        let mut facts = vec![("Program", program.clone()), ("Panel", "E".to_owned())];
        if self.has_time {
            facts.insert(0, (when, created));
        }
        facts.extend(self.user.iter().map(|user| (who, user.clone())));
        facts.push(("Company", self.company.clone()));
        facts.push(("Environment", "M3BE_15.1_PRD".to_owned()));
        facts.push(("Failing operation", self.operation.clone()));
        let package = if self.customer { "mvx.app.pgm.customer" } else { "mvx.app.pgm" };
        let trace = format!(
            "{}\n\tat {package}.{program}.PEDSP({program}.java:1412)\n\tat mvx.app.pgm.{program}.PE({program}.java:1380)\n\
             \tat mvx.app.common.Interactive.run(Interactive.java:77)\n\tat java.lang.Thread.run(Thread.java:748)\n",
            self.exception
        );
        if notation == 5 {
            return self.xml(&facts, &trace);
        }
        let mut text = String::from("M3 dump log (synthetic)\n=======================\n\n");
        for (name, value) in facts {
            text.push_str(&match notation {
                0 => format!("{name:.<24}: {value}\n"),
                1 => format!("{name}={value}\n"),
                2 => format!("{name}: {value}\n"),
                3 => format!("{name:<20} {value}\n"),
                _ => format!("{:.26}: {value}\n", format!("{name} . . . . . . . . . . . ")),
            });
        }
        text.push_str(&format!("\nException\n---------\n{trace}"));
        if let Some(value) = &self.value {
            text.push_str(&format!("\nFields\n------\nWWKEYV = \"{value}\"\nWWPSEQ = \"E\"\n"));
        }
        text
    }

    fn xml(&self, facts: &[(&str, String)], trace: &str) -> String {
        let mut text = String::from("<?xml version=\"1.0\"?>\n<dumplog>\n");
        for (name, value) in facts {
            let tag = name.replace([' ', '/'], "");
            text.push_str(&format!("  <{tag}>{value}</{tag}>\n"));
        }
        if let Some(value) = &self.value {
            text.push_str(&format!("  <fields><WWKEYV>{value}</WWKEYV></fields>\n"));
        }
        text.push_str(&format!("  <stacktrace>{}</stacktrace>\n</dumplog>\n", trace.replace('<', "&lt;")));
        text
    }
}
