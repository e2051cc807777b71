//! Where known names stand on a line. It must not know what stands between them and their values.

use std::ops::Range;

use super::super::synonyms::Synonyms;
use super::signs::{self, Piece, Token};

/// A line with its pieces, and the known names among them.
#[derive(Debug)]
pub(super) struct Seen<'t> {
    pub(super) line: &'t str,
    pub(super) tokens: Vec<Token>,
    /// The longest known name that starts at each word, as the places of its first and last piece.
    pub(super) names: Vec<Range<usize>>,
}

/// Words of the longest name.
const MOST_WORDS: usize = 6;

/// Pieces that are looked at for names.
const MOST_PIECES: usize = 800;

impl<'t> Seen<'t> {
    pub(super) fn new(line: &'t str, synonyms: &Synonyms) -> Self {
        if !synonyms.may_stand_in(line) {
            return Self { line, tokens: Vec::new(), names: Vec::new() };
        }
        Self::with(line, signs::of(line, false), synonyms)
    }

    /// The same with tabs as signs.
    pub(super) fn by_tabs(line: &'t str, synonyms: &Synonyms) -> Self {
        Self::with(line, signs::of(line, true), synonyms)
    }

    fn with(line: &'t str, tokens: Vec<Token>, synonyms: &Synonyms) -> Self {
        let is_word = |at: usize| matches!(tokens[at].piece, Piece::Word(_) | Piece::Number);
        let names = (0..tokens.len().min(MOST_PIECES))
            .filter(|at| matches!(tokens[*at].piece, Piece::Word(_)))
            .filter_map(|first| {
                let mut ends = vec![first];
                let mut at = first;
                while ends.len() < MOST_WORDS
                    && let Some(next) = (at + 1..tokens.len().min(at + 4)).find(|next| is_word(*next))
                    && line[tokens[at].range.end..tokens[next].range.start].chars().all(joins)
                {
                    ends.push(next);
                    at = next;
                }
                ends.into_iter().rev().find_map(|last| {
                    let last = closed(&tokens, first, last);
                    let text = &line[tokens[first].range.start..tokens[last].range.end];
                    synonyms.knows(text).then_some(first..last)
                })
            })
            .collect();
        Self { line, tokens, names }
    }

    /// The pieces before a name, without blanks at the line's start.
    pub(super) fn before(&self, name: &Range<usize>) -> Vec<Piece> {
        let pieces = self.tokens[..name.start].iter().map(|token| token.piece.clone());
        pieces.skip_while(|piece| *piece == Piece::Blank).collect()
    }

    /// The pieces behind a name, without blanks at the line's end.
    pub(super) fn behind(&self, name: &Range<usize>) -> Vec<Piece> {
        let mut pieces: Vec<Piece> = self.tokens[name.end + 1..].iter().map(|token| token.piece.clone()).collect();
        while pieces.last() == Some(&Piece::Blank) {
            pieces.pop();
        }
        pieces
    }
}

/// Signs between the words of one name: `Job-UUID`, `Date/time`, `N° de travail`, `Company (CONO)`.
fn joins(c: char) -> bool {
    matches!(c, ' ' | '-' | '_' | '/' | '\'' | '.' | '&' | '#' | '°' | '(' | '’')
}

/// Up to the bracket that closes one of the name's.
fn closed(tokens: &[Token], first: usize, last: usize) -> usize {
    let is = |at: usize, sign: char| tokens.get(at).is_some_and(|token| token.piece == Piece::Sign(sign, false));
    let opened = (first..last).any(|at| is(at, '('));
    last + usize::from(opened && is(last + 1, ')'))
}
