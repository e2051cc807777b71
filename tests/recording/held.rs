//! Breakpoints on the command line: what can't work is said before anything is recorded.

use std::process::Command;

fn refused(args: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let case = folder.path().join("a.mwscope");
    let mut command = Command::new(env!("CARGO_BIN_EXE_mwscope"));
    command.args(["record", "--listen", "127.0.0.1:0"]).args(args).arg(&case);
    let output = command.env("MWSCOPE_CONFIG_DIR", folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert!(!case.exists(), "nothing is begun");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn nothing_is_held_where_nobody_can_let_it_go() {
    for args in [
        &["--headless", "--break", "path:/mws"][..],
        &["--headless", "--break-response", "status:500"],
        &["--format", "ndjson", "--break", "*"],
        &["--break", "*"],
    ] {
        let said = refused(args);
        assert!(said.contains("there is no screen on which held calls could be let go"), "{said}");
    }
    let said = refused(&["--break", "status:500"]);
    assert!(said.contains("--break status:500: status is not known before there is an answer"), "{said}");
    let said = refused(&["--break-response", "dur>2s"]);
    assert!(said.contains("dur is not known of a call that is on its way"), "{said}");
    assert!(refused(&["--break", "pth:/a"]).contains("did you mean `path`?"));
    assert!(refused(&["--headless", "--break-timeout", "soon"]).contains("\"soon\" is no time"));
}
