//! Which lines of a dump are headings, and names that stand above their value. It must not know what a section holds.

use std::borrow::Cow;

use super::super::accept;
use super::super::section::{self, Section, SectionKind};
use super::super::sniff;
use super::super::synonyms::{Fact, Synonyms};
use super::super::{fields, pairs, stack, table};
use super::line::Line;
use super::{Above, Open, Pair, Reader};
use crate::m3::names;

/// `program_stack:   # outermost first` without its comment, as YAML has them.
fn without_comment(content: &str) -> &str {
    let opened = content.split_once(" #").map(|(opened, _)| opened.trim_end());
    opened.filter(|opened| opened.ends_with(':')).unwrap_or(content)
}

impl<'a> Reader<'a> {
    /// A name over its value, both at the same indentation, as one of several such blocks.
    fn name_over_value(&mut self, line: &Line<'a>, name: &str) -> bool {
        if matches!(self.kind(), SectionKind::Stack | SectionKind::Values | SectionKind::Trace) {
            return false;
        }
        let Some(text) = self.text.get(line.start..) else { return false };
        let Some(over) = Over::at(text).filter(|over| over.ruled == line.below.is_some_and(section::is_rule)) else {
            return false;
        };
        let next_states = || Over::next(text).is_some_and(|next| next.states(self.synonyms));
        let others_stand_so = || self.names_above || next_states();
        let states = over.states(self.synonyms);
        let may_name = section::is_title(name) && section::kind(name) != SectionKind::Stack;
        // Without any mark it may be a heading with a line below, unless more of its kind follow.
        let alone = || self.is_apart(line) && table::cells(name).len() == 1 && (states || next_states());
        let believed = (states || may_name && others_stand_so()) && (over.marked || alone() && others_stand_so());
        if !believed || self.is_pair(name, over.value) || self.states_itself(line.text, over.value) {
            return false;
        }
        // Blocks of this kind are of the dump, not of the heading above them.
        self.names_above = true;
        let value = pairs::bare(over.value, 0..over.value.len());
        let start = line.start + line.indent();
        let end = line.start + over.at + over.value.len();
        let (name, value) = (Cow::Borrowed(over.name), Cow::Borrowed(&over.value[value]));
        self.put(Pair { section: self.section(), name, value, range: start..end });
        self.read_to = end;
        true
    }

    /// Whether what stands below a name is one itself: it has two cells, the first of which is a known name (`BATCH JOB` above
    /// `Job    63254343` is a heading), its sign stands below that of the name, or it opens a section.
    fn states_itself(&self, line: &str, below: &str) -> bool {
        // `Message . . . . :` above `Last changed . . :`: both are names, the first with nothing behind.
        let sign = |text: &str| {
            let at = text.find(':').filter(|at| text[..*at].trim_end().ends_with('.'))?;
            Some(text[..at].chars().count())
        };
        if line.trim_end().ends_with(':') && sign(line).is_some_and(|at| sign(below) == Some(at)) {
            return true;
        }
        // What opens a section is none's value.
        let opens =
            || section::kind(below) != SectionKind::Facts && section::is_plain_title(below.trim_end_matches(':'));
        let cells = table::cells(below);
        opens() || cells.len() == 2 && self.synonyms.knows(&below[cells[0].clone()])
    }

    /// Whether nothing stands right above a line but a rule.
    fn is_apart(&self, line: &Line<'a>) -> bool {
        line.above.is_none_or(|above| above.trim().is_empty() || section::is_rule(above))
    }

    /// Whether a line below a name is a pair of its own and not the name's value. Messages have colons within them:
    /// `For input string: "x"`.
    fn is_pair(&self, name: &str, below: &str) -> bool {
        let found = pairs::on_line(below, self.synonyms);
        let meanings = self.synonyms.meanings(None, name);
        let known = |pair: &pairs::LinePair| self.synonyms.knows(&below[pair.key.clone()]);
        if meanings.iter().any(|(fact, _)| *fact == Fact::Message) {
            return found.iter().any(known);
        }
        // A dash may as well stand between a value and what it is called: `OIS350 - Customer order`.
        let signed = |pair: &pairs::LinePair| below[pair.key.end..pair.value.start].contains([':', '=']);
        found.iter().any(|pair| meanings.is_empty() || signed(pair) || known(pair))
    }

    pub(super) fn heading(&mut self, line: &Line<'a>) -> bool {
        let Some((title, indent)) = self.title(line) else { return false };
        self.opened(line, title, indent, section::kind(title));
        true
    }

