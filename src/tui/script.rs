//! The screens without a terminal: keys go in, pictures come out. For tests, and for the pictures in the README.

use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use crate::remarks::Remarks;
use crate::remarks::saved::{SavedFilters, Scope};

use super::effect::{Answer, Cancel, Effect, export, perform};
use super::feed::{Ending, Update};
use super::keymap::parse_script;
use super::model::Model;
use super::theme::Theme;
use super::update::{Msg, habits, update};
use super::view;

/// The screens without a terminal. Effects are carried out at once, so a script always gives the same pictures.
pub struct Script {
    model: Model,
    copied: Vec<String>,
    written: Vec<(String, Vec<u8>)>,
}

impl Script {
    /// An empty screen of that many columns and rows, without colour.
    #[must_use]
    pub fn new(width: u16, height: u16) -> Self {
        Self { model: Model::new(String::new(), Theme::None, (width, height)), copied: Vec::new(), written: Vec::new() }
    }

    /// Hands in an update.
    pub fn feed(&mut self, feed: Update) -> &mut Self {
        self.take(Msg::Update(feed));
        self
    }

    /// Types keys: names (`Enter`, `Ctrl-P`) and runs of signs (`=u`, `gg`) between spaces, typed text in double
    /// quotes.
    ///
    /// # Panics
    /// Where a quote isn't closed.
    pub fn keys(&mut self, script: &str) -> &mut Self {
        match parse_script(script) {
            Ok(keys) => keys.into_iter().for_each(|key| self.take(Msg::Key(key))),
            Err(why) => panic!("{script}: {why}"),
        }
        self
    }

