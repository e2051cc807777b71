//! Traces as real programs print them, and what only looks like one.

use super::*;

fn the_only(text: &str) -> Trace {
    let mut found: Vec<_> = all(text).collect();
    assert_eq!(found.len(), 1, "{found:#?}");
    found.remove(0)
}

fn words(trace: &Trace) -> Vec<String> {
    let of = |t: &Throwable| {
        let message = t.message.as_deref().unwrap_or("-");
        format!("{:?}/{} {} [{message}] {} frames, {} more", t.role, t.depth, t.exception, t.frames.len(), t.more)
    };
    trace.throwables.iter().map(of).collect()
}

// Printed by JDK 17.
const SUPPRESSED: &str = "\
java.lang.RuntimeException: body

with blank
  and indent
Key: value
	at Gen.lambda$main$1(Gen.java:22)
	at Gen.grab(Gen.java:17)
	at Gen.main(Gen.java:22)
	Suppressed: java.lang.IllegalStateException: close b
second line of b
		at Gen$Res.close(Gen.java:6)
		... 3 more
	Caused by: java.io.IOException: io b
		... 4 more
Caused by: java.lang.Exception: A
	at Gen.lambda$main$6(Gen.java:27)
	... 2 more
Caused by: [CIRCULAR REFERENCE: java.lang.Exception: A]
";

#[test]
fn causes_suppressed_and_messages_of_several_lines() {
    let trace = the_only(SUPPRESSED);
    assert_eq!(trace.range, 0..SUPPRESSED.trim_end().len());
    assert_eq!(
        words(&trace),
        [
            "Outer/0 java.lang.RuntimeException [body\n\nwith blank\n  and indent\nKey: value] 3 frames, 0 more",
            "Suppressed/1 java.lang.IllegalStateException [close b\nsecond line of b] 1 frames, 3 more",
            "Cause/1 java.io.IOException [io b] 0 frames, 4 more",
            "Cause/0 java.lang.Exception [A] 1 frames, 2 more",
            "Circular { suppressed: false }/0 java.lang.Exception [A] 0 frames, 0 more",
        ]
    );
    assert_eq!(trace.exception(), Some("java.lang.RuntimeException"));
    assert_eq!(trace.root().map(|r| r.exception.as_str()), Some("java.lang.Exception"));
    assert_eq!((trace.frames(), trace.causes().count(), trace.suppressed().count()), (5, 1, 1));
}

#[test]
fn frames_of_dotnet() {
    let trace = the_only(
        "System.InvalidOperationException: Sequence contains no elements\n   at System.Linq.ThrowHelper.ThrowNoElementsException()\n   at Acme.Orders.Load[T](String number, Int32 company) in C:\\src\\My Orders\\Orders.cs:line 12\n--- End of stack trace from previous location ---\n   at Acme.Orders..ctor(IStore store) in /src/Orders.cs:line 7\n",
    );
    assert_eq!(
        words(&trace),
        ["Outer/0 System.InvalidOperationException [Sequence contains no elements] 3 frames, 0 more"]
    );
    let frames: Vec<String> = trace.throwables[0].frames.iter().map(ToString::to_string).collect();
    assert_eq!(
        frames,
        [
            "System.Linq.ThrowHelper.ThrowNoElementsException(Unknown Source)",
            "Acme.Orders.Load[T](Orders.cs:12)",
            "Acme.Orders..ctor(Orders.cs:7)",
        ]
    );
    for prose in
        ["   at Acme.run(this moment, now)\n", "   at home (or so) in town:line 3\n", "   at x()\n", "at A.b(int c)\n"]
    {
        assert_eq!(all(prose).count(), 0, "{prose}");
    }
}

#[test]
fn windows_line_ends_change_nothing() {
    let text = SUPPRESSED.replace('\n', "\r\n");
    let (windows, unix) = (the_only(&text), the_only(SUPPRESSED));
    assert_eq!(windows.frames(), unix.frames());
    assert_eq!(windows.fingerprint(), unix.fingerprint());
    assert_eq!(windows.throwables[2].message.as_deref(), Some("io b"));
}

