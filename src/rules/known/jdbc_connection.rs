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
    let login = ["login failed for user", "ora-01017", "ora-28000", "ora-28001", "sqlcode=-4214"];
    // A column may be called so, and IBM i refuses connections for other reasons as well.
    let word = says(throwable, &["password", "user id"])
        && says(throwable, &["incorrect", "invalid", "not valid", "expired", "denied", "not correct", "disabled"]);
    let login = word || says(throwable, &login);
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
        "cannot open database",
    ];
    if !is_sql(throwable) || !(class || says(throwable, &words) || login) {
        return None;
    }
    if says(throwable, &["cannot open database"]) {
        return Explanation::new(
            "The database server knows the user, but it has no database of that name, or the user may not open it.",
            "M3 administrator: compare the database's name in the environment's database properties; database administrator: whether it is online, and whether the user is one of its users.",
        );
    }
    if login {
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
        let ibm = "java.sql.SQLException: The application server rejected the connection. (Password is incorrect.)\n\tat com.ibm.as400.access.X.y(X.java:1)\n";
        holds(
            &super::KNOWN,
            ibm,
            &["refused the user or password"],
            &[&ibm.replace(
                "The application server rejected the connection. (Password is incorrect.)",
                "Column PASSWORD not in table CUGEX1",
            )],
        );
        holds(
            &super::KNOWN,
            &ibm.replace("Password is incorrect", "Internal error"),
            &["could not be made, or broke"],
            &[],
        );
        let closed = "com.microsoft.sqlserver.jdbc.SQLServerException: Cannot open database \"M3FDB\" requested by the login. The login failed.\n\tat a.B.c(B.java:1)\n";
        holds(&super::KNOWN, closed, &["no database of that name"], &[]);
        let pool = "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.\n\tat com.zaxxer.hikari.X.y(X.java:1)\n";
        holds(&super::KNOWN, pool, &["All connections of the pool were taken"], &[]);
    }
}
