//! The loop: waits for keys, updates and answers, changes the model, has effects carried out on other threads, and
//! draws when something changed. The only file here that knows time.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossterm::event::{self, Event, MouseButton, MouseEventKind};

use crate::case::Case;
use crate::engine;
use crate::remarks::Remarks;
use crate::remarks::saved::SavedFilters;

use super::effect::{Cancel, Effect, Slot, perform};
use super::feed::{Ending, Feed, Update};
use super::keymap::{self, Key, Remap};
use super::model::Model;
use super::session;
use super::terminal::{Mouse, Screen};
use super::theme::{Palette, Theme};
use super::update::{Msg, habits, update};

/// What the screens start with.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// What the header calls what is shown.
    pub title: String,
    /// Whether there is colour, where the user said so; else the environment decides.
    pub colour: Option<bool>,
    /// The paths that are opened, or the case that is recorded into: what notes, filters and the place in it go by.
    pub paths: Vec<String>,
    /// Whether the place where the user was is gone on with; not where what is shown is new each time.
    pub resume: bool,
    /// Other keys.
    pub keys: Remap,
    /// The theme by its name; by the environment where there is none.
    pub theme: Option<String>,
}

/// Data alone draws at most this often; keys draw at once.
const BETWEEN_DRAWS: Duration = Duration::from_millis(50);
/// After a key the picture waits this long for records that come into view, so that it is drawn once and whole.
const SETTLE: Duration = Duration::from_millis(8);
/// The place where the user is gets kept this often, so that little of it is lost when the program is killed.
const BETWEEN_SESSIONS: Duration = Duration::from_secs(20);
/// Updates taken in one go before the screen is drawn.
const BATCH: usize = 512;

/// Opens the screens and keeps them open until the user leaves or nothing can be shown.
///
/// # Errors
/// Where the terminal can't be taken over, or is gone.
pub fn run(feed: Feed, setup: Setup) -> io::Result<Ending> {
    let (send, receive) = mpsc::channel();
    let stop = Arc::new(AtomicBool::new(false));
    forward(feed, send.clone());
    keymap::remap(setup.keys);
    let mouse = Mouse::from_environment();
    let mut screen = Screen::enter(mouse)?;
    let keys = listen(send.clone(), Arc::clone(&stop));
    let theme = Theme::wanted(setup.colour, setup.theme.as_deref());
    // What writes to the terminal looks at NO_COLOR too, which what the user said goes before.
    crossterm::style::force_color_output(theme != Theme::None);
    let mut model = Model::new(setup.title, theme, screen.size());
    model.palette = Palette::of_terminal();
    model.paths.clone_from(&setup.paths);
    model.mouse = mouse == Mouse::On;
    model.keep(Remarks::of(&setup.paths), SavedFilters::of(&setup.paths));
    let session = setup.resume.then(|| session::read(&setup.paths)).flatten();
    // A case opens where it was left; loose files open at the top, so that the first key goes to the first failure.
    let is_case = setup.paths.iter().any(|path| Case::is_case(Path::new(path)));
    (model.session, model.last_time) = if is_case { (session, None) } else { (None, session) };
    model.typed = model.last_time.as_ref().map(|last| last.typed.clone()).unwrap_or_default();
    let keeps = setup.resume.then_some(setup.paths);
    let mut app = App { model, crew: Crew::new(send), receive, mouse, keeps, kept: Instant::now() };
    let ending = app.run(&mut screen);
    app.keep_session();
    stop.store(true, Ordering::Relaxed);
    app.crew.stop();
    if matches!(ending, Ok(Ending::Chosen(_))) {
        // What takes the terminal next gets all keys.
        drop(keys.map(JoinHandle::join));
    }
    ending
}

struct App {
    model: Model,
    crew: Crew,
    receive: Receiver<Msg>,
    /// Whether the terminal was told to hand the mouse over.
    mouse: Mouse,
    /// What the session is kept for, and when it was last.
    keeps: Option<Vec<String>>,
    kept: Instant,
}

impl App {
    fn run(&mut self, screen: &mut Screen) -> io::Result<Ending> {
        screen.draw(&self.model)?;
        let mut drawn = Instant::now();
        let mut dirty = false;
        loop {
            let wait = if dirty { BETWEEN_DRAWS.saturating_sub(drawn.elapsed()) } else { Duration::from_secs(3600) };
            let input = match self.receive.recv_timeout(wait) {
                Ok(msg) => self.take(msg),
                Err(RecvTimeoutError::Timeout) => false,
                Err(RecvTimeoutError::Disconnected) => return Ok(Ending::Left),
            };
            let input = self.drain() || input;
            dirty = true;
            if input {
                self.settle();
            }
            if let Some(ending) = self.model.ending.take() {
                return Ok(ending);
            }
            let mouse = if self.model.mouse { Mouse::On } else { Mouse::Off };
            if mouse != self.mouse {
                screen.mouse(mouse)?;
                self.mouse = mouse;
            }
            if input && self.kept.elapsed() >= BETWEEN_SESSIONS {
                self.keep_session();
            }
            if input || drawn.elapsed() >= BETWEEN_DRAWS {
                screen.draw(&self.model)?;
                drawn = Instant::now();
                dirty = false;
            }
        }
    }

    /// Keeps the place where the user is, once there is one.
    fn keep_session(&mut self) {
        self.kept = Instant::now();
        if let Some(paths) = self.keeps.as_ref().filter(|_| !self.model.lines.is_empty() && !self.model.glimpse) {
            session::write(paths, &habits::session(&self.model));
        }
    }

    /// Takes one message; whether the user waits for what it changes.
    fn take(&mut self, msg: Msg) -> bool {
        let input = msg.is_input();
        for effect in update(&mut self.model, msg) {
            self.crew.start(effect);
        }
        input
    }

