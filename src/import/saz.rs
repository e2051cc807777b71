//! Fiddler session archives (SAZ): a zip archive with `raw/N_c.txt`, `raw/N_s.txt` and `raw/N_m.xml` for each
//! session: request, response and what Fiddler knew of them.
//! <https://docs.telerik.com/fiddler/knowledge-base/saz-format>

mod meta;

use std::collections::BTreeMap;

use bytes::Bytes;
use mwscope_parsers::Problem;

use super::archive::{Archive, Member};
use super::limits::Limits;
use super::recorded::Recorded;
use super::{failure, message};
use crate::model::{Exchange, ExchangeId, Kept, Outcome, Request, Response, SourceId, Stage};
use meta::Meta;

/// The members of one session.
#[derive(Debug, Default)]
struct Session {
    request: Option<Member>,
    response: Option<Member>,
    meta: Option<Member>,
}

/// Whether the members are those of a session archive.
pub(super) fn looks_like(members: &[Member]) -> bool {
    members.iter().any(|member| part(&member.name).is_some_and(|(_, kind)| kind == "c"))
}

/// Reads the sessions; their exchanges get ids from `first` on.
pub(super) fn read(archive: &mut dyn Archive, limits: &Limits, source: SourceId, first: ExchangeId) -> Recorded {
    let mut sessions: BTreeMap<u64, Session> = BTreeMap::new();
    for member in archive.members() {
        let Some((number, kind)) = part(&member.name) else { continue };
        let session = sessions.entry(number).or_default();
        match kind {
            "c" => session.request = Some(member),
            "s" => session.response = Some(member),
            _ => session.meta = Some(member),
        }
    }
    let mut recorded = Recorded::default();
    let mut closed: Option<(u64, String)> = None;
    for (number, session) in sessions {
        let index = recorded.next_index();
        let id = ExchangeId(first.0.saturating_add(index));
        match exchange(archive, limits, &session, (id, source, index)) {
            Ok(exchange) => recorded.add(exchange),
            // All of them are, where one is.
            Err(what) if what.starts_with("it is encrypted") => closed.get_or_insert((0, what)).0 += 1,
            Err(what) => {
                let what = format!("session {number}: {what}");
                recorded.problems.push(Problem::new(0, what, "look at it in Fiddler; the others were read"));
            }
        }
    }
    if let Some((count, what)) = closed {
        let what = format!("{count} sessions of Fiddler can't be read: {what}");
        recorded.problems.push(Problem::new(0, what, "ask whoever saved it for the password"));
    }
    recorded.finish()
}

/// Number and kind of a member: `raw/017_c.txt` is the request of session 17.
fn part(name: &str) -> Option<(u64, &str)> {
    let (number, kind) = name.strip_prefix("raw/")?.rsplit_once('_')?;
    let kind = kind.strip_suffix(".txt").filter(|kind| matches!(*kind, "c" | "s")).or(kind.strip_suffix(".xml"))?;
    matches!(kind, "c" | "s" | "m").then_some((number.parse().ok()?, kind))
}

fn bytes(archive: &mut dyn Archive, limits: &Limits, member: Option<&Member>) -> Result<Bytes, String> {
    let Some(member) = member else { return Ok(Bytes::new()) };
    let (content, trouble) = archive.read(member, limits)?;
    match trouble {
        Some(words) => Err(words),
        None => content.whole().map_err(|error| error.to_string()),
    }
}

fn exchange(
    archive: &mut dyn Archive,
    limits: &Limits,
    session: &Session,
    (id, source, index): (ExchangeId, SourceId, u32),
) -> Result<Exchange, String> {
    let sent = bytes(archive, limits, session.request.as_ref())?;
    let answered = bytes(archive, limits, session.response.as_ref())?;
    let meta = Meta::read(&bytes(archive, limits, session.meta.as_ref())?);
    let mut requests = message::requests(&sent);
    if requests.all.is_empty() {
        return Err("there is no request in it".to_owned());
    }
    let request = requests.all.remove(0);
    let mut responses = message::responses(&answered, &request.method);
    let mut exchange = Exchange::new(id, source, index, url(&request, &meta), request);
    exchange.response = final_response(&mut responses.all);
    exchange.interim = responses.all;
    exchange.incomplete = requests.cut || responses.cut;
    exchange.outcome = outcome(&exchange, &meta, responses.cut);
    let odd = requests.odd.into_iter().chain(responses.odd);
    exchange.notes.extend(odd.map(|odd| ("framing".to_owned(), odd)));
    meta.apply(&mut exchange);
    Ok(exchange)
}

/// The last response that is no interim one; an upgrade is an answer.
fn final_response(responses: &mut Vec<Response>) -> Option<Response> {
    responses.pop_if(|response| response.status >= 200 || response.status == 101)
}

/// Fiddler writes the absolute form, also where the client sent another; other writers keep the origin form.
fn url(request: &Request, meta: &Meta) -> String {
    if request.method == "CONNECT" || request.target.contains("://") {
        return request.target.clone();
    }
    let scheme = if meta.is_https() { "https" } else { "http" };
    let host = request.headers.text("host").unwrap_or_default();
    format!("{scheme}://{host}{}", request.target)
}

fn outcome(exchange: &Exchange, meta: &Meta, cut: bool) -> Outcome {
    let Some(response) = &exchange.response else { return failure::outcome(meta.failure(), false) };
    // What Fiddler answers itself when it can't reach the server.
    if let Kept::Here(body) = &response.body.kept
        && body.starts_with(b"[Fiddler]")
    {
        let text = String::from_utf8_lossy(body).replace("<br />", "");
        return failure::outcome(Some(text.lines().next().unwrap_or_default().trim()), false);
    }
    match meta.failure() {
        Some(words) => failure::outcome(Some(words), true),
        None if cut => {
            let cause = "the response ends before its end".to_owned();
            Outcome::Failed { stage: Stage::ResponseBody, cause }
        }
        None => Outcome::Complete,
    }
}

#[cfg(test)]
mod tests;
