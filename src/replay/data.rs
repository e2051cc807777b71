//! Rows for a template: CSV, TSV or whatever divides them, JSON, or a JSON object a line. Encoding, delimiter and quoting
//! are found out; a row that doesn't fit is kept with the reason and its line, never passed over.

use std::borrow::Cow;

use mwscope_parsers::xml::{Encoding, decode};

/// A table of rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Data {
    /// The names of the columns, in order.
    pub columns: Vec<String>,
    /// The rows that can be used.
    pub rows: Vec<Row>,
    /// Those that can't, with the line at which they begin and why.
    pub rejected: Vec<(u64, String)>,
    /// What was found out of the file, in words.
    pub about: String,
}

/// One row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line at which it begins, from 1; of JSON its place in the list.
    pub line: u64,
    /// A value for each column; `None` where the row has none.
    pub values: Vec<Option<String>>,
}

impl Data {
    /// Reads a file. `delimiter` is the one that was named, where one was.
    ///
    /// # Errors
    /// When it is no table at all: no header, a header with one name twice, JSON that can't be read.
    pub fn read(bytes: &[u8], delimiter: Option<char>) -> Result<Self, String> {
        let (text, encoding) = text(bytes);
        let trimmed = text.trim_start();
        let json = delimiter.is_none() && (trimmed.starts_with('{') || trimmed.starts_with('['));
        let mut data = if json { from_json(&text)? } else { from_lines(&text, delimiter)? };
        data.about = format!("{}, {encoding}", data.about);
        Ok(data)
    }

    /// The value of a row by the name of its column.
    #[must_use]
    pub fn value<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        let at = self.columns.iter().position(|name| name == column)?;
        row.values.get(at)?.as_deref()
    }
}

/// The text, and the name of its encoding: by its mark, by its zero bytes, UTF-8 where it is valid, else windows-1252.
fn text(bytes: &[u8]) -> (Cow<'_, str>, &'static str) {
    let zeros = |odd: usize| bytes.iter().take(400).skip(odd).step_by(2).filter(|b| **b == 0).count();
    let marked = matches!(bytes, [0xef, 0xbb, 0xbf, ..] | [0xff, 0xfe, ..] | [0xfe, 0xff, ..]);
    let looked = bytes.len().min(400) / 2;
    if !marked && looked > 1 {
        for (mark, odd) in [([0xff, 0xfe], 1), ([0xfe, 0xff], 0)] {
            if zeros(odd) * 10 > looked * 7 {
                let with_mark = [&mark[..], bytes].concat();
                return (Cow::Owned(decode(&with_mark, None).text.into_owned()), "UTF-16");
            }
        }
    }
    if !marked && std::str::from_utf8(bytes).is_err() {
        return (decode(bytes, Some("windows-1252")).text, "windows-1252");
    }
    let decoded = decode(bytes, Some("utf-8"));
    let name = if matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be) { "UTF-16" } else { "UTF-8" };
    (decoded.text, name)
}

/// What becomes of the text of one line or more that make a row.
enum Record {
    Fields(Vec<String>),
    Bad(String),
}

fn from_lines(text: &str, delimiter: Option<char>) -> Result<Data, String> {
    let mut body = text;
    let mut first_line = 1;
    let mut delimiter = delimiter;
    // Excel says in a first line what divides the fields.
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(said) = rest.chars().next()
    {
        body = rest.split_once('\n').map_or("", |(_, rest)| rest);
        first_line = 2;
        delimiter = delimiter.or(Some(said));
    }
    let delimiter = delimiter.unwrap_or_else(|| most_likely(body));
    let mut records = records(body, delimiter, first_line);
    let header = loop {
        match records.first() {
            None => return Err("there is no header in it; the first line names the columns".to_owned()),
            Some((line, Record::Bad(why))) => return Err(format!("line {line}, the header: {why}")),
            Some((_, Record::Fields(fields))) if fields.iter().all(|field| field.trim().is_empty()) => {
                records.remove(0);
            }
            Some(_) => break records.remove(0),
        }
    };
    let (line, Record::Fields(names)) = header else { return Err("there is no header in it".to_owned()) };
    let columns: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    for (at, name) in columns.iter().enumerate() {
        if !name.is_empty() && columns[..at].contains(name) {
            return Err(format!("line {line}, the header: two columns are called {name}"));
        }
    }
    let shown = if delimiter == '\t' { "tab".to_owned() } else { delimiter.to_string() };
    let about = if columns.len() > 1 { format!("columns divided by {shown}") } else { "one column".to_owned() };
    let mut data = Data { columns, about, ..Data::default() };
    for (line, record) in records {
        match record {
            Record::Bad(why) => data.rejected.push((line, why)),
            Record::Fields(fields) if fields.len() == 1 && fields[0].trim().is_empty() && data.columns.len() > 1 => {}
            Record::Fields(fields) if fields.len() == data.columns.len() => {
                data.rows.push(Row { line, values: fields.into_iter().map(Some).collect() });
            }
            Record::Fields(fields) => {
                let why = format!("{} fields, but the header has {}", fields.len(), data.columns.len());
                data.rejected.push((line, why));
            }
        }
    }
    Ok(data)
}

