//! The ways through the screens that habits may rely on, counted in keys.

use super::opened;

#[test]
fn look() {
    let mut script = opened(&[""], 120, 36);
    println!("{}", script.screen());
    for keys in [
        "e",
        "d",
        "Esc t",
        "Esc Enter",
        "v",
        "Esc 2",
        "Tab",
        "3",
        "0",
        "7",
        "1 c",
        "?",
        "Esc Esc f \"is:failed",
        "Enter",
    ] {
        println!("=== {keys}\n{}", script.keys(&keys.replace("\"is:failed", "\"is:failed\"")).screen());
    }
}
