//! The section that holds a dump's facts where its heading seems to say otherwise: `Java Programming Error`, or one in a
//! language of which a word is known by chance. It must not know how the facts are chosen.

use super::super::layout::Layout;
use super::super::learned::Judged;
use super::super::section::{self, SectionKind};
use super::super::synonyms::{Fact, Synonyms, words};

/// Different facts that show that a section is about the dump, and those that show that another one is.
const LEAST: usize = 5;
const ENOUGH: usize = 3;

/// Pairs that are looked at.
const MOST: usize = 4_000;

/// What a heading has in it that speaks of someone else than the one who failed.
const OTHERS: [&str; 9] = ["caller", "calling", "called", "other", "next", "parent", "history", "jobs", "users"];

/// Makes a section headed `caller` one of facts where it says who called, and no section of facts does: the program that
/// called another has a program in it.
fn promote_caller(layout: &mut Layout<'_>, synonyms: &Synonyms) {
    let states = |at: usize, fact: Fact| {
        let mut own = layout.pairs.iter().take(MOST).filter(|pair| pair.section == at);
        own.any(|pair| synonyms.meanings(None, &pair.name).first().is_some_and(|(meant, _)| *meant == fact))
    };
    let of_facts = |at: &usize| layout.sections[*at].kind == SectionKind::Facts;
    let all = 0..layout.sections.len().min(MOST);
    let named = |at: &usize| words(&layout.sections[*at].title) == "caller";
    let whose = |at: usize| [Fact::Company, Fact::Division, Fact::Job].into_iter().any(|fact| states(at, fact));
    let says = |at: &usize| states(*at, Fact::User) && whose(*at) && !states(*at, Fact::Program);
    let Some(caller) = all.clone().find(|at| named(at) && says(at)) else { return };
    if !all.clone().filter(of_facts).any(|at| states(at, Fact::User)) {
        layout.sections[caller].kind = SectionKind::Facts;
    }
}

/// Makes the section with most facts one of facts, where those that are called so state hardly any.
pub(super) fn promote(layout: &mut Layout<'_>, synonyms: &Synonyms) {
    promote_caller(layout, synonyms);
    let mut judged = vec![Judged::default(); layout.sections.len()];
    for pair in layout.pairs.iter().take(MOST) {
        if let Some(judged) = judged.get_mut(pair.section) {
            judged.add(&pair.name, &pair.value, false, synonyms);
        }
    }
    let about_it = |kind: SectionKind| matches!(kind, SectionKind::Facts | SectionKind::Trace);
    let mut sections = layout.sections.iter().zip(&judged);
    if sections.any(|(section, judged)| about_it(section.kind) && judged.facts.len() >= ENOUGH) {
        return;
    }
    let of_others =
        |title: &str| section::is_of_earlier(title) || words(title).split(' ').any(|word| OTHERS.contains(&word));
    let fits = |at: &usize| !of_others(&layout.sections[*at].title) && judged[*at].holds(LEAST);
    let best = (0..judged.len()).filter(fits).max_by_key(|at| judged[*at].facts.len());
    if let Some(at) = best {
        layout.sections[at].kind = SectionKind::Facts;
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::layout;
    use super::*;

    fn program(text: &str) -> Option<String> {
        let synonyms = Synonyms::standard();
        super::super::read(&mut layout::read(text, synonyms), synonyms).dump.program
    }

    #[test]
    fn a_section_full_of_facts_is_about_the_dump() {
        let facts = "Program: CRS008\nUser: JDOE\nCompany: 100\nPanel: E\nVersion: 15.1.4\nJob: 4711\n";
        assert_eq!(program(&format!("Dump\n\nJava Programming Error\n-----\n{facts}")).as_deref(), Some("CRS008"));
        assert_eq!(program(&format!("Dump\n\nPrevious error\n-----\n{facts}")), None);
        let other = "Program: OIS100\nUser: X\nCompany: 1\nPanel: B\nVersion: 2.1\n";
        let two = format!("{facts}\nJava system properties\n-----\n{other}");
        assert_eq!(program(&two).as_deref(), Some("CRS008"));
    }
}