/// Divides a text into records by RFC 4180. A line that isn't quoted rightly is bad by itself.
fn records(text: &str, delimiter: char, first_line: u64) -> Vec<(u64, Record)> {
    let mut records = Vec::new();
    let mut rest = text;
    let mut line = first_line;
    while !rest.is_empty() {
        let (record, used) = record(rest, delimiter);
        let begun = line;
        let taken = &rest[..used];
        line += taken.matches('\n').count() as u64;
        // A file of old Macs ends its lines by CR alone.
        if !taken.contains('\n') && taken.ends_with('\r') {
            line += 1;
        }
        rest = &rest[used..];
        let blank = matches!(&record, Record::Fields(fields) if fields.len() == 1 && fields[0].is_empty() && !taken.contains('"'));
        if !blank {
            records.push((begun, record));
        }
    }
    records
}

/// The first record of a text, and how many bytes it takes with its line end.
fn record(text: &str, delimiter: char) -> (Record, usize) {
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let (field, used) = match rest.strip_prefix('"') {
            Some(quoted) => match quoted_field(quoted) {
                Some((field, used)) => (field, used + 1),
                None => {
                    let end = end_of_line(text, at);
                    return (Record::Bad("a quote is opened and never closed".to_owned()), end);
                }
            },
            None => {
                let end = rest.find([delimiter, '\n', '\r']).unwrap_or(rest.len());
                (rest[..end].to_owned(), end)
            }
        };
        fields.push(field);
        at += used;
        let rest = &text[at..];
        match rest.chars().next() {
            Some(c) if c == delimiter => at += c.len_utf8(),
            None => return (Record::Fields(fields), at),
            Some('\r' | '\n') => return (Record::Fields(fields), end_of_line(text, at)),
            Some(_) => {
                let why = format!(
                    "field {}: there is text behind its closing quote; a quote inside is written \"\"",
                    fields.len()
                );
                return (Record::Bad(why), end_of_line(text, at));
            }
        }
    }
}

/// A field behind its opening quote, and the bytes up to behind its closing one.
fn quoted_field(text: &str) -> Option<(String, usize)> {
    let (mut field, mut at) = (String::new(), 0);
    loop {
        let quote = text[at..].find('"')?;
        field.push_str(&text[at..at + quote]);
        at += quote + 1;
        if !text[at..].starts_with('"') {
            return Some((field, at));
        }
        field.push('"');
        at += 1;
    }
}

fn end_of_line(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    match rest.find(['\r', '\n']) {
        None => text.len(),
        Some(end) if rest[end..].starts_with("\r\n") => at + end + 2,
        Some(end) => at + end + 1,
    }
}

/// The sign that divides the fields of the first lines most evenly.
fn most_likely(text: &str) -> char {
    let sample: String = text.lines().take(30).collect::<Vec<_>>().join("\n");
    let mut best = (',', 0, 0);
    for delimiter in ['\t', ';', ',', '|'] {
        let counts: Vec<usize> = records(&sample, delimiter, 1)
            .iter()
            .filter_map(|(_, record)| if let Record::Fields(fields) = record { Some(fields.len()) } else { None })
            .collect();
        let Some(header) = counts.first().copied().filter(|count| *count > 1) else { continue };
        let even = counts.iter().filter(|count| **count == header).count() * 100 / counts.len();
        if (even, header) > (best.1, best.2) {
            best = (delimiter, even, header);
        }
    }
    best.0
}

