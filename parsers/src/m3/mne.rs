//! M3 UI Adapter (MNE): forms posted to `/mne/servlet/MvxMCSvt`, panels that come back as XML.
//! `PHead` is the panel (`APS450/B1`), `JobId` the job in the business engine.

use super::call::{Call, CallKind, Nok};
use super::seen::Context;
use super::{form, is_display_program};
use crate::xml::{self, Document};

pub(super) fn recognise(context: &Context<'_>) -> Option<Call> {
    let at = context
        .target
        .position("MvxMCSvt")
        .or_else(|| context.target.position("mne").filter(|at| context.target.segment(at + 1) == Some("servlet")))?;
    let body = context.seen.request.body;
    let mut fields = context.target.query.clone();
    if context.seen.request.is_type("x-www-form-urlencoded") || !body.starts_with(b"<") {
        fields.extend(form::pairs(&String::from_utf8_lossy(body)));
    }
    let command = [form::value(&fields, "CMDTP"), form::value(&fields, "CMDVAL")];
    let command = command.into_iter().flatten().collect::<Vec<_>>().join("/");
    let mut call = Call { protocol: "MNE".to_owned(), kind: CallKind::DisplayProgram, ..Call::default() };
    call.service = context.target.segment(at).map(str::to_owned);
    call.program = command.strip_prefix("RUN/").filter(|name| is_display_program(name)).map(str::to_owned);
    if matches!(command.as_str(), "LOGON" | "QUIT") {
        call.kind = CallKind::SignOn;
    }
    call.operation = form::some(&command);
    call.ids.extend(form::value(&fields, "IID"));
    call.fields = fields;
    let decoded = xml::decode(context.seen.response.body, None);
    add_panel(&mut call, &xml::read(&decoded.text));
    Some(call)
}

fn add_panel(call: &mut Call, document: &Document) {
    let found = |name: &str| document.find_text(name).map(str::to_owned);
    if let Some(panel) = found("PHead") {
        call.program = panel.split('/').next().and_then(form::some).or(call.program.take());
        call.fields.push(("PHead".to_owned(), panel));
    }
    call.user = found("User");
    call.company = found("Cono").or_else(|| found("Cmp"));
    call.division = found("Div").or_else(|| found("Divi"));
    call.ids.extend(["JobId", "IID"].iter().filter_map(|name| found(name)));
    call.ids.dedup();
    let refused = found("Result").is_some_and(|result| result != "0");
    let (message, code) = (found("Msg"), found("MsgID"));
    // A panel may carry a message that only informs, and no table of levels is public: a message counts as a
    // refusal where the result says so, or where there is no panel to go on with.
    let no_panel = message.is_some() && document.find("Panel").is_none();
    if refused || no_panel {
        call.nok = Some(Nok { code, field: None, message, partial: false });
    }
}
