//! Secrets that are known, in all the spellings in which they may be said again where nothing before them gives them away.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mwscope_parsers::http::form::percent_encoded as url;

use super::search::FILLER;
use crate::model::facts::bare_user;

/// Secrets shorter than this may be part of other words.
pub(crate) const SHORTEST: usize = 6;

/// How many secrets of a generation are remembered, and of the one before. A recording of months sees new sessions
/// without end; a password that is sent again and again is always young, and what is said again stands near its call.
const GENERATION: usize = 2048;

/// Secrets that came by, remembered for what is copied beside the exchanges that held them. Never written anywhere.
#[derive(Debug, Default)]
pub(crate) struct Known {
    young: BTreeSet<String>,
    old: BTreeSet<String>,
    /// Names of users, which are no secrets, even where the password is the same word.
    users: BTreeSet<String>,
    /// What finds them, once it was asked for; `None` inside where there is nothing to find.
    finder: Option<Option<AhoCorasick>>,
}

impl Known {
    /// Remembers the secrets of a call.
    pub(crate) fn add(&mut self, secrets: Vec<String>, user: Option<&str>) {
        for secret in secrets.into_iter().filter(|secret| secret.len() >= SHORTEST) {
            if self.young.contains(&secret) {
                continue;
            }
            if self.young.len() == GENERATION {
                self.old = std::mem::take(&mut self.young);
            }
            self.young.insert(secret);
            self.finder = None;
        }
        if let Some(user) = user.map(bare_user).filter(|user| !self.users.contains(*user)) {
            if self.users.len() == GENERATION {
                self.users.clear();
            }
            self.users.insert(user.to_owned());
            self.finder = None;
        }
    }

    /// Overwrites them where `bytes` say them again.
    pub(crate) fn overwrite(&mut self, bytes: &mut [u8]) {
        let finder = self.finder.get_or_insert_with(|| literals(self.young.iter().chain(&self.old), &self.users));
        if let Some(finder) = finder {
            overwrite(finder, bytes);
        }
    }
}

/// Overwrites the secrets that are said again.
fn overwrite(secrets: &AhoCorasick, bytes: &mut [u8]) {
    let places: Vec<_> = secrets.find_iter(&*bytes).map(|found| found.range()).collect();
    places.into_iter().for_each(|place| bytes[place].fill(FILLER));
}

/// All forms of the secrets, the longest first. Words that name a secret, and those in `but`, are none.
pub(crate) fn literals<'a>(
    secrets: impl IntoIterator<Item = &'a String>,
    but: &BTreeSet<String>,
) -> Option<AhoCorasick> {
    let mut forms: Vec<String> = wanted(secrets, but).flat_map(|secret| spelled(secret)).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    if forms.is_empty() {
        return None;
    }
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).ok()
}

/// Those secrets that can be told from other words.
pub(crate) fn wanted<'a>(
    secrets: impl IntoIterator<Item = &'a String>,
    but: &BTreeSet<String>,
) -> impl Iterator<Item = &'a String> {
    let known = |word: &str| but.iter().any(|name| name.eq_ignore_ascii_case(word));
    secrets.into_iter().filter(move |s| {
        let varied = s.bytes().any(|b| b != s.as_bytes()[0]);
        s.len() >= SHORTEST && varied && !known(s) && !is_name(s)
    })
}

/// Whether it is a word that names secrets, and stands in many a text. `Password123` is none, but a password.
fn is_name(secret: &str) -> bool {
    let wordlike = |b: u8| b.is_ascii_alphabetic() || matches!(b, b'_' | b'-' | b'.');
    secret.bytes().all(wordlike) && super::is_secret_name(secret)
}

/// A secret in clear and in every spelling that would give it away.
pub(crate) fn spelled(secret: &str) -> Vec<String> {
    let mut forms = vec![
        secret.to_owned(),
        url(secret),
        url(secret).to_ascii_lowercase(),
        url(secret).replace("%20", "+"),
        xml(secret),
    ];
    forms.push(secret.replace('\\', "\\\\").replace('"', "\\\""));
    // What is left of it in the base64 of a longer text, at each of the three places where it can begin.
    for shift in 0..3_usize {
        let padded = [&b"\0\0"[..shift], secret.as_bytes()].concat();
        for coded in [STANDARD_NO_PAD.encode(&padded), URL_SAFE_NO_PAD.encode(&padded)] {
            let from = [0, 2, 3][shift];
            let to = coded.len() - [0, 1, 1][padded.len() % 3];
            if to > from + 7 {
                forms.push(coded[from..to].to_owned());
            }
        }
    }
    forms
}

/// As XML spells it.
pub(crate) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&apos;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_that_names_secrets_is_no_secret_but_a_password_like_it_is() {
        let mut known = Known::default();
        let secrets = ["password", "Password123", "MWSUSR", "My-Secret-1"].map(str::to_owned);
        known.add(secrets.to_vec(), Some("corp\\MWSUSR"));
        let mut text = b"password Password123 of MWSUSR, My-Secret-1".to_vec();
        known.overwrite(&mut text);
        assert_eq!(text, b"password *********** of MWSUSR, ***********");
    }

    #[test]
    fn what_comes_again_is_remembered_however_many_come_between() {
        let mut known = Known::default();
        for n in 0..3 * GENERATION {
            known.add(vec!["Hunter2".to_owned(), format!("session-{n:05}")], None);
        }
        let mut text = b"Hunter2 session-00000 session-06143".to_vec();
        known.overwrite(&mut text);
        assert_eq!(text, b"******* session-00000 *************");
    }
}
