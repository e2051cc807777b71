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
    /// Colours for any background, kept apart by those who lack one kind of cones, whichever it is.
    ColourBlind,
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
    const ALL: [Self; 6] = [Self::Plain16, Self::Dark, Self::Light, Self::ColourBlind, Self::Contrast, Self::None];

    /// The name in the settings.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Plain16 => "terminal",
            Self::Dark => "dark",
            Self::Light => "light",
            Self::ColourBlind => "colour-blind",
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
            (Self::ColourBlind, role) => coloured(plain, role, [0xd2_4250, 0xa0_6a00, 0x41_72d7, 0xa0_6a00, 0x7d_7087]),
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

/// Which colours the terminal has besides the 16 named ones, for pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Palette {
    /// None of its own.
    Named,
    /// 256, of which most are a cube of six steps an edge.
    Cube,
    /// All.
    #[default]
    All,
}

impl Palette {
    /// What the terminal says of itself.
    pub(super) fn of_terminal() -> Self {
        match crossterm::style::available_color_count() {
            u16::MAX => Self::All,
            256.. => Self::Cube,
            _ => Self::Named,
        }
    }

    /// The colour that comes nearest; `None` where there is none of that kind.
    pub(super) fn colour(self, [red, green, blue]: [u8; 3]) -> Option<Color> {
        match self {
            Self::Named => None,
            Self::All => Some(Color::Rgb(red, green, blue)),
            Self::Cube => {
                // xterm's steps: 0, 95, 135, 175, 215, 255.
                let step = |light: u8| match light {
                    0..48 => 0,
                    48..115 => 1,
                    _ => (light - 35) / 40,
                };
                Some(Color::Indexed(16 + 36 * step(red) + 6 * step(green) + step(blue)))
            }
        }
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

    /// The amounts of red, green and blue light, from 0 to 1.
    fn light(theme: Theme, role: Role) -> [f64; 3] {
        match theme.of(role).fg {
            Some(Color::Rgb(red, green, blue)) => [red, green, blue].map(|c| linear(f64::from(c) / 255.0)),
            other => panic!("{other:?}"),
        }
    }

    fn linear(c: f64) -> f64 {
        if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
    }

    fn mixed(matrix: [[f64; 3]; 3], of: [f64; 3]) -> [f64; 3] {
        matrix.map(|row| row.iter().zip(of).map(|(a, b)| a * b).sum())
    }

    /// From sRGB's light to XYZ, under D65: <https://www.color.org/chardata/rgb/sRGB.pdf>.
    const XYZ: [[f64; 3]; 3] =
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]];

    /// What is seen by those without cones for long, middle and short waves: Machado, Oliveira, Fernandes 2009, severity
    /// 1.0, <https://www.inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html>.
    const SEEN: [(&str, [[f64; 3]; 3]); 4] = [
        ("all cones", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
        (
            "red-blind",
            [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
        ),
        (
            "green-blind",
            [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
        ),
        (
            "blue-blind",
            [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
        ),
    ];

    /// CIELAB of an amount of light: <https://cie.co.at/eilvterm/17-23-075>.
    fn lab(light: [f64; 3]) -> [f64; 3] {
        let [x, y, z] = mixed(XYZ, light);
        let f = |t: f64| if t > 216.0 / 24389.0 { t.cbrt() } else { (24389.0 / 27.0 * t + 16.0) / 116.0 };
        let [x, y, z] = [f(x / 0.95047), f(y), f(z / 1.08883)];
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    /// Contrast by relative luminance: <https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>.
    fn contrast(light: [f64; 3], background: f64) -> f64 {
        let of = mixed([[0.2126, 0.7152, 0.0722]; 3], light)[0];
        (of.max(background) + 0.05) / (of.min(background) + 0.05)
    }

    #[test]
    fn colours_can_be_read_on_their_backgrounds() {
        for role in COLOURED {
            let on = |theme, background| contrast(light(theme, role), background);
            for (theme, background) in
                [(Theme::Dark, linear(0.12)), (Theme::Light, 1.0), (Theme::ColourBlind, 0.0), (Theme::ColourBlind, 1.0)]
            {
                let contrast = on(theme, background);
                assert!(contrast >= 4.5, "{role:?} of {theme:?} on {background:.2}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn colours_are_told_apart_with_any_kind_of_cones_missing() {
        const ROLES: [Role; 4] = [Role::Fail, Role::Warn, Role::Info, Role::Dim];
        for theme in [Theme::Dark, Theme::Light, Theme::ColourBlind] {
            for (who, matrix) in SEEN {
                let seen = ROLES.map(|role| (role, lab(mixed(matrix, light(theme, role)).map(|c| c.clamp(0.0, 1.0)))));
                for (n, (one, a)) in seen.iter().enumerate() {
                    for (other, b) in &seen[n + 1..] {
                        let far = a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                        assert!(far >= 20.0, "{theme:?}, {who}: {one:?} and {other:?} are {far:.1} apart");
                    }
                }
                // The two sides of a comparison stand beside each other.
                let side = |role| lab(mixed(matrix, light(theme, role)).map(|c| c.clamp(0.0, 1.0)));
                let (left, right) = (side(Role::SideA), side(Role::SideB));
                let far = left.iter().zip(right).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                assert!(far >= 20.0, "{theme:?}, {who}: the sides are {far:.1} apart");
            }
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
    fn a_terminal_with_256_colours_gets_the_nearest() {
        let colour = |rgb| Palette::Cube.colour(rgb);
        assert_eq!(colour([255, 0, 0]), Some(Color::Indexed(196)));
        assert_eq!(colour([255; 3]), Some(Color::Indexed(231)));
        assert_eq!(colour([95, 135, 175]), Some(Color::Indexed(67)));
        assert_eq!((colour([0; 3]), Palette::Named.colour([0; 3])), (Some(Color::Indexed(16)), None));
    }

    #[test]
    fn without_colour_nothing_is_coloured() {
        for role in COLOURED {
            assert_eq!(Theme::None.of(role).fg, None);
        }
    }
}
