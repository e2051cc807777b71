//! The driver of a database isn't on the class path.

use super::{Explanation, Known, caller, message, short};

pub(super) const KNOWN: Known = Known {
    name: "jdbc-driver",
    symptom: "No suitable driver found; ClassNotFoundException of a driver",
    source: "java.sql.DriverManager",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    const DRIVERS: [&str; 5] = [
        "com.microsoft.sqlserver.jdbc.SQLServerDriver",
        "com.ibm.as400.access.AS400JDBCDriver",
        "com.ibm.db2.jcc.DB2Driver",
        "oracle.jdbc.",
        "net.sourceforge.jtds.jdbc.Driver",
    ];
    let said = message(throwable);
    let class = said.replace('/', ".");
    let absent = matches!(short(throwable), "NoClassDefFoundError" | "ClassNotFoundException")
        && DRIVERS.iter().any(|driver| class.starts_with(driver));
    let unsuitable = short(throwable) == "SQLException" && said.starts_with("No suitable driver");
    if !absent && !unsuitable {
        return None;
    }
    Explanation::new(
        format!(
            "The JDBC driver for the database isn't on the class path of {}, or the address (jdbc:...) is written for another one.",
            caller(trace)
        ),
        "Administrator: put the driver's JAR where the program looks for libraries (sqljdbc or mssql-jdbc, ojdbc, jt400) and restart it; compare the address with the driver's own form.",
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit =
            "java.sql.SQLException: No suitable driver found for jdbc:sqlserver://db1:1433\n\tat a.B.c(B.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["class path"],
            &[
                "java.lang.ClassNotFoundException: com.acme.Driver\n\tat a.B.c(B.java:1)\n",
                "java.sql.SQLException: Invalid column name\n\tat a.B.c(B.java:1)\n",
            ],
        );
        holds(
            &super::KNOWN,
            "java.lang.ClassNotFoundException: com.ibm.as400.access.AS400JDBCDriver\n\tat a.B.c(B.java:1)\n",
            &["jt400"],
            &[],
        );
    }
}
