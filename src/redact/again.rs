//! Secrets of an exchange that are said again in its own messages, with nothing before them that gives them away: a fault
//! that names the password it refused, a second field for the same new password. They are known from elsewhere in the
//! exchange, and looked for in all their spellings, however the text is cut.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};

use super::echo;
use super::key::Key;
use super::search::{FILLER, Secret, TOKEN_BYTES};
use crate::model::facts::bare_user;
use crate::model::{Mask, Part};

/// The rule as it stands in a mask.
pub(crate) const RULE: &str = "said-again";

/// Shorter ones without a letter are dates, amounts and numbers of orders as well.
const SHORTEST_NUMBER: usize = 12;

/// Bytes of a form that are searched for; the rest is compared. A token may have thousands, and a new one may come with
/// each call.
const SEARCHED: usize = 24;

/// Bytes around a form that tell whether it stands alone.
const AROUND: usize = 2;

/// Many calls have the same secrets as the one before; so many sets of them are remembered by each thread.
const MOST: usize = 64;

/// What finds the secrets of an exchange wherever they are said again.
#[derive(Debug)]
pub struct Again {
    /// What finds where a form may begin.
    starts: AhoCorasick,
    /// The longest first, and whether it must stand alone since it may be part of other words.
    forms: Vec<(Vec<u8>, bool)>,
    longest: usize,
}

/// Secrets, and the user who is none even where the password is the same word.
type Set = (Vec<String>, Option<String>);

thread_local! {
    static KNOWN: RefCell<HashMap<Set, Option<Arc<Again>>>> = RefCell::default();
}

impl Again {
    /// What finds `secrets`; `None` where none of them can be told from other words. The user's name is none.
    #[must_use]
    pub fn of(secrets: &[String], user: Option<&str>) -> Option<Arc<Self>> {
        if secrets.is_empty() {
            return None;
        }
        let set = (secrets.to_vec(), user.map(|user| bare_user(user).to_owned()));
        if let Some(known) = KNOWN.with_borrow(|known| known.get(&set).cloned()) {
            return known;
        }
        let made = Self::new(&set).map(Arc::new);
        KNOWN.with_borrow_mut(|known| {
            if known.len() >= MOST {
                known.clear();
            }
            known.insert(set, made.clone());
        });
        made
    }

    fn new((secrets, user): &Set) -> Option<Self> {
        let users: BTreeSet<String> = user.iter().cloned().collect();
        let telling =
            |secret: &&String| secret.len() >= SHORTEST_NUMBER || secret.bytes().any(|b| b.is_ascii_alphabetic());
        let mut forms: Vec<(Vec<u8>, bool)> = Vec::new();
        for secret in echo::wanted(secrets, &users).filter(telling) {
            // A word of the language, or what may be one.
            let word = secret.bytes().all(|b| b.is_ascii_alphabetic());
            forms.push((secret.clone().into_bytes(), word));
            if !word {
                let wide = || secret.encode_utf16();
                forms.push((wide().flat_map(u16::to_le_bytes).collect(), false));
                forms.push((wide().flat_map(u16::to_be_bytes).collect(), false));
            }
            forms.extend(echo::spelled(secret).into_iter().map(|form| (form.into_bytes(), false)));
            forms.extend(more_spellings(secret).into_iter().map(|form| (form.into_bytes(), false)));
        }
        // The first of equal ones says whether it must stand alone.
        let mut seen = HashSet::new();
        forms.retain(|(form, _)| seen.insert(form.clone()));
        forms.sort_by_key(|(form, _)| std::cmp::Reverse(form.len()));
        let longest = forms.first()?.0.len();
        let starts: BTreeSet<&[u8]> = forms.iter().map(|(form, _)| &form[..form.len().min(SEARCHED)]).collect();
        let kind = AhoCorasickKind::ContiguousNFA;
        let starts = AhoCorasick::builder().kind(Some(kind)).match_kind(MatchKind::LeftmostFirst).build(starts).ok()?;
        Some(Self { starts, forms, longest })
    }

    /// Where they stand in a text that is at hand.
    pub(crate) fn places(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut places = Vec::new();
        let mut at = 0;
        while let Some((place, next)) = self.next(bytes, at) {
            places.extend(place);
            at = next;
        }
        places
    }

