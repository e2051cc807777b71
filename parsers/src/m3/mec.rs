//! M3 Enterprise Collaborator's `HTTPIn` channel, known by its answer: it acknowledges every message with a
//! status 200 and says nothing of what becomes of it.

use memchr::memmem;

use super::call::Call;
use super::seen::Context;

/// The titles of the acknowledgement, spelt as MEC spells them.
const TITLES: [&[u8]; 2] = [b"e-Collaborator HTTP Reply", b"The request was succesfully processed"];

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let body = context.seen.response.body;
    let body = &body[..body.len().min(16 * 1024)];
    TITLES.iter().find(|title| memmem::find(body, title).is_some())?;
    let service = context.target.segments.last().cloned();
    Some(Call { protocol: "MEC HTTP".to_owned(), service, ..Call::default() })
}
