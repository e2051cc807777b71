//! Objects within an object as programs print them: `Dump{job=Job{number='4711', queue='QBATCH'}, user=User{id='JDOE'}}`.
//! It must not know what the members mean.

use super::{rewritten, sample};

/// Bytes of a text that show whether lines print objects.
const SAMPLE: usize = 64 << 10;

/// Objects within the one that a line prints, of which there are several at least.
const FEWEST: usize = 2;

/// Members that stand beside the only object within another.
const MEMBERS: usize = 2;

/// The text with each object within another as a section of lines, byte for byte as long; `None` where no line prints
/// one.
pub(crate) fn objects(text: &str) -> Option<String> {
    memchr::memchr2(b'{', b'(', text.as_bytes()).or_else(|| memchr::memchr(b'[', text.as_bytes()))?;
    // A map of fields is one of them, and nothing else shows where it ends.
    let map = |line: &str, within: &[Within]| matches!(within, [one] if line[..one.members].ends_with("={"));
    // One among members that are none.
    let among = |line: &str, within: &[Within]| match within {
        [one] => line[..one.name].matches('=').count() + line[one.end..].matches('=').count() >= MEMBERS,
        _ => false,
    };
    let several = |line: &str| Some(opened(line)).filter(|w| w.len() >= FEWEST || map(line, w) || among(line, w));
    rewritten(text, top(text), 1, several, |line, within| apart(line, &within))
}

/// The text with each object that is a member of one over several lines as a section of lines, byte for byte as long:
/// `    job=Job{id='4711', type='B'},`; `None` where there are too few.
pub(crate) fn members_on_lines(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b"',").or_else(|| memchr::memchr(b'{', text.as_bytes()))?;
    rewritten(text, top(text), FEWEST, member, |line, within| apart(line, &[within]))
}

/// The text with each map that YAML has on one line as a section of lines, byte for byte as long:
/// `  job: {id: "4711", type: "B"}`; `None` where there are too few.
pub(crate) fn flow_maps(text: &str) -> Option<String> {
    memchr::memmem::find(text.as_bytes(), b": {")?;
    rewritten(text, top(text), FEWEST, flow_map, |line, (name, open, close)| {
        let members = line[open + 1..close].replace(", ", " \n");
        format!("{}[{}]\n{members} {}", &line[..name], &line[name..open - 2], &line[close + 1..])
    })
}

/// Where the name of such a map begins, and where its members open and close.
fn flow_map(line: &str) -> Option<(usize, usize, usize)> {
    let body = line.trim();
    let name = line.len() - line.trim_start().len();
    let open = name + body.find(": {")? + 2;
    let close = name + body.len() - 1;
    let plain = line[name..open - 2].chars().all(is_word) && body.ends_with('}') && open < close;
    let members = line.get(open + 1..close)?;
    let pairs = members.split(", ").all(|member| member.contains(": "));
    (plain && open > name + 2 && pairs && !members.contains(['{', '['])).then_some((name, open, close))
}

/// The text with each object that is all of a line as its members on lines, byte for byte as long: `Session[user=JDOE,
/// company=100]`; `None` where there are too few.
pub(crate) fn objects_on_lines(text: &str) -> Option<String> {
    let seen = sample(text, SAMPLE);
    memchr::memchr3(b'{', b'(', b'[', seen.as_bytes())?;
    rewritten(text, seen, FEWEST, object, |line, (open, close)| {
        // The name of a map has a sign behind it.
        let name = line[..open].trim_end_matches([' ', '=', ':']);
        let (indent, name) = name.split_at(name.len() - name.trim_start().len());
        let members = &line[open + 1..close];
        // What closes the object and the comma behind its first member give the room for the brackets.
        let plain = match members.split_once(", ") {
            Some((first, rest)) => format!("{indent}[{name}]\n{first}\n{}", rest.replace(", ", " \n")),
            None => format!("{indent}{name}\n{members}"),
        };
        format!("{plain}{}{}", " ".repeat(close + 1 - plain.len()), &line[close + 1..])
    })
}

/// Where the members of such an object open and close.
fn object(line: &str) -> Option<(usize, usize)> {
    let body = line.trim();
    let start = line.len() - line.trim_start().len();
    let name = body.find(|c| !is_word(c)).filter(|name| *name > 1)?;
    // `fields = {IN60=E, PXOPC=*UPD}`
    let assigned =
        body[name..].trim_start().strip_prefix(['=', ':']).map(str::trim_start).filter(|map| map.starts_with('{'));
    let open = assigned.map_or(name, |map| body.len() - map.len());
    let sign = body[open..].chars().next().filter(|c| matches!(c, '{' | '(' | '['))?;
    let inner = body[open..].get(1..closed(&body[open..], sign)?)?;
    let ends = open + 1 + inner.len() + 1 == body.len();
    let member = |member: &str| {
        let name = member.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.chars().all(is_word)
    };
    let named = assigned.is_some() || body.starts_with(char::is_uppercase) && body[..open].contains(char::is_lowercase);
    (ends && named && !inner.contains(['{', '[', '(', '"', '\'']) && inner.split(", ").all(member))
        .then_some((start + open, start + open + 1 + inner.len()))
}

