//! `investigate --filter`: of the findings, those about what the filter keeps.

use std::sync::Arc;

use crate::model::{EventRef, FindingKind, Gathered, Investigation};
use crate::query::{Filter, Subject, Surroundings};
use crate::rules;

/// Leaves the findings about exchanges that match, or, where a finding has none, about records and dumps that do.
pub(super) fn keep(gathered: &Gathered, investigation: Investigation, filter: &Filter) -> Investigation {
    if filter.is_empty() {
        return investigation;
    }
    let around = Surroundings::new(Arc::new(gathered.clone()), Arc::new(investigation.clone()));
    let matches = |event| Subject::of(event, gathered).is_some_and(|subject| filter.matches(&subject, &around));
    let failures = |of: &Investigation| {
        of.unexplained.len() + of.findings.iter().filter(|f| f.kind == FindingKind::Verdict).count()
    };
    let (mut kept, all) = (investigation, failures(around.investigation.as_ref()));
    kept.findings.retain(|finding| match finding.exchange {
        Some(id) if finding.kind == FindingKind::Verdict => matches(EventRef::Exchange(id)),
        _ => finding.evidence.iter().any(|evidence| matches(evidence.event)),
    });
    kept.unexplained.retain(|open| matches(EventRef::Exchange(open.exchange)));
    kept.left_out += all - failures(&kept);
    kept.summary = rules::summarise(&kept, gathered);
    kept
}