    /// Changes the size.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.take(Msg::Resize(width, height));
        self
    }

    /// Clicks on a cell.
    pub fn click(&mut self, x: u16, y: u16) -> &mut Self {
        self.take(Msg::Click(x, y));
        self
    }

    /// Turns the mouse wheel over a cell, by rows downwards.
    pub fn wheel(&mut self, x: u16, y: u16, rows: i32) -> &mut Self {
        self.take(Msg::Wheel((x, y), rows));
        self
    }

    /// Moves the mouse to a cell with the button held.
    pub fn drag(&mut self, x: u16, y: u16) -> &mut Self {
        self.take(Msg::Drag(x, y));
        self
    }

    /// Pastes text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.take(Msg::Paste(text.to_owned()));
        self
    }

    /// Keeps notes, marks and saved filters for these paths as the screens do; before anything is fed. Filters that
    /// whoever runs the script keeps for himself are left out: a script says the same everywhere.
    pub fn keeping(&mut self, paths: &[String]) -> &mut Self {
        let mut saved = SavedFilters::of(paths);
        saved.all.retain(|filter| filter.scope == Scope::Case);
        self.model.keep(Remarks::of(paths), saved);
        self.model.paths = paths.to_vec();
        self
    }

    /// Where the user is, as it is kept for the next time.
    #[must_use]
    pub fn session(&self) -> String {
        serde_json::to_string(&habits::session(&self.model)).unwrap_or_default()
    }

    /// Goes on with what [`Script::session`] gave, as soon as everything is loaded.
    pub fn resume(&mut self, session: &str) -> &mut Self {
        self.model.session = serde_json::from_str(session).ok();
        self
    }

    /// What is on the screen, a line each, without spaces at the ends.
    #[must_use]
    pub fn screen(&self) -> String {
        let (width, height) = self.model.size;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
        let Ok(_) = terminal.draw(|frame| view::view(&self.model, frame));
        let buffer = terminal.backend().buffer();
        let mut out = String::new();
        for y in 0..height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..width {
                let Some(cell) = buffer.cell((x, y)) else { continue };
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                line.push_str(cell.symbol());
                skip = super::widgets::width(cell.symbol()).saturating_sub(1);
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    /// One row of the screen.
    #[must_use]
    pub fn row(&self, y: usize) -> String {
        self.screen().lines().nth(y).unwrap_or_default().to_owned()
    }

    /// What was copied last.
    #[must_use]
    pub fn copied(&self) -> Option<&str> {
        self.copied.last().map(String::as_str)
    }

    /// The files that would have been written, by their names; scripts write none.
    #[must_use]
    pub fn written(&self) -> &[(String, Vec<u8>)] {
        &self.written
    }

    /// How the screens were left, where they were.
    #[must_use]
    pub fn ending(&self) -> Option<&Ending> {
        self.model.ending.as_ref()
    }

    /// Hands in an update, and measures how long the user waits for what it changes.
    pub fn feed_timed(&mut self, feed: Update) -> Waited {
        self.timed(Msg::Update(feed))
    }

    /// Types keys, and measures how long the user waits behind the last of them.
    ///
    /// # Panics
    /// Where a quote isn't closed.
    pub fn keys_timed(&mut self, script: &str) -> Waited {
        let mut keys = match parse_script(script) {
            Ok(keys) => keys,
            Err(why) => panic!("{script}: {why}"),
        };
        let last = keys.pop();
        keys.into_iter().for_each(|key| self.take(Msg::Key(key)));
        last.map(|key| self.timed(Msg::Key(key))).unwrap_or_default()
    }

    /// Carries a message and its effects out, and draws after each step, as the loop does.
    fn timed(&mut self, msg: Msg) -> Waited {
        let (width, height) = self.model.size;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
        let began = Instant::now();
        let mut waited = Waited::default();
        let mut effects = step(&mut self.model, &mut terminal, msg, &mut waited.longest);
        (waited.answered, waited.first) = (began.elapsed(), began.elapsed());
        let mut any = false;
        while let Some(effect) = effects.pop() {
            let mut more = Vec::new();
            perform(effect, &Cancel::default(), &mut |msg| {
                more.extend(step(&mut self.model, &mut terminal, msg, &mut waited.longest));
                if !std::mem::replace(&mut any, true) {
                    waited.first = began.elapsed();
                }
            });
            effects.extend(more);
        }
        waited.done = began.elapsed();
        waited
    }

    fn take(&mut self, msg: Msg) {
        let mut waiting = vec![msg];
        while let Some(msg) = waiting.pop() {
            for effect in update(&mut self.model, msg) {
                match effect {
                    Effect::Copy(text) => self.copied.push(text),
                    Effect::Export(what) => {
                        let file = Memory::default();
                        let mut named = String::new();
                        let told = export(&what, &mut |name| {
                            name.clone_into(&mut named);
                            Ok((name.to_owned(), Box::new(file.clone())))
                        });
                        self.written.push((named, file.bytes()));
                        waiting.insert(0, Msg::Answer(Answer::Saved(told)));
                    }
                    effect => perform(effect, &Cancel::default(), &mut |msg| waiting.insert(0, msg)),
                }
            }
        }
    }
}

/// A file that is held in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Cursor<Vec<u8>>>>);

impl Memory {
    fn bytes(&self) -> Vec<u8> {
        self.inside().get_ref().clone()
    }

    fn inside(&self) -> MutexGuard<'_, Cursor<Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inside().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Memory {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.inside().seek(to)
    }
}

/// How long a user waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct Waited {
    /// From the key to the picture after it.
    pub answered: Duration,
    /// To the first picture with something that had to be done for it.
    pub first: Duration,
    /// Until nothing is left to be done.
    pub done: Duration,
    /// The longest time for which no other key would have been taken: changing the model once and drawing it.
    pub longest: Duration,
}

fn step(model: &mut Model, terminal: &mut Terminal<TestBackend>, msg: Msg, longest: &mut Duration) -> Vec<Effect> {
    let began = Instant::now();
    let effects = update(model, msg);
    let Ok(_) = terminal.draw(|frame| view::view(model, frame));
    *longest = began.elapsed().max(*longest);
    effects
}
