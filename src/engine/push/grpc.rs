//! OTLP over gRPC: a message in its frame over HTTP/2, and what the status behind the answer means.
//!
//! <https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>,
//! <https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-response>

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use bytes::{BufMut, Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue};
use mwscope_parsers::http::form::percent_decoded;

use super::body::compressed;
use super::receiver::Answer;
use super::{Target, shown};
use crate::model::coding;
use crate::proxy::{Answered, Http2};
use crate::redact::mask_text;
use crate::telemetry::Item;
use crate::telemetry::otlp::{Signal, protobuf};

/// Bytes before a message: whether it is compressed, and its length.
const FRAME: usize = 5;

/// Bytes of an answer that are looked at.
const LARGEST: u64 = 1 << 20;

/// Characters of what an answer says that are repeated.
const SAID: usize = 300;

/// A receiver that speaks gRPC.
#[derive(Debug)]
pub(super) struct Grpc(pub(super) Http2);

impl Grpc {
    /// Sends one request; what came of it.
    pub(super) async fn offer(&mut self, target: &Target, signal: Signal, items: &[Item]) -> io::Result<Answer> {
        let url = format!("{}{}", target.url.trim_end_matches('/'), method(signal));
        let shown = shown(&url);
        let headers = match headers(target) {
            Ok(headers) => headers,
            Err(name) => return Ok(Answer::Unwelcome(format!("{shown} can't be sent the header {name}"))),
        };
        let message = compressed(&protobuf::request(signal, &target.origin, items))?;
        let mut body = BytesMut::with_capacity(FRAME + message.len());
        body.put_u8(1);
        body.put_u32(u32::try_from(message.len()).map_err(io::Error::other)?);
        body.put_slice(&message);
        Ok(match self.0.post(&url, &headers, &body.freeze()).await {
            Ok(answered) => answer(&answered, &shown),
            Err(trouble) => {
                let why = format!("{shown} {}: {}", trouble.stage.word(), trouble.cause);
                // What is wrong with an address is said with the address.
                Answer::Later(mask_text(&why).into_owned(), None)
            }
        })
    }
}

const fn method(signal: Signal) -> &'static str {
    match signal {
        Signal::Traces => "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        Signal::Logs => "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
    }
}

