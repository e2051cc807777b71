//! JSON that is too large to be held, made shorter byte by byte: beyond a measure, members are left out that hold one
//! value and whose names state no fact.

use std::collections::HashMap;
use std::ops::Range;

use super::super::hands::Hands;
use super::super::markup;
use super::super::section::{self, SectionKind};
use super::super::synonyms::Synonyms;
use super::Thinned;
use crate::Span;

/// An object or a list that is open.
#[derive(Clone, Copy, Debug)]
struct Container {
    object: bool,
    /// Whether nothing of it is kept yet.
    empty: bool,
    /// Whether its values are kept whatever they are called: those of a stack.
    stack: bool,
    /// Whether its members are dumps, each of which counts.
    dumps: bool,
    /// Where it starts in the text, with what stands before it there, and whether it is the first thing in what encloses
    /// it.
    start: usize,
    first: bool,
}

/// A text while it is made shorter.
pub(in super::super) struct Json<'s> {
    pub(in super::super) thinned: Thinned,
    synonyms: &'s Synonyms,
    open: Vec<Container>,
    names: Names,
    /// What is read of the present member, and where it starts in the source.
    member: Vec<u8>,
    from: u64,
    in_text: bool,
    escaped: bool,
    /// Whether the text that is being read is too long to be kept.
    cut: bool,
    /// The byte that comes next.
    at: u64,
}

impl<'s> Json<'s> {
    pub(in super::super) fn new(measure: usize, at: u64, synonyms: &'s Synonyms) -> Self {
        let (thinned, member) = (Thinned::new(measure), Vec::new());
        Self {
            thinned,
            synonyms,
            open: Vec::new(),
            names: Names::default(),
            member,
            from: at,
            in_text: false,
            escaped: false,
            cut: false,
            at,
        }
    }

    /// Takes the bytes that come next; false where they are no JSON.
    pub(in super::super) fn take(&mut self, bytes: &[u8], hands: &impl Hands) -> bool {
        self.take_by(PART, bytes, hands)
    }

    /// Runs of members are looked for in parts of so many bytes.
    fn take_by(&mut self, part: usize, bytes: &[u8], hands: &impl Hands) -> bool {
        let most = self.thinned.measure / 3;
        // What is kept of the first pieces is none of these.
        let parts = if self.thinned.text.len() < self.thinned.measure { 0 } else { bytes.len().div_ceil(part) };
        let runs = hands.each(parts, |n| runs(bytes, n * part..((n + 1) * part).min(bytes.len()), most, self.synonyms));
        let mut runs = runs.into_iter().flatten().peekable();
        let mut rest = bytes;
        while let Some((byte, behind)) = rest.split_first() {
            if self.between_left_out() {
                let at = bytes.len() - rest.len();
                while runs.next_if(|run| run.range.start < at).is_some() {}
                let left = match runs.next_if(|run| run.range.start == at) {
                    Some(run) => self.leaves_out_run(&run),
                    None => self.leaves_out(rest),
                };
                if left > 0 {
                    rest = &rest[left..];
                    continue;
                }
            }
            let text = self.within_text(rest);
            if text > 0 {
                self.thinned.passes_bytes(&rest[..text]);
                self.member.extend_from_slice(&rest[..text]);
                self.at += text as u64;
                rest = &rest[text..];
                continue;
            }
            if !self.byte(*byte) {
                return false;
            }
            self.at += 1;
            self.thinned.line += u64::from(*byte == b'\n');
            rest = behind;
        }
        true
    }

    /// Whether a member may come next that isn't kept.
    fn between_left_out(&self) -> bool {
        !self.in_text
            && self.member.is_empty()
            && self.thinned.text.len() >= self.thinned.measure
            && self.open.last().is_some_and(|of| of.object && !of.stack)
    }

