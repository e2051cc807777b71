//! Notations that anybody would think of, with what was once missed in them.

use super::*;

const HEAD: &str = "M3 dump\n\nProgram: CRS008\nUser: JDOE\n\n";

fn stack(text: &str) -> String {
    one(text).call_stack.join(">")
}

/// Values of fields, by name.
fn fields(text: &str) -> Vec<(String, String)> {
    one(text).fields.iter().map(|field| (field.name.to_owned(), field.value.to_owned())).collect()
}

#[test]
fn a_record_is_no_part_of_the_dump_whoever_prints_it() {
    let text = format!(
        "{HEAD}Record CIDMAS 17\n    CONO . . . : 200\n    DIVI . . . : BBB\nRecord CIDMAS 18\n    CONO . . . : 300\n"
    );
    let dump = one(&text);
    assert_eq!((dump.company, dump.division), (None, None));
    let sections: Vec<_> = dump.fields.iter().map(|field| field.section.unwrap_or_default().to_owned()).collect();
    assert_eq!(sections, ["Record CIDMAS 17", "Record CIDMAS 17", "Record CIDMAS 18"]);
}

#[test]
fn programs_of_a_stack_stand_behind_their_numbers() {
    for rows in ["Call stack\nLevel 1=SYS\nLevel 2=CRS008\n", ";; Call stack\nLevel 1: SYS\nLevel 2: CRS008\n"] {
        assert_eq!(stack(&format!("{HEAD}{rows}")), "SYS>CRS008", "{rows}");
    }
    // What stands below a program in its own words is none of the stack.
    let nested = "--- Nested programs ---\nPROGRAM SYS\n  PROGRAM MNS150  panel A\n      WXTX40 = \"*BLANKS\"\n    PROGRAM CRS008\n";
    assert_eq!(stack(&format!("{HEAD}{nested}")), "SYS>MNS150>CRS008");
    assert_eq!(stack(&format!("{HEAD}8.0 Nested programs\nCRS008\n")), "CRS008");
    assert_eq!(stack(&format!("{HEAD}## Nested programs\n\n1. `SYS`\n2. `CRS008`\n")), "SYS>CRS008");
}

#[test]
fn what_describes_a_value_is_no_part_of_it() {
    for (pair, expected) in [
        ("Environment: PRD  main site", "PRD"),
        ("Environment: PRD (main site)", "PRD"),
        ("Environment: PRD - Nordic region", "PRD"),
        ("Environment: M3 test", "M3 test"),
    ] {
        assert_eq!(one(&format!("{HEAD}{pair}\n")).environment.as_deref(), Some(expected), "{pair}");
    }
    let user = "M3 dump\n\nProgram: CRS008\nUser: svc_mec  Anna Svensson\nCompany: 100\n";
    assert_eq!(one(user).user.as_deref(), Some("svc_mec"));
    let described = "M3 dump\n\nField  Description  Value\n-----  -----------  -----------------\nTMST   Failed at    20260616 19:56:29\nPGNM   Program      CRS008\nENVX   Environment  PRD\n";
    let dump = one(described);
    assert_eq!((dump.environment.as_deref(), dump.program.as_deref()), (Some("PRD"), Some("CRS008")));
    assert!(dump.at.is_some());
}

#[test]
fn the_only_line_of_a_section_is_no_value_of_its_heading() {
    let apart = "M3 dump\n\nBATCH JOB\n    Job                  63254343\n\nPROGRAM\n    Program name         CRS008\n";
    assert_eq!(one(apart).job.as_deref(), Some("63254343"));
    let rule = "+--------------------------+\n";
    let boxed = format!(
        "{rule}| M3 dump                  |\n{rule}| System                   |\n{rule}| Environment | PRD        |\n{rule}| Program                  |\n{rule}| M3 program  | CRS008     |\n| User        | JDOE       |\n{rule}"
    );
    assert_eq!(one(&boxed).environment.as_deref(), Some("PRD"));
}

