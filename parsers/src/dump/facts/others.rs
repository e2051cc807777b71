//! Pairs of a dump that are of others than the failure: of the machine that it stands on, and of what carried the dump. It
//! must not know which fact a pair would state.

use super::super::layout::Layout;
use super::super::synonyms::words as bare_words;
use super::MOST_FACTS;

/// Whether a pair is one of the machine's variables, `USERNAME` beside `COMPUTERNAME`, in a section that doesn't say so.
pub(super) fn is_of_the_machine(layout: &Layout<'_>, at: usize) -> bool {
    const VARIABLES: [&str; 8] =
        ["COMPUTERNAME", "PATH", "JAVA_HOME", "HOSTNAME", "SHELL", "java.version", "os.name", "user.dir"];
    let pair = &layout.pairs[at];
    // The number of a user of Unix.
    if pair.name.eq_ignore_ascii_case("uid") && pair.value.bytes().all(|b| b.is_ascii_digit()) {
        return true;
    }
    if !pair.name.eq_ignore_ascii_case("username") && pair.name != "USER" {
        return false;
    }
    let beside = layout.pairs.iter().take(at + 3).skip(at.saturating_sub(2));
    beside.filter(|other| other.section == pair.section).any(|other| VARIABLES.contains(&other.name.as_ref()))
}

/// Whether a pair is of what carried the dump: `version` beside `short_message` is that of GELF, `Date` beside `Subject`
/// that of a mail.
pub(super) fn is_of_the_carrier(layout: &Layout<'_>, at: usize) -> bool {
    const DATES: [&str; 7] = ["Date", "Sent", "Datum", "Gesendet", "Skickat", "Envoyé", "Sendt"];
    const SUBJECTS: [&str; 6] = ["Subject", "Betreff", "Ämne", "Objet", "Emne", "Onderwerp"];
    let pair = &layout.pairs[at];
    if DATES.contains(&pair.name.as_ref()) {
        let near = layout.pairs.iter().take(at + 5).skip(at.saturating_sub(4));
        return near.filter(|other| SUBJECTS.contains(&other.name.as_ref())).count() > 0;
    }
    // What wrote the record says its own: `"scope": {"name": "mvx.runtime.Job", "version": "2.1"}` of OpenTelemetry.
    let written_by = || {
        const WRITERS: [&str; 12] = [
            "scope",
            "instrumentation scope",
            "sdk",
            "agent",
            "collector",
            "exporter",
            "generator",
            "producer",
            "writer",
            "logger",
            "library",
            "tool",
        ];
        WRITERS.contains(&bare_words(&layout.sections[pair.section].title).as_str())
    };
    if pair.name.eq_ignore_ascii_case("version") && written_by() {
        return true;
    }
    let of_gelf = || layout.facts().take(MOST_FACTS).any(|other| other.name == "short_message");
    pair.name == "version" && matches!(pair.value.as_ref(), "1.0" | "1.1") && of_gelf()
}
