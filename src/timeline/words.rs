//! Words in the text of records: the comparisons on which joins rest. Everything is compared in ASCII upper case.

use std::sync::LazyLock;

use mwscope_parsers::{Civil, Stamp};
use regex::Regex;

use crate::model::{Record, facts};

/// Whether `word` stands in `text` and isn't part of a longer word. Both are in upper case.
pub(super) fn has_word(text: &str, word: &str) -> bool {
    !word.is_empty()
        && memchr::memmem::find_iter(text.as_bytes(), word.as_bytes()).any(|at| {
            let before = text.as_bytes()[..at].last();
            let after = text.as_bytes().get(at + word.len());
            !joins(before, word.as_bytes()[0]) && !joins(after, word.as_bytes()[word.len() - 1])
        })
}

/// Whether a byte beside a word's edge makes it part of a longer word.
fn joins(beside: Option<&u8>, edge: u8) -> bool {
    let part = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    part(edge) && beside.is_some_and(|b| part(*b))
}

/// A user's name without domain, in upper case: `CORP\jdoe` and `jdoe@corp.com` are `JDOE`.
pub(super) fn bare_user(user: &str) -> String {
    facts::bare_user(user).to_ascii_uppercase()
}

/// The last part of a path of any system, archive members included, in upper case.
pub(super) fn file_name(path: &str) -> String {
    path.rsplit(['/', '\\', '!']).next().unwrap_or(path).trim().to_ascii_uppercase()
}

/// The M3 program that a text in upper case says has ended: the class behind `mvx.app.pgm.`, else a word that looks
/// like a program.
pub(super) fn program_in(text: &str) -> Option<String> {
    static CLASS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"MVX\.APP\.(?:PGM\.)(?:CUSTOMER\.)?([A-Z][A-Z0-9]{2,11})").ok());
    static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b([A-Z]{2,4}[0-9]{3}(?:[A-Z]{2})?)\b").ok());
    let found = |pattern: &LazyLock<Option<Regex>>| {
        pattern.as_ref().and_then(|p| p.captures(text)).and_then(|c| c.get(1)).map(|m| m.as_str().to_owned())
    };
    found(&CLASS).or_else(|| found(&WORD))
}

/// Whether a text in upper case says, as a call's thread does, that what the call asked for couldn't be executed: `Unable to
/// execute MPD!`, or another thing of M3's.
pub(super) fn says_it_could_not(text: &str) -> bool {
    CANNOT.iter().any(|phrase| text.contains(phrase))
}

/// What such a record says.
pub(super) const CANNOT: [&str; 3] =
    ["UNABLE TO EXECUTE M", "UNABLE TO EXECUTE TRANSACTION", "UNABLE TO EXECUTE PROGRAM"];

/// Whether a text in upper case holds a program event of a failure: `M3:MMS001:F`.
pub(super) fn is_failed_event(text: &str) -> bool {
    static FAILED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?:^|[^\w./])M3:[A-Z0-9_.]{2,64}:F\b").ok());
    text.contains("M3:") && FAILED.as_ref().is_some_and(|failed| failed.is_match(text))
}

/// Whether a phrase stands in a text (both in upper case) without a word before it that denies it and, where what is
/// `quoted` is only mentioned, outside quotes.
pub(super) fn is_told(text: &str, phrase: &str, quoted: bool) -> bool {
    const DENIALS: [&str; 5] = ["NO", "NOT", "NEVER", "WITHOUT", "ANY"];
    memchr::memmem::find_iter(text.as_bytes(), phrase.as_bytes()).any(|at| {
        let before = text.get(..at).unwrap_or("");
        let denied = before.split_whitespace().next_back().is_some_and(|word| DENIALS.contains(&word));
        let quotes = quoted && before.ends_with(['"', '\'', '\u{201c}', '\u{ab}']);
        !denied && !quotes
    })
}

/// The path of the dump that a record's text names, as written.
pub(super) fn dump_path_in(text: &str) -> Option<String> {
    static PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?i)dump ?log\s+(?:file\s+)?(?:was\s+|is\s+)?(?:created|written|saved|stored)?\s*(?:in|at|to|as)?\s*[:=]?\s*["'<\[(]?((?:[a-z]:[\\/]|[\\/]{1,2}|\.{0,2}/)?[^\s"'<>|*?]*[\\/._-][^\s"'<>|*?]*)"#).ok()
    });
    let found = PATH.as_ref()?.captures_iter(text).filter_map(|c| c.get(1)).map(|m| m.as_str()).last()?;
    let found = found.trim_end_matches(['.', ',', ';', ')', ']']);
    (found.len() > 3).then(|| found.to_owned())
}

/// The path of the dump that a record names, by its message, where the signs of the layout that quote it are taken off.
pub(super) fn dump_path_of(record: &Record) -> Option<String> {
    dump_path_in(&record.message).or_else(|| dump_path_in(&record.text))
}

/// The date and time in the name of a dump's file, where its text states none: `dump_20260113_101506_CRS008.log`.
pub(super) fn stamp_in_name(path: &str) -> Option<Stamp> {
    static WHEN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?:^|[^0-9])(20[0-9]{2})[-_.]?([01][0-9])[-_.]?([0-3][0-9])[-_.T ]{0,2}([0-2][0-9])[-_.h]?([0-5][0-9])[-_.m]?([0-5][0-9])(?:[-_.]?([0-9]{3}))?(?:[^0-9]|$)").ok()
    });
    let name = file_name(path);
    let found = WHEN.as_ref()?.captures(&name)?;
    let part = |n: usize| found.get(n).and_then(|m| m.as_str().parse::<u32>().ok());
    let ms = part(7);
    let year = i32::try_from(part(1)?).ok()?;
    let civil = Civil::new(year, part(2)?, part(3)?, part(4)?, part(5)?, part(6)?, ms.unwrap_or(0) * 1_000_000)?;
    Some(Stamp { civil, offset_s: None, digits: if ms.is_some() { 3 } else { 0 }, has_date: true })
}