    /// Overwrites them in a text.
    pub(crate) fn overwrite(&self, text: &mut String) {
        let places = self.places(text.as_bytes());
        if places.is_empty() {
            return;
        }
        let mut bytes = std::mem::take(text).into_bytes();
        places.into_iter().for_each(|place| bytes[place].fill(FILLER));
        *text = String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned());
    }

    /// The first form that begins at `from` or behind it, if it counts, and where to go on.
    fn next(&self, bytes: &[u8], from: usize) -> Option<(Option<Range<usize>>, usize)> {
        let start = self.starts.find(Input::new(bytes).range(from..))?.start();
        let rest = &bytes[start..];
        let form = self.forms.iter().find(|(form, alone)| {
            rest.starts_with(form) && (!alone || stands_alone(bytes, &(start..start + form.len())))
        });
        Some(match form {
            Some((form, _)) => (Some(start..start + form.len()), start + form.len()),
            None => (None, start + 1),
        })
    }
}

/// Overwrites what `again` finds in a part that is at hand, and lists it.
pub fn mask_again(key: &Key, part: Part, again: &Again, bytes: &mut Cow<'_, [u8]>) -> Vec<Mask> {
    let places = again.places(bytes);
    let mask = |place: Range<usize>| {
        let (offset, len) = (place.start as u64, place.len() as u64);
        let token = key.token(&bytes[place]);
        Mask { part, offset, len, rule: RULE.to_owned(), token }
    };
    let masks = places.iter().cloned().map(mask).collect();
    for place in places {
        bytes.to_mut()[place].fill(FILLER);
    }
    masks
}

/// Whether a word is no part of a longer one, and not the name of an element, an attribute or a member.
fn stands_alone(bytes: &[u8], word: &Range<usize>) -> bool {
    let part = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'<') || !b.is_ascii();
    let before = word.start.checked_sub(1).map(|at| bytes[at]);
    let opens = before.as_ref().is_some_and(part) || bytes[..word.start].ends_with(b"</");
    let closes = match &bytes[word.end..] {
        [] => false,
        [b'"' | b'\'', b':', ..] | [b'=', ..] => true,
        [next, ..] => part(next) && *next != b'<',
    };
    !opens && !closes
}

/// Spellings of what answers a call, beyond those of [`echo::spelled`]: markup with numbers, or within markup, and JSON
/// with everything beyond letters escaped.
fn more_spellings(secret: &str) -> Vec<String> {
    let numbered = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let json = |odd: fn(char) -> bool| {
        let mut out = String::new();
        for c in secret.chars() {
            match c {
                '"' | '\\' => out.extend(['\\', c]),
                c if odd(c) => {
                    let mut units = [0; 2];
                    c.encode_utf16(&mut units).iter().for_each(|unit| out.push_str(&format!("\\u{unit:04x}")));
                }
                c => out.push(c),
            }
        }
        out
    };
    let mut all = vec![
        numbered.replace('"', "&#34;").replace('\'', "&#39;"),
        numbered.replace('"', "&quot;").replace('\'', "&#39;"),
        numbered.clone(),
        secret.replace('&', "&amp;").replace('<', "&lt;"),
        echo::xml(&echo::xml(secret)),
        json(|c| matches!(c, '<' | '>' | '&' | '\'') || !c.is_ascii()),
        json(|c| !c.is_ascii()),
        json(|_| false).replace('/', "\\/"),
    ];
    all.retain(|form| form != secret);
    all
}

/// A text in which they are overwritten as it comes.
#[derive(Debug)]
pub(crate) struct Stream {
    again: Arc<Again>,
    /// What isn't given out yet, behind a few bytes that are.
    held: Vec<u8>,
    given: usize,
    /// Bytes of the text before `held`.
    base: u64,
    found: Vec<Secret>,
}

impl Stream {
    pub(crate) fn new(again: Arc<Again>) -> Self {
        Self { again, held: Vec::new(), given: 0, base: 0, found: Vec::new() }
    }

    /// Takes the next piece, and gives out what is decided.
    pub(crate) fn feed(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        self.held.extend_from_slice(piece);
        self.run(false, out);
    }

