//! M3 Enterprise Collaborator's `HTTPIn` channel, known by its answer: it acknowledges every message with a
//! status 200 and says nothing of what becomes of it.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use super::call::Call;
use super::seen::Context;

/// The titles of the acknowledgement, spelt as MEC spells them; made once, since every answer is asked for them.
static TITLES: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| ["e-Collaborator HTTP Reply", "The request was succesfully processed"].map(Finder::new));

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let body = context.seen.response.body;
    let body = &body[..body.len().min(16 * 1024)];
    TITLES.iter().find(|title| title.find(body).is_some())?;
    let service = context.target.segments.last().cloned();
    Some(Call { protocol: "MEC HTTP".to_owned(), service, ..Call::default() })
}
