//! Words that must not be handed on, overwritten wherever they stand: secrets that are known from elsewhere, in clear and
//! as base64, URL and XML spell them; what the user's own patterns match; names of users, for which others stand. Each is
//! replaced by as many bytes, so that lengths, columns and offsets stay.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mwscope_parsers::http::form::percent_encoded as url;
use regex::bytes::{Regex, RegexBuilder};
use sha2::{Digest, Sha256};

use crate::redact::echo::{literals, xml};

/// What is overwritten, and how often it was.
#[derive(Debug, Default)]
pub struct Scrub {
    patterns: Vec<Regex>,
    /// There may be very many, so not as a regular expression.
    secrets: Option<AhoCorasick>,
    people: Option<(Regex, BTreeMap<String, String>)>,
    basic: Option<Regex>,
}

/// How often something was overwritten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Places where the rules for secrets found one.
    pub rules: u64,
    /// Secrets that were known from elsewhere.
    pub secrets: u64,
    /// Matches of the user's own patterns.
    pub patterns: u64,
    /// Names of users.
    pub names: u64,
}

impl Counts {
    /// Adds another's.
    pub fn add(&mut self, other: Self) {
        self.rules += other.rules;
        self.secrets += other.secrets;
        self.patterns += other.patterns;
        self.names += other.names;
    }
}

impl Scrub {
    /// The user's own patterns.
    ///
    /// # Errors
    /// What is wrong with a pattern, in words.
    pub fn with_patterns(patterns: &[String]) -> Result<Self, String> {
        let compiled = patterns.iter().map(|pattern| {
            let built = RegexBuilder::new(pattern).size_limit(50 << 20).build();
            let found = built.map_err(|error| format!("{pattern:?} is no regular expression: {error}"))?;
            if found.is_match(b"") {
                Err(format!("{pattern:?} matches nothing at all, so it would match everywhere"))
            } else {
                Ok(found)
            }
        });
        Ok(Self { patterns: compiled.collect::<Result<_, _>>()?, ..Self::default() })
    }

    /// Takes the secrets that are known from elsewhere. Words that name a secret, and those in `but`, are none.
    #[must_use]
    pub fn secrets<'a>(mut self, secrets: impl IntoIterator<Item = &'a String>, but: &BTreeSet<String>) -> Self {
        self.secrets = literals(secrets, but);
        self
    }

    /// Takes names of users; `seed` is what the names for them are made from.
    #[must_use]
    pub fn people(mut self, names: &BTreeSet<String>, seed: &dyn Fn(&str) -> String) -> Self {
        let mut stand_ins: BTreeMap<String, String> = BTreeMap::new();
        for name in names {
            let mut other = stand_in(name, &seed(name));
            let mut n = 0;
            while n < 1000 && (names.contains(&other) || stand_ins.values().any(|taken| *taken == other)) {
                n += 1;
                other = stand_in(name, &seed(&format!("{name}#{n}")));
            }
            stand_ins.insert(name.clone(), other);
        }
        let mut all: Vec<_> = stand_ins.keys().flat_map(|name| [name.clone(), url(name), xml(name)]).collect();
        all.sort_by_key(|name| std::cmp::Reverse(name.len()));
        all.dedup();
        let any = all.iter().map(|name| regex::escape(name)).collect::<Vec<_>>().join("|");
        let built = RegexBuilder::new(&format!("(?i)(?:{any})")).size_limit(200 << 20).build();
        self.people = built.ok().filter(|_| !all.is_empty()).map(|found| (found, stand_ins));
        self.basic = Regex::new(r"(?i)\bbasic(?:\s|%20|\+)+([A-Za-z0-9+/_-]{4,}={0,2})").ok();
        self
    }

    /// The names that stand for users.
    pub fn stand_ins(&self) -> impl Iterator<Item = (&str, &str)> {
        self.people.iter().flat_map(|(_, names)| names.iter().map(|(name, other)| (name.as_str(), other.as_str())))
    }

    /// Whether there is nothing to look for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty() && self.secrets.is_none() && self.people.is_none()
    }

    /// The bytes with everything overwritten.
    #[must_use]
    pub fn bytes<'a>(&self, bytes: &'a [u8], counts: &mut Counts) -> Cow<'a, [u8]> {
        let mut out = Cow::Borrowed(bytes);
        for pattern in &self.patterns {
            let places: Vec<_> = pattern.find_iter(&out).map(|found| found.range()).collect();
            overwrite(&mut out, places, &mut counts.patterns);
        }
        if let Some(secrets) = &self.secrets {
            let places: Vec<_> = secrets.find_iter(&out).map(|found| found.range()).collect();
            overwrite(&mut out, places, &mut counts.secrets);
        }
        if self.people.is_some() {
            self.in_basic(&mut out, counts);
            self.rename(&mut out, counts);
        }
        out
    }

    /// As [`Scrub::bytes`], for a text.
    pub fn text(&self, text: &mut String, counts: &mut Counts) {
        if let Cow::Owned(bytes) = self.bytes(text.as_bytes(), counts) {
            *text =
                String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
        }
    }

    fn rename(&self, out: &mut Cow<'_, [u8]>, counts: &mut Counts) {
        let Some((found, stand_ins)) = &self.people else { return };
        let places: Vec<_> = found
            .find_iter(out)
            .map(|found| found.range())
            .filter(|range| stands_alone(out, range.start, range.end))
            .collect();
        if places.is_empty() {
            return;
        }
        let bytes = out.to_mut();
        for range in places {
            let was = String::from_utf8_lossy(&bytes[range.clone()]).into_owned();
            let same = |name: &&String| {
                [(*name).clone(), url(name), xml(name)].iter().any(|form| form.eq_ignore_ascii_case(&was))
            };
            let Some(name) = stand_ins.keys().find(same) else { continue };
            let other = &stand_ins[name];
            let other = if was.len() == name.len() {
                other.clone()
            } else if was.contains('%') {
                url(other)
            } else {
                xml(other)
            };
            let lower = !was.bytes().any(|b| b.is_ascii_uppercase());
            let other = if lower { other.to_ascii_lowercase() } else { other };
            if other.len() == was.len() {
                bytes[range].copy_from_slice(other.as_bytes());
                counts.names += 1;
            }
        }
    }

    /// Names in credentials of the Basic kind, which are written in base64.
    fn in_basic(&self, out: &mut Cow<'_, [u8]>, counts: &mut Counts) {
        let Some(basic) = &self.basic else { return };
        let places: Vec<_> = basic.captures_iter(out).filter_map(|found| Some(found.get(1)?.range())).collect();
        for range in places {
            let text = &out[range.clone()];
            let plain: Vec<u8> = text.iter().copied().filter(|b| *b != b'=').collect();
            let Ok(decoded) = STANDARD_NO_PAD.decode(&plain).or_else(|_| URL_SAFE_NO_PAD.decode(&plain)) else {
                continue;
            };
            let mut inner = Cow::Borrowed(&decoded[..]);
            self.rename(&mut inner, counts);
            if let Cow::Owned(renamed) = inner {
                let mut coded = STANDARD.encode(renamed).into_bytes();
                coded.resize(range.len(), b'=');
                out.to_mut()[range].copy_from_slice(&coded);
            }
        }
    }
}

