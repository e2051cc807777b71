//! Names of pieces of evidence that stay what they are however often the evidence is read, from wherever and with
//! whatever else: `SOURCE#INDEX` for exchanges, `SOURCE:LINE` for records, dumps and thread dumps, `SOURCE~N` for
//! streams, `RULE@NAME` for the finding of a rule on something. Loose files go by their whole path.

use std::collections::HashMap;
use std::path::Path;

use mwscope_parsers::wire::TcpFacts;

use crate::model::{About, EventRef, Finding, Gathered, Investigation, Source, SourceId, StreamId};

/// The names of all that was read.
pub struct Names<'a> {
    gathered: &'a Gathered,
    investigation: &'a Investigation,
    sources: Vec<Option<String>>,
}

/// Where sources come from that are no part of the case: the paths as they were given.
#[derive(Clone, Debug, Default)]
pub(super) struct Roots {
    /// Those that are no case.
    pub(super) loose: Vec<String>,
    /// Whether a case is among what was given, whose sources go by the names that they have in it.
    pub(super) case: bool,
}

impl Roots {
    /// The name of a source; `None` where it has none that lasts.
    fn name(&self, source: &Source) -> Option<String> {
        let path = source.path.as_str();
        if path == "-" || path.starts_with("-!/") {
            return None;
        }
        let under = |root: &String| {
            path.strip_prefix(root.trim_end_matches(['/', '\\']))
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '\\', '!']))
        };
        if self.case && !self.loose.iter().any(under) {
            return Some(path.to_owned());
        }
        let (file, member) = path.split_once("!/").map_or((path, None), |(file, member)| (file, Some(member)));
        let whole = std::fs::canonicalize(file).or_else(|_| std::path::absolute(Path::new(file)));
        let whole = whole.map_or_else(|_| file.to_owned(), |path| path.display().to_string());
        Some(match member {
            Some(member) => format!("{whole}!/{member}"),
            None => whole,
        })
    }
}

impl<'a> Names<'a> {
    pub(super) fn new(read: (&'a Gathered, &'a Investigation), roots: &Roots) -> Self {
        Self::with(read, |source| roots.name(source))
    }

    /// The names where the sources go by others than those that notes are kept under; `None` for one that has none.
    pub fn with(
        (gathered, investigation): (&'a Gathered, &'a Investigation),
        source: impl FnMut(&Source) -> Option<String>,
    ) -> Self {
        Self { gathered, investigation, sources: gathered.sources.iter().map(source).collect() }
    }

    fn source(&self, id: SourceId) -> Option<&str> {
        self.sources.get(id.0 as usize)?.as_deref()
    }

    /// The name of something; `None` where it has none that lasts.
    #[must_use]
    pub fn of(&self, about: &About) -> Option<String> {
        match about {
            About::Event(event) => self.of_event(*event),
            About::Finding(id) => self.of_finding(self.investigation.findings.iter().find(|f| f.id == *id)?),
            About::Gone => None,
        }
    }

    /// The name of an event; `None` where it has none that lasts.
    #[must_use]
    pub fn of_event(&self, event: EventRef) -> Option<String> {
        let (source, line) = match event {
            EventRef::Exchange(id) => {
                let x = self.gathered.exchange(id)?;
                return Some(format!("{}#{}", self.source(x.source)?, x.index));
            }
            EventRef::Stream(id) => {
                let stream = self.gathered.stream(id)?;
                return Some(format!("{}~{}", self.source(stream.source)?, number(&stream.tcp)));
            }
            EventRef::Record(source, n) => (source, self.gathered.log(source)?.head(n)?.line),
            EventRef::Dump(id) => self.gathered.dump(id).map(|d| (d.source, d.dump.line))?,
            EventRef::Threads(id) => self.gathered.thread_dump(id).map(|(source, dump)| (*source, dump.line))?,
        };
        Some(format!("{}:{line}", self.source(source)?))
    }

    fn of_finding(&self, finding: &Finding) -> Option<String> {
        Some(format!("{}@{}", finding.rule, self.of_event(finding.about()?)?))
    }

    /// What the names are of, as far as it was read.
    #[must_use]
    pub fn find<'n>(&self, names: impl Iterator<Item = &'n str>) -> HashMap<&'n str, About> {
        let by_name: HashMap<&str, SourceId> = self
            .gathered
            .sources
            .iter()
            .filter_map(|source| Some((self.sources.get(source.id.0 as usize)?.as_deref()?, source.id)))
            .collect();
        let mut exchanges: Option<HashMap<(SourceId, u32), EventRef>> = None;
        let mut found = HashMap::new();
        for name in names {
            let about = self.finding(name).or_else(|| {
                let (at, sign) = name.char_indices().rfind(|(_, c)| matches!(c, '#' | ':' | '~'))?;
                let source = *by_name.get(&name[..at])?;
                let number = name[at + 1..].parse::<u64>().ok()?;
                match sign {
                    '#' => {
                        let all = exchanges.get_or_insert_with(|| {
                            let exchanges = self.gathered.exchanges.iter();
                            exchanges.map(|x| ((x.source, x.index), EventRef::Exchange(x.id))).collect()
                        });
                        all.get(&(source, u32::try_from(number).ok()?)).map(|event| About::Event(*event))
                    }
                    ':' => self.gathered.event_at(source, number).map(About::Event),
                    _ => self.stream(source, number).map(|id| About::Event(EventRef::Stream(id))),
                }
            });
            if let Some(about) = about {
                found.insert(name, about);
            }
        }
        found
    }

    fn finding(&self, name: &str) -> Option<About> {
        let (rule, _) = name.split_once('@')?;
        let of_rule = self.investigation.findings.iter().filter(|f| f.rule == rule);
        let mut named = of_rule.filter(|f| self.of_finding(f).as_deref() == Some(name));
        named.next().map(|f| About::Finding(f.id.clone()))
    }

    fn stream(&self, source: SourceId, n: u64) -> Option<StreamId> {
        let mut own = self.gathered.streams.iter().filter(|s| s.source == source);
        own.find(|s| number(&s.tcp) == n).map(|s| s.id)
    }
}

fn number(tcp: &TcpFacts) -> u64 {
    tcp.number as u64
}
