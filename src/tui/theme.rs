//! Colours by role. A colour only repeats what a letter or sign says already; background and plain text are the
//! terminal's own. It knows nothing of screens.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of the screen is, as far as its look goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Recorded text and most of the rest.
    Plain,
    /// A failed call, an error, a dump.
    Fail,
    /// A warning, something slow, something lost.
    Warn,
    /// Hints and links.
    Info,
    /// Lines, labels, what is folded or equal.
    Dim,
    /// Headings and the tab in view.
    Title,
    /// The row under the cursor.
    Select,
    /// What was searched for.
    Hit,
    /// The left side of a comparison.
    SideA,
    /// The right side of a comparison.
    SideB,
}

/// How roles look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    /// The 16 named colours, which the terminal's own scheme fits to its background.
    #[default]
    Plain16,
    /// No colour at all (`NO_COLOR`); bold, underline and reverse remain.
    None,
}

impl Theme {
    /// What the user said, else what the environment asks for: `NO_COLOR`, or a terminal that says it is dumb.
    pub(super) fn wanted(colour: Option<bool>) -> Self {
        match colour {
            Some(true) => Self::Plain16,
            Some(false) => Self::None,
            None => Self::from_environment(),
        }
    }

    fn from_environment() -> Self {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        if no_colour || dumb { Self::None } else { Self::Plain16 }
    }

    /// The look of a role.
    pub(super) fn of(self, role: Role) -> Style {
        let style = Style::new();
        let plain = match role {
            Role::Plain | Role::Dim | Role::Warn | Role::SideA | Role::SideB => style,
            Role::Fail | Role::Title => style.add_modifier(Modifier::BOLD),
            Role::Info => style.add_modifier(Modifier::UNDERLINED),
            Role::Select => style.add_modifier(Modifier::REVERSED),
            Role::Hit => style.add_modifier(Modifier::REVERSED.union(Modifier::UNDERLINED)),
        };
        match (self, role) {
            (Self::None, _) => plain,
            (Self::Plain16, Role::Fail) => plain.fg(Color::Red),
            (Self::Plain16, Role::Warn | Role::SideA) => plain.fg(Color::Yellow),
            (Self::Plain16, Role::Info) => style.fg(Color::Cyan),
            (Self::Plain16, Role::SideB) => plain.fg(Color::Cyan),
            (Self::Plain16, _) => plain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_said_goes_before_the_environment() {
        assert_eq!(Theme::wanted(Some(true)).of(Role::Fail).fg, Some(Color::Red));
        assert_eq!(Theme::wanted(Some(false)).of(Role::Fail).fg, None);
    }
}
