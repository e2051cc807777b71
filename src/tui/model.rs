//! What is known and what is looked at: the whole state of the screens as plain data. `update` changes it, `view`
//! draws it; it does no IO, reads no clock and knows no terminal.

pub(super) mod chains;
pub(super) mod details;
pub(super) mod editor;
pub(super) mod folds;
pub(super) mod further;
pub(super) mod held;
pub(super) mod hits;
pub(super) mod layout;
pub(super) mod lines;
pub(super) mod list;
pub(super) mod note;
pub(super) mod overlay;
pub(super) mod page;
pub(super) mod pick;
pub(super) mod picture;
pub(super) mod replay;
pub(super) mod start;
pub(super) mod streams;
pub(super) mod summary;
pub(super) mod text;
pub(super) mod waterfall;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, Mutex};

use crate::engine::Followed;
use crate::model::{About, EventRef, ExchangeId, Gathered, Investigation, SourceId, SourceProblem};
use crate::query::{Filter, QueryError, Surroundings};
use crate::remarks::Remarks;
use crate::remarks::saved::SavedFilters;
use crate::timeline::Trouble;

use super::feed::{Ending, Progress, Recording};
use super::keymap::{Key, On};
use super::session::Session;
use super::theme::{Palette, Role, Theme};
use chains::Chains;
use details::Details;
use further::Further;
use held::Breakpoints;
use lines::{Class, Line};
use list::{Base, EventList};
use overlay::{Overlay, Prompt};
use page::{Compare, Findings, Page, Sources};
use pick::Column;
use replay::Replay;
use start::StartPage;
use streams::Streams;
use summary::Summary;
use text::Reading;
use waterfall::Waterfall;

/// The whole state of the screens.
pub(super) struct Model {
    /// Columns and rows of the terminal.
    pub(super) size: (u16, u16),
    pub(super) theme: Theme,
    /// Which colours pictures can have.
    pub(super) palette: Palette,
    /// The case's name, or the paths.
    pub(super) title: String,
    /// How far loading has come; `None` when it is done.
    pub(super) loading: Option<Progress>,
    /// Whether no more than the beginning of what is read is shown.
    pub(super) glimpse: bool,
    /// What was gathered and concluded.
    pub(super) around: Surroundings,
    /// Every event in order.
    pub(super) lines: Arc<Vec<Line>>,
    pub(super) counts: Counts,
    /// How the events are spread over time.
    pub(super) density: Density,
    /// How many records of each log stand in `lines`.
    pub(super) known: HashMap<SourceId, usize>,
    /// Records that were read because they came into view.
    pub(super) details: Details,
    pub(super) tab: Tab,
    /// What lies over the tab: one event in full.
    pub(super) page: Option<Page>,
    /// Where the user was before, latest last.
    pub(super) trail: Vec<Place>,
    pub(super) timeline: EventList,
    pub(super) logs: EventList,
    pub(super) findings: Findings,
    pub(super) streams: Streams,
    pub(super) waterfall: Waterfall,
    pub(super) summary: Summary,
    pub(super) sources: Sources,
    /// What can be done from here, where nothing is open.
    pub(super) start: StartPage,
    pub(super) report: Reading,
    pub(super) compare: Option<Compare>,
    pub(super) replay: Option<Replay>,
    /// Those of other calls that were changed or sent, for when they are gone on with.
    pub(super) replays: HashMap<ExchangeId, Replay>,
    /// What is held at breakpoints while recording.
    pub(super) held: Breakpoints,
    /// What was read before secrets were overwritten: for sending, never for showing.
    pub(super) original: Arc<Gathered>,
    pub(super) overlay: Option<Overlay>,
    /// The keys of a sequence that isn't complete.
    pub(super) pending: Vec<Key>,
    pub(super) notice: Option<Notice>,
    pub(super) recording: Option<Recording>,
    /// Where what was read goes on while it is looked at.
    pub(super) following: Option<Following>,
    /// Everything is being put in order.
    pub(super) indexing: Option<Indexing>,
    /// What the user takes into the report, in that order.
    pub(super) chosen: Vec<EventRef>,
    pub(super) preview: bool,
    pub(super) wrap: bool,
    pub(super) time_shown: TimeShown,
    /// Numbers of questions asked, so that late answers to old ones are known.
    pub(super) ticket: u64,
    /// The count of hits that runs.
    pub(super) counting: Option<u64>,
    /// Whether a question waits for the same key once more.
    pub(super) asked: Option<Asked>,
    pub(super) ending: Option<Ending>,
    /// The user's notes and marks, and where they are kept; also for those who write them down.
    pub(super) remarks: Arc<Mutex<Remarks>>,
    /// A note that was given up, so that it can be gone on with.
    pub(super) draft: Option<(About, String)>,
    pub(super) saved: SavedFilters,
    /// What could not be read of what the user keeps.
    unread: Vec<SourceProblem>,
    /// What was typed as filter or to be found, latest last.
    pub(super) typed: Vec<String>,
    /// Where the user was before going back, latest last.
    pub(super) ahead: Vec<Place>,
    /// The failing chains of the time line.
    pub(super) chains: Chains,
    /// Records of the logs that stand in the row of an earlier one with the same trace; how many stand in each.
    pub(super) alike: Option<Alike>,
    /// Columns that are left out.
    pub(super) left_out: BTreeSet<Column>,
    /// Columns that logs have of their own and that are shown, in the order in which they were chosen.
    pub(super) further: Vec<Further>,
    /// The paths that are open.
    pub(super) paths: Vec<String>,
    /// Whether the mouse is ours.
    pub(super) mouse: bool,
    /// The event that was told of last.
    pub(super) told: Option<EventRef>,
    /// The line being typed while the help lies over it.
    pub(super) parked: Option<Prompt>,
    /// Where the user was the last time; taken when everything is in order.
    pub(super) session: Option<Session>,
    /// Where the user was the last time, to be gone on with when he asks for it.
    pub(super) last_time: Option<Session>,
}

