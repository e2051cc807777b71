//! M3 refused transactions on an API socket (MvxSock): a capture shows the NOK and what it said.

use std::collections::BTreeMap;

use mwscope_parsers::Stamp;
use mwscope_parsers::wire::mi;
use serde_json::Value;

use super::evidence::note;
use super::failure::shortened;
use super::{Check, Rule, Whole};
use crate::model::{EventRef, Evidence, EvidenceRole, Finding, FindingKind, Layer, Place, Severity, Stream, moment};

pub(super) const RULE: Rule = Rule {
    name: "mi-refused",
    symptom: "NOK on an M3 API socket (port 16105 and others); the client's library gives return code 8",
    cause: "The API program refused the values of a transaction; programs that look whether a record exists are refused on purpose",
    remedy: "Owner of the calling program: correct the values that the message names",
    source: "MvxSock.h, return codes (8: error returned from server); m3ideas.org, M3 API protocol dissector (2015-11-17)",
    confirm: "The same transaction with the same values in MITest or the API repository (MRS001)",
    check: Check::Whole(check),
};

/// So many kinds of refusals are listed, those with the most calls first.
const MOST: usize = 20;
/// So many conversations stand as evidence of one kind.
const SHOWN: usize = 5;

/// One refusal.
struct Refused<'a> {
    stream: &'a Stream,
    at: Option<Stamp>,
    transaction: String,
    said: String,
}

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    // Refusals by the same transaction with the same message are one matter, whatever numbers stand in it.
    let mut kinds: BTreeMap<(Option<String>, String, String), Vec<Refused<'_>>> = BTreeMap::new();
    for stream in &whole.gathered.streams {
        for refused in refusals(stream).into_iter().filter(|refused| !is_told(whole, &refused.said)) {
            let message = refused.said.split(|c: char| c.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
            kinds.entry((logon(stream, "program"), refused.transaction.clone(), message)).or_default().push(refused);
        }
    }
    let mut kinds: Vec<_> = kinds.into_iter().collect();
    kinds.sort_by_key(|(_, of)| std::cmp::Reverse(of.len()));
    kinds.truncate(MOST);
    kinds.into_iter().filter_map(|((program, ..), of)| finding(whole, program, &of)).collect()
}

/// Whether a recorded call carries the refusal: then it is that call's, and has its verdict there.
fn is_told(whole: &Whole<'_>, said: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>().join(" ");
    let said = words(said);
    whole.gathered.exchanges.iter().filter_map(|x| x.call.nok.as_ref()?.message.as_deref()).any(|message| {
        let message = words(message);
        !message.is_empty() && said.contains(&message)
    })
}

fn refusals(stream: &Stream) -> Vec<Refused<'_>> {
    let captured = captured(stream).filter_map(|call| match &call.outcome {
        mi::Outcome::Nok(said) => {
            let at = moment::stamp_of_capture_ns(call.at);
            Some(Refused { stream, at, transaction: call.transaction.clone(), said: said.clone() })
        }
        _ => None,
    });
    let written = written(stream).filter(|call| call["outcome"] == "NOK").map(|call| {
        let text = |name: &str| call[name].as_str().unwrap_or_default().to_owned();
        Refused { stream, at: stream.started(), transaction: text("transaction"), said: text("message") }
    });
    captured.chain(written).collect()
}

/// The transactions of a conversation whose packets were read.
fn captured(stream: &Stream) -> impl Iterator<Item = &mi::Call> {
    stream.facts.iter().filter_map(|facts| facts.mi.as_deref()).flat_map(|mi| &mi.calls)
}

/// The same as they were written down, where the packets stayed with whoever handed the evidence on.
fn written(stream: &Stream) -> impl Iterator<Item = &Value> {
    stream.told("mi", "/calls").and_then(Value::as_array).into_iter().flatten()
}

/// What the logon of a conversation says of this.
fn logon(stream: &Stream, name: &str) -> Option<String> {
    let captured = stream.facts.iter().find_map(|facts| facts.mi.as_ref()?.logon.as_ref()).map(|logon| match name {
        "program" => logon.program.clone(),
        _ => logon.user.clone(),
    });
    let written = || stream.told("mi", &format!("/logon/{name}"))?.as_str().map(str::to_owned);
    captured.or_else(written).filter(|text| !text.trim().is_empty())
}

/// How often the transaction was called on these conversations, as far as its calls were kept.
fn called(of: &[Refused<'_>], transaction: &str) -> usize {
    let mut streams: Vec<&Stream> = of.iter().map(|refused| refused.stream).collect();
    streams.dedup_by_key(|stream| stream.id);
    let captured = |stream: &Stream| captured(stream).filter(|call| call.transaction == transaction).count();
    let told = |stream: &Stream| written(stream).filter(|call| call["transaction"] == transaction).count();
    streams.into_iter().map(|stream| captured(stream) + told(stream)).sum()
}

fn finding(whole: &Whole<'_>, program: Option<String>, of: &[Refused<'_>]) -> Option<Finding> {
    let first = of.first()?;
    let said = match first.said.trim() {
        "" => "NOK without a message".to_owned(),
        said => shortened(said, 200),
    };
    let what = match &program {
        Some(program) => format!("{program}.{}", first.transaction),
        None => first.transaction.clone(),
    };
    let user = logon(first.stream, "user");
    let mut shown: Vec<&Refused<'_>> = of.iter().collect();
    shown.dedup_by_key(|refused| refused.stream.id);
    let evidence = shown.iter().take(SHOWN).enumerate().map(|(n, refused)| of_stream(whole, refused, n == 0)).collect();
    let mut finding = note(&RULE, Layer::M3Data, format!("M3 refused {what}: {}", shortened(&said, 120)), evidence);
    let all = called(of, &first.transaction).max(of.len());
    let share = if of.len() == all { String::new() } else { format!("; {} of {all} calls of it were", of.len()) };
    let by = user.as_deref().map(|user| format!(" for {user}")).unwrap_or_default();
    finding.explanation = format!("{what}{by} was refused on an API socket{share}: {}.", said.trim_end_matches('.'));
    finding.reasons = vec![format!("the answer on the socket is NOK: {said}")];
    (finding.program, finding.user, finding.times) = (program, user, of.len());
    finding.severity = Severity::Warn;
    if whole.gathered.exchanges.is_empty() {
        // Nothing else was asked of M3: this is what failed.
        (finding.kind, finding.severity) = (FindingKind::Verdict, Severity::Error);
    }
    Some(finding)
}

fn of_stream(whole: &Whole<'_>, refused: &Refused<'_>, first: bool) -> Evidence {
    let stream = refused.stream;
    let place = Place {
        source: whole.gathered.path(stream.source).to_owned(),
        at: refused.at,
        moment: refused.at.as_ref().and_then(|at| whole.clocks.clock(stream.source).place(at)),
        text: format!("{} → NOK {}", refused.transaction, shortened(&refused.said, 200)),
        program: logon(stream, "program"),
        ..Place::default()
    };
    let role = if first { EvidenceRole::Cause } else { EvidenceRole::Context };
    Evidence { event: EventRef::Stream(stream.id), role, score: 1.0, why: vec!["answer"], place }
}
