//! A record with that key is there already.

use super::{Explanation, Known, is_sql, says, short};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-duplicate-key",
    symptom: "SQLIntegrityConstraintViolationException, duplicate key (SQLState 23000 and 23505, ORA-00001, SQL Server 2601 and 2627, DB2 -803)",
    source: "the error lists of SQL Server, Oracle and DB2",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    let words = ["duplicate key", "ora-00001", "unique constraint", "sqlcode=-803", "[sql0803]", "unique index"];
    let named =
        short(throwable) == "SQLIntegrityConstraintViolationException" && says(throwable, &["unique", "duplicate"]);
    if !(named || is_sql(throwable) && says(throwable, &words)) {
        return None;
    }
    Explanation::new(
        "The program tried to add a record whose key exists already: the call was sent twice, a number series fell behind, or the check before the insert looked elsewhere.",
        "Look for an earlier call with the same key (a client that repeats after a time-out is the usual one); where there is none, the M3 administrator compares the number series (CRS165) with the highest key in the table.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.sql.SQLIntegrityConstraintViolationException: ORA-00001: unique constraint (M3FDBPRD.OOHEAD00) violated\n\tat oracle.jdbc.driver.T4CTTIoer.processError(T4CTTIoer.java:450)\n";
        holds(
            &super::KNOWN,
            hit,
            &["key exists already", "repeats after a time-out"],
            &[
                "java.sql.SQLIntegrityConstraintViolationException: ORA-01400: cannot insert NULL\n\tat oracle.jdbc.X.y(X.java:1)\n",
            ],
        );
    }
}
