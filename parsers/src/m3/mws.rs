//! M3 Web Services: SOAP at `/mws-ws/<context>/<service>` or `/lws-ws/...`, and its successor IPS at
//! `/ips/service/<service>`. `SOAPAction` is ignored by the server and so it is here.

use super::call::{Call, CallKind};
use super::seen::Context;
use super::{form, is_display_program, program_in, soap_call};
use crate::soap::{Envelope, Part};

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let (protocol, service) = place(context)?;
    let mut call = soap_call::from_messages(context);
    call.protocol = protocol.to_owned();
    call.service = service;
    call.kind = kind(context, &call);
    call.program = context.request().and_then(program_of).or_else(|| context.response().and_then(program_of));
    if call.program.is_none() && !matches!(call.kind, CallKind::Api | CallKind::Sql) {
        let names = [call.service.as_deref(), call.operation.as_deref()];
        call.program = names.into_iter().flatten().find_map(program_in);
    }
    if call.kind == CallKind::Other && call.program.is_some() {
        call.kind = CallKind::DisplayProgram;
    }
    call.rows = context.response().and_then(rows);
    let input = |names: [&str; 2]| {
        let of_name = |path: &str| names.iter().any(|name| last_step(path).eq_ignore_ascii_case(name));
        call.fields.iter().find(|(path, _)| of_name(path)).and_then(|(_, value)| form::some(value.trim()))
    };
    call.company = call.company.clone().or_else(|| input(["Company", "CONO"]));
    call.division = call.division.clone().or_else(|| input(["Division", "DIVI"]));
    Some(call)
}

/// The protocol that a path names, and the service.
fn place(context: &Context<'_>) -> Option<(&'static str, Option<String>)> {
    let target = &context.target;
    let service = |at: usize| target.segment(at).map(str::to_owned);
    if let Some(at) = target.position("mws-ws").or_else(|| target.position("lws-ws")) {
        return Some(("MWS SOAP", service(at + 2)));
    }
    if let Some(at) = target.position("ips").filter(|at| target.segment(at + 1) == Some("service")) {
        return Some(("IPS SOAP", service(at + 2)));
    }
    let at = target.position("mws").filter(|at| target.segment(at + 1) == Some("services"))?;
    Some(("MWS SOAP", service(at + 2)))
}

/// A child `<Operation>Item` is an API service, a child named like a program a display program, and what has
/// other parameters an SQL service.
fn kind(context: &Context<'_>, call: &Call) -> CallKind {
    let discovery = call.service.as_deref() == Some("Discovery") || call.service.as_deref() == Some("ionapi-doc");
    if discovery || context.target.asks_for_definition() {
        return CallKind::Definition;
    }
    let Some(operation) = call.operation.as_deref() else { return CallKind::Other };
    let request = context.request().map(|message| message.parts.as_slice()).unwrap_or_default();
    let result = context.response().filter(|message| message.fault.is_none());
    let response = result.map(|message| message.parts.as_slice()).unwrap_or_default();
    if request.iter().chain(response).any(|part| is_display_program(&part.name)) {
        return CallKind::DisplayProgram;
    }
    let item =
        |part: &Part| part.name.strip_prefix(operation).is_some_and(|rest| matches!(rest, "Item" | "ResponseItem"));
    if request.iter().chain(response).any(item) {
        return CallKind::Api;
    }
    let rows = response.iter().any(|part| part.name.ends_with("Collection") || part.name == "ResultItem");
    if rows || !request.is_empty() { CallKind::Sql } else { CallKind::Other }
}

fn program_of(message: &Envelope) -> Option<String> {
    message.parts.iter().map(|part| &part.name).find(|name| is_display_program(name)).cloned()
}

fn last_step(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// `<Operation>ResponseItem` of an API service, `<name>Collection/<name>Item` of an SQL service.
fn rows(message: &Envelope) -> Option<u64> {
    let is_row = |part: &&Part| part.name.ends_with("ResponseItem") || part.name == "ResultItem";
    let items: usize = message.parts.iter().filter(is_row).map(|part| part.count).sum();
    if items > 0 {
        return u64::try_from(items).ok();
    }
    let collection = message.parts.iter().find(|part| part.name.ends_with("Collection"))?;
    u64::try_from(collection.items).ok()
}