    /// Gives out the rest.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) {
        self.run(true, out);
    }

    /// What was overwritten since the last time.
    pub(crate) fn take_found(&mut self) -> Vec<Secret> {
        std::mem::take(&mut self.found)
    }

    fn run(&mut self, last: bool, out: &mut Vec<u8>) {
        // What begins before that is there as a whole, and what stands behind it as well.
        let ahead = if last { 0 } else { self.again.longest + AROUND };
        let sure = self.held.len().saturating_sub(ahead);
        if sure <= self.given && !last {
            return;
        }
        let mut at = self.given;
        while let Some((place, next)) = self.again.next(&self.held, at) {
            if place.as_ref().map_or(next - 1, |place| place.start) >= sure {
                break;
            }
            at = next;
            if let Some(place) = place {
                let bytes = self.held[place.clone()].iter().take(TOKEN_BYTES).copied().collect();
                let (offset, len) = (self.base + place.start as u64, place.len() as u64);
                self.found.push(Secret { offset, len, rule: RULE, bytes });
                self.held[place].fill(FILLER);
            }
        }
        let given = sure.max(at);
        out.extend_from_slice(&self.held[self.given..given]);
        let drop = given.saturating_sub(AROUND);
        self.held.drain(..drop);
        self.base += drop as u64;
        self.given = given - drop;
    }
}

#[cfg(test)]
mod tests {
    use super::super::planted::plan;
    use super::*;

    /// Secrets, and texts in which `§...§` are what is overwritten.
    const SAID: &[(&[&str], &str)] = &[
        (&["Hunter02x"], "token §Hunter02x§ expired, and §Hunter02x§, xHunter02"),
        (
            &["a\"b<c>&'/d9"],
            "<m>&quot;§a&quot;b&lt;c&gt;&amp;&apos;/d9§&quot;</m> §a&#34;b&lt;c&gt;&amp;&#39;/d9§ §a\"b&lt;c>&amp;'/d9§",
        ),
        (&["a\"b<c>&'/d9"], "{\"v\":\"§a\\\"b\\u003cc\\u003e\\u0026\\u0027/d9§\",\"w\":\"§a\\\"b<c>&'\\/d9§\"}"),
        (
            &["a\"b<c>&'/d9"],
            "?v=§a%22b%3Cc%3E%26%27%2Fd9§&w=&amp;lt; §a&amp;quot;b&amp;lt;c&amp;gt;&amp;amp;&amp;apos;/d9§",
        ),
        (&["größe99"], "§größe99§ §gr\\u00f6\\u00dfe99§ §gr%C3%B6%C3%9Fe99§"),
        // In base64, with `u:` before it.
        (&["Hunter02x"], "creds dTp§IdW50ZXIwMn§g= refused"),
        // A word of the language, which may be part of others and may be a name.
        (
            &["customer"],
            "the password §customer§ is wrong; <customer>§customer§</customer>, {\"customer\":\"customers\"}",
        ),
        (&["MWSUSR", "2026-01-01", "12345678", "password", "aaaaaaaa"], "MWSUSR 2026-01-01 12345678 password aaaaaaaa"),
    ];

    #[test]
    fn what_is_said_again_goes_however_it_is_spelled_and_cut() {
        for (secrets, marked) in SAID {
            let secrets: Vec<String> = secrets.iter().map(|secret| (*secret).to_owned()).collect();
            let (text, expected, _) = plan(marked);
            let Some(again) = Again::of(&secrets, Some("CORP\\mwsusr")) else {
                assert_eq!(text, expected);
                continue;
            };
            let mut whole = text.clone();
            again.overwrite(&mut whole);
            assert_eq!(whole, expected);
            for size in 1..text.len() {
                let mut stream = Stream::new(Arc::clone(&again));
                let mut out = Vec::new();
                text.as_bytes().chunks(size).for_each(|piece| stream.feed(piece, &mut out));
                stream.finish(&mut out);
                assert_eq!(String::from_utf8_lossy(&out), expected, "by {size}");
                for secret in stream.take_found() {
                    let at = usize::try_from(secret.offset).unwrap();
                    assert_eq!(&text.as_bytes()[at..at + secret.bytes.len()], secret.bytes);
                }
            }
        }
    }

    #[test]
    fn a_long_token_is_found_as_a_whole() {
        let token: String =
            (0..4000_u32).map(|n| char::from(b'a' + (n * n % 26) as u8)).chain("1\"x".chars()).collect();
        let near = format!("{}2", &token[..3000]);
        let again = Again::of(&[token.clone(), "Hunter02x".to_owned()], None).unwrap();
        let mut text = format!("{near} {token} {} Hunter02x", token.replace('"', "\\\""));
        again.overwrite(&mut text);
        let stars = |n: usize| "*".repeat(n);
        assert_eq!(text, format!("{near} {} {} {}", stars(token.len()), stars(token.len() + 1), stars(9)));
    }
}