/// That everything is being put in order.
pub(super) struct Indexing {
    /// The number of the question; the answer to an older one isn't looked at.
    pub(super) ticket: u64,
    /// Whether so much came meanwhile that it is to be done again.
    pub(super) again: bool,
    /// What was concluded meanwhile: it is newer than what everything is put in order by.
    pub(super) concluded: Option<Investigation>,
    /// Whether it is no more than the beginning.
    pub(super) glimpse: bool,
}

/// How far conclusions are behind what comes in of files that go on.
#[derive(Default)]
pub(super) struct Following {
    /// Whether one is being reached, or its worker rests after it.
    pub(super) concluding: bool,
    /// Whether more has come meanwhile.
    pub(super) again: bool,
    /// What came while the rest was still being put in order.
    pub(super) early: Vec<Followed>,
    /// What was found in the logs before, so that only what came is looked at.
    pub(super) trouble: Arc<Trouble>,
}

/// Records with the same trace as an earlier one.
#[derive(Clone, Debug, Default)]
pub(super) struct Alike {
    pub(super) hidden: Arc<HashSet<EventRef>>,
    /// How many there are of each, the first included.
    pub(super) times: HashMap<EventRef, usize>,
}

/// What is done when the same key comes once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Leave although it is recording.
    Leave,
    /// Leave by Ctrl-C.
    Interrupt,
}

/// The numbered screens that exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    /// Nothing is open.
    Start,
    Sources,
    Timeline,
    Findings,
    Logs,
    Compare,
    Replay,
    Report,
    Streams,
    Waterfall,
    Summary,
    Held,
}

/// How times are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TimeShown {
    /// On the reference's clock, in its zone.
    Clock,
    /// Since the first event.
    SinceStart,
    /// As the source wrote it, on the source's own clock.
    AsWritten,
}

/// A line for the user that goes away with the next key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Notice {
    pub(super) text: String,
    pub(super) role: Role,
}

/// Where the user was.
pub(super) struct Place {
    pub(super) tab: Tab,
    pub(super) page: Option<Page>,
    pub(super) timeline: Option<EventRef>,
    pub(super) logs: Option<EventRef>,
}

