//! Secrets as people and programs print them: behind a row of dots, in the cell of a table, behind an option of a command
//! line, in a sentence. It looks at the bytes at hand and asks for more where they don't suffice.

use super::forms::Style;
use super::grammar::{Behind, Lead, Text};
use super::names::{self, Kind};
use super::state::{State, Syntax, Until, Value};

/// A name's row of blanks and dots, and a word behind it, are no longer.
const REACH: usize = 96;

/// A shorter word is none that a sentence would tell.
const SHORTEST: usize = 4;

/// What stands behind the word for a password in a column, or in brackets, and is none.
const ORDINARY: [&[u8]; 19] = [
    b"expired",
    b"required",
    b"optional",
    b"invalid",
    b"valid",
    b"empty",
    b"missing",
    b"wrong",
    b"changed",
    b"reset",
    b"rejected",
    b"accepted",
    b"hidden",
    b"none",
    b"null",
    b"yes",
    b"no",
    b"true",
    b"false",
];

/// What the name at `from..to` introduces without a sign of equality right behind it.
pub(crate) fn behind(text: &Text<'_>, from: usize, to: usize, kind: Kind) -> Behind {
    if !matches!(text.syntax, Syntax::Text | Syntax::File) || !matches!(kind, Kind::Secret(_) | Kind::Common(_)) {
        return Behind::Nothing;
    }
    let Some(gap) = gap(&text.bytes[to..]) else { return Behind::Nothing };
    let at = to + gap.len;
    let rest = &text.bytes[at..];
    let word = rest.iter().take(REACH).take_while(|b| !b.is_ascii_whitespace()).count();
    // The word, and the two bytes by which it is seen whether anything stands behind it.
    if word < REACH && at + word + 2 > text.bytes.len() && !text.last {
        return Behind::Short(to);
    }
    let is_password = kind.rule() == "password";
    let cell = |from: usize, table: bool| {
        let gap = text.bytes[from..].iter().take(REACH).take_while(|b| is_blank(**b)).count();
        match text.bytes.get(from + gap) {
            None if !text.last => Behind::Short(to),
            None | Some(b'\r' | b'\n' | b'|') => Behind::Nothing,
            Some(_) => value(kind, Until::Cell { table }, from + gap),
        }
    };
    match rest {
        [b':' | b'=', ..] if gap.dots > 0 => cell(at + 1, false),
        [b'=', ..] => cell_word(text, at + 1, kind, to),
        [b':', ..] if gap.blanks > 0 && matches!(kind, Kind::Secret(_)) => cell_word(text, at + 1, kind, to),
        [b'-', b'>', ..] if gap.blanks > 0 && is_password => cell_word(text, at + 2, kind, to),
        [b'|', ..] if gap.dots == 0 && is_password && in_first_cell(&text.bytes[..from]) => cell(at + 1, true),
        _ if gap.dots > 0 || gap.blanks == 0 || word == 0 => Behind::Nothing,
        _ if is_option(text.bytes, from) => match rest[0] {
            b'-' => Behind::Nothing,
            _ => text.value(at, kind, Lead::Equals, Style::Raw),
        },
        _ if !is_password || !names::is_word_for_password(&text.bytes[from..to]) => Behind::Nothing,
        [b'[', inner @ ..] => {
            let inner = &inner[..inner.iter().take(word - 1).take_while(|b| **b != b']').count()];
            let closes = rest.get(1 + inner.len()) == Some(&b']');
            if closes && !inner.is_empty() && !is_ordinary(inner) {
                return value(kind, Until::Bracket, at + 1);
            }
            Behind::Nothing
        }
        _ => {
            let columns = gap.blanks > 1
                && in_first_cell(&text.bytes[..from])
                && rest[0].is_ascii_graphic()
                && ends_line(&rest[word..])
                && !is_ordinary(&rest[..word]);
            match columns {
                true => value(kind, Until::Cell { table: true }, at),
                false => sentence(text, at, word, kind, to),
            }
        }
    }
}

