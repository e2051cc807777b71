//! WS-Security was refused: the token, the signature or the certificate in the SOAP header.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "ws-security",
    symptom: "A fault about the security header, a signature or an X.509 token (wsse:FailedCheck, InvalidSecurity, The signature or \
              decryption was invalid)",
    cause: "The service has a WS-Security policy that the request doesn't meet, or its key is of a kind (MD5, RSA-1024) that one side \
            no longer takes",
    remedy: "MWS administrator: compare the service's security policy with what the client sends, and replace MD5 or RSA-1024 keys. Then \
             the owner of the calling program",
    source: "m3ideas.org, X.509 token policy for M3 Web Services (2016); Apache WSS4J's words for it",
    confirm: "The policy in Grid Management, MWS > Security > Policy Settings, and the wsse header in the request",
    check: Check::Failure(check),
};

const WORDS: [&str; 12] = [
    "WSSE:",
    "WS-SECURITY",
    "WSSECURITY",
    "FAILEDCHECK",
    "SIGNATURE OR DECRYPTION",
    "SECURITY HEADER",
    "SECURITY PROCESSING FAILED",
    "VERIFYING THE MESSAGE",
    "X.509",
    "X509",
    "SIGNATURE VERIFICATION",
    "ALGORITHM CONSTRAINTS",
];

fn check(failure: &Failure<'_>) -> Answer {
    let words = failure.fault_words();
    if failure.exchange.is_none() || !WORDS.iter().any(|w| words.contains(w)) || words.contains("PKIX") {
        return Answer::Clear;
    }
    let text = failure.fault().map_or_else(|| "a security fault".to_owned(), |f| shortened(f, 160));
    Answer::found(Draft {
        layer: Layer::Authentication,
        confidence: 0.88,
        severity: Severity::Error,
        title: format!("WS-Security was refused: {text}"),
        reasons: vec![format!("the fault speaks of the security header: {text}")],
        explanation: format!(
            "{} was turned away by the service's security policy: {}.",
            failure.what(),
            text.trim_end_matches('.')
        ),
        advice: RULE.remedy.to_owned() + ".",
        causes: Causes::ANSWER_AND_RECORD,
    })
}
