//! From an exchange as a client sent it to the request as the server must get it: what was said to a proxy goes, what
//! HTTP/2 writes elsewhere comes where HTTP/1.1 has it, and what the recording proxy changed is changed again.

use bytes::Bytes;

use super::{Draft, Unsendable, coded, holes};
use crate::model::coding::{self, codings};
use crate::model::{Edit, Exchange, Header, Part};

pub(super) fn draft(exchange: &Exchange, body: Bytes) -> Result<Draft, Unsendable> {
    let request = &exchange.request;
    let plain = coding::decode_as(&request.body.codings, &body, coding::DECODED_LIMIT).bytes;
    let holes = holes::of(exchange, &plain);
    let mut masked: Vec<Part> = Vec::new();
    for hole in &holes {
        if !masked.contains(&hole.part) {
            masked.push(hole.part);
        }
    }
    let mut draft = Draft {
        method: request.method.clone(),
        url: without_fragment(&exchange.url).to_owned(),
        headers: request.headers.clone(),
        body,
        trailers: request.trailers.clone(),
        masked,
        holes,
        head: request.head.clone(),
        edits: Vec::new(),
    };
    if request.version.starts_with("HTTP/2") || request.version.starts_with("HTTP/3") {
        from_newer(&mut draft, &request.version);
    }
    draft.headers.0.retain(|header| !header.name.starts_with(':'));
    said_to_proxy(&mut draft, &exchange.edits);
    host(&mut draft, &exchange.edits);
    if request.body.codings.is_empty() && !draft.body.is_empty() && !codings(&draft.headers).is_empty() {
        put_coding_on(&mut draft)?;
    }
    Ok(draft)
}

fn without_fragment(url: &str) -> &str {
    url.split('#').next().unwrap_or_default()
}

/// HTTP/2 and HTTP/3 send the host as a pseudo-header and may divide cookies (RFC 9113, 8.2.3 and 8.3.1).
fn from_newer(draft: &mut Draft, version: &str) {
    draft.edited(format!("sent as HTTP/1.1, recorded as {version}"), None, None);
    let cookies: Vec<_> = draft.headers.all("cookie").map(|header| header.text().into_owned()).collect();
    if cookies.len() > 1 {
        let joined = cookies.join("; ");
        let first = draft.headers.0.iter().position(|header| header.name.eq_ignore_ascii_case("cookie"));
        let mut n = 0;
        draft.headers.0.retain(|header| {
            n += 1;
            Some(n - 1) == first || !header.name.eq_ignore_ascii_case("cookie")
        });
        if let Some(header) = first.and_then(|at| draft.headers.0.get_mut(at)) {
            header.value = Bytes::from(joined);
        }
    }
}

/// What a client says to its proxy, and what a recording proxy kept for itself, is not for the server.
fn said_to_proxy(draft: &mut Draft, edits: &[Edit]) {
    let kept = |name: &str| {
        edits.iter().any(|edit| edit.what.strip_suffix(" removed").is_some_and(|gone| gone.eq_ignore_ascii_case(name)))
    };
    let gone = |name: &str| {
        name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("proxy-"))
            || (kept(name) && !name.eq_ignore_ascii_case("accept-encoding"))
    };
    let names: Vec<String> = draft.headers.0.iter().map(|h| h.name.to_string()).filter(|name| gone(name)).collect();
    for name in names {
        draft.headers.0.retain(|header| !header.name.eq_ignore_ascii_case(&name));
        draft.drop_holes(|hole| hole.part == Part::RequestHead && hole.name.eq_ignore_ascii_case(&name));
        let what = format!("{name} removed");
        // Its value may be a secret.
        if !draft.edits.iter().any(|edit| edit.what == what) {
            draft.edited(what, None, None);
        }
    }
}

/// `Host` as the recorded request reached the server, else the one in the URL.
fn host(draft: &mut Draft, edits: &[Edit]) {
    let url_host = draft.authority().rsplit('@').next().unwrap_or_default().to_owned();
    let changed = edits.iter().rev().find(|edit| edit.what.starts_with("Host") && edit.after.is_some());
    let wanted = match (draft.headers.text("Host"), changed.and_then(|edit| edit.after.clone())) {
        (Some(there), Some(after)) if there != after => after,
        (None, _) => url_host,
        _ => return,
    };
    match draft.headers.0.iter().position(|header| header.name.eq_ignore_ascii_case("host")) {
        Some(_) => draft.set_header("Host", &wanted),
        None => {
            draft.headers.0.insert(0, Header::new("Host", &wanted));
            draft.edited("Host added", None, Some(wanted));
        }
    }
}

/// A body that was recorded without its coding is coded again as its headers say.
fn put_coding_on(draft: &mut Draft) -> Result<(), Unsendable> {
    let named = codings(&draft.headers).join(", ");
    draft.body = coded::coded(draft, draft.body.clone())?;
    draft.edited(format!("body coded again as {named}: it was recorded without that coding"), None, None);
    Ok(())
}