    /// Whether the rule above a line stands below the title of the section: one line below it is what it is about.
    fn is_below_title(&self, line: &Line<'a>) -> bool {
        let title = &self.out.sections[self.section()].title;
        !title.is_empty() && line.header_above(self.text).is_some_and(|above| above.contains(title.as_ref()))
    }

    /// Begins the section of a record behind that of another.
    pub(super) fn open_record(&mut self, line: &Line<'a>) {
        self.close_by_indent(line);
        self.opened(line, section::unpaged(line.text.trim()), Some(line.indent()), SectionKind::Values);
    }

    /// Begins the section below a heading.
    fn opened(&mut self, line: &Line<'a>, title: &'a str, indent: Option<usize>, kind: SectionKind) {
        self.end_stack();
        self.end_frames();
        self.table = None;
        self.value_column = None;
        self.names_above = false;
        if indent.is_none() {
            self.open.clear();
        }
        let start = line.start + offset(line.text, title);
        self.out.title(start, title);
        self.section_begins(Section { title: Cow::Borrowed(title), kind });
        self.open.push(Open { section: self.out.sections.len() - 1, indent });
    }

    /// The title on a line that is a heading, and its indentation where the section ends with lines further left.
    pub(super) fn title(&self, line: &Line<'a>) -> Option<(&'a str, Option<usize>)> {
        let content = without_comment(section::unpaged(line.text.trim()));
        let in_stack = || {
            stack::entry(content).is_some_and(|p| names::is_program(&p) || p == "SYS")
                || stack::inline(content).len() > 1
        };
        if self.kind() == SectionKind::Stack && in_stack() {
            return None;
        }
        if let Some(title) = section::announced(content) {
            return Some((title, None));
        }
        // `*  Fields` between rules of that sign.
        if let Some(sign) = content.chars().next().filter(|c| matches!(c, '*' | '#' | '='))
            && self.above == Above::Rule
            && line.below.is_some_and(|below| section::is_rule(below) && below.trim().starts_with(sign))
        {
            let inner = content.trim_matches(sign).trim();
            if section::is_title(inner) && !is_marked_pair(content, inner, self.synonyms) {
                return Some((inner, None));
            }
        }
        if let Some(title) = section::decorated(content)
            .filter(|title| section::says_order(title) || !is_marked_pair(content, title, self.synonyms))
        {
            let states =
                pairs::on_line(title, self.synonyms).iter().any(|p| self.synonyms.knows(&title[p.key.clone()]));
            // One of several lines with the same signs before them, `├── Previous user: JDOE`.
            let listed = || {
                let paired = |title: &str| {
                    let parts = title.split_once([':', '=']);
                    parts.is_some_and(|(name, value)| !name.trim().is_empty() && !value.trim().is_empty())
                };
                let like = |beside: &&str| beside.trim().chars().next() == content.chars().next();
                let mut beside = [line.above, line.below].into_iter().flatten().filter(like);
                paired(title) && beside.any(|beside| section::decorated(beside).is_some_and(paired))
            };
            let ordered = || section::kind(title) == SectionKind::Stack && section::says_order(title);
            return (!states && !listed() || ordered()).then_some((title, None));
        }
        if let Some(title) = content.strip_suffix(':').map(|t| t.trim_end_matches([' ', '.', '-', '_'])) {
            // Where what is below isn't further right, the next heading ends it.
            let deeper = line.below.is_some_and(|b| indent(b) > line.indent());
            let ends_by = if deeper { Some(line.indent()) } else { line.indent().checked_sub(1) };
            return self.opens_block(title, content, line).then_some((title, ends_by));
        }
        if let Some(title) = section::braced(content) {
            return Some((title, None));
        }
        // Only headings have the number of a page behind them.
        if content.len() < line.text.trim().len() && section::is_title(content) {
            return Some((content, None));
        }
        let underlined = line.below.is_some_and(|b| section::is_rule(b) && section::rule_columns(b).is_empty());
        let titled = section::is_title(content) && table::cells(content).len() == 1;
        // The last of a list of fields stands above the rule of the next heading.
        let ends_fields = || {
            self.kind() == SectionKind::Values
                && self.above == Above::Content
                && (!pairs::on_line(content, self.synonyms).is_empty() || pairs::field(content).is_some())
        };
        if titled
            && !ends_fields()
            && (underlined
                || self.above == Above::Rule
                    && line.below.is_none_or(|b| b.trim().is_empty())
                    && !self.is_below_title(line))
        {
            let listed = table::separated_pair(content).map(|(name, _)| name);
            let mut stated = pairs::on_line(content, self.synonyms).into_iter().map(|pair| pair.key).chain(listed);
            let states = stated.any(|name| self.synonyms.knows(&content[name]));
            return (!states).then_some((content, None));
        }
        if self.opens_stack(line, content) {
            return Some((content, Some(line.indent())));
        }
        // A dump behind messages of the system is about itself: `M3 dump of job 742844/KLARSEN/QPADEV000K`.
        let says_dump = || sniff::says_so(&content.to_lowercase()) && pairs::on_line(content, self.synonyms).is_empty();
        if self.kind() == SectionKind::Surroundings
            && self.above == Above::Nothing
            && line.below.is_some_and(|below| !below.trim().is_empty())
            && section::is_title(content)
            && !section::is_of_earlier(content)
            && says_dump()
        {
            return Some((content, None));
        }
        if self.opens_levels(line, content) {
            return Some((content, None));
        }
        if self.opens_record(line, content) {
            return Some((content, Some(line.indent())));
        }
        (!self.is_field_above(line, content) && self.is_plain_title(line)).then_some((content, None))
    }

