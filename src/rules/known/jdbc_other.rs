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
    if says(throwable, &["truncat", "too large", "ora-12899", "ora-01438", "overflow", "sqlcode=-404", "sqlcode=-433"])
    {
        return Explanation::new(
            "A value was longer or larger than the column it goes to.",
            "M3 developer: see in the field values which one; whoever sends it keeps to the length that M3 states, or the column and the program are widened together.",
        );
    }
    if says(throwable, &["permission", "privilege", "ora-01031", "not authorized", "sqlcode=-551"]) {
        return Explanation::new(
            "The database user of the environment may not do this.",
            "Database administrator: grant the privilege that the message names to M3's database user.",
        );
    }
    if says(
        throwable,
        &[
            "invalid object",
            "invalid column",
            "does not exist",
            "ora-00942",
            "ora-00904",
            "undefined name",
            "sqlcode=-204",
            "sqlcode=-206",
            "not found",
        ],
    ) {
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
            ],
        );
        let long = "java.sql.SQLException: String or binary data would be truncated.\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, long, &["longer or larger"], &[]);
    }
}
