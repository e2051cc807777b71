//! Where an exchange broke, from the words that recorders leave: Chrome's `net::ERR_...`, Charles' status, Fiddler's
//! and mitmproxy's messages.

use crate::model::{Outcome, Stage};

/// Parts of error texts in lower case and the stages that they speak of; the first that fits counts.
const WORDS: [(&str, Stage); 35] = [
    ("proxy_auth", Stage::ProxyAuth),
    ("err_proxy", Stage::UpstreamProxy),
    ("err_tunnel", Stage::UpstreamProxy),
    ("proxy", Stage::UpstreamProxy),
    ("name_not_resolved", Stage::Resolve),
    ("name_resolution", Stage::Resolve),
    ("unknownhost", Stage::Resolve),
    ("unknown host", Stage::Resolve),
    ("enotfound", Stage::Resolve),
    ("dns", Stage::Resolve),
    ("err_cert", Stage::TlsUpstream),
    ("err_ssl", Stage::TlsUpstream),
    ("ssl", Stage::TlsUpstream),
    ("tls", Stage::TlsUpstream),
    ("certificate", Stage::TlsUpstream),
    ("connection_refused", Stage::Dial),
    ("econnrefused", Stage::Dial),
    ("connection refused", Stage::Dial),
    ("connectionrefused", Stage::Dial),
    ("connect call failed", Stage::Dial),
    ("connection_timed_out", Stage::Dial),
    ("connection timed out", Stage::Dial),
    ("connection to", Stage::Dial),
    ("connection_failed", Stage::Dial),
    ("unreachable", Stage::Dial),
    ("internet_disconnected", Stage::Dial),
    ("content_length_mismatch", Stage::ResponseBody),
    ("incomplete_chunked", Stage::ResponseBody),
    ("content_decoding", Stage::ResponseBody),
    ("sendingresponse", Stage::ResponseBody),
    ("readingresponse", Stage::ResponseBody),
    ("readingrequest", Stage::RequestBody),
    ("sendingrequest", Stage::Send),
    ("empty_response", Stage::ResponseHead),
    ("invalid_http_response", Stage::ResponseHead),
];

/// How an exchange ended of which the source says `error`; `answered` is whether there is a response head.
pub(super) fn outcome(error: Option<&str>, answered: bool) -> Outcome {
    let Some(error) = error.map(str::trim).filter(|error| !error.is_empty()) else {
        let cause = "the recording holds no answer (status 0) and doesn't say why".to_owned();
        return if answered { Outcome::Complete } else { Outcome::Failed { stage: Stage::Wait, cause } };
    };
    let words = error.to_ascii_lowercase();
    let fallback = if answered { Stage::ResponseBody } else { Stage::Wait };
    let stage = WORDS.iter().find(|(word, _)| words.contains(word)).map_or(fallback, |(_, stage)| *stage);
    let cause = error.to_owned();
    if ["err_aborted", "cancel", "ns_binding_aborted", "blocked_by_client"].iter().any(|word| words.contains(word)) {
        return Outcome::Aborted { stage, cause };
    }
    Outcome::Failed { stage, cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_to_stages() {
        let stage = |error: &str| outcome(Some(error), false).broke_at().map(|(stage, _)| stage);
        assert_eq!(stage("net::ERR_NAME_NOT_RESOLVED"), Some(Stage::Resolve));
        assert_eq!(stage("net::ERR_CONNECTION_REFUSED"), Some(Stage::Dial));
        assert_eq!(stage("net::ERR_CERT_AUTHORITY_INVALID"), Some(Stage::TlsUpstream));
        assert_eq!(stage("net::ERR_PROXY_CONNECTION_FAILED"), Some(Stage::UpstreamProxy));
        assert_eq!(stage("something else"), Some(Stage::Wait));
        assert_eq!(outcome(Some("net::ERR_ABORTED"), false).word(), "aborted");
        assert_eq!(outcome(None, false).word(), "failed");
        assert_eq!(outcome(Some(" "), true), Outcome::Complete);
    }
}
