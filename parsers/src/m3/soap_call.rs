//! SOAP calls of any service: what every SOAP protocol takes from the two messages.

use super::call::{Call, CallKind};
use super::seen::Context;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let is_call = context.request().is_some() || context.response().is_some();
    if !is_call && !context.target.asks_for_definition() {
        return None;
    }
    let mut call = from_messages(context);
    call.protocol = "SOAP".to_owned();
    call.service = context.target.segments.last().cloned();
    if call.operation.is_none() && is_call {
        call.operation = action(context);
    }
    if context.target.asks_for_definition() {
        call.kind = CallKind::Definition;
    }
    Some(call)
}

/// Operation, fields, credentials and fault of request and answer.
pub(super) fn from_messages(context: &Context<'_>) -> Call {
    let mut call = Call::default();
    if let Some(request) = context.request() {
        call.operation = request.operation.as_ref().map(|operation| operation.name.clone());
        let attributes = request.operation.iter().flat_map(|operation| &operation.attributes);
        call.fields.extend(attributes.map(|(name, value)| (format!("@{name}"), value.clone())));
        call.fields.extend(request.fields.iter().map(|field| (field.path.clone(), field.value.clone())));
        call.company.clone_from(&request.credentials.company);
        call.division.clone_from(&request.credentials.division);
    }
    if let Some(response) = context.response() {
        if let Some(fault) = &response.fault {
            let code = fault.subcodes.last().or(fault.code.as_ref());
            call.fault = fault.text.clone().or_else(|| fault.detail.clone()).or_else(|| code.cloned());
            call.fault_code = code.cloned();
            call.fault_detail.clone_from(&fault.detail);
        }
        let result = response.operation.as_ref().and_then(|operation| operation.name.strip_suffix("Response"));
        call.operation = call.operation.take().or_else(|| result.map(str::to_owned));
    }
    call
}

/// The last word of the SOAP action: of the header, or of the media type in SOAP 1.2.
fn action(context: &Context<'_>) -> Option<String> {
    let request = &context.seen.request;
    let header = request.header("soapaction").or_else(|| {
        let (_, action) = request.header("content-type")?.split_once("action=")?;
        action.split(';').next()
    })?;
    let name = header.trim().trim_matches('"').trim_end_matches('/').rsplit(['/', '#', ':']).next()?;
    super::form::some(name)
}
