//! One run of all calls in order, as one client: slots filled, values taken from answers for the calls behind.

use std::borrow::Cow;
use std::collections::HashMap;

use super::{Call, Run};
use crate::cli::output::{self, Failure};
use crate::model::{Bodies, Exchange, Outcome, Stage};
use crate::proxy::{Client, Ready};
use crate::replay::answers::{Expect, Take};
use crate::replay::flow::{Step, links, put};
use crate::replay::template::Template;
use crate::replay::{Data, nearest};

/// The calls, ready to be filled and sent.
pub(super) struct Flow {
    pub(super) ids: Vec<String>,
    origins: Vec<(String, u32)>,
    templates: Vec<Template>,
    pub(super) takes: Vec<Take>,
    /// The takes that the user named, which stand in the results.
    pub(super) named: usize,
    expects: Vec<Expect>,
}

/// How a run of a flow went.
#[derive(Debug, Default)]
pub(super) struct Went {
    pub(super) runs: Vec<Run>,
    /// What was taken.
    pub(super) taken: HashMap<String, String>,
    /// The id of the call at which it ended early, and why.
    pub(super) stopped: Option<(String, Stopped)>,
}

/// Why a flow ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The call was answered, and failed or isn't as expected.
    Failed(String),
    /// The request went out, and no whole answer came.
    Unknown(String),
    /// Nothing of the request went out.
    NotSent(String),
}

impl Flow {
    /// Finds what later calls have from earlier answers, puts slots there, and reads all slots. `columns` are those of
    /// the data.
    ///
    /// # Errors
    /// When an option can't be read, or a slot has no column and is not taken either.
    pub(super) fn of(
        calls: &mut [Call],
        takes: &[String],
        expects: &[String],
        columns: &[String],
        bodies: &dyn Bodies,
    ) -> Result<Self, Failure> {
        let ids: Vec<String> = calls.iter().map(|call| call.id.clone()).collect();
        let usage = |option: &'static str| move |what: String| Failure::Usage(format!("{option}: {what}"));
        let mut takes: Vec<Take> =
            takes.iter().map(|text| Take::parse(text, &ids)).collect::<Result<_, _>>().map_err(usage("--take"))?;
        let expects = expects
            .iter()
            .map(|text| Expect::parse(text, &ids))
            .collect::<Result<_, _>>()
            .map_err(usage("--expect"))?;
        let named = takes.len();
        let steps: Vec<Step<'_>> =
            calls.iter().map(|call| Step { id: &call.id, recorded: &call.recorded, draft: &call.draft }).collect();
        let links = links(&steps, bodies);
        let mut drafts: Vec<_> = calls.iter().map(|call| call.draft.clone()).collect();
        put(&links, &mut drafts);
        for link in links {
            output::say(&format!("{}: {}", ids[link.call], link.text));
            takes.push(link.take);
        }
        for (call, draft) in calls.iter_mut().zip(drafts) {
            call.draft = draft;
        }
        forget_sessions(calls);
        let templates = calls.iter().map(|call| Template::of(&call.draft)).collect::<Result<Vec<_>, _>>();
        let templates = templates.map_err(|why| Failure::Usage(why.to_string()))?;
        let known = |name: &String| columns.contains(name) || takes.iter().any(|take| take.name == *name);
        for name in templates.iter().flat_map(Template::names) {
            // Without data and takes a request with braces in it is sent as it is.
            let filled = !(columns.is_empty() && takes.is_empty());
            if filled && !known(&name) {
                let names = columns.iter().chain(takes.iter().map(|take| &take.name));
                let near = nearest(&name, names.map(|name| (name.clone(), name.clone())).collect());
                return Err(Failure::Usage(format!(
                    "there is no column {name} for {{{{{name}}}}}; there are {}",
                    near.join(", ")
                )));
            }
        }
        let origins = calls.iter().map(|call| call.origin.clone()).collect();
        Ok(Self { ids, origins, templates, takes, named, expects })
    }

