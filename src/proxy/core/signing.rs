//! Signing on with NTLM or Negotiate: it holds for a connection, not for a request, so that client's and server's
//! connections belong together; and some of it can't work where another stands between.

use mwscope_parsers::http::Head;

use crate::model::Response;

/// Whether a request carries a step of a sign-on that holds for its connection.
#[must_use]
pub fn signs_on(head: &Head) -> bool {
    let by_connection =
        |value: &[u8]| is_by_connection(value.split(u8::is_ascii_whitespace).next().unwrap_or_default());
    head.all("Authorization").any(by_connection) || head.all("Proxy-Authorization").any(by_connection)
}

/// What can't work through this proxy of the sign-on that a 401 asks for. `opened` says that TLS with the client ends
/// here, `reverse` that the client knows the server by our address.
#[must_use]
pub fn limits(answer: &Response, opened: bool, reverse: bool) -> Option<String> {
    if answer.status != 401 || !(opened || reverse) {
        return None;
    }
    let offered: Vec<String> = answer
        .headers
        .all("WWW-Authenticate")
        .filter_map(|header| header.text().split([' ', ',']).next().map(str::to_owned))
        .filter(|scheme| is_by_connection(scheme.as_bytes()))
        .collect();
    if offered.is_empty() {
        return None;
    }
    let mut text = format!("{} passes, since each client has server connections of its own", offered.join(" or "));
    if opened {
        text.push_str(
            "; but a server that demands channel binding (Extended Protection for Authentication) ties it to the \
             client's own TLS connection, which ends here: if signing on goes on failing, list the host with --tunnel",
        );
    }
    if reverse {
        text.push_str(
            "; but a Kerberos ticket would be for the name by which the client knows us: call by the server's name \
             through the forward proxy, if signing on goes on failing",
        );
    }
    Some(text)
}

/// The names of the schemes that fields like `WWW-Authenticate` offer (RFC 9110, 11.6.1): several may stand in one value
/// between commas, as the parameters of each do.
#[must_use]
pub fn schemes<'a>(values: impl Iterator<Item = &'a [u8]>) -> Vec<String> {
    let mut found = Vec::new();
    for value in values {
        let (mut quoted, mut escaped) = (false, false);
        let parts = value.split(|b| {
            let divides = *b == b',' && !quoted;
            (quoted, escaped) = match *b {
                b'"' if !escaped => (!quoted, false),
                b'\\' if quoted && !escaped => (true, true),
                _ => (quoted, false),
            };
            divides
        });
        for part in parts {
            let part = part.trim_ascii();
            let name = part.split(u8::is_ascii_whitespace).next().unwrap_or_default();
            // A parameter is `name=value`, at worst with white space before the equals sign.
            let rest = part.get(name.len()..).unwrap_or_default().trim_ascii_start();
            if !name.is_empty() && !name.contains(&b'=') && !rest.starts_with(b"=") {
                found.push(String::from_utf8_lossy(name).into_owned());
            }
        }
    }
    found
}

fn is_by_connection(scheme: &[u8]) -> bool {
    scheme.eq_ignore_ascii_case(b"NTLM") || scheme.eq_ignore_ascii_case(b"Negotiate")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Header, Headers};

    #[test]
    fn each_scheme_of_a_value_is_named_and_no_parameter() {
        let of = |values: &[&str]| schemes(values.iter().map(|value| value.as_bytes())).join(" ");
        assert_eq!(of(&["Negotiate", "NTLM"]), "Negotiate NTLM");
        assert_eq!(of(&[r#"Basic realm="Infor, \"x\", Bearer", Digest realm="d", nonce = "1""#]), "Basic Digest");
        assert_eq!(of(&["NTLM TlRMTVNTUAAC==", "Negotiate, , Basic realm=x"]), "NTLM Negotiate Basic");
    }

    #[test]
    fn what_can_not_work_is_said_where_it_is_asked_for() {
        let answer = |status, schemes: &[&str]| Response {
            status,
            headers: Headers(schemes.iter().map(|s| Header::new("www-authenticate", s)).collect()),
            ..Response::default()
        };
        let ntlm = answer(401, &["Negotiate", "NTLM"]);
        let said = limits(&ntlm, true, false).expect("it is said");
        assert!(said.starts_with("Negotiate or NTLM passes") && said.contains("channel binding"), "{said}");
        assert!(!said.contains("Kerberos"), "{said}");
        assert!(limits(&ntlm, false, true).is_some_and(|said| said.contains("Kerberos") && !said.contains("binding")));
        assert_eq!(limits(&ntlm, false, false), None);
        assert_eq!(limits(&answer(401, &["Basic realm=\"NTLM\""]), true, true), None);
        assert_eq!(limits(&answer(200, &["NTLM"]), true, true), None);
    }
}