    /// Whether a code among fields stands above its value, further right, and nothing else.
    fn is_field_above(&self, line: &Line<'a>, code: &str) -> bool {
        let deeper = |other: Option<&str>| other.is_some_and(|o| !o.trim().is_empty() && indent(o) > line.indent());
        self.kind() == SectionKind::Values && fields::is_code(code) && deeper(line.below) && !deeper(line.second_below)
    }

    /// Whether a line names a stack, of which the first program stands below it behind its number: `Level 1=SYS`.
    fn opens_levels(&self, line: &Line<'a>, title: &str) -> bool {
        let counted = |below: &str| match pairs::on_line(below, self.synonyms).as_slice() {
            [pair] => {
                let (name, value) = (&below[pair.key.clone()], below[pair.value.clone()].trim());
                name.ends_with(|c: char| c.is_ascii_digit()) && (names::is_program(value) || value == "SYS")
            }
            // `1 SYS`
            _ => {
                below.starts_with(|c: char| c.is_ascii_digit())
                    && stack::entry(below).is_some_and(|program| names::is_program(&program) || program == "SYS")
            }
        };
        // Most lines show by the end of the one below that no program stands there.
        let may_be =
            |below: &str| below.trim_end().ends_with(|c: char| c.is_ascii_digit() || matches!(c, 'I' | 'S' | '"'));
        line.below.is_some_and(|below| may_be(below) && counted(below))
            && section::is_plain_title(title)
            && section::kind(title) == SectionKind::Stack
    }

    /// Whether a line says that fields follow, and these stand below it, further right: `Record MITMAS 17`.
    pub(super) fn opens_record(&self, line: &Line<'a>, title: &str) -> bool {
        let field = |below: &str| !pairs::on_line(below, self.synonyms).is_empty() || pairs::field(below).is_some();
        let fields = || line.below.is_some_and(field);
        let one_cell = || table::cells(title).len() == 1 && pairs::on_line(title, self.synonyms).is_empty();
        let deeper = || line.below.is_some_and(|below| indent(below) > line.indent());
        title.starts_with(|c: char| c.is_uppercase())
            && deeper()
            && section::is_title(title)
            && section::kind(title) == SectionKind::Values
            && one_cell()
            && fields()
    }

    /// Whether a line is nothing but a name for stacks, and the programs of one stand below it, further right.
    fn opens_stack(&self, line: &Line<'a>, name: &str) -> bool {
        let deeper = |below: &&str| indent(below) > line.indent() && stack::entry(below).is_some();
        let listed = line.below.filter(deeper).is_some() && line.second_below.filter(deeper).is_some();
        let named = || self.synonyms.meanings(None, name).first().is_some_and(|(fact, _)| *fact == Fact::CallStack);
        self.kind() != SectionKind::Values && section::is_title(name) && listed && named()
    }

    /// Whether `Title:` opens a section: it names one, or what is below stands further right.
    pub(super) fn opens_block(&self, title: &str, content: &str, line: &Line<'a>) -> bool {
        let Some(below) = line.below.filter(|_| section::is_title(title) && table::cells(content).len() <= 2) else {
            return false;
        };
        if stands_in_column(line) {
            return false;
        }
        let deeper = !below.trim().is_empty() && below.len() - below.trim_start().len() > line.indent();
        let meanings = self.synonyms.meanings(None, title);
        if section::kind(title) != SectionKind::Facts {
            return true;
        }
        if self.begins_facts(title, below) {
            return true;
        }
        let one_value = pairs::on_line(below, self.synonyms).is_empty();
        deeper && (meanings.is_empty() || !one_value)
    }

