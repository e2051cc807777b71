//! The terminal itself: taken over on entering, and given back as it was however the screens end, also by a panic.

use std::io::{self, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, Once, PoisonError};
use std::thread::{self, ThreadId};

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::execute;
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

use super::model::Model;
use super::view;

/// Whether the terminal is ours at this moment, so that it is given back exactly once.
static TAKEN: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
/// The thread that draws.
static DRAWS: Mutex<Option<ThreadId>> = Mutex::new(None);
/// Messages that would have stood on top of the screens.
static LATER: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// The terminal while it is ours.
pub(super) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

/// Whether the mouse is taken over, which keeps the terminal's own selection from working without Shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mouse {
    On,
    Off,
}

impl Mouse {
    /// On at the machine itself, off over ssh.
    pub(super) fn from_environment() -> Self {
        let remote = ["SSH_CONNECTION", "SSH_TTY"].iter().any(|name| std::env::var_os(name).is_some());
        if remote { Self::Off } else { Self::On }
    }
}

impl Screen {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Where there is no terminal to take.
    pub(super) fn enter(mouse: Mouse) -> io::Result<Self> {
        give_back_on_panic();
        enable_raw_mode()?;
        TAKEN.store(true, Ordering::SeqCst);
        let mut screen = Self { terminal: Terminal::new(CrosstermBackend::new(io::stdout()))? };
        execute!(screen.terminal.backend_mut(), EnterAlternateScreen, EnableBracketedPaste)?;
        if mouse == Mouse::On {
            execute!(screen.terminal.backend_mut(), EnableMouseCapture)?;
        }
        // Not by the terminal's own `clear`, which asks where the cursor is: not every terminal answers.
        execute!(screen.terminal.backend_mut(), Clear(ClearType::All))?;
        Ok(screen)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u16, u16) {
        self.terminal.size().map_or((80, 24), |size| (size.width, size.height))
    }

    /// Takes the mouse over, or leaves it to the terminal.
    pub(super) fn mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        match mouse {
            Mouse::On => execute!(self.terminal.backend_mut(), EnableMouseCapture),
            Mouse::Off => execute!(self.terminal.backend_mut(), DisableMouseCapture),
        }
    }

    /// Draws the model as one picture that appears at once.
    pub(super) fn draw(&mut self, model: &Model) -> io::Result<()> {
        execute!(self.terminal.backend_mut(), BeginSynchronizedUpdate)?;
        let drawn = self.terminal.draw(|frame| view::view(model, frame)).map(|_| ());
        // The bracket is closed also where drawing failed, or the terminal would show nothing any more.
        execute!(self.terminal.backend_mut(), EndSynchronizedUpdate)?;
        drawn
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, where it is ours.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Nothing can be done about a terminal that is gone.
    let _gone =
        execute!(out, EndSynchronizedUpdate, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _gone = disable_raw_mode();
    let _gone = out.flush();
    for message in LATER.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
        let _gone = writeln!(io::stderr(), "mwscope: {message}");
    }
}

/// A panic of the thread that draws gives the terminal back before its message is written, so that the message can be
/// read. One of another thread costs what that thread did; the screens, and a recording under them, go on, and its
/// message is written when they are left.
fn give_back_on_panic() {
    *DRAWS.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread::current().id());
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            let draws = *DRAWS.lock().unwrap_or_else(PoisonError::into_inner);
            if TAKEN.load(Ordering::SeqCst) && Some(thread::current().id()) != draws {
                LATER.lock().unwrap_or_else(PoisonError::into_inner).push(info.to_string());
                return;
            }
            give_back();
            before(info);
        }));
    });
}
