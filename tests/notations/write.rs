//! A crash written down in a notation made up for it: names, signs, rules and the order of parts are drawn at random.

mod parts;
mod styles;

use super::story::{Story, Told};
use crate::incidents::rng::Rng;
use styles::{Case, Heading, Sign};

/// Names under which somebody who writes a dump might state a fact.
pub(super) const NAMES: [(&str, &[&str]); 14] = [
    (
        "at",
        &[
            "Created",
            "Dump created",
            "Timestamp",
            "Date and time",
            "Dump time",
            "Time of failure",
            "Date/Time",
            "Occurred at",
            "Generated",
            "Crash time",
            "Written at",
            "Time",
            "Datetime",
            "Dumped at",
        ],
    ),
    (
        "program",
        &[
            "Program",
            "Program name",
            "Failing program",
            "PGM",
            "M3 program",
            "Pgm name",
            "Program ID",
            "PGNM",
            "Current program",
            "Program in error",
            "Crashed program",
            "PGMN",
            "Prog",
        ],
    ),
    (
        "panel",
        &[
            "Panel",
            "Current panel",
            "Panel ID",
            "Active panel",
            "PNL",
            "Panel name",
            "Screen",
            "Panel/Screen",
            "Last panel",
            "Display panel",
        ],
    ),
    (
        "user",
        &[
            "User",
            "User ID",
            "USID",
            "M3 user",
            "User name",
            "User profile",
            "Signed on user",
            "Userid",
            "Logged on user",
            "Run by",
            "Login",
            "Owner",
        ],
    ),
    ("job", &["Job", "Job ID", "Job number", "Job no", "jobUUID", "BJNO", "Job UUID", "M3 job", "Batch job", "Job #"]),
    ("company", &["Company", "CONO", "Company number", "Company no", "Cono", "Company code", "Company (CONO)", "Comp"]),
    ("division", &["Division", "DIVI", "Division code", "Divi", "Division (DIVI)", "Div"]),
    (
        "environment",
        &["Environment", "M3 environment", "Env", "Environment name", "M3BE environment", "Environment ID", "System"],
    ),
    (
        "version",
        &[
            "Version",
            "Program version",
            "Version information",
            "M3 version",
            "Release",
            "BE version",
            "Version and fix level",
            "Ver",
            "Version/fix level",
        ],
    ),
    (
        "exception",
        &[
            "Exception",
            "Exception class",
            "Java exception",
            "Exception type",
            "Error class",
            "Throwable",
            "Exception name",
            "Error type",
        ],
    ),
    (
        "exception_message",
        &["Exception message", "Message", "Error message", "Exception text", "Error text", "Msg", "Detail message"],
    ),
    (
        "where",
        &[
            "Failing operation",
            "Operation",
            "Failed operation",
            "Last operation",
            "Current operation",
            "Operation in error",
            "Failing statement",
            "Failed at",
        ],
    ),
    ("object", &["Object", "File", "Table", "Record format", "Format"]),
    (
        "call_stack",
        &["Call stack", "Program stack", "callStack", "Call chain", "Invocation stack", "Program call stack", "Stack"],
    ),
];

pub(super) fn name(fact: &str, rng: &mut Rng) -> &'static str {
    let names = NAMES.iter().find(|(known, _)| *known == fact).map_or(&["?"][..], |(_, names)| names);
    rng.pick(names)
}

/// The head of a dump while it is drawn up: facts by the contract's names, and as they are written.
pub(super) struct Head {
    pub(super) rows: Vec<(String, String)>,
}

/// A dump and what it states.
pub(super) fn dump(story: &Story, rng: &mut Rng) -> (Told, String) {
    let mut told = Told::default();
    let head = head(story, rng, &mut told);
    let with_trace = rng.chance(0.75);
    let with_stack = rng.chance(0.4);
    let text = match rng.below(10) {
        0 => parts::xml(story, &head, with_trace, rng),
        1 => parts::json(story, &head, with_trace, rng),
        _ => lines(story, &head, (with_trace, with_stack), rng, &mut told),
    };
    if with_trace {
        told.facts.insert("exception", story.exception.clone());
        match &story.message {
            Some(message) => told.facts.insert("exception_message", message.clone()),
            None => told.facts.remove("exception_message"),
        };
        told.facts.insert("java_stack", story.frames.to_string());
        told.also.insert("program", vec![story.program.clone()]);
        if story.customer {
            told.facts.insert("customer_code", "true".to_owned());
        }
        if !told.facts.contains_key("where") {
            told.facts.insert("where", inferred(story));
        }
    } else if !told.facts.contains_key("where") && told.facts.contains_key("exception_message") {
        told.also.insert("where", vec![format!("{} {}", story.operation, story.object)]);
    }
    if story.message.is_none() || !told.facts.contains_key("exception_message") {
        told.also.entry("exception_message").or_default().extend(story.message.clone());
    }
    (told, text)
}

/// Operation and object where the message has them, else the first M3 frame.
fn inferred(story: &Story) -> String {
    let operation = format!("{} {}", story.operation, story.object);
    if story.message.as_ref() == Some(&operation) { operation } else { format!("{}.{}", story.program, story.method) }
}

