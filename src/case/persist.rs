//! How an exchange and a source are written down: explicit types with versions of their own, so that the model may
//! change without old cases becoming unreadable. It knows nothing of files.
//!
//! JSON, because a case outlives the program: unknown members of newer versions are ignored, missing ones have a
//! default. Bytes that needn't be UTF-8 stand as text in which each character is one byte (Latin-1).

mod write;

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::{self, Deserializer, Visitor};

use super::extent::Extent;
use crate::model::{
    Body, BodyState, Call, CallKind, Edit, Exchange, ExchangeId, Header, Headers, Kept, Mask, Nok, Outcome, Part,
    Request, Response, SourceId, Stage, Stamp, Timings, TlsFacts,
};
use mwscope_parsers::Civil;
pub(crate) use write::exchange_to_bytes;

/// The version of [`StoredExchange`] that is written.
const VERSION: u32 = 1;

/// The exchange of a payload.
///
/// # Errors
/// When the payload isn't an exchange that this version understands; the text says what is wrong.
pub(crate) fn exchange_of_bytes(payload: &[u8]) -> Result<Exchange, String> {
    let stored: StoredExchange<'_> = serde_json::from_slice(payload).map_err(|e| e.to_string())?;
    if stored.v > VERSION {
        return Err(format!("it is of version {}, newer than this program", stored.v));
    }
    stored.back()
}

/// Bytes as text, a character each.
struct Octets(Bytes);

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct AsBytes;
        impl Visitor<'_> for AsBytes {
            type Value = Octets;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text in which each character is a byte")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Octets, E> {
                if text.is_ascii() {
                    return Ok(Octets(Bytes::copy_from_slice(text.as_bytes())));
                }
                let bytes: Result<Vec<u8>, _> = text.chars().map(u8::try_from).collect();
                bytes.map(|b| Octets(b.into())).map_err(|_| E::custom("a character that is no byte"))
            }
        }
        from.deserialize_str(AsBytes)
    }
}

/// An exchange as it is written.
#[derive(Deserialize)]
struct StoredExchange<'a> {
    v: u32,
    id: u32,
    source: u32,
    index: u32,
    #[serde(default)]
    started: Option<StoredStamp>,
    #[serde(default)]
    duration_ns: Option<u64>,
    #[serde(default, borrow)]
    client: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    server: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    process: Option<Cow<'a, str>>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    request: StoredRequest<'a>,
    #[serde(default, borrow)]
    response: Option<StoredResponse<'a>>,
    #[serde(default, borrow)]
    interim: Vec<StoredResponse<'a>>,
    #[serde(borrow)]
    outcome: StoredOutcome<'a>,
    #[serde(default)]
    incomplete: bool,
    #[serde(default)]
    challenge: bool,
    #[serde(default)]
    timings: [Option<u64>; 7],
    #[serde(default)]
    tls: Option<StoredTls>,
    #[serde(default, borrow)]
    tunnel: Option<Cow<'a, str>>,
    #[serde(default)]
    stream: Option<u32>,
    #[serde(default)]
    edits: Vec<(String, Option<String>, Option<String>)>,
    #[serde(default, borrow)]
    masks: Vec<StoredMask<'a>>,
    #[serde(default)]
    notes: Vec<(String, String)>,
    #[serde(default)]
    origin: Option<(String, u32)>,
    #[serde(default, borrow)]
    call: Option<StoredCall<'a>>,
}

impl<'a> StoredExchange<'a> {
    fn back(self) -> Result<Exchange, String> {
        let [blocked, dns, connect, tls, send, wait, receive] = self.timings;
        Ok(Exchange {
            id: ExchangeId(self.id),
            source: SourceId(self.source),
            index: self.index,
            started: self.started.map(StoredStamp::back),
            duration_ns: self.duration_ns,
            client: owned(self.client),
            server: owned(self.server),
            process: owned(self.process),
            url: self.url.into_owned(),
            request: self.request.back(),
            response: self.response.map(StoredResponse::back),
            interim: self.interim.into_iter().map(StoredResponse::back).collect(),
            outcome: self.outcome.back()?,
            incomplete: self.incomplete,
            challenge: self.challenge,
            timings: Timings { blocked, dns, connect, tls, send, wait, receive },
            tls: self.tls.map(StoredTls::back),
            tunnel: owned(self.tunnel),
            stream: self.stream,
            edits: self.edits.into_iter().map(|(what, before, after)| Edit { what, before, after }).collect(),
            masks: self.masks.into_iter().map(StoredMask::back).collect::<Result<_, _>>()?,
            notes: self.notes,
            origin: self.origin,
            call: self.call.map(StoredCall::back).unwrap_or_default(),
        })
    }
}

