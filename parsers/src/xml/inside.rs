//! The end of an element whose inside is of no interest, found without reading that. It must only be found where reading
//! all of it would have come to the same; where that can't be told at a glance, there is none.

use memchr::memmem::{self, Finder};

use super::token::tag_end;

/// Finds the ends of elements in one text.
pub(super) struct Inside<'a> {
    text: &'a str,
    /// The name that was looked for last: rows follow each other.
    name: Option<(&'a str, Finder<'a>)>,
    /// Elements around, outermost first, and where the first end tag is that could be theirs.
    around: Vec<(&'a str, usize)>,
}

impl<'a> Inside<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, name: None, around: Vec::new() }
    }

    /// Where the end tag stands of the element `name` whose inside begins at `from`. `open` are the names of those that
    /// are open, it itself the last.
    pub(super) fn end(
        &mut self,
        name: &'a str,
        from: usize,
        open: impl ExactSizeIterator<Item = &'a str>,
    ) -> Option<usize> {
        if self.name.as_ref().is_none_or(|(known, _)| *known != name) {
            self.name = Some((name, Finder::new(name)));
        }
        let (_, finder) = self.name.as_ref()?;
        let bytes = self.text.as_bytes();
        // Where it is named first again must be its end tag: nothing of that name stands in it.
        let named = from + finder.find(&bytes[from..])?;
        let inner = bytes[from..named].strip_suffix(b"</")?;
        let end = from + inner.len();
        if bytes.get(named + name.len()) != Some(&b'>') || memchr::memchr2(b'!', b'?', inner).is_some() {
            return None;
        }
        if memchr::memchr2(b'"', b'\'', inner).is_some() && !self.has_whole_tags(from, end) {
            return None;
        }
        let outer = open.len().saturating_sub(1);
        (self.first_end_around(outer, open, from) >= end).then_some(end)
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

    /// Where the first end tag stands, from `from` on, that could be one of the first `count` of the `open` elements'.
    fn first_end_around(&mut self, count: usize, open: impl Iterator<Item = &'a str>, from: usize) -> usize {
        self.around.truncate(count);
        let mut first = usize::MAX;
        for (at, name) in open.take(count).enumerate() {
            match self.around.get(at) {
                Some((known, end)) if *known == name && *end >= from => first = first.min(*end),
                _ => {
                    self.around.truncate(at);
                    let end = self.first_end(name, from);
                    self.around.push((name, end));
                    first = first.min(end);
                }
            }
        }
        first
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
        ] {
            for end in ["</row>", "</row >", ""] {
                let text =
                    format!("<root><list><row>{inside}{end}<row>x</row><other/></list><list><row/></list></root>");
                let names = |text: &str, deepest: usize| {
                    let document = if deepest == 2 { read_down_to(text, 2, &[]) } else { read(text) };
                    let kept = document.elements.iter().filter(|element| element.depth <= 2);
                    let shown = kept.map(|element| (element.depth, element.name.to_owned(), element.range.clone()));
                    shown.collect::<Vec<_>>()
                };
                assert_eq!(names(&text, 2), names(&text, usize::MAX), "{text}");
            }
        }
    }

    #[test]
    fn some_elements_are_read_to_the_bottom() {
        let text = "<a><b><c><d>1</d></c></b><e><f><g>2</g></f></e><h><i><e>3</e></i></h></a>";
        let document = read_down_to(text, 1, &["E"]);
        let names: Vec<_> = document.elements.iter().map(|element| (element.name, element.text.as_ref())).collect();
        assert_eq!(names, [("a", ""), ("b", ""), ("e", ""), ("f", ""), ("g", "2"), ("h", "")]);
    }
}
