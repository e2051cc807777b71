//! The texts of an event by field: one arm for each field. Which of them pass is for the term to say.

use std::sync::LazyLock;

use mwscope_parsers::trace::Trace;
use regex::Regex;

use crate::model::facts::bare_user;
use crate::model::{Dump, Exchange, Record};

use super::field::Field;
use super::stream;
use super::subject::{RecordSubject, Subject};
use super::surroundings::Surroundings;

/// Whether a text passes; every reader of texts stops at the first that does.
pub(super) type Pass<'a> = dyn FnMut(&str) -> bool + 'a;

/// Whether a user passes, with or without the domain that it is written with.
fn user(name: &str, pass: &mut Pass<'_>) -> bool {
    let bare = bare_user(name);
    pass(name) || (bare != name && pass(bare))
}

fn opt(text: Option<&str>, pass: &mut Pass<'_>) -> bool {
    text.is_some_and(pass)
}

pub(super) fn exchange_texts(field: Field, x: &Exchange, around: &Surroundings, pass: &mut Pass<'_>) -> bool {
    let call = &x.call;
    match field {
        Field::Client => opt(x.client.as_deref(), pass) || opt(x.process.as_deref(), pass),
        Field::Server => opt(x.server.as_deref(), pass),
        Field::Host => pass(authority(&x.url).0),
        Field::Url => pass(&x.url),
        Field::Path => pass(x.path()),
        Field::Method => pass(&x.request.method),
        Field::User => call.user.as_deref().is_some_and(|name| user(name, pass)),
        Field::Service => opt(call.service.as_deref(), pass),
        Field::Operation => operation(x, pass),
        Field::Program => opt(call.program.as_deref(), pass),
        Field::Company => opt(call.company.as_deref(), pass),
        Field::Division => opt(call.division.as_deref(), pass),
        Field::Protocol => pass(&call.protocol),
        Field::Session => call.ids.iter().any(|id| pass(id)),
        Field::Fault => {
            let nok = call.nok.as_ref();
            opt(call.fault.as_deref(), pass)
                || opt(call.fault_detail.as_deref(), pass)
                || opt(nok.and_then(|n| n.message.as_deref()), pass)
                || opt(x.outcome.broke_at().map(|(_, cause)| cause), pass)
        }
        Field::Code => {
            opt(call.fault_code.as_deref(), pass) || opt(call.nok.as_ref().and_then(|n| n.code.as_deref()), pass)
        }
        Field::Outcome => pass(x.outcome.word()),
        Field::Stage => opt(x.outcome.broke_at().map(|(stage, _)| stage.word()), pass),
        Field::Source => pass(match (&x.origin, around.gathered.path(x.source)) {
            (Some(_), _) => "replay",
            (None, "proxy") => "proxy",
            (None, _) => "import",
        }),
        Field::Tls => x.tls.as_ref().is_some_and(|tls| {
            let texts = [&tls.version, &tls.cipher, &tls.sni, &tls.alpn, &tls.leaf];
            texts.into_iter().any(|t| opt(t.as_deref(), pass)) || tls.certificates.iter().any(|c| pass(c))
        }),
        _ => false,
    }
}

fn operation(x: &Exchange, pass: &mut Pass<'_>) -> bool {
    let Some(operation) = x.call.operation.as_deref() else { return false };
    let service = x.call.service.as_deref();
    pass(operation) || service.is_some_and(|s| pass(&format!("{s}.{operation}")))
}

/// The names that columns of user names go by.
const USER_COLUMNS: &[&str] = &["user", "userid", "user_id", "username", "usr", "uid", "principal", "m3user"];

/// A user named in a message: `user MWSUSR`, `user=CORP\JDOE`. M3 writes users in capitals, which keeps ordinary
/// words behind `user` out.
static USER_IN_MESSAGE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"\b[Uu][Ss][Ee][Rr](?:[Ii][Dd]|[Nn]ame)?\s*[=: ]\s*["'\[]?([A-Z][A-Z0-9_.@\\-]{1,39})\b"#).ok()
});

/// The user a record names, in a column or in its message.
#[must_use]
pub(crate) fn record_user(record: &Record) -> Option<&str> {
    column_user(record).or_else(|| {
        let first = record.message.lines().next()?;
        let found = USER_IN_MESSAGE.as_ref()?.captures(first)?;
        Some(found.get(1)?.as_str())
    })
}

fn column_user(record: &Record) -> Option<&str> {
    let named = record
        .columns
        .iter()
        .find(|(name, value)| !value.is_empty() && USER_COLUMNS.iter().any(|n| name.eq_ignore_ascii_case(n)));
    named.map(|(_, value)| value.as_str())
}