fn owned(text: Option<Cow<'_, str>>) -> Option<String> {
    text.map(Cow::into_owned)
}

/// Civil nanoseconds, seconds east of UTC where written, digits, and whether there is a date.
#[derive(Deserialize)]
struct StoredStamp(i64, Option<i32>, u8, bool);

impl StoredStamp {
    const fn back(self) -> Stamp {
        Stamp { civil: Civil { ns: self.0 }, offset_s: self.1, digits: self.2, has_date: self.3 }
    }
}

#[derive(Deserialize)]
struct StoredRequest<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    target: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(default, borrow)]
    headers: Vec<(Cow<'a, str>, Octets)>,
    #[serde(default)]
    head: Option<Octets>,
    #[serde(default)]
    body: StoredBody,
    #[serde(default, borrow)]
    trailers: Vec<(Cow<'a, str>, Octets)>,
}

impl<'a> StoredRequest<'a> {
    fn back(self) -> Request {
        Request {
            method: self.method.into_owned(),
            target: self.target.into_owned(),
            version: self.version.into_owned(),
            headers: headers_back(self.headers),
            head: self.head.map(|h| h.0),
            body: self.body.back(),
            trailers: headers_back(self.trailers),
        }
    }
}

#[derive(Deserialize)]
struct StoredResponse<'a> {
    status: u16,
    #[serde(default, borrow)]
    reason: Cow<'a, str>,
    #[serde(borrow)]
    version: Cow<'a, str>,
    #[serde(default, borrow)]
    headers: Vec<(Cow<'a, str>, Octets)>,
    #[serde(default)]
    head: Option<Octets>,
    #[serde(default)]
    body: StoredBody,
    #[serde(default, borrow)]
    trailers: Vec<(Cow<'a, str>, Octets)>,
}

impl<'a> StoredResponse<'a> {
    fn back(self) -> Response {
        Response {
            status: self.status,
            reason: self.reason.into_owned(),
            version: self.version.into_owned(),
            headers: headers_back(self.headers),
            head: self.head.map(|h| h.0),
            body: self.body.back(),
            trailers: headers_back(self.trailers),
        }
    }
}

fn headers_back(headers: Vec<(Cow<'_, str>, Octets)>) -> Headers {
    // A list that was read has room for more, and there are many exchanges: those that stay get as much as they need.
    let mut own = Vec::with_capacity(headers.len());
    own.extend(headers.into_iter().map(|(name, value)| Header { name: name.into(), value: value.0 }));
    Headers(own)
}

#[derive(Default, Deserialize)]
struct StoredBody {
    #[serde(default)]
    len: u64,
    /// `whole` where not written.
    #[serde(default)]
    state: Option<String>,
    #[serde(default)]
    why: Option<String>,
    #[serde(default)]
    kept: Option<Extent>,
    #[serde(default)]
    codings: Vec<String>,
}

impl StoredBody {
    fn back(self) -> Body {
        let state = match self.state.as_deref() {
            None => BodyState::Whole,
            Some("cut") => BodyState::Cut,
            Some("dropped") => BodyState::Dropped,
            Some("withheld") => BodyState::Withheld(self.why.unwrap_or_default()),
            Some(_) => BodyState::Absent,
        };
        let kept =
            self.kept.map_or(Kept::Nothing, |at| Kept::InCase { segment: at.segment, offset: at.offset, len: at.len });
        Body { len: self.len, state, kept, codings: self.codings }
    }
}

#[derive(Deserialize)]
struct StoredOutcome<'a> {
    #[serde(borrow)]
    word: Cow<'a, str>,
    #[serde(default, borrow)]
    stage: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    cause: Option<Cow<'a, str>>,
}

impl<'a> StoredOutcome<'a> {
    fn back(self) -> Result<Outcome, String> {
        let stage = || {
            let word = self.stage.as_deref().unwrap_or_default();
            Stage::from_word(word).ok_or_else(|| format!("its stage “{word}” is not known"))
        };
        let cause = || self.cause.as_deref().unwrap_or_default().to_owned();
        match &*self.word {
            "complete" => Ok(Outcome::Complete),
            "open" => Ok(Outcome::Open),
            "failed" => Ok(Outcome::Failed { stage: stage()?, cause: cause() }),
            "aborted" => Ok(Outcome::Aborted { stage: stage()?, cause: cause() }),
            word => Err(format!("its outcome “{word}” is not known")),
        }
    }
}

#[derive(Deserialize)]
struct StoredTls {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    cipher: Option<String>,
    #[serde(default)]
    sni: Option<String>,
    #[serde(default)]
    alpn: Option<String>,
    #[serde(default)]
    certificates: Vec<String>,
    #[serde(default)]
    leaf: Option<String>,
}

impl StoredTls {
    fn back(self) -> TlsFacts {
        let Self { version, cipher, sni, alpn, certificates, leaf } = self;
        TlsFacts { version, cipher, sni, alpn, certificates, leaf }
    }
}

/// Part, offset, length, rule and token.
#[derive(Deserialize)]
struct StoredMask<'a>(
    #[serde(borrow)] Cow<'a, str>,
    u64,
    u64,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
);

impl<'a> StoredMask<'a> {
    fn back(self) -> Result<Mask, String> {
        let parts = [Part::Target, Part::RequestHead, Part::RequestBody, Part::ResponseHead, Part::ResponseBody];
        let part = parts.into_iter().find(|p| p.word() == self.0);
        let part = part.ok_or_else(|| format!("a mask's part “{}” is not known", self.0))?;
        Ok(Mask { part, offset: self.1, len: self.2, rule: self.3.into_owned(), token: self.4.into_owned() })
    }
}

#[derive(Deserialize)]
struct StoredCall<'a> {
    #[serde(default, borrow)]
    protocol: Cow<'a, str>,
    #[serde(default, borrow)]
    kind: Cow<'a, str>,
    #[serde(default, borrow)]
    service: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    operation: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    program: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    user: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    company: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    division: Option<Cow<'a, str>>,
    #[serde(default)]
    fields: Vec<(String, String)>,
    #[serde(default, borrow)]
    fault: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    fault_code: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    fault_detail: Option<Cow<'a, str>>,
    #[serde(default)]
    nok: Option<StoredNok>,
    #[serde(default)]
    rows: Option<u64>,
    #[serde(default)]
    ids: Vec<String>,
}

