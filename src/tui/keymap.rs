//! What keys do: one table of actions feeds the keys, the footer, the help, the palette and the menu, so that
//! they cannot disagree. It knows nothing of what an action changes.

mod key;
mod remap;
mod table;

pub(super) use key::{Key, parse_script};
pub use remap::{Remap, Wrong, listed};
pub(super) use table::{Act, Action, Facet, Group, On, ScreenKey, actions, remap};

/// What a sequence of keys means on a screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Do this.
    Act(Act),
    /// Nothing yet: more keys must follow.
    Prefix,
    /// Nothing.
    None,
}

/// What `keys` mean on the screen `on`.
pub(super) fn meaning(keys: &[Key], on: On) -> Meaning {
    let mut prefix = false;
    for action in actions().iter().filter(|a| a.on.has(on)) {
        for sequence in &action.keys {
            if sequence == keys {
                return Meaning::Act(action.act);
            }
            prefix |= sequence.starts_with(keys);
        }
    }
    if prefix { Meaning::Prefix } else { Meaning::None }
}

/// What may follow `prefix` on the screen `on`: the rest of the keys, and the action.
pub(super) fn continuations(prefix: &[Key], on: On) -> Vec<(String, &'static Action)> {
    let mut found = Vec::new();
    for action in actions().iter().filter(|a| a.on.has(on)) {
        for sequence in &action.keys {
            if let Some(rest) = sequence.strip_prefix(prefix).filter(|rest| !rest.is_empty() && !prefix.is_empty()) {
                found.push((names(rest), action));
            }
        }
    }
    found
}

/// Whether what an action does can't be done on the screen `on`, by this or another of its lines in the table.
pub(super) fn only_elsewhere(action: &Action, on: On) -> bool {
    !actions().iter().any(|a| a.act == action.act && a.on.has(on))
}

/// Keys as they are shown: `gg`, `Ctrl-P`, `=u`.
pub(super) fn names(keys: &[Key]) -> String {
    keys.iter().map(Key::to_string).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crossterm::event::{KeyCode, KeyModifiers};

    use super::*;

    #[test]
    fn no_key_means_two_things_on_one_screen() {
        for screen in On::EACH {
            let mut seen: HashMap<&[Key], &Action> = HashMap::new();
            for action in actions().iter().filter(|a| a.on.has(screen)) {
                for keys in &action.keys {
                    if let Some(other) = seen.insert(keys, action) {
                        panic!("{} is `{}` and `{}`", names(keys), other.title, action.title);
                    }
                }
            }
            for (keys, action) in &seen {
                for cut in 1..keys.len() {
                    assert!(!seen.contains_key(&keys[..cut]), "a shorter key hides {} ({})", names(keys), action.title);
                }
            }
        }
    }

    #[test]
    fn every_key_can_be_typed_everywhere() {
        for key in actions().iter().flat_map(|a| a.keys.iter().flatten()) {
            let ctrl = key.mods.contains(KeyModifiers::CONTROL);
            assert!(!key.mods.contains(KeyModifiers::ALT), "{key}: Alt is swallowed or means text");
            let taken = matches!(key.code, KeyCode::Char('m' | 'i' | 'j' | 'h' | '[' | '0'..='9') | KeyCode::Enter);
            assert!(!(ctrl && taken), "{key} arrives as another key");
            let alt_gr = matches!(key.code, KeyCode::Char('[' | ']' | '{' | '}' | '\\' | '|' | '@' | '~' | '^' | '`'));
            assert!(!alt_gr, "{key} needs AltGr on many keyboards");
        }
    }

    #[test]
    fn prefixes_wait_and_say_what_may_follow() {
        let keys = |text: &str| parse_script(text).expect("keys");
        assert_eq!(meaning(&keys("g"), On::TIMELINE), Meaning::Prefix);
        assert_eq!(meaning(&keys("gg"), On::TIMELINE), Meaning::Act(Act::Top));
        assert_eq!(meaning(&keys("=u"), On::TIMELINE), Meaning::Act(Act::Only(Facet::User)));
        assert_eq!(meaning(&keys("=u"), On::HELP), Meaning::None);
        assert!(continuations(&keys("="), On::LOGS).iter().any(|(rest, _)| rest == "u"));
    }
}