pub(super) fn record_texts(field: Field, record: &Record, pass: &mut Pass<'_>) -> bool {
    match field {
        Field::Logger => opt(record.logger.as_deref(), pass),
        Field::Message => pass(&record.message),
        Field::User => record_user(record).is_some_and(|name| user(name, pass)),
        Field::Exception => record.trace.as_ref().is_some_and(|t| exceptions(t, pass)),
        Field::Frame => record.trace.as_ref().is_some_and(|t| frames(t, pass)),
        Field::Session => columns_named(record, &["session", "sessionid", "job", "jobid", "requestid"], pass),
        Field::Program => columns_named(record, &["program", "pgm"], pass),
        Field::Host | Field::Server => columns_named(record, &["host", "node", "server"], pass),
        Field::Company => columns_named(record, &["company", "cono"], pass),
        Field::Division => columns_named(record, &["division", "divi"], pass),
        _ => false,
    }
}

fn columns_named(record: &Record, names: &[&str], pass: &mut Pass<'_>) -> bool {
    names.iter().any(|name| columns(record, name, pass))
}

pub(super) fn dump_texts(field: Field, dump: &Dump, pass: &mut Pass<'_>) -> bool {
    match field {
        Field::Program => opt(dump.program.as_deref(), pass) || dump.call_stack.iter().any(|p| pass(p)),
        Field::User => dump.user.as_deref().is_some_and(|name| user(name, pass)),
        Field::Session => opt(dump.job.as_deref(), pass),
        Field::Company => opt(dump.company.as_deref(), pass),
        Field::Division => opt(dump.division.as_deref(), pass),
        Field::Message => pass(&dump.summary),
        Field::Exception => {
            opt(dump.exception.as_deref(), pass)
                || opt(dump.exception_message.as_deref(), pass)
                || dump.trace.as_ref().is_some_and(|t| exceptions(t, pass))
        }
        Field::Frame => dump.trace.as_ref().is_some_and(|t| frames(t, pass)),
        _ => false,
    }
}

fn exceptions(trace: &Trace, pass: &mut Pass<'_>) -> bool {
    trace.throwables.iter().any(|t| pass(&t.exception) || opt(t.message.as_deref(), pass))
}

fn frames(trace: &Trace, pass: &mut Pass<'_>) -> bool {
    trace.throwables.iter().flat_map(|t| &t.frames).any(|f| pass(&format!("{}.{}", f.class, f.method)))
}

/// What a row shows: where a bare word is looked for.
pub(super) fn row_texts(subject: &Subject<'_>, pass: &mut Pass<'_>) -> bool {
    match subject {
        Subject::Exchange(x) => {
            let call = &x.call;
            let nok = call.nok.as_ref();
            let texts = [&call.service, &call.program, &call.user, &call.fault, &call.fault_code];
            pass(&x.request.method)
                || pass(&x.url)
                || operation(x, pass)
                || texts.into_iter().any(|t| opt(t.as_deref(), pass))
                || opt(nok.and_then(|n| n.message.as_deref()), pass)
                || opt(nok.and_then(|n| n.code.as_deref()), pass)
                || x.status().is_some_and(|s| pass(&s.to_string()))
                || opt(x.client.as_deref(), pass)
                || opt(x.outcome.broke_at().map(|(_, cause)| cause), pass)
        }
        Subject::Record(r) => record_row(r, pass),
        Subject::Dump(d) => {
            let dump = &d.dump;
            let texts =
                [&dump.program, &dump.panel, &dump.user, &dump.exception, &dump.exception_message, &dump.failed_at];
            pass(&dump.summary) || texts.into_iter().any(|t| opt(t.as_deref(), pass))
        }
        Subject::Stream(s) => stream::row(s, pass),
        Subject::Threads(_, _, d) => d.death.as_ref().is_some_and(|death| pass(&death.cause)),
    }
}

fn record_row(r: &RecordSubject<'_>, pass: &mut Pass<'_>) -> bool {
    r.record().is_some_and(|record| pass(&record.text))
}

/// What `any:` looks in beyond row, headers and bodies.
pub(super) fn all_texts(subject: &Subject<'_>, pass: &mut Pass<'_>) -> bool {
    match subject {
        Subject::Exchange(x) => x.notes.iter().any(|(name, text)| pass(name) || pass(text)),
        Subject::Record(_) => false,
        Subject::Stream(s) => stream::inside(s, pass),
        Subject::Threads(_, _, d) => d.threads.iter().any(|thread| {
            pass(&thread.name) || thread.frames.iter().any(|f| pass(&format!("{}.{}", f.class, f.method)))
        }),
        Subject::Dump(d) => {
            d.fields().is_ok_and(|fields| fields.iter().any(|f| pass(f.name) || pass(f.value)))
                || d.dump.trace.as_ref().is_some_and(|t| exceptions(t, pass) || frames(t, pass))
        }
    }
}

pub(super) fn columns(record: &Record, name: &str, pass: &mut Pass<'_>) -> bool {
    record.columns.iter().any(|(n, value)| n.eq_ignore_ascii_case(name) && pass(value))
}

/// Host and port of a URL, as text.
pub(super) fn authority(url: &str) -> (&str, Option<&str>) {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let authority = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => (host, Some(port)),
        _ => (authority, None),
    }
}
