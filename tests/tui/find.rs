//! Find: how many hits there are, and which of them the cursor is on.

use mwscope::tui::Script;

use super::opened;

/// The row above the keys, of a screen of 36.
fn told(script: &Script) -> String {
    script.row(34)
}

/// Which hit of how many the row above the keys tells.
fn hit(script: &Script) -> (usize, usize) {
    let row = told(script);
    let mut words = row.split(&[' ', ','][..]).skip_while(|word| *word != "hit").skip(1);
    let mut number =
        || words.find_map(|word| word.parse().ok()).unwrap_or_else(|| panic!("no hit is told:\n{}", script.screen()));
    (number(), number())
}

#[test]
fn hits_in_the_lists_are_counted_and_numbered() {
    let mut script = opened(&[""], 120, 36);
    script.keys("/ \"Executing CRS008\" Enter");
    let (first, count) = hit(&script);
    assert!(count > 2, "{}", told(&script));
    for n in first + 1..=count {
        assert_eq!(hit(script.keys("n")), (n, count));
    }
    assert_eq!(hit(script.keys("n")), (1, count));
    assert!(told(&script).ends_with(", went on from the other end"), "{}", told(&script));
    assert_eq!(hit(script.keys("n N")), (1, count));
    assert!(told(&script).ends_with(&format!("hit 1 of {count}")), "{}", told(&script));
    script.keys("j");
    assert!(told(&script).ends_with(&format!("   {count} hits")), "{}", told(&script));
    script.keys("3 / \"Abnormal termination\" Enter n");
    insta::assert_snapshot!("hits_in_a_log", script.screen());
    // Other rows are shown, so others are counted; as many as there are.
    script.keys("f \"level:error\" Enter n / Ctrl-U \"level:error\" Enter");
    let row = script.row(2);
    let shown = row.split(" shown").next().and_then(|before| before.rsplit(' ').next()?.parse().ok());
    assert_eq!(Some(hit(&script).1), shown, "{row}");
    script.keys("/ Ctrl-U \"nowheretobeseen\" Enter");
    assert!(script.screen().contains("nothing shown matches"), "{}", script.screen());
    script.keys("k");
    assert!(told(&script).ends_with("   no hit"), "{}", told(&script));
}

#[test]
fn hits_in_a_page_are_counted_and_numbered() {
    let mut script = opened(&[""], 120, 36);
    script.keys("e d / \"java\" Enter");
    let (first, count) = hit(&script);
    assert!(first <= count && count > 1, "{}", told(&script));
    assert_eq!(hit(script.keys("n")), (first % count + 1, count));
    assert_eq!(hit(script.keys("N")), (first, count));
    assert_eq!(hit(script.keys("Esc Enter b / \"faultstring\" Enter")).0, 1);
    assert!(hit(script.keys("Esc 7 / \"CRS008\" Enter")).1 > 1);
}

#[test]
fn w_goes_to_the_next_fault_of_an_answer_and_opens_what_hides_it() {
    let mut script = opened(&[""], 120, 36);
    let at = |script: &Script, what: &str| {
        let screen = script.screen();
        assert!(screen.lines().any(|line| line.contains("\u{2502}>") && line.contains(what)), "{what}\n{screen}");
    };
    script.keys("e Enter b H gg w");
    at(&script, "<faultcode");
    script.keys("w");
    at(&script, ">fault  Unable");
    script.keys("w");
    assert!(script.screen().contains("no fault or warning below this line"), "{}", script.screen());
    script.keys("W W");
    at(&script, " 500 ");
}
