//! Pairs of name and value in every notation that is read line by line.

use super::*;

fn show(line: &str) -> String {
    let pairs = on_line(line, Synonyms::standard());
    let show = |p: &LinePair| format!("{}→{}", &line[p.key.clone()], &line[p.value.clone()]);
    pairs.iter().map(show).collect::<Vec<_>>().join(" | ")
}

#[test]
fn every_notation_of_one_pair() {
    for line in [
        "Program: CRS008",
        ":Program: CRS008",
        "  Program : CRS008  ",
        "Program=CRS008",
        "Program = \"CRS008\"",
        "Program := CRS008",
        "Program => CRS008",
        "Program -> CRS008",
        "Program . . . . . . : CRS008",
        "Program. . . . . . . CRS008",
        "Program .......... CRS008",
        "Program..........: CRS008",
        "Program ---------: CRS008",
        "Program __________ CRS008",
        "Program            : CRS008",
        "Program\t:\tCRS008",
        "Program:CRS008",
        "Program..CRS008",
        "- Program: CRS008",
        "\"Program\": \"CRS008\",",
        "Program(CRS008)",
        "Program[CRS008]",
        "Program -- CRS008",
        "Program ~ CRS008",
        "Program » CRS008",
        "*Program* CRS008",
        "Program :: CRS008",
        "Program ==> CRS008",
        "3) Program: CRS008",
        "o Program: CRS008",
        "├── Program: CRS008",
        "`-- Program: CRS008",
        "SET Program = CRS008",
        "Program ......... 011 : CRS008",
        "'Program' => 'CRS008',",
        "[Program] => CRS008",
        "--Program=\"CRS008\"",
        "/Program:CRS008",
        "Program 'CRS008';",
        "Program #CRS008#",
    ] {
        assert_eq!(show(line), "Program→CRS008", "{line}");
    }
}

#[test]
fn several_on_a_line() {
    assert_eq!(show("Program . : CRS008     User . . . : JDOE"), "Program→CRS008 | User→JDOE");
    assert_eq!(show("PGMN=CRS008;ENVR=M3PRD;"), "PGMN→CRS008 | ENVR→M3PRD");
    assert_eq!(show("PGMN=CRS008;USID=JDOE;CONO=100"), "PGMN→CRS008 | USID→JDOE | CONO→100");
    assert_eq!(show("USID=JDOE      ;"), "USID→JDOE");
    assert_eq!(show("Message=timeout=30; table=A; owner=X"), "Message→timeout=30; table=A; owner=X");
    assert_eq!(show("PGM=A I/O_operation=\"B C\" Env=D"), "PGM→A | I/O_operation→B C | Env→D");
    assert_eq!(show("Env=PRD; Env type=Test; User=X"), "Env→PRD | Env type→Test | User→X");
    assert_eq!(show("DIVI=;"), "DIVI→");
    assert_eq!(show("Name: Gr&uuml;"), "Name→Gr&uuml;");
    assert_eq!(show("Text: a; b;"), "Text→a; b;");
    assert_eq!(show("FFCONO=100 FFFACI=A02 FFDIVI=AAA"), "FFCONO→100 | FFFACI→A02 | FFDIVI→AAA");
    assert_eq!(show("Program: CRS008 User: JDOE Company: 100"), "Program→CRS008 | User→JDOE | Company→100");
    assert_eq!(show("Program: CRS008, User: JDOE, Panel: E"), "Program→CRS008 | User→JDOE | Panel→E");
    assert_eq!(show("PGM(CRS008) USER(JDOE) JOB(123/A/B)"), "PGM→CRS008 | USER→JDOE | JOB→123/A/B");
    assert_eq!(show("Division . :            Company . : 100"), "Division→ | Company→100");
    assert_eq!(show("A = \"x  Y = 1\"  B = \"2\""), "A→x  Y = 1 | B→2");
}

#[test]
fn values_keep_their_colons() {
    assert_eq!(show("Time: 10:15:02"), "Time→10:15:02");
    assert_eq!(show("File: D:\\M3\\x.log"), "File→D:\\M3\\x.log");
    assert_eq!(show("URL . . : http://host:21007/mws-ws?wsdl=1&x=2"), "URL→http://host:21007/mws-ws?wsdl=1&x=2");
    assert_eq!(show("Version: 15.1.2:*NONE"), "Version→15.1.2:*NONE");
    assert_eq!(
        show("Exception: java.lang.X; nested exception is: foo"),
        "Exception→java.lang.X; nested exception is: foo"
    );
    assert_eq!(show("Reason: locked by User: JDOE"), "Reason→locked by User: JDOE");
    assert_eq!(show("SQL: select a from b where c = 1 and d = 2"), "SQL→select a from b where c = 1 and d = 2");
}

#[test]
fn the_short_way_reads_the_same() {
    for line in [
        "WWFACI = \"C01\"",
        "  A1=x",
        "WEFACN = \"\"",
        "AB=",
        "X_Y = ' a b '",
        "FFCONO=100 FFFACI=A02",
        "  FF1=100 FF_B=a.b-c S1=2",
        "FFCONO=100  FFFACI=A02",
        "A=b",
        "AB == c",
        "ab=c",
        "AB = \"a\" CD = \"b\"",
        "É=1",
    ] {
        if let Some(pair) = plain(line) {
            assert_eq!(on_line(line, Synonyms::standard()), [pair], "{line}");
        }
        if let Some(row) = plain_row(line) {
            assert_eq!(on_line(line, Synonyms::standard()), row.collect::<Vec<_>>(), "{line}");
        }
    }
    assert!(plain("WWFACI = \"C01\"").is_some() && plain("FFCONO=100 FFFACI=A02").is_none());
    assert!(plain_row("FFCONO=100 FFFACI=A02").is_some() && plain_row("FFCONO=100 FFFACI=").is_none());
}

#[test]
fn what_is_no_pair() {
    for line in [
        "2026-01-13 10:15:02 ERROR x: y",
        "just some words",
        "http://host/path",
        "C:\\temp",
        "\tat a.b.C.d(C.java:12)",
        "a sentence that goes on and on for very much longer than any key would ever do: yes",
        "<a href=\"x\">",
        "----------",
        "SYS -> CRS008",
        "",
    ] {
        let found = show(line);
        assert!(found.is_empty() || line.starts_with("SYS"), "{line}: {found}");
    }
}

#[test]
fn the_minus_behind_a_leader_is_the_values() {
    for (line, shown) in [
        ("WSORQT..................-3.00", "WSORQT→-3.00"),
        ("WSORQT . . . . . . -3", "WSORQT→-3"),
        ("WSORQT __________-3", "WSORQT→-3"),
        ("WSORQT --------3", "WSORQT→3"),
        ("WSORQT ........ -AAA", "WSORQT→AAA"),
    ] {
        assert_eq!(show(line), shown, "{line}");
    }
}
