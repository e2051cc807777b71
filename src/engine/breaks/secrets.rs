//! Secrets in a text that was shown masked and then edited: where the filler still stands, the secret goes on.

use std::ops::Range;

/// Bytes around a filler by which it is known again.
const AROUND: usize = 24;
/// The same where more of them were edited, and the fewest on one side alone.
const NEAR: usize = 6;
const FEWEST: usize = 3;
/// Fillers so near to each other are one.
const APART: usize = 8;

/// Puts the secrets of `real` into `edited`, which was made of `shown`: the same text, its secrets overwritten by fillers of
/// the same length.
///
/// # Errors
/// Where a filler still stands there and it can't be told which secret it is for.
pub(super) fn restored(real: &[u8], shown: &[u8], edited: &[u8]) -> Result<Vec<u8>, String> {
    if real == shown {
        return Ok(edited.to_vec());
    }
    let (mut out, mut from) = (Vec::with_capacity(edited.len()), 0);
    let mut missed: Vec<Range<usize>> = Vec::new();
    for filler in fillers(real, shown) {
        match place(shown, &filler, edited, from) {
            Some(at) => {
                out.extend_from_slice(&edited[from..at]);
                out.extend_from_slice(&real[filler.clone()]);
                from = at + filler.len();
            }
            None => missed.push(filler),
        }
    }
    out.extend_from_slice(&edited[from..]);
    // What was typed over is gone; what still stands somewhere must not go on as asterisks.
    match missed.iter().find(|filler| memchr::memmem::find(&out, &shown[(*filler).clone()]).is_some()) {
        None => Ok(out),
        Some(filler) => {
            let line = memchr::memchr_iter(b'\n', &shown[..filler.start]).count() + 1;
            Err(format!(
                "what is masked in line {line} of the held text still stands in it, but not between the same words: type \
                 the secret in its place, or take the change beside it back"
            ))
        }
    }
}

/// Where `shown` differs from `real`.
fn fillers(real: &[u8], shown: &[u8]) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for at in real.iter().zip(shown).enumerate().filter(|(_, (a, b))| a != b).map(|(at, _)| at) {
        match found.last_mut() {
            Some(last) if at - last.end < APART && !shown[last.end..at].contains(&b'\n') => last.end = at + 1,
            _ => found.push(at..at + 1),
        }
    }
    // A secret may have had the filler's own sign at its ends.
    for range in &mut found {
        while range.start > 0 && shown[range.start - 1] == b'*' {
            range.start -= 1;
        }
        while shown.get(range.end) == Some(&b'*') {
            range.end += 1;
        }
    }
    found
}

