//! The parts of a dump behind its head: program stack, field values, and what is about something else.

use serde_json::{Map, Value, json};

use super::super::story::Story;
use super::Head;
use super::styles::{Heading, Sign};
use crate::incidents::rng::Rng;

/// The program stack under a heading of its own, and the order that it is to be read in.
pub(super) fn stack(story: &Story, heading: &Heading, rng: &mut Rng) -> (String, Vec<String>) {
    let all = &story.stack;
    let title = rng.pick(&["Program stack", "Call stack", "Program call stack", "M3 call stack", "Invocation stack"]);
    let mut title = title.to_owned();
    let mut shown: Vec<&String> = all.iter().collect();
    if rng.chance(0.25) {
        shown.reverse();
        title.push_str(" (most recent call first)");
    }
    let style = rng.below(8);
    let entry = |(n, program): (usize, &&String)| match style {
        0 => format!("{program}\n"),
        1 => format!("  {}  {program}\n", n + 1),
        2 => format!("{}{program}\n", "  ".repeat(n)),
        3 => format!("#{n} {program}\n"),
        4 => format!("{n}: {program}\n"),
        5 => format!("[{n}] {program}\n"),
        6 => format!("{}-> {program}\n", "  ".repeat(n)),
        _ => format!("{:>5} {program:<10} {}\n", n + 1, "main"),
    };
    let mut text = heading.write(&title);
    if style == 7 {
        text.push_str("Level Program    Method\n");
    }
    text.extend(shown.iter().enumerate().map(entry));
    text.push('\n');
    (text, all.clone())
}

/// The field values.
pub(super) fn fields(story: &Story, heading: &Heading, rng: &mut Rng) -> String {
    let title = rng.pick(&[
        "Display file fields",
        "Field values",
        "Variables",
        "Program fields",
        "Record fields",
        "Field dump",
    ]);
    let mut text = heading.write(title);
    let style = rng.below(10);
    if style == 3 {
        text.push_str("Name       Type      Value\n---------- --------- ------------------\n");
    }
    if style == 8 {
        text.push_str("| Field | Value |\n|-------|-------|\n");
    }
    for (name, value) in &story.fields {
        let hex = || value.bytes().map(|b| format!("{b:02X}")).collect::<String>();
        text.push_str(&match style {
            0 => format!("{name} = \"{value}\"\n"),
            1 => format!("{name}: {value}\n"),
            2 => format!("{name}={value}\n"),
            3 => format!("{name:<10} CHAR(10)  '{value}'\n"),
            4 => format!("{name:<10} '{value}'   X'{}'\n", hex()),
            5 => format!("{name:<12} CHAR(10)      '{value}'\n"),
            6 => format!("  {name:<10} . . . : {value}\n"),
            7 => format!("{name:<10} {value}\n"),
            8 => format!("| {name} | {value} |\n"),
            _ => format!("{name}('{value}')\n"),
        });
    }
    text.push('\n');
    text
}

/// What is about something else than the failure.
pub(super) fn surroundings(heading: &Heading, sign: &Sign, rng: &mut Rng) -> String {
    let row = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let (title, rows) = match rng.below(5) {
        0 => (
            "JVM properties",
            vec![
                row("java.version", "1.8.0_201"),
                row("user.name", "svc_m3"),
                row("os.name", "Windows Server 2016"),
                row("java.vm.version", "25.201-b09"),
            ],
        ),
        1 => {
            ("Java Virtual Machine", vec![row("Version", "1.8.0_201"), row("Vendor", "Oracle"), row("User", "SYSTEM")])
        }
        2 => ("Caller", vec![row("Program", "MNS150"), row("User", "OTHER"), row("Panel", "B")]),
        3 => (
            "Previous job",
            vec![row("Job", "999999"), row("Program", "MMS001"), row("Company", "200"), row("Division", "ZZZ")],
        ),
        _ => ("Operating system", vec![row("Name", "Linux"), row("Version", "4.18.0"), row("User", "root")]),
    };
    format!("{}{}\n", heading.write(title), sign.write(&rows))
}

pub(super) fn xml(story: &Story, head: &Head, with_trace: bool, rng: &mut Rng) -> String {
    let element = |name: &str| name.replace([' ', '/'], "");
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    let style = rng.below(3);
    let rows: String = head
        .rows
        .iter()
        .map(|(name, value)| {
            let (tag, value) = (element(name), escape(value));
            match style {
                0 => format!("  <{tag}>{value}</{tag}>\n"),
                1 => format!("  <item name=\"{name}\">{value}</item>\n"),
                _ => format!("  <property name=\"{name}\" value=\"{value}\"/>\n"),
            }
        })
        .collect();
    let trace =
        if with_trace { format!("  <stackTrace><![CDATA[{}]]></stackTrace>\n", story.trace) } else { String::new() };
    let fields: String = story
        .fields
        .iter()
        .map(|(name, value)| format!("    <field name=\"{name}\">{}</field>\n", escape(value)))
        .collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<dump>\n{rows}{trace}  <fields>\n{fields}  </fields>\n</dump>\n"
    )
}

pub(super) fn json(story: &Story, head: &Head, with_trace: bool, rng: &mut Rng) -> String {
    let mut map: Map<String, Value> = head.rows.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    if with_trace {
        let lines: Vec<&str> = story.trace.lines().collect();
        let trace = if rng.chance(0.5) { json!(story.trace) } else { json!(lines) };
        map.insert("stackTrace".to_owned(), trace);
    }
    let fields: Map<String, Value> = story.fields.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    map.insert("fields".to_owned(), Value::Object(fields));
    if rng.chance(0.5) { json!({"dump": map}).to_string() } else { format!("{:#}\n", Value::Object(map)) }
}
