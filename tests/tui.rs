//! The screens, driven by keys, on the shipped case: what the user sees after which keys.

mod bodies;
mod counted;
mod exports;
mod find;
mod folding;
mod following;
mod habits;
mod held;
mod hostile;
mod live;
mod mouse;
mod replay;
mod start;
mod streams;
mod tasks;
mod waterfall;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use mwscope::import;
use mwscope::rules;
use mwscope::timeline;
use mwscope::tui::{Loaded, Script, Update};

/// The sample case as it is shipped.
pub(crate) const CASE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/captures/cases/crs008-facility");

/// A screen of that size with these paths of the sample case loaded.
pub(crate) fn opened(paths: &[&str], width: u16, height: u16) -> Script {
    let mut script = Script::new(width, height);
    script.feed(loaded(paths));
    script
}

/// The evidence is read once for all tests; a case is only looked at here.
pub(crate) fn loaded(paths: &[&str]) -> Update {
    static READ: Mutex<BTreeMap<String, Loaded>> = Mutex::new(BTreeMap::new());
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = read.entry(paths.join(" ")).or_insert_with(|| {
        let paths: Vec<String> = paths.iter().map(|p| format!("{CASE}{p}")).collect();
        let mut gathered = import::gather(&paths, &import::Options::default(), &mut |_| ()).expect("evidence");
        for source in &mut gathered.sources {
            // Where the project lies is nobody's business in a picture.
            source.path = source.path.replace(CASE, "crs008");
        }
        let investigation = Arc::new(rules::investigate(&gathered, &timeline::Options::default()));
        Loaded { title: "crs008".to_owned(), gathered: Arc::new(gathered), investigation }
    });
    Update::Loaded(Box::new(loaded.clone()))
}
