//! Synthetic dumps in every notation. No real dumplog is public: these are made up, and test that the notation doesn't
//! matter. They all tell the same story, so that one expectation serves them all.

mod decoys;
mod told;
mod unforeseen;
mod usual;

use super::*;

const TRACE: &str = "\
java.lang.NullPointerException: READ_DSP ICFCMD
	at mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:1412)
	at mvx.app.pgm.customer.CRS008.process(CRS008.java:331)
	at mvx.app.common.Interactive.run(Interactive.java:77)
	at java.lang.Thread.run(Thread.java:748)
";

fn show(dump: &Dump) -> String {
    let text = |fact: &Option<String>| fact.clone().unwrap_or_else(|| "-".to_owned());
    let at = dump.at.map_or_else(|| "-".to_owned(), |at| at.to_rfc3339());
    let whose = if dump.customer_code { "customer" } else { "standard" };
    let facts = [
        at,
        text(&dump.program),
        text(&dump.panel),
        text(&dump.user),
        text(&dump.job),
        text(&dump.company),
        text(&dump.division),
        text(&dump.environment),
        text(&dump.version),
        text(&dump.exception),
        text(&dump.exception_message),
        text(&dump.failed_at),
        whose.to_owned(),
        dump.call_stack.join(">"),
        dump.trace.as_ref().map_or(0, crate::trace::Trace::frames).to_string(),
    ];
    facts.join("|")
}

fn fields(dump: &Dump) -> String {
    dump.fields.iter().map(|f| format!("{}={}", f.name, f.value)).collect::<Vec<_>>().join(" ")
}

fn one(text: &str) -> Dump {
    let mut read = read(text.as_bytes(), Synonyms::standard());
    assert_eq!(read.dumps.len(), 1, "{text}");
    read.dumps.remove(0)
}

const STORY: &str = "2026-01-13T10:15:07|CRS008|E|MWSUSR|28e2cc40ebd44832891454e756c51443|100|AAA|M3BE_15.1_PRD|15.1.2:*NONE|\
java.lang.NullPointerException|READ_DSP ICFCMD|READ_DSP ICFCMD|customer|SYS>CRS008|4";

/// The dump tells the whole story; gives the other fields.
fn tells_the_story(text: &str) -> String {
    let dump = one(text);
    assert_eq!(show(&dump), STORY, "{text}\n{:#?}", dump.fields);
    assert!(sniff(text.as_bytes()).is_dump(), "{:?}\n{text}", sniff(text.as_bytes()));
    fields(&dump)
}

#[test]
fn dot_leaders_under_headings() {
    let text = format!(
        "M3 BE dump log (synthetic)\n==========================\n\nCreated . . . . . . . : 2026-01-13 10:15:07\nEnvironment . . . . . : M3BE_15.1_PRD\n\
         Program . . . . . . . : CRS008\nProgram version . . . : 15.1.2:*NONE\nPanel . . . . . . . . : E\nUser  . . . . . . . . : MWSUSR\n\
         Company . . . . . . . : 100\nDivision  . . . . . . : AAA\nJob . . . . . . . . . : 28e2cc40ebd44832891454e756c51443\n\
         Job type  . . . . . . : Interactive\nCall stack  . . . . . : SYS->CRS008\nFailing operation . . : READ_DSP ICFCMD\n\n\
         Exception\n---------\n{TRACE}\nDisplay file fields\n-------------------\nWWFACI = \"C01\"\nWEFACN = \"\"\n\nRecords\n-------\nCFACIL  FFCONO=100 FFFACI=C01\n"
    );
    assert_eq!(tells_the_story(&text), "Job type=Interactive WWFACI=C01 WEFACN= FFCONO=100 FFFACI=C01");
    tells_the_story(&text.replace('\n', "\r\n"));
}

#[test]
fn two_columns_of_pairs_and_a_numbered_stack() {
    let text = format!(
        "*** ABNORMAL TERMINATION ***\n\nPROGRAM....: CRS008            PANEL......: E\nUSER ID....: MWSUSR            COMPANY....: 100\n\
         DIVISION...: AAA               ENVIRONMENT: M3BE_15.1_PRD\nVERSION....: 15.1.2:*NONE\nJOB ID.....: 28e2cc40ebd44832891454e756c51443\n\
         DATE.......: 2026-01-13        TIME.......: 10:15:07\n\n*** PROGRAM STACK ***\n  1  SYS\n  2  CRS008\n\n*** JAVA STACK ***\n{TRACE}\n\
         *** FIELD VALUES ***\nWWFACI    'C01'      X'C3F0F1'\nWWPSEQ    'E'        X'C5'\n"
    );
    assert_eq!(tells_the_story(&text), "WWFACI=C01 WWPSEQ=E");
}

