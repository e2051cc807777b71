//! Records that begin far behind the sample in a layout that it didn't show: they are taken for lines of the last record
//! that could be read, which grows and grows. Which record has grown so is seen here, and what its lines are written in is
//! learned from them, in addition to what is known.
//!
//! Asks for nothing but one record at a time, so that the answer is the same on however many threads a log is read.

use super::layout::{Caught, Field, Form, Layout, Part};
use super::reader::lines;
use super::text::line_end;
use super::{Head, Hints, Reader, json, learn, opens_with_a_record, opens_with_time};

/// So many lines of one record look like the first lines of others before it is asked whether they are.
const MANY: usize = 8;
/// So many bytes of a record are looked at.
const LOOKED_AT: usize = 64 << 10;
/// What a layout of such lines says at least of a record: a level, or two of its columns. Rows of a table that begin with a
/// date say neither.
const NAMED: usize = 2;

impl Reader {
    /// Whether a record holds many lines that look like the first lines of records, though none is read as one: of a
    /// log whose layouts were learned. `bytes` are those of `head.span`, or the first of them.
    #[must_use]
    pub fn has_strays(&self, head: &Head, bytes: &[u8]) -> bool {
        // An element says itself where it ends.
        let tagged = self.layouts.iter().any(|layout| layout.form == Form::Tagged);
        if !self.learned || tagged || (head.lines as usize) <= MANY {
            return false;
        }
        let bytes = &bytes[..bytes.len().min(LOOKED_AT)];
        let line_end = |at: usize| line_end(bytes, at, self.encoding, self.line_ends);
        let (mut next, mut found) = (line_end(0), 0);
        let mut caught = Caught::new();
        while let Some(at) = next {
            next = line_end(at);
            let line = &bytes[at..next.unwrap_or(bytes.len())];
            // Nearly all lines below a head are frames of a trace.
            let mut looks_like_one = |text: &str| may_be_head(text) && !self.knows_head(text.as_bytes(), &mut caught);
            if line.first().is_some_and(|byte| !byte.is_ascii_whitespace())
                && looks_like_one(&self.encoding.decode(line))
            {
                found += 1;
                if found >= MANY {
                    return true;
                }
            }
        }
        false
    }

    /// Whether a line has a head that is known, though no record starts there: a trace came through a logger line by line.
    fn knows_head(&self, line: &[u8], caught: &mut Caught) -> bool {
        self.layouts.iter().any(|layout| layout.lines() == 1 && layout.matches(line, caught))
    }

    /// This reader with the layouts in addition in which the lines of a record are written that has strays; `None` where
    /// none is learned from them. What this reader read before, it reads as before.
    #[must_use]
    pub fn knowing_strays(&self, record: &[u8]) -> Option<Self> {
        let record = &record[..record.len().min(LOOKED_AT)];
        let strays = &record[line_end(record, 0, self.encoding, self.line_ends)?..];
        let mut lines = lines(strays, self.encoding, self.line_ends);
        let mut caught = Caught::new();
        lines.retain(|line| !self.knows_head(line, &mut caught));
        let learned = learn::learn(&lines, &Hints::default());
        let mut more: Vec<Layout> = learned.layouts;
        more.retain(|layout| {
            let enough = layout.lines() > 1
                || lines.iter().filter(|line| layout.matches(line, &mut caught)).take(MANY).count() == MANY;
            enough && tells_records(layout) && !self.layouts.contains(layout)
        });
        if more.is_empty() {
            return None;
        }
        let layouts = self.layouts.iter().cloned().chain(more).collect();
        let mut notes = self.notes().to_vec();
        notes.extend(learned.notes.into_iter().filter(|note| !self.notes().contains(note)));
        Some(self.with_layouts(layouts, notes))
    }
}

fn may_be_head(line: &str) -> bool {
    let line = line.as_bytes();
    if line.starts_with(b"{") {
        return json::is_log_line(line);
    }
    opens_with_time(line) || opens_with_a_record(line, b"")
}

/// Whether a layout has a time, and so much more that no row of a table looks like it.
fn tells_records(layout: &Layout) -> bool {
    let level = |part: &Part| matches!(part, Part::Field(Field::Level, _));
    let named = |part: &&Part| matches!(part, Part::Field(Field::Thread | Field::Logger | Field::Column(_), _));
    let columns = layout.head.iter().filter(named).count();
    layout.form.names_parts() || layout.has_time() && (layout.head.iter().any(level) || columns >= NAMED)
}

#[cfg(test)]
mod tests {
    use super::super::Splitter;
    use super::*;
    use std::sync::Arc;

    fn heads(reader: &Reader, text: &[u8]) -> Vec<Head> {
        let mut heads = Vec::new();
        let mut splitter = Splitter::new(Arc::new(reader.clone()));
        splitter.push(text, &mut heads);
        splitter.finish(&mut heads);
        heads
    }

    /// Synthetic: ten records of one layout, the last with these lines below.
    fn log(below: impl Fn(usize) -> String) -> (Reader, String) {
        let known: String =
            (0..10).map(|n| format!("2026-01-13 08:15:{n:02},118 INFO  [main] com.a.B - x\n")).collect();
        (Reader::learn(known.as_bytes()), known + &(0..60).map(below).collect::<String>())
    }

    /// How many records there are once what the last one says is known, and the layout that was learned from it.
    fn learned(below: impl Fn(usize) -> String) -> Option<(usize, String)> {
        let (reader, text) = log(below);
        let found = heads(&reader, text.as_bytes());
        let last = found.last()?;
        assert_eq!(found.len(), 10);
        if !reader.has_strays(last, last.span.of(text.as_bytes())) {
            return None;
        }
        let more = reader.knowing_strays(last.span.of(text.as_bytes()))?;
        assert_eq!(&more.layouts()[..1], reader.layouts());
        assert_eq!(Reader::restored(&more.saved()?).map(|again| again.learned), Some(true));
        Some((heads(&more, text.as_bytes()).len(), more.layouts().get(1)?.to_string()))
    }

    #[test]
    fn records_of_another_layout_are_found_in_the_record_that_took_them() {
        let tomcat = |n: usize| {
            format!("13-Jan-2026 08:16:{n:02}.480 INFO [main] org.apache.catalina.startup.Catalina.start up {n}\n")
        };
        assert_eq!(learned(tomcat), Some((70, "%d{dd-MMM-yyyy HH:mm:ss.SSS} %p [%t] %c %m%n".to_owned())));
        let json = |n: usize| format!("{{\"time\":\"2026-01-13T08:16:{n:02}Z\",\"level\":\"info\",\"msg\":\"x\"}}\n");
        assert_eq!(learned(json), Some((70, "json".to_owned())));
    }

    #[test]
    fn rows_and_traces_are_lines_of_their_record() {
        assert_eq!(learned(|n| format!("2024-02-03 00:00:{n:02}  {n}  A\n")), None);
        assert_eq!(learned(|n| format!("\tat a.b.C.d(C.java:{n})\n")), None);
        assert_eq!(learned(|n| format!("WTORQT  = {n}\n")), None);
    }

    #[test]
    fn a_layout_that_was_told_is_all_there_is() {
        let (_, text) = log(|n| format!("13-Jan-2026 08:16:{n:02}.480 INFO [main] a.B x\n"));
        let told = Reader::told("%d{yyyy-MM-dd HH:mm:ss,SSS} %p [%t] %c - %m%n", text.as_bytes()).expect("a pattern");
        let found = heads(&told, text.as_bytes());
        let last = found.last().expect("records");
        assert!(!told.has_strays(last, last.span.of(text.as_bytes())));
    }
}
