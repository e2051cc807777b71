//! What comes from outside while the screens are open. New events take their places in the lists without moving
//! what the user looks at.

use std::collections::HashMap;
use std::sync::Arc;

use crate::case;
use crate::engine;
use crate::model::{
    DumpId, EventRef, Exchange, ExchangeId, GatheredDump, Investigation, Records, Source, SourceId, SourceKind,
    SourceProblem, challenge,
};
use crate::query::Surroundings;
use crate::tui::effect::{Effect, Indexed, Pasted, Which};
use crate::tui::feed::{Ending, Loaded, Update};
use crate::tui::model::lines::{self, Line};
use crate::tui::model::{Counts, Indexing, Model, Notice, Tab};
use crate::tui::pages;
use crate::tui::theme::Role;

use super::{arrival, chains, following, habits, held, narrow, settle, start};

/// More records at once are put in order off the draw path.
const AT_ONCE: usize = 10_000;

/// One update.
pub(super) fn update(model: &mut Model, update: Update) -> Vec<Effect> {
    match update {
        Update::Start(start) => start::begin(model, start),
        Update::Progress(progress) => {
            if model.loading.is_some() {
                model.loading = Some(progress);
            }
            Vec::new()
        }
        Update::Glimpse(loaded) => {
            let first = model.loading.is_some() && model.lines.is_empty() && model.indexing.is_none();
            let Some(loaded) = Some(*loaded).filter(|_| first) else { return Vec::new() };
            let Loaded { title, gathered, investigation } = loaded;
            (model.title, model.original) = (title, Arc::clone(&gathered));
            keep_marks(model, Surroundings::new(gathered, investigation));
            let effects = index(model);
            if let Some(indexing) = &mut model.indexing {
                indexing.glimpse = true;
            }
            effects
        }
        Update::Loaded(loaded) => {
            let Loaded { title, gathered, investigation } = *loaded;
            model.title = title;
            if model.tab == Tab::Start {
                model.tab = Tab::Timeline;
            }
            model.original = Arc::clone(&gathered);
            if let Some(following) = &mut model.following {
                // Sources may have other numbers now.
                following.trouble = Arc::default();
            }
            // What comes while it is put in order is added to it, not to what was there before.
            model.known = gathered.recorded().map(|(id, log)| (*id, log.len())).collect();
            keep_marks(model, Surroundings::new(gathered, investigation));
            // What is being put in order is gone.
            model.indexing = None;
            index(model)
        }
        Update::Live(live) => came(model, live),
        Update::Following => {
            model.following.get_or_insert_default();
            Vec::new()
        }
        Update::Followed(followed) => following::came(model, followed),
        Update::Recording(recording) => {
            if model.indexing.is_none() {
                model.loading = None;
            }
            if model.recording.is_none() {
                model.timeline.follow = true;
                model.logs.follow = true;
            }
            model.recording = Some(recording);
            Vec::new()
        }
        Update::Breaks(breaks, filters) => {
            held::begin(model, breaks, filters);
            Vec::new()
        }
        Update::Leave => {
            model.ending = Some(Ending::Left);
            Vec::new()
        }
        Update::Failed(problem) => {
            model.ending = Some(Ending::Failed(problem));
            Vec::new()
        }
    }
}

/// Pasted text was read, or can't be.
pub(super) fn pasted(model: &mut Model, pasted: Result<Box<Pasted>, String>) -> Vec<Effect> {
    match pasted {
        Ok(pasted) => {
            let Pasted { loaded, path, what } = *pasted;
            model.say(format!("the pasted text is a source now: {what} (0 shows it); its file is {path}"));
            model.paths.push(path);
            update(model, Update::Loaded(Box::new(loaded)))
        }
        Err(why) => {
            model.refuse(why);
            Vec::new()
        }
    }
}

/// Something came while recording or following.
fn came(model: &mut Model, live: engine::Update) -> Vec<Effect> {
    match live {
        engine::Update::Source(source, records) => new_source(model, source, records),
        engine::Update::Exchange(exchange) | engine::Update::UnderWay(exchange) => {
            let (id, source) = (exchange.id, exchange.source);
            let known = model.gathered().exchange(id).is_some();
            let effects = new_exchange(model, *exchange);
            let sources = &mut Arc::make_mut(&mut model.around.gathered).sources;
            if let Some(source) = sources.get_mut(source.0 as usize).filter(|_| !known) {
                source.items += 1;
            }
            effects
        }
        engine::Update::Dump(dump) => new_dump(model, dump),
        engine::Update::Grew { source, from } => grew(model, source, from),
        engine::Update::Concluded(investigation) => concluded(model, *investigation),
        engine::Update::Finding(finding) => {
            let text = format!("+ {}  (2 shows it)", finding.title);
            model.notice = Some(Notice { text, role: Role::Fail });
            Vec::new()
        }
        engine::Update::Breaks(news) => {
            held::came(model, news);
            Vec::new()
        }
        engine::Update::Problem(problem) => self::problem(model, problem),
        // How far receivers have come stands with the recording's state.
        engine::Update::Pushed(_) => Vec::new(),
        engine::Update::Note(text) => {
            model.say(text);
            Vec::new()
        }
    }
}