    /// Whether words behind a list of fields or programs are the heading of facts: names of those stand below.
    fn begins_facts(&self, title: &str, below: &str) -> bool {
        let known = || {
            let pairs = pairs::on_line(below, self.synonyms);
            let name = below.trim().trim_end_matches(':');
            self.synonyms.knows(name) || pairs.iter().any(|pair| self.synonyms.knows(&below[pair.key.clone()]))
        };
        let may_end = match self.kind() {
            SectionKind::Values | SectionKind::Stack => true,
            // An earlier error is told by its trace, and what has further facts may go on with them.
            SectionKind::Surroundings => {
                let section = self.section();
                section::is_of_earlier(&self.out.sections[section].title)
                    && self.out.pairs.last().is_none_or(|pair| pair.section != section)
            }
            SectionKind::Facts | SectionKind::Trace => false,
        };
        self.above != Above::Content
            && may_end
            // `Name(Linux)` is one of a list.
            && !title.contains(['(', '[', '{', '<', '='])
            && title.chars().any(char::is_lowercase)
            && self.synonyms.meanings(None, title).is_empty()
            && known()
    }

    pub(super) fn is_plain_title(&self, line: &Line<'a>) -> bool {
        let content = section::unpaged(line.text.trim());
        let Some(below) = line.below else { return false };
        let ends_stack = || {
            let kind = section::kind(content);
            self.kind() == SectionKind::Stack
                && !self.stack.is_empty()
                && matches!(kind, SectionKind::Values | SectionKind::Trace | SectionKind::Surroundings)
        };
        if self.above == Above::Content && !names_a_section(content) && !ends_stack()
            || !section::is_plain_title(content)
            || table::cells(content).len() != 1
        {
            return false;
        }
        let next = if below.trim().is_empty() { line.second_below.unwrap_or_default() } else { below };
        let deeper = next.len() - next.trim_start().len() > line.indent();
        let capitals = !content.chars().any(char::is_lowercase) && content.len() > 3;
        let listed = section::kind(content) != SectionKind::Facts || self.begins_facts(content, next);
        // A word of a heading may look like a program; one that names a section holds none.
        let entry = |p: String| !listed || names::is_program(&p) || p == "SYS";
        let in_stack = self.kind() == SectionKind::Stack && stack::entry(content).is_some_and(entry);
        // A field without a value, above another one.
        let code = |word: &str| {
            word.len() <= 10 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        };
        let cells = table::cells(next);
        let above_another =
            || !below.trim().is_empty() && cells.first().is_some_and(|cell| code(content) && code(&next[cell.clone()]));
        let in_fields = self.kind() == SectionKind::Values && (above_another() || pairs::field(content).is_some());
        !next.trim().is_empty() && (deeper || capitals || listed) && !in_stack && !in_fields
    }

    /// A name alone on its line, with its value on the line below, further right.
    pub(super) fn name_above_value(&mut self, line: &Line<'a>) -> bool {
        let name = line.text.trim().trim_end_matches([':', '.', ' ']);
        let Some(below) = line.below.filter(|b| !b.trim().is_empty()) else { return false };
        let right = |text: &str| text.len() - text.trim_start().len();
        let one_line = line.second_below.is_none_or(|b| b.trim().is_empty() || right(b) <= line.indent());
        let deeper = right(below) > line.indent();
        let states = |fact: &Fact| !matches!(fact, Fact::CallStack | Fact::Exception);
        if !deeper {
            return self.name_over_value(line, name);
        }
        if !one_line {
            return false;
        }
        let meant = self.synonyms.meanings(None, name).first().is_some_and(|(fact, _)| states(fact));
        // Other names are believed in a list of such names.
        let next = line.second_below.filter(|b| right(b) == line.indent()).map(str::trim);
        let listed = self.names_above || next.is_some_and(|next| self.synonyms.knows(next));
        // A stack may be such a value itself; the next known name ends it.
        let behind_stack = self.kind() == SectionKind::Stack && meant && stack::entry(name).is_none();
        let in_stack =
            matches!(self.kind(), SectionKind::Stack | SectionKind::Values | SectionKind::Trace) && !behind_stack;
        let named = meant || listed && section::is_title(name) && !name.contains([':', '(']);
        if !named || in_stack || self.is_pair(name, below) || self.states_itself(line.text, below) {
            return false;
        }
        if behind_stack {
            self.end_stack();
            self.open.push(Open { section: 0, indent: None });
        }
        self.names_above = true;
        let start = line.indent();
        let end = start + name.len();
        self.pair(line, start..end, end..end);
        (self.value_column, self.value_below) = (Some(right(below)), true);
        true
    }
}