/// The headers of a request; the name of one that can't be sent.
fn headers(target: &Target) -> Result<HeaderMap, String> {
    let own = [
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        ("grpc-encoding", "gzip"),
        ("grpc-accept-encoding", "identity,gzip"),
        ("user-agent", concat!("mwscope/", env!("CARGO_PKG_VERSION"))),
    ];
    let mut headers = HeaderMap::new();
    for (name, value) in own {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    for (name, value) in &target.headers {
        let name_of_it = HeaderName::from_bytes(name.as_bytes()).map_err(|_| name.clone())?;
        let mut value = HeaderValue::from_str(value).map_err(|_| name.clone())?;
        value.set_sensitive(true);
        headers.append(name_of_it, value);
    }
    Ok(headers)
}

fn answer(answered: &Answered, url: &str) -> Answer {
    let Answered { status, headers, body, trailers } = answered;
    let of = |name: &str| trailers.get(name).or_else(|| headers.get(name)).and_then(|value| value.to_str().ok());
    let Some(code) = of("grpc-status").and_then(|text| text.trim().parse::<u32>().ok()) else {
        // Not from whom it was meant for: a proxy, or a server that speaks no gRPC.
        let why = format!("{url} answers {} and no gRPC status", status.as_u16());
        let later = matches!(status.as_u16(), 429 | 502 | 503 | 504);
        return if later { Answer::Later(why, None) } else { Answer::Unwelcome(why) };
    };
    let said: String = of("grpc-message").map(percent_decoded).unwrap_or_default().chars().take(SAID).collect();
    let why = format!("{url} answers {}: {said}", word(code));
    let asked = of("grpc-status-details-bin").and_then(|text| {
        let bytes = STANDARD_NO_PAD.decode(text.trim().trim_end_matches('=')).ok()?;
        protobuf::retry_after_ms(&bytes).map(Duration::from_millis)
    });
    match code {
        0 => {
            let (refused, why) = message(body).and_then(|bytes| protobuf::refused(&bytes)).unwrap_or_default();
            Answer::Took { again: Vec::new(), refused, reasons: vec![why] }
        }
        1 | 4 | 10 | 11 | 14 | 15 => Answer::Later(why, asked),
        8 if asked.is_some() => Answer::Later(why, asked),
        // Libraries of gRPC say this of a message that is larger than they take.
        8 => Answer::TooLarge(why),
        3 => Answer::Wrong(why),
        _ => Answer::Unwelcome(why),
    }
}

/// The message of an answer.
fn message(body: &Bytes) -> Option<Bytes> {
    let (frame, bytes) = body.split_at_checked(FRAME)?;
    let len = usize::try_from(u32::from_be_bytes(frame[1..].try_into().ok()?)).ok()?;
    let bytes = body.slice(FRAME..FRAME + bytes.len().min(len));
    if frame[0] == 0 { Some(bytes) } else { Some(coding::decode_as(&["gzip".to_owned()], &bytes, LARGEST).bytes) }
}

/// <https://grpc.io/docs/guides/status-codes/>
fn word(code: u32) -> String {
    const WORDS: [&str; 17] = [
        "OK",
        "CANCELLED",
        "UNKNOWN",
        "INVALID_ARGUMENT",
        "DEADLINE_EXCEEDED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "RESOURCE_EXHAUSTED",
        "FAILED_PRECONDITION",
        "ABORTED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "INTERNAL",
        "UNAVAILABLE",
        "DATA_LOSS",
        "UNAUTHENTICATED",
    ];
    usize::try_from(code).ok().and_then(|n| WORDS.get(n)).map_or_else(|| code.to_string(), |word| (*word).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::push::Wire;
    use crate::telemetry::Origin;
    use http::StatusCode;
    use std::sync::Arc;

    fn status(code: &str, details: Option<&str>) -> Answer {
        let mut trailers = HeaderMap::new();
        trailers.insert("grpc-status", code.parse().expect("a value"));
        trailers.insert("grpc-message", "h%C3%A4 100%".parse().expect("a value"));
        if let Some(details) = details {
            trailers.insert("grpc-status-details-bin", details.parse().expect("a value"));
        }
        let (headers, body) = (HeaderMap::new(), Bytes::new());
        answer(&Answered { status: StatusCode::OK, headers, body, trailers }, "http://c")
    }

    #[test]
    fn a_status_says_whether_to_come_again() {
        assert!(matches!(status("0", None), Answer::Took { refused: 0, .. }));
        assert!(
            matches!(status("14", None), Answer::Later(why, None) if why == "http://c answers UNAVAILABLE: hä 100%")
        );
        assert!(matches!(status("3", None), Answer::Wrong(_)));
        assert!(matches!(status("8", None), Answer::TooLarge(_)));
        assert!(matches!(status("16", None), Answer::Unwelcome(_)));
        assert!(matches!(status("99", None), Answer::Unwelcome(why) if why.contains(" 99: ")));
        // A `google.rpc.Status` whose `RetryInfo` says two seconds.
        let retry = "CAgaMAoodHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUucnBjLlJldHJ5SW5mbxIECgIIAg";
        assert!(matches!(status("8", Some(retry)), Answer::Later(_, Some(wait)) if wait == Duration::from_secs(2)));
    }

    #[tokio::test]
    async fn a_password_in_an_address_is_not_said() {
        let url = "http://jdoe:hunter2@c:99999".to_owned();
        let headers = vec![("not a name".to_owned(), String::new())];
        let mut target = Target { url, wire: Wire::OtlpGrpc, origin: Origin::default(), headers };
        let sender = crate::engine::replay::sender(None).expect("a sender");
        for _ in 0..2 {
            let offered = Grpc(Http2::new(Arc::clone(&sender))).offer(&target, Signal::Logs, &[]).await;
            let (Answer::Unwelcome(why) | Answer::Later(why, _)) = offered.expect("an answer") else { panic!("taken") };
            assert!(!why.contains("hunter2"), "{why}");
            target.headers.clear();
        }
    }
}
