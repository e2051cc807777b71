//! PKIX path building failed: a Java client doesn't trust the certificate of the server it calls.

use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{Layer, Severity};

pub(super) const RULE: Rule = Rule {
    name: "untrusted-certificate",
    symptom: "PKIX path building failed: ... unable to find valid certification path to requested target, in a fault, a record or a \
              failed handshake",
    cause: "The calling Java (IPA, MEC, MWS itself) doesn't have the issuer of the server's certificate in its truststore",
    remedy: "Administrator of the calling host: keytool -importcert -alias grid -file grid-root.cer -keystore \
             JAVA_HOME/lib/security/cacerts, preferably the root CA's certificate; then restart that program",
    source: "thibaudatwork.wordpress.com, M3 Web Services from IPA; m3ideas.org, MEC part 5",
    confirm: "keytool -list on the truststore that the program really uses; mwscope probe shows the chain",
    check: Check::Failure(check),
};

fn check(failure: &Failure<'_>) -> Answer {
    let broke = failure.exchange.and_then(|x| x.outcome.broke_at()).map(|(_, cause)| cause.to_ascii_uppercase());
    let in_answer = says_so(&failure.fault_words()) || broke.is_some_and(|c| says_so(&c));
    let in_log = failure.join.confidence >= 0.5 && says_so(failure.log_words());
    if !in_answer && !in_log {
        return Answer::Clear;
    }
    let place = failure.place().filter(|_| in_log).map(|p| format!(" ({p})")).unwrap_or_default();
    Answer::found(Draft {
        layer: Layer::Tls,
        confidence: 0.95,
        severity: Severity::Error,
        title: "A certificate isn't trusted: PKIX path building failed".to_owned(),
        reasons: vec![format!(
            "PKIX path building failed is Java's word for an issuer missing in the truststore{place}"
        )],
        explanation: format!(
            "{} failed because a Java program doesn't trust the certificate of the server it calls{place}.",
            failure.what()
        ),
        advice: RULE.remedy.to_owned(),
        causes: Causes { exchange: in_answer, record: in_log, dump: false },
    })
}

fn says_so(words: &str) -> bool {
    words.contains("PKIX PATH") || words.contains("VALID CERTIFICATION PATH")
}
