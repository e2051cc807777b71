//! Signing on: OAuth tokens of the ION API gateway and of the Grid's session provider.

use super::call::{Call, CallKind};
use super::form;
use super::mi_answer::text;
use super::seen::Context;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let last = context.target.segments.last()?;
    let is = |word: &str| last.eq_ignore_ascii_case(word);
    let grid = is("oauth") && context.target.position("sessions").is_some();
    let token = ["token.oauth2", "revoke_token.oauth2", "authorization.oauth2"].into_iter().any(is);
    let is_form = context.seen.request.is_type("x-www-form-urlencoded");
    if !grid && !token && !is_form {
        return None;
    }
    let fields = form::pairs(&String::from_utf8_lossy(context.seen.request.body));
    let grant = form::value(&fields, "grant_type").filter(|_| is_form);
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
