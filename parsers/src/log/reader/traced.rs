//! The stack traces of a log's records by their fingerprints, for an index: nothing else of them is kept.

use super::super::Head;
use super::super::layout::Form;
use super::super::text::{Encoding, LineEnds};
use super::{Looking, Reader};
use crate::trace;

/// What is remembered from trace to trace, for speed alone.
#[derive(Debug)]
pub struct Tracing {
    looking: Looking,
    known: trace::Known,
}

impl Reader {
    /// Whether a record with this head can have a stack trace: one of a single line has none, unless it names its parts.
    #[inline]
    #[must_use]
    pub fn may_have_trace(&self, head: &Head) -> bool {
        head.lines > 1 || self.names_parts(head)
    }

    /// Whether a record can have a trace of which no line is as Java prints it.
    fn is_tagged(&self, head: &Head) -> bool {
        self.layouts.get(usize::from(head.layout)).is_some_and(|layout| layout.form == Form::Tagged)
    }

    fn names_parts(&self, head: &Head) -> bool {
        self.layouts.get(usize::from(head.layout)).is_some_and(|layout| layout.form.names_parts())
    }

    /// What [`Reader::traced`] needs to go through a log.
    #[must_use]
    pub fn tracing(&self) -> Tracing {
        Tracing { looking: self.looking(), known: trace::Known::default() }
    }

    /// The fingerprint of the record's first stack trace, as [`trace::Trace::fingerprint`] gives it; `None` where the
    /// record has none. `bytes` are those of `head.span`.
    #[must_use]
    pub fn traced(&self, head: &Head, bytes: &[u8], tracing: &mut Tracing) -> Option<u64> {
        // Where characters may be of two bytes, words can't be looked for in them.
        let unit = if self.encoding == Encoding::Mixed { 2 } else { self.encoding.unit() };
        if !self.may_have_trace(head) || !self.is_tagged(head) && !trace::possible(bytes, unit) {
            return None;
        }
        if self.names_parts(head) || self.line_ends == LineEnds::Cr {
            return self.record(*head, bytes).trace.map(|trace| trace.fingerprint_bits());
        }
        let text = self.encoding.decode(bytes);
        let text = text.trim_start_matches('\0');
        let bare = self.without_heads(head, text);
        let text = bare.as_ref().map_or(text, |bare| &bare.text);
        let text = text.get(self.message_start(head.layout, text, &mut tracing.looking)..)?;
        let known = tracing.known.fingerprint(text);
        debug_assert!(known.is_none() || known == trace::fingerprint(text), "{text}");
        known.or_else(|| trace::fingerprint(text))
    }

    /// Where the message starts in the text of a record of this layout; at its start, where it has no head.
    fn message_start(&self, layout: u16, text: &str, looking: &mut Looking) -> usize {
        let Looking { caught, seen } = looking;
        let at = usize::from(layout);
        let Some(layout) = self.layouts.get(at) else { return 0 };
        match (self.quick.get(at), seen.get_mut(at)) {
            (Some(Some(quick)), Some(Some(seen))) => {
                quick.read(layout, text.as_bytes(), seen, caught).map_or(0, |(.., end)| end)
            }
            _ if layout.matches(text.as_bytes(), caught) => caught.end,
            _ => 0,
        }
    }
}
