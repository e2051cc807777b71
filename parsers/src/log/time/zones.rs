//! Zones by the names of their regions, with their history: what the stamps of `Europe/Stockholm` are away from UTC.
//!
//! The rules are those that the program was built with: no reader asks the system for anything.

use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};

use crate::Civil;

/// Seconds east of UTC at that civil time in the region: before the clock is put back or forward, of an hour that comes
/// twice or never.
pub(crate) fn offset(region: &str, civil: Civil) -> Option<i32> {
    let offset = match zone(region)?.to_ambiguous_timestamp(date_time(civil)?).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset,
        AmbiguousOffset::Fold { before, .. } | AmbiguousOffset::Gap { before, .. } => before,
    };
    Some(offset.seconds())
}

/// Whether there is a region of that name.
pub(crate) fn is_known(region: &str) -> bool {
    zone(region).is_some()
}

fn zone(region: &str) -> Option<TimeZone> {
    TimeZoneDatabase::bundled().get(region).ok()
}

fn date_time(civil: Civil) -> Option<DateTime> {
    let (year, month, day, hour, minute, second, _) = civil.parts();
    let [month, day, hour, minute, second] = [month, day, hour, minute, second].map(i8::try_from).map(Result::ok);
    DateTime::new(i16::try_from(year).ok()?, month?, day?, hour?, minute?, second?, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_have_their_history() {
        let at = |month, day, hour| Civil::new(2025, month, day, hour, 30, 0, 0).expect("a time");
        for (region, civil, hours) in [
            ("Europe/Stockholm", at(1, 5, 10), Some(1)),
            ("Europe/Stockholm", at(7, 5, 10), Some(2)),
            // The hour that comes twice, and the one that never does.
            ("Europe/Stockholm", at(10, 26, 2), Some(2)),
            ("Europe/Stockholm", at(3, 30, 2), Some(1)),
            ("America/Argentina/Buenos_Aires", at(7, 5, 10), Some(-3)),
            ("Dispatcher/Main", at(7, 5, 10), None),
        ] {
            assert_eq!(offset(region, civil), hours.map(|hours| hours * 3600), "{region} {civil:?}");
            assert_eq!(is_known(region), hours.is_some());
        }
    }
}
