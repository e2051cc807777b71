//! What screens say about an event or a finding, as texts with roles. It knows the model and the words for it, not
//! the terminal and not the keys.

mod dump;
mod exchange;
mod exported;
mod finding;
mod markdown;
mod preview;
mod record;
mod report;
mod source;
pub(super) mod stream;
mod summary;
pub(super) mod threads;
pub(super) mod time;

pub(super) use dump::dump;
pub(super) use exchange::{answer_words, call_facts, call_fields, facts, name};
pub(super) use exported::{comparison, in_words, lead, one_finding, sources, times};
pub(super) use finding::{finding, joined, unexplained};
pub(super) use preview::preview;
pub(super) use record::{first_line, record, trace_lines};
pub(super) use report::{markdown, report};
pub(super) use source::{fitted_name, short_path, source_name};
pub(super) use summary::summary;

use crate::model::{EventRef, Gathered};
use crate::query::Surroundings;

use super::model::text::Text;
use super::theme::Role;

/// The user's note on an event, at the top of what is said of it.
fn note(out: &mut Text, around: &Surroundings, event: EventRef) {
    for line in around.notes.get(&event).into_iter().flat_map(|note| note.lines()) {
        out.add(&format!("note: {line}"), Role::Info);
    }
}

/// A dump, thread dump or conversation in one line; `None` for calls and records, of which each place tells other things.
pub(super) fn in_a_line(gathered: &Gathered, event: EventRef) -> Option<String> {
    match event {
        EventRef::Dump(id) => gathered.dump(id).map(|found| found.dump.summary.clone()),
        EventRef::Threads(id) => gathered.thread_dump(id).map(|(_, dump)| threads::in_a_line(dump)),
        EventRef::Stream(id) => gathered.stream(id).map(stream::in_a_line),
        EventRef::Exchange(_) | EventRef::Record(..) => None,
    }
}

/// Where an event stands: `SOURCE:LINE` for records and dumps, `SOURCE#INDEX` for calls.
pub(super) fn place(around: &Surroundings, event: EventRef) -> String {
    around.gathered.place(event)
}

/// The same with no more of the source's path than tells it from the others.
pub(super) fn short_place(gathered: &Gathered, event: EventRef) -> String {
    let place = gathered.place(event);
    let short = gathered
        .source_of(event)
        .and_then(|id| Some(format!("{}{}", short_path(gathered, id), place.strip_prefix(gathered.path(id))?)));
    short.unwrap_or(place)
}
