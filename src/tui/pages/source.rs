//! What a source is called on the screens, so that no two of them are taken for one.

use crate::model::{Gathered, SourceId, shortest_end};
use crate::tui::widgets::width;

/// Its path; where several have the same one, as a log that was rotated away and the one that took its place, which of
/// them it is, in the order in which they began.
pub(in crate::tui) fn source_name(gathered: &Gathered, id: SourceId) -> String {
    let path = gathered.path(id);
    format!("{path}{}", which(gathered, id))
}

/// Its name in so many cells: the path where there is room, else the shortest end of it that no other source shares.
pub(in crate::tui) fn fitted_name(gathered: &Gathered, id: SourceId, cells: usize) -> String {
    let whole = source_name(gathered, id);
    if width(&whole) <= cells {
        return whole;
    }
    format!("…{}{}", short_path(gathered, id), which(gathered, id))
}

/// The shortest end of its path that no other path shares.
pub(in crate::tui) fn short_path(gathered: &Gathered, id: SourceId) -> &str {
    let path = gathered.path(id);
    let others = gathered.sources.iter().map(|source| source.path.as_str()).filter(|other| *other != path);
    shortest_end(path, &others)
}

fn which(gathered: &Gathered, id: SourceId) -> String {
    let path = gathered.path(id);
    let same = || gathered.sources.iter().filter(|source| source.path == path);
    match same().count() {
        0 | 1 => String::new(),
        of => format!(" ({} of {of})", same().take_while(|source| source.id <= id).count()),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{Source, SourceKind};

    use super::*;

    #[test]
    fn sources_are_told_apart_by_their_folders_and_by_their_order() {
        let mut gathered = Gathered::new();
        for (n, path) in
            ["/m3/a/merged.log", "/m3/b/merged.log", "/m3/b/merged.log", "/m3/b/mec.log"].iter().enumerate()
        {
            let id = SourceId(u32::try_from(n).unwrap_or(0));
            gathered.sources.push(Source {
                id,
                path: (*path).into(),
                kind: SourceKind::Log,
                items: 0,
                bytes: 0,
                layout: None,
            });
        }
        let named = |n: u32, cells: usize| fitted_name(&gathered, SourceId(n), cells);
        assert_eq!(named(0, 40), "/m3/a/merged.log");
        assert_eq!(named(0, 13), "…a/merged.log");
        assert_eq!(named(1, 40), "/m3/b/merged.log (1 of 2)");
        assert_eq!(named(2, 20), "…b/merged.log (2 of 2)");
        assert_eq!(named(3, 10), "…mec.log");
    }
}
