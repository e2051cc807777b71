//! The M3 operation that failed and its object: `READ_DSP ICFCMD`, `CHAIN MITMAS`.
//!
//! M3 programs keep the operations of their RPG past. Under a name such as `Failing operation` any operation is
//! believed; in free text only one of these, with an object behind it. It must not know where a text comes from.

use crate::m3::names;

// Operations on files and display files. A suffix (`_LOCK`, `_DSP`, `_SCAN`) belongs to the operation.
const OPERATIONS: [&str; 42] = [
    "READ", "READE", "READP", "READPE", "REDPE", "READC", "CHAIN", "SETLL", "SETGT", "WRITE", "UPDAT", "UPDATE",
    "DELET", "DELETE", "EXFMT", "EXSR", "CALL", "CALLP", "OPEN", "CLOSE", "UNLCK", "UNLOCK", "LOCK", "EXIST", "COMMIT",
    "ROLBK", "ROLLBACK", "SELECT", "INSERT", "FETCH", "EXECUTE", "MOVE", "MOVEL", "LOOKUP", "LOKUP", "DISPLAY", "IN",
    "OUT", "SCAN", "XFOOT", "DIV", "MULT",
];

// What reads like an operation in capitals, but in free text is only a word.
const ONLY_STATED: [&str; 9] = ["IN", "OUT", "CALL", "OPEN", "CLOSE", "LOCK", "DISPLAY", "SELECT", "MOVE"];

/// Operation and object in the value of a name that states an operation.
pub(crate) fn stated(value: &str) -> Option<String> {
    let words = split(value);
    let first = words.iter().position(|w| is_operation(w))?;
    match object(&words[first + 1..], false) {
        Some(object) => Some(format!("{} {object}", words[first])),
        None => (first == 0).then(|| words[0].to_owned()),
    }
}

/// Operation and object in free text, such as an exception's message.
pub(crate) fn in_text(text: &str) -> Option<String> {
    let words = split(text);
    (0..words.len()).find_map(|at| {
        let word = words[at];
        let base = word.split('_').next().unwrap_or(word);
        // `The operation READ_LOCK OOHEAD failed.`
        let named = at.checked_sub(1).is_some_and(|before| words[before].eq_ignore_ascii_case("operation"));
        if !is_operation(word) || !named && ONLY_STATED.contains(&base) {
            return None;
        }
        let object = object(&words[at + 1..], !word.contains('_'))?;
        Some(format!("{word} {object}"))
    })
}

/// Whether a value is nothing but an operation of M3 that is no word of another meaning, with its object or without.
#[must_use]
pub fn is_alone(value: &str) -> bool {
    let words = split(value);
    let base = words.first().map_or("", |word| word.split('_').next().unwrap_or(word));
    let free = !ONLY_STATED.contains(&base) && words.first().is_some_and(|word| is_operation(word));
    free && words.len() <= 2 && words.get(1).is_none_or(|word| is_object(word))
}

/// Whether a value is an operation without an object.
pub(crate) fn is_bare(found: &str) -> bool {
    !found.contains(' ')
}

/// Whether a word can be the object of an operation: a file, a format, a display file.
pub(crate) fn is_object(word: &str) -> bool {
    let capitals =
        word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'#' | b'$' | b'@'));
    (3..=20).contains(&word.len()) && word.starts_with(|c: char| c.is_ascii_uppercase()) && capitals
}

/// Whether a word has the form that the names of files have.
pub(crate) fn is_file(word: &str) -> bool {
    word.len() <= 10 && object(&[word], true) == Some(word)
}

fn split(text: &str) -> Vec<&str> {
    let separator = |c: char| !(c.is_alphanumeric() || matches!(c, '_' | '#' | '$' | '@'));
    text.split(separator).filter(|w| !w.is_empty()).take(64).collect()
}

fn is_operation(word: &str) -> bool {
    let base = word.split('_').next().unwrap_or(word);
    let capitals = word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    capitals && OPERATIONS.contains(&base) && word.len() <= 24
}

/// The object behind an operation, past words that join the two. `strict` takes only what has the form of a file.
fn object<'a>(words: &[&'a str], strict: bool) -> Option<&'a str> {
    const JOINS: [&str; 23] = [
        "on", "of", "to", "from", "in", "at", "file", "table", "format", "record", "display", "the", "auf", "på",
        "sur", "for", "object", "against", "using", "datei", "tabelle", "fil", "fichier",
    ];
    const NO_OBJECT: [&str; 27] = [
        "ERROR",
        "FAILED",
        "FAILURE",
        "EXCEPTION",
        "OPERATION",
        "THE",
        "AND",
        "WITH",
        "WAS",
        "NOT",
        "FOR",
        "ENDED",
        "ABNORMAL",
        "STATUS",
        "NULL",
        "LOCKED",
        "TIMEOUT",
        "KEY",
        "DATA",
        "DONE",
        "LINE",
        "PANEL",
        "PROGRAM",
        "USER",
        "LOCK",
        "ACCESS",
        "ONLY",
    ];
    let mut joined = words.iter().skip_while(|w| JOINS.contains(&w.to_lowercase().as_str()));
    let word = *joined.next()?;
    let file =
        word.len() >= 5 && (names::is_program(word) || word.bytes().any(|b| b.is_ascii_digit()) || word.len() == 6);
    let fits = is_object(word) && !NO_OBJECT.contains(&word) && !is_operation(word);
    (fits && (!strict || file)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_name_states() {
        for (value, expected) in [
            ("READ_DSP ICFCMD", "READ_DSP ICFCMD"),
            ("CHAIN MITMAS", "CHAIN MITMAS"),
            ("CHAIN on file MITMAS (key 1)", "CHAIN MITMAS"),
            ("READ_DSP(ICFCMD)", "READ_DSP ICFCMD"),
            ("READ_DSP on ICFCMD", "READ_DSP ICFCMD"),
            ("UPDAT_LOCK", "UPDAT_LOCK"),
            ("NullPointerException on READ_DSP ICFCMD", "READ_DSP ICFCMD"),
            ("CALL MMS001", "CALL MMS001"),
        ] {
            assert_eq!(stated(value).as_deref(), Some(expected), "{value}");
        }
        assert_eq!(stated("PEDSP, line 12"), None);
    }

    #[test]
    fn what_free_text_says() {
        assert_eq!(in_text("READ_DSP ICFCMD").as_deref(), Some("READ_DSP ICFCMD"));
        assert_eq!(in_text("null while executing CHAIN MITMAS").as_deref(), Some("CHAIN MITMAS"));
        for text in
            ["READ ERROR", "CALL IT A DAY", "read this", "45", "I READ BOOKS", "CHAIN of events", "CALL_CHAIN SYS"]
        {
            assert_eq!(in_text(text), None, "{text}");
        }
    }
}
