//! JSch was asked to compress and finds no jzlib.

use super::{Explanation, Known, caller, message, short};

pub(super) const KNOWN: Known = Known {
    name: "jzlib-missing",
    symptom: "NoClassDefFoundError or ClassNotFoundException of com.jcraft.jzlib.ZStream",
    source: "JSch loads com.jcraft.jsch.jcraft.Compression, which needs jzlib, only where compression is agreed \
             (jsch README, http://www.jcraft.com/jsch/); MEC uses JSch (m3ideas.org)",
    check,
};

fn check(throwable: &super::Throwable, trace: &super::Trace) -> Option<Explanation> {
    let absent = matches!(short(throwable), "NoClassDefFoundError" | "ClassNotFoundException");
    if !absent || !message(throwable).replace('/', ".").contains("com.jcraft.jzlib.") {
        return None;
    }
    let who = caller(trace);
    let place = match who {
        "MEC" => {
            "MEC's class path (the lib folder of the MEC server, beside the jsch JAR, on every host and node that runs it)"
        }
        _ => "the class path beside the jsch JAR",
    };
    Explanation::new(
        "The SSH server and JSch agreed on compression (zlib), and the JAR that JSch needs for it, jzlib-1.1.x.jar \
         (com.jcraft:jzlib), isn't on the class path.",
        format!(
            "Administrator of {who}: put jzlib-1.1.x.jar into {place} and restart; or switch compression off for that \
             server (compression.s2c and compression.c2s to none)."
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::tests::holds;

    #[test]
    fn hit_and_near_miss() {
        let hit = "java.lang.NoClassDefFoundError: com/jcraft/jzlib/ZStream\n\tat com.jcraft.jsch.jcraft.Compression.<init>(Compression.java:44)\n\tat com.jcraft.jsch.Session.initDeflater(Session.java:2334)\n\tat com.intentia.ec.server.sftp.SFTPOut.send(SFTPOut.java:88)\nCaused by: java.lang.ClassNotFoundException: com.jcraft.jzlib.ZStream\n\tat java.net.URLClassLoader.findClass(URLClassLoader.java:1)\n";
        holds(
            &super::KNOWN,
            hit,
            &["jzlib-1.1.x.jar", "MEC's class path", "Administrator of MEC"],
            &[
                &hit.replace("jzlib", "jsch"),
                "java.lang.IllegalStateException: com/jcraft/jzlib/ZStream closed\n\tat a.B.c(B.java:1)\n",
            ],
        );
    }
}
