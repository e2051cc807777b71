//! SOAP requests as they were recorded or written down: placeholders sent as data, passwords over http, no company.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::secret;
use super::text::Found;
use super::well_formed;
use super::xaml::Xaml;
use crate::model::{Artefact, Exchange, LintRule, Weight, facts};

pub(super) const PLACEHOLDER: LintRule = LintRule {
    name: "request-placeholder",
    artefacts: &[Artefact::Request],
    weight: Weight::Error,
    on: true,
    looks_for: "a SOAP request that sends a template's placeholder as data: ?, ${name}, {{name}}",
    why: "M3 takes it for a value, or the user's default in its place; company and division of a request end up elsewhere",
    remedy: "set the element, or leave it out where it is optional",
    example: ("<cred:company>?</cred:company>", "<cred:company>100</cred:company>"),
};

pub(super) const CREDENTIALS: LintRule = LintRule {
    name: "request-credentials-http",
    artefacts: &[Artefact::Request],
    weight: Weight::Error,
    on: true,
    looks_for: "a SOAP request over http with a password in its body",
    why: "Everybody on the way reads it, and it is written wherever bodies are logged",
    remedy: "call the service over https; better, sign on with HTTP authentication and leave the password out of the body",
    example: ("POST http://... <cred:password>S3cret</cred:password>", "POST https://..., Authorization: Basic ..."),
};

pub(super) const COMPANY: LintRule = LintRule {
    name: "request-missing-company",
    artefacts: &[Artefact::Request],
    weight: Weight::Warning,
    on: true,
    looks_for: "a call to MWS that names no company",
    why: "It runs in the default company of its user: data lands elsewhere when somebody changes that, or when two programs share a user",
    remedy: "send company and division in the header (cred:lws) of every call",
    example: (
        "<soapenv:Header/>",
        "<soapenv:Header><cred:lws><cred:company>100</cred:company><cred:division>AAA</cred:division></cred:lws></soapenv:Header>",
    ),
};

/// Looks at the request of an exchange; `text` is its body.
pub(super) fn check(exchange: &Exchange, text: &str, found: &mut Vec<Found>) {
    if facts::names_no_company(exchange) {
        company(exchange, text, found);
    }
    let Some(message) = Message::read(text) else { return };
    message.placeholders(found);
    if exchange.url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://")) {
        for (name, range, value) in message.passwords() {
            let say = |_: &str| format!("{name} is sent over http in the body of the request");
            found.push(Found::new(&CREDENTIALS, range, (name, value), say).hidden());
        }
    }
}

/// Looks at a file that is a SOAP message.
pub(super) fn check_text(text: &str, found: &mut Vec<Found>) {
    let Some(message) = Message::read(text) else { return };
    well_formed::check(&message.xaml, found);
    message.placeholders(found);
    for (name, range, value) in message.passwords() {
        if secret::is_clear(value) {
            found.push(Found::new(&secret::RULE, range, (name, value), |_| format!("{name} stands in clear")).hidden());
        }
    }
}

impl Found {
    fn hidden(mut self) -> Self {
        super::text::MASKED.clone_into(&mut self.found);
        self
    }
}

fn company(exchange: &Exchange, text: &str, found: &mut Vec<Found>) {
    let message = Message::read(text);
    let document = message.as_ref().map(|message| &message.xaml.document);
    let place = document.and_then(|document| {
        let element = document.find("lws").or_else(|| document.find("mws")).or_else(|| document.find("Header"));
        let element = &document.elements[element.or_else(|| document.find("Envelope"))?];
        Some(element.range.start..element.inner.start.max(element.range.start))
    });
    let call = [exchange.call.service.as_deref(), exchange.call.operation.as_deref()];
    let call = call.into_iter().flatten().collect::<Vec<_>>().join(".");
    let say = |_: &str| format!("{call} names no company: the default of its user decides");
    found.push(Found::new(&COMPANY, place.unwrap_or(0..0), ("company", ""), say));
}

/// A SOAP message with its places.
struct Message<'a> {
    xaml: Xaml<'a>,
}

