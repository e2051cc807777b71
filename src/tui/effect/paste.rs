//! Pasted text as evidence: kept in a file of its own, and read together with what is open.

use std::fs;
use std::sync::Arc;

use crate::import;
use crate::model::SourceProblem;
use crate::remarks;
use crate::rules;
use crate::timeline;
use crate::tui::feed::Loaded;

/// What pasted text became.
pub(in crate::tui) struct Pasted {
    /// Everything that is open now.
    pub(in crate::tui) loaded: Loaded,
    /// The file.
    pub(in crate::tui) path: String,
    /// What it holds, in words.
    pub(in crate::tui) what: String,
}

/// Reads the text together with these paths.
///
/// # Errors
/// When it can't be kept or nothing in it can be read, in words; then it isn't kept either.
pub(super) fn read(title: &str, paths: &[String], text: &str) -> Result<Pasted, String> {
    let path = remarks::keep_pasted(text).map_err(|error| format!("the pasted text can't be kept: {error}"))?;
    let shown = path.display().to_string();
    let nothing = |problem: SourceProblem| {
        // It was of no use to anybody.
        let _left_behind = fs::remove_file(&path);
        format!(
            "nothing in the pasted text could be read: {}; log records, dumplogs, stack traces, XML are",
            problem.what
        )
    };
    // As what is open is read: a text of no kind that is known is kept and searched.
    let options = import::Options { texts: true, ..import::Options::default() };
    import::gather(std::slice::from_ref(&shown), &options, &mut |_| ()).map_err(nothing)?;
    let all: Vec<String> = paths.iter().chain([&shown]).cloned().collect();
    let gathered = import::gather(&all, &options, &mut |_| ()).map_err(nothing)?;
    let own = gathered.sources.iter().rfind(|source| source.path == shown);
    let what = own.map_or_else(String::new, |source| format!("{}, {} items", source.kind.word(), source.items));
    let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
    let loaded = Loaded { title: title.to_owned(), gathered: Arc::new(gathered), investigation };
    Ok(Pasted { loaded, path: shown, what })
}