#[test]
fn frames_in_every_notation() {
    let text = "javax.xml.ws.WebServiceException: x
	at java.base@17.0.15/java.lang.Thread.run(Thread.java:840)
	at app//com.foo.Main.main(Main.java:1)
	at app/my.module@1.2/com.foo.Bar$Baz.<init>(Bar.java:12) ~[bar-1.0.jar:?]
	at com.foo.Gen$$Lambda$14/0x0000000800c03000.run(Unknown Source) [bar.jar:1.2.3]
	at com.foo.Gen$$Lambda/0x00007f.get(Unknown Source)
	at com.sun.proxy.$Proxy42.call(Unknown Source)
	at sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)
	at com.foo.Service$$FastClassBySpringCGLIB$$7b3f.invoke(<generated>)
	at com.foo.K.a nice name(K.kt:3)
	at com.ibm.Foo.bar(Foo.java:12(Compiled Code))
	at a.b.c(SourceFile:210)
	at a.b.d(Foo.java)
	at java.lang.Object.wait(java.base@17.0.15/Native Method)
	at scala.Foo$.$anonfun$main$1(Foo.scala:3)
	at java.lang.invoke.LambdaForm$DMH/0x0000000800c03000.invokeStatic(LambdaForm$DMH)
	at java.lang.invoke.LambdaForm$MH/1156060786.invoke_MT(LambdaForm$MH)
	at jdk.nashorn.internal.scripts.Script$3$rules.check(C:\\M3 rules\\check it.js:7)
";
    let trace = the_only(text);
    let frames = &trace.throwables[0].frames;
    assert_eq!(frames.len(), 17, "{frames:#?}");
    let show: Vec<String> = frames
        .iter()
        .map(|f| {
            let file = f.file.as_deref().or(f.instead.as_deref()).unwrap_or("-");
            format!("{}|{}|{file}|{}", f.class, f.method, f.line.unwrap_or(0))
        })
        .collect();
    insta::assert_snapshot!(show.join("\n"), @r"
    java.lang.Thread|run|Thread.java|840
    com.foo.Main|main|Main.java|1
    com.foo.Bar$Baz|<init>|Bar.java|12
    com.foo.Gen$$Lambda$14/0x0000000800c03000|run|Unknown Source|0
    com.foo.Gen$$Lambda/0x00007f|get|Unknown Source|0
    com.sun.proxy.$Proxy42|call|Unknown Source|0
    sun.reflect.NativeMethodAccessorImpl|invoke0|Native Method|0
    com.foo.Service$$FastClassBySpringCGLIB$$7b3f|invoke|<generated>|0
    com.foo.K|a nice name|K.kt|3
    com.ibm.Foo|bar|Foo.java|12
    a.b|c|SourceFile|210
    a.b|d|Foo.java|0
    java.lang.Object|wait|Native Method|0
    scala.Foo$|$anonfun$main$1|Foo.scala|3
    java.lang.invoke.LambdaForm$DMH/0x0000000800c03000|invokeStatic|LambdaForm$DMH|0
    java.lang.invoke.LambdaForm$MH/1156060786|invoke_MT|LambdaForm$MH|0
    jdk.nashorn.internal.scripts.Script$3$rules|check|C:\M3 rules\check it.js|7
    ");
    let printed: Vec<String> = frames.iter().map(ToString::to_string).collect();
    assert_eq!(
        printed[6..8],
        [
            "sun.reflect.NativeMethodAccessorImpl.invoke0(Native Method)",
            "com.foo.Service$$FastClassBySpringCGLIB$$7b3f.invoke(<generated>)"
        ]
    );
    assert_eq!(printed[10..12], ["a.b.c(SourceFile:210)", "a.b.d(Foo.java)"]);
}

#[test]
fn words_before_the_exception_are_no_part_of_the_trace() {
    let text = "Could not call mvx: java.lang.NullPointerException: READ_DSP ICFCMD\n\tat mvx.app.pgm.customer.CRS008.PEDSP(CRS008.java:7)\nnext line";
    let trace = the_only(text);
    assert_eq!(&text[..trace.range.start], "Could not call mvx: ");
    assert_eq!(&text[trace.range.end..], "\nnext line");
    assert_eq!(trace.message(), Some("READ_DSP ICFCMD"));
    assert_eq!(trace.m3_frame().map(|f| f.method.as_str()), Some("PEDSP"));
    let said = the_only("Exception: java.io.IOException: x\n\tat a.B.c(B.java:1)\n");
    assert_eq!((said.exception(), said.message()), (Some("java.io.IOException"), Some("x")));
    let main = the_only("Exception in thread \"main\" Boom: x\n\tat Gen.main(Gen.java:1)\n");
    assert_eq!(main.exception(), Some("Boom"));
}