    /// Leaves out the member that comes next, with the comma behind it, where it holds one value and isn't kept; gives how
    /// many bytes that are.
    fn leaves_out(&mut self, bytes: &[u8]) -> usize {
        let Some(member) = Member::at(bytes, self.thinned.measure / 3) else { return 0 };
        let full = self.thinned.text.len() + member.range.len() >= 2 * self.thinned.measure;
        if !full && self.names.states(member.name, self.synonyms) {
            return 0;
        }
        let lines = memchr::memchr_iter(b'\n', &bytes[..member.behind]).count() as u64;
        self.leaves_out_run(&Run { range: 0..member.behind, members: member.range, count: 1, lines })
    }

    fn leaves_out_run(&mut self, run: &Run) -> usize {
        let offset = (run.members.start - run.range.start) as u64;
        self.thinned.left_out(Span::new(self.at + offset, run.members.len() as u64), run.count);
        self.thinned.line += run.lines;
        self.at += run.range.len() as u64;
        run.range.len()
    }

    /// How many bytes come next that are within a text and end it nowhere, and that are few enough to be kept.
    fn within_text(&self, bytes: &[u8]) -> usize {
        if !self.in_text || self.escaped || self.cut {
            return 0;
        }
        let room = (self.thinned.measure / 3).saturating_sub(self.member.len());
        let bytes = &bytes[..bytes.len().min(room)];
        memchr::memchr2(b'"', b'\\', bytes).unwrap_or(bytes.len())
    }

    fn byte(&mut self, byte: u8) -> bool {
        if self.in_text {
            self.in_text = self.escaped || byte != b'"';
            // A cut must not leave half a sign or half an escape.
            let whole = !self.escaped && matches!(byte, b' ' | b'\\');
            self.cut |= whole && self.member.len() > self.thinned.measure / 3;
            if !self.cut || !self.in_text {
                self.member.push(byte);
            }
            self.escaped = !self.escaped && byte == b'\\';
            self.cut &= self.in_text;
            return true;
        }
        match byte {
            b'{' | b'[' => self.opens(byte),
            b'}' | b']' => {
                self.ends_member();
                let Some(of) = self.open.pop() else { return false };
                let measure = self.thinned.measure;
                match self.open.last_mut() {
                    // Of which all was left out goes as well.
                    Some(outer) if of.empty && of.start >= measure && !outer.dumps => {
                        self.thinned.text.truncate(of.start);
                        outer.empty = of.first;
                    }
                    _ => self.thinned.text.push(char::from(byte)),
                }
                return of.object == (byte == b'}');
            }
            b',' => {
                self.ends_member();
                return !self.open.is_empty();
            }
            _ if self.member.is_empty() && byte.is_ascii_whitespace() => {}
            _ => {
                if self.member.is_empty() {
                    self.from = self.at;
                }
                self.in_text = byte == b'"';
                self.member.push(byte);
                return !self.open.is_empty();
            }
        }
        true
    }

    fn opens(&mut self, bracket: u8) {
        let member = std::mem::take(&mut self.member);
        let stack = self.open.last().is_some_and(|outer| outer.stack) || is_stack(name(&member));
        // The members of a list of dumps are dumps, also where the list is all there is.
        let dumps = bracket == b'[' && (self.open.is_empty() || markup::is_dump(name(&member)));
        let (start, first) = (self.thinned.text.len(), self.open.last().is_none_or(|outer| outer.empty));
        if self.open.is_empty() {
            self.thinned.places.push((self.thinned.text.len(), self.at, self.thinned.line));
        }
        self.keeps(&member);
        self.thinned.text.push(char::from(bracket));
        self.open.push(Container { object: bracket == b'{', empty: true, stack, dumps, start, first });
    }

    /// The comma before a member, and the member.
    fn keeps(&mut self, member: &[u8]) {
        if self.open.last_mut().is_some_and(|of| !std::mem::replace(&mut of.empty, false)) {
            self.thinned.text.push(',');
        }
        self.thinned.text.push_str(&String::from_utf8_lossy(member));
    }

