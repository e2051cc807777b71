//! Questions on the terminal: yes or no, a word to be typed, a password that isn't shown.

use std::io::{self, IsTerminal, Write};

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// Whether somebody is there to answer.
pub(super) fn can() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// A line that is typed; `None` where the input ended.
pub(super) fn line(question: &str) -> io::Result<Option<String>> {
    write!(io::stderr(), "{question} ")?;
    io::stderr().flush()?;
    let mut answer = String::new();
    let n = io::stdin().read_line(&mut answer)?;
    Ok((n > 0).then(|| answer.trim().to_owned()))
}

/// A line that isn't shown while it is typed; `None` where it was broken off.
pub(super) fn hidden(question: &str) -> io::Result<Option<String>> {
    write!(io::stderr(), "{question} ")?;
    io::stderr().flush()?;
    enable_raw_mode()?;
    let typed = typed();
    disable_raw_mode()?;
    writeln!(io::stderr())?;
    typed
}

fn typed() -> io::Result<Option<String>> {
    let mut text = String::new();
    loop {
        let Event::Key(key) = read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        match key.code {
            KeyCode::Enter => return Ok(Some(text)),
            KeyCode::Esc => return Ok(None),
            KeyCode::Char('c' | 'd') if key.modifiers.contains(KeyModifiers::CONTROL) => return Ok(None),
            KeyCode::Char('u') if key.modifiers.contains(KeyModifiers::CONTROL) => text.clear(),
            KeyCode::Backspace => drop(text.pop()),
            KeyCode::Char(c) => text.push(c),
            _ => {}
        }
    }
}