/// The text with the names of objects over several lines as headings, `com.acme.CallStack@41eff2a[` above their members,
/// `mvx.runtime.Job@911a17 {` as well, byte for byte as long; `None` where there are too few.
pub(crate) fn blocks(text: &str) -> Option<String> {
    let seen = sample(text, SAMPLE);
    ["[\n", "[\r\n", " {\n", " {\r\n"]
        .iter()
        .find(|open| memchr::memmem::find(seen.as_bytes(), open.as_bytes()).is_some())?;
    let plain = rewritten(text, seen, FEWEST, block, |line, (start, end)| {
        let title = &line[start..end];
        let width = line.trim_end().len() - title.len() - 2;
        format!("{}[{title}]{}", " ".repeat(width), &line[line.trim_end().len()..])
    })?;
    let closed = |line: &str| match line.trim() {
        "]" | "}" => line.replace([']', '}'], " "),
        _ => line.to_owned(),
    };
    Some(super::lines_of(&plain).map(closed).collect())
}

/// Where the name of a class begins and ends that is all of a line but for its address and the bracket that opens it.
fn block(line: &str) -> Option<(usize, usize)> {
    let body = line.trim_end().strip_suffix(['[', '{'])?.trim_end();
    let (path, address) = body.split_once('@').unwrap_or((body, ""));
    // Without an address a brace may be anyone's.
    if address.is_empty() && line.trim_end().ends_with('{') {
        return None;
    }
    let start = path.rfind('.').map_or(0, |dot| dot + 1);
    let named = path[start..].starts_with(char::is_uppercase) && path.chars().all(is_word);
    let placed = address.bytes().all(|byte| byte.is_ascii_hexdigit());
    (named && placed && path.len() + 1 < line.trim_end().len() && start > 0).then_some((start, path.len()))
}

/// The object that is all of a line, behind the name of the member that it is.
fn member(line: &str) -> Option<Within> {
    let body = line.trim().trim_end_matches(',');
    let start = line.len() - line.trim_start().len();
    let (name, rest) = body.split_once('=')?;
    let class = rest.find(|c| !is_word(c))?;
    let open = rest[class..].chars().next().filter(|c| matches!(c, '{' | '(' | '['))?;
    let map = class == 0 && open == '{';
    let named = start > 0 && !name.is_empty() && name.chars().all(is_word);
    // Its name has to find room in brackets; a map has none.
    let named = named && (map || class >= 2 && rest.starts_with(char::is_uppercase));
    let end = class + closed(&rest[class..], open).filter(|_| named)?;
    let at = start + name.len() + 1;
    (end + 1 == rest.len() && rest[class + 1..end].contains('=')).then_some(Within {
        name: start,
        name_end: start + name.len(),
        members: at + class + 1,
        end: at + end,
    })
}

/// Lines that are looked at for such an object.
const LINES: usize = 200;

/// The first of a text's lines.
fn top(text: &str) -> &str {
    &text[..super::lines_of(text).take(LINES).map(str::len).sum()]
}

/// Brackets without an end on a line, beyond which what it prints was cut: each takes a look at all of its rest.
const MOST_UNCLOSED: usize = 16;

/// An object within another: where its name starts and ends, and where its members begin and end.
struct Within {
    name: usize,
    name_end: usize,
    members: usize,
    end: usize,
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$')
}

/// The objects within the one that is all of a line.
fn opened(line: &str) -> Vec<Within> {
    let body = line.trim();
    let is_object = body.ends_with(['}', ')', ']']) && body.starts_with(char::is_uppercase);
    let outer = body.find(['{', '(', '[']).filter(|at| is_object && body[..*at].chars().all(is_word));
    if outer.is_none() {
        return Vec::new();
    }
    let mut all: Vec<Within> = Vec::new();
    let mut unclosed = 0;
    for (equals, _) in line.match_indices('=') {
        if all.last().is_some_and(|last| equals < last.end) {
            continue;
        }
        let name = equals - line[..equals].chars().rev().take_while(|c| is_word(*c)).map(char::len_utf8).sum::<usize>();
        let class = line[equals + 1..].find(|c| !is_word(c)).map_or(line.len(), |end| equals + 1 + end);
        // `fields={IN60='E', PXOPC='*UPD'}` has no class.
        let map = class == equals + 1 && line[class..].starts_with('{');
        let named = (map || class > equals + 2 && line[equals + 1..].starts_with(char::is_uppercase)) && name < equals;
        let Some(open) = line[class..].chars().next().filter(|c| named && matches!(c, '{' | '(' | '[')) else {
            continue;
        };
        match closed(&line[class..], open).map(|len| class + len) {
            Some(end) if line[class + 1..end].contains('=') => {
                all.push(Within { name, name_end: equals, members: class + 1, end });
            }
            Some(_) => {}
            None if unclosed == MOST_UNCLOSED => break,
            None => unclosed += 1,
        }
    }
    all
}

