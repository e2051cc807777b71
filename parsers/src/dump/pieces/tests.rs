//! Synthetic sources in pieces far smaller than those that are read in earnest, so that all of it happens in small ones.

use std::convert::Infallible;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::{Dumps, OneHand, read};
use super::*;

/// What is read of a source in pieces of so many bytes.
fn in_pieces(bytes: &[u8], piece: u64) -> Vec<Dump> {
    let mut dumps = Vec::new();
    let most = AtomicU64::new(0);
    let part = |span: Span| {
        most.fetch_max(span.len, Ordering::Relaxed);
        Ok::<_, Infallible>(span.of(bytes).to_vec())
    };
    let taken = |dump| {
        dumps.push(dump);
        true
    };
    let Ok(()) = read_pieces(piece, bytes.len() as u64, 0, part, (Synonyms::standard(), &OneHand), taken);
    assert!(most.into_inner() <= piece);
    dumps
}

/// Without the place of the trace, which is one in the text of a dump or of a piece.
fn told(mut dumps: Vec<Dump>) -> Vec<Dump> {
    dumps.iter_mut().filter_map(|dump| dump.trace.as_mut()).for_each(|trace| trace.range = 0..0);
    dumps
}

fn same(own: &Dump, other: &Dump) {
    for (a, b) in own.fields.iter().zip(other.fields.iter()) {
        assert_eq!(a, b);
    }
    assert_eq!(own.unparsed, other.unparsed);
    assert_eq!(
        own.trace.as_ref().map(|t| t
            .throwables
            .iter()
            .map(|t| (t.role, t.frames.len(), t.more, t.further, t.frames.last()))
            .collect::<Vec<_>>()),
        other.trace.as_ref().map(|t| t
            .throwables
            .iter()
            .map(|t| (t.role, t.frames.len(), t.more, t.further, t.frames.last()))
            .collect::<Vec<_>>())
    );
    assert_eq!(own, other);
}

/// A synthetic dump with so many fields and frames.
fn dump(n: usize, fields: usize, frames: usize) -> String {
    use std::fmt::Write;
    let mut out = format!(
        "=====================\nM3 dump log {n}\n=====================\nProgram . . . : CRS008\nPanel . . . . : E\n\
User  . . . . : JD{n}\nCompany . . . : 100\n\njava.lang.IllegalStateException: READ_DSP ICFCMD\nof two lines\n"
    );
    for frame in 0..frames {
        let _infallible = writeln!(out, "\tat mvx.app.pgm.CRS008.M{frame}(CRS008.java:{frame})");
    }
    out.push_str("Caused by: java.io.IOException: x\n\tat a.B.c(B.java:1)\n\t... 2 more\n\nProgram stack\n-------------\nSYS\nCRS008\n\n");
    for field in 0..fields {
        let _infallible = match field % 40 {
            0 => writeln!(out, "\nFields of record {field}\n-------------------\nWW{field:04} = \"first\""),
            3 => writeln!(out, "Some words that nobody reads {field}"),
            7 => writeln!(out, "Text{field} . . : a value\n                with a second line"),
            11 => writeln!(out, "WX{field:04}    X'F0F1'    {field}"),
            _ => writeln!(out, "WW{field:04} = \"value {field}\""),
        };
    }
    out.push_str("\nSystem\n------\nVersion . . . : 15.1.2\nDivision  . . : AAA\n\n");
    out
}

#[test]
fn in_pieces_a_dump_reads_as_it_does_in_one() {
    let one = dump(1, 1_200, 30);
    let several: String = (0..20).map(|n| dump(n, 50 + n * 17 % 200, n % 50)).collect();
    let boxed: String = one.lines().map(|line| format!("| {line:<90} |\n")).collect();
    for text in [one, several, boxed] {
        let latin: Vec<u8> = text.replace("JD1", "J\u{dc}RG").chars().map(|c| c as u8).collect();
        let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        let letters = text.replace("words", "Wörter „in“ 😀");
        let ebcdic = encoding::to_cp037(&text);
        for bytes in [
            text.replace('\n', "\r\n").into_bytes(),
            text.replace('\n', "\r").into_bytes(),
            latin,
            utf16,
            letters.into_bytes(),
            ebcdic,
            text.into_bytes(),
        ] {
            let Dumps { dumps, encoding } = read(&bytes, Synonyms::standard());
            let whole = told(dumps);
            for piece in [17_000] {
                let pieces = told(in_pieces(&bytes, piece));
                assert_eq!(pieces.len(), whole.len(), "{encoding:?} {piece}");
                for (own, other) in pieces.iter().zip(&whole) {
                    same(own, other);
                }
            }
        }
    }
}