#[test]
fn ini_sections() {
    let text = format!(
        "; synthetic dump\n[Dump]\ntime=2026-01-13T10:15:07\nenvironment=M3BE_15.1_PRD\n[Program]\nname=CRS008\nversion=15.1.2:*NONE\npicture=E\n[User]\nid=MWSUSR\n\
         cono=100\ndivi=AAA\n[Job]\nid=28e2cc40ebd44832891454e756c51443\n[Exception]\nclass=java.lang.NullPointerException\nmessage=READ_DSP ICFCMD\n{TRACE}\
         [Call stack]\n0=SYS\n1=CRS008\n[Fields]\nWWFACI=C01\nCONO=200\n"
    );
    assert_eq!(tells_the_story(&text), "WWFACI=C01 CONO=200");
}

#[test]
fn a_table_with_bars() {
    let text = format!(
        "+------------------+----------------------------------+\n| M3 DUMP          |                                  |\n+------------------+----------------------------------+\n\
         | Time stamp       | 2026-01-13 10:15:07              |\n| Program          | CRS008                           |\n| Panel            | E                                |\n\
         | User             | MWSUSR                           |\n| Job              | 28e2cc40ebd44832891454e756c51443 |\n| Company/Division | 100/AAA                          |\n\
         | Environment      | M3BE_15.1_PRD                    |\n| Version          | 15.1.2:*NONE                     |\n| Operation        | READ_DSP                         |\n\
         | File             | ICFCMD                           |\n| Call stack       | SYS -> CRS008                    |\n+------------------+----------------------------------+\n\n\
         {TRACE}\n| Field  | Type | Value |\n|--------|------|-------|\n| WWFACI | A(3) | C01   |\n| WEWHLO | A(3) |       |\n"
    );
    assert_eq!(tells_the_story(&text), "M3 DUMP= WWFACI=C01 WEWHLO=");
}

#[test]
fn xml_with_elements_and_attributes() {
    let trace = TRACE.replace("<", "&lt;");
    let text = format!(
        "<?xml version=\"1.0\"?>\n<m3dump created=\"2026-01-13T10:15:07\">\n <environment>M3BE_15.1_PRD</environment>\n <program name=\"CRS008\" version=\"15.1.2:*NONE\" panel=\"E\"/>\n\
         <user id=\"MWSUSR\"/><company>100</company><division>AAA</division>\n <job><id>28e2cc40ebd44832891454e756c51443</id><type>Interactive</type></job>\n\
         <callStack><entry>SYS</entry><entry program=\"CRS008\"/></callStack>\n <exception class=\"java.lang.NullPointerException\" message=\"READ_DSP ICFCMD\"><stackTrace>{trace}</stackTrace></exception>\n\
         <fields><field name=\"WWFACI\" length=\"3\">C01</field><field name=\"WWPSEQ\" value=\"E\"/></fields>\n</m3dump>"
    );
    assert_eq!(tells_the_story(&text), "type=Interactive WWFACI=C01 WWPSEQ=E");
    let cut = &text[..text.find("<callStack>").expect("it is there")];
    assert_eq!(one(cut).user.as_deref(), Some("MWSUSR"));
}

#[test]
fn json_with_objects_and_lists() {
    let frames: Vec<String> = TRACE.lines().skip(1).map(|l| format!("\"{}\"", l.trim())).collect();
    let text = format!(
        "{{\"dump\":{{\"timestamp\":\"2026-01-13T10:15:07\",\"environment\":\"M3BE_15.1_PRD\",\"program\":\"CRS008\",\"programVersion\":\"15.1.2:*NONE\",\"panel\":\"E\",\
         \"userId\":\"MWSUSR\",\"company\":100,\"division\":\"AAA\",\"jobId\":\"28e2cc40ebd44832891454e756c51443\",\"callStack\":[\"SYS\",\"CRS008\"],\
         \"exception\":{{\"class\":\"java.lang.NullPointerException\",\"message\":\"READ_DSP ICFCMD\",\"stackTrace\":[{}]}},\"fields\":{{\"WWFACI\":\"C01\",\"CONO\":200}}}}}}",
        frames.join(",")
    );
    let other = tells_the_story(&text);
    assert!(other.contains("WWFACI=C01") && other.contains("CONO=200"), "{other}");
}