#[test]
fn fields_show_in_words_types_bytes_and_elements() {
    let expected = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    for (rows, name, value) in [
        ("Field WTCUNO = \"0001\"\n", "WTCUNO", "0001"),
        ("|| Variables ||\nWTORQT   P15   : \"99.9\"\n", "WTORQT", "99.9"),
        ("Fields\n------\nIN60     : 'E'      hex C5\n", "IN60", "E"),
        ("Fields\n------\nWEPLGR = X'C1F0F2' (A02)\n", "WEPLGR", "A02"),
    ] {
        assert_eq!(fields(&format!("{HEAD}{rows}")), expected(name, value), "{rows}");
    }
    let elements = "##### FIELDS #####\n<fields>\n  <field name=\"WTORQT\">-3</field>\n  <field name=\"IN60\"></field>\n</fields>\n";
    let found = fields(&format!("{HEAD}{elements}"));
    assert_eq!(found, [("WTORQT".to_owned(), "-3".to_owned()), ("IN60".to_owned(), String::new())]);
}

#[test]
fn a_message_may_have_anything_in_it() {
    for message in ["String index out of range: -1", "Unparseable date: \"20251341\""] {
        for sign in [": ", " . . . :   "] {
            let dump = one(&format!("{HEAD}Error message{sign}{message}\nCompany{sign}100\n"));
            assert_eq!(dump.exception_message.as_deref(), Some(message), "{sign}");
            assert_eq!(dump.company.as_deref(), Some("100"), "{sign}");
        }
    }
    let beside = one(&format!("{HEAD}Message . : Field W1CONO: not found      Company . : 100\n"));
    assert_eq!(beside.company.as_deref(), Some("100"));
}

#[test]
fn sentences_name_users_in_small_letters_and_operations() {
    let text = "Program dump\n\nProgram MWS070 (panel B) terminated abnormally.\nIt was run by user bjensen in company 790, division BBB.\nThe operation READ_LOCK OOHEAD failed.\n";
    let dump = one(text);
    assert_eq!((dump.user.as_deref(), dump.failed_at.as_deref()), (Some("bjensen"), Some("READ_LOCK OOHEAD")));
    assert_eq!(dump.company.as_deref(), Some("790"));
}

#[test]
fn properties_say_whose_they_are() {
    let text = "# M3 dump\nm3.dump.program=CRS008\nm3.dump.sessionUser=EU\\\\TKRAUS\nm3.dump.company=100\nm3.dump.panel=E\nm3.stack.1=SYS\nm3.stack.2=CRS008\n\
                m3.field.IN60=E\nm3.field.IN61=F\njvm.user.name=svc\njvm.os.name=Linux\n\n# a.B: x\n# \tat java.util.HashMap$It.next(Native Method)\n# \tat mvx.app.pgm.CRS008.PE(CRS008.java:7)\n";
    let dump = one(text);
    assert_eq!(dump.user.as_deref(), Some("EU\\TKRAUS"));
    assert_eq!((dump.exception.as_deref(), dump.frames().count()), (Some("a.B"), 2));
}

#[test]
fn a_sheet_of_three_columns_is_read_whatever_its_signs() {
    let rows = [
        ["section", "name", "value"],
        ["Program", "Program name", "CRS008"],
        ["Error", "Error message", "Unparseable date: \"\"2026\"\""],
        ["Program stack", "Level 1", "SYS"],
        ["Program stack", "Level 2", "CRS008"],
        ["Fields", "IN60", "E"],
        ["Fields", "W1FACI", "A02"],
    ];
    for sign in [";", "\t", ","] {
        let quoted = |cell: &&str| format!("\"{cell}\"");
        let text: String =
            rows.iter().map(|row| row.iter().map(quoted).collect::<Vec<_>>().join(sign) + "\n").collect();
        let dump = one(&text);
        assert_eq!(dump.call_stack, ["SYS", "CRS008"], "{text}");
        assert_eq!(dump.exception_message.as_deref(), Some("Unparseable date: \"2026\""), "{text}");
        assert!(dump.fields.iter().any(|field| field.name == "W1FACI" && field.value == "A02"), "{text}");
    }
}

#[test]
fn dates_are_read_in_the_languages_of_those_who_write_them() {
    for time in [
        "le 17 décembre 2021 08:01:55",
        "17 de diciembre de 2021 08:01:55",
        "17 de diciembre de 2021 a las 08:01:55",
        "17 dicembre 2021 alle ore 08:01:55",
        "17 juillet 2021 à 08:01:55",
        "17 août 2021 08:01:55",
        "17.8.2021 klo 08.01.55",
        "08:01:55 on 17 August 2021",
    ] {
        assert!(one(&format!("{HEAD}Date: {time}\n")).at.is_some(), "{time}");
    }
    assert!(one("Abnormal termination : 2021-10-13 19:43:13\n\nProgram : CRS008\nUser : JDOE\n").at.is_some());
}

