//! The database refused a statement.

use super::{Explanation, Known, is_sql, message, says};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-statement",
    symptom: "SQLException about a table, column, value or privilege",
    source: "the error lists of SQL Server, Oracle and DB2; SQLState classes 22 and 42",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    if !is_sql(throwable) || message(throwable).is_empty() {
        return None;
    }
    if says(
        throwable,
        &[
            "would be truncated",
            "data truncation",
            "value too large",
            "ora-12899",
            "ora-01438",
            "overflow",
            "sqlcode=-404",
            "sqlcode=-433",
        ],
    ) {
        return Explanation::new(
            "A value was longer or larger than the column it goes to.",
            "M3 developer: see in the field values which one; whoever sends it keeps to the length that M3 states, or the column and the program are widened together.",
        );
    }
    // SQL Server doesn't tell the one from the other.
    if says(throwable, &["does not exist or you do not have permission"]) {
        return Explanation::new(
            "The object that the message names isn't in the database, or the database user of the environment may not see it.",
            "Database administrator: look whether it is there, under that schema's name, and whether M3's database user has rights to it.",
        );
    }
    if says(throwable, &["permission", "privilege", "ora-01031", "not authorized", "sqlcode=-551"]) {
        return Explanation::new(
            "The database user of the environment may not do this.",
            "Database administrator: grant the privilege that the message names to M3's database user.",
        );
    }
    const ABSENT: [&str; 8] = [
        "invalid object name",
        "invalid column name",
        "ora-00942",
        "ora-00904",
        "undefined name",
        "sqlcode=-204",
        "sqlcode=-206",
        "[sql0205]",
    ];
    // A row, a host or a driver may be missing as well.
    let named = says(throwable, &["table", "column", "relation", "object", "view", "[sql0204]", "[sql0206]"])
        && says(throwable, &["does not exist", "not found"]);
    if named || says(throwable, &ABSENT) {
        return Explanation::new(
            "Program and database don't fit: a table or column that the program names isn't there.",
            "M3 administrator: bring the database of the environment to the program's level (the fix that brought the program brought a change of the table); for an SQL service of MWS, correct the statement.",
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.microsoft.sqlserver.jdbc.SQLServerException: Invalid column name 'MMXYZ'.\n\tat com.microsoft.sqlserver.jdbc.X.y(X.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["Program and database don't fit"],
            &[
                "java.lang.RuntimeException: table not found\n\tat a.B.c(B.java:1)\n",
                "java.sql.SQLException: General error\n\tat a.B.c(B.java:1)\n",
                "java.sql.SQLException: Row not found for MITMAS.\n\tat a.B.c(B.java:1)\n",
                "java.sql.SQLException: Cannot truncate table 'X' because it is being referenced.\n\tat a.B.c(B.java:1)\n",
            ],
        );
        let ibm = "java.sql.SQLException: [SQL0204] MITMAS in M3FDBPRD type *FILE not found.\n\tat com.ibm.as400.access.X.y(X.java:1)\n";
        holds(&super::KNOWN, ibm, &["Program and database don't fit"], &[]);
        let either = "java.sql.SQLException: Cannot find the object \"MITMAS\" because it does not exist or you do not have permissions.\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, either, &["isn't in the database, or"], &[]);
        let long = "java.sql.SQLException: String or binary data would be truncated.\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, long, &["longer or larger"], &[]);
    }
}