const CALL_KINDS: [(CallKind, &str); 6] = [
    (CallKind::Other, "other"),
    (CallKind::Api, "api"),
    (CallKind::DisplayProgram, "display-program"),
    (CallKind::Sql, "sql"),
    (CallKind::Definition, "definition"),
    (CallKind::SignOn, "sign-on"),
];

impl<'a> StoredCall<'a> {
    fn back(mut self) -> Call {
        self.fields.shrink_to_fit();
        let kind = CALL_KINDS.iter().find(|(_, word)| *word == self.kind).map_or(CallKind::Other, |(kind, _)| *kind);
        Call {
            protocol: self.protocol.into_owned(),
            kind,
            service: owned(self.service),
            operation: owned(self.operation),
            program: owned(self.program),
            user: owned(self.user),
            company: owned(self.company),
            division: owned(self.division),
            fields: self.fields,
            fault: owned(self.fault),
            fault_code: owned(self.fault_code),
            fault_detail: owned(self.fault_detail),
            nok: self.nok.map(StoredNok::back),
            rows: self.rows,
            ids: self.ids,
        }
    }
}

#[derive(Deserialize)]
struct StoredNok {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    field: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    partial: bool,
}

impl StoredNok {
    fn back(self) -> Nok {
        let Self { code, field, message, partial } = self;
        Nok { code, field, message, partial }
    }
}
