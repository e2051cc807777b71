//! What was probably meant where a name fits nothing, and what there is to choose where it fits several.

use crate::replay::draft::Unsendable;

/// How many are told.
const MOST: usize = 8;

/// Those of `names` that are most like `wanted`, best first: each is compared by its first part, told by its second.
#[must_use]
pub fn nearest(wanted: &str, names: Vec<(String, String)>) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let compared = beginning(&wanted);
    let mut ranked: Vec<(usize, String)> = names
        .into_iter()
        .map(|(name, told)| (strsim::levenshtein(&compared, &beginning(&name.to_lowercase())), told))
        .collect();
    ranked.sort_by_key(|(distance, _)| *distance);
    // Where some are alike, those that have nothing in common with it don't help.
    let close = ranked.first().is_some_and(|(distance, _)| *distance * 2 <= wanted.chars().count());
    let mut told: Vec<String> = Vec::new();
    for (distance, name) in ranked {
        if (close && distance * 2 > wanted.chars().count()) || told.len() == MOST {
            break;
        }
        if !told.contains(&name) {
            told.push(name);
        }
    }
    told
}

/// The one of `found` that is meant, the n-th where a number is said.
pub(super) fn one<'a, T>(
    place: &str,
    wanted: &str,
    found: &[&'a T],
    nth: Option<usize>,
    names: Vec<(String, String)>,
) -> Result<&'a T, Unsendable> {
    match (found, nth) {
        ([], _) => Err(nothing(place, wanted, names)),
        ([only], None) => Ok(only),
        (several, None) => {
            let what = format!("{place} fits {} values", several.len());
            let choices: Vec<_> = (1..=several.len().min(MOST)).map(|n| format!("{place}[{n}]")).collect();
            Err(Unsendable::new(what, format!("name one: {}", choices.join(", "))))
        }
        (several, Some(n)) => several
            .get(n - 1)
            .copied()
            .ok_or_else(|| Unsendable::new(format!("there are only {} of {place}", several.len()), "name one of them")),
    }
}

/// That a path names nothing, and what is near.
pub(super) fn nothing(place: &str, wanted: &str, names: Vec<(String, String)>) -> Unsendable {
    let near = nearest(wanted, names);
    let remedy = match near.as_slice() {
        [] => "there is nothing of the kind in the request".to_owned(),
        near => format!("near it: {}", near.join(", ")),
    };
    Unsendable::new(format!("{place} fits nothing in the request"), remedy)
}

/// Enough of a name to tell how near it is: a body may have thousands, and the time grows with the square.
fn beginning(name: &str) -> String {
    name.chars().take(64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_like_it_comes_first() {
        let names = ["Facility", "FacilityName", "Company", "facility"].map(|name| (name.to_owned(), name.to_owned()));
        assert_eq!(nearest("Facilty", names.to_vec()), ["Facility", "facility"]);
        assert_eq!(nearest("Zzz", names.to_vec()).len(), 4);
    }
}
