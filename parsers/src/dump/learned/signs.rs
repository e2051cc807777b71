//! What stands on a line besides names and values: signs, blanks, numbers that count, and words. It must not know which
//! words are names.

use std::ops::Range;

/// A piece of a line as it is compared with that of another line.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// Blanks, however many.
    Blank,
    /// A sign, and whether it stands several times in a row.
    Sign(char, bool),
    /// Digits; or the one letter that counts a line, `a)`.
    Number,
    Word(String),
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) piece: Piece,
    pub(super) range: Range<usize>,
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\u{a0}')
}

/// The pieces of a line. A tab is a blank, or a sign where it may be one.
pub(super) fn of(line: &str, tab_is_sign: bool) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = line.char_indices().peekable();
    while let Some((start, first)) = chars.next() {
        let blank = |c: char| is_blank(c) && !(tab_is_sign && c == '\t');
        let same: &dyn Fn(char) -> bool = match first {
            _ if blank(first) => &blank,
            _ if first.is_alphanumeric() => &char::is_alphanumeric,
            _ => &|c| c == first,
        };
        let mut end = start + first.len_utf8();
        while let Some((at, c)) = chars.next_if(|(_, c)| same(*c)) {
            end = at + c.len_utf8();
        }
        let text = &line[start..end];
        let piece = match first {
            _ if blank(first) => Piece::Blank,
            _ if text.bytes().all(|b| b.is_ascii_digit()) => Piece::Number,
            _ if first.is_alphanumeric() => Piece::Word(text.to_owned()),
            _ => Piece::Sign(first, text.len() > first.len_utf8()),
        };
        tokens.push(Token { piece, range: start..end });
    }
    let first = usize::from(tokens.first().is_some_and(|token| token.piece == Piece::Blank));
    if let [letter, sign, ..] = &tokens[first.min(tokens.len())..]
        && letter.range.len() == 1
        && matches!(sign.piece, Piece::Sign(')' | '.', false))
    {
        tokens[first].piece = Piece::Number;
    }
    tokens
}

impl Piece {
    /// Where the piece ends that stands at `at` in a line; `None` where it doesn't stand there.
    fn end(&self, line: &str, at: usize) -> Option<usize> {
        let rest = &line[at..];
        let before = line[..at].chars().next_back();
        let run = |is: &dyn Fn(char) -> bool| rest.len() - rest.trim_start_matches(is).len();
        let len = match self {
            Self::Blank if before.is_some_and(is_blank) => 0,
            Self::Blank => run(&is_blank),
            Self::Sign(sign, several) => {
                let len = run(&|c| c == *sign);
                let whole = before != Some(*sign) && (len > sign.len_utf8()) == *several;
                if whole { len } else { 0 }
            }
            Self::Number => match run(&|c| c.is_ascii_digit()) {
                0 if rest.len() > 1 && rest.as_bytes()[0].is_ascii_alphabetic() => 1,
                len => len,
            },
            Self::Word(word) => match rest.strip_prefix(word.as_str()) {
                Some(behind) if !behind.starts_with(char::is_alphanumeric) => word.len(),
                _ => 0,
            },
        };
        (len > 0).then_some(at + len)
    }
}

/// Where pieces end that stand one behind the other from `at` on.
pub(super) fn eat(pieces: &[Piece], line: &str, at: usize) -> Option<usize> {
    pieces.iter().try_fold(at, |at, piece| piece.end(line, at))
}

/// Where pieces stand next in a line from `at` on: their range.
pub(super) fn find(pieces: &[Piece], line: &str, at: usize, end: usize) -> Option<Range<usize>> {
    places(pieces, line, at, end).next()
}

/// Where pieces stand last in a line from `at` on.
pub(super) fn rfind(pieces: &[Piece], line: &str, at: usize, end: usize) -> Option<Range<usize>> {
    places(pieces, line, at, end).last()
}

fn places<'l>(pieces: &'l [Piece], line: &'l str, at: usize, end: usize) -> impl Iterator<Item = Range<usize>> + 'l {
    let starts = line[at..end].char_indices().map(move |(n, _)| at + n);
    starts.filter_map(move |start| Some(start..eat(pieces, line, start)?)).filter(move |place| place.end <= end)
}

/// Where the pieces start that a line ends with.
pub(super) fn start_at_end(pieces: &[Piece], line: &str, end: usize) -> Option<usize> {
    const LONGEST: usize = 48;
    if pieces.is_empty() {
        return Some(end);
    }
    let starts = (end.saturating_sub(LONGEST)..end).rev().filter(|at| line.is_char_boundary(*at));
    starts.into_iter().find(|at| eat(pieces, line, *at) == Some(end))
}

/// The pieces that most of several begin with, up to `longest`.
pub(super) fn common<'p>(all: impl Iterator<Item = impl Iterator<Item = &'p Piece>>, longest: usize) -> Vec<Piece> {
    let all: Vec<Vec<&Piece>> = all.map(Iterator::collect).collect();
    let mut found: Vec<Piece> = Vec::new();
    while found.len() < longest {
        let begins =
            |pieces: &&Vec<&Piece>| pieces.iter().zip(&found).filter(|(a, b)| **a == *b).count() == found.len();
        let nexts: Vec<&Piece> =
            all.iter().filter(begins).filter_map(|pieces| pieces.get(found.len()).copied()).collect();
        let count = |piece: &Piece| nexts.iter().filter(|other| **other == piece).count();
        match nexts.iter().map(|next| (count(next), *next)).max_by_key(|(count, _)| *count) {
            Some((count, piece)) if count * 10 >= all.len() * 8 => found.push(piece.clone()),
            _ => break,
        }
    }
    found
}

/// Pieces up to the last that no value begins with: a word or a number may as well be the value's own, unless something
/// stands behind it.
pub(super) fn without_last_words(mut pieces: Vec<Piece>) -> Vec<Piece> {
    while matches!(pieces.last(), Some(Piece::Word(_) | Piece::Number)) {
        pieces.pop();
    }
    pieces
}

/// Whether what stands before a value ends with the quote that what stands behind it begins with.
pub(super) fn quote(before: &[Piece], behind: &[Piece]) -> bool {
    match (before.last(), behind.first()) {
        (Some(Piece::Sign(open @ ('"' | '\''), false)), Some(Piece::Sign(close, false))) => open == close,
        _ => false,
    }
}

/// Pieces without blanks at both ends, and whether there were any.
pub(super) fn core(pieces: &[Piece]) -> (bool, Vec<Piece>, bool) {
    let left = pieces.first() == Some(&Piece::Blank);
    let rest = &pieces[usize::from(left)..];
    let right = rest.last() == Some(&Piece::Blank);
    (left, rest[..rest.len() - usize::from(right)].to_vec(), right)
}

/// Whether pieces are signs that separate cells of a table or nothing at all, and say nothing else.
pub(super) fn is_of_table(core: &[Piece]) -> bool {
    matches!(core, [] | [Piece::Sign('|' | '│' | '║', false)])
}
