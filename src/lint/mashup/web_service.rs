//! Web service panels: the address from the profile, the credentials of whoever is signed on.

use super::super::text::Found;
use super::super::xaml::{Value, Xaml};
use crate::model::{Artefact, LintRule, Weight};

pub(in super::super) const ADDRESS: LintRule = LintRule {
    name: "mashup-ws-address",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Error,
    on: true,
    looks_for: "WS.Wsdl or WS.Address that doesn't begin with {BaseUri}",
    why: "The mashup calls this server wherever it is deployed: after a move from DEV to TST or PRD it still reads and writes the \
          old environment",
    remedy: "begin the value with {}{BaseUri} and set BaseUri to {mashup:ProfileValue Path=M3/WebService/url}",
    example: (
        "<mashup:Parameter TargetKey=\"WS.Wsdl\" Value=\"http://m3:21007/mws-ws/services/Facility?wsdl\" />",
        "<mashup:Parameter TargetKey=\"WS.Wsdl\" Value=\"{}{BaseUri}/Facility?wsdl\" />",
    ),
};

pub(in super::super) const BASE_URI: LintRule = LintRule {
    name: "mashup-base-uri",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Error,
    on: true,
    looks_for: "BaseUri that isn't the web service address of the profile",
    why: "All web service addresses of the mashup follow from it, so that they all stay with one environment",
    remedy: "set it to {mashup:ProfileValue Path=M3/WebService/url}",
    example: (
        "<mashup:Parameter SourceKey=\"BaseUri\" Value=\"http://m3:21007/mws-ws/services\" />",
        "<mashup:Parameter SourceKey=\"BaseUri\" Value=\"{mashup:ProfileValue Path=M3/WebService/url}\" />",
    ),
};

pub(in super::super) const CREDENTIALS: LintRule = LintRule {
    name: "mashup-ws-credentials",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Error,
    on: true,
    looks_for: "WS.User or WS.Password with a value in the mashup",
    why: "Everybody who opens the mashup works as this user, whoever gets the file has the password, and a new password breaks it",
    remedy: "leave both out and set WS.CredentialSource to Current; change the password that stood here",
    example: (
        "<mashup:DataParameter Key=\"WS.Password\" Value=\"S3cret\" />",
        "<mashup:DataParameter Key=\"WS.CredentialSource\" Value=\"Current\" />",
    ),
};

pub(in super::super) const CREDENTIAL_SOURCE: LintRule = LintRule {
    name: "mashup-credential-source",
    artefacts: &[Artefact::Mashup],
    weight: Weight::Error,
    on: true,
    looks_for: "WS.CredentialSource other than Current",
    why: "The call is then made with credentials that are not those of whoever is signed on",
    remedy: "set it to Current",
    example: (
        "<mashup:DataParameter Key=\"WS.CredentialSource\" Value=\"Custom\" />",
        "<mashup:DataParameter Key=\"WS.CredentialSource\" Value=\"Current\" />",
    ),
};

/// Where BaseUri should come from.
const PROFILE: &str = "M3/WebService/url";

/// Whether a key is one of the credentials of a web service.
pub(super) fn is_credential(key: &str) -> bool {
    matches!(key, "WS.User" | "WS.Password")
}

pub(super) fn check(xaml: &Xaml<'_>, at: usize, found: &mut Vec<Found>) {
    let key = |names: &[&str]| names.iter().find_map(|name| xaml.plain(at, name));
    let value = || xaml.property(at, "Value");
    if let Some(key) = key(&["TargetKey", "Key"]) {
        match key {
            "WS.Wsdl" | "WS.Address" => address(xaml, at, (key, value()), found),
            "WS.User" | "WS.Password" => {
                if let Some(Value::Literal { text, range }) = value().filter(|value| !value.text().trim().is_empty()) {
                    let message = |_: &str| format!("{key} is written into the mashup");
                    found.push(Found::new(&CREDENTIALS, range, (key, &text), message));
                }
            }
            "WS.CredentialSource" => credential_source(xaml, at, value(), found),
            _ => {}
        }
    }
    if xaml.plain(at, "SourceKey") == Some("BaseUri") {
        base_uri(xaml, at, value(), found);
    }
}

fn address(xaml: &Xaml<'_>, at: usize, (key, value): (&str, Option<Value>), found: &mut Vec<Found>) {
    let message = |shown: &str| match shown {
        "" => format!("{key} has no value, where {{BaseUri}} should stand"),
        _ => format!("{key} is hard-coded: {shown}"),
    };
    match value {
        Some(Value::Literal { text, range }) => {
            if !text.trim_start().starts_with("{}{BaseUri}") {
                found.push(Found::new(&ADDRESS, range, (key, &text), message));
            }
        }
        Some(Value::Expression { .. }) => {}
        None => found.push(Found::new(&ADDRESS, xaml.document.elements[at].range.clone(), (key, ""), message)),
    }
}

