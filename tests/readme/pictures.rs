//! The pictures of the screens in README.md are what the program draws of the sample case: a block
//! `text screen COLUMNSxROWS: KEYS` holds the screen after those keys. They are written anew by
//! `MWSCOPE_RENEW=1 cargo test --test all readme::pictures`.

use std::path::Path;

use crate::tui::opened;

/// What makes the pictures be written instead of compared.
const RENEW: &str = "MWSCOPE_RENEW";

/// What a block of a picture begins with.
const FENCE: &str = "```text screen ";

#[test]
fn the_screens_in_the_readme_are_what_is_drawn_today() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(&path).expect("README.md");
    let (drawn, pictures) = drawn(&readme);
    assert!(pictures >= 3, "README.md shows {pictures} screens");
    if std::env::var_os(RENEW).is_some() {
        std::fs::write(&path, drawn).expect("README.md");
        return;
    }
    for (line, (now, written)) in drawn.lines().zip(readme.lines()).enumerate() {
        assert_eq!(
            now,
            written,
            "README.md:{}: `{RENEW}=1 cargo test --test all readme::pictures` renews it",
            line + 1
        );
    }
    assert_eq!(drawn.lines().count(), readme.lines().count());
}

/// The page with its pictures drawn anew, and how many there are.
fn drawn(readme: &str) -> (String, usize) {
    let mut out = String::new();
    let mut pictures = 0;
    let mut old = false;
    for line in readme.lines() {
        if old && line != "```" {
            continue;
        }
        old = false;
        out.push_str(line);
        out.push('\n');
        if let Some(asked) = line.strip_prefix(FENCE) {
            out.push_str(&picture(asked));
            pictures += 1;
            old = true;
        }
    }
    (out, pictures)
}

/// The screen for what stands behind a fence: `110x30: e d`.
fn picture(asked: &str) -> String {
    let (size, keys) = asked.split_once(": ").unwrap_or((asked, ""));
    let (width, height) = size.split_once('x').unwrap_or_else(|| panic!("{asked}: no size such as 110x30"));
    let cells = |text: &str| text.parse().unwrap_or_else(|_| panic!("{asked}: {text} is no number"));
    opened(&[""], cells(width), cells(height)).keys(keys).screen()
}

#[test]
fn a_picture_that_is_out_of_date_is_drawn_anew_and_nothing_else_is_touched() {
    let page = "# A\n\n```text screen 80x20: e\nold\nolder\n```\nbehind\n";
    let (drawn, pictures) = drawn(page);
    assert_eq!(pictures, 1);
    assert!(drawn.starts_with("# A\n\n```text screen 80x20: e\n") && drawn.ends_with("\n```\nbehind\n"), "{drawn}");
    assert!(!drawn.contains("old\n") && drawn.contains("Unable to execute MPD!"), "{drawn}");
    assert_eq!(drawn.lines().count(), 20 + 5);
}