    /// Takes what else is there already.
    fn drain(&mut self) -> bool {
        let mut input = false;
        for _ in 0..BATCH {
            match self.receive.try_recv() {
                Ok(msg) => input |= self.take(msg),
                Err(_) => break,
            }
        }
        input
    }

    /// Waits a little for what is coming into view.
    fn settle(&mut self) {
        let until = Instant::now() + SETTLE;
        while self.crew.quick_waiting > 0 || self.model.details.waiting() {
            let left = until.saturating_duration_since(Instant::now());
            match self.receive.recv_timeout(left) {
                Ok(msg) => {
                    if matches!(msg, Msg::Answer(_)) {
                        self.crew.quick_waiting = self.crew.quick_waiting.saturating_sub(1);
                    }
                    self.take(msg);
                }
                Err(_) => break,
            }
        }
        self.crew.quick_waiting = 0;
    }
}

/// Those who carry out effects: one thread for what is over in no time, one each for what takes long.
struct Crew {
    send: Sender<Msg>,
    quick: Sender<(Effect, Cancel)>,
    /// Those who write down what the user said; waited for in the end.
    keep: Option<(Sender<Effect>, JoinHandle<()>)>,
    running: HashMap<Slot, Cancel>,
    /// Quick effects started since the last picture.
    quick_waiting: usize,
}

impl Crew {
    fn new(send: Sender<Msg>) -> Self {
        let (quick, work) = mpsc::channel::<(Effect, Cancel)>();
        let answers = send.clone();
        let _handle = spawn("mwscope-reader", move || {
            for (effect, cancel) in work {
                if !cancel.cancelled() {
                    carry_out(effect, &cancel, &answers);
                }
            }
        });
        let (keep, kept) = mpsc::channel::<Effect>();
        let answers = send.clone();
        let keeper = spawn("mwscope-keeper", move || {
            kept.into_iter().for_each(|effect| carry_out(effect, &Cancel::default(), &answers));
        });
        let keep = keeper.map(|thread| (keep, thread));
        Self { send, quick, keep, running: HashMap::new(), quick_waiting: 0 }
    }

    fn start(&mut self, effect: Effect) {
        let cancel = Cancel::default();
        if let Some(slot) = effect.slot()
            && let Some(before) = self.running.insert(slot, cancel.clone())
        {
            before.cancel();
        }
        if matches!(effect, Effect::Stop(_)) {
            return;
        }
        if let Some((keep, _)) = self.keep.as_ref().filter(|_| effect.keeps()) {
            // The keeper only ends with this crew.
            let _gone = keep.send(effect);
            return;
        }
        if effect.quick() {
            self.quick_waiting += 1;
            // The reader only ends with this crew.
            let _gone = self.quick.send((effect, cancel));
            return;
        }
        let send = self.send.clone();
        let _handle = spawn("mwscope-worker", move || carry_out(effect, &cancel, &send));
    }

    /// Ends what runs, and waits until what the user wrote is on the disk.
    fn stop(&mut self) {
        self.running.values().for_each(Cancel::cancel);
        if let Some((keep, thread)) = self.keep.take() {
            drop(keep);
            let _panicked = thread.join();
        }
    }
}

/// Carries out an effect. Where it panics the screens go on without its answer.
fn carry_out(effect: Effect, cancel: &Cancel, answers: &Sender<Msg>) {
    let work = AssertUnwindSafe(|| perform(effect, cancel, &mut |msg| drop(answers.send(msg))));
    if catch_unwind(work).is_err() {
        let note = "this could not be done because of a fault in mwscope; leaving shows what it was".to_owned();
        let _gone = answers.send(Msg::Update(Update::Live(engine::Update::Note(note))));
    }
}

/// Does work on a thread of its own. Without another thread the system is beyond help; the work is not done and the
/// screens say "reading".
fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Option<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work).ok()
}

/// Hands updates on as messages.
fn forward(feed: Feed, send: Sender<Msg>) {
    let _handle = spawn("mwscope-feed", move || {
        for update in feed.updates {
            if send.send(Msg::Update(update)).is_err() {
                return;
            }
        }
    });
}

/// Reads the keyboard until told to stop.
fn listen(send: Sender<Msg>, stop: Arc<AtomicBool>) -> Option<JoinHandle<()>> {
    let listener = move || {
        while !stop.load(Ordering::Relaxed) {
            match event::poll(Duration::from_millis(100)) {
                Ok(false) => continue,
                Ok(true) => {}
                Err(_) => return,
            }
            let Ok(event) = event::read() else { return };
            if let Some(msg) = message(event)
                && send.send(msg).is_err()
            {
                return;
            }
        }
    };
    spawn("mwscope-keys", listener)
}

fn message(event: Event) -> Option<Msg> {
    match event {
        Event::Key(key) => Key::from_event(key).map(Msg::Key),
        Event::Paste(text) => Some(Msg::Paste(text)),
        Event::Resize(width, height) => Some(Msg::Resize(width, height)),
        Event::Mouse(mouse) => match mouse.kind {
            MouseEventKind::ScrollDown => Some(Msg::Wheel((mouse.column, mouse.row), 3)),
            MouseEventKind::ScrollUp => Some(Msg::Wheel((mouse.column, mouse.row), -3)),
            MouseEventKind::ScrollRight => Some(Msg::WheelSideways(true)),
            MouseEventKind::ScrollLeft => Some(Msg::WheelSideways(false)),
            MouseEventKind::Down(MouseButton::Left) => Some(Msg::Click(mouse.column, mouse.row)),
            MouseEventKind::Drag(MouseButton::Left) => Some(Msg::Drag(mouse.column, mouse.row)),
            _ => None,
        },
        Event::FocusGained | Event::FocusLost => None,
    }
}
