//! MIAccess: M3 API transactions over SOAP at `/m3api/MIAccess`, namespace `http://lawson.com/m3/miaccess`.

use super::call::{Call, CallKind};
use super::form;
use super::mi_answer;
use super::seen::Context;
use super::soap_call;
use crate::xml;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let at = context.target.position("MIAccess")?;
    let mut call = soap_call::from_messages(context);
    call.protocol = "MIAccess SOAP".to_owned();
    call.service = context.target.segment(at).map(str::to_owned);
    let field = |names: &[&str]| {
        let own = call.fields.iter().find(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or(path);
            !path.contains("NameValue") && names.iter().any(|known| name.eq_ignore_ascii_case(known))
        });
        own.and_then(|(_, value)| form::some(value.trim()))
    };
    let (program, transaction) = (field(&["Program"]), field(&["Transaction"]));
    let (company, division) = (field(&["Cono", "Company"]), field(&["Divi", "Division"]));
    let definition = matches!(call.operation.as_deref(), Some("ListPrograms" | "GetMetaData"));
    call.kind = if definition || context.target.asks_for_definition() { CallKind::Definition } else { CallKind::Api };
    call.program = program;
    call.operation = transaction.or(call.operation);
    call.company = call.company.or(company);
    call.division = call.division.or(division);
    if context.response().is_some_and(|message| message.fault.is_none()) {
        let decoded = xml::decode(context.seen.response.body, None);
        let answer = mi_answer::elements(&xml::read(&decoded.text));
        call.nok = answer.nok;
        call.rows = answer.rows;
    }
    call.fields = named_values(&call.fields);
    Some(call)
}

/// `MIRecord/NameValue/{Name,Value}` as one field of that name; everything else as it is.
fn named_values(fields: &[(String, String)]) -> Vec<(String, String)> {
    let mut named = Vec::with_capacity(fields.len());
    let mut fields = fields.iter().peekable();
    while let Some((path, value)) = fields.next() {
        let record = path.strip_suffix("/Name").filter(|record| record.contains("NameValue"));
        let pair = record.and_then(|record| fields.next_if(|(next, _)| next.strip_suffix("/Value") == Some(record)));
        match pair {
            Some((_, pair)) => {
                let base = record.and_then(|record| record.rsplit_once('/')).map_or("", |(base, _)| base);
                named.push((format!("{base}/{}", value.trim()), pair.clone()));
            }
            None => named.push((path.clone(), value.clone())),
        }
    }
    named
}