#[test]
fn the_order_of_a_stack_is_that_of_its_heading() {
    let stacks = [
        ("Programs active, outermost first", "SYS\n  CRS008\n", "SYS>CRS008"),
        ("Program stack (#0 is the program that failed)", "#0 CRS008\n#1 OIS100\n", "OIS100>CRS008"),
        ("Stack dei programmi (dal più interno al più esterno)", "* CRS008\n* OIS100\n", "OIS100>CRS008"),
        ("Programmstapel (innerstes Programm zuerst)", "CRS008\nOIS100\n", "OIS100>CRS008"),
        ("Call stack", "SYS\n\\_ CRS008\n", "SYS>CRS008"),
        ("Programstack, det senast anropade först", "CRS008\nOIS100\n", "OIS100>CRS008"),
        ("Program stack, outermost first", "1:SYS 2:CRS008\n", "SYS>CRS008"),
    ];
    for (title, rows, expected) in stacks {
        assert_eq!(stack(&format!("{HEAD}-- {title} --\n{rows}")), expected, "{title}");
    }
    assert_eq!(stack(&format!("{HEAD}Program stack (outermost first) {{\n  CRS008\n}}\n")), "CRS008");
}

#[test]
fn whose_session_it_is_may_stand_in_the_local_data_or_below_the_caller() {
    let local =
        "M3 dump\n\n[ Local data area ]\nLDCONO = 610\nLDDIVI = FRA\nLDUSID = JDOE\n\n[ Failure ]\nProgram = CRS008\n";
    let dump = one(local);
    assert_eq!((dump.user.as_deref(), dump.company.as_deref()), (Some("JDOE"), Some("610")));
    let caller = "M3 dump\n\n-- caller --\nuser      JDOE\ncompany   610\n\n-- failure --\nprogram   CRS008\n";
    assert_eq!(one(caller).user.as_deref(), Some("JDOE"));
    let calling =
        "M3 dump\n\n-- caller --\nprogram   OIS100\nuser      JDOE\ncompany   610\n\n-- failure --\nprogram   CRS008\n";
    assert_eq!(one(calling).user, None);
    let others = format!("{HEAD}SIGNED ON AT THE SAME TIME\nCONVUSR company 931 division ZZZ\n");
    assert_eq!(one(&others).company, None);
}

#[test]
fn objects_a_line_each_are_taken_apart() {
    let text = "Dump requested by abnormal termination\n\nSession[user=JDOE, company=42]\n\nFailure[program=CRS008, operation=READE, file=MITMAS]\n\n\
                Job[jobId=4711]\n\nProgramStack[SYS, CRS008]\n";
    let dump = one(text);
    assert_eq!(
        (dump.user.as_deref(), dump.company.as_deref(), dump.job.as_deref()),
        (Some("JDOE"), Some("42"), Some("4711"))
    );
    assert_eq!(dump.failed_at.as_deref(), Some("READE MITMAS"));
}

#[test]
fn frames_are_found_behind_their_numbers() {
    let frames = "[JavaStack]\nFrame1=a.b.C.run(C.java:1)\nFrame2=mvx.app.pgm.CRS008.PE(CRS008.java:2)\n";
    assert_eq!(one(&format!("{HEAD}{frames}")).frames().count(), 2);
}

#[test]
fn what_stands_between_a_field_and_its_value_is_no_part_of_either() {
    for row in [
        "W1CUNO   len=10  hex=C1C3D4C5   value='ACME'\n",
        "W1CUNO A(10) = 'ACME'\n",
        "W1CUNO = <ACME>\n",
        "  POS  FIELD    T  LEN DC  VALUE\n-----  -------- -  --- --  ------\n    1  W1CUNO   A   40  0  \"ACME\"\n",
        "NAME            ATTRIBUTES        VALUE\nW1CUNO          CHAR(10)          'ACME   '             'C1C3D4C5404040'X\n",
    ] {
        assert_eq!(fields(&format!("{HEAD}-- fields --\n{row}")), [("W1CUNO".to_owned(), "ACME".to_owned())], "{row}");
    }
}

