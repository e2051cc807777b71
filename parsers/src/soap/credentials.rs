//! Who a message says it comes from: the `lws`/`mws` header and the user name token of WS-Security.
//! Passwords stand beside these and are passed over.

use crate::xml::Document;

/// What the header of a message says of its sender.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// Company.
    pub company: Option<String>,
    /// Division.
    pub division: Option<String>,
    /// The user of the `lws` or `mws` element.
    pub user: Option<String>,
    /// The user of a WS-Security `UsernameToken`.
    pub token_user: Option<String>,
    /// The element by which WS-Security carries a certificate or an assertion (`BinarySecurityToken`, `Assertion`).
    pub other_token: Option<String>,
}

impl Credentials {
    pub(super) fn read(document: &Document, header: usize) -> Self {
        let mut found = Self::default();
        let text = |at, name: &str| document.child_text(at, &[name]).map(str::to_owned);
        for (at, element) in document.descendants(header) {
            match element.name {
                "lws" | "mws" => {
                    found.company = text(at, "company").or(found.company);
                    found.division = text(at, "division").or(found.division);
                    found.user = text(at, "user").or(found.user);
                }
                "UsernameToken" => found.token_user = text(at, "Username").or(found.token_user),
                "BinarySecurityToken" | "Assertion" => found.other_token = Some(element.name.to_owned()),
                _ => {}
            }
        }
        found
    }
}
