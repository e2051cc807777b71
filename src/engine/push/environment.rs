//! The receiver that OpenTelemetry's environment variables name, as its own libraries read them.
//!
//! <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>

use super::grpc::decoded;
use super::{Target, Wire};
use crate::telemetry::Origin;

/// The word that stands for it in place of an address.
pub const WORD: &str = "env";

/// The receiver; `None` where `wire` isn't OpenTelemetry's. `variable` gives the value of a variable.
#[must_use]
pub fn receiver(wire: &Wire, origin: &Origin, variable: &dyn Fn(&str) -> Option<String>) -> Option<Target> {
    let set = |name: &str| variable(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let grpc = set("OTEL_EXPORTER_OTLP_PROTOCOL").is_some_and(|protocol| protocol == "grpc");
    let wire = match wire {
        Wire::Otlp if grpc => Wire::OtlpGrpc,
        // What collectors take as Protocol Buffers over HTTP they take as JSON, too.
        Wire::Otlp | Wire::OtlpGrpc => wire.clone(),
        Wire::OpenSearch { .. } | Wire::ClickHouse { .. } => return None,
    };
    let default = if wire == Wire::Otlp { "http://localhost:4318" } else { "http://localhost:4317" };
    let url = set("OTEL_EXPORTER_OTLP_ENDPOINT").unwrap_or_else(|| default.to_owned());
    let headers = set("OTEL_EXPORTER_OTLP_HEADERS").unwrap_or_default();
    let headers = headers.split(',').filter_map(|pair| pair.split_once('='));
    let headers = headers.map(|(name, value)| (name.trim().to_owned(), decoded(value.trim()))).collect();
    Some(Target { url, wire, origin: origin.clone(), headers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_of_opentelemetry_name_a_receiver() {
        let of = |wire: &Wire, set: &[(&str, &str)]| {
            let variable = |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            receiver(wire, &Origin::default(), &variable).map(|target| (target.wire, target.url, target.headers))
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
}
