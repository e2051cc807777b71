//! A case as evidence: its exchanges as they are, its copied files and the files that it points to through the
//! same readers as any other.

use std::io;
use std::ops::Range;
use std::path::Path;

use super::ahead::CopyAhead;
use super::content::Content;
use super::{Gatherer, Nest, Options, finish};
use crate::case::{Case, CaseBodies, Copied, Outside, Standing, StoredContent, StoredSource};
use crate::model::{ExchangeId, Gathered, SourceId, SourceProblem, challenge};

/// What stands in a case beside its exchanges: the files that were copied into it, and those that it points to.
#[must_use]
pub fn beside(case: &Case, sources: &[StoredSource], options: &Options) -> Gathered {
    let mut progress = |_: super::Progress<'_>| {};
    let mut gatherer = Gatherer::new(options, &mut progress, None);
    let beside: Vec<_> = sources.iter().filter(|stored| stored.content != StoredContent::Exchanges).collect();
    gatherer.all_stored(case, &beside, |_| 0..0);
    gatherer.read_waiting();
    finish(gatherer)
}

/// Sources of a case that are looked at together: what was copied of them has to have room in memory.
const TOGETHER: usize = 64;

/// What was copied into a case, at its turn.
fn unread(bodies: &CaseBodies, copied: Copied) -> io::Result<CopyAhead> {
    Ok(CopyAhead { bytes: bodies.copied(0, copied)?, dumps: None })
}

impl Gatherer<'_> {
    /// Reads the case in a folder.
    pub(super) fn case(&mut self, shown: &str, folder: &Path) {
        let place = u32::try_from(self.cases.len()).unwrap_or(u32::MAX);
        let read = Case::open(folder).and_then(|case| Ok((case.reader_at(place).read()?, case)));
        let (contents, case) = match read {
            Ok(read) => read,
            Err(problem) => return self.gathered.problems.push(SourceProblem { path: shown.to_owned(), ..problem }),
        };
        if contents.sources.is_empty() && contents.problems.is_empty() {
            self.say(shown, 0, "the case is empty", "record into it, or import evidence: mwscope import CASE PATH");
        }
        self.gathered.problems.extend(contents.problems);
        self.cases.push(case.clone());
        let first = self.next_exchange().0;
        let mut exchanges = contents.exchanges;
        for exchange in &mut exchanges {
            exchange.id = ExchangeId(exchange.id.0.saturating_add(first));
        }
        // Those of one source stand together then; a case has one or few.
        exchanges.sort_by_key(|exchange| exchange.source);
        let before = self.gathered.exchanges.len();
        if before == 0 {
            self.gathered.exchanges = exchanges;
        } else {
            self.gathered.exchanges.append(&mut exchanges);
        }
        let stored = &self.gathered.exchanges[before..];
        let place = |of: SourceId| before + stored.partition_point(|exchange| exchange.source < of);
        let after = |of: SourceId| before + stored.partition_point(|exchange| exchange.source <= of);
        let places: Vec<Range<usize>> =
            contents.sources.iter().map(|s| place(s.source.id)..after(s.source.id)).collect();
        self.all_stored(&case, &contents.sources.iter().collect::<Vec<_>>(), |n| places[n].clone());
        self.gathered.exchanges.sort_by_key(|exchange| exchange.id);
    }

    /// Reads the sources of a case; `own` says where the exchanges of each stand among those gathered.
    fn all_stored(&mut self, case: &Case, stored: &[&StoredSource], own: impl Fn(usize) -> Range<usize>) {
        let bodies = CaseBodies::new([case]);
        for (nth, together) in stored.chunks(TOGETHER).enumerate() {
            let mut ahead = self.copies_ahead(&bodies, together);
            for (n, stored) in together.iter().enumerate() {
                self.stored(&bodies, stored, own(nth * TOGETHER + n), ahead.get_mut(n).and_then(Option::take));
            }
        }
    }

    /// Reads one source of a case, or takes what was read of it `ahead`.
    fn stored(&mut self, bodies: &CaseBodies, stored: &StoredSource, own: Range<usize>, ahead: Option<CopyAhead>) {
        let source = &stored.source;
        match &stored.content {
            StoredContent::Exchanges => {
                let id = self.add_source(&source.path, source.kind, own.len() as u64, source.bytes);
                let own = &mut self.gathered.exchanges[own];
                // A recording is stored call by call, before it is known what the client did next.
                challenge::mark(own);
                own.iter_mut().for_each(|exchange| exchange.source = id);
            }
            StoredContent::Copied(copied) => match ahead.map_or_else(|| unread(bodies, *copied), Ok) {
                Ok(CopyAhead { bytes, dumps: Some(dumps) }) => self.dumps_of_copy(&source.path, &bytes, dumps),
                Ok(CopyAhead { bytes, dumps: None }) => {
                    self.origin.file = None;
                    self.content(&source.path, Content::Memory(bytes), Nest::TOP);
                }
                Err(error) => {
                    let what = format!("its copy in the case can't be read: {error}");
                    self.say(&source.path, 0, what, "import it again");
                }
            },
            StoredContent::Outside(outside) => self.outside(&source.path, outside),
        }
    }

    fn outside(&mut self, shown: &str, outside: &Outside) {
        match outside.check() {
            Standing::Same | Standing::Grown => {
                // A member of an archive is found in it again.
                let (archive, wanted) = shown.split_once("!/").map_or((shown, None), |(a, member)| (a, Some(member)));
                self.file(archive, &outside.path, Nest { wanted, ..Nest::TOP });
            }
            Standing::Changed => {
                let what = format!("another file stands at {} by now", outside.path.display());
                self.say(shown, 0, what, "put the file back that was imported, or import the new one");
            }
            Standing::Gone => {
                let what = format!("the case points to {}, which is gone", outside.path.display());
                self.say(shown, 0, what, "put the file back, or import it again from where it is now");
            }
        }
    }
}