/// `password hunter2`: what has a digit or a sign in it, since without them it may be any word of the language.
fn sentence(text: &Text<'_>, mut at: usize, mut word: usize, kind: Kind, hold: usize) -> Behind {
    // `password is hunter2`
    if matches!(&text.bytes[at..at + word], b"is" | b"was" | b"ist") && text.bytes[at + word..].starts_with(b" ") {
        at += word + 1;
        word = text.bytes[at..].iter().take(REACH).take_while(|b| !b.is_ascii_whitespace()).count();
        if word < REACH && at + word == text.bytes.len() && !text.last {
            return Behind::Short(hold);
        }
        if word == 0 {
            return Behind::Nothing;
        }
    }
    let word = &text.bytes[at..at + word];
    let quoted = matches!(word[0], b'"' | b'\'');
    let bare = if quoted { &word[1..] } else { word };
    let begins = bare.first().is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'!' | b'#' | b'$' | b'*'));
    let odd = bare.iter().any(|b| b.is_ascii_digit() || matches!(b, b'!' | b'@' | b'#' | b'$' | b'%' | b'^' | b'*'));
    if bare.len() < SHORTEST || !begins || !odd {
        return Behind::Nothing;
    }
    text.value(at, kind, Lead::Equals, Style::Raw)
}

/// A value on the same line, which ends as others do.
fn cell_word(text: &Text<'_>, from: usize, kind: Kind, hold: usize) -> Behind {
    let gap = text.bytes[from..].iter().take(REACH).take_while(|b| is_blank(**b)).count();
    match text.bytes.get(from + gap) {
        None if !text.last => Behind::Short(hold),
        None | Some(b'\r' | b'\n') => Behind::Nothing,
        Some(_) => text.value(from + gap, kind, Lead::Colon, Style::Raw),
    }
}

fn value(kind: Kind, until: Until, at: usize) -> Behind {
    Behind::Begins(State::Value(Value { rule: kind.rule(), until, then: Box::new(State::Idle) }), at)
}

struct Gap {
    len: usize,
    /// A tab counts as two.
    blanks: usize,
    dots: usize,
}