#[test]
fn a_trace_longer_than_a_piece_is_counted_whole() {
    let text = dump(1, 100, 5_000);
    let (whole, pieces) = (read(text.as_bytes(), Synonyms::standard()).dumps, in_pieces(text.as_bytes(), 50_000));
    same(&told(pieces)[0], &told(whole.clone())[0]);
    assert_eq!(whole[0].trace.as_ref().map(crate::trace::Trace::frames), Some(5_001));
}

#[test]
fn frames_and_fields_that_are_too_many_are_counted() {
    let frames = dump(1, 1, crate::trace::MOST_FRAMES + 70);
    let fields = dump(1, 112_000, 3);
    for (text, piece) in [(&frames, 1 << 20), (&fields, 1 << 20)] {
        let whole = told(read(text.as_bytes(), Synonyms::standard()).dumps);
        assert_eq!(told(in_pieces(text.as_bytes(), piece)), whole);
        let trace = whole[0].trace.as_ref().expect("a trace");
        assert_eq!(trace.further_frames() > 0, text == &frames);
        assert_eq!(whole[0].further_fields > 0, text == &fields);
        assert_eq!(
            (whole[0].version.as_deref(), trace.frames()),
            (Some("15.1.2"), if text == &frames { 100_071 } else { 4 })
        );
    }
}

#[test]
fn a_line_longer_than_a_piece_is_no_value_and_not_lost() {
    let long = "x1 ".repeat(40_000);
    let text = dump(1, 10, 2).replace("WW0005 = \"value 5\"", &format!("WW0005 = \"{long}\""));
    let found = in_pieces(text.as_bytes(), 20_000).swap_remove(0);
    let all = found.further.iter().chain(&found.unparsed).find(|span| span.len > long.len() as u64).expect("a place");
    assert!(all.of(text.as_bytes()).starts_with(b"WW0005"), "{found:?}");
    assert_eq!(
        (found.further_fields, found.version.as_deref(), found.division.as_deref()),
        (1, Some("15.1.2"), Some("AAA"))
    );
    let several = text.repeat(2).replace('\n', "\r\n");
    let lines: Vec<u64> = in_pieces(several.as_bytes(), 20_000).iter().map(|dump| dump.line).collect();
    assert_eq!(lines, [1, 1 + text.lines().count() as u64]);
    assert!(
        found.fields.iter().any(|field| field.name == "WW0006") && !found.fields.iter().any(|f| f.name == "WW0005")
    );
}

#[test]
fn reading_starts_and_ends_where_it_is_wanted() {
    let text: String = (0..60).map(|n| dump(n, 50, 3)).collect();
    let (read, mut taken) = (AtomicU64::new(0), 0);
    let part = |span: Span| {
        read.fetch_add(span.len, Ordering::Relaxed);
        Ok::<_, Infallible>(span.of(text.as_bytes()).to_vec())
    };
    let take = |_| {
        taken += 1;
        taken < 2
    };
    let Ok(()) = read_pieces(20_000, text.len() as u64, 0, part, (Synonyms::standard(), &OneHand), take);
    let whole = super::super::read(text.as_bytes(), Synonyms::standard()).dumps;
    for nth in [1, 17, 59] {
        let (mut own, part) = (Vec::new(), |span: Span| Ok::<_, Infallible>(span.of(text.as_bytes())));
        let take = |dump| {
            own.push(dump);
            own.len() < 3
        };
        let from = whole[nth].span.offset;
        let Ok(()) = read_pieces(20_000, text.len() as u64, from, part, (Synonyms::standard(), &OneHand), take);
        let fields = |dumps: &[Dump]| dumps.iter().map(|dump| (dump.span, dump.fields.clone())).collect::<Vec<_>>();
        assert_eq!(fields(&own), fields(&whole[nth..(nth + 3).min(60)]));
    }
    let read = read.into_inner();
    assert!(taken == 2 && read < 4 * 20_000 + text.len() as u64, "{taken} {read}");
}