    fn ends_member(&mut self) {
        let member = std::mem::take(&mut self.member);
        if member.is_empty() {
            return;
        }
        let name = name(&member);
        let stack = self.open.last().is_some_and(|of| of.stack);
        let states = || stack || self.synonyms.knows(name) || is_stack(name);
        let kept = match self.thinned.text.len() {
            len if len < self.thinned.measure => true,
            len => len + member.len() < 2 * self.thinned.measure && states(),
        };
        if kept {
            return self.keeps(&member);
        }
        let span = Span::new(self.from, self.at.saturating_sub(self.from));
        self.thinned.left_out(span, 1);
    }
}

/// A member that holds one text, number or word.
struct Member<'b> {
    name: &'b [u8],
    range: Range<usize>,
    /// Where the bytes behind it start, and behind the comma that ends it.
    behind: usize,
}

impl<'b> Member<'b> {
    /// The one that comes next, if it has no more than so many bytes.
    fn at(bytes: &'b [u8], most: usize) -> Option<Self> {
        let start = blanks(bytes);
        let member = bytes.get(start..bytes.len().min(start.saturating_add(most)))?;
        let name = member.strip_prefix(b"\"")?;
        let name = &name[..memchr::memchr2(b'"', b'\\', name).filter(|at| name[*at] == b'"')?];
        let mut at = name.len() + 2;
        at += blanks(&member[at..]);
        at += member[at..].strip_prefix(b":").map(|value| 1 + blanks(value))?;
        if member.get(at) == Some(&b'"') {
            at += 1;
            loop {
                at += memchr::memchr2(b'"', b'\\', member.get(at..)?)?;
                if member[at] == b'"' {
                    at += 1;
                    break;
                }
                at += 2;
            }
        } else {
            let word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'+');
            at += member[at..].iter().take_while(word).count();
        }
        at += blanks(&member[at..]);
        let comma = match member.get(at) {
            Some(b',') => 1,
            Some(b'}') => 0,
            _ => return None,
        };
        Some(Self { name, range: start..start + at, behind: start + at + comma })
    }
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Members that follow each other and may be left out, wherever they are members.
struct Run {
    /// With what is around them.
    range: Range<usize>,
    members: Range<usize>,
    count: u64,
    lines: u64,
}

/// Bytes in which one hand looks for runs.
const PART: usize = 1 << 20;

/// Members of the shortest run that is worth its place.
const SHORTEST: u64 = 16;

/// Blanks between members whose places are one.
const WIDEST: usize = 32;

/// The runs that start within a part of `bytes`. Whether they are members can't be seen here: whoever comes to the start of
/// a run and finds a member there finds the others behind it.
fn runs(bytes: &[u8], part: Range<usize>, most: usize, synonyms: &Synonyms) -> Vec<Run> {
    let mut names = Names::default();
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end {
        let Some(comma) = memchr::memchr(b',', &bytes[at..part.end]) else { break };
        let start = at + comma + 1;
        let (mut end, mut members, mut count) = (start, start..start, 0);
        while end < part.end
            && let Some(member) = Member::at(&bytes[end..], most)
            && (count == 0 || member.range.start <= WIDEST)
            && !names.states(member.name, synonyms)
        {
            if count == 0 {
                members.start = end + member.range.start;
            }
            members.end = end + member.range.end;
            (end, count) = (end + member.behind, count + 1);
            if bytes[end - 1] != b',' {
                break;
            }
        }
        if count >= SHORTEST {
            let lines = memchr::memchr_iter(b'\n', &bytes[start..end]).count() as u64;
            found.push(Run { range: start..end, members, count, lines });
        }
        // The comma that was passed last may have another run behind it.
        at = if count > 0 { end - 1 } else { start };
    }
    found
}

/// Names of members, and whether they may state something.
#[derive(Default)]
struct Names(HashMap<Box<[u8]>, bool>);

