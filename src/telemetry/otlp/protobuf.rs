//! The same messages as bytes of Protocol Buffers, for gRPC: as much of the encoding as they need, which is less than
//! any library for it. The numbers are those of OpenTelemetry's schema, with which the tests read what is written here.
//!
//! <https://protobuf.dev/programming-guides/encoding/>,
//! <https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto>

use mwscope_parsers::hex;

use crate::model::packed::{put, take};

use super::{Event, Facts, Item, Origin, SCOPE, Signal, Trace, Value, facts_of_log, resource, severity, signal};

/// A request with several items of one signal.
#[must_use]
pub fn request(of: Signal, origin: &Origin, items: &[Item]) -> Vec<u8> {
    let mut request = Message::default();
    request.message(1, |of_resource| {
        of_resource.message(1, |message| message.facts(1, &resource(origin)));
        of_resource.message(2, |of_scope| {
            of_scope.message(1, |scope| {
                scope.text(1, SCOPE);
                scope.text(2, env!("CARGO_PKG_VERSION"));
            });
            for item in items.iter().filter(|item| signal(item) == of) {
                of_scope.message(2, |message| match of {
                    Signal::Traces => span(message, item),
                    Signal::Logs => log(message, item),
                });
            }
        });
    });
    request.0
}

/// How many items a receiver refused, and why, in an answer that took the rest.
#[must_use]
pub fn refused(answer: &[u8]) -> Option<(u64, String)> {
    let partial = fields(answer).find_map(|(number, field)| field.bytes().filter(|_| number == 1))?;
    let (mut count, mut why) = (0, String::new());
    for (number, field) in fields(partial) {
        match (number, field) {
            (1, Field::Number(n)) => count = n,
            (2, Field::Bytes(text)) => why = String::from_utf8_lossy(text).into_owned(),
            _ => {}
        }
    }
    (count > 0).then_some((count, why))
}

/// After how many milliseconds a receiver wants to be asked again, in the details of its status (`google.rpc.Status`).
#[must_use]
pub fn retry_after_ms(status: &[u8]) -> Option<u64> {
    let details = fields(status).filter_map(|(number, field)| field.bytes().filter(|_| number == 3));
    for detail in details {
        let (mut kind, mut value) = (None, None);
        for (number, field) in fields(detail) {
            match number {
                1 => kind = field.bytes(),
                2 => value = field.bytes(),
                _ => {}
            }
        }
        if kind.is_some_and(|kind| kind.ends_with(b"google.rpc.RetryInfo")) {
            let delay = fields(value?).find_map(|(number, field)| field.bytes().filter(|_| number == 1))?;
            let part = |wanted| {
                fields(delay).find_map(|(number, field)| match field {
                    Field::Number(n) if number == wanted => Some(n),
                    _ => None,
                })
            };
            return Some(part(1).unwrap_or(0).saturating_mul(1000).saturating_add(part(2).unwrap_or(0) / 1_000_000));
        }
    }
    None
}

fn span(to: &mut Message, item: &Item) {
    let trace = item.trace.as_ref();
    to.ids(trace, 1, 2);
    if let Some(parent) = trace.and_then(|trace| trace.parent.as_ref()) {
        to.bytes(4, &hex::bytes(parent).unwrap_or_default());
    }
    to.text(5, &item.name);
    to.number(6, 3);
    to.time(7, item.at_ns);
    to.time(8, item.end_ns.unwrap_or(item.at_ns));
    to.facts(9, &item.facts);
    for Event { name, at_ns, facts } in &item.events {
        to.message(11, |event| {
            event.time(1, *at_ns);
            event.text(2, name);
            event.facts(3, facts);
        });
    }
    for link in &item.links {
        to.message(13, |message| message.ids(Some(link), 1, 2));
    }
    to.message(15, |status| {
        if let Some(why) = &item.failed {
            status.text(2, why);
            status.number(3, 2);
        }
    });
}

fn log(to: &mut Message, item: &Item) {
    to.time(1, item.at_ns);
    to.number(2, severity(item.severity).into());
    to.text(3, item.severity_text.as_deref().unwrap_or_default());
    to.message(5, |body| body.one_text(item.body.as_deref().unwrap_or(&item.name)));
    to.facts(6, &facts_of_log(item));
    to.ids(item.trace.as_ref(), 9, 10);
    to.time(11, item.at_ns);
}

