//! What was read goes on while the screens are open: records of logs that grow, logs and dumps that appear.

use std::sync::Arc;

use mwscope_parsers::dump::Dump;

use crate::engine::Followed;
use crate::model::{
    DumpId, Finding, FindingKind, GatheredDump, Investigation, Records, Source, SourceId, SourceKind, ThreadsId,
};
use crate::tui::effect::Effect;
use crate::tui::model::lines::{self, Line};
use crate::tui::model::{Model, Notice};
use crate::tui::theme::Role;

use super::{arrival, live};

/// One thing that came.
pub(super) fn came(model: &mut Model, followed: Followed) -> Vec<Effect> {
    if model.loading.is_some()
        && let Some(following) = &mut model.following
    {
        following.early.push(followed);
        return Vec::new();
    }
    match followed {
        Followed::Log { path, records } => begins(model, path, records),
        Followed::Grew { path, records, from } => match log_of(model, &path) {
            Some(id) => {
                count(model, id, records.len() as u64);
                live::replace_records(model, id, records);
                live::grew(model, id, from)
            }
            None => begins(model, path, records),
        },
        Followed::Dumps { path, bytes, dumps } => written(model, &path, bytes, dumps),
        Followed::Threads { path, bytes, dumps } => {
            let source = add(model, path, SourceKind::Threads, dumps.len() as u64, None);
            let gathered = Arc::make_mut(&mut model.around.gathered);
            gathered.sources[source.0 as usize].bytes = bytes;
            let first = gathered.threads.len();
            gathered.threads.extend(dumps.into_iter().map(|dump| (source, Arc::new(dump))));
            let numbers = first..gathered.threads.len();
            let lines: Vec<Line> = numbers.filter_map(|n| lines::of_threads(ThreadsId(n), &model.around)).collect();
            arrival::put_in(model, &lines)
        }
        Followed::Note(text) => {
            model.say(text);
            Vec::new()
        }
        Followed::Problem(problem) => live::problem(model, problem),
        Followed::Quiet => conclude(model),
    }
}

/// The rest is in order: what came before it was takes its place.
pub(super) fn early(model: &mut Model) -> Vec<Effect> {
    let early = model.following.as_mut().map(|following| std::mem::take(&mut following.early)).unwrap_or_default();
    early.into_iter().flat_map(|followed| came(model, followed)).collect()
}

/// A conclusion was reached and its worker has rested: what came meanwhile is concluded of next.
pub(super) fn rested(model: &mut Model) -> Vec<Effect> {
    let Some(following) = &mut model.following else { return Vec::new() };
    following.concluding = false;
    if std::mem::take(&mut following.again) { conclude(model) } else { Vec::new() }
}

/// Tells of a verdict that wasn't reached before.
pub(super) fn tell(model: &mut Model, before: &Investigation) {
    if model.following.is_none() {
        return;
    }
    let verdicts = |of: &'_ Investigation| of.findings.iter().filter(|f| f.kind == FindingKind::Verdict).count();
    if verdicts(&model.around.investigation) <= verdicts(before) {
        return;
    }
    let known = |new: &Finding| before.findings.iter().any(|f| (&f.title, f.exchange) == (&new.title, new.exchange));
    let new = model.around.investigation.findings.iter().find(|f| f.kind == FindingKind::Verdict && !known(f));
    if let Some(title) = new.map(|new| new.title.clone()) {
        model.notice = Some(Notice { text: format!("+ {title}  (2 shows it)"), role: Role::Fail });
    }
}

fn conclude(model: &mut Model) -> Vec<Effect> {
    let gathered = Arc::clone(&model.around.gathered);
    let Some(following) = &mut model.following else { return Vec::new() };
    if std::mem::replace(&mut following.concluding, true) {
        following.again = true;
        return Vec::new();
    }
    vec![Effect::Conclude { gathered, trouble: Arc::clone(&following.trouble), rest: true }]
}

fn begins(model: &mut Model, path: String, records: Arc<dyn Records>) -> Vec<Effect> {
    let layout = records.layouts().into_iter().next();
    let id = add(model, path, SourceKind::Log, records.len() as u64, layout);
    live::replace_records(model, id, records);
    live::grew(model, id, 0)
}

/// What is in a dumplog takes the place of what was in it before.
fn written(model: &mut Model, path: &str, bytes: u64, dumps: Vec<Dump>) -> Vec<Effect> {
    let known = model.gathered().sources.iter().find(|s| s.kind == SourceKind::Dump && s.path == path).map(|s| s.id);
    let source = known.unwrap_or_else(|| add(model, path.to_owned(), SourceKind::Dump, 0, None));
    if let Some(known) = Arc::make_mut(&mut model.around.gathered).sources.get_mut(source.0 as usize) {
        (known.items, known.bytes) = (dumps.len() as u64, bytes);
    }
    let mut effects = Vec::new();
    for dump in dumps {
        let next = model.gathered().dumps.last().map_or(0, |dump| dump.id.0.saturating_add(1));
        effects.extend(live::new_dump(model, GatheredDump::new(DumpId(next), source, Arc::new(dump))));
    }
    effects
}

/// The log of that path that began last: of a rotated one there are several.
fn log_of(model: &Model, path: &str) -> Option<SourceId> {
    let mut sources = model.gathered().sources.iter().rev();
    sources.find(|source| source.kind == SourceKind::Log && source.path == path).map(|source| source.id)
}

fn add(model: &mut Model, path: String, kind: SourceKind, items: u64, layout: Option<String>) -> SourceId {
    let sources = &mut Arc::make_mut(&mut model.around.gathered).sources;
    let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
    sources.push(Source { id, path, kind, items, bytes: 0, layout });
    id
}

fn count(model: &mut Model, id: SourceId, items: u64) {
    if let Some(source) = Arc::make_mut(&mut model.around.gathered).sources.get_mut(id.0 as usize) {
        source.items = items;
    }
}
