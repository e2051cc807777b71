//! Text handed on by copying: to the system's clipboard where a program for it is there, and to the terminal's (OSC 52),
//! which works over ssh and in tmux too. It never waits long, and says what was done.

use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What terminals take through OSC 52 at most, in base64.
const TERMINAL: usize = 74_994;
/// How long a program may take to take the text.
const PATIENCE: Duration = Duration::from_millis(700);

/// Hands on; `save` writes a file where nothing takes the text.
pub(super) fn copy(text: &str, save: impl FnOnce(&str, &str) -> Result<String, String>) -> String {
    let taken = system(text);
    let coded = STANDARD.encode(text);
    let terminal = if coded.len() > TERMINAL { None } else { Some(send(&coded)) };
    let count = text.chars().count();
    match (taken, terminal) {
        (Some(program), _) => format!("{count} characters copied by {program}"),
        (None, Some(Ok(()))) => format!("{count} characters handed to the terminal's clipboard (OSC 52)"),
        (None, Some(Err(error))) => format!("the terminal took nothing: {error}"),
        (None, None) => match save(&format!("mwscope-copy-{}.txt", text.len()), text) {
            Ok(path) => format!("too long for the clipboard: written to {path}"),
            Err(why) => format!("too long for the clipboard, and not written: {why}"),
        },
    }
}

/// The programs of this system, those that fit its display first.
fn programs() -> Vec<(&'static str, &'static [&'static str])> {
    let there = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    // The clipboard of the machine at the other end of ssh is nobody's.
    if there("SSH_CONNECTION") || there("SSH_TTY") {
        return Vec::new();
    }
    if cfg!(windows) {
        return vec![("clip.exe", &[])];
    }
    if cfg!(target_os = "macos") {
        return vec![("pbcopy", &[])];
    }
    let mut all: Vec<(&'static str, &'static [&'static str])> = Vec::new();
    if there("WAYLAND_DISPLAY") {
        all.push(("wl-copy", &[]));
    }
    if there("DISPLAY") {
        all.extend([("xclip", &["-selection", "clipboard"] as &[_]), ("xsel", &["--clipboard", "--input"])]);
    }
    if there("WSL_DISTRO_NAME") {
        all.push(("clip.exe", &[]));
    }
    all
}

/// The program that took the text.
fn system(text: &str) -> Option<&'static str> {
    programs().into_iter().find(|(name, args)| run(name, args, text).is_ok()).map(|(name, _)| name)
}

fn run(name: &str, args: &[&str], text: &str) -> io::Result<()> {
    let mut child =
        Command::new(name).args(args).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let bytes = if name == "clip.exe" { utf16(text) } else { text.as_bytes().to_vec() };
    if let Some(mut input) = child.stdin.take() {
        // Written apart, so that a program that reads nothing holds nobody up.
        std::thread::spawn(move || drop(input.write_all(&bytes)));
    }
    wait(&mut child)
}

/// Windows takes other letters than its own only so.
fn utf16(text: &str) -> Vec<u8> {
    std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
}

fn wait(child: &mut Child) -> io::Result<()> {
    let until = Instant::now() + PATIENCE;
    loop {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(status.to_string())),
            None if Instant::now() > until => {
                child.kill()?;
                child.wait()?;
                return Err(io::ErrorKind::TimedOut.into());
            }
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

fn send(coded: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let inner = format!("\x1b]52;c;{coded}\x07");
    // tmux hands it on by itself where `set-clipboard` allows it, else only wrapped; screen only wrapped.
    match std::env::var("TERM") {
        Ok(term) if term.starts_with("screen") && std::env::var_os("TMUX").is_none() => {
            write!(out, "\x1bP{inner}\x1b\\")?;
        }
        _ => write!(out, "{inner}")?,
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_or_is_not_there_holds_nobody_up() {
        assert!(run("no-such-program-of-this-name", &[], "a").is_err());
        assert_eq!(utf16("ä"), [0xff, 0xfe, 0xe4, 0x00]);
        if cfg!(unix) {
            let began = Instant::now();
            assert!(run("sleep", &["60"], "a").is_err());
            assert!(began.elapsed() < Duration::from_secs(20));
            assert!(run("cat", &[], "a").is_ok());
        }
    }
}
