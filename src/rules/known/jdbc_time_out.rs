//! The database took too long over a statement.

use super::{Explanation, Known, is_sql, says, short};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-time-out",
    symptom: "SQLTimeoutException, The query has timed out, ORA-01013, SQL0952",
    source: "java.sql.Statement.setQueryTimeout; the error lists of SQL Server, Oracle and DB2",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    const SAID: [&str; 6] =
        ["query has timed out", "query timed out", "query was cancelled", "ora-01013", "[sql0952]", "sqlcode=-952"];
    let unsaid = short(throwable) == "SQLTimeoutException" && !says(throwable, &["connect", "pool"]);
    if !is_sql(throwable) || !(unsaid || says(throwable, &SAID)) {
        return None;
    }
    Explanation::new(
        "A statement ran longer than the program was willing to wait, and was cancelled; the connection itself is sound.",
        "Database administrator: look what that statement waited for (a lock of another transaction, a missing index, old statistics); raise the time-out only where the work is known to take as long.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.sql.SQLTimeoutException: The query has timed out.\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["ran longer"],
            &[
                "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\tat a.B.c(B.java:1)\n",
                "java.util.concurrent.TimeoutException: query timed out\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.sql.SQLTimeoutException: ORA-01013: user requested cancel of current operation\n\tat a.B.c(B.java:1)\n",
            &["missing index"],
            &[],
        );
    }
}