/// Blanks and dots behind a name; nothing where there are more than such a row has.
fn gap(rest: &[u8]) -> Option<Gap> {
    let mut gap = Gap { len: 0, blanks: 0, dots: 0 };
    while gap.len < REACH {
        match &rest[gap.len..] {
            [b' ', ..] => gap.blanks += 1,
            [b'\t', ..] => gap.blanks += 2,
            [b'\\', b't', ..] => {
                gap.blanks += 2;
                gap.len += 1;
            }
            [b'.', ..] => gap.dots += 1,
            _ => return Some(gap),
        }
        gap.len += 1;
    }
    None
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether the line before has nothing but the edge of a table.
fn in_first_cell(before: &[u8]) -> bool {
    let line = before.iter().rev().take(REACH).take_while(|b| **b != b'\n');
    let (mut edges, mut others) = (0, 0);
    line.for_each(|b| match b {
        b'|' => edges += 1,
        b if is_blank(*b) => {}
        _ => others += 1,
    });
    edges < 2 && others == 0
}

fn ends_line(rest: &[u8]) -> bool {
    let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
    matches!(rest.get(blanks), None | Some(b'\r' | b'\n')) || blanks > 1
}

/// `-storepass`, `--password`: not what is joined by a hyphen.
fn is_option(bytes: &[u8], from: usize) -> bool {
    bytes[from] == b'-' && from.checked_sub(1).is_none_or(|at| !bytes[at].is_ascii_alphanumeric())
}

fn is_ordinary(word: &[u8]) -> bool {
    ORDINARY.iter().any(|ordinary| word.eq_ignore_ascii_case(ordinary))
}

#[cfg(test)]
mod tests {
    use super::super::planted::{self, plan};
    use super::super::{is_secret_name, mask_shown, mask_text};
    use super::*;

    /// Lines of logs, dumps and command lines in which `§...§` are the secrets.
    const LINES: &[&str] = &[
        "Password  . . . : §HunterTwo99§\nUser . . : U",
        "Password  . . . : §my own words§   User . . : U",
        "Pwd ........... : §HunterTwo98§\r\nx",
        "Passwort : §geheim§",
        "WWPASS . . . : §geheim§",
        "WWPASS = \"§HunterTwo97§\"",
        "WWPSWD: §geheim§",
        "PASSWORD | §HunterTwo96§",
        "| Password | §HunterTwo95§ |\n| User | U |",
        "|Password|§Hunter§|",
        "Password              §HunterTwo94§",
        "  Password\t§Hunter§\nUser\tU",
        "<Password>§HunterTwo93§</Password>",
        "<field name=\"password\">§HunterTwo92§</field>",
        "<field name=\"PWD\" value=\"§HunterTwo91§\"/>",
        "user MWSUSR password §HunterA01§",
        "user MWSUSR password '§Hunter#§', again",
        "the password is §HunterA01§, but",
        "sftp://bob:§HunterA02§@host/dir",
        "ldap.bindPassword=§HunterA03§ javax.net.ssl.keyStorePassword=§HunterA06§",
        "<FLD n=\"WWPWD\">§HunterA04§</FLD>",
        "<property name=\"password\" value=\"§HunterA05§\"/>",
        "clientSecret: §HunterA09§ secretKey=§HunterA10§",
        "Password [§Hunter§] for U",
        "&lt;password&gt;§HunterA16§&lt;/password&gt;",
        "Headers: {Authorization=[Basic §TVdTVVNSOkg=§], Cookie=[§JSESSIONID=Hunter§], content-type=[text/xml]}",
        "Authorization: [Bearer §Hunter§]",
        "it was sent with Bearer §abc123§, and again",
        "LOGON pwd ->§HunterA21§ and on",
        "Password\\t= §HunterA22§",
        "PWLOG host MWSUSR §HunterA23§",
        "PWLOG host MWSUSR §Hunter§ from 10.0.0.1 in a line that is long enough for the layout of the wire",
        "curl -k -u MWSUSR:§Hunter§ https://h/",
        "curl --user \"MWSUSR:§my own§\" -s https://h/",
        "keytool -list -storepass §changeit§ -keystore x --password §geheim§",
        "GET /cb?code=§Hunter§&state=1 and https://h/oauth2/x?code=§Hunter§ HTTP/1.1",
        "<a href=\"/x?state=1&amp;code=§Hunter§\">",
    ];

    /// Nothing in these is a secret.
    const ORDINARY_LINES: &[&str] = &[
        "password expired for MWSUSR; the password is wrong, password reset",
        "the password is wrong, the password is 8 long, password is",
        "Password           expired",
        "Password [required], password [expired]",
        "user PWDADM started, user BPASS01 ended, COMPASS = 7, BYPASS: 1, pass: 3",
        "Password . . . :\nUser . . : MWSUSR",
        "| User | Password | Company |",
        "Password policy 12 letters; passwordExpires: 2026-01-01",
        "PWLOG failed for MWSUSR\nwithin the next second, at last, and nothing more of it",
        "tar -u a:b; curl -k https://h:443/x; curl --user-agent a:b x",
        "the non-password fields, see --password",
        "https://h/x?code=XIM0002&lang=s and ?code=7",
        "at com.example.Password.check(Password.java:12)\n\tat x.Pass.run(Pass.java:1)",
        "ITNO PASS 12, WWPASX = 7, OKPWDT = 3",
        "the token | x, token [abc1]",
        "the Bearer scheme, Bearer of 123456 news",
    ];

    #[test]
    fn secrets_in_prose_go_and_other_words_stay() {
        let plans = || LINES.iter().chain(ORDINARY_LINES).map(|marked| plan(marked));
        let wrong =
            |(text, masked, _): &(String, String, usize)| mask_text(text) != *masked || mask_shown(text) != *masked;
        let wrong: Vec<_> = plans().filter(wrong).map(|(text, ..)| mask_text(&text).into_owned()).collect();
        assert_eq!(wrong, [""; 0]);
        assert_eq!(mask_shown("Passwort : größe1, x"), "Passwort : ******, x");
        for name in ["WWPASS", "MMPSWD", "WWPWD"] {
            assert!(is_secret_name(name), "{name}");
        }
        assert!(!is_secret_name("BYPASS") && !is_secret_name("OKPWDT"));
    }

    #[test]
    fn it_makes_no_difference_where_a_line_is_cut() {
        let mut wrong = Vec::new();
        for marked in LINES.iter().chain(ORDINARY_LINES) {
            let (text, masked, _) = plan(marked);
            let cuts = planted::cut_everywhere(Syntax::File, &text).enumerate();
            wrong.extend(cuts.filter(|(_, found)| *found != masked).take(2));
        }
        assert_eq!(wrong, []);
    }
}
