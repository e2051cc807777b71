//! Passwords and keys in clear: which names hold one, and which values are none because they stand for it.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::{Artefact, LintRule, Weight};
use crate::redact;

pub(super) const RULE: LintRule = LintRule {
    name: "clear-password",
    artefacts: &[Artefact::Agreement, Artefact::Script, Artefact::Mashup],
    weight: Weight::Error,
    on: true,
    looks_for: "a password, token or key that stands in clear in an agreement, a script or a mashup",
    why: "Whoever gets the file has the password; it ends up in mails, backups and version control, and breaks with the \
          next change of the password",
    remedy: "take it from a credential store, an environment variable or a prompt, and change the password that stood here",
    example: ("set M3_PASSWORD=S3cret", "set M3_PASSWORD=%1"),
};

/// Whether `value` is a secret by itself: not empty, no reference to something that holds it, not encrypted or hashed.
pub(super) fn is_clear(value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    if value.is_empty() || is_reference(value) {
        return false;
    }
    let flat = value.to_ascii_lowercase();
    let words = [
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "yes",
        "no",
        "?",
        "password",
        "passwd",
        "changeit-not-set",
    ];
    // A mask, whoever made it, and a form's hint.
    let masked = value.chars().all(|c| matches!(c, '*' | 'x' | 'X' | '•' | '.' | '-' | '_' | '#'));
    let sealed = [
        "enc(",
        "{aes",
        "{sha",
        "{ssha",
        "{xor}",
        "{cipher}",
        "{crypt}",
        "$ansible_vault",
        "$2a$",
        "$2b$",
        "$2y$",
        "$6$",
        "$5$",
    ];
    !masked && !words.contains(&flat.as_str()) && !sealed.iter().any(|start| flat.starts_with(start))
}

/// Whether a value stands for another: a variable, a parameter, a binding, a template's field.
pub(super) fn is_reference(value: &str) -> bool {
    static REFERENCE: LazyLock<Regex> = LazyLock::new(|| {
        // Shell, cmd, PowerShell, Ant and Spring, templates, XAML, Maven's and SoapUI's, Ansible's, Jenkins'; <angle brackets>
        // of a manual.
        let forms = r"^(?:\$\{[^}]*\}|\$\([^)]*\)|\$[A-Za-z_][\w:.]*|\$\d|%\w+%|%~?\d|%%\w|!\w+!|\{\{[^}]*\}\}|\{[A-Za-z][^}]*\}|@[\w.]+@|#\{[^}]*\}|<[^<>]+>|\[[\w ]+\]|`[^`]*`)$";
        Regex::new(forms).expect("invariant: a pattern that compiles")
    });
    REFERENCE.is_match(value) || (value.starts_with('{') && !value.starts_with("{}") && value.ends_with('}'))
}

/// Whether a name is one of a secret, in a file where it may stand in front of its value.
pub(super) fn is_secret(name: &str) -> bool {
    let flat: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    // What is about a secret without being one: where it is, how it is asked for.
    const ABOUT: [&str; 13] =
        ["file", "path", "prompt", "label", "field", "name", "command", "cmd", "url", "uri", "column", "alias", "env"];
    redact::is_secret_name(name) && !ABOUT.iter().any(|end| flat.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_in_clear_is_told_from_what_stands_for_one() {
        for clear in ["hunter2", "\"S3cret!\"", "p$ssw0rd", "{}x", "a{b}c", "abc123=="] {
            assert!(is_clear(clear), "{clear}");
        }
        let others = [
            "",
            " ",
            "${db.password}",
            "$PASSWORD",
            "%PASSWORD%",
            "%1",
            "!PW!",
            "{{password}}",
            "{Binding Pw}",
            "@pw@",
            "********",
            "xxxx",
            "null",
            "ENC(abc=)",
            "{AES}x",
            "<password>",
            "$(pass show m3)",
            "?",
            "$env:M3_PASSWORD",
            "#{pw}",
        ];
        for other in others {
            assert!(!is_clear(other), "{other}");
        }
    }

    #[test]
    fn names_of_secrets_are_known_and_names_about_them_are_not() {
        for name in ["password", "WS.Password", "sftp.passwd", "M3_PASSWORD", "passphrase", "apiKey", "client_secret"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["user", "passwordFile", "PASSWORD_FILE", "passwordExpires", "bypass", "password-prompt", "host"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