#[test]
fn fixed_columns_in_capitals() {
    let text = format!(
        "PROGRAM DUMP\n\nPROGRAM       CRS008\nPANEL         E\nUSER          MWSUSR\nJOB           28e2cc40ebd44832891454e756c51443\nCOMPANY       100\nDIVISION      AAA\n\
         ENVIRONMENT   M3BE_15.1_PRD\nVERSION       15.1.2:*NONE\nTIMESTAMP     2026-01-13 10:15:07\n\nPROGRAM STACK\n   SYS\n      CRS008\n\nEXCEPTION\n{TRACE}\n\
         FIELDS\nNAME          ATTRIBUTES     VALUE\nWWFACI        CHAR(3)        'C01'\nWWCONO        PACKED(3,0)    100.\n"
    );
    assert_eq!(tells_the_story(&text), "WWFACI=C01 WWCONO=100.");
}

#[test]
fn german_labels() {
    let text = format!(
        "Abbruchprotokoll (Dump)\n-----------------------\nZeitpunkt ........: 13.01.2026 10:15:07\nProgramm .........: CRS008\nBild .............: E\nBenutzer .........: MWSUSR\n\
         Firma ............: 100\nDivision .........: AAA\nUmgebung .........: M3BE_15.1_PRD\nVersion ..........: 15.1.2:*NONE\nJobnummer ........: 28e2cc40ebd44832891454e756c51443\n\
         Ausnahme .........: java.lang.NullPointerException\nFehlermeldung ....: READ_DSP ICFCMD\nAufrufstapel .....: SYS > CRS008\n\nJava-Stack\n{TRACE}"
    );
    assert_eq!(tells_the_story(&text), "");
}

#[test]
fn a_box_of_stars() {
    let mut lines = vec!["M3 DUMP LOG".to_owned(), String::new()];
    for (name, value) in [
        ("Dump created", "2026-01-13 10:15:07"),
        ("Program name", "CRS008"),
        ("Current panel", "E"),
        ("M3 user", "MWSUSR"),
        ("Job number", "28e2cc40ebd44832891454e756c51443"),
        ("CONO", "100"),
        ("DIVI", "AAA"),
        ("M3 environment", "M3BE_15.1_PRD"),
        ("Program version", "15.1.2:*NONE"),
        ("Program stack", "SYS/CRS008"),
    ] {
        lines.push(format!("{name:<20}: {value}"));
    }
    let boxed: String = lines.iter().map(|l| format!("* {l:<60} *\n")).collect();
    let rule = "*".repeat(64);
    assert_eq!(tells_the_story(&format!("{rule}\n{boxed}{rule}\n\n{TRACE}")), "");
}

#[test]
fn one_row_under_its_names() {
    let text = format!(
        "Program dump\n\nProgram  Panel  User    Company  Division  Environment    Version\n-------  -----  ------  -------  --------  -------------  ------------\n\
         CRS008   E      MWSUSR  100      AAA       M3BE_15.1_PRD  15.1.2:*NONE\n\nJob                                Created\n---------------------------------  -------------------\n\
         28e2cc40ebd44832891454e756c51443   2026-01-13 10:15:07\n\nLevel  Program  Method\n    1  SYS\n    2  CRS008   PEDSP\n\n{TRACE}"
    );
    assert_eq!(tells_the_story(&text), "");
}

#[test]
fn a_sentence_and_keywords() {
    let text = format!(
        "Abnormal termination of mvx.app.pgm.customer.CRS008 at 2026-01-13 10:15:07. Dump follows.\nPGM(CRS008) PNL(E) USER(MWSUSR) JOB(28e2cc40ebd44832891454e756c51443)\n\
         CONO(100) DIVI(AAA) ENV(M3BE_15.1_PRD) VERSION(15.1.2:*NONE)\nCALLSTACK=SYS->CRS008;\nUnhandled exception: {TRACE}"
    );
    tells_the_story(&text);
    let said = one("Dump: program CRS008 failed for user MWSUSR in company 100, panel E\n");
    assert_eq!(show(&said), "-|CRS008|E|MWSUSR|-|100|-|-|-|-|-|-|standard||0");
}

#[test]
fn indented_blocks_as_in_yaml() {
    let text = format!(
        "dump:\n  created: 2026-01-13 10:15:07\n  environment: M3BE_15.1_PRD\nprogram:\n  name: CRS008\n  version: \"15.1.2:*NONE\"\n  panel: E\nuser:\n  id: MWSUSR\n  company: 100\n\
         \x20 division: AAA\njob:\n  id: 28e2cc40ebd44832891454e756c51443\ncall_stack:\n  - SYS\n  - CRS008\nfields:\n  WWFACI: C01\n  CONO: 200\nexception: |\n  {}",
        TRACE.replace('\n', "\n  ")
    );
    assert_eq!(tells_the_story(&text), "WWFACI=C01 CONO=200");
}

