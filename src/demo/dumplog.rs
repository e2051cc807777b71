//! The dumplog of the simulated M3: keys with dotted leaders, Java trace, fields. The real layout isn't public; this
//! one is that of the sample case, made up, and its first line says so.

use super::gridlog::date_and_time;

/// A program that ended abnormally.
#[derive(Clone, Debug)]
pub(super) struct Crash {
    pub(super) program: &'static str,
    pub(super) panel: &'static str,
    pub(super) user: String,
    pub(super) job: String,
    /// `Interactive (MWS)` for a job that MWS runs, `Interactive` for a person's.
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
    /// The dump's file name; the number makes it unique.
    pub(super) fn file_name(&self, now_ns: i64, number: u64) -> String {
        let stamp: String = date_and_time(now_ns, '_', ',').chars().filter(|c| !"-:".contains(*c)).collect();
        let seconds = stamp.split(',').next().unwrap_or_default();
        format!("dump_{seconds}_{}_{number:04}.log", self.program)
    }

    /// The dump as it stands in the file.
    pub(super) fn render(&self, now_ns: i64) -> String {
        let general = [
            ("Created", date_and_time(now_ns, ' ', '.') + "Z"),
            ("Environment", ENVIRONMENT.to_owned()),
            ("Program", self.program.to_owned()),
            ("Program version", "15.1.2:*NONE".to_owned()),
            ("Panel", self.panel.to_owned()),
            ("User", self.user.clone()),
            ("Company", self.company.clone()),
            ("Division", self.division.clone()),
            ("Job", self.job.clone()),
            ("Job type", self.job_type.to_owned()),
            ("Call stack", format!("SYS->{}", self.program)),
            ("Failing operation", self.failed_at.to_owned()),
        ];
        let title = "M3 Business Engine dump log (synthetic, written by mwscope's simulated M3)";
        let mut text = format!("{title}\n{}\n\n", "=".repeat(title.len()));
        for (key, value) in &general {
            text.push_str(&leader(key, value));
        }
        text.push_str(&format!("\nException\n---------\n{}\n", self.trace));
        text.push_str("\nDisplay file fields\n-------------------\n");
        for (key, value) in &self.fields {
            text.push_str(&format!("{key} = \"{value}\"\n"));
        }
        text
    }
}

/// The environment that the simulated M3 calls itself.
pub(super) const ENVIRONMENT: &str = "M3BE_15.1_DEMO";

/// `Program . . . . . . . : CRS008`, the dots of all lines in the same columns.
fn leader(key: &str, value: &str) -> String {
    let mut line = format!("{key} ");
    while line.len() < 22 {
        line.push(if line.len() % 2 == 0 { '.' } else { ' ' });
    }
    format!("{line}: {value}\n")
}