fn from_json(text: &str) -> Result<Data, String> {
    use serde_json::{Map, Value};
    type Object = Result<Map<String, Value>, String>;
    let mut rows: Vec<(u64, Object)> = Vec::new();
    let object = |value: Value| match value {
        Value::Object(object) => Ok(object),
        other => Err(format!("{} is no object with columns as its members", short(&other.to_string()))),
    };
    let about = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(items)) => {
            rows.extend(items.into_iter().zip(1..).map(|(item, n)| (n, object(item))));
            "a JSON list"
        }
        Ok(value) => {
            rows.push((1, object(value)));
            "one JSON object"
        }
        Err(whole) => {
            let lines = text.lines().zip(1_u64..).filter(|(line, _)| !line.trim().is_empty());
            for (line, n) in lines {
                rows.push((n, serde_json::from_str(line).map_err(|error| error.to_string()).and_then(object)));
            }
            if rows.first().is_some_and(|(_, first)| first.is_err()) {
                return Err(format!("it begins like JSON but is none: {whole}"));
            }
            "a JSON object a line"
        }
    };
    let mut data = Data { about: about.to_owned(), ..Data::default() };
    for (_, row) in &rows {
        for name in row.iter().flat_map(Map::keys) {
            if !data.columns.contains(name) {
                data.columns.push(name.clone());
            }
        }
    }
    for (line, row) in rows {
        match row {
            Ok(mut row) => {
                let value = |name: &String| match row.remove(name)? {
                    Value::String(text) => Some(text),
                    Value::Null => Some(String::new()),
                    other => Some(other.to_string()),
                };
                let values = data.columns.iter().map(value).collect();
                data.rows.push(Row { line, values });
            }
            Err(why) => data.rejected.push((line, why)),
        }
    }
    Ok(data)
}

fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Vec<Vec<String>> {
        let data = Data::read(bytes, None).expect("a table");
        assert_eq!(data.rejected, []);
        data.rows
            .into_iter()
            .map(|row| row.values.into_iter().map(|v| v.unwrap_or_else(|| "-".into())).collect())
            .collect()
    }

    #[test]
    fn tables_are_read_however_they_are_written() {
        let plain = vec![vec!["é1".to_owned(), "x y".to_owned()], vec!["b;,".to_owned(), "q\"\nr".to_owned()]];
        let text = "user,name\r\né1,x y\r\n\"b;,\",\"q\"\"\nr\"\r\n";
        assert_eq!(rows(text.as_bytes()), plain);
        assert_eq!(rows(format!("\u{feff}{text}").as_bytes()), plain);
        assert_eq!(
            rows(text.replace("user,name", "user;name").replace("é1,x", "é1;x").replace("\",\"", "\";\"").as_bytes()),
            plain
        );
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(rows(&utf16), plain);
        assert_eq!(rows(&[&[0xff, 0xfe][..], &utf16].concat()), plain);
        let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("latin")).collect();
        assert_eq!(rows(&latin), plain);
        assert_eq!(rows(b"sep=|\na|b\n1|2"), [["1", "2"]]);
        assert_eq!(rows(b"a\tb\n1,5\t2\n\n3,5\t4"), [["1,5", "2"], ["3,5", "4"]]);
        assert_eq!(rows(b"only\nx\ny"), [["x"], ["y"]]);
        assert_eq!(rows(b"[{\"a\":1,\"b\":\"x\"},{\"b\":null}]"), [["1", "x"], ["-", ""]]);
        assert_eq!(rows(b"{\"a\":true}\n\n{\"a\":[1]}\n"), [["true"], ["[1]"]]);
    }

    #[test]
    fn rows_that_do_not_fit_are_told_by_their_line() {
        let data = Data::read(b"a,b\n1,2\n3\n\"x\"y,2\n\"m\nn\",4\n\"open,1\n5,6,7\n8,9\n", None).expect("a table");
        let lines: Vec<_> = data.rejected.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [3, 4, 7, 8]);
        assert_eq!(data.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 5, 9]);
        for bad in [&b""[..], b"a,a\n1,2", b"[1", b"\"a,b\n"] {
            assert!(Data::read(bad, None).is_err());
        }
    }
}