/// Users that a text names as such: `user=X`, `USID: X`, `for user X`. In upper case, as the text.
pub(super) fn users_in(text: &str) -> Vec<String> {
    static USER: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r#"\b(?:USER(?:\s?(?:ID|NAME))?|USID|USR)\b\s*[=:]?\s*["'\[(]?((?:[A-Z0-9_.-]+\\)?[A-Z][A-Z0-9_.-]{1,19})|\bUSID\s*[=:]\s*["'\[(]?([A-Z])\b"#,
        )
        .ok()
    });
    let Some(pattern) = USER.as_ref() else { return Vec::new() };
    let named = pattern.captures_iter(text).filter_map(|c| c.get(1).or(c.get(2)));
    // The end of a sentence is no part of a name.
    let named = named.map(|m| bare_user(m.as_str().trim_end_matches(['.', '-'])));
    named.filter(|user| !VERBS.contains(&user.as_str())).collect()
}

/// What a user does isn't who it is: `user typed ...`.
const VERBS: [&str; 20] = [
    "TYPED",
    "ENTERED",
    "IS",
    "WAS",
    "HAS",
    "HAD",
    "NOT",
    "AND",
    "OR",
    "LOGGED",
    "LOGS",
    "PRESSED",
    "CLICKED",
    "CHOSE",
    "SELECTED",
    "WROTE",
    "SAID",
    "WANTS",
    "CANCELLED",
    "CLOSED",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_event_is_no_other_event() {
        assert!(is_failed_event("M3:MMS001:F\nPGMN=MMS001;") && is_failed_event("GOT M3:MMS001.PEDSP:F;"));
        assert!(
            !is_failed_event("M3:MMS001:S") && !is_failed_event("M3:MMS001:FX") && !is_failed_event("HTTP://M3:8080:F")
        );
    }

    #[test]
    fn a_word_is_not_a_part_of_another() {
        assert!(has_word("EXECUTING CRS008 FOR MWSUSR", "CRS008"));
        assert!(!has_word("EXECUTING CRS0081", "CRS008"));
        assert!(has_word("N=\"ITNO\">SKU-2201<", "SKU-2201"));
        assert!(!has_word("FACILITYNAME", "FACILITY"));
        assert!(!has_word("ANYTHING", ""));
        assert!(has_word("ÅÄÖ.CRS008.É", "CRS008"));
    }

    #[test]
    fn programs_and_dumps_are_named_in_many_ways() {
        let text = "Abnormal termination of mvx.app.pgm.CRS008. Dump log created: /m3/dumplog/dump_1.log";
        assert_eq!(program_in(&text.to_ascii_uppercase()).as_deref(), Some("CRS008"));
        assert_eq!(dump_path_in(text).as_deref(), Some("/m3/dumplog/dump_1.log"));
        let text = r"Abnormal termination of mvx.app.pgm.customer.OIS100 - Dump log created: D:\M3\logs\OIS100 1.log";
        assert_eq!(program_in(&text.to_ascii_uppercase()).as_deref(), Some("OIS100"));
        assert!(dump_path_in(text).is_some_and(|p| p.starts_with(r"D:\M3\logs\OIS100")));
        assert_eq!(dump_path_in("Dump log created:\n  /a/b/c.txt.").as_deref(), Some("/a/b/c.txt"));
        assert_eq!(dump_path_in("no dump log at all"), None);
    }

    #[test]
    fn names_of_files_may_hold_a_time() {
        let at = |path: &str| stamp_in_name(path).map(|stamp| stamp.to_rfc3339());
        assert_eq!(at("x/dump_20260113_101506_CRS008_0016.log").as_deref(), Some("2026-01-13T10:15:06"));
        assert_eq!(at("x.zip!/20260113101506123.dmp").as_deref(), Some("2026-01-13T10:15:06.123"));
        assert_eq!(at("CRS008 2026-01-13 10.15.06.txt").as_deref(), Some("2026-01-13T10:15:06"));
        for none in ["dump1.txt", "20261399_101506.log", "120260113101506.log", "dump_20260113.log"] {
            assert_eq!(at(none), None, "{none}");
        }
    }

    #[test]
    fn users_lose_their_domain() {
        assert_eq!(bare_user("CORP\\jdoe"), "JDOE");
        assert_eq!(bare_user("jdoe@corp.com"), "JDOE");
        assert_eq!(users_in("POST /X USER MWSUSR COMPANY 100"), ["MWSUSR"]);
        assert_eq!(users_in("PGMN=MMS001;USID=K;CONO=330"), ["K"]);
        assert_eq!(users_in("USER A LOCK WAS FOUND"), [""; 0], "a word of a sentence");
        assert_eq!(users_in("<PGM USER=\"CORP\\JDOE\">"), ["JDOE"]);
        assert_eq!(users_in("ENDED FOR USER JDOE. DUMP LOG CREATED"), ["JDOE"]);
        assert_eq!(users_in("USER TYPED \"X\" FOR USER ASMITH"), ["ASMITH"]);
    }
}
