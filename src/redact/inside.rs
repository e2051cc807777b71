//! Texts in base64 within other texts, as a message may carry another one: secrets in them are overwritten, and what is
//! around them can still be decoded. It knows one run of base64 that is at hand.

use std::ops::Range;

use base64::Engine;
use mwscope_parsers::http::transfer::BASE64;

use super::base64::decode;
use super::change;
use super::nameless::is_base64;
use super::search::Secret;
use super::state::Syntax;

/// Of a longer run only so much is looked into.
pub(crate) const LONGEST: usize = 64 << 10;

/// How many bytes of base64 `bytes` begins with, of which the first `seen` are known to be.
pub(crate) fn run(bytes: &[u8], seen: usize) -> usize {
    let seen = seen.min(bytes.len());
    seen + bytes[seen..].iter().take(LONGEST.saturating_sub(seen)).take_while(|b| is_base64(**b)).count()
}

/// Overwrites the secrets in the text that `bytes` is the base64 of.
pub(crate) fn mask(bytes: &mut [u8]) -> Vec<Secret> {
    let (letters, places) = letters(bytes);
    let Some(mut plain) = decode(&letters) else { return Vec::new() };
    let syntax = match plain.iter().find(|b| b.is_ascii_graphic()) {
        Some(b'<') => Syntax::Markup,
        Some(b'{' | b'[') => Syntax::Json,
        _ => return Vec::new(),
    };
    let changes: Vec<_> = change::search(syntax, &plain).into_iter().filter(|change| !change.is_old()).collect();
    if changes.is_empty() {
        return Vec::new();
    }
    change::apply(&mut plain, &changes);
    let mut coded = BASE64.encode(&plain).into_bytes();
    if letters.iter().any(|b| matches!(b, b'-' | b'_')) {
        coded.iter_mut().for_each(|b| *b = if *b == b'+' { b'-' } else { *b });
        coded.iter_mut().for_each(|b| *b = if *b == b'/' { b'_' } else { *b });
    }
    let mut found = Vec::new();
    for change in changes {
        // The letters that carry a bit of it.
        let range = change.range.start * 4 / 3..(change.range.end * 4).div_ceil(3).min(places.len());
        let (Some(first), Some(last)) = (places.get(range.start), places.get(range.end - 1)) else { continue };
        let (offset, len) = (first.start as u64, (last.end - first.start) as u64);
        for (place, letter) in places[range.clone()].iter().zip(&coded[range.clone()]) {
            match place.len() {
                1 => bytes[place.start] = *letter,
                _ => bytes[place.clone()].copy_from_slice(format!("%{letter:02X}").as_bytes()),
            }
        }
        found.push(Secret { offset, len, rule: change.rule, bytes: change.secret });
    }
    found
}

/// The letters of base64 and where each stands; the form of a page writes some of them with a percent sign, and lines
/// end between them.
fn letters(bytes: &[u8]) -> (Vec<u8>, Vec<Range<usize>>) {
    let (mut letters, mut places) = (Vec::with_capacity(bytes.len()), Vec::with_capacity(bytes.len()));
    let mut at = 0;
    while at < bytes.len() {
        let (letter, len) = match &bytes[at..] {
            [b'%', a, b, ..] => match (a, b) {
                (b'2', b'B' | b'b') => (b'+', 3),
                (b'2', b'F' | b'f') => (b'/', 3),
                (b'3', b'D' | b'd') => (b'=', 3),
                _ => break,
            },
            [b'\r' | b'\n', ..] => {
                at += 1;
                continue;
            }
            [b'%', ..] | [] => break,
            [letter, ..] => (*letter, 1),
        };
        letters.push(letter);
        places.push(at..at + len);
        at += len;
    }
    // Whatever stands behind the last whole group is cut off.
    let padding = letters.iter().position(|b| *b == b'=').unwrap_or(letters.len());
    let whole = padding - usize::from(padding % 4 == 1);
    letters.truncate(whole);
    places.truncate(whole);
    (letters, places)
}

#[cfg(test)]
mod tests {
    use super::super::mask_text;
    use super::*;

    #[test]
    fn what_stands_in_base64_is_masked_and_can_be_decoded() {
        let xml = "<c><user>U</user><password>Hunter2x</password><x>y?~</x></c>";
        let coded = BASE64.encode(xml);
        let masked = BASE64.encode(xml.replace("Hunter2x", "********"));
        assert_eq!(mask_text(&format!("<blob>{coded}</blob>")), format!("<blob>{masked}</blob>"));
        let lines = |text: &str| format!("{}\r\n{}", &text[..40], &text[40..]);
        assert_eq!(mask_text(&format!("<b>{}</b>", lines(&coded))), format!("<b>{}</b>", lines(&masked)));
        let (json, innocent) = ("{ \"a\":1, \"pwd\":\"Hunter2x\"}", "{ \"a\":1, \"passwordExpires\":\"x\"}");
        let given = format!("x={}&y={}", BASE64.encode(json), BASE64.encode(innocent));
        let expected =
            format!("x={}&y={}", BASE64.encode(json.replace("Hunter2x", "********")), BASE64.encode(innocent));
        assert_eq!(mask_text(&given), expected);
    }
}
