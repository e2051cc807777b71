//! Learns the layouts of a log from a sample of its lines.
//!
//! Lines are grouped by where and how they write the time (or the level, where there is no time); what the lines
//! of a group have in common at their start, part by part, is the layout ([`induce`]). What it doesn't read is
//! grouped again, so that several layouts in one log are found. Knows nothing of records or bytes behind the sample.

mod behind;
mod brackets;
mod calls;
mod cells;
mod classify;
mod group;
mod induce;
mod kinds;
mod landmark;
mod last;
mod letters;
mod others;
mod rows;
mod separated;
mod service;
mod shapes;
mod slots;
mod standard;
mod threads;
mod times;
mod values;

use super::Hints;
use super::Layout;
use super::json;
use super::layout::{AnyLevel, Caught, Field, Pad, Part, Quick, Seen};
use super::pairs;
use group::Group;

/// What was learned.
pub(crate) struct Learned {
    /// The layouts, the most frequent first.
    pub(crate) layouts: Vec<Layout>,
    /// What was assumed, in words.
    pub(crate) notes: Vec<String>,
}

/// Whether a level stands near the start of a line.
pub(crate) fn opens_with_level(line: &[u8]) -> bool {
    group::next_level(line, 0).is_some()
}

/// Whether a line goes on with the record before it, whatever it says: indented, markup, or of a trace.
pub(crate) fn may_not_start(line: &[u8]) -> bool {
    group::may_not_start(line)
}

/// More layouts than this are noise.
const LAYOUTS_MAX: usize = 24;

/// The layouts of a log that has these lines.
pub(crate) fn learn(lines: &[Vec<u8>], hints: &Hints) -> Learned {
    let mut learned = Learned { layouts: Vec::new(), notes: Vec::new() };
    let mut open: Vec<usize> = (0..lines.len()).filter(|at| !lines[*at].is_empty()).collect();
    let objects: Vec<usize> = open.iter().copied().filter(|at| json::is_log_line(&lines[*at])).collect();
    if !objects.is_empty() && (objects.len() * 3 >= open.len() || stand_together(&objects)) {
        learned.layouts.push(Layout::json());
        open.retain(|at| !lines[*at].trim_ascii_start().starts_with(b"{"));
    }
    if let Some(layout) = standard::of_all(lines, &open) {
        open.retain(|at| !Reads::by(&layout).line(lines, *at));
        learned.layouts.push(layout);
        let mut others = Learned { layouts: Vec::new(), notes: Vec::new() };
        read_by_place(lines, open, hints, false, &mut others);
        // Without a level it is what messages say.
        others.layouts.retain(|layout| layout.has_time() && has_level(layout) && layout.lines() <= CELLS);
        learned.layouts.append(&mut others.layouts);
        learned.notes.append(&mut others.notes);
    } else if let Some(layouts) = service::layouts(lines, &open, hints) {
        learned.layouts.extend(layouts);
    } else if mostly_pairs(lines, &open) {
        // A pattern with keys in its text (`time=%d level=%p msg=%m`) says where each value ends, whatever stands in it.
        let bare = !open.iter().any(|at| pairs::quotes_its_message(&lines[*at]));
        let mut by_place = Learned { layouts: learned.layouts.clone(), notes: Vec::new() };
        if bare {
            read_by_place(lines, open.clone(), hints, false, &mut by_place);
            if by_place.layouts.get(learned.layouts.len()).is_some_and(|layout| names_all_keys(lines, &open, layout)) {
                name_columns(lines, &mut by_place.layouts);
                return by_place;
            }
        }
        learned.layouts.push(Layout::pairs());
        open.retain(|at| pairs::start(&lines[*at]).is_none());
        read_by_place(lines, open, hints, true, &mut learned);
    } else {
        read_by_place(lines, open, hints, false, &mut learned);
    }
    if objects.len() * 3 < lines.len() && learned.layouts.len() > 1 && learned.layouts[0] == Layout::json() {
        // What most lines are written in is asked first.
        learned.layouts.rotate_left(1);
    }
    name_columns(lines, &mut learned.layouts);
    learned
}

