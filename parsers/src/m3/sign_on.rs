//! Signing on: OAuth tokens of the ION API gateway and of the Grid's session provider.

use super::call::{Call, CallKind};
use super::form;
use super::mi_answer::text;
use super::seen::Context;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let last = context.target.segments.last()?.to_ascii_lowercase();
    let grid = context.target.position("sessions").is_some() && last == "oauth";
    let token = matches!(last.as_str(), "token.oauth2" | "revoke_token.oauth2" | "authorization.oauth2");
    let fields = form::pairs(&String::from_utf8_lossy(context.seen.request.body));
    let grant = form::value(&fields, "grant_type").filter(|_| context.seen.request.is_type("x-www-form-urlencoded"));
    if !grid && !token && grant.is_none() {
        return None;
    }
    let mut call = Call { protocol: "OAuth".to_owned(), kind: CallKind::SignOn, ..Call::default() };
    call.service = context.target.segments.last().cloned();
    call.operation = grant.clone().or_else(|| grid.then(|| "session token".to_owned()));
    call.user = form::value(&fields, "username");
    call.fields = if grant.is_some() { fields } else { context.target.query.clone() };
    if let Some(error) = context.json().and_then(|value| text(value, "error")) {
        call.fault = context.json().and_then(|value| text(value, "error_description")).or(Some(error.clone()));
        call.fault_code = Some(error);
    }
    Some(call)
}
