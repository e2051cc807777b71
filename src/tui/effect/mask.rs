//! Secrets, before anything of them reaches a screen, the clipboard or a file. What a case holds was masked when it
//! was written; a HAR, a capture or a log of somebody else's was not.

use std::borrow::Cow;
use std::io;
use std::mem;
use std::sync::{Arc, OnceLock};

use crate::case::Masking;
use crate::model::{Body, Exchange, ExchangeId, Gathered, Record, SourceKind};
use crate::report;

/// One for the whole run, so that equal secrets stay equal.
pub(super) fn masking() -> io::Result<&'static Masking> {
    static MASKING: OnceLock<Masking> = OnceLock::new();
    if let Some(masking) = MASKING.get() {
        return Ok(masking);
    }
    let new = Masking::of_this_run()?;
    Ok(MASKING.get_or_init(|| new))
}

/// Everything with the secrets in heads, addresses and fields overwritten. Bodies follow one by one, as they are
/// looked at.
///
/// # Errors
/// When the system gives no random bytes for the tokens of masks.
pub(super) fn facts(gathered: &Arc<Gathered>) -> io::Result<Arc<Gathered>> {
    // A bundle of a case may hold secrets that were to stay.
    let from_case = |x: &Exchange| {
        let case = gathered.source(x.source).is_some_and(|s| s.kind == SourceKind::Case);
        case && !gathered.known.was_handed_on(x.source)
    };
    if gathered.exchanges.iter().all(from_case) {
        return Ok(Arc::clone(gathered));
    }
    let masking = masking()?;
    let mut out = gathered.as_ref().clone();
    for x in out.exchanges.iter_mut().filter(|x| !from_case(x)) {
        let asked = mem::take(&mut x.request.body);
        let told = x.response.as_mut().map(|r| mem::take(&mut r.body));
        masking.exchange(x, u64::MAX, &[]);
        x.request.body = asked;
        if let (Some(response), Some(body)) = (&mut x.response, told) {
            response.body = body;
        }
    }
    Ok(Arc::new(out))
}

/// An exchange with the secrets in its bodies overwritten too; where that can't be, without its bodies.
pub(super) fn whole(gathered: &Gathered, id: ExchangeId) -> Option<Exchange> {
    let found = gathered.exchange(id)?;
    let masked = || -> io::Result<Exchange> {
        let mut x = gathered.loaded(found)?;
        masking()?.exchange(&mut x, u64::MAX, &[]);
        Ok(x)
    };
    Some(masked().unwrap_or_else(|_| {
        let mut x = found.clone();
        x.request.body = Body::default();
        if let Some(response) = &mut x.response {
            response.body = Body::default();
        }
        x
    }))
}

/// An exchange that was just made, with its secrets overwritten.
///
/// # Errors
/// When the system gives no random bytes for the tokens of masks.
pub(super) fn exchange(mut x: Exchange) -> io::Result<Exchange> {
    masking()?.exchange(&mut x, u64::MAX, &[]);
    Ok(x)
}

/// A record with the secrets in its text, its columns and its trace overwritten.
pub(super) fn record(mut record: Record) -> Record {
    for (name, value) in &mut record.columns {
        *value = report::masked_named(name, value);
    }
    for said in record.trace.iter_mut().flat_map(|trace| &mut trace.throwables).filter_map(|t| t.message.as_mut()) {
        if let Cow::Owned(text) = report::masked(said) {
            *said = text;
        }
    }
    if let Cow::Owned(text) = report::masked(&record.text) {
        record.message = report::masked(&record.message).into_owned();
        record.text = text;
    }
    record
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;
    use crate::model::{ExchangeId, Header, Headers, Request, Source, SourceId};

    #[test]
    fn neither_heads_nor_bodies_show_a_secret() {
        let request = Request {
            method: "POST".to_owned(),
            headers: Headers(vec![
                Header::new("Authorization", "Bearer abcdefghijklmnop"),
                Header::new("Content-Type", "application/x-www-form-urlencoded"),
            ]),
            body: Body::whole(Bytes::from_static(b"user=JDOE&password=hunter2secret")),
            ..Request::default()
        };
        let mut gathered = Gathered::new();
        let path = "a.har".to_owned();
        gathered.sources =
            vec![Source { id: SourceId(0), path, kind: SourceKind::Har, items: 1, bytes: 0, layout: None }];
        gathered.exchanges = vec![Exchange::new(ExchangeId(1), SourceId(0), 0, "http://a/".to_owned(), request)];
        let shown = facts(&Arc::new(gathered)).expect("random bytes");
        let x = &shown.exchanges[0];
        assert!(!x.request.headers.text("authorization").expect("there").contains("abcdefghijklmnop"));
        assert_eq!(x.request.body.len, 32);
        let decoded = crate::query::decoded(shown.bodies.as_ref(), &whole(&shown, x.id).expect("it").request.body)
            .expect("in memory");
        let text = String::from_utf8_lossy(&decoded.bytes).into_owned();
        assert!(text.starts_with("user=JDOE") && !text.contains("hunter2"), "{text}");
    }
}
