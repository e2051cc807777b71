//! What happened, before it is written down in some notation.

use std::collections::BTreeMap;

use crate::incidents::rng::Rng;

/// The facts that are judged, by the contract's names.
pub(super) const NAMES: [&str; 15] = [
    "at",
    "program",
    "panel",
    "user",
    "job",
    "company",
    "division",
    "environment",
    "version",
    "exception",
    "exception_message",
    "where",
    "call_stack",
    "java_stack",
    "customer_code",
];

/// What a written dump states.
#[derive(Clone, Default)]
pub(super) struct Told {
    /// By the contract's names.
    pub(super) facts: BTreeMap<&'static str, String>,
    /// Other values that are right as well: what can be concluded where nothing is stated.
    pub(super) also: BTreeMap<&'static str, Vec<String>>,
}

/// One crash.
pub(super) struct Story {
    /// Year to second, and milliseconds.
    pub(super) at: [u32; 7],
    pub(super) program: String,
    pub(super) panel: String,
    pub(super) user: String,
    pub(super) job: String,
    pub(super) company: String,
    pub(super) division: String,
    pub(super) environment: String,
    pub(super) version: String,
    pub(super) exception: String,
    pub(super) message: Option<String>,
    pub(super) operation: String,
    pub(super) object: String,
    /// Outermost first.
    pub(super) stack: Vec<String>,
    /// The Java trace as printed, and its frames.
    pub(super) trace: String,
    pub(super) frames: u32,
    pub(super) customer: bool,
    /// The method of the first M3 frame.
    pub(super) method: String,
    pub(super) fields: Vec<(String, String)>,
}

fn digits(rng: &mut Rng, n: usize) -> String {
    (0..n).map(|_| char::from(b'0' + rng.below(10) as u8)).collect()
}

fn letters(rng: &mut Rng, n: usize) -> String {
    (0..n).map(|_| char::from(b'A' + rng.below(26) as u8)).collect()
}

fn program(rng: &mut Rng) -> String {
    let area = rng.pick(&["CRS", "MMS", "OIS", "PPS", "APS", "ARS", "MWS", "PMS", "QMS", "MNS", "DRS", "RPS", "ATS"]);
    let tail = rng.pick(&["", "", "", "", "MI", "BC"]);
    format!("{area}{}{tail}", 100 + rng.below(899))
}

impl Story {
    pub(super) fn new(rng: &mut Rng) -> Self {
        let program_name = program(rng);
        let mut stack = vec!["SYS".to_owned()];
        for _ in 0..rng.below(4) {
            stack.push(program(rng));
        }
        stack.push(program_name.clone());
        stack.dedup();
        let panel = rng.pick(&["A", "B", "E", "F", "G", "E1", "B1", "J"]).to_owned();
        let exception = rng
            .pick(&[
                "java.lang.NullPointerException",
                "java.lang.ArrayIndexOutOfBoundsException",
                "java.lang.IllegalStateException",
                "java.lang.NumberFormatException",
                "java.lang.ClassCastException",
                "java.sql.SQLException",
                "java.lang.StackOverflowError",
                "mvx.runtime.MvxRuntimeException",
                "com.infor.m3.be.ProgramFailure",
            ])
            .to_owned();
        let operation = rng
            .pick(&["READ_DSP", "CHAIN", "READE", "SETLL", "UPDAT", "WRITE", "DELET", "CHAIN_LOCK", "EXFMT", "READ"])
            .to_owned();
        let object = match operation.as_str() {
            "READ_DSP" | "EXFMT" => format!("{}{}", &program_name[..6], &panel[..1]),
            _ => rng.pick(&["MITMAS", "OCUSMA", "CFACIL", "MITBAL", "OOHEAD", "FGLEDG", "CIDMAS", "MPHEAD"]).to_owned(),
        };
        let message = match rng.below(6) {
            0 | 1 => None,
            2 => Some(format!("{operation} {object}")),
            3 => Some(format!("Index {} out of bounds for length {}", rng.below(90), rng.below(40))),
            4 => Some("Cannot invoke \"String.trim()\" because \"this.WWFACI\" is null".to_owned()),
            _ => Some(format!("For input string: \"{}\"", letters(rng, 3))),
        };
        let customer = rng.chance(0.3);
        let method = format!("P{}{}", &panel[..1], rng.pick(&["INZ", "DSP", "CHK", "UPD"]));
        let (trace, frames) = trace(rng, &exception, message.as_deref(), &program_name, &method, customer);
        Self {
            at: [
                2010 + rng.below(17) as u32,
                1 + rng.below(12) as u32,
                // No day that could be a month.
                13 + rng.below(16) as u32,
                rng.below(24) as u32,
                rng.below(60) as u32,
                rng.below(60) as u32,
                rng.below(1000) as u32,
            ],
            user: match rng.below(6) {
                0 => format!("{}{}", letters(rng, 3), digits(rng, 3)),
                1 => "MWSUSR".to_owned(),
                2 => "CORP\\jdoe".to_owned(),
                3 => "jane.doe@acme.example".to_owned(),
                4 => letters(rng, 8),
                _ => format!("M3{}", letters(rng, 5)),
            },
            job: match rng.below(3) {
                0 => (0..32).map(|_| char::from(b"0123456789abcdef"[rng.below(16)])).collect(),
                1 => digits(rng, 6),
                _ => format!("{}/QM3/{}", digits(rng, 6), letters(rng, 6)),
            },
            company: rng.pick(&["100", "330", "1", "780", "001"]).to_owned(),
            division: rng.pick(&["AAA", "A01", "100", "US1", "SE"]).to_owned(),
            environment: rng.pick(&["M3BE_15.1_PRD", "M3BEEnv", "PRD", "TST13", "m3be-test", "DEV 13.4"]).to_owned(),
            version: rng.pick(&["15.1.2:*NONE", "13.4.0:12", "14.1.1", "15.1.4.0:107", "V15R1M2"]).to_owned(),
            program: program_name,
            panel,
            exception,
            message,
            operation,
            object,
            stack,
            trace,
            frames,
            customer,
            method,
            fields: fields(rng),
        }
    }

