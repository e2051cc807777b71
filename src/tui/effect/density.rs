//! Events spread over the columns of the density line.

use crate::tui::model::Density;
use crate::tui::model::lines::Line;

/// One event in so many may lie outside the range that the density line shows, so that a dump of last week doesn't
/// squeeze today into one column. It stands in the first or last column then.
const OUTLIERS: usize = 200;
/// Of fewer events none is an outlier.
const FEW: usize = 20;

/// Spreads events over columns of equal time.
pub(super) fn of(lines: &[Line], columns: u16) -> Density {
    let sure: Vec<&Line> = lines.iter().filter(|line| !line.doubtful).collect();
    let edge = if sure.len() < FEW { 0 } else { sure.len().div_ceil(OUTLIERS) };
    let (Some(first), Some(last)) = (sure.get(edge), sure.get(sure.len().saturating_sub(1 + edge))) else {
        return Density::default();
    };
    let (from_ns, to_ns) = (first.at_ns, last.at_ns);
    let span = i128::from(to_ns) - i128::from(from_ns) + 1;
    let mut out = vec![(0_u32, None); usize::from(columns)];
    for line in &sure {
        let at_ns = line.at_ns.clamp(from_ns, to_ns);
        let at = (i128::from(at_ns) - i128::from(from_ns)) * i128::from(columns) / span;
        if let Some((count, worst)) = usize::try_from(at).ok().and_then(|at| out.get_mut(at)) {
            *count = count.saturating_add(1);
            *worst = (*worst).max(Some(line.class));
        }
    }
    let middle_ns = sure.get(sure.len() / 2).map_or(from_ns, |line| line.at_ns);
    Density { columns: out, from_ns, to_ns, middle_ns, events: lines.len() }
}

#[cfg(test)]
mod tests {
    use crate::model::{EventRef, ExchangeId};
    use crate::tui::model::lines::Class;

    use super::*;

    #[test]
    fn events_are_spread_over_time_with_the_worst_of_each_column() {
        let line = |at_ns, class, doubtful| Line { at_ns, event: EventRef::Exchange(ExchangeId(0)), class, doubtful };
        let lines = [
            line(0, Class::Plain, false),
            line(1, Class::Failed, false),
            line(50, Class::Plain, true),
            line(99, Class::Warning, false),
        ];
        let spread = of(&lines, 2);
        assert_eq!(spread.columns, [(2, Some(Class::Failed)), (1, Some(Class::Warning))]);
        assert_eq!(of(&[], 2), Density::default());
        assert_eq!(of(&lines[..1], 3).columns[0], (1, Some(Class::Plain)));
        let mut many: Vec<Line> = (1000..2000).map(|at| line(at, Class::Plain, false)).collect();
        many[0].at_ns = 0;
        let spread = of(&many, 4);
        assert_eq!(spread.from_ns, 1005);
        assert!(spread.columns.iter().all(|(count, _)| *count > 200), "an event of old squeezes the rest");
    }
}