#[test]
fn lines_of_one_kind_are_no_head_of_a_dump() {
    let text = "section=failure program=CRS008 panel=B operation=\"READ CIDMAS\"\nsection=session user=JDOE company=001 division=CCC\n\
                section=runtime job=4711 environment=PRD version=15.1\nsection=fields A=1 B=2 C=3\n";
    assert_eq!(read(text.as_bytes(), Synonyms::standard()).dumps.len(), 1);
}

#[test]
fn what_is_printed_by_programs_is_taken_apart() {
    let map = "Dump of failed program\ncontext = {CONO=750, USID=EVA, PGMN=CRS008}\ncallStack = [SYS, CRS008]\nfields = {WWITNO=AX, PXOPC=*UPD}\n";
    let block = "M3 dump\ncom.example.SessionInfo@27196d1[\n    user=EVA\n    company=750\n]\n\ncom.example.CallStack@41eff2a[\n    level0=SYS\n    level1=CRS008\n]\n\n\
                 com.example.ProgramFields@6749[\n    PXOPC=*UPD\n]\n";
    let object = "ProgramDump{program='CRS008', user='EVA', company='750', callStack=[SYS, CRS008], fields={WWITNO='AX', PXOPC='*UPD'}}\n";
    for text in [map, block, object] {
        let dump = one(text);
        assert_eq!((dump.user.as_deref(), dump.company.as_deref()), (Some("EVA"), Some("750")), "{text}");
        assert_eq!(dump.call_stack, ["SYS", "CRS008"], "{text}");
        assert!(dump.fields.iter().any(|field| field.name == "PXOPC" && field.value == "*UPD"), "{text}");
    }
}

#[test]
fn names_of_properties_are_known_in_any_order() {
    let text = "#M3 dump\nfield.WETX40=Hex nut\nm3.environment=PRD\ncallstack.2=CRS008\nfield.WWWHLO=110\ncallstack.1=SYS\nm3.company=001\nfield.INWA=1\n\
                m3.user=EVA\nfailure.operation=SETLL\nfield.WWFACI=A01\nfailure.file=MITBAL\njava.version=17\nm3.program=CRS008\nfield.XXRC=0\n";
    let dump = one(text);
    assert_eq!(dump.call_stack, ["SYS", "CRS008"]);
    assert_eq!((dump.user.as_deref(), dump.failed_at.as_deref()), (Some("EVA"), Some("SETLL MITBAL")));
    assert!(dump.fields.iter().any(|field| field.name == "WETX40"));
}

#[test]
fn commands_and_queries_of_the_system_are_read() {
    let command = "DMPM3PGM   PGM(CRS008)  +\n           USER ID(EVA)  +\n           CONO(001)  +\n           ENV(EDU)  +\n           OPER(READE)\n\n/* FIELDS */\nWWITNO('10025')\n";
    let dump = one(command);
    assert_eq!(
        (dump.program.as_deref(), dump.user.as_deref(), dump.company.as_deref()),
        (Some("CRS008"), Some("EVA"), Some("001"))
    );
    let query = "M3 dump\n\nSELECT * FROM M3DUMPUSR\nUSER     COMPANY   DIVISION   LANGUAGE\nm3_api   100       X10        GB\n********  End of data  ********\n";
    let dump = one(query);
    assert_eq!((dump.user.as_deref(), dump.division.as_deref()), (Some("m3_api"), Some("X10")));
    let history = "Display History Log Contents\nCPF1124  Job 744085/QPGMR/NIGHT started on 2025-08-21 at 21:52:31.\n\nM3 dump of job 678191/EVA/QPAD\n\
                   Job . . : 678191/EVA/QPAD\nM3 user . . : EVA\nProgram . . : CRS008\n";
    let dump = one(history);
    assert_eq!((dump.job.as_deref(), dump.user.as_deref()), (Some("678191/EVA/QPAD"), Some("EVA")));
}

