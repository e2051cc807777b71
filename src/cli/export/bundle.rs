//! `--to bundle`: a case to hand on. It is read again before it gets its name: the reports in it are those of what is in
//! it, and what doesn't come out the same is said.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::place::Place;
use super::{Args, chosen, is_id, preparation, scrub};
use crate::cli::evidence::concluded;
use crate::cli::output::{self, Exit, Failure};
use crate::export::{Bundle, conclusions};
use crate::import::{self, Loaded};
use crate::model::{Gathered, Investigation};
use crate::remarks::Remarks;
use crate::report::{self, safe};
use crate::rules;
use crate::timeline;

/// Its name as a format.
pub(super) const NAME: &str = "bundle";

/// What it is.
pub(super) const ABOUT: &str =
    "a case to hand on: exchanges, what matters of the logs, dumps, reports, all masked, in one zip";

/// Writes it.
///
/// # Errors
/// When a path gives nothing, or it can't be written.
pub(super) fn run(args: &Args) -> Result<Exit, Failure> {
    let Some(path) = args.output.as_deref().filter(|path| *path != "-") else {
        return Err(Failure::Usage("--to bundle needs a name: -o ticket.zip".to_owned()));
    };
    let place = Place::file(path, args.force)?;
    let scrub = scrub(args)?;
    let (ids, paths): (Vec<_>, Vec<_>) = args.paths.iter().cloned().partition(|word| is_id(word));
    let options = import::Options {
        passwords: crate::cli::evidence::passwords(),
        texts: true,
        secrets: args.keys.read()?,
        ..args.reading.of_logs()?
    };
    let loaded = Loaded::read(&paths, &options, &mut |_| {})?;
    for problem in &loaded.gathered().problems {
        output::say(problem);
    }
    let mut gathered = chosen(args, loaded.gathered().clone(), &ids, &paths)?;
    let options = args.reading.of_clocks(&gathered)?;
    let investigation = concluded(&gathered, &options, &paths);
    options.make_known(&mut gathered.known, u32::try_from(gathered.sources.len()).unwrap_or(u32::MAX));
    let bundle =
        Bundle { keep_users: args.keep_users, secrets: args.show_secrets, made: jiff::Timestamp::now().to_string() };
    let writing = place.open()?;
    let (file, temporary) = writing.file()?;
    let load = |source: &_| loaded.bytes(source);
    let said = bundle.write(file, (&gathered, &investigation), preparation(args, scrub)?, &load)?;
    for line in said {
        output::say(&line);
    }
    let (again, concluded) = read_again(&temporary)?;
    add_reports(&temporary, path, &again, &concluded)?;
    compare(&investigation, &concluded);
    writing.keep()?;
    let (secrets, users) = (
        if args.show_secrets { "with secrets" } else { "secrets masked" },
        if args.keep_users { "users named" } else { "users under other names" },
    );
    let findings = concluded.findings.len();
    let path = safe::line(path).into_owned();
    writeln!(io::stdout(), "{path}: bundle, {} sources, {findings} findings, {secrets}, {users}", again.sources.len())?;
    Ok(Exit::Answered)
}

/// What somebody else will find in it.
fn read_again(path: &Path) -> Result<(Gathered, Investigation), Failure> {
    let paths = [path.display().to_string()];
    let options = import::Options { texts: true, ..import::Options::default() };
    let gathered = import::gather(&paths, &options, &mut |_| {})?;
    let mut investigation = rules::investigate(&gathered, &timeline::Options::default());
    // What can't be read of a user's own remarks was said before.
    investigation.remarks = Remarks::of(&paths).on(&gathered, &investigation);
    Ok((gathered, investigation))
}

fn add_reports(path: &Path, name: &str, gathered: &Gathered, investigation: &Investigation) -> io::Result<()> {
    let detail = report::Detail::All;
    let pages = [
        ("report/report.html", report::html(investigation, gathered, detail)),
        ("report/report.md", report::markdown(investigation, gathered, detail)),
        ("report/report.json", format!("{:#}\n", report::json(investigation, gathered))),
    ];
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let mut zip = ZipWriter::new_append(file)?;
    let last = Path::new(name).file_name().unwrap_or_default().to_string_lossy().into_owned();
    for (member, page) in pages {
        zip.start_file(member, SimpleFileOptions::default())?;
        // It has another name while it is written.
        let page = page.replace(&path.display().to_string(), &last);
        let page = page.replace(&path.display().to_string().replace('\\', "\\\\"), &last);
        zip.write_all(page.as_bytes())?;
    }
    zip.finish()?.flush()
}

/// Says what comes out otherwise.
fn compare(case: &Investigation, bundle: &Investigation) {
    let (was, is) = (conclusions(case), conclusions(bundle));
    let lost = was.iter().filter(|conclusion| !is.contains(conclusion)).count();
    if lost > 0 {
        let what = format!(
            "{lost} of {} conclusions come out otherwise from the bundle than from the whole, since not all of the logs is in it",
            was.len()
        );
        output::say(&what);
    }
}