    pub(super) fn iso(&self, between: char) -> String {
        let [y, mo, d, h, mi, s, _] = self.at;
        format!("{y:04}-{mo:02}-{d:02}{between}{h:02}:{mi:02}:{s:02}")
    }
}

fn fields(rng: &mut Rng) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for _ in 0..rng.below(30) {
        let name = match rng.below(8) {
            // Names that a dump's head has as well: here they are the program's variables.
            0 => {
                rng.pick(&["CONO", "DIVI", "USID", "USER", "PGNM", "ENV", "COMPANY", "VERSION", "PANEL", "JOB"]).into()
            }
            1 => format!("IN{}", digits(rng, 2)),
            _ => format!("{}{}", rng.pick(&["WW", "WE", "MM", "OK", "XX", "FF"]), letters(rng, 4)),
        };
        if all.iter().any(|(known, _)| *known == name) {
            continue;
        }
        let value = match rng.below(6) {
            0 => String::new(),
            1 => digits(rng, 5),
            2 => format!("{} {}", letters(rng, 4), letters(rng, 6)),
            3 => format!("{}.{}", digits(rng, 3), digits(rng, 2)),
            4 => "20260113".to_owned(),
            _ => letters(rng, 3),
        };
        all.push((name, value));
    }
    all
}

fn trace(
    rng: &mut Rng,
    exception: &str,
    message: Option<&str>,
    program: &str,
    method: &str,
    customer: bool,
) -> (String, u32) {
    let mut text = match message {
        Some(message) => format!("{exception}: {message}\n"),
        None => format!("{exception}\n"),
    };
    let mut count = 0;
    let mut frame = |text: &mut String, class: &str, method: &str, file: &str, line: usize| {
        text.push_str(&format!("\tat {class}.{method}({file}.java:{line})\n"));
        count += 1;
    };
    if rng.chance(0.3) {
        frame(&mut text, "java.util.ArrayList", "get", "ArrayList", 433);
    }
    if rng.chance(0.3) {
        frame(&mut text, "mvx.util.MvxString", "moveLeft", "MvxString", 211);
    }
    let package = if customer { "mvx.app.pgm.customer" } else { "mvx.app.pgm" };
    let class = format!("{package}.{program}");
    frame(&mut text, &class, method, program, 100 + rng.below(4000));
    for step in ["process", "main"] {
        frame(&mut text, &class, step, program, 100 + rng.below(900));
    }
    frame(&mut text, "mvx.app.common.Interactive", "run", "Interactive", 77);
    frame(&mut text, "java.lang.Thread", "run", "Thread", 748);
    if rng.chance(0.25) {
        text.push_str("Caused by: java.io.IOException: broken pipe\n");
        frame(&mut text, "mvx.db.common.GenericDB", "flush", "GenericDB", 90);
        text.push_str("\t... 5 more\n");
    }
    (text, count)
}