impl<'a> Message<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if !text.contains("Envelope") {
            return None;
        }
        let xaml = Xaml::read(text);
        xaml.document.find("Envelope")?;
        Some(Self { xaml })
    }

    fn placeholders(&self, found: &mut Vec<Found>) {
        for (at, element) in self.xaml.document.elements.iter().enumerate() {
            for (place, (name, value)) in self.xaml.attributes(at).into_iter().zip(&element.attributes) {
                if !name.starts_with("xmlns") && is_placeholder(value) {
                    let say =
                        |shown: &str| format!("the attribute {name} of {} is the placeholder {shown}", element.name);
                    found.push(Found::new(&PLACEHOLDER, place.value_range, (name, value), say));
                }
            }
            if self.xaml.document.is_leaf(at) && is_placeholder(&element.text) {
                let range = self.xaml.text_range(element.inner.clone());
                let say = |shown: &str| format!("{} is the placeholder {shown}", element.name);
                found.push(Found::new(&PLACEHOLDER, range, (element.name, element.text.trim()), say));
            }
        }
    }

    /// Passwords in clear: of the credentials header, of a user name token, of any element that is called so.
    fn passwords(&self) -> Vec<(&str, Range<usize>, &str)> {
        let mut passwords = Vec::new();
        for (at, element) in self.xaml.document.elements.iter().enumerate() {
            let digest = element.attribute("Type").is_some_and(|kind| kind.ends_with("#PasswordDigest"));
            let value = element.text.trim();
            let is_password = secret::is_secret(element.name) && element.name.to_ascii_lowercase().contains("pass");
            if is_password && !digest && self.xaml.document.is_leaf(at) && !value.is_empty() && !is_placeholder(value) {
                passwords.push((element.name, self.xaml.text_range(element.inner.clone()), value));
            }
        }
        passwords
    }
}

fn is_placeholder(value: &str) -> bool {
    static TEMPLATE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"\$\{[^{}]+\}|\{\{[^{}]+\}\}|#\{[^{}]+\}").expect("invariant: a pattern that compiles")
    });
    let value = value.trim();
    value == "?" || TEMPLATE.is_match(value)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::super::{Choice, Linter};
    use crate::model::{Body, Exchange, ExchangeId, Header, Headers, Request, SourceId, facts};

    /// Rules and what they point at in the body, of a request to that URL.
    fn hits(url: &str, body: &str) -> Vec<(&'static str, String)> {
        let headers = Headers(vec![Header::new("Content-Type", "text/xml; charset=utf-8")]);
        let bytes = Bytes::copy_from_slice(body.as_bytes());
        let request =
            Request { method: "POST".to_owned(), headers, body: Body::whole(bytes.clone()), ..Request::default() };
        let mut exchange = Exchange::new(ExchangeId(0), SourceId(0), 0, url.to_owned(), request);
        exchange.call = facts::call_of(&exchange);
        let mut linter = Linter::new(Choice::default());
        linter.exchange("x.har", &exchange, &bytes);
        let at = |place: crate::model::LintPlace| {
            let line: Vec<char> = body.lines().nth(place.line - 1).unwrap_or_default().chars().collect();
            line[place.column - 1..place.end_column - 1].iter().collect::<String>()
        };
        linter.finish().faults.into_iter().map(|fault| (fault.rule.name, at(fault.place))).collect()
    }

    fn envelope(header: &str, fields: &str) -> String {
        format!(
            "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:c=\"http://lawson.com/ws/credentials\">\
             <e:Header>{header}</e:Header>\n<e:Body><o:Get xmlns:o=\"http://your.company.net/S/Get\"><o:GetItem>{fields}</o:GetItem></o:Get></e:Body></e:Envelope>"
        )
    }

    const MWS: &str = "http://m3:21007/mws-ws/services/S";
    const COMPANY: &str = "<c:lws><c:company>100</c:company></c:lws>";

    #[test]
    fn placeholders_are_found_where_they_stand() {
        let body = envelope(
            "<c:lws><c:company>?</c:company><c:division> ${#Project#divi} </c:division></c:lws>",
            "<o:A>{{x}}</o:A>",
        );
        let found = hits(MWS, &body);
        let expected = ["?", "${#Project#divi}", "{{x}}"].map(|value| ("request-placeholder", value.to_owned()));
        assert_eq!(found, expected);
        assert!(hits(MWS, &envelope(COMPANY, "<o:A>why?</o:A><o:B>a $ {b}</o:B><!-- <o:C>?</o:C> -->")).is_empty());
    }

    #[test]
    fn passwords_over_http_are_found() {
        let header = "<c:lws><c:user>U</c:user><c:password>S3cret</c:password><c:company>100</c:company></c:lws>";
        assert_eq!(hits(MWS, &envelope(header, "")), [("request-credentials-http", "S3cret".to_owned())]);
        assert!(hits(&MWS.replace("http:", "https:"), &envelope(header, "")).is_empty());
        let digest = format!("{COMPANY}<w:Password Type='x#PasswordDigest'>abc=</w:Password>");
        assert!(hits(MWS, &envelope(&digest, "")).is_empty());
    }

    #[test]
    fn calls_name_a_company() {
        let found = hits(MWS, &envelope("", ""));
        assert_eq!(found, [("request-missing-company", "<e:Header>".to_owned())]);
        assert!(hits(MWS, &envelope(COMPANY, "")).is_empty());
        assert!(hits(MWS, &envelope("", "<o:Company>100</o:Company>")).is_empty());
        assert!(hits("http://h/other", &envelope("", "")).is_empty());
    }
}
