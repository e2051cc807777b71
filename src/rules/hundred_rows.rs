//! Exactly a hundred rows: more may exist.

use super::evidence::{note, of_exchange};
use super::{Check, Rule, Whole};
use crate::model::{CallKind, EvidenceRole, Exchange, Finding, Layer};

pub(super) const RULE: Rule = Rule {
    name: "hundred-rows",
    symptom: "A list with exactly 100 rows",
    cause: "Clients ask for at most 100 rows unless told otherwise; the list may go on",
    remedy: "Owner of the calling program: set maxrecs=0 (REST), maxRecords=\"0\" (SOAP) or SetLstMaxRec 0 (socket), or page",
    source: "infor-cloud/m3-h5-sdk, mi/runtime.ts (maxrecs=100 by default)",
    confirm: "Send again with maxrecs=101: a hundred and first row comes",
    check: Check::Whole(check),
};

const LIMIT: u64 = 100;
const SHOWN: usize = 5;

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    let of_api = |x: &&Exchange| x.call.kind == CallKind::Api && x.call.rows == Some(LIMIT) && !x.failed();
    let lists: Vec<&Exchange> = whole.gathered.exchanges.iter().filter(of_api).collect();
    if lists.is_empty() {
        return Vec::new();
    }
    let evidence =
        lists.iter().take(SHOWN).map(|x| of_exchange(whole.gathered, whole.clocks, x, EvidenceRole::Context)).collect();
    let title = match lists.as_slice() {
        [one] => format!("{} returned exactly 100 rows; there may be more", one.id),
        many => format!("{} calls returned exactly 100 rows; there may be more", many.len()),
    };
    vec![note(&RULE, Layer::Client, title, evidence)]
}
