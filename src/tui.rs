//! The screens: a place to think about one failure. State, update and view are apart: a message changes the model
//! and names effects, the loop carries them out, the view draws what the model says. Nothing here reads files or
//! sockets on the way to a picture, and nothing below this module knows that there are screens.

mod app;
mod effect;
mod feed;
mod keymap;
mod model;
mod pages;
mod script;
mod session;
mod terminal;
mod theme;
mod update;
mod view;
mod widgets;

pub use app::{Setup, run};
pub use feed::{Choice, Ending, Feed, Loaded, Progress, Recent, Recording, Start, Update};
pub use keymap::{Remap, Wrong, listed};
pub use script::{Script, Waited};
pub use session::opened_before;
