//! The table of actions, in the order in which footer, help and palette show them. One action is one line here
//! and one arm in `update::act`.

use std::sync::{LazyLock, OnceLock};

use super::key::{Key, parse_script};
use super::remap::Remap;

/// A screen, as far as keys are concerned; several make a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) struct On(u32);

impl On {
    pub(in crate::tui) const TIMELINE: Self = Self(1);
    pub(in crate::tui) const FINDINGS: Self = Self(1 << 1);
    pub(in crate::tui) const LOGS: Self = Self(1 << 2);
    pub(in crate::tui) const SOURCES: Self = Self(1 << 3);
    pub(in crate::tui) const REPORT: Self = Self(1 << 4);
    pub(in crate::tui) const COMPARE: Self = Self(1 << 5);
    pub(in crate::tui) const EXCHANGE: Self = Self(1 << 6);
    pub(in crate::tui) const RECORD: Self = Self(1 << 7);
    pub(in crate::tui) const DUMP: Self = Self(1 << 8);
    pub(in crate::tui) const HELP: Self = Self(1 << 9);
    pub(in crate::tui) const REPLAY: Self = Self(1 << 10);
    pub(in crate::tui) const STREAMS: Self = Self(1 << 11);
    pub(in crate::tui) const STREAM: Self = Self(1 << 12);
    pub(in crate::tui) const WATERFALL: Self = Self(1 << 13);
    pub(in crate::tui) const SUMMARY: Self = Self(1 << 14);
    /// Nothing is open: no screen of a case.
    pub(in crate::tui) const START: Self = Self(1 << 15);

    /// What is held at breakpoints.
    pub(in crate::tui) const HELD: Self = Self(1 << 16);

    /// The lists of events.
    pub(in crate::tui) const LISTS: Self = Self::TIMELINE.and(Self::LOGS);
    /// The screens that show one event in full.
    pub(in crate::tui) const DETAILS: Self = Self::EXCHANGE.and(Self::RECORD).and(Self::DUMP).and(Self::STREAM);
    /// The screens about TCP conversations.
    pub(in crate::tui) const TCP: Self = Self::STREAMS.and(Self::STREAM);
    /// The screens that show an event under the cursor.
    pub(in crate::tui) const EVENTS: Self =
        Self::LISTS.and(Self::DETAILS).and(Self::FINDINGS).and(Self::STREAMS).and(Self::WATERFALL);
    /// The screens with text to move in.
    pub(in crate::tui) const TEXTS: Self =
        Self::DETAILS.and(Self::REPORT).and(Self::COMPARE).and(Self::HELP).and(Self::SUMMARY);
    /// All screens of a case.
    pub(in crate::tui) const ALL: Self = Self((1 << 15) - 1).and(Self::HELD);
    /// The start page as well.
    pub(in crate::tui) const EVERYWHERE: Self = Self::ALL.and(Self::START);

    /// Every single one.
    #[cfg(test)]
    pub(in crate::tui) const EACH: [Self; 17] = [
        Self::TIMELINE,
        Self::FINDINGS,
        Self::LOGS,
        Self::SOURCES,
        Self::REPORT,
        Self::COMPARE,
        Self::EXCHANGE,
        Self::RECORD,
        Self::DUMP,
        Self::HELP,
        Self::REPLAY,
        Self::STREAMS,
        Self::STREAM,
        Self::WATERFALL,
        Self::SUMMARY,
        Self::START,
        Self::HELD,
    ];

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in crate::tui) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The numbered screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum ScreenKey {
    Sources,
    Timeline,
    Findings,
    Logs,
    Streams,
    Compare,
    Replay,
    Report,
}

