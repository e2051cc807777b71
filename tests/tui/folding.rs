//! Folding on the pages: elements of bodies, sections of dumps, threads, frames of traces. One pair of keys, the same on
//! each of them. All synthetic.

use super::opened;

/// The failing call of the sample case, with its answer in view.
fn answer() -> mwscope::tui::Script {
    let mut script = opened(&[""], 120, 36);
    script.keys("e Enter b");
    script
}

#[test]
fn elements_fold_into_their_first_lines_and_a_hit_opens_them() {
    let mut script = answer();
    script.keys("/ \"<faultstring\" Enter h");
    insta::assert_snapshot!("element_folded", script.screen());
    // What is folded already folds into what it is in, out to the outermost.
    script.keys("h h");
    let screen = script.screen();
    assert!(!screen.contains("Fault>") && !screen.contains("soap:Body>"), "{screen}");
    script.keys("n");
    let screen = script.screen();
    assert!(screen.contains("<faultstring>Unable to execute MPD!"), "{screen}");
    assert!(screen.lines().any(|line| line.contains('>') && line.contains("<faultstring>")), "{screen}");
}

#[test]
fn all_fold_and_open_again_and_going_in_is_the_other_way() {
    let mut script = answer();
    let before = script.screen();
    script.keys("gg H");
    let folded = script.screen();
    assert!(!folded.contains("<faultstring>") && folded.contains("folded away (l opens, L all)"), "{folded}");
    // In at the outermost element, and so on to the fault.
    script.keys("/ \"Envelope\" Enter l l l l l l");
    assert!(script.screen().contains("<faultstring>"), "{}", script.screen());
    script.keys("H L gg");
    assert!(script.screen().contains("<faultstring>"), "{}\nbefore\n{before}", script.screen());
    assert!(!script.screen().contains("folded away"));
}

#[test]
fn what_is_folded_stays_so_at_another_width_and_without_wrapping() {
    let mut script = answer();
    script.keys("/ \"<faultstring\" Enter h");
    for keys in ["gw", "gw", "Ctrl-D Ctrl-U"] {
        script.keys(keys);
        assert!(script.screen().contains("<soap:Fault>  + 3 lines"), "{keys}\n{}", script.screen());
        assert!(!script.screen().contains("<faultstring>"), "{keys}\n{}", script.screen());
    }
    script.resize(80, 24).resize(120, 36);
    assert!(!script.screen().contains("<faultstring>"), "{}", script.screen());
    script.keys("yy");
    assert!(script.copied().is_some_and(|text| text.contains("<faultstring>")), "what is copied is whole");
}

#[test]
fn sections_of_a_dump_fold_and_the_frames_that_say_nothing_are_folded_at_first() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e d");
    assert!(script.screen().contains("Java stack"), "{}", script.screen());
    script.keys("H");
    let folded = script.screen();
    assert!(folded.contains("Java stack  + ") && !folded.contains("  at mvx."), "{folded}");
    script.keys("L");
    assert!(script.screen().contains("  at mvx."), "{}", script.screen());
}
