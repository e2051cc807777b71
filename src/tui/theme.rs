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
    /// Colours for a dark background, kept apart also by those who see red and green alike.
    Dark,
    /// The same for a light background.
    Light,
    /// Bright colours, bold, on the terminal's background.
    Contrast,
    /// No colour at all (`NO_COLOR`); bold, underline and reverse remain.
    None,
}

impl Theme {
    /// The theme of that name, or the terminal's; without colour where the user said so, or didn't and the environment
    /// asks for it: `NO_COLOR`, or a terminal that says it is dumb.
    pub(super) fn wanted(colour: Option<bool>, name: Option<&str>) -> Self {
        let coloured = colour.unwrap_or_else(Self::environment_has_colour);
        if coloured { name.and_then(Self::named).unwrap_or_default() } else { Self::None }
    }

    fn environment_has_colour() -> bool {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|v| v == "dumb");
        !no_colour && !dumb
    }

    /// All, in the order in which they are stepped through.
    const ALL: [Self; 5] = [Self::Plain16, Self::Dark, Self::Light, Self::Contrast, Self::None];

    /// The name in the settings.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain16 => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::Contrast => "contrast",
            Self::None => "none",
        }
    }

    /// The theme of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// The one behind it.
    pub(super) fn next(self) -> Self {
        let at = Self::ALL.iter().position(|theme| *theme == self).unwrap_or(0);
        Self::ALL[(at + 1) % Self::ALL.len()]
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
            (Self::Dark, role) => coloured(plain, role, [0xff_8a70, 0xe8_c547, 0x6c_b6ff, 0xff_b454, 0x9a_a5b1]),
            (Self::Light, role) => coloured(plain, role, [0x8e_0038, 0x7a_5b00, 0x0b_57d0, 0x9a_4a00, 0x5a_6270]),
            (Self::Contrast, Role::Dim | Role::Plain | Role::Select) => plain,
            (Self::Contrast, Role::Fail) => plain.fg(Color::LightRed).add_modifier(Modifier::UNDERLINED),
            (Self::Contrast, Role::Warn | Role::SideA) => plain.fg(Color::LightYellow).add_modifier(Modifier::BOLD),
            (Self::Contrast, Role::Info | Role::SideB) => style.fg(Color::LightCyan).add_modifier(Modifier::BOLD),
            (Self::Contrast, Role::Title | Role::Hit) => plain.add_modifier(Modifier::BOLD),
            (Self::Plain16, Role::Fail) => plain.fg(Color::Red),
            (Self::Plain16, Role::Warn | Role::SideA) => plain.fg(Color::Yellow),
            (Self::Plain16, Role::Info) => style.fg(Color::Cyan),
            (Self::Plain16, Role::SideB) => plain.fg(Color::Cyan),
            (Self::Plain16, _) => plain,
        }
    }
}

/// The look with the colours of failures, warnings, hints, the left side of a comparison, and what is dim.
fn coloured(plain: Style, role: Role, colours: [u32; 5]) -> Style {
    let [fail, warn, info, left, dim] = colours.map(|rgb| {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Color::Rgb(red, green, blue)
    });
    match role {
        Role::Fail => plain.fg(fail),
        Role::Warn => plain.fg(warn),
        Role::Info => Style::new().fg(info),
        Role::SideA => plain.fg(left),
        Role::SideB => plain.fg(info),
        Role::Dim => plain.fg(dim),
        Role::Plain | Role::Title | Role::Select | Role::Hit => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_user_said_goes_before_the_environment() {
        assert_eq!(Theme::wanted(Some(true), None).of(Role::Fail).fg, Some(Color::Red));
        assert_eq!(Theme::wanted(Some(true), Some("light")), Theme::Light);
        assert_eq!(Theme::wanted(Some(false), Some("light")).of(Role::Fail).fg, None);
    }

    const COLOURED: [Role; 5] = [Role::Fail, Role::Warn, Role::Info, Role::SideA, Role::Dim];

    fn rgb(theme: Theme, role: Role) -> [f64; 3] {
        match theme.of(role).fg {
            Some(Color::Rgb(red, green, blue)) => [red, green, blue].map(|c| f64::from(c) / 255.0),
            other => panic!("{other:?}"),
        }
    }

    /// Relative luminance: <https://www.w3.org/TR/WCAG22/#dfn-relative-luminance>.
    fn luminance(colour: [f64; 3]) -> f64 {
        let [red, green, blue] = colour.map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    #[test]
    fn colours_can_be_read_on_their_backgrounds() {
        let contrast = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
        for role in COLOURED {
            let dark = contrast(luminance(rgb(Theme::Dark, role)), luminance([0.12, 0.12, 0.12]));
            let light = contrast(luminance(rgb(Theme::Light, role)), 1.0);
            assert!(dark >= 4.5 && light >= 4.5, "{role:?}: {dark:.1} on dark, {light:.1} on light");
        }
    }

    #[test]
    fn every_theme_has_a_name_and_comes_round() {
        let mut theme = Theme::default();
        for _ in Theme::ALL {
            assert_eq!(Theme::named(theme.name()), Some(theme));
            theme = theme.next();
        }
        assert_eq!(theme, Theme::default());
    }

    #[test]
    fn without_colour_nothing_is_coloured() {
        for role in COLOURED {
            assert_eq!(Theme::None.of(role).fg, None);
        }
    }
}