/// Whether objects of a log are few in the sample because it turns to them on the way: they stand one below the other, and
/// not one each in what records say.
fn stand_together(objects: &[usize]) -> bool {
    const FEWEST: usize = 8;
    let runs = objects.chunk_by(|one, next| one + 1 == *next);
    let together: usize = runs.map(<[usize]>::len).filter(|run| *run >= FEWEST).sum();
    together * 10 >= objects.len() * 9
}

/// Adds the layouts by which the lines that are still `open` are read from left to right.
fn read_by_place(lines: &[Vec<u8>], mut open: Vec<usize>, hints: &Hints, with_pairs: bool, learned: &mut Learned) {
    let times = times::main_times(lines);
    let pairs = lines.len() - open.len();
    let mut first: Option<(Group, usize)> = None;
    let mut refused: Vec<group::Key> = Vec::new();
    for _ in 0..LAYOUTS_MAX {
        let Some(mut group) =
            group::largest(lines, &times, &open, &refused, &group::Known { later: first.is_some(), hints: *hints })
        else {
            break;
        };
        let mut induced = induce::induce(lines, &group);
        let part = kinds::most_telling(lines, &group, &induced.layouts);
        let standard = standard::of_group(lines, &group, &induced.layouts)
            .or_else(|| part.as_ref().and_then(|(part, of_part)| standard::of_group(lines, part, &of_part.layouts)));
        if let Some((part, of_part)) = part {
            // The order of all lines that open alike shows which of the others are records.
            group = Group { lines: group.lines, is_part: true, ..part };
            induced = of_part;
        }
        if let Some(layouts) = standard {
            induced.layouts = layouts;
        }
        let accepted = accept(lines, &open, induced.layouts, &group, first.as_ref());
        let many = accepted.layouts.len();
        let mut fits = accepted.layouts;
        // A log that writes dates opens no record with words and a time of day: that is the name of a file
        // (`D20260113.194415.000`) in a line that goes on.
        if !group.starts_line && learned.layouts.iter().any(Layout::has_date) {
            fits.retain(|layout| layout.has_date() || !layout.has_time());
        }
        // Nothing but how words are set apart tells no record from what goes on below one.
        if !learned.layouts.is_empty() {
            fits.retain(|layout| layout.has_time() || has_level(layout));
        }
        // What goes on below a line of pairs says a level or a time now and then, and opens no record.
        if with_pairs {
            let many = accepted.read.len() * 5 >= pairs;
            fits.retain(|layout| layout.has_time() && layout.lines() <= CELLS && (many || has_level(layout)));
        }
        if fits.is_empty() {
            refused.push(group.key.clone());
            continue;
        }
        let before = open.len();
        let single = fits.len() == many && fits.iter().all(|layout| layout.lines() == 1);
        let mut read = vec![false; lines.len()];
        if single {
            accepted.read.iter().for_each(|at| read[*at] = true);
        } else {
            let mut layouts: Vec<Reads<'_>> = fits.iter().map(Reads::by).collect();
            let spans = open.iter().flat_map(|at| lines_read(lines, *at, &mut layouts));
            spans.filter_map(|at| read.get_mut(at).map(|read| *read = true)).for_each(drop);
        }
        open.retain(|at| !read[*at]);
        if let ([only], None, true) = (fits.as_mut_slice(), &first, single) {
            let own_levels = others::have_own_levels(lines, &open, only);
            let width = others::filled_in_front(lines, &open, only);
            if own_levels {
                only.any_level = AnyLevel::Words;
            }
            if let (Some(width), Some(Part::Field(_, pad))) = (width, only.head.first_mut()) {
                *pad = Pad::Right(width);
            }
            if own_levels || width.is_some() {
                let mut reads = Reads::by(only);
                open.retain(|at| !reads.line(lines, *at));
            }
        }
        group.has_level = fits.iter().any(has_level);
        first.get_or_insert((group, before - open.len()));
        learned.layouts.extend(fits);
        for note in induced.notes {
            if !learned.notes.contains(&note) {
                learned.notes.push(note);
            }
        }
    }
}

