//! A part of the screen to write on: everything is clipped to it, and every text is made harmless on its way.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::text::{cut, visible, width};

/// A part of the screen; places are relative to its upper left corner.
pub(in crate::tui) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    area: Rect,
}

impl<'a> Canvas<'a> {
    /// The part of `buffer` that `area` covers.
    pub(in crate::tui) fn new(buffer: &'a mut Buffer, area: Rect) -> Self {
        let area = area.intersection(buffer.area);
        Self { buffer, area }
    }

    pub(in crate::tui) fn width(&self) -> u16 {
        self.area.width
    }

    pub(in crate::tui) fn height(&self) -> u16 {
        self.area.height
    }

    /// The part that starts at `x`, `y` and is at most `width` by `height`.
    pub(in crate::tui) fn part(&mut self, x: u16, y: u16, width: u16, height: u16) -> Canvas<'_> {
        let x = x.min(self.area.width);
        let y = y.min(self.area.height);
        let area = Rect {
            x: self.area.x + x,
            y: self.area.y + y,
            width: width.min(self.area.width - x),
            height: height.min(self.area.height - y),
        };
        Canvas { buffer: self.buffer, area }
    }

    /// The rows from `y` on, at most `height` of them.
    pub(in crate::tui) fn rows(&mut self, y: u16, height: u16) -> Canvas<'_> {
        self.part(0, y, u16::MAX, height)
    }

    /// Writes one line of text in at most `max` cells, cut with an ellipsis, and gives the place behind it.
    pub(in crate::tui) fn put(&mut self, x: u16, y: u16, text: &str, style: Style, max: u16) -> u16 {
        if y >= self.area.height || x >= self.area.width {
            return x;
        }
        let max = max.min(self.area.width - x);
        let text = visible(text);
        let text = cut(&text, usize::from(max));
        let (end, _) = self.buffer.set_stringn(self.area.x + x, self.area.y + y, &text, usize::from(max), style);
        end.saturating_sub(self.area.x)
    }

    /// Writes one line of text up to the right edge.
    pub(in crate::tui) fn text(&mut self, x: u16, y: u16, text: &str, style: Style) -> u16 {
        self.put(x, y, text, style, u16::MAX)
    }

    /// Writes several pieces one after another.
    pub(in crate::tui) fn pieces<T: AsRef<str>>(&mut self, x: u16, y: u16, pieces: &[(T, Style)]) -> u16 {
        pieces.iter().fold(x, |x, (text, style)| self.text(x, y, text.as_ref(), *style))
    }

    /// Writes text so that it ends at the right edge, where it fits behind `from`.
    pub(in crate::tui) fn right(&mut self, from: u16, y: u16, text: &str, style: Style) {
        let cells = u16::try_from(width(&visible(text))).unwrap_or(u16::MAX);
        if let Some(x) = self.area.width.checked_sub(cells).filter(|x| *x >= from) {
            self.text(x, y, text, style);
        }
    }

    /// A horizontal line with a title in it.
    pub(in crate::tui) fn rule(&mut self, y: u16, title: &str, style: Style) {
        let line = "─".repeat(usize::from(self.area.width));
        self.text(0, y, &line, style);
        if !title.is_empty() {
            self.put(2, y, &format!(" {title} "), style, self.area.width.saturating_sub(4));
        }
    }

    /// A vertical line from the first to the last row.
    pub(in crate::tui) fn bar(&mut self, x: u16, style: Style) {
        for y in 0..self.area.height {
            self.text(x, y, "│", style);
        }
    }

    /// Changes the style of a whole row and keeps its letters.
    pub(in crate::tui) fn tint(&mut self, y: u16, style: Style) {
        if y < self.area.height {
            self.buffer.set_style(Rect { y: self.area.y + y, height: 1, ..self.area }, style);
        }
    }

    /// Empties the part, for a box that covers what is below.
    pub(in crate::tui) fn clear(&mut self) {
        for y in self.area.top()..self.area.bottom() {
            for x in self.area.left()..self.area.right() {
                if let Some(cell) = self.buffer.cell_mut((x, y)) {
                    cell.reset();
                }
            }
        }
    }

    /// Draws a frame with a title and gives the part inside.
    pub(in crate::tui) fn frame(&mut self, title: &str, style: Style) -> Canvas<'_> {
        self.clear();
        let (w, h) = (self.area.width, self.area.height);
        if w < 2 || h < 2 {
            return self.part(0, 0, 0, 0);
        }
        let line = "─".repeat(usize::from(w - 2));
        self.text(0, 0, &format!("┌{line}┐"), style);
        self.put(2, 0, &format!(" {title} "), style, w.saturating_sub(4));
        for y in 1..h - 1 {
            self.text(0, y, "│", style);
            self.text(w - 1, y, "│", style);
        }
        self.text(0, h - 1, &format!("└{line}┘"), style);
        self.part(1, 1, w - 2, h - 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_outside() {
        let area = Rect::new(3, 2, 5, 2);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 6));
        let mut canvas = Canvas::new(&mut buffer, area);
        canvas.text(1, 0, "a long text", Style::default());
        canvas.text(0, 7, "below", Style::default());
        canvas.text(9, 0, "right of it", Style::default());
        canvas.part(4, 1, 9, 9).text(0, 0, "xyz", Style::default());
        canvas.part(90, 91, 9, 9).frame("t", Style::default());
        assert_eq!(
            buffer,
            Buffer::with_lines(["          ", "          ", "    a l…  ", "       …  ", "          ", "          "])
        );
    }
}