/// The same few facts in notations that have nothing else in common.
#[test]
fn notations_of_other_programs() {
    for text in [
        "M3 dump\n\nProgram:\nCRS008\n\nLanguage:\nGB\n\nSigned-on user:\nMWSUSR\n\nCompany no.:\n100\n\nFailed operation:\nREAD_DSP ICFCMD\n",
        "Programme en erreur\n-------------------\nCRS008\n\nNœud\n----\nN2\n\nUtilisateur connecté\n--------------------\nMWSUSR\n\nSociété\n-------\n100\n\n\
         Dernière opération\n------------------\nREAD_DSP ICFCMD\n",
        "Program\n: CRS008\n\nHost\n: h1\n\nUser ID\n: MWSUSR\n\nCompany\n: 100\n\nOperation\n: READ_DSP ICFCMD\n",
        "# M3 dump\n\n- **Program:** CRS008\n- **Thread:** exec-1\n- **User**: `MWSUSR`\n- **Company:** 100\n- **Operation:** `READ_DSP ICFCMD`\n",
        "dump\n\"Program name\",\"Host\",\"User\",\"Company no.\",\"Failed operation\"\n\"CRS008\",\"h1\",\"MWSUSR\",\"100\",\"READ_DSP ICFCMD\"\n",
        "dump\nProgram   Thread    User ID  Language  Company  Operation\n--------  --------  -------  --------  -------  ---------------\nCRS008    exec-17   MWSUSR   GB        100      READ_DSP ICFCMD\n",
        "<dumpLog><property><name>Program</name><value>CRS008</value></property><property><name>User</name><value>MWSUSR</value></property>\
         <property><name>CONO</name><value>100</value></property><property><name>Operation</name><value>READ_DSP ICFCMD</value></property></dumpLog>",
        "&lt;dump&gt;&lt;program&gt;CRS008&lt;/program&gt;&lt;user&gt;MWSUSR&lt;/user&gt;&lt;company&gt;100&lt;/company&gt;&lt;operation&gt;READ_DSP ICFCMD&lt;/operation&gt;&lt;/dump&gt;",
        "2026-01-13 10:15:07,480 ERROR [w-1] mvx.dump - {\"program\":\"CRS008\",\"user\":\"MWSUSR\",\"company\":\"100\",\"operation\":\"READ_DSP ICFCMD\"}\n",
        "! Dump !\n! Program ! CRS008 !\n! User ID ! MWSUSR !\n! Mandant ! 100 !\n! Letzte Operation ! READ_DSP ICFCMD !\n",
        "Dump\rProgram ::= CRS008\r\rBenutzer ::= MWSUSR\rFirma ::= 100\rOperation ::= READ_DSP ICFCMD\r",
        "-- Program: CRS008\n-- Thread: exec-17\n-- User: MWSUSR\n-- Company: 100\n-- Operation: READ_DSP ICFCMD\n",
        "Abgebrochenes Programm – CRS008\nAngemeldeter Benutzer – MWSUSR\nMandant – 100\nFehlgeschlagene Operation – READ_DSP ICFCMD\n",
        "Programnamn <CRS008>\nInloggad användare <MWSUSR>\nFöretag <100>\nSenaste operation <READ_DSP ICFCMD>\n",
    ] {
        assert_eq!(show(&one(text)), "-|CRS008|-|MWSUSR|-|100|-|-|-|-|-|READ_DSP ICFCMD|standard||0", "{text}");
    }
}

#[test]
fn a_stack_that_says_who_called_whom() {
    let text = "Program: CRS008\n\nCall stack:\n   CRS008\n   called by MMS001\n   called by OIS100\n\nField values:\nWWFACI = C01\n";
    assert_eq!(one(text).call_stack, ["OIS100", "MMS001", "CRS008"]);
    let text = "Program: CRS008\n\nField values:\nWWFACI = C01\nUSER = PRS\n\nCall stack: MMS001->CRS008\n";
    assert_eq!((one(text).call_stack, one(text).user), (vec!["MMS001".to_owned(), "CRS008".to_owned()], None));
}

