//! Whether something may be sent: what only asks may always, anything else after a yes.

use super::ask;
use crate::cli::output::Failure;
use crate::replay::Draft;

/// What was said on the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    /// `--yes`; with a value the name of the environment.
    pub(super) yes: Option<Option<String>>,
}

/// Asks where something would be changed, or where the environment is a protected one.
///
/// # Errors
/// When there is no yes.
pub(super) fn given(said: &Said, drafts: &[Draft], sends: u64, protected: Option<&str>) -> Result<(), Failure> {
    if let Some(name) = protected {
        return by_name(said, drafts, sends, name);
    }
    if drafts.iter().all(Draft::is_safe) || said.yes.is_some() {
        return Ok(());
    }
    let what = in_words(drafts, sends);
    if !ask::can() {
        return Err(Failure::Usage(format!(
            "{what} may change something on the server: look with --dry-run, and send with --yes"
        )));
    }
    let answer = ask::line(&format!("{what} may change something on the server. Send it? [y/N]"))?;
    match answer.as_deref().map(str::to_lowercase).as_deref() {
        Some("y" | "yes") => Ok(()),
        _ => Err(Failure::Usage("nothing was sent".to_owned())),
    }
}

fn by_name(said: &Said, drafts: &[Draft], sends: u64, name: &str) -> Result<(), Failure> {
    let what = in_words(drafts, sends);
    match &said.yes {
        Some(Some(typed)) if typed.eq_ignore_ascii_case(name) => return Ok(()),
        Some(Some(typed)) => {
            return Err(Failure::Usage(format!("{typed} is not the name of the environment; it is {name}")));
        }
        Some(None) | None => {}
    }
    if !ask::can() {
        return Err(Failure::Usage(format!(
            "{name} is protected: {what} is sent there only with its name, --confirm {name}; look with --dry-run first"
        )));
    }
    let answer = ask::line(&format!("{name} is protected. {what} will be sent there. Type its name to send:"))?;
    if answer.is_some_and(|typed| typed.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(Failure::Usage("nothing was sent".to_owned()))
}

fn in_words(drafts: &[Draft], sends: u64) -> String {
    let first = drafts.iter().find(|draft| !draft.is_safe()).or(drafts.first());
    let call = first.map_or_else(String::new, |draft| format!("{} {}", draft.method, without_query(&draft.url)));
    match sends {
        1 => call,
        n => format!("{call} ({n} requests)"),
    }
}

fn without_query(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}
