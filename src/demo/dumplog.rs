//! The dumplog of the simulated M3: sections, keys with dotted leaders, call stack, Java trace. The real layout
//! isn't public; this one is made up and its first line says so.

use super::gridlog::date_and_time;

/// A program that ended abnormally.
#[derive(Clone, Debug)]
pub(super) struct Crash {
    pub(super) program: &'static str,
    pub(super) panel: &'static str,
    pub(super) user: String,
    pub(super) job: String,
    /// `Batch` for a job that MWS runs, `Interactive` for a person's.
    pub(super) job_type: &'static str,
    pub(super) company: String,
    pub(super) division: String,
    /// Operation and object that failed (`READ_DSP ICFCMD`).
    pub(super) failed_at: &'static str,
    /// The Java trace, exception first.
    pub(super) trace: String,
    /// Further fields by their M3 names.
    pub(super) fields: Vec<(&'static str, String)>,
}

impl Crash {
    /// The dump's file name; the job id makes it unique.
    pub(super) fn file_name(&self, now_ns: i64) -> String {
        let stamp: String = date_and_time(now_ns, '-', '-').chars().filter(|c| *c != ':').collect();
        let job = self.job.get(..8).unwrap_or(&self.job);
        format!("{}_{}_{stamp}_{job}.log", self.program, self.user)
    }

    /// The dump as it stands in the file.
    pub(super) fn render(&self, now_ns: i64) -> String {
        let rule = "=".repeat(80);
        let mut text =
            format!("{rule}\nM3 DUMPLOG (synthetic: written by mwscope's simulated MWS, not by M3)\n{rule}\n");
        let general = [
            ("Date and time", date_and_time(now_ns, ' ', '.') + "Z"),
            ("Program", self.program.to_owned()),
            ("Panel", format!("{}/{}", self.program, self.panel)),
            ("User", self.user.clone()),
            ("Job ID", self.job.clone()),
            ("Job type", self.job_type.to_owned()),
            ("Company", self.company.clone()),
            ("Division", self.division.clone()),
            ("Environment", "M3BE_15.1_DEMO".to_owned()),
            ("Version", "15.1.2:*NONE".to_owned()),
        ];
        text.push_str("\n--- General ---\n");
        for (key, value) in &general {
            text.push_str(&leader(key, value));
        }
        text.push_str("\n--- Error ---\n");
        let (exception, message) = self.exception();
        text.push_str(&leader("Exception", exception));
        if !message.is_empty() {
            text.push_str(&leader("Message", message));
        }
        text.push_str(&leader("Operation", self.failed_at));
        text.push_str(&format!("\n--- Call stack ---\nSYS->{}\n\n--- Java stack ---\n{}\n", self.program, self.trace));
        text.push_str("\n--- Fields ---\n");
        for (key, value) in &self.fields {
            text.push_str(&leader(key, value));
        }
        text.push_str("\n--- End of dump ---\n");
        text
    }

    fn exception(&self) -> (&str, &str) {
        let first = self.trace.lines().next().unwrap_or_default();
        first.split_once(": ").unwrap_or((first, ""))
    }
}

/// `Program . . . . . . . . : CRS008`, the dots of all lines in the same columns.
fn leader(key: &str, value: &str) -> String {
    let mut line = format!("{key} ");
    while line.len() < 26 {
        line.push(if line.len() % 2 == 0 { '.' } else { ' ' });
    }
    format!("{line}: {value}\n")
}
