//! No connection to the database, or none left in the pool.

use super::{Explanation, Known, is_sql, says, short};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-connection",
    symptom: "SQLException that speaks of the connection: refused, closed, log-in failed, none left in the pool",
    source: "the JDBC drivers' messages; SQLState class 08",
    check,
};

fn check(throwable: &super::Throwable, _: &super::Trace) -> Option<Explanation> {
    let class = matches!(
        short(throwable),
        "SQLNonTransientConnectionException" | "SQLTransientConnectionException" | "SQLRecoverableException"
    );
    let login = ["login failed", "ora-01017", "ora-28000", "password", "application server rejected the connection"];
    let words = [
        "connection",
        "i/o error",
        "io error",
        "ora-12514",
        "ora-12541",
        "ora-03113",
        "ora-17002",
        "listener",
        "communication",
    ];
    if !is_sql(throwable) || !(class || says(throwable, &words) || says(throwable, &login)) {
        return None;
    }
    if says(throwable, &login) {
        return Explanation::new(
            "The database refused the user or password that the environment logs on with.",
            "Database administrator: unlock the user or tell its password; M3 administrator: enter it in the environment's database properties and restart.",
        );
    }
    if says(throwable, &["pool", "not available, request timed out", "timeout waiting"]) {
        return Explanation::new(
            "All connections of the pool were taken, and none came back in time.",
            "M3 administrator: a thread dump shows who holds them (mwscope threads); long statements and connections that are never given back come before a larger pool.",
        );
    }
    Explanation::new(
        "The connection to the database could not be made, or broke.",
        "Database administrator: look whether the database and its listener ran at that time; network administrator: whether a firewall drops idle connections between M3 and the database.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "com.microsoft.sqlserver.jdbc.SQLServerException: The TCP/IP connection to the host db1, port 1433 has failed.\n\tat com.microsoft.sqlserver.jdbc.X.y(X.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["could not be made, or broke"],
            &["java.sql.SQLException: Invalid column name\n\tat a.B.c(B.java:1)\n"],
        );
        let login = "java.sql.SQLException: ORA-01017: invalid username/password; logon denied\n\tat oracle.jdbc.X.y(X.java:1)\n";
        holds(&super::KNOWN, login, &["refused the user or password"], &[]);
        let pool = "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\tat com.zaxxer.hikari.X.y(X.java:1)\n";
        holds(&super::KNOWN, pool, &["All connections of the pool were taken"], &[]);
    }
}
