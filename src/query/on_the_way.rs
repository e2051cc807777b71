//! Filters for what is still on its way: which of the fields can be known of a request, or of an answer, before it has gone
//! on, and whether its body must be there.

use super::Filter;
use super::field::{FIELDS, Field, Half, IS};
use super::tree::{Node, Term, Test};

impl Filter {
    /// The first field that can't be known while a request is on its way, or (`answered`) its answer; with why, in words.
    #[must_use]
    pub fn unknown_on_the_way(&self, answered: bool) -> Option<String> {
        self.terms().into_iter().find_map(|term| unknown(term, answered))
    }

    /// Whether a body must be there before it can be told whether this matches.
    #[must_use]
    pub fn asks_body(&self) -> bool {
        self.terms().into_iter().any(|term| !matches!(term.field, Some(field) if of_head(field)))
    }

    fn terms(&self) -> Vec<&Term> {
        let (mut terms, mut nodes) = (Vec::new(), self.root.iter().collect::<Vec<_>>());
        while let Some(node) = nodes.pop() {
            match node {
                Node::All(inner) | Node::Either(inner) => nodes.extend(inner.iter().rev()),
                Node::Not(inner) => nodes.push(inner),
                Node::Term(term) => terms.push(term),
            }
        }
        terms
    }
}

/// What is known as soon as a head is.
fn of_head(field: Field) -> bool {
    matches!(
        field,
        Field::Client
            | Field::Header
            | Field::Host
            | Field::Kind
            | Field::Method
            | Field::Path
            | Field::Port
            | Field::Server
            | Field::Status
            | Field::Tls
            | Field::Type
            | Field::Url
    )
}

fn unknown(term: &Term, answered: bool) -> Option<String> {
    // A bare word looks in what the row shows, as far as that is known.
    let field = term.field?;
    let of_request = matches!(
        field,
        Field::Any
            | Field::Body
            | Field::Client
            | Field::Company
            | Field::Division
            | Field::Element
            | Field::Header
            | Field::Host
            | Field::Kind
            | Field::Method
            | Field::Operation
            | Field::Path
            | Field::Port
            | Field::Program
            | Field::Protocol
            | Field::Service
            | Field::Session
            | Field::Size
            | Field::Type
            | Field::Url
            | Field::User
    );
    let of_answer = match field {
        Field::Server | Field::Status | Field::Tls | Field::Fault | Field::Code => true,
        Field::Is => IS.iter().filter(|word| asks(term, word)).all(|word| matches!(*word, "failed" | "error")),
        _ => of_request,
    };
    let name = FIELDS.iter().find(|(_, other, ..)| *other == field).map_or("this", |(names, ..)| names[0]);
    match (answered, term.half) {
        (true, _) if of_answer => None,
        (false, Half::Response) => Some(format!("resp.{name} is not known before there is an answer")),
        (false, _) if of_request => None,
        (false, _) if of_answer => Some(format!("{name} is not known before there is an answer")),
        _ => Some(format!("{name} is not known of a call that is on its way")),
    }
}

/// Whether one of the values of a term is that word.
fn asks(term: &Term, word: &str) -> bool {
    term.tests.iter().any(|test| matches!(test, Test::Text(regex) if regex.is_match(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(text: &str) -> Filter {
        Filter::parse(text).expect("a filter")
    }

    #[test]
    fn what_can_be_known_in_time_is_told_from_what_can_not() {
        for text in ["", "path:/mws", "op:Create user:jdoe", "el.Facility:A01 OR -host:erp", "req.body:x facility"] {
            assert_eq!(filter(text).unknown_on_the_way(false), None, "{text}");
            assert_eq!(filter(text).unknown_on_the_way(true), None, "{text}");
        }
        for text in ["status:500", "is:failed", "resp.body:x", "fault:price", "path:/a (host:b OR -code:XIM0002)"] {
            let why = filter(text).unknown_on_the_way(false).expect(text);
            assert!(why.ends_with("is not known before there is an answer"), "{why}");
            assert_eq!(filter(text).unknown_on_the_way(true), None, "{text}");
        }
        for text in ["dur>2s", "with:x12", "is:slow", "mark:yes", "time:10:41", "finding:*", "kind:log level:warn"] {
            assert!(filter(text).unknown_on_the_way(true).is_some_and(|why| why.ends_with("on its way")), "{text}");
        }
    }

    #[test]
    fn a_body_is_waited_for_only_where_it_is_asked_about() {
        for text in ["", "path:/mws method:POST", "status:5xx -host:erp", "header.SOAPAction:x type:xml"] {
            assert!(!filter(text).asks_body(), "{text}");
        }
        for text in ["op:Create", "path:/mws OR user:jdoe", "-body:x", "facility", "is:failed"] {
            assert!(filter(text).asks_body(), "{text}");
        }
    }
}