fn head(story: &Story, rng: &mut Rng, told: &mut Told) -> Head {
    let case = Case::any(rng);
    let mut rows = Vec::new();
    let at = written(story, rng);
    let where_one = format!("{}{}{}", story.operation, rng.pick(&[" ", " on ", " "]), story.object);
    let stack = story.stack.join(rng.pick(&["->", " -> ", "/", " > ", ", "]));
    let mut all: Vec<(&'static str, String, String)> = vec![
        ("program", story.program.clone(), story.program.clone()),
        ("at", at.0, at.1),
        ("panel", story.panel.clone(), story.panel.clone()),
        ("user", story.user.clone(), story.user.clone()),
        ("job", story.job.clone(), story.job.clone()),
        ("company", story.company.clone(), story.company.clone()),
        ("division", story.division.clone(), story.division.clone()),
        ("environment", story.environment.clone(), story.environment.clone()),
        ("version", story.version.clone(), story.version.clone()),
        ("where", where_one, format!("{} {}", story.operation, story.object)),
        ("exception", story.exception.clone(), story.exception.clone()),
        ("call_stack", stack, story.stack.join(">")),
    ];
    all.extend(story.message.clone().map(|m| ("exception_message", m.clone(), m)));
    for _ in 0..6 {
        let (a, b) = (rng.below(all.len()), rng.below(all.len()));
        all.swap(a, b);
    }
    for (fact, text, value) in all {
        if rng.chance(0.2) {
            continue;
        }
        told.facts.insert(fact, value);
        if fact == "where" && rng.chance(0.2) {
            rows.push((case.write(name("where", rng)), story.operation.clone()));
            rows.push((case.write(name("object", rng)), story.object.clone()));
            continue;
        }
        rows.push((case.write(name(fact, rng)), text));
    }
    if rng.chance(0.5) {
        rows.push((case.write("Job type"), rng.pick(&["Interactive", "Batch", "MIBatch"]).to_owned()));
    }
    if rng.chance(0.3) {
        rows.push((case.write("Host"), "srv-m3-01".to_owned()));
    }
    if rng.chance(0.3) {
        rows.push((case.write("Build"), "000000000000107".to_owned()));
    }
    Head { rows }
}

/// The time as written and as it is to be read.
fn written(story: &Story, rng: &mut Rng) -> (String, String) {
    let [y, mo, d, h, mi, s, ms] = story.at;
    let iso = story.iso('T');
    match rng.below(7) {
        0 => (story.iso(' '), iso),
        1 => (iso.clone(), iso),
        2 => (format!("{}.{ms:03}", story.iso(' ')), format!("{iso}.{ms:03}")),
        3 => (format!("{d:02}.{mo:02}.{y} {h:02}:{mi:02}:{s:02}"), iso),
        4 => (format!("{y}/{mo:02}/{d:02} {h:02}:{mi:02}:{s:02}"), iso),
        5 => (format!("{}Z", story.iso('T')), format!("{iso}Z")),
        _ => (format!("{},{ms:03}", story.iso(' ')), format!("{iso}.{ms:03}")),
    }
}

fn lines(story: &Story, head: &Head, with: (bool, bool), rng: &mut Rng, told: &mut Told) -> String {
    let heading = Heading::any(rng);
    let sign = Sign::any(rng);
    let mut text = String::new();
    if rng.chance(0.8) {
        let title = rng.pick(&[
            "M3 Business Engine dump log",
            "M3 BE Program Dump",
            "Dump log",
            "Abnormal program termination",
            "M3 DUMP",
        ]);
        text.push_str(&heading.write(title));
    }
    let cut = if rng.chance(0.4) { rng.below(head.rows.len().max(1)) } else { 0 };
    text.push_str(&sign.write(&head.rows[..cut]));
    if cut > 0 {
        text.push_str(&heading.write(rng.pick(&[
            "Program information",
            "Context",
            "Job information",
            "General",
            "Details",
        ])));
    }
    text.push_str(&sign.write(&head.rows[cut..]));
    let mut blocks: Vec<String> = Vec::new();
    if with.0 {
        let titled = rng.pick(&["Java stack trace", "Exception", "Stack trace", "Java call stack", "Exception stack"]);
        let trace = if rng.chance(0.2) { story.trace.replace('\t', "    ") } else { story.trace.clone() };
        blocks.push(if rng.chance(0.8) {
            format!("{}{trace}\n", heading.write(titled))
        } else {
            format!("\n{trace}\n")
        });
    }
    if with.1 && !told.facts.contains_key("call_stack") {
        let (stack, order) = parts::stack(story, &heading, rng);
        blocks.push(stack);
        told.facts.insert("call_stack", order.join(">"));
    }
    if rng.chance(0.8) {
        blocks.push(parts::fields(story, &heading, rng));
    }
    if rng.chance(0.3) {
        blocks.push(parts::surroundings(&heading, &sign, rng));
    }
    for _ in 0..3 {
        let (a, b) = (rng.below(blocks.len().max(1)), rng.below(blocks.len().max(1)));
        if !blocks.is_empty() {
            blocks.swap(a, b);
        }
    }
    text.push_str(&blocks.concat());
    if rng.chance(0.3) {
        text.push_str(&heading.write("End of dump"));
    }
    text
}