/// What the header counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) calls: usize,
    pub(super) failed: usize,
    pub(super) records: usize,
    pub(super) dumps: usize,
}

/// How the events are spread over time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Density {
    /// For each column: how many events, and the worst of them.
    pub(super) columns: Vec<(u32, Option<Class>)>,
    pub(super) from_ns: i64,
    pub(super) to_ns: i64,
    /// The time of the event in the middle, whose day needs no saying.
    pub(super) middle_ns: i64,
    /// How many events were counted.
    pub(super) events: usize,
}

impl Model {
    /// Nothing loaded yet.
    pub(super) fn new(title: String, theme: Theme, size: (u16, u16)) -> Self {
        Self {
            size,
            theme,
            palette: Palette::default(),
            title,
            loading: Some(Progress::default()),
            glimpse: false,
            around: Surroundings::new(Arc::new(Gathered::new()), Arc::new(Investigation::default())),
            lines: Arc::default(),
            counts: Counts::default(),
            density: Density::default(),
            known: HashMap::new(),
            details: Details::default(),
            tab: Tab::Timeline,
            page: None,
            trail: Vec::new(),
            timeline: EventList::new(Base::All),
            logs: EventList::new(Base::Records),
            findings: Findings::default(),
            streams: Streams::default(),
            waterfall: Waterfall::default(),
            summary: Summary::default(),
            sources: Sources::default(),
            start: StartPage::default(),
            report: Reading::default(),
            compare: None,
            replay: None,
            replays: HashMap::new(),
            held: Breakpoints::default(),
            original: Arc::new(Gathered::new()),
            overlay: None,
            pending: Vec::new(),
            notice: None,
            recording: None,
            following: None,
            indexing: None,
            chosen: Vec::new(),
            preview: true,
            wrap: true,
            time_shown: TimeShown::Clock,
            ticket: 0,
            counting: None,
            asked: None,
            ending: None,
            remarks: Arc::default(),
            draft: None,
            saved: SavedFilters::default(),
            unread: Vec::new(),
            typed: Vec::new(),
            ahead: Vec::new(),
            chains: Chains::default(),
            alike: None,
            left_out: BTreeSet::new(),
            further: Vec::new(),
            paths: Vec::new(),
            mouse: false,
            told: None,
            parked: None,
            session: None,
            last_time: None,
        }
    }

    /// Whether more may come: something is recorded, or followed.
    pub(super) fn goes_on(&self) -> bool {
        self.recording.is_some() || self.following.is_some()
    }

    pub(super) fn gathered(&self) -> &Gathered {
        &self.around.gathered
    }

    pub(super) fn investigation(&self) -> &Investigation {
        &self.around.investigation
    }

    /// Takes what the user keeps: notes and marks, saved filters.
    pub(super) fn keep(&mut self, remarks: Remarks, saved: SavedFilters) {
        self.unread = [remarks.problems(), saved.problems.as_slice()].concat();
        self.remarks = Arc::new(Mutex::new(remarks));
        self.saved = saved;
    }

    /// Reads a filter; one that is saved is asked for by its name.
    pub(super) fn filter(&self, text: &str) -> Result<Filter, QueryError> {
        Filter::with_saved(text, &self.saved.named())
    }

    /// What could not be read: of the evidence, and of what the user keeps.
    pub(super) fn problems(&self) -> Vec<&SourceProblem> {
        self.gathered().problems.iter().chain(&self.unread).collect()
    }

