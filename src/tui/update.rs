//! What a message changes, and what has to be done outside because of it. It does no IO, reads no clock and draws
//! nothing.

mod act;
mod answers;
mod arrival;
mod chains;
mod complete;
mod editor;
mod export;
mod find;
mod following;
pub(super) mod habits;
mod held;
mod jump;
mod keys;
mod live;
mod mouse;
mod moves;
mod narrow;
mod note;
mod pick;
mod replay;
mod settle;
mod start;
mod streams;
mod summary;
mod waterfall;

use super::effect::{Answer, Effect};
use super::feed::Update;
use super::keymap::Key;
use super::model::Model;

/// Something that happened.
pub(super) enum Msg {
    Key(Key),
    /// Text pasted into the terminal.
    Paste(String),
    Resize(u16, u16),
    /// The mouse wheel over a cell, in rows downwards.
    Wheel((u16, u16), i32),
    /// The mouse wheel sideways, to the right or not.
    WheelSideways(bool),
    /// A click on a cell.
    Click(u16, u16),
    /// The mouse moved to a cell, the button held.
    Drag(u16, u16),
    /// Something from outside.
    Update(Update),
    /// What an effect came to.
    Answer(Answer),
}

impl Msg {
    /// Whether the user waits for what it changes.
    pub(super) fn is_input(&self) -> bool {
        !matches!(self, Self::Update(_) | Self::Answer(_))
    }
}

/// Changes the model by one message.
pub(super) fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    let mut effects = match msg {
        Msg::Key(key) => keys::key(model, key),
        Msg::Paste(text) => keys::paste(model, &text),
        Msg::Resize(width, height) => {
            model.size = (width, height);
            settle::density(model)
        }
        Msg::Wheel(at, rows) => mouse::wheel(model, at, i64::from(rows)),
        Msg::WheelSideways(right) => mouse::wheel_sideways(model, right),
        Msg::Click(x, y) => mouse::click(model, (x, y)),
        Msg::Drag(x, y) => mouse::drag(model, (x, y)),
        Msg::Update(update) => live::update(model, update),
        Msg::Answer(answer) => answers::answer(model, answer),
    };
    settle::settle(model, &mut effects);
    effects
}
