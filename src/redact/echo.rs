//! Secrets that are known, in all the spellings in which they may be said again where nothing before them gives them away.

use std::collections::BTreeSet;

use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use mwscope_parsers::http::form::percent_encoded as url;

use super::search::FILLER;

/// Secrets shorter than this may be part of other words.
const SHORTEST: usize = 6;

/// Overwrites the secrets that are said again.
pub(crate) fn overwrite(secrets: &AhoCorasick, bytes: &mut [u8]) {
    let places: Vec<_> = secrets.find_iter(&*bytes).map(|found| found.range()).collect();
    places.into_iter().for_each(|place| bytes[place].fill(FILLER));
}

/// All forms of the secrets, the longest first. Words that name a secret, and those in `but`, are none.
pub(crate) fn literals<'a>(
    secrets: impl IntoIterator<Item = &'a String>,
    but: &BTreeSet<String>,
) -> Option<AhoCorasick> {
    let known = |word: &str| but.iter().any(|name| name.eq_ignore_ascii_case(word));
    let wanted = secrets.into_iter().filter(|s| {
        let varied = s.bytes().any(|b| b != s.as_bytes()[0]);
        s.len() >= SHORTEST && varied && !known(s) && !super::is_secret_name(s)
    });
    let mut forms: Vec<String> = wanted.flat_map(|secret| spelled(secret)).collect();
    forms.sort_by_key(|form| std::cmp::Reverse(form.len()));
    forms.dedup();
    if forms.is_empty() {
        return None;
    }
    AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms).ok()
}

/// A secret in clear and in every spelling that would give it away.
fn spelled(secret: &str) -> Vec<String> {
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
