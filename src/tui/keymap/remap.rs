//! Other keys for actions, as the user's settings say: `next-failure = "F7"`. It reads and checks them; the table takes
//! them in place of its own.

use std::collections::HashMap;

use crate::query::nearest;

use super::key::{Key, parse_script};
use super::table::{Act, Action, ScreenKey};

/// Other keys by the names of actions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remap {
    keys: Vec<(String, Vec<Vec<Key>>)>,
}

/// What is wrong with a line of it: what, and the remedy.
pub type Wrong = (String, String);

/// The name of an action in the settings.
pub(in crate::tui) fn name(act: Act) -> String {
    let words = match act {
        Act::Only(facet) => format!("Only{facet:?}"),
        Act::Not(facet) => format!("Not{facet:?}"),
        Act::Screen(ScreenKey::Timeline) => "TimeLine".to_owned(),
        Act::Screen(screen) => format!("{screen:?}"),
        // The screen of that number has the shorter name.
        Act::Compare => "CompareThis".to_owned(),
        Act::Replay => "ReplayThis".to_owned(),
        act => format!("{act:?}"),
    };
    let mut name = String::with_capacity(words.len() + 4);
    for (at, c) in words.char_indices() {
        if c.is_ascii_uppercase() && at > 0 {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

impl Remap {
    /// Reads one setting; several keys stand between spaces, and none at all takes the keys away.
    ///
    /// # Errors
    /// Where there is no such action, or no such key.
    pub fn add(&mut self, action: &str, keys: &str) -> Result<(), Wrong> {
        let names: Vec<String> = super::table::defaults().iter().map(|a| name(a.act)).collect();
        if !names.iter().any(|known| known == action) {
            let near = nearest(action, names.iter().map(String::as_str));
            let remedy = near.map_or_else(
                || "mwscope config --keys lists the actions".to_owned(),
                |near| format!("did you mean {near}?"),
            );
            return Err((format!("there is no action {action} to give keys to"), remedy));
        }
        let read = |word: &str| {
            let known = parse_script(word).ok().filter(|keys| !keys.is_empty());
            let unread =
                || (format!("{word} is no key"), "write j, gg, Enter, Ctrl-P, F7, Shift-Left or Space".to_owned());
            let keys = known.ok_or_else(unread)?;
            // A run of signs is a sequence; a long word is most likely a name that isn't known.
            if keys.len() > 3 { Err(unread()) } else { Ok(keys) }
        };
        let keys = keys.split_whitespace().map(read).collect::<Result<Vec<_>, _>>()?;
        self.keys.retain(|(known, _)| known != action);
        self.keys.push((action.to_owned(), keys));
        Ok(())
    }

    /// Checks all of it together.
    ///
    /// # Errors
    /// Where a key would mean two things on one screen: the name of the action that it was given to, and what is wrong.
    pub fn check(&self) -> Result<(), (String, Wrong)> {
        let mut actions = super::table::defaults();
        self.apply(&mut actions);
        let mut seen: HashMap<&[Key], Vec<&Action>> = HashMap::new();
        for action in &actions {
            for keys in &action.keys {
                seen.entry(keys).or_default().push(action);
            }
        }
        for (remapped, own) in &self.keys {
            // An action that is told otherwise elsewhere has several rows.
            let rows = || actions.iter().filter(|a| name(a.act) == *remapped);
            for (keys, action) in own.iter().flat_map(|keys| rows().map(move |action| (keys, action))) {
                let clash = seen.iter().find_map(|(other, of)| {
                    let meets = keys.starts_with(other) || other.starts_with(keys);
                    let other_action = of.iter().find(|a| a.act != action.act && a.on.has(action.on))?;
                    meets.then_some(*other_action)
                });
                if let Some(other) = clash {
                    let (shown, other) = (super::names(keys), name(other.act));
                    let what = format!("{shown} is {other}'s key already");
                    return Err((remapped.clone(), (what, format!("choose another, or give {other} other keys too"))));
                }
            }
        }
        Ok(())
    }

    /// Puts the keys in place of those of the table.
    pub(super) fn apply(&self, actions: &mut [Action]) {
        for action in actions {
            let own = name(action.act);
            if let Some((_, keys)) = self.keys.iter().find(|(known, _)| *known == own) {
                action.keys.clone_from(keys);
            }
        }
    }
}

/// The names of all actions with their keys and what they do, for the settings.
#[must_use]
pub fn listed() -> Vec<(String, String, String)> {
    let row = |action: &Action| {
        let keys: Vec<String> = action.keys.iter().map(|keys| super::names(keys)).collect();
        (name(action.act), keys.join(" "), action.title.clone())
    };
    let mut rows: Vec<(String, String, String)> = Vec::new();
    for row in super::table::actions().iter().map(row) {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_name_of_its_own() {
        // An action that is told otherwise elsewhere has several rows.
        let mut acts: Vec<Act> = Vec::new();
        for action in super::super::table::defaults() {
            if !acts.contains(&action.act) {
                acts.push(action.act);
            }
        }
        let mut names: Vec<String> = acts.iter().map(|act| name(*act)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), acts.len());
        assert_eq!(name(Act::NextFailure), "next-failure");
    }

    #[test]
    fn what_is_wrong_is_said() {
        let mut remap = Remap::default();
        let unknown = remap.add("next-failur", "F7").expect_err("unknown");
        assert_eq!(unknown.1, "did you mean next-failure?");
        assert!(remap.add("next-failure", "Ctl-X").expect_err("no key").0.contains("Ctl-X is no key"));
        remap.add("next-failure", "F7 gv7").expect("keys");
        assert_eq!(remap.check().map_err(|(name, _)| name), Err("next-failure".to_owned()), "gv is taken");
        remap.add("next-failure", "F7").expect("keys");
        assert_eq!(remap.check(), Ok(()));
        remap.add("next-failure", "j").expect("keys");
        let (name, (what, remedy)) = remap.check().expect_err("taken");
        assert_eq!((name.as_str(), what.as_str()), ("next-failure", "j is down's key already"));
        assert!(remedy.contains("give down other keys"));
        remap.add("down", "Down").expect("keys");
        assert_eq!(remap.check(), Ok(()));
    }

    #[test]
    fn the_table_takes_them() {
        let mut remap = Remap::default();
        remap.add("next-failure", "F7").expect("keys");
        let mut actions = super::super::table::defaults();
        remap.apply(&mut actions);
        let action = actions.iter().find(|a| a.act == Act::NextFailure).expect("there");
        assert_eq!(super::super::names(&action.keys[0]), "F7");
    }
}
