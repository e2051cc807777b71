//! What the records that are shown have in common and the others have not, as a text.

use crate::model::EventRef;
use crate::query::{Filter, Groups, Surroundings};
use crate::tui::model::text::Text;
use crate::tui::theme::Role;

use super::{Cancel, mask, passes};

/// Reads every record; `None` where nobody waits for it any more.
pub(super) fn told(around: &Surroundings, filter: &Filter, cancel: &Cancel) -> Option<Text> {
    let asked = filter.text().to_lowercase();
    // What the filter asks for is the same in all of these, and tells nothing.
    let settled = |field: &str| {
        let name = if field == "source" { "file" } else { field };
        [':', '=', '~'].iter().any(|sign| asked.contains(&format!("{name}{sign}")))
    };
    let mut groups = Groups::default();
    let mut unread = 0_u64;
    for (source, log) in &around.gathered.logs {
        for n in 0..log.len() {
            if n % 256 == 0 && cancel.cancelled() {
                return None;
            }
            match log.read(n) {
                Ok(record) => {
                    let these = passes(EventRef::Record(*source, n), filter, around);
                    groups.take(around.gathered.path(*source), &mask::record(record), these, &settled);
                }
                Err(_) => unread += 1,
            }
        }
    }
    Some(text(&groups, filter, unread))
}

fn text(groups: &Groups, filter: &Filter, unread: u64) -> Text {
    let mut out = Text::default();
    out.add(&format!("What tells these records from the rest: {}", filter.text()), Role::Title);
    out.add(&format!("{} records match, {} are the rest", groups.these, groups.rest), Role::Dim);
    if unread > 0 {
        out.add(&format!("{unread} records can't be read any more and are left out"), Role::Warn);
    }
    out.add("", Role::Plain);
    let differences = groups.differences();
    if groups.these == 0 || groups.rest == 0 {
        out.add("There is nothing to hold them against.", Role::Plain);
    } else if differences.is_empty() {
        out.add("Nothing tells them apart.", Role::Plain);
    } else {
        out.add("  these    rest  field         value", Role::Dim);
    }
    for difference in &differences {
        let (these, rest) = groups.parts(difference.count);
        out.add(&format!("{these:>5.0} %  {rest:>5.0} %  {:<12}  {}", difference.field, difference.value), Role::Plain);
    }
    out
}