fn overwrite(out: &mut Cow<'_, [u8]>, mut places: Vec<Range<usize>>, count: &mut u64) {
    places.retain(|range| !range.is_empty());
    if places.is_empty() {
        return;
    }
    let bytes = out.to_mut();
    for range in places {
        if bytes[range.clone()].iter().any(|b| *b != b'*') {
            *count += 1;
            bytes[range].iter_mut().filter(|b| !matches!(**b, b'\r' | b'\n')).for_each(|b| *b = b'*');
        }
    }
}

/// Whether no letter or digit stands beside it; an escape of a URL is none.
fn stands_alone(bytes: &[u8], start: usize, end: usize) -> bool {
    let word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
    let escape = start >= 3 && bytes[start - 3] == b'%' && bytes[start - 2..start].iter().all(u8::is_ascii_hexdigit);
    (start == 0 || !word(&bytes[start - 1]) || escape) && !bytes.get(end).is_some_and(word)
}

/// A name of the same length and shape: letters and digits are others, what stands between them stays.
fn stand_in(name: &str, seed: &str) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    let noise = Sha256::digest(seed.as_bytes());
    let mut first = true;
    let other = name.bytes().enumerate().map(|(at, byte)| match byte {
        b if !b.is_ascii_alphanumeric() => char::from(b),
        _ if std::mem::take(&mut first) => 'U',
        _ => char::from(LETTERS[usize::from(noise[at % noise.len()]) % LETTERS.len()]),
    });
    other.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scrubbed(scrub: &Scrub, text: &str) -> String {
        let mut text = text.to_owned();
        scrub.text(&mut text, &mut Counts::default());
        text
    }

    #[test]
    fn a_secret_goes_in_every_spelling() {
        let secret = "p&ss wörd/9!".to_owned();
        let scrub = Scrub::default().secrets([&secret], &BTreeSet::new());
        for text in [
            secret.clone(),
            url(&secret),
            url(&secret).to_lowercase(),
            xml(&secret),
            STANDARD.encode(&secret),
            STANDARD.encode(format!("a{secret}")),
            STANDARD.encode(format!("ab{secret}cd")),
            STANDARD.encode(format!("user:{secret}")),
        ] {
            let left = scrubbed(&scrub, &format!("before {text} behind"));
            let stars = left.matches('*').count();
            assert!(stars * 10 >= text.len() * 6 && left.len() == text.len() + 14, "{text}: {left}");
        }
    }

    #[test]
    fn names_go_wherever_they_stand_alone() {
        let names = ["JDOE".to_owned(), "j.doe@corp".to_owned()].into();
        let scrub = Scrub::default().people(&names, &str::to_owned);
        let other: BTreeMap<_, _> = scrub.stand_ins().collect();
        let jdoe = other["JDOE"];
        assert_eq!(scrubbed(&scrub, "CORP\\JDOE CORP%5CJDOE JDOEX"), format!("CORP\\{jdoe} CORP%5C{jdoe} JDOEX"));
        assert_eq!(scrubbed(&scrub, "jdoe"), jdoe.to_lowercase());
        assert!(!scrubbed(&scrub, "a=j.doe%40corp&b").contains("doe"));
        let basic = scrubbed(&scrub, &format!("Authorization: Basic {}", STANDARD.encode("JDOE:****")));
        assert_eq!(basic, format!("Authorization: Basic {}", STANDARD.encode(format!("{jdoe}:****"))));
    }

    #[test]
    fn patterns_are_checked_and_keep_lines() {
        assert!(Scrub::with_patterns(&["(".to_owned()]).is_err());
        assert!(Scrub::with_patterns(&["x*".to_owned()]).is_err());
        let scrub = Scrub::with_patterns(&["K[0-9]+".to_owned(), "(?s)A.B".to_owned()]).expect("patterns");
        assert_eq!(scrubbed(&scrub, "K123 A\nB"), "**** *\n*");
    }
}
