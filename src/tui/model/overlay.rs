//! What lies over a screen while it is open: a line to type in, the palette, the help.

use crate::engine::breaks::Half;
use crate::query::Completion;
use crate::tui::keymap::{self, Act, Action, On, actions};

use super::note::NoteEditor;
use super::pick::Pick;
use super::text::Reading;
use crate::remarks::saved::Scope;

/// What lies over a screen.
pub(in crate::tui) enum Overlay {
    Prompt(Prompt),
    Palette(Palette),
    Help(Reading),
    Pick(Pick),
    Note(Box<NoteEditor>),
}

/// What a typed line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Purpose {
    Filter,
    Find,
    Time,
    /// What is held on its way.
    Break(Half),
    /// A secret, which isn't shown.
    Password,
    /// The name of the filter that is in force, and where it is kept.
    FilterName(Scope),
    /// Paths to open.
    Path,
    /// Where a recording listens.
    Listen,
    /// What a recording follows.
    Follow,
}

/// A line to type in.
pub(in crate::tui) struct Prompt {
    pub(in crate::tui) purpose: Purpose,
    pub(in crate::tui) line: Typing,
    /// What is wrong with the text: bytes of it, and why.
    pub(in crate::tui) error: Option<(std::ops::Range<usize>, String)>,
    /// What the part before the cursor could go on with.
    pub(in crate::tui) completion: Completion,
    /// Which of it stands in the text now, and the text before.
    pub(in crate::tui) completed: Option<(usize, Typing)>,
    /// How far back in what was typed before, and the text that was typed now.
    pub(in crate::tui) back: Option<(usize, String)>,
    /// How many rows match what is typed.
    pub(in crate::tui) count: Option<Count>,
}

/// How many rows match, while they are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct Count {
    pub(in crate::tui) ticket: u64,
    pub(in crate::tui) found: usize,
    pub(in crate::tui) done: usize,
    pub(in crate::tui) total: usize,
}

impl Prompt {
    pub(in crate::tui) fn new(purpose: Purpose, text: &str) -> Self {
        let line = Typing::new(text);
        let completion = Completion::default();
        Self { purpose, line, error: None, completion, completed: None, back: None, count: None }
    }
}

/// Text while it is typed, with a cursor between its characters.
#[derive(Clone, Debug, Default)]
pub(in crate::tui) struct Typing {
    pub(in crate::tui) text: String,
    /// Bytes before the cursor; always between two characters.
    pub(in crate::tui) at: usize,
}

impl Typing {
    pub(in crate::tui) fn new(text: &str) -> Self {
        Self { text: text.to_owned(), at: text.len() }
    }

    pub(in crate::tui) fn insert(&mut self, text: &str) {
        let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        self.text.insert_str(self.at, &clean);
        self.at += clean.len();
    }

    pub(in crate::tui) fn left(&mut self) {
        self.at = self.text[..self.at].char_indices().next_back().map_or(0, |(at, _)| at);
    }

    pub(in crate::tui) fn right(&mut self) {
        self.at += self.text[self.at..].chars().next().map_or(0, char::len_utf8);
    }

    /// Removes the character before the cursor.
    pub(in crate::tui) fn backspace(&mut self) {
        let end = self.at;
        self.left();
        self.text.replace_range(self.at..end, "");
    }

    /// Removes the character behind the cursor.
    pub(in crate::tui) fn delete(&mut self) {
        let start = self.at;
        self.right();
        let end = std::mem::replace(&mut self.at, start);
        self.text.replace_range(start..end, "");
    }

    /// Removes the word before the cursor.
    pub(in crate::tui) fn word_back(&mut self) {
        let before = self.text[..self.at].trim_end();
        let start = before.char_indices().rev().find(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
        self.text.replace_range(start..self.at, "");
        self.at = start;
    }
}

/// Actions to choose from by typing part of their name.
pub(in crate::tui) struct Palette {
    pub(in crate::tui) typed: Typing,
    pub(in crate::tui) row: usize,
    /// The screen it was opened on.
    pub(in crate::tui) on: On,
    /// Whether one letter chooses at once: the menu of the event under the cursor.
    pub(in crate::tui) menu: bool,
}

impl Palette {
    pub(in crate::tui) fn new(on: On, menu: bool) -> Self {
        Self { typed: Typing::default(), row: 0, on, menu }
    }

    /// The actions that match what is typed: those of this screen first, then the others; and whether each can be
    /// done here.
    pub(in crate::tui) fn matches(&self) -> Vec<(&'static Action, bool)> {
        let typed = self.typed.text.to_lowercase();
        let mut found: Vec<(usize, &'static Action, bool)> = actions()
            .iter()
            .filter(|a| a.on.has(self.on) || keymap::only_elsewhere(a, self.on))
            .filter(|a| !self.menu || (a.on.has(self.on) && in_menu(a.act)))
            .filter_map(|a| Some((score(&a.title.to_lowercase(), &typed)?, a, a.on.has(self.on))))
            .collect();
        found.sort_by_key(|(score, _, here)| (!here, *score));
        found.into_iter().map(|(_, action, here)| (action, here)).collect()
    }
}

/// What the menu of an event offers: verbs about it, not ways to move.
fn in_menu(act: Act) -> bool {
    matches!(
        act,
        Act::Open
            | Act::Dump
            | Act::DumpsNear
            | Act::Thread
            | Act::WholeThread
            | Act::Compare
            | Act::Evidence
            | Act::Mark
            | Act::Note
            | Act::Call
            | Act::Replay
            | Act::CopyRow
            | Act::CopyBody
            | Act::CopyPlace
            | Act::Export
            | Act::ExportMarked
            | Act::Only(_)
            | Act::Not(_)
            | Act::Stream
            | Act::StreamCalls
            | Act::OnTimeline
            | Act::Waterfall
    )
}

/// How well `typed` stands in `title`, best 0; `None` where its letters don't follow each other in it.
pub(super) fn score(title: &str, typed: &str) -> Option<usize> {
    if let Some(at) = title.find(typed) {
        let at_word = at == 0 || title.as_bytes().get(at - 1) == Some(&b' ');
        return Some(if at_word { 0 } else { 1 } + at.min(50) / 10);
    }
    let mut letters = title.chars();
    let mut gaps = 10;
    for c in typed.chars().filter(|c| !c.is_whitespace()) {
        gaps += letters.by_ref().position(|l| l == c)?;
    }
    Some(gaps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_keeps_to_whole_characters() {
        let mut line = Typing::new("aä漢");
        line.left();
        line.insert("x\ny");
        assert_eq!((line.text.as_str(), line.at), ("aäx y漢", 6));
        line.backspace();
        line.delete();
        line.delete();
        assert_eq!(line.text, "aäx ");
        line.word_back();
        assert_eq!((line.text.as_str(), line.at), ("", 0));
        line.backspace();
        line.right();
        assert_eq!(line.at, 0);
    }

    #[test]
    fn the_palette_finds_by_part_and_by_letters() {
        let mut palette = Palette::new(On::TIMELINE, false);
        palette.typed = Typing::new("thread");
        assert!(palette.matches()[0].0.title.contains("thread"));
        palette.typed = Typing::new("nxtfail");
        assert_eq!(palette.matches()[0].0.act, Act::NextFailure);
        palette.typed = Typing::new("swap the two");
        assert_eq!(palette.matches().first().map(|(a, here)| (a.act, *here)), Some((Act::Swap, false)));
    }
}