/// Something that came can't be read; the rest is.
pub(super) fn problem(model: &mut Model, problem: SourceProblem) -> Vec<Effect> {
    model.refuse(problem.to_string());
    Arc::make_mut(&mut model.around.gathered).problems.push(problem);
    Vec::new()
}

/// Everything is in order: it takes the place of what was shown.
pub(super) fn indexed(model: &mut Model, indexed: Indexed) -> Vec<Effect> {
    let Indexed { mut around, mut lines, ticket } = indexed;
    let Some(indexing) = model.indexing.take_if(|indexing| indexing.ticket == ticket) else { return Vec::new() };
    if model.goes_on() && !indexing.glimpse {
        catch_up(model, &mut around, &mut lines);
    }
    let glimpsed = std::mem::replace(&mut model.glimpse, indexing.glimpse);
    let first = model.lines.is_empty() || glimpsed;
    // Who has moved already stays where he is.
    let moved = glimpsed && (model.page.is_some() || model.timeline.row > 0 || model.logs.row > 0);
    model.alike = None;
    keep_marks(model, around);
    model.lines = Arc::new(lines);
    model.counts = count(&model.around, &model.lines);
    model.known = known(&model.lines);
    if !model.glimpse {
        model.loading = None;
    }
    model.details.clear();
    model.streams.made_of = None;
    let mut effects = settle::density(model);
    for which in [Which::Timeline, Which::Logs] {
        let cursor = narrow::list_of(model, which).cursor;
        let position = cursor.and_then(|event| model.position(event)).unwrap_or(0);
        let lines = Arc::clone(&model.lines);
        let goes_on = model.goes_on();
        let list = narrow::list_of(model, which);
        list.shown = crate::tui::model::list::Shown::All;
        if list.follow && goes_on {
            list.go(&lines, list.len(&lines).saturating_sub(1));
        } else {
            list.go(&lines, position);
            if first && !moved {
                list.top = 0;
            }
        }
        effects.extend(narrow::rescan(model, which));
    }
    if model.glimpse {
        return effects;
    }
    let problems = model.problems();
    if let Some(problem) = problems.first().filter(|_| first) {
        let more = problems.len() - 1;
        let more = if more > 0 { format!("  (and {more} more: 0 shows them)") } else { String::new() };
        model.notice = Some(Notice { text: format!("{problem}{more}"), role: Role::Warn });
    }
    if moved && model.session.is_some() {
        model.last_time = model.session.take();
    }
    if let Some(session) = model.session.take_if(|_| first && !model.lines.is_empty()) {
        effects.extend(habits::restore(model, &session));
    } else if first && model.notice.is_none() && model.last_time.is_some() {
        model.say("this was open before: gb goes on where you were");
    }
    effects.extend(following::early(model));
    if let Some(newer) = indexing.concluded {
        effects.extend(concluded(model, newer));
    }
    if indexing.again {
        effects.extend(index(model));
    }
    effects
}

/// What came while everything was put in order anew is put in as well.
fn catch_up(model: &Model, around: &mut Surroundings, lines: &mut Vec<Line>) {
    let before = std::mem::replace(&mut around.gathered, Arc::clone(&model.around.gathered));
    let now = Arc::clone(&around.gathered);
    let exchanges = now.exchanges.iter().filter(|x| before.exchange(x.id).is_none());
    let dumps = now.dumps.iter().filter(|d| before.dump(d.id).is_none());
    let mut new: Vec<Line> = exchanges.map(|x| lines::of_exchange(x, around)).collect();
    new.extend(dumps.map(|d| lines::of_dump(d, around)));
    let known = known(lines);
    for (source, log) in &now.logs {
        let known = known.get(source).copied().unwrap_or(0);
        // More are put in order with all others, which is asked for where they come.
        if log.len().saturating_sub(known) <= AT_ONCE {
            new.extend(lines::of_records(around, *source, known));
        }
    }
    lines.retain(|line| !matches!(line.event, EventRef::Dump(id) if now.dump(id).is_none()));
    lines::insert(lines, &new);
    // Those that were under way, and have ended since.
    for x in now.exchanges.iter().filter(|x| before.exchange(x.id).is_some_and(|then| then.outcome != x.outcome)) {
        let line = lines::of_exchange(x, around);
        if let Ok(at) = lines::position(lines, &line) {
            lines[at].class = line.class;
        }
    }
    around.end_ns = around.end_ns.max(model.around.end_ns);
}

