//! The beginning of what takes long to read, so that a first screen needn't wait for the rest of it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::content::Content;
use super::sniff::{self, Kind};
use super::{Gatherer, Nest, Options, finish};
use crate::case::{Came, Case, CaseBodies, Place, StoredContent, StoredSource};
use crate::model::{Exchange, Gathered, SourceKind, challenge};

/// Smaller files are read whole before anybody could look.
const LARGE: u64 = 8 << 20;
/// Bytes of a log that are looked at.
const BEGINNING: u64 = 256 << 10;
/// Entries of a case that are looked at; one that has fewer is read whole before anybody could look.
const FIRST: usize = 2000;

/// The first records of a large log or the first exchanges of a large case, under the numbers that they have when all
/// of it is read. `None` where the paths are several, or lead to something else, or to little.
#[must_use]
pub fn glimpse(paths: &[String], options: &Options) -> Option<Gathered> {
    let [path] = paths else { return None };
    let on_disk = Path::new(path);
    if Case::is_case(on_disk) { of_case(on_disk) } else { of_log(path, on_disk, options) }
}

fn of_log(shown: &str, path: &Path, options: &Options) -> Option<Gathered> {
    let metadata = path.metadata().ok().filter(|metadata| metadata.is_file() && metadata.len() > LARGE)?;
    let mut bytes = Vec::new();
    File::open(path).ok()?.take(BEGINNING).read_to_end(&mut bytes).ok()?;
    let whole_lines = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
    bytes.truncate(whole_lines);
    let head = bytes.len().min(usize::try_from(sniff::HEAD).unwrap_or(usize::MAX));
    if !matches!(sniff::kind(&bytes[..head], false), Kind::Text) {
        return None;
    }
    let options = Options { hasty: false, indexes: None, ..options.clone() };
    let mut progress = |_: super::Progress<'_>| {};
    let mut gatherer = Gatherer::new(&options, &mut progress, None);
    gatherer.origin.file = Some(path.to_owned());
    gatherer.content(shown, Content::Memory(bytes.into()), Nest::TOP);
    let mut gathered = finish(gatherer);
    let is_log = matches!(gathered.sources.as_slice(), [source] if source.kind == SourceKind::Log);
    if !is_log || gathered.logs.is_empty() {
        return None;
    }
    gathered.sources[0].bytes = metadata.len();
    // What the end of the part looks like says nothing of the log.
    gathered.problems.clear();
    Some(gathered)
}

fn of_case(folder: &Path) -> Option<Gathered> {
    let case = Case::open(folder).ok()?;
    let came = case.onward(Place::START).read(FIRST).ok()?;
    if came.len() < FIRST {
        return None;
    }
    let mut sources: Vec<StoredSource> = Vec::new();
    let mut exchanges: Vec<Exchange> = Vec::new();
    for (came, _) in came {
        match came {
            Came::Exchange(exchange) => exchanges.push(*exchange),
            Came::Source(stored) => match sources.iter_mut().find(|known| known.source.id == stored.source.id) {
                Some(known) => *known = *stored,
                None => sources.push(*stored),
            },
            Came::Damage(_) => {}
        }
    }
    sources.sort_by_key(|stored| stored.source.id);
    // Behind a file of the case sources have other numbers when all is read.
    let own = sources.iter().take_while(|stored| stored.content == StoredContent::Exchanges).count();
    sources.truncate(own);
    exchanges.retain(|exchange| (exchange.source.0 as usize) < own);
    if exchanges.is_empty() {
        return None;
    }
    exchanges.sort_by_key(|exchange| exchange.id);
    challenge::mark(&mut exchanges);
    let sources = sources.into_iter().map(|stored| stored.source).collect();
    let bodies = Arc::new(CaseBodies::new([&case]));
    Some(Gathered { sources, exchanges, bodies, ..Gathered::new() })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;
    use crate::case::{NewSource, Options as Writing};
    use crate::import::gather;
    use crate::model::{ExchangeId, Request};

    #[test]
    fn the_beginning_of_a_large_log_is_what_stands_there_when_all_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("merged.log");
        let mut text = String::new();
        for n in 0..120_000 {
            let at = format!("{:02}:{:02}:{:02},{:03}", n / 36_000, n / 600 % 60, n / 10 % 60, n % 10 * 100);
            writeln!(text, "2026-01-13 {at} INFO  [worker-{}] com.example.Orders - order {n} was taken over", n % 8)
                .expect("written");
        }
        std::fs::write(&path, &text).expect("a file");
        let paths = [path.display().to_string()];
        let begun = glimpse(&paths, &Options::default()).expect("a beginning");
        let all = gather(&paths, &Options::default(), &mut |_| ()).expect("all");
        let ((id, begun), (other, all)) = (&begun.logs[0], &all.logs[0]);
        assert_eq!(id, other);
        assert!(begun.len() > 1000 && begun.len() < all.len() / 10, "{} of {}", begun.len(), all.len());
        for n in [0, 1, 500, begun.len() - 1] {
            assert_eq!(begun.read(n).expect("a record"), all.read(n).expect("a record"));
        }
        std::fs::write(&path, &text[..100_000]).expect("a file");
        assert!(glimpse(&paths, &Options::default()).is_none(), "a small one is read at once");
    }

    #[test]
    fn the_beginning_of_a_large_case_is_what_stands_there_when_all_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.mwscope");
        let case = Case::open_or_create(&path).expect("a case");
        let mut writer = case.write(Writing { keep_secrets: true, ..Writing::new(1) }).expect("a writer");
        let source = writer.add_source(NewSource::recording()).expect("a source");
        for n in 0..3000 {
            let url = format!("http://h/{n}");
            writer.append(Exchange::new(ExchangeId(n), source, n, url, Request::default())).expect("stored");
        }
        writer.finish().expect("written");
        let paths = [path.display().to_string()];
        let begun = glimpse(&paths, &Options::default()).expect("a beginning");
        let all = gather(&paths, &Options::default(), &mut |_| ()).expect("all");
        assert!(begun.exchanges.len() > 1000 && all.exchanges.len() == 3000);
        for x in &begun.exchanges {
            assert_eq!(all.exchange(x.id).map(|x| (x.source, &x.url)), Some((x.source, &x.url)));
        }
    }
}