#[test]
fn what_was_pasted_is_read_as_it_was() {
    let barred = "From: A\nSubject: FW: it stopped\n\nHello,\n\n| M3 dump\n|\n| Program: CRS008\n| User: EVA\n|\n| Program stack (outermost first):\n| SYS\n| CRS008\n";
    let dump = one(barred);
    assert_eq!((dump.user.as_deref(), dump.call_stack.len()), (Some("EVA"), 2));
    let labels = "Business Engine Dump\n\nSYSTEM\n\nEnvironment name\nPRD\nM3 version\n15.1.2\nHost\nsrv\n\nSESSION\n\nUser\nEVA\nCompany number\n001\nProgram\nCRS008\n";
    let dump = one(labels);
    assert_eq!(
        (dump.environment.as_deref(), dump.user.as_deref(), dump.program.as_deref()),
        (Some("PRD"), Some("EVA"), Some("CRS008"))
    );
    let notes = "Notes on the M3 dump\n\n* Program: CRS008; User: EVA; Division: 200\n* Environment: PRD; M3 version: 16.0.1; Java version: 11.0.21\n";
    assert_eq!(one(notes).version.as_deref(), Some("16.0.1"));
    let wiki = "h2. M3 dump\n\n||What||Value||\n|Program|CRS008|\n|User|EVA|\n\nh3. Program stack, outermost first\n# SYS\n# CRS008\n";
    assert_eq!(stack(wiki), "SYS>CRS008");
}

/// Widths of formats end at 65,535, and what is asked at every sign of a line may not look at all of it.
#[test]
fn lines_of_any_length_are_read_in_one_go() {
    let long = 70_000;
    let quotes = format!("section;name;value\na;b;\"{}\"\nProgram;Program;CRS008\n", "\"\"".repeat(long));
    let path = format!("{HEAD}m3.{}exception.x=1\n{}", "a".repeat(long), "m3.a=1\nm3.b.c=2\n".repeat(9));
    let assigned = format!("{HEAD}Message = {}\n", "ab cd=ef; ".repeat(long));
    let opened = format!("{HEAD}{}\n", "<f name=\"A\">".repeat(long));
    let listed = format!("{HEAD}{}\n", "Some name: b; ".repeat(long));
    for text in [quotes, path, assigned, opened, listed] {
        assert_eq!(one(&text).program.as_deref(), Some("CRS008"), "{}", &text[..60]);
    }
}