#[test]
fn a_nested_exception_in_a_message_is_no_head() {
    let text = "java.rmi.RemoteException: call failed; nested exception is: \n\tjava.net.ConnectException: refused\n\tat Gen.main(Gen.java:39)\n";
    let trace = the_only(text);
    assert_eq!(trace.exception(), Some("java.rmi.RemoteException"));
    assert_eq!(trace.message(), Some("call failed; nested exception is: \n\tjava.net.ConnectException: refused"));
}

#[test]
fn what_overrides_to_string_is_still_named() {
    let sax = the_only("org.xml.sax.SAXParseException; lineNumber: 1; Content\n\tat a.B.c(B.java:1)\n");
    assert_eq!(
        (sax.exception(), sax.message()),
        (Some("org.xml.sax.SAXParseException"), Some("lineNumber: 1; Content"))
    );
    let text = "org.apache.hadoop.ipc.RemoteException(java.io.IOException): no lease\n\tat s.Server.run(Server.java:1)\n\n\tat c.Client.call(Client.java:2)\n";
    let remote = the_only(text);
    assert_eq!((remote.exception(), remote.frames()), (Some("org.apache.hadoop.ipc.RemoteException"), 2));
}

#[test]
fn exceptions_in_the_default_package() {
    let trace =
        the_only("Boom: several\nlines\n\n\tat Gen.main(Gen.java:1)\nCaused by: Bang\n\tat Gen.x(Gen.java:2)\n");
    assert_eq!((trace.exception(), trace.message()), (Some("Boom"), Some("several\nlines")));
    assert_eq!(trace.root().map(|r| r.exception.as_str()), Some("Bang"));
}

#[test]
fn prose_is_no_trace() {
    for text in [
        "We are at foo",
        "at foo\nat home (not far)\nat Foo.Bar(String x)",
        "   at System.Foo.Bar(String x) in c:\\x.cs:line 3\n",
        "Caused by: a storm\nSuppressed: nothing",
        "java.io.IOException: alone",
        "... 3 more",
        "",
    ] {
        assert_eq!(find(text), None, "{text}");
    }
}

#[test]
fn threads_of_a_thread_dump_are_no_exceptions() {
    let text = "\"main\" #1 prio=5 tid=0x1 nid=0x2 runnable\n   java.lang.Thread.State: RUNNABLE\n\tat D.main(D.java:8)\n\t- locked <0x1> (a D)\n\tat D.x(D.java:9)\n\njava.io.IOException: x\n\tat D.y(D.java:1)\n";
    let trace = the_only(text);
    assert_eq!((trace.exception(), trace.frames()), (Some("java.io.IOException"), 1));
}

#[test]
fn a_text_that_ends_inside_the_trace() {
    let cut = the_only("java.io.IOException: x\n\tat D.y(D.java:1)\n\tat D.main(D.ja");
    assert_eq!((cut.frames(), cut.ending), (1, Ending::Cut));
    assert_eq!(cut.range.end, 56);
    let begun = the_only("\tat D.y(D.java:1)\n\tat D.z(D.java:2)\nCaused by: java.io.IOException: x\n\t... 6 more\n");
    assert_eq!((begun.exception(), begun.frames()), (None, 2));
    assert_eq!(begun.root().map(|r| r.exception.as_str()), Some("java.io.IOException"));
}

#[test]
fn root_cause_first_as_logback_prints_it() {
    let trace = the_only(
        "java.io.IOException: inner\n\tat a.B.c(B.java:1)\nWrapped by: java.lang.RuntimeException: outer\n\tat a.B.d(B.java:2)\n\t... 5 common frames omitted\n",
    );
    assert_eq!(trace.exception(), Some("java.lang.RuntimeException"));
    assert_eq!(trace.root().map(|r| r.exception.as_str()), Some("java.io.IOException"));
    assert_eq!(trace.throwables[1].more, 5);
}