    /// The screen that keys go to.
    pub(super) fn on(&self) -> On {
        if matches!(self.overlay, Some(Overlay::Help(_))) {
            return On::HELP;
        }
        match (&self.page, self.tab) {
            (Some(Page::Exchange(_)), _) => On::EXCHANGE,
            (Some(Page::Record(_)), _) => On::RECORD,
            (Some(Page::Dump(_) | Page::Threads(_)), _) => On::DUMP,
            (Some(Page::Stream(_)), _) => On::STREAM,
            (None, Tab::Start) => On::START,
            (None, Tab::Sources) => On::SOURCES,
            (None, Tab::Timeline) => On::TIMELINE,
            (None, Tab::Findings) => On::FINDINGS,
            (None, Tab::Logs) => On::LOGS,
            (None, Tab::Compare) => On::COMPARE,
            (None, Tab::Replay) => On::REPLAY,
            (None, Tab::Report) => On::REPORT,
            (None, Tab::Streams) => On::STREAMS,
            (None, Tab::Waterfall) => On::WATERFALL,
            (None, Tab::Summary) => On::SUMMARY,
            (None, Tab::Held) => On::HELD,
        }
    }

    /// The list in view, or the one behind a page.
    pub(super) fn list(&self) -> &EventList {
        if self.tab == Tab::Logs { &self.logs } else { &self.timeline }
    }

    /// The list in view, or the one behind a page, with the lines it shows.
    pub(super) fn list_mut(&mut self) -> (&mut EventList, &Arc<Vec<Line>>) {
        let list = if self.tab == Tab::Logs { &mut self.logs } else { &mut self.timeline };
        (list, &self.lines)
    }

    /// The event that actions are about: the page's, or the one under the cursor.
    pub(super) fn subject(&self) -> Option<EventRef> {
        match (&self.page, self.tab) {
            (Some(page), _) => Some(page.event()),
            (None, Tab::Timeline) => self.timeline.cursor,
            (None, Tab::Logs) => self.logs.cursor,
            (None, Tab::Findings) => self.findings.subject(self.investigation()),
            (None, Tab::Compare) => self.compare.as_ref().map(|c| EventRef::Exchange(c.left)),
            (None, Tab::Replay) => self.replay.as_ref().map(Replay::subject),
            (None, Tab::Streams) => self.streams.cursor,
            (None, Tab::Waterfall) => self.waterfall.bar().map(|bar| EventRef::Exchange(bar.id)),
            (None, Tab::Start | Tab::Sources | Tab::Report | Tab::Summary | Tab::Held) => None,
        }
    }

    /// The call that an event is, or belongs to as far as findings say.
    pub(super) fn call_of(&self, event: EventRef) -> Option<ExchangeId> {
        if let EventRef::Exchange(id) = event {
            return Some(id);
        }
        self.around.findings_of(event).find_map(|f| f.exchange)
    }

    /// Where an event stands in the time line.
    pub(super) fn position(&self, event: EventRef) -> Option<usize> {
        // Found by its time where it has one; the rest are few.
        let at = self.around.moment(event).map(|m| m.utc_ns);
        let by_time = at.and_then(|at_ns| {
            let line = Line { at_ns, event, class: Class::Plain, doubtful: false };
            lines::position(&self.lines, &line).ok()
        });
        by_time.or_else(|| self.lines.iter().position(|line| line.event == event))
    }

    /// The next number for a question.
    pub(super) fn next_ticket(&mut self) -> u64 {
        self.ticket += 1;
        self.ticket
    }

    /// Tells the user something until the next key.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), role: Role::Info });
    }

    /// Tells the user why something can't be done, until the next key.
    pub(super) fn refuse(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), role: Role::Warn });
    }

    /// Remembers where the user is, for coming back.
    pub(super) fn leave_track(&mut self) {
        const KEPT: usize = 100;
        if self.trail.len() >= KEPT {
            self.trail.remove(0);
        }
        self.trail.push(self.place());
        self.ahead.clear();
    }

    /// Where the user is.
    pub(super) fn place(&self) -> Place {
        Place { tab: self.tab, page: self.page.clone(), timeline: self.timeline.cursor, logs: self.logs.cursor }
    }

    /// The events that stand out for what the lists show: failed calls, and what broke where no call is known.
    pub(super) fn anchors(&self) -> HashSet<EventRef> {
        let verdicts = self
            .investigation()
            .findings
            .iter()
            .filter(|f| f.kind == crate::model::FindingKind::Verdict && f.exchange.is_none());
        verdicts.filter_map(crate::model::Finding::about).collect()
    }
}
