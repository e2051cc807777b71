//! `--set` and `--remove`: which of the requests they are for, and making them.

use crate::cli::output::Failure;
use crate::replay::{Change, Draft, Place, Unsendable, assignment};

/// A change, and the request that it is for where one is named.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    /// The id in front of the path.
    pub(super) only: Option<String>,
    pub(super) change: Change,
}

/// Reads the options. `ids` are those of the requests.
///
/// # Errors
/// With the option that can't be read.
pub(super) fn read(sets: &[String], removes: &[String], ids: &[String]) -> Result<Vec<Wanted>, Failure> {
    let divided = |text: &str| -> (Option<String>, String) {
        let named = |id: &&String| text.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with(':'));
        match ids.iter().find(named) {
            Some(id) => (Some(id.clone()), text[id.len() + 1..].to_owned()),
            None => (None, text.to_owned()),
        }
    };
    let mut wanted = Vec::new();
    for text in sets {
        let (only, path) = divided(text);
        let (place, value) = assignment(&path).map_err(|what| Failure::Usage(format!("--set: {what}")))?;
        wanted.push(Wanted { only, change: Change::Set(place, value) });
    }
    for text in removes {
        let (only, path) = divided(text);
        let place = Place::parse(&path).map_err(|what| Failure::Usage(format!("--remove: {what}")))?;
        wanted.push(Wanted { only, change: Change::Remove(place) });
    }
    Ok(wanted)
}

/// Makes a change in the requests that it is for. Without an id it is made wherever it fits, which must be somewhere.
///
/// # Errors
/// When it fits nowhere, or several values of one request.
pub(super) fn make(wanted: &Wanted, drafts: &mut [(String, Draft)]) -> Result<(), Unsendable> {
    if let Some(only) = &wanted.only {
        let mut named = drafts.iter_mut().filter(|(id, _)| id == only);
        return named.try_for_each(|(_, draft)| draft.change(&wanted.change));
    }
    let mut refused = None;
    let mut made = 0;
    for (_, draft) in drafts {
        let mut changed = draft.clone();
        match changed.change(&wanted.change) {
            Ok(()) => {
                *draft = changed;
                made += 1;
            }
            Err(why) => refused = refused.or(Some(why)),
        }
    }
    match refused {
        Some(why) if made == 0 => Err(why),
        _ => Ok(()),
    }
}
