//! Dumplogs as the synthetic case has them. No real dumplog is public: the notation is one of many that a reader
//! must understand, the class, panel and operation names are those that are known.

/// What differs between the dumps of the case.
pub(super) struct Crash<'a> {
    created: &'a str,
    user: &'a str,
    job: &'a str,
    job_type: &'a str,
    panel: &'a str,
    operation: &'a str,
    exception: &'a str,
    frames: &'a str,
    facility: &'a str,
}

const IN_PEDSP: &str = "\
\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)
\tat mvx.app.pgm.CRS008.PE(CRS008.java:1380)
\tat mvx.app.pgm.CRS008.process(CRS008.java:331)
\tat mvx.app.pgm.CRS008.main(CRS008.java:208)
\tat mvx.app.common.Interactive.run(Interactive.java:77)
\tat mvx.runtime.Job.run(Job.java:512)
\tat java.lang.Thread.run(Thread.java:748)";

const IN_PBCHK: &str = "\
\tat mvx.app.pgm.CRS008.PBCHK(CRS008.java:802)
\tat mvx.app.pgm.CRS008.PB(CRS008.java:655)
\tat mvx.app.pgm.CRS008.process(CRS008.java:327)
\tat mvx.app.pgm.CRS008.main(CRS008.java:208)
\tat mvx.app.common.Interactive.run(Interactive.java:77)
\tat mvx.runtime.Job.run(Job.java:512)
\tat java.lang.Thread.run(Thread.java:748)";

impl<'a> Crash<'a> {
    /// The crash behind the failing web service call.
    pub(super) fn of_the_call(created: &'a str) -> Self {
        Self {
            created,
            user: "MWSUSR",
            job: "28e2cc40ebd44832891454e756c51443",
            job_type: "Interactive (MWS)",
            panel: "E",
            operation: "READ_DSP ICFCMD",
            exception: "java.lang.NullPointerException",
            frames: IN_PEDSP,
            facility: "C01",
        }
    }

    /// Another user's crash at a terminal, in the same program.
    pub(super) fn at_a_terminal(created: &'a str, user: &'a str) -> Self {
        Self {
            created,
            user,
            job: "9b0d6a1175c04d0fb3dfe21a6ac0d7b2",
            job_type: "Interactive",
            panel: "B",
            operation: "READ_DSP CRS008B",
            exception: "java.lang.ArrayIndexOutOfBoundsException: 45",
            frames: IN_PBCHK,
            facility: "A02",
        }
    }

    /// The dumplog's text.
    pub(super) fn text(&self) -> String {
        let Self { created, user, job, job_type, panel, operation, exception, frames, facility } = self;
        format!(
            "\
M3 Business Engine dump log (synthetic sample)
==============================================

Created . . . . . . . : {created}
Environment . . . . . : M3BE_15.1_PRD
Program . . . . . . . : CRS008
Program version . . . : 15.1.2:*NONE
Panel . . . . . . . . : {panel}
User  . . . . . . . . : {user}
Company . . . . . . . : 100
Division  . . . . . . : AAA
Job . . . . . . . . . : {job}
Job type  . . . . . . : {job_type}
Call stack  . . . . . : SYS->CRS008
Failing operation . . : {operation}

Exception
---------
{exception}
{frames}

Display file fields
-------------------
WWFACI = \"{facility}\"
WEFACN = \"\"
WEWHLO = \"\"
WEDIVI = \"AAA\"
WWPSEQ = \"E\"

Records
-------
CFACIL  FFCONO=100 FFFACI={facility} FFDIVI=AAA
"
        )
    }
}
