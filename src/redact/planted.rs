//! Texts with secrets planted in them, for tests: how they are marked, and how they come out wherever they are cut.

use super::search::Search;
use super::state::Syntax;

/// A text in which `§...§` are the secrets without the signs, as it is when they are overwritten, and how many they are.
pub(super) fn plan(marked: &str) -> (String, String, usize) {
    let pieces: Vec<&str> = marked.split('§').collect();
    let masked = pieces.iter().enumerate().map(|(n, p)| if n % 2 == 1 { "*".repeat(p.len()) } else { (*p).into() });
    (pieces.concat(), masked.collect(), pieces.len() / 2)
}

/// A text as it comes out in two pieces, cut at each byte, and at last in as many pieces as it has bytes.
pub(super) fn cut_everywhere(syntax: Syntax, text: &str) -> impl Iterator<Item = String> {
    let bytes = text.as_bytes();
    let searched = move |pieces: &[&[u8]]| {
        let mut search = Search::new(syntax);
        let mut out = Vec::new();
        pieces.iter().for_each(|piece| search.feed(piece, &mut out));
        search.finish(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    };
    let single = std::iter::once_with(move || searched(&bytes.chunks(1).collect::<Vec<_>>()));
    (0..bytes.len()).map(move |cut| searched(&[&bytes[..cut], &bytes[cut..]])).chain(single)
}