/// Whether a layout reads nearly all lines of pairs, and has every key of theirs that means something in its own text.
fn names_all_keys(lines: &[Vec<u8>], open: &[usize], layout: &Layout) -> bool {
    let pattern = layout.to_string();
    let mut reads = Reads::by(layout);
    let of_pairs: Vec<usize> = open.iter().copied().filter(|at| pairs::is_log_line(&lines[*at])).collect();
    let read = |at: &&usize| {
        reads.line(lines, **at) && pairs::telling_keys(&lines[**at]).all(|key| pattern.contains(&format!("{key}=")))
    };
    of_pairs.iter().filter(read).count() * 100 >= of_pairs.len() * 97
}

/// Whether the records of a log are pairs of key and value: many lines alike that say when and how bad, against those
/// that could open another record.
fn mostly_pairs(lines: &[Vec<u8>], open: &[usize]) -> bool {
    let (pairs, others): (Vec<&Vec<u8>>, Vec<_>) =
        open.iter().map(|at| &lines[*at]).partition(|line| pairs::is_log_line(line));
    let pairs = pairs.len();
    if pairs == 0 || (pairs == 1 && open.len() > 3) {
        return false;
    }
    let timed = others.iter().filter(|line| super::opens_with_time(line)).count();
    let starting = others.iter().filter(|line| !group::may_not_start(line)).count();
    // Messages of several lines stand below the pairs.
    pairs * 2 > timed && pairs * 20 > starting
}

/// Heads of more lines than `java.util.logging` writes have a line for each column.
const CELLS: usize = 2;

/// Layouts that are believed.
struct Accepted {
    layouts: Vec<Layout>,
    /// The open lines that one of them reads.
    read: Vec<usize>,
}

/// Those of the layouts that read enough lines to be believed.
fn accept(
    lines: &[Vec<u8>],
    open: &[usize],
    layouts: Vec<Layout>,
    group: &Group,
    first: Option<&(Group, usize)>,
) -> Accepted {
    let mut kept = Accepted { layouts: Vec::new(), read: Vec::new() };
    let mut left = open.to_vec();
    for layout in layouts {
        let mut reads = Reads::by(&layout);
        let (own, others): (Vec<usize>, Vec<usize>) = left.iter().partition(|at| reads.line(lines, **at));
        let support = own.len();
        let has_level = has_level(&layout);
        let enough = match first {
            None => !kept.layouts.is_empty() || group.starts_line || support > 1 || lines.len() < 4,
            Some((main, many)) => {
                let same_time = group.starts_line && main.starts_line && group.same_time(main);
                let main_levels = main.has_level;
                let far = || others::are_of_other_days(lines, main, open, group, &own);
                let told = || far() && others::are_between_records(lines, main, open, &own);
                if layout.lines() > CELLS {
                    // A column a line is how a whole log is copied, and not how some of its records are written.
                    false
                } else if has_level && group.has_time() {
                    same_time || (support >= 3 || support * 50 >= *many) && !told()
                } else if main_levels || !group.has_time() {
                    match same_time {
                        true => support >= 2 && others::in_order(lines, main, open, &own),
                        false => support >= 2 && support * 5 >= *many && !far(),
                    }
                } else if main.is_part {
                    same_time && others::in_order(lines, main, open, &own)
                } else {
                    same_time || (support >= 3 && support * 20 >= *many && !told())
                }
            }
        };
        let told_by_place = |main: &Group| group.starts_line && (has_level || group.same_time(main));
        let inside = first.is_some_and(|(main, _)| main.starts_line && !told_by_place(main))
            && others::stand_in_records(lines, open, &own);
        if support > 0 && enough && !inside {
            kept.layouts.push(layout);
            kept.read.extend(own);
            left = others;
        }
    }
    kept
}

fn has_level(layout: &Layout) -> bool {
    layout.head.iter().any(|p| matches!(p, Part::Field(Field::Level, _)))
}