/// How many records of each log there are in the time line.
fn known(lines: &[Line]) -> HashMap<SourceId, usize> {
    let mut known: HashMap<SourceId, usize> = HashMap::new();
    // Records of one log mostly follow each other, so that few look-ups are needed.
    let mut run: Option<(SourceId, usize)> = None;
    let mut keep = |run: Option<(SourceId, usize)>| {
        if let Some((source, count)) = run {
            let most = known.entry(source).or_default();
            *most = count.max(*most);
        }
    };
    for line in lines {
        let EventRef::Record(source, n) = line.event else { continue };
        match &mut run {
            Some((of, count)) if *of == source => *count = (n + 1).max(*count),
            _ => keep(run.replace((source, n + 1))),
        }
    }
    keep(run);
    known
}

fn keep_marks(model: &mut Model, around: Surroundings) {
    let before = std::mem::replace(&mut model.around, around);
    model.around.seen = before.seen;
    // Taking them needs a copy of the whole investigation, which others hold as well.
    if model.around.investigation.remarks.is_empty() && !before.investigation.remarks.is_empty() {
        model.around.set_remarks(before.investigation.remarks.clone());
    }
    chains::found(model);
}

pub(super) fn count(around: &Surroundings, lines: &[Line]) -> Counts {
    let gathered = &around.gathered;
    let failed = gathered.exchanges.iter().filter(|x| x.failed()).count();
    let (calls, dumps) = (gathered.exchanges.len(), gathered.dumps.len());
    let others = calls + dumps + gathered.threads.len() + gathered.streams.len();
    Counts { calls, failed, records: lines.len().saturating_sub(others), dumps }
}

fn new_source(model: &mut Model, source: Source, records: Option<Arc<dyn Records>>) -> Vec<Effect> {
    let id = source.id;
    let gathered = Arc::make_mut(&mut model.around.gathered);
    name_sources(&mut gathered.sources, id);
    if let Some(known) = gathered.sources.get_mut(id.0 as usize) {
        *known = source;
    }
    let Some(records) = records else { return Vec::new() };
    replace_records(model, id, records);
    grew(model, id, 0)
}

/// These are the records of a log from now on.
pub(super) fn replace_records(model: &mut Model, id: SourceId, records: Arc<dyn Records>) {
    let logs = &mut Arc::make_mut(&mut model.around.gathered).logs;
    match logs.binary_search_by_key(&id, |(source, _)| *source) {
        Ok(at) => logs[at].1 = records,
        Err(at) => logs.insert(at, (id, records)),
    }
}

/// The recording itself is a source that nobody announces.
fn name_sources(sources: &mut Vec<Source>, up_to: SourceId) {
    while sources.len() <= up_to.0 as usize {
        let id = SourceId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
        let path = case::RECORDING.to_owned();
        sources.push(Source { id, path, kind: SourceKind::Case, items: 0, bytes: 0, layout: None });
    }
}

fn new_exchange(model: &mut Model, exchange: Exchange) -> Vec<Effect> {
    model.loading = None;
    let id = exchange.id;
    let gathered = Arc::make_mut(&mut model.around.gathered);
    name_sources(&mut gathered.sources, exchange.source);
    let place = gathered.exchanges.binary_search_by_key(&id, |x| x.id);
    let before = place.ok().map(|at| gathered.exchanges[at].failed());
    match place {
        Ok(at) => gathered.exchanges[at] = exchange,
        Err(at) => gathered.exchanges.insert(at, exchange),
    }
    challenges(model);
    let Some(exchange) = model.around.gathered.exchange(id) else { return Vec::new() };
    let line = lines::of_exchange(exchange, &model.around);
    let failed_now = exchange.failed() && before != Some(true);
    let told = failed_now.then(|| format!("+ failed: {}  {}", pages::name(exchange), pages::answer_words(exchange)));
    advance(&mut model.around, line.at_ns);
    match model.position(line.event) {
        // It went on: its class may have changed, its time never does.
        Some(at) => {
            if let Some(known) = Arc::make_mut(&mut model.lines).get_mut(at) {
                known.class = line.class;
            }
            let changed = model.timeline.filter.active().is_some();
            model.counts = count(&model.around, &model.lines);
            tell(model, told, line.event);
            if changed { narrow::rescan(model, Which::Timeline) } else { Vec::new() }
        }
        None => {
            let effects = arrival::put_in(model, &[line]);
            tell(model, told, line.event);
            effects
        }
    }
}

