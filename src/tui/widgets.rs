//! What every screen draws with: cells, and text that can do no harm. It knows nothing of screens or of M3.

mod canvas;
mod text;

pub(super) use canvas::Canvas;
pub(super) use text::{pad, visible, width, wrap};