fn base_uri(xaml: &Xaml<'_>, at: usize, value: Option<Value>, found: &mut Vec<Found>) {
    let Some(value) = value else {
        let range = xaml.document.elements[at].range.clone();
        return found.push(Found::new(&BASE_URI, range, ("BaseUri", ""), |_| "BaseUri has no value".to_owned()));
    };
    if is_profile(value.text()) {
        return;
    }
    let message = |shown: &str| format!("BaseUri doesn't come from the profile's {PROFILE}: {shown}");
    found.push(Found::new(&BASE_URI, value.range(), ("BaseUri", value.text()), message));
}

/// `{mashup:ProfileValue Path=M3/WebService/url}` in any prefix and spacing, also as an element.
fn is_profile(value: &str) -> bool {
    let compact: String = value.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
    let Some((before, path)) = compact.split_once("ProfileValue") else { return false };
    let path = path.strip_prefix("Path=").unwrap_or(path).trim_end_matches(['}', '>', '/']);
    path == PROFILE && before.chars().all(|c| c.is_alphanumeric() || matches!(c, '{' | '<' | ':'))
}

fn credential_source(xaml: &Xaml<'_>, at: usize, value: Option<Value>, found: &mut Vec<Found>) {
    let key = "WS.CredentialSource";
    match value {
        Some(Value::Literal { text, range }) if text.trim() != "Current" => {
            let message = |shown: &str| format!("{key} is {shown}, not Current");
            found.push(Found::new(&CREDENTIAL_SOURCE, range, (key, &text), message));
        }
        Some(_) => {}
        None => {
            let range = xaml.document.elements[at].range.clone();
            found.push(Found::new(&CREDENTIAL_SOURCE, range, (key, ""), |_| format!("{key} has no value")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{clean, hits};

    #[test]
    fn addresses_come_from_the_base() {
        for key in ["WS.Wsdl", "WS.Address"] {
            let at = hits(&format!("<mashup:Parameter TargetKey=\"{key}\" Value=\"http://m3:21007/x?wsdl\" />"));
            assert_eq!(at, [("mashup-ws-address", "http://m3:21007/x?wsdl".to_owned())]);
        }
        assert_eq!(hits("<mashup:Parameter TargetKey=\"WS.Wsdl\"/>").len(), 1);
        assert_eq!(
            hits(
                "<mashup:Parameter TargetKey='WS.Address'><mashup:Parameter.Value> http://m3/x </mashup:Parameter.Value></mashup:Parameter>"
            ),
            [("mashup-ws-address", "http://m3/x".to_owned())]
        );
        clean("<mashup:Parameter TargetKey=\"WS.Wsdl\" Value=\"{}{BaseUri}/Facility?wsdl\" />");
        clean("<mashup:Parameter TargetKey=\"WS.Address\" Value=\"{Binding Path=Address}\" />");
        clean(
            "<mashup:Parameter TargetKey='WS.Address'><mashup:Parameter.Value><Binding Path='a'/></mashup:Parameter.Value></mashup:Parameter>",
        );
        clean("<!-- <mashup:Parameter TargetKey=\"WS.Wsdl\" Value=\"http://m3:21007/x?wsdl\" /> -->");
    }

    #[test]
    fn the_base_comes_from_the_profile() {
        assert_eq!(
            hits("<p SourceKey='BaseUri' Value='http://m3/s'/>"),
            [("mashup-base-uri", "http://m3/s".to_owned())]
        );
        assert_eq!(hits("<p SourceKey='BaseUri' Value='{mashup:ProfileValue Path=M3/Other/url}'/>").len(), 1);
        clean("<p SourceKey='BaseUri' Value='{mashup:ProfileValue Path=M3/WebService/url}'/>");
        clean("<p SourceKey='BaseUri' Value='{mashup:ProfileValue  Path = M3/WebService/url }'/>");
        clean("<p SourceKey='BaseUri'><p.Value><mashup:ProfileValue Path='M3/WebService/url'/></p.Value></p>");
    }

    #[test]
    fn credentials_are_those_of_the_user() {
        assert_eq!(hits("<p Key='WS.User' Value='M3SRVADM'/>"), [("mashup-ws-credentials", "M3SRVADM".to_owned())]);
        assert_eq!(hits("<p Key='WS.Password' Value='S3cret'/>"), [("mashup-ws-credentials", "S3cret".to_owned())]);
        clean("<p Key='WS.User' Value='{Binding User}'/>");
        clean("<p Key='WS.Password' Value=''/>");
        clean("<p Key='WS.Username' Value='x'/>");
        assert_eq!(
            hits("<p Key='WS.CredentialSource' Value='Custom'/>"),
            [("mashup-credential-source", "Custom".to_owned())]
        );
        clean("<p Key='WS.CredentialSource' Value='Current'/>");
    }
}
