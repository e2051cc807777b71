//! The client asked whether it should send the body, and the server, or something before it, doesn't know the question.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "expectation-refused",
    symptom: "HTTP 417 to a request with Expect: 100-continue; nothing of its body was read",
    cause: "The client waits to be asked for the body, as .NET does before each POST and curl before bodies of 1 MiB; the server, or a \
            proxy or balancer before it, knows no expectations",
    remedy: "Owner of the calling program: switch the expectation off. .NET Framework: ServicePointManager.Expect100Continue = false, or \
             <servicePointManager expect100Continue=\"false\"/>; HttpClient: DefaultRequestHeaders.ExpectContinue = false; curl: -H \
             'Expect:'; Axis2: HTTPConstants.USE_100_CONTINUE false; CXF: no Expect among the conduit's headers",
    source: "RFC 9110, 10.1.1 and 15.5.18; Microsoft's and curl's manuals",
    confirm: "Send the request again without Expect: it gets another answer",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let Some(417) = failure.status() else { return Answer::Clear };
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let expects = exchange.request.headers.text("Expect");
    let said = expects.as_deref().map_or_else(String::new, |value| format!(" (Expect: {value})"));
    Answer::found(Draft {
        layer: Layer::Client,
        confidence: if expects.is_some() { 0.95 } else { 0.75 },
        severity: Severity::Error,
        title: format!("The server doesn't take the client's expectation{said}: HTTP 417"),
        reasons: vec![format!("HTTP 417 says that what Expect asks for isn't done here{said}")],
        explanation: format!(
            "{} asked whether its body should be sent{said}, and was refused for the question, not for the body.",
            failure.what()
        ),
        advice: "Owner of the calling program: switch Expect: 100-continue off (.NET: ServicePointManager.Expect100Continue = false; \
                 curl: -H 'Expect:'; Axis2: HTTPConstants.USE_100_CONTINUE; CXF: the conduit's headers). A client that repeats the \
                 request without it, as curl does, loses one round trip for each."
            .to_owned(),
        causes: Causes::ANSWER,
    })
}
