//! What effects came to. Answers to questions that nobody asks any more are dropped.

use std::sync::Arc;

use crate::tui::effect::{Among, Answer, Effect};
use crate::tui::model::Model;
use crate::tui::model::overlay::{Count, Overlay};
use crate::tui::model::page::Page;
use crate::tui::model::text::Reading;

use super::{
    chains, find, following, habits, held, jump, live, narrow, note, replay, settle, start, streams, waterfall,
};

/// One answer.
pub(super) fn answer(model: &mut Model, answer: Answer) -> Vec<Effect> {
    match answer {
        Answer::Indexed(indexed) => return live::indexed(model, *indexed),
        Answer::Paths { text, found, follows } => return start::looked(model, &text, found, follows),
        Answer::PathCompleted { text, start, with } => start::offered(model, &text, start, with),
        Answer::Records(records) => {
            for (at, record) in records {
                if let Ok(record) = &record {
                    model.further.iter_mut().for_each(|column| column.widen(record));
                }
                model.details.put(at, record);
            }
        }
        Answer::Scanned { which, ticket, rows, done, total, finished } => {
            narrow::scanned(model, which, ticket, &rows, (done, total), finished);
        }
        Answer::Found { among, ticket, event, wrapped } => match among {
            Among::Events(which) => find::found(model, which, ticket, event, wrapped),
            Among::Streams => streams::found(model, ticket, event, wrapped),
        },
        Answer::Hits { among, ticket, found, progress } => find::counted(model, among, ticket, &found, progress),
        Answer::HitLines { ticket, found, progress } => return find::counted_lines(model, ticket, &found, progress),
        Answer::Joined { call } => return jump::joined(model, call),
        Answer::Exchange { ticket, request, answer } => {
            if let Some(Page::Exchange(page)) = &mut model.page
                && page.ticket == ticket
            {
                page.request.replace(request);
                page.answer.replace(answer);
            }
        }
        Answer::Compared { ticket, rows } => {
            if let Some(compare) = model.compare.as_mut().filter(|c| c.ticket == ticket) {
                compare.rows = Arc::new(rows);
            }
        }
        Answer::Drafted { ticket, read } => return replay::read(model, ticket, read),
        Answer::Sent { ticket, sent } => return replay::sent(model, ticket, sent),
        Answer::Concluded(investigation) => return live::concluded(model, *investigation),
        Answer::Rested => return following::rested(model),
        Answer::Density(density) => model.density = density,
        Answer::Report(text) => model.report.replace(text),
        Answer::Copied(told) => model.say(told),
        Answer::CopyText(text) if text.is_empty() => model.refuse("there is no body to copy"),
        Answer::CopyText(text) => return vec![Effect::Copy(text)],
        Answer::Saved(Ok(path)) => model.say(format!("written to {path}")),
        Answer::Streams { ticket, rows, total } => streams::filled(model, ticket, rows, total),
        Answer::Waterfall { ticket, bars } => waterfall::filled(model, ticket, bars),
        Answer::Beneath(beneath) => waterfall::found(model, beneath),
        Answer::Broken { whole, text } => settle::broken(model, &whole, &text),
        Answer::FoundLine { text, line } => find::found_line(model, &text, line),
        Answer::Failed(why) => model.refuse(why),
        Answer::StillHeld(id, why) => held::refused(model, id, &why),
        Answer::Kept => model.draft = None,
        Answer::Remarked(remarks) => {
            model.around.set_remarks(remarks);
            note::refresh(model);
        }
        Answer::Counted { ticket, found, done, total } => {
            if let Some(Overlay::Prompt(prompt)) = &mut model.overlay
                && let Some(count) = prompt.count.as_mut().filter(|count| count.ticket == ticket)
            {
                *count = Count { ticket, found, done, total };
            }
        }
        Answer::Pasted(pasted) => return live::pasted(model, pasted),
        // What is being written isn't covered; asking again is quick.
        Answer::Differs(_) if model.overlay.is_some() => model.say("what differs is found: gd shows it"),
        Answer::Differs(text) => {
            model.notice = None;
            model.overlay = Some(Overlay::Help(Reading::new(text)));
        }
        Answer::Called(call) => return habits::called(model, call),
        Answer::Alike(alike) => return chains::alike(model, alike),
        Answer::Saved(Err(why)) => model.refuse(format!("not written: {why}")),
    }
    Vec::new()
}