#[test]
fn fields_with_one_blank_before_their_values_are_a_list() {
    let list = fields(&format!("{HEAD}<<< BEGIN FIELDS >>>\n  WWFACI A01\n  WWITDS Hose 1/2 inch\n  IN60 1\n"));
    let expected = [("WWFACI", "A01"), ("WWITDS", "Hose 1/2 inch"), ("IN60", "1")];
    assert_eq!(list, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    // Alone it may be anything.
    assert_eq!(fields(&format!("{HEAD}Fields\n  STATUS of it\n\nx\n")), []);
}

#[test]
fn programs_stand_in_lists_of_any_look() {
    for rows in [
        "<<< BEGIN PROGRAMS >>>\n1 SYS\n2 CRS008\n<<< END PROGRAMS >>>\n",
        "Program stack\n  o SYS\n    o CRS008\n",
        "Call stack (first call first)\n   Level Program     Type\n   001   SYS         *PGM\n   002   CRS008      *PGM\n",
        "Nesting of programs\n1. SYS\n2. CRS008\n",
    ] {
        assert_eq!(stack(&format!("{HEAD}{rows}")), "SYS>CRS008", "{rows}");
    }
}

#[test]
fn a_name_without_a_value_leaves_the_next_to_itself() {
    let text = "Program  . . . : CRS008\nException  . . : java.lang.NullPointerException\nMessage  . . . :\nLast run . . . : PPS220\n\n";
    let dump = one(text);
    assert_eq!((dump.exception_message, dump.program.as_deref()), (None, Some("CRS008")));
    // The identifier of a message is none.
    let dump =
        one("Message ID . . : CPF9999\nProgram  . . . : CRS008\nException  . . : java.lang.NullPointerException\n");
    assert_eq!(dump.exception_message, None);
    let text = "Text . . . : Facility\nProgram  . : CRS008\nError  . . : a.b.SomeException\nText . . . : closed\n";
    assert_eq!(one(text).exception_message.as_deref(), Some("closed"));
    let below = "Exception message:\n\tkey DCFACI is null\n\nException:\n\tjava.lang.NullPointerException\n\nProgram:\n\tCRS008\n";
    assert_eq!(one(below).exception_message.as_deref(), Some("key DCFACI is null"));
}

#[test]
fn objects_print_their_members_in_one_line_or_in_many() {
    let lines = "Program(name=CRS008, panel=E)\nJob(id=0f1e2d3c4b5a69788796a5b4c3d2e1f0, user=JDOE)\nServer(environment=PRD, m3Version=15.1.4)\n";
    let dump = one(lines);
    assert_eq!(dump.job.as_deref(), Some("0f1e2d3c4b5a69788796a5b4c3d2e1f0"));
    assert_eq!((dump.program.as_deref(), dump.user.as_deref()), (Some("CRS008"), Some("JDOE")));
    let blocks = "a.b.Job@911a17 {\n    String user = \"JDOE\"\n}\n\na.b.Program@1f {\n    String name = \"CRS008\"\n}\n\na.b.Variables@4a {\n    MvxString WWFACI = \"A01\"\n}\n";
    let dump = one(blocks);
    assert_eq!((dump.program.as_deref(), dump.user.as_deref()), (Some("CRS008"), Some("JDOE")));
    assert_eq!(fields(blocks).last(), Some(&("WWFACI".to_owned(), "A01".to_owned())));
    let elements = "<dump><session user=\"JDOE\" program=\"CRS008\"/><fields><f n=\"WWFACI\" v=\"A01\"/><f n=\"IN60\" v=\"1\"/></fields></dump>";
    assert_eq!(fields(elements), [("WWFACI", "A01"), ("IN60", "1")].map(|(n, v)| (n.to_owned(), v.to_owned())));
}

#[test]
fn frames_stand_in_columns_and_behind_bullets() {
    let call = "mvx.app.pgm.CRS008.PECHK (CRS008.java:17)";
    let many = one(&format!("User (JDOE)\nJava frames\n{}", format!("  {call}\n").repeat(6)));
    assert_eq!(many.trace.map_or(0, |trace| trace.throwables[0].frames.len()), 6);
    for frame in ["mvx.app.pgm.CRS008 PECHK 17", "o mvx.app.pgm.CRS008.PECHK(CRS008.java:17)"] {
        let dump = one(&format!("{HEAD}Java frames\n   {frame}\n   {frame}\n"));
        let frames = &dump.trace.as_ref().expect("a trace").throwables[0].frames;
        let found = frames.first().map(|frame| (frame.method.clone(), frame.line));
        assert_eq!((frames.len(), found), (2, Some(("PECHK".to_owned(), Some(17)))), "{frame}");
    }
}

#[test]
fn the_only_operation_that_nothing_took_is_the_one_that_failed() {
    let failed_at =
        |lines: &str| one(&format!("{HEAD}{lines}\nat mvx.app.pgm.CRS008.PECHK(CRS008.java:17)\n")).failed_at;
    assert_eq!(failed_at("Whereabouts: CHAIN MITMAS\n").as_deref(), Some("CHAIN MITMAS"));
    assert_eq!(failed_at("Whereabouts: CHAIN MITMAS\nBeyond: READ OOHEAD\n"), None);
    for other in ["Last successful access: CHAIN MITMAS\n", "Last good access: CHAIN MITMAS\n"] {
        assert_eq!(failed_at(other).as_deref(), Some("CRS008.PECHK"), "{other}");
    }
}

#[test]
fn frames_in_columns_stay_whole_beside_facts_that_only_cells_show() {
    let facts = "&{Nombre_de_la_compañía:Ejemplo SA Pantalla:E Empresa:001 División:AAA Programa_anterior:APS100 \
                 Modificado_por:BATCHUSR Operación:READ CFACIL Versión_de_java:1.8.0_251 Trabajo:11223255 Entorno:M3-TEST-2 \
                 Excepción:java.lang.OutOfMemoryError Versión_de_m3:15.1.2:*NONE Mensaje_de_error:Java heap space \
                 Creado:07/12/2023 10:42:25 AM}\n";
    let frames = "Class\tMethod\tFile\tLine\nmvx.app.pgm.PPS200\tPEUPD\tPPS200.java\t5678\nmvx.app.pgm.PPS200\tPE\tPPS200.java\t1706\n\
                  mvx.app.pgm.PPS200\tmainLine\tPPS200.java\t2964\nmvx.app.pgm.PPS200$1\tlambda$run$0\tPPS200.java\t5530\n\
                  mvx.app.common.Interactive\trun\tInteractive.java\t512\n";
    let dump = one(&format!("{facts}{frames}"));
    assert_eq!((dump.panel.as_deref(), dump.program.as_deref()), (Some("E"), Some("PPS200")));
    let classes: Vec<&str> = dump.frames().map(|frame| frame.class.as_str()).collect();
    assert_eq!(classes[..3], ["mvx.app.pgm.PPS200"; 3]);
}
