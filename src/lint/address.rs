//! Addresses in clear: which URLs and hosts name a server, and which are names only, as those of namespaces.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Artefact, LintRule, Weight};

pub(super) const RULE: LintRule = LintRule {
    name: "hard-coded-address",
    artefacts: &[Artefact::Agreement, Artefact::Script],
    weight: Weight::Warning,
    on: true,
    looks_for: "the address of a server that stands in an agreement or a script",
    why: "A copy of it in another environment (DEV, TST, PRD) still talks to this server, and a server that moves breaks it",
    remedy: "take the address from a property, a profile or an environment variable that each environment sets",
    example: ("curl https://m3.example.com:21007/mws-ws/services/Facility", "curl \"$MWS_URL/services/Facility\""),
};

/// Hosts that only name things: namespaces, documents, examples of this computer.
const NAMES_ONLY: [&str; 22] = [
    "www.w3.org",
    "w3.org",
    "schemas.xmlsoap.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "schemas.lawson.com",
    "schemas.infor.com",
    "lawson.com",
    "mws.intentia.net",
    "docs.oasis-open.org",
    "xmlns.oracle.com",
    "xmlns.jcp.org",
    "java.sun.com",
    "maven.apache.org",
    "xml.apache.org",
    "www.apache.org",
    "ns.adobe.com",
    "www.eclipse.org",
    "www.springframework.org",
    "json-schema.org",
    "localhost",
    "your.company.net",
];

/// An address in a text, and the host that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) range: Range<usize>,
    pub(super) host: String,
    /// Where a password stands in it, where one does.
    pub(super) password: Option<Range<usize>>,
}

/// The addresses in a text that name a server.
pub(super) fn find(text: &str) -> Vec<Address> {
    static URL: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r#"(?i)\b(?:https?|wss?|ftps?|sftp|ssh|ldaps?|smtps?|amqps?|tcp|jdbc:[a-z0-9:]+)://(?:(?P<user>[^\s/@:"'<>]*)(?::(?P<password>[^\s/@"'<>]*))?@)?(?P<host>\[[0-9a-f:]+\]|[^\s/:;,?#"'<>()\[\]{}|\\]*)(?::\d+)?[^\s"'<>|]*"#;
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    let mut found = Vec::new();
    for url in URL.captures_iter(text) {
        let (Some(whole), Some(host)) = (url.get(0), url.name("host")) else { continue };
        let password = url.name("password").filter(|password| super::secret::is_clear(password.as_str()));
        if !names_a_server(host.as_str()) && password.is_none() {
            continue;
        }
        found.push(Address {
            range: whole.start()..whole.end() - trailing(whole.as_str()),
            host: host.as_str().to_owned(),
            password: password.map(|password| password.range()),
        });
    }
    found
}

/// Punctuation of the sentence or the program around an address.
fn trailing(url: &str) -> usize {
    url.len() - url.trim_end_matches(['.', ',', ';', ')', ']', '}', '`']).len()
}

/// Whether a host is that of a server: not this computer, no namespace, nothing that is filled in later.
pub(super) fn names_a_server(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']).trim_end_matches('.').to_ascii_lowercase();
    let starts = host.chars().next().is_some_and(|c| c.is_alphanumeric() || c == ':');
    let filled_in_later = host.contains(['$', '%', '{', '}', '<', '@', '!', '#', '*', '+', '\'', '"', '&', '=']);
    let here = host == "::1" || host == "0.0.0.0" || host.starts_with("127.");
    starts && !filled_in_later && !here && !NAMES_ONLY.contains(&host.as_str())
}

/// Whether a value that stands alone is a host, with or without a port: an address of four numbers, or a name with dots
/// that ends in letters.
pub(super) fn is_host(value: &str) -> bool {
    static HOST: LazyLock<Regex> = LazyLock::new(|| {
        let pattern = r"(?i)^(?:\d{1,3}(?:\.\d{1,3}){3}|[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*)(?::\d{1,5})?$";
        Regex::new(pattern).expect("invariant: a pattern that compiles")
    });
    let value = value.trim();
    let host = value.split(':').next().unwrap_or(value);
    HOST.is_match(value) && host.chars().any(|c| !c.is_ascii_digit()) && names_a_server(host)
}

/// Whether a name is one of a property that holds a server's address.
pub(super) fn is_address_name(name: &str) -> bool {
    let last = name.rsplit(['.', ':', '/']).next().unwrap_or(name);
    let flat: String = last.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let ends = [
        "host",
        "hostname",
        "hostaddress",
        "server",
        "servername",
        "serveraddress",
        "ipaddress",
        "ipaddr",
        "remoteaddress",
        "endpoint",
        "proxyhost",
    ];
    ends.iter().any(|end| flat.ends_with(end)) && !flat.starts_with("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_servers_are_found() {
        let hosts = |text: &str| find(text).into_iter().map(|address| address.host).collect::<Vec<_>>();
        assert_eq!(hosts("curl https://m3.example.com:21007/mws-ws/x?y=z."), ["m3.example.com"]);
        assert_eq!(hosts("sftp://user:pw@10.0.0.7/in; jdbc:sqlserver://db01;x=y"), ["10.0.0.7", "db01"]);
        let text = "a 'http://jdoe:S3cret@h/x' b";
        let address = &find(text)[0];
        assert_eq!(&text[address.range.clone()], "http://jdoe:S3cret@h/x");
        assert_eq!(address.password.clone().map(|range| &text[range]), Some("S3cret"));
        for none in [
            "http://www.w3.org/2001/XMLSchema",
            "http://localhost:8080/",
            "http://${host}/x",
            "http://%HOST%/x",
            "http://127.0.0.1/",
            "http://{{host}}/x",
            "http://",
            "file:///c:/x",
            "http://schemas.xmlsoap.org/soap/envelope/",
            "https://$HOST/",
        ] {
            assert!(find(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn hosts_and_their_names_are_told_from_other_values() {
        for host in ["10.1.2.3", "m3app01", "m3.example.com:21007", "sftp-host"] {
            assert!(is_host(host), "{host}");
        }
        for other in ["21007", "localhost", "${host}", "two words", "", "http://x/", "127.0.0.1"] {
            assert!(!is_host(other), "{other}");
        }
        assert!(
            is_address_name("sftp.Host")
                && is_address_name("ServerName")
                && !is_address_name("Address")
                && !is_address_name("ghosts")
        );
    }
}
