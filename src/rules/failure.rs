//! One failure as the rules see it: what was asked, what came back, and what the joins found behind it.

use super::heard;
use crate::model::{Exchange, Gathered, GatheredDump};
use crate::timeline::clocks::Clocks;
use crate::timeline::{Entry, Episode, EpisodeKind, Join, Joined, JoinedDump};

/// One failure and all that belongs to it.
#[derive(Clone, Copy)]
pub struct Failure<'a> {
    /// What was read.
    pub gathered: &'a Gathered,
    /// Where it stands in time.
    pub clocks: &'a Clocks,
    /// All joins.
    pub joined: &'a Joined,
    /// The joins of this failure.
    pub join: &'a Join,
    /// The failing exchange; `None` where only the log speaks.
    pub exchange: Option<&'a Exchange>,
    /// The trouble in the log.
    pub episode: Option<&'a Episode>,
}

impl<'a> Failure<'a> {
    pub(super) fn new(gathered: &'a Gathered, clocks: &'a Clocks, joined: &'a Joined, join: &'a Join) -> Self {
        let exchange = join.exchange.and_then(|id| gathered.exchange(id));
        let episode = join.episode.and_then(|n| joined.episodes.get(n));
        Self { gathered, clocks, joined, join, exchange, episode }
    }

    /// The dump behind it, and how sure that is.
    pub(super) fn dump(&self) -> Option<(&'a GatheredDump, &'a JoinedDump)> {
        let joined = self.join.dump.as_ref()?;
        Some((self.gathered.dump(joined.id)?, joined))
    }

    /// The status of the answer.
    pub(super) fn status(&self) -> Option<u16> {
        self.exchange.and_then(Exchange::status)
    }

    /// The fault's text.
    pub(super) fn fault(&self) -> Option<&'a str> {
        self.exchange.and_then(|x| x.call.fault.as_deref()).map(str::trim).filter(|f| !f.is_empty())
    }

    /// Fault, code and detail in upper case, for looking for words.
    pub(super) fn fault_words(&self) -> String {
        let call = self.exchange.map(|x| &x.call);
        let parts = call.map(|c| [&c.fault, &c.fault_code, &c.fault_detail]).into_iter().flatten().flatten();
        parts.map(|p| p.to_ascii_uppercase()).collect::<Vec<_>>().join("\n")
    }

    /// What the episode's records say, in upper case, empty without one.
    pub(super) fn log_words(&self) -> &'a str {
        self.episode.map_or("", Episode::words)
    }

    /// Whether the episode is of that kind.
    pub(super) fn is(&self, kind: EpisodeKind) -> bool {
        self.episode.is_some_and(|e| e.kind == kind)
    }

    /// The record that tells most.
    pub(super) fn cause(&self) -> Option<&'a Entry> {
        let episode = self.episode?;
        self.join.thread.iter().map(AsRef::as_ref).find(|e| e.log == episode.log && e.n == episode.cause)
    }

    /// The program: the one that ended, else the one that was called.
    pub(super) fn program(&self) -> Option<String> {
        let of_dump = self.dump().and_then(|(d, _)| d.dump.program.clone());
        let of_episode = self.episode.filter(|e| e.kind <= EpisodeKind::Mpd).and_then(|e| e.program.clone());
        of_dump.or(of_episode).or_else(|| self.exchange.and_then(|x| x.call.program.clone()))
    }

    /// In whose name: the caller, else the user whom dump or thread name.
    pub(super) fn user(&self) -> Option<String> {
        let of_call = self.exchange.and_then(|x| x.call.user.clone());
        let of_dump = || self.dump().and_then(|(d, _)| d.dump.user.clone());
        // An event's record has the name as it is written; an episode knows it in upper case, as it compares names.
        let of_event = || {
            let text = &self.cause()?.record.text;
            mwscope_parsers::event::find(text)?.get("USID").map(str::to_owned)
        };
        of_call
            .or_else(of_dump)
            .or_else(of_event)
            .or_else(|| self.episode.and_then(|e| e.user.clone()))
            .or_else(|| self.join.user.clone())
    }

    /// `Facility.Create`, or the method and path where no operation is known.
    pub(super) fn operation(&self) -> Option<String> {
        self.exchange.map(operation_of).or_else(|| self.operation_in_log())
    }

    /// The same from the records of the thread, where no recording exists.
    fn operation_in_log(&self) -> Option<String> {
        let call = heard::call(&self.join.thread)?;
        match (call.service, call.operation) {
            (Some(service), Some(operation)) => Some(format!("{service}.{operation}")),
            (service, operation) => service.or(operation),
        }
    }

    /// `Facility.Create (CRS008) for MWSUSR`, as far as it is known.
    pub(super) fn what(&self) -> String {
        let mut text = match (self.operation(), self.program()) {
            (Some(operation), Some(program)) if operation != program => format!("{operation} ({program})"),
            (Some(one), _) | (None, Some(one)) => one,
            (None, None) => "A program".to_owned(),
        };
        if let Some(user) = self.user() {
            text.push_str(" for ");
            text.push_str(&user);
        }
        text
    }

    /// `merged.log:399` of the telling record.
    pub(super) fn place(&self) -> Option<String> {
        let entry = self.cause()?;
        Some(format!("{}:{}", self.gathered.path(entry.log), entry.record.head.line))
    }

    /// The telling record's first line of message, cut where it is long.
    pub(super) fn said(&self) -> Option<String> {
        let entry = self.cause()?;
        let text = entry.record.message.trim();
        let text = if text.is_empty() { entry.record.text.trim() } else { text };
        Some(shortened(text.lines().next().unwrap_or(""), 200))
    }

    /// Whether there are logs at all.
    pub(super) fn has_log(&self) -> bool {
        !self.gathered.logs.is_empty()
    }
}

/// `Facility.Create`, or the method and path where no operation is known.
pub(super) fn operation_of(exchange: &Exchange) -> String {
    match (&exchange.call.service, &exchange.call.operation) {
        (Some(service), Some(operation)) => format!("{service}.{operation}"),
        (Some(service), None) => service.clone(),
        (None, Some(operation)) => operation.clone(),
        (None, None) => format!("{} {}", exchange.request.method, exchange.path()),
    }
}

/// A text cut to that many characters.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(most.saturating_sub(1)).collect();
    cut.push('…');
    cut
}
