//! The pair that stands behind another one on the same line. It must not know in which notation the first was written,
//! beyond its sign.

use super::super::synonyms::Synonyms;
use super::{Key, Sign, blanks, is_code, key_at};

/// The next key on the line behind the value of `now`: where the gap before it starts, and the key.
pub(super) fn next_key(line: &str, end: usize, now: &Key, synonyms: &Synonyms) -> Option<(usize, Key)> {
    let value_start = now.behind + blanks(&line[now.behind..end]);
    let value = line.get(value_start..end)?;
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        // Nothing within quotes is a key.
        let close = value[1..].find(quote).map(|n| value_start + n + 2)?;
        return gaps(line, close.min(end), end).find_map(|gap| key_behind(line, end, gap, now, value_start, synonyms));
    }
    // An empty value: the next key may follow at once, behind a wide gap.
    let (gap, next) =
        gaps(line, now.behind, end).find_map(|gap| key_behind(line, end, gap, now, value_start, synonyms))?;
    // `WWTEXT . . . :   a = b, c: d`: what a value begins with has another sign, and is no name that is known.
    let begins = line[now.behind..next.key.start].trim().is_empty();
    let other = now.sign == Sign::Colon && next.sign == Sign::Equals && !synonyms.knows(&line[next.key.clone()]);
    (!(begins && other && line[next.key.clone()].contains(char::is_lowercase))).then_some((gap, next))
}

/// A gap between a value and the next key.
#[derive(Clone, Copy, Debug)]
struct Gap {
    start: usize,
    end: usize,
    width: Width,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    /// Two blanks, a tab or a bar.
    Wide,
    /// A comma or semicolon.
    Listed,
    /// One blank.
    Narrow,
}

fn gaps(line: &str, from: usize, end: usize) -> impl Iterator<Item = Gap> {
    let bytes = line.as_bytes();
    let mut at = from;
    std::iter::from_fn(move || {
        while at < end {
            let start = at;
            let run = bytes[start..end].iter().take_while(|b| matches!(b, b' ' | b'\t' | b'|' | b',' | b';')).count();
            if run == 0 {
                at += 1;
                continue;
            }
            at = start + run;
            let signs = &bytes[start..at];
            let wide =
                run >= 2 && signs.iter().all(|b| matches!(b, b' ')) || signs.iter().any(|b| matches!(b, b'\t' | b'|'));
            let listed = signs.iter().any(|b| matches!(b, b',' | b';'));
            let width = if wide {
                Width::Wide
            } else if listed {
                Width::Listed
            } else {
                Width::Narrow
            };
            return Some(Gap { start, end: at, width });
        }
        None
    })
}

/// Whether all parts of a line between semicolons, at least three, begin with a name and a colon. It is asked for each of
/// them, so the line may not be long.
fn is_list(line: &str) -> bool {
    const LONGEST: usize = 1000;
    if line.len() > LONGEST {
        return false;
    }
    let parts = line.split("; ");
    let named = |part: &str| part.split_once(": ").is_some_and(|(name, _)| name.split_whitespace().count() <= 4);
    parts.clone().count() > 2 && parts.into_iter().all(named)
}

fn key_behind(
    line: &str,
    end: usize,
    gap: Gap,
    now: &Key,
    value_start: usize,
    synonyms: &Synonyms,
) -> Option<(usize, Key)> {
    let key = key_at(&line[..end], gap.end, synonyms)?;
    let value = line.get(value_start..gap.start).unwrap_or_default();
    let name = &line[key.key.clone()];
    let same = key.sign == now.sign;
    let one_word = !name.contains(' ');
    let tight = line[key.key.end..key.behind].len() == 1;
    let fits = match gap.width {
        // A dash behind the first word of a value describes that: `User:   JDOE - Production planner`.
        Width::Wide if gap.start == now.behind => {
            !matches!(key.sign, Sign::Dash | Sign::Leader) || synonyms.knows(name)
        }
        Width::Wide => value_start <= gap.start,
        // `PGMN=CRS008; Job type=Batch`
        Width::Listed => {
            let assigned = key.sign == Sign::Equals && tight && line[gap.start..gap.end].starts_with(';');
            // `Company: 100; Division: 200; Java version: 11`: behind semicolons go names and nothing else.
            let listed =
                || key.sign == Sign::Colon && line[gap.start..gap.end].starts_with("; ") && is_list(&line[..end]);
            // In a text stand letters before colons, `a = b, c: d`.
            same && (one_word && name.len() > 1 || assigned || synonyms.knows(name) || listed())
        }
        Width::Narrow if value.is_empty() => false,
        // `CONO=100 DIVI=AAA`, `Program: CRS008 User: JDOE`
        Width::Narrow => {
            let assigned = now.sign == Sign::Equals && same && one_word && tight;
            // `env=PRD m3 version=16.0 db user=X`: words that tell which of several is meant belong to the name.
            let qualified = now.sign == Sign::Equals
                && same
                && tight
                && name.split_once(' ').is_some_and(|(which, name)| {
                    const WHICH: [&str; 9] = ["m3", "db", "java", "jvm", "os", "database", "grid", "server", "system"];
                    is_code(name) && WHICH.iter().any(|of| which.eq_ignore_ascii_case(of))
                });
            let stated = same && !value.contains(' ') && synonyms.knows(name) && key.sign == Sign::Colon;
            // `Build..... 107 GUID..... 0123`
            // `Time . . .: 2026-01-13 10:15:02 Environment . . : PRD`
            let dotted = |name_end: usize| line[name_end..].starts_with(" . ");
            let led = key.sign == Sign::Leader && same && !value.contains(' ')
                || dotted(now.key.end) && dotted(key.key.end) && synonyms.knows(name);
            assigned && (is_code(name) || synonyms.knows(name)) && !value.contains(';') || qualified || stated || led
        }
    };
    fits.then_some((gap.start, key))
}
