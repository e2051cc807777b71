//! `mwscope render`: a text from a template and rows, for loaders that take a command file.

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args as ClapArgs, ValueEnum};

use super::output::{self, Exit, Failure};
use crate::replay::template::{Kind, Text};
use crate::replay::{Data, Page, Row, nearest};

/// Makes a text from a template and rows, such as a command file for a loader
#[derive(Debug, ClapArgs)]
pub(super) struct Args {
    /// Text or XML with {{column}} in it; what stands between {{#rows}} and {{/rows}} is repeated for each row, without
    /// them all of it
    #[arg(value_name = "TEMPLATE")]
    template: PathBuf,
    /// The rows: CSV, TSV, JSON or a JSON object a line
    #[arg(long, value_name = "FILE")]
    data: PathBuf,
    /// What divides the columns of --data, where it isn't found out right
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<char>,
    /// File for the text (default: standard output); with {{column}} in its name one for each row
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// What values are written for, where it isn't found out right
    #[arg(long, value_enum, value_name = "KIND")]
    escape: Option<Escape>,
    /// Ends with status 1 where a row doesn't fit
    #[arg(long)]
    check: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Escape {
    Xml,
    Json,
    Csv,
    /// Lines: as they are, but without line breaks
    Text,
    /// As they are, whatever is in them
    Plain,
}

/// Renders.
///
/// # Errors
/// When template or data can't be read, a slot has no column, or no row fits.
#[allow(clippy::needless_pass_by_value, reason = "all commands are run alike")]
pub(super) fn run(args: Args) -> Result<Exit, Failure> {
    let shown = |path: &Path| path.display().to_string();
    let read = |path: &Path, what: &str| {
        std::fs::read(path).map_err(|error| Failure::path(shown(path), format!("can't be read: {error}"), what))
    };
    let template = read(&args.template, "name the template")?;
    let kind = args.escape.map(|escape| match escape {
        Escape::Xml => Kind::Xml,
        Escape::Json => Kind::Json,
        Escape::Csv => Kind::Csv(args.delimiter.unwrap_or(',')),
        Escape::Text => Kind::Header,
        Escape::Plain => Kind::Plain,
    });
    let page = Page::read(&template, kind, &shown(&args.template)).map_err(|what| {
        Failure::path(shown(&args.template), what, "write {{#rows}} ... {{/rows}} around what is repeated")
    })?;
    let bytes = read(&args.data, "name the file with the rows")?;
    let data = Data::read(&bytes, args.delimiter).map_err(|what| {
        Failure::path(shown(&args.data), what, "mend it, or name what divides its columns with --delimiter")
    })?;
    let name = args.output.as_deref().map(|path| Text::read(&shown(path), Kind::Header));
    known(&args, &page, name.as_ref(), &data)?;
    let each = name.filter(|name| name.names().next().is_some());
    if page.repeats_a_document() && each.is_none() && data.rows.len() > 1 {
        output::say(&format!(
            "{}: all of it is repeated for each row, which makes no XML document; write {{{{#rows}}}} and {{{{/rows}}}} around \
             what is to be repeated, or --output NAME-{{{{column}}}}.xml for a file each",
            shown(&args.template)
        ));
    }
    let mut misfits = data.rejected.clone();
    let mut rendered: Vec<(&Row, Vec<u8>)> = Vec::new();
    for row in &data.rows {
        match page.row(&data, row) {
            Ok(bytes) => rendered.push((row, bytes)),
            Err(why) => misfits.push((row.line, why)),
        }
    }
    misfits.sort_by_key(|(line, _)| *line);
    for (line, why) in &misfits {
        output::say(&format!("{}:{line}: {why}; the row is left out", shown(&args.data)));
    }
    if rendered.is_empty() {
        return Err(Failure::path(shown(&args.data), "no row of it fits", "mend the rows"));
    }
    match (&each, &args.output) {
        (Some(name), _) => files(name, &page, &data, &rendered)?,
        (None, Some(path)) => {
            if same(path, &args.template) || same(path, &args.data) {
                return Err(Failure::path(shown(path), "is what is read", "name another file with --output"));
            }
            let written = File::create(path).and_then(|file| write(&mut io::BufWriter::new(file), &page, &rendered));
            written.map_err(|error| unwritable(path, &error))?;
        }
        (None, None) => write(&mut io::BufWriter::new(io::stdout().lock()), &page, &rendered)?,
    }
    if args.output.is_some() || !misfits.is_empty() {
        let left_out = if misfits.is_empty() { String::new() } else { format!(", {} left out", misfits.len()) };
        output::say(&format!("{} rows ({}) rendered{left_out}", rendered.len(), data.about));
    }
    Ok(if args.check && !misfits.is_empty() { Exit::Found } else { Exit::Answered })
}

fn write(out: &mut impl Write, page: &Page, rows: &[(&Row, Vec<u8>)]) -> io::Result<()> {
    out.write_all(&page.before())?;
    for (n, (_, bytes)) in rows.iter().enumerate() {
        if n > 0 {
            out.write_all(&page.between())?;
        }
        out.write_all(bytes)?;
    }
    out.write_all(&page.after())?;
    out.flush()
}

/// A file for each row. A value in a name can't lead into another folder.
fn files(name: &Text, page: &Page, data: &Data, rows: &[(&Row, Vec<u8>)]) -> Result<(), Failure> {
    let mut written: HashSet<PathBuf> = HashSet::new();
    for row in rows {
        let value = |column: &str| {
            let value = data.value(row.0, column)?;
            let safe = |c: char| if c.is_control() || "/\\:*?\"<>|".contains(c) { '_' } else { c };
            Some(value.chars().map(safe).collect::<String>().into())
        };
        let path = name.fill(&value).map_err(|why| Failure::Usage(format!("--output: line {}: {why}", row.0.line)))?;
        let path = PathBuf::from(path);
        if !written.insert(path.clone()) {
            let what = format!("line {} would be written into it, and an earlier row was", row.0.line);
            return Err(Failure::path(path.display().to_string(), what, "use a column that differs in every row"));
        }
        let one = std::slice::from_ref(row);
        let file = File::create(&path).and_then(|file| write(&mut io::BufWriter::new(file), page, one));
        file.map_err(|error| unwritable(&path, &error))?;
    }
    Ok(())
}

fn known(args: &Args, page: &Page, name: Option<&Text>, data: &Data) -> Result<(), Failure> {
    for slot in page.names().chain(name.into_iter().flat_map(Text::names)) {
        if !data.columns.iter().any(|column| column == slot) {
            let near = nearest(slot, data.columns.iter().map(|name| (name.clone(), name.clone())).collect());
            let what = format!("there is no column {slot} for {{{{{slot}}}}}");
            return Err(Failure::path(args.data.display().to_string(), what, format!("there are {}", near.join(", "))));
        }
    }
    Ok(())
}

fn same(a: &Path, b: &Path) -> bool {
    a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}

fn unwritable(path: &Path, error: &io::Error) -> Failure {
    Failure::path(path.display().to_string(), format!("can't be written: {error}"), "name another with --output")
}