#[test]
fn what_is_around_the_failure_is_not_taken_for_it() {
    let text = format!(
        "Dump\n====\nUser: MWSUSR\n\nJVM\n---\nVersion: 1.8.0_201\nUser: svc_m3\nEnvironment: JAVA_HOME=x\n\nCaller\n------\nProgram: MNS150\nUser: OTHER\n\n\
         Record variables\n----------------\nUSER: FIELDUSR\nCOMPANY: 999\nDIVISION: ZZZ\n\nJava version: 11.0.2\nOS user: root\nuser.name = SYSTEM\n\n{TRACE}"
    );
    assert_eq!(
        show(&one(&text)),
        "-|CRS008|-|MWSUSR|-|-|-|-|-|java.lang.NullPointerException|READ_DSP ICFCMD|READ_DSP ICFCMD|customer||4"
    );
}

#[test]
fn what_is_not_stated_stays_unknown() {
    let text = "Dump\nProgram: CRS008\nDivision:\nUser: *NONE\nCompany: -\nPanel . . . : \nVersion: null\nMessage: Abnormal termination of CRS008\n";
    assert_eq!(show(&one(text)), "-|CRS008|-|-|-|-|-|-|-|-|-|-|standard||0");
    assert_eq!(show(&one("")), "-|-|-|-|-|-|-|-|-|-|-|-|standard||0");
}

#[test]
fn the_m3_frame_says_where_nothing_else_does() {
    let text = "Program dump\nProgram: CRS008\n\njava.lang.ArrayIndexOutOfBoundsException: 45\n\tat java.util.ArrayList.get(ArrayList.java:1)\n\tat mvx.app.pgm.MMS100.PBCHK(MMS100.java:802)\n\tat mvx.app.pgm.customer.CRS008.PB(CRS008.java:1)\n";
    assert_eq!(
        show(&one(text)),
        "-|CRS008|-|-|-|-|-|-|-|java.lang.ArrayIndexOutOfBoundsException|45|MMS100.PBCHK|standard||3"
    );
}

#[test]
fn other_encodings_give_the_same_and_true_places() {
    let text = format!(
        "M3 DUMP\n=======\n\nProgram . . : CRS008\nUser  . . . : MWSUSR\nCompany . . : 100\nNoise in Övik that nobody reads\n\n{TRACE}\nFields\n------\nWWFACI = \"C01\"\n"
    );
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
    let expected = show(&one(&text));
    for (bytes, encoding, field) in [
        (utf16, Encoding::Utf16Le, 3u64),
        (latin, Encoding::Windows1252, 0),
        (crate::encoding::to_cp037(&text), Encoding::Ebcdic, 0),
    ] {
        let read = read(&bytes, Synonyms::standard());
        assert_eq!((read.encoding, read.dumps.len()), (encoding, 1));
        let dump = &read.dumps[0];
        assert_eq!(show(dump), expected, "{encoding:?}");
        assert!(sniff(&bytes).is_dump(), "{encoding:?} {:?}", sniff(&bytes));
        let width = if encoding == Encoding::Utf16Le { 2 } else { 1 };
        assert_eq!(dump.fields.get(0).map(|f| f.span.len), Some("WWFACI = \"C01".len() as u64 * width), "{field}");
        let again = crate::encoding::decode(dump.unparsed[0].of(&bytes));
        assert!(again.text.contains("vik that nobody reads") || encoding == Encoding::Utf16Le, "{:?}", again.text);
    }
}

#[test]
fn several_dumps_in_one_file() {
    let dump = |n: u32| {
        format!(
            "=====================\nM3 dump log no {n}\n=====================\nCreated: 2026-01-13 10:15:0{n}\nProgram: CRS00{n}\nUser: U{n}\n\n{TRACE}\n"
        )
    };
    let text = format!("{}{}{}", dump(1), dump(2), dump(3));
    let read = read(text.as_bytes(), Synonyms::standard());
    let who: Vec<_> = read
        .dumps
        .iter()
        .map(|d| (d.program.clone().unwrap_or_default(), d.user.clone().unwrap_or_default(), d.line))
        .collect();
    assert_eq!(
        who,
        [("CRS001".into(), "U1".into(), 1), ("CRS002".into(), "U2".into(), 14), ("CRS003".into(), "U3".into(), 27)]
    );
    let mut end = 0;
    for dump in &read.dumps {
        assert_eq!(dump.span.offset, end);
        end = dump.span.end();
    }
    assert_eq!(end, text.len() as u64);
}