/// By what a list can be narrowed with two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Facet {
    User,
    Operation,
    Thread,
    Status,
    Host,
    Client,
    Kind,
    Logger,
    Program,
    File,
}

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Act {
    Down,
    Up,
    HalfDown,
    HalfUp,
    PageDown,
    PageUp,
    Top,
    End,
    Left,
    Right,
    Open,
    Back,
    Close,
    Quit,
    NextPane,
    NextFailure,
    PreviousFailure,
    NextWarning,
    PreviousWarning,
    NextMark,
    PreviousMark,
    Dump,
    DumpsNear,
    Thread,
    WholeThread,
    NextOfCall,
    PreviousOfCall,
    NextEvent,
    PreviousEvent,
    Filter,
    FilterOnOff,
    Find,
    FindNext,
    FindPrevious,
    Only(Facet),
    Not(Facet),
    Mark,
    MarkShown,
    Compare,
    Replay,
    Send,
    Swap,
    Evidence,
    CopyRow,
    CopyBody,
    CopyPlace,
    Export,
    ExportMarked,
    View,
    ViewBack,
    Side,
    Preview,
    Unfold,
    Fold,
    UnfoldAll,
    FoldAll,
    GoToTime,
    TimeShown,
    Wrap,
    Screen(ScreenKey),
    Menu,
    Palette,
    Clients,
    Help,
    Stream,
    StreamCalls,
    OnTimeline,
    Order,
    OrderReverse,
    Waterfall,
    ZoomOut,
    Summary,
    Note,
    Notes,
    SavedFilters,
    SaveFilter,
    Forward,
    FoldLike,
    Call,
    Columns,
    Levels,
    Theme,
    Partner,
    FilterHelp,
    Mouse,
    LastNotice,
    Resume,
    CopyMarkdown,
    Differs,
    Held,
    BreakRequests,
    BreakAnswers,
    AsItCame,
    LetAllGo,
    DropHeld,
    StartRecord,
    StartOpen,
    StartDemo,
}

/// Under which heading the help shows an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::tui) enum Group {
    Look,
    Move,
    Narrow,
    Do,
    Screens,
}

/// One action: what it does, where, and by which keys.
#[derive(Debug)]
pub(in crate::tui) struct Action {
    pub(in crate::tui) act: Act,
    /// Each a sequence; the first one is shown.
    pub(in crate::tui) keys: Vec<Vec<Key>>,
    /// A sentence for help and palette.
    pub(in crate::tui) title: String,
    /// A word or two for the footer; empty where it isn't shown there.
    pub(in crate::tui) hint: &'static str,
    pub(in crate::tui) group: Group,
    pub(in crate::tui) on: On,
}

/// All actions, most used first.
pub(in crate::tui) fn actions() -> &'static [Action] {
    static ACTIONS: LazyLock<Vec<Action>> = LazyLock::new(|| {
        let mut all = defaults();
        if let Some(remap) = REMAP.get() {
            remap.apply(&mut all);
        }
        all
    });
    &ACTIONS
}

static REMAP: OnceLock<Remap> = OnceLock::new();

/// Gives actions other keys, for the rest of the run; only the first one holds, and only before any key was looked up.
pub(in crate::tui) fn remap(remap: Remap) {
    let _only_the_first = REMAP.set(remap);
}

/// All actions with the keys that they have by themselves.
pub(in crate::tui) fn defaults() -> Vec<Action> {
    let row = |&(act, keys, hint, title, group, on): &Row| action(act, keys, hint, title.to_owned(), group, on);
    let mut all: Vec<Action> = ROWS.iter().map(row).collect();
    for &(facet, letter, word) in FACETS {
        let only = format!("Only: same {word} as here");
        let not = format!("Not: hide this {word}");
        all.push(action(Act::Only(facet), &format!("={letter}"), "", only, Group::Narrow, On::EVENTS));
        all.push(action(Act::Not(facet), &format!("-{letter}"), "", not, Group::Narrow, On::EVENTS));
    }
    all
}

fn action(act: Act, keys: &str, hint: &'static str, title: String, group: Group, on: On) -> Action {
    // A run of signs is one sequence, so that `gg` and `=u` read as typed; spaces stand between alternatives.
    let keys = keys.split(' ').map(|k| parse_script(k).unwrap_or_default()).filter(|k| !k.is_empty()).collect();
    Action { act, keys, title, hint, group, on }
}

