//! Where a search for secrets has something to look at: parts of names that may be a secret's, and escaped letters. All of a
//! recording goes through here, so what has none of them must cost little: two tables rule out most bytes, a few
//! letters most of the rest, and only what is left is matched. It knows nothing of what stands around.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

/// No stem is longer.
pub(crate) const LONGEST: usize = 20;

static STEMS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)pass|pwlog|pwd|pswd|psw|pw|otp|kennwort|senord|wachtwoord|adgangskode|salasana|contrase|secret|token|saak|sask|sid|sess|cookie|auth|bearer|basic|credential|ticket|sig|pin|jwt|(?:api|private|subscription|access|functions|account|signing).?key|verifier|device.?code|assertion|samlresponse|samlart|wresult|cs|grant_type=auth|code|value|encoding: ?base64|\s-u|--(?:proxy-)?user|\.eyj|eyj|://|:\\/\\/|%3a%2f%2f|%[46][1-9a-f]|%[57][0-9a]|\\u00[4-7][0-9a-f]|xsrf|uspw|<!entity|[>=](?-i:P[C-H]|e[wy]|W[y3])|gh[opsur]_|github_pat_|glpat-|xox[abeoprs]-|(?-i:AKIA|AIza)|jdbc:oracle:(?:thin|oci8?):|sqlplus|\s-p",
    )
    .expect("invariant: the expression is fixed")
});

/// Each stem has one of these in it, in lower case.
const CORES: [&str; 76] = [
    "pass", "pw", "psw", "pin", "otp", "ode", "ken", "key", "kie", "ket", "sid", "sig", "sess", "saa", "sask", "sala",
    "saml", "seno", "sser", "wach", "wres", "cs", "cre", "auth", "bear", "basi", "base", "jwt", "veri", "valu", "ntra",
    "-u", "eyj", "://", ":\\/", "%3a", "%4", "%5", "%6", "%7", "\\u00", "xsr", "<!e", ">pc", ">pd", ">pe", ">pf",
    ">pg", ">ph", ">ew", ">ey", ">wy", ">w3", "=pc", "=pd", "=pe", "=pf", "=pg", "=ph", "=ew", "=ey", "=wy", "=w3",
    "gho_", "ghp_", "ghs_", "ghu_", "ghr_", "hub_p", "glpat", "xox", "akia", "aiza", "jdbc:o", "sqlp", "-p",
];

/// For each byte the cores that it may begin, a bit for all that begin alike, and those of which it may be the second.
struct Tables {
    first: [u32; 256],
    second: [u32; 256],
    /// The cores of each bit.
    cores: Vec<Vec<&'static [u8]>>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let mut tables = Tables { first: [0; 256], second: [0; 256], cores: Vec::new() };
    for core in CORES.map(str::as_bytes) {
        let known = tables.cores.iter().position(|cores| cores[0][0] == core[0]);
        let bit = known.unwrap_or(tables.cores.len());
        match known {
            Some(bit) => tables.cores[bit].push(core),
            None => tables.cores.push(vec![core]),
        }
        for byte in 0..=u8::MAX {
            let lower = usize::from(byte.to_ascii_lowercase());
            tables.first[usize::from(byte)] |= u32::from(lower == usize::from(core[0])) << bit;
            tables.second[usize::from(byte)] |= u32::from(lower == usize::from(core[1])) << bit;
        }
    }
    tables
});

/// Whether anything in a text may be a secret, or stand before one.
pub(crate) fn may_find(bytes: &[u8]) -> bool {
    find(bytes, 0).is_some()
}

/// The first stem that begins at `from` or behind it.
pub(crate) fn find(bytes: &[u8], from: usize) -> Option<Range<usize>> {
    let tables = &*TABLES;
    let mut at = from;
    loop {
        let core = tables.core(bytes, at)?;
        // No stem begins before this one that lacks a core before it.
        let start = core.saturating_sub(LONGEST).max(from);
        let end = bytes.len().min(core + LONGEST + 2);
        match STEMS.find_at(&bytes[..end], start) {
            // One that begins behind the core may go on behind what was looked at.
            Some(stem) if stem.start() <= core => return Some(stem.range()),
            _ => at = core + 1,
        }
    }
}

