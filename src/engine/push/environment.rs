//! The receiver that OpenTelemetry's environment variables name, as its own libraries read them.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

use mwscope_parsers::http::form::percent_decoded;

use super::{Target, Wire, header};
use crate::telemetry::Origin;

/// The word that stands for it in place of an address.
pub const WORD: &str = "env";

/// The receiver; `None` where `wire` isn't OpenTelemetry's. `variable` gives the value of a variable.
///
/// # Errors
/// When one of the headers is none, in words. What it says may be secret and is not repeated.
pub fn receiver(
    wire: &Wire,
    origin: &Origin,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<Target>, String> {
    let set = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let grpc = set("OTEL_EXPORTER_OTLP_PROTOCOL").is_some_and(|protocol| protocol == "grpc");
    let wire = match wire {
        Wire::Otlp if grpc => Wire::OtlpGrpc,
        // What collectors take as Protocol Buffers over HTTP they take as JSON, too.
        Wire::Otlp | Wire::OtlpGrpc => wire.clone(),
        Wire::OpenSearch { .. } | Wire::ClickHouse { .. } => return Ok(None),
    };
    let default = if wire == Wire::Otlp { "http://localhost:4318" } else { "http://localhost:4317" };
    let url = set("OTEL_EXPORTER_OTLP_ENDPOINT").unwrap_or_else(|| default.to_owned());
    let headers = headers(&set("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default())?;
    Ok(Some(Target { url, wire, origin: origin.clone(), headers }))
}

fn headers(list: &str) -> Result<Vec<(String, String)>, String> {
    let pairs = list.split(',').enumerate().filter(|(_, pair)| !pair.trim().is_empty());
    let read = pairs.map(|(n, pair)| {
        pair.split_once('=').and_then(|(name, value)| header(name, &percent_decoded(value.trim()))).ok_or_else(|| {
            format!("OTEL_EXPORTER_OTLP_HEADERS: number {} is no header; write NAME=VALUE,NAME=VALUE", n + 1)
        })
    });
    read.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_opentelemetry_name_a_receiver() {
        let of = |wire: &Wire, set: &[(&str, &str)]| {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            let target = receiver(wire, &Origin::default(), &variable).expect("a receiver");
            target.map(|target| (target.wire, target.url, target.headers))
        };
        assert_eq!(of(&Wire::Otlp, &[]), Some((Wire::Otlp, "http://localhost:4318".to_owned(), vec![])));
        let set = [
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://c:4317"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Basic%20eA==, x-tenant=m3"),
        ];
        let headers = [("authorization", "Basic eA=="), ("x-tenant", "m3")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        assert_eq!(of(&Wire::Otlp, &set), Some((Wire::OtlpGrpc, "https://c:4317".to_owned(), headers.to_vec())));
        assert_eq!(of(&Wire::OtlpGrpc, &[]).map(|(_, url, _)| url).as_deref(), Some("http://localhost:4317"));
        assert_eq!(of(&Wire::OpenSearch { index: String::new() }, &set), None);
    }

    #[test]
    fn headers_are_whole_and_what_is_none_is_said() {
        let of = |headers: &str| {
            let variable = |name: &str| (name == "OTEL_EXPORTER_OTLP_HEADERS").then(|| headers.to_owned());
            receiver(&Wire::Otlp, &Origin::default(), &variable).map(|target| target.expect("a receiver").headers)
        };
        let token = "x".repeat(2_000);
        let long = [("authorization".to_owned(), format!("Bearer {token}"))];
        assert_eq!(of(&format!("authorization=Bearer%20{token},")).as_deref(), Ok(&long[..]));
        for wrong in ["a=b, hunter2", "a=b,x y=hunter2", "a=b,=hunter2"] {
            assert!(of(wrong).is_err_and(|what| what.contains("number 2") && !what.contains("hunter2")), "{wrong}");
        }
    }
}
