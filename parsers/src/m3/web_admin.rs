//! The web administration of Infor Process Automation and Landmark, known by its addresses (`/UserManagement/home`,
//! `/lmprdlpa/LpaAdmin`) and its `csk.` parameters. Of its forms no more is public than that they are forms: fields are
//! taken as they are sent.

use super::call::{Call, CallKind};
use super::form;
use super::seen::Context;

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let target = &context.target;
    let management = target.position("UserManagement");
    let admin = target.segments.iter().position(|segment| segment.eq_ignore_ascii_case("LpaAdmin"));
    let csk = |pairs: &[(String, String)]| pairs.iter().any(|(name, _)| name.starts_with("csk."));
    let is_form = context.seen.request.is_type("x-www-form-urlencoded");
    let sent = if is_form { form::pairs(&String::from_utf8_lossy(context.seen.request.body)) } else { Vec::new() };
    let at = management.or(admin).or_else(|| (csk(&target.query) || csk(&sent)).then_some(0))?;
    let service = target.segment(at)?.to_owned();
    let page = target.segments.last().filter(|_| target.segments.len() > at + 1).cloned();
    let mut call = Call { protocol: "Landmark web".to_owned(), service: Some(service), ..Call::default() };
    // What a form does is named by the page it is sent to; a page that is only looked at is named the same way.
    call.operation = page.or_else(|| Some(context.seen.method.to_owned()));
    if sent.iter().any(|(name, _)| name.eq_ignore_ascii_case("j_username")) {
        call.kind = CallKind::SignOn;
    }
    call.user = form::value(&sent, "j_username");
    call.fields = if sent.is_empty() { target.query.clone() } else { sent };
    Some(call)
}