impl Tables {
    /// Where the first core begins, from `at` on.
    fn core(&self, bytes: &[u8], mut at: usize) -> Option<usize> {
        let may = |two: &[u8]| self.first[usize::from(two[0])] & self.second[usize::from(two[1])];
        while at + 1 < bytes.len() {
            // Eight at a time, so that nothing hangs on what came before.
            while let Some(few) = bytes.get(at..at + 9)
                && few.windows(2).fold(0, |bits, two| bits | may(two)) == 0
            {
                at += 8;
            }
            let until = bytes.len().min(at + 9);
            let places = bytes[at..until].windows(2).enumerate();
            for (n, two) in places {
                let bits = may(two);
                if bits != 0 && self.begins(bytes, at + n, bits) {
                    return Some(at + n);
                }
            }
            at = until - 1;
        }
        None
    }

    fn begins(&self, bytes: &[u8], at: usize, mut bits: u32) -> bool {
        while bits != 0 {
            let cores = &self.cores[bits.trailing_zeros() as usize];
            let is = |core: &&[u8]| bytes.get(at..at + core.len()).is_some_and(|here| here.eq_ignore_ascii_case(core));
            if cores.iter().any(is) {
                return true;
            }
            bits &= bits - 1;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The places that the expression alone would find.
    fn plainly(bytes: &[u8], from: usize) -> Option<Range<usize>> {
        STEMS.find_at(bytes, from).map(|stem| stem.range())
    }

    #[test]
    fn what_the_tables_let_pass_is_what_the_expression_finds() {
        const PIECES: [&str; 99] = [
            "ghp_",
            "GHO_",
            "github_pat_",
            "glpat-",
            "xoxb-",
            "xoxx-",
            "AKIA",
            "akia",
            "AIza",
            "jdbc:oracle:thin:",
            "jdbc:oracle:oci8:",
            "sqlplus",
            " -p",
            "xsrf",
            "USPW",
            "<!ENTITY",
            ">PGM",
            "=eyA",
            ">ph",
            "=W3s",
            "<!e",
            "pass",
            "PWLOG",
            "pwd",
            "Pswd",
            "psw",
            "pw",
            "otp",
            "kennwort",
            "senord",
            "wachtwoord",
            "adgangskode",
            "salasana",
            "contrase",
            "secret",
            "token",
            "saak",
            "sask",
            "sid",
            "sess",
            "cookie",
            "auth",
            "bearer",
            "BASIC",
            "credential",
            "ticket",
            "sig",
            "pin",
            "jwt",
            "api-key",
            "private_key",
            "subscriptionkey",
            "Access Key",
            "functions.key",
            "accountKey",
            "signingkey",
            "verifier",
            "devicecode",
            "device_code",
            "assertion",
            "SAMLResponse",
            "samlart",
            "wresult",
            "cs",
            "grant_type=auth",
            "code",
            "Value",
            "encoding: base64",
            "encoding:base64",
            " -u",
            "\t-u",
            "--user",
            "--proxy-user",
            ".eyJ",
            "eyJ",
            "://",
            ":\\/\\/",
            "%3A%2f%2F",
            "%41",
            "%6f",
            "%7a",
            "%50",
            "\\u0041",
            "\\u007A",
            "x",
            " ",
            "<",
            "s",
            "p",
            "se",
            "co",
            "api",
            "device",
            "encoding",
            "grant_",
            "%",
            "--",
            "\u{fc}",
            "0123456789abcdef",
        ];
        let mut state = 1_u32;
        let mut next = |below: usize| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as usize % below
        };
        for piece in PIECES {
            assert_eq!(find(piece.as_bytes(), 0), plainly(piece.as_bytes(), 0), "{piece}");
        }
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..next(9) {
                let piece = PIECES[next(PIECES.len())];
                let cut = (0..=next(piece.len() + 1)).rev().find(|at| piece.is_char_boundary(*at)).unwrap_or(0);
                text.push_str(if next(2) == 0 { piece } else { &piece[..cut] });
            }
            let bytes = text.as_bytes();
            for from in 0..=bytes.len() {
                assert_eq!(find(bytes, from), plainly(bytes, from), "{text:?} from {from}");
            }
        }
    }
}