/// Where the bracket that opens a text is closed, those in quotes aside.
fn closed(text: &str, open: char) -> Option<usize> {
    let close = match open {
        '{' => '}',
        '(' => ')',
        _ => ']',
    };
    let (mut depth, mut quoted) = (0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            _ if quoted => {}
            _ if c == open => depth += 1,
            _ if c == close => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// A line with its objects as sections: `\n[job]\nnumber='4711'\n queue='QBATCH'\n`.
fn apart(line: &str, within: &[Within]) -> String {
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for object in within {
        out.push_str(&members(&line[at..object.name]));
        let name = &line[object.name..object.name_end];
        if object.members == object.name_end + 2 {
            // A map has the room of its sign only; the comma before it gives the rest.
            match out.strip_suffix(", ").map(str::len) {
                Some(len) => {
                    out.truncate(len);
                    out.push_str(&format!("\n[{name}]\n"));
                }
                // Or the blanks before it.
                None if out.ends_with("  ") => {
                    out.truncate(out.len() - 2);
                    out.push_str(&format!("\n[{name}]\n"));
                }
                None => out.push_str(&format!("\n{name}\n")),
            }
        } else {
            let head = format!("\n[{name}]");
            let fill = object.members - object.name - head.len() - 1;
            out.push_str(&format!("{head}{}\n", " ".repeat(fill)));
        }
        out.push_str(&members(&line[object.members..object.end]));
        out.push('\n');
        at = object.end + 1;
    }
    out.push_str(&members(&line[at..]));
    out
}

/// Members of an object on lines of their own, without the name and the bracket before them.
fn members(text: &str) -> String {
    let mut out = text.to_owned();
    let class = text.find(['{', '(', '[']).filter(|open| text[..*open].trim_start().chars().all(is_word));
    if let Some(open) = class {
        out.replace_range(..=open, &super::blank(&text[..=open]));
    }
    let starts: Vec<usize> = text
        .match_indices(", ")
        .filter(|(at, _)| {
            let behind = &text[at + 2..];
            let name = behind.find(|c| !is_word(c)).unwrap_or(behind.len());
            name > 0 && behind[name..].starts_with('=')
        })
        .map(|(at, _)| at)
        .collect();
    for at in starts {
        out.replace_range(at..=at, "\n");
    }
    let bare = out.trim_start().starts_with(',').then(|| out.find(',')).flatten();
    if let Some(comma) = bare {
        out.replace_range(comma..=comma, " ");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_on_one_line_become_sections() {
        let text = "spec:\n  job: {id: \"4711\", type: \"B\"}\n  user: {id: JDOE}\r\n  stack: [A]\n";
        let plain = flow_maps(text).expect("maps");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).collect();
        assert_eq!(lines, ["spec:", "[job]", "id: \"4711\"", "type: \"B\"", "[user]", "id: JDOE", "stack: [A]"]);
        assert_eq!(flow_maps("{\"a\": {\"b\": 1}}\n{\"a\": {\"b\": 1}}\n"), None);
        assert_eq!(flow_maps("a: {}\nb: {}\n"), None);
    }

    #[test]
    fn members_on_lines_of_their_own_become_sections() {
        let text = "Dump{\n    job=Job{id='4711', type='B'},\n    user=UserInfo{id='JDOE'},\n    n=[1, 2]\n}\n";
        let plain = members_on_lines(text).expect("objects");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty() && *line != ",").collect();
        assert_eq!(lines, ["Dump{", "[job]", "id='4711'", "type='B'", "[user]", "id='JDOE'", "n=[1, 2]", "}"]);
        assert_eq!(members_on_lines("    a=B{c=1}\n"), None);
        assert_eq!(members_on_lines("    a={c=1}\n    b=B{d=2}\n    c=(e=3)\n"), None);
    }

    #[test]
    fn objects_within_one_become_sections() {
        let line = "Dump{job=Job{number='47}11', queue='Q'}, user=UserInfo{id='JDOE'}, stack=[A, B]}\nnext\n";
        let plain = objects(line).expect("objects");
        assert_eq!(plain.len(), line.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, ["[job]", "number='47}11'", "queue='Q'", "[user]", "id='JDOE'", "stack=[A, B]}", "next"]);
        // Each bracket without an end would have all of the line looked at.
        let cut = format!("Dump{{{}}}", "a=Ab{".repeat(400_000));
        assert_eq!(objects(&cut), None);
        for other in [
            "Dump{a=1, b=2}",
            "a.B: x (y=Z(w=1), z=Z(w=2))",
            "at a.B.c(B.java:1)",
            "Dump{job=Job{number='47",
            "D{→=Ab{x=1}, →=Ab{x=1}}",
            "",
        ] {
            assert_eq!(objects(other), None, "{other}");
        }
    }
}
