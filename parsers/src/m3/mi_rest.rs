//! The M3 API REST service, versions 1 and 2, in JSON and XML:
//! `/m3api-rest[/v2]/execute/PGM/TRANS;cono=..;divi=..?FIELD=value`, also behind a gateway's prefix.

use serde_json::Value;

use super::call::{Call, CallKind};
use super::form;
use super::mi_answer::{self, Answer, text};
use super::seen::{Context, json};

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let target = &context.target;
    let at = target.position("m3api-rest")?;
    let rest: Vec<_> = target.segments[at + 1..].iter().map(String::as_str).collect();
    let (version, rest) = match rest.split_first() {
        Some((&"v2", rest)) => ("M3 API REST v2", rest),
        _ => ("M3 API REST", rest.as_slice()),
    };
    let mut call = Call { protocol: version.to_owned(), ..Call::default() };
    match *rest {
        ["csrf", ..] => {
            call.kind = CallKind::SignOn;
            call.operation = Some("csrf".to_owned());
        }
        ["metadata", ref names @ ..] => {
            call.kind = CallKind::Definition;
            call.program = names.first().map(|name| (*name).to_owned());
            call.operation = Some("metadata".to_owned());
        }
        ["execute", ref names @ ..] => {
            call.kind = CallKind::Api;
            call.program = names.first().map(|name| (*name).to_owned());
            call.operation = names.get(1).map(|name| (*name).to_owned());
            call.fields = target.query.iter().filter(|(name, _)| name != "_rid").cloned().collect();
        }
        _ => {}
    }
    call.company = target.matrix("cono");
    call.division = target.matrix("divi");
    add_bulk_request(&mut call, context);
    add_answer(&mut call, context);
    call.service = call.program.clone();
    let input = |name: &str| form::value(&call.fields, name);
    call.company = call.company.clone().or_else(|| input("CONO"));
    call.division = call.division.clone().or_else(|| input("DIVI"));
    Some(call)
}

/// A POST of version 2: program, company and transactions stand in the body.
fn add_bulk_request(call: &mut Call, context: &Context<'_>) {
    let Some(body) = json(&context.seen.request) else {
        if context.seen.request.is_type("x-www-form-urlencoded") {
            call.fields.extend(form::pairs(&String::from_utf8_lossy(context.seen.request.body)));
        }
        return;
    };
    call.program = call.program.take().or_else(|| text(&body, "program"));
    call.company = call.company.take().or_else(|| text(&body, "cono"));
    call.division = call.division.take().or_else(|| text(&body, "divi"));
    let transactions = body.get("transactions").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, transaction) in transactions.iter().enumerate() {
        let name = text(transaction, "transaction");
        call.operation = call.operation.take().or_else(|| name.clone());
        let record = transaction.get("record").and_then(Value::as_object);
        for (field, value) in record.into_iter().flatten() {
            let position = if index == 0 { String::new() } else { format!("[{}]", index + 1) };
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            call.fields.push((format!("{}{position}/{field}", name.as_deref().unwrap_or("record")), value));
        }
    }
}

fn add_answer(call: &mut Call, context: &Context<'_>) {
    let response = &context.seen.response;
    let answer = match context.json() {
        Some(value) => mi_answer::json(value),
        None => mi_answer::xml(response.body, response.header("content-type")).unwrap_or_default(),
    };
    let Answer { nok, rows, program, transaction } = answer;
    call.program = call.program.take().or(program);
    call.operation = call.operation.take().or(transaction);
    call.rows = rows;
    call.nok = nok;
}