#[test]
fn what_is_suppressed_is_no_part_of_the_failure() {
    let text = "a.OuterException: x\n\tat a.B.c(B.java:1)\n\tSuppressed: a.CloseException\n\t\tat mvx.app.pgm.CRS009.PE(CRS009.java:2)\n\tCaused by: a.DeepException\n\t\tat a.B.e(B.java:3)\nCaused by: a.RootException\n\tat mvx.app.pgm.CRS008.PE(CRS008.java:4)\n";
    let inner = |trace: &Trace| trace.inner_first().map(|t| t.exception.clone()).collect::<Vec<_>>().join(" ");
    let trace = the_only(text);
    assert_eq!(inner(&trace), "a.RootException a.OuterException");
    let lone = the_only(&text.replace("mvx.app.pgm.CRS008", "a.b"));
    // Better the program that closed something than none.
    assert_eq!(lone.m3_frame().map(|frame| frame.class.as_str()), Some("mvx.app.pgm.CRS009"));
    let root_first =
        the_only("a.RootException: x\n\tat a.B.c(B.java:1)\nWrapped by: a.OuterException: y\n\tat a.B.d(B.java:2)\n");
    assert_eq!(inner(&root_first), "a.RootException a.OuterException");
}

#[test]
fn suppressed_ones_may_be_printed_root_first_themselves() {
    let trace = the_only(
        "java.lang.Exception: body\n\tat a.B.c(B.java:1)\n\tSuppressed: java.io.IOException: its cause\n\t\t... 1 common frames omitted\n\tWrapped by: java.lang.Error: close\n\t\t... 1 common frames omitted\n",
    );
    assert_eq!((trace.exception(), trace.message()), (Some("java.lang.Exception"), Some("body")));
    assert_eq!(trace.root().and_then(|r| r.message.as_deref()), Some("body"));
}

#[test]
fn a_message_may_be_a_list_or_have_rules_drawn_in_it() {
    for message in [
        "Errors:\n- field a is missing\n- locked",
        "\n---- Debugging information ----\ncause-exception     : java.io.IOException\n-------------------------------",
        "one\n----------\ntwo",
        "it said\nCaused by: nobody\n... 3 more of these",
        "as above\n[CIRCULAR REFERENCE: x]",
    ] {
        let text = format!(
            "a.BException: {message}\n\tat a.B.c(B.java:1)\nCaused by: a.CException: {message}\n\tat a.B.d(B.java:2)\n"
        );
        let trace = the_only(&text);
        let told: Vec<_> = trace.throwables.iter().map(|t| (t.exception.as_str(), t.frames.len())).collect();
        assert_eq!(told, [("a.BException", 1), ("a.CException", 1)], "{text}");
        assert_eq!(trace.message().map(str::trim), Some(message.trim()));
    }
    let other = find("java.io.IOException: x\n\n----------\n\tat a.B.c(B.java:1)\n").expect("a trace");
    assert_eq!(other.exception(), None);
}

#[test]
fn words_behind_a_reference_to_what_was_printed_before_are_read_once() {
    let text = "a.BException: x\n\tat a.B.c(B.java:1)\nCaused by: [CIRCULAR REFERENCE: a.BException: x]\nCaused by: nobody knows why\n\tat a.B.d(B.java:1)\n";
    assert_eq!(all(text).map(|trace| trace.frames()).sum::<usize>(), 2);
}

#[test]
fn frames_that_log4j2_left_out_are_no_message() {
    let text = "java.io.IOException: x\n\t... suppressed 3 lines\n\tat a.B.c(B.java:1)\n\t... \n\tat a.B.d(B.java:2)\nCaused by: a.CException: y\n\t... \n\tat a.B.e(B.java:3)\n";
    let trace = the_only(text);
    assert_eq!((trace.message(), trace.frames()), (Some("x"), 3));
    assert_eq!(trace.throwables.iter().map(|t| t.more).collect::<Vec<_>>(), [4, 1]);
}

