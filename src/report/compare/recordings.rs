//! Two recordings compared, written down: counts first, then each call that isn't the same. It must not know where the
//! recordings came from.

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::exchange::{self, Secrets};
use super::super::safe;
use super::Style;
use crate::compare::recordings::{Alignment, Pairing, Verdict};
use crate::model::Exchange;

/// Two recordings with what became of their calls. The exchanges are as they may be shown.
#[derive(Clone, Copy)]
pub struct Compared<'a> {
    /// The calls of the left one.
    pub left: &'a [Exchange],
    /// The calls of the right one.
    pub right: &'a [Exchange],
    /// Which belongs to which.
    pub alignment: &'a Alignment,
    /// What became of each pair.
    pub pairings: &'a [Pairing],
}

impl Compared<'_> {
    /// Whether anything differs that counts; time alone doesn't.
    #[must_use]
    pub fn differs(&self) -> bool {
        let same = |pairing: &Pairing| matches!(pairing.verdict, Verdict::Same | Verdict::Slower);
        !self.alignment.left.is_empty() || !self.alignment.right.is_empty() || !self.pairings.iter().all(same)
    }

    fn count(&self, verdict: Verdict) -> usize {
        self.pairings.iter().filter(|pairing| pairing.verdict == verdict).count()
    }

    /// How many calls there are of each sort.
    #[must_use]
    pub fn counts(&self) -> Value {
        json!({
            "left": self.left.len(),
            "right": self.right.len(),
            "pairs": self.pairings.len(),
            "new_failures": self.count(Verdict::NewFailure),
            "fixed": self.count(Verdict::Fixed),
            "changed": self.count(Verdict::Changed),
            "slower": self.pairings.iter().filter(|pairing| pairing.slower).count(),
            "same": self.count(Verdict::Same),
            "only_left": self.alignment.left.len(),
            "only_right": self.alignment.right.len(),
        })
    }

    /// One pair for programs.
    #[must_use]
    pub fn pair(&self, pairing: &Pairing, path: [&str; 2], secrets: Secrets) -> Value {
        let (left, right) = (&self.left[pairing.left], &self.right[pairing.right]);
        json!({
            "verdict": pairing.verdict.word(),
            "slower": pairing.slower,
            "left": exchange::json(left, path[0], secrets),
            "right": exchange::json(right, path[1], secrets),
            "answer": super::json(&pairing.answer, secrets),
            "request": super::json(&pairing.request, secrets),
        })
    }

    /// All of it for people.
    #[must_use]
    pub fn text(&self, style: Style) -> String {
        let mut out = String::new();
        let count = |n: usize, what: &str| format!("{n} {what}");
        let slower = self.pairings.iter().filter(|pairing| pairing.slower).count();
        let counts = [
            count(self.count(Verdict::NewFailure), "new failures"),
            count(self.count(Verdict::Fixed), "fixed"),
            count(self.count(Verdict::Changed), "changed"),
            count(slower, "slower"),
            count(self.count(Verdict::Same), "same"),
            count(self.alignment.left.len(), "only left"),
            count(self.alignment.right.len(), "only right"),
        ];
        let _infallible =
            writeln!(out, "{} calls left, {} right: {}", self.left.len(), self.right.len(), counts.join(", "));
        for verdict in Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Same) {
            let of: Vec<_> = self.pairings.iter().filter(|pairing| pairing.verdict == verdict).collect();
            if of.is_empty() {
                continue;
            }
            let _infallible = writeln!(out, "\n{}", title(verdict));
            for pairing in of {
                self.write_pair(&mut out, pairing, style);
            }
        }
        for (title, calls, places) in
            [("only left", self.left, &self.alignment.left), ("only right", self.right, &self.alignment.right)]
        {
            if places.is_empty() {
                continue;
            }
            let _infallible = writeln!(out, "\n{title}");
            for at in places {
                let _infallible = writeln!(out, "  {}", line(&calls[*at]));
            }
        }
        out
    }

    fn write_pair(&self, out: &mut String, pairing: &Pairing, style: Style) {
        let (left, right) = (&self.left[pairing.left], &self.right[pairing.right]);
        let _infallible = writeln!(out, "  {}\n  {}", line(left), line(right));
        if !pairing.request.same() {
            let _infallible = writeln!(out, "    the requests differ:");
            out.push_str(&super::text(&pairing.request, "    ", style));
        }
        if !pairing.answer.same() || style.ignored {
            if !pairing.request.same() {
                let _infallible = writeln!(out, "    the answers differ:");
            }
            out.push_str(&super::text(&pairing.answer, "    ", style));
        }
    }
}

const fn title(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NewFailure => "new failures",
        Verdict::Fixed => "fixed",
        Verdict::Changed => "changed answers",
        Verdict::Slower => "slower",
        Verdict::Same => "same",
    }
}

/// What a listing says of an exchange.
fn line(exchange: &Exchange) -> String {
    let cells = exchange::cells(exchange);
    let cells: Vec<_> = cells.iter().filter(|cell| !cell.is_empty()).map(String::as_str).collect();
    safe::line(&cells.join("  ")).into_owned()
}
