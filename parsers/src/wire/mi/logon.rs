//! The logon of an MI conversation, in the three layouts that are known.

use super::super::flow::Recognised;

/// Who signs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logon {
    /// The layout.
    pub layout: Layout,
    /// When it came, in nanoseconds since 1970.
    pub at: i64,
    /// When the server answered, in nanoseconds since 1970.
    pub answered_at: Option<i64>,
    /// The user.
    pub user: String,
    /// A password was sent. It isn't kept.
    pub password: bool,
    /// The MI program: `CRS610MI`.
    pub program: String,
    /// What stands in front of the user: company and division, or a host.
    pub company: String,
    /// The client's program, where the layout has it.
    pub application: Option<String>,
    /// The client's address as it states it, where the layout has it.
    pub address: Option<String>,
}

/// A layout of the logon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// `LOGON`: host 32, user 16, password 16, library/program 32, program 32.
    Movex10,
    /// `PWLOG`: host 32, user 16, hidden password 13, program 32.
    Movex12,
    /// `PWLOG`: company and division 32, user 16, hidden password 16, program 32, application 32, address 16.
    M3,
}

impl Layout {
    /// Its name.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Movex10 => "Movex 10",
            Self::Movex12 => "Movex 12",
            Self::M3 => "M3",
        }
    }

    /// The widths of its fields behind the word, and the index of the password.
    const fn fields(self) -> (&'static [usize], usize) {
        match self {
            Self::Movex10 => (&[32, 16, 16, 32, 32], 2),
            Self::Movex12 => (&[32, 16, 13, 32], 2),
            Self::M3 => (&[32, 16, 16, 32, 32, 16], 2),
        }
    }
}

const WORDS: [&[u8]; 2] = [b"PWLOG", b"LOGON"];

/// Whether a message begins with a logon's word, in one byte or two a character.
pub(super) fn begins(payload: &[u8]) -> Recognised {
    let narrow = WORDS.iter().map(|word| Recognised::prefix(payload, word));
    let wide = WORDS.iter().map(|word| {
        let wide: Vec<u8> = word.iter().flat_map(|&letter| [0, letter]).collect();
        Recognised::prefix(payload, &wide)
    });
    narrow.chain(wide).fold(Recognised::No, Recognised::or)
}

impl Logon {
    /// Reads a message; `None` where it is no logon.
    pub(super) fn read(payload: &[u8], at: i64) -> Option<Self> {
        let narrow: Vec<u8> = if payload.first() == Some(&0) {
            payload.chunks_exact(2).map(|pair| pair[1]).collect()
        } else {
            payload.to_vec()
        };
        let word = narrow.get(..5)?;
        // Of the two with the same word the newer is longer: 149 bytes against 98.
        let layout = match word {
            b"LOGON" => Layout::Movex10,
            b"PWLOG" if narrow.len() > 98 => Layout::M3,
            b"PWLOG" => Layout::Movex12,
            _ => return None,
        };
        let (widths, password) = layout.fields();
        let mut rest = &narrow[5..];
        let mut fields = Vec::new();
        for (n, &width) in widths.iter().enumerate() {
            let (field, behind) = rest.split_at(width.min(rest.len()));
            rest = behind;
            let blank = field.iter().all(|byte| matches!(byte, 0 | b' '));
            // The password goes no further than here.
            fields.push(if n == password { if blank { "" } else { "*" }.to_owned() } else { trimmed(field) });
        }
        let field = |n: usize| fields.get(n).cloned().unwrap_or_default();
        let optional = |n: usize| Some(field(n)).filter(|text| !text.is_empty() && layout == Layout::M3);
        Some(Self {
            layout,
            at,
            answered_at: None,
            user: field(1),
            password: !field(2).is_empty(),
            program: if layout == Layout::Movex10 { field(4) } else { field(3) },
            company: field(0),
            application: optional(4),
            address: optional(5),
        })
    }
}

fn trimmed(field: &[u8]) -> String {
    let text: String = field.iter().copied().map(char::from).collect();
    text.trim_matches(|c| c == ' ' || c == '\0').to_owned()
}