#[test]
fn traces_as_weblogic_prints_them() {
    let text = "####<Error> <BEA-101020> <java.lang.IllegalStateException: x\n\tat a.B.c(B.java:1)\n\
\tTruncated. see log file for complete stacktrace\nCaused By: java.io.IOException: y\n\tat a.B.d(B.java:2)\n\
\tTruncated. see log file for complete stacktrace\n>\n";
    assert_eq!(
        words(&the_only(text)),
        [
            "Outer/0 java.lang.IllegalStateException [x] 1 frames, 0 more",
            "Cause/0 java.io.IOException [y] 1 frames, 0 more",
        ]
    );
}

#[test]
fn notes_behind_a_jar_are_of_the_frame() {
    let notes = ["~[a.jar:1] <3 internal lines>", "~[a.jar:1] [3 skipped]", "[3 skipped]", "<3 internal lines>"];
    let frames = notes.map(|note| format!("\tat a.B.c(B.java:1) {note}\n")).concat();
    assert_eq!(the_only(&format!("java.io.IOException: x\n{frames}")).frames(), notes.len());
}

#[test]
fn the_fingerprint_forgets_lines_messages_and_generated_names() {
    let one = the_only(
        "java.lang.Error: 1\n\tat a.B$$Lambda$1/0x01.run(Unknown Source)\n\tat a.B.lambda$x$0(B.java:1)\n\tat java.lang.Thread.run(Thread.java:7)\n",
    );
    let two = the_only(
        "java.lang.Error: 2\n\tat a.B$$Lambda$9/0x77.run(Unknown Source)\n\tat a.B.lambda$x$3(B.java:5)\n\tat java.base/java.lang.Thread.run(Thread.java:840)\n",
    );
    let other = the_only("java.lang.Error: 1\n\tat a.C.run(C.java:1)\n");
    assert_eq!(one.fingerprint(), two.fingerprint());
    assert_ne!(one.fingerprint(), other.fingerprint());
    assert_eq!(one.fingerprint().len(), 16);
}

#[test]
fn several_traces_one_after_the_other() {
    let text = format!("{SUPPRESSED}{SUPPRESSED}some words\n{SUPPRESSED}");
    let found: Vec<_> = all(&text).map(|t| t.frames()).collect();
    assert_eq!(found, [5, 5, 5]);
}

proptest::proptest! {
    #[test]
    fn no_text_breaks_it(lines in proptest::collection::vec(
        proptest::sample::select(vec!["\tat a.b(C.java:1)", "Caused by: x.YException: z", "\tSuppressed: Q", "at ", "é: ü", "... 3 more",
            "\tat a.b(", "java.lang.Error: é", "[CIRCULAR REFERENCE:", "", "\r", "\"t\" prio=1", "----------", "\tat é.ü(Ä:9)"]), 0..40)) {
        let text = lines.join("\n");
        let mut end = 0;
        assert_eq!(fingerprint(&text), find(&text).map(|trace| trace.fingerprint_bits()));
        for trace in all(&text) {
            assert!(trace.range.start >= end && trace.range.end <= text.len());
            assert!(!trace.throwables.is_empty());
            end = trace.range.end;
            let _slice = &text[trace.range.clone()];
            let _hash = trace.fingerprint();
        }
    }
}

#[test]
fn a_reference_to_what_was_printed_before_may_have_several_lines() {
    let text = "java.lang.Error: two\n\nlines\n\tat a.B.c(B.java:1)\n\tSuppressed: a.X\n\t\tat a.B.d(B.java:2)\n\
\tCaused by: [CIRCULAR REFERENCE: java.lang.Error: two\n\nlines]\n\tSuppressed: [CIRCULAR REFERENCE: a.X]\nCaused by: java.io.IOException: y\n\tat a.B.e(B.java:3)\n\
Caused by: [CIRCULAR REFERENCE: java.lang.Error: cut\nwords\n";
    let trace = the_only(text);
    let told: Vec<_> = trace.throwables.iter().map(|t| (t.role, t.message.as_deref(), t.frames.len())).collect();
    let expected = [
        (Role::Outer, Some("two\n\nlines"), 1),
        (Role::Suppressed, None, 1),
        (Role::Circular { suppressed: false }, Some("two\n\nlines"), 0),
        (Role::Circular { suppressed: true }, None, 0),
        (Role::Cause, Some("y"), 1),
        (Role::Circular { suppressed: false }, Some("cut"), 0),
    ];
    assert_eq!(told, expected);
    assert_eq!(trace.suppressed().count(), 2);
}
