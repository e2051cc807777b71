//! One key as typed, on every terminal the same, and the notation for scripts of keys.

use std::fmt;

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

/// One key as typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::tui) struct Key {
    pub(in crate::tui) code: KeyCode,
    /// Control and Alt; Shift only with keys that are no letters.
    pub(in crate::tui) mods: KeyModifiers,
}

impl Key {
    pub(in crate::tui) const fn plain(code: KeyCode) -> Self {
        Self { code, mods: KeyModifiers::NONE }
    }

    /// The key of a terminal event; `None` for releases, which Windows reports too.
    pub(in crate::tui) fn from_event(event: KeyEvent) -> Option<Self> {
        if event.kind == KeyEventKind::Release {
            return None;
        }
        let mut mods = event.modifiers & (KeyModifiers::CONTROL | KeyModifiers::ALT | KeyModifiers::SHIFT);
        let code = match event.code {
            KeyCode::Char(c) => {
                mods -= KeyModifiers::SHIFT;
                // AltGr arrives as Control and Alt together with the sign it made.
                if mods == KeyModifiers::CONTROL | KeyModifiers::ALT {
                    mods = KeyModifiers::NONE;
                }
                if mods.is_empty() { KeyCode::Char(c) } else { KeyCode::Char(c.to_ascii_lowercase()) }
            }
            KeyCode::BackTab => {
                mods -= KeyModifiers::SHIFT;
                KeyCode::BackTab
            }
            code => code,
        };
        Some(Self { code, mods })
    }

    /// The sign that the key types, where it types one.
    pub(in crate::tui) fn typed(self) -> Option<char> {
        match self.code {
            KeyCode::Char(c) if self.mods.is_empty() => Some(c),
            _ => None,
        }
    }

    /// A key by its name: `j`, `Enter`, `Ctrl-P`.
    pub(in crate::tui) fn named(name: &str) -> Option<Self> {
        if let Some(rest) = name.strip_prefix("Ctrl-").filter(|rest| rest.chars().count() == 1) {
            let c = rest.chars().next()?.to_ascii_lowercase();
            return Some(Self { code: KeyCode::Char(c), mods: KeyModifiers::CONTROL });
        }
        if let Some(rest) = name.strip_prefix("Shift-").filter(|rest| *rest != "Tab") {
            return Some(Self { mods: KeyModifiers::SHIFT, ..Self::named(rest)? });
        }
        let code = match name {
            "Space" => KeyCode::Char(' '),
            _ => match NAMES.iter().find(|(_, n)| *n == name) {
                Some((code, _)) => *code,
                None => match name.strip_prefix('F').and_then(|n| n.parse().ok()).filter(|n| (1..=12).contains(n)) {
                    Some(n) => KeyCode::F(n),
                    None => KeyCode::Char(name.chars().next().filter(|c| c.len_utf8() == name.len())?),
                },
            },
        };
        Some(Self::plain(code))
    }
}

const NAMES: &[(KeyCode, &str)] = &[
    (KeyCode::Enter, "Enter"),
    (KeyCode::Esc, "Esc"),
    (KeyCode::Tab, "Tab"),
    (KeyCode::BackTab, "Shift-Tab"),
    (KeyCode::Backspace, "Backspace"),
    (KeyCode::Delete, "Del"),
    (KeyCode::Up, "Up"),
    (KeyCode::Down, "Down"),
    (KeyCode::Left, "Left"),
    (KeyCode::Right, "Right"),
    (KeyCode::PageUp, "PgUp"),
    (KeyCode::PageDown, "PgDn"),
    (KeyCode::Home, "Home"),
    (KeyCode::End, "End"),
];

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.mods.contains(KeyModifiers::CONTROL) {
            f.write_str("Ctrl-")?;
        }
        if self.mods.contains(KeyModifiers::ALT) {
            f.write_str("Alt-")?;
        }
        if self.mods.contains(KeyModifiers::SHIFT) {
            f.write_str("Shift-")?;
        }
        match self.code {
            KeyCode::Char(' ') => f.write_str("Space"),
            KeyCode::Char(c) if !self.mods.is_empty() => write!(f, "{}", c.to_ascii_uppercase()),
            KeyCode::Char(c) => write!(f, "{c}"),
            KeyCode::F(n) => write!(f, "F{n}"),
            code => match NAMES.iter().find(|(c, _)| *c == code) {
                Some((_, name)) => f.write_str(name),
                None => write!(f, "{code:?}"),
            },
        }
    }
}

/// The keys of a script: names (`Enter`, `Ctrl-P`, `Space`) and runs of signs (`=u`, `gg`) between spaces, and
/// text to be typed between double quotes.
///
/// # Errors
/// Where a quote isn't closed.
pub(in crate::tui) fn parse_script(script: &str) -> Result<Vec<Key>, String> {
    let mut keys = Vec::new();
    let mut rest = script.trim_start();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('"') {
            let (text, behind) = quoted.split_once('"').ok_or("a quote in the script isn't closed; close it")?;
            keys.extend(text.chars().map(|c| Key::plain(KeyCode::Char(c))));
            rest = behind.trim_start();
            continue;
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (word, behind) = rest.split_at(end);
        match Key::named(word) {
            Some(key) => keys.push(key),
            None => keys.extend(word.chars().map(|c| Key::plain(KeyCode::Char(c)))),
        }
        rest = behind.trim_start();
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_there_and_back() {
        for name in ["j", "G", "Enter", "Esc", "Shift-Tab", "Space", "Ctrl-P", "PgDn", "F2", "Shift-Left", "="] {
            let key = Key::named(name).unwrap_or_else(|| panic!("{name} is no key"));
            assert_eq!(key.to_string(), name);
        }
        assert_eq!(Key::named("Fx"), None);
    }

    #[test]
    fn scripts_are_keys_and_typed_text() {
        let keys = parse_script("e gg Ctrl-P \"a b\" Enter").expect("keys");
        let shown: Vec<String> = keys.iter().map(Key::to_string).collect();
        assert_eq!(shown, ["e", "g", "g", "Ctrl-P", "a", "Space", "b", "Enter"]);
        assert!(parse_script("\"open").is_err());
    }

    #[test]
    fn terminal_events_become_the_same_key_everywhere() {
        let event = |code, modifiers| KeyEvent::new(code, modifiers);
        let g = Key::from_event(event(KeyCode::Char('G'), KeyModifiers::SHIFT));
        assert_eq!(g, Some(Key::plain(KeyCode::Char('G'))));
        let alt_gr = event(KeyCode::Char('@'), KeyModifiers::CONTROL | KeyModifiers::ALT);
        assert_eq!(Key::from_event(alt_gr).and_then(Key::typed), Some('@'));
        let release = KeyEvent::new_with_kind(KeyCode::Char('q'), KeyModifiers::NONE, KeyEventKind::Release);
        assert_eq!(Key::from_event(release), None);
    }
}
