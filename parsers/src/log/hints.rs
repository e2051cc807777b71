//! What is known of a log from outside: when it was last written to, and the day that its file's name states.

use crate::Civil;

/// Facts from outside that settle what a log's own lines leave open. Nothing is known by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// When the log was last written to: of the orders in which a date's numbers may stand, the one whose last stamp is
    /// nearest is taken. The time's zone is of no importance, a day more or less is no evidence.
    pub written: Option<Civil>,
    /// About when what lies beside the log was recorded or written, whose dates leave no doubt: the order in which the
    /// log's own dates come near is taken, whenever the file was last written to.
    pub beside: Option<Civil>,
    /// The day of times that have none, and the year of dates that have none.
    pub day: Option<Day>,
}

/// A day, and where it is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day {
    /// Year, month from 1, day from 1.
    pub date: (i32, u32, u32),
    /// Whether somebody told it; else it stands in the file's name.
    pub told: bool,
}

impl Day {
    /// The day that was told, else the one that the name of the file at `path` states.
    #[must_use]
    pub fn of(told: Option<(i32, u32, u32)>, path: &str) -> Option<Self> {
        let named = || Some(Self { date: day_in_name(path)?, told: false });
        told.map(|date| Self { date, told: true }).or_else(named)
    }

    /// The year of a date that has none, in a log of this day. One that was told is that of its first record, give or take a
    /// month; one that the file's name states may be that of any, so that the date is of the half year before or behind it.
    #[must_use]
    pub(crate) fn year_of(self, month: u32, day: u32) -> i32 {
        /// Months of 31 days each are good enough to tell years apart.
        const MONTH: i64 = 31;
        const YEAR: i64 = 12 * MONTH;
        let place = |month: u32, day: u32| i64::from(month) * MONTH + i64::from(day);
        let (year, own_month, own_day) = self.date;
        let later = place(month, day) - place(own_month, own_day);
        let earliest = if self.told { -MONTH } else { -YEAR / 2 };
        match later {
            later if later < earliest => year + 1,
            later if later >= earliest + YEAR => year - 1,
            _ => year,
        }
    }
}

/// The day that a file's name states: `server.log.2026-01-13`, `merged_20260113.log`, `M3BE.2026_01_13-2.txt`.
#[must_use]
pub fn day_in_name(path: &str) -> Option<(i32, u32, u32)> {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path).as_bytes();
    let digits = |at: usize, len: usize| -> Option<u32> {
        let text = std::str::from_utf8(name.get(at..at + len)?).ok()?;
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let starts = (0..name.len()).filter(|at| *at == 0 || !name[*at - 1].is_ascii_digit());
    let mut dates = starts.filter_map(|at| {
        let year = digits(at, 4).filter(|year| (1990..=2199).contains(year))?;
        let separator = name.get(at + 4).filter(|b| b"-_.".contains(b));
        let (month, day, end) = match separator {
            Some(sign) if name.get(at + 7) == Some(sign) => (digits(at + 5, 2)?, digits(at + 8, 2)?, at + 10),
            Some(_) => return None,
            None => (digits(at + 4, 2)?, digits(at + 6, 2)?, at + 8),
        };
        // Six more digits are a time of day, which may follow at once.
        let behind = name[end..].iter().take_while(|b| b.is_ascii_digit()).count();
        let ends = matches!(behind, 0 | 4 | 6 | 9);
        let date = (i32::try_from(year).ok()?, month, day);
        (ends && Civil::new(date.0, month, day, 0, 0, 0, 0).is_some()).then_some(date)
    });
    dates.next_back()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_without_a_year_is_of_the_year_in_which_it_is_near() {
        for (date, told, month, day, year) in [
            ((2026, 1, 2), false, 12, 30, 2025),
            ((2026, 1, 2), false, 1, 1, 2026),
            ((2025, 12, 30), false, 1, 3, 2026),
            ((2025, 12, 30), false, 11, 3, 2025),
            ((2026, 6, 15), false, 3, 1, 2026),
            // What was told is the first day.
            ((2025, 6, 1), true, 12, 30, 2025),
            ((2025, 6, 1), true, 3, 1, 2026),
            ((2025, 6, 1), true, 5, 31, 2025),
            ((2026, 1, 2), true, 12, 30, 2025),
        ] {
            assert_eq!(Day { date, told }.year_of(month, day), year, "{date:?} {told} {month} {day}");
        }
    }

    #[test]
    fn names_of_files_state_days() {
        for (name, day) in [
            ("logs/server.log.2026-01-13", Some((2026, 1, 13))),
            ("merged_20260113.log", Some((2026, 1, 13))),
            ("M3BE.2026_01_13-2.txt", Some((2026, 1, 13))),
            ("a-20260113101502480.log", Some((2026, 1, 13))),
            ("2025-12-31/merged.log", None),
            ("dump_20261399.log", None),
            ("build-120260113.log", None),
            ("MWS.log", None),
        ] {
            assert_eq!(day_in_name(name), day, "{name}");
        }
    }
}