/// What was sent again takes its place among the calls; gives the id of the last of them.
pub(super) fn replayed(model: &mut Model, exchanges: Vec<Exchange>, effects: &mut Vec<Effect>) -> Option<ExchangeId> {
    let gathered = Arc::make_mut(&mut model.around.gathered);
    let known = gathered.sources.iter().position(|source| source.path == case::REPLAY);
    let place = known.unwrap_or_else(|| {
        let id = SourceId(u32::try_from(gathered.sources.len()).unwrap_or(u32::MAX));
        let path = case::REPLAY.to_owned();
        gathered.sources.push(Source { id, path, kind: SourceKind::Case, items: 0, bytes: 0, layout: None });
        gathered.sources.len() - 1
    });
    let mut last = None;
    for mut exchange in exchanges {
        let gathered = Arc::make_mut(&mut model.around.gathered);
        let source = &mut gathered.sources[place];
        let next = gathered.exchanges.last().map_or(0, |x| x.id.0.saturating_add(1));
        (exchange.id, exchange.source) = (ExchangeId(next), source.id);
        exchange.index = u32::try_from(source.items).unwrap_or(u32::MAX);
        source.items += 1;
        last = Some(exchange.id);
        effects.extend(new_exchange(model, exchange));
    }
    effects.push(Effect::Conclude {
        gathered: Arc::clone(&model.around.gathered),
        trouble: Arc::default(),
        rest: false,
    });
    last
}

/// So many exchanges back a refusal may still turn out to be part of signing on.
const SIGNING_ON: usize = 256;

/// An exchange may answer the challenge of an earlier one, which is no failure then.
fn challenges(model: &mut Model) {
    let gathered = Arc::make_mut(&mut model.around.gathered);
    let from = gathered.exchanges.len().saturating_sub(SIGNING_ON);
    let recent = &mut gathered.exchanges[from..];
    let refused = |x: &&Exchange| !x.challenge && challenge::is_question(x);
    let open: Vec<ExchangeId> = recent.iter().filter(refused).map(|x| x.id).collect();
    if open.is_empty() {
        return;
    }
    challenge::mark(recent);
    for id in open {
        let answered = model.gathered().exchange(id).filter(|x| x.challenge);
        let class = answered.map(|x| lines::of_exchange(x, &model.around).class);
        if let (Some(class), Some(at)) = (class, model.position(EventRef::Exchange(id)))
            && let Some(line) = Arc::make_mut(&mut model.lines).get_mut(at)
        {
            line.class = class;
        }
    }
}

/// A new failure is told in one line that moves nothing.
fn tell(model: &mut Model, told: Option<String>, event: EventRef) {
    if let Some(told) = told.filter(|_| model.subject() != Some(event)) {
        model.told = Some(event);
        let told = format!("{told}  (' goes there)");
        model.notice = Some(Notice { text: told, role: Role::Fail });
    }
}

pub(super) fn new_dump(model: &mut Model, dump: GatheredDump) -> Vec<Effect> {
    let id = dump.id;
    take_out_older(model, &dump);
    let gathered = Arc::make_mut(&mut model.around.gathered);
    match gathered.dumps.binary_search_by_key(&id, |d| d.id) {
        Ok(at) => gathered.dumps[at] = dump,
        Err(at) => gathered.dumps.insert(at, dump),
    }
    let Some(line) = model.around.gathered.dump(id).map(|d| lines::of_dump(d, &model.around)) else {
        return Vec::new();
    };
    arrival::put_in(model, &[line])
}

/// A dump that was read while it was being written comes again, whole and under another id.
fn take_out_older(model: &mut Model, dump: &GatheredDump) {
    let same = |d: &&GatheredDump| d.source == dump.source && d.dump.line == dump.dump.line && d.id != dump.id;
    let older: Vec<DumpId> = model.gathered().dumps.iter().filter(same).map(|d| d.id).collect();
    for id in older {
        if let Some(at) = model.position(EventRef::Dump(id)) {
            Arc::make_mut(&mut model.lines).remove(at);
            model.timeline.removed(at);
            model.logs.removed(at);
        }
        Arc::make_mut(&mut model.around.gathered).dumps.retain(|d| d.id != id);
        if model.timeline.cursor == Some(EventRef::Dump(id)) {
            model.timeline.cursor = Some(EventRef::Dump(dump.id));
        }
    }
}

