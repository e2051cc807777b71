//! `--edit`: the request in the user's editor, head and body as they will be sent, nothing laid out anew.

use std::io::{self, Write};
use std::process::Command;

use bytes::Bytes;
use mwscope_parsers::http::MediaType;
use mwscope_parsers::xml;

use crate::cli::output::{self, Failure};
use crate::model::{Header, Headers, Part};
use crate::replay::Draft;
use crate::replay::draft::coded;

/// Opens the editor on `draft` and takes what was made of it.
///
/// # Errors
/// When no editor can be opened, or what was made of it is no request.
pub(super) fn edit(draft: &mut Draft) -> Result<(), Failure> {
    let usage = |what: String| Failure::Usage(format!("--edit: {what}"));
    let plain = coded::plain(draft).map_err(|why| usage(why.to_string()))?;
    let before = written(draft, &plain);
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    // Editors choose their colours by the ending.
    let ending = match &kind {
        Some(kind) if kind.is_xml() => ".xml",
        Some(kind) if kind.is_json() => ".json",
        _ => ".txt",
    };
    let mut file =
        tempfile::Builder::new().prefix("mwscope-").suffix(ending).tempfile().map_err(anyhow::Error::from)?;
    file.write_all(&before).and_then(|()| file.flush()).map_err(anyhow::Error::from)?;
    // On Windows an editor can't open a file that is open here.
    let path = file.into_temp_path();
    open(&path).map_err(|error| usage(format!("{error}; name your editor in VISUAL or EDITOR")))?;
    let after = std::fs::read(&path).map_err(anyhow::Error::from)?;
    if after == before {
        output::say(&"--edit: nothing was changed");
        return Ok(());
    }
    take(draft, &plain, &after).map_err(usage)?;
    warn(draft);
    Ok(())
}

/// `METHOD URL`, the headers, an empty line, and the body without content coding.
fn written(draft: &Draft, plain: &[u8]) -> Vec<u8> {
    let mut out = format!("{} {}\n", draft.method, draft.url).into_bytes();
    for header in &draft.headers.0 {
        out.extend_from_slice(header.name.as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(&header.value);
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(plain);
    out
}

fn take(draft: &mut Draft, plain: &Bytes, bytes: &[u8]) -> Result<(), String> {
    let mut at = 0;
    let mut line = || {
        let rest = bytes.get(at..)?;
        let end = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
        at = (at + end + 1).min(bytes.len());
        let line = &rest[..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    };
    let first = String::from_utf8_lossy(line().unwrap_or_default()).into_owned();
    let (method, url) = first.trim().split_once(' ').ok_or("the first line is no METHOD URL")?;
    let (method, url) = (method.to_owned(), url.trim().to_owned());
    if !url.contains("://") {
        return Err(format!("{url:?} in the first line is no absolute URL"));
    }
    let mut headers = Headers::default();
    while let Some(line) = line().filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|b| *b == b':').ok_or_else(|| {
            let line = String::from_utf8_lossy(line);
            format!("{line:?} is no header; an empty line stands before the body")
        })?;
        let name = String::from_utf8_lossy(&line[..colon]).trim().to_owned();
        headers.0.push(Header { name, value: Bytes::copy_from_slice(line[colon + 1..].trim_ascii()) });
    }
    let mut body = bytes.get(at..).unwrap_or_default();
    // Editors put a line end behind the last line, also where there was none.
    if !plain.ends_with(b"\n") && body.ends_with(b"\n") {
        body = body.strip_suffix(b"\n").unwrap_or(body);
        body = body.strip_suffix(b"\r").filter(|_| !plain.contains(&b'\r')).unwrap_or(body);
    }
    if method != draft.method {
        let before = std::mem::replace(&mut draft.method, method.clone());
        draft.edited("method", Some(before), Some(method));
    }
    // The host in the URL is the one that is meant where it alone was changed.
    let recorded_host = draft.headers.text("Host");
    if headers.text("Host") == recorded_host {
        draft.set_url(&url);
        if let (Some(host), Some(at)) =
            (draft.headers.first("Host").cloned(), headers.0.iter().position(|h| h.name.eq_ignore_ascii_case("Host")))
        {
            headers.0[at].value = host.value;
        }
    } else {
        draft.set_url(&url);
    }
    if headers != draft.headers {
        let changed: Vec<String> =
            headers.0.iter().filter(|h| !draft.headers.0.contains(h)).map(|h| h.name.clone()).collect();
        let gone: Vec<String> =
            draft.headers.0.iter().map(|h| h.name.clone()).filter(|name| headers.first(name).is_none()).collect();
        draft.drop_holes(|hole| {
            let named = |names: &[String]| names.iter().any(|name| name.eq_ignore_ascii_case(&hole.name));
            hole.part == Part::RequestHead && (named(&changed) || named(&gone))
        });
        draft.headers = headers;
        let list = changed.iter().cloned().chain(gone.iter().map(|name| format!("{name} removed")));
        draft.edited(format!("headers edited: {}", list.collect::<Vec<_>>().join(", ")), None, None);
    }
    if body != &plain[..] {
        let before = draft.holes.clone();
        draft.replace_body(Bytes::copy_from_slice(body)).map_err(|why| why.to_string())?;
        still_masked(draft, plain, body, &before);
    }
    Ok(())
}

/// What was masked and still stands there as it was is still missing.
fn still_masked(draft: &mut Draft, plain: &[u8], body: &[u8], before: &[crate::replay::Hole]) {
    let common = plain.iter().zip(body).take_while(|(a, b)| a == b).count();
    for hole in before.iter().filter(|hole| hole.part == Part::RequestBody) {
        let from_end = plain.len() - hole.range.end.min(plain.len());
        let moved = (body.len().checked_sub(from_end + hole.range.len())).map(|start| start..start + hole.range.len());
        let range = if hole.range.end <= common { Some(hole.range.clone()) } else { moved };
        let filler = |range: &std::ops::Range<usize>| {
            body.get(range.clone())
                .is_some_and(|part| !part.is_empty() && part == plain.get(hole.range.clone()).unwrap_or_default())
        };
        if let Some(range) = range.filter(filler) {
            draft.holes.push(crate::replay::Hole { range, ..hole.clone() });
            if !draft.masked.contains(&Part::RequestBody) {
                draft.masked.push(Part::RequestBody);
            }
        }
    }
}

/// Says where what will be sent is not well-formed; it is sent all the same, if the user wants that.
pub(super) fn warn(draft: &Draft) {
    let kind = draft.headers.text("Content-Type").and_then(|value| MediaType::parse(value.as_bytes()));
    let Ok(plain) = coded::plain(draft) else { return };
    match kind {
        Some(kind) if kind.is_xml() && !plain.is_empty() => {
            let text = xml::decode(&plain, kind.parameter("charset"));
            let document = xml::read(&text.text);
            for problem in document.problems.iter().chain(&text.problems).take(3) {
                output::say(&format!("the body is no well-formed XML: {} at byte {}", problem.what, problem.offset));
            }
        }
        Some(kind) if kind.is_json() && !plain.is_empty() => {
            if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&plain) {
                output::say(&format!("the body is no JSON: {error}"));
            }
        }
        _ => {}
    }
}

