//! Further synthetic dumps, each in a notation of its own that somebody might have thought of, with the facts that a
//! reader would find in it. No real dumplog is public: none of these is one.

use super::{one, show};

#[test]
fn whatever_is_stated_is_found_in_notations_that_nobody_foresaw() {
    for (text, expected) in [
        (
            r#"M3 PROGRAM DUMP                                             Page   1
S Y S T E M   M3PRD15      2026-03-02   08:14:55
-----------------------------------------------------------------
 Program in error  ......  MMS200/E
 Function         ......  PEUPD
 Job              ......  QZDASOINIT/PLANNER1/771234
 CONO / DIVI      ......  200 / BBB
 Release          ......  13.4.0.2 (fix 00117)
 Failing I/O      ......  UPDATE MITMAS
 Reason           ......  java.sql.SQLException: [SQL0913] Row or object MITMAS in MVXCDTPRD type *FILE in use.

 Invocation stack (bottom = current)
    1  SYS
    2  MNS150
    3  MMS001
    4  MMS200

 Java:
   java.sql.SQLException: [SQL0913] Row or object MITMAS in MVXCDTPRD type *FILE in use.
      at com.ibm.as400.access.JDError.throwSQLException(JDError.java:650)
      at mvx.db.common.GenericRpg.update(GenericRpg.java:1201)
      at mvx.app.pgm.MMS200.PEUPD(MMS200.java:4411)
      at mvx.app.pgm.customer.MMS200.PEUPD(MMS200.java:99)
"#,
            r#"2026-03-02T08:14:55|MMS200|E|-|QZDASOINIT/PLANNER1/771234|200|BBB|-|13.4.0.2 (fix 00117)|java.sql.SQLException|[SQL0913] Row or object MITMAS in MVXCDTPRD type *FILE in use.|UPDATE MITMAS|standard|SYS>MNS150>MMS001>MMS200|4"#,
        ),
        (
            r#"M3:CRS610MI:F callStack=MI->CRS610MI;PGMN=CRS610MI;USID=WSCALL;CONO=780;DIVI=;programType=MIBatch;BJNO=330767;stopTime=2025-07-11 08:24:17;environment=M3BE_15.1_PRD;version=1512;application=M3

mvx.runtime.MvxRuntimeException
	at mvx.db.common.GenericDB.read(GenericDB.java:609)
	at mvx.app.pgm.CRS610MI.PEUPD(CRS610MI.java:3991)
"#,
            "2025-07-11T08:24:17|CRS610MI|-|WSCALL|330767|780|-|M3BE_15.1_PRD|1512|mvx.runtime.MvxRuntimeException|-|CRS610MI.PEUPD|standard|MI>CRS610MI|2",
        ),
        (
            r#"DUMP>> begin 20260302-081455.123 CET
DUMP>> env=M3TST;pgm=OIS100;pnl=B1;usr=ANDERS;cono=300;divi=CCC;ver=16.0.0
DUMP>> job=ois100-4711;jobuuid=8f2e
DUMP>> exc=java.lang.ArrayIndexOutOfBoundsException;msg=Index 12 out of bounds for length 10
DUMP>> op=READE OOLINE
DUMP>> stk=SYS>MNS150>OIS300>OIS100
DUMP>> fld OAORNO="0001234567"
DUMP>> fld OACUNO="Y11000"
DUMP>> end
"#,
            r#"2026-03-02T08:14:55.123+01:00|OIS100|B1|ANDERS|ois100-4711|300|CCC|M3TST|16.0.0|java.lang.ArrayIndexOutOfBoundsException|Index 12 out of bounds for length 10|READE OOLINE|standard|SYS>MNS150>OIS300>OIS100|0"#,
        ),
        (
            r#"+==================================================================+
|                 M3 BE - Abnormal termination                       |
+==================================================================+
| When ............ : 02/03/2026 08:14:55                            |
| Who ............. : SVCMWS   (MWS service user)                    |
| Where ........... : MITRNA in PPS200 panel F                       |
| Company/division. : 001/AAA                                        |
| What ............ : NullPointerException                           |
+==================================================================+
"#,
            r#"-|-|F|SVCMWS|-|001|AAA|-|-|NullPointerException|-|-|standard||0"#,
        ),
        (
            r#"<?xml version="1.0" encoding="UTF-8"?>
<DumpLog created="2026-03-02T08:14:55+01:00" node="m3be01">
  <Session user="LISA" company="100" division="AAA" environment="M3DEV" jobId="J-000123"/>
  <Program name="CRS610" panel="E" release="15.1.4" customer="true"/>
  <Failure operation="CHAIN" object="OCUSMA">
     <Exception class="mvx.runtime.M3RuntimeException"><![CDATA[Record not found]]></Exception>
     <Stack><Frame>mvx.app.pgm.customer.CRS610.PEINI(CRS610.java:321)</Frame><Frame>mvx.runtime.Main.run(Main.java:1)</Frame></Stack>
  </Failure>
  <CallStack><P>SYS</P><P>MNS150</P><P>CRS610</P></CallStack>
</DumpLog>
"#,
            r#"2026-03-02T08:14:55+01:00|CRS610|E|LISA|J-000123|100|AAA|M3DEV|15.1.4|mvx.runtime.M3RuntimeException|Record not found|CHAIN OCUSMA|customer|SYS>MNS150>CRS610|2"#,
        ),
        (
            r#"Abbild des Programms (Dump)
Erstellt am           : 02.03.2026 um 08:14:55 Uhr
Umgebung              : M3PRD
Programm / Bild       : CRS610 / E
Benutzer              : MÜLLER
Mandant               : 100
Sparte                : AAA
Auftrag               : 123456/MÜLLER/CRS610
Fehlerbild            : Die Operation WRITE auf Datei OCUSMA ist fehlgeschlagen
Ausnahme              : java.lang.IllegalArgumentException: Feld zu lang
Aufrufliste           : SYS, MNS150, CRS610
"#,
            r#"2026-03-02T08:14:55|CRS610|E|MÜLLER|123456/MÜLLER/CRS610|100|AAA|M3PRD|-|java.lang.IllegalArgumentException|Feld zu lang|WRITE OCUSMA|standard|SYS>MNS150>CRS610|0"#,
        ),
        (
            r#"=== DUMP OF JOB 00471/BATCH01/MWS410 ======================================
Time of dump        Mar 2, 2026 8:14:55 AM
Application level   FP 16.2.1
Data library        MVXCDTPRD
Interactive user    *NONE
Responsible         BATCH01
Company             710
Division            (blank)
Last panel          (none)
Statement in error  0042.13   SETLL MITLOC
MCH1202  Decimal data error.
Call stack
  QCMD       QSYS
  SYS        MVXBOBJ
  MWS410     MVXBOBJ
  MWS411CL   CUSOBJ
"#,
            r#"2026-03-02T08:14:55|MWS410|-|BATCH01|-|710|-|-|FP 16.2.1|-|-|SETLL MITLOC|standard|QCMD>SYS>MWS410>MWS411CL|0"#,
        ),
        (
            r#"{"type":"m3.dump","ts":1772435695123,"ctx":{"tenant":"ACME_PRD","usr":{"id":"JANE","lang":"GB"},"cono":790,"divi":"USA"},
 "pgm":{"id":"PMS100","pnl":"E","cls":"mvx.app.pgm.PMS100","version":"16.0.3"},
 "err":{"cls":"java.lang.NullPointerException","msg":null,"op":{"verb":"READ_DSP","file":"PMF100"}},
 "callStack":["SYS","MNS150","PMS100"],"frames":["mvx.app.pgm.PMS100.PECHK(PMS100.java:812)"]}
"#,
            r#"2026-03-02T07:14:55.123Z|PMS100|E|JANE|-|790|USA|ACME_PRD|16.0.3|java.lang.NullPointerException|-|READ_DSP PMF100|standard|SYS>MNS150>PMS100|1"#,
        ),
        (
            r#"Dump log created by M3 BE
  program
      CRS008
  panel
      E
  user
      MWSUSR
  company
      100
  division
      AAA
  exception
      java.lang.NullPointerException
  at
      2026-03-02 08:14:55
  stack
      SYS
      CRS008
"#,
            r#"2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|-|-|java.lang.NullPointerException|-|-|standard|SYS>CRS008|0"#,
        ),
        (
            r#"M3 Business Engine
Dump of program: mvx.app.pgm.customer.POS100
Date/Time:  2026-03-02 / 08.14.55
Environment: M3PRD / 16.0.0.7
User/Company/Division: BUYER01/100/AAA
Batch job: 88123
Panel: POA100B0 (B)
Exception text: ORA-00060: deadlock detected while waiting for resource
Java exception: java.sql.SQLException
at mvx.app.pgm.customer.POS100.PBCHK(POS100.java:200)
at mvx.app.pgm.POS100.process(POS100.java:50)
Call chain: SYS -> MNS150 -> PPS200 -> POS100
"#,
            r#"2026-03-02T08:14:55|POS100|POA100B0|BUYER01|88123|100|AAA|M3PRD|-|java.sql.SQLException|ORA-00060: deadlock detected while waiting for resource|POS100.PBCHK|customer|SYS>MNS150>PPS200>POS100|2"#,
        ),
        (
            r#"Program      Panel  User       Cono  Divi  Environment  Time
-----------  -----  ---------  ----  ----  -----------  -------------------
CRS008       E      MWSUSR     100   AAA   M3PRD        2026-03-02 08:14:55

Error: Unhandled exception java.lang.StringIndexOutOfBoundsException (String index out of range: 15)
Operation in progress: READ_DSP ICFCMD
Programs: SYS / MNS150 / CRS008
Release information: 15.1.4:FP2
"#,
            r#"2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|M3PRD|15.1.4:FP2|java.lang.StringIndexOutOfBoundsException|String index out of range: 15|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0"#,
        ),
        (
            r#"----- M3 dump ------------------------------------------------------------
 AT      : Monday, 2 March 2026 08:14:55
 IN      : program MMS100 (warehouse orders), panel B1
 BY      : user STOCK1, job 004711
 FOR     : company 100, division AAA
 BECAUSE : java.lang.NumberFormatException: For input string: "12,5"
 DOING   : SETLL MGHEAD
 VIA     : SYS > MNS150 > MMS100
--------------------------------------------------------------------------
"#,
            r#"2026-03-02T08:14:55|MMS100|B1|STOCK1|004711|100|AAA|-|-|java.lang.NumberFormatException|For input string: "12,5"|SETLL MGHEAD|standard|SYS>MNS150>MMS100|0"#,
        ),
        (
            r#"M3 dump,,,
Item,Value
Created,2026-03-02 08:14:55
Program,CRS008
Panel,E
User,MWSUSR
Company,100
Division,AAA
"Exception","java.lang.NullPointerException"
"Message","Cannot invoke ""String.trim()"" because ""x"" is null"
Stack,SYS;CRS008
"#,
            r#"2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|-|-|java.lang.NullPointerException|Cannot invoke "String.trim()" because "x" is null|-|standard|SYS>CRS008|0"#,
        ),
        (
            r#"Report of abnormal end                                   M3PRD  BE 15.1.4

Program:
    OIS350 - Customer order invoice
Started by:
    INVUSR
In company / division:
    100 / AAA
Panel shown:
    none
What happened:
    Cannot UPDAT OINVOH: record locked by job 998877
When:
    2026-03-02, 8:14:55 am

Programs called:
    SYS
    OIS350CL
    OIS350
"#,
            r#"2026-03-02T08:14:55|OIS350|-|INVUSR|-|100|AAA|-|-|-|-|UPDAT OINVOH|standard|SYS>OIS350CL>OIS350|0"#,
        ),
        (
            r#"pgm      CRS008
pnl      E
usr      MWSUSR
cono     100
divi     AAA
env      M3PRD
rel      15.1.4
date     260302
time     081455
exc      java.lang.NullPointerException
opr      READ_DSP
file     ICFCMD
"#,
            r#"-|CRS008|E|MWSUSR|-|100|AAA|M3PRD|15.1.4|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard||0"#,
        ),
        (
            r#"~~~ M3 dumplog ~~~ 2026-03-02T08:14:55Z ~~~
>>> Session
    User ........ MWSUSR
    Company ..... 100 (Main company)
    Division .... AAA (Division A)
    Job ......... 4711
>>> Program CRS008 (Facility. Open)
    Panel ....... E
    Version ..... 15.1.2
    Class ....... mvx.app.pgm.customer.CRS008
>>> Problem
    Class ....... java.lang.NullPointerException
    Text ........ (null)
    Operation ... READ_DSP
    Display ..... ICFCMD
>>> Program stack
    0 SYS
    1 CRS008
>>> Previous dump
    User ........ OTHER
    Program ..... MMS001
    Company ..... 999
"#,
            r#"2026-03-02T08:14:55Z|CRS008|E|MWSUSR|4711|100|AAA|-|15.1.2|java.lang.NullPointerException|-|READ_DSP ICFCMD|customer|SYS>CRS008|0"#,
        ),
        (
            r#"{"dump":[{"k":"Program","v":"CRS008"},{"k":"Panel","v":"E"},{"k":"User","v":"MWSUSR"},{"k":"Company","v":"100"},{"k":"Division","v":"AAA"},{"k":"Created","v":"2026-03-02T08:14:55Z"},{"k":"Exception","v":"java.lang.NullPointerException"},{"k":"Operation","v":"READ_DSP ICFCMD"},{"k":"Call stack","v":"SYS->MNS150->CRS008"}]}
"#,
            r#"2026-03-02T08:14:55Z|CRS008|E|MWSUSR|-|100|AAA|-|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0"#,
        ),
        (
            r#"M3 ABNORMAL TERMINATION                                DATE 03/15/2026 TIME 08:14:55
USER MWSUSR     CONO 100  DIVI AAA   PGM CRS008   PNL E
ENV M3PRD       VER 15.1.2
JOB 123456/MWSUSR/CRS008
ERROR java.lang.NullPointerException
AT READ_DSP ICFCMD
STACK SYS MNS150 CRS008
"#,
            r#"2026-03-15T08:14:55|CRS008|E|MWSUSR|123456/MWSUSR/CRS008|100|AAA|M3PRD|15.1.2|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard||0"#,
        ),
        (
            r#"dump_id: 7f3a
created_at: '2026-03-02T08:14:55+01:00'
m3:
  environment: M3PRD
  version: "15.1.4"
  company: 100
  division: AAA
  user: MWSUSR
program:
  name: CRS008
  panel: E
  customer_class: true
failure:
  operation: READ_DSP
  object: ICFCMD
  exception:
    class: java.lang.NullPointerException
    message: null
call_stack:
  - SYS
  - MNS150
  - CRS008
jvm:
  version: 1.8.0_202
  user: SYSTEM
"#,
            r#"2026-03-02T08:14:55+01:00|CRS008|E|MWSUSR|-|100|AAA|M3PRD|15.1.4|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0"#,
        ),
        (
            r#"+-----------------+---------------------------------+
| DUMP            | 2026-03-02 08:14:55             |
+-----------------+---------------------------------+
| PROGRAM / PANEL | CRS008 / E                      |
| USER / JOB      | MWSUSR / 4711                   |
| CONO / DIVI     | 100 / AAA                       |
| ENV / REL       | M3PRD / 15.1.4                  |
| EXCEPTION       | java.lang.NullPointerException  |
|                 | at READ_DSP ICFCMD              |
| STACK           | SYS                             |
|                 | MNS150                          |
|                 | CRS008                          |
+-----------------+---------------------------------+
"#,
            r#"2026-03-02T08:14:55|CRS008|E|MWSUSR|4711|100|AAA|M3PRD|15.1.4|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0"#,
        ),
        (
            r#"# M3 dump

- **When**: 2026-03-02 08:14:55
- **Program**: `CRS008` (panel `E`)
- **User**: MWSUSR in company 100, division AAA
- **Environment**: M3PRD, version 15.1.4

## Exception
```
java.lang.NullPointerException: READ_DSP ICFCMD
	at mvx.app.pgm.CRS008.PECHK(CRS008.java:100)
```
## Program stack
1. SYS
2. MNS150
3. CRS008
"#,
            r#"2026-03-02T08:14:55|CRS008|-|MWSUSR|-|100|AAA|M3PRD|-|java.lang.NullPointerException|READ_DSP ICFCMD|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|1"#,
        ),
        (
            r#"Dump taken for job 00123 (CRS008) on 2026-03-02 at 08:14:55 in environment M3PRD.
The program CRS008, running for user MWSUSR in company 100 and division AAA, showed panel E when
it ended with java.lang.NullPointerException while executing READ_DSP ICFCMD.
It was called SYS->MNS150->CRS008. Version of the program: 15.1.4.
"#,
            r#"2026-03-02T08:14:55|CRS008|E|MWSUSR|00123|100|AAA|M3PRD|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0"#,
        ),
        (
            r#"M3 Business Engine - Program dump - page 1 of 3
Server: m3app01    Instance: M3BE_PRD    Printed: 2026-03-02 09:00:00
Dumped: 2026-03-02 08:14:55
Faulting program [CRS008], panel [E], called from [MNS150]
Signed-on user [MWSUSR] / company [100] / division [AAA]
Exception [java.lang.NullPointerException]
Failed statement [READ_DSP ICFCMD]
Call path [SYS > MNS150 > CRS008]
"#,
            "2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|M3BE_PRD|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
        (
            r#"            M3 DUMP LOG

 Identification
   Dump no. ........... 17
   Dump time .......... 02-Mar-2026 08:14:55
   Dumped by .......... M3 runtime
 Who
   User ............... MWSUSR (Web services)
   Company ............ 100
   Division ........... AAA
   Batch job .......... 0004711
 What
   Program ............ CRS008 Facility. Open
   Panel .............. E   Facility. Detail
   Component .......... MVX 15.1.4
 Why
   java.lang.NullPointerException
   Operation READ_DSP on display file ICFCMD
 How
   SYS
     MNS150
       CRS008
"#,
            "2026-03-02T08:14:55|CRS008|E|MWSUSR|0004711|100|AAA|-|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
        (
            r#"PROGRAM     PANEL     USER        CONO      DIVI      TIME
CRS008      E         MWSUSR      100       AAA       2026-03-02 08:14:55

EXCEPTION
java.lang.NullPointerException

OPERATION   OBJECT
READ_DSP    ICFCMD

CALL STACK
SYS
MNS150
CRS008
"#,
            "2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|-|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
        (
            r#"@@DUMP CRS008 2026-03-02T08:14:55Z
@USER MWSUSR
@COMPANY 100
@DIVISION AAA
@PANEL E
@VERSION 15.1.4
@EXCEPTION java.lang.NullPointerException
@OPERATION READ_DSP ICFCMD
@STACK SYS/MNS150/CRS008
@FIELD WWFACI A01
"#,
            "2026-03-02T08:14:55Z|CRS008|E|MWSUSR|-|100|AAA|-|15.1.4|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
        (
            r#"MSGID CPF9999 FUNCTION CHECK. MCH0601 UNMONITORED BY MMS200 AT STATEMENT 0000004200
  PROGRAM MMS200   LIBRARY MVXBOBJ   USER LAGER1   JOB 123456/LAGER1/QPADEV0004
  COMPANY 200      DIVISION BBB
  DATE 2026-03-02  TIME 08.14.55
  LAST I/O  CHAIN MITMAS
"#,
            "2026-03-02T08:14:55|MMS200|-|LAGER1|123456/LAGER1/QPADEV0004|200|BBB|-|-|-|-|CHAIN MITMAS|standard||0",
        ),
        (
            r#"Dump erstellt am 02.03.2026 um 08:14:55 für Programm CRS008, Bild E
Benutzer MWSUSR - Firma 100 - Division AAA - Umgebung M3PRD
Grund: java.lang.NullPointerException bei READ_DSP ICFCMD
Aufrufstapel
SYS
MNS150
CRS008
"#,
            "2026-03-02T08:14:55|CRS008|E|MWSUSR|-|100|AAA|M3PRD|-|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
    ] {
        assert_eq!(show(&one(text)), expected, "{text}");
    }
}

/// Frames without `at`, counted or marked, and as a table, below the line that names their exception.
#[test]
fn frames_stand_in_many_notations() {
    let frames = [
        "  #0   a.b.C.read(C.java:1)\n  #1   mvx.app.pgm.CRS008.PEDSP(CRS008.java:2)\n",
        "  -> a.b.C.read(C.java:1)\n  -> mvx.app.pgm.CRS008.PEDSP(CRS008.java:2)\n",
        "  a.b.C.read(C.java:1)\n  mvx.app.pgm.CRS008.PEDSP(CRS008.java:2)\n",
        "[1] at a.b.C.read(C.java:1)\n[2] at mvx.app.pgm.CRS008.PEDSP(CRS008.java:2)\n",
        "Class | Method | File | Line\n------+--------+-----+----\na.b.C | read | C.java | 1\nmvx.app.pgm.CRS008 | PEDSP | CRS008.java | 2\n",
        "Class\tMethod\tFile\tLine\na.b.C\tread\tC.java\t1\nmvx.app.pgm.CRS008\tPEDSP\tCRS008.java\t2\n",
    ];
    for frames in frames {
        let text = format!(
            "M3 dump\n\nProgram: CRS008\nUser: JDOE\n\nException details\n-----------------\na.b.Locked: it is (nearly) so\n{frames}"
        );
        let dump = one(&text);
        assert_eq!(dump.exception.as_deref(), Some("a.b.Locked"), "{text}");
        assert_eq!(dump.exception_message.as_deref(), Some("it is (nearly) so"), "{text}");
        let said: Vec<_> = dump.frames().map(|f| (f.class.as_str(), f.method.as_str(), f.line)).collect();
        assert_eq!(said, [("a.b.C", "read", Some(1)), ("mvx.app.pgm.CRS008", "PEDSP", Some(2))], "{text}");
    }
}

/// What was handled earlier isn't what ended the program.
#[test]
fn traces_of_another_time_tell_nothing_of_the_failure() {
    let earlier = "Previous error in this job (handled)\njava.io.IOException: closed\n\tat mvx.app.pgm.OIS100.PB(OIS100.java:2)\n\n";
    let own = "Stack trace\njava.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PE(CRS008.java:3)\n\n";
    let head = "M3 dump\n\nProgram: CRS008\nUser: JDOE\n\n";
    let dump = one(&format!("{head}{earlier}{own}"));
    assert_eq!(dump.exception.as_deref(), Some("java.lang.NullPointerException"));
    assert_eq!(dump.frames().count(), 1);
    assert_eq!(one(&format!("{head}{earlier}")).exception, None);
    assert_eq!(one(&format!("{head}Previous program: OIS100\n{}", &own["Stack trace\n".len()..])).frames().count(), 1);
}

/// Names in pairs, each above its value or underlined, and dumps that something carries.
#[test]
fn what_carries_a_dump_is_no_part_of_it() {
    let blocks = "M3 dump\n\nPROGRAM\nCRS008\n\nUSER\nJDOE\n\nJOB TYPE\nBatch\n\nCOMPANY\n100\n";
    let underlined = "M3 dump\nProgram\n~~~~~\nCRS008\nHost\n~~~~~\nsrv\nUser\n~~~~~\nJDOE\nCompany\n~~~~~\n100\n";
    let plain = "M3 dump\nProgram: CRS008\nHost: srv\nUser: JDOE\nCompany: 100\n";
    let wrapped = format!("<?xml version=\"1.0\"?>\n<file name=\"a\"><![CDATA[{plain}]]></file>\n");
    let json = "abnormal termination, dump follows\n{\n \"program\": \"CRS008\",\n \"user\": \"JDOE\",\n \"company\": \"100\"\n}\n";
    let loud = "M3 dump\nFIELDS:\nIN60 [1]\n\nGenerelt:\nProgram: CRS008\nUser: JDOE\nCompany: 100\n";
    for text in [blocks, underlined, &wrapped, json, loud] {
        let dump = one(text);
        assert_eq!(dump.program.as_deref(), Some("CRS008"), "{text}");
        assert_eq!(dump.user.as_deref(), Some("JDOE"), "{text}");
        assert_eq!(dump.company.as_deref(), Some("100"), "{text}");
    }
}

/// What the machine is called says nothing of the failure, in whatever notation; and requests in records are no dumps.
#[test]
fn what_stands_beside_a_dump_states_nothing_of_it() {
    let system = "Operating system\n================\nName(Linux)\nVersion(4.18.0)\nUser(root)\n";
    let dump = one(&format!("Dump log\n========\nProgram(CRS008)\nUSER(MWSUSR)\nDIVISION(US1)\n\n{system}"));
    assert_eq!((dump.user.as_deref(), dump.version.as_deref()), (Some("MWSUSR"), None));
    let request = "<MPD>\n<PGM name=\"CRS008\" user=\"MWSUSR\" cono=\"100\"/>\n</MPD>\n";
    assert_eq!(super::super::unbox::below_words(&format!("m3.program - Executing CRS008\n{request}")), None);
}
