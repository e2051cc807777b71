//! Rows as statements of SQL that put them into a table: `INSERT INTO M3DUMP (PROGRAM, USER_ID) VALUES ('CRS008', 'JDOE');`.
//! It must not know what the columns mean, but which are names and which their values.

use super::sample;

/// Bytes of a text that show whether it has such statements.
const SAMPLE: usize = 64 << 10;

const NAMES: [&str; 6] = ["NAME", "FIELD", "FIELDNAME", "FIELD_NAME", "KEY", "VARIABLE"];
const VALUES: [&str; 6] = ["VALUE", "FIELDVALUE", "FIELD_VALUE", "VAL", "CONTENT", "CONTENTS"];

/// The text with each row as its names and values on lines, byte for byte as long; `None` where it has none.
pub(crate) fn rows(text: &str) -> Option<String> {
    let begins = |text: &str| {
        let words = [b"INSERT INTO ", b"insert into "];
        words.iter().filter_map(|words| memchr::memmem::find(text.as_bytes(), *words)).min()
    };
    begins(sample(text, SAMPLE))?;
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut last, mut found) = (text, "", false);
    while let Some(start) = begins(rest) {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        match statement(rest) {
            Some(row) => {
                let heading = if row.table == last { String::new() } else { format!("[{}]\n", row.table) };
                let lines = heading + &row.lines();
                let room = row.len.checked_sub(lines.len())?;
                out.push_str(&format!("{lines}{}", " ".repeat(room)));
                (last, found) = (row.table, true);
                rest = &rest[row.len..];
            }
            None => {
                out.push_str(&rest[..12]);
                rest = &rest[12..];
            }
        }
    }
    out.push_str(rest);
    found.then_some(out)
}

/// A statement with one row.
struct Row<'t> {
    table: &'t str,
    columns: Vec<&'t str>,
    values: Vec<&'t str>,
    /// Bytes of the statement.
    len: usize,
}

impl Row<'_> {
    fn lines(&self) -> String {
        let column = |names: &[&str]| {
            self.columns.iter().position(|column| names.iter().any(|name| column.eq_ignore_ascii_case(name)))
        };
        let said = |value: &str| if value.eq_ignore_ascii_case("null") { String::new() } else { value.to_owned() };
        match (column(&NAMES), column(&VALUES)) {
            (Some(name), Some(value)) => {
                format!("{}={}\n", self.values[name].trim_matches('\''), said(self.values[value]))
            }
            _ => {
                self.columns.iter().zip(&self.values).map(|(name, value)| format!("{name}={}\n", said(value))).collect()
            }
        }
    }
}

fn statement(text: &str) -> Option<Row<'_>> {
    let (table, behind) = text[12..].split_once('(')?;
    let table = table.trim().trim_matches(['"', '`']);
    let named = !table.is_empty() && table.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '"'));
    let (columns, behind) = listed(behind)?;
    let rest = behind.trim_start();
    let rest = rest.get(..6).filter(|word| word.eq_ignore_ascii_case("values")).map(|_| rest[6..].trim_start())?;
    let (values, behind) = listed(rest.strip_prefix('(')?)?;
    let end = behind.trim_start().strip_prefix(';').unwrap_or(behind);
    let columns: Vec<&str> = columns.into_iter().map(|column| column.trim_matches(['"', '`', '[', ']'])).collect();
    // A second row would have no names.
    let single = !behind.trim_start().starts_with(',');
    (named && single && columns.len() == values.len()).then(|| Row {
        table,
        columns,
        values,
        len: text.len() - end.len(),
    })
}

/// The members of a list and what stands behind it; a quote within quotes is written twice.
fn listed(text: &str) -> Option<(Vec<&str>, &str)> {
    let (mut members, mut from, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            ',' | ')' if !quoted => {
                members.push(text[from..at].trim());
                from = at + 1;
                if c == ')' {
                    return Some((members, &text[at + 1..]));
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_names_and_values() {
        let text = "SET x;\nINSERT INTO M3DUMP\n  (ID, PROGRAM, \"PANEL\", MSG)\nVALUES\n  (40017,\n   'CRS008', NULL, 'it''s (a), b');\n\
                    insert into F (DUMP_ID, NAME, VALUE) values (1, 'WWFACI', 'A 1');\nINSERT INTO F (DUMP_ID, NAME, VALUE) VALUES (1, 'WWDIVI', '');\nCOMMIT;\n";
        let plain = rows(text).expect("rows");
        assert_eq!(plain.len(), text.len());
        let lines: Vec<&str> = plain.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let expected = [
            "SET x;",
            "[M3DUMP]",
            "ID=40017",
            "PROGRAM='CRS008'",
            "PANEL=",
            "MSG='it''s (a), b'",
            "[F]",
            "WWFACI='A 1'",
            "WWDIVI=''",
            "COMMIT;",
        ];
        assert_eq!(lines, expected);
        for other in
            ["INSERT INTO a", "INSERT INTO A (X) VALUES (1), (2);", "INSERT INTO A (X, Y) VALUES (1);", "insert", ""]
        {
            assert_eq!(rows(other), None, "{other}");
        }
    }
}
