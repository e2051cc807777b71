//! Secrets that are known by what stands right before them and is no name: the letters with which tokens of known services
//! begin, a driver's address, the option of a program. It looks at the bytes at hand and asks for more where they don't
//! suffice.

use std::ops::Range;

use super::forms::Style;
use super::grammar::{Behind, Lead, Text};
use super::names::Kind;
use super::state::{State, Until, Value};

/// An account with its password, and the line before an option, are looked at so far.
const REACH: usize = 256;

/// A token behind the letters that its service puts before each. `None` where it is a word.
pub(crate) fn token(text: &Text<'_>, letters: Range<usize>) -> Option<Behind> {
    let (least, most) = match &text.bytes[letters.clone()] {
        // The id of a key of Amazon has so many behind them, neither more nor fewer.
        b"AKIA" => (16, 16),
        b"AIza" => (30, usize::MAX),
        _ => (16, usize::MAX),
    };
    let within = |b: &u8| b.is_ascii_alphanumeric() || (most > least && matches!(b, b'_' | b'-'));
    if letters.start.checked_sub(1).is_some_and(|at| text.bytes[at].is_ascii_alphanumeric()) {
        return None;
    }
    let rest = &text.bytes[letters.end..];
    let run = rest.iter().take(least + 1).take_while(|b| within(b)).count();
    if run == rest.len() && run <= least && !text.last {
        return Some(Behind::Short(letters.start));
    }
    let fits = run >= least && (most > least || run == least);
    fits.then(|| begins("token", Until::Token, letters.end))
}

/// The password in `user/password@host` behind the address of Oracle's driver, or its command. `None` where there is none.
pub(crate) fn account(text: &Text<'_>, stem: Range<usize>) -> Option<Behind> {
    let rest = &text.bytes[stem.end..text.bytes.len().min(stem.end + REACH)];
    let command = !text.bytes[stem.clone()].ends_with(b":");
    let ends = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'\'' | b'<' | b'>' | b';' | b',');
    let mut from = 0;
    let word = loop {
        let blanks = rest[from..].iter().take_while(|b| command && matches!(b, b' ' | b'\t')).count();
        from += blanks;
        // In quotes it may hold anything; the driver takes none around all of it.
        let quoted = |n: usize| rest[from..from + n].iter().filter(|b| **b == b'"').count() % 2 == 1;
        let len = (0..rest.len() - from).find(|n| ends(&rest[from + n]) && !quoted(*n));
        if len.is_none() && rest.len() < REACH && !text.last {
            return Some(Behind::Short(stem.start));
        }
        let word = &rest[from..from + len.unwrap_or(rest.len() - from)];
        if !(command && blanks > 0 && word.starts_with(b"-")) {
            break word;
        }
        from += word.len();
    };
    let slash = word.iter().position(|b| *b == b'/')?;
    let sign = word.iter().rposition(|b| *b == b'@').or(command.then_some(word.len())).filter(|sign| *sign > slash)?;
    let is_user = slash > 0 && word[..slash].iter().all(|b| b.is_ascii_alphanumeric() || b"_$#[]\"".contains(b));
    let len = u16::try_from(sign - slash - 1).ok().filter(|len| *len > 0 && is_user)?;
    Some(begins("url-password", Until::Count(len), stem.end + from + slash + 1))
}

/// The password behind `-p`, where it is that of a program which takes it so. `None` where it is another's.
pub(crate) fn option(text: &Text<'_>, stem: Range<usize>) -> Option<Behind> {
    let before = &text.bytes[stem.start.saturating_sub(REACH)..stem.start];
    let line = before.rsplit(|b| matches!(b, b'\n' | b'|' | b';' | b'&')).next().unwrap_or(before);
    let behind = |program: &[u8]| memchr::memmem::find(line, program).map(|at| &line[at..]);
    // Its own, and not one of the program that it calls.
    let of_sshpass = behind(b"sshpass").is_some_and(|line| memchr::memmem::find(line, b" -p").is_none());
    // Capital, it is a port.
    let of_mysql = behind(b"mysql").or_else(|| behind(b"mariadb")).is_some();
    if text.bytes[stem.end - 1] != b'p' || !(of_mysql || of_sshpass) {
        return None;
    }
    let blanks = text.bytes[stem.end..].iter().take_while(|b| **b == b' ').count();
    match text.bytes.get(stem.end + blanks) {
        None if !text.last => Some(Behind::Short(stem.start)),
        // Apart from it, it is the name of a database; the password is asked for.
        Some(first) if (blanks == 0 || of_sshpass) && first.is_ascii_graphic() => {
            Some(text.value(stem.end + blanks, Kind::Secret("password"), Lead::Equals, Style::Raw))
        }
        _ => None,
    }
}

fn begins(rule: &'static str, until: Until, at: usize) -> Behind {
    Behind::Begins(State::Value(Value { rule, until, then: Box::new(State::Idle) }), at)
}

#[cfg(test)]
mod tests {
    use super::super::planted;
    use super::super::state::Syntax;

    /// Texts in which `§...§` are the secrets.
    const TEXTS: &[&str] = &[
        "uses ghp_§0123456789abcdefghijklmnopqrstuvwxyz§ here",
        "(gho_§0123456789abcdefghij§), github_pat_§11AAAAAAA0123456789_abcdefghij§",
        "glpat-§0123456789-abcdefghi§\nxoxb-§123456789012-1234567890123-abc§ \"xoxp-§123456789012-abc§\"",
        "id AKIA§IOSFODNN7EXAMPLE§, AKIAIOSFODNN7EXAMPLES, akiaiosfodnn7example AKIA",
        "key: AIza§SyA1234567890abcdefghijklmno_pq§&x",
        "high_score ghp_short xox-ray, xoxb-1 a_ghp_0 rghp_0123456789abcdefghij glpat-x",
        "jdbc:oracle:thin:scott/§tiger§@//db:1521/M3 and jdbc:oracle:thin:scott/§t@ger§@db:1521:M3",
        "url=jdbc:oracle:oci8:scott/§\"ti;ger\"§@db, x",
        "jdbc:oracle:thin:@//db:1521/M3 jdbc:oracle:thin:@db:1521/M3@x",
        "sqlplus -S -L scott/§tiger§@M3PRD @run.sql",
        "sqlplus scott/§tiger§\nsqlplus /nolog\nsqlplus / as sysdba; sqlplus @/x/y.sql",
        "$ mysql -u root -p§hunter2§ mvxdb",
        "mysqldump -P3306 -uroot -p'§hunter 2§' db; ls -path x",
        "sshpass -p §hunter2§ ssh u@h -p 22; mysql -p mvxdb",
        "java -password §x1§ -print -p 12",
    ];

    #[test]
    fn what_stands_behind_known_letters_goes_wherever_the_text_is_cut() {
        let mut wrong = Vec::new();
        for marked in TEXTS {
            let (text, masked, _) = planted::plan(marked);
            wrong.extend(planted::cut_everywhere(Syntax::File, &text).find(|found| *found != masked));
        }
        assert_eq!(wrong, [""; 0]);
    }
}