type Row = (Act, &'static str, &'static str, &'static str, Group, On);

/// Letters behind `=` and `-`.
const FACETS: &[(Facet, &str, &str)] = &[
    (Facet::User, "u", "user"),
    (Facet::Operation, "o", "operation"),
    (Facet::Thread, "t", "thread"),
    (Facet::Status, "s", "status or level"),
    (Facet::Program, "p", "program"),
    (Facet::Host, "h", "host"),
    (Facet::Client, "c", "client"),
    (Facet::Kind, "k", "kind"),
    (Facet::Logger, "l", "logger"),
    (Facet::File, "f", "source"),
];

#[rustfmt::skip]
const ROWS: &[Row] = {
    use Group::{Do, Look, Move, Narrow, Screens};
    &[
    (Act::Open, "Enter", "open", "Open what is under the cursor", Look, On::HELD.and(On::LISTS).and(On::FINDINGS).and(On::SOURCES).and(On::EXCHANGE).and(On::REPLAY).and(On::DUMP).and(On::STREAM).and(On::STREAMS).and(On::WATERFALL).and(On::SUMMARY).and(On::START)),
    (Act::StartRecord, "1", "record", "Record through a proxy", Do, On::START),
    (Act::StartOpen, "2", "open files", "Open files: type their path, or drop them", Do, On::START),
    (Act::StartDemo, "3", "made-up case", "A made-up case to learn on, recorded live", Do, On::START),
    (Act::Back, "Esc Backspace", "back", "Go back to where I was", Move, On::ALL),
    (Act::NextFailure, "e", "next failure", "Go to the next failure", Move, On::LISTS.and(On::EXCHANGE).and(On::STREAMS).and(On::WATERFALL)),
    (Act::PreviousFailure, "E", "", "Go to the previous failure", Move, On::LISTS.and(On::EXCHANGE).and(On::STREAMS).and(On::WATERFALL)),
    (Act::Dump, "d", "dump", "Show its dump", Look, On::EVENTS.without(On::DUMP).without(On::TCP)),
    (Act::DumpsNear, "D", "", "Show all dumps, nearest in time under the cursor", Look, On::EVENTS),
    (Act::Thread, "t", "thread", "Show what its thread logged in the call", Look, On::EVENTS.without(On::TCP)),
    (Act::WholeThread, "T", "", "Show everything this thread logged", Look, On::EVENTS.without(On::TCP)),
    (Act::Compare, "c", "compare", "Compare with the mark or with a call that succeeded", Do, On::LISTS.and(On::EXCHANGE).and(On::FINDINGS).and(On::REPLAY).and(On::WATERFALL)),
    (Act::Replay, "r", "replay", "Send it again, as it was or changed (Ctrl-R sends)", Do, On::EVENTS.without(On::TCP).and(On::REPLAY)),
    (Act::Send, "Ctrl-R F5", "send", "Send the request; let what is held go, as it was edited", Do, On::REPLAY.and(On::HELD)),
    (Act::AsItCame, "gu", "as it came", "Let what is held go as it came, whatever was typed", Do, On::HELD),
    (Act::LetAllGo, "R", "all go", "Let everything that is held go, as it came", Do, On::HELD),
    (Act::DropHeld, "Del", "drop", "Drop what is held: its client's connection is closed", Do, On::HELD),
    (Act::BreakRequests, "f", "hold", "Breakpoint: hold the requests that match, or (Tab) the answers", Narrow, On::HELD),
    (Act::BreakRequests, "gj", "", "Breakpoint: hold the requests that match", Narrow, On::ALL),
    (Act::BreakAnswers, "gJ", "", "Breakpoint: hold the answers that match", Narrow, On::ALL),
    (Act::FilterOnOff, "F", "", "Breakpoints off, or back on", Narrow, On::HELD),
    (Act::Held, "gh", "", "What is held at breakpoints while recording", Screens, On::ALL),
    (Act::View, "v", "view", "Next view: pretty, fields, raw, hex; facts, events, messages", Look, On::EXCHANGE.and(On::RECORD).and(On::STREAM)),
    (Act::ViewBack, "V", "", "Previous view", Look, On::EXCHANGE.and(On::RECORD).and(On::STREAM)),
    (Act::Side, "b", "request/answer", "Switch between request and answer", Look, On::EXCHANGE),
    (Act::Filter, "f", "filter", "Filter: show only what matches", Narrow, On::LISTS.and(On::STREAMS)),
    (Act::FilterOnOff, "F", "", "Take the filter off, or put it back", Narrow, On::LISTS.and(On::STREAMS)),
    (Act::Find, "/", "find", "Find: jump to what matches", Narrow, On::LISTS.and(On::TEXTS).and(On::STREAMS)),
    (Act::FindNext, "n", "", "Next hit", Move, On::LISTS.and(On::TEXTS).and(On::STREAMS)),
    (Act::FindPrevious, "N", "", "Previous hit", Move, On::LISTS.and(On::TEXTS).and(On::STREAMS)),
    (Act::Evidence, "i", "evidence", "Take into the report, or out of it again", Do, On::EVENTS),
    (Act::Mark, "m", "mark", "Mark, or take the mark off", Do, On::EVENTS),
    (Act::MarkShown, "M", "", "Mark all shown, again: none", Do, On::LISTS),
    (Act::Swap, "S", "swap", "Swap the two sides", Do, On::COMPARE),
    (Act::CopyRow, "yy", "", "Copy this", Do, On::ALL.without(On::HELP)),
    (Act::CopyBody, "yb", "", "Copy the body in view", Do, On::EXCHANGE),
    (Act::CopyPlace, "yl", "", "Copy where it stands (SOURCE:LINE, SOURCE#INDEX)", Do, On::EVENTS),
    (Act::Export, "x", "export", "Write this to a file: a call in a format to choose, a finding, a comparison, the rows shown, the report", Do, On::ALL.without(On::HELP)),
    (Act::ExportMarked, "X", "", "Write the marked events to a file, or all shown", Do, On::EVENTS),
    (Act::Unfold, "l Right", "", "Unfold; where all is open, go in", Look, On::LISTS.and(On::DETAILS)),
    (Act::Fold, "h Left", "", "Fold this, or what it is in", Look, On::LISTS.and(On::DETAILS)),
    (Act::UnfoldAll, "L", "", "Unfold all", Look, On::LISTS.and(On::DETAILS)),
    (Act::FoldAll, "H", "", "Fold all", Look, On::LISTS.and(On::DETAILS)),
    (Act::Preview, "p", "", "Preview on, off", Look, On::LISTS.and(On::STREAMS)),
    (Act::NextPane, "Tab", "pane", "Next pane", Move, On::FINDINGS.and(On::EXCHANGE).and(On::REPLAY).and(On::HELD)),
    (Act::Down, "j Down", "", "Down", Move, On::EVERYWHERE),
    (Act::Up, "k Up", "", "Up", Move, On::EVERYWHERE),
    (Act::HalfDown, "Ctrl-D", "", "Half a page down", Move, On::ALL),
    (Act::HalfUp, "Ctrl-U", "", "Half a page up", Move, On::ALL),
    (Act::PageDown, "PgDn Ctrl-F", "", "A page down", Move, On::ALL),
    (Act::PageUp, "PgUp Ctrl-B", "", "A page up", Move, On::ALL),
    (Act::Top, "gg Home", "", "To the top", Move, On::ALL),
    (Act::End, "G End", "end", "To the end, and follow what is new", Move, On::ALL),
    (Act::Right, "> Shift-Right", "", "Sideways to the right", Move, On::LISTS.and(On::TEXTS)),
    (Act::Left, "< Shift-Left", "", "Sideways to the left", Move, On::LISTS.and(On::TEXTS)),
    (Act::NextWarning, "w", "", "Next warning or error; in a text the next fault", Move, On::LISTS.and(On::DETAILS)),
    (Act::PreviousWarning, "W", "", "Previous warning, error or fault", Move, On::LISTS.and(On::DETAILS)),
    (Act::NextMark, "u", "", "Next mark", Move, On::LISTS.and(On::STREAMS)),
    (Act::PreviousMark, "U", "", "Previous mark", Move, On::LISTS.and(On::STREAMS)),
    (Act::NextOfCall, "o", "", "Next event of the same call", Move, On::LISTS),
    (Act::PreviousOfCall, "O", "", "Previous event of the same call", Move, On::LISTS),
    (Act::NextEvent, ";", "", "Next event of the list behind this screen", Move, On::DETAILS),
    (Act::PreviousEvent, ",", "", "Previous event of the list behind this screen", Move, On::DETAILS),
    (Act::GoToTime, "gt", "", "Go to a time", Move, On::LISTS),
    (Act::TimeShown, "gs", "", "Show times as on the clock, since the start, or as written", Look, On::EVENTS),
    (Act::Wrap, "gw", "", "Wrap long lines, or cut them", Look, On::TEXTS),
    (Act::Screen(ScreenKey::Sources), "0", "", "Sources and their clocks", Screens, On::ALL),
    (Act::Screen(ScreenKey::Timeline), "1", "", "Time line", Screens, On::ALL),
    (Act::Screen(ScreenKey::Findings), "2", "", "Findings", Screens, On::ALL),
    (Act::Screen(ScreenKey::Logs), "3", "", "Logs", Screens, On::ALL),
    (Act::Screen(ScreenKey::Streams), "4", "", "Streams", Screens, On::ALL),
    (Act::Screen(ScreenKey::Compare), "5", "", "Compare", Screens, On::ALL),
    (Act::Screen(ScreenKey::Replay), "6", "", "Replay", Screens, On::ALL),
    (Act::Screen(ScreenKey::Report), "7", "", "Report", Screens, On::ALL),
    (Act::Menu, "Space", "menu", "Menu of what can be done with this", Do, On::EVENTS),
    (Act::Palette, ": Ctrl-P", "", "Palette: do anything by its name", Do, On::EVERYWHERE),
    (Act::Clients, "gc", "", "What to do for a client to be recorded", Look, On::ALL),
    (Act::Help, "?", "help", "What the keys do here", Look, On::EVERYWHERE),
    (Act::Note, "a", "note", "Write a note on this", Do, On::EVENTS),
    (Act::Notes, "A", "", "List notes and marks", Do, On::ALL),
    (Act::SavedFilters, "gv", "", "Saved filters: take one, or delete it", Narrow, On::LISTS.and(On::STREAMS)),
    (Act::SaveFilter, "gV", "", "Save the filter under a name", Narrow, On::LISTS.and(On::STREAMS)),
    (Act::Forward, "gf", "", "Go forward again, after going back", Move, On::ALL),
    (Act::FoldLike, "gx", "", "Like failures in one row, or each in its own", Look, On::LISTS),
    (Act::Call, "gr", "", "Go to the call that this belongs to", Look, On::LISTS.and(On::DETAILS)),
    (Act::Columns, "gk", "", "Choose the columns", Look, On::LISTS),
    (Act::Levels, "gL", "", "Levels: warnings and worse, errors, all", Narrow, On::LISTS),
    (Act::Theme, "gp", "", "Next theme: terminal's colours, dark, light, colour-blind, high contrast, none", Look, On::EVERYWHERE),
    (Act::Partner, "C", "", "Compare with a call that is chosen from a list", Do, On::LISTS.and(On::EXCHANGE).and(On::FINDINGS).and(On::COMPARE)),
    (Act::FilterHelp, "F1", "", "The filter language on one page", Narrow, On::ALL),
    (Act::Mouse, "F2", "", "Mouse on, or off so that the terminal selects text", Look, On::EVERYWHERE),
    (Act::LastNotice, "'", "", "Go to what was told last", Move, On::ALL),
    (Act::Differs, "gd", "", "What differs: the records shown, against the rest", Look, On::LOGS),
    (Act::Resume, "gb", "", "Go on where I was the last time", Move, On::ALL),
    (Act::CopyMarkdown, "ym", "", "Copy what was found on this as Markdown", Do, On::EVENTS),
    (Act::Close, "q", "quit", "Close this screen; on a numbered screen: leave", Do, On::EVERYWHERE),
    (Act::Quit, "Q", "", "Leave", Do, On::EVERYWHERE),
    (Act::Stream, "gn", "", "Show the TCP conversation or tunnel that it travelled in", Look, On::EVENTS),
    (Act::StreamCalls, "ge", "its calls", "Show the calls of its TCP conversation or tunnel on the time line", Narrow, On::TCP),
    (Act::StreamCalls, "ge", "", "Show the calls of its TCP conversation or tunnel on the time line", Narrow, On::EVENTS.without(On::TCP)),
    (Act::OnTimeline, "gl", "", "Show where it stands on the time line", Look, On::EVENTS),
    (Act::Order, "s", "order", "Put in order by time, duration, bytes, trouble, server or protocol", Look, On::STREAMS),
    (Act::OrderReverse, "S", "", "Turn the order round", Look, On::STREAMS),
    (Act::Waterfall, "z", "waterfall", "Waterfall of the calls that ran at that time; there: zoom in", Look, On::LISTS.and(On::EXCHANGE).and(On::FINDINGS).and(On::WATERFALL)),
    (Act::ZoomOut, "Z", "zoom out", "Zoom out", Look, On::WATERFALL),
    (Act::Right, "l Right > Shift-Right", "later", "Later", Move, On::WATERFALL),
    (Act::Left, "h Left < Shift-Left", "earlier", "Earlier", Move, On::WATERFALL),
    (Act::Summary, "ga", "summary", "All failures together: by cause, service, program, user and time", Look, On::FINDINGS),
    (Act::Summary, "ga", "", "All failures together: by cause, service, program, user and time", Look, On::ALL.without(On::FINDINGS)),
    ]
};