/// The lines that the head at line `at` spans, none where no layout reads it.
fn lines_read(lines: &[Vec<u8>], at: usize, layouts: &mut [Reads<'_>]) -> std::ops::Range<usize> {
    let reading = layouts.iter_mut().filter_map(|reads| reads.line(lines, at).then(|| reads.layout.lines()));
    at..at + reading.max().unwrap_or(0)
}

/// Which lines a layout reads, the short way where there is one.
struct Reads<'l> {
    layout: &'l Layout,
    quick: Option<(Quick, Seen)>,
    caught: Caught,
}

impl<'l> Reads<'l> {
    fn by(layout: &'l Layout) -> Self {
        let quick = Quick::of(layout).map(|quick| {
            let seen = quick.nothing_seen();
            (quick, seen)
        });
        Self { layout, quick, caught: Caught::new() }
    }

    /// Whether it reads the line, with those below it where a head has several.
    fn line(&mut self, lines: &[Vec<u8>], at: usize) -> bool {
        let Self { layout, quick, caught } = self;
        if layout.lines() > 1 {
            let all = &lines[at..(at + layout.lines()).min(lines.len())];
            return layout.matches(&all.join(&b'\n'), caught);
        }
        match quick {
            Some((quick, seen)) => quick.read(layout, &lines[at], seen, caught).is_some(),
            None => layout.matches(&lines[at], caught),
        }
    }
}

/// Takes the names of columns from a heading above the first record, where there is one.
fn name_columns(lines: &[Vec<u8>], layouts: &mut [Layout]) {
    let Some(layout) = layouts.first_mut() else { return };
    let mut reads = Reads::by(layout);
    let Some(first) = (0..lines.len().min(50)).find(|at| reads.line(lines, *at)) else { return };
    let separators = [b'|', b';', b'\t', b','];
    for heading in lines[..first].iter().rev() {
        let Some(separator) = separators.into_iter().find(|s| heading.contains(s)) else { continue };
        let cells = within_cells(heading, separator);
        let names: Vec<String> = cells
            .split(|b| *b == separator)
            .map(|name| String::from_utf8_lossy(name).trim_matches([' ', '"', '#', '\u{feff}']).to_lowercase())
            .collect();
        // A rule of dashes is none.
        if names.iter().any(|name| !name.contains(char::is_alphanumeric)) {
            continue;
        }
        let columns = columns_between(layout, separator);
        if columns.len() >= names.len() {
            // What every message has in it is no column that the heading has no name for.
            if let Some(at) = columns.get(names.len() - 1).filter(|_| names.len() > 2) {
                layout.head.truncate(*at);
            }
        }
        let fields = layout.head.iter().filter(|p| matches!(p, Part::Field(..) | Part::Time(_))).count();
        if names.len() == fields + 1 {
            classify::rename(layout, &names);
            return;
        }
    }
}

/// What stands in the cells of a row, without the signs around all of them.
fn within_cells(row: &[u8], separator: u8) -> &[u8] {
    let bare = row.trim_ascii();
    bare.strip_prefix(&[separator]).and_then(|bare| bare.strip_suffix(&[separator])).unwrap_or(row)
}

/// Where the columns stand in the head of a layout that has nothing but them and the sign that separates them; nowhere
/// where it has more.
fn columns_between(layout: &Layout, separator: u8) -> Vec<usize> {
    let sign = char::from(separator);
    let mut columns = Vec::new();
    for (at, part) in layout.head.iter().enumerate() {
        match part {
            Part::Text(text) if text.trim_matches(' ') == sign.to_string().trim_matches(' ') => {}
            Part::Field(..) | Part::Time(_) => columns.push(at),
            Part::Text(_) | Part::LineBreak => return Vec::new(),
        }
    }
    columns
}

#[cfg(test)]
mod columns;
#[cfg(test)]
mod programs;
#[cfg(test)]
mod rendered;
#[cfg(test)]
mod systems;
#[cfg(test)]
mod tests;
