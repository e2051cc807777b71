//! Which record names which dump: by its path, by its file's name in words of its own, by its job.

use std::collections::HashMap;

use super::Episode;
use super::dump_facts::{DumpFacts, parts};
use crate::timeline::episode::EpisodeKind;
use crate::timeline::words;

/// A job's end and its dump are no farther apart than clocks may be that nobody compared; nanoseconds.
const OF_ITS_JOB: u64 = 60_000_000_000;
/// What compressed and renamed copies have behind the name.
const ENDINGS: [&str; 6] = [".GZ", ".ZST", ".XZ", ".BZ2", ".TXT", ".LOG"];
/// A shorter name of a file stands in a text by chance.
const SHORTEST_NAME: usize = 10;

/// For each episode the dump that its record names: same file name, and where several have that, most folders in
/// common. Archives and copies lose the folders above, so these need not agree.
pub(super) fn named_by(episodes: &[Episode], dumps: &[DumpFacts]) -> Vec<Option<usize>> {
    let names = Names::of(dumps);
    let mut taken: Vec<bool> = vec![false; dumps.len()];
    let mut named = vec![None; episodes.len()];
    for (n, episode) in episodes.iter().enumerate() {
        let best = episode.dump_path.as_ref().and_then(|path| names.best_by_path(&parts(path), &taken));
        let best = best.or_else(|| names.in_text(&episode.upper, &taken));
        let best = best.or_else(|| of_its_job(episode, dumps, &taken));
        if let Some(dump) = best {
            taken[dump] = true;
            named[n] = Some(dump);
        }
    }
    named
}

/// Where the names of the dumps' files are looked up: there are as many dumps as records that may name them.
struct Names<'a> {
    dumps: &'a [DumpFacts],
    /// By the name, and by what stands before an ending that copies have; rising.
    by_name: HashMap<&'a str, Vec<usize>>,
    /// By that word of each name which fewest have, where the name isn't in a text by chance.
    by_word: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Names<'a> {
    fn of(dumps: &'a [DumpFacts]) -> Self {
        let (mut by_name, mut by_word) = (HashMap::<_, Vec<usize>>::new(), HashMap::<_, Vec<usize>>::new());
        let names = || dumps.iter().filter_map(|dump| dump.path.first());
        let mut how_many: HashMap<&str, usize> = HashMap::new();
        names().flat_map(|name| words_of(name)).for_each(|word| *how_many.entry(word).or_default() += 1);
        for (n, dump) in dumps.iter().enumerate() {
            let Some(name) = dump.path.first() else { continue };
            let copied = ENDINGS.iter().filter_map(|ending| name.strip_suffix(ending));
            for name in copied.chain([name.as_str()]) {
                by_name.entry(name).or_default().push(n);
            }
            if name.len() >= SHORTEST_NAME && name.contains('.') {
                let rarest = words_of(name).min_by_key(|word| how_many.get(word).copied());
                by_word.entry(rarest.unwrap_or_default()).or_default().push(n);
            }
        }
        Self { dumps, by_name, by_word }
    }

    fn best_by_path(&self, path: &[String], taken: &[bool]) -> Option<usize> {
        let common = |d: usize| self.dumps[d].path.iter().zip(path).take_while(|(a, b)| a == b).count();
        let mut fitting = self.by_name.get(path.first()?.as_str())?.clone();
        fitting.retain(|d| !taken[*d]);
        fitting.sort_by_key(|d| std::cmp::Reverse(common(*d)));
        match fitting.as_slice() {
            [] => None,
            [one] => Some(*one),
            // Several files of that name: only a folder in common tells which.
            [first, second, ..] => (common(*first) > common(*second)).then_some(*first),
        }
    }

    /// A record may name its dump in words of its own; a file name that is long enough isn't there by chance.
    fn in_text(&self, text: &str, taken: &[bool]) -> Option<usize> {
        // Whatever stands in it as a word has all words of its own there.
        let known = words_of(text).filter_map(|word| self.by_word.get(word)).flatten().copied();
        let fits = |d: &usize| {
            let name = self.dumps[*d].path.first();
            !taken[*d] && name.is_some_and(|name| words::has_word(text, name))
        };
        let mut fitting: Vec<usize> = known.filter(fits).collect();
        fitting.sort_unstable();
        fitting.dedup();
        if let [one] = fitting.as_slice() { Some(*one) } else { None }
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The one dump of the job that a program's end names: its file may have been renamed since.
fn of_its_job(episode: &Episode, dumps: &[DumpFacts], taken: &[bool]) -> Option<usize> {
    let fits = |d: &usize| {
        let near = dumps[*d].at.is_none_or(|at| at.abs_diff(episode.at) <= OF_ITS_JOB);
        let program = dumps[*d].program.is_none() || dumps[*d].program == episode.program;
        !taken[*d] && near && program && dumps[*d].has_its_job_named_in(&episode.upper)
    };
    if episode.kind != EpisodeKind::Abnormal {
        return None;
    }
    let fitting: Vec<usize> = (0..dumps.len()).filter(fits).collect();
    if let [one] = fitting.as_slice() { Some(*one) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DumpId, SourceId};

    fn dump(path: &str) -> DumpFacts {
        DumpFacts {
            id: DumpId(0),
            source: SourceId(0),
            at: None,
            precision: 1,
            program: None,
            stack: Vec::new(),
            user: None,
            job: None,
            text: String::new(),
            exception: None,
            terminal: false,
            path: parts(path),
        }
    }

    #[test]
    fn a_dump_is_found_by_its_name_in_a_text() {
        let dumps = ["a/crs008-dump-17.log", "a/crs008-dump-18.log", "b/mms001 dump 17.txt", "x/d.log"].map(dump);
        let names = Names::of(&dumps);
        let none = [false; 4];
        assert_eq!(names.in_text("SEE CRS008-DUMP-18.LOG, THEN MEND IT", &none), Some(1));
        assert_eq!(names.in_text("SEE (MMS001 DUMP 17.TXT)", &none), Some(2));
        assert_eq!(names.in_text("SEE CRS008-DUMP-18.LOG", &[false, true, false, false]), None);
        // A part of a longer name, two at once, and one too short to be no chance.
        assert_eq!(names.in_text("SEE OLDCRS008-DUMP-18.LOG", &none), None);
        assert_eq!(names.in_text("CRS008-DUMP-17.LOG CRS008-DUMP-18.LOG", &none), None);
        assert_eq!(names.in_text("CRS008-DUMP-17.LOG OR CRS008-DUMP-17.LOG", &none), Some(0));
        assert_eq!(names.in_text("D.LOG", &none), None);
    }

    #[test]
    fn folders_tell_files_of_one_name_apart_and_copies_have_an_ending_more() {
        let dumps = ["tst/d/one.log", "prd/d/one.log", "two.log.gz", "three.log"].map(dump);
        let names = Names::of(&dumps);
        let none = [false; 4];
        let best = |path: &str, taken: &[bool]| names.best_by_path(&parts(path), taken);
        assert_eq!(best("/m3/prd/d/one.log", &none), Some(1));
        assert_eq!(best("/m3/d/one.log", &none), None);
        assert_eq!(best("/m3/d/one.log", &[true, false, false, false]), Some(1));
        assert_eq!(best("E:\\m3\\two.log", &none), Some(2));
        assert_eq!(best("three", &none), Some(3));
        assert_eq!(best("four.log", &none), None);
    }
}
