//! `log --differs`: what the records that are asked for have in common and the others have not.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Args, Query, Source};
use crate::cli::output::{Failure, Format};
use crate::query::{Difference, Groups};
use crate::report::safe;

pub(super) fn write(out: &mut impl Write, sources: &[Source<'_>], query: &Query, args: &Args) -> Result<(), Failure> {
    if query.asks_for_all() {
        let how = "say which records are meant, for example --level ERROR, --grep or --since; the rest is what is left";
        return Err(Failure::Usage(format!("--differs: {how}")));
    }
    let mut groups = Groups::default();
    for source in sources {
        for n in 0..source.records.len() {
            let record = source.records.read(n).map_err(|error| {
                Failure::path(source.path, format!("it can't be read any more: {error}"), "read it again")
            })?;
            let asked = query.may_match(&record.head) && query.matches(source.id, n, &record);
            groups.take(source.path, &record, asked, &|field| query.settles(field));
        }
    }
    let differences = groups.differences();
    match args.format {
        Format::Text => text(out, &groups, &differences)?,
        Format::Json => {
            let list: Vec<Value> = differences.iter().map(|difference| value(difference, &groups)).collect();
            let value = json!({"records": groups.these, "rest": groups.rest, "differences": list});
            writeln!(out, "{value}")?;
        }
        Format::Ndjson => {
            differences.iter().try_for_each(|difference| writeln!(out, "{}", value(difference, &groups)))?;
        }
    }
    Ok(())
}

fn value(of: &Difference, groups: &Groups) -> Value {
    let (these, rest) = groups.parts(of.count);
    let percent = |part: f64| (part * 10.0).round() / 10.0;
    json!({"field": of.field, "value": of.value, "records": of.count.these, "rest": of.count.rest,
        "percent": percent(these), "percent_of_rest": percent(rest), "weight": of.weight.round()})
}

fn text(out: &mut impl Write, groups: &Groups, differences: &[Difference]) -> io::Result<()> {
    writeln!(out, "{} records are asked for, {} are the rest", groups.these, groups.rest)?;
    if groups.these == 0 || groups.rest == 0 {
        return writeln!(out, "there is nothing to compare them with");
    }
    if differences.is_empty() {
        return writeln!(out, "nothing tells them apart");
    }
    writeln!(out, "  THESE   REST  FIELD         VALUE")?;
    for difference in differences {
        let (these, rest) = groups.parts(difference.count);
        let value: String = safe::line(&difference.value).chars().take(100).collect();
        writeln!(out, "{these:>5.0} %{rest:>5.0} %  {:<12}  {value}", safe::line(&difference.field))?;
    }
    Ok(())
}
