//! How names are spelt, headings marked, and values put behind their names.

use crate::incidents::rng::Rng;

/// How names are spelt.
#[derive(Clone, Copy)]
pub(super) enum Case {
    AsIs,
    Upper,
    Lower,
    Camel,
    Pascal,
    Snake,
    UpperSnake,
    Kebab,
}

impl Case {
    pub(super) fn any(rng: &mut Rng) -> Self {
        rng.pick(&[
            Self::AsIs,
            Self::AsIs,
            Self::AsIs,
            Self::Upper,
            Self::Upper,
            Self::Lower,
            Self::Camel,
            Self::Pascal,
            Self::Snake,
            Self::UpperSnake,
            Self::Kebab,
        ])
    }

    pub(super) fn write(self, name: &str) -> String {
        // Signs stay where a name has them; only words can be joined.
        let joins = !matches!(self, Self::AsIs | Self::Upper | Self::Lower);
        let name = if joins { name.split(['(', '#']).next().unwrap_or(name).trim() } else { name };
        let words: Vec<String> = name.split([' ', '/']).map(str::to_owned).collect();
        let capital = |word: &String| {
            let mut chars = word.chars();
            chars.next().map_or(String::new(), |c| c.to_uppercase().chain(chars.flat_map(char::to_lowercase)).collect())
        };
        match self {
            Self::AsIs => name.to_owned(),
            Self::Upper => name.to_uppercase(),
            Self::Lower => name.to_lowercase(),
            Self::Pascal => words.iter().map(capital).collect(),
            Self::Camel => {
                let pascal: String = words.iter().map(capital).collect();
                pascal[..1].to_lowercase() + &pascal[1..]
            }
            Self::Snake => words.join("_").to_lowercase(),
            Self::UpperSnake => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-").to_lowercase(),
        }
    }
}

/// How headings are marked.
#[derive(Clone, Copy)]
pub(super) struct Heading(usize);

impl Heading {
    pub(super) fn any(rng: &mut Rng) -> Self {
        Self(rng.below(20))
    }

    pub(super) fn write(self, title: &str) -> String {
        let rule = |sign: &str| sign.repeat(title.chars().count());
        match self.0 {
            0 => format!("\n{title}\n{}\n", rule("=")),
            1 => format!("\n{title}\n{}\n", rule("-")),
            2 => format!("\n*** {} ***\n", title.to_uppercase()),
            3 => format!("\n[{title}]\n"),
            4 => format!("\n=== {title} ===\n"),
            5 => format!("\n--- {title} ---\n"),
            6 => format!("\n## {title}\n"),
            7 => format!("\n{title}:\n"),
            8 => format!("\n<<< {title} >>>\n"),
            9 => format!("\n{0}\n{title}\n{0}\n", rule("*")),
            10 => format!("\n{}\n", title.to_uppercase()),
            11 => format!("\n+{0}+\n| {title} |\n+{0}+\n", "-".repeat(title.chars().count() + 2)),
            12 => format!("\n{}\n\n", title.to_uppercase()),
            13 => format!("\n:: {title} ::\n"),
            14 => format!("\n#### {title} ####\n"),
            15 => format!("\n{}. {title}\n", title.len() % 7 + 1),
            16 => format!("\n>> {title}\n"),
            17 => format!("\n{0} {title} {0}\n", "~".repeat(12)),
            18 => format!("\n/* {title} */\n"),
            _ => format!("\n----- {} {}\n", title, "-".repeat(60_usize.saturating_sub(title.len()))),
        }
    }
}

/// What stands between names and values.
#[derive(Clone, Copy)]
pub(super) struct Sign(usize);

impl Sign {
    pub(super) fn any(rng: &mut Rng) -> Self {
        Self(rng.below(28))
    }

    pub(super) fn write(self, rows: &[(String, String)]) -> String {
        let widest = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let longest = rows.iter().map(|(_, value)| value.chars().count()).max().unwrap_or(0);
        let line = |(name, value): &(String, String)| match self.0 {
            0 => format!("{name}: {value}\n"),
            1 => format!("{name:<widest$} : {value}\n"),
            2 => format!("{name}={value}\n"),
            3 => format!("{name:<widest$} = {value}\n"),
            4 => format!("{}: {value}\n", leaders(name, widest + 6, " .")),
            5 => format!("{}: {value}\n", leaders(name, widest + 4, ".")),
            6 => format!("{} {value}\n", leaders(name, widest + 6, ".")),
            7 => format!("| {name:<widest$} | {value:<longest$} |\n"),
            8 => format!("{name:<widest$}   {value}\n"),
            9 => format!("{name}\t{value}\n"),
            10 => format!("{name};{value}\n"),
            11 => format!("  {name:<widest$}: {value}\n"),
            12 => format!("{name:<widest$} -> {value}\n"),
            13 => format!("{name} = \"{value}\"\n"),
            14 => format!("- {name}: {value}\n"),
            15 => format!("* {name:<widest$}: {value:<longest$} *\n"),
            16 => format!("{name:<widest$}: [{value}]\n"),
            17 => format!("│ {name:<widest$} │ {value:<longest$} │\n"),
            18 => format!("# {name}: {value}\n"),
            19 => format!("{name:<widest$} => {value}\n"),
            20 => format!("{name}:{value}\n"),
            21 => format!("<{name}> {value}\n"),
            22 => format!("[{name}] {value}\n"),
            23 => format!("{name}\n    {value}\n"),
            24 => format!("{name:>widest$}: {value}\n"),
            25 => format!("{name:<widest$} | {value}\n"),
            26 => format!("{name}({value})\n"),
            _ => format!("{} : {value}\n", leaders(name, widest + 5, "_")),
        };
        rows.iter().map(line).collect()
    }
}

fn leaders(name: &str, width: usize, sign: &str) -> String {
    let mut text = format!("{name} ");
    let signs: Vec<char> = sign.chars().collect();
    while text.chars().count() < width {
        text.push(signs[text.chars().count() % signs.len()]);
    }
    text
}
