//! Where in a text what a VM printed, a javacore and what a VM left when it died begin and end: a console's log may hold
//! all of them, and files are put behind one another. It must not know what they say.

use std::ops::Range;

use super::{fatal, hotspot};

/// In which notation a part is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Notation {
    /// As HotSpot prints dumps, with anything between them.
    Printed,
    /// A javacore.
    Javacore,
    /// What HotSpot leaves when it dies.
    Fatal,
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) notation: Notation,
    pub(super) range: Range<usize>,
    /// How many lines stand before it.
    pub(super) lines: u64,
}

/// The parts of a text, one behind the other; they cover it.
pub(super) fn of(text: &str) -> Vec<Part> {
    // Nearly all texts are of one part, and nothing need be asked of their lines.
    let other = ["0SECTION", "3XMTHREADINFO", "Java Runtime", "error has been detected"];
    if !other.iter().any(|said| memchr::memmem::find(text.as_bytes(), said.as_bytes()).is_some()) {
        return vec![Part { notation: Notation::Printed, range: 0..text.len(), lines: 0 }];
    }
    let mut finder = Finder { parts: Vec::new(), notation: Notation::Printed, from: (0, 0), lead: None, head: false };
    let mut at = 0;
    for (number, line) in (0..).zip(text.split_inclusive('\n')) {
        finder.line((at, number), line.trim_end(), (at + line.len(), number + 1));
        at += line.len();
    }
    finder.end(text.len());
    finder.parts
}

/// A byte, and how many lines stand before it.
type Place = (usize, u64);

struct Finder {
    parts: Vec<Part>,
    notation: Notation,
    /// Where the present part begins.
    from: Place,
    /// Where the lines began that stand directly above, and may belong to a part that begins now: rules of a javacore,
    /// empty comments, a time.
    lead: Option<Place>,
    /// Whether the comments on top of what a VM left when it died are being read.
    head: bool,
}

impl Finder {
    fn line(&mut self, at: Place, line: &str, behind: Place) {
        if let Some(notation) = begins(line, self.notation) {
            self.begin(notation, self.lead.unwrap_or(at));
            self.head = notation == Notation::Fatal;
        } else if self.head && !line.starts_with('#') && !line.is_empty() {
            // On a console only the comments are printed.
            self.head = false;
            if !line.starts_with("-----") {
                self.begin(Notation::Printed, at);
            }
        }
        let ends = match self.notation {
            Notation::Printed => false,
            Notation::Javacore => line.contains("END OF DUMP"),
            Notation::Fatal => line == "END." || line.starts_with("elapsed time: "),
        };
        if ends {
            self.begin(Notation::Printed, behind);
        }
        let leads = line == "#" || line.starts_with("NULL") || hotspot::is_time(line);
        self.lead = if leads { self.lead.or(Some(at)) } else { None };
    }

    fn begin(&mut self, notation: Notation, at: Place) {
        self.end(at.0);
        (self.notation, self.from, self.lead) = (notation, at, None);
    }

    fn end(&mut self, at: usize) {
        let range = self.from.0..at;
        if !range.is_empty() {
            self.parts.push(Part { notation: self.notation, range, lines: self.from.1 });
        }
    }
}

/// The notation that a line begins, where it isn't one of those within the present part.
fn begins(line: &str, present: Notation) -> Option<Notation> {
    let javacore = match present {
        Notation::Javacore => line.starts_with("0SECTION") && line.contains("TITLE subcomponent"),
        _ => ["0SECTION", "1TISIGINFO", "3XMTHREADINFO"].iter().any(|tag| line.starts_with(tag)),
    };
    if javacore {
        return Some(Notation::Javacore);
    }
    if fatal::opens(line) {
        return Some(Notation::Fatal);
    }
    (present != Notation::Printed && line.starts_with(hotspot::OPENING)).then_some(Notation::Printed)
}

#[cfg(test)]
mod tests {
    use super::Notation::{Fatal, Javacore, Printed};
    use super::*;

    #[test]
    fn parts_cover_the_text_and_begin_with_what_leads_to_them() {
        let fatal = "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV\n#\n\n--------  S U M M A R Y ----\nEND.\n";
        let javacore = "NULL   ----\n0SECTION       TITLE subcomponent dump routine\nNULL   ====\n1TISIGINFO     Dump Event \"user\"\n3XMTHREADINFO  \"a\"\n0SECTION   Javadump End section ---- END OF DUMP ----\n";
        let printed = "2026-01-13 10:00:00\nFull thread dump X:\n\n\"a\" #1 prio=5 tid=0x1 nid=0x1 runnable\n";
        let console = "#\n# A fatal error has been detected by the Java Runtime Environment:\n#\n#  SIGSEGV\n#\n";
        let cases = [
            (vec![printed], vec![Printed]),
            (vec![fatal, fatal, javacore, javacore], vec![Fatal, Fatal, Javacore, Javacore]),
            (vec!["a log\n", fatal, "a log\n", javacore, "more\n"], vec![Printed, Fatal, Printed, Javacore, Printed]),
            (vec![fatal, printed, javacore], vec![Fatal, Printed, Javacore]),
            // Cut off, so that nothing tells their end.
            (vec![&fatal[..fatal.len() - 5], printed], vec![Fatal, Printed]),
            (vec!["a log\n", console, "Aborted\n"], vec![Printed, Fatal, Printed]),
        ];
        for (pieces, notations) in cases {
            let text = pieces.concat();
            let parts = of(&text);
            assert_eq!(parts.iter().map(|part| part.notation).collect::<Vec<_>>(), notations, "{text}");
            let found: Vec<&str> = parts.iter().map(|part| &text[part.range.clone()]).collect();
            assert_eq!(found, pieces);
            for part in parts {
                assert_eq!(text[..part.range.start].lines().count() as u64, part.lines);
            }
        }
    }
}
