//! Reading: places, hits, broken lines, folds.

use super::*;

#[test]
fn long_lines_go_on_in_the_next_and_no_byte_is_lost() {
    let long = "ä".repeat(LONGEST);
    let text = Text::plain(&format!("one\r\n{long}\n"));
    assert_eq!(text.len(), 4);
    assert_eq!(text.line(0), Some(("one", Role::Plain)));
    assert_eq!(text.line(1).map(|(l, _)| l.len()), Some(LONGEST));
    assert_eq!(text.line(3), Some(("", Role::Plain)));
    assert_eq!(text.whole().replace('\n', ""), format!("one{long}"));
}

#[test]
fn hits_are_found_both_ways_round_the_end() {
    let mut reading = Reading::new(Text::plain("a\nb\nhit\nc\nhit"));
    assert_eq!(reading.find_next(true, 2), Some(false));
    reading.find = Regex::new("hit").ok();
    for expected in [2, 4, 2] {
        assert_eq!(reading.find_next(true, 2), Some(true));
        assert_eq!(reading.row, expected);
    }
    assert_eq!(reading.find_next(false, 2), Some(true));
    assert_eq!(reading.row, 4);
}

#[test]
fn the_place_is_kept_when_lines_are_broken_otherwise() {
    let text: String = (0..100).map(|n| format!("line {n} of a text with some words\n")).collect();
    let mut reading = Reading::new(Text::plain(&text));
    reading.go(50, 10);
    assert!(reading.fit(Some(10)).is_none(), "a small text is broken at once");
    assert_eq!(reading.text.line(reading.row).map(|(line, _)| line), Some("line 50 of"));
    assert_eq!(reading.row - reading.top, 9);
    assert!(reading.fit(None).is_none());
    assert_eq!((reading.row, reading.top), (50, 41));
}

#[test]
fn what_is_folded_moves_and_scrolls_as_one_row_also_where_lines_are_broken() {
    let mut text = Text::plain("head");
    let lines: String = (0..50).map(|n| format!("<a{n}>\n  some words and more\n</a{n}>\n")).collect();
    let folds: Vec<Range<u32>> = (0..50).map(|n| n * 3..n * 3 + 3).collect();
    text.add_folding(lines.trim_end(), &folds, |_| Role::Plain);
    let mut reading = Reading::new(text);
    reading.go(2, 10);
    assert!(reading.fold(10));
    assert_eq!((reading.row, reading.fold_at(1).map(Fold::words).as_deref()), (1, Some("+ 2 lines")));
    assert!(reading.fit(Some(10)).is_none());
    assert_eq!(reading.text.line(reading.row).map(|(line, _)| line), Some("<a0>"));
    assert!(reading.fold_all(false, 10));
    assert_eq!(reading.shown(), 51);
    reading.scroll(20, 10);
    assert_eq!(reading.text.line(reading.top).map(|(line, _)| line), Some("<a19>"));
    assert!(reading.fit(None).is_none());
    assert_eq!(reading.text.line(reading.top).map(|(line, _)| line), Some("<a19>"));
    reading.find = Regex::new("^</a40>").ok();
    assert_eq!(reading.find_next(true, 10), Some(true));
    assert_eq!((reading.row, reading.shown()), (123, 53));
}

#[test]
fn a_large_text_is_broken_elsewhere_and_answers_to_old_questions_are_dropped() {
    let mut reading = Reading::new(Text::plain(&"word ".repeat(LARGE)));
    reading.go(3, 10);
    let first = reading.fit(Some(40)).expect("it is handed out");
    assert!(reading.fit(Some(40)).is_none(), "and only once");
    let second = reading.fit(Some(20)).expect("for another width again");
    reading.broken(&first, &Arc::new(first.text.wrapped(40)));
    assert!(reading.text.line(0).is_some_and(|(line, _)| line.len() > 40));
    reading.broken(&second, &Arc::new(second.text.wrapped(20)));
    assert!(reading.text.line(0).is_some_and(|(line, _)| line.len() <= 20));
    assert_eq!(reading.text.of_whole(reading.row), 3);
}

#[test]
fn what_is_found_in_a_text_is_still_found_when_its_lines_were_broken_meanwhile() {
    let text: String = (0..20_000).map(|n| format!("line {n} of a text with some words\n")).collect();
    let mut reading = Reading::new(Text::plain(&text));
    let (searched, to_break) = (Arc::clone(&reading.text), reading.fit(Some(10)).expect("it is large"));
    reading.broken(&to_break, &Arc::new(to_break.text.wrapped(10)));
    assert_eq!(reading.found_in(&searched, Some(700), 10), Some(true));
    assert_eq!(reading.text.line(reading.row).map(|(line, _)| line), Some("line 700"));
    assert_eq!(reading.found_in(&searched, None, 10), Some(false));
    assert_eq!(reading.found_in(&Arc::new(Text::default()), Some(1), 10), None);
}
