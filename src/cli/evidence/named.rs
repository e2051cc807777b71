//! What people name on the command line: `x12`, `SOURCE#INDEX`, `d3`, `s7`, `SOURCE:LINE`, a kept text by
//! its path, and sources by the end of theirs.

use crate::model::{EventRef, Exchange, Gathered, GatheredDump, SourceId, Stream, StreamId};

/// What an id names.
pub(in crate::cli) enum Thing<'a> {
    /// An exchange.
    Exchange(&'a Exchange),
    /// The n-th record of a log, from 0.
    Record(SourceId, usize),
    /// A dump.
    Dump(&'a GatheredDump),
    /// A stream.
    Stream(&'a Stream),
    /// A text that was kept, whole.
    Text(SourceId),
}

impl Thing<'_> {
    /// The event that it is; a whole text is none.
    pub(in crate::cli) fn event(&self) -> Option<EventRef> {
        match self {
            Self::Exchange(exchange) => Some(EventRef::Exchange(exchange.id)),
            Self::Record(source, n) => Some(EventRef::Record(*source, *n)),
            Self::Dump(dump) => Some(EventRef::Dump(dump.id)),
            Self::Stream(stream) => Some(EventRef::Stream(stream.id)),
            Self::Text(_) => None,
        }
    }
}

/// What an id names.
///
/// # Errors
/// Where it names nothing, in words.
pub(in crate::cli) fn find<'a>(gathered: &'a Gathered, id: &str) -> Result<Thing<'a>, String> {
    let nothing = || format!("there is no {id} in it");
    let number = |prefix: char| id.strip_prefix(prefix).and_then(|number| number.parse::<u32>().ok());
    if let Some(number) = number('x') {
        let exchange = gathered.exchanges.iter().find(|exchange| exchange.id.0 == number);
        return exchange.map(Thing::Exchange).ok_or_else(nothing);
    }
    if let Some(number) = number('d') {
        let dump = gathered.dumps.iter().find(|dump| dump.id.0 == number);
        return dump.map(Thing::Dump).ok_or_else(nothing);
    }
    if let Some(number) = number('s') {
        return gathered.stream(StreamId(number)).map(Thing::Stream).ok_or_else(nothing);
    }
    if let Ok(index) = id.parse::<u32>() {
        return by_index(gathered, index).map(Thing::Exchange);
    }
    if let Some((path, index)) = id.rsplit_once('#').and_then(|(path, index)| Some((path, index.parse::<u32>().ok()?)))
    {
        let source = source(gathered, path)?;
        let found = gathered.exchanges.iter().find(|exchange| exchange.source == source && exchange.index == index);
        return found.map(Thing::Exchange).ok_or_else(nothing);
    }
    if let Some(text) = source(gathered, id).ok().filter(|id| gathered.is_text(*id)) {
        return Ok(Thing::Text(text));
    }
    let (path, line) =
        id.rsplit_once(':').and_then(|(path, line)| Some((path, line.parse::<u64>().ok()?))).ok_or_else(|| {
            format!("{id} is no id; an exchange is x12, SOURCE#INDEX or an index, a dump d3, a stream s7, a record SOURCE:LINE")
        })?;
    let source = source(gathered, path)?;
    gathered.record_at(source, line).map(|n| Thing::Record(source, n)).ok_or_else(nothing)
}

fn by_index(gathered: &Gathered, index: u32) -> Result<&Exchange, String> {
    let mut found = gathered.exchanges.iter().filter(|exchange| exchange.index == index);
    let mut sources: Vec<_> = gathered.exchanges.iter().map(|exchange| exchange.source).collect();
    sources.dedup();
    match (found.next(), sources.len()) {
        (Some(exchange), 1) => Ok(exchange),
        (Some(_), _) => Err("there are several sources in it; name one, as SOURCE#INDEX".to_owned()),
        (None, _) => Err(format!("there is no exchange {index} in it")),
    }
}

/// The source of that path, or of a path that ends so where only one does.
///
/// # Errors
/// Where none is meant, or several are.
pub(in crate::cli) fn source(gathered: &Gathered, path: &str) -> Result<SourceId, String> {
    if let Some(source) = gathered.sources.iter().find(|source| source.path == path) {
        return Ok(source.id);
    }
    let ends = |full: &str| full.strip_suffix(path).is_some_and(|rest| rest.ends_with(['/', '\\']));
    let mut found = gathered.sources.iter().filter(|source| ends(&source.path));
    match (found.next(), found.next()) {
        (Some(source), None) => Ok(source.id),
        (Some(_), Some(_)) => Err(format!("several sources in it end in {path}; name it whole")),
        (None, _) => Err(format!("there is no source {path} in it")),
    }
}