/// A message that is being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, n: u64) {
        put(&mut self.0, n);
    }

    fn tag(&mut self, field: u32, wire: u8) {
        self.varint(u64::from(field) << 3 | u64::from(wire));
    }

    fn bytes(&mut self, field: u32, bytes: &[u8]) {
        self.tag(field, 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn message(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        let mut inner = Self::default();
        write(&mut inner);
        self.bytes(field, &inner.0);
    }

    /// Nothing where it is empty, as the encoding wants it.
    fn text(&mut self, field: u32, text: &str) {
        if !text.is_empty() {
            self.bytes(field, text.as_bytes());
        }
    }

    /// A text that is there even where it is empty: one of several that a field may be.
    fn one_text(&mut self, text: &str) {
        self.bytes(1, text.as_bytes());
    }

    fn number(&mut self, field: u32, n: u64) {
        self.tag(field, 0);
        self.varint(n);
    }

    fn fixed(&mut self, field: u32, bytes: [u8; 8]) {
        self.tag(field, 1);
        self.0.extend_from_slice(&bytes);
    }

    /// The field has no sign; what lies before 1970 is put there.
    fn time(&mut self, field: u32, utc_ns: i64) {
        self.fixed(field, utc_ns.max(0).to_le_bytes());
    }

    fn ids(&mut self, trace: Option<&Trace>, of_trace: u32, of_span: u32) {
        if let Some(trace) = trace {
            self.bytes(of_trace, &hex::bytes(&trace.trace).unwrap_or_default());
            self.bytes(of_span, &hex::bytes(&trace.span).unwrap_or_default());
        }
    }

    fn facts(&mut self, field: u32, facts: &Facts) {
        for (name, value) in facts {
            self.message(field, |pair| {
                pair.text(1, name);
                pair.message(2, |any| match value {
                    Value::Text(text) => any.one_text(text),
                    Value::Bool(yes) => any.number(2, u64::from(*yes)),
                    Value::Number(number) => any.number(3, number.cast_unsigned()),
                    Value::Share(share) => any.fixed(4, share.to_le_bytes()),
                });
            });
        }
    }
}

/// A field that was read.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Fixed,
}

impl<'a> Field<'a> {
    fn bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            Self::Number(_) | Self::Fixed => None,
        }
    }
}

/// The fields of a message, as far as it can be read.
fn fields(mut rest: &[u8]) -> impl Iterator<Item = (u64, Field<'_>)> {
    std::iter::from_fn(move || {
        let tag = take(&mut rest)?;
        let field = match tag & 7 {
            0 => Field::Number(take(&mut rest)?),
            2 => {
                let len = usize::try_from(take(&mut rest)?).ok()?;
                let (bytes, behind) = rest.split_at_checked(len)?;
                rest = behind;
                Field::Bytes(bytes)
            }
            wire @ (1 | 5) => {
                rest = rest.get(if wire == 1 { 8 } else { 4 }..)?;
                Field::Fixed
            }
            _ => return None,
        };
        Some((tag >> 3, field))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_as_many_bytes_as_they_need() {
        let written = |n: i64| {
            let mut message = Message::default();
            message.number(3, n.cast_unsigned());
            message.0
        };
        // The examples of the encoding's own description, and the ends.
        assert_eq!(written(150), [0x18, 0x96, 0x01]);
        assert_eq!(written(-2), [0x18, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]);
        for n in [0, 1, 127, 128, i64::MAX, i64::MIN] {
            let bytes = written(n);
            assert_eq!(fields(&bytes).collect::<Vec<_>>(), [(3, Field::Number(n.cast_unsigned()))]);
        }
    }

    #[test]
    fn what_a_receiver_refuses_is_read_and_what_is_no_message_is_nothing() {
        let mut answer = Message::default();
        answer.message(1, |partial| {
            partial.number(1, 3);
            partial.text(2, "too old");
        });
        assert_eq!(refused(&answer.0), Some((3, "too old".to_owned())));
        assert_eq!(refused(&[]), None);
        for cut in 1..answer.0.len() {
            // A torn one says less, and never more.
            assert!(refused(&answer.0[..cut]).is_none_or(|(n, _)| n == 3));
        }
        assert_eq!(refused(&[0xFF; 40]), None);
        let mut status = Message::default();
        status.number(1, 14);
        status.message(3, |any| {
            any.text(1, "type.googleapis.com/google.rpc.RetryInfo");
            any.message(2, |info| {
                info.message(1, |delay| {
                    delay.number(1, 2);
                    delay.number(2, 500_000_000);
                });
            });
        });
        assert_eq!(retry_after_ms(&status.0), Some(2500));
        assert_eq!(retry_after_ms(b"nothing"), None);
    }
}
