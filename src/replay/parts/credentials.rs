//! Which parts say who calls: they are never tried unless it is wanted, since a server locks out who signs on wrong too
//! often, and a request without them fails for that reason alone.

use super::{Parts, Sort};
use crate::redact;

/// Fixes them, with what they are in and what is in them; with `try_them` none.
pub(super) fn mark(parts: &mut Parts, try_them: bool) {
    if try_them {
        return;
    }
    let count = parts.nodes.len();
    let mut secret = vec![false; count];
    for at in 0..count {
        let node = &parts.nodes[at];
        let above = node.parent.is_some_and(|parent| secret[parent]);
        secret[at] = above || says_who(node.sort, &node.path);
    }
    // A user name stands beside its password.
    let with_secret: Vec<Option<usize>> =
        (0..count).filter(|at| secret[*at]).map(|at| parts.nodes[at].parent).collect();
    for (at, node) in parts.nodes.iter().enumerate() {
        let beside = matches!(node.sort, Sort::Form | Sort::Member | Sort::Query | Sort::Element | Sort::Attribute);
        if beside && is_user(last(&node.path)) && with_secret.contains(&node.parent) {
            secret[at] = true;
        }
    }
    for at in (0..count).rev().filter(|at| secret[*at]) {
        parts.nodes[at].fixed = true;
        parts.nodes[at].credential = true;
        let mut above = parts.nodes[at].parent;
        while let Some(parent) = above {
            parts.nodes[parent].fixed = true;
            above = parts.nodes[parent].parent;
        }
    }
}

fn says_who(sort: Sort, path: &str) -> bool {
    let name = last(path);
    match sort {
        Sort::Header => {
            let names = ["authorization", "proxy-authorization", "cookie", "www-authenticate"];
            names.iter().any(|known| name.eq_ignore_ascii_case(known)) || redact::is_secret_name(name)
        }
        // What MWS and WS-Security have in the header of a message.
        Sort::Element if matches!(name, "Security" | "mws" | "lws" | "UsernameToken") => true,
        Sort::Body => false,
        _ => redact::is_secret_name(name),
    }
}

fn is_user(name: &str) -> bool {
    let flat: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    matches!(flat.as_str(), "user" | "username" | "juser" | "jusername" | "login" | "userid" | "clientid" | "granttype")
}

/// The last name in a path, its number left out.
fn last(path: &str) -> &str {
    let last = path.rsplit(['/', '@', ':']).next().unwrap_or(path);
    last.split('[').next().unwrap_or(last)
}
