use super::super::{Reader, Splitter};
use std::sync::Arc;

/// The layouts learned from `text` and its records, a line each.
pub(super) fn shown(text: &str) -> (Vec<String>, Vec<String>) {
    let reader = Arc::new(Reader::learn(text.as_bytes()));
    let mut splitter = Splitter::new(Arc::clone(&reader));
    let mut heads = Vec::new();
    splitter.push(text.as_bytes(), &mut heads);
    splitter.finish(&mut heads);
    let records = heads
        .iter()
        .map(|head| {
            let record = reader.record(*head, head.span.of(text.as_bytes()));
            let or = |v: &Option<String>| v.clone().unwrap_or("-".into());
            let at = record.head.stamp.map_or("-".into(), |s| s.to_rfc3339());
            let columns: Vec<String> = record.columns.iter().map(|(n, v)| format!("{n}={v}")).collect();
            let (level, thread, logger) = (or(&record.level), or(&record.thread), or(&record.logger));
            format!("{at}|{level}|{thread}|{logger}|{}|{}", columns.join(","), record.message)
        })
        .collect();
    (reader.layouts().iter().map(ToString::to_string).collect(), records)
}

#[test]
fn look() {
    let Ok(paths) = std::env::var("LOOK") else { return };
    for path in paths.split(':') {
        let bytes = std::fs::read(path).unwrap();
        let text = &bytes;
        let reader = Arc::new(Reader::learn(&text[..text.len().min(1 << 20)]));
        println!("== {path}");
        for layout in reader.layouts() {
            println!("   {layout}");
        }
        println!("   {:?}", reader.notes());
        let mut splitter = Splitter::new(Arc::clone(&reader));
        let mut heads = Vec::new();
        splitter.push(text, &mut heads);
        splitter.finish(&mut heads);
        let mut counts = std::collections::BTreeMap::new();
        for h in &heads {
            *counts.entry(h.layout).or_insert(0) += 1;
        }
        println!("   {} records {counts:?} multi {}", heads.len(), heads.iter().filter(|h| h.lines > 1).count());
        let step = std::env::var("STEP").ok().and_then(|s| s.parse().ok()).unwrap_or(heads.len() / 4 + 1);
        for head in heads.iter().step_by(step) {
            let r = reader.record(*head, head.span.of(text));
            println!(
                "   {} {} L{:?} T{:?} G{:?} {:?} M{:.60?}",
                head.line, r.at_text, r.level, r.thread, r.logger, r.columns, r.message
            );
        }
    }
}
