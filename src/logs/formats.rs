//! Layouts by name: a file each, with the pattern and its own samples, which are its test.
//!
//! `--layout NAME` finds `NAME.toml` in the user's folder, else among those that come with mwscope; `--layout FILE.toml`
//! takes any file. A file whose samples aren't read as they say isn't used.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mwscope_parsers::log::{Reader, Record, Splitter};
use serde::Deserialize;

/// The files that come with mwscope, and their names.
const SHIPPED: [(&str, &str); 9] = [
    ("hadoop", include_str!("formats/hadoop.toml")),
    ("jul", include_str!("formats/jul.toml")),
    ("log4j-date", include_str!("formats/log4j-date.toml")),
    ("log4j-ttcc", include_str!("formats/log4j-ttcc.toml")),
    ("logback", include_str!("formats/logback.toml")),
    ("spring-boot", include_str!("formats/spring-boot.toml")),
    ("tomcat", include_str!("formats/tomcat.toml")),
    ("websphere", include_str!("formats/websphere.toml")),
    ("wildfly", include_str!("formats/wildfly.toml")),
];

/// The most characters of a name; anything longer is a pattern.
const NAME_MAX: usize = 60;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Format {
    pattern: String,
    #[serde(default)]
    sample: Vec<Sample>,
}

/// A record as it is written, and what must be read in it. A field that isn't named isn't looked at.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    text: String,
    at: Option<String>,
    level: Option<String>,
    thread: Option<String>,
    logger: Option<String>,
    message: Option<String>,
    #[serde(default)]
    columns: std::collections::BTreeMap<String, String>,
}

/// The pattern that `told` stands for: itself, or that of the named format. `folder` holds the user's own.
///
/// # Errors
/// In words: no format has that name, its file can't be read, or a sample isn't read as the file says.
pub fn pattern(told: &str, folder: Option<&Path>) -> Result<String, String> {
    let (name, text) = if Path::new(told).extension().is_some_and(|ending| ending == "toml") {
        (told.to_owned(), fs::read_to_string(told).map_err(|error| format!("{told}: it can't be read: {error}"))?)
    } else if is_name(told) {
        match named(told, folder)? {
            Some(found) => found,
            // Their records name their parts themselves.
            None if matches!(told, "json" | "logfmt") => return Ok(told.to_owned()),
            None => return Err(unknown(told, folder)),
        }
    } else {
        return Ok(told.to_owned());
    };
    read(&text).map_err(|what| format!("{name}: {what}"))
}

/// The names of all formats: the user's, then those that come with mwscope.
#[must_use]
pub fn names(folder: Option<&Path>) -> Vec<String> {
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut own: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "toml"))
        .filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned()))
        .collect();
    own.sort();
    let shipped = SHIPPED.iter().map(|(name, _)| (*name).to_owned()).filter(|name| !own.contains(name));
    let shipped: Vec<String> = shipped.collect();
    own.extend(shipped);
    own
}

fn is_name(told: &str) -> bool {
    !told.is_empty()
        && told.len() <= NAME_MAX
        && told.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_' || b == b'.')
}

/// Where the format was found, and its text.
fn named(name: &str, folder: Option<&Path>) -> Result<Option<(String, String)>, String> {
    let own: Option<PathBuf> = folder.map(|folder| folder.join(format!("{name}.toml"))).filter(|path| path.exists());
    if let Some(path) = own {
        let shown = path.display().to_string();
        let text = fs::read_to_string(&path).map_err(|error| format!("{shown}: it can't be read: {error}"))?;
        return Ok(Some((shown, text)));
    }
    let shipped = SHIPPED.iter().find(|(known, _)| *known == name);
    Ok(shipped.map(|(name, text)| ((*name).to_owned(), (*text).to_owned())))
}

fn unknown(name: &str, folder: Option<&Path>) -> String {
    let place = folder.map(|folder| format!("; your own stand in {}", folder.display())).unwrap_or_default();
    format!("no layout is called {name}; there are {}{place}, and a pattern has a %", names(folder).join(", "))
}