/// Where a filler stands in `edited` from `from` on: between the same words, or else behind or before them.
fn place(shown: &[u8], filler: &Range<usize>, edited: &[u8], from: usize) -> Option<usize> {
    let before = &shown[filler.start.saturating_sub(AROUND)..filler.start];
    let behind = &shown[filler.end..(filler.end + AROUND).min(shown.len())];
    // As far as to the ends of its line: what is in the next one may have been edited.
    let before = before.iter().rposition(|b| *b == b'\n').map_or(before, |at| &before[at + 1..]);
    let behind = behind.iter().position(|b| *b == b'\n').map_or(behind, |at| &behind[..at]);
    let itself = &shown[filler.clone()];
    // Never a part of a longer run.
    let places = |text: &[u8], words: &[u8], skip: usize| -> Vec<usize> {
        let alone = |at: &usize| {
            let star = |at: Option<usize>| at.and_then(|at| text.get(at)) == Some(&b'*');
            let longer = itself.first() == Some(&b'*') && star(at.checked_sub(1));
            !(longer || (itself.last() == Some(&b'*') && star(Some(at + itself.len()))))
        };
        memchr::memmem::find_iter(text, words).map(|at| at + skip).filter(alone).collect()
    };
    let found = |words: &[u8], skip: usize| {
        let there = places(edited, words, skip);
        // Where one of several is gone it can't be told which.
        let all = there.len() == places(shown, words, skip).len();
        there.into_iter().find(|at| all && *at >= from)
    };
    // As many of them as still stand there, on both sides or on one.
    [AROUND, NEAR].into_iter().find_map(|most| {
        let before = &before[before.len().saturating_sub(most)..];
        let behind = &behind[..behind.len().min(most)];
        let near = |words: &[u8]| words.len() >= FEWEST;
        found(&[before, itself, behind].concat(), before.len())
            .or_else(|| near(before).then(|| found(&[before, itself].concat(), before.len())).flatten())
            .or_else(|| near(behind).then(|| found(&[itself, behind].concat(), 0)).flatten())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: &str =
        "POST /x?token=abcdefgh HTTP/1.1\nAuthorization: Bearer s3cr3t\nX: 1\n\n<P>hunter2</P><F>A01</F>";
    const SHOWN: &str =
        "POST /x?token=******** HTTP/1.1\nAuthorization: Bearer ******\nX: 1\n\n<P>*******</P><F>A01</F>";

    fn from(edit: impl Fn(&str) -> String) -> Result<String, String> {
        restored(REAL.as_bytes(), SHOWN.as_bytes(), edit(SHOWN).as_bytes())
            .map(|bytes| String::from_utf8(bytes).expect("text"))
    }

    #[test]
    fn a_secret_goes_on_where_its_filler_stands_however_much_is_edited_around_it() {
        let real = |edit: &dyn Fn(&str) -> String| assert_eq!(from(edit), Ok(edit(REAL)));
        real(&|text| text.to_owned());
        real(&|text| text.replace("A01", "B02"));
        real(&|text| text.replace("A01", "B02").replace("/x?", "/yyy?a=b&").replace("X: 1\n", ""));
        real(&|text| format!("{text}\n<more/>").replace("X: 1", "X: 1\nY: 2"));
        real(&|text| text.replace("<F>A01</F>", ""));
    }

    #[test]
    fn what_is_typed_over_a_filler_is_sent() {
        assert!(from(|text| text.replace("<P>*******</P>", "<P>other</P>")).unwrap().contains("<P>other</P><F>A01"));
        assert!(from(|text| text.replace("Authorization: Bearer ******\n", "")).unwrap().contains("<P>hunter2</P>"));
    }

    #[test]
    fn asterisks_that_stand_for_nothing_known_are_not_sent() {
        let moved = from(|text| text.replace("<P>*******</P>", "").replace("X: 1", "X: (*******)"));
        assert!(moved.as_ref().is_err_and(|why| why.contains("line 5")), "{moved:?}");
        // A filler beside another of the same length is told by what stands around it.
        let (real, shown) = ("a=12345678;\nb=87654321;", "a=********;\nb=********;");
        let edited = shown.replace("a=********;\n", "");
        let sent = restored(real.as_bytes(), shown.as_bytes(), edited.as_bytes());
        assert_eq!(sent.map(|b| String::from_utf8(b).unwrap()), Ok("b=87654321;".to_owned()));
        // Of several that nothing tells apart none is guessed where one is gone.
        let (real, shown) = ("password=12345678\npassword=87654321", "password=********\npassword=********");
        assert!(restored(real.as_bytes(), shown.as_bytes(), b"password=********").is_err());
        let edited = format!("{shown}\nmore");
        let sent = restored(real.as_bytes(), shown.as_bytes(), edited.as_bytes());
        assert_eq!(sent.map(|b| String::from_utf8(b).unwrap()), Ok(format!("{real}\nmore")));
    }

    #[test]
    fn a_masked_part_of_base64_is_known_again() {
        let (real, shown) = ("A: Basic dXNlcjpwYXNzd29yZA==\nX: 1", "A: Basic dXNlcjoqKioqKioqKg==\nX: 1");
        let edited = shown.replace("X: 1", "X: 2");
        let sent = restored(real.as_bytes(), shown.as_bytes(), edited.as_bytes());
        assert_eq!(sent.map(|b| String::from_utf8(b).unwrap()), Ok(real.replace("X: 1", "X: 2")));
    }
}