/// `VISUAL`, `EDITOR`, else what every system has. The value may carry options, as `code --wait`.
fn open(path: &std::path::Path) -> io::Result<()> {
    let named =
        ["VISUAL", "EDITOR"].into_iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()));
    let editor = named.unwrap_or_else(|| if cfg!(windows) { "notepad" } else { "vi" }.to_owned());
    let words = words(&editor);
    let (program, options) = words.split_first().ok_or_else(|| io::Error::other("no editor is named"))?;
    let status = Command::new(program)
        .args(options)
        .arg(path)
        .status()
        .map_err(|error| io::Error::new(error.kind(), format!("{program} can't be started: {error}")))?;
    if status.success() { Ok(()) } else { Err(io::Error::other(format!("{program} ended with {status}"))) }
}

/// Words divided by white space, quotes kept together.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut begun) = (Vec::new(), String::new(), None, false);
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            (c, Some(_)) => word.push(c),
            ('"' | '\'', None) => (quote, begun) = (Some(c), true),
            (c, None) if c.is_whitespace() => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (c, None) => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_named_with_their_options() {
        assert_eq!(words("\"C:\\Program Files\\x.exe\" -n  --wait"), ["C:\\Program Files\\x.exe", "-n", "--wait"]);
        assert_eq!(words("  vi "), ["vi"]);
    }

    #[test]
    fn what_the_editor_gives_back_is_taken_to_the_byte() {
        let mut draft = Draft {
            method: "POST".into(),
            url: "http://a/x".into(),
            body: Bytes::from_static(b"<a>1</a>"),
            ..Draft::default()
        };
        draft.headers.0 = vec![Header::new("Host", "a"), Header::new("X", "1")];
        let plain = draft.body.clone();
        let text = String::from_utf8(written(&draft, &plain)).expect("text");
        let text = text.replace("http://a/x", "http://b:1/y").replace("X: 1", "X:  2").replace(">1<", ">é\r\n<") + "\n";
        take(&mut draft, &plain, text.as_bytes()).expect("a request");
        assert_eq!((draft.url.as_str(), draft.headers.text("Host").as_deref()), ("http://b:1/y", Some("b:1")));
        assert_eq!((draft.headers.text("x").as_deref(), &draft.body[..]), (Some("2"), "<a>é\r\n</a>".as_bytes()));
        assert!(take(&mut draft, &plain, b"nonsense").is_err());
        assert!(take(&mut draft, &plain, b"GET http://a/\nno header\n\n").is_err());
    }
}
