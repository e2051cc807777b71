//! The body isn't in the encoding that it declares.

use super::failure::shortened;
use super::{Answer, Causes, Check, Draft, Failure, Rule};
use crate::model::{BodyState, Exchange, Gathered, Kept, Layer, Severity, coding};

pub(super) const RULE: Rule = Rule {
    name: "wrong-encoding",
    symptom: "A fault about invalid bytes (Invalid byte 2 of 3-byte UTF-8 sequence, MalformedByteSequence), or a body that isn't UTF-8 \
              although it says so",
    cause: "The client turns text into bytes in the platform's own encoding and declares UTF-8",
    remedy: "Owner of the calling program: write the body in UTF-8 (getBytes(StandardCharsets.UTF_8)), as its head says",
    source: "public MWS clients, which build the body with the platform's default encoding",
    confirm: "The body's bytes where umlauts stand: one byte each is Latin-1, two are UTF-8",
    check: Check::Failure(check),
};

const WORDS: [&str; 5] =
    ["INVALID BYTE", "MALFORMEDBYTESEQUENCE", "INVALID UTF-8", "UTF-8 SEQUENCE", "UNMAPPABLE CHARACTER"];

fn check(failure: &Failure<'_>) -> Answer {
    let Some(exchange) = failure.exchange else { return Answer::Clear };
    let words = failure.fault_words();
    let said = WORDS.iter().any(|w| words.contains(w));
    let broken = if words.contains("XML") || words.contains("PARSE") || said {
        first_wrong_byte(failure.gathered, exchange)
    } else {
        None
    };
    if !said && broken.is_none() {
        return Answer::Clear;
    }
    let at = broken.map(|at| format!("byte {at} of the body is not UTF-8, which it declares"));
    let text = failure.fault().map_or_else(|| "the body could not be read".to_owned(), |f| shortened(f, 160));
    let mut reasons = vec![format!("the server answers {text}")];
    reasons.extend(at.clone());
    Answer::found(Draft {
        layer: Layer::Client,
        confidence: if at.is_some() { 0.97 } else { 0.9 },
        severity: Severity::Error,
        title: format!("The body isn't in the encoding it declares: {text}"),
        reasons,
        explanation: format!(
            "{} was not understood by the server: {}.{}",
            failure.what(),
            text.trim_end_matches('.'),
            at.map(|a| format!(" In the request, {a}.")).unwrap_or_default()
        ),
        advice: "Owner of the calling program: write the body in UTF-8, as it declares.".to_owned(),
        causes: Causes::ANSWER_AND_RECORD,
    })
}

/// The offset of the first byte that isn't UTF-8, in a request that doesn't declare another encoding.
fn first_wrong_byte(gathered: &Gathered, exchange: &Exchange) -> Option<usize> {
    let body = &exchange.request.body;
    if body.state != BodyState::Whole || matches!(body.kept, Kept::Nothing) {
        return None;
    }
    let decoded = coding::decode(body, &gathered.bodies.load(body).ok()?);
    let bytes = decoded.trouble.is_none().then_some(decoded.bytes)?;
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(&bytes)).to_ascii_lowercase();
    let kind = exchange.request.headers.text("content-type").unwrap_or_default().to_ascii_lowercase();
    let other = |text: &str| text.contains("iso-8859") || text.contains("windows-125") || text.contains("utf-16");
    if other(&head) || other(&kind) {
        return None;
    }
    std::str::from_utf8(&bytes).err().map(|error| error.valid_up_to())
}
