//! What the records that are asked for have in common and the others have not: over every field, the values whose part
//! in the two groups is most unlike.

use std::collections::HashMap;

use mwscope_parsers::log::alike;

use crate::model::Record;

/// A field with more values than this says little by one of them, and would cost memory.
const VALUES_MAX: usize = 20_000;
/// Values that are shown.
const SHOWN: usize = 20;
/// A difference smaller than this, in hundredths, isn't worth a line.
const LEAST: f64 = 5.0;

/// How often a value stands in the records that are asked for, and in the others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// In those that are asked for.
    pub these: u64,
    /// In the rest.
    pub rest: u64,
}

/// A value that tells the two groups apart.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// How often it stands there.
    pub count: Count,
    /// How surely it tells them apart.
    pub weight: f64,
}

/// The two groups, filled record by record.
#[derive(Default)]
pub struct Groups {
    /// Records that are asked for.
    pub these: u64,
    /// The others.
    pub rest: u64,
    fields: HashMap<String, HashMap<String, Count>>,
}

impl Groups {
    /// Takes one record; fields that are `settled` by what was asked for say nothing.
    pub fn take(&mut self, source: &str, record: &Record, asked: bool, settled: &dyn Fn(&str) -> bool) {
        if asked {
            self.these += 1;
        } else {
            self.rest += 1;
        }
        let mut add = |field: &str, value: &str| {
            if settled(field) || value.is_empty() {
                return;
            }
            let values = self.fields.entry(field.to_owned()).or_default();
            if values.len() >= VALUES_MAX && !values.contains_key(value) {
                return;
            }
            let count = values.entry(value.to_owned()).or_default();
            if asked {
                count.these += 1;
            } else {
                count.rest += 1;
            }
        };
        add("source", source);
        add("level", record.level.as_deref().unwrap_or_default());
        add("logger", record.logger.as_deref().unwrap_or_default());
        add("thread", record.thread.as_deref().unwrap_or_default());
        for (column, value) in &record.columns {
            add(column, value);
        }
        add("message", &alike(&record.message));
        if let Some(exception) = record.trace.as_ref().and_then(|trace| trace.exception()) {
            add("exception", exception);
        }
        if let Some(root) = record.trace.as_ref().and_then(|trace| trace.root()) {
            add("root cause", &root.exception);
        }
        if let Some(stamp) = record.head.stamp {
            let (year, month, day, hour, ..) = stamp.civil.parts();
            add("hour of day", &format!("{hour:02}"));
            if stamp.has_date {
                add("day", &format!("{year:04}-{month:02}-{day:02}"));
            }
        }
    }

    /// The values that tell the groups apart best, the best first.
    #[must_use]
    pub fn differences(&self) -> Vec<Difference> {
        let mut all: Vec<Difference> = Vec::new();
        for (field, values) in &self.fields {
            for (value, count) in values {
                let (these, rest) = self.parts(*count);
                let weight = self.weight(*count);
                if (these - rest).abs() < LEAST || weight < 4.0 {
                    continue;
                }
                all.push(Difference { field: field.clone(), value: value.clone(), count: *count, weight });
            }
        }
        all.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| (&a.field, &a.value).cmp(&(&b.field, &b.value))));
        all.truncate(SHOWN);
        all
    }

    /// How many of a hundred have the value, in the two groups.
    #[must_use]
    pub fn parts(&self, count: Count) -> (f64, f64) {
        let part = |n: u64, all: u64| if all == 0 { 0.0 } else { n as f64 * 100.0 / all as f64 };
        (part(count.these, self.these), part(count.rest, self.rest))
    }

    /// Twice the log-likelihood ratio of the two parts being one (Dunning 1993): large where a difference is large and
    /// rests on many records.
    fn weight(&self, count: Count) -> f64 {
        let all = (self.these + self.rest) as f64;
        let with = (count.these + count.rest) as f64;
        let cell = |observed: u64, group: u64, share: f64| {
            let (observed, expected) = (observed as f64, group as f64 * share / all);
            if observed > 0.0 && expected > 0.0 { observed * (observed / expected).ln() } else { 0.0 }
        };
        2.0 * (cell(count.these, self.these, with)
            + cell(count.rest, self.rest, with)
            + cell(self.these - count.these, self.these, all - with)
            + cell(self.rest - count.rest, self.rest, all - with))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_all_of_one_and_little_of_the_other_comes_first() {
        let count = |these, rest| Count { these, rest };
        let mut groups = Groups { these: 10, rest: 100, ..Groups::default() };
        let threads = groups.fields.entry("thread".into()).or_default();
        threads.insert("worker-8".into(), count(10, 5));
        threads.insert("main".into(), count(0, 95));
        groups.fields.entry("node".into()).or_default().insert("a".into(), count(10, 100));
        groups.fields.entry("hour of day".into()).or_default().insert("09".into(), count(5, 48));
        let found = groups.differences();
        assert_eq!(found[0].field, "thread");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(groups.weight(count(10, 100)).abs() < 1e-6);
    }
}
