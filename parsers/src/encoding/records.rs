//! Records of one length without line ends, as files of IBM i are copied out: a spooled file of 132 signs to the line.

/// The lengths that files of lines and of printed pages have; among all numbers, some other would fit by chance.
const LENGTHS: [usize; 16] = [80, 92, 100, 112, 120, 128, 132, 133, 134, 160, 198, 200, 202, 240, 256, 378];
/// Fewer records show no length.
const FEWEST: usize = 4;

/// `text` with its lines ended where it has records of one length and no line ends; as long as it was, since it is the
/// last blank of a record that becomes the end. A record that is full to its end goes on in the next one.
pub(super) fn ended(text: String) -> String {
    if text.contains(['\n', '\r', '\u{85}']) {
        return text;
    }
    let mut signs: Vec<char> = text.chars().collect();
    let Some(len) = length(&signs) else { return text };
    for end in (len - 1..signs.len()).step_by(len) {
        if signs[end] == ' ' {
            signs[end] = '\n';
        }
    }
    signs.into_iter().collect()
}

/// The length of the records: nearly all end in a blank, and more begin with a sign than at any other length.
fn length(signs: &[char]) -> Option<usize> {
    let mut best: Option<(usize, usize, usize)> = None;
    for len in LENGTHS.into_iter().filter(|len| signs.len() / len >= FEWEST) {
        let starts = || (len..signs.len()).step_by(len);
        let all = starts().count();
        let behind_blanks = starts().filter(|at| signs[at - 1] == ' ').count();
        let fresh = starts().filter(|at| signs[*at] != ' ' && signs[at - 1] == ' ').count();
        if behind_blanks * 20 < all * 19 || fresh * 10 < all * 4 {
            continue;
        }
        // The shorter of two that fit alike: twice the length fits as well.
        if best.is_none_or(|(_, other, of)| fresh * of > other * all) {
            best = Some((len, fresh, all));
        }
    }
    best.map(|(len, _, _)| len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_length_are_lines() {
        let lines =
            ["Program  . . . . . : MMS003", "User . . . . . . . : KALLE", "", "java.lang.IllegalStateException: x"];
        let frames = ["    at mvx.app.pgm.MMS003.PE(MMS003.java:1911)", "    at java.lang.Thread.run(Thread.java:748)"];
        for len in [80, 132, 198] {
            let text: String = lines.iter().chain(&frames).map(|line| format!("{line:len$}")).collect();
            let read = ended(text.clone());
            assert_eq!(read.len(), text.len());
            let trimmed: Vec<&str> = read.lines().map(str::trim_end).collect();
            assert_eq!(trimmed, [&lines[..], &frames[..]].concat(), "{len}");
        }
    }

    #[test]
    fn text_with_line_ends_or_without_records_stays_as_it_is() {
        let prose = "Program MMS003 ended abnormally in panel E for user KALLE in company 200 ".repeat(20);
        for text in [prose, format!("{:80}\n", "a").repeat(8), String::new(), " ".repeat(900)] {
            assert_eq!(ended(text.clone()), text);
        }
    }
}
