//! The end of an element whose inside is of no interest, found without reading that. It must only be found where reading
//! all of it would have come to the same; where that can't be told at a glance, there is none.

use memchr::memmem::{self, Finder};

use super::token::tag_end;

/// Finds the ends of elements in one text, one behind the other.
pub(super) struct Inside<'a> {
    text: &'a str,
    /// The name that was looked for last: rows follow each other.
    name: Option<(&'a str, Finder<'a>)>,
    /// Elements around, outermost first, and where the first end tag is that could be theirs.
    around: Vec<(&'a str, usize)>,
    /// What the root's name begins with, up to its colon, and where the first end tag is whose name begins so.
    near: (&'a str, usize),
    /// Where the next of what isn't plain markup is, and the next quotation mark.
    odd: usize,
    quote: usize,
    /// Up to where no end tag stands of what is around the element whose end was found last.
    clear: usize,
}

impl<'a> Inside<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, name: None, around: Vec::new(), near: ("", 0), odd: 0, quote: 0, clear: 0 }
    }

    /// Where the end tag stands of the element `name` whose inside begins at `from`. `around` are the names of those that
    /// it stands in, outermost first.
    pub(super) fn end(&mut self, name: &'a str, from: usize, around: impl Iterator<Item = &'a str>) -> Option<usize> {
        let end = self.own_end(name, from)?;
        self.goes_on_around(around, from, end).then_some(end)
    }

    /// As [`Self::end`] of an element that stands beside the one whose end was found last.
    pub(super) fn next_end(
        &mut self,
        name: &'a str,
        from: usize,
        around: impl Iterator<Item = &'a str>,
    ) -> Option<usize> {
        let end = self.own_end(name, from)?;
        (end <= self.clear || self.goes_on_around(around, from, end)).then_some(end)
    }

    fn own_end(&mut self, name: &'a str, from: usize) -> Option<usize> {
        if self.name.as_ref().is_none_or(|(known, _)| *known != name) {
            self.name = Some((name, Finder::new(name)));
        }
        let (_, finder) = self.name.as_ref()?;
        let bytes = self.text.as_bytes();
        // Where it is named first again must be its end tag: nothing of that name stands in it.
        let named = from + finder.find(&bytes[from..])?;
        let end = from + bytes[from..named].strip_suffix(b"</")?.len();
        if bytes.get(named + name.len()) != Some(&b'>') {
            return None;
        }
        let next = |known: &mut usize, one: u8, other: u8| {
            if *known < from {
                *known = memchr::memchr2(one, other, &bytes[from..]).map_or(usize::MAX, |at| from + at);
            }
            *known
        };
        if next(&mut self.odd, b'!', b'?') < end {
            return None;
        }
        if next(&mut self.quote, b'"', b'\'') < end && !self.has_whole_tags(from, end) {
            return None;
        }
        Some(end)
    }

    /// Whether no tag between these places goes beyond them, which one with an end tag in a value may do.
    fn has_whole_tags(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while let Some(tag) = memchr::memchr(b'<', &self.text.as_bytes()[at..to]) {
            let Some(len) = tag_end(&self.text[at + tag..]) else { return false };
            at += tag + len;
            if at > to {
                return false;
            }
        }
        true
    }

    /// Whether no end tag stands between these places that could be one of the elements' around.
    fn goes_on_around(&mut self, around: impl Iterator<Item = &'a str>, from: usize, to: usize) -> bool {
        let (mut prefix, mut clear) = (None, usize::MAX);
        for (at, name) in around.enumerate() {
            // Most of those around have the same prefix, which what stands in them hasn't: one search is enough for all.
            let prefix = *prefix.get_or_insert_with(|| {
                let colon = name.bytes().position(|byte| byte == b':');
                colon.map(|colon| &name[..=colon])
            });
            if let Some(prefix) = prefix.filter(|prefix| name.starts_with(prefix)) {
                let begins = self.first_beginning(prefix, from);
                if begins >= to {
                    clear = clear.min(begins);
                    continue;
                }
            }
            let first = self.first_end_of(at, name, from);
            if first < to {
                return false;
            }
            clear = clear.min(first);
        }
        self.clear = clear;
        true
    }

    /// Where the first end tag stands of an element of that name, which is the one around at that depth.
    fn first_end_of(&mut self, at: usize, name: &'a str, from: usize) -> usize {
        match self.around.get(at) {
            Some((known, end)) if *known == name && *end >= from => *end,
            _ => {
                self.around.truncate(at);
                // What was told by its prefix; no element has such a name.
                self.around.resize(at, ("", 0));
                let end = self.first_end(name, from);
                self.around.push((name, end));
                end
            }
        }
    }

    /// Where the first end tag stands whose name begins so.
    fn first_beginning(&mut self, prefix: &'a str, from: usize) -> usize {
        if self.near.0 != prefix || self.near.1 < from {
            let tag = ["</", prefix].concat();
            let found = memmem::find(&self.text.as_bytes()[from..], tag.as_bytes());
            self.near = (prefix, found.map_or(usize::MAX, |at| from + at));
        }
        self.near.1
    }

    /// Where an element of that name ends first, as end tags are written: with nothing between name and brackets.
    fn first_end(&self, name: &str, from: usize) -> usize {
        let tag = ["</", name, ">"].concat();
        memmem::find(&self.text.as_bytes()[from..], tag.as_bytes()).map_or(usize::MAX, |at| from + at)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{read, read_down_to};

    #[test]
    fn what_is_passed_by_changes_nothing_around_it() {
        for inside in [
            "",
            "text",
            "<a>1</a><b x=\"y\">2</b>",
            "<a x='</row>'/>",
            "<a x=\"b>c</row>d\"/>",
            "<![CDATA[</row>]]>",
            "<!-- </row> -->",
            "<row>1</row>",
            "<rows>1</rows>",
            "<a>",
            "</a>",
            "</list>",
            "</root>",
            "it's",
            "row",
            "<a ",
            "&amp;<",
            "</n:root>",
            "</s:root>",
            "</n:row>",
            "<s:root>",
            "</s:",
        ] {
            for end in ["</row>", "</row >", ""] {
                let text =
                    format!("<root><list><row>{inside}{end}<row>x</row><other/></list><list><row/></list></root>");
                is_the_same(&text);
            }
            for names in [["root", "list", "row"], ["s:root", "s:list", "s:row"], ["s:root", "s:list", "n:row"]] {
                let [root, list, row] = names;
                let rows = format!(
                    "<{row}>1</{row}>\n <{row}>{inside}</{row}><{row}>{inside}</{row}>&amp;<{row}>2</{row}>\n<{row}>3"
                );
                let text =
                    format!("<{root}>.<{list}>{rows}</{row}></{list}> <{list}>{rows}</{row}>\n</{list}></{root}>");
                is_the_same(&text);
                // Another root, of another prefix.
                is_the_same(&format!("{text}<n:root><n:list>{rows}</n:list></n:root>"));
            }
        }
    }

    fn is_the_same(text: &str) {
        let names = |text: &str, deepest: usize| {
            let document = if deepest == 2 { read_down_to(text, 2, &[]) } else { read(text) };
            let kept = document.elements.iter().filter(|element| element.depth <= 2);
            let shown = kept.map(|element| {
                // White space between rows isn't told.
                let own = if element.depth < 2 { element.text.replace([' ', '\n'], "") } else { String::new() };
                (element.depth, element.name.to_owned(), own, element.range.clone(), element.inner.clone())
            });
            shown.collect::<Vec<_>>()
        };
        assert_eq!(names(text, 2), names(text, usize::MAX), "{text}");
    }

    #[test]
    fn some_elements_are_read_to_the_bottom() {
        let text = "<a><b><c><d>1</d></c></b><e><f><g>2</g></f></e><h><i><e>3</e></i></h></a>";
        let document = read_down_to(text, 1, &["E"]);
        let names: Vec<_> = document.elements.iter().map(|element| (element.name, element.text.as_ref())).collect();
        assert_eq!(names, [("a", ""), ("b", ""), ("e", ""), ("f", ""), ("g", "2"), ("h", "")]);
    }
}
