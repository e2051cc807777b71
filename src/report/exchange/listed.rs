//! The object that a listing gives of an exchange. There may be millions in one, so it is written without being made a
//! value first.

use std::borrow::Cow;

use serde::Serialize;

use super::super::mask::masked;
use super::{Secrets, kind};
use crate::model::{Edit, Exchange, Nok};

/// What is said of an exchange, in this order.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    source: Cow<'a, str>,
    index: u32,
    id: String,
    started: Option<String>,
    duration_ms: Option<Milliseconds>,
    client: Option<Cow<'a, str>>,
    process: Option<Cow<'a, str>>,
    server: Option<Cow<'a, str>>,
    method: Cow<'a, str>,
    url: Cow<'a, str>,
    target: Cow<'a, str>,
    http: Option<Cow<'a, str>>,
    status: Option<u16>,
    service: Option<Cow<'a, str>>,
    operation: Option<Cow<'a, str>>,
    program: Option<Cow<'a, str>>,
    user: Option<Cow<'a, str>>,
    fault: Option<Cow<'a, str>>,
    request_bytes: u64,
    response_bytes: Option<u64>,
    complete: bool,
    challenge: bool,
    outcome: &'static str,
    stage: Option<&'static str>,
    cause: Option<Cow<'a, str>>,
    stream: Option<u32>,
    tunnel: Option<&'a str>,
    edits: Vec<ListedEdit<'a>>,
    failed: bool,
    protocol: Option<Cow<'a, str>>,
    kind: &'static str,
    company: Option<Cow<'a, str>>,
    division: Option<Cow<'a, str>>,
    fault_code: Option<Cow<'a, str>>,
    nok: Option<ListedNok<'a>>,
    rows: Option<u64>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Milliseconds {
    Whole(u64),
    Part(f64),
}

#[derive(Serialize)]
struct ListedEdit<'a> {
    what: Cow<'a, str>,
    before: Option<Cow<'a, str>>,
    after: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct ListedNok<'a> {
    code: Option<Cow<'a, str>>,
    field: Option<Cow<'a, str>>,
    message: Option<Cow<'a, str>>,
    partial: bool,
}

impl<'a> Listed<'a> {
    pub(super) fn of(exchange: &'a Exchange, source: &'a str, secrets: Secrets) -> Self {
        let text = |text: &'a str| match secrets {
            Secrets::Masked => masked(text),
            Secrets::Shown => Cow::Borrowed(text),
        };
        let maybe = |value: &'a Option<String>| value.as_deref().map(text);
        let known = |value: &'a str| (!value.is_empty()).then(|| text(value));
        let call = &exchange.call;
        let broke = exchange.outcome.broke_at();
        let edit = |edit: &'a Edit| ListedEdit {
            what: text(&edit.what),
            before: maybe(&edit.before),
            after: maybe(&edit.after),
        };
        let nok = |nok: &'a Nok| ListedNok {
            code: maybe(&nok.code),
            field: maybe(&nok.field),
            message: maybe(&nok.message),
            partial: nok.partial,
        };
        Self {
            source: text(source),
            index: exchange.index,
            id: exchange.id.to_string(),
            started: exchange.started.map(|stamp| stamp.to_rfc3339()),
            duration_ms: exchange.duration_ns.map(Milliseconds::of),
            client: maybe(&exchange.client),
            process: maybe(&exchange.process),
            server: maybe(&exchange.server),
            method: text(&exchange.request.method),
            url: text(&exchange.url),
            target: text(&exchange.request.target),
            http: known(&exchange.request.version),
            status: exchange.status(),
            service: maybe(&call.service),
            operation: maybe(&call.operation),
            program: maybe(&call.program),
            user: maybe(&call.user),
            fault: maybe(&call.fault),
            request_bytes: exchange.request.body.len,
            response_bytes: exchange.response.as_ref().map(|response| response.body.len),
            complete: !exchange.incomplete,
            challenge: exchange.challenge,
            outcome: exchange.outcome.word(),
            stage: broke.map(|(stage, _)| stage.word()),
            cause: broke.map(|(_, cause)| text(cause)),
            stream: exchange.stream,
            tunnel: exchange.tunnel.as_deref(),
            edits: exchange.edits.iter().map(edit).collect(),
            failed: exchange.failed(),
            protocol: known(&call.protocol),
            kind: kind(call.kind),
            company: maybe(&call.company),
            division: maybe(&call.division),
            fault_code: maybe(&call.fault_code),
            nok: call.nok.as_ref().map(nok),
            rows: call.rows,
        }
    }
}

impl Milliseconds {
    fn of(ns: u64) -> Self {
        if ns.is_multiple_of(1_000_000) { Self::Whole(ns / 1_000_000) } else { Self::Part(ns as f64 / 1e6) }
    }
}