#[test]
fn logs_and_other_texts_are_no_dumps() {
    for text in [
        "2026-01-13 10:15:07,480Z ERROR [t] m3.program - Abnormal termination of mvx.app.pgm.CRS008 Dump log created: x\njava.lang.NullPointerException: x\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:7)\n2026-01-13 10:15:08,480Z INFO [t] a - b\n2026-01-13 10:15:08,480Z INFO [t] a - b\n",
        "2026-01-13 10:15:07,451 ERROR [w] m3.program - Abnormal termination of mvx.app.pgm.CRS008. Dump log created: /x/d.log\n",
        "[1/13/26 10:15:07:451 CET] 0000004e SystemOut     O Abnormal termination of mvx.app.pgm.CRS008 Dump log created: /x/d.log\n[1/14/26 0:15:08:451 CET] 0000004e SystemErr     R java.lang.NullPointerException\n[1/14/26 0:15:08:452 CET] 0000004e SystemErr     R \tat mvx.app.pgm.CRS008.PE(CRS008.java:1)\n",
        "{\"log\":{\"entries\":[]}}",
        "<html><body>CRS008</body></html>",
        "just some text about CRS008",
        "",
    ] {
        assert!(!sniff(text.as_bytes()).is_dump(), "{text}");
    }
}

#[test]
fn a_dump_that_is_cut_anywhere_still_gives_what_it_has() {
    let text = format!(
        "M3 DUMP\n=======\nProgram . . : CRS008\nUser  . . . : MWSUSR\n\n{TRACE}\nFields\n------\nWWFACI = \"C01\"\n"
    );
    for end in 0..text.len() {
        let read = read(&text.as_bytes()[..end], Synonyms::standard());
        assert_eq!(read.dumps.len(), 1);
        let program = read.dumps[0].program.as_deref();
        assert!(program.is_none_or(|p| "CRS008".starts_with(p)), "{program:?}");
    }
}

proptest::proptest! {
    #[test]
    fn no_bytes_break_it(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let read = read(&bytes, Synonyms::standard());
        proptest::prop_assert_eq!(read.dumps.iter().map(|d| d.span.len).sum::<u64>(), bytes.len() as u64);
        let _likeness = sniff(&bytes);
    }

    #[test]
    fn no_lines_break_it(lines in proptest::collection::vec(proptest::sample::select(vec![
        "Program: CRS008", "é . . . : ü", "| a | é |", "|", "+---+", "---- --", "Name  Value", "ä  ö", "\tat a.b(C.java:1)", "[x]", "<a b=\"c\">", "{\"a\":[1,",
        "java.lang.Error: x", "Call stack:", "  SYS", "* é *", "Ünï: \"", "A(B) C(", "1 2 3", "", "Fields", "=====", "X = 'é", "Level  Program", "é", "Program  User", "CRS008   Ü"]), 0..30)) {
        let text = lines.join("\n");
        let read = read(text.as_bytes(), Synonyms::standard());
        for dump in &read.dumps {
            for field in dump.fields.iter() {
                proptest::prop_assert!(field.span.end() <= text.len() as u64);
            }
        }
    }
}

