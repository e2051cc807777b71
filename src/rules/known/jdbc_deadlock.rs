//! The database chose this transaction to end a deadlock, or it waited too long for a lock.

use super::{Explanation, Known, is_sql, says};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-deadlock",
    symptom: "SQLException that speaks of a deadlock or a lock time-out (SQLState 40001, SQL Server 1205 and 1222, ORA-00060, DB2 -911 and -913)",
    source: "the error lists of SQL Server, Oracle and DB2",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    let words = [
        "deadlock",
        "ora-00060",
        "lock request time out",
        "sqlcode=-911",
        "sqlcode=-913",
        "[sql0913]",
        "row or object",
        "could not serialize",
    ];
    if !is_sql(throwable) || !says(throwable, &words) {
        return None;
    }
    Explanation::new(
        "Two transactions held what the other wanted, or one held a lock too long; the database broke this one off and undid it.",
        "Call it again first: that usually succeeds. Where it comes back, the database administrator sees in the deadlock report which statements meet, and the M3 developer which programs update the tables in another order.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.microsoft.sqlserver.jdbc.SQLServerException: Transaction (Process ID 61) was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.\n\tat com.microsoft.sqlserver.jdbc.X.y(X.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["Call it again first"],
            &[
                "java.lang.IllegalStateException: deadlock avoided\n\tat a.B.c(B.java:1)\n",
                "java.sql.SQLException: Invalid object name\n\tat a.B.c(B.java:1)\n",
            ],
        );
    }
}
