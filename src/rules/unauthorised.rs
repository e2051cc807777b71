//! The caller was turned away: who it is wasn't proven, or isn't allowed.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "unauthorised",
    symptom: "HTTP 401, 403 or 407, or a WS-Security fault, that no later attempt of the same client answers",
    cause: "The user isn't validated by the session provider of the Grid, the password is wrong, or the router doesn't take this \
            kind of authentication on this port",
    remedy: "Grid administrator: check the user with the session provider, and the authentication type of the router's port (Basic \
             belongs on HTTPS)",
    source: "docs.infor.com, M3 Web Services administration (calls are validated by the session provider); thibaudatwork.wordpress.com",
    confirm: "Call the same address with curl and a user that is known to work",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let status = failure.status().unwrap_or(0);
    let words = failure.fault_words();
    let by_token = [
        "SECURITY TOKEN",
        "FAILEDAUTHENTICATION",
        "AUTHENTICATION FAILED",
        "INVALIDSECURITY",
        "NOT AUTHENTICATED",
        "LOGIN FAILED",
        "LOGON FAILED",
        "INVALID USERNAME OR PASSWORD",
        "INVALID USER NAME OR PASSWORD",
        "INVALID USER OR PASSWORD",
    ]
    .iter()
    .any(|w| words.contains(w));
    if !matches!(status, 401 | 403 | 407) && !by_token {
        return Answer::Clear;
    }
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let sent = exchange.request.headers.first("authorization").is_some();
    let wanted = exchange
        .response
        .as_ref()
        .map(|r| r.headers.all("www-authenticate").map(|h| h.text().into_owned()).collect::<Vec<_>>().join(", "));
    let wanted = wanted.filter(|w| !w.is_empty()).map(|w| format!("; the server asks for {w}")).unwrap_or_default();
    let how = match (status, sent) {
        (403, _) => "the server knows the caller and refuses",
        (407, _) => "the proxy on the way wants credentials of its own",
        (_, true) => "credentials were sent and refused",
        (_, false) => "no credentials were sent, and no later attempt brings any",
    };
    let who = failure.user().map(|u| format!(" as {u}")).unwrap_or_default();
    let operation = failure.operation().unwrap_or_default();
    let answer = if status >= 400 { format!("HTTP {status}") } else { "a security fault".to_owned() };
    Answer::found(Draft {
        layer: Layer::Authentication,
        confidence: if by_token && !matches!(status, 401 | 403 | 407) { 0.85 } else { 0.96 },
        severity: Severity::Error,
        title: format!("{operation} was turned away{who}: {answer}"),
        reasons: vec![format!("{answer}: {how}{wanted}"), "no later attempt of the same client answers it".to_owned()],
        explanation: format!("{operation}{who} got {answer}: {how}. No M3 program was reached."),
        advice: if sent {
            "Grid administrator: is the user known to the active session provider, and is the password right? Then the caller's \
             owner corrects the credentials."
        } else {
            "Owner of the calling program: send credentials. Grid administrator: is the authentication type of this port the one \
             that the client uses?"
        }
        .to_owned(),
        causes: Causes { exchange: true, record: failure.episode.is_some(), dump: false },
    })
}