// What old programs and careless ones write; each is made up.
#[test]
fn odd_notations() {
    for (text, expected) in [
        (
            "Formatted RPG Dump                 Page    1\nProgram status area:\nProcedure Name . . . . . . : CRS008\nProgram Name . . . . . . . : CRS008\n  \
             Library  . . . . . . . . : MVXJOBJ\nStatement in Error . . . . : READ_DSP ICFCMD\nJob Name . . . . . . . . . : M3INTER\nUser Name  . . . . . . . . : MWSUSR\n\
             Job Number . . . . . . . . : 004711\n\nNAME           ATTRIBUTES       VALUE\nCONO           PACKED(3,0)      999.        '999F'X\n",
            "-|CRS008|-|MWSUSR|004711|-|-|-|-|-|-|READ_DSP ICFCMD|standard||0",
        ),
        (
            "An unexpected error has occurred in program CRS008 (panel E) and the program was terminated.\n\nThe program was run by user MWSUSR in company 100, division AAA, \
             environment M3BE_15.1_PRD.\nThe program version is 15.1.2:*NONE.\nThe error was java.lang.NullPointerException while executing READ_DSP ICFCMD.\n\
             The call stack was SYS->CRS008.\n",
            "-|CRS008|E|MWSUSR|-|100|AAA|M3BE_15.1_PRD|15.1.2:*NONE|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>CRS008|0",
        ),
        (
            "DUMP\nPGM CRS008\nPNL E\nUSR MWSUSR\nCONO 100\nDIVI AAA\nENV PRD\nVER 15.1.2\nEXC java.lang.NullPointerException\nSTK SYS>CRS008\nOP  READ_DSP ICFCMD\n",
            "-|CRS008|E|MWSUSR|-|100|AAA|PRD|15.1.2|java.lang.NullPointerException|-|READ_DSP ICFCMD|standard|SYS>CRS008|0",
        ),
        (
            "M3 dump\n\nProgram\n   CRS008\nUser\n   MWSUSR\nCompany\n   100\n\nProgram stack:\n   1: mvx.app.pgm.SYS\n   2: mvx.app.pgm.customer.CRS008\n\n\
             Exception:\n   java.lang.NullPointerException: READ_DSP ICFCMD\n      at mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:1412)\n",
            "-|CRS008|-|MWSUSR|-|100|-|-|-|java.lang.NullPointerException|READ_DSP ICFCMD|READ_DSP ICFCMD|customer|SYS>CRS008|1",
        ),
        (
            "<html><body><h1>Dump log</h1><table><tr><th>Program</th><td>CRS008</td></tr><tr><td>User</td><td>MWSUSR</td></tr></table><pre>\n\
             java.lang.NullPointerException\n\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n</pre></body></html>",
            "-|CRS008|-|MWSUSR|-|-|-|-|-|java.lang.NullPointerException|-|CRS008.PEDSP|standard||1",
        ),
        (
            "2026-01-13 10:15:07,480 ERROR [M3-17] mvx.dump - === DUMP ===\n2026-01-13 10:15:07,480 ERROR [M3-17] mvx.dump - Program: CRS008\n\
             2026-01-13 10:15:07,481 ERROR [M3-17] mvx.dump - User: MWSUSR\n2026-01-13 10:15:07,482 ERROR [M3-17] mvx.dump - java.lang.NullPointerException\n\
             2026-01-13 10:15:07,482 ERROR [M3-17] mvx.dump - \tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1412)\n",
            "2026-01-13T10:15:07.480|CRS008|-|MWSUSR|-|-|-|-|-|java.lang.NullPointerException|-|CRS008.PEDSP|standard||1",
        ),
        (
            "PROGRAM=CRS008 PANEL=E USER=MWSUSR CONO=100 DIVI=AAA\nEXCEPTION=java.lang.NullPointerException MESSAGE=\"READ_DSP ICFCMD\"\nSTACK=SYS,MNS150,CRS008\n",
            "-|CRS008|E|MWSUSR|-|100|AAA|-|-|java.lang.NullPointerException|READ_DSP ICFCMD|READ_DSP ICFCMD|standard|SYS>MNS150>CRS008|0",
        ),
        (
            "Program;CRS008\nUser;MWSUSR\n\"Company\",\"100\"\n\"Division\",\"AAA\"\nPROGRAM FIELDS\n",
            "-|CRS008|-|MWSUSR|-|100|AAA|-|-|-|-|-|standard||0",
        ),
    ] {
        assert_eq!(show(&one(text)), expected, "{text}");
    }
}

#[test]
fn a_chain_between_rules_is_a_stack_and_a_name_with_an_arrow_is_none() {
    let read_one = |text: &str| read(text.as_bytes(), Synonyms::standard()).dumps.remove(0);
    for heading in ["Call stack\n==========", "PROGRAM STACK\n----------------------------"] {
        let dump = read_one(&format!("Pgm: CRS008\nError: java.lang.Error\n\n{heading}\nSYS->MNS150->CRS008\n\n"));
        assert_eq!(dump.call_stack, ["SYS", "MNS150", "CRS008"], "{heading}");
    }
    let dump = read_one("  PGMN -> CRS008\n  USID -> JDOE\n  Exception class -> java.lang.Error\n");
    assert_eq!((dump.program.as_deref(), dump.call_stack.len()), (Some("CRS008"), 0));
}

#[test]
fn a_pair_above_a_rule_and_a_value_with_escaped_quotes() {
    let text =
        "PGMN;CRS008\nJava exception;java.lang.Error\nCompany;790\n*****************\n* Stack *\n*****************\n";
    let dump = read(text.as_bytes(), Synonyms::standard()).dumps.remove(0);
    assert_eq!(dump.company.as_deref(), Some("790"));
    let text = r#""Program": "CRS008",
"Exception": "java.lang.NumberFormatException",
"Message": "For input string: \"A12\"",
"#;
    let dump = read(text.as_bytes(), Synonyms::standard()).dumps.remove(0);
    assert_eq!(dump.exception_message.as_deref(), Some("For input string: \"A12\""));
}