#[test]
fn large_json_states_the_same_facts_and_counts_its_values() {
    let frames: Vec<String> = (0..200).map(|n| format!("\tat mvx.app.pgm.CRS008.M{n}(CRS008.java:{n})")).collect();
    let dump = |user: &str| {
        let fields: serde_json::Map<_, _> =
            (0..1_500).map(|n| (format!("WW{n:04}"), format!("v\u{e4}lue \\ \" {n}").into())).collect();
        let long = "\u{e4}\\\t x".repeat(9_000);
        serde_json::json!({"program": "CRS008", "fields": fields, "buffer": long, "user": user, "company": "100",
                "stackTrace": format!("java.lang.Error: x\n{}", frames.join("\n")), "callStack": ["SYS", "CRS008"]})
    };
    for text in [
        serde_json::json!({"dumps": [dump("ANNA"), dump("BERT")]}).to_string(),
        serde_json::to_string_pretty(&dump("ANNA")).expect("JSON"),
        format!("{}\n{}\n", dump("ANNA"), dump("BERT")),
    ] {
        let whole = read(text.as_bytes(), Synonyms::standard()).dumps;
        let found = in_pieces(text.as_bytes(), 40_000);
        assert_eq!(found.len(), whole.len());
        for (own, other) in found.iter().zip(&whole) {
            assert_eq!((&own.user, &own.program, &own.company), (&other.user, &other.program, &other.company));
            assert_eq!(
                (&own.call_stack, own.trace.as_ref().map(crate::trace::Trace::frames)),
                (&other.call_stack, Some(200))
            );
        }
        let fields =
            |dumps: &[Dump]| dumps.iter().map(|dump| dump.fields.len() as u64 + dump.further_fields).sum::<u64>();
        assert_eq!(fields(&found), fields(&whole));
        let further: u64 = found.iter().map(|dump| dump.further_fields).sum();
        assert!(further > 300, "{further}");
        assert!(found.iter().flat_map(|dump| &dump.further).all(|span| span.of(text.as_bytes()).starts_with(b"\"")));
    }
}

#[test]
fn large_xml_states_the_same_facts_and_counts_its_values() {
    use std::fmt::Write;
    let mut text = String::from("<?xml version=\"1.0\"?>\n<dump>\n <program>CRS008</program>\n <fields>\n");
    for n in 0..3_000 {
        let _infallible = match n % 3 {
            0 => writeln!(text, "  <field name=\"WW{n:04}\">value {n}</field>"),
            1 => writeln!(text, "  <field><name>WX{n:04}</name><value>{n}</value></field>"),
            _ => writeln!(text, "  <WY{n:04}>\u{e4} {n}</WY{n:04}>"),
        };
    }
    text.push_str(" </fields>\n <stackTrace><![CDATA[java.lang.IllegalStateException: x\n");
    for n in 0..1_500 {
        let _infallible = writeln!(text, "\tat mvx.app.pgm.CRS008.M{n}(CRS008.java:{n})");
    }
    text.push_str("]]></stackTrace>\n <user>JDOE</user>\n <callStack><program>SYS</program><program>CRS008</program></callStack>\n</dump>\n");
    let whole = read(text.as_bytes(), Synonyms::standard()).dumps.swap_remove(0);
    let found = in_pieces(text.as_bytes(), 40_000).swap_remove(0);
    let facts = |dump: &Dump| (dump.program.clone(), dump.user.clone(), dump.exception.clone(), dump.span, dump.line);
    assert_eq!(facts(&found), facts(&whole));
    assert!(found.fields.len() < 1_000 && !found.fields.is_empty(), "{}", found.fields.len());
    assert!(found.further_fields > 1_900, "{}", found.further_fields);
    for field in found.fields.iter() {
        assert!(field.span.of(text.as_bytes()).starts_with(b"<"), "{field:?}");
        assert!(
            whole
                .fields
                .iter()
                .any(|other| (other.name, other.value, other.span) == (field.name, field.value, field.span)),
            "{field:?}"
        );
    }
    let all = found.further.iter().chain(&found.unparsed).all(|span| !span.of(text.as_bytes()).is_empty());
    assert!(all && found.trace.is_some_and(|trace| trace.frames() > 100));
}