/// A name with its value on the next line, or below the rule that underlines it, and nothing else up to a blank line.
struct Over<'a> {
    name: &'a str,
    value: &'a str,
    /// Where the value's line starts, from the start of the name's.
    at: usize,
    ruled: bool,
    /// Whether a rule or a colon behind it shows that it is a name.
    marked: bool,
}

impl<'a> Over<'a> {
    /// What stands so at the start of `text`, the first line of which is the name.
    fn at(text: &'a str) -> Option<Self> {
        let mut lines = text.split_inclusive('\n');
        let first = lines.next()?;
        let mut at = first.len();
        let mut value = lines.next()?;
        let rule = value.trim();
        let ruled = section::is_rule(value) && section::rule_columns(value).is_empty();
        if ruled {
            at += value.len();
            value = lines.next()?;
        }
        let behind = lines.next();
        // The next name may follow at once, where a rule shows that it is one.
        let ends = behind.is_none_or(|below| below.trim().is_empty() || section::is_rule(below))
            || ruled && lines.next().is_some_and(|below| section::is_rule(below) && below.trim() == rule);
        let marked = ruled || first.trim_end().ends_with(':');
        let name = first.trim().trim_end_matches([':', '.', ' ']);
        let stands = ends && !value.trim().is_empty() && !section::is_rule(value) && !name.is_empty();
        stands.then_some(Self { name, value: value.trim_end(), at, ruled, marked })
    }

    /// The next one behind a blank line.
    fn next(text: &'a str) -> Option<Self> {
        let mut at = 0;
        let mut blank = false;
        for (n, line) in text.split_inclusive('\n').take(6).enumerate() {
            let ruled = || n >= 3 && text[at + line.len()..].lines().next().is_some_and(section::is_rule);
            if !line.trim().is_empty() && (blank || ruled()) {
                return Self::at(&text[at..]);
            }
            blank |= line.trim().is_empty();
            at += line.len();
        }
        None
    }

    /// Whether the name is that of a fact which the value could be.
    fn states(&self, synonyms: &Synonyms) -> bool {
        let fits =
            |(fact, _): &(Fact, u16)| *fact != Fact::CallStack && accept::value(*fact, self.value.trim()).is_some();
        synonyms.meanings(None, self.name).iter().any(fits)
    }
}

/// Whether words in capitals name what a section holds, so that they are a heading wherever they stand.
fn names_a_section(words: &str) -> bool {
    let capitals = words.len() > 6 && words.chars().all(|c| c.is_uppercase() || " -'".contains(c));
    capitals
        && match section::kind(words) {
            SectionKind::Facts => false,
            SectionKind::Trace | SectionKind::Stack => true,
            SectionKind::Values | SectionKind::Surroundings => words.contains(' '),
        }
}

/// Whether a line is a pair behind a bullet: `# Host: srv01`.
fn is_marked_pair(line: &str, title: &str, synonyms: &Synonyms) -> bool {
    let bullet = line.ends_with(title) && line.len() - title.len() <= 4;
    bullet && pairs::on_line(title, synonyms).first().is_some_and(|pair| !pair.value.is_empty())
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// Where `part`, a slice of `whole`, starts in it.
fn offset(whole: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(whole.as_ptr() as usize).min(whole.len())
}

/// Whether the colon that ends a line stands below or above that of the line beside it, blanks before it: a name without
/// a value in a column of names.
fn stands_in_column(line: &Line<'_>) -> bool {
    let name = line.text.trim_end().trim_end_matches(':');
    let column = name.chars().count();
    let padded = name.ends_with("  ") || name.ends_with("..");
    let beside = |other: Option<&str>| {
        other.is_some_and(|other| {
            let sign = other.char_indices().nth(column).filter(|(_, sign)| *sign == ':');
            sign.is_some_and(|(at, _)| !other[..at].contains(':') && !other[at + 1..].trim().is_empty())
        })
    };
    padded && (beside(line.above) || beside(line.below))
}