#[test]
fn the_sentence_names_what_an_exception_only_wraps() {
    let wrapped = |message: &str| {
        one(&format!(
            "M3 DUMP\nProgram: OIS100\nUser: ANNA\n\njava.lang.RuntimeException: {message}\n\tat mvx.util.Foo.x(Foo.java:1)\n\
             Caused by: java.sql.SQLException: [SQL0913] Row in use.\n\tat mvx.app.pgm.OIS100.PECHK(OIS100.java:100)\n"
        ))
    };
    let dump = wrapped("wrapper");
    assert_eq!(dump.exception.as_deref(), Some("java.lang.RuntimeException"));
    let said =
        "ended with RuntimeException in OIS100.PECHK (\"wrapper\"), caused by SQLException (\"[SQL0913] Row in use.\")";
    assert!(dump.summary.contains(said), "{}", dump.summary);
    let dump = wrapped("java.sql.SQLException: [SQL0913] Row in use.");
    assert!(!dump.summary.contains("caused by"), "its own message says it: {}", dump.summary);
}

#[test]
fn dashes_tabs_and_lists_of_fields_between_names_and_values() {
    let pairs = [
        ("Program", "CRS008"),
        ("Benutzer", "CORP\\jdoe"),
        ("Thread", "exec-12"),
        ("Anzeigebild", "CRS008/E"),
        ("Java version", "1.8.0_202"),
        ("Umgebung", "M3 PROD"),
    ];
    let notations: [fn(&str) -> String; 3] =
        [|name| format!("{name:<16} - "), |name| format!("{name}\t"), |name| format!(":{name}: ")];
    for between in notations {
        let lines: String = pairs.iter().map(|(name, value)| format!("{}{value}\n", between(name))).collect();
        let text = format!("*** M3 dump ***\n\n{lines}\njava.lang.Error\n\tat a.B.c(B.java:1)\n");
        let expected = "-|CRS008|CRS008/E|CORP\\jdoe|-|-|-|M3 PROD|-|java.lang.Error|-|-|standard||1";
        let dump = one(&text);
        assert_eq!(
            (show(&dump), fields(&dump)),
            (expected.to_owned(), "Thread=exec-12 Java version=1.8.0_202".to_owned())
        );
    }
}

#[test]
fn headings_of_several_words_are_no_programs_and_lists_may_stand_below_them() {
    let french = "DUMP\n\nPILE JAVA\njava.lang.Error\n\tat a.B.c(B.java:1)\n\nPILE DES PROGRAMMES\nSYS\n  OIS100\n    CRS008\n\n";
    assert_eq!(one(french).call_stack, ["SYS", "OIS100", "CRS008"]);
    let quoted = "See below.\n\n> User: JDOE\n> Program: CRS008\n>\n> Program stack:\n> SYS\n> OIS100\n> CRS008\n>\n> Fields:\n> WWFACI = \"A\"\n";
    let dump = one(quoted);
    assert_eq!((dump.call_stack.join(">"), fields(&dump)), ("SYS>OIS100>CRS008".to_owned(), "WWFACI=A".to_owned()));
}

#[test]
fn a_stack_shows_a_dump_as_a_program_does() {
    let text = "M3 dump log\n\nPanel : E\nCONO : 100\nException : java.lang.Error\n\nProgram stack\n-------------\nSYS\nCRS008\n\n";
    assert!(sniff(text.as_bytes()).is_dump());
    assert!(!sniff(text.replace("CRS008", "a b").as_bytes()).is_dump());
}

#[test]
fn frames_with_escaped_tabs_make_no_properties_of_json() {
    let text = r#"{
  "Program": "CRS008",
  "Signed on user": "JDOE",
  "stackTrace": [
    "java.lang.Error: x",
    "\tat mvx.app.pgm.CRS008.PEDSP(CRS008.java:1)",
    "\tat mvx.app.pgm.CRS008.main(CRS008.java:2)"
  ],
  "fields": {"USER": "370.41", "A": "1",
    "B": "2",
    "C": "3",
    "D": "4",
    "E": "5"
  }, "x": "y", "z": "1",
  "Company": "100",
  "Division": "AAA",
  "Version": "15.1.2",
  "Panel": "E",
  "Environment": "PRD",
  "Job": "1"
}"#;
    let dump = one(text);
    assert_eq!(show(&dump), "-|CRS008|E|JDOE|1|100|AAA|PRD|15.1.2|java.lang.Error|x|CRS008.PEDSP|standard||2");
}
