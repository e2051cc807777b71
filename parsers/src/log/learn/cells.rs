//! Tables that were copied from a web page, each cell on a line of its own: the time stands alone in its line, and the
//! cells of its row follow below. They are read as one line with tabs, in which the lines are then broken again.

use super::super::layout::{Field, Layout, Part};
use super::group::Group;

/// The most cells of a row; what follows is the message.
const CELLS: usize = 8;

/// The rows of such a table as lines, cells separated by tabs, and the group of those lines.
pub(super) fn joined(lines: &[Vec<u8>], group: &Group) -> Option<(Vec<Vec<u8>>, Group)> {
    let alone = group.lines.iter().filter(|(at, start, end)| *start == 0 && *end == lines[*at].len()).count();
    if group.lines.len() < 3 || alone * 100 < group.lines.len() * 95 {
        return None;
    }
    // The last row may be cut, so it isn't asked.
    let gaps = group.lines.windows(2).map(|pair| pair[1].0 - pair[0].0);
    let cells = gaps.min().filter(|cells| (3..=64).contains(cells))?.min(CELLS);
    let mut rows: Vec<Vec<u8>> = Vec::with_capacity(group.lines.len());
    let mut places = Vec::with_capacity(group.lines.len());
    for (at, start, end) in &group.lines {
        let Some(row) = lines.get(*at..at + cells) else { continue };
        places.push((rows.len(), *start, *end));
        rows.push(row.join(&b'\t'));
    }
    (rows.len() >= 3).then(|| (rows, Group { lines: places, ..group.clone() }))
}

/// The layout with line breaks for tabs; `None` where it isn't that of a table: level or logger must be among its cells.
pub(super) fn broken(layout: Layout) -> Option<Layout> {
    let mut head = Vec::with_capacity(layout.head.len());
    for part in layout.head {
        let Part::Text(text) = part else {
            head.push(part);
            continue;
        };
        for (n, piece) in text.split('\t').enumerate() {
            if n > 0 {
                head.push(Part::LineBreak);
            }
            if !piece.is_empty() {
                head.push(Part::Text(piece.to_owned()));
            }
        }
    }
    let known = |part: &Part| matches!(part, Part::Field(Field::Level | Field::Logger, _));
    let table = head.iter().any(known) && head.contains(&Part::LineBreak);
    table.then_some(Layout { head, ..layout })
}
