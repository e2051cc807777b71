//! The start page: what is chosen there, what is pasted there, and that no key of a case does anything there.

use mwscope::tui::{Choice, Ending, Recent, Script, Start, Update};

fn page(width: u16, height: u16) -> Script {
    let mut script = Script::new(width, height);
    let before = |path: &str| Recent { paths: vec![path.to_owned()], about: "2026-01-13 10:41".to_owned() };
    script.feed(Update::Start(Start {
        recent: vec![before("/cases/ticket-4711.mwscope"), before("/cases/older.mwscope")],
        listen: "127.0.0.1:8888".to_owned(),
        said: None,
    }));
    script
}

fn chosen(script: &Script) -> Option<&Choice> {
    match script.ending() {
        Some(Ending::Chosen(choice)) => Some(choice),
        _ => None,
    }
}

#[test]
fn it_says_what_can_be_done_from_here() {
    insta::assert_snapshot!("start_page", page(100, 30).screen());
    for (width, height) in [(60, 15), (80, 24), (300, 90)] {
        let screen = page(width, height).screen();
        for words in ["No case open.", "1  Record through", "2  Open files", "3  A made-up case", "? help", "q quit"] {
            assert!(screen.contains(words), "{words} at {width}x{height}\n{screen}");
        }
    }
}

#[test]
fn a_recording_is_asked_where_it_listens_and_what_it_follows() {
    let mut script = page(100, 30);
    script.keys("1");
    assert!(script.screen().contains("record; the proxy listens on: 127.0.0.1:8888"), "{}", script.screen());
    script.keys("Ctrl-U \"nowhere\" Enter");
    assert!(script.screen().contains("is no ADDRESS:PORT to listen on"), "{}", script.screen());
    script.keys("Ctrl-U \"9123\" Enter Enter");
    let wanted = Choice::Record { listen: "9123".to_owned(), follow: Vec::new() };
    assert_eq!(chosen(&script), Some(&wanted));
    let mut script = page(100, 30);
    script.keys("1 Enter \"not-there-yet.log\" Enter");
    let follow = vec!["not-there-yet.log".to_owned()];
    assert_eq!(chosen(&script), Some(&Choice::Record { listen: "127.0.0.1:8888".to_owned(), follow }));
}

#[test]
fn files_are_opened_by_what_is_typed_and_completed() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("merged.log").display().to_string();
    std::fs::write(&path, "2026-01-13 10:15:07,451 INFO one\n").expect("file");
    let mut script = page(160, 30);
    script.keys(&format!("2 \"{path}.gone\" Enter"));
    assert!(script.screen().contains("there is no such file or folder"), "{}", script.screen());
    script.keys("Ctrl-U").keys(&format!("\"{}/mer\" Tab Enter", folder.path().display()));
    assert_eq!(chosen(&script), Some(&Choice::Open(vec![path])));
    // A path may be typed at once, too.
    let mut script = page(100, 30);
    script.keys("/ n o");
    assert!(script.screen().contains("open: /no"), "{}", script.screen());
}

#[test]
fn what_was_open_before_and_the_made_up_case_are_a_key_or_a_click_away() {
    let mut script = page(100, 30);
    script.keys("j j j j Enter");
    assert_eq!(chosen(&script), Some(&Choice::Open(vec!["/cases/older.mwscope".to_owned()])));
    let mut script = page(100, 30);
    let row = script.screen().lines().position(|line| line.contains("ticket-4711")).expect("a row");
    script.click(20, u16::try_from(row).expect("a row"));
    assert_eq!(chosen(&script), Some(&Choice::Open(vec!["/cases/ticket-4711.mwscope".to_owned()])));
    let mut script = page(100, 30);
    script.keys("3");
    assert_eq!(chosen(&script), Some(&Choice::Demo));
}

#[test]
fn help_and_palette_work_and_nothing_of_a_case_does() {
    let mut script = page(100, 40);
    script.keys("?");
    assert!(script.screen().contains("Open files: type their path"), "{}", script.screen());
    // From inside the help the keys of other screens must not lead to screens that have nothing to show.
    script.keys("7");
    assert!(script.screen().contains("no case is open yet"), "{}", script.screen());
    script.keys("Esc : \"made-up\" Enter");
    assert_eq!(chosen(&script), Some(&Choice::Demo));
    let mut script = page(100, 40);
    script.keys(": \"findings\" Enter");
    assert!(script.screen().contains("not here: Findings"), "{}", script.screen());
    script.keys("Esc q");
    assert_eq!(script.ending(), Some(&Ending::Left));
}

#[test]
fn dropped_files_are_opened_and_other_text_that_names_none_is_not_lost() {
    let folder = tempfile::tempdir().expect("folder");
    let path = folder.path().join("a log.log").display().to_string();
    std::fs::write(&path, "2026-01-13 10:15:07,451 INFO one\n").expect("file");
    let mut script = page(100, 30);
    script.paste(&format!("'{path}' "));
    assert_eq!(chosen(&script), Some(&Choice::Open(vec![path.clone()])));
    let mut script = page(100, 30);
    script.paste(&format!("{path}.gone"));
    assert!(chosen(&script).is_none());
    let screen = script.screen();
    assert!(screen.contains("open: ") && screen.contains("there is no such file or folder"), "{screen}");
}

#[test]
fn why_a_choice_could_not_be_made_is_told() {
    let mut script = Script::new(100, 30);
    let said = Some("127.0.0.1:8888: another program listens there".to_owned());
    script.feed(Update::Start(Start { said, ..Start::default() }));
    assert!(script.screen().contains("another program listens there"), "{}", script.screen());
}