/// A followed log has more records from number `from` on, or the one of that number gained lines.
pub(super) fn grew(model: &mut Model, source: SourceId, from: usize) -> Vec<Effect> {
    model.details.forget((source, from));
    let known = model.known.get(&source).copied().unwrap_or(0);
    let len = model.gathered().log(source).map_or(0, |log| log.len());
    if len.saturating_sub(known) > AT_ONCE {
        model.known.insert(source, len);
        return index(model);
    }
    model.loading = None;
    let new = lines::of_records(&model.around, source, known);
    model.known.insert(source, known + new.len());
    arrival::put_in(model, &new)
}

/// Asks for everything to be put in order anew, off the draw path. Where that is being done it is done once more when it
/// is through.
fn index(model: &mut Model) -> Vec<Effect> {
    if let Some(indexing) = &mut model.indexing {
        indexing.again = true;
        return Vec::new();
    }
    let investigation = Arc::clone(&model.around.investigation);
    index_by(model, investigation)
}

/// Asks for everything to be put in order by these conclusions.
fn index_by(model: &mut Model, investigation: Arc<Investigation>) -> Vec<Effect> {
    let ticket = model.next_ticket();
    model.indexing = Some(Indexing { ticket, again: false, concluded: None, glimpse: false });
    let (gathered, remarks) = (Arc::clone(&model.around.gathered), Arc::clone(&model.remarks));
    vec![Effect::Index { gathered, investigation, remarks, ticket }]
}

/// The newest event is as late as this one.
pub(super) fn advance(around: &mut Surroundings, at_ns: i64) {
    around.end_ns = Some(around.end_ns.map_or(at_ns, |end| end.max(at_ns)));
}

/// New conclusions. Only where they move a clock everything is put in order anew.
pub(super) fn concluded(model: &mut Model, investigation: Investigation) -> Vec<Effect> {
    if let Some(indexing) = &mut model.indexing {
        indexing.concluded = Some(investigation);
        return Vec::new();
    }
    let clocks = |i: &Investigation| -> HashMap<SourceId, crate::model::Clock> {
        i.sources.iter().map(|(source, clock, ..)| (source.id, *clock)).collect()
    };
    let before = clocks(&model.around.investigation);
    let after = clocks(&investigation);
    let moved = after.iter().any(|(id, clock)| before.get(id).unwrap_or(&crate::model::Clock::REFERENCE) != clock);
    let investigation = Arc::new(investigation);
    if moved {
        return index_by(model, investigation);
    }
    let gathered = Arc::clone(&model.around.gathered);
    let end = model.around.end_ns;
    let before = Arc::clone(&model.around.investigation);
    keep_marks(model, Surroundings::new(gathered, investigation));
    following::tell(model, &before);
    model.around.end_ns = model.around.end_ns.max(end);
    settle::tell_finding(model);
    // Findings may have other numbers now.
    let mut effects = vec![Effect::Remarks { around: model.around.clone(), remarks: Arc::clone(&model.remarks) }];
    if !model.chains.folded.is_empty() || model.chains.together {
        effects.extend(narrow::rescan(model, Which::Timeline));
    }
    effects
}

#[cfg(test)]
mod tests {
    use crate::model::Gathered;
    use crate::tui::effect::{Answer, Cancel, perform};
    use crate::tui::theme::Theme;
    use crate::tui::update::Msg;

    use super::*;

    #[test]
    fn what_is_concluded_while_everything_is_put_in_order_is_not_lost() {
        let mut model = Model::new(String::new(), Theme::None, (80, 24));
        let (gathered, investigation) = (Arc::new(Gathered::new()), Arc::new(Investigation::default()));
        let loaded = Loaded { title: String::new(), gathered, investigation };
        let effects = update(&mut model, Update::Loaded(Box::new(loaded)));
        let newer = Investigation { left_out: 7, ..Investigation::default() };
        assert!(concluded(&mut model, newer).is_empty());
        for effect in effects {
            perform(effect, &Cancel::default(), &mut |msg| {
                if let Msg::Answer(Answer::Indexed(indexed)) = msg {
                    super::indexed(&mut model, *indexed);
                }
            });
        }
        assert!(model.indexing.is_none());
        assert_eq!(model.around.investigation.left_out, 7);
    }
}