impl Names {
    fn states(&mut self, name: &[u8], synonyms: &Synonyms) -> bool {
        const MOST: usize = 4096;
        if let Some(known) = self.0.get(name) {
            return *known;
        }
        let text = beginning(name);
        let states = synonyms.knows(text) || is_stack(text);
        if self.0.len() < MOST {
            self.0.insert(name.into(), states);
        }
        states
    }
}

/// As much of `bytes` as names that state something have; empty where that is no UTF-8.
fn beginning(bytes: &[u8]) -> &str {
    std::str::from_utf8(&bytes[..bytes.len().min(200)]).unwrap_or_default()
}

/// The name of a member; empty where it has none.
fn name(member: &[u8]) -> &str {
    let named = beginning(member).strip_prefix('"').and_then(|text| text.split_once('"'));
    named.filter(|(_, behind)| behind.trim_start().starts_with(':')).map_or("", |(name, _)| name)
}

fn is_stack(name: &str) -> bool {
    !name.is_empty() && matches!(section::kind(name), SectionKind::Stack | SectionKind::Trace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::hands::OneHand;
    use super::*;

    /// What is left of a text that comes in pieces of so many bytes, in which runs are looked for in parts.
    fn taken(text: &str, piece: usize, part: usize) -> (bool, String, Vec<(Span, u64)>, u64) {
        let mut json = Json::new(300, 0, Synonyms::standard());
        let all = text.as_bytes().chunks(piece).all(|bytes| json.take_by(part, bytes, &OneHand));
        (all, json.thinned.text, json.thinned.left, json.thinned.line)
    }

    fn member() -> impl Strategy<Value = String> {
        let name = prop_oneof![Just("WWFACI"), Just("user"), Just("Call stack"), Just("x\\\"y"), Just("a, b")];
        let value = prop_oneof![
            "[a-z ]{0,9}".prop_map(|text| format!("\"{text}\"")),
            Just("17".to_owned()),
            Just("\"a \\\"b\\\", \\\\\"".to_owned()),
            Just("null".to_owned()),
            Just("{\"a\": 1, \"user\": \"B\"}".to_owned()),
            Just("{}".to_owned()),
            Just("[1, \"SYS\", {\"n\": \"x\"}]".to_owned()),
            Just("\"".to_owned()),
        ];
        let gap = prop_oneof![Just(""), Just("\n "), Just(" "), Just("\t\r\n")];
        (name, value, gap).prop_map(|(name, value, gap)| format!("{gap}\"{name}\":{gap}{value}"))
    }

    proptest! {
        #[test]
        fn members_that_are_left_out_at_once_are_those_that_are_left_out_one_by_one(
            members in prop::collection::vec(member(), 1..20),
            times in 1_usize..8,
            part in 1_usize..500,
        ) {
            let text = format!("{{\"f\": {{{}}}}}", vec![members.join(","); times].join(","));
            // Where no more than a byte comes at once, no member is seen as a whole.
            prop_assert_eq!(taken(&text, text.len(), part), taken(&text, 1, 1), "{}", text);
        }
    }

    #[test]
    fn what_is_kept_does_not_grow_with_objects_that_are_left_out() {
        let objects = vec!["{\"name\": \"WWFACI\", \"value\": \"C01\"}"; 10_000].join(", ");
        let (all, text, left, _) = taken(&format!("{{\"fields\": [{objects}]}}"), 5_000, 700);
        let values: u64 = left.iter().map(|(_, count)| count).sum();
        assert!(all && text.len() < 400 && text.ends_with("]}"), "{} bytes: {text}", text.len());
        assert_eq!(values + text.matches(':').count() as u64 - 1, 20_000, "{text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
    }

    #[test]
    fn dumps_of_a_list_are_kept_as_such() {
        let dumps = vec!["{\"WWFACI\": \"C01\"}"; 100].join(",");
        let (_, text, ..) = taken(&format!("[{dumps}]"), 5_000, 700);
        assert_eq!(text.matches('{').count(), 100, "{text}");
    }
}