/// The pattern of a format whose samples hold.
fn read(text: &str) -> Result<String, String> {
    let format: Format = toml::from_str(text).map_err(|error| error.to_string().trim().to_owned())?;
    for (n, sample) in format.sample.iter().enumerate() {
        holds(&format.pattern, sample).map_err(|what| format!("sample {}: {what}", n + 1))?;
    }
    if format.sample.is_empty() {
        return Err("it has no [[sample]], so nothing says that its pattern is right".to_owned());
    }
    Ok(format.pattern)
}

fn holds(pattern: &str, sample: &Sample) -> Result<(), String> {
    let text = sample.text.as_bytes();
    let reader = Arc::new(Reader::told(pattern, text).map_err(|error| error.to_string())?);
    let mut heads = Vec::new();
    let mut splitter = Splitter::new(Arc::clone(&reader));
    splitter.push(text, &mut heads);
    splitter.finish(&mut heads);
    let [head] = heads.as_slice() else { return Err(format!("it is {} records, not one", heads.len())) };
    if usize::from(head.layout) >= reader.layouts().len() {
        return Err("the pattern doesn't read it".to_owned());
    }
    let record = reader.record(*head, text);
    let column = |name: &str| record.columns.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    same("at", sample.at.as_ref(), head.stamp.map(|stamp| stamp.to_rfc3339()))?;
    fields(sample, &record)?;
    sample.columns.iter().try_for_each(|(name, value)| same(name, Some(value), column(name)))
}

fn fields(sample: &Sample, record: &Record) -> Result<(), String> {
    same("level", sample.level.as_ref(), record.level.clone())?;
    same("thread", sample.thread.as_ref(), record.thread.clone())?;
    same("logger", sample.logger.as_ref(), record.logger.clone())?;
    same("message", sample.message.as_ref(), Some(record.message.clone()))
}

fn same(field: &str, wanted: Option<&String>, got: Option<String>) -> Result<(), String> {
    match (wanted, got) {
        (None, _) => Ok(()),
        (Some(wanted), Some(got)) if *wanted == got => Ok(()),
        (Some(wanted), got) => {
            let got = got.map_or("nothing".to_owned(), |got| format!("{got:?}"));
            Err(format!("{field} is read as {got}, the sample says {wanted:?}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_of_all_formats_hold() {
        for (name, text) in SHIPPED {
            assert!(read(text).is_ok(), "{name}: {:?}", read(text));
        }
    }

    #[test]
    fn a_name_stands_for_its_pattern_and_a_pattern_for_itself() {
        assert_eq!(pattern("%d %m%n", None).as_deref(), Ok("%d %m%n"));
        assert_eq!(pattern("json", None).as_deref(), Ok("json"));
        assert!(pattern("spring-boot", None).is_ok_and(|pattern| pattern.contains("---")));
        assert!(pattern("grid", None).is_err_and(|what| what.contains("spring-boot")));
    }

    #[test]
    fn a_file_of_the_users_comes_first_and_must_hold() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |text: &str| fs::write(folder.path().join("jul.toml"), text).expect("it is written");
        write("pattern = '%p %m%n'\n[[sample]]\ntext = 'INFO x'\nlevel = 'INFO'\nmessage = 'x'\n");
        assert_eq!(pattern("jul", Some(folder.path())).as_deref(), Ok("%p %m%n"));
        assert_eq!(names(Some(folder.path())).len(), SHIPPED.len());
        write("pattern = '%p %m%n'\n[[sample]]\ntext = 'INFO x'\nlevel = 'WARN'\n");
        let what = pattern("jul", Some(folder.path())).expect_err("the sample doesn't hold");
        assert!(what.contains("sample 1: level is read as \"INFO\", the sample says \"WARN\""), "{what}");
        write("pattern = '%p %m%n'\n");
        assert!(pattern("jul", Some(folder.path())).is_err_and(|what| what.contains("[[sample]]")));
    }
}
