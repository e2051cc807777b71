//! A web page as lines of text of the same length. It must not know what the page says.

use std::ops::Range;

/// What text opens that stands in a page as it is.
const CDATA: &str = "<![CDATA[";

/// The page without its tags: blocks start lines, cells of a table are split by bars. Byte for byte as long.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut cells = 0;
    let mut closing = ["script", "style", "head"].map(|tag| Closing { tag, next: Some(0..0) });
    let mut in_table = false;
    // Whether an end may be found for such a text; it is looked for in vain once.
    let mut holds = true;
    while let Some(open) = rest.find('<') {
        // Rows, and what is listed, stand right below each other, however the page is broken between them.
        match &rest[..open] {
            gap if in_table && gap.trim_ascii().is_empty() => out.push_str(&" ".repeat(gap.len())),
            said => words(said, &mut out),
        }
        rest = &rest[open..];
        // What pages of some programs hold of other texts.
        if holds && let Some(inner) = rest.strip_prefix(CDATA) {
            let Some((held, behind)) = inner.split_once("]]>") else {
                holds = false;
                continue;
            };
            out.push_str("\n        ");
            out.push_str(held);
            out.push_str("  \n");
            rest = behind;
            continue;
        }
        let Some(end) = rest.find('>').map(|n| n + 1) else { break };
        let tag = name(&rest[..end]);
        let closes = |tag: &str| rest.get(..tag.len()).is_some_and(|own| own.eq_ignore_ascii_case(tag));
        let closes_table = closes("</table") || closes("</ol") || closes("</ul");
        in_table = (in_table || matches!(tag.as_str(), "table" | "ol" | "ul")) && !closes_table;
        let unread = closing.iter_mut().find(|closing| closing.tag == tag);
        let at = text.len() - rest.len();
        let skipped = unread.and_then(|closing| closing.end(text, at)).map_or(end, |to| end.max(to - at));
        let sign = match tag.as_str() {
            _ if closes_table => '\n',
            "tr" | "p" | "div" | "br" | "li" | "pre" | "table" | "dt" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
            | "ul" | "body" | "section" => {
                cells = 0;
                '\n'
            }
            "td" | "th" | "dd" => {
                cells += 1;
                if cells > 1 || tag == "dd" { '|' } else { ' ' }
            }
            _ => ' ',
        };
        out.push(sign);
        out.push_str(&" ".repeat(skipped - 1));
        rest = &rest[skipped..];
    }
    words(rest, &mut out);
    out
}

/// Text between tags with its signs for what they stand for; blanks at the ends of lines make them as long as before.
pub(super) fn words(text: &str, out: &mut String) {
    if !text.contains('&') {
        return out.push_str(text);
    }
    const SIGNS: [(&str, &str); 9] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#x27;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ];
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let (begins, mut rest) = (out.len(), body);
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let (name, sign) = SIGNS.into_iter().find(|(name, _)| rest.starts_with(name)).unwrap_or(("&", "&"));
            out.push_str(sign);
            rest = &rest[name.len()..];
        }
        out.push_str(rest);
        out.push_str(&" ".repeat(body.len() - (out.len() - begins)));
        out.push_str(&line[body.len()..]);
    }
}

fn name(tag: &str) -> String {
    let letters = tag.trim_start_matches('<').chars().take_while(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

/// Where the elements of a name end whose content is no text of the page.
struct Closing {
    tag: &'static str,
    /// The closing tag that was found last; `None` where no further one stands in the text. Each is looked for once,
    /// however many elements are opened before it.
    next: Option<Range<usize>>,
}

impl Closing {
    /// Where the element ends that is opened at `at`. Places are asked for in rising order.
    fn end(&mut self, text: &str, at: usize) -> Option<usize> {
        if self.next.as_ref().is_some_and(|tag| tag.start <= at) {
            self.next = self.find(text.as_bytes(), at);
        }
        self.next.as_ref().map(|tag| tag.end)
    }

    fn find(&self, text: &[u8], from: usize) -> Option<Range<usize>> {
        let is_it = |at: &usize| {
            let name = text[*at..].strip_prefix(b"</").and_then(|behind| behind.get(..self.tag.len()));
            name.is_some_and(|name| name.eq_ignore_ascii_case(self.tag.as_bytes()))
        };
        let start = memchr::memchr_iter(b'<', &text[from..]).map(|n| from + n).find(is_it)?;
        memchr::memchr(b'>', &text[start..]).map(|n| start..start + n + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_and_blocks_become_lines() {
        let text = "<html><head><title>x</title></head><body><table><tr><th>Program</th><td>CRS008 é</td></tr></table><pre>\n a\n</pre></body>";
        let plain = plain(text);
        assert_eq!(plain.len(), text.len());
        let lines: Vec<String> = plain.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(lines.iter().filter(|l| !l.is_empty()).collect::<Vec<_>>(), ["Program | CRS008 é", "a"]);
    }

    #[test]
    fn what_stands_in_a_page_as_it_is_is_kept() {
        let text = "<h2>M3</h2><ac:plain-text-body><![CDATA[a.B: <x>\n\tat a.b(C.java:1)]]></ac:plain-text-body><p>x</p><![CDATA[y";
        let plain = plain(text);
        assert_eq!(plain.len(), text.len());
        assert!(plain.contains("\n        a.B: <x>\n\tat a.b(C.java:1)  \n"), "{plain}");
    }

    #[test]
    fn signs_of_markup_are_what_they_stand_for() {
        let text = "<html><p>a &quot;b&quot;\n&lt;init&gt; &amp; &bull;</p></html>";
        let plain = plain(text);
        assert_eq!(plain.len(), text.len());
        assert!(plain.contains("a \"b\"          \n<init> & &bull;"), "{plain}");
    }

    #[test]
    fn what_no_reader_sees_is_skipped_up_to_its_own_end() {
        let text =
            "<html><SCRIPT>a<b</Script ><p>one</p><style>x</style><script>c</script>two<style><p>three</p></html>";
        let plain = plain(text);
        let words: Vec<&str> = plain.split_whitespace().collect();
        assert_eq!((plain.len(), words), (text.len(), vec!["one", "two", "three"]));
    }

    #[test]
    fn elements_that_are_opened_by_the_hundred_thousand_are_read_in_one_go() {
        let opened = "<script><style>".repeat(200_000);
        // Never closed, closed but for the last sign, closed at the end, and each closed at once.
        for (text, words) in [
            (format!("<html>{opened}word"), vec!["word"]),
            (format!("<html>{opened}word</script </style "), vec!["word</script", "</style"]),
            (format!("<html>{opened}unread</style>word</script>word"), vec!["word"]),
            (format!("<html>{}word", "<script>x</script><head>y</head>".repeat(100_000)), vec!["word"]),
        ] {
            let plain = plain(&text);
            assert_eq!(plain.len(), text.len());
            assert_eq!(plain.split_whitespace().collect::<Vec<_>>(), words);
        }
    }
}