    /// Fills the calls with the first row, to be looked at. What will be taken from answers stays a slot.
    ///
    /// # Errors
    /// When a value of the row can't stand where it is put.
    pub(super) fn show_first(&self, calls: &mut [Call], data: &Data) -> Result<(), Failure> {
        let Some(row) = data.rows.first() else { return Ok(()) };
        let value = |name: &str| -> Option<Cow<'_, str>> {
            let own = data.value(row, name).map(|value| Cow::Owned(value.to_owned()));
            own.or_else(|| Some(Cow::Owned(format!("{{{{{name}}}}}"))))
        };
        for (call, template) in calls.iter_mut().zip(&self.templates) {
            let filled = template.fill(&value);
            call.draft = filled.map_err(|why| Failure::Usage(format!("{}, line {}: {why}", call.id, row.line)))?;
        }
        output::say(&format!("filled with line {}, the first of {} rows ({})", row.line, data.rows.len(), data.about));
        Ok(())
    }

    /// Sends the calls in order. A call that fails ends it where `strict`.
    pub(super) async fn run(
        &self,
        client: &mut Client,
        row: &(dyn Fn(&str) -> Option<String> + Send + Sync),
        ready: Ready<'_>,
        strict: bool,
    ) -> Went {
        let mut went = Went::default();
        for (at, template) in self.templates.iter().enumerate() {
            let id = &self.ids[at];
            let draft = {
                let value = |name: &str| -> Option<Cow<'_, str>> {
                    let own = went.taken.get(name).cloned().or_else(|| row(name)).map(Cow::Owned);
                    // What nobody fills is no slot.
                    let slot = self.takes.iter().any(|take| take.name == name);
                    own.or_else(|| (!slot && !strict).then(|| Cow::Owned(format!("{{{{{name}}}}}"))))
                };
                template.fill(&value)
            };
            let draft = match draft {
                Ok(draft) => draft,
                Err(why) => {
                    went.stopped = Some((id.clone(), Stopped::NotSent(self.missing(why))));
                    return went;
                }
            };
            let mut hops = client.send_when(&draft, ready).await;
            hops.iter_mut().for_each(|exchange| exchange.origin = Some(self.origins[at].clone()));
            let run = Run { call: at, hops };
            let last = run.last().clone();
            let judged = self.judge(at, &last);
            for exchange in &run.hops {
                self.take(id, exchange, &mut went.taken);
            }
            went.runs.push(run);
            if let Some(stopped) = judged {
                let ends = strict || !matches!(stopped, Stopped::Failed(_));
                went.stopped = went.stopped.or_else(|| Some((id.clone(), stopped)));
                if ends && strict {
                    return went;
                }
            }
        }
        went
    }

    fn missing(&self, why: String) -> String {
        let take = self.takes.iter().find(|take| why.contains(&format!("{{{{{}}}}}", take.name)));
        match take.and_then(|take| take.only.clone()) {
            Some(id) => format!("{why}: the answer to {id} gave none"),
            None => why,
        }
    }

    fn take(&self, id: &str, exchange: &Exchange, taken: &mut HashMap<String, String>) {
        for take in &self.takes {
            let from_here = take.only.as_ref().is_none_or(|only| only == id);
            if from_here && let Some(value) = take.source.value(exchange) {
                taken.insert(take.name.clone(), value);
            }
        }
    }

    /// What is wrong with an answer: how it ended, what was expected, else whether the call failed by the rules.
    fn judge(&self, at: usize, exchange: &Exchange) -> Option<Stopped> {
        if let Outcome::Failed { stage, cause } = &exchange.outcome {
            let before = matches!(
                stage,
                Stage::RequestHead | Stage::Resolve | Stage::Dial | Stage::UpstreamProxy | Stage::TlsUpstream
            );
            let text = format!("{}: {cause}", stage.word());
            return Some(if before { Stopped::NotSent(text) } else { Stopped::Unknown(text) });
        }
        let last = at + 1 == self.templates.len();
        let mut for_it = self.expects.iter().filter(|expect| match &expect.only {
            Some(only) => *only == self.ids[at],
            None => last,
        });
        let mut checked = false;
        for expect in &mut for_it {
            checked = true;
            if let Err(why) = expect.check(exchange) {
                return Some(Stopped::Failed(why));
            }
        }
        (!checked && exchange.failed()).then(|| Stopped::Failed(why(exchange)))
    }
}

fn why(exchange: &Exchange) -> String {
    let call = &exchange.call;
    let nok = || call.nok.as_ref().and_then(|nok| nok.message.clone());
    let status = || exchange.response.as_ref().map(|r| format!("{} {}", r.status, r.reason).trim_end().to_owned());
    call.fault.clone().or_else(nok).or_else(status).unwrap_or_default()
}

/// A masked cookie that an earlier answer of the flow sets is set anew by it.
fn forget_sessions(calls: &mut [Call]) {
    let mut set: Vec<String> = Vec::new();
    for call in calls {
        let cookies = call.draft.headers.text("Cookie").unwrap_or_default();
        let masked =
            cookies.split(';').filter_map(|pair| pair.split_once('=')).filter(|(_, value)| value.contains("**"));
        let mut names = masked.map(|(name, _)| name.trim().to_owned()).peekable();
        if names.peek().is_some() && names.all(|name| set.contains(&name)) {
            call.draft.drop_holes(|hole| hole.name.eq_ignore_ascii_case("Cookie"));
        }
        if let Some(response) = &call.recorded.response {
            for header in response.headers.all("Set-Cookie") {
                set.extend(header.text().split('=').next().map(|name| name.trim().to_owned()));
            }
        }
    }
}
